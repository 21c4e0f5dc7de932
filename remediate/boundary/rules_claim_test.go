package boundary

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/scanner/inventory"
)

// TestClaimRules: over the forty applications the rules on claims find what was planted,
// with its other places, and nothing else.
func TestClaimRules(t *testing.T) {
	rules := []string{"wrong-layer-assurance", "claim-of-other-layer", "owner-missing"}
	planted, near := 0, 0
	for _, a := range loaded(t) {
		in := &Input{Target: a.Name}
		reader, err := inventory.NewReader()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range a.Names() {
			text, err := a.Expand(name)
			if err != nil {
				t.Fatal(err)
			}
			reader.Read(name, text)
		}
		in.Sightings, in.Files = reader.Sightings()
		in.Policy = ownPolicy(t, &a)
		var got, want []string
		m := Build(in)
		for _, v := range Check(in, m) {
			if slices.Contains(rules, v.Rule) {
				got = append(got, v.Rule+" "+spots(append([]Where{v.At}, v.Also...)))
			}
		}
		for _, v := range a.Truth.Violations {
			if slices.Contains(rules, v.Rule) {
				planted++
				want = append(want, strings.Join(append([]string{v.Rule, v.At}, v.Also...), " "))
			}
		}
		for _, v := range a.Truth.NearMisses {
			if slices.Contains(rules, v.Rule) {
				near++
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", a.Name, got, want)
		}
	}
	if planted < 6 || near < 4 {
		t.Errorf("%d were planted, %d look so", planted, near)
	}
}

func spots(all []Where) string {
	var out []string
	for _, w := range all {
		out = append(out, fmt.Sprintf("%s:%d", w.Path, w.Line))
	}
	return strings.Join(out, " ")
}

// TestClaimNearMisses: what looks like a false assurance and is none.
func TestClaimNearMisses(t *testing.T) {
	ai, auth := detectors.AIPlatform, detectors.ApplicationAuth
	claim := func(l detectors.Layer, name string, how inventory.How, grants ...string) inventory.Sighting {
		return inventory.Sighting{Kind: inventory.Claim, Layer: l, Name: name, How: how, Grants: grants, Path: "SECURITY.md", Line: 3}
	}
	control := func(l detectors.Layer, name string) inventory.Sighting {
		return inventory.Sighting{Kind: inventory.Control, Layer: l, Name: name, How: inventory.ByCode, Path: "a.tf", Line: 1}
	}
	system := func(l detectors.Layer, kind inventory.Kind, name string) inventory.Sighting {
		return inventory.Sighting{Kind: kind, Layer: l, Name: name, How: inventory.ByImport, Path: "a.go", Line: 2}
	}
	declared := Policy{Layers: map[detectors.Layer]LayerPolicy{auth: {Controls: map[string]Declaration{"MFA": {Standing: "on", By: "@ann"}}}}}
	denied := Policy{Layers: map[detectors.Layer]LayerPolicy{auth: {Controls: map[string]Declaration{"MFA": {Standing: "off", By: "@ann"}}}}}
	given := Policy{Path: "c.toml", Given: true, Layers: map[detectors.Layer]LayerPolicy{ai: {Owners: []string{"@ann"}, Line: 4}}}
	for name, c := range map[string]struct {
		in   []inventory.Sighting
		p    Policy
		want string
	}{
		"nothing shows it":                  {in: []inventory.Sighting{claim(auth, "SSO", inventory.ByText)}},
		"both show it":                      {in: []inventory.Sighting{claim(auth, "MFA", inventory.ByText), control(ai, "MFA"), control(auth, "MFA")}},
		"only its own shows it":             {in: []inventory.Sighting{claim(auth, "MFA", inventory.ByText), control(auth, "MFA")}},
		"another control of the other":      {in: []inventory.Sighting{claim(auth, "SSO", inventory.ByText), control(ai, "MFA")}},
		"only the other shows it":           {in: []inventory.Sighting{claim(auth, "MFA", inventory.ByText), control(ai, "MFA")}, want: "claim-of-other-layer"},
		"the platform's, by the product":    {in: []inventory.Sighting{claim(ai, "SSO", inventory.ByText), control(auth, "SSO")}, want: "claim-of-other-layer"},
		"somebody declares it":              {in: []inventory.Sighting{claim(auth, "MFA", inventory.ByText), control(ai, "MFA")}, p: declared},
		"somebody declares that it is off":  {in: []inventory.Sighting{claim(auth, "MFA", inventory.ByText), control(ai, "MFA")}, p: denied, want: "claim-of-other-layer"},
		"a console that nobody can read":    {in: []inventory.Sighting{claim(auth, "MFA", inventory.ByText), control(ai, "MFA"), system(auth, inventory.System, "auth0")}},
		"own sign-in has no console":        {in: []inventory.Sighting{claim(auth, "MFA", inventory.ByText), control(ai, "MFA"), system(auth, inventory.System, "own")}, want: "claim-of-other-layer"},
		"nor has a library for passwords":   {in: []inventory.Sighting{claim(auth, "SSO", inventory.ByText), control(ai, "SSO"), system(auth, inventory.System, "devise")}, want: "claim-of-other-layer"},
		"a report of the model's provider":  {in: []inventory.Sighting{claim(auth, "SOC 2", inventory.ByText, string(ai))}, want: "claim-of-other-layer"},
		"reports of both":                   {in: []inventory.Sighting{claim(auth, "SOC 2", inventory.ByText, string(ai), string(auth))}},
		"an entry with its own evidence":    {in: []inventory.Sighting{claim(auth, "SSO", inventory.ByConfig, string(auth)), control(ai, "SSO")}},
		"an entry with a file for evidence": {in: []inventory.Sighting{claim(auth, "SSO", inventory.ByConfig), control(ai, "SSO")}},
		"an entry with the other's":         {in: []inventory.Sighting{claim(auth, "SSO", inventory.ByConfig, string(ai))}, want: "wrong-layer-assurance"},
		"the platform's entry, by its own":  {in: []inventory.Sighting{claim(ai, "SSO", inventory.ByConfig, string(ai))}},
		"a layer that is not in use":        {in: []inventory.Sighting{system(ai, inventory.Provider, "openai")}, p: given},
		"no configuration at all":           {in: []inventory.Sighting{system(auth, inventory.System, "auth0")}},
		"a layer in use without an owner":   {in: []inventory.Sighting{system(auth, inventory.System, "auth0")}, p: given, want: "owner-missing"},
	} {
		in := &Input{Sightings: c.in, Policy: c.p, Files: 1}
		m := Build(in)
		var got []string
		for _, r := range claimRules {
			for range r.Find(in, m) {
				got = append(got, r.ID)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestLocalSystems: the systems that keep all in the program are known by their names.
func TestLocalSystems(t *testing.T) {
	known := map[string]bool{}
	for _, e := range inventory.Entries() {
		if e.Kind == inventory.System {
			known[e.Name] = true
		}
	}
	for _, name := range localSystems {
		if !known[name] {
			t.Errorf("there is no system %q", name)
		}
	}
}
