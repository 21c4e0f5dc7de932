package ttr

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"leakline/remediate/incident"
	"leakline/scanner"
)

// csvHead are the columns of a report's CSV: one line a group. Cells without a
// figure are empty.
func csvHead() []string {
	head := []string{"as_of", "dimension", "name", "owner_kind", "n", "open", "remediated"}
	for _, p := range incident.Proofs() {
		head = append(head, "proof_"+column(string(p)))
	}
	for _, r := range incident.Reasons() {
		head = append(head, "dismissed_"+column(string(r)))
	}
	return append(head,
		"crossing", "reopened", "closed_before_detection",
		"overdue", "accepted_overdue", "within_7_days", "within_30_days",
		"longest_open_days", "longest_open_incident",
		"tau", "at_risk", "rmst", "rmst_low", "rmst_high", "open_at_tau", "verdict",
		"open_at_27", "open_at_27_low", "open_at_27_high",
		"median", "median_low", "median_high",
		"owned_n", "owned_mean", "owned_median",
		"acknowledged_n", "acknowledged_mean", "acknowledged_median",
		"removed_n", "removed_mean", "removed_median",
		"remediated_n", "remediated_mean", "remediated_median",
		"dwell_n", "dwell_unknown", "dwell_mean", "dwell_median",
	)
}

// column is a name as a part of a column's.
func column(s string) string { return strings.ReplaceAll(s, "-", "_") }

func writeCSV(w io.Writer, r *Report) error {
	c := csv.NewWriter(w)
	_ = c.Write(csvHead()) // Flush keeps the error
	for i := range r.Groups {
		_ = c.Write(csvRow(r, &r.Groups[i]))
	}
	c.Flush()
	return c.Error()
}

func csvRow(r *Report, g *Group) []string {
	row := []string{
		r.AsOf.UTC().Format(time.RFC3339), string(g.Dimension), Defuse(g.Name), string(g.OwnerKind),
		strconv.Itoa(g.N), strconv.Itoa(g.Open), strconv.Itoa(g.Remediated),
	}
	for _, p := range incident.Proofs() {
		row = append(row, strconv.Itoa(g.Proofs[string(p)]))
	}
	for _, reason := range incident.Reasons() {
		row = append(row, strconv.Itoa(g.Dismissed(reason)))
	}
	for _, n := range []int{
		g.Crossing, g.Reopened, g.Early,
		g.Forecast.Overdue, g.Forecast.AcceptedOverdue, g.Forecast.Within7, g.Forecast.Within30,
	} {
		row = append(row, strconv.Itoa(n))
	}
	if l := g.LongestOpen; l != nil {
		row = append(row, number(l.Days), Defuse(string(l.Incident)))
	} else {
		row = append(row, "", "")
	}
	row = append(row, csvTTR(g.TTR)...)
	for _, name := range stageNames {
		row = append(row, csvStage(g, name)...)
	}
	if d := g.Dwell; d != nil {
		return append(row, strconv.Itoa(d.N), strconv.Itoa(d.Unknown), number(d.Mean), number(d.Median))
	}
	return append(row, "", "", "", "")
}

// Dismissed counts the incidents under a dismissal in force.
func (g *Group) Dismissed(r incident.Reason) int {
	switch r {
	case incident.AcceptedRisk:
		return g.AcceptedRisk
	case incident.WontFix:
		return g.WontFix
	}
	return g.Left[string(r)]
}

func csvTTR(t *TTR) []string {
	if t == nil {
		return make([]string, 13)
	}
	row := []string{number(t.Tau), strconv.Itoa(t.AtRisk)}
	row = append(row, csvInterval(t.RMST)...)
	row = append(row, number(t.OpenAtTau), string(t.Verdict))
	row = append(row, csvInterval(t.OpenAtBaseline)...)
	median := csvInterval(t.Median)
	if t.MedianLow != nil {
		median[1] = number(*t.MedianLow)
	}
	return append(row, median...)
}

func csvInterval(i *Interval) []string {
	row := make([]string, 3)
	if i == nil {
		return row
	}
	row[0] = number(i.Value)
	for n, bound := range []*float64{i.Low, i.High} {
		if bound != nil {
			row[n+1] = number(*bound)
		}
	}
	return row
}

func csvStage(g *Group, name string) []string {
	for _, s := range g.Stages {
		if s.Stage == name {
			return []string{strconv.Itoa(s.N), number(s.Mean), number(s.Median)}
		}
	}
	return make([]string, 3)
}

// number is a figure with all its digits.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Defuse makes text safe as a cell: control characters become visible, tabs
// blanks, and an apostrophe stands before what a spreadsheet would take for a
// formula.
func Defuse(s string) string {
	sign := strings.TrimLeft(s, " \t\r\n\u00a0\u3000\ufeff")
	s = strings.ReplaceAll(scanner.Printable(s), "\t", " ")
	if sign != "" && strings.ContainsAny(sign[:1], "=+-@|%") || fullwidth(sign) {
		return "'" + s
	}
	return s
}

// fullwidth says that text begins with a sign that some spreadsheets read as its
// narrow form.
func fullwidth(s string) bool {
	for _, sign := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}

func writeRemovalCSV(w io.Writer, r *Removal) error {
	c := csv.NewWriter(w)
	head := []string{"as_of", "label", "name", "n", "present", "removed", "apart", "undated", "longest_present_days", "median", "median_low", "median_high"}
	for _, d := range removalDays {
		at := "present_at_" + strconv.Itoa(d)
		head = append(head, at, at+"_low", at+"_high")
	}
	_ = c.Write(head) // Flush keeps the error
	for _, g := range r.Groups {
		row := []string{r.AsOf.UTC().Format(time.RFC3339), r.Label, Defuse(g.Name)}
		for _, n := range []int{g.N, g.Present, g.Removed, g.Apart, g.Undated} {
			row = append(row, strconv.Itoa(n))
		}
		row = append(row, number(g.LongestPresent))
		row = append(row, csvInterval(g.Median)...)
		for _, d := range removalDays {
			row = append(row, csvInterval(g.present(d))...)
		}
		_ = c.Write(row)
	}
	c.Flush()
	return c.Error()
}

// present is the share that is present on a day; nil if it is not known.
func (g *RemovalGroup) present(day int) *Interval {
	for i := range g.Shares {
		if g.Shares[i].Day == day {
			return &g.Shares[i].Interval
		}
	}
	return nil
}
