package engine

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode"

	"leakline/detectors"
)

// defaultMax caps a pattern that has no bound of its own, in bytes.
const defaultMax = 4096

// compiled is a detector ready to judge. Its pattern is compiled on first use.
type compiled struct {
	*detectors.Detector
	index int
	rank  int
	names []nameSpec
	near  [][]string
	parts companions
	// beside are the names beside which a value may stand, without the words of a kind.
	beside [][]string

	once      sync.Once
	kinds     int // what the names call it, by bits of namedKinds
	err       error
	simple    *simple        // the pattern, if it is of the simple kind
	re        *regexp.Regexp // the pattern, if not
	bytes     byteSet        // the bytes that can stand in the pattern's text
	max       int            // length of the longest text, in bytes
	group     int            // the group "secret", or 0
	distances map[string][]int
}

// ready compiles the pattern.
func (c *compiled) ready() error {
	c.once.Do(func() { c.kinds, c.err = nameKinds(c.names), c.compilePattern() })
	return c.err
}

func (c *compiled) compilePattern() error {
	if c.Pattern == "" {
		return nil
	}
	tree, err := syntax.Parse(c.Pattern, syntax.Perl)
	if err != nil {
		return fmt.Errorf("detector %q: %w", c.ID, err)
	}
	whole := `\A(?:` + c.Pattern + `)`
	if c.whole() {
		whole += `\z`
	}
	if c.simple = newSimple(tree); c.simple == nil {
		if c.re, err = regexp.Compile(whole); err != nil {
			return fmt.Errorf("detector %q: %w", c.ID, err)
		}
		c.re.Longest()
		c.group = max(c.re.SubexpIndex("secret"), 0)
	}
	consumes(tree, &c.bytes)
	c.max = maxLength(tree)
	if c.Reader != detectors.ReadPattern {
		return nil
	}
	c.distances = map[string][]int{}
	var prog *syntax.Prog
	for _, a := range c.Anchors {
		ds := c.simple.distances(a)
		if ds == nil {
			if prog == nil {
				if prog, err = syntax.Compile(tree.Simplify()); err != nil {
					return fmt.Errorf("detector %q: %w", c.ID, err)
				}
			}
			ds = distances(prog, a)
		}
		if len(ds) == 0 {
			return fmt.Errorf("detector %q: the pattern does not hold anchor %q at a fixed distance from its start", c.ID, a)
		}
		c.distances[a] = ds
	}
	return nil
}

// find matches the pattern at the begin of text, and returns where the match ends
// and the span of the secret in it.
func (c *compiled) find(text string) (end, from, to int, ok bool) {
	if c.simple != nil {
		return match(c.simple, text, c.whole())
	}
	loc := c.re.FindStringSubmatchIndex(text)
	if loc == nil || loc[2*c.group] < 0 {
		return 0, 0, 0, false
	}
	return loc[1], loc[2*c.group], loc[2*c.group+1], true
}

// fits says whether the pattern matches text.
func (c *compiled) fits(text string) bool {
	_, _, _, ok := c.find(text)
	return ok
}

// whole says whether the pattern must match the whole text it is given.
func (c *compiled) whole() bool {
	return c.Reader == detectors.ReadPEM || c.Reader == detectors.ReadObject || c.Reader == detectors.ReadPattern && len(c.Names) > 0 && len(c.Anchors) == 0
}

// consumes adds the bytes that a pattern can consume to a set. A character beyond
// ASCII stands for all bytes of its encoding.
func consumes(re *syntax.Regexp, set *byteSet) {
	add := func(lo, hi rune) {
		for c := lo; c <= min(hi, 127); c++ {
			set[c] = true
			if re.Flags&syntax.FoldCase != 0 && isLetter(int(c)) {
				set[c^0x20] = true
			}
		}
		if hi >= 128 || re.Flags&syntax.FoldCase != 0 && (lo|0x20 == 'k' || lo|0x20 == 's') { // K and s have relatives beyond ASCII
			for c := 128; c < 256; c++ {
				set[c] = true
			}
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			add(r, r)
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			add(re.Rune[i], re.Rune[i+1])
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		newline := set['\n']
		add(0, unicode.MaxRune)
		set['\n'] = newline || re.Op == syntax.OpAnyChar
	}
	for _, sub := range re.Sub {
		consumes(sub, set)
	}
}

// maxLength is the length of the longest text that a pattern matches, in bytes,
// or defaultMax if there is none.
func maxLength(re *syntax.Regexp) int {
	const none = -1
	var length func(re *syntax.Regexp) int
	length = func(re *syntax.Regexp) int {
		sum := 0
		switch re.Op {
		case syntax.OpLiteral:
			return len(string(re.Rune))
		case syntax.OpCharClass:
			if n := len(re.Rune); n > 0 && re.Rune[n-1] >= 128 {
				return 4
			}
			return 1
		case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
			return 4
		case syntax.OpStar, syntax.OpPlus:
			return none
		case syntax.OpRepeat:
			n := length(re.Sub[0])
			if re.Max < 0 || n == none {
				return none
			}
			return n * re.Max
		case syntax.OpConcat, syntax.OpCapture, syntax.OpQuest:
			for _, s := range re.Sub {
				n := length(s)
				if n == none {
					return none
				}
				sum += n
			}
		case syntax.OpAlternate:
			for _, s := range re.Sub {
				n := length(s)
				if n == none {
					return none
				}
				sum = max(sum, n)
			}
		}
		return sum
	}
	if n := length(re); n != none {
		return min(n, MaxExtent/2)
	}
	return defaultMax
}

// maxDistance bounds how far into a pattern its anchor may stand.
const maxDistance = 128

// distances returns how many bytes may stand before the anchor in a text that
// the program matches. It walks the program's states together with the number of
// bytes consumed, and at each tries to follow the anchor along instructions that
// accept nothing else.
func distances(prog *syntax.Prog, anchor string) []int {
	type state struct{ pc, n int }
	seen := make([]bool, len(prog.Inst)*(maxDistance+1))
	var out []int
	found := map[int]bool{}
	var follow func(pc uint32, rest string, depth int) bool
	follow = func(pc uint32, rest string, depth int) bool {
		if rest == "" {
			return true
		}
		if depth == 0 {
			return false
		}
		in := &prog.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			return follow(in.Out, rest, depth-1) || follow(in.Arg, rest, depth-1)
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			return follow(in.Out, rest, depth-1)
		case syntax.InstRune1, syntax.InstRune:
			return only(in, rune(rest[0])) && follow(in.Out, rest[1:], depth)
		}
		return false
	}
	queue := []state{{prog.Start, 0}}
	for len(queue) > 0 {
		s := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if s.n > maxDistance || seen[s.pc*(maxDistance+1)+s.n] {
			continue
		}
		seen[s.pc*(maxDistance+1)+s.n] = true
		in := &prog.Inst[s.pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			queue = append(queue, state{int(in.Out), s.n}, state{int(in.Arg), s.n})
			continue
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			queue = append(queue, state{int(in.Out), s.n})
			continue
		case syntax.InstMatch, syntax.InstFail:
			continue
		}
		if !found[s.n] && follow(uint32(s.pc), anchor, 64) {
			found[s.n] = true
			out = append(out, s.n)
		}
		queue = append(queue, state{int(in.Out), s.n + 1})
	}
	return out
}

// only says whether an instruction accepts c and no other character, its other
// case apart.
func only(in *syntax.Inst, c rune) bool {
	if len(in.Rune) > 4 || !in.MatchRune(c) { // two ranges hold both cases
		return false
	}
	for i := 0; i+1 < len(in.Rune); i += 2 {
		if in.Rune[i+1]-in.Rune[i] > 1 {
			return false
		}
	}
	for r := range rune(128) {
		if r != c && unicode.ToLower(r) != unicode.ToLower(c) && in.MatchRune(r) {
			return false
		}
	}
	return true
}

// rank says how specific a detector is: of matches that overlap, the higher rank
// wins.
func rank(d *detectors.Detector) int {
	switch {
	case d.Reader == detectors.ReadGeneric:
		return 1
	case d.Reader == detectors.ReadJWT && len(d.Checks) == 0 && d.Pattern == "":
		return 2
	case d.Reader == detectors.ReadURL, d.Reader == detectors.ReadPEM:
		return 3
	case len(d.Anchors) == 0:
		return 3
	case len(d.Near) > 0:
		return 4
	case d.Structured, d.Reader == detectors.ReadObject, d.Reader == detectors.ReadJWT:
		return 6
	}
	return 5
}

// valid reports what makes a detector unusable.
func valid(d *detectors.Detector) error {
	switch {
	case d.ID == "":
		return errors.New("a detector has no ID")
	case len(d.Anchors) == 0 && len(d.Names) == 0:
		return fmt.Errorf("detector %q has neither Anchors nor Names", d.ID)
	case d.Pattern == "" && (d.Reader == detectors.ReadPattern || d.Reader == detectors.ReadPEM || d.Reader == detectors.ReadObject):
		return fmt.Errorf("detector %q has no Pattern", d.ID)
	case (d.Member != "") != (d.Reader == detectors.ReadObject):
		return fmt.Errorf("detector %q: Member goes with ReadObject", d.ID)
	}
	for _, c := range d.Checks {
		if !implemented(c) {
			return fmt.Errorf("detector %q: unknown check %q", d.ID, c)
		}
	}
	for _, a := range d.Anchors {
		if len(a) < windowSize-1 {
			return fmt.Errorf("detector %q: anchor %q is shorter than %d bytes", d.ID, a, windowSize-1)
		}
	}
	return nil
}

// canonical is the text of a secret that its fingerprint is made of: an armoured
// key's body without white space, any other text as it is.
func canonical(s string) string {
	if strings.Contains(s, "-----BEGIN ") {
		if body, ok := pemBody(s); ok {
			return body
		}
	}
	return s
}
