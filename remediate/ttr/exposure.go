package ttr

import (
	"leakline/remediate"
	"leakline/remediate/survival"
)

// Exposure is the time from introduction to proven remediation. An incident could
// be seen only from its detection on: had it been remediated before, nobody would
// know of it. So it is at risk from its detection only (delayed entry; in R,
// Surv(start, stop, event)). Its clock is not the baseline's.
type Exposure struct {
	N          int `json:"n"`
	Remediated int `json:"remediated"`
	Unknown    int `json:"unknown"` // no history tells when it came
	// AtOnce were remediated when they were detected, or before: they were never
	// watched.
	AtOnce int `json:"at_once"`
	// From and Tau are the days between which at least MinAtRisk were at risk
	// whenever one was remediated: the stretch with the most remediated. The figures
	// are of what was alive on day From; if that is 0, of all. Tau is 0 if there is
	// no such stretch. Outside of it hardly any was watched, and the end of those
	// few would end the whole curve.
	From float64 `json:"from"`
	Tau  float64 `json:"tau"`
	// Median and OpenAt31 are left out under MinClosures, and outside of From and
	// Tau. Day 31 is that of a figure of others: see References.
	Median   *Interval `json:"median,omitempty"`
	OpenAt31 *Interval `json:"open_at_31,omitempty"`
}

// exposure makes the figures of members.
func (t *table) exposure(members []int32, s *scratch) *Exposure {
	s.obs = s.obs[:0]
	out := &Exposure{}
	for r := range t.each(members) {
		switch {
		case r.is(left):
			continue
		case r.dwell == unknown:
			out.Unknown++
			continue
		case r.is(atOnce):
			out.AtOnce++
			continue
		}
		s.obs = append(s.obs, survival.Observation{Entry: days(r.dwell), Time: days(r.dwell + r.ttr), Event: r.is(closed)})
		if r.is(closed) {
			out.Remediated++
		}
	}
	out.N = len(s.obs)
	if out.Remediated < MinClosures {
		return out
	}
	out.estimate(s)
	return out
}

// estimate fits the curve between From and Tau.
func (x *Exposure) estimate(s *scratch) {
	c := survival.Fit(s.obs)
	x.From, x.Tau = stretch(c)
	if x.Tau == 0 {
		return
	}
	if x.From > 0 {
		c = survival.Fit(after(s.obs, x.From))
	}
	if m := c.Median(); m.Known && m.Value <= x.Tau {
		x.Median = quantile(m)
	}
	if at := remediate.StillLiveAfter.Hours() / 24; at >= x.From && at <= x.Tau {
		if e, ok := c.At(at); ok {
			x.OpenAt31 = share(e)
		}
	}
}

// stretch is the time with the most events among those without an event at which
// fewer than MinAtRisk were at risk: it begins after the last such event, or at 0,
// and ends with its own last event. Both are 0 if no stretch has MinClosures.
func stretch(c *survival.Curve) (from, to float64) {
	most, events, begin := 0, 0, 0.0
	for step := range c.Steps() {
		if step.AtRisk < MinAtRisk {
			events, begin = 0, step.Time
			continue
		}
		if events += step.Events; events >= MinClosures && events > most {
			most, from, to = events, begin, step.Time
		}
	}
	return from, to
}

// after keeps what was watched after some day, from then on. It changes obs.
func after(obs []survival.Observation, day float64) []survival.Observation {
	kept := obs[:0]
	for _, o := range obs {
		if o.Time > day {
			o.Entry = max(o.Entry, day)
			kept = append(kept, o)
		}
	}
	return kept
}
