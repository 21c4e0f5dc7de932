package scanner

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"leakline/detectors/engine"
)

// maxLine is how many bytes of a source line are shown, and maxName of a name.
const (
	maxLine = 200
	maxName = 100
	// lineReach is how far from a secret its line is looked at. It must find the
	// whole of a copy of another secret of which a part would be shown.
	lineReach = maxLine + maxCopy
	maxCopy   = 4 << 10
	maxVeiled = 1 << 10 // bytes of one part of a line that are looked at for what no detector found
)

// ruler finds lines and columns of offsets that do not decrease, in one pass
// over the data however many there are.
type ruler struct {
	data   []byte
	pos    int // how far the data was measured
	line   int // of pos
	begin  int // offset of that line's first byte
	column int // of begin: not 1 for a window that begins within a line
	runes  int // code points from begin to pos; -1 if they can't be counted
}

// byteOrderMark is U+FEFF in UTF-8. At the begin of a content it is no part of
// the text.
var byteOrderMark = []byte("\ufeff")

func newRuler(t text) *ruler {
	r := &ruler{data: t.data, line: t.line, column: t.column}
	switch {
	case t.column != 1: // what stands before it in this line is not here
		r.runes = -1
	case t.line == 1 && bytes.HasPrefix(t.data, byteOrderMark):
		r.pos = len(byteOrderMark)
	}
	return r
}

// position is a line with a column in bytes and one in code points, 0 if unknown.
type position struct{ line, column, rune int }

// at moves to off and gives its position.
func (r *ruler) at(off int) position {
	part := r.data[min(r.pos, off):off] // off lies before pos only within a mark
	if n := bytes.Count(part, []byte{'\n'}); n > 0 {
		r.line += n
		r.begin = r.pos + bytes.LastIndexByte(part, '\n') + 1
		r.column, r.runes = 1, 0
		part = r.data[r.begin:off]
	}
	if r.runes >= 0 && utf8.Valid(part) {
		r.runes += utf8.RuneCount(part)
	} else {
		r.runes = -1
	}
	r.pos = max(r.pos, off)
	return position{r.line, off - r.begin + r.column, r.runes + 1}
}

// end gives the position of off, which lies after the ruler's, without moving
// there.
func (r *ruler) end(off int) position {
	ahead := *r
	return ahead.at(off)
}

// redactLine gives the source line on which match i begins, every match in it
// replaced by its redacted form and so every further copy of their text, with a
// veil over the rest, cut to maxLine bytes around match i. begin is the offset of
// the line. The matches are sorted and do not overlap.
func redactLine(data []byte, ms []engine.Match, i, begin int) string {
	own := ms[i]
	lo := max(begin, own.Start-lineReach)
	hi := min(len(data), own.End+lineReach)
	if n := bytes.IndexByte(data[own.End:hi], '\n'); n >= 0 {
		hi = own.End + n
	}
	if n := bytes.IndexByte(data[own.Start:own.End], '\n'); n >= 0 {
		hi = own.End // the rest of its last line says nothing of its first
	}
	first, last := i, i+1
	for first > 0 && ms[first-1].End > lo {
		first--
	}
	for last < len(ms) && ms[last].Start < hi {
		last++
	}
	l := lineOf{data: data, copies: copiesOf(data, ms[first:last])}
	before, at := "", own.Start
	for k := i - 1; k >= first && len(before) < maxLine; k-- {
		before = ms[k].Secret.String() + l.part(ms[k].End, at, false) + before
		at = ms[k].Start
	}
	if len(before) < maxLine {
		before = l.part(lo, at, false) + before
	}
	after, at := "", own.End
	for k := i + 1; k < last && len(after) < maxLine; k++ {
		after += l.part(at, ms[k].Start, true) + ms[k].Secret.String()
		at = ms[k].End
	}
	if len(after) < maxLine {
		after += l.part(at, hi, true)
	}
	left := Printable(strings.TrimLeftFunc(before, unicode.IsSpace))
	right := Printable(strings.TrimRightFunc(after, unicode.IsSpace))
	return cutAround(left, Printable(own.Secret.String()), right, maxLine)
}

// lineOf shows the parts of a line between matches.
type lineOf struct {
	data   []byte
	copies *strings.Replacer
}

// part shows the bytes from one match to the next, or as much of their begin or
// end as can come to be shown.
func (l *lineOf) part(from, to int, begin bool) string {
	if from >= to {
		return ""
	}
	s := l.copies.Replace(string(l.data[from:to]))
	switch {
	case len(s) <= maxVeiled:
		return veil(s)
	case begin:
		s = s[:maxVeiled]
		if i := strings.LastIndexAny(s, wordEnds); i >= maxVeiled/2 {
			s = s[:i]
		}
		return veil(s) + "…"
	}
	s = s[len(s)-maxVeiled:]
	if i := strings.IndexAny(s, wordEnds); i >= 0 && i <= maxVeiled/2 {
		s = s[i:]
	}
	return "…" + veil(s)
}

// wordEnds are where a part is cut, if possible: half a word looks less like a
// secret than a whole one.
const wordEnds = " \t\"',;"

// copiesOf replaces the matches' texts wherever they stand once more, say in a
// comment on the same line: as they stand in the data, and as they are meant.
func copiesOf(data []byte, ms []engine.Match) *strings.Replacer {
	shown := map[string]string{}
	for _, m := range ms {
		for _, text := range []string{string(data[m.Start:m.End]), m.Secret.Reveal()} {
			if n := len(text); n >= 6 && n <= maxCopy {
				shown[text] = m.Secret.String()
			}
		}
	}
	// The replacer takes the first that fits: the longest must stand first.
	texts := slices.SortedFunc(maps.Keys(shown), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	var pairs []string
	for _, text := range texts {
		pairs = append(pairs, text, shown[text])
	}
	return strings.NewReplacer(pairs...)
}

// cutAround joins three texts and cuts the outer ones so that all are at most
// limit bytes long, as far as the middle one allows; "…" marks a cut.
func cutAround(left, middle, right string, limit int) string {
	room := max(limit-len(middle), 0)
	share := max(room/2, room-len(right))
	if len(left) > share {
		left = "…" + strings.TrimLeftFunc(left[len(left)-share:], notStart)
	}
	room -= min(len(left), room)
	if len(right) > room {
		right = cut(right, room)
	}
	return left + middle + right
}

// notStart holds for what a cut within a character leaves over.
func notStart(r rune) bool { return r == utf8.RuneError }

// cut shortens s to at most n bytes of whole characters and marks the cut.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// Printable makes text safe to show: control characters, terminal escapes,
// bidirectional overrides, line breaks and bytes that are not UTF-8 become
// visible escapes such as \x1b. Tabs stay.
func Printable(s string) string {
	ok := true
	for _, r := range s {
		if !shown(r) {
			ok = false
			break
		}
	}
	if ok {
		return s
	}
	var b strings.Builder
	for i, w := 0, 0; i < len(s); i += w {
		var r rune
		r, w = utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && w == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case shown(r) || r == utf8.RuneError:
			b.WriteString(s[i : i+w])
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// shown says that a character has no effect but its own glyph. U+FFFD is what a
// bad byte decodes to, so it needs the closer look.
func shown(r rune) bool { return r == '\t' || unicode.IsGraphic(r) && r != utf8.RuneError }
