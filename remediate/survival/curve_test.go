package survival_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"leakline/remediate/survival"
)

type (
	observation = survival.Observation
	quantile    = survival.Quantile
)

// ended and open make observations of their times.
func ended(times ...float64) []observation { return all(true, times) }
func open(times ...float64) []observation  { return all(false, times) }

func all(event bool, times []float64) (obs []observation) {
	for _, t := range times {
		obs = append(obs, observation{Time: t, Event: event})
	}
	return obs
}

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// TestByHand is worked out on paper. Six were watched: two ended on day 1 and one
// on day 4, and one was left open on each of the days 2, 4 and 5.
//
//	day 1: 6 at risk, 2 end: 1 × 4/6 = 2/3;   Greenwood's sum 2/(6×4) = 1/12
//	day 4: 3 at risk, 1 ends: 2/3 × 2/3 = 4/9; 1/12 + 1/(3×2) = 1/4
//
// The mean of the first 5 days is 1×1 + 3×2/3 + 1×4/9 = 31/9. To the right of day
// 1 the area is 22/9, to the right of day 4 it is 4/9, so its variance is
// (22/9)²/12 + (4/9)²/6 = 129/243 = 43/81.
func TestByHand(t *testing.T) {
	obs := append(ended(1, 1, 4), open(2, 4, 5)...)
	c := survival.Fit(obs)
	if c.Observed != 6 || c.Events != 3 || c.Open != 3 || c.Last != 5 || c.LongestOpen != 5 || c.Emptied {
		t.Errorf("%+v", c)
	}
	for _, want := range []struct {
		days, share, sum float64
		risk             int
	}{{0, 1, 0, 6}, {0.99, 1, 0, 6}, {1, 2. / 3, 1. / 12, 6}, {3.9, 2. / 3, 1. / 12, 3}, {4, 4. / 9, 1. / 4, 3}, {5, 4. / 9, 1. / 4, 1}} {
		e, ok := c.At(want.days)
		if !ok || !near(e.Share, want.share, 1e-15) || !near(e.SE, want.share*math.Sqrt(want.sum), 1e-15) {
			t.Errorf("day %v: %+v, want %v", want.days, e, want)
		}
		if got := c.AtRisk(want.days); got != want.risk {
			t.Errorf("day %v: %d at risk, want %d", want.days, got, want.risk)
		}
	}
	// log(-log(4/9)) = -0.20957, and 1.96 × 0.5 / log(9/4) = 1.20847.
	if e, _ := c.At(4); !near(e.Low, math.Exp(-math.Exp(-0.20957+1.20847)), 1e-5) || !near(e.High, math.Exp(-math.Exp(-0.20957-1.20847)), 1e-5) {
		t.Errorf("bounds on day 4: %+v", e)
	}
	m := c.Mean(5)
	if se := math.Sqrt(43. / 81); !near(m.Value, 31./9, 1e-14) || !near(m.SE, se, 1e-14) || m.Beyond ||
		!near(m.Low, 31./9-1.959963984540054*se, 1e-14) || !near(m.High, 31./9+1.959963984540054*se, 1e-14) {
		t.Errorf("%+v", m)
	}
	// The upper bound never comes to one half, the lower does at once.
	if q := c.Median(); q != (quantile{Value: 4, Known: true, Low: 1, LowKnown: true}) {
		t.Errorf("%+v", q)
	}
	steps := slices.Collect(c.Steps())
	if want := []survival.Step{{Time: 1, Share: steps[0].Share, AtRisk: 6, Events: 2}, {Time: 4, Share: steps[1].Share, AtRisk: 3, Events: 1}}; !slices.Equal(steps, want) {
		t.Errorf("steps %+v", steps)
	}
	for n, want := range map[int]float64{1: 5, 2: 4, 3: 4, 4: 2, 5: 1, 6: 1, 7: 0} {
		if got := c.LongestAtRisk(n); got != want {
			t.Errorf("%d are at risk until %v, want %v", n, got, want)
		}
	}
}

// TestRemission compares with the published estimates for the 21 patients that got
// 6-mercaptopurine (Freireich et al., Blood 21, 1963, weeks of remission), which
// textbooks and statistics programs use as their example.
func TestRemission(t *testing.T) {
	obs := append(ended(6, 6, 6, 7, 10, 13, 16, 22, 23), open(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)...)
	c := survival.Fit(obs)
	for _, want := range [][4]float64{
		{6, 0.8571, 0.6197, 0.9516},
		{7, 0.8067, 0.5631, 0.9228},
		{9, 0.8067, 0.5631, 0.9228},
		{10, 0.7529, 0.5032, 0.8894},
		{13, 0.6902, 0.4316, 0.8491},
		{16, 0.6275, 0.3675, 0.8049},
		{22, 0.5378, 0.2678, 0.7468},
		{23, 0.4482, 0.1881, 0.6801},
		{35, 0.4482, 0.1881, 0.6801},
	} {
		e, ok := c.At(want[0])
		if !ok || !e.Bounded || !near(e.Share, want[1], 6e-5) || !near(e.Low, want[2], 6e-5) || !near(e.High, want[3], 6e-5) {
			t.Errorf("week %v: %+v, want %v", want[0], e, want)
		}
	}
	if q := c.Median(); q != (quantile{Value: 23, Known: true, Low: 13, LowKnown: true}) {
		t.Errorf("%+v", q)
	}
}

// TestNothing: of no observations nothing is known, and nothing fails.
func TestNothing(t *testing.T) {
	for _, obs := range [][]observation{nil, {}, {{Time: math.NaN()}}} {
		c := survival.Fit(obs)
		if c.Refused != len(obs) || c.Observed != 0 || c.Last != 0 || c.LongestAtRisk(1) != 0 || c.AtRisk(0) != 0 {
			t.Errorf("%+v", c)
		}
		if e, ok := c.At(0); ok {
			t.Errorf("at 0: %+v", e)
		}
		if q := c.Median(); q != (quantile{}) {
			t.Errorf("median: %+v", q)
		}
		if m := c.Mean(27); m != (survival.Mean{Tau: 27}) {
			t.Errorf("mean: %+v", m)
		}
		if _, ok := c.Reached(0.5); ok {
			t.Error("half was reached")
		}
		for range c.Steps() {
			t.Error("a step")
		}
	}
}

// TestRefused: what can not be watched so is counted, and changes nothing.
func TestRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	bad := []observation{
		{Time: -1, Event: true},
		{Time: -0.001},
		{Time: nan, Event: true},
		{Time: nan},
		{Entry: nan, Time: 3},
		{Time: inf},
		{Time: inf, Event: true},
		{Entry: inf, Time: inf},
		{Time: -inf},
		{Entry: -1, Time: 3, Event: true},
		{Entry: 3, Time: 3, Event: true},
		{Entry: 3, Time: 2, Event: true},
		{Entry: 0.001, Time: 0},
	}
	good := append(ended(0, 1, 4), observation{Entry: 2, Time: 2.001, Event: true}, observation{Time: math.Copysign(0, -1)})
	for _, o := range good {
		if !o.Valid() {
			t.Errorf("%+v is refused", o)
		}
	}
	for _, o := range bad {
		if o.Valid() {
			t.Errorf("%+v is not refused", o)
		}
		c := survival.Fit(append([]observation{o}, good...))
		if c.Refused != 1 || c.Observed != len(good) {
			t.Errorf("%+v: %d refused, %d used", o, c.Refused, c.Observed)
		}
		if want := survival.Fit(good); !slices.Equal(slices.Collect(c.Steps()), slices.Collect(want.Steps())) || c.Mean(3) != want.Mean(3) {
			t.Errorf("%+v changes the curve", o)
		}
		test := survival.LogRank([][]observation{append([]observation{o}, good...), ended(2, 3)})
		want := survival.LogRank([][]observation{good, ended(2, 3)})
		if test.Refused != 1 || test.Chi2 != want.Chi2 || want.DF != 1 {
			t.Errorf("%+v: %+v, want %+v", o, test, want)
		}
	}
}

// TestTies: events come before the censorings and the entries of the same time.
func TestTies(t *testing.T) {
	c := survival.Fit([]observation{{Time: 3}, {Time: 3, Event: true}, {Entry: 3, Time: 5}, {Entry: 2, Time: 4, Event: true}})
	want := []survival.Step{{Time: 3, Share: 2. / 3, AtRisk: 3, Events: 1}, {Time: 4, Share: 2. / 3 / 2, AtRisk: 2, Events: 1}}
	if got := slices.Collect(c.Steps()); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestEmptied: once the last that was at risk ended, the share is 0 and stays.
func TestEmptied(t *testing.T) {
	c := survival.Fit([]observation{{Time: 1, Event: true}, {Entry: 5, Time: 9}, {Entry: 5, Time: 8, Event: true}})
	if e, ok := c.At(9); !c.Emptied || !ok || e != (survival.Estimate{}) {
		t.Errorf("%+v, emptied: %v", e, c.Emptied)
	}
	if m := c.Mean(9); m.Value != 1 || m.SE != 0 || m.Beyond {
		t.Errorf("%+v", m)
	}
	// Nobody at risk for a while, but nobody ended: it goes on where it was.
	c = survival.Fit([]observation{{Time: 1, Event: true}, {Time: 2}, {Entry: 5, Time: 9}, {Entry: 5, Time: 8, Event: true}})
	if e, ok := c.At(8); c.Emptied || !ok || e.Share != 0.25 || c.AtRisk(4) != 0 || c.AtRisk(5) != 0 || c.AtRisk(5.1) != 2 {
		t.Errorf("%+v, emptied: %v", e, c.Emptied)
	}
	// That all ended is nothing special.
	if c = survival.Fit(ended(1, 2, 2)); c.Emptied {
		t.Error("emptied by its end")
	}
}

// TestAtBounds: nothing is known before 0, nor beyond the longest time.
func TestAtBounds(t *testing.T) {
	for _, c := range []struct {
		obs  []observation
		days float64
		ok   bool
	}{
		{open(3), 3, true},
		{open(3), 3.001, false},
		{open(3), -0.001, false},
		{open(3), math.NaN(), false},
		{append(ended(1), open(3)...), 4, false},
		{ended(1, 3), 3.001, true},
		{ended(1, 3), 4000, true},
		{ended(0), 0, true},
	} {
		if e, ok := survival.Fit(c.obs).At(c.days); ok != c.ok || !ok && c.days < 0 && e != (survival.Estimate{}) {
			t.Errorf("%v after %v days: %+v, %v", c.obs, c.days, e, ok)
		}
	}
}

func TestMeanHorizon(t *testing.T) {
	c := survival.Fit(append(ended(2), open(4)...))
	for _, want := range []survival.Mean{
		{Tau: 1, Value: 1, Low: 1, High: 1},
		{Tau: 2, Value: 2, Low: 2, High: 2},
		{Tau: 0},
		{Tau: -1},
		{Tau: math.Inf(1)},
	} {
		if m := c.Mean(want.Tau); m != want {
			t.Errorf("%+v, want %+v", m, want)
		}
	}
	if m := c.Mean(math.NaN()); m.Value != 0 || m.SE != 0 {
		t.Errorf("%+v", m)
	}
	if m := c.Mean(6); m.Value != 2+4*0.5 || !m.Beyond {
		t.Errorf("%+v", m)
	}
	if m := c.Mean(4); m.Value != 2+2*0.5 || m.Beyond {
		t.Errorf("%+v", m)
	}
	if m := survival.Fit(ended(2, 4)).Mean(6); m.Value != 3 || m.Beyond {
		t.Errorf("%+v", m)
	}
}

// TestMedianHalf: exactly one half, for a while and at last.
func TestMedianHalf(t *testing.T) {
	for _, c := range []struct {
		obs     []observation
		median  float64
		reached float64
	}{
		{ended(1, 2, 4, 5), 3, 2},
		{append(ended(1, 2), open(5, 7)...), 2, 2},
		{ended(1, 2, 4), 2, 2},
		{append(ended(3), open(1, 2)...), 3, 3}, // 1 to 0
		// 23/24 × 22/23 × … × 12/13 is one half, but more than that as computed.
		{append(ended(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), open(13, 13, 13, 13, 13, 13, 14, 14, 14, 14, 14, 14)...), 12, 12},
	} {
		f := survival.Fit(c.obs)
		if q := f.Median(); !q.Known || q.Value != c.median {
			t.Errorf("%v: %+v, want %v", c.obs, q, c.median)
		}
		if r, ok := f.Reached(0.5); !ok || r != c.reached {
			t.Errorf("%v: reached at %v, want %v", c.obs, r, c.reached)
		}
	}
	if q := survival.Fit(append(ended(1), open(5, 7)...)).Median(); q.Known || q.Value != 0 {
		t.Errorf("%+v", q)
	}
}

// observations draws a few or many, on a grid so that there are ties.
func observations(t *rapid.T, delayed bool) []observation {
	n := rapid.IntRange(1, 60).Draw(t, "n")
	obs := make([]observation, n)
	for i := range obs {
		entry := 0
		if delayed && rapid.Bool().Draw(t, "late") {
			entry = rapid.IntRange(1, 20).Draw(t, "entry")
		}
		least := min(entry, 1)
		obs[i] = observation{
			Entry: float64(entry) / 4,
			Time:  float64(entry+rapid.IntRange(least, 40).Draw(t, "length")) / 4,
			Event: rapid.IntRange(0, 3).Draw(t, "event") > 0,
		}
	}
	return obs
}

// slow is the curve as its definition has it: for every time, all are counted.
type slow struct {
	times, share, sum, hazard []float64
	risk, events              []int
}

func slowly(obs []observation) *slow {
	s := &slow{}
	for _, o := range obs {
		if o.Event && !slices.Contains(s.times, o.Time) {
			s.times = append(s.times, o.Time)
		}
	}
	slices.Sort(s.times)
	for _, t := range s.times {
		risk, events := slowRisk(obs, t)
		n, d := float64(risk), float64(events)
		s.risk, s.events, s.hazard = append(s.risk, risk), append(s.events, events), append(s.hazard, d/(n*(n-d)))
		share, sum := 1.0, 0.0
		for i := range s.risk {
			share *= 1 - float64(s.events[i])/float64(s.risk[i])
			sum += s.hazard[i]
		}
		s.share, s.sum = append(s.share, share), append(s.sum, sum)
	}
	return s
}

func slowRisk(obs []observation, t float64) (risk, events int) {
	for _, o := range obs {
		if (o.Entry < t || o.Entry == 0) && o.Time >= t {
			risk++
			if o.Time == t && o.Event {
				events++
			}
		}
	}
	return risk, events
}

// at is the share open after some days.
func (s *slow) at(days float64) (share, sum float64) {
	share = 1
	for i, t := range s.times {
		if t <= days {
			share, sum = s.share[i], s.sum[i]
		}
	}
	return share, sum
}

// area is the area below the curve; its corners lie on quarters of days.
func (s *slow) area(from, to float64) float64 {
	area := 0.0
	for t := from; t < to; t += 0.25 {
		share, _ := s.at(t)
		area += share * 0.25
	}
	return area
}

func TestSlowly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := observations(t, rapid.Bool().Draw(t, "delayed"))
		kept := slices.Clone(obs)
		c, s := survival.Fit(obs), slowly(obs)
		if !slices.Equal(obs, kept) {
			t.Fatal("the observations were changed")
		}
		k := 0
		for step := range c.Steps() {
			if step.Time != s.times[k] || step.AtRisk != s.risk[k] || step.Events != s.events[k] || !near(step.Share, s.share[k], 1e-12) {
				t.Fatalf("step %d: %+v, want %v: %v, %d of %d", k, step, s.times[k], s.share[k], s.events[k], s.risk[k])
			}
			k++
		}
		if k != len(s.times) {
			t.Fatalf("%d steps, want %d", k, len(s.times))
		}
		longest := map[int]float64{}
		for days := 0.0; days <= 16; days += 0.25 {
			risk, _ := slowRisk(obs, days)
			if got := c.AtRisk(days); got != risk {
				t.Fatalf("%d at risk after %v days, want %d", got, days, risk)
			}
			for n := 1; n <= risk; n++ {
				longest[n] = days
			}
			e, ok := c.At(days)
			share, sum := s.at(days)
			if ok != (days <= c.Last || share == 0) || ok && !near(e.Share, share, 1e-12) {
				t.Fatalf("after %v days: %+v (%v), want %v", days, e, ok, share)
			}
			if !e.Bounded {
				continue
			}
			h := math.Log(-math.Log(share))
			w := 1.959963984540054 * math.Sqrt(sum) / math.Log(share)
			if !near(e.SE, share*math.Sqrt(sum), 1e-12) || !near(e.Low, math.Exp(-math.Exp(h-w)), 1e-12) || !near(e.High, math.Exp(-math.Exp(h+w)), 1e-12) {
				t.Fatalf("after %v days: %+v", days, e)
			}
			if !(0 <= e.Low && e.Low <= e.Share && e.Share <= e.High && e.High <= 1) {
				t.Fatalf("after %v days: %+v", days, e)
			}
		}
		for n := 1; n <= len(obs)+1; n++ {
			if got := c.LongestAtRisk(n); got != longest[n] {
				t.Fatalf("%d are at risk until %v, want %v", n, got, longest[n])
			}
		}
		tau := float64(rapid.IntRange(1, 60).Draw(t, "tau")) / 4
		variance := 0.0
		for i, at := range s.times {
			if at <= tau && s.share[i] > 0 {
				variance += math.Pow(s.area(at, tau), 2) * s.hazard[i]
			}
		}
		if m := c.Mean(tau); !near(m.Value, s.area(0, tau), 1e-10) || !near(m.SE, math.Sqrt(variance), 1e-10) {
			t.Fatalf("%+v, want %v ± %v", m, s.area(0, tau), math.Sqrt(variance))
		}
	})
}

// TestUncensored: when nothing is open, the estimate is the plain share, its error
// the binomial one, and the mean to beyond the last the plain mean.
func TestUncensored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 30).Draw(t, "quarters")) / 4 }), 1, 40).Draw(t, "times")
		c := survival.Fit(ended(times...))
		total, n := 0.0, float64(len(times))
		for _, v := range times {
			total += v
		}
		mean := c.Mean(31)
		if !near(mean.Value, total/n, 1e-12) {
			t.Fatalf("mean %v, want %v", mean, total/n)
		}
		squares := 0.0
		for _, v := range times {
			squares += (v - total/n) * (v - total/n)
		}
		if !near(mean.SE, math.Sqrt(squares)/n, 1e-12) { // the plain error, with n and not n-1
			t.Fatalf("error %v, want %v", mean.SE, math.Sqrt(squares)/n)
		}
		for days := 0.0; days < 9; days += 0.125 {
			left := 0.0
			for _, v := range times {
				if v > days {
					left++
				}
			}
			e, ok := c.At(days)
			share := left / n
			if !ok || !near(e.Share, share, 1e-12) || !near(e.SE, math.Sqrt(share*(1-share)/n), 1e-12) || e.Bounded != (left > 0 && left < n) {
				t.Fatalf("after %v days: %+v, want %v", days, e, share)
			}
		}
		slices.Sort(times)
		want := times[len(times)/2]
		if len(times)%2 == 0 {
			want = (times[len(times)/2-1] + want) / 2
		}
		if q := c.Median(); !q.Known || q.Value != want {
			t.Fatalf("median %+v, want %v", q, want)
		}
	})
}

// TestOrder: the order of the observations says nothing.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := observations(t, true)
		other := rapid.Permutation(obs).Draw(t, "other")
		a, b := survival.Fit(obs), survival.Fit(other)
		if !slices.Equal(slices.Collect(a.Steps()), slices.Collect(b.Steps())) || a.Median() != b.Median() || a.Mean(7) != b.Mean(7) || a.LongestOpen != b.LongestOpen {
			t.Fatal("another order, another curve")
		}
		half := len(obs) / 2
		x := survival.LogRank([][]observation{obs[:half], obs[half:]})
		y := survival.LogRank([][]observation{obs[half:], obs[:half]})
		if !near(x.Chi2, y.Chi2, 1e-9*(1+x.Chi2)) || x.DF != y.DF {
			t.Fatalf("%+v, the other way round %+v", x, y)
		}
	})
}

// TestCensoredLater: how much longer those were watched that outlast the last
// event changes nothing up to it.
func TestCensoredLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		obs := observations(t, true)
		last := 0.0
		for _, o := range obs {
			if o.Event {
				last = max(last, o.Time)
			}
		}
		later := slices.Clone(obs)
		for i, o := range later {
			if !o.Event && o.Time >= last {
				later[i].Time += float64(rapid.IntRange(0, 400).Draw(t, "later"))
			}
		}
		a, b := survival.Fit(obs), survival.Fit(later)
		if !slices.Equal(slices.Collect(a.Steps()), slices.Collect(b.Steps())) || a.Median() != b.Median() || last > 0 && a.Mean(last) != b.Mean(last) {
			t.Fatalf("%v, %v", slices.Collect(a.Steps()), slices.Collect(b.Steps()))
		}
	})
}

// BenchmarkMillion estimates what a million incidents cost: times of a year in
// milliseconds, so nearly all differ, a third of them open.
func BenchmarkMillion(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	obs := make([]observation, 1_000_000)
	for i := range obs {
		event, watch := random.ExpFloat64()*60, random.Float64()*365
		obs[i] = observation{Time: survival.Days(int64(min(event, watch) * 86_400_000)), Event: event <= watch}
	}
	sorted := slices.Clone(obs)
	slices.SortFunc(sorted, func(a, b observation) int {
		if a.Time < b.Time {
			return -1
		}
		return 1
	})
	late := slices.Clone(obs)
	for i := range late {
		late[i].Entry = late[i].Time * random.Float64()
	}
	run := func(obs []observation) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c := survival.Fit(obs)
				tau := min(90, c.LongestAtRisk(10))
				if m, q := c.Mean(tau), c.Median(); !q.Known || m.Value == 0 {
					b.Fatal(m, q)
				}
			}
		}
	}
	b.Run("unsorted", run(obs))
	b.Run("sorted", run(sorted))
	b.Run("delayed", run(late))
	b.Run("logrank", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if t := survival.LogRank([][]observation{obs[:500_000], obs[500_000:]}); t.DF != 1 {
				b.Fatal(t)
			}
		}
	})
}
