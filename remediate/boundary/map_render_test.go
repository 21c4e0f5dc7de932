package boundary

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

var renderings = []struct {
	name  string
	write func(*Map, io.Writer) error
}{
	{"text", (*Map).Text},
	{"json", (*Map).JSON},
	{"markdown", (*Map).Markdown},
	{"mermaid", (*Map).Mermaid},
	{"svg", (*Map).SVG},
}

func render(t testing.TB, m *Map, write func(*Map, io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(m, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// strict is a schema under which what it does not describe is an error.
func strict(t testing.TB, schema string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	var close func(v any)
	close = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, ok := v["properties"].(map[string]any); ok && v["type"] == "object" {
				v["additionalProperties"] = false
			}
			for _, x := range v {
				close(x)
			}
		case []any:
			for _, x := range v {
				close(x)
			}
		}
	}
	close(doc)
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:leakline:boundary", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:leakline:boundary")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wellFormed reads XML to its end.
func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Every rendering of every application is the same at each call, holds no secret, and
// is what its format demands; the text is one page.
func TestRenderingsOfApplications(t *testing.T) {
	schema := strict(t, MapSchema)
	for _, a := range loaded(t) {
		t.Run(a.Name, func(t *testing.T) {
			in := mapped(t, &a)
			m := Build(in)
			all := map[string]string{}
			for _, r := range renderings {
				all[r.name] = render(t, m, r.write)
				if again := render(t, Build(in), r.write); again != all[r.name] {
					t.Errorf("%s differs from one call to the next", r.name)
				}
				for _, f := range in.Findings {
					if f.Confidence != detectors.Low && f.Plain.Len() >= 12 && strings.Contains(all[r.name], f.Plain.Reveal()) {
						t.Errorf("%s holds a secret of %s", r.name, f.Detector)
					}
				}
			}
			onePage(t, all["text"])
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(all["json"]))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Error(err)
			}
			if err := wellFormed(all["svg"]); err != nil {
				t.Error(err)
			}
		})
	}
}

// onePage checks that a text is one page of at most 80 columns.
func onePage(t testing.TB, text string) {
	t.Helper()
	lines := strings.Split(text, "\n")
	if len(lines) > 90 {
		t.Errorf("the text has %d lines", len(lines))
	}
	for _, l := range lines {
		if utf8.RuneCountInString(l) > 80 && strings.Contains(strings.TrimSpace(l), " ") && !strings.Contains(l, "://") && !strings.Contains(l, "/") {
			t.Errorf("%d columns: %s", utf8.RuneCountInString(l), l)
		}
	}
}

// hostile is what a tree may call its files and its credentials.
const hostile = "a\x1b[31m\u202eb\n\"]; click x \"javascript:alert(1)\"|<script>alert(1)</script>`@acme/team`](https://evil.example)&\xff%%#;--><!--"

// Whatever names say, renderings keep their form: nothing of them is obeyed by a
// terminal, a browser, Markdown or Mermaid.
func TestHostileNames(t *testing.T) {
	in := &Input{
		Target: hostile, Files: 1, Unread: 1,
		Sightings: []inventory.Sighting{
			{Kind: inventory.Provider, Layer: detectors.AIPlatform, Name: hostile, Version: hostile, How: inventory.ByManifest, Path: hostile + "/package.json", Line: 1, Text: hostile},
			{Kind: inventory.Reference, Layer: detectors.AIPlatform, Name: hostile, How: inventory.ByName, Path: hostile + "/x.js", Line: 2, Text: hostile},
			{Kind: inventory.Reference, Layer: detectors.ApplicationAuth, Name: hostile + "2", How: inventory.ByName, Path: hostile, Line: 2, Text: hostile},
			{Kind: inventory.Control, Layer: detectors.ApplicationAuth, Name: "MFA", How: inventory.ByCode, Path: hostile, Line: 3},
			{Kind: inventory.Route, Layer: detectors.AIPlatform, Name: hostile, How: inventory.ByCode, Path: hostile, Line: 4},
		},
		Policy: Policy{Path: hostile, Given: true, Layers: map[detectors.Layer]LayerPolicy{
			detectors.AIPlatform: {Owners: []string{hostile}, Directory: hostile, Console: hostile, Audit: "https://x.example/" + hostile, Reviewers: []string{hostile}, Controls: map[string]Declaration{"SSO": {Standing: hostile, By: hostile}}},
		}},
	}
	in.Begun = &Begun{AI: &Beginning{Commit: hostile, At: time.Unix(1, 0), Name: hostile, Shown: Where{Path: hostile}}, Days: 3, Shallow: true}
	m := Build(in)
	m.Edges = append(m.Edges, Edge{From: "ai-platform", To: "application-auth", By: hostile, At: Where{Path: hostile, Line: 1}, Crosses: true, Rule: "ai-key-signs"})
	schema := strict(t, MapSchema)
	for _, r := range renderings {
		text := render(t, m, r.write)
		if !utf8.ValidString(text) {
			t.Errorf("%s is not UTF-8", r.name)
		}
		for _, c := range text {
			if c != '\n' && scanner.Printable(string(c)) != string(c) {
				t.Errorf("%s holds %U", r.name, c)
				break
			}
		}
		switch r.name {
		case "json":
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Error(err)
			}
			var back struct{ Target string }
			if err := json.Unmarshal([]byte(text), &back); err != nil || back.Target != strings.ToValidUTF8(hostile, "\ufffd") {
				t.Errorf("the target comes back as %q, %v", back.Target, err)
			}
		case "svg":
			if err := wellFormed(text); err != nil {
				t.Error(err)
			}
			if strings.Contains(text, "<script") {
				t.Error("SVG holds a script")
			}
		case "mermaid":
			quotes(t, text)
		case "markdown":
			head, flow, _ := strings.Cut(text, "```mermaid")
			quotes(t, strings.TrimSuffix(flow, "```\n"))
			for l := range strings.Lines(head) {
				outside := withoutCode(l)
				if strings.Contains(outside, "<script") || strings.Contains(outside, "](") || strings.Contains(outside, "@acme") {
					t.Errorf("Markdown obeys: %s", l)
				}
			}
		}
	}
}

// quotes checks that labels of Mermaid end where they should.
func quotes(t testing.TB, text string) {
	t.Helper()
	for l := range strings.Lines(text) {
		if n := strings.Count(l, `"`); n%2 != 0 || n > 2 || strings.Contains(l, "<script") || strings.Contains(l, "click x &") {
			t.Errorf("Mermaid obeys: %s", l)
		}
	}
}

// withoutCode is a line of Markdown without its code spans and escaped characters.
func withoutCode(l string) string {
	var b strings.Builder
	for l != "" {
		switch {
		case l[0] == '\\' && len(l) > 1:
			l = l[2:]
		case l[0] == '`':
			n := len(l) - len(strings.TrimLeft(l, "`"))
			_, l, _ = strings.Cut(l[n:], l[:n])
		default:
			b.WriteByte(l[0])
			l = l[1:]
		}
	}
	return b.String()
}

// A line outdoes a declaration, a declaration outdoes nothing else, and what the
// console alone shows was not looked at.
func TestStandings(t *testing.T) {
	on := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	in := &Input{
		Files: 3,
		Sightings: []inventory.Sighting{
			{Kind: inventory.System, Layer: detectors.ApplicationAuth, Name: "auth0", How: inventory.ByManifest, Path: "package.json", Line: 3, Version: "1"},
			{Kind: inventory.Provider, Layer: detectors.AIPlatform, Name: "openai", How: inventory.ByManifest, Path: "package.json", Line: 4, Version: "2"},
			{Kind: inventory.Control, Layer: detectors.ApplicationAuth, Name: "MFA", How: inventory.ByCode, Path: "a.ts", Line: 9},
		},
		Policy: Policy{Path: ".leakline.toml", Given: true, Layers: map[detectors.Layer]LayerPolicy{
			detectors.ApplicationAuth: {Owners: []string{"@acme/sign-in"}, Controls: map[string]Declaration{
				"mfa": {Standing: "on", By: "ann", On: on, Line: 4}, "SCIM": {Standing: "off", By: "bob", On: on, Line: 5},
			}},
			detectors.AIPlatform: {Controls: map[string]Declaration{"SSO": {Standing: "on", By: "eve", On: on, Line: 7}}},
		}},
	}
	m := Build(in)
	got := map[string]string{}
	for _, p := range m.Planes {
		for _, c := range p.Controls {
			got[string(p.Layer)+" "+c.Name] = c.stands()
		}
	}
	for name, want := range map[string]string{
		"application-auth MFA":           "shown in a.ts:9; declared on by ann on 2026-01-02",
		"application-auth SCIM":          "declared off by bob on 2026-01-02",
		"application-auth SSO":           "not shown", // the other layer's declaration says nothing here
		"ai-platform SSO":                "declared on by eve on 2026-01-02",
		"ai-platform MFA":                "not looked", // the other layer's line says nothing here
		"ai-platform network-allow-list": "not shown",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, not %q", name, got[name], want)
		}
	}
	about := func(p *Plane) string {
		var out []string
		for _, q := range p.Questions {
			a, _, _ := strings.Cut(q, ":")
			out = append(out, a)
		}
		return strings.Join(out, " ")
	}
	if a := about(&m.Planes[1]); strings.Contains(a, "owner") || strings.Contains(a, "MFA") || !strings.Contains(a, "SCIM") || !strings.Contains(a, "SSO") {
		t.Errorf("application-auth asks about %s", a)
	}
	if a := about(&m.Planes[0]); !strings.HasPrefix(a, "owner") || strings.Contains(a, "SSO") || !strings.Contains(a, "MFA") {
		t.Errorf("ai-platform asks about %s", a)
	}
}

// A layer of which nothing is seen has no questions, and says so; nothing read at all
// is not looked.
func TestEmptyMap(t *testing.T) {
	m := Build(&Input{Target: "x"})
	for _, p := range m.Planes {
		if len(p.Questions) > 0 || p.Controls[0].Standing != NotRead {
			t.Errorf("%s: %v, %s", p.Layer, p.Questions, p.Controls[0].Standing)
		}
	}
	if text := render(t, m, (*Map).Text); strings.Count(text, "No line that was read shows anything of this door.") != 2 {
		t.Error(text)
	}
}

// Owners come from the policy, else from CODEOWNERS of the place that says most.
func TestOwners(t *testing.T) {
	in := &Input{
		Files: 2, Codeowners: "* @acme/all\n/deploy/ @acme/ops eve@acme.example\n",
		Sightings: []inventory.Sighting{
			{Kind: inventory.Reference, Layer: detectors.AIPlatform, Name: "MISTRAL_API_KEY", How: inventory.ByName, Path: "app.py", Line: 3},
			{Kind: inventory.Reference, Layer: detectors.AIPlatform, Name: "MISTRAL_API_KEY", How: inventory.ByName, Path: "deploy/prod.env", Line: 1},
		},
		Findings: []scanner.Finding{{
			Detector: "mistral-api-key", Provider: "Mistral AI", Layer: detectors.AIPlatform, Confidence: detectors.High, Fingerprint: "v1:x",
			Subject: detectors.Project, Privilege: detectors.Write, Place: scanner.Place{Path: "deploy/prod.env", StartLine: 1, Name: "MISTRAL_API_KEY"},
		}},
	}
	id := Build(in).Planes[0].Identities[0]
	if got := fmt.Sprintf("%v %s %v %s %d", id.Owners, id.OwnersFrom, id.Literal, at(id.Shown[0]), len(id.Shown)); got != "[@acme/ops eve@acme.example] CODEOWNERS true deploy/prod.env:1 2" {
		t.Error(got)
	}
	in.Policy.Layers = map[detectors.Layer]LayerPolicy{detectors.AIPlatform: {Owners: []string{"@acme/ai"}}}
	if id := Build(in).Planes[0].Identities[0]; fmt.Sprintf("%v %s", id.Owners, id.OwnersFrom) != "[@acme/ai] policy" {
		t.Error(id.Owners, id.OwnersFrom)
	}
}
