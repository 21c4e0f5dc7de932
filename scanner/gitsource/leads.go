package gitsource

import (
	"encoding/binary"

	"github.com/go-git/go-git/v5/plumbing"
)

// leads are the entries of trees through which wanted objects are reached. They
// are found from below: first the trees that hold a wanted object, then those
// that hold these, up to the roots; along the deltas an entry is carried from a
// tree to those that take it over.
//
// Trees that lead to the same objects by the same names are one: the first of them
// stands for all. So a commit that changes nothing about what is wanted has the
// root tree of the commit before.
type leads struct {
	delta *delta
	rows  [][]lead // by row of the tree table
	holds []bool   // by number: a tree with leads
	first []int32  // by row: the row that stands for it

	buffer []lead
}

// lead is an entry, by its place in its tree.
type lead struct {
	at uint32
	fresh
}

func newLeads(d *delta) *leads {
	l := &leads{delta: d, rows: make([][]lead, len(d.trees.rows)), holds: make([]bool, len(d.kinds))}
	l.find()
	return l
}

// find finds the leads to what is wanted. It may be called again when more is.
func (l *leads) find() {
	var queue []int32
	for _, i := range l.delta.basesFirst() {
		if l.look(i) {
			queue = append(queue, i)
		}
	}
	if len(queue) > 0 {
		l.climb(queue)
	}
}

// unite finds the trees that lead to the same.
func (l *leads) unite() {
	l.first = make([]int32, len(l.rows))
	for i := range l.first {
		l.first[i] = unknownRow
	}
	byText := map[string]int32{}
	for i := range l.rows {
		l.uniteRow(int32(i), 0, byText)
	}
	for i, f := range l.first {
		if int(f) != i {
			l.rows[i] = nil
		}
	}
}

// The row that stands for another, before it is known and while it is sought.
const (
	unknownRow = -1
	soughtRow  = -2
)

// uniteRow finds which row stands for one, after those of the trees in it.
func (l *leads) uniteRow(i int32, depth int, byText map[string]int32) int32 {
	if l.first[i] != unknownRow {
		return l.first[i]
	}
	l.first[i] = soughtRow
	text := make([]byte, 0, 9*len(l.rows[i]))
	for k := range l.rows[i] {
		e := &l.rows[i][k]
		if row, ok := l.row(e.object); ok && e.kind() == kindTree {
			// No tree holds itself, whatever a broken store says; what lies deeper than
			// trees may nest is reported by whoever enters it.
			if f := l.uniteBelow(row, depth, byText); f >= 0 {
				e.object = l.delta.trees.rows[f].number
			}
		}
		text = binary.LittleEndian.AppendUint32(text, e.what)
		text = binary.LittleEndian.AppendUint32(text, e.object)
	}
	f, ok := byText[string(text)]
	if !ok {
		f = i
		byText[string(text)] = i
	}
	l.first[i] = f
	return f
}

// uniteBelow is uniteRow for a tree in another.
func (l *leads) uniteBelow(i int32, depth int, byText map[string]int32) int32 {
	if depth > maxDepth && l.first[i] == unknownRow {
		return unknownRow
	}
	return l.uniteRow(i, depth+1, byText)
}

// row gives the row of a tree that was read whole.
func (l *leads) row(n uint32) (int32, bool) {
	d := l.delta
	if d.kinds[n] != plumbing.TreeObject || d.row[n] < 0 || d.trees.rows[d.row[n]].bad {
		return 0, false
	}
	return d.row[n], true
}

// standInOf gives the tree that stands for another, by number.
func (l *leads) standInOf(n uint32) uint32 {
	if row, ok := l.row(n); ok {
		return l.delta.trees.rows[l.first[row]].number
	}
	return n
}

// standIn gives the tree that stands for another.
func (l *leads) standIn(id plumbing.Hash) plumbing.Hash {
	n, ok := l.delta.find(&id)
	if !ok {
		return id
	}
	if first := l.standInOf(n); first != n {
		return l.delta.id(first)
	}
	return id
}

// basesFirst orders the rows of the tree table.
func (d *delta) basesFirst() []int32 {
	rows := d.trees.rows
	order := make([]int32, 0, len(rows))
	placed := make([]bool, len(rows))
	var chain []int32
	for i := range rows {
		for k := int32(i); k >= 0 && !placed[k]; {
			placed[k] = true
			chain = append(chain, k)
			if rows[k].base < 0 {
				break
			}
			k = d.row[rows[k].base]
		}
		for n := len(chain) - 1; n >= 0; n-- {
			order = append(order, chain[n])
		}
		chain = chain[:0]
	}
	return order
}

// look finds the leads of a tree as far as they are known, and reports whether there
// are more than before.
func (l *leads) look(i int32) bool {
	t := &l.delta.trees
	row := &t.rows[i]
	var below []lead
	if row.base >= 0 {
		below = l.rows[l.delta.row[row.base]]
	}
	found := l.buffer[:0]
	at := uint32(0)
	for _, g := range t.segments[row.segments[0]:row.segments[1]] {
		if g.own() {
			for k, e := range t.ownOf(g) {
				if e.kind() != kindModule && (l.delta.wanted[e.object] || l.holds[e.object]) {
					found = append(found, lead{at + uint32(k), e})
				}
			}
		} else {
			for _, e := range below {
				if e.at >= g.from() && e.at < g.from()+g.n {
					found = append(found, lead{e.at - g.from() + at, e.fresh})
				}
			}
		}
		at += g.n
	}
	l.buffer = found
	if len(found) <= len(l.rows[i]) { // leads are only ever added
		return false
	}
	l.rows[i] = append([]lead(nil), found...)
	return true
}

// climb carries leads on: from a tree to those that take entries over from it, and
// to those that hold it.
func (l *leads) climb(queue []int32) {
	x := l.delta.crossings()
	waits := make([]bool, len(l.rows))
	for _, i := range queue {
		waits[i] = true
	}
	again := func(i int32) {
		if l.look(i) && !waits[i] {
			waits[i] = true
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		waits[i] = false
		for c := x.firstBuilt[i]; c >= 0; c = x.nextBuilt[c] {
			again(c)
		}
		n := l.delta.trees.rows[i].number
		if l.holds[n] {
			continue
		}
		l.holds[n] = true
		for r := x.firstRef[n]; r >= 0; r = x.refs[r].next {
			again(x.refs[r].row)
		}
	}
}

// crossings say of each tree which are built on it, and which hold it as an entry of
// their own; as lists, -1 at their ends.
type crossings struct {
	firstBuilt, nextBuilt []int32 // by row
	firstRef              []int32 // by number
	refs                  []treeRef
}

type treeRef struct{ row, next int32 }

func (d *delta) crossings() *crossings {
	t := &d.trees
	x := &crossings{
		firstBuilt: make([]int32, len(t.rows)), nextBuilt: make([]int32, len(t.rows)), firstRef: make([]int32, len(d.kinds)),
	}
	for i := range x.firstBuilt {
		x.firstBuilt[i], x.nextBuilt[i] = -1, -1
	}
	for n := range x.firstRef {
		x.firstRef[n] = -1
	}
	for i := range t.rows {
		row := &t.rows[i]
		if row.base >= 0 {
			b := d.row[row.base]
			x.nextBuilt[i], x.firstBuilt[b] = x.firstBuilt[b], int32(i)
		}
		for _, g := range t.segments[row.segments[0]:row.segments[1]] {
			if !g.own() {
				continue
			}
			for _, e := range t.ownOf(g) {
				if e.kind() == kindTree {
					x.refs = append(x.refs, treeRef{int32(i), x.firstRef[e.object]})
					x.firstRef[e.object] = int32(len(x.refs) - 1)
				}
			}
		}
	}
	return x
}

// read gives the leads of a tree as its entries, or says that it was not read.
func (l *leads) read(id plumbing.Hash) ([]treeEntry, bool) {
	n, ok := l.delta.find(&id)
	if !ok {
		return nil, false
	}
	row, ok := l.row(n)
	if !ok {
		return nil, false
	}
	found := l.rows[l.first[row]]
	out := make([]treeEntry, len(found))
	for i, e := range found {
		out[i] = treeEntry{kind: e.kind(), name: l.delta.trees.names[e.name()], id: l.delta.id(e.object)}
	}
	return out, true
}
