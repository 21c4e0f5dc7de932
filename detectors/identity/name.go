package identity

import (
	"bytes"
	"strings"

	"leakline/detectors"
)

// nameBefore finds the name that the text at start is assigned to, for a secret
// that was found by its own text. It reads backwards on the same line: NAME=,
// name: , "name": ", name := ", --name , name => ", <name>, key="name" value=",
// getenv("NAME", ", process.env.NAME || ".
func nameBefore(data []byte, start int) (span, bool) {
	r := backwards{data: data, i: start, limit: max(0, start-maxName)}
	r.skip("\"'` \t(")
	if at := r.word(); at.hi > at.lo { // Bearer, Basic, b"…", r"…", or --name
		text := data[at.lo:at.hi]
		if bytes.HasPrefix(text, []byte("-")) {
			return trimName(data, at)
		}
		if !bytes.EqualFold(text, []byte("bearer")) && !bytes.EqualFold(text, []byte("basic")) && len(text) > 2 {
			return span{}, false
		}
		r.skip("\"'` \t(")
	}
	assigned := r.before()
	if !r.skip("=:>|?,+") {
		return span{}, false
	}
	r.skip("\"'` \t)([]")
	at := r.word()
	if at.hi == at.lo {
		return span{}, false
	}
	text := string(data[at.lo:at.hi])
	switch {
	case text == "value" || text == "Value":
		// key="NAME" value="…", name: NAME / value: on one line
		r.skip("\"'` \t:,={")
		if key := r.word(); key.hi > key.lo {
			return trimName(data, key)
		}
	case assigned == ',' && lower(text[0]) == text[0]:
		return span{}, false // an argument of a call, unless it is a constant
	case assigned == '=':
		// const name: Type = "…"
		r.skip(" \t")
		if r.skip(":") {
			r.skip(" \t?\"'")
			if typed := r.word(); typed.hi > typed.lo {
				return trimName(data, typed)
			}
		}
	}
	return trimName(data, at)
}

// backwards reads text from its end to a limit.
type backwards struct {
	data     []byte
	i, limit int
}

// before is the byte that is read next, 0 at the limit.
func (r *backwards) before() byte {
	if r.i > r.limit {
		return r.data[r.i-1]
	}
	return 0
}

// skip passes over the bytes of a set and says whether there were any.
func (r *backwards) skip(set string) bool {
	from := r.i
	for r.i > r.limit && strings.IndexByte(set, r.data[r.i-1]) >= 0 {
		r.i--
	}
	return r.i < from
}

// word reads a name, which may be empty.
func (r *backwards) word() span {
	hi := r.i
	for r.i > r.limit && isNameByte(r.data[r.i-1]) {
		r.i--
	}
	return span{r.i, hi}
}

// trimName cuts marks off a name.
func trimName(data []byte, at span) (span, bool) {
	for at.lo < at.hi && !isAlnum(data[at.lo]) && data[at.lo] != '_' {
		at.lo++
	}
	for at.hi > at.lo && !isAlnum(data[at.hi-1]) && data[at.hi-1] != '_' {
		at.hi--
	}
	return at, at.hi > at.lo
}

func isNameByte(b byte) bool {
	return isAlnum(b) || b == '_' || b == '-' || b == '.' || b == '$'
}

// maxURL is how many bytes before a password its URL may begin.
const maxURL = 300

// urlBefore finds the begin of the URL in whose user information the text at start
// stands: scheme "://" user ":" (RFC 3986, section 3.2.1).
func urlBefore(data []byte, start int) (int, bool) {
	if start == 0 || data[start-1] != ':' {
		return 0, false
	}
	lo := max(0, start-maxURL)
	i := bytes.LastIndex(data[lo:start], []byte("://"))
	if i < 0 || bytes.ContainsAny(data[lo+i+3:start], "/ \t\r\n\"'<>@") {
		return 0, false
	}
	i += lo
	for i > lo && (isAlnum(data[i-1]) || data[i-1] == '+' || data[i-1] == '-' || data[i-1] == '.') {
		i--
	}
	return i, true
}

// address reads the URL that a password stands in: its host is part of the
// credential, and so is its user.
func (h *hearing) address() {
	if h.url.hi == 0 || h.own.hi >= len(h.doc.Data) || h.doc.Data[h.own.hi] != '@' {
		return
	}
	end := h.own.hi + 1
	for limit := min(len(h.doc.Data), end+maxURL); end < limit && bytes.IndexByte([]byte(" \t\r\n\"'<>"), h.doc.Data[end]) < 0; {
		end++
	}
	lookHosts(h.doc.Data[h.own.hi+1:end], h.provider, func(s *sign) {
		h.sign(s, inside, detectors.EvidenceHost, "its URL names the host ", "")
	})
	user := h.doc.Data[h.url.lo:h.url.hi]
	user = user[bytes.Index(user, []byte("://"))+3:]
	lookWords(user, inAccount, h.provider, func(s *sign) {
		h.sign(s, inside, detectors.EvidenceName, `the user of its URL has the word "`, `"`)
	})
}
