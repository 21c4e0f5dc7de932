package engine

import (
	"bytes"
	"net/url"
	"strings"

	"leakline/detectors"
)

// maxLabel is more than the longest label of an armoured key, in bytes.
const maxLabel = 64

// marks are what a line of an armour stands between.
type marks struct {
	begin, end, close string
	blank             string // what stands for a blank in the label
}

// marksOf says how the armour that begins with an anchor or its text in a URL goes on.
func marksOf(begin string) marks {
	switch {
	case strings.HasPrefix(begin, "---- "): // SSH2 (RFC 4716, section 3)
		return marks{begin, "---- END ", " ----", " "}
	case strings.HasSuffix(begin, "%20"):
		return marks{begin, "-----END%20", "-----", "%20"}
	case strings.HasSuffix(begin, "+"):
		return marks{begin, "-----END+", "-----", "+"}
	}
	return marks{begin, "-----END ", "-----", " "}
}

// pem reads an armoured key that begins at the anchor.
func (t *trial) pem(c *compiled) (found, string) {
	switch {
	case strings.HasPrefix(t.literal.anchor, "LS0t"):
		return t.wrapped(c)
	case t.literal.anchor[0] != '-':
		return t.bare(c)
	}
	m := marksOf(t.literal.text)
	p := t.pos + len(t.literal.text)
	if m.close == " ----" { // its anchor holds the label's first words
		p = t.pos + len("---- BEGIN ")
	}
	end := p
	for ; end-p < maxLabel && !t.has(end, m.close); end++ {
		if ch := t.at(end); !isAlnum(ch) && ch != ' ' && ch != '-' && !contains(m.blank, ch) {
			return found{}, "no label of an armoured block follows"
		}
	}
	raw := string(t.data[p:min(end, len(t.data))])
	label := strings.ReplaceAll(raw, m.blank, " ")
	if end-p >= maxLabel || !c.fits(label) {
		return found{}, "the label is another one"
	}
	body := end + len(m.close)
	limit := t.pos + MaxExtent/2
	for q := body; q < limit; q++ {
		switch t.at(q) {
		case outside:
			return found{}, "the block has no end"
		case '-':
			if !t.has(q, m.end) {
				if t.has(q, m.begin) { // so that many begins cost no more than their bytes
					return found{}, "another block begins before its end"
				}
				continue
			}
			tail := q + len(m.end) + len(raw) + len(m.close)
			t.at(tail)
			text := string(t.data[body:q])
			if m.blank != " " {
				text = unescapeURL(text)
			}
			return t.armour(label, text, t.pos, min(tail, len(t.data)))
		}
	}
	return found{}, "the block has no end within reach"
}

// unescapeURL undoes percent escapes in an armour's body. A plus sign in it is a
// blank, for one of base64 is escaped.
func unescapeURL(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// maxWrapped is more than an armoured RSA key of 16,384 bits with its certificates
// in base64, in bytes.
const maxWrapped = 24 << 10

var base64Bytes = bytesOf("A-Za-z0-9+/=")

// wrapped reads an armoured key that stands in base64 once more, from the anchor,
// which is base64 of "-----BEGIN", to the end of the text. The key need not be the
// first block in it: openssl ecparam writes the curve before the key, and a
// bundle holds the certificates first.
func (t *trial) wrapped(c *compiled) (found, string) {
	why := "no armoured block in base64 begins here"
	if !t.openBefore(t.pos, "_-+/") {
		return found{}, "it is glued to what stands before it"
	}
	text, end := t.base64Text(t.pos)
	if !t.openAfter(end, "_-") {
		return found{}, "it is glued to what stands behind it"
	}
	plain, _, ok := decodeLoose(text)
	if !ok {
		return found{}, why
	}
	for rest := string(plain); ; {
		_, after, begins := strings.Cut(rest, "-----BEGIN ")
		label, body, ok := strings.Cut(after, "-----")
		raw, next, ends := strings.Cut(body, "-----END "+label+"-----")
		if !begins || !ok || !ends {
			return found{}, why
		}
		rest = next
		if !c.fits(label) {
			continue
		}
		var f found
		if f, why = t.armour(label, raw, t.pos, end); why == "" {
			f.text = text
			return f, ""
		}
	}
}

// widestLine is more than the width at which tools break base64, in characters: 60
// to 76.
const widestLine = 80

// base64Text reads the text in base64 at from: one run, or the lines into which
// base64(1) breaks it, which have one width but for the last.
func (t *trial) base64Text(from int) (text string, end int) {
	first, end := t.base64Line(from)
	width := len(first)
	if width > widestLine {
		return first, end
	}
	var b strings.Builder
	b.WriteString(first)
	again := 0 // lines that begin as the text does: more than a bundle has are other texts
	for b.Len() < maxWrapped {
		p := t.nextLine(end)
		if p == end {
			break
		}
		line, stop := t.base64Line(p)
		last := len(line) < width
		if strings.HasPrefix(line, t.literal.text) {
			again++
		}
		if line == "" || again > maxAgain || len(line) > width || last && endsArmour(b.String()) && !lineEnds[line] {
			break // it is another text's
		}
		b.WriteString(line)
		end = stop
		if last {
			break
		}
	}
	return b.String(), end
}

// base64Line reads a run of base64, in which a slash may be escaped, as in JSON, and
// what is no letter or digit, as in a URL.
func (t *trial) base64Line(p int) (line string, end int) {
	var b strings.Builder
	for from := p; p-from < maxWrapped; {
		end = t.run(p, maxWrapped, base64Bytes)
		b.Write(t.data[p:end])
		c, n := t.escapedBase64(end)
		if n == 0 {
			break
		}
		b.WriteByte(c)
		p = end + n
		end = p
	}
	return b.String(), end
}

// escapedBase64 reads an escaped character of base64 at p, and how many bytes it takes.
func (t *trial) escapedBase64(p int) (c byte, n int) {
	switch t.at(p) {
	case '\\':
		if t.at(p+1) == '/' {
			return '/', len(`\/`)
		}
	case '%':
		for _, e := range percentBase64 {
			if t.hasFold(p+1, e.hex) {
				return e.c, len("%2B")
			}
		}
	}
	return 0, 0
}

var percentBase64 = []struct {
	hex string
	c   byte
}{{"2b", '+'}, {"2f", '/'}, {"3d", '='}}

// lineEnds are line ends in base64.
var lineEnds = map[string]bool{"Cg==": true, "Cgo=": true, "DQo=": true, "DQoNCg==": true}

// endsArmour says whether a text in base64 ends with the last line of a block.
func endsArmour(text string) bool {
	const longestEnd = 128 // characters, of which four make three bytes
	begin := max(len(text)-longestEnd, 0) / 4 * 4
	plain, _, _ := decodeLoose(text[begin:])
	plain = bytes.TrimRight(plain, " \r\n")
	last := plain[bytes.LastIndexByte(plain, '\n')+1:]
	return bytes.HasPrefix(last, []byte("-----END ")) && bytes.HasSuffix(last, []byte("-----"))
}

// nextLine passes one line end, written out or escaped, and the indent behind it.
// It returns p if there is none.
func (t *trial) nextLine(p int) int {
	q := p
	for _, end := range []string{"\r", "\n", `\r`, `\n`} {
		if t.has(q, end) {
			q += len(end)
		}
	}
	if q == p {
		return p
	}
	for isBlank(t.at(q)) {
		q++
	}
	return q
}

// minPEMBody is the least length of a body that does not prove its structure, and
// minProven of one that does: the smallest keys of SEC 1, without their public
// half, have less than 64 characters.
const (
	minPEMBody = 64
	minProven  = 40
)

// armour makes a match of a block's body.
func (t *trial) armour(label, raw string, start, end int) (found, string) {
	const no = "the block holds no key"
	body, encrypted := armourBody(raw)
	k := readKey(label, body, encrypted)
	k.opaque = k.none && opaqueBody(body)
	switch {
	case k.none && !k.opaque, len(body) < minProven, blank(body):
		return found{}, no
	case !k.proven && (len(body) < minPEMBody || hasPlaceholderWord(body)):
		return found{}, no
	}
	f := found{start: start, end: end, text: body, proof: true}
	switch {
	case k.opaque:
		f.proof = false
		f.confidence = detectors.Low
		f.reasons = []string{"the body is random text, and not a key of this kind"}
	case k.cut:
		f.confidence = detectors.Low
		f.reasons = []string{"the key is cut off: it is shorter than it says"}
	case k.damaged:
		f.confidence = detectors.Low
		f.reasons = []string{"the key is damaged: its two check numbers differ"}
	case k.locked:
		f.confidence = detectors.Medium
		f.reasons = []string{"the key is encrypted with a passphrase"}
	}
	return f, ""
}

// maxPuTTY is more than the largest PuTTY key file, an RSA key of 16,384 bits.
const maxPuTTY = 16 << 10

// minPuTTY is the length of the smallest private half, of a DSA key, in base64.
const minPuTTY = 32

// putty reads a PuTTY key file, whose headers and body stand in lines of their
// own (PuTTY manual, appendix C).
func (t *trial) putty() (found, string) {
	const begin, end = "Private-Lines: ", "Private-MAC: "
	encrypted := true
	for p, body := t.pos, 0; p < t.pos+maxPuTTY; p++ {
		switch t.at(p) {
		case outside:
			return found{}, "the key file has no end"
		case 'E':
			if t.has(p, "Encryption: none") {
				encrypted = false
			}
		case 'P':
			switch {
			case p > t.pos && t.has(p, t.literal.text): // so that many begins cost no more than their bytes
				return found{}, "another key file begins before its end"
			case body == 0 && t.has(p, begin):
				for body = p + len(begin); isDigit(t.at(body)); {
					body++
				}
			case body > 0 && t.has(p, end):
				stop := p + len(end)
				for isHex(t.at(stop)) {
					stop++
				}
				text, _ := armourBody(string(t.data[body:p]))
				if len(text) < minPuTTY || blank(text) {
					return found{}, "the key file holds no key"
				}
				f := found{start: t.pos, end: stop, text: text, proof: true}
				if encrypted {
					f.confidence, f.reasons = detectors.Medium, []string{"the key is encrypted with a passphrase"}
				}
				return f, ""
			}
		}
	}
	return found{}, "the key file has no end within reach"
}
