package survival

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// figures are what R computed: testdata/survival.R says how. What R has not is
// null.
type figures struct {
	By   string
	Seed int
	Sets []struct {
		Name    string
		Groups  []group
		Logrank *struct {
			Chi2, P float64
			DF      int
		}
	}
}

// group is one group of a data set.
type group struct {
	Entry, Time []float64
	Event       []int

	N, Events int
	At        struct {
		Time, Share         []float64
		Risk, SE, Low, High []*float64
	}
	Means            []struct{ Tau, Mean, SE float64 }
	Median, Quantile []*float64 // the value, its lower and its upper bound
}

func readFigures(t *testing.T) figures {
	t.Helper()
	text, err := os.ReadFile("testdata/figures.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var f figures
	if err := d.Decode(&f); err != nil {
		t.Fatal(err)
	}
	return f
}

// observations gives the group's data in another order: last to first.
func (g *group) observations() []Observation {
	var obs []Observation
	for i := range g.Time {
		o := Observation{Time: g.Time[i], Event: g.Event[i] == 1}
		if g.Entry != nil {
			o.Entry = g.Entry[i]
		}
		obs = append(obs, o)
	}
	slices.Reverse(obs)
	return obs
}

// same says whether figures are equal to 10 significant digits. What is to be 0
// may be off by rounding.
func same(got, want float64) bool {
	if want == 0 {
		return math.Abs(got) < 1e-14
	}
	return math.Abs(got/want-1) <= 0.5e-10
}

// worst is the largest relative difference that a comparison saw.
type worst struct {
	by    float64
	where string
	count int
}

func (w *worst) compare(t *testing.T, got, want float64, format string, args ...any) {
	t.Helper()
	w.count++
	where := fmt.Sprintf(format, args...)
	if by := math.Abs(got/want - 1); want != 0 && by > w.by {
		w.by, w.where = by, where
	}
	if !same(got, want) {
		t.Errorf("%s: %.17g, R says %.17g", where, got, want)
	}
}

// maybe compares what may be unknown.
func (w *worst) maybe(t *testing.T, got float64, known bool, want *float64, format string, args ...any) {
	t.Helper()
	switch where := fmt.Sprintf(format, args...); {
	case want == nil && (known || got != 0):
		t.Errorf("%s: %v (known: %v), R says NA", where, got, known)
	case want != nil && !known:
		t.Errorf("%s is not known, R says %v", where, *want)
	case want != nil:
		w.compare(t, got, *want, "%s", where)
	}
}

// TestR compares with the figures of R's package survival, to 10 digits.
func TestR(t *testing.T) {
	f := readFigures(t)
	if len(f.Sets) < 20 || f.By != "R package survival 3.5.3" {
		t.Fatalf("%d data sets by %s", len(f.Sets), f.By)
	}
	var w worst
	groups := 0
	var differ []string
	for _, set := range f.Sets {
		var all [][]Observation
		for i := range set.Groups {
			g, name := &set.Groups[i], fmt.Sprintf("%s, group %d", set.Name, i+1)
			all = append(all, g.observations())
			if len(g.Time) == 0 {
				continue
			}
			groups++
			c := Fit(all[i])
			g.compare(t, &w, c, name)
			if !slices.EqualFunc(g.Median, g.Quantile, func(a, b *float64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }) {
				differ = append(differ, name)
			}
		}
		got := LogRank(all)
		switch want := set.Logrank; {
		case want == nil && (got.DF != 0 || got.P != 1):
			t.Errorf("%s: %+v, R can't compare", set.Name, got)
		case want != nil:
			if got.DF != want.DF {
				t.Errorf("%s: %d degrees of freedom, R says %d", set.Name, got.DF, want.DF)
			}
			w.compare(t, got.Chi2, want.Chi2, "%s: log-rank", set.Name)
			w.compare(t, got.P, want.P, "%s: p", set.Name)
		}
	}
	t.Logf("%d figures of %d groups; the worst relative difference is %.1e (%s)", w.count, groups, w.by, w.where)
	// Where R's two medians differ we take the one that it prints: see Median.
	want := []string{"half at last, group 1", "half at last but for rounding, group 1", "bounds that rise again, group 1", "delayed entry, few at first, group 1", "delayed entry of 2000, group 1"}
	if !slices.Equal(differ, want) {
		t.Errorf("R's own medians differ for %q", differ)
	}
}

// compare compares one curve.
func (g *group) compare(t *testing.T, w *worst, c *Curve, name string) {
	if c.Observed != g.N || c.Events != g.Events || c.Refused != 0 {
		t.Errorf("%s: %d observed, %d events; R says %d, %d", name, c.Observed, c.Events, g.N, g.Events)
	}
	for k, time := range g.At.Time {
		e, ok := c.At(time)
		if !ok {
			t.Errorf("%s: nothing at %v", name, time)
			continue
		}
		w.compare(t, e.Share, g.At.Share[k], "%s: share at %v", name, time)
		if r := g.At.Risk[k]; r != nil && float64(c.AtRisk(time)) != *r {
			t.Errorf("%s: %d at risk at %v, R says %v", name, c.AtRisk(time), time, *r)
		}
		if e.Share == 0 || e.Share == 1 { // R: an error of 0 or NaN; bounds of 1 before the first row, else NA
			if e.Bounded || e.SE != 0 || e.Low != e.Share || e.High != e.Share {
				t.Errorf("%s: %+v", name, e)
			}
			continue
		}
		w.maybe(t, e.SE, e.Bounded, g.At.SE[k], "%s: error at %v", name, time)
		w.maybe(t, e.Low, e.Bounded, g.At.Low[k], "%s: lower bound at %v", name, time)
		w.maybe(t, e.High, e.Bounded, g.At.High[k], "%s: upper bound at %v", name, time)
	}
	for _, want := range g.Means {
		m := c.Mean(want.Tau)
		w.compare(t, m.Value, want.Mean, "%s: mean to %v", name, want.Tau)
		w.compare(t, m.SE, want.SE, "%s: error of the mean to %v", name, want.Tau)
	}
	q := c.Median()
	w.maybe(t, q.Value, q.Known, g.Median[0], "%s: median", name)
	w.maybe(t, q.Low, q.LowKnown, g.Median[1], "%s: lower bound of the median", name)
	w.maybe(t, q.High, q.HighKnown, g.Median[2], "%s: upper bound of the median", name)
}

// TestRFigures: the stored figures are what the script computes, byte for byte.
func TestRFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("R takes seconds")
	}
	const probe = `cat(as.character(packageVersion("survival")))`
	version, err := exec.Command("Rscript", "--vanilla", "-e", probe).Output()
	if err != nil {
		missing(t, fmt.Sprintf("Rscript with its package survival does not run (%v); Debian: apt-get install r-cran-survival", err))
	}
	if string(version) != "3.5.3" {
		missing(t, fmt.Sprintf("R's package survival is %q; the figures are those of 3.5.3 (Debian 12)", version))
	}
	cmd := exec.Command("Rscript", "--vanilla", "survival.R")
	cmd.Dir = "testdata"
	var errs strings.Builder
	cmd.Stderr = &errs
	got, err := cmd.Output()
	if err != nil {
		t.Fatalf("survival.R: %v: %s", err, errs.String())
	}
	want, err := os.ReadFile("testdata/figures.json")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	gotLines, wantLines := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(gotLines), len(wantLines)) {
		if !bytes.Equal(gotLines[i], wantLines[i]) {
			t.Fatalf("line %d of figures.json is not what survival.R writes: %.200q, want %.200q", i+1, gotLines[i], wantLines[i])
		}
	}
	t.Fatalf("survival.R writes %d lines, figures.json has %d", len(gotLines), len(wantLines))
}

// missing skips a test whose real part is not there, or fails it if all must run.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
		t.Fatal(why)
	}
	t.Skip("NOT RUN: " + why)
}
