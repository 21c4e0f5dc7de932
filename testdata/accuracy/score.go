package accuracy

import (
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// Tally counts verdicts.
type Tally struct {
	True   int // credentials that were found
	False  int // lines without one in which something was found
	Missed int // credentials that were not found
}

// Precision is the share of the findings that are right, 1 if there are none.
func (t Tally) Precision() float64 { return share(t.True, t.False) }

// Recall is the share of the credentials that are found.
func (t Tally) Recall() float64 { return share(t.True, t.Missed) }

// F1 is the harmonic mean of the two.
func (t Tally) F1() float64 { return share(2*t.True, t.False+t.Missed) }

func share(a, b int) float64 {
	if a+b == 0 {
		return 1
	}
	return float64(a) / float64(a+b)
}

func (t *Tally) add(o Tally) {
	t.True, t.False, t.Missed = t.True+o.True, t.False+o.False, t.Missed+o.Missed
}

// Levels are the least confidences that a report tells apart.
var Levels = []detectors.Confidence{detectors.Low, detectors.Medium}

// Report is the score of a set on the corpus.
type Report struct {
	tallies map[string]*[2]Tally // by part and kind
	// Wrong are the lines that were judged wrongly at the first level.
	Wrong []Line
}

// Score runs a set over lines.
func Score(set *engine.Set, lines []Line) *Report {
	r := &Report{tallies: map[string]*[2]Tally{}}
	for _, l := range lines {
		text := "#\n" + l.Text + "\n#\n"
		matches := set.Find([]byte(text))
		for i, level := range Levels {
			t := l.judge(matches, level)
			for _, key := range []string{string(l.Part), string(l.Part) + " " + l.Kind} {
				if r.tallies[key] == nil {
					r.tallies[key] = &[2]Tally{}
				}
				r.tallies[key][i].add(t)
			}
			if i == 0 && (t.False > 0 || t.Missed > 0) {
				r.Wrong = append(r.Wrong, l)
			}
		}
	}
	return r
}

// judge says what a set's matches in a line come to: a credential is found if a match
// overlaps it.
func (l *Line) judge(matches []engine.Match, level detectors.Confidence) Tally {
	const before = len("#\n")
	found := false
	for _, m := range matches {
		if m.Detector.Public && !m.Detector.Half || m.Confidence.Rank() < level.Rank() {
			continue
		}
		if !l.Secret {
			return Tally{False: 1}
		}
		found = found || m.Start-before < l.End && l.Start < m.End-before
	}
	switch {
	case !l.Secret:
		return Tally{}
	case found:
		return Tally{True: 1}
	}
	return Tally{Missed: 1}
}

// Of returns the tally of a part at a level.
func (r *Report) Of(p Part, level detectors.Confidence) Tally {
	return r.tallies[string(p)][slices.Index(Levels, level)]
}

// String is the report as a table.
func (r *Report) String() string {
	keys := make([]string, 0, len(r.tallies))
	for k := range r.tallies {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		pa, ka, _ := strings.Cut(a, " ")
		pb, kb, _ := strings.Cut(b, " ")
		if d := slices.Index(Parts, Part(pa)) - slices.Index(Parts, Part(pb)); d != 0 {
			return d
		}
		return strings.Compare(ka, kb)
	})
	var b strings.Builder
	fmt.Fprintf(&b, "%-31s %-34s  %s\n", "", "low and above", "medium and above")
	fmt.Fprintf(&b, "%-31s %s  %s\n", "lines", columns, columns)
	for _, k := range keys {
		fmt.Fprintf(&b, "%-31s", k)
		for _, t := range r.tallies[k] {
			fmt.Fprintf(&b, " %5d %5d %6d %5.2f %4.2f %4.2f ", t.True, t.False, t.Missed, t.Precision(), t.Recall(), t.F1())
		}
		b.WriteByte('\n')
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

const columns = " true false missed prec. rec.   F1"
