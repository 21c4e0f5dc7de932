package remediate_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/remediate"
	"leakline/scanner"
)

const oneDay = 24 * time.Hour

// TestCurveRemission compares with the published estimates for the 21 patients
// that got 6-mercaptopurine (Freireich et al., Blood 21, 1963, weeks of
// remission), which textbooks and statistics programs use as their example. The
// bounds are those on the log-log scale.
func TestCurveRemission(t *testing.T) {
	var spans []remediate.Span
	for _, n := range []int{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		spans = append(spans, remediate.Span{Length: time.Duration(n) * oneDay, Ended: true})
	}
	for _, n := range []int{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		spans = append(spans, remediate.Span{Length: time.Duration(n) * oneDay})
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(spans), func(i, k int) { spans[i], spans[k] = spans[k], spans[i] })
	c := remediate.NewCurve(spans)
	if c.Removed != 9 || c.Open != 12 || c.Oldest != 35*oneDay || c.Enough() {
		t.Errorf("%d removed, %d open, the oldest for %v", c.Removed, c.Open, c.Oldest)
	}
	for _, want := range []struct {
		day              int
		share, low, high float64
	}{
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
		e, ok := c.At(time.Duration(want.day) * oneDay)
		near := func(a, b float64) bool { return math.Abs(a-b) < 0.00006 }
		if !ok || !e.Bounded || !near(e.Share, want.share) || !near(e.Low, want.low) || !near(e.High, want.high) {
			t.Errorf("after %d: %+v, want %v", want.day, e, want)
		}
	}
	if e, ok := c.At(5 * oneDay); !ok || e.Share != 1 || e.Bounded {
		t.Errorf("before the first removal: %+v", e)
	}
	if e, ok := c.At(36 * oneDay); ok {
		t.Errorf("beyond what was watched: %+v", e)
	}
	if m, ok := c.Median(); !ok || m != 23*oneDay {
		t.Errorf("median is %v", m)
	}
}

// TestCurveUncensored: when nothing is open, the estimate is the plain share.
func TestCurveUncensored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(-1, 30), 1, 40).Draw(t, "days")
		var spans []remediate.Span
		for _, n := range days {
			spans = append(spans, remediate.Span{Length: time.Duration(n) * oneDay, Ended: true})
		}
		c := remediate.NewCurve(spans)
		for after := range 40 {
			left := 0
			for _, n := range days {
				if max(0, n) > after {
					left++
				}
			}
			want := float64(left) / float64(len(days))
			e, ok := c.At(time.Duration(after) * oneDay)
			if !ok || math.Abs(e.Share-want) > 1e-9 {
				t.Fatalf("after %d days: %+v, want %v", after, e, want)
			}
			if e.Low > e.Share || e.High < e.Share || e.Low < 0 || e.High > 1 || e.Bounded != (left > 0 && left < len(days)) {
				t.Fatalf("bounds %+v", e)
			}
		}
	})
}

// TestCurveOpen: an open secret is never dropped: it keeps the curve up.
func TestCurveOpen(t *testing.T) {
	ended := []remediate.Span{{Length: oneDay, Ended: true}, {Length: 2 * oneDay, Ended: true}}
	open := append(ended, remediate.Span{Length: 400 * oneDay}, remediate.Span{Length: 300 * oneDay})
	with, without := remediate.NewCurve(open), remediate.NewCurve(ended)
	if e, ok := with.At(365 * oneDay); !ok || e.Share != 0.5 {
		t.Errorf("with open ones: %+v", e)
	}
	if e, ok := without.At(365 * oneDay); !ok || e.Share != 0 || e.Bounded {
		t.Errorf("without: %+v", e)
	}
	none := remediate.NewCurve(nil)
	if _, ok := none.At(0); none.Removed != 0 || none.Open != 0 || !ok {
		t.Errorf("of nothing: %+v", none)
	}
	if _, ok := remediate.NewCurve(open[2:]).Median(); ok {
		t.Error("a median though nothing was removed")
	}
}

func TestSpans(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	at := func(days int) scanner.Commit {
		return scanner.Commit{ID: "c", CommittedAt: now.Add(time.Duration(-days) * oneDay)}
	}
	gone := scanner.Exposure{Introduced: at(50), Removed: at(20), InHistory: true}
	clock := gone // the commit's own clock was wrong
	clock.Removed.CommittedAt = now.Add(1000 * oneDay)
	clock.Intervals = []scanner.Interval{{From: scanner.Moment{At: at(50).CommittedAt}, To: scanner.Moment{At: at(21).CommittedAt}}}
	shallow := gone
	shallow.Boundary = "shallow"
	exposures := []*scanner.Exposure{
		{Introduced: at(9), AtTip: true},
		&gone, &clock, &shallow,
		{Introduced: scanner.Commit{ID: "c"}, AtTip: true},
		{Introduced: at(3), AtTip: true, Boundary: "shallow"},
		{Introduced: at(4), InHistory: true},
		{},
		nil,
	}
	var fs []scanner.Finding
	for _, e := range exposures {
		fs = append(fs, scanner.Finding{Exposure: e})
	}
	spans, apart, undated := remediate.Spans(fs, now)
	want := []remediate.Span{{Length: 9 * oneDay}, {Length: 30 * oneDay, Ended: true}, {Length: 29 * oneDay, Ended: true}, {Length: 3 * oneDay}}
	if !slices.Equal(spans, want) || apart != 3 || undated != 2 {
		t.Errorf("%v, %d apart, %d undated", spans, apart, undated)
	}
}
