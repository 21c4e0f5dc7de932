package standing

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// both are the layers behind which a directory can stand.
var both = []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}

// okta is the management API: the description of it at
// https://github.com/okta/okta-management-openapi-spec, dist/2026.06.3. As the directory of
// an AI platform it is asked about the platform's application there; as what a product's
// users sign in with, about its identity providers and sign-in policies.
func okta() Provider {
	const docs = "https://developer.okta.com/docs/api/openapi/okta-management/management/tags/"
	return Provider{
		Name: "okta", Title: "Okta", Layers: both, App: true,
		Tenant: &Tenant{
			Variable: Variable{"OKTA_CLIENT_ORGURL", "the address of your organisation at Okta, such as https://acme.okta.com"},
			Host:     `^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.(okta|oktapreview|okta-emea|okta-gov)\.com$`,
		},
		Key:       Key{Variable{"OKTA_TOKEN", "an API token of an administrator who may read"}, "Authorization", "SSWS "},
		PerMinute: 60,
		Controls: []Control{
			{Name: "SSO", Layer: detectors.AIPlatform, App: true, read: oktaSignOn, Source: docs + "application"},
			{Name: "SCIM", Layer: detectors.AIPlatform, App: true, read: oktaProvisioning, Source: docs + "application"},
			{Name: "MFA", Layer: detectors.AIPlatform, App: true, read: oktaAppFactors, Source: docs + "policy"},
			{Name: "SSO", Layer: detectors.ApplicationAuth, read: oktaEnterprise, Source: docs + "identityprovider"},
			{Name: "MFA", Layer: detectors.ApplicationAuth, read: oktaFactors, Source: docs + "policy"},
			{Name: "user-management", Layer: detectors.ApplicationAuth, read: oktaUsers, Source: docs + "user"},
			{Name: "federation", Layer: detectors.ApplicationAuth, read: oktaFederation, Source: docs + "identityprovider"},
			{Name: "audit", Layer: detectors.ApplicationAuth, read: oktaAudit, Source: docs + "systemlog"},
		},
		Untold: slices.Concat(ofDirectory, []Untold{
			{Name: "SCIM", Layer: detectors.ApplicationAuth, Why: "the API does not tell whether a customer's directory adds people"},
			{Name: "roles", Layer: detectors.ApplicationAuth, Why: "the roles of the directory are its administrators', not those of the product"},
			{Name: "tenant-isolation", Layer: detectors.ApplicationAuth, Why: "what keeps customers' data apart is in the code"},
			{Name: "sessions", Layer: detectors.ApplicationAuth, Why: "the product keeps its own"},
			{Name: "admin-portal", Layer: detectors.ApplicationAuth, Why: "the API does not tell"},
		}),
		Source: "https://developer.okta.com/docs/api/openapi/okta-management/guides/overview", Confirmed: "2026-11-23",
	}
}

// ofDirectory is what a directory can't tell of an AI platform.
var ofDirectory = []Untold{
	{Name: "roles", Layer: detectors.AIPlatform, Why: "a directory knows its own administrators, not those of the platform"},
	{Name: "project-scoping", Layer: detectors.AIPlatform, Why: "a directory knows nothing of keys"},
	{Name: "service-accounts", Layer: detectors.AIPlatform, Why: "a directory knows nothing of keys"},
	{Name: "network-allow-list", Layer: detectors.AIPlatform, Why: "a directory sees who signs in, not who calls"},
	{Name: "audit", Layer: detectors.AIPlatform, Why: "a directory records who signs in, not what is done on the platform"},
}

type oktaApp struct {
	Status   string   `json:"status"`
	Mode     string   `json:"signOnMode"`
	Features []string `json:"features"`
	Links    struct {
		Policy struct {
			Href string `json:"href"`
		} `json:"accessPolicy"`
	} `json:"_links"`
}

func oktaApplication(ctx context.Context, a *asker) (*oktaApp, error) {
	app, err := one[oktaApp](ctx, a, "/api/v1/apps/*", "/api/v1/apps/"+segment(a.app))
	if err == nil && app.Status == "" {
		return nil, fmt.Errorf("GET /api/v1/apps/*: %w", outbound.ErrShape)
	}
	return app, err
}

func oktaSignOn(ctx context.Context, a *asker) (said, error) {
	app, err := oktaApplication(ctx, a)
	if err != nil {
		return said{}, err
	}
	federated := slices.Contains([]string{"SAML_2_0", "SAML_1_1", "OPENID_CONNECT", "WS_FEDERATION"}, app.Mode)
	switch {
	case app.Status != "ACTIVE":
		return flag(false, "", "the platform's application is not active in the directory"), nil
	case !federated:
		return flag(false, "", "the platform's application is signed in to without federation"), nil
	}
	// That the platform takes no other way in, only the platform can tell.
	return flag(true, "people sign in to the platform's application by federation; whether there is another way in, the platform tells", ""), nil
}

func oktaProvisioning(ctx context.Context, a *asker) (said, error) {
	app, err := oktaApplication(ctx, a)
	if err != nil {
		return said{}, err
	}
	adds, removes := slices.Contains(app.Features, "PUSH_NEW_USERS"), slices.Contains(app.Features, "PUSH_USER_DEACTIVATION")
	switch {
	case app.Status != "ACTIVE" || !adds && !removes:
		return flag(false, "", "the directory provisions nobody to the platform"), nil
	case !removes:
		return all(1, 2, "the directory adds people to the platform, and does not remove them"), nil
	case !adds:
		return all(1, 2, "the directory removes people from the platform, and does not add them"), nil
	}
	return flag(true, "the directory adds people to the platform and removes them", ""), nil
}

type oktaRule struct {
	Status  string `json:"status"`
	Actions struct {
		Session struct {
			Access  string `json:"access"`
			Demands bool   `json:"requireFactor"`
		} `json:"signon"`
		App struct {
			Access string `json:"access"`
			Method struct {
				Mode string `json:"factorMode"`
			} `json:"verificationMethod"`
		} `json:"appSignOn"`
	} `json:"actions"`
}

// oktaRules counts the rules of a policy that let people in, and of them those that
// demand a second factor.
func oktaRules(ctx context.Context, a *asker, policy string) (demand, allow int, err error) {
	rules, err := linked[oktaRule](ctx, a, "/api/v1/policies/*/rules", "/api/v1/policies/"+segment(policy)+"/rules")
	for _, r := range rules {
		s, app := &r.Actions.Session, &r.Actions.App
		if r.Status != "ACTIVE" || s.Access != "ALLOW" && app.Access != "ALLOW" {
			continue
		}
		allow++
		if s.Demands || app.Method.Mode == "2FA" {
			demand++
		}
	}
	return demand, allow, err
}

func oktaAppFactors(ctx context.Context, a *asker) (said, error) {
	app, err := oktaApplication(ctx, a)
	if err != nil {
		return said{}, err
	}
	if app.Links.Policy.Href == "" {
		return said{}, errUntold{"the application names no sign-in policy"}
	}
	path, err := a.within(app.Links.Policy.Href)
	if err != nil {
		return said{}, fmt.Errorf("GET /api/v1/apps/*: %w", err)
	}
	m := oktaPolicyPath().FindStringSubmatch(path)
	if m == nil {
		return said{}, fmt.Errorf("GET /api/v1/apps/*: %w", outbound.ErrShape)
	}
	demand, allow, err := oktaRules(ctx, a, m[1])
	if err != nil {
		return said{}, err
	}
	if allow == 0 {
		return said{}, errUntold{"no rule of the platform's sign-in policy lets anybody in"}
	}
	return all(demand, allow, "%d of the %s of the platform's sign-in policy that let people in demand a second factor", demand, many(allow, "rule")), nil
}

var oktaPolicyPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^/api/v1/policies/([A-Za-z0-9_-]+)$`) })

// oktaFactors looks at the session policies, through which everybody comes, and then at
// those of applications. An organisation without the Identity Engine has none of these.
func oktaFactors(ctx context.Context, a *asker) (said, error) {
	demand, allow := map[string]int{}, map[string]int{}
	for _, kind := range []string{"OKTA_SIGN_ON", "ACCESS_POLICY"} {
		type policy struct {
			ID     string `json:"id"`
			Status string `json:"status"`
		}
		policies, err := linked[policy](ctx, a, "/api/v1/policies", "/api/v1/policies?type="+kind)
		if kind == "ACCESS_POLICY" && refused(err, http.StatusBadRequest, http.StatusNotFound) {
			continue
		}
		if err != nil {
			return said{}, err
		}
		for _, p := range policies {
			if p.Status != "ACTIVE" {
				continue
			}
			d, n, err := oktaRules(ctx, a, p.ID)
			if err != nil {
				return said{}, err
			}
			demand[kind] += d
			allow[kind] += n
		}
	}
	session, app := "OKTA_SIGN_ON", "ACCESS_POLICY"
	if allow[session]+allow[app] == 0 {
		return said{}, errUntold{"no rule of a sign-in policy lets anybody in"}
	}
	words := fmt.Sprintf("of the rules that let people in, %d of %d for sessions and %d of %d for applications demand a second factor", demand[session], allow[session], demand[app], allow[app])
	if allow[session] > 0 && demand[session] == allow[session] || allow[app] > 0 && demand[app] == allow[app] {
		return flag(true, words, ""), nil
	}
	return all(demand[session]+demand[app], allow[session]+allow[app], "%s", words), nil
}

type oktaProvider struct {
	Type   string `json:"type"`
	Status string `json:"status"`
}

// oktaIdPs are the identity providers that are active.
func oktaIdPs(ctx context.Context, a *asker) ([]oktaProvider, error) {
	got, err := linked[oktaProvider](ctx, a, "/api/v1/idps", "/api/v1/idps?limit=200")
	var out []oktaProvider
	for _, p := range got {
		if p.Status == "ACTIVE" {
			out = append(out, p)
		}
	}
	return out, err
}

func oktaEnterprise(ctx context.Context, a *asker) (said, error) {
	got, err := oktaIdPs(ctx, a)
	if err != nil {
		return said{}, err
	}
	n := count(got, func(p *oktaProvider) bool { return p.Type == "SAML2" || p.Type == "OIDC" })
	return some(n, "%s of SAML or OpenID Connect active", many(n, "identity provider")), nil
}

func oktaFederation(ctx context.Context, a *asker) (said, error) {
	got, err := oktaIdPs(ctx, a)
	if err != nil {
		return said{}, err
	}
	return some(len(got), "%s active", many(len(got), "identity provider")), nil
}

func oktaUsers(ctx context.Context, a *asker) (said, error) {
	got, err := one[[]struct{}](ctx, a, "/api/v1/users", "/api/v1/users?limit=1")
	if err != nil {
		return said{}, err
	}
	return flag(len(*got) > 0, "users are kept there", "no users are kept there"), nil
}

func oktaAudit(ctx context.Context, a *asker) (said, error) {
	type event struct {
		At time.Time `json:"published"`
	}
	got, err := one[[]event](ctx, a, "/api/v1/logs", "/api/v1/logs?limit=1&sortOrder=DESCENDING")
	if err != nil {
		return said{}, err
	}
	if len(*got) == 0 {
		return flag(false, "", "the system log has nothing of the last seven days"), nil
	}
	return flag(true, "sign-ins and changes are in the system log, the last of "+(*got)[0].At.UTC().Format(time.DateOnly), ""), nil
}
