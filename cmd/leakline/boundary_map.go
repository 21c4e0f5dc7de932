package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"leakline/remediate/boundary"
)

// mapFormats are the renderings of a map.
var mapFormats = []string{"text", "json", "markdown", "mermaid", "svg"}

func newBoundaryMap(e *env) *cobra.Command {
	var f boundaryFlags
	cmd := &cobra.Command{
		Use:   "map [PATH | URL]...",
		Short: "Show both layers: providers, systems, controls, identities, owners",
		Long: `Show what a folder's code, manifests and configuration say of the two layers: the
AI platforms and the systems of application authentication in use, the identity
controls of each with their standing, the credentials by name (values never) with
owner, audit trail and lifecycle, and the credentials that join the layers.

Several folders are one map: each under its name, and the keys that they share
between them. A URL is received, read at the tip of its default branch and
discarded. --github takes all repositories of an organisation, a user, or one
repository, and keeps mirrors of them as "leakline github" does.

With --history the repository's history is read as well: credentials that it still
holds, and on which day each layer began.

Exit status: 0, or 2 if something could not be read.`,
		Example: "  leakline boundary map\n  leakline boundary map ~/src/app -f svg -r boundary.svg\n  leakline boundary map --github acme -f markdown",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(mapFormats); err != nil {
				return err
			}
			in, err := f.input(cmd.Context(), e, args)
			if err != nil {
				return err
			}
			m := boundary.Build(&in.Input)
			if err := f.emit(e, func(w io.Writer) error { return writeMap(w, m, f.format) }); err != nil {
				return err
			}
			return f.read(e, in)
		},
	}
	f.add(cmd, "one of "+strings.Join(mapFormats, ", "))
	cmd.Flags().BoolVar(&f.history, "history", false, "read the repository's history too")
	f.addReadings(cmd)
	f.addAway(cmd)
	addSchema(cmd, e, "-f json", boundary.MapSchema)
	return cmd
}

// writeMap writes a map in a format.
func writeMap(w io.Writer, m *boundary.Map, format string) error {
	switch format {
	case "json":
		return m.JSON(w)
	case "markdown":
		return m.Markdown(w)
	case "mermaid":
		return m.Mermaid(w)
	case "svg":
		return m.SVG(w)
	}
	return m.Text(w)
}
