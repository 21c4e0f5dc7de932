package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// layout tells where the keys of a TOML document stand: the decoder does not. Paths are
// in lower case, as "rules[2].regex", since gitleaks takes keys in any case.
// https://toml.io/en/v1.0.0
type layout struct {
	text  string
	at    int
	line  int
	lines map[string]int
	count map[string]int // tables of each array of tables
	err   error
}

// newLayout reads a document. It trusts that the document is one, and stops where it is
// not: the decoder says what is wrong there. The error is for what cannot be decoded
// safely: a document nested so deep that decoding it would fill the stack, or a key so
// long that all paths with it would fill the memory.
func newLayout(text string) (*layout, error) {
	l := &layout{text: text, line: 1, lines: map[string]int{}, count: map[string]int{}}
	table := ""
	for l.blank(); l.at < len(l.text) && l.err == nil; l.blank() {
		ok := false
		if l.text[l.at] == '[' {
			table, ok = l.header()
		} else {
			ok = l.pair(table, 0)
		}
		if !ok {
			break
		}
	}
	return l, l.err
}

// of is the line of a path, or of the nearest table that is on the way to it.
func (l *layout) of(path string) int {
	for path != "" {
		if n, ok := l.lines[path]; ok {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 1
}

func (l *layout) note(path string, line int) {
	if _, ok := l.lines[path]; !ok {
		l.lines[path] = line
	}
}

// refuse sets the error, and is false.
func (l *layout) refuse(format string, args ...any) bool {
	if l.err == nil {
		l.err = fmt.Errorf("%d: "+format, append([]any{l.line}, args...)...)
	}
	return false
}

// header reads [TABLE] or [[TABLE]] and gives the path of what follows.
func (l *layout) header() (string, bool) {
	line := l.line
	list := strings.HasPrefix(l.text[l.at:], "[[")
	l.at++
	if list {
		l.at++
	}
	parts, ok := l.key()
	if !ok || !l.skip("]") || list && !l.skip("]") {
		return "", false
	}
	path := ""
	for i, part := range parts {
		path = join(path, part)
		last := i == len(parts)-1
		if n := l.count[path]; n > 0 && !(last && list) {
			path = element(path, n-1)
		}
		if last && list {
			l.count[path]++
			path = element(path, l.count[path]-1)
		}
	}
	l.note(path, line)
	return path, true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func element(path string, n int) string { return path + "[" + strconv.Itoa(n) + "]" }

// pair reads KEY = VALUE in a table.
func (l *layout) pair(table string, depth int) bool {
	line := l.line
	parts, ok := l.key()
	if !ok || !l.skip("=") {
		return false
	}
	path := table
	for _, part := range parts {
		path = join(path, part)
		l.note(path, line)
	}
	return l.value(path, depth+len(parts))
}

// key reads a dotted key.
func (l *layout) key() ([]string, bool) {
	var parts []string
	for {
		l.space()
		begin := l.at
		part := ""
		if l.at < len(l.text) && (l.text[l.at] == '"' || l.text[l.at] == '\'') {
			if !l.quoted() {
				return nil, false
			}
			part = l.text[begin+1 : l.at-1]
		} else {
			for l.at < len(l.text) && !strings.ContainsRune(" \t\r\n.=[]{}#,\"'", rune(l.text[l.at])) {
				l.at++
			}
			part = l.text[begin:l.at]
		}
		switch {
		case l.at == begin:
			return nil, false
		case l.at-begin > maxKey:
			return nil, l.refuse("a key of more than %d bytes", maxKey)
		}
		parts = append(parts, strings.ToLower(part))
		if len(parts) > maxNesting {
			return nil, l.refuse("nested more than %d deep", maxNesting)
		}
		l.space()
		if !l.skip(".") {
			return parts, true
		}
	}
}

// value passes a value and notes what stands in it.
func (l *layout) value(path string, depth int) bool {
	l.space()
	switch {
	case l.at >= len(l.text):
		return false
	case depth > maxNesting:
		return l.refuse("nested more than %d deep", maxNesting)
	}
	switch l.text[l.at] {
	case '"', '\'':
		return l.quoted()
	case '[':
		return l.list(']', func(n int) bool {
			l.note(element(path, n), l.line)
			return l.value(element(path, n), depth+1)
		})
	case '{':
		return l.list('}', func(int) bool { return l.pair(path, depth+1) })
	}
	begin := l.at
	for l.at < len(l.text) && !strings.ContainsRune(",]}#\r\n", rune(l.text[l.at])) {
		l.at++
	}
	return l.at > begin
}

// list passes what stands between brackets, with commas between the members.
func (l *layout) list(end byte, member func(n int) bool) bool {
	l.at++
	for n := 0; ; n++ {
		l.blank()
		if l.skip(string(end)) {
			return true
		}
		if l.at >= len(l.text) || !member(n) {
			return false
		}
		l.blank()
		if !l.skip(",") && (l.at >= len(l.text) || l.text[l.at] != end) {
			return false
		}
	}
}

// quoted passes a string, of one line or of several.
func (l *layout) quoted() bool {
	mark := l.text[l.at : l.at+1]
	if long := mark + mark + mark; strings.HasPrefix(l.text[l.at:], long) {
		mark = long
	}
	escapes := mark[0] == '"'
	for l.at += len(mark); l.at < len(l.text); l.at++ {
		switch c := l.text[l.at]; {
		case c == '\n' && len(mark) == 1:
			return false
		case c == '\n':
			l.line++
		case c == '\\' && escapes:
			l.at++
			if l.at < len(l.text) && l.text[l.at] == '\n' {
				l.line++
			}
		case strings.HasPrefix(l.text[l.at:], mark):
			l.at += len(mark)
			for range len(mark) - 1 { // up to two quotes more belong to a long string
				l.skip(mark[:1])
			}
			return true
		}
	}
	return false
}

// skip passes a mark, if it stands there.
func (l *layout) skip(mark string) bool {
	if l.at > len(l.text) || !strings.HasPrefix(l.text[l.at:], mark) {
		return false
	}
	l.at += len(mark)
	return true
}

// space passes blanks and tabs.
func (l *layout) space() {
	for l.at < len(l.text) && (l.text[l.at] == ' ' || l.text[l.at] == '\t') {
		l.at++
	}
}

// blank passes white space, line ends and comments.
func (l *layout) blank() {
	if l.at == 0 {
		l.skip("\ufeff")
	}
	for ; l.at < len(l.text); l.at++ {
		switch l.text[l.at] {
		case ' ', '\t', '\r':
		case '\n':
			l.line++
		case '#':
			n := strings.IndexByte(l.text[l.at:], '\n')
			if n < 0 {
				l.at = len(l.text)
				return
			}
			l.at += n - 1
		default:
			return
		}
	}
}
