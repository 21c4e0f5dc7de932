package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Config is what a configuration in gitleaks' format says. It is safe for concurrent
// use.
type Config struct {
	// Name is what the file was called when it was loaded, Title what it calls itself.
	Name, Title string
	// UseDefault says that the catalogue runs as well: the file, or one that it
	// extends, builds upon gitleaks' own rules.
	UseDefault bool
	// Disabled are the detectors of the catalogue that do not run, sorted: those of the
	// kinds whose rules the file disables or replaces.
	Disabled []string
	// Warnings say what in the file has no effect, as "FILE:LINE: …".
	Warnings []string

	rules      []*rule
	exceptions []*exception
	overrides  map[string][]*override // of detectors of the catalogue, by id
	words      *words
	exotic     bool // a keyword has characters beyond ASCII
}

// Opener reads a file that a configuration extends.
type Opener func(path string) (text string, err error)

// Load reads a configuration. Errors and warnings call it name, and so does what it
// excuses. open may be nil: then what extends another file is an error. Errors name
// file, line and rule.
func Load(name, text string, open Opener) (*Config, error) {
	f, err := readFile(name, text, open, 0)
	if err != nil {
		return nil, err
	}
	return f.config()
}

// Is says whether a text seems to be a configuration in gitleaks' format, whole or
// not.
func Is(text string) bool {
	if len(text) > MaxFile {
		return false
	}
	var doc map[string]any
	if _, err := newLayout(text); err == nil {
		if _, err := toml.Decode(text, &doc); err == nil {
			return slices.ContainsFunc([]string{"rules", "allowlist", "allowlists", "extend", "minversion"}, func(key string) bool {
				for k := range doc {
					if strings.EqualFold(k, key) {
						return true
					}
				}
				return false
			})
		}
	}
	return headers.MatchString(text)
}

// headers are the tables of a text that is no TOML yet.
var headers = regexp.MustCompile(`(?im)^[ \t]*\[\[?(?:rules|allowlists?|extend)\]`)

// file is one file, with what it extends already below it.
type file struct {
	doc        *document
	title      string
	rules      []*rule // ids are distinct
	exceptions []*exception
	targeted   []targeted
	useDefault bool
	disabled   []reference // rules of what it extends
}

// targeted is an exception for some rules only.
type targeted struct {
	*exception
	rules []string
}

// reference is the id of a rule that is elsewhere, and where it is named.
type reference struct{ id, where string }

// readFile reads a file and those that it extends.
func readFile(name, text string, open Opener, depth int) (*file, error) {
	d := &document{name: name}
	if len(text) > MaxFile {
		return nil, fmt.Errorf("%s: it is larger than %d bytes", name, MaxFile)
	}
	var err error
	if d.lines, err = newLayout(text); err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	var values map[string]any
	if _, err := toml.Decode(text, &values); err != nil {
		var wrong toml.ParseError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("%s:%d: %s", name, max(wrong.Position.Line, 1), wrong.Message)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &file{doc: d}
	top := newTable(d, "", values)
	top.only("title", "description", "extend", "rules", "allowlist", "allowlists", "minversion")
	if f.title, err = top.text("title"); err != nil {
		return nil, err
	}
	for _, read := range []func(table) error{f.readVersion, f.readRules, f.readExceptions} {
		if err := read(top); err != nil {
			return nil, err
		}
	}
	return f, f.readExtend(top, open, depth)
}

// understood is the version of gitleaks whose format this package reads.
var understood = [3]int{8, 30, 1}

// readVersion checks minVersion.
func (f *file) readVersion(top table) error {
	text, err := top.text("minversion")
	if err != nil || text == "" {
		return err
	}
	m := version.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("%s: minVersion %q is no version", f.doc.at("minversion"), cut(text))
	}
	for i, have := range understood {
		want, _ := strconv.Atoi(m[i+1]) // "" is 0
		if want > have {
			f.doc.warn("minversion", "it is written for gitleaks %s; what is newer than %d.%d.%d may have no effect",
				cut(text), understood[0], understood[1], understood[2])
		}
		if want != have {
			break
		}
	}
	return nil
}

var version = regexp.MustCompile(`^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:\.\d+)*(?:[-+][0-9A-Za-z.+-]*)?$`)

// readRules reads the rules. Of two with one id the later counts.
func (f *file) readRules(top table) error {
	list, err := top.tables("rules")
	if err != nil {
		return err
	}
	if len(list) > maxRules {
		return fmt.Errorf("%s: more than %d rules", f.doc.at("rules"), maxRules)
	}
	index := map[string]int{}
	size := 0
	for _, t := range list {
		r, err := newRule(t)
		if err != nil {
			return err
		}
		if size += r.size(); size > maxAllSteps {
			return fmt.Errorf("%s: the expressions of all rules are too large: more than %d steps", r.where, maxAllSteps)
		}
		if i, ok := index[r.id]; ok {
			f.doc.warn(t.path, "rule %q stands here once more: the one before has no effect", cut(r.id))
			f.rules[i] = r
			continue
		}
		index[r.id] = len(f.rules)
		f.rules = append(f.rules, r)
	}
	for _, r := range f.rules {
		for _, q := range r.required {
			if _, ok := index[q.id]; !ok {
				return fmt.Errorf("%s: rule %q requires rule %q, which is not in this file", r.where, r.id, cut(q.id))
			}
		}
	}
	return nil
}

// size is how large the rule's expressions are, in steps.
func (r *rule) size() int {
	all := []*pattern{r.regex, r.path}
	for _, e := range r.exceptions {
		all = append(all, e.paths, e.regexes)
	}
	sum := 0
	for _, p := range all {
		if p != nil {
			sum += p.steps
		}
	}
	return sum
}

// readExceptions reads those that are for all rules, and those for some.
func (f *file) readExceptions(top table) error {
	list, err := exceptions(top)
	if err != nil {
		return err
	}
	size := 0
	for _, t := range list {
		t.only(append(slices.Clone(exceptionKeys), "targetrules")...)
		e, err := newException(t)
		if err != nil {
			return err
		}
		for _, p := range []*pattern{e.paths, e.regexes} {
			if p != nil {
				size += p.steps
			}
		}
		if size > maxAllSteps {
			return fmt.Errorf("%s: the expressions of all allowlists are too large: more than %d steps", e.where, maxAllSteps)
		}
		rules, err := t.texts("targetrules")
		if err != nil {
			return err
		}
		if len(rules) > 0 {
			f.targeted = append(f.targeted, targeted{e, rules})
		} else {
			f.exceptions = append(f.exceptions, e)
		}
	}
	return nil
}

// readExtend reads the file that this one extends, and puts this one over it.
func (f *file) readExtend(top table, open Opener, depth int) error {
	list, err := top.tables("extend")
	if err != nil || len(list) == 0 {
		return err
	}
	t := list[0]
	t.only("path", "url", "usedefault", "disabledrules")
	path, err := t.text("path")
	if err != nil {
		return err
	}
	useDefault, err := t.yes("usedefault")
	if err != nil {
		return err
	}
	if _, ok := t.values["url"]; ok {
		f.doc.warn(join(t.path, "url"), "extend.url is not used")
	}
	disabled, err := t.texts("disabledrules")
	if err != nil {
		return err
	}
	for i, id := range disabled {
		f.disabled = append(f.disabled, reference{id, f.doc.at(element(join(t.path, "disabledrules"), i))})
	}
	switch {
	case path != "" && useDefault:
		return fmt.Errorf("%s: extend.path and extend.useDefault can't be used together", f.doc.at(t.path))
	case depth == maxExtend:
		f.doc.warn(t.path, "this extend is not followed: gitleaks goes from file to file %d times only", maxExtend)
		return nil
	case path != "":
		return f.extend(t, path, open, depth)
	}
	f.useDefault = useDefault
	return nil
}

// extend puts this file over the one at a path.
func (f *file) extend(t table, path string, open Opener, depth int) error {
	at := f.doc.at(join(t.path, "path"))
	if open == nil {
		return fmt.Errorf("%s: extend.path can't be followed here", at)
	}
	text, err := open(path)
	if err != nil {
		return fmt.Errorf("%s: extend.path %q: %w", at, cut(path), err)
	}
	base, err := readFile(path, text, open, depth+1)
	if err != nil {
		return err
	}
	f.over(base)
	return nil
}

// over merges a file that this one extends into it.
func (f *file) over(base *file) {
	index := map[string]*rule{}
	for _, r := range f.rules {
		index[r.id] = r
	}
	known := map[string]bool{}
	for _, r := range base.rules {
		known[r.id] = true
		if slices.ContainsFunc(f.disabled, func(d reference) bool { return d.id == r.id }) {
			continue
		}
		if own := index[r.id]; own != nil {
			own.extends(r)
		} else {
			f.rules = append(f.rules, r)
		}
	}
	if !base.useDefault {
		for _, d := range f.disabled {
			if !known[d.id] {
				f.doc.warnAt(d.where, "disabledRules: there is no rule %q in %q", cut(d.id), base.doc.name)
			}
		}
	}
	f.disabled = append(f.disabled, base.disabled...)
	f.exceptions = append(f.exceptions, base.exceptions...)
	f.targeted = append(f.targeted, base.targeted...)
	f.useDefault = base.useDefault
	f.doc.warnings = append(f.doc.warnings, base.doc.warnings...)
}
