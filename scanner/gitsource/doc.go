// Package gitsource reads a git repository, whole: every object of its store,
// whatever points to it or does not, and the names and files beside the objects
// in which a secret can stand.
//
// Principal type: [Repo], a scanner.Source that [Open] gives for a work tree, a
// bare repository, a linked work tree or a submodule, and [OpenReceived] for what
// package remote has received. [WorkTree] answers the other question that is asked
// of git: whether it tracks a file.
//
// There are two engines, which find the same. The plain one goes blob by blob in
// one goroutine: it reads each object whole, checks its hash, and yields all of
// it. Commits are walked oldest first and trees are entered once per path, so that
// the oldest commit of each place falls out without a diff. The delta engine reads
// every object once along the delta chains of the packs, on all processors, and
// has most of a blob decided by what was decided of its base; it yields only what
// the scanner has a use for, and walks only the part of the trees that leads there.
// The plain engine is its oracle, and DESIGN.md says how it works. A range, or a
// scan of what is new since another, reads few objects and reads them plainly.
//
// Packs are mapped into memory and read by package pack; the plain engine reads
// them with go-git. The rest is read here, because go-git's repository and storage
// layers refuse or lose what git accepts: extensions such as partialClone and
// worktreeConfig, alternates outside the repository, split and sparse indexes,
// packs whose file name is not their checksum, everything after the first broken
// pack index, and in Log with All a share of the commits (measured: 3,699 of 3,795
// in one public repository). Each pack is opened by itself, so a broken one costs
// its own objects and nothing else, and a good copy elsewhere is found.
//
// No git binary is run, and nothing that the repository configures to be run:
// hooks, filters, fsmonitor, credential helpers. Objects are taken as stored:
// replace refs and grafts do not hide or alter anything, as with
// git --no-replace-objects and an empty graft file.
package gitsource
