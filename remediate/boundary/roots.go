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
	out, at := make([]Root, len(b.in.Roots)), map[string]int{}
	for i, name := range b.in.Roots {
		out[i], at[name] = Root{Name: name}, i
	}
	for i := range m.Planes {
		p := &m.Planes[i]
		shown := make([]Plane, len(out)) // what each root shows of it
		for k := range shown {
			shown[k].Layer = p.Layer
		}
		for _, u := range p.Uses {
			for k, places := range byRoot(at, u.Shown) {
				shown[k].Uses = append(shown[k].Uses, Use{Name: u.Name, Shown: places})
			}
		}
		for _, c := range p.Controls {
			for k := range byRoot(at, c.Shown) {
				shown[k].Controls = append(shown[k].Controls, Control{Name: c.Name})
			}
		}
		for _, id := range p.Identities {
			for k, places := range byRoot(at, id.Shown) {
				shown[k].Identities = append(shown[k].Identities, Identity{Name: id.Name, Shown: places})
			}
		}
		for k := range out {
			out[k].Layers = append(out[k].Layers, b.rootLayer(&shown[k]))
		}
	}
	for _, e := range m.crosses() {
		for k := range byRoot(at, []Where{e.At}) {
			out[k].Crosses++
		}
	}
	slices.SortFunc(out, func(a, b Root) int { return cmp.Or(b.Crosses-a.Crosses, cmp.Compare(a.Name, b.Name)) })
	return out
}

// rootLayer is what a root shows of a layer, by names.
func (b *builder) rootLayer(p *Plane) RootLayer {
	l := RootLayer{Layer: p.Layer}
	for _, u := range p.Uses {
		l.Uses = append(l.Uses, u.Name)
	}
	for _, c := range p.Controls {
		l.Controls = append(l.Controls, c.Name)
	}
	for _, id := range p.Identities {
		l.Identities = append(l.Identities, id.Name)
	}
	l.Owners, _ = b.owners.plane(p)
	return l
}

// byRoot sorts places by the number of the root that they lie in.
func byRoot(at map[string]int, all []Where) map[int][]Where {
	out := map[int][]Where{}
	for _, w := range all {
		for i, c := range w.Path {
			if c != '/' {
				continue
			}
			if k, ok := at[w.Path[:i]]; ok {
				out[k] = append(out[k], w)
				break
			}
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
