package boundary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
)

// Root is one of the folders or repositories that are read together.
type Root struct {
	Name   string      `json:"name"` // its paths begin with it
	Layers []RootLayer `json:"layers"`
	// Crosses is how many crossings of the map have a line in it.
	Crosses int `json:"crosses"`
}

// RootLayer is what a root shows of a layer, by names.
type RootLayer struct {
	Layer      detectors.Layer `json:"layer"`
	Owners     []string        `json:"owners,omitempty"` // of the layer, else of the files that show it
	Uses       []string        `json:"uses,omitempty"`
	Controls   []string        `json:"controls,omitempty"` // that a line of it shows
	Identities []string        `json:"identities,omitempty"`
}

// roots says of each of several roots what a map has of it: those in which something
// crosses first, then by name.
func (b *builder) roots(m *Map) []Root {
	if len(b.in.Roots) < 2 {
		return nil
	}
	out := make([]Root, len(b.in.Roots))
	for i, name := range b.in.Roots {
		out[i] = Root{Name: name}
		lies := func(w Where) bool { return strings.HasPrefix(w.Path, name+"/") }
		shows := func(all []Where) bool { return slices.ContainsFunc(all, lies) }
		for k := range m.Planes {
			p := &m.Planes[k]
			l := RootLayer{Layer: p.Layer}
			whose := Plane{Layer: p.Layer}
			for _, u := range p.Uses {
				if shows(u.Shown) {
					l.Uses = append(l.Uses, u.Name)
					whose.Uses = append(whose.Uses, Use{Shown: those(u.Shown, lies)})
				}
			}
			for _, c := range p.Controls {
				if shows(c.Shown) {
					l.Controls = append(l.Controls, c.Name)
				}
			}
			for _, id := range p.Identities {
				if shows(id.Shown) {
					l.Identities = append(l.Identities, id.Name)
					whose.Identities = append(whose.Identities, Identity{Shown: those(id.Shown, lies)})
				}
			}
			l.Owners, _ = b.owners.plane(&whose)
			out[i].Layers = append(out[i].Layers, l)
		}
		for _, e := range m.crosses() {
			if lies(e.At) {
				out[i].Crosses++
			}
		}
	}
	slices.SortFunc(out, func(a, b Root) int { return cmp.Or(b.Crosses-a.Crosses, cmp.Compare(a.Name, b.Name)) })
	return out
}

func those(all []Where, lies func(Where) bool) []Where {
	var out []Where
	for _, w := range all {
		if lies(w) {
			out = append(out, w)
		}
	}
	return out
}

// says says what a layer of a root is, with names as the map calls them.
func (l *RootLayer) says(m *Map) string {
	var names []string
	for _, u := range m.plane(l.Layer).Uses {
		if slices.Contains(l.Uses, u.Name) {
			names = append(names, tidy(cmp.Or(u.Title, u.Name)))
		}
	}
	if len(names) > 3 {
		names = append(names[:2], fmt.Sprintf("%d more", len(names)-2))
	}
	s := strings.Join(names, ", ")
	if s == "" {
		s = "nothing in use"
	}
	if n := len(l.Identities); n > 0 {
		s += ", " + counted(n, "identity", "identities")
	}
	if len(l.Owners) > 0 {
		s += ", owner " + tidy(strings.Join(l.Owners, ", "))
	}
	return s
}

// pageRoots is how many roots a page of text shows.
const pageRoots = 20

// roots writes a line for each layer of each root.
func (w *page) roots(m *Map) {
	if len(m.Roots) == 0 {
		return
	}
	w.line("")
	w.line("READ TOGETHER")
	for _, r := range clip(w, m.Roots, pageRoots, "of them") {
		name := "  " + clipped(tidy(r.Name), 60)
		if r.Crosses > 0 {
			name += "  (" + counted(r.Crosses, "crossing", "crossings") + ")"
		}
		w.line(name)
		for i := range r.Layers {
			w.prose("    "+[]string{"builder  ", "buyer    "}[i], r.Layers[i].says(m))
		}
	}
}

// roots writes a table of the roots.
func (m *Map) mdRoots(p func(format string, args ...any)) {
	if len(m.Roots) == 0 {
		return
	}
	p("\n## Read together\n\n| Name | AI platform access | Application authentication | Crossings |\n|---|---|---|---|")
	for _, r := range m.Roots {
		p("| %s | %s | %s | %d |", mdCode(r.Name), mdText(r.Layers[0].says(m)), mdText(r.Layers[1].says(m)), r.Crosses)
	}
}
