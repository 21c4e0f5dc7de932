package rules

import (
	"fmt"
	"strings"
	"unicode"

	"leakline/detectors"
)

// rule is one of the file's rules.
type rule struct {
	id          string
	where       string // FILE:LINE
	description string
	regex, path *pattern // nil if there is none
	group       int      // the group that holds the secret; 0 for the first that is not empty
	entropy     float64  // bits per byte of the secret, to be exceeded; 0 for no demand
	keywords    []string // in lower case; none: it is always tried
	tags        []string
	exceptions  []*exception
	required    []requirement
	silent      bool // it reports nothing by itself: other rules require it

	detector  *detectors.Detector
	gate      []int // the keywords, as words of the config
	literals  []int // its regex's literals, likewise
	companion []*rule
}

// requirement is another rule that must find something close by.
type requirement struct {
	id             string
	lines, columns *int // at most so far away; nil for anywhere in the text
}

var ruleKeys = []string{
	"id", "description", "path", "regex", "secretgroup", "entropy", "keywords", "tags", "allowlist", "allowlists",
	"required", "skipreport",
}

// newRule reads one rule. Whether it is whole is decided when all files are read.
func newRule(t table) (*rule, error) {
	t.only(ruleKeys...)
	r := &rule{where: t.doc.at(t.path)}
	var err error
	if r.id, err = t.text("id"); err != nil {
		return nil, err
	}
	if r.description, err = t.text("description"); err != nil {
		return nil, err
	}
	if strings.ContainsFunc(r.id, func(c rune) bool { return !unicode.IsGraphic(c) }) {
		return nil, fmt.Errorf("%s: the id of the rule has characters that can't be shown", t.doc.at(join(t.path, "id")))
	}
	if r.regex, err = r.pattern(t, "regex"); err != nil {
		return nil, err
	}
	if r.path, err = r.pattern(t, "path"); err != nil {
		return nil, err
	}
	if r.entropy, err = t.number("entropy"); err != nil {
		return nil, err
	}
	if r.silent, err = t.yes("skipreport"); err != nil {
		return nil, err
	}
	if r.tags, err = t.texts("tags"); err != nil {
		return nil, err
	}
	group, err := t.count("secretgroup")
	if err != nil {
		return nil, err
	}
	if group != nil {
		r.group = *group
	}
	keywords, err := t.texts("keywords")
	if err != nil {
		return nil, err
	}
	for _, k := range keywords {
		if k != "" {
			r.keywords = append(r.keywords, strings.ToLower(k))
		}
	}
	if err := r.readExceptions(t); err != nil {
		return nil, err
	}
	return r, r.readRequired(t)
}

// pattern reads one of the rule's expressions.
func (r *rule) pattern(t table, key string) (*pattern, error) {
	text, err := t.text(key)
	if err != nil || text == "" {
		return nil, err
	}
	p, err := newPattern(text)
	if err != nil {
		return nil, fmt.Errorf("%s: rule %q: %s: %w", t.doc.at(join(t.path, key)), r.id, key, err)
	}
	return p, nil
}

func (r *rule) readExceptions(t table) error {
	list, err := exceptions(t)
	if err != nil {
		return err
	}
	for _, x := range list {
		x.only(exceptionKeys...)
		e, err := newException(x)
		if err != nil {
			return err
		}
		r.exceptions = append(r.exceptions, e)
	}
	return nil
}

func (r *rule) readRequired(t table) error {
	list, err := t.tables("required")
	if err != nil {
		return err
	}
	for _, x := range list {
		x.only("id", "withinlines", "withincolumns")
		var q requirement
		if q.id, err = x.text("id"); err != nil {
			return err
		}
		if q.id == "" {
			return fmt.Errorf("%s: rule %q requires a rule without an id", x.doc.at(x.path), r.id)
		}
		if q.lines, err = x.count("withinlines"); err != nil {
			return err
		}
		if q.columns, err = x.count("withincolumns"); err != nil {
			return err
		}
		r.required = append(r.required, q)
	}
	return nil
}

// whole checks a rule of which all is known.
func (r *rule) whole() error {
	switch {
	case strings.TrimSpace(r.id) == "":
		return fmt.Errorf("%s: a rule without an id", r.where)
	case r.regex == nil && r.path == nil:
		return fmt.Errorf("%s: rule %q has neither regex nor path: it finds nothing", r.where, r.id)
	case r.regex != nil && r.group > r.regex.groups:
		return fmt.Errorf("%s: rule %q: secretGroup is %d, and its regex has %d groups", r.where, r.id, r.group, r.regex.groups)
	}
	return nil
}

// extends puts what a file says of a rule over what the file that it extends said of
// the rule with the same id.
func (r *rule) extends(base *rule) {
	if r.description == "" {
		r.description = base.description
	}
	if r.entropy == 0 {
		r.entropy = base.entropy
	}
	if r.group == 0 {
		r.group = base.group
	}
	if r.regex == nil {
		r.regex = base.regex
	}
	if r.path == nil {
		r.path = base.path
	}
	if len(r.required) == 0 {
		r.required = base.required
	}
	r.silent = r.silent || base.silent
	r.tags = append(base.tags[:len(base.tags):len(base.tags)], r.tags...)
	r.keywords = append(base.keywords[:len(base.keywords):len(base.keywords)], r.keywords...)
	r.exceptions = append(base.exceptions[:len(base.exceptions):len(base.exceptions)], r.exceptions...)
}
