package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"leakline/remediate/hooklog"
	"leakline/scanner"
	"leakline/scanner/gitsource/changes"
)

// stagedFlags narrow leakline git to what the next commit adds.
type stagedFlags struct {
	staged bool
	hook   bool // --pre-commit: as a hook
}

func (s *stagedFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&s.staged, "staged", false, "scan only what the next commit adds (see: leakline help hooks)")
	fl.BoolVar(&s.hook, "pre-commit", false, "the same, from a hook of your own")
}

func (s *stagedFlags) on() bool { return s.staged || s.hook }

// hookGCPercent lets the heap of a hook, which is small and soon gone, grow before
// it is collected.
const hookGCPercent = 800

// run scans what is staged in the repository at a path.
func (s *stagedFlags) run(ctx context.Context, e *env, f *scanFlags, cmd *cobra.Command, path string) error {
	debug.SetGCPercent(hookGCPercent)
	if err := s.check(f, cmd, path); err != nil {
		return err
	}
	src, err := changes.Staged(ctx, changes.Options{Dir: dirOf(path), MaxBytes: int64(f.maxMegabytes) * 1_000_000})
	if err != nil {
		return explainGit(err)
	}
	defer src.Close()
	if err := readyWork(e, f, path); err != nil {
		return err
	}
	f.settle = src.Settle
	f.after = func(result *scanner.Result) error {
		if text := nothingStaged(src.Account()); text != "" && !f.quiet {
			fmt.Fprintf(e.stderr, "leakline: %s: %s checked\n", text, src.Account())
		}
		if s.hook {
			e.noteHook(ctx, hooklog.PreCommit, result, !result.Summary.Complete || len(result.Findings) > 0 && !f.exitZero)
		}
		return nil
	}
	return explainGit(runScan(ctx, e, f, src, "the staged changes"))
}

// readyWork reads what says how the changes of a work tree are judged.
func readyWork(e *env, f *scanFlags, path string) error {
	root, err := absolute(path)
	if err != nil {
		return err
	}
	if top := workTreeOf(root); top != "" {
		root = top
	}
	f.narrowed = true
	return f.ready(e, ignoreTarget{read: readerOf(root), folder: root, trusted: true}, root)
}

// dirOf is where git is run for a repository at a path: nowhere special for this
// one, so that what git tells a hook in the environment counts as it is.
func dirOf(path string) string {
	if path == "." {
		return ""
	}
	return path
}

// check refuses what says nothing of an index.
func (s *stagedFlags) check(f *scanFlags, cmd *cobra.Command, path string) error {
	for _, name := range []string{
		"since-commit", "branch", "log-opts", "state", "exposure", "engine", "max-fetch-megabytes", "ledger",
	} {
		if cmd.Flags().Changed(name) {
			return hinted{
				fmt.Errorf("--%s can't be used with --staged: what is staged is no history", name),
				"leave out --staged to scan the history, or --" + name,
			}
		}
	}
	if isURL(path) {
		return hinted{errors.New("--staged needs a repository on this machine: nothing is staged at a URL"), "leave out --staged"}
	}
	return nil
}

// nothingStaged says that, and why, no content was checked; "" if some was.
func nothingStaged(a changes.Account) string {
	var only []string
	if a.Gone > 0 {
		only = append(only, plural(a.Gone, "deletion"))
	}
	if a.Modes > 0 {
		only = append(only, plural2(a.Modes, "change of mode", "changes of mode"))
	}
	if a.Taken > 0 {
		only = append(only, "what one side of the merge has")
	}
	switch {
	case a.Files > 0:
		return ""
	case len(only) > 0:
		return "no new content is staged, only " + strings.Join(only, " and ")
	}
	return "nothing is staged"
}

// explainGit says what to do about a failure of git.
func explainGit(err error) error {
	var said *changes.Error
	switch {
	case errors.Is(err, changes.ErrNoGit):
		return hinted{fmt.Errorf("%w: it is asked what a commit or push adds", err), "install git, or add its folder to PATH"}
	case errors.Is(err, changes.ErrBare):
		return hinted{err, "run it in a work tree"}
	case errors.As(err, &said) && strings.Contains(said.Said, "not a git repository"):
		return hinted{err, "run it in a repository, or scan files with: leakline dir"}
	case errors.As(err, &said) && strings.Contains(said.Said, "dubious ownership"):
		return hinted{err, "if you trust the repository: git config --global --add safe.directory FOLDER"}
	}
	return err
}
