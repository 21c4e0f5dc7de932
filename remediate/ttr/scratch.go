package ttr

import (
	"slices"

	"leakline/remediate/survival"
)

// stageNames are the stages, in the order of Stage. The last is remediated.
var stageNames = [...]string{"owned", "acknowledged", "removed", "remediated"}

// scratch is room that one group after the other uses.
type scratch struct {
	obs    []survival.Observation
	fit    *survival.Curve // of the group before; of those with a TTR
	stages [len(stageNames)][]float64
	dwell  []float64
}

func newScratch(n int) *scratch {
	s := &scratch{obs: make([]survival.Observation, 0, n)}
	for i := range s.stages {
		s.stages[i] = make([]float64, 0, n)
	}
	s.dwell = make([]float64, 0, n)
	return s
}

func (s *scratch) reset() {
	s.obs, s.dwell = s.obs[:0], s.dwell[:0]
	for i := range s.stages {
		s.stages[i] = s.stages[i][:0]
	}
}

// see adds the time from detection to the end.
func (s *scratch) see(r *record) {
	s.obs = append(s.obs, survival.Observation{Time: days(r.ttr), Event: r.is(closed)})
}

// details adds the other times.
func (s *scratch) details(r *record) {
	if r.dwell != unknown {
		s.dwell = append(s.dwell, days(r.dwell))
	}
	for i, x := range r.stages {
		if x != unknown {
			s.stages[i] = append(s.stages[i], days(x))
		}
	}
	if r.is(closed) {
		s.stages[len(stageNames)-1] = append(s.stages[len(stageNames)-1], days(r.ttr))
	}
}

// staged gives the times to each stage.
func (s *scratch) staged() []Stage {
	var out []Stage
	for i, name := range stageNames {
		if xs := s.stages[i]; len(xs) > 0 {
			out = append(out, Stage{Stage: name, N: len(xs), Mean: mean(xs), Median: median(xs)})
		}
	}
	return out
}

// mean is the average.
func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// median is the middle value, or the middle between two; it reorders xs.
func median(xs []float64) float64 {
	n := len(xs)
	if slices.IsSorted(xs) {
		return (xs[(n-1)/2] + xs[n/2]) / 2
	}
	upper := choose(xs, n/2)
	if n%2 == 1 {
		return upper
	}
	return (slices.Max(xs[:n/2]) + upper) / 2
}

// choose gives the value that would stand at k if xs were sorted, and puts none
// greater before it and none smaller behind it (Hoare, Algorithm 65, 1961, with
// pivots by a generator, so that no order of the input is a bad one).
func choose(xs []float64, k int) float64 {
	lo, hi := 0, len(xs)-1
	seed := uint64(len(xs)) + 0x9e3779b97f4a7c15
	for lo < hi {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		pivot := xs[lo+int(seed%uint64(hi-lo+1))]
		i, j := lo, hi
		for i <= j {
			for xs[i] < pivot {
				i++
			}
			for xs[j] > pivot {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return xs[k]
		}
	}
	return xs[k]
}
