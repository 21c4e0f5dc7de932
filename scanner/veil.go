package scanner

import (
	"fmt"
	"regexp"
	"strings"
)

// A shown line has been freed of everything that a detector matched. That leaves
// what no detector claims, or none of those that were chosen: the other half of a
// key pair, a password of a neighbour. A veil is the second layer. It hides what
// stands where a secret usually stands, and what looks random, at the price of
// now and then hiding a commit id.

// veiled are places of secrets; the group is what is hidden.
var veiled = regexp.MustCompile(`(?i)` + strings.Join([]string{
	// user information of a URL (RFC 3986, section 3.2.1), up to its last "@"
	`://[^\s/"'<>:@]*:([^\s/"'<>]+)@`,
	`://([^\s/"'<>:@]{16,})@`,
	// the credentials of an HTTP header (RFC 9110, section 11.4)
	`\b(?:bearer|basic|digest|token|apikey)[ \t]+([a-z0-9._~+/=-]{8,})`,
	// the private members of a JSON Web Key (RFC 7518, section 6)
	`\b(?:d|p|q|dp|dq|qi|k)\b\\*["']?\s*:\s*\\*["']([\w-]{16,}=*)`,
	// an assignment to a telling name: environment, connection string, query, JSON,
	// XML, .npmrc and the like
	`(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|private_?key|access_?key|account_?key|shared\w*key|signature|credentials?|_auth)\\*["']?\s*(?:=>|[:=>])\s*\\*["']?` +
		"([^\\s\"'`,;&(){}<>\\[\\]$\\\\…]{4,})",
}, "|"))

// headerGroup is the group of veiled that stands after an ordinary word.
const headerGroup = 3

// runs are long words of the alphabets of base64, base64url and hexadecimal
// numbers, the dots of a JSON Web Token included.
var runs = regexp.MustCompile(`[A-Za-z0-9+/_.-]{20,}={0,2}`)

// veil hides what may be a secret in a part of a line in which no detector
// matched. Hidden text becomes "…" with its length in bytes, as a match does.
func veil(s string) string {
	if len(s) < 4 {
		return s
	}
	s = replaceSpans(s, veiled, func(value, rest string, group int) (int, int) {
		if isCode(value, rest) || group == headerGroup && strings.ToLower(value[1:]) == value[1:] && !strings.ContainsAny(value, "0123456789") {
			return 0, 0
		}
		return 0, len(value)
	})
	return replaceSpans(s, runs, func(value, _ string, _ int) (int, int) { return randomSpan(value) })
}

// replaceSpans replaces each match of re, or its group if it has one, by its
// length. keep narrows the value to what is replaced; an empty span is nothing.
func replaceSpans(s string, re *regexp.Regexp, keep func(value, rest string, group int) (lo, hi int)) string {
	var b strings.Builder
	at := 0
	for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
		group := 0
		for g := 1; 2*g < len(m); g++ {
			if m[2*g] >= 0 {
				group = g
			}
		}
		begin, end := m[2*group], m[2*group+1]
		lo, hi := keep(s[begin:end], s[end:], group)
		if lo == hi {
			continue
		}
		b.WriteString(s[at : begin+lo])
		fmt.Fprintf(&b, "…(%d)", hi-lo)
		at = begin + hi
	}
	if at == 0 {
		return s
	}
	return b.String() + s[at:]
}

// isCode says that what is assigned is an expression of a program: a call, an
// index, a name within a name, a constant.
func isCode(value, rest string) bool {
	switch strings.ToLower(value) {
	case "true", "false", "null", "none", "undefined":
		return true
	}
	if rest != "" && strings.IndexByte("([", rest[0]) >= 0 {
		return true
	}
	if strings.IndexByte(value, '.') < 1 {
		return false
	}
	for i := range len(value) {
		if c := value[i]; c != '.' && c != '_' && kind(c) > upper {
			return false
		}
	}
	return true
}

// randomWindow is how many bytes decide whether they look random.
const randomWindow = 20

// randomSpan gives the part of a word that looks drawn at random: letters and
// digits that change their kind at nine of twenty steps at least, to the
// separators around it. In words, paths and names in camel case they change at
// one of three at most; in random base64 at two of three, in hexadecimal digits
// at half.
func randomSpan(s string) (lo, hi int) {
	for i := 0; i+randomWindow <= len(s); i++ {
		if randomIn(s[i : i+randomWindow]) {
			if hi == 0 {
				lo = i
			}
			hi = i + randomWindow
		}
	}
	if hi == 0 {
		return 0, 0
	}
	for lo > 0 && kind(s[lo-1]) != other {
		lo--
	}
	for hi < len(s) && (kind(s[hi]) != other || s[hi] == '=') {
		hi++
	}
	return lo, hi
}

func randomIn(s string) bool {
	var seen [other + 1]int
	steps, changes := 0, 0
	last := other
	for i := range len(s) {
		k := kind(s[i])
		seen[k]++
		if k != other && last != other {
			steps++
			if k != last {
				changes++
			}
		}
		last = k
	}
	return seen[digit] > 0 && seen[lower]+seen[upper] > 0 && steps >= 12 && changes*20 >= steps*9
}

// The kinds of bytes.
const (
	lower = iota
	upper
	digit
	other
)

func kind(c byte) int {
	switch {
	case 'a' <= c && c <= 'z':
		return lower
	case 'A' <= c && c <= 'Z':
		return upper
	case '0' <= c && c <= '9':
		return digit
	}
	return other
}
