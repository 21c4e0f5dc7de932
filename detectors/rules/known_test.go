package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// reviewed are pairs of a rule of gitleaks and a detector that the table leaves out
// though the rule's expression fits the detector's examples: it is made for another
// kind of secret.
var reviewed = map[string][]string{
	"jwt": { // they have kinds of their own
		"anthropic-remote-session-token", "apple-client-secret-jwt", "auth0-management-api-token", "cognito-user-token", "entra-access-token",
		"firebase-user-token", "keycloak-registration-token", "okta-access-token", "supabase-service-role-jwt",
	},
	"stripe-access-token": { // keys of others that begin like Stripe's
		"clerk-secret-key", "clerk-secret-key-test", "magic-secret-key", "magic-secret-key-test", "paystack-secret-key",
		"paystack-test-secret-key", "workos-api-key", "workos-api-key-staging",
	},
}

// TestIntegrationGitleaksKnown: the table of gitleaks' rules names rules and detectors that exist, and
// every detector of which a rule's own expression finds the examples. With -v it prints
// what the expressions find.
func TestIntegrationGitleaksKnown(t *testing.T) {
	path, text := gitleaksConfig(t)
	c, err := Load(path, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]detectors.Detector{}
	for _, d := range detectors.Catalogue() {
		byID[d.ID] = d
	}
	for _, r := range c.rules {
		if _, ok := gitleaksRules[r.id]; !ok {
			t.Errorf("rule %q of gitleaks is not in the table", r.id)
		}
		if (r.regex == nil) != (r.id == gitleaksPathRule) {
			t.Errorf("rule %q of gitleaks: a rule for paths alone, or not", r.id)
		}
	}
	for id, ds := range gitleaksRules {
		if !c.Has(id) {
			t.Errorf("gitleaks has no rule %q", id)
		}
		for _, d := range ds {
			if x, ok := byID[d]; !ok || x.Public {
				t.Errorf("%s: %q is no detector of secrets", id, d)
			}
		}
	}
	hits, tried := fits(t, c)
	for _, id := range slices.Sorted(maps.Keys(hits)) {
		var line []string
		for _, d := range slices.Sorted(maps.Keys(hits[id])) {
			share := hits[id][d] * 100 / tried[d]
			line = append(line, fmt.Sprintf("%s %d%%", d, share))
			if share >= 25 && !slices.Contains(gitleaksRules[id], d) && !slices.Contains(reviewed[id], d) && !c.generic(id) {
				t.Errorf("rule %q finds %d %% of the examples of %q, which the table does not have", id, share, d)
			}
		}
		if !c.generic(id) { // it finds a bit of everything
			t.Logf("%s: %s", id, strings.Join(line, ", "))
		}
	}
}

func (c *Config) generic(id string) bool {
	return slices.ContainsFunc(c.rules, func(r *rule) bool { return r.id == id && r.generic() })
}

// fits counts, by rule and detector, in how many examples of the detector the rule finds
// the secret, and how many there are.
func fits(t *testing.T, c *Config) (hits map[string]map[string]int, tried map[string]int) {
	t.Helper()
	hits, tried = map[string]map[string]int{}, map[string]int{}
	for _, d := range detectors.Catalogue() {
		for i := range d.Samples {
			for n, host := range sample.Hosts()[:4] {
				x, err := sample.Example(d, i, n)
				if err != nil {
					t.Fatal(err)
				}
				doc := host.Render(x)
				if d.Public || doc == "" {
					continue
				}
				tried[d.ID]++
				found := map[string]bool{}
				for _, f := range c.Find("x.txt", []byte(doc)) {
					s := doc[f.SecretStart:f.SecretEnd]
					found[f.Rule] = found[f.Rule] || strings.Contains(s, x.Secret) || strings.Contains(x.Secret, s) && 2*len(s) > len(x.Secret)
				}
				for rule, yes := range found {
					if hits[rule] == nil {
						hits[rule] = map[string]int{}
					}
					if yes {
						hits[rule][d.ID]++
					}
				}
			}
		}
	}
	return hits, tried
}
