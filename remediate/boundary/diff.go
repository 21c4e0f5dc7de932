package boundary

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
)

// Begun says on which day each layer began in a repository's history.
type Begun struct {
	// AI is the oldest commit that brings in a line which uses an AI platform, Auth
	// the oldest with a system, a control or a check of application authentication.
	AI   *Beginning `json:"ai_platform,omitempty"`
	Auth *Beginning `json:"application_auth,omitempty"`
	// Days are whole days from the first to the second, or to the day of the map while
	// there is no second; below zero if authentication was there first.
	Days int `json:"days"`
	// Shallow says that the history was cut off: either may be older.
	Shallow bool `json:"shallow,omitempty"`
}

// Beginning is a commit with the line that it brought.
type Beginning struct {
	Commit string    `json:"commit"`
	At     time.Time `json:"at"`
	Name   string    `json:"name"` // of the provider, system or control
	Shown  Where     `json:"shown"`
}

// Reckon counts the days; nil if no AI platform is used.
func (b *Begun) Reckon(now time.Time) *Begun {
	if b == nil || b.AI == nil {
		return nil
	}
	until := now
	if b.Auth != nil {
		until = b.Auth.At
	}
	b.Days = int(until.Sub(b.AI.At).Hours() / 24)
	return b
}

// Sentence says it to people.
func (b *Begun) Sentence() string {
	day := func(x *Beginning) string { return fmt.Sprintf("%s (%s)", x.At.UTC().Format(time.DateOnly), x.Name) }
	text := "First use of an AI platform: " + day(b.AI) + ". "
	switch {
	case b.Auth == nil:
		text += fmt.Sprintf("No application authentication since: %s.", counted(b.Days, "day", "days"))
	case b.Days > 0:
		text += fmt.Sprintf("First application authentication: %s, %s later.", day(b.Auth), counted(b.Days, "day", "days"))
	default:
		text += fmt.Sprintf("Application authentication was there: %s.", day(b.Auth))
	}
	if b.Shallow {
		text += " The history is cut off: either may be older."
	}
	return text
}

// Diff is what a change does to the boundary.
type Diff struct {
	Base    string   `json:"base"`
	Head    string   `json:"head"`
	Changes []Change `json:"changes"`
	// New are violations that only the head has, Gone those that only the base has.
	New  []Violation `json:"new"`
	Gone []Violation `json:"gone"`
	// Complete says whether both could be read whole.
	Complete bool `json:"complete"`
}

// Change is one thing that is on one side only, or that stands differently.
type Change struct {
	// What it is: "use", "control", "identity", "owner", "edge", "server" or "route".
	What  string          `json:"what"`
	Layer detectors.Layer `json:"layer,omitempty"`
	Name  string          `json:"name"`
	// Before and After are how it stood: a control's standing, a version, owners, or
	// "there"; empty where it is not.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// At is where it stands, in the head if it is there.
	At Where `json:"at"`
}

// Weakens says that a control which was known is so no longer.
func (c *Change) Weakens() bool {
	known := func(s string) bool { return s == string(Shown) || s == string(Declared) || s == string(ReadFrom) }
	return c.What == "control" && known(c.Before) && !known(c.After)
}

// Side is one state of a tree.
type Side struct {
	Name string // as the user wrote it
	Map  *Map
	// Violations are those of [Check].
	Violations []Violation
}

// Compare says what lies between two states of a tree.
func Compare(base, head Side) *Diff {
	d := &Diff{
		Base: base.Name, Head: head.Name, Complete: base.Map.Complete && head.Map.Complete,
		Changes: []Change{}, New: unmatched(head.Violations, base.Violations), Gone: unmatched(base.Violations, head.Violations),
	}
	before, after := facts(base.Map), facts(head.Map)
	order := func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.What, b.What), cmp.Compare(a.Name, b.Name))
	}
	for key, x := range after {
		y, there := before[key]
		switch {
		case !there:
			d.Changes = append(d.Changes, x)
		case y.After != x.After:
			x.Before = y.After
			d.Changes = append(d.Changes, x)
		}
	}
	for key, y := range before {
		if _, there := after[key]; !there {
			y.Before, y.After = y.After, ""
			d.Changes = append(d.Changes, y)
		}
	}
	slices.SortFunc(d.Changes, order)
	return d
}

// fact tells the things of a map apart.
type fact struct {
	what, name string
	layer      detectors.Layer
}

// facts are the things of a map, each as it stands.
func facts(m *Map) map[fact]Change {
	out := map[fact]Change{}
	add := func(what string, l detectors.Layer, name, standing string, shown []Where) {
		key := fact{what, name, l}
		if _, ok := out[key]; ok {
			return
		}
		c := Change{What: what, Layer: l, Name: name, After: standing}
		if len(shown) > 0 {
			c.At = shown[0]
		}
		out[key] = c
	}
	for _, p := range m.Planes {
		for _, u := range p.Uses {
			add("use", p.Layer, u.Name, cmp.Or(u.Version, "there"), u.Shown)
		}
		for _, c := range p.Controls {
			add("control", p.Layer, c.Name, string(c.Standing), c.Shown)
		}
		for _, x := range p.Identities {
			standing := "named"
			if x.Literal {
				standing = "its value stands here"
			}
			add("identity", p.Layer, x.Name, standing, x.Shown)
		}
		if len(p.Owners) > 0 {
			add("owner", p.Layer, "of the layer", strings.Join(p.Owners, ", "), nil)
		}
	}
	for _, x := range m.Edges {
		if x.Crosses {
			add("edge", "", x.By+" from "+x.From+" to "+x.To, "crosses", []Where{x.At})
		}
	}
	for _, s := range m.Servers {
		add("server", detectors.AIPlatform, s.Name, cmp.Or(s.Version, "there"), s.Shown)
	}
	for _, r := range m.Routes {
		name := r.Name
		if len(r.Shown) > 0 {
			name = r.Shown[0].Path + " " + name
		}
		add("route", detectors.AIPlatform, name, "reaches a model", r.Shown)
	}
	return out
}

// unmatched are those violations of a side that the other lacks, by rule, file and
// what is at fault: lines move. One that is waived on this side is none.
func unmatched(side, other []Violation) []Violation {
	type key struct{ rule, path, what string }
	of := func(v *Violation) key { return key{v.Rule, v.At.Path, cmp.Or(v.Fingerprint, v.At.Text)} }
	left := map[key]int{}
	for i := range other {
		if other[i].Waived == nil {
			left[of(&other[i])]++
		}
	}
	out := []Violation{}
	for i := range side {
		v := &side[i]
		if v.Waived != nil {
			continue
		}
		if k := of(v); left[k] > 0 {
			left[k]--
			continue
		}
		out = append(out, *v)
	}
	return out
}

// Write writes the difference as text, JSON or Markdown.
func (d *Diff) Write(w io.Writer, format string) error {
	switch format {
	case "json":
		return d.JSON(w)
	case "text":
		return d.text(w)
	case "markdown":
		return d.markdown(w)
	}
	return fmt.Errorf("no format %q", format)
}

// sentence says what a change is.
func (c *Change) sentence() string {
	name := c.What
	if c.Name != "" {
		name += " " + c.Name
	}
	switch {
	case c.Before == "":
		return fmt.Sprintf("+ %s: %s", name, c.After)
	case c.After == "":
		return fmt.Sprintf("- %s (was: %s)", name, c.Before)
	}
	text := fmt.Sprintf("~ %s: %s, was %s", name, c.After, c.Before)
	if c.Weakens() {
		text += "; ask its owner"
	}
	return text
}

// summary counts what the change does.
func (d *Diff) summary() string {
	if len(d.New)+len(d.Gone)+len(d.Changes) == 0 {
		return "it changes nothing"
	}
	return fmt.Sprintf("%s, %s gone, %s", counted(len(d.New), "new violation", "new violations"), counted(len(d.Gone), "violation", "violations"),
		counted(len(d.Changes), "change", "changes"))
}

func (d *Diff) text(w io.Writer) error {
	p := &checkSheet{w: w}
	p.line("Identity boundary, %s..%s: %s", shownText(d.Base), shownText(d.Head), d.summary())
	if !d.Complete {
		p.line("Not all of it could be read: what was not may hold more.")
	}
	for i := range d.New {
		p.violation(&d.New[i])
	}
	if len(d.Gone) > 0 {
		p.line("")
		p.line("Gone")
		for i := range d.Gone {
			p.line("  %s  [%s]", spotText(d.Gone[i].At), d.Gone[i].Rule)
		}
	}
	for _, l := range append(slices.Clone(doors), "") {
		first := true
		for i := range d.Changes {
			c := &d.Changes[i]
			if c.Layer != l {
				continue
			}
			if first {
				p.line("")
				p.line("%s", cmp.Or(string(l), "between the layers"))
				first = false
			}
			p.line("  %s", shownText(c.sentence()))
			if c.At.Path != "" {
				p.line("      %s", spotText(c.At))
			}
		}
	}
	return p.err
}

func (d *Diff) markdown(w io.Writer) error {
	p := &checkSheet{w: w}
	p.line("# Identity boundary: %s..%s", unmarked(d.Base), unmarked(d.Head))
	p.line("")
	p.line("%s.", unmarked(d.summary()))
	if !d.Complete {
		p.line("")
		p.line("Not all of it could be read: what was not may hold more.")
	}
	p.violations(d.New)
	if len(d.Gone) > 0 {
		p.line("")
		p.line("## Gone")
		p.line("")
		for i := range d.Gone {
			p.line("- `%s` at %s", d.Gone[i].Rule, unmarked(spotText(d.Gone[i].At)))
		}
	}
	if len(d.Changes) > 0 {
		p.line("")
		p.line("## What changes")
		p.line("")
		p.line("| layer | what | before | after | where |")
		p.line("|---|---|---|---|---|")
		for i := range d.Changes {
			c := &d.Changes[i]
			p.line("| %s | %s %s | %s | %s | %s |", unmarked(string(c.Layer)), unmarked(c.What), unmarked(c.Name), unmarked(c.Before), unmarked(c.After), unmarked(spotText(c.At)))
		}
	}
	return p.err
}
