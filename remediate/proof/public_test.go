package proof

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// certificate makes a certificate that signs itself, in DER.
func certificate(t testing.TB, name string, key crypto.Signer, until time.Time) []byte {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func pemCertificate(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// wrapped is base64 in lines, as XML has it.
func wrapped(der []byte) string {
	var b strings.Builder
	for text := base64.StdEncoding.EncodeToString(der); text != ""; {
		n := min(64, len(text))
		b.WriteString("\n        " + text[:n])
		text = text[n:]
	}
	return b.String() + "\n      "
}

// metadata is SAML metadata of one entity with two keys in one role; a third
// certificate signs the metadata.
func metadata(entity string, signing, encryption, publisher []byte) []byte {
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<md:EntityDescriptor entityID="%s">
  <ds:Signature><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
</md:EntitiesDescriptor>`, entity, wrapped(publisher), wrapped(signing), wrapped(encryption))
}

// TestReadPublicAgreesWithOpenSSL: openssl makes a certificate and says what its public
// half is; ReadPublic says the same of it in every form.
func TestReadPublicAgreesWithOpenSSL(t *testing.T) {
	openssl := tool(t, "openssl", "apt-get install openssl")
	dir := t.TempDir()
	run(t, openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
		"-subj", "/O=Acme/CN=sso.acme.dev", "-keyout", dir+"/key.pem", "-out", dir+"/cert.pem")
	block, _ := pem.Decode(run(t, openssl, "x509", "-in", dir+"/cert.pem", "-noout", "-pubkey"))
	sum := sha256.Sum256(block.Bytes)
	want := "spki-sha256:" + hex.EncodeToString(sum[:])
	text := run(t, openssl, "x509", "-in", dir+"/cert.pem", "-text") // with words before the block
	der := run(t, openssl, "x509", "-in", dir+"/cert.pem", "-outform", "DER")
	for form, data := range map[string][]byte{
		"PEM": text, "DER": der, "PEM after a byte order mark": append([]byte("\xef\xbb\xbf"), pemCertificate(der)...),
		"PEM with CRLF": bytes.ReplaceAll(pemCertificate(der), []byte("\n"), []byte("\r\n")),
	} {
		ps, err := ReadPublic("cert", data)
		if err != nil || len(ps) != 1 {
			t.Errorf("%s: ReadPublic = %+v, %v", form, ps, err)
			continue
		}
		if p := ps[0]; p.SPKI != want || p.Kind != Certificate || p.Name != "sso.acme.dev" || p.Path != "cert" || time.Until(p.NotAfter) < 29*24*time.Hour {
			t.Errorf("%s: ReadPublic = %+v, want %q", form, p, want)
		}
	}
}

// TestReadSAML: of metadata the keys of the entity are read, with their use, and the
// certificate of its publisher is not.
func TestReadSAML(t *testing.T) {
	keys := []crypto.Signer{newEC(t, elliptic.P256()), newEC(t, elliptic.P256()), newEC(t, elliptic.P256())}
	var certs [3][]byte
	for i, k := range keys {
		certs[i] = certificate(t, "any", k, today)
	}
	ps, err := ReadPublic("metadata.xml", metadata("https://u:"+"0000@app.acme.dev/saml?token=0000#x", certs[0], certs[1], certs[2]))
	if err != nil || len(ps) != 2 {
		t.Fatalf("ReadPublic = %+v, %v", ps, err)
	}
	for i, use := range []string{"signing", "encryption"} {
		p := ps[i]
		if p.Kind != SAML || p.Use != use || p.SPKI != SPKI(keys[i].Public()) || p.Role != "SPSSODescriptor" ||
			p.Name != "https://app.acme.dev/saml" || !p.NotAfter.Equal(today) {
			t.Errorf("key %d = %+v", i, p)
		}
	}
}

// TestReadPublicRefuses: what is hostile or too much is refused in words that tell
// nothing of it.
func TestReadPublicRefuses(t *testing.T) {
	const mark = "Zq81kd"
	der := certificate(t, mark, newEd(t), today)
	many := bytes.Repeat([]byte(`{"kty":"EC"},`), maxPublicKeys+1)
	open := `<md:EntityDescriptor xmlns:md="` + metadataSpace + `" xmlns:ds="` + signatureSpace + `" entityID="x"><md:KeyDescriptor>`
	for name, c := range map[string]struct {
		data string
		want string
	}{
		"empty":           {"", ErrNoKeys.Error()},
		"text":            {mark, ErrNoKeys.Error()},
		"no JSON":         {"{" + mark, "it is no JSON"},
		"no set":          {`{"keys":"` + mark + `"}`, "it is no JSON"},
		"too many keys":   {`{"keys":[` + string(many[:len(many)-1]) + `]}`, "more than 1000 keys"},
		"too large":       {strings.Repeat(" ", maxPublicBytes+1), "larger than"},
		"no XML":          {"<a><b></a>" + mark, "no well-formed XML"},
		"not closed":      {"<a>" + mark, "no well-formed XML"},
		"other encoding":  {`<?xml version="1.0" encoding="UTF-16"?><a>` + mark + `</a>`, "no well-formed XML"},
		"document type":   {`<!DOCTYPE a [<!ENTITY b "` + mark + `"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`, "document type"},
		"external entity": {`<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, "document type"},
		"entity":          {`<a>&` + mark + `;</a>`, "no well-formed XML"},
		"too deep":        {strings.Repeat("<a>", maxElements+1), "nested more than"},
		"endless text":    {open + "<ds:X509Certificate>" + strings.Repeat("A", maxCertificate+1), "more than 65536 bytes"},
		"many keys": {open + strings.Repeat("<ds:X509Certificate>"+base64.StdEncoding.EncodeToString(der)+"</ds:X509Certificate>",
			maxPublicKeys+1), "more than 1000 keys"},
		"other namespace": {strings.ReplaceAll(string(metadata("x", der, der, der)), metadataSpace, "urn:x"), ErrNoKeys.Error()},
		"damaged":         {string(der[:len(der)-1]), ErrNoKeys.Error()},
		"HTML":            {"<html><body><p>Not found</p></body></html>", ErrNoKeys.Error()},
		"huge modulus":    {`{"kty":"RSA","e":"AQAB","n":"` + strings.Repeat("_", maxModulus/4) + `"}`, ErrNoKeys.Error()},
		"off the curve":   {`{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}`, ErrNoKeys.Error()},
	} {
		ps, err := ReadPublic("some file", []byte(c.data))
		if err == nil || len(ps) > 0 {
			t.Errorf("%s: ReadPublic = %d keys, %v", name, len(ps), err)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `"some file"`) || strings.Contains(err.Error(), mark) {
			t.Errorf("%s: the error is %q, want %q", name, err, c.want)
		}
		if (c.want == ErrNoKeys.Error()) != errors.Is(err, ErrNoKeys) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

// TestReadPublicOfPrivateKeys: files with private halves give the public one, marked.
func TestReadPublicOfPrivateKeys(t *testing.T) {
	key := newEd(t)
	for name, data := range map[string][]byte{"PEM": pkcs8(t, key), "JWK": asJSON(t, jwkOf(t, "a", key))} {
		ps, err := ReadPublic("x", data)
		if err != nil || len(ps) != 1 || ps[0].SPKI != SPKI(key.Public()) || !ps[0].Private {
			t.Errorf("%s: ReadPublic = %+v, %v", name, ps, err)
		}
	}
}

func FuzzReadPublic(f *testing.F) {
	key := newEC(f, elliptic.P256())
	der := certificate(f, "acme", key, today)
	f.Add(der)
	f.Add(pemCertificate(der))
	f.Add(pkcs8(f, key))
	f.Add(metadata("https://acme.dev", der, der, der))
	f.Add(asJSON(f, map[string]any{"keys": []any{jwkOf(f, "a", key), publicOf(jwkOf(f, "b", smallRSA()))}}))
	f.Add([]byte("from=\"10.0.0.0/8\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA x\n"))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		ps, err := ReadPublic("x", data)
		if (err == nil) != (len(ps) > 0) {
			t.Fatalf("%d keys and the error %v", len(ps), err)
		}
		for i := range ps {
			if ps[i].Key == nil || ps[i].SPKI != SPKI(ps[i].Key) || len(ps[i].SPKI) != len("spki-sha256:")+64 {
				t.Fatalf("a key without a name: %+v", ps[i])
			}
			_ = ps[i].sentence(today)
		}
	})
}
