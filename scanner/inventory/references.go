package inventory

import (
	"bytes"
	"path"
	"strings"

	"leakline/detectors"
)

// secretHints are the texts of which one stands in every credential's name.
var secretHints = &words{fold: true, texts: func() []string {
	return []string{"key", "secret", "token", "password", "passwd", "passphrase", "credential", "_pat"}
}}

// references finds the names of credentials where they are read from the environment,
// a store or settings, or are given a value.
func (r *Reader) references(f *file, add func(Sighting)) {
	if prose(f) || f.ext == ".css" || f.ext == ".map" || f.ext == ".lock" || lockFiles[f.base] || f.base == "package.json" || noNames(f.path) {
		return
	}
	form := formOf(f)
	end, names := 0, 0
	secretHints.find(f, func(pos, _ int) {
		if names++; pos < end || names > maxNames {
			return
		}
		from, to := pos, pos
		for from > 0 && isIdent(f.data[from-1]) && pos-from < 100 {
			from--
		}
		for to < len(f.data) && isIdent(f.data[to]) && to-pos < 100 {
			to++
		}
		end = to
		if from > 0 && f.data[from-1] == '\\' && strings.IndexByte("nrt", f.data[from]) >= 0 {
			from++ // the end of a line inside a text
		}
		r.reference(f, form, from, to, names < maxQualified, add)
	})
	r.settings(f, form, add)
	prefixes(f, add)
	secretRefs(f, form, add)
}

// Bounds of one file: names that are looked at, and those of them for which what
// stands around is read.
const (
	maxNames     = 20_000
	maxQualified = 500
)

var lockFiles = map[string]bool{
	"package-lock.json": true, "pnpm-lock.yaml": true, "yarn.lock": true, "composer.lock": true, "Cargo.lock": true, "go.sum": true, "Gemfile.lock": true,
	"packages.lock.json": true, "npm-shrinkwrap.json": true, "uv.lock": true, "poetry.lock": true, "Pipfile.lock": true, "bun.lock": true, "deno.lock": true,
}

// noNames says of a path that what is called a key there is a text for people or what
// a test recorded.
func noNames(p string) bool {
	if strings.HasSuffix(p, ".snap") || strings.HasSuffix(p, "_snapshot.json") {
		return true
	}
	for part := range strings.SplitSeq(path.Dir(p), "/") {
		switch strings.ToLower(part) {
		case "locale", "locales", "i18n", "translations", "vcr_cassettes", "cassettes", "__snapshots__":
			return true
		}
	}
	return strings.HasPrefix(path.Base(p), "i18n.")
}

// form is how a file writes names and values.
type form int

const (
	inCode form = iota
	inSettings
	inYAML
	inJSON
)

func formOf(f *file) form {
	f = withoutExample(f)
	switch f.ext {
	case ".yml", ".yaml":
		return inYAML
	case ".json", ".jsonc", ".json5", ".jsonl", ".ndjson":
		return inJSON
	case ".env", ".properties", ".ini", ".cfg", ".conf", ".toml", ".tf", ".tfvars", ".bicep", ".sh", ".bash", ".envrc", ".bicepparam", ".service", ".hcl", ".config":
		return inSettings
	}
	base := strings.ToLower(f.base)
	if strings.HasPrefix(base, ".env") || strings.Contains(base, "dockerfile") || base == "procfile" || base == "makefile" || strings.HasSuffix(base, ".env.example") ||
		strings.HasPrefix(base, "env.") || base == ".dev.vars" {
		return inSettings
	}
	return inCode
}

// withoutExample is a file by the name that it has where it is filled in: of
// secrets.toml.example secrets.toml.
func withoutExample(f *file) *file {
	for _, end := range []string{".example", ".sample", ".template", ".dist", ".tmpl", ".tpl"} {
		if base, ok := strings.CutSuffix(f.base, end); ok && base != "" && base != ".env" {
			return &file{path: strings.TrimSuffix(f.path, end), base: base, ext: strings.ToLower(path.Ext(base)), data: f.data}
		}
	}
	return f
}

// reference judges the identifier between two offsets.
func (r *Reader) reference(f *file, form form, from, to int, qualify bool, add func(Sighting)) {
	name := string(f.data[from:to])
	begin := lineBegin(f.data, from)
	lineEnd := len(f.data)
	if i := bytes.IndexByte(f.data[to:min(len(f.data), to+400)], '\n'); i >= 0 {
		lineEnd = to + i
	} else {
		lineEnd = min(lineEnd, to+400)
	}
	before, after := string(f.data[begin:from]), string(f.data[to:lineEnd])
	chat := spoken(f, from)
	if chat && !(form == inJSON && upperSnake(name) && strings.HasPrefix(after, "=")) {
		return
	}
	name, before, after = widen(f, form, name, before, after)
	upper := upperSnake(name)
	switch {
	case form == inJSON && strings.HasPrefix(strings.TrimLeft(before, " \t"), "//"), // a comment
		upper && strings.HasPrefix(name, "YOUR_"),         // to be filled in
		form == inCode && !upper && name == "session_key": // of a page, mostly
		return
	}
	if !upper && form == inCode && !strings.ContainsAny(before, "'\"`.") && !strings.ContainsAny(after, ":=") {
		return
	}
	c, ok := CredentialOf(name)
	full := name
	path := false
	if qualify {
		if q, yes := asked(before, name); yes {
			if qc, qok := CredentialOf(q); qok && (qc.Layer != "" || ok) {
				full, c, ok, path = q, qc, true, true
			}
		}
	}
	if !path && qualify && (!upper && c.Provider == "" || appSettings(f)) { // what stands around it may say more
		q := qualified(f, form, from, name, after)
		if qc, qok := CredentialOf(q); q != name && qok && (qc.Layer != "" || ok) {
			full, c, ok = q, qc, true
		}
	}
	if !ok && upper && qualify { // what it is given to may say more
		if left := elsewhereLeft(before); left != "" {
			at := from - len(before) + strings.LastIndex(before, left)
			if q := qualified(f, form, max(0, at), left, ""); q != left {
				if qc, qok := CredentialOf(q); qok && qc.Layer != "" {
					c, ok = Credential{Layer: qc.Layer, Provider: qc.Provider}, true
				}
			}
		}
	}
	if !ok {
		return
	}
	s := Sighting{Kind: Reference, Layer: c.Layer, Name: full, How: ByName, Line: f.line(from), Text: name}
	switch {
	case chat:
		s.How = ByText
	case !path && !r.stands(f, form, name, before, after, upper, c):
		return
	}
	switch { // where it stands says whose it is
	case form == inYAML && s.Layer == "" && strings.HasSuffix(before, "os.environ/"): // of LiteLLM's own settings
		s.Layer = detectors.AIPlatform
	case form == inCode && f.ext != ".php" && strings.EqualFold(name, "app_key"), form == inCode && !upper && plainAppSecret(name): // Laravel's, and of other makers
		s.Layer = ""
	}
	add(s)
	if qualify && !chat {
		if upper || referred(before) {
			r.given(f, form, from, before, c, &s, add)
		}
		stage(f, form, from, add)
	}
	if c.Provider != "" && !chat {
		if e := r.entry(c.Provider); e != nil {
			add(Sighting{Kind: e.Kind, Layer: e.Layer, Name: e.Name, How: ByName, Line: s.Line, Text: name})
		}
	}
}

// entry gives an entry by its name, or nil.
func (r *Reader) entry(name string) *Entry {
	for i := range r.entries {
		if r.entries[i].Name == name {
			return &r.entries[i]
		}
	}
	return nil
}

// widen takes in what belongs to a name in the syntax around it: the dashes and dots
// of a property, the colons of a .NET setting.
func widen(f *file, form form, name, before, after string) (string, string, string) {
	more := ""
	switch {
	case f.ext == ".properties" || springFile(f):
		more = ".-"
	case form == inYAML || form == inJSON:
		more = "-"
	case strings.Contains(before, "${") && (f.ext == ".java" || f.ext == ".kt"):
		more = ".-"
	case (f.ext == ".cs" || f.ext == ".fs" || f.ext == ".vb") && strings.Contains(before, `"`):
		more = ":."
	}
	if more == "" {
		return name, before, after
	}
	i := len(before)
	for i > 0 && strings.IndexByte(more, before[len(before)-1]) >= 0 && (isIdent(before[i-1]) || strings.IndexByte(more, before[i-1]) >= 0) {
		i--
	}
	for i < len(before) && !isIdent(before[i]) {
		i++
	}
	j := 0
	for j < len(after) && (isIdent(after[j]) || strings.IndexByte(more, after[j]) >= 0) {
		j++
	}
	for j > 0 && !isIdent(after[j-1]) {
		j--
	}
	return before[i:] + name + after[:j], before[:i], after[j:]
}

// longLine is as long as lines are that somebody wrote, in bytes.
const longLine = 2000

// lineBegin is where the line of a place begins, or a little before the place in a line
// that nobody wrote.
func lineBegin(data []byte, pos int) int {
	low := max(0, pos-longLine)
	if i := bytes.LastIndexByte(data[low:pos], '\n'); i >= 0 {
		return low + i + 1
	}
	if low == 0 {
		return 0
	}
	return max(0, pos-200)
}

// upperSnake says whether a name is written as names of variables of the environment
// are.
func upperSnake(name string) bool {
	letters := false
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z':
			letters = true
		case c != '_' && (c < '0' || c > '9'):
			return false
		}
	}
	return letters
}

// stands says whether a name stands where it is read, or is given a value.
func (r *Reader) stands(f *file, form form, name, before, after string, upper bool, c Credential) bool {
	trimmed := strings.TrimLeft(before, " \t")
	last := byte(0)
	if before != "" {
		last = before[len(before)-1]
	}
	quotedName := (last == '"' || last == '\'' || last == '`') && after != "" && after[0] == last
	next := strings.TrimLeft(after, " \t")
	if quotedName {
		next = strings.TrimLeft(after[1:], " \t")
	}
	value, given := givenValue(next)
	if given && elsewhere(value) && (!upper || form == inCode && !quotedName) {
		return false // it is named by what it is read from
	}
	switch {
	case upper && form == inCode && (tagged(before) || destructured(before, after)):
		return true
	case upper && last == '<' || strings.HasPrefix(next, "(") && !quotedName:
		return false
	case upper && (form != inCode || quotedName):
		return true
	case strings.HasSuffix(before, "$") || strings.HasSuffix(before, "${"):
		return upper || form == inCode && strings.Contains(before, "@Value(")
	}
	if upper {
		for _, p := range []string{"env.", "ENV.", "Env.", "secrets.", "vars.", "environ.", "settings.", "config.", "Config."} {
			if strings.HasSuffix(before, p) {
				return true
			}
		}
		return given && c.Layer != ""
	}
	if form == inSettings && (strings.HasSuffix(before, `variable "`) || strings.HasPrefix(trimmed, "param ")) {
		return true
	}
	if quotedName {
		callee := strings.TrimRight(before[:len(before)-1], " ")
		for _, p := range readingCalls {
			if len(callee) >= len(p) && strings.EqualFold(callee[len(callee)-len(p):], p) {
				return true
			}
		}
	}
	if strings.Contains(before, `"${`) && !strings.Contains(before[strings.LastIndex(before, `"${`):], "}") {
		return true
	}
	if !given || c.Layer == "" {
		return false
	}
	switch form {
	case inYAML:
		return trimmed == "" || trimmed == "- " || quotedName
	case inJSON:
		return quotedName
	case inSettings:
		return !strings.ContainsAny(trimmed, "()") && value != "{"
	}
	if quotedName { // a member of an object
		return literal(value)
	}
	if f.ext == ".py" && (strings.HasPrefix(value, "str") || strings.HasPrefix(value, "SecretStr") || strings.HasPrefix(value, "Optional[")) {
		return trimmed == ""
	}
	return literal(value)
}

// referred says whether a name stands behind what begins a reference in settings.
func referred(before string) bool {
	for _, p := range []string{"var.", "local.", "${", "!Ref ", "secrets."} {
		if strings.HasSuffix(before, p) {
			return true
		}
	}
	return false
}

// tagged says whether what follows is the name in a tag of a field, as Go's libraries of
// settings have them.
func tagged(before string) bool {
	for _, t := range []string{`env:"`, `envconfig:"`, `env="`, `config:"`} {
		if strings.HasSuffix(before, t) {
			return true
		}
	}
	return false
}

// destructured says whether a name is taken out of the environment with others.
func destructured(before, after string) bool {
	head := strings.TrimRight(before, " ")
	if head != "" && head[len(head)-1] != '{' && head[len(head)-1] != ',' {
		return false
	}
	for _, from := range []string{"} = process.env", "} = import.meta.env", "} = env(", "} = c.env", "} = context.env", "} = env;", "} = Bun.env", "} from '$env/", "} from \"$env/", "} from '@env'", "} from \"@env\""} {
		if strings.Contains(after, from) {
			return true
		}
	}
	return false
}

// plainAppSecret says of a field's name that many services have one so called.
func plainAppSecret(name string) bool { return name == "app_secret" || name == "appSecret" }

// readingCalls are how programs ask for settings by their names.
var readingCalls = []string{
	"environ[", "environ.get(", "getenv(", "env[", "env.fetch(", "env(", "env::var(", "env::var_os(", "env!(", "environmentvariable(", "configuration[", "config[",
	"getvalue<string>(", "getvalue(", "getstring(", "lookupenv(", "env.get(", "config.get(", "getproperty(", "settings[", "secrets[", "secrets.get(",
	"getsection(", "credentials.dig(", "getrequiredsection(", "getsecret(", "get_secret(", "userdata.get(",
}

// givenValue gives what a name is given, from what stands behind it.
func givenValue(next string) (string, bool) {
	for _, op := range []string{":=", "=>", "||=", "?=", "=", ":"} {
		rest, ok := strings.CutPrefix(next, op)
		if !ok {
			continue
		}
		if op == "=" && strings.HasPrefix(rest, "=") || op == ":" && strings.HasPrefix(rest, ":") {
			return "", false
		}
		rest = strings.TrimLeft(rest, " \t")
		if op == ":" { // a type, then a value: &str = "…", string = "…"
			if _, v, ok := strings.Cut(rest, " = "); ok && !literal(rest) {
				return strings.TrimLeft(v, " \t"), true
			}
		}
		return rest, true
	}
	return "", false
}

// elsewhere says whether a value is read from a variable that has a name of its own.
func elsewhere(value string) bool {
	value = strings.TrimLeft(value, "\"'`(")
	for _, p := range []string{"${", "$(", "{{", "os.environ", "os.getenv", "env(", "ENV[", "ENV.", "process.env", "import.meta.env", "getenv(", "System.getenv", "secrets."} {
		if strings.HasPrefix(value, p) {
			return true
		}
	}
	return false
}

// literal says whether a value is a text of more than nothing.
func literal(value string) bool {
	value = strings.TrimLeft(value, "bfru&@$")
	return len(value) > 2 && strings.IndexByte("\"'`", value[0]) >= 0 && value[1] != value[0]
}

func springFile(f *file) bool {
	return formName(f, "application", ".yml", ".yaml", ".properties") || formName(f, "bootstrap", ".yml", ".yaml", ".properties")
}

func appSettings(f *file) bool {
	return formName(f, "appsettings", ".json") || formName(f, "local.settings", ".json")
}

func formName(f *file, prefix string, exts ...string) bool {
	for _, e := range exts {
		if f.ext == e && strings.HasPrefix(strings.ToLower(f.base), prefix) {
			return true
		}
	}
	return false
}

// qualified is a setting's name with the names above it, in the words of its framework:
// "litellm.key" (Spring), "OpenAI:Key" (.NET), "okta.client_secret" (Laravel).
func qualified(f *file, form form, pos int, name, after string) string {
	switch {
	case springFile(f) && form == inYAML:
		return strings.Join(append(yamlParents(f, pos), name), ".")
	case appSettings(f), form == inJSON && settingsFile(f):
		above := parents(f, pos)
		sep := ":"
		if len(above) > 0 && above[0] == strings.ToLower(above[0]) {
			sep = "."
		}
		return strings.Join(append(above, name), sep)
	case f.ext == ".php" && (strings.HasPrefix(f.path, "config/") || strings.Contains(f.path, "/config/")):
		above := append([]string{strings.TrimSuffix(f.base, f.ext)}, parents(f, pos)...)
		if above[0] == "services" && len(above) > 1 {
			above = above[1:]
		}
		return strings.Join(append(above, name), ".")
	}
	return name
}

// yamlParents are the keys above a place of a YAML document, outermost first.
func yamlParents(f *file, pos int) []string {
	begin := bytes.LastIndexByte(f.data[:pos], '\n') + 1
	indent := func(l []byte) int { return len(l) - len(bytes.TrimLeft(l, " ")) }
	depth := indent(f.data[begin:])
	var out []string
	for n := 0; begin > 0 && depth > 0 && n < 500; n++ {
		end := begin - 1
		begin = bytes.LastIndexByte(f.data[:end], '\n') + 1
		l := f.data[begin:end]
		text := bytes.TrimSpace(l)
		if len(text) == 0 || text[0] == '#' || indent(l) >= depth {
			continue
		}
		depth = indent(l)
		if key, _, ok := bytes.Cut(text, []byte(":")); ok {
			out = append([]string{strings.Trim(string(key), "\"'- ")}, out...)
		}
	}
	return out
}

// parents are the names of the members in which a place stands, of JSON or of arrays
// in PHP, outermost first.
func parents(f *file, pos int) []string {
	var out []string
	depth := 0
	for i, n := pos-1, 0; i >= 0 && n < 8_000; i, n = i-1, n+1 {
		switch f.data[i] {
		case '}', ']':
			depth++
		case '{', '[':
			if depth > 0 {
				depth--
				continue
			}
			head := strings.TrimRight(string(f.data[max(0, i-120):i]), " \t\r\n")
			head = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(head, "=>"), ":"), " \t\r\n")
			if w := wordBehind(head); w != "" && f.data[i] == '{' && formOf(f) == inCode {
				out = append([]string{w}, out...)
			} else if len(head) > 1 && (head[len(head)-1] == '"' || head[len(head)-1] == '\'') {
				quote := head[len(head)-1:]
				head = head[:len(head)-1]
				if k := strings.LastIndex(head, quote); k >= 0 {
					out = append([]string{head[k+1:]}, out...)
				}
			}
		}
	}
	return out
}

// wordBehind is the name at the end of a text.
func wordBehind(text string) string {
	i := len(text)
	for i > 0 && isIdent(text[i-1]) {
		i--
	}
	return text[i:]
}

// spoken says whether a place is no part of a program or its settings: a comment, a
// sentence inside JSON, as chats and prompts have them, or what dependencies demand.
func spoken(f *file, pos int) bool {
	if lockFiles[f.base] || f.base == "go.mod" {
		return true
	}
	if formOf(f) != inJSON {
		low := max(0, pos-longLine)
		return (low == 0 || bytes.IndexByte(f.data[low:pos], '\n') >= 0) && commented(f, pos)
	}
	// the text around the place: up to the quotes that are not escaped
	from, to := pos, pos
	for from > 0 && pos-from < 4000 && f.data[from-1] != '\n' && (f.data[from-1] != '"' || from > 1 && f.data[from-2] == '\\') {
		from--
	}
	for to < len(f.data) && to-pos < 4000 && f.data[to] != '\n' && (f.data[to] != '"' || f.data[to-1] == '\\') {
		to++
	}
	if from == 0 || f.data[from-1] != '"' {
		return false
	}
	text := f.data[from:to]
	return bytes.IndexByte(text, ' ') >= 0 || bytes.Contains(text, []byte(`\n`))
}
