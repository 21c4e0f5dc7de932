package sample

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Matches says whether a text, from its first byte to its last, has the format
// of a notation. It is slow and simple, and knows nothing of patterns. What
// Expand makes, Matches accepts; the variety that Expand sees to is not demanded.
func Matches(notation, text string) (bool, error) {
	nodes, err := parse(notation)
	if err != nil {
		return false, err
	}
	return fits(nodes, text), nil
}

// fits says whether nodes can stand for exactly this text.
func fits(nodes []node, text string) bool {
	type state struct{ i, pos, mark int }
	dead := map[state]bool{}
	var from func(s state) bool
	from = func(s state) bool {
		if s.i == len(nodes) {
			return s.pos == len(text)
		}
		if dead[s] {
			return false
		}
		n := &nodes[s.i]
		next := state{s.i + 1, s.pos, s.mark}
		switch n.kind {
		case crcMark:
			next.mark = s.pos
			if from(next) {
				return true
			}
		case crcSum:
			sum := checksum(text[s.mark:s.pos], n.min)
			if next.pos += len(sum); strings.HasPrefix(text[s.pos:], sum) && from(next) {
				return true
			}
		default:
			for _, w := range n.lengths(text[s.pos:]) {
				if next.pos = s.pos + w; from(next) {
					return true
				}
			}
		}
		dead[s] = true
		return false
	}
	return from(state{})
}

var (
	uuidShape     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	ulidShape     = regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}`)
	passwordShape = regexp.MustCompile(`^[A-Za-z0-9!@#%^*_-]{12,64}`)
	jwtShape      = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)
	b64Shape      = regexp.MustCompile(`^[A-Za-z0-9+/]+={0,2}`)
	b64urlShape   = regexp.MustCompile(`^[A-Za-z0-9_-]+`)
)

// lengths lists how much of the text's beginning the node can stand for, the
// longest first.
func (n *node) lengths(text string) []int {
	switch n.kind {
	case literal:
		if strings.HasPrefix(text, n.text) {
			return []int{len(n.text)}
		}
		return nil
	case run:
		most, least, limit := 0, n.min, n.max
		if n.free {
			least, limit = 1, maxWidth
		}
		for most < len(text) && most < limit && n.class.contains(text[most]) {
			most++
		}
		return countdown(most, least)
	case uuid:
		return countdown(len(uuidShape.FindString(text)), 36)
	case ulid:
		return countdown(len(ulidShape.FindString(text)), 26)
	case password:
		return countdown(len(passwordShape.FindString(text)), 12)
	case pem:
		return n.pemLengths(text)
	case jwt:
		return n.jwtLengths(text)
	case encoded:
		return n.encodedLengths(text)
	}
	panic(fmt.Sprintf("sample: node of kind %d", n.kind))
}

// countdown lists the numbers from most down to least.
func countdown(most, least int) []int {
	var list []int
	for ; most >= least && most > 0; most-- {
		list = append(list, most)
	}
	return list
}

func (n *node) pemLengths(text string) []int {
	head, tail := "-----BEGIN "+n.text+"-----\n", "\n-----END "+n.text+"-----"
	rest, ok := strings.CutPrefix(text, head)
	end := strings.Index(rest, tail)
	if !ok || end < 0 {
		return nil
	}
	body, err := base64.StdEncoding.DecodeString(rest[:end])
	if err != nil || len(body) < n.min || len(body) > n.max {
		return nil
	}
	return []int{len(head) + end + len(tail)}
}

func (n *node) jwtLengths(text string) []int {
	size, _ := signatureBytes(n.text)
	enc := base64.RawURLEncoding
	token := jwtShape.FindString(text)
	parts := strings.SplitN(token, ".", 3)
	if len(parts) < 3 || len(parts[2]) < enc.EncodedLen(size) {
		return nil
	}
	header, err := enc.DecodeString(parts[0])
	var fields struct{ Alg string }
	if err != nil || json.Unmarshal(header, &fields) != nil || fields.Alg != n.text {
		return nil
	}
	claims, err := enc.DecodeString(parts[1])
	if err != nil || !fits(n.kids, string(claims)) {
		return nil
	}
	// A longer key has a longer signature, and text of the same alphabet may follow.
	least := len(parts[0]) + len(parts[1]) + 2 + enc.EncodedLen(size)
	return countdown(len(token), least)
}

func (n *node) encodedLengths(text string) []int {
	var (
		most   int
		decode func(string) (string, error)
	)
	fromBase64 := func(enc *base64.Encoding) func(string) (string, error) {
		return func(s string) (string, error) {
			b, err := enc.DecodeString(s)
			return string(b), err
		}
	}
	switch n.text {
	case "b64":
		most, decode = len(b64Shape.FindString(text)), fromBase64(base64.StdEncoding)
	case "b64url", "b64json":
		most, decode = len(b64urlShape.FindString(text)), fromBase64(base64.RawURLEncoding)
	case "pct":
		most, decode = len(text), url.PathUnescape
	case "json":
		most, decode = len(text), func(s string) (string, error) {
			var out string
			err := json.Unmarshal([]byte(`"`+s+`"`), &out)
			return out, err
		}
	}
	var list []int
	for w := most; w > 0; w-- {
		if plain, err := decode(text[:w]); err == nil && fits(n.kids, plain) {
			list = append(list, w)
		}
	}
	return list
}
