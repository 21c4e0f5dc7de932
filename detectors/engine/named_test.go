package engine

import (
	"slices"
	"testing"

	"leakline/detectors"
)

func TestNames(t *testing.T) {
	const ai, app = detectors.AIPlatform, detectors.ApplicationAuth
	of := func(layer detectors.Layer) detectors.Identity { return detectors.Identity{Layer: layer} }
	n, err := NewNames([]detectors.Detector{
		{ID: "model-key", Identity: of(ai), Anchors: []string{"mk-"}, Samples: []detectors.Sample{{Name: "MODEL_API_KEY"}, {Name: "API_KEY"}}},
		{ID: "model-admin-key", Identity: of(ai), Names: []string{"model admin key"}},
		{ID: "session-secret", Identity: of(app), Names: []string{"session secret"}},
		{ID: "longer", Identity: of(app), Names: []string{"cookie session secret"}},
		{ID: "any-key", Identity: of(ai), Names: []string{"api key"}},
		{ID: "near-key", Identity: of(ai), Names: []string{"api key"}, Near: []string{"rerank er", "key"}, Samples: []detectors.Sample{{Name: "SOME_KEY"}}},
		{ID: "nobodys", Identity: of(detectors.Unclassified), Names: []string{"session secret"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"MODEL_API_KEY":           {"model-key"},
		"modelApiKey":             {"model-key"},
		"PROD_MODEL_ADMIN_KEY":    {"model-admin-key"},
		"SESSION_SECRET":          {"session-secret"},
		"my.cookieSessionSecret":  {"longer"}, // says more
		"RERANKER_API_KEY":        {"near-key"},
		"API_KEY":                 nil,
		"ACCESS_TOKEN_SECRET_KEY": nil,
		"SOME_KEY":                nil, // it demands a word beside it that the name has not
		"":                        nil,
	} {
		var got []string
		for _, d := range n.Of(name) {
			got = append(got, d.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if _, err := NewNames([]detectors.Detector{{ID: "bad", Identity: of(ai), Names: []string{"a-b"}}}); err == nil {
		t.Error("a name that is none is taken")
	}
}
