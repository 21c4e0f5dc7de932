package evidence

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Namespace is what signatures are made for: one that somebody gave for another
// purpose proves nothing here. See https://man.openbsd.org/ssh-keygen#Y
const Namespace = "leakline-evidence"

// Signer signs a manifest.
type Signer func(ctx context.Context, manifest []byte) (signature []byte, err error)

// SignWith signs with ssh-keygen and a key: the file of a private key, or of a public
// one whose private half an agent or a hardware key holds.
func SignWith(key string) Signer {
	return func(ctx context.Context, manifest []byte) ([]byte, error) {
		out, err := sshKeygen(ctx, manifest, "-Y", "sign", "-q", "-n", Namespace, "-f", key)
		if err != nil {
			return nil, fmt.Errorf("sign with %q: %w", key, err)
		}
		if _, err := parseSignature(out); err != nil {
			return nil, fmt.Errorf("sign with %q: %w", key, err)
		}
		return out, nil
	}
}

// sshKeygen runs OpenSSH's ssh-keygen.
func sshKeygen(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "ssh-keygen", args...)
	c.Stdin = bytes.NewReader(stdin)
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	err := c.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("%w: OpenSSH's ssh-keygen makes and checks signatures", err)
	case errors.As(err, &exit):
		text := strings.TrimSpace(complaint.String() + out.String())
		first, _, _ := strings.Cut(text, "\n")
		return nil, fmt.Errorf("ssh-keygen: %s", strings.TrimSpace(first))
	case err != nil:
		return nil, err
	}
	return out.Bytes(), nil
}

const (
	armourBegin = "-----BEGIN SSH SIGNATURE-----\n"
	armourEnd   = "-----END SSH SIGNATURE-----\n"
	armourWidth = 70
)

// parseSignature gives the public key that a signature names, in the wire format. It
// takes one spelling only: what differs from what ssh-keygen writes in a single byte is
// refused, for ssh-keygen itself overlooks white space and spare bits.
// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
func parseSignature(armoured []byte) (key []byte, err error) {
	wrong := errors.New("the signature is not as ssh-keygen writes it")
	text, begins := strings.CutPrefix(string(armoured), armourBegin)
	text, ends := strings.CutSuffix(text, armourEnd)
	if !begins || !ends {
		return nil, wrong
	}
	blob, err := base64.StdEncoding.Strict().DecodeString(strings.ReplaceAll(text, "\n", ""))
	if err != nil || armour(blob) != string(armoured) {
		return nil, wrong
	}
	rest, ok := bytes.CutPrefix(blob, []byte("SSHSIG\x00\x00\x00\x01"))
	if !ok {
		return nil, wrong
	}
	var parts [5][]byte // key, namespace, reserved, hash, signature
	for i := range parts {
		if len(rest) < 4 || uint64(len(rest)-4) < uint64(binary.BigEndian.Uint32(rest)) {
			return nil, wrong
		}
		n := binary.BigEndian.Uint32(rest)
		parts[i], rest = rest[4:4+n], rest[4+n:]
	}
	if len(rest) > 0 || len(parts[2]) > 0 {
		return nil, wrong
	}
	if string(parts[1]) != Namespace {
		return nil, fmt.Errorf("the signature was made for %q, not for %q", parts[1], Namespace)
	}
	return parts[0], nil
}

// armour writes a signature as ssh-keygen does.
func armour(blob []byte) string {
	var b strings.Builder
	b.WriteString(armourBegin)
	for text := base64.StdEncoding.EncodeToString(blob); text != ""; {
		n := min(armourWidth, len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	b.WriteString(armourEnd)
	return b.String()
}

// Trust says whose signatures count.
type Trust struct {
	// Allowed is a file of allowed signers as ssh-keygen reads it; "" takes any key,
	// and says which it was.
	Allowed string
	// Signer is who must have signed; "" is anybody of Allowed.
	Signer string
}

// signer gives who signed a manifest: a name of the allowed signers, or "" if there are
// none, and the key's fingerprint.
func (t Trust) signer(ctx context.Context, manifest, signature []byte) (name, key string, err error) {
	if _, err := parseSignature(signature); err != nil {
		return "", "", err
	}
	dir, err := os.MkdirTemp("", "leakline-")
	if err != nil {
		return "", "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	sig := filepath.Join(dir, "sig")
	if err := os.WriteFile(sig, signature, 0o600); err != nil {
		return "", "", err
	}
	out, err := sshKeygen(ctx, manifest, "-Y", "check-novalidate", "-n", Namespace, "-s", sig)
	if err != nil {
		return "", "", err
	}
	if i := bytes.Index(out, []byte("SHA256:")); i >= 0 {
		key = strings.TrimSpace(string(out[i:]))
	}
	if t.Allowed == "" {
		return "", key, nil
	}
	name = t.Signer
	if name == "" {
		out, err := sshKeygen(ctx, nil, "-Y", "find-principals", "-f", t.Allowed, "-s", sig)
		if err != nil {
			return "", key, fmt.Errorf("%q names nobody with the key %s", t.Allowed, key)
		}
		name, _, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
		name, _, _ = strings.Cut(name, ",")
	}
	if _, err := sshKeygen(ctx, manifest, "-Y", "verify", "-f", t.Allowed, "-I", name, "-n", Namespace, "-s", sig); err != nil {
		return "", key, fmt.Errorf("%s is no signature of %q by %q: %w", key, name, t.Allowed, err)
	}
	return name, key, nil
}
