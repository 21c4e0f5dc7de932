package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/anchor"
	"leakline/remediate/issues"
	"leakline/remediate/ttr"
	"leakline/scanner/ignore"
)

// config is what a configuration says.
type config struct {
	// path is the file, "" if there is none; a variable that holds the text itself is
	// named here.
	path string
	// found says what led to it: --config, a variable, or a folder.
	found string
	// gitleaks says that it has the form of gitleaks: rules and nothing of ours. Then
	// rules is itself.
	gitleaks bool
	sla      ttr.Policy
	verify   verifySettings
	anchors  []anchor.Anchor
	// reconcile says how owners' lists of keys are read.
	reconcile reconcileSettings
	// issues say which remediation issues are opened, and who answers for a layer.
	issues issueSettings
	// boundary is what the owners of both layers have declared.
	boundary boundarySettings
	// outlets are whom else is told.
	outlets outletSettings
	// withheld are the tables that do not count, because nobody named the file.
	withheld []string
	scan     scanSettings
	ignores  []ignore.Entry
	reasons  string // what comments that give no reason hide
	rules    rulesFile
	own      []string // files of the user's own detectors
	warnings []string
	spots    map[string]spot
}

// rulesFile is a configuration in the form of gitleaks, with rules and allowlists.
type rulesFile struct {
	path string // "" if there is none
	// text is what it holds, if that did not come from the file at path.
	text string
}

// scanSettings are the values of the table scan.
type scanSettings struct {
	minConfidence   string
	layers          []string
	enable, disable []string
	maxMegabytes    int
	timeout         time.Duration
	jobs, exitCode  int
	authors         string
	gitignore       bool
}

// defaultConfig is what counts where no configuration says otherwise.
func defaultConfig() config {
	return config{
		scan:    scanSettings{minConfidence: string(detectors.Medium), exitCode: exitFindings, authors: authorWords[0]},
		reasons: string(ignore.ReasonsAnchored),
		verify:  verifySettings{timeout: defaultTryTimeout, proxy: true},
		issues:  issueSettings{settings: issues.DefaultConfig()},
	}
}

// parseConfig reads a configuration. Its errors name file, line and column.
func parseConfig(path, text string) (config, error) {
	c := defaultConfig()
	c.path = path
	doc, spots, err := decodeConfig(path, text)
	if err != nil {
		return c, err
	}
	c.spots = spots
	j := &judge{spots: spots}
	top := configShape()
	j.value(&top, doc, nil)
	if sla, ok := doc["sla"]; ok {
		c.sla = j.sla(sla)
	}
	c.ignores = j.ignores(doc["ignore"], path)
	j.probes(tableOf(tableOf(doc["verify"])["hosts"]))
	c.anchors = j.anchors(doc["trust-anchors"], path)
	var owners map[string]any
	if v, ok := doc["boundaries"]; ok {
		c.boundary, owners = j.boundaryTables(v, path)
	}
	c.issues = j.issueTables(doc, owners)
	c.outlets = j.outletTables(doc)
	if extend := tableOf(doc["extend"]); extend["gitleaks"] == nil && extend["detectors"] == nil { // which have IDs of their own
		j.detectors(tableOf(doc["scan"]), "enable-detectors", "disable-detectors")
	}
	if len(j.found) > 0 {
		return c, j.failure(path)
	}
	c.scan.read(tableOf(doc["scan"]))
	c.verify.read(tableOf(doc["verify"]))
	c.reconcile.read(tableOf(doc["reconcile"]))
	if reasons, ok := tableOf(doc["comments"])["reasons"].(string); ok {
		c.reasons = reasons
	}
	if named, ok := tableOf(doc["extend"])["gitleaks"].(string); ok {
		c.rules.path = besideConfig(path, named)
	}
	list, _ := tableOf(doc["extend"])["detectors"].([]any)
	for _, x := range list {
		c.own = append(c.own, besideConfig(path, x.(string)))
	}
	return c, nil
}

// besideConfig is a file that the configuration at path names: from its folder, if the
// name does not say otherwise.
func besideConfig(path, named string) string {
	if filepath.IsAbs(named) {
		return named
	}
	return filepath.Join(filepath.Dir(path), named)
}

// decodeConfig decodes a document, if that is safe.
func decodeConfig(path, text string) (doc map[string]any, spots map[string]spot, err error) {
	if spots, err = locate(text); err == nil {
		_, err = toml.Decode(text, &doc)
	}
	var wrong toml.ParseError
	switch {
	case errors.As(err, &wrong):
		at := position{max(wrong.Position.Line, 1), max(wrong.Position.Col, 1)}
		return nil, nil, problems{path, []problem{{at: at, text: printable(wrong.Message)}}}
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %s", path, printable(err.Error()))
	}
	return doc, spots, nil
}

// printable is a message of the decoder on one line; it may quote the file.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

// tableOf is a value that was judged to be a table, or nil.
func tableOf(v any) map[string]any {
	t, _ := v.(map[string]any)
	return t
}

// failure is the error of what was found, in the order of the file.
func (j *judge) failure(path string) error {
	slices.SortStableFunc(j.found, func(a, b problem) int {
		if a.at.line != b.at.line {
			return a.at.line - b.at.line
		}
		if a.at.column != b.at.column {
			return a.at.column - b.at.column
		}
		return strings.Compare(a.text, b.text)
	})
	err := error(problems{path, j.found})
	if len(j.found) == 1 && j.found[0].hint != "" {
		return hinted{err, j.found[0].hint}
	}
	return err
}

// detectors judges lists of detectors by the catalogue.
func (j *judge) detectors(scan map[string]any, keys ...string) {
	var all []detectors.Detector
	for _, key := range keys {
		list, _ := scan[key].([]any)
		for i, x := range list {
			id, ok := x.(string)
			if !ok || isID(id) != "" {
				continue // which was said
			}
			if all == nil {
				all = detectors.Catalogue()
			}
			if path := element([]string{"scan", key}, i); !slices.ContainsFunc(all, func(d detectors.Detector) bool { return d.ID == id }) {
				j.wrong(j.spots[joined(path...)].value, suggestDetector(all, id), "scan.%s: unknown detector %s", key, shownValue(id))
			}
		}
	}
}

// sla judges the table sla, which package ttr reads.
func (j *judge) sla(v any) ttr.Policy {
	table, ok := v.(map[string]any)
	if !ok {
		j.wrong(j.spots["sla"].value, "see 'leakline help config'", "sla: %s is not %s", shownValue(v), aTable)
		return ttr.Policy{}
	}
	policy, err := ttr.ParsePolicy(table)
	if err != nil {
		at, _, _ := strings.Cut(err.Error(), ":")
		path := strings.Split(at, ".")
		for len(path) > 1 && j.spots[joined(path...)] == (spot{}) {
			path = path[:len(path)-1]
		}
		j.wrong(j.spots[joined(path...)].key, "", "%s", printable(err.Error()))
	}
	return policy
}

// read takes over the values of the table scan, which were judged.
func (s *scanSettings) read(table map[string]any) {
	for name, v := range table {
		switch name {
		case "min-confidence":
			s.minConfidence = v.(string)
		case "layers":
			s.layers = textList(v)
		case "enable-detectors":
			s.enable = textList(v)
		case "disable-detectors":
			s.disable = textList(v)
		case "max-target-megabytes":
			s.maxMegabytes = int(v.(int64))
		case "timeout":
			s.timeout, _ = time.ParseDuration(v.(string))
		case "jobs":
			s.jobs = int(v.(int64))
		case "exit-code":
			s.exitCode = int(v.(int64))
		case "authors":
			s.authors = v.(string)
		case "gitignore":
			s.gitignore = v.(bool)
		}
	}
}

func textList(v any) []string {
	var out []string
	for _, x := range v.([]any) {
		out = append(out, x.(string))
	}
	return out
}

// ignores reads the tables of the list ignore, with the judgement of package ignore.
func (j *judge) ignores(v any, path string) []ignore.Entry {
	list, ok := v.([]map[string]any)
	if !ok {
		list, _ = tablesOf(v)
	}
	var out []ignore.Entry
	for i, table := range list {
		below := element([]string{"ignore"}, i)
		text := func(key string) string { s, _ := table[key].(string); return s }
		x := ignore.Entry{
			File: path, Line: j.spots[joined(below...)].key.line,
			Path: text("path"), Detector: text("detector"), Layer: detectors.Layer(text("layer")), Mark: text("mark"),
			Object: text("object"), Reason: text("reason"),
		}
		x.Until, _ = parseUntil(table["until"])
		before := len(j.found)
		j.entry(table, &x, below)
		if len(j.found) == before {
			out = append(out, x)
		}
	}
	return out
}

// entry judges one entry: each selector by itself, so that the error names its place,
// and that there is one.
func (j *judge) entry(table map[string]any, x *ignore.Entry, path []string) {
	none := true
	for _, key := range []string{"path", "detector", "mark", "object", "layer"} {
		text, ok := table[key].(string)
		none = none && table[key] == nil
		if !ok || strings.TrimSpace(text) == "" || key == "layer" {
			continue // what is no text was said already
		}
		one := ignore.Entry{Reason: "-"}
		switch key {
		case "path":
			one.Path = text
		case "detector":
			one.Detector = text
		case "mark":
			one.Mark = text
		case "object":
			one.Object = text
		}
		below := append(path[:len(path):len(path)], key)
		at := j.spots[joined(below...)].value
		_, errs := ignore.ParseEntries(x.File, []byte(one.String()))
		switch {
		case len(errs) == 0:
		case key == "mark": // which may be the secret itself
			j.wrong(at, "'leakline ignore add' writes marks", "ignore.mark: what stands there is no mark")
		default:
			why := errs[0]
			var wrong *ignore.SyntaxError
			if errors.As(why, &wrong) {
				why = wrong.Err
			}
			j.wrong(at, "", "ignore.%s: %s: %s", key, shownValue(text), printable(strings.TrimPrefix(why.Error(), key+": ")))
		}
	}
	at := j.spots[joined(path...)].key
	switch {
	case none:
		j.wrong(at, "", "ignore: this entry would hide everything; write path, detector, layer, mark or object")
	case x.Object != "" && (x.Path != "" || x.Detector != "" || x.Layer != "" || x.Mark != ""):
		j.wrong(at, "", "ignore: object goes with no other selector; write two entries")
	}
}

// parseUntil reads the last day of an entry, as a date of TOML or as a text.
func parseUntil(v any) (time.Time, string) {
	if t, ok := v.(time.Time); ok {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), ""
	}
	s, ok := v.(string)
	t, err := time.Parse(time.DateOnly, s)
	if !ok || err != nil {
		return t, fmt.Sprintf("%s is no date; write YEAR-MONTH-DAY, such as 2026-12-31", shownValue(v))
	}
	return t, ""
}

// unset says that a setting of the table scan is free for the configuration: the
// file sets it, and the user gave no flag for it.
func (c *config) unset(cmd *cobra.Command, key string, flags ...string) bool {
	if _, ok := c.spots[joined("scan", key)]; !ok {
		return false
	}
	return !slices.ContainsFunc(flags, cmd.Flags().Changed)
}

// apply gives the flags of a scan the values of the configuration, except those that
// the user gave. A flag replaces the value of the file, lists included; only what
// is named on the command line to be used is used although the file leaves it out.
func (c *config) apply(f *scanFlags, cmd *cobra.Command) {
	s := &c.scan
	if c.unset(cmd, "min-confidence", "min-confidence") {
		f.minConfidence = s.minConfidence
	}
	if c.unset(cmd, "layers", "layer") {
		f.layers = slices.Clone(s.layers)
	}
	if c.unset(cmd, "disable-detectors", "disable-detector") {
		wanted := f.enable
		f.disable = slices.DeleteFunc(slices.Clone(s.disable), func(id string) bool { return slices.Contains(wanted, id) })
	}
	if c.unset(cmd, "enable-detectors", "enable-detector", "enable-rule") {
		f.enable = slices.Clone(s.enable)
	}
	if c.unset(cmd, "max-target-megabytes", "max-target-megabytes") {
		f.maxMegabytes = s.maxMegabytes
	}
	if c.unset(cmd, "timeout", "timeout") {
		f.timeout = s.timeout
	}
	if c.unset(cmd, "jobs", "jobs") {
		f.jobs = s.jobs
	}
	if c.unset(cmd, "exit-code", "exit-code") {
		f.exitCode = s.exitCode
	}
	if c.unset(cmd, "authors", "authors") {
		f.authors = s.authors
	}
}

// gitignore says whether the files that .gitignore names are left out: what the flag
// says if it was given, else the configuration.
func (c *config) gitignore(cmd *cobra.Command, flag bool) bool {
	if c.unset(cmd, "gitignore", "gitignore") {
		return c.scan.gitignore
	}
	return flag
}
