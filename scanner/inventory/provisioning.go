package inventory

import (
	"bytes"
	"strings"

	"leakline/detectors"
)

// What a line of a server of SCIM (RFC 7644) does, or of a handler of what a directory
// reports; the names of sightings of kind Provisioning.
const (
	scimEndpoint = "endpoint" // a route or a mount of people
	scimCreate   = "create"   // makes somebody
	scimRemove   = "remove"   // removes or deactivates somebody
	scimNothing  = "remove-nothing"
)

var (
	scimWord = compile(`(?i)urn:ietf:params:scim|["'/]scim\b|:scim\b|\bscimmy\b|\bScim(?:::|Controller)|/scim["']`)
	// scimRoute is a route of a server in the words of its framework; its groups are the
	// verb, and the path.
	scimRoute = compile(`(?:` +
		`\b(?:app|api|server|fastify|mux|group|[a-z]|\w*[rR]outer|scim\w*)\.(?P<a>[pP]ost|[pP]ut|[pP]atch|[dD]elete|POST|PUT|PATCH|DELETE|all|All|Any)\(\s*["'` + "`" + `]` +
		`|@\w+\.(?P<b>post|put|patch|delete)\(\s*["']` +
		`|^\s*(?P<i>post|put|patch|delete)\s+["']` +
		`|^\s*@(?P<h>Post|Put|Patch|Delete)\(\s*["']?` +
		`|@(?P<c>Post|Put|Patch|Delete)Mapping\b\(?\s*(?:value\s*=\s*|path\s*=\s*)?["{]?"?` +
		`|\bMap(?P<d>Post|Put|Patch|Delete)\(\s*"` +
		`|\[Http(?P<e>Post|Put|Patch|Delete)\b\(?"?` +
		`|\bRoute::(?P<f>post|put|patch|delete|any|match|resource|apiResource)\(\s*['"]` +
		`|\bHandle(?:Func)?\(\s*"(?P<g>POST|PUT|PATCH|DELETE) ` +
		`)(?P<path>[^"'` + "`" + `)\]\s]*)`)
	// scimMethod asks for the verb of a request.
	scimMethod = compile(`\b(?:req|request|r|c\.Request)\.[mM]ethod\s*={2,3}\s*(?:["']|http\.Method)(POST|PUT|PATCH|DELETE|Post|Put|Patch|Delete)\b|\bcase\s+(?:["']|http\.Method)(POST|PUT|PATCH|DELETE|Post|Put|Patch|Delete)\b["']?\s*:`)
	scimMount  = compile(`(?i)(?:@RequestMapping|@Controller|@Path|\[Route|#\[Route|\bfunc\s+(?:\([^)]*\)\s*)?\w*scim\w*routes?\w*\(\w*\b|\bAPIRouter|\bBlueprint|^\s*scope)\b[^\n]*["']/?(?:api/)?scim(?:/v2)?(?:/Users)?["/]|\b(?:Handle|HandleFunc|Mount|mount|use|register|include_router|path|re_path|url|nest|nest_service|PathPrefix)\(\s*r?["'][^"']*/?scim(?:/v2)?/?[^"']*["']`)
	scimAny    = compile(`(?i)scim`)
	rustRoute  = compile(`\.route\(\s*"([^"]*)",\s*(.*)`)
	muxRoute   = compile(`\bHandle(?:Func)?\(\s*"([^"]*)".*\.Methods\(([^)]*)\)`)
	flaskRoute = compile(`@\w+\.route\(\s*["']([^"']*)["'].*methods\s*=\s*\[([^\]]*)\]`)
	railsUsers = compile(`^\s*resources\s+:users\b|^\s*resources\s+.*path:\s*["']Users["']|^\s*scim\w*\s+.*:users`)
	// scimHandler is a function of a class or a file that serves people; its groups are
	// the indent and the verb.
	scimHandler = compile(`^(\s*)(?:` +
		`def\s+(?:self\.)?(create|destroy|update|replace|patch|post|put|delete)\b` +
		`|async\s+def\s+(create|post|put|patch|delete|replace)\b` +
		`|func\s+\([^)]*\)\s+(Create|Delete|Replace|Patch)\(\w+\s+\*http\.Request` +
		`|export\s+(?:async\s+)?(?:function|const)\s+(POST|PUT|PATCH|DELETE)\b` +
		`|public\s+function\s+(store|destroy|update|create|delete|patch|replace)\b` +
		`)`)
	makesPerson   = compile(`\.(?:create!?|find_or_create_by!?|create_user|save!?|insert\w*|add)\s*[({]`)
	closesPerson  = compile(`(?i)\bactive\b|deactivat|disabl|suspend|block|archiv|deleted_at|revoke|scimPatch|apply_?patch|Object\.assign|\.update!?\(\s*\w*params|setattr\(|\.fill\(`)
	doesNothing   = compile(`^(?:return(?:\s+(?:nil|null|None|undefined|true|True|\(\)|\{\}|Ok\(.*\)|Results\.(?:NoContent|Ok)\(\)|NoContent\(\)|new\s+(?:Next)?Response\(null.*|(?:Next|HTTP|JSON|Django)?Response\(.*20[0-9].*|ResponseEntity\.(?:noContent|ok)\(\)\.build\(\)|response\(\)->noContent\(\)|StatusCode::NO_CONTENT|"",\s*204))?|head\s+:no_content|head\s+:ok|pass|(?:return\s+)?(?:res|reply|w|c|ctx)\.(?:sendStatus|status|code|WriteHeader|Status|NoContent)\(.*20[0-9]?.*|w\.WriteHeader\(http\.StatusNoContent\)|StatusCode::NO_CONTENT|Ok\(\)|HttpResponse::NoContent\(\)\.finish\(\)|[})\];,]+|end|//.*|#.*|/\*.*)?;?$`)
	directoryNews = compile(`["'](dsync\.user\.(?:created|deleted|updated)|dsync\.(?:activated|deactivated|deleted))["']`)
	// scimNest is a controller of NestJS or of Laravel's attributes for people.
	scimNest = compile(`(?i)@Controller\(\s*["'][^"']*scim[^"']*users`)
	// scimClass is a person as a library of SCIM knows him.
	scimClass   = compile(`^\s*class\s+\w+\(\s*SCIMUser\s*\)`)
	scimmyGress = compile(`\.(ingress|degress)\(`)
)

// scimWords are those of which one stands in every file that provisioning reads: of news
// of a directory the first.
var scimWords = &words{texts: func() []string { return []string{"dsync.", "scim", "Scim", "SCIM"} }}

// provisioning finds what serves directories of customers with SCIM, or handles what
// they report, and whether somebody whom a directory removes is removed.
func (r *Reader) provisioning(f *file, add func(Sighting)) {
	if prose(f) || f.ext == ".ipynb" || isTest(f) {
		return
	}
	tell := func(name, text string, at int) {
		s := Sighting{Kind: Provisioning, Layer: detectors.ApplicationAuth, Name: name, How: ByCode, Line: f.line(at), Text: text}
		add(s)
		if name == scimCreate || name == scimEndpoint {
			s.Kind, s.Name = Control, "SCIM"
			add(s)
		}
	}
	spoken, news := false, false
	scimWords.find(f, func(_, i int) { spoken, news = spoken || i > 0, news || i == 0 })
	if news {
		for _, m := range directoryNews.FindAllSubmatchIndex(f.data, -1) {
			switch event := string(f.data[m[2]:m[3]]); {
			case commented(f, m[0]):
			case strings.HasSuffix(event, "created"), event == "dsync.activated":
				tell(scimCreate, event, m[0])
			default:
				tell(scimRemove, event, m[0])
			}
		}
	}
	lower := strings.ToLower(f.path)
	if !strings.Contains(lower, "scim") && (!spoken || !scimWord.Match(f.data)) {
		return
	}
	l := &scimLines{f: f, lines: strings.Split(string(f.data), "\n"), tell: tell, path: lower}
	for i, text := range l.lines {
		if c := strings.TrimSpace(text); c != "" && !strings.HasPrefix(c, "//") && (!strings.HasPrefix(c, "#") || f.ext == ".php") {
			l.line(i, text)
		}
		l.at += len(text) + 1
	}
}

// scimLines reads a file that speaks of SCIM line by line.
type scimLines struct {
	f     *file
	lines []string
	at    int // the offset of the line
	tell  func(name, text string, at int)
	path  string
	rails int // the indent of the namespace for SCIM in Rails' routes, plus one
}

func (l *scimLines) line(i int, text string) {
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	switch {
	case l.f.base == "routes.rb":
		l.railsRoute(text, indent)
		return
	case strings.ContainsAny(text, "([") && scimAny.MatchString(text) && scimMount.MatchString(text):
		l.tell(scimEndpoint, "scim", l.at)
		return
	}
	if m := scimmyGress.FindStringSubmatch(text); m != nil && bytes.Contains(l.f.data, []byte("SCIMMY")) {
		l.tell(map[string]string{"ingress": scimCreate, "degress": scimRemove}[m[1]], m[1], l.at)
		return
	}
	if strings.Contains(text, "SCIMUser") && scimClass.MatchString(text) {
		l.tell(scimEndpoint, "SCIMUser", l.at)
		return
	}
	call := strings.Contains(text, "(")
	if m := maybe(call && strings.Contains(text, ".route("), rustRoute, text); m != nil && l.people(m[1]) {
		l.verbs(strings.ToLower(m[2]), i, indent)
		return
	}
	if m := maybe(call && strings.Contains(text, ".route("), flaskRoute, text); m != nil && l.people(m[1]) {
		l.verbs(strings.ToLower(m[2]), i, indent)
		return
	}
	if m := maybe(call && strings.Contains(text, ".Methods("), muxRoute, text); m != nil && l.people(m[1]) {
		l.verbs(strings.ToLower(m[2]), i, indent)
		return
	}
	if m := maybe(call || strings.ContainsAny(text, `"'`) || strings.Contains(text, "[Http") || strings.Contains(text, "Mapping"), scimRoute, text); m != nil {
		verb := ""
		for _, v := range m[1 : len(m)-1] {
			verb += v
		}
		if bare := !call && (verb == "put" || verb == "patch"); !bare && l.people(m[len(m)-1]) { // of a bare route its controller says what it does
			l.act(strings.ToLower(verb), i, indent, false)
		}
		return
	}
	if m := maybe(strings.Contains(text, "ethod") || strings.Contains(text, "case "), scimMethod, text); m != nil && l.serves(i, indent) {
		l.act(strings.ToLower(m[1]+m[2]), i, indent, false)
		return
	}
	if m := scimHandler.FindStringSubmatch(text); m != nil && l.serves(i, indent) && (i == 0 || !scimRoute.MatchString(l.lines[i-1]) && !flaskRoute.MatchString(l.lines[i-1])) {
		l.act(strings.ToLower(strings.Join(m[2:], "")), i, indent, true)
	}
}

// maybe looks for a pattern in a line that may have it.
func maybe(may bool, p *pattern, text string) []string {
	if !may {
		return nil
	}
	return p.FindStringSubmatch(text)
}

// people says whether a path of a route is that of people in SCIM.
func (l *scimLines) people(path string) bool {
	low := strings.ToLower(path)
	if strings.Contains(low, "group") || strings.HasPrefix(low, "http") {
		return false
	}
	return strings.Contains(path, "Users") || scimNest.Match(l.f.data) || strings.Contains(low, "scim") && !strings.Contains(low, "config") && !strings.Contains(low, "token") || strings.Contains(l.path, "scim") && strings.Contains(l.path, "user")
}

// serves says whether a function of the file is a handler of SCIM's people: by the file's
// path, else by the class in which it stands.
func (l *scimLines) serves(i, indent int) bool {
	named := func(name string) bool {
		return strings.Contains(name, "scim") && !strings.Contains(name, "group") && !strings.Contains(name, "client")
	}
	if l.f.ext == ".go" {
		return bytes.Contains(l.f.data, []byte("scim.Resource"))
	}
	if named(l.path) {
		return true
	}
	for k := i - 1; k >= 0 && indent > 0; k-- {
		text := strings.TrimLeft(l.lines[k], " \t")
		if depth := len(l.lines[k]) - len(text); depth < indent && strings.HasPrefix(text, "class ") {
			return named(strings.ToLower(text))
		}
	}
	return false
}

// railsRoute reads a line of the routes of Rails.
func (l *scimLines) railsRoute(text string, indent int) {
	trimmed := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(trimmed, "namespace") && strings.Contains(trimmed, "scim"), strings.HasPrefix(trimmed, "scope") && strings.Contains(trimmed, "scim"):
		l.rails = indent + 1
	case l.rails > 0 && indent < l.rails && trimmed == "end":
		l.rails = 0
	case l.rails > 0 && railsUsers.MatchString(text), strings.Contains(trimmed, "mount Scim"):
		l.tell(scimEndpoint, "resources", l.at)
	}
}

// verbs reads a line that names several methods of one route.
func (l *scimLines) verbs(text string, i, indent int) {
	for _, verb := range []string{"post", "delete", "patch", "put"} {
		if strings.Contains(text, verb) {
			l.act(verb, i, indent, false)
		}
	}
}

// act tells what a handler does: of a function its body is read, of a route only what
// stands indented below it.
func (l *scimLines) act(verb string, i, indent int, function bool) {
	body, offset := l.body(i, indent)
	switch verb {
	case "create", "post", "store":
		at := l.at
		if l.f.ext == ".rb" {
			for k, b := range body {
				if makesPerson.MatchString(b) {
					at = l.at + offset[k]
					break
				}
			}
		}
		l.tell(scimCreate, verb, at)
	case "delete", "destroy":
		l.tell(l.removes(body, true), verb, l.at)
	case "all", "any", "match", "resource", "apiresource":
		l.tell(scimEndpoint, verb, l.at)
		l.tell(scimRemove, verb, l.at)
	default: // put, patch, replace, update
		// what a route hands over to another function is taken to be handled
		if !function && len(body) <= 2 && l.removes(body, true) == scimRemove || closesPerson.MatchString(strings.Join(body, "\n")) {
			l.tell(scimRemove, verb, l.at)
		}
	}
}

// removes says what a handler of a removal does.
func (l *scimLines) removes(body []string, sure bool) string {
	for _, b := range body {
		if !doesNothing.MatchString(strings.TrimSpace(b)) {
			return scimRemove
		}
	}
	if sure && len(body) > 0 {
		return scimNothing
	}
	return scimRemove
}

// body gives the lines that stand indented below a line, with their offsets from its
// begin. A decorator's or annotation's is that of the function below it.
func (l *scimLines) body(i, indent int) (body []string, offset []int) {
	at := 0
	head := strings.TrimSpace(l.lines[i])
	skip := strings.HasPrefix(head, "@") || strings.HasPrefix(head, "[Http")
	for k := i + 1; k < len(l.lines) && k < i+120; k++ {
		at += len(l.lines[k-1]) + 1
		text := l.lines[k]
		trimmed := strings.TrimSpace(text)
		depth := len(text) - len(strings.TrimLeft(text, " \t"))
		switch {
		case trimmed == "":
		case depth > indent:
			if trimmed != "{" {
				body, offset = append(body, text), append(offset, at)
			}
			skip = false
		case skip, trimmed == "{", strings.HasPrefix(trimmed, ") "):
		default:
			return body, offset
		}
	}
	return body, offset
}
