package sample

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// pem armours random bytes. Keys in DER begin with a SEQUENCE of their length, OpenPGP's
// with a packet's header, and OpenSSH's have the whole structure; the rest is random.
func (e *expander) pem(label string, size int) string {
	body := e.bytes(size)
	switch {
	case strings.HasPrefix(label, "OPENSSH"):
		body = e.openSSH(size)
	case strings.HasPrefix(label, "PGP PRIVATE") && size > 9:
		// A secret key packet of version 4, an RSA key (RFC 9580, section 5.5.3).
		copy(body, []byte{0x95, byte((size - 3) >> 8), byte(size - 3), 4})
		body[8] = 1
	case strings.HasSuffix(label, "PRIVATE KEY") && size > 4+255:
		copy(body, []byte{0x30, 0x82, byte((size - 4) >> 8), byte(size - 4), 0x02, 0x01, 0x00})
	case strings.HasSuffix(label, "PRIVATE KEY") && size > 2+127: // 130 bytes take the longer form too
		copy(body, []byte{0x30, 0x81, byte(size - 3), 0x02, 0x01})
	case strings.HasSuffix(label, "PRIVATE KEY") && size > 2:
		copy(body, []byte{0x30, byte(size - 2)})
	}
	text := base64.StdEncoding.EncodeToString(body)
	width := 64
	if strings.HasPrefix(label, "OPENSSH") {
		width = 70 // what ssh-keygen breaks at
	}
	var b strings.Builder
	b.WriteString("-----BEGIN " + label + "-----\n")
	for len(text) > width {
		b.WriteString(text[:width] + "\n")
		text = text[width:]
	}
	b.WriteString(text + "\n-----END " + label + "-----")
	return b.String()
}

// openSSH makes a private key file without a passphrase of a number of bytes: RSA if
// that is enough for one of 1,024 bits, else Ed25519. The comment makes up for what
// the numbers leave. A key that is shorter than the shortest is cut off there. The
// layout is that of
// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key.
func (e *expander) openSSH(size int) []byte {
	const leastRSA = 800
	var public, private []byte
	check := e.bytes(4)
	private = append(append(private, check...), check...)
	if size >= leastRSA {
		// n and d are as long as the key, the three others half as long; with n in both
		// halves that is 4.5 times its length.
		length := (size - 250) * 2 / 9 / 8 * 8
		n := e.number(length)
		public = sshStrings([]byte("ssh-rsa"), []byte{1, 0, 1}, n)
		private = append(private, sshStrings([]byte("ssh-rsa"), n, []byte{1, 0, 1}, e.number(length),
			e.number(length/2), e.number(length/2), e.number(length/2))...)
	} else {
		point := e.bytes(32)
		public = sshStrings([]byte("ssh-ed25519"), point)
		private = append(private, sshStrings([]byte("ssh-ed25519"), point, append(e.bytes(32), point...))...)
	}
	head := "openssh-key-v1\x00" + string(sshStrings([]byte("none"), []byte("none"), nil)) + "\x00\x00\x00\x01" + string(sshStrings(public))
	fill := max(size-len(head)-4-len(private)-4, 0)
	private = append(private, sshStrings(e.comment(fill))...)
	return []byte(head + string(sshStrings(private)))[:size]
}

// comment is a text of letters.
func (e *expander) comment(size int) []byte {
	b := e.bytes(size)
	for i := range b {
		b[i] = 'a' + b[i]%26
	}
	return b
}

// number is a multiple-precision integer of a number of bytes, whose first bit is
// set, behind the zero byte that keeps it positive (RFC 4251, section 5).
func (e *expander) number(size int) []byte {
	b := e.bytes(size + 1)
	b[0], b[1] = 0, b[1]|0x80
	return b
}

// sshStrings writes texts as strings of the SSH protocol, each behind its length in
// four bytes (RFC 4251, section 5).
func sshStrings(texts ...[]byte) []byte {
	var b []byte
	for _, t := range texts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(t)))
		b = append(b, t...)
	}
	return b
}
