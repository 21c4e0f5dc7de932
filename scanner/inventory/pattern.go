package inventory

import (
	"regexp"
	"slices"
	"sync"
)

// pattern is a regular expression that is compiled when it is first needed: commands
// that read no inventory do not pay for it. What every match of it holds is looked for
// before it is tried.
type pattern struct{ compiled func() *compiledPattern }

type compiledPattern struct {
	*regexp.Regexp
	needs []need
}

// compile makes a pattern. A test compiles every one of the package.
func compile(text string) *pattern {
	return &pattern{sync.OnceValue(func() *compiledPattern {
		return &compiledPattern{regexp.MustCompile(text), slices.DeleteFunc(needsOf(text, ""), func(n need) bool { return len(n) > 8 })}
	})}
}

// in gives the expression if what is read may hold a match, else nil.
func (p *pattern) in(b []byte) *regexp.Regexp {
	c := p.compiled()
	for _, n := range c.needs {
		if !n.in(b) {
			return nil
		}
	}
	return c.Regexp
}

func (p *pattern) inString(s string) *regexp.Regexp {
	c := p.compiled()
	for _, n := range c.needs {
		if !n.inString(s) {
			return nil
		}
	}
	return c.Regexp
}

func (p *pattern) Match(b []byte) bool {
	if re := p.in(b); re != nil {
		return re.Match(b)
	}
	return false
}

func (p *pattern) MatchString(s string) bool {
	if re := p.inString(s); re != nil {
		return re.MatchString(s)
	}
	return false
}

func (p *pattern) Find(b []byte) []byte {
	if re := p.in(b); re != nil {
		return re.Find(b)
	}
	return nil
}

func (p *pattern) FindString(s string) string {
	if re := p.inString(s); re != nil {
		return re.FindString(s)
	}
	return ""
}

func (p *pattern) FindIndex(b []byte) []int {
	if re := p.in(b); re != nil {
		return re.FindIndex(b)
	}
	return nil
}

func (p *pattern) FindStringIndex(s string) []int {
	if re := p.inString(s); re != nil {
		return re.FindStringIndex(s)
	}
	return nil
}

func (p *pattern) FindSubmatch(b []byte) [][]byte {
	if re := p.in(b); re != nil {
		return re.FindSubmatch(b)
	}
	return nil
}

func (p *pattern) FindSubmatchIndex(b []byte) []int {
	if re := p.in(b); re != nil {
		return re.FindSubmatchIndex(b)
	}
	return nil
}

func (p *pattern) FindStringSubmatch(s string) []string {
	if re := p.inString(s); re != nil {
		return re.FindStringSubmatch(s)
	}
	return nil
}

func (p *pattern) FindStringSubmatchIndex(s string) []int {
	if re := p.inString(s); re != nil {
		return re.FindStringSubmatchIndex(s)
	}
	return nil
}

func (p *pattern) FindAll(b []byte, n int) [][]byte {
	if re := p.in(b); re != nil {
		return re.FindAll(b, n)
	}
	return nil
}

func (p *pattern) FindAllIndex(b []byte, n int) [][]int {
	if re := p.in(b); re != nil {
		return re.FindAllIndex(b, n)
	}
	return nil
}

func (p *pattern) FindAllString(s string, n int) []string {
	if re := p.inString(s); re != nil {
		return re.FindAllString(s, n)
	}
	return nil
}

func (p *pattern) FindAllSubmatch(b []byte, n int) [][][]byte {
	if re := p.in(b); re != nil {
		return re.FindAllSubmatch(b, n)
	}
	return nil
}

func (p *pattern) FindAllSubmatchIndex(b []byte, n int) [][]int {
	if re := p.in(b); re != nil {
		return re.FindAllSubmatchIndex(b, n)
	}
	return nil
}

func (p *pattern) FindAllStringSubmatch(s string, n int) [][]string {
	if re := p.inString(s); re != nil {
		return re.FindAllStringSubmatch(s, n)
	}
	return nil
}

func (p *pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if re := p.inString(s); re != nil {
		return re.FindAllStringSubmatchIndex(s, n)
	}
	return nil
}
