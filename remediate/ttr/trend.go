package ttr

import (
	"time"

	"leakline/remediate/survival"
)

// Month is one month of the trend, in UTC.
type Month struct {
	Month      string `json:"month"`             // 2026-11
	Partial    bool   `json:"partial,omitempty"` // it has not ended at the report's time
	Detected   int    `json:"detected"`
	Remediated int    `json:"remediated"` // whenever detected
	Open       int    `json:"open"`       // at its end
	// Closed are those of the detected that are remediated by now. Median and
	// OpenAtBaseline are of the detected too, the open ones counted for as long as
	// they were watched; left out under MinClosures, and where not known yet. So
	// young months have none, which is no sign of anything.
	Closed         int       `json:"detected_then_remediated"`
	Median         *Interval `json:"median,omitempty"`
	OpenAtBaseline *Interval `json:"open_at_27,omitempty"`
}

// monthStarts gives when the trend's months begin, the present one the last, and
// when that ends.
func monthStarts(o Options) []int64 {
	now := o.Now.UTC()
	starts := make([]int64, o.Months+1)
	for m := range starts {
		starts[m] = time.Date(now.Year(), now.Month()-time.Month(o.Months-1-m), 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	}
	return starts
}

// month is the number of the trend's month that a time falls in, from 1 on; 0 if
// it is before the first.
func (t *table) month(at int64) uint8 {
	for m := len(t.months) - 2; m >= 0; m-- {
		if at >= t.months[m] {
			return uint8(m + 1)
		}
	}
	return 0
}

// trend gives the last months, the present one included, the oldest first.
func (t *table) trend(s *scratch) []Month {
	months := make([]Month, len(t.months)) // the first is all that was before
	for _, r := range t.all() {
		if r.is(left) {
			continue
		}
		months[r.detected].Detected++
		if r.is(closed) {
			months[r.detected].Closed++
			months[r.ended].Remediated++
		}
	}
	t.cohorts(months, s)
	open := months[0].Detected - months[0].Remediated
	out := months[1:]
	for m := range out {
		open += out[m].Detected - out[m].Remediated
		out[m].Open = open
		out[m].Month = time.UnixMilli(t.months[m]).UTC().Format("2006-01")
		out[m].Partial = t.months[m+1] > t.now
	}
	return out
}

// cohorts adds the figures of what was detected in each month.
func (t *table) cohorts(months []Month, s *scratch) {
	sizes := make([]int, len(months))
	for m := range months {
		sizes[m] = months[m].Detected
	}
	sizes[0] = 0
	for m, members := range t.split(sizes, func(r *record, in func(int32)) {
		if r.detected > 0 && !r.is(left) {
			in(int32(r.detected))
		}
	}) {
		if m == 0 || months[m].Closed < MinClosures {
			continue
		}
		s.obs = s.obs[:0]
		for _, i := range members {
			s.see(t.at(i))
		}
		c := survival.Fit(s.obs)
		months[m].Median = quantile(c.Median())
		if e, ok := c.At(BaselineDays); ok {
			months[m].OpenAtBaseline = share(e)
		}
	}
}
