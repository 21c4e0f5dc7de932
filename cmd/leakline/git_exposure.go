package main

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"

	"leakline/remediate"
	"leakline/remediate/survival"
	"leakline/scanner"
	"leakline/scanner/report"
)

// addExposure adds the flag of leakline git that shows times in place of findings.
func (f *scanFlags) addExposure(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.exposure, "exposure", false,
		"in text, show since when and until when each secret stood here (see 'leakline help exposure')")
}

// emit writes the report that the flags ask for. --exposure is about text: the
// other formats have the exposure of each finding anyway.
func (f *scanFlags) emit(w io.Writer, r *scanner.Result, o report.Options) error {
	if f.exposure && f.format == "text" {
		return report.WriteExposure(w, r, o, pastCurve(r.Findings, o.Now))
	}
	return report.Write(w, f.format, r, o)
}

// presence says what the figures are, and what they are not; baseline what the
// curve's must not be compared with.
const (
	presence = "This is presence in the default branch's tree, from the commit that introduced a secret to the last removal: " +
		"it does not say that any was revoked, and whoever cloned meanwhile has them."
	baseline = " The baseline of 27 days is the mean of a survey, on a clock that starts at detection: do not compare it with this median."
)

// pastCurve says how long the repository's secrets stayed.
func pastCurve(fs []scanner.Finding, now time.Time) report.Section {
	if len(fs) == 0 {
		return report.Section{}
	}
	spans, apart, undated := remediate.Spans(fs, now)
	c := survival.Fit(observations(spans))
	s := report.Section{Title: "How long secrets stayed", Text: presence}
	add := func(label, format string, args ...any) {
		s.Lines = append(s.Lines, report.Line{Label: label, Text: fmt.Sprintf(format, args...)})
	}
	add("secrets", "%d removed, %d still at the tip", c.Events, c.Open)
	if c.Open > 0 {
		add("oldest", "%s at the tip", days(c.LongestOpen))
	}
	if c.Events >= remediate.MinRemovals {
		s.Title += ": the share that was still there after so many days"
		s.Text += baseline
		for _, n := range []float64{1, 7, 27, 90, 365} {
			if e, ok := c.At(n); ok {
				add(days(n), "%s", share(e))
			} else {
				add(days(n), "not known: no secret was watched for so long")
			}
		}
		if m, ok := c.Reached(0.5); ok {
			add("median", "%s", days(m))
		} else {
			add("median", "not reached: more than half were still there when last seen")
		}
	} else {
		add("curve", "none: it takes %d removals", remediate.MinRemovals)
	}
	if apart > 0 {
		add("apart", "%d that the default branch's tree never held", apart)
	}
	if undated > 0 {
		add("undated", "%d whose introduction is not known", undated)
	}
	return s
}

// observations are spans in days. A span below zero counts as zero.
func observations(spans []remediate.Span) []survival.Observation {
	obs := make([]survival.Observation, len(spans))
	for i, s := range spans {
		obs[i] = survival.Observation{Time: float64(max(0, s.Length)) / float64(24*time.Hour), Event: s.Ended}
	}
	return obs
}

// share is an estimate in percent.
func share(e survival.Estimate) string {
	text := percent(e.Share) + " %"
	if e.Bounded {
		text += fmt.Sprintf(" (95%% interval %s to %s)", percent(e.Low), percent(e.High))
	}
	return text
}

// percent rounds to whole ones, but never to all or nothing what is neither.
func percent(share float64) string {
	switch {
	case share > 0 && share < 0.01:
		return "under 1"
	case share < 1 && share > 0.99:
		return "over 99"
	}
	return fmt.Sprintf("%.0f", math.Round(100*share))
}

// days is a span in whole days.
func days(d float64) string {
	switch n := int(d); n {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", n)
	}
}
