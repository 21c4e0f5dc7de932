package intake

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate"
	"leakline/remediate/incident"
	"leakline/scanner"
)

// groupKey names a secret in a repository.
type groupKey struct{ repo, fingerprint string }

// group is everything that a report says of a secret in a repository.
type group struct {
	fingerprints []string
	plain        detectors.Secret
	members      []member
}

// member is one finding of one record.
type member struct {
	record  *record
	finding scanner.Finding
}

// add takes a record in.
func (in *intake) add(r *record) error {
	repo := in.Repo
	if repo == "" && r.repo != "" && len(r.repo) <= maxPath {
		repo = in.clean(incident.RepoOf(r.repo, "", ""), r.secret)
	}
	if repo == "" {
		return fmt.Errorf("element %d names no repository: say which one it is about (--repo, for example github.com/org/name)", r.element)
	}
	if !in.fit(r) {
		return nil
	}
	fs, why := []scanner.Finding(nil), ""
	if r.finding != nil {
		fs = []scanner.Finding{*r.finding}
	} else {
		fs, why = in.identify(r)
	}
	if why != "" {
		in.skip(r.element, "%s", why)
		return nil
	}
	r.secret, r.texts = "", nil // nobody needs the plaintext any more
	fs = slices.DeleteFunc(fs, func(f scanner.Finding) bool { return f.Confidence.Rank() < in.MinConfidence.Rank() })
	if len(fs) == 0 {
		in.skip(r.element, "its confidence is lower than %s", in.MinConfidence)
	}
	for _, f := range fs {
		in.join(member{r, f}, repo)
	}
	return nil
}

// join puts a member into the group of its secret. A group has one secret, so only
// the first member's is kept.
func (in *intake) join(m member, repo string) {
	fps := in.fingerprints(m.record, &m.finding, repo)
	key := groupKey{repo, fps[0]}
	g := in.groups[key]
	if g == nil {
		g = &group{fingerprints: fps, plain: m.finding.Plain}
		in.groups[key] = g
	}
	m.finding.Plain = detectors.Secret{}
	g.members = append(g.members, m)
}

// fit bounds and cleans what a record says of its place. It says whether the record
// can be recorded, and remarks why not.
func (in *intake) fit(r *record) bool {
	if len(r.secret) > maxSecret {
		in.skip(r.element, "what it reports as a secret has %d bytes, more than %d", len(r.secret), maxSecret)
		return false
	}
	for i := range r.places {
		p := &r.places[i]
		if len(p.Path) > maxPath {
			in.skip(r.element, "its path has %d bytes, more than %d", len(p.Path), maxPath)
			return false
		}
		p.Path = in.clean(p.Path, r.secret)
		p.StartLine = max(p.StartLine, 0)
		p.Commit, p.Blob = in.word(p.Commit, r.secret), in.word(p.Blob, r.secret)
	}
	c := &r.introduced
	c.ID, c.Author, c.Email = in.word(c.ID, r.secret), in.word(c.Author, r.secret), in.word(c.Email, r.secret)
	for i := range r.notes {
		r.notes[i] = in.word(r.notes[i], r.secret)
	}
	if len(r.places) == 0 {
		r.places = []scanner.Place{{}}
	}
	return true
}

// fingerprints are those of a finding's secret under every key or, if the report
// hides it, those of its place.
func (in *intake) fingerprints(r *record, f *scanner.Finding, repo string) []string {
	if f.Plain.Len() > 0 {
		return under(in.Keys, f.Plain)
	}
	for _, k := range in.Keys {
		if rest, ok := strings.CutPrefix(r.ours, "v1:"+k.ID()+":"); ok && hexadecimal(rest, 64) {
			return []string{r.ours}
		}
	}
	at := []string{r.print}
	if r.print == "" {
		p := &r.places[0]
		at = []string{p.Path, fmt.Sprint(p.StartLine), p.Commit}
	}
	id := fmt.Sprintf("imported\x00%q %q %q %q", in.tool, r.rule, repo, at)
	fps := under(in.Keys, detectors.NewSecret(id))
	for i := range fps {
		fps[i] = fps[i][:len(fps[i])-pseudoCut]
	}
	return fps
}

// pseudoCut is by how many digits the fingerprint of a place is shorter than that
// of a secret, which has 64. So none can be equal to one.
const pseudoCut = 16

// Pseudo says that an incident is keyed on a place in a report that hides the
// secret, and not on the secret.
func Pseudo(id incident.ID) bool {
	fp := id.Fingerprint()
	return hexadecimal(fp[strings.LastIndexByte(fp, ':')+1:], 64-pseudoCut)
}

func hexadecimal(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}

func under(keys []detectors.Key, s detectors.Secret) []string {
	var fps []string
	for _, k := range keys {
		fps = append(fps, k.Fingerprint(s))
	}
	return fps
}

// scans makes a scan of every repository, in the order of their names.
func (in *intake) scans() ([]incident.Scan, error) {
	byRepo := map[string]*incident.Scan{}
	verdicts := map[incident.ID][]*verdict{}
	keys := slices.SortedFunc(maps.Keys(in.groups), func(a, b groupKey) int {
		return cmp.Or(strings.Compare(a.repo, b.repo), strings.Compare(a.fingerprint, b.fingerprint))
	})
	for _, k := range keys {
		s := byRepo[k.repo]
		if s == nil {
			s = &incident.Scan{ID: in.ID, At: in.At, Target: incident.Target{Repo: k.repo, Source: in.report.Tool, Complete: true}, Hearsay: true}
			byRepo[k.repo] = s
		}
		g := in.groups[k]
		sight := in.sight(k.repo, g)
		s.Sightings = append(s.Sightings, sight)
		s.Findings++
		in.report.Secrets++
		id := sight.Occurrence.Facts.Identify(sight.Fingerprints[0], k.repo)
		for _, m := range g.members {
			in.told(id, m.record)
			if m.record.verdict != nil {
				verdicts[id] = append(verdicts[id], m.record.verdict)
			} else {
				verdicts[id] = append(verdicts[id], &verdict{})
			}
		}
	}
	var scans []incident.Scan
	for _, repo := range slices.Sorted(maps.Keys(byRepo)) {
		s := byRepo[repo]
		for i := range s.Sightings {
			x := &s.Sightings[i]
			x.Reported = in.since[x.Occurrence.Facts.Identify(x.Fingerprints[0], repo)]
		}
		if n := in.report.Skipped(); n > 0 {
			s.Complete, s.Failure = false, fmt.Sprintf("%d of %d elements of the report were skipped", n, in.report.Elements)
		}
		scans = append(scans, *s)
	}
	for _, id := range slices.Sorted(maps.Keys(verdicts)) {
		if d, ok := in.decide(id, verdicts[id]); ok {
			in.report.Decisions = append(in.report.Decisions, d)
		}
	}
	return scans, nil
}

// told keeps what a record says of an incident beside its place.
func (in *intake) told(id incident.ID, r *record) {
	if t := in.since[id]; !r.since.IsZero() && (t.IsZero() || r.since.Before(t)) {
		in.since[id] = r.since
	}
	notes := append(in.report.Notes[id], r.notes...)
	if r.verified {
		notes = append(notes, in.tool+" tried it: it works")
	}
	if len(notes) > 0 {
		slices.Sort(notes)
		in.report.Notes[id] = slices.Compact(notes)
	}
}

// sight makes the sighting of a group. It depends on what was reported and not on
// the order, which some tools change from run to run.
func (in *intake) sight(repo string, g *group) incident.Sighting {
	slices.SortStableFunc(g.members, func(a, b member) int {
		return cmp.Or(comparePlaces(a.record.places[0], b.record.places[0]), strings.Compare(a.record.rule, b.record.rule))
	})
	best := g.members[0].finding
	for _, m := range g.members[1:] {
		if more(&m.finding, &best) {
			best = m.finding
		}
	}
	best.Plain = g.plain
	if best.Remediation == nil {
		advice := remediate.Advise(&best, in.byID[best.Detector])
		best.Remediation = &advice
	}
	own := best.Exposure != nil || g.members[0].record.finding != nil // leakline's own knows its past
	if !own {
		best.Occurrences, best.OccurrencesTotal = places(g, &best), 0
		best.Exposure = introduced(g)
	}
	s := incident.Sight(&best, in.Keys, repo, "", in.report.People)
	s.Fingerprints = g.fingerprints
	if !own { // a report that does not say that it is gone says that it is there
		s.Occurrence.InBranches, s.Occurrence.Removed = true, time.Time{}
	}
	return s
}

// more says that a tells more of a secret than b does.
func more(a, b *scanner.Finding) bool {
	if x, y := a.Confidence.Rank(), b.Confidence.Rank(); x != y {
		return x > y
	}
	known := func(f *scanner.Finding) int {
		switch {
		case f.Layer == detectors.Unclassified:
			return 0
		case f.LayerConfidence == detectors.Ambiguous:
			return 1
		case f.LayerConfidence == detectors.Likely:
			return 2
		}
		return 3
	}
	return known(a) > known(b)
}

func comparePlaces(a, b scanner.Place) int {
	return cmp.Or(strings.Compare(a.Path, b.Path), a.StartLine-b.StartLine, strings.Compare(a.Commit, b.Commit))
}

// places are those of a group, each once, sorted. Name and line are what the text
// that was reported shows.
func places(g *group, best *scanner.Finding) []scanner.Place {
	var ps []scanner.Place
	for _, m := range g.members {
		for _, p := range m.record.places {
			ps = append(ps, scanner.Place{
				Path: p.Path, StartLine: p.StartLine, Commit: p.Commit, Blob: p.Blob,
				Name: m.finding.Name, Line: m.finding.Line,
			})
		}
	}
	slices.SortStableFunc(ps, comparePlaces)
	return slices.CompactFunc(ps, func(a, b scanner.Place) bool { return comparePlaces(a, b) == 0 })
}

// introduced is what the oldest commit in a report tells of a secret's past, nil if
// there is none. Older ones may not have been looked at.
func introduced(g *group) *scanner.Exposure {
	var oldest *scanner.Commit
	for _, m := range g.members {
		c := &m.record.introduced
		if c.ID != "" && (oldest == nil || earlier(c, oldest)) {
			oldest = c
		}
	}
	if oldest == nil {
		return nil
	}
	return &scanner.Exposure{Introduced: *oldest, Boundary: "range", InHistory: true}
}

func earlier(a, b *scanner.Commit) bool {
	if x, y := a.CommittedAt, b.CommittedAt; !x.Equal(y) {
		return !x.IsZero() && (y.IsZero() || x.Before(y))
	}
	return a.ID < b.ID
}

// decide makes one decision of what was decided about an incident in all its
// places. To be dead it takes one who says so, and none who knows that it is alive:
// a secret that is revoked is so everywhere. To be set aside it takes all: then the
// reason is the one that keeps it among the risks, if there is one.
func (in *intake) decide(id incident.ID, vs []*verdict) (Decision, bool) {
	var dead, aside *verdict
	all := true
	for _, v := range vs {
		switch {
		case v.alive:
			return Decision{}, false
		case v.closure != nil:
			if dead == nil || v.at.After(dead.at) { // the last: a clock is never flattered
				dead = v
			}
		case v.dismissal == "":
			all = false
		case aside == nil || aside.dismissal.NoIncident() && !v.dismissal.NoIncident() ||
			aside.dismissal.NoIncident() == v.dismissal.NoIncident() && v.at.After(aside.at):
			aside = v
		}
	}
	v := cmp.Or(dead, aside)
	if v == nil || dead == nil && !all {
		return Decision{}, false
	}
	d := Decision{ID: id, At: v.at, Note: v.note}
	if v.by != "" {
		d.By = incident.PersonOf(in.Keys[0], v.by)
		in.report.People[d.By] = v.by
	}
	if dead == nil {
		d.Dismissal = &incident.Dismissal{Reason: v.dismissal}
		return d, true
	}
	c := *v.closure
	c.By = d.By
	d.Closure = &c
	return d, true
}
