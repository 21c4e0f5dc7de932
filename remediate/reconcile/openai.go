package reconcile

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/remediate/hint"
)

// The bits of a key's last characters that chance decides. The last character of the
// widths in use today is "A" in every key that was published, so it counts for none.
const (
	openAIFour  = 18
	openAIThree = 12
)

type openAIUser struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type openAIKey struct {
	ID            string  `json:"id"`
	Object        string  `json:"object"`
	Name          *string `json:"name"`
	RedactedValue string  `json:"redacted_value"`
	CreatedAt     when    `json:"created_at"`
	LastUsedAt    when    `json:"last_used_at"`
	ExpiresAt     when    `json:"expires_at"`
	Access        string  `json:"owner_project_access"`
	Owner         struct {
		Type           string      `json:"type"`
		ID             string      `json:"id"` // of an admin key
		Name           string      `json:"name"`
		User           *openAIUser `json:"user"`
		ServiceAccount *openAIUser `json:"service_account"`
	} `json:"owner"`
}

type openAIProject struct {
	ID         string  `json:"id"`
	Name       *string `json:"name"`
	Status     string  `json:"status"`
	CreatedAt  when    `json:"created_at"`
	ArchivedAt when    `json:"archived_at"`
}

func openAIID(k *openAIKey) string { return k.ID }

// readOpenAI reads the admin keys of an organisation and the API keys of all its
// projects, archived ones too:
// https://platform.openai.com/docs/api-reference/administration. Without
// owner_project_access=any the list of a project leaves keys out whose owner has no
// access to it any more, and these are the ones that matter.
func readOpenAI(ctx context.Context, a *asker, inv *Inventory) error {
	const what = "the list of projects"
	hundred := url.Values{"limit": {"100"}}
	projects, err := cursor(ctx, a, what, "/v1/organization/projects", "after",
		url.Values{"limit": {"100"}, "include_archived": {"true"}}, func(p *openAIProject) string { return p.ID })
	if err != nil && len(projects) == 0 {
		return err
	}
	whole := err == nil
	if err != nil {
		inv.gap(err)
	}
	inv.List = oldest(projects)
	users, err := cursor(ctx, a, "the list of users", "/v1/organization/users", "after", hundred, func(u *openAIUser) string { return u.ID })
	people := newRoster(users, err, func(u *openAIUser) (string, Owner) {
		return u.ID, Owner{Kind: Person, ID: u.ID, Name: u.Name, Email: u.Email}
	})
	if err != nil {
		inv.gap(err)
	}
	admin, err := cursor(ctx, a, "the list of admin keys", "/v1/organization/admin_api_keys", "after", hundred, openAIID)
	readable := true
	for i := range admin {
		readable = inv.openAI(a, &admin[i], nil, people) && readable
	}
	if err != nil {
		inv.gap(err)
	} else if readable {
		inv.Whole = append(inv.Whole, "openai-admin-key")
	}
	for i := range projects {
		p := &projects[i]
		keys, err := cursor(ctx, a, fmt.Sprintf("the keys of project %q", p.ID), "/v1/organization/projects/"+segment(p.ID)+"/api_keys", "after",
			url.Values{"limit": {"100"}, "owner_project_access": {"any"}}, openAIID)
		for j := range keys {
			whole = inv.openAI(a, &keys[j], p, people) && whole
		}
		if err != nil {
			whole = false
			inv.gap(err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if whole {
		inv.Whole = append(inv.Whole, "openai-project-key", "openai-service-account-key")
	}
	inv.Limits = append(inv.Limits,
		"keys of persons without a project (sk- and 48 characters, sk-None-) are not in it: that one is missing proves nothing",
		"it shows the last three or four characters of a key: in a long list several keys may end alike")
	return nil
}

// oldest names an organisation, whose id OpenAI does not tell, by its oldest project: a
// project is archived and never deleted.
func oldest(projects []openAIProject) string {
	if len(projects) == 0 {
		return ""
	}
	first := slices.MinFunc(projects, func(a, b openAIProject) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	return "project " + first.ID
}

// openAI adds a key, and says whether its short form is of a form that is known.
func (inv *Inventory) openAI(a *asker, k *openAIKey, project *openAIProject, people *roster) bool {
	key := Key{
		ID: k.ID, Kind: "admin key", Created: k.CreatedAt.Time, LastUsed: k.LastUsedAt.Time, TellsUse: true,
		Expires: k.ExpiresAt.Time, Live: detectors.Active, Why: "the list has it, and lists enabled keys only",
		kinds: []string{"openai-admin-key"},
	}
	if k.Name != nil {
		key.Name = *k.Name
	}
	switch o := &k.Owner; {
	case o.ServiceAccount != nil:
		key.Owner = Owner{Kind: ServiceAccount, ID: o.ServiceAccount.ID, Name: o.ServiceAccount.Name}
	case o.User != nil:
		key.Owner = people.of(Owner{Kind: Person, ID: o.User.ID, Name: o.User.Name, Email: o.User.Email})
	case o.Type == "service_account":
		key.Owner = Owner{Kind: ServiceAccount, ID: o.ID, Name: o.Name}
	case o.ID != "":
		key.Owner = people.of(Owner{Kind: Person, ID: o.ID, Name: o.Name})
	}
	if project != nil {
		key.Kind, key.PlaceID, key.Place = "project API key", project.ID, project.ID
		key.kinds = slices.DeleteFunc(kindsOf(OpenAI), func(id string) bool { return id == "openai-admin-key" })
		if key.Owner.Kind == ServiceAccount {
			key.Kind = "API key of a service account"
		}
		if project.Name != nil && *project.Name != "" {
			key.Place = *project.Name
		}
		if k.Access == "inactive" && key.Owner.Kind == Person && key.Owner.State != Left {
			key.Owner.State, key.Owner.Why = Left, "they have no access to the project any more"
		}
		if project.Status == "archived" || !project.ArchivedAt.IsZero() {
			key.Status, key.Live, key.Why = "project archived", detectors.OutcomeUnknown, "its project is archived: whether it still opens anything, the list does not say"
		}
	}
	key.expired(a.now())
	m := openAIRedacted().FindStringSubmatch(k.RedactedValue)
	if m != nil {
		key.begin = m[1]
		switch {
		case len(m[2]) >= 4:
			key.form, key.bits = hint.Ending(m[2], 4), openAIFour
		case len(m[2]) == 3:
			key.form, key.bits = hint.Ending(m[2], 3), openAIThree
		}
	}
	inv.add(key)
	return key.form != "" && k.ID != ""
}

// openAIRedacted takes "sk-abc...def" apart: begin and end.
var openAIRedacted = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(sk-[A-Za-z0-9_-]*)(?:\.{2,}|…|\*+)([A-Za-z0-9_-]{1,12})$`)
})

// openAIBegins are the begins of kinds of keys.
var openAIBegins = map[string]string{
	"openai-legacy-key": "sk-", "openai-project-key": "sk-proj-", "openai-service-account-key": "sk-svcacct-",
	"openai-admin-key": "sk-admin-", "openai-service-key": "sk-service-", "openai-none-key": "sk-None-",
}

// mayBegin says whether a key of a kind may begin as a list shows it. Of a kind whose
// name is in no list nothing is known.
func mayBegin(detector, begin string) bool {
	own, known := openAIBegins[detector]
	if !known || begin == "" {
		return true
	}
	if !strings.HasPrefix(begin, own) && !strings.HasPrefix(own, begin) {
		return false
	}
	for other, theirs := range openAIBegins { // "sk-" begins them all
		if other != detector && len(theirs) > len(own) && strings.HasPrefix(begin, theirs) {
			return false
		}
	}
	return true
}
