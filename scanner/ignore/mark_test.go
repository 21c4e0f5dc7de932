package ignore

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
)

// people are passwords as people choose them, and what they do to make them longer.
var people = []string{
	"password", "letmein", "hunter2", "Tr0ub4dor&3", "correcthorsebatterystaple", "Correct-Horse-Battery-Staple-9",
	"P4ssw0rd!P4ssw0rd!P4ssw0rd!", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"0123456789012345678901234567890", "Summer2026!Summer2026!", "MyDogSpot2019!MyCatTom2020!", "abcdefghijklmnopqrstuvwxyz",
	"postgres://app:Summer2026!@db.example.com/production", "https://hooks.example.com/services/notifications/builds",
	"admin@example.com:Welcome123", "ThisIsTheSecretKeyOfTheProductionServer", "dev-secret-do-not-use-in-production-2026",
	"super_secret_jwt_signing_key_for_development", "11223344556677889900", "AbCdEfGhIjKlMnOpQrStUvWxYz", "zaq12wsxZAQ!@WSX",
}

func TestWeak(t *testing.T) {
	for _, word := range people {
		for _, form := range []detectors.Form{detectors.APIKey, detectors.Password, detectors.URL, ""} {
			if Strong(detectors.NewSecret(word), form) {
				t.Errorf("%q as %q counts as strong: %.0f bits", word, form, guessBits(word))
			}
		}
	}
	if Strong(detectors.Secret{}, "") {
		t.Error("nothing counts as strong")
	}
	for _, word := range people { // a known format does not make words random
		if s := detectors.NewSecret("sk_live_" + word).WithPrefix("sk_live_"); Strong(s, detectors.APIKey) {
			t.Errorf("%q counts as strong", word)
		}
	}
}

// TestStrong: what is drawn at random is strong, nearly always.
func TestStrong(t *testing.T) {
	for alphabet, length := range map[string]int{
		"0123456789abcdef": 32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567": 32,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789": 32,
	} {
		weak := 0
		for seed := range 1000 {
			sum := sha256.Sum256(fmt.Append(nil, seed))
			var b strings.Builder
			for i := range length {
				b.WriteByte(alphabet[int(sum[i])%len(alphabet)])
			}
			if !Strong(detectors.NewSecret(b.String()), detectors.APIKey) {
				weak++
			}
		}
		if weak > 10 {
			t.Errorf("%d of 1000 texts of %q count as weak", weak, alphabet)
		}
	}
}

// TestCatalogueIsStrong: of what machines issue most is strong, so that its mark holds
// wherever it moves.
func TestCatalogueIsStrong(t *testing.T) {
	set, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	weak, all := 0, 0
	for _, d := range detectors.Catalogue() {
		if d.Public || len(d.Anchors) == 0 || d.Reader == detectors.ReadURL || d.Identity.Form == detectors.Password {
			continue
		}
		for _, m := range set.Find([]byte(secretOf(t, d.ID, 0))) {
			if m.Detector.ID == d.ID {
				all++
				if !Strong(m.Secret, d.Identity.Form) {
					weak++
					t.Logf("by place: %s %s", d.ID, m.Secret)
				}
			}
		}
	}
	t.Logf("%d of %d by place", weak, all)
	if all < 200 || weak*20 > all {
		t.Errorf("%d of %d formats stand by place", weak, all)
	}
}

// TestNoHashOfWeakSecrets tries a list of words against everything that is written of
// weak secrets, with every salt that stands there.
func TestNoHashOfWeakSecrets(t *testing.T) {
	m := NewMarker()
	b := NewBaseline()
	var text strings.Builder
	for i, word := range people {
		f := scanner.Finding{
			Detector: "generic-password", Title: "password", Form: detectors.Password, Plain: detectors.NewSecret(word),
			Place: scanner.Place{Path: "app.env", StartLine: i + 1, Line: fmt.Sprintf("P%d=…(%d)", i, len(word))},
		}
		for _, line := range m.Lines(&f, "known") {
			text.WriteString(line + "\n")
		}
		b.Add(&f, m, now, "")
	}
	file, err := b.Text()
	if err != nil {
		t.Fatal(err)
	}
	all := text.String() + string(file)
	if n := strings.Count(all, "p1."); n != 2*len(people) {
		t.Errorf("%d marks of places, want %d", n, 2*len(people))
	}
	for _, word := range people {
		for _, salt := range []string{m.Salt, b.Salt, ""} {
			for name, sum := range hashesOf(word, salt) {
				if strings.Contains(all, sum[:hashBytes*2]) || strings.Contains(all, sum) {
					t.Errorf("%s of %q stands in the file", name, word)
				}
			}
		}
		if len(word) > 8 && strings.Contains(all, word) { // "password" is the word for it
			t.Errorf("%q stands in the file", word)
		}
	}
	// The search would find one: that of a strong secret is there.
	f := scanner.Finding{Plain: detectors.NewSecret(secretOf(t, "github-pat", 0))}
	if !Strong(f.Plain, f.Form) || !strings.Contains(m.Lines(&f, "x")[0], secretHash(m.Salt, f.Plain)) {
		t.Error("the hash of a strong secret is not found")
	}
}

// hashesOf are the hashes that somebody would try.
func hashesOf(word, salt string) map[string]string {
	out := map[string]string{
		"the mark":   secretHash(salt, detectors.NewSecret(word)),
		"the base64": base64.StdEncoding.EncodeToString([]byte(word + "                    ")),
	}
	for name, h := range map[string]func() hash.Hash{"SHA-256": sha256.New, "SHA-1": sha1.New, "MD5": md5.New} {
		for _, text := range []string{word, salt + word, word + salt, salt + "\x00" + word} {
			x := h()
			x.Write([]byte(text))
			out[name+" of "+text] = hex.EncodeToString(x.Sum(nil))
		}
		mac := hmac.New(h, []byte(salt))
		mac.Write([]byte(word))
		out["HMAC "+name] = hex.EncodeToString(mac.Sum(nil))
	}
	for k, v := range out {
		for len(v) < hashBytes*2 {
			v += "-"
		}
		out[k] = v
	}
	return out
}

// TestMarksMove: a strong secret keeps its mark wherever it moves; the mark of a weak
// one holds for its line, however that is indented and whatever stands around it.
func TestMarksMove(t *testing.T) {
	strong, weak := secretOf(t, "github-pat", 0), "hunter2-winter"
	rapid.Check(t, func(rt *rapid.T) {
		m := Marker{Salt: rapid.StringMatching(`[0-9a-f]{16}`).Draw(rt, "salt")}
		f := scanner.Finding{Detector: "d", Plain: detectors.NewSecret(strong), Place: scanner.Place{Path: "a", StartLine: 1, Line: "k = …"}}
		g := f
		g.Path, g.StartLine, g.Line = rapid.String().Draw(rt, "path"), rapid.Int().Draw(rt, "line"), rapid.String().Draw(rt, "text")
		g.Detector, g.Commit = rapid.String().Draw(rt, "detector"), rapid.String().Draw(rt, "commit")
		if !slices.Equal(m.Marks(&f), m.Marks(&g)) {
			rt.Fatal("the mark of a strong secret depends on its place")
		}
		f.Plain, g.Plain = detectors.NewSecret(weak), detectors.NewSecret(weak)
		g.Detector, g.Path = f.Detector, f.Path
		g.Line = rapid.StringMatching(`[ \t]{0,4}`).Draw(rt, "indent") + strings.ReplaceAll(f.Line, " ", rapid.StringMatching(`[ \t]{0,3}`).Draw(rt, "blank"))
		if !slices.Equal(m.Marks(&f), m.Marks(&g)) {
			rt.Fatalf("%q and %q are two places", f.Line, g.Line)
		}
		g.Path = "b"
		if slices.Equal(m.Marks(&f), m.Marks(&g)) {
			rt.Fatal("another file is the same place")
		}
		g = f
		g.Plain = detectors.NewSecret("another" + weak)
		if !slices.Equal(m.Marks(&f), m.Marks(&g)) {
			rt.Fatal("the mark of a place depends on the secret")
		}
	})
}

func TestLine(t *testing.T) {
	f := scanner.Finding{Plain: detectors.NewSecret(secretOf(t, "github-pat", 0))}
	entries, errs := ParseEntries("F", []byte(Line(&f, "it is \"made up\"\nfor\ttests")))
	if len(errs) > 0 || len(entries) != 1 || entries[0].Reason != `it is "made up" for tests` {
		t.Errorf("%+v %v", entries, errs)
	}
	weak := scanner.Finding{
		Plain: detectors.NewSecret("hunter2"), Form: detectors.Password,
		Occurrences: []scanner.Place{{Path: "a", Line: "x"}, {Path: "b", Line: "x"}, {Path: "a", StartLine: 9, Line: " x"}},
	}
	if n := len(NewMarker().Marks(&weak)); n != 2 {
		t.Errorf("%d marks of two places", n)
	}
}
