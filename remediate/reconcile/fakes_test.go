package reconcile_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/remediate/hint"
	"leakline/remediate/incident"
	"leakline/remediate/outbound"
	"leakline/remediate/reconcile"
	"leakline/testdata/provider"
)

// now is when everything happens; the keys were made a year before, the leaks came 30
// days before.
var (
	now     = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	created = now.AddDate(-1, 0, 0)
	leaked  = now.AddDate(0, 0, -30)
)

const (
	adminKey = "the credential of an administrator"
	longAgo  = 200 * 24 * time.Hour
)

// admin is the credential, without blanks.
var admin = strings.ReplaceAll(adminKey, " ", "-")

type obj = map[string]any

// world is a provider's administration: paths and what they list.
type world struct {
	t     testing.TB
	auth  string // the header that is demanded, as "Name: value"
	lists map[string][]obj
	one   map[string]obj
	// fail answers instead, if it gives a status: of a path and the number of its page.
	fail func(path string, page int) int
	page func(w http.ResponseWriter, r *http.Request, all []obj)
	// hide are the entries of a list that a request does not get.
	hide  func(r *http.Request, entry obj) bool
	pages map[string]int
	raw   func(w http.ResponseWriter, r *http.Request) bool
}

func (x *world) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	name, value, _ := strings.Cut(x.auth, ": ")
	if r.Method != http.MethodGet {
		x.t.Errorf("%s %s: a list is only read", r.Method, r.URL.Path)
	}
	if r.Header.Get(name) != value {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if x.raw != nil && x.raw(w, r) {
		return
	}
	x.pages[r.URL.Path]++
	if x.fail != nil {
		if status := x.fail(r.URL.Path, x.pages[r.URL.Path]); status != 0 {
			w.WriteHeader(status)
			fmt.Fprint(w, `{"message": "go away"}`)
			return
		}
	}
	if o, ok := x.one[r.URL.Path]; ok {
		_ = json.NewEncoder(w).Encode(o)
		return
	}
	all, ok := x.lists[r.URL.Path]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{}`)
		return
	}
	if x.hide != nil {
		all = slices.DeleteFunc(slices.Clone(all), func(o obj) bool { return x.hide(r, o) })
	}
	x.page(w, r, all)
}

// after gives the page of a list that begins after an id.
func after(r *http.Request, parameter string, all []obj, most int) (page []obj, more bool) {
	if from := r.URL.Query().Get(parameter); from != "" {
		i := slices.IndexFunc(all, func(o obj) bool { return o["id"] == from })
		all = all[i+1:]
	}
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit > most {
		limit = 20
	}
	n := min(limit, len(all))
	return all[:n], n < len(all)
}

func lastID(page []obj) any {
	if len(page) == 0 {
		return nil
	}
	return page[len(page)-1]["id"]
}

func write(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

// openAI is https://platform.openai.com/docs/api-reference/administration.
func openAI(t testing.TB) *world {
	return &world{
		t: t, auth: "Authorization: Bearer " + admin, pages: map[string]int{},
		lists: map[string][]obj{
			"/v1/organization/projects":                    {{"id": "proj_shop", "name": "Shop", "status": "active"}, {"id": "proj_lab", "name": "Lab", "status": "active"}},
			"/v1/organization/users":                       {{"id": "user_ann", "name": "Ann", "email": "ann@example.com"}},
			"/v1/organization/admin_api_keys":              {},
			"/v1/organization/projects/proj_shop/api_keys": {}, "/v1/organization/projects/proj_lab/api_keys": {},
		},
		hide: func(r *http.Request, o obj) bool {
			if o["status"] == "archived" && r.URL.Query().Get("include_archived") != "true" {
				return true
			}
			return o["owner_project_access"] == "inactive" && r.URL.Query().Get("owner_project_access") != "any"
		},
		page: func(w http.ResponseWriter, r *http.Request, all []obj) {
			page, more := after(r, "after", all, 100)
			write(w, obj{"object": "list", "data": page, "has_more": more, "first_id": "x", "last_id": lastID(page)})
		},
	}
}

func openAIEntry(id, plain, user string) obj {
	return obj{
		"object": "organization.project.api_key", "id": id, "name": "key " + id, "redacted_value": plain[:8] + "******" + plain[len(plain)-4:],
		"created_at": created.Unix(), "last_used_at": now.AddDate(0, 0, -1).Unix(), "owner_project_access": "active",
		"owner": obj{"type": "user", "user": obj{"id": user, "name": "N " + user, "email": user + "@example.com", "role": "member", "created_at": 1}},
	}
}

// anthropicAPI is https://platform.claude.com/docs/en/api/admin.
func anthropicAPI(t testing.TB) *world {
	return &world{
		t: t, auth: "X-Api-Key: " + admin, pages: map[string]int{},
		one: map[string]obj{"/v1/organizations/me": {"id": "org-1", "type": "organization", "name": "Acme"}},
		lists: map[string][]obj{
			"/v1/organizations/users":      {{"id": "user_ann", "type": "user", "name": "Ann", "email": "ann@example.com"}},
			"/v1/organizations/workspaces": {{"id": "wrkspc_1", "name": "Shop", "type": "workspace"}},
			"/v1/organizations/api_keys":   {},
		},
		page: func(w http.ResponseWriter, r *http.Request, all []obj) {
			if r.Header.Get("Anthropic-Version") == "" {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			page, more := after(r, "after_id", all, 1000)
			write(w, obj{"data": page, "has_more": more, "first_id": nil, "last_id": lastID(page)})
		},
	}
}

func anthropicEntry(id, plain, user, status string) obj {
	return obj{
		"id": id, "type": "api_key", "name": "key " + id, "workspace_id": "wrkspc_1", "created_at": created.Format(time.RFC3339Nano),
		"created_by": obj{"id": user, "type": "user"}, "partial_key_hint": plain[:16] + "..." + plain[len(plain)-4:], "status": status, "expires_at": nil,
	}
}

// workOSAPI is https://workos.com/docs/reference.
func workOSAPI(t testing.TB) *world {
	return &world{
		t: t, auth: "Authorization: Bearer " + admin, pages: map[string]int{},
		lists: map[string][]obj{
			"/organizations":                {{"id": "org_1", "name": "Customer One", "object": "organization"}},
			"/organizations/org_1/api_keys": {},
			"/connect/applications":         {{"id": "conn_app_1", "name": "Back office"}},
		},
		page: func(w http.ResponseWriter, r *http.Request, all []obj) {
			page, more := after(r, "after", all, 100)
			next := any(nil)
			if more {
				next = lastID(page)
			}
			write(w, obj{"object": "list", "data": page, "list_metadata": obj{"before": nil, "after": next}})
		},
		raw: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/connect/applications/conn_app_1/client_secrets" {
				return false
			}
			write(w, []obj{{"object": "connect_application_secret", "id": "secret_1", "secret_hint": "abc123", "last_used_at": nil, "created_at": created.Format(time.RFC3339)}})
			return true
		},
	}
}

// linked pages a list with the header Link, a few entries a page. A parameter has the
// number of the page.
func linked(most int, parameter string) func(http.ResponseWriter, *http.Request, []obj) {
	return func(w http.ResponseWriter, r *http.Request, all []obj) {
		page, err := strconv.Atoi(r.URL.Query().Get(parameter))
		if err != nil {
			page = 1
		}
		from := min((page-1)*most, len(all))
		to := min(from+most, len(all))
		path, _, _ := strings.Cut(r.RequestURI, "?")
		w.Header().Add("Link", fmt.Sprintf(`<https://%s%s?%s=1>; rel="self"`, r.Host, path, parameter))
		if to < len(all) {
			w.Header().Add("Link", fmt.Sprintf(`<https://%s%s?%s=%d>; rel="next"`, r.Host, path, parameter, page+1))
		}
		write(w, append([]obj{}, all[from:to]...))
	}
}

const oktaHost = "acme.okta.example"

// oktaAPI is https://developer.okta.com/docs/api/openapi/okta-management/management/.
func oktaAPI(t testing.TB) *world {
	return &world{
		t: t, auth: "Authorization: SSWS " + admin, pages: map[string]int{}, page: linked(2, "after"),
		one: map[string]obj{
			"/api/v1/users/00u1": {"id": "00u1", "status": "ACTIVE", "profile": obj{"login": "ann@example.com", "email": "ann@example.com", "firstName": "Ann", "lastName": "A"}},
			"/api/v1/users/00u2": {"id": "00u2", "status": "DEPROVISIONED", "profile": obj{"login": "bob@example.com"}},
		},
		lists: map[string][]obj{
			"/api/v1/api-tokens": {},
			"/api/v1/apps": {
				{"id": "0oa1", "label": "Shop", "status": "ACTIVE", "signOnMode": "OPENID_CONNECT"},
				{"id": "0oa2", "label": "Wiki", "status": "ACTIVE", "signOnMode": "SAML_2_0"},
			},
			"/api/v1/apps/0oa1/credentials/secrets": {},
		},
	}
}

// gitHubAPI is https://docs.github.com/en/rest.
func gitHubAPI(t testing.TB) *world {
	return &world{
		t: t, auth: "Authorization: Bearer " + admin, pages: map[string]int{}, page: linked(2, "page"),
		lists: map[string][]obj{
			"/orgs/acme/members":                   {{"login": "ann"}},
			"/orgs/acme/outside_collaborators":     {{"login": "out"}},
			"/orgs/acme/credential-authorizations": {},
			"/orgs/acme/personal-access-tokens":    {},
			"/orgs/acme/repos":                     {{"full_name": "acme/shop"}},
			"/repos/acme/shop/keys":                {},
		},
	}
}

func gitHubEntry(id int, login, p string) obj {
	return obj{
		"login": login, "credential_id": id, "credential_type": "personal access token", "token_last_eight": p[len(p)-8:],
		"credential_authorized_at": now.AddDate(0, 0, -5).Format(time.RFC3339), "credential_accessed_at": now.AddDate(0, 0, -1).Format(time.RFC3339),
		"authorized_credential_note": "ci", "authorized_credential_expires_at": nil, "scopes": []string{"repo"},
	}
}

// hosts of the providers.
var hosts = map[string]string{
	reconcile.OpenAI: "api.openai.com", reconcile.Anthropic: "api.anthropic.com", reconcile.WorkOS: "api.workos.com",
	reconcile.Okta: oktaHost, reconcile.GitHub: "api.github.com",
}

// read reads the list of a world over TLS.
func read(t testing.TB, name string, x *world) (*reconcile.Inventory, error) {
	t.Helper()
	s := provider.Start(t)
	s.Serve(hosts[name], x)
	inv, err := reconcile.Read(t.Context(), name, optionsFor(name, outbound.New(s.Options())))
	if n := len(s.Requests()); n > 1000 {
		t.Errorf("it asks without end: %d requests", n)
	}
	for _, seen := range s.Requests() {
		if strings.Contains(seen.Path, admin) || len(seen.Body) > 0 {
			t.Errorf("the credential or a body is in a request: %s", seen.Path)
		}
	}
	return inv, err
}

func optionsFor(name string, client reconcile.Client) reconcile.Options {
	o := reconcile.Options{Client: client, Credential: detectors.NewSecret(admin), Now: func() time.Time { return now }}
	switch name {
	case reconcile.Okta:
		o.Host = oktaHost
	case reconcile.GitHub:
		o.Organization = "acme"
	}
	return o
}

func mustRead(t testing.TB, name string, x *world) *reconcile.Inventory {
	t.Helper()
	inv, err := read(t, name, x)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func ledgerKey(t testing.TB) detectors.Key {
	t.Helper()
	k, err := detectors.NewKey("the key of the ledger of this test")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// plain is the n-th example of a detector, made at run time.
func plain(t testing.TB, id string, n int) string {
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

// leakOf is an incident as the ledger would have it.
func leakOf(t testing.TB, detector, secret string) reconcile.Leak {
	t.Helper()
	k := ledgerKey(t)
	s := detectors.NewSecret(secret)
	return reconcile.Leak{
		ID: incident.ID(k.Fingerprint(s)), Detector: detector, Title: "a key", Hints: hint.Hints(detector, s, k), Introduced: leaked,
	}
}

// join joins with the options of most tests.
func join(t testing.TB, inv *reconcile.Inventory, leaks ...reconcile.Leak) *reconcile.Report {
	t.Helper()
	return reconcile.Join(inv, leaks, joining(t))
}

func joining(t testing.TB) reconcile.JoinOptions {
	return reconcile.JoinOptions{Keys: []detectors.Key{ledgerKey(t)}, UnusedAfter: 90 * 24 * time.Hour, Credential: detectors.NewSecret(admin)}
}

// says checks what the list says of the only leak.
func says(t testing.TB, r *reconcile.Report, want detectors.Outcome, by reconcile.Way, reason string) *reconcile.Result {
	t.Helper()
	if len(r.Incidents) != 1 {
		t.Fatalf("%d incidents: %+v", len(r.Incidents), r.Incidents)
	}
	res := &r.Incidents[0]
	if res.Outcome != want || res.By != by || !strings.Contains(res.Reason, reason) {
		t.Errorf("it says %q by %q because %q; want %q by %q because …%q…", res.Outcome, res.By, res.Reason, want, by, reason)
	}
	if res.Judged != (want != detectors.OutcomeUnknown) {
		t.Errorf("%q is judged: %v", res.Outcome, res.Judged)
	}
	return res
}

// kindsOf are the kinds of the findings.
func kindsOf(r *reconcile.Report) (kinds []reconcile.FindingKind) {
	for _, f := range r.Findings {
		kinds = append(kinds, f.Kind)
	}
	return kinds
}

func leakHints(k detectors.Key, s detectors.Secret) []string {
	return hint.Hints("openai-project-key", s, k)
}
