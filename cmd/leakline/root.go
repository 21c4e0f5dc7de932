package main

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"leakline/scanner/report"
)

//go:embed docs/*.md
var docs embed.FS

const rootHelp = `leakline finds credentials in folders, streams and whole git histories, says
which identity each one opens and on whose layer it stands:

  ai-platform       who may use the AI provider and the tooling around it
  application-auth  who may use your product: your customers' sign-in
  infrastructure    everything else with a known owner

Secrets are redacted everywhere unless you type --show-secrets.`

func newRootCommand(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:           "leakline",
		Short:         "Find the credentials that open AI platforms and applications",
		Long:          rootHelp,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return hinted{err, fmt.Sprintf("see '%s --help'", cmd.CommandPath())}
	})
	root.AddCommand(
		newGitCommand(e), newDirCommand(e), newStdinCommand(e), newGitHubCommand(e), newServeCommand(e), newDetectCommand(e), newProtectCommand(e),
		newVerifyCommand(e), newHookCommand(e), newBoundaryCommand(e), newIgnoreCommand(e), newBaselineCommand(e), newConfigCommand(e),
		newLedgerCommand(e), newTTRCommand(e), newIssuesCommand(e), newWorkerCommand(e), newScheduleCommand(e),
		newDetectorsCommand(e), newExplainCommand(e), newVersionCommand(e),
	)
	root.SetHelpCommand(newHelpCommand(e))
	return root
}

// newHelpCommand prints the help of a command or one of the pages in docs.
func newHelpCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Help about a command, or a page about a topic",
	}
	cmd.Long = "Topics:\n" + topicList()
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			if err := c.Root().Help(); err != nil {
				return err
			}
			_, err := fmt.Fprintf(e.stdout, "\nTopics (leakline help TOPIC):\n%s", topicList())
			return err
		}
		if args[0] == "schema" {
			_, err := io.WriteString(e.stdout, report.FindingSchema())
			return err
		}
		if page, err := docs.ReadFile("docs/" + args[0] + ".md"); err == nil {
			_, err = e.stdout.Write(page)
			return err
		}
		found, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 || found == c.Root() {
			return hinted{fmt.Errorf("no command or topic %q", strings.Join(args, " ")), "see 'leakline help'"}
		}
		return found.Help()
	}
	return cmd
}

func topicList() string {
	entries, err := fs.ReadDir(docs, "docs")
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), path.Ext(entry.Name()))
		page, err := docs.ReadFile("docs/" + entry.Name())
		if err != nil {
			continue
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(page), "# "), "\n")
		fmt.Fprintf(&b, "  %-16s %s\n", name, title)
	}
	fmt.Fprintf(&b, "  %-16s %s\n", "schema", "JSON schema of a finding")
	return b.String()
}
