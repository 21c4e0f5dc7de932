package rules

import (
	"fmt"
	"slices"
)

// words finds many words in one pass over a text, without regard to the case of ASCII
// letters: an automaton after Aho and Corasick (Communications of the ACM 18, 1975)
// whose every state has its successor for every class of bytes.
//
// Opposite choice, measured beside it (BenchmarkWordByWord): bytes.Index for each word
// on a copy in lower case, which costs a pass over the text for each.
type words struct {
	list    []string
	class   [256]uint8
	classes int
	next    []uint32 // by state·classes + class; the states are multiplied already
	ends    [][]int32
}

// hit marks a state in which words end.
const hit = 1 << 31

// newWords makes the automaton. The words are distinct, in lower case and not empty.
func newWords(list []string) (*words, error) {
	w := &words{list: list}
	size := 1
	for _, word := range list {
		size += len(word)
	}
	if size > maxWords {
		return nil, fmt.Errorf("the keywords have more than %d bytes in all", maxWords)
	}
	w.classify()
	w.next = make([]uint32, 0, size*w.classes)
	w.state()
	for i, word := range list {
		s := 0
		for _, c := range []byte(word) {
			at := s*w.classes + int(w.class[c])
			if w.next[at] == 0 {
				w.next[at] = uint32(w.state())
			}
			s = int(w.next[at])
		}
		w.ends[s] = append(w.ends[s], int32(i))
	}
	w.link()
	return w, nil
}

// classify gives every byte that stands in a word a class of its own, and all others
// class 0.
func (w *words) classify() {
	var used [256]bool
	for _, word := range w.list {
		for _, c := range []byte(word) {
			used[c] = true
		}
	}
	w.classes = 1
	for c, u := range used {
		if u {
			w.class[c] = uint8(w.classes) // there are fewer than 256: no word has a capital letter
			w.classes++
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		w.class[c] = w.class[c|0x20]
	}
}

// state adds a state without successors.
func (w *words) state() int {
	w.next = append(w.next, make([]uint32, w.classes)...)
	w.ends = append(w.ends, nil)
	return len(w.ends) - 1
}

// link fills in the successors that leave the words' own paths, breadth first, and
// multiplies the states.
func (w *words) link() {
	n := w.classes
	fail := make([]uint32, len(w.ends))
	queue := make([]uint32, 0, len(w.ends))
	for _, to := range w.next[:n] {
		if to != 0 {
			queue = append(queue, to)
		}
	}
	for k := 0; k < len(queue); k++ {
		s := int(queue[k])
		f := int(fail[s])
		if len(w.ends[f]) > 0 {
			w.ends[s] = append(slices.Clone(w.ends[s]), w.ends[f]...)
		}
		for c := range n {
			to := w.next[s*n+c]
			if to == 0 {
				w.next[s*n+c] = w.next[f*n+c]
				continue
			}
			fail[to] = w.next[f*n+c]
			queue = append(queue, to)
		}
	}
	for i, to := range w.next {
		w.next[i] = to * uint32(n)
		if len(w.ends[to]) > 0 {
			w.next[i] |= hit
		}
	}
}

// scan calls found for every occurrence of a word, with its index and its end.
func (w *words) scan(data []byte, found func(word, end int)) {
	s := uint32(0)
	next, class := w.next, &w.class
	for i, c := range data {
		s = next[s+uint32(class[c])]
		if s&hit != 0 {
			s &^= hit
			for _, word := range w.ends[int(s)/w.classes] {
				found(int(word), i+1)
			}
		}
	}
}
