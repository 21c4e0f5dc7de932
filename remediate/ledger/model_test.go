package ledger

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// model is a ledger that is slow and obvious: a list of events.
type model struct {
	events  []incident.Event
	targets map[[2]string]*modelTarget
	last    map[incident.Chain]time.Time
	names   map[incident.Person]string
	checks  map[incident.ID]*Check // last, by the incident's own id
}

type modelTarget struct {
	scanned, whole  time.Time
	with, wholeWith string
	complete        bool
}

func newModel() *model {
	return &model{targets: map[[2]string]*modelTarget{}, last: map[incident.Chain]time.Time{}, names: map[incident.Person]string{}, checks: map[incident.ID]*Check{}}
}

// fold gives all incidents as of a time, zero for now, and under aliases with.
func (m *model) fold(t testing.TB, asOf time.Time) map[incident.ID]*incident.Incident {
	of := map[incident.ID][]incident.Event{}
	for _, e := range m.events {
		if asOf.IsZero() || !e.At.After(asOf) {
			of[e.Incident] = append(of[e.Incident], e)
		}
	}
	all := map[incident.ID]*incident.Incident{}
	for id, es := range of {
		i, err := incident.Fold(es)
		if err != nil {
			t.Fatalf("the model folds %q: %v", id, err)
		}
		all[id] = i
	}
	return all
}

// known is what a scan is told.
func (m *model) known(t testing.TB) map[incident.ID]*incident.Incident {
	all := m.fold(t, time.Time{})
	for _, i := range slices.Collect(maps.Values(all)) {
		for _, a := range i.Aliases {
			all[a] = i
		}
	}
	return all
}

// add appends events at the later of their time and that of their chains.
func (m *model) add(at time.Time, also []incident.Chain, events []incident.Event) {
	chains := slices.Clone(also)
	for _, e := range events {
		chains = append(chains, e.Chains...)
	}
	for _, c := range chains {
		if m.last[c].After(at) {
			at = m.last[c]
		}
	}
	for _, c := range chains {
		m.last[c] = at
	}
	for _, e := range events {
		e.At = at
		m.events = append(m.events, e)
	}
}

func (m *model) record(t testing.TB, s incident.Scan) int {
	target := m.targets[[2]string{s.Repo, s.Store}]
	if target != nil && !target.whole.IsZero() {
		s.Before = &incident.Before{At: target.whole, Catalogue: target.wholeWith}
		for k, other := range m.targets {
			if k[0] == s.Repo && !other.scanned.Before(target.whole) && other.with != target.wholeWith {
				s.Before.Catalogue = "several"
			}
		}
	}
	events := s.Events(m.known(t))
	if len(events) > 0 || target == nil || target.complete != s.Complete {
		m.add(s.At, []incident.Chain{incident.Ledger}, events)
	}
	if target == nil {
		target = &modelTarget{}
		m.targets[[2]string{s.Repo, s.Store}] = target
	}
	target.scanned, target.with, target.complete = s.At, s.Catalogue, s.Complete
	if s.Complete && s.Whole {
		target.whole, target.wholeWith = s.At, s.Catalogue
	}
	return len(events)
}

func (m *model) change(t testing.TB, at time.Time, id incident.ID, events []incident.Event) {
	i := m.known(t)[id]
	for k := range events {
		before := copyOf(i)
		events[k].Incident = i.ID
		if err := i.Apply(&events[k]); err != nil {
			t.Fatal(err)
		}
		events[k].Chains = incident.Chained(before, i)
	}
	m.add(at, nil, events)
}

// world draws scans and changes.
type world struct {
	*rapid.T
	keys []detectors.Key // the one in force first
	now  time.Time
}

func (w *world) secret(n int, repo, store string) incident.Sighting {
	s := sighting(w.keys[len(w.keys)-1], n)
	s.Fingerprints = nil
	for _, k := range w.keys {
		s.Fingerprints = append(s.Fingerprints, k.Fingerprint(detectors.NewSecret(fmt.Sprint("secret ", n))))
	}
	o := &s.Occurrence
	o.Repo, o.Store = repo, store
	switch rapid.IntRange(0, 5).Draw(w.T, "state") {
	case 0:
		o.AtTip, o.InBranches, o.Removed = false, false, w.now.Add(-time.Hour)
	case 1:
		o.AtTip, o.InBranches = false, false
	case 2:
		o.Facts.Confidence, o.Facts.LayerConfidence = detectors.Medium, detectors.Likely
		o.Facts.Layer = detectors.Infrastructure
	case 3:
		o.Facts.Title = "a title\twith <odd> \\ bytes \x00\xff\n"
		o.Facts.LayerEvidence = []detectors.Evidence{}
	}
	return s
}

func (w *world) scan(n int) incident.Scan {
	w.now = w.now.Add(time.Duration(rapid.IntRange(-3, 72).Draw(w.T, "hours"))*time.Hour + 123456)
	repo := rapid.SampledFrom([]string{"a", "b", "odd\trepo\\n", "bytes\xff\x00"}).Draw(w.T, "repo")
	store := rapid.SampledFrom([]string{"https://" + repo, "/home/somebody/" + repo}).Draw(w.T, "store")
	s := incident.Scan{
		ID: fmt.Sprint("scan ", n), At: w.now, Remote: strings.HasPrefix(store, "https"),
		PastHook: rapid.SampledFrom([]string{"", "", "bypassed or no hook"}).Draw(w.T, "past"),
		Target: incident.Target{
			Repo: repo, Store: store, Source: "git", Complete: rapid.IntRange(0, 4).Draw(w.T, "complete") > 0,
			Whole:     rapid.IntRange(0, 4).Draw(w.T, "whole") > 0,
			Catalogue: rapid.SampledFrom([]string{"one", "one", "two"}).Draw(w.T, "catalogue"),
		},
	}
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 7), 0, 6, rapid.ID).Draw(w.T, "secrets") {
		s.Sightings = append(s.Sightings, w.secret(n, repo, store))
	}
	return s
}

// decision draws what somebody does to an incident, nil if nothing can be done.
func (w *world) decision(i *incident.Incident) []incident.Event {
	p := incident.PersonOf(w.keys[0], "somebody")
	switch rapid.IntRange(0, 5).Draw(w.T, "decision") {
	case 0:
		return []incident.Event{{Kind: incident.Assigned, Owner: p, Actor: p}}
	case 1:
		return []incident.Event{{Kind: incident.Acknowledged, Actor: p}, {Kind: incident.Assigned, Owner: p}}
	case 2, 3:
		if i.Closure != nil {
			return []incident.Event{{Kind: incident.Reopened}}
		}
		return []incident.Event{{Kind: incident.Remediated, Closure: &incident.Closure{
			How: incident.Revoked, Proof: rapid.SampledFrom(incident.Proofs()).Draw(w.T, "proof"), At: incident.Stamp(w.now), By: p,
		}}}
	case 4:
		return []incident.Event{{Kind: incident.Dismissed, Dismissal: &incident.Dismissal{
			Reason: rapid.SampledFrom(incident.Reasons()).Draw(w.T, "reason"),
			Until:  rapid.SampledFrom([]time.Time{{}, incident.Stamp(w.now.Add(50 * time.Hour))}).Draw(w.T, "until"),
		}}}
	}
	if i.Dismissal == nil {
		return nil
	}
	return []incident.Event{{Kind: incident.Restored}}
}

// TestModel does at random what may be done to a ledger, to the ledger and to the
// model, and compares what both know: now, and on any day before.
func TestModel(t *testing.T) {
	stores(t, func(t *testing.T, url func() string) {
		url = renewed(t, url)
		rapid.Check(t, func(rt *rapid.T) {
			w := &world{T: rt, keys: []detectors.Key{testKey(t, "one")}, now: day0}
			address := url()
			open := func() *Ledger {
				l, err := Open(t.Context(), address, Options{Key: w.keys[0], Retired: w.keys[1:], Now: func() time.Time { return w.now }})
				if err != nil {
					rt.Fatal(err)
				}
				return l
			}
			l, m := open(), newModel()
			defer func() { _ = l.Close() }()
			for n := range rapid.IntRange(1, 14).Draw(rt, "steps") {
				switch rapid.IntRange(0, 9).Draw(rt, "step") {
				case 0:
					if len(w.keys) > 1 || len(m.events) == 0 {
						continue
					}
					w.keys = []detectors.Key{testKey(t, "two"), w.keys[0]}
					if err := l.AddKey(t.Context(), w.keys[0].ID()); err != nil {
						rt.Fatal(err)
					}
					m.add(incident.Stamp(w.now), []incident.Chain{incident.Ledger}, nil)
					_ = l.Close()
					l = open()
				case 1, 2:
					w.change(t, l, m)
				case 3, 4:
					w.judge(t, l, m)
				default:
					w.record(t, l, m, w.scan(n))
				}
			}
			w.compare(t, l, m)
		})
	})
}

func (w *world) record(t *testing.T, l *Ledger, m *model, s incident.Scan) {
	first := len(m.targets) == 0
	got, err := l.Record(t.Context(), s)
	if err != nil {
		w.Fatal(err)
	}
	if first { // the key comes first, at the ledger's own time
		m.add(incident.Stamp(w.now), []incident.Chain{incident.Ledger}, nil)
	}
	want := m.record(t, tidy(s))
	sum := 0
	for kind, n := range got.Events {
		if kind != incident.Scanned {
			sum += n
		}
	}
	if sum != want {
		w.Fatalf("the scan of %q added %d events, the model says %d", s.Repo, sum, want)
	}
	before, err := l.Heads(t.Context())
	if err != nil {
		w.Fatal(err)
	}
	if again, err := l.Record(t.Context(), s); err != nil || len(again.Events) > 0 {
		w.Fatalf("the same scan once more adds %v, %v", again.Events, err)
	}
	m.record(t, tidy(s))
	if after, err := l.Heads(t.Context()); err != nil || !maps.Equal(before, after) {
		w.Fatalf("the same scan once more moves the heads: %v", err)
	}
}

func (w *world) change(t *testing.T, l *Ledger, m *model) {
	known := m.known(t)
	if len(known) == 0 {
		return
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(known))).Draw(w.T, "incident")
	events := w.decision(known[id])
	got, err := l.Change(t.Context(), id, map[incident.Person]string{incident.PersonOf(w.keys[0], "somebody"): "somebody"}, func(i *incident.Incident) ([]incident.Event, error) {
		if diff := gocmp.Diff(known[id], i); diff != "" {
			w.Errorf("a decision is asked for another incident: %s", diff)
		}
		return slices.Clone(events), nil
	})
	if err != nil {
		w.Fatal(err)
	}
	m.change(t, incident.Stamp(w.now), id, events)
	if diff := gocmp.Diff(m.known(t)[id], got); diff != "" {
		w.Errorf("a change gives %s", diff)
	}
}

// judge draws a verdict, which may come late.
func (w *world) judge(t *testing.T, l *Ledger, m *model) {
	known := m.known(t)
	if len(known) == 0 {
		return
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(known))).Draw(w.T, "judged")
	v := incident.Verdict{
		Outcome: rapid.SampledFrom([]detectors.Outcome{detectors.Active, detectors.Inactive, detectors.OutcomeUnknown}).Draw(w.T, "outcome"),
		Proof:   rapid.SampledFrom(incident.Proofs()).Draw(w.T, "by"),
		At:      w.now.Add(time.Duration(rapid.IntRange(-60, 3).Draw(w.T, "late")) * time.Hour), Source: "a\x00probe", Host: "api.example.com",
	}
	got, err := l.Judge(t.Context(), id, v)
	if err != nil {
		w.Fatal(err)
	}
	m.judge(t, incident.Stamp(w.now), known[id], v)
	if diff := gocmp.Diff(m.known(t)[id], got); diff != "" {
		w.Fatalf("a verdict gives %s", diff)
	}
}

// judge is what a verdict does: nothing, if a later one that told something came
// before it.
func (m *model) judge(t testing.TB, now time.Time, i *incident.Incident, v incident.Verdict) {
	v.Source = clean(v.Source)
	if v.At = incident.Stamp(v.At); v.At.After(now) {
		v.At = now
	}
	c := m.checks[i.ID]
	if c == nil {
		c = &Check{ID: i.ID}
		m.checks[i.ID] = c
	}
	if v.Known() && !v.At.Before(c.Known) {
		c.Known = v.At
		m.change(t, now, i.ID, copyOf(i).Judge(v))
	}
	if v.At.Before(c.At) {
		return
	}
	if c.Outcome == v.Outcome && v.At.After(c.At) {
		c.Same++
	} else if c.Outcome != v.Outcome {
		c.Same = 0
	}
	c.At, c.Outcome, c.Source, c.Host = v.At, v.Outcome, v.Source, v.Host
	c.Next = incident.NextCheck(c.At, c.Same, 0)
}

// compareChecks compares the last checks.
func (w *world) compareChecks(t *testing.T, l *Ledger, m *model) {
	got := map[incident.ID]*Check{}
	for c, err := range l.Checks(t.Context()) {
		if err != nil {
			w.Fatal(err)
		}
		c.n = 0
		got[c.ID] = &c
	}
	if diff := gocmp.Diff(m.checks, got, gocmp.AllowUnexported(Check{})); diff != "" {
		w.Fatalf("the checks differ: %s", diff)
	}
}

// compare compares everything that can be asked.
func (w *world) compare(t *testing.T, l *Ledger, m *model) {
	ctx := t.Context()
	for id, i := range m.known(t) {
		got, err := l.Find(ctx, string(id))
		if err != nil {
			w.Fatal(err)
		}
		if diff := gocmp.Diff(i, got); diff != "" {
			w.Fatalf("%q differs: %s", id, diff)
		}
	}
	w.compareChecks(t, l, m)
	days := []time.Time{{}}
	for _, e := range m.events {
		days = append(days, e.At, e.At.Add(-time.Millisecond))
	}
	for _, asOf := range []time.Time{{}, rapid.SampledFrom(days).Draw(w.T, "as of")} {
		w.compareRows(t, l, m, asOf)
		for range 4 {
			w.compareList(t, l, m, asOf)
		}
	}
	var want []string
	for _, e := range m.events {
		text, _ := json.Marshal(e)
		want = append(want, string(text))
	}
	var got []string
	for e, err := range l.Events(ctx, "") {
		if err != nil {
			w.Fatal(err)
		}
		if text, _ := json.Marshal(e); e.Incident != "" {
			got = append(got, string(text))
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		w.Fatalf("the events differ: %s", diff)
	}
	if r, err := l.Check(ctx, nil); err != nil || !r.OK() {
		w.Fatalf("the check finds %v %v, %v", r.Broken, r.Wrong, err)
	}
	w.roundTrip(t, l)
}

func (w *world) compareRows(t *testing.T, l *Ledger, m *model, asOf time.Time) {
	want := map[incident.ID]incident.Row{}
	for id, i := range m.fold(t, asOf) {
		want[id] = i.Row()
	}
	got := map[incident.ID]incident.Row{}
	for r, err := range l.Rows(t.Context(), asOf) {
		if err != nil {
			w.Fatal(err)
		}
		c := *r
		c.Candidates, c.Also, c.Repos = slices.Clone(r.Candidates), slices.Clone(r.Also), slices.Clone(r.Repos)
		got[r.ID] = c
	}
	same := gocmp.FilterValues(func(a, b []detectors.Layer) bool { return len(a)+len(b) == 0 }, gocmp.Ignore())
	if diff := gocmp.Diff(want, got, same); diff != "" {
		w.Fatalf("rows as of %v: %s", asOf, diff)
	}
}

func (w *world) compareList(t *testing.T, l *Ledger, m *model, asOf time.Time) {
	all := m.fold(t, asOf)
	maybe := func(name string) bool { return rapid.IntRange(0, 3).Draw(w.T, name) == 0 }
	f := Filter{AsOf: asOf, Now: w.now, Open: maybe("open")}
	if maybe("limit") {
		f.Limit = rapid.IntRange(1, 4).Draw(w.T, "of")
	}
	if maybe("layers") {
		f.Layers = []detectors.Layer{rapid.SampledFrom([]detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth, detectors.Infrastructure, detectors.Unclassified}).Draw(w.T, "layer")}
	}
	if maybe("states") {
		f.States = []incident.State{rapid.SampledFrom(incident.States()).Draw(w.T, "state"), rapid.SampledFrom(incident.States()).Draw(w.T, "state")}
	}
	if maybe("repos") {
		f.Repos = []string{"a", clean("bytes\xff\x00")}
	}
	if maybe("owner") {
		f.Owner = incident.PersonOf(w.keys[0], "somebody")
	}
	if maybe("older") {
		f.OlderThan = time.Duration(rapid.IntRange(1, 200).Draw(w.T, "h")) * time.Hour
	}
	if maybe("younger") {
		f.YoungerThan = time.Duration(rapid.IntRange(1, 200).Draw(w.T, "h")) * time.Hour
	}
	some := slices.SortedFunc(maps.Values(all), func(a, b *incident.Incident) int { return cmp.Compare(a.ID, b.ID) })
	if len(some) > 0 && maybe("detectors") {
		f.Detectors = []string{rapid.SampledFrom(some).Draw(w.T, "like").Detector, "none"}
	}
	if len(some) > 0 && maybe("providers") {
		f.Providers = []string{rapid.SampledFrom(some).Draw(w.T, "like").Provider}
	}
	want := map[incident.ID]*incident.Incident{}
	for id, i := range all {
		if f.match(i) {
			want[id] = i
		}
	}
	var got []*incident.Incident
	for i, err := range l.List(t.Context(), f) {
		if err != nil {
			w.Fatal(err)
		}
		if diff := gocmp.Diff(want[i.ID], i); diff != "" {
			w.Fatalf("list %+v: %s", f, diff)
		}
		got = append(got, i)
	}
	size := len(want)
	if f.Limit > 0 {
		size = min(size, f.Limit)
	}
	if len(got) != size {
		w.Fatalf("list %+v has %d of %d", f, len(got), size)
	}
	for k := 1; k < len(got); k++ {
		if got[k].Detected.After(got[k-1].Detected) {
			w.Fatalf("list %+v is not sorted", f)
		}
	}
	if len(got) > 0 && f.Limit > 0 {
		for _, i := range want {
			if i.Detected.After(got[len(got)-1].Detected) && !slices.ContainsFunc(got, func(x *incident.Incident) bool { return x.ID == i.ID }) {
				w.Fatalf("list %+v leaves out a newer one", f)
			}
		}
	}
}

// roundTrip exports, imports and exports again.
func (w *world) roundTrip(t *testing.T, l *Ledger) {
	var first, second bytes.Buffer
	if err := l.Export(t.Context(), &first); err != nil {
		w.Fatal(err)
	}
	o := l.options
	other, err := Open(t.Context(), "sqlite:"+t.TempDir()+"/copy.db", o)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	if err := other.Import(t.Context(), bytes.NewReader(first.Bytes())); err != nil {
		w.Fatal(err)
	}
	if err := other.Export(t.Context(), &second); err != nil {
		w.Fatal(err)
	}
	if diff := gocmp.Diff(first.String(), second.String()); diff != "" {
		w.Fatalf("an export of an import differs: %s", diff)
	}
	if r, err := other.Check(t.Context(), r0(l, w)); err != nil || !r.OK() {
		w.Fatalf("the check of an import finds %v %v %v, %v", r.Broken, r.Cut, r.Wrong, err)
	}
}

func r0(l *Ledger, w *world) map[incident.Chain]incident.Head {
	h, err := l.Heads(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return h
}
