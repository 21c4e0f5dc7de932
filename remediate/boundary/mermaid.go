package boundary

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"leakline/detectors"
)

// Mermaid writes the map as a flowchart of Mermaid: the planes, the programs between
// them, and the credentials as edges.
func (m *Map) Mermaid(out io.Writer) error {
	w := bufio.NewWriter(out)
	m.mermaid(w)
	return w.Flush()
}

// edgeNames is how many credentials an edge names.
const edgeNames = 3

func (m *Map) mermaid(w *bufio.Writer) {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("flowchart LR")
	ids := map[string]string{} // of nodes, by the name that edges have
	short := map[detectors.Layer]string{detectors.AIPlatform: "ai", detectors.ApplicationAuth: "auth"}
	plane := func(pl *Plane) {
		id := short[pl.Layer]
		ids[string(pl.Layer)] = id
		p(`  subgraph %s["%s"]`, id, mmText(title(pl.Layer)))
		p(`    %s_owner["%s"]`, id, "Owner: "+mmText(clipped(cmp.Or(strings.Join(pl.Owners, ", "), nobody), 60)))
		for i, u := range pl.Uses {
			n := fmt.Sprintf("%s_%d", id, i)
			ids[string(pl.Layer)+"/"+u.Name] = n
			p(`    %s(["%s"])`, n, mmText(clipped(u.label(), 60)))
		}
		for _, s := range []Standing{Shown, ReadFrom, Declared, NotShown, NotRead} {
			if all := pl.standing(s); len(all) > 0 {
				n := fmt.Sprintf("%s_%s", id, strings.ReplaceAll(string(s), " ", "_"))
				p(`    %s["%s: %s"]`, n, s, mmText(strings.Join(all, ", ")))
			}
		}
		p("  end")
	}
	if pl := m.plane(detectors.AIPlatform); pl != nil {
		plane(pl)
	}
	links := grouped(m)
	for _, l := range links {
		if ids["program/"+l.from] == "" {
			n := fmt.Sprintf("program_%d", len(ids))
			ids["program/"+l.from] = n
			p(`  %s[["%s"]]`, n, mmText(clipped(m.programName(l.from), 60)))
		}
	}
	if pl := m.plane(detectors.ApplicationAuth); pl != nil {
		plane(pl)
	}
	count := 0
	for _, l := range links {
		from := ids["program/"+l.from]
		to := cmp.Or(ids[string(l.layer)+"/"+l.to], short[l.layer])
		names := l.by[:min(len(l.by), edgeNames)]
		label := clipped(strings.Join(names, ", "), 80)
		if more := len(l.by) - len(names); more > 0 {
			label += fmt.Sprintf(" and %d more", more)
		}
		if l.layer == detectors.AIPlatform {
			p(`  %s ---|"%s"| %s`, to, mmText(label), from)
		} else {
			p(`  %s ---|"%s"| %s`, from, mmText(label), to)
		}
		count++
	}
	for i, e := range m.crosses() {
		n := fmt.Sprintf("cross_%d", i)
		p(`  %s{{"%s<br/>%s<br/>%s"}}:::crosses`, n, mmText(clipped(cmp.Or(e.By, "a credential"), 60)), mmText(clipped(e.At.place(), 80)), mmText(e.Rule))
		p("  ai === %s", n)
		p("  %s === auth", n)
		p("  linkStyle %d,%d stroke:#c62828,stroke-width:3px", count, count+1)
		count += 2
	}
	p("  classDef crosses fill:#ffebee,stroke:#c62828,color:#7f0000")
}

// link is all credentials by which a program uses one thing.
type link struct {
	from, to string
	layer    detectors.Layer
	by       []string
}

// grouped are the edges of programs, those with the same ends as one.
func grouped(m *Map) []link {
	var out []link
	at := map[[3]string]int{}
	for _, e := range m.Edges {
		if e.Crosses {
			continue
		}
		l := m.layerOf(&e)
		k := [3]string{e.From, string(l), e.To}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, link{from: e.From, to: e.To, layer: l})
		}
		out[i].by = append(out[i].by, tidy(e.By))
	}
	return out
}

// layerOf is the plane in which an edge of a program ends: that of the identity by
// which it goes.
func (m *Map) layerOf(e *Edge) detectors.Layer {
	if e.layer != "" {
		return e.layer
	}
	for i := range m.Planes { // a map that was read back
		p := &m.Planes[i]
		if e.To == string(p.Layer) {
			return p.Layer
		}
		for _, id := range p.Identities {
			if id.Name != e.By {
				continue
			}
			for _, w := range id.Shown {
				if w.Path == e.At.Path && w.Line == e.At.Line {
					return p.Layer
				}
			}
		}
	}
	return detectors.Unclassified
}

// programName names the program of a folder.
func (m *Map) programName(dir string) string {
	if dir == "." {
		return tidy(m.Target)
	}
	return tidy(dir)
}

// clipped is text of at most n runes.
func clipped(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// mmText is text within the quotes of a Mermaid label: whatever Mermaid, Markdown or
// HTML would take for their own stands as its number.
func mmText(s string) string {
	var b strings.Builder
	for _, r := range tidy(s) {
		if r < 0x80 && strings.ContainsRune("\"#<>&;`\\[]{}|*~$%", r) {
			fmt.Fprintf(&b, "#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
