// Package changes answers "what do the next commit, a push or a received push
// add?", for hooks: it yields the new contents to package scanner and then takes
// out of the result every secret that was there before.
//
// Principal type: [Source], made by [Staged] for the index, by [Pushed] and by
// [Received] for the updates of refs that git tells hooks of. Each begins git
// processes and returns before they have answered, so that whoever compiles a
// catalogue does it meanwhile. [Source.Settle] judges the findings.
//
// A change is a tree beside its parents. New are the contents at paths that differ
// from every parent; before stood the contents of the parents at paths that differ,
// and what a merge takes over from only some of them. A secret is new if it stands
// in what is new and not in what stood before: so what moves, is renamed or
// reformatted is not new, and neither is what a file already held that is edited
// for another reason. A copy into another file of what stands in one whose content the
// change leaves alone is new: the change adds a place.
//
// The one decision: git is asked, by its plumbing (diff-index, rev-list, diff-tree
// and one cat-file), for git alone knows all forms of an index, and it is there
// when a hook runs. Whatever git cannot answer is an error and never an empty
// result. System configuration is read, unlike elsewhere, since it may be what lets
// git open the repository (safe.directory); none of these commands starts a program
// that a configuration names, core.fsmonitor is turned off, and no pathspec is ever
// given.
package changes
