package inventory

import (
	"bytes"
	"strings"
	"sync"
)

// imports finds what source files import, in their own words for it, and what notebooks
// do.
func (r *Reader) imports(f *file, add func(Sighting)) {
	lang := importers[f.ext]
	if lang == nil {
		return
	}
	end := 0 // of the line that was read last
	read := func(pos int) (line []byte) {
		end = len(f.data)
		if n := bytes.IndexByte(f.data[pos:], '\n'); n >= 0 {
			end = pos + n
		}
		if line = bytes.TrimSpace(f.data[pos:end]); len(line) <= longImport && lang.may(line) {
			lang.read(string(line), func(name string) {
				version := lang.version(string(line), name)
				for _, e := range r.imported(lang, name) {
					add(Sighting{Kind: e.Kind, Layer: e.Layer, Name: e.Name, Version: version, How: ByImport, Line: f.line(pos), Text: name})
				}
				r.bridges(lang.eco, name, func(s Sighting) {
					s.How, s.Version, s.Line, s.Text = ByImport, version, f.line(pos), name
					add(s)
				})
			})
		}
		return line
	}
	if lang.words != nil {
		for pos := 0; pos < len(f.data); pos = end + 1 {
			read(pos)
		}
		return
	}
	importWords.find(f, func(pos, _ int) {
		begin := max(0, pos-2*longImport)
		if n := bytes.LastIndexByte(f.data[begin:pos], '\n'); n >= 0 {
			begin += n + 1
		} else if begin > 0 {
			return
		}
		if begin < end {
			return
		}
		line := read(begin)
		if lang.blocks && openBlock(line) {
			for end < len(f.data) && !bytes.HasPrefix(line, []byte(")")) {
				line = read(end + 1)
			}
		}
	})
}

// openBlock says whether a line begins a block of imports in Go.
func openBlock(line []byte) bool {
	return bytes.HasPrefix(line, []byte("import")) && bytes.HasSuffix(line, []byte("("))
}

// importWords are those of which one stands in every import of JavaScript and of Go.
var importWords = &words{texts: func() []string { return []string{"import", "from", "require"} }}

// longImport is as long as a line with an import may be, in bytes.
const longImport = 4 << 10

// importer is how one language imports.
type importer struct {
	eco string
	sep string // between the parts of a name
	// words are those of which one stands at the begin of every line with an import; if
	// there are none, one of importWords stands in it.
	words []string
	// blocks says that lines between import ( and ) have no word.
	blocks bool
	// read calls found with what a line imports, the most exact name first.
	read func(line string, found func(string))
}

// version is what an import demands by itself: import x from "npm:openai@4.1.0".
func (l *importer) version(line, name string) string {
	if l.eco != "npm" {
		return ""
	}
	for _, p := range []string{"npm:", "esm.sh/"} {
		if _, rest, ok := strings.Cut(line, p+name+"@"); ok {
			if end := strings.IndexAny(rest, "\"'`/?"); end > 0 {
				return rest[:end]
			}
		}
	}
	return ""
}

// may says whether a line could import something.
func (l *importer) may(line []byte) bool {
	for _, w := range l.words {
		if len(line) < len(w) {
			continue
		}
		if string(line[:len(w)]) == w {
			return true
		}
	}
	return l.words == nil
}

var importers = map[string]*importer{}

func init() {
	for _, l := range []struct {
		exts string
		lang importer
	}{
		{".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue .svelte .astro", importer{"npm", "/", nil, false, jsImports}},
		{".py .ipynb .pyi", importer{"pypi", ".", []string{"from ", "import ", `"`}, false, pyImports}},
		{".go", importer{"go", "/", nil, true, goImports}},
		{".java .kt .kts .scala .groovy", importer{"maven", ".", []string{"import "}, false, javaImports}},
		{".cs .razor .cshtml .fs .vb", importer{"nuget", ".", []string{"using ", "global ", "@using ", "@inject ", "open ", "Imports "}, false, csImports}},
		{".rb .rake .ru", importer{"gem", "/", []string{"require"}, false, rbImports}},
		{".php", importer{"composer", `\`, []string{"use "}, false, phpImports}},
		{".ex .exs", importer{"hex", ".", []string{"alias ", "import ", "use ", "require "}, false, exImports}},
		{".swift", importer{"swift", ".", []string{"import ", "@preconcurrency "}, false, swiftImports}},
		{".dart", importer{"pub", ".", []string{"import ", "export "}, false, dartImports}},
		{".rs", importer{"cargo", "::", []string{"use ", "pub", "extern "}, false, rsImports}},
	} {
		for ext := range strings.FieldsSeq(l.exts) {
			importers[ext] = &l.lang
		}
	}
}

// importIndex holds entries by what an import of them names.
var importIndex = sync.OnceValue(func() map[string][]string {
	index := map[string][]string{}
	for _, e := range Entries() {
		for _, name := range e.Imports {
			index[name] = append(index[name], e.Name)
		}
	}
	return index
})

// imported gives the entries of what an import names: those of the longest part of the
// name that has any.
func (r *Reader) imported(l *importer, name string) []*Entry {
	index := importIndex()
	for part := name; part != ""; {
		if names := index[part]; names != nil {
			var out []*Entry
			for i := range r.entries {
				for _, n := range names {
					if r.entries[i].Name == n {
						out = append(out, &r.entries[i])
					}
				}
			}
			return out
		}
		if e := r.entry(moreModules[l.eco][part]); e != nil {
			return []*Entry{e}
		}
		switch l.eco {
		case "npm", "gem", "nuget", "pub":
			if es := r.of(l.eco, part); len(es) > 0 {
				return es
			}
		case "go":
			if es := r.of(l.eco, part); len(es) > 0 {
				return es
			}
		case "cargo":
			if es := r.demanded(l.eco, part); len(es) > 0 {
				return es
			}
		case "pypi":
			if es := r.of(l.eco, pypiName(part)); len(es) > 0 {
				return es
			}
		}
		cut := strings.LastIndex(part, l.sep)
		if cut < 0 {
			return nil
		}
		part = part[:cut]
	}
	return nil
}

func isIdent(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// dotted gives the name at the begin of a text, of letters, digits and some more.
func dotted(s, more string) string {
	i := 0
	for i < len(s) && (isIdent(s[i]) || strings.IndexByte(more, s[i]) >= 0) {
		i++
	}
	return s[:i]
}

// jsImports reads import, export … from, require and import().
func jsImports(line string, found func(string)) {
	if strings.HasPrefix(line, "//") || strings.HasPrefix(line, "*") {
		return
	}
	for _, call := range []string{"from", "require", "import"} {
		for rest := line; ; {
			i := strings.Index(rest, call)
			if i < 0 {
				break
			}
			before := byte(' ')
			if i > 0 {
				before = rest[i-1]
			}
			rest = rest[i+len(call):]
			if isIdent(before) || before == '.' {
				continue
			}
			after := strings.TrimLeft(rest, " \t(")
			if after == "" || strings.IndexByte("\"'`", after[0]) < 0 {
				continue
			}
			text, _, ok := strings.Cut(after[1:], after[:1])
			if !ok || strings.HasPrefix(text, ".") || strings.HasPrefix(text, "/") || strings.ContainsAny(text, " \t") {
				continue
			}
			if name, _, ok := npmSpecifier(text); ok {
				text = name
			}
			found(strings.TrimPrefix(text, "node:"))
		}
	}
}

// pyImports reads import and from … import, in a notebook's line, too.
func pyImports(line string, found func(string)) {
	line = strings.TrimLeft(line, `"`) // a line of a notebook is a text
	if i := strings.LastIndex(line, "[\""); i >= 0 && !strings.HasPrefix(line, "from ") && !strings.HasPrefix(line, "import ") {
		line = line[i+2:]
	}
	line, _, _ = strings.Cut(line, `\n`)
	if rest, ok := strings.CutPrefix(line, "from "); ok {
		module := dotted(rest, ".")
		_, names, ok := strings.Cut(rest[len(module):], " import ")
		if !ok && !strings.HasPrefix(strings.TrimSpace(rest[len(module):]), "import") || module == "" || module[0] == '.' {
			return
		}
		// from google import genai: what it names may be a module of its own
		any := false
		for name := range strings.SplitSeq(strings.Trim(names, "()"), ",") {
			if name = dotted(strings.TrimSpace(name), ""); name != "" {
				any = true
				found(module + "." + name)
			}
		}
		if !any {
			found(module)
		}
		return
	}
	if rest, ok := strings.CutPrefix(line, "import "); ok {
		for name := range strings.SplitSeq(rest, ",") {
			if name = dotted(strings.TrimSpace(name), "."); name != "" && name[0] != '.' {
				found(name)
			}
		}
	}
}

// goImports reads the lines of an import block.
func goImports(line string, found func(string)) {
	line = strings.TrimPrefix(line, "import ")
	i := strings.IndexByte(line, '"')
	if i < 0 || strings.Trim(dotted(line, ".")+" ", " ") != strings.TrimSpace(line[:i]) {
		return
	}
	path, rest, ok := strings.Cut(line[i+1:], `"`)
	if rest = strings.TrimSpace(rest); !ok || rest != "" && !strings.HasPrefix(rest, "//") || !strings.Contains(path, ".") || !strings.Contains(path, "/") || strings.ContainsAny(path, " :@") {
		return
	}
	found(path)
}

// javaImports reads import of Java, Kotlin, Scala and Groovy.
func javaImports(line string, found func(string)) {
	if rest, ok := strings.CutPrefix(line, "import "); ok {
		rest = strings.TrimSpace(strings.TrimPrefix(rest, "static "))
		found(strings.TrimRight(dotted(rest, "."), "."))
	}
}

// csImports reads using, open (F#), Imports (VB) and Razor's directives, and the full
// name of a class that is injected.
func csImports(line string, found func(string)) {
	line = strings.TrimPrefix(line, "global ")
	var rest string
	ok := false
	for _, word := range []string{"using ", "@using ", "@inject ", "open ", "Imports "} {
		if rest, ok = strings.CutPrefix(line, word); ok {
			break
		}
	}
	if !ok {
		return
	}
	rest = strings.TrimPrefix(rest, "static ")
	if _, target, ok := strings.Cut(rest, " = "); ok { // an alias
		rest = strings.TrimPrefix(target, "global::")
	}
	rest = strings.TrimSpace(rest)
	if name := dotted(rest, "."); name != "" && !strings.HasPrefix(rest[len(name):], "(") {
		found(name)
	}
}

// rbImports reads require.
func rbImports(line string, found func(string)) {
	rest, ok := strings.CutPrefix(line, "require")
	if !ok || rest == "" || rest[0] != ' ' && rest[0] != '(' {
		return
	}
	if name, _, ok := firstQuoted(rest); ok {
		found(name)
	}
}

// phpImports reads use, with braces, too.
func phpImports(line string, found func(string)) {
	rest, ok := strings.CutPrefix(line, "use ")
	if !ok {
		return
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "function "), "const ")
	if name := strings.Trim(dotted(strings.TrimSpace(rest), `\`), `\`); name != "" {
		found(name)
	}
}

// rsImports reads use and extern crate.
func rsImports(line string, found func(string)) {
	line = strings.TrimPrefix(strings.TrimPrefix(line, "pub "), "pub(crate) ")
	rest, ok := strings.CutPrefix(line, "use ")
	if !ok {
		rest, ok = strings.CutPrefix(line, "extern crate ")
	}
	if !ok {
		return
	}
	name := strings.TrimRight(dotted(strings.TrimPrefix(strings.TrimSpace(rest), "::"), ":"), ":")
	switch first, _, _ := strings.Cut(name, "::"); first {
	case "crate", "self", "super", "std", "core", "alloc", "":
		return
	}
	found(name)
}
