package identity

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"leakline/detectors"
)

// Repo is what the manifests of one repository say: which AI providers and which
// application-auth systems it uses. The zero value is ready, and says nothing.
type Repo struct {
	found []*sign
}

// Bounds of reading manifests, which are hostile.
const (
	maxManifest     = 1 << 20
	maxManifestLine = 2 << 10
	maxManifestName = 20_000 // names looked up in one manifest
	maxRepoSigns    = 60
)

// IsManifest says whether a path names a manifest that Add understands. Manifests
// of vendored packages are not the repository's own.
func IsManifest(p string) bool {
	return reader(p) != nil && fixtureOf(p) != vendored
}

// Add reads one manifest. It is not safe for concurrent use.
func (r *Repo) Add(p string, data []byte) {
	if !IsManifest(p) {
		return
	}
	left := maxManifestName
	reader(p)(data[:min(len(data), maxManifest)], func(name string) {
		if left--; left < 0 || len(r.found) >= maxRepoSigns {
			return
		}
		s := lookModule(name)
		if s != nil && !slices.ContainsFunc(r.found, func(o *sign) bool { return o.text == s.text }) {
			r.found = append(r.found, s)
		}
	})
}

// signs gives what the manifests named, in the order in which they did.
func (r *Repo) signs() []*sign { return r.found }

// Layers lists the layers that the manifests speak for, in the order of reports.
func (r *Repo) Layers() []detectors.Layer {
	var ls []detectors.Layer
	for _, l := range detectors.Layers() {
		if slices.ContainsFunc(r.found, func(s *sign) bool { return s.layer == l && !s.weak }) {
			ls = append(ls, l)
		}
	}
	return ls
}

// reader gives the reader of a manifest, or nil.
func reader(p string) func(data []byte, found func(string)) {
	base := strings.ToLower(path.Base(p))
	switch base {
	case "package.json":
		return packageJSON
	case "composer.json":
		return composerJSON
	case "pyproject.toml", "pipfile", "cargo.toml":
		return tomlLines
	case "go.mod":
		return goMod
	case "gemfile", "gems.rb":
		return gemfile
	case "pom.xml":
		return pomXML
	case "build.gradle", "build.gradle.kts":
		return gradle
	}
	switch {
	case strings.HasSuffix(base, ".gemspec"):
		return gemfile
	case strings.HasSuffix(base, ".csproj") || strings.HasSuffix(base, ".fsproj") || base == "directory.packages.props":
		return csproj
	case strings.HasPrefix(base, "requirements") && (strings.HasSuffix(base, ".txt") || strings.HasSuffix(base, ".in")):
		return requirements
	}
	return nil
}

// eachLine calls read with the lines of a text, without blanks at the ends. Lines
// that are longer than any dependency are passed over.
func eachLine(data []byte, read func(line string)) {
	for line := range bytes.SplitSeq(data, []byte{'\n'}) {
		if len(line) <= maxManifestLine {
			read(strings.TrimSpace(string(line)))
		}
	}
}

// packageJSON reads npm's manifest: https://docs.npmjs.com/cli/configuring-npm/package-json
func packageJSON(data []byte, found func(string)) {
	jsonMaps(data, found, "dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
}

// composerJSON reads Composer's: https://getcomposer.org/doc/04-schema.md
func composerJSON(data []byte, found func(string)) {
	jsonMaps(data, found, "require", "require-dev")
}

// jsonMaps reads the keys of some members of a JSON object. A file that is not
// JSON, or has another shape, names nothing.
func jsonMaps(data []byte, found func(string), members ...string) {
	var top map[string]json.RawMessage
	if json.Unmarshal(data, &top) != nil {
		return
	}
	for _, m := range members {
		var deps map[string]json.RawMessage
		if json.Unmarshal(top[m], &deps) != nil {
			continue
		}
		names := make([]string, 0, len(deps))
		for name := range deps {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			found(name)
		}
	}
}

// requirements reads pip's: https://pip.pypa.io/en/stable/reference/requirements-file-format/
func requirements(data []byte, found func(string)) {
	eachLine(data, func(line string) {
		if line != "" && isAlnum(line[0]) {
			found(distribution(line))
		}
	})
}

// distribution is the name at the begin of a dependency specifier
// (https://packaging.python.org/specifications/dependency-specifiers/).
func distribution(spec string) string {
	end := 0
	for end < len(spec) && isNameByte(spec[end]) && spec[end] != '$' {
		end++
	}
	return spec[:end]
}

// tomlLines reads the dependencies of pyproject.toml, Pipfile and Cargo.toml: the
// keys and listed texts of tables that are called after dependencies or packages,
// and the list "dependencies" of any table.
func tomlLines(data []byte, found func(string)) {
	table, list := false, false
	eachLine(data, func(line string) {
		switch {
		case line == "" || line[0] == '#':
			return
		case line[0] == '[' && !list && !strings.ContainsAny(line, `"',`):
			name := strings.Trim(line, "[] ")
			table = strings.Contains(name, "dependenc") || strings.HasSuffix(name, "packages")
			if _, crate, ok := strings.Cut(name, "dependencies."); ok {
				found(crate)
			}
			return
		}
		if !table && !list {
			key, _, _ := strings.Cut(line, "=")
			if strings.TrimSpace(key) != "dependencies" {
				return
			}
			list = strings.Contains(line, "[")
			_, line, _ = strings.Cut(line, "=")
		} else if key, _, ok := strings.Cut(line, "="); ok && !list {
			found(strings.Trim(strings.TrimSpace(key), `"'`))
		}
		eachQuoted(line, func(text string) { found(distribution(text)) })
		if list && strings.HasSuffix(strings.TrimRight(line, ", "), "]") {
			list = false
		}
	})
}

// eachQuoted calls read with the quoted texts of a line.
func eachQuoted(line string, read func(string)) {
	for {
		i := strings.IndexAny(line, `"'`)
		if i < 0 {
			return
		}
		text, after, ok := strings.Cut(line[i+1:], line[i:i+1])
		if !ok {
			return
		}
		read(text)
		line = after
	}
}

// goMod reads Go's: https://go.dev/ref/mod#go-mod-file
func goMod(data []byte, found func(string)) {
	eachLine(data, func(line string) {
		line = strings.TrimPrefix(line, "require ")
		if name, _, ok := strings.Cut(line, " v"); ok && !strings.Contains(line, "// indirect") {
			found(strings.TrimSpace(name))
		}
	})
}

// gemfile reads Bundler's: https://bundler.io/man/gemfile.5.html
func gemfile(data []byte, found func(string)) {
	eachLine(data, func(line string) {
		if strings.HasPrefix(line, "gem ") || strings.HasPrefix(line, "gem(") || strings.Contains(line, "add_dependency") ||
			strings.Contains(line, "add_runtime_dependency") {
			found(quoted(line))
		}
	})
}

// pomXML reads Maven's group and artifact names: https://maven.apache.org/pom.html
func pomXML(data []byte, found func(string)) {
	group := ""
	eachLine(data, func(line string) {
		if g, ok := element(line, "groupId"); ok {
			group = g
			found(g)
		}
		if a, ok := element(line, "artifactId"); ok {
			found(a)
			if group != "" {
				found(group + "." + a)
			}
		}
	})
}

// element gives the text of an XML element that stands in one line.
func element(line, name string) (string, bool) {
	_, after, ok := strings.Cut(line, "<"+name+">")
	text, _, ok2 := strings.Cut(after, "</"+name+">")
	return strings.TrimSpace(text), ok && ok2
}

// gradle reads Gradle's notation "group:artifact:version" in either language.
func gradle(data []byte, found func(string)) {
	eachLine(data, func(line string) {
		if coordinates := quoted(line); strings.Count(coordinates, ":") >= 1 {
			group, rest, _ := strings.Cut(coordinates, ":")
			artifact, _, _ := strings.Cut(rest, ":")
			found(group + "." + artifact)
			found(artifact)
		}
	})
}

// csproj reads NuGet's: <PackageReference Include="Name" />
func csproj(data []byte, found func(string)) {
	eachLine(data, func(line string) {
		if !strings.Contains(line, "PackageReference") && !strings.Contains(line, "PackageVersion") {
			return
		}
		if _, after, ok := strings.Cut(line, "Include="); ok {
			found(quoted(after))
		}
	})
}
