package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// option says whether a route is given a setting by which it asks nobody: public=True,
// auth: false, login_required=False.
func (s *source) option(id ident) bool {
	c, at := s.after(id.to)
	if c != '=' && c != ':' || at+1 >= len(s.code) || s.code[at+1] == '=' || s.lang != python && s.lang != javascript && s.lang != php {
		return false
	}
	value := bytes.TrimLeft(s.code[at+1:min(len(s.code), at+20)], " >")
	yes := bytes.HasPrefix(value, []byte("True")) || bytes.HasPrefix(value, []byte("true"))
	no := bytes.HasPrefix(value, []byte("False")) || bytes.HasPrefix(value, []byte("false")) || bytes.HasPrefix(value, []byte("None"))
	switch id.lower {
	case "public", "allow_guest", "allowguest", "exclude_from_auth", "skip_auth", "skipauth", "no_auth", "noauth", "allow_anonymous", "allowanonymous", "ispublic", "is_public", "anonymous", "unauthenticated", "allowunauthenticated":
		return yes
	case "auth", "auth_required", "authrequired", "login_required", "loginrequired", "require_auth", "requireauth", "requires_auth", "requiresauth", "authenticated", "authenticate", "requireslogin", "require_login", "protected":
		return no
	}
	return false
}

// who are words of names that ask who somebody is.
var who = map[string]bool{
	"auth": true, "authn": true, "authz": true, "authed": true, "authenticate": true, "authenticated": true, "authenticates": true, "authenticator": true,
	"authentication": true, "authorize": true, "authorized": true, "authorise": true, "authorised": true, "authorization": true, "authorizer": true,
	"unauthorized": true, "unauthorised": true, "unauthenticated": true, "login": true, "loggedin": true, "signin": true, "signedin": true, "jwt": true, "jwks": true,
	"principal": true, "permission": true, "permissions": true, "passport": true, "guard": true, "guards": true, "protect": true, "protected": true, "oauth": true, "oauth2": true,
	"oidc": true, "saml": true, "webauthn": true, "passkey": true, "verify": true, "verified": true, "verifier": true, "verifies": true, "hmac": true, "cookie": true, "cookies": true,
	"401": true, "bearer": true, "httpbearer": true, "apikeyheader": true, "authguard": true, "jwtauth": true, "jwtbearer": true, "requirelogin": true, "userinfo": true, "impersonate": true, "echojwt": true, "jwtware": true, "keyauth": true, "basicauth": true, "ginjwt": true, "clerkhttp": true, "nextauth": true,
}

// outgoing are names with such a word by which a program says who it is itself, or
// that mean something else.
var outgoing = map[string]bool{
	"bearer_auth": true, "basic_auth": true, "bearerAuth": true, "basicAuth": true, "HTTPBasicAuth": true, "AuthenticationHeaderValue": true, "AuthenticationError": true,
	"PermissionDeniedError": true, "AuthenticationException": true, "DefaultAzureCredential": true, "WithBearerToken": true, "setBearerAuth": true, "NewBearerAuth": true,
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
	opens  bool // it lets everybody through, as a decorator or an option
	judges bool // it judges what is said
}

// openers are the words of names by which a route lets everybody through where its class
// or its application asks who calls.
var openers = set("public", "is public", "allow anonymous", "allow any", "permit all", "skip auth", "no auth", "public route", "public access", "is anonymous", "login not required",
	"allow unauthenticated", "allow unauthorized", "skip auth guard", "unprotected", "auth optional", "optional auth", "allow unauthenticated request", "skip authorization", "anonymous allowed", "anonymous",
	"without middleware", "skip jwt", "skip jwt auth", "unauthenticated", "login exempt", "exempt from auth", "exclude from auth", "sa ignore", "anonymous access", "ignore auth", "disable auth", "auth not required", "bypass auth", "no authentication", "skip authentication", "no login required", "ignore token", "allow guest", "guest access", "without auth")

// lets says whether a name that opens a route stands where it does.
func (s *source) lets(id ident) bool {
	behind, _ := s.before(id.from)
	next, at := s.after(id.to)
	switch id.text {
	case "Public", "public", "Unprotected", "unprotected", "Anonymous", "anonymous", "Unauthenticated", "unauthenticated", "NoAuth", "noAuth":
		// A word of its own right: as an attribute alone.
		return (behind == '@' || behind == '[' && s.lang == csharp || behind == '[' && s.lang == php) && id.from > 0
	}
	if s.lang == php && (id.text == "withoutMiddleware") {
		return next == '(' && slices.ContainsFunc(s.strings(at, s.shut(at)), guardWord) || bytes.Contains(s.code[at:max(at, s.shut(at))], []byte("Auth"))
	}
	return behind != '!' && !(next == '=' && at+1 < len(s.code) && s.code[at+1] != '=' && bytes.HasPrefix(bytes.TrimLeft(s.code[at+1:], " "), []byte("False"))) &&
		!(next == ':' && bytes.HasPrefix(bytes.TrimLeft(s.code[at+1:], " "), []byte("false"))) && !s.importing(id.from)
}

// importing says whether an offset stands in a statement that imports.
func (s *source) importing(pos int) bool {
	line := bytes.TrimSpace(s.code[lineStart(s.code, pos):pos])
	for _, w := range []string{"import", "from", "using", "use ", "export {", "require"} {
		if bytes.HasPrefix(line, []byte(w)) {
			return true
		}
	}
	return false
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
	"_server", "$_server", "getfirstheader", "headervalue", "fetch", "middleware", "isgranted", "secured", "rolesallowed", "sacheckrole", "requiresroles", "authlevel", "auth_level", "identity", "claims", "jwtclaims", "authorizationlevel", "requires", "before_action", "session")

// requests are names of a request and of what it carries.
var requests = set("headers", "header", "cookies", "req", "request", "c", "ctx", "context", "meta", "session")

func meaningOf(name string) *meaning {
	m := &meaning{text: name, lower: strings.ToLower(name)}
	if outgoing[name] {
		return m
	}
	m.words = wordsOf(name)
	if m.opens = openers[strings.Join(m.words, " ")]; m.opens {
		return m
	}
	if makesClient(m.words) {
		return m
	}
	for _, w := range m.words {
		switch w {
		case "throttle", "throttler", "throttling", "limiter", "ratelimit", "ratelimiter": // who asks too much
			return m
		}
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
	if prev.meaning != nil && (prev.lower == "env" || prev.lower == "environ") { // process.env.LAKERA_GUARD_API_KEY
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
	if t == "verify" && next == '=' || s.option(id) {
		return false
	}
	if lower == "authlevel" || lower == "auth_level" || lower == "authorizationlevel" { // of Azure Functions
		rest := strings.ToLower(string(s.data[id.to:min(len(s.data), id.to+40)]))
		return !strings.Contains(rest, "anonymous") && (next == ':' || next == '=' || next == '.')
	}
	if behind == '@' && s.lang == java && (t == "Secured" || t == "RolesAllowed" || t == "SaCheckRole" || t == "RequiresRoles") {
		return next != '(' || !bytes.Contains(s.code[at:s.shut(at)], []byte("ANONYMOUS"))
	}
	if t == "protected" { // protected! of Sinatra; else a word of the language
		return s.lang == ruby && id.to < len(s.code) && s.code[id.to] == '!'
	}
	if s.lang == rust && (t == "Identity" || t == "Claims" || t == "JwtClaims" || t == "User") {
		// An argument of a handler without which the framework answers 401.
		return behind == ':' && (next == ',' || next == ')') && id.from > 1 && s.code[id.from-1] != ':'
	}
	if t == "UseGuards" || t == "APP_GUARD" || t == "useGlobalGuards" || t == "CanActivate" || t == "permission_classes" || t == "authentication_classes" || t == "throttle_classes" {
		return false // what it is given says so
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
	if n := len(words); n > 1 {
		switch words[n-1] {
		case "pattern", "patterns":
			return false
		case "error", "errors", "failed", "failure", "code", "message", "url", "uri", "endpoint", "domain":
			if t == strings.ToUpper(t) { // a constant that names what came back
				return false
			}
		}
	}
	if has(who) && !(len(words) == 1 && words[0] == "401") {
		return true
	}
	for i := 1; i < len(words); i++ { // signedIn, requireLoggedIn
		if words[i] == "in" && (words[i-1] == "signed" || words[i-1] == "logged") {
			return true
		}
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
