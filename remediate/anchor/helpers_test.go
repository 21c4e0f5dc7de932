package anchor

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/proof"
)

var day0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func onDay(n int) time.Time { return day0.AddDate(0, 0, n) }

// pair is a key pair that a test made.
type pair struct {
	private crypto.Signer
	spki    string
}

// rsaPairs makes few keys of RSA, which take long.
var rsaPairs = sync.OnceValue(func() [3]pair {
	var out [3]pair
	for i := range out {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[i] = pair{k, proof.SPKI(k.Public())}
	}
	return out
})

func ecPair(t testing.TB, c elliptic.Curve) pair {
	t.Helper()
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pair{k, proof.SPKI(k.Public())}
}

func edPair(t testing.TB) pair {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pair{k, proof.SPKI(k.Public())}
}

// leaked is the name that a finding's private key gets by itself.
func (p pair) leaked(t testing.TB) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(p.private)
	if err != nil {
		t.Fatal(err)
	}
	name, ok := proof.PublicKey(detectors.NewSecret(base64.StdEncoding.EncodeToString(der)))
	if !ok {
		t.Fatal("a private key has no public half")
	}
	return name
}

// jwk writes a JSON Web Key by hand (RFC 7518, section 6).
func (p pair) jwk(kid string) map[string]any {
	b64 := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	out := map[string]any{"kid": kid, "use": "sig"}
	switch k := p.private.Public().(type) {
	case *rsa.PublicKey:
		out["kty"], out["n"], out["e"] = "RSA", b64(k.N.Bytes()), b64(big.NewInt(int64(k.E)).Bytes())
	case *ecdsa.PublicKey:
		raw, err := k.Bytes()
		if err != nil {
			panic(err)
		}
		half := (len(raw) - 1) / 2
		out["kty"], out["crv"], out["x"], out["y"] = "EC", k.Curve.Params().Name, b64(raw[1:1+half]), b64(raw[1+half:])
	case ed25519.PublicKey:
		out["kty"], out["crv"], out["x"] = "OKP", "Ed25519", b64(k)
	}
	return out
}

// jwks writes a key set.
func jwks(keys ...map[string]any) string {
	if keys == nil {
		keys = []map[string]any{}
	}
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// openssl runs the real one in a folder.
func openssl(t testing.TB, dir string, args ...string) {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
			t.Fatal("openssl is missing: apt-get install openssl")
		}
		t.Skip("openssl is missing: apt-get install openssl")
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// certificateOf makes a certificate with OpenSSL, with further arguments of its req, and
// gives it in PEM with the name of its key as OpenSSL tells it.
func certificateOf(t testing.TB, name string, args ...string) (text, spki string) {
	t.Helper()
	dir := t.TempDir()
	args = append([]string{"req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30", "-subj", "/CN=" + name}, args...)
	openssl(t, dir, args...)
	openssl(t, dir, "x509", "-in", "cert.pem", "-noout", "-pubkey", "-out", "pub.pem")
	openssl(t, dir, "pkey", "-pubin", "-in", "pub.pem", "-outform", "DER", "-out", "pub.der")
	openssl(t, dir, "dgst", "-sha256", "-hex", "-r", "-out", "digest", "pub.der")
	read := func(file string) string {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	sum, _, _ := strings.Cut(read("digest"), " ")
	return read("cert.pem"), "spki-sha256:" + sum
}

// body is the base64 of a certificate in PEM, in lines as metadata has it.
func body(t testing.TB, text string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatal("no certificate")
	}
	var b bytes.Buffer
	encoded := base64.StdEncoding.EncodeToString(block.Bytes)
	for ; len(encoded) > 64; encoded = encoded[64:] {
		b.WriteString(encoded[:64] + "\n  ")
	}
	return b.String() + encoded
}

// entity writes the metadata of an identity provider with keys, as use and certificate.
func entity(id, attributes string, keys ...[2]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID=%q %s>
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`, id, attributes)
	for _, k := range keys {
		use := ""
		if k[0] != "" {
			use = fmt.Sprintf(" use=%q", k[0])
		}
		fmt.Fprintf(&b, `
<md:KeyDescriptor%s><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
%s
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`, use, k[1])
	}
	b.WriteString("\n<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://idp.example.com/sso\"/>\n</md:IDPSSODescriptor></md:EntityDescriptor>")
	return b.String()
}

// fileAnchor is an anchor in a file of a test; write changes what it shows.
func fileAnchor(t testing.TB, kind Kind) (a Anchor, write func(text string)) {
	path := filepath.Join(t.TempDir(), "anchor")
	return Anchor{Name: "idp", Kind: kind, File: path}, func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// names are the names of the keys that a state shows.
func (s *State) names() []string {
	var out []string
	for _, k := range s.Keys {
		if k.Gone.IsZero() {
			out = append(out, k.SPKI)
		}
	}
	return out
}
