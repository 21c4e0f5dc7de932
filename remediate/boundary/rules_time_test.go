package boundary

import (
	"slices"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/scanner"
)

// What of a history is a violation, and what only nearly.
func TestTimeRules(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	days := func(n int) time.Time { return now.Add(-time.Duration(n) * 24 * time.Hour) }
	key := func() scanner.Finding {
		p := scanner.Place{Source: scanner.SourceBlob, AtTip: true, Path: "config/app.yml", StartLine: 3, Name: "OPENAI_API_KEY"}
		by := scanner.Commit{ID: "c1", Author: "Ada Example", Email: "Ada@Example.com", CommittedAt: days(100)}
		return scanner.Finding{
			Detector: "openai-project-key", Title: "project API key", Provider: "OpenAI", Layer: detectors.AIPlatform, Confidence: detectors.High,
			Fingerprint: "f", Place: p, Occurrences: []scanner.Place{p},
			Exposure: &scanner.Exposure{Introduced: by, Introductions: []scanner.Commit{by}, AtTip: true, InHistory: true},
		}
	}
	for _, c := range []struct {
		name   string
		change func(*Input, *scanner.Finding)
		want   []string
	}{
		{"in order", func(*Input, *scanner.Finding) {}, nil},
		{"left, by address", func(in *Input, _ *scanner.Finding) { in.Policy.Left = []string{"ada@example.com"} }, []string{"author-has-left"}},
		{"left, by name", func(in *Input, _ *scanner.Finding) { in.Policy.Left = []string{" ada example "} }, []string{"author-has-left"}},
		{"somebody else left", func(in *Input, _ *scanner.Finding) { in.Policy.Left = []string{"bob@example.com", ""} }, nil},
		{"nobody is named", func(in *Input, f *scanner.Finding) {
			in.Policy.Left = []string{""}
			f.Exposure.Introduced, f.Exposure.Introductions = scanner.Commit{}, nil
		}, nil},
		{"left, but it is gone", func(in *Input, f *scanner.Finding) {
			in.Policy.Left = []string{"ada@example.com"}
			f.Occurrences[0].AtTip, f.Exposure.AtTip = false, false
		}, nil},
		{"left, but it is dead", func(in *Input, f *scanner.Finding) {
			in.Policy.Left = []string{"ada@example.com"}
			f.Verification = &scanner.Verification{Status: scanner.VerifiedInactive}
		}, nil},
		{"brought in again by who left", func(in *Input, f *scanner.Finding) {
			in.Policy.Left = []string{"cy@example.com"}
			f.Exposure.Introductions = append(f.Exposure.Introductions, scanner.Commit{Email: "cy@example.com", CommittedAt: days(5)})
		}, []string{"author-has-left"}},
		{"the last day", func(in *Input, _ *scanner.Finding) { in.Policy.MaxAge = 100 * 24 * time.Hour }, nil},
		{"a day later", func(in *Input, _ *scanner.Finding) { in.Policy.MaxAge = 99 * 24 * time.Hour }, []string{"credential-older-than-policy"}},
		{"old, but no history", func(in *Input, _ *scanner.Finding) { in.Policy.MaxAge, in.History = time.Hour*24, false }, nil},
		{"old, of no layer", func(in *Input, f *scanner.Finding) {
			in.Policy.MaxAge, f.Layer, f.Class = time.Hour*24, detectors.Infrastructure, detectors.Payments
		}, nil},
		{"old, of the directory", func(in *Input, f *scanner.Finding) {
			in.Policy.MaxAge, f.Layer, f.Class = time.Hour*24, detectors.Infrastructure, detectors.WorkforceIdentity
		}, []string{"credential-older-than-policy"}},
		{"old, in an example", func(in *Input, f *scanner.Finding) {
			in.Policy.MaxAge, f.Occurrences[0].Path = time.Hour*24, ".env.example"
		}, nil},
		{"old, a published default", func(in *Input, f *scanner.Finding) {
			in.Policy.MaxAge, f.Default = time.Hour*24, "the default of an example"
		}, nil},
		{"no day is known", func(in *Input, f *scanner.Finding) {
			in.Policy.MaxAge, f.Exposure.Introduced = time.Hour*24, scanner.Commit{}
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := key()
			in := &Input{Now: now, History: true}
			c.change(in, &f)
			in.Findings = []scanner.Finding{f}
			var got []string
			for _, r := range timeRules {
				for _, v := range r.Find(in, &Map{}) {
					got = append(got, r.ID)
					if v.At.Path != "config/app.yml" || v.At.Line != 3 || v.Why == "" || v.Fingerprint != "f" {
						t.Errorf("%+v", v)
					}
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}
