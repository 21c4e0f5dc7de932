package gitsource

import (
	"github.com/go-git/go-git/v5/plumbing"
)

// census follows everything that refs, reflogs and the index lead to, by numbers
// alone: it says of each object which round reached it first, and meets every
// path at which something stands.
//
// A tree is entered once at each path, and of it only the entries that it does not
// take over from its base: those are met where the base is entered at the same
// path. What is built on a base that was not entered there is unfolded whole.
type census struct {
	delta *delta
	// first and notes give by number the first round that reached an object, and
	// the first of those that walk notes; each plus one, 0 for none.
	first, notes []uint8

	paths   []censusPath
	pathOf  map[pathName]uint32
	entered map[treeSpot]struct{}
	stands  []uint16 // by number: at how many paths a tree was entered
	modules map[uint32]struct{}
	capped  int
	// secret says of a path that it must be looked at: its blobs are suspects.
	secret   func(path string) bool
	suspects []uint32

	todo, later []treeSpot
	now         round
}

// censusPath is a path, as the path of a folder and a name in it.
type censusPath struct {
	folder, name uint32
	depth        uint16 // folders above
	blob         bool   // a blob stands there
	suspect      bool
	scanned      bool // and one of them was scanned
}

type pathName struct{ folder, name uint32 }

type treeSpot struct{ tree, path uint32 }

const rootPath = 0

func newCensus(d *delta, secret func(string) bool) *census {
	n := len(d.kinds)
	return &census{
		delta: d, first: make([]uint8, n), notes: make([]uint8, n), secret: secret,
		paths: make([]censusPath, 1), pathOf: map[pathName]uint32{}, entered: make(map[treeSpot]struct{}, len(d.trees.rows)),
		stands: make([]uint16, n), modules: map[uint32]struct{}{},
	}
}

// mark notes that the present round reaches an object.
func (c *census) mark(n uint32) {
	marks := c.first
	if c.now.notes() {
		marks = c.notes
	}
	if marks[n] == 0 {
		marks[n] = uint8(c.now) + 1
	}
}

// reached says that any round has reached an object.
func (c *census) reached(n uint32) bool { return c.first[n] != 0 || c.notes[n] != 0 }

// round gives the first round that reached an object, and whether only notes lead
// to it; what none reached is unreachable.
func (c *census) round(n uint32) (r round, notes bool) {
	a, b := c.first[n], c.notes[n]
	switch {
	case a == 0 && b == 0:
		return roundUnreachable, false
	case a == 0:
		return round(b - 1), true
	case b == 0 || a < b:
		return round(a - 1), false
	}
	return round(b - 1), false
}

// enter enters a tree at a path, and all below it, but for what it takes over.
func (c *census) enter(tree, path uint32) {
	c.spot(treeSpot{tree, path})
	c.drain()
}

// drain follows what was met and not followed yet.
func (c *census) drain() {
	for len(c.todo) > 0 {
		s := c.todo[len(c.todo)-1]
		c.todo = c.todo[:len(c.todo)-1]
		c.own(s)
	}
}

// settle ends a round: only now is it known which bases were entered.
func (c *census) settle() {
	for len(c.later) > 0 {
		c.unfold()
		c.drain()
	}
}

// spot notes that a tree stands at a path.
func (c *census) spot(s treeSpot) {
	if c.delta.kinds[s.tree] != plumbing.TreeObject {
		c.mark(s.tree)
		return
	}
	if c.paths[s.path].depth > maxDepth {
		c.suspects = append(c.suspects, s.tree) // whoever attributes it reports the bound
		return
	}
	fresh := !c.marked(s.tree)
	if _, ok := c.entered[s]; ok && !fresh {
		return
	} else if !ok && !c.room(s) {
		return
	}
	c.mark(s.tree)
	c.entered[s] = struct{}{}
	c.todo = append(c.todo, s)
}

// marked says that this kind of round has reached an object.
func (c *census) marked(n uint32) bool {
	if c.now.notes() {
		return c.notes[n] != 0
	}
	return c.first[n] != 0
}

// room says whether a tree may be entered at one more path.
func (c *census) room(s treeSpot) bool {
	if c.stands[s.tree] >= maxPlaces {
		c.capped++
		return false
	}
	c.stands[s.tree]++
	return true
}

// own meets the entries that a tree does not take over.
func (c *census) own(s treeSpot) {
	t := &c.delta.trees
	row := &t.rows[c.delta.row[s.tree]]
	for _, g := range t.segments[row.segments[0]:row.segments[1]] {
		if g.own() {
			for _, e := range t.ownOf(g) {
				c.meet(s.path, e)
			}
		}
	}
	if row.base >= 0 {
		c.later = append(c.later, s)
	}
}

// meet meets one entry of a tree at a path.
func (c *census) meet(folder uint32, e fresh) {
	path := c.path(folder, e.name())
	switch e.kind() {
	case kindTree:
		c.spot(treeSpot{e.object, path})
	case kindModule:
		c.modules[path] = struct{}{}
	default:
		c.blob(path, e.object)
	}
}

// blob notes that a blob stands at a path.
func (c *census) blob(path, n uint32) {
	if c.blobAt(path) {
		c.suspects = append(c.suspects, n)
	}
	if c.delta.counted[n] {
		c.paths[path].scanned = true
	}
	c.mark(n)
}

// scanned gives the paths at which a blob was scanned that is not wanted.
func (c *census) scanned() map[string]bool {
	out := map[string]bool{}
	for i := range c.paths {
		if c.paths[i].scanned {
			out[c.text(uint32(i))] = true
		}
	}
	return out
}

// blobAt notes that some blob stands at a path, and says whether the path itself
// must be looked at.
func (c *census) blobAt(path uint32) bool {
	p := &c.paths[path]
	if !p.blob {
		p.blob = true
		p.suspect = c.secret(c.text(path))
	}
	return p.suspect
}

// count gives the number of paths at which a blob stands.
func (c *census) count() int {
	n := 0
	for i := range c.paths {
		if c.paths[i].blob {
			n++
		}
	}
	return n
}

// unfold meets what the trees that wait took over from bases that were not
// entered at the same path.
func (c *census) unfold() {
	wait := c.later
	c.later = nil
	for _, s := range wait {
		row := &c.delta.trees.rows[c.delta.row[s.tree]]
		base := uint32(row.base)
		if _, ok := c.entered[treeSpot{base, s.path}]; ok && c.marked(base) {
			continue
		}
		for _, e := range c.delta.unfolded(s.tree) {
			c.meet(s.path, e)
		}
	}
}

// path numbers a path.
func (c *census) path(folder, name uint32) uint32 {
	key := pathName{folder, name}
	n, ok := c.pathOf[key]
	if !ok {
		n = uint32(len(c.paths))
		c.paths = append(c.paths, censusPath{folder: folder, name: name, depth: c.paths[folder].depth + 1})
		c.pathOf[key] = n
	}
	return n
}

// text gives a path as it is written.
func (c *census) text(path uint32) string {
	if path == rootPath {
		return ""
	}
	p := c.paths[path]
	name := c.delta.trees.names[p.name]
	if p.folder == rootPath {
		return name
	}
	return c.text(p.folder) + "/" + name
}

// unfolded gives all entries of a tree.
func (d *delta) unfolded(tree uint32) []fresh {
	var rows []*treeRow
	for n := int32(tree); n >= 0; {
		row := &d.trees.rows[d.row[n]]
		rows = append(rows, row)
		n = row.base
	}
	var all []fresh
	for i := len(rows) - 1; i >= 0; i-- {
		below := all
		all = make([]fresh, 0, rows[i].entries)
		for _, g := range d.trees.segments[rows[i].segments[0]:rows[i].segments[1]] {
			if g.own() {
				all = append(all, d.trees.ownOf(g)...)
			} else {
				all = append(all, below[g.from():g.from()+g.n]...)
			}
		}
	}
	return all
}
