package inventory

import (
	"bytes"
	"path"
	"strings"
)

const (
	// Kept is what a package leaves out of what goes out; see Covers.
	Kept Kind = "kept"
	// publishes is the name of a Published that is no package but the step that puts
	// packages of a tree before strangers: those that are Local go out then only.
	publishes = "publishing"
)

// Publishes says whether a sighting is a step that publishes the packages of its tree.
func (s *Sighting) Publishes() bool { return s.Kind == Published && s.Name == publishes }

// publishing are commands and steps by which packages go out to strangers.
var publishing = compile(`(?m)pypa/gh-action-pypi-publish|\btwine upload\b|\b(?:uv|poetry|hatch|flit|maturin|pdm) publish\b|\b(?:npm|pnpm|yarn npm|bun|lerna|jsr|cargo|mvn|nuget|vsce|ovsx|hex) (?:\w+ )?publish\b|\bchangeset publish\b|semantic-release|\bgem push\b|rubygems/release-gem|\bdotnet nuget push\b|\bmix hex\.publish\b`)

// packaged finds what of Python's packages, Ruby's gems, NuGet's packages and Flutter's
// applications goes out, what packages leave out, and what publishes them.
//
// https://hatch.pypa.io/latest/config/build/
// https://setuptools.pypa.io/en/latest/userguide/datafiles.html
// https://python-poetry.org/docs/pyproject/#include-and-exclude
// https://docs.astral.sh/uv/concepts/build-backend/
// https://guides.rubygems.org/specification-reference/
// https://learn.microsoft.com/nuget/reference/msbuild-targets#pack-target
// https://docs.flutter.dev/ui/assets/assets-and-images
func (f *file) packaged(add func(Sighting)) {
	switch {
	case f.base == ".vscodeignore" || f.base == ".npmignore":
		f.leftOut(add)
	case f.base == "pyproject.toml":
		f.pythonPackage(add)
	case f.base == "MANIFEST.in":
		f.pythonManifest(add)
	case f.ext == ".gemspec":
		f.gem(add)
	case strings.HasSuffix(f.base, ".csproj"):
		f.nuget(add)
	case f.base == "pubspec.yaml":
		f.flutterAssets(add)
	case strings.Contains(f.path, ".github/workflows/") || f.base == ".gitlab-ci.yml" || f.base == "Makefile" || f.base == "Jenkinsfile":
		if m := publishing.FindIndex(f.data); m != nil && !commented(f, m[0]) {
			add(Sighting{Kind: Published, Name: publishes, How: ByConfig, Line: f.line(m[0]), Text: string(f.data[m[0]:m[1]])})
		}
	}
}

// leftOut reads what a package's own list of files to ignore says.
func (f *file) leftOut(add func(Sighting)) {
	var covers []string
	eachLine(f.data, func(line string, _ int) {
		if line == "" || line[0] == '#' || line[0] == '!' {
			return
		}
		if !strings.Contains(strings.TrimSuffix(line, "/"), "/") { // anywhere in the package
			line = "**/" + line
		}
		covers = append(covers, inFolder(f, line))
	})
	if len(covers) > 0 {
		add(Sighting{Kind: Kept, Name: path.Dir(f.path), How: ByConfig, Line: 1, Text: f.base, Covers: covers})
	}
}

var (
	neverPython   = compile(`Private :: Do Not Upload|(?m)^package-mode\s*=\s*false`)
	pythonProject = compile(`(?m)^\[project\.urls\]|^classifiers\s*=|^\[tool\.poetry\.urls\]|^homepage\s*=`)
	pythonHead    = compile(`(?m)^\[+([\w.-]+)\]+[ \t]*(?:#.*)?$`)
	pythonList    = compile(`(?m)^["']?([\w.*-]+)["']?\s*=\s*\[([^\]]*)\]`)
	pythonName    = compile(`(?m)^name\s*=\s*"([^"\n]+)"`)
	poetryInclude = compile(`include\s*=\s*"([^"\n]+)"(?:[^}\n]*from\s*=\s*"([^"\n]+)")?`)
	eitherQuoted  = compile(`["']([^"'\n]+)["']`)
)

// pythonPackage reads what a project of Python packs.
func (f *file) pythonPackage(add func(Sighting)) {
	if neverPython.Match(f.data) {
		return
	}
	local := !pythonProject.Match(f.data) // nothing in it speaks to strangers
	var covers []string
	at := -1
	pack := func(pos int, globs ...string) {
		if at < 0 {
			at = pos
		}
		for _, g := range globs {
			covers = append(covers, inFolder(f, g))
		}
	}
	heads := pythonHead.FindAllSubmatchIndex(f.data, -1)
	for i, h := range heads {
		end := len(f.data)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		table, body := string(f.data[h[2]:h[3]]), f.data[h[1]:end]
		for _, m := range pythonList.FindAllSubmatchIndex(body, -1) {
			key, values, pos := string(body[m[2]:m[3]]), body[m[4]:m[5]], h[1]+m[0]
			var all []string
			for _, q := range eitherQuoted.FindAllSubmatch(values, -1) {
				all = append(all, string(q[1]))
			}
			switch {
			case strings.HasPrefix(table, "tool.hatch.build") && !strings.HasSuffix(table, "sdist") && (key == "packages" || key == "include" || key == "only-include" || key == "artifacts"):
				pack(pos, all...)
			case table == "tool.setuptools" && key == "packages":
				for _, p := range all {
					pack(pos, strings.ReplaceAll(p, ".", "/")+"/**/*.py")
				}
			case table == "tool.setuptools.package-data":
				for _, g := range all {
					if key == "*" {
						pack(pos, "**/"+g)
						continue
					}
					dir := strings.ReplaceAll(key, ".", "/")
					pack(pos, dir+"/"+g, "src/"+dir+"/"+g)
				}
			case table == "tool.poetry" && (key == "packages" || key == "include"):
				for _, m := range poetryInclude.FindAllSubmatch(values, -1) {
					pack(pos, path.Join(string(m[2]), string(m[1])))
				}
				if key == "include" && !bytes.Contains(values, []byte("{")) {
					pack(pos, all...)
				}
			}
		}
		if table == "build-system" && (bytes.Contains(body, []byte("uv_build")) || bytes.Contains(body, []byte("flit_core")) || bytes.Contains(body, []byte("poetry")) || bytes.Contains(body, []byte("hatchling"))) {
			if m := pythonName.FindSubmatch(f.data); m != nil { // what these pack by themselves
				name := strings.ReplaceAll(string(m[1]), "-", "_")
				pack(h[0], "src/"+name+"/**")
				if !bytes.Contains(body, []byte("uv_build")) {
					pack(h[0], name+"/**")
				}
			}
		}
	}
	if at >= 0 {
		add(Sighting{Kind: Published, Name: "package", How: ByManifest, Line: f.line(at), Text: f.base, Covers: covers, Local: local})
	}
}

var manifestLine = compile(`(?m)^(?:recursive-)?include\s+(\S+)(?:\s+(\S.*))?$|^graft\s+(\S+)`)

// pythonManifest reads a list of the files that a source package of Python has.
func (f *file) pythonManifest(add func(Sighting)) {
	var covers []string
	for _, m := range manifestLine.FindAllSubmatch(f.data, 100) {
		switch {
		case len(m[3]) > 0:
			covers = append(covers, inFolder(f, string(m[3])+"/**"))
		case bytes.HasPrefix(m[0], []byte("recursive-")):
			for _, g := range bytes.Fields(m[2]) {
				covers = append(covers, inFolder(f, string(m[1])+"/**/"+string(g)))
			}
		default:
			for _, g := range append(bytes.Fields(m[2]), m[1]) {
				covers = append(covers, inFolder(f, string(g)))
			}
		}
	}
	if len(covers) > 0 {
		add(Sighting{Kind: Published, Name: "package", How: ByManifest, Line: 1, Text: f.base, Covers: covers, Local: true})
	}
}

var (
	gemFiles = compile(`(?m)\.files\s*\+?=\s*([^\n]*(?:\n\s+[^\n]*){0,6})`)
	gemHome  = compile(`\.homepage\s*=|source_code_uri|rubygems_mfa_required`)
)

// gem reads what a gem packs.
func (f *file) gem(add func(Sighting)) {
	m := gemFiles.FindSubmatchIndex(f.data)
	if m == nil {
		return
	}
	var covers []string
	if text := f.data[m[2]:m[3]]; bytes.Contains(text, []byte("git ls-files")) {
		covers = []string{inFolder(f, "**")}
	} else {
		for _, q := range eitherQuoted.FindAllSubmatch(text, -1) {
			covers = append(covers, braces(inFolder(f, string(q[1])))...)
		}
	}
	add(Sighting{Kind: Published, Name: "gem", How: ByManifest, Line: f.line(m[0]), Text: "files", Covers: covers, Local: !gemHome.Match(f.data)})
}

// braces are the globs for which one with alternatives stands: {lib,app}/**.
func braces(glob string) []string {
	open := strings.IndexByte(glob, '{')
	shut := strings.IndexByte(glob, '}')
	if open < 0 || shut < open {
		return []string{glob}
	}
	var out []string
	for _, a := range strings.Split(glob[open+1:shut], ",") {
		out = append(out, braces(glob[:open]+a+glob[shut+1:])...)
		if len(out) > 64 {
			break
		}
	}
	return out
}

var (
	nugetPackage = compile(`<PackageId>|<GeneratePackageOnBuild>\s*true|<IsPackable>\s*true|<PackAsTool>\s*true`)
	nugetItem    = compile(`<(EmbeddedResource|Content|None)\s+(?:Include|Update)="([^"\n]+)"([^>]*)>`)
)

// nuget reads which files of a project NuGet packs as they are, or in its assembly.
func (f *file) nuget(add func(Sighting)) {
	if !nugetPackage.Match(f.data) {
		return
	}
	var covers []string
	at := -1
	for _, m := range nugetItem.FindAllSubmatchIndex(f.data, 100) {
		kind, rest := string(f.data[m[2]:m[3]]), f.data[m[6]:min(len(f.data), m[7]+160)]
		if i := bytes.Index(rest, []byte("</"+kind+">")); i >= 0 {
			rest = rest[:i]
		}
		if kind == "EmbeddedResource" || bytes.Contains(bytes.ToLower(rest), []byte(`pack="true"`)) || bytes.Contains(bytes.ToLower(rest), []byte(`<pack>true`)) {
			if at < 0 {
				at = m[0]
			}
			covers = append(covers, inFolder(f, strings.ReplaceAll(string(f.data[m[4]:m[5]]), `\`, "/")))
		}
	}
	if len(covers) > 0 {
		add(Sighting{Kind: Published, Name: "package", How: ByManifest, Line: f.line(at), Text: f.base, Covers: covers})
	}
}

// flutterAssets reads which files an application of Flutter has in it on each device.
func (f *file) flutterAssets(add func(Sighting)) {
	var covers []string
	at := -1
	walkYAML(f.data, func(p []string, value string, pos int) {
		if len(p) == 2 && p[0] == "flutter" && p[1] == "assets" && value != "" {
			if at < 0 {
				at = pos
			}
			covers = append(covers, inFolder(f, value))
		}
	})
	if len(covers) > 0 {
		add(Sighting{Kind: Published, Name: "application", How: ByManifest, Line: f.line(at), Text: "assets", Covers: covers})
	}
}
