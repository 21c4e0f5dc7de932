package gitsource

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxTags is how many tags may stand between a ref and what it names in the end.
const maxTags = 1000

// errLongTag is for tags of tags of tags.
var errLongTag = fmt.Errorf("more than %d tags lead to it", maxTags)

// tips finds which refs hold each secret today: every ref, a HEAD that is on no
// branch, and the entries of the stash below the topmost, as "stash@{1}". A
// stash holds also what it keeps of the index and of untracked files, which are
// commits beside the one that its ref names.
func (x *exposures) tips() {
	names := map[string]set{}
	for _, r := range x.walk.refs.refs {
		id, ok := r.id, r.target == ""
		if !ok {
			id, ok = x.walk.refs.lookup(r.target)
		}
		if ok {
			names[r.name] = x.sets.union(names[r.name], x.held(id, refRound(r.name) == roundStash))
		}
	}
	for dir, head := range x.walk.refs.heads {
		if head.target != "" {
			continue
		}
		name := "HEAD"
		if dir != x.walk.repo.place.common {
			name = "worktrees/" + filepath.Base(dir) + "/HEAD"
		}
		names[name] = x.held(head.id, false)
	}
	for name, id := range x.stashes() {
		names[name] = x.held(id, true)
	}
	x.spread(names)
}

// spread gives each secret the names of what holds it, in order.
func (x *exposures) spread(names map[string]set) {
	by := map[set][]string{}
	for name, held := range names {
		if held != 0 {
			by[held] = append(by[held], name)
		}
	}
	for held, list := range by {
		slices.Sort(list)
		x.sets.without(held, 0, func(i int) {
			t := &x.secrets[i]
			t.held += len(list)
			t.refs = slices.Concat(t.refs, list[:min(len(list), maxRefs)])
			slices.Sort(t.refs)
			t.refs = t.refs[:min(len(t.refs), maxRefs)]
		})
	}
}

// stashes gives the entries of the stash but the topmost, which is a ref.
func (x *exposures) stashes() map[string]plumbing.Hash {
	var made []plumbing.Hash // oldest first
	for _, r := range x.walk.refs.roots {
		if r.round == roundStash && strings.HasPrefix(r.by, "reflog ") {
			made = append(made, r.id)
		}
	}
	out := map[string]plumbing.Hash{}
	for i := 0; i+1 < len(made); i++ {
		out[fmt.Sprintf("stash@{%d}", len(made)-1-i)] = made[i]
	}
	return out
}

// held gives the secrets that an object holds: a commit, a tree, a blob, or a tag
// that leads to one.
func (x *exposures) held(id plumbing.Hash, stash bool) set {
	w := x.walk
	for range maxTags {
		if k, ok := w.stepOf[id]; ok {
			all := x.holds[k]
			for i, p := range w.steps[k].parents {
				if n, ok := w.stepOf[p]; ok && stash && i > 0 {
					all = x.sets.union(all, x.holds[n])
				}
			}
			return all
		}
		if held, ok := x.blobs[id]; ok {
			return held
		}
		typ, err := w.kind(id)
		if err != nil {
			x.unread("object", id, err)
			return 0
		}
		switch typ {
		case plumbing.BlobObject:
			return 0
		case plumbing.TreeObject:
			all, _ := x.tree(id, 0)
			return all
		}
		data, err := w.store.read(id, plumbing.TagObject)
		if err != nil {
			x.unread("tag", id, err)
			return 0
		}
		t, err := parseTag(data)
		if err != nil {
			x.unread("tag", id, err)
			return 0
		}
		id = t.target
	}
	x.unread("tag", id, errLongTag)
	return 0
}
