package inventory

import (
	"bytes"
	"strings"
)

// extent is a part of a program.
type extent struct{ from, to int }

// memberAt gives the member of an object or a list around an offset: what stands between
// two commas.
func (s *source) memberAt(pos int) extent {
	b := s.around(pos)
	low, high := 0, len(s.code)
	if b >= 0 {
		low, high = s.brackets[b].open+1, s.brackets[b].close
	}
	low, high = max(low, pos-maxStatement), min(high, pos+maxStatement)
	from := pos
	for from > low && s.code[from-1] != ',' && s.code[from-1] != ';' {
		switch s.code[from-1] {
		case ')', ']', '}':
			from = max(low, min(s.opened(from-1), from-1))
		default:
			from--
		}
	}
	from = min(skipSpace(s.code, from), pos)
	to := pos
	for to < high && s.code[to] != ',' && s.code[to] != ';' {
		switch s.code[to] {
		case '(', '[', '{':
			to = max(to+1, min(s.shut(to)+1, high))
		default:
			to++
		}
	}
	return extent{from, min(to, len(s.code))}
}

// objectRoutes reads routes that are members of objects: the procedures of tRPC, the
// actions of Astro and SvelteKit, the functions of Convex, Firebase, Azure and Google.
func (s *source) objectRoutes(p *program, spans []span) {
	add := func(name string, pos int, e extent) {
		if len(p.routes) < maxRoutes && name != "" {
			p.routes = append(p.routes, route{name: name, text: s.text(pos), line: s.line(pos), inside: name, own: s.facts(e.from, e.to), around: s.refs(e.from, e.to)})
		}
	}
	convex := strings.HasPrefix(s.path, "convex/") || strings.Contains(s.path, "/convex/")
	s.idents(0, len(s.code), func(id ident) {
		c, open := s.after(id.to)
		behind, _ := s.before(id.from)
		switch id.text {
		case "mutation", "query", "subscription":
			if behind != '.' && convex && c == '(' {
				break
			}
			// name: publicProcedure.input(…).mutation(…)
			if behind != '.' || c != '(' {
				return
			}
			root := s.root(id.from)
			if root == "" || !(strings.HasSuffix(root, "rocedure") || root == "t") {
				return
			}
			e := s.memberAt(id.from)
			key := s.identAt(e.from)
			if next, _ := s.after(e.from + len(key)); next != ':' || key == "" {
				if key = s.assigned(id.from); key == "" {
					return
				}
				e.from, e.to = s.statement(id.from)
			}
			add(key, e.from, e)
			return
		case "defineAction", "action", "httpAction", "onCall", "onRequest", "onCallGenkit":
		case "http":
			// app.http("name", { handler }) of Azure, functions.http("name", handler) of Google
			if behind != '.' || c != '(' {
				return
			}
			if of := s.root(id.from); of != "app" && of != "functions" && of != "ff" {
				return
			}
			if lit, _, ok := s.literal(open + 1); ok {
				e := extent{id.from, s.shut(open)}
				add(lit, id.from, e)
			}
			return
		default:
			return
		}
		if c != '(' || id.text != "defineAction" && id.text != "onCall" && id.text != "onCallGenkit" && id.text != "onRequest" && !convex {
			return
		}
		if id.text == "onRequest" && !bytes.Contains(s.data, []byte("firebase-functions")) {
			return
		}
		e := s.memberAt(id.from)
		key := s.identAt(e.from)
		if next, _ := s.after(e.from + len(key)); next != ':' || id.text != "defineAction" {
			e.from, e.to = s.statement(id.from)
			if key = s.assigned(id.from); key == "" { // exports.ask = …
				return
			}
		}
		if id.text == "defineAction" { // https://docs.astro.build/en/guides/actions/
			key = "/_actions/" + key
		}
		add(key, e.from, e)
	})
}
