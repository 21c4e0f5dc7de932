package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// position is a place in a file: line and column, from 1. Columns count bytes.
type position struct{ line, column int }

// spot is where a key of a file and its value begin.
type spot struct{ key, value position }

// Nothing that a configuration may hold is nested deeper than four, and no key of it
// is longer than a host's name in quotes. The bounds keep a hostile document from
// filling the stack or the memory: the whole path of every key is held.
const (
	maxNesting = 8
	maxKey     = maxHost + 2
	maxPath    = 512
)

// locator finds the spots of the keys of a TOML document: the decoder does not tell
// them. It trusts that the document is one and stops where it is not; the decoder
// says what is wrong there.
// https://toml.io/en/v1.0.0
type locator struct {
	text string
	at   int
	// spots are the spots by path: the names of the tables and keys, and in arrays
	// the number of the element.
	spots map[string]spot
	// arrays counts the tables of each array of tables.
	arrays map[string]int
	// begins are the offsets at which lines begin.
	begins []int
	fault  error // what exceeds a bound
}

// locate finds the spots of a document, by joined path. It refuses, with a
// *toml.ParseError, what cannot be decoded safely.
func locate(text string) (map[string]spot, error) {
	l := &locator{text: text, spots: map[string]spot{}, arrays: map[string]int{}, begins: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			l.begins = append(l.begins, i+1)
		}
	}
	for base, ok := []string(nil), true; ok; {
		base, ok = l.expression(base)
	}
	return l.spots, l.fault
}

// refuse notes that a bound is exceeded at an offset. It is false, to be returned.
func (l *locator) refuse(at int, message string) bool {
	p := l.position(at)
	l.fault = toml.ParseError{Message: message, Position: toml.Position{Line: p.line, Col: p.column}}
	return false
}

// joined is a path as the spots have it.
func joined(path ...string) string { return strings.Join(path, "\x00") }

// elementMark begins the part of a path that is the number of an element.
const elementMark = "\x01"

// element is the path of the n-th element of the array at a path.
func element(path []string, n int) []string {
	return append(path[:len(path):len(path)], elementMark+strconv.Itoa(n))
}

// expression reads one header or one key with its value, below the table that the
// last header named, and gives the table of what follows.
func (l *locator) expression(base []string) ([]string, bool) {
	l.blank()
	if l.at >= len(l.text) {
		return nil, false
	}
	if l.text[l.at] != '[' {
		ok := l.pair(base, len(base))
		return base, ok
	}
	begin := l.at
	l.at++
	array := l.at < len(l.text) && l.text[l.at] == '['
	if array {
		l.at++
	}
	parts, ok := l.key(0)
	if !ok || !l.skip("]") || array && !l.skip("]") {
		return nil, false
	}
	path := make([]string, 0, len(parts)+1)
	for i, part := range parts {
		path = append(path, part)
		if n := l.arrays[joined(path...)]; n > 0 && (i < len(parts)-1 || !array) {
			path = element(path, n-1)
		}
	}
	if array {
		name := joined(path...)
		path = element(path, l.arrays[name])
		l.arrays[name]++
	}
	return path, l.found(path, begin, begin)
}

// pair reads KEY = VALUE below a path.
func (l *locator) pair(base []string, depth int) bool {
	begin := l.at
	parts, ok := l.key(depth)
	if !ok || !l.skip("=") {
		return false
	}
	l.space()
	path := append(base[:len(base):len(base)], parts...)
	return l.found(path, begin, l.at) && l.value(path, depth+len(parts))
}

// found notes a key. A dotted key makes the tables on its way too.
func (l *locator) found(path []string, key, value int) bool {
	if len(joined(path...)) > maxPath {
		return l.refuse(key, fmt.Sprintf("keys of more than %d bytes together", maxPath))
	}
	at := spot{l.position(key), l.position(value)}
	for n := 1; n <= len(path); n++ {
		if name := joined(path[:n]...); n == len(path) || l.spots[name] == (spot{}) {
			l.spots[name] = at
		}
	}
	return true
}

// key reads a dotted key.
func (l *locator) key(depth int) ([]string, bool) {
	var parts []string
	for {
		l.space()
		if depth+len(parts) >= maxNesting {
			return nil, l.refuse(l.at, fmt.Sprintf("nested more than %d deep", maxNesting))
		}
		part, ok := l.simpleKey()
		if !ok {
			return nil, false
		}
		parts = append(parts, part)
		l.space()
		if !l.skip(".") {
			return parts, true
		}
	}
}

// simpleKey reads one part of a key, bare or in quotes.
func (l *locator) simpleKey() (string, bool) {
	begin := l.at
	if l.at < len(l.text) && (l.text[l.at] == '"' || l.text[l.at] == '\'') {
		if !l.quoted() {
			return "", false
		}
		if l.at-begin > maxKey {
			return "", l.refuse(begin, fmt.Sprintf("a key of more than %d bytes", maxKey))
		}
		return unquoted(l.text[begin:l.at]), true
	}
	for l.at < len(l.text) && !strings.ContainsRune(" \t\r\n.=[]{}#,\"'", rune(l.text[l.at])) {
		l.at++
	}
	if l.at-begin > maxKey {
		return "", l.refuse(begin, fmt.Sprintf("a key of more than %d bytes", maxKey))
	}
	return l.text[begin:l.at], l.at > begin
}

// unquoted is the key that stands in quotes; the decoder knows TOML's escapes.
func unquoted(text string) string {
	var doc map[string]any
	meta, err := toml.Decode(text+" = 0", &doc)
	if err != nil || len(meta.Keys()) == 0 {
		return text
	}
	return meta.Keys()[0][0]
}

// value reads a value.
func (l *locator) value(path []string, depth int) bool {
	if l.at >= len(l.text) {
		return false
	}
	if depth > maxNesting {
		return l.refuse(l.at, fmt.Sprintf("nested more than %d deep", maxNesting))
	}
	switch l.text[l.at] {
	case '"', '\'':
		return l.quoted()
	case '[':
		return l.list(']', func(n int) bool {
			below := element(path, n)
			return l.found(below, l.at, l.at) && l.value(below, depth+1)
		})
	case '{':
		return l.list('}', func(int) bool { return l.pair(path, depth) })
	}
	begin := l.at
	for l.at < len(l.text) && !strings.ContainsRune(",]}#\r\n", rune(l.text[l.at])) {
		l.at++
	}
	return l.at > begin
}

// list reads what stands between brackets, with commas between the members.
func (l *locator) list(end byte, member func(n int) bool) bool {
	l.at++
	for n := 0; ; n++ {
		if l.blank(); l.skip(string(end)) {
			return true
		}
		if l.at >= len(l.text) || !member(n) {
			return false
		}
		if l.blank(); !l.skip(",") && (l.at >= len(l.text) || l.text[l.at] != end) {
			return false
		}
	}
}

// quoted passes a string, of one line or of several.
func (l *locator) quoted() bool {
	mark := l.text[l.at : l.at+1]
	if long := strings.Repeat(mark, 3); strings.HasPrefix(l.text[l.at:], long) {
		l.at += 3
		for ; l.at < len(l.text); l.at++ {
			if l.text[l.at] == '\\' && mark == `"` {
				l.at++
				continue
			}
			if strings.HasPrefix(l.text[l.at:], long) {
				l.at += 3
				for range 2 { // two more quotes belong to the string
					l.skip(mark)
				}
				return true
			}
		}
		return false
	}
	for l.at++; l.at < len(l.text) && l.text[l.at] != '\n'; l.at++ {
		switch {
		case l.text[l.at] == '\\' && mark == `"`:
			l.at++
		case l.text[l.at] == mark[0]:
			l.at++
			return true
		}
	}
	return false
}

// skip passes a mark, if it stands there.
func (l *locator) skip(mark string) bool {
	if !strings.HasPrefix(l.text[min(l.at, len(l.text)):], mark) {
		return false
	}
	l.at += len(mark)
	return true
}

// space passes blanks and tabs.
func (l *locator) space() {
	for l.at < len(l.text) && (l.text[l.at] == ' ' || l.text[l.at] == '\t') {
		l.at++
	}
}

// blank passes white space, line ends and comments.
func (l *locator) blank() {
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			l.at++
		case c == '#':
			n := strings.IndexByte(l.text[l.at:], '\n')
			if n < 0 {
				n = len(l.text) - l.at
			}
			l.at += n
		case strings.HasPrefix(l.text, "\ufeff") && l.at == 0:
			l.at += utf8.RuneLen('\ufeff')
		default:
			return
		}
	}
}

// position is the line and column of an offset.
func (l *locator) position(at int) position {
	line := sort.Search(len(l.begins), func(i int) bool { return l.begins[i] > at })
	return position{line, at - l.begins[line-1] + 1}
}
