package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"leakline/scanner"
)

// style is a terminal's way to show a text, as the parameters of SGR (ECMA-48,
// section 8.3.117). The empty style changes nothing.
type style string

const (
	plain  style = ""
	bold   style = "1"
	faint  style = "2"
	red    style = "1;31"
	yellow style = "33"
	green  style = "32"
	cyan   style = "36"
)

// word is what a line is never broken within: a word, a path, a URL.
type word struct {
	text string
	// whole forbids to break it even if it is longer than a line: a path or URL
	// in two parts can't be clicked or copied.
	whole bool
	style style
}

// prose is a text as words, made printable.
func prose(s string) []word {
	var ws []word
	for f := range strings.FieldsSeq(scanner.Printable(s)) {
		ws = append(ws, word{text: f, whole: strings.Contains(f, "/")})
	}
	return ws
}

// whole is a path or another name as one word, made printable.
func whole(s string) word { return word{text: tidy(s), whole: true} }

// in gives words a style.
func in(s style, ws ...word) []word {
	for i := range ws {
		ws[i].style = s
	}
	return ws
}

// after adds a sign to the last word.
func after(ws []word, sign string) []word {
	if len(ws) > 0 {
		ws[len(ws)-1].text += sign
	}
	return ws
}

// tidy makes text printable on one line: a tab becomes a blank.
func tidy(s string) string { return strings.ReplaceAll(scanner.Printable(s), "\t", " ") }

// columns is how many columns a terminal needs for printable text.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is two for the scripts and blocks that Unicode Standard Annex 11
// calls wide, none for combining marks. Pictographs all count as wide, though a
// few are not: a line that is one column too short does no harm.
func runeColumns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Yi),
		0x2e80 <= r && r <= 0x303e, 0x3200 <= r && r <= 0x33ff,
		0xff01 <= r && r <= 0xff60, 0xffe0 <= r && r <= 0xffe6,
		0x2600 <= r && r <= 0x27bf, 0x1f000 <= r && r <= 0x1faff:
		return 2
	}
	return 1
}

// page lays text out in lines.
type page struct {
	b     strings.Builder
	width int
	color bool
	style style // of what was written last
	// common are the steps that stand at the end, once for all findings.
	common []string
}

// put writes text in a style, which lasts until the next text or line break.
func (p *page) put(s style, text string) {
	p.use(s)
	p.b.WriteString(text)
}

func (p *page) use(s style) {
	if !p.color || s == p.style {
		return
	}
	if p.style != plain {
		p.b.WriteString("\x1b[0m")
	}
	if s != plain {
		p.b.WriteString("\x1b[" + string(s) + "m")
	}
	p.style = s
}

// end ends a line, and with it the style: a pager shows lines one by one.
func (p *page) end() {
	p.use(plain)
	p.b.WriteByte('\n')
}

func (p *page) line(s style, text string) {
	p.put(s, text)
	p.end()
}

// labelWidth is the columns that a label and the blank after it take.
const labelWidth = 12

// field writes words behind a label; further lines stand under the first word.
// Without words it writes nothing.
func (p *page) field(label string, words []word) {
	if len(words) == 0 {
		return
	}
	p.label(label)
	p.flow(labelWidth, words)
}

// label writes a field's label, or the room for it.
func (p *page) label(label string) {
	if label != "" {
		label = "  " + label + ":"
		p.put(faint, label)
	}
	p.put(plain, strings.Repeat(" ", max(1, labelWidth-columns(label))))
}

// text writes words from the left margin.
func (p *page) text(words []word) { p.flow(0, words) }

// flow writes words, of which the first stands at column indent, and a line
// break. Lines are broken between words; a word that is longer than a line and
// not whole is cut in pieces.
func (p *page) flow(indent int, words []word) {
	at := indent
	for i := 0; i < len(words); i++ {
		w := words[i]
		n := columns(w.text)
		if at > indent {
			if at+1+n <= p.width {
				if w.style != p.style {
					p.use(plain)
				}
				p.b.WriteByte(' ')
				at++
			} else {
				p.end()
				p.b.WriteString(strings.Repeat(" ", indent))
				at = indent
			}
		}
		if at+n > p.width && !w.whole {
			head, rest := split(w.text, p.width-at)
			words = append(words[:i:i], append([]word{{head, false, w.style}, {rest, false, w.style}}, words[i+1:]...)...)
			w, n = words[i], columns(head)
		}
		p.put(w.style, w.text)
		at += n
	}
	p.end()
}

// split cuts a text so that the head takes at most n columns, but holds at least
// one character.
func split(s string, n int) (head, rest string) {
	used := 0
	for i, r := range s {
		used += runeColumns(r)
		if used > n && i > 0 {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// fit shortens a printable line to n columns, keeping the mark in it visible; "…"
// stands for what was cut. A mark that is longer than that stays whole.
func fit(line, mark string, n int) string {
	if columns(line) <= n {
		return line
	}
	at := strings.Index(line, mark)
	if at < 0 {
		mark, at = "", 0
	}
	left, right := line[:at], line[at+len(mark):]
	room := n - columns(mark)
	if room < 4 {
		return mark
	}
	share := max(room/2, room-columns(right))
	if columns(left) > share {
		left = "…" + tail(left, share-1)
	}
	room -= columns(left)
	if columns(right) > room {
		right, _ = split(right, room-1)
		right += "…"
	}
	return left + mark + right
}

// tail is the end of a text that takes at most n columns.
func tail(s string, n int) string {
	at := len(s)
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if n -= runeColumns(r); n < 0 {
			break
		}
		at -= size
	}
	return s[at:]
}
