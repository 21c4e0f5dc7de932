package engine

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
)

// keyBlock is what the decoded body of an armoured block says of itself.
type keyBlock struct {
	none    bool // it is not what its label says
	proven  bool // its structure is that of its label, to the last byte
	cut     bool // its structure says that there was more
	damaged bool // it is whole, and nothing can load it
	locked  bool // it takes a passphrase to use it
	opaque  bool // it is not what its label says, yet random enough to be some key
}

// A body that is no key of its label's kind is still looked at: a format of which we
// know too little, a key that was altered before it was pasted. These are the least
// length and the least entropy, in bits a character, of such a body: random base64 of
// this length has 5.5 (the 6 of the alphabet less what so short a sample lacks), prose
// without its blanks at most 4.5.
const (
	minOpaque     = 100
	opaqueEntropy = 5.2
)

// opaqueBody says whether a body is base64 as a whole, and random.
func opaqueBody(body string) bool {
	_, whole, _ := decodeLoose(body)
	return whole && len(body) >= minOpaque && entropy(body) >= opaqueEntropy
}

// readKey judges a body by its label. Encrypted says that the block's headers name
// a cipher, so that the body is its output.
func readKey(label, body string, encrypted bool) keyBlock {
	data, whole, _ := decodeLoose(body) // no data is no structure
	switch {
	case encrypted:
		// The ciphers of RFC 1421 headers work on blocks of 8 or 16 bytes.
		return keyBlock{locked: true, proven: whole && len(data) > 0 && len(data)%8 == 0}
	case derLabels[label]:
		complete, ok := derSequence(body)
		return keyBlock{none: !ok, cut: !complete, proven: complete && whole, locked: label == "ENCRYPTED PRIVATE KEY"}
	case label == "OPENSSH PRIVATE KEY":
		return openSSHKey(data)
	case strings.HasPrefix(label, "PGP "):
		return openPGPKey(data, whole)
	case strings.HasPrefix(label, "SSH2 "):
		return ssh2Key(data)
	case strings.HasPrefix(label, "OpenVPN Static "):
		return keyBlock{none: !all(body, isHex), cut: len(body) < 2*openVPNKey, proven: len(body) == 2*openVPNKey}
	case strings.HasPrefix(label, "OpenVPN "), strings.HasPrefix(label, "NEBULA "):
		return keyBlock{none: !whole, proven: whole && len(data) > 0, locked: strings.Contains(label, "ENCRYPTED")}
	}
	return keyBlock{proven: whole && json.Valid(data), locked: true} // cosign's
}

// openVPNKey is the length of OpenVPN's static key, in bytes: four of 64
// (https://github.com/OpenVPN/openvpn/blob/master/doc/man-sections/tls-options.rst).
const openVPNKey = 256

// ssh2Key reads the outer structure of a key of ssh.com: a magic number, the length,
// the type and the cipher, which may be none whatever the label says
// (https://git.tartarus.org/?p=simon/putty.git;a=blob;f=import.c).
func ssh2Key(data []byte) keyBlock {
	const head = 8
	rest, ok := strings.CutPrefix(string(data), "\x3f\x6f\xf9\xeb")
	if !ok || len(rest) < head {
		return keyBlock{none: true}
	}
	total := uint64(binary.BigEndian.Uint32([]byte(rest[:4])))
	_, rest, ok = sshString(rest[4:])
	cipher, _, ok2 := sshString(rest)
	if !ok || !ok2 {
		return keyBlock{none: true}
	}
	whole := total <= uint64(len(data))
	return keyBlock{cut: !whole, proven: whole, locked: cipher != "none"}
}

// derLabels are the labels of keys in DER, whose first byte begins a SEQUENCE
// (RFC 5958; RFC 5915; RFC 8017, appendix A.1.2).
var derLabels = map[string]bool{
	"PRIVATE KEY": true, "RSA PRIVATE KEY": true, "EC PRIVATE KEY": true, "DSA PRIVATE KEY": true, "ENCRYPTED PRIVATE KEY": true,
}

// derSequence says whether a text in base64 begins a SEQUENCE of DER, and whether all
// of it is there. A few bytes may be lost to the host's own marks.
func derSequence(body string) (whole, ok bool) {
	const head, slack = 8, 8
	if len(body) < head {
		return false, false
	}
	b, err := base64.StdEncoding.DecodeString(body[:head])
	if err != nil || b[0] != 0x30 {
		return false, false
	}
	length, width := int(b[1]), 2
	switch b[1] {
	case 0x81:
		length, width = int(b[2]), 3
	case 0x82:
		length, width = int(b[2])<<8|int(b[3]), 4
	}
	if b[1] == 0x80 || b[1] > 0x82 {
		return false, false
	}
	return len(strings.TrimRight(body, "="))*3/4+slack >= length+width, true
}

// openSSHKey reads the outer structure of an OpenSSH key: the magic word, the names
// of cipher and key derivation and its options, the number of keys, the public half
// and the private half, which begins with the same number twice if it is not
// encrypted (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key).
func openSSHKey(data []byte) keyBlock {
	const longestName = 64
	rest, ok := strings.CutPrefix(string(data), "openssh-key-v1\x00")
	if !ok {
		return keyBlock{none: true}
	}
	cipher, rest, ok := sshString(rest)
	if !ok || cipher == "" || len(cipher) > longestName { // no key is cut off that early
		return keyBlock{none: true}
	}
	k := keyBlock{locked: cipher != "none"}
	for range 2 { // the derivation's name and its options
		if _, rest, ok = sshString(rest); !ok {
			return keyBlock{none: true}
		}
	}
	rest, one := strings.CutPrefix(rest, "\x00\x00\x00\x01") // ssh-keygen writes one key a file
	_, rest, ok = sshString(rest)
	if !one || !ok {
		return keyBlock{none: true}
	}
	private, _, ok := sshString(rest)
	if !ok { // a part of the private half may be all that matters of it
		k.cut = true
		k.none = len(rest) < 4 || uint64(len(rest)-4) < uint64(binary.BigEndian.Uint32([]byte(rest)))/2
		return k
	}
	k.proven = true
	k.damaged = !k.locked && (len(private) < 8 || private[:4] != private[4:8])
	return k
}

// sshString cuts off a string of the SSH protocol, which begins with its length in
// four bytes (RFC 4251, section 5).
func sshString(s string) (text, rest string, ok bool) {
	if len(s) < 4 {
		return "", s, false
	}
	n := binary.BigEndian.Uint32([]byte(s[:4]))
	if uint64(n) > uint64(len(s)-4) {
		return "", s, false
	}
	return s[4 : 4+n], s[4+n:], true
}

// openPGPKey reads the header of the first packet, which is a secret key, in the old
// form of lengths or the new one, and the version behind it (RFC 9580, sections 4.2
// and 5.5.3).
func openPGPKey(data []byte, whole bool) keyBlock {
	const secretKey, oldest, newest = 5, 3, 6
	b := append(data[:len(data):len(data)], make([]byte, 8)...)
	tag, length, head := int(b[0]>>2&0x0f), 0, 0
	switch first := int(b[1]); {
	case b[0]&0xc0 == 0xc0: // the new form
		tag = int(b[0] & 0x3f)
		switch {
		case first < 192:
			length, head = first, 2
		case first < 224:
			length, head = (first-192)<<8+int(b[2])+192, 3
		case first == 255:
			length, head = int(binary.BigEndian.Uint32(b[2:6])), 6
		}
	case b[0]&3 == 0:
		length, head = first, 2
	case b[0]&3 == 1:
		length, head = int(binary.BigEndian.Uint16(b[1:3])), 3
	case b[0]&3 == 2:
		length, head = int(binary.BigEndian.Uint32(b[1:5])), 5
	}
	if b[0]&0x80 == 0 || tag != secretKey || head == 0 || b[head] < oldest || b[head] > newest {
		return keyBlock{none: true}
	}
	cut := head+length > len(data)
	k := keyBlock{cut: cut, proven: whole && !cut}
	if !cut {
		k.locked = lockedPGP(data[head : head+length])
	}
	return k
}

// decodeLoose decodes a body in base64, as far as it goes: padding may be missing,
// and OpenPGP's checksum may stand behind it. Whole says that it is well formed. It
// is not ok if the body is no base64 at all.
func decodeLoose(body string) (data []byte, whole, ok bool) {
	text, tail, _ := strings.Cut(body, "=")
	padding := len(body) - len(text) - len(strings.TrimLeft(body[len(text):], "="))
	checksum := strings.TrimLeft(tail, "=")
	whole = (checksum == "" || len(checksum) == 4) && len(text)%4 != 1 && padding <= 3
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	data, err := base64.RawStdEncoding.DecodeString(text)
	return data, whole && err == nil, err == nil
}

// provenKey says whether a text is a private key, armoured or in bare DER, whose
// structure shows that all of it is there. In that many random characters a word of
// sample values stands by chance.
func provenKey(text string) bool {
	const bareDER = "MI" // a SEQUENCE of 128 bytes or more
	if _, rest, ok := strings.Cut(text, "-----BEGIN "); ok {
		label, raw, _ := strings.Cut(rest, "-----")
		raw, _, _ = strings.Cut(raw, "-----END ")
		body, encrypted := armourBody(raw)
		k := readKey(label, body, encrypted)
		return k.proven && !k.none && !blank(body)
	}
	if !strings.HasPrefix(text, bareDER) {
		return false
	}
	whole, ok := derSequence(text)
	return ok && whole && !blank(text)
}

// blank says whether a key's body is what people write where a key was: nearly
// nothing but zero bytes or ones, one character again and again, the alphabet. A
// part of a real key may look like that: lengths of 32 bits are runs of "A", the
// primes of a curve that is written out are runs of "A" and "/". So these two may be
// as much as half of it; no real key repeats any other character eight times.
func blank(body string) bool {
	const longSequence, least = 9, 3.5
	run, steps, zeros := 1, 1, 0
	for i := 1; i <= len(body); i++ {
		if i < len(body) && body[i] == body[i-1] {
			run++
			steps = 1
			continue
		}
		if run >= longRun {
			if !zeroBytes(body[i-1]) {
				return true
			}
			zeros += run
		}
		if i < len(body) && body[i] == body[i-1]+1 && isAlnum(int(body[i])) {
			steps++
		} else {
			steps = 1
		}
		if steps >= longSequence {
			return true
		}
		run = 1
	}
	return zeros*2 > len(body) || entropy(body) < least
}
