package engine

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// prefilter finds literals in one pass. Of every literal of five bytes or more it
// watches for two windows of four bytes, one byte apart, the two that are rarest in
// source code, with the case bit set so that case does not matter: so only every
// second byte begins a window that has to be looked up, and whichever of the two
// stands there is seen. Shorter literals are watched for by three bytes, at every
// byte. Whether any literal has the window at hand is one multiplication and one bit
// of a table that stays in the first-level cache, no look-up waits for the one before,
// and no branch is taken for each; only then are the windows and the literals
// themselves compared.
//
// Opposite choices, measured: one table for windows of three bytes at every byte
// (a third of all blocks then had to be looked at closely, 0.4 of the speed), and
// beside it (BenchmarkPrefilterAsAutomaton) an Aho-Corasick automaton over the same
// literals, whose every look-up waits for the one before and whose tables outgrow the
// cache.
type prefilter struct {
	wide    table // windows of four bytes
	narrow  table // windows of three
	longest int   // length of the longest head
	heads   []head
}

// head is what is looked for of a literal. They lie close together: what they are
// compared with is looked up at random.
type head struct {
	text     string
	foldCase bool
}

// table holds windows by their hash.
type table struct {
	bits    [1 << (bitsBits - 6)]uint64
	heads   [1<<hashBits + 1]uint16
	entries []entry
}

const (
	bitsBits   = 17
	hashBits   = 15
	windowSize = 4
	blockSize  = 6 // bytes that begin the windows of eight
	threeBytes = 1<<24 - 1
	// hashFactor is 2^32 divided by the golden ratio: it spreads the four bytes
	// over the upper bits (Knuth, The Art of Computer Programming 3, 6.4).
	hashFactor = 2654435769
	caseBits   = 0x20202020
)

// entry says that a literal's window is key, offset bytes into the literal.
type entry struct {
	key     uint32
	literal uint16
	offset  uint8
	even    bool // only at every second byte
}

// literal is what the prefilter looks for.
type literal struct {
	text      string // as written; lower case if foldCase
	anchor    string // what text stands for: itself, or the anchor that it escapes
	foldCase  bool   // letters of either case stand for each other
	detectors []int  // indices in the set
	// names are, of each of the detectors, the names that the literal is looked for.
	names  [][]nameSpec
	beside bool // a value may stand beside it that is not assigned to it
	// alone says that the literal is a short word, which must be one of its own in an
	// identifier: prev and next are the lower-case letters that may stand before and
	// behind it, of the words beside it; later says that it follows a word in a name.
	alone, later bool
	prev, next   letterSet
	// least is the number of letters of the shortest name that it is in; others are
	// the words one of which stands beside it in each of them, nil if it is a name of
	// its own, which single says.
	least  int
	others []string
	single bool
	// begins says that all texts with it begin with it, and boundary what must not
	// stand before them.
	begins   bool
	boundary string
}

// maxHead is how many bytes of a literal the prefilter looks for: few enough that
// little has to be searched where two copied ranges of a delta meet, and enough to
// be rare. Whether the rest stands there too is part of the verdict.
const maxHead = 12

// head is what the prefilter looks for.
func (l *literal) head() string { return l.text[:min(len(l.text), maxHead)] }

func hash(key uint32) uint32 { return key * hashFactor >> (32 - hashBits) }

// window is the key of the first bytes of b: four, or three if it has no more.
func window(b string) uint32 {
	key := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	if len(b) == windowSize-1 {
		return (key | caseBits) & threeBytes
	}
	return key | uint32(b[3])<<24 | caseBits
}

// newPrefilter builds the tables. Literals have at least three bytes.
func newPrefilter(literals []literal) (*prefilter, error) {
	p := &prefilter{}
	var wide, narrow []entry
	costs := windowCosts()
	for i, l := range literals {
		head := l.head()
		p.heads = append(p.heads, headOf(&l))
		p.longest = max(p.longest, len(head))
		add := func(to *[]entry, at, size int, even bool) {
			*to = append(*to, entry{window(head[at : at+size]), uint16(i), uint8(at), even})
		}
		switch n := len(l.text); {
		case n < windowSize-1 || n > math.MaxUint8:
			return nil, fmt.Errorf("literal %q has %d bytes, not 3 to 255", l.text, n)
		case n < windowSize:
			add(&narrow, 0, windowSize-1, false)
		case n == windowSize: // begins at a window, or before one
			add(&wide, 0, windowSize, true)
			add(&narrow, 1, windowSize-1, true)
		default:
			at := rarestWindows(head, costs)
			add(&wide, at, windowSize, true)
			add(&wide, at+1, windowSize, true)
		}
	}
	if len(literals) > math.MaxUint16 || len(wide) > math.MaxUint16 {
		return nil, fmt.Errorf("%d literals are too many", len(literals))
	}
	p.wide.index(wide)
	p.narrow.index(narrow)
	return p, nil
}

// index sorts the entries by hash (a counting sort) and sets the bits.
func (t *table) index(all []entry) {
	for _, e := range all {
		h := hash(e.key)
		t.heads[h+1]++
		b := bit(e.key)
		t.bits[b>>6] |= 1 << (b & 63)
	}
	for h := range len(t.heads) - 1 {
		t.heads[h+1] += t.heads[h]
	}
	t.entries = make([]entry, len(all))
	next := t.heads
	for _, e := range all {
		h := hash(e.key)
		t.entries[next[h]] = e
		next[h]++
	}
}

// bit is the place of a window among the bits.
func bit(key uint32) uint32 { return key * hashFactor >> (32 - bitsBits) }

// has is 1 if a window with this key may be in the table, else 0.
func (t *table) has(key uint32) uint64 {
	b := bit(key)
	return t.bits[b>>6] >> (b & 63) & 1
}

// scan calls found for every literal whose head begins in data[from:to].
func (p *prefilter) scan(data []byte, from, to int, found func(Anchor)) {
	last := min(len(data), to+p.longest)
	i := from
	for ; i+windowSize-1 <= last && i+8 <= len(data); i += blockSize { // it may look beyond last
		w := binary.LittleEndian.Uint64(data[i:]) | caseBits<<32 | caseBits
		wide := p.wide.has(uint32(w)) | p.wide.has(uint32(w>>16))<<2 | p.wide.has(uint32(w>>32))<<4
		narrow := p.narrow.has(uint32(w)&threeBytes) | p.narrow.has(uint32(w>>8)&threeBytes)<<1 |
			p.narrow.has(uint32(w>>16)&threeBytes)<<2 | p.narrow.has(uint32(w>>24)&threeBytes)<<3 |
			p.narrow.has(uint32(w>>32)&threeBytes)<<4 | p.narrow.has(uint32(w>>40))<<5
		if wide|narrow == 0 {
			continue
		}
		for ; wide != 0; wide &= wide - 1 {
			k := bits.TrailingZeros64(wide)
			p.wide.compare(data, p.heads, i+k, uint32(w>>(8*k)), true, from, to, found)
		}
		for ; narrow != 0; narrow &= narrow - 1 {
			k := bits.TrailingZeros64(narrow)
			p.narrow.compare(data, p.heads, i+k, uint32(w>>(8*k))&threeBytes, k&1 == 0, from, to, found)
		}
	}
	// The rest is read from a copy that is padded with zero bytes.
	var tail [16]byte
	for copy(tail[:], data[min(i, last):last]); i+windowSize-1 <= last; i++ {
		key := binary.LittleEndian.Uint32(tail[:]) | caseBits
		even := (i-from)&1 == 0
		if even {
			p.wide.compare(data, p.heads, i, key, even, from, to, found)
		}
		p.narrow.compare(data, p.heads, i, key&threeBytes, even, from, to, found)
		copy(tail[:], tail[1:])
	}
}

// compare reports the literals whose window stands at i and whose head around it.
func (t *table) compare(data []byte, heads []head, i int, key uint32, even bool, from, to int, found func(Anchor)) {
	h := hash(key)
	for _, e := range t.entries[t.heads[h]:t.heads[h+1]] {
		start := i - int(e.offset)
		if e.key != key || e.even && !even || start < from || start >= to {
			continue
		}
		l := &heads[e.literal]
		if n := len(l.text); start+n <= len(data) && l.equal(data[start:start+n]) {
			found(Anchor{Pos: start, Literal: int(e.literal)})
		}
	}
}

func headOf(l *literal) head { return head{l.head(), l.foldCase} }

// equal says whether b, of the head's length, is the head.
func (h *head) equal(b []byte) bool {
	if !h.foldCase {
		return string(b) == h.text
	}
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != h.text[i] {
			return false
		}
	}
	return true
}
