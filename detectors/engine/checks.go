package engine

import (
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"math"
	"strings"

	"leakline/detectors"
)

// check applies one named check to a secret. Claims are those of a JWT.
func check(c detectors.Check, d *detectors.Detector, secret string, claims map[string]any) bool {
	switch c {
	case detectors.CheckGitHubCRC:
		return githubCRC(secret)
	case detectors.CheckBase64JSON:
		return base64JSON(d, secret)
	case detectors.CheckWorkOSBody:
		return workOSBody(secret)
	case detectors.CheckNotPlaceholder:
		return !isPlaceholder(secret)
	case detectors.CheckMixed:
		return hasAny(secret, isLetter) && (hasAny(secret, isDigit) || lettersAlone(d, secret))
	case detectors.CheckMixedCase:
		return hasAny(secret, isLower) && hasAny(secret, isUpper)
	case detectors.CheckUUID4:
		return isUUID(secret) && secret[14] == '4' && strings.IndexByte("89abAB", secret[19]) >= 0
	case detectors.CheckNotUUID:
		return !isUUID(secret)
	case detectors.CheckNotHash:
		n := len(secret)
		return n != 32 && n != 40 && n != 64 || !all(secret, isHex)
	case detectors.CheckTokenLike:
		return tokenLike(secret)
	case detectors.CheckServiceRole:
		return claims["role"] == "service_role"
	case detectors.CheckAnonRole:
		return claims["role"] == "anon"
	}
	return false
}

// lettersAlone says whether a text without digits is one in which chance left them
// out, rather than words or an identifier. That happens to one of 30 random texts of
// 22 letters and digits.
func lettersAlone(d *detectors.Detector, secret string) bool {
	const shortest, mostWords = 14, 0.35 // few identifiers have less, and few random texts more
	for _, a := range d.Anchors {
		if body, ok := strings.CutPrefix(secret, a); ok {
			secret = body
			break
		}
	}
	v := measure(secret)
	return v.n >= shortest && v.distinct*3 >= v.n && v.coverage < mostWords
}

// implemented says whether a check is implemented.
func implemented(c detectors.Check) bool {
	switch c {
	case detectors.CheckGitHubCRC, detectors.CheckBase64JSON, detectors.CheckWorkOSBody,
		detectors.CheckNotPlaceholder, detectors.CheckMixed, detectors.CheckMixedCase, detectors.CheckUUID4,
		detectors.CheckNotUUID, detectors.CheckNotHash, detectors.CheckTokenLike, detectors.CheckServiceRole,
		detectors.CheckAnonRole:
		return true
	}
	return false
}

func all(s string, is func(int) bool) bool {
	for i := range len(s) {
		if !is(int(s[i])) {
			return false
		}
	}
	return true
}

func hasAny(s string, is func(int) bool) bool {
	for i := range len(s) {
		if is(int(s[i])) {
			return true
		}
	}
	return false
}

// base62 is the alphabet of GitHub's and npm's checksums.
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// githubCRC: the last 6 characters are the base62 CRC32 (IEEE) of the characters
// between the "_" of the prefix and them, padded with 0 on the left.
func githubCRC(secret string) bool {
	at := strings.LastIndexByte(secret, '_') + 1
	if len(secret)-at <= 6 {
		return false
	}
	body, want := secret[at:len(secret)-6], secret[len(secret)-6:]
	sum := crc32.ChecksumIEEE([]byte(body))
	var got [6]byte
	for i := 5; i >= 0; i-- {
		got[i] = base62[sum%62]
		sum /= 62
	}
	return string(got[:]) == want
}

func decode64(s string) ([]byte, bool) {
	s = strings.TrimRight(s, "=")
	enc := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.RawURLEncoding
	}
	b, err := enc.DecodeString(s)
	return b, err == nil
}

func base64JSON(d *detectors.Detector, secret string) bool {
	body := secret
	for _, a := range d.Anchors {
		if i := strings.LastIndex(secret, a); i >= 0 && strings.IndexByte(a, '_') >= 0 {
			body = secret[i+len(a):]
		}
	}
	if i := strings.IndexByte(body, '_'); i >= 0 { // a signature or region behind the JSON
		body = body[:i]
	}
	b, ok := decode64(body)
	return ok && json.Valid(b)
}

// workOSBody: the body decodes to "key_" + a ULID + "," + 25 alphanumerics.
func workOSBody(secret string) bool {
	at := strings.Index(secret, "a2V5Xz")
	if at < 0 {
		return false
	}
	b, ok := decode64(secret[at:])
	id, rest, comma := strings.Cut(string(b), ",")
	return ok && comma && len(id) == 30 && strings.HasPrefix(id, "key_") && all(rest, isAlnum) && len(rest) >= 16
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isHex(int(s[i])) {
				return false
			}
		}
	}
	return true
}

// entropy is Shannon's, in bits per byte.
func entropy(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	var h float64
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			h -= p * math.Log2(p)
		}
	}
	return h
}

// tokenLike says whether a text looks random: no blanks, no run of more than
// seven lower-case letters unless digits stand in it too, and an entropy near
// what a random text of its length has.
func tokenLike(s string) bool {
	if len(s) < 12 || strings.ContainsAny(s, " \t\n()<>{}\\") {
		return false
	}
	run, longest := 0, 0
	for i := range len(s) {
		if isLower(int(s[i])) {
			run++
		} else {
			run = 0
		}
		longest = max(longest, run)
	}
	digits := hasAny(s, isDigit)
	if longest > 7 && !digits || longest > 14 {
		return false
	}
	// A random text of n bytes has at most log2(n) bits per byte.
	return entropy(s) >= 0.72*min(math.Log2(float64(len(s))), 5) && (digits || hasAny(s, isUpper) && hasAny(s, isLower))
}
