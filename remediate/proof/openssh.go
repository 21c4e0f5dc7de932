package proof

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"strings"
)

// opensshMagic begins a private key of OpenSSH.
// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
const opensshMagic = "openssh-key-v1\x00"

// opensshKey reads what follows the magic word: cipher, key derivation and its options,
// the number of keys, the public half, and the private half, which holds the public
// one once more.
func opensshKey(data []byte) private {
	r := sshReader{data}
	cipher := r.text()
	r.text() // the derivation
	r.text() // its options
	count := r.number()
	pub := sshPublic(r.text())
	body := r.text()
	if pub == nil || count != 1 || body == nil {
		return private{}
	}
	if string(cipher) != "none" {
		return private{public: pub, locked: true}
	}
	if !sshPrivate(body, pub) {
		return private{}
	}
	return private{public: pub}
}

// sshPublic reads a public key (RFC 4253, section 6.6; RFC 5656, section 3.1; RFC
// 8709, section 4). It is nil for kinds that the standard library does not know.
func sshPublic(blob []byte) crypto.PublicKey {
	r := sshReader{blob}
	switch kind := string(r.text()); kind {
	case "ssh-rsa":
		e, n := r.integer(), r.integer()
		if e != nil && n != nil {
			return rsaPublic(n, e)
		}
	case "ssh-ed25519":
		if k := r.text(); len(k) == ed25519.PublicKeySize {
			return ed25519.PublicKey(k)
		}
	default:
		name, ok := strings.CutPrefix(kind, "ecdsa-sha2-")
		curve := curveOf(name)
		if !ok || curve == nil || string(r.text()) != name {
			return nil
		}
		return onCurve(curve, r.text())
	}
	return nil
}

// sshPrivate says whether the private half belongs to a public key.
func sshPrivate(body []byte, pub crypto.PublicKey) bool {
	r := sshReader{body}
	if first, second := r.number(), r.number(); first != second {
		return false // they are the same in every key
	}
	url := base64.RawURLEncoding.EncodeToString
	switch kind := string(r.text()); kind {
	case "ssh-rsa":
		r.integer() // the modulus
		r.integer() // the exponent
		d := r.integer()
		return d != nil && belongs(url(d.Bytes()), pub)
	case "ssh-ed25519":
		r.text() // the public half
		k := r.text()
		return len(k) == ed25519.PrivateKeySize && belongs(url(k[:ed25519.SeedSize]), pub)
	default:
		r.text() // the curve
		r.text() // the public half
		d := r.integer()
		return d != nil && belongs(url(d.Bytes()), pub)
	}
}

// sshLine reads a line of a file of public keys: "ssh-ed25519 AAAA… comment", with
// options before it in authorized_keys (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
func sshLine(line []byte) crypto.PublicKey {
	for i, field := range bytes.Fields(line) {
		if i > 8 {
			break
		}
		if !bytes.HasPrefix(field, []byte("AAAA")) {
			continue
		}
		blob, err := base64.StdEncoding.DecodeString(string(field))
		if err != nil {
			continue
		}
		if pub := sshPublic(blob); pub != nil {
			return pub
		}
	}
	return nil
}

// sshReader reads the data types of the SSH protocol (RFC 4251, section 5). Past the
// end it gives nothing.
type sshReader struct{ rest []byte }

func (r *sshReader) number() uint32 {
	if len(r.rest) < 4 {
		r.rest = nil
		return 0
	}
	n := binary.BigEndian.Uint32(r.rest)
	r.rest = r.rest[4:]
	return n
}

// text reads a string; nil if there is none.
func (r *sshReader) text() []byte {
	if len(r.rest) < 4 {
		r.rest = nil
		return nil
	}
	n := uint64(r.number())
	if n > uint64(len(r.rest)) {
		r.rest = nil
		return nil
	}
	text := r.rest[:n:n]
	r.rest = r.rest[n:]
	return text
}

// integer reads a positive number within the bounds of an RSA modulus; nil if there is
// none.
func (r *sshReader) integer() *big.Int {
	text := r.text()
	if len(text) == 0 || len(text) > maxModulus/8+1 || text[0]&0x80 != 0 {
		return nil
	}
	return new(big.Int).SetBytes(text)
}
