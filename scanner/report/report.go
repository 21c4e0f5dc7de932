package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"leakline/scanner"
)

// Options say how a result is written. The zero value writes for 80 columns,
// without colour, without a clock.
type Options struct {
	// Width is how many columns text may use; 0 means 80. Paths and URLs are
	// never broken, so a longer one stands on a line of its own.
	Width int
	// Color allows terminal colours in text.
	Color bool
	// Target names what was scanned, as the user gave it; empty means the
	// summary's.
	Target string
	// Version is leakline's own.
	Version string
	// Now is the time of the scan, for ages; zero means unknown.
	Now time.Time
	// Baseline is the time to remediate that text names beside what was found;
	// zero names none. Package remediate has the figure and its source.
	Baseline time.Duration
	// ShowSecrets says that the user typed --show-secrets: plaintext in names,
	// paths and lines stays. What Finding.Secret holds is the scanner's decision.
	ShowSecrets bool
	// Stage is what a scan stops, for WriteStop; empty means a commit.
	Stage Stage
	// Prefix is the folder in which the user works, from the top of the repository
	// (git's GIT_PREFIX); empty at the top. For WriteStop, which names paths from the
	// top.
	Prefix string
	// Template is the text of the user's template, for the format of that name;
	// TemplateName is what its errors call it, the name of its file.
	Template, TemplateName string
}

// width is the number of columns for text.
func (o Options) width() int {
	switch {
	case o.Width == 0:
		return 80
	case o.Width < 40:
		return 40
	}
	return o.Width
}

// target names what was scanned.
func (o Options) target(r *scanner.Result) string {
	if o.Target != "" {
		return o.Target
	}
	return r.Summary.Target
}

// writer is one format.
type writer func(w *bufio.Writer, r *scanner.Result, o Options, c *cleaner) error

// Formats lists the formats by name, the one for people first.
func Formats() []string {
	return []string{"text", "json", "jsonl", "sarif", "csv", "junit", "gitlab", "github-actions", "html", "template", "gitleaks"}
}

func format(name string) writer {
	switch name {
	case "text":
		return writeText
	case "json":
		return writeJSON
	case "jsonl":
		return writeJSONL
	case "sarif":
		return writeSARIF
	case "csv":
		return writeCSV
	case "junit":
		return writeJUnit
	case "gitlab":
		return writeGitLab
	case "github-actions":
		return writeActions
	case "html":
		return writeHTML
	case "template":
		return writeTemplate
	case "gitleaks":
		return writeGitleaks
	}
	return nil
}

// Write writes a result in one of Formats. It leaves the result as it is.
func Write(w io.Writer, name string, r *scanner.Result, o Options) error {
	f := format(name)
	if f == nil {
		return fmt.Errorf("unknown report format %q: it is one of %s", name, strings.Join(Formats(), ", "))
	}
	b := bufio.NewWriter(w)
	if err := f(b, r, o, newCleaner(r, o.ShowSecrets)); err != nil {
		return fmt.Errorf("write %s report: %w", name, err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write %s report: %w", name, err)
	}
	return nil
}

// WriteSummary writes the summary as one line of JSON. Names in it are cleaned
// as in every report.
func WriteSummary(w io.Writer, r *scanner.Result) error {
	s := newCleaner(r, false).summary(r.Summary)
	line, err := encode(s)
	if err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	if _, err := w.Write(line); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}
