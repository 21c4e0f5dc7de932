package ttr_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func write(t tb, format string, r *ttr.Report, o ttr.WriteOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := ttr.Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	few := []incident.Row{dismissed(row(1, 400), incident.AcceptedRisk), dead(2, 30, 3)}
	for _, c := range []struct {
		name   string
		report *ttr.Report
	}{
		{"organisation", full(t)},
		{"few", report(t, few, options())},
		{"none", report(t, nil, options())},
	} {
		for _, format := range ttr.Formats() {
			golden(t, c.name+"."+format, write(t, format, c.report, ttr.WriteOptions{}))
		}
	}
	golden(t, "organisation.ascii", write(t, "text", full(t), ttr.WriteOptions{ASCII: true, Top: 3}))
	removals := ttr.Removals(slices.Values(windows()), now)
	for _, format := range ttr.Formats() {
		var b bytes.Buffer
		if err := ttr.WriteRemoval(&b, format, removals, ttr.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		golden(t, "removal."+format, b.Bytes())
	}
}

// windows are exposure windows of the organisation: of what it removed.
func windows() []ttr.Window {
	var ws []ttr.Window
	for i, r := range organisation() {
		w := ttr.Window{Layer: r.Layer, Introduced: r.Introduced, Removed: r.Removed, InBranches: r.Removed == 0}
		w.Boundary = i%20 == 0
		if i%30 == 0 {
			w.InBranches, w.Removed = false, 0
		}
		ws = append(ws, w)
	}
	return ws
}

// TestTextWidth: no line is wider than 80 columns, whatever the names are, and
// ASCII is ASCII.
func TestTextWidth(t *testing.T) {
	rows := organisation()
	for i := range rows {
		rows[i].Provider = strings.Repeat("x", i%50) + "\x1b[31m\u202e"
		rows[i].Repos = append(rows[i].Repos, strings.Repeat("long/", i%30))
		rows[i].Answerable = strings.Repeat("very long role ", i%9)
	}
	o := options()
	o.Policy, o.Layers = ttr.Over(oneDay), detectors.Layers()
	r := report(t, rows, o)
	for _, plain := range []bool{false, true} {
		got := string(write(t, "text", r, ttr.WriteOptions{ASCII: plain, Top: 500}))
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%d columns: %q", n, line)
			}
		}
		if strings.ContainsAny(got, "\x1b\u202e\t\r") {
			t.Error("a control character")
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return r > 126 }); plain && i >= 0 {
			t.Errorf("not ASCII: %q", got[i:min(len(got), i+40)])
		}
	}
	if !strings.Contains(string(write(t, "text", r, ttr.WriteOptions{Color: true})), "\x1b[1m") {
		t.Error("no colour")
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, err := range []error{
		ttr.Write(&bytes.Buffer{}, "xml", full(t), ttr.WriteOptions{}),
		ttr.WriteRemoval(&bytes.Buffer{}, "xml", ttr.Removals(slices.Values(windows()), now), ttr.WriteOptions{}),
	} {
		if err == nil || err.Error() != `report format "xml": write text, json or csv` {
			t.Errorf("%v", err)
		}
	}
}
