package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// published finds what says that files go out to strangers, where the folders of
// programs begin, and conversations that were exported into files.
func (r *Reader) published(f *file, add func(Sighting)) {
	if manifests[f.base] || strings.HasSuffix(f.base, ".csproj") || strings.HasSuffix(f.base, ".fsproj") || strings.HasSuffix(f.base, ".vbproj") {
		if f.base != "Cargo.toml" || bytes.Contains(f.data, []byte("[package]")) {
			add(Sighting{Kind: Program, Name: path.Dir(f.path), How: ByManifest, Line: 1, Text: f.base})
		}
	}
	switch {
	case f.base == "go.work" || f.ext == ".sln":
		f.workspace(add)
	case f.base == "package.json":
		f.npmPackage(add)
	case f.base == "Cargo.toml":
		f.crate(add)
	case f.base == "manifest.json" && bytes.Contains(f.data, []byte(`"manifest_version"`)):
		at := bytes.Index(f.data, []byte(`"manifest_version"`))
		add(Sighting{Kind: Published, Name: "browser extension", How: ByManifest, Line: f.line(at), Text: "manifest_version", Covers: []string{inFolder(f, "**")}})
	case f.ext == ".ipynb":
		f.outputs(add)
	}
	f.packaged(add)
	f.onDevices(add)
	f.assets(add)
	f.chat(add)
}

// member is a program in a workspace: https://go.dev/ref/mod#workspaces and the projects of a
// solution, https://learn.microsoft.com/visualstudio/extensibility/internals/solution-dot-sln-file
var member = compile(`(?m)^(?:use)?[ \t]+\.?/?([\w./-]+)[ \t]*$|^Project\("[^"\n]*"\) = "[^"\n]*", "([^"\n]+)[\\/][^"\\/\n]+proj"`)

// workspace reads the programs that belong together, in the order in which they are
// listed.
func (f *file) workspace(add func(Sighting)) {
	for _, m := range member.FindAllSubmatchIndex(f.data, -1) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		name := inFolder(f, strings.ReplaceAll(string(f.data[from:to]), `\`, "/"))
		add(Sighting{Kind: Program, Name: name, How: ByConfig, Line: f.line(from), Text: f.base})
	}
}

// manifests are the names of files with which the folder of a program begins.
var manifests = map[string]bool{
	"package.json": true, "go.mod": true, "pyproject.toml": true, "requirements.txt": true, "setup.py": true, "Pipfile": true, "Gemfile": true,
	"composer.json": true, "Cargo.toml": true, "pom.xml": true, "build.gradle": true, "build.gradle.kts": true, "mix.exs": true, "deno.json": true,
	"pubspec.yaml": true, "Package.swift": true,
}

// inFolder is a glob in the folder of a file.
func inFolder(f *file, glob string) string {
	return path.Join(path.Dir(f.path), strings.TrimPrefix(glob, "/"))
}

// npmPackage reads what of a package goes out: https://docs.npmjs.com/cli/configuring-npm/package-json
// and, for editors' extensions, https://code.visualstudio.com/api/working-with-extensions/publishing-extension.
func (f *file) npmPackage(add func(Sighting)) {
	var p struct {
		Exports   json.RawMessage `json:"exports"`
		Bin       json.RawMessage `json:"bin"`
		Types     string          `json:"types"`
		Private   bool            `json:"private"`
		Publisher string          `json:"publisher"`
		Files     []string        `json:"files"`
		Config    json.RawMessage `json:"publishConfig"`
	}
	if json.Unmarshal(f.data, &p) != nil || p.Private && p.Publisher == "" || p.Exports == nil && p.Bin == nil && p.Types == "" && len(p.Files) == 0 && p.Publisher == "" && p.Config == nil {
		return
	}
	name, key := "package", `"files"`
	if p.Publisher != "" {
		name = "extension"
	}
	var covers []string
	for _, g := range p.Files {
		if !strings.HasPrefix(g, "!") {
			covers = append(covers, inFolder(f, g))
		}
	}
	if len(p.Files) == 0 {
		key = `"publish`
		covers = []string{inFolder(f, "**")} // but for what it ignores; see packages.go
	}
	local := len(p.Files) == 0 && p.Publisher == "" && p.Config == nil
	at := max(0, bytes.Index(f.data, []byte(key)))
	add(Sighting{Kind: Published, Name: name, How: ByManifest, Line: f.line(at), Text: strings.Trim(key, `"`), Covers: covers, Local: local})
}

var (
	crateInclude = compile(`(?ms)^include\s*=\s*\[(.*?)\]`)
	neverCrate   = compile(`(?m)^publish\s*=\s*false`)
	quoted       = compile(`"([^"\n]+)"`)
)

// crate reads what of a crate goes out: https://doc.rust-lang.org/cargo/reference/manifest.html#the-exclude-and-include-fields
func (f *file) crate(add func(Sighting)) {
	m := crateInclude.FindSubmatchIndex(f.data)
	if m == nil || neverCrate.Match(f.data) {
		return
	}
	var covers []string
	for _, q := range quoted.FindAllSubmatch(f.data[m[2]:m[3]], -1) {
		if g := string(q[1]); !strings.HasPrefix(g, "!") {
			covers = append(covers, inFolder(f, g))
		}
	}
	add(Sighting{Kind: Published, Name: "crate", How: ByManifest, Line: f.line(m[0]), Text: "include", Covers: covers})
}

// outputs are the outputs of a notebook, each with its lines: whoever is shown the
// notebook sees them without running it. https://nbformat.readthedocs.io/en/latest/format_description.html
func (f *file) outputs(add func(Sighting)) {
	key := []byte(`"outputs"`)
	for at := 0; ; {
		i := bytes.Index(f.data[at:], key)
		if i < 0 {
			return
		}
		begin := at + i
		at = begin + len(key)
		open := bytes.IndexByte(f.data[at:min(len(f.data), at+40)], '[')
		if open < 0 {
			continue
		}
		end := elementEnd(f.data, at+open)
		if end-(at+open) < 4 { // no output
			continue
		}
		from, to := f.line(begin), f.line(end)
		add(Sighting{
			Kind: Published, Name: "notebook output", How: ByConfig, Line: from, Text: "outputs",
			Covers: []string{f.path}, Grants: []string{fmt.Sprintf("lines %d-%d", from, to)},
		})
		at = end
	}
}

// elementEnd is where the JSON array that begins at an offset ends.
func elementEnd(data []byte, at int) int {
	depth, inText := 0, false
	for i := at; i < len(data); i++ {
		switch c := data[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(data) - 1
}

var (
	turn = compile(`"(?:role|who|sender|author|speaker|from|_?type)"\s*:\s*(?:\{\s*"(?:role|type)"\s*:\s*)?"(?i:(user|human|you|(?:user|human)[_-]?message(?:chunk)?)|assistant|ai|gpt|bot|chatgpt|claude|gemini|copilot|model|(?:assistant|ai|bot)[_-]?message(?:chunk)?)"`)
	// turnHTML is how a page has the turns of a conversation, turnCSV a table.
	turnHTML = compile(`(?i)(?:data-message-author-role|data-role|data-author|class)="(?:[^"]*[ -])?(?:(user|human)|assistant|bot|model)(?:[ -][^"]*)?"`)
	turnCSV  = compile(`(?mi)^(?:[^,\n"]*,){0,5}"?(?:(user|human)|assistant|ai|bot)"?,`)
	// saidLine is how conversations are exported as text; the first form is SpecStory's, of
	// an agent: https://github.com/specstoryai/getspecstory/tree/main/specstory-cli
	saidLine = compile(`(?mi)^_\*\*agent\b|^(?:#{1,6} |\*\*|__|_\*\*|> )?_?(?:(user|human|you|you said)|assistant|chatgpt|claude|copilot|cursor|gemini|chatgpt said)(?: \([^)\n]{1,40}\))?(?::\*\*|\*\*:?|__|_\*\*|:)[ \t]*`)
)

// chat says once of a file that it holds a conversation with an assistant, by the
// turns of both sides.
func (f *file) chat(add func(Sighting)) {
	re := turn
	switch f.ext {
	case ".json", ".jsonl", ".ndjson":
	case ".csv", ".tsv":
		re = turnCSV
	case ".md", ".txt", ".html":
		re = saidLine
		if strings.HasPrefix(f.base, ".aider.chat.history") {
			add(Sighting{Kind: Chat, Name: "conversation", How: ByText, Line: 1, Text: f.base})
			return
		}
	default:
		return
	}
	first, asked, answered := -1, false, false
	turns := re.FindAllSubmatchIndex(f.data, 200)
	if f.ext == ".html" {
		turns = append(turns, turnHTML.FindAllSubmatchIndex(f.data, 200)...)
	}
	for _, m := range turns {
		if first < 0 {
			first = m[0]
		}
		asked, answered = asked || m[2] >= 0, answered || m[2] < 0
	}
	if asked && answered {
		add(Sighting{Kind: Chat, Name: "conversation", How: ByText, Line: f.line(first), Text: "turns of a user and an assistant"})
	}
}
