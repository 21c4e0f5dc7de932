package remediate

import (
	"time"

	"leakline/scanner"
)

// Span is how long one secret stood in a repository's tree, from its introduction
// on.
type Span struct {
	Length time.Duration
	// Ended says that it was removed then; else it stood there still when it was
	// looked at, and who knows how much longer.
	Ended bool
}

// MinRemovals is how many removals an estimate needs: below, only counts say
// something.
const MinRemovals = 10

// Spans gives what findings tell, as of now, of their stay in the default
// branch's tree: from the introduction to the final removal or, at the tip, to
// now. Those that it never held tell nothing and are counted as apart. If the
// introduction may be older than what was scanned, so that the stay was at least
// so long, the secret still counts at the tip; if it was removed, it can't, and
// is counted as undated.
func Spans(fs []scanner.Finding, now time.Time) (spans []Span, apart, undated int) {
	for i := range fs {
		e := fs[i].Exposure
		if e == nil || !e.AtTip && e.Removed.ID == "" {
			apart++
			continue
		}
		begin, end := e.Introduced.CommittedAt, now
		if !e.AtTip {
			end = e.Removed.CommittedAt
			if n := len(e.Intervals); n > 0 && !e.Intervals[n-1].To.At.IsZero() {
				end = e.Intervals[n-1].To.At
			}
		}
		if begin.IsZero() || end.IsZero() || e.Boundary != "" && !e.AtTip {
			undated++
			continue
		}
		spans = append(spans, Span{Length: end.Sub(begin), Ended: !e.AtTip})
	}
	return spans, apart, undated
}
