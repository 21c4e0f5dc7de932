// Package hooks says which hooks git runs in a repository, puts leakline's there
// and takes them away again.
//
// Principal types: [Repo], a repository as git sees it, with the folder of its
// hooks ([Find]); [Hook], what stands under one name there ([Repo.Inspect]).
// [Repo.Install] and [Repo.Uninstall] change it, and [Repo.Presence] and
// [Repo.Made] answer afterwards whether a hook was there when a commit was made.
//
// The one decision: a hook is a small script of POSIX sh that vouches for itself.
// Its last line holds the digest of all before it, so that any copy of it, in a
// template folder or in another clone, can be told from one that somebody changed,
// and what was there before stands beside it under its own name, untouched.
//
// Where hooks are depends on configuration at four levels, includes, environment
// variables and work trees: git is asked, and run for nothing else.
package hooks
