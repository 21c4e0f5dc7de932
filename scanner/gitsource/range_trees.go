package gitsource

import (
	"github.com/go-git/go-git/v5/plumbing"
)

// treeCache keeps trees that were read, for those of a commit are compared with
// its parents' and then its children's with them.
type treeCache struct {
	store  *store
	trees  map[plumbing.Hash]*knownTree
	older  map[plumbing.Hash]*knownTree // what was kept before the last turn
	weight int
	// compared counts the pairs of trees of the comparison that is going on.
	compared int
}

// maxCachedEntries is how many entries of trees are kept twice over.
const maxCachedEntries = 200_000

// knownTree is a tree that was read.
type knownTree struct {
	entries []treeEntry
	byName  map[string]int32 // made when first needed
	err     error            // entries are those before it
}

func newTreeCache(s *store) *treeCache {
	return &treeCache{store: s, trees: map[plumbing.Hash]*knownTree{}}
}

// tree gives a tree; one that cannot be read has an error, and no entries or
// those before what is malformed.
func (c *treeCache) tree(id plumbing.Hash) *knownTree {
	if t := c.trees[id]; t != nil {
		return t
	}
	t := c.older[id]
	if t == nil {
		t = &knownTree{}
		var data []byte
		if data, t.err = c.store.read(id, plumbing.TreeObject); t.err == nil {
			t.entries, t.err = parseTree(data)
		}
	}
	if c.weight += len(t.entries) + 1; c.weight > maxCachedEntries {
		c.trees, c.older, c.weight = map[plumbing.Hash]*knownTree{}, c.trees, len(t.entries)+1
	}
	c.trees[id] = t
	return t
}

// find gives the entry of a name.
func (t *knownTree) find(name string) (treeEntry, bool) {
	if t.byName == nil {
		t.byName = make(map[string]int32, len(t.entries))
		for i, e := range t.entries {
			t.byName[e.name] = int32(i)
		}
	}
	i, ok := t.byName[name]
	if !ok {
		return treeEntry{}, false
	}
	return t.entries[i], true
}

// maxCompared is how many pairs of trees one comparison looks at. What is left
// counts as changed: hostile trees name ten thousand million paths.
const maxCompared = 100_000

// same says whether two trees agree on all that a filter is about, modes
// included. The zero hash is no tree.
func (c *treeCache) same(a, b plumbing.Hash, f *pathFilter) bool {
	c.compared = 0
	return c.sameAt(a, b, "", f)
}

func (c *treeCache) sameAt(a, b plumbing.Hash, dir string, f *pathFilter) bool {
	if a == b {
		return true
	}
	if c.compared++; c.compared > maxCompared {
		return false
	}
	x, y := c.orNone(a), c.orNone(b)
	if x.err != nil || y.err != nil {
		return false
	}
	for _, e := range x.entries {
		other, ok := y.find(e.name)
		if !c.sameEntry(e, other, ok, dir, f) {
			return false
		}
	}
	for _, e := range y.entries {
		if other, ok := x.find(e.name); !ok || (other.kind == kindTree) != (e.kind == kindTree) {
			if !c.sameEntry(e, treeEntry{}, false, dir, f) {
				return false
			}
		}
	}
	return true
}

// orNone gives a tree, one without entries for the zero hash.
func (c *treeCache) orNone(id plumbing.Hash) *knownTree {
	if id.IsZero() {
		return &knownTree{}
	}
	return c.tree(id)
}

// sameEntry compares an entry with the one of its name in another tree, if there
// is one.
func (c *treeCache) sameEntry(e, other treeEntry, ok bool, dir string, f *pathFilter) bool {
	name := dir + e.name
	if ok && e.id == other.id && e.mode == other.mode || !f.about(name, e.kind == kindTree) {
		return true
	}
	if e.kind != kindTree {
		return false
	}
	if !ok || other.kind != kindTree {
		other.id = plumbing.ZeroHash
	}
	return c.sameAt(e.id, other.id, name+"/", f)
}
