package main

import (
	"errors"

	"github.com/spf13/cobra"

	"leakline/scanner/filesource"
)

func newStdinCommand(e *env) *cobra.Command {
	var f scanFlags
	var name string
	cmd := &cobra.Command{
		Use:     "stdin",
		Short:   "Scan standard input",
		Long:    "Scan standard input to its end, however long it is.\n" + exitHelp,
		Example: "  git diff | leakline stdin\n  kubectl get secrets -o yaml | leakline stdin --name secrets.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			here := ignoreTarget{read: readerOf("."), folder: ".", trusted: true}
			if err := f.ready(e, here, "."); err != nil {
				return err
			}
			if err := f.begin(cmd.Context(), e); err != nil {
				return err
			}
			f.recording.ofStream(name)
			return errors.Join(runScan(cmd.Context(), e, &f, filesource.Stdin(e.stdin, name, filesource.Options{}), "standard input"), f.end())
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&name, "name", "", "the path that the text has, as evidence for its layer")
	return cmd
}
