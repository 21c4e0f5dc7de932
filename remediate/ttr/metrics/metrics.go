// Package metrics shows a report to Prometheus: as text for its textfile
// collector, and as a collector for a server's /metrics.
//
// Principal function: [Collect], which makes a collector of whatever gives the
// present report. [Write] writes one report.
//
// The one decision: labels have few values. There are layers, kinds of proof,
// reasons and verdicts, and no repository, owner or incident: those stand in the
// other formats.
package metrics

import (
	"fmt"
	"io"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"leakline/remediate/incident"
	"leakline/remediate/ttr"
)

// metric describes one family.
func metric(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("leakline_"+name, help, append([]string{"layer"}, labels...), nil)
}

// all is the layer label of the total.
const all = "all"

// descs are the families that a report gives. Layers don't add up: an incident
// that opens two counts in both, and once in layer "all".
type descs struct {
	incidents, open, remediated, dismissed, reopened     *prometheus.Desc
	longest, tau, rmst, rmstLow, rmstHigh, median        *prometheus.Desc
	verdict, share, shareLow, shareHigh, overdue, within *prometheus.Desc
	baseline, asOf                                       *prometheus.Desc
}

func newDescs() *descs {
	return &descs{
		incidents:  metric("incidents", "Incidents in the risk set: open and remediated. One that opens several layers counts in each, and once in layer \"all\"."),
		open:       metric("incidents_open", "Incidents that are not proven dead."),
		remediated: metric("incidents_remediated", "Incidents that are proven dead, by what proves it.", "proof"),
		dismissed:  metric("incidents_dismissed", "Incidents under a dismissal in force. Those for accepted-risk and wont-fix are open as well.", "reason"),
		reopened:   metric("incidents_reopened", "Incidents that came back to life at least once."),
		longest:    metric("incidents_longest_open_days", "Days since the detection of the longest open incident."),
		tau:        metric("ttr_tau_days", "Day up to which the restricted mean goes."),
		rmst:       metric("ttr_rmst_days", "Restricted mean time to remediate: days open of the first leakline_ttr_tau_days, on average."),
		rmstLow:    metric("ttr_rmst_lower_days", "Lower bound of the 95 % interval of leakline_ttr_rmst_days."),
		rmstHigh:   metric("ttr_rmst_upper_days", "Upper bound of the 95 % interval of leakline_ttr_rmst_days."),
		median:     metric("ttr_median_days", "Median time to remediate by Kaplan and Meier. Not to be compared with the baseline, which is a mean."),
		verdict:    metric("ttr_verdict", "1 for how the mean stands to the baseline, 0 for the other verdicts.", "verdict"),
		share:      metric("ttr_open_share_day27", "Share of incidents that are open 27 days after detection, by Kaplan and Meier."),
		shareLow:   metric("ttr_open_share_day27_lower", "Lower bound of the 95 % interval of leakline_ttr_open_share_day27."),
		shareHigh:  metric("ttr_open_share_day27_upper", "Upper bound of the 95 % interval of leakline_ttr_open_share_day27."),
		overdue:    metric("policy_overdue", "Open incidents past the policy's limit.", "accepted"),
		within:     metric("policy_due", "Open incidents whose limit ends within so many days, and has not ended.", "days"),
		baseline:   prometheus.NewDesc("leakline_ttr_baseline_days", "The figure that means are compared with: the mean of estimates in a survey.", nil, nil),
		asOf:       prometheus.NewDesc("leakline_ttr_as_of_timestamp_seconds", "The time of the report.", nil, nil),
	}
}

func (d *descs) all() []*prometheus.Desc {
	return []*prometheus.Desc{
		d.incidents, d.open, d.remediated, d.dismissed, d.reopened,
		d.longest, d.tau, d.rmst, d.rmstLow, d.rmstHigh, d.median,
		d.verdict, d.share, d.shareLow, d.shareHigh, d.overdue, d.within,
		d.baseline, d.asOf,
	}
}

// collector gives the metrics of the present report.
type collector struct {
	report func() (*ttr.Report, error)
	descs  *descs
}

// Collect makes a collector of a function that gives the present report. It is
// called at each scrape, by several at once maybe; an error fails the scrape.
func Collect(report func() (*ttr.Report, error)) prometheus.Collector {
	return &collector{report: report, descs: newDescs()}
}

// Describe gives the families.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range c.descs.all() {
		out <- d
	}
}

// Collect gives the figures.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	r, err := c.report()
	if err != nil {
		out <- prometheus.NewInvalidMetric(c.descs.incidents, err)
		return
	}
	g := gauges{out}
	g.set(c.descs.baseline, r.Baseline.Days)
	g.set(c.descs.asOf, float64(r.AsOf.Unix()))
	c.group(g, r, r.Total(), all)
	for _, layer := range r.By(ttr.ByLayer) {
		c.group(g, r, &layer, layer.Name)
	}
}

// gauges sends figures.
type gauges struct{ out chan<- prometheus.Metric }

func (g gauges) set(d *prometheus.Desc, value float64, labels ...string) {
	g.out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func (g gauges) count(d *prometheus.Desc, n int, labels ...string) { g.set(d, float64(n), labels...) }

// maybe sends a figure that may not be known; then it is not there.
func (g gauges) maybe(d *prometheus.Desc, value *float64, layer string) {
	if value != nil {
		g.set(d, *value, layer)
	}
}

func (c *collector) group(g gauges, r *ttr.Report, x *ttr.Group, layer string) {
	d := c.descs
	g.count(d.incidents, x.N, layer)
	g.count(d.open, x.Open, layer)
	g.count(d.reopened, x.Reopened, layer)
	for _, p := range incident.Proofs() {
		g.count(d.remediated, x.Proofs[string(p)], layer, string(p))
	}
	for _, reason := range incident.Reasons() {
		g.count(d.dismissed, x.Dismissed(reason), layer, string(reason))
	}
	if x.LongestOpen != nil {
		g.set(d.longest, x.LongestOpen.Days, layer)
	}
	if r.Overdue != nil {
		g.count(d.overdue, x.Forecast.Overdue, layer, "false")
		g.count(d.overdue, x.Forecast.AcceptedOverdue, layer, "true")
		g.count(d.within, x.Forecast.Within7, layer, "7")
		g.count(d.within, x.Forecast.Within30, layer, "30")
	}
	if x.TTR != nil {
		c.ttr(g, x.TTR, layer)
	}
}

func (c *collector) ttr(g gauges, t *ttr.TTR, layer string) {
	d := c.descs
	g.set(d.tau, t.Tau, layer)
	if m := t.RMST; m != nil {
		g.set(d.rmst, m.Value, layer)
		g.maybe(d.rmstLow, m.Low, layer)
		g.maybe(d.rmstHigh, m.High, layer)
	}
	if m := t.Median; m != nil {
		g.set(d.median, m.Value, layer)
	}
	if s := t.OpenAtBaseline; s != nil {
		g.set(d.share, s.Value, layer)
		g.maybe(d.shareLow, s.Low, layer)
		g.maybe(d.shareHigh, s.High, layer)
	}
	for _, v := range ttr.Verdicts() {
		n := 0
		if v == t.Verdict {
			n = 1
		}
		g.count(d.verdict, n, layer, string(v))
	}
}

// Write writes a report in the text exposition format, version 0.0.4.
func Write(w io.Writer, r *ttr.Report) error {
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(Collect(func() (*ttr.Report, error) { return r, nil })); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	families, err := registry.Gather()
	if err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(w, f); err != nil {
			return fmt.Errorf("write metrics: %w", err)
		}
	}
	return nil
}
