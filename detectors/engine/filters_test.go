package engine

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"

	"leakline/detectors"
)

// TestPlaceholderZeros holds that a number of fixed width inside a token in base64,
// which is a run of zero bytes, makes no placeholder of it, and that a token of
// nothing but zero bytes is one.
func TestPlaceholderZeros(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for n := range 2000 {
		b := make([]byte, 40+r.IntN(100))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		at := r.IntN(len(b) - 8)
		binary.BigEndian.PutUint64(b[at:], uint64(n%3)) // eight bytes, nearly all zeros
		text := base64.StdEncoding.EncodeToString(b)
		if isPlaceholder(text) && !hasPlaceholderWord(text) {
			t.Fatalf("a token of %d bytes with a number at %d is taken for a placeholder", len(b), at)
		}
	}
	for _, text := range []string{
		strings.Repeat("A", 40), strings.Repeat("A", 39) + "=", "prefix" + strings.Repeat("A", 34), strings.Repeat("/", 64),
		"sk-AAAAAAAAAAAAAAAAbcdef", strings.Repeat("x", 40), "AAAAAAAAAABBBBBBBBBBCCCCCCCCCC", strings.Repeat("0", 32),
	} {
		if !isPlaceholder(text) {
			t.Errorf("%q is not taken for a placeholder", text)
		}
	}
}

// TestMixed holds that a random text passes the check for letters and digits even
// where chance gave it no digit, and that words and identifiers don't.
func TestMixed(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	d := &detectors.Detector{Anchors: []string{"acme_"}}
	for _, alphabet := range []string{letters, letters[:26], letters[26:]} {
		const tries = 4000
		passed := 0
		for range tries {
			b := make([]byte, 22)
			for i := range b {
				b[i] = alphabet[r.IntN(len(alphabet))]
			}
			if check(detectors.CheckMixed, d, "acme_"+string(b), nil) {
				passed++
			}
		}
		if passed < tries*95/100 {
			t.Errorf("of %d random texts of %q without a digit only %d pass", tries, alphabet, passed)
		}
	}
	for _, text := range []string{
		"acme_yourSecretKeyGoesHere", "acme_someServiceAccountToken", "acme_session_token_signing", "acme_INTEGRATION_SECRET",
		"acme_getProjectSettingsFrom", "acme_configuration_of_project", "acme_aaaaaaaaaaaaaaaaaaaaaa", "acme_short", "1234567890123456",
	} {
		if check(detectors.CheckMixed, d, text, nil) {
			t.Errorf("%q passes, though it is words", text)
		}
	}
}

// TestKeyHoldsNoToken holds that what looks like a token inside an armoured key is a
// part of the key, unless the key is cut off, and that what encloses the key stays
// the more specific match.
func TestKeyHoldsNoToken(t *testing.T) {
	key := &detectors.Detector{ID: "key", Reader: detectors.ReadPEM}
	token := &detectors.Detector{ID: "token", Anchors: []string{"acme_"}}
	file := &detectors.Detector{ID: "file", Reader: detectors.ReadObject}
	match := func(d *detectors.Detector, start, end int, c detectors.Confidence) Match {
		return Match{Detector: d, Start: start, End: end, Confidence: c, rank: rank(d)}
	}
	inside, outside := match(token, 200, 260, detectors.High), match(file, 90, 520, detectors.High)
	for _, c := range []struct {
		name string
		ms   []Match
		want string
	}{
		{"whole", []Match{match(key, 100, 500, detectors.High), inside}, "key"},
		{"locked", []Match{match(key, 100, 500, detectors.Medium), inside}, "key"},
		{"cut off", []Match{match(key, 100, 500, detectors.Low), inside}, "token"},
		{"enclosed", []Match{match(key, 100, 500, detectors.High), inside, outside}, "file"},
	} {
		got := Resolve(c.ms)
		if len(got) != 1 || got[0].Detector.ID != c.want {
			t.Errorf("%s: %d matches, the first of %s, want one of %s", c.name, len(got), got[0].Detector.ID, c.want)
		}
	}
}
