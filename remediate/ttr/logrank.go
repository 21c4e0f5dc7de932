package ttr

import (
	"leakline/detectors"
	"leakline/remediate/survival"
)

// LogRank compares the layers ai-platform and application-auth, without the
// incidents that open both.
type LogRank struct {
	Layers    []string  `json:"layers"`
	N         []int     `json:"n"`
	Closed    []int     `json:"remediated"`
	Expected  []float64 `json:"expected"` // how many would be, if the layers did not differ
	ChiSquare float64   `json:"chi_square"`
	DF        int       `json:"degrees_of_freedom"`
	P         float64   `json:"p"`
}

// logRank is nil if one of the layers has too few closures.
func (t *table) logRank(s *scratch) *LogRank {
	s.obs = s.obs[:0]
	var groups [2][]survival.Observation
	var ended [2]int
	for g, layer := range [...]uint8{bitAI, bitAuth} {
		begin := len(s.obs)
		for _, r := range t.all() {
			if r.layers != layer || r.is(left) {
				continue
			}
			s.see(r)
			if r.is(closed) {
				ended[g]++
			}
		}
		groups[g] = s.obs[begin:]
	}
	if min(ended[0], ended[1]) < MinClosures {
		return nil
	}
	x := survival.LogRank(groups[:])
	if x.DF == 0 || !finite(x.Chi2) || !finite(x.P) {
		return nil
	}
	return &LogRank{
		Layers: []string{string(detectors.AIPlatform), string(detectors.ApplicationAuth)},
		N:      []int{len(groups[0]), len(groups[1])}, Closed: ended[:], Expected: x.Expected,
		ChiSquare: x.Chi2, DF: x.DF, P: x.P,
	}
}
