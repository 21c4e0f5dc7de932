package boundary

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/detectors/identity"
	"leakline/remediate"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

// identities are the keys, clients and principals of a layer by their names.
//
// A name makes an identity wherever it is read or given a value; what the name says of
// its layer holds against its value's, for a key of the other layer under it is
// something that crosses. A value without a name that is known is named after what it
// is assigned to, else after its detector.
func (b *builder) identities(l detectors.Layer) []Identity {
	g := &gathered{b: b, layer: l, at: map[string]int{}, seen: map[string]map[lineOf]bool{}}
	named := map[lineOf][]inventory.Sighting{}
	for _, s := range b.in.Sightings {
		if s.Kind == inventory.Reference {
			named[lineOf{s.Path, s.Line}] = append(named[lineOf{s.Path, s.Line}], s)
		}
	}
	for i := range b.in.Findings { // values first: their places say most
		f := &b.in.Findings[i]
		for _, pl := range placesOf(b.in, f) {
			pl.Name = cmp.Or(pl.Name, nameBefore(pl.Line, string(f.Secret)))
			g.value(f, &pl, named[lineOf{pl.Path, pl.StartLine}])
		}
	}
	for _, s := range b.in.Sightings {
		switch {
		case s.Kind == inventory.Reference && s.Layer == l:
			g.name(s.Name, where(s))
		case s.Kind == inventory.Principal && opensDoor(&s, l):
			g.principal(&s)
		}
	}
	return g.finish()
}

// gathered are the identities of a layer in the making.
type gathered struct {
	b     *builder
	layer detectors.Layer
	out   []Identity
	of    [][]*detectors.Detector // of each, what its values or its name may be
	at    map[string]int
	seen  map[string]map[lineOf]bool
}

func (g *gathered) get(name string) (i int) {
	i, ok := g.at[name]
	if !ok {
		i = len(g.out)
		g.at[name], g.seen[name] = i, map[lineOf]bool{}
		g.out = append(g.out, Identity{Name: name})
		g.of = append(g.of, nil)
	}
	return i
}

func (g *gathered) show(i int, w Where) {
	id := &g.out[i]
	if k := (lineOf{w.Path, w.Line}); !g.seen[id.Name][k] {
		g.seen[id.Name][k] = true
		id.Shown = append(id.Shown, w)
	}
}

// name adds a place in which a credential is named.
func (g *gathered) name(name string, w Where) { g.show(g.get(name), w) }

// value adds a place in which a credential's value stands.
func (g *gathered) value(f *scanner.Finding, p *scanner.Place, named []inventory.Sighting) {
	name, own, says := "", f.Layer == g.layer, detectors.Layer("")
	for _, s := range named {
		if len(named) == 1 || p.Name == "" || plain(s.Name) == plain(p.Name) || strings.HasSuffix(plain(s.Name), plain(p.Name)) {
			if name = s.Name; s.Layer != "" && s.Layer != detectors.Unclassified {
				says, own = s.Layer, s.Layer == g.layer
			}
			break
		}
	}
	d := catalogue()[f.Detector]
	example, loose := identity.MadeUpAt(p.Path) != "", generic(d)
	guess := loose || example || f.Confidence == detectors.Low // what it opens was read from what stands around it
	if c, ok := inventory.CredentialOf(p.Name); name == "" && p.Name != "" && (ok || d == nil || len(d.Samples) == 0 || !loose && nameOfOne(p.Name)) {
		if says = c.Layer; says != "" {
			own = says == g.layer
		}
		name = p.Name
	}
	if guess && says == "" || !own || f.Confidence == detectors.Low && f.Layer == detectors.Unclassified {
		return
	}
	if name == "" {
		name = g.b.unnamed(f, d)
	}
	if f.Confidence == detectors.Low || example && f.Confidence != detectors.High {
		g.name(name, Where{Path: p.Path, Line: p.StartLine, Text: name, How: string(inventory.ByName)})
		return
	}
	i := g.get(name)
	id := &g.out[i]
	if f.Layer == g.layer && !loose { // else its name says who it is here, not its value
		if !id.Literal || f.Privilege.Rank() > id.Privilege.Rank() {
			id.Provider, id.Subject, id.Privilege, id.Form = f.Provider, f.Subject, f.Privilege, f.Form
		}
		if d != nil && !slices.Contains(g.of[i], d) {
			g.of[i] = append(g.of[i], d)
		}
	}
	id.Literal = true
	if !slices.Contains(id.Fingerprints, f.Fingerprint) && f.Fingerprint != "" {
		id.Fingerprints = append(id.Fingerprints, f.Fingerprint)
	}
	g.show(i, Where{Path: p.Path, Line: p.StartLine, Text: name, How: byValue})
}

// nameOfOne says whether a name is written as that of a variable of the environment
// which holds a credential: by its value it does.
func nameOfOne(name string) bool {
	if name != strings.ToUpper(name) {
		return false
	}
	for _, w := range []string{"KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// generic says whether a detector takes any value that a name calls a secret, so that
// only the name says what it opens.
func generic(d *detectors.Detector) bool {
	return d != nil && strings.HasPrefix(d.ID, "generic-")
}

// unnamed is what a credential is called that stands without a name: as the
// provider calls it if it surely is one, as the tree calls one of its kind elsewhere,
// else what it is.
func (b *builder) unnamed(f *scanner.Finding, d *detectors.Detector) string {
	if d != nil && len(d.Samples) > 0 && d.Samples[0].Name != "" && (f.Confidence == detectors.High || b.names[d.Samples[0].Name]) {
		return d.Samples[0].Name
	}
	if f.Title == "" {
		return f.Detector
	}
	return what(f)
}

// principal adds an identity of a cloud or a directory.
func (g *gathered) principal(s *inventory.Sighting) {
	i := g.get(s.Name)
	id := &g.out[i]
	g.show(i, where(*s))
	for _, p := range s.Parts {
		if p.Layer == "" || p.Layer == g.layer {
			g.show(i, Where{Path: p.Path, Line: p.Line, Text: p.Text, How: string(inventory.ByConfig)})
		}
	}
	id.Subject = cmp.Or(id.Subject, map[detectors.Layer]detectors.Subject{detectors.AIPlatform: detectors.ServiceAccount, detectors.ApplicationAuth: detectors.Application}[g.layer])
	grants := s.Grants
	if len(s.Parts) > 0 { // those of this door alone
		grants = nil
		for _, p := range s.Parts {
			if p.Layer == "" || p.Layer == g.layer {
				grants = append(grants, p.Text)
			}
		}
	}
	if p := granted(grants); p.Rank() > id.Privilege.Rank() {
		id.Privilege = p
	}
	id.Lifecycle = Lifecycle{
		Created:   "by whoever applies " + s.Path,
		Suspended: "by taking its grants away in " + s.Path + " and applying that",
		Removed:   "by taking it out of " + s.Path + " and applying that",
	}
}

// opensDoor says whether a principal, or a part of what it is granted, is of a layer.
func opensDoor(s *inventory.Sighting, l detectors.Layer) bool {
	return s.Layer == l || slices.ContainsFunc(s.Parts, func(p inventory.Part) bool { return p.Layer == l })
}

// granted is how much a principal may do by the words of its file.
func granted(grants []string) detectors.Privilege {
	out := detectors.PrivilegeUnknown
	for _, text := range grants {
		p := detectors.Limited
		t := strings.ToLower(text)
		has := func(words ...string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(t, w) })
		}
		switch {
		case len(t) == 36 && strings.Count(t, "-") == 4: // a directory's role by its id: it is known because it keeps accounts
			p = detectors.Admin
		case strings.HasSuffix(t, ":*") || t == "*" || has("admin", "owner", "readwrite.all", "fullaccess", "contributor", ".all", "create", "delete", "manage"):
			p = detectors.Admin
		case has("write", "put", "update", "editor"):
			p = detectors.Write
		}
		if p.Rank() > out.Rank() {
			out = p
		}
	}
	return out
}

// finish fills in what follows from all that was seen.
func (g *gathered) finish() []Identity {
	said := g.b.in.Policy.Layers[g.layer]
	for i := range g.out {
		id := &g.out[i]
		slices.Sort(id.Fingerprints)
		weigh := func(a, b Where) int { return g.b.in.weight(&b) - g.b.in.weight(&a) }
		slices.SortStableFunc(id.Shown, weigh)
		keeper := id.Shown[0].Path // an example of settings often is the file that its keeper owns
		slices.SortStableFunc(id.Shown, func(a, b Where) int { return cmp.Or(weigh(a, b), aside(a.Path)-aside(b.Path)) })
		of := g.of[i]
		if len(of) == 0 {
			of = slices.DeleteFunc(namedDetectors(id.Name), func(d *detectors.Detector) bool { return d.Identity.Layer != g.layer })
			if id.Subject == "" && id.Privilege == "" {
				id.named(of)
			}
		}
		if id.Privilege == detectors.PrivilegeUnknown {
			id.Privilege = ""
		}
		id.Owners, id.OwnersFrom = g.b.owners.of(g.layer, keeper)
		id.Provisioners, id.Reviewers = said.Owners, said.Reviewers
		id.Directory, id.Audit = said.Directory, said.Audit
		page := common(of, func(d *detectors.Detector) string { return d.Revoke.URL })
		id.Console = cmp.Or(page, said.Console)
		if id.Form == detectors.SigningKey || id.Form == detectors.EncryptionKey {
			id.Console = said.Console // the page says how to replace what no console issues
		}
		if id.Lifecycle == (Lifecycle{}) {
			id.Lifecycle = lifecycle(id, of, page)
		}
	}
	slices.SortStableFunc(g.out, func(a, b Identity) int { return cmp.Compare(a.Name, b.Name) })
	return g.out
}

// named fills in what all credentials of a name have in common. Where they speak as
// different subjects, nothing is known of what they may do either.
func (id *Identity) named(of []*detectors.Detector) {
	if len(of) == 0 {
		if mints(id.Name) {
			id.Subject, id.Privilege, id.Form = detectors.Anyone, detectors.Forge, detectors.SigningKey
		}
		return
	}
	id.Provider = common(of, func(d *detectors.Detector) string { return d.Provider })
	id.Form = common(of, func(d *detectors.Detector) detectors.Form { return d.Identity.Form })
	subject := common(of, func(d *detectors.Detector) detectors.Subject { return d.Identity.Subject })
	privilege := common(of, func(d *detectors.Detector) detectors.Privilege { return d.Identity.Privilege })
	if subject != "" && privilege != "" {
		id.Subject, id.Privilege = subject, privilege
	}
}

// mints says of a name that no detector knows whether it is that of a secret with which
// sessions, tokens or events are signed.
func mints(name string) bool {
	n := plain(name)
	for _, of := range []string{"authsecret", "session", "cookie", "rememberme", "jwt", "saml", "webhook", "signing", "csrf"} {
		if !strings.Contains(n, of) {
			continue
		}
		for _, kind := range []string{"secret", "key", "keyfile", "password"} {
			if strings.HasSuffix(n, kind) {
				return true
			}
		}
	}
	return false
}

// lifecycle is how a credential comes and goes, as the catalogue knows it.
func lifecycle(id *Identity, of []*detectors.Detector, page string) Lifecycle {
	var l Lifecycle
	at := cmp.Or(id.Provider, "its provider")
	switch {
	case id.Form == detectors.SigningKey || id.Form == detectors.EncryptionKey:
		l.Created = "a random text that you make yourself, for each deployment"
		l.Suspended = "it has no pause: whoever knows it can use it until it is replaced"
	case page != "":
		l.Created = "at " + page
	default:
		l.Created = "at " + at
	}
	if l.Suspended == "" {
		l.Suspended = paused(of)
	}
	switch {
	case l.Suspended != "":
	case id.Subject == detectors.WorkforceUser:
		l.Suspended = "with its person's membership at " + at
	case id.Subject == detectors.ServiceAccount:
		l.Suspended = "with its service account at " + at
	}
	l.Suspended = cmp.Or(l.Suspended, "no pause is known: replace it")
	var kills []string
	for _, d := range of {
		f := &scanner.Finding{Layer: d.Identity.Layer, Class: d.Identity.Class, Subject: d.Identity.Subject, Form: d.Identity.Form, Control: d.Identity.Control, Privilege: d.Identity.Privilege, Provider: d.Provider}
		for _, s := range remediate.NewPlan(f, d).Steps {
			if s.Kind == remediate.Kill && !slices.Contains(kills, s.Text) {
				kills = append(kills, s.Text)
			}
		}
	}
	if len(kills) == 1 {
		l.Removed = kills[0]
	} else if page != "" {
		l.Removed = "Replace and revoke it: " + page
	}
	return l
}

// byValue is how a credential is known whose value stands in a line.
const byValue = "value"

// weight ranks the places of an identity: where its value serves production says most,
// then any value, then whatever names it.
func (in *Input) weight(w *Where) int {
	switch {
	case w.How != byValue:
		return 0
	case in.environment(w.Path, w.Text) == detectors.Production:
		return 2
	}
	return 1
}

// common is what all detectors have in common, or nothing.
func common[T comparable](of []*detectors.Detector, get func(*detectors.Detector) T) T {
	var none T
	for i, d := range of {
		if i > 0 && get(d) != get(of[0]) {
			return none
		}
	}
	if len(of) == 0 {
		return none
	}
	return get(of[0])
}

// catalogue is the catalogue by id.
var catalogue = sync.OnceValue(func() map[string]*detectors.Detector {
	all := detectors.Catalogue()
	byID := make(map[string]*detectors.Detector, len(all))
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	return byID
})

// namedDetectors are the detectors whose credentials are kept under a name, also under
// one that makes it part of what a browser loads.
func namedDetectors(name string) []*detectors.Detector {
	of := kept(name)
	for _, p := range []string{"NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "PUBLIC_", "NUXT_PUBLIC_"} {
		if rest, ok := strings.CutPrefix(name, p); ok && len(of) == 0 {
			return kept(rest)
		}
	}
	return of
}
