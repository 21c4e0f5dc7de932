package boundary

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"leakline/detectors"
	"leakline/scanner"
)

func sideOf(m *Map, vs ...Violation) Side {
	m.Complete = true
	return Side{Map: m, Violations: vs}
}

// TestCompare: what comes, goes and stands differently; lines that move are nothing.
func TestCompare(t *testing.T) {
	ai, auth := detectors.AIPlatform, detectors.ApplicationAuth
	at := func(line int) []Where { return []Where{{Path: "a.go", Line: line}} }
	base := &Map{Planes: []Plane{
		{Layer: ai, Owners: []string{"@ann"}, Uses: []Use{{Name: "openai", Version: "1", Shown: at(1)}, {Name: "cohere", Shown: at(2)}}},
		{
			Layer: auth, Controls: []Control{{Name: "MFA", Standing: Shown, Shown: at(3)}, {Name: "SSO", Standing: NotShown}},
			Identities: []Identity{{Name: "SESSION_SECRET", Shown: at(4)}},
		},
	}, Routes: []Use{{Name: "/chat", Shown: at(9)}}}
	head := &Map{Planes: []Plane{
		{Layer: ai, Owners: []string{"@ann", "@bob"}, Uses: []Use{{Name: "openai", Version: "2", Shown: at(11)}}},
		{
			Layer: auth, Controls: []Control{{Name: "MFA", Standing: NotShown}, {Name: "SSO", Standing: Shown, Shown: at(5)}},
			Identities: []Identity{{Name: "SESSION_SECRET", Literal: true, Shown: at(14)}},
		},
	}, Routes: []Use{{Name: "/chat", Shown: at(19)}}, Edges: []Edge{{From: "x", To: "y", By: "K", Crosses: true}, {From: "x", To: "z", By: "L"}}}
	d := Compare(sideOf(base), sideOf(head))
	var got []string
	for i := range d.Changes {
		got = append(got, string(d.Changes[i].Layer)+" "+d.Changes[i].sentence())
	}
	want := []string{
		" + edge K from x to y: crosses",
		"ai-platform ~ owner of the layer: @ann, @bob, was @ann",
		"ai-platform - use cohere (was: there)",
		"ai-platform ~ use openai: 2, was 1",
		"application-auth ~ control MFA: not shown, was shown; ask its owner",
		"application-auth ~ control SSO: shown, was not shown",
		"application-auth ~ identity SESSION_SECRET: its value stands here, was named",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if same := Compare(sideOf(base), sideOf(base)); len(same.Changes)+len(same.New)+len(same.Gone) > 0 || !same.Complete {
		t.Errorf("%+v", same)
	}
}

// TestCompareViolations: a violation is known again by what is at fault, as often as it
// stands; a waived one is none.
func TestCompareViolations(t *testing.T) {
	v := func(rule, path, text string, line int) Violation {
		return Violation{Rule: rule, At: Where{Path: path, Line: line, Text: text}}
	}
	key := func(rule, fingerprint string, line int) Violation {
		return Violation{Rule: rule, At: Where{Path: "k", Line: line}, Fingerprint: fingerprint}
	}
	waived := v("a", "p", "x", 1)
	waived.Waived = &Waiver{Rule: "a"}
	for name, c := range map[string]struct {
		base, head []Violation
		fresh      int
		gone       int
	}{
		"moved":            {[]Violation{v("a", "p", "x", 1)}, []Violation{v("a", "p", "x", 40)}, 0, 0},
		"in another file":  {[]Violation{v("a", "p", "x", 1)}, []Violation{v("a", "q", "x", 1)}, 1, 1},
		"of another rule":  {[]Violation{v("a", "p", "x", 1)}, []Violation{v("b", "p", "x", 1)}, 1, 1},
		"once more":        {[]Violation{v("a", "p", "x", 1)}, []Violation{v("a", "p", "x", 1), v("a", "p", "x", 2)}, 1, 0},
		"another secret":   {[]Violation{key("a", "v1:1", 1)}, []Violation{key("a", "v1:2", 1)}, 1, 1},
		"the same secret":  {[]Violation{key("a", "v1:1", 1)}, []Violation{key("a", "v1:1", 2)}, 0, 0},
		"accepted":         {nil, []Violation{waived}, 0, 0},
		"accepted by then": {[]Violation{v("a", "p", "x", 1)}, []Violation{waived}, 0, 1},
		"accepted before":  {[]Violation{waived}, []Violation{v("a", "p", "x", 1)}, 1, 0},
	} {
		d := Compare(sideOf(&Map{}, c.base...), sideOf(&Map{}, c.head...))
		if len(d.New) != c.fresh || len(d.Gone) != c.gone {
			t.Errorf("%s: %d new, %d gone; want %d, %d", name, len(d.New), len(d.Gone), c.fresh, c.gone)
		}
	}
}

// TestBegun: the days between the layers.
func TestBegun(t *testing.T) {
	day := func(n int) *Beginning {
		return &Beginning{At: time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC), Name: "x"}
	}
	now := day(31).At
	for name, c := range map[string]struct {
		in   *Begun
		days int
		says string
	}{
		"authentication later":  {&Begun{AI: day(2), Auth: day(12)}, 10, "10 days later"},
		"one day later":         {&Begun{AI: day(2), Auth: day(3)}, 1, "1 day later"},
		"authentication first":  {&Begun{AI: day(12), Auth: day(2)}, -10, "was there"},
		"on one day":            {&Begun{AI: day(2), Auth: day(2)}, 0, "was there"},
		"no authentication yet": {&Begun{AI: day(1)}, 30, "No application authentication since: 30 days"},
		"a history cut off":     {&Begun{AI: day(1), Shallow: true}, 30, "cut off"},
	} {
		if got := c.in.Reckon(now); got == nil || got.Days != c.days || !strings.Contains(got.Sentence(), c.says) {
			t.Errorf("%s: %+v %s", name, got, got.Sentence())
		}
	}
	if (*Begun)(nil).Reckon(now) != nil || (&Begun{Auth: day(1)}).Reckon(now) != nil {
		t.Error("days without an AI platform")
	}
}

// hostileText is what a tree may hold to deceive who reads a report.
const hostileText = "a`b|c\x1b[2J\n# <script>@team [x](javascript:y) \u202e *z*"

func hostileReport() *Report {
	v := Violation{
		Rule: "owner-missing", Title: "A layer in use has no owner", Severity: scanner.SeverityMedium,
		At: Where{Path: hostileText, Line: 3, Text: hostileText}, Also: []Where{{Path: "x/ü%20.go", Text: hostileText}}, Why: hostileText, Remedy: hostileText,
		Frameworks: []string{"CSF 2.0 GV.RR-02"},
	}
	w := v
	w.Waived = &Waiver{Rule: v.Rule, Reason: hostileText, Until: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)}
	r := &Report{Target: hostileText, Violations: []Violation{v, w}, Complete: true}
	for _, x := range Rules() {
		r.Rules = append(r.Rules, RuleText{x.ID, x.Title, x.Severity, x.Remedy, x.Frameworks})
	}
	return r
}

// TestReportHostile: no format hands on what a terminal, a page or a viewer would obey.
func TestReportHostile(t *testing.T) {
	r := hostileReport()
	d := &Diff{Base: hostileText, Head: hostileText, New: r.Violations, Gone: r.Violations, Changes: []Change{{What: "use", Name: hostileText, After: hostileText, At: r.Violations[0].At}}}
	write := map[string]func(*bytes.Buffer) error{}
	for _, f := range r.Formats() {
		write["report "+f] = func(b *bytes.Buffer) error { return r.Write(b, f, "1") }
	}
	for _, f := range []string{"text", "json", "markdown"} {
		write["diff "+f] = func(b *bytes.Buffer) error { return d.Write(b, f) }
	}
	for name, to := range write {
		var b bytes.Buffer
		if err := to(&b); err != nil {
			t.Fatal(err)
		}
		bad := []string{"\x1b"}
		switch {
		case strings.HasSuffix(name, "markdown"):
			bad = append(bad, "\u202e", "<script>", "@team", "[x](", "\n# <", "|c")
		case strings.HasSuffix(name, "text"):
			bad = append(bad, "\u202e")
		}
		for _, s := range bad {
			if strings.Contains(b.String(), s) {
				t.Errorf("%s holds %q:\n%s", name, s, b.String())
			}
		}
		if strings.HasSuffix(name, "text") {
			for line := range strings.Lines(b.String()) {
				if !strings.Contains(line, "[owner-missing]") && !strings.Contains(line, "..") && len([]rune(line)) > 160 {
					t.Errorf("%s: a line of %d characters", name, len([]rune(line)))
				}
			}
		}
	}
}

// TestReportSARIF: the report is valid by the schema of SARIF.
func TestReportSARIF(t *testing.T) {
	text, err := os.ReadFile("../../testdata/schemas/sarif-2.1.0-rtm.5.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := hostileReport().Write(&b, "sarif", "1.2.3"); err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(b.Bytes(), &plain); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(plain); err != nil {
		t.Errorf("%v\n%s", err, b.String())
	}
}
