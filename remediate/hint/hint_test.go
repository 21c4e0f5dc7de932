package hint_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/remediate/hint"
)

func key(t testing.TB, text string) detectors.Key {
	t.Helper()
	k, err := detectors.NewKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// example is a secret of a detector, made at run time.
func example(t testing.TB, id string, n int) string {
	t.Helper()
	all := detectors.Catalogue()
	i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == id })
	if i < 0 {
		t.Fatalf("the catalogue has no detector %q", id)
	}
	text, err := sample.Example(all[i], 0, n)
	if err != nil {
		t.Fatal(err)
	}
	return text.Secret
}

// listed is the short form of a key, made as the provider's documentation shows it.
var listed = map[string]func(string) []string{
	"openai-legacy-key":          lastThreeAndFour,
	"openai-project-key":         lastThreeAndFour,
	"openai-service-account-key": lastThreeAndFour,
	"openai-admin-key":           lastThreeAndFour,
	"openai-service-key":         lastThreeAndFour,
	"openai-none-key":            lastThreeAndFour,
	"anthropic-api-key": func(s string) []string {
		return []string{s[:len("sk-ant-api03-R2D")] + "..." + s[len(s)-4:]}
	},
	"anthropic-admin-key": func(s string) []string {
		return []string{s[:len("sk-ant-admin01-R2D")] + "..." + s[len(s)-4:]}
	},
	"workos-api-key": func(s string) []string { return []string{"4:" + s[len(s)-4:]} },
	"github-pat":     lastEight, "github-fine-grained-pat": lastEight, "github-oauth-access-token": lastEight,
}

func lastThreeAndFour(s string) []string { return []string{"4:" + s[len(s)-4:], "3:" + s[len(s)-3:]} }
func lastEight(s string) []string        { return []string{"8:" + s[len(s)-8:]} }

// TestHints: what is recorded of a secret is what the same form in a list gives, and
// nothing else.
func TestHints(t *testing.T) {
	k, other := key(t, "a key of this test, long enough"), key(t, "another key of this test")
	for id, form := range listed {
		for n := range 20 {
			plain := example(t, id, n)
			provider, _, _ := strings.Cut(id, "-")
			var want []string
			for _, f := range form(plain) {
				want = append(want, hint.Listed(provider, f, k))
			}
			got := hint.Hints(id, detectors.NewSecret(plain), k)
			if !slices.Equal(got, want) {
				t.Errorf("%s, example %d: hints %q, the list's forms give %q", id, n, got, want)
			}
			if slices.ContainsFunc(hint.Hints(id, detectors.NewSecret(plain), other), func(h string) bool { return slices.Contains(got, h) }) {
				t.Errorf("%s: two keys give one hint", id)
			}
			for _, h := range got {
				if !strings.HasPrefix(h, "h1:"+provider+":") || len(h) != len("h1:"+provider+":")+64 {
					t.Errorf("%s: a hint is %q", id, h)
				}
			}
		}
	}
}

// TestKindsWithoutHints: what no provider lists has none, and what is too short
// neither.
func TestKindsWithoutHints(t *testing.T) {
	k := key(t, "a key of this test, long enough")
	for _, id := range []string{"okta-api-token", "aws-secret-access-key", "generic-password", ""} {
		if got := hint.Hints(id, detectors.NewSecret(strings.Repeat("q9Z-", 12)), k); got != nil {
			t.Errorf("%q has hints: %q", id, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // whatever it is, nothing breaks
		plain := rapid.StringN(0, 60, 200).Draw(t, "plain")
		for id := range listed {
			got := hint.Hints(id, detectors.NewSecret(plain), k)
			if len(plain) < 32 && got != nil {
				t.Errorf("%s: %d bytes have hints", id, len(plain))
			}
			all, _ := json.Marshal(got)
			if len(plain) >= 32 && strings.Contains(string(all), plain[len(plain)-8:]) {
				t.Errorf("%s: a hint shows the end of the secret", id)
			}
		}
	})
}

// TestProvidersAreApart: the same end at two providers is two hints.
func TestProvidersAreApart(t *testing.T) {
	k := key(t, "a key of this test, long enough")
	seen := map[string]bool{}
	for _, p := range []string{hint.OpenAI, hint.Anthropic, hint.WorkOS, hint.GitHub} {
		for n := 3; n < 9; n++ {
			seen[hint.Listed(p, hint.Ending("abcdefghij", n), k)] = true
		}
	}
	if len(seen) != 4*6 {
		t.Errorf("24 forms have %d hints", len(seen))
	}
}

// TestCatalogueHasTheKinds: a kind that is renamed would lose its hints silently.
func TestCatalogueHasTheKinds(t *testing.T) {
	k := key(t, "a key of this test, long enough")
	n := 0
	for _, d := range detectors.Catalogue() {
		if len(hint.Hints(d.ID, detectors.NewSecret("sk-ant-kind-"+strings.Repeat("q9Z-", 12)), k)) > 0 {
			n++
		}
	}
	if n != 17 {
		t.Errorf("%d kinds of the catalogue have hints, 17 are meant to", n)
	}
}
