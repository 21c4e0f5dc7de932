package gitsource

import "math/bits"

// set is a set of secrets, as a number: equal sets have the same number, and the
// empty set is 0. A number means something only together with its sets.
type set uint32

// sets keeps sets of small numbers so that each is stored once, and two that
// differ little share what they have in common: a set is a binary tree whose
// leaves are words of 64 bits. A history in which one secret of thousands comes
// or goes costs a few nodes a change, and sets that share a part are compared at
// the price of what they do not share.
type sets struct {
	height int    // of the tree above the leaves
	nodes  []pair // by number; for a leaf, its word in two halves
	leaf   map[uint64]set
	inner  map[pair]set
	unions map[pair]set // of whole sets
}

// pair is two sets, the lower half of a tree first.
type pair struct{ lo, hi set }

// newSets makes room for the numbers below n.
func newSets(n int) *sets {
	s := &sets{nodes: []pair{{}}, leaf: map[uint64]set{0: 0}, inner: map[pair]set{{}: 0}, unions: map[pair]set{}}
	if n > 64 {
		s.height = bits.Len(uint(n-1) / 64)
	}
	return s
}

// word gives the bits of a leaf.
func (s *sets) word(leaf set) uint64 {
	n := s.nodes[leaf]
	return uint64(n.hi)<<32 | uint64(n.lo)
}

func (s *sets) ofWord(w uint64) set {
	n, ok := s.leaf[w]
	if !ok {
		n = set(len(s.nodes))
		s.nodes = append(s.nodes, pair{set(uint32(w)), set(uint32(w >> 32))})
		s.leaf[w] = n
	}
	return n
}

func (s *sets) ofPair(p pair) set {
	n, ok := s.inner[p]
	if !ok {
		n = set(len(s.nodes))
		s.nodes = append(s.nodes, p)
		s.inner[p] = n
	}
	return n
}

// one is the set of one number.
func (s *sets) one(i int) set {
	n := s.ofWord(1 << (i % 64))
	for h, at := 0, i/64; h < s.height; h, at = h+1, at/2 {
		if at%2 == 0 {
			n = s.ofPair(pair{n, 0})
		} else {
			n = s.ofPair(pair{0, n})
		}
	}
	return n
}

// union is what a or b holds.
func (s *sets) union(a, b set) set {
	switch {
	case a == b || b == 0:
		return a
	case a == 0:
		return b
	case a > b:
		a, b = b, a
	}
	key := pair{a, b}
	u, ok := s.unions[key]
	if !ok {
		u = s.merge(a, b, s.height)
		s.unions[key] = u
	}
	return u
}

func (s *sets) merge(a, b set, height int) set {
	switch {
	case a == b || b == 0:
		return a
	case a == 0:
		return b
	case height == 0:
		return s.ofWord(s.word(a) | s.word(b))
	}
	x, y := s.nodes[a], s.nodes[b]
	return s.ofPair(pair{s.merge(x.lo, y.lo, height-1), s.merge(x.hi, y.hi, height-1)})
}

// without calls f with every number that a holds and b does not, in order.
func (s *sets) without(a, b set, f func(int)) { s.diff(a, b, s.height, 0, f) }

func (s *sets) diff(a, b set, height, base int, f func(int)) {
	if a == b || a == 0 {
		return
	}
	if height > 0 {
		x, y := s.nodes[a], s.nodes[b]
		s.diff(x.lo, y.lo, height-1, base, f)
		s.diff(x.hi, y.hi, height-1, base+64<<(height-1), f)
		return
	}
	for w := s.word(a) &^ s.word(b); w != 0; w &= w - 1 {
		f(base + bits.TrailingZeros64(w))
	}
}
