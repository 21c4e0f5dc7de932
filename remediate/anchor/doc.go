// Package anchor answers: is the public half of a leaked signing key still trusted?
//
// A signing key dies when those who check signatures no longer find its public half:
// when it has left the JWKS, the SAML metadata or the certificate that they trust.
// [Anchor] is such a place, [Read] reads it once, [State] is what it showed, now and
// before, and [Judge] compares the two.
//
// The one decision: only an absence that follows a presence proves anything. A key is
// dead if the anchor has shown it and a whole, readable, later document no longer does.
// Whatever else happens (no answer, half an answer, an empty set, a page of some
// portal, a key that was never there) leaves it unknown, with the reason.
package anchor
