// Package hooklog says what hooks stopped and what came past them.
//
// Principal types: [Run], what one run of a hook has to tell; [Journal], the files in
// which runs are kept; [Rate], what the runs of one repository amount to ([Rates]).
// [Judge] decides how a secret came past the hook that would have stopped it.
//
// The one decision: the journal is a file that lines are appended to and nothing
// else is done with. Each line is written by one call, so that hooks that run at
// the same time need no lock, and a hook that is killed spoils its own line at most.
// A month is a file, and the oldest are deleted, so that it is bounded.
//
// A secret is known by its fingerprint under a key that lies beside the journal:
// what a hook stopped and what a push brought later is counted as one. No secret,
// no path in a repository and nobody's name is kept.
package hooklog
