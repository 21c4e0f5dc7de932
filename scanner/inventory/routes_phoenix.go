package inventory

import (
	"bytes"
	"slices"
	"strings"

	"leakline/detectors"
)

// phoenixRoutes reads a router of Phoenix: scopes, the pipelines that they go through and
// the live sessions around their pages. https://phoenix.hexdocs.pm/routing.html
func (s *source) phoenixRoutes(p *program) {
	if !bytes.Contains(s.code, []byte("pipe_through")) && !bytes.Contains(s.code, []byte("pipeline ")) {
		return
	}
	type frame struct {
		path  string
		pipes []plugs // what stands in front of it
		named string  // of a pipeline
	}
	pipelines := map[string]plugs{}
	stack := []frame{{}}
	pos := 0
	for line := range strings.Lines(string(s.data)) {
		at := pos
		pos += len(line)
		begin := at + indent([]byte(line))
		text := strings.TrimSpace(line)
		if begin < len(s.code) && s.code[begin] == ' ' || text == "" || text[0] == '#' {
			continue
		}
		end := min(at+len(line), len(s.code))
		word, rest, _ := strings.Cut(text, " ")
		top := &stack[len(stack)-1]
		f := frame{path: top.path, pipes: slices.Clone(top.pipes)}
		switch word {
		case "end":
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
			continue
		case "pipeline":
			f.named = strings.Trim(strings.TrimSuffix(rest, " do"), ": ")
		case "plug":
			if top.named != "" {
				g := pipelines[top.named]
				g.add(s, begin, end)
				pipelines[top.named] = g
			}
		case "pipe_through":
			for _, name := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune("[]:, ()", r) }) {
				g, ok := pipelines[name]
				if !ok { // a plug by itself
					g.add(s, begin, end)
				}
				g.line = s.line(begin)
				top.pipes = append(top.pipes, g)
			}
		case "scope":
			if lit, _, ok := s.literal(begin + len(word)); ok {
				f.path = joinPath("/"+strings.Trim(f.path, "/"), lit)
			}
		case "live_session":
			// Its head alone: what stands in it are pages.
			g := plugs{line: s.line(begin)}
			if i := strings.Index(string(s.code[begin:min(len(s.code), begin+600)]), " do\n"); i >= 0 {
				g.add(s, begin+len(word), begin+i)
			}
			f.pipes = append(f.pipes, g)
		case "get", "post", "put", "patch", "delete", "live", "resources", "forward":
			lit, to, ok := s.literal(begin + len(word))
			if !ok || len(p.routes) >= maxRoutes {
				continue
			}
			rt := route{name: joinPath("/"+strings.Trim(top.path, "/"), lit), text: s.text(begin), line: s.line(begin), method: strings.ToUpper(word), pipes: top.pipes}
			var names []string
			s.idents(to, end, func(id ident) { names = append(names, id.text) })
			module, action := "", ""
			for _, n := range names {
				if n[0] >= 'A' && n[0] <= 'Z' {
					module = n
				} else if module != "" && action == "" {
					action = n
				}
			}
			rt.class = module
			if word == "live" || word == "resources" || word == "forward" {
				rt.handlers = []ref{{name: module}}
			} else {
				rt.action = action
				rt.handlers = []ref{{of: module, name: action}}
			}
			p.routes = append(p.routes, rt)
		}
		if strings.HasSuffix(text, " do") || strings.HasSuffix(text, "\tdo") {
			stack = append(stack, f)
		} else if word == "live_session" && !strings.HasSuffix(text, "do") { // its head goes on
			stack = append(stack, f)
		}
	}
}

// plugs are what a pipeline puts in front of routes.
type plugs struct {
	line int
	asks int // the line that asks who calls, by its name
	refs []ref
}

// add reads a plug: one that only fetches who somebody is asks nobody.
func (g *plugs) add(s *source, from, to int) {
	for _, r := range s.refs(from, to) {
		w := wordsOf(r.name)
		if len(w) > 0 && slices.Contains([]string{"fetch", "load", "assign", "put", "maybe", "mount", "plug", "accepts", "protect", "Plug", "get"}, w[0]) {
			continue
		}
		m := meaningOf(r.name)
		if m.maybe && (s.asks(ident{meaning: m}, ident{}) || slices.ContainsFunc(m.words, func(w string) bool { return who[w] })) {
			g.asks = first(g.asks, s.line(from))
		}
		g.refs = append(g.refs, r)
	}
	if g.line == 0 {
		g.line = s.line(from)
	}
}

// plugMacros are the plugs of a controller, with the actions that they are for: plug
// :require_user when action in [:create].
func (s *source) plugMacros(c classSpan) []macro {
	var out []macro
	for at := lineEnd(s.code, c.from); at < c.to; at = lineEnd(s.code, at+1) {
		from := min(at+1, c.to)
		line := strings.TrimSpace(string(s.data[from:max(from, min(lineEnd(s.code, from), c.to))]))
		rest, ok := strings.CutPrefix(line, "plug ")
		if !ok {
			continue
		}
		m := macro{name: "plug", line: s.line(from)}
		what, when, _ := strings.Cut(rest, " when ")
		m.args = strings.FieldsFunc(what, func(r rune) bool { return strings.ContainsRune(":, .()[]", r) })
		if _, list, ok := strings.Cut(when, "["); ok {
			list, _, _ = strings.Cut(list, "]")
			names := strings.FieldsFunc(list, func(r rune) bool { return r == ':' || r == ',' || r == ' ' })
			if strings.Contains(when, "not in") {
				m.except = names
			} else {
				m.only = names
			}
		}
		out = append(out, m)
	}
	return out
}

// phoenix says whether a route of Phoenix asks who calls.
func (j *joined) phoenix(p *program, rt *route) (Part, state) {
	at := func(q *program, line int, text string) Part {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: q.path, Line: line, Text: text}
	}
	for _, g := range rt.pipes {
		if g.asks != 0 {
			return at(p, g.line, rt.text), guarded
		}
		for _, r := range g.refs {
			if j.plug(p, r.name) {
				return at(p, g.line, rt.text), guarded
			}
		}
	}
	var left Part
	for _, c := range j.classes[rt.class] {
		if c.in.lang != elixir {
			continue
		}
		for _, m := range c.macros {
			asks := slices.ContainsFunc(m.args, func(a string) bool {
				w := wordsOf(a)
				return len(w) > 0 && w[0] != "fetch" && w[0] != "load" && w[0] != "assign" && w[0] != "put" && (j.plugName(a) || j.plug(c.in, a))
			})
			if !asks {
				continue
			}
			if rt.action == "" || (len(m.only) == 0 || slices.Contains(m.only, rt.action)) && !slices.Contains(m.except, rt.action) {
				return at(c.in, m.line, "plug"), guarded
			}
			left = at(c.in, m.line, "plug")
			left.Kind = Opening
		}
	}
	for _, r := range rt.handlers {
		if r.of == "" { // a page of LiveView: what it asks when it is mounted
			for _, m := range j.methods[r.name] {
				if g, ok := j.asks(m, 1); ok && m.in.lang == elixir {
					return g, guarded
				}
			}
		}
		for _, f := range j.resolve(r, p) {
			if g, ok := j.asks(f, 2); ok {
				return g, guarded
			}
		}
	}
	return left, open
}

// plugName says whether the name of a plug says that it asks.
func (j *joined) plugName(name string) bool {
	s := source{lang: elixir, file: &file{}}
	m := meaningOf(name)
	return m.maybe && s.asks(ident{meaning: m}, ident{})
}

// plug says whether a plug, a function or a module with a function call, asks.
func (j *joined) plug(p *program, name string) bool {
	for _, f := range j.named[name] {
		if f.in.lang == elixir {
			if _, ok := j.asks(f, 1); ok {
				return true
			}
		}
	}
	for _, f := range j.methods[name] {
		if f.in.lang == elixir && (f.name == "call" || f.name == "on_mount") {
			if _, ok := j.asks(f, 1); ok {
				return true
			}
		}
	}
	return false
}
