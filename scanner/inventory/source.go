package inventory

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// language is what a source file is written in, as far as its routes are read.
type language string

const (
	javascript language = "javascript" // and TypeScript
	python     language = "python"
	ruby       language = "ruby"
	golang     language = "go"
	java       language = "java" // and Kotlin
	csharp     language = "c#"
	php        language = "php"
	rust       language = "rust"
	elixir     language = "elixir"
)

var languages = map[string]language{
	".js": javascript, ".mjs": javascript, ".cjs": javascript, ".jsx": javascript, ".ts": javascript, ".mts": javascript, ".cts": javascript, ".tsx": javascript,
	".py": python, ".rb": ruby, ".go": golang, ".java": java, ".kt": java, ".cs": csharp, ".php": php, ".rs": rust, ".ex": elixir,
}

// source is a file as a compiler sees it: what comments and strings hold is blank.
type source struct {
	*file
	lang language
	code []byte
	// brackets in the order in which they open, closes their indexes in the order in
	// which they close.
	brackets []bracket
	closes   []int
	hits     []hit // by offset
	names    []ident
	relative map[string]bool // names that come from the application's own files
	imported [][2]int        // the statements that import
	// budget is how many more names may be looked at: in programs that people write, a
	// name lies in few functions; in one that never closes any, in all before it.
	budget int
}

// budgetPerName is how often each name may be looked at, and leastBudget what a short
// program may.
const (
	budgetPerName = 200
	leastBudget   = 100_000
)

// bracket is a pair of brackets, with the index of the one around it or -1.
type bracket struct{ open, close, parent int }

// hit is a mark at an offset.
type hit struct {
	pos int
	*mark
}

func newSource(f *file, lang language, hits []hit) *source {
	s := &source{file: f, lang: lang, code: blank(f.data, lang), hits: hits}
	s.pair()
	s.read()
	s.budget = max(leastBudget, budgetPerName*len(s.names))
	return s
}

// read finds the names of a program, once.
func (s *source) read() {
	known := map[string]*meaning{}
	for i := 0; i < len(s.code); {
		if !isWord(s.code[i]) {
			i++
			continue
		}
		j := i + 1
		for j < len(s.code) && isWord(s.code[j]) {
			j++
		}
		m := known[string(s.code[i:j])]
		if m == nil {
			m = meaningOf(string(s.code[i:j]))
			known[m.text] = m
		}
		s.names = append(s.names, ident{i, j, m})
		i = j
	}
}

// blank gives a copy of a program in which the insides of comments and strings are
// spaces; offsets and lines stay.
func blank(data []byte, lang language) []byte {
	out := bytes.Clone(data)
	hash := lang == python || lang == ruby || lang == php || lang == elixir
	slash := lang != python && lang != ruby && lang != elixir
	n := len(data)
	wipe := func(from, to int) {
		for i := from; i < min(to, n); i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	// template holds, for each template literal that is open, the braces open in its
	// expression.
	var template []int
	tick := func(i int) int { // inside a template literal from i
		from := i
		for i < n {
			switch {
			case data[i] == '\\':
				i += 2
			case data[i] == '`':
				wipe(from, i)
				return i + 1
			case lang == javascript && data[i] == '$' && i+1 < n && data[i+1] == '{':
				wipe(from, i+1)
				template = append(template, 0)
				return i + 2
			default:
				i++
			}
		}
		wipe(from, n)
		return n
	}
	for i := 0; i < n; {
		c := data[i]
		rest := data[i:]
		switch {
		case slash && bytes.HasPrefix(rest, []byte("//")):
			end := lineEnd(data, i)
			wipe(i, end)
			i = end
		case slash && bytes.HasPrefix(rest, []byte("/*")):
			end := bytes.Index(data[i+2:], []byte("*/"))
			if end < 0 {
				end = n
			} else {
				end += i + 4
			}
			wipe(i, end)
			i = end
		case hash && c == '#' && !(lang == php && i+1 < n && data[i+1] == '[') && (lang != ruby || i == 0 || isSpace(data[i-1])):
			end := lineEnd(data, i)
			wipe(i, end)
			i = end
		case (c == '"' || c == '\'') && lang != golang && lang != rust && bytes.HasPrefix(rest, []byte{c, c, c}):
			end := bytes.Index(data[i+3:], []byte{c, c, c})
			if end < 0 {
				end = n
			} else {
				end += i + 6
			}
			wipe(i+3, end-3)
			i = end
		case c == '`' && (lang == javascript || lang == golang):
			i = tick(i + 1)
		case c == '\'' && lang == rust && !(i+2 < n && (data[i+2] == '\'' || data[i+1] == '\\')):
			i++ // a lifetime
		case c == '"' || c == '\'':
			j := i + 1
			for j < n && data[j] != c && (data[j] != '\n' || lang == rust || lang == php || lang == ruby) {
				if data[j] == '\\' {
					j++
				}
				j++
			}
			wipe(i+1, j)
			i = j + 1
		case len(template) > 0 && c == '{':
			template[len(template)-1]++
			i++
		case len(template) > 0 && c == '}':
			if last := len(template) - 1; template[last] == 0 {
				template = template[:last]
				i = tick(i + 1)
			} else {
				template[last]--
				i++
			}
		default:
			i++
		}
	}
	return out
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

func lineEnd(data []byte, i int) int {
	if j := bytes.IndexByte(data[i:], '\n'); j >= 0 {
		return i + j
	}
	return len(data)
}

func lineStart(data []byte, i int) int {
	return bytes.LastIndexByte(data[:i], '\n') + 1
}

// What is read around a name, so that no file costs more than its length times these:
// how many brackets, and how many bytes to either side.
const (
	maxDepth     = 64
	maxStatement = 32 << 10
)

// pair finds the brackets. One that never closes closes at the end.
func (s *source) pair() {
	var stack []int
	for i, c := range s.code {
		switch c {
		case '(', '[', '{':
			parent := -1
			if len(stack) > 0 {
				parent = stack[len(stack)-1]
			}
			stack = append(stack, len(s.brackets))
			s.brackets = append(s.brackets, bracket{i, len(s.code), parent})
		case ')', ']', '}':
			for k := len(stack) - 1; k >= max(0, len(stack)-maxDepth); k-- {
				if b := stack[k]; closing(s.code[s.brackets[b].open]) == c {
					for _, open := range stack[k:] {
						s.brackets[open].close = i
						s.closes = append(s.closes, open)
					}
					stack = stack[:k]
					break
				}
			}
		}
	}
}

func closing(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	}
	return '}'
}

// around gives the index of the innermost bracket around an offset, or -1.
func (s *source) around(pos int) int {
	i, _ := slices.BinarySearchFunc(s.brackets, pos, func(b bracket, p int) int { return cmp.Compare(b.open, p) })
	for i--; i >= 0 && s.brackets[i].close < pos; {
		i = s.brackets[i].parent
	}
	return i
}

// shut gives the offset at which the bracket that opens at an offset closes.
func (s *source) shut(open int) int {
	i, ok := slices.BinarySearchFunc(s.brackets, open, func(b bracket, p int) int { return cmp.Compare(b.open, p) })
	if !ok {
		return len(s.code)
	}
	return s.brackets[i].close
}

// opened gives the offset at which the bracket that closes at an offset opens.
func (s *source) opened(shut int) int {
	i, ok := slices.BinarySearchFunc(s.closes, shut, func(b, p int) int { return cmp.Compare(s.brackets[b].close, p) })
	if !ok {
		return shut
	}
	return s.brackets[s.closes[i]].open
}

// semicolons says whether only a semicolon ends a statement.
func (s *source) semicolons() bool {
	return s.lang == java && s.ext != ".kt" || s.lang == csharp || s.lang == php || s.lang == rust
}

// statement gives the bounds of the statement around an offset, within its brackets.
func (s *source) statement(pos int) (from, to int) {
	low, high := 0, len(s.code)
	if b := s.around(pos); b >= 0 {
		low, high = s.brackets[b].open+1, s.brackets[b].close
	}
	low, high = max(low, pos-maxStatement), min(high, pos+maxStatement)
	from = pos
back:
	for from > low {
		switch c := s.code[from-1]; c {
		case ';':
			break back
		case ')', ']':
			from = max(low, min(s.opened(from-1), from-1))
			continue
		case '}':
			open := s.opened(from - 1)
			if !s.chained(from) || open >= from {
				break back
			}
			from = max(low, open)
			continue
		case '\n':
			if !s.semicolons() && !s.continues(from-1) {
				break back
			}
		}
		from--
	}
	for to = pos; to < high; to++ {
		switch c := s.code[to]; c {
		case ';':
			return from, to
		case '(', '[', '{':
			to = min(s.shut(to), high)
			if c == '{' && !s.chained(to+1) {
				return from, min(to+1, high)
			}
		case '\n':
			if !s.semicolons() && !s.continues(to) {
				return from, to
			}
		}
	}
	return from, min(to, high)
}

// chained says whether what follows an offset goes on with what stands before it.
func (s *source) chained(pos int) bool {
	rest := bytes.TrimLeft(s.code[min(pos, len(s.code)):], " \t\r\n")
	return len(rest) > 0 && strings.IndexByte(".)],?-", rest[0]) >= 0
}

// continues says whether a statement goes on over the line break at an offset.
func (s *source) continues(nl int) bool {
	rest := bytes.TrimLeft(s.code[nl:], " \t\r\n")
	if len(rest) > 0 && strings.IndexByte(".)]?:&|", rest[0]) >= 0 || bytes.HasPrefix(rest, []byte("->")) {
		return true
	}
	before := bytes.TrimRight(s.code[:nl], " \t\r")
	return len(before) > 0 && strings.IndexByte(",=.(&|+?:\\", before[len(before)-1]) >= 0
}

// ident is a name in a program.
type ident struct {
	from, to int
	*meaning
}

// idents calls a function with each name between two offsets.
func (s *source) idents(from, to int, f func(ident)) {
	i, _ := slices.BinarySearchFunc(s.names, from, func(id ident, p int) int { return id.from - p })
	for ; i < len(s.names) && s.names[i].to <= to && s.budget > 0; i++ {
		s.budget--
		f(s.names[i])
	}
}

// after gives the first byte behind an offset that is no space, and where it stands.
func (s *source) after(pos int) (byte, int) {
	for ; pos < len(s.code); pos++ {
		if !isSpace(s.code[pos]) {
			return s.code[pos], pos
		}
	}
	return 0, pos
}

// before gives the last byte before an offset that is no space, and where it stands.
func (s *source) before(pos int) (byte, int) {
	for pos--; pos >= 0; pos-- {
		if !isSpace(s.code[pos]) {
			return s.code[pos], pos
		}
	}
	return 0, -1
}

// literal gives the content of the string that begins at or right behind an offset
// (with a prefix such as f"" or $"" before it), and the offset behind it.
func (s *source) literal(pos int) (string, int, bool) {
	c, at := s.after(pos)
	for k := 0; k < 2 && at < len(s.code) && strings.IndexByte("frbu$@", c) >= 0; k++ {
		at++
		if at < len(s.code) {
			c = s.code[at]
		}
	}
	if at >= len(s.code) || c != '"' && c != '\'' && c != '`' {
		return "", pos, false
	}
	end := bytes.IndexByte(s.code[at+1:min(len(s.code), at+301)], c)
	if end < 0 {
		return "", pos, false
	}
	return string(s.data[at+1 : at+1+end]), at + end + 2, true
}

// strings gives the contents of all strings between two offsets.
func (s *source) strings(from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		if c := s.code[i]; c == '"' || c == '\'' || c == '`' {
			text, next, ok := s.literal(i)
			if ok {
				out, i = append(out, text), next-1
			}
		}
	}
	return out
}

// wordsOf splits a name into its words, in lower case: "requireUser" is require, user.
func wordsOf(name string) []string {
	var out []string
	start := 0
	rs := []rune(name)
	flush := func(to int) {
		if to > start {
			out = append(out, strings.ToLower(string(rs[start:to])))
		}
		start = to
	}
	for i, r := range rs {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) && (!unicode.IsUpper(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])):
			flush(i)
		}
	}
	flush(len(rs))
	return out
}

// inString says whether a blank offset stands in a string and not in a comment: the
// line has a quotation mark on both sides of it.
func (s *source) inString(pos int) bool {
	left := bytes.TrimRight(s.code[:pos], " \n\t")
	return len(left) > 0 && strings.IndexByte("\"'`}", left[len(left)-1]) >= 0
}

// last is the name behind the last "::".
func last(name string) string { return name[strings.LastIndex(name, ":")+1:] }

// refs are the names between two offsets.
func (s *source) refs(from, to int, without ...[2]int) []ref {
	var out []ref
	var prev ident
	seen := map[ref]bool{}
	pair := false
	s.idents(from, to, func(id ident) {
		if slices.ContainsFunc(without, func(w [2]int) bool { return w[0] <= id.from && id.from < w[1] }) {
			return
		}
		defer func() { prev = id }()
		r := ref{name: strings.TrimPrefix(id.text, "$")}
		if c, at := s.before(id.from); prev.to > 0 && (c == '.' || c == ':' || c == '>') && at-prev.to < 3 {
			r.of = strings.TrimPrefix(prev.text, "$")
		}
		if s.lang == php {
			if pair && id.text == "class" { // [Requests::class, 'reword']
				return
			}
			pair = false
			if c, at := s.after(id.to); c == ':' && bytes.HasPrefix(s.code[at:], []byte("::class")) {
				at += len("::class")
				if c, at := s.after(at); c == ',' {
					if method, _, ok := s.literal(at + 1); ok {
						r = ref{of: id.text, name: method}
						pair = true
					}
				}
			}
		}
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	})
	if s.lang == php {
		for _, text := range s.strings(from, to) { // 'Requests@reword'
			if c, m, ok := strings.Cut(text, "@"); ok {
				out = append(out, ref{of: c[strings.LastIndexByte(c, '\\')+1:], name: m})
			}
		}
	}
	return out
}

func set(all ...string) map[string]bool {
	out := map[string]bool{}
	for _, s := range all {
		out[s] = true
	}
	return out
}

// text is the line at an offset, without what strings and comments hold, but for a path.
func (s *source) text(pos int) string {
	from, to := lineStart(s.data, pos), lineEnd(s.data, pos)
	out := bytes.Clone(s.code[from:to])
	for i := from; i < to; i++ {
		if c := s.code[i]; c == '"' || c == '\'' || c == '`' {
			lit, next, ok := s.literal(i)
			if !ok || next > to {
				break
			}
			if (strings.HasPrefix(lit, "/") || strings.Contains(lit, " /")) && plain(lit) {
				copy(out[i-from:], s.data[i:next])
			}
			i = next - 1
		}
	}
	return clip(strings.TrimSpace(string(out)))
}

// plain says whether a path has no part that could be a secret.
func plain(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		if len(part) > 32 {
			return false
		}
	}
	return true
}

func clip(s string) string {
	if len(s) > 120 {
		return s[:120]
	}
	return s
}

// at is the offset at which a line begins.
func (s *source) at(line int) int {
	s.file.line(0)
	if line < 1 || line > len(s.lines) {
		return 0
	}
	return s.lines[line-1]
}
