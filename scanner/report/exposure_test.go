package report_test

import (
	"bytes"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/report"
)

func table(t tb, r *scanner.Result, o report.Options, s report.Section) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteExposure(&b, r, o, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExposureGolden(t *testing.T) {
	section := report.Section{
		Title: "How long secrets stayed",
		Lines: []report.Line{{"365 days", "12 % (95% interval 3 to 30)"}, {"median", "40 days"}},
		Text:  strings.Repeat("A long text that is broken into lines. ", 4),
	}
	golden(t, "exposure.text", []byte(table(t, fixture(t), options(), section)))
	wide := options()
	wide.Width, wide.Color = 160, true
	golden(t, "exposure.160.text", []byte(table(t, fixture(t), wide, section)))
	nothing := &scanner.Result{Summary: scanner.Summary{Objects: map[string]int{"blobs": 12}, Complete: true}}
	golden(t, "exposure.none.text", []byte(table(t, nothing, options(), report.Section{})))
}

// TestExposureOrder: what is at the tip comes first, and the oldest of it.
func TestExposureOrder(t *testing.T) {
	r := &scanner.Result{}
	add := func(title string, x *scanner.Exposure) {
		r.Findings = append(r.Findings, finding(t, scanner.Finding{Detector: title, Layer: detectors.Infrastructure, Exposure: x}, secret(t, title, "{40:alnum}", "")))
	}
	removed := func(day int) *scanner.Exposure {
		return &scanner.Exposure{Introduced: commit("1a", day), Removed: commit("2b", 28), InHistory: true}
	}
	add("no-repository", nil)
	add("merged-without", &scanner.Exposure{Introduced: commit("1a", 1), InHistory: true})
	add("removed-young", removed(9))
	add("removed-old", removed(2))
	add("tip-young", &scanner.Exposure{Introduced: commit("1a", 8), AtTip: true})
	add("tip-old", &scanner.Exposure{Introduced: commit("1a", 5), AtTip: true})
	got := table(t, r, options(), report.Section{})
	at := 0
	for _, want := range []string{"tip-old", "tip-young", "removed-old", "removed-young", "merged-without", "no-repository"} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("%s is missing, or too early:\n%s", want, got)
		}
		at += i
	}
}

// TestExposureEnded: the table says where a secret is that was not removed.
func TestExposureEnded(t *testing.T) {
	for want, f := range map[string]scanner.Finding{
		"at tip":          {Exposure: &scanner.Exposure{AtTip: true, InHistory: true}},
		"2026-10-11 6f6f": {Exposure: &scanner.Exposure{Removed: commit("6f", 11), InHistory: true}},
		"staged":          {Place: scanner.Place{Reach: scanner.ReachIndex}, Exposure: &scanner.Exposure{}},
		"unreachable":     {Place: scanner.Place{Reach: scanner.ReachUnreachable}, Exposure: &scanner.Exposure{}},
		"in other refs":   {Exposure: &scanner.Exposure{InHistory: true, Refs: []string{"refs/pull/1/head"}}},
		"in a message":    {Place: scanner.Place{Source: scanner.SourceCommitMessage}, Exposure: &scanner.Exposure{InHistory: true}},
		"in a ref's name": {Place: scanner.Place{Source: scanner.SourceRef}, Exposure: &scanner.Exposure{InHistory: true}},
		"never at tip":    {Place: scanner.Place{Reach: scanner.ReachBranch}, Exposure: &scanner.Exposure{InHistory: true}},
	} {
		f := finding(t, f, secret(t, "ended", "{40:alnum}", ""))
		if got := table(t, &scanner.Result{Findings: []scanner.Finding{f}}, options(), report.Section{}); !strings.Contains(got, "  "+want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
}

func TestExposureWriteError(t *testing.T) {
	if err := report.WriteExposure(&full{}, fixture(t), options(), report.Section{}); err == nil {
		t.Error("no error though nothing could be written")
	}
}
