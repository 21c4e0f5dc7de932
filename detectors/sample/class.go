package sample

import (
	"fmt"
	"strings"
)

// class is a set of ASCII characters in a fixed order.
type class struct {
	chars string
	has   [128]bool
}

// namedClasses are the classes that have a name. A function, so that the package
// keeps no state.
func namedClass(name string) (string, bool) {
	const (
		lower = "abcdefghijklmnopqrstuvwxyz"
		upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		digit = "0123456789"
	)
	switch name {
	case "alnum":
		return upper + lower + digit, true
	case "lower":
		return lower, true
	case "upper":
		return upper, true
	case "digit":
		return digit, true
	case "hex":
		return digit + "abcdef", true
	case "HEX":
		return digit + "ABCDEF", true
	case "lowernum":
		return lower + digit, true
	case "uppernum":
		return upper + digit, true
	case "word":
		return upper + lower + digit + "_", true
	case "word-":
		return upper + lower + digit + "_-", true
	case "b64":
		return upper + lower + digit + "+/", true
	case "b32":
		return upper + "234567", true
	}
	return "", false
}

// parseClass reads a class: a name, or a list in brackets.
func parseClass(s string) (*class, error) {
	if chars, ok := namedClass(s); ok {
		return newClass(chars), nil
	}
	if len(s) < 3 || s[0] != '[' || s[len(s)-1] != ']' {
		return nil, fmt.Errorf("unknown class %q", s)
	}
	var chars strings.Builder
	list := s[1 : len(s)-1]
	for i := 0; i < len(list); i++ {
		c := list[i]
		if c == '\\' {
			if i++; i == len(list) {
				return nil, fmt.Errorf("class %q ends in a backslash", s)
			}
			chars.WriteByte(list[i])
			continue
		}
		if c < ' ' || c > '~' {
			return nil, fmt.Errorf("class %q holds a byte that is not printable ASCII", s)
		}
		if i+2 < len(list) && list[i+1] == '-' && list[i+2] != '\\' {
			if list[i+2] < c {
				return nil, fmt.Errorf("class %q has the range %q backwards", s, list[i:i+3])
			}
			for b := c; b <= list[i+2]; b++ {
				chars.WriteByte(b)
			}
			i += 2
			continue
		}
		chars.WriteByte(c)
	}
	return newClass(chars.String()), nil
}

func newClass(chars string) *class {
	c := &class{}
	var kept strings.Builder
	for i := range len(chars) {
		if b := chars[i]; b < 128 && !c.has[b] {
			c.has[b] = true
			kept.WriteByte(b)
		}
	}
	c.chars = kept.String()
	return c
}

func (c *class) contains(b byte) bool { return b < 128 && c.has[b] }

// kinds says which of lower-case letters, upper-case letters and digits occur in
// a text.
func kinds(s string) (lower, upper, digit bool) {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			lower = true
		case 'A' <= c && c <= 'Z':
			upper = true
		case '0' <= c && c <= '9':
			digit = true
		}
	}
	return lower, upper, digit
}

// varied says whether a random run of the class can't be taken for a placeholder
// value: it has different characters, every kind of character that its class
// has if it is long, no long repetition or sequence, and no telling word.
func (c *class) varied(run string) bool {
	if len(run) >= 4 && len(c.chars) >= 4 && distinct(run) < 3 {
		return false
	}
	if len(run) >= 16 {
		cl, cu, cd := kinds(c.chars)
		l, u, d := kinds(run)
		if cl && !l || cu && !u || cd && !d {
			return false
		}
	}
	if len(c.chars) >= 10 && monotone(run) >= 4 {
		return false
	}
	low := strings.ToLower(run)
	for _, w := range []string{
		"example", "sample", "dummy", "placeholder", "changeme", "replace", "secret", "password",
		"test", "fake", "your", "mock", "todo", "redacted", "insert", "xxx", "null", "none",
	} {
		if strings.Contains(low, w) {
			return false
		}
	}
	return true
}

// distinct counts the different bytes of a text.
func distinct(s string) int {
	var seen [256]bool
	n := 0
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			n++
		}
	}
	return n
}

// monotone is the length of the longest stretch in which each byte is the one
// before it, or its successor, or its predecessor, in one direction.
func monotone(s string) int {
	longest := min(len(s), 1)
	for _, step := range []int{-1, 0, 1} {
		run := 1
		for i := 1; i < len(s); i++ {
			if int(s[i])-int(s[i-1]) == step {
				run++
			} else {
				run = 1
			}
			longest = max(longest, run)
		}
	}
	return longest
}
