package verify

import (
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// Refine lets what the provider says of an active credential correct what the finding
// says of itself: subject, privilege, scope and the certainty of the layer. It
// changes a field only where the provider's words have one meaning, and every change
// is a piece of evidence of kind "verified" that names what stood there before.
// Severity is not touched: it is the scanner's to rank.
func Refine(f *scanner.Finding) {
	v := f.Verification
	if v == nil || v.Status != scanner.VerifiedActive {
		return
	}
	r := refinement{f: f, id: v.Identity}
	r.accepted(v)
	r.privilege()
	r.subject()
	r.scope()
	if f.Confidence != detectors.High {
		f.ConfidenceReasons = append(f.ConfidenceReasons, fmt.Sprintf("its provider accepts it (%s before)", f.Confidence))
		f.Confidence = detectors.High
	}
}

// refinement is the work on one finding.
type refinement struct {
	f  *scanner.Finding
	id map[string]string
}

// named are the fields that a piece of evidence shows with their values. The others
// name people, and stand in the verification only.
var named = []string{"organization", "workspace", "project", "team", "account", "role", "scopes", "plan"}

// accepted notes that the provider knows the credential. If its format belongs to one
// layer, nothing about the layer is left to guess.
func (r *refinement) accepted(v *scanner.Verification) {
	var words []string
	for _, field := range named {
		if value := r.id[field]; value != "" {
			words = append(words, fmt.Sprintf("%s %q", field, value))
		}
	}
	detail := v.Host + " accepts it"
	if len(words) > 0 {
		detail += ": " + strings.Join(words, ", ")
	}
	e := detectors.Evidence{Kind: detectors.EvidenceVerified, Detail: detail}
	if r.f.LayerConfidence != detectors.Ambiguous {
		e.Layer = r.f.Layer
	}
	r.add(e)
	if r.f.LayerConfidence == detectors.Likely && ownLayer(r.f) {
		r.f.LayerConfidence = detectors.Certain
		r.note("layer", string(detectors.Certain), string(detectors.Likely), "its provider accepts it")
	}
}

// ownLayer says whether the layer is the one, and the only one, that the format has.
func ownLayer(f *scanner.Finding) bool {
	for _, d := range detectors.Catalogue() {
		if d.ID == f.Detector {
			return len(d.AmbiguousLayers) == 0 && d.Identity.Layer == f.Layer
		}
	}
	return false
}

// privilege follows the scopes, of which each must be understood before they lower
// anything, and a role, which only raises: what its holder may do is no limit to
// what the format is known for.
func (r *refinement) privilege() {
	if p, all := ofScopes(strings.FieldsFunc(r.id["scopes"], func(c rune) bool { return c == ' ' || c == ',' })); p != "" {
		if all || stronger(p, r.f.Privilege) {
			r.setPrivilege(p, "its scopes say so")
		}
		if all {
			return
		}
	}
	if p := ofRole(r.id["role"]); p != "" && stronger(p, r.f.Privilege) {
		r.setPrivilege(p, "its role says so")
	}
}

// strength orders the privileges that a provider's words can give.
var strength = []detectors.Privilege{
	detectors.PrivilegeUnknown, detectors.Limited, detectors.Read, detectors.Write, detectors.Admin, detectors.Forge,
}

func stronger(a, b detectors.Privilege) bool {
	return slices.Index(strength, a) > slices.Index(strength, b)
}

// setPrivilege changes the privilege; one that forges keeps that.
func (r *refinement) setPrivilege(p detectors.Privilege, why string) {
	if r.f.Privilege == p || r.f.Privilege == detectors.Forge {
		return
	}
	before := r.f.Privilege
	r.f.Privilege = p
	r.note("privilege", string(p), string(before), why)
}

// ofRole gives the privilege of a role that has the same meaning everywhere.
func ofRole(role string) detectors.Privilege {
	switch strings.ToLower(role) {
	case "admin", "administrator", "owner", "superadmin", "super_admin", "root",
		"org_admin", "organization_admin", "org_owner", "organization_owner":
		return detectors.Admin
	case "write", "writer", "editor", "maintainer", "developer":
		return detectors.Write
	case "read", "reader", "viewer", "readonly", "read_only", "read-only":
		return detectors.Read
	}
	return ""
}

// ofScopes gives the strongest privilege of scopes, and whether each was understood.
func ofScopes(scopes []string) (strongest detectors.Privilege, all bool) {
	all = len(scopes) > 0
	for _, scope := range scopes {
		p := ofScope(strings.ToLower(scope))
		if p == "" {
			all = false
			continue
		}
		if strongest == "" || stronger(p, strongest) {
			strongest = p
		}
	}
	return strongest, all
}

// ofScope gives the privilege of one scope: of the word in it that names an action.
func ofScope(scope string) detectors.Privilege {
	if scope == "*" || scope == "all" || scope == "*:*" {
		return detectors.Admin
	}
	var p detectors.Privilege
	for _, word := range strings.FieldsFunc(scope, func(c rune) bool { return strings.ContainsRune(":./_-", c) }) {
		var w detectors.Privilege
		switch word {
		case "admin", "root", "sudo", "owner":
			w = detectors.Admin
		case "write", "manage", "edit", "delete", "create", "update", "full", "api":
			w = detectors.Write
		case "read", "readonly", "list", "view", "get":
			w = detectors.Read
		}
		if p == "" || w != "" && stronger(w, p) {
			p = w
		}
	}
	return p
}

// subject follows words that say who speaks. In application authentication an address
// may be a customer's, so there it decides nothing.
func (r *refinement) subject() {
	role, mail := strings.ToLower(r.id["role"]), strings.ToLower(r.id["email"])
	switch {
	case slices.Contains([]string{"service_account", "service-account", "serviceaccount"}, role):
		r.setSubject(detectors.ServiceAccount, "its role says so")
	case strings.HasSuffix(mail, ".gserviceaccount.com"):
		r.setSubject(detectors.ServiceAccount, "its address is a service account's")
	case slices.Contains([]string{"org_admin", "organization_admin", "org_owner", "organization_owner"}, role):
		r.setSubject(detectors.OrgAdmin, "its role says so")
	case mail != "" && r.f.Subject == "" && r.f.Layer != detectors.ApplicationAuth && r.f.Layer != detectors.Unclassified:
		r.setSubject(detectors.WorkforceUser, "it has a person's address")
	}
}

func (r *refinement) setSubject(s detectors.Subject, why string) {
	if r.f.Subject == s || r.f.Subject == detectors.Anyone {
		return
	}
	before := r.f.Subject
	r.f.Subject = s
	r.note("subject", string(s), string(before), why)
}

// scope is filled in where the format left it open. A scope that is known is never
// narrowed: that a project is named does not say that it ends there.
func (r *refinement) scope() {
	if r.f.Scope != "" && r.f.Scope != detectors.ScopeUnknown {
		return
	}
	before := r.f.Scope
	switch {
	case r.f.Subject == detectors.OrgAdmin:
		r.f.Scope = detectors.All
	case r.id["project"] != "":
		r.f.Scope = detectors.OneProject
	case r.id["user"] != "" && r.id["organization"] == "" && r.id["workspace"] == "" && r.id["account"] == "" && r.id["team"] == "":
		r.f.Scope = detectors.OneUser
	default:
		return
	}
	r.note("scope", string(r.f.Scope), string(before), "its provider names what it belongs to")
}

// note records a change.
func (r *refinement) note(field, now, before, why string) {
	if before == "" {
		before = "open"
	}
	r.add(detectors.Evidence{
		Kind: detectors.EvidenceVerified, Detail: fmt.Sprintf("%s: %s, before %s: %s", field, now, before, why),
	})
}

// add puts a piece of evidence where its kind ranks: after what is in the secret
// itself, before what stands around it. The same piece is not added twice.
func (r *refinement) add(e detectors.Evidence) {
	es := r.f.LayerEvidence
	if slices.Contains(es, e) {
		return
	}
	inside := []detectors.EvidenceKind{detectors.EvidenceFormat, detectors.EvidenceClaim, detectors.EvidenceVerified}
	i := 0
	for i < len(es) && slices.Contains(inside, es[i].Kind) {
		i++
	}
	r.f.LayerEvidence = slices.Insert(slices.Clone(es), i, e)
}
