package engine

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"leakline/detectors"
)

// assignment is what the generic detectors judge: a name, the value that it is
// given, and how the host syntax writes the two. The verdict depends on nothing
// else.
type assignment struct {
	Name  string
	Value string // without quotes and without the host's escapes
	// Quoted says that the value stood in quotes of any kind.
	Quoted bool
	// Operator is what stood between name and value: "=", ":", "==", "(", …
	Operator string
	// Call says that the value stood inside a call or is an argument of one.
	Call bool
	// Code says that the value stood without quotes in what looks like code, so
	// that it is rather an expression than text.
	Code bool
	// Tight says that nothing stood between the name, "=" and the value; Flag that
	// the name is a flag of a command.
	Tight, Flag bool
	// Callee is the function whose arguments name and value are, in lower case.
	Callee string
	// Role says that the syntax makes the value a password, whatever the name.
	Role bool
	// Prose says that the name is a word in a sentence.
	Prose bool
}

// Bounds of a generic secret, in bytes.
const (
	minGeneric      = 6
	maxGeneric      = 512
	minPassword     = 8  // shorter ones count in quotes only
	strongPassword  = 10 // with three classes of characters
	longPassword    = 14 // with two
	minToken        = 16
	shortToken      = 12 // of three classes, under a name that leaves no doubt
	clearToken      = 20
	letterToken     = 24 // without digits
	hexToken        = 32
	maxCoverage     = 0.5 // above it, a value is made of words
	clearCoverage   = 0.34
	maxTrigramShare = 0.62
)

// scoreGeneric says whether an assignment holds a secret of unknown kind, how
// sure that is, and why. It is never high. Medium means a text that is clearly
// random under a name that leaves no doubt, or a strong password under a
// password's name: what somebody should be stopped for. Low is every other literal
// that is used as a credential, however weak it is ([scoreWeak]); the labelled corpus
// in testdata/accuracy says how often that is right.
func scoreGeneric(a assignment) (detectors.Confidence, []string, bool) {
	name := readName(a.Name)
	if a.Role {
		name = nameReading{kind: passwordName, strong: true, word: "what is done with it"}
	}
	if name.kind == noSecret || strings.HasPrefix(a.Value, "--") || sampleText(a.Value) {
		return "", nil, false
	}
	if level, reasons, ok := scoreStrong(a, name); ok {
		return level, reasons, ok
	}
	if why, ok := scoreWeak(a, name); ok {
		return detectors.Low, silent(a.Value, why, name.why()), true
	}
	return "", nil, false
}

// sampleText says whether a value, random or not, begins or ends with the word by which
// documentation marks it.
func sampleText(value string) bool {
	const word = "example"
	low := strings.ToLower(value)
	if len(value) >= 2*len(word) && (strings.HasPrefix(low, word) || strings.HasSuffix(low, word)) {
		return true
	}
	first, _, more := strings.Cut(strings.ReplaceAll(low, "_", "-"), "-")
	return more && pretended[first]
}

// pretended are words with which a value says of itself that it is none.
var pretended = wordSet(`fake mock dummy bogus invalid wrong incorrect fixture synthetic example sample placeholder`)

// silent gives reasons that don't hold the value: a word that is used as a password may
// stand in any of them.
func silent(value string, reasons ...string) []string {
	for i, r := range reasons {
		for _, other := range []string{"it is used as one", "see there"} {
			if strings.Contains(r, value) {
				r = other
			}
		}
		reasons[i] = r
	}
	return reasons
}

// scoreStrong judges a value by itself: whether it looks like a secret.
func scoreStrong(a assignment, name nameReading) (detectors.Confidence, []string, bool) {
	if strings.EqualFold(a.Name, a.Value) || a.Operator == "," && isUUID(a.Value) && !putters[a.Callee] {
		return "", nil, false
	}
	if a.Operator == "(" && name.verb || a.Code && namesType(a.Name, a.Value) {
		return "", nil, false
	}
	text, encoded := decodedText(a.Value)
	v := measure(text)
	if refused(&v, name) {
		return "", nil, false
	}
	var s score
	if name.kind == passwordName {
		s = scorePassword(&v, name, a)
	} else {
		s = scoreToken(&v, name)
	}
	if a.Code && s.points < 2 {
		return "", nil, false
	}
	if !a.Quoted && !encoded && (v.expression() && !s.random || v.unfinished()) {
		return "", nil, false
	}
	// A comparison, an argument, or a name of something that is made for tests may
	// well hold a real secret, but seldom does.
	if name.doubtful || !s.random && (a.Operator == "==" || a.Operator == "===" || a.Operator == "!=" || a.Operator == "!==" || a.Operator == "(") {
		s.points--
	}
	if s.points <= 0 {
		return "", nil, false
	}
	reasons := []string{s.why, name.why()}
	if encoded {
		reasons = append(reasons, "it is base64 of a text")
	}
	if s.points >= 2 {
		return detectors.Medium, reasons, true
	}
	return detectors.Low, reasons, true
}

// namesType says that a value in code is a type that is called as the name is, such
// as "private_key: ed25519.Ed25519PrivateKey".
func namesType(name, value string) bool {
	value = value[strings.LastIndexByte(value, '.')+1:]
	words := newIdentifier(name).text
	return value != "" && isUpper(int(value[0])) && words != "" && strings.HasSuffix(newIdentifier(value).text, words)
}

// score is 2 for medium, 1 for low, 0 for no secret.
type score struct {
	points int
	random bool // it looks random, whatever its name
	why    string
}

// scoreToken judges a value that a machine should have made.
func scoreToken(v *value, name nameReading) score {
	switch {
	case v.uuid():
		return scoreUUID(v, name)
	case v.digits == v.n:
		return score{}
	case v.hex():
		return scoreHex(v, name)
	case v.n < shortToken, v.coverage > maxCoverage, v.wordly(maxTrigramShare):
		return score{}
	case v.entropy < 0.75*math.Log2(float64(min(v.n, 32))):
		return score{}
	}
	s := score{why: fmt.Sprintf("%d characters that look random", v.n)}
	classes := v.classes()
	clear := v.coverage <= clearCoverage && (v.coverage < 0.2 || !v.wordly(0.5))
	switch {
	case v.n < minToken:
		if name.strong && classes >= 3 && clear && v.digits >= 2 && v.symbols == 0 {
			s.points = 1
		}
		return s
	case v.digits == 0 && v.n < letterToken, classes < 2 && v.share > 0.55:
		return score{}
	case v.digits == 0 || classes < 2:
		s.points = 1
		return s
	case !clear:
		s.points = 1
		return s
	}
	s.points, s.random = 1, v.n >= clearToken && v.digits >= 2 || v.n >= hexToken
	if name.strong && (s.random || classes >= 3 && v.digits >= 2) {
		s.points = 2
	}
	if s.random && !name.strong && v.n >= hexToken && classes >= 3 {
		s.points = 2
	}
	return s
}

func scoreUUID(v *value, name nameReading) score {
	if v.text[14] != '4' || v.entropy < 2.5 || !name.strong {
		return score{}
	}
	return score{points: 1, random: true, why: "a random UUID"}
}

// scoreHex judges hexadecimal digits: keys and tokens have 32, 40, 64 and more of
// them, and so have checksums, which the name must rule out.
func scoreHex(v *value, name nameReading) score {
	n := v.n
	if strings.HasPrefix(v.text, "0x") {
		n -= 2
	}
	letters := v.lower + v.upper
	if n < minToken || letters < n/8 || v.digits < n/4 || v.lower > 1 && v.upper > 1 || v.entropy < 2.8 {
		return score{}
	}
	s := score{points: 1, random: n >= hexToken, why: fmt.Sprintf("%d hexadecimal digits that look random", n)}
	if n >= hexToken && name.strong {
		s.points = 2
	}
	return s
}

// scorePassword judges a value that a person may have made up.
func scorePassword(v *value, name nameReading, a assignment) score {
	switch {
	case v.uuid():
		return scoreUUID(v, name)
	case v.hex() && v.n >= minToken:
		return scoreHex(v, name)
	case v.n > 128, v.digits == v.n, v.n < minPassword && !a.Quoted:
		return score{}
	}
	classes := v.classes()
	if v.symbols > 0 {
		classes++
	}
	if classes < 2 || v.distinct < 5 {
		// A run of letters alone is a word far more often than a password.
		if v.n < clearToken || v.coverage > 0.2 || v.share > 0.4 || v.distinct < 8 {
			return score{}
		}
		return score{points: 1, why: fmt.Sprintf("a password of %d characters of one class", v.n)}
	}
	varied := classes == 4 && v.n >= minToken-4 && v.groups >= 2
	if v.onlySeparators() && v.coverage > 0.45 && !varied && (v.symbols > 0 || v.digits < 2) {
		return score{} // words and separators: an identifier, a key of a message
	}
	s := score{points: 1, why: fmt.Sprintf("a password of %d characters and %d classes", v.n, classes)}
	wordy := v.coverage > 0.55 || v.defaultWord()
	switch {
	case v.n < minPassword && (v.digits == 0 && v.onlySeparators() || wordy && (v.digits < 2 || v.symbols > 0)):
		return score{}
	case v.humps() && v.symbols == 0 && v.digits <= 1:
		return score{}
	case v.n < minPassword:
		return s
	case varied && !v.defaultWord(),
		!wordy && v.n >= strongPassword && classes >= 3,
		!wordy && v.n >= longPassword && classes >= 2 && v.digits > 0 && v.coverage <= clearCoverage:
		s.points = 2
		s.random = v.n >= longPassword && v.coverage <= clearCoverage
	case v.digits == 0 && v.symbols <= 1 && v.coverage > 0.8:
		return score{}
	case v.digits == 0 && v.symbols == 0:
		return score{}
	}
	return s
}

// decodedText returns what a value in base64 says if that is printable text, as
// in a Kubernetes Secret, and the value itself otherwise.
func decodedText(s string) (text string, encoded bool) {
	if len(s) < 12 || len(s)%4 != 0 {
		return s, false
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) < minGeneric {
		return s, false
	}
	text = strings.TrimRight(string(b), "\r\n")
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return s, false
		}
	}
	return text, true
}
