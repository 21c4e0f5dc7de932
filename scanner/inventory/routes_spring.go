package inventory

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"leakline/detectors"
)

// opening is a rule of paths, in order: the first that matches decides.
type opening struct {
	paths  []string
	method string // "POST", or "" for all
	open   bool
	line   int
	text   string
}

// filterChain is one chain of Spring Security: its rules, and the paths that it is for.
type filterChain struct {
	paths []string // empty: all
	some  bool     // but it is for some requests only, of which no path is known
	order int      // @Order; without one, the last
	rules []opening
	path  string // of its file
}

// filterChains reads the rules of paths of each SecurityFilterChain, in Java's words and
// in Kotlin's.
func (s *source) filterChains(p *program, spans []span) {
	s.interceptors(p)
	for _, x := range spans {
		head := s.code[max(0, x.head):min(len(s.code), x.to)]
		if !bytes.Contains(head, []byte("SecurityFilterChain")) && !bytes.Contains(head, []byte("SecurityWebFilterChain")) || !bytes.Contains(head, []byte("HttpSecurity")) {
			continue
		}
		c := filterChain{order: 1 << 30}
		var paths []string
		var method string
		matched := 0 // the end of the last matcher
		s.idents(x.head, x.to, func(id ident) {
			next, open := s.after(id.to)
			if next != '(' {
				return
			}
			shut := s.shut(open)
			rule := func(open bool) {
				c.rules = append(c.rules, opening{paths: paths, method: method, open: open, line: s.line(id.from), text: s.text(id.from)})
			}
			switch id.text {
			case "Order":
				n := 0
				for _, d := range s.code[open+1 : min(shut, open+8)] {
					if d >= '0' && d <= '9' {
						n = n*10 + int(d-'0')
					}
				}
				c.order = n
			case "securityMatcher", "securityMatchers", "antMatcher":
				if id.from > x.body && id.from > matched {
					c.paths = append(c.paths, s.matched(open, shut)...)
					c.some = c.some || len(c.paths) == 0 // a matcher by what else a request has
					matched = shut
				}
			case "requestMatchers", "antMatchers", "mvcMatchers", "pathMatchers":
				if id.from < matched { // of securityMatchers(m -> m.requestMatchers("/api/**"))
					return
				}
				paths, method = s.matched(open, shut), s.verb(open, shut)
				if len(paths) == 0 {
					paths = []string{"?"} // not known: decides for all
				}
				matched = shut
			case "anyRequest", "anyExchange":
				paths, method = []string{"/**"}, ""
			case "authorize": // authorize("/chat", permitAll)
				paths, method = onlyPaths(s.strings(open, shut)), s.verb(open, shut)
				if bytes.Contains(s.code[open:shut], []byte("anyRequest")) {
					paths = []string{"/**"}
				}
				if len(paths) > 0 {
					rule(bytes.Contains(s.code[open:shut], []byte("permitAll")))
				}
				paths = nil
			case "permitAll", "authenticated", "hasRole", "hasAuthority", "hasAnyRole", "hasAnyAuthority", "denyAll", "access", "fullyAuthenticated", "hasScope":
				if paths != nil {
					rule(id.text == "permitAll")
				}
				paths = nil
			case "addFilterBefore", "addFilterAfter", "addFilter", "addFilterAt":
				if i := bytes.IndexByte(s.code[open:shut], ','); i >= 0 {
					shut = open + i
				}
				p.guards = append(p.guards, guard{line: s.line(id.from), text: s.text(id.from), wide: true, own: s.facts(open, shut), refs: s.refs(open, shut)})
			}
		})
		p.chains = append(p.chains, c)
	}
}

// servedElsewhere are what makes matchers of what the framework serves itself, at paths
// that are never those of a controller, and the path for each.
// https://rwinch.github.io/spring-boot/actuator/endpoints/security.html
var servedElsewhere = map[string]string{"EndpointRequest": "/actuator/**", "PathRequest": "/webjars/**", "StaticResourceRequest": "/webjars/**"}

// matched are the paths that a matcher is for, as far as they are known.
func (s *source) matched(open, shut int) []string {
	out := onlyPaths(s.strings(open, shut))
	s.idents(open, shut, func(id ident) {
		if at, ok := servedElsewhere[id.text]; ok {
			out = append(out, at)
		}
	})
	return out
}

// verb is the method that a matcher is for.
func (s *source) verb(open, shut int) string {
	out := ""
	s.idents(open, shut, func(id ident) {
		switch id.text {
		case "GET", "POST", "PUT", "PATCH", "DELETE":
			out = id.text
		}
	})
	return out
}

// onlyPaths are the paths among some texts.
func onlyPaths(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(l string) bool { return !strings.HasPrefix(l, "/") })
}

// interceptors reads those of Spring MVC that ask who calls:
// registry.addInterceptor(new LoginInterceptor()).addPathPatterns("/**").excludePathPatterns("/in").
func (s *source) interceptors(p *program) {
	s.idents(0, len(s.code), func(id ident) {
		next, open := s.after(id.to)
		if id.text != "addInterceptor" || next != '(' || s.facts(open, s.shut(open)).identity == 0 {
			return
		}
		_, to := s.statement(id.from)
		c := filterChain{order: 1<<30 - 1}
		var left []opening
		s.idents(s.shut(open), to, func(n ident) {
			_, in := s.after(n.to)
			switch n.text {
			case "addPathPatterns":
				c.paths = append(c.paths, onlyPaths(s.strings(in, s.shut(in)))...)
			case "excludePathPatterns":
				left = append(left, opening{paths: onlyPaths(s.strings(in, s.shut(in))), open: true, line: s.line(n.from), text: s.text(n.from)})
			}
		})
		c.rules = append(left, opening{paths: []string{"/**"}, line: s.line(id.from), text: s.text(id.from)})
		p.chains = append(p.chains, c)
	})
}

// spring says whether a route of Spring is open: only if a line says so.
func (j *joined) spring(p *program, rt *route) (Part, state) {
	var chains []filterChain
	for _, q := range j.near(p) {
		if len(q.chains) > 0 && j.unit(q.path) == j.unit(p.path) {
			for _, c := range q.chains {
				c.path = q.path
				chains = append(chains, c)
			}
		}
	}
	slices.SortStableFunc(chains, func(a, b filterChain) int { return cmp.Compare(a.order, b.order) })
	if rt.own.identity != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: rt.own.identity, Text: rt.text}, guarded
	}
	if rt.own.opened != 0 {
		return Part{Kind: Opening, Path: p.path, Line: rt.own.opened, Text: rt.text}, open
	}
	if g, s := j.class(p, rt.class, rt.action); s == guarded || g.Kind == Opening {
		return g, s
	}
	if g, ok := j.before(p, rt, func(q *program, g *guard) bool { return q == p && g.block != [2]int{} }); ok {
		return g, guarded
	}
	if g, ok, _ := j.above(p, rt, 5); ok {
		return g, guarded
	}
	deeper := func() (Part, bool) { return j.asks(definition{&function{facts: rt.own}, p}, 2) }
	if rt.ktor { // open unless it stands in authenticate { … }
		if g, ok := deeper(); ok {
			return g, guarded
		}
		return Part{}, open
	}
	some := false // a chain that may be for it
	for _, c := range chains {
		if c.some && len(c.paths) == 0 {
			some = true
			continue
		}
		if len(c.paths) > 0 && !slices.ContainsFunc(c.paths, func(m string) bool { return ant(m, rt.name) }) {
			continue
		}
		for _, o := range c.rules {
			if slices.ContainsFunc(o.paths, func(m string) bool { return m == "?" }) {
				return Part{}, unknown
			}
			if !slices.ContainsFunc(o.paths, func(m string) bool { return ant(m, rt.name) }) || o.method != "" && rt.method != "" && o.method != rt.method {
				continue
			}
			part := Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.path, Line: o.line, Text: o.text}
			if !o.open {
				return part, guarded
			}
			if g, ok := deeper(); ok {
				return g, guarded
			}
			if some {
				return Part{}, unknown
			}
			part.Kind = Opening
			return part, open
		}
		return Part{}, unknown
	}
	if part, s := j.permitted(p, rt); s != unknown {
		return part, s
	}
	if rt.closed || len(chains) > 0 {
		return Part{}, unknown
	}
	if g, ok := deeper(); ok {
		return g, guarded
	}
	return Part{}, open
}

// ant says whether a pattern of Spring's matches a path.
func ant(pattern, name string) bool {
	if base, ok := strings.CutSuffix(pattern, "/**"); ok {
		return name == base || strings.HasPrefix(name, base+"/")
	}
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}
