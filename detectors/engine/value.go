package engine

import (
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readValue reads the value that begins at or behind p.
func (a *assigned) readValue(v *view, p int) bool {
	if a.op == "element" {
		return a.elementValue(v, p)
	}
	p = v.blanks(p)
	if v.at(p) == '[' && (a.op == ":" || a.op == "=" || a.op == "=>") {
		if a.onlyElement(v, p+1) {
			return !a.salted(v)
		}
	}
	if c := v.at(p); (c == '|' || c == '>') && a.op == ":" {
		if q, ok := v.blockLine(p); ok {
			return a.bareValue(v, q)
		}
	}
	newline := false
	if q := v.space(p); q != p && v.at(p) != '\\' || v.escapedLine(p) {
		newline, p = true, q
	}
	q := a.wrapper(v, p)
	next, quote := v.quoteAt(q)
	if quote == 0 {
		if newline || a.call {
			return false
		}
		switch a.op {
		case "(", ",", "or", "||", "??":
			return false
		}
		return a.bareValue(v, p) && !a.salted(v)
	}
	if !a.quotedValue(v, q, next, quote) || a.salted(v) {
		return false
	}
	if newline { // a quoted key of the next line is no value
		end, _ := v.quoteAt(a.valHi)
		if v.at(v.blanks(end)) == ':' {
			return false
		}
	}
	return true
}

// onlyElement reads the text that is the only element of a list: ["…"].
func (a *assigned) onlyElement(v *view, p int) bool {
	p = v.blanks(p)
	next, quote := v.quoteAt(p)
	if quote == 0 || !a.quotedValue(v, p, next, quote) {
		return false
	}
	end, _ := v.quoteAt(a.valHi)
	name := strings.ToLower(a.text(v))
	return v.at(v.blanks(end)) == ']' && (!strings.HasSuffix(name, "s") || strings.HasSuffix(name, "pass")) // secrets: ["…"] are names
}

// salted says whether the value is a hash of a password: hexadecimal digits beside
// which a salt stands.
func (a *assigned) salted(v *view) bool {
	switch n := len(a.value); {
	case n < 32, n > 41 && n < 60, n > 64 && n < 127, n > 128:
		return false
	}
	if !all(a.value, isHex) {
		return false
	}
	const near = 120
	around := strings.ToLower(string(v.span(a.nameLo-near, a.valHi+near)))
	return strings.Contains(around, "salt")
}

// escapedLine says whether an escaped line end stands at p: the host writes the
// text as a string of one line.
func (v *view) escapedLine(p int) bool {
	return v.at(p) == '\\' && containsByte("nrt", v.at(p+1))
}

// blockLine passes a YAML block indicator and returns the begin of the first
// line of the block.
func (v *view) blockLine(p int) (int, bool) {
	p++
	if c := v.at(p); c == '-' || c == '+' {
		p++
	}
	p = v.blanks(p)
	if c := v.at(p); c != '\n' && c != '\r' && !v.escapedLine(p) {
		return p, false
	}
	return v.space(p), true
}

// wrappers are the calls that leave a literal what it is. Any other call around
// a literal looks something up or computes something else.
var wrappers = map[string]bool{
	"byte": true, "bytes": true, "string": true, "str": true, "secretstr": true, "secret": true,
	"securestring": true, "secretstring": true, "from": true, "fromstring": true, "some": true, "ptr": true,
	"pointer": true, "sensitive": true, "stringptr": true, "to": true, "array": true,
}

// wrapper passes a string prefix (b"…", @"…") or a call around the literal.
func (a *assigned) wrapper(v *view, p int) int {
	end := v.run(p, maxWrapper, wrapperBytes)
	if end == p {
		return p
	}
	word := string(v.data[p:min(end, len(v.data))])
	switch c := v.at(end); {
	case isQuote(c) && len(word) <= 2 && strings.Trim(word, "bBrRuUfFlL@$") == "":
		return end
	case c == '(':
		word = strings.TrimRight(word, "! ")
		last := word[strings.LastIndexAny(word, ".:] ")+1:]
		next := v.blanks(end + 1)
		if _, quote := v.quoteAt(next); quote != 0 && wrappers[strings.ToLower(last)] {
			a.call = true
			return next
		}
	}
	return p
}

var wrapperBytes = bytesOf("A-Za-z0-9_.:[]*&@$! ")

// quotedValue reads the value between quotes. The opening quote, with level
// backslashes before it, ends before p.
func (a *assigned) quotedValue(v *view, open, p, quote int) bool {
	a.quote = quote
	entity := v.at(p-1) == ';' // &quot;
	level := p - open - 1
	if entity {
		level = 0
	}
	triple := level == 0 && !entity && v.at(p) == quote && v.at(p+1) == quote
	if triple {
		p += 2
	}
	a.valLo = p
	slashes, escaped := 0, false
	for ; p-a.valLo < maxValue; p++ {
		switch c := v.at(p); {
		case c == outside:
			return false
		case c == '\\':
			slashes++
			escaped = true
			continue
		case c == '\n' && quote != '`' && !triple:
			return false
		case entity && c == '&' && v.has(p, "&quot;"), !entity && c == quote && closes(level, slashes):
			if triple && (v.at(p+1) != quote || v.at(p+2) != quote) {
				break
			}
			a.valHi = p
			if level > 0 {
				a.valHi = p - level
			}
			a.finish(v, escaped, entity)
			return a.valHi > a.valLo
		}
		slashes = 0
	}
	return false
}

// closes says whether a quote behind n backslashes ends a text whose opening
// quote stood behind level of them.
func closes(level, n int) bool {
	if level == 0 {
		return n%2 == 0
	}
	return n == level
}

// elementValue reads up to the next tag, of an element or of a property list.
func (a *assigned) elementValue(v *view, p int) bool {
	if v.at(p) == '\n' || v.at(p) == '\r' || v.at(p) == '<' { // <key>X</key> <string>v</string>
		return false
	}
	p = v.blanks(p)
	a.valLo, a.valHi = p, v.run(p, maxValue, elementStop)
	if v.at(a.valHi) != '<' {
		return false
	}
	for a.valHi > a.valLo && isBlank(int(v.data[a.valHi-1])) {
		a.valHi--
	}
	a.finish(v, false, true)
	return a.valHi > a.valLo
}

var (
	envStop  = complement(bytesOf(" \t\r\n\"'`\\\x00"))
	yamlStop = complement(bytesOf("\r\n\"'`\\\x00"))
)

// bareValue reads a value without quotes. How far it goes depends on what stands
// before the name: a query, the begin of a line, or code.
func (a *assigned) bareValue(v *view, p int) bool {
	stop := bareStop
	before := v.at(a.nameLo - 1)
	a.url = a.op == "=" && (before == '?' || before == '&' || before == ';' && v.has(a.nameLo-5, "&amp;"))
	switch {
	case a.url:
		stop = urlStop
	case a.op == " " || a.op == "=" && p == a.nameHi+1 && a.lineStart(v):
		stop, a.line = envStop, true
	case (a.op == ":" || a.op == "=" || a.op == "member") && p > a.nameHi+1 && a.lineStart(v):
		stop, a.line = yamlStop, true
	}
	a.valLo, a.valHi = p, v.run(p, maxValue, stop)
	if stop == yamlStop {
		a.cutComment(v)
	}
	if v.at(a.valHi) == '(' && !a.line { // a call
		return false
	}
	for a.valHi > a.valLo && containsByte(" \t,;", int(v.data[a.valHi-1])) {
		a.valHi--
	}
	if next := v.at(a.valHi); next == ',' || next == ';' { // so it is code or a list, not a line of a file
		a.line = false
	}
	a.finish(v, false, false)
	if schemes[strings.ToLower(a.value)] && isBlank(v.at(a.valHi)) { // Authorization: Bearer …
		a.valLo = v.blanks(a.valHi)
		a.valHi = v.run(a.valLo, maxValue, bareStop)
		a.finish(v, false, false)
	}
	return a.valHi > a.valLo
}

func (a *assigned) cutComment(v *view) {
	raw := v.data[a.valLo:a.valHi]
	for i := 1; i < len(raw); i++ {
		if raw[i] == '#' && isBlank(int(raw[i-1])) {
			a.valHi = a.valLo + i
			return
		}
	}
}

// lineStart says whether only indentation, a list mark or a keyword such as
// export stands before the name on its line.
func (a *assigned) lineStart(v *view) bool {
	p := a.nameLo
	if isQuote(v.at(p - 1)) {
		p--
	}
	p = v.runBack(p, maxBlanks, linePrefixBytes)
	c := v.at(p - 1)
	if c != '\n' && c != '\r' && c != outside && !isQuote(c) && !v.escapedLine(p-2) && !v.escapedLine(p-1) {
		return false
	}
	switch strings.TrimSpace(strings.Trim(string(v.data[p:a.nameLo]), "-\"'` \t>*#/")) {
	case "", "export", "ENV", "ARG", "set", "declare -x", "env", "Environment=", "nexport", "local", "readonly":
		return true
	}
	return false
}

var linePrefixBytes = bytesOf(" \tA-Za-z=>*#/-")

// schemes are the words before the credential in an Authorization header (IANA,
// HTTP Authentication Schemes, and what providers add to them).
var schemes = map[string]bool{
	"bearer": true, "basic": true, "token": true, "apikey": true, "api-key": true, "key": true, "ssws": true,
	"bot": true, "deepl-auth-key": true,
}

// finish sets the text of the value: without the host's escapes, without the
// scheme of an Authorization header.
func (a *assigned) finish(v *view, escaped, entities bool) {
	raw := string(v.data[a.valLo:a.valHi])
	if space := strings.IndexByte(raw, ' '); space > 0 && schemes[strings.ToLower(raw[:space])] {
		trimmed := strings.TrimLeft(raw[space:], " ")
		a.valLo += len(raw) - len(trimmed)
		raw = trimmed
	}
	switch {
	case escaped:
		a.value = unescape(raw)
	case entities && strings.IndexByte(raw, '&') >= 0:
		a.value = html.UnescapeString(raw)
	case a.url && strings.IndexByte(raw, '%') >= 0:
		if text, err := url.QueryUnescape(raw); err == nil {
			raw = text
		}
		a.value = raw
	default:
		a.value = raw
	}
}

// unescape undoes the escapes of a string literal, level by level, until none is
// left: a JSON document often holds code that holds a string.
func unescape(s string) string {
	for range 3 {
		t := unescapeOnce(s)
		if t == s {
			break
		}
		s = t
	}
	return s
}

func unescapeOnce(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u', 'x':
			width := map[byte]int{'u': 4, 'x': 2}[c]
			if i+width < len(s) {
				if n, err := strconv.ParseUint(s[i+1:i+1+width], 16, 32); err == nil {
					b.WriteString(string(utf8.AppendRune(nil, rune(n))))
					i += width
					continue
				}
			}
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\\', '"', '\'', '/', '`', '$':
			b.WriteByte(c)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}
