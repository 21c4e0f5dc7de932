package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"leakline/scanner/gitsource/hooks"
)

// hookFlags are those of the commands that install hooks, remove them and tell of
// them.
type hookFlags struct {
	repo, template string
	force          bool
}

func newHookInstallCommand(e *env) *cobra.Command {
	var f hookFlags
	cmd := &cobra.Command{
		Use:   "install [pre-commit] [pre-push] [pre-receive]",
		Short: "Put leakline's hooks where git runs them",
		Long: `Put leakline's hooks where git runs them: pre-commit and pre-push, or pre-receive
if the repository is bare. core.hooksPath is respected.

A hook that is there already is kept as NAME.before-leakline and run after
leakline's, with the same arguments and the same standard input; 'leakline hook
uninstall' puts it back. Where husky or lefthook write the hooks, add a line to
their files instead (see: leakline help hooks).

The hook names the leakline that installs it, and takes the one in PATH if that
is gone. If there is neither it refuses the commit or push, and says so.`,
		Example: "  leakline hook install\n  leakline hook install pre-receive --repo /srv/git/app.git",
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.change(cmd.Context(), e, args, true)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.template, "template", "", "install into `DIR`/hooks, a template that git copies into new repositories")
	cmd.Flags().BoolVar(&f.force, "force", false, "also over a hook of leakline that was changed, and where another tool writes hooks")
	return cmd
}

func newHookUninstallCommand(e *env) *cobra.Command {
	var f hookFlags
	cmd := &cobra.Command{
		Use:   "uninstall [pre-commit] [pre-push] [pre-receive]",
		Short: "Take leakline's hooks away, and put back those from before",
		Long: `Take leakline's hooks away (default: all of them), and put back what was there
before, as it was. A hook that somebody has changed since is left alone, unless
--force is given.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.change(cmd.Context(), e, args, false)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.template, "template", "", "take them out of `DIR`/hooks, a template of git")
	cmd.Flags().BoolVar(&f.force, "force", false, "also those that were changed")
	return cmd
}

func (f *hookFlags) add(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.repo, "repo", "", "the repository of `DIR` (default: this one)")
	cmd.ValidArgs = hookNames()
}

// hookNames are the names of the hooks, as text.
func hookNames() []string {
	var names []string
	for _, n := range hooks.Names() {
		names = append(names, string(n))
	}
	return names
}

// change installs or removes hooks, each of them even if another one is refused.
func (f *hookFlags) change(ctx context.Context, e *env, args []string, install bool) error {
	names, err := parseHooks(args)
	if err != nil {
		return err
	}
	repo, err := f.find(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(names) > 0:
	case install:
		names = repo.Default()
	default:
		names = hooks.Names()
	}
	o := hooks.Options{Version: buildVersion(), Now: e.now(), Force: f.force}
	if install {
		if o.Binary, err = ownPath(); err != nil {
			return err
		}
		warnHooksPath(e, repo)
	}
	var failed []error
	done := 0
	for _, name := range names {
		do := repo.Uninstall
		if install {
			do = repo.Install
		}
		res, err := do(name, o)
		if err != nil {
			failed = append(failed, explainRefusal(repo, err))
			continue
		}
		if len(args) == 0 && !install && res.Done == hooks.Unchanged {
			continue
		}
		done++
		if _, err := fmt.Fprintln(e.stdout, changeLine(&res, install)); err != nil {
			return err
		}
	}
	if done == 0 && len(failed) == 0 {
		if _, err := fmt.Fprintf(e.stdout, "no hook of leakline is installed in %s\n", repo.Folder); err != nil {
			return err
		}
	}
	return firstOf(e, failed)
}

// firstOf prints all errors but the first, with their hints, and gives that.
func firstOf(e *env, errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	for _, err := range errs[1:] {
		exitStatus(e, err)
	}
	return errs[0]
}

// find finds the repository, or the template folder that stands for one.
func (f *hookFlags) find(ctx context.Context) (*hooks.Repo, error) {
	if f.template != "" {
		if f.repo != "" {
			return nil, hinted{errors.New("--repo and --template don't go together"), "give one of them"}
		}
		dir, err := filepath.Abs(f.template)
		return hooks.Template(dir), err
	}
	if f.repo != "" {
		if info, err := os.Stat(f.repo); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("--repo %q is no folder", f.repo)
		}
	}
	repo, err := hooks.Find(ctx, f.repo)
	if errors.Is(err, hooks.ErrNoGit) {
		return nil, hinted{err, "install git, or add it to PATH"}
	}
	if err != nil {
		return nil, hinted{err, "name a repository with --repo DIR"}
	}
	return repo, nil
}

// parseHooks gives the hooks that are named, each once.
func parseHooks(args []string) ([]hooks.Name, error) {
	var names []hooks.Name
	for _, arg := range args {
		if !slices.Contains(hooks.Names(), hooks.Name(arg)) {
			return nil, hinted{fmt.Errorf("leakline has no hook %q", arg), "its hooks are " + strings.Join(hookNames(), ", ")}
		}
		if !slices.Contains(names, hooks.Name(arg)) {
			names = append(names, hooks.Name(arg))
		}
	}
	return names, nil
}

// ownPath is where this program is: as PATH names it, if that is the same file,
// because what a link of a package manager points to changes with every release.
func ownPath() (string, error) {
	own, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the path of leakline, which the hook has to name: %w", err)
	}
	found, err := exec.LookPath("leakline")
	if err == nil {
		if found, err = filepath.Abs(found); err == nil && sameFile(found, own) {
			own = found
		}
	}
	return filepath.ToSlash(own), nil
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// warnHooksPath says what follows from core.hooksPath.
func warnHooksPath(e *env, repo *hooks.Repo) {
	switch {
	case repo.HooksPath == "":
	case repo.Scope == "global" || repo.Scope == "system":
		fmt.Fprintf(e.stderr, "leakline: warning: core.hooksPath is set in the %s configuration: hooks in %q run in every repository\n",
			repo.Scope, repo.Folder)
	case !repo.Bare && within(repo.Folder, repo.Dir) && !within(repo.Folder, repo.CommonDir):
		fmt.Fprintf(e.stderr, "leakline: warning: core.hooksPath is %q, in the work tree: a hook that is committed there should not name %s\n",
			repo.HooksPath, "the leakline of this machine; it falls back to PATH elsewhere")
	}
}

// within says that a path lies in a folder.
func within(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}

// changeLine says what became of a hook.
func changeLine(r *hooks.Result, install bool) string {
	line := fmt.Sprintf("%s: %s", r.Name, r.Done)
	switch {
	case r.Done == hooks.Unchanged && install:
		line = fmt.Sprintf("%s: installed already", r.Name)
	case r.Done == hooks.Unchanged:
		return fmt.Sprintf("%s: not installed", r.Name)
	}
	line += fmt.Sprintf(" (%s)", r.File)
	switch {
	case r.Before != "" && install:
		line += fmt.Sprintf("; %s runs after it", filepath.Base(r.Before))
	case r.Before != "":
		line += "; the hook from before is back"
	}
	return line
}

// explainRefusal adds what to do about a hook that was not touched.
func explainRefusal(repo *hooks.Repo, err error) error {
	var r *hooks.Refused
	if !errors.As(err, &r) {
		return err
	}
	switch {
	case errors.Is(err, hooks.ErrChanged):
		return hinted{err, "look at it; with --force it goes, changes and all"}
	case errors.Is(err, hooks.ErrBoth):
		return hinted{err, fmt.Sprintf("look at both and remove or rename one: %q", r.Hook.Before)}
	case errors.Is(err, hooks.ErrOff):
		return hinted{err, fmt.Sprintf("it is %q, set in the %s configuration; unset it, or set it to a folder", repo.HooksPath, repo.Scope)}
	}
	return hinted{fmt.Errorf("%w: %s", err, r.Hook.Manager), managerHint(r.Hook.Manager, r.Hook.Name)}
}

// managerHint says how another tool is told to run leakline.
func managerHint(m hooks.Manager, name hooks.Name) string {
	run := "leakline hook run " + string(name)
	switch {
	case m == hooks.Lefthook && name == hooks.PreCommit:
		return "add to lefthook.yml, below pre-commit: and jobs:, the job - run: " + run + " (see: leakline help hooks)"
	case m == hooks.Lefthook:
		return fmt.Sprintf("add to lefthook.yml, below %s: and jobs:, the job - run: %s -- {0} with use_stdin: true (see: leakline help hooks)", name, run)
	case m == hooks.Husky && name == hooks.PreCommit:
		return "add this line to .husky/pre-commit: " + run + " (see: leakline help hooks)"
	case m == hooks.Husky:
		return fmt.Sprintf(`add this line to .husky/%s: %s -- "$@" (see: leakline help hooks)`, name, run)
	}
	return "add leakline to .pre-commit-config.yaml (see: leakline help hooks)"
}
