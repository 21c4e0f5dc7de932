package boundary

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"leakline/detectors"
	"leakline/scanner/inventory"
)

var readDay = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// readingsOf are readings of a provider: control, standing, words.
func readingsOf(provider, title string, l detectors.Layer, all ...[3]string) ProviderReading {
	r := ProviderReading{Provider: provider, Title: title, Layer: l, Host: "api." + provider + ".com", At: readDay, Requests: 3, Source: "https://docs.example"}
	for _, x := range all {
		r.Controls = append(r.Controls, Reading{Control: x[0], Standing: x[1], Says: x[2], Requests: []string{"GET /v1/" + x[0]}, At: readDay})
	}
	return r
}

// readInput is a program that uses OpenAI and shows one control in a line.
func readInput(all ...ProviderReading) *Input {
	return &Input{
		Target: "shop", Files: 2, Now: readDay.AddDate(0, 0, 3), Readings: all,
		Sightings: []inventory.Sighting{
			{Kind: inventory.Provider, Layer: detectors.AIPlatform, Name: "openai", Path: "package.json", Line: 3, Text: "openai", How: inventory.ByManifest},
			{Kind: inventory.Control, Layer: detectors.AIPlatform, Name: "project-scoping", Path: "main.tf", Line: 7, Text: "openai_project", How: inventory.ByConfig},
		},
		Policy: Policy{Path: ".leakline.toml", Given: true, Layers: map[detectors.Layer]LayerPolicy{detectors.AIPlatform: {
			Owners: []string{"@ann"}, Controls: map[string]Declaration{"SCIM": {Standing: "on", By: "@ann", On: readDay.AddDate(0, -2, 0), Line: 4}},
		}}},
	}
}

func controlOf(t *testing.T, m *Map, l detectors.Layer, name string) *Control {
	t.Helper()
	for i := range m.Planes {
		for j := range m.Planes[i].Controls {
			if c := &m.Planes[i].Controls[j]; m.Planes[i].Layer == l && c.Name == name {
				return c
			}
		}
	}
	t.Fatalf("no control %s of %s", name, l)
	return nil
}

func questioned(m *Map, l detectors.Layer, words string) bool {
	return slices.ContainsFunc(m.Planes, func(p Plane) bool {
		return p.Layer == l && slices.ContainsFunc(p.Questions, func(q string) bool { return strings.Contains(q, words) })
	})
}

// TestReadings: what an administration says is the standing of a control; lines and
// declarations stay beside it, and what is off, old or contradicts is asked about.
func TestReadings(t *testing.T) {
	openai := readingsOf(
		"openai", "OpenAI", detectors.AIPlatform,
		[3]string{"project-scoping", "on", "4 projects in use"}, [3]string{"service-accounts", "partly", "3 of 4 projects have service accounts"},
		[3]string{"SCIM", "off", "0 of 7 people are managed by a directory"}, [3]string{"audit", "on", "the audit log holds events"},
	)
	m := Build(readInput(openai))
	l := detectors.AIPlatform
	c := controlOf(t, m, l, "project-scoping")
	if c.Standing != ReadFrom || len(c.Shown) != 1 || c.Shown[0].Path != "main.tf" || len(c.Readings) != 1 || c.Readings[0].Where != (Where{Path: "api.openai.com", How: "GET /v1/project-scoping"}) || !c.Holds() {
		t.Errorf("%+v", c)
	}
	c = controlOf(t, m, l, "SCIM")
	if c.Standing != ReadFrom || c.Read() != Off || c.Holds() || c.By != "@ann" {
		t.Errorf("%+v", c)
	}
	if c = controlOf(t, m, l, "SSO"); c.Standing == ReadFrom || c.Holds() {
		t.Errorf("%+v", c)
	}
	for words, want := range map[string]bool{
		"project-scoping: ": false, "audit: ": false, "SSO: ": true,
		"service-accounts: Do programs call the platform as themselves, and not with a person's key? OpenAI says: 3 of 4 projects": true,
		"It is declared on, and OpenAI says: 0 of 7 people are managed by a directory.":                                            true,
	} {
		if questioned(m, l, words) != want {
			t.Errorf("asked %q: %v in %q", words, !want, m.Planes[0].Questions)
		}
	}
	var text, md, svg, js bytes.Buffer
	for w, write := range map[*bytes.Buffer]func() error{
		&text: func() error { return m.Text(&text) }, &md: func() error { return m.Markdown(&md) }, &svg: func() error { return m.SVG(&svg) }, &js: func() error { return m.JSON(&js) },
	} {
		if err := write(); err != nil || w.Len() == 0 {
			t.Fatal(err)
		}
	}
	flat := strings.Join(strings.Fields(text.String()), " ")
	for _, words := range []string{
		"project-scoping read from OpenAI on 2026-11-20: on, 4 projects in use; shown in main.tf:7",
		"SCIM read from OpenAI on 2026-11-20: off, 0 of 7 people are managed by a directory; declared on by @ann on 2026-09-20",
	} {
		if !strings.Contains(flat, words) {
			t.Errorf("the text lacks %q\n%s", words, text.String())
		}
	}
	if !strings.Contains(md.String(), "read from OpenAI on 2026-11-20: partly, 3 of 4 projects") {
		t.Errorf("%s", md.String())
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(js.Bytes()))
	if err == nil {
		err = strict(t, MapSchema).Validate(v)
	}
	if err != nil {
		t.Error(err)
	}
	again := Map{}
	if err := json.Unmarshal(js.Bytes(), &again); err != nil || controlOf(t, &again, l, "audit").Readings[0].Says != "the audit log holds events" {
		t.Errorf("%v", err)
	}
}

// TestReadingsOfOthers: an administration of what nobody uses does not count, unless the
// policy says that it is read; of the other layer never.
func TestReadingsOfOthers(t *testing.T) {
	on := [3]string{"audit", "on", "recorded"}
	for name, c := range map[string]struct {
		r      ProviderReading
		policy []string
		counts bool
	}{
		"another platform":  {readingsOf("anthropic", "Anthropic", detectors.AIPlatform, on), nil, false},
		"that is read":      {readingsOf("anthropic", "Anthropic", detectors.AIPlatform, on), []string{"anthropic"}, true},
		"its own":           {readingsOf("openai", "OpenAI", detectors.AIPlatform, on), nil, true},
		"a directory":       {readingsOf("okta", "Okta", detectors.AIPlatform, on), nil, true},
		"of the other door": {readingsOf("okta", "Okta", detectors.ApplicationAuth, on), nil, false},
	} {
		in := readInput(c.r)
		p := in.Policy.Layers[detectors.AIPlatform]
		p.Read = c.policy
		in.Policy.Layers[detectors.AIPlatform] = p
		m := Build(in)
		if got := controlOf(t, m, detectors.AIPlatform, "audit").Standing == ReadFrom; got != c.counts {
			t.Errorf("%s: %v", name, got)
		}
		if is := questioned(m, detectors.AIPlatform, "Is Anthropic, which was read, the platform of this program?"); is != (name == "another platform") {
			t.Errorf("%s: asked %v", name, is)
		}
	}
}

// TestReadingsAge: readings older than the policy are named as old, and do not outdo a
// line; what was read later than the day of the map does not count.
func TestReadingsAge(t *testing.T) {
	r := readingsOf("openai", "OpenAI", detectors.AIPlatform, [3]string{"audit", "on", "recorded"}, [3]string{"project-scoping", "off", "1 project"})
	for days, want := range map[int]struct {
		audit, scoping Standing
		old            bool
		nold, nlater   int
	}{
		-1: {NotRead, Shown, false, 0, 2},
		30: {ReadFrom, ReadFrom, false, 0, 0},
		31: {ReadFrom, Shown, true, 2, 0},
	} {
		in := readInput(r)
		in.Now = readDay.AddDate(0, 0, days)
		m := Build(in)
		audit, scoping := controlOf(t, m, detectors.AIPlatform, "audit"), controlOf(t, m, detectors.AIPlatform, "project-scoping")
		if (audit.Standing == ReadFrom) != (want.audit == ReadFrom) || scoping.Standing != want.scoping {
			t.Errorf("%d days: audit %s, project-scoping %s", days, audit.Standing, scoping.Standing)
		}
		if days > 0 && audit.Readings[0].Old != want.old {
			t.Errorf("%d days: old %v", days, audit.Readings[0].Old)
		}
		if old, later := in.Policy.Age(&r, in.Now); old != want.nold || later != want.nlater {
			t.Errorf("%d days: %d old, %d later", days, old, later)
		}
		if questioned(m, detectors.AIPlatform, "What OpenAI said on 2026-11-20 is old.") != want.old {
			t.Errorf("%d days: %q", days, m.Planes[0].Questions)
		}
	}
	in := readInput(r)
	in.Policy.MaxReadingAge = 24 * time.Hour
	if c := controlOf(t, Build(in), detectors.AIPlatform, "audit"); !c.Readings[0].Old {
		t.Errorf("%+v", c)
	}
}

// TestTwoPlatforms: what two administrations say is said of both, and sums up.
func TestTwoPlatforms(t *testing.T) {
	for _, c := range []struct{ one, two, want string }{{"on", "on", "on"}, {"on", "off", "partly"}, {"off", "off", "off"}, {"partly", "on", "partly"}} {
		in := readInput(
			readingsOf("openai", "OpenAI", detectors.AIPlatform, [3]string{"SSO", c.one, "a"}),
			readingsOf("okta", "Okta", detectors.AIPlatform, [3]string{"SSO", c.two, "b"}),
		)
		if got := controlOf(t, Build(in), detectors.AIPlatform, "SSO"); got.Read() != c.want || len(got.Readings) != 2 {
			t.Errorf("%+v: %s", c, got.Read())
		}
	}
}

// TestParseReadings: a file that is none, or that somebody has changed into what it can't
// be, is refused in one line.
func TestParseReadings(t *testing.T) {
	write := func(change func(r *Readings)) string {
		r := &Readings{Schema: ReadingsForm, Complete: true, Providers: []ProviderReading{readingsOf("openai", "OpenAI", detectors.AIPlatform, [3]string{"audit", "on", "recorded"})}}
		r.Providers[0].Untold, r.Providers[0].Failures = []Untold{}, []Untold{}
		change(r)
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	good := write(func(*Readings) {})
	if r, err := ParseReadings(strings.NewReader(good)); err != nil || len(r.Providers) != 1 || r.Providers[0].Controls[0].Says != "recorded" {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":                         "these are no readings",
		"{}":                       "these are no readings",
		"[1]":                      "these are no readings",
		`{"schema": "x\u001b[2J"}`: `the readings are of the form "x`,
		good + good:                "these are no readings",
		strings.Replace(good, `"says"`, `"value"`, 1):                                `the readings are wrong: unknown field "value"`,
		strings.Replace(good, `"requests": 3`, `"requests": "3"`, 1):                 "the readings are wrong: providers.requests is no int",
		strings.Replace(good, `"on"`, `"maybe"`, 1):                                  `the readings are wrong: providers[0].controls[0]: "maybe" is none of on, off, partly`,
		strings.Replace(good, `"audit"`, `"tenant-isolation"`, 1):                    `the readings are wrong: providers[0].controls[0]: "tenant-isolation" is no control of ai-platform`,
		strings.Replace(good, `"ai-platform"`, `"infrastructure"`, 1):                `the readings are wrong: providers[0].layer: "infrastructure" is none of`,
		strings.Repeat(" ", 5<<20):                                                   "these are no readings: more than",
		write(func(r *Readings) { r.Providers[0].Controls[0].At = time.Time{} }):     "the readings are wrong: providers[0].controls[0]: when it was read is missing",
		write(func(r *Readings) { r.Providers[0].Controls[0].Says = "\x1b[2J" }):     "the readings are wrong: providers[0].controls[0]: what was said",
		write(func(r *Readings) { r.Providers[0].Controls[0].Requests = nil }):       "the readings are wrong: providers[0].controls[0]: what was said",
		write(func(r *Readings) { r.Providers[0].Host = "" }):                        "the readings are wrong: providers[0]: a provider has",
		write(func(r *Readings) { r.Providers[0].Title = strings.Repeat("x", 500) }): "the readings are wrong: providers[0]: a provider has",
	} {
		_, err := ParseReadings(strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%s: %v", fmt.Sprintf("%.60q", text), err)
		}
	}
}

// TestReadingsAndClaims: a claim of a document is borne out by what the administration of
// its own layer says, and by nothing that it says is off.
func TestReadingsAndClaims(t *testing.T) {
	for standing, want := range map[string]int{"": 1, "on": 0, "partly": 0, "off": 1} {
		in := readInput()
		in.Sightings = append(
			in.Sightings,
			inventory.Sighting{Kind: inventory.Control, Layer: detectors.AIPlatform, Name: "SSO", Path: "okta.tf", Line: 2, Text: "okta_app_saml", How: inventory.ByConfig},
			inventory.Sighting{Kind: inventory.Claim, Layer: detectors.ApplicationAuth, Name: "SSO", Path: "SECURITY.md", Line: 5, Text: "SSO", How: inventory.ByText},
		)
		if standing != "" {
			in.Readings = append(in.Readings, readingsOf("workos", "WorkOS", detectors.ApplicationAuth, [3]string{"SSO", standing, "1 connection"}))
		}
		n := 0
		for _, v := range Check(in, Build(in)) {
			if v.Rule == "claim-of-other-layer" {
				n++
			}
		}
		if n != want {
			t.Errorf("%q: %d violations", standing, n)
		}
	}
}

// TestNewerReadings: of what the same administration said twice, the later counts.
func TestNewerReadings(t *testing.T) {
	first, second := readingsOf("openai", "OpenAI", detectors.AIPlatform, [3]string{"audit", "off", "empty"}), readingsOf("openai", "OpenAI", detectors.AIPlatform, [3]string{"audit", "on", "recorded"})
	second.Controls[0].At = readDay.AddDate(0, 0, 2)
	for days, want := range map[int]string{1: "off", 3: "on"} {
		in := readInput(second, first)
		in.Now = readDay.AddDate(0, 0, days)
		if c := controlOf(t, Build(in), detectors.AIPlatform, "audit"); len(c.Readings) != 1 || c.Read() != want {
			t.Errorf("after %d days: %+v", days, c.Readings)
		}
	}
}
