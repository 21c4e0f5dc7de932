package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"leakline/detectors"
	"leakline/scanner"
)

func text(t tb, r *scanner.Result) string { return string(write(t, "text", r, options())) }

// contains checks that texts stand in s in this order.
func contains(t *testing.T, s string, want ...string) {
	t.Helper()
	rest := s
	for _, w := range want {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			t.Fatalf("%q does not stand where it should in:\n%s", w, s)
		}
		rest = after
	}
}

func TestTextOrder(t *testing.T) {
	r := fixture(t)
	low := adminKey(t)
	low.Severity, low.Title = scanner.SeverityLow, "a lesser AI key"
	r.Findings = append([]scanner.Finding{low}, r.Findings...)
	contains(t, text(t, r),
		"AI platform access:", "critical: Anthropic", "low: Anthropic a lesser AI key",
		"Application sign-in:", "Infrastructure:", "medium: password in a git", "low: GitLab",
		"Unclassified:", "Undecided: AI platform access or Application sign-in",
		"Summary", "7 secrets: 2 ai-platform, 1 application-auth, 2 infrastructure, 1")
}

// TestTextAge: an age is a span in history, in whole days, and only where both
// ends are known.
func TestTextAge(t *testing.T) {
	for _, c := range []struct {
		committed, now time.Time
		want           string
	}{
		{now.AddDate(0, 0, -41), now, "(41 days)"},
		{now.Add(-36 * time.Hour), now, "(1 day)"},
		{now.Add(-time.Hour), now, "(less than a day)"},
		{now.Add(time.Hour), now, ""},
		{now.AddDate(-20, 0, 0), now, "(7,305 days)"},
		{now, time.Time{}, ""},
		{time.Time{}, now, ""},
	} {
		f := adminKey(t)
		e := *f.Exposure
		e.Introduced.CommittedAt, e.Introduced.AuthoredAt = c.committed, time.Time{}
		f.Exposure = &e
		o := options()
		o.Now = c.now
		got := string(write(t, "text", &scanner.Result{Findings: []scanner.Finding{f}}, o))
		flat := strings.Join(strings.Fields(got), " ")
		if c.want == "" && regexp.MustCompile(`days?\)`).MatchString(flat) || !strings.Contains(flat, c.want) {
			t.Errorf("committed %v, now %v: want %q in\n%s", c.committed, c.now, c.want, got)
		}
		if above, _, _ := strings.Cut(flat, "Summary"); strings.Contains(above, "27") {
			t.Errorf("the baseline, which runs from detection, stands beside an age:\n%s", got)
		}
	}
}

func TestTextStanding(t *testing.T) {
	for _, c := range []struct {
		reach   scanner.Reach
		more    scanner.Reach
		history bool
		tip     bool
		want    string
	}{
		{scanner.ReachBranch, "", true, true, "at the tip"},
		{scanner.ReachBranch, "", true, false, "not at the tip"},
		{scanner.ReachStash, "", true, false, "only in a stash"},
		{scanner.ReachStash, scanner.ReachBranch, true, false, "not at the tip"},
		{scanner.ReachPull, "", true, false, "only in other refs, such as pull requests"},
		{scanner.ReachReflog, scanner.ReachUnreachable, true, false, "only in the reflog"},
		{scanner.ReachUnreachable, "", false, false, "only in objects that no ref reaches"},
		{scanner.ReachIndex, "", false, false, "staged, in no commit yet"},
	} {
		p := scanner.Place{Path: "a", Reach: c.reach, Blob: id("ab")}
		f := finding(t, scanner.Finding{Title: "key", Place: p, Exposure: &scanner.Exposure{AtTip: c.tip, InHistory: c.history}}, detectors.Secret{})
		if c.more != "" {
			f.Occurrences = append(f.Occurrences, scanner.Place{Path: "b", Reach: c.more, Blob: id("ab")})
		}
		contains(t, text(t, &scanner.Result{Findings: []scanner.Finding{f}}), "  since:    "+c.want)
	}
}

// TestTextExposure: one line says since when, until when and where.
func TestTextExposure(t *testing.T) {
	c := commit("1a", 12)
	gone := []scanner.Interval{{From: moment("1a", 12), To: moment("2b", 14)}}
	back := append(gone, scanner.Interval{From: moment("3c", 20)})
	for name, test := range map[string]struct {
		x    scanner.Exposure
		want string
	}{
		"at the tip": {scanner.Exposure{AtTip: true, Refs: []string{"a", "b"}, RefsTotal: 33}, "; at the tip, 33 refs"},
		"one ref":    {scanner.Exposure{AtTip: true, Refs: []string{"a"}}, "; at the tip, 1 ref"},
		"back":       {scanner.Exposure{AtTip: true, Intervals: back, Refs: []string{"a"}}, "; at the tip, back since 2026-10-20, 1 ref"},
		"removed":    {scanner.Exposure{Removed: commit("2b", 14), Intervals: gone, Days: number(2)}, "; removed 2026-10-14 after 2 days by 2b2b2b2b2b2b "},
		"removed but in refs": {
			scanner.Exposure{Removed: commit("2b", 14), Intervals: gone, Days: number(0), Refs: []string{"a"}},
			"; removed 2026-10-14 after less than a day by 2b2b2b2b2b2b, still in 1 ref",
		},
		"on another branch": {scanner.Exposure{Refs: []string{"a"}}, "; not at the tip, 1 ref"},
		"shallow":           {scanner.Exposure{Boundary: "shallow", AtTip: true}, "(shallow clone: older commits are not here); at the tip"},
		"state":             {scanner.Exposure{Boundary: "state", AtTip: true}, "(what was scanned before was not looked at again); at the tip"},
		"range":             {scanner.Exposure{Boundary: "range", AtTip: true}, "(commits outside of the range were not looked at); at the tip"},
	} {
		test.x.Introduced, test.x.InHistory = c, true
		f := finding(t, scanner.Finding{Title: "key", Place: place("a", 1, 1, 9, c, test.x.AtTip), Exposure: &test.x}, detectors.Secret{})
		flat := strings.Join(strings.Fields(text(t, &scanner.Result{Findings: []scanner.Finding{f}})), " ")
		if !strings.Contains(flat, test.want) {
			t.Errorf("%s: want %q in\n%s", name, test.want, flat)
		}
	}
}

// TestTextAccount: what was left out and what could not be read is named, up to
// a limit, and then counted; the last line can be relied on.
func TestTextAccount(t *testing.T) {
	r := &scanner.Result{}
	for i := range 25 {
		r.Summary.Errors = append(r.Summary.Errors, scanner.Failure{Class: "corrupt", What: fmt.Sprintf("bad/%02d", i), Why: "zlib: invalid header"})
		r.Summary.Skipped = append(r.Summary.Skipped, scanner.Skip{What: fmt.Sprintf("sub/%02d", i), Why: "a submodule", Count: 2})
	}
	r.Summary.Hidden = map[string]int{"low confidence": 1200, "other layer": 0}
	got := text(t, r)
	contains(t, got, "No secrets found in what could be read in /srv/shop.", "hidden:", "1,200 low confidence",
		"left out:", "sub/00", "sub/19", "and 10 more", "NOT READ: corrupt: 25: damaged", "- bad/00: zlib", "bad/04", "- and 20 more",
		"INCOMPLETE: 25 things could not be read. 1,200 hidden.\n")
	if strings.Contains(got, "bad/05") || strings.Contains(got, "sub/20") || strings.Contains(got, "other layer") {
		t.Errorf("more is named than should be:\n%s", got)
	}
	for i := range r.Summary.Errors {
		r.Summary.Errors[i].Allowed = "known"
	}
	r.Summary.Complete = true
	r.Summary.Hidden = nil
	if got := text(t, r); !strings.HasSuffix(got, "Complete but for 25 accepted gaps. Nothing is hidden.\n") {
		t.Errorf("last line of:\n%s", got)
	}
	if got := text(t, &scanner.Result{}); !strings.HasSuffix(got, "INCOMPLETE: not everything was read. Nothing is hidden.\n") {
		t.Errorf("last line of:\n%s", got)
	}
}

// TestTextUnread: what could not be read stands by class, with what to do about
// it, unless the user accepted it; every class has such a hint.
func TestTextUnread(t *testing.T) {
	r := &scanner.Result{}
	for _, class := range scanner.UnreadClasses() {
		r.Summary.Errors = []scanner.Failure{{Class: class, What: "a/b", Why: "no luck"}}
		_, after, _ := strings.Cut(text(t, r), "NOT READ: "+class+": 1: ")
		if hint, _, _ := strings.Cut(after, "\n"); len(hint) < 10 {
			t.Errorf("%s: hint %q", class, hint)
		}
	}
	r.Summary.Errors = nil
	for i := range 21 {
		r.Summary.Errors = append(r.Summary.Errors,
			scanner.Failure{Class: "promised", What: fmt.Sprint("blob/", i), Why: "not fetched"},
			scanner.Failure{Class: "missing", What: fmt.Sprint("tree/", i), Why: "no such object", Allowed: "known since May"})
	}
	got := text(t, r)
	contains(t, got, "NOT READ: promised: 21: a partial clone left them on the server: git fetch", "--refetch --no-filter",
		"- blob/0: not fetched\n", "- blob/4: not fetched\n", "- and 16 more\n",
		"missing: 21 (accepted: known since May)\n", "- tree/0: no such object\n", "- tree/4", "- and 16 more\n",
		"INCOMPLETE: 21 things could not be read.")
	if n := strings.Count(got, "git fetch"); n != 1 {
		t.Errorf("the hint stands %d times:\n%s", n, got)
	}
}

// TestTextSteps: a finding has two steps at most; what is common stands once, at
// the end, in the order of the plans.
func TestTextSteps(t *testing.T) {
	var r scanner.Result
	for i, m := range []scanner.Remediation{
		{Steps: []string{"Never shown."}, Brief: []string{"Revoke it.", "Call the bank."}, Common: []string{"Remove it.", "Purge history."}},
		{Brief: []string{"Revoke that."}, Common: []string{"Look around.", "Remove it.", "Drop the stash."}},
		{Steps: []string{"One.", "Two.", "Three."}, RotateURL: "https://example.com/keys"},
	} {
		s := secret(t, fmt.Sprint("steps", i), "{40:alnum}", "")
		r.Findings = append(r.Findings, finding(t, scanner.Finding{
			Title: "key", Layer: detectors.AIPlatform, Place: scanner.Place{Path: fmt.Sprint("file", i)}, Remediation: &m,
		}, s))
	}
	got := text(t, &r)
	contains(t, got, "do:       1. Revoke it.", "2. Call the bank.", "do:       Revoke that.",
		"do:       1. Revoke or rotate it at https://example.com/keys", "2. One.",
		"for all:", "1. Look around.", "2. Remove it.", "3. Purge history.", "4. Drop the stash.")
	for _, never := range []string{"Never shown", "Two.", "Three."} {
		if strings.Contains(got, never) {
			t.Errorf("%q is shown:\n%s", never, got)
		}
	}
}

// TestTextLength: an ordinary finding, with everything that there is to say of
// it, takes nine lines of 80 columns at most.
func TestTextLength(t *testing.T) {
	f := adminKey(t)
	f.LayerEvidence = []detectors.Evidence{{Kind: detectors.EvidenceFormat, Layer: detectors.AIPlatform, Detail: "the format belongs to one kind: " + f.Title}}
	f.Exposure.Intervals = f.Exposure.Intervals[1:] // it was never removed
	f.Remediation.Brief = []string{"Delete the key: " + f.Remediation.RotateURL, "Keep this file out of git; deploy it from a secret store."}
	above, _, _ := strings.Cut(text(t, &scanner.Result{Findings: []scanner.Finding{f}}), "\n\nSummary")
	_, above, _ = strings.Cut(above, "\n\n")
	if n := strings.Count(above, "\n") + 1; n > 9 {
		t.Errorf("%d lines:\n%s", n, above)
	}
	contains(t, above, "Anthropic admin API key (high confidence, by format, in production)\n", "place:", "settings.env:12:21\n", "ANTHROPIC_ADMIN_KEY=sk-ant-admin01-…",
		"opens:", "since:", "2026-10-12 (40 days), 1a1a1a1a1a1a, Ada Byron; at the tip, 44 refs\n", "also at:", "1,205 more places", "owner:", "do:", "admin-keys\n", "2. Keep")
}

// TestTextTitle: the provider is named once.
func TestTextTitle(t *testing.T) {
	for _, c := range [][3]string{
		{"Cursor", "user or admin API key", ": Cursor user or admin API key ("},
		{"Microsoft Azure", "Azure AI services account key", ": Azure AI services account key ("},
		{"GitHub", "github token", ": github token ("},
		{"", "password", ": password ("},
		{"Django, Flask and others", "secret key", ": secret key ("},
	} {
		f := finding(t, scanner.Finding{Provider: c[0], Title: c[1], Severity: scanner.SeverityLow}, detectors.Secret{})
		contains(t, text(t, &scanner.Result{Findings: []scanner.Finding{f}}), c[2])
	}
}

// TestTextLine: a long source line is cut around the secret, which stays whole.
func TestTextLine(t *testing.T) {
	s := secret(t, "line", "{40:alnum}", "")
	for _, line := range []string{
		s.String() + strings.Repeat(" tail", 60),
		strings.Repeat("head ", 60) + s.String(),
		strings.Repeat("head ", 60) + s.String() + strings.Repeat(" tail", 60),
		strings.Repeat("日本", 60) + s.String() + strings.Repeat("語", 60),
		"\t\tshort " + s.String(),
	} {
		f := finding(t, scanner.Finding{Title: "key", Place: scanner.Place{Path: "a", Line: line}}, s)
		shown := strings.Split(text(t, &scanner.Result{Findings: []scanner.Finding{f}}), "\n")[5]
		if !strings.Contains(shown, s.String()) || width(shown) > 80 {
			t.Errorf("%q is shown as %q, %d columns", line, shown, width(shown))
		}
		if whole := width(strings.ReplaceAll(line, "\t", " ")) + 12; whole > 80 && width(shown) < 76 {
			t.Errorf("%q is cut to %q, %d columns", line, shown, width(shown))
		}
	}
}

// TestShowSecrets: what the user asked to see is shown in full, everywhere.
func TestShowSecrets(t *testing.T) {
	f := adminKey(t)
	f.Secret = scanner.Shown(f.Plain.Reveal())
	f.Path = "keys/" + f.Plain.Reveal()
	for _, format := range []string{"text", "json", "jsonl", "sarif"} {
		o := options()
		o.ShowSecrets = true
		out := string(write(t, format, &scanner.Result{Findings: []scanner.Finding{f}}, o))
		if n := strings.Count(out, f.Plain.Reveal()); n < 2 {
			t.Errorf("%s shows the secret %d times:\n%s", format, n, out)
		}
	}
}

// width counts columns in the simplest way that suits these tests' characters.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r >= 0x3000:
			n += 2
		default:
			n++
		}
	}
	return n
}
