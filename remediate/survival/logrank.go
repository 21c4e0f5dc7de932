package survival

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Test is the log-rank comparison of groups.
type Test struct {
	Chi2 float64
	DF   int // one less than the groups that were compared; 0: nothing could be
	// P is how often groups that do not differ would seem to differ as much; 1 if
	// nothing could be compared.
	P float64
	// Observed and Expected are the events of each group: those that happened, and
	// those that had, if the groups did not differ. Groups that never were at risk
	// at an event, the empty ones among them, have 0 and are not compared.
	Observed []int
	Expected []float64
	Refused  int // observations that were not used, since they are not valid
}

// LogRank tests whether groups end at the same pace at all times (Mantel, Cancer
// Chemotherapy Reports 50, 1966): at each event time the events are spread over
// the groups in proportion to what is at risk, with the hypergeometric variance.
// In R it is survdiff with rho=0, which knows no delayed entry; here it counts.
//
// If the variance is singular, because all that was at risk ended at once, say,
// nothing can be compared; R stops with an error.
func LogRank(groups [][]Observation) Test {
	walks := make([]walk, len(groups))
	t := Test{P: 1, Observed: make([]int, len(groups)), Expected: make([]float64, len(groups))}
	for i, g := range groups {
		walks[i].sample = newSample(g)
		t.Observed[i] = walks[i].events
		t.Refused += walks[i].refused
	}
	variance := t.expect(walks)
	var compared []int
	for i, e := range t.Expected {
		if e > 0 {
			compared = append(compared, i)
		}
	}
	if len(compared) < 2 {
		return t
	}
	compared = compared[1:] // the differences add up to 0, so one says nothing new
	diff, m := make([]float64, len(compared)), make([][]float64, len(compared))
	for row, i := range compared {
		diff[row] = float64(t.Observed[i]) - t.Expected[i]
		for _, j := range compared {
			m[row] = append(m[row], variance[i][j])
		}
	}
	chi2, ok := quadratic(m, diff)
	if !ok {
		return t
	}
	t.Chi2, t.DF = chi2, len(compared)
	t.P = distuv.ChiSquared{K: float64(t.DF)}.Survival(chi2)
	return t
}

// expect walks all groups through all event times, adds up the expected events and
// gives the covariance of what was observed.
func (t *Test) expect(walks []walk) [][]float64 {
	k := len(walks)
	variance := make([][]float64, k)
	for i := range variance {
		variance[i] = make([]float64, k)
	}
	risk := make([]float64, k)
	for {
		at, more := uint64(math.MaxUint64), false
		for i := range walks {
			next, ok := walks[i].next()
			at, more = min(at, next), more || ok
		}
		if !more {
			return variance
		}
		n, d := 0.0, 0.0
		for i := range walks {
			r, events := walks[i].to(at)
			risk[i] = float64(r)
			n += risk[i]
			d += float64(events)
		}
		for i, r := range risk {
			t.Expected[i] += d * r / n
			if n == 1 {
				continue
			}
			v := d * (n - d) / (n - 1) * r / n
			variance[i][i] += v
			for j, other := range risk {
				variance[i][j] -= v * other / n
			}
		}
	}
}

// quadratic gives d' m⁻¹ d for a positive definite matrix, which it destroys, by
// Cholesky's decomposition; false if the matrix is singular.
func quadratic(m [][]float64, d []float64) (float64, bool) {
	sum := 0.0
	y := make([]float64, len(d)) // solves L y = d
	for i := range m {
		diagonal := m[i][i]
		for j := 0; j <= i; j++ {
			v := m[i][j]
			for k := range j {
				v -= m[i][k] * m[j][k]
			}
			if j < i {
				m[i][j] = v / m[j][j]
				continue
			}
			if v <= 1e-12*diagonal || math.IsNaN(v) {
				return 0, false
			}
			m[i][i] = math.Sqrt(v)
		}
		v := d[i]
		for k := range i {
			v -= m[i][k] * y[k]
		}
		y[i] = v / m[i][i]
		sum += y[i] * y[i]
	}
	return sum, true
}
