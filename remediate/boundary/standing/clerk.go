package standing

import (
	"context"
	"fmt"
	"net/http"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// clerk is the Backend API: the description of it at
// https://github.com/clerk/openapi-specs, bapi/2026-05-12.yml.
func clerk() Provider {
	return Provider{
		Name: "clerk", Title: "Clerk", Layers: []detectors.Layer{detectors.ApplicationAuth}, Host: "api.clerk.com",
		Key:       Key{Variable{"CLERK_SECRET_KEY", "a secret key of the instance"}, "Authorization", "Bearer "},
		Header:    map[string]string{"Clerk-API-Version": "2026-05-12"},
		PerMinute: 60,
		Controls: []Control{
			{Name: "SSO", read: clerkConnections, Source: "https://clerk.com/docs/reference/backend-api"},
			{Name: "MFA", read: clerkFactors, Source: "https://clerk.com/docs/reference/backend-api"},
			{Name: "SCIM", read: clerkDirectories, Source: "https://clerk.com/docs/reference/backend-api"},
			{Name: "user-management", read: clerkUsers, Source: "https://clerk.com/docs/reference/backend-api"},
			{Name: "roles", read: clerkRoles, Source: "https://clerk.com/docs/reference/backend-api"},
			{Name: "federation", read: clerkConnections, Source: "https://clerk.com/docs/reference/backend-api"},
		},
		Untold: []Untold{
			{Name: "tenant-isolation", Why: "the API lists organisations; what keeps their data apart is in the code"},
			{Name: "sessions", Why: "the API does not tell how long sessions last"},
			{Name: "admin-portal", Why: "the API does not tell"},
			{Name: "audit", Why: "the API has no audit log"},
		},
		Source: "https://clerk.com/docs/reference/backend-api", Confirmed: "2026-11-23",
	}
}

// clerkPage is how many entries a page has at most.
const clerkPage = 500

// clerkList reads a list in pages by number; entries stand alone or under data.
func clerkList[P, T any](ctx context.Context, a *asker, path string, entries func(*P) *[]T) ([]T, error) {
	at := func(n int) string { return fmt.Sprintf("%s?limit=%d&offset=%d", path, clerkPage, n) }
	n := 0
	got, err := list(ctx, a, "/v1"+path, "/v1"+at(0), func(p *P, _ *outbound.Answer) ([]T, string, error) {
		some := entries(p)
		if some == nil || *some == nil {
			return nil, "", outbound.ErrShape
		}
		if n += len(*some); len(*some) < clerkPage {
			return *some, "", nil
		}
		return *some, "/v1" + at(n), nil
	})
	if refused(err, http.StatusPaymentRequired) {
		err = errUntold{"it is not in the plan of the instance (402)"}
	}
	return got, err
}

type clerkData[T any] struct {
	Data []T `json:"data"`
}

func (d *clerkData[T]) entries() *[]T { return &d.Data }

func clerkConnections(ctx context.Context, a *asker) (said, error) {
	type connection struct {
		Active       bool   `json:"active"`
		Organization string `json:"organization_id"`
	}
	got, err := clerkList(ctx, a, "/enterprise_connections", (*clerkData[connection]).entries)
	if err != nil {
		return said{}, err
	}
	n := count(got, func(c *connection) bool { return c.Active })
	return some(n, "%d of %s active", n, many(len(got), "enterprise connection")), nil
}

func clerkDirectories(ctx context.Context, a *asker) (said, error) {
	type directory struct {
		Enabled bool `json:"enabled"`
	}
	got, err := clerkList(ctx, a, "/scim_directories", (*clerkData[directory]).entries)
	if err != nil {
		return said{}, err
	}
	n := count(got, func(d *directory) bool { return d.Enabled })
	return some(n, "%d of %s enabled", n, many(len(got), "SCIM directory")), nil
}

// clerkCounted is how many users are counted one by one at most.
const clerkCounted = 20_000

func clerkFactors(ctx context.Context, a *asker) (said, error) {
	n, err := clerkTotal(ctx, a)
	switch {
	case err != nil:
		return said{}, err
	case n > clerkCounted:
		return said{}, errUntold{fmt.Sprintf("there are %d users, more than are counted one by one", n)}
	}
	type user struct {
		Second *bool `json:"two_factor_enabled"`
	}
	got, err := clerkList(ctx, a, "/users", func(p *[]user) *[]user { return p })
	if err != nil {
		return said{}, err
	}
	if len(got) == 0 || count(got, func(u *user) bool { return u.Second != nil }) == 0 {
		return said{}, errUntold{"no user says whether there is a second factor"}
	}
	n = count(got, func(u *user) bool { return u.Second != nil && *u.Second })
	return all(n, len(got), "%d of %s a second factor", n, have(len(got), "user")), nil
}

func clerkTotal(ctx context.Context, a *asker) (int, error) {
	type total struct {
		N *int `json:"total_count"`
	}
	got, err := one[total](ctx, a, "/v1/users/count", "/v1/users/count")
	if err != nil {
		return 0, err
	}
	if got.N == nil {
		return 0, fmt.Errorf("GET /v1/users/count: %w", outbound.ErrShape)
	}
	return *got.N, nil
}

func clerkUsers(ctx context.Context, a *asker) (said, error) {
	n, err := clerkTotal(ctx, a)
	return some(n, "%s kept there", many(n, "user")), err
}

func clerkRoles(ctx context.Context, a *asker) (said, error) {
	got, err := clerkList(ctx, a, "/organization_roles", (*clerkData[struct{}]).entries)
	if err != nil {
		return said{}, err
	}
	return severalRoles(len(got)), nil
}
