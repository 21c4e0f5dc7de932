package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leakline/scanner"
	"leakline/scanner/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

func write(t tb, format string, r *scanner.Result, o report.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("..", "..", "testdata", "golden", "report", name)
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

func TestGolden(t *testing.T) {
	incomplete := fixture(t)
	complete := fixture(t)
	complete.Findings = complete.Findings[:1]
	complete.Summary.Errors, complete.Summary.Hidden, complete.Summary.Complete = nil, nil, true
	nothing := &scanner.Result{Summary: scanner.Summary{
		Objects: map[string]int{"files": 12}, Bytes: 812, Complete: true,
	}}
	for _, c := range []struct {
		name   string
		result *scanner.Result
	}{{"all", incomplete}, {"one", complete}, {"none", nothing}} {
		for _, format := range report.Formats() {
			golden(t, c.name+"."+format, write(t, format, c.result, options()))
		}
		var b bytes.Buffer
		if err := report.WriteSummary(&b, c.result); err != nil {
			t.Fatal(err)
		}
		golden(t, c.name+".summary.json", b.Bytes())
		b.Reset()
		if err := report.WriteJobSummary(&b, c.result, options()); err != nil {
			t.Fatal(err)
		}
		golden(t, c.name+".summary.md", b.Bytes())
	}
	colored := options()
	colored.Color = true
	golden(t, "one.color.text", write(t, "text", complete, colored))
	wide := options()
	wide.Width = 120
	golden(t, "all.120.text", write(t, "text", incomplete, wide))
}

// TestSameBytes: the same input gives the same bytes, and writing leaves the
// result as it was.
func TestSameBytes(t *testing.T) {
	for _, format := range report.Formats() {
		r := fixture(t)
		first := write(t, format, r, options())
		for range 5 {
			if again := write(t, format, r, options()); !bytes.Equal(first, again) {
				t.Errorf("%s differs between two writes of one result:\n%s", format, cmp.Diff(string(first), string(again)))
			}
		}
		if !bytes.Equal(first, write(t, format, fixture(t), options())) {
			t.Errorf("%s depends on more than its input", format)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := report.Write(&bytes.Buffer{}, "xml\x1b", fixture(t), options())
	if err == nil || err.Error() != `unknown report format "xml\x1b": it is one of text, json, jsonl, sarif, csv, junit, gitlab, github-actions, html, template, gitleaks` {
		t.Errorf("error = %v", err)
	}
}

// full fails after some bytes, as a disk or a closed pipe does.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, os.ErrClosed
	}
	return len(p), nil
}

func TestWriteErrors(t *testing.T) {
	for _, format := range report.Formats() {
		for _, room := range []int{0, 1000} {
			if err := report.Write(&full{room}, format, fixture(t), options()); err == nil {
				t.Errorf("%s: no error though only %d bytes could be written", format, room)
			}
		}
	}
	if err := report.WriteSummary(&full{}, fixture(t)); err == nil {
		t.Error("summary: no error though nothing could be written")
	}
	if err := report.WriteJobSummary(&full{}, fixture(t), options()); err == nil {
		t.Error("job summary: no error though nothing could be written")
	}
}
