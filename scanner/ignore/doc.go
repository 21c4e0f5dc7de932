// Package ignore answers "is this known and accepted?": of a secret at a place, from
// what the user wrote beside it (comments), in ignore files (ours, and those of
// gitleaks and betterleaks) and in baseline files (ours, and the reports and
// baselines of other scanners).
//
// Principal types: [Set], which is a scanner.Ignorer and is made of files that its
// caller opened; [Marker], which names a secret in a file without saying it;
// [Baseline], a file of known findings.
//
// The one decision: a file that is shared holds nothing from which a secret can be
// guessed. A secret of 64 bits at least stands there as a salted hash, which is the
// same wherever the secret moves to; a weaker one stands there by its place, of which
// the secret is no part. See [Marker].
package ignore
