package inventory

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first needed: commands
// that read no inventory do not pay for it.
type pattern struct{ compiled func() *regexp.Regexp }

// compile makes a pattern. A test compiles every one of the package.
func compile(text string) *pattern {
	return &pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

func (p *pattern) Match(b []byte) bool              { return p.compiled().Match(b) }
func (p *pattern) MatchString(s string) bool        { return p.compiled().MatchString(s) }
func (p *pattern) Find(b []byte) []byte             { return p.compiled().Find(b) }
func (p *pattern) FindString(s string) string       { return p.compiled().FindString(s) }
func (p *pattern) FindIndex(b []byte) []int         { return p.compiled().FindIndex(b) }
func (p *pattern) FindStringIndex(s string) []int   { return p.compiled().FindStringIndex(s) }
func (p *pattern) FindSubmatch(b []byte) [][]byte   { return p.compiled().FindSubmatch(b) }
func (p *pattern) FindSubmatchIndex(b []byte) []int { return p.compiled().FindSubmatchIndex(b) }

func (p *pattern) FindStringSubmatch(s string) []string   { return p.compiled().FindStringSubmatch(s) }
func (p *pattern) FindAll(b []byte, n int) [][]byte       { return p.compiled().FindAll(b, n) }
func (p *pattern) FindAllIndex(b []byte, n int) [][]int   { return p.compiled().FindAllIndex(b, n) }
func (p *pattern) FindAllString(s string, n int) []string { return p.compiled().FindAllString(s, n) }

func (p *pattern) FindStringSubmatchIndex(s string) []int {
	return p.compiled().FindStringSubmatchIndex(s)
}

func (p *pattern) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return p.compiled().FindAllSubmatchIndex(b, n)
}

func (p *pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(s, n)
}

func (p *pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.compiled().FindAllStringSubmatchIndex(s, n)
}

func (p *pattern) FindAllSubmatch(b []byte, n int) [][][]byte {
	return p.compiled().FindAllSubmatch(b, n)
}
