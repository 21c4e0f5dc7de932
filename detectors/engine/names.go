package engine

import (
	"fmt"
	"strings"
)

// nameSpec is a detector's name: words that must occur in an identifier in order.
type nameSpec struct {
	words      []string
	begin, end bool
}

// freeWord is the length from which a word may stand anywhere in an identifier;
// a shorter one must be a word of its own ("exa" in EXA_KEY, not in EXAMPLE_KEY).
const freeWord = 6

func parseName(spec string) (nameSpec, error) {
	var n nameSpec
	n.words = strings.Fields(strings.ToLower(spec))
	if len(n.words) == 0 {
		return n, fmt.Errorf("empty name")
	}
	n.words[0], n.begin = strings.CutPrefix(n.words[0], "^")
	last := len(n.words) - 1
	n.words[last], n.end = strings.CutSuffix(n.words[last], "$")
	for _, w := range n.words {
		if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || w == "" {
			return n, fmt.Errorf("name %q: a word is letters and digits", spec)
		}
	}
	return n, nil
}

// literal is the word that the prefilter looks for: the longest that is not
// common in names.
func (n nameSpec) literal() (string, error) {
	best := ""
	for _, w := range n.words {
		if len(w) >= windowSize-1 && (best == "" || commonWords[best] && !commonWords[w] || commonWords[best] == commonWords[w] && len(w) > len(best)) {
			best = w
		}
	}
	if len(best) < windowSize-1 {
		return "", fmt.Errorf("name %q: no word has %d letters", strings.Join(n.words, " "), windowSize-1)
	}
	return best, nil
}

// commonWords are words that many names hold, so that looking for them costs more
// than looking for a shorter word beside them.
var commonWords = map[string]bool{
	"client": true, "token": true, "config": true, "secret": true, "password": true, "access": true, "service": true,
	"account": true, "private": true, "public": true, "session": true, "project": true, "provider": true,
	"database": true, "default": true, "user": true, "name": true, "server": true, "key": true, "api": true,
	"admin": true, "application": true, "connection": true, "string": true, "code": true, "auth": true, "app": true,
	"test": true, "live": true, "new": true, "run": true, "line": true, "write": true, "function": true, "continue": true,
	"next": true, "content": true, "message": true, "connect": true, "base": true, "license": true, "directory": true,
	"scale": true, "search": true, "graph": true, "source": true, "hec": true, "proxy": true, "info": true, "shared": true,
}

// weight is how much a name that has the words says: their letters.
func (n nameSpec) weight() int {
	sum := 0
	for _, w := range n.words {
		sum += len(w)
	}
	return sum
}

// identifier is a name split for matching: its letters and digits in lower case,
// and where a word of it begins.
type identifier struct {
	text   string
	starts []bool // starts[i]: a word begins at text[i]; one longer than text, the last is true
	member int    // where what follows the last dot begins
}

func newIdentifier(name string) identifier {
	text := make([]byte, 0, len(name))
	starts := make([]bool, 0, len(name)+1)
	prev, member := byte(0), 0
	for i := range len(name) {
		c := name[i]
		if !isAlnum(int(c)) {
			prev = 0
			if c == '.' {
				member = len(text)
			}
			continue
		}
		start := prev == 0 || isLower(int(prev)) && isUpper(int(c)) || isDigit(int(prev)) != isDigit(int(c)) ||
			isUpper(int(prev)) && isUpper(int(c)) && i+1 < len(name) && isLower(int(name[i+1]))
		starts = append(starts, start)
		if isUpper(int(c)) {
			text = append(text, c|0x20)
		} else {
			text = append(text, c)
		}
		prev = c
	}
	return identifier{string(text), append(starts, true), member}
}

// matches says whether the identifier has the words.
func (n nameSpec) matches(id identifier) bool { return n.from(id, 0, 0) }

// from tries to match the words from the i-th on at or after offset at.
func (n nameSpec) from(id identifier, i, at int) bool {
	if i == len(n.words) {
		return !n.end || at == len(id.text) || at == len(id.text)-1 && id.text[at] == 's'
	}
	w := n.words[i]
	for p := at; p+len(w) <= len(id.text); p++ {
		if i == 0 && n.begin && p != 0 && p != id.member {
			continue
		}
		q := p + len(w)
		if id.text[p:q] != w {
			continue
		}
		if len(w) < freeWord && !n.bounded(id, i, p, q, at) {
			continue
		}
		if n.from(id, i+1, q) {
			return true
		}
	}
	return false
}

// bounded says whether the short word i at [p, q) is a word of its own there: it
// begins and ends where one does, or joins the word before or after it in the
// list, or ends the identifier.
func (n nameSpec) bounded(id identifier, i, p, q, at int) bool {
	ends := id.starts[q] || id.text[q] == 's' && id.starts[q+1] ||
		i+1 < len(n.words) && strings.HasPrefix(id.text[q:], n.words[i+1])
	begins := id.starts[p] || i > 0 && (p == at || q == len(id.text))
	return begins && ends
}
