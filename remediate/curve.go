package remediate

import (
	"cmp"
	"math"
	"slices"
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

// Curve estimates the share of secrets that are still there some time after they
// came, by the product-limit method of Kaplan and Meier (Journal of the American
// Statistical Association 53, 1958). Secrets that are still there count for as
// long as they were watched: to leave them out would show only those that went.
type Curve struct {
	Removed int // spans that ended
	Open    int // spans that did not
	// Oldest is the longest open span.
	Oldest time.Duration

	steps   []step
	watched time.Duration // the longest span
}

// step is a time at which secrets were removed, and what is estimated from then
// until the next.
type step struct {
	at    time.Duration
	share float64
	sum   float64 // Greenwood's: the variance of share, divided by its square
}

// NewCurve makes a curve of spans, in any order. A span below zero counts as zero.
func NewCurve(spans []Span) *Curve {
	spans = slices.Clone(spans)
	for i := range spans {
		spans[i].Length = max(0, spans[i].Length)
	}
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.Length, b.Length) })
	c := &Curve{}
	share, sum := 1.0, 0.0
	for i := 0; i < len(spans); {
		at, atRisk, ended := spans[i].Length, float64(len(spans)-i), 0
		for ; i < len(spans) && spans[i].Length == at; i++ {
			if spans[i].Ended {
				ended++
				continue
			}
			c.Open++
			c.Oldest = max(c.Oldest, at)
		}
		c.watched = at
		if ended == 0 {
			continue
		}
		c.Removed += ended
		d := float64(ended)
		share *= (atRisk - d) / atRisk
		sum += d / (atRisk * (atRisk - d)) // infinite once nothing is left, and then not used
		c.steps = append(c.steps, step{at, share, sum})
	}
	return c
}

// MinRemovals is how many removals a curve needs: below, only counts say
// something.
const MinRemovals = 10

// Enough says that there are so many removals.
func (c *Curve) Enough() bool { return c.Removed >= MinRemovals }

// Estimate is the share of secrets that are still there, between 0 and 1, with
// the bounds of its 95 % confidence interval.
type Estimate struct {
	Share, Low, High float64
	// Bounded says that there are bounds: none can be given for a share of 0 or 1.
	Bounded bool
}

// z is the 97.5 % quantile of the normal distribution.
const z = 1.959963984540054

// At estimates the share that is still there after some time. It says false
// beyond the longest span, where nothing is known, unless none is left before.
//
// The interval is Greenwood's on the scale of log(-log(share)), so that it stays
// between 0 and 1, and is meaningful for few secrets: Kalbfleisch and Prentice,
// The Statistical Analysis of Failure Time Data, 1980, section 1.3; in R that is
// survfit with conf.type="log-log".
func (c *Curve) At(after time.Duration) (Estimate, bool) {
	at := step{share: 1}
	for _, s := range c.steps {
		if s.at <= after {
			at = s
		}
	}
	e := Estimate{Share: at.share, Low: at.share, High: at.share}
	if at.share > 0 && at.share < 1 {
		w := z * math.Sqrt(at.sum) / math.Abs(math.Log(at.share))
		e.Low, e.High = math.Pow(at.share, math.Exp(w)), math.Pow(at.share, math.Exp(-w))
		e.Bounded = true
	}
	return e, after <= c.watched || at.share == 0 && len(c.steps) > 0
}

// Median is the time after which at most half are still there; false if more than
// half still were when last looked at.
func (c *Curve) Median() (time.Duration, bool) {
	for _, s := range c.steps {
		if s.share <= 0.5 {
			return s.at, true
		}
	}
	return 0, false
}

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
