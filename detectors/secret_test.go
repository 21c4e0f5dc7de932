package detectors_test

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"leakline/detectors"
)

// plain is a plaintext without any shape of a key.
const plain = "correct horse battery staple"

// holder keeps a secret in an unexported field, where package fmt finds it by
// reflection and calls none of its methods.
type holder struct {
	Name   string
	secret detectors.Secret
	nested struct{ inner []detectors.Secret }
	byKey  map[string]detectors.Secret
	any    any
	ptr    *detectors.Secret
}

// forms are the ways in which bytes are printed.
func forms(s string) []string {
	var decimal []string
	for _, b := range []byte(s) {
		decimal = append(decimal, fmt.Sprint(b))
	}
	return []string{
		s, hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s))), strings.Join(decimal, " "),
		strings.Join(decimal, ","), fmt.Sprintf("% x", s), fmt.Sprintf("%U", []rune(s)),
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	s := detectors.NewSecret(plain)
	h := holder{Name: "x", secret: s, byKey: map[string]detectors.Secret{"k": s}, any: s, ptr: &s}
	h.nested.inner = []detectors.Secret{s}
	var out bytes.Buffer
	for _, v := range []any{s, &s, h, &h, []any{s, h}, map[string]any{"a": h}, fmt.Errorf("wrap %v: %+v", s, h)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%T", "%U", "%c", "%o", "%b", "%t", "%e", "%w"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		fmt.Fprintln(&out, v)
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
		if b, err := xml.Marshal(v); err == nil {
			out.Write(b)
		}
		_ = gob.NewEncoder(&out).Encode(v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("text", "v", v, "group", slog.GroupValue(slog.Any("in", v)))
		slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "v", v)
	}
	if out.Len() < 2000 {
		t.Fatalf("only %d bytes were printed: the test tests nothing", out.Len())
	}
	for _, f := range forms(plain) {
		if strings.Contains(out.String(), f) {
			t.Errorf("the plaintext was printed in a form of %d bytes", len(f))
		}
	}
	if s.Reveal() != plain || s.Len() != len(plain) {
		t.Error("Reveal does not give the plaintext")
	}
}

func TestSecretShowsItsPublicPrefix(t *testing.T) {
	s := detectors.NewSecret("vendor_live_0123")
	for _, c := range []struct{ prefix, want string }{
		{"", "…(16)"},
		{"vendor_live_", "vendor_live_…(16)"},
		{"other_", "…(16)"}, // what the secret does not begin with is not shown
	} {
		if got := s.WithPrefix(c.prefix).String(); got != c.want {
			t.Errorf("with prefix %q: %s, want %s", c.prefix, got, c.want)
		}
	}
	if got := (detectors.Secret{}).String(); got != "…(0)" {
		t.Errorf("the zero secret is %s", got)
	}
}

// TestFingerprint holds the definition: HMAC-SHA-256 under the key, in
// hexadecimal. The vector was computed with
// printf %s 'correct horse battery staple' | openssl dgst -sha256 -hmac 'a key of at least 16 bytes'.
func TestFingerprint(t *testing.T) {
	key, err := detectors.NewKey(" a key of at least 16 bytes\n")
	if err != nil {
		t.Fatal(err)
	}
	const digest = "8fe37d123f3d10f5385975d29970abdf68bbd15ecaae1c940438e22689bcb303"
	if got, want := key.Fingerprint(detectors.NewSecret(plain)), "v1:"+key.ID()+":"+digest; got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
	if len(key.ID()) != 8 || key.Run() {
		t.Errorf("key id %q, for this run %v", key.ID(), key.Run())
	}
	other, err := detectors.NewKey("another key of 16 bytes")
	if err != nil {
		t.Fatal(err)
	}
	if key.Fingerprint(detectors.NewSecret(plain)) == other.Fingerprint(detectors.NewSecret(plain)) {
		t.Error("two keys give one fingerprint")
	}
	if a, b := detectors.RunKey(), detectors.RunKey(); a.ID() == b.ID() || !a.Run() {
		t.Error("keys of two runs are equal, or don't say what they are")
	}
	if _, err := detectors.NewKey("too short"); err == nil || !strings.Contains(err.Error(), "at least 16 bytes") {
		t.Errorf("a short key gives %v", err)
	}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		fmt.Fprintf(&out, verb, key)
	}
	if strings.Contains(out.String(), "a key of") {
		t.Error("a key prints its text")
	}
}
