package remediate_test

import (
	"slices"
	"testing"
	"time"

	"leakline/remediate"
	"leakline/scanner"
)

const oneDay = 24 * time.Hour

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
