package inventory

import (
	"bytes"
	"path"
	"strings"
)

// servesByPlace says whether a file is a route or stands in front of routes by where it
// lies.
func servesByPlace(f *file) bool {
	base := strings.TrimSuffix(f.base, path.Ext(f.base))
	return base == "route" || base == "+server" || base == "middleware" || base == "proxy" || base == "hooks.server" || strings.Contains(f.path, "pages/api/") || strings.Contains(f.path, "server/api/") || strings.Contains(f.path, "server/middleware/") ||
		strings.Contains(f.path, "server/routes/") || base == "+page.server" || base == "routes" || strings.Contains(f.path, "app/routes/")
}

// fileRoutes reads routes that a file is by its place: Next.js, SvelteKit, Nuxt.
func (s *source) fileRoutes(p *program, spans []span) {
	base := strings.TrimSuffix(s.base, path.Ext(s.base))
	dir := "/" + path.Dir(s.path) + "/"
	whole := facts{}
	if base == "middleware" || base == "proxy" || base == "hooks.server" || strings.Contains(dir, "/server/middleware/") {
		whole = s.facts(0, len(s.code))
		if whole.identity != 0 || base == "middleware" || base == "proxy" {
			g := guard{line: max(1, whole.identity), text: s.text(s.at(whole.identity)), wide: true, own: whole, refs: s.refs(0, len(s.code)), of: s.conditions(0, len(s.code))}
			if len(g.of.only) > 0 {
				g.line = g.of.onlyAt
			}
			astro := bytes.Contains(s.code, []byte("onRequest"))
			if (base == "hooks.server" || astro || strings.Contains(dir, "/server/middleware/")) && !s.refuses(0, len(s.code)) {
				return // it knows who calls, and lets everybody in
			}
			if base != "hooks.server" && !astro {
				g.paths, g.place = s.matchers(), !strings.Contains(dir, "/server/middleware/")
			}
			// export { default } from "next-auth/middleware"
			for _, lit := range s.strings(0, len(s.code)) {
				if strings.HasSuffix(lit, "/middleware") && guardWord(lit) {
					at := bytes.Index(s.data, []byte(lit))
					g.own.identity, g.line, g.text = s.line(at), s.line(at), lit
				}
			}
			if g.own.identity != 0 || len(g.refs) > 0 && base != "proxy" {
				p.guards = append(p.guards, g)
			}
		}
	}
	s.serverActions(p, spans)
	name, byFunction := "", false
	switch {
	case (base == "+page.server" || base == "+layout.server") && strings.Contains(dir, "/routes/"):
		_, name, _ = strings.Cut(strings.TrimSuffix(dir, "/"), "/routes")
		s.formActions(p, name, spans)
		return
	case base == "routes" && bytes.Contains(s.data, []byte("react-router/dev")):
		s.configuredRoutes(p)
		return
	case strings.Contains(dir, "/app/routes/"):
		s.remix(p, base, spans)
		return
	case strings.Contains(dir, "/pages/") && !bytes.Contains(s.code, []byte("export default")) && astroMethods(spans):
		_, name, _ = strings.Cut(dir, "/pages/")
		name += base
		byFunction = true
	case base == "route" && strings.Contains(dir, "/app/"):
		_, name, _ = strings.Cut(strings.TrimSuffix(dir, "/"), "/app/")
		byFunction = true
	case base == "+server" && strings.Contains(dir, "/routes/"):
		_, name, _ = strings.Cut(strings.TrimSuffix(dir, "/"), "/routes/")
		byFunction = true
	case strings.Contains(dir, "/pages/api/"):
		_, name, _ = strings.Cut(dir, "/pages/")
		name += base
	case (strings.Contains(dir, "/server/api/") || strings.Contains(dir, "/server/routes/")) && bytes.Contains(s.code, []byte("ventHandler")):
		_, name, _ = strings.Cut(dir, "/server/")
		name = strings.TrimPrefix(name, "routes/") + base
		if i := strings.LastIndexByte(name, '.'); i > 0 { // chat.post.ts
			switch name[i+1:] {
			case "get", "post", "put", "patch", "delete":
				name = name[:i]
			}
		}
	default:
		return
	}
	name = pathOf(name)
	if !byFunction {
		at := bytes.Index(s.code, []byte("export default"))
		if at < 0 {
			at = 0
		}
		p.routes = append(p.routes, route{name: name, text: s.text(at), line: s.line(at), own: s.facts(0, len(s.code)), around: nil, handlers: nil})
		return
	}
	for _, x := range spans {
		switch x.name {
		case "GET", "POST", "PUT", "PATCH", "DELETE", "ALL", "fallback":
			if s.around(x.from) < 0 {
				p.routes = append(p.routes, route{name: name, text: s.text(x.from), line: s.line(x.from), own: s.facts(x.head, x.to), around: s.refs(x.head, x.body)})
			}
		}
	}
	// export { handler as GET, handler as POST }: all that the file does.
	if i := bytes.Index(s.code, []byte(" as POST")); i >= 0 {
		p.routes = append(p.routes, route{name: name, text: s.text(i), line: s.line(i), own: s.facts(0, len(s.code))})
	}
}

// matchers are the patterns of a Next.js middleware, if it has any.
func (s *source) matchers() []string {
	at := bytes.Index(s.code, []byte("matcher"))
	if at < 0 {
		return nil
	}
	_, to := s.statement(at)
	end := to
	if c, open := s.after(at + len("matcher")); c == ':' {
		if c, open = s.after(open + 1); c == '[' {
			end = s.shut(open)
		} else if lit, _, ok := s.literal(open); ok {
			return []string{lit}
		}
	}
	var out []string
	for _, l := range s.strings(at, end) {
		if strings.HasPrefix(l, "/") {
			out = append(out, l)
		}
	}
	return out
}

// pathOf is the path of a route that a file is by its place.
func pathOf(name string) string {
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '(' || part == "index" {
			continue
		}
		parts = append(parts, part)
	}
	return "/" + strings.Join(parts, "/")
}

// astroMethods says whether a file exports the methods of an endpoint.
func astroMethods(spans []span) bool {
	for _, x := range spans {
		switch x.name {
		case "GET", "POST", "PUT", "PATCH", "DELETE", "ALL":
			return true
		}
	}
	return false
}

// serverActions reads functions that pages call over the network: all that a file with
// "use server" exports, and those that say it themselves.
// https://nextjs.org/docs/app/api-reference/directives/use-server
func (s *source) serverActions(p *program, spans []span) {
	const directive = "use server"
	add := func(x span) {
		if len(p.routes) < maxRoutes {
			p.routes = append(p.routes, route{name: x.name, text: s.text(x.from), line: s.line(x.from), inside: x.name, own: s.facts(x.from, x.to), around: s.refs(x.head, x.body)})
		}
	}
	if lit, _, ok := s.literal(0); ok && lit == directive {
		for _, x := range spans {
			line := bytes.TrimSpace(s.code[lineStart(s.code, x.from):x.from])
			if s.around(x.from) < 0 && bytes.HasPrefix(line, []byte("export")) && !x.local {
				add(x)
			}
		}
		return
	}
	for at := 0; ; {
		i := bytes.Index(s.data[at:], []byte(directive))
		if i < 0 {
			return
		}
		at += i + len(directive)
		best := -1
		for k, x := range spans {
			if x.body < at && at < x.to && x.name != "" && (best < 0 || x.from > spans[best].from) {
				best = k
			}
		}
		if best >= 0 && s.code[at-len(directive)] == ' ' {
			add(spans[best])
		}
	}
}

// formActions reads the actions of a page of SvelteKit.
func (s *source) formActions(p *program, name string, spans []span) {
	name = pathOf(name)
	for _, x := range spans {
		if x.name == "load" && s.around(x.from) < 0 {
			p.routes = append(p.routes, route{name: name, text: s.text(x.from), line: s.line(x.from), own: s.facts(x.from, x.to)})
		}
	}
	s.idents(0, len(s.code), func(id ident) {
		if id.text != "actions" || s.around(id.from) >= 0 {
			return
		}
		_, to := s.statement(id.from)
		open := s.next('{', id.to)
		if open >= to {
			return
		}
		for at := skipSpace(s.code, open+1); at < s.shut(open); {
			e := s.memberAt(at)
			key := s.identAt(e.from)
			if key == "async" {
				key = s.identAt(skipSpace(s.code, e.from+len(key)))
			}
			if key != "" && len(p.routes) < maxRoutes {
				p.routes = append(p.routes, route{name: name, text: s.text(e.from), line: s.line(e.from), own: s.facts(e.from, e.to), around: s.refs(e.from, e.to)})
			}
			at = skipSpace(s.code, max(e.to, at)+1)
		}
	})
}
