package identity

import "bytes"

// Bounds of a secret's surroundings, in bytes and lines.
const (
	blockReach = 1 << 10 // of the block, on each side
	blockLines = 10
	nearReach  = 2 << 10 // of what is nearby
	headReach  = 2 << 10 // of the headings above the block
	maxHeads   = 4
	maxHead    = 200 // bytes of one heading that are read
)

// span is a range of offsets, [lo, hi).
type span struct{ lo, hi int }

// block is what stands in one object, section or group of assignments with a
// secret. Quoted braces and comments are not told apart: this is evidence, and no
// parser for forty languages.
type block struct {
	data []byte
	own  span   // the secret and its name
	body span   // the block
	head []span // what the block and those around it are called, innermost first
	near span   // what is nearby
}

// around finds the block of a secret at own.
func around(data []byte, own span) block {
	b := block{data: data, own: own}
	b.near = span{max(0, own.lo-nearReach), min(len(data), own.hi+nearReach)}
	b.body = b.window()
	if !b.enclosed() {
		b.paragraph()
	}
	return b
}

// window is the most that the block can be.
func (b *block) window() span {
	lo, limit := b.own.lo, max(0, b.own.lo-blockReach)
	for lines := 0; lo > limit; lo-- {
		if b.data[lo-1] == '\n' {
			if lines == blockLines {
				break
			}
			lines++
		}
	}
	hi, limit := b.own.hi, min(len(b.data), b.own.hi+blockReach)
	for lines := 0; hi < limit; hi++ {
		if b.data[hi] == '\n' {
			if lines == blockLines {
				break
			}
			lines++
		}
	}
	return span{lo, hi}
}

// enclosed narrows the block to the object, or the arguments of a call over
// several lines, that the secret stands in, and says whether there is one.
func (b *block) enclosed() bool {
	depth, found := 0, false
	for i := b.own.lo - 1; i >= b.body.lo; i-- {
		switch b.data[i] {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth > 0 {
				depth--
				continue
			}
			if b.data[i] == '[' && !found {
				continue
			}
			ownLine := bytes.IndexByte(b.data[i:b.own.lo], '\n') < 0
			if !found && (b.data[i] == '{' || !ownLine) {
				found = true
				b.body.lo = max(b.body.lo, i+1)
				b.close()
				b.heading(i)
				// The objects around it only name it.
				b.outer(i)
				return true
			}
		}
	}
	return false
}

// close ends the block at the brace that closes it.
func (b *block) close() {
	depth := 0
	for i := b.own.hi; i < b.body.hi; i++ {
		switch b.data[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				b.body.hi = i
				return
			}
			depth--
		}
	}
}

// outer collects the headings of the objects around the one that opens at i.
func (b *block) outer(i int) {
	depth, limit := 0, max(0, i-headReach)
	for i--; i >= limit && len(b.head) < maxHeads; i-- {
		switch b.data[i] {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth > 0 {
				depth--
				continue
			}
			b.heading(i)
		}
	}
}

// heading adds what stands before an opening brace on its line, or on the line
// before if the brace stands alone, and a comment above.
func (b *block) heading(brace int) {
	lo, hi := b.lineStart(brace), brace
	if len(bytes.TrimSpace(b.data[lo:hi])) == 0 && lo > 0 {
		hi = lo - 1
		lo = b.lineStart(hi)
	}
	b.addHead(lo, hi)
	if lo > 0 {
		above := span{b.lineStart(lo - 1), lo - 1}
		text := bytes.TrimSpace(b.data[above.lo:above.hi])
		if len(text) > 1 && (text[0] == '#' || text[0] == '*' || bytes.HasPrefix(text, []byte("//"))) {
			b.addHead(above.lo, above.hi)
		}
	}
}

func (b *block) addHead(lo, hi int) {
	if hi > lo && len(b.head) < maxHeads {
		b.head = append(b.head, span{max(lo, hi-maxHead), hi})
	}
}

// lineStart is the offset of the line that holds i, at most 2 KiB back.
func (b *block) lineStart(i int) int {
	limit := max(0, i-headReach)
	for i > limit && b.data[i-1] != '\n' {
		i--
	}
	return i
}

// paragraph narrows the block to the lines around the secret up to a blank line, a
// section heading or a line that is less indented, which is a heading too.
func (b *block) paragraph() {
	first := b.lineStart(b.own.lo)
	indent := b.indent(first)
	lo := max(first, b.body.lo)
	for lo > b.body.lo {
		prev := b.lineStart(lo - 1)
		if prev < b.body.lo || b.ends(prev, lo, indent) {
			break
		}
		lo = prev
	}
	b.headings(lo, indent)
	b.body.lo = lo
	for i := b.own.hi; i < b.body.hi; i++ {
		if b.data[i] != '\n' {
			continue
		}
		next := i + 1
		end := next
		for end < b.body.hi && b.data[end] != '\n' {
			end++
		}
		if b.ends(next, end, indent) {
			b.body.hi = i
			return
		}
	}
}

// ends says whether the line [lo, hi) does not belong to a paragraph.
func (b *block) ends(lo, hi, indent int) bool {
	text := bytes.TrimSpace(b.data[lo:min(hi, len(b.data))])
	return len(text) == 0 || b.indent(lo) < indent || isSection(text)
}

// headings collects the lines above lo that name the paragraph: those less and less
// indented, and the first section heading.
func (b *block) headings(lo, indent int) {
	limit := max(0, lo-headReach)
	for lo > limit && len(b.head) < maxHeads {
		prev := b.lineStart(lo - 1)
		text := bytes.TrimSpace(b.data[prev:lo])
		switch {
		case len(text) == 0:
		case isSection(text):
			b.addHead(prev, lo-1)
			return
		case b.indent(prev) < indent:
			indent = b.indent(prev)
			b.addHead(prev, lo-1)
		}
		lo = prev
	}
}

// isSection says that a line is a section heading of INI or TOML.
func isSection(text []byte) bool {
	return len(text) > 2 && text[0] == '[' && text[len(text)-1] == ']' && !bytes.ContainsAny(text, "\"',")
}

// indent is the number of blanks that a line begins with. A list mark counts as
// one more level than its dash.
func (b *block) indent(lo int) int {
	n := 0
	for lo+n < len(b.data) && (b.data[lo+n] == ' ' || b.data[lo+n] == '\t') {
		n++
	}
	return n
}

// eachText calls read with every piece of the block that is not the secret itself
// nor its name, line by line, and with its headings.
func (b *block) eachText(read func(text []byte, heading bool)) {
	for _, part := range [...]span{{b.body.lo, min(b.own.lo, b.body.hi)}, {max(b.own.hi, b.body.lo), b.body.hi}} {
		if part.lo >= part.hi {
			continue
		}
		for line := range bytes.SplitSeq(b.data[part.lo:part.hi], []byte{'\n'}) {
			read(line, false)
		}
	}
	for _, h := range b.head {
		read(b.data[h.lo:h.hi], true)
	}
}
