package report_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/report"
)

func stop(t tb, r *scanner.Result, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteStop(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// stopped is the fixture as a hook sees it: staged, with the ways out.
func stopped(t tb) *scanner.Result {
	r := fixture(t)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Exposure, f.Commit, f.Occurrences, f.OccurrencesTotal = nil, "", nil, 0
		if f.Source == scanner.SourceBlob {
			f.Reach, f.AtTip = scanner.ReachIndex, true
		}
		m := scanner.Remediation{Owner: "the team that owns it"}
		if f.Remediation != nil {
			m = *f.Remediation
		}
		m.Ways = []scanner.Way{
			{When: "It is real", Text: "read it from the environment. Line 12 becomes (import os):", Code: []string{
				`KEY = os.environ["ANTHROPIC_ADMIN_KEY"]`, "git add 'deploy/prod settings.env'",
			}},
			{When: "It is a test value", Text: "append this to line 12, with a reason, and git add it:", Code: []string{`# leakline:allow reason="..."`}},
			{When: "It was pushed or shared", Text: "delete the key: https://console.anthropic.com/settings/admin-keys"},
		}
		f.Remediation = &m
	}
	r.Summary = scanner.Summary{
		Objects: map[string]int{"files": 12}, Bytes: 34_120, Complete: true,
		Findings: map[detectors.Layer]int{"ai-platform": 2},
		Ignored: map[scanner.Mechanism]map[detectors.Layer]int{
			scanner.ByComment: {"ai-platform": 1, "infrastructure": 1}, scanner.ByBaseline: {"unclassified": 1200},
		},
	}
	return r
}

func TestStopGolden(t *testing.T) {
	one, many, refused, incomplete := stopped(t), stopped(t), stopped(t), stopped(t)
	one.Findings = one.Findings[:1]
	one.Summary.Ignored = nil
	refused.Findings = refused.Findings[:1]
	refused.Findings[0].Ignored = &scanner.Ignored{By: scanner.ByComment, Where: "gitleaks:allow", Refused: "the format proves what it is; write a reason behind it"}
	pushed := stopped(t)
	pushed.Findings, pushed.Summary.Objects["commits"] = pushed.Findings[:1], 3
	pushed.Findings[0].Commit, pushed.Findings[0].Reach, pushed.Findings[0].AtTip = id("1a"), scanner.ReachBranch, false
	incomplete.Findings = incomplete.Findings[:1]
	incomplete.Summary.Complete = false
	incomplete.Summary.Errors = []scanner.Failure{{Class: "missing", What: "a/b.bin", Why: "object not found"}}
	unread := &scanner.Result{Summary: incomplete.Summary}
	nothing := &scanner.Result{Summary: scanner.Summary{Objects: map[string]int{"files": 3}, Bytes: 812, Complete: true}}
	colored, narrow, push, receive, sub := options(), options(), options(), options(), options()
	colored.Color, narrow.Width, push.Stage, receive.Stage, sub.Prefix = true, 40, report.StagePush, report.StageReceive, "cmd/app/"
	for _, c := range []struct {
		name string
		r    *scanner.Result
		o    report.Options
	}{
		{"one", one, options()},
		{"one.color", one, colored},
		{"one.narrow", one, narrow},
		{"one.folder", one, sub},
		{"many", many, options()},
		{"refused", refused, options()},
		{"push", pushed, push},
		{"receive", pushed, receive},
		{"incomplete", incomplete, options()},
		{"unread", unread, options()},
		{"unread.receive", unread, receive},
		{"none", nothing, options()},
	} {
		golden(t, "stop."+c.name+".txt", []byte(stop(t, c.r, c.o)))
	}
}

// TestStopShort: with one finding the whole text fits a terminal of 24 lines, and
// many findings do not make it longer than three and a line or two for each other.
func TestStopShort(t *testing.T) {
	r := stopped(t)
	f := r.Findings[0]
	r.Findings = []scanner.Finding{f}
	if n := strings.Count(stop(t, r, options()), "\n"); n > 23 {
		t.Errorf("one finding takes %d lines", n)
	}
	for range 199 {
		r.Findings = append(r.Findings, f)
	}
	text := stop(t, r, options())
	if n := strings.Count(text, "\n"); n > 4*25+2*200 {
		t.Errorf("200 findings take %d lines", n)
	}
	contains(t, text, "this commit would add 200 secrets; it was stopped.", "1. It is real", "And 197 more:", "deploy/prod settings.env:12:21: Anthropic admin API key", "Then commit again.")
}

// TestStopMark: the carets stand under the redacted secret, also where the line is
// cut and where characters are wide.
func TestStopMark(t *testing.T) {
	s := secret(t, "mark", "zqai_{24:alnum}", "zqai_")
	for _, line := range []string{
		`KEY = "%s"`, "%s", `日本 = "%s" # 日本`, strings.Repeat("é", 90) + "%s" + strings.Repeat("x ", 90), "\tkey:\t%s",
	} {
		for _, width := range []int{40, 80, 120} {
			f := finding(t, scanner.Finding{Title: "key", Place: scanner.Place{Path: "a", StartLine: 1, EndLine: 1, Line: fmt.Sprintf(line, s)}}, s)
			o := options()
			o.Width = width
			lines := strings.Split(stop(t, &scanner.Result{Findings: []scanner.Finding{f}}, o), "\n")
			at := -1
			for i, l := range lines {
				if strings.Contains(l, "^") {
					at = i
				}
			}
			if at < 1 {
				t.Fatalf("no carets for %q at width %d:\n%s", line, width, strings.Join(lines, "\n"))
			}
			before, _, ok := strings.Cut(lines[at-1], s.String())
			wide := 0
			for _, r := range before {
				wide++
				if unicode.Is(unicode.Han, r) {
					wide++
				}
			}
			if want := strings.Repeat(" ", wide) + strings.Repeat("^", utf8.RuneCountInString(s.String())); !ok || lines[at] != want {
				t.Errorf("width %d:\n%s\n%s\nwant\n%s", width, lines[at-1], lines[at], want)
			}
		}
	}
}

// TestStopHostile: whatever stands in names, the text holds no plaintext and no
// character that a terminal obeys, and no line is longer than the width but for
// what is never broken.
func TestStopHostile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, plain := hostile(t)
		say := func(label string) string { return name(t, label, plain) }
		for i := range r.Findings {
			f := &r.Findings[i]
			f.Remediation.Ways = []scanner.Way{{When: say("when"), Text: say("text"), Code: []string{say("code"), say("code")}}}
			f.Ignored = &scanner.Ignored{By: scanner.ByComment, Where: say("where"), Refused: say("refused")}
		}
		o := options()
		o.Width = rapid.SampledFrom([]int{0, 1, 40, 80, 200}).Draw(t, "width")
		o.Stage = rapid.SampledFrom([]report.Stage{"", report.StageCommit, report.StagePush, report.StageReceive}).Draw(t, "stage")
		o.Prefix = rapid.SampledFrom([]string{"", "a/", "a/b/"}).Draw(t, "prefix")
		o.ShowSecrets = rapid.Bool().Draw(t, "show")
		out := stop(t, r, o)
		for _, s := range plain {
			if strings.Contains(out, s) {
				t.Fatalf("the text holds a plaintext of %d bytes", len(s))
			}
		}
		if i := strings.IndexFunc(out, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }); i >= 0 || !utf8.ValidString(out) {
			t.Fatalf("byte %d is no printable text: %q", i, out[max(i, 0):])
		}
		if out != stop(t, r, o) {
			t.Fatal("two writes of one result differ")
		}
	})
}

// TestStopWidth: what is made of our own words alone fits the width.
func TestStopWidth(t *testing.T) {
	for _, width := range []int{40, 72, 80, 100} {
		for _, stage := range []report.Stage{report.StageCommit, report.StagePush, report.StageReceive} {
			o := options()
			o.Width, o.Stage = width, stage
			for line := range strings.SplitSeq(stop(t, stopped(t), o), "\n") {
				unbroken := strings.Contains(line, "/") || strings.Contains(line, "KEY") || strings.Contains(line, "…")
				if n := utf8.RuneCountInString(line); n > width && !unbroken {
					t.Errorf("width %d: %d columns: %q", width, n, line)
				}
			}
		}
	}
}

// TestDoors: for every detector of the catalogue what it opens reads as the end of a
// sentence, and says nothing twice.
func TestDoors(t *testing.T) {
	odd := regexp.MustCompile(`\(\)|,,|  |;;|\(,|\.\)|\. \(|^[A-Z][a-z]+ (is|are) |unknown|: \(`)
	n := 0
	for _, d := range detectors.Catalogue() {
		if d.Public {
			continue
		}
		n++
		i := d.Identity
		for _, e := range []detectors.Environment{i.Environment, detectors.Production, detectors.Development, detectors.EnvironmentUnknown, ""} {
			f := scanner.Finding{
				Title: d.Title, Opens: d.Opens, Layer: i.Layer, Subject: i.Subject, Privilege: i.Privilege, Scope: i.Scope,
				Environment: e, AlsoOpens: d.AlsoOpens,
			}
			text := report.Doors(&f)
			if !strings.HasPrefix(text, strings.TrimRight(d.Opens, ".")) || odd.MatchString(text) || strings.Count(text, "service account") > 1 && strings.Count(d.Opens, "service account") == 0 {
				t.Errorf("%s opens %q", d.ID, text)
			}
		}
	}
	if n < 400 {
		t.Errorf("looked at %d detectors", n)
	}
	for _, c := range []struct {
		f    scanner.Finding
		want string
	}{
		{scanner.Finding{Opens: "one of your organisation's OpenAI projects as a service account", Subject: detectors.ServiceAccount, Privilege: detectors.Write}, "one of your organisation's OpenAI projects as a service account (with write access)"},
		{scanner.Finding{Opens: "the Stripe account: payments and refunds", Subject: detectors.ServiceAccount, Privilege: detectors.Admin, Environment: detectors.Production}, "the Stripe account: payments and refunds (as a service account, with full control, in production)"},
		{scanner.Finding{Opens: "the sending of mail from the team's domains", Subject: detectors.ServiceAccount, Privilege: detectors.Write}, "the sending of mail from the team's domains (as a service account)"},
		{scanner.Finding{Opens: "your product's Clerk instance", Layer: detectors.ApplicationAuth, Subject: detectors.Application, Privilege: detectors.Forge}, "your product's Clerk instance (as your product itself, able to make credentials that others believe)"},
		{scanner.Finding{Opens: "whatever service issued it", Layer: detectors.Unclassified, Subject: detectors.ServiceAccount, Privilege: detectors.PrivilegeUnknown}, "whatever service issued it"},
		{scanner.Finding{}, "what it was issued for"},
		{
			scanner.Finding{Opens: "the models", Subject: detectors.Machine, Environment: detectors.Test, AlsoOpens: []detectors.Door{{Layer: detectors.Infrastructure, Evidence: []detectors.Evidence{{Detail: "it is an IAM user"}}}}},
			"the models (as a machine, in a test environment); also opens Infrastructure: it is an IAM user",
		},
	} {
		if got := report.Doors(&c.f); got != c.want {
			t.Errorf("Doors = %q, want %q", got, c.want)
		}
	}
}

func TestStopWriteError(t *testing.T) {
	err := report.WriteStop(&full{}, stopped(t), options())
	if err == nil || !strings.Contains(err.Error(), "why this commit was stopped") {
		t.Errorf("error = %v", err)
	}
}
