package boundary

import (
	"fmt"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/scanner"
)

// timeRules are the rules of what a repository's history shows.
var timeRules = []Rule{
	{
		ID: "author-has-left", Title: "Who brought a credential in has left", Severity: scanner.SeverityHigh,
		Remedy:     "Replace it: somebody who has left still knows it. Then make replacing part of every departure.",
		Frameworks: []string{"NHI1:2025", "CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
		Find:       authorHasLeft,
	},
	{
		ID: "credential-older-than-policy", Title: "A credential is older than the policy allows", Severity: scanner.SeverityMedium,
		Remedy:     "Replace it, and give what replaces it an end.",
		Frameworks: []string{"NHI7:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
		Find:       olderThanPolicy,
	},
}

// dated are the credentials that the tip of a repository holds, each with its first
// place there. Those of the organisation's own directory count: the product's sign-in
// may be in it.
func dated(in *Input, found func(*scanner.Finding, Where)) {
	if !in.History {
		return
	}
	for i := range in.Findings {
		f := &in.Findings[i]
		if !opens(f, detectors.AIPlatform) && !opens(f, detectors.ApplicationAuth) && f.Class != detectors.WorkforceIdentity || f.Default != "" ||
			f.Exposure == nil || f.Verification != nil && f.Verification.Status == scanner.VerifiedInactive {
			continue
		}
		for _, p := range placesOf(in, f) {
			s := keyAt{f: f, p: p, name: orElse(p.Name, nameBefore(p.Line, string(f.Secret)))}
			s.env = in.environment(p.Path, s.name)
			if s.madeUp() || !s.sure() {
				continue
			}
			found(f, s.where())
			break
		}
	}
}

// concerned are the layers whose owners have to act: of the organisation's own directory
// that of the product, whose sign-in may be in it.
func concerned(f *scanner.Finding) []detectors.Layer {
	var out []detectors.Layer
	for _, l := range doors {
		if opens(f, l) {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		out = []detectors.Layer{detectors.ApplicationAuth}
	}
	return out
}

func authorHasLeft(in *Input, _ *Map) []Violation {
	left := map[string]bool{}
	for _, who := range in.Policy.Left {
		if who = strings.ToLower(strings.TrimSpace(who)); who != "" {
			left[who] = true
		}
	}
	if len(left) == 0 {
		return nil
	}
	var out []Violation
	dated(in, func(f *scanner.Finding, at Where) {
		for _, c := range append([]scanner.Commit{f.Exposure.Introduced}, f.Exposure.Introductions...) {
			if !left[strings.ToLower(c.Email)] && !left[strings.ToLower(c.Author)] {
				continue
			}
			out = append(out, Violation{
				At: at, Layers: concerned(f), Fingerprint: f.Fingerprint,
				Why: fmt.Sprintf("%s brought the %s in on %s, knows it and has left; the tip still holds it", orElse(c.Author, c.Email), what(f), c.CommittedAt.Format(time.DateOnly)),
			})
			return
		}
	})
	return out
}

func olderThanPolicy(in *Input, _ *Map) []Violation {
	most := int(in.Policy.MaxAge / (24 * time.Hour))
	if most <= 0 {
		return nil
	}
	var out []Violation
	dated(in, func(f *scanner.Finding, at Where) {
		since := f.Exposure.Introduced.CommittedAt
		if since.IsZero() {
			return
		}
		if days := int(in.Now.Sub(since) / (24 * time.Hour)); days > most {
			out = append(out, Violation{
				At: at, Layers: concerned(f), Fingerprint: f.Fingerprint,
				Why: fmt.Sprintf("the %s came in on %s and is the same today: %d days, and the policy says %d", what(f), since.Format(time.DateOnly), days, most),
			})
		}
	})
	return out
}
