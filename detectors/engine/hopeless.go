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

// standsAlone says whether the literal at pos can be a word of its own, from the
// bytes beside it alone: what most anchors of short words fail at.
func (v *view) standsAlone(l *literal, pos int) bool {
	if isLower(v.at(pos-1)) && isLower(v.at(pos)) && !v.openBefore(pos, "") {
		return false
	}
	after := v.at(pos + len(l.text))
	return !isLower(after) || !isLower(v.at(pos+len(l.text)-1)) || l.next[after]
}

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
	first := len(l.detectors) == 1 && l.least == 0
	l.alone = l.alone && n.words[0] == l.text
	l.next['s'] = true // the plural
	if len(n.words) > 1 {
		l.next[n.words[1][0]] = true
	}
	if w := n.weight(); first || w < l.least {
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
