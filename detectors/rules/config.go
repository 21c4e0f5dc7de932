package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"leakline/detectors"
)

// override is what the file says of one of gitleaks' own rules, in place of which the
// catalogue runs.
type override struct {
	rule       string
	where      string
	path       *pattern // only files with such a path; nil for all
	entropy    float64  // only secrets with more; 0 for all
	exceptions []*exception
}

// config makes the configuration of a file with all that it extends.
func (f *file) config() (*Config, error) {
	c := &Config{
		Name: f.doc.name, Title: f.title, UseDefault: f.useDefault,
		exceptions: f.exceptions, overrides: map[string][]*override{},
	}
	replaced := f.disabled
	for _, r := range f.rules {
		switch {
		case !f.useDefault || r.regex != nil || r.path != nil && !isGitleaks(r.id) || r.id == gitleaksPathRule:
			if err := r.whole(); err != nil {
				return nil, err
			}
			c.rules = append(c.rules, r)
			replaced = append(replaced, reference{r.id, ""})
		case isGitleaks(r.id):
			f.override(c, r)
		default:
			if err := r.whole(); err != nil {
				return nil, fmt.Errorf("%w; nor is it one of gitleaks %d.%d's rules", err, understood[0], understood[1])
			}
		}
	}
	if err := f.target(c); err != nil {
		return nil, err
	}
	if f.useDefault {
		c.Disabled = f.disable(replaced)
	}
	if len(c.rules) == 0 && !c.UseDefault {
		f.doc.warn("", "it has no rules and does not extend gitleaks' own ([extend] useDefault = true): nothing will be found")
	}
	err := c.finish()
	c.Warnings = append(f.doc.warnings, c.Warnings...)
	return c, err
}

// override lays what the file says of one of gitleaks' rules over the detectors of its
// kind.
func (f *file) override(c *Config, r *rule) {
	ids := gitleaksRules[r.id]
	if len(ids) == 0 {
		f.doc.warnAt(r.where, "rule %q: leakline has no detector of this kind: it has no effect", r.id)
		return
	}
	for _, what := range []struct {
		name string
		set  bool
	}{{"keywords", len(r.keywords) > 0}, {"secretGroup", r.group != 0}, {"required", len(r.required) > 0}, {"skipReport", r.silent}} {
		if what.set {
			f.doc.warnAt(r.where, "rule %q: leakline's own detector finds this kind: %s has no effect", r.id, what.name)
		}
	}
	o := &override{rule: r.id, where: r.where, path: r.path, entropy: r.entropy, exceptions: r.exceptions}
	for _, id := range ids {
		c.overrides[id] = append(c.overrides[id], o)
	}
}

// target gives the exceptions for some rules to those.
func (f *file) target(c *Config) error {
	for _, t := range f.targeted {
		for _, id := range t.rules {
			i := slices.IndexFunc(c.rules, func(r *rule) bool { return r.id == id })
			switch {
			case i >= 0:
				c.rules[i].exceptions = append(c.rules[i].exceptions, t.exception)
			case !f.useDefault:
				return fmt.Errorf("%s: targetRules: there is no rule %q", t.where, cut(id))
			default:
				f.targetDefault(c, t.exception, id)
			}
		}
	}
	return nil
}

func (f *file) targetDefault(c *Config, e *exception, id string) {
	ids, ok := gitleaksRules[id]
	switch {
	case !ok:
		f.doc.warnAt(e.where, "targetRules: there is no rule %q, nor has gitleaks %d.%d one", cut(id), understood[0], understood[1])
	case len(ids) == 0:
		f.doc.warnAt(e.where, "targetRules: leakline has no detector of the kind %q: it has no effect", id)
	}
	for _, d := range ids {
		c.overrides[d] = append(c.overrides[d], &override{rule: id, where: e.where, exceptions: []*exception{e}})
	}
}

// disable gives the detectors of the catalogue that are left out: those of which all
// kinds that gitleaks has rules for are disabled, so that no more is left out than was
// asked for.
func (f *file) disable(refs []reference) []string {
	gone := map[string]bool{}
	for _, ref := range refs {
		gone[ref.id] = true
	}
	stays := map[string]string{} // by detector: a rule that is not disabled
	for id, ds := range gitleaksRules {
		for _, d := range ds {
			if !gone[id] && (stays[d] == "" || id < stays[d]) {
				stays[d] = id
			}
		}
	}
	out := map[string]bool{}
	for _, ref := range refs {
		ids, ok := gitleaksRules[ref.id]
		if !ok || len(ids) == 0 {
			if ref.where != "" && !f.has(ref.id) {
				f.doc.warnAt(ref.where, "disabledRules: %s", f.unknown(ref.id, ok))
			}
			continue
		}
		for _, d := range ids {
			if by := stays[d]; by == "" {
				out[d] = true
			} else if ref.where != "" {
				f.doc.warnAt(ref.where, "disabledRules: leakline's detector %s stays: it finds what rule %q finds too", d, by)
			}
		}
	}
	return slices.Sorted(maps.Keys(out))
}

func (f *file) has(id string) bool {
	return slices.ContainsFunc(f.rules, func(r *rule) bool { return r.id == id })
}

func (f *file) unknown(id string, known bool) string {
	if known {
		return fmt.Sprintf("leakline has no detector of the kind %q: nothing is left out", id)
	}
	return fmt.Sprintf("gitleaks %d.%d has no rule %q: nothing is left out", understood[0], understood[1], cut(id))
}

// finish derives what matching needs.
func (c *Config) finish() error {
	byID := make(map[string]*rule, len(c.rules))
	index := map[string]int{}
	var list []string
	add := func(all []string) (out []int) {
		for _, word := range all {
			i, ok := index[word]
			if !ok {
				i = len(list)
				index[word] = i
				list = append(list, word)
			}
			out = append(out, i)
		}
		return out
	}
	catalogue := c.catalogue()
	for _, r := range c.rules {
		byID[r.id] = r
		var same *detectors.Detector
		if ids := gitleaksRules[r.id]; len(ids) > 0 {
			same = catalogue[ids[0]]
		}
		c.Warnings = append(c.Warnings, r.describe(same)...)
		r.gate = add(distinct(slices.Clone(r.keywords)))
		if r.regex != nil {
			r.literals = add(r.regex.reach.literals)
		} else if len(r.keywords) > 0 {
			c.Warnings = append(c.Warnings, fmt.Sprintf("%s: rule %q: a rule for paths looks at no content: keywords have no effect", r.where, cut(r.id)))
		}
	}
	for _, r := range c.rules {
		r.companion = nil
		for _, q := range r.required {
			r.companion = append(r.companion, byID[q.id]) // nil if what this file extends has disabled it
		}
	}
	c.exotic = slices.ContainsFunc(list, func(w string) bool {
		return strings.ContainsFunc(w, func(r rune) bool { return r >= utf8.RuneSelf })
	})
	var err error
	if c.words, err = newWords(list); err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	return nil
}

// Detectors are the detectors that matches of the rules have, in the order of the
// rules. They are no detectors for the engine: their ids are those of the rules.
func (c *Config) Detectors() []*detectors.Detector {
	out := make([]*detectors.Detector, 0, len(c.rules))
	for _, r := range c.rules {
		if !r.silent {
			out = append(out, r.detector)
		}
	}
	return out
}

// Has says whether there is a rule with this id.
func (c *Config) Has(id string) bool {
	return slices.ContainsFunc(c.rules, func(r *rule) bool { return r.id == id })
}

// Only is the configuration with these of its rules alone, and those that they
// require.
func (c *Config) Only(ids []string) *Config {
	return c.narrow(func(id string) bool { return slices.Contains(ids, id) })
}

// Without is the configuration without these rules.
func (c *Config) Without(ids []string) *Config {
	return c.narrow(func(id string) bool { return !slices.Contains(ids, id) })
}

func (c *Config) narrow(keep func(id string) bool) *Config {
	narrowed := *c
	narrowed.rules = make([]*rule, len(c.rules))
	for i, r := range c.rules {
		one := *r
		one.silent = one.silent || !keep(r.id)
		narrowed.rules[i] = &one
	}
	return &narrowed
}

// catalogue gives the detectors that rules may be of the same kind as, by id.
func (c *Config) catalogue() map[string]*detectors.Detector {
	byID := map[string]*detectors.Detector{}
	if !slices.ContainsFunc(c.rules, func(r *rule) bool { return len(gitleaksRules[r.id]) > 0 }) {
		return byID
	}
	all := detectors.Catalogue()
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	return byID
}

// CatalogueOf gives the detectors of the catalogue that find the kind of secret for
// which gitleaks has a rule of this id; known is false if it has none.
func CatalogueOf(id string) (ids []string, known bool) {
	ids, known = gitleaksRules[id]
	return slices.Clone(ids), known
}

func isGitleaks(id string) bool {
	_, ok := gitleaksRules[id]
	return ok
}
