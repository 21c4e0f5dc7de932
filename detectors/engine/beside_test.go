package engine

import (
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// besideKinds are kinds with a name and a shape alone, and the word of their provider.
var besideKinds = map[string]string{
	"mistral-api-key":   "Mistral",
	"algolia-admin-key": "Algolia",
	"datadog-api-key":   "Datadog",
}

// TestBesideName: a value that nothing assigns to a name is found behind its provider's
// word, and not where the words between say that it is something else.
func TestBesideName(t *testing.T) {
	s := mustCompile(t, detectors.Catalogue())
	all := detectors.Catalogue()
	for id, word := range besideKinds {
		i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == id })
		if i < 0 {
			t.Fatalf("no detector %q", id)
		}
		text, err := sample.Example(all[i], 0, 7)
		if err != nil {
			t.Fatal(err)
		}
		v := text.Secret
		low := strings.ToLower(word)
		for _, line := range []string{
			"the WORD API key is V, please rotate it",
			"- **WORD API key**: `V`",
			"| WORD api key | `V` |",
			"WORD key is \"V\"",
			"# WORD api key\nV\n",
			low + "_api_key\nV\n",
			"client = WORD(key=None, auth_token(\"V\"))",
		} {
			data := []byte(strings.NewReplacer("WORD", word, "V", v).Replace(line))
			if !slices.ContainsFunc(s.Find(data), func(m Match) bool { return m.Detector.ID == id && m.Secret.Reveal() == v }) {
				t.Errorf("%s is not found in %q", id, line)
			}
		}
		for _, line := range []string{
			"WORD at commit V",
			"the sha of WORD is V",
			"WORD integrity V",
			low + "-checksum: V",
			"we talked about many things that WORD did for us in spring and summer of that year, such as V",
			"WORD and V",
		} {
			data := []byte(strings.NewReplacer("WORD", word, "V", v).Replace(line))
			if ms := s.Find(data); slices.ContainsFunc(ms, func(m Match) bool { return m.Detector.ID == id }) {
				t.Errorf("%s is found in %q", id, line)
			}
		}
	}
}

// TestCutShort: a token of no fixed length that goes on in dots is one that somebody
// has cut, one of fixed length is whole.
func TestCutShort(t *testing.T) {
	s := mustCompile(t, detectors.Catalogue())
	all := detectors.Catalogue()
	for id, found := range map[string]bool{"slack-bot-token": false, "github-pat": true} {
		i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == id })
		if i < 0 {
			t.Fatalf("no detector %q", id)
		}
		text, err := sample.Example(all[i], 0, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, dots := range []string{"...", "…"} {
			if got := len(s.Find([]byte("it begins "+text.Value+dots))) > 0; got != found {
				t.Errorf("%s before %q: found %t, want %t", id, dots, got, found)
			}
		}
	}
}
