package survival_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"leakline/remediate/survival"
)

// TestLogRankByHand is worked out on paper: two end on days 1 and 3 in the first
// group, two on days 2 and 4 in the second.
//
//	day 1: 2 of 4 at risk are of the first group: 1/2 expected, variance 1/4
//	day 2: 1 of 3: 1/3 expected, variance 2/9
//	day 3: 1 of 2: 1/2 expected, variance 1/4
//	day 4: 0 of 1: nothing expected
//
// In all 4/3 are expected and 2 happened: (2/3)² / (13/18) = 8/13.
func TestLogRankByHand(t *testing.T) {
	got := survival.LogRank([][]observation{ended(1, 3), ended(2, 4)})
	if !near(got.Chi2, 8./13, 1e-14) || got.DF != 1 || got.Observed[0] != 2 || got.Observed[1] != 2 ||
		!near(got.Expected[0], 4./3, 1e-14) || !near(got.Expected[1], 8./3, 1e-14) {
		t.Errorf("%+v", got)
	}
	// Of one degree of freedom the tail is that of the normal distribution.
	if want := math.Erfc(math.Sqrt(8. / 13 / 2)); !near(got.P, want, 1e-14) {
		t.Errorf("p is %v, want %v", got.P, want)
	}
}

// TestLogRankNothing: what can't be compared is not.
func TestLogRankNothing(t *testing.T) {
	for _, groups := range [][][]observation{
		nil,
		{nil},
		{ended(1, 2)},
		{ended(1, 2), nil},
		{nil, nil},
		{open(1, 2), open(3)},             // no events
		{ended(3, 3), ended(3)},           // all at once
		{open(1, 1), ended(2, 3)},         // never at risk together
		{ended(1), {{Entry: 1, Time: 2}}}, // the second enters at the only event
	} {
		if got := survival.LogRank(groups); got.DF != 0 || got.Chi2 != 0 || got.P != 1 || len(got.Observed) != len(groups) {
			t.Errorf("%v: %+v", groups, got)
		}
	}
	// Two pairs of groups, and none of one was ever at risk with one of the other.
	late := []observation{{Entry: 5, Time: 6, Event: true}, {Entry: 5, Time: 7, Event: true}}
	apart := [][]observation{ended(1, 2, 3), ended(1.5, 2.5), late, {{Entry: 5, Time: 6.5, Event: true}}}
	if got := survival.LogRank(apart); got.DF != 0 {
		t.Errorf("%+v", got)
	}
}

// TestLogRankSlowly compares two groups with the definition, and more groups with
// what must hold.
func TestLogRankSlowly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delayed := rapid.Bool().Draw(t, "delayed")
		a, b := observations(t, delayed), observations(t, delayed)
		all := append(append([]observation{}, a...), b...)
		expected, variance, observed := 0.0, 0.0, 0
		for _, at := range slowly(all).times {
			risk, events := slowRisk(all, at)
			first, ended := slowRisk(a, at)
			n, d, k := float64(risk), float64(events), float64(first)
			observed += ended
			expected += d * k / n
			if risk > 1 {
				variance += d * (k / n) * (1 - k/n) * (n - d) / (n - 1)
			}
		}
		got := survival.LogRank([][]observation{a, b})
		if got.Observed[0] != observed || !near(got.Expected[0], expected, 1e-10) {
			t.Fatalf("%+v, want %d of %v", got, observed, expected)
		}
		if variance < 1e-9 {
			if got.DF != 0 {
				t.Fatalf("%+v, though the variance is %v", got, variance)
			}
			return
		}
		want := (float64(observed) - expected) * (float64(observed) - expected) / variance
		if got.DF != 1 || !near(got.Chi2, want, 1e-9*(1+want)) || !near(got.P, math.Erfc(math.Sqrt(want/2)), 1e-9) {
			t.Fatalf("%+v, want %v", got, want)
		}
		// An empty group is none, wherever it stands; all events are expected somewhere.
		c := observations(t, delayed)
		three, four := survival.LogRank([][]observation{a, b, c}), survival.LogRank([][]observation{nil, c, a, nil, b})
		if three.DF != four.DF || !near(three.Chi2, four.Chi2, 1e-8*(1+three.Chi2)) {
			t.Fatalf("%+v, with empty groups %+v", three, four)
		}
		sum, events := 0.0, 0
		for i, e := range four.Expected {
			sum += e
			events += four.Observed[i]
		}
		if !near(sum, float64(events), 1e-9) {
			t.Fatalf("%v expected, %d observed", sum, events)
		}
	})
}
