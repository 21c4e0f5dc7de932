package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/remediate/boundary/evidence"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/remediate/ttr"
	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// evidenceFlags say what goes into bundles of evidence, and who signs them.
type evidenceFlags struct {
	boundaryFlags
	out, ssp     string
	layers, sign []string
	everything   bool
}

func newBoundaryEvidence(e *env) *cobra.Command {
	var f evidenceFlags
	cmd := &cobra.Command{
		Use:   "evidence [PATH]",
		Short: "Write a bundle of evidence for each layer, signed by its owner",
		Long: `Write what the owner of a layer can show an auditor: one folder for each layer,
and nothing of the other layer in it.

  evidence.json            findings (redacted), rules, controls, owners, what
                           was read and what was not, frameworks; from a ledger
                           also incidents with their clocks, times to remediate
  evidence.md, .html       the same for people
  assessment-plan.json     OSCAL 1.1.3
  assessment-results.json  OSCAL 1.1.3, imports the plan
  evidence.schema.json     JSON schema of evidence.json
  manifest.json            SHA-256 of each file; this is what is signed
  manifest.json.sig        by ssh-keygen, for the namespace ` + evidence.Namespace + `

The same files, ledger and --as-of give the same bytes. Each layer is signed
with the key of its own owner, which may lie in an agent or on a hardware key
(give the public half then). Ed25519 and RSA sign the same bytes alike, others do
not.

Incidents are those of the repository or folder; --all-repositories takes all of
the ledger. What came to the ledger after --as-of is not in the bundle.

Exit status: 0, or 2 if something could not be read or written.`,
		Example: `  leakline boundary evidence --as-of 2026-01-31 --ledger sqlite:leaks.db \
    --sign ai-platform=~/.ssh/platform --sign application-auth=~/.ssh/auth.pub
  leakline boundary evidence verify evidence --allowed-signers signers`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), e, args)
		},
	}
	s, fl := &f.scan, cmd.Flags()
	s.cmd = cmd
	fl.SortFlags = false
	s.config.add(cmd)
	fl.StringVarP(&f.out, "out", "o", "evidence", "write to the folder `DIR`")
	fl.StringSliceVar(&f.layers, "layer", nil, "only this layer's: ai-platform, application-auth")
	fl.StringArrayVar(&f.sign, "sign", nil, "sign a layer's bundle with a key: `LAYER=FILE`, repeatable; FILE alone with one --layer")
	fl.StringVar(&f.asOf, "as-of", "", "as it was known at the end of `DATE`, or at a time (else now)")
	fl.StringVar(&s.ledger, "ledger", "", "take incidents from this ledger: sqlite:`PATH` or postgres://… (else LEAKLINE_LEDGER, else none)")
	fl.StringVar(&s.keyFile, "key-file", "", "read the key of fingerprints from `FILE` (else LEAKLINE_KEY, else the ledger's)")
	fl.BoolVar(&f.everything, "all-repositories", false, "incidents of every repository of the ledger")
	fl.BoolVar(&f.history, "history", false, "read the repository's history too")
	f.addReadings(cmd)
	fl.StringVar(&f.ssp, "ssp", "", "where the system security plan stands, for OSCAL (`URL`)")
	fl.StringArrayVarP(&s.ignores.files, "ignore-path", "i", nil, "read this ignore file too (`FILE`, repeatable)")
	fl.StringArrayVar(&s.allow, "allow-incomplete", nil, "accept a class of unread things: `CLASS=REASON`, repeatable")
	fl.Var((*limit)(&s.timeout), "timeout", "stop after this `TIME` and say what was found, as 90s (0: never)")
	fl.IntVarP(&s.jobs, "jobs", "j", 0, "how many files are read at once (0: one per processor)")
	fl.BoolVarP(&s.quiet, "quiet", "q", false, "print no progress and no account on standard error")
	s.format, s.authors, s.exitCode, s.minConfidence = "text", string(scanner.AuthorsShow), exitFindings, string(detectors.Low)
	addSchema(cmd, e, "evidence.json", evidence.Schema())
	cmd.AddCommand(newEvidenceVerify(e))
	return cmd
}

func (f *evidenceFlags) run(ctx context.Context, e *env, args []string) (err error) {
	if isURL(here(args)) {
		return hinted{fmt.Errorf("%q is not on this machine", here(args)), "clone it first: evidence is of what its owner has"}
	}
	layers, err := f.chosen()
	if err != nil {
		return err
	}
	keys, err := f.keys(e, layers)
	if err != nil {
		return err
	}
	book, err := f.book(ctx, e)
	if err != nil {
		return err
	}
	if book != nil {
		defer func() { err = errors.Join(err, book.Close()) }()
	}
	in, err := f.input(ctx, e, args)
	if err != nil {
		return err
	}
	s, err := f.source(ctx, e, book, in, here(args))
	if err != nil {
		return err
	}
	var all []*evidence.Sealed
	for _, l := range layers { // a key that can't sign leaves no bundle of the other layer behind
		var sign evidence.Signer
		if keys[l] != "" {
			sign = evidence.SignWith(keys[l])
		}
		sealed, err := evidence.Seal(ctx, f.out, evidence.New(s, l), sign)
		if err != nil {
			return fmt.Errorf("evidence of %s: %w", l, err)
		}
		all = append(all, sealed)
	}
	for _, x := range all {
		at, err := x.Write(f.out)
		if err != nil {
			return fmt.Errorf("evidence of %s: %w", x.Bundle.Layer, err)
		}
		fmt.Fprintln(e.stdout, bundleLine(at, x.Bundle))
		if l := x.Bundle.Layer; keys[l] == "" && !f.scan.quiet {
			fmt.Fprintf(e.stderr, "leakline: %s is not signed: give its owner's key with --sign %s=FILE\n", at, l)
		}
	}
	return f.read(e, in)
}

// bundleLine says in a line what a bundle holds.
func bundleLine(at string, b *evidence.Bundle) string {
	broken, open := 0, 0
	for _, r := range b.Rules {
		if r.Result == evidence.Broken {
			broken++
		}
	}
	for i := range b.Incidents {
		if b.Incidents[i].State == incident.Open {
			open++
		}
	}
	text := fmt.Sprintf("%s: %s, %s broken", filepath.ToSlash(at), plural(len(b.Findings), "finding"), plural(broken, "rule"))
	if b.Incidents != nil {
		text += fmt.Sprintf(", %s open of %d", plural(open, "incident"), len(b.Incidents))
	}
	return scanner.Printable(text)
}

// chosen are the layers whose bundles are written.
func (f *evidenceFlags) chosen() ([]detectors.Layer, error) {
	if f.layers == nil {
		return evidence.Layers(), nil
	}
	var out []detectors.Layer
	for _, name := range f.layers {
		l := detectors.Layer(name)
		if !slices.Contains(evidence.Layers(), l) {
			return nil, hinted{fmt.Errorf("there is no evidence of a layer %q", name), "the layers are ai-platform and application-auth"}
		}
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out, nil
}

// keys are the keys with which layers are signed.
func (f *evidenceFlags) keys(e *env, layers []detectors.Layer) (map[detectors.Layer]string, error) {
	out := map[detectors.Layer]string{}
	atHome := func(file string) string { // behind LAYER= shells leave it as it is
		if rest, ok := strings.CutPrefix(file, "~/"); ok && e.getenv("HOME") != "" {
			return filepath.Join(e.getenv("HOME"), rest)
		}
		return file
	}
	for _, x := range f.sign {
		name, file, ok := strings.Cut(x, "=")
		if l := detectors.Layer(name); ok && slices.Contains(evidence.Layers(), l) {
			if !slices.Contains(layers, l) {
				return nil, fmt.Errorf("--sign %s: --layer leaves this layer out", x)
			}
			out[l] = atHome(file)
			continue
		}
		if len(layers) != 1 {
			return nil, hinted{fmt.Errorf("--sign %q names no layer", x), "each layer is signed by its own owner: write ai-platform=FILE or application-auth=FILE"}
		}
		out[layers[0]] = atHome(x)
	}
	return out, nil
}

// book opens the ledger, if there is to be one, to read it, and has fingerprints made
// with its key.
func (f *evidenceFlags) book(ctx context.Context, e *env) (*opened, error) {
	if f.scan.ledger == "" && e.getenv("LEAKLINE_LEDGER") == "" {
		return nil, nil
	}
	l := ledgerFlags{url: f.scan.ledger, keyFile: f.scan.keyFile}
	o, err := l.read(ctx, e)
	if err != nil {
		return nil, err
	}
	if o.keys, err = keysOf(ctx, e, o.url, f.scan.keyFile, false); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	if o.keys.now.ID() != "" {
		f.scan.recording = &recording{opened: o}
	}
	return o, nil
}

// source gathers what bundles are made of.
func (f *evidenceFlags) source(ctx context.Context, e *env, book *opened, in *boundaryInput, path string) (*evidence.Source, error) {
	target, names, err := f.names(e, book, path)
	if err != nil {
		return nil, err
	}
	in.Target = target
	m := boundary.Build(&in.Input)
	s := &evidence.Source{
		Input: &in.Input, Map: m, Violations: boundary.Check(&in.Input, m), Summary: merged(in.summaries, path), Files: in.Files,
		AsOf: incident.Stamp(in.Now), Tool: buildVersion(), SSP: f.ssp,
	}
	if s.Catalogue, err = detectors.Digest(detectors.Catalogue(), buildVersion()); err != nil {
		return nil, err
	}
	// A key that lives for this run makes fingerprints that say nothing to anybody.
	s.Keyed = !slices.ContainsFunc(in.Findings, func(x scanner.Finding) bool { return x.FingerprintKey != "" })
	if book == nil {
		return s, nil
	}
	if f.everything {
		names = nil
	} else {
		s.Of = s.Map.Target
	}
	return s, f.ofLedger(ctx, book, s, names)
}

// names gives what the target is called, whoever has it where, and what a ledger calls
// it: as a repository, and as a folder.
func (f *evidenceFlags) names(e *env, book *opened, path string) (target string, names []string, err error) {
	full, err := absolute(path)
	if err != nil {
		return "", nil, err
	}
	if book == nil {
		book = &opened{url: sqliteScheme + "none", e: e}
	}
	r := &recording{opened: book}
	if err := r.ofFolder([]string{path}, false); err != nil {
		return "", nil, err
	}
	target, names = filepath.Base(full), []string{r.scan.Repo}
	repo, err := gitsource.Open(path, gitsource.Options{})
	if err != nil { // it is none
		return target, names, nil
	}
	defer repo.Close()
	if err := r.ofRepository(repo, "", false); err != nil {
		return "", nil, err
	}
	if repo.Origin() != "" {
		target = r.scan.Repo
		if work, err := absolute(repo.WorkDir()); err == nil && repo.WorkDir() != "" && work != full {
			if rel, err := filepath.Rel(work, full); err == nil {
				target += ", " + filepath.ToSlash(rel) // a folder of it
			}
		}
	}
	return target, append([]string{r.scan.Repo}, names...), nil
}

// ofLedger adds what a ledger knew on the day, of all repositories if names is nil.
func (f *evidenceFlags) ofLedger(ctx context.Context, book *opened, s *evidence.Source, names []string) (err error) {
	s.Ledger = true
	if s.Names, err = book.Names(ctx); err != nil {
		return err
	}
	if s.Heads, err = book.HeadsAsOf(ctx, s.AsOf); err != nil {
		return err
	}
	filter := ledger.Filter{Layers: evidence.Layers(), Repos: names, Now: s.AsOf, AsOf: s.AsOf}
	for i, err := range book.List(ctx, filter) {
		if err != nil {
			return err
		}
		s.Incidents = append(s.Incidents, i)
	}
	if len(s.Incidents) == 0 && names != nil && !f.scan.quiet {
		fmt.Fprintf(book.e.stderr, "leakline: the ledger knew no incident of %s; --all-repositories takes those of all\n", scanner.Printable(s.Of))
	}
	o := ttr.Options{Now: s.AsOf, By: []ttr.Dimension{}, Names: s.Names, Policy: f.scan.conf.sla}
	s.Report, err = ttr.New(ofRepos(book.Rows(ctx, s.AsOf), names), o)
	return err
}

// ofRepos keeps the rows of some repositories, or of all if names is nil.
func ofRepos(rows iter.Seq2[*incident.Row, error], names []string) iter.Seq2[*incident.Row, error] {
	return func(yield func(*incident.Row, error) bool) {
		for r, err := range rows {
			if err == nil && names != nil && !slices.ContainsFunc(r.Repos, func(repo string) bool { return slices.Contains(names, repo) }) {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// merged is one account of several scans, whose paths begin in the folder that was
// read, however it was named.
func merged(all []scanner.Summary, path string) scanner.Summary {
	within := func(p string) string {
		return strings.TrimPrefix(filepath.ToSlash(p), filepath.ToSlash(filepath.Clean(path))+"/")
	}
	out := scanner.Summary{Objects: map[string]int{}, Hidden: map[string]int{}, Complete: true}
	for _, s := range all {
		for k, n := range s.Objects {
			out.Objects[k] += n
		}
		for k, n := range s.Hidden {
			out.Hidden[k] += n
		}
		out.Bytes += s.Bytes
		for _, x := range s.Skipped {
			x.What = within(x.What)
			out.Skipped = append(out.Skipped, x)
		}
		for _, x := range s.Errors {
			x.What = within(x.What)
			out.Errors = append(out.Errors, x)
		}
		out.Complete = out.Complete && s.Complete
	}
	return out
}

func newEvidenceVerify(e *env) *cobra.Command {
	var (
		t        evidence.Trust
		unsigned bool
	)
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Prove that evidence is as its owner signed it",
		Long: `Check a bundle of evidence, or the bundles of a folder: that each file has the
SHA-256 of the manifest, that none is missing or added, and that the manifest's
signature fits. Any byte that is another one makes it fail.

Whose key it was only --allowed-signers can say: lines of a name and a public
key, as ssh-keygen reads them (man ssh-keygen, ALLOWED SIGNERS). Without the file
any key is taken, and named.

Exit status: 0 if all is proven, 1 if something is not, 2 if it can't be read.`,
		Example: `  leakline boundary evidence verify evidence --allowed-signers signers
  leakline boundary evidence verify evidence/ai-platform \
    --allowed-signers signers --signer ann@example.com`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := evidence.Verify(cmd.Context(), args[0], t)
			if err != nil {
				return err
			}
			return writeVerified(e, all, t, unsigned)
		},
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&t.Allowed, "allowed-signers", "", "whose signatures count (`FILE`)")
	fl.StringVar(&t.Signer, "signer", "", "who must have signed (`NAME` of the allowed signers)")
	fl.BoolVar(&unsigned, "unsigned", false, "take bundles that nobody signed: whoever could write them could make them anew")
	return cmd
}

// writeVerified says what is proven, and makes that the exit status.
func writeVerified(e *env, all []evidence.Verified, t evidence.Trust, unsigned bool) error {
	failed := false
	out := &lines{w: e.stdout}
	for _, v := range all {
		what := fmt.Sprintf("%s: %s of %s, as of %s, %s", filepath.ToSlash(v.Dir), v.Layer, v.Target, v.AsOf.Format(time.RFC3339Nano), plural(v.Files, "file"))
		switch {
		case len(v.Wrong) > 0:
			failed = true
			for _, w := range v.Wrong {
				out.printf("wrong: %s: %s\n", scanner.Printable(filepath.ToSlash(v.Dir)), scanner.Printable(w))
			}
			continue
		case !v.Signed && !unsigned:
			failed = true
			out.printf("wrong: %s; nobody signed it\n", scanner.Printable(what))
			continue
		case !v.Signed:
			out.printf("ok: %s; nobody signed it\n", scanner.Printable(what))
			continue
		case v.Signer == "":
			out.printf("ok: %s; signed with %s: whose key that is, --allowed-signers says\n", scanner.Printable(what), scanner.Printable(v.Key))
		default:
			out.printf("ok: %s; signed by %s with %s\n", scanner.Printable(what), scanner.Printable(v.Signer), scanner.Printable(v.Key))
		}
	}
	if len(all) == 2 && all[0].Key != "" && all[0].Key == all[1].Key {
		out.printf("note: one key signed both layers: one owner speaks for both\n")
	}
	if out.err != nil {
		return out.err
	}
	if failed {
		return outcome(exitFindings)
	}
	return nil
}
