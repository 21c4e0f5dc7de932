package engine

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"leakline/detectors"
)

// hopeless looks at an anchor before anything is read there: nine in ten stand in
// words and names that no detector of the literal is about, and this says so for the
// price of a few comparisons. What it cannot exclude is judged, and what it read on
// the way, which v records, is part of that verdict too.
func (l *literal) hopeless(v *view, pos int) bool {
	end := pos + len(l.text)
	switch {
	case !l.foldCase:
		return l.begins && wordAt(v, pos-1) && !v.openBefore(pos, l.boundary)
	case l.alone && !v.standsAlone(l, pos):
		return true
	case l.others == nil:
		return false
	}
	lo, hi := v.runBack(pos, maxName, nameBytes), v.run(end, maxName, nameBytes)
	return !(hi-lo >= l.least && l.hasOther(v.data[lo:hi])) && !(l.beside && v.runAhead(end))
}

func nameByte(c int) bool { return c >= 0 && nameBytes[byte(c)] }

// standsAlone says whether the literal at pos can be a word of its own, from the
// bytes beside it alone: what most anchors of short words fail at.
func (v *view) standsAlone(l *literal, pos int) bool {
	after := v.at(pos + len(l.text))
	if c := v.at(pos - 1); isLower(c) && isLower(v.at(pos)) && !l.prev.has(c) && !v.openBefore(pos, "") {
		return l.later && !nameByte(after) // as the last word, it may join any
	}
	return !isLower(after) || !isLower(v.at(pos+len(l.text)-1)) || l.next.has(after)
}

// letterSet is a set of lower-case letters, a bit each.
type letterSet uint32

// add adds a byte, if it is a lower-case letter.
func (s *letterSet) add(c byte) {
	if isLower(int(c)) {
		*s |= 1 << (c - 'a')
	}
}

// has says whether a lower-case letter is in the set.
func (s letterSet) has(c int) bool { return s>>(c-'a')&1 == 1 }

// hasOther says whether one of the words that a name needs beside the literal stands
// in an identifier.
func (l *literal) hasOther(name []byte) bool {
	for _, w := range l.others {
		for i := 0; i+len(w) <= len(name); i++ {
			if name[i]|0x20 == w[0] && bytes.EqualFold(name[i:i+len(w)], []byte(w)) {
				return true
			}
		}
	}
	return false
}

// allow notes what a name demands of what stands around the literal.
func (l *literal) allow(n nameSpec) {
	for len(l.names) < len(l.detectors) {
		l.names = append(l.names, nil)
	}
	last := len(l.names) - 1
	l.names[last] = append(l.names[last], n)
	l.next.add('s') // the plural
	for i, w := range n.words {
		switch {
		case w != l.text:
			continue
		case i > 0:
			before := n.words[i-1]
			l.prev.add(before[len(before)-1])
			l.later = true
		}
		if i+1 < len(n.words) {
			l.next.add(n.words[i+1][0])
		}
	}
	if w := n.weight(); l.least == 0 || w < l.least {
		l.least = w
	}
	other := ""
	for _, w := range n.words {
		if w != l.text && len(w) > len(other) {
			other = w
		}
	}
	switch {
	case other == "":
		l.others, l.single = nil, true
	case !l.single && !slices.Contains(l.others, other):
		l.others = append(l.others, other)
	}
}

// begin notes how a detector's pattern holds the anchor: whether it begins with it,
// and what may not stand before it.
func (l *literal) begin(d *detectors.Detector, anchor string) {
	boundary := d.Boundary
	if boundary == "" {
		boundary = "_-"
	}
	if len(l.detectors) == 1 {
		l.begins, l.boundary = true, boundary
	}
	l.begins = l.begins && l.boundary == boundary && l.text == anchor && beginsWith(d, anchor)
}

// beginsWith says whether every text of a detector's pattern is seen to begin with the
// anchor.
func beginsWith(d *detectors.Detector, anchor string) bool {
	rest, ok := strings.CutPrefix(d.Pattern, regexp.QuoteMeta(anchor))
	return ok && d.Reader == detectors.ReadPattern && !strings.Contains(rest, "|") && (rest == "" || !containsByte("?*+{", int(rest[0])))
}
