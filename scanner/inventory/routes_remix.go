package inventory

import (
	"path"
	"slices"
	"strings"
)

// remixRoute is a module of routes as app/routes.ts of React Router names it.
type remixRoute struct {
	path    string
	parents []string // the modules of the layouts around it
}

// remix reads the loaders and actions of a module of routes of Remix and React Router,
// and the middleware that stands in front of it and of what it is around.
// https://reactrouter.com/how-to/file-route-conventions, https://reactrouter.com/how-to/middleware
func (s *source) remix(p *program, base string, spans []span) {
	dir := "/" + path.Dir(s.path) + "/"
	_, in, _ := strings.Cut(dir, "/app/routes/")
	var parts []string
	for part := range strings.FieldsFuncSeq(in+base, func(r rune) bool { return r == '.' || r == '/' }) {
		if part[0] != '_' && part != "route" {
			parts = append(parts, strings.TrimSuffix(part, "_"))
		}
	}
	for _, x := range spans {
		if s.around(x.from) >= 0 {
			continue
		}
		switch x.name {
		case "loader", "action":
			p.routes = append(p.routes, route{name: "/" + strings.Join(parts, "/"), text: s.text(x.from), line: s.line(x.from), own: s.facts(x.from, x.to), around: s.refs(x.head, x.body), module: strings.TrimSuffix(s.path, path.Ext(s.path))})
		}
	}
	s.idents(0, len(s.code), func(id ident) {
		if (id.text == "middleware" || id.text == "unstable_middleware") && s.around(id.from) < 0 && s.declares(id) {
			from, to := s.statement(id.from)
			p.guards = append(p.guards, guard{line: s.line(id.from), text: s.text(id.from), own: s.facts(id.to, to), refs: s.refs(max(from, id.to), to), module: strings.TrimSuffix(s.path, path.Ext(s.path)), over: []string{"?"}})
		}
	})
}

// configuredRoutes reads app/routes.ts: layout("routes/inside.tsx", [route("chat", "routes/chat.ts")]).
func (s *source) configuredRoutes(p *program) {
	p.config = map[string]remixRoute{}
	root := path.Dir(s.path)
	files := map[int]string{}    // by the bracket of a call: its module
	prefixes := map[int]string{} // and its path
	stem := func(lit string) string {
		name := path.Join(root, lit)
		return strings.TrimSuffix(name, path.Ext(name))
	}
	s.idents(0, len(s.code), func(id ident) {
		c, open := s.after(id.to)
		if c != '(' {
			return
		}
		lits := s.strings(open, min(s.shut(open), open+400))
		switch {
		case id.text == "layout" || id.text == "index":
			if len(lits) > 0 {
				files[open] = stem(lits[0])
			}
		case id.text == "route" && len(lits) > 1:
			files[open], prefixes[open] = stem(lits[1]), lits[0]
		case id.text == "prefix" && len(lits) > 0:
			prefixes[open] = lits[0]
			return
		default:
			return
		}
		out := remixRoute{}
		for b := s.around(open + 1); b >= 0; b = s.brackets[b].parent {
			at := s.brackets[b].open
			if prefix := prefixes[at]; prefix != "" {
				out.path = joinPath("/"+strings.Trim(prefix, "/"), out.path)
			}
			if f := files[at]; f != "" && at != open {
				out.parents = append(out.parents, f)
			}
		}
		if files[open] != "" {
			p.config[files[open]] = out
		}
	})
}

// inLayouts gives the middleware in front of a module of routes: its own, or that of a
// layout around it.
func (j *joined) inLayouts(p *program, rt *route) (Part, bool) {
	if rt.module == "" {
		return Part{}, false
	}
	of := []string{rt.module}
	for _, q := range j.near(p) {
		if c, ok := q.config[rt.module]; ok {
			of = append(of, c.parents...)
		}
	}
	// routes/_inside.chat.ts lies in routes/_inside.tsx
	dir, base := path.Split(rt.module)
	for i := strings.LastIndexByte(base, '.'); i > 0; i = strings.LastIndexByte(base[:i], '.') {
		of = append(of, dir+base[:i])
	}
	of = append(of, path.Join(path.Dir(path.Clean(dir)), "root"))
	return j.before(p, rt, func(_ *program, g *guard) bool { return g.module != "" && slices.Contains(of, g.module) })
}
