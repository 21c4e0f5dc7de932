package reconcile

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"leakline/detectors"
	"leakline/remediate/hint"
	"leakline/remediate/outbound"
)

// workOSBits are those of the last four characters: letters and digits.
const workOSBits = 23

type workOSNamed struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type workOSKey struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Owner struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	} `json:"owner"`
	Obfuscated string `json:"obfuscated_value"`
	LastUsedAt when   `json:"last_used_at"`
	CreatedAt  when   `json:"created_at"`
	ExpiresAt  when   `json:"expires_at"`
}

type workOSSecret struct {
	ID         string `json:"id"`
	LastUsedAt when   `json:"last_used_at"`
	CreatedAt  when   `json:"created_at"`
}

// workOSPage is a page: more there are after an id.
type workOSPage[T any] struct {
	Data *[]T `json:"data"`
	List *struct {
		After *string `json:"after"`
	} `json:"list_metadata"`
}

// readWorkOS reads what WorkOS lists: the API keys that a product's customers made with
// AuthKit, organisation by organisation
// (https://workos.com/docs/reference/authkit/api-keys), and the client secrets of Connect
// applications
// (https://workos.com/docs/reference/workos-connect/applications/client-secrets). It has
// no list of the keys of its own environments, which are what leaks most.
func readWorkOS(ctx context.Context, a *asker, inv *Inventory) error {
	orgs, err := workOS[workOSNamed](ctx, a, "the list of organisations", "/organizations")
	if err != nil {
		if len(orgs) == 0 {
			return err
		}
		inv.gap(err)
	}
	for _, org := range orgs {
		keys, err := workOS[workOSKey](ctx, a, fmt.Sprintf("the keys of organisation %q", org.ID), "/organizations/"+segment(org.ID)+"/api_keys")
		if err != nil {
			inv.gap(err)
		}
		for i := range keys {
			inv.workOS(a, &keys[i], org)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	apps, err := workOS[workOSNamed](ctx, a, "the list of Connect applications", "/connect/applications")
	if err != nil {
		inv.gap(err)
	}
	for _, app := range apps {
		var secrets []workOSSecret
		if _, err := a.get(ctx, fmt.Sprintf("the secrets of application %q", app.ID), "/connect/applications/"+segment(app.ID)+"/client_secrets", &secrets); err != nil {
			inv.gap(err)
		}
		for _, s := range secrets {
			inv.add(Key{
				ID: s.ID, Kind: "client secret of an application", Place: app.Name, PlaceID: app.ID, Owner: Owner{Kind: Organization, Name: app.Name, ID: app.ID},
				Created: s.CreatedAt.Time, LastUsed: s.LastUsedAt.Time, TellsUse: true, Live: detectors.Active, Why: "the list has it",
				kinds: []string{},
			})
		}
	}
	inv.Limits = append(inv.Limits,
		"WorkOS lists no key of an environment (sk_live_, sk_test_): see https://dashboard.workos.com/api-keys, or ask with leakline verify",
		"it lists the API keys that customers of your product made, and the client secrets of your applications")
	return nil
}

// workOS reads a list of WorkOS.
func workOS[T any](ctx context.Context, a *asker, what, path string) ([]T, error) {
	first := path + "?limit=100"
	return walk(ctx, a, what, first, func(p *workOSPage[T], _ *outbound.Answer) ([]T, string, error) {
		if p.Data == nil || p.List == nil {
			return nil, "", outbound.ErrShape
		}
		if p.List.After == nil || *p.List.After == "" || len(*p.Data) == 0 {
			return *p.Data, "", nil
		}
		return *p.Data, first + "&after=" + url.QueryEscape(*p.List.After), nil
	})
}

func (inv *Inventory) workOS(a *asker, k *workOSKey, org workOSNamed) {
	key := Key{
		ID: k.ID, Kind: "API key of a customer", Name: k.Name, Place: org.Name, PlaceID: org.ID, Created: k.CreatedAt.Time,
		LastUsed: k.LastUsedAt.Time, TellsUse: true, Expires: k.ExpiresAt.Time, Live: detectors.Active, Why: "the list has it",
		Owner: Owner{Kind: Organization, ID: org.ID, Name: org.Name},
	}
	if k.Owner.Type == "user" {
		key.Owner = Owner{Kind: Person, ID: k.Owner.ID, State: OwnerUnknown}
	}
	for _, mask := range []string{"...", "…"} {
		if begin, end, ok := strings.Cut(k.Obfuscated, mask); ok && len(end) == 4 {
			key.begin, key.form, key.bits = begin, hint.Ending(end, 4), workOSBits
		}
	}
	key.expired(a.now())
	inv.add(key)
}
