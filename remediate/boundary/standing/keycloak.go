package standing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// keycloak is the Admin REST API. Its host is nobody's but the user's, so that the
// configuration has to name it.
func keycloak() Provider {
	const realm = "KEYCLOAK_REALM"
	return Provider{
		Name: "keycloak", Title: "Keycloak", Layers: both,
		Tenant: &Tenant{
			Variable: Variable{"KEYCLOAK_URL", "the https address of your Keycloak, such as https://sso.example.com"}, Path: true,
		},
		Key: Key{Variable{"KEYCLOAK_ACCESS_TOKEN", "an access token that may view the realm"}, "Authorization", "Bearer "},
		Grant: &Grant{
			ID:     Variable{"KEYCLOAK_CLIENT_ID", "a client of the realm with a service account that may view it"},
			Secret: Variable{"KEYCLOAK_CLIENT_SECRET", "its secret"},
			Path:   "/realms/{" + realm + "}/protocol/openid-connect/token",
		},
		More:      []Variable{{realm, "the realm"}},
		PerMinute: 300,
		Controls: []Control{
			{Name: "SSO", Layer: detectors.ApplicationAuth, Needs: realm, read: keycloakProviders},
			{Name: "MFA", Needs: realm, read: keycloakFactors},
			{Name: "user-management", Layer: detectors.ApplicationAuth, Needs: realm, read: keycloakUsers},
			{Name: "roles", Layer: detectors.ApplicationAuth, Needs: realm, read: keycloakRoles},
			{Name: "sessions", Layer: detectors.ApplicationAuth, Needs: realm, read: keycloakSessions},
			{Name: "federation", Layer: detectors.ApplicationAuth, Needs: realm, read: keycloakProviders},
			{Name: "audit", Layer: detectors.ApplicationAuth, Needs: realm, read: keycloakEvents},
		},
		Untold: slices.Concat(ofDirectory, []Untold{
			{Name: "SSO", Layer: detectors.AIPlatform, Why: "the API does not tell which client is the platform"},
			{Name: "SCIM", Why: "Keycloak itself has none"},
			{Name: "tenant-isolation", Layer: detectors.ApplicationAuth, Why: "what keeps customers' data apart is in the code"},
			{Name: "admin-portal", Layer: detectors.ApplicationAuth, Why: "the API does not tell"},
		}),
		Source: "https://www.keycloak.org/docs-api/latest/rest-api/index.html", Confirmed: "2026-11-23",
	}
}

const keycloakRealmForm = "/admin/realms/*"

func (a *asker) realm() string { return "/admin/realms/" + segment(a.more["KEYCLOAK_REALM"]) }

type keycloakRealm struct {
	Realm       string `json:"realm"`
	Events      bool   `json:"eventsEnabled"`
	AdminEvents bool   `json:"adminEventsEnabled"`
	Idle        int64  `json:"ssoSessionIdleTimeout"` // seconds
	Longest     int64  `json:"ssoSessionMaxLifespan"`
	BrowserFlow string `json:"browserFlow"`
}

func keycloakSettings(ctx context.Context, a *asker) (*keycloakRealm, error) {
	got, err := one[keycloakRealm](ctx, a, keycloakRealmForm, a.realm())
	if err == nil && got.Realm == "" {
		return nil, fmt.Errorf("GET %s: %w", a.base+keycloakRealmForm, outbound.ErrShape)
	}
	return got, err
}

func keycloakEvents(ctx context.Context, a *asker) (said, error) {
	r, err := keycloakSettings(ctx, a)
	switch {
	case err != nil:
		return said{}, err
	case r.Events && r.AdminEvents:
		return flag(true, "events of users and of administrators are stored", ""), nil
	case r.Events:
		return all(1, 2, "events of users are stored, those of administrators are not"), nil
	case r.AdminEvents:
		return all(1, 2, "events of administrators are stored, those of users are not"), nil
	}
	return flag(false, "", "no events are stored"), nil
}

func keycloakSessions(ctx context.Context, a *asker) (said, error) {
	r, err := keycloakSettings(ctx, a)
	if err != nil {
		return said{}, err
	}
	if r.Longest <= 0 {
		return said{}, errUntold{"the realm says nothing of how long sessions last"}
	}
	return flag(true, fmt.Sprintf("sessions last %s at most, and %s without use", span(r.Longest), span(r.Idle)), ""), nil
}

// span is a number of seconds in words: "10 h", "30 min".
func span(seconds int64) string {
	switch {
	case seconds%3600 == 0:
		return fmt.Sprintf("%d h", seconds/3600)
	case seconds%60 == 0:
		return fmt.Sprintf("%d min", seconds/60)
	}
	return fmt.Sprintf("%d s", seconds)
}

func keycloakProviders(ctx context.Context, a *asker) (said, error) {
	type provider struct {
		Enabled bool   `json:"enabled"`
		Type    string `json:"providerId"`
	}
	got, err := one[[]provider](ctx, a, keycloakRealmForm+"/identity-provider/instances", a.realm()+"/identity-provider/instances")
	if err != nil {
		return said{}, err
	}
	n := count(*got, func(p *provider) bool { return p.Enabled })
	return some(n, "%d of %s enabled", n, many(len(*got), "identity provider")), nil
}

type keycloakStep struct {
	Requirement string `json:"requirement"`
	Provider    string `json:"providerId"`
	Level       int    `json:"level"`
}

// keycloakFactors looks for a second factor in the flow of browsers: what is required
// below nothing that lets people pass beside it is demanded of everybody.
func keycloakFactors(ctx context.Context, a *asker) (said, error) {
	r, err := keycloakSettings(ctx, a)
	if err != nil {
		return said{}, err
	}
	if r.BrowserFlow == "" {
		return said{}, errUntold{"the realm names no flow for browsers"}
	}
	steps, err := one[[]keycloakStep](ctx, a, keycloakRealmForm+"/authentication/flows/*/executions", a.realm()+"/authentication/flows/"+segment(r.BrowserFlow)+"/executions")
	if err != nil {
		return said{}, err
	}
	demanded, offered := 0, 0
	var above []string // what is required of the steps that a step stands in, by level
	for _, s := range *steps {
		if s.Level < 0 || s.Level > len(above) {
			return said{}, fmt.Errorf("GET %s/authentication/flows/*/executions: %w", a.base+keycloakRealmForm, outbound.ErrShape)
		}
		above = append(above[:s.Level], s.Requirement)
		second := slices.Contains([]string{"auth-otp-form", "webauthn-authenticator"}, s.Provider)
		switch {
		case !second || slices.Contains(above, "DISABLED"):
		case slices.Contains(above, "CONDITIONAL") || s.Requirement != "REQUIRED":
			offered++
		default:
			demanded++
		}
	}
	switch {
	case demanded > 0:
		return flag(true, "the flow for browsers demands a second factor", ""), nil
	case offered > 0:
		return all(1, 2, "the flow for browsers asks for a second factor under a condition, or beside another way"), nil
	}
	return flag(false, "", "the flow for browsers has no second factor"), nil
}

func keycloakUsers(ctx context.Context, a *asker) (said, error) {
	n, err := one[int](ctx, a, keycloakRealmForm+"/users/count", a.realm()+"/users/count")
	if err != nil {
		return said{}, err
	}
	return some(*n, "%s kept there", many(*n, "user")), nil
}

// keycloakRoles counts roles of the realm without those that each realm has.
func keycloakRoles(ctx context.Context, a *asker) (said, error) {
	type role struct {
		Name string `json:"name"`
	}
	got, err := one[[]role](ctx, a, keycloakRealmForm+"/roles", a.realm()+"/roles")
	if err != nil {
		return said{}, err
	}
	n := count(*got, func(r *role) bool {
		return r.Name != "offline_access" && r.Name != "uma_authorization" && !strings.HasPrefix(r.Name, "default-roles-")
	})
	return some(n, "%s of your own", many(n, "role")), nil
}
