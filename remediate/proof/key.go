package proof

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strings"

	"leakline/detectors"
)

// maxKeyText is more than a private key with its certificates takes, in bytes.
const maxKeyText = 64 << 10

// maxModulus bounds the modulus of RSA keys, in bits: the time that arithmetic takes
// grows with its cube.
const maxModulus = 16384

// PublicKey names the public half of a private key as [SPKI] does. The secret is what
// a scan found: the body of an armoured block (PKCS #1, PKCS #8, SEC 1, OpenSSH), a
// whole block, a block in base64, DER in base64, or a JSON Web Key that is whole. It
// is not ok for anything else, for keys under a passphrase, for kinds of keys that
// the standard library does not know, and for the member d of a JSON Web Key alone,
// which does not say of which curve it is.
//
// The public half of an OpenSSH key under a passphrase stands in clear beside it, so
// that one is ok: it is what the file says, where all others are computed.
func PublicKey(secret detectors.Secret) (spki string, ok bool) {
	return publicHalf(secret.Reveal())
}

// publicHalf is PublicKey of a plaintext.
func publicHalf(text string) (spki string, ok bool) {
	p := readPrivate(text)
	if p.public == nil {
		return "", false
	}
	spki = SPKI(p.public)
	return spki, spki != ""
}

// SPKI names a public key: "spki-sha256:" and the hexadecimal SHA-256 of its
// SubjectPublicKeyInfo in DER (RFC 5280, section 4.1.2.7), whatever form it was read
// from. It is "" for kinds of keys that the standard library does not know.
func SPKI(pub crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return "spki-sha256:" + hex.EncodeToString(sum[:])
}

// private is what a text says of a private key.
type private struct {
	public crypto.PublicKey // nil if there is no key
	locked bool             // the public half is what the file says; the private one was not seen
}

// readPrivate reads a private key in any form that a scan gives. It keeps nothing of
// the private half.
func readPrivate(text string) private {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || len(text) > maxKeyText:
	case strings.HasPrefix(text, "{"):
		var k jwk
		if json.Unmarshal([]byte(text), &k) == nil {
			return k.private()
		}
	case strings.Contains(text, "-----BEGIN "):
		return armoured(text)
	default:
		der, ok := decodeBase64(text)
		switch {
		case !ok:
		case bytes.Contains(der, []byte("-----BEGIN ")):
			return armoured(string(der))
		default:
			return binaryKey(der)
		}
	}
	return private{}
}

// armoured reads the first block that is a private key, however its lines are broken:
// hosts write line ends as escapes, or as blanks. A block with headers is under a
// passphrase (RFC 1421).
func armoured(text string) private {
	for range maxBlocks {
		_, after, begins := strings.Cut(text, "-----BEGIN ")
		label, after, ok := strings.Cut(after, "-----")
		body, rest, ends := strings.Cut(after, "-----END ")
		if !begins || !ok || !ends {
			break
		}
		text = rest
		if !strings.HasSuffix(label, "PRIVATE KEY") || strings.Contains(body, ":") {
			continue
		}
		body = strings.Join(strings.Fields(lineEnds.Replace(body)), "")
		if der, ok := decodeBase64(body); ok {
			if p := binaryKey(der); p.public != nil {
				return p
			}
		}
	}
	return private{}
}

// lineEnds undoes what hosts write for a line end.
var lineEnds = strings.NewReplacer(`\\n`, "\n", `\\r`, "\n", `\n`, "\n", `\r`, "\n", `\`, "")

// binaryKey reads a key without its armour. The forms exclude one another.
func binaryKey(der []byte) private {
	if rest, ok := bytes.CutPrefix(der, []byte(opensshMagic)); ok {
		return opensshKey(rest)
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return keyOf(k)
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return keyOf(k)
	}
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return keyOf(k)
	}
	return private{}
}

// keyOf gives the public half of a key, which is computed from the private one: RSA
// keys are checked when they are parsed, and the points of curves are computed then.
func keyOf(key any) private {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return private{public: &k.PublicKey}
	case *ecdsa.PrivateKey:
		return private{public: &k.PublicKey}
	case ed25519.PrivateKey:
		return private{public: k.Public()}
	case *ecdh.PrivateKey:
		return private{public: k.PublicKey()}
	}
	return private{}
}

// decodeBase64 decodes base64 in either alphabet, with padding or without.
func decodeBase64(text string) ([]byte, bool) {
	if i := strings.IndexByte(text, '='); i >= 0 {
		if strings.Trim(text[i:], "=") != "" {
			return nil, false
		}
		text = text[:i]
	}
	enc := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		enc = base64.RawURLEncoding
	}
	b, err := enc.DecodeString(text)
	return b, err == nil
}

// jwk is a JSON Web Key (RFC 7517; the members of each kind stand in RFC 7518, section
// 6, and RFC 8037, section 2).
type jwk struct {
	Kty string `json:"kty"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Crv string `json:"crv"`
	N   string `json:"n"`
	E   string `json:"e"`
	X   string `json:"x"`
	Y   string `json:"y"`
	D   string `json:"d"`
}

// public reads the public half that a key states; nil if there is none or it is not
// one that the standard library knows.
func (k *jwk) public() crypto.PublicKey {
	switch k.Kty {
	case "RSA":
		n, ok1 := unsigned(k.N)
		e, ok2 := unsigned(k.E)
		if ok1 && ok2 {
			return rsaPublic(n, e)
		}
	case "EC":
		x, ok1 := unsigned(k.X)
		y, ok2 := unsigned(k.Y)
		if c := curveOf(k.Crv); c != nil && ok1 && ok2 {
			return point(c, x, y)
		}
	case "OKP":
		b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(k.X, "="))
		switch {
		case err != nil:
		case k.Crv == "Ed25519" && len(b) == ed25519.PublicKeySize:
			return ed25519.PublicKey(b)
		case k.Crv == "X25519":
			if p, err := ecdh.X25519().NewPublicKey(b); err == nil {
				return p
			}
		}
	}
	return nil
}

// private reads a key whose member d is there and belongs to the public half that it
// states.
func (k *jwk) private() private {
	pub := k.public()
	if pub == nil || k.D == "" || !belongs(k.D, pub) {
		return private{}
	}
	return private{public: pub}
}

// belongs says whether the member d of a JSON Web Key, in base64url, is the private
// half of a public key.
func belongs(d string, pub crypto.PublicKey) bool {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(d, "="))
	if err != nil || len(b) > maxModulus/8 {
		return false
	}
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return undoes(new(big.Int).SetBytes(b), pub)
	case *ecdsa.PublicKey:
		k := scalarKey(pub.Curve, b)
		return k != nil && k.PublicKey.Equal(pub)
	case ed25519.PublicKey:
		return len(b) == ed25519.SeedSize && pub.Equal(ed25519.NewKeyFromSeed(b).Public())
	case *ecdh.PublicKey:
		k, err := pub.Curve().NewPrivateKey(b)
		return err == nil && k.PublicKey().Equal(pub)
	}
	return false
}

// undoes says whether d undoes what a public key of RSA does, for a number that is no
// power of another. Without the primes there is nothing else to go by; for a d that
// does not belong it holds by chance in one of very many.
func undoes(d *big.Int, pub *rsa.PublicKey) bool {
	const slack = 64 // by so little the exponents that anybody computes are shorter than the modulus
	if d.BitLen() < pub.N.BitLen()-slack || d.Cmp(pub.N) >= 0 {
		return false
	}
	for _, m := range []int64{0x10001 + 2, 0x7fffffff - 18} {
		x := big.NewInt(m)
		y := new(big.Int).Exp(x, big.NewInt(int64(pub.E)), pub.N)
		if y.Exp(y, d, pub.N).Cmp(x) != 0 {
			return false
		}
	}
	return true
}

// scalarKey makes the key of a scalar; nil if the curve has no such key.
func scalarKey(c elliptic.Curve, scalar []byte) *ecdsa.PrivateKey {
	size := (c.Params().BitSize + 7) / 8
	scalar = bytes.TrimLeft(scalar, "\x00")
	if len(scalar) > size || len(scalar) == 0 {
		return nil
	}
	k, err := ecdsa.ParseRawPrivateKey(c, append(make([]byte, size-len(scalar)), scalar...))
	if err != nil {
		return nil
	}
	return k
}

// unsigned reads a Base64urlUInt (RFC 7518, section 2), within the bounds of an RSA
// modulus.
func unsigned(text string) (*big.Int, bool) {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(b) == 0 || len(b) > maxModulus/8+1 {
		return nil, false
	}
	return new(big.Int).SetBytes(b), true
}

// rsaPublic makes a public key of RSA; nil if it is none that anybody uses.
func rsaPublic(n, e *big.Int) crypto.PublicKey {
	if n.BitLen() < 512 || n.BitLen() > maxModulus || n.Bit(0) == 0 || e.BitLen() > 31 || e.Bit(0) == 0 || e.BitLen() < 2 {
		return nil
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}
}

// curveOf gives a curve by its name in RFC 7518, section 6.2.1.1, or RFC 5656, section
// 10.1.
func curveOf(name string) elliptic.Curve {
	switch name {
	case "P-256", "nistp256":
		return elliptic.P256()
	case "P-384", "nistp384":
		return elliptic.P384()
	case "P-521", "nistp521":
		return elliptic.P521()
	}
	return nil
}

// point makes a public key of a curve; nil if the point is not on it.
func point(c elliptic.Curve, x, y *big.Int) crypto.PublicKey {
	size := (c.Params().BitSize + 7) / 8
	if x.BitLen() > size*8 || y.BitLen() > size*8 {
		return nil
	}
	text := make([]byte, 1+2*size)
	text[0] = 4 // uncompressed: SEC 1, section 2.3.3
	x.FillBytes(text[1 : 1+size])
	y.FillBytes(text[1+size:])
	return onCurve(c, text)
}

// onCurve reads an uncompressed point.
func onCurve(c elliptic.Curve, text []byte) crypto.PublicKey {
	k, err := ecdsa.ParseUncompressedPublicKey(c, text)
	if err != nil {
		return nil
	}
	return k
}
