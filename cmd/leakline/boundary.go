package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/detectors/wholefile"
	"leakline/scanner"
)

func newBoundaryCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "boundary",
		Short: "Who may use the AI platform, who the product, and what crosses",
		Long: `Map the two identity layers of a program, and test the boundary between them:

  ai-platform       who may use the model's provider: those who build
  application-auth  who may use the product: those who buy

What is shown is what a line of the tree shows, what its configuration declares,
and the question to its owner where neither says anything. One layer is never
evidence for the other.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBoundaryMap(e), newBoundaryCheck(e), newBoundaryDiff(e), newBoundaryRead(e), newBoundaryEvidence(e))
	return cmd
}

// boundaryFlags are what the commands of the boundary have in common.
type boundaryFlags struct {
	scan         scanFlags
	history      bool
	asOf         string
	format, path string
	readings     []string // files of what administrations say
	// What is not on this machine.
	accounts []string // of GitHub
	org      orgFlags
	hub      hubFlags
	urls     urlFlags
}

func (f *boundaryFlags) add(cmd *cobra.Command, formats string) {
	s := &f.scan
	s.cmd = cmd
	fl := cmd.Flags()
	fl.SortFlags = false
	s.config.add(cmd)
	fl.StringVarP(&f.format, "report-format", "f", "text", formats)
	fl.StringVarP(&f.path, "report-path", "r", "-", "write to `FILE`; - is standard output")
	fl.StringVar(&f.asOf, "as-of", "", "ages and waivers as on `DATE`, or at a time (else now)")
	fl.StringArrayVarP(&s.ignores.files, "ignore-path", "i", nil, "read this ignore file too (`FILE`, repeatable)")
	fl.StringVar(&s.keyFile, "key-file", "", "read the key of fingerprints from `FILE` (else LEAKLINE_KEY, else one for this run)")
	fl.StringArrayVar(&s.allow, "allow-incomplete", nil, "accept a class of unread things: `CLASS=REASON`, repeatable")
	fl.Var((*limit)(&s.timeout), "timeout", "stop after this `TIME` and say what was found, as 90s (0: never)")
	fl.IntVarP(&s.jobs, "jobs", "j", 0, "how many files are read at once (0: one per processor)")
	fl.BoolVarP(&s.quiet, "quiet", "q", false, "print no progress and no account on standard error")
	s.format, s.authors, s.exitCode, s.minConfidence = "text", string(scanner.AuthorsShow), exitFindings, string(detectors.Low)
}

// addSchema adds the flag that prints a JSON schema instead of doing anything.
func addSchema(cmd *cobra.Command, e *env, of, schema string) {
	show := cmd.Flags().Bool("schema", false, "print the JSON schema of "+of+" and stop")
	run, args := cmd.RunE, cmd.Args
	cmd.Args = func(cmd *cobra.Command, given []string) error {
		if *show || args == nil {
			return nil
		}
		return args(cmd, given)
	}
	cmd.RunE = func(cmd *cobra.Command, given []string) error {
		if !*show {
			return run(cmd, given)
		}
		_, err := io.WriteString(e.stdout, schema)
		return err
	}
}

// check refuses a format that there is not, before anything is read.
func (f *boundaryFlags) check(formats []string) error {
	if !slices.Contains(formats, f.format) {
		return unknownFormat(f.format, formats)
	}
	return nil
}

// emit writes a report where the flags want it.
func (f *boundaryFlags) emit(e *env, write func(io.Writer) error) error {
	return writeWhere(e, f.path, "the report", write)
}

// writeWhere writes something to a file as a whole, or for "-" to standard output.
func writeWhere(e *env, path, what string, write func(io.Writer) error) error {
	if path == "-" {
		return write(e.stdout)
	}
	if err := wholefile.Write(path, 0o644, write); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// read says what was not read, and makes that the exit status.
func (f *boundaryFlags) read(e *env, in *boundaryInput) error {
	for _, x := range in.left {
		if !f.scan.quiet {
			fmt.Fprintf(e.stderr, "leakline: left out: %s: %s\n", scanner.Printable(x.What), x.Why)
		}
	}
	if in.complete() {
		return nil
	}
	if !f.scan.quiet {
		fmt.Fprintf(e.stderr, "leakline: the scan is incomplete: %s\n", in.missing())
	}
	return outcome(exitFailure)
}
