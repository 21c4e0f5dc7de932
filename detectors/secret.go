package detectors

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Secret holds the plaintext of a credential. Every way of printing it that Go
// offers gives the redacted form; the plaintext comes out of [Secret.Reveal]
// alone, whose few callers a test lists.
//
// The plaintext sits behind a function value, because package fmt walks the
// unexported fields of a struct that embeds a Secret without calling any of its
// methods: of a function it can print no more than an address.
type Secret struct {
	plain  func() string
	prefix string
}

// NewSecret wraps a copy of a plaintext.
func NewSecret[T string | []byte](plain T) Secret {
	s := string(plain)
	return Secret{plain: func() string { return s }}
}

// WithPrefix returns the secret with a prefix that may be shown: a literal of
// the catalogue, which is public, never text that was only found. A prefix that
// the secret does not begin with is not shown.
func (s Secret) WithPrefix(literal string) Secret {
	if !strings.HasPrefix(s.Reveal(), literal) {
		literal = ""
	}
	return Secret{plain: s.plain, prefix: literal}
}

// Reveal returns the plaintext.
func (s Secret) Reveal() string {
	if s.plain == nil {
		return ""
	}
	return s.plain()
}

// Len is the length of the plaintext in bytes.
func (s Secret) Len() int { return len(s.Reveal()) }

// String gives the redacted form: the public prefix, if it has one, and the
// length: "sk-ant-api03-…(108)".
func (s Secret) String() string { return fmt.Sprintf("%s…(%d)", s.prefix, s.Len()) }

// GoString, Format, MarshalText, MarshalJSON and LogValue all give what String
// gives.
func (s Secret) GoString() string { return s.String() }

// Format implements fmt.Formatter for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText implements encoding.TextMarshaler.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON implements json.Marshaler.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Key keys fingerprints, so that a weak secret can't be guessed from what is
// stored.
type Key struct {
	secret Secret
	id     string
	run    bool
}

// NewKey makes a key from its text, which must have at least 16 bytes.
func NewKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	if len(text) < 16 {
		return Key{}, fmt.Errorf("a fingerprint key needs at least 16 bytes, this one has %d", len(text))
	}
	sum := sha256.Sum256([]byte("leakline key id\x00" + text))
	return Key{secret: NewSecret(text), id: hex.EncodeToString(sum[:4])}, nil
}

// RunKey makes a random key for this run only: its fingerprints compare with
// each other and with nothing else.
func RunKey() Key {
	k, err := NewKey(rand.Text() + rand.Text())
	if err != nil {
		panic(err) // rand.Text always has 26 characters
	}
	k.run = true
	return k
}

// ID is the key's public name: 8 hexadecimal digits.
func (k Key) ID() string { return k.id }

// Run says that the key lives for this run only.
func (k Key) Run() bool { return k.run }

// Fingerprint is the stable id of a secret: "v1:" + key id + ":" + the
// hexadecimal HMAC-SHA-256 of the secret's canonical text under the key. It
// depends on the secret alone, not on detector, path, line or commit.
func (k Key) Fingerprint(s Secret) string {
	mac := hmac.New(sha256.New, []byte(k.secret.Reveal()))
	_, _ = io.WriteString(mac, s.Reveal())
	return "v1:" + k.id + ":" + hex.EncodeToString(mac.Sum(nil))
}
