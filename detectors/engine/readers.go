package engine

import (
	"encoding/json"
	"net/url"
	"strings"

	"leakline/detectors"
)

// Bounds of the readers, in bytes.
const (
	maxLabel    = 64
	maxJWTPart  = 8 << 10
	maxUserinfo = 1024
	minPEMBody  = 64
)

// pem reads an armoured key that begins at the anchor.
func (t *trial) pem(c *compiled) (found, string) {
	p := t.pos + len(t.literal.text)
	end := p
	for ; end-p < maxLabel && !t.has(end, "-----"); end++ {
		if ch := t.at(end); ch != ' ' && !isAlnum(ch) {
			return found{}, "no label of an armoured block follows"
		}
	}
	label := string(t.data[p:min(end, len(t.data))])
	if end-p >= maxLabel || !c.fits(label) {
		return found{}, "the label is another one"
	}
	body := end + len("-----")
	limit := t.pos + MaxExtent/2
	for q := body; q < limit; q++ {
		switch t.at(q) {
		case outside:
			return found{}, "the block has no end"
		case '-':
			if !t.has(q, "-----END ") {
				continue
			}
			tail := q + len("-----END ") + len(label) + len("-----")
			t.at(tail)
			return t.armour(string(t.data[body:q]), t.pos, min(tail, len(t.data)))
		}
	}
	return found{}, "the block has no end within reach"
}

// armour makes a match of a block's body.
func (t *trial) armour(raw string, start, end int) (found, string) {
	body, encrypted := armourBody(raw)
	if len(body) < minPEMBody || isPlaceholder(body) || entropy(body) < 3.5 {
		return found{}, "the block holds no key"
	}
	f := found{start: start, end: end, text: body, proof: true}
	if encrypted {
		f.confidence = detectors.Medium
		f.reasons = []string{"the key is encrypted with a passphrase"}
	}
	return f, ""
}

// maxPuTTY is more than the largest PuTTY key file, an RSA key of 16,384 bits.
const maxPuTTY = 16 << 10

// putty reads a PuTTY key file, whose headers and body stand in lines of their
// own (PuTTY manual, appendix C).
func (t *trial) putty() (found, string) {
	const begin, end = "Private-Lines: ", "Private-MAC: "
	encrypted := true
	for p, body := t.pos, 0; p < t.pos+maxPuTTY; p++ {
		switch t.at(p) {
		case outside:
			return found{}, "the key file has no end"
		case 'E':
			if t.has(p, "Encryption: none") {
				encrypted = false
			}
		case 'P':
			switch {
			case body == 0 && t.has(p, begin):
				for body = p + len(begin); isDigit(t.at(body)); {
					body++
				}
			case body > 0 && t.has(p, end):
				stop := p + len(end)
				for isHex(t.at(stop)) {
					stop++
				}
				text, _ := armourBody(string(t.data[body:p]))
				if len(text) < 30 || isPlaceholder(text) {
					return found{}, "the key file holds no key"
				}
				f := found{start: t.pos, end: stop, text: text, proof: true}
				if encrypted {
					f.confidence, f.reasons = detectors.Medium, []string{"the key is encrypted with a passphrase"}
				}
				return f, ""
			}
		}
	}
	return found{}, "the key file has no end within reach"
}

// pemBody is the canonical text of an armoured block.
func pemBody(s string) (string, bool) {
	_, rest, ok := strings.Cut(s, "-----BEGIN ")
	_, rest, ok2 := strings.Cut(rest, "-----")
	raw, _, ok3 := strings.Cut(rest, "-----END")
	if !ok || !ok2 || !ok3 {
		return "", false
	}
	body, _ := armourBody(raw)
	return body, len(body) > 0
}

// armourBody takes out of the raw text between the BEGIN and END lines what
// belongs to the key: base64, without line ends, escapes, quotes, comment marks,
// concatenation, and armour headers such as "Proc-Type: 4,ENCRYPTED".
func armourBody(raw string) (body string, encrypted bool) {
	var b strings.Builder
	for _, line := range armourLines(raw) {
		if i := strings.IndexByte(line, ':'); i > 0 { // an armour header
			encrypted = encrypted || strings.Contains(line, "ENCRYPTED") || strings.Contains(line, "DEK-Info")
			continue
		}
		for i := range len(line) {
			c := int(line[i])
			switch {
			case isAlnum(c), c == '=':
				b.WriteByte(line[i])
			case c == '/', c == '+':
				before, after := i > 0 && inArmour(line[i-1]), i+1 < len(line) && inArmour(line[i+1])
				if before || after {
					b.WriteByte(line[i])
				}
			}
		}
	}
	return b.String(), encrypted
}

func inArmour(c byte) bool { return isAlnum(int(c)) || c == '+' || c == '/' || c == '=' }

// armourLines cuts at line ends, written out or escaped.
func armourLines(raw string) []string {
	var lines []string
	for _, l := range strings.FieldsFunc(raw, func(r rune) bool { return r == '\n' || r == '\r' }) {
		l = strings.ReplaceAll(l, "&#10;", "\n")
		l = strings.ReplaceAll(l, "&#xA;", "\n")
		for strings.Contains(l, `\\`) {
			l = strings.ReplaceAll(l, `\\`, `\`)
		}
		l = strings.ReplaceAll(l, `\r`, "\n")
		l = strings.ReplaceAll(l, `\n`, "\n")
		l = strings.ReplaceAll(l, `\/`, "/")
		l = strings.TrimLeft(l, " \t")
		for _, mark := range []string{"//", "# ", "#", "* ", "> "} { // a commented key is a key
			l = strings.TrimPrefix(l, mark)
		}
		lines = append(lines, strings.Split(l, "\n")...)
	}
	return lines
}

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
	lo := t.pos
	for depth := 0; depth >= 0; {
		lo--
		switch t.at(lo) {
		case outside:
			return found{}, "no JSON object encloses it"
		case '}':
			depth++
		case '{':
			depth--
		}
		if t.pos-lo > MaxExtent/2 {
			return found{}, "no JSON object encloses it within reach"
		}
	}
	hi := t.pos
	for depth := 0; depth >= 0; hi++ {
		switch t.at(hi) {
		case outside:
			return found{}, "the JSON object has no end"
		case '{':
			depth++
		case '}':
			depth--
		}
		if hi-t.pos > MaxExtent/2 {
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
	name, _, _ := strings.Cut(host, ":")
	switch {
	case loopback[name], strings.HasPrefix(host, "[::1]"):
		f.confidence, f.reasons = detectors.Low, []string{"the host is the machine itself"}
	case strings.IndexByte(name, '.') < 0:
		f.confidence, f.reasons = detectors.Medium, []string{"the host is known on one network only"}
	}
	return f, ""
}

// loopback are names of the machine itself, as programs and containers see it.
var loopback = map[string]bool{
	"localhost": true, "127.0.0.1": true, "0.0.0.0": true, "host.docker.internal": true, "": true,
}

var authorityBytes = complement(bytesOf(" \t\r\n\"'`<>/?#\\,;|^\x00"))

// weakURL says why a password in a URL is none.
func weakURL(user, password, host string) string {
	low := strings.ToLower(password)
	switch {
	case isReference(password), isReference(user), strings.ContainsAny(password, "{}[]()"):
		return "the password refers to a secret that is kept elsewhere"
	case isPlaceholder(password), strings.HasPrefix(low, "pass"), strings.HasPrefix(low, "pwd"), low == strings.ToLower(user),
		low == "secret", low == "foo", low == "bar", low == "test", low == "x", low == "xxx", low == "token",
		strings.Trim(low, "*.x-_") == "":
		return "the password is a placeholder"
	case len(password) < 4:
		return "the password is too short"
	case strings.HasPrefix(host, "example.") || strings.HasSuffix(host, ".example.com") || strings.HasSuffix(host, ".test"):
		return "the host is one of documentation"
	}
	return ""
}
