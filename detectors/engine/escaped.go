package engine

import (
	"bytes"
	"html"
	"unicode/utf16"
	"unicode/utf8"
)

// Text in percent escapes (RFC 3986, 2.1), in the escapes of string literals (\u0041,
// \x41) or in character references of HTML is found by its escapes: those of printable
// ASCII, which nobody needs to write so but machines that encode whole texts. An escape
// with none before it within escapeGap bytes begins a text; it goes on as long as one
// follows another, with a little before the first and more behind the last, for a name
// may stand there or a value. What a text stands for is searched like what base64 does.
//
// A text of many escapes has more begins, where its bytes say so (see cut), so that no
// text is too long to be read.
const (
	escapeGap  = 256  // bytes at most from one escape of a text to the next
	escapeTail = 1024 // bytes of decoded text behind the last
	// longestEscape is more than any escape is long.
	longestEscape = 12
	// escapeContext is how far before an escape lies what decides that it begins a text.
	escapeContext = escapeGap + cutReach + longestEscape
	escapeBits    = 10
)

// escape is a way to write a character otherwise.
type escape struct {
	mark byte   // begins every one of its kind
	name string // of the encoding, as findings give it
	stop *byteSet
}

var escapes = [...]escape{
	{'%', "percent", bytesOf("\x00- \"'`<>\\\x7f-\xff")},
	{'\\', "unicode-escape", bytesOf("\x00\r\n\"'`")},
	{'&', "html", bytesOf("\x00<>\"")},
}

// escapeOf gives the kind of escape that a byte may begin.
func escapeOf(c byte) *escape {
	for i := range escapes {
		if escapes[i].mark == c {
			return &escapes[i]
		}
	}
	return nil
}

// telling says whether an escape of printable ASCII or of a blank stands at p.
func telling(data []byte, p int) bool {
	var room [8]byte
	text, n := unescapeAt(data, p, room[:0])
	return n > 0 && len(text) == 1 && text[0] < 0x7f && (text[0] >= ' ' || text[0] == '\t' || text[0] == '\n' || text[0] == '\r')
}

// cut says whether the escape at p begins a text whatever stands before it: one of a
// thousand does.
func cut(data []byte, p int) bool {
	return cuts(data, p, escapeBits) && !cutsBefore(data, p, escapeGap, escapeBits)
}

// unescapeAt appends to text what the escape at p stands for, and gives its length, 0
// if there is none.
func unescapeAt(data []byte, p int, text []byte) ([]byte, int) {
	if p+3 > len(data) {
		return text, 0
	}
	switch data[p] {
	case '%':
		if data[p+1] == 'u' { // ECMAScript, B.2.1.1
			return unescapeUnit(data, p, 2, text)
		}
		if c, ok := hexValue(data, p+1, 2); ok {
			return append(text, byte(c)), 3
		}
	case '\\':
		switch data[p+1] {
		case 'x':
			if c, ok := hexValue(data, p+2, 2); ok {
				return append(text, byte(c)), 4
			}
		case 'u':
			if data[p+2] == '{' {
				return unescapeBraced(data, p, text)
			}
			return unescapeUnit(data, p, 2, text)
		case 'U':
			if c, ok := hexValue(data, p+2, 8); ok {
				return utf8.AppendRune(text, rune(c)), 10
			}
		}
	case '&':
		return unescapeReference(data, p, text)
	}
	return text, 0
}

// unescapeUnit reads four digits that stand for a unit of UTF-16, or two such escapes.
func unescapeUnit(data []byte, p, digits int, text []byte) ([]byte, int) {
	c, ok := hexValue(data, p+digits, 4)
	n := digits + 4
	if !ok {
		return text, 0
	}
	r := rune(c)
	if utf16.IsSurrogate(r) && p+2*n <= len(data) && string(data[p+n:p+n+digits]) == string(data[p:p+digits]) {
		if low, ok := hexValue(data, p+n+digits, 4); ok && utf16.DecodeRune(r, rune(low)) != utf8.RuneError {
			return utf8.AppendRune(text, utf16.DecodeRune(r, rune(low))), 2 * n
		}
	}
	return utf8.AppendRune(text, r), n
}

// unescapeBraced reads "\u{41}", up to six digits.
func unescapeBraced(data []byte, p int, text []byte) ([]byte, int) {
	end := bytes.IndexByte(data[p:min(p+longestEscape-2, len(data))], '}')
	if end < 4 {
		return text, 0
	}
	c, ok := hexValue(data, p+3, end-3)
	if !ok {
		return text, 0
	}
	return utf8.AppendRune(text, rune(c)), end + 1
}

// unescapeReference reads a character reference that ends in a semicolon.
func unescapeReference(data []byte, p int, text []byte) ([]byte, int) {
	if c := int(data[p+1]); c != '#' && !isLetter(c) {
		return text, 0
	}
	end := bytes.IndexByte(data[p:min(p+longestEscape-1, len(data))], ';')
	if end < 3 {
		return text, 0
	}
	for _, c := range data[p+2 : p+end] {
		if !isAlnum(int(c)) {
			return text, 0
		}
	}
	ref := string(data[p : p+end+1])
	if plain := html.UnescapeString(ref); plain != ref {
		return append(text, plain...), end + 1
	}
	return text, 0
}

// hexValue reads n hexadecimal digits.
func hexValue(data []byte, p, n int) (value uint32, ok bool) {
	if p+n > len(data) {
		return 0, false
	}
	for _, c := range data[p : p+n] {
		if !isHex(int(c)) {
			return 0, false
		}
		d := c & 0xf
		if c >= 'A' {
			d = c&0x1f + 9
		}
		value = value<<4 | uint32(d)
	}
	return value, true
}

// escapedTexts calls found for the begins in [from, to) of texts in escapes.
func escapedTexts(data []byte, from, to int, found func(int)) {
	for i := range escapes {
		mark := escapes[i].mark
		last := -escapeGap - 1
		for p := max(from-escapeGap, 0); p < to; p++ {
			k := bytes.IndexByte(data[p:to], mark)
			if k < 0 {
				break
			}
			if p += k; !telling(data, p) {
				continue
			}
			if p >= from && (p-last > escapeGap || cut(data, p)) {
				found(p)
			}
			last = p
		}
	}
}

// escapeBegins says whether a text in escapes begins at p.
func (v *view) escapeBegins(p int) bool {
	v.at(p - escapeGap - cutReach)
	v.at(p + longestEscape)
	if !telling(v.data, p) {
		return false
	}
	if cut(v.data, p) {
		return true
	}
	for q := p; q > p-escapeGap; {
		from := max(p-escapeGap, 0)
		k := bytes.LastIndexByte(v.data[from:max(q, from)], v.data[p])
		if k < 0 {
			return true
		}
		if q = from + k; telling(v.data, q) {
			return false
		}
	}
	return true
}

// unescaped is a text in escapes that was read.
type unescaped struct {
	kind *escape
	text []byte
	at   []int // where each byte of it stands, and its end
	from int   // where its first escape stands
	// later are the begins of others that it reaches.
	later   []int
	escapes int // of its own
	last    int // where the last escape stands, of others too
	tail    int // the end in the text of the last of its own
}

// readEscaped reads the text whose first escape stands at p.
func (v *view) readEscaped(p int) *unescaped {
	u := &unescaped{kind: escapeOf(v.data[p]), from: p}
	begin := p
	for p-begin < escapeGap && begin > 0 && !u.stops(v.data, begin-1) {
		begin--
	}
	whole := p-begin < escapeGap
	u.tail, u.last = 0, p
	i := begin
	for i < len(v.data) && i-p < maxRun && (i <= p || len(u.text)-u.tail <= escapeTail) {
		if v.data[i] == u.kind.mark {
			if text, n := unescapeAt(v.data, i, u.text); n > 0 {
				u.write(text, i)
				u.note(v.data, i)
				i += n
				continue
			}
			if c := u.literal(v.data, i); c != 0 {
				u.write(append(u.text, c), i)
				u.note(v.data, i+1) // a backslash, behind which stands what is decoded next time
				i += 2
				continue
			}
		}
		if i > p && u.stops(v.data, i) {
			break
		}
		c := v.data[i]
		if c == '+' && u.kind.mark == '%' && u.between(v.data, i) {
			c = ' '
		}
		u.write(append(u.text, c), i)
		i++
	}
	u.at = append(u.at, i)
	v.at(begin - 4)
	v.at(i + 2*longestEscape)
	if !whole {
		u.dropWord()
	}
	return u
}

// note counts the escape at i, if one stands there, and sees whose it is.
func (u *unescaped) note(data []byte, i int) {
	if i < u.from || !telling(data, i) {
		return
	}
	if i > u.from && (i-u.last > escapeGap || cut(data, i)) {
		u.later = append(u.later, i)
	}
	u.last = i
	if len(u.later) == 0 {
		u.escapes++
		u.tail = len(u.text)
	}
}

// write sets the text, of which what is new stands at i.
func (u *unescaped) write(text []byte, i int) {
	for range len(text) - len(u.text) {
		u.at = append(u.at, i)
	}
	u.text = text
}

// stops says whether the byte at i does not belong to a text of its kind.
func (u *unescaped) stops(data []byte, i int) bool {
	if !u.kind.stop[data[i]] {
		return false
	}
	return u.kind.mark != '\\' || !isQuote(int(data[i])) || i == 0 || data[i-1] != '\\'
}

// literal gives what another escape of a string literal stands for, or 0.
func (u *unescaped) literal(data []byte, i int) byte {
	if u.kind.mark != '\\' || i+1 >= len(data) {
		return 0
	}
	switch c := data[i+1]; c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case '"', '\'', '/', '\\':
		return c
	}
	return 0
}

// between says whether a plus between two escapes stands for the blank that forms write
// so.
func (u *unescaped) between(data []byte, i int) bool {
	_, before := unescapeAt(data, max(i-3, 0), nil)
	_, after := unescapeAt(data, i+1, nil)
	return before == 3 && after == 3
}

// dropWord takes off the rest of a word whose begin was not read.
func (u *unescaped) dropWord() {
	k := wordRest(u.text)
	u.text, u.at = u.text[k:], u.at[k:]
}

// decodes says whether the text is worth a look: a single escape of percent may belong
// to a format of printf, unless it has a digit that none of these has.
func (u *unescaped) decodes(data []byte) bool {
	if u.kind.mark != '%' || u.escapes > 1 {
		return true
	}
	return isUpper(int(data[u.from+1])) || isUpper(int(data[u.from+2]))
}

// judgeEscaped decides what a text in escapes stands for.
func (s *Set) judgeEscaped(data []byte, a Anchor) Verdict {
	v := newView(data, a.Pos)
	verdict := Verdict{Anchor: a}
	if verdict.Gone = !v.escapeBegins(a.Pos); !verdict.Gone {
		u := v.readEscaped(a.Pos)
		budget := maxDecoded
		verdict.Matches = s.unescape(data, u, s.depth, &budget)
	}
	verdict.Lo, verdict.Hi = v.lo, v.hi
	for i := range verdict.Matches {
		verdict.Matches[i].Lo, verdict.Matches[i].Hi = v.lo, v.hi
	}
	return verdict
}

// unescape searches what a text in escapes stands for. What was found where it stands
// too comes before it, and of several texts that reach it the one that it begins in.
func (s *Set) unescape(data []byte, u *unescaped, depth int, budget *int) []Match {
	if !u.decodes(data) {
		return nil
	}
	*budget -= len(u.text)
	out := s.findNested(u.text, depth-1, budget)
	for i := range out {
		m := &out[i]
		m.inside(u.text, u.kind.name)
		m.Start, m.End = u.at[m.Start], u.at[m.End]
		m.NameStart, m.NameEnd = 0, 0
		m.weight--
		if m.Start < u.from {
			m.weight--
		}
		for _, p := range u.later {
			if p <= m.Start {
				m.weight -= 2
			}
		}
	}
	return out
}

// inside notes that a match was found in a text that stood in an encoding.
func (m *Match) inside(text []byte, chain ...string) {
	w := within{text: text, start: m.Start, end: m.End, nameStart: m.NameStart, nameEnd: m.NameEnd}
	if m.within != nil {
		w = *m.within
	}
	w.chain = append(chain[:len(chain):len(chain)], w.chain...)
	m.within = &w
}
