package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/rules"
	"leakline/detectors/wholefile"
	"leakline/remediate"
	"leakline/scanner"
	"leakline/scanner/ignore"
	"leakline/scanner/report"
	"leakline/scanner/unpack"
)

// scanFlags are the flags that every scanning command has.
type scanFlags struct {
	format, reportPath, summaryPath string
	enable, disable, layers         []string
	minConfidence, authors          string
	showSecrets                     bool
	exitCode                        int
	exitZero                        bool
	maxMegabytes                    int
	decodeDepth, archiveDepth       depth
	timeout                         time.Duration
	jobs                            int
	keyFile                         string
	allow                           []string
	quiet, noColor                  bool
	exposure                        bool   // of leakline git
	ledger                          string // URL
	recording                       *recording
	templatePath                    string
	templateText                    string // once it was read: a pipe can be read once
	config                          configFlags
	ignores                         ignoreFlags
	compat                          compatFlags
	verify                          verifyFlags
	cmd                             *cobra.Command

	// What ready has read. Target is nil until then.
	conf  config
	rules *rules.Config
	own   []detectors.Detector // the user's
	// rulesDigest stands for the files that rules came from.
	rulesDigest string
	target      *ignoreTarget
	accepted    *ignore.Set
	// narrowed says that the scan sees a part of its target by design.
	narrowed bool

	// settle is called when a scan has ended, before its report is written.
	settle func(context.Context, *scanner.Scanner, *scanner.Result) error
	// after is called when the report of a scan that was not interrupted is written.
	after func(*scanner.Result) error
}

func (f *scanFlags) add(cmd *cobra.Command) {
	f.cmd = cmd
	fl := cmd.Flags()
	fl.SortFlags = false
	f.config.add(cmd)
	fl.StringVarP(&f.format, "report-format", "f", "text", "one of "+strings.Join(report.Formats(), ", "))
	fl.StringVar(&f.templatePath, "report-template", "", "the template of -f template (`FILE`)")
	fl.StringVarP(&f.reportPath, "report-path", "r", "-", "write the report to `FILE`; - is standard output")
	fl.StringVar(&f.summaryPath, "summary-path", "", "write the account of what was scanned to `FILE`, as JSON")
	f.addSelection(cmd)
	f.compat.add(cmd)
	f.verify.add(cmd)
	fl.StringVar(&f.authors, "authors", "show", "people in reports: show, team (e-mail domain only) or hide")
	fl.BoolVar(&f.showSecrets, "show-secrets", false, "print secrets in plain text")
	fl.IntVar(&f.exitCode, "exit-code", exitFindings, "exit status when there are findings")
	fl.BoolVar(&f.exitZero, "exit-zero", false, "exit 0 when there are findings")
	fl.IntVar(&f.maxMegabytes, "max-target-megabytes", 0, "leave out larger files and objects (0: none)")
	f.decodeDepth.n = engine.DefaultDepth
	fl.Var(&f.decodeDepth, "max-decode-depth", "decode base64, hex and escapes, `N` times at most what is encoded again (0: never)")
	f.archiveDepth.n = unpack.DefaultLimits().Depth
	fl.Var(&f.archiveDepth, "max-archive-depth", "unpack archives, `N` deep in each other at most (0: never)")
	fl.Var((*limit)(&f.timeout), "timeout", "stop after this `TIME` and report what was found, as 90s (0: never)")
	fl.IntVarP(&f.jobs, "jobs", "j", 0, "how many files are scanned at once (0: one per processor)")
	fl.StringVar(&f.ledger, "ledger", "", "record incidents in this ledger: sqlite:`PATH` or postgres://… (else LEAKLINE_LEDGER, else none)")
	fl.StringVar(&f.keyFile, "key-file", "", "read the key of fingerprints from `FILE` (else LEAKLINE_KEY, else the ledger's, else one for this run)")
	fl.StringArrayVar(&f.allow, "allow-incomplete", nil, "accept a class of unread things: `CLASS=REASON`, repeatable")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no account on standard error")
	fl.BoolVar(&f.noColor, "no-color", false, "no colour (also NO_COLOR)")
}

// addSelection adds the flags that say what of what is found is reported.
func (f *scanFlags) addSelection(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringSliceVar(&f.enable, "enable-detector", nil, "use only these detectors (`ID`, repeatable)")
	fl.StringSliceVar(&f.disable, "disable-detector", nil, "leave out these detectors (`ID`, repeatable)")
	fl.StringSliceVar(&f.layers, "layer", nil, "report only these layers: "+layerNames())
	fl.StringVar(&f.minConfidence, "min-confidence", "medium", "report from `LEVEL` on: high, medium or low")
	f.ignores.add(cmd)
}

func layerNames() string {
	var names []string
	for _, l := range detectors.Layers() {
		names = append(names, string(l))
	}
	return strings.Join(names, ", ")
}

// runScan scans one source and writes the report.
func runScan(ctx context.Context, e *env, f *scanFlags, src scanner.Source, target string) error {
	s, err := f.scanner(e)
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	whole := ctx // with the time that recording takes
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	done := f.progress(e, s)
	result, err := s.Scan(ctx, src)
	done()
	if result == nil {
		return err
	}
	result.Summary.Target = target
	if err := f.settled(ctx, s, result); err != nil {
		return err
	}
	f.prove(e, s, result)
	if err := f.verify.run(ctx, e, f, result); err != nil {
		return err
	}
	f.advise(s, result)
	if err := f.write(e, result, target); err != nil {
		return err
	}
	f.tellAccepted(e, result)
	if err := f.record(whole, e, s, result); err != nil {
		return err
	}
	if f.after != nil && err == nil {
		if err := f.after(result); err != nil {
			return err
		}
	}
	return f.outcome(e, result, err)
}

// advise says of every finding what ends it.
func (f *scanFlags) advise(s *scanner.Scanner, result *scanner.Result) {
	byID := map[string]*detectors.Detector{}
	for _, d := range s.Set.Detectors() {
		byID[d.ID] = d
	}
	if f.rules != nil {
		for _, d := range f.rules.Detectors() {
			byID[d.ID] = d
		}
	}
	for i := range result.Findings {
		finding := &result.Findings[i]
		advice := remediate.Advise(finding, byID[finding.Detector])
		finding.Remediation = &advice
	}
}

// outcome turns a result into the exit status of cli.md.
func (f *scanFlags) outcome(e *env, r *scanner.Result, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(e.stderr, "leakline: interrupted; the report holds what was found until then")
		return outcome(exitInterrupted)
	case err != nil && !errors.Is(err, context.DeadlineExceeded):
		return err
	case !r.Summary.Complete:
		if !f.quiet && !(f.format == "text" && e.width > 0) { // the text report on the screen has said so
			fmt.Fprintf(e.stderr, "leakline: the scan is incomplete: %s\n", incomplete(r.Summary))
		}
		return outcome(exitFailure)
	case len(r.Findings) > 0 && !f.exitZero:
		return outcome(f.exitCode)
	}
	return nil
}

// incomplete names the first thing that could not be read and counts the rest.
func incomplete(s scanner.Summary) string {
	var open []scanner.Failure
	for _, x := range s.Errors {
		if x.Allowed == "" {
			open = append(open, x)
		}
	}
	if len(open) == 0 {
		return "it was stopped"
	}
	text := fmt.Sprintf("%q: %s: %s", open[0].What, open[0].Class, open[0].Why)
	if n := len(open) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

// check refuses values that make no sense before anything is scanned.
func (f *scanFlags) check() error {
	switch {
	case !slices.Contains(report.Formats(), f.format):
		return unknownFormat(f.format, report.Formats())
	case f.exitCode == exitFailure:
		return hinted{errors.New("--exit-code 2 is taken: it says that a scan is incomplete"), "choose another number"}
	case f.exitCode < 0 || f.exitCode > 255:
		return fmt.Errorf("--exit-code %d is not a status (0 to 255)", f.exitCode)
	case f.jobs < 0 || f.maxMegabytes < 0 || f.timeout < 0:
		return errors.New("--jobs, --max-target-megabytes and --timeout can't be negative")
	}
	text, err := f.template()
	if err != nil || f.format != "template" {
		return err
	}
	return report.CheckTemplate(report.Options{Template: text, TemplateName: f.templatePath})
}

// scanner builds the scanner that the flags describe.
func (f *scanFlags) scanner(e *env) (*scanner.Scanner, error) {
	set, err := f.detectors()
	if err != nil {
		return nil, err
	}
	key, err := f.key(e)
	if err != nil {
		return nil, err
	}
	s := &scanner.Scanner{
		Set: set, Key: key, Jobs: f.jobs, ShowSecrets: f.showSecrets, Now: e.now,
		MinConfidence: detectors.Confidence(f.minConfidence), Authors: scanner.Authors(f.authors), Allow: map[string]string{},
		Unpack: f.unpack(), Unsure: func(d *detectors.Detector) bool { return d.Reader == detectors.ReadJWT }, // see prove
	}
	if _, err := parseConfidence(f.minConfidence); err != nil {
		return nil, err
	}
	switch s.Authors {
	case scanner.AuthorsShow, scanner.AuthorsTeam, scanner.AuthorsHide:
	default:
		return nil, hinted{fmt.Errorf("unknown policy --authors %q", f.authors), "use show, team or hide"}
	}
	for _, l := range f.layers {
		if !slices.Contains(detectors.Layers(), detectors.Layer(l)) {
			return nil, hinted{fmt.Errorf("unknown layer %q", l), "the layers are " + layerNames()}
		}
		s.Layers = append(s.Layers, detectors.Layer(l))
	}
	for _, a := range f.allow {
		class, reason, ok := strings.Cut(a, "=")
		if !ok || strings.TrimSpace(reason) == "" {
			return nil, hinted{fmt.Errorf("--allow-incomplete %q gives no reason", a), "write CLASS=REASON, for example promised='partial clone'"}
		}
		if !slices.Contains(scanner.UnreadClasses(), class) {
			return nil, hinted{fmt.Errorf("unknown class %q in --allow-incomplete", class), "the classes are " + strings.Join(scanner.UnreadClasses(), ", ")}
		}
		s.Allow[class] = reason
	}
	return s, f.accept(e, s)
}

// parseConfidence checks the name of a confidence.
func parseConfidence(name string) (detectors.Confidence, error) {
	c := detectors.Confidence(name)
	if c.Rank() == 0 {
		return c, hinted{fmt.Errorf("unknown confidence %q", name), "use high, medium or low"}
	}
	return c, nil
}

// detectors compiles the catalogue, narrowed by the flags.
func (f *scanFlags) detectors() (*engine.Set, error) {
	all := slices.Concat(f.own, detectors.Catalogue()) // of two that are equal the user's counts
	for _, id := range slices.Concat(f.enable, f.disable) {
		if f.rules != nil && f.rules.Has(id) {
			continue
		}
		if !slices.ContainsFunc(all, func(d detectors.Detector) bool { return d.ID == id }) {
			return nil, hinted{fmt.Errorf("unknown detector %q", id), suggestDetector(all, id)}
		}
	}
	use := make([]detectors.Detector, 0, len(all))
	for _, d := range all {
		switch {
		case f.rules != nil && (!f.rules.UseDefault || slices.Contains(f.rules.Disabled, d.ID)):
		case len(f.enable) > 0 && !slices.Contains(f.enable, d.ID), slices.Contains(f.disable, d.ID):
		default:
			use = append(use, d)
		}
	}
	set, err := engine.Compile(use)
	if err != nil || !f.decodeDepth.given {
		return set, err
	}
	return set.WithDepth(f.decodeDepth.n), nil
}

// unpack bounds what is read of archives.
func (f *scanFlags) unpack() unpack.Limits {
	l := unpack.DefaultLimits()
	l.Depth = f.archiveDepth.or(l.Depth)
	return l
}

// depth is how often what is encoded is decoded, if a user has said so.
type depth struct {
	n     int
	given bool
}

func (d *depth) String() string { return strconv.Itoa(d.n) }
func (d *depth) Type() string   { return "int" }

// or is the depth, or n if none was given.
func (d *depth) or(n int) int {
	if d.given {
		return d.n
	}
	return n
}

func (d *depth) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxDepth {
		return fmt.Errorf("it is no number from 0 to %d", maxDepth)
	}
	d.n, d.given = n, true
	return nil
}

// maxDepth is more than anything is encoded.
const maxDepth = 20

// key is the key of fingerprints: the ledger's, the file's, the environment's, or
// one for this run.
func (f *scanFlags) key(e *env) (detectors.Key, error) {
	if f.recording != nil {
		return f.recording.keys.now, nil
	}
	key, _, err := givenKey(e, f.keyFile)
	if err == nil && key.ID() == "" {
		return detectors.RunKey(), nil
	}
	return key, err
}

// write writes the report and the account of the scan.
func (f *scanFlags) write(e *env, r *scanner.Result, target string) error {
	template, err := f.template()
	if err != nil {
		return err
	}
	o := report.Options{
		Template: template, TemplateName: f.templatePath,
		Target: target, Version: buildVersion(), Now: e.now(), Width: e.width,
		Baseline: remediate.Baseline, ShowSecrets: f.showSecrets,
		Color: e.width > 0 && f.reportPath == "-" && !f.noColor && e.colours(),
	}
	emit := func(w io.Writer) error { return f.emit(w, r, o) }
	if f.reportPath == "-" {
		err = emit(e.stdout)
	} else {
		mode := os.FileMode(0o644)
		if f.showSecrets {
			mode = 0o600
		}
		err = wholefile.Write(f.reportPath, mode, emit)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := f.jobSummary(e, r, o); err != nil {
		return err
	}
	summary := func(w io.Writer) error { return report.WriteSummary(w, r) }
	if f.summaryPath != "" {
		if err := wholefile.Write(f.summaryPath, 0o644, summary); err != nil {
			return fmt.Errorf("write the summary: %w", err)
		}
	} else if f.format == "json" && !f.quiet {
		return summary(e.stderr)
	}
	return nil
}

// jobSummary adds to the summary of a job of GitHub Actions what the annotations have
// no room for.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
func (f *scanFlags) jobSummary(e *env, r *scanner.Result, o report.Options) error {
	path := e.getenv("GITHUB_STEP_SUMMARY")
	if f.format != "github-actions" || path == "" {
		return nil
	}
	out, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write the job summary: %w", err)
	}
	if err := errors.Join(report.WriteJobSummary(out, r, o), out.Close()); err != nil {
		return fmt.Errorf("write the job summary: %w", err)
	}
	return nil
}

func unknownFormat(format string, known []string) error {
	return hinted{fmt.Errorf("unknown report format %q", format), "the formats are " + strings.Join(known, ", ")}
}
