package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"leakline/detectors"
)

// describe makes the detector that the rule's findings have, and says which of its
// tags say nothing. What the catalogue's detector of the same kind, if there is one,
// knows is its identity; tags of the form KIND:VALUE say more, an extension that
// gitleaks takes for any other tags.
func (r *rule) describe(same *detectors.Detector) (strange []string) {
	d := &detectors.Detector{Identity: detectors.Identity{Layer: detectors.Unclassified}}
	if same != nil {
		*d = *same
	}
	d.ID, d.Public, d.Source, d.Confirmed = r.id, false, r.where, ""
	if text := shown(r.description); text != "" {
		d.Title = text
	}
	if d.Title == "" {
		d.Title = "secret of rule " + shown(r.id)
	}
	r.detector = d
	for _, tag := range r.tags {
		if err := apply(d, tag); err != nil {
			strange = append(strange, fmt.Sprintf("%s: rule %q: %v", r.where, cut(r.id), err))
		}
	}
	if d.Identity.Layer != detectors.Infrastructure {
		d.Identity.Class = ""
	} else if d.Identity.Class == "" {
		d.Identity.Class = detectors.Cloud
	}
	return strange
}

// apply sets what one tag says of the identity. Tags of other forms are nobody's
// business here.
func apply(d *detectors.Detector, tag string) error {
	kind, value, ok := strings.Cut(tag, ":")
	if !ok {
		return nil
	}
	kind, value = strings.ToLower(strings.TrimSpace(kind)), strings.TrimSpace(value)
	id := &d.Identity
	switch kind {
	case "provider":
		d.Provider = shown(value)
	case "opens":
		d.Opens = shown(value)
	case "layer":
		if err := set(&id.Layer, kind, value, detectors.Layers()); err != nil {
			return err
		}
		d.AmbiguousLayers = nil
	case "class":
		return set(&id.Class, kind, value, []detectors.Class{
			detectors.Cloud, detectors.SourceControl, detectors.CICD, detectors.Data, detectors.Payments, detectors.Messaging,
			detectors.Observability, detectors.Registry, detectors.WorkforceIdentity,
		})
	case "subject":
		return set(&id.Subject, kind, value, []detectors.Subject{
			detectors.WorkforceUser, detectors.ServiceAccount, detectors.Project, detectors.OrgAdmin, detectors.Application,
			detectors.TenantAdmin, detectors.Directory, detectors.EndUser, detectors.Machine, detectors.Agent, detectors.Anyone,
		})
	case "form":
		return set(&id.Form, kind, value, []detectors.Form{
			detectors.APIKey, detectors.Password, detectors.ClientSecret, detectors.AccessToken, detectors.RefreshToken,
			detectors.Session, detectors.SigningKey, detectors.EncryptionKey, detectors.WebhookSecret, detectors.KeyFile, detectors.URL,
		})
	case "control":
		return set(&id.Control, kind, value, []detectors.Control{
			detectors.SSO, detectors.SCIM, detectors.MFA, detectors.SessionControl, detectors.Roles, detectors.Audit,
			detectors.UserManagement, detectors.Federation, detectors.Signing, detectors.Network, detectors.APIAccess,
		})
	case "privilege":
		return set(&id.Privilege, kind, value, []detectors.Privilege{
			detectors.Forge, detectors.Admin, detectors.Write, detectors.Read, detectors.Limited, detectors.PrivilegeUnknown,
		})
	case "scope":
		return set(&id.Scope, kind, value, []detectors.Scope{
			detectors.OneUser, detectors.OneTenant, detectors.OneProject, detectors.All, detectors.ScopeUnknown,
		})
	case "environment":
		return set(&id.Environment, kind, value, []detectors.Environment{
			detectors.Production, detectors.Staging, detectors.Test, detectors.Development, detectors.EnvironmentUnknown,
		})
	}
	return nil
}

// set takes a value that is one of those known.
func set[T ~string](into *T, kind, value string, known []T) error {
	i := slices.IndexFunc(known, func(k T) bool { return strings.EqualFold(string(k), value) })
	if i < 0 {
		names := make([]string, len(known))
		for i, k := range known {
			names[i] = string(k)
		}
		return fmt.Errorf("the tag %s names no %s: it is one of %s", cut(kind+":"+value), kind, strings.Join(names, ", "))
	}
	*into = known[i]
	return nil
}

// shown is one line of printable text, cut.
func shown(s string) string {
	s = strings.Map(func(c rune) rune {
		if !unicode.IsGraphic(c) || c == unicode.ReplacementChar {
			return -1
		}
		return c
	}, strings.Join(strings.Fields(s), " "))
	if len(s) > maxShownText {
		s = strings.ToValidUTF8(s[:maxShownText], "") + "…"
	}
	return s
}
