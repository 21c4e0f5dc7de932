package boundary

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a page of text shows at most; the other renderings show everything.
const (
	pageWidth      = 80
	pageUses       = 6
	pageRoutes     = 6
	pageIdentities = 8
	pageQuestions  = 5
	pageCrossings  = 12
)

// Text writes the map as one page for people.
func (m *Map) Text(out io.Writer) error {
	w := &page{Writer: bufio.NewWriter(out)}
	w.line("The identity boundary of " + tidy(m.Target))
	w.line("")
	w.prose("", apart+" "+m.answer())
	if m.Begun != nil {
		w.prose("", tidy(m.Begun.Sentence()))
	}
	w.line("")
	w.doors(m)
	w.line("")
	w.line("WHAT CROSSES")
	x := m.crosses()
	if len(x) == 0 {
		w.prose("  ", m.answer())
	}
	for _, e := range clip(w, x, pageCrossings, "crossings") {
		w.prose("  ! ", e.says())
		w.line("    " + e.At.place() + "  (" + e.Rule + ")")
	}
	w.roots(m)
	for i := range m.Planes {
		w.line("")
		w.plane(&m.Planes[i])
	}
	if len(m.Servers)+len(m.Routes) > 0 {
		w.line("")
		w.line("WHERE THEY MEET")
		label := "Routes"
		for _, u := range clip(w, m.openFirst(), pageRoutes, "routes") {
			w.row(label, u.label(), u.Shown[0].place()+" reaches a model; "+strings.ReplaceAll(u.checked(), ": "+tidy(u.Shown[0].Path)+":", ": line "))
			label = ""
		}
		label = "Tools"
		for _, u := range clip(w, m.Servers, pageUses, "tool servers") {
			w.row(label, u.label(), "for AI agents; "+shownAt(u.Shown))
			label = ""
		}
	}
	if !m.Complete {
		w.line("")
		w.prose("", "Not everything could be read, so more may be there than is shown.")
	}
	return w.Flush()
}

// doors writes the planes beside each other: the page in eight lines.
func (w *page) doors(m *Map) {
	const label, left = 12, 32
	cells := func(name string, of func(p *Plane) string) {
		var columns [][]string
		rows := 0
		for i := range m.Planes {
			width := left - 2
			if i == len(m.Planes)-1 {
				width = pageWidth - 2 - label - left
			}
			c := brokenInto(of(&m.Planes[i]), width)
			columns, rows = append(columns, c), max(rows, len(c))
		}
		for k := range rows {
			l := strings.Repeat(" ", 2+label)
			if k == 0 {
				l = fmt.Sprintf("  %-*s", label, name)
			}
			for _, c := range columns {
				text := ""
				if k < len(c) {
					text = c[k]
				}
				l += text + strings.Repeat(" ", max(0, left-utf8.RuneCountInString(text)))
			}
			w.line(l)
		}
	}
	cells("", func(p *Plane) string { return strings.ToUpper(title(p.Layer)) })
	cells("", func(p *Plane) string { return door(p.Layer) })
	cells("Owner", func(p *Plane) string {
		if p.empty() && len(p.Owners) == 0 {
			return "nothing of it is seen here"
		}
		return p.owned()
	})
	cells("In use", func(p *Plane) string {
		var names []string
		for _, u := range p.foremost() {
			names = append(names, clipped(tidy(cmp.Or(u.Title, u.Name)), 40))
		}
		return cmp.Or(some(names, 3), "nothing is seen here")
	})
	cells("Identities", func(p *Plane) string {
		lie := 0
		for i := range p.Identities {
			if p.Identities[i].Literal {
				lie++
			}
		}
		s := counted(len(p.Identities), "name", "names")
		if len(p.Identities) == 0 {
			s = "none is seen here"
		}
		if lie > 0 {
			s += fmt.Sprintf(", %d with a value here", lie)
		}
		return s
	})
	cells("Controls", func(p *Plane) string {
		var names []string
		for _, c := range p.Controls {
			if c.Standing == Shown || c.Standing == Declared || c.Standing == ReadFrom {
				names = append(names, tidy(c.Name))
			}
		}
		return cmp.Or(strings.Join(names, ", "), "none is seen here")
	})
}

// brokenInto breaks a text into lines of at most so many letters, but for longer words.
func brokenInto(s string, width int) []string {
	var out []string
	l := ""
	for f := range strings.FieldsSeq(s) {
		if l != "" && utf8.RuneCountInString(l)+1+utf8.RuneCountInString(f) > width {
			out, l = append(out, l), ""
		}
		if l != "" {
			l += " "
		}
		l += f
	}
	return append(out, l)
}

// some are the first names of a list, and how many more there are.
func some(names []string, most int) string {
	if n := len(names) - most; n > 1 {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ")
}

// page writes lines of a text.
type page struct{ *bufio.Writer }

func (w *page) line(s string) { fmt.Fprintln(w, strings.TrimRight(s, " ")) }

// prose writes a sentence in lines of the page's width; those after the first stand
// below its first word.
func (w *page) prose(lead, s string) {
	rest := strings.Repeat(" ", utf8.RuneCountInString(lead))
	l, n := lead, 0
	for f := range strings.FieldsSeq(s) {
		if n > 0 && utf8.RuneCountInString(l)+1+utf8.RuneCountInString(f) > pageWidth {
			w.line(l)
			l, n = rest, 0
		}
		if n > 0 {
			l += " "
		}
		l, n = l+f, n+1
	}
	w.line(l)
}

// fact writes what a plane's label says.
func (w *page) fact(label, s string) { w.prose(fmt.Sprintf("  %-11s", label), s) }

// row writes a name with what is said of it, on one line if it fits.
func (w *page) row(label, name, text string) { w.columns(label, name, text, 28) }

// columns is row with another width of the names.
func (w *page) columns(label, name, text string, column int) {
	lead := fmt.Sprintf("  %-11s", label)
	longest := 0
	for f := range strings.FieldsSeq(text) {
		longest = max(longest, utf8.RuneCountInString(f))
	}
	if n := utf8.RuneCountInString(name); n <= column-2 && longest <= pageWidth-utf8.RuneCountInString(lead)-column {
		w.prose(lead+name+strings.Repeat(" ", column-n), text)
		return
	}
	w.line(lead + name)
	w.prose(strings.Repeat(" ", 15), text)
}

func (w *page) plane(p *Plane) {
	w.line(strings.ToUpper(title(p.Layer)) + ": " + door(p.Layer))
	w.prose("  ", p.Question)
	if p.empty() {
		w.prose("  ", "No line that was read shows anything of this door.")
		if len(p.Owners) > 0 {
			w.fact("Owner", p.owned())
		}
		w.questions(p)
		return
	}
	w.fact("Owner", p.owned())
	if len(p.Reviewers) > 0 {
		w.fact("Reviewers", tidy(strings.Join(p.Reviewers, ", ")))
	}
	var none []string
	for _, d := range [][2]string{{"Directory", p.Directory}, {"Console", p.Console}, {"Audit", p.Audit}} {
		if d[1] == "" {
			none = append(none, strings.ToLower(d[0]))
			continue
		}
		w.fact(d[0], tidy(d[1]))
	}
	if len(none) > 0 {
		w.fact("Undeclared", strings.Replace(strings.Join(none, ", "), "audit", "audit trail", 1))
	}
	if pages := p.pages(); pages != "" && p.Console == "" {
		w.fact("Keys at", pages)
	}
	if trails := p.trails(); len(trails) > 0 && p.Audit == "" {
		w.fact("Trail", trails[0])
	}
	label := "In use"
	for _, u := range clip(w, p.foremost(), pageUses, "in use") {
		w.row(label, u.label(), shownAt(u.Shown))
		label = ""
	}
	label = "Identities"
	for _, id := range clip(w, p.Identities, pageIdentities, "names") {
		s := id.speaks()
		if id.Literal {
			s += "; its value lies in " + shownAt(id.Shown)
		} else {
			s += "; named in " + shownAt(id.Shown)
		}
		if len(id.Owners) > 0 && !sameNames(id.Owners, p.Owners) {
			s += "; owner " + tidy(some(id.Owners, 3))
		}
		w.row(label, clipped(tidy(id.Name), 60), s)
		label = ""
	}
	label = "Controls"
	for _, c := range p.Controls {
		if c.Standing == Shown || c.Standing == Declared || c.Standing == ReadFrom {
			w.columns(label, tidy(c.Name), c.stands(), 20)
			label = ""
		}
	}
	if none = p.standing(NotShown); len(none) > 0 {
		w.columns(label, "no line shows", strings.Join(none, ", "), 20)
		label = ""
	}
	if none = p.standing(NotRead); len(none) > 0 {
		w.columns(label, "not looked at", strings.Join(none, ", ")+" (they stand in the console; leakline boundary read asks it)", 20)
	}
	w.questions(p)
}

// questions writes what the owner of a plane has to be asked.
func (w *page) questions(p *Plane) {
	asked := slices.DeleteFunc(slices.Clone(p.Questions), func(q string) bool { // the facts above say so
		return strings.HasPrefix(q, "directory: ") || strings.HasPrefix(q, "audit trail: ")
	})
	for i, q := range asked {
		switch {
		case i == 0:
			w.line("  Ask its owner")
		case i == pageQuestions && len(asked) > i+1:
			w.prose("  - ", more(len(asked)-i, "questions")+" (-f markdown, -f json)")
			return
		}
		w.prose("  - ", tidy(q))
	}
}

// sameNames says whether two lists name the same.
func sameNames(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

// clip gives the first of a list, and says how many are left out.
func clip[T any](w *page, all []T, most int, what string) func(func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for i, v := range all {
			if i == most {
				w.fact("", "and "+more(len(all)-most, what)+" (-f markdown, -f json)")
				return
			}
			if !yield(i, v) {
				return
			}
		}
	}
}
