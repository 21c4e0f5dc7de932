package identity

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/detectors/known"
)

// refine lets what the secret says of itself replace what its format says of all.
func (h *hearing) refine(r *Ruling) {
	c := &h.claimed
	if c.subject != "" {
		r.Subject = c.subject
	}
	if c.person && c.subject == "" {
		switch r.Layer {
		case app:
			r.Subject, r.Scope = detectors.EndUser, detectors.OneUser
		case ai, infra:
			r.Subject, r.Scope = detectors.WorkforceUser, detectors.OneUser
		}
	}
	if c.privilege != "" {
		r.Privilege = c.privilege
	}
	if c.scope != "" {
		r.Scope = c.scope
	}
	if r.Privilege == "" {
		r.Privilege = detectors.PrivilegeUnknown
	}
	if r.Scope == "" {
		r.Scope = detectors.ScopeUnknown
	}
}

// environment reads where the credential is used: from the format, else the file,
// else the name.
func (h *hearing) environment(r *Ruling) {
	for _, e := range []detectors.Environment{r.Environment, h.formatEnvironment(), h.facts.environment, environmentOf(h.name, true)} {
		if e != "" && e != detectors.EnvironmentUnknown {
			r.Environment = e
			return
		}
	}
	r.Environment = detectors.EnvironmentUnknown
}

// formatMarks are parts of prefixes that say where a key works.
var formatMarks = []struct {
	text string
	detectors.Environment
}{
	{"_live_", detectors.Production},
	{"-live-", detectors.Production},
	{"_prod_", detectors.Production},
	{"-prod-", detectors.Production},
	{"_test_", detectors.Test},
	{"-test-", detectors.Test},
	{"_sandbox_", detectors.Test},
	{"-dev-", detectors.Development},
	{"_dev_", detectors.Development},
	{"_staging_", detectors.Staging},
}

// formatEnvironment reads the mark in the prefix of a secret that has one.
func (h *hearing) formatEnvironment() detectors.Environment {
	if len(h.d.Anchors) == 0 {
		return ""
	}
	const prefix = 24
	s := h.Secret.Reveal()
	s = s[:min(len(s), prefix)]
	for _, m := range formatMarks {
		if strings.Contains(s, m.text) {
			return m.Environment
		}
	}
	return ""
}

// published drops what is known to be public and marks published defaults.
func (h *hearing) published(r *Ruling) {
	switch {
	case h.d.Public && h.d.Half: // it opens nothing, but whoever looks for accounts wants it
	case h.d.Public:
		r.Drop = "public by design: " + h.what()
		return
	case h.claimed.public != "":
		r.Drop = "known public value: it is " + h.claimed.public
		return
	}
	if h.facts.translation && len(h.d.Anchors) == 0 && h.spoken() {
		r.Drop = "a translation: what a program says to people, beside the name of a secret"
		return
	}
	if what := h.browserKey(); what != "" {
		r.Drop = "public by design: " + what + ", which every browser is given"
		return
	}
	secret := h.Secret.Reveal()
	for _, text := range append([]string{secret}, keyMembers(secret)...) {
		if what, ok := known.Public(text); ok {
			r.Drop = "known public value: it is " + what
			return
		}
	}
	v, ok := known.Default(secret)
	if !ok {
		return
	}
	r.Default = v.What
	switch {
	case !v.Opens && !h.signs():
		r.Lower = "it is " + v.What
	case h.facts.fixture == noFixture && (r.Environment == detectors.Development || r.Environment == detectors.Test):
		r.Lower = "it is " + v.What + ", in settings for " + string(r.Environment)
	case h.facts.fixture == noFixture && h.facts.pipeline:
		r.Lower = "it is " + v.What + ", in the settings of a pipeline's own run"
	case h.facts.fixture == noFixture:
		r.WeakDefault = true
	default:
		r.Drop = "published default: it is " + v.What + ", in " + string(h.facts.fixture)
	}
}

// spoken says that the secret could be words: no digit, or what only sentences hold.
func (h *hearing) spoken() bool {
	s, digits := h.Secret.Reveal(), 0
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9':
			digits++
		case s[i] <= ' ' || s[i] > '~':
			return true
		}
	}
	return digits == 0 || strings.HasPrefix(s, "crwdns") // crowdin.com marks what is to be translated in its context
}

// signs says that the credential signs or encrypts: whoever knows it forges.
func (h *hearing) signs() bool {
	switch h.d.Identity.Form {
	case detectors.SigningKey, detectors.EncryptionKey, detectors.Session, detectors.WebhookSecret:
		return true
	}
	return false
}

// keyMembers gives the private members of a JSON Web Key (RFC 7517), for a secret
// that is the whole object.
func keyMembers(secret string) []string {
	if !strings.HasPrefix(strings.TrimSpace(secret), "{") || len(secret) > 64<<10 {
		return nil
	}
	var jwk struct{ D, K string }
	if json.Unmarshal([]byte(secret), &jwk) != nil {
		return nil
	}
	return []string{jwk.D, jwk.K}
}

// publishedClaims recognises tokens that are public whatever key signed them: by
// all of their claims, never by one.
func publishedClaims(claims map[string]any) string {
	text := func(k string) string { s, _ := claims[k].(string); return s }
	number := func(k string) int64 { n, _ := seconds(claims[k]); return n }
	switch {
	case text("iss") == "supabase-demo":
		return "a key of Supabase's published demo pair"
	case text("iss") == "joe" && number("exp") == 1300819380:
		return "the sample token of RFC 7519"
	case text("sub") == "1234567890" && text("name") == "John Doe":
		for k := range claims {
			if !slices.Contains([]string{"sub", "name", "iat", "admin"}, k) && !strings.HasPrefix(k, "header.") {
				return ""
			}
		}
		return "the sample token of jwt.io"
	}
	return ""
}

// lower says why a match is less sure than its format. What proves itself keeps its
// confidence wherever it stands.
func (h *hearing) lower(r *Ruling) {
	switch {
	case r.Lower != "" || r.Drop != "" || r.WeakDefault:
	case h.claimed.token && h.expired():
		r.Lower = "the token has expired"
	case h.installed():
		r.Lower = "it is the client secret of an installed application, which every copy of it holds"
	case strings.HasPrefix(h.Secret.Reveal(), "django-insecure-") &&
		(r.Environment == detectors.Development || r.Environment == detectors.Test):
		// Django puts this mark on a real random key until it is replaced.
		r.Lower = "it is the key that a new Django project begins with, in settings for development"
	case len(h.d.Anchors) > 0 && h.d.Structured:
	case h.facts.fixture == recording && !h.generic():
		// What a test recorded was real when it did.
	case h.facts.fixture != noFixture:
		r.Lower = "it stands in " + string(h.facts.fixture)
	case len(h.d.Anchors) == 0 && h.documented():
		r.Lower = "it stands in a comment that documents code"
	case h.testScript():
		r.Lower = "it stands in a script that runs tests"
	case h.claimed.token && h.calledPublic():
		r.Lower = "its name says that it is public"
	}
}

// installed says that the secret stands in Google's file for an installed
// application, whose secret is not one:
// https://developers.google.com/identity/protocols/oauth2#installed
func (h *hearing) installed() bool {
	if h.d.Identity.Form != detectors.ClientSecret || !strings.Contains(h.provider, "google") {
		return false
	}
	if _, ok := h.Claims["installed"].(map[string]any); ok {
		return true
	}
	return slices.ContainsFunc(h.around.head, func(s span) bool {
		return bytes.Contains(h.doc.Data[s.lo:s.hi], []byte(`"installed"`))
	})
}
