package ttr_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
)

// random makes incidents of any kind, with times in quarters of days, so that
// there are many ties.
func random(r *rand.Rand, n int) []incident.Row {
	rows := make([]incident.Row, n)
	for i := range rows {
		rows[i] = randomRow(r, i)
	}
	return rows
}

func randomRow(r *rand.Rand, n int) incident.Row {
	quarters := func(from, to int) int64 { return int64(from+r.IntN(to-from)) * oneDay.Milliseconds() / 4 }
	maybe := func(at int64) int64 {
		if r.IntN(3) == 0 {
			return 0
		}
		return at
	}
	x := incident.Row{
		ID: id(n), Detector: "d", Provider: pick(r, "", "A", "B"), Layer: pick(r, detectors.Layers()...),
		Confidence: pick(r, detectors.High, detectors.High, detectors.Medium, detectors.Low),
		Privilege:  pick(r, detectors.Forge, detectors.Read),
		Owner:      pick(r, incident.Person(""), "p1:aa00000000000000", "p1:cc00000000000000"),
		Answerable: pick(r, "", "the team"), Repos: pick(r, []string{"x"}, []string{"y"}, []string{"x", "z"}),
		Detected: ago(0) - quarters(-4, 600), Reopened: r.IntN(2),
	}
	if r.IntN(6) == 0 {
		x.Ambiguous, x.Candidates = true, []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
	}
	if r.IntN(6) == 0 && x.Layer != detectors.Infrastructure {
		x.Also = []detectors.Layer{detectors.Infrastructure}
	}
	x.Introduced = maybe(x.Detected - quarters(-4, 900))
	x.Owned, x.Acknowledged, x.Removed = maybe(x.Detected+quarters(-8, 99)), maybe(x.Detected+quarters(-8, 99)), maybe(x.Detected+quarters(-8, 99))
	if x.Remediated = maybe(x.Detected + quarters(-8, pick(r, 2, 100, 400))); x.Remediated != 0 {
		x.How, x.Proof = incident.Revoked, pick(r, incident.Proofs()...)
	}
	if r.IntN(5) == 0 {
		x.Dismissed, x.Until = pick(r, incident.Reasons()...), pick(r, 0, ago(1), ago(0), ago(-1))
	}
	return x
}

// drawRows draws incidents, and shows a failing test only what they are made of.
func drawRows(t *rapid.T, most int) []incident.Row {
	n := rapid.IntRange(0, most).Draw(t, "rows")
	return random(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), n)
}

// state is what an incident is at the time of the tests, by the ledger's own rule.
func state(r *incident.Row) incident.State {
	i := incident.Incident{}
	if r.Remediated != 0 && r.Remediated <= ms(now) {
		i.Closure = &incident.Closure{}
	}
	if r.Dismissed != "" {
		i.Dismissal = &incident.Dismissal{Reason: r.Dismissed}
		if r.Until != 0 {
			i.Dismissal.Until = time.UnixMilli(r.Until)
		}
	}
	return i.State(now)
}

// counts says that a row is in some group of the report.
func counts(r *incident.Row) bool {
	return r.Confidence != detectors.Low && r.Detected <= ms(now)
}

// inRiskSet says that it is in the group's n.
func inRiskSet(r *incident.Row) bool {
	return counts(r) && !(state(r) == incident.SetAside && r.Dismissed.NoIncident())
}

// span is a time in days and whether it ended.
type span struct {
	days  float64
	ended bool
}

func spanOf(r *incident.Row) span {
	if state(r) == incident.Closed {
		return span{math.Max(0, float64(r.Remediated-r.Detected)) / 86400000, true}
	}
	return span{float64(ms(now)-r.Detected) / 86400000, false}
}

// naive are the estimates of spans, by the formulas as textbooks have them.
type naive struct {
	spans []span
	times []float64 // different times of ends, sorted
}

func newNaive(spans []span) naive {
	n := naive{spans: spans}
	for _, s := range spans {
		if s.ended {
			n.times = append(n.times, s.days)
		}
	}
	slices.Sort(n.times)
	n.times = slices.Compact(n.times)
	return n
}

func (n naive) risk(t float64) (risk, ended float64) {
	for _, s := range n.spans {
		if s.days >= t {
			risk++
		}
		if s.days == t && s.ended {
			ended++
		}
	}
	return risk, ended
}

// open is the share that is open after t, and Greenwood's sum.
func (n naive) open(t float64) (share, sum float64) {
	share = 1
	for _, at := range n.times {
		if at > t {
			break
		}
		risk, ended := n.risk(at)
		share *= 1 - ended/risk
		sum += ended / (risk * (risk - ended))
	}
	return share, sum
}

// area is the mean between two days.
func (n naive) area(from, to float64) float64 {
	sum, at := 0.0, from
	for _, t := range append(slices.Clone(n.times), to) {
		if t <= from || t > to {
			continue
		}
		share, _ := n.open(at)
		sum += share * (t - at)
		at = t
	}
	share, _ := n.open(at)
	return sum + share*(to-at)
}

func (n naive) rmst(tau float64) (value, low, high float64) {
	value = n.area(0, tau)
	variance := 0.0
	for _, t := range n.times {
		if t > tau {
			break
		}
		risk, ended := n.risk(t)
		if risk == ended {
			continue
		}
		a := n.area(t, tau)
		variance += a * a * ended / (risk * (risk - ended))
	}
	w := 1.959963984540054 * math.Sqrt(variance)
	return value, math.Max(0, value-w), math.Min(tau, value+w)
}

// tau is the longest time with ten at risk, and 90 at most; the longest of all if
// that is no more, and all have ended.
func (n naive) tau() float64 {
	longest, all := 0.0, 0.0
	for _, s := range n.spans {
		all = math.Max(all, s.days)
		if risk, _ := n.risk(s.days); risk >= 10 {
			longest = math.Max(longest, s.days)
		}
	}
	if n.over() {
		return all
	}
	return math.Min(90, longest)
}

// over says that all have ended within 90 days.
func (n naive) over() bool {
	return !slices.ContainsFunc(n.spans, func(s span) bool { return !s.ended || s.days > 90 })
}

// inGroup are the groups of a row, by dimension, spelt out.
func inGroup(r *incident.Row, d ttr.Dimension, name string, kind ttr.OwnerKind) bool {
	switch d {
	case ttr.ByTotal:
		return true
	case ttr.ByLayer:
		if name == ttr.Ambiguous {
			return r.Ambiguous
		}
		return !r.Ambiguous && string(r.Layer) == name || slices.Contains(r.Also, detectors.Layer(name))
	case ttr.ByProvider:
		return r.Provider == name || r.Provider == "" && name == "no provider"
	case ttr.ByRepository:
		return slices.Contains(r.Repos, name)
	}
	switch {
	case r.Owner != "":
		return kind == ttr.Person && string(r.Owner)[:len(name)] == name
	case r.Answerable != "":
		return kind == ttr.Role && r.Answerable == name
	}
	return kind == ttr.NoOwner
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }

// TestAgainstNaive compares every group with the same figures computed by filters
// and textbook formulas.
func TestAgainstNaive(t *testing.T) {
	enough := 0
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t, 120)
		r := report(t, rows, options())
		seen := map[ttr.Dimension]int{}
		for i := range r.Groups {
			g := &r.Groups[i]
			var members []*incident.Row
			for k := range rows {
				if counts(&rows[k]) && inGroup(&rows[k], g.Dimension, g.Name, g.OwnerKind) {
					members = append(members, &rows[k])
				}
			}
			seen[g.Dimension] += len(members)
			if g.TTR != nil {
				enough++
			}
			checkGroup(t, g, members)
		}
		checkSizes(t, rows, seen)
	})
	if enough < 50 {
		t.Errorf("only %d groups had enough closures", enough)
	}
}

// checkSizes: no row is in no group of a dimension.
func checkSizes(t *rapid.T, rows []incident.Row, seen map[ttr.Dimension]int) {
	want := map[ttr.Dimension]int{}
	for i := range rows {
		r := &rows[i]
		if !counts(r) {
			continue
		}
		for _, d := range []ttr.Dimension{ttr.ByTotal, ttr.ByLayer, ttr.ByProvider, ttr.ByOwner} {
			want[d]++
		}
		want[ttr.ByLayer] += len(r.Also)
		want[ttr.ByRepository] += len(r.Repos)
	}
	for _, d := range ttr.Dimensions() {
		if seen[d] != want[d] {
			t.Fatalf("%s: %d members, want %d", d, seen[d], want[d])
		}
	}
}

func checkGroup(t *rapid.T, g *ttr.Group, members []*incident.Row) {
	var spans []span
	var dwell []float64
	stages := map[string][]float64{}
	proofs, left := map[string]int{}, map[string]int{}
	open, accepted, wont := 0, 0, 0
	oldest := math.Inf(-1)
	for _, r := range members {
		if !inRiskSet(r) {
			left[string(r.Dismissed)]++
			continue
		}
		s := spanOf(r)
		spans = append(spans, s)
		if s.ended {
			proofs[string(r.Proof)]++
			stages["remediated"] = append(stages["remediated"], s.days)
		} else {
			open++
			oldest = math.Max(oldest, s.days)
			if state(r) == incident.SetAside && r.Dismissed == incident.AcceptedRisk {
				accepted++
			} else if state(r) == incident.SetAside {
				wont++
			}
		}
		if r.Introduced != 0 && r.Introduced <= ms(now) {
			dwell = append(dwell, math.Max(0, float64(r.Detected-r.Introduced))/86400000)
		}
		for name, at := range map[string]int64{"owned": r.Owned, "acknowledged": r.Acknowledged, "removed": r.Removed} {
			if at != 0 && at <= ms(now) {
				stages[name] = append(stages[name], math.Max(0, float64(at-r.Detected))/86400000)
			}
		}
	}
	if g.N != len(spans) || g.Open != open || g.Remediated != len(spans)-open || g.AcceptedRisk != accepted || g.WontFix != wont {
		t.Fatalf("%s %q: %+v, want n %d, open %d, accepted %d, wont-fix %d", g.Dimension, g.Name, g, len(spans), open, accepted, wont)
	}
	for _, p := range incident.Proofs() {
		if g.Proofs[string(p)] != proofs[string(p)] {
			t.Fatalf("%s %q: proofs %v, want %v", g.Dimension, g.Name, g.Proofs, proofs)
		}
	}
	for reason, n := range g.Left {
		if left[reason] != n {
			t.Fatalf("%s %q: left %v, want %v", g.Dimension, g.Name, g.Left, left)
		}
	}
	if (g.LongestOpen != nil) != (open > 0) || open > 0 && !near(g.LongestOpen.Days, oldest) {
		t.Fatalf("%s %q: longest open %+v, want %v", g.Dimension, g.Name, g.LongestOpen, oldest)
	}
	if (g.Dwell != nil) != (len(dwell) >= 10) {
		t.Fatalf("%s %q: dwell %+v of %d", g.Dimension, g.Name, g.Dwell, len(dwell))
	}
	if d := g.Dwell; d != nil && (d.N != len(dwell) || d.Unknown != len(spans)-len(dwell) || !near(d.Median, middle(dwell)) || !near(d.Mean, average(dwell))) {
		t.Fatalf("%s %q: dwell %+v, want %v %v", g.Dimension, g.Name, d, middle(dwell), average(dwell))
	}
	if (g.TTR != nil) != (len(spans)-open >= 10) {
		t.Fatalf("%s %q: figures of %d closures: %+v", g.Dimension, g.Name, len(spans)-open, g.TTR)
	}
	if g.TTR == nil {
		if g.Stages != nil || g.Exposure != nil {
			t.Fatalf("%s %q: more than counts of %d closures", g.Dimension, g.Name, len(spans)-open)
		}
		return
	}
	for _, s := range g.Stages {
		if xs := stages[s.Stage]; s.N != len(xs) || !near(s.Mean, average(xs)) || !near(s.Median, middle(xs)) {
			t.Fatalf("%s %q: %+v, want %d %v %v", g.Dimension, g.Name, s, len(xs), average(xs), middle(xs))
		}
	}
	checkTTR(t, g.TTR, newNaive(spans))
}

func checkTTR(t *rapid.T, got *ttr.TTR, n naive) {
	tau := n.tau()
	share, _ := n.open(tau)
	risk, _ := n.risk(tau)
	if !near(got.Tau, tau) || !near(got.OpenAtTau, share) || got.AtRisk != int(risk) {
		t.Fatalf("tau %v (%d at risk, %v open), want %v (%v, %v)", got.Tau, got.AtRisk, got.OpenAtTau, tau, risk, share)
	}
	verdict := ttr.NoVerdict
	if tau > 0 {
		value, low, high := n.rmst(tau)
		if !near(got.RMST.Value, value) || !near(*got.RMST.Low, low) || !near(*got.RMST.High, high) {
			t.Fatalf("mean %v (%v, %v), want %v (%v, %v)", got.RMST.Value, *got.RMST.Low, *got.RMST.High, value, low, high)
		}
		if n.over() && high < 27 {
			verdict = ttr.Faster
		} else if tau >= 27 {
			verdict = ttr.NotShown
			if low > 27 {
				verdict = ttr.Slower
			} else if share == 0 && high < 27 {
				verdict = ttr.Faster
			}
		}
	} else if got.RMST != nil {
		t.Fatal("a mean up to day 0")
	}
	if got.Verdict != verdict {
		t.Fatalf("verdict %q, want %q", got.Verdict, verdict)
	}
	longest := 0.0
	for _, s := range n.spans {
		longest = math.Max(longest, s.days)
	}
	share, sum := n.open(27)
	if (got.OpenAtBaseline != nil) != (longest >= 27 || share == 0) {
		t.Fatalf("open at day 27: %+v, and the longest is %v", got.OpenAtBaseline, longest)
	}
	if o := got.OpenAtBaseline; o != nil {
		if !near(o.Value, share) || (o.Low != nil) != (share > 0 && share < 1) {
			t.Fatalf("open at day 27: %+v, want %v", o, share)
		}
		if o.Low != nil {
			w := 1.959963984540054 * math.Sqrt(sum) / math.Log(share)
			if !near(*o.Low, math.Pow(share, math.Exp(-w))) || !near(*o.High, math.Pow(share, math.Exp(w))) {
				t.Fatalf("open at day 27: %v (%v, %v)", o.Value, *o.Low, *o.High)
			}
		}
	}
	if got.Median != nil {
		before, _ := n.open(got.Median.Value - 1e-9)
		at, _ := n.open(got.Median.Value)
		if before < 0.5-1e-9 || at > 0.5+1e-9 {
			t.Fatalf("median %v: %v are open before, %v after", got.Median.Value, before, at)
		}
	} else if share, _ := n.open(longest); share < 0.5-1e-9 {
		t.Fatalf("no median, and %v are open in the end", share)
	}
}

func average(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

func middle(xs []float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2
}
