package reconcile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"leakline/detectors"
)

type oktaToken struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	UserID      string `json:"userId"`
	Created     when   `json:"created"`
	LastUpdated when   `json:"lastUpdated"`
	ExpiresAt   when   `json:"expiresAt"`
	Network     *struct {
		Connection string `json:"connection"`
	} `json:"network"`
}

type oktaApp struct {
	ID         string `json:"id"`
	Label      string `json:"label"`
	Status     string `json:"status"`
	SignOnMode string `json:"signOnMode"`
}

type oktaSecret struct {
	ID           string `json:"id"`
	Status       string `json:"status"`
	ClientSecret string `json:"client_secret"`
	Created      when   `json:"created"`
}

type oktaUser struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Profile struct {
		Login     string `json:"login"`
		Email     string `json:"email"`
		FirstName string `json:"firstName"`
		LastName  string `json:"lastName"`
	} `json:"profile"`
}

// readOkta reads the API tokens of an organisation with their owners, and the client
// secrets of its applications:
// https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApiToken/ and
// https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/.
// Nothing of a token's text is in its entry; a client secret is there in whole, and is
// compared here by its fingerprint.
func readOkta(ctx context.Context, a *asker, inv *Inventory) error {
	inv.Organization, inv.List = a.host, a.host
	tokens, err := linked[oktaToken](ctx, a, "the list of API tokens", "/api/v1/api-tokens")
	if err != nil {
		if len(tokens) == 0 {
			return err
		}
		inv.gap(err)
	}
	people := &roster{owners: map[string]Owner{}}
	for i := range tokens {
		t := &tokens[i]
		if err := a.oktaOwner(ctx, people, t.UserID); err != nil {
			inv.gap(err)
		}
		key := Key{
			ID: t.ID, Kind: "API token", Name: t.Name, Created: t.Created.Time, Expires: t.ExpiresAt.Time, LastUsed: t.LastUpdated.Time,
			Live: detectors.Active, Why: "the list has it, and lists active tokens only",
			Owner: people.of(Owner{Kind: Person, ID: t.UserID}), kinds: []string{"okta-api-token", "okta-api-token-header"},
		}
		if t.Network != nil && t.Network.Connection == "ANYWHERE" {
			key.Status = "usable from anywhere"
		}
		key.expired(a.now())
		inv.add(key)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	a.oktaSecrets(ctx, inv)
	inv.Limits = append(inv.Limits,
		"Okta shows nothing of an API token's text: a leaked one can't be told in its list, only who may have made it",
		"a token that is not used for 30 days expires, and leaves the list")
	return ctx.Err()
}

// oktaOwner asks once who a user is.
func (a *asker) oktaOwner(ctx context.Context, people *roster, id string) error {
	if _, asked := people.owners[id]; asked || id == "" {
		return nil
	}
	var u oktaUser
	_, err := a.get(ctx, fmt.Sprintf("user %q", id), "/api/v1/users/"+segment(id), &u)
	var r *refusal
	switch {
	case errors.As(err, &r) && r.Status == http.StatusNotFound:
		people.owners[id] = Owner{State: Left, Why: "there is no such user any more"}
		return nil
	case err != nil || u.Status == "":
		people.owners[id] = Owner{State: OwnerUnknown}
		return err
	}
	o := Owner{Name: strings.TrimSpace(u.Profile.FirstName + " " + u.Profile.LastName), Email: u.Profile.Email, State: Present}
	if o.Email == "" {
		o.Email = u.Profile.Login
	}
	if u.Status == "DEPROVISIONED" || u.Status == "SUSPENDED" {
		o.State, o.Why = Left, "their account is "+strings.ToLower(u.Status)
	}
	people.owners[id] = o
	return nil
}

// oktaSecrets reads the client secrets of all applications that may have some.
func (a *asker) oktaSecrets(ctx context.Context, inv *Inventory) {
	apps, err := linked[oktaApp](ctx, a, "the list of applications", "/api/v1/apps?limit=200")
	whole := err == nil
	if err != nil {
		inv.gap(err)
	}
	for _, app := range apps {
		if app.SignOnMode != "OPENID_CONNECT" || ctx.Err() != nil {
			continue
		}
		secrets, err := linked[oktaSecret](ctx, a, fmt.Sprintf("the secrets of application %q", app.ID), "/api/v1/apps/"+segment(app.ID)+"/credentials/secrets")
		if err != nil {
			whole = false
			inv.gap(err)
		}
		for _, s := range secrets {
			key := Key{
				ID: s.ID, Kind: "client secret of an application", Place: app.Label, PlaceID: app.ID, Created: s.Created.Time, Status: s.Status,
				Owner: Owner{Kind: Organization, ID: app.ID, Name: app.Label}, Live: detectors.OutcomeUnknown, Why: "the list gives it a status that is not documented",
			}
			switch s.Status {
			case "ACTIVE":
				key.Live, key.Why = detectors.Active, "the list says that it is active"
			case "INACTIVE":
				key.Live, key.Why = detectors.Inactive, "the list says that it is inactive"
			}
			if app.Status == "INACTIVE" {
				key.Status = "application inactive"
			}
			if masked := strings.ContainsAny(s.ClientSecret, "*…") || strings.Contains(s.ClientSecret, "..."); s.ClientSecret == "" || masked {
				whole = false
			} else {
				key.secret = detectors.NewSecret(s.ClientSecret)
			}
			inv.add(key)
		}
	}
	if whole {
		inv.Whole = append(inv.Whole, "okta-client-secret")
	}
}
