package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"leakline/scanner"
)

// Section is a part of a report for people: a heading, lines that each begin with
// a short label, and a closing text. Empty parts are left out.
type Section struct {
	Title string
	Lines []Line
	Text  string
}

// Line is one line of a section; the label has at most eight columns.
type Line struct{ Label, Text string }

// WriteExposure writes for people since when and until when each secret stood in
// the repository, one line each, what is at the tip first and the oldest first;
// then a section of the caller's, and the account of what was scanned. Where a
// line does not fit the width, a secret takes two.
func WriteExposure(w io.Writer, r *scanner.Result, o Options, s Section) error {
	b := bufio.NewWriter(w)
	c := newCleaner(r, o.ShowSecrets)
	p := &page{width: o.width(), color: o.Color}
	p.exposures(r.Findings, c)
	p.section(s, c)
	o.Baseline = 0 // which runs from detection, on no clock that stands here
	p.summary(r, o, c)
	_, _ = b.WriteString(p.b.String())
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write exposure report: %w", err)
	}
	return nil
}

// what and when are the columns of the table: what a secret is, and its times.
var (
	whatHead = []string{"DETECTOR", "LAYER", "SECRET"}
	whenHead = []string{"INTRODUCED", "REMOVED", "DAYS", "HISTORY", "REFS"}
)

func (p *page) exposures(all []scanner.Finding, c *cleaner) {
	if len(all) == 0 {
		return
	}
	fs := slices.Clone(all)
	slices.SortStableFunc(fs, func(a, b scanner.Finding) int {
		return cmp.Or(cmp.Compare(standRank(&a), standRank(&b)), begun(&a).Compare(begun(&b)))
	})
	what, when := [][]string{whatHead}, [][]string{whenHead}
	for _, f := range fs {
		f = c.finding(f)
		what = append(what, whatCells(&f))
		when = append(when, whenCells(&f))
	}
	left, right := widths(what), widths(when)
	sum := 2 * (len(left) + len(right) - 1)
	for _, n := range slices.Concat(left, right) {
		sum += n
	}
	for i := range what {
		s := plain
		if i == 0 {
			s = faint
		}
		if sum <= p.width {
			p.line(s, cells(slices.Concat(what[i], when[i]), slices.Concat(left, right)))
			continue
		}
		p.line(s, cells(what[i], left))
		p.line(s, "  "+cells(when[i], right))
	}
	p.end()
}

// standRank puts what is at the tip before what was removed, and that before all
// else.
func standRank(f *scanner.Finding) int {
	switch e := f.Exposure; {
	case e == nil:
		return 3
	case e.AtTip:
		return 0
	case e.Removed.ID != "":
		return 1
	}
	return 2
}

func begun(f *scanner.Finding) time.Time {
	if f.Exposure == nil {
		return time.Time{}
	}
	return f.Exposure.Introduced.CommittedAt
}

func whatCells(f *scanner.Finding) []string {
	var layers []string
	for _, l := range candidates(f) {
		layers = append(layers, tidy(string(l)))
	}
	return []string{tidy(f.Detector), strings.Join(layers, "|"), tidy(string(f.Secret))}
}

// whenCells are the times of a secret; "-" stands for what is not known, and for
// what is in no repository.
func whenCells(f *scanner.Finding) []string {
	e := f.Exposure
	if e == nil {
		return []string{"-", "-", "-", "no", "-"}
	}
	introduced := dated(e.Introduced.CommittedAt, e.Introduced.ID)
	if e.Boundary != "" && introduced != "-" {
		introduced = "≤ " + introduced
	}
	days := "-"
	if e.Days != nil {
		days = thousands(int64(*e.Days))
	}
	history := "no"
	if e.InHistory {
		history = "yes"
	}
	refs := "-"
	if len(e.Introductions) > 0 { // else no tree of a commit holds it
		refs = thousands(int64(e.RefCount()))
	}
	return []string{introduced, ended(f), days, history, refs}
}

// dated is a time and a commit, as far as they are known.
func dated(at time.Time, commit string) string {
	var parts []string
	if !at.IsZero() {
		parts = append(parts, at.UTC().Format(time.DateOnly))
	}
	if commit != "" {
		parts = append(parts, short(commit))
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, " ")
}

// ended says when the default branch lost a secret, or where that has it instead.
func ended(f *scanner.Finding) string {
	switch e := f.Exposure; {
	case e.AtTip:
		return "at tip"
	case e.Removed.ID != "":
		return dated(removedAt(e), e.Removed.ID)
	case !e.InHistory && nearest(f) != scanner.ReachUnreachable:
		return "staged"
	case e.RefCount() > 0:
		return "in other refs"
	case f.Source == scanner.SourceCommitMessage || f.Source == scanner.SourceTagMessage:
		return "in a message"
	case f.Source == scanner.SourceRef:
		return "in a ref's name"
	case nearest(f) == scanner.ReachUnreachable:
		return "unreachable"
	}
	return "never at tip"
}

// widths are the columns that each cell of a table needs.
func widths(rows [][]string) []int {
	out := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			out[i] = max(out[i], columns(cell))
		}
	}
	return out
}

// cells lays a row out.
func cells(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		b.WriteString(cell)
		if i+1 < len(row) {
			b.WriteString(strings.Repeat(" ", widths[i]-columns(cell)+2))
		}
	}
	return b.String()
}

// section writes a part of a report that somebody else made.
func (p *page) section(s Section, c *cleaner) {
	if s.Title == "" && len(s.Lines) == 0 && s.Text == "" {
		return
	}
	if s.Title != "" {
		p.text(in(bold, prose(c.text(s.Title))...))
	}
	for _, l := range s.Lines {
		p.field(tidy(l.Label), prose(c.text(l.Text)))
	}
	if s.Text != "" {
		p.text(prose(c.text(s.Text)))
	}
	p.end()
}
