package scanner

import (
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/detectors/identity"
)

// maxOccurrences bounds the places of one finding that are kept; all are
// counted.
const maxOccurrences = 1000

// entry gathers what is known of one secret. Hits arrive in the source's order,
// whatever the number of workers, so that ties are decided alike in every run.
type entry struct {
	best   hit    // without its places
	shown  bool   // at least one hit is not hidden
	hidden string // why the first hit is hidden, if all are
	total  int
	places []located // the first maxOccurrences
	oldest located
	// blobs are those that hold the secret, as numbers of the collector; told is the
	// oldest place with a commit that is in no blob.
	blobs []int32
	told  *located
	past  *Exposure // what the source knows of its history, if it does
	// tip, history, stored and staged hold for any place: at the tip of a repository,
	// in its history as far as something reaches it, in its store at all, in its index.
	tip, history, stored, staged bool
	// companions are those of all hits, as far as they are kept.
	companions []heldCompanion
	// layers holds the evidence of every layer that a hit was clearly ruled to.
	layers map[detectors.Layer][]detectors.Evidence

	// ignored holds the places that users have accepted, and why the first of them is;
	// nil if there are none. Refused is what would have hidden a place and does not
	// count.
	ignored *entry
	why     *Ignored
	refused *Ignored
	// commented says, of accepted places, that a comment at the tip is why: it speaks
	// for older versions too.
	commented bool
}

// maxCompanions bounds the values of one companion that are kept.
const maxCompanions = 4

// heldCompanion is a companion of a hit of one detector.
type heldCompanion struct {
	detector *detectors.Detector
	companion
}

// accompany keeps a hit's companions.
func (e *entry) accompany(h *hit) {
	for _, c := range h.companions {
		same := 0
		known := slices.ContainsFunc(e.companions, func(o heldCompanion) bool {
			if o.detector != h.match.Detector || o.Name != c.Name {
				return false
			}
			same++
			return o.Value == c.Value
		})
		if !known && same < maxCompanions {
			e.companions = append(e.companions, heldCompanion{h.match.Detector, c})
		}
	}
}

// accompanied are the companions of a secret, by name: those beside its best hit, and
// then those that the same detector saw elsewhere.
func (e *entry) accompanied() []Companion {
	d := e.best.match.Detector
	all := slices.Clone(e.best.companions)
	for _, c := range e.companions {
		if c.detector == d {
			all = append(all, c.companion)
		}
	}
	var out []Companion
	for _, part := range d.Companions {
		var values []string
		for _, c := range all {
			if c.Name == part.Name && len(values) < maxCompanions && !slices.Contains(values, c.Value) {
				values = append(values, c.Value)
				out = append(out, Companion{Name: c.Name, Title: c.Title, Value: c.shown, Plain: detectors.NewSecret(c.Value)})
			}
		}
	}
	return out
}

// collector makes findings of hits.
type collector struct {
	scanner   *Scanner
	entries   map[string]*entry // by fingerprint
	order     []*entry
	blobs     []string // the ids of those that hold a secret
	excerpted int      // bytes of excerpts kept
	failures  []*Unread
	skipped   []Skip
	summary   Summary
	reported  int      // entries that would be reported as they stand
	unsure    []*entry // that are wanted though they are not reported
}

func newCollector(s *Scanner) *collector {
	return &collector{
		scanner: s,
		entries: map[string]*entry{},
		summary: Summary{
			Objects:  map[string]int{},
			Findings: map[detectors.Layer]int{},
			Hidden:   map[string]int{},
		},
	}
}

// add takes the outcome of one chunk.
func (c *collector) add(out outcome) {
	c.summary.Bytes += out.bytes
	c.summary.Anchors += out.stats.Anchors
	c.summary.Verdicts += out.stats.Verdicts
	c.failures = append(c.failures, out.failures...)
	c.skipped = append(c.skipped, out.skipped...)
	for i := range out.hits {
		c.hit(&out.hits[i])
	}
}

// hit adds one hit to its secret's entry.
func (c *collector) hit(h *hit) {
	key := h.fingerprint
	if h.hidden() == "" && !c.confident(h) && h.match.Guessable() {
		// A word that is a password in one place says nothing of that word in another.
		key += " unsure"
	}
	e := c.entries[key]
	if e == nil {
		e = &entry{hidden: h.hidden()}
		c.entries[key] = e
		c.order = append(c.order, e)
	}
	if h.hidden() != "" {
		return
	}
	open, accepted := parted(h.places)
	if len(accepted) > 0 {
		if e.ignored == nil {
			e.ignored = &entry{why: accepted[0].ignored}
		}
		for i := range accepted {
			p := &accepted[i]
			c.hold(e, p)
			e.ignored.commented = e.ignored.commented || p.AtTip && p.ignored.By == ByComment
		}
		aside := *h
		aside.places = accepted
		c.put(e.ignored, &aside)
	}
	if len(open) > 0 {
		h.places = open
		c.put(e, h)
	}
}

// parted parts places from those that users have accepted.
func parted(all []located) (open, accepted []located) {
	accepting := func(p located) bool { return p.ignored != nil && p.ignored.Refused == "" }
	if !slices.ContainsFunc(all, accepting) {
		return all, nil
	}
	for _, p := range all {
		if accepting(p) {
			accepted = append(accepted, p)
		} else {
			open = append(open, p)
		}
	}
	return open, accepted
}

// put adds a hit with its places to an entry.
func (c *collector) put(e *entry, h *hit) {
	for _, p := range h.places {
		if p.ignored != nil && e.refused == nil && p.ignored.Refused != "" {
			e.refused = p.ignored
		}
		e.total++
		if e.total == 1 || older(p, e.oldest) < 0 {
			e.oldest = p
		}
		if len(e.places) < maxOccurrences {
			e.places = append(e.places, p)
		}
		e.tip = e.tip || p.AtTip
		e.stored = e.stored || p.Commit != "" || p.Reach != ""
		e.staged = e.staged || p.Reach == ReachIndex
		e.history = e.history || p.Reach == "" && p.Commit != "" ||
			p.Reach != "" && p.Reach != ReachIndex && p.Reach != ReachUnreachable
		c.hold(e, &p)
	}
	e.accompany(h)
	if l := h.ruling.Layer; h.ruling.Confidence != detectors.Ambiguous && l != detectors.Unclassified {
		if e.layers == nil {
			e.layers = map[detectors.Layer][]detectors.Evidence{}
		}
		if _, ok := e.layers[l]; !ok {
			e.layers[l] = h.ruling.Evidence
		}
	}
	if !e.shown || better(h, &e.best) {
		was := e.shown && c.confident(&e.best)
		h.places = nil
		c.keep(h, e.best.excerpt)
		e.best, e.shown = *h, true
		if !was && e.why == nil && c.confident(h) {
			c.reported++
		}
	}
}

// keep decides whether a hit's excerpt is kept, in the place of another.
func (c *collector) keep(h *hit, old *excerpt) {
	if old != nil {
		c.excerpted -= len(old.doc.Data)
	}
	if h.excerpt == nil {
		return
	}
	if c.excerpted+len(h.excerpt.doc.Data) > maxExcerpted {
		h.excerpt = nil
		return
	}
	c.excerpted += len(h.excerpt.doc.Data)
}

func (c *collector) confident(h *hit) bool {
	return h.confidence().Rank() >= c.scanner.MinConfidence.Rank()
}

// better says that a tells more of a secret than b does: it is more sure that it
// is one, or else more sure of the layer.
func better(a, b *hit) bool {
	if x, y := a.confidence().Rank(), b.confidence().Rank(); x != y {
		return x > y
	}
	return layerRank(&a.ruling) > layerRank(&b.ruling)
}

// layerRank says how much a ruling tells of the layer.
func layerRank(r *identity.Ruling) int {
	if r.Layer == detectors.Unclassified {
		return 0
	}
	switch r.Confidence {
	case detectors.Certain:
		return 3
	case detectors.Likely:
		return 2
	case detectors.Ambiguous:
		return 1
	}
	return 0
}

// hidden is the reason why a hit is not reported, as the summary counts it.
func (h *hit) hidden() string {
	switch d := h.match.Detector; {
	case d.Public && !d.Half:
		return "public identifier"
	case d.Public && h.named:
		return "named beside its secret"
	}
	class, _, _ := strings.Cut(h.ruling.Drop, ":")
	return class
}

// confidence is the match's, one step lower if the ruling says so.
func (h *hit) confidence() detectors.Confidence {
	if h.ruling.Lower == "" {
		return h.match.Confidence
	}
	if h.match.Confidence == detectors.High {
		return detectors.Medium
	}
	return detectors.Low
}

// older orders places: the earlier commit first, those without a commit last.
// Equal ones stay in the source's order.
func older(a, b located) int {
	switch {
	case (a.Commit == "") != (b.Commit == ""):
		if a.Commit == "" {
			return 1
		}
		return -1
	default:
		return a.committedAt.Compare(b.committedAt)
	}
}

// ruleAgain decides what was ambiguous with what the manifests say. The repository
// only decides: a ruling that stays ambiguous is the first one, which saw more.
func (e *entry) ruleAgain(repo *identity.Repo) {
	if !e.shown || e.best.excerpt == nil {
		return
	}
	x, m := e.best.excerpt, e.best.match
	if _, inner, _, ok := m.Decoded(); ok {
		m = inner
	}
	if r := identity.Classify(x.moved(m), x.doc, repo); r.Confidence != detectors.Ambiguous {
		e.best.ruling = r
	}
}

// settle decides, with what the manifests say, which secrets are reported and which
// ones users have accepted, and counts the others.
func (c *collector) settle(repo *identity.Repo) (shown, aside []*entry) {
	for _, e := range c.order {
		if x := e.ignored; x != nil && (!e.shown || x.commented && e.superseded()) {
			e = x
		}
		if repo != nil {
			c.guard(e, repo)
		}
		why := c.why(e)
		switch {
		case why != "":
			c.summary.Hidden[why]++
			if c.wanted(e) {
				c.unsure = append(c.unsure, e)
			}
		case e.why != nil:
			c.summary.Hidden[e.why.By.Hides()]++
			aside = append(aside, e)
		default:
			shown = append(shown, e)
		}
	}
	return shown, aside
}

// wanted says that an entry is not reported because it is unsure, and wanted
// nevertheless.
func (c *collector) wanted(e *entry) bool {
	return c.scanner.Unsure != nil && e.shown && e.why == nil && e.best.hidden() == "" && !c.confident(&e.best) &&
		c.scanner.Unsure(e.best.match.Detector)
}

// superseded says that the places of an entry are those of versions that are gone: a
// repository has them, and neither its tip nor its index does.
func (e *entry) superseded() bool { return e.stored && !e.tip && !e.staged }

// finish makes the findings, in the order of their places. now is the time of the
// scan.
func (c *collector) finish(shown []*entry, now time.Time) []Finding {
	var fs []Finding
	for _, e := range shown {
		e.date()
		f := c.finding(e, now)
		if c.confident(&e.best) {
			c.count(e, f.Layer)
		}
		fs = append(fs, f)
	}
	slices.SortStableFunc(fs, func(a, b Finding) int {
		if d := strings.Compare(a.Path, b.Path); d != 0 {
			return d
		}
		if d := a.StartLine - b.StartLine; d != 0 {
			return d
		}
		return a.StartColumn - b.StartColumn
	})
	return fs
}

// count counts a secret in the account, by its layer.
func (c *collector) count(e *entry, l detectors.Layer) {
	if e.why == nil {
		c.summary.Findings[l]++
		return
	}
	if c.summary.Ignored == nil {
		c.summary.Ignored = map[Mechanism]map[detectors.Layer]int{}
	}
	by := c.summary.Ignored[e.why.By]
	if by == nil {
		by = map[detectors.Layer]int{}
		c.summary.Ignored[e.why.By] = by
	}
	by[l]++
}

// guard is ruleAgain; a panic makes the result incomplete and no more.
func (c *collector) guard(e *entry, repo *identity.Repo) {
	defer func() {
		if r := recover(); r != nil {
			c.failures = append(c.failures, panicked(e.oldest.Path, r))
		}
	}()
	e.ruleAgain(repo)
}

// why says why an entry is not reported; "" if it is.
func (c *collector) why(e *entry) string {
	switch {
	case !e.shown:
		return e.hidden
	case e.best.hidden() != "":
		return e.best.hidden()
	case !c.confident(&e.best):
		return string(e.best.confidence()) + " confidence"
	case !c.inLayers(e):
		return "other layer"
	}
	return ""
}

// inLayers says that a secret opens one of the layers that were asked for, or
// may open it.
func (c *collector) inLayers(e *entry) bool {
	if len(c.scanner.Layers) == 0 {
		return true
	}
	r := &e.best.ruling
	opens := append([]detectors.Layer{r.Layer}, r.Candidates...)
	for _, d := range e.doors() {
		opens = append(opens, d.Layer)
	}
	return slices.ContainsFunc(opens, func(l detectors.Layer) bool {
		return slices.Contains(c.scanner.Layers, l)
	})
}

// doors are the further layers that a secret opens: those that its best ruling
// names, and those that other places of it were ruled to.
func (e *entry) doors() []detectors.Door {
	doors := slices.Clone(e.best.ruling.AlsoOpens)
	for _, l := range detectors.Layers() {
		evidence, ok := e.layers[l]
		known := l == e.best.ruling.Layer || slices.ContainsFunc(doors, func(d detectors.Door) bool { return d.Layer == l })
		if ok && !known {
			doors = append(doors, detectors.Door{Layer: l, Evidence: printable(evidence)})
		}
	}
	return doors
}

// printable makes evidence safe to show: it quotes names and hosts of files.
func printable(es []detectors.Evidence) []detectors.Evidence {
	es = slices.Clone(es)
	for i := range es {
		es[i].Detail = Printable(es[i].Detail)
	}
	return es
}

// finding makes the report of one secret.
func (c *collector) finding(e *entry, now time.Time) Finding {
	h, r, d := &e.best, &e.best.ruling, e.best.match.Detector
	f := Finding{
		Detector: d.ID, Title: d.Title, Provider: d.Provider, Opens: d.Opens,
		Layer: r.Layer, LayerConfidence: r.Confidence, LayerEvidence: printable(r.Evidence), AlsoOpens: e.doors(),
		Class: r.Class, Subject: r.Subject, Form: r.Form, Control: r.Control,
		Privilege: r.Privilege, Scope: r.Scope, Environment: r.Environment,
		Confidence: h.confidence(), WeakDefault: r.WeakDefault, Default: r.Default,
		Severity: severity(r.Identity, h.confidence()),
		Secret:   Shown(h.match.Secret.String()), Fingerprint: h.fingerprint,
		Companions: e.accompanied(),
		Place:      e.oldest.Place, Decoded: h.decoded, Repo: h.repo,
		Exposure: e.exposure(now), Frameworks: r.Frameworks, Plain: h.match.Secret,
	}
	if f.Ignored = e.why; f.Ignored == nil {
		f.Ignored = e.refused
	}
	if r.Confidence == detectors.Ambiguous {
		f.LayerCandidates = r.Candidates
	}
	if r.Lower != "" {
		f.ConfidenceReasons = append(f.ConfidenceReasons, r.Lower)
	}
	for _, why := range h.match.Reasons {
		f.ConfidenceReasons = append(f.ConfidenceReasons, Printable(why))
	}
	if c.scanner.ShowSecrets {
		f.Secret = Shown(h.match.Secret.Reveal())
	}
	if c.scanner.Key.Run() {
		f.FingerprintKey = "run"
	}
	f.Occurrences = e.occurrences()
	if e.total > len(f.Occurrences) {
		f.OccurrencesTotal = e.total
	}
	return f
}

// occurrences are the places of a secret, oldest first. The oldest is the first
// of them even if it arrived when there was no more room.
func (e *entry) occurrences() []Place {
	slices.SortStableFunc(e.places, older)
	i := slices.IndexFunc(e.places, func(p located) bool { return p.Place == e.oldest.Place })
	if i < 0 {
		i = len(e.places) - 1
	}
	e.places = slices.Insert(slices.Delete(e.places, i, i+1), 0, e.oldest)
	ps := make([]Place, len(e.places))
	for i, p := range e.places {
		ps[i] = p.Place
	}
	return ps
}

// person applies the policy to a name and an e-mail address.
func (a Authors) person(name, email string) (string, string) {
	switch a {
	case AuthorsShow:
		return cut(Printable(name), maxName), cut(Printable(email), maxName)
	case AuthorsTeam:
		if i := strings.LastIndexByte(email, '@'); i >= 0 {
			return "", cut(Printable(email[i:]), maxName)
		}
	}
	return "", ""
}
