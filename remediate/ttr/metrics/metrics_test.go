package metrics_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
	"leakline/remediate/ttr/metrics"
)

var update = flag.Bool("update", false, "write the golden file anew")

const day = 24 * 60 * 60 * 1000

// rows are n incidents in as many repositories, of two layers, half of them
// remediated.
func rows(now time.Time, n int) iter.Seq2[*incident.Row, error] {
	return func(yield func(*incident.Row, error) bool) {
		for i := range n {
			r := incident.Row{
				ID: incident.ID(fmt.Sprintf("v1:0badcafe:%032x", i)), Provider: fmt.Sprint("provider ", i), Repos: []string{fmt.Sprint("acme/", i)},
				Layer: detectors.AIPlatform, Confidence: detectors.High, Detected: now.UnixMilli() - int64(i%200+40)*day,
			}
			if i%3 == 0 {
				r.Layer = detectors.ApplicationAuth
			}
			if i%2 == 0 {
				r.Remediated, r.Proof, r.How = r.Detected+int64(i%40)*day, incident.Proofs()[i%4], incident.Revoked
			}
			if i%7 == 0 {
				r.Dismissed = incident.Reasons()[i%5]
			}
			if !yield(&r, nil) {
				return
			}
		}
	}
}

func report(t *testing.T, n int) *ttr.Report {
	t.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	r, err := ttr.New(rows(now, n), ttr.Options{Now: now, Policy: ttr.Over(60 * 24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func text(t *testing.T, r *ttr.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := metrics.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := text(t, report(t, 300))
	path := filepath.Join("..", "testdata", "metrics.prometheus")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestText: Prometheus' own parser reads the text, and finds the report's figures.
func TestText(t *testing.T) {
	r := report(t, 300)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	value := func(name, layer string) float64 {
		for _, m := range families[name].GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "layer" && l.GetValue() == layer {
					return m.GetGauge().GetValue()
				}
			}
		}
		t.Errorf("no %s of %s", name, layer)
		return 0
	}
	for i := range r.Groups {
		g, layer := &r.Groups[i], r.Groups[i].Name
		switch g.Dimension {
		case ttr.ByTotal:
			layer = "all"
		case ttr.ByLayer:
		default:
			continue
		}
		for name, want := range map[string]float64{
			"leakline_incidents": float64(g.N), "leakline_incidents_open": float64(g.Open),
			"leakline_ttr_rmst_days": g.TTR.RMST.Value, "leakline_ttr_rmst_lower_days": *g.TTR.RMST.Low,
			"leakline_ttr_open_share_day27": g.TTR.OpenAtBaseline.Value, "leakline_incidents_longest_open_days": g.LongestOpen.Days,
		} {
			if got := value(name, layer); got != want {
				t.Errorf("%s of %s: %v, want %v", name, layer, got, want)
			}
		}
	}
	for name, f := range families {
		if f.GetHelp() == "" || f.GetType().String() != "GAUGE" || !strings.HasPrefix(name, "leakline_") {
			t.Errorf("%s: help %q, type %s", name, f.GetHelp(), f.GetType())
		}
	}
}

// TestCardinality: more incidents, repositories and providers make no more series.
func TestCardinality(t *testing.T) {
	few, many := report(t, 300), report(t, 5000)
	count := func(r *ttr.Report) int {
		n := 0
		for line := range strings.Lines(text(t, r)) {
			if !strings.HasPrefix(line, "#") {
				n++
			}
		}
		return n
	}
	if a, b := count(few), count(many); a != b || a == 0 || a > 150 {
		t.Errorf("%d series, and %d of more incidents", a, b)
	}
}

func TestLint(t *testing.T) {
	problems, err := promlint.New(strings.NewReader(text(t, report(t, 300)))).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if !strings.Contains(p.Text, "base unit") { // days are what the baseline is in
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// TestCollect: a scrape asks anew, and fails if there is no report.
func TestCollect(t *testing.T) {
	broken := errors.New("the database is gone")
	var r *ttr.Report
	err := broken
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(metrics.Collect(func() (*ttr.Report, error) { return r, err }))
	if _, got := registry.Gather(); got == nil || !strings.Contains(got.Error(), broken.Error()) {
		t.Errorf("%v", got)
	}
	r, err = report(t, 300), nil
	if _, got := registry.Gather(); got != nil {
		t.Error(got)
	}
	r = report(t, 0)
	if _, got := registry.Gather(); got != nil {
		t.Error(got)
	}
}
