package rules

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"leakline/testdata/integration"
)

// expression draws an expression. What it is made of, texts are made of too.
func expression(t *rapid.T, depth int) string {
	var b strings.Builder
	for range rapid.IntRange(1, 4).Draw(t, "parts") {
		b.WriteString(part(t, depth))
	}
	return b.String()
}

func part(t *rapid.T, depth int) string {
	text := ""
	switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
	case kind < 4:
		text = regexp.QuoteMeta(rapid.SampledFrom(pieces).Draw(t, "literal"))
	case kind < 7:
		text = rapid.SampledFrom([]string{
			`[a-z0-9]`, `[A-Z]`, `\w`, `\s`, `[^\n]`, `[^a]`, `.`, `[\s\S]`, `[ks]`, `\S`, `[a-c]`, `[^\x00-\x7f]`, `[=:]`, `\d`, `é`,
		}).Draw(t, "class")
	case kind == 7:
		return rapid.SampledFrom([]string{`\b`, `^`, `$`, `(?m:^)`, `(?m:$)`, `\B`, `\A`, `\z`}).Draw(t, "assertion")
	case depth == 0:
		text = "a"
	case kind == 8:
		open := rapid.SampledFrom([]string{"(", "(?:", "(?i:", "(?s:"}).Draw(t, "open")
		text = open + expression(t, depth-1) + ")"
	default:
		text = "(?:" + expression(t, depth-1) + "|" + expression(t, depth-1) + ")"
	}
	times := rapid.SampledFrom([]string{"", "", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,4}", "{2,}", "*?", "{1,9}?", "{3,20}"}).Draw(t, "times")
	if len(text) > 1 && times != "" && !strings.HasPrefix(text, "(") {
		text = "(?:" + text + ")"
	}
	return text + times
}

// pieces are what texts and literals are made of: words, marks, and characters that
// are not what they look like.
var pieces = []string{"key", "sk", "tok", "KEY", "ab", "=", "-", ":", "a", "k", "s", "api", "0", "aaaa", "42"}

var odds = []string{"\u017f", "\u212a", "\u0130", "é", "世", "\xff", "\xc3", "\xe2\x84", "\n", "\n", "\n\n", " ", "\t", "\r\n", "\"", "'"}

func content(t *rapid.T) string {
	var b strings.Builder
	strange := rapid.Bool().Draw(t, "strange")
	for range rapid.IntRange(0, 60).Draw(t, "pieces") {
		from := pieces
		if strange && rapid.IntRange(0, 3).Draw(t, "odd") == 0 {
			from = odds
		} else if rapid.IntRange(0, 3).Draw(t, "blank") == 0 {
			from = []string{" ", "\n", " = ", "zzzzzzzzzzzzzzzzzzzz", "........", "\n\n", "Q"}
		}
		b.WriteString(rapid.SampledFrom(from).Draw(t, "piece"))
	}
	return b.String()
}

// TestWindowsEqualWhole: an expression that runs in windows finds what it finds in all
// of the text.
func TestWindowsEqualWhole(t *testing.T) {
	windows := 0
	rapid.Check(t, func(t *rapid.T) {
		expr := expression(t, 2)
		p, err := newPattern(expr)
		if err != nil {
			t.Skip(err)
		}
		r := &rule{id: "x", regex: p}
		c := &Config{rules: []*rule{r}}
		if err := c.finish(); err != nil {
			t.Fatal(err)
		}
		data := []byte(content(t))
		s := &search{config: c, data: data}
		s.look()
		if places, ok := s.places(r); ok && len(places) > 0 {
			windows++
		}
		want := regexp.MustCompile(expr).FindAllIndex(data, -1)
		got := s.matches(r)
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%q in %q: %v, on all of the text %v", expr, data, got, want)
		}
	})
	if windows == 0 {
		t.Error("no expression ran in windows")
	}
}

// TestWords: the automaton finds what looking for each word finds.
func TestWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
			"a", "ab", "abc", "bc", "c", "key", "keys", "ey", "=", "é", "\xff", "aaa", "aa", "-k", "zzzzzz",
		}), 0, 8, rapid.ID[string]).Draw(t, "words")
		w, err := newWords(list)
		if err != nil {
			t.Fatal(err)
		}
		data := []byte(rapid.StringOf(rapid.SampledFrom([]rune("aAbBcCkKeEyY=-zé\u00ff"))).Draw(t, "text"))
		got := map[[2]int]int{}
		w.scan(data, func(word, end int) { got[[2]int{word, end}]++ })
		want := map[[2]int]int{}
		lower := asciiLower(data)
		for i, word := range list {
			for end := len(word); end <= len(lower); end++ {
				if bytes.HasSuffix(lower[:end], []byte(word)) {
					want[[2]int{i, end}] = 1
				}
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q in %q: %v, want %v", list, data, got, want)
		}
	})
}

func asciiLower(data []byte) []byte {
	out := bytes.Clone(data)
	for i, c := range out {
		if c < utf8.RuneSelf && 'A' <= c && c <= 'Z' {
			out[i] = c | 0x20
		}
	}
	return out
}

// quote writes a TOML string.
func quote(s string) string { return "'''" + s + "'''" }

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quote(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// allowlist draws the keys of one table of exceptions.
func allowlist(t *rapid.T, global bool) string {
	var b strings.Builder
	all := rapid.IntRange(0, 3).Draw(t, "all") == 0
	if all {
		b.WriteString("condition = \"AND\"\n")
	}
	some := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	any := false
	if !(global && all) && some("paths") { // see TestIntegrationGitleaksDifferences
		fmt.Fprintf(&b, "paths = %s\n", quoted([]string{rapid.SampledFrom([]string{`\.txt$`, `^a/`, `b`, `(?i)F1`}).Draw(t, "path")}))
		any = true
	}
	if some("stopwords") {
		fmt.Fprintf(&b, "stopwords = %s\n", quoted(rapid.SliceOfN(rapid.SampledFrom([]string{"KEY", "aaaa", "42", "z"}), 1, 2).Draw(t, "words")))
		any = true
	}
	if some("commits") && any {
		fmt.Fprintf(&b, "commits = %s\n", quoted([]string{"0123456789abcdef0123456789abcdef01234567"}))
	}
	if !any || some("regexes") {
		fmt.Fprintf(&b, "regexes = %s\n", quoted([]string{part(t, 1), `zz+`}))
		fmt.Fprintf(&b, "regexTarget = %q\n", rapid.SampledFrom([]string{"secret", "match", "line"}).Draw(t, "target"))
	}
	return b.String()
}

// configuration draws a configuration.
func configuration(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("title = \"drawn\"\n")
	n := rapid.IntRange(1, 5).Draw(t, "rules")
	for i := range n {
		id := fmt.Sprintf("rule-%d", i)
		if rapid.IntRange(0, 3).Draw(t, "generic") == 0 {
			id = fmt.Sprintf("a-Generic-%d", i)
		}
		expr := expression(t, 2)
		re, err := regexp.Compile(expr)
		if err != nil {
			expr, re = "(k)ey", regexp.MustCompile("(k)ey")
		}
		fmt.Fprintf(&b, "\n[[rules]]\nid = %q\ndescription = \"drawn\"\nregex = %s\n", id, quote(expr))
		if re.NumSubexp() > 0 && rapid.Bool().Draw(t, "group") {
			fmt.Fprintf(&b, "secretGroup = %d\n", rapid.IntRange(0, re.NumSubexp()).Draw(t, "n"))
		}
		if rapid.IntRange(0, 2).Draw(t, "entropy") == 0 {
			fmt.Fprintf(&b, "entropy = %s\n", rapid.SampledFrom([]string{"0.5", "1.0", "1.5", "2", "3"}).Draw(t, "bits"))
		}
		if rapid.Bool().Draw(t, "keywords") {
			fmt.Fprintf(&b, "keywords = %s\n", quoted(rapid.SliceOfN(rapid.SampledFrom([]string{"key", "SK", "i", "a", "tok", "é"}), 1, 2).Draw(t, "words")))
		}
		if rapid.IntRange(0, 4).Draw(t, "path") == 0 {
			fmt.Fprintf(&b, "path = %s\n", quote(rapid.SampledFrom([]string{`\.txt$`, `^a/`, `F`, `(?i)F`}).Draw(t, "pattern")))
		}
		if rapid.IntRange(0, 4).Draw(t, "silent") == 0 {
			b.WriteString("skipReport = true\n")
		}
		for range rapid.IntRange(0, 2).Draw(t, "allowlists") {
			b.WriteString("[[rules.allowlists]]\n" + allowlist(t, false))
		}
		if i > 0 && rapid.IntRange(0, 2).Draw(t, "required") == 0 {
			fmt.Fprintf(&b, "[[rules.required]]\nid = \"rule-x\"\n")
			if rapid.Bool().Draw(t, "lines") {
				fmt.Fprintf(&b, "withinLines = %d\n", rapid.IntRange(0, 3).Draw(t, "n"))
			}
			if rapid.Bool().Draw(t, "columns") {
				fmt.Fprintf(&b, "withinColumns = %d\n", rapid.IntRange(0, 9).Draw(t, "n"))
			}
		}
	}
	b.WriteString("\n[[rules]]\nid = \"rule-x\"\nregex = '''[a-z]+(=|:)'''\nkeywords = [\"=\", \":\"]\n")
	if rapid.IntRange(0, 2).Draw(t, "global") == 0 {
		b.WriteString("[[allowlists]]\n" + allowlist(t, true))
	}
	if rapid.IntRange(0, 3).Draw(t, "targeted") == 0 {
		b.WriteString("[[allowlists]]\ntargetRules = [\"rule-x\"]\n" + allowlist(t, true))
	}
	return b.String()
}

// TestIntegrationGitleaksRulesProperty: whatever rules and texts, the package finds what
// gitleaks finds.
func TestIntegrationGitleaksRulesProperty(t *testing.T) {
	binary := integration.Need(t, "gitleaks")
	top := t.TempDir()
	n, total := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		dir := filepath.Join(top, fmt.Sprint(n))
		defer os.RemoveAll(dir)
		config := filepath.Join(top, "config.toml")
		text := configuration(t)
		put(t, top, "config.toml", text)
		for i := range rapid.IntRange(4, 12).Draw(t, "files") {
			path := rapid.SampledFrom([]string{"%d.txt", "a/%d", "b/f%d.go", "F%d.TXT"}).Draw(t, "path")
			// Without a line end at its end, gitleaks takes all of the file for the line.
			put(t, dir, fmt.Sprintf(path, i), content(t)+"\n")
		}
		c, err := Load(config, text, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		found := rowsOf(slices.DeleteFunc(runGitleaks(t, top, binary, dir, config, "--max-decode-depth", "0"), func(f theirs) bool {
			return f.Secret == "" // nothing: it is not reported here
		}))
		ours := scan(t, c, dir)
		total += len(ours)
		if diff := differences(ours, found); len(diff) > 0 {
			t.Fatalf("%s\n%s", strings.Join(diff, "\n"), text)
		}
	})
	t.Logf("%d configurations, %d findings", n, total)
	if total < n {
		t.Errorf("%d findings by %d configurations: they say little", total, n)
	}
}
