package rules

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"leakline/testdata/integration"
)

// TestIntegrationGitleaksDifferences: where this package differs from gitleaks on
// purpose, gitleaks still does what cmd/leakline/docs/gitleaks.md says of it.
func TestIntegrationGitleaksDifferences(t *testing.T) {
	binary := integration.Need(t, "gitleaks")
	const rule = "[[rules]]\nid = \"a\"\nregex = '''key=([a-z]*)'''\n"
	for name, c := range map[string]struct {
		config, text string
		ours, theirs string // the secrets
	}{
		"condition AND and paths": {
			config: rule + "[[allowlists]]\ncondition = \"AND\"\npaths = ['''x''']\nregexes = ['''other''']\n",
			text:   "key=abc\n", ours: "abc", theirs: "",
		},
		"condition AND and paths of a rule": {
			config: rule + "[[rules.allowlists]]\ncondition = \"AND\"\npaths = ['''x''']\nregexes = ['''other''']\n",
			text:   "key=abc\n", ours: "abc", theirs: "abc",
		},
		"the last line": {
			config: rule + "[[rules.allowlists]]\nregexTarget = \"line\"\nregexes = ['''first''']\n",
			text:   "first\nsecond\nkey=abc", ours: "abc", theirs: "",
		},
		"the last line with a line end": {
			config: rule + "[[rules.allowlists]]\nregexTarget = \"line\"\nregexes = ['''first''']\n",
			text:   "first\nsecond\nkey=abc\n", ours: "abc", theirs: "abc",
		},
		"an empty secret": {
			config: rule + "secretGroup = 1\n",
			text:   "key=\n", ours: "", theirs: " (empty)",
		},
		"a file of more than 100 kB": {
			config: rule + "keywords = [\"first\"]\n",
			text:   "first\n" + strings.Repeat("line\n\n", 30_000) + "key=abc\n", ours: "abc", theirs: "",
		},
		"a decoded text": {
			config: rule,
			text:   "v = " + base64.StdEncoding.EncodeToString([]byte("key=somethinglong")) + "\n", ours: "", theirs: "somethinglong",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tmp := t.TempDir()
			dir := filepath.Join(tmp, "files")
			put(t, dir, "x.txt", c.text)
			put(t, tmp, "c.toml", c.config)
			ours := strings.Join(secrets(load(t, c.config), "x.txt", c.text), " ")
			var found []string
			for _, f := range runGitleaks(t, tmp, binary, dir, filepath.Join(tmp, "c.toml")) {
				if f.Secret == "" {
					f.Secret = " (empty)"
				}
				found = append(found, f.Secret)
			}
			if theirs := fmt.Sprint(strings.Join(found, " ")); ours != c.ours || theirs != c.theirs {
				t.Errorf("%q here, %q by gitleaks; want %q and %q", ours, theirs, c.ours, c.theirs)
			}
		})
	}
}
