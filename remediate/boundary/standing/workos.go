package standing

import (
	"context"
	"fmt"
	"net/url"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// workOS is https://workos.com/docs/reference.
func workOS() Provider {
	return Provider{
		Name: "workos", Title: "WorkOS", Layers: []detectors.Layer{detectors.ApplicationAuth}, Host: "api.workos.com",
		Key:       Key{Variable{"WORKOS_API_KEY", "an API key of the environment"}, "Authorization", "Bearer "},
		PerMinute: 120,
		Controls: []Control{
			{Name: "SSO", read: workOSConnections, Source: "https://workos.com/docs/reference/sso/connection/list"},
			{Name: "SCIM", read: workOSDirectories, Source: "https://workos.com/docs/reference/directory-sync/directory/list"},
			{Name: "user-management", read: workOSUsers, Source: "https://workos.com/docs/reference/authkit/user/list"},
			{Name: "roles", read: workOSRoles, Source: "https://workos.com/docs/reference/roles"},
			{Name: "federation", read: workOSConnections, Source: "https://workos.com/docs/reference/sso/connection/list"},
		},
		Untold: []Untold{
			{Name: "MFA", Why: "the API does not tell whether a second factor is demanded"},
			{Name: "tenant-isolation", Why: "the API lists organisations; what keeps their data apart is in the code"},
			{Name: "sessions", Why: "the API does not tell how long sessions last"},
			{Name: "admin-portal", Why: "links to it are made one by one"},
			{Name: "audit", Why: "the API takes events, and does not tell whether the product sends them"},
		},
		Source: "https://workos.com/docs/reference", Confirmed: "2026-11-23",
	}
}

// workOSList reads a list whose pages name the one after them.
func workOSList[T any](ctx context.Context, a *asker, path string) ([]T, error) {
	type page struct {
		Data *[]T `json:"data"`
		List *struct {
			After *string `json:"after"`
		} `json:"list_metadata"`
	}
	return list(ctx, a, path, path+"?limit=100", func(p *page, _ *outbound.Answer) ([]T, string, error) {
		if p.Data == nil {
			return nil, "", outbound.ErrShape
		}
		if p.List == nil || p.List.After == nil || *p.List.After == "" || len(*p.Data) == 0 {
			return *p.Data, "", nil
		}
		return *p.Data, path + "?limit=100&after=" + url.QueryEscape(*p.List.After), nil
	})
}

type workOSThing struct {
	State        string `json:"state"`
	Organization string `json:"organization_id"`
}

// workOSActive says how many things are in a state, and of how many organisations.
func workOSActive(ctx context.Context, a *asker, path, state, what string) (said, error) {
	things, err := workOSList[workOSThing](ctx, a, path)
	if err != nil {
		return said{}, err
	}
	n, of := 0, map[string]bool{}
	for _, t := range things {
		if t.State == state {
			n++
			of[t.Organization] = true
		}
	}
	words := fmt.Sprintf("%d of %s %s", n, many(len(things), what), state)
	if n > 0 {
		words += ", of " + many(len(of), "organisation")
	}
	return some(n, "%s", words), nil
}

func workOSConnections(ctx context.Context, a *asker) (said, error) {
	return workOSActive(ctx, a, "/connections", "active", "connection")
}

func workOSDirectories(ctx context.Context, a *asker) (said, error) {
	return workOSActive(ctx, a, "/directories", "linked", "directory")
}

func workOSUsers(ctx context.Context, a *asker) (said, error) {
	type page struct {
		Data *[]struct{} `json:"data"`
	}
	const path = "/user_management/users"
	got, err := one[page](ctx, a, path, path+"?limit=1")
	if err != nil {
		return said{}, err
	}
	if got.Data == nil {
		return said{}, fmt.Errorf("GET %s: %w", path, outbound.ErrShape)
	}
	return flag(len(*got.Data) > 0, "users are kept there", "no users are kept there"), nil
}

// workOSRoles are listed at once, without pages.
func workOSRoles(ctx context.Context, a *asker) (said, error) {
	type page struct {
		Data *[]struct{} `json:"data"`
	}
	const path = "/authorization/roles"
	got, err := one[page](ctx, a, path, path)
	if err == nil && got.Data == nil {
		err = fmt.Errorf("GET %s: %w", path, outbound.ErrShape)
	}
	if err != nil {
		return said{}, err
	}
	return severalRoles(len(*got.Data)), nil
}

// severalRoles says of roles that there are some to tell apart: one alone tells nothing.
func severalRoles(n int) said { return some(max(n-1, 0), "%s", many(n, "role")) }
