package gitsource

import "github.com/go-git/go-git/v5/plumbing"

// leads are the entries of trees through which wanted objects are reached. They
// are found from below: first the trees that hold a wanted object, then those
// that hold these, up to the roots; along the deltas an entry is carried from a
// tree to those that take it over.
type leads struct {
	delta *delta
	rows  [][]lead // by row of the tree table
	holds []bool   // by number: a tree with leads
}

// lead is an entry, by its place in its tree.
type lead struct {
	at uint32
	fresh
}

func newLeads(d *delta) *leads {
	l := &leads{delta: d, rows: make([][]lead, len(d.trees.rows)), holds: make([]bool, len(d.kinds))}
	order := d.basesFirst()
	for l.pass(order) {
	}
	return l
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

// pass finds the leads as far as they are known, and reports whether more trees
// hold some than before.
func (l *leads) pass(order []int32) (more bool) {
	t := &l.delta.trees
	var found []lead
	for _, i := range order {
		row := &t.rows[i]
		var below []lead
		if row.base >= 0 {
			below = l.rows[l.delta.row[row.base]]
		}
		found = found[:0]
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
		if len(found) > len(l.rows[i]) { // leads are only ever added
			l.rows[i] = append([]lead(nil), found...)
		}
		if len(found) > 0 && !l.holds[row.number] {
			l.holds[row.number] = true
			more = true
		}
	}
	return more
}

// entries gives the leads of a tree as its entries.
func (l *leads) entries(tree uint32) []treeEntry {
	found := l.rows[l.delta.row[tree]]
	out := make([]treeEntry, len(found))
	for i, e := range found {
		out[i] = treeEntry{kind: e.kind(), name: l.delta.trees.names[e.name()], id: l.delta.id(e.object)}
	}
	return out
}

// read gives the leads of a tree, or says that it was not read.
func (l *leads) read(id plumbing.Hash) ([]treeEntry, bool) {
	n, ok := l.delta.find(&id)
	if !ok || l.delta.row[n] < 0 || l.delta.trees.rows[l.delta.row[n]].bad || l.delta.kinds[n] != plumbing.TreeObject {
		return nil, false
	}
	return l.entries(n), true
}
