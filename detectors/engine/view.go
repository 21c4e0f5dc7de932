package engine

import "strings"

// view is how a verdict looks at bytes: it records the span that was read.
type view struct {
	data   []byte
	lo, hi int // the span read, [lo, hi); lo is -1 once the begin was looked for
}

// outside is what lies before the first byte and after the last one.
const outside = -1

func newView(data []byte, pos int) view { return view{data: data, lo: pos, hi: pos} }

// at returns the byte at i, or outside, and records that it was read.
func (v *view) at(i int) int {
	if i < v.lo {
		v.lo = max(i, -1)
	}
	if i >= v.hi {
		v.hi = min(i, len(v.data)) + 1
	}
	if uint(i) >= uint(len(v.data)) {
		return outside
	}
	return int(v.data[i])
}

// span returns the bytes [from, to), cut to the data, and records them as read;
// where it cuts, it records that the begin or the end was seen.
func (v *view) span(from, to int) []byte {
	if to <= from {
		return nil
	}
	v.at(from)
	v.at(to - 1)
	return v.data[max(from, 0):min(to, len(v.data))]
}

// has says whether text stands at i.
func (v *view) has(i int, text string) bool {
	for k := 0; k < len(text); k++ {
		if v.at(i+k) != int(text[k]) {
			return false
		}
	}
	return true
}

// run returns the first index at or after i whose byte is not in set, at most
// limit bytes on. That byte is recorded as read.
func (v *view) run(i, limit int, set *byteSet) int {
	end := i
	for end-i < limit && end < len(v.data) && set[v.data[end]] {
		end++
	}
	v.at(i)
	v.at(end)
	return end
}

// runBack is run to the left: it returns the first index of the run that ends
// before i.
func (v *view) runBack(i, limit int, set *byteSet) int {
	start := i
	for i-start < limit && start > 0 && set[v.data[start-1]] {
		start--
	}
	v.at(start - 1)
	return start
}

// escaped reads on where a run of set ended at an escape of the host syntax (%2B,
// \/, \u002b): it gives the run's whole text, decoded, and for each byte of it
// the index at which it begins in the data, plus the end. It is empty if there is
// no such escape.
func (v *view) escaped(start, end, limit int, set *byteSet) (text []byte, at []int) {
	for p := end; p-start < 3*limit; {
		c, next := v.escape(p)
		if c == outside || !set[byte(c)] {
			break
		}
		if text == nil {
			text = append(text, v.data[start:end]...)
			for i := start; i < end; i++ {
				at = append(at, i)
			}
		}
		text, at = append(text, byte(c)), append(at, p)
		p = v.run(next, limit, set)
		for i := next; i < p; i++ {
			text, at = append(text, v.data[i]), append(at, i)
		}
		end = p
	}
	return text, append(at, end)
}

// back goes n characters to the left of i, where a character may be written as a
// percent escape.
func (v *view) back(i, n int) int {
	for range n {
		if v.at(i-3) == '%' && isHex(v.at(i-2)) && isHex(v.at(i-1)) {
			i -= 2
		}
		i--
	}
	return i
}

// escape decodes the escape sequence at p, if one stands there.
func (v *view) escape(p int) (c, next int) {
	digits := 0
	switch v.at(p) {
	case '%':
		digits, next = 2, p+1
	case '\\':
		switch v.at(p + 1) {
		case '/':
			return '/', p + 2
		case 'u':
			digits, next = 4, p+2
		case 'x':
			digits, next = 2, p+2
		}
	}
	if digits == 0 {
		return outside, p
	}
	n := 0
	for range digits {
		d := strings.IndexByte("0123456789abcdef", byte(v.at(next))|0x20)
		if v.at(next) == outside || d < 0 {
			return outside, p
		}
		n, next = n<<4|d, next+1
	}
	if n > 127 {
		return outside, p
	}
	return n, next
}

// byteSet is a set of bytes.
type byteSet [256]bool

// bytesOf makes a set from characters and ranges such as "a-z0-9_". A "-" at
// either end stands for itself.
func bytesOf(spec string) *byteSet {
	var s byteSet
	for i := 0; i < len(spec); i++ {
		if i+2 < len(spec) && spec[i+1] == '-' {
			for c := int(spec[i]); c <= int(spec[i+2]); c++ {
				s[c] = true
			}
			i += 2
			continue
		}
		s[spec[i]] = true
	}
	return &s
}

func isLetter(c int) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isLower(c int) bool  { return c >= 'a' && c <= 'z' }
func isUpper(c int) bool  { return c >= 'A' && c <= 'Z' }
func isDigit(c int) bool  { return c >= '0' && c <= '9' }
func isAlnum(c int) bool  { return isLetter(c) || isDigit(c) }
func isBlank(c int) bool  { return c == ' ' || c == '\t' }
func isQuote(c int) bool  { return c == '"' || c == '\'' || c == '`' }
func isHex(c int) bool    { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// openBefore says whether a secret may begin at i: the byte before is neither a
// letter, a digit nor one of boundary ("=" apart, which assigns), or it belongs
// to an escape sequence of the host syntax (\n, \u003d, \x3d, %3D) or to a
// terminal's colour code.
func (v *view) openBefore(i int, boundary string) bool {
	c := v.at(i - 1)
	if !isAlnum(c) && (c == '=' || !contains(boundary, c)) {
		return true
	}
	if containsByte("nrtfvb0", c) && v.at(i-2) == '\\' {
		return true
	}
	if isHex(c) && isHex(v.at(i-2)) {
		switch p := v.at(i - 3); {
		case p == '%':
			return true
		case p == 'x' && v.at(i-4) == '\\':
			return true
		case isHex(p) && isHex(v.at(i-4)) && v.at(i-5) == 'u' && v.at(i-6) == '\\':
			return true
		}
	}
	return c == 'm' && v.colourCode(i-1)
}

// colourCode says whether the byte m at i ends an ANSI colour sequence.
func (v *view) colourCode(i int) bool {
	for k := 1; k <= 8; k++ {
		switch c := v.at(i - k); {
		case c == '[':
			return v.at(i-k-1) == 0x1b
		case !isDigit(c) && c != ';':
			return false
		}
	}
	return false
}

// openAfter says whether a secret may end before i.
func (v *view) openAfter(i int, boundary string) bool {
	c := v.at(i)
	return !isAlnum(c) && !contains(boundary, c)
}

func contains(set string, c int) bool { return c >= 0 && containsByte(set, c) }

func containsByte(set string, c int) bool {
	for i := 0; i < len(set); i++ {
		if int(set[i]) == c {
			return true
		}
	}
	return false
}
