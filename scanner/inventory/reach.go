package inventory

import (
	"cmp"
	"path"
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
			s := Sighting{Kind: Route, Layer: detectors.ApplicationAuth, Name: shown(j.full(p, rt, 5)), How: ByCode, Path: p.path, Line: rt.line, Text: rt.text, Parts: []Part{model}}
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
			if c, called, ok := j.safety(p, rt); ok {
				s.Parts = append(s.Parts, c)
				if called.Line != 0 && called != c {
					s.Parts = append(s.Parts, called)
				}
				out = append(out, Sighting{Kind: Safety, Layer: detectors.AIPlatform, Name: "content", How: ByCode, Path: c.Path, Line: c.Line, Text: c.Text})
			}
			out = append(out, s)
		}
	}
	out = append(out, t.principals()...)
	return distinct(out)
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
	models   map[string]bool       // files that show an AI platform
	inUnits  map[string]bool       // applications that do
	answers  map[*guard]Part       // of guards
	servers  map[string]bool       // folders in which a server is made
	tops     map[string]bool       // names of folders and files of Python
	systems  map[string]Sighting   // units that show a system of application authentication
	mounts   map[*program][]mount  // what takes in their routes
	topKnown map[*route]bool       // of topped
	unitOf   map[string]string     // of a folder
	ofUnit   map[string][]*program // programs by their application
	checked  map[*route]checked    // of check
}

func (t *tree) join(seen []Sighting) *joined {
	j := &joined{
		unitOf: map[string]string{},
		tree:   t, named: map[string][]definition{}, methods: map[string][]definition{}, models: map[string]bool{}, inUnits: map[string]bool{}, servers: map[string]bool{}, tops: map[string]bool{}, answers: map[*guard]Part{}, systems: map[string]Sighting{},
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
	j.ofUnit = map[string][]*program{}
	for _, p := range t.programs {
		u := j.unit(p.path)
		j.ofUnit[u] = append(j.ofUnit[u], p)
	}
	j.topKnown, j.checked = map[*route]bool{}, map[*route]checked{}
	j.mountAll()
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

// unit is that of the tree, kept by folder.
func (j *joined) unit(name string) string {
	dir := path.Dir(name)
	u, ok := j.unitOf[dir]
	if !ok {
		u = j.tree.unit(name)
		j.unitOf[dir] = u
	}
	return u
}

// near are the programs of the same application.
func (j *joined) near(p *program) []*program { return j.ofUnit[j.unit(p.path)] }

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
		if ms := j.method(c, f.in); len(ms) > 0 {
			for _, to := range ms {
				if to.function == f.function {
					continue
				}
				if m, ok := j.calls(to, depth-1); ok {
					return m, true
				}
			}
			continue
		}
		if c.name == f.name || common[c.name] && !(c.bare && j.alone(c.name, f.in)) || j.outside(c, f.in) {
			continue
		}
		if to := j.resolve(ref{name: c.name}, f.in); len(to) == 1 && !to[0].local {
			if m, ok := j.calls(to[0], depth-1); ok {
				return m, true
			}
		}
	}
	return Part{}, false
}

// model says where a route calls a model.
func (j *joined) model(p *program, rt *route) (Part, bool) {
	if rt.dir != "" {
		return j.behind(rt.dir)
	}
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
		if ms := j.method(c, f.in); len(ms) > 0 && !makesClient(wordsOf(c.name)) {
			for _, to := range ms {
				if g, ok := j.asks(to, min(depth-1, 1)); ok && to.function != f.function {
					return g, true
				}
			}
			continue
		}
		if common[c.name] || c.name == f.name || makesClient(wordsOf(c.name)) || j.outside(c, f.in) {
			continue
		}
		for _, to := range j.resolve(ref{name: c.name}, f.in) {
			if g, ok := j.asks(to, depth-1); ok {
				return g, true
			}
		}
	}
	for _, r := range f.refs { // of an alias: Annotated[User, Depends(who)]
		if common[r.name] || r.name == f.name || makesClient(wordsOf(r.name)) {
			continue
		}
		for _, to := range j.resolve(r, f.in) {
			if g, ok := j.asks(to, depth-1); ok {
				return g, true
			}
		}
	}
	return Part{}, false
}

// alone says whether a file has one function of a name and no method.
func (j *joined) alone(name string, p *program) bool {
	n := 0
	for _, f := range j.named[name] {
		if f.in == p && f.class == "" && !f.local {
			n++
		}
	}
	return n == 1
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

// safety says where the content of what is asked is judged on the way of a route, and,
// if a function does so, where the route calls it.
func (j *joined) safety(p *program, rt *route) (what, called Part, ok bool) {
	part := func(q *program, line int, text string) (Part, Part, bool) {
		return Part{Kind: Safety, Layer: detectors.AIPlatform, Path: q.path, Line: line, Text: text}, Part{}, true
	}
	for _, c := range rt.own.calls {
		if c.name == rt.action {
			continue
		}
		for _, f := range j.resolve(ref{name: c.name}, p) {
			if f.facts.safety != 0 && !common[c.name] && f.facts.model == 0 {
				what, _, ok = part(f.in, first(f.verdict, f.facts.safety), f.name)
				return what, Part{Kind: Safety, Layer: detectors.AIPlatform, Path: p.path, Line: c.line, Text: c.name}, ok
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
				for _, g := range j.resolve(ref{name: c.name}, f.in) {
					if g.facts.safety != 0 && !common[c.name] {
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
	return Part{}, Part{}, false
}
