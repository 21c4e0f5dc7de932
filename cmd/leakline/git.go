package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"leakline/scanner/gitsource"
)

func newGitCommand(e *env) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "git [REPO]",
		Short: "Scan the whole history of a git repository (default: this one)",
		Long: `Scan every object of a repository: all branches, tags, pull requests, stashes,
reflogs, notes, the index, and what nothing reaches any more; the contents of
files and their names, the messages of commits and tags, the names of refs and
the repository's own configuration.

No hook, filter or command of the repository is ever run.
` + exitHelp,
		Example: "  leakline git\n  leakline git ~/src/app -f sarif -r leaks.sarif",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "."
			if len(args) == 1 {
				path = args[0]
			}
			if strings.Contains(path, "://") {
				return hinted{fmt.Errorf("%q is a URL; only repositories on this machine can be scanned", path), "clone it first: git clone --mirror URL DIR, then leakline git DIR"}
			}
			repo, err := gitsource.Open(path, gitsource.Options{MaxBytes: int64(f.maxMegabytes) * 1_000_000})
			if err != nil {
				return err
			}
			return runScan(cmd.Context(), e, &f, repo, path)
		},
	}
	f.add(cmd)
	return cmd
}
