package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/remediate/issues"
	"leakline/remediate/ttr"
)

// boundarySettings is the table boundaries for the commands of the boundary. They take
// it from the file of the folder too, unlike issues: it words a report, as entries of
// the list ignore do, and asks and tells nobody. Whom "boundary read" asks counts only in a
// file that is named.
type boundarySettings struct {
	policy boundary.Policy
	left   []leaver
	reads  map[detectors.Layer]layerReads // counts only in a file that is named
}

// layerReads is whose administration is asked about a layer.
type layerReads struct {
	providers []string
	app       string   // the AI platform's application in a directory
	hosts     []string // where any host could be a customer's
}

// leaver is somebody who has left.
type leaver struct {
	who string // a name or an e-mail address
	at  time.Time
}

// The tables of boundaries that are no layer.
const (
	environmentsTable = "environments"
	policyTable       = "policy"
	peopleTable       = "people"
	waiverTables      = "waiver"
)

// controlWords are the controls that somebody can declare.
var controlWords = []string{
	"SSO", "SCIM", "MFA", "roles", "audit", "user-management", "federation", "sessions", "admin-portal", "tenant-isolation",
	"project-scoping", "service-accounts", "network-allow-list",
}

// declarationWords are what can be declared of one.
var declarationWords = []string{"on", "off"}

// boundariesShape is the table boundaries. Who owns a layer is judged by package issues.
func boundariesShape() shape {
	s := shape{name: "boundaries", kind: aTable}
	for _, l := range detectors.Layers() {
		s.keys = append(s.keys, shape{name: string(l), kind: aTable, keys: []shape{
			{name: "owner", kind: checkedBy},
			{name: "owners", kind: checkedBy},
			{name: "escalate", kind: checkedBy},
			{name: "reviewers", kind: checkedBy},
			{name: "directory", kind: aText, check: notBlank},
			{name: "console", kind: aText, check: notBlank},
			{name: "audit", kind: aText, check: notBlank},
			{name: "read", kind: texts, words: readable()},
			{name: "read-hosts", kind: texts, check: isHost, private: true},
			{name: "app", kind: aText, check: isApplication},
			{name: "controls", kind: named, checkName: oneOfWords(controlWords), each: &shape{kind: aTable, keys: []shape{
				{name: "standing", kind: aText, words: declarationWords, required: true},
				{name: "by", kind: aText, check: notBlank, required: true},
				{name: "on", kind: aDate, required: true},
			}}},
		}})
	}
	s.keys = append(
		s.keys,
		shape{name: environmentsTable, kind: named, checkName: oneOfWords(environmentWords), each: &shape{kind: texts, check: notBlank}},
		shape{name: policyTable, kind: aTable, keys: []shape{
			{name: "max-age", kind: aText, check: isAge},
			{name: "max_age", kind: aText, check: isAge},
			{name: "max-reading-age", kind: aText, check: isAge},
		}},
		shape{name: peopleTable, kind: aTable, keys: []shape{{name: "left", kind: checkedBy}}},
		shape{name: waiverTables, kind: tables, keys: []shape{
			{name: "rule", kind: aText, check: isBoundaryRule, required: true},
			{name: "path", kind: aText, check: notBlank},
			{name: "reason", kind: aText, check: notBlank, required: true},
			{name: "until", kind: aDate},
		}},
	)
	return s
}

var environmentWords = textsOf([]detectors.Environment{detectors.Production, detectors.Staging, detectors.Test, detectors.Development})

func oneOfWords(words []string) func(string) string {
	return func(name string) string {
		if slices.Contains(words, name) {
			return ""
		}
		return fmt.Sprintf("%s is none of %s", shownValue(name), strings.Join(words, ", "))
	}
}

func isAge(v any) string {
	if _, err := ttr.ParseDuration(v.(string)); err != nil {
		return printable(err.Error())
	}
	return ""
}

func isApplication(v any) string {
	if !applicationForm().MatchString(v.(string)) {
		return fmt.Sprintf("%s is no id of an application in a directory", shownValue(v))
	}
	return ""
}

var applicationForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`) })

func isBoundaryRule(v any) string {
	var ids []string
	for _, r := range boundary.Rules() {
		ids = append(ids, r.ID)
	}
	return oneOfWords(ids)(v.(string))
}

// boundaryTables judges the table boundaries and reads what the commands of the
// boundary want of it. What is left is what package issues reads.
func (j *judge) boundaryTables(v any, path string) (out boundarySettings, owners map[string]any) {
	table, ok := v.(map[string]any)
	if !ok { // which issueTables says
		return out, nil
	}
	s := boundariesShape()
	before := len(j.found)
	j.value(&s, table, []string{"boundaries"})
	out.policy = boundary.Policy{Path: path, Given: true, Layers: map[detectors.Layer]boundary.LayerPolicy{}}
	owners = map[string]any{}
	for _, l := range detectors.Layers() {
		layer, ok := table[string(l)].(map[string]any)
		if !ok {
			continue
		}
		at := []string{"boundaries", string(l)}
		own := map[string]any{}
		if layer["owner"] != nil && layer["owners"] != nil {
			j.wrong(j.spots[joined(append(at, "owners")...)].key, "", "%s: owner and owners are the same; write one of them", shownPath(at))
		}
		if o := cmp.Or[any](layer["owner"], layer["owners"]); o != nil {
			own["owner"] = o
		}
		if x, ok := layer["escalate"]; ok {
			own["escalate"] = x
		}
		owners[string(l)] = own
		p := boundary.LayerPolicy{Line: j.spots[joined(at...)].key.line}
		p.Owners = j.people(own["owner"], append(at, ownerKey(layer)), true)
		p.Reviewers = j.people(layer["reviewers"], append(at, "reviewers"), false)
		p.Directory, _ = layer["directory"].(string)
		p.Console, _ = layer["console"].(string)
		p.Audit, _ = layer["audit"].(string)
		p.Read = wordsOf(layer["read"])
		app, _ := layer["app"].(string)
		if out.reads == nil {
			out.reads = map[detectors.Layer]layerReads{}
		}
		out.reads[l] = layerReads{p.Read, app, wordsOf(layer["read-hosts"])}
		p.Controls = j.declarations(tableOf(layer["controls"]), append(at, "controls"))
		out.policy.Layers[l] = p
	}
	rules := tableOf(table[policyTable])
	if rules["max-age"] != nil && rules["max_age"] != nil {
		j.wrong(j.spots[joined("boundaries", policyTable, "max_age")].key, "", "boundaries.policy: max-age and max_age are the same; write one of them")
	}
	out.left = j.leavers(tableOf(table[peopleTable])["left"])
	if len(j.found) > before { // what is wrong was said
		return out, owners
	}
	for env, globs := range tableOf(table[environmentsTable]) {
		if out.policy.Environments == nil {
			out.policy.Environments = map[detectors.Environment][]string{}
		}
		out.policy.Environments[detectors.Environment(env)] = textList(globs)
	}
	if age, ok := cmp.Or[any](rules["max-age"], rules["max_age"]).(string); ok {
		out.policy.MaxAge, _ = ttr.ParseDuration(age)
	}
	if age, ok := rules["max-reading-age"].(string); ok {
		out.policy.MaxReadingAge, _ = ttr.ParseDuration(age)
	}
	for i, t := range waiversOf(table) {
		text := func(key string) string { s, _ := t[key].(string); return s }
		w := boundary.Waiver{
			Rule: text("rule"), Path: text("path"), Reason: text("reason"),
			Line: j.spots[joined(element([]string{"boundaries", waiverTables}, i)...)].key.line,
		}
		if day, why := parseUntil(t["until"]); why == "" {
			w.Until = day.Add(24*time.Hour - time.Nanosecond) // it holds on that day
		}
		out.policy.Waivers = append(out.policy.Waivers, w)
	}
	return out, owners
}

// wordsOf are the texts of a list that may not have been judged to be one.
func wordsOf(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// waiversOf are the entries of waivers, written as tables or inline.
func waiversOf(boundaries map[string]any) []map[string]any {
	list, ok := boundaries[waiverTables].([]map[string]any)
	if !ok {
		list, _ = tablesOf(boundaries[waiverTables])
	}
	return list
}

// ownerKey is the key under which a layer names its owners.
func ownerKey(layer map[string]any) string {
	if layer["owners"] != nil {
		return "owners"
	}
	return "owner"
}

// people reads one owner or a list of them; judged says that somebody else says what is
// wrong with it.
func (j *judge) people(v any, path []string, judged bool) []string {
	if v == nil {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []string
	for _, x := range list {
		s, ok := x.(string)
		if _, right := issues.ParseOwner(s); ok && right {
			out = append(out, s)
		} else if !judged {
			j.wrong(j.spots[joined(path...)].value, "", "%s: %s is nobody; write @user, @org/team or an e-mail address", shownPath(path), shownValue(x))
		}
	}
	return out
}

// declarations reads the controls that somebody declares.
func (j *judge) declarations(table map[string]any, path []string) map[string]boundary.Declaration {
	var out map[string]boundary.Declaration
	for name, v := range table {
		t := tableOf(v)
		d := boundary.Declaration{Line: j.spots[joined(append(path[:len(path):len(path)], name)...)].key.line}
		d.Standing, _ = t["standing"].(string)
		d.By, _ = t["by"].(string)
		d.On, _ = parseUntil(t["on"])
		if out == nil {
			out = map[string]boundary.Declaration{}
		}
		out[name] = d
	}
	return out
}

// leavers reads who has left: names and e-mail addresses, or tables with the day.
func (j *judge) leavers(v any) []leaver {
	if v == nil {
		return nil
	}
	path := []string{"boundaries", peopleTable, "left"}
	list, ok := v.([]any)
	if tables, is := v.([]map[string]any); is {
		ok = true
		for _, t := range tables {
			list = append(list, t)
		}
	}
	if !ok {
		j.wrong(j.spots[joined(path...)].value, "", "%s: %s is not a list of people", shownPath(path), shownValue(v))
		return nil
	}
	var out []leaver
	for i, x := range list {
		below := element(path, i)
		var one leaver
		switch x := x.(type) {
		case string:
			one.who = x
		case map[string]any:
			j.value(&shape{kind: aTable, keys: []shape{
				{name: "email", kind: aText, check: notBlank},
				{name: "name", kind: aText, check: notBlank},
				{name: "at", kind: aDate},
			}}, x, below)
			one.who, _ = cmp.Or(x["email"], x["name"]).(string)
			one.at, _ = parseUntil(x["at"])
			if x["email"] != nil && x["name"] != nil {
				if name, ok := x["name"].(string); ok {
					out = append(out, leaver{name, one.at})
				}
			}
		}
		if strings.TrimSpace(one.who) == "" {
			j.wrong(j.spots[joined(below...)].value, "", "%s: %s names nobody; write a name, an e-mail address, or { email = \"…\", at = 2026-01-31 }", shownPath(path), shownValue(x))
			continue
		}
		out = append(out, one)
	}
	return out
}

// boundaryPolicy is what the owners have declared, for a tree: root is its folder, ""
// if it is none of this machine.
func (c *config) boundaryPolicy(root string, now time.Time) boundary.Policy {
	p := c.boundary.policy
	p.Path = filepath.ToSlash(c.path)
	if full, err := absolute(c.path); err == nil && root != "" {
		if top, err := absolute(root); err == nil {
			if rel, err := filepath.Rel(top, full); err == nil && filepath.IsLocal(rel) {
				p.Path = filepath.ToSlash(rel)
			}
		}
	}
	p.Left = nil
	for _, x := range c.boundary.left {
		if !x.at.After(now) {
			p.Left = append(p.Left, x.who)
		}
	}
	p.Layers = maps.Clone(p.Layers)
	return p
}

// writeBoundaries writes the table boundaries.
func (c *config) writeBoundaries(out *lines) {
	all := c.issues.boundaries
	if all == nil {
		return
	}
	out.printf("\n[boundaries]  # %s:%d\n", tomlComment(c.path), c.spots["boundaries"].key.line)
	if all[waiverTables] != nil && len(waiversOf(all)) == 0 { // before the tables that follow
		out.printf("%s = []\n", waiverTables)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name == waiverTables {
			continue
		}
		out.printf("[boundaries.%s]\n", shownKey(name))
		table := tableOf(all[name])
		for _, key := range slices.Sorted(maps.Keys(table)) {
			out.printf("%s = %s\n", shownKey(key), tomlAny(table[key]))
		}
	}
	for _, w := range waiversOf(all) {
		out.printf("[[boundaries.%s]]\n", waiverTables)
		for _, key := range slices.Sorted(maps.Keys(w)) {
			out.printf("%s = %s\n", shownKey(key), tomlAny(w[key]))
		}
	}
}

// tomlAny writes a value on one line.
func tomlAny(v any) string {
	var parts []string
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case []map[string]any:
		for _, x := range v {
			parts = append(parts, tomlAny(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case []any:
		for _, x := range v {
			parts = append(parts, tomlAny(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, shownKey(key)+" = "+tomlAny(v[key]))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	return tomlValue(v)
}
