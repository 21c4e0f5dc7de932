package standing

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// supabase is the Management API: its description at https://github.com/supabase/cli,
// packages/api/src/generated/openapi.json.
func supabase() Provider {
	const project = "SUPABASE_PROJECT_ID"
	const docs = "https://supabase.com/docs/reference/api/v1-get-auth-service-config"
	return Provider{
		Name: "supabase-auth", Title: "Supabase", Layers: []detectors.Layer{detectors.ApplicationAuth}, Host: "api.supabase.com",
		Key:       Key{Variable{"SUPABASE_ACCESS_TOKEN", "a personal access token"}, "Authorization", "Bearer "},
		More:      []Variable{{project, "the reference of the project"}},
		PerMinute: 60,
		Controls: []Control{
			{Name: "SSO", Needs: project, read: supabaseSSO, Source: "https://supabase.com/docs/reference/api/v1-list-all-sso-provider"},
			{Name: "MFA", Needs: project, read: supabaseFactors, Source: docs},
			{Name: "sessions", Needs: project, read: supabaseSessions, Source: docs},
			{Name: "federation", Needs: project, read: supabaseFederation, Source: docs},
		},
		Untold: []Untold{
			{Name: "SCIM", Why: "Supabase Auth has none"},
			{Name: "user-management", Why: "the API does not tell"},
			{Name: "roles", Why: "the product keeps its own"},
			{Name: "tenant-isolation", Why: "what keeps customers' data apart is in the database's policies"},
			{Name: "admin-portal", Why: "Supabase Auth has none"},
			{Name: "audit", Why: "the API does not tell where the log is kept"},
		},
		Source: "https://supabase.com/docs/reference/api/introduction", Confirmed: "2026-11-23",
	}
}

const supabaseForm = "/v1/projects/*/config/auth"

// supabaseConfig is what is switched on of the settings, and their numbers. The others,
// secrets among them, are not kept.
type supabaseConfig struct {
	whole bool // it is a configuration
	on    map[string]float64
}

func (c *supabaseConfig) UnmarshalJSON(text []byte) error {
	var every map[string]any
	if err := json.Unmarshal(text, &every); err != nil {
		return err
	}
	_, c.whole = every["saml_enabled"]
	c.on = map[string]float64{}
	for name, v := range every {
		switch v := v.(type) {
		case bool:
			if v {
				c.on[name] = 1
			}
		case float64:
			c.on[name] = v
		}
	}
	return nil
}

func supabaseFlags(ctx context.Context, a *asker) (map[string]float64, error) {
	got, err := one[supabaseConfig](ctx, a, supabaseForm, supabaseSettings(a))
	if err != nil {
		return nil, err
	}
	if !got.whole {
		return nil, fmt.Errorf("GET %s: %w", supabaseForm, outbound.ErrShape)
	}
	return got.on, nil
}

func supabaseSettings(a *asker) string {
	return "/v1/projects/" + segment(a.more["SUPABASE_PROJECT_ID"]) + "/config/auth"
}

func supabaseSSO(ctx context.Context, a *asker) (said, error) {
	on, err := supabaseFlags(ctx, a)
	if err != nil {
		return said{}, err
	}
	if on["saml_enabled"] == 0 {
		return flag(false, "", "SAML is not enabled"), nil
	}
	type providers struct {
		Items *[]struct{} `json:"items"`
	}
	got, err := one[providers](ctx, a, supabaseForm+"/sso/providers", supabaseSettings(a)+"/sso/providers")
	if err == nil && got.Items == nil {
		err = fmt.Errorf("GET %s/sso/providers: %w", supabaseForm, outbound.ErrShape)
	}
	if err != nil {
		return said{}, err
	}
	if len(*got.Items) == 0 {
		return all(1, 2, "SAML is enabled, and no identity provider is connected"), nil
	}
	return flag(true, "SAML is enabled, with "+many(len(*got.Items), "identity provider"), ""), nil
}

// supabaseFactors: who has a second factor is asked for it where the product demands it,
// which only its code tells.
func supabaseFactors(ctx context.Context, a *asker) (said, error) {
	on, err := supabaseFlags(ctx, a)
	if err != nil {
		return said{}, err
	}
	n := 0
	for _, kind := range []string{"totp", "phone", "web_authn"} {
		if on["mfa_"+kind+"_enroll_enabled"] != 0 && on["mfa_"+kind+"_verify_enabled"] != 0 {
			n++
		}
	}
	if n == 0 {
		return flag(false, "", "no second factor can be enrolled"), nil
	}
	return all(1, 2, "%s can be enrolled; whether one is demanded, the product's code tells", many(n, "kind")+" of second factors"), nil
}

func supabaseSessions(ctx context.Context, a *asker) (said, error) {
	on, err := supabaseFlags(ctx, a)
	if err != nil {
		return said{}, err
	}
	whole, idle := on["sessions_timebox"], on["sessions_inactivity_timeout"]
	switch {
	case whole > 0 && idle > 0:
		return flag(true, fmt.Sprintf("sessions last %g hours at most, and %g without use", whole, idle), ""), nil
	case whole > 0:
		return flag(true, fmt.Sprintf("sessions last %g hours at most", whole), ""), nil
	case idle > 0:
		return flag(true, fmt.Sprintf("sessions last %g hours without use", idle), ""), nil
	}
	return all(1, 2, "sessions last until somebody signs out"), nil
}

func supabaseFederation(ctx context.Context, a *asker) (said, error) {
	on, err := supabaseFlags(ctx, a)
	if err != nil {
		return said{}, err
	}
	n := 0
	for name := range on {
		kind, ok := strings.CutPrefix(name, "external_")
		kind, is := strings.CutSuffix(kind, "_enabled")
		if ok && is && kind != "email" && kind != "phone" && kind != "anonymous_users" && !strings.HasPrefix(kind, "web3_") {
			n++
		}
	}
	return some(n, "%s enabled", many(n, "identity provider")), nil
}
