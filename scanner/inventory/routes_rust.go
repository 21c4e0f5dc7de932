package inventory

import "strings"

// rustMounts reads what takes in routes of axum and actix: .nest("/api", api.layer(…)),
// .merge(chat::routes()), .service(web::scope("/api").wrap(…).service(chat)).
func (s *source) rustMounts(p *program, spans []span) {
	var all []ident
	opens := map[int]int{} // of the brackets of each
	var without [][2]int
	s.idents(0, len(s.code), func(id ident) {
		switch id.text {
		case "nest", "merge", "service", "nest_service", "route", "configure":
		default:
			return
		}
		if c, open := s.after(id.to); c == '(' {
			without = append(without, [2]int{open, s.shut(open)})
			if id.text != "route" && len(all) < maxRoutes {
				all = append(all, id)
				opens[id.from] = open
			}
		}
	})
	for _, id := range all {
		open := opens[id.from]
		shut := s.shut(open)
		g := guard{line: s.line(id.from), text: s.text(id.from), owner: s.assigned(id.from), inside: inside(spans, id.from)}
		at := skipSpace(s.code, open+1)
		if lit, to, ok := s.literal(at); ok {
			g.prefix = strings.TrimSuffix(lit, "/")
			if c, comma := s.after(to); c == ',' {
				at = skipSpace(s.code, comma+1)
			}
		}
		end := at
		for end < shut && (isWord(s.code[end]) || s.code[end] == ':') {
			end++
		}
		parts := strings.Split(string(s.code[at:end]), "::")
		last := len(parts) - 1
		if parts[last] == "" || parts[0] == "web" || parts[0] == "Router" {
			continue
		}
		t := take{name: parts[last], module: ""}
		if last > 0 {
			t.module = strings.Join(parts[:last], "/")
			t.module = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(t.module, "crate/"), "super/"), "self/")
		}
		g.takes = []take{t}
		from, to := s.statement(id.from)
		keep := func(inner int) [][2]int {
			var out [][2]int
			for _, w := range without {
				if !(w[0] <= inner && inner <= w[1]) {
					out = append(out, w)
				}
			}
			return out
		}
		if id.text == "service" || id.text == "configure" { // what wraps a scope is around all of it
			for pos := id.from; ; {
				skip := keep(pos)
				f := s.facts(from, to, append(skip, [2]int{open, shut})...)
				g.own.identity = first(g.own.identity, f.identity)
				g.refs = append(g.refs, s.refs(from, to, append(skip, [2]int{open, shut})...)...)
				s.idents(from, to, func(n ident) {
					if c, in := s.after(n.to); n.text == "scope" && c == '(' && s.around(n.from) == s.around(pos) {
						lit, _, _ := s.literal(in + 1)
						g.prefix = joinPath(lit, strings.TrimPrefix(g.prefix, "/"))
					}
				})
				b := s.around(from)
				if b < 0 || s.code[s.brackets[b].open] != '(' {
					break
				}
				pos = s.brackets[b].open
				open, shut = pos, s.brackets[b].close
				from, to = s.statement(pos)
			}
		} else { // a layer is around what stands before it
			inner := s.facts(open, shut)
			behind := s.facts(shut, to, keep(open)...)
			g.own.identity = first(inner.identity, behind.identity)
			g.refs = append(s.refs(end, shut), s.refs(shut, to, keep(open)...)...)
		}
		p.guards = append(p.guards, g)
	}
}
