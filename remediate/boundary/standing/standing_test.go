package standing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/remediate/boundary/standing"
	"leakline/remediate/outbound"
	"leakline/scanner/inventory"
	"leakline/testdata/provider"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	builder = detectors.AIPlatform
	buyer   = detectors.ApplicationAuth
)

// words that stand for credentials: none may be in any output.
var (
	credential = strings.ReplaceAll("the credential of an administrator", " ", "-")
	second     = strings.ReplaceAll("another credential of theirs", " ", "-")
	token      = strings.ReplaceAll("a token that was asked for", " ", "-")
)

type obj = map[string]any

// office is an administration: what it answers by path, without the query.
type office struct {
	t     *testing.T
	hosts []string // the first is asked for what is read, the last for a token
	auth  string   // the header that is demanded, as "Name: value"
	// other is demanded below a path.
	other map[string]string
	// say are whole answers, lists those that come in pages of two.
	say   map[string]any
	lists map[string][]any
	page  func(r *http.Request, all []any) any
	next  func(w http.ResponseWriter, r *http.Request, all []any) []any
	fail  func(path string) int
	vars  map[string]string
	layer detectors.Layer
	app   string
}

func (x *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodPost {
		_ = r.ParseForm()
		if r.PostForm.Get("client_secret") != credential || r.PostForm.Get("grant_type") != "client_credentials" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		write(w, obj{"access_token": token, "token_type": "Bearer", "expires_in": 60})
		return
	}
	if r.Method != http.MethodGet {
		x.t.Errorf("%s %s: nothing may be changed", r.Method, r.URL.Path)
	}
	auth := x.auth
	for path, demand := range x.other {
		if strings.HasPrefix(r.URL.Path, path) {
			auth = demand
		}
	}
	if name, value, _ := strings.Cut(auth, ": "); r.Header.Get(name) != value {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if x.fail != nil {
		if status := x.fail(r.URL.Path); status != 0 {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"message": "no, %s"}`, credential)
			return
		}
	}
	if answer, ok := x.say[r.URL.Path]; ok {
		write(w, answer)
		return
	}
	all, ok := x.lists[r.URL.Path]
	switch {
	case !ok:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{}`)
	case x.next != nil:
		write(w, x.next(w, r, all))
	default:
		write(w, x.page(r, all))
	}
}

func write(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

// pageSize is what the offices give at once, so that every list has several pages.
const pageSize = 2

// cut gives the page after a place, and the place of the next one, 0 at the end.
func cut(all []any, from int) (page []any, next int) {
	to := min(from+pageSize, len(all))
	if page = all[from:to]; to < len(all) {
		next = to
	}
	return append([]any{}, page...), next
}

// byID pages after the id of an entry: OpenAI, Anthropic.
func byID(parameter string) func(*http.Request, []any) any {
	return func(r *http.Request, all []any) any {
		from := 0
		if id := r.URL.Query().Get(parameter); id != "" {
			from = 1 + slices.IndexFunc(all, func(v any) bool { return v.(obj)["id"] == id })
		}
		page, next := cut(all, from)
		last := any(nil)
		if len(page) > 0 {
			last = page[len(page)-1].(obj)["id"]
		}
		return obj{"object": "list", "data": page, "has_more": next > 0, "first_id": "x", "last_id": last}
	}
}

// byNumber reads the place of a page from a parameter.
func byNumber(r *http.Request, parameter string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(parameter))
	return n
}

func ids(prefix string, all ...obj) []any {
	var out []any
	for i, o := range all {
		o["id"] = fmt.Sprintf("%s_%d", prefix, i)
		out = append(out, o)
	}
	return out
}

// offices are the administrations, as their documentation says.
func offices(t *testing.T) map[string]*office {
	person := func(role string, managed bool) obj {
		return obj{"object": "organization.user", "role": role, "email": "ann@acme.example", "name": "Ann", "is_scim_managed": managed}
	}
	svc, usr := obj{"owner": obj{"type": "service_account"}}, obj{"owner": obj{"type": "user"}}
	key := func(o obj) obj {
		return obj{"object": "organization.project.api_key", "redacted_value": "x...y", "owner": o["owner"]}
	}
	out := map[string]*office{
		"openai": {
			hosts: []string{"api.openai.com"}, auth: "Authorization: Bearer " + credential, page: byID("after"),
			vars: map[string]string{"OPENAI_ADMIN_KEY": credential},
			say:  map[string]any{"/v1/organization/audit_logs": obj{"object": "list", "data": []obj{{"id": "a", "type": "login.succeeded", "effective_at": now.AddDate(0, 0, -3).Unix(), "actor": obj{"session": obj{"user": obj{"email": "ann@acme.example"}}}}}, "has_more": true}},
			lists: map[string][]any{
				"/v1/organization/users":                            ids("user", person("owner", true), person("reader", true), person("reader", false), obj{"role": "reader", "is_service_account": true}),
				"/v1/organization/projects":                         ids("proj", obj{"status": "active"}, obj{"status": "active"}, obj{"status": "archived"}, obj{"status": "active"}),
				"/v1/organization/projects/proj_0/api_keys":         ids("key", key(svc), key(svc), key(usr)),
				"/v1/organization/projects/proj_1/api_keys":         ids("key", key(svc)),
				"/v1/organization/projects/proj_3/api_keys":         {},
				"/v1/organization/projects/proj_0/service_accounts": ids("svc", obj{"role": "member"}, obj{"role": "member"}, obj{"role": "owner"}),
				"/v1/organization/projects/proj_1/service_accounts": ids("svc", obj{"role": "member"}),
				"/v1/organization/projects/proj_3/service_accounts": {},
			},
		},
		"anthropic": {
			hosts: []string{"api.anthropic.com"}, auth: "X-Api-Key: " + credential, page: byID("after_id"),
			other: map[string]string{"/v1/compliance/": "X-Api-Key: " + second},
			vars:  map[string]string{"ANTHROPIC_ADMIN_KEY": credential, "ANTHROPIC_COMPLIANCE_ACCESS_KEY": second},
			say: map[string]any{
				"/v1/organizations/me":                  obj{"id": "91012d09-e48b-438e-a489-1bebfd8fa6f9", "type": "organization", "name": "Acme"},
				"/v1/organizations/compliance_settings": obj{"type": "compliance_settings", "state": obj{"type": "enabled"}},
				"/v1/compliance/organizations/91012d09-e48b-438e-a489-1bebfd8fa6f9/settings": obj{
					"type": "effective_organization_settings", "organization_id": "91012d09-e48b-438e-a489-1bebfd8fa6f9", "api_keys": []obj{},
					"settings": []obj{
						{"name": "sso_console_enforced", "type": "boolean", "value": false},
						{"name": "sso_enabled", "type": "boolean", "value": true},
						{"name": "sso_provisioning_mode", "type": "provisioning_mode", "value": "scim_advanced"},
						{"name": "ip_allowlist_enabled", "type": "boolean", "value": false},
						{"name": "ip_allowlist_ip_ranges", "type": "string_list", "value": []string{"203.0.113.0/24"}},
					},
				},
			},
			lists: map[string][]any{
				"/v1/organizations/users": ids("user", obj{"role": "admin", "email": "ann@acme.example"}, obj{"role": "developer"}, obj{"role": "primary_owner"}),
				"/v1/organizations/api_keys": ids("apikey",
					obj{"status": "active", "workspace_id": "wrkspc_1", "principal": nil}, obj{"status": "active", "workspace_id": nil, "principal": obj{"type": "user"}},
					obj{"status": "inactive", "workspace_id": "wrkspc_1"}, obj{"status": "active", "workspace_id": "wrkspc_2", "principal": obj{"type": "service_account"}}),
			},
		},
		"workos": {
			hosts: []string{"api.workos.com"}, auth: "Authorization: Bearer " + credential, vars: map[string]string{"WORKOS_API_KEY": credential},
			say: map[string]any{"/user_management/users": obj{"object": "list", "data": []obj{{"id": "user_1", "email": "ann@acme.example"}}, "list_metadata": obj{"after": nil}}, "/authorization/roles": obj{"object": "list", "data": []obj{{"slug": "admin"}, {"slug": "member"}, {"slug": "billing"}}}},
			lists: map[string][]any{
				"/connections": ids("conn", obj{"state": "active", "organization_id": "org_1"}, obj{"state": "active", "organization_id": "org_1"}, obj{"state": "draft", "organization_id": "org_2"}),
				"/directories": ids("directory", obj{"state": "unlinked", "organization_id": "org_1"}),
			},
			page: func(r *http.Request, all []any) any {
				from := 0
				if id := r.URL.Query().Get("after"); id != "" {
					from = 1 + slices.IndexFunc(all, func(v any) bool { return v.(obj)["id"] == id })
				}
				page, next := cut(all, from)
				after := any(nil)
				if next > 0 {
					after = page[len(page)-1].(obj)["id"]
				}
				return obj{"object": "list", "data": page, "list_metadata": obj{"before": nil, "after": after}}
			},
		},
		"clerk": {
			hosts: []string{"api.clerk.com"}, auth: "Authorization: Bearer " + credential, vars: map[string]string{"CLERK_SECRET_KEY": credential},
			say: map[string]any{
				"/v1/users/count":            obj{"object": "total_count", "total_count": 3},
				"/v1/users":                  []obj{{"two_factor_enabled": true}, {"two_factor_enabled": false}, {"two_factor_enabled": false}},
				"/v1/enterprise_connections": obj{"data": []obj{{"active": true}, {"active": false}}, "total_count": 2},
				"/v1/scim_directories":       obj{"data": []obj{}, "total_count": 0},
				"/v1/organization_roles":     obj{"data": []obj{{"key": "org:admin"}, {"key": "org:member"}}, "total_count": 2},
			},
		},
		"okta": {
			hosts: []string{"acme.okta.com"}, auth: "Authorization: SSWS " + credential, layer: buyer,
			vars: map[string]string{"OKTA_TOKEN": credential, "OKTA_CLIENT_ORGURL": "https://acme.okta.com/"},
			say:  map[string]any{"/api/v1/users": []obj{{"id": "00u1"}}, "/api/v1/logs": []obj{{"published": "2026-11-22T10:00:00.000Z"}}},
			lists: map[string][]any{
				"/api/v1/idps":      ids("idp", obj{"type": "SAML2", "status": "ACTIVE"}, obj{"type": "OIDC", "status": "INACTIVE"}, obj{"type": "GOOGLE", "status": "ACTIVE"}),
				"/api/v1/apps/0oa1": {},
			},
		},
		"auth0": {
			hosts: []string{"acme.eu.auth0.com"}, auth: "Authorization: Bearer " + token,
			vars: map[string]string{"AUTH0_DOMAIN": "acme.eu.auth0.com", "AUTH0_CLIENT_ID": "client", "AUTH0_CLIENT_SECRET": credential},
			say: map[string]any{
				"/api/v2/guardian/policies":     []string{"confidence-score"},
				"/api/v2/guardian/factors":      []obj{{"name": "otp", "enabled": true}, {"name": "sms", "enabled": false}},
				"/api/v2/users":                 obj{"start": 0, "limit": 1, "total": 4200, "users": []obj{{"email": "ann@acme.example"}}},
				"/api/v2/roles":                 obj{"start": 0, "limit": 1, "total": 3, "roles": []obj{{}}},
				"/api/v2/self-service-profiles": obj{"start": 0, "limit": 1, "total": 0, "self_service_profiles": []obj{}},
				"/api/v2/tenants/settings":      obj{"session_lifetime": 168, "idle_session_lifetime": 72},
				"/api/v2/log-streams":           []obj{{"id": "lst_1", "status": "active", "sink": obj{"httpAuthorization": second}}, {"id": "lst_2", "status": "paused"}},
			},
			lists: map[string][]any{
				"/api/v2/connections":                     ids("con", obj{"strategy": "auth0"}, obj{"strategy": "samlp", "options": obj{"client_secret": second}}, obj{"strategy": "google-oauth2"}),
				"/api/v2/connections-scim-configurations": ids("con", obj{"strategy": "samlp"}),
			},
			page: func(r *http.Request, all []any) any {
				page, next := cut(all, byNumber(r, "from"))
				o := obj{"connections": page, "scim_configurations": page}
				if next > 0 {
					o["next"] = strconv.Itoa(next)
				}
				return o
			},
		},
		"keycloak": {
			hosts: []string{"sso.acme.example"}, auth: "Authorization: Bearer " + token, layer: buyer,
			vars: map[string]string{"KEYCLOAK_URL": "https://sso.acme.example/auth", "KEYCLOAK_REALM": "shop", "KEYCLOAK_CLIENT_ID": "reader", "KEYCLOAK_CLIENT_SECRET": credential},
			say: map[string]any{
				"/auth/admin/realms/shop":                             obj{"realm": "shop", "eventsEnabled": true, "adminEventsEnabled": false, "ssoSessionIdleTimeout": 1800, "ssoSessionMaxLifespan": 36000, "browserFlow": "my browser", "smtpServer": obj{"password": second}},
				"/auth/admin/realms/shop/identity-provider/instances": []obj{{"alias": "corp", "providerId": "saml", "enabled": true, "config": obj{"clientSecret": second}}, {"alias": "old", "enabled": false}},
				"/auth/admin/realms/shop/authentication/flows/my browser/executions": []obj{
					{"providerId": "auth-cookie", "requirement": "ALTERNATIVE", "level": 0},
					{"displayName": "forms", "requirement": "ALTERNATIVE", "level": 0},
					{"providerId": "auth-username-password-form", "requirement": "REQUIRED", "level": 1},
					{"displayName": "otp", "requirement": "CONDITIONAL", "level": 1},
					{"providerId": "conditional-user-configured", "requirement": "REQUIRED", "level": 2},
					{"providerId": "auth-otp-form", "requirement": "REQUIRED", "level": 2},
				},
				"/auth/admin/realms/shop/users/count": 17,
				"/auth/admin/realms/shop/roles":       []obj{{"name": "offline_access"}, {"name": "default-roles-shop"}, {"name": "buyer"}, {"name": "clerk"}},
			},
		},
		"entra-id": {
			hosts: []string{"graph.microsoft.com", "login.microsoftonline.com"}, auth: "Authorization: Bearer " + token, layer: builder, app: "0f0f0f0f-0000-4000-8000-000000000001",
			vars: map[string]string{"AZURE_TENANT_ID": "8d7a-1", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": credential},
			say: map[string]any{
				"/v1.0/policies/identitySecurityDefaultsEnforcementPolicy":     obj{"id": "00000000-0000-0000-0000-000000000005", "isEnabled": false},
				"/v1.0/servicePrincipals/0f0f0f0f-0000-4000-8000-000000000001": obj{"accountEnabled": true, "preferredSingleSignOnMode": "saml", "appRoleAssignmentRequired": true},
				"/v1.0/users":                     obj{"value": []obj{{"id": "u1"}}},
				"/v1.0/auditLogs/directoryAudits": obj{"value": []obj{{"activityDateTime": "2026-11-20T21:20:02.7215374Z"}}},
			},
			lists: map[string][]any{
				"/v1.0/servicePrincipals/0f0f0f0f-0000-4000-8000-000000000001/synchronization/jobs": ids("job", obj{"schedule": obj{"state": "Disabled"}}, obj{"schedule": obj{"state": "Active"}}, obj{"schedule": obj{"state": "Disabled"}}),
				"/v1.0/identity/identityProviders":                                                  ids("idp", obj{"identityProviderType": "Google"}, obj{"identityProviderType": "Facebook", "clientSecret": second}),
				"/v1.0/identity/conditionalAccess/policies": ids("ca",
					conditional("disabled", "All", "All", "mfa"), conditional("enabled", "All", "All", "block"), conditional("enabled", "None", "All", "mfa"), conditional("enabledForReportingButNotEnforced", "All", "All", "mfa")),
			},
			page: func(r *http.Request, all []any) any {
				page, next := cut(all, byNumber(r, "$skiptoken"))
				o := obj{"@odata.context": "x", "value": page}
				if next > 0 {
					o["@odata.nextLink"] = "https://graph.microsoft.com" + r.URL.Path + "?$skiptoken=" + strconv.Itoa(next)
				}
				return o
			},
		},
		"supabase-auth": {
			hosts: []string{"api.supabase.com"}, auth: "Authorization: Bearer " + credential,
			vars: map[string]string{"SUPABASE_ACCESS_TOKEN": credential, "SUPABASE_PROJECT_ID": "zeoxvqpvpyrxygmmatng"},
			say: map[string]any{
				"/v1/projects/zeoxvqpvpyrxygmmatng/config/auth": obj{
					"saml_enabled": true, "mfa_totp_enroll_enabled": true, "mfa_totp_verify_enabled": true, "mfa_phone_enroll_enabled": true, "mfa_phone_verify_enabled": false,
					"sessions_timebox": 0, "sessions_inactivity_timeout": nil, "external_google_enabled": true, "external_google_secret": second, "external_email_enabled": true, "external_github_enabled": false,
				},
				"/v1/projects/zeoxvqpvpyrxygmmatng/config/auth/sso/providers": obj{"items": []obj{{"id": "1", "saml": obj{"metadata_xml": second}}}},
			},
		},
	}
	link := func(w http.ResponseWriter, r *http.Request, all []any) []any {
		page, next := cut(all, byNumber(r, "after"))
		w.Header().Add("Link", `<https://`+r.Host+r.URL.Path+`>; rel="self"`)
		if next > 0 {
			q := r.URL.Query()
			q.Set("after", strconv.Itoa(next))
			w.Header().Add("Link", `<https://`+r.Host+r.URL.Path+"?"+q.Encode()+`>; rel="next"`)
		}
		return page
	}
	o := out["okta"]
	o.next = link
	policies := func(r *http.Request) []any {
		return ids(strings.ToLower(r.URL.Query().Get("type")), obj{"status": "ACTIVE"}, obj{"status": "INACTIVE"}, obj{"status": "ACTIVE"})
	}
	o.next = func(w http.ResponseWriter, r *http.Request, all []any) []any {
		if r.URL.Path == "/api/v1/policies" {
			all = policies(r)
		}
		return link(w, r, all)
	}
	session := func(access string, demands bool) obj {
		return obj{"status": "ACTIVE", "actions": obj{"signon": obj{"access": access, "requireFactor": demands}}}
	}
	app := func(mode string) obj {
		return obj{"status": "ACTIVE", "actions": obj{"appSignOn": obj{"access": "ALLOW", "verificationMethod": obj{"factorMode": mode}}}}
	}
	o.lists["/api/v1/policies"] = nil
	o.lists["/api/v1/policies/okta_sign_on_0/rules"] = ids("rule", session("ALLOW", false), session("DENY", false))
	o.lists["/api/v1/policies/okta_sign_on_2/rules"] = ids("rule", session("ALLOW", true))
	o.lists["/api/v1/policies/access_policy_0/rules"] = ids("rule", app("2FA"), app("2FA"), app("2FA"))
	o.lists["/api/v1/policies/access_policy_2/rules"] = ids("rule", app("1FA"))
	for _, x := range out {
		x.t = t
	}
	return out
}

func conditional(state, users, apps, control string) obj {
	return obj{"state": state, "conditions": obj{"users": obj{"includeUsers": []string{users}}, "applications": obj{"includeApplications": []string{apps}}}, "grantControls": obj{"operator": "OR", "builtInControls": []string{control}}}
}

// ask asks an office.
func (x *office) ask(t *testing.T, name string) *boundary.ProviderReading {
	t.Helper()
	s := provider.Start(t)
	for _, h := range x.hosts {
		s.Serve(h, x)
	}
	return x.askAt(t, name, s)
}

func (x *office) askAt(t *testing.T, name string, s *provider.Server) *boundary.ProviderReading {
	t.Helper()
	p, ok := standing.Named(name)
	if !ok {
		t.Fatalf("no provider %q", name)
	}
	client := outbound.New(s.Options())
	defer client.Close()
	r, err := standing.Read(t.Context(), &p, x.options(client))
	if err != nil {
		t.Fatal(err)
	}
	clean(t, r)
	return r
}

func (x *office) options(client outbound.Asker) standing.Options {
	return standing.Options{
		Client: client, Getenv: func(name string) string { return x.vars[name] }, Layer: x.layer, App: x.app,
		Hosts: []string{"sso.acme.example"}, Now: func() time.Time { return now },
	}
}

// clean holds that what is written is what the schema says, is read again, and has no
// credential and nobody's name in it.
func clean(t *testing.T, r *boundary.ProviderReading) {
	t.Helper()
	var b bytes.Buffer
	all := boundary.Readings{Schema: boundary.ReadingsForm, Complete: len(r.Failures) == 0, Providers: []boundary.ProviderReading{*r}}
	if err := all.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{credential, second, token, "@acme.example", "Ann"} {
		if strings.Contains(b.String(), word) {
			t.Errorf("%q stands in %s", word, b.String())
		}
	}
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(boundary.ReadingsSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:s", schema); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.MustCompile("urn:s").Validate(doc); err != nil {
		t.Errorf("the schema: %v\n%s", err, b.String())
	}
	if _, err := boundary.ParseReadings(&b); err != nil {
		t.Error(err)
	}
}

// told are readings in a line each.
func told(r *boundary.ProviderReading) string {
	var b strings.Builder
	for _, c := range r.Controls {
		fmt.Fprintf(&b, "%s %s: %s\n", c.Control, c.Standing, c.Says)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "%s failed: %s\n", f.Control, f.Why)
	}
	return b.String()
}

// says compares what an office says.
func says(t *testing.T, r *boundary.ProviderReading, want ...string) {
	t.Helper()
	if got, want := told(r), strings.Join(want, "\n")+"\n"; got != want {
		t.Errorf("%s says\n%swant\n%s", r.Provider, got, want)
	}
}

// TestAnswers: what every provider documents is read as it is meant.
func TestAnswers(t *testing.T) {
	want := map[string][]string{
		"openai": {
			"SCIM partly: 2 of 3 people are managed by a directory",
			"roles on: 1 of 3 people are owners",
			"project-scoping on: 3 projects in use, 2 with keys; 4 keys, each bound to one of them",
			"service-accounts partly: 2 of 3 projects have service accounts; they own 3 of 4 keys",
			"audit on: the audit log holds events, one of 2026-11-20",
		},
		"anthropic": {
			"SSO partly: single sign-on is enabled, and not enforced for the console",
			"SCIM on: people are provisioned by SCIM",
			"roles on: 2 of 3 people are administrators",
			"project-scoping partly: 2 of 3 active keys are bound to a workspace, the others to the default one",
			"service-accounts partly: 3 active keys: 1 of service accounts, 1 of people, 1 of workspaces",
			"network-allow-list off: no allow list of IP addresses is in force",
			"audit on: the activity of the organisation is recorded (the Compliance API is enabled)",
		},
		"workos": {
			"SSO on: 2 of 3 connections active, of 1 organisation",
			"SCIM off: 0 of 1 directory linked",
			"user-management on: users are kept there",
			"roles on: 3 roles",
			"federation on: 2 of 3 connections active, of 1 organisation",
		},
		"clerk": {
			"SSO on: 1 of 2 enterprise connections active",
			"MFA partly: 1 of 3 users have a second factor",
			"SCIM off: 0 of 0 SCIM directories enabled",
			"user-management on: 3 users kept there",
			"roles on: 2 roles",
			"federation on: 1 of 2 enterprise connections active",
		},
		"okta": {
			"SSO on: 1 identity provider of SAML or OpenID Connect active",
			"MFA partly: of the rules that let people in, 1 of 2 for sessions and 3 of 4 for applications demand a second factor",
			"user-management on: users are kept there",
			"federation on: 2 identity providers active",
			"audit on: sign-ins and changes are in the system log, the last of 2026-11-22",
		},
		"auth0": {
			"SSO on: 1 enterprise connection",
			"MFA partly: a second factor is demanded when the sign-in seems risky; 1 factor enabled",
			"SCIM on: 1 connection configured for SCIM",
			"user-management on: 4200 users kept there",
			"roles on: 3 roles",
			"sessions on: sessions last 168 hours at most, and 72 without use",
			"federation on: 2 of 3 connections to other identity providers",
			"admin-portal off: 0 self-service profiles for customers' administrators",
			"audit on: 1 log stream active",
		},
		"keycloak": {
			"SSO on: 1 of 2 identity providers enabled",
			"MFA partly: the flow for browsers asks for a second factor under a condition, or beside another way",
			"user-management on: 17 users kept there",
			"roles on: 2 roles of your own",
			"sessions on: sessions last 10 h at most, and 30 min without use",
			"federation on: 1 of 2 identity providers enabled",
			"audit partly: events of users are stored, those of administrators are not",
		},
		"entra-id": {
			"SSO on: people sign in to the platform's application by federation, and only who is assigned may; whether there is another way in, the platform tells",
			"SCIM on: 1 of 3 provisioning jobs active",
			"MFA partly: 1 of 4 policies enabled that demand a second factor, 0 of them of everybody for everything",
		},
		"supabase-auth": {
			"SSO on: SAML is enabled, with 1 identity provider",
			"MFA partly: 1 kind of second factors can be enrolled; whether one is demanded, the product's code tells",
			"sessions partly: sessions last until somebody signs out",
			"federation on: 1 identity provider enabled",
		},
	}
	all := offices(t)
	for _, p := range standing.Providers() {
		t.Run(p.Name, func(t *testing.T) {
			x := all[p.Name]
			if x == nil {
				t.Fatal("nobody plays it")
			}
			r := x.ask(t, p.Name)
			says(t, r, want[p.Name]...)
			for _, c := range r.Controls {
				if len(c.Requests) == 0 || !c.At.Equal(now) || !strings.HasPrefix(c.Requests[0], "GET /") || strings.Contains(strings.Join(c.Requests, ""), "proj_") {
					t.Errorf("%s: by %q at %s", c.Control, c.Requests, c.At)
				}
			}
			if r.Requests == 0 || r.Host != x.hosts[0] {
				t.Errorf("%d requests at %s", r.Requests, r.Host)
			}
		})
	}
}

// TestTable: of each layer each control is told or untold, once, for a reason; and where
// that is written is known.
func TestTable(t *testing.T) {
	names := map[string]bool{}
	for _, p := range standing.Providers() {
		if names[p.Name] || p.Name == "" || p.Title == "" || p.Confirmed == "" || !strings.HasPrefix(p.Source, "https://") || p.PerMinute == 0 {
			t.Errorf("%s: a name, a title, a source, a day and a limit", p.Name)
		}
		names[p.Name] = true
		if (p.Host == "") == (p.Tenant == nil) {
			t.Errorf("%s: a host or a tenant's", p.Name)
		}
		for _, l := range p.Layers {
			seen := map[string]int{}
			for _, c := range p.Controls {
				if c.Layer == "" || c.Layer == l {
					seen[c.Name]++
				}
			}
			for _, u := range p.Untold {
				if u.Layer == "" || u.Layer == l {
					seen[u.Name]++
				}
			}
			for _, name := range boundary.ReadableControls(l) {
				if seen[name] != 1 {
					t.Errorf("%s, %s: %s stands %d times", p.Name, l, name, seen[name])
				}
				delete(seen, name)
			}
			for name := range seen {
				if len(p.Layers) == 1 || name != "SCIM" && name != "MFA" {
					t.Errorf("%s: %s is no control of %s", p.Name, name, l)
				}
			}
		}
	}
	if !slices.IsSortedFunc(standing.Providers(), func(a, b standing.Provider) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the table is by name")
	}
}

// TestFaults: whatever goes wrong is a failure with its reason, of each control that it
// keeps from being read; nothing is off because of it, and nothing of the answer is shown.
func TestFaults(t *testing.T) {
	all := offices(t)
	for _, p := range standing.Providers() {
		for status, why := range map[int]string{
			http.StatusForbidden: "may not read it (403)", http.StatusNotFound: "(404)", http.StatusInternalServerError: "out of order (500)",
			http.StatusTooManyRequests: "too much was asked", http.StatusTeapot: "it answers 418", http.StatusNoContent: "it answers 204",
		} {
			x := *all[p.Name]
			x.fail = func(string) int { return status }
			r := x.ask(t, p.Name)
			if len(r.Controls) > 0 || len(r.Failures)+len(r.Untold) == 0 {
				t.Errorf("%s, %d: %s", p.Name, status, told(r))
			}
			for _, f := range r.Failures {
				if !strings.Contains(f.Why, why) && !strings.Contains(f.Why, "not asked again so soon") {
					t.Errorf("%s, %d: %s: %s", p.Name, status, f.Control, f.Why)
				}
			}
		}
		for _, answer := range []any{"text", obj{}, []obj{}, -7, nil, obj{"data": "x", "has_more": "y"}, obj{"data": []any{"x"}, "value": []any{1}}} {
			x := *all[p.Name]
			x.say, x.lists = map[string]any{}, nil
			s := provider.Start(t)
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					x.ServeHTTP(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				write(w, answer)
			})
			for _, h := range x.hosts {
				s.Serve(h, handler)
			}
			r := x.askAt(t, p.Name, s)
			for _, c := range r.Controls { // an empty list is one
				if c.Standing == boundary.On {
					t.Errorf("%s of %v: %s", p.Name, answer, told(r))
				}
			}
		}
	}
}

// TestNoCredential: a credential that is not accepted is sent once, and then no more.
func TestNoCredential(t *testing.T) {
	for name, x := range offices(t) {
		s := provider.Start(t)
		for _, h := range x.hosts {
			s.Serve(h, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
		}
		r := x.askAt(t, name, s)
		if len(r.Controls) > 0 || len(r.Failures) == 0 || !strings.Contains(r.Failures[0].Why, "(401)") {
			t.Errorf("%s: %s", name, told(r))
		}
		if n := len(s.Requests()); n > 1 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
}

// TestEndless: lists that go round in circles, never end or lead elsewhere end.
func TestEndless(t *testing.T) {
	all := offices(t)
	circle := *all["openai"]
	circle.page = func(*http.Request, []any) any {
		return obj{"data": []obj{{"id": "same", "status": "active", "role": "reader", "is_scim_managed": true}}, "has_more": true, "last_id": "same"}
	}
	r := circle.ask(t, "openai")
	if len(r.Controls) != 1 || len(r.Failures) != 4 || !strings.Contains(r.Failures[0].Why, "round in circles") {
		t.Errorf("%s", told(r))
	}
	endless := *all["openai"]
	n := 0
	endless.page = func(*http.Request, []any) any {
		n++
		return obj{"data": []obj{{"id": fmt.Sprint(n), "status": "active", "role": "reader", "is_scim_managed": true}}, "has_more": true, "last_id": fmt.Sprint(n)}
	}
	if r := endless.ask(t, "openai"); len(r.Controls) != 1 || r.Requests > 2100 {
		t.Errorf("%d requests: %s", r.Requests, told(r))
	}
	away := *all["okta"]
	away.next = func(w http.ResponseWriter, _ *http.Request, all []any) []any {
		w.Header().Set("Link", `<https://evil.example/api/v1/idps>; rel="next"`)
		return []any{obj{"type": "SAML2", "status": "ACTIVE"}}
	}
	r = away.ask(t, "okta")
	if !strings.Contains(told(r), "SSO failed: GET /api/v1/idps: it names an address at another host") {
		t.Errorf("%s", told(r))
	}
}

// TestDirectory: behind the AI platform a directory is asked about its application there,
// and without one says what it can say alone.
func TestDirectory(t *testing.T) {
	x := *offices(t)["okta"]
	x.layer, x.app = builder, "0oa1"
	x.say = map[string]any{"/api/v1/apps/0oa1": obj{
		"status": "ACTIVE", "signOnMode": "SAML_2_0", "features": []string{"PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES"},
		"_links": obj{"accessPolicy": obj{"href": "https://acme.okta.com/api/v1/policies/access_policy_0"}},
	}}
	says(
		t, x.ask(t, "okta"),
		"SSO on: people sign in to the platform's application by federation; whether there is another way in, the platform tells",
		"SCIM partly: the directory adds people to the platform, and does not remove them",
		"MFA on: 3 of the 3 rules of the platform's sign-in policy that let people in demand a second factor",
	)
	x.say["/api/v1/apps/0oa1"].(obj)["_links"] = obj{"accessPolicy": obj{"href": "https://evil.example/api/v1/policies/p"}}
	if got := told(x.ask(t, "okta")); !strings.Contains(got, "MFA failed") || strings.Contains(got, "evil") {
		t.Error(got)
	}
	x.say["/api/v1/apps/0oa1"].(obj)["status"] = "INACTIVE"
	if got := told(x.ask(t, "okta")); !strings.Contains(got, "SSO off") || !strings.Contains(got, "SCIM off") {
		t.Error(got)
	}
	x.app = ""
	if r := x.ask(t, "okta"); len(r.Controls)+len(r.Failures) > 0 || r.Requests > 0 {
		t.Error(told(r))
	}
	e := *offices(t)["entra-id"]
	e.layer, e.app = buyer, ""
	says(
		t, e.ask(t, "entra-id"),
		"MFA partly: 1 of 4 policies enabled that demand a second factor, 0 of them of everybody for everything",
		"user-management on: users are kept there", "federation on: 2 identity providers",
		"audit on: changes are in the audit log, one of 2026-11-20",
	)
	e.say["/v1.0/policies/identitySecurityDefaultsEnforcementPolicy"] = obj{"isEnabled": true}
	if got := told(e.ask(t, "entra-id")); !strings.Contains(got, "MFA on: the security defaults are on") {
		t.Error(got)
	}
}

// TestConditions: which policies of conditional access demand a second factor.
func TestConditions(t *testing.T) {
	for _, c := range []struct {
		policy obj
		want   string
	}{
		{conditional("enabled", "All", "All", "mfa"), "MFA on"},
		{conditional("enabled", "All", "Office365", "mfa"), "MFA partly"},
		{conditional("enabled", "All", "All", "compliantDevice"), "MFA off"},
		{conditional("disabled", "All", "All", "mfa"), "MFA off"},
		{obj{"state": "enabled", "conditions": obj{"users": obj{"includeUsers": []string{"All"}}, "applications": obj{"includeApplications": []string{"All"}}}, "grantControls": obj{"operator": "OR", "builtInControls": []string{"mfa", "compliantDevice"}}}, "MFA off"},
		{obj{"state": "enabled", "conditions": obj{"users": obj{"includeUsers": []string{"All"}}, "applications": obj{"includeApplications": []string{"All"}}}, "grantControls": obj{"operator": "OR", "builtInControls": []string{}, "authenticationStrength": obj{"id": "1"}}}, "MFA on"},
		{obj{"state": "enabled", "grantControls": nil}, "MFA off"},
	} {
		e := *offices(t)["entra-id"]
		e.lists = map[string][]any{"/v1.0/identity/conditionalAccess/policies": {c.policy}}
		if got := told(e.ask(t, "entra-id")); !strings.Contains(got, c.want+":") {
			t.Errorf("%v\n%swant %s", c.policy, got, c.want)
		}
	}
}

// TestFlows: which flows of Keycloak demand a second factor.
func TestFlows(t *testing.T) {
	step := func(level int, provider, requirement string) obj {
		return obj{"level": level, "providerId": provider, "requirement": requirement}
	}
	for want, flow := range map[string][]obj{
		"MFA on":     {step(0, "", "ALTERNATIVE"), step(1, "auth-username-password-form", "REQUIRED"), step(1, "auth-otp-form", "REQUIRED")},
		"MFA partly": {step(0, "auth-username-password-form", "REQUIRED"), step(0, "webauthn-authenticator", "ALTERNATIVE")},
		"MFA off":    {step(0, "", "DISABLED"), step(1, "auth-otp-form", "REQUIRED"), step(0, "auth-username-password-form", "REQUIRED")},
		"MFA failed": {step(3, "auth-otp-form", "REQUIRED")},
	} {
		x := *offices(t)["keycloak"]
		x.say["/auth/admin/realms/shop/authentication/flows/my browser/executions"] = flow
		if got := told(x.ask(t, "keycloak")); !strings.Contains(got, want+":") {
			t.Errorf("%v\n%swant %s", flow, got, want)
		}
	}
}

// TestLeftOut: a setting that an answer leaves out is untold, never off; so is what is not
// in a plan.
func TestLeftOut(t *testing.T) {
	untold := func(r *boundary.ProviderReading, control string) bool {
		return slices.ContainsFunc(r.Untold, func(u boundary.Untold) bool { return u.Control == control }) && !strings.Contains(told(r), control+" ")
	}
	x := *offices(t)["anthropic"]
	x.say["/v1/compliance/organizations/91012d09-e48b-438e-a489-1bebfd8fa6f9/settings"] = obj{"settings": []obj{}}
	r := x.ask(t, "anthropic")
	for _, c := range []string{"SSO", "SCIM", "network-allow-list"} {
		if !untold(r, c) {
			t.Errorf("%s: %s", c, told(r))
		}
	}
	x = *offices(t)["anthropic"]
	delete(x.vars, "ANTHROPIC_COMPLIANCE_ACCESS_KEY")
	if r := x.ask(t, "anthropic"); !untold(r, "SSO") || len(r.Failures) > 0 {
		t.Errorf("%s", told(r))
	}
	x = *offices(t)["openai"]
	x.lists["/v1/organization/users"] = ids("user", obj{"role": "owner"}, obj{"role": "owner"})
	if r := x.ask(t, "openai"); !untold(r, "SCIM") || !strings.Contains(told(r), "roles off: 2 of 2 people are owners") {
		t.Errorf("%s", told(r))
	}
	x = *offices(t)["clerk"]
	x.fail = func(path string) int {
		return map[bool]int{true: http.StatusPaymentRequired}[path == "/v1/enterprise_connections"]
	}
	x.say["/v1/users/count"] = obj{"total_count": 1_000_000}
	if r := x.ask(t, "clerk"); !untold(r, "SSO") || !untold(r, "MFA") || len(r.Failures) > 0 {
		t.Errorf("%s", told(r))
	}
}

// TestEnvironment: what the environment says wrongly is said in one line, which holds
// nothing of it, before anybody is asked.
func TestEnvironment(t *testing.T) {
	for _, c := range []struct{ provider, variable, value, want string }{
		{"openai", "OPENAI_ADMIN_KEY", "", "openai: OPENAI_ADMIN_KEY is not set"},
		{"openai", "OPENAI_ADMIN_KEY", credential + "\n" + second, "what stands in OPENAI_ADMIN_KEY is no credential"},
		{"okta", "OKTA_CLIENT_ORGURL", "", "okta: OKTA_CLIENT_ORGURL is not set"},
		{"okta", "OKTA_CLIENT_ORGURL", "https://okta.com.evil.example", "what stands in OKTA_CLIENT_ORGURL is not"},
		{"okta", "OKTA_CLIENT_ORGURL", "https://acme.okta.com.evil.example", "what stands in OKTA_CLIENT_ORGURL is not"},
		{"okta", "OKTA_CLIENT_ORGURL", "http://acme.okta.com", "what stands in OKTA_CLIENT_ORGURL is not"},
		{"okta", "OKTA_CLIENT_ORGURL", "https://ann:pass@acme.okta.com", "what stands in OKTA_CLIENT_ORGURL is not"},
		{"okta", "OKTA_CLIENT_ORGURL", "https://acme.okta.com/path", "what stands in OKTA_CLIENT_ORGURL is not"},
		{"auth0", "AUTH0_DOMAIN", "acme.example", "what stands in AUTH0_DOMAIN is not"},
		{"auth0", "AUTH0_CLIENT_SECRET", "", "auth0: AUTH0_CLIENT_SECRET is not set"},
		{"auth0", "AUTH0_CLIENT_ID", "", "auth0: neither AUTH0_API_TOKEN nor"},
		{"keycloak", "KEYCLOAK_URL", "https://elsewhere.example", "keycloak: no configuration names the host of KEYCLOAK_URL"},
		{"keycloak", "KEYCLOAK_REALM", "", "keycloak: KEYCLOAK_REALM is not set"},
		{"entra-id", "AZURE_TENANT_ID", "", "entra-id: AZURE_TENANT_ID is not set"},
		{"entra-id", "AZURE_TENANT_ID", "a b", "what stands in AZURE_TENANT_ID is not the id of the tenant"},
	} {
		x := offices(t)[c.provider]
		x.vars[c.variable] = c.value
		p, _ := standing.Named(c.provider)
		err := standing.Check(&p, x.options(nil))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s %s=%q: %v", c.provider, c.variable, c.value, err)
		}
		for _, word := range []string{credential, second, "ann:pass", "evil"} {
			if err != nil && strings.Contains(err.Error(), word) {
				t.Errorf("%v", err)
			}
		}
	}
	own := offices(t)["okta"]
	own.vars["OKTA_CLIENT_ORGURL"] = "https://sso.acme.example" // which the configuration names
	if p, _ := standing.Named("okta"); standing.Check(&p, own.options(nil)) != nil {
		t.Error("a host that the configuration names is refused")
	}
	for _, c := range []struct {
		provider string
		layer    detectors.Layer
		app      string
		want     string
	}{
		{"openai", buyer, "", "openai has no controls of application-auth"},
		{"okta", "", "", "okta can stand behind either layer"},
		{"okta", buyer, "0oa1", "okta: an application is named for a directory of the AI platform only"},
		{"okta", builder, "../x", "okta: what is named as the application is no id"},
		{"openai", builder, "0oa1", "openai: an application is named"},
	} {
		x := offices(t)[c.provider]
		x.layer, x.app = c.layer, c.app
		p, _ := standing.Named(c.provider)
		if err := standing.Check(&p, x.options(nil)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s %s %s: %v", c.provider, c.layer, c.app, err)
		}
	}
}

// TestWhereTo: a credential goes to its provider's host, in its header, and nowhere else;
// a client's secret in the body of the request for a token.
func TestWhereTo(t *testing.T) {
	for name, x := range offices(t) {
		s := provider.Start(t)
		for _, h := range x.hosts {
			s.Serve(h, x)
		}
		x.askAt(t, name, s)
		for _, q := range s.Requests() {
			if !slices.Contains(x.hosts, q.Host) {
				t.Errorf("%s: %s was asked", name, q.Host)
			}
			path, _ := url.QueryUnescape(q.Path)
			if strings.Contains(path, credential) || strings.Contains(path, token) {
				t.Errorf("%s: %s", name, q.Path)
			}
		}
	}
}

// TestNames: what is read is called as the inventory calls it, so that a map knows whether
// it is in use.
func TestNames(t *testing.T) {
	for _, p := range standing.Providers() {
		for _, l := range p.Layers {
			kind := inventory.Provider
			if l == buyer {
				kind = inventory.System
			}
			named := slices.ContainsFunc(inventory.Entries(), func(e inventory.Entry) bool { return e.Name == p.Name && e.Kind == kind && e.Layer == l })
			if !named && (l == buyer || len(p.Layers) == 1) { // a directory is no AI platform
				t.Errorf("the inventory knows no %q of %s", p.Name, l)
			}
		}
	}
}

// TestNetwork: what happens on the way is a failure in words of our own.
func TestNetwork(t *testing.T) {
	for want, handler := range map[string]http.Handler{
		"it sends on to another host": http.RedirectHandler("https://elsewhere.example/", http.StatusFound),
		"the answer is not what the provider documents": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, "<html><body>Log in to the network, %s</body></html>", credential)
		}),
		"its answer is longer than": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for range 100 {
				fmt.Fprint(w, strings.Repeat(`{"data":"x"},`, 10_000))
			}
		}),
		"the connection broke": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"data":`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}),
	} {
		x := offices(t)["openai"]
		s := provider.Start(t)
		s.Serve("api.openai.com", handler)
		r := x.askAt(t, "openai", s)
		if len(r.Controls) > 0 || len(r.Failures) != 5 || !strings.Contains(r.Failures[0].Why, want) {
			t.Errorf("%s:\n%s", want, told(r))
		}
	}
	for _, fault := range []string{"stranger", "expired", "name"} {
		x := offices(t)["openai"]
		s := provider.Start(t)
		s.Serve("api.openai.com", x)
		s.TLS("api.openai.com", fault)
		if r := x.askAt(t, "openai", s); len(r.Controls) > 0 || !strings.Contains(r.Failures[0].Why, "certificate") || len(s.Requests()) > 0 {
			t.Errorf("%s: %s", fault, told(r))
		}
	}
	x := offices(t)["keycloak"]
	s := provider.Start(t)
	s.Serve("sso.acme.example", x)
	s.Resolve("sso.acme.example", netip.MustParseAddr("169.254.169.254"))
	if r := x.askAt(t, "keycloak", s); len(r.Controls) > 0 || !strings.Contains(r.Failures[0].Why, "no public address") {
		t.Errorf("%s", told(r))
	}
}

// answers gives one of its answers for every request, without a network.
type answers struct {
	draw func() []byte
	n    int
}

func (x *answers) Do(_ context.Context, r outbound.Request) (*outbound.Answer, error) {
	x.n++
	if r.Method == http.MethodPost {
		return &outbound.Answer{Status: http.StatusOK, Body: []byte(`{"access_token": "` + token + `"}`), At: now}, nil
	}
	return &outbound.Answer{Status: http.StatusOK, Header: http.Header{"Link": {`<https://acme.okta.com/api/v1/idps>; rel="next"`}}, Body: x.draw(), At: now}, nil
}

// TestAnything: whatever an administration answers, every control of the layer is told,
// untold or failed, once; asking ends; and what comes out is what the schema says.
func TestAnything(t *testing.T) {
	names := []string{
		"data", "has_more", "last_id", "id", "role", "status", "owner", "type", "principal", "state", "settings", "name", "value", "list_metadata", "after", "total_count", "total",
		"active", "enabled", "connections", "next", "realm", "browserFlow", "level", "requirement", "providerId", "isEnabled", "grantControls", "saml_enabled", "items", "features", "_links", "actions",
	}
	leaf := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }), rapid.Map(rapid.IntRange(-3, 1<<40), func(n int) any { return n }),
		rapid.Map(rapid.SampledFrom([]string{"", "active", "ACTIVE", "enabled", "REQUIRED", "auth-otp-form", "x\x1b[2J", credential, "2026-11-20T10:00:00Z", "https://acme.okta.com/api/v1/policies/a"}), func(s string) any { return s }),
	)
	value := leaf
	for range 3 {
		inner := value
		value = rapid.OneOf(
			leaf, rapid.Map(rapid.SliceOfN(inner, 0, 3), func(v []any) any { return v }),
			rapid.Map(rapid.MapOfN(rapid.SampledFrom(names), inner, 0, 6), func(m map[string]any) any { return m }),
		)
	}
	all := offices(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SampledFrom(standing.Providers()).Draw(rt, "provider")
		x := all[p.Name]
		o := x.options(&answers{draw: func() []byte {
			text, err := json.Marshal(value.Draw(rt, "answer"))
			if err != nil {
				rt.Fatal(err)
			}
			return text
		}})
		if o.Layer == "" {
			o.Layer = p.Layers[0]
		}
		r, err := standing.Read(t.Context(), &p, o)
		if err != nil {
			rt.Fatal(err)
		}
		var got []string
		for _, c := range r.Controls {
			got = append(got, c.Control)
		}
		for _, u := range append(slices.Clone(r.Untold), r.Failures...) {
			got = append(got, u.Control)
		}
		want := boundary.ReadableControls(o.Layer)
		for _, name := range want {
			if n := len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s != name })); n != 1 {
				rt.Errorf("%s stands %d times", name, n)
			}
		}
		clean(t, r)
		if t.Failed() {
			rt.FailNow()
		}
	})
}
