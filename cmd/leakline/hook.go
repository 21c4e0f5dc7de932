package main

import "github.com/spf13/cobra"

func newHookCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hook",
		Short: "Stop secrets at the commit or push that would add them",
		Long: `Run as one of git's hooks, and install hooks that do.

What is judged is what a commit adds: secrets that were there before never stop
anybody, however the lines that hold them are moved, renamed or reformatted.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newHookRunCommand(e), newHookInstallCommand(e), newHookUninstallCommand(e), newHookStatusCommand(e),
		newHookFrameworkCommand(e))
	return cmd
}
