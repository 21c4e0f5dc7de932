package ttr_test

import (
	"errors"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/survival"
	"leakline/remediate/ttr"
)

// TestConservation: every row is somewhere, and in the layers' groups as often as
// it has layers.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 80)
		r := report(t, rows, options())
		total := r.Total()
		sum := total.N + r.LowConfidence + r.Later
		for _, n := range total.Left {
			sum += n
		}
		if sum != len(rows) || total.N != total.Open+total.Remediated {
			t.Fatalf("%d rows: %+v, %d low, %d later", len(rows), total, r.LowConfidence, r.Later)
		}
		crossing := 0
		for i := range rows {
			if inRiskSet(&rows[i]) && counts(&rows[i]) && len(rows[i].Also) > 0 {
				crossing++
			}
		}
		layers, marked := 0, 0
		for _, g := range r.By(ttr.ByLayer) {
			layers += g.N
			marked += g.Crossing
		}
		if total.Crossing != crossing || layers != total.N+crossing || marked != 2*crossing {
			t.Fatalf("%d crossing, total has %d, layers %d of %d, marked %d", crossing, total.Crossing, layers, total.N, marked)
		}
		for _, d := range []ttr.Dimension{ttr.ByProvider, ttr.ByOwner} {
			n := 0
			for _, g := range r.By(d) {
				n += g.N
			}
			if n != total.N {
				t.Fatalf("%s: %d of %d", d, n, total.N)
			}
		}
	})
}

func TestVerdicts(t *testing.T) {
	type batch struct {
		n          int
		ago, after float64 // after 0: open
	}
	for _, c := range []struct {
		name    string
		batches []batch
		want    ttr.Verdict
		words   string
	}{
		{"most take two months", []batch{{60, 300, 60}, {20, 200, 0}}, ttr.Slower, "Slower. Of the first 90.0 days"},
		{"quick, and the last ten at once", []batch{{100, 200, 1}, {10, 200, 28}}, ttr.Faster, "Faster. Of the first 28.0 days"},
		{"quick, and some are open for long", []batch{{100, 300, 5}, {12, 200, 0}}, ttr.NotShown, "So the mean is at least 14.1 days; 11 % are open at day 90.0"},
		{"quick, and nothing is open", []batch{{100, 200, 5}, {3, 100, 12}}, ttr.Faster, "Faster. Of the first 12.0 days"},
		{"quick, and hardly anything is open", []batch{{100, 200, 5}, {1, 4, 0}}, ttr.NoVerdict, "No verdict: from day 5.0 on fewer than 10"},
		{"slow, and nothing is open", []batch{{30, 200, 50}, {3, 200, 80}}, ttr.Slower, "Slower. Of the first 80.0 days"},
		{"young", []batch{{30, 20, 10}, {30, 20, 0}}, ttr.NoVerdict, "No verdict: from day 20.0 on"},
		{"just before the baseline's day", []batch{{50, 26.9, 1}, {50, 26.9, 0}}, ttr.NoVerdict, "before day 27"},
		{"open on the baseline's day", []batch{{10, 27, 1}, {90, 27, 0}}, ttr.NotShown, "Not shown."},
	} {
		var rows []incident.Row
		for _, b := range c.batches {
			for range b.n {
				x := row(len(rows), b.ago)
				if b.after > 0 {
					x = dead(len(rows), b.ago, b.after)
				}
				rows = append(rows, x)
			}
		}
		g := report(t, rows, options()).Total()
		if g.TTR.Verdict != c.want || !strings.Contains(g.Sentence(), c.words) {
			t.Errorf("%s: %s, %q (%+v)", c.name, g.TTR.Verdict, g.Sentence(), g.TTR.RMST)
		}
	}
}

// TestFew: under ten closures there are counts and the oldest open only.
func TestFew(t *testing.T) {
	rows := []incident.Row{row(100, 500)}
	for n := range 10 {
		g := report(t, rows, options()).Total()
		if g.TTR != nil || g.Stages != nil || g.Exposure != nil || g.LongestOpen.Incident != id(100) || g.LongestOpen.Days != 500 {
			t.Errorf("%d closures: %+v", n, g)
		}
		rows = append(rows, dead(n, 50, 2))
	}
	if g := report(t, rows, options()).Total(); g.TTR == nil || g.Remediated != 10 {
		t.Errorf("ten closures: %+v", g)
	}
}

// figures are what a curve is made of: all but the counts of dismissals and the
// policy's.
func figures(r *ttr.Report) []any {
	var out []any
	for _, g := range r.Groups {
		out = append(out, g.Name, g.N, g.Open, g.Remediated, g.TTR, g.Stages, g.Dwell, g.Exposure, g.LongestOpen)
	}
	return append(out, r.LogRank, r.Trend)
}

// TestDismissingNeverFlatters: who accepts the risk of an open incident, or will
// not fix it, changes no figure; who calls it a false positive takes it out.
func TestDismissingNeverFlatters(t *testing.T) {
	changed := 0
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 60)
		for i := range rows {
			if state(&rows[i]) != incident.Closed {
				rows[i].Dismissed, rows[i].Until = "", 0
			}
		}
		before := report(t, rows, options())
		var open []int
		for i := range rows {
			if counts(&rows[i]) && state(&rows[i]) == incident.Open {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			return
		}
		changed++
		i := rapid.SampledFrom(open).Draw(t, "which")
		for _, reason := range incident.Reasons() {
			with := slices.Clone(rows)
			with[i].Dismissed = reason
			after := report(t, with, options())
			if reason.NoIncident() {
				if after.Total().N != before.Total().N-1 || after.Total().Left[string(reason)] != 1 {
					t.Fatalf("%s: n %d, before %d", reason, after.Total().N, before.Total().N)
				}
				continue
			}
			if diff := cmp.Diff(figures(before), figures(after)); diff != "" {
				t.Fatalf("%s changes figures (-before +after):\n%s", reason, diff)
			}
			if after.Total().AcceptedRisk+after.Total().WontFix != 1 {
				t.Fatalf("%s is not counted", reason)
			}
			with[i].Until = ms(now)
			if g := report(t, with, options()).Total(); g.AcceptedRisk+g.WontFix != 0 {
				t.Fatalf("%s counts after its end", reason)
			}
		}
	})
	if changed < 20 {
		t.Errorf("only %d runs changed anything", changed)
	}
}

// TestOldOpenIncident: one more that is open, and older than all others, never
// lowers the restricted mean, nor the share that is open at day 27.
func TestOldOpenIncident(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 80)
		before := report(t, rows, options()).Total().TTR
		after := report(t, append(rows, row(1000, 800)), options()).Total().TTR
		if before == nil || before.RMST == nil {
			return
		}
		compared++
		if after.RMST.Value < before.RMST.Value-1e-9 || after.Tau < before.Tau {
			t.Fatalf("mean %v to %v, before %v to %v", after.RMST.Value, after.Tau, before.RMST.Value, before.Tau)
		}
		if before.OpenAtBaseline != nil && after.OpenAtBaseline.Value < before.OpenAtBaseline.Value-1e-9 {
			t.Fatalf("open at day 27: %v, before %v", after.OpenAtBaseline.Value, before.OpenAtBaseline.Value)
		}
	})
	if compared < 20 {
		t.Errorf("only %d runs compared anything", compared)
	}
}

// TestOrder: the order of rows changes nothing.
func TestOrder(t *testing.T) {
	rows := organisation()
	o := options()
	o.Policy = policy(t)
	want := report(t, rows, o)
	for seed := range uint64(5) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
		got := report(t, rows, o)
		// Sums of the same numbers in another order differ in the last digits.
		if diff := cmp.Diff(want, got, cmp.Comparer(near), cmp.AllowUnexported(ttr.Late{})); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestFuture: what happens after the report's time has not happened.
func TestFuture(t *testing.T) {
	rows := organisation()
	o := options()
	o.Now = now.AddDate(0, -6, 0)
	var known []incident.Row
	for _, r := range rows {
		if r.Detected > ms(o.Now) {
			continue
		}
		for _, at := range []*int64{&r.Owned, &r.Acknowledged, &r.Removed, &r.Remediated} {
			if *at > ms(o.Now) {
				*at = 0
			}
		}
		if r.Remediated == 0 {
			r.Proof, r.How = "", ""
		}
		known = append(known, r)
	}
	got, want := report(t, rows, o), report(t, known, o)
	if got.Later == 0 || got.Later+len(known) != len(rows)-(got.LowConfidence-want.LowConfidence) {
		t.Errorf("%d later", got.Later)
	}
	got.Later, got.LowConfidence, want.LowConfidence = 0, 0, 0
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ttr.Late{})); diff != "" {
		t.Error(diff)
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("the database is gone")
	_, err := ttr.New(func(yield func(*incident.Row, error) bool) {
		x := row(1, 3)
		_ = yield(&x, nil) && yield(nil, broken)
	}, options())
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	unproven := dead(1, 30, 2)
	unproven.Proof = "hearsay"
	strange := dismissed(row(2, 30), "boring")
	for _, c := range []struct {
		row   incident.Row
		words string
	}{{unproven, `"hearsay", which is no proof`}, {strange, `"boring", which is no reason`}} {
		if _, err := ttr.New(seq([]incident.Row{c.row}), options()); err == nil || !strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), string(c.row.ID)) {
			t.Errorf("%v", err)
		}
	}
}

// TestReads: an iterator is left as soon as it fails, and read once.
func TestReads(t *testing.T) {
	reads := 0
	rows := iter.Seq2[*incident.Row, error](func(yield func(*incident.Row, error) bool) {
		reads++
		seq(organisation())(yield)
	})
	o := options()
	o.Policy, o.Gate = policy(t), ttr.Over(oneDay)
	if _, err := ttr.New(rows, o); err != nil || reads != 1 {
		t.Errorf("%d reads, %v", reads, err)
	}
}

// TestLayers: a report of some layers has what opens them or may, and their
// groups.
func TestLayers(t *testing.T) {
	rows := organisation()
	o := options()
	o.Layers = []detectors.Layer{detectors.AIPlatform}
	r := report(t, rows, o)
	var want []incident.Row
	for _, x := range rows {
		if x.Ambiguous && slices.Contains(x.Candidates, detectors.AIPlatform) || !x.Ambiguous && x.Layer == detectors.AIPlatform {
			want = append(want, x)
		}
	}
	if all := report(t, want, options()); r.Total().N != all.Total().N || !reflect.DeepEqual(r.Total().TTR, all.Total().TTR) {
		t.Errorf("%d incidents, want %d", r.Total().N, all.Total().N)
	}
	var names []string
	for _, g := range r.By(ttr.ByLayer) {
		names = append(names, g.Name)
	}
	if !slices.Equal(names, []string{"ai-platform", ttr.Ambiguous}) {
		t.Errorf("%v", names)
	}
}

func TestBy(t *testing.T) {
	o := options()
	o.By = []ttr.Dimension{ttr.ByOwner}
	r := report(t, organisation(), o)
	if len(r.By(ttr.ByProvider))+len(r.By(ttr.ByRepository)) != 0 || len(r.By(ttr.ByOwner)) == 0 || len(r.By(ttr.ByLayer)) == 0 {
		t.Error("other groups than asked for")
	}
	want := report(t, organisation(), options())
	if diff := cmp.Diff(want.By(ttr.ByOwner), r.By(ttr.ByOwner)); diff != "" {
		t.Error(diff)
	}
}

func TestOwners(t *testing.T) {
	named, hidden, role, none := row(1, 5), row(2, 5), row(3, 5), row(4, 5)
	named.Owner, named.Answerable = "p1:aa00000000000000", "the team"
	hidden.Owner = "p1:cc00000000000000"
	role.Answerable = "the team"
	o := options()
	o.Names = fixtureOwners
	got := map[string]ttr.OwnerKind{}
	for _, g := range report(t, []incident.Row{named, hidden, role, none}, o).By(ttr.ByOwner) {
		got[g.Name] = g.OwnerKind
	}
	want := map[string]ttr.OwnerKind{"Ada Example": ttr.Person, "p1:cc000000": ttr.Person, "the team": ttr.Role, "no owner": ttr.NoOwner}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestLogRank: incidents of both layers, and those whose layer is not decided, are
// left out.
func TestLogRank(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	rows := random(r, 400)
	var groups [2][]survival.Observation
	for i := range rows {
		x := &rows[i]
		if !counts(x) || !inRiskSet(x) || x.Ambiguous || len(x.Also) > 0 {
			continue
		}
		if g := slices.Index([]detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}, x.Layer); g >= 0 {
			s := spanOf(x)
			groups[g] = append(groups[g], survival.Observation{Time: s.days, Event: s.ended})
		}
	}
	got, want := report(t, rows, options()).LogRank, survival.LogRank(groups[:])
	if got == nil || !near(got.ChiSquare, want.Chi2) || !near(got.P, want.P) || got.N[0] != len(groups[0]) || got.N[1] != len(groups[1]) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if few := report(t, rows[:20], options()).LogRank; few != nil {
		t.Errorf("of few: %+v", few)
	}
}

// TestTrend compares with counts that look at every incident for every month.
func TestTrend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 60)
		r := report(t, rows, options())
		if len(r.Trend) != 12 || r.Trend[11].Month != "2026-11" || r.Trend[0].Month != "2025-12" || !r.Trend[11].Partial || r.Trend[10].Partial {
			t.Fatalf("%+v", r.Trend)
		}
		for m, got := range r.Trend {
			from := time.Date(2025, time.Month(12+m), 1, 0, 0, 0, 0, time.UTC)
			begin, end := ms(from), ms(from.AddDate(0, 1, 0))
			want := ttr.Month{Month: got.Month, Partial: got.Partial, Median: got.Median, OpenAtBaseline: got.OpenAtBaseline}
			for i := range rows {
				x := &rows[i]
				if !counts(x) || !inRiskSet(x) {
					continue
				}
				ended := max(x.Remediated, x.Detected)
				over := state(x) == incident.Closed
				if x.Detected >= begin && x.Detected < end {
					want.Detected++
					if over {
						want.Closed++
					}
				}
				if over && ended >= begin && ended < end {
					want.Remediated++
				}
				if x.Detected < end && !(over && ended < end) {
					want.Open++
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", got.Month, diff)
			}
			if (got.Median != nil || got.OpenAtBaseline != nil) && got.Closed < ttr.MinClosures {
				t.Fatalf("%s: figures of %d closures", got.Month, got.Closed)
			}
		}
	})
	for _, months := range []int{1, 3, 240, 5000} {
		o := options()
		o.Months = months
		r := report(t, organisation(), o)
		last := r.Trend[len(r.Trend)-1]
		if len(r.Trend) != min(months, 240) || last.Month != "2026-11" || last.Open != r.Total().Open {
			t.Errorf("%d months: %d, %+v", months, len(r.Trend), last)
		}
	}
}

// TestExposure compares with the product of the shares that survive, over those
// that were detected before and not remediated, from the day on from which ten
// were.
func TestExposure(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	figures := 0
	for range 30 {
		rows := random(r, 300)
		got := report(t, rows, options()).Total().Exposure
		type watch struct {
			from, to float64
			ended    bool
		}
		var ws []watch
		unknown, once := 0, 0
		for i := range rows {
			x := &rows[i]
			end := ms(now)
			if state(x) == incident.Closed {
				end = x.Remediated
			}
			switch begin := min(x.Introduced, x.Detected); {
			case !counts(x) || !inRiskSet(x):
			case x.Introduced == 0 || x.Introduced > ms(now):
				unknown++
			case end <= x.Detected:
				once++
			default:
				ws = append(ws, watch{float64(x.Detected-begin) / 86400000, float64(end-begin) / 86400000, state(x) == incident.Closed})
			}
		}
		if got.N != len(ws) || got.Unknown != unknown || got.AtOnce != once {
			t.Fatalf("%+v, want %d, %d unknown, %d at once", got, len(ws), unknown, once)
		}
		share := func(until float64) float64 {
			s := 1.0
			var times []float64
			for _, w := range ws {
				if w.ended && w.to > got.From && w.to <= until {
					times = append(times, w.to)
				}
			}
			slices.Sort(times)
			for _, at := range slices.Compact(times) {
				risk, ended := 0.0, 0.0
				for _, w := range ws {
					if w.from < at && w.to >= at {
						risk++
						if w.ended && w.to == at {
							ended++
						}
					}
				}
				if at <= got.Tau && risk < 10 {
					t.Fatalf("%v at risk on day %v, between %v and %v", risk, at, got.From, got.Tau)
				}
				s *= 1 - ended/risk
			}
			return s
		}
		if got.Tau == 0 {
			t.Fatalf("no stretch: %+v", got)
		}
		share(got.Tau)
		if got.OpenAt31 != nil {
			figures++
			if !near(got.OpenAt31.Value, share(31)) {
				t.Fatalf("alive at day 31: %v, want %v", got.OpenAt31.Value, share(31))
			}
		}
		if got.Median != nil {
			figures++
			if share(got.Median.Value-1e-9) < 0.5-1e-9 || share(got.Median.Value) > 0.5+1e-9 {
				t.Fatalf("median %v", got.Median.Value)
			}
		}
	}
	if figures < 30 {
		t.Errorf("only %d figures", figures)
	}
}

func TestRemovals(t *testing.T) {
	at := func(from, to float64) ttr.Window {
		return ttr.Window{Layer: detectors.AIPlatform, Introduced: ago(from), Removed: ago(to)}
	}
	ws := []ttr.Window{
		{Layer: detectors.AIPlatform, Introduced: ago(400), InBranches: true},
		{Layer: detectors.AIPlatform, Introduced: ago(300), InBranches: true, Boundary: true},
		{Layer: detectors.AIPlatform, Introduced: ago(300)},                                // never in a branch
		{Layer: detectors.AIPlatform, InBranches: true},                                    // undated
		{Layer: detectors.AIPlatform, Removed: ago(1), Introduced: 0},                      // undated
		{Layer: "", Introduced: ago(-1), InBranches: true},                                 // not yet
		{Layer: "", Introduced: ago(5), Removed: ago(-1)},                                  // removed later: present, though no branch holds it then
		{Layer: detectors.AIPlatform, Introduced: ago(9), Boundary: true, Removed: ago(2)}, // undated
	}
	for n := range 10 {
		ws = append(ws, at(100, 100-float64(n)))
	}
	r := ttr.Removals(slices.Values(ws), now)
	if len(r.Groups) != 3 || r.Label != ttr.RemovalLabel {
		t.Fatalf("%+v", r)
	}
	g := r.Groups[1]
	if g.Name != "ai-platform" || g.N != 12 || g.Present != 2 || g.Removed != 10 || g.Apart != 1 || g.Undated != 3 || g.LongestPresent != 400 {
		t.Errorf("%+v", g)
	}
	// One of twelve goes on each of the days 0 to 9: half are left after six.
	if g.Median == nil || !near(g.Median.Value, 5.5) || !near(g.Shares[0].Value, 10.0/12) || !near(g.Shares[1].Value, 4.0/12) || len(g.Shares) != 5 {
		t.Errorf("median %+v, shares %+v", g.Median, g.Shares)
	}
	if u := r.Groups[2]; u.Name != "unclassified" || u.N != 1 || u.Present != 1 || u.Median != nil {
		t.Errorf("%+v", u)
	}
}
