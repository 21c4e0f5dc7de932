package report_test

import (
	"encoding/json"
	"testing"

	"leakline/detectors"
	"leakline/scanner"
)

// TestGitleaksRows: what can't be compared with gitleaks itself, because it does not
// look there. cmd/leakline compares the rest with the binary.
func TestGitleaksRows(t *testing.T) {
	r := fixture(t)
	r.Findings[0].Repo = "https://github.com/acme/shop.git"
	r.Findings[0].Occurrences[1].EndLine = 5
	r.Findings[1].Repo = "https://gitlab.com/acme/sub/shop"
	r.Findings[5].Place = scanner.Place{Source: scanner.SourceBlob, StartLine: 1, EndLine: 1, StartColumn: 3, EndColumn: 9}
	r.Findings[5].Occurrences = nil
	var rows []struct {
		RuleID, File, Link, Commit, Fingerprint, Date, Match, Secret string
		StartColumn, EndColumn                                       int
		Entropy                                                      float64
		Tags                                                         []string
	}
	if err := json.Unmarshal(write(t, "gitleaks", r, options()), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 8 {
		t.Fatalf("%d rows", len(rows))
	}
	c := id("1a")
	for got, want := range map[string]string{
		rows[0].Link:        "https://github.com/acme/shop/blob/" + c + "/deploy/prod%20settings.env#L12",
		rows[1].Link:        "https://github.com/acme/shop/blob/" + id("2b") + "/scripts/bill.py#L3-L5",
		rows[3].Link:        "https://gitlab.com/acme/sub/shop/-/blob/" + id("3c") + "/auth/%E6%97%A5%E6%9C%AC%E8%AA%9E/oidc.yaml#L40",
		rows[4].Fingerprint: "ops/a,very/long/path/that/no/terminal/of/eighty/columns/could/ever/show/on/one/line/settings.py:jwt-signing-secret:7",
		rows[6].File:        ".git/commit-message/" + id("4d"),
		rows[7].Fingerprint: ":generic-password:1", // standard input
		rows[0].Date:        "2026-10-12T10:00:00Z",
		rows[0].Match:       "ANTHROPIC_ADMIN_KEY=sk-ant-admin01-…(110) # rotate me",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if rows[7].StartColumn != 3 || rows[7].EndColumn != 8 || rows[0].StartColumn != 22 || rows[0].EndColumn != 131 {
		t.Errorf("columns: %+v, %+v", rows[0], rows[7])
	}
	if string(write(t, "gitleaks", &scanner.Result{}, options())) != "[]\n" {
		t.Error("nothing is no empty array")
	}

	// With --show-secrets the line has the secret too, as gitleaks' own match has.
	f := finding(t, scanner.Finding{Detector: "d", Title: "a key", Layer: detectors.Infrastructure}, secret(t, "shown", "{24:b64}", ""))
	f.Line = "key = " + f.Plain.String()
	f.Secret, f.Occurrences = scanner.Shown(f.Plain.Reveal()), nil
	o := options()
	o.ShowSecrets = true
	rows = nil
	if err := json.Unmarshal(write(t, "gitleaks", &scanner.Result{Findings: []scanner.Finding{f}}, o), &rows); err != nil {
		t.Fatal(err)
	}
	if rows[0].Match != "key = "+f.Plain.Reveal() || rows[0].Secret != f.Plain.Reveal() {
		t.Error("the secret is not shown though it should be")
	}
}
