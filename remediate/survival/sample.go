package survival

import (
	"math"
	"slices"
)

// Observation is one incident that was watched for some time. Times are in days
// since its clock began.
type Observation struct {
	// Entry is when the watch began: 0, if the incident was known from the start
	// of its clock on. If it is later, the incident is at risk only after it, for
	// had it ended before it would not have been seen (R: Surv(start, stop, event)).
	Entry float64
	// Time is when the watch ended.
	Time float64
	// Event says that the watch ended because the incident did. Else it was open
	// still, and is censored.
	Event bool
}

// msPerDay is the number of milliseconds of a day.
const msPerDay = 24 * 60 * 60 * 1000

// Days gives milliseconds in days.
func Days(ms int64) float64 { return float64(ms) / msPerDay }

// Valid says whether the observation can be used: its times are finite numbers
// not below zero, and the watch ends after it began. Only one that was known from
// the start may end at once, at time 0.
func (o Observation) Valid() bool {
	if !(o.Entry >= 0 && o.Time >= 0) || math.IsInf(o.Time, 1) { // so written, NaN is refused
		return false
	}
	return o.Entry == 0 || o.Entry < o.Time
}

// sample is what is needed of observations: the keys of all ends and of the
// entries that are after 0, each sorted.
type sample struct {
	ends    []uint64
	entries []uint64
	events  int
	open    float64 // the longest censored time
	refused int     // observations that could not be used
}

// event marks the key of an end that is an event.
const event = 1

// keyOf is a number that sorts as the time does, with a lowest bit to spare: the
// bits of a float64 that is not below zero are in its order. The first, the sign,
// is shifted out.
func keyOf(t float64) uint64 { return math.Float64bits(t) << 1 }

// timeOf is the time of a key, event or not.
func timeOf(key uint64) float64 { return math.Float64frombits(key >> 1) }

// newSample sorts observations and does not change them.
func newSample(obs []Observation) *sample {
	delayed := 0
	for i := range obs {
		if obs[i].Entry > 0 {
			delayed++
		}
	}
	s := &sample{ends: make([]uint64, 0, len(obs)), entries: make([]uint64, 0, delayed)}
	for i := range obs {
		o := &obs[i]
		if !o.Valid() {
			s.refused++
			continue
		}
		key := keyOf(o.Time)
		if o.Event {
			key |= event
			s.events++
		} else {
			s.open = max(s.open, o.Time)
		}
		s.ends = append(s.ends, key)
		if o.Entry > 0 {
			s.entries = append(s.entries, keyOf(o.Entry))
		}
	}
	s.ends, s.entries = sorted(s.ends), sorted(s.entries)
	return s
}

// sorted sorts keys, and may use their place or another. Many are sorted digit by
// digit, the lowest first, which takes a quarter of the time of slices.Sort for a
// million.
func sorted(keys []uint64) []uint64 {
	const (
		bits   = 11
		digits = 6 // of 11 bits, for 64
		few    = 1000
	)
	if slices.IsSorted(keys) {
		return keys
	}
	if len(keys) < few {
		slices.Sort(keys)
		return keys
	}
	var counts [digits][1 << bits]int
	for _, k := range keys {
		for d := range digits {
			counts[d][k>>(bits*d)%(1<<bits)]++
		}
	}
	spare := make([]uint64, len(keys))
	for d := range digits {
		next := &counts[d] // where the next key with such a digit goes
		place := 0
		for digit, n := range next {
			next[digit] = place
			place += n
		}
		for _, k := range keys {
			digit := k >> (bits * d) % (1 << bits)
			spare[next[digit]] = k
			next[digit]++
		}
		keys, spare = spare, keys
	}
	return keys
}

// last is the longest time, 0 if there is none.
func (s *sample) last() float64 {
	if len(s.ends) == 0 {
		return 0
	}
	return timeOf(s.ends[len(s.ends)-1])
}

// eventTimes counts the different times of events.
func (s *sample) eventTimes() int {
	n, last := 0, uint64(0) // which is no event's key
	for _, k := range s.ends {
		if k&event != 0 && k != last {
			n++
			last = k
		}
	}
	return n
}

// atRisk is how many are at risk at a time: those that entered before it and did
// not end before it. Who entered at or after it ends after it, and so is among
// those that have not ended.
func (s *sample) atRisk(t float64) int {
	ended, _ := slices.BinarySearch(s.ends, keyOf(t))
	entered, _ := slices.BinarySearch(s.entries, keyOf(t))
	return len(s.ends) - ended - (len(s.entries) - entered)
}

// walk goes through a sample by event times, which must not fall.
type walk struct {
	*sample
	seen           int // the ends up to here are events that were counted, or no events
	ended, entered int // how many ended, and entered, before the time it is at
}

// next is the key of the next event's time; false if there is none.
func (w *walk) next() (uint64, bool) {
	for w.seen < len(w.ends) && w.ends[w.seen]&event == 0 {
		w.seen++
	}
	if w.seen == len(w.ends) {
		return math.MaxUint64, false
	}
	return w.ends[w.seen] &^ event, true
}

// to moves to the time of a key, which next gave for this sample or for another
// that is walked beside it, and gives how many are at risk then, and how many
// events happen. Events come before the censorings and entries of the same time.
func (w *walk) to(at uint64) (risk, events int) {
	for w.ended < len(w.ends) && w.ends[w.ended] < at {
		w.ended++
	}
	for w.entered < len(w.entries) && w.entries[w.entered] < at {
		w.entered++
	}
	for w.seen < len(w.ends) && w.ends[w.seen] <= at|event {
		events += int(w.ends[w.seen] & event)
		w.seen++
	}
	return len(w.ends) - w.ended - (len(w.entries) - w.entered), events
}
