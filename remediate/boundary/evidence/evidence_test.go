package evidence

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"leakline/detectors"
	"leakline/detectors/identity"
	"leakline/remediate/boundary"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
	"leakline/scanner"
	apps "leakline/testdata/boundary"
)

var asOf = time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC)

// source is what is known of two layers: everything of one has "bee" in it, everything
// of the other "hornet", and what belongs to both "both".
func source() *Source {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 9, 0, 0, 0, time.UTC) }
	plane := func(l detectors.Layer, w string) boundary.Plane {
		return boundary.Plane{
			Layer: l, Question: "who may use the " + w + "?", Owners: []string{"@acme/" + w, w + "@example.com"}, OwnersFrom: "policy",
			Directory: w + "-directory", Console: "https://" + w + ".example.com", Audit: w + "-audit",
			Uses: []boundary.Use{{Name: w + "-sdk", Version: "1.2", Shown: []boundary.Where{{Path: w + "/package.json", Line: 3, How: "manifest"}}}},
			Controls: []boundary.Control{
				{Name: "SSO", Question: "is " + w + " behind SSO?", Answers: w, Standing: boundary.Shown, Shown: []boundary.Where{{Path: w + "/sso.ts", Line: 7}}},
				{Name: "SCIM", Question: "is " + w + " provisioned?", Answers: w, Standing: boundary.Declared, By: w + "-ann", On: day(2)},
				{Name: "MFA", Question: "has " + w + " MFA?", Answers: w, Standing: boundary.NotShown},
				{Name: "audit", Question: "is " + w + " logged?", Answers: w, Standing: boundary.ReadFrom},
			},
			Identities: []boundary.Identity{{Name: strings.ToUpper(w) + "_KEY", Subject: detectors.Project, Owners: []string{w}, Shown: []boundary.Where{{Path: w + "/.env.example", Line: 1}}, Fingerprints: []string{"v1:aaaaaaaa:" + w}}},
			Questions:  []string{"who reviews " + w + "?"},
		}
	}
	finding := func(w string, l detectors.Layer, also ...detectors.Door) scanner.Finding {
		return scanner.Finding{
			Detector: w + "-key", Title: w + " key", Provider: w, Layer: l, LayerConfidence: detectors.Certain, AlsoOpens: also, Confidence: detectors.High,
			Severity: scanner.Critical, Secret: scanner.Shown(w + "_…(40)"), Fingerprint: "v1:aaaaaaaa:" + w,
			Place: scanner.Place{Path: w + "/.env", StartLine: 4, Source: scanner.SourceBlob}, Frameworks: []identity.Framework{{ID: "SP 800-53 IA-5(7)", Reason: "stands there"}, {ID: "NHI2:2025", Reason: "stands there"}},
		}
	}
	inc := func(n int, w string, l detectors.Layer, also ...detectors.Layer) *incident.Incident {
		return &incident.Incident{
			ID: incident.ID(fmt.Sprintf("v1:aaaaaaaa:%032d", n)), Detected: day(5 + n), Events: 3, Last: day(20),
			Facts:       incident.Facts{Detector: w, Title: w + " key", Layer: l, LayerConfidence: detectors.Certain, AlsoOpens: also, Confidence: detectors.High, Severity: scanner.SeverityHigh, Secret: w + "_…(40)"},
			Occurrences: map[string]*incident.Occurrence{"github.com/acme/" + w: {Repo: "github.com/acme/" + w, Introduced: day(n)}},
		}
	}
	closed, dismissed, ambiguous := inc(2, "bee", detectors.AIPlatform), inc(3, "hornet", detectors.ApplicationAuth), inc(5, "undecided", "")
	closed.Closure = &incident.Closure{How: incident.Rotated, Proof: incident.ProofAttested, At: day(19), By: "p1:ann"}
	dismissed.Dismissal = &incident.Dismissal{Reason: incident.AcceptedRisk, Until: day(1).AddDate(1, 0, 0)}
	dismissed.Owner = "p1:0123456789abcdef"
	ambiguous.LayerConfidence, ambiguous.LayerCandidates = detectors.Ambiguous, Layers()
	rules := boundary.Rules()
	rule := func(i int) string {
		if len(rules) == 0 {
			return ""
		}
		return rules[i%len(rules)].ID
	}
	waiver := &boundary.Waiver{Rule: rule(0), Reason: "bee moves in March", Until: day(31).AddDate(0, 2, 0), Line: 12}
	s := &Source{
		Input: &boundary.Input{
			Target: "acme/hive", Now: asOf, History: true,
			Policy: boundary.Policy{Given: true, Path: ".leakline.toml", Layers: map[detectors.Layer]boundary.LayerPolicy{
				detectors.AIPlatform: {Reviewers: []string{"bee-reviewer"}}, detectors.ApplicationAuth: {Reviewers: []string{"hornet-reviewer"}},
			}},
			Findings: []scanner.Finding{
				finding("bee", detectors.AIPlatform), finding("hornet", detectors.ApplicationAuth),
				finding("both", detectors.AIPlatform, detectors.Door{Layer: detectors.ApplicationAuth}), finding("cloud", detectors.Infrastructure),
			},
		},
		Map: &boundary.Map{Target: "acme/hive", Complete: true, Planes: []boundary.Plane{plane(detectors.AIPlatform, "bee"), plane(detectors.ApplicationAuth, "hornet")}},
		Violations: []boundary.Violation{
			{Rule: rule(0), Severity: scanner.SeverityHigh, At: boundary.Where{Path: "bee/app.ts", Line: 9}, Why: "bee stings", Remedy: "move bee", Layers: []detectors.Layer{detectors.AIPlatform}, Waived: waiver},
			{Rule: rule(1), Severity: scanner.SeverityHigh, At: boundary.Where{Path: "hornet/app.ts", Line: 9}, Why: "hornet stings", Remedy: "move hornet", Layers: []detectors.Layer{detectors.ApplicationAuth}},
			{Rule: rule(2), Severity: scanner.Critical, At: boundary.Where{Path: "both/.env", Line: 1}, Why: "both sting", Remedy: "make two", Layers: Layers(), Fingerprint: "v1:aaaaaaaa:both"},
		},
		Summary: scanner.Summary{Complete: true, Objects: map[string]int{"files": 7}, Bytes: 4711, Hidden: map[string]int{"public identifier": 1}, Seconds: 1.5, Skipped: []scanner.Skip{{What: "large.bin", Why: "too large"}}},
		Files:   7, Keyed: true, Ledger: true, Names: map[incident.Person]string{"p1:ann": "Ann"},
		Incidents: []*incident.Incident{
			inc(1, "bee", detectors.AIPlatform), closed, dismissed, inc(4, "both", detectors.ApplicationAuth, detectors.AIPlatform), ambiguous, inc(6, "cloud", detectors.Infrastructure),
		},
		Heads: map[incident.Chain]incident.Head{incident.AIPlatform: {Length: 3, Hash: strings.Repeat("a", 64)}, incident.ApplicationAuth: {Length: 4, Hash: strings.Repeat("b", 64)}},
		AsOf:  asOf, Tool: "1.0",
	}
	report, err := ttr.New(func(yield func(*incident.Row, error) bool) {
		for _, i := range s.Incidents {
			if r := i.Row(); !yield(&r, nil) {
				return
			}
		}
	}, ttr.Options{Now: asOf, By: []ttr.Dimension{}})
	if err != nil {
		panic(err)
	}
	s.Report = report
	return s
}

func filesOf(t testing.TB, b *Bundle) map[string][]byte {
	t.Helper()
	files, err := b.Files()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// compile reads a schema that tests validate against.
func compile(t testing.TB, name string, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func published(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	path := filepath.Join("..", "..", "..", "testdata", "schemas", file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, "file:///"+file, text)
}

func validate(t testing.TB, s *jsonschema.Schema, what string, text []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// TestSchemas: every document is as its schema says, NIST's included; ours knows every
// field that is written.
func TestSchemas(t *testing.T) {
	results, plan := published(t, "oscal-1.1.3-assessment-results.json"), published(t, "oscal-1.1.3-assessment-plan.json")
	own := compile(t, "urn:leakline:evidence:1", []byte(Schema()))
	bare := source()
	bare.Ledger, bare.Incidents, bare.Report, bare.Heads, bare.Keyed, bare.Input.Findings, bare.Violations = false, nil, nil, nil, false, nil, nil
	empty := &Source{Input: &boundary.Input{}, Map: &boundary.Map{}, AsOf: asOf}
	ssp := source()
	ssp.SSP = "https://example.com/ssp.json"
	for name, s := range map[string]*Source{"full": source(), "bare": bare, "empty": empty, "ssp": ssp} {
		for _, l := range Layers() {
			files := filesOf(t, New(s, l))
			validate(t, own, name+" evidence", files[jsonFile])
			validate(t, results, name+" results", files[resultsFile])
			validate(t, plan, name+" plan", files[planFile])
			known(t, files[jsonFile])
		}
	}
	// The schemas can fail.
	for _, c := range []struct {
		s         *jsonschema.Schema
		file      string
		old, then string
	}{
		{results, resultsFile, `"methods"`, `"methodes"`},
		{plan, planFile, `"import-ssp"`, `"import-sap"`},
		{own, jsonFile, `"standing": "shown"`, `"standing": "proven"`},
	} {
		text := filesOf(t, New(source(), detectors.AIPlatform))[c.file]
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.ReplaceAll(text, []byte(c.old), []byte(c.then))))
		if err != nil || c.s.Validate(doc) == nil {
			t.Errorf("%s with %s for %s is valid (%v)", c.file, c.then, c.old, err)
		}
	}
}

// known fails if a field is written that our schema does not describe.
func known(t testing.TB, text []byte) {
	t.Helper()
	told := map[string]bool{}
	var doc, schema map[string]any
	if json.Unmarshal(text, &doc) != nil || json.Unmarshal([]byte(Schema()), &schema) != nil {
		t.Fatal("no JSON")
	}
	defs := schema["$defs"].(map[string]any)
	var walk func(at string, v any, s map[string]any)
	walk = func(at string, v any, s map[string]any) {
		if ref, ok := s["$ref"].(string); ok {
			s = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		switch v := v.(type) {
		case map[string]any:
			props, ok := s["properties"].(map[string]any)
			for k, x := range v {
				p, is := props[k].(map[string]any)
				if name := at + "." + k; ok && !is && !told[name] {
					told[name] = true
					t.Errorf("the schema does not describe %s.%s", at, k)
				} else if is {
					walk(at+"."+k, x, p)
				}
			}
		case []any:
			if items, ok := s["items"].(map[string]any); ok {
				for _, x := range v {
					walk(at+"[]", x, items)
				}
			}
		}
	}
	walk("", doc, schema)
}

// TestNeverMixed: nothing of one layer stands in the other's bundle, and what belongs
// to both stands in both.
func TestNeverMixed(t *testing.T) {
	if len(boundary.Rules()) < 3 {
		t.Skip("there are no rules yet")
	}
	for l, words := range map[detectors.Layer][2]string{detectors.AIPlatform: {"bee", "hornet"}, detectors.ApplicationAuth: {"hornet", "bee"}} {
		for name, text := range filesOf(t, New(source(), l)) {
			low := bytes.ToLower(text)
			for _, no := range []string{words[1], "cloud_"} {
				if i := bytes.Index(low, []byte(no)); i >= 0 && name != schemaFile {
					t.Errorf("%s of %s holds something of the other layer: …%s…", name, l, text[max(0, i-60):min(len(text), i+60)])
				}
			}
			if slices.Contains([]string{jsonFile, markdownFile, htmlFile, resultsFile}, name) {
				for _, yes := range []string{words[0], "both", "undecided"} {
					if !bytes.Contains(low, []byte(yes)) {
						t.Errorf("%s of %s does not hold %q", name, l, yes)
					}
				}
			}
		}
	}
}

// TestOSCALReferences: every id of the two OSCAL documents is its own, and every one that
// is named is there, in the document or in the plan that it imports.
func TestOSCALReferences(t *testing.T) {
	for _, l := range Layers() {
		files := filesOf(t, New(source(), l))
		made := map[string]int{}
		var named []string
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				for k, x := range v {
					s, _ := x.(string)
					switch {
					case k == "uuid":
						made[s]++
					case strings.HasSuffix(k, "-uuid"):
						named = append(named, s)
					case k == "party-uuids":
						for _, id := range x.([]any) {
							named = append(named, id.(string))
						}
					case k == "href" && strings.HasPrefix(s, "#"):
						named = append(named, s[1:])
					case k == "href":
						if files[s] == nil {
							t.Errorf("%q is no file of the bundle", s)
						}
					}
					walk(x)
				}
			case []any:
				for _, x := range v {
					walk(x)
				}
			}
		}
		for _, name := range []string{planFile, resultsFile} {
			var doc any
			if err := json.Unmarshal(files[name], &doc); err != nil {
				t.Fatal(err)
			}
			walk(doc)
		}
		for id, n := range made {
			if n > 2 { // a party stands in both documents
				t.Errorf("%s is made %d times", id, n)
			}
		}
		for _, id := range named {
			if made[id] == 0 {
				t.Errorf("%s is named and is nowhere", id)
			}
		}
		if len(named) < 20 {
			t.Errorf("only %d references", len(named))
		}
	}
}

// TestSatisfied: a control is called satisfied only where a whole scan found nothing,
// and only the one that asks for what a scan sees.
func TestSatisfied(t *testing.T) {
	clean := func(change func(*Source)) string {
		s := source()
		s.Input.Findings, s.Violations, s.Incidents = nil, nil, nil
		change(s)
		return string(filesOf(t, New(s, detectors.AIPlatform))[resultsFile])
	}
	text := clean(func(*Source) {})
	if strings.Count(text, `"state": "satisfied"`) != 1 || !strings.Contains(text, `"target-id": "ia-5.7_smt"`) || strings.Contains(text, `"not-satisfied"`) {
		t.Errorf("a clean tree: %s", text)
	}
	for name, change := range map[string]func(*Source){
		"incomplete": func(s *Source) { s.Summary.Complete = false },
		"low": func(s *Source) {
			s.Input.Findings = []scanner.Finding{source().Input.Findings[0]}
			s.Input.Findings[0].Confidence = detectors.Low
		},
		"a finding": func(s *Source) { s.Input.Findings = source().Input.Findings[:1] },
	} {
		if strings.Contains(clean(change), `"state": "satisfied"`) {
			t.Errorf("%s: a control is called satisfied", name)
		}
	}
}

// TestDeterministic: the same source gives the same bytes, whatever the order of maps,
// and however long the scan took.
func TestDeterministic(t *testing.T) {
	for _, l := range Layers() {
		first := filesOf(t, New(source(), l))
		for range 5 {
			s := source()
			s.Summary.Seconds, s.Summary.Phases = 99, map[string]float64{"x": 1}
			if !maps.EqualFunc(first, filesOf(t, New(s, l)), bytes.Equal) {
				t.Errorf("%s: two bundles of one source differ", l)
			}
		}
		s := source()
		s.AsOf = s.AsOf.AddDate(0, 0, 1)
		if bytes.Equal(first[jsonFile], filesOf(t, New(s, l))[jsonFile]) {
			t.Errorf("%s: another day gives the same evidence", l)
		}
	}
}

// TestUnkeyed: fingerprints of a key that nobody has say nothing, and would make every
// bundle another.
func TestUnkeyed(t *testing.T) {
	s := source()
	s.Keyed, s.Ledger, s.Incidents = false, false, nil
	for name, text := range filesOf(t, New(s, detectors.AIPlatform)) {
		if bytes.Contains(text, []byte("v1:aaaaaaaa")) {
			t.Errorf("%s holds a fingerprint", name)
		}
	}
}

// TestHostile: what others wrote is text on every page, never markup.
func TestHostile(t *testing.T) {
	const evil = "x|`<script>alert(1)</script>`[a](javascript:b)\x1b[2J\n# head\u202e<img src=https://evil.example>"
	s := source()
	p := &s.Map.Planes[0]
	p.Owners, p.Uses[0].Name, p.Controls[0].Shown[0].Path, p.Questions[0], p.Identities[0].Name = []string{evil}, evil, evil, evil, evil
	s.Map.Target, s.Input.Findings[0].Title, s.Violations[0].Why, s.Violations[0].At.Path = evil, evil, evil, evil
	s.Summary.Skipped[0].What, s.Incidents[0].Title = evil, evil
	files := filesOf(t, New(s, detectors.AIPlatform))
	for name, bad := range map[string][]string{
		markdownFile: {"<script", "<img", "\x1b", "\u202e", "\n# head", "[a]("},
		htmlFile:     {"<script", "<img", "\x1b", "\u202e"},
	} {
		for _, b := range bad {
			if i := bytes.Index(files[name], []byte(b)); i >= 0 {
				t.Errorf("%s holds %q: %s", name, b, files[name][max(0, i-80):i+40])
			}
		}
	}
	validate(t, published(t, "oscal-1.1.3-assessment-results.json"), "results", files[resultsFile])
	validate(t, published(t, "oscal-1.1.3-assessment-plan.json"), "plan", files[planFile])
}

// TestFrameworks: every item that something names is one.
func TestFrameworks(t *testing.T) {
	all := map[string]bool{}
	for _, f := range Frameworks() {
		if all[f.ID] || f.Title == "" || f.Source == "" {
			t.Errorf("%+v stands there twice, or is not whole", f)
		}
		all[f.ID] = true
	}
	check := func(what string, ids []string) {
		for _, id := range ids {
			if !all[id] {
				t.Errorf("%s names %q, which is no item", what, id)
			}
		}
	}
	for rule, ids := range ofRules {
		check(rule, ids)
		if !slices.Contains(apps.Rules, rule) {
			t.Errorf("%q is no rule", rule)
		}
	}
	for _, rule := range apps.Rules {
		if ofRules[rule] == nil {
			t.Errorf("%q touches nothing", rule)
		}
	}
	for control, ids := range ofControls {
		check(control, ids)
	}
	for layer, controls := range ofSignIn {
		for control, ids := range controls {
			check(string(layer)+" "+control, ids)
		}
	}
	for _, r := range boundary.Rules() {
		check(r.ID, r.Frameworks)
	}
}
