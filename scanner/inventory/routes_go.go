package inventory

import (
	"bytes"
	"strings"
)

// group is a name that a Go router has for a part of its routes.
type group struct {
	name, parent string
	prefix       string
	at           int // the offset of the call that makes it
	from, to     int // where the name means it
}

// groups are the names of the groups of routes of a Go program:
// v1 := r.Group("/v1"), r.Route("/v1", func(v1 chi.Router) { … }).
func (s *source) groups() []group {
	if s.lang != golang && s.lang != csharp {
		return nil
	}
	var out []group
	var prev ident
	s.idents(0, len(s.code), func(id ident) {
		defer func() { prev = id }()
		switch id.text {
		case "Group", "Route", "PathPrefix", "Party":
			if s.lang != golang {
				return
			}
		case "MapGroup":
		default:
			return
		}
		behind, _ := s.before(id.from)
		c, open := s.after(id.to)
		if behind != '.' || c != '(' || prev.meaning == nil || len(out) >= maxRoutes {
			return
		}
		g := group{parent: prev.text, at: id.from}
		if lit, _, ok := s.literal(open + 1); ok && (lit == "" || lit[0] == '/' || s.lang == csharp) {
			g.prefix = "/" + strings.Trim(lit, "/")
			g.prefix = strings.TrimSuffix(g.prefix, "/")
		}
		shut := s.shut(open)
		if i := bytes.Index(s.code[open:shut], []byte("func(")); i >= 0 {
			at := open + i + len("func(")
			g.name = s.identAt(at)
			g.from, g.to = at, shut
		} else if g.name = s.assigned(id.from); g.name == "" {
			from, _ := s.statement(id.from)
			if i := bytes.Index(s.code[from:id.from], []byte(":=")); i >= 0 {
				s.idents(from, from+i, func(n ident) { g.name = n.text })
			}
		}
		if g.name == "" || g.name == "_" {
			return
		}
		if g.to == 0 {
			g.from, g.to = shut, len(s.code)
			for b := s.around(id.from); b >= 0; b = s.brackets[b].parent {
				if s.code[s.brackets[b].open] == '{' {
					g.to = s.brackets[b].close
					break
				}
			}
		}
		out = append(out, g)
	})
	return out
}

// chain gives the group that a name means at an offset, and those around it, from the
// innermost, with the path before their routes.
func chain(groups []group, name string, pos int) (out []int, prefix string) {
	for len(out) < maxDepth {
		best := -1
		for i, g := range groups {
			if g.name == name && g.from <= pos && pos < g.to && (best < 0 || g.from > groups[best].from) {
				best = i
			}
		}
		if best < 0 {
			return out, prefix
		}
		out = append(out, best)
		prefix = groups[best].prefix + prefix
		name, pos = groups[best].parent, groups[best].at
	}
	return out, prefix
}

// groupGuards are the checks that a group is made with: e.Group("/api", signedIn()).
func (s *source) groupGuards(p *program, spans []span) {
	if s.lang != golang {
		return
	}
	for i, g := range p.groups {
		open := s.next('(', g.at)
		end := s.shut(open)
		if at := bytes.Index(s.code[open:end], []byte("func(")); at >= 0 {
			end = open + at
		}
		own := guard{line: s.line(g.at), text: s.text(g.at), wide: true, made: true, group: i + 1, inside: inside(spans, g.at), over: []string{g.name}, own: s.facts(open, end), refs: s.refs(open, end)}
		own.block = [2]int{s.line(g.from), s.line(min(g.to, len(s.code)-1))}
		if len(own.refs) > 0 {
			p.guards = append(p.guards, own)
		}
	}
}

// routing says whether a name is that of a router or a group of this file.
func (s *source) routing(p *program, id ident) bool {
	if _, ok := p.made[id.text]; ok {
		return true
	}
	for _, g := range p.groups {
		if g.name == id.text && g.from <= id.from && id.from < g.to {
			return true
		}
	}
	return false
}

// takenGo reads what is given a router as an argument, or takes one in.
func (s *source) takenGo(p *program, id ident, spans []span) (guard, bool) {
	b := s.around(id.from)
	if b < 0 || s.code[s.brackets[b].open] != '(' {
		return guard{}, false
	}
	open := s.brackets[b].open
	callee := s.identEndsAt(open)
	if callee == "" || callee == "func" || noFunctions[callee] {
		return guard{}, false
	}
	of := ""
	if at := open - len(callee) - 1; at > 0 && s.code[at] == '.' {
		of = s.identEndsAt(at)
	}
	g := guard{line: s.line(id.from), text: s.text(id.from), owner: id.text, over: []string{"?"}, inside: inside(spans, id.from)}
	switch callee {
	case "Mount", "Handle", "StripPrefix", "Route":
		lit, _, _ := s.literal(open + 1)
		g.owner, g.prefix, g.takes = of, strings.TrimSuffix(lit, "/"), []take{{id.text, ""}}
		if of == id.text || callee == "StripPrefix" || strings.Contains(lit, " ") {
			return guard{}, false
		}
	default:
		g.takes = []take{{callee, of}}
	}
	var prefix string
	g.groups, prefix = chain(p.groups, g.owner, id.from)
	g.prefix = joinPath(prefix, g.prefix)
	if g.prefix == "/" {
		g.prefix = ""
	}
	return g, true
}
