package engine_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
)

// keysOfAKind is how many fresh keys of each kind are looked for.
const keysOfAKind = 50

// keyKind makes keys of one kind.
type keyKind struct {
	name     string
	detector string
	locked   bool // it takes a passphrase to use them
	make     func(t *testing.T, n int) string
}

// TestRealKeys looks for keys that were made a moment ago, by Go's libraries and by
// the tools that people use, in the files in which they are kept. Samples are made
// of the notation that we wrote; this holds them, and the reader, to the real
// thing.
func TestRealKeys(t *testing.T) {
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	kinds := append(goKinds(t), toolKinds(t)...)
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			for n := range keysOfAKind {
				text := strings.TrimRight(k.make(t, n), "\n") + "\n"
				for _, h := range keyHosts() {
					if strings.HasPrefix(text, "PuTTY") && h.armoured {
						continue
					}
					want, body := k.detector, keyBody(text)
					if h.wrapped {
						want, body = "private-key-base64", base64.StdEncoding.EncodeToString([]byte(text))
					}
					if why := foundOnce(set, h.render(text), want, body, k.locked); why != "" {
						t.Errorf("key %d in %s: %s", n, h.name, why)
					}
				}
				if t.Failed() {
					return // no need to see it fifty times
				}
			}
		})
	}
}

// foundOnce says what is wrong with what is found in doc, which must be one match
// of a detector with this text. It never shows the key.
func foundOnce(set *engine.Set, doc, want, body string, locked bool) string {
	ms := set.Find([]byte(doc))
	if len(ms) != 1 {
		var ids []string
		for _, m := range ms {
			ids = append(ids, m.Detector.ID)
		}
		return fmt.Sprintf("%d matches %v, want one of %s", len(ms), ids, want)
	}
	m := ms[0]
	if m.Detector.ID != want {
		return fmt.Sprintf("found by %s, want %s", m.Detector.ID, want)
	}
	if got := m.Secret.Reveal(); got != body {
		return fmt.Sprintf("the text that is fingerprinted has %d bytes, want the %d of the body", len(got), len(body))
	}
	confidence := detectors.High
	if locked {
		confidence = detectors.Medium
	}
	if m.Confidence != confidence {
		return fmt.Sprintf("confidence %s, want %s: %v", m.Confidence, confidence, m.Reasons)
	}
	return ""
}

// keyBody is what a key file is fingerprinted by: the base64 of its last block, or
// of the private lines, without white space and headers.
func keyBody(text string) string {
	if _, private, ok := strings.Cut(text, "\nPrivate-Lines: "); ok {
		private, _, _ = strings.Cut(private, "\nPrivate-MAC: ")
		_, private, _ = strings.Cut(private, "\n")
		return strings.ReplaceAll(private, "\n", "")
	}
	begin := strings.LastIndex(text, "-----BEGIN ")
	lines := strings.Split(strings.TrimSpace(text[begin:]), "\n")
	var body strings.Builder
	for _, l := range lines[1 : len(lines)-1] {
		if !strings.Contains(l, ":") {
			body.WriteString(strings.TrimSpace(l))
		}
	}
	return body.String()
}

// keyHost is a way to keep a key file.
type keyHost struct {
	name     string
	armoured bool // for armoured keys only
	wrapped  bool // it is put into base64 as a whole
	render   func(text string) string
}

func keyHosts() []keyHost {
	quoted := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			panic(err) // a string always has a JSON form
		}
		return string(b)
	}
	lines := func(s, before, after string) string {
		return before + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", after+before) + after
	}
	wrapped := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return []keyHost{
		{"a plain file", false, false, func(s string) string { return s }},
		{"a file with CRLF", false, false, func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
		{"an indented block of YAML", false, false, func(s string) string {
			return "server:\n  tls:\n    key: |\n" + lines(s, "      ", "\n") + "    port: 8443\n"
		}},
		{"a string of JSON", false, false, func(s string) string {
			return "{\n  \"port\": 8443,\n  \"value\": " + quoted(s) + ",\n  \"host\": \"a.acme.dev\"\n}\n"
		}},
		{"a string of JSON with CRLF", false, false, func(s string) string {
			return "{\"value\": " + quoted(strings.ReplaceAll(s, "\n", "\r\n")) + "}\n"
		}},
		{"JSON in JSON", false, false, func(s string) string { return "{\"doc\": " + quoted("{\"value\": "+quoted(s)+"}") + "}\n" }},
		{"JSON with escaped slashes", true, false, func(s string) string {
			return "{\"value\": " + strings.ReplaceAll(quoted(s), "/", `\/`) + "}\n"
		}},
		{"JSON with escaped equals signs", true, false, func(s string) string {
			return "{\"value\": " + strings.ReplaceAll(quoted(s), "=", `\u003d`) + "}\n"
		}},
		{"an env file", false, false, func(s string) string {
			return "PORT=8443\nVALUE=\"" + strings.ReplaceAll(s, "\n", `\n`) + "\"\nREGION=eu-west-1\n"
		}},
		{"an env file, with real line ends", false, false, func(s string) string { return "PORT=8443\nVALUE='" + s + "'\nREGION=eu-west-1\n" }},
		{"a literal of Go", true, false, func(s string) string {
			return "package main\n\nconst value = \"\" +\n" + lines(s, "\t\"", "\\n\" +\n") + "\t\"\"\n"
		}},
		{"a comment", true, false, func(s string) string { return "package main\n\n" + lines(s, "// ", "\n") }},
		{"a tight comment", true, false, func(s string) string { return "package main\n\n" + lines(s, "//", "\n") }},
		{"a patch", true, false, func(s string) string { return "@@ -0,0 +1,3 @@\n" + lines(s, "+", "\n") }},
		{"an element of XML", true, false, func(s string) string {
			return "<a>\n <value>" + strings.ReplaceAll(s, "\n", "&#xD;\n") + "</value>\n</a>\n"
		}},
		{"a secret of Kubernetes", true, true, func(s string) string {
			return "apiVersion: v1\nkind: Secret\ntype: Opaque\ndata:\n  value: " + wrapped(s) + "\nmetadata:\n  name: a\n"
		}},
		{"base64 in lines", true, true, func(s string) string {
			b := wrapped(s)
			var doc strings.Builder
			doc.WriteString("data:\n  value: |\n")
			for ; len(b) > 76; b = b[76:] {
				doc.WriteString("    " + b[:76] + "\n")
			}
			return doc.String() + "    " + b + "\nREGION: eu\n"
		}},
		{"base64 in JSON with escaped slashes", true, true, func(s string) string {
			return "{\"value\": \"" + strings.ReplaceAll(wrapped(s), "/", `\/`) + "\"}\n"
		}},
	}
}

// TestWrappedBundles looks for a key between certificates, all of it in base64 once
// more, in one line and in lines, at whatever column the blocks end.
func TestWrappedBundles(t *testing.T) {
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for n := range 120 {
		expand := func(notation string) string {
			s, err := sample.Expand(fmt.Sprint("bundle ", n), notation)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		key, cert := expand("{pem:PRIVATE KEY:1216}\n"), expand(fmt.Sprintf("{pem:CERTIFICATE:%d}\n", 600+n))
		for _, text := range []string{key + cert, cert + key, cert + cert + key, cert + key + cert, strings.TrimSuffix(cert+key, "\n")} {
			body := base64.StdEncoding.EncodeToString([]byte(text))
			for _, width := range []int{60, 64, 76, len(body)} {
				var doc strings.Builder
				for rest := body; rest != ""; rest = rest[min(width, len(rest)):] {
					doc.WriteString("    " + rest[:min(width, len(rest))] + "\n")
				}
				if why := foundOnce(set, "data:\n  value: |\n"+doc.String()+"    name\n", "private-key-base64", body, false); why != "" {
					t.Fatalf("bundle %d in lines of %d: %s", n, width, why)
				}
			}
		}
	}
}

// TestNoKey holds that what people write where a key was is not reported.
func TestNoKey(t *testing.T) {
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	openSSH, err := sample.Expand("no key", "{pem:OPENSSH PRIVATE KEY:399}")
	if err != nil {
		t.Fatal(err)
	}
	body := keyBody(openSSH)
	zeros := base64.StdEncoding.EncodeToString(make([]byte, 300))
	ones := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\xff", 300)))
	bodies := map[string]string{
		"zeros":                           zeros,
		"ones":                            ones,
		"one character":                   strings.Repeat("x", 400),
		"one character behind the begin":  "MIIEpAIBAAKCAQEA" + strings.Repeat("x", 400),
		"zeros behind the begin":          "MIIEpAIBAAKCAQEA" + zeros,
		"an ellipsis":                     "MIIEpAIBAAKCAQEA...",
		"dots":                            strings.Repeat(".", 400),
		"words":                           "YOUR KEY HERE",
		"many words":                      strings.Repeat("YOUR PRIVATE KEY GOES HERE ", 8),
		"the alphabet":                    strings.Repeat("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 3),
		"nothing":                         "",
		"the preamble of an OpenSSH key":  body[:70],
		"its preamble, then an ellipsis":  body[:70] + "\n...\n",
		"its preamble, then one letter":   body[:70] + strings.Repeat("x", 300),
		"its preamble, then zeros":        body[:60] + strings.Repeat("A", 340),
		"a sentence of words in base64":   base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", 400) + "this is not a key")),
		"an example of a redacted body":   strings.Repeat("REDACTED", 20),
		"a variable":                      "${PRIVATE_KEY}",
		"a call":                          strings.Repeat("{{ .Values.privateKey }}", 1),
		"a very short body":               "MIIEpAIBAAKCAQEA",
		"dollars, as shells have it":      "$(cat key.pem)",
		"stars":                           strings.Repeat("*", 64),
		"x and zeros by turns":            strings.Repeat("xX0", 100),
		"a line of zeros, again and more": strings.Repeat(strings.Repeat("0", 64)+"\n", 6),
	}
	labels := []string{"RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"}
	for name, b := range bodies {
		for _, label := range labels {
			block := "-----BEGIN " + label + "-----\n" + b + "\n-----END " + label + "-----\n"
			for _, doc := range []string{block, "value: " + base64.StdEncoding.EncodeToString([]byte(block)) + "\n"} {
				for _, m := range set.Find([]byte(doc)) {
					t.Errorf("%s in a block of %s: found by %s (%s)", name, label, m.Detector.ID, m.Confidence)
				}
			}
		}
	}
}

// TestOpaqueKeys holds that random base64 between the lines of a key is reported, and
// as what it is: the least sure of findings.
func TestOpaqueKeys(t *testing.T) {
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{
		"RSA PRIVATE KEY": "rsa-private-key", "EC PRIVATE KEY": "ec-private-key", "DSA PRIVATE KEY": "dsa-private-key", "PRIVATE KEY": "pkcs8-private-key",
		"ENCRYPTED PRIVATE KEY": "pkcs8-encrypted-private-key", "OPENSSH PRIVATE KEY": "openssh-private-key", "PGP PRIVATE KEY BLOCK": "pgp-private-key",
	}
	for label, id := range labels {
		for _, width := range []int{24, 96, 640} { // bytes; the first are too few to tell
			body := make([]byte, 0, width)
			for n := 0; len(body) < width; n++ {
				sum := sha256.Sum256([]byte(fmt.Sprint(label, width, n)))
				body = append(body, sum[:]...)
			}
			body[0], body[1] = 0x01, 0x01 // neither DER's SEQUENCE nor a packet of OpenPGP
			text := base64.StdEncoding.EncodeToString(body[:width])
			ms := set.Find([]byte("-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n"))
			switch {
			case width < 90:
				if len(ms) != 0 {
					t.Errorf("%d bytes in a block of %s: found by %s", width, label, ms[0].Detector.ID)
				}
			case len(ms) != 1 || ms[0].Detector.ID != id || ms[0].Confidence != detectors.Low:
				t.Errorf("%d bytes in a block of %s: %d matches, want one of %s, low", width, label, len(ms), id)
			}
		}
	}
}
