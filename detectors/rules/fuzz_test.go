package rules

import (
	"strings"
	"testing"
)

// FuzzRules: no configuration and no text hang or crash, and an accepted configuration
// finds nothing outside of the text.
func FuzzRules(f *testing.F) {
	f.Add("[[rules]]\nid = \"a\"\nregex = '''(?i)key=([a-z]{4})'''\nkeywords = [\"key\"]\nentropy = 1.5\nsecretGroup = 1\n", "key=abcd KEY=efgh\n")
	f.Add("[extend]\nuseDefault = true\ndisabledRules = [\"jwt\"]\n[[rules]]\nid = \"jwt\"\n[allowlist]\nregexes = ['''a''']\n", "x")
	f.Add("[[rules]]\nid = \"a\"\npath = '''x'''\n[[rules.required]]\nid = \"a\"\nwithinLines = 1\n[[rules.allowlists]]\ncondition = \"AND\"\nstopwords = [\"s\"]\npaths = ['''p''']\n", "\xff")
	f.Add("rules = [{id = \"a\", regex = \"b|\", allowlists = [{paths = [\"x\"]}]}]\n", "b")
	f.Add("\"\\u0072ules\" = \"\"\"\\\n\"\"\"\"\"\n'a'.b = '''x''''\n", "")
	f.Fuzz(func(t *testing.T, config, text string) {
		open := func(string) (string, error) { return config, nil }
		c, err := Load("c.toml", config, open)
		_ = Is(config)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "c.toml:") && !strings.Contains(err.Error(), ":") {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		for _, m := range c.Match("x", []byte(text)) {
			if m.Start < 0 || m.Start >= m.End || m.End > len(text) || m.Secret.Reveal() != text[m.Start:m.End] {
				t.Errorf("a match at %d:%d of %d", m.Start, m.End, len(text))
			}
		}
		for _, m := range c.MatchPath(text) {
			if m.End != len(text) {
				t.Errorf("a match of a path of %d bytes ends at %d", len(text), m.End)
			}
		}
		c.Excuse(Place{Detector: "jwt", Path: text, Secret: text, Text: []byte(text), End: len(text)})
	})
}
