package engine

import (
	"encoding/base64"
	"strings"

	"leakline/detectors"
)

// Bounds of the readers of armoured keys, in bytes.
const (
	maxLabel   = 64
	minPEMBody = 64
)

// pem reads an armoured key that begins at the anchor.
func (t *trial) pem(c *compiled) (found, string) {
	if t.literal.anchor != "-----BEGIN " {
		return t.wrapped(c)
	}
	p := t.pos + len(t.literal.text)
	end := p
	for ; end-p < maxLabel && !t.has(end, "-----"); end++ {
		if ch := t.at(end); ch != ' ' && !isAlnum(ch) {
			return found{}, "no label of an armoured block follows"
		}
	}
	label := string(t.data[p:min(end, len(t.data))])
	if end-p >= maxLabel || !c.fits(label) {
		return found{}, "the label is another one"
	}
	body := end + len("-----")
	limit := t.pos + MaxExtent/2
	for q := body; q < limit; q++ {
		switch t.at(q) {
		case outside:
			return found{}, "the block has no end"
		case '-':
			if !t.has(q, "-----END ") {
				continue
			}
			tail := q + len("-----END ") + len(label) + len("-----")
			t.at(tail)
			return t.armour(label, string(t.data[body:q]), t.pos, min(tail, len(t.data)))
		}
	}
	return found{}, "the block has no end within reach"
}

// maxWrapped is more than an armoured RSA key of 16,384 bits in base64, in bytes.
const maxWrapped = 20 << 10

var base64Bytes = bytesOf("A-Za-z0-9+/=")

// wrapped reads an armoured key that stands in base64 once more, from the anchor,
// which is base64 of "-----BEGIN", to the end of the text.
func (t *trial) wrapped(c *compiled) (found, string) {
	const no = "no armoured block in base64 begins here"
	if !t.openBefore(t.pos, "_-+/") {
		return found{}, "it is glued to what stands before it"
	}
	end := t.run(t.pos, maxWrapped, base64Bytes)
	if !t.openAfter(end, "_-") {
		return found{}, "it is glued to what stands behind it"
	}
	text := string(t.data[t.pos:end])
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return found{}, no
	}
	rest, begins := strings.CutPrefix(string(plain), "-----BEGIN ")
	label, rest, ok := strings.Cut(rest, "-----")
	raw, _, ends := strings.Cut(rest, "-----END "+label+"-----")
	if !begins || !ok || !ends || !c.fits(label) {
		return found{}, no
	}
	f, why := t.armour(label, raw, t.pos, end)
	f.text = text
	return f, why
}

// armour makes a match of a block's body.
func (t *trial) armour(label, raw string, start, end int) (found, string) {
	body, encrypted := armourBody(raw)
	if len(body) < minPEMBody || isPlaceholder(body) || entropy(body) < 3.5 {
		return found{}, "the block holds no key"
	}
	f := found{start: start, end: end, text: body, proof: true}
	switch {
	case encrypted:
		f.confidence = detectors.Medium
		f.reasons = []string{"the key is encrypted with a passphrase"}
	case !derLabels[label]:
	default:
		whole, ok := derSequence(body)
		if !ok {
			return found{}, "the block holds no key"
		}
		if !whole {
			f.confidence = detectors.Low
			f.reasons = []string{"the key is cut off: it is shorter than it says"}
		}
	}
	return f, ""
}

// derLabels are the labels of keys in DER, whose first byte begins a SEQUENCE
// (RFC 5958; RFC 5915; RFC 8017, appendix A.1.2).
var derLabels = map[string]bool{
	"PRIVATE KEY": true, "RSA PRIVATE KEY": true, "EC PRIVATE KEY": true, "DSA PRIVATE KEY": true, "ENCRYPTED PRIVATE KEY": true,
}

// derSequence says whether a text in base64 begins a SEQUENCE of DER, and whether all
// of it is there. A few bytes may be lost to the host's own marks.
func derSequence(body string) (whole, ok bool) {
	const head, slack = 8, 8
	b, err := base64.StdEncoding.DecodeString(body[:head])
	if err != nil || b[0] != 0x30 {
		return false, false
	}
	length, width := int(b[1]), 2
	switch b[1] {
	case 0x81:
		length, width = int(b[2]), 3
	case 0x82:
		length, width = int(b[2])<<8|int(b[3]), 4
	}
	if b[1] == 0x80 || b[1] > 0x82 {
		return false, false
	}
	return len(strings.TrimRight(body, "="))*3/4+slack >= length+width, true
}

// maxPuTTY is more than the largest PuTTY key file, an RSA key of 16,384 bits.
const maxPuTTY = 16 << 10

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
				if len(text) < 30 || isPlaceholder(text) {
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

// pemBody is the canonical text of an armoured block.
func pemBody(s string) (string, bool) {
	_, rest, ok := strings.Cut(s, "-----BEGIN ")
	_, rest, ok2 := strings.Cut(rest, "-----")
	raw, _, ok3 := strings.Cut(rest, "-----END")
	if !ok || !ok2 || !ok3 {
		return "", false
	}
	body, _ := armourBody(raw)
	return body, len(body) > 0
}

// armourBody takes out of the raw text between the BEGIN and END lines what
// belongs to the key: base64, without line ends, escapes, quotes, comment marks,
// concatenation, and armour headers such as "Proc-Type: 4,ENCRYPTED".
func armourBody(raw string) (body string, encrypted bool) {
	var b strings.Builder
	for _, line := range armourLines(raw) {
		if i := strings.IndexByte(line, ':'); i > 0 { // an armour header
			encrypted = encrypted || strings.Contains(line, "ENCRYPTED") || strings.Contains(line, "DEK-Info")
			continue
		}
		for i := range len(line) {
			c := int(line[i])
			switch {
			case isAlnum(c), c == '=':
				b.WriteByte(line[i])
			case c == '/', c == '+':
				before, after := i > 0 && inArmour(line[i-1]), i+1 < len(line) && inArmour(line[i+1])
				if before || after {
					b.WriteByte(line[i])
				}
			}
		}
	}
	return b.String(), encrypted
}

func inArmour(c byte) bool { return isAlnum(int(c)) || c == '+' || c == '/' || c == '=' }

// armourLines cuts at line ends, written out or escaped.
func armourLines(raw string) []string {
	var lines []string
	for _, l := range strings.FieldsFunc(raw, func(r rune) bool { return r == '\n' || r == '\r' }) {
		l = strings.ReplaceAll(l, "&#10;", "\n")
		l = strings.ReplaceAll(l, "&#xA;", "\n")
		for strings.Contains(l, `\\`) {
			l = strings.ReplaceAll(l, `\\`, `\`)
		}
		l = strings.ReplaceAll(l, `\r`, "\n")
		l = strings.ReplaceAll(l, `\n`, "\n")
		l = strings.ReplaceAll(l, `\/`, "/")
		l = strings.TrimLeft(l, " \t")
		for _, mark := range []string{"//", "# ", "#", "* ", "> "} { // a commented key is a key
			l = strings.TrimPrefix(l, mark)
		}
		lines = append(lines, strings.Split(l, "\n")...)
	}
	return lines
}
