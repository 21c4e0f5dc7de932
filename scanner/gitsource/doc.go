// Package gitsource reads a git repository, whole: every object of its store,
// whatever points to it or does not, and the names and files beside the objects
// in which a secret can stand.
//
// Principal type: [Repo], a scanner.Source that Open gives for a work tree, a
// bare repository, a linked work tree or a submodule. [WorkTree] answers the
// other question that is asked of git: whether it tracks a file.
//
// The one decision: blob by blob, plain and in one goroutine, each object whole
// and its hash checked. Commits are walked oldest first, trees are entered once
// per path, so that the oldest commit of each place falls out without a diff.
// This walk is the oracle of every faster one.
//
// What is read with go-git is packs (its packages idxfile, packfile and cache);
// the rest is read here, because go-git's repository and storage layers refuse
// or lose what git accepts: extensions such as partialClone and worktreeConfig,
// alternates outside the repository, split and sparse indexes, packs whose file
// name is not their checksum, everything after the first broken pack index, and
// in Log with All a share of the commits (measured: 3,699 of 3,795 in one public
// repository). Each pack is opened by itself, so a broken one costs its own
// objects and nothing else, and a good copy elsewhere is found.
//
// No git binary is run, and nothing that the repository configures to be run:
// hooks, filters, fsmonitor, credential helpers. Objects are taken as stored:
// replace refs and grafts do not hide or alter anything, as with
// git --no-replace-objects and an empty graft file.
package gitsource
