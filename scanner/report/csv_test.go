package report_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/scanner"
)

// sheet reads csv as a program would: every row under the names of the header.
func sheet(t tb, b []byte) (header []string, rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

func TestCSV(t *testing.T) {
	b := write(t, "csv", fixture(t), options())
	header, rows := sheet(t, b)
	// The columns are an interface: one may be added at the end, none moved.
	const want = "detector,title,provider,opens,layer,layer_confidence,layer_candidates,layer_evidence,also_opens,class,subject," +
		"form,control,privilege,scope,environment,confidence,severity,secret,fingerprint,source,reach,repo,path,archive_path," +
		"start_line,end_line,start_column,end_column,at_tip,blob,commit,author,email,date,message,name,decoded," +
		"introduced_at,introduced_commit,removed_at,removed_commit,days,occurrences_total,owner,rotate_url,steps"
	if got := strings.Join(header, ","); got != want {
		t.Errorf("columns\n%s\nwant\n%s", got, want)
	}
	if len(rows) != 8 { // three places of the first secret, one of each other
		t.Errorf("%d rows", len(rows))
	}
	for k, want := range map[string]string{
		"path": "old.py", "at_tip": "false", "layer": "ai-platform", "start_line": "1", "days": "40", "occurrences_total": "1207",
		"date": "2026-10-12T12:00:00+02:00", "removed_at": "", "subject": "org-admin",
	} {
		if rows[2][k] != want {
			t.Errorf("%s of the third row is %q, want %q", k, rows[2][k], want)
		}
	}
	if rows[3]["layer_candidates"] != "ai-platform application-auth" && rows[3]["layer_candidates"] != "application-auth ai-platform" {
		t.Errorf("candidates %q", rows[3]["layer_candidates"])
	}
	if lines := bytes.Count(b, []byte("\n")); lines != bytes.Count(b, []byte("\r\n")) || lines != 9 {
		t.Errorf("%d lines, not all ended by CR LF", lines)
	}
}

// TestCSVFormulas: whatever stands in names, no cell is a formula, and every other
// cell is what it was.
func TestCSVFormulas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "a=1", "", "'=1", "\"=1\"", ",=1", ";=1"}).Draw(t, "name")
		f := finding(t, scanner.Finding{Title: name, Place: scanner.Place{Path: name, Author: name}}, secret(t, "csv", "{24:b64}", ""))
		_, rows := sheet(t, write(t, "csv", &scanner.Result{Findings: []scanner.Finding{f}}, options()))
		for k, cell := range rows[0] {
			if bare := strings.TrimLeft(cell, " "); bare != "" && strings.ContainsAny(bare[:1], "=+-@\t\r\n") || strings.HasPrefix(bare, "＝") {
				t.Errorf("%s is the formula %q", k, cell)
			}
		}
		if got, want := strings.TrimPrefix(rows[0]["path"], "'"), strings.TrimPrefix(strings.ReplaceAll(scanner.Printable(name), "\t", " "), "'"); got != want {
			t.Errorf("path %q, want %q", got, want)
		}
	})
}
