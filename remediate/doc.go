// Package remediate answers "who must act, did they, how long did it take?": it
// takes findings from package scanner and never looks at bytes.
//
// Principal type: [Plan], the ordered steps that end one leaked credential.
// [Advise] puts a plan on a finding, and [Ways]: the ways out of a stopped commit, as
// the exact edit, the exact comment and the revocation.
//
// The one decision: a secret is remediated when it no longer opens anything, and
// not when it is no longer seen. So every plan kills the credential first and
// cleans up after; to remove a line or to rewrite history is never offered as a
// remedy of its own.
package remediate
