package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// facts are what a part of a program shows.
type facts struct {
	model    int  // the line in which a model is called, or 0
	maybe    int  // a line that calls a model if its file uses one
	perhaps  int  // a line that calls a model if its application uses one
	safety   int  // the line of a check of content, or 0
	verdict  int  // the line of what it then answers, or 0
	identity int  // the line in which somebody asks who calls, or 0
	sure     bool // more than the number 401 says so
	calls    []string
}

// function is a function, a method or a value that is made by an expression.
type function struct {
	name, class string
	parents     []string // of its class
	line        int
	local       bool // known in its file only
	public      bool
	facts
}

// span is where a function stands; head is from where its decorators stand.
type span struct {
	name, class          string
	parents              []string
	head, from, body, to int
	local, public        bool
}

// A program of more functions or routes than these is not read further.
const (
	maxCalls     = 300
	maxFunctions = 1500
	maxRoutes    = 200
	maxBody      = 32 << 10
)

// classSpan is a class or its like.
type classSpan struct {
	name           string
	parents        []string
	head, from, to int
}

// classes gives the classes of a program.
func (s *source) classes() []classSpan {
	var out []classSpan
	s.idents(0, len(s.code), func(id ident) {
		switch id.text {
		case "class", "impl", "trait", "record", "object":
		default:
			return
		}
		if c, _ := s.before(id.from); c == '.' || c == ':' && s.lang != rust {
			return
		}
		if id.text == "impl" && s.lang != rust || id.text == "object" || id.text == "record" && s.lang != csharp && s.lang != java {
			return
		}
		c := classSpan{head: id.from, from: id.from}
		switch s.lang {
		case python:
			c.head = s.decorated(lineStart(s.code, id.from))
			c.to = s.indented(id.from)
		case ruby:
			c.to = s.ended(id.from)
		default:
			c.head, _ = s.statement(id.from)
			if s.lang == javascript {
				c.head = s.decorated(lineStart(s.code, id.from))
			}
			open := id.to
			for open < min(len(s.code), id.to+2000) && s.code[open] != '{' && s.code[open] != ';' {
				open++
			}
			if open >= min(len(s.code), id.to+2000) || len(out) >= maxRoutes {
				return
			}
			c.to = open + 1
			if s.code[open] == '{' {
				c.to = s.shut(open)
			}
		}
		end := c.to
		if s.lang == python {
			if i := bytes.IndexByte(s.code[id.to:c.to], ':'); i >= 0 {
				end = id.to + i
			}
		} else if i := bytes.IndexAny(s.code[id.to:c.to], "{;"); i >= 0 && s.lang != ruby {
			end = id.to + i
		} else {
			end = min(end, lineEnd(s.code, id.to))
		}
		var names []string
		if s.lang == csharp || s.lang == java { // its parameters are no parents
			name := s.identAt(skipSpace(s.code, id.to))
			parents := string(s.code[id.to:end])
			cut := ":"
			if s.lang == java {
				cut = "extends "
			}
			_, parents, _ = strings.Cut(parents, cut)
			names = append([]string{name}, strings.FieldsFunc(parents, func(r rune) bool {
				return r == ' ' || r == ',' || r == '<' || r == '>' || r == '(' || r == ')' || r == '\n'
			})...)
			if name == "" {
				return
			}
		} else if s.lang == ruby { // Scim::UsersController < ActionController::API
			for part := range strings.FieldsFuncSeq(string(s.code[id.to:end]), func(r rune) bool { return r == '<' || r == ' ' || r == ';' }) {
				names = append(names, part)
			}
		} else {
			s.idents(id.to, end, func(p ident) { names = append(names, p.text) })
		}
		if len(names) == 0 {
			return
		}
		c.name, c.parents = names[0], names[1:]
		if s.lang == rust && slices.Contains(names, "for") {
			c.name = names[len(names)-1]
		}
		out = append(out, c)
	})
	return out
}

func skipSpace(code []byte, i int) int {
	for i < len(code) && isSpace(code[i]) {
		i++
	}
	return i
}

// indented gives the end of the block of a Python header.
func (s *source) indented(pos int) int {
	start := lineStart(s.code, pos)
	col := indent(s.code[start:])
	i := pos
	for i < len(s.code) && s.code[i] != ':' && s.code[i] != '\n' {
		if s.code[i] == '(' || s.code[i] == '[' {
			i = s.shut(i)
		}
		i++
	}
	for i = lineEnd(s.code, min(i, len(s.code))); i < min(len(s.code), pos+maxBody); {
		end := lineEnd(s.code, i+1)
		line := s.code[min(i+1, len(s.code)):end]
		if len(bytes.TrimSpace(line)) > 0 && indent(line) <= col && s.around(i+1) < 0 {
			return i
		}
		i = end
	}
	return len(s.code)
}

// ended gives the end of a Ruby definition: an "end" in the column of its begin.
func (s *source) ended(pos int) int {
	col := indent(s.code[lineStart(s.code, pos):])
	for i := lineEnd(s.code, pos); i < min(len(s.code), pos+maxBody); {
		end := lineEnd(s.code, i+1)
		line := s.code[min(i+1, len(s.code)):end]
		if indent(line) == col && bytes.HasPrefix(bytes.TrimSpace(line), []byte("end")) {
			return end
		}
		i = end
	}
	return len(s.code)
}

func indent(line []byte) int {
	for i, c := range line {
		if c != ' ' && c != '\t' {
			return i
		}
	}
	return len(line)
}

// decorated gives where the decorators begin that stand above a line.
func (s *source) decorated(start int) int {
	for start > 0 {
		end := start - 1
		from := lineStart(s.code, end)
		line := bytes.TrimSpace(s.code[from:end])
		if len(line) > 0 && line[0] != '@' && (line[len(line)-1] == ')') {
			c := from + bytes.LastIndexByte(s.code[from:end], ')')
			from = lineStart(s.code, s.opened(c))
			line = bytes.TrimSpace(s.code[from:end])
		}
		if len(line) == 0 || line[0] != '@' {
			return start
		}
		start = from
	}
	return start
}

var noFunctions = map[string]bool{
	"if": true, "for": true, "while": true, "switch": true, "catch": true, "function": true, "return": true, "using": true, "lock": true,
	"foreach": true, "match": true, "synchronized": true, "fn": true, "func": true, "new": true, "await": true, "else": true, "elseif": true, "when": true, "try": true, "with": true, "fun": true,
}

// spans gives the functions of a program.
func (s *source) spans() []span {
	classes := s.classes()
	var out []span
	add := func(p span) {
		if len(out) >= maxFunctions {
			return
		}
		p.to = min(p.to, p.from+maxBody)
		p.body = min(p.body, p.to)
		for _, c := range classes {
			if c.from <= p.from && p.from < c.to {
				p.class, p.parents = c.name, c.parents
			}
		}
		out = append(out, p)
	}
	s.idents(0, len(s.code), func(id ident) {
		next, at := s.after(id.to)
		switch {
		case s.lang == python && id.text == "def", s.lang == ruby && id.text == "def":
			name := s.identAt(at)
			if s.lang == ruby && name == "self" {
				name = s.identAt(at + len("self."))
			}
			start := lineStart(s.code, id.from)
			p := span{name: name, head: start, from: id.from, public: true}
			if s.lang == python {
				p.head = s.decorated(start)
				p.to = s.indented(id.from)
				p.body = p.from
				if i := bytes.IndexByte(s.code[id.to:], '('); i >= 0 {
					p.body = min(s.shut(id.to+i), p.to)
				}
			} else {
				end := lineEnd(s.code, id.from)
				p.body = end
				if line := string(s.code[id.to:end]); strings.Contains(line, ") = ") || strings.Contains(line, name+" = ") {
					p.to = end
				} else {
					p.to = s.ended(id.from)
				}
				head := string(s.code[:start])
				for _, c := range classes {
					if c.from < start {
						head = string(s.code[c.from:start])
					}
				}
				p.public = !strings.Contains(head, "\n  private\n") && !strings.Contains(head, "\n    private\n") && !strings.Contains(head, "  protected\n")
			}
			add(p)
		case s.lang == python || s.lang == ruby:
		case id.text == "function" || id.text == "func" && s.lang == golang || id.text == "fn" && s.lang == rust || id.text == "fun" && s.lang == java:
			if next == '*' {
				next, at = s.after(at + 1)
			}
			class := ""
			if next == '(' && id.text == "func" { // a receiver, or a function without a name
				end := s.shut(at)
				s.idents(at, end, func(r ident) { class = r.text })
				next, at = s.after(end + 1)
			}
			if !isWord(next) {
				return
			}
			name := s.identAt(at)
			open := at + len(name)
			for open < len(s.code) && s.code[open] != '(' && s.code[open] != '{' && s.code[open] != ';' {
				open++
			}
			if open >= len(s.code) || s.code[open] != '(' {
				return
			}
			p := span{name: name, from: id.from, body: s.shut(open)}
			p.head, _ = s.statement(id.from)
			if s.lang == golang {
				p.head = id.from
			}
			p.to = s.bodyEnd(p.body)
			add(p)
			if class != "" {
				out[len(out)-1].class = class
			}
		case next == '(' && (s.lang == javascript || s.lang == java || s.lang == csharp) && !noFunctions[id.text]:
			if w := bytes.TrimRight(s.code[:id.from], " *"); s.lang == javascript && (bytes.HasSuffix(w, []byte("function")) || bytes.HasSuffix(w, []byte("new"))) {
				return
			}
			if c, _ := s.before(id.from); c == '.' || c == '=' || c == '(' && s.lang != javascript || c == '@' || c == '!' || c == '[' {
				return
			}
			end := s.shut(at)
			c, behind := s.after(end + 1)
			switch {
			case c == '{', c == 't' && bytes.HasPrefix(s.code[behind:], []byte("throws")), c == 'w' && bytes.HasPrefix(s.code[behind:], []byte("where")):
			case c == '=' && s.lang == csharp && bytes.HasPrefix(s.code[behind:], []byte("=>")):
				if b := s.around(id.from); b >= 0 && s.code[s.brackets[b].open] != '{' {
					return
				}
			case c == ':' && s.lang == javascript:
				line := s.code[behind:lineEnd(s.code, behind)]
				if !bytes.HasSuffix(bytes.TrimRight(line, " \r"), []byte("{")) || bytes.Contains(line, []byte("=>")) {
					return
				}
			default:
				return
			}
			if before, _ := s.statement(id.from); s.lang != javascript && bytes.Contains(s.code[before:id.from], []byte("new ")) {
				return
			}
			p := span{name: id.text, from: id.from, body: end}
			p.head, _ = s.statement(id.from)
			p.to = s.bodyEnd(end)
			add(p)
		case next == '=' && at+1 < len(s.code) && s.code[at+1] != '=' && s.code[at+1] != '>', next == ':' && s.lang == golang && at+1 < len(s.code) && s.code[at+1] == '=', next == ':' && s.lang == javascript && s.declares(id):
			from, to := s.statement(id.from)
			if !s.declares(id) && next != ':' && s.lang != php {
				return
			}
			rest := s.code[at:to]
			fun := s.lang == javascript && (bytes.Contains(rest, []byte("=>")) || bytes.Contains(rest, []byte("function")))
			if to-from > 1<<15 || !fun && to-from > 1<<12 {
				return
			}
			add(span{name: strings.TrimPrefix(id.text, "$"), head: from, from: from, body: at, to: to, local: !fun})
		}
	})
	if s.lang == python { // values of modules and functions: name = …
		for i := 0; i < len(s.code); {
			end := lineEnd(s.code, i)
			line := s.code[i:end]
			col := indent(line)
			name := s.identAt(i + col)
			if c, at := s.after(i + col + len(name)); name != "" && at < end && (c == '=' && at+1 < end && s.code[at+1] != '=') {
				_, to := s.statement(at)
				add(span{name: name, head: i, from: i, body: at, to: to, local: col > 0})
			}
			i = end + 1
		}
	}
	return out
}

// declares says whether a name is declared where it stands.
func (s *source) declares(id ident) bool {
	from := lineStart(s.code, id.from)
	for _, w := range []string{"const", "let", "var", "val", "mut", "auto"} {
		if b := bytes.TrimRight(s.code[from:id.from], " "); bytes.HasSuffix(b, []byte(w)) && (len(b) == len(w) || !isWord(b[len(b)-len(w)-1])) {
			return true
		}
	}
	return false
}

func (s *source) identAt(pos int) string {
	end := pos
	for end < len(s.code) && (isWord(s.code[end]) || s.lang == ruby && end > pos && (s.code[end] == '!' || s.code[end] == '?')) {
		end++
	}
	if pos >= end {
		return ""
	}
	return string(s.code[pos:end])
}

// bodyEnd gives the end of the body that follows the parameters of a function.
func (s *source) bodyEnd(pos int) int {
	for i := pos + 1; i < len(s.code); i++ {
		switch s.code[i] {
		case '{':
			return s.shut(i)
		case '(', '[':
			i = s.shut(i)
		case ';':
			return i
		case '=':
			if i+1 < len(s.code) && s.code[i+1] == '>' {
				_, end := s.statement(i)
				return end
			}
		}
	}
	return len(s.code)
}

// facts reads a part of a program, without some parts of it.
func (s *source) facts(from, to int, without ...[2]int) facts {
	var f facts
	out := func(pos int) bool {
		return slices.ContainsFunc(without, func(w [2]int) bool { return w[0] <= pos && pos < w[1] })
	}
	i, _ := slices.BinarySearchFunc(s.hits, from, func(h hit, p int) int { return h.pos - p })
	for ; i < len(s.hits) && s.hits[i].pos < to; i++ {
		h := s.hits[i]
		if out(h.pos) {
			continue
		}
		switch h.what {
		case callsModel:
			f.model = first(f.model, s.line(h.pos))
		case mayCallModel:
			f.maybe = first(f.maybe, s.line(h.pos))
		case mayInUnit:
			f.perhaps = first(f.perhaps, s.line(h.pos))
		case judgesText:
			f.safety = first(f.safety, s.line(h.pos))
		}
	}
	var prev ident
	seen := map[string]bool{}
	s.idents(from, to, func(id ident) {
		if out(id.from) {
			return
		}
		if s.asks(id, prev) {
			f.identity = first(f.identity, s.line(id.from))
			f.sure = f.sure || id.text != "401"
		} else if f.safety == 0 && id.judges {
			f.safety = s.line(id.from)
		}
		name := id.text
		if s.lang == ruby {
			name = s.identAt(id.from)
		}
		if c, at := s.after(id.to); len(f.calls) < maxCalls && !seen[name] && (s.lang == ruby || c == '(' && at < to || c == '<' || c == '!') {
			seen[name] = true
			f.calls = append(f.calls, name)
		}
		if id.text == "return" && f.verdict == 0 && f.safety != 0 && s.line(id.from) >= f.safety {
			f.verdict = s.line(id.from)
		}
		prev = id
	})
	return f
}

func first(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// who are words of names that ask who somebody is.
var who = map[string]bool{
	"auth": true, "authn": true, "authz": true, "authed": true, "authenticate": true, "authenticated": true, "authenticates": true, "authenticator": true,
	"authentication": true, "authorize": true, "authorized": true, "authorise": true, "authorised": true, "authorization": true, "authorizer": true,
	"unauthorized": true, "unauthorised": true, "unauthenticated": true, "login": true, "loggedin": true, "signin": true, "signedin": true, "jwt": true, "jwks": true,
	"principal": true, "permission": true, "permissions": true, "passport": true, "guard": true, "guards": true, "protect": true, "protected": true, "oauth": true,
	"oidc": true, "saml": true, "webauthn": true, "passkey": true, "verify": true, "verified": true, "verifier": true, "verifies": true, "signature": true, "hmac": true, "cookie": true, "cookies": true,
	"401": true, "bearer": true, "httpbearer": true, "apikeyheader": true, "authguard": true, "jwtauth": true, "jwtbearer": true, "requirelogin": true, "userinfo": true, "impersonate": true,
}

// outgoing are names with such a word by which a program says who it is itself, or
// that mean something else.
var outgoing = map[string]bool{
	"bearer_auth": true, "basic_auth": true, "bearerAuth": true, "basicAuth": true, "HTTPBasicAuth": true, "AuthenticationHeaderValue": true, "AuthenticationError": true,
	"PermissionDeniedError": true, "AuthenticationException": true, "protected": true, "DefaultAzureCredential": true, "WithBearerToken": true, "setBearerAuth": true, "NewBearerAuth": true,
	// These attach an identity or a session, and ask nobody for it.
	"cookieParser": true, "CookieParser": true, "cookieSession": true, "expressSession": true, "SessionMiddleware": true, "AuthenticationMiddleware": true, "UseAuthentication": true, "UseAuthorization": true,
	"AddAuthentication": true, "AddAuthorization": true, "clerkMiddleware": true, "ClerkExpressWithAuth": true, "CookieJar": true, "UseCookiePolicy": true,
	"author": true, "authors": true, "ServiceAccountCredentials": true, "withBearer": true, "SetBasicAuth": true, "SetBearerToken": true, "verify_ssl": true,
}

// nobody are names of sessions that are no one's: of data bases, clients and chats.
var nobody = map[string]bool{
	"client": true, "db": true, "async": true, "local": true, "maker": true, "id": true, "ids": true, "http": true, "chat": true, "sql": true, "middleware": true, "factory": true,
	"bus": true, "start": true, "begin": true, "end": true, "close": true, "init": true, "stop": true, "log": true, "message": true, "messages": true, "cache": true, "layer": true, "store": true, "key": true, "manager": true, "config": true, "type": true, "name": true, "title": true, "history": true, "options": true, "memory": true, "new": true, "create": true,
}

// verbs and persons make a name that fetches who calls: currentUser, require_member.
var (
	verbs   = map[string]bool{"current": true, "require": true, "required": true, "requires": true, "get": true, "load": true, "fetch": true, "logged": true, "signed": true, "ensure": true, "must": true, "check": true, "need": true, "only": true, "assert": true, "with": true, "active": true, "verify": true, "validate": true, "resolve": true}
	persons = map[string]bool{"user": true, "member": true, "viewer": true, "actor": true, "account": true, "staff": true, "admin": true, "owner": true, "teacher": true, "student": true, "customer": true, "tenant": true, "me": true, "clerk": true, "access": true, "caller": true, "subscription": true, "superuser": true}
	proofs  = map[string]bool{"token": true, "session": true, "key": true, "apikey": true, "signature": true, "credentials": true, "jwt": true, "secret": true, "request": true, "api": true}
	checks  = map[string]bool{"validate": true, "check": true, "introspect": true, "require": true, "ensure": true, "verify": true, "cron": true, "webhook": true, "internal": true, "valid": true, "invalid": true, "is": true}
)

// meaning is what a name says wherever it stands.
type meaning struct {
	text   string
	lower  string
	words  []string
	maybe  bool // it can ask who calls
	judges bool // it judges what is said
}

// makesClient says whether a name is that of a function that makes a client: whoever
// asks, it is not that one.
func makesClient(words []string) bool {
	if len(words) < 2 || words[len(words)-1] != "client" {
		return false
	}
	switch words[0] {
	case "create", "make", "new", "build", "init":
		return true
	}
	return false
}

// inPlace are names that ask who calls by what stands around them.
var inPlace = set("_session", "_cookie", "$_session", "$_cookie", "httpcontext", "securitycontextholder", "401", "user", "currentuser", "authorization", "auth", "cookie", "bearer", "get", "header", "headers", "getheader", "environ",
	"_server", "$_server", "getfirstheader", "headervalue", "fetch", "middleware", "isgranted", "requires", "before_action", "session")

// requests are names of a request and of what it carries.
var requests = set("headers", "header", "cookies", "req", "request", "c", "ctx", "context", "meta", "session")

func meaningOf(name string) *meaning {
	m := &meaning{text: name, lower: strings.ToLower(name)}
	if outgoing[name] {
		return m
	}
	m.words = wordsOf(name)
	if makesClient(m.words) {
		return m
	}
	m.judges = judges(m.words)
	m.maybe = inPlace[m.lower]
	for _, w := range m.words {
		m.maybe = m.maybe || who[w] || len(m.words) > 1 && (verbs[w] || w == "session" || w == "sessions" || w == "user" || checks[w])
	}
	return m
}

// asks says whether a name in a program asks who calls.
func (s *source) asks(id, prev ident) bool {
	if !id.meaning.maybe {
		return false
	}
	t := id.text
	next, at := s.after(id.to)
	lower := id.lower
	behind, _ := s.before(id.from)
	switch t {
	case "_SESSION", "_COOKIE", "$_SESSION", "$_COOKIE", "HttpContext", "SecurityContextHolder":
		return t != "HttpContext"
	case "401":
		rest := strings.TrimRight(string(s.code[max(0, id.from-12):id.from]), " ")
		return !strings.HasSuffix(rest, "==") && !strings.HasSuffix(rest, "case") && !strings.HasSuffix(rest, "!=")
	case "user", "User", "currentUser":
		chain := ""
		if prev.meaning != nil {
			chain = prev.text
		}
		if behind == '.' || behind == '>' || behind == '?' {
			switch strings.TrimPrefix(chain, "$") {
			case "req", "request", "data", "event", "state": // in Go, what was asked for
				return s.lang != golang
			case "ctx", "context", "locals", "HttpContext", "session", "c", "g", "Context", "auth", "principal", "Auth", "this_request":
				return true
			}
		}
	}
	if (lower == "authorization" || lower == "auth" || lower == "cookie" || lower == "bearer") && (next == ':' && s.lang != python || next == '=' && at+1 < len(s.code) && s.code[at+1] != '=' && s.lang != python) {
		return false // what we send
	}
	if prev.meaning != nil && (prev.lower == "csrf" || prev.lower == "passport" && (t == "initialize" || t == "session")) {
		return false
	}
	if t == "verify" && next == '=' {
		return false
	}
	// What is read by its name: headers.get("authorization"), request.headers["X-Signature"].
	switch lower {
	case "get", "header", "headers", "getheader", "_server", "$_server", "getfirstheader", "headervalue", "fetch":
		ofRequest := prev.meaning != nil && requests[strings.TrimPrefix(prev.lower, "$")]
		if (next == '(' || next == '[') && (ofRequest || lower != "get" && lower != "fetch") {
			if text, to, ok := s.literal(at + 1); ok && said(text) {
				c, end := s.after(to)
				if c == ']' {
					// One that is set says who we are.
					if set, at := s.after(end + 1); set == '=' && at+1 < len(s.code) && strings.IndexByte("=~>", s.code[at+1]) < 0 {
						return false
					}
				}
				if s.answered(id, prev) {
					return false
				}
				if c != ',' || lower == "get" && s.lang == python {
					return true
				}
			}
		}
	case "middleware", "isgranted", "before_action", "requires":
		if t == "requires" && (s.lang != python || behind != '@') {
			break
		}
		if next == '(' {
			for _, text := range s.strings(at, s.shut(at)) {
				if guardWord(text) {
					return true
				}
			}
		}
	case "session":
		if prev.meaning == nil {
			prev.meaning = &meaning{}
		}
		if s.lang == python && next == '=' {
			return false
		}
		if next == '(' || next == '[' || behind == '.' && next != '.' || prev.text == "in" || next == '.' && s.lang == javascript || s.lang == ruby {
			return !(s.lang == python && (prev.text == "db" || prev.text == "requests" || prev.text == "boto3" || prev.text == "aiohttp"))
		}
	}
	words := id.words
	has := func(set map[string]bool) bool {
		return slices.ContainsFunc(words, func(w string) bool { return set[w] })
	}
	if n := len(words); n > 1 && (words[n-1] == "unauthorized" || words[n-1] == "unauthorised") && words[0] != "is" && s.compared(id.from) {
		return false
	}
	if n := len(words); n > 1 && (words[n-1] == "pattern" || words[n-1] == "patterns") {
		return false
	}
	if has(who) && !(len(words) == 1 && words[0] == "401") {
		return true
	}
	if len(words) > 1 && len(words) <= 4 {
		if (slices.Contains(words, "session") || slices.Contains(words, "sessions")) && !has(nobody) {
			return s.lang != python || has(verbs) && next != '=' && !slices.Contains(words, "get")
		}
		for i := 1; i < len(words); i++ {
			if verbs[words[i-1]] && persons[words[i]] && (i+1 == len(words) || words[i+1] == "or" || words[i+1] == "id" || words[i+1] == "from" || words[i+1] == "with" || words[i-1] == "current") {
				return true
			}
			if words[i-1] == "user" && (words[i] == "required" || words[i] == "only") {
				return true
			}
		}
		if has(checks) && s.proves(words) && words[0] != "get" && !slices.Contains(words, "body") {
			return true
		}
	}
	return false
}

// answered says whether a header is one of an answer that came back, not of the request.
func (s *source) answered(id, prev ident) bool {
	of := []ident{id, prev}
	for _, x := range of {
		if x.meaning == nil {
			continue
		}
		c, at := s.before(x.from)
		if c == '?' && at > 0 {
			at--
		}
		if c != '.' && c != '?' {
			continue
		}
		from := at
		for from > 0 && isWord(s.code[from-1]) {
			from--
		}
		switch strings.ToLower(string(s.code[from:at])) {
		case "res", "resp", "response", "reply", "upstream", "answer":
			return true
		}
	}
	return false
}

// compared says whether a name, with what it is a member of, is only compared with:
// status == http.StatusUnauthorized.
func (s *source) compared(pos int) bool {
	for pos > 0 && (isWord(s.code[pos-1]) || s.code[pos-1] == '.' || s.code[pos-1] == ':') {
		pos--
	}
	before := bytes.TrimRight(s.code[max(0, pos-8):pos], " ")
	return bytes.HasSuffix(before, []byte("==")) || bytes.HasSuffix(before, []byte("!=")) || bytes.HasSuffix(before, []byte("case"))
}

// judges says whether a name is that of a check of content.
func judges(words []string) bool {
	for _, w := range words {
		switch w {
		case "moderation", "moderate", "moderated", "guardrail", "guardrails", "profanity", "toxicity", "safeguard", "contentsafety", "llamaguard":
			return true
		}
	}
	return false
}

// proves says whether one of some words is what a caller shows; a request is only if it
// is what is checked: validateRequest, not validateImageRequest.
func (s *source) proves(words []string) bool {
	for i, w := range words {
		if w == "request" && !(i > 0 && checks[words[i-1]] || i+1 < len(words) && checks[words[i+1]]) {
			continue
		}
		if proofs[w] {
			return true
		}
	}
	return false
}

// said says whether a header or a cookie of such a name says who calls.
func said(name string) bool {
	l := strings.ToLower(name)
	if strings.HasPrefix(l, "user-agent") {
		return false
	}
	for _, w := range []string{"authorization", "signature", "api-key", "apikey", "token", "x-user", "userinfo", "user-id", "principal", "session", "x-forwarded-user", "x-forwarded-email", "x-secret", "webhook-secret", "jwt", "identity"} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return false
}

// guardWord says whether the name of a middleware, as a string has it, is a check of
// identity.
func guardWord(name string) bool {
	for _, w := range []string{"auth", "can:", "verified", "role", "permission", "signed", "abilities", "scopes", "login", "session.user", "jwt", "password.confirm", "client"} {
		if strings.HasPrefix(strings.ToLower(name), w) || strings.Contains(strings.ToLower(name), "\\"+w) {
			return true
		}
	}
	return slices.ContainsFunc(wordsOf(name), func(w string) bool { return who[w] })
}
