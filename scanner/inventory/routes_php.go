package inventory

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"leakline/detectors"
)

// grouped gives the line of a group of Laravel's whose middleware, an array's member,
// asks who calls.
func (s *source) grouped(from, to int) int {
	all := s.strings(from, to)
	if slices.Contains(all, "middleware") && slices.ContainsFunc(all, guardWord) {
		return s.line(from)
	}
	return 0
}

// laravelPrefix is the path of the groups around a route: Route::prefix('v1')->group(…),
// Route::group(['prefix' => 'v1'], …), $app->group('/v1', …) of Slim.
func (s *source) laravelPrefix(pos int) string {
	out := ""
	for b := s.around(pos); b >= 0; b = s.brackets[b].parent {
		open := s.brackets[b].open
		if s.code[open] != '(' || s.identEndsAt(open) != "group" {
			continue
		}
		from, _ := s.statement(open)
		found := ""
		if lit, _, ok := s.literal(open + 1); ok && strings.HasPrefix(lit, "/") {
			found = lit
		}
		s.idents(from, open, func(id ident) {
			if c, in := s.after(id.to); id.text == "prefix" && c == '(' {
				found, _, _ = s.literal(in + 1)
			}
		})
		if c, in := s.after(open + 1); c == '[' {
			all := s.strings(in, s.shut(in))
			if i := slices.Index(all, "prefix"); i >= 0 && i+1 < len(all) {
				found = all[i+1]
			}
		}
		if found != "" {
			out = joinPath("/"+strings.Trim(found, "/"), strings.TrimPrefix(out, "/"))
		}
	}
	return out
}

// middleware reads what a controller of Laravel says of its methods: $this->middleware(
// 'auth')->except(['demo']), new Middleware('auth', except: ['demo']).
func (s *source) middleware(c classSpan) []macro {
	var out []macro
	s.idents(c.from, c.to, func(id ident) {
		next, open := s.after(id.to)
		if id.text != "middleware" && id.text != "Middleware" || next != '(' {
			return
		}
		behind, _ := s.before(id.from)
		if id.text == "middleware" && behind != '>' {
			return
		}
		shut := s.shut(open)
		var names []string
		if c, at := s.after(open + 1); c == '[' {
			names = s.strings(at, s.shut(at))
		} else if lit, _, ok := s.literal(open + 1); ok {
			names = []string{lit}
		}
		if !slices.ContainsFunc(names, guardWord) {
			return
		}
		m := macro{name: "before_action", line: s.line(id.from)}
		_, to := s.statement(id.from)
		s.idents(open, max(to, shut), func(n ident) {
			list := func(at int) []string {
				c, in := s.after(at)
				if c == '[' {
					return s.strings(in, s.shut(in))
				}
				if lit, _, ok := s.literal(in); ok {
					return []string{lit}
				}
				return nil
			}
			switch c, at := s.after(n.to); {
			case n.text == "except" && (c == '(' || c == ':'):
				m.except = list(at + 1)
			case n.text == "only" && (c == '(' || c == ':'):
				m.only = list(at + 1)
			}
		})
		out = append(out, m)
	})
	return out
}

// accessControl reads the rules of paths of Symfony's security.yaml: the first that
// matches decides. https://symfony.com/doc/current/security/access_control.html
func accessControl(f *file) []opening {
	var out []opening
	in, pos := -1, 0
	for raw := range bytes.Lines(f.data) {
		line, at := string(raw), pos
		pos += len(raw)
		trimmed := strings.TrimSpace(line)
		col := indent(raw)
		switch {
		case strings.HasPrefix(trimmed, "access_control:"):
			in = col
			continue
		case in < 0 || trimmed == "" || trimmed[0] == '#':
			continue
		case col <= in && trimmed[0] != '-':
			in = -1
			continue
		}
		value := func(key string) string {
			_, rest, ok := strings.Cut(line, key+":")
			if !ok {
				return ""
			}
			rest = strings.TrimSpace(rest)
			if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
				if i := strings.IndexByte(rest[1:], rest[0]); i >= 0 {
					return rest[1 : 1+i]
				}
			}
			if strings.HasPrefix(rest, "[") {
				rest, _, _ = strings.Cut(rest[1:], "]")
				return rest
			}
			rest, _, _ = strings.Cut(rest, ",")
			return strings.TrimSpace(strings.TrimRight(strings.TrimSpace(rest), "}"))
		}
		if trimmed[0] == '-' {
			out = append(out, opening{paths: []string{""}, line: f.line(at), text: "access_control"})
		}
		if len(out) == 0 {
			continue
		}
		r := &out[len(out)-1]
		if p := value("path"); p != "" {
			r.paths = []string{p}
		}
		for _, key := range []string{"roles", "role", "allow_if"} {
			if v := value(key); v != "" {
				r.open = strings.Contains(v, "PUBLIC_ACCESS") || strings.Contains(v, "IS_AUTHENTICATED_ANONYMOUSLY")
				if trimmed[0] != '-' || r.open {
					r.line = f.line(at)
				}
			}
		}
		if m := value("methods"); m != "" && !strings.Contains(m, ",") {
			r.method = strings.Trim(m, " '\"")
		}
	}
	return out
}

// laravelHandler is a route's handler where it is not a pair: Route::post('/x', X::class)
// calls X, and in Route::controller(X::class)->group(…) a name is a method of X.
func (s *source) laravelHandler(pos, from, to int) []ref {
	c, at := s.after(from)
	if c != ',' {
		return nil
	}
	at = skipSpace(s.code, at+1)
	if name := s.identAt(at); name != "" && bytes.HasPrefix(s.code[at+len(name):], []byte("::class")) {
		return []ref{{of: name, name: "__invoke"}}
	}
	method, _, ok := s.literal(at)
	if !ok || strings.Contains(method, "@") {
		return nil
	}
	for b := s.around(pos); b >= 0; b = s.brackets[b].parent {
		open := s.brackets[b].open
		if s.code[open] != '(' || s.identEndsAt(open) != "group" {
			continue
		}
		begin, _ := s.statement(open)
		class := ""
		s.idents(begin, open, func(id ident) {
			if c, in := s.after(id.to); id.text == "controller" && c == '(' {
				class = s.identAt(skipSpace(s.code, in+1))
			}
		})
		if class != "" {
			return []ref{{of: class, name: method}}
		}
	}
	return nil
}

// resources reads Route::apiResource('chats', ChatController::class): a route for each of
// the methods.
func (s *source) resources(p *program) {
	s.idents(0, len(s.code), func(id ident) {
		c, open := s.after(id.to)
		if c != '(' || id.text != "resource" && id.text != "apiResource" && id.text != "singleton" {
			return
		}
		name, to, ok := s.literal(open + 1)
		if !ok {
			return
		}
		shut := s.shut(open)
		class := ""
		s.idents(to, shut, func(n ident) {
			if class == "" && n.text[0] >= 'A' && n.text[0] <= 'Z' {
				class = n.text
			}
		})
		from, end := s.statement(id.from)
		for _, action := range []string{"index", "store", "show", "update", "destroy"} {
			rt := route{name: joinPath(s.laravelPrefix(id.from), "/"+name), text: s.text(id.from), line: s.line(id.from), owner: "Route", own: s.facts(from, end), handlers: []ref{{of: class, name: action}}, around: s.refs(from, end)}
			for b := s.around(id.from); b >= 0; b = s.brackets[b].parent {
				if o := s.brackets[b].open; s.code[o] == '(' {
					hf, _ := s.statement(o)
					h := s.facts(hf, o)
					rt.own.identity = first(first(rt.own.identity, h.identity), s.grouped(hf, o))
					rt.around = append(rt.around, s.refs(hf, o)...)
				}
			}
			if len(p.routes) < maxRoutes {
				p.routes = append(p.routes, rt)
			}
		}
	})
}

// screens says whether a middleware, by its name, judges what is said.
func (s *source) screens(id ident) bool {
	c, open := s.after(id.to)
	if c != '(' {
		return false
	}
	return slices.ContainsFunc(s.strings(open, s.shut(open)), func(name string) bool {
		return slices.ContainsFunc(wordsOf(name), func(w string) bool {
			switch w {
			case "screen", "moderate", "moderation", "moderated", "profanity", "guardrail", "guardrails", "safety", "content", "toxicity", "blocklist":
				return true
			}
			return false
		})
	})
}

// files reads groups whose routes lie in a file: Route::middleware('auth:api')->prefix('ai')
// ->group(base_path('routes/ai.php')).
func (s *source) files(p *program) {
	s.idents(0, len(s.code), func(id ident) {
		c, open := s.after(id.to)
		if id.text != "group" || c != '(' {
			return
		}
		shut := s.shut(open)
		for _, lit := range s.strings(open, shut) {
			i := strings.Index(lit, "routes/")
			if i < 0 || !strings.HasSuffix(lit, ".php") {
				continue
			}
			from, _ := s.statement(id.from)
			g := guard{line: s.line(id.from), text: s.text(id.from), wide: true, file: lit[i:], own: s.facts(from, open), refs: s.refs(from, open)}
			p.guards = append(p.guards, g)
			return
		}
	})
}

// symfony says what the rules of paths of a Symfony application say of a route.
func (j *joined) symfony(p *program, rt *route) (Part, state) {
	for _, q := range j.near(p) {
		if len(q.access) == 0 || j.unit(q.path) != j.unit(p.path) {
			continue
		}
		for _, r := range q.access {
			re, err := regexp.Compile(strings.Join(r.paths, ""))
			if err != nil || !re.MatchString(rt.name) || r.method != "" && rt.method != "" && r.method != rt.method {
				continue
			}
			part := Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: q.path, Line: r.line, Text: r.text}
			if !r.open {
				return part, guarded
			}
			if j.classAsks(p, rt) {
				return Part{}, unknown
			}
			part.Kind = Opening
			return part, open
		}
	}
	return Part{}, unknown
}
