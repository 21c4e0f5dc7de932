// Package scanner answers "where, and since when?": it takes bytes with their
// places from a [Source], has package engine find the credentials in them and
// package identity say whose door each opens, and makes findings.
//
// Principal type: [Scanner]. Its Scan runs one source to its end and gives a
// [Result]: findings in a fixed order, one per secret, each with every place
// where the secret stands, and a [Summary] that accounts for everything that was
// asked for.
//
// The one decision: nothing is missed in silence. A source yields an error for
// each thing that it could not read and goes on; the summary names it, and the
// result is then incomplete. What the user left out (a limit, a flag) is scope:
// named and counted too, but not incomplete.
//
// The sources live below: filesource (folders and standard input), gitsource
// (the only home of go-git's object model). Package report writes results.
package scanner
