package verify

import (
	"math/rand/v2"
	"strings"

	"leakline/detectors"
)

const (
	digits = "0123456789"
	lowers = "abcdefghijklmnopqrstuvwxyz"
	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// wrong makes a secret of the same shape that is another in every place: each letter
// and digit becomes a different one of its class, marks that give a format its shape
// stay, and so does the public prefix. It says false if nothing could be changed.
func wrong(secret string, d detectors.Detector) (string, bool) {
	keep := len(publicPrefix(secret, d))
	rest := secret[keep:]
	var b strings.Builder
	b.WriteString(secret[:keep])
	changed := 0
	low, up := lowers, uppers
	if isHex(rest) {
		low, up = lowers[:6], uppers[:6]
	}
	for _, r := range rest {
		class := lowers
		switch {
		case strings.ContainsRune(digits, r):
			class = digits
		case strings.ContainsRune(low, r):
			class = low
		case strings.ContainsRune(up, r):
			class = up
		case strings.ContainsRune("-_.:/=@", r):
			b.WriteRune(r)
			continue
		}
		b.WriteByte(other(class, r))
		changed++
	}
	return b.String(), changed > 0
}

// other gives a random character of a class that is not r.
func other(class string, r rune) byte {
	for {
		if c := class[rand.IntN(len(class))]; rune(c) != r {
			return c
		}
	}
}

// isHex says whether all letters of a text are hexadecimal digits, so that another
// text of the same shape has none but those.
func isHex(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 'g' && r <= 'z' || r >= 'G' && r <= 'Z' })
}

// publicPrefix is the longest anchor of the detector that the secret begins with. The
// scheme of a URL may stand before it.
func publicPrefix(secret string, d detectors.Detector) string {
	longest := 0
	for _, a := range d.Anchors {
		scheme, _, ok := strings.Cut(secret, "://")
		switch {
		case strings.HasPrefix(secret, a):
			longest = max(longest, len(a))
		case ok && (scheme == "https" || scheme == "http") && strings.HasPrefix(secret[len(scheme)+3:], a):
			longest = max(longest, len(scheme)+3+len(a))
		}
	}
	return secret[:longest]
}
