package proof

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
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

	"pgregory.net/rapid"

	"leakline/detectors"
)

// tool gives the path of a program, or skips.
func tool(t *testing.T, name, hint string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
		t.Fatalf("%s is not installed; %s", name, hint)
	}
	t.Skipf("%s is not installed; %s", name, hint)
	return ""
}

// run gives the output of a program.
func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, errs.String())
	}
	return out.Bytes()
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// smallRSA is one key for all tests that need any.
var smallRSA = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func newEC(t testing.TB, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newEd(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// pkcs8 is a key in PEM.
func pkcs8(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// body is the canonical secret of an armoured block: what a scan gives.
func body(block []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(block)) {
		if !strings.HasPrefix(line, "-----") {
			b.WriteString(strings.TrimSpace(line))
		}
	}
	return b.String()
}

// forms are the ways in which findings hold a key that is in PEM.
func forms(block []byte) map[string]string {
	return map[string]string{
		"body": body(block), "block": string(block), "block in base64": base64.StdEncoding.EncodeToString(block),
		"block with escapes": strings.ReplaceAll(string(block), "\n", `\n`), "block in a line": strings.ReplaceAll(string(block), "\n", " "),
	}
}

// TestPublicKeyAgreesWithOpenSSL: openssl makes keys of every kind and form, says what
// the public half is, and PublicKey says the same.
func TestPublicKeyAgreesWithOpenSSL(t *testing.T) {
	openssl := tool(t, "openssl", "apt-get install openssl")
	dir := t.TempDir()
	for name, args := range map[string][]string{
		"rsa":     {"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"},
		"p224":    {"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-224"},
		"p256":    {"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"},
		"p384":    {"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"},
		"p521":    {"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"},
		"ed25519": {"genpkey", "-algorithm", "ED25519"},
		"x25519":  {"genpkey", "-algorithm", "X25519"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := write(t, dir, name+".pem", run(t, openssl, args...))
			sum := sha256.Sum256(run(t, openssl, "pkey", "-in", file, "-pubout", "-outform", "DER"))
			want := "spki-sha256:" + hex.EncodeToString(sum[:])
			blocks := map[string][]byte{"PKCS #8": run(t, openssl, "pkey", "-in", file)}
			if !strings.HasSuffix(name, "25519") {
				blocks["traditional"] = run(t, openssl, "pkey", "-in", file, "-traditional")
			}
			if strings.HasPrefix(name, "p") {
				blocks["without its public half"] = run(t, openssl, "ec", "-in", file, "-no_public")
				blocks["with parameters"] = append([]byte("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"), blocks["traditional"]...)
			}
			for form, block := range blocks {
				for how, text := range forms(block) {
					if form == "with parameters" && how == "body" {
						continue // two blocks have two bodies
					}
					if got, ok := PublicKey(detectors.NewSecret(text)); !ok || got != want {
						t.Errorf("%s, %s: PublicKey = %q, %v, want %q", form, how, got, ok, want)
					}
				}
			}
			der := run(t, openssl, "pkey", "-in", file, "-outform", "DER")
			if got, _ := PublicKey(detectors.NewSecret(base64.StdEncoding.EncodeToString(der))); got != want {
				t.Errorf("DER in base64: PublicKey = %q, want %q", got, want)
			}
			pub := run(t, openssl, "pkey", "-in", file, "-pubout")
			ps, err := ReadPublic("key.pub", pub)
			if err != nil || len(ps) != 1 || ps[0].SPKI != want || ps[0].Kind != Bare {
				t.Errorf("ReadPublic = %+v, %v, want %q", ps, err, want)
			}
			locked := run(t, openssl, "pkey", "-in", file, "-aes256", "-passout", "pass:0000")
			for how, text := range forms(locked) {
				if got, ok := PublicKey(detectors.NewSecret(text)); ok {
					t.Errorf("a key under a passphrase, %s: PublicKey = %q", how, got)
				}
			}
		})
	}
}

// TestPublicKeyAgreesWithOpenSSH: ssh-keygen makes keys, exports the public half for
// openssl, and PublicKey says the same, with a passphrase too.
func TestPublicKeyAgreesWithOpenSSH(t *testing.T) {
	keygen := tool(t, "ssh-keygen", "apt-get install openssh-client")
	dir := t.TempDir()
	for name, args := range map[string][]string{
		"rsa": {"-t", "rsa", "-b", "2048"}, "ed25519": {"-t", "ed25519"},
		"p256": {"-t", "ecdsa", "-b", "256"}, "p384": {"-t", "ecdsa", "-b", "384"}, "p521": {"-t", "ecdsa", "-b", "521"},
	} {
		for _, pass := range []string{"", "correct horse"} {
			t.Run(name+"/"+pass, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(dir, name+fmt.Sprint(len(pass)))
				run(t, keygen, append(args, "-q", "-N", pass, "-C", "deploy@acme.dev", "-f", file)...)
				block, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				line, err := os.ReadFile(file + ".pub")
				if err != nil {
					t.Fatal(err)
				}
				ps, err := ReadPublic("id.pub", line)
				if err != nil || len(ps) != 1 {
					t.Fatalf("ReadPublic = %+v, %v", ps, err)
				}
				want := ps[0].SPKI
				if name != "ed25519" { // ssh-keygen does not export those
					pub, _ := pem.Decode(run(t, keygen, "-e", "-m", "PKCS8", "-f", file+".pub"))
					sum := sha256.Sum256(pub.Bytes)
					if exported := "spki-sha256:" + hex.EncodeToString(sum[:]); exported != want {
						t.Errorf("the public line gives %q, ssh-keygen exports %q", want, exported)
					}
				}
				for how, text := range forms(block) {
					if got, ok := PublicKey(detectors.NewSecret(text)); !ok || got != want {
						t.Errorf("%s: PublicKey = %q, %v, want %q", how, got, ok, want)
					}
				}
			})
		}
	}
}

// TestOpenSSHHalvesMustBelong: a file whose halves are of two keys names none.
func TestOpenSSHHalvesMustBelong(t *testing.T) {
	keygen := tool(t, "ssh-keygen", "apt-get install openssh-client")
	dir := t.TempDir()
	var raw [2][]byte
	for i := range raw {
		file := filepath.Join(dir, fmt.Sprint(i))
		run(t, keygen, "-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		raw[i] = block.Bytes
	}
	at := bytes.Index(raw[0], []byte("ssh-ed25519")) + len("ssh-ed25519") + 4
	mixed := bytes.Clone(raw[0])
	copy(mixed[at:at+ed25519.PublicKeySize], raw[1][at:])
	if _, ok := publicHalf(base64.StdEncoding.EncodeToString(raw[0])); !ok {
		t.Fatal("the whole key names none")
	}
	if got, ok := publicHalf(base64.StdEncoding.EncodeToString(mixed)); ok {
		t.Errorf("a key with another's public half names %q", got)
	}
}

// jwkOf is a private JSON Web Key.
func jwkOf(t testing.TB, kid string, key any) map[string]string {
	t.Helper()
	b := base64.RawURLEncoding.EncodeToString
	k := map[string]string{"kid": kid, "use": "sig"}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		k["kty"], k["n"], k["e"], k["d"] = "RSA", b(key.N.Bytes()), b(big.NewInt(int64(key.E)).Bytes()), b(key.D.Bytes())
	case *ecdsa.PrivateKey:
		point, err := key.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		d, err := key.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		size := len(point) / 2
		k["kty"], k["crv"], k["x"], k["y"], k["d"] = "EC", key.Params().Name, b(point[1:1+size]), b(point[1+size:]), b(d)
	case ed25519.PrivateKey:
		k["kty"], k["crv"], k["x"], k["d"] = "OKP", "Ed25519", b(key[32:]), b(key.Seed())
	case *ecdh.PrivateKey:
		k["kty"], k["crv"], k["x"], k["d"] = "OKP", "X25519", b(key.PublicKey().Bytes()), b(key.Bytes())
	}
	return k
}

// publicOf is the public half of a private JSON Web Key.
func publicOf(k map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range k {
		if name != "d" {
			out[name] = value
		}
	}
	return out
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func pairs(t testing.TB) map[string]any {
	x, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"RSA": smallRSA(), "P-256": newEC(t, elliptic.P256()), "P-384": newEC(t, elliptic.P384()),
		"P-521": newEC(t, elliptic.P521()), "Ed25519": newEd(t), "X25519": x,
	}
}

func publicHalfOf(key any) crypto.PublicKey {
	if x, ok := key.(*ecdh.PrivateKey); ok {
		return x.PublicKey()
	}
	return key.(crypto.Signer).Public()
}

// TestJWK: a whole key names its public half, whatever form it is in, and one whose
// halves are not of one pair names none.
func TestJWK(t *testing.T) {
	others := pairs(t)
	for name, key := range pairs(t) {
		want := SPKI(publicHalfOf(key))
		k := jwkOf(t, "one", key)
		if got, ok := publicHalf(string(asJSON(t, k))); !ok || got != want {
			t.Errorf("%s: PublicKey = %q, %v, want %q", name, got, ok, want)
		}
		if got, ok := publicHalf(k["d"]); ok {
			t.Errorf("%s: the member d alone names %q", name, got)
		}
		ps, err := ReadPublic("jwks.json", asJSON(t, map[string]any{"keys": []any{publicOf(k), 7, map[string]any{"kty": "oct"}}}))
		if err != nil || len(ps) != 1 || ps[0].SPKI != want || ps[0].Name != "one" || ps[0].Use != "signing" || ps[0].Private {
			t.Errorf("%s: ReadPublic = %+v, %v", name, ps, err)
		}
		if name == "RSA" {
			continue // one key serves all tests
		}
		other := jwkOf(t, "two", others[name])
		mixed := publicOf(k)
		mixed["d"] = other["d"]
		if got, ok := publicHalf(string(asJSON(t, mixed))); ok {
			t.Errorf("%s: a key with another's private half names %q", name, got)
		}
	}
	k := jwkOf(t, "one", smallRSA())
	d := new(big.Int).Add(smallRSA().D, big.NewInt(2))
	k["d"] = base64.RawURLEncoding.EncodeToString(d.Bytes())
	if got, ok := publicHalf(string(asJSON(t, k))); ok {
		t.Errorf("RSA: a key with another exponent names %q", got)
	}
}

// TestPublicKeyOfNoKey: what is no private key names none, and nothing panics.
func TestPublicKeyOfNoKey(t *testing.T) {
	for _, text := range []string{
		"", "{", "{}", "changeme", "-----BEGIN PRIVATE KEY-----", "MII=", strings.Repeat("A", maxKeyText+1),
		string(asJSON(t, map[string]string{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB"})),
	} {
		if got, ok := publicHalf(text); ok {
			t.Errorf("%.40q names %q", text, got)
		}
	}
	if got := SPKI("no key"); got != "" {
		t.Errorf("SPKI = %q", got)
	}
	block := body(pkcs8(t, newEd(t)))
	rapid.Check(t, func(t *rapid.T) {
		b, err := base64.StdEncoding.DecodeString(block)
		if err != nil {
			t.Fatal(err)
		}
		i := rapid.IntRange(len(b)-ed25519.SeedSize, len(b)-1).Draw(t, "at") // in the private half
		b[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		got, ok := publicHalf(base64.StdEncoding.EncodeToString(b))
		if want, _ := publicHalf(block); ok && got == want {
			t.Fatalf("a damaged key names the whole one's public half")
		}
	})
}
