package gitsource

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ignoreRule is one line of an ignore file. https://git-scm.com/docs/gitignore
//
// Rules are matched here because go-git's matcher knows neither classes that
// begin with "!" nor "**" that has to backtrack, and tells apart no directory
// that is excluded as a whole.
type ignoreRule struct {
	negated  bool
	dirOnly  bool
	baseOnly bool // it has no slash, so it is about the last part of a path
	match    *regexp.Regexp
}

// parseIgnore reads an ignore file; fold ignores the case of letters.
func parseIgnore(data []byte, fold bool) []ignoreRule {
	var out []ignoreRule
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for line := range bytes.Lines(data) {
		text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		if strings.HasPrefix(text, "#") {
			continue
		}
		if r, ok := parseIgnoreRule(trimSpaces(text), fold); ok {
			out = append(out, r)
		}
	}
	return out
}

// trimSpaces removes the spaces at the end that no backslash protects.
func trimSpaces(s string) string {
	keep := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
			keep = min(i+1, len(s))
		case ' ':
		default:
			keep = i + 1
		}
	}
	return s[:keep]
}

// maxPattern bounds a rule, for matching costs its length times the path's. No
// path that a system can open is longer.
const maxPattern = 4096

func parseIgnoreRule(text string, fold bool) (r ignoreRule, ok bool) {
	text, r.negated = strings.CutPrefix(text, "!")
	text, r.dirOnly = strings.CutSuffix(text, "/")
	r.baseOnly = !strings.Contains(text, "/")
	text = strings.TrimPrefix(text, "/")
	if text == "" || len(text) > maxPattern {
		return r, false
	}
	if fold {
		text = lower(text)
	}
	pattern, ok := globPattern(text)
	if !ok {
		return r, false
	}
	re, err := regexp.Compile(`^(?s:` + pattern + `)$`)
	r.match = re
	return r, err == nil
}

// matches says whether a rule is about a path below the rule's own folder.
func (r *ignoreRule) matches(path string, isDir, fold bool) bool {
	if r.dirOnly && !isDir {
		return false
	}
	if r.baseOnly {
		path = path[strings.LastIndexByte(path, '/')+1:]
	}
	if fold {
		path = lower(path)
	}
	return r.match.MatchString(widen(path))
}

// widen makes a character of each byte, for git's patterns match bytes.
func widen(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			var b strings.Builder
			for k := 0; k < len(s); k++ {
				b.WriteRune(rune(s[k]))
			}
			return b.String()
		}
	}
	return s
}

// lower folds ASCII letters only, as git does.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// globPattern translates git's wildcard into a regular expression over widened
// text; ok is false for what git takes to match nothing.
func globPattern(g string) (re string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(g); i++ {
		switch c := g[i]; c {
		case '\\':
			if i++; i == len(g) {
				return "", false
			}
			b.WriteString(literal(g[i]))
		case '?':
			b.WriteString(`[^/]`)
		case '*':
			n := len(g[i:]) - len(strings.TrimLeft(g[i:], "*"))
			opens := i == 0 || g[i-1] == '/'
			rest := g[i+n:]
			i += n - 1
			switch {
			case n > 1 && opens && rest == "":
				b.WriteString(`.*`)
			case n > 1 && opens && rest[0] == '/':
				b.WriteString(`(?:.*/)?`)
				i++
			default:
				b.WriteString(`[^/]*`)
			}
		case '[':
			set, n, ok := globClass(g[i+1:])
			if !ok {
				return "", false
			}
			b.WriteString(setPattern(set))
			i += n
		default:
			b.WriteString(literal(c))
		}
	}
	return b.String(), true
}

func literal(c byte) string { return fmt.Sprintf(`\x{%02x}`, c) }

// globClass reads a class after its opening bracket and says how many bytes it
// takes. It never matches a slash.
func globClass(g string) (set [256]bool, n int, ok bool) {
	i := 0
	negated := i < len(g) && (g[i] == '!' || g[i] == '^')
	if negated {
		i++
	}
	for begin := i; ; i++ {
		switch {
		case i >= len(g):
			return set, 0, false
		case g[i] == ']' && i > begin:
			for c := range set {
				set[c] = set[c] != negated
			}
			set['/'] = false
			return set, i + 1, true
		case g[i] == '[' && strings.HasPrefix(g[i:], "[:") && strings.Contains(g[i:], ":]"):
			name, _, _ := strings.Cut(g[i+2:], ":]")
			re, err := regexp.Compile(`^[[:` + name + `:]]$`)
			if err != nil {
				return set, 0, false
			}
			for c := range 128 {
				set[c] = set[c] || re.MatchString(string(rune(c)))
			}
			i += len(name) + 3
			continue
		}
		lo, next, ok := classChar(g, i)
		if !ok {
			return set, 0, false
		}
		hi := lo
		if next+1 < len(g) && g[next] == '-' && g[next+1] != ']' {
			if hi, next, ok = classChar(g, next+1); !ok {
				return set, 0, false
			}
		}
		set[lo] = true // even if the range ends before it
		for c := int(lo); c <= int(hi); c++ {
			set[c] = true
		}
		i = next - 1
	}
}

// classChar reads one character of a class and gives where the next begins.
func classChar(g string, i int) (c byte, next int, ok bool) {
	if g[i] == '\\' {
		i++
	}
	if i >= len(g) {
		return 0, 0, false
	}
	return g[i], i + 1, true
}

// setPattern writes a set of bytes as a class.
func setPattern(set [256]bool) string {
	var b strings.Builder
	for c, in := range set {
		if in {
			b.WriteString(literal(byte(c)))
		}
	}
	if b.Len() == 0 {
		return `[^\x{00}-\x{10ffff}]`
	}
	return "[" + b.String() + "]"
}

// readIgnore reads an ignore file of the work tree. As git does, it does not
// follow a symbolic link there.
func readIgnore(path string, fold bool) []ignoreRule {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := readSmall(path)
	if err != nil {
		return nil // git goes on without it, too
	}
	return parseIgnore(data, fold)
}

// ignoreFiles are the ignore rules of a work tree: each folder's .gitignore, read
// when it is first needed, and info/exclude. The user's own file that
// core.excludesFile names lies outside the repository and is not read.
type ignoreFiles struct {
	root    string
	fold    bool
	exclude []ignoreRule
	rules   map[string][]ignoreRule
	ignored map[string]bool // of folders
}

func newIgnoreFiles(p place) *ignoreFiles {
	fold := p.config.isTrue("core.ignorecase")
	return &ignoreFiles{
		root: p.work, fold: fold, exclude: readIgnore(filepath.Join(p.common, "info", "exclude"), fold),
		rules: map[string][]ignoreRule{}, ignored: map[string]bool{},
	}
}

// of gives the rules of a folder's .gitignore; "" is the root.
func (g *ignoreFiles) of(dir string) []ignoreRule {
	rules, ok := g.rules[dir]
	if !ok {
		rules = readIgnore(filepath.Join(g.root, filepath.FromSlash(dir), ".gitignore"), g.fold)
		g.rules[dir] = rules
	}
	return rules
}

// match says whether git ignores a path: a folder above it is ignored, or the
// last rule of the nearest file that is about the path says so.
func (g *ignoreFiles) match(path string, isDir bool) bool {
	dir := parent(path)
	if dir != "" && g.folder(dir) {
		return true
	}
	for at := dir; ; at = parent(at) {
		rel := path
		if at != "" {
			rel = path[len(at)+1:]
		}
		if r := lastMatch(g.of(at), rel, isDir, g.fold); r != nil {
			return !r.negated
		}
		if at == "" {
			break
		}
	}
	r := lastMatch(g.exclude, path, isDir, g.fold)
	return r != nil && !r.negated
}

func (g *ignoreFiles) folder(dir string) bool {
	is, ok := g.ignored[dir]
	if !ok {
		is = g.match(dir, true)
		g.ignored[dir] = is
	}
	return is
}

func lastMatch(rules []ignoreRule, path string, isDir, fold bool) *ignoreRule {
	for i := len(rules) - 1; i >= 0; i-- {
		if rules[i].matches(path, isDir, fold) {
			return &rules[i]
		}
	}
	return nil
}

// parent is the folder of a slash-separated path, "" for the root's.
func parent(path string) string {
	return path[:max(0, strings.LastIndexByte(path, '/'))]
}
