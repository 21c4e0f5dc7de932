package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"leakline/remediate/hooklog"
	"leakline/remediate/ledger"
	"leakline/scanner"
	"leakline/scanner/gitsource/hooks"
)

func newHookStatusCommand(e *env) *cobra.Command {
	var f hookFlags
	var l ledgerFlags
	var format string
	var rates bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which hooks are installed, and what came past them",
		Long: `Say of each hook whether it is leakline's, of which version, and whether it is the
one that git will run.

With --rates, list what the hooks of this machine stopped and what came past them,
for each repository: what was bypassed, what met no hook, and the share of all
secrets (see: leakline help hooks). With --ledger, or LEAKLINE_LEDGER, also how many
of the incidents of each repository in that ledger a CI job was the first to see.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return unknownFormat(format, []string{"text", "json"})
			}
			if rates {
				return writeRates(cmd.Context(), e, &l, format)
			}
			return f.status(cmd.Context(), e, format)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&l.url, "ledger", "", "with --rates: the ledger that CI jobs record into (else LEAKLINE_LEDGER, else none)")
	cmd.Flags().BoolVar(&rates, "rates", false, "list what came past the hooks, for each repository")
	cmd.Flags().StringVarP(&format, "report-format", "f", "text", "text or json")
	return cmd
}

// hookStatus is the answer of hook status; its JSON form is part of the public
// interface.
type hookStatus struct {
	Repository string `json:"repository"`
	Folder     string `json:"folder"` // where git looks for hooks
	HooksPath  string `json:"hooks_path,omitempty"`
	Scope      string `json:"hooks_path_scope,omitempty"`
	// Off says that core.hooksPath turns hooks off.
	Off   bool       `json:"off,omitempty"`
	Hooks []hookLine `json:"hooks"`
}

// hookLine is one hook.
type hookLine struct {
	Name string `json:"name"`
	File string `json:"file"`
	// State is installed, changed, absent, or other: somebody else's.
	State string `json:"state"`
	// Runs says that git will run the file, Checks that leakline is run by it as far
	// as can be seen.
	Runs    bool   `json:"runs"`
	Checks  bool   `json:"checks"`
	Version string `json:"version,omitempty"`
	Binary  string `json:"binary,omitempty"`
	Found   bool   `json:"binary_found"`
	Before  string `json:"before,omitempty"`
	Manager string `json:"manager,omitempty"`
	// Mentions is the other tool's file that names leakline.
	Mentions string `json:"mentions,omitempty"`
	// Elsewhere is a hook of leakline's that git does not look for.
	Elsewhere string `json:"elsewhere,omitempty"`
}

func (f *hookFlags) status(ctx context.Context, e *env, format string) error {
	repo, err := f.find(ctx)
	if err != nil {
		return err
	}
	s := hookStatus{Repository: repo.Dir, Folder: repo.Folder, HooksPath: repo.HooksPath, Scope: repo.Scope, Off: repo.Off()}
	for _, name := range hooks.Names() {
		h, err := repo.Inspect(name)
		if err != nil && !s.Off {
			return err
		}
		line := lineOfHook(&h)
		line.Runs, line.Checks = line.Runs && !s.Off, line.Checks && !s.Off
		other, there, err := repo.Elsewhere(name)
		if err == nil && there && other.Seal != hooks.Foreign {
			line.Elsewhere = other.File
		}
		s.Hooks = append(s.Hooks, line)
	}
	if format == "json" {
		return writeIndented(e.stdout, s)
	}
	return s.write(e.stdout, repo.Bare)
}

func lineOfHook(h *hooks.Hook) hookLine {
	l := hookLine{
		Name: string(h.Name), File: h.File, State: "other", Runs: h.Runs, Version: h.Version, Binary: h.Binary, Found: h.Found,
		Before: h.Before, Manager: string(h.Manager), Mentions: h.Mentions,
	}
	switch {
	case !h.Present:
		l.State = "absent"
	case h.Seal == hooks.Intact:
		l.State = "installed"
	case h.Seal == hooks.Changed:
		l.State = "changed"
	}
	l.Checks = h.Runs && (h.Seal == hooks.Intact || h.Mentions != "")
	return l
}

func writeIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// write writes the status as text. The hook of a server says nothing in a work tree,
// nor do the others in a bare repository, unless they are there.
func (s *hookStatus) write(w io.Writer, bare bool) error {
	out := &lines{w: w}
	out.printf("hooks of %s: %s", scanner.Printable(s.Repository), scanner.Printable(s.Folder))
	if s.HooksPath != "" {
		out.printf(" (core.hooksPath, %s)", s.Scope)
	}
	out.printf("\n")
	if s.Off {
		out.printf("  git runs no hooks here: core.hooksPath is %s\n", scanner.Printable(s.HooksPath))
		return out.err
	}
	for _, h := range s.Hooks {
		if server := h.Name == string(hooks.PreReceive); server != bare && h.State == "absent" && h.Elsewhere == "" {
			continue
		}
		out.printf("  %-12s %s\n", h.Name, h.text())
		for _, note := range h.notes() {
			out.printf("  %-12s %s\n", "", scanner.Printable(note))
		}
	}
	return out.err
}

// text is the state of a hook in a few words.
func (h *hookLine) text() string {
	switch h.State {
	case "absent":
		return "not installed"
	case "installed":
		return "leakline " + h.Version
	case "changed":
		return "leakline " + h.Version + ", changed since it was installed"
	}
	who := "a hook of somebody else"
	if h.Manager != "" {
		who = "a hook of " + h.Manager
	}
	if h.Mentions != "" {
		return who + ", and leakline stands in " + h.Mentions
	}
	return who + ", which does not name leakline"
}

// notes are what is worth a line of its own.
func (h *hookLine) notes() []string {
	var notes []string
	if h.State != "absent" && !h.Runs {
		notes = append(notes, "git does not run it: it is not executable")
	}
	if h.Binary != "" && !h.Found {
		notes = append(notes, h.Binary+" is gone: the hook looks for leakline in PATH")
	}
	switch {
	case h.Before != "" && (h.State == "installed" || h.State == "changed"):
		notes = append(notes, filepath.Base(h.Before)+" runs after it")
	case h.Before != "":
		notes = append(notes, filepath.Base(h.Before)+" is there, and is not run: something took the place of leakline's hook")
	}
	if h.Elsewhere != "" {
		notes = append(notes, h.Elsewhere+" is leakline's, and git does not run it: core.hooksPath leads elsewhere")
	}
	return notes
}

// rateReport is the answer of hook status --rates.
type rateReport struct {
	Repositories []hooklog.Rate `json:"repositories"`
	// Broken counts lines of the journal that can't be read.
	Broken int `json:"broken_lines,omitempty"`
	// Ledger is what a ledger says, if one was named.
	Ledger []ledgerRate `json:"ledger,omitempty"`
}

// ledgerRate is how many incidents of a repository came past the hooks.
type ledgerRate struct {
	Repo      string  `json:"repo"`
	Incidents int     `json:"incidents"`
	Past      int     `json:"past"`
	Rate      float64 `json:"rate"`
}

func writeRates(ctx context.Context, e *env, l *ledgerFlags, format string) error {
	folder, err := hookFolder(e)
	if err != nil {
		return err
	}
	runs, broken, err := hooklog.Journal{Dir: folder}.Runs()
	if err != nil {
		return err
	}
	r := rateReport{Broken: broken, Repositories: hooklog.Rates(runs, func(clone, noted string) string {
		return cmp.Or(repoOfClone(clone), noted, clone)
	})}
	if l.url != "" || e.getenv("LEAKLINE_LEDGER") != "" {
		if r.Ledger, err = ledgerRates(ctx, e, l); err != nil {
			return err
		}
	}
	if format == "json" {
		if r.Repositories == nil {
			r.Repositories = []hooklog.Rate{}
		}
		return writeIndented(e.stdout, r)
	}
	return r.write(e.stdout)
}

// ledgerRates counts the incidents of each repository of a ledger.
func ledgerRates(ctx context.Context, e *env, l *ledgerFlags) ([]ledgerRate, error) {
	o, err := l.read(ctx, e)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	byRepo := map[string]*ledgerRate{}
	for inc, err := range o.List(ctx, ledger.Filter{}) {
		if err != nil {
			return nil, err
		}
		for repo, at := range inc.Occurrences {
			if byRepo[repo] == nil {
				byRepo[repo] = &ledgerRate{Repo: repo}
			}
			byRepo[repo].Incidents++
			if at.PastHook != "" {
				byRepo[repo].Past++
			}
		}
	}
	var rates []ledgerRate
	for _, repo := range slices.Sorted(maps.Keys(byRepo)) {
		r := byRepo[repo]
		r.Rate = float64(r.Past) / float64(r.Incidents)
		rates = append(rates, *r)
	}
	return rates, nil
}

// write writes the rates as tables.
func (r *rateReport) write(w io.Writer) error {
	out := &lines{w: w}
	if len(r.Repositories) == 0 {
		out.printf("no hook of leakline has run yet under this account\n")
	} else {
		r.writeJournal(out)
	}
	if len(r.Ledger) > 0 {
		out.printf("\n%9s  %9s  %5s  %s\n", "incidents", "past hook", "rate", "repository in the ledger")
		for _, x := range r.Ledger {
			out.printf("%9d  %9d  %3.0f %%  %s\n", x.Incidents, x.Past, 100*x.Rate, scanner.Printable(x.Repo))
		}
	}
	return out.err
}

func (r *rateReport) writeJournal(out *lines) {
	out.printf("%6s  %7s  %7s  %8s  %7s  %6s  %11s  %5s  %s\n",
		"runs", "secrets", "stopped", "bypassed", "no hook", "either", "let through", "rate", "repository")
	for _, x := range r.Repositories {
		runs := 0
		for _, n := range x.Runs {
			runs += n
		}
		rate := "-"
		if x.Rate != nil {
			rate = fmt.Sprintf("%.0f %%", 100**x.Rate)
		}
		out.printf("%6d  %7d  %7d  %8d  %7d  %6d  %11d  %5s  %s\n", runs, x.Secrets, x.Stopped,
			x.Arrived[hooklog.Bypassed], x.Arrived[hooklog.NoHook], x.Arrived[hooklog.Either], x.Arrived[hooklog.LetThrough],
			rate, scanner.Printable(x.Repo))
	}
	out.printf("\nrate: the share of secrets that came past the hook pre-commit: bypassed, without a\n" +
		"hook, or one of the two (either), which is all that a server or CI can tell.\n")
	if r.Broken > 0 {
		out.printf("%s of the journal could not be read.\n", plural(r.Broken, "line"))
	}
}
