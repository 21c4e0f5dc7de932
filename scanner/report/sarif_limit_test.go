package report_test

import (
	"fmt"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/scanner"
)

// TestSARIFLimits: a run has no more results than services take, keeps the worst, and
// says how many it leaves out; ignored secrets are counted and no results, since
// GitHub's code scanning shows results with suppressions as open alerts.
func TestSARIFLimits(t *testing.T) {
	s := secret(t, "limit", "{24:b64}", "")
	r := &scanner.Result{
		Ignored: []scanner.Finding{finding(t, scanner.Finding{Detector: "ignored", Title: "an ignored key"}, s)},
		Summary: scanner.Summary{Complete: true, Ignored: map[scanner.Mechanism]map[detectors.Layer]int{scanner.ByBaseline: {detectors.AIPlatform: 1}}},
	}
	for i := range 25_010 {
		severity := scanner.SeverityLow
		if i >= 25_000 {
			severity = scanner.Critical
		}
		r.Findings = append(r.Findings, scanner.Finding{Detector: "d", Title: "a key", Severity: severity, Plain: s, Place: scanner.Place{Path: fmt.Sprint("f", i)}})
	}
	run := sarif(t, r, options()).Runs[0]
	if n := len(run.Results); n != 25_000 {
		t.Fatalf("%d results", n)
	}
	for i, res := range run.Results[:11] {
		if want := map[bool]string{true: "error", false: "note"}[i < 10]; res.Level != want {
			t.Errorf("result %d is %s, want %s", i, res.Level, want)
		}
	}
	var notes []string
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		notes = append(notes, n.Level+" "+n.Message.Text)
	}
	if len(notes) != 2 || !strings.HasPrefix(notes[0], "note Accepted, and not reported: by baseline: 1") || !strings.HasPrefix(notes[1], "warning Left out: 10 results of lower severity") {
		t.Errorf("notifications %q", notes)
	}

	// Below what a service keeps, the order is the result's.
	r.Findings = r.Findings[24_998:]
	if run := sarif(t, r, options()).Runs[0]; len(run.Results) != 12 || run.Results[0].Level != "note" || len(run.Invocations[0].ToolExecutionNotifications) != 1 {
		t.Errorf("%d results, the first %s", len(run.Results), run.Results[0].Level)
	}
}
