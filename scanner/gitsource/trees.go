package gitsource

import (
	"bytes"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner/gitsource/pack"
)

// A repository's trees, unpacked, are most of what it holds, and nearly all of it
// is repeated from one tree to the next. So a tree is kept as its pack has it:
// which entries it takes over from its base, and which are its own.

// fresh is an entry of a tree that is not taken over from the tree's base. what
// is a kindOf in the two upper bits and the number of a name below.
type fresh struct {
	object uint32 // number of the object
	what   uint32
}

const (
	nameBits = 30
	nameMask = 1<<nameBits - 1
)

func (f fresh) kind() kindOf { return kindOf(f.what >> nameBits) }
func (f fresh) name() uint32 { return f.what & nameMask }

// segment is a range of entries: of the base's, or of those that are the tree's
// own.
type segment struct{ first, n uint32 }

// ownBit marks the first entry of a segment as one of the table's own.
const ownBit = 1 << 31

func (g segment) own() bool { return g.first&ownBit != 0 }

// from is the index of the first entry, in the base or among the own ones.
func (g segment) from() uint32 { return g.first &^ ownBit }

// treeRow is one tree.
type treeRow struct {
	number   uint32 // of the object
	base     int32  // number of the tree that it is a delta of, -1 if of none
	segments [2]uint32
	entries  uint32
	bad      bool // an entry was malformed: the tree ends before it
}

// treeTable is the trees that were read.
type treeTable struct {
	rows     []treeRow
	segments []segment
	own      []fresh
	names    []string
}

// ownOf gives the entries of a segment of own ones.
func (t *treeTable) ownOf(g segment) []fresh { return t.own[g.from() : g.from()+g.n] }

// treeReader reads trees along their deltas, into a table. It is used by one
// goroutine.
type treeReader struct {
	treeTable
	nameOf  map[string]uint32
	resolve func(id *plumbing.Hash) uint32
	number  func(pos int) uint32
	runs    []run // of the tree that is read
	begin   int   // of its segments
	free    []*treeState
}

// treeState is what is known of a tree for those built on it: where each entry
// begins, and where the last one ends.
type treeState struct{ starts []uint32 }

func (t *treeReader) state() *treeState {
	if n := len(t.free); n > 0 {
		s := t.free[n-1]
		t.free = t.free[:n-1]
		s.starts = s.starts[:0]
		return s
	}
	return &treeState{}
}

// mark and forget drop the trees that were read since a mark.
func (t *treeReader) mark() [3]int { return [3]int{len(t.rows), len(t.segments), len(t.own)} }

func (t *treeReader) forget(m [3]int) {
	t.rows, t.segments, t.own = t.rows[:m[0]], t.segments[:m[1]], t.own[:m[2]]
}

// read reads a tree. The state is nil if it is malformed.
func (t *treeReader) read(number uint32, o *pack.Object) *treeState {
	row := treeRow{number: number, base: -1, segments: [2]uint32{uint32(len(t.segments)), 0}}
	t.begin = len(t.segments)
	var base *treeState
	t.runs = t.runs[:0]
	if o.Base != nil {
		if base, _ = o.Base.State.(*treeState); base != nil {
			row.base = int32(t.number(o.Base.Pos))
			t.runs = mergeRuns(t.runs, o.Copies)
		}
	}
	s := t.state()
	ok := t.entries(s, base, o.Data)
	row.segments[1] = uint32(len(t.segments))
	row.entries, row.bad = uint32(len(s.starts)), !ok
	t.rows = append(t.rows, row)
	if !ok {
		return nil
	}
	s.starts = append(s.starts, uint32(len(o.Data)))
	return s
}

// entries finds the entries of a tree: those that lie within one copied range and
// are entries of the base are taken over, the rest are parsed.
func (t *treeReader) entries(s, base *treeState, data []byte) bool {
	next := 0 // run
	for p := 0; p < len(data); {
		for next < len(t.runs) && t.runs[next].Dst+t.runs[next].Len <= p {
			next++
		}
		if next < len(t.runs) {
			if n := t.takeOver(s, base, &t.runs[next], p); n > 0 {
				p += n
				continue
			}
		}
		n := t.parse(data[p:])
		if n == 0 {
			return false
		}
		s.starts = append(s.starts, uint32(p))
		p += n
	}
	return true
}

// takeOver takes over the entries of the base from offset p of the tree on, which
// begins an entry. It returns how many bytes they have.
func (t *treeReader) takeOver(s, base *treeState, r *run, p int) int {
	if p < r.Dst {
		return 0
	}
	at := uint32(p - r.Dst + r.Src)
	first, ok := slices.BinarySearch(base.starts, at)
	if !ok {
		return 0
	}
	// The first entry that is not wholly copied: the one before it ends in time.
	last, ok := slices.BinarySearch(base.starts, uint32(r.Src+r.Len))
	if !ok {
		last--
	}
	if last <= first {
		return 0
	}
	move := uint32(p) - at
	for _, b := range base.starts[first:last] {
		s.starts = append(s.starts, b+move)
	}
	t.segments = append(t.segments, segment{uint32(first), uint32(last - first)})
	return int(base.starts[last] - at)
}

// parse reads one entry: mode, space, name, zero byte, id. It returns its length,
// 0 if it is malformed.
func (t *treeReader) parse(data []byte) int {
	space := bytes.IndexByte(data[:min(len(data), 32)], ' ')
	if space <= 0 {
		return 0
	}
	end := bytes.IndexByte(data[space:], 0)
	if end < 0 || len(data) < space+end+1+len(plumbing.ZeroHash) {
		return 0
	}
	end += space
	mode := uint32(0)
	for _, c := range data[:space] {
		if c < '0' || c > '7' {
			return 0
		}
		mode = mode<<3 | uint32(c-'0')
	}
	kind := modeKind(mode)
	e := fresh{what: uint32(kind)<<nameBits | t.name(data[space+1:end])}
	if kind != kindModule {
		e.object = t.resolve((*plumbing.Hash)(data[end+1 : end+1+len(plumbing.ZeroHash)]))
	}
	if n := len(t.segments); n > t.begin && t.segments[n-1].own() {
		t.segments[n-1].n++
	} else {
		t.segments = append(t.segments, segment{uint32(len(t.own)) | ownBit, 1})
	}
	t.own = append(t.own, e)
	return end + 1 + len(plumbing.ZeroHash)
}

// name numbers a name.
func (t *treeReader) name(b []byte) uint32 {
	n, ok := t.nameOf[string(b)]
	if !ok {
		n = uint32(len(t.names))
		t.names = append(t.names, string(b))
		t.nameOf[t.names[n]] = n
	}
	return n
}
