package standing

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// openAI is the administration API: the description of it at
// https://github.com/openai/openai-openapi, tag Administration.
func openAI() Provider {
	return Provider{
		Name: "openai", Title: "OpenAI", Layers: []detectors.Layer{detectors.AIPlatform}, Host: "api.openai.com",
		Key:       Key{Variable{"OPENAI_ADMIN_KEY", "an admin key of the organisation"}, "Authorization", "Bearer "},
		PerMinute: 240, // two requests for each project
		Controls: []Control{
			{Name: "SCIM", read: openAIManaged, Source: "https://platform.openai.com/docs/api-reference/users/list"},
			{Name: "roles", read: openAIOwners, Source: "https://platform.openai.com/docs/api-reference/users/list"},
			{Name: "project-scoping", read: openAIProjects, Source: "https://platform.openai.com/docs/api-reference/projects/list"},
			{Name: "service-accounts", read: openAIAccounts, Source: "https://platform.openai.com/docs/api-reference/project-service-accounts/list"},
			{Name: "audit", read: openAIAudit, Source: "https://platform.openai.com/docs/api-reference/audit-logs/list"},
		},
		Untold: []Untold{
			{Name: "SSO", Why: "the API does not tell; it is set in the console"},
			{Name: "MFA", Why: "the API does not tell; it is set in the console"},
			{Name: "network-allow-list", Why: "the API tells of changes to the list, and not what holds"},
		},
		Source: "https://platform.openai.com/docs/api-reference/administration", Confirmed: "2026-11-23",
	}
}

var hundred = url.Values{"limit": {"100"}}

type openAIUser struct {
	ID      string `json:"id"`
	Role    string `json:"role"`
	Managed *bool  `json:"is_scim_managed"`
	Program bool   `json:"is_service_account"`
}

// openAIPeople are the users that are people.
func openAIPeople(ctx context.Context, a *asker) ([]openAIUser, error) {
	users, err := after(ctx, a, "/v1/organization/users", "/v1/organization/users", "after", hundred, func(u *openAIUser) string { return u.ID })
	var out []openAIUser
	for _, u := range users {
		if !u.Program {
			out = append(out, u)
		}
	}
	return out, err
}

func openAIManaged(ctx context.Context, a *asker) (said, error) {
	people, err := openAIPeople(ctx, a)
	if err != nil {
		return said{}, err
	}
	if len(people) == 0 || count(people, func(u *openAIUser) bool { return u.Managed != nil }) == 0 {
		return said{}, errUntold{"the list of users does not say who is managed by SCIM"}
	}
	n := count(people, func(u *openAIUser) bool { return u.Managed != nil && *u.Managed })
	return all(n, len(people), "%d of %s managed by a directory", n, are(len(people))), nil
}

// are is a number of people with its verb: "1 person is", "3 people are".
func are(n int) string {
	if n == 1 {
		return "1 person is"
	}
	return fmt.Sprintf("%d people are", n)
}

func openAIOwners(ctx context.Context, a *asker) (said, error) {
	people, err := openAIPeople(ctx, a)
	if err != nil {
		return said{}, err
	}
	n := count(people, func(u *openAIUser) bool { return u.Role == "owner" })
	return apart(len(people), n, "owners"), nil
}

// apart says of people that some administer, and not all.
func apart(people, administer int, as string) said {
	return some(people-administer, "%d of %s %s", administer, are(people), as)
}

type openAIProject struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

func openAIActive(ctx context.Context, a *asker) ([]openAIProject, error) {
	projects, err := after(ctx, a, "/v1/organization/projects", "/v1/organization/projects", "after", hundred, func(p *openAIProject) string { return p.ID })
	var out []openAIProject
	for _, p := range projects {
		if p.Status != "archived" {
			out = append(out, p)
		}
	}
	return out, err
}

type openAIKey struct {
	ID    string `json:"id"`
	Owner struct {
		Type string `json:"type"`
	} `json:"owner"`
}

// openAIKeys are the API keys of a project.
func openAIKeys(ctx context.Context, a *asker, project string) ([]openAIKey, error) {
	return after(ctx, a, "/v1/organization/projects/*/api_keys", "/v1/organization/projects/"+segment(project)+"/api_keys", "after", hundred, func(k *openAIKey) string { return k.ID })
}

// openAIProjects: the keys of the list are each bound to a project. With one project for
// everything that says little.
func openAIProjects(ctx context.Context, a *asker) (said, error) {
	projects, err := openAIActive(ctx, a)
	if err != nil {
		return said{}, err
	}
	keys, used := 0, 0
	for _, p := range projects {
		some, err := openAIKeys(ctx, a, p.ID)
		if err != nil {
			return said{}, err
		}
		if keys += len(some); len(some) > 0 {
			used++
		}
	}
	return all(min(len(projects), 2), 2, "%s in use, %d with keys; %s, each bound to one of them", many(len(projects), "project"), used, many(keys, "key")), nil
}

func openAIAccounts(ctx context.Context, a *asker) (said, error) {
	projects, err := openAIActive(ctx, a)
	if err != nil {
		return said{}, err
	}
	with, keys, theirs := 0, 0, 0
	for _, p := range projects {
		type account struct {
			ID string `json:"id"`
		}
		accounts, err := after(ctx, a, "/v1/organization/projects/*/service_accounts", "/v1/organization/projects/"+segment(p.ID)+"/service_accounts", "after", hundred, func(s *account) string { return s.ID })
		if err != nil {
			return said{}, err
		}
		some, err := openAIKeys(ctx, a, p.ID)
		if err != nil {
			return said{}, err
		}
		if len(accounts) > 0 {
			with++
		}
		keys += len(some)
		theirs += count(some, func(k *openAIKey) bool { return k.Owner.Type == "service_account" })
	}
	words := fmt.Sprintf("%d of %s service accounts; they own %d of %s", with, have(len(projects), "project"), theirs, many(keys, "key"))
	if keys == 0 {
		return all(with, len(projects), "%s", words), nil
	}
	return all(theirs, keys, "%s", words), nil
}

// have is a number of things with its verb: "1 project has", "3 projects have".
func have(n int, what string) string {
	if n == 1 {
		return many(n, what) + " has"
	}
	return many(n, what) + " have"
}

func openAIAudit(ctx context.Context, a *asker) (said, error) {
	type entry struct {
		At int64 `json:"effective_at"`
	}
	type page struct {
		Data *[]entry `json:"data"`
	}
	got, err := one[page](ctx, a, "/v1/organization/audit_logs", "/v1/organization/audit_logs?limit=1")
	if err == nil && got.Data == nil {
		err = errors.New("GET /v1/organization/audit_logs: " + outbound.ErrShape.Error())
	}
	if err != nil {
		return said{}, err
	}
	if len(*got.Data) == 0 {
		return flag(false, "", "the audit log is empty"), nil
	}
	return flag(true, "the audit log holds events, one of "+time.Unix((*got.Data)[0].At, 0).UTC().Format(time.DateOnly), ""), nil
}
