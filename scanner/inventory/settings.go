package inventory

import (
	"bytes"
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/detectors/identity"
)

// The kinds that say where a named credential comes from and belongs; they are read by
// settleNames and by the rules, and are no part of a map.
const (
	// Setting is a name, perhaps with those of its sections, that gets its value from
	// another one, its Text: of application.yml, config/services.php, a field.
	Setting Kind = "setting"
	// Stage is the environment to which a line belongs that names a credential, by the
	// section around it; its Name is a detectors.Environment.
	Stage Kind = "stage"
	// Job is a line that names a credential within the description of what runs by
	// itself, by a timetable, and answers nobody.
	Job Kind = "job"
	// Prefix is what a framework takes off the names of its settings.
	Prefix Kind = "prefix"
)

// askedBy are how programs ask for a setting by its name and those of the sections
// around it; the first group is what stands before the last part of the name.
//
// https://guides.rubyonrails.org/security.html#custom-credentials
// https://laravel.com/docs/configuration#accessing-configuration-values
// https://docs.spring.io/spring-boot/reference/features/external-config.html
// https://learn.microsoft.com/aspnet/core/fundamentals/configuration/
// https://docs.streamlit.io/develop/concepts/connections/secrets-management
// https://ktor.io/docs/server-configuration-file.html
var askedBy = []struct {
	hint string
	re   *pattern
}{
	{"credentials", compile(`\bcredentials(?:\.config)?(?:&?\.)(?:dig|fetch)\(\s*((?::\w+,\s*)*):$`)},
	{"credentials", compile(`\bcredentials(?:\.config)?((?:&?\.\w+!?)*)&?\.$`)},
	{"credentials", compile(`\bcredentials((?:\[:\w+\])*)\[:$`)},
	{"config", compile(`\bconfig_for\(:(\w+)\)\.$`)},
	{"configuration", compile(`\bconfiguration\.x((?:\.\w+)+)\.$`)},
	{"etSection(", compile(`GetSection\(\s*"([\w:]+)"\s*\)\s*(?:\[|\.GetValue<string>\()\s*"$`)},
	{"secrets", compile(`\bsecrets((?:\[["']\w+["']\])+)\[["']$`)},
	{"secrets", compile(`\bsecrets((?:\.\w+)+)\.$`)},
	{"config()", compile(`\bconfig\(\)((?:\.\w+)+)\.$`)},
	{"(", compile(`(?i)(?:config|get_?string|get_?property|property|get|get_?or_?throw|get<string>|get_?value|require|fetch_?env!?)\(\s*["']((?:[\w-]+[.:])+)$`)},
	{"(:", compile(`\b(?:fetch_env!?|get_env|compile_env!?)\(:\w+,\s*((?:\[:\w+,\s*)?):$`)},
}

// asked gives the whole name that a program asks for, with its sections, where it is
// asked for by several parts.
func asked(before, name string) (string, bool) {
	for _, a := range askedBy {
		if !strings.Contains(before, a.hint) {
			continue
		}
		m := a.re.FindStringSubmatch(before)
		if m == nil {
			continue
		}
		parts := strings.FieldsFunc(m[1], func(r rune) bool { return r != '-' && (r > 127 || !isWord(byte(r))) })
		if len(parts) > 1 && parts[0] == "services" {
			parts = parts[1:]
		}
		sep := "."
		if strings.Contains(a.hint, "etSection") || strings.HasSuffix(m[1], ":") && a.hint == "(" {
			sep = ":"
		}
		return strings.Join(append(parts, name), sep), true
	}
	return name, false
}

// leftOf is the name that gets what stands behind it in a line: of a member, a
// variable, a setting.
var leftOf = compile(`([A-Za-z_][\w.-]*)["']?\s*(?::\s*[\w<>|? ]{1,40}=|=>|\|\|=|:=|[:=])\s*[^=,;]*$`)

// elsewhereLeft gives the name that is given the value of the credential that is
// named in a line.
func elsewhereLeft(before string) string {
	if m := fallbackOf.FindStringSubmatch(before); m != nil {
		return m[1]
	}
	if m := leftOf.FindStringSubmatch(before); m != nil {
		return m[1]
	}
	return ""
}

// fallbackOf is the name of a variable that is asked for with what is taken if it is
// not there.
var fallbackOf = compile(`(?:environ\.get|getenv|fetch|env|config|get)\(\s*["']([A-Za-z_]\w*)["']\s*,\s*[^,;)]*$`)

// given notes what a credential's value is given to, where that says more of it than
// its own name, or is by what programs ask for it.
func (r *Reader) given(f *file, form form, from int, before string, c Credential, s *Sighting, add func(Sighting)) {
	left := elsewhereLeft(before)
	if left == "" || len(left) > 60 || left == s.Name {
		return
	}
	at := from - len(before) + strings.LastIndex(before, left)
	full := left
	if at > 0 && at < len(f.data) {
		full = qualified(f, form, at, left, "")
	}
	said, ok := CredentialOf(full)
	if !ok && full == left {
		return
	}
	layer := said.Layer
	if _, client := clientSecret(nameWords(full)); layer == detectors.ApplicationAuth && !client && (said.Privilege != detectors.Forge || strings.Contains(strings.ToLower(full+s.Name), "webhook")) {
		layer = "" // many services have one of that name
	}
	add(Sighting{Kind: Setting, Layer: layer, Name: full, How: ByName, Line: s.Line, Text: s.Name})
}

// stage notes the environment to which a line of settings belongs by the section
// around it.
func stage(f *file, form form, pos int, add func(Sighting)) {
	var above []string
	switch {
	case form == inYAML:
		above = yamlParents(f, pos)
	case f.ext == ".toml":
		above = tomlSection(f, pos)
	case form == inJSON, f.ext == ".js", f.ext == ".cjs", f.ext == ".mjs", f.ext == ".ts", f.ext == ".php":
		above = parents(f, pos)
	}
	if form == inYAML && inJob(f, pos) {
		add(Sighting{Kind: Job, Name: "job", How: ByConfig, Line: f.line(pos)})
	}
	for i := len(above) - 1; i >= 0; i-- {
		if e := stageOf(above[i]); e != "" {
			add(Sighting{Kind: Stage, Name: string(e), How: ByConfig, Line: f.line(pos), Text: above[i]})
			return
		}
	}
}

var jobWords = compile(`(?m)^\s*(?:-\s*)?(?:type:\s*["']?(?:cron|Schedule|ScheduleV2|worker|job)\b|schedule:|kind:\s*(?:CronJob|Job)\b)|rate\(\d|cron\(`)

// inJob says whether a place of YAML lies in the description of a job: in its document,
// its element or its member of the second level.
func inJob(f *file, pos int) bool {
	begin := 0
	if i := bytes.LastIndex(f.data[:pos], []byte("\n---")); i >= 0 {
		begin = i
	}
	end := len(f.data)
	if i := bytes.Index(f.data[pos:], []byte("\n---")); i >= 0 {
		end = pos + i
	}
	if m := kindOf.FindSubmatch(f.data[begin:end]); m != nil { // of Kubernetes
		return string(m[1]) == "CronJob" || string(m[1]) == "Job"
	}
	indent := func(l []byte) int { return len(l) - len(bytes.TrimLeft(l, " ")) }
	from, to := pos, pos
	for at, n := lineBegin(f.data, pos), 0; at > begin && n < 500; n++ { // up to the line that is indented by two, or less
		last := at - 1
		at = lineBegin(f.data, last)
		l := f.data[at:last]
		if len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		if indent(l) <= 2 {
			if indent(l) > 0 || bytes.HasPrefix(l, []byte("- ")) {
				from = at
			}
			break
		}
	}
	if from == pos {
		return false
	}
	for to < end {
		i := bytes.IndexByte(f.data[to:end], '\n')
		if i < 0 {
			to = end
			break
		}
		to += i + 1
		if l := f.data[to:min(end, to+200)]; len(bytes.TrimSpace(l)) > 0 && l[0] != '\n' && indent(l) <= 2 {
			break
		}
	}
	return jobWords.Match(f.data[from:to])
}

var kindOf = compile(`(?m)^kind:\s*(\w+)`)

// stageOf is the environment that the name of a section says.
func stageOf(section string) detectors.Environment {
	words := nameWords(section)
	if len(words) > 3 {
		return ""
	}
	e := identity.PathEnvironment("config/" + section + ".yml")
	if e == detectors.EnvironmentUnknown {
		return ""
	}
	return e
}

// secretRefs gives what variables of containers get from a secret of Kubernetes, by its
// key: https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-environment-variables
func secretRefs(f *file, form form, add func(Sighting)) {
	if form != inYAML || !bytes.Contains(f.data, []byte("secretKeyRef")) {
		return
	}
	for _, m := range secretRef.FindAllSubmatchIndex(f.data, 200) {
		name, key := string(f.data[m[2]:m[3]]), ""
		for _, g := range [][2]int{{m[4], m[5]}, {m[6], m[7]}} {
			if g[0] >= 0 {
				key = string(f.data[g[0]:g[1]])
			}
		}
		said, ok := CredentialOf(name)
		c, known := CredentialOf(key)
		if ok && known && c.Layer != "" {
			add(Sighting{Kind: Setting, Layer: said.Layer, Name: name, How: ByConfig, Line: f.line(m[2]), Text: key})
		}
	}
}

var secretRef = compile(`-\s*name:\s*["']?([A-Z][A-Z0-9_]{2,80})["']?\s*\n\s*valueFrom:\s*(?:\n\s*)?(?:\{\s*)?secretKeyRef:\s*(?:\{[^}\n]*?key:\s*["']?([\w.-]+)|\n(?:\s*(?:name|optional):[^\n]*\n)?\s*key:\s*["']?([\w.-]+))`)

var tomlHead = regexp.MustCompile(`^\[+([^\]\n]+)\]+`)

// tomlSection are the parts of the name of the table in which a place of TOML stands.
func tomlSection(f *file, pos int) []string {
	for begin, n := lineBegin(f.data, pos), 0; begin > 0 && n < 500; n++ {
		end := begin - 1
		begin = lineBegin(f.data, end)
		if m := tomlHead.FindSubmatch(f.data[begin:end]); m != nil {
			return strings.Split(strings.ReplaceAll(string(m[1]), `"`, ""), ".")
		}
	}
	return nil
}

// prefixed are how frameworks are told what the names of their settings begin with.
//
// https://flask.palletsprojects.com/en/stable/config/#configuring-from-environment-variables
// https://docs.pydantic.dev/latest/concepts/pydantic_settings/#environment-variable-names
var namePrefix = compile(`from_prefixed_env\(\s*(?:prefix\s*=\s*)?["'](\w+)["']|\benv_prefix\s*=\s*["'](\w+)["']`)

// prefixes finds what frameworks take off the names of settings.
func prefixes(f *file, add func(Sighting)) {
	if f.ext != ".py" || !bytes.Contains(f.data, []byte("_prefix")) {
		return
	}
	for _, m := range namePrefix.FindAllSubmatchIndex(f.data, 20) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		if from < to {
			add(Sighting{Kind: Prefix, Name: strings.TrimSuffix(string(f.data[from:to]), "_") + "_", How: ByCode, Line: f.line(from)})
		}
	}
}

// settleNames reads the names of credentials as one: what is asked for by the name of a
// setting is the variable from which that gets its value; a variable whose name says
// nothing is of the layer of what it is given to; and a client of somebody else's
// service is no part of how the product's users sign in, unless a place says so.
func settleNames(all []Sighting) []Sighting {
	from, layers := map[string]string{}, map[string]detectors.Layer{}
	signIn := map[string]bool{} // what settings of sign-in get
	var taken []string
	for i := range all {
		switch s := &all[i]; s.Kind {
		case Setting:
			if old, ok := from[s.Name]; ok && old != s.Text {
				from[s.Name] = ""
			} else {
				from[s.Name] = s.Text
			}
			if slices.ContainsFunc(nameWords(s.Name), func(w string) bool { return signInWords[w] || w == "security" }) {
				signIn[s.Text] = true
			}
			if l, ok := layers[s.Text]; ok && l != s.Layer && s.Layer != "" && l != "" {
				layers[s.Text] = detectors.Unclassified
			} else {
				layers[s.Text] = cmp.Or(s.Layer, l)
			}
		case Prefix:
			taken = append(taken, s.Name)
		}
	}
	for i := range all {
		s := &all[i]
		if s.Kind != Reference {
			continue
		}
		if to := from[s.Name]; to != "" && strings.ContainsAny(s.Name, ".:") {
			if c, ok := CredentialOf(to); ok || s.Layer != "" {
				s.Name, s.Layer = to, cmp.Or(c.Layer, s.Layer)
			}
		}
		if s.Layer == "" {
			if l := layers[s.Name]; l != detectors.Unclassified {
				s.Layer = l
			}
		}
		for _, p := range taken {
			if rest, ok := strings.CutPrefix(s.Name, p); ok && s.Layer == "" {
				if c, ok := CredentialOf(rest); ok {
					s.Layer = c.Layer
				}
				if rest == "SECRET_KEY" { // of Flask
					s.Layer = detectors.ApplicationAuth
				}
			}
		}
	}
	outward(all, signIn)
	slices.SortStableFunc(all, bySettled)
	return slices.CompactFunc(all, func(a, b Sighting) bool {
		return a.Kind == Reference && a.Kind == b.Kind && a.Name == b.Name && a.Path == b.Path && a.Line == b.Line
	})
}

// clientSecret says of the words of a name that it is the secret of an OAuth client, and
// whose: the words before it.
func clientSecret(words []string) (of []string, ok bool) {
	for i := 0; i+1 < len(words); i++ {
		if words[i+1] == "secret" && (words[i] == "client" || words[i] == "app" || words[i] == "consumer" || words[i] == "oauth") {
			return words[:i], true
		}
	}
	return nil, false
}

// signInWords are words of names and paths that speak of signing in to the product.
var signInWords = map[string]bool{
	"auth": true, "authentication": true, "authn": true, "login": true, "logins": true, "signin": true, "signup": true, "session": true, "sessions": true, "sso": true,
	"oidc": true, "saml": true, "omniauth": true, "devise": true, "allauth": true, "socialite": true, "passport": true, "identity": true, "oauth2client": true,
	"nextauth": true, "social": true, "idp": true, "saas": true,
}

// outwardFolders are those of what a product connects to.
var outwardFolders = map[string]bool{
	"integration": true, "integrations": true, "connector": true, "connectors": true, "plugin": true, "plugins": true, "channel": true, "channels": true, "tool": true,
	"tools": true, "skill": true, "skills": true, "nodes": true, "bots": true, "source": true, "sources": true, "importers": true, "mcp": true,
}

// identityWords are the words by which the names of systems begin that do nothing but
// authenticate: a client of theirs is one of the product's sign-in.
var identityWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{"auth0": true, "azuread": true, "entra": true, "msal": true, "aad": true, "b2c": true, "idp": true, "oidc": true, "saml": true, "sso": true, "adfs": true}
	for _, e := range authSystems {
		if w, _, _ := strings.Cut(e.Name, "-"); w != "google" && w != "apple" && w != "cloudflare" && w != "aws" && w != "azure" && w != "spring" && w != "magic" && w != "dynamic" && len(e.Hosts)+len(e.Names) > 0 {
			out[w] = true
			for _, n := range e.Names {
				if w, _, ok := strings.Cut(n, "_"); ok && len(w) > 3 {
					out[strings.ToLower(w)] = true
				}
			}
		}
	}
	for _, w := range []string{"google", "apple", "microsoft", "github", "slack", "spring", "public", "next", "nuxt"} {
		delete(out, w)
	}
	return out
})

// outward takes the layer from the secrets of clients with which the product connects to
// the services of others on its users' behalf.
func outward(all []Sighting, signIn map[string]bool) {
	byName := map[string][]int{}
	uses := map[string]bool{}    // words of the systems in use
	systems := map[string]bool{} // files that show a system or a control of sign-in
	any := false
	for i := range all {
		s := &all[i]
		switch {
		case s.Kind == Reference && s.Layer == detectors.ApplicationAuth:
			if _, ok := clientSecret(nameWords(s.Name)); ok {
				byName[s.Name] = append(byName[s.Name], i)
			}
		case (s.Kind == System || s.Kind == Control) && s.Layer == detectors.ApplicationAuth && s.How != ByName && s.How != ByText:
			systems[s.Path] = true
			any = any || s.Kind == System && identity.MadeUpAt(s.Path) == ""
			if s.Kind == System {
				for _, w := range strings.Split(s.Name, "-") {
					uses[w] = true
				}
				if s.Name == "entra-id" {
					uses["azuread"], uses["azure"], uses["microsoft"], uses["msal"], uses["aad"] = true, true, true, true, true
				}
				if s.Name == "ping-identity" {
					uses["pingone"], uses["pingfederate"] = true, true
				}
			}
		}
	}
	for i := range all { // an organisation's directory in which the product's users sign in
		s := &all[i]
		if s.Kind != Reference || s.Layer != detectors.Infrastructure && s.Layer != "" {
			continue
		}
		if of, ok := clientSecret(nameWords(s.Name)); ok && len(of) > 0 && (signIn[s.Name] || slices.ContainsFunc(of, func(w string) bool { return uses[w] && identityWords()[w] || uses[w] && w == "azure" })) {
			s.Layer = detectors.ApplicationAuth
		}
	}
	if len(byName) == 0 {
		return
	}
	known := identityWords()
	for name, at := range byName {
		of, _ := clientSecret(nameWords(name))
		if signIn[name] || slices.ContainsFunc(of, func(w string) bool { return known[w] || signInWords[w] }) {
			continue
		}
		if !connects(all, at, of, systems, any) {
			continue
		}
		for _, i := range at {
			all[i].Layer = detectors.Infrastructure
		}
	}
}

// listsSettings says of a program's file that it lists settings, which others read.
func listsSettings(p string) bool {
	words := nameWords(strings.TrimSuffix(path.Base(p), path.Ext(p)))
	for _, w := range append(words, nameWords(path.Base(path.Dir(p)))...) {
		switch w {
		case "config", "configuration", "settings", "env", "environment", "constants", "secrets", "conf", "options":
			return true
		}
	}
	return false
}

// connects says whether the places of a client's secret show that the product connects
// to a service with it, and none that its users sign in.
func connects(all []Sighting, at []int, of []string, systems map[string]bool, any bool) bool {
	code, outside, own := false, 0, 0
	for _, i := range at {
		p := all[i].Path
		if identity.MadeUpAt(p) != "" {
			continue
		}
		own++
		if systems[p] {
			return false
		}
		brand := false
		for _, part := range strings.Split(strings.TrimSuffix(p, path.Ext(p)), "/") {
			words := nameWords(part)
			if outwardFolders[strings.ToLower(part)] {
				outside++
				break
			}
			brand = brand || len(of) > 0 && slices.Contains(words, of[len(of)-1])
			if !brand && slices.ContainsFunc(words, func(w string) bool { return signInWords[w] }) {
				return false
			}
		}
		code = code || sourceCode[path.Ext(p)] && !listsSettings(p)
	}
	if len(of) == 0 || len(of) == 1 && (of[0] == "oauth" || environmentWords[of[0]]) { // nobody's by its name
		return own > 0 && outside == own
	}
	return code || !any
}
