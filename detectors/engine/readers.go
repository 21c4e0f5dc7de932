package engine

import (
	"encoding/json"
	"net/url"
	"strings"

	"leakline/detectors"
)

// Bounds of the readers, in bytes.
const (
	maxJWTPart  = 8 << 10
	maxUserinfo = 1024
)

// jwt reads a compact JSON Web Token that begins at the anchor (RFC 7515, 3.1).
func (t *trial) jwt(c *compiled) (found, string) {
	if !t.openBefore(t.pos, "_-") {
		return found{}, "it is glued to what stands before it"
	}
	p := t.pos
	for part := range 3 {
		end := t.run(p, maxJWTPart, base64URL)
		if part < 2 && (end == p || t.at(end) != '.') {
			return found{}, "no JSON Web Token begins here"
		}
		p = end + 1
	}
	p--
	if !t.openAfter(p, "_-.=") && !(t.at(p) == '.' && !isAlnum(t.at(p+1)) && t.at(p+1) != '_' && t.at(p+1) != '-') {
		return found{}, "it is glued to what stands behind it"
	}
	f := found{start: t.pos, end: p, text: string(t.data[t.pos:p])}
	claims, signed, ok := parseJWT(f.text)
	if !ok {
		return f, "header and claims are not those of a JSON Web Token"
	}
	if c.Pattern != "" {
		payload, _ := decode64(strings.Split(f.text, ".")[1])
		if !c.fits(string(payload)) {
			return f, "its claims are those of another token"
		}
	}
	f.claims = claims
	f.proof = true
	if c.Pattern == "" && len(c.Checks) == 0 { // a token of somebody: what it opens, and whether it still does, is open
		f.confidence = detectors.Medium
	}
	if !signed {
		f.reasons = []string{"the token is not signed"}
	}
	return f, ""
}

var base64URL = bytesOf("A-Za-z0-9_-")

// parseJWT decodes a token's claims. The header's members are added to them
// under "header.", for classification.
func parseJWT(token string) (claims map[string]any, signed, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, false, false
	}
	var header map[string]any
	h, ok1 := decode64(parts[0])
	b, ok2 := decode64(parts[1])
	if !ok1 || !ok2 || json.Unmarshal(h, &header) != nil || json.Unmarshal(b, &claims) != nil || claims == nil {
		return nil, false, false
	}
	alg, _ := header["alg"].(string)
	if alg == "" {
		return nil, false, false
	}
	for k, v := range header {
		if s, ok := v.(string); ok {
			claims["header."+k] = s
		}
	}
	return claims, parts[2] != "", parts[2] != "" || strings.EqualFold(alg, "none")
}

// object reads outwards to the JSON object that encloses the anchor.
func (t *trial) object(c *compiled) (found, string) {
	again := 0
	lo := t.pos
	for depth := 0; depth >= 0; {
		lo--
		if t.again(lo) {
			again++
		}
		switch t.at(lo) {
		case outside:
			return found{}, "no JSON object encloses it"
		case '}':
			depth++
		case '{':
			depth--
		}
		if t.pos-lo > MaxExtent/2 || again > maxAgain {
			return found{}, "no JSON object encloses it within reach"
		}
	}
	again = 0
	hi := t.pos
	for depth := 0; depth >= 0; hi++ {
		if t.again(hi) {
			again++
		}
		switch t.at(hi) {
		case outside:
			return found{}, "the JSON object has no end"
		case '{':
			depth++
		case '}':
			depth--
		}
		if hi-t.pos > MaxExtent/2 || again > maxAgain {
			return found{}, "the JSON object has no end within reach"
		}
	}
	raw := string(t.data[lo:hi])
	text := raw
	for range 3 { // an object inside a string is escaped
		if !strings.Contains(text, `\"`) || json.Valid([]byte(text)) {
			break
		}
		text = unescapeOnce(text)
	}
	from, to := c.member(text)
	if to == 0 {
		return found{}, "the object has no such member"
	}
	f := found{start: lo, end: hi, text: unescape(text[from:to]), proof: true}
	if text == raw && !c.WholeObject {
		f.start, f.end = lo+from, lo+to
	}
	f.claims = members(text)
	return f, ""
}

// maxAgain is how often the anchor may stand again between it and either end of its
// object: text that repeats it without end would be read from each of them.
const maxAgain = 16

// again says whether the anchor stands at i, too.
func (t *trial) again(i int) bool {
	c := t.at(i)
	if c != int(t.literal.text[0]) && !t.literal.foldCase {
		return false
	}
	return i != t.pos && t.hasFold(i, t.literal.text)
}

// member returns the span of the text value of the detector's member, at any
// depth of an object, whose names may stand without quotes as in a script.
func (c *compiled) member(text string) (from, to int) {
	for at := 0; ; {
		i := strings.Index(text[at:], c.Member)
		if i < 0 {
			return 0, 0
		}
		i += at
		at = i + len(c.Member)
		if i == 0 || isAlnum(int(text[i-1])) || text[i-1] == '_' || text[i-1] == '-' {
			continue
		}
		p := at
		if p < len(text) && isQuote(int(text[p])) {
			if !isQuote(int(text[i-1])) {
				continue // the end of a longer name
			}
			p++
		}
		rest := strings.TrimLeft(text[p:], " \t\r\n")
		rest, colon := strings.CutPrefix(rest, ":")
		rest = strings.TrimLeft(rest, " \t\r\n")
		if !colon || rest == "" || !isQuote(int(rest[0])) {
			continue
		}
		from = len(text) - len(rest) + 1
		for to = from; to < len(text) && text[to] != rest[0]; to++ {
			if text[to] == '\\' {
				to++
			}
		}
		if to < len(text) && c.fits(unescape(text[from:to])) {
			return from, to
		}
	}
}

// members returns the short text members of an object, for classification: what
// is longer than an address or a name is left out, for it may be the secret.
func members(text string) map[string]any {
	var all map[string]any
	if json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	for k, v := range all {
		s, ok := v.(string)
		if !ok || len(s) > 256 || strings.Contains(s, "-----BEGIN") || !publicMembers[k] {
			delete(all, k)
		}
	}
	return all
}

// publicMembers are the members of a service account's key file and of a JWK
// that are not secret (Google Cloud, "Create and delete service account keys";
// RFC 7517, 4).
var publicMembers = map[string]bool{
	"type": true, "project_id": true, "private_key_id": true, "client_email": true, "client_id": true,
	"auth_uri": true, "token_uri": true, "universe_domain": true, "kty": true, "use": true, "alg": true,
	"kid": true, "crv": true,
}

// url reads a URL with user information around the anchor.
func (t *trial) url(_ *compiled) (found, string) {
	begin := t.pos + len(t.literal.text)
	end := t.run(begin, maxUserinfo, authorityBytes)
	authority := string(t.data[begin:end])
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return found{}, "the URL has no user information"
	}
	if c := t.at(begin + at + 1); !isAlnum(c) && c != '[' && c != '(' && c != '_' && c != '$' && c != '{' && c != '/' {
		return found{}, "no host follows the user information"
	}
	user, password, ok := strings.Cut(authority[:at], ":")
	if !ok || password == "" {
		return found{}, "the URL has no password"
	}
	f := found{start: begin + len(user) + 1, end: begin + at, text: password}
	if plain, err := url.PathUnescape(password); err == nil {
		f.text = plain
	}
	host := authority[at+1:]
	if why := weakURL(user, f.text, host); why != "" {
		return f, why
	}
	if sampleURL(user, f.text) {
		f.confidence, f.reasons = detectors.Low, []string{"the password is one of documentation and of tests"}
		return f, ""
	}
	name, _, _ := strings.Cut(host, ":")
	guessed := guessable(f.text)
	switch inside := strings.IndexByte(name, '.') < 0; {
	case loopback[name], strings.HasPrefix(host, "[::1]"):
		f.confidence, f.reasons = detectors.Low, []string{"the host is the machine itself"}
	case inside && guessed:
		f.confidence, f.reasons = detectors.Low, []string{"the host is known on one network only", "the password is a word"}
	case inside:
		f.confidence, f.reasons = detectors.Medium, []string{"the host is known on one network only"}
	case guessed:
		f.confidence, f.reasons = detectors.Medium, []string{"the password is a word"}
	}
	return f, ""
}

// guessable says whether a password is a word or two, or too short to be more.
func guessable(password string) bool {
	v := measure(password)
	return v.coverage > 0.55 && v.digits < 3 || v.n < 8 && (v.digits == 0 || v.digits == v.n) && v.symbols == 0 || v.defaultWord()
}

// loopback are names of the machine itself, as programs and containers see it.
var loopback = map[string]bool{
	"localhost": true, "127.0.0.1": true, "0.0.0.0": true, "host.docker.internal": true, "": true,
}

var authorityBytes = complement(bytesOf(" \t\r\n\"'`<>/?#\\,;|^\x00"))

// weakURL says why a password in a URL is none.
func weakURL(user, password, host string) string {
	low := strings.ToLower(password)
	v := measure(password)
	switch {
	case isReference(password), isReference(user), strings.ContainsAny(password, "{}[]()"):
		return "the password refers to a secret that is kept elsewhere"
	case isPlaceholder(password), sampleURL(user, password) && (sampleUsers[strings.ToLower(user)] || user == ""),
		sampleURL(user, password) && standsFor(&v, user), low == "x", low == "xxx", low == "token", low == "x-oauth-basic", screaming(password),
		sampleKeys[user] && sampleKeys[password], v.lower+v.digits == 0 && v.upper > 0, strings.Trim(low, "*.x-_") == "":
		return "the password is a placeholder"
	case len(password) < 3 || !hasAny(password, isAlnum):
		return "the password is too short"
	case madeUp(host):
		return "the host is one of documentation"
	}
	return ""
}

// sampleURL says whether user and password are those that documentation and tests
// write where none is wanted: "user:pass", "app:app". What a program uses may read so, too.
func sampleURL(user, password string) bool {
	low := strings.ToLower(password)
	plain := strings.Map(letterOrDrop, leet.Replace(low))
	return strings.HasPrefix(plain, "pass") || strings.HasPrefix(low, "pwd") || low == strings.ToLower(user) ||
		low == "secret" || low == "foo" || low == "bar" || low == "test"
}

// sampleKeys are names of the two halves of a key, in a URL's syntax.
var sampleKeys = wordSet(`accessKey secretKey access_key secret_key ACCESSKEY SECRETKEY accesskey secretkey client_id client_secret clientId clientSecret`)

// sampleUsers stand where the syntax of a URL is explained.
var sampleUsers = wordSet(`user usr username u name login me foo bar x a someone somebody myuser my_user userid user_name`)

func letterOrDrop(r rune) rune {
	if r < 'a' || r > 'z' {
		return -1
	}
	return r
}

// madeUp says whether a host is one of documentation: of a reserved domain
// (RFC 2606; RFC 6761), or called so.
func madeUp(host string) bool {
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	labels := strings.Split(host, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "example" || l == "dummy" || l == "fake" {
			return true
		}
	}
	top := labels[len(labels)-1]
	return top == "test" || top == "invalid" || strings.HasPrefix(top, "fake")
}
