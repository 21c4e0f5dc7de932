package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// paths are those that a check in front of a whole application is for, and those that
// it leaves out.
type paths struct {
	only, except []string
	onlyAt       int // the line that says so
	exceptAt     int
}

// conditions reads for which paths a check asks who calls, where it looks at them itself:
// if (path.startsWith("/api/team") && !user) redirect(…), if (isPublic(req)) return.
func (s *source) conditions(from, to int) paths {
	type named struct {
		paths []string
		line  int
	}
	groups := map[string]named{}
	s.idents(0, len(s.code), func(id ident) { // const open = ["/a", "/b"], createRouteMatcher(["/a"])
		c, open := s.after(id.to)
		switch {
		case id.text == "createRouteMatcher" && c == '(':
		case c == '=' && open+1 < len(s.code) && s.code[open+1] != '=':
			if c, open = s.after(open + 1); s.lang == javascript && bytes.HasPrefix(s.code[open:], []byte("new Set(")) {
				open += len("new Set")
				c = '['
			}
			if c != '[' && c != '{' && c != '(' || c == '{' && s.lang != python {
				return
			}
		default:
			return
		}
		var lits []string
		for _, l := range s.strings(open, min(s.shut(open), open+2000)) {
			if strings.HasPrefix(l, "/") {
				lits = append(lits, l)
			}
		}
		name := id.text
		if name == "createRouteMatcher" {
			name = s.assigned(id.from)
		}
		if len(lits) > 0 && name != "" {
			groups[name] = named{lits, s.line(id.from)}
		}
	})
	var out paths
	var decide func(pos int, all []string, line int, depth int)
	decide = func(pos int, all []string, line, depth int) {
		cond, body := s.condition(pos)
		if cond[1] == 0 {
			// const isPublic = …: what becomes of it.
			name := s.assigned(pos)
			if name == "" || depth == 0 {
				return
			}
			if at, end := s.statement(pos); at >= 0 {
				s.idents(end, to, func(id ident) {
					if id.text == name {
						decide(id.from, all, line, depth-1)
					}
				})
			}
			return
		}
		negated := s.negated(pos, cond[0])
		refuses := s.refuses(body[0], body[1])
		if !refuses && !bytes.Contains(s.code[body[0]:body[1]], []byte("return")) && !bytes.Contains(s.code[body[0]:body[1]], []byte("next")) {
			return
		}
		if refuses != negated {
			for _, p := range all {
				if !doors(p) {
					out.only, out.onlyAt = append(out.only, p), first(out.onlyAt, s.line(pos))
				}
			}
			return
		}
		out.except, out.exceptAt = append(out.except, all...), first(out.exceptAt, line)
	}
	s.idents(from, to, func(id ident) {
		if g, ok := groups[id.text]; ok {
			if c, at := s.after(id.to); c == '(' || c == '.' && (bytes.HasPrefix(s.code[at:], []byte(".some(")) || bytes.HasPrefix(s.code[at:], []byte(".includes(")) || bytes.HasPrefix(s.code[at:], []byte(".has(")) || bytes.HasPrefix(s.code[at:], []byte(".find("))) ||
				s.lang == python && s.endsIn(id.from) {
				decide(id.from, g.paths, g.line, 2)
			}
			return
		}
		switch id.text {
		case "startsWith", "startswith":
			if c, open := s.after(id.to); c == '(' {
				var lits []string
				for _, l := range s.strings(open, s.shut(open)) {
					if strings.HasPrefix(l, "/") {
						lits = append(lits, l)
					}
				}
				if len(lits) > 0 {
					decide(id.from, lits, s.line(id.from), 2)
				}
			}
		case "pathname", "path", "url":
			c, at := s.after(id.to)
			if c != '=' || at+1 >= len(s.code) || s.code[at+1] != '=' {
				return
			}
			for at < len(s.code) && s.code[at] == '=' {
				at++
			}
			if lit, _, ok := s.literal(at); ok && strings.HasPrefix(lit, "/") {
				decide(id.from, []string{lit}, s.line(id.from), 2)
			}
		}
	})
	return out
}

// endsIn says whether a name of Python follows "in".
func (s *source) endsIn(pos int) bool {
	return bytes.HasSuffix(bytes.TrimRight(s.code[max(0, pos-8):pos], " "), []byte(" in"))
}

// doors says whether a path is that at which people sign in: who has, is sent on.
func doors(p string) bool {
	l := strings.ToLower(p)
	for _, w := range []string{"login", "sign", "register", "/auth", "forgot", "reset"} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return l == "/"
}

// condition gives the condition of the if around an offset, and what follows it.
func (s *source) condition(pos int) (cond, body [2]int) {
	if s.lang == python {
		start := lineStart(s.code, pos)
		line := bytes.TrimSpace(s.code[start:pos])
		if !bytes.HasPrefix(line, []byte("if ")) && !bytes.HasPrefix(line, []byte("elif ")) {
			return
		}
		return [2]int{start, lineEnd(s.code, pos)}, [2]int{lineEnd(s.code, pos), s.indented(start)}
	}
	for b := s.around(pos); b >= 0; b = s.brackets[b].parent {
		open, shut := s.brackets[b].open, s.brackets[b].close
		if s.code[open] == '{' {
			return
		}
		if s.code[open] != '(' || s.identEndsAt(len(bytes.TrimRight(s.code[:open], " "))) != "if" {
			continue
		}
		at := skipSpace(s.code, shut+1)
		end := at
		if at < len(s.code) && s.code[at] == '{' {
			end = s.shut(at)
		} else {
			_, end = s.statement(at)
		}
		return [2]int{open, shut}, [2]int{at, max(at, min(end, len(s.code)))}
	}
	return
}

// negated says whether what stands at an offset is negated in its condition.
func (s *source) negated(pos, from int) bool {
	if s.lang == python {
		return bytes.Contains(s.code[from:pos], []byte("not "))
	}
	i := pos
	for i > from+1 {
		c := s.code[i-1]
		switch {
		case isWord(c) || c == '.' || c == '?':
			i--
		case c == ')' || c == ']':
			i = min(s.opened(i-1), i-1)
		case c == '(' && i-1 > from:
			i--
		default:
			return c == '!'
		}
	}
	return false
}

// refuses says whether a part of a program turns somebody away.
func (s *source) refuses(from, to int) bool {
	for _, w := range []string{"edirect", "401", "403", "throw", "error(", "Error(", "nauthorized", "protect", "abort(", "raise", "orbidden", "sendStatus", "halt", "ejected"} {
		if bytes.Contains(s.code[max(0, from):max(from, to)], []byte(w)) {
			return true
		}
	}
	return false
}

// pathMatch says whether a pattern of a check covers a path.
func pathMatch(pattern, name string) bool {
	if i := strings.IndexByte(name, ' '); i > 0 {
		name = name[i+1:]
	}
	if strings.ContainsAny(pattern, "(:*") {
		return matches(pattern, name)
	}
	return below(name, strings.TrimSuffix(pattern, "/")) && pattern != "/" || pattern == name
}

func (c *paths) covers(name string) bool {
	is := func(p string) bool { return pathMatch(p, name) }
	return (len(c.only) == 0 || slices.ContainsFunc(c.only, is)) && !slices.ContainsFunc(c.except, is)
}
