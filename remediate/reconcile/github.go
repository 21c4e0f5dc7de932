package reconcile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"leakline/detectors"
	"leakline/remediate/hint"
	"leakline/remediate/proof"
)

// gitHubBits are those of a token's last eight characters: six of them are a checksum
// of the others, of 32 bits, and two are random.
const gitHubBits = 42

type gitHubUser struct {
	Login string `json:"login"`
}

type gitHubCredential struct {
	Login        string  `json:"login"`
	CredentialID int64   `json:"credential_id"`
	Type         string  `json:"credential_type"`
	LastEight    string  `json:"token_last_eight"`
	AuthorizedAt when    `json:"credential_authorized_at"`
	AccessedAt   when    `json:"credential_accessed_at"`
	Note         *string `json:"authorized_credential_note"`
	Title        *string `json:"authorized_credential_title"`
	ExpiresAt    when    `json:"authorized_credential_expires_at"`
}

type gitHubGrant struct {
	TokenID   int64      `json:"token_id"`
	Name      string     `json:"token_name"`
	Owner     gitHubUser `json:"owner"`
	GrantedAt when       `json:"access_granted_at"`
	Expired   bool       `json:"token_expired"`
	ExpiresAt when       `json:"token_expires_at"`
	LastUsed  when       `json:"token_last_used_at"`
}

type gitHubRepo struct {
	FullName string `json:"full_name"`
}

type gitHubDeployKey struct {
	ID        int64   `json:"id"`
	Key       string  `json:"key"`
	Title     string  `json:"title"`
	ReadOnly  bool    `json:"read_only"`
	CreatedAt when    `json:"created_at"`
	LastUsed  when    `json:"last_used"`
	AddedBy   *string `json:"added_by"`
	Enabled   *bool   `json:"enabled"`
}

// readGitHub reads what an organisation sees of others' credentials: tokens and SSH keys
// that were authorised for its single sign-on, fine-grained tokens with access to it, and
// the deploy keys of its repositories:
// https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#list-saml-sso-authorizations-for-an-organization,
// https://docs.github.com/en/rest/orgs/personal-access-tokens and
// https://docs.github.com/en/rest/deploy-keys/deploy-keys. None of these lists has every
// token of a person: that one is missing says only that it does not open this
// organisation.
func readGitHub(ctx context.Context, a *asker, inv *Inventory) error {
	if a.org == "" {
		return errors.New("which organisation is meant?")
	}
	org := "/orgs/" + segment(a.org)
	inv.Organization, inv.OrganizationName, inv.List = a.org, a.org, a.host+"/"+a.org
	people, err := a.gitHubPeople(ctx, inv, org)
	if err != nil {
		return err
	}
	credentials, err := linked[gitHubCredential](ctx, a, "the credentials authorised for single sign-on", org+"/credential-authorizations?per_page=100")
	inv.optional(err)
	for i := range credentials {
		inv.gitHubCredential(a, &credentials[i], people)
	}
	grants, err := linked[gitHubGrant](ctx, a, "the fine-grained tokens with access", org+"/personal-access-tokens?per_page=100")
	inv.optional(err)
	for i := range grants {
		g := &grants[i]
		key := Key{
			ID: strconv.FormatInt(g.TokenID, 10), Kind: "fine-grained personal access token", Name: g.Name, Place: a.org, since: g.GrantedAt.Time,
			LastUsed: g.LastUsed.Time, TellsUse: true, Expires: g.ExpiresAt.Time, Live: detectors.Active, Why: "the list has it",
			Owner: people.of(Owner{Kind: Person, ID: g.Owner.Login, Name: g.Owner.Login}), kinds: []string{"github-fine-grained-pat"},
		}
		if g.Expired {
			key.Live, key.Why = detectors.Inactive, "it has expired"
		}
		key.expired(a.now())
		inv.add(key)
	}
	a.gitHubDeployKeys(ctx, inv, org, people)
	inv.Limits = append(inv.Limits,
		"GitHub lists the tokens that open this organisation, not all tokens of a person: that one is missing proves nothing",
		"of a fine-grained token GitHub shows no characters: a leaked one can't be told in the list",
		"the fine-grained tokens are shown to a GitHub App only, the authorised ones only where SAML single sign-on is in force")
	return ctx.Err()
}

// optional notes that a list could not be read that not every organisation has, or that
// a GitHub App only may read: that is no gap.
func (inv *Inventory) optional(err error) {
	var r *refusal
	switch {
	case errors.As(err, &r) && (r.Status == http.StatusForbidden || r.Status == http.StatusNotFound):
		inv.Limits = append(inv.Limits, err.Error())
	case err != nil:
		inv.gap(err)
	}
}

// gitHubPeople reads who belongs to the organisation or works in its repositories.
func (a *asker) gitHubPeople(ctx context.Context, inv *Inventory, org string) (*roster, error) {
	members, err := linked[gitHubUser](ctx, a, "the list of members", org+"/members?per_page=100")
	if err != nil && len(members) == 0 {
		return nil, err
	}
	if err != nil {
		inv.gap(err)
	}
	outside, outsideErr := linked[gitHubUser](ctx, a, "the list of outside collaborators", org+"/outside_collaborators?per_page=100")
	if outsideErr != nil {
		inv.gap(outsideErr)
	}
	return newRoster(append(members, outside...), errors.Join(err, outsideErr), func(u *gitHubUser) (string, Owner) {
		return u.Login, Owner{Kind: Person, ID: u.Login, Name: u.Login}
	}), nil
}

func (inv *Inventory) gitHubCredential(a *asker, c *gitHubCredential, people *roster) {
	key := Key{
		ID: strconv.FormatInt(c.CredentialID, 10), Kind: "authorised " + c.Type, Place: a.org, since: c.AuthorizedAt.Time, LastUsed: c.AccessedAt.Time,
		TellsUse: true, Expires: c.ExpiresAt.Time, Live: detectors.Active, Why: "it is authorised for the organisation",
		Owner: people.of(Owner{Kind: Person, ID: c.Login, Name: c.Login}),
	}
	for _, name := range []*string{c.Note, c.Title} {
		if name != nil && *name != "" {
			key.Name = *name
		}
	}
	if len(c.LastEight) == 8 {
		key.form, key.bits, key.kinds = hint.Ending(c.LastEight, 8), gitHubBits, kindsOf(GitHub)
	}
	key.expired(a.now())
	inv.add(key)
}

// gitHubDeployKeys reads the deploy keys of all repositories, which stand there in whole,
// for they are public halves.
func (a *asker) gitHubDeployKeys(ctx context.Context, inv *Inventory, org string, people *roster) {
	repos, err := linked[gitHubRepo](ctx, a, "the list of repositories", org+"/repos?per_page=100")
	if err != nil {
		inv.gap(err)
	}
	for _, repo := range repos {
		owner, name, ok := cutRepo(repo.FullName)
		if !ok || ctx.Err() != nil {
			continue
		}
		keys, err := linked[gitHubDeployKey](ctx, a, fmt.Sprintf("the deploy keys of %q", repo.FullName), "/repos/"+segment(owner)+"/"+segment(name)+"/keys?per_page=100")
		if err != nil {
			inv.gap(err)
		}
		for i := range keys {
			k := &keys[i]
			key := Key{
				ID: strconv.FormatInt(k.ID, 10), Kind: "deploy key", Name: k.Title, Place: repo.FullName, Created: k.CreatedAt.Time,
				LastUsed: k.LastUsed.Time, TellsUse: true, Live: detectors.Active, Why: "the repository has its public half as a deploy key",
				Status: "may write", kinds: []string{},
			}
			if k.ReadOnly {
				key.Status = "may read"
			}
			if k.Enabled != nil && !*k.Enabled {
				key.Status, key.Live, key.Why = "disabled", detectors.OutcomeUnknown, "the deploy key is disabled by a policy; the key pair may open more"
			}
			if k.AddedBy != nil && *k.AddedBy != "" {
				key.Owner = people.of(Owner{Kind: Person, ID: *k.AddedBy, Name: *k.AddedBy})
			}
			if pub, err := proof.ReadPublic("a deploy key", []byte(k.Key)); err == nil && len(pub) == 1 {
				key.spki = pub[0].SPKI
			}
			inv.add(key)
		}
	}
}

// cutRepo takes "owner/name" apart.
func cutRepo(full string) (owner, name string, ok bool) {
	owner, name, ok = strings.Cut(full, "/")
	return owner, name, ok && owner != "" && name != "" && !strings.Contains(name, "/")
}
