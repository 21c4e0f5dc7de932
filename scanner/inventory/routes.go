package inventory

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"
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
	gates    []Sighting      // lines that close or open a platform's gateway; see gateways.go
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
	chains      []filterChain
	access      []opening             // of Symfony
	table       map[string]railsRoute // of Rails
	config      map[string]remixRoute // of React Router
	classes     []class
	imports     map[string]string // name here → the module's own name
	from        map[string]string // name here → the whole module, as it is written
	groups      []group
	made        map[string]router // by name; see mounts.go
	types       map[string]string // of names; see receivers.go
}

// ref is a name that is used, with what stands before it: drills::report, auth.Check.
type ref struct{ of, name string }

// route is a route as its file registers it.
type route struct {
	name, text string
	line       int
	owner      string  // the router or the class that it belongs to
	inside     string  // the function in which it is registered
	own        facts   // of its statement, or of its function with decorators
	handlers   []ref   // what its registration names
	around     []ref   // what its statement and those around it name
	action     string  // the method of a controller (Rails)
	closed     bool    // open only if a line says so
	class      string  // whose annotations count
	groups     []int   // in program.groups, from the innermost
	method     string  // of HTTP, if it is known
	ktor       bool    // of Ktor: open where nothing stands around it
	module     string  // of React Router: its file without its ending
	pipes      []plugs // of Phoenix
	sinatra    bool    // of Sinatra or Grape
	dir        string  // of AWS SAM: of the code behind it
	authorizer string  // of AWS SAM: in front of it
	// authorizerAt is the line that says so.
	authorizerAt int
	gateway      string // the function of a platform whose gateway asks, unless a line says no
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
	owner  string   // the router that it is put into
	takes  []take   // what it takes in, if it is to routers; see mounts.go
	groups []int    // of the router that takes in
	made   bool     // its router is made in this file
	hook   bool     // it counts for what stands before it, too
	module string   // of React Router, in front of which it stands
	file   string   // of routes, in front of which it stands alone (Laravel)
	of     paths    // that it looks at itself
	// replaces says that its prefix stands in the place of the router's own.
	replaces bool
}

// class is a class with what stands above it and, in Ruby, its declarations.
type class struct {
	name    string
	parents []string
	head    facts
	prefix  string
	macros  []macro
}

var routeWords = &words{texts: func() []string {
	texts := make([]string, len(marksOf))
	for i, m := range marksOf {
		texts[i] = m.text
	}
	return texts
}}

// unitFiles are names of files in the folder of an application.
var unitFiles = map[string]bool{
	"package.json": true, "go.mod": true, "pyproject.toml": true, "requirements.txt": true, "Pipfile": true, "setup.py": true, "Gemfile": true,
	"pom.xml": true, "build.gradle": true, "build.gradle.kts": true, "composer.json": true, "Cargo.toml": true, "deno.json": true, "mix.exs": true, "build.sbt": true, "Package.swift": true,
}

// maxSource bounds the programs whose routes are read: longer ones are written by
// machines.
const maxSource = 400 << 10

// noServers are folders whose programs serve nobody: tests, examples and what a tool makes.
// A folder of stories is none: Storybook knows its files by their names.
var noServers = set("test", "tests", "__tests__", "spec", "specs", "e2e", "examples", "example", "docs", "fixtures", "testdata", "mocks", "__mocks__", "benchmarks", "node_modules", "dist", "build", "samples", "cookbook", "migrations")

// serves says whether programs of a file's folder can serve somebody. Below a folder in
// which the place of a file is the path of its route, a folder is a part of that path:
// app/api/tests/route.ts.
func serves(f *file, lang language) bool {
	dir := path.Dir(f.path)
	if root := routeRoot(f); lang == javascript && root != "" {
		if i := strings.LastIndex("/"+dir+"/", root); i >= 0 && !strings.Contains(dir[i:], "__") {
			dir = dir[:i]
		}
	}
	for part := range strings.SplitSeq(dir, "/") {
		if noServers[part] && !(lang == java && strings.HasPrefix(part, "example")) {
			return false
		}
	}
	return true
}

// routeRoot is the folder below which the place of a file is the path of its route.
func routeRoot(f *file) string {
	switch strings.TrimSuffix(f.base, path.Ext(f.base)) {
	case "route": // Next.js
		return "/app/"
	case "+server", "+page.server": // SvelteKit
		return "/routes/"
	}
	for _, root := range []string{"/pages/api/", "/server/api/", "/server/routes/"} { // Next.js, Nuxt
		if strings.Contains("/"+f.path, root) {
			return root
		}
	}
	return ""
}

func (r *Reader) routes(f *file, _ func(Sighting)) {
	if unitFiles[f.base] || f.ext == ".csproj" {
		r.code.home(path.Dir(f.path))
	}
	if f.base == "package.json" {
		r.code.wants(f.data)
	}
	r.gateways(f)
	r.samRoutes(f)
	// What it redirects are paths of the application's own; it answers nothing.
	if strings.HasPrefix(f.base, "next.config.") {
		return
	}
	if f.base == "security.yaml" && bytes.Contains(f.data, []byte("access_control:")) {
		p := &program{path: f.path, lang: php, access: accessControl(f)}
		r.code.add(p)
	}
	lang, ok := languages[f.ext]
	if !ok || len(f.data) > maxSource || f.client && lang == javascript {
		return
	}
	if !serves(f, lang) {
		return
	}
	for _, w := range []string{".test.", ".spec.", "_test.", ".stories.", ".d.ts", ".min."} {
		if strings.Contains(f.base, w) {
			return
		}
	}
	var hits []hit
	some := false
	// A page of a client's has neither routes nor guards.
	page := f.ext == ".tsx" || f.ext == ".jsx"
	routeWords.find(f, func(pos, i int) {
		m := &marksOf[i]
		if isWord(m.text[0]) && pos > 0 && isWord(f.data[pos-1]) && m.what != refuses && m.what != routesHere {
			return
		}
		if m.what == routesHere {
			// A path is the first that a route is told; else it is a look-up in a map.
			if next := pos + len(m.text); strings.HasSuffix(m.text, "t(") && m.text[0] == '.' && next < len(f.data) && strings.IndexByte("\"'`\n ", f.data[next]) < 0 {
				return
			}
			if page && m.text != "use server" && !strings.Contains(m.text, "action") && !strings.Contains(m.text, "loader") {
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

func (t *tree) home(dir string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.units == nil {
		t.units = map[string]bool{}
	}
	t.units[dir] = true
}

func (t *tree) add(p *program) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.programs = append(t.programs, p)
}

// program reads the functions, routes and guards of a file.
func (s *source) program() *program {
	p := &program{path: s.path, lang: s.lang, imports: s.importsOf(), from: s.modules(), groups: s.groups(), made: s.routers(), types: s.types()}
	p.models = slices.ContainsFunc(s.hits, func(h hit) bool { return h.what == usesModels })
	p.serves = slices.ContainsFunc(s.hits, func(h hit) bool { return h.what == servesHere })
	spans := s.spans()
	for _, c := range s.classes() {
		k := class{name: last(c.name), parents: c.parents, head: s.facts(c.head, s.headEnd(c)), prefix: s.prefixOf(c)}
		switch s.lang {
		case ruby:
			k.macros = s.macros(c)
		case elixir:
			k.macros = s.plugMacros(c)
		case php:
			k.macros = s.middleware(c)
		}
		p.classes = append(p.classes, k)
	}
	spans = slices.DeleteFunc(spans, func(x span) bool { return x.name == "" })
	for _, x := range spans {
		p.functions = append(p.functions, function{
			name: x.name, class: last(x.class), parents: x.parents, line: s.line(x.from), local: x.local, public: x.public,
			facts: s.whole(x.head, x),
		})
		if s.lang == python && x.to-x.from < 2000 && s.code[x.from] != 'd' && s.code[x.from] != 'a' {
			f := &p.functions[len(p.functions)-1]
			f.refs = s.refs(x.body, x.to)
			f.empty = bytes.HasSuffix(bytes.ReplaceAll(s.code[x.body:x.to], []byte(" "), nil), []byte("=[]"))
		}
	}
	s.declaredModels(p)
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
		s.filterChains(p, spans)
		if s.ext == ".kt" {
			s.ktorRoutes(p, spans)
		}
	case csharp:
		s.annotated(p, spans, "[", "Http")
		s.calledRoutes(p, spans)
	case javascript:
		s.annotated(p, spans, "@", "")
		s.fileRoutes(p, spans)
		s.objectRoutes(p, spans)
		s.functionRoutes(p, spans)
		s.calledRoutes(p, spans)
	case php:
		s.annotated(p, spans, "[", "Route")
		s.calledRoutes(p, spans)
		s.resources(p)
		s.files(p)
	case rust:
		s.annotated(p, spans, "[", "")
		s.calledRoutes(p, spans)
		s.rustMounts(p, spans)
	case golang:
		s.calledRoutes(p, spans)
		s.groupGuards(p, spans)
	case elixir:
		s.phoenixRoutes(p)
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
