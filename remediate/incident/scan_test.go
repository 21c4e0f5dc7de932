package incident_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// book is the slow and obvious store: all events, and what they amount to.
type book struct {
	t      testing.TB
	events map[incident.ID][]incident.Event
	before map[string]*incident.Before
}

func newBook(t testing.TB) *book {
	return &book{t: t, events: map[incident.ID][]incident.Event{}, before: map[string]*incident.Before{}}
}

func (b *book) incident(id incident.ID) *incident.Incident {
	b.t.Helper()
	i, err := incident.Fold(b.events[id])
	if err != nil {
		b.t.Fatal(err)
	}
	return i
}

func (b *book) known() map[incident.ID]*incident.Incident {
	out := map[incident.ID]*incident.Incident{}
	for id := range b.events {
		i := b.incident(id)
		out[id] = i
		for _, a := range i.Aliases {
			out[a] = i
		}
	}
	return out
}

// record gives the kinds of the events that a scan adds, in order.
func (b *book) record(s incident.Scan) []string {
	b.t.Helper()
	s.Before = b.before[s.Repo]
	known := b.known()
	es := s.Events(known)
	if diff := cmp.Diff(b.known(), known); diff != "" {
		b.t.Fatalf("a scan changed what was known: %s", diff)
	}
	var kinds []string
	for _, e := range es {
		b.events[e.Incident] = append(b.events[e.Incident], e)
		kinds = append(kinds, string(e.Kind))
		if !slices.IsSorted(e.Chains) || len(e.Chains) == 0 {
			b.t.Errorf("%s stands in chains %v", e.Kind, e.Chains)
		}
	}
	if s.Complete && s.Whole {
		b.before[s.Repo] = &incident.Before{At: s.At, Catalogue: s.Catalogue}
	}
	s.Before = b.before[s.Repo]
	if again := s.Events(b.known()); len(again) > 0 {
		b.t.Errorf("the same scan once more says %v of %s", again[0].Kind, again[0].Incident)
	}
	return kinds
}

var day0 = time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

// nightly is a whole and complete scan of a server's repository.
func nightly(n int, repo string, ss ...incident.Sighting) incident.Scan {
	for i := range ss {
		ss[i].Occurrence.Repo, ss[i].Occurrence.Store = repo, "https://"+repo
	}
	return incident.Scan{
		ID: fmt.Sprintf("scan-%d-%s", n, repo), At: day(n), Remote: true, Sightings: ss,
		Target: incident.Target{Repo: repo, Store: "https://" + repo, Source: "git", Complete: true, Whole: true, Catalogue: "one"},
	}
}

// key is a sighting of an API key that stands in a branch since a day.
func key(name string, since int) incident.Sighting {
	return incident.Sighting{
		Fingerprints: []string{"v1:aaaaaaaa:" + name},
		Occurrence: incident.Occurrence{
			Back: day(since),
			Facts: incident.Facts{
				Detector: "openai-project-key", Layer: detectors.AIPlatform, LayerConfidence: detectors.Certain,
				Form: detectors.APIKey, Confidence: detectors.High, Secret: "sk-…(3)",
			},
			Introduced: day(since), IntroducedCommit: "c" + name, AtTip: true, InBranches: true, InHistory: true,
			Places: []incident.Place{{Path: ".env", Line: 1, Blob: "b" + name}},
		},
	}
}

// removed is a sighting of what a commit of a day took out of the only branch.
func removed(s incident.Sighting, on int) incident.Sighting {
	s.Occurrence.AtTip, s.Occurrence.InBranches, s.Occurrence.Removed = false, false, time.Time{}
	if on >= 0 {
		s.Occurrence.Removed = day(on)
	}
	return s
}

func want(t *testing.T, got []string, kinds ...incident.Kind) {
	t.Helper()
	var w []string
	for _, k := range kinds {
		w = append(w, string(k))
	}
	if !slices.Equal(got, w) {
		t.Errorf("events are %v, not %v", got, w)
	}
}

const repo = "github.com/o/a"

func TestLife(t *testing.T) {
	b := newBook(t)
	id := incident.ID("v1:aaaaaaaa:k")
	want(t, b.record(nightly(0, repo, key("k", -9))), incident.Detected)
	want(t, b.record(nightly(1, repo, key("k", -9))))
	moved := key("k", -9)
	moved.Occurrence.Places[0].Line = 7
	want(t, b.record(nightly(2, repo, moved)))
	want(t, b.record(nightly(3, repo, removed(key("k", -9), 2))), incident.Sighted)
	i := b.incident(id)
	if got := i.Removed(); !got.Equal(day(2)) {
		t.Errorf("removed at %v", got)
	}
	back := key("k", -9)
	back.Occurrence.Back = day(4)
	want(t, b.record(nightly(5, repo, back)), incident.Sighted)
	if i := b.incident(id); !i.Removed().IsZero() || i.Reopened != 0 || !i.Introduced().Equal(day(-9)) {
		t.Errorf("back in a branch: %+v", i)
	}
	want(t, b.record(nightly(6, repo)), incident.Gone)
	if i := b.incident(id); !i.Purged().Equal(day(6)) || !i.Removed().Equal(day(6)) || i.State(day(6)) != incident.Open {
		t.Errorf("gone: %+v", i)
	}
	want(t, b.record(nightly(7, repo, back)), incident.Sighted)
	if i := b.incident(id); !i.Purged().IsZero() || !i.Removed().IsZero() {
		t.Errorf("back from nowhere: %+v", i)
	}
}

func TestSecondRepository(t *testing.T) {
	b := newBook(t)
	b.record(nightly(0, repo, key("k", -9)))
	want(t, b.record(nightly(0, "github.com/o/b", key("k", -20))), incident.Sighted)
	b.record(nightly(1, repo, removed(key("k", -9), 1)))
	i := b.incident("v1:aaaaaaaa:k")
	if !i.Removed().IsZero() || !i.Introduced().Equal(day(-20)) || len(i.Repos()) != 2 {
		t.Errorf("one repository still holds it: %+v", i)
	}
	b.record(nightly(2, "github.com/o/b"))
	if i := b.incident("v1:aaaaaaaa:k"); !i.Removed().Equal(day(2)) || !i.Purged().IsZero() {
		t.Errorf("no branch holds it, but one history does: %+v", i)
	}
}

func TestPasswordsAreOfOneRepository(t *testing.T) {
	b := newBook(t)
	password := func() incident.Sighting {
		s := key("changeme", 0)
		s.Occurrence.Facts.Form = detectors.Password
		return s
	}
	want(t, b.record(nightly(0, repo, password())), incident.Detected)
	want(t, b.record(nightly(0, "github.com/o/b", password())), incident.Detected)
	if len(b.events) != 2 {
		t.Errorf("%d incidents", len(b.events))
	}
	// An incident keeps its id when better detectors see another form.
	want(t, b.record(nightly(1, repo, key("changeme", 0))), incident.Reclassified)
	if len(b.events) != 2 {
		t.Errorf("%d incidents", len(b.events))
	}
}

func TestAbsenceThatProvesNothing(t *testing.T) {
	for name, change := range map[string]func(*incident.Scan){
		"incomplete":  func(s *incident.Scan) { s.Complete = false },
		"narrowed":    func(s *incident.Scan) { s.Whole = false },
		"other clone": func(s *incident.Scan) { s.Remote, s.Store = false, "/home/me/a" },
		"other repo":  func(s *incident.Scan) { s.Repo = "github.com/o/z" },
		"ignored":     func(s *incident.Scan) { s.Ignored = nightly(1, repo, key("k", -9)).Sightings },
	} {
		b := newBook(t)
		b.record(nightly(0, repo, key("k", -9)))
		s := nightly(1, repo)
		change(&s)
		if got := b.record(s); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOtherDetectors(t *testing.T) {
	for _, c := range []struct {
		name  string
		holds func([]string) ([]bool, error)
		want  []incident.Kind
	}{
		{"no telling", nil, []incident.Kind{incident.Unreported}},
		{"still there", func([]string) ([]bool, error) { return []bool{true}, nil }, []incident.Kind{incident.Unreported}},
		{"unreadable", func([]string) ([]bool, error) { return nil, fmt.Errorf("no") }, []incident.Kind{incident.Unreported}},
		{"blobs gone", func([]string) ([]bool, error) { return []bool{false}, nil }, []incident.Kind{incident.Gone}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBook(t)
			b.record(nightly(0, repo, key("k", -9)))
			s := nightly(1, repo)
			s.Catalogue, s.Holds = "two", c.holds
			want(t, b.record(s), c.want...)
			if i := b.incident("v1:aaaaaaaa:k"); i.State(day(1)) != incident.Open {
				t.Errorf("state is %s", i.State(day(1)))
			}
			// The same detectors a night later don't make it gone: they never saw it.
			s = nightly(2, repo)
			s.Catalogue, s.Holds = "two", c.holds
			want(t, b.record(s))
		})
	}
	t.Run("renamed", func(t *testing.T) {
		b := newBook(t)
		b.record(nightly(0, repo, key("k", -9)))
		k := key("k", -9)
		k.Occurrence.Facts.Detector = "openai-key"
		s := nightly(1, repo, k)
		s.Catalogue = "two"
		want(t, b.record(s), incident.Reclassified)
	})
}

func TestClosed(t *testing.T) {
	for _, proof := range incident.Proofs() {
		t.Run(string(proof), func(t *testing.T) {
			b := newBook(t)
			id := incident.ID("v1:aaaaaaaa:k")
			b.record(nightly(0, repo, removed(key("k", -9), -1)))
			b.events[id] = append(b.events[id], incident.Event{
				At: day(1), Kind: incident.Remediated, Incident: id,
				Closure: &incident.Closure{How: incident.Rotated, Proof: proof, At: day(1)},
			})
			want(t, b.record(nightly(2, repo, removed(key("k", -9), -1))))
			back := key("k", -9)
			back.Occurrence.Back = day(3)
			kinds := b.record(nightly(3, repo, back))
			if proof == incident.ProofAttested {
				want(t, kinds, incident.Sighted, incident.Reopened)
			} else {
				want(t, kinds, incident.Sighted)
			}
			if i := b.incident(id); (i.State(day(3)) == incident.Open) != (proof == incident.ProofAttested) {
				t.Errorf("state is %s", i.State(day(3)))
			}
		})
	}
}

// A clone that lags behind its server neither brings back nor removes anything.
func TestStaleClone(t *testing.T) {
	clone := func(n int, s incident.Sighting) incident.Scan {
		x := nightly(n, repo, s)
		x.Remote, x.Store = false, "/home/me/a"
		x.Sightings[0].Occurrence.Store = x.Store
		return x
	}
	b := newBook(t)
	b.record(nightly(0, repo, key("k", -9)))
	b.record(nightly(3, repo, removed(key("k", -9), 2)))
	want(t, b.record(clone(4, key("k", -9))))
	back := key("k", -9)
	back.Occurrence.Back = day(5)
	want(t, b.record(clone(6, back)), incident.Sighted) // a commit that the server has not shown yet

	b = newBook(t)
	b.record(nightly(0, repo, key("k", -9)))
	want(t, b.record(clone(1, removed(key("k", -9), -1))))                  // a clone without the branch
	want(t, b.record(clone(2, removed(key("k", -9), 1))), incident.Sighted) // a commit took it out
}

func TestRotatedKey(t *testing.T) {
	b := newBook(t)
	b.record(nightly(0, repo, key("k", -9)))
	both := key("k", -9)
	both.Fingerprints = []string{"v1:bbbbbbbb:k2", "v1:aaaaaaaa:k"}
	want(t, b.record(nightly(1, repo, both)), incident.Aliased)
	new := key("k", -9)
	new.Fingerprints = []string{"v1:bbbbbbbb:k2"}
	want(t, b.record(nightly(2, repo, new)))
	if i := b.incident("v1:aaaaaaaa:k"); i.ID.KeyID() != "aaaaaaaa" || len(i.Aliases) != 1 {
		t.Errorf("%+v", i)
	}
}

// What two repositories say of one secret does not depend on the order in which
// they are scanned, and scanning one after the other goes on to say nothing new.
func TestFactsAreStable(t *testing.T) {
	other := func() incident.Sighting {
		s := key("k", -3)
		s.Occurrence.Facts.Layer, s.Occurrence.Facts.LayerConfidence = detectors.ApplicationAuth, detectors.Likely
		return s
	}
	var facts []incident.Facts
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		b := newBook(t)
		scans := []incident.Scan{nightly(0, repo, key("k", -9)), nightly(0, "github.com/o/b", other())}
		b.record(scans[order[0]])
		b.record(scans[order[1]])
		for n := range 4 {
			if got := b.record(scans[n%2]); len(got) > 0 {
				t.Errorf("scanned again: %v", got)
			}
		}
		facts = append(facts, b.incident("v1:aaaaaaaa:k").Facts)
	}
	if diff := cmp.Diff(facts[0], facts[1]); diff != "" {
		t.Error(diff)
	}
	if got := facts[0].Chains(); !slices.Equal(got, []incident.Chain{incident.AIPlatform, incident.ApplicationAuth}) {
		t.Errorf("a secret that opens both layers stands in %v", got)
	}
}

// A clone that was fetched before the secret came back shows an old removal.
func TestOldRemoval(t *testing.T) {
	b := newBook(t)
	id := incident.ID("v1:aaaaaaaa:k")
	b.record(nightly(0, repo, key("k", -9)))
	b.record(nightly(11, repo, removed(key("k", -9), 10)))
	back := key("k", -9)
	back.Occurrence.Back = day(20)
	b.record(nightly(21, repo, back))
	b.events[id] = append(b.events[id], incident.Event{
		At: day(22), Kind: incident.Remediated, Incident: id,
		Closure: &incident.Closure{How: incident.Rotated, Proof: incident.ProofAttested, At: day(22)},
	})
	old := nightly(23, repo, removed(key("k", -9), 10))
	old.Remote, old.Store = false, "/home/me/a"
	want(t, b.record(old))
	want(t, b.record(nightly(24, repo, back)))
	want(t, b.record(nightly(25, repo)), incident.Gone)
	want(t, b.record(old))
	if i := b.incident(id); i.Reopened != 0 || !i.Purged().Equal(day(25)) {
		t.Errorf("%+v", i)
	}
}

// Of a range only what it adds is known.
func TestRange(t *testing.T) {
	b := newBook(t)
	b.record(nightly(0, repo, key("k", -9)))
	s := nightly(1, repo, removed(key("k", -2), -1))
	s.Whole = false
	want(t, b.record(s))
	if i := b.incident("v1:aaaaaaaa:k"); !i.Introduced().Equal(day(-9)) || !i.Removed().IsZero() {
		t.Errorf("%+v", i)
	}
}

// Whatever is scanned in whatever order: events fold, a scan that is repeated says
// nothing, clocks are in order, and what was closed by a machine stays closed.
func TestRandomScans(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBook(t)
		repos := []string{repo, "github.com/o/b"}
		closed := map[incident.ID]bool{}
		for n := range rapid.IntRange(1, 12).Draw(r, "scans") {
			var ss []incident.Sighting
			for _, name := range []string{"x", "y", "z"} {
				switch rapid.IntRange(0, 3).Draw(r, name) {
				case 0:
					ss = append(ss, key(name, -9))
				case 1:
					ss = append(ss, removed(key(name, -9), rapid.IntRange(-1, n).Draw(r, "on")))
				case 2:
					k := key(name, rapid.IntRange(-9, n).Draw(r, "since"))
					k.Occurrence.Facts.Layer = rapid.SampledFrom(detectors.Layers()).Draw(r, "layer")
					ss = append(ss, k)
				}
			}
			s := nightly(n, rapid.SampledFrom(repos).Draw(r, "repo"), ss...)
			s.Complete = rapid.Bool().Draw(r, "complete")
			s.Whole = rapid.Bool().Draw(r, "whole")
			if rapid.IntRange(0, 4).Draw(r, "report") == 0 {
				s.Remote, s.Whole, s.Hearsay, s.Store = false, false, true, ""
			}
			if rapid.Bool().Draw(r, "clone") {
				s.Remote, s.Store = false, "/clone"
			}
			b.record(s)
			for id := range b.events {
				if rapid.IntRange(0, 9).Draw(r, "close") == 0 && !closed[id] {
					closed[id] = true
					b.events[id] = append(b.events[id], incident.Event{
						At: day(n), Kind: incident.Remediated, Incident: id,
						Closure: &incident.Closure{How: incident.Revoked, Proof: incident.ProofProvider, At: day(n)},
					})
				}
			}
		}
		for _, id := range slices.Sorted(maps.Keys(b.events)) {
			i := b.incident(id)
			if closed[id] != (i.State(day(99)) == incident.Closed) {
				r.Errorf("%s is %s", id, i.State(day(99)))
			}
			if p := i.Purged(); !p.IsZero() && i.Removed().After(p) {
				r.Errorf("%s left history before it left its branches", id)
			}
			if i.Events != len(b.events[id]) {
				r.Errorf("%d events, not %d", i.Events, len(b.events[id]))
			}
		}
	})
}

func TestFoldRefuses(t *testing.T) {
	ok := incident.Event{Kind: incident.Detected, Incident: "v1:aaaaaaaa:k", Occurrence: &incident.Occurrence{Repo: repo}}
	for name, es := range map[string][]incident.Event{
		"no begin":      {{Kind: incident.Sighted, Occurrence: ok.Occurrence}},
		"two begins":    {ok, ok},
		"no place":      {{Kind: incident.Detected, Incident: "v1:aaaaaaaa:k"}},
		"sighted where": {ok, {Kind: incident.Sighted}},
		"no proof":      {ok, {Kind: incident.Remediated}},
		"not closed":    {ok, {Kind: incident.Reopened}},
		"no reason":     {ok, {Kind: incident.Dismissed}},
		"no such thing": {ok, {Kind: "exploded"}},
		"the ledger's":  {ok, {Kind: incident.Checkpoint}},
	} {
		if i, err := incident.Fold(es); err == nil {
			t.Errorf("%s: folded to %+v", name, i)
		}
	}
}

func TestDismissalEnds(t *testing.T) {
	i, err := incident.Fold([]incident.Event{
		{Kind: incident.Detected, Incident: "v1:aaaaaaaa:k", Occurrence: &incident.Occurrence{Repo: repo}},
		{Kind: incident.Dismissed, Dismissal: &incident.Dismissal{Reason: incident.AcceptedRisk, Until: day(5)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := i.State(day(4)), i.State(day(5)); a != incident.SetAside || b != incident.Open {
		t.Errorf("%s, then %s", a, b)
	}
}

// Another tool's report adds what nobody knew and changes nothing that was seen.
func TestHearsay(t *testing.T) {
	report := func(n int, ss ...incident.Sighting) incident.Scan {
		s := nightly(n, repo, ss...)
		s.Remote, s.Whole, s.Hearsay, s.Store, s.Source = false, false, true, "", "gitleaks"
		for i := range s.Sightings {
			s.Sightings[i].Occurrence.Store = ""
		}
		return s
	}
	b := newBook(t)
	b.record(nightly(0, repo, removed(key("k", -9), -1)))
	want(t, b.record(report(1, key("k", -9))))
	want(t, b.record(nightly(2, repo)), incident.Gone)

	b = newBook(t)
	early := key("k", -9)
	early.Reported = day(-3)
	want(t, b.record(report(1, early)), incident.Detected)
	if i := b.incident("v1:aaaaaaaa:k"); !i.Detected.Equal(day(-3)) {
		t.Errorf("detected at %v", i.Detected)
	}
	want(t, b.record(nightly(2, repo)), incident.Unreported)
	want(t, b.record(nightly(3, repo)))
	want(t, b.record(nightly(4, repo, key("k", -9))), incident.Sighted)
	want(t, b.record(nightly(5, repo)), incident.Gone)
}

func TestNothingKnown(t *testing.T) {
	s := nightly(0, repo, key("k", -9))
	if got := s.Events(nil); len(got) != 1 {
		t.Errorf("%d events", len(got))
	}
}
