package engine

import (
	"testing"

	"leakline/detectors"
)

// automaton is the opposite choice to the prefilter: an Aho-Corasick automaton
// over the same literals, case folded, one table look-up for each byte. It only
// notes that some literal ends at a byte.
type automaton struct {
	class [256]uint8
	width int
	next  []int32
	ends  []bool
}

func newAutomaton(literals []literal) *automaton {
	a := &automaton{width: 1}
	fold := func(c byte) byte {
		if c >= 'A' && c <= 'Z' {
			return c | 0x20
		}
		return c
	}
	for _, l := range literals {
		for i := range len(l.head()) {
			if c := fold(l.text[i]); a.class[c] == 0 {
				a.class[c] = uint8(a.width)
				a.width++
			}
		}
	}
	for c := range 256 {
		a.class[c] = a.class[fold(byte(c))]
	}
	state := func() int32 {
		for range a.width {
			a.next = append(a.next, -1)
		}
		a.ends = append(a.ends, false)
		return int32(len(a.ends) - 1)
	}
	state()
	for _, l := range literals {
		at := int32(0)
		for i := range len(l.head()) {
			k := at*int32(a.width) + int32(a.class[l.text[i]])
			if a.next[k] < 0 {
				n := state()
				a.next[k] = n
			}
			at = a.next[k]
		}
		a.ends[at] = true
	}
	fail := make([]int32, len(a.ends))
	var queue []int32
	for c := range a.width {
		if a.next[c] < 0 {
			a.next[c] = 0
		} else {
			queue = append(queue, a.next[c])
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		a.ends[s] = a.ends[s] || a.ends[fail[s]]
		for c := range a.width {
			k := int(s)*a.width + c
			back := a.next[int(fail[s])*a.width+c]
			if n := a.next[k]; n < 0 {
				a.next[k] = back
			} else {
				fail[n] = back
				queue = append(queue, n)
			}
		}
	}
	return a
}

func (a *automaton) count(data []byte) int {
	n, s := 0, int32(0)
	for _, c := range data {
		s = a.next[s*int32(a.width)+int32(a.class[c])]
		if a.ends[s] {
			n++
		}
	}
	return n
}

// someSource is 32 MB of the Go source tree.
func someSource(b *testing.B) []byte {
	b.Helper()
	var all []byte
	for _, f := range goSource(b) {
		if all = append(all, f...); len(all) > 32<<20 {
			break
		}
	}
	return all
}

func BenchmarkPrefilter(b *testing.B) {
	s := mustCompile(b, detectors.Catalogue())
	data := someSource(b)
	b.SetBytes(int64(len(data)))
	n := 0
	for b.Loop() {
		n = 0
		s.Anchors(data, 0, len(data), func(Anchor) { n++ })
	}
	b.ReportMetric(float64(n), "anchors")
	b.ReportMetric(float64(len(s.literals)), "literals")
}

func BenchmarkPrefilterAsAutomaton(b *testing.B) {
	s := mustCompile(b, detectors.Catalogue())
	data := someSource(b)
	a := newAutomaton(s.literals)
	b.SetBytes(int64(len(data)))
	n := 0
	for b.Loop() {
		n = a.count(data)
	}
	b.ReportMetric(float64(n), "hits")
	b.ReportMetric(float64(4*len(a.next))/1e6, "MB-of-tables")
}
