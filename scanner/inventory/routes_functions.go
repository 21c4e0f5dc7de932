package inventory

import (
	"bytes"
	"path"
	"strings"
)

// functionRoutes reads programs that are called by a platform: the functions of
// Supabase, AWS and Cloudflare, and the paths that such a program tells apart itself.
func (s *source) functionRoutes(p *program, spans []span) {
	serve := -1
	switch {
	case strings.Contains("/"+s.path, "/supabase/functions/"):
		s.idents(0, len(s.code), func(id ident) {
			if c, _ := s.after(id.to); serve < 0 && id.text == "serve" && c == '(' {
				serve, _ = s.statement(id.from)
				serve = skipSpace(s.code, serve)
			}
		})
		if serve < 0 {
			return
		}
		// The gateway asks for a token unless it is told otherwise.
		name := path.Base(path.Dir(s.path))
		p.routes = append(p.routes, route{name: "/" + name, text: s.text(serve), line: s.line(serve), own: s.facts(0, len(s.code)), around: s.refs(serve, len(s.code)), gateway: name})
		return
	}
	// What tells paths apart: if (url.pathname === "/chat") { … }
	if !bytes.Contains(s.code, []byte("pathname")) && !bytes.Contains(s.code, []byte(".url")) {
		return
	}
	if servesByPlace(s.file) {
		return
	}
	worker := func(x span) bool {
		return x.name == "fetch" && s.around(x.from) >= 0 && bytes.Contains(s.code, []byte("export default"))
	}
	for _, x := range spans {
		if x.to-x.body < 10 || !worker(x) {
			continue
		}
		s.branches(p, x)
	}
	s.idents(0, len(s.code), func(id ident) { // createServer((req, res) => …), Deno.serve(…)
		c, open := s.after(id.to)
		if c != '(' || id.text != "createServer" && id.text != "serve" {
			return
		}
		if s.identEndsAt(max(0, id.from-1)) == "" {
			return
		}
		s.branches(p, span{name: id.text, from: id.from, body: open, to: s.shut(open), head: id.from})
	})
}

// branches reads the paths that a function tells apart; without any, all of it is one.
func (s *source) branches(p *program, x span) {
	type branch struct {
		name      string
		from      int // of the statement
		body, end int
	}
	var all []branch
	var without [][2]int
	s.idents(x.body, x.to, func(id ident) {
		if id.text != "if" && id.text != "case" {
			return
		}
		c, open := s.after(id.to)
		var name string
		var body, end int
		if id.text == "case" {
			lit, to, ok := s.literal(open)
			if c, at := s.after(to); !ok || c != ':' || !strings.HasPrefix(lit, "/") {
				return
			} else if b := s.around(id.from); b >= 0 {
				name, body, end = lit, at, s.brackets[b].close
				s.idents(at, end, func(n ident) {
					if (n.text == "case" || n.text == "default") && end > n.from && s.around(n.from) == b {
						end = n.from
					}
				})
			}
		} else {
			if c != '(' {
				return
			}
			shut := s.shut(open)
			cond := s.code[open:min(shut+1, len(s.code))]
			for _, lit := range s.strings(open, shut) {
				if strings.HasPrefix(lit, "/") && name == "" {
					name = lit
				}
			}
			if name == "" || bytes.Contains(cond, []byte("!==")) || bytes.Contains(cond, []byte("!url")) || !bytes.Contains(cond, []byte("==")) && !bytes.Contains(cond, []byte("startsWith")) && !bytes.Contains(cond, []byte("match")) {
				return
			}
			body = shut + 1
			if c, at := s.after(body); c == '{' {
				end = s.shut(at)
			} else {
				_, end = s.statement(at)
			}
		}
		if len(all) < maxRoutes && body < end {
			all = append(all, branch{name, id.from, body, end})
			without = append(without, [2]int{body, end})
		}
	})
	if len(all) == 0 {
		p.routes = append(p.routes, route{name: x.name, text: s.text(x.from), line: s.line(x.from), own: s.facts(x.from, x.to), around: s.refs(x.head, x.body)})
		return
	}
	for _, b := range all {
		rt := route{name: b.name, text: s.text(b.from), line: s.line(b.from), own: s.facts(b.from, b.end), around: s.refs(b.from, b.end)}
		// What stands before it asks for it, too.
		before := s.facts(x.body, b.from, without...)
		rt.own.identity = first(rt.own.identity, before.identity)
		rt.own.sure = rt.own.sure || before.sure
		rt.own.calls = append(rt.own.calls, before.calls...)
		p.routes = append(p.routes, rt)
	}
}
