package reconcile

import (
	"context"
	"net/url"
	"regexp"
	"sync"

	"leakline/detectors"
)

// anthropicBits are the bits of a hint that chance decides: three characters and, for
// every key ends in "AA", two of the last four.
const anthropicBits = 30

type anthropicUser struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type anthropicWorkspace struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type anthropicActor struct {
	ID     string `json:"id"`
	UserID string `json:"user_id"`
	Type   string `json:"type"`
}

type anthropicKey struct {
	ID             string          `json:"id"`
	Name           string          `json:"name"`
	WorkspaceID    *string         `json:"workspace_id"`
	CreatedAt      when            `json:"created_at"`
	ExpiresAt      when            `json:"expires_at"`
	CreatedBy      anthropicActor  `json:"created_by"`
	Principal      *anthropicActor `json:"principal"`
	PartialKeyHint *string         `json:"partial_key_hint"`
	Status         string          `json:"status"`
}

// readAnthropic reads the keys of all workspaces of an organisation:
// https://platform.claude.com/docs/en/api/admin/api_keys/list. A key that is taken away
// stays in the list, as archived.
func readAnthropic(ctx context.Context, a *asker, inv *Inventory) error {
	query := url.Values{"limit": {"200"}}
	keys, listErr := cursor(ctx, a, "the list of API keys", "/v1/organizations/api_keys", "after_id", query, func(k *anthropicKey) string { return k.ID })
	if listErr != nil {
		if len(keys) == 0 {
			return listErr
		}
		inv.gap(listErr)
	}
	var me struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	if _, err := a.get(ctx, "the organisation", "/v1/organizations/me", &me); err != nil {
		inv.gap(err)
	}
	inv.Organization, inv.OrganizationName, inv.List = me.ID, me.Name, me.ID
	users, err := cursor(ctx, a, "the list of users", "/v1/organizations/users", "after_id", query, func(u *anthropicUser) string { return u.ID })
	if err != nil {
		inv.gap(err)
	}
	people := newRoster(users, err, func(u *anthropicUser) (string, Owner) {
		return u.ID, Owner{Kind: Person, ID: u.ID, Name: u.Name, Email: u.Email}
	})
	workspaces, err := cursor(ctx, a, "the list of workspaces", "/v1/organizations/workspaces", "after_id",
		url.Values{"limit": {"200"}, "include_archived": {"true"}}, func(w *anthropicWorkspace) string { return w.ID })
	if err != nil {
		inv.gap(err)
	}
	names := map[string]string{}
	for i := range workspaces {
		names[workspaces[i].ID] = workspaces[i].Name
	}
	whole := listErr == nil
	for i := range keys {
		whole = inv.anthropic(a, &keys[i], names, people) && whole
	}
	if whole {
		inv.Whole = []string{"anthropic-api-key"}
	}
	inv.Limits = append(inv.Limits,
		"admin keys, compliance keys and what the Claude applications sign in with are not in it",
		"it does not say when a key was used last")
	return nil
}

// anthropic adds a key, and says whether its short form is of the form that is known.
func (inv *Inventory) anthropic(a *asker, k *anthropicKey, workspaces map[string]string, people *roster) bool {
	key := Key{
		ID: k.ID, Kind: "API key", Name: k.Name, Place: "default workspace", Created: k.CreatedAt.Time, Expires: k.ExpiresAt.Time,
		Status: k.Status, kinds: kindsOf(Anthropic),
	}
	if k.WorkspaceID != nil && *k.WorkspaceID != "" {
		key.PlaceID, key.Place = *k.WorkspaceID, *k.WorkspaceID
		if name := workspaces[*k.WorkspaceID]; name != "" {
			key.Place = name
		}
	}
	switch k.Status {
	case "active":
		key.Live, key.Why = detectors.Active, "the list says that it is active"
	case "inactive", "archived", "expired":
		key.Live, key.Why = detectors.Inactive, "the list says that it is "+k.Status
	default:
		key.Live, key.Why = detectors.OutcomeUnknown, "the list gives it a status that is not documented"
	}
	key.Owner = people.actor(k.CreatedBy)
	if k.Principal != nil { // who it acts as, which may be another than who made it
		key.Owner = people.actor(*k.Principal)
	}
	key.expired(a.now())
	readable := k.PartialKeyHint != nil && anthropicHint().MatchString(*k.PartialKeyHint)
	if readable {
		key.form, key.bits = *k.PartialKeyHint, anthropicBits
	}
	inv.add(key)
	return readable && k.ID != ""
}

// actor gives the owner that Anthropic names by id and type.
func (r *roster) actor(x anthropicActor) Owner {
	o := Owner{ID: x.ID}
	if x.UserID != "" {
		o.ID = x.UserID
	}
	switch x.Type {
	case "user", "user_actor":
		o.Kind = Person
		return r.of(o)
	case "":
		return Owner{}
	}
	o.Kind = ServiceAccount
	return o
}

// anthropicHint is the form "sk-ant-api03-R2D...igAA".
var anthropicHint = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^sk-ant-[a-z]+[0-9]*-[A-Za-z0-9_-]{3}\.\.\.[A-Za-z0-9_-]{4}$`)
})
