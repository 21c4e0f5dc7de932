package inventory

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
)

// wants notes the packages that a package.json wants, and its own name.
func (t *tree) wants(data []byte) {
	var m struct {
		Name                 string
		Dependencies         map[string]any
		DevDependencies      map[string]any
		PeerDependencies     map[string]any
		OptionalDependencies map[string]any
	}
	if len(data) > maxSource || json.Unmarshal(data, &m) != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.packages == nil {
		t.packages = map[string]bool{}
	}
	for _, all := range []map[string]any{m.Dependencies, m.DevDependencies, m.PeerDependencies, m.OptionalDependencies} {
		for name := range all {
			if _, ok := t.packages[name]; !ok {
				t.packages[name] = false // it is wanted, and not known to be of the tree
			}
		}
	}
	if m.Name != "" {
		t.packages[m.Name] = true
	}
}

// importsOf are the names that a file takes from others, with those modules' names.
func (s *source) importsOf() map[string]string {
	out := map[string]string{}
	module := func(m string) string {
		m = strings.TrimRight(m, "/.")
		m = m[strings.LastIndexAny(m, "/.")+1:]
		return m
	}
	for line := range strings.Lines(string(s.data)) {
		line = strings.TrimSpace(line)
		switch s.lang {
		case javascript:
			if !strings.HasPrefix(line, "import ") && !strings.Contains(line, "require(") {
				continue
			}
			q := strings.LastIndexAny(line, "'\"")
			if q <= 0 {
				continue
			}
			b := strings.LastIndexAny(line[:q], "'\"")
			if b < 0 {
				continue
			}
			from := line[b+1 : q]
			for _, ext := range []string{".js", ".ts", ".mjs", ".jsx", ".tsx"} {
				from = strings.TrimSuffix(from, ext)
			}
			base := from[strings.LastIndexByte(from, '/')+1:]
			if base == "index" {
				base = path.Base(path.Dir(from))
			}
			for _, w := range strings.FieldsFunc(line[:b], func(r rune) bool {
				return !(r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
			}) {
				out[w] = base
				if s.relative == nil {
					s.relative = map[string]bool{}
				}
				s.relative[w] = strings.HasPrefix(from, ".")
			}
		case python:
			from, names, ok := strings.Cut(strings.TrimPrefix(line, "from "), " import ")
			if !ok || !strings.HasPrefix(line, "from ") {
				continue
			}
			for n := range strings.SplitSeq(strings.Trim(names, "()"), ",") {
				name, as, renamed := strings.Cut(strings.TrimSpace(n), " as ")
				if !renamed {
					as = name
				}
				if m := module(from); m != "" && name == "router" || renamed {
					out[as] = m
				} else {
					out[as] = name
				}
			}
		}
	}
	return out
}

// modules are the whole names of the modules that names of a file come from.
func (s *source) modules() map[string]string {
	if s.lang != javascript && s.lang != python {
		return nil
	}
	out := map[string]string{}
	names := func(from, to int, module string) {
		var all []string
		s.idents(from, to, func(id ident) { all = append(all, id.text) })
		for i, n := range all {
			if i+1 < len(all) && all[i+1] == "as" || n == "as" || n == "type" || n == "typeof" {
				continue
			}
			out[n] = module
		}
	}
	s.idents(0, len(s.code), func(id ident) {
		start := lineStart(s.code, id.from)
		first := len(bytes.TrimSpace(s.code[start:id.from])) == 0
		switch {
		case s.lang == python && id.text == "from" && first:
			rest := s.data[id.to:lineEnd(s.data, id.to)]
			module, _, ok := strings.Cut(string(rest), " import ")
			if !ok {
				return
			}
			at := id.to + len(module) + len(" import ")
			end := lineEnd(s.code, id.to)
			if c, open := s.after(at); c == '(' {
				end = s.shut(open)
			}
			names(at, end, strings.TrimSpace(module))
		case s.lang == javascript && id.text == "import" && first:
			// import a, { b, c as d } from "x"
			end := min(len(s.code), id.to+4000)
			for i := id.to; i < end; i++ {
				switch s.code[i] {
				case '(', ';', '=':
					return
				case '"', '\'':
					if lit, _, ok := s.literal(i); ok {
						names(id.to, i, lit)
						s.imported = append(s.imported, [2]int{id.from, i})
						delete(out, "from")
					}
					return
				}
			}
		case s.lang == javascript && id.text == "require":
			c, open := s.after(id.to)
			if c != '(' {
				return
			}
			if lit, _, ok := s.literal(open + 1); ok {
				from, _ := s.statement(id.from)
				// const { a: b } = require("x")
				eq := bytes.LastIndexByte(s.code[from:id.from], '=')
				if eq >= 0 {
					names(from, from+eq, lit)
				}
			}
		}
	})
	for _, w := range []string{"const", "let", "var"} {
		delete(out, w)
	}
	return out
}
