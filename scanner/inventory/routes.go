package inventory

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"

	"leakline/detectors/engine"
)

// Kinds of what belongs to a route, beside [Guard] and [Safety].
const (
	// Opening is a line that lets everybody through to the route.
	Opening Kind = "opening"
	// Elsewhere is a check of the caller in front of other routes of the application.
	Elsewhere Kind = "elsewhere"
)

// tree is what single files show of routes and principals, until all are known.
type tree struct {
	mu       sync.Mutex
	programs []*program
	units    map[string]bool // folders that hold a manifest
	packages map[string]bool // of npm: true if they lie in the tree, false if only wanted
	blocks   []block         // of Terraform; see principals.go
}

// program is what one file shows of routes.
type program struct {
	path   string
	lang   language
	models bool // it takes in a library that calls models
	serves bool // a server is made in it
	// credentials are lines in which a credential of a principal is given to a client
	// of a model that is also given to one of the directory.
	credentials []Part
	functions   []function
	routes      []route
	guards      []guard
	openings    []opening
	classes     []class
	imports     map[string]string // name here → the module's own name
	from        map[string]string // name here → the whole module, as it is written
	groups      []group
}

// ref is a name that is used, with what stands before it: drills::report, auth.Check.
type ref struct{ of, name string }

// route is a route as its file registers it.
type route struct {
	name, text string
	line       int
	owner      string // the router or the class that it belongs to
	inside     string // the function in which it is registered
	own        facts  // of its statement, or of its function with decorators
	handlers   []ref  // what its registration names
	around     []ref  // what its statement and those around it name
	action     string // the method of a controller (Rails)
	closed     bool   // open only if a line says so
	class      string // whose annotations count
	groups     []int  // in program.groups, from the innermost
}

// group is a name that a Go router has for a part of its routes.
type group struct {
	name, parent string
	prefix       string
	at           int // the offset of the call that makes it
	from, to     int // where the name means it
}

// guard is a statement that can stand in front of routes.
type guard struct {
	line int
	text string
	over []string // routers, modules or functions; empty: all
	wide bool     // also over routes of other files
	// mounts says that it names what it is over: only that counts in other files.
	mounts bool
	inside string // the function in which it stands
	block  [2]int // and the lines of its block, if only routes in it are behind it
	path   string // only below it
	own    facts
	refs   []ref
	paths  []string // the patterns of a matcher (Next.js)
	place  bool     // it is one by its place: at the root of its application
	prefix string   // that it puts before the paths of what it mounts
	group  int      // of program.groups, from 1; 0: of a whole router
}

// opening is a rule of paths, in order: the first that matches decides.
type opening struct {
	paths []string
	open  bool
	line  int
	text  string
}

// class is a class with what stands above it and, in Ruby, its declarations.
type class struct {
	name    string
	parents []string
	head    facts
	prefix  string
	macros  []macro
}

// macro is a declaration in a Ruby class: before_action :x, only: %i[a b].
type macro struct {
	name         string
	args         []string
	only, except []string
	line         int
}

var routeWords = sync.OnceValues(func() (*engine.Words, error) {
	texts := make([]string, len(marksOf))
	for i, m := range marksOf {
		texts[i] = m.text
	}
	return engine.NewWords(texts, false)
})

// unitFiles are names of files in the folder of an application.
var unitFiles = map[string]bool{
	"package.json": true, "go.mod": true, "pyproject.toml": true, "requirements.txt": true, "Pipfile": true, "setup.py": true, "Gemfile": true,
	"pom.xml": true, "build.gradle": true, "build.gradle.kts": true, "composer.json": true, "Cargo.toml": true, "deno.json": true,
}

// maxSource bounds the programs whose routes are read: longer ones are written by
// machines.
const maxSource = 400 << 10

// elsewhere are folders whose programs serve nobody: tests and examples.
var noServers = []string{"test", "tests", "__tests__", "spec", "specs", "e2e", "examples", "example", "docs", "fixtures", "testdata", "mocks", "__mocks__", "benchmarks", "node_modules", "dist", "build", "samples", "cookbook", "stories", "migrations"}

func (r *Reader) routes(f *file, _ func(Sighting)) {
	if unitFiles[f.base] || f.ext == ".csproj" {
		r.code.home(path.Dir(f.path))
	}
	if f.base == "package.json" {
		r.code.wants(f.data)
	}
	// What it redirects are paths of the application's own; it answers nothing.
	if strings.HasPrefix(f.base, "next.config.") {
		return
	}
	if f.base == "security.yaml" && bytes.Contains(f.data, []byte("access_control:")) {
		p := &program{path: f.path, lang: php}
		at := bytes.Index(f.data, []byte("access_control:"))
		p.guards = append(p.guards, guard{line: f.line(at), text: "access_control", wide: true, own: facts{identity: f.line(at)}})
		r.code.add(p)
	}
	lang, ok := languages[f.ext]
	if !ok || len(f.data) > maxSource || f.client && lang == javascript {
		return
	}
	for part := range strings.SplitSeq(path.Dir(f.path), "/") {
		if slices.Contains(noServers, part) && !(lang == java && strings.HasPrefix(part, "example")) {
			return
		}
	}
	for _, w := range []string{".test.", ".spec.", "_test.", ".stories.", ".d.ts", ".min."} {
		if strings.Contains(f.base, w) {
			return
		}
	}
	words, err := routeWords()
	if err != nil {
		return
	}
	var hits []hit
	some := false
	// A page of a client's has neither routes nor guards.
	page := f.ext == ".tsx" || f.ext == ".jsx"
	words.Find(f.data, func(pos, i int) {
		m := &marksOf[i]
		if isWord(m.text[0]) && pos > 0 && isWord(f.data[pos-1]) && m.what != refuses && m.what != routesHere {
			return
		}
		if m.what == routesHere {
			// A path is the first that a route is told; else it is a look-up in a map.
			if next := pos + len(m.text); strings.HasSuffix(m.text, "t(") && m.text[0] == '.' && next < len(f.data) && strings.IndexByte("\"'`\n ", f.data[next]) < 0 {
				return
			}
			if page {
				return
			}
		} else if page && m.what == refuses {
			return
		}
		// "/api/v1/responses" is a path of the application's own.
		if m.what == callsModel && bytes.HasSuffix(f.data[:pos], []byte("/api")) && pos > 4 && strings.IndexByte("\"'`", f.data[pos-5]) >= 0 {
			return
		}
		some = true
		hits = append(hits, hit{pos, m})
	})
	if !some && !servesByPlace(f) {
		return
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.pos - b.pos })
	s := newSource(f, lang, hits)
	// What comments say of models calls none.
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool {
		return h.what < routesHere && isWord(h.text[0]) && s.code[h.pos] == ' ' && !s.inString(h.pos)
	})
	p := s.program()
	if s.budget <= 0 {
		r.leave(f.path, "its functions are nested too deep to look for routes")
		return
	}
	r.code.add(p)
}

// servesByPlace says whether a file is a route or stands in front of routes by where it
// lies.
func servesByPlace(f *file) bool {
	base := strings.TrimSuffix(f.base, path.Ext(f.base))
	return base == "route" || base == "+server" || base == "middleware" || base == "proxy" || base == "hooks.server" || strings.Contains(f.path, "pages/api/") || strings.Contains(f.path, "server/api/") || strings.Contains(f.path, "server/middleware/")
}

// inString says whether a blank offset stands in a string and not in a comment: the
// line has a quotation mark on both sides of it.
func (s *source) inString(pos int) bool {
	left := bytes.TrimRight(s.code[:pos], " \n\t")
	return len(left) > 0 && strings.IndexByte("\"'`}", left[len(left)-1]) >= 0
}

func (t *tree) home(dir string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.units == nil {
		t.units = map[string]bool{}
	}
	t.units[dir] = true
}

// wants notes the packages that a package.json wants, and its own name.
func (t *tree) wants(data []byte) {
	var m struct {
		Name                 string
		Dependencies         map[string]any
		DevDependencies      map[string]any
		PeerDependencies     map[string]any
		OptionalDependencies map[string]any
	}
	if len(data) > maxSource || json.Unmarshal(data, &m) != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.packages == nil {
		t.packages = map[string]bool{}
	}
	for _, all := range []map[string]any{m.Dependencies, m.DevDependencies, m.PeerDependencies, m.OptionalDependencies} {
		for name := range all {
			if _, ok := t.packages[name]; !ok {
				t.packages[name] = false // it is wanted, and not known to be of the tree
			}
		}
	}
	if m.Name != "" {
		t.packages[m.Name] = true
	}
}

func (t *tree) add(p *program) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.programs = append(t.programs, p)
}

// program reads the functions, routes and guards of a file.
func (s *source) program() *program {
	p := &program{path: s.path, lang: s.lang, imports: s.importsOf(), from: s.modules(), groups: s.groups()}
	p.models = slices.ContainsFunc(s.hits, func(h hit) bool { return h.what == usesModels })
	p.serves = slices.ContainsFunc(s.hits, func(h hit) bool { return h.what == servesHere })
	spans := s.spans()
	for _, c := range s.classes() {
		k := class{name: last(c.name), parents: c.parents, head: s.facts(c.head, s.headEnd(c)), prefix: s.prefixOf(c)}
		if s.lang == ruby {
			k.macros = s.macros(c)
		}
		p.classes = append(p.classes, k)
	}
	spans = slices.DeleteFunc(spans, func(x span) bool { return x.name == "" })
	for _, x := range spans {
		p.functions = append(p.functions, function{
			name: x.name, class: last(x.class), parents: x.parents, line: s.line(x.from), local: x.local, public: x.public,
			facts: s.whole(x.head, x),
		})
	}
	s.values(p, spans)
	if slices.ContainsFunc(s.hits, func(h hit) bool { return h.what == usesBoth }) {
		p.credentials = s.credentials(spans)
	}
	switch s.lang {
	case python:
		s.pythonRoutes(p, spans)
	case ruby:
		s.rubyRoutes(p, spans)
	case java:
		s.annotated(p, spans, "@", "Mapping")
		s.springOpenings(p)
	case csharp:
		s.annotated(p, spans, "[", "Http")
		s.calledRoutes(p, spans)
	case javascript:
		s.annotated(p, spans, "@", "")
		s.fileRoutes(p, spans)
		s.calledRoutes(p, spans)
	case php:
		s.annotated(p, spans, "[", "Route")
		s.calledRoutes(p, spans)
	case rust:
		s.annotated(p, spans, "[", "")
		s.calledRoutes(p, spans)
	case golang:
		s.calledRoutes(p, spans)
	}
	return p
}

// values gives functions what the constants of their file say: an address of a model.
func (s *source) values(p *program, spans []span) {
	known := map[string]facts{}
	for i, x := range spans {
		if f := p.functions; i < len(f) && x.local && f[i].model != 0 && x.to-x.from < 300 && !bytes.Contains(s.code[x.from:x.to], []byte("(")) {
			known[x.name] = f[i].facts
		}
	}
	if len(known) == 0 {
		return
	}
	for i, x := range spans {
		if f := &p.functions[i]; !x.local && f.model == 0 {
			s.idents(x.body, x.to, func(id ident) {
				if _, ok := known[id.text]; ok && f.model == 0 {
					f.model = s.line(id.from)
				}
			})
		}
	}
}

// last is the name behind the last "::".
func last(name string) string { return name[strings.LastIndex(name, ":")+1:] }

func (s *source) headEnd(c classSpan) int {
	if s.lang == python || s.lang == ruby {
		return lineEnd(s.code, c.from)
	}
	if i := bytes.IndexByte(s.code[c.from:c.to], '{'); i >= 0 {
		return c.from + i
	}
	return c.to
}

// prefixOf is the path above a class: @RequestMapping("/api"), @Controller('x').
func (s *source) prefixOf(c classSpan) string {
	out := ""
	head := c.head
	if s.lang == javascript {
		head = s.decorated(lineStart(s.code, c.head))
	}
	s.idents(head, c.from, func(id ident) {
		if id.text == "RequestMapping" || id.text == "Controller" || id.text == "Route" {
			if n, at := s.after(id.to); n == '(' {
				if lits := s.strings(at, s.shut(at)); len(lits) > 0 {
					out = lits[0]
				}
			}
		}
	})
	return out
}

// importsOf are the names that a file takes from others, with those modules' names.
func (s *source) importsOf() map[string]string {
	out := map[string]string{}
	module := func(m string) string {
		m = strings.TrimRight(m, "/.")
		m = m[strings.LastIndexAny(m, "/.")+1:]
		return m
	}
	for line := range strings.Lines(string(s.data)) {
		line = strings.TrimSpace(line)
		switch s.lang {
		case javascript:
			if !strings.HasPrefix(line, "import ") && !strings.Contains(line, "require(") {
				continue
			}
			q := strings.LastIndexAny(line, "'\"")
			if q <= 0 {
				continue
			}
			b := strings.LastIndexAny(line[:q], "'\"")
			if b < 0 {
				continue
			}
			from := line[b+1 : q]
			for _, ext := range []string{".js", ".ts", ".mjs", ".jsx", ".tsx"} {
				from = strings.TrimSuffix(from, ext)
			}
			base := from[strings.LastIndexByte(from, '/')+1:]
			if base == "index" {
				base = path.Base(path.Dir(from))
			}
			for _, w := range strings.FieldsFunc(line[:b], func(r rune) bool {
				return !(r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
			}) {
				out[w] = base
				if s.relative == nil {
					s.relative = map[string]bool{}
				}
				s.relative[w] = strings.HasPrefix(from, ".")
			}
		case python:
			from, names, ok := strings.Cut(strings.TrimPrefix(line, "from "), " import ")
			if !ok || !strings.HasPrefix(line, "from ") {
				continue
			}
			for n := range strings.SplitSeq(strings.Trim(names, "()"), ",") {
				name, as, renamed := strings.Cut(strings.TrimSpace(n), " as ")
				if !renamed {
					as = name
				}
				if m := module(from); m != "" && name == "router" || renamed {
					out[as] = m
				} else {
					out[as] = name
				}
			}
		}
	}
	return out
}

// modules are the whole names of the modules that names of a file come from.
func (s *source) modules() map[string]string {
	if s.lang != javascript && s.lang != python {
		return nil
	}
	out := map[string]string{}
	names := func(from, to int, module string) {
		var all []string
		s.idents(from, to, func(id ident) { all = append(all, id.text) })
		for i, n := range all {
			if i+1 < len(all) && all[i+1] == "as" || n == "as" || n == "type" || n == "typeof" {
				continue
			}
			out[n] = module
		}
	}
	s.idents(0, len(s.code), func(id ident) {
		start := lineStart(s.code, id.from)
		first := len(bytes.TrimSpace(s.code[start:id.from])) == 0
		switch {
		case s.lang == python && id.text == "from" && first:
			rest := s.data[id.to:lineEnd(s.data, id.to)]
			module, _, ok := strings.Cut(string(rest), " import ")
			if !ok {
				return
			}
			at := id.to + len(module) + len(" import ")
			end := lineEnd(s.code, id.to)
			if c, open := s.after(at); c == '(' {
				end = s.shut(open)
			}
			names(at, end, strings.TrimSpace(module))
		case s.lang == javascript && id.text == "import" && first:
			// import a, { b, c as d } from "x"
			end := min(len(s.code), id.to+4000)
			for i := id.to; i < end; i++ {
				switch s.code[i] {
				case '(', ';', '=':
					return
				case '"', '\'':
					if lit, _, ok := s.literal(i); ok {
						names(id.to, i, lit)
						delete(out, "from")
					}
					return
				}
			}
		case s.lang == javascript && id.text == "require":
			c, open := s.after(id.to)
			if c != '(' {
				return
			}
			if lit, _, ok := s.literal(open + 1); ok {
				from, _ := s.statement(id.from)
				// const { a: b } = require("x")
				eq := bytes.LastIndexByte(s.code[from:id.from], '=')
				if eq >= 0 {
					names(from, from+eq, lit)
				}
			}
		}
	})
	for _, w := range []string{"const", "let", "var"} {
		delete(out, w)
	}
	return out
}

// groups are the names of the groups of routes of a Go program:
// v1 := r.Group("/v1"), r.Route("/v1", func(v1 chi.Router) { … }).
func (s *source) groups() []group {
	if s.lang != golang {
		return nil
	}
	var out []group
	var prev ident
	s.idents(0, len(s.code), func(id ident) {
		defer func() { prev = id }()
		switch id.text {
		case "Group", "Route", "PathPrefix", "Party":
		default:
			return
		}
		behind, _ := s.before(id.from)
		c, open := s.after(id.to)
		if behind != '.' || c != '(' || prev.meaning == nil || len(out) >= maxRoutes {
			return
		}
		g := group{parent: prev.text, at: id.from}
		if lit, _, ok := s.literal(open + 1); ok && (lit == "" || lit[0] == '/') {
			g.prefix = strings.TrimSuffix(lit, "/")
		}
		shut := s.shut(open)
		if i := bytes.Index(s.code[open:shut], []byte("func(")); i >= 0 {
			at := open + i + len("func(")
			g.name = s.identAt(at)
			g.from, g.to = at, shut
		} else if g.name = s.assigned(id.from); g.name == "" {
			from, _ := s.statement(id.from)
			if i := bytes.Index(s.code[from:id.from], []byte(":=")); i >= 0 {
				s.idents(from, from+i, func(n ident) { g.name = n.text })
			}
		}
		if g.name == "" || g.name == "_" {
			return
		}
		if g.to == 0 {
			g.from, g.to = shut, len(s.code)
			for b := s.around(id.from); b >= 0; b = s.brackets[b].parent {
				if s.code[s.brackets[b].open] == '{' {
					g.to = s.brackets[b].close
					break
				}
			}
		}
		out = append(out, g)
	})
	return out
}

// chain gives the group that a name means at an offset, and those around it, from the
// innermost, with the path before their routes.
func chain(groups []group, name string, pos int) (out []int, prefix string) {
	for len(out) < maxDepth {
		best := -1
		for i, g := range groups {
			if g.name == name && g.from <= pos && pos < g.to && (best < 0 || g.from > groups[best].from) {
				best = i
			}
		}
		if best < 0 {
			return out, prefix
		}
		out = append(out, best)
		prefix = groups[best].prefix + prefix
		name, pos = groups[best].parent, groups[best].at
	}
	return out, prefix
}

// refs are the names between two offsets.
func (s *source) refs(from, to int, without ...[2]int) []ref {
	var out []ref
	var prev ident
	seen := map[ref]bool{}
	pair := false
	s.idents(from, to, func(id ident) {
		if slices.ContainsFunc(without, func(w [2]int) bool { return w[0] <= id.from && id.from < w[1] }) {
			return
		}
		defer func() { prev = id }()
		r := ref{name: strings.TrimPrefix(id.text, "$")}
		if c, at := s.before(id.from); prev.to > 0 && (c == '.' || c == ':' || c == '>') && at-prev.to < 3 {
			r.of = strings.TrimPrefix(prev.text, "$")
		}
		if s.lang == php {
			if pair && id.text == "class" { // [Requests::class, 'reword']
				return
			}
			pair = false
			if c, at := s.after(id.to); c == ':' && bytes.HasPrefix(s.code[at:], []byte("::class")) {
				at += len("::class")
				if c, at := s.after(at); c == ',' {
					if method, _, ok := s.literal(at + 1); ok {
						r = ref{of: id.text, name: method}
						pair = true
					}
				}
			}
		}
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	})
	if s.lang == php {
		for _, text := range s.strings(from, to) { // 'Requests@reword'
			if c, m, ok := strings.Cut(text, "@"); ok {
				out = append(out, ref{of: c[strings.LastIndexByte(c, '\\')+1:], name: m})
			}
		}
	}
	return out
}

// verbsOf are the methods by which a router is given a route.
var verbsOf = map[language]map[string]bool{
	javascript: set("get", "post", "put", "patch", "delete", "all"),
	golang:     set("HandleFunc", "Handle", "Get", "Post", "Put", "Patch", "Delete", "GET", "POST", "PUT", "PATCH", "DELETE", "Any", "Method", "MethodFunc"),
	rust:       set("route"),
	csharp:     set("MapGet", "MapPost", "MapPut", "MapPatch", "MapDelete", "MapMethods"),
	php:        set("get", "post", "put", "patch", "delete", "any", "match", "map"),
}

func set(all ...string) map[string]bool {
	out := map[string]bool{}
	for _, s := range all {
		out[s] = true
	}
	return out
}

// calledRoutes reads routes that are registered by a call with a path.
func (s *source) calledRoutes(p *program, spans []span) {
	type call struct {
		method   ident
		owner    string
		name     string
		open, to int
	}
	var calls []call
	var prev ident
	s.idents(0, len(s.code), func(id ident) {
		defer func() { prev = id }()
		if !verbsOf[s.lang][id.text] {
			return
		}
		behind, at := s.before(id.from)
		if behind != '.' && behind != ':' && behind != '>' {
			return
		}
		c, open := s.after(id.to)
		if c != '(' {
			return
		}
		owner := ""
		if prev.meaning != nil {
			owner = strings.TrimPrefix(prev.text, "$")
		}
		name, _, ok := s.literal(open + 1)
		if !ok && s.lang == javascript { // app.route("/x").post(handler)
			if b, shut := s.before(at); b == ')' {
				in := s.opened(shut)
				name, _, ok = s.literal(in + 1)
				ok = ok && bytes.HasSuffix(bytes.TrimRight(s.code[:in], " "), []byte("route"))
			}
		}
		if !ok && (s.lang == golang || s.lang == php || s.lang == csharp) && (id.text == "Method" || id.text == "MethodFunc" || id.text == "match" || id.text == "map") {
			if lits := s.strings(open, s.shut(open)); len(lits) > 1 {
				name, ok = lits[1], true
			}
		}
		if !ok || s.lang != php && s.lang != csharp && !strings.Contains(name, "/") || strings.Contains(name, "://") || strings.Contains(name, " ") && s.lang != golang {
			return
		}
		if s.lang == rust {
			owner = s.assigned(id.from)
		}
		if len(calls) < maxRoutes {
			calls = append(calls, call{id, owner, name, open, s.shut(open)})
		}
	})
	owners := map[string]bool{}
	for i, c := range calls {
		_, path, _ := s.literal(c.open + 1)
		without := [][2]int{{c.open, path}}
		for j, o := range calls {
			if i != j && !(o.open < c.open && c.to < o.to) {
				without = append(without, [2]int{o.open, o.to})
			}
		}
		from, to := s.statement(c.method.from)
		if s.lang == rust { // what is put beside it is not in front of it
			s.idents(from, to, func(id ident) {
				if next, open := s.after(id.to); next == '(' && (id.text == "merge" || id.text == "nest") && !(open < c.open && c.to < s.shut(open)) {
					without = append(without, [2]int{open, s.shut(open)})
				}
			})
		}
		rt := route{name: c.name, text: s.text(c.method.from), line: s.line(c.method.from), owner: c.owner}
		if s.lang == golang {
			var prefix string
			if rt.groups, prefix = chain(p.groups, c.owner, c.method.from); prefix != "" {
				rt.name = prefix + rt.name
			}
		}
		rt.own = s.facts(from, to, without...)
		rt.handlers = s.refs(c.open, c.to, without...)
		rt.around = s.refs(from, to, without...)
		inner := c.method.from
		for b := s.around(c.method.from); b >= 0; inner, b = s.brackets[b].open, s.brackets[b].parent {
			open, shut := s.brackets[b].open, s.brackets[b].close
			if s.code[open] == '{' { // of a closure, whose call has its own brackets, or of a function
				continue
			}
			hf, ht := s.statement(open)
			for _, r := range [][2]int{{hf, open}, {open, inner}, {min(shut+1, ht), ht}} {
				h := s.facts(r[0], r[1], without...)
				if h.identity == 0 && s.lang == php {
					h.identity = s.grouped(r[0], r[1])
					h.sure = h.identity != 0
				}
				rt.own.identity = first(rt.own.identity, h.identity)
				rt.own.sure = rt.own.sure || h.sure
				rt.around = append(rt.around, s.refs(r[0], r[1], without...)...)
			}
		}
		rt.inside = inside(spans, c.method.from)
		owners[c.owner] = true
		p.routes = append(p.routes, rt)
	}
	s.calledGuards(p, spans, owners, func(pos int) [][2]int {
		var out [][2]int
		for _, c := range calls {
			if !(c.open < pos && pos < c.to) {
				out = append(out, [2]int{c.open, c.to})
			}
		}
		return out
	})
}

// grouped gives the line of a group of Laravel's whose middleware, an array's member,
// asks who calls.
func (s *source) grouped(from, to int) int {
	all := s.strings(from, to)
	if slices.Contains(all, "middleware") && slices.ContainsFunc(all, guardWord) {
		return s.line(from)
	}
	return 0
}

// inside gives the function in which an offset stands.
func inside(spans []span, pos int) string {
	out := ""
	for _, x := range spans {
		if x.from < pos && pos < x.to && !x.local {
			out = x.name
		}
	}
	return out
}

// assigned gives the name that the statement around an offset gives a value to.
func (s *source) assigned(pos int) string {
	from, _ := s.statement(pos)
	out := ""
	s.idents(from, pos, func(id ident) {
		if c, _ := s.after(id.to); out == "" && c == '=' {
			out = id.text
		}
	})
	return out
}

// text is the line at an offset, without what strings and comments hold, but for a path.
func (s *source) text(pos int) string {
	from, to := lineStart(s.data, pos), lineEnd(s.data, pos)
	out := bytes.Clone(s.code[from:to])
	for i := from; i < to; i++ {
		if c := s.code[i]; c == '"' || c == '\'' || c == '`' {
			lit, next, ok := s.literal(i)
			if !ok || next > to {
				break
			}
			if (strings.HasPrefix(lit, "/") || strings.Contains(lit, " /")) && plain(lit) {
				copy(out[i-from:], s.data[i:next])
			}
			i = next - 1
		}
	}
	return clip(strings.TrimSpace(string(out)))
}

// plain says whether a path has no part that could be a secret.
func plain(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		if len(part) > 32 {
			return false
		}
	}
	return true
}

func clip(s string) string {
	if len(s) > 120 {
		return s[:120]
	}
	return s
}

// calledGuards reads statements that put something in front of routers.
func (s *source) calledGuards(p *program, spans []span, owners map[string]bool, without func(int) [][2]int) {
	var prev ident
	s.idents(0, len(s.code), func(id ident) {
		defer func() { prev = id }()
		next, open := s.after(id.to)
		behind, _ := s.before(id.from)
		switch {
		case next == '(' && (behind == '.' || behind == '>') && (id.text == "use" || id.text == "Use" || id.text == "addHook" || id.text == "useGlobalGuards" || id.text == "add" && s.lang == php):
			shut := s.shut(open)
			if c, at := s.after(open + 1); isWord(c) {
				switch s.identAt(at) { // they attach a session and ask nobody for it
				case "session", "passport", "cors", "helmet", "csrf", "express":
					if s.lang == javascript && !bytes.Contains(s.code[open:shut], []byte("authenticate")) {
						return
					}
				}
			}
			g := guard{line: s.line(id.from), text: s.text(id.from), own: s.facts(open, shut), refs: s.refs(open, shut)}
			if lit, _, ok := s.literal(open + 1); ok && strings.HasPrefix(lit, "/") {
				g.path = strings.TrimSuffix(strings.TrimSuffix(lit, "*"), "/")
			}
			owner := ""
			if prev.meaning != nil {
				owner = strings.TrimPrefix(prev.text, "$")
			}
			mounted := false
			for _, r := range g.refs {
				if m, ok := p.imports[r.name]; ok && r.of == "" && s.relative[r.name] {
					g.over = append(g.over, m)
					mounted = true
				} else if owners[r.name] && r.name != owner {
					g.over = append(g.over, r.name)
					mounted = true
				}
			}
			g.mounts, g.wide = mounted, true
			if !mounted && s.lang == golang {
				if of, prefix := chain(p.groups, owner, id.from); len(of) > 0 {
					g.group = of[0] + 1
					if g.path != "" {
						g.path = prefix + g.path
					}
				}
				g.over, g.inside = []string{owner}, inside(spans, id.from)
				for b := s.around(id.from); b >= 0; b = s.brackets[b].parent {
					if s.code[s.brackets[b].open] == '{' {
						g.block = [2]int{s.line(s.brackets[b].open), s.line(min(s.brackets[b].close, len(s.code)-1))}
						break
					}
				}
			} else if !mounted && strings.Contains(strings.ToLower(owner), "rout") {
				g.over, g.wide = []string{owner}, false
			}
			if owner == "" || behind == '>' && s.lang == php && !owners[owner] && prev.text != "$app" && id.text == "add" {
				return
			}
			p.guards = append(p.guards, g)
		case s.lang == csharp && (id.text == "FallbackPolicy" || id.text == "AuthorizeFilter" || id.text == "RequireAuthorization" && s.controllers(id.from)):
			p.guards = append(p.guards, guard{line: s.line(id.from), text: s.text(id.from), wide: true, own: facts{identity: s.line(id.from)}})
		case s.lang == javascript && id.text == "APP_GUARD":
			from, to := s.statement(id.from)
			p.guards = append(p.guards, guard{line: s.line(id.from), text: s.text(id.from), wide: true, own: s.facts(from, to), refs: s.refs(from, to)})
		case owners[strings.TrimPrefix(id.text, "$")] && (behind == '(' || behind == ',' || behind == '&') && (next == ')' || next == ',' || next == ';'),
			s.lang == golang && next == '(' && (behind == '(' || behind == ','):
			if s.declared(id.from) {
				return
			}
			from, to := s.statement(id.from)
			skip := without(id.from)
			g := guard{line: s.line(id.from), text: s.text(id.from), over: []string{strings.TrimPrefix(id.text, "$")}, own: s.facts(from, to, skip...), refs: s.refs(from, to, skip...)}
			for b := s.around(id.from); b >= 0; b = s.brackets[b].parent {
				if s.code[s.brackets[b].open] != '(' {
					break
				}
				hf, ht := s.statement(s.brackets[b].open)
				more := s.facts(hf, ht, skip...)
				g.own.identity = first(g.own.identity, more.identity)
				g.refs = append(g.refs, s.refs(hf, ht, skip...)...)
			}
			g.wide = s.lang == golang && next == '('
			g.mounts = true
			p.guards = append(p.guards, g)
		}
	})
}

// declared says whether an offset stands among the parameters of a function that
// begins there: function routes(app) {, (app) => {. It puts nothing in front of it.
func (s *source) declared(pos int) bool {
	b := s.around(pos)
	if b < 0 || s.lang == golang || s.code[s.brackets[b].open] != '(' {
		return false
	}
	c, at := s.after(s.brackets[b].close + 1)
	return c == '{' || bytes.HasPrefix(s.code[at:], []byte("=>"))
}

// controllers says whether the statement at an offset maps all controllers.
func (s *source) controllers(pos int) bool {
	from, to := s.statement(pos)
	return bytes.Contains(s.code[from:to], []byte("MapControllers")) || bytes.Contains(s.code[from:to], []byte("MapRazorPages"))
}

// annotated reads routes that stand above their function: @PostMapping("/x"),
// [HttpPost("x")], #[post("/x")], @Post('x').
func (s *source) annotated(p *program, spans []span, sign, word string) {
	for _, x := range spans {
		head := x.head
		if s.lang == javascript {
			head = s.decorated(lineStart(s.code, x.from))
		}
		if head >= x.from || x.local {
			continue
		}
		found := false
		s.idents(head, x.from, func(id ident) {
			if found || id.from == 0 || s.code[id.from-1] != sign[0] {
				return
			}
			switch s.lang {
			case java:
				if !strings.HasSuffix(id.text, word) {
					return
				}
			case csharp:
				if !strings.HasPrefix(id.text, word) {
					return
				}
			case php:
				if id.text != word {
					return
				}
			case rust:
				switch id.text {
				case "get", "post", "put", "patch", "delete":
				default:
					return
				}
			case javascript:
				switch id.text {
				case "Get", "Post", "Put", "Patch", "Delete", "All", "Sse":
				default:
					return
				}
			}
			found = true
			name := ""
			if c, open := s.after(id.to); c == '(' {
				if lits := s.strings(open, s.shut(open)); len(lits) > 0 {
					name = lits[0]
				}
			}
			for _, c := range p.classes {
				if c.name == last(x.class) && c.prefix != "" {
					name = "/" + strings.Trim(strings.Trim(c.prefix, "/")+"/"+strings.Trim(name, "/"), "/")
				}
			}
			p.routes = append(p.routes, route{
				name: name, text: s.text(id.from), line: s.line(id.from), owner: last(x.class), class: last(x.class), own: s.whole(head, x),
				around: s.refs(head, x.body), closed: s.lang == java, action: x.name,
			})
		})
	}
}

// whole are the facts of a function with what stands above it; the path of its route
// calls no model.
func (s *source) whole(head int, x span) facts {
	f := s.facts(head, x.to)
	body := s.facts(x.from, x.to)
	f.model, f.maybe, f.perhaps, f.safety, f.verdict = body.model, body.maybe, body.perhaps, body.safety, body.verdict
	return f
}

// fileRoutes reads routes that a file is by its place: Next.js, SvelteKit, Nuxt.
func (s *source) fileRoutes(p *program, spans []span) {
	base := strings.TrimSuffix(s.base, path.Ext(s.base))
	dir := "/" + path.Dir(s.path) + "/"
	whole := facts{}
	if base == "middleware" || base == "proxy" || base == "hooks.server" || strings.Contains(dir, "/server/middleware/") {
		whole = s.facts(0, len(s.code))
		if whole.identity != 0 || base == "middleware" || base == "proxy" {
			g := guard{line: max(1, whole.identity), text: s.text(s.at(whole.identity)), wide: true, own: whole, refs: s.refs(0, len(s.code))}
			if base != "hooks.server" {
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
	name, byFunction := "", false
	switch {
	case base == "route" && strings.Contains(dir, "/app/"):
		_, name, _ = strings.Cut(strings.TrimSuffix(dir, "/"), "/app/")
		byFunction = true
	case base == "+server" && strings.Contains(dir, "/routes/"):
		_, name, _ = strings.Cut(strings.TrimSuffix(dir, "/"), "/routes/")
		byFunction = true
	case strings.Contains(dir, "/pages/api/"):
		_, name, _ = strings.Cut(dir, "/pages/")
		name += base
	case strings.Contains(dir, "/server/api/") && bytes.Contains(s.code, []byte("defineEventHandler")):
		_, name, _ = strings.Cut(dir, "/server/")
		name += base
	default:
		return
	}
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '(' || part == "index" {
			continue
		}
		parts = append(parts, part)
	}
	name = "/" + strings.Join(parts, "/")
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
		case "GET", "POST", "PUT", "PATCH", "DELETE", "fallback":
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

// at is the offset at which a line begins.
func (s *source) at(line int) int {
	s.file.line(0)
	if line < 1 || line > len(s.lines) {
		return 0
	}
	return s.lines[line-1]
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
					p.routes = append(p.routes, route{name: name, text: s.text(at), line: s.line(at), owner: owner, own: s.whole(x.head, x), around: s.refs(x.head, x.body), class: x.class})
				}
			case "before_request", "before_app_request", "middleware":
				p.guards = append(p.guards, guard{line: s.line(at), text: s.text(at), own: s.facts(x.from, x.to), over: []string{owner}, wide: owner == "app" || method != "before_request"})
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
		case "include_router", "register_blueprint", "mount":
			g := guard{line: s.line(id.from), text: s.text(id.from), own: s.facts(open, shut), refs: s.refs(open, shut), wide: true}
			if len(g.refs) > 0 {
				r := g.refs[0]
				name := r.name
				if m, ok := p.imports[name]; ok {
					name = m
				}
				if len(g.refs) > 1 && g.refs[1].of == r.name { // assist.router
					g.refs = g.refs[1:]
				}
				g.over, g.mounts = []string{name}, true
				g.prefix = s.keyword(open, shut, "prefix", "url_prefix")
				g.refs = g.refs[1:]
				p.guards = append(p.guards, g)
			}
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
			if name, _, ok := s.literal(open + 1); ok && bytes.Contains(s.code, []byte("urlpatterns")) {
				p.routes = append(p.routes, route{name: "/" + strings.Trim(name, "^$/"), text: s.text(id.from), line: s.line(id.from), own: s.facts(open, shut), handlers: s.refs(open, shut), around: s.refs(open, shut)})
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

// rubyRoutes reads the actions of Rails' controllers.
func (s *source) rubyRoutes(p *program, spans []span) {
	if s.base == "routes.rb" {
		for _, w := range []string{"authenticate ", "authenticated ", "constraints("} {
			if at := bytes.Index(s.code, []byte("\n  "+w)); at >= 0 {
				p.guards = append(p.guards, guard{line: s.line(at + 1), text: strings.TrimSpace(w), wide: true, own: facts{identity: s.line(at + 1)}})
			}
		}
	}
	for _, x := range spans {
		class := last(x.class)
		if !strings.HasSuffix(class, "Controller") || !x.public {
			continue
		}
		name := strings.ToLower(strings.TrimSuffix(class, "Controller")) + "#" + x.name
		p.routes = append(p.routes, route{name: name, text: s.text(x.from), line: s.line(x.from), owner: class, class: class, action: x.name, own: s.facts(x.from, x.to), closed: false})
	}
}

// macros are the declarations of a Ruby class that say who may come in.
func (s *source) macros(c classSpan) []macro {
	var out []macro
	for at := lineEnd(s.code, c.from); at < c.to; at = lineEnd(s.code, at+1) {
		line := strings.TrimSpace(string(s.data[min(at+1, c.to):max(min(at+1, c.to), min(lineEnd(s.code, at+1), c.to))]))
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "before_action", "prepend_before_action", "skip_before_action", "allow_unauthenticated_access", "include", "authenticate_with", "http_basic_authenticate_with", "authorize_resource", "load_and_authorize_resource", "before_filter", "doorkeeper_for":
		default:
			continue
		}
		m := macro{name: word, line: s.line(at + 1)}
		list := func(key string) []string {
			_, after, ok := strings.Cut(rest, key+":")
			if !ok {
				return nil
			}
			after = strings.TrimSpace(after)
			if strings.HasPrefix(after, "%i[") || strings.HasPrefix(after, "[") {
				after, _, _ = strings.Cut(after[strings.IndexByte(after, '[')+1:], "]")
			} else {
				after, _, _ = strings.Cut(after, ",")
			}
			return strings.FieldsFunc(after, func(r rune) bool { return r == ' ' || r == ',' || r == ':' || r == '"' })
		}
		m.only, m.except = list("only"), list("except")
		if i := strings.Index(rest, "only:"); i >= 0 {
			rest = rest[:i]
		}
		if i := strings.Index(rest, "except:"); i >= 0 {
			rest = rest[:i]
		}
		m.args = strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == ',' || r == ':' })
		if word == "before_action" && strings.HasPrefix(rest, "->") || strings.HasPrefix(rest, "do") || strings.HasPrefix(rest, "{") {
			m.args = []string{"authenticate_inline"}
		}
		out = append(out, m)
	}
	return out
}

// springOpenings reads the rules of paths of a SecurityFilterChain.
func (s *source) springOpenings(p *program) {
	if bytes.Count(s.code, []byte("SecurityFilterChain ")) != 1 && bytes.Count(s.code, []byte("SecurityWebFilterChain ")) != 1 {
		return
	}
	var paths []string
	var guards []guard
	s.idents(0, len(s.code), func(id ident) {
		c, open := s.after(id.to)
		if c != '(' {
			return
		}
		switch id.text {
		case "requestMatchers", "antMatchers", "mvcMatchers", "pathMatchers":
			paths = nil
			for _, lit := range s.strings(open, s.shut(open)) {
				if strings.HasPrefix(lit, "/") {
					paths = append(paths, lit)
				}
			}
			if len(paths) == 0 {
				paths = []string{"?"} // not known: decides for all
			}
		case "anyRequest", "anyExchange":
			paths = []string{"/**"}
		case "permitAll", "authenticated", "hasRole", "hasAuthority", "hasAnyRole", "hasAnyAuthority", "denyAll", "access", "fullyAuthenticated":
			if paths != nil {
				p.openings = append(p.openings, opening{paths: paths, open: id.text == "permitAll", line: s.line(id.from), text: s.text(id.from)})
			}
			paths = nil
		case "addFilterBefore", "addFilterAfter", "addFilter", "addFilterAt":
			shut := s.shut(open)
			if i := bytes.IndexByte(s.code[open:shut], ','); i >= 0 {
				shut = open + i
			}
			guards = append(guards, guard{line: s.line(id.from), text: s.text(id.from), wide: true, own: s.facts(open, shut), refs: s.refs(open, shut)})
		}
	})
	p.guards = append(p.guards, guards...)
}
