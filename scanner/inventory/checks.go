package inventory

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"leakline/detectors"
)

// state says whether somebody asks who calls a route.
type state int

const (
	unknown state = iota
	guarded
	open
)

// covers says whether a statement in one file stands in front of a route in another.
func (j *joined) covers(q *program, g *guard, p *program, rt *route) bool {
	if len(g.of.only)+len(g.of.except) > 0 && !g.of.covers(j.full(p, rt, 5)) {
		return false
	}
	if g.file != "" {
		return strings.HasSuffix("/"+p.path, "/"+g.file) && j.unit(q.path) == j.unit(p.path)
	}
	if g.module != "" {
		return true // it is asked for by its module's name
	}
	if len(g.takes) > 0 && g.mounts {
		return false // it stands in front of what it takes in alone; see above
	}
	if g.place {
		// Next.js looks for it in one place only.
		dir, unit := path.Dir(q.path), j.unit(q.path)
		if dir != unit && dir != path.Join(unit, "src") && !strings.HasPrefix(p.path, dir+"/app/") && !strings.HasPrefix(p.path, dir+"/pages/") {
			return false
		}
	}
	if len(g.paths) > 0 {
		return slices.ContainsFunc(g.paths, func(m string) bool { return matches(m, rt.name) })
	}
	if q == p {
		switch {
		case g.group > 0 && !slices.Contains(rt.groups, g.group-1) && g.inside == rt.inside:
			return false // of a group that the route is not in
		case g.block != [2]int{} && g.inside == rt.inside:
			return g.block[0] <= rt.line && rt.line <= g.block[1]
		case g.block != [2]int{}:
			return true // of a function that may be given the router
		case len(g.over) > 0 && !slices.Contains(g.over, rt.owner) && !slices.Contains(g.over, rt.inside):
			return false
		case q.lang == javascript && g.line > rt.line && !g.hook && (len(g.over) == 0 || g.owner != ""):
			return false
		}
		return g.path == "" || below(rt.name, g.path)
	}
	if !g.wide || q.lang != p.lang || j.unit(q.path) != j.unit(p.path) || g.made && j.topped(p, rt, 5) {
		return false
	}
	if !g.mounts {
		return true
	}
	base := strings.TrimSuffix(path.Base(p.path), path.Ext(p.path))
	if base == "index" || base == "__init__" || base == "mod" {
		base = path.Base(path.Dir(p.path))
	}
	return slices.Contains(g.over, base) || rt.inside != "" && slices.Contains(g.over, rt.inside) || slices.Contains(g.over, rt.owner) && !common[rt.owner]
}

// below says whether a path is another one or lies below it.
func below(name, dir string) bool {
	if i := strings.IndexByte(name, ' '); i > 0 {
		name = name[i+1:]
	}
	return name == dir || strings.HasPrefix(name, dir+"/") || strings.HasSuffix(dir, "*") && strings.HasPrefix(name, strings.TrimSuffix(dir, "*"))
}

// before gives the check that stands in front of a route, of some of the guards.
func (j *joined) before(p *program, rt *route, some func(*program, *guard) bool) (Part, bool) {
	for _, q := range j.near(p) {
		for i := range q.guards {
			g := &q.guards[i]
			if some(q, g) && (g.module == "" || rt.module != "") && j.covers(q, g, p, rt) {
				if c, ok := j.guards(q, g); ok {
					return c, true
				}
			}
		}
	}
	return Part{}, false
}

// checked is what check says of a route.
type checked struct {
	Part
	state
}

// check says whether a route asks who calls, and where.
func (j *joined) check(p *program, rt *route) (Part, state) {
	c, ok := j.checked[rt]
	if !ok {
		c.Part, c.state = j.look(p, rt)
		j.checked[rt] = c
	}
	return c.Part, c.state
}

func (j *joined) look(p *program, rt *route) (Part, state) {
	if p.lang == samTemplate {
		return j.sam(p, rt)
	}
	if p.lang == java {
		return j.spring(p, rt)
	}
	if p.lang == elixir {
		return j.phoenix(p, rt)
	}
	if rt.sinatra {
		return j.sinatra(p, rt)
	}
	if rt.own.identity != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: rt.own.identity, Text: rt.text}, guarded
	}
	if q, r, ok := j.railsRoute(p, rt); ok && r.guard != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: q.path, Line: r.guard, Text: r.text}, guarded
	}
	if rt.own.opened != 0 {
		if g, ok := j.asks(definition{&function{facts: rt.own}, p}, 3); ok {
			return g, guarded
		}
		return Part{Kind: Opening, Path: p.path, Line: rt.own.opened, Text: rt.text}, open
	}
	if part, s, ok := j.classOpens(p, rt); ok {
		return part, s
	}
	if rt.gateway != "" {
		return j.gateway(p, rt)
	}
	// Who stands in front of a group asks before all that lies deeper.
	if g, ok := j.before(p, rt, func(q *program, g *guard) bool { return q == p && g.module == "" }); ok {
		return g, guarded
	}
	if g, ok := j.inLayouts(p, rt); ok {
		return g, guarded
	}
	if g, ok, _ := j.above(p, rt, 5); ok {
		return g, guarded
	}
	if g, ok := j.before(p, rt, func(q *program, g *guard) bool { return q != p && g.mounts && len(g.takes) == 0 && g.module == "" }); ok {
		return g, guarded
	}
	own := definition{&function{facts: rt.own}, p}
	if g, ok := j.asks(own, 3); ok {
		return g, guarded
	}
	if g, ok := j.namedCheck(p, rt.around); ok {
		return g, guarded
	}
	if g, ok := j.namedCheck(p, rt.handlers); ok {
		return g, guarded
	}
	for _, r := range rt.handlers { // a class of handlers, with what it asks anywhere
		if r.name != "" && r.name[0] >= 'A' && r.name[0] <= 'Z' && len(j.resolve(r, p)) == 0 {
			if g, s := j.class(p, r.name, ""); s != open {
				return g, s
			}
		}
		if r.of != "" {
			if g, s := j.class(p, r.of, r.name); s != open {
				return g, s
			}
		}
	}
	if g, ok := j.routerAsks(p, rt.owner); ok && p.lang != rust {
		return g, guarded
	}
	if p.lang == php {
		if part, s := j.symfony(p, rt); s != unknown {
			return part, s
		}
	}
	if g, ok := j.before(p, rt, func(q *program, g *guard) bool { return q != p && !g.mounts && g.module == "" }); ok {
		return g, guarded
	}
	if rt.class != "" {
		part, s := j.class(p, rt.class, rt.action)
		if s == open && part.Kind == "" {
			part = j.leftOut(p, rt)
		}
		return part, s
	}
	if part := j.handled(p, rt); part.Kind == Opening {
		return part, open
	}
	return j.leftOut(p, rt), open
}

// leftOut is the line by which a check in front of everything leaves a route out.
func (j *joined) leftOut(p *program, rt *route) Part {
	name := j.full(p, rt, 5)
	for _, q := range j.near(p) {
		for i := range q.guards {
			g := &q.guards[i]
			if len(g.of.except) == 0 || q.lang != p.lang || j.unit(q.path) != j.unit(p.path) {
				continue
			}
			if _, ok := j.guards(q, g); ok && slices.ContainsFunc(g.of.except, func(m string) bool { return pathMatch(m, name) }) {
				return Part{Kind: Opening, Path: q.path, Line: g.of.exceptAt, Text: g.text}
			}
		}
	}
	return Part{}
}

// classAsks says whether the class of a route asks by itself.
func (j *joined) classAsks(p *program, rt *route) bool {
	if rt.class == "" {
		return false
	}
	_, s := j.class(p, rt.class, rt.action)
	return s == guarded
}

// handled is the line of a class that leaves the handler of a route out of its check.
func (j *joined) handled(p *program, rt *route) Part {
	for _, r := range rt.handlers {
		if r.of != "" {
			if part, _ := j.class(p, r.of, r.name); part.Kind == Opening {
				return part
			}
		}
	}
	return Part{}
}

// classOpens says whether the class of a route's handler lets everybody through: then no
// check of the whole application stands in front of it.
func (j *joined) classOpens(p *program, rt *route) (Part, state, bool) {
	names := []string{rt.class}
	for _, r := range rt.handlers {
		names = append(names, r.name, r.of)
	}
	for _, n := range names {
		if n == "" || n[0] < 'A' || n[0] > 'Z' || p.lang == ruby {
			continue
		}
		if part, s := j.class(p, n, rt.action+" "); s == open && part.Kind == Opening {
			return part, s, true
		}
	}
	for _, r := range rt.handlers { // @permission_classes([AllowAny]) above a function
		for _, f := range j.resolve(r, p) {
			if f.opened != 0 && f.identity == 0 && p.lang == python {
				return Part{Kind: Opening, Path: f.in.path, Line: f.opened, Text: r.name}, open, true
			}
		}
	}
	return Part{}, unknown, false
}

// routerAsks says where a router is made with a check in front of all that it is given.
func (j *joined) routerAsks(p *program, owner string) (Part, bool) {
	if p.lang == csharp { // of a group of a group
		for _, g := range p.groups {
			if g.name == owner && g.parent != owner {
				if part, ok := j.routerAsks(p, g.parent); ok {
					return part, true
				}
			}
		}
	}
	for _, f := range j.named[owner] {
		if f.in != p || owner == "" {
			continue
		}
		if f.identity != 0 {
			return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: f.identity, Text: owner}, true
		}
		if _, ok := p.made[owner]; ok && p.lang == python {
			if g, ok := j.namedCheck(p, f.refs); ok {
				g.Path, g.Line, g.Text = p.path, f.line, owner
				return g, true
			}
		}
	}
	return Part{}, false
}

// bases are classes that check nobody by themselves.
var bases = set("ControllerBase", "Controller", "Base", "API", "ActionController", "ApiController", "object", "View", "APIView", "BaseModel", "Injectable", "ApplicationRecord", "AbstractController", "BaseController", "MethodView", "Resource", "GenericAPIView", "ViewSet", "viewsets", "ModelViewSet", "GenericViewSet", "ReadOnlyModelViewSet", "views", "generics", "mixins", "CreateModelMixin", "CreateAPIView", "ListAPIView", "RetrieveAPIView", "ListCreateAPIView", "TemplateView", "FormView", "DetailView", "ListView", "HTTPEndpoint", "AsyncView", "extends", "implements", "class", "public", "final", "with")

// class says whether a class of handlers, or one that it comes from, asks who calls.
func (j *joined) class(p *program, name, action string) (Part, state) {
	if p.lang == ruby {
		return j.controller(name, action, 0)
	}
	for _, c := range j.classes[name] {
		if c.in.lang != p.lang {
			continue
		}
		if c.head.identity != 0 {
			return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: c.head.identity, Text: name}, guarded
		}
		if c.head.opened != 0 {
			return Part{Kind: Opening, Path: c.in.path, Line: c.head.opened, Text: name}, open
		}
		if p.lang == php {
			var left Part
			for _, m := range c.macros {
				part := Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: name}
				if (len(m.only) == 0 || slices.Contains(m.only, strings.TrimSpace(action))) && !slices.Contains(m.except, strings.TrimSpace(action)) {
					return part, guarded
				}
				left = part
				left.Kind = Opening
			}
			if left.Kind != "" {
				return left, open
			}
		}
		for _, m := range j.methods[name] {
			if m.name == "permission_classes" {
				if m.opened != 0 || m.empty {
					if len(j.methods[name]) > 0 {
						return Part{Kind: Opening, Path: c.in.path, Line: m.line, Text: m.name}, open
					}
				}
				if m.line != 0 && m.local {
					return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: m.name}, guarded
				}
			}
			switch m.name {
			case "__construct", "middleware", "permission_classes", "authentication_classes", "guards", "dispatch", "decorators", "method_decorators", "check_permissions":
				if g, ok := j.asks(m, 1); ok {
					return g, guarded
				}
			default:
				if action == "" {
					if g, ok := j.asks(m, 1); ok {
						return g, guarded
					}
				}
			}
		}
		for _, up := range c.parents {
			if bases[up] || up == name || up == "" {
				continue
			}
			if _, ok := j.classes[up]; !ok {
				if p.lang == csharp || p.lang == python {
					return Part{}, unknown
				}
				continue
			}
			if g, s := j.class(p, up, action+" "); s != open {
				return g, s
			}
		}
	}
	return Part{}, open
}

// matches says whether a matcher of Next.js covers a path; one that is not
// understood does.
func matches(pattern, name string) bool {
	// "/((?!api|_next).*)": all but these.
	if _, rest, ok := strings.Cut(pattern, "(?!"); ok && strings.HasPrefix(pattern, "/(") {
		out, _, ok := strings.Cut(rest, ")")
		if !ok {
			return true
		}
		for word := range strings.SplitSeq(out, "|") {
			re, err := regexp.Compile("^(?:" + word + ")")
			if err != nil || re.MatchString(strings.TrimPrefix(name, "/")) && word != "" {
				return err != nil
			}
		}
		return true
	}
	if i := strings.IndexByte(pattern, ':'); i >= 0 { // "/api/ask/:path*"
		base := strings.TrimSuffix(pattern[:i], "/")
		return name == base || strings.HasPrefix(name, base+"/")
	}
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	return err != nil || re.MatchString(name)
}

// elsewhere gives a line that shows that the application asks somebody, somewhere.
func (j *joined) elsewhere(p *program, not *route) (Part, bool) {
	best, ok, paths := Part{}, false, false // a route with a path says more than an action
	unit, server := j.unit(p.path), j.server(p.path)
	for _, q := range j.near(p) {
		if j.unit(q.path) != unit || j.server(q.path) != server {
			continue
		}
		for i := range q.routes {
			rt := &q.routes[i]
			// Sessions of a chat are no one's: a route to them shows no check.
			if rt == not || rt.own.identity != 0 && !rt.own.sure || strings.Contains(strings.ToLower(rt.name), "session") {
				continue
			}
			if _, s := j.check(q, rt); s == guarded {
				part := Part{Kind: Elsewhere, Layer: detectors.ApplicationAuth, Path: q.path, Line: rt.line, Text: rt.text}
				if q == p {
					return part, true
				}
				if !ok || !paths && strings.HasPrefix(rt.name, "/") {
					best, ok, paths = part, true, strings.HasPrefix(rt.name, "/")
				}
			}
		}
	}
	if s, found := j.systems[unit]; !ok && found && (s.How == ByManifest || j.server(s.Path) == server) {
		return Part{Kind: Elsewhere, Layer: detectors.ApplicationAuth, Path: s.Path, Line: s.Line, Text: s.Text}, true
	}
	return best, ok
}
