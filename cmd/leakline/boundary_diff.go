package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/remediate/boundary"
	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// writeRange says how two commits are written.
const writeRange = "write BASE..HEAD, such as origin/main..HEAD"

var diffFormats = []string{"text", "json", "markdown"}

func newBoundaryDiff(e *env) *cobra.Command {
	var f boundaryFlags
	repo := "."
	cmd := &cobra.Command{
		Use:   "diff BASE..HEAD",
		Short: "Show what a change does to the boundary",
		Long: `Compare the two layers at two commits of a repository: providers, systems,
controls, identities, owners and crossings that come or go, and violations that
are new. BASE alone is compared with HEAD. Both are read from the repository; the
work tree is not looked at.

Exit status: 0, 1 if there are new violations (--exit-code changes it), 2 on
failure or if something could not be read.`,
		Example: "  leakline boundary diff origin/main..HEAD -f markdown",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return hinted{fmt.Errorf("two commits are compared, as one argument; %d were given", len(args)), writeRange}
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(diffFormats); err != nil {
				return err
			}
			base, head, ok := strings.Cut(args[0], "..")
			if !ok || head == "" {
				head = "HEAD"
			}
			if base == "" || strings.HasPrefix(head, ".") {
				return hinted{fmt.Errorf("%q names no two commits", args[0]), writeRange}
			}
			return f.diff(cmd.Context(), e, repo, base, head)
		},
	}
	f.add(cmd, "one of "+strings.Join(diffFormats, ", "))
	f.addGate(cmd)
	cmd.Flags().StringVar(&repo, "repository", ".", "the repository, a `FOLDER`")
	addSchema(cmd, e, "-f json", boundary.DiffSchema)
	return cmd
}

// diff reads two commits and compares them.
func (f *boundaryFlags) diff(ctx context.Context, e *env, path, base, head string) error {
	repo, err := gitsource.Open(path, gitsource.Options{Engine: gitsource.EnginePlain, Jobs: f.scan.jobs})
	if err != nil {
		return err
	}
	defer repo.Close()
	var ids [2]string
	for i, name := range []string{base, head} {
		if ids[i], err = repo.Resolve(name); err != nil {
			return err
		}
	}
	now, err := f.now(e)
	if err != nil {
		return err
	}
	if err := f.ready(e, repoTarget(repo, true), repo.WorkDir()); err != nil {
		return err
	}
	s, err := f.scan.scanner(e)
	if err != nil {
		return err
	}
	s.Now = func() time.Time { return now }
	if f.scan.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.scan.timeout)
		defer cancel()
	}
	var sides [2]boundary.Side
	var summaries []scanner.Summary
	for i, name := range []string{base, head} {
		in, err := f.side(ctx, e, s, repo, ids[i], now, true)
		if err != nil {
			return err
		}
		summaries = append(summaries, in.summaries...)
		m := boundary.Build(&in.Input)
		sides[i] = boundary.Side{Name: name, Map: m, Violations: boundary.Check(&in.Input, m)}
	}
	d := boundary.Compare(sides[0], sides[1])
	if err := f.emit(e, func(w io.Writer) error { return d.Write(w, f.format) }); err != nil {
		return err
	}
	if err := f.read(e, &boundaryInput{summaries: summaries}); err != nil {
		return err
	}
	return f.gate(len(d.New) > 0)
}

// side reads the files of one commit, and the history if it is wanted. If it is trusted, its own configuration says who
// owns what there, unless one was named: who owns what is part of a change.
func (f *boundaryFlags) side(ctx context.Context, e *env, s *scanner.Scanner, repo *gitsource.Repo, commit string, now time.Time, trusted bool) (*boundaryInput, error) {
	in, err := newBoundaryInput(commit, now)
	if err != nil {
		return nil, err
	}
	read := func(name string) ([]byte, error) { return repo.FileAt(commit, name) }
	conf := f.scan.conf
	if trusted && (conf.found == "folder" || conf.path == "") {
		if conf, err = configOf(read); err != nil {
			return nil, fmt.Errorf("at commit %.10s: %w", commit, err)
		}
	}
	in.Policy, in.Codeowners = conf.boundaryPolicy("", now), codeowners(read)
	if err := f.tree(ctx, e, s, repo.CommitFiles(commit), in, everyPath); err != nil {
		return nil, err
	}
	if f.history {
		if err := f.past(ctx, e, s, repo, everyPath, in); err != nil {
			return nil, err
		}
	}
	if in.finish(s.Allow); in.Files == 0 && in.Unread > 0 {
		return nil, errors.New(in.missing())
	}
	return in, nil
}
