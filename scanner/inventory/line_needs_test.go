package inventory

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"leakline/testdata/boundary"
)

// What a pattern needs is what all of its matches hold, and no more than that.
func TestNeeds(t *testing.T) {
	for _, c := range []struct {
		pattern, word string
		want          []need
	}{
		{`\bjwt\.sign\s*\(`, "jwt.sign", []need{{"("}}},
		{`\b[cC]lose_?(?:[uU]sers?|[mM]ember)\w*\(`, "lose", []need{{"ser", "ember"}, {"("}}},
		{`a(?:bc)?d*e+f{0,2}(?i:gh)`, "", []need{{"a"}, {"e"}}},
		{`(?:abc|d?)x|yz`, "", []need{{"x", "yz"}}},
		{`(?:abc|d?)`, "", nil},
		{`(?i)select`, "", nil},
		{`[xy]+`, "", nil},
	} {
		if got := needsOf(c.pattern, c.word); !slices.EqualFunc(got, c.want, func(a, b need) bool { return slices.Equal(a, b) }) {
			t.Errorf("%s: %q, want %q", c.pattern, got, c.want)
		}
	}
}

// Of every pattern of the package, and of every line of the applications that it
// matches, the line holds what the pattern needs.
func TestNeedsOfPatterns(t *testing.T) {
	var lines []string
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range apps {
		for _, name := range a.Names() {
			text, err := a.Expand(name)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, strings.Split(string(text), "\n")...)
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	matched, needy := 0, 0
	for _, text := range patternsOfPackage(t) {
		re, needs := regexp.MustCompile(text), needsOf(text, "")
		if len(needs) == 0 {
			continue
		}
		needy++
		for _, line := range lines {
			if !slices.ContainsFunc(needs, func(n need) bool { return !n.inString(line) }) { // else it need not be tried, if this is true:
				continue
			}
			if re.MatchString(line) {
				t.Errorf("%s matches %q, which has not %q", text, line, needs)
			}
			matched++
		}
	}
	if needy < 100 || matched < 100_000 {
		t.Errorf("%d patterns with needs, %d lines: that says nothing", needy, matched)
	}
	t.Logf("%d patterns with needs, %d lines need not be tried", needy, matched)
}

// patternsOfPackage are the patterns that the package's source writes out.
func patternsOfPackage(t *testing.T) []string {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(x ast.Node) bool {
			if call, ok := x.(*ast.CallExpr); ok && len(call.Args) == 1 {
				if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "compile" {
					if text, ok := call.Args[0].(*ast.BasicLit); ok {
						if s, err := strconv.Unquote(text.Value); err == nil {
							out = append(out, s)
						}
					}
				}
			}
			return true
		})
	}
	for _, set := range []*lineSet{platformSet(), systemSet(), controlSet()} {
		for _, all := range set.of {
			for _, l := range all {
				if l.pattern != "" {
					out = append(out, l.pattern)
				}
			}
		}
	}
	return out
}
