package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"leakline/scanner/filesource"
	"leakline/scanner/gitsource"
)

func newDirCommand(e *env) *cobra.Command {
	var f scanFlags
	var gitignore bool
	cmd := &cobra.Command{
		Use:     "dir [PATH...]",
		Aliases: []string{"directory", "files"},
		Short:   "Scan files and folders (default: this folder)",
		Long: `Scan files and folders as they are now. In a git work tree the files that git
ignores or does not track are scanned too, and findings in them say so.
Links are not followed, except one that is named on the command line.
` + exitHelp,
		Example: "  leakline dir\n  leakline dir src config/.env -f json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			target, err := folderTarget(args)
			if err != nil {
				return err
			}
			if err := f.ready(e, target, args[0]); err != nil {
				return err
			}
			gitignore = f.conf.gitignore(cmd, gitignore)
			src := filesource.New(args, filesource.Options{
				Gitignore: gitignore, MaxBytes: int64(f.maxMegabytes) * 1_000_000, Tracked: tracked, Measure: e.terminal && !f.quiet,
			})
			if err := f.begin(cmd.Context(), e); err != nil {
				return err
			}
			if err := f.recording.ofFolder(args, gitignore); err != nil {
				return errors.Join(err, f.end())
			}
			return errors.Join(runScan(cmd.Context(), e, &f, src, strings.Join(args, " ")), f.end())
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&gitignore, "gitignore", false, "leave out what .gitignore files name")
	return cmd
}

// tracked asks git's own files what git thinks of the files of a folder.
func tracked(folder string) (filesource.State, error) {
	tree, err := gitsource.OpenWorkTree(folder)
	if errors.Is(err, gitsource.ErrNotRepository) || errors.Is(err, gitsource.ErrUnsupported) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return func(rel string, isFolder bool) string {
		if isFolder {
			return tree.FolderStatus(rel)
		}
		return tree.Status(rel)
	}, nil
}
