package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"leakline/remediate/issues"
)

// issueSettings are the tables issues and boundaries.
type issueSettings struct {
	settings issues.Config
	// issues and boundaries are the tables as they stand in the file.
	issues, boundaries map[string]any
}

// issueTables judges the tables issues and boundaries, which package issues reads.
// owners are those of the table boundaries, which was judged by then.
func (j *judge) issueTables(doc, owners map[string]any) issueSettings {
	out := issueSettings{settings: issues.DefaultConfig()}
	for _, name := range []string{"issues", "boundaries"} {
		v, there := doc[name]
		table, is := v.(map[string]any)
		if there && !is {
			j.wrong(j.spots[name].value, "see 'leakline help config'", "%s: %s is not %s", name, shownValue(v), aTable)
			return out
		}
		if name == "issues" {
			out.issues = table
		} else {
			out.boundaries = table
		}
	}
	settings, err := issues.ParseConfig(out.issues, owners)
	if err == nil {
		out.settings = settings
		return out
	}
	at, _, _ := strings.Cut(err.Error(), ":")
	path := strings.Split(at, ".")
	if n := len(path); path[n-1] == "owner" && j.spots[joined(path...)] == (spot{}) {
		path[n-1] = "owners"
	}
	for len(path) > 1 && j.spots[joined(path...)] == (spot{}) {
		path = path[:len(path)-1]
	}
	j.wrong(j.spots[joined(path...)].key, "", "%s", printable(err.Error()))
	return out
}

// issueConfig is what counts for issues, with the limits of the table sla.
func (c *config) issueConfig() issues.Config {
	out := c.issues.settings
	out.SLA = c.sla
	return out
}

func (c *config) writeIssues(out *lines) {
	if c.issues.issues != nil {
		out.printf("\n[issues]\n")
		for _, name := range slices.Sorted(maps.Keys(c.issues.issues)) {
			c.writeValue(out, "issues", name, tomlValue(c.issues.issues[name]))
		}
	}
	c.writeBoundaries(out)
}

// tomlValue writes a text, a number or a list of texts.
func tomlValue(v any) string {
	switch v := v.(type) {
	case string:
		return tomlText(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case []any:
		return tomlTexts(textList(v))
	}
	return fmt.Sprint(v)
}
