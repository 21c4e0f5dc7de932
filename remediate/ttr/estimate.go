package ttr

import "leakline/remediate/survival"

// Interval is an estimate with the bounds of its 95 % confidence interval; a bound
// that is not known is left out.
type Interval struct {
	Value float64  `json:"value"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

// Verdict says how a mean stands to the baseline.
type Verdict string

// The verdicts. A restricted mean is at most the mean: it can prove that a group
// is slower, and faster only if nothing is left open.
const (
	Slower    Verdict = "slower"    // the interval's lower bound is above the baseline
	Faster    Verdict = "faster"    // nothing is open at Tau, and the upper bound is below
	NotShown  Verdict = "not-shown" // neither
	NoVerdict Verdict = "none"      // some are open, and Tau is before the baseline's day
)

// Verdicts lists the verdicts.
func Verdicts() []Verdict { return []Verdict{Slower, Faster, NotShown, NoVerdict} }

// TTR is the time from detection to proven remediation.
type TTR struct {
	// Tau is the day up to which the mean goes: Horizon, or the longest time with
	// MinAtRisk at risk if that is shorter; where nothing is open, the longest time of
	// all, if that is no more than Horizon, for then the mean is the whole one. AtRisk
	// is how many were watched so long.
	Tau    float64 `json:"tau"`
	AtRisk int     `json:"at_risk"`
	// RMST is the restricted mean: how many of the first Tau days an incident was
	// open on average. Left out if so many are at risk at no time.
	RMST      *Interval `json:"rmst,omitempty"`
	OpenAtTau float64   `json:"open_at_tau"` // a share
	Verdict   Verdict   `json:"verdict"`
	// OpenAtBaseline is the share that is open at day 27; left out if none was
	// watched so long.
	OpenAtBaseline *Interval `json:"open_at_27,omitempty"`
	Median         *Interval `json:"median,omitempty"` // left out while half are open
	// MedianLow is a lower bound for a median that is not reached.
	MedianLow *float64 `json:"median_low,omitempty"`
	// Curve is the share that is open on each day up to Horizon, of the total and
	// the layers.
	Curve []Point `json:"curve,omitempty"`
}

// Point is the share of incidents that are open on a day after detection.
type Point struct {
	Day    int     `json:"day"`
	Open   float64 `json:"open"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	AtRisk int     `json:"at_risk"`
}

// newTTR takes the figures from a curve.
func newTTR(c *survival.Curve) *TTR {
	out := &TTR{Tau: min(Horizon, c.LongestAtRisk(MinAtRisk)), Verdict: NoVerdict}
	whole := c.Open == 0 && c.Last <= Horizon // every time is known, and so is their mean
	if whole {
		out.Tau = c.Last
	}
	if e, ok := c.At(BaselineDays); ok {
		out.OpenAtBaseline = share(e)
	}
	m := c.Median()
	out.Median = quantile(m)
	if out.Median == nil && m.LowKnown {
		out.MedianLow = &m.Low
	}
	out.AtRisk = c.AtRisk(out.Tau)
	e, _ := c.At(out.Tau)
	out.OpenAtTau = e.Share
	if out.Tau == 0 {
		return out
	}
	mean := c.Mean(out.Tau)
	low, high := max(0, mean.Low), min(out.Tau, mean.High)
	out.RMST = &Interval{Value: mean.Value, Low: &low, High: &high}
	out.Verdict = judge(out.Tau, low, high, whole || out.Tau >= BaselineDays && out.OpenAtTau == 0)
	return out
}

// judge compares a restricted mean with the baseline; whole says that it is the mean.
func judge(tau, low, high float64, whole bool) Verdict {
	switch {
	case whole && high < BaselineDays:
		return Faster
	case tau < BaselineDays:
		return NoVerdict
	case low > BaselineDays:
		return Slower
	}
	return NotShown
}

// share is a share with the bounds that it has.
func share(e survival.Estimate) *Interval {
	out := &Interval{Value: e.Share}
	if e.Bounded {
		out.Low, out.High = &e.Low, &e.High
	}
	return out
}

// quantile is a time with the bounds that it has, nil if it is not known.
func quantile(q survival.Quantile) *Interval {
	if !q.Known {
		return nil
	}
	out := &Interval{Value: q.Value}
	if q.LowKnown {
		out.Low = &q.Low
	}
	if q.HighKnown {
		out.High = &q.High
	}
	return out
}

// points are the curve's shares on each day up to the horizon, as far as they are
// known.
func points(c *survival.Curve) []Point {
	var ps []Point
	for d := range int(Horizon) + 1 {
		e, ok := c.At(float64(d))
		if !ok {
			break
		}
		ps = append(ps, Point{Day: d, Open: e.Share, Low: e.Low, High: e.High, AtRisk: c.AtRisk(float64(d))})
	}
	return ps
}
