package boundary

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/scanner/inventory"
)

// doors are the layers of a map, in its order.
var doors = []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}

// Build makes the map of what an input shows and declares.
func Build(in *Input) *Map {
	b := newBuilder(in)
	m := &Map{Target: in.Target, Begun: in.Begun, Complete: in.Unread == 0}
	for _, l := range doors {
		m.Planes = append(m.Planes, b.plane(l))
	}
	m.Servers, m.Routes = b.uses("", inventory.Server), b.routes()
	m.Edges = append(b.links(m), b.crossings(m)...)
	m.Roots = b.roots(m)
	return m
}

// builder makes one map.
type builder struct {
	in      *Input
	owners  *ownership
	entries map[string]*inventory.Entry // of uses, by name
	// lines are the uses by the lines that show them.
	lines map[detectors.Layer]map[lineOf]string
	// programs are the folders that have a manifest, "" among them.
	programs map[string]bool
	names    map[string]bool // of credentials that lines name
}

func newBuilder(in *Input) *builder {
	b := &builder{in: in, owners: newOwnership(in), entries: map[string]*inventory.Entry{}, lines: map[detectors.Layer]map[lineOf]string{}, programs: map[string]bool{"": true}, names: map[string]bool{}}
	for _, e := range inventory.Entries() {
		if e.Kind != inventory.Control && b.entries[e.Name] == nil {
			b.entries[e.Name] = &e
		}
	}
	for _, s := range in.Sightings {
		switch {
		case s.Kind == inventory.Reference:
			b.names[s.Name] = true
		case s.Kind == inventory.Program:
			b.programs[strings.TrimPrefix(s.Name, ".")] = true
		case s.How == inventory.ByManifest:
			b.programs[folder(s.Path)] = true
		}
	}
	return b
}

// folder is a path's folder, "" for the tree itself.
func folder(p string) string {
	if d := path.Dir(p); d != "." {
		return d
	}
	return ""
}

// program is the folder of the program to which a file belongs: the nearest one above
// it that has a manifest.
func (b *builder) program(p string) string {
	for d := folder(p); d != ""; d = folder(d) {
		if b.programs[d] {
			return d
		}
	}
	return ""
}

func (b *builder) plane(l detectors.Layer) Plane {
	said := b.in.Policy.Layers[l]
	kind := inventory.Provider
	if l == detectors.ApplicationAuth {
		kind = inventory.System
	}
	p := Plane{
		Layer: l, Question: asks[l],
		Directory: said.Directory, Console: said.Console, Audit: said.Audit, Reviewers: said.Reviewers,
		Uses: b.uses(l, kind), Identities: b.identities(l),
	}
	b.lines[l] = map[lineOf]string{}
	for _, u := range p.Uses {
		for _, w := range u.Shown {
			b.lines[l][lineOf{w.Path, w.Line}] = u.Name
		}
	}
	for i := range p.Identities {
		id := &p.Identities[i]
		id.Audit = cmp.Or(id.Audit, trails[b.opened(&p, b.opening(&p, id), id.Shown[0])].where)
	}
	p.Controls = b.controls(&p)
	p.Owners, p.OwnersFrom = b.owners.plane(&p)
	p.Questions = b.questions(&p)
	return p
}

// uses are the things of a kind that are seen, by name; a layer of "" is any.
func (b *builder) uses(l detectors.Layer, kind inventory.Kind) []Use {
	var out []Use
	at := map[string]int{}
	for _, s := range b.in.Sightings {
		if s.Kind != kind || l != "" && s.Layer != l && s.Layer != "" {
			continue
		}
		i, ok := at[s.Name]
		if !ok {
			i = len(out)
			at[s.Name] = i
			out = append(out, Use{Name: s.Name})
			if e := b.entries[s.Name]; e != nil && e.Kind == kind {
				out[i].Title = e.Title
			}
		}
		if out[i].Version == "" && demands(s.Version) {
			out[i].Version = s.Version
		}
		out[i].Shown = append(out[i].Shown, where(s))
	}
	slices.SortFunc(out, func(a, b Use) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// demands says whether a version is one, and no reference to where it stands.
func demands(version string) bool {
	return version != "*" && !strings.ContainsAny(version, "${}") && !strings.HasPrefix(version, "catalog:") && !strings.HasPrefix(version, "workspace:")
}

// routes are the routes that reach a model, each with the checks in front of it among
// its places.
func (b *builder) routes() []Use {
	var out []Use
	for _, s := range b.in.Sightings {
		if s.Kind != inventory.Route {
			continue
		}
		u := Use{Name: cmp.Or(s.Name, "a handler"), Shown: []Where{where(s)}}
		for _, p := range s.Parts {
			u.Shown = append(u.Shown, Where{Path: p.Path, Line: p.Line, Text: p.Text, How: string(p.Kind)})
		}
		out = append(out, u)
	}
	return out
}

func where(s inventory.Sighting) Where {
	return Where{Path: s.Path, Line: s.Line, Text: s.Text, How: string(s.How)}
}

// lineOf is one line of a file.
type lineOf struct {
	path string
	line int
}

// links are the edges from programs to what they use by a credential.
func (b *builder) links(m *Map) []Edge {
	var out []Edge
	type key struct{ from, to, by string }
	seen := map[key]bool{}
	for i := range m.Planes {
		p := &m.Planes[i]
		for _, id := range p.Identities {
			o := b.opening(p, &id)
			for _, w := range id.Shown {
				k := key{b.program(w.Path), b.opened(p, o, w), id.Name}
				if !seen[k] {
					seen[k] = true
					out = append(out, Edge{From: cmp.Or(k.from, "."), To: k.to, By: k.by, At: w, layer: p.Layer})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Edge) int {
		return cmp.Compare(a.From, b.From) // and by plane
	})
	return out
}

// opening is what an identity opens as far as its name and its provider tell: surely,
// or as a guess.
type opening struct{ sure, guess string }

// opening finds the use that an identity opens.
func (b *builder) opening(p *Plane, id *Identity) opening {
	signs := id.Form == detectors.SigningKey || id.Form == detectors.EncryptionKey
	name, provider := plain(id.Name), plain(id.Provider)
	o := opening{guess: string(p.Layer)}
	if len(p.Uses) == 1 {
		o.guess = p.Uses[0].Name
	}
	guessed := false
	for _, u := range p.Uses {
		e := b.entries[u.Name]
		if signs && u.Name == "own" || e != nil && slices.Contains(e.Names, id.Name) {
			o.sure = u.Name
			return o
		}
		of := plain(u.Name)
		if o.sure == "" && provider != "" && (plain(u.Title) == provider || of == provider) {
			o.sure = u.Name
		}
		if !guessed && len(of) >= 4 && (strings.Contains(name, of) || strings.Contains(provider, of)) { // OPENAI_KEY_OF_THE_DESK
			o.guess, guessed = u.Name, true
		}
	}
	return o
}

// opened is what an identity opens where it stands in a line.
func (b *builder) opened(p *Plane, o opening, w Where) string {
	return cmp.Or(o.sure, b.lines[p.Layer][lineOf{w.Path, w.Line}], o.guess)
}

// plain is a name without what its spelling adds.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, s)
}

// joins are the rules whose violations join the planes, with the plane from which each
// does.
var joins = map[string]detectors.Layer{
	"same-secret-both-layers":       detectors.AIPlatform,
	"ai-key-signs":                  detectors.AIPlatform,
	"principal-opens-both":          detectors.AIPlatform,
	"platform-admin-in-application": detectors.ApplicationAuth,
	"auth-admin-in-ai-tooling":      detectors.ApplicationAuth,
}

// crossings are the edges that join the planes: what the rules about that find, so that
// a map and a check never say different things.
func (b *builder) crossings(m *Map) []Edge {
	var out []Edge
	for _, r := range Rules() {
		from, ok := joins[r.ID]
		if !ok {
			continue
		}
		to := doors[0]
		if from == to {
			to = doors[1]
		}
		for _, v := range r.Find(b.in, m) {
			e := Edge{From: string(from), To: string(to), By: carrier(m, r.ID, &v), At: v.At, Rule: r.ID, Crosses: true}
			if !slices.ContainsFunc(out, func(o Edge) bool { return o.By == e.By && o.At == e.At }) {
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.At.Path, b.At.Path), a.At.Line-b.At.Line, cmp.Compare(a.Rule, b.Rule))
	})
	return out
}

// carrier names the identity that a violation is about: of the plane that issued it
// first the one that stands at its places, then one with its fingerprint.
func carrier(m *Map, rule string, v *Violation) string {
	issuer := detectors.AIPlatform
	if rule == "auth-admin-in-ai-tooling" {
		issuer = detectors.ApplicationAuth
	}
	ids := slices.Clone(m.plane(issuer).Identities)
	for i := range m.Planes {
		if m.Planes[i].Layer != issuer {
			ids = append(ids, m.Planes[i].Identities...)
		}
	}
	all := append([]Where{v.At}, v.Also...)
	stands := func(id *Identity) bool {
		return slices.ContainsFunc(all, func(at Where) bool {
			return slices.ContainsFunc(id.Shown, func(w Where) bool { return w.Path == at.Path && w.Line == at.Line })
		})
	}
	holds := func(id *Identity) bool { return v.Fingerprint != "" && slices.Contains(id.Fingerprints, v.Fingerprint) }
	for _, is := range []func(*Identity) bool{
		func(id *Identity) bool { return stands(id) && holds(id) }, holds, stands,
	} {
		for i := range ids {
			if is(&ids[i]) {
				return ids[i].Name
			}
		}
	}
	return v.At.Text
}

// asks are the questions that the layers answer.
var asks = map[detectors.Layer]string{
	detectors.AIPlatform:      "Who may use the AI platform, and as whom do our programs call it?",
	detectors.ApplicationAuth: "Who may use the product, and who says that they are who they are?",
}

// known says what is asked of a layer's control.
type known struct {
	name, ask, answers string
	// console says that it is set where the platform is administered: files show it
	// only where that administration is code.
	console bool
}

const (
	mayPlatform = "who may use the platform"
	mayProduct  = "who may use the product"
	mayNeither  = "neither: who did what"
)

// asked are the controls of each layer, in the order of maps.
var asked = map[detectors.Layer][]known{
	detectors.AIPlatform: {
		{"SSO", "Does everybody who signs in to the platform come through your own directory?", mayPlatform, true},
		{"MFA", "Must everybody who signs in to the platform show a second factor?", mayPlatform, true},
		{"SCIM", "Does your directory add people to the platform, and remove them when they leave?", mayPlatform, true},
		{"roles", "Who is an administrator of the platform, and who may make keys?", mayPlatform, true},
		{"project-scoping", "Is each key bound to one project or workspace, so that it opens no other?", mayPlatform, false},
		{"service-accounts", "Do programs call the platform as themselves, and not with a person's key?", mayPlatform, false},
		{"network-allow-list", "Is the platform reachable for these programs from your networks only?", mayPlatform, false},
		{"audit", "Is it recorded who did what on the platform, and who reads that?", mayNeither, true},
	},
	detectors.ApplicationAuth: {
		{"SSO", "Can a customer's people sign in through the customer's own directory?", mayProduct, false},
		{"MFA", "Must users of the product show a second factor?", mayProduct, false},
		{"SCIM", "Can a customer's directory add people to the product, and remove them when they leave?", mayProduct, false},
		{"user-management", "Who adds, changes and closes accounts of users?", mayProduct, false},
		{"roles", "Which users may do what?", mayProduct, false},
		{"tenant-isolation", "What keeps one customer from what belongs to another?", mayProduct, false},
		{"sessions", "How does the product know on the next request who asks, and for how long?", mayProduct, false},
		{"federation", "Whose word on who a user is does the product take?", mayProduct, false},
		{"admin-portal", "Can a customer's administrator set up sign-in without you?", mayProduct, false},
		{"audit", "Is it recorded who did what in the product, and who reads that?", mayNeither, false},
	},
}

// controls are all controls of a plane with their standings. A line outdoes a
// declaration, and what its provider's administration says outdoes a line; all of them
// stay beside it.
func (b *builder) controls(p *Plane) []Control {
	l := p.Layer
	all := slices.Clone(asked[l])
	at := map[string]int{}
	for i, k := range all {
		at[plain(k.name)] = i
	}
	out := make([]Control, len(all))
	coded := b.administered(l)
	for i, k := range all {
		out[i] = Control{Name: k.name, Question: k.ask, Answers: k.answers, Standing: NotShown}
		if b.blind() || k.console && !coded {
			out[i].Standing = NotRead
		}
	}
	of := func(name string) *Control {
		i, ok := at[plain(name)]
		if !ok { // a control that somebody declares by another name
			i = len(out)
			at[plain(name)] = i
			out = append(out, Control{Name: name, Answers: all[0].answers, Standing: NotShown})
		}
		return &out[i]
	}
	for _, s := range b.in.Sightings {
		if s.Layer != l || s.Kind != inventory.Control {
			continue
		}
		c := of(s.Name)
		c.Standing = Shown
		c.Shown = append(c.Shown, where(s))
	}
	for _, s := range b.in.Sightings { // an entry of a list of controls names evidence of this layer
		_, ok := at[plain(s.Name)]
		if s.Kind != inventory.Claim || s.How != inventory.ByConfig || !ok || !speaksOf(&s, l) {
			continue
		}
		if c := of(s.Name); c.Standing != Shown {
			c.Standing, c.By = Declared, cmp.Or(c.By, s.Path)
			if on, err := time.Parse(time.DateOnly, s.Version); err == nil && c.On.IsZero() {
				c.On = on
			}
			c.Shown = append(c.Shown, where(s))
		}
	}
	said := b.in.Policy.Layers[l].Controls
	for _, name := range slices.Sorted(maps.Keys(said)) {
		d, c := said[name], of(name)
		c.By, c.On, c.Says = d.By, d.On, d.Standing
		if c.Standing != Shown {
			c.Standing = Declared
			c.Shown = append(c.Shown, Where{Path: b.in.Policy.Path, Line: d.Line, How: string(inventory.ByConfig)})
		}
	}
	b.readings(p, of)
	return out
}

// speaksOf says whether the evidence that a claim names is of a layer. A claim of one
// layer with evidence of the other declares a control of the other at most; that it was
// offered for the wrong one is for a rule to say.
func speaksOf(s *inventory.Sighting, l detectors.Layer) bool {
	return slices.ContainsFunc(s.Grants, func(g string) bool { return strings.TrimPrefix(g, "evidence:") == string(l) })
}

// blind says that nothing was read.
func (b *builder) blind() bool { return b.in.Files == 0 && len(b.in.Sightings) == 0 }

// administered says whether a layer's administration is code here, so that its settings
// could be read.
func (b *builder) administered(l detectors.Layer) bool {
	return slices.ContainsFunc(b.in.Sightings, func(s inventory.Sighting) bool {
		return s.Layer == l && s.Kind == inventory.Control && asCode(s.Path)
	})
}

// asCode says whether a file describes infrastructure.
func asCode(p string) bool {
	return slices.Contains([]string{".tf", ".bicep", ".tofu", ".hcl"}, strings.ToLower(path.Ext(p)))
}

// questions are what a plane's owner has to be asked.
func (b *builder) questions(p *Plane) []string {
	var out []string
	ask := func(about, text string) { out = append(out, about+": "+text) }
	if p.Layer == detectors.ApplicationAuth {
		for _, r := range b.routes() {
			if len(r.shownBy(inventory.Guard))+len(r.shownBy(inventory.Opening))+len(r.shownBy(inventory.Elsewhere))+len(r.shownBy(inventory.Safety)) == 0 {
				ask("route", "Who may call "+r.Name+" ("+r.Shown[0].place()+")? It reaches a model, and no line shows a check.")
			}
		}
	}
	if len(p.Uses)+len(p.Identities) == 0 {
		return out
	}
	name := b.titles(p)
	if len(p.Owners) == 0 {
		ask("owner", "Who answers for "+name+"? Nobody is named.")
	}
	var stray []string
	for _, id := range p.Identities {
		if len(id.Owners) == 0 && len(p.Owners) > 0 {
			stray = append(stray, id.Name)
		}
	}
	switch len(stray) {
	case 0:
	case 1:
		ask("owner", "Whose is "+stray[0]+"?")
	default:
		ask("owner", "Whose are "+few(stray)+"?")
	}
	if p.Directory == "" {
		ask("directory", "Which directory decides who may sign in"+map[bool]string{true: " to " + name, false: " to the product"}[p.Layer == detectors.AIPlatform]+"?")
	}
	if p.Audit == "" {
		ask("audit trail", "Where is it written who used what of "+name+", and who reads it?")
	}
	for i := range b.in.Readings {
		if r := &b.in.Readings[i]; r.Layer == p.Layer && !b.concerns(p, r) {
			what := map[bool]string{true: "the platform of this program", false: "what this program's users sign in with"}[p.Layer == detectors.AIPlatform]
			ask("reading", "Is "+tidy(r.Title)+", which was read, "+what+"? Nothing here uses it, so its readings do not count.")
		}
	}
	for _, c := range p.Controls {
		if left := c.askRead(); left != "" {
			ask(c.Name, c.Question+" "+left)
		}
	}
	for _, c := range p.Controls {
		switch {
		case c.Standing == NotShown || c.Standing == NotRead:
			ask(c.Name, c.Question)
		case c.Standing == ReadFrom: // above
		case off(c.Says):
			ask(c.Name, c.Question+" It is declared "+c.Says+".")
		}
	}
	var whose []string
	for _, id := range p.Identities {
		if id.Subject == "" && p.Layer == detectors.AIPlatform {
			whose = append(whose, id.Name)
		}
	}
	switch len(whose) {
	case 0:
	case 1:
		ask("identity", "As whom does "+whose[0]+" speak: a project, a service account or a person?")
	default:
		ask("identity", "As whom do "+few(whose)+" speak: projects, service accounts or people?")
	}
	return out
}

// few names at most the first three of some names.
func few(names []string) string {
	const most = 3
	if n := len(names); n > most {
		return strings.Join(names[:most-1], ", ") + fmt.Sprintf(" and %d more", n-most+1)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// off says whether a declaration says that a control is not there.
func off(says string) bool {
	switch strings.ToLower(says) {
	case "off", "no", "none", "false", "disabled":
		return true
	}
	return false
}

// titles names what a plane uses.
func (b *builder) titles(p *Plane) string {
	var all []string
	for _, u := range p.foremost() { // what is somebody's service and no library alone
		if e := b.entries[u.Name]; e != nil && len(e.Hosts)+len(e.Names) > 0 {
			all = append(all, cmp.Or(u.Title, u.Name))
		}
	}
	switch {
	case len(all) == 0 && p.Layer == detectors.AIPlatform:
		return "the AI platform"
	case len(all) == 0:
		return "the product's sign-in"
	case len(all) > 3:
		all = append(all[:2], "others")
	}
	if len(all) > 1 {
		return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
	}
	return all[0]
}
