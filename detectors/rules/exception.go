package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// exception is what gitleaks calls an allowlist: what is not to be reported.
type exception struct {
	description string
	where       string // FILE:LINE
	all         bool   // every kind of condition must hold, not any
	commits     []string
	paths       *pattern
	target      target
	regexes     *pattern
	stopwords   []string // in lower case
}

// target is the text that an exception's expressions look at.
type target string

const (
	ofSecret target = "secret"
	ofMatch  target = "match" // all that the rule's expression matched
	ofLine   target = "line"  // the lines that the match stands in
)

// newException reads one table of exceptions.
func newException(t table) (*exception, error) {
	e := &exception{where: t.doc.at(t.path)}
	var condition, about string
	var paths, regexes []string
	for _, f := range []struct {
		key  string
		into *string
	}{{"description", &e.description}, {"condition", &condition}, {"regextarget", &about}} {
		var err error
		if *f.into, err = t.text(f.key); err != nil {
			return nil, err
		}
	}
	for _, f := range []struct {
		key  string
		into *[]string
	}{{"commits", &e.commits}, {"paths", &paths}, {"regexes", &regexes}, {"stopwords", &e.stopwords}} {
		var err error
		if *f.into, err = t.texts(f.key); err != nil {
			return nil, err
		}
	}
	switch strings.ToUpper(condition) {
	case "AND", "&&":
		e.all = true
	case "", "OR", "||":
	default:
		return nil, fmt.Errorf("%s: unknown condition %q: it is AND or OR", t.doc.at(join(t.path, "condition")), cut(condition))
	}
	switch e.target = target(about); e.target {
	case "":
		e.target = ofSecret
	case ofSecret, ofMatch, ofLine:
	default:
		return nil, fmt.Errorf("%s: unknown regexTarget %q: it is secret, match or line", t.doc.at(join(t.path, "regextarget")), cut(about))
	}
	e.commits = lowered(e.commits)
	e.stopwords = lowered(e.stopwords)
	var err error
	if e.paths, err = t.patterns("paths", paths); err != nil {
		return nil, err
	}
	if e.regexes, err = t.patterns("regexes", regexes); err != nil {
		return nil, err
	}
	if len(e.commits) == 0 && e.paths == nil && e.regexes == nil && len(e.stopwords) == 0 {
		return nil, fmt.Errorf("%s: it excuses nothing: give it commits, paths, regexes or stopwords", e.where)
	}
	return e, nil
}

// patterns checks each expression of a list and joins them.
func (t table) patterns(key string, texts []string) (*pattern, error) {
	for i, text := range texts {
		if _, err := newPattern(text); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", t.doc.at(element(join(t.path, key), i)), key, err)
		}
	}
	p, err := anyOf(texts)
	if err != nil {
		return nil, fmt.Errorf("%s: all of %s: %w", t.doc.at(join(t.path, key)), key, err)
	}
	return p, nil
}

// lowered gives the texts in lower case, each once.
func lowered(texts []string) []string {
	var out []string
	for _, s := range texts {
		if s = strings.ToLower(s); s != "" {
			out = append(out, s)
		}
	}
	return distinct(out)
}

// commit says whether the exception names a commit.
func (e *exception) commit(id string) bool {
	id = strings.ToLower(id)
	return id != "" && slices.ContainsFunc(e.commits, func(c string) bool { return strings.TrimSpace(c) == id })
}

// place says whether where a file stands is enough to excuse all that is in it.
func (e *exception) place(path, commit string) bool {
	if !e.all {
		return e.paths.matches(path) || e.commit(commit)
	}
	if e.regexes != nil || len(e.stopwords) > 0 {
		return false
	}
	return (e.paths == nil || e.paths.matches(path)) && (len(e.commits) == 0 || e.commit(commit))
}

// texts are what a match is told by.
type texts struct {
	secret, match string
	line          func() string
}

// content says whether what was found is excused. Where any condition is enough, the
// place is not asked: that is the business of place.
func (e *exception) content(path, commit string, t texts) bool {
	if !e.all {
		return e.expression(t) || e.stopword(t.secret)
	}
	return (len(e.commits) == 0 || e.commit(commit)) &&
		(e.paths == nil || e.paths.matches(path)) &&
		(e.regexes == nil || e.expression(t)) &&
		(len(e.stopwords) == 0 || e.stopword(t.secret))
}

func (e *exception) expression(t texts) bool {
	if e.regexes == nil {
		return false
	}
	switch e.target {
	case ofMatch:
		return e.regexes.matches(t.match)
	case ofLine:
		return e.regexes.matches(t.line())
	}
	return e.regexes.matches(t.secret)
}

func (e *exception) stopword(secret string) bool {
	if len(e.stopwords) == 0 {
		return false
	}
	secret = strings.ToLower(secret)
	return slices.ContainsFunc(e.stopwords, func(w string) bool { return strings.Contains(secret, w) })
}

// exceptions reads the tables of one kind: the older one and the newer.
func exceptions(t table) ([]table, error) {
	old, err := t.tables("allowlist")
	if err != nil {
		return nil, err
	}
	list, err := t.tables("allowlists")
	if err != nil {
		return nil, err
	}
	if len(old) > 0 && len(list) > 0 {
		return nil, fmt.Errorf("%s: %w", t.doc.at(old[0].path), errBoth)
	}
	return append(list, old...), nil
}

var errBoth = errors.New("allowlist is the older form of allowlists: they can't be used together")

// exceptionKeys are the keys of a table of exceptions.
var exceptionKeys = []string{"description", "condition", "commits", "paths", "regextarget", "regexes", "stopwords"}
