package ignore

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// A mark names a secret in a file that many may read. It is self-contained:
//
//	s1.SALT.HASH  of a strong secret: HMAC-SHA-256(SALT, its canonical text)
//	p1.SALT.HASH  of a weak one: SHA-256(SALT, detector, path, redacted line)
//
// SALT is 16 and HASH 32 hexadecimal digits (the first half of the sum). The salt is
// public. It is no key: it only keeps the marks of one file from being compared with
// those of another. So a secret that could be guessed is never hashed: who has the
// file could try every word of a list against it.
type mark struct {
	place bool // p1
	salt  string
	hash  string
}

var markForm = regexp.MustCompile(`^([sp])1\.([0-9a-f]{16})\.([0-9a-f]{32})$`)

// parseMark reads a mark.
func parseMark(text string) (mark, error) {
	m := markForm.FindStringSubmatch(text)
	if m == nil {
		return mark{}, errors.New("it is no mark: s1. or p1., 16 hexadecimal digits, a dot and 32 more")
	}
	return mark{place: m[1] == "p", salt: m[2], hash: m[3]}, nil
}

func (m mark) String() string {
	kind := "s1."
	if m.place {
		kind = "p1."
	}
	return kind + m.salt + "." + m.hash
}

// hashBytes is how much of a sum a mark keeps: nobody finds two secrets with the
// same 128 bits.
const hashBytes = 16

// secretHash is the hash of a strong secret.
func secretHash(salt string, s detectors.Secret) string {
	mac := hmac.New(sha256.New, []byte("leakline mark s1\x00"+salt))
	_, _ = io.WriteString(mac, s.Reveal())
	return hex.EncodeToString(mac.Sum(nil)[:hashBytes])
}

// spot is what is hashed of a place: nothing of the secret but its length, which the
// redacted line shows.
type spot struct{ detector, path, line string }

// spotOf gives the spot of a place. White space is left out of the line, so that
// indenting it anew changes nothing.
func spotOf(detector, path, archive, line string) spot {
	if archive != "" {
		path += "!" + archive
	}
	return spot{detector, path, strings.Join(strings.Fields(line), "")}
}

func (s spot) hash(salt string) string {
	sum := sha256.Sum256([]byte("leakline mark p1\x00" + salt + "\x00" + s.detector + "\x00" + s.path + "\x00" + s.line))
	return hex.EncodeToString(sum[:hashBytes])
}

// Marker makes marks with one salt.
type Marker struct {
	// Salt is 16 hexadecimal digits.
	Salt string
	// Relative makes the path of a place one that does not depend on how the user
	// named the target; nil leaves paths alone.
	Relative func(string) string
}

// NewMarker makes a marker with a salt of its own.
func NewMarker() Marker {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return Marker{Salt: hex.EncodeToString(b[:])}
}

// Marks gives the marks of a finding: one if it is a strong secret, else one for each
// of the lines on which it stands, in the order of its places.
func (m Marker) Marks(f *scanner.Finding) []string {
	if Strong(f.Plain, f.Form) {
		return []string{mark{salt: m.Salt, hash: secretHash(m.Salt, f.Plain)}.String()}
	}
	var marks []string
	for _, p := range placesOf(f) {
		marks = append(marks, m.markPlace(f.Detector, &p))
	}
	return unique(marks)
}

func (m Marker) markPlace(detector string, p *scanner.Place) string {
	return mark{place: true, salt: m.Salt, hash: m.spot(detector, p).hash(m.Salt)}.String()
}

// Lines gives the entries of .leaklineignore that accept a finding: one for each of
// its marks.
func (m Marker) Lines(f *scanner.Finding, reason string) []string {
	var lines []string
	for _, text := range m.Marks(f) {
		lines = append(lines, Entry{Mark: text, Reason: cleanReason(reason)}.String())
	}
	return lines
}

// Mark gives the first mark of a finding, with a salt of its own.
func Mark(f *scanner.Finding) string { return NewMarker().Marks(f)[0] }

// Line gives the entry of .leaklineignore that accepts a finding, with a salt of its
// own: one line for a strong secret, one for each place of a weak one.
func Line(f *scanner.Finding, reason string) string {
	return strings.Join(NewMarker().Lines(f, reason), "\n")
}

// placesOf gives every place that is known of a finding.
func placesOf(f *scanner.Finding) []scanner.Place {
	if len(f.Occurrences) > 0 {
		return f.Occurrences
	}
	return []scanner.Place{f.Place}
}

// unique leaves out what stood before.
func unique(texts []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range texts {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// From how many bits on a hash says nothing of a secret, and from how many on even a
// password was chosen by no person.
const (
	strongBits   = 64
	passwordBits = 128
	// issuedBits is enough by the low estimate for what a machine has issued: a random
	// text of 20 letters and digits, which has 119 bits, is estimated at 50 at least.
	issuedBits = 50
)

// Strong says that a secret can't be guessed, so that its hash may be published. The
// public begin of a known format counts for nothing. Of the rest the bits are
// estimated, and low: see guessBits. In a known format less is enough, if the rest is
// not made of words: a machine has issued it. A password, or what stands in a URL, that
// has no known format is one that people choose: it needs passwordBits.
func Strong(s detectors.Secret, form detectors.Form) bool {
	prefix, _, _ := strings.Cut(s.String(), "…")
	rest := strings.TrimPrefix(s.Reveal(), prefix)
	bits := guessBits(rest)
	switch {
	case prefix != "" && bits >= issuedBits && !wordy(rest):
		return true
	case prefix == "" && (form == detectors.Password || form == detectors.URL):
		return bits >= passwordBits
	}
	return bits >= strongBits
}

// wordy says that a third of a text at least are words of three letters or more.
func wordy(text string) bool {
	n := 0
	for rest := text; rest != ""; {
		run := nextRun(rest)
		rest = rest[len(run):]
		if len(run) >= 3 && kindOf(run[0]) <= upper && wordLike(run) {
			n += len(run)
		}
	}
	return 3*n >= len(text)
}

// What a part of a text counts for, in bits.
const (
	wordBits    = 5   // a word, as one of a sentence
	letterBits  = 4.7 // a letter of no word: one of 26
	digitBits   = 3.3 // one of 10
	numberBits  = 8   // a number of up to four digits at most: a year, a day
	furtherBits = 2   // each digit more
	signBits    = 3   // signs
	againBits   = 1   // what stood there before, and the next key of a keyboard
)

// guessBits estimates how many bits it takes to guess a text, for somebody who knows
// how people make passwords. It is meant to be low.
//
// The text is read as words (a capital and small letters, or capitals), numbers and
// signs. A text that repeats itself is what it repeats. Of a URL only the most random
// part behind its scheme counts.
func guessBits(text string) float64 {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		best := 0.0
		for part := range strings.FieldsFuncSeq(rest, func(r rune) bool { return strings.ContainsRune("/?&=#:@", r) }) {
			best = max(best, guessBits(part))
		}
		return best
	}
	if n := period(text); n > 0 && n <= len(text)/2 {
		return guessBits(text[:n]) + signBits
	}
	bits := 0.0
	seen := map[string]bool{}
	for at := 0; at < len(text); {
		run := nextRun(text[at:])
		key := strings.ToLower(run)
		if seen[key] && (len(run) > 1 || kindOf(run[0]) == sign) {
			bits += againBits
		} else {
			bits += runBits(text, at, at+len(run))
		}
		seen[key] = true
		at += len(run)
	}
	return bits
}

// period is after how many bytes a text begins again, to its end; its length if it
// does not.
func period(text string) int {
	border := make([]int, len(text)+1) // the longest begin that is an end too
	for i, k := 1, 0; i < len(text); i++ {
		for k > 0 && text[i] != text[k] {
			k = border[k]
		}
		if text[i] == text[k] {
			k++
		}
		border[i+1] = k
	}
	return len(text) - border[len(text)]
}

// runBits estimates text[from:to], which is of one kind.
func runBits(text string, from, to int) float64 {
	each, most := letterBits, math.Inf(1)
	switch kindOf(text[from]) {
	case digit:
		each, most = digitBits, numberBits+furtherBits*max(0, float64(to-from-4))
	case sign:
		each, most = signBits, signBits
	default:
		if wordLike(text[from:to]) {
			most = wordBits
		}
	}
	bits := 0.0
	for i := from; i < to; i++ {
		if i > 0 && near(text[i], text[i-1]) || i > 1 && near(text[i], text[i-2]) {
			bits += againBits
		} else {
			bits += each
		}
	}
	return min(bits, most)
}

// pairs are those of letters that words are made of. Of two neighbours in an English
// text of computing nine in ten are among them; of two random ones one in five.
const pairs = " ab ac ad ag ai ak al am an ap ar as at be ca ce ch ck cl co cr ct da de di ds ea ec ed ee ef el em en ep er es et ev ex" +
	" fi fo ge gi ha he hi ho ic id ie ig il in io is it iv ke ks la le li ll lo ma me mi mo mp na nc nd ne ng ni no ns nt od ol" +
	" om on oo op or os ot ou ov ow pa pe pl po pr ra rd re ri ro rs rt ru ry sa sc se sh si so ss st su ta te th ti to tr ts tt" +
	" ul un ur us ut ve vi wh "

// wordLike says that half of the pairs of letters in a run are those of words.
func wordLike(run string) bool {
	run = strings.ToLower(run)
	n := 0
	for i := 1; i < len(run); i++ {
		if strings.Contains(pairs, " "+run[i-1:i+1]+" ") {
			n++
		}
	}
	return len(run) > 1 && 2*n >= len(run)-1
}

// nextRun is the word, the number or the signs at the begin of a text.
func nextRun(text string) string {
	first := kindOf(text[0])
	n := 1
	for n < len(text) && kindOf(text[n]) == first {
		n++
	}
	if first == upper && n == 1 { // a capital and small letters
		for n < len(text) && kindOf(text[n]) == lower {
			n++
		}
	}
	return text[:n]
}

// The kinds of bytes.
type kind int

const (
	lower kind = iota
	upper
	digit
	sign
)

func kindOf(c byte) kind {
	switch {
	case 'a' <= c && c <= 'z':
		return lower
	case 'A' <= c && c <= 'Z':
		return upper
	case '0' <= c && c <= '9':
		return digit
	}
	return sign
}

// rows are orders in which people type.
var rows = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qazwsxedcrfvtgbyhnujmikolp",
}

// near says that two bytes are the same or stand side by side in one of rows.
func near(a, b byte) bool {
	a, b = fold(a), fold(b)
	if a == b {
		return true
	}
	return slices.ContainsFunc(rows, func(row string) bool {
		return strings.Contains(row, string([]byte{a, b})) || strings.Contains(row, string([]byte{b, a}))
	})
}

func fold(c byte) byte {
	if kindOf(c) == upper {
		return c - 'A' + 'a'
	}
	return c
}
