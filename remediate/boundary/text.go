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
	pageIdentities = 10
	pageQuestions  = 5
	pageCrossings  = 12
)

// Text writes the map as one page for people.
func (m *Map) Text(out io.Writer) error {
	w := &page{Writer: bufio.NewWriter(out)}
	w.line("The identity boundary of " + tidy(m.Target))
	w.line("")
	w.prose("", apart)
	w.prose("", m.answer())
	if m.Begun != nil {
		w.prose("", tidy(m.Begun.Sentence()))
	}
	w.line("")
	for i := range m.Planes {
		p := &m.Planes[i]
		s := "owner: " + p.owned()
		if p.empty() {
			s = "nothing of it is seen here"
		}
		w.prose(fmt.Sprintf("  %-28s", title(p.Layer)), s)
	}
	w.roots(m)
	for i := range m.Planes {
		w.line("")
		w.plane(&m.Planes[i])
	}
	if len(m.Servers)+len(m.Routes) > 0 {
		w.line("")
		w.line("WHERE THEY MEET")
		for _, u := range clip(w, m.Routes, pageUses, "routes") {
			w.row("Route", u.label(), u.Shown[0].place()+" reaches a model; "+u.checked())
		}
		for _, u := range clip(w, m.Servers, pageUses, "tool servers") {
			w.row("Tools", u.label(), "for AI agents; "+shownAt(u.Shown))
		}
	}
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
	if !m.Complete {
		w.line("")
		w.prose("", "Not everything could be read, so more may be there than is shown.")
	}
	return w.Flush()
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
func (w *page) row(label, name, text string) {
	lead := fmt.Sprintf("  %-11s", label)
	if utf8.RuneCountInString(name) <= 26 {
		w.prose(lead+name+strings.Repeat(" ", 28-utf8.RuneCountInString(name)), text)
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
	w.fact("Directory", cmp.Or(tidy(p.Directory), notDeclared))
	w.fact("Console", cmp.Or(tidy(p.Console), p.pages(), notDeclared))
	audit := tidy(p.Audit)
	if audit == "" {
		audit = strings.Join(append([]string{notDeclared}, p.trails()[:min(1, len(p.trails()))]...), "; ")
	}
	w.fact("Audit", audit)
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
		if mine := strings.Join(id.Owners, ", "); mine != "" && mine != strings.Join(p.Owners, ", ") {
			s += "; owner " + tidy(mine)
		}
		w.row(label, clipped(tidy(id.Name), 60), s)
		label = ""
	}
	label = "Controls"
	for _, c := range p.Controls {
		if c.Standing == Shown || c.Standing == Declared || c.Standing == ReadFrom {
			w.row(label, tidy(c.Name), c.stands())
			label = ""
		}
	}
	if none := p.standing(NotShown); len(none) > 0 {
		w.row(label, "no line shows", strings.Join(none, ", "))
		label = ""
	}
	if none := p.standing(NotRead); len(none) > 0 {
		w.row(label, "not looked at", strings.Join(none, ", ")+" (they stand in the console)")
	}
	w.questions(p)
}

// questions writes what the owner of a plane has to be asked.
func (w *page) questions(p *Plane) {
	label := "Ask"
	asked := slices.DeleteFunc(slices.Clone(p.Questions), func(q string) bool { // the facts above say so
		return strings.HasPrefix(q, "directory: ") || strings.HasPrefix(q, "audit trail: ")
	})
	for _, q := range clip(w, asked, pageQuestions, "questions") {
		w.fact(label, tidy(q))
		label = ""
	}
}

// clip gives the first of a list, and says how many are left out.
func clip[T any](w *page, all []T, most int, what string) func(func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for i, v := range all {
			if i == most {
				w.fact("", "and "+more(len(all)-most, what)+" (in -f markdown and -f json)")
				return
			}
			if !yield(i, v) {
				return
			}
		}
	}
}
