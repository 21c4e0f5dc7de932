package anchor

import (
	"strings"

	"leakline/detectors"
)

// Kind is the form in which an anchor publishes its keys.
type Kind string

// The kinds.
const (
	// JWKS is a JSON Web Key Set (RFC 7517), or a document of OpenID Connect Discovery
	// that names one.
	JWKS Kind = "jwks"
	// SAML is the metadata of a SAML entity, or of several.
	SAML Kind = "saml-metadata"
	// Certificate is a certificate or a public key in PEM, several of them, or one
	// certificate in DER.
	Certificate Kind = "certificate"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{JWKS, SAML, Certificate} }

// Anchor is a place where the public halves of signing keys stand that are trusted.
// The configuration names it; nothing that was scanned ever does.
type Anchor struct {
	Name string // by which its state is kept
	Kind Kind
	// URL or File is where it is read; exactly one is set.
	URL, File string
	// Layer is what its keys open, if the configuration says so.
	Layer detectors.Layer
	// Covers are the detectors and the repositories whose keys it may judge; empty means
	// all. What holds a slash is a repository as a ledger names it. * stands for any
	// text.
	Covers []string
}

// Judges says whether the anchor may judge an incident of a detector in these
// repositories.
func (a *Anchor) Judges(detector string, repos []string) bool {
	for _, pattern := range a.Covers {
		if !strings.ContainsAny(pattern, `/\`) {
			if fits(pattern, detector) {
				return true
			}
			continue
		}
		for _, repo := range repos {
			if fits(pattern, repo) {
				return true
			}
		}
	}
	return len(a.Covers) == 0
}

// fits says whether a text has the form of a pattern, in which * stands for any text.
func fits(pattern, text string) bool {
	first, rest, more := strings.Cut(pattern, "*")
	if !more {
		return text == pattern
	}
	text, ok := strings.CutPrefix(text, first)
	if !ok {
		return false
	}
	for {
		part, after, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(text, part)
		}
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text, rest = text[i+len(part):], after
	}
}
