package ttr

import (
	"bufio"
	"strconv"
	"strings"
	"unicode/utf8"

	"leakline/scanner"
)

// page lays text out in lines.
type page struct {
	w     *bufio.Writer
	width int
	color bool
	plain *strings.Replacer // nil: all characters are allowed
}

// minWidth is what the tables need.
const minWidth = 80

func newPage(w *bufio.Writer, o WriteOptions) *page {
	p := &page{w: w, width: max(o.Width, minWidth), color: o.Color}
	if o.ASCII {
		p.plain = strings.NewReplacer("–", "-", "…", "~", "█", "#", "▁", ".", "▂", ".", "▃", ":", "▄", ":", "▅", ":", "▆", "|", "▇", "|", "│", "|", "└", "+", "┬", "+", "─", "-")
	}
	return p
}

// line writes one line.
func (p *page) line(s string) {
	if p.plain != nil {
		s = p.plain.Replace(s)
	}
	_, _ = p.w.WriteString(strings.TrimRight(s, " "))
	_ = p.w.WriteByte('\n') // Flush keeps the error
}

// title writes a heading, after an empty line.
func (p *page) title(s string) {
	p.line("")
	p.bold(s)
}

// bold writes a line that stands out.
func (p *page) bold(s string) {
	if p.color {
		s = "\x1b[1m" + s + "\x1b[0m"
	}
	p.line(s)
}

// text writes words from a margin on, broken between words.
func (p *page) text(indent, s string) {
	rest := strings.Repeat(" ", columns(indent))
	at := indent
	first := true
	for word := range strings.FieldsSeq(s) {
		word = strings.ReplaceAll(word, "\u00a0", " ")
		if !first && columns(at)+1+columns(word) > p.width {
			p.line(at)
			at, first = rest, true
		}
		if !first {
			at += " "
		}
		at += word
		first = false
	}
	p.line(at)
}

// columns counts the characters of printable text.
func columns(s string) int { return utf8.RuneCountInString(s) }

// fit makes text printable and exactly so many columns wide; "…" stands for what
// is cut, of names with a path at their begin.
func fit(s string, n int) string {
	s = strings.ReplaceAll(scanner.Printable(s), "\t", " ")
	if c := columns(s); c <= n {
		return s + strings.Repeat(" ", n-c)
	}
	runes := []rune(s)
	if strings.Contains(s, "/") {
		return "…" + string(runes[len(runes)-n+1:])
	}
	return string(runes[:n-1]) + "…"
}

// right puts text at the right of so many columns.
func right(s string, n int) string {
	return strings.Repeat(" ", max(0, n-columns(s))) + s
}

// clean makes text from elsewhere printable, on one line.
func clean(s string) string {
	return strings.Join(strings.Fields(scanner.Printable(s)), " ")
}

// thousands is a count with a comma at every third digit.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count is a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// figure is a number of days for people: one digit behind the point.
func figure(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// percent is a share for people. What is not all is not shown as all, nor what is
// more than nothing as nothing.
func percent(x float64) string {
	s := strconv.FormatFloat(100*x, 'f', 0, 64)
	switch {
	case s == "0" && x > 0:
		return "<1"
	case s == "100" && x < 1:
		return ">99"
	}
	return s
}

// percentRange is an estimated share with its bounds.
func percentRange(i *Interval) string {
	if i == nil {
		return "not known"
	}
	s := percent(i.Value) + " %"
	if i.Low != nil && i.High != nil {
		s += " (" + percent(*i.Low) + "–" + percent(*i.High) + ")"
	}
	return s
}

// dayRange is an estimated number of days with its bounds.
func dayRange(i *Interval) string {
	if i == nil {
		return "not reached"
	}
	low, high := "?", "?"
	if i.Low != nil {
		low = figure(*i.Low)
	}
	if i.High != nil {
		high = figure(*i.High)
	}
	return figure(i.Value) + " (" + low + "–" + high + ")"
}
