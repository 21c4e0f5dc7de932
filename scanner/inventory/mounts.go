package inventory

import (
	"path"
	"slices"
	"strings"
)

// router is what a file makes that routes are given to.
type router struct {
	prefix string // before all of its paths
	app    bool   // it answers by itself; a router has to be taken in somewhere
}

// take is a router, or a function with routes, that a statement takes in: by its name
// here, and the module that it comes from as that is written ("" if it is of this file).
type take struct{ name, module string }

// mount is a statement that takes in routes of a program.
type mount struct {
	in *program
	*guard
	take
}

// makers are the calls that make a router or an application, by language.
var makers = map[language]map[string]bool{ // true: an application
	javascript: {"express": true, "Router": false, "KoaRouter": false, "Hono": true, "OpenAPIHono": true, "Fastify": true, "fastify": true, "Koa": true, "Elysia": true, "restify": true, "polka": true, "PromiseRouter": false},
	python:     {"FastAPI": true, "APIRouter": false, "Flask": true, "Blueprint": false, "NinjaAPI": true, "Quart": true, "Sanic": true, "APIBlueprint": false, "InferringRouter": false, "ChiliRouter": false},
	golang:     {"NewServeMux": true, "NewRouter": true, "NewMux": true, "Default": true, "New": true, "Classic": true},
}

// routers are the routers and applications that a file makes, by name.
func (s *source) routers() map[string]router {
	out := map[string]router{}
	s.idents(0, len(s.code), func(id ident) {
		app, ok := makers[s.lang][id.text]
		if !ok {
			return
		}
		if s.lang == golang {
			switch of := s.identEndsAt(max(0, id.from-1)); of {
			case "gin", "echo", "fiber", "iris", "chi", "mux", "http", "httprouter", "martini", "bunrouter", "router":
			default:
				return
			}
		}
		c, open := s.after(id.to)
		if c == '<' { // new Hono<{ Bindings: Env }>()
			for depth := 0; open < len(s.code); open++ {
				if s.code[open] == '<' {
					depth++
				} else if s.code[open] == '>' && s.code[open-1] != '=' {
					if depth--; depth == 0 {
						break
					}
				}
			}
			c, open = s.after(open + 1)
		}
		if c != '(' {
			return
		}
		name := s.assigned(id.from)
		if s.lang == golang {
			name = s.declaredAs(id.from)
		}
		if name == "" {
			return
		}
		shut := s.shut(open)
		r := router{app: app}
		switch s.lang {
		case python:
			r.prefix = s.keyword(open, shut, "prefix", "url_prefix")
		case javascript:
			r.prefix = s.member(open, shut, "prefix")
			if rest := s.code[shut:min(len(s.code), shut+200)]; len(rest) > 0 {
				if at := strings.Index(string(rest), ".basePath("); at >= 0 && at < 40 {
					r.prefix, _, _ = s.literal(shut + at + len(".basePath("))
				}
			}
		}
		r.prefix = strings.TrimSuffix(r.prefix, "/")
		out[name] = r
	})
	return out
}

// declaredAs is the name that a statement of Go declares: r := chi.NewRouter().
func (s *source) declaredAs(pos int) string {
	from, _ := s.statement(pos)
	out := ""
	s.idents(from, pos, func(id ident) {
		if c, at := s.after(id.to); out == "" && (c == '=' || c == ':' && at+1 < len(s.code) && s.code[at+1] == '=') {
			out = id.text
		}
	})
	return out
}

// member gives the string that an object is given under a name: { prefix: "/api" }.
func (s *source) member(open, shut int, name string) string {
	out := ""
	s.idents(open, shut, func(id ident) {
		if c, at := s.after(id.to); out == "" && id.text == name && c == ':' {
			out, _, _ = s.literal(at + 1)
		}
	})
	return out
}

// joinPath puts a prefix before a path.
func joinPath(prefix, name string) string {
	if prefix == "" {
		return name
	}
	method := ""
	if i := strings.IndexByte(name, ' '); i > 0 { // "POST /chat"
		method, name = name[:i+1], name[i+1:]
	}
	out := strings.TrimSuffix(prefix, "/") + "/" + strings.TrimPrefix(name, "/")
	return method + "/" + strings.Trim(out, "/")
}

// mountAll finds which statements take in the routes of which programs.
func (j *joined) mountAll() {
	j.mounts = map[*program][]mount{}
	byBase := map[string][]*program{}
	for _, p := range j.programs {
		byBase[moduleBase(p.path)] = append(byBase[moduleBase(p.path)], p)
	}
	for _, q := range j.programs {
		for i := range q.guards {
			g := &q.guards[i]
			var plain []ref
			for _, t := range g.takes {
				found := false
				for _, p := range j.takenFrom(q, t, byBase) {
					if p.routable(t.name, p == q) {
						j.mounts[p] = append(j.mounts[p], mount{q, g, t})
						found = true
					}
				}
				g.mounts = g.mounts || found
				if !found && q.lang == javascript {
					plain = append(plain, ref{name: t.name})
				}
			}
			g.refs = append(g.refs, plain...)
			if len(g.takes) > 0 && !g.mounts && q.lang != javascript {
				g.wide = false // of another package: it stands in front of nothing here
			}
		}
	}
}

// moduleBase is the name by which a file is imported.
func moduleBase(name string) string {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	switch base {
	case "index", "__init__", "mod":
		return path.Base(path.Dir(name))
	}
	if path.Ext(name) == ".go" {
		return path.Base(path.Dir(name))
	}
	return base
}

// takenFrom gives the programs in which what is taken can stand.
func (j *joined) takenFrom(q *program, t take, byBase map[string][]*program) []*program {
	if t.module == "*" { // a function of the application, wherever it stands
		for _, p := range j.near(q) {
			if p.lang == q.lang && j.unit(p.path) == j.unit(q.path) && slices.ContainsFunc(p.routes, func(rt route) bool { return rt.inside == t.name }) {
				return []*program{p}
			}
		}
		return nil
	}
	if t.module == "" {
		out := []*program{q}
		if q.lang == golang { // of the same package
			for _, p := range byBase[moduleBase(q.path)] {
				if p != q && path.Dir(p.path) == path.Dir(q.path) {
					out = append(out, p)
				}
			}
		}
		return out
	}
	module, exact := t.module, false
	switch q.lang {
	case javascript:
		if module[0] == '.' {
			module, exact = path.Join(path.Dir(q.path), module), true
		} else if module[0] == '@' || module[0] == '~' || module[0] == '#' {
			_, module, _ = strings.Cut(module, "/")
		}
		if e := path.Ext(module); languages[e] == javascript {
			module = strings.TrimSuffix(module, e)
		}
	case python:
		dots := len(module) - len(strings.TrimLeft(module, "."))
		module = strings.ReplaceAll(strings.TrimLeft(module, "."), ".", "/")
		if dots > 0 {
			dir := path.Dir(q.path)
			for range dots - 1 {
				dir = path.Dir(dir)
			}
			module, exact = path.Join(dir, module), true
		}
	case golang, rust:
		module = strings.Trim(strings.ReplaceAll(module, "::", "/"), "/")
	}
	if q.lang == golang && !slices.ContainsFunc(byBase[module], func(p *program) bool { return p.routable(t.name, false) }) {
		// A method: it is what its name says, if there is one of that name.
		var all []*program
		for _, p := range j.near(q) {
			if p.lang == golang && j.unit(p.path) == j.unit(q.path) && slices.ContainsFunc(p.routes, func(rt route) bool { return rt.inside == t.name }) {
				all = append(all, p)
			}
		}
		if len(all) == 1 {
			return all
		}
		return nil
	}
	var out []*program
	find := func(module string) {
		base := module[strings.LastIndexByte(module, '/')+1:]
		for _, p := range byBase[base] {
			if p.lang != q.lang || !exact && j.unit(p.path) != j.unit(q.path) {
				continue
			}
			stem := strings.TrimSuffix(p.path, path.Ext(p.path))
			dir := path.Dir(p.path)
			for _, s := range []string{stem, dir} {
				if path.Base(s) == base && (s == module || !exact && (strings.HasSuffix(s, "/"+module) || strings.HasSuffix(module, "/"+s) || !strings.Contains(module, "/"))) {
					out = append(out, p)
					break
				}
			}
		}
	}
	find(module)
	if q.lang == python && !slices.ContainsFunc(out, func(p *program) bool { return p.routable(t.name, false) }) {
		out = nil
		find(path.Join(module, t.name)) // from routers import chat
	}
	return out
}

// routable says whether a program has routes, or takes some in, under a name.
func (p *program) routable(name string, here bool) bool {
	if _, ok := p.made[name]; ok {
		return true
	}
	some := false
	for i := range p.routes {
		rt := &p.routes[i]
		if rt.owner == name || rt.inside == name || rt.action == name && p.lang == rust {
			return true
		}
		some = true
	}
	for i := range p.guards {
		g := &p.guards[i]
		if len(g.takes) > 0 && g.owner != "" {
			if g.owner == name || g.inside == name {
				return true
			}
			some = true
		}
	}
	if here || p.lang == golang {
		return false
	}
	// What is exported without that name; a function of it is one, and no router.
	return some && !slices.ContainsFunc(p.functions, func(f function) bool { return f.name == name && !f.local && len(f.refs) == 0 })
}

// takenIn gives the statements that take in a route.
func (j *joined) takenIn(p *program, rt *route) []mount {
	var out []mount
	for _, m := range j.mounts[p] {
		if m.guard.owner == rt.owner && m.in == p && m.name != rt.owner && m.name != rt.inside && m.name != rt.action {
			continue
		}
		_, made := p.made[m.name]
		named := made
		for i := range p.routes {
			r := &p.routes[i]
			if r.owner == m.name || r.inside == m.name && m.name != "" || r.action == m.name && p.lang == rust {
				named = true
			}
		}
		if !named && m.in != p || m.name == rt.owner || m.name == rt.inside && m.name != "" || m.name == rt.action && p.lang == rust {
			out = append(out, m)
		}
	}
	return out
}

// as is a mount as a route of the program in which it stands.
func (m *mount) as(name string) *route {
	return &route{name: joinPath(m.prefix, name), line: m.line, owner: m.owner, inside: m.inside, groups: m.groups}
}

// full is the path of a route, with those of the routers that it is taken into.
func (j *joined) full(p *program, rt *route, depth int) string {
	if _, r, ok := j.railsRoute(p, rt); ok {
		return r.path
	}
	if rt.module != "" {
		for _, q := range j.near(p) {
			if c, ok := q.config[rt.module]; ok && c.path != "" {
				return c.path
			}
		}
	}
	name := rt.name
	var all []mount
	if depth > 0 {
		all = j.takenIn(p, rt)
	}
	if r, ok := p.made[rt.owner]; ok && r.prefix != "" && !(len(all) > 0 && all[0].replaces) {
		name = joinPath(r.prefix, name)
	}
	if len(all) == 0 {
		return name
	}
	return j.full(all[0].in, all[0].as(name), depth-1)
}

// above gives the check that stands in front of a route where its router is taken in;
// known says that it is taken in somewhere.
func (j *joined) above(p *program, rt *route, depth int) (part Part, guarded, known bool) {
	if depth == 0 {
		return Part{}, false, false
	}
	name := rt.name
	if r, ok := p.made[rt.owner]; ok && r.prefix != "" {
		name = joinPath(r.prefix, name)
	}
	for _, m := range j.takenIn(p, rt) {
		at := m.as(name)
		g, ok := j.guards(m.in, m.guard)
		if !ok {
			g, ok = j.before(m.in, at, func(q *program, _ *guard) bool { return q == m.in })
		}
		if !ok && (m.in.lang == python || m.in.lang == csharp) {
			g, ok = j.routerAsks(m.in, at.owner)
		}
		if !ok {
			g, ok, _ = j.above(m.in, at, depth-1)
		}
		known = true
		if !ok {
			return Part{}, false, true
		}
		part, guarded = g, true
	}
	return part, guarded, known
}

// topped says whether what answers a route by itself is known: then only what stands
// there, and what is given it, is in front of it.
func (j *joined) topped(p *program, rt *route, depth int) bool {
	if known, ok := j.topKnown[rt]; ok {
		return known
	}
	all := j.takenIn(p, rt)
	if r, ok := p.made[rt.owner]; ok && r.app && len(all) == 0 {
		return true
	}
	if depth == 0 {
		return false
	}
	out := slices.ContainsFunc(all, func(m mount) bool { return j.topped(m.in, m.as(rt.name), depth-1) })
	if depth == 5 {
		j.topKnown[rt] = out
	}
	return out
}
