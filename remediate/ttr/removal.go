package ttr

import (
	"iter"
	"time"

	"leakline/detectors"
	"leakline/remediate/survival"
)

// Window is one secret in one repository: since when and until when its branches
// held it. Times are Unix milliseconds, 0: not known, or not yet.
type Window struct {
	Layer               detectors.Layer
	Introduced, Removed int64
	InBranches          bool // the tip of a branch holds it
	Boundary            bool // it may have come before Introduced
}

// RemovalName names the form of removal curves in JSON.
const RemovalName = "leakline-removal-1"

// Removal says how long secrets stood in repositories until they were removed.
// That is not remediation: who has copied a removed secret can use it until it is
// revoked. No figure of it may stand beside the baseline.
type Removal struct {
	Schema string         `json:"schema"` // RemovalName
	AsOf   Time           `json:"as_of"`
	Label  string         `json:"label"` // RemovalLabel
	Groups []RemovalGroup `json:"groups"`
}

// RemovalLabel stands on everything that shows removals.
const RemovalLabel = "removal from the repository, not remediation"

// RemovalGroup holds the figures of the total or a layer.
type RemovalGroup struct {
	Name    string `json:"name"` // total, or a layer
	N       int    `json:"n"`
	Present int    `json:"present"` // a branch holds it still
	Removed int    `json:"removed"`
	// Apart never stood in a branch, as far as is known; Undated have no begin or no
	// end that is known. Neither is in N.
	Apart   int `json:"apart"`
	Undated int `json:"undated"`
	// LongestPresent is for how many days the oldest that is present has stood.
	LongestPresent float64 `json:"longest_present"`
	// Median and Shares are left out under MinClosures removals.
	Median *Interval `json:"median,omitempty"`
	Shares []Present `json:"shares,omitempty"`
	Curve  []Point   `json:"curve,omitempty"`
}

// Present is the share that is present still some days after it came.
type Present struct {
	Day int `json:"day"`
	Interval
}

// removalDays are the days of Shares. The baseline's is not among them.
var removalDays = [...]int{1, 7, 30, 90, 365}

// Removals makes removal curves of exposure windows: of all, and of each layer.
func Removals(windows iter.Seq[Window], now time.Time) *Removal {
	names := []string{string(ByTotal)}
	index := map[detectors.Layer]int{}
	for _, l := range detectors.Layers() {
		index[l] = len(names)
		names = append(names, string(l))
	}
	groups := make([]RemovalGroup, len(names))
	obs := make([][]survival.Observation, len(names))
	for w := range windows {
		at, ok := index[w.Layer]
		if !ok {
			at = index[detectors.Unclassified]
		}
		for _, g := range [...]int{0, at} {
			if o, ok := groups[g].count(w, now.UnixMilli()); ok {
				obs[g] = append(obs[g], o)
			}
		}
	}
	r := &Removal{Schema: RemovalName, AsOf: Time{now}, Label: RemovalLabel}
	for i := range groups {
		g := &groups[i]
		if i > 0 && g.N+g.Apart+g.Undated == 0 {
			continue
		}
		g.Name = names[i]
		g.estimate(obs[i])
		r.Groups = append(r.Groups, *g)
	}
	return r
}

// count counts a window and says how long it was watched. A secret that may have
// come earlier stood at least so long: it counts while it is present, and when it
// is removed it has no length.
func (g *RemovalGroup) count(w Window, now int64) (survival.Observation, bool) {
	gone := !w.InBranches && w.Removed != 0 && w.Removed <= now
	end := now
	if gone {
		end = w.Removed
	}
	switch {
	case w.Introduced > now:
		return survival.Observation{}, false // not yet
	case !w.InBranches && w.Removed == 0:
		g.Apart++
		return survival.Observation{}, false
	case w.Introduced == 0, w.Boundary && gone:
		g.Undated++
		return survival.Observation{}, false
	}
	g.N++
	length := days(max(0, end-w.Introduced))
	if gone {
		g.Removed++
	} else {
		g.Present++
		g.LongestPresent = max(g.LongestPresent, length)
	}
	return survival.Observation{Time: length, Event: gone}, true
}

func (g *RemovalGroup) estimate(obs []survival.Observation) {
	if g.Removed < MinClosures {
		return
	}
	c := survival.Fit(obs)
	g.Median = quantile(c.Median())
	for _, d := range removalDays {
		if e, ok := c.At(float64(d)); ok {
			g.Shares = append(g.Shares, Present{Day: d, Interval: *share(e)})
		}
	}
	g.Curve = points(c)
}
