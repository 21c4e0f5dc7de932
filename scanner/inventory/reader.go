package inventory

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"
)

// maxFile bounds the files that are read: what shows an application's identity is
// written by people.
const maxFile = 1 << 20

// Reader reads files and keeps what they show. Its methods are safe for concurrent
// use.
type Reader struct {
	entries  []Entry
	texts    []text // of entryWords
	variants []text // of settingWords
	// packages are the entries by ecosystem and name of a dependency; prefixes those
	// whose name ends in "*".
	packages map[string]map[string][]*Entry
	prefixes map[string][]prefixed

	code tree // see routes.go and principals.go

	mu        sync.Mutex
	sightings []Sighting
	seen      map[sightingKey]bool
	files     int
	left      []Left
}

// Left is a file of which something was not read.
type Left struct{ Path, Why string }

// leave notes that something of a file is not read.
func (r *Reader) leave(path, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = append(r.left, Left{path, why})
}

// Left are the files of which something was not read, in the order of their paths:
// bounds that no program written by people reaches.
func (r *Reader) Left() []Left {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := slices.Clone(r.left)
	slices.SortFunc(out, func(a, b Left) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Why, b.Why)) })
	return out
}

// text is one text that shows an entry wherever it stands.
type text struct {
	entry *Entry
	how   How
	text  string
}

type prefixed struct {
	prefix string
	entry  *Entry
}

// sightingKey tells two sightings of one thing in one line apart.
type sightingKey struct {
	kind       Kind
	name, path string
	line       int
}

// file is one file that is read.
type file struct {
	path string
	base string // the last part of path
	ext  string // with the dot, in lower case
	data []byte
	// lines holds the offset of each line's begin, once it was needed.
	lines  []int
	client bool
	seen   *seen // what look found, once it was needed
}

// readers are what reads files, one question each. They are called for every file and
// look at its name first.
var readers = []func(*Reader, *file, func(Sighting)){
	(*Reader).dependencies, // manifest.go
	(*Reader).imports,      // imports.go
	(*Reader).marks,        // reader.go
	(*Reader).platforms,    // ai_lines.go
	(*Reader).names,        // ai_names.go
	(*Reader).systems,      // auth.go
	(*Reader).controlsOf,   // controls.go
	(*Reader).signedIn,     // signed_in.go
	(*Reader).references,   // references.go
	(*Reader).servers,      // servers.go
	(*Reader).routes,       // routes.go: routes, guards, safety
	(*Reader).provisioning, // provisioning.go
	(*Reader).principals,   // principals.go
	(*Reader).claims,       // claims.go
	(*Reader).purposes,     // purposes.go
	(*Reader).published,    // published.go: also folders of programs, conversations
}

// Entries are all entries, in a fixed order.
func Entries() []Entry {
	return slices.Concat(aiProviders, aiHosts, aiMore, aiTools, authSystems, authLibraries, controls)
}

// NewReader prepares the reading of a tree.
func NewReader() (*Reader, error) {
	r := &Reader{entries: Entries(), packages: map[string]map[string][]*Entry{}, prefixes: map[string][]prefixed{}, seen: map[sightingKey]bool{}}
	for i := range r.entries {
		e := &r.entries[i]
		for eco, names := range e.Packages {
			for _, n := range names {
				r.dependency(eco, n, e)
			}
		}
	}
	for eco, names := range morePackages {
		for n, e := range names {
			r.dependency(eco, n, r.entry(e))
		}
	}
	r.texts, r.variants = textsOf(r.entries), variantsOf(r.entries)
	_, err := allWords()
	return r, err
}

// textsOf are the texts that show entries.
func textsOf(entries []Entry) []text {
	var out []text
	for i := range entries {
		e := &entries[i]
		for _, t := range e.Hosts {
			out = append(out, text{e, ByHost, t})
		}
		for _, t := range e.Names {
			out = append(out, text{e, ByName, t})
		}
		for _, t := range e.Marks {
			out = append(out, text{e, ByCode, t})
		}
	}
	return out
}

var entryWords = &words{texts: func() []string {
	var texts []string
	for _, t := range textsOf(Entries()) {
		texts = append(texts, t.text)
	}
	return texts
}}

// dependency notes that a dependency shows an entry.
func (r *Reader) dependency(eco, name string, e *Entry) {
	if p, ok := strings.CutSuffix(name, "*"); ok {
		r.prefixes[eco] = append(r.prefixes[eco], prefixed{p, e})
		return
	}
	if r.packages[eco] == nil {
		r.packages[eco] = map[string][]*Entry{}
	}
	r.packages[eco][name] = append(r.packages[eco][name], e)
}

// of gives the entries that a dependency shows.
func (r *Reader) of(eco, name string) []*Entry {
	out := slices.Clone(r.packages[eco][name])
	for _, p := range r.prefixes[eco] {
		if strings.HasPrefix(name, p.prefix) && !slices.Contains(out, p.entry) {
			out = append(out, p.entry)
		}
	}
	return out
}

// Read reads one file: name is its path, with slashes, relative to the tree. What is
// binary, too large or of somebody else (dependencies that were copied in) shows
// nothing.
func (r *Reader) Read(name string, data []byte) {
	found, ok := r.read(name, data, readers)
	if !ok {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files++
	for _, s := range found {
		if k := (sightingKey{s.Kind, s.Name, s.Path, s.Line}); !r.seen[k] {
			r.seen[k] = true
			r.sightings = append(r.sightings, s)
		}
	}
}

// read gives what some of the readers see in a file; ok says that they looked at it.
func (r *Reader) read(name string, data []byte, by []func(*Reader, *file, func(Sighting))) (found []Sighting, ok bool) {
	if len(data) == 0 || len(data) > maxFile || foreign(name) || bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 {
		return nil, false
	}
	base := path.Base(name)
	f := &file{path: name, base: base, ext: strings.ToLower(path.Ext(base)), data: data, client: clientSide(name)}
	defer f.looked()
	for _, read := range by {
		read(r, f, func(s Sighting) {
			s.Path, s.Client = f.path, s.Client || f.client
			found = append(found, s)
		})
	}
	return found, true
}

// Sightings are what was seen, in the order of paths and lines, and the number of
// files that were read.
func (r *Reader) Sightings() ([]Sighting, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := slices.Clone(r.sightings)
	out = append(out, r.code.settle(out)...)
	slices.SortStableFunc(out, func(a, b Sighting) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), a.Line-b.Line, cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	out = settle(out)         // settle.go
	out = settleAuth(out)     // auth.go
	out = settleNames(out)    // settings.go
	out = settleControls(out) // controls.go
	return out, r.files
}

// marks finds hosts, names and marks of entries.
func (r *Reader) marks(f *file, add func(Sighting)) {
	if prose(f) { // what a document says is a claim at most
		return
	}
	entryWords.find(f, func(pos, i int) {
		t := &r.texts[i]
		if !bounded(f.data, pos, len(t.text), t.how) && !(t.how == ByName && prefixedAt(f.data, pos, len(t.text))) || spoken(f, pos) {
			return
		}
		add(Sighting{Kind: t.entry.Kind, Layer: t.entry.Layer, Name: t.entry.Name, How: t.how, Line: f.line(pos), Text: t.text})
	})
}

// bounded says whether a text stands for itself and is no part of a longer word.
func bounded(data []byte, pos, n int, how How) bool {
	at := func(i int) byte {
		if i < 0 || i >= len(data) {
			return 0
		}
		return data[i]
	}
	word := func(c byte) bool {
		return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	before, after := at(pos-1), at(pos+n)
	if how == ByHost {
		return !word(before) && before != '-' && !word(after) && after != '-'
	}
	return !(word(before) && word(at(pos))) && !(word(after) && word(at(pos+n-1)))
}

// line is the number of the line, from 1, in which an offset lies.
func (f *file) line(pos int) int {
	if f.lines == nil {
		f.lines = []int{0}
		for i, c := range f.data {
			if c == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
	}
	i, exact := slices.BinarySearch(f.lines, pos)
	if exact {
		i++
	}
	return i
}

// prose says whether a file is a document for people.
func prose(f *file) bool {
	switch f.ext {
	case ".md", ".mdx", ".rst", ".txt", ".adoc", ".html", ".svg":
		return f.base != "requirements.txt" && f.base != "constraints.txt"
	}
	return false
}

// foreignParts are folders whose content somebody else wrote.
var foreignParts = []string{"node_modules/", "vendor/", "third_party/", "bower_components/", ".venv/", "venv/", "site-packages/", "Pods/", "target/classes/"}

func foreign(name string) bool {
	for _, p := range foreignParts {
		if strings.HasPrefix(name, p) || strings.Contains(name, "/"+p) {
			return true
		}
	}
	return false
}

// clientSide says whether a file is sent to browsers or devices, from its path alone.
func clientSide(name string) bool {
	for _, p := range []string{"public/", "static/", "wwwroot/", "dist/", "assets/"} {
		if strings.HasPrefix(name, p) || strings.Contains(name, "/"+p) {
			return true
		}
	}
	return strings.HasSuffix(name, ".js.map") || strings.HasSuffix(name, ".css.map")
}
