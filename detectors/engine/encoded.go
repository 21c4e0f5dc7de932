package engine

import (
	"encoding/binary"
	"unicode/utf8"
)

// Text in base64 or in hexadecimal digits is found by its shape: a run of at least
// minRun bytes of both alphabets of base64 (RFC 4648, sections 4 and 5, mixed), over
// several lines if all but the last are long. A run has an anchor at its begin, like a
// literal; its verdict is what is found in the text that it decodes to. What a run
// decodes to is searched only where it is printable, so that images, hashes and
// identifiers cost a glance.
const (
	minRun  = 32
	maxRun  = MaxExtent / 2 // of a longer one the rest is decoded piece by piece
	minText = 12            // printable bytes in a row, at least
	// manyDigits are so many that random ones have three printable groups in a row
	// rather often: (95/256)^9 of all groups begin so.
	manyDigits = 2 << 10
	longLine   = 60 // bytes, at least, of a line of base64 that goes on in the next
	maxIndent  = 32 // of the next
	// runContext is how far before a run lies what decides that it begins there: a
	// long line, its end, the indentation.
	runContext = longLine + 2 + maxIndent + 1
	// maxDecoded bounds the bytes that are decoded at one anchor, nested ones
	// included.
	maxDecoded = 16 * maxRun
	runBlock   = 16
)

// DefaultDepth is how often what was decoded is decoded again.
const DefaultDepth = 5

// digit64 are the digits of both alphabets of base64, 64 for every other byte.
var digit64 = func() (t [256]byte) {
	for i := range t {
		t[i] = 64
	}
	for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		t[c] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

func isDigit64(c int) bool { return c >= 0 && digit64[byte(c)] < 64 }

// mayBeRun says whether eight bytes may all be of a run: none is less than "+" or
// beyond ASCII.
func mayBeRun(b []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	w := binary.LittleEndian.Uint64(b)
	return (w-ones*'+')&tops&^w == 0 && w&tops == 0
}

// runs calls found for the begins in [from, to) of runs. Any run has, in its first
// 31 bytes, a block of 16 at any given phase.
func runs(data []byte, from, to int, found func(int)) {
	for i := from; i < to+runBlock && i+runBlock <= len(data); {
		if !mayBeRun(data[i:]) || !mayBeRun(data[i+8:]) {
			i += runBlock
			continue
		}
		end := i
		for end < len(data) && digit64[data[end]] < 64 && end-i < runBlock {
			end++
		}
		if end-i < runBlock {
			i = end + 1
			continue
		}
		begin := i
		for begin >= from && begin > 0 && digit64[data[begin-1]] < 64 {
			begin--
		}
		for end < len(data) && digit64[data[end]] < 64 && (begin >= from || end < to+runBlock) {
			end++
		}
		if begin >= from && begin < to && end-begin >= minRun {
			v := newView(data, begin)
			if v.runBegins(begin) {
				found(begin)
			}
		}
		i = end + 1
	}
}

// runBegins says whether a run begins at p, where a byte of one stands: what stands
// before is neither one nor the end of a long line of one.
func (v *view) runBegins(p int) bool {
	if isDigit64(v.at(p - 1)) {
		return false
	}
	_, goesOn := v.lineBefore(p)
	return !goesOn
}

// lineBefore gives the end of the long line that goes on at p.
func (v *view) lineBefore(p int) (int, bool) {
	q := p
	for q > p-maxIndent && isBlank(v.at(q-1)) {
		q--
	}
	if v.at(q-1) != '\n' {
		return 0, false
	}
	if q--; v.at(q-1) == '\r' {
		q--
	}
	for k := range longLine {
		if !isDigit64(v.at(q - 1 - k)) {
			return 0, false
		}
	}
	return q, true
}

// enclosing gives the begin of the run that a byte before p begins and that reaches
// to p or beyond, if it is near enough to be decoded there.
func enclosing(data []byte, p int) (int, bool) {
	v := newView(data, p)
	q := p
	for p-q <= 2*maxRun {
		for q > 0 && digit64[data[q-1]] < 64 && p-q <= 2*maxRun {
			q--
		}
		before, ok := v.lineBefore(q)
		if !ok {
			break
		}
		q = before
	}
	if q == p || p-q > 2*maxRun || q+minRun > len(data) {
		return 0, false
	}
	for i := q; i < q+minRun; i++ {
		if digit64[data[i]] == 64 {
			return 0, false
		}
	}
	return q, true
}

// Runs calls found for the anchors of encoded texts that begin in data[from:to], near
// enough behind it to depend on it, or before it and reach into it. Some of them may
// be told twice.
func (s *Set) Runs(data []byte, from, to int, found func(Anchor)) {
	if s.depth == 0 {
		return
	}
	if p, ok := enclosing(data, from); ok {
		found(Anchor{p, len(s.literals)})
	}
	tell := func(p int) { found(Anchor{p, len(s.literals)}) }
	runs(data, from, min(to+runContext, len(data)), tell)
	pieces(data, max(from-minRun, 0), runEnd(data, to), tell)
	escapedTexts(data, max(from-minRun, 0), min(to+escapeContext, len(data)), tell)
}

func (s *Set) runs(data []byte, from, to int, found func(Anchor)) {
	if s.depth > 0 {
		tell := func(p int) { found(Anchor{p, len(s.literals)}) }
		runs(data, from, to, tell)
		pieces(data, from, to, tell)
		escapedTexts(data, from, to, tell)
	}
}

// encoded is a run that was read: its digits without line ends, and where the parts
// of it stand.
type encoded struct {
	digits []byte
	parts  []part
	piece  bool  // its begin is not that of the run
	later  []int // where pieces of the run begin that this reaches
}

// part says that the digits from index on stand at pos and behind it.
type part struct{ index, pos int }

// readRun reads the run, or the piece of one, that begins at p: up to its end, or a
// little way into the next piece.
func (v *view) readRun(p int) encoded {
	begin := p
	for p-begin < longLine && isDigit64(v.at(begin-1)) {
		begin--
	}
	e := encoded{piece: begin < p}
	limit := maxRun
	for {
		end := p
		for end < len(v.data) && digit64[v.data[end]] < 64 && len(e.digits)+end-p < limit {
			end++
		}
		for i := max(begin+cutReach, p+1); i < end; i++ {
			at := len(e.digits) + i - p
			if at > limit {
				break
			}
			if (e.piece || at >= pieceBack) && cutRun(v.data, i) {
				e.later = append(e.later, i)
				limit = min(limit, at+pieceOver)
			}
		}
		end = min(end, p+max(limit-len(e.digits), 0))
		e.parts = append(e.parts, part{len(e.digits), p})
		e.digits = append(e.digits, v.span(p, end)...)
		v.at(end)
		if end-begin < longLine || len(e.digits) >= limit {
			return e
		}
		next, ok := v.nextLine(end)
		if !ok {
			return e
		}
		p, begin = next, next
	}
}

// nextLine gives where a run goes on behind the end of a long line of it.
func (v *view) nextLine(end int) (int, bool) {
	next := end
	if v.at(next) == '\r' {
		next++
	}
	if v.at(next) != '\n' {
		return 0, false
	}
	next++
	for k := 0; k < maxIndent && isBlank(v.at(next)); k++ {
		next++
	}
	return next, isDigit64(v.at(next))
}

// pos is where the digit at an index stands.
func (e *encoded) pos(index int) int {
	k := 0
	for k+1 < len(e.parts) && e.parts[k+1].index <= index {
		k++
	}
	return e.parts[k].pos + index - e.parts[k].index
}

// judgeRun decides what a run decodes to.
func (s *Set) judgeRun(data []byte, a Anchor) Verdict {
	if escapeOf(data[a.Pos]) != nil {
		return s.judgeEscaped(data, a)
	}
	v := newView(data, a.Pos)
	verdict := Verdict{Anchor: a}
	e := v.readRun(a.Pos)
	if e.piece {
		verdict.Gone = !v.pieceBegins(a.Pos)
	} else {
		verdict.Gone = !v.runBegins(a.Pos) || e.first() < minRun
	}
	if !verdict.Gone {
		budget := maxDecoded
		verdict.Matches = s.decode(&e, s.depth, &budget)
	}
	verdict.Lo, verdict.Hi = v.lo, v.hi
	for i := range verdict.Matches {
		verdict.Matches[i].Lo, verdict.Matches[i].Hi = v.lo, v.hi
	}
	return verdict
}

// first is the length of the run's first line.
func (e *encoded) first() int {
	if len(e.parts) > 1 {
		return e.parts[1].index
	}
	return len(e.digits)
}

// decode searches what a run may stand for: bytes in hexadecimal digits, or in base64
// that begins with any of its first four digits.
func (s *Set) decode(e *encoded, depth int, budget *int) []Match {
	var out []Match
	if n := len(e.digits); e.piece && n > minRun && allHex(e.digits) { // which may begin within a byte
		for phase := range 2 {
			text, _ := unhex(e.digits[phase : n-(n-phase)%2])
			*budget -= len(text)
			out = append(out, s.decoded(text, e, "hex", func(i int) int { return phase + 2*i }, depth, budget)...)
		}
		return out
	}
	if text, ok := unhex(e.digits); ok {
		*budget -= len(text)
		return s.decoded(text, e, "hex", func(i int) int { return 2 * i }, depth, budget)
	}
	phases := promising(e.digits)
	for phase := range 4 {
		if *budget < 0 {
			break
		}
		if !phases[phase] {
			continue
		}
		text := unbase64(e.digits[phase:])
		*budget -= len(text)
		digit := func(i int) int { return phase + (4*i+2)/3 }
		out = append(out, s.decoded(text, e, "base64", digit, depth, budget)...)
	}
	return out
}

// promising says for which of its phases base64 may hold a text: three groups of four digits in a row
// that stand for printable ASCII or the zero bytes between its characters in UTF-16,
// or five, where so many digits stand that three are there by chance. Most
// identifiers, hashes and images have none.
func promising(digits []byte) (phases [4]bool) {
	if len(digits) > manyDigits {
		for phase := range phases {
			phases[phase] = fiveGroups(digits[phase:])
		}
		return phases
	}
	var good [4]int
	var bits uint32
	for i, c := range digits {
		bits = bits<<6 | uint32(digit64[c])
		phase := (i + 1) & 3
		if i < 3 || !printing[byte(bits>>16)] || !printing[byte(bits>>8)] || !printing[byte(bits)] {
			good[phase] = 0
			continue
		}
		if good[phase]++; good[phase] == minText/4 {
			phases[phase] = true
		}
	}
	return phases
}

// fiveGroups says whether five groups of four digits in a row are printable: one of
// any five in a row, the first, a fifth and so on, is looked at first.
func fiveGroups(digits []byte) bool {
	const groups = 5
	for i := 4 * (groups - 1); i+4 <= len(digits); i += 4 * groups {
		if !group(digits[i:]) {
			continue
		}
		n := 1
		for k := i - 4; k >= i-4*(groups-1) && group(digits[k:]); k -= 4 {
			n++
		}
		for k := i + 4; n < groups && k+4 <= len(digits) && group(digits[k:]); k += 4 {
			n++
		}
		if n >= groups {
			return true
		}
	}
	return false
}

// group says whether four digits stand for printable bytes.
func group(d []byte) bool {
	a, b, c := digit64[d[0]], digit64[d[1]], digit64[d[2]]
	return printing[a<<2|b>>4] && printing[b<<4|c>>2] && printing[c<<6|digit64[d[3]]]
}

// printing are the bytes of printable ASCII, and zero.
var printing = func() (t [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = true
	}
	t[0] = true
	return t
}()

// decoded searches the printable parts of what a run decodes to. digit gives, for a
// boundary between bytes of it, the boundary between digits of the run: that of the
// first digit that is wholly behind it.
func (s *Set) decoded(b []byte, e *encoded, name string, digit func(int) int, depth int, budget *int) []Match {
	var out []Match
	for _, p := range printable(b) {
		if e.piece && p.at < p.step {
			p.dropWord()
		}
		for _, m := range s.findNested(p.text, depth-1, budget) {
			if p.step == 2 {
				m.inside(p.text, name, "utf-16")
			} else {
				m.inside(p.text, name)
			}
			first, last := p.at+m.Start*p.step, p.at+m.End*p.step
			from, to := digit(first), min(digit(last), len(e.digits))
			if from > 0 && name == "base64" && (4*first)%3 != 0 {
				from-- // the digit that the first byte shares with what stands before it
			}
			m.Start, m.End = e.pos(from), e.pos(to-1)+1
			m.NameStart, m.NameEnd = 0, 0
			for _, at := range e.later { // the piece that it begins in comes before this one
				if at <= m.Start {
					m.weight--
				}
			}
			out = append(out, m)
		}
	}
	return out
}

// findNested finds in what was decoded, and decodes again what is encoded in it.
func (s *Set) findNested(text []byte, depth int, budget *int) []Match {
	var out []Match
	s.filter.scan(text, 0, len(text), func(a Anchor) { out = append(out, s.Judge(text, a).Matches...) })
	if depth > 0 && *budget > 0 {
		runs(text, 0, len(text), func(p int) {
			v := newView(text, p)
			e := v.readRun(p)
			out = append(out, s.decode(&e, depth, budget)...)
		})
		escapedTexts(text, 0, len(text), func(p int) {
			if *budget > 0 {
				v := newView(text, p)
				out = append(out, s.unescape(text, v.readEscaped(p), depth, budget)...)
			}
		})
	}
	return Resolve(out)
}

// printed is a part of what was decoded that is text: every step-th byte from at on.
type printed struct {
	text     []byte
	at, step int
}

// dropWord takes off the rest of a word whose begin was not read.
func (p *printed) dropWord() {
	n := wordRest(p.text)
	p.text, p.at = p.text[n:], p.at+n*p.step
}

// wordRest is the length of the word that a text begins with.
func wordRest(text []byte) int {
	n := 0
	for n < len(text) && (isAlnum(int(text[n])) || text[n] == '_' || text[n] == '-') {
		n++
	}
	return n
}

// printable gives the parts of bytes that are text, in UTF-8 or in UTF-16 of
// characters below 128.
func printable(b []byte) []printed {
	var out []printed
	for i := 0; i < len(b); {
		from := i
		for i < len(b) {
			n := textAt(b[i:])
			if n == 0 {
				break
			}
			i += n
		}
		if i-from >= minText {
			out = append(out, printed{b[from:i], from, 1})
		}
		if i-from > 0 && i < len(b) && b[i] == 0 {
			if wide := wideText(b[i-1:]); len(wide) >= minText {
				out = append(out, printed{wide, i - 1, 2})
				i += 2*len(wide) - 1
				continue
			}
		}
		i++
	}
	return out
}

// textAt is the length of the printable character that b begins with, 0 for none.
func textAt(b []byte) int {
	switch c := b[0]; {
	case c >= ' ' && c < 0x7f, c == '\t', c == '\n', c == '\r':
		return 1
	case c < 0x80:
		return 0
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError {
		return 0
	}
	return n
}

// wideText reads text of which every second byte is zero.
func wideText(b []byte) []byte {
	var out []byte
	for i := 0; i+1 < len(b) && b[i] < 0x80 && textAt(b[i:]) == 1 && b[i+1] == 0; i += 2 {
		out = append(out, b[i])
	}
	return out
}

// unhex decodes an even number of hexadecimal digits.
func unhex(digits []byte) ([]byte, bool) {
	if len(digits)%2 != 0 {
		return nil, false
	}
	if !allHex(digits) {
		return nil, false
	}
	value := func(c byte) byte {
		if c >= 'A' {
			return c&0x1f + 9
		}
		return c & 0xf
	}
	out := make([]byte, len(digits)/2)
	for i := range out {
		out[i] = value(digits[2*i])<<4 | value(digits[2*i+1])
	}
	return out, true
}

func allHex(digits []byte) bool {
	for _, c := range digits {
		if !isHex(int(c)) {
			return false
		}
	}
	return true
}

// unbase64 decodes all whole bytes.
func unbase64(digits []byte) []byte {
	out := make([]byte, 0, len(digits)*3/4)
	var bits uint32
	n := 0
	for _, c := range digits {
		bits = bits<<6 | uint32(digit64[c])
		if n += 6; n >= 8 {
			n -= 8
			out = append(out, byte(bits>>n))
		}
	}
	return out
}

// within is where a match stands in the text that was decoded.
type within struct {
	text               []byte
	start, end         int
	nameStart, nameEnd int
	chain              []string
}

// Decoded gives, for a match that was found in an encoded text, that text, the match
// with its offsets in it, and the encodings, outermost first; ok is false for all
// others.
func (m *Match) Decoded() (text []byte, inner Match, chain []string, ok bool) {
	w := m.within
	if w == nil {
		return nil, Match{}, nil, false
	}
	inner = *m
	inner.within = nil
	inner.Start, inner.End, inner.NameStart, inner.NameEnd = w.start, w.end, w.nameStart, w.nameEnd
	return w.text, inner, w.chain, true
}
