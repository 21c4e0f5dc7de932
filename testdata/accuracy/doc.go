// Package accuracy is the labelled corpus that the generic detectors are steered by,
// and the score that they reach on it.
//
// Principal types: [Line], one line of a source file with the place of a value and
// the label that a person gave it after reading it there; [Report], precision and
// recall at each level of confidence.
//
// The one decision: a value is labelled by what the code does with it, not by how
// strong it is. A literal that is used as a credential is one, also in a test and also
// if it is a word; what stands for a credential (a placeholder, a reference, a name),
// what is about one (a message, a path, a hash) and what has nothing to do with one is
// none. Values for which two readers may differ are left out: the "user:pass" of a
// URL's syntax, a value that repeats its name in documentation, a salted hash of a
// password.
//
// The lines (lines.tsv) were drawn at random, at most nine of a syntax from each of 62
// public repositories: web applications, infrastructure, SDKs, tutorials, playbooks,
// charts, firmware, enterprise software of many ages; and a second time, by words such as
// pass, secret, token and auth with a literal near them, from 64, many of them others.
// A line keeps the names and the syntax of what was read; a value that is or may be a
// secret is in the notation of package sample. The lines of providers (providers.tsv)
// were written after the catalogue's facts and the providers' documentation by people who
// had not read the detectors: what users of a provider write, and what is mistaken for a
// key of it. They are split by a hash of the
// repository: what is held back is looked at only when a change is done. The made lines
// ([made]) put values of every shape into every syntax, so that one that nobody drew is
// not forgotten.
package accuracy
