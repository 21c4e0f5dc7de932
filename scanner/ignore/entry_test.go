package ignore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
)

func day(text string) time.Time {
	d, err := time.Parse(dateForm, text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestParseEntries(t *testing.T) {
	const mark = "s1.0123456789abcdef.0123456789abcdef0123456789abcdef"
	text := "\ufeff# comment\r\n" +
		"path:testdata/** detector:openai-api-key until:2027-01-01 reason:generated keys of tests\r\n" +
		"\n  mark:" + mark + " reason:\"revoked, \\\"OPS-12\\\"\"   # behind it\n" +
		"secret:" + mark + " reason:revoked on 2026-10-01, OPS-12\n" +
		"object:deadbeef reason:lost until:2027-01-01\n" +
		"path: \"my file\" reason: see path:x and #12 # behind it\n" +
		"layer=infrastructure path='a b/*' reason='x'\n"
	want := []Entry{
		{Line: 2, Path: "testdata/**", Detector: "openai-api-key", Until: day("2027-01-01"), Reason: "generated keys of tests"},
		{Line: 4, Mark: mark, Reason: `revoked, "OPS-12"`},
		{Line: 5, Mark: mark, Reason: "revoked on 2026-10-01, OPS-12"},
		{Line: 6, Object: "deadbeef", Until: day("2027-01-01"), Reason: "lost"},
		{Line: 7, Path: "my file", Reason: "see path:x and #12"},
		{Line: 8, Path: "a b/*", Layer: detectors.Infrastructure, Reason: "x"},
	}
	for i := range want {
		want[i].File = "F"
	}
	got, errs := ParseEntries("F", []byte(text))
	if len(errs) > 0 {
		t.Error(errs)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestWrongEntries: a line that is wrong is named, with what to write, and hides
// nothing; the lines around it count.
func TestWrongEntries(t *testing.T) {
	for line, want := range map[string][2]string{
		"path:testdata/**":                                  {"gives no reason", "reason:"},
		"path:x reason:":                                    {"gives no reason", ""},
		`path:x reason:"..."`:                               {"gives no reason", ""},
		"reason:because":                                    {"selects nothing", "path:"},
		"until:2027-01-01 reason:x":                         {"selects nothing", ""},
		"testdata/**":                                       {"behind no selector", ""},
		"src/a.py:generic-api-key:12":                       {"entry of .gitleaksignore", "keep it in that file"},
		"pth:x reason:y":                                    {"unknown selector pth", "path"},
		"reson:y path:x":                                    {"unknown selector", "reason"},
		"file:x reason:y":                                   {"unknown selector", "path, detector"},
		"path:x until:tomorrow reason:y":                    {"no date", "until:2027-01-31"},
		"path:x until:2027-02-29 reason:y":                  {"no date", ""},
		"path:x path:y reason:z":                            {"twice", ""},
		"path:x reason:a reason:b until:2027-01-01 reason:": {"", ""}, // all of the reason
		"layer:cloud reason:y":                              {"unknown layer", "infrastructure"},
		"mark:s1.x reason:y":                                {"no mark", "leakline ignore add"},
		`path:"x reason:y`:                                  {"not closed", ""},
		"path:a[ reason:y":                                  {"brackets", ""},
		"path:a** reason:y":                                 {"whole names", "**/a*"},
		"path:../x reason:y":                                {"out of the target", ""},
		"path:a//b reason:y":                                {"empty", ""},
		"object:x path:y reason:z":                          {"no other selector", "two lines"},
		"path: reason:y":                                    {"", ""}, // a file of that name
	} {
		entries, errs := ParseEntries("dir/F", []byte("path:ok reason:y\n"+line+"\npath:ok reason:y"))
		if want[0] == "" {
			if len(errs) != 0 && line != "path: reason:y" {
				t.Errorf("%q: %v", line, errs)
			}
			continue
		}
		var wrong *SyntaxError
		if len(errs) != 1 || !errors.As(errs[0], &wrong) || wrong.Line != 2 || wrong.File != "dir/F" {
			t.Errorf("%q: %v", line, errs)
			continue
		}
		if !strings.Contains(wrong.Err.Error(), want[0]) || !strings.Contains(wrong.Hint, want[1]) {
			t.Errorf("%q: %v, hint %q", line, wrong.Err, wrong.Hint)
		}
		if len(entries) != 2 {
			t.Errorf("%q: %d entries", line, len(entries))
		}
	}
}

// TestErrorsAreSilent: what is wrong with a line is said without the line: people write
// the secret itself into such files.
func TestErrorsAreSilent(t *testing.T) {
	secret := secretOf(t, "github-pat", 0)
	for _, form := range []string{"%", "path:%", "path:[%", "mark:% reason:x", "secret:%", "%:x", "%=x", "path:x until:% reason:y", "layer:%", "detector:[% reason:x", "a:b:c:%", "path:x %", "'%", "path:\"%"} {
		line := strings.ReplaceAll(form, "%", secret)
		_, errs := ParseEntries("F", []byte(line))
		_, more := parseTheirs("F", []byte(line))
		if len(errs) == 0 {
			t.Errorf("%q is an entry", form)
		}
		for _, err := range append(errs, more...) {
			if strings.Contains(err.Error(), secret[4:12]) {
				t.Errorf("%q: the error quotes the secret", form)
			}
		}
		c := candidateIn(t, "«hunter2x» # leakline:allow until="+secret+" unitl="+secret, generic)
		if got := New(Options{Now: now}).Ignored(c); got == nil || strings.Contains(got.Refused, secret[4:12]) {
			t.Errorf("%+v", got)
		}
	}
	bad := `{"leakline_baseline":1,"salt":"0123456789abcdef","entries":[{"mark":"` + secret + `","detector":"d","layer":"x","first_seen":"` + secret + `"}]}`
	for _, text := range []string{bad, strings.Replace(bad, "0123456789abcdef", secret, 1), `{"leakline_baseline":"` + secret + `"}`, `[{"RuleID":["` + secret + `"]}]`, `[{"RuleID":"x","StartLine":"` + secret + `"}]`} {
		if err := New(Options{}).AddBaseline("f", []byte(text)); err == nil || strings.Contains(err.Error(), secret[4:12]) {
			t.Errorf("%v", err)
		}
	}
}

// genEntry draws an entry that can be written.
var genEntry = rapid.Custom(func(t *rapid.T) Entry {
	text := rapid.Custom(func(t *rapid.T) string {
		return rapid.StringOfN(rapid.RuneFrom([]rune(`ab\"':=# .-é`), unicode.Latin), 1, 12, -1).
			Filter(func(s string) bool { return strings.Trim(s, ".… ") != "" && s == cleanReason(s) }).Draw(t, "text")
	})
	maybe := func(name string, g *rapid.Generator[string]) string {
		if rapid.Bool().Draw(t, name) {
			return g.Draw(t, name)
		}
		return ""
	}
	e := Entry{Reason: text.Draw(t, "reason")}
	if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
		e.Object = text.Draw(t, "object")
	} else {
		e.Path = maybe("path", text.Filter(func(s string) bool { return checkGlob(s) == nil }))
		e.Mark = maybe("mark", rapid.StringMatching(`[sp]1\.[0-9a-f]{16}\.[0-9a-f]{32}`))
		e.Layer = rapid.SampledFrom(append(detectors.Layers(), "")).Draw(t, "layer")
		e.Detector = rapid.StringMatching(`[a-z*][a-z-]{0,8}`).Draw(t, "detector")
	}
	if rapid.Bool().Draw(t, "ends") {
		e.Until = day("2026-01-01").AddDate(0, 0, rapid.IntRange(0, 9999).Draw(t, "day"))
	}
	return e
})

// TestEntryRoundTrip: what is written is read as the same.
func TestEntryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := genEntry.Draw(t, "entry")
		got, errs := ParseEntries("", []byte(e.String()))
		if len(errs) > 0 || len(got) != 1 {
			t.Fatalf("%s: %v", e, errs)
		}
		got[0].Line = 0
		if d := cmp.Diff(e, got[0]); d != "" {
			t.Fatalf("%s: %s", e, d)
		}
	})
}

func FuzzIgnore(f *testing.F) {
	f.Add("path:testdata/** until:2027-01-01 reason:x\n# y\nmark:s1.0123456789abcdef.0123456789abcdef0123456789abcdef reason:\"z\"")
	f.Add("deadbeef:a!b:rule:12\na/b:rule:3\n")
	f.Add(`{"leakline_baseline":1,"salt":"0123456789abcdef","entries":[]}`)
	f.Add(`[{"RuleID":"x","Secret":"y","File":"z"}]`)
	f.Add(`{"plugins_used":[],"results":{"a":[{"hashed_secret":"0123456789012345678901234567890123456789","is_secret":false}]}}`)
	f.Add(`{"detector":"x","fingerprint":"v1:0:0","path":"y"}`)
	f.Fuzz(func(t *testing.T, text string) {
		entries, errs := ParseEntries("F", []byte(text))
		for _, err := range errs {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("the error %q", err)
			}
		}
		for _, e := range entries {
			again, errs := ParseEntries("F", []byte(e.String()))
			if len(errs) > 0 || len(again) != 1 {
				t.Fatalf("%q: %v", e.String(), errs)
			}
			if e.File, e.Line = again[0].File, again[0].Line; e != again[0] {
				t.Fatalf("%+v became %+v", e, again[0])
			}
		}
		s := New(Options{Now: now})
		_ = s.AddFile(".gitleaksignore", []byte(text))
		_ = s.AddFile("other", []byte(text))
		_ = s.AddBaseline("base", []byte(text))
		c := candidateIn(t, "k = '«hunter2x»' # x", generic)
		_ = s.Ignored(c)
		_ = s.Accept(&scanner.Unread{What: text})
		s.Settle(&scanner.Result{Summary: scanner.Summary{Hidden: map[string]int{}}})
	})
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern string
		yes, no []string
	}{
		{"a.py", []string{"a.py"}, []string{"x/a.py", "a.pyc", "b.py"}},
		{"/a.py", []string{"a.py"}, []string{"x/a.py"}},
		{"*.py", []string{"a.py", ".py"}, []string{"x/a.py"}},
		{"**/*.py", []string{"a.py", "x/a.py", "x/y/a.py"}, []string{"a.go"}},
		{"testdata", []string{"testdata", "testdata/x", "testdata/x/y"}, []string{"x/testdata", "testdata2"}},
		{"testdata/", []string{"testdata/x"}, nil},
		{"testdata/**", []string{"testdata/x", "testdata/x/y", "testdata"}, []string{"x/testdata/y"}},
		{"**/testdata", []string{"testdata/x", "a/testdata/x"}, []string{"a/test/x"}},
		{"a/**/b", []string{"a/b", "a/x/b", "a/x/y/b", "a/x/b/c"}, []string{"a/x/c", "b"}},
		{"a/**/b/**/c.txt", []string{"a/b/c.txt", "a/b/b/x/c.txt"}, []string{"a/c.txt"}},
		{"**", []string{"a", "a/b"}, nil},
		{"a?[0-9]", []string{"ab1"}, []string{"a/1", "ab"}},
		{`a\*`, []string{"a*"}, []string{"ab"}},
		{"*.zip!**/*.pem", []string{"x.zip!a/b.pem"}, []string{"x.zip"}},
	} {
		if err := checkGlob(c.pattern); err != nil && !strings.Contains(c.pattern, "!") {
			t.Errorf("%q: %v", c.pattern, err)
		}
		for _, p := range c.yes {
			if !Glob(c.pattern, p) {
				t.Errorf("%q does not select %q", c.pattern, p)
			}
		}
		for _, p := range c.no {
			if Glob(c.pattern, p) {
				t.Errorf("%q selects %q", c.pattern, p)
			}
		}
	}
}

// TestGlobOracle compares with the plain definition, by recursion.
func TestGlobOracle(t *testing.T) {
	var plain func(p, n []string) bool
	plain = func(p, n []string) bool {
		switch {
		case len(p) == 0:
			return len(n) == 0
		case p[0] == "**":
			return plain(p[1:], n) || len(n) > 0 && plain(p, n[1:])
		}
		return len(n) > 0 && matches(p[0], n[0]) && plain(p[1:], n[1:])
	}
	name := rapid.SampledFrom([]string{"a", "b", "ab", "ba"})
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "a*", "**", "*b", "?"}), 1, 6).Draw(t, "pattern")
		n := rapid.SliceOfN(name, 1, 6).Draw(t, "path")
		if got, want := globNames(p, n), plain(p, n); got != want {
			t.Fatalf("%v on %v: %v, want %v", p, n, got, want)
		}
	})
}

// TestExamplesOfTheDocumentation: what the page says can be written.
func TestExamplesOfTheDocumentation(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "cmd", "leakline", "docs", "ignore.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(page)) {
		name, _, ok := cutName(strings.TrimSpace(line))
		if !ok || !strings.HasPrefix(line, "  ") || !strings.Contains(line, "reason:") {
			continue
		}
		for _, s := range []string{"path", "mark", "object", "detector", "layer"} {
			if name != s {
				continue
			}
			n++
			if _, errs := ParseEntries("ignore.md", []byte(line)); len(errs) > 0 {
				t.Errorf("%q: %v", line, errs)
			}
		}
	}
	if n < 4 {
		t.Errorf("%d examples only", n)
	}
}
