package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// pythonRoutes reads FastAPI, Flask, Starlette and Django.
func (s *source) pythonRoutes(p *program, spans []span) {
	for _, x := range spans {
		if x.head >= x.from {
			continue
		}
		for at := x.head; at < x.from; at++ {
			if s.code[at] != '@' || len(bytes.TrimSpace(s.code[lineStart(s.code, at):at])) > 0 {
				continue
			}
			owner := s.identAt(at + 1)
			rest := at + 1 + len(owner)
			method := ""
			if rest < len(s.code) && s.code[rest] == '.' {
				method = s.identAt(rest + 1)
			}
			open := rest + 1 + len(method)
			if rest < len(s.code) && s.code[rest] == '(' && strings.HasPrefix(p.from[owner], "litestar") {
				owner, method, open = "", owner, rest
			}
			switch method {
			case "get", "post", "put", "patch", "delete", "route", "api_route", "websocket":
				name, _, ok := s.literal(open + 1)
				if !ok {
					for _, lit := range s.strings(open, s.shut(open)) {
						if ok = lit == "" || strings.HasPrefix(lit, "/"); ok {
							name = lit
							break
						}
					}
				}
				if open < len(s.code) && s.code[open] == '(' {
					if x.class != "" {
						for _, v := range spans { // path = "/team" of a Controller
							if v.name == "path" && v.class == x.class && v.local {
								lit, _, _ := s.literal(s.next('=', v.body) + 1)
								name = joinPath(lit, name)
							}
						}
					}
					p.routes = append(p.routes, route{name: name, text: s.text(at), line: s.line(at), owner: owner, own: s.whole(x.head, x), around: s.refs(x.head, x.body), class: x.class})
				}
			case "before_request", "before_app_request", "middleware":
				p.guards = append(p.guards, guard{line: s.line(at), text: s.text(at), own: s.facts(x.head, x.to), refs: s.refs(x.head, x.body), over: []string{owner}, wide: owner == "app" || method != "before_request"})
			}
		}
	}
	s.idents(0, len(s.code), func(id ident) {
		c, open := s.after(id.to)
		if c != '(' {
			return
		}
		shut := s.shut(open)
		switch id.text {
		case "include_router", "register_blueprint", "mount", "add_router":
			if g, ok := s.takenPython(p, id, open, shut); ok {
				g.inside = inside(spans, id.from)
				p.guards = append(p.guards, g)
			}
		case "Litestar", "Starlette", "FastAPI", "NinjaAPI", "Router":
			// What an application is given for all of its routes.
			s.idents(open, shut, func(k ident) {
				switch k.text {
				case "on_app_init", "guards", "middleware", "dependencies":
				default:
					return
				}
				if c, at := s.after(k.to); c == '=' && s.around(k.from) == s.around(open+1) {
					e := s.memberAt(at + 1)
					g := guard{line: s.line(k.from), text: s.text(k.from), wide: id.text != "Router", own: s.facts(at+1, e.to), refs: s.refs(at+1, e.to)}
					if id.text == "Router" {
						return
					}
					if k.text == "middleware" { // what attaches an identity asks nobody for it
						g.refs = slices.DeleteFunc(g.refs, func(r ref) bool { return r.name == "middleware" || r.name == "Middleware" })
					}
					p.guards = append(p.guards, g)
				}
			})
		case "add_middleware", "before_request", "before_app_request":
			if prev, _ := s.before(id.from); prev == '.' {
				g := guard{line: s.line(id.from), text: s.text(id.from), wide: true}
				if first, at := s.after(open + 1); isWord(first) {
					name := s.identAt(at)
					g.refs = []ref{{name: name}}
					asks := s.asks(ident{at, at + len(name), meaningOf(name)}, ident{})
					if asks && name != "SessionMiddleware" {
						g.own.identity = g.line
					}
				}
				p.guards = append(p.guards, g)
			}
		case "path", "re_path", "url":
			if name, to, ok := s.literal(open + 1); ok && bytes.Contains(s.code, []byte("urlpatterns")) {
				name = "/" + strings.Trim(name, "^$/")
				if c, at := s.after(to); c == ',' {
					if _, in := s.after(at + 1); s.identAt(in) == "include" {
						p.guards = append(p.guards, s.included(p, id, s.next('(', in), name))
						return
					}
				}
				p.routes = append(p.routes, route{name: name, text: s.text(id.from), line: s.line(id.from), own: s.facts(open, shut), handlers: s.refs(open, shut), around: s.refs(open, shut)})
			}
		case "Route", "WebSocketRoute", "add_url_rule", "add_api_route", "add_route", "add_resource", "register", "add_post", "add_get":
			s.listed(p, id, open, shut)
		case "get", "post", "put", "patch", "delete", "websocket":
			// web.post("/chat", handler) of aiohttp
			if s.identEndsAt(max(0, id.from-1)) == "web" {
				s.listed(p, id, open, shut)
			}
		}
	})
	for _, w := range []string{"LoginRequiredMiddleware", "permissions.IsAuthenticated", "IsAuthenticated\"", "AuthenticationRequired"} {
		if at := bytes.Index(s.data, []byte(w)); at >= 0 && (bytes.Contains(s.data, []byte("DEFAULT_PERMISSION_CLASSES")) || bytes.Contains(s.data, []byte("MIDDLEWARE"))) {
			p.guards = append(p.guards, guard{line: s.line(at), text: w, wide: true, own: facts{identity: s.line(at)}})
		}
	}
}

// keyword gives the string that a call is told under one of some names.
func (s *source) keyword(open, shut int, names ...string) string {
	out := ""
	s.idents(open, shut, func(id ident) {
		if c, at := s.after(id.to); c == '=' && slices.Contains(names, id.text) {
			if lit, _, ok := s.literal(at + 1); ok && strings.HasPrefix(lit, "/") {
				out = strings.TrimSuffix(lit, "/")
			}
		}
	})
	return out
}

// takenPython reads include_router(chat.router, prefix="/api") and its like.
func (s *source) takenPython(p *program, id ident, open, shut int) (guard, bool) {
	g := guard{line: s.line(id.from), text: s.text(id.from), own: s.facts(open, shut), wide: true}
	if c, at := s.before(id.from); c == '.' {
		g.owner = s.identEndsAt(at)
	}
	at := skipSpace(s.code, open+1)
	if lit, to, ok := s.literal(at); ok { // mount("/x", app), add_router("/x", router)
		g.prefix = strings.TrimSuffix(lit, "/")
		c, comma := s.after(to)
		if c != ',' {
			return g, false
		}
		at = skipSpace(s.code, comma+1)
	}
	end := at
	for end < len(s.code) && (isWord(s.code[end]) || s.code[end] == '.') {
		end++
	}
	parts := strings.Split(string(s.code[at:end]), ".")
	if parts[0] == "" || end < len(s.code) && s.code[end] == '(' {
		lit, _, ok := s.literal(at)
		if !ok {
			return g, false
		}
		parts = strings.Split(lit, ".") // the name of a module's router
	}
	last := len(parts) - 1
	t := take{name: parts[last]}
	if module, ok := p.from[parts[0]]; ok {
		t.module = module
		if last > 0 {
			t.module = strings.TrimSuffix(module, ".") + "." + strings.Join(parts[:last], ".")
			if strings.TrimLeft(module, ".") == "" {
				t.module = module + strings.Join(parts[:last], ".")
			}
		}
	} else if last > 0 {
		t.module = strings.Join(parts[:last], ".")
	}
	g.takes = []take{t}
	if prefix := s.keyword(open, shut, "prefix", "url_prefix"); prefix != "" {
		g.prefix = prefix
		g.replaces = id.text == "register_blueprint"
	}
	g.refs = s.refs(end, shut)
	return g, true
}

// included reads path("desk/", include("desk.urls")) of Django.
func (s *source) included(p *program, id ident, open int, prefix string) guard {
	g := guard{line: s.line(id.from), text: s.text(id.from), wide: true, prefix: strings.TrimSuffix(prefix, "/")}
	shut := s.shut(open)
	if lits := s.strings(open, shut); len(lits) > 0 {
		g.takes = []take{{"urlpatterns", lits[0]}}
		return g
	}
	name := s.identAt(skipSpace(s.code, open+1))
	if module, ok := p.from[name]; ok {
		g.takes = []take{{"urlpatterns", strings.TrimSuffix(module, ".") + "." + name}}
	} else {
		g.takes = []take{{name, ""}} // router.urls
	}
	return g
}

// listed reads a route that is given with its handler: Route("/chat", chat) of
// Starlette, add_url_rule of Flask, register of Django REST framework.
func (s *source) listed(p *program, id ident, open, shut int) {
	name, to, ok := s.literal(open + 1)
	if !ok {
		if id.text != "add_resource" {
			return
		}
		lits := s.strings(open, shut)
		if len(lits) == 0 {
			return
		}
		name, to = lits[0], open
	}
	rt := route{text: s.text(id.from), line: s.line(id.from), own: s.facts(to, shut), handlers: s.refs(to, shut), around: s.refs(to, shut)}
	if id.text == "register" {
		c, at := s.before(id.from)
		if c != '.' || !strings.Contains(s.identEndsAt(at), "outer") {
			return
		}
		rt.owner = s.identEndsAt(at)
		name = strings.Trim(name, "r^/$")
	} else if !strings.HasPrefix(name, "/") && name != "" {
		return
	}
	rt.name = "/" + strings.Trim(name, "/")
	if c, at := s.before(id.from); c == '.' && rt.owner == "" {
		rt.owner = s.identEndsAt(at)
	}
	if len(p.routes) < maxRoutes {
		p.routes = append(p.routes, rt)
	}
}

// next gives the offset of a byte behind another.
func (s *source) next(c byte, pos int) int {
	if i := bytes.IndexByte(s.code[pos:], c); i >= 0 {
		return pos + i
	}
	return pos
}
