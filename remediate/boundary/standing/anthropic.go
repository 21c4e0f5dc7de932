package standing

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

const complianceKey = "ANTHROPIC_COMPLIANCE_ACCESS_KEY"

// anthropic is the Admin API, and of the Compliance API the settings that are in force:
// https://platform.claude.com/docs/en/api/compliance/organizations/settings/retrieve.
func anthropic() Provider {
	const settings = "https://platform.claude.com/docs/en/api/compliance/organizations/settings/retrieve"
	return Provider{
		Name: "anthropic", Title: "Anthropic", Layers: []detectors.Layer{detectors.AIPlatform}, Host: "api.anthropic.com",
		Key:       Key{Variable{"ANTHROPIC_ADMIN_KEY", "an admin key of the organisation"}, "X-Api-Key", ""},
		More:      []Variable{{complianceKey, "a compliance access key with read:compliance_org_data"}},
		Header:    map[string]string{"Anthropic-Version": "2023-06-01"},
		PerMinute: 60,
		Controls: []Control{
			{Name: "SSO", Needs: complianceKey, read: anthropicSSO, Source: settings},
			{Name: "SCIM", Needs: complianceKey, read: anthropicSCIM, Source: settings},
			{Name: "roles", read: anthropicRoles, Source: "https://platform.claude.com/docs/en/api/admin/users/list"},
			{Name: "project-scoping", read: anthropicScopes, Source: "https://platform.claude.com/docs/en/api/admin/api_keys/list"},
			{Name: "service-accounts", read: anthropicPrincipals, Source: "https://platform.claude.com/docs/en/api/admin/api_keys/list"},
			{Name: "network-allow-list", Needs: complianceKey, read: anthropicNetwork, Source: settings},
			{Name: "audit", read: anthropicAudit, Source: "https://platform.claude.com/docs/en/api/organization/compliance_settings"},
		},
		Untold: []Untold{{Name: "MFA", Why: "the API does not tell; whoever signs in by single sign-on shows it to the directory"}},
		Source: "https://platform.claude.com/docs/en/manage-claude/admin-api", Confirmed: "2026-11-23",
	}
}

type anthropicKey struct {
	ID        string  `json:"id"`
	Status    string  `json:"status"`
	Workspace *string `json:"workspace_id"`
	Principal *struct {
		Type string `json:"type"`
	} `json:"principal"`
}

func anthropicKeys(ctx context.Context, a *asker) ([]anthropicKey, error) {
	keys, err := after(ctx, a, "/v1/organizations/api_keys", "/v1/organizations/api_keys", "after_id", url.Values{"limit": {"100"}, "status": {"active"}}, func(k *anthropicKey) string { return k.ID })
	var out []anthropicKey
	for _, k := range keys {
		if k.Status == "active" {
			out = append(out, k)
		}
	}
	if err == nil && len(out) == 0 {
		err = errUntold{"the organisation has no active key"}
	}
	return out, err
}

// anthropicScopes: a key without a workspace is one of the default workspace, which all
// share who have none of their own.
func anthropicScopes(ctx context.Context, a *asker) (said, error) {
	keys, err := anthropicKeys(ctx, a)
	if err != nil {
		return said{}, err
	}
	n := count(keys, func(k *anthropicKey) bool { return k.Workspace != nil && *k.Workspace != "" })
	return all(n, len(keys), "%d of %s bound to a workspace, the others to the default one", n, active(len(keys))), nil
}

// active is a number of keys with its verb.
func active(n int) string {
	if n == 1 {
		return "1 active key is"
	}
	return fmt.Sprintf("%d active keys are", n)
}

// anthropicPrincipals: what counts is that no key acts as a person. One that is bound to
// no principal acts as its workspace.
func anthropicPrincipals(ctx context.Context, a *asker) (said, error) {
	keys, err := anthropicKeys(ctx, a)
	if err != nil {
		return said{}, err
	}
	as := func(kind string) int {
		return count(keys, func(k *anthropicKey) bool { return k.Principal != nil && k.Principal.Type == kind })
	}
	people, accounts := as("user"), as("service_account")
	return all(len(keys)-people, len(keys), "%s: %d of service accounts, %d of people, %d of workspaces", many(len(keys), "active key"), accounts, people, len(keys)-people-accounts), nil
}

func anthropicRoles(ctx context.Context, a *asker) (said, error) {
	type user struct {
		ID   string `json:"id"`
		Role string `json:"role"`
	}
	users, err := after(ctx, a, "/v1/organizations/users", "/v1/organizations/users", "after_id", hundred, func(u *user) string { return u.ID })
	if err != nil {
		return said{}, err
	}
	n := count(users, func(u *user) bool { return u.Role == "admin" || strings.HasSuffix(u.Role, "owner") })
	return apart(len(users), n, "administrators"), nil
}

func anthropicAudit(ctx context.Context, a *asker) (said, error) {
	type settings struct {
		State struct {
			Type string `json:"type"`
		} `json:"state"`
	}
	const path = "/v1/organizations/compliance_settings"
	got, err := one[settings](ctx, a, path, path)
	if err != nil {
		return said{}, err
	}
	switch got.State.Type {
	case "enabled":
		return flag(true, "the activity of the organisation is recorded (the Compliance API is enabled)", ""), nil
	case "disabled":
		return flag(false, "", "the activity of the organisation is not recorded (the Compliance API is disabled)"), nil
	}
	return said{}, fmt.Errorf("GET %s: %w", path, outbound.ErrShape)
}

// anthropicSetting gives the value of a setting that is in force. One that is left out is
// none that the organisation can set, and not off.
func anthropicSetting[T any](ctx context.Context, a *asker, name string) (*T, error) {
	type organization struct {
		ID string `json:"id"`
	}
	me, err := one[organization](ctx, a, "/v1/organizations/me", "/v1/organizations/me")
	if err != nil {
		return nil, err
	}
	type setting struct {
		Name  string `json:"name"`
		Value any    `json:"value"`
	}
	type page struct {
		Settings *[]setting `json:"settings"`
	}
	const form = "/v1/compliance/organizations/*/settings"
	got, err := one[page](ctx, a.as(complianceKey), form, "/v1/compliance/organizations/"+segment(me.ID)+"/settings")
	if err != nil {
		return nil, err
	}
	if got.Settings == nil {
		return nil, fmt.Errorf("GET %s: %w", form, outbound.ErrShape)
	}
	for _, s := range *got.Settings {
		if s.Name == name {
			v, ok := s.Value.(T)
			if !ok {
				return nil, fmt.Errorf("GET %s: %w", form, outbound.ErrShape)
			}
			return &v, nil
		}
	}
	return nil, nil
}

// anthropicFlag is a setting that is on or off.
func anthropicFlag(ctx context.Context, a *asker, name string) (*bool, error) {
	v, err := anthropicSetting[bool](ctx, a, name)
	if err == nil && v == nil {
		err = errUntold{"the settings that are in force leave it out: the organisation can't set it"}
	}
	return v, err
}

func anthropicSSO(ctx context.Context, a *asker) (said, error) {
	enforced, err := anthropicSetting[bool](ctx, a, "sso_console_enforced")
	if err != nil {
		return said{}, err
	}
	if enforced != nil && *enforced {
		return flag(true, "single sign-on is enforced for the console", ""), nil
	}
	enabled, err := anthropicFlag(ctx, a, "sso_enabled")
	if err != nil {
		return said{}, err
	}
	if *enabled {
		return all(1, 2, "single sign-on is enabled, and not enforced for the console"), nil
	}
	return flag(false, "", "single sign-on is not enabled"), nil
}

func anthropicSCIM(ctx context.Context, a *asker) (said, error) {
	mode, err := anthropicSetting[string](ctx, a, "sso_provisioning_mode")
	if err != nil {
		return said{}, err
	}
	if mode == nil {
		return said{}, errUntold{"the settings that are in force leave it out: the organisation can't set it"}
	}
	return flag(strings.HasPrefix(*mode, "scim"), "people are provisioned by SCIM", "people are not provisioned by SCIM"), nil
}

func anthropicNetwork(ctx context.Context, a *asker) (said, error) {
	on, err := anthropicFlag(ctx, a, "ip_allowlist_enabled")
	if err != nil {
		return said{}, err
	}
	return flag(*on, "the allow list of IP addresses is in force", "no allow list of IP addresses is in force"), nil
}
