package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"leakline/scanner/gitsource/hooks"
)

func newHookFrameworkCommand(e *env) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:    "framework [FILE...]",
		Short:  "Run as a hook of the pre-commit framework (pre-commit.com)",
		Hidden: true,
		Long: `Run as a hook of the pre-commit framework, which tells its hooks in the environment
and by the names of files what they are for:

  a push, or --from-ref and --to-ref   every new commit is checked
  staged files only                    what the next commit adds is checked
  --all-files, --files                 these files are checked, whole
` + exitHelp,
		DisableFlagParsing: true, // they are handed on as they are
		RunE: func(cmd *cobra.Command, args []string) error {
			flags, files, err := frameworkArgs(cmd, args)
			if err != nil {
				return err
			}
			task, err := frameworkTask(cmd.Context(), e, files)
			if err != nil {
				return err
			}
			inner := *e
			if task.stdin != "" {
				inner.stdin = strings.NewReader(task.stdin)
			}
			root := newRootCommand(&inner)
			root.SetArgs(slices.Concat(task.verb, flags, task.args))
			return root.ExecuteContext(cmd.Context())
		},
	}
	f.add(cmd)
	return cmd
}

// frameworkJob is a command line of leakline.
type frameworkJob struct {
	verb, args []string
	stdin      string
}

// zeros are no commit, in what git tells of a push.
const zeros = "0000000000000000000000000000000000000000"

// frameworkTask says what the framework wants. Of a push it tells one update of a
// ref: https://pre-commit.com/#pre-push
func frameworkTask(ctx context.Context, e *env, files []string) (t frameworkJob, err error) {
	from, to := e.getenv("PRE_COMMIT_FROM_REF"), e.getenv("PRE_COMMIT_TO_REF")
	local, remote := e.getenv("PRE_COMMIT_LOCAL_BRANCH"), e.getenv("PRE_COMMIT_REMOTE_BRANCH")
	switch {
	case from != "" && to != "":
		if from, err = frameworkCommit(ctx, from); err != nil {
			return t, err
		}
		if to, err = frameworkCommit(ctx, to); err != nil {
			return t, err
		}
	case remote != "": // all of a history: the framework sees a root commit
		from = zeros
		if to, err = frameworkCommit(ctx, local); err != nil {
			return t, err
		}
	default:
		whole, err := frameworkWhole(ctx, files)
		if whole {
			return frameworkJob{verb: []string{"dir"}, args: append([]string{"--"}, files...)}, err
		}
		return frameworkJob{verb: []string{"hook", "run", string(hooks.PreCommit)}}, err
	}
	if local == "" {
		local, remote = "HEAD", "HEAD"
	}
	name, url := e.getenv("PRE_COMMIT_REMOTE_NAME"), e.getenv("PRE_COMMIT_REMOTE_URL")
	if name == "" { // no push: this repository, of which no ref says what is not new
		name, url = ".", "."
	}
	return frameworkJob{
		verb:  []string{"hook", "run", string(hooks.PrePush)},
		args:  []string{"--", name, url},
		stdin: fmt.Sprintf("%s %s %s %s\n", local, to, remote, from),
	}, nil
}

// frameworkCommit gives the commit that a name means.
func frameworkCommit(ctx context.Context, name string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}").Output()
	if err != nil {
		return "", hinted{fmt.Errorf("the commit %q, which the pre-commit framework names, is not here: %w", name, err), "fetch more of the history"}
	}
	return strings.TrimSpace(string(out)), nil
}

// frameworkWhole says that the files are to be checked as they are: one of them is
// not staged, so that --all-files or --files was given. Without names it is told
// nothing, and what is staged is meant.
func frameworkWhole(ctx context.Context, files []string) (bool, error) {
	if len(files) == 0 {
		return false, nil
	}
	cmd := exec.CommandContext(ctx, "git", "-c", "core.fsmonitor=false", "diff", "--staged", "--name-only", "--no-ext-diff", "--no-renames", "-z")
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return false, fmt.Errorf("ask git what is staged: %s: %w", strings.TrimSpace(complaint.String()), err)
	}
	staged := map[string]bool{}
	for name := range strings.SplitSeq(out.String(), "\x00") {
		staged[name] = true
	}
	for _, file := range files {
		if !staged[file] {
			return true, nil
		}
	}
	return false, nil
}

// frameworkArgs tells the flags, which stand first, from the files.
func frameworkArgs(cmd *cobra.Command, args []string) (flags, files []string, err error) {
	if err := cmd.Flags().Parse(args); err != nil {
		return nil, nil, hinted{err, "see 'leakline git --help'"}
	}
	files = cmd.Flags().Args()
	flags = args[:len(args)-len(files)]
	if !slices.Equal(args[len(flags):], files) {
		return nil, nil, errors.New("flags must stand before the names of files")
	}
	if n := len(flags); n > 0 && flags[n-1] == "--" {
		flags = flags[:n-1]
	}
	return flags, files, nil
}
