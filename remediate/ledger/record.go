package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"leakline/remediate/incident"
)

// Recorded says what a scan added to a ledger.
type Recorded struct {
	New     int // incidents that nobody knew
	Changed int // incidents that were known and are known better now
	Removed int // of those, the ones that have left every branch of the repository
	Events  map[incident.Kind]int
}

// Record adds what a scan tells, all of it or nothing: nothing, if it was known.
// It fills in s.Before. People are the names behind the persons of the scan. While
// it runs no other transaction changes the incidents of the repository, so
// s.Holds should be quick.
func (l *Ledger) Record(ctx context.Context, s incident.Scan, people ...map[incident.Person]string) (Recorded, error) {
	s = tidy(s)
	var out Recorded
	err := l.write(ctx, fmt.Sprintf("record the scan of %q", s.Repo), func(t *tx) (err error) {
		out, err = t.record(ctx, s, people)
		return err
	})
	if err != nil {
		return Recorded{}, err
	}
	return out, nil
}

// large is how many sightings make a large transaction.
const large = 10_000

func (t *tx) record(ctx context.Context, s incident.Scan, people []map[incident.Person]string) (Recorded, error) {
	out := Recorded{Events: map[incident.Kind]int{}}
	if t.dialect.large != "" && len(s.Sightings) > large {
		if _, err := t.ExecContext(ctx, t.dialect.large); err != nil {
			return out, err
		}
	}
	was, err := t.target(ctx, &s)
	if err != nil {
		return out, err
	}
	s.Before = was.before
	known, err := t.knownTo(ctx, &s)
	if err != nil {
		return out, err
	}
	if err := t.people(ctx, s.At, people...); err != nil {
		return out, err
	}
	incidents := map[incident.ID]*incident.Incident{}
	entries := map[incident.ID]*entry{}
	for _, x := range known {
		entries[x.inc.ID], incidents[x.inc.ID] = x, x.inc
		for _, id := range x.inc.Aliases {
			incidents[id] = x.inc
		}
	}
	events := s.Events(incidents)
	met := map[incident.ID]bool{}
	for i := range events {
		e := &events[i]
		out.Events[e.Kind]++
		if e.Kind == incident.Sighted && e.Note == incident.NoteRemoved {
			out.Removed++
		}
		switch {
		case e.Kind == incident.Detected:
			out.New++
		case entries[e.Incident] != nil && !met[e.Incident]:
			out.Changed++
		}
		met[e.Incident] = true
	}
	if len(events) > 0 || !was.found || was.complete != s.Complete {
		target := s.Target
		target.Findings = len(s.Sightings)
		events = append(events, incident.Event{
			At: s.At, Kind: incident.Scanned, Chains: []incident.Chain{incident.Ledger}, Scan: s.ID, Target: &target,
		})
		out.Events[incident.Scanned]++
	}
	if err := t.append(ctx, events, entries, true); err != nil {
		return out, err
	}
	return out, t.setTarget(ctx, &s)
}

// tidy gives a scan as it looks when it is read back from JSON, so that what is
// recorded and what is scanned again are the same.
func tidy(s incident.Scan) incident.Scan {
	s.At = incident.Stamp(s.At)
	s.Repo, s.Store = clean(s.Repo), clean(s.Store)
	s.Sightings = slices.Clone(s.Sightings)
	for i := range s.Sightings {
		x := &s.Sightings[i]
		x.Occurrence = tidyOccurrence(x.Occurrence)
		x.Fingerprints = slices.Clone(x.Fingerprints)
		for k := range x.Fingerprints {
			x.Fingerprints[k] = clean(x.Fingerprints[k])
		}
	}
	return s
}

func tidyOccurrence(o incident.Occurrence) incident.Occurrence {
	o.Repo, o.Store = clean(o.Repo), clean(o.Store)
	o.Introduced, o.Back, o.Removed, o.Purged = incident.Stamp(o.Introduced), incident.Stamp(o.Back), incident.Stamp(o.Removed), incident.Stamp(o.Purged)
	f := &o.Facts
	f.LayerEvidence = some(f.LayerEvidence)
	f.LayerCandidates, f.AlsoOpens = some(f.LayerCandidates), some(f.AlsoOpens)
	for i := range f.LayerEvidence {
		f.LayerEvidence[i].Detail = clean(f.LayerEvidence[i].Detail)
	}
	for _, s := range []*string{&f.Detector, &f.Title, &f.Provider, &f.Opens, &f.Secret, &f.Answerable, &f.RotateURL} {
		*s = clean(*s)
	}
	f.PublicKey, f.Hints = clean(f.PublicKey), some(f.Hints)
	o.Places = some(o.Places)
	for i := range o.Places {
		o.Places[i].Path = clean(o.Places[i].Path)
	}
	return o
}

// some is a copy of a list, nil of an empty one.
func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}

// before is what is known of a target before a scan.
type before struct {
	found    bool
	complete bool
	before   *incident.Before
}

// target locks what is known of a scan's target.
func (t *tx) target(ctx context.Context, s *incident.Scan) (before, error) {
	if _, err := t.ExecContext(ctx, `INSERT INTO target (repo, store, source, scans, last_scan, last_catalogue, complete, last_complete, catalogue, failure)
		VALUES ($1, $2, $3, 0, 0, '', 0, 0, '', '') ON CONFLICT (repo, store) DO NOTHING`, s.Repo, s.Store, s.Source); err != nil {
		return before{}, err
	}
	var (
		b                    before
		scans, complete      int64
		lastComplete, others int64
		catalogue            string
	)
	err := t.QueryRowContext(ctx, `SELECT scans, complete, last_complete, catalogue FROM target WHERE repo = $1 AND store = $2`+t.dialect.lock,
		s.Repo, s.Store).Scan(&scans, &complete, &lastComplete, &catalogue)
	if err != nil {
		return before{}, err
	}
	b.found, b.complete = scans > 0, complete != 0
	if lastComplete == 0 {
		return b, nil
	}
	b.before = &incident.Before{At: time.UnixMilli(lastComplete).UTC(), Catalogue: catalogue}
	// A scan with other detectors may have met what these never will.
	err = t.QueryRowContext(ctx, `SELECT count(*) FROM target WHERE repo = $1 AND last_scan >= $2 AND last_catalogue <> $3`,
		s.Repo, lastComplete, catalogue).Scan(&others)
	if others > 0 {
		b.before.Catalogue = "several"
	}
	return b, err
}

func (t *tx) setTarget(ctx context.Context, s *incident.Scan) error {
	_, err := t.ExecContext(ctx, `UPDATE target SET source = $1, scans = scans + 1, last_scan = $2, last_catalogue = $3, complete = $4, failure = $5
		WHERE repo = $6 AND store = $7`, s.Source, s.At.UnixMilli(), s.Catalogue, flag(s.Complete), clean(s.Failure), s.Repo, s.Store)
	if err != nil || !s.Complete || !s.Whole {
		return err
	}
	_, err = t.ExecContext(ctx, `UPDATE target SET last_complete = $1, catalogue = $2 WHERE repo = $3 AND store = $4`,
		s.At.UnixMilli(), s.Catalogue, s.Repo, s.Store)
	return err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// knownTo locks and loads the incidents that a scan may change: those in its
// repository, and those that its sightings may be.
func (t *tx) knownTo(ctx context.Context, s *incident.Scan) ([]*entry, error) {
	there, err := t.load(ctx, "SELECT incident FROM occurrence WHERE repo = $1", s.Repo)
	if err != nil {
		return nil, err
	}
	have := map[incident.ID]bool{}
	for _, x := range there {
		have[x.inc.ID] = true
		for _, id := range x.inc.Aliases {
			have[id] = true
		}
	}
	// Several fingerprints may lead to several incidents, so all are looked up unless
	// the first is known.
	ids := map[incident.ID]bool{}
	for i := range s.Sightings {
		for _, id := range s.Sightings[i].IDs() {
			if !have[id] {
				ids[id] = true
			}
		}
	}
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(ids)), 20000) {
		more, err := t.load(ctx, "SELECT incident FROM alias WHERE id IN ("+t.dialect.texts(1)+")", array(chunk))
		if err != nil {
			return nil, err
		}
		for _, x := range more {
			if !have[x.inc.ID] {
				have[x.inc.ID] = true
				there = append(there, x)
			}
		}
	}
	return there, nil
}

// load locks and reads the incidents whose numbers a query gives.
func (t *tx) load(ctx context.Context, query string, args ...any) ([]*entry, error) {
	rows, err := t.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	ns, err := scanAll[int64](rows)
	if err != nil || len(ns) == 0 {
		return nil, err
	}
	slices.Sort(ns)
	ns = slices.Compact(ns)
	var all []*entry
	for chunk := range slices.Chunk(ns, 5000) {
		some, err := t.loadChunk(ctx, chunk)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func (t *tx) loadChunk(ctx context.Context, ns []int64) ([]*entry, error) {
	if t.dialect.lock != "" {
		if _, err := t.ExecContext(ctx, "SELECT n FROM incident WHERE n IN ("+t.dialect.numbers(1)+") ORDER BY n"+t.dialect.lock, array(ns)); err != nil {
			return nil, err
		}
	}
	incidents, err := foldAll(ctx, t, t.dialect, ns, always)
	if err != nil {
		return nil, err
	}
	all := make([]*entry, len(ns))
	for k, n := range ns {
		all[k] = &entry{n: n, inc: incidents[k]}
	}
	return all, nil
}

// array is the JSON of a list.
func array[T any](list []T) string {
	if list == nil {
		return "[]"
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings and numbers always have one
	}
	return string(text)
}

// Change lets decide say what happens to an incident, and records it: of its
// events the ledger sets At, Chains and Incident. People are the names behind the
// persons in them. Decide may be called again, if another transaction came first.
// The incident as it is afterwards is returned.
func (l *Ledger) Change(ctx context.Context, id incident.ID, people map[incident.Person]string, decide func(*incident.Incident) ([]incident.Event, error)) (*incident.Incident, error) {
	var out *incident.Incident
	err := l.write(ctx, fmt.Sprintf("change %q", id), func(t *tx) (err error) {
		out, err = t.change(ctx, id, people, decide)
		return err
	})
	return out, err
}

func (t *tx) change(ctx context.Context, id incident.ID, people map[incident.Person]string, decide func(*incident.Incident) ([]incident.Event, error)) (*incident.Incident, error) {
	found, err := t.load(ctx, "SELECT incident FROM alias WHERE id = $1", string(id))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrNone
	}
	x := found[0]
	events, err := decide(copyOf(x.inc))
	if err != nil {
		return nil, &storeError{text: err.Error(), cause: err}
	}
	people = maps.Clone(people)
	if people == nil {
		people = map[incident.Person]string{}
	}
	after := copyOf(x.inc)
	for i := range events {
		e := &events[i]
		before := copyOf(after)
		e.At, e.Incident = t.now, x.inc.ID
		if e.Occurrence != nil {
			o := tidyOccurrence(*e.Occurrence)
			e.Occurrence = &o
		}
		if e.Verdict != nil {
			v := t.tidyVerdict(*e.Verdict, people)
			e.Verdict = &v
		}
		if e.Closure != nil {
			c := *e.Closure
			c.At = incident.Stamp(c.At)
			e.Closure = &c
		}
		if e.Dismissal != nil {
			d := *e.Dismissal
			d.Until = incident.Stamp(d.Until)
			e.Dismissal = &d
		}
		if e.Kind == incident.Detected {
			return nil, errors.New("an incident is detected by a scan")
		}
		if err := after.Apply(e); err != nil {
			return nil, err
		}
		e.Chains = incident.Chained(before, after)
	}
	if err := t.people(ctx, t.now, people); err != nil {
		return nil, err
	}
	return x.inc, t.append(ctx, events, map[incident.ID]*entry{x.inc.ID: x}, false)
}

// copyOf is a copy whose changes don't show in the original.
func copyOf(i *incident.Incident) *incident.Incident {
	c := *i
	c.Occurrences = maps.Clone(i.Occurrences)
	c.Aliases = slices.Clone(i.Aliases)
	return &c
}

// people keeps names behind persons, and when they were seen.
func (t *tx) people(ctx context.Context, at time.Time, people ...map[incident.Person]string) error {
	all := map[incident.Person]string{}
	for _, p := range people {
		maps.Copy(all, p)
	}
	if len(all) == 0 {
		return nil
	}
	var args []any
	for _, p := range slices.Sorted(maps.Keys(all)) {
		args = append(args, string(p), strings.TrimSpace(clean(all[p])), at.UnixMilli(), 0)
	}
	_, err := t.insert(ctx, "INSERT INTO person (id, name, seen, erased)", 4, `ON CONFLICT (id) DO UPDATE SET seen = excluded.seen,
		name = CASE WHEN person.erased = 1 THEN '' ELSE excluded.name END
		WHERE person.seen < excluded.seen OR person.name <> excluded.name AND person.erased = 0`, args)
	return err
}

var _ querier = (*sql.Tx)(nil)
