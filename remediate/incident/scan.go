package incident

import (
	"maps"
	"reflect"
	"slices"
	"time"
)

// Scan is one look at one repository or folder: everything that it reported.
type Scan struct {
	ID string
	At time.Time
	Target
	// Remote says that the store is a server, whose branches are the ones that
	// count: a clone may lag behind it.
	Remote bool
	// Hearsay says that it is no scan of ours, but another tool's report: it tells
	// nothing of what a scan has seen.
	Hearsay bool
	// PastHook says of a scan that stands behind the hooks of developers how what it
	// meets first came past them: see Occurrence.PastHook.
	PastHook string
	// Before is the scan of this repository before, as far as it was complete; nil
	// if there was none.
	Before *Before
	// Holds says which of some blobs, by id in hexadecimal, the store still has; nil
	// if it can't tell.
	Holds func(blobs []string) ([]bool, error)

	Sightings []Sighting
	// Ignored are secrets that the scan met and did not report, because somebody has
	// accepted them: they are there, and what is known of them stays as it is. Hiding
	// is no remedy.
	Ignored []Sighting
}

// Before is what is kept of the last complete and whole scan of a repository.
type Before struct {
	At        time.Time
	Catalogue string
}

// Sighting is one secret that a scan reported.
type Sighting struct {
	// Fingerprints of the secret: under the ledger's key, then under those it had
	// before.
	Fingerprints []string
	Occurrence   Occurrence
	// Reported is when another tool reported it first, if it tells.
	Reported time.Time
}

// Events gives what the scan adds to what is known: nothing, if all of it was
// known. Known holds, under every id and alias, the incidents that the sightings
// may belong to, and all that have an occurrence in the scan's repository. Known
// is not changed.
func (s *Scan) Events(known map[ID]*Incident) []Event {
	b := book{scan: s, known: map[ID]*Incident{}, met: map[ID]bool{}}
	maps.Copy(b.known, known)
	for n := range s.Sightings {
		b.sighting(&s.Sightings[n])
	}
	for n := range s.Ignored {
		if inc, _ := b.find(&s.Ignored[n]); inc != nil {
			b.met[inc.ID] = true
		}
	}
	b.absent(known)
	return b.events
}

// IDs are the ids under which a sighting may be known.
func (s *Sighting) IDs() []ID {
	var ids []ID
	for _, fp := range s.Fingerprints {
		ids = append(ids, ID(fp), ID(fp+"@"+s.Occurrence.Repo))
	}
	return ids
}

// NoteRemoved is the note of a sighting that no branch holds any more.
const NoteRemoved = "removed from every branch"

// book collects the events of one scan.
type book struct {
	scan   *Scan
	known  map[ID]*Incident
	met    map[ID]bool
	events []Event
}

// happen adds an event to an incident, which is known as changed from then on.
func (b *book) happen(before *Incident, e Event) *Incident {
	after := &Incident{}
	if before != nil {
		after = before.clone()
	}
	e.At, e.Scan = b.scan.At, b.scan.ID
	if before != nil {
		e.Incident = before.ID
	}
	if err := after.Apply(&e); err != nil {
		panic(err) // events are made for the incident as it is
	}
	e.Chains = Chained(before, after)
	b.events = append(b.events, e)
	b.known[after.ID] = after
	for _, alias := range after.Aliases {
		b.known[alias] = after
	}
	return after
}

func (i *Incident) clone() *Incident {
	c := *i
	c.Occurrences = maps.Clone(i.Occurrences)
	return &c
}

// find gives the incident of a sighting, nil if it is new, and whether it is known
// by the first fingerprint.
func (b *book) find(s *Sighting) (inc *Incident, current bool) {
	for n, fp := range s.Fingerprints {
		for _, id := range []ID{s.Occurrence.Facts.Identify(fp, s.Occurrence.Repo), ID(fp), ID(fp + "@" + s.Occurrence.Repo)} {
			if inc = b.known[id]; inc != nil {
				return inc, n == 0
			}
		}
	}
	return nil, false
}

// sighting adds what one sighting tells.
func (b *book) sighting(s *Sighting) {
	o := s.Occurrence
	inc, current := b.find(s)
	if inc == nil {
		if !o.InBranches && o.Removed.IsZero() {
			o.Removed = b.scan.At
		}
		o.Hearsay, o.PastHook = b.scan.Hearsay, b.scan.PastHook
		inc = b.happen(nil, Event{
			Kind: Detected, Incident: o.Facts.Identify(s.Fingerprints[0], o.Repo), Occurrence: &o, Reported: Stamp(s.Reported),
		})
		b.met[inc.ID] = true
		return
	}
	if b.met[inc.ID] {
		return // a second value that is the same secret in the ledger's eyes
	}
	b.met[inc.ID] = true
	if !current {
		inc = b.happen(inc, Event{Kind: Aliased, Other: o.Facts.Identify(s.Fingerprints[0], o.Repo)})
	}
	was := inc.Occurrences[o.Repo]
	if was != nil && b.scan.Hearsay && !was.Hearsay {
		return
	}
	o = b.merge(was, s)
	o.Hearsay = b.scan.Hearsay
	if was != nil && same(was, &o) {
		return
	}
	e := Event{Kind: Sighted, Occurrence: &o}
	back := false
	switch {
	case was == nil:
		e.Note = "in another repository"
	case o.InBranches && !was.InBranches:
		e.Note, back = "back in a branch", true
	case !o.InBranches && was.InBranches:
		e.Note = NoteRemoved
	case was.Unreported:
		e.Note = "reported again"
	case was.Hearsay && !o.Hearsay:
		e.Note = "seen by a scan"
	case !reflect.DeepEqual(was.Facts, o.Facts):
		e.Kind = Reclassified
	}
	inc = b.happen(inc, e)
	b.reopen(inc, &o, back)
}

// reopen reopens an incident that was only said to be dead, if its secret is
// brought in after that: whoever does so believes that it works. What a provider,
// an inventory or a trust anchor proved stays proven.
func (b *book) reopen(inc *Incident, o *Occurrence, back bool) {
	if c := inc.Closure; c != nil && c.Proof == ProofAttested && (back || o.Introduced.After(c.At)) {
		b.happen(inc, Event{Kind: Reopened, Note: "brought in again after it was attested to be dead"})
	}
}

// merge gives the occurrence as it is known after a sighting.
func (b *book) merge(was *Occurrence, s *Sighting) Occurrence {
	o := s.Occurrence
	if was == nil {
		if !o.InBranches && o.Removed.IsZero() {
			o.Removed = b.scan.At
		}
		o.PastHook = b.scan.PastHook
		return o
	}
	o.PastHook = was.PastHook
	if !b.authority(was) && !proves(was, &o) {
		kept := *was
		kept.Introduced, kept.IntroducedCommit, kept.IntroducedBy = older(was, &o)
		return kept
	}
	if !b.scan.Whole && !was.Introduced.IsZero() {
		// A range knows only its own commits.
		o.InHistory = o.InHistory || was.InHistory
		if !o.InBranches && was.InBranches {
			o.InBranches, o.AtTip, o.Removed = true, was.AtTip, time.Time{}
		}
		if o.InBranches == was.InBranches {
			o.Back = was.Back
		}
	}
	o.Introduced, o.IntroducedCommit, o.IntroducedBy = older(was, &o)
	if was.Introduced.Before(s.Occurrence.Introduced) {
		o.Boundary = was.Boundary
	}
	o.Aside = o.Aside && was.Aside
	if !o.InBranches {
		o.Removed = b.removed(was, o.Removed)
	}
	return o
}

// proves says that a clone, which may lag behind and then shows what was, tells
// something new: by a commit that took the secret out, or one that brought it back
// since.
func proves(was, o *Occurrence) bool {
	switch {
	case was.InBranches:
		return !o.InBranches && o.Removed.After(was.Back)
	case o.InBranches:
		return o.Back.After(was.Removed)
	}
	return false
}

// authority says that this scan's store decides what stands where the secret was
// seen before.
func (b *book) authority(was *Occurrence) bool {
	return b.scan.Remote || was.Hearsay || was.Store == b.scan.Store
}

// removed gives since when no branch has held what none does now. By is the
// commit that took it out of the default branch, if any.
func (b *book) removed(was *Occurrence, by time.Time) time.Time {
	switch {
	case !was.Removed.IsZero() && !by.After(was.Removed):
		return was.Removed
	case by.IsZero(), was.InBranches && !was.Unreported && b.scan.Before != nil && by.Before(b.scan.Before.At):
		return b.scan.At // some branch held it when it was scanned before
	}
	return by
}

// older gives the introduction that is the older one; an unknown one is younger
// than any.
func older(a, b *Occurrence) (time.Time, string, Person) {
	if a.Introduced.IsZero() || !b.Introduced.IsZero() && b.Introduced.Before(a.Introduced) {
		return b.Introduced, b.IntroducedCommit, b.IntroducedBy
	}
	return a.Introduced, a.IntroducedCommit, a.IntroducedBy
}

// same says that nothing of note has changed: a line that moved is nothing, a
// path that came or went is.
func same(a, b *Occurrence) bool {
	x, y := *a, *b
	x.Places, y.Places, x.Store, y.Store = nil, nil, "", ""
	x.PlacesTotal, y.PlacesTotal = 0, 0
	return reflect.DeepEqual(x, y) && slices.Equal(paths(a), paths(b))
}

func paths(o *Occurrence) []string {
	var ps []string
	for _, p := range o.Places {
		ps = append(ps, p.Path)
	}
	slices.Sort(ps)
	return slices.Compact(ps)
}

// absent adds what the scan did not meet. Only a scan that was complete, left
// nothing out and looked at the same store can tell that something is gone; if
// its detectors are others than before, then only if the blobs are gone as well.
func (b *book) absent(known map[ID]*Incident) {
	if !b.scan.Complete || !b.scan.Whole {
		return
	}
	var ids []ID
	for id, inc := range known {
		o := inc.Occurrences[b.scan.Repo]
		if id == inc.ID && o != nil && o.Purged.IsZero() && !b.met[id] && b.authority(o) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		inc := b.known[id]
		o := *inc.Occurrences[b.scan.Repo]
		if !b.proven(&o) {
			if !o.Unreported {
				o.Unreported = true
				b.happen(inc, Event{Kind: Unreported, Occurrence: &o, Note: b.doubt(&o)})
			}
			continue
		}
		o.AtTip, o.InBranches, o.InHistory, o.Unreported = false, false, false, false
		o.Purged = b.scan.At
		if o.Removed.IsZero() {
			o.Removed = b.scan.At
		}
		b.happen(inc, Event{Kind: Gone, Occurrence: &o})
	}
}

// proven says that what was not met is not there.
func (b *book) proven(o *Occurrence) bool {
	if !o.Unreported && !o.Hearsay && b.scan.Before != nil && b.scan.Before.Catalogue == b.scan.Catalogue {
		return true
	}
	var blobs []string
	for _, p := range o.Places {
		if p.Blob != "" {
			blobs = append(blobs, p.Blob)
		}
	}
	if b.scan.Holds == nil || len(blobs) == 0 {
		return false
	}
	held, err := b.scan.Holds(blobs)
	return err == nil && !slices.Contains(held, true)
}

// doubt says why absence proves nothing.
func (b *book) doubt(o *Occurrence) string {
	if o.Hearsay {
		return "no scan has seen what another tool reported"
	}
	return "the detectors are others than before, and what held it may still be there"
}
