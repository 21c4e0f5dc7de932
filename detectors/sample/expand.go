package sample

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"net/url"
	"strings"
)

// Expand makes one text from a notation. It depends on seed and notation alone.
// An error names the offset in the notation.
func Expand(seed, notation string) (string, error) {
	nodes, err := parse(notation)
	if err != nil {
		return "", err
	}
	e := newExpander(seed)
	text, err := e.sequence(nodes)
	if err != nil {
		return "", fmt.Errorf("expand %q: %w", notation, err)
	}
	return text, nil
}

// widths says how wide a run is that may have several widths.
type widths int

const (
	anyWidth widths = iota
	leastWidth
	mostWidth
)

type expander struct {
	rng    *rand.Rand
	widths widths
	// What the nodes within [keepFrom, keepTo) of the notation expand to is kept.
	keepFrom, keepTo int
	keeping          bool
	kept             strings.Builder
}

func newExpander(seed string) *expander {
	return &expander{rng: newRand(seed)}
}

func newRand(seed string) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256([]byte(seed))))
}

func (e *expander) sequence(nodes []node) (string, error) {
	var (
		out  strings.Builder
		mark int
	)
	for i := range nodes {
		n := &nodes[i]
		keep := !e.keeping && e.keepFrom <= n.at && n.end <= e.keepTo
		e.keeping = e.keeping || keep
		var text string
		switch n.kind {
		case crcMark:
			mark = out.Len()
		case crcSum:
			text = checksum(out.String()[mark:], n.min)
		default:
			var err error
			if text, err = e.node(n); err != nil {
				return "", err
			}
		}
		if n.edit != nil {
			text = n.edit(text)
		}
		out.WriteString(text)
		if keep {
			e.kept.WriteString(text)
			e.keeping = false
		}
	}
	return out.String(), nil
}

func (e *expander) node(n *node) (string, error) {
	switch n.kind {
	case literal:
		return n.text, nil
	case run:
		return e.run(n)
	case uuid:
		b := e.bytes(16)
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
	case ulid:
		// The first 10 characters are milliseconds since 1970; "01" followed by H to
		// K is 2023 to 2026.
		head := "01" + string("HJK"[e.rng.IntN(3)])
		tail, err := e.run(&node{class: newClass(crockford), min: 23, max: 23})
		return head + tail, err
	case password:
		return e.password(), nil
	case pem:
		return e.pem(n.text, e.width(n)), nil
	case jwt:
		return e.jwt(n)
	case encoded:
		text, err := e.sequence(n.kids)
		if err != nil {
			return "", err
		}
		return encode(n.text, text)
	}
	panic(fmt.Sprintf("sample: node of kind %d", n.kind))
}

// crockford is the alphabet of Crockford's base32.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func (e *expander) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(e.rng.Uint32())
	}
	return b
}

func (e *expander) width(n *node) int {
	switch e.widths {
	case leastWidth:
		return n.min
	case mostWidth:
		return n.max
	}
	return n.min + e.rng.IntN(n.max-n.min+1)
}

// run draws until the text has enough variety.
func (e *expander) run(n *node) (string, error) {
	width := e.width(n)
	b := make([]byte, width)
	if n.repeat {
		c := n.class.chars[e.rng.IntN(len(n.class.chars))]
		return strings.Repeat(string(c), width), nil
	}
	for range 1000 {
		for i := range b {
			b[i] = n.class.chars[e.rng.IntN(len(n.class.chars))]
			for i >= 3 && len(n.class.chars) >= 10 && monotone(string(b[i-3:i+1])) >= 4 {
				b[i] = n.class.chars[e.rng.IntN(len(n.class.chars))]
			}
		}
		if n.class.varied(string(b)) {
			return string(b), nil
		}
	}
	return "", fmt.Errorf("no varied run of %d characters of the class [%s] found", width, n.class.chars)
}

// password makes pronounceable syllables with digits and punctuation between
// them: strong, but not random to the eye.
func (e *expander) password() string {
	const consonants, vowels, marks = "bdfgklmnprtvz", "aeiou", "!@#%^*_-"
	pick := func(s string) string { return string(s[e.rng.IntN(len(s))]) }
	for {
		var b strings.Builder
		for range 2 + e.rng.IntN(2) {
			b.WriteString(strings.ToUpper(pick(consonants)) + pick(vowels) + pick(consonants) + pick(vowels) + pick(consonants))
			b.WriteString(pick(marks))
			b.WriteString(pick("23456789") + pick("0123456789"))
		}
		p := b.String()
		if newClass(p).varied(p) && monotone(p) < 4 {
			return p
		}
	}
}

func (e *expander) jwt(n *node) (string, error) {
	claims, err := e.sequence(n.kids)
	if err != nil {
		return "", err
	}
	if !json.Valid([]byte(claims)) {
		return "", fmt.Errorf("the claims of a JWT are not JSON: %s", claims)
	}
	size, _ := signatureBytes(n.text)
	enc := base64.RawURLEncoding
	header := fmt.Sprintf(`{"alg":%q,"typ":"JWT"}`, n.text)
	return enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(claims)) + "." +
		enc.EncodeToString(e.bytes(size)), nil
}

// signatureBytes is the length of a signature by RFC 7518, section 3.1, and
// RFC 8037; RSA with a key of 2,048 bits.
func signatureBytes(alg string) (int, bool) {
	switch alg {
	case "none":
		return 0, true
	case "HS256":
		return 32, true
	case "HS384":
		return 48, true
	case "HS512", "ES256", "EdDSA":
		return 64, true
	case "ES384":
		return 96, true
	case "ES512":
		return 132, true
	case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512":
		return 256, true
	}
	return 0, false
}

func encode(name, text string) (string, error) {
	switch name {
	case "b64":
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	case "b64url":
		return base64.RawURLEncoding.EncodeToString([]byte(text)), nil
	case "b64json":
		if !json.Valid([]byte(text)) {
			return "", fmt.Errorf("the text of {b64json} is not JSON: %s", text)
		}
		return base64.RawURLEncoding.EncodeToString([]byte(text)), nil
	case "json":
		return jsonBody(text), nil
	case "pct":
		return strings.ReplaceAll(url.QueryEscape(text), "+", "%20"), nil
	}
	panic("sample: encoding " + name)
}

// jsonBody is a text as it stands between the quotes of a JSON string, with the
// characters < > & as they are.
func jsonBody(text string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		panic(err) // a string always has a JSON form
	}
	s := strings.TrimSuffix(b.String(), "\n")
	return s[1 : len(s)-1]
}

// checksum is the CRC-32 (IEEE) of a text in base62, padded with zeros to width.
// Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
func checksum(text string, width int) string {
	const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	b := make([]byte, width)
	sum := crc32.ChecksumIEEE([]byte(text))
	for i := width - 1; i >= 0; i-- {
		b[i] = base62[sum%62]
		sum /= 62
	}
	return string(b)
}
