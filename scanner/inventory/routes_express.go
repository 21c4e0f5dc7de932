package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// taken reads a statement that puts something in front of the routes of Express,
// Fastify, Hono and their like, or takes in a router: app.use("/api", check, router).
func (s *source) taken(p *program, g *guard, id ident, open int, spans []span) {
	g.owner, g.wide = s.root(id.from), true
	g.hook = id.text == "addHook" || id.text == "useGlobalGuards"
	shut := s.shut(open)
	if id.text == "register" {
		g.prefix = strings.TrimSuffix(s.member(open, shut, "prefix"), "/")
	}
	_, g.made = p.made[g.owner]
	if len(p.made) > 0 && g.made {
		g.over = []string{g.owner}
	} else if f := s.function(id.from); f[1] > 0 && id.text == "addHook" {
		// In front of what its plug-in registers, unless that is made to share it.
		g.block = [2]int{s.line(f[0]), s.line(min(f[1], len(s.code)-1))}
		g.wide = bytes.Contains(s.data, []byte("fastify-plugin"))
	} else if strings.Contains(strings.ToLower(g.owner), "rout") {
		g.over, g.wide = []string{g.owner}, false
	}
	g.inside = inside(spans, id.from)
	put := func(name, module string) {
		if module == "" && name == g.owner {
			return
		}
		if t := (take{name, module}); !slices.Contains(g.takes, t) {
			g.takes = append(g.takes, t)
		}
	}
	// What stands among its arguments by itself: a router, a plug-in, a check.
	s.idents(open+1, shut, func(a ident) {
		if b := s.around(a.from); b < 0 || s.brackets[b].open != open {
			return
		}
		before, _ := s.before(a.from)
		next, to := s.after(a.to)
		routes := next == '.' && bytes.HasPrefix(s.code[to:], []byte(".routes()")) // of Koa
		if a.text == "require" || a.text == "import" {
			if c, in := s.after(a.to); c == '(' {
				if lit, _, ok := s.literal(in + 1); ok && lit != "" {
					put("default", lit)
				}
			}
			return
		}
		if before != '(' && before != ',' || next != ')' && next != ',' && !routes {
			return
		}
		if module, ok := p.from[a.text]; ok {
			if module != "" {
				put(a.text, module)
			}
			return
		}
		put(a.text, "")
	})
	// Whether it is a router is known later; until then it is what it is taken for.
	g.refs = slices.DeleteFunc(g.refs, func(r ref) bool {
		return r.of == "" && slices.ContainsFunc(g.takes, func(t take) bool { return t.name == r.name })
	})
	if len(g.takes) > 0 && id.text == "use" || id.text == "route" {
		g.prefix = g.path
	}
}

// second says whether a call is told a path and a name: app.route("/chat", chat).
func (s *source) second(open int) bool {
	lit, to, ok := s.literal(open + 1)
	if !ok || !strings.HasPrefix(lit, "/") {
		return false
	}
	c, at := s.after(to)
	if c != ',' {
		return false
	}
	c, _ = s.after(at + 1)
	return isWord(c)
}

// root is the name at the begin of a chain of calls, or that which its value is given:
// app.route("/x").post(…), const chat = new Hono().post(…).
func (s *source) root(pos int) string {
	i := pos
	for i > 0 {
		c, at := s.before(i)
		switch {
		case c == '.' || c == '?' || c == '!':
			i = at
		case c == ')' || c == ']':
			i = s.opened(at)
		case isWord(c) && (i == pos || s.code[i] == '.' || s.code[i] == '(' || s.code[i] == '?' || s.code[i] == '!' || s.code[i] == '['):
			end := at + 1
			for at > 0 && isWord(s.code[at-1]) {
				at--
			}
			name := string(s.code[at:end])
			if name == "await" || name == "return" || name == "new" {
				return s.rootName(i)
			}
			if c, b := s.before(at); c == '.' {
				i = b
				if name != "" && s.identEndsAt(b) == "this" {
					return name
				}
				continue
			}
			if next, _ := s.after(end); next == '(' || next == '<' {
				if out := s.assigned(pos); out != "" {
					return out
				}
			}
			return name
		default:
			return s.rootName(i)
		}
		if pos-i > maxStatement {
			return ""
		}
	}
	return ""
}

func (s *source) rootName(at int) string { return s.identAt(skipSpace(s.code, at)) }

// identEndsAt is the name that ends at an offset.
func (s *source) identEndsAt(end int) string {
	from := end
	for from > 0 && isWord(s.code[from-1]) {
		from--
	}
	return string(s.code[from:end])
}

// function gives the bounds of the function around an offset: of its braces.
func (s *source) function(pos int) [2]int {
	for b := s.around(pos); b >= 0; b = s.brackets[b].parent {
		open := s.brackets[b].open
		if s.code[open] != '{' {
			continue
		}
		c, at := s.before(open)
		if c == '>' && at > 0 && s.code[at-1] == '=' || c == ')' {
			if c == ')' { // if (…) { is none
				if w := s.identEndsAt(s.opened(at)); noFunctions[w] && w != "function" && w != "func" {
					continue
				}
				if w := strings.TrimSpace(string(s.code[max(0, s.opened(at)-8):s.opened(at)])); strings.HasSuffix(w, "if") || strings.HasSuffix(w, "for") || strings.HasSuffix(w, "while") || strings.HasSuffix(w, "switch") {
					continue
				}
			}
			return [2]int{open, s.brackets[b].close}
		}
	}
	return [2]int{}
}

// call gives the bracket behind a name that is called, behind what it is told of types:
// app.post<{ Body: Ask }>("/ask", …).
func (s *source) call(id ident) (byte, int) {
	c, open := s.after(id.to)
	if c != '<' || s.lang != javascript && s.ext != ".kt" && s.lang != csharp {
		return c, open
	}
	depth := 0
	for i := open; i < min(len(s.code), open+1000); i++ {
		switch s.code[i] {
		case '<':
			depth++
		case '>':
			if s.code[i-1] == '=' {
				continue
			}
			if depth--; depth == 0 {
				return s.after(i + 1)
			}
		case ';':
			return c, open
		}
	}
	return c, open
}
