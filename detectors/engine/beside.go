package engine

import (
	"bytes"
	"slices"
	"strings"

	"leakline/detectors"
)

// A kind that is told by its name has a shape and no mark of its own. Where no
// host syntax assigns the value to the name (a sentence, a table, two lines, a
// call of the provider's client), the provider's word and the exact shape close
// behind it still tell it: "the Mistral API key is …".

// Bounds of what stands between a provider's word and a value beside it, in bytes.
const (
	maxBeside    = 64
	maxBefore    = 48 // of the line before the word
	minBeside    = 16 // of the value
	besideTokens = 3  // runs that are looked at
)

// kindWords are words of a name that say what kind of text it holds, so that a
// sentence may use one for another.
var kindWords = map[string]bool{
	"key": true, "token": true, "secret": true, "api": true, "access": true, "auth": true, "apikey": true,
	"password": true, "pass": true, "app": true, "personal": true, "pat": true, "credential": true, "credentials": true,
	"authorization": true, "bearer": true, "private": true, "account": true, "developer": true, "cloud": true,
}

// protocols are words that are nobody's: a value beside them may be anything.
var protocols = map[string]bool{
	"oauth": true, "oauth2": true, "oidc": true, "openid": true, "saml": true, "scim": true, "mcp": true, "jwt": true,
	"social": true, "webhook": true, "login": true, "signing": true, "ldap": true, "radius": true, "totp": true, "ssh": true,
	"smtp": true, "imap": true, "http": true, "basic": true, "encryption": true, "cookie": true, "hmac": true,
}

// credentialWords say that what follows is a credential.
var credentialWords = []string{
	"key", "token", "secret", "password", "passwd", "credential", "auth", "login", "bearer", "apikey",
}

// namedKinds are the words by which the two halves of a credential are told apart.
var namedKinds = []string{"key", "token", "secret", "password"}

func kindOf(word string) int {
	for i, k := range namedKinds {
		if strings.HasPrefix(word, k) || strings.HasSuffix(word, k) {
			return 1 << i
		}
	}
	return 0
}

// unrelatedWords say that what follows is something else that looks random.
var unrelatedWords = []string{
	"commit", "sha", "rev", "revision", "hash", "digest", "checksum", "integrity", "md5", "etag", "version", "blob",
	"tree", "uuid", "guid", "trace", "request", "span", "build", "image", "model", "job", "file", "cache", "fingerprint",
	"public", "id", "ids", "example", "size", "resolved", "ref", "branch", "session", "user", "org", "project", "workspace",
	"signature", "template", "voice", "dataset", "node", "run", "hex", "index", "nonce", "crc",
}

// fillers are the words a sentence has between a provider and its credential.
var fillers = map[string]bool{
	"is": true, "my": true, "the": true, "our": true, "for": true, "of": true, "here": true, "new": true, "prod": true,
	"production": true, "dev": true, "staging": true, "live": true, "ai": true, "client": true, "init": true, "with": true,
	"value": true, "const": true, "string": true, "let": true, "var": true, "val": true, "to": true, "use": true, "using": true,
	"labs": true, "cloud": true, "com": true, "io": true, "platform": true, "console": true, "now": true, "this": true,
	"inc": true, "dashboard": true, "code": true, "b": true, "str": true, "u": true, "x": true, "set": true, "gx": true,
}

// besides compiles which of the detector's names a value may stand beside: those
// with a word of the provider's.
func (c *compiled) besides() {
	if c.Reader != detectors.ReadPattern || len(c.Anchors) > 0 || c.Public || c.Pattern == "" {
		return
	}
	owner := newIdentifier(c.Provider).text + " " + newIdentifier(c.ID).text
	for _, n := range c.names {
		own := false
		var words []string
		for _, w := range n.words {
			if kindWords[w] {
				continue
			}
			words = append(words, w)
			own = own || !commonWords[w] && !protocols[w] && len(w) >= 3 && strings.Contains(owner, w)
		}
		if own && !slices.ContainsFunc(c.beside, func(o []string) bool { return slices.Equal(o, words) }) {
			c.beside = append(c.beside, words)
		}
	}
}

// nameKinds are what the names call the value, by bits of namedKinds.
func nameKinds(names []nameSpec) int {
	kinds := 0
	for _, n := range names {
		for _, w := range n.words {
			kinds |= kindOf(w)
		}
	}
	return kinds
}

// besideRun is a run of bytes that may be a value, and what stands between the
// provider's word and it.
type besideRun struct {
	lo, hi     int
	credential bool // a word between says that it is a credential
	kinds      int  // what those words call it, by bits of namedKinds
	assigned   bool // an operator stands before it
	line       bool // it stands in the word's line
}

var runBytes = bytesOf("A-Za-z0-9_+/.~-")

// runsBeside looks for values behind the literal, in its line or the next.
func (t *trial) runsBeside() []besideRun {
	if t.readBeside {
		return t.beside
	}
	t.readBeside = true
	if c := t.at(t.pos - 1); isLetter(c) && !(isLower(c) && isUpper(t.at(t.pos))) {
		return nil
	}
	begin := t.pos + len(t.literal.text)
	if !t.runAhead(begin) {
		return nil
	}
	word := t.run(begin, maxName, wordBytes) // the rest of the word
	r := besideRun{line: true}
	if t.words(t.pos, word, &r) == unrelated {
		return nil
	}
	lines := 0
	for p := word; p-begin < maxBeside; {
		c := t.at(p)
		switch {
		case c == outside:
			return t.beside
		case c == '\n':
			if lines++; lines > 2 {
				return t.beside
			}
			r.line, r.assigned = false, false
			p++
			continue
		case c == '<' && t.at(p+1) == '/' || c == '{' && t.at(p-1) == '$':
			return t.beside
		case c == '=' || c == ':' || c == '(' || c == '|':
			r.assigned = true
		}
		if !runBytes[byte(c)] {
			p++
			continue
		}
		end := t.run(p, maxValue, runBytes)
		if end-p >= minBeside && hasAny(string(t.data[p:end]), isDigit) {
			if t.openValue(p) {
				found := r
				found.lo, found.hi = p, end
				t.beside = append(t.beside, found)
				if len(t.beside) == besideTokens {
					return t.beside
				}
			}
		}
		switch t.words(p, end, &r) {
		case unrelated, strange:
			return t.beside
		}
		p = end
	}
	return t.beside
}

// runAhead says whether a run that may be a value stands within reach of begin: at least
// minBeside bytes, with a digit. It looks at the last byte first at which one may end, so
// that of most texts it reads a few bytes.
func (v *view) runAhead(begin int) bool {
	b := v.span(begin, begin+maxBeside+2*minBeside)
	for lo := 0; lo+minBeside <= len(b); {
		k := lo + minBeside - 1
		for k >= lo && aheadBytes[b[k]] {
			k--
		}
		if k >= lo {
			lo = k + 1
			continue
		}
		hi := lo + minBeside
		for hi < len(b) && aheadBytes[b[hi]] {
			hi++
		}
		if bytes.ContainsAny(b[lo:hi], "0123456789") {
			return bytes.Count(b[:lo], []byte{'\n'}) <= 2
		}
		lo = hi
	}
	return false
}

// aheadBytes are those of a run, without the slash of a path: of base64 another part will
// do.
var aheadBytes = bytesOf("A-Za-z0-9_+.~-")

// What a word between says.
const (
	filler = iota
	strange
	unrelated
)

// words reads the words of [lo, hi).
func (t *trial) words(lo, hi int, r *besideRun) int {
	says := filler
	for p := lo; p < hi; {
		if !isLetter(t.at(p)) {
			p++
			continue
		}
		end := p + 1
		for end < hi && isLetter(t.at(end)) && !(isUpper(t.at(end)) && isLower(t.at(end-1))) {
			end++
		}
		w := strings.ToLower(string(t.data[p:end]))
		switch {
		case slices.Contains(unrelatedWords, w):
			return unrelated
		case slices.ContainsFunc(credentialWords, func(k string) bool { return strings.HasPrefix(w, k) || strings.HasSuffix(w, k) }):
			r.credential = true
			r.kinds |= kindOf(w)
		case !fillers[w] && !kindWords[w] && lo > t.pos:
			says = strange
		}
		p = end
	}
	if says == strange && r.credential {
		says = filler
	}
	return says
}

// openValue says whether a value may begin at p.
func (t *trial) openValue(p int) bool {
	c := t.at(p - 1)
	return isBlank(c) || isQuote(c) || c == '\n' || c == '=' || c == ':' || c == '|' || c == '(' || c == '*' || c == '['
}

// closedValue says whether a value may end before p.
func (t *trial) closedValue(p int) bool {
	c := t.at(p)
	if c == '.' || c == ':' {
		c = t.at(p + 1)
		return c == outside || isBlank(c) || c == '\n' || c == '\r'
	}
	return c == outside || isBlank(c) || isQuote(c) || containsByte("\r\n)]},;|*\\&", c) || c == '<' && t.at(p+1) == '/'
}

// freeValue says whether [lo, hi) is no part of what is assigned to the name.
func (t *trial) freeValue(lo, hi int) bool {
	a := &t.assigned
	if t.unassigned != "" || a.valHi <= a.valLo {
		return true
	}
	if lo == a.valLo && hi == a.valHi { // the provider's word alone: any other name would be the detector's
		return a.nameHi-a.nameLo <= len(t.literal.text)+2
	}
	return hi <= a.valLo || lo >= a.valHi
}

// wideText says whether the pattern takes bytes that a sentence has, too.
func (c *compiled) wideText() bool {
	for b, ok := range c.bytes {
		if ok && !runBytes[b] && b != ':' && b != '=' {
			return true
		}
	}
	return false
}

// besideName reads a secret that stands beside the provider's word.
func (t *trial) besideName(c *compiled) (Match, bool) {
	runs := t.runsBeside()
	if len(runs) == 0 {
		return Match{}, false
	}
	if err := c.ready(); err != nil {
		return Match{}, false
	}
	if c.wideText() {
		return Match{}, false
	}
	lineLo := t.pos
	for lineLo > t.pos-maxBefore && lineLo > 0 && t.at(lineLo-1) != '\n' {
		lineLo--
	}
	for _, r := range runs {
		for _, start := range []int{r.lo, t.runBack(r.lo, 24, &c.bytes)} {
			if start < t.pos+len(t.literal.text) || start != r.lo && !t.openValue(start) {
				continue
			}
			end := t.run(start, min(c.max, maxValue)+1, &c.bytes)
			for end > start && containsByte(".:,/", t.at(end-1)) && !c.fits(string(t.data[start:end])) {
				end--
			}
			if r.kinds != 0 && c.kinds != 0 && r.kinds&c.kinds == 0 || end-start < minBeside || !t.closedValue(end) || !t.freeValue(start, end) {
				continue
			}
			text := string(t.data[start:end])
			_, from, to, ok := c.find(text)
			if !ok || !likelyBeside(text, r) || strings.Contains(strings.ToLower(text), t.literal.text) || isReference(text) {
				continue
			}
			weight, ok := t.besideWords(c, lineLo, start)
			if !ok {
				return Match{}, false
			}
			f := found{start: start + from, end: start + to, text: text[from:to], confidence: detectors.Low, reasons: []string{"it stands beside the provider's word"}}
			if r.credential && r.assigned {
				f.confidence = detectors.Medium
			}
			if t.checks(c, &f) != "" {
				continue
			}
			m := Match{
				Detector: c.Detector, Start: f.start, End: f.end, Secret: detectors.NewSecret(f.text), index: c.index, rank: besideRank,
				NameStart: t.pos, NameEnd: t.pos + len(t.literal.text), weight: weight,
			}
			m.Confidence, m.Reasons = confidence(c, &f)
			return m, true
		}
	}
	return Match{}, false
}

// besideRank is less than a name's that a value is assigned to, and no less than a
// generic name's.
const besideRank = 2

// likelyBeside says whether a text is random enough for what leads to it. Digits
// of a hash and of a UUID are ids more often than not.
func likelyBeside(text string, r besideRun) bool {
	if text[0] == '/' || slices.ContainsFunc(idPrefixes, func(p string) bool { return strings.HasPrefix(text, p) }) {
		return false
	}
	if !hasAny(text, isDigit) && !(hasAny(text, isUpper) && hasAny(text, isLower)) {
		return false
	}
	if isUUID(text) || all(text, isHex) {
		return r.credential || r.assigned && r.line
	}
	return tokenLike(text) && measure(text).coverage < 0.4
}

// idPrefixes begin the ids of calls, messages and runs in transcripts.
var idPrefixes = []string{
	"call_", "toolu_", "msg_", "run_", "chatcmpl", "resp_", "req_", "asst_", "thread_", "file-", "run-", "call-", "sha",
}

// besideWords says how much of a name's words stand around the literal: all of them
// must, but for those that say what kind of text it is.
func (t *trial) besideWords(c *compiled, lo, hi int) (int, bool) {
	around := bytes.ToLower(t.span(lo, hi))
	for _, w := range unrelatedWords {
		if before := around[:t.pos-max(lo, 0)]; len(w) > 2 && hasWhole(before, w) {
			return 0, false
		}
	}
	best := 0
	for _, words := range c.beside {
		sum := 0
		for _, w := range words {
			if !hasWord(around, w) {
				sum = 0
				break
			}
			sum += len(w)
		}
		best = max(best, sum)
	}
	return best, best > 0
}
