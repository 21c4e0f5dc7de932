package inventory

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"leakline/detectors"
)

// settle joins what single files show: which routes reach a model, what stands in
// front of them, and what principals are granted.
func (t *tree) settle(seen []Sighting) []Sighting {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortFunc(t.programs, func(a, b *program) int { return cmp.Compare(a.path, b.path) })
	j := t.join(seen)
	var out []Sighting
	guards := map[Part]bool{}
	for _, p := range t.programs {
		for i := range p.routes {
			rt := &p.routes[i]
			model, ok := j.model(p, rt)
			if !ok {
				continue
			}
			s := Sighting{Kind: Route, Layer: detectors.ApplicationAuth, Name: shown(j.prefixed(p, rt)), How: ByCode, Path: p.path, Line: rt.line, Text: rt.text, Parts: []Part{model}}
			check, state := j.check(p, rt)
			switch state {
			case guarded:
				s.Parts = append(s.Parts, check)
				if !guards[check] {
					guards[check] = true
					out = append(out, Sighting{Kind: Guard, Layer: detectors.ApplicationAuth, Name: "identity", How: ByCode, Path: check.Path, Line: check.Line, Text: check.Text})
				}
			case open:
				if check.Kind == Opening {
					s.Parts = append(s.Parts, check)
				}
				if e, ok := j.elsewhere(p, rt); ok {
					s.Parts = append(s.Parts, e)
				}
			}
			if c, ok := j.safety(p, rt); ok {
				s.Parts = append(s.Parts, c)
				out = append(out, Sighting{Kind: Safety, Layer: detectors.AIPlatform, Name: "content", How: ByCode, Path: c.Path, Line: c.Line, Text: c.Text})
			}
			out = append(out, s)
		}
	}
	out = append(out, t.principals()...)
	return distinct(out)
}

// prefixed is the path of a route of FastAPI or Flask, with what stands where its
// router is taken in.
func (j *joined) prefixed(p *program, rt *route) string {
	if p.lang != python || rt.owner == "" {
		return rt.name
	}
	base := strings.TrimSuffix(path.Base(p.path), ".py")
	for _, q := range j.programs {
		for i := range q.guards {
			g := &q.guards[i]
			if g.prefix == "" || q.lang != python || j.unit(q.path) != j.unit(p.path) {
				continue
			}
			if of := g.over[0]; of == rt.owner && (q == p || !common[of]) || of == base && q != p {
				return g.prefix + rt.name
			}
		}
	}
	return rt.name
}

// shown is a path without parts that could be a secret.
func shown(name string) string {
	if plain(name) {
		return name
	}
	return "…"
}

func distinct(all []Sighting) []Sighting {
	seen := map[sightingKey]bool{}
	return slices.DeleteFunc(all, func(s Sighting) bool {
		k := sightingKey{s.Kind, s.Name, s.Path, s.Line}
		was := seen[k]
		seen[k] = true
		return was
	})
}

// state says whether somebody asks who calls a route.
type state int

const (
	unknown state = iota
	guarded
	open
)

// definition is a function and the file in which it stands.
type definition struct {
	*function
	in *program
}

// joined is a tree with what is found by name.
type joined struct {
	*tree
	named   map[string][]definition
	methods map[string][]definition // by class
	classes map[string][]struct {
		*class
		in *program
	}
	models  map[string]bool     // files that show an AI platform
	inUnits map[string]bool     // applications that do
	answers map[*guard]Part     // of guards
	servers map[string]bool     // folders in which a server is made
	tops    map[string]bool     // names of folders and files of Python
	systems map[string]Sighting // units that show a system of application authentication
}

func (t *tree) join(seen []Sighting) *joined {
	j := &joined{
		tree: t, named: map[string][]definition{}, methods: map[string][]definition{}, models: map[string]bool{}, inUnits: map[string]bool{}, servers: map[string]bool{}, tops: map[string]bool{}, answers: map[*guard]Part{}, systems: map[string]Sighting{},
		classes: map[string][]struct {
			*class
			in *program
		}{},
	}
	for _, p := range t.programs {
		if p.lang == python {
			for part := range strings.SplitSeq(strings.TrimSuffix(p.path, ".py"), "/") {
				j.tops[part] = true
			}
		}
		if p.serves {
			j.servers[path.Dir(p.path)] = true
		}
		if p.models {
			j.models[p.path] = true
		}
		for i := range p.functions {
			f := &p.functions[i]
			j.named[f.name] = append(j.named[f.name], definition{f, p})
			if f.class != "" {
				j.methods[f.class] = append(j.methods[f.class], definition{f, p})
			}
		}
		for i := range p.classes {
			c := &p.classes[i]
			j.classes[c.name] = append(j.classes[c.name], struct {
				*class
				in *program
			}{c, p})
		}
	}
	for _, s := range seen {
		switch s.Kind {
		case Provider:
			j.models[s.Path] = true
			j.inUnits[j.unit(s.Path)] = true
		case System:
			u := j.unit(s.Path)
			if old, ok := j.systems[u]; !ok || old.How == ByManifest && s.How != ByManifest {
				j.systems[u] = s
			}
		}
	}
	return j
}

// unit is the folder of the application to which a file belongs.
func (t *tree) unit(name string) string {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if t.units[dir] || dir == "." || dir == "/" {
			return dir
		}
	}
}

// server is the folder of the server that has a file's routes: of several in one
// application, one says nothing of the other.
func (j *joined) server(name string) string {
	unit := j.unit(name)
	for dir := path.Dir(name); dir != unit && dir != "." && dir != "/"; dir = path.Dir(dir) {
		if j.servers[dir] {
			return dir
		}
	}
	return unit
}

// common are names of so many functions that one of them says nothing of another.
var common = set("get", "set", "create", "new", "open", "run", "save", "find", "send", "call", "post", "put", "patch", "all", "list", "update", "delete", "index", "show", "render", "json", "parse", "map", "filter", "push", "log",
	"error", "main", "init", "close", "write", "read", "next", "then", "catch", "perform", "handle", "execute", "add", "remove", "start", "stop", "build", "from", "into", "to_string", "len", "print", "format", "append", "join", "split",
	"forEach", "reduce", "Error", "fetch", "request", "response", "Response", "String", "Number", "Json", "Ok", "Err", "Some", "apply", "use", "handler", "default", "store", "process", "load", "data", "text", "body", "value", "name", "id",
	"if", "for", "while", "switch", "return", "async", "await", "function", "def", "end", "do", "require", "stream", "generate", "invoke", "client", "model", "user", "message", "messages", "self", "this", "router", "app", "server", "api", "service", "config", "settings", "params", "query", "where", "count", "first", "last", "validate", "redirect", "redirect_to", "head", "status")

// foreign says whether a file takes a name from a package that is not in the tree.
func (j *joined) foreign(p *program, name string) bool {
	from, ok := p.from[name]
	if !ok || from == "" || from[0] == '.' || from[0] == '/' {
		return false
	}
	if p.lang == python {
		top, _, _ := strings.Cut(from, ".")
		return !j.tops[top]
	}
	if strings.HasPrefix(from, "node:") {
		return true
	}
	parts := strings.SplitN(from, "/", 3)
	pkg := parts[0]
	if pkg[0] == '@' && len(parts) > 1 {
		pkg += "/" + parts[1]
	}
	here, wanted := j.packages[pkg]
	return wanted && !here
}

// resolve gives the functions that a name can mean in a file.
func (j *joined) resolve(r ref, p *program) []definition {
	all := j.named[r.name]
	all = all[:min(len(all), 100)]
	if len(all) == 0 {
		return nil
	}
	unit := j.unit(p.path)
	of := r.of
	if m, ok := p.imports[of]; ok {
		of = m
	}
	module := p.imports[r.name]
	foreign := j.foreign(p, r.name) && r.of == "" || r.of != "" && j.foreign(p, r.of)
	var here, near, far, exact []definition
	for _, f := range all {
		base := strings.TrimSuffix(path.Base(f.in.path), path.Ext(f.in.path))
		same := f.in == p
		switch {
		case f.local && !same, foreign && !same:
			continue
		case of != "" && (strings.EqualFold(f.class, of) || strings.EqualFold(base, of)), r.of == "" && module != "" && (base == module || module == r.name && !same && f.in.lang == p.lang):
			exact = append(exact, f)
		case same:
			here = append(here, f)
		case f.in.lang != p.lang:
			continue
		case j.unit(f.in.path) == unit:
			near = append(near, f)
		default:
			far = append(far, f)
		}
	}
	if len(exact) > 0 {
		return exact[:min(len(exact), 8)]
	}
	if common[r.name] && of == "" {
		return here
	}
	if common[r.name] {
		return nil
	}
	for _, set := range [][]definition{here, near, far} {
		if len(set) > 0 {
			return set[:min(len(set), 8)]
		}
	}
	return nil
}

// calls model says where a function, or what it calls, calls a model.
func (j *joined) calls(f definition, depth int) (Part, bool) {
	if l := f.model; l != 0 {
		return Part{Kind: Provider, Layer: detectors.AIPlatform, Path: f.in.path, Line: l}, true
	}
	if l := f.maybe; l != 0 && j.models[f.in.path] {
		return Part{Kind: Provider, Layer: detectors.AIPlatform, Path: f.in.path, Line: l}, true
	}
	if l := f.perhaps; l != 0 && j.inUnits[j.unit(f.in.path)] {
		return Part{Kind: Provider, Layer: detectors.AIPlatform, Path: f.in.path, Line: l}, true
	}
	if depth == 0 {
		return Part{}, false
	}
	for _, c := range f.facts.calls {
		if common[c] || c == f.name {
			continue
		}
		if to := j.resolve(ref{name: c}, f.in); len(to) == 1 && !to[0].local {
			if m, ok := j.calls(to[0], depth-1); ok {
				return m, true
			}
		}
	}
	return Part{}, false
}

// model says where a route calls a model.
func (j *joined) model(p *program, rt *route) (Part, bool) {
	if m, ok := j.calls(definition{&function{facts: rt.own}, p}, 3); ok {
		return m, true
	}
	for _, r := range rt.handlers {
		to := j.resolve(r, p)
		if len(to) == 0 && r.name != "" && r.name[0] >= 'A' && r.name[0] <= 'Z' { // a class of handlers
			for _, m := range j.methods[r.name] {
				if call, ok := j.calls(m, 2); ok && m.in.lang == p.lang {
					return call, true
				}
			}
		}
		if len(to) == 1 {
			if m, ok := j.calls(to[0], 3); ok {
				return m, true
			}
		}
	}
	return Part{}, false
}

// asks says where a function, or what it calls, asks who calls.
func (j *joined) asks(f definition, depth int) (Part, bool) {
	if f.identity != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: f.in.path, Line: f.identity, Text: f.name}, true
	}
	if depth == 0 {
		return Part{}, false
	}
	for _, c := range f.facts.calls {
		if common[c] || c == f.name || makesClient(wordsOf(c)) {
			continue
		}
		for _, to := range j.resolve(ref{name: c}, f.in) {
			if g, ok := j.asks(to, depth-1); ok {
				return g, true
			}
		}
	}
	return Part{}, false
}

// namedCheck says where one of some names is that of a check.
func (j *joined) namedCheck(p *program, refs []ref) (Part, bool) {
	receivers := map[string]bool{}
	for _, r := range refs {
		receivers[r.of] = true
	}
	for _, r := range refs {
		if receivers[r.name] || makesClient(wordsOf(r.name)) {
			continue
		}
		for _, f := range j.resolve(r, p) {
			if g, ok := j.asks(f, 2); ok {
				return g, true
			}
		}
		if r.name != "" && (r.name[0] >= 'A' && r.name[0] <= 'Z' || p.lang == java) {
			for _, m := range j.methods[r.name] {
				if m.in.lang == p.lang && m.identity != 0 {
					return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: m.in.path, Line: m.identity, Text: r.name}, true
				}
			}
		}
	}
	return Part{}, false
}

// guards says whether a statement asks who calls.
func (j *joined) guards(p *program, g *guard) (Part, bool) {
	if a, ok := j.answers[g]; ok {
		return a, a.Line != 0
	}
	a, ok := j.guard(p, g)
	j.answers[g] = a
	return a, ok
}

func (j *joined) guard(p *program, g *guard) (Part, bool) {
	if g.own.identity != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: g.line, Text: g.text}, true
	}
	if _, ok := j.namedCheck(p, g.refs); ok {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: g.line, Text: g.text}, true
	}
	return Part{}, false
}

// covers says whether a statement in one file stands in front of a route in another.
func (j *joined) covers(q *program, g *guard, p *program, rt *route) bool {
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
		case q.lang == javascript && g.line > rt.line && len(g.over) == 0:
			return false
		}
		return g.path == "" || strings.HasPrefix(rt.name, g.path)
	}
	if !g.wide || q.lang != p.lang || j.unit(q.path) != j.unit(p.path) {
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

// before gives the check that stands in front of a route, of some of the guards.
func (j *joined) before(p *program, rt *route, some func(*program, *guard) bool) (Part, bool) {
	for _, q := range j.programs {
		for i := range q.guards {
			g := &q.guards[i]
			if some(q, g) && j.covers(q, g, p, rt) {
				if c, ok := j.guards(q, g); ok {
					return c, true
				}
			}
		}
	}
	return Part{}, false
}

// check says whether a route asks who calls, and where.
func (j *joined) check(p *program, rt *route) (Part, state) {
	if p.lang == java {
		return j.spring(p, rt)
	}
	if rt.own.identity != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: rt.own.identity, Text: rt.text}, guarded
	}
	// Who stands in front of a group asks before all that lies deeper.
	if g, ok := j.before(p, rt, func(q *program, _ *guard) bool { return q == p }); ok {
		return g, guarded
	}
	if g, ok := j.before(p, rt, func(q *program, g *guard) bool { return q != p && g.mounts }); ok {
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
	if p.lang != rust {
		for _, f := range j.named[rt.owner] {
			if f.in == p && f.identity != 0 {
				return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: f.identity, Text: rt.owner}, guarded
			}
		}
	}
	if g, ok := j.before(p, rt, func(q *program, g *guard) bool { return q != p && !g.mounts }); ok {
		return g, guarded
	}
	if rt.class != "" {
		return j.class(p, rt.class, rt.action)
	}
	return Part{}, open
}

// bases are classes that check nobody by themselves.
var bases = set("ControllerBase", "Controller", "Base", "API", "ActionController", "ApiController", "object", "View", "APIView", "BaseModel", "Injectable", "ApplicationRecord", "AbstractController", "BaseController", "MethodView", "Resource", "GenericAPIView", "ViewSet", "extends", "implements", "class", "public", "final", "with")

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
		for _, m := range j.methods[name] {
			switch m.name {
			case "__construct", "middleware", "permission_classes", "authentication_classes", "dispatch", "decorators", "method_decorators", "check_permissions":
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

// controller says whether a Rails controller has somebody sign in before an action.
func (j *joined) controller(name, action string, depth int) (Part, state) {
	classes := j.classes[name]
	if depth > 6 || len(classes) == 0 {
		return Part{}, unknown
	}
	applies := func(m macro) bool {
		return (len(m.only) == 0 || slices.Contains(m.only, action)) && !slices.Contains(m.except, action)
	}
	c := classes[0]
	var opened *Part
	for _, m := range c.macros {
		if !applies(m) {
			continue
		}
		switch m.name {
		case "skip_before_action", "allow_unauthenticated_access":
			asks := m.name == "allow_unauthenticated_access"
			for _, a := range m.args {
				asks = asks || j.filter(c.in, name, a)
			}
			if asks {
				opened = &Part{Kind: Opening, Path: c.in.path, Line: m.line, Text: m.name}
			}
		case "include":
			for _, a := range m.args {
				if guardWord(a) || strings.Contains(a, "Auth") {
					return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: "include " + a}, guarded
				}
			}
		case "before_action", "prepend_before_action", "before_filter":
			for _, a := range m.args {
				if j.filter(c.in, name, a) {
					return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: m.name + " :" + a}, guarded
				}
			}
		default:
			return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: m.name}, guarded
		}
	}
	if opened != nil {
		return *opened, open
	}
	if len(c.parents) > 0 {
		up := last(c.parents[0])
		if up == "Base" || up == "API" || up == "Metal" {
			return Part{}, open
		}
		return j.controller(up, action, depth+1)
	}
	return Part{}, unknown
}

// filter says whether a filter of Rails asks who calls: by its name or by what it does.
func (j *joined) filter(p *program, class, name string) bool {
	s := source{lang: ruby, file: &file{}}
	if s.asks(ident{meaning: meaningOf(name)}, ident{}) || strings.HasPrefix(name, "authenticate") {
		return name != "verify_authenticity_token"
	}
	for _, f := range j.named[name] {
		if f.in.lang != ruby {
			continue
		}
		if _, ok := j.asks(f, 1); ok {
			return true
		}
	}
	// A filter that no file defines comes from a library: who knows?
	return len(j.named[name]) == 0 && !slices.Contains([]string{"set_locale", "verify_authenticity_token", "set_default_format"}, name) && !strings.HasPrefix(name, "set_")
}

// spring says whether a route of Spring is open: only if a line says so.
func (j *joined) spring(p *program, rt *route) (Part, state) {
	var chains []*program
	for _, q := range j.programs {
		if len(q.openings) > 0 && j.unit(q.path) == j.unit(p.path) {
			chains = append(chains, q)
		}
	}
	if rt.own.identity != 0 {
		return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: rt.own.identity, Text: rt.text}, guarded
	}
	if g, s := j.class(p, rt.class, rt.action); s == guarded {
		return g, s
	}
	if len(chains) != 1 {
		return Part{}, unknown
	}
	for _, o := range chains[0].openings {
		if slices.ContainsFunc(o.paths, func(m string) bool { return m == "?" }) {
			return Part{}, unknown
		}
		if !slices.ContainsFunc(o.paths, func(m string) bool { return ant(m, rt.name) }) {
			continue
		}
		part := Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: chains[0].path, Line: o.line, Text: o.text}
		if !o.open {
			return part, guarded
		}
		if g, ok := j.asks(definition{&function{facts: rt.own}, p}, 2); ok {
			return g, guarded
		}
		part.Kind = Opening
		return part, open
	}
	return Part{}, unknown
}

// ant says whether a pattern of Spring's matches a path.
func ant(pattern, name string) bool {
	if base, ok := strings.CutSuffix(pattern, "/**"); ok {
		return name == base || strings.HasPrefix(name, base+"/")
	}
	ok, err := path.Match(pattern, name)
	return ok && err == nil
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
	best, ok := Part{}, false
	unit, server := j.unit(p.path), j.server(p.path)
	for _, q := range j.programs {
		if j.unit(q.path) != unit || j.server(q.path) != server {
			continue
		}
		for i := range q.routes {
			rt := &q.routes[i]
			if rt == not || rt.own.identity != 0 && !rt.own.sure {
				continue
			}
			if _, s := j.check(q, rt); s == guarded {
				part := Part{Kind: Elsewhere, Layer: detectors.ApplicationAuth, Path: q.path, Line: rt.line, Text: rt.text}
				if q == p {
					return part, true
				}
				if !ok {
					best, ok = part, true
				}
			}
		}
	}
	if s, found := j.systems[unit]; !ok && found && (s.How == ByManifest || j.server(s.Path) == server) {
		return Part{Kind: Elsewhere, Layer: detectors.ApplicationAuth, Path: s.Path, Line: s.Line, Text: s.Text}, true
	}
	return best, ok
}

// safety says where the content of what is asked is judged on the way of a route.
func (j *joined) safety(p *program, rt *route) (Part, bool) {
	part := func(q *program, line int, text string) (Part, bool) {
		return Part{Kind: Safety, Layer: detectors.AIPlatform, Path: q.path, Line: line, Text: text}, true
	}
	for _, c := range rt.own.calls {
		for _, f := range j.resolve(ref{name: c}, p) {
			if f.facts.safety != 0 && !common[c] && f.facts.model == 0 {
				return part(f.in, first(f.verdict, f.facts.safety), f.name)
			}
		}
	}
	if rt.own.safety != 0 {
		return part(p, rt.own.safety, rt.text)
	}
	for _, r := range slices.Concat(rt.handlers, rt.around) {
		for _, f := range j.resolve(r, p) {
			if f.facts.safety != 0 {
				return part(f.in, first(f.verdict, f.facts.safety), f.name)
			}
			for _, c := range f.facts.calls {
				for _, g := range j.resolve(ref{name: c}, f.in) {
					if g.facts.safety != 0 && !common[c] {
						return part(g.in, first(g.verdict, g.facts.safety), g.name)
					}
				}
			}
		}
	}
	for _, q := range j.programs {
		for i := range q.guards {
			g := &q.guards[i]
			if !j.covers(q, g, p, rt) {
				continue
			}
			if g.own.safety != 0 {
				return part(q, g.line, g.text)
			}
			for _, r := range g.refs {
				for _, f := range slices.Concat(j.resolve(r, q), j.methods[r.name]) {
					if f.facts.safety != 0 {
						return part(q, g.line, g.text)
					}
				}
			}
		}
	}
	return Part{}, false
}
