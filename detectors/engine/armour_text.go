package engine

import "strings"

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
	mark := ""
	for i, l := range strings.FieldsFunc(raw, func(r rune) bool { return r == '\n' || r == '\r' }) {
		for strings.Contains(l, `\\`) {
			l = strings.ReplaceAll(l, `\\`, `\`)
		}
		l = strings.TrimLeft(escapesInArmour.Replace(l), " \t")
		if i == 0 {
			mark = commentMark(l)
		}
		lines = append(lines, strings.Split(strings.TrimPrefix(l, mark), "\n")...)
	}
	return lines
}

// commentMark is what the first line of a block begins with if the block stands in
// a comment or in a patch: a commented key is a key. The other lines have the same
// mark. A later line may begin with "//" or "+" that belongs to the key; the first
// can't, for it is a header or begins a structure, whose first byte is no 0xF8 or
// more.
func commentMark(line string) string {
	for _, mark := range []string{"//", "+"} {
		if strings.HasPrefix(line, mark) {
			return mark
		}
	}
	return "" // any other mark is no base64, and drops out by itself
}

// escapesInArmour undoes what hosts write for a line end, a blank or a character of
// base64.
var escapesInArmour = strings.NewReplacer(
	"&#10;", "\n", "&#xA;", "\n", "&#xa;", "\n", "&#13;", "\n", "&#xD;", "\n", "&#xd;", "\n", "&#9;", " ", "&#x9;", " ",
	"&#43;", "+", "&#x2B;", "+", "&#47;", "/", "&#x2F;", "/", "&#61;", "=", "&#x3D;", "=",
	`\r`, "\n", `\n`, "\n", `\t`, " ", `\/`, "/",
	`\u000a`, "\n", `\u000A`, "\n", `\u000d`, "\n", `\u000D`, "\n",
	`\u002b`, "+", `\u002B`, "+", `\u002f`, "/", `\u002F`, "/", `\u003d`, "=", `\u003D`, "=",
)
