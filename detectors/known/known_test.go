package known_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"
	"testing"

	"leakline/detectors/known"
)

// signed makes a token of HS256 as RFC 7515, section 3.3 does.
func signed(header, claims, secret string) string {
	b := base64.RawURLEncoding
	s := b.EncodeToString([]byte(header)) + "." + b.EncodeToString([]byte(claims))
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(s))
	return s + "." + b.EncodeToString(mac.Sum(nil))
}

// published are values of the table, made again from what they are made of.
func published() map[string]string {
	const header = `{"alg":"HS256","typ":"JWT"}`
	std := base64.StdEncoding.EncodeToString
	return map[string]string{
		"jwt.io since 2018": signed(header, `{"sub":"1234567890","name":"John Doe","iat":1516239022}`, "your-256-bit-secret"),
		"jwt.io since 2025": signed(header, `{"sub":"1234567890","name":"John Doe","admin":true,"iat":1516239022}`,
			"a-string-secret-at-least-256-bits-long"),
		"jwt.io before 2018": signed(header, `{"sub":"1234567890","name":"John Doe","admin":true}`, "secret"),
		"RFC 7617":           std([]byte("Aladdin:open sesame")),
		"RFC 6749":           std([]byte("s6BhdRkqt3:gX1fBat3bV")),
		"RFC 6238":           base32.StdEncoding.EncodeToString([]byte("12345678901234567890")),
		"key URI format":     base32.StdEncoding.EncodeToString([]byte("Hello!\xde\xad\xbe\xef")),
		"AWS":                "AKIA" + "IOSFODNN7" + "EXAMPLE",
		"kubeadm":            "abcdef" + "." + "0123456789" + "abcdef",
		"Turnstile":          "1x" + strings.Repeat("0", 31) + "AA",
		"hCaptcha":           "0x" + strings.Repeat("0", 40),
	}
}

func TestPublic(t *testing.T) {
	for name, value := range published() {
		what, ok := known.Public(value)
		if !ok || what == "" {
			t.Errorf("%s is not recognised", name)
		}
		if _, ok := known.Public(value + "x"); ok {
			t.Errorf("%s is recognised by a part", name)
		}
		if _, ok := known.Public(value[1:]); ok {
			t.Errorf("%s is recognised by a part", name)
		}
	}
	if _, ok := known.Public(""); ok {
		t.Error("nothing is taken for a published value")
	}
}

func TestDefault(t *testing.T) {
	for _, value := range []string{
		"changeme", "ChangeMe", " keyboard cat ", "your-256-bit-secret", "insecure_secret", "TEST_NON_DEV_SECRET",
		"CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "PLEASE-CHANGE-ME-I-AM-VERY-INSECURE", "somerandomkeyhere", "wso2carbon",
		base64.StdEncoding.EncodeToString([]byte("example-app-secret")),
		"\x02\x01thisismyscretkey\x01\x02\\e\\y\\y\\h", `\2\1thisismyscretkey\1\2\e\y\y\h`,
	} {
		if v, ok := known.Default(value); !ok || v.What == "" {
			t.Errorf("%q is not recognised", value)
		}
	}
	for _, value := range []string{"", "changeme2", "keyboardcat!", strings.Repeat("changeme", 100), "django-insecure-x"} {
		if _, ok := known.Default(value); ok {
			t.Errorf("%q is taken for a default", value)
		}
	}
	if v, _ := known.Default("somerandomkeyhere"); !v.Opens {
		t.Error("SpiceDB's sample key opens the server that has it")
	}
}
