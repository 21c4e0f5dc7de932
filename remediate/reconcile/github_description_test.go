package reconcile_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"slices"
	"testing"
	"time"

	"leakline/remediate/outbound"
	"leakline/remediate/reconcile"
	"leakline/testdata/githubapi"
	"leakline/testdata/provider"
)

// gitHubSchemas are what GitHub's description calls the entries of the lists.
var gitHubSchemas = map[string]string{
	"/orgs/acme/members": "simple-user", "/orgs/acme/outside_collaborators": "simple-user",
	"/orgs/acme/credential-authorizations": "credential-authorization",
	"/orgs/acme/personal-access-tokens":    "organization-programmatic-access-grant",
	"/orgs/acme/repos":                     "minimal-repository", "/repos/acme/shop/keys": "deploy-key",
}

// TestIntegrationGitHubDescription reads an organisation's lists while GitHub's own
// description of its API stands between: what is asked is what GitHub documents, and
// what the fake answers is, too.
func TestIntegrationGitHubDescription(t *testing.T) {
	d := githubapi.Load(t)
	secret := plain(t, "github-pat", 1)
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	at := created.Format(time.RFC3339)
	for name, c := range map[string]struct {
		host, before string
		refused      map[string]int // statuses of lists that may not be read
		keys         int
	}{
		"github.com":        {"api.github.com", "", nil, 6},
		"enterprise server": {"github.acme.example", "/api/v3", nil, 6},
		"no app":            {"api.github.com", "", map[string]int{"/orgs/acme/personal-access-tokens": http.StatusForbidden}, 5},
	} {
		x := gitHubAPI(t)
		x.lists["/orgs/acme/credential-authorizations"] = []obj{
			gitHubEntry(1, "ann", plain(t, "github-pat", 2)), gitHubEntry(2, "ann", plain(t, "github-pat", 3)), gitHubEntry(3, "bob", secret),
		}
		x.lists["/orgs/acme/personal-access-tokens"] = []obj{{"token_id": 5, "token_name": "n", "owner": obj{"login": "out"}, "access_granted_at": at}}
		x.lists["/repos/acme/shop/keys"] = []obj{
			{"id": 7, "title": "other", "key": "ssh-rsa AAAA", "created_at": at, "added_by": nil, "last_used": nil},
			{"id": 8, "title": "deploy", "key": openSSH(t, &pair.PublicKey), "created_at": at, "last_used": at, "added_by": "bob", "enabled": true},
		}
		for path, entries := range x.lists {
			for i := range entries {
				entries[i] = d.Fill(t, gitHubSchemas[path], entries[i])
			}
		}
		x.fail = func(path string, _ int) int { return c.refused[path] }
		s := provider.Start(t)
		s.Serve(c.host, d.Handler(t, http.StripPrefix(c.before, x)))
		o := optionsFor(reconcile.GitHub, outbound.New(s.Options()))
		if c.before != "" {
			o.Host = c.host
		}
		inv, err := reconcile.Read(t.Context(), reconcile.GitHub, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(inv.Gaps) > 0 || len(inv.Keys) != c.keys {
			t.Errorf("%s: %d keys, gaps %q", name, len(inv.Keys), inv.Gaps)
		}
		if t.Failed() {
			continue
		}
		res := says(t, join(t, inv, leakOf(t, "github-pat", secret)), active, reconcile.ByHint, "authorised")
		if res.Key.ID != "3" || res.Key.Owner.State != reconcile.Left {
			t.Errorf("%s: %+v", name, res.Key)
		}
		var asked []string
		for path := range x.pages {
			asked = append(asked, path)
		}
		for path := range gitHubSchemas {
			if !slices.Contains(asked, path) {
				t.Errorf("%s: %s is not asked for", name, path)
			}
		}
	}
}
