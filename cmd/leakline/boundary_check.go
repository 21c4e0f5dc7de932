package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/remediate/boundary"
	"leakline/scanner"
)

// addGate adds the flags that say what fails.
func (f *boundaryFlags) addGate(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.IntVar(&f.scan.exitCode, "exit-code", exitFindings, "exit status when there are violations")
	fl.BoolVar(&f.scan.exitZero, "exit-zero", false, "exit 0 when there are violations")
}

// tellWaivers says what of the policy did not count: waivers that have ended or accept
// nothing, and what only a history shows.
func (f *boundaryFlags) tellWaivers(e *env, in *boundaryInput, r *boundary.Report) {
	if f.scan.quiet {
		return
	}
	if p := &in.Policy; !in.History && (p.MaxAge > 0 || len(p.Left) > 0) {
		fmt.Fprintf(e.stderr, "leakline: warning: %s: who has left and how old a credential may be count only with --history\n", scanner.Printable(p.Path))
	}
	for i := range in.Policy.Waivers {
		w := &in.Policy.Waivers[i]
		why := "accepts nothing"
		switch {
		case slices.ContainsFunc(r.Violations, func(v boundary.Violation) bool { return v.Waived == w }):
			continue
		case !w.Until.IsZero() && !in.Now.Before(w.Until):
			why = "has ended on " + w.Until.Format(time.DateOnly)
		case !in.History && slices.Contains(boundary.OfHistory(), w.Rule):
			continue // it was not asked
		}
		fmt.Fprintf(e.stderr, "leakline: warning: %s:%d: the waiver of %s %s\n", scanner.Printable(in.Policy.Path), w.Line, w.Rule, why)
	}
}

// gate turns violations into the exit status of cli.md.
func (f *boundaryFlags) gate(violated bool) error {
	if violated && !f.scan.exitZero {
		return outcome(f.scan.exitCode)
	}
	return nil
}

var checkFormats = (&boundary.Report{}).Formats()

func newBoundaryCheck(e *env) *cobra.Command {
	var f boundaryFlags
	cmd := &cobra.Command{
		Use:   "check [PATH | URL]...",
		Short: "Fail where something crosses the boundary between the layers",
		Long: `Say what crosses the boundary between the AI platform and the application's own
authentication. Only what is there can violate: a control that no line shows is a
question on the map. A project's key beside the application's own secrets is
normal.

A violation is accepted by an entry [[boundaries.waiver]] of the configuration,
with a reason (see: leakline help config). Two rules need --history: credentials
whose author has left, and those that are older than policy.

Exit status:
  0    nothing crosses, and everything that was asked for was read
  1    violations that nobody waived (--exit-code changes it)
  2    usage error, failure, or something could not be read: beats 1
  130  interrupted`,
		Example: "  leakline boundary check\n  leakline boundary check --history -f sarif -r boundary.sarif",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(checkFormats); err != nil {
				return err
			}
			in, err := f.input(cmd.Context(), e, args)
			if err != nil {
				return err
			}
			r := boundary.NewReport(&in.Input, boundary.Build(&in.Input))
			if err := f.emit(e, func(w io.Writer) error { return r.Write(w, f.format, buildVersion()) }); err != nil {
				return err
			}
			f.tellWaivers(e, in, r)
			if err := f.read(e, in); err != nil {
				return err
			}
			return f.gate(r.Open() > 0)
		},
	}
	f.add(cmd, "one of "+strings.Join(checkFormats, ", "))
	f.addGate(cmd)
	cmd.Flags().BoolVar(&f.history, "history", false, "read the repository's history too")
	f.addReadings(cmd)
	f.addAway(cmd)
	addSchema(cmd, e, "-f json", boundary.CheckSchema)
	return cmd
}
