package gitsource

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// grower enters trees by comparing those of a commit with its parents', so that
// the price is that of the change.
type grower struct {
	walk        *walk
	trees       *treeCache
	paths       *pathFilter
	firstParent bool
	whole       map[treeAt]bool // trees that were entered with nothing to compare with
}

// commit notes what a selected commit brought in: the blobs that none of its
// parents holds at their path.
func (g *grower) commit(pos int32) {
	s := g.walk.step(pos)
	parents := s.parents
	if g.firstParent && len(parents) > 1 {
		parents = parents[:1]
	}
	var before []plumbing.Hash
	for _, p := range parents {
		// A parent that cannot be read was reported if the range goes on there; if
		// not, more is taken for new, never less.
		if tree, err := g.root(p); err == nil {
			before = append(before, tree)
		}
	}
	g.enter(s.tree, before, "", pos, 0)
}

// root gives a commit's tree.
func (g *grower) root(id plumbing.Hash) (plumbing.Hash, error) {
	if k, ok := g.walk.stepOf[id]; ok {
		return g.walk.steps[k].tree, nil
	}
	c, err := g.walk.commit(id)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return c.tree, nil
}

// enter notes what a tree holds and none of the trees that stood there before.
func (g *grower) enter(id plumbing.Hash, before []plumbing.Hash, dir string, pos int32, depth int) {
	w := g.walk
	if slices.Contains(before, id) || w.stop() || !w.forest.mayEnter(id, dir) {
		return
	}
	key := treeAt{id, w.forest.path(dir)}
	if len(before) == 0 {
		if g.whole[key] {
			return // its places are known, from an older commit
		}
		g.whole[key] = true
	}
	r := w.step(pos).round
	if depth > maxDepth {
		w.fail(id, "tree", w.forest.where(dir, pos), r, &readError{classBound, fmt.Errorf("trees nest deeper than %d", maxDepth)})
		return
	}
	tree := g.trees.tree(id)
	if tree.err != nil {
		w.fail(id, "tree", w.forest.where(dir, pos), r, tree.err)
	} else if id != emptyTree || w.store.has(id) {
		w.forest.trees[id] = true
	}
	older := make([]*knownTree, 0, len(before))
	for _, b := range before {
		older = append(older, g.trees.tree(b))
	}
	for _, e := range tree.entries {
		g.entry(e, older, dir, pos, depth)
	}
}

// entry notes one entry of a tree.
func (g *grower) entry(e treeEntry, older []*knownTree, dir string, pos int32, depth int) {
	path := dir + e.name
	if !g.paths.about(path, e.kind == kindTree) {
		return
	}
	var before []plumbing.Hash
	for _, t := range older {
		if o, ok := t.find(e.name); ok && (o.kind == e.kind) {
			before = append(before, o.id)
		}
	}
	if slices.Contains(before, e.id) {
		return
	}
	switch e.kind {
	case kindTree:
		g.enter(e.id, before, path+"/", pos, depth+1)
	case kindModule:
		g.walk.modules.add(path)
	default:
		g.walk.forest.place(e.id, path, pos, g.walk.step(pos).round)
	}
}

// mayEnter bounds at how many paths a tree is entered, see maxPlaces.
func (f *forest) mayEnter(id plumbing.Hash, dir string) bool {
	key := treeAt{id, f.path(dir)}
	if _, ok := f.seen[key]; ok {
		return true
	}
	if f.stands[id] == maxPlaces {
		f.capped++
		return false
	}
	f.stands[id]++
	f.seen[key] = 0
	return true
}

// markTip marks the places that the tip of the default branch still holds. It
// reads the tip's trees only along these places' paths.
func (g *grower) markTip() {
	w := g.walk
	tip, ok := w.refs.tip(w.repo.place.git)
	if !ok {
		return
	}
	root, err := g.root(tip)
	if err != nil {
		return // the tip is outside of the range
	}
	held := map[string]plumbing.Hash{"": root}
	for i := range w.forest.blobs {
		b := &w.forest.blobs[i]
		for k := range b.places {
			path := w.forest.paths[b.places[k].path]
			dir, name := "", path
			if n := strings.LastIndexByte(path, '/'); n >= 0 {
				dir, name = path[:n], path[n+1:]
			}
			e, ok := g.trees.orNone(g.folder(dir, held)).find(name)
			b.places[k].tip = ok && e.kind == kindBlob && e.id == b.id
		}
	}
}

// folder gives the tree of a folder of the tip, the zero hash if there is none.
func (g *grower) folder(dir string, held map[string]plumbing.Hash) plumbing.Hash {
	if id, ok := held[dir]; ok {
		return id
	}
	above, name := "", dir
	if n := strings.LastIndexByte(dir, '/'); n >= 0 {
		above, name = dir[:n], dir[n+1:]
	}
	var id plumbing.Hash
	if e, ok := g.trees.orNone(g.folder(above, held)).find(name); ok && e.kind == kindTree {
		id = e.id
	}
	held[dir] = id
	return id
}
