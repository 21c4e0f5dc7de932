package standing

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// auth0 is the Management API: the description of it at
// https://github.com/auth0/node-auth0, reference.md.
func auth0() Provider {
	const docs = "https://auth0.com/docs/api/management/v2/"
	return Provider{
		Name: "auth0", Title: "Auth0", Layers: []detectors.Layer{detectors.ApplicationAuth},
		Tenant: &Tenant{
			Variable: Variable{"AUTH0_DOMAIN", "the domain of your tenant, such as acme.eu.auth0.com"},
			Host:     `^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z]{2}(-[0-9])?)?\.auth0\.com$`,
		},
		Key: Key{Variable{"AUTH0_API_TOKEN", "a token of the Management API"}, "Authorization", "Bearer "},
		Grant: &Grant{
			ID:     Variable{"AUTH0_CLIENT_ID", "the id of a machine-to-machine application"},
			Secret: Variable{"AUTH0_CLIENT_SECRET", "its secret"},
			Path:   "/oauth/token", Form: map[string]string{"audience": "https://{host}/api/v2/"},
		},
		PerMinute: 60,
		Controls: []Control{
			{Name: "SSO", read: auth0Enterprise, Source: docs + "connections/get-connections"},
			{Name: "MFA", read: auth0Factors, Source: docs + "guardian/get-policies"},
			{Name: "SCIM", read: auth0SCIM, Source: docs + "connections/get-connections-scim-configurations"},
			{Name: "user-management", read: auth0Users, Source: docs + "users/get-users"},
			{Name: "roles", read: auth0Roles, Source: docs + "roles/get-roles"},
			{Name: "sessions", read: auth0Sessions, Source: docs + "tenants/get-settings"},
			{Name: "federation", read: auth0Federation, Source: docs + "connections/get-connections"},
			{Name: "admin-portal", read: auth0Portal, Source: docs + "self-service-profiles/get-self-service-profiles"},
			{Name: "audit", read: auth0Streams, Source: docs + "log-streams/get-log-streams"},
		},
		Untold: []Untold{{Name: "tenant-isolation", Why: "the API lists organisations; what keeps their data apart is in the code"}},
		Source: "https://auth0.com/docs/api/management/v2", Confirmed: "2026-11-23",
	}
}

// auth0List reads a list whose pages name the one after them.
func auth0List[T any](ctx context.Context, a *asker, path, under, query string) ([]T, error) {
	first := path + "?take=100" + query
	return list(ctx, a, path, first, func(p *map[string]any, ans *outbound.Answer) ([]T, string, error) {
		if _, ok := (*p)[under].([]any); !ok {
			return nil, "", outbound.ErrShape
		}
		some, err := member[[]T](ans.Body, under)
		if err != nil {
			return nil, "", err
		}
		next, _ := (*p)["next"].(string)
		if next == "" || len(some) == 0 {
			return some, "", nil
		}
		return some, first + "&from=" + url.QueryEscape(next), nil
	})
}

type auth0Connection struct {
	ID       string `json:"id"`
	Strategy string `json:"strategy"`
}

// auth0Own are the strategies by which Auth0 itself says who a user is.
var auth0Own = []string{"auth0", "sms", "email"}

// auth0Enterprises are those by which a customer's directory does.
var auth0Enterprises = []string{"ad", "adfs", "auth0-adldap", "auth0-oidc", "google-apps", "ip", "office365", "oidc", "okta", "pingfederate", "samlp", "sharepoint", "waad"}

// auth0Connections are asked for without their options, which hold secrets.
func auth0Connections(ctx context.Context, a *asker) ([]auth0Connection, error) {
	return auth0List[auth0Connection](ctx, a, "/api/v2/connections", "connections", "&fields=id,strategy&include_fields=true")
}

func auth0Enterprise(ctx context.Context, a *asker) (said, error) {
	got, err := auth0Connections(ctx, a)
	if err != nil {
		return said{}, err
	}
	n := count(got, func(c *auth0Connection) bool { return slices.Contains(auth0Enterprises, c.Strategy) })
	return some(n, "%s", many(n, "enterprise connection")), nil
}

func auth0Federation(ctx context.Context, a *asker) (said, error) {
	got, err := auth0Connections(ctx, a)
	if err != nil {
		return said{}, err
	}
	n := count(got, func(c *auth0Connection) bool { return !slices.Contains(auth0Own, c.Strategy) })
	return some(n, "%d of %s to other identity providers", n, many(len(got), "connection")), nil
}

func auth0SCIM(ctx context.Context, a *asker) (said, error) {
	got, err := auth0List[struct{}](ctx, a, "/api/v2/connections-scim-configurations", "scim_configurations", "")
	if err != nil {
		return said{}, err
	}
	return some(len(got), "%s configured for SCIM", many(len(got), "connection")), nil
}

func auth0Factors(ctx context.Context, a *asker) (said, error) {
	policies, err := one[[]string](ctx, a, "/api/v2/guardian/policies", "/api/v2/guardian/policies")
	if err != nil {
		return said{}, err
	}
	type factor struct {
		Name    string `json:"name"`
		Enabled bool   `json:"enabled"`
	}
	factors, err := one[[]factor](ctx, a, "/api/v2/guardian/factors", "/api/v2/guardian/factors")
	if err != nil {
		return said{}, err
	}
	n := count(*factors, func(f *factor) bool { return f.Enabled })
	words := "; " + many(n, "factor") + " enabled"
	switch {
	case n == 0:
		return flag(false, "", "no factor is enabled"), nil
	case slices.Contains(*policies, "all-applications"):
		return flag(true, "a second factor is always demanded"+words, ""), nil
	case len(*policies) > 0:
		return all(1, 2, "a second factor is demanded when the sign-in seems risky%s", words), nil
	}
	return flag(false, "", "a second factor is never demanded by policy"+words), nil
}

// auth0Total is how many there are of what is listed with its total.
func auth0Total(ctx context.Context, a *asker, path string) (int, error) {
	type page struct {
		Total *int `json:"total"`
	}
	got, err := one[page](ctx, a, path, path+"?include_totals=true&per_page=1")
	if err != nil {
		return 0, err
	}
	if got.Total == nil {
		return 0, fmt.Errorf("GET %s: %w", path, outbound.ErrShape)
	}
	return *got.Total, nil
}

func auth0Users(ctx context.Context, a *asker) (said, error) {
	n, err := auth0Total(ctx, a, "/api/v2/users")
	return some(n, "%s kept there", many(n, "user")), err
}

func auth0Roles(ctx context.Context, a *asker) (said, error) {
	n, err := auth0Total(ctx, a, "/api/v2/roles")
	return severalRoles(n), err
}

func auth0Portal(ctx context.Context, a *asker) (said, error) {
	n, err := auth0Total(ctx, a, "/api/v2/self-service-profiles")
	if refused(err, http.StatusNotFound) {
		err = errUntold{"it is not in the plan of the tenant (404)"}
	}
	return some(n, "%s for customers' administrators", many(n, "self-service profile")), err
}

func auth0Sessions(ctx context.Context, a *asker) (said, error) {
	type settings struct {
		Whole *float64 `json:"session_lifetime"`
		Idle  *float64 `json:"idle_session_lifetime"`
	}
	got, err := one[settings](ctx, a, "/api/v2/tenants/settings", "/api/v2/tenants/settings?fields=session_lifetime,idle_session_lifetime&include_fields=true")
	if err != nil {
		return said{}, err
	}
	if got.Whole == nil {
		return said{}, errUntold{"the tenant says nothing of how long sessions last"}
	}
	words := fmt.Sprintf("sessions last %g hours at most", *got.Whole)
	if got.Idle != nil {
		words += fmt.Sprintf(", and %g without use", *got.Idle)
	}
	return flag(true, words, ""), nil
}

// auth0Streams: Auth0 keeps logs for some days by itself; what keeps them longer is a
// stream.
func auth0Streams(ctx context.Context, a *asker) (said, error) {
	type stream struct {
		Status string `json:"status"`
	}
	got, err := one[[]stream](ctx, a, "/api/v2/log-streams", "/api/v2/log-streams")
	if err != nil {
		return said{}, err
	}
	n := count(*got, func(s *stream) bool { return s.Status == "active" })
	if n == 0 {
		return all(1, 2, "logs are kept for the days of the plan; no stream of them is active"), nil
	}
	return flag(true, many(n, "log stream")+" active", ""), nil
}
