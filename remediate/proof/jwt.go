package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of RFC 7518
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// maxToken bounds a compact token, in bytes. A scan finds none that is larger.
const maxToken = 32 << 10

// token is a compact JSON Web Token (RFC 7515, section 3.1; RFC 7519).
type token struct {
	alg       string
	signed    []byte // header and claims, as they stand
	signature []byte
	// expires is when it ends; zero if it says nothing that can be read. A claim of 0 is
	// how some issuers write "never".
	expires time.Time
	// ref is the Supabase project that it is of, "" if it names none.
	ref string
}

// parseToken reads a token; nil if the text is none.
func parseToken(text string) *token {
	if len(text) > maxToken || strings.Count(text, ".") != 2 || !strings.HasPrefix(text, "ey") {
		return nil
	}
	parts := strings.Split(text, ".")
	var raw [3][]byte
	for i, p := range parts {
		b, err := base64.RawURLEncoding.DecodeString(p)
		if err != nil {
			return nil
		}
		raw[i] = b
	}
	var header struct {
		Alg string `json:"alg"`
	}
	var claims struct {
		Exp json.RawMessage `json:"exp"`
		Ref any             `json:"ref"`
		Iss any             `json:"iss"`
	}
	if json.Unmarshal(raw[0], &header) != nil || header.Alg == "" || !isObject(raw[1]) {
		return nil
	}
	t := &token{alg: header.Alg, signed: []byte(parts[0] + "." + parts[1]), signature: raw[2]}
	_ = json.Unmarshal(raw[1], &claims) // it is an object
	const lastYear = 253402300800       // the year 10,000
	if s, err := strconv.ParseFloat(string(claims.Exp), 64); err == nil && s > 0 && s < lastYear {
		t.expires = time.Unix(int64(s), 0).UTC()
	}
	if ref, ok := claims.Ref.(string); ok && claims.Iss == "supabase" && supabaseRef(ref) {
		t.ref = ref
	}
	return t
}

// isObject says that a text is one JSON object.
func isObject(b []byte) bool {
	var all map[string]json.RawMessage
	return json.Unmarshal(b, &all) == nil && all != nil
}

// algorithm is a signature of RFC 7518, section 3.1, or RFC 8037.
type algorithm struct {
	kind  string // "HS", "RS", "PS", "ES", "EdDSA"
	hash  crypto.Hash
	curve elliptic.Curve // of ES
}

// algorithms are those that the standard library can check, by the header's alg.
var algorithms = map[string]algorithm{
	"HS256": {"HS", crypto.SHA256, nil}, "HS384": {"HS", crypto.SHA384, nil}, "HS512": {"HS", crypto.SHA512, nil},
	"RS256": {"RS", crypto.SHA256, nil}, "RS384": {"RS", crypto.SHA384, nil}, "RS512": {"RS", crypto.SHA512, nil},
	"PS256": {"PS", crypto.SHA256, nil}, "PS384": {"PS", crypto.SHA384, nil}, "PS512": {"PS", crypto.SHA512, nil},
	"ES256": {"ES", crypto.SHA256, elliptic.P256()}, "ES384": {"ES", crypto.SHA384, elliptic.P384()},
	"ES512": {"ES", crypto.SHA512, elliptic.P521()}, "EdDSA": {"EdDSA", 0, nil}, "Ed25519": {"EdDSA", 0, nil},
}

// shared says that the token is signed with a shared secret. One whose signature has
// not the length of its hash is not signed at all.
func (t *token) shared() bool {
	a := algorithms[t.alg]
	return a.kind == "HS" && len(t.signature) == a.hash.Size()
}

// paired says that the token is signed with a private key.
func (t *token) paired() bool {
	kind := algorithms[t.alg].kind
	return kind != "" && kind != "HS" && len(t.signature) > 0
}

// signedWith says whether a shared secret gives the token's signature.
func (t *token) signedWith(secret []byte) bool {
	mac := hmac.New(func() hash.Hash { return algorithms[t.alg].hash.New() }, secret)
	_, _ = mac.Write(t.signed)
	return hmac.Equal(mac.Sum(nil), t.signature)
}

// signedBy says whether the private half of a public key made the token's signature.
// The algorithm's kind of key must be that of the key: a public key is no secret to
// check HS256 with.
func (t *token) signedBy(pub crypto.PublicKey) bool {
	a := algorithms[t.alg]
	if pub, ok := pub.(ed25519.PublicKey); ok {
		return a.kind == "EdDSA" && len(t.signature) == ed25519.SignatureSize && ed25519.Verify(pub, t.signed, t.signature)
	}
	if a.hash == 0 || a.kind == "HS" {
		return false
	}
	h := a.hash.New()
	_, _ = h.Write(t.signed)
	sum := h.Sum(nil)
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return a.kind == "RS" && rsa.VerifyPKCS1v15(pub, a.hash, sum, t.signature) == nil ||
			a.kind == "PS" && rsa.VerifyPSS(pub, a.hash, sum, t.signature, nil) == nil
	case *ecdsa.PublicKey:
		size := (pub.Params().BitSize + 7) / 8
		if a.kind != "ES" || a.curve != pub.Curve || len(t.signature) != 2*size {
			return false
		}
		r, s := new(big.Int).SetBytes(t.signature[:size]), new(big.Int).SetBytes(t.signature[size:])
		return ecdsa.Verify(pub, sum, r, s)
	}
	return false
}

// scalar makes the public key of the member d of a JSON Web Key, of the kind that the
// token is signed with; nil if it can't be one.
func (t *token) scalar(d []byte) crypto.PublicKey {
	a := algorithms[t.alg]
	switch {
	case a.kind == "EdDSA" && len(d) == ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(d).Public()
	case a.kind == "ES" && len(d) == (a.curve.Params().BitSize+7)/8:
		if k := scalarKey(a.curve, d); k != nil {
			return &k.PublicKey
		}
	}
	return nil
}

// secretBytes are what a text may stand for as a shared secret: itself, or what it is
// in base64, base64url or hexadecimal. Libraries differ in which they mean; some leave
// out of a text what is no base64 (Java's DatatypeConverter, which the first versions
// of jjwt use) and drop what is too short to be a byte.
func secretBytes(text string) [][]byte {
	if text == "" || len(text) > maxSecret {
		return nil
	}
	seen := map[string]bool{}
	var all [][]byte
	add := func(b []byte) {
		if len(b) > 0 && !seen[string(b)] {
			seen[string(b)] = true
			all = append(all, b)
		}
	}
	add([]byte(text))
	encoded := strings.TrimSpace(strings.TrimPrefix(text, "base64:")) // Laravel's mark
	add(looseBase64(encoded, base64.RawStdEncoding, "+/"))
	add(looseBase64(encoded, base64.RawURLEncoding, "-_"))
	if b, ok := decodeHex(encoded); ok {
		add(b)
	}
	return all
}

// maxSecret bounds a shared secret, in bytes of text.
const maxSecret = 4 << 10

// looseBase64 decodes what is base64 in a text.
func looseBase64(text string, enc *base64.Encoding, more string) []byte {
	text = strings.Map(func(r rune) rune {
		if r < 0x80 && (isAlnum(byte(r)) || strings.ContainsRune(more, r)) {
			return r
		}
		return -1
	}, text)
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	b, err := enc.DecodeString(text)
	if err != nil {
		return nil
	}
	return b
}
