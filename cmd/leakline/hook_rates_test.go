package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/scanner"
)

// TestRatesOfLedger: what a scan behind the hooks is the first to meet counts, for
// good and once; what the ledger knew does not.
func TestRatesOfLedger(t *testing.T) {
	b := newBook(t, "")
	f := &scanFlags{format: "text", minConfidence: "medium", authors: "show", quiet: true}
	e := &env{stderr: io.Discard, getenv: func(name string) string { return b.env[name] }, now: func() time.Time { return b.at }}
	if err := f.begin(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	s, err := f.scanner(e)
	if err != nil {
		t.Fatal(err)
	}
	scan := func(behind bool, ids ...string) {
		t.Helper()
		b.at = b.at.Add(time.Hour)
		f.recording.scan = incident.Scan{Target: incident.Target{Repo: "example.com/app", Store: "/app/.git", Source: "git"}}
		if behind {
			f.recording.behindHooks()
		}
		result := &scanner.Result{Summary: scanner.Summary{Complete: true}}
		for _, id := range ids {
			result.Findings = append(result.Findings, scanner.Finding{
				Detector: id, Title: id, Layer: detectors.AIPlatform, LayerConfidence: detectors.Certain, Form: detectors.APIKey, Confidence: detectors.High,
				Place: scanner.Place{Source: scanner.SourceBlob, Path: "key.txt", Blob: strings.Repeat("ab", 20)}, Plain: detectors.NewSecret(secretOf(t, id)),
			})
		}
		if err := f.record(t.Context(), e, s, result); err != nil {
			t.Fatal(err)
		}
	}
	scan(false, "openai-project-key")
	scan(true, "openai-project-key", "github-pat")
	scan(true, "github-pat")
	scan(false, "github-pat")
	if err := f.end(); err != nil {
		t.Fatal(err)
	}
	out, _ := b.must(0, "", "hook", "status", "--rates", "-f", "json")
	var r rateReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	want := ledgerRate{Repo: "example.com/app", Incidents: 2, Past: 1, Rate: 0.5}
	if len(r.Ledger) != 1 || r.Ledger[0] != want {
		t.Errorf("%+v, want %+v", r.Ledger, want)
	}
	if out, _ := b.must(0, "", "hook", "status", "--rates"); !strings.Contains(out, "        2          1   50 %  example.com/app\n") {
		t.Errorf("as text:\n%s", out)
	}
	b.must(0, "", "ledger", "check")
}
