package standing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// entra is Microsoft Graph: https://learn.microsoft.com/en-us/graph/api/overview.
func entra() Provider {
	const docs = "https://learn.microsoft.com/en-us/graph/api/"
	return Provider{
		Name: "entra-id", Title: "Microsoft Entra ID", Layers: both, App: true, Host: "graph.microsoft.com",
		Grant: &Grant{
			ID:     Variable{"AZURE_CLIENT_ID", "the id of an app registration"},
			Secret: Variable{"AZURE_CLIENT_SECRET", "its secret"},
			Host:   "login.microsoftonline.com", Path: "/{AZURE_TENANT_ID}/oauth2/v2.0/token",
			Form: map[string]string{"scope": "https://graph.microsoft.com/.default"},
		},
		Key:       Key{Prefix: "Bearer "},
		More:      []Variable{{"AZURE_TENANT_ID", "the id of the tenant"}},
		PerMinute: 120,
		Controls: []Control{
			{Name: "SSO", Layer: detectors.AIPlatform, App: true, read: entraSignOn, Source: docs + "serviceprincipal-get"},
			{Name: "SCIM", Layer: detectors.AIPlatform, App: true, read: entraProvisioning, Source: docs + "synchronization-synchronization-list-jobs"},
			{Name: "MFA", read: entraFactors, Source: docs + "conditionalaccessroot-list-policies"},
			{Name: "user-management", Layer: detectors.ApplicationAuth, read: entraUsers, Source: docs + "user-list"},
			{Name: "federation", Layer: detectors.ApplicationAuth, read: entraProviders, Source: docs + "identitycontainer-list-identityproviders"},
			{Name: "audit", Layer: detectors.ApplicationAuth, read: entraAudit, Source: docs + "directoryaudit-list"},
		},
		Untold: slices.Concat(ofDirectory, []Untold{
			{Name: "SSO", Layer: detectors.ApplicationAuth, Why: "the API does not tell which customers' directories are let in"},
			{Name: "SCIM", Layer: detectors.ApplicationAuth, Why: "the API does not tell whether a customer's directory adds people"},
			{Name: "roles", Layer: detectors.ApplicationAuth, Why: "the roles of the directory are its administrators', not those of the product"},
			{Name: "tenant-isolation", Layer: detectors.ApplicationAuth, Why: "what keeps customers' data apart is in the code"},
			{Name: "sessions", Layer: detectors.ApplicationAuth, Why: "the product keeps its own"},
			{Name: "admin-portal", Layer: detectors.ApplicationAuth, Why: "the API does not tell"},
		}),
		Source: docs + "overview", Confirmed: "2026-11-23",
	}
}

// entraList reads a list of Microsoft Graph.
func entraList[T any](ctx context.Context, a *asker, form, path string) ([]T, error) {
	type page struct {
		Value *[]T   `json:"value"`
		Next  string `json:"@odata.nextLink"`
	}
	return list(ctx, a, form, path, func(p *page, _ *outbound.Answer) ([]T, string, error) {
		if p.Value == nil {
			return nil, "", outbound.ErrShape
		}
		if p.Next == "" {
			return *p.Value, "", nil
		}
		next, err := a.within(p.Next)
		return *p.Value, next, err
	})
}

func entraSignOn(ctx context.Context, a *asker) (said, error) {
	type principal struct {
		Enabled *bool  `json:"accountEnabled"`
		Mode    string `json:"preferredSingleSignOnMode"`
		Demands bool   `json:"appRoleAssignmentRequired"`
	}
	const form = "/v1.0/servicePrincipals/*"
	got, err := one[principal](ctx, a, form, "/v1.0/servicePrincipals/"+segment(a.app)+"?$select=accountEnabled,preferredSingleSignOnMode,appRoleAssignmentRequired")
	switch {
	case err != nil:
		return said{}, err
	case got.Enabled == nil:
		return said{}, fmt.Errorf("GET %s: %w", form, outbound.ErrShape)
	case !*got.Enabled:
		return flag(false, "", "the platform's application is disabled in the directory"), nil
	case got.Mode != "saml" && got.Mode != "oidc":
		return flag(false, "", "the platform's application is signed in to without federation"), nil
	}
	who := "anybody of the directory may"
	if got.Demands {
		who = "only who is assigned may"
	}
	return flag(true, "people sign in to the platform's application by federation, and "+who+"; whether there is another way in, the platform tells", ""), nil
}

func entraProvisioning(ctx context.Context, a *asker) (said, error) {
	type job struct {
		Schedule struct {
			State string `json:"state"`
		} `json:"schedule"`
	}
	jobs, err := entraList[job](ctx, a, "/v1.0/servicePrincipals/*/synchronization/jobs", "/v1.0/servicePrincipals/"+segment(a.app)+"/synchronization/jobs")
	if err != nil {
		return said{}, err
	}
	n := count(jobs, func(j *job) bool { return j.Schedule.State == "Active" })
	return some(n, "%d of %s active", n, many(len(jobs), "provisioning job")), nil
}

type entraPolicy struct {
	State      string `json:"state"`
	Conditions struct {
		Applications struct {
			Include []string `json:"includeApplications"`
		} `json:"applications"`
		Users struct {
			Include []string `json:"includeUsers"`
		} `json:"users"`
	} `json:"conditions"`
	Grant *struct {
		Operator string    `json:"operator"`
		Controls []string  `json:"builtInControls"`
		Strength *struct{} `json:"authenticationStrength"`
	} `json:"grantControls"`
}

// demands says that nobody to whom a policy applies comes in without a second factor.
func (p *entraPolicy) demands() bool {
	g := p.Grant
	if g == nil || p.State != "enabled" {
		return false
	}
	if g.Strength != nil || slices.Contains(g.Controls, "mfa") {
		return g.Operator != "OR" || len(g.Controls) <= 1
	}
	return false
}

// entraFactors: the security defaults ask everybody; without them, conditional access
// does where a policy says so.
func entraFactors(ctx context.Context, a *asker) (said, error) {
	type defaults struct {
		Enabled *bool `json:"isEnabled"`
	}
	const first = "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy"
	d, err := one[defaults](ctx, a, first, first)
	if err == nil && d.Enabled == nil {
		err = fmt.Errorf("GET %s: %w", first, outbound.ErrShape)
	}
	if err != nil {
		return said{}, err
	}
	if *d.Enabled {
		return flag(true, "the security defaults are on", ""), nil
	}
	const second = "/v1.0/identity/conditionalAccess/policies"
	policies, err := entraList[entraPolicy](ctx, a, second, second)
	if err != nil {
		return said{}, err
	}
	n := count(policies, (*entraPolicy).demands)
	everybody := count(policies, func(p *entraPolicy) bool {
		return p.demands() && slices.Contains(p.Conditions.Users.Include, "All") && slices.Contains(p.Conditions.Applications.Include, "All")
	})
	words := fmt.Sprintf("%d of %s enabled that demand a second factor, %d of them of everybody for everything", n, many(len(policies), "policy"), everybody)
	if everybody > 0 {
		return flag(true, words, ""), nil
	}
	return all(min(n, 1), 2, "%s", words), nil
}

func entraUsers(ctx context.Context, a *asker) (said, error) {
	type page struct {
		Value *[]struct{} `json:"value"`
	}
	got, err := one[page](ctx, a, "/v1.0/users", "/v1.0/users?$top=1&$select=id")
	if err == nil && got.Value == nil {
		err = fmt.Errorf("GET /v1.0/users: %w", outbound.ErrShape)
	}
	if err != nil {
		return said{}, err
	}
	return flag(len(*got.Value) > 0, "users are kept there", "no users are kept there"), nil
}

func entraProviders(ctx context.Context, a *asker) (said, error) {
	got, err := entraList[struct{}](ctx, a, "/v1.0/identity/identityProviders", "/v1.0/identity/identityProviders")
	if err != nil {
		return said{}, err
	}
	return some(len(got), "%s", many(len(got), "identity provider")), nil
}

func entraAudit(ctx context.Context, a *asker) (said, error) {
	type page struct {
		Value *[]struct {
			At time.Time `json:"activityDateTime"`
		} `json:"value"`
	}
	const form = "/v1.0/auditLogs/directoryAudits"
	got, err := one[page](ctx, a, form, form+"?$top=1")
	if err == nil && got.Value == nil {
		err = fmt.Errorf("GET %s: %w", form, outbound.ErrShape)
	}
	if err != nil {
		return said{}, err
	}
	if len(*got.Value) == 0 {
		return flag(false, "", "the audit log is empty"), nil
	}
	return flag(true, "changes are in the audit log, one of "+(*got.Value)[0].At.UTC().Format(time.DateOnly), ""), nil
}
