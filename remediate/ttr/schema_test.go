package ttr_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
)

// compile compiles one of our schemas, made strict: what it does not describe is
// an error here, though not for readers.
func compile(t tb, text string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	var strict func(v any)
	strict = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, ok := v["properties"].(map[string]any); ok && v["type"] == "object" {
				v["additionalProperties"] = false
			}
			for _, x := range v {
				strict(x)
			}
		case []any:
			for _, x := range v {
				strict(x)
			}
		}
	}
	strict(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:test", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parse reads JSON anew for each caller.
func parse(t tb, b []byte) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return v.(map[string]any)
}

func TestSchema(t *testing.T) {
	s := compile(t, ttr.Schema())
	o := options()
	o.Layers = []detectors.Layer{detectors.AIPlatform}
	reports := []*ttr.Report{
		full(t), report(t, nil, options()), report(t, organisation(), o),
		report(t, []incident.Row{dead(1, 30, -2), row(2, 10)}, options()),
	}
	for _, r := range reports {
		if err := s.Validate(parse(t, write(t, "json", r, ttr.WriteOptions{}))); err != nil {
			t.Error(err)
		}
	}
	first := func(v map[string]any, list string) map[string]any { return v[list].([]any)[0].(map[string]any) }
	for name, spoil := range map[string]func(r map[string]any){
		"another form":       func(r map[string]any) { r["schema"] = "leakline-ttr-2" },
		"no groups":          func(r map[string]any) { r["groups"] = []any{} },
		"a field unknown":    func(r map[string]any) { r["mean"] = 1 },
		"a date":             func(r map[string]any) { r["as_of"] = "22.11.2026" },
		"a negative count":   func(r map[string]any) { first(r, "groups")["open"] = json.Number("-1") },
		"a verdict":          func(r map[string]any) { first(r, "groups")["ttr"].(map[string]any)["verdict"] = "better" },
		"a share above 1":    func(r map[string]any) { first(r, "groups")["ttr"].(map[string]any)["open_at_tau"] = json.Number("27") },
		"a proof missing":    func(r map[string]any) { delete(first(r, "groups")["proofs"].(map[string]any), "attested") },
		"a layer of its own": func(r map[string]any) { r["only_layers"] = []any{"network"} },
		"a late owner": func(r map[string]any) {
			delete(r["overdue"].(map[string]any)["list"].([]any)[0].(map[string]any), "owner")
		},
	} {
		r := parse(t, write(t, "json", reports[0], ttr.WriteOptions{}))
		spoil(r)
		if s.Validate(r) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestRemovalSchema(t *testing.T) {
	s := compile(t, ttr.RemovalSchema())
	for _, ws := range [][]ttr.Window{nil, windows()} {
		var b bytes.Buffer
		if err := ttr.WriteRemoval(&b, "json", ttr.Removals(slices.Values(ws), now), ttr.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		r := parse(t, b.Bytes())
		if err := s.Validate(r); err != nil {
			t.Error(err)
		}
		r["label"] = "remediation"
		if s.Validate(r) == nil {
			t.Error("another label is accepted")
		}
	}
}
