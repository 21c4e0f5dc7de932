package boundary

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"leakline/detectors"
	"leakline/scanner/inventory"
)

// Each of several roots has what its own lines show, whoever crosses first; one alone
// has no table.
func TestRoots(t *testing.T) {
	ai, auth := detectors.AIPlatform, detectors.ApplicationAuth
	in := &Input{
		Target: "a b", Files: 4, Roots: []string{"a", "b", "b2"},
		Codeowners: "/a/ @acme/a\n/b/ @acme/b\n",
		Sightings: []inventory.Sighting{
			{Kind: inventory.Provider, Layer: ai, Name: "openai", How: inventory.ByManifest, Path: "a/package.json", Line: 4},
			{Kind: inventory.Reference, Layer: ai, Name: "OPENAI_API_KEY", How: inventory.ByName, Path: "a/app.js", Line: 3},
			{Kind: inventory.Provider, Layer: ai, Name: "mistral", How: inventory.ByManifest, Path: "b/package.json", Line: 4},
			{Kind: inventory.System, Layer: auth, Name: "auth0", How: inventory.ByManifest, Path: "b/package.json", Line: 5},
			{Kind: inventory.Control, Layer: auth, Name: "MFA", How: inventory.ByCode, Path: "b/auth.js", Line: 1},
			{
				Kind: inventory.Principal, Name: "worker", Path: "b/main.tf", Line: 1,
				Parts: []inventory.Part{{Kind: inventory.Principal, Layer: ai, Path: "b/main.tf", Line: 2, Text: "bedrock:*"}, {Kind: inventory.Principal, Layer: auth, Path: "b/main.tf", Line: 3, Text: "cognito-idp:*"}},
			},
		},
	}
	m := Build(in)
	var got []string
	for _, r := range m.Roots {
		got = append(got, r.Name)
		for i := range r.Layers {
			got = append(got, r.Layers[i].says(m))
		}
	}
	want := "b|Mistral AI, 1 identity, owner @acme/b|Auth0, 1 identity, owner @acme/b|a|OpenAI, 1 identity, owner @acme/a|nothing in use|b2|nothing in use|nothing in use"
	if m.Roots[0].Crosses == 0 {
		t.Errorf("b crosses: %+v", m.Roots)
	}
	if text := strings.Join(got, "|"); text != want {
		t.Errorf("the roots say\n%s\nnot\n%s", text, want)
	}
	text := render(t, m, (*Map).Text)
	for _, part := range []string{"READ TOGETHER", "  b  (1 crossing)", "builder  OpenAI, 1 identity, owner @acme/a", "buyer    nothing in use"} {
		if !strings.Contains(text, part) {
			t.Errorf("the page lacks %q:\n%s", part, text)
		}
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(render(t, m, (*Map).JSON)))
	if err == nil {
		err = strict(t, MapSchema).Validate(v)
	}
	if err != nil {
		t.Error(err)
	}
	in.Roots = in.Roots[:1]
	if m := Build(in); len(m.Roots) != 0 || strings.Contains(render(t, m, (*Map).Text), "READ TOGETHER") {
		t.Errorf("one root has a table: %+v", m.Roots)
	}
}
