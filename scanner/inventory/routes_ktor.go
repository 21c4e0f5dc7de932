package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// ktorRoutes reads the routes of Ktor, where what stands around a route is in front of
// it: authenticate("session") { route("/api") { post("/chat") { … } } }.
// https://ktor.io/docs/server-routing.html
func (s *source) ktorRoutes(p *program, spans []span) {
	// block gives where the braces behind a call open.
	block := func(id ident) (open, brace int) {
		c, at := s.after(id.to)
		if c == '(' {
			c, brace = s.after(s.shut(at) + 1)
			if c == '{' {
				return at, brace
			}
			return at, -1
		}
		if c == '{' {
			return -1, at
		}
		return -1, -1
	}
	names := map[int]ident{} // by the brace that they open
	s.idents(0, len(s.code), func(id ident) {
		switch id.text {
		case "route", "authenticate", "routing", "get", "post", "put", "patch", "delete", "sse", "webSocket":
			if _, brace := block(id); brace >= 0 {
				names[brace] = id
			}
		}
	})
	// around gives the path before what stands at an offset, and the line that asks.
	around := func(pos int) (prefix string, asks int, inside bool) {
		for b := s.around(pos); b >= 0; b = s.brackets[b].parent {
			id, ok := names[s.brackets[b].open]
			if !ok {
				continue
			}
			inside = true
			open, _ := block(id)
			switch id.text {
			case "route":
				if open >= 0 {
					if lit, _, ok := s.literal(open + 1); ok {
						prefix = joinPath(lit, strings.TrimPrefix(prefix, "/"))
					}
				}
			case "authenticate":
				if open < 0 || !bytes.Contains(bytes.ReplaceAll(s.code[open:s.shut(open)], []byte(" "), nil), []byte("optional=true")) {
					asks = first(asks, s.line(id.from))
				}
			}
		}
		return prefix, asks, inside
	}
	inRoute := func(pos int) bool { // fun Route.chat() { … }
		return slices.ContainsFunc(spans, func(x span) bool {
			return x.from < pos && pos < x.to && (bytes.HasPrefix(s.code[x.from:], []byte("fun Route.")) || bytes.HasPrefix(s.code[x.from:], []byte("fun Application.")) || bytes.HasPrefix(s.code[x.from:], []byte("fun Routing.")))
		})
	}
	s.idents(0, len(s.code), func(id ident) {
		behind, _ := s.before(id.from)
		open, brace := block(id)
		switch id.text {
		case "get", "post", "put", "patch", "delete", "sse", "webSocket":
			prefix, asks, inside := around(id.from)
			if behind == '.' || brace < 0 || !inside && !inRoute(id.from) || len(p.routes) >= maxRoutes {
				return
			}
			name := prefix
			if open >= 0 {
				if lit, _, ok := s.literal(open + 1); ok {
					name = joinPath(prefix, lit)
				}
			}
			rt := route{name: name, text: s.text(id.from), line: s.line(id.from), method: strings.ToUpper(id.text), inside: receiver(s, spans, id.from), own: s.facts(brace, s.shut(brace)), ktor: true}
			rt.own.identity = first(asks, rt.own.identity)
			rt.own.sure = rt.own.sure || asks != 0
			p.routes = append(p.routes, rt)
		default:
			// What a function of another file registers here.
			prefix, asks, inside := around(id.from)
			if open < 0 || brace >= 0 || behind == '.' || !inside || s.code[open] != '(' {
				return
			}
			g := guard{line: s.line(id.from), text: s.text(id.from), prefix: prefix, inside: receiver(s, spans, id.from), takes: []take{{id.text, "*"}}}
			g.own.identity = asks
			p.guards = append(p.guards, g)
		}
	})
}

// receiver is the function with routes in which an offset stands.
func receiver(s *source, spans []span, pos int) string {
	out := ""
	for _, x := range spans {
		if x.from >= pos || pos >= x.to || !bytes.HasPrefix(s.code[x.from:], []byte("fun ")) {
			continue
		}
		out = x.name
		if c, at := s.after(x.from + len("fun ") + len(x.name)); c == '.' {
			out = s.identAt(at + 1)
		}
	}
	return out
}
