package scanner

import (
	"bytes"
	"fmt"
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
)

// ruler finds lines and columns of offsets that do not decrease, in one pass
// over the data however many there are.
type ruler struct {
	data   []byte
	pos    int // how far the data was measured
	line   int // of pos
	begin  int // offset of that line's first byte
	column int // of begin: not 1 for a window that begins within a line
}

func newRuler(t text) *ruler {
	return &ruler{data: t.data, line: t.line, column: t.column}
}

// at moves to off and gives its line and column.
func (r *ruler) at(off int) (line, column int) {
	part := r.data[r.pos:off]
	if n := bytes.Count(part, []byte{'\n'}); n > 0 {
		r.line += n
		r.begin = r.pos + bytes.LastIndexByte(part, '\n') + 1
		r.column = 1
	}
	r.pos = off
	return r.line, off - r.begin + r.column
}

// end gives line and column of off, which lies after the ruler's position,
// without moving there.
func (r *ruler) end(off int) (line, column int) {
	ahead := *r
	return ahead.at(off)
}

// redactLine gives the source line on which match i begins, every match in it
// replaced by its redacted form and so every further copy of their text, cut to
// maxLine bytes around match i. begin is the offset of the line. The matches are
// sorted and do not overlap.
func redactLine(data []byte, ms []engine.Match, i, begin int) string {
	own := ms[i]
	lo := max(begin, own.Start-lineReach)
	hi := min(len(data), own.End+lineReach)
	if n := bytes.IndexByte(data[own.Start:hi], '\n'); n >= 0 {
		hi = own.Start + n
	}
	first, last := i, i+1
	for first > 0 && ms[first-1].End > lo {
		first--
	}
	for last < len(ms) && ms[last].Start < hi {
		last++
	}
	copies := copiesOf(data, ms[first:last])

	var before, after strings.Builder
	b := &before
	at := lo
	for k := first; k < last; k++ {
		m := ms[k]
		if m.Start > at {
			b.WriteString(copies.Replace(string(data[at:m.Start])))
		}
		if k == i {
			b = &after
		} else {
			b.WriteString(m.Secret.String())
		}
		at = max(at, m.End)
	}
	if at < hi {
		b.WriteString(copies.Replace(string(data[at:hi])))
	}
	left := Printable(strings.TrimLeftFunc(before.String(), unicode.IsSpace))
	right := Printable(strings.TrimRightFunc(after.String(), unicode.IsSpace))
	return cutAround(left, Printable(own.Secret.String()), right, maxLine)
}

// copiesOf replaces the matches' texts wherever they stand once more, say in a
// comment on the same line.
func copiesOf(data []byte, ms []engine.Match) *strings.Replacer {
	var pairs []string
	for _, m := range ms {
		if n := m.End - m.Start; n >= 6 && n <= maxCopy {
			pairs = append(pairs, string(data[m.Start:m.End]), m.Secret.String())
		}
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
