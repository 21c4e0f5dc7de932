package remediate

import (
	"path"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// edit is the change to a file that takes a secret out of it and lets the program
// have it from elsewhere.
type edit struct {
	// line is what the secret's line becomes, without its indentation; empty if the
	// whole line isn't known or would be too long to show.
	line string
	// value is what takes the place of a part of it where line is empty.
	value string
	place part
	drop  bool // the line goes
	keep  bool // the file goes out of git, and stays here
	also  []string
	note  string // what else it takes, as the end of a sentence in brackets
}

// part is what a value takes the place of, in words.
type part string

const (
	secretPart  part = "the secret"
	literalPart part = "the secret and its quotes"
	textPart    part = "the whole text with the secret, quotes included,"
)

// maxCode is how many bytes of code stand in a line of their own, so that a
// terminal of 80 columns shows them unbroken.
const maxCode = 80

// source is the line on which a secret begins, as far as reports hold it.
type source struct {
	left, right string // of the secret, without the indentation
	// exact says that both are as the file has them, whole, and that the secret
	// begins and ends on this line. Else they may be cut, or a part of them is
	// redacted.
	exact bool
}

// sourceOf gives the line of a finding around its secret.
func sourceOf(f *scanner.Finding) source {
	mark := f.Plain.String()
	left, right, ok := strings.Cut(f.Line, mark)
	if !ok {
		return source{}
	}
	if g := f.Ignored; g != nil && g.By == scanner.ByComment && g.Where != "" { // it was refused, and goes with the secret
		if i := strings.Index(right, g.Where); i > 0 {
			right = strings.TrimRight(right[:i], " \t#/*<!-")
		}
	}
	s := source{left: left, right: right}
	s.exact = f.StartLine == f.EndLine && !encoded(f) && !strings.Contains(left+right, "…") && !strings.Contains(right, mark)
	return s
}

// encoded says that what was scanned is not what stands in the file.
func encoded(f *scanner.Finding) bool {
	return slices.ContainsFunc(f.Decoded, func(s string) bool { return !strings.HasPrefix(s, "utf-") }) || f.ArchivePath != ""
}

// editOf gives the change to the file that holds a finding. An edit without a
// line, a value, drop or keep means that only words help.
func editOf(f *scanner.Finding, d *detectors.Detector) edit {
	s, name := sourceOf(f), variable(f, d)
	base := strings.ToLower(path.Base(f.Path))
	dirs := "/" + strings.ToLower(path.Dir(f.Path)) + "/"
	var e edit
	switch lang, isCode := languageOf(base); {
	case isKept(base):
		return edit{keep: true}
	case isPublic(base):
		return edit{}
	case base == "dockerfile" || strings.HasPrefix(base, "dockerfile.") || strings.HasSuffix(base, ".dockerfile") || strings.HasPrefix(base, "containerfile"):
		e = dockerEdit(s, name)
	case has(base, ".tfvars"):
		e = edit{drop: true, note: "give it as TF_VAR_" + strings.ToLower(name)}
	case strings.HasSuffix(base, ".tf"):
		e = terraformEdit(s, strings.ToLower(name))
	case isShell(base):
		e = shellEdit(s, name)
	case base == "makefile" || strings.HasSuffix(base, ".mk"):
		e = makeEdit(s, name)
	case strings.HasSuffix(base, ".ipynb"):
		e = notebookEdit(s, name)
	case isCode:
		e = lang.edit(s, name)
	case slices.Contains([]string{".md", ".rst", ".txt", ".adoc", ".html", ".htm", ".log", ".csv"}, path.Ext(base)):
		e = s.put("<" + name + ">")
	default:
		e = dataEdit(s, name, base, dirs)
	}
	if len(e.line) > maxCode || e.line != "" && !s.exact {
		e.line = ""
	}
	if e.place == "" {
		e.place = secretPart
	}
	return e
}

// put gives the edit that puts a text in the secret's place, within its quotes.
func (s source) put(text string) edit {
	return edit{line: s.left + text + s.right, value: text, place: secretPart}
}

// isKept says that a file is one that holds secrets on purpose: what is wrong is
// that git has it.
func isKept(base string) bool {
	switch base {
	case ".env.example", ".env.sample", ".env.template", ".env.dist":
		return false
	case ".env", ".envrc", ".netrc", "_netrc", ".pgpass", ".git-credentials", ".pypirc", ".htpasswd", "master.key", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa":
		return true
	}
	return strings.HasPrefix(base, ".env.") || slices.Contains([]string{
		".env", ".pem", ".key", ".p8", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".tfstate", ".ovpn", ".kdbx",
	}, path.Ext(base))
}

// isPublic says that whatever such a file holds goes to those who use the program.
func isPublic(base string) bool {
	return slices.Contains([]string{".vue", ".svelte", ".swift", ".dart", ".m"}, path.Ext(base))
}

// quote is a literal around a secret: left[open:] and right[:end], quotes included.
type quote struct {
	sign      string // the closing quote
	open, end int
	prefix    string // letters before the opening quote, as Python has them
	comment   bool   // the secret stands in a comment instead
}

// whole says that the literal holds the secret and nothing else.
func (s source) whole(q quote) bool {
	return len(s.left) == q.open+len(q.prefix)+len(q.sign) && q.end == len(q.sign)
}

// quoted finds the literal that holds the secret. ok is false if it stands in none
// that begins and ends on this line.
func (s source) quoted(quotes string, comments ...string) (q quote, ok bool) {
	open := -1
	for i := 0; i < len(s.left); {
		rest := s.left[i:]
		switch {
		case open >= 0 && rest[0] == '\\':
			i++
		case open >= 0 && strings.HasPrefix(rest, q.sign):
			open, i = -1, i+len(q.sign)-1
		case open >= 0:
		case strings.IndexByte(quotes, rest[0]) >= 0:
			open, q.sign = i, rest[:1]
			if triple := strings.Repeat(q.sign, 3); strings.HasPrefix(rest, triple) {
				q.sign = triple
			}
			i += len(q.sign) - 1
		case isComment(s.left, i, comments):
			return quote{comment: true}, false
		}
		i++
	}
	if open < 0 {
		return quote{}, false
	}
	for i := 0; i < len(s.right); i++ {
		if s.right[i] == '\\' {
			i++
		} else if strings.HasPrefix(s.right[i:], q.sign) {
			q.end = i + len(q.sign)
			q.prefix = prefixOf(s.left[:open])
			q.open = open - len(q.prefix)
			return q, true
		}
	}
	return quote{}, false
}

// isComment says that a comment begins at i: behind a blank, or first.
func isComment(line string, i int, comments []string) bool {
	return (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') &&
		slices.ContainsFunc(comments, func(c string) bool { return strings.HasPrefix(line[i:], c) })
}

// prefixOf gives the letters that belong to the literal which begins behind a
// text: r, b, f and u in Python, and others in other languages, at most two.
func prefixOf(before string) string {
	i := len(before)
	for i > 0 && len(before)-i < 3 && strings.IndexByte("rbfuRBFUL", before[i-1]) >= 0 {
		i--
	}
	if i > 0 && (isWordByte(before[i-1]) || len(before)-i > 2) {
		return ""
	}
	return before[i:]
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// dockerEdit keeps a secret out of an image: what ARG and ENV set stays in it.
func dockerEdit(s source, name string) edit {
	words := strings.Fields(s.left)
	if len(words) == 0 {
		return edit{}
	}
	switch strings.ToUpper(words[0]) {
	case "ENV", "ARG":
		pairs := strings.Count(s.left+s.right, "=")
		if s.exact && pairs <= 1 && !strings.Contains(strings.TrimSpace(s.right), " ") && !strings.HasSuffix(s.right, "\\") {
			return edit{drop: true, also: []string{"docker run -e " + name + " IMAGE"}, note: "it comes when the container starts"}
		}
	case "RUN":
		if strings.Count(s.left, "'")%2 == 0 {
			read := "$(cat /run/secrets/" + name + ")"
			rest := strings.TrimSpace(strings.TrimSpace(s.left)[len(words[0]):])
			rest = strings.TrimPrefix(s.left, s.left[:strings.Index(s.left, rest)])
			mount := "--mount=type=secret,id=" + name
			e := edit{line: words[0] + " " + mount + " " + rest + read + s.right, value: read}
			e.also = []string{"docker build --secret id=" + name + ",env=" + name + " ."}
			if len(e.line) > maxCode {
				e.note = "and " + mount + " behind RUN"
			}
			return e
		}
	}
	return edit{}
}

// terraformEdit makes the secret a sensitive variable.
func terraformEdit(s source, name string) edit {
	q, ok := s.quoted(`"`, "#", "//")
	note := "give it as TF_VAR_" + name
	declare := `variable "` + name + `" { sensitive = true }`
	switch {
	case !ok:
		return edit{}
	case strings.HasPrefix(strings.ReplaceAll(s.left, " ", ""), `default="`):
		return edit{drop: s.exact, note: note}
	case s.whole(q):
		return edit{line: s.left[:q.open] + "var." + name + s.right[q.end:], value: "var." + name, place: literalPart, also: []string{declare}, note: note}
	}
	e := s.put("${var." + name + "}")
	e.also, e.note = []string{declare}, note
	return e
}

func isShell(base string) bool {
	return slices.Contains([]string{".sh", ".bash", ".zsh", ".ksh"}, path.Ext(base)) ||
		slices.Contains([]string{".bashrc", ".zshrc", ".profile", ".bash_profile", ".zshenv"}, base)
}

// shellEdit refers to the variable in the quoting in which the secret stands. A
// variable that has the name already is checked: it comes from outside.
func shellEdit(s source, name string) edit {
	ref := "${" + name + "}"
	if before, ok := strings.CutSuffix(strings.TrimRight(s.left, `"'`), name+"="); ok && (before == "" || strings.HasSuffix(before, " ")) {
		ref = "${" + name + ":?}"
	}
	q, ok := s.quoted(`"'`, "#")
	switch {
	case q.comment:
		return s.put("<" + name + ">")
	case ok && q.sign == `"`:
		return s.put(ref)
	case ok && q.sign == "'" && s.whole(q):
		return edit{line: s.left[:q.open] + `"` + ref + `"` + s.right[q.end:], value: `"` + ref + `"`, place: literalPart}
	case ok && q.sign == "'":
		return s.put(`'"` + ref + `"'`)
	case strings.ContainsAny(s.left, `"'`) && !s.exact:
		return edit{value: ref}
	}
	return s.put(`"` + ref + `"`)
}

// makeEdit takes a variable of make from the environment, which make imports.
func makeEdit(s source, name string) edit {
	target, _, ok := strings.Cut(s.left, "=")
	target = strings.TrimRight(target, " \t:?+")
	if ok && s.right == "" && strings.TrimSpace(s.left[len(target):]) != "" && !strings.ContainsAny(target, " \t$") && strings.Trim(s.left[len(target):], " \t:?+=") == "" {
		if target == name {
			return edit{line: name + " ?=", value: "$(" + name + ")"}
		}
		return s.put("$(" + name + ")")
	}
	return edit{value: "$(" + name + ")"}
}

// notebookEdit changes a line of a code cell, which is a string in JSON. What a
// cell printed can only be cleared.
func notebookEdit(s source, name string) edit {
	for _, q := range []string{`\"`, `'`} {
		if strings.HasSuffix(s.left, q) && strings.HasPrefix(s.right, q) && !strings.HasSuffix(strings.TrimSuffix(s.left, q), q) {
			value := `os.environ[` + q + name + q + `]`
			return edit{
				line:  strings.TrimSuffix(s.left, q) + value + strings.TrimPrefix(s.right, q),
				value: value, place: literalPart, note: "import os; clear the outputs too",
			}
		}
	}
	return edit{note: "clear the outputs"}
}

// dataEdit is for formats that hold values and no programs: the place of the
// value, within its quotes, gets what the reader of this file expands.
func dataEdit(s source, name, base, dirs string) edit {
	q, quoted := s.quoted(`"'`, "#")
	if q.comment {
		return s.put("<" + name + ">")
	}
	ref, note := reference(name, base, dirs)
	yaml := isYAML(base)
	if yaml && !quoted && s.exact && (flow(s.left) || strings.HasPrefix(ref, "{{")) {
		if s.right != "" && strings.IndexByte(",]} ", s.right[0]) < 0 || !strings.HasSuffix(s.left, " ") && !strings.HasSuffix(s.left, "[") {
			return edit{value: ref, note: note}
		}
		ref = `"` + ref + `"`
	}
	if yaml && ref == kubernetesRef(name) {
		key, ok := strings.CutSuffix(strings.TrimRight(s.left, `"' `), "value:")
		if s.exact && ok && strings.Trim(key, "- ") == "" && strings.Trim(s.right, `"' `) == "" {
			return edit{line: key + ref, note: note}
		}
		return edit{note: note}
	}
	if quoted && q.sign == "'" && strings.Contains(ref, "'") {
		ref = strings.ReplaceAll(ref, "'", `"`)
	}
	e := s.put(ref)
	if ref == "" {
		e.value = `""`
		if yaml && !quoted && strings.HasSuffix(s.left, ": ") {
			e = s.put(`""`)
		}
	}
	e.note = note
	return e
}

// flow says that the end of a line of YAML stands in a flow collection.
func flow(left string) bool {
	return strings.Count(left, "{") > strings.Count(left, "}") || strings.Count(left, "[") > strings.Count(left, "]")
}

// kubernetesRef is what stands for the value of a container's variable.
func kubernetesRef(name string) string {
	key := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	return "valueFrom: {secretKeyRef: {name: " + key + ", key: value}}"
}

// reference is how a file of values names a variable of the environment, where it
// can, and what else there is to do.
func reference(name, base, dirs string) (text, note string) {
	text = "${" + name + "}"
	switch {
	case has(dirs, "/.github/workflows/") || base == "action.yml" || base == "action.yaml":
		return "${{ secrets." + name + " }}", "keep it as an Actions secret"
	case strings.HasPrefix(base, ".gitlab-ci"):
		return "$" + name, "keep it as a masked CI/CD variable"
	case strings.HasPrefix(base, "jenkinsfile"):
		return "${" + name + "}", "bind it with withCredentials"
	case pipelineIdiom(base, dirs) != "":
		return "$" + name, "keep it as a secret variable of the pipeline"
	case isYAML(base) && has(base, "compose"):
		return text, ""
	case isYAML(base) && has(dirs, "/group_vars/", "/host_vars/", "/ansible/", "/playbooks/"):
		return "{{ lookup('env', '" + name + "') }}", ""
	case isYAML(base) && has(base, "values"):
		return "", "give it in a values file outside of git"
	case isYAML(base) && strings.Contains(deployIdiom(base, dirs), "secretKeyRef"):
		return kubernetesRef(name), "keep it in a sealed Secret"
	case has(dirs, "/.vscode/") && base == "mcp.json":
		return "${env:" + name + "}", ""
	case base == "mcp.json" || base == ".mcp.json" || base == ".npmrc" || base == ".yarnrc.yml":
		return text, ""
	case strings.HasPrefix(base, "application") && (isYAML(base) || strings.HasSuffix(base, ".properties")):
		return text, ""
	case base == "pom.xml" || base == "settings.xml":
		return "${env." + name + "}", ""
	case strings.HasPrefix(base, "appsettings") && strings.HasSuffix(base, ".json"):
		return "", "use user secrets, the environment or a vault"
	case strings.HasPrefix(base, ".env"):
		return "", "it is an example"
	}
	return text, "or leave it empty, and read " + name + " in the program"
}
