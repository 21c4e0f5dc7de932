package inventory

import (
	"bytes"
	"strings"
)

// verbsOf are the methods by which a router is given a route.
var verbsOf = map[language]map[string]bool{
	javascript: set("get", "post", "put", "patch", "delete", "all", "route"),
	golang:     set("HandleFunc", "Handle", "Get", "Post", "Put", "Patch", "Delete", "GET", "POST", "PUT", "PATCH", "DELETE", "Any", "Method", "MethodFunc"),
	rust:       set("route"),
	csharp:     set("MapGet", "MapPost", "MapPut", "MapPatch", "MapDelete", "MapMethods", "MapHub", "MapGrpcService"),
	php:        set("get", "post", "put", "patch", "delete", "any", "match", "map"),
}

// calledRoutes reads routes that are registered by a call with a path.
func (s *source) calledRoutes(p *program, spans []span) {
	type call struct {
		method   ident
		owner    string
		name     string
		open, to int
	}
	var calls []call
	var prev ident
	s.idents(0, len(s.code), func(id ident) {
		defer func() { prev = id }()
		if !verbsOf[s.lang][id.text] {
			return
		}
		behind, at := s.before(id.from)
		if behind != '.' && behind != ':' && behind != '>' {
			return
		}
		c, open := s.call(id)
		if c != '(' {
			return
		}
		owner := ""
		if prev.meaning != nil {
			owner = strings.TrimPrefix(prev.text, "$")
		}
		name, _, ok := s.literal(open + 1)
		if !ok && s.lang == javascript { // app.route("/x").post(handler)
			if b, shut := s.before(at); b == ')' {
				in := s.opened(shut)
				name, _, ok = s.literal(in + 1)
				ok = ok && bytes.HasSuffix(bytes.TrimRight(s.code[:in], " "), []byte("route"))
			}
		}
		if !ok && s.lang == javascript && id.text == "route" { // app.route({ method, url, handler })
			name = s.member(open, s.shut(open), "url")
			if name == "" {
				name = s.member(open, s.shut(open), "path")
			}
			ok = name != ""
		}
		if !ok && (s.lang == golang || s.lang == php || s.lang == csharp) && (id.text == "Method" || id.text == "MethodFunc" || id.text == "match" || id.text == "map") {
			if lits := s.strings(open, s.shut(open)); len(lits) > 1 {
				name, ok = lits[1], true
			}
		}
		if _, made := p.made[owner]; s.lang == javascript && !made && asksOthers[owner] {
			return
		}
		if id.text == "route" && s.lang == javascript && name == "" || id.text == "route" && s.lang == javascript && s.code[skipSpace(s.code, open+1)] != '{' {
			return
		}
		if !ok || s.lang != php && s.lang != csharp && !strings.Contains(name, "/") || strings.Contains(name, "://") || strings.Contains(name, " ") && s.lang != golang {
			return
		}
		switch s.lang {
		case rust:
			owner = s.assigned(id.from)
		case javascript:
			owner = s.root(id.from)
		case golang:
			if b, _ := s.before(at); b == ')' { // r.With(check).Post(…)
				owner = s.root(id.from)
			}
		}
		if len(calls) < maxRoutes {
			calls = append(calls, call{id, owner, name, open, s.shut(open)})
		}
	})
	owners := map[string]bool{}
	for i, c := range calls {
		_, path, _ := s.literal(c.open + 1)
		without := [][2]int{{c.open, path}}
		for j, o := range calls {
			if i != j && !(o.open < c.open && c.to < o.to) {
				without = append(without, [2]int{o.open, o.to})
			}
		}
		from, to := s.statement(c.method.from)
		if s.lang == rust { // what is put beside it, or a layer before it, is not in front of it
			from = c.method.from
			s.idents(from, to, func(id ident) {
				if next, open := s.after(id.to); next == '(' && (id.text == "merge" || id.text == "nest") && !(open < c.open && c.to < s.shut(open)) {
					without = append(without, [2]int{open, s.shut(open)})
				}
			})
		}
		rt := route{name: c.name, text: s.text(c.method.from), line: s.line(c.method.from), owner: c.owner}
		if s.lang == golang || s.lang == csharp {
			var prefix string
			if rt.groups, prefix = chain(p.groups, c.owner, c.method.from); prefix != "" {
				rt.name = joinPath(prefix, rt.name)
			}
		}
		if s.lang == php {
			if prefix := s.laravelPrefix(c.method.from); prefix != "" {
				rt.name = joinPath(prefix, rt.name)
			}
		}
		rt.own = s.facts(from, to, without...)
		rt.handlers = s.refs(c.open, c.to, without...)
		if s.lang == csharp && c.method.text == "MapHub" { // MapHub<ChatHub>("/chat")
			rt.handlers = append(rt.handlers, s.refs(c.method.to, c.open)...)
		}
		if s.lang == php {
			rt.handlers = append(rt.handlers, s.laravelHandler(c.method.from, path, c.to)...)
		}
		rt.around = s.refs(from, to, without...)
		inner := c.method.from
		for b := s.around(c.method.from); b >= 0; inner, b = s.brackets[b].open, s.brackets[b].parent {
			open, shut := s.brackets[b].open, s.brackets[b].close
			if s.code[open] == '{' { // of a closure, whose call has its own brackets, or of a function
				continue
			}
			hf, ht := s.statement(open)
			for _, r := range [][2]int{{hf, open}, {open, inner}, {min(shut+1, ht), ht}} {
				h := s.facts(r[0], r[1], without...)
				if h.identity == 0 && s.lang == php {
					h.identity = s.grouped(r[0], r[1])
					h.sure = h.identity != 0
				}
				if rt.own.opened != 0 && rt.own.identity == 0 && s.lang == php { // ->withoutMiddleware('auth')
					continue
				}
				rt.own.identity = first(rt.own.identity, h.identity)
				rt.own.sure = rt.own.sure || h.sure
				rt.around = append(rt.around, s.refs(r[0], r[1], without...)...)
			}
		}
		rt.inside = inside(spans, c.method.from)
		owners[c.owner] = true
		p.routes = append(p.routes, rt)
	}
	s.calledGuards(p, spans, owners, func(pos int) [][2]int {
		var out [][2]int
		for _, c := range calls {
			if !(c.open < pos && pos < c.to) {
				out = append(out, [2]int{c.open, c.to})
			}
		}
		return out
	})
}

// inside gives the function in which an offset stands.
func inside(spans []span, pos int) string {
	out := ""
	for _, x := range spans {
		if x.from < pos && pos < x.to && !x.local {
			out = x.name
		}
	}
	return out
}

// assigned gives the name that the statement around an offset gives a value to.
func (s *source) assigned(pos int) string {
	from, _ := s.statement(pos)
	out := ""
	declared := ""
	var prev ident
	s.idents(from, pos, func(id ident) {
		if prev.meaning != nil && (prev.text == "const" || prev.text == "let" || prev.text == "var") {
			declared = id.text
		}
		if c, at := s.after(id.to); out == "" && c == '=' && at+1 < len(s.code) && s.code[at+1] != '=' && s.code[at+1] != '>' {
			if out = id.text; declared != "" {
				out = declared // const name: Type = …
			}
		}
		prev = id
	})
	return out
}

// calledGuards reads statements that put something in front of routers.
func (s *source) calledGuards(p *program, spans []span, owners map[string]bool, without func(int) [][2]int) {
	var prev ident
	s.idents(0, len(s.code), func(id ident) {
		defer func() { prev = id }()
		next, open := s.after(id.to)
		behind, _ := s.before(id.from)
		switch {
		case next == '(' && (behind == '.' || behind == '>') && (id.text == "use" || id.text == "Use" || s.lang == javascript && (id.text == "register" || id.text == "route" && s.second(open)) || id.text == "addHook" || id.text == "useGlobalGuards" || id.text == "add" && s.lang == php):
			shut := s.shut(open)
			if c, at := s.after(open + 1); isWord(c) {
				switch s.identAt(at) { // they attach a session and ask nobody for it
				case "session", "passport", "cors", "helmet", "csrf", "express":
					if s.lang == javascript && !bytes.Contains(s.code[open:shut], []byte("authenticate")) {
						return
					}
				}
			}
			g := guard{line: s.line(id.from), text: s.text(id.from), own: s.facts(open, shut), refs: s.refs(open, shut)}
			if lit, _, ok := s.literal(open + 1); ok && strings.HasPrefix(lit, "/") {
				g.path = strings.TrimSuffix(strings.TrimSuffix(lit, "*"), "/")
			}
			owner := ""
			if prev.meaning != nil {
				owner = strings.TrimPrefix(prev.text, "$")
			}
			mounted := false
			if s.lang == javascript {
				// A strategy or a plug-in of something else: passport.use(new Strategy(…)).
				if owner == "passport" || s.identAt(skipSpace(s.code, open+1)) == "new" && id.text == "use" {
					return
				}
				s.taken(p, &g, id, open, spans)
				if !g.made && s.assigned(id.from) != "" { // t.procedure.use(…) makes another, and mounts nothing
					return
				}
				if id.text != "use" && id.text != "addHook" && id.text != "useGlobalGuards" && len(g.takes) == 0 {
					return
				}
				p.guards = append(p.guards, g)
				return
			}
			for _, r := range g.refs {
				if m, ok := p.imports[r.name]; ok && r.of == "" && s.relative[r.name] {
					g.over = append(g.over, m)
					mounted = true
				} else if owners[r.name] && r.name != owner {
					g.over = append(g.over, r.name)
					mounted = true
				}
			}
			g.mounts, g.wide = mounted, true
			if !mounted && s.lang == golang {
				g.made = s.routing(p, ident{from: id.from, meaning: &meaning{text: owner}})
				if of, prefix := chain(p.groups, owner, id.from); len(of) > 0 {
					g.group = of[0] + 1
					if g.path != "" {
						g.path = prefix + g.path
					}
				}
				g.over, g.inside = []string{owner}, inside(spans, id.from)
				for b := s.around(id.from); b >= 0; b = s.brackets[b].parent {
					if s.code[s.brackets[b].open] == '{' {
						g.block = [2]int{s.line(s.brackets[b].open), s.line(min(s.brackets[b].close, len(s.code)-1))}
						break
					}
				}
			} else if !mounted && strings.Contains(strings.ToLower(owner), "rout") {
				g.over, g.wide = []string{owner}, false
			}
			if owner == "" || behind == '>' && s.lang == php && !owners[owner] && prev.text != "$app" && id.text == "add" {
				return
			}
			p.guards = append(p.guards, g)
		case s.lang == golang && (behind == '(' || behind == ',') && (next == ')' || next == ',') && s.routing(p, id):
			// chat.Register(api), r.Mount("/chat", sub)
			if g, ok := s.takenGo(p, id, spans); ok {
				p.guards = append(p.guards, g)
			}
			if owners[id.text] {
				s.wrapped(p, id, next, owners, without)
			}
		case s.lang == csharp && next == '(' && behind == '.' && strings.HasPrefix(id.text, "Map") && !verbsOf[csharp][id.text] && id.text != "MapGroup" && id.text != "MapControllers":
			from, _ := s.statement(id.from)
			g := guard{line: s.line(id.from), text: s.text(id.from), takes: []take{{id.text, "*"}}, owner: s.root(id.from), own: s.facts(from, id.from), inside: inside(spans, id.from)}
			g.groups, g.prefix = chain(p.groups, g.owner, id.from)
			s.idents(from, id.from, func(n ident) {
				if c, open := s.after(n.to); n.text == "MapGroup" && c == '(' {
					lit, _, _ := s.literal(open + 1)
					g.prefix = joinPath(g.prefix, lit)
				}
			})
			p.guards = append(p.guards, g)
		case s.lang == csharp && id.text == "UseMiddleware" && next == '<':
			g := guard{line: s.line(id.from), text: s.text(id.from), wide: true, refs: s.refs(open, min(open+200, lineEnd(s.code, open)))}
			if b := s.identAt(open + 1); b != "" {
				g.refs = []ref{{name: b}}
			}
			p.guards = append(p.guards, g)
		case s.lang == javascript && id.text == "apply" && next == '(' && behind == '.':
			// consumer.apply(Check).exclude("chat/open").forRoutes("*") of NestJS
			from, to := s.statement(id.from)
			if !bytes.Contains(s.code[from:to], []byte("forRoutes")) {
				return
			}
			shut := s.shut(open)
			g := guard{line: s.line(id.from), text: s.text(id.from), wide: true, own: s.facts(open, shut), refs: s.refs(open, shut)}
			s.idents(shut, to, func(n ident) {
				c, in := s.after(n.to)
				if c != '(' || n.text != "exclude" && n.text != "forRoutes" {
					return
				}
				for _, lit := range s.strings(in, s.shut(in)) {
					lit = "/" + strings.Trim(lit, "/")
					switch {
					case n.text == "exclude":
						g.of.except, g.of.exceptAt = append(g.of.except, lit), s.line(n.from)
					case strings.HasPrefix(lit, "/*") || lit == "/{*splat}" || lit == "/(.*)":
					default:
						g.of.only, g.of.onlyAt = append(g.of.only, lit), s.line(n.from)
					}
				}
			})
			p.guards = append(p.guards, g)
		case s.lang == csharp && (id.text == "FallbackPolicy" || id.text == "AuthorizeFilter" || id.text == "RequireAuthorization" && s.controllers(id.from)):
			p.guards = append(p.guards, guard{line: s.line(id.from), text: s.text(id.from), wide: true, own: facts{identity: s.line(id.from)}})
		case s.lang == javascript && id.text == "APP_GUARD":
			from, to := s.statement(id.from)
			p.guards = append(p.guards, guard{line: s.line(id.from), text: s.text(id.from), wide: true, own: s.facts(from, to), refs: s.refs(from, to)})
		case owners[strings.TrimPrefix(id.text, "$")] && (behind == '(' || behind == ',' || behind == '&') && (next == ')' || next == ',' || next == ';'),
			s.lang == golang && next == '(' && (behind == '(' || behind == ','):
			s.wrapped(p, id, next, owners, without)
		}
	})
}

// wrapped reads what is put around a router: requireLogin(mux).
func (s *source) wrapped(p *program, id ident, next byte, owners map[string]bool, without func(int) [][2]int) {
	if s.declared(id.from) || s.lang == rust {
		return
	}
	from, to := s.statement(id.from)
	skip := without(id.from)
	g := guard{line: s.line(id.from), text: s.text(id.from), over: []string{strings.TrimPrefix(id.text, "$")}, own: s.facts(from, to, skip...), refs: s.refs(from, to, skip...)}
	for b := s.around(id.from); b >= 0; b = s.brackets[b].parent {
		if s.code[s.brackets[b].open] != '(' {
			break
		}
		hf, ht := s.statement(s.brackets[b].open)
		more := s.facts(hf, ht, skip...)
		g.own.identity = first(g.own.identity, more.identity)
		g.refs = append(g.refs, s.refs(hf, ht, skip...)...)
	}
	g.wide = s.lang == golang && next == '('
	g.mounts = true
	p.guards = append(p.guards, g)
}

// declared says whether an offset stands among the parameters of a function that
// begins there: function routes(app) {, (app) => {. It puts nothing in front of it.
func (s *source) declared(pos int) bool {
	b := s.around(pos)
	if b < 0 || s.lang == golang || s.code[s.brackets[b].open] != '(' {
		return false
	}
	c, at := s.after(s.brackets[b].close + 1)
	return c == '{' || bytes.HasPrefix(s.code[at:], []byte("=>"))
}

// controllers says whether the statement at an offset maps all controllers.
func (s *source) controllers(pos int) bool {
	from, to := s.statement(pos)
	return bytes.Contains(s.code[from:to], []byte("MapControllers")) || bytes.Contains(s.code[from:to], []byte("MapRazorPages"))
}

// asksOthers are names of clients, whose methods have the names of a router's.
var asksOthers = set("axios", "http", "https", "apiUtils", "apiClient", "client", "httpClient", "request", "ky", "got", "$http", "fetcher", "superagent", "supertest", "$axios", "axiosInstance", "restClient", "nock")
