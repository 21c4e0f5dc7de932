package report

import (
	"bufio"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/scanner"
)

// column is one column of csv.
type column struct {
	name string
	cell func(f *scanner.Finding, p scanner.Place) string
}

// writeCSV writes a header and a row for every place of every secret, as RFC 4180
// has it. No cell is a formula to a spreadsheet.
func writeCSV(w *bufio.Writer, r *scanner.Result, _ Options, c *cleaner) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	columns := csvColumns()
	row := make([]string, len(columns))
	for i, col := range columns {
		row[i] = col.name
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for _, f := range r.Findings {
		f = c.finding(f)
		for _, p := range everywhere(&f) {
			for i, col := range columns {
				row[i] = c.text(defuse(tidy(col.cell(&f, p))))
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// defuse puts an apostrophe before what a spreadsheet would take as a formula. The
// wide forms are those of East Asian input methods, which some programs read alike.
// https://owasp.org/www-community/attacks/CSV_Injection
func defuse(cell string) string {
	bare := strings.TrimLeft(cell, " \t\r\n")
	if bare != "" && strings.ContainsAny(bare[:1], "=+-@") || strings.TrimLeft(cell, "\t\r\n") != cell {
		return "'" + cell
	}
	for _, wide := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(bare, wide) {
			return "'" + cell
		}
	}
	return cell
}

// csvColumns are the columns, in an order that stays: further ones come last.
func csvColumns() []column {
	type (
		finding = *scanner.Finding
		place   = scanner.Place
	)
	return []column{
		{"detector", func(f finding, _ place) string { return f.Detector }},
		{"title", func(f finding, _ place) string { return f.Title }},
		{"provider", func(f finding, _ place) string { return f.Provider }},
		{"opens", func(f finding, _ place) string { return f.Opens }},
		{"layer", func(f finding, _ place) string { return string(f.Layer) }},
		{"layer_confidence", func(f finding, _ place) string { return string(f.LayerConfidence) }},
		{"layer_candidates", func(f finding, _ place) string { return listed(f.LayerCandidates) }},
		{"layer_evidence", func(f finding, _ place) string { return strings.Join(evidenceLines(f), "; ") }},
		{"also_opens", func(f finding, _ place) string { return listed(doors(f)) }},
		{"class", func(f finding, _ place) string { return string(f.Class) }},
		{"subject", func(f finding, _ place) string { return string(f.Subject) }},
		{"form", func(f finding, _ place) string { return string(f.Form) }},
		{"control", func(f finding, _ place) string { return string(f.Control) }},
		{"privilege", func(f finding, _ place) string { return string(f.Privilege) }},
		{"scope", func(f finding, _ place) string { return string(f.Scope) }},
		{"environment", func(f finding, _ place) string { return string(f.Environment) }},
		{"confidence", func(f finding, _ place) string { return string(f.Confidence) }},
		{"severity", func(f finding, _ place) string { return string(f.Severity) }},
		{"secret", func(f finding, _ place) string { return string(f.Secret) }},
		{"fingerprint", func(f finding, _ place) string { return f.Fingerprint }},
		{"source", func(_ finding, p place) string { return string(p.Source) }},
		{"reach", func(_ finding, p place) string { return string(p.Reach) }},
		{"repo", func(f finding, _ place) string { return f.Repo }},
		{"path", func(_ finding, p place) string { return p.Path }},
		{"archive_path", func(_ finding, p place) string { return p.ArchivePath }},
		{"start_line", func(_ finding, p place) string { return positive(p.StartLine) }},
		{"end_line", func(_ finding, p place) string { return positive(p.EndLine) }},
		{"start_column", func(_ finding, p place) string { return positive(p.StartColumn) }},
		{"end_column", func(_ finding, p place) string { return positive(p.EndColumn) }},
		{"at_tip", func(_ finding, p place) string { return strconv.FormatBool(p.AtTip) }},
		{"blob", func(_ finding, p place) string { return p.Blob }},
		{"commit", func(_ finding, p place) string { return p.Commit }},
		{"author", func(_ finding, p place) string { return p.Author }},
		{"email", func(_ finding, p place) string { return p.Email }},
		{"date", func(_ finding, p place) string { return stamp(p.Date) }},
		{"message", func(_ finding, p place) string { return p.Message }},
		{"name", func(_ finding, p place) string { return p.Name }},
		{"decoded", func(f finding, _ place) string { return strings.Join(f.Decoded, " ") }},
		{"introduced_at", func(f finding, _ place) string { return stamp(exposed(f).Introduced.CommittedAt) }},
		{"introduced_commit", func(f finding, _ place) string { return exposed(f).Introduced.ID }},
		{"removed_at", func(f finding, _ place) string { return stamp(exposed(f).Removed.CommittedAt) }},
		{"removed_commit", func(f finding, _ place) string { return exposed(f).Removed.ID }},
		{"days", func(f finding, _ place) string {
			if d := exposed(f).Days; d != nil {
				return strconv.Itoa(*d)
			}
			return ""
		}},
		{"occurrences_total", func(f finding, _ place) string { return strconv.Itoa(places(f)) }},
		{"owner", func(f finding, _ place) string { return remedy(f).Owner }},
		{"rotate_url", func(f finding, _ place) string { return remedy(f).RotateURL }},
		{"steps", func(f finding, _ place) string { return strings.Join(steps(f), "; ") }},
	}
}

// doors are the layers that a finding opens besides its own.
func doors(f *scanner.Finding) []detectors.Layer {
	var ls []detectors.Layer
	for _, d := range f.AlsoOpens {
		ls = append(ls, d.Layer)
	}
	return ls
}

func listed(ls []detectors.Layer) string {
	var names []string
	for _, l := range ls {
		names = append(names, string(l))
	}
	return strings.Join(names, " ")
}

func positive(n int) string {
	if n < 1 {
		return ""
	}
	return strconv.Itoa(n)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// exposed and remedy are those of a finding, or empty ones.
func exposed(f *scanner.Finding) scanner.Exposure {
	if f.Exposure == nil {
		return scanner.Exposure{}
	}
	return *f.Exposure
}

func remedy(f *scanner.Finding) scanner.Remediation {
	if f.Remediation == nil {
		return scanner.Remediation{}
	}
	return *f.Remediation
}
