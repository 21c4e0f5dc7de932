package boundary

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/detectors/identity"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

// What all renderings say in the same words.

// title and door name a plane to people.
func title(l detectors.Layer) string {
	if l == detectors.AIPlatform {
		return "AI platform access"
	}
	return "Application authentication"
}

func door(l detectors.Layer) string {
	if l == detectors.AIPlatform {
		return "the builder's door"
	}
	return "the buyer's door"
}

// apart is the sentence that every map begins with.
const apart = "Two doors, each with a keeper of its own. What guards one proves nothing about the other."

const (
	notDeclared = "not declared"
	nobody      = "nobody is named"
)

// place is where something stands, as people write it.
func (w *Where) place() string {
	p := tidy(w.Path)
	if w.Line > 0 {
		p += fmt.Sprintf(":%d", w.Line)
	}
	return p
}

// tidy makes text printable on one line.
func tidy(s string) string { return strings.ReplaceAll(scanner.Printable(s), "\t", " ") }

// surest are the ways in which a thing is known, the surest first.
var surest = []string{byValue, string(inventory.ByManifest), string(inventory.ByCode), string(inventory.ByImport), string(inventory.ByConfig), string(inventory.ByHost), string(inventory.ByName), string(inventory.ByText)}

// best is the place that says most: a value, else what runs before tests and texts.
func best(all []Where) *Where {
	rank := func(w *Where) int {
		i := slices.Index(surest, w.How)
		switch {
		case w.How == byValue:
			return 0
		case i < 0:
			i = len(surest)
		}
		return i + aside(w.Path)*2*len(surest)
	}
	var b *Where
	for i := range all {
		if b == nil || rank(&all[i]) < rank(b) {
			b = &all[i]
		}
	}
	return b
}

// shownAt is the best place, and how many more there are.
func shownAt(all []Where) string {
	b := best(all)
	if b == nil {
		return ""
	}
	if n := len(all) - 1; n > 0 {
		return fmt.Sprintf("%s and %d more", b.place(), n)
	}
	return b.place()
}

// shownBy are the places of a use that are of a kind.
func (u *Use) shownBy(k inventory.Kind) []Where {
	return slices.DeleteFunc(slices.Clone(u.Shown), func(w Where) bool { return w.How != string(k) })
}

// checked says who stands in front of a route, as far as a line shows it.
func (u *Use) checked() string {
	if g := u.shownBy(inventory.Guard); len(g) > 0 {
		return "asks who calls: " + shownAt(g)
	}
	if o := u.shownBy(inventory.Opening); len(o) > 0 {
		return "lets everybody through: " + shownAt(o)
	}
	return "no line shows who may call it"
}

// openFirst are the routes that reach a model, first those in front of which no line
// shows a check.
func (m *Map) openFirst() []Use {
	asks := func(u *Use) int { return min(1, len(u.shownBy(inventory.Guard))) }
	out := slices.Clone(m.Routes)
	slices.SortStableFunc(out, func(a, b Use) int { return asks(&a) - asks(&b) })
	return out
}

// label is a use as people call it, with its version.
func (u *Use) label() string {
	s := clipped(tidy(cmp.Or(u.Title, u.Name)), 60)
	if u.Version != "" {
		s += " " + clipped(tidy(u.Version), 24)
	}
	return s
}

// speaks says as whom an identity speaks and what it may do.
func (id *Identity) speaks() string {
	var parts []string
	switch id.Subject {
	case "":
		parts = append(parts, "as whom is not shown")
	case detectors.Anyone:
		parts = append(parts, "as anyone")
	default:
		parts = append(parts, "as "+strings.ReplaceAll(string(id.Subject), "-", " "))
	}
	if id.Privilege != "" {
		parts = append(parts, "may "+may(id.Privilege))
	}
	return strings.Join(parts, ", ")
}

func may(p detectors.Privilege) string {
	switch p {
	case detectors.Forge:
		return "forge sessions, tokens or events"
	case detectors.Admin:
		return "administer"
	case detectors.Limited:
		return "do what it is limited to"
	}
	return string(p)
}

// stands says how a control is known, with its place or its declarer.
func (c *Control) stands() string {
	s := string(c.Standing)
	if c.Standing == Shown && len(c.Shown) > 0 {
		s += " in " + shownAt(c.Shown)
	}
	if len(c.Readings) > 0 {
		if s = c.told() + "; " + s; c.Standing == ReadFrom {
			s = c.told()
			if lines := c.lines(); len(lines) > 0 {
				s += "; shown in " + shownAt(lines)
			}
		}
	}
	if c.By != "" || c.Says != "" {
		d := strings.TrimSpace("declared " + tidy(c.Says))
		if c.By != "" {
			d += " by " + tidy(c.By)
		}
		if !c.On.IsZero() {
			d += " on " + c.On.UTC().Format(time.DateOnly)
		}
		if c.Standing == Declared {
			s = d
		} else {
			s += "; " + d
		}
	}
	return s
}

// plane gives a layer's plane, nil if the map has none.
func (m *Map) plane(l detectors.Layer) *Plane {
	for i := range m.Planes {
		if m.Planes[i].Layer == l {
			return &m.Planes[i]
		}
	}
	return nil
}

// nearest is the end of a place, at most n letters of it.
func nearest(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return "…" + string(r[len(r)-n+1:])
	}
	return s
}

// crosses are the edges that join the planes.
func (m *Map) crosses() []Edge {
	return slices.DeleteFunc(slices.Clone(m.Edges), func(e Edge) bool { return !e.Crosses })
}

// says is what a crossing edge means, in a sentence.
func (e *Edge) says() string {
	by := tidy(cmp.Or(e.By, "a credential"))
	switch e.Rule {
	case "same-secret-both-layers":
		return by + " is one secret for both doors."
	case "ai-key-signs":
		return by + " is a key of the AI platform and signs for the product: whoever holds it forges users."
	case "principal-opens-both":
		return by + " is one identity that opens both doors."
	case "platform-admin-in-application":
		return by + " administers the AI platform and lies where the product runs."
	case "auth-admin-in-ai-tooling":
		return by + " administers the product's users and lies where AI tooling reads it."
	}
	return by + " joins both doors."
}

// answer is the first thing that a reader wants to know.
func (m *Map) answer() string {
	n := len(m.crosses())
	switch {
	case n == 1:
		return "One credential crosses from one door to the other."
	case n > 1:
		return fmt.Sprintf("%d credentials cross from one door to the other.", n)
	case !m.Complete:
		return "Nothing was found that crosses; not everything could be read."
	}
	return "Nothing that was found crosses from one door to the other."
}

// by gives the controls of a standing, by name.
func (p *Plane) standing(s Standing) []string {
	var out []string
	for _, c := range p.Controls {
		switch read := c.Read(); {
		case c.Standing != s:
		case s == ReadFrom && read != On:
			out = append(out, tidy(c.Name)+" ("+read+")")
		default:
			out = append(out, tidy(c.Name))
		}
	}
	return out
}

// empty says that nothing of the layer was seen.
func (p *Plane) empty() bool {
	return len(p.Uses)+len(p.Identities) == 0 && !slices.ContainsFunc(p.Controls, func(c Control) bool { return c.Standing == Shown || c.Standing == ReadFrom })
}

// owned are a plane's owners as people write them, with who says so.
func (p *Plane) owned() string {
	if len(p.Owners) == 0 {
		return nobody
	}
	s := tidy(some(p.Owners, 4))
	if p.OwnersFrom == fromCodeowners {
		s += " (by CODEOWNERS)"
	}
	return s
}

// pages are the pages on which the plane's credentials are made and revoked, if its
// console was not declared.
func (p *Plane) pages() string {
	var all []string
	for _, id := range p.Identities {
		if id.Console != "" && !slices.Contains(all, id.Console) {
			all = append(all, id.Console)
		}
	}
	if len(all) == 0 {
		return ""
	}
	s := strings.Join(all[:min(len(all), 2)], " and ")
	if n := len(all) - 2; n > 0 {
		s += " and " + more(n, "pages")
	}
	return tidy(s)
}

// more says how many things are left out; what is their plural.
func more(n int, what string) string {
	if n == 1 {
		what = strings.TrimSuffix(what, "s")
	}
	return fmt.Sprintf("%d more %s", n, what)
}

// foremost are the uses of a plane, first those that most manifests and then most
// places show.
func (p *Plane) foremost() []Use {
	demanded := func(u *Use) int { return len(u.shownBy(inventory.Kind(inventory.ByManifest))) }
	out := slices.Clone(p.Uses)
	slices.SortStableFunc(out, func(a, b Use) int {
		return cmp.Or(demanded(&b)-demanded(&a), len(b.Shown)-len(a.Shown))
	})
	return out
}

// aside ranks a path: 0 runs, or says how it is deployed; 1 tells a pipeline or
// a developer's tools something; 2 is a test, an example, a text or a copy.
func aside(p string) int {
	if identity.MadeUpAt(p) != "" || fileMatch(p, "*.patch", "*.diff", "*.md", "*.mdx", "*.rst", "*.txt", "*.example", "*.sample", "*.template", "readme*", "locales/", "locale/", "i18n/", ".version-backups/", ".history/") {
		return 2
	}
	if strings.HasPrefix(p, ".") && strings.Contains(p, "/") || strings.Contains(p, "/.") && !strings.HasPrefix(path.Base(p), ".") {
		return 1
	}
	return 0
}
