package main

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"leakline/scanner/gitsource"
)

func newGitCommand(e *env) *cobra.Command {
	var f scanFlags
	var engine string
	var ranges rangeFlags
	var urls urlFlags
	var staged stagedFlags
	var ci ciFlags
	cmd := &cobra.Command{
		Use:   "git [REPO | URL]",
		Short: "Scan the whole history of a git repository (default: this one)",
		Long: `Scan every object of a repository: all branches, tags, pull requests, stashes,
reflogs, notes, the index, and what nothing reaches any more; the contents of
files and their names, the messages of commits and tags, the names of refs and
the repository's own configuration.

With --staged, only what the next commit adds: the secrets in the index that
neither HEAD nor what is being merged has at the paths that differ.

No hook, filter or command of the repository is ever run. The repository at a URL
is received into a temporary folder first (see: leakline help urls).
` + exitHelp,
		Example: "  leakline git\n  leakline git --staged\n  leakline git ~/src/app -f sarif -r leaks.sarif\n  leakline git https://github.com/OWNER/REPO",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			debug.SetGCPercent(gcPercent)
			path := "."
			if len(args) == 1 {
				path = args[0]
			}
			if staged.on() {
				return staged.run(cmd.Context(), e, &f, cmd, path)
			}
			if err := readyRepository(e, &f, path); err != nil {
				return err
			}
			if err := ci.apply(e, &f, &ranges, path); err != nil {
				return err
			}
			options, err := gitOptions(&f, engine)
			if err != nil {
				return err
			}
			if err := ranges.apply(e, &f, &options); err != nil {
				return err
			}
			f.narrowed = options.Range != nil || options.State != nil
			if err := f.begin(cmd.Context(), e); err != nil {
				return err
			}
			repo, target, done, err := urls.open(cmd.Context(), e, &f, path, options)
			if err != nil {
				return errors.Join(err, f.recording.unreachable(cmd.Context(), path, err), f.end())
			}
			ranges.remember(&f, repo)
			url := ""
			if isURL(path) {
				url = target
			}
			if err := f.recording.ofRepository(repo, url, options.Range != nil || options.State != nil); err != nil {
				return errors.Join(err, done(), f.end())
			}
			if ci.on && ci.change.kind != noChange {
				f.recording.behindHooks()
			}
			return errors.Join(runScan(cmd.Context(), e, &f, repo, target), done(), f.end())
		},
	}
	f.add(cmd)
	f.addExposure(cmd)
	ranges.add(cmd)
	urls.add(cmd)
	staged.add(cmd)
	ci.add(cmd)
	cmd.Flags().StringVar(&engine, "engine", string(gitsource.EngineDelta), "delta: read every object once, along deltas; plain: blob by blob, to compare")
	return cmd
}

// readyRepository reads what says how the repository at a path is scanned. At a URL,
// nothing of it is here yet.
func readyRepository(e *env, f *scanFlags, path string) error {
	if isURL(path) {
		return f.ready(e, ignoreTarget{}, "")
	}
	repo, err := gitsource.Open(path, gitsource.Options{})
	if err != nil {
		return err
	}
	return f.ready(e, repoTarget(repo, true), repo.WorkDir())
}

// gcPercent lets the heap grow by half before it is collected, not by as much again:
// of a large history most is held as numbers, which cost the collector nothing.
const gcPercent = 50

// gitOptions checks what the flags say of how a repository is read.
func gitOptions(f *scanFlags, engine string) (gitsource.Options, error) {
	o := gitsource.Options{Engine: gitsource.Engine(engine), Jobs: f.jobs}
	if o.Engine != gitsource.EngineDelta && o.Engine != gitsource.EnginePlain {
		return o, hinted{fmt.Errorf("unknown engine %q", engine), "use delta or plain"}
	}
	f.bound(&o)
	return o, nil
}

// bound sets what the configuration has a say in: how much is read, and how. The user's
// own rules look at whole contents.
func (f *scanFlags) bound(o *gitsource.Options) {
	o.MaxBytes = int64(f.maxMegabytes) * 1_000_000
	if f.ownRules() {
		o.Engine = gitsource.EnginePlain
	}
}
