package ledger_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/remediate/ttr"
	"leakline/testdata/postgres"
)

// yearSeed draws the year. Any other must do as well.
const yearSeed = 1

// keeper is what keeps a year: a ledger, or the model alone.
type keeper interface {
	record(s incident.Scan) (incidents, events int)
	change(id incident.ID, now time.Time, people map[incident.Person]string, es []incident.Event)
	rows(asOf time.Time) []incident.Row
}

// TestYearModel holds that the model of incidents gives what the generator of the
// year knows. It is the quick half of TestYear.
func TestYearModel(t *testing.T) {
	for seed := range uint64(3) {
		y := newYear(yearSeed+seed, long() && seed == 0)
		m := &model{t: t, events: map[incident.ID][]incident.Event{}, before: map[string]*incident.Before{}, now: map[incident.ID]*incident.Incident{}}
		diaries := y.live(t, m)
		y.happened(t, y.truths(diaries, onDay(yearDays, 0)))
		y.verify(t, diaries, m)
	}
}

// TestYear lives a year on both databases. What they then say, and what the
// statistics make of it, is exactly what the generator knows.
func TestYear(t *testing.T) {
	if testing.Short() {
		t.Skip("a year takes its time")
	}
	for name, url := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "year.db") },
		"postgres": func(t *testing.T) string { return postgres.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			k := &kept{t: t}
			var err error
			k.Ledger, err = ledger.Open(t.Context(), url(t), ledger.Options{Key: yearKey(), Now: func() time.Time { return k.now }})
			if err != nil {
				t.Fatal(err)
			}
			defer k.Close()
			y := newYear(yearSeed, long())
			diaries := y.live(t, k)
			y.verify(t, diaries, k)
			for _, asOf := range yearDates() {
				y.verifyLists(t, y.truths(diaries, asOf), k, asOf)
				y.verifyTimes(t, y.truths(diaries, asOf), k, asOf)
			}
			report, err := k.Check(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !report.OK() {
				t.Errorf("check: %+v", report)
			}
		})
	}
}

// yearDates are days on which the ledger is asked, zero for what it knows at the
// end.
func yearDates() []time.Time {
	var out []time.Time
	for month := time.Month(2); month <= 13; month++ {
		out = append(out, time.Date(year0.Year(), month, 1, 0, 0, 0, 0, time.UTC))
	}
	return out
}

// live lets the year happen, and gives what must be known of each secret.
func (y *year) live(t *testing.T, k keeper) [][]state {
	t.Helper()
	type moment struct {
		at time.Time
		do func()
	}
	var (
		moments []moment
		diaries [][]state
		met     int // incidents that must be
		counted int // incidents that scans said were new
	)
	homes := map[int][]*secret{}
	for _, s := range y.secrets {
		for _, h := range s.homes {
			homes[h.repo] = append(homes[h.repo], s)
		}
		d := s.diary(y.scans)
		diaries = append(diaries, d)
		if len(d) > 0 {
			met++
		}
		for _, a := range s.acts {
			moments = append(moments, moment{a.at, func() {
				e, people := a.event()
				k.change(s.id, a.at, people, e)
			}})
		}
	}
	for n := range y.scans {
		s := &y.scans[n]
		moments = append(moments, moment{s.at, func() {
			got := s.incident(homes[s.repo])
			fresh, _ := k.record(got)
			counted += fresh
			if n%20 == 0 {
				got.ID += " again"
				if fresh, events := k.record(got); fresh+events > 0 {
					t.Errorf("scan %d, recorded again, adds %d incidents and %d events", n, fresh, events)
				}
			}
		}})
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
	for _, m := range moments {
		m.do()
	}
	t.Logf("%d scans, %d secrets, %d of them met", len(y.scans), len(y.secrets), met)
	if counted != met {
		t.Errorf("scans say that %d incidents are new, there are %d", counted, met)
	}
	return diaries
}

// incident gives the scan as the ledger gets it.
func (s *scan) incident(secrets []*secret) incident.Scan {
	view := s.at.Add(-s.lag)
	store := "https://" + repoName(s.repo)
	if s.lag > 0 {
		store = fmt.Sprintf("/home/somebody/repo-%02d", s.repo)
	}
	out := incident.Scan{
		ID: fmt.Sprintf("scan %d", s.n), At: s.at, Remote: s.lag == 0,
		Target: incident.Target{
			Repo: repoName(s.repo), Store: store, Source: "git", Complete: !s.partial && !s.gone, Whole: !s.ranged,
			Catalogue: fmt.Sprintf("catalogue %d", s.catalogue),
		},
	}
	if s.gone {
		out.Failure = "there is no such repository"
		return out
	}
	blobs := map[string]*home{}
	for _, x := range secrets {
		for _, h := range x.homes {
			if h.repo != s.repo {
				continue
			}
			blobs[x.blob(h)] = h
			if s.reports(x) && h.stored(view) {
				out.Sightings = append(out.Sightings, x.sighting(h, view, s.catalogue, store))
			}
		}
	}
	out.Findings = len(out.Sightings)
	out.Holds = func(names []string) ([]bool, error) {
		held := make([]bool, len(names))
		for i, n := range names {
			held[i] = blobs[n] != nil && blobs[n].stored(view)
		}
		return held, nil
	}
	return out
}

// blob names the object that holds the secret.
func (s *secret) blob(h *home) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d in %d", s.n, h.repo))
	return hex.EncodeToString(sum[:20])
}

// sighting is what a scan sees of a secret in a repository that stands as it was
// at some time.
func (s *secret) sighting(h *home, view time.Time, catalogue int, store string) incident.Sighting {
	last, chained := h.lastOf(view)
	o := incident.Occurrence{
		Repo: repoName(h.repo), Store: store, Facts: s.kind.facts(catalogue, h.nth),
		Introduced: h.introduced(), IntroducedCommit: s.blob(h)[:8],
		AtTip: h.atTip(view), InBranches: h.inBranches(view), InHistory: !reached(h.forced, view) || h.inBranches(view),
		Places: []incident.Place{{Path: fmt.Sprintf("config/%d.env", s.n), Line: 1 + s.n%9, Blob: s.blob(h)}}, PlacesTotal: 1,
	}
	out := incident.Sighting{Fingerprints: []string{s.fingerprint}, Occurrence: o}
	if chained {
		out.Occurrence.Back = last.from
		if !o.InBranches {
			out.Occurrence.Removed = last.to
		}
	}
	return out
}

// event is what an act adds.
func (a *act) event() ([]incident.Event, map[incident.Person]string) {
	people := map[incident.Person]string{}
	person := func(name string) incident.Person {
		p := incident.PersonOf(yearKey(), name)
		people[p] = name
		return p
	}
	e := incident.Event{Kind: a.what, Actor: person("somebody@example.com")}
	switch a.what {
	case incident.Assigned:
		e.Owner = person(a.owner)
	case incident.Remediated:
		c := a.Closure
		c.By, c.Evidence = e.Actor, "https://example.com/ticket"
		e.Closure = &c
	case incident.Dismissed:
		d := a.Dismissal
		e.Dismissal = &d
	}
	return []incident.Event{e}, people
}

// happened fails unless everything that a year is to show is in it.
func (y *year) happened(t *testing.T, ts []truth) {
	t.Helper()
	n := map[string]int{}
	for i := range y.scans {
		s := &y.scans[i]
		n["incomplete scans"] += count(s.partial)
		n["scans of a range"] += count(s.ranged)
		n["scans of what has vanished"] += count(s.gone)
		n["scans of an old clone"] += count(s.lag > 0)
	}
	for i := range ts {
		x := &ts[i]
		r, f := x.row(yearKey()), x.surest()
		n[string(x.is())]++
		n["proof "+string(r.Proof)]++
		n["reason "+string(r.Dismissed)]++
		n["dismissal has ended"] += count(x.dismissal != nil && !x.setAside())
		n["dismissed until a day"] += count(x.setAside() && r.Until > 0)
		n["reopened and open"] += count(r.Reopened > 0 && x.closure == nil)
		n["reopened and closed again"] += count(r.Reopened > 0 && x.closure != nil)
		n["back, and proven dead"] += count(x.world == "back" && x.closure != nil && r.Removed == 0)
		n["back, and reopened"] += count(x.world == "back" && r.Reopened > 0)
		n["copied, and reopened"] += count(x.world == "copied later" && r.Reopened > 0)
		n["removed only"] += count(r.Removed > 0 && x.closure == nil)
		n["purged"] += count(r.Purged > 0)
		n["in several repositories"] += count(len(r.Repos) > 1)
		n["ambiguous"] += count(r.Ambiguous)
		n["crossing"] += count(len(r.Also) > 0)
		n["low"] += count(f.Confidence == detectors.Low)
		n["renamed"] += count(r.Detector == "new-name")
		n["reclassified"] += count(r.Detector == "agent-token" && r.Layer == detectors.AIPlatform)
		n["owned"] += count(r.Owned > 0)
		n["acknowledged"] += count(r.Acknowledged > 0)
		_, vanished := y.vanished[x.homes[0].repo]
		n["open where all has vanished"] += count(vanished && r.Purged == 0 && x.closure == nil)
	}
	for _, p := range incident.Proofs() {
		n["proof "+string(p)] += 0
	}
	for _, r := range incident.Reasons() {
		n["reason "+string(r)] += 0
	}
	for what, k := range n {
		if k < 2 {
			t.Errorf("the year has %d × %s", k, what)
		}
	}
	t.Logf("the year has %v", n)
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// verify compares the rows of the ledger, on many days and at the end.
func (y *year) verify(t *testing.T, diaries [][]state, k keeper) {
	t.Helper()
	for _, asOf := range append(yearDates(), time.Time{}) {
		at := asOf
		if at.IsZero() {
			at = onDay(yearDays, 0)
		}
		want := map[incident.ID]incident.Row{}
		for _, truth := range y.truths(diaries, at) {
			want[truth.id] = truth.row(yearKey())
		}
		stories := map[incident.ID]string{}
		for _, s := range y.secrets {
			stories[s.id] = fmt.Sprintf("%s, %s, %s", s.world, s.kind.name, s.people)
		}
		wrong := 0
		for _, r := range k.rows(asOf) {
			diff := cmp.Diff(want[r.ID], r, cmpopts.EquateEmpty())
			delete(want, r.ID)
			if diff == "" {
				continue
			}
			if wrong++; wrong <= 5 {
				t.Errorf("as of %s, %s (%s): %s", at.Format(time.DateOnly), r.ID, stories[r.ID], diff)
			}
		}
		if wrong > 0 || len(want) > 0 {
			t.Fatalf("as of %s: %d rows are wrong, %d are missing", at.Format(time.DateOnly), wrong, len(want))
		}
	}
}

// verifyLists compares lists under filters.
func (y *year) verifyLists(t *testing.T, ts []truth, k *kept, asOf time.Time) {
	t.Helper()
	opens := func(x *truth, l detectors.Layer) bool {
		f := x.surest()
		return f.Layer == l || slices.Contains(x.also(), l) || slices.Contains(f.LayerCandidates, l)
	}
	owner := "owner-3@example.com"
	for name, c := range map[string]struct {
		filter ledger.Filter
		want   func(*truth) bool
	}{
		"all":        {ledger.Filter{}, func(*truth) bool { return true }},
		"open":       {ledger.Filter{States: []incident.State{incident.Open}}, func(x *truth) bool { return x.is() == incident.Open }},
		"remediated": {ledger.Filter{States: []incident.State{incident.Closed}}, func(x *truth) bool { return x.is() == incident.Closed }},
		"dismissed":  {ledger.Filter{States: []incident.State{incident.SetAside}}, func(x *truth) bool { return x.is() == incident.SetAside }},
		"ai-platform": {
			ledger.Filter{Layers: []detectors.Layer{detectors.AIPlatform}},
			func(x *truth) bool { return opens(x, detectors.AIPlatform) },
		},
		"application-auth": {
			ledger.Filter{Layers: []detectors.Layer{detectors.ApplicationAuth}},
			func(x *truth) bool { return opens(x, detectors.ApplicationAuth) },
		},
		"owner": {ledger.Filter{Owner: incident.PersonOf(yearKey(), owner)}, func(x *truth) bool { return x.owner == owner }},
		"repository": {ledger.Filter{Repos: []string{repoName(7)}}, func(x *truth) bool {
			return slices.Contains(x.row(yearKey()).Repos, repoName(7))
		}},
		"detector": {ledger.Filter{Detectors: []string{"new-name"}}, func(x *truth) bool { return x.surest().Detector == "new-name" }},
		"old": {
			ledger.Filter{OlderThan: 27 * 24 * time.Hour},
			func(x *truth) bool { return asOf.Sub(x.detected) > 27*24*time.Hour },
		},
	} {
		want := map[incident.ID]bool{}
		for i := range ts {
			if c.want(&ts[i]) {
				want[ts[i].id] = true
			}
		}
		c.filter.AsOf, c.filter.Now = asOf, asOf
		n := 0
		for i, err := range k.List(t.Context(), c.filter) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if !want[i.ID] {
				t.Errorf("as of %s, list %s has %s", asOf.Format(time.DateOnly), name, i.ID)
			}
		}
		if n != len(want) {
			t.Errorf("as of %s, list %s has %d incidents, want %d", asOf.Format(time.DateOnly), name, n, len(want))
		}
	}
}

// verifyTimes compares counts and curves, in total and of each layer.
func (y *year) verifyTimes(t *testing.T, ts []truth, k *kept, asOf time.Time) {
	t.Helper()
	report, err := ttr.New(k.Rows(t.Context(), asOf), ttr.Options{Now: asOf})
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]*ttr.Group{"": report.Total()}
	layers := report.By(ttr.ByLayer)
	for i := range layers {
		groups[layers[i].Name] = &layers[i]
	}
	for _, layer := range []string{
		"", string(detectors.AIPlatform), string(detectors.ApplicationAuth), string(detectors.Infrastructure),
		string(detectors.Unclassified), ttr.Ambiguous,
	} {
		rs := risks(ts, layer)
		g := groups[layer]
		if g == nil {
			if len(rs) > 0 {
				t.Errorf("as of %s: no group %q, want %d incidents", asOf.Format(time.DateOnly), layer, len(rs))
			}
			continue
		}
		say := func(format string, args ...any) {
			t.Helper()
			t.Errorf("as of %s, group %q: %s", asOf.Format(time.DateOnly), layer, fmt.Sprintf(format, args...))
		}
		verifyCounts(ts, layer, g, say)
		verifyCurve(rs, g.TTR, say)
	}
}

// verifyCounts compares the counts of a group.
func verifyCounts(ts []truth, layer string, g *ttr.Group, say func(string, ...any)) {
	n, proofs, left, reopened := 0, map[string]int{}, 0, 0
	for i := range ts {
		x := &ts[i]
		if x.left() {
			y := *x
			y.dismissal = nil
			if y.counts(layer) {
				left++
			}
		}
		if !x.counts(layer) {
			continue
		}
		n++
		if x.reopened > 0 {
			reopened++
		}
		if x.closure != nil {
			proofs[string(x.closure.Proof)]++
		}
	}
	closed := 0
	for _, p := range incident.Proofs() {
		closed += proofs[string(p)]
		if g.Proofs[string(p)] != proofs[string(p)] {
			say("%d proven by %s, want %d", g.Proofs[string(p)], p, proofs[string(p)])
		}
	}
	got := 0
	for _, v := range g.Left {
		got += v
	}
	if g.N != n || g.Remediated != closed || g.Open != n-closed || got != left || g.Reopened != reopened {
		say("n %d, remediated %d, open %d, left %d, reopened %d; want %d, %d, %d, %d, %d",
			g.N, g.Remediated, g.Open, got, g.Reopened, n, closed, n-closed, left, reopened)
	}
}

// verifyCurve compares the curve, its median and its restricted mean.
func verifyCurve(rs []risk, got *ttr.TTR, say func(string, ...any)) {
	ended := 0
	for _, r := range rs {
		if r.ended {
			ended++
		}
	}
	if (got != nil) != (ended >= 10) {
		say("times are given: %t, and %d are remediated", got != nil, ended)
	}
	if got == nil {
		return
	}
	const day = 24 * time.Hour
	near := func(what string, got float64, want *big.Rat) {
		w, _ := want.Float64()
		if math.Abs(got-w) > 1e-12*max(1, math.Abs(w)) {
			say("%s %.15g, want %.15g", what, got, w)
		}
	}
	for _, p := range got.Curve {
		near(fmt.Sprintf("open on day %d", p.Day), p.Open, survivors(rs, time.Duration(p.Day)*day))
		atRisk := 0
		for _, r := range rs {
			if r.length >= time.Duration(p.Day)*day {
				atRisk++
			}
		}
		if p.AtRisk != atRisk {
			say("%d at risk on day %d, want %d", p.AtRisk, p.Day, atRisk)
		}
	}
	tau := longest(rs, 10, 90*day)
	near("tau", got.Tau, inDays(tau))
	if got.RMST != nil {
		near("restricted mean", got.RMST.Value, restricted(rs, tau))
	} else if tau > 0 {
		say("no restricted mean")
	}
	watched := longest(rs, 1, math.MaxInt64)
	if got.OpenAtBaseline != nil {
		near("open on day 27", got.OpenAtBaseline.Value, survivors(rs, 27*day))
	} else if watched >= 27*day {
		say("nothing about day 27, and the longest was watched for %s", watched)
	}
	m, ok := median(rs)
	switch {
	case ok != (got.Median != nil):
		say("a median is given: %t, want %t", got.Median != nil, ok)
	case ok:
		near("median", got.Median.Value, inDays(m))
	}
}

func inDays(d time.Duration) *big.Rat { return big.NewRat(int64(d), int64(24*time.Hour)) }

// kept is a ledger that keeps a year.
type kept struct {
	*ledger.Ledger
	t   *testing.T
	now time.Time
}

func (k *kept) record(s incident.Scan) (incidents, events int) {
	k.t.Helper()
	k.now = s.At
	r, err := k.Record(k.t.Context(), s)
	if err != nil {
		k.t.Fatal(err)
	}
	for kind, n := range r.Events {
		if kind != incident.Scanned && kind != incident.Checkpoint && kind != incident.KeyAdded {
			events += n
		}
	}
	return r.New, events
}

func (k *kept) change(id incident.ID, now time.Time, people map[incident.Person]string, es []incident.Event) {
	k.t.Helper()
	k.now = now
	_, err := k.Change(k.t.Context(), id, people, func(i *incident.Incident) ([]incident.Event, error) {
		if es[0].Kind == incident.Reopened && i.Closure == nil {
			return nil, nil
		}
		return es, nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *kept) rows(asOf time.Time) []incident.Row {
	k.t.Helper()
	var out []incident.Row
	for r, err := range k.Rows(k.t.Context(), asOf) {
		if err != nil {
			k.t.Fatal(err)
		}
		c := *r // the next one takes its place
		c.Repos, c.Also, c.Candidates = slices.Clone(c.Repos), slices.Clone(c.Also), slices.Clone(c.Candidates)
		out = append(out, c)
	}
	return out
}

// model keeps a year without a store.
type model struct {
	t      *testing.T
	ids    []incident.ID
	events map[incident.ID][]incident.Event
	before map[string]*incident.Before
	now    map[incident.ID]*incident.Incident
}

func (m *model) add(es []incident.Event) {
	m.t.Helper()
	for _, e := range es {
		if m.now[e.Incident] == nil {
			m.now[e.Incident] = &incident.Incident{}
			m.ids = append(m.ids, e.Incident)
		}
		if err := m.now[e.Incident].Apply(&e); err != nil {
			m.t.Fatal(err)
		}
		m.events[e.Incident] = append(m.events[e.Incident], e)
	}
}

func (m *model) record(s incident.Scan) (incidents, events int) {
	s.Before = m.before[s.Repo+" at "+s.Store]
	es := s.Events(m.now)
	for _, e := range es {
		if e.Kind == incident.Detected {
			incidents++
		}
	}
	m.add(es)
	if s.Complete && s.Whole {
		m.before[s.Repo+" at "+s.Store] = &incident.Before{At: s.At, Catalogue: s.Catalogue}
	}
	return incidents, len(es)
}

func (m *model) change(id incident.ID, now time.Time, _ map[incident.Person]string, es []incident.Event) {
	e := es[0]
	if e.Kind == incident.Reopened && m.now[id].Closure == nil {
		return
	}
	e.Incident, e.At = id, now
	m.add([]incident.Event{e})
}

func (m *model) rows(asOf time.Time) []incident.Row {
	m.t.Helper()
	var out []incident.Row
	for _, id := range m.ids {
		es := m.events[id]
		if !asOf.IsZero() {
			es = slices.DeleteFunc(slices.Clone(es), func(e incident.Event) bool { return e.At.After(asOf) })
		}
		if len(es) == 0 {
			continue
		}
		i, err := incident.Fold(es)
		if err != nil {
			m.t.Fatal(err)
		}
		out = append(out, i.Row())
	}
	return out
}
