package inventory

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// The kinds that say what becomes of credentials.
const (
	// Purpose is what a named credential does in a line; see Grants.
	Purpose Kind = "purpose"
	// Published is what goes out to strangers: of a package, an extension, a notebook;
	// see Covers.
	Published Kind = "published"
	// Program is the folder of a program: a manifest of its own stands in it.
	Program Kind = "program"
	// Chat is a file with a conversation between a person and an assistant.
	Chat Kind = "chat"
)

// What a named credential does in a line, the first of a Purpose's grants.
const (
	Signs = "signs" // tokens, cookies or web hooks are signed or checked with it
	Calls = "model" // a model is called with it
	// CallsBy: a model is called with a field of settings; whose value that is says a
	// Setting.
	CallsBy = "model by a setting"
	// SignsBy: what is signed is signed with such a field, which stands in the section of
	// an AI platform; its Name has the section, too.
	SignsBy = "signs by a setting"
	Bundle  = "client" // it is written into what browsers load
)

// purposeMark is the begin of a call or an assignment, up to the bracket or the sign
// behind which its credential stands.
type purposeMark struct{ text, what string }

// purposeMarks are, with the libraries' own names, what signs with a shared secret (PyJWT,
// jsonwebtoken, jose, ruby-jwt, php-jwt, golang-jwt, jjwt, java-jwt, itsdangerous, the HMAC
// of standard libraries, cookies and sessions of frameworks, web hooks) and what calls
// a model: a client of a provider's library, or the path of an endpoint.
var purposeMarks = slices.Concat(
	marked(Signs, `jwt.encode( jwt.decode( jwt.sign( jwt.verify( jwt.signAsync( jwt.verifyAsync( JWT.encode( JWT.decode( JWT::encode( JWT::decode(
		jsonwebtoken.sign( jsonwebtoken.verify( jws.sign( .SignedString( TextEncoder().encode( Keys.hmacShaKeyFor( Algorithm.HMAC256( Algorithm.HMAC384(
		Algorithm.HMAC512( SymmetricSecurityKey( EncodingKey::from_secret( DecodingKey::from_secret( Key::from( Key::derive_from( createHmac( hmac.new(
		hmac.New( hmac.digest( hash_hmac( OpenSSL::HMAC.hexdigest( OpenSSL::HMAC.digest( HMACSHA256( HMACSHA384( HMACSHA512( SessionMiddleware(
		SessionMiddleware, cookieSession( cookieParser( expressSession( session({ sessions.NewCookieStore( cookie.NewStore( sealSession( getIronSession(
		sealData( URLSafeTimedSerializer( URLSafeSerializer( TimedSerializer( TimestampSigner( MessageVerifier.new( NextAuth( betterAuth(
		webhooks.constructEvent( webhook.ConstructEvent( Webhook.construct_event( app.secret_key= config.secret_key_base= SECRET_KEY= JWT_SECRET=
		JWT_SECRET_KEY= SESSION_SECRET= NEXTAUTH_SECRET= AUTH_SECRET=`),
	marked(Calls, `OpenAI( AsyncOpenAI( Anthropic( AsyncAnthropic( Mistral( Groq( CohereClient( ChatOpenAI( ChatAnthropic( openai.NewClient( anthropic.NewClient(
		OpenAI::Client.new( Anthropic::Client.new( OpenAI::client( createOpenAI( createAnthropic( /v1/messages /chat/completions /v1/responses /v1/completions
		/v1/embeddings /v1/images/ /v1/audio/ :generateContent`),
)

// needs are what a file must show besides, for marks that are used for other things,
// too.
var needs = map[string]*pattern{
	"SECRET_KEY":            compile(`INSTALLED_APPS|ROOT_URLCONF|\bFlask\(|\bFastAPI\(|\bStarlette\(`),
	"TextEncoder().encode(": compile(`\bSignJWT\b|\bjwtVerify\b`),
}

// withOptions are the marks behind which an object of options stands, of which only
// some hold the secret; secretOption is how such a line begins.
var (
	withOptions = map[string]bool{
		"session({": true, "expressSession(": true, "cookieSession(": true, "NextAuth(": true, "betterAuth(": true, "getIronSession(": true,
		"sealData(": true, "sealSession(": true,
	}
	secretOption = compile(`(?i)\b(?:secrets?|keys?|password|signingkey|cookiepassword)["']?\s*:\s*[^,:]*$`)
)

// marked are marks that stand apart by blanks; one that ends in "=" has blanks around
// the sign, or none.
func marked(what, texts string) []purposeMark {
	var out []purposeMark
	for _, t := range strings.Fields(texts) {
		out = append(out, purposeMark{t, what})
		if name, ok := strings.CutSuffix(t, "="); ok {
			out = append(out, purposeMark{name + " = ", what})
		}
	}
	return out
}

var purposeWords = &words{texts: func() []string {
	var texts []string
	for _, m := range purposeMarks {
		texts = append(texts, m.text)
	}
	return texts
}}

var (
	// administering is what an administrator's key is made for.
	administering = compile(`/v1/organizations?\b|/v1/admin\b|admin_api_keys|\.admin\.|/organization/|\.organizations?\.|audit_logs`)
	// written are the lines of build configurations that write values into bundles.
	written = compile(`\bdefine\s*:\s*\{|\bDefinePlugin\(\s*\{|\bEnvironmentPlugin\(\s*[\[{]|\benv\s*:\s*\{|\bpublic\s*:\s*\{|\bpublicRuntimeConfig\s*:\s*\{`)
	builder = compile(`^(?:vite|next|nuxt|webpack[.\w-]*|rollup|rsbuild|craco|electron\.vite)\.config\.[cm]?[jt]s$`)
	// identifiers are what may name a credential, with what stands before their dots.
	identifiers = compile(`[A-Za-z_][A-Za-z0-9_]{0,80}`)
	assigned    = compile(`(?m)^[ \t]*(?:export |public |private |static |final |readonly |const |let |var |String |string |auto )*([A-Za-z_]\w{0,60})(?:\s*:\s*[\w<>&' ]{1,30})?\s*:?=\s*([^\n]{3,200})$`)
)

// sourceCode are the endings of programs' files.
var sourceCode = map[string]bool{
	".py": true, ".js": true, ".mjs": true, ".cjs": true, ".jsx": true, ".ts": true, ".tsx": true, ".mts": true, ".cts": true, ".go": true,
	".rb": true, ".php": true, ".java": true, ".kt": true, ".cs": true, ".rs": true, ".vue": true, ".svelte": true, ".scala": true, ".ex": true, ".exs": true,
}

var named = sync.OnceValue(func() *engine.Names {
	n, err := engine.NewNames(detectors.Catalogue())
	if err != nil { // a name of the catalogue, which its own tests hold
		return &engine.Names{}
	}
	return n
})

// purposes finds what credentials of AI platforms are used for where that is seen in
// one file.
func (r *Reader) purposes(f *file, add func(Sighting)) {
	if !sourceCode[f.ext] {
		return
	}
	u := &uses{f: f, add: add}
	purposeWords.find(f, func(pos, i int) {
		m := &purposeMarks[i]
		if pos > 0 && wordByte(f.data[pos-1]) && wordByte(m.text[0]) {
			return
		}
		end := pos + len(m.text)
		if need := needs[strings.TrimRight(m.text, "= ")]; need != nil && !need.Match(f.data) {
			return
		}
		u.property = m.what == Signs && withOptions[m.text]
		switch last := m.text[len(m.text)-1]; {
		case strings.HasPrefix(m.text, "/") || strings.HasPrefix(m.text, ":"): // what is sent to an address stands behind it
			u.span(pos, min(len(f.data), end+600), m.what)
		default:
			u.span(pos, closed(f.data, end, last), m.what)
		}
	})
	u.property = false
	if builder.MatchString(f.base) {
		for _, at := range written.FindAllIndex(f.data, -1) {
			u.span(at[1], closed(f.data, at[1], f.data[at[1]-1]), Bundle)
		}
	}
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// uses are the purposes in one file.
type uses struct {
	f   *file
	add func(Sighting)
	// property says that a credential counts as the value of a secret option only.
	property bool
	aliases  map[string]string                // of variables: the credential's name
	known    map[string][]*detectors.Detector // by name, what is kept under it
}

// span notes the credentials that are named between two offsets.
func (u *uses) span(from, to int, what string) {
	for _, at := range identifiers.FindAllIndex(u.f.data[from:to], -1) {
		begin := from + at[0]
		name := string(u.f.data[begin : from+at[1]])
		if what == Calls && begin > from && u.f.data[begin-1] == '.' { // a field of settings, which has its value from elsewhere
			if c, ok := CredentialOf(name); ok && c.Layer == detectors.AIPlatform && !(u.credential(name) && u.admin(name)) && !administering.Match(u.f.data) && !comment(u.f.data, begin) {
				u.add(Sighting{Kind: Purpose, Layer: c.Layer, Name: name, How: ByCode, Line: u.f.line(begin), Text: CallsBy, Grants: []string{CallsBy}})
			}
		}
		if !u.credential(name) {
			own := name
			var ok bool
			if name, ok = u.alias(name); !ok {
				if name, ok = u.member(begin, own); ok && what == Signs && !comment(u.f.data, begin) && (!u.property || u.option(begin)) {
					u.add(Sighting{Kind: Purpose, Layer: detectors.AIPlatform, Name: name, How: ByCode, Line: u.f.line(begin), Text: SignsBy, Grants: []string{SignsBy}})
				}
				continue
			}
		}
		if u.property && !u.option(begin) {
			continue
		}
		if comment(u.f.data, begin) || what == Signs && u.known[name][0].Identity.Layer != detectors.AIPlatform {
			continue
		}
		if what == Calls && !u.admin(name) {
			continue
		}
		u.add(Sighting{Kind: Purpose, Layer: u.known[name][0].Identity.Layer, Name: name, How: ByCode, Line: u.f.line(begin), Text: what, Grants: []string{what}})
	}
}

// option says whether a place is the value of a secret option.
func (u *uses) option(begin int) bool {
	return secretOption.Match(u.f.data[bytes.LastIndexByte(u.f.data[:begin], '\n')+1 : begin])
}

// sectionOf is the section in front of the name of one of its fields, in code and in the
// names of settings: openai.apiKey, cfg.OpenAI.APIKey, props.openai().apiKey(),
// getOpenai().getApiKey(), config["openai"]["api_key"], "OpenAI:ApiKey",
// dig(:openai, :api_key).
var sectionOf = compile(`(?:([A-Za-z_]\w{1,40})(?:\(\))?(?:[?!&]?\.|->|["']\]\??\[["']|\]\[:)|["':](\w{2,40}):|:(\w{2,40}), :)$`)

// member gives the name of the field at a place with that of its section, if together
// they name what opens an AI platform.
func (u *uses) member(begin int, name string) (string, bool) {
	lower := strings.ToLower(name)
	if !strings.Contains(lower, "key") && !strings.Contains(lower, "token") && !strings.Contains(lower, "secret") {
		return "", false
	}
	m := sectionOf.FindSubmatch(u.f.data[max(0, begin-80):begin])
	if m == nil {
		return "", false
	}
	full := got(string(m[1])+string(m[2])+string(m[3])) + "." + got(name)
	c, ok := CredentialOf(full)
	return full, ok && c.Layer == detectors.AIPlatform && c.Provider != ""
}

// got is the name of what a method gets.
func got(name string) string {
	if rest, ok := strings.CutPrefix(name, "get"); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
		return rest
	}
	return name
}

// admin says that a name is that of an administrator's credential and that its file
// does nothing which needs one.
func (u *uses) admin(name string) bool {
	ds := u.known[name]
	return !slices.ContainsFunc(ds, func(d *detectors.Detector) bool { return d.Identity.Subject != detectors.OrgAdmin }) && !administering.Match(u.f.data)
}

// credential says whether a name is that of a credential of either layer.
func (u *uses) credential(name string) bool {
	if ds, ok := u.known[name]; ok {
		return len(ds) > 0
	}
	if u.known == nil {
		u.known = map[string][]*detectors.Detector{}
	}
	var ds []*detectors.Detector
	lower := strings.ToLower(name)
	if strings.Contains(lower, "key") || strings.Contains(lower, "token") || strings.Contains(lower, "secret") {
		ds = named().Of(name)
		if slices.ContainsFunc(ds, func(d *detectors.Detector) bool {
			return d.Identity.Layer != detectors.AIPlatform && d.Identity.Layer != detectors.ApplicationAuth || d.Public
		}) {
			ds = nil
		}
	}
	u.known[name] = ds
	return len(ds) > 0
}

// alias gives the credential of which a variable of this file is a copy.
func (u *uses) alias(name string) (string, bool) {
	if u.aliases == nil {
		u.aliases = map[string]string{}
		for _, m := range assigned.FindAllSubmatchIndex(u.f.data, -1) {
			to, value := string(u.f.data[m[2]:m[3]]), u.f.data[m[4]:m[5]]
			if u.credential(to) || bytes.ContainsAny(value, "({") && !environmentRead.Match(value) {
				continue
			}
			for _, at := range identifiers.FindAllIndex(value, -1) {
				id := string(value[at[0]:at[1]])
				if !u.credential(id) {
					var ok bool
					if id, ok = u.member(m[4]+at[0], id); !ok || !u.credential(id) {
						continue
					}
				}
				u.aliases[to] = id
				break
			}
		}
	}
	out, ok := u.aliases[name]
	return out, ok
}

// environmentRead is how programs read a variable by calling something.
var environmentRead = compile(`^(?:os\.(?:getenv|environ\.get|Getenv)|getenv|System\.getenv|ENV\.fetch|env|config|std::env::var|env::var|Environment\.GetEnvironmentVariable|viper\.GetString)\(["'\w.]*\)`)

// closed is where what was opened before an offset is closed again, at most 600 bytes
// on; of what opens nothing it is the end of the line.
func closed(data []byte, from int, open byte) int {
	end := min(len(data), from+600)
	pairs := map[byte]byte{'(': ')', '{': '}', '[': ']'}
	if pairs[open] == 0 {
		if i := bytes.IndexByte(data[from:end], '\n'); i >= 0 {
			return from + i
		}
		return end
	}
	depth := 1
	for i := from; i < end; i++ {
		switch data[i] {
		case open:
			depth++
		case pairs[open]:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return end
}

// comment says whether an offset lies in a line that is a comment.
func comment(data []byte, at int) bool {
	begin := bytes.LastIndexByte(data[:at], '\n') + 1
	line := bytes.TrimLeft(data[begin:at], " \t")
	return bytes.HasPrefix(line, []byte("//")) || bytes.HasPrefix(line, []byte("#")) || bytes.HasPrefix(line, []byte("*"))
}
