package inventory

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// dependency is an entry of a manifest.
type dependency struct {
	eco, name string
	version   string // as it is written, "" if it names none
	pos       int    // where its line is
}

// dependencies finds what manifests demand. What a lock file adds is demanded by
// somebody else and is no use.
func (r *Reader) dependencies(f *file, add func(Sighting)) {
	read := manifestOf(f)
	if read == nil {
		return
	}
	read(f.data, func(d dependency) {
		for _, e := range r.demanded(d.eco, d.name) {
			add(Sighting{
				Kind: e.Kind, Layer: e.Layer, Name: e.Name, Version: d.version, How: ByManifest,
				Line: f.line(d.pos), Text: d.name,
			})
		}
		r.bridges(d.eco, d.name, func(s Sighting) {
			s.How, s.Version, s.Line, s.Text = ByManifest, d.version, f.line(d.pos), d.name
			add(s)
		})
	})
}

// demanded gives the entries that a dependency shows, by any of the ways in which its
// ecosystem writes the one name.
func (r *Reader) demanded(eco, name string) []*Entry {
	switch eco {
	case "pypi":
		return r.of(eco, pypiName(name))
	case "go":
		for {
			if es := r.of(eco, name); len(es) > 0 {
				return es
			}
			base, major, ok := cutLast(name, "/")
			if !ok || !majorVersion(major) {
				return nil
			}
			name = base
		}
	case "cargo":
		if es := r.of(eco, name); len(es) > 0 {
			return es
		}
		return r.of(eco, strings.ReplaceAll(name, "_", "-"))
	}
	return r.of(eco, name)
}

// pypiName is a distribution's name in its normal form
// (https://packaging.python.org/en/latest/specifications/name-normalization/).
func pypiName(name string) string {
	out := make([]byte, 0, len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case c == '-' || c == '_' || c == '.':
			if len(out) > 0 && out[len(out)-1] != '-' {
				out = append(out, '-')
			}
		case c >= 'A' && c <= 'Z':
			out = append(out, c|0x20)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func majorVersion(s string) bool {
	return len(s) > 1 && s[0] == 'v' && strings.Trim(s[1:], "0123456789") == ""
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

type manifestReader func(data []byte, found func(dependency))

// manifestOf gives what reads a file's dependencies, or nil.
func manifestOf(f *file) manifestReader {
	base := strings.ToLower(f.base)
	switch base {
	case "package.json":
		return jsonMaps("npm", "dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
	case "composer.json":
		return jsonMaps("composer", "require", "require-dev")
	case "deno.json", "deno.jsonc", "import_map.json":
		return denoImports
	case "pyproject.toml":
		return tomlManifest("pypi")
	case "pipfile":
		return tomlManifest("pypi")
	case "cargo.toml":
		return tomlManifest("cargo")
	case "setup.py", "setup.cfg":
		return setupPy
	case "environment.yml", "environment.yaml":
		return conda
	case "go.mod":
		return goMod
	case "gemfile", "gems.rb":
		return gemfile
	case "pom.xml":
		return pomXML
	case "build.gradle", "build.gradle.kts":
		return gradle
	case "libs.versions.toml":
		return versionCatalog
	case "build.sbt":
		return sbt
	case "chart.yaml":
		return chart
	case "pnpm-workspace.yaml":
		return catalogs
	case "mix.exs":
		return outline("hex", mixDep)
	case "pubspec.yaml", "pubspec.yml":
		return pubspec
	case "package.swift":
		return outline("swift", swiftDep)
	case "podfile":
		return outline("pod", podDep)
	case "directory.packages.props", "packages.config", "directory.build.props":
		return nuget
	}
	switch {
	case f.ext == ".py" && bytes.Contains(f.data[:min(len(f.data), 4<<10)], []byte("# /// script\n")):
		return scriptMetadata
	case charted[f.ext] && bytes.Contains(f.data, []byte("chart")):
		return chartOf
	case f.ext == ".gemspec":
		return gemfile
	case f.ext == ".csproj", f.ext == ".fsproj", f.ext == ".vbproj":
		return nuget
	case (f.ext == ".txt" || f.ext == ".in") && (strings.HasPrefix(base, "requirements") || strings.HasPrefix(base, "constraints") ||
		strings.HasSuffix(base, "requirements.txt") || strings.Contains("/"+f.path, "/requirements/")):
		return requirements
	}
	return nil
}

// eachLine calls read with the lines of a text, without blanks at the ends, and where
// each begins. Lines longer than any entry are passed over.
func eachLine(data []byte, read func(line string, pos int)) {
	const longest = 4 << 10
	for pos := 0; pos < len(data); {
		end := bytes.IndexByte(data[pos:], '\n')
		if end < 0 {
			end = len(data) - pos
		}
		if end <= longest {
			read(strings.TrimSpace(string(data[pos:pos+end])), pos)
		}
		pos += end + 1
	}
}

// firstQuoted gives the first text in quotes and what follows it.
func firstQuoted(s string) (text, after string, ok bool) {
	i := strings.IndexAny(s, `"'`)
	if i < 0 {
		return "", "", false
	}
	return strings.Cut(s[i+1:], s[i:i+1])
}

// jsonMaps reads the members of objects of a JSON document, which may stand in one
// line: npm (https://docs.npmjs.com/cli/configuring-npm/package-json), Composer
// (https://getcomposer.org/doc/04-schema.md).
func jsonMaps(eco string, members ...string) manifestReader {
	return func(data []byte, found func(dependency)) {
		walkJSON(data, func(path []string, value string, pos int) {
			if len(path) > 2 && path[0] == "workspaces" { // catalogs of Bun: https://bun.sh/docs/install/catalogs
				path = path[1:]
			}
			catalog := eco == "npm" && (len(path) == 2 && path[0] == "catalog" || len(path) == 3 && path[0] == "catalogs")
			if !catalog && (len(path) != 2 || !slices.Contains(members, path[0])) {
				return
			}
			name := path[len(path)-1]
			if alias, version, ok := npmSpecifier(value); ok && eco == "npm" { // "oai": "npm:openai@4"
				name, value = alias, version
			}
			found(dependency{eco, name, value, pos})
		})
	}
}

// denoImports reads the imports of Deno: https://docs.deno.com/runtime/fundamentals/configuration/
func denoImports(data []byte, found func(dependency)) {
	walkJSON(data, func(path []string, value string, pos int) {
		if len(path) == 2 && path[0] == "imports" {
			if name, version, ok := npmSpecifier(value); ok {
				found(dependency{"npm", name, version, pos})
			}
		}
	})
}

// npmSpecifier splits "npm:@scope/name@1.2/sub" and the addresses by which npm's
// packages are imported without npm.
func npmSpecifier(s string) (name, version string, ok bool) {
	for _, p := range []string{"npm:", "jsr:", "https://esm.sh/", "https://cdn.skypack.dev/", "https://cdn.jsdelivr.net/npm/", "https://unpkg.com/"} {
		if rest, found := strings.CutPrefix(s, p); found {
			name, ok = strings.TrimPrefix(rest, "/"), true
			break
		}
	}
	if !ok {
		return "", "", false
	}
	if i := strings.IndexByte(name[min(1, len(name)):], '@'); i >= 0 {
		name, version = name[:i+1], name[i+2:]
		version, _, _ = strings.Cut(version, "/")
	}
	return npmPackage(name), version, true
}

// npmPackage is the package of what an import names: "@scope/name/sub" is of
// "@scope/name".
func npmPackage(s string) string {
	parts := strings.SplitN(s, "/", 3)
	if strings.HasPrefix(s, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// walkJSON calls found with every value of a JSON document, by the names of the members
// that lead to it, where the last of them stands. Objects and lists have no value.
// Comments and commas at an end are put up with; what follows a fault is not read.
func walkJSON(data []byte, found func(path []string, value string, pos int)) {
	const deepest = 64
	data = plainJSON(data)
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	start := func() int {
		i := int(dec.InputOffset())
		for i < len(data) && bytes.IndexByte([]byte(" \t\r\n,:"), data[i]) >= 0 {
			i++
		}
		return i
	}
	var value func(path []string, pos int) bool
	value = func(path []string, pos int) bool {
		if len(path) > deepest {
			return false
		}
		t, err := dec.Token()
		if err != nil {
			return false
		}
		switch t := t.(type) {
		case json.Delim:
			if len(path) > 0 {
				found(path, "", pos)
			}
			for dec.More() {
				at := start()
				next := path
				if t == '{' {
					key, err := dec.Token()
					name, ok := key.(string)
					if err != nil || !ok {
						return false
					}
					next = append(path[:len(path):len(path)], name)
				}
				if !value(next, at) {
					return false
				}
			}
			_, err := dec.Token()
			return err == nil
		case string:
			found(path, t, pos)
		case json.Number:
			found(path, t.String(), pos)
		default:
			found(path, "", pos)
		}
		return true
	}
	value(nil, start())
}

// plainJSON blanks what is not JSON in the dialects of configuration files: comments,
// and commas before a closing bracket. Offsets stay.
func plainJSON(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var out []byte
	blank := func(from, to int) {
		if out == nil {
			out = bytes.Clone(data)
		}
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	comma := -1 // the last one, if only blanks followed
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			for i++; i < len(data) && data[i] != '"' && data[i] != '\n'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			comma = -1
		case c == '/' && i+1 < len(data) && (data[i+1] == '/' || data[i+1] == '*'):
			var end int
			if data[i+1] == '/' {
				end = bytes.IndexByte(data[i:], '\n')
			} else if end = bytes.Index(data[i+2:], []byte("*/")); end >= 0 {
				end += 4
			}
			if end < 0 {
				end = len(data) - i
			}
			blank(i, i+end)
			i += end - 1
		case c == ',':
			comma = i
		case (c == '}' || c == ']') && comma >= 0:
			blank(comma, comma+1)
			comma = -1
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			comma = -1
		}
	}
	if out == nil {
		return data
	}
	return out
}

// requirements reads pip's: https://pip.pypa.io/en/stable/reference/requirements-file-format/
// Of what pip-compile or uv wrote, a line that others in the file demand is theirs.
func requirements(data []byte, found func(dependency)) {
	var all []dependency
	via := map[int][]string{} // by index in all
	listed := map[string]bool{}
	eachLine(data, func(line string, pos int) {
		if d, ok := specifier(line); ok {
			d.pos = pos
			all = append(all, d)
			listed[pypiName(d.name)] = true
		}
		_, comment, ok := strings.Cut(line, "#")
		if !ok || len(all) == 0 || !bytes.Contains(data, []byte("# via")) {
			return
		}
		for name := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSpace(comment), "via"), ",") {
			if name = strings.TrimSpace(name); name != "" {
				via[len(all)-1] = append(via[len(all)-1], name)
			}
		}
	})
	for i, d := range all {
		theirs := len(via[i]) > 0
		for _, name := range via[i] {
			theirs = theirs && listed[pypiName(name)]
		}
		if !theirs {
			found(d)
		}
	}
}

var specifierForm = compile(`^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?((?:(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+\s*,?\s*)*)`)

// specifier reads a dependency of Python
// (https://packaging.python.org/en/latest/specifications/dependency-specifiers/).
func specifier(s string) (dependency, bool) {
	m := specifierForm.FindStringSubmatch(s)
	if m == nil {
		return dependency{}, false
	}
	return dependency{eco: "pypi", name: m[1], version: strings.TrimRight(strings.TrimSpace(m[2]), ", ")}, true
}

var tomlKey = compile(`^(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_.-]+))\s*=\s*(.*)$`)

// tomlManifest reads pyproject.toml (PEP 621, dependency groups, Poetry, PDM, uv),
// Pipfile and Cargo.toml: the keys of tables of dependencies, and the texts in their
// lists.
func tomlManifest(eco string) manifestReader {
	return func(data []byte, found func(dependency)) {
		table, list := "", false
		texts := func(line string, pos int) {
			for text, rest, ok := firstQuoted(line); ok; text, rest, ok = firstQuoted(rest) {
				if d, ok := specifier(text); ok {
					d.pos, d.eco = pos, eco
					found(d)
				}
			}
		}
		eachLine(data, func(line string, pos int) {
			line = tomlUncomment(line)
			if line == "" {
				return
			}
			if list {
				texts(line, pos)
				list = !strings.HasSuffix(strings.TrimRight(line, ", "), "]")
				return
			}
			if line[0] == '[' {
				table = strings.Trim(line, "[] ")
				if _, name, ok := strings.Cut(table, "dependencies."); ok && !strings.Contains(name, ".") {
					found(dependency{eco, strings.Trim(name, `"'`), "", pos})
				}
				return
			}
			m := tomlKey.FindStringSubmatch(line)
			if m == nil {
				return
			}
			key, value := m[1]+m[2]+m[3], m[4]
			switch {
			case strings.HasPrefix(value, "[") && (dependencyList(key) || dependencyList(table) || strings.HasSuffix(table, "optional-dependencies")):
				texts(value, pos)
				list = !strings.HasSuffix(value, "]")
			case dependencyTable(table):
				if base, rest, ok := strings.Cut(key, "."); ok { // name.workspace = true
					key = base
					if rest != "version" {
						value = ""
					}
				}
				found(dependency{eco, key, tomlVersion(value), pos})
			}
		})
	}
}

func dependencyList(key string) bool {
	return strings.HasSuffix(key, "dependencies") || strings.HasSuffix(key, "dependency-groups") || strings.HasSuffix(key, "requires") && key != "requires"
}

func dependencyTable(table string) bool {
	return strings.HasSuffix(table, "dependencies") && !strings.HasSuffix(table, "optional-dependencies") || table == "packages" || table == "dev-packages"
}

// tomlVersion is the version of a dependency's value: a text, or the member of a table.
func tomlVersion(value string) string {
	if strings.HasPrefix(value, "{") {
		i := strings.Index(value, "version")
		if i < 0 {
			return ""
		}
		value = value[i:]
	}
	v, _, _ := firstQuoted(value)
	return v
}

// tomlUncomment cuts a comment off a line.
func tomlUncomment(line string) string {
	if strings.IndexByte(line, '#') < 0 {
		return line
	}
	var quote byte
	for i := range len(line) {
		switch c := line[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#':
			return strings.TrimSpace(line[:i])
		}
	}
	return line
}

// setupPy reads the texts of setuptools' lists, in either form.
func setupPy(data []byte, found func(dependency)) {
	list := false
	eachLine(data, func(line string, pos int) {
		begins := strings.Contains(line, "install_requires") || strings.Contains(line, "extras_require") || strings.Contains(line, "tests_require")
		if begins {
			list = true
			_, line, _ = strings.Cut(line, "=")
		}
		if !list || strings.HasPrefix(line, "#") {
			return
		}
		if !strings.ContainsAny(line, `"'`) {
			if d, ok := specifier(line); ok { // setup.cfg
				d.pos = pos
				found(d)
			}
		}
		for text, rest, ok := firstQuoted(line); ok; text, rest, ok = firstQuoted(rest) {
			if d, ok := specifier(text); ok {
				d.pos = pos
				found(d)
			}
		}
		if strings.Contains(line, "]") && !strings.Contains(line, "[") || strings.HasPrefix(line, "[") || strings.Contains(line, "],") {
			list = strings.HasPrefix(line, "[") && begins
		}
	})
}

// conda reads the entries of an environment: https://docs.conda.io/projects/conda/
func conda(data []byte, found func(dependency)) {
	eachLine(data, func(line string, pos int) {
		item, ok := strings.CutPrefix(line, "- ")
		if !ok {
			return
		}
		_, plain, scoped := strings.Cut(item, "::")
		if scoped {
			item = plain
		}
		if d, ok := specifier(strings.Trim(item, `"'`)); ok {
			if d.version == "" {
				if _, v, ok := strings.Cut(item, "="); ok {
					d.version = "=" + v
				}
			}
			d.pos = pos
			found(d)
		}
	})
}

// goMod reads Go's: https://go.dev/ref/mod#go-mod-file. What is indirect is somebody
// else's.
func goMod(data []byte, found func(dependency)) {
	block := ""
	eachLine(data, func(line string, pos int) {
		line, comment, _ := strings.Cut(line, "//")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
			return
		case len(fields) == 2 && fields[1] == "(":
			block = fields[0]
			return
		case fields[0] == ")":
			block = ""
			return
		}
		if block == "" && fields[0] == "require" {
			fields = fields[1:]
		} else if block != "require" {
			return
		}
		if len(fields) == 2 && !strings.Contains(comment, "indirect") {
			found(dependency{"go", fields[0], fields[1], pos})
		}
	})
}

// gemfile reads Bundler's and RubyGems': https://bundler.io/man/gemfile.5.html
func gemfile(data []byte, found func(dependency)) {
	eachLine(data, func(line string, pos int) {
		line = tomlUncomment(line)
		if !strings.HasPrefix(line, "gem ") && !strings.HasPrefix(line, "gem(") &&
			!strings.Contains(line, "add_dependency") && !strings.Contains(line, "add_runtime_dependency") && !strings.Contains(line, "add_development_dependency") {
			return
		}
		name, rest, ok := firstQuoted(line)
		if !ok {
			return
		}
		var versions []string
		for strings.HasPrefix(strings.TrimSpace(rest), ",") {
			v, after, ok := firstQuoted(rest)
			if !ok || strings.Trim(rest[:strings.IndexAny(rest, `"'`)], ", ") != "" || v != "" && !strings.ContainsAny(v[:1], "~<>=!0123456789") {
				break
			}
			versions, rest = append(versions, v), after
		}
		found(dependency{"gem", name, strings.Join(versions, ", "), pos})
	})
}

var mavenElement = compile(`<(/?)(dependency|plugin|parent|exclusion|groupId|artifactId|version|properties|[A-Za-z0-9_.-]+)>(?:([^<]*)</[A-Za-z0-9_.-]+>)?`)

// pomXML reads Maven's: https://maven.apache.org/pom.html. A dependency's line is that
// of its artifactId.
func pomXML(data []byte, found func(dependency)) {
	text := string(data)
	properties := map[string]string{}
	var in bool // in a dependency, outside of an exclusion
	var skip bool
	var props bool
	var d dependency
	var deps []dependency
	for _, m := range mavenElement.FindAllStringSubmatchIndex(text, -1) {
		closing, name := m[3] > m[2], text[m[4]:m[5]]
		value := ""
		if m[6] >= 0 {
			value = strings.TrimSpace(text[m[6]:m[7]])
		}
		switch {
		case name == "properties":
			props = !closing
		case props && m[6] >= 0:
			properties[name] = value
		case name == "exclusion":
			skip = !closing
		case name == "dependency" && !closing:
			in, d = true, dependency{eco: "maven", pos: m[0]}
		case name == "dependency" && in:
			in = false
			deps = append(deps, d)
		case !in || skip || closing:
		case name == "groupId":
			d.name = value + ":" + d.name
		case name == "artifactId":
			d.name, d.pos = d.name+value, m[0]
		case name == "version":
			d.version = value
		}
	}
	for _, d := range deps {
		if p, ok := strings.CutPrefix(d.version, "${"); ok {
			if v, ok := properties[strings.TrimSuffix(p, "}")]; ok {
				d.version = v
			}
		}
		found(d)
	}
}

var (
	gradleNamed   = compile(`group\s*[:=]\s*["']([^"']+)["']\s*,\s*(?:name|module)\s*[:=]\s*["']([^"']+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?`)
	catalogModule = compile(`module\s*=\s*"([^":]+:[^"]+)"`)
	catalogGroup  = compile(`group\s*=\s*"([^"]+)"\s*,\s*name\s*=\s*"([^"]+)"`)
	catalogRef    = compile(`version\.ref\s*=\s*"([^"]+)"|version\s*=\s*\{\s*ref\s*=\s*"([^"]+)"`)
	catalogPlain  = compile(`[,{]\s*version\s*=\s*"([^"]+)"`)
	sbtModule     = compile(`"([^"]+)"\s*%%?%?\s*"([^"]+)"\s*%\s*("[^"]*"|[A-Za-z_.]+)`)
	nugetVersion  = compile(`(?i)\bversion(?:override)?="([^"]*)"`)
)

// gradle reads Gradle's notations, in either language.
func gradle(data []byte, found func(dependency)) {
	eachLine(data, func(line string, pos int) {
		if strings.HasPrefix(line, "//") {
			return
		}
		if m := gradleNamed.FindStringSubmatch(line); m != nil {
			found(dependency{"maven", m[1] + ":" + m[2], m[3], pos})
			return
		}
		for text, rest, ok := firstQuoted(line); ok; text, rest, ok = firstQuoted(rest) {
			parts := strings.Split(text, ":")
			if len(parts) < 2 || len(parts) > 4 || strings.ContainsAny(text, " /") {
				continue
			}
			d := dependency{"maven", parts[0] + ":" + parts[1], "", pos}
			if len(parts) > 2 {
				d.version, _, _ = strings.Cut(parts[2], "@")
			}
			found(d)
		}
	})
}

// versionCatalog reads Gradle's catalogue of versions:
// https://docs.gradle.org/current/userguide/version_catalogs.html
func versionCatalog(data []byte, found func(dependency)) {
	versions := map[string]string{}
	table := ""
	eachLine(data, func(line string, pos int) {
		line = tomlUncomment(line)
		if strings.HasPrefix(line, "[") {
			table = strings.Trim(line, "[] ")
			return
		}
		m := tomlKey.FindStringSubmatch(line)
		if m == nil {
			return
		}
		value := m[4]
		switch table {
		case "versions":
			versions[m[1]+m[2]+m[3]], _, _ = firstQuoted(value)
		case "libraries":
			d := dependency{eco: "maven", pos: pos}
			if t, _, ok := firstQuoted(value); ok && !strings.HasPrefix(value, "{") {
				parts := strings.SplitN(t, ":", 3)
				if len(parts) < 2 {
					return
				}
				d.name = parts[0] + ":" + parts[1]
				if len(parts) == 3 {
					d.version = parts[2]
				}
			} else if m := catalogModule.FindStringSubmatch(value); m != nil {
				d.name = m[1]
			} else if m := catalogGroup.FindStringSubmatch(value); m != nil {
				d.name = m[1] + ":" + m[2]
			} else {
				return
			}
			if m := catalogRef.FindStringSubmatch(value); m != nil {
				d.version = versions[m[1]+m[2]]
			} else if m := catalogPlain.FindStringSubmatch(value); m != nil {
				d.version = m[1]
			}
			found(d)
		}
	})
}

// sbt reads Scala's notation: "group" %% "artifact" % "version".
func sbt(data []byte, found func(dependency)) {
	eachLine(data, func(line string, pos int) {
		for _, m := range sbtModule.FindAllStringSubmatch(line, -1) {
			d := dependency{"maven", m[1] + ":" + m[2], "", pos}
			if strings.HasPrefix(m[3], `"`) {
				d.version = strings.Trim(m[3], `"`)
			}
			found(d)
		}
	})
}

// nuget reads the references of a project of .NET, of a central list of versions and of
// packages.config.
func nuget(data []byte, found func(dependency)) {
	eachLine(data, func(line string, pos int) {
		var name string
		switch {
		case strings.Contains(line, "<PackageReference ") || strings.Contains(line, "<PackageVersion ") || strings.Contains(line, "<GlobalPackageReference "):
			for _, attr := range []string{"Include=", "Update="} {
				if _, after, ok := strings.Cut(line, attr); ok {
					name, _, _ = firstQuoted(after)
					break
				}
			}
		case strings.Contains(line, "<package "):
			if _, after, ok := strings.Cut(line, "id="); ok {
				name, _, _ = firstQuoted(after)
			}
		}
		if name == "" {
			return
		}
		d := dependency{"nuget", name, "", pos}
		if m := nugetVersion.FindStringSubmatch(line); m != nil {
			d.version = m[1]
		}
		found(d)
	})
}
