package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/ttr"
)

// configName is the configuration of a folder.
const configName = ".leakline.toml"

// maxConfig bounds a configuration file, in bytes.
const maxConfig = 1 << 20

// config is what a configuration file says.
type config struct {
	path string // "" if there is no file
	sla  ttr.Policy
}

// readConfig reads the file that is named, else LEAKLINE_CONFIG, else .leakline.toml
// in this folder, if it is there.
func readConfig(e *env, named string) (config, error) {
	path := named
	if path == "" {
		path = e.getenv("LEAKLINE_CONFIG")
	}
	optional := path == ""
	if optional {
		path = configName
	}
	f, err := os.Open(path)
	if optional && errors.Is(err, fs.ErrNotExist) {
		return config{}, nil
	}
	if err != nil {
		return config{}, fmt.Errorf("read the configuration: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return config{}, fmt.Errorf("read the configuration: %w", err)
	}
	if len(text) > maxConfig {
		return config{}, fmt.Errorf("the configuration %q is larger than %d bytes", path, maxConfig)
	}
	return parseConfig(path, string(text))
}

// configKeys are the keys at the top of a configuration.
var configKeys = []string{"sla"}

// parseConfig reads a configuration. Errors name file and line.
func parseConfig(path, text string) (config, error) {
	c := config{path: path}
	var tables map[string]any
	meta, err := toml.Decode(text, &tables)
	var wrong toml.ParseError
	switch {
	case errors.As(err, &wrong):
		return c, fmt.Errorf("%s:%d: %s", path, wrong.Position.Line, wrong.Message)
	case err != nil:
		return c, fmt.Errorf("%s: %w", path, err)
	}
	for _, key := range meta.Keys() { // in the order of the file
		if !slices.Contains(configKeys, key[0]) {
			return c, hinted{fmt.Errorf("%s:%d: unknown key %q", path, lineOf(text, key), key.String()), suggestKey(key[0])}
		}
	}
	sla, ok := tables["sla"].(map[string]any)
	if _, there := tables["sla"]; there && !ok {
		return c, hinted{fmt.Errorf("%s:%d: sla is no table", path, lineOf(text, []string{"sla"})), "see 'leakline config --help'"}
	}
	if c.sla, err = ttr.ParsePolicy(sla); err != nil {
		at, _, _ := strings.Cut(err.Error(), ":")
		return c, fmt.Errorf("%s:%d: %w", path, lineOf(text, strings.Split(at, ".")), err)
	}
	return c, nil
}

// suggestKey names the key that was meant, if one is near.
func suggestKey(key string) string {
	for _, known := range configKeys {
		if distance(strings.ToLower(key), known) <= 2 {
			return fmt.Sprintf("did you mean %q?", known)
		}
	}
	return "the keys are " + strings.Join(configKeys, ", ")
}

// distance is how many letters must be put in, left out or changed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// lineOf finds the line of a key: the decoder does not tell. Each line is decoded by
// itself, below the table that it stands in; 1 if the key is on none.
func lineOf(text string, key []string) int {
	var table []string
	n, best, bestLine := 0, 0, 1
	for line := range strings.Lines(text) {
		n++
		var any map[string]any
		meta, err := toml.Decode(line, &any)
		if err != nil || len(meta.Keys()) == 0 {
			continue
		}
		keys := meta.Keys()
		full := slices.Clone([]string(keys[len(keys)-1]))
		if strings.HasPrefix(strings.TrimSpace(line), "[") {
			table = full
		} else {
			full = append(slices.Clone(table), full...)
		}
		same := 0
		for same < min(len(full), len(key)) && full[same] == key[same] {
			same++
		}
		if same > best {
			best, bestLine = same, n
		}
	}
	return bestLine
}

func newConfigCommand(e *env) *cobra.Command {
	var named string
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show or check the configuration",
		Long: `The configuration is the file of --config, else LEAKLINE_CONFIG, else .leakline.toml
in this folder. What it may hold:

  [sla]                      within how long incidents must be remediated
  default = "27d"            counted from detection: days or hours
  ai-platform = "7d"
  [sla.application-auth]     by privilege: forge, admin, write, read, limited, unknown
  default = "14d"
  forge = "1d"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVarP(&named, "config", "c", "", "read the configuration from `FILE`")
	cmd.AddCommand(&cobra.Command{
		Use:   "show",
		Short: "Print the configuration that is in force",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := readConfig(e, named)
			if err != nil {
				return err
			}
			return c.write(e.stdout)
		},
	}, &cobra.Command{
		Use:   "check [FILE]",
		Short: "Say whether a configuration can be read",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				named = args[0]
			}
			c, err := readConfig(e, named)
			if err != nil {
				return err
			}
			if c.path == "" {
				return hinted{fmt.Errorf("no configuration: there is no %q here", configName), "name one: leakline config check FILE"}
			}
			_, err = fmt.Fprintf(e.stdout, "%s: ok\n", c.path)
			return err
		},
	})
	return cmd
}

// write writes the configuration in its own format.
func (c *config) write(w io.Writer) error {
	out := &lines{w: w}
	if c.path == "" {
		out.printf("# no file: these are the defaults\n")
	} else {
		out.printf("# %s\n", c.path)
	}
	if c.sla.None() {
		out.printf("# sla: no limit is set\n")
		return out.err
	}
	writeLimits(out, "default", c.sla.Default)
	for _, l := range detectors.Layers() {
		if limits, ok := c.sla.Layers[l]; ok {
			writeLimits(out, string(l), limits)
		}
	}
	return out.err
}

func writeLimits(out *lines, name string, l ttr.Limits) {
	if l.Limit == 0 && len(l.Privileges) == 0 {
		return
	}
	out.printf("[sla.%s]\n", name)
	if l.Limit != 0 {
		out.printf("default = %q\n", limitText(l.Limit))
	}
	for _, p := range []detectors.Privilege{
		detectors.Forge, detectors.Admin, detectors.Write, detectors.Read, detectors.Limited, detectors.PrivilegeUnknown,
	} {
		if d := l.Privileges[p]; d != 0 {
			out.printf("%s = %q\n", p, limitText(d))
		}
	}
}

// limitText writes a limit as the configuration does.
func limitText(d time.Duration) string {
	if d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return fmt.Sprintf("%dh", d/time.Hour)
}
