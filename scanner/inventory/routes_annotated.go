package inventory

import (
	"bytes"
	"strings"
)

func (s *source) headEnd(c classSpan) int {
	if s.lang == python || s.lang == ruby {
		return lineEnd(s.code, c.from)
	}
	if i := bytes.IndexByte(s.code[c.from:c.to], '{'); i >= 0 {
		return c.from + i
	}
	return c.to
}

// prefixOf is the path above a class: @RequestMapping("/api"), @Controller('x').
func (s *source) prefixOf(c classSpan) string {
	out := ""
	head := c.head
	if s.lang == javascript {
		head = s.decorated(lineStart(s.code, c.head))
	}
	s.idents(head, c.from, func(id ident) {
		if id.text == "RequestMapping" || id.text == "Path" && s.lang == java || id.text == "Controller" || id.text == "Route" {
			if n, at := s.after(id.to); n == '(' {
				if lits := s.strings(at, s.shut(at)); len(lits) > 0 {
					out = lits[0]
				}
			}
		}
	})
	return out
}

// annotated reads routes that stand above their function: @PostMapping("/x"),
// [HttpPost("x")], #[post("/x")], @Post('x').
func (s *source) annotated(p *program, spans []span, sign, word string) {
	for _, x := range spans {
		head := x.head
		if s.lang == javascript {
			head = s.decorated(lineStart(s.code, x.from))
		}
		if head >= x.from || x.local {
			continue
		}
		found, jaxrs, method := false, false, ""
		s.idents(head, x.from, func(id ident) {
			if found || id.from == 0 || s.code[id.from-1] != sign[0] {
				return
			}
			switch s.lang {
			case java:
				switch id.text {
				case "GET", "POST", "PUT", "PATCH", "DELETE": // of JAX-RS
					method, jaxrs = id.text, true
				case "Get", "Post", "Put", "Patch", "Delete": // of Micronaut
					method = strings.ToUpper(id.text)
				default:
					if !strings.HasSuffix(id.text, word) {
						return
					}
					if method = strings.ToUpper(strings.TrimSuffix(id.text, word)); method == "REQUEST" {
						method = ""
					}
				}
			case csharp:
				if !strings.HasPrefix(id.text, word) {
					return
				}
			case php:
				if id.text != word {
					return
				}
			case rust:
				switch id.text {
				case "get", "post", "put", "patch", "delete":
				default:
					return
				}
			case javascript:
				switch id.text {
				case "Get", "Post", "Put", "Patch", "Delete", "All", "Sse":
				default:
					return
				}
			}
			found = true
			name := ""
			if jaxrs {
				s.idents(head, x.from, func(a ident) {
					if c, open := s.after(a.to); a.text == "Path" && c == '(' {
						name, _, _ = s.literal(open + 1)
					}
				})
			} else if c, open := s.after(id.to); c == '(' {
				if lits := s.strings(open, s.shut(open)); len(lits) > 0 {
					name = lits[0]
				}
			}
			for _, c := range p.classes {
				if c.name == last(x.class) && c.prefix != "" {
					name = "/" + strings.Trim(strings.Trim(c.prefix, "/")+"/"+strings.Trim(name, "/"), "/")
				}
			}
			if name != "" && name[0] != '/' && name[0] != '~' {
				name = "/" + name
			}
			p.routes = append(p.routes, route{
				name: name, text: s.text(id.from), line: s.line(id.from), owner: last(x.class), class: last(x.class), own: s.whole(head, x),
				around: s.refs(head, x.body), closed: s.lang == java && !jaxrs, method: method, action: x.name,
			})
		})
	}
}

// whole are the facts of a function with what stands above it; the path of its route
// calls no model.
func (s *source) whole(head int, x span) facts {
	f := s.facts(head, x.to)
	body := s.facts(x.from, x.to)
	f.model, f.maybe, f.perhaps, f.safety, f.verdict = body.model, body.maybe, body.perhaps, body.safety, body.verdict
	return f
}

// declaredModels reads interfaces whose methods are calls of a model, which a library
// writes: @AiService of LangChain4j, @RegisterAiService of Quarkus.
// https://docs.langchain4j.dev/tutorials/ai-services, https://docs.quarkiverse.io/quarkus-langchain4j/dev/ai-services.html
func (s *source) declaredModels(p *program) {
	if s.lang != java || !bytes.Contains(s.code, []byte("interface")) {
		return
	}
	all := bytes.Contains(s.code, []byte("AiService"))
	if !all && !bytes.Contains(s.code, []byte("SystemMessage")) && !bytes.Contains(s.code, []byte("UserMessage")) {
		return
	}
	name, open := "", -1
	s.idents(0, len(s.code), func(id ident) {
		if id.text == "interface" {
			if name = s.identAt(skipSpace(s.code, id.to)); name != "" {
				open = s.next('{', id.to)
			}
			return
		}
		c, at := s.after(id.to)
		if open < 0 || c != '(' || id.from < open || id.from > s.shut(open) || len(p.functions) >= maxFunctions {
			return
		}
		if b := s.around(id.from); b < 0 || s.brackets[b].open != open {
			return
		}
		if behind, _ := s.before(id.from); behind == '@' || behind == '.' {
			return
		}
		if c, _ := s.after(s.shut(at) + 1); c == '{' {
			return
		}
		p.functions = append(p.functions, function{name: id.text, class: name, line: s.line(id.from), facts: facts{model: s.line(id.from)}})
	})
}
