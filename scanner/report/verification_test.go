package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"leakline/scanner"
)

// TestVerification says in the text and in JSON what is known of a secret's life,
// without a secret that an answer repeats and without what a terminal obeys.
func TestVerification(t *testing.T) {
	s := secret(t, "verification", "key_{40:alnum}", "key_")
	for _, c := range []struct {
		v          *scanner.Verification
		text, json string
	}{
		{nil, "", ""},
		{
			&scanner.Verification{
				Status: scanner.VerifiedActive, CheckedAt: now, Host: "api.example.com", Probe: "p",
				Identity: map[string]string{"organization": "acme\x1b[1m", "name": "of " + s.Reveal(), "team": ""},
			},
			"alive: yes, says api.example.com on 2026-11-22 (name of " + s.String() + "; organization acme", `"status":"active"`,
		},
		{
			&scanner.Verification{Status: scanner.VerifiedInactive, CheckedAt: now, Host: "api.example.com", Reason: "key is revoked"},
			"alive: no, says api.example.com: key is revoked", `"status":"inactive"`,
		},
		{&scanner.Verification{Status: scanner.VerifiedUnknown, Reason: "no network"}, "alive: unknown: no network", `"reason":"no network"`},
		{&scanner.Verification{Status: scanner.VerifiedSkipped, Reason: "no way to ask"}, "alive: not asked: no way to ask", `"status":"skipped"`},
	} {
		f := finding(t, scanner.Finding{Detector: "a-key", Title: "Key", Verification: c.v, Place: scanner.Place{Path: "a.env", StartLine: 1}}, s)
		r := &scanner.Result{Findings: []scanner.Finding{f}}
		text := strings.Join(strings.Fields(string(write(t, "text", r, options()))), " ")
		if !strings.Contains(text, c.text) || c.text == "" && strings.Contains(text, "alive:") || strings.Contains(text, "\x1b[1m") {
			t.Errorf("want %q:\n%s", c.text, text)
		}
		out := write(t, "jsonl", r, options())
		if !strings.Contains(string(out), c.json) || !json.Valid(out) {
			t.Errorf("want %q:\n%s", c.json, out)
		}
		if strings.Contains(text+string(out), s.Reveal()) {
			t.Errorf("a secret is shown:\n%s\n%s", text, out)
		}
	}
}
