package identity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
)

// claimed is what the claims of a secret say, beside its layer.
type claimed struct {
	token     bool // it is a JSON Web Token
	unsigned  bool // of algorithm "none"
	expires   time.Time
	lifetime  time.Duration // from issue to expiry; 0 if unknown
	subject   detectors.Subject
	privilege detectors.Privilege
	scope     detectors.Scope
	person    bool   // names an e-mail address of a person
	realm     bool   // of a Keycloak server
	serviceDB bool   // Supabase's service role: past every row policy
	wideCloud bool   // the cloud-platform scope
	public    string // what it is, if it is known to be public
}

// Bounds of claims, which are hostile.
const (
	maxClaims     = 200
	maxClaimDepth = 4
	maxClaimText  = 2 << 10
)

// claims reads the claims of a token or the public members of a JSON object.
func (h *hearing) claims() {
	if len(h.Claims) == 0 {
		return
	}
	c := &h.claimed
	_, hasAlg := h.Claims["header.alg"]
	c.token = hasAlg || h.d.Reader == detectors.ReadJWT
	c.unsigned = strings.EqualFold(h.claim("header.alg"), "none")
	c.public = publishedClaims(h.Claims)
	h.lifetime()
	h.issuer()
	h.roles()
	h.members()
	h.subject()
}

// claim gives a claim that is a text; "" if there is none.
func (h *hearing) claim(name string) string {
	s, _ := h.Claims[name].(string)
	return s[:min(len(s), maxClaimText)]
}

// texts gives a claim that is a text or a list of texts.
func (h *hearing) texts(name string) []string {
	switch v := h.Claims[name].(type) {
	case string:
		return []string{v[:min(len(v), maxClaimText)]}
	case []any:
		var out []string
		for _, x := range v[:min(len(v), maxClaims)] {
			if s, ok := x.(string); ok {
				out = append(out, s[:min(len(s), maxClaimText)])
			}
		}
		return out
	}
	return nil
}

// says notes evidence from inside the secret. An empty layer is told and does not
// count.
func (h *hearing) says(layer detectors.Layer, class detectors.Class, weak bool, format string, args ...any) {
	h.note(found{rank: inside, weak: weak, generic: true, class: class, Evidence: detectors.Evidence{
		Kind: detectors.EvidenceClaim, Detail: fmt.Sprintf(format, args...), Layer: layer,
	}})
}

// lifetime reads when a token was issued and when it ends (RFC 7519, section 4.1).
func (h *hearing) lifetime() {
	if !h.claimed.token {
		return
	}
	exp, ok := seconds(h.Claims["exp"])
	if !ok {
		h.says("", "", false, "it has no expiry")
		return
	}
	h.claimed.expires = time.Unix(exp, 0).UTC()
	verb := "expires"
	if h.expired() {
		verb = "expired"
	}
	if y := h.claimed.expires.Year(); y >= 1970 && y <= 9999 {
		h.says("", "", false, "it %s on %s", verb, h.claimed.expires.Format(time.DateOnly))
	}
	if iat, ok := seconds(h.Claims["iat"]); ok && iat < exp && exp-iat < 1<<31 {
		h.claimed.lifetime = time.Duration(exp-iat) * time.Second
	}
}

// expired says that a token is past its time. Without a clock none is.
func (h *hearing) expired() bool {
	e := h.claimed.expires
	return !e.IsZero() && !h.doc.Now.IsZero() && e.Before(h.doc.Now)
}

// seconds reads a NumericDate.
func seconds(v any) (int64, bool) {
	switch n := v.(type) {
	case float64:
		if n > 0 && n < 1<<53 {
			return int64(n), true
		}
	case json.Number:
		if f, err := n.Float64(); err == nil && f > 0 && f < 1<<53 {
			return int64(f), true
		}
	case int64:
		return n, n > 0
	case int:
		return int64(n), n > 0
	}
	return 0, false
}

// issuer reads who made a token, for whom: the hosts of iss, aud and azp, and the
// issuers that are no hosts.
func (h *hearing) issuer() {
	iss := h.claim("iss")
	if f, ok := issuers[iss]; ok {
		h.says(f.layer, f.class, false, "the issuer is %s", f.text)
		h.claimed.subject = detectors.ServiceAccount
	}
	for _, name := range []string{"iss", "azp", "aud"} {
		for _, text := range h.texts(name) {
			known := false
			lookHosts([]byte(text), h.provider, func(s *sign) {
				known = true
				h.says(s.layer, s.class, s.weak, "the claim %s names the host %s", name, s.text)
			})
			if f, ok := audiences[text]; ok {
				known = true
				h.says(f.layer, f.class, f.weak, "the claim %s is %s", name, f.text)
			}
			if u, err := url.Parse(text); err == nil && u.Host != "" && !known && name == "iss" && isHost(u.Hostname()) {
				h.says("", "", false, "the issuer is at %s", u.Hostname())
			}
			h.path(name, text)
		}
	}
	if h.claim("tid") == consumerTenant {
		h.says(app, "", false, "the claim tid is the tenant of personal Microsoft accounts")
	}
	if h.claim("hd") != "" {
		h.says(infra, workforce, true, "the claim hd names a Google Workspace")
	}
	for i := range claimNames {
		if f := &claimNames[i]; h.Claims[f.text] != nil {
			h.says(f.layer, f.class, f.weak, "it has the claim %s", f.text)
		}
	}
}

// path reads what the path of an issuer or audience says: a Keycloak realm, Auth0's
// management API.
func (h *hearing) path(name, text string) {
	if _, after, ok := strings.Cut(text, "/realms/"); ok && name == "iss" {
		h.claimed.realm = true
		realm, _, _ := strings.Cut(after, "/")
		for _, w := range splitWords(realm) {
			if s, ok := realmWords[w]; ok {
				h.says(s.layer, s.class, s.weak, "the issuer's realm has the word %q", w)
			}
		}
	}
	if name == "aud" && strings.HasSuffix(text, ".auth0.com/api/v2/") {
		h.says(app, "", false, "the audience is Auth0's Management API")
		h.claimed.privilege, h.claimed.scope = detectors.Admin, detectors.All
	}
}

// issuers are issuers that are not hosts: of service account tokens of Kubernetes
// (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/)
// and of Argo CD's API tokens.
var issuers = map[string]sign{
	"kubernetes/serviceaccount": {text: "a Kubernetes cluster", layer: infra, class: detectors.Cloud},
	"argocd":                    {text: "Argo CD", layer: infra, class: detectors.CICD},
}

// consumerTenant is the tenant id of personal Microsoft accounts:
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
const consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// audiences are audiences that are not hosts: the application ids of Microsoft's
// own services.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
var audiences = map[string]sign{
	"00000003-0000-0000-c000-000000000000": {text: "Microsoft Graph", layer: infra, class: workforce, weak: true},
	"00000002-0000-0000-c000-000000000000": {text: "Azure AD Graph", layer: infra, class: workforce, weak: true},
	"797f4846-ba00-4fd7-ba43-dac1f8f63013": {text: "Azure's management API", layer: infra, class: detectors.Cloud},
	"sts.amazonaws.com":                    {text: "AWS STS", layer: infra, class: detectors.Cloud},
}

// claimNames are claims that one system alone makes.
var claimNames = []sign{
	{text: "kubernetes.io", layer: infra, class: detectors.Cloud},
	{text: "kubernetes.io/serviceaccount/namespace", layer: infra, class: detectors.Cloud},
	{text: "https://api.openai.com/auth", layer: ai},
	{text: "https://api.openai.com/profile", layer: ai},
	{text: "cognito:username", layer: app},
	{text: "cognito:groups", layer: app},
	{text: "firebase", layer: app},
	{text: "https://hasura.io/jwt/claims", layer: app},
}

// roles reads what a token may do.
func (h *hearing) roles() {
	c := &h.claimed
	switch h.claim("role") {
	case "service_role":
		h.says(app, "", false, "the claim role is service_role")
		c.serviceDB = true
		c.subject, c.privilege, c.scope = detectors.Application, detectors.Admin, detectors.All
	case "anon":
		if h.claim("iss") == "supabase" || h.claim("ref") != "" {
			c.public = "Supabase's anon key, which browsers are given"
		}
	}
	for _, name := range []string{"scope", "scp", "permissions", "roles"} {
		for _, text := range h.texts(name) {
			if strings.Contains(text, "auth/cloud-platform") {
				c.wideCloud = true
				h.says(infra, detectors.Cloud, false, "the claim %s holds cloud-platform", name)
			}
			lookWords([]byte(text), inBlock, h.provider, func(s *sign) {
				if !s.weak && s.layer == infra {
					h.says(s.layer, s.class, true, "the claim %s has the word %q", name, s.text)
				}
			})
			if strong := strongScope(text); strong != "" && c.privilege == "" {
				c.privilege = strong
			}
		}
	}
}

// strongScope is the privilege that a list of scopes clearly gives.
func strongScope(text string) detectors.Privilege {
	best := detectors.Privilege("")
	for s := range strings.FieldsSeq(text) {
		switch {
		case s == "admin" || strings.HasPrefix(s, "admin:") || strings.HasSuffix(s, ":admin"):
			return detectors.Admin
		case strings.HasPrefix(s, "delete:users") || strings.HasPrefix(s, "update:users") || strings.HasPrefix(s, "create:users"):
			return detectors.Admin
		case strings.HasPrefix(s, "write:") || strings.HasSuffix(s, ":write") || strings.HasSuffix(s, ".ReadWrite.All"):
			best = detectors.Write
		}
	}
	return best
}

// members reads the public members of a JSON object, down to a bounded depth:
// accounts and hosts.
func (h *hearing) members() {
	if h.claimed.token {
		return
	}
	left := maxClaims
	var walk func(name string, v any, depth int)
	walk = func(name string, v any, depth int) {
		if left--; left < 0 || depth > maxClaimDepth {
			return
		}
		switch v := v.(type) {
		case string:
			h.member(name, v[:min(len(v), maxClaimText)])
		case map[string]any:
			keys := make([]string, 0, min(len(v), maxClaims))
			for k := range v {
				if len(keys) < maxClaims {
					keys = append(keys, k)
				}
			}
			slices.Sort(keys)
			for _, k := range keys {
				walk(k, v[k], depth+1)
			}
		case []any:
			for _, x := range v {
				walk(name, x, depth+1)
			}
		}
	}
	walk("", h.Claims, 0)
}

func (h *hearing) member(name, text string) {
	if name == "client_email" || strings.HasSuffix(text, ".gserviceaccount.com") {
		h.account(text)
		return
	}
	switch name {
	case "iss", "aud", "azp": // read already
		return
	case "token_uri", "auth_uri", "auth_provider_x509_cert_url", "client_x509_cert_url", "universe_domain", "type":
		return // the same in every file of the kind
	}
	lookHosts([]byte(text), h.provider, func(s *sign) {
		h.says(s.layer, s.class, s.weak, "its member %s names the host %s", shown(name), s.text)
	})
	lookWords([]byte(name), inBlock, h.provider, func(s *sign) {
		h.says(s.layer, s.class, s.weak, "it has a member with the word %q", s.text)
	})
}

// account reads the name of a service account. The default accounts of Google's
// services name their service:
// https://cloud.google.com/iam/docs/service-account-types#default
func (h *hearing) account(email string) {
	h.claimed.subject = detectors.ServiceAccount
	user, domain, _ := strings.Cut(email, "@")
	tell := func(s *sign) {
		h.says(s.layer, s.class, s.weak, "the service account's name has the word %q", s.text)
	}
	lookWords([]byte(user), inAccount, h.provider, tell)
	switch {
	case strings.HasPrefix(domain, "appspot."):
		tell(&sign{text: "appspot", layer: infra, class: detectors.Cloud})
	case strings.HasPrefix(domain, "developer."):
		tell(&sign{text: "developer", layer: infra, class: detectors.Cloud})
	}
}

// subject reads who a token speaks as.
func (h *hearing) subject() {
	c := &h.claimed
	sub := h.claim("sub")
	switch {
	case strings.HasPrefix(sub, "system:serviceaccount:"):
		h.says(infra, detectors.Cloud, false, "the subject is a Kubernetes service account")
		c.subject = detectors.ServiceAccount
	case c.subject != "":
	case strings.HasSuffix(sub, "@clients"), strings.HasPrefix(h.claim("gty"), "client"), h.claim("grant_type") == "client_credentials",
		h.claim("idtyp") == "app":
		h.says("", "", false, "it was given to a machine, not to a person")
		c.subject = detectors.Machine
	case strings.Contains(sub, "@"), strings.Contains(h.claim("email"), "@"), h.claim("preferred_username") != "":
		c.person = true
		if c.token && sub != "" && !strings.Contains(sub, "@") && h.claim("email") != "" {
			// A product knows its users by an id of its own.
			h.says(app, "", true, "its claims name a person, by an id and an e-mail address")
			break
		}
		h.says("", "", false, "its claims name a person")
	}
	if sub != "" && sub == h.claim("iss") && c.token {
		h.says("", "", false, "issuer and subject are the same: a client made it to prove who it is")
		c.subject = detectors.Machine
	}
}

// isHost says that a text has the form of a host name of a tolerable length.
func isHost(s string) bool {
	return len(s) <= 100 && strings.Contains(s, ".") && !bytes.ContainsFunc([]byte(s), func(r rune) bool {
		return r >= 0x80 || !isHostByte(byte(r))
	})
}

// shown is the name of a member if it is an ordinary one.
func shown(name string) string {
	if len(name) == 0 || len(name) > 40 {
		return "…"
	}
	for i := range len(name) {
		if !isNameByte(name[i]) {
			return "…"
		}
	}
	return name
}
