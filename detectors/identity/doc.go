// Package identity is the second stage: given one match and the whole document
// that it stands in, it says whose door the credential opens, and why.
//
// Principal type: [Ruling], made by [Classify].
//
// The one decision: evidence is collected from the strongest kind to the weakest
// (inside the secret, its name, the same block, the file, the imports of the same
// file, hosts nearby, the repository's manifests), every piece is kept and shown,
// the strongest kind decides, and where two layers tie the ruling says "ambiguous"
// and names both rather than guess. A ruling may lower a match's confidence or drop
// a value that is known to be public; it never raises confidence and never makes a
// match.
//
// Where the format belongs to one door, it decides alone, and what stands around
// only refines subject, environment and the further doors. Evidence is strong or
// weak: weak evidence (the word "admin", a redirect URI, an Okta host, a variable of
// another service in the same group) breaks ties, and decides only where nothing
// strong of any kind was found. Words are matched on the boundaries of words. A word
// that the detector itself demanded is true of all its matches, so it is weak, and
// nothing at all if it names a protocol (SAML, SCIM). Packages are not counted, only
// present or absent. And a product that calls an AI provider has a sign-in of its
// own: for what signs sessions or signs people in, the provider's SDK says nothing.
//
// The tables are pure data: signs_words.go holds the words, hosts.go the hosts,
// modules.go the packages that files import and manifests name, paths.go the files.
// Package known, below, holds published values. No detector is known by its id.
//
// Everything that is read is hostile and bounded: 1 KiB and 10 lines on each side
// for the block, 2 KiB on each side for hosts, 64 KiB at the top of the file for
// imports, a count and a depth for claims and manifests. Details of evidence are
// built from the tables and hold no text of the document, but for the host of a
// token's issuer and the names of an object's members.
package identity
