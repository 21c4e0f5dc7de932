package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// pattern is a regular expression, RE2 as Go has it. It is compiled when it is first
// used: a run that meets no keyword compiles nothing.
type pattern struct {
	text   string
	groups int
	steps  int
	reach  reach
	expr   func() *regexp.Regexp
	// rest finds, at a literal, whether the expression can match there; nil if that is
	// not known.
	rest func() *regexp.Regexp
}

// newPattern checks an expression.
func newPattern(text string) (*pattern, error) {
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		var wrong *syntax.Error
		if errors.As(err, &wrong) { // its text repeats the whole expression
			return nil, fmt.Errorf("%s: %q", wrong.Code, cut(wrong.Expr))
		}
		return nil, err
	}
	p := &pattern{text: text, groups: tree.MaxCap(), steps: steps(tree)}
	if p.steps > maxSteps {
		return nil, fmt.Errorf("it is too large: more than %d steps", maxSteps)
	}
	p.reach = newReach(tree)
	// What can be parsed compiles: its size is bounded.
	p.expr = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
	if rest := p.reach.rest; rest != nil {
		p.rest = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\A(?:` + rest.String() + `)`) })
	}
	return p, nil
}

// anyOf joins expressions as gitleaks does, so that a flag in one holds for those
// after it. nil if there are none.
func anyOf(texts []string) (*pattern, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	return newPattern("(?:" + strings.Join(texts, "|") + ")")
}

// matches says whether text has a match; no pattern matches nothing, and nothing
// matches an empty text.
func (p *pattern) matches(text string) bool {
	return p != nil && text != "" && p.expr().MatchString(text)
}

// steps estimates from above how many instructions an expression compiles to. Parsing
// expands no repetition, so this costs what the expression's text does.
func steps(re *syntax.Regexp) int {
	sum := 1
	for _, sub := range re.Sub {
		sum = min(sum+steps(sub), maxAllSteps)
	}
	switch re.Op {
	case syntax.OpLiteral:
		sum += len(re.Rune)
	case syntax.OpCharClass:
		sum += len(re.Rune) / 16 // a class is one instruction, but not a small one
	case syntax.OpRepeat:
		sum *= max(re.Max, re.Min+1, 1)
	}
	return min(sum, maxAllSteps)
}
