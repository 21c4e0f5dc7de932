package survival

import (
	"iter"
	"math"
	"sort"
)

// Curve is the share that is still open after some time, by the product-limit
// method of Kaplan and Meier (Journal of the American Statistical Association 53,
// 1958, pages 457 to 481).
//
// If entries are delayed, the set at risk can be emptied by its last event while
// others are yet to enter. The share is 0 from then on, as in R, whatever happens
// later; Emptied says so.
type Curve struct {
	Observed int // observations that were used
	Events   int // of these, the ones that ended
	Open     int // of these, the ones that did not
	Refused  int // observations that were not used, since they are not valid

	// LongestOpen is the longest time, in days, for which one that did not end was
	// watched, 0 if there is none.
	LongestOpen float64
	// Last is the longest time, in days, for which any was watched.
	Last float64
	// Emptied says that the share fell to 0 though some ended later: the curve
	// then tells of the early ones alone.
	Emptied bool

	sample *sample
	steps  []step
}

// step is a Step with what its interval needs.
type step struct {
	Step
	sum float64 // Greenwood's: the variance of the share, divided by its square
}

// Step is a time at which something ended.
type Step struct {
	Time   float64 // in days
	Share  float64 // what is open from then until the next step
	AtRisk int     // how many were at risk just before
	Events int     // how many of them ended
}

// Fit estimates the curve of observations, in any order, and does not change
// them. Observations that are not valid are counted as refused, and not used.
// Equal times are ties; R, unless told timefix=FALSE, takes for equal what differs
// by less than about 1.3 ms, or by 1.5e-8 of the mean.
//
// It takes one sort of all times, none if they come sorted.
func Fit(obs []Observation) *Curve {
	s := newSample(obs)
	c := &Curve{
		Observed: len(s.ends), Events: s.events, Open: len(s.ends) - s.events, Refused: s.refused,
		LongestOpen: s.open, Last: s.last(), sample: s, steps: make([]step, 0, s.eventTimes()),
	}
	at := step{Step: Step{Share: 1}}
	w := walk{sample: s}
	for key, ok := w.next(); ok; key, ok = w.next() {
		at.Time = timeOf(key)
		at.AtRisk, at.Events = w.to(key)
		n, d := float64(at.AtRisk), float64(at.Events)
		at.Share *= (n - d) / n
		at.sum += d / (n * (n - d)) // infinite once nothing is left, and then not used
		c.Emptied = c.Emptied || at.Share == 0 && at.Time < c.Last
		c.steps = append(c.steps, at)
	}
	return c
}

// Steps yields the times at which something ended, in order: what is needed to
// draw the curve, which starts at share 1 and time 0.
func (c *Curve) Steps() iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for i := range c.steps {
			if !yield(c.steps[i].Step) {
				return
			}
		}
	}
}

// AtRisk is how many were watched at a time, in days: entered before it (or there
// from the start) and not ended before it. At a time between two ends R's summary
// shows what is at risk at the latter, which differs if some entered between.
func (c *Curve) AtRisk(t float64) int {
	if !(t >= 0) {
		return 0
	}
	return c.sample.atRisk(t)
}

// LongestAtRisk is the longest time, in days, at which at least n are at risk; 0
// if so many never are.
func (c *Curve) LongestAtRisk(n int) float64 {
	s := c.sample
	entered := len(s.entries)
	for i := len(s.ends) - 1; i >= 0; i-- {
		at := s.ends[i] &^ event
		for entered > 0 && s.entries[entered-1] >= at {
			entered--
		}
		// Of those that end together, the first in the list counts them all.
		if len(s.ends)-i-(len(s.entries)-entered) >= n {
			return timeOf(at)
		}
	}
	return 0
}

// z is the 97.5 % quantile of the normal distribution.
const z = 1.959963984540054

// Estimate is the share that is open, between 0 and 1, with its standard error
// and the bounds of its 95 % confidence interval.
type Estimate struct {
	Share, SE, Low, High float64
	// Bounded says that there are bounds. None can be given for a share of 0 or 1:
	// the error is then 0, and the bounds are the share itself; R has NA.
	Bounded bool
}

// At estimates the share that is open after some days. It says false for what is
// not known: below zero, beyond Last, unless nothing was left by then, and if
// there are no observations. Whoever ends exactly then is no longer open.
//
// The variance is Greenwood's (The Natural Duration of Cancer, 1926). The interval
// is symmetric on the scale of log(-log(share)), so that it stays between 0 and 1
// and is meaningful for few (Kalbfleisch and Prentice, The Statistical Analysis of
// Failure Time Data, 1980, section 1.3); in R, conf.type="log-log".
func (c *Curve) At(days float64) (Estimate, bool) {
	if !(days >= 0) || c.Observed == 0 {
		return Estimate{}, false
	}
	n := sort.Search(len(c.steps), func(i int) bool { return c.steps[i].Time > days })
	if n == 0 {
		return Estimate{Share: 1, Low: 1, High: 1}, days <= c.Last
	}
	at := &c.steps[n-1]
	return at.estimate(), days <= c.Last || at.Share == 0
}

// estimate gives the step's share with its error and bounds.
func (s *step) estimate() Estimate {
	if s.Share <= 0 || s.Share >= 1 {
		return Estimate{Share: s.Share, Low: s.Share, High: s.Share}
	}
	return Estimate{
		Share: s.Share, SE: s.Share * math.Sqrt(s.sum),
		Low: s.bound(z), High: s.bound(-z), Bounded: true,
	}
}

// bound is the share that lies z standard errors off on the scale of
// log(-log(share)): the lower bound for a positive z, the upper for a negative;
// NaN for a share of 0 or 1.
func (s *step) bound(z float64) float64 {
	if s.Share <= 0 || s.Share >= 1 {
		return math.NaN()
	}
	h := -math.Log(s.Share)
	return math.Exp(-h * math.Exp(z*math.Sqrt(s.sum)/h))
}

// Quantile is a time, in days, with the bounds of its 95 % confidence interval.
// Each is 0 unless its flag says that it is known: that the share, or the bound of
// the share, came so low.
type Quantile struct {
	Value, Low, High           float64
	Known, LowKnown, HighKnown bool
}

// tolerance is how far from one half a share may be to count as one half: R's
// square root of the machine's epsilon.
const tolerance = 1.0 / (1 << 26)

// Median is the time by which half has ended: the first at which the share is
// below one half. If the share is exactly one half for a while, it is the middle
// of that while; if it never comes below, the start of it. The bounds are the
// times at which the share's own bounds do the same (Brookmeyer and Crowley,
// Biometrics 38, 1982).
//
// These are the rules of print and of summary(fit)$table in R. R's quantile has
// two others: for a last step of exactly one half it takes the middle between that
// and the longest time watched, which moves on with every day of waiting; and for
// a bound that falls and rises again it takes the time at which the bound is
// nearest below one half, which need not be the first.
func (c *Curve) Median() Quantile {
	var q Quantile
	from := c.reached(0.5)
	q.Value, q.Known = c.half(from, func(s *step) float64 { return s.Share })
	q.Low, q.LowKnown = c.half(0, func(s *step) float64 { return s.bound(z) })
	q.High, q.HighKnown = c.half(from, func(s *step) float64 { return s.bound(-z) }) // never below the share
	return q
}

// half is when a height of the steps, from one on, comes to one half, by the rules
// of Median. A height can be NaN, and need not fall all the time.
func (c *Curve) half(from int, height func(*step) float64) (float64, bool) {
	for i := from; i < len(c.steps); i++ {
		y := height(&c.steps[i])
		if !(y < 0.5+tolerance) {
			continue
		}
		first := c.steps[i].Time
		if math.Abs(y-0.5) >= tolerance {
			return first, true
		}
		for k := i + 1; k < len(c.steps); k++ {
			if height(&c.steps[k]) < y {
				return (first + c.steps[k].Time) / 2, true
			}
		}
		return first, true
	}
	return 0, false
}

// Reached is the first time, in days, at which at most some share is open; false
// if more was when last looked at. Unlike Median it is always the time of an
// event.
func (c *Curve) Reached(share float64) (float64, bool) {
	n := c.reached(share)
	if n == len(c.steps) {
		return 0, false
	}
	return c.steps[n].Time, true
}

// reached is the first step at which at most some share is open, but for rounding.
func (c *Curve) reached(share float64) int {
	return sort.Search(len(c.steps), func(i int) bool { return c.steps[i].Share < share+tolerance })
}

// Mean is a restricted mean: how many of the first Tau days the average one was
// open. It is at most the mean without a horizon.
type Mean struct {
	Tau       float64 // the horizon, in days
	Value, SE float64 // in days
	// Low and High are Value ± 1.96 standard errors. R gives the error alone. They
	// can lie below 0 or above Tau.
	Low, High float64
	// Beyond says that the horizon is beyond Last while some were open: the share
	// was taken to stay as it was, as R does, so the value is too high if anything.
	Beyond bool
}

// Mean is the restricted mean to a horizon in days: the area below the curve
// (Irwin, Journal of Hygiene 47, 1949), which begins at time 0 also if all entries
// are delayed. The error is that of Kaplan and Meier, without their factor for small
// samples; in R, summary(fit, rmean=tau)$table. For a horizon
// before the first end, where R refuses, it is the horizon itself, with no error.
//
// If there are no observations, or the horizon is no finite number above 0, all
// figures are 0.
func (c *Curve) Mean(tau float64) Mean {
	m := Mean{Tau: tau}
	if c.Observed == 0 || !(tau > 0) || math.IsInf(tau, 1) {
		return m
	}
	n := sort.Search(len(c.steps), func(i int) bool { return c.steps[i].Time > tau })
	m.Beyond = tau > c.Last && (n == 0 || c.steps[n-1].Share > 0)
	// The area to the right of a step is how much an event there weighs.
	area, variance, end := 0.0, 0.0, tau
	for i := n - 1; i >= 0; i-- {
		s := &c.steps[i]
		area += s.Share * (end - s.Time)
		end = s.Time
		if n, d := float64(s.AtRisk), float64(s.Events); s.Share > 0 {
			variance += area * area * d / (n * (n - d))
		}
	}
	m.Value, m.SE = area+end, math.Sqrt(variance)
	m.Low, m.High = m.Value-z*m.SE, m.Value+z*m.SE
	return m
}
