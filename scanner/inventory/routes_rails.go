package inventory

import (
	"slices"
	"strings"

	"leakline/detectors"
)

// railsRoute is where config/routes.rb sends a path.
type railsRoute struct {
	path  string
	line  int
	guard int    // the line of what asks in front of it, or 0
	text  string // of that
}

// railsTable reads config/routes.rb: which path leads to which action ("api/chats#create"),
// and behind which check. https://guides.rubyonrails.org/routing.html
func (s *source) railsTable() map[string]railsRoute {
	type frame struct {
		path, module string
		resource     string // its controller
		singular     bool
		member       bool
		collection   bool
		guard        int
		text         string
	}
	out := map[string]railsRoute{}
	stack := []frame{{}}
	pos := 0
	for line := range strings.Lines(string(s.data)) {
		at := pos
		pos += len(line)
		// What stands in braces is a block of one line: member { post :preview }
		line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
		n := s.line(at)
		var inline string
		if head, rest, ok := strings.Cut(line, "{ "); ok && strings.HasSuffix(line, "}") && !strings.Contains(head, "=>") && !strings.Contains(head, "constraints") && !strings.Contains(head, "defaults") {
			line, inline = strings.TrimSpace(head)+" do", strings.TrimSpace(strings.TrimSuffix(rest, "}"))
		}
		for _, one := range []string{line, inline} {
			if one == "" {
				continue
			}
			top := stack[len(stack)-1]
			word, rest, _ := strings.Cut(one, " ")
			word, arg, called := strings.Cut(word, "(")
			if called {
				rest = arg + " " + rest
			}
			opens := strings.HasSuffix(one, " do") || strings.Contains(one, " do |")
			f := top
			f.member, f.collection = false, false
			name := rubyWord(rest)
			option := func(key string) string {
				_, v, ok := strings.Cut(rest, key+":")
				if !ok {
					return ""
				}
				return rubyWord(strings.TrimSpace(v))
			}
			put := func(controller, action, path string) {
				key := strings.TrimPrefix(controller, "/") + "#" + action
				if _, ok := out[key]; !ok {
					out[key] = railsRoute{path: "/" + strings.Trim(path, "/"), line: n, guard: f.guard, text: f.text}
				}
			}
			switch word {
			case "end":
				if len(stack) > 1 {
					stack = stack[:len(stack)-1]
				}
				continue
			case "namespace":
				dir := name
				if p := option("path"); p != "" {
					dir = p
				}
				f.path, f.module, f.resource = joinPath("/"+strings.Trim(f.path, "/"), dir), f.module+name+"/", ""
			case "scope":
				if name != "" && !strings.HasPrefix(strings.TrimSpace(rest), name+":") {
					f.path = joinPath("/"+strings.Trim(f.path, "/"), name)
				}
				if p := option("path"); p != "" {
					f.path = joinPath("/"+strings.Trim(f.path, "/"), p)
				}
				if m := option("module"); m != "" {
					f.module += m + "/"
				}
			case "authenticate", "authenticated":
				f.guard, f.text = n, word
			case "constraints":
				l := strings.ToLower(rest)
				for _, w := range []string{"auth", "admin", "session", "user", "sign"} {
					if strings.Contains(l, w) {
						f.guard, f.text = n, word
					}
				}
			case "resources", "resource":
				f.singular = word == "resource"
				controller := name
				if f.singular && !strings.HasSuffix(name, "s") {
					controller += "s"
				}
				if c := option("controller"); c != "" {
					controller = c
				}
				dir, module := name, f.module
				if strings.Contains(rest, "path:") {
					dir = option("path")
				}
				if m := option("module"); m != "" {
					module += m + "/"
				}
				base := top.path
				if top.resource != "" && !top.singular && !top.collection {
					base = joinPath("/"+strings.Trim(base, "/"), ":"+strings.TrimSuffix(lastPart(top.resource), "s")+"_id")
				}
				f.path = joinPath("/"+strings.Trim(base, "/"), dir)
				f.resource = module + controller
				for action, tail := range map[string]string{"index": "", "create": "", "new": "/new", "show": "/:id", "update": "/:id", "destroy": "/:id", "edit": "/:id/edit"} {
					if f.singular {
						tail = strings.TrimPrefix(tail, "/:id")
					}
					put(f.resource, action, f.path+tail)
				}
			case "member":
				f.member = true
				f.path = top.path + "/:id"
			case "collection":
				f.collection = true
			case "get", "post", "put", "patch", "delete", "match", "root":
				to := option("to")
				if to == "" {
					if _, v, ok := strings.Cut(rest, "=>"); ok {
						to = rubyWord(strings.TrimSpace(v))
					}
				}
				path := joinPath("/"+strings.Trim(top.path, "/"), name)
				if top.resource != "" && option("on") == "member" {
					path = joinPath(top.path+"/:id", name)
				}
				switch {
				case strings.Contains(to, "#"):
					put(top.module+to[:strings.IndexByte(to, '#')], to[strings.IndexByte(to, '#')+1:], path)
				case top.resource != "":
					action := strings.ReplaceAll(name, "-", "_")
					if a := option("action"); a != "" {
						action = a
					}
					put(top.resource, action, path)
				case option("controller") != "":
					put(top.module+option("controller"), option("action"), path)
				case strings.Count(name, "/") == 1: // get "chats/preview"
					c, a, _ := strings.Cut(strings.Trim(name, "/"), "/")
					put(top.module+c, a, path)
				}
			}
			if opens && one == line && (inline == "" || one != line) {
				stack = append(stack, f)
			} else if inline != "" && one == line {
				stack = append(stack, f)
			}
		}
		if inline != "" && len(stack) > 1 {
			stack = stack[:len(stack)-1]
		}
	}
	return out
}

// rubyWord is the first word, string or symbol of a text.
func rubyWord(text string) string {
	text = strings.TrimLeft(strings.TrimSpace(text), "(:")
	if text == "" {
		return ""
	}
	if text[0] == '"' || text[0] == '\'' {
		if i := strings.IndexByte(text[1:], text[0]); i >= 0 {
			return text[1 : 1+i]
		}
	}
	i := strings.IndexFunc(text, func(r rune) bool {
		return !(r == '_' || r == '-' || r == '/' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '#')
	})
	if i < 0 {
		return text
	}
	return text[:i]
}

// lastPart is what stands behind the last slash.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// railsKey is the name of a controller's action in the table, from where its file lies.
func railsKey(file, action string) string {
	_, name, ok := strings.Cut("/"+file, "/controllers/")
	if !ok {
		return ""
	}
	return strings.TrimSuffix(name, "_controller.rb") + "#" + action
}

// railsRoute gives what config/routes.rb says of a route.
func (j *joined) railsRoute(p *program, rt *route) (q *program, r railsRoute, ok bool) {
	if p.lang != ruby || rt.action == "" {
		return nil, r, false
	}
	key := railsKey(p.path, rt.action)
	for _, q := range j.near(p) {
		if r, ok := q.table[key]; ok && j.unit(q.path) == j.unit(p.path) {
			return q, r, true
		}
	}
	return nil, r, false
}

// blockRoutes reads the routes of Sinatra and Grape: post "/chat" do … end.
// https://sinatrarb.com/intro.html, https://github.com/ruby-grape/grape
func (s *source) blockRoutes(p *program) {
	classes := s.classes()
	owner := func(pos int) (name string) {
		for _, c := range classes {
			if c.from <= pos && pos < c.to {
				name = last(c.name)
			}
		}
		return name
	}
	type space struct {
		from, to int
		path     string
	}
	var spaces []space
	pos := 0
	for line := range strings.Lines(string(s.data)) {
		at := pos
		pos += len(line)
		text := strings.TrimSpace(line)
		word, rest, _ := strings.Cut(text, " ")
		begin := at + indent([]byte(line))
		if s.code[min(begin, len(s.code)-1)] == ' ' { // in a string
			continue
		}
		end := min(at+len(line), len(s.code))
		if strings.HasSuffix(text, " do") || strings.Contains(text, " do |") {
			end = s.ended(begin)
		}
		name := rubyWord(rest)
		class := owner(begin)
		prefix := ""
		for _, sp := range spaces {
			if sp.from < begin && begin < sp.to {
				prefix = joinPath("/"+strings.Trim(prefix, "/"), sp.path)
			}
		}
		switch word {
		case "namespace", "resource", "resources", "route_param":
			if name != "" && end > at+len(line) {
				spaces = append(spaces, space{begin, end, name})
			}
		case "get", "post", "put", "patch", "delete":
			if end <= at+len(line) || rest == "do" && word != "post" && word != "get" || len(p.routes) >= maxRoutes {
				continue
			}
			if rest == "do" {
				name = ""
			}
			path := joinPath("/"+strings.Trim(prefix, "/"), name)
			p.routes = append(p.routes, route{name: path, text: s.text(begin), line: s.line(begin), owner: class, method: strings.ToUpper(word), own: s.facts(begin, end), sinatra: true})
		case "before":
			g := guard{line: s.line(begin), text: s.text(begin), over: []string{class}, own: s.facts(begin, end), refs: s.refs(begin, end)}
			if strings.HasPrefix(rest, "\"") || strings.HasPrefix(rest, "'") {
				g.path = strings.TrimSuffix(name, "/*")
				if i := strings.Index(rest[1:], rest[:1]); i > 0 {
					g.path = strings.TrimSuffix(strings.TrimSuffix(rest[1:1+i], "*"), "/")
				}
			} else if prefix != "" {
				g.path = prefix
			}
			s.passes(begin, end, &g)
			p.guards = append(p.guards, g)
		}
	}
}

// sinatra says whether a filter of a route's class, or of those that it comes from,
// asks who calls.
func (j *joined) sinatra(p *program, rt *route) (Part, state) {
	if rt.own.identity != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: rt.own.identity, Text: rt.text}, guarded
	}
	classes := []string{rt.owner}
	for i := 0; i < len(classes) && i < maxDepth; i++ {
		for _, c := range j.classes[classes[i]] {
			for _, up := range c.parents {
				if up = last(up); up != "" && !slices.Contains(classes, up) {
					classes = append(classes, up)
				}
			}
		}
	}
	for _, q := range j.near(p) {
		if q.lang != ruby || j.unit(q.path) != j.unit(p.path) {
			continue
		}
		for i := range q.guards {
			g := &q.guards[i]
			if len(g.over) != 1 || !g.of.covers(rt.name) || !slices.Contains(classes, g.over[0]) || g.path != "" && !below(rt.name, g.path) || g.over[0] == "" && q != p {
				continue
			}
			if part, ok := j.guards(q, g); ok {
				return part, guarded
			}
			for _, c := range g.own.calls {
				if part, ok := j.namedCheck(q, []ref{{name: c.name}}); ok && !common[c.name] {
					part.Path, part.Line = q.path, g.line
					return part, guarded
				}
			}
		}
	}
	if part, ok := j.asks(definition{&function{facts: rt.own}, p}, 3); ok {
		return part, guarded
	}
	return j.leftOut(p, rt), open
}

// passes reads the paths that a filter lets through: pass if OPEN.include?(request.path_info).
func (s *source) passes(from, to int, g *guard) {
	for at := from; at < to; at = lineEnd(s.data, at) + 1 {
		line := string(s.data[at:lineEnd(s.data, at)])
		head, cond, ok := strings.Cut(strings.TrimSpace(line), " if ")
		if head, _, _ = strings.Cut(head, " "); !ok || head != "pass" && head != "next" && head != "return" || !strings.Contains(cond, "path") {
			continue
		}
		words := func(text string) {
			for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" '\"[](){},", r) }) {
				if strings.HasPrefix(w, "/") {
					g.of.except, g.of.exceptAt = append(g.of.except, w), s.line(at)
				}
			}
		}
		words(cond)
		if name := rubyWord(cond); name != "" && name[0] >= 'A' && name[0] <= 'Z' {
			if i := strings.Index(string(s.data), name+" ="); i >= 0 {
				words(string(s.data[i:lineEnd(s.data, i)]))
			}
		}
	}
}
