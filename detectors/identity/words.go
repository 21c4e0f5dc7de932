package identity

import "bytes"

// Bounds of phrases.
const (
	maxPhraseWords = 4   // consecutive words that make up one phrase
	maxPhraseGap   = 4   // bytes between two words of one phrase, as in `"realm": "x"`
	maxPhraseBytes = 256 // letters and digits of one run of words
)

// eachPhrase calls try with every run of one to four consecutive words of a text,
// in lower case and joined without separators, so that "redirect_uri",
// "redirectURI", "redirect-uri" and "Redirect URI" are all "redirecturi". Words are
// split at everything but letters and digits and at the humps of camelCase, so
// neither "admin" in "adminton" nor "token" in "max_tokens" is one. Of the phrases
// that end in the same word the longest is tried first, and try says whether that
// is enough: "docker login" then hides "login". Random text, and hosts, which have
// a table of their own, hold no words. The phrase is valid during the call only.
func eachPhrase(text []byte, try func(phrase []byte) (taken bool)) {
	var c chain
	for i := 0; i < len(text); {
		if !isAlnum(text[i]) {
			if text[i] == '\n' {
				c.reset()
			}
			c.gap++
			i++
			continue
		}
		if end := hostEnd(text, i); end > 0 {
			c.reset()
			i = end
			continue
		}
		end := i
		for end < len(text) && isAlnum(text[end]) {
			end++
		}
		if random(text[i:end]) {
			c.reset()
		} else {
			c.run(text[i:end], try)
		}
		i = end
	}
}

// chain is the run of words that phrases are made of.
type chain struct {
	joined [maxPhraseBytes]byte
	n      int                 // bytes of joined
	starts [maxPhraseWords]int // of the last words, oldest first
	words  int
	gap    int
}

func (c *chain) reset() { c.n, c.words = 0, 0 }

// run adds the words of one run of letters and digits.
func (c *chain) run(s []byte, try func([]byte) bool) {
	if c.gap > maxPhraseGap {
		c.reset()
	}
	c.gap = 0
	for from := 0; from < len(s); {
		to := from + 1
		for to < len(s) && !hump(s, to) {
			to++
		}
		c.word(s[from:to], try)
		from = to
	}
}

func (c *chain) word(w []byte, try func([]byte) bool) {
	if c.n+len(w) > maxPhraseBytes {
		c.reset()
		if len(w) > maxPhraseBytes {
			return
		}
	}
	if c.words == maxPhraseWords {
		copy(c.starts[:], c.starts[1:])
		c.words--
	}
	c.starts[c.words] = c.n
	c.words++
	for _, ch := range w {
		c.joined[c.n] = lower(ch)
		c.n++
	}
	for k := range c.words {
		if try(c.joined[c.starts[k]:c.n]) {
			return
		}
	}
}

// hump says that a word of camelCase begins at s[i]: fooBar, HTTPServer, oauth2Key,
// but not the B of B2C nor anything in OAUTH2.
func hump(s []byte, i int) bool {
	if !isUpper(s[i]) {
		return false
	}
	if isLower(s[i-1]) {
		return true
	}
	return i+1 < len(s) && isLower(s[i+1])
}

// random says that a run of letters and digits is too long and too mixed to be
// words: more than every fourth byte is of another kind than the one before it.
func random(s []byte) bool {
	if len(s) < 16 {
		return false
	}
	changes := 0
	for i := 1; i < len(s); i++ {
		if kind(s[i]) != kind(s[i-1]) && !(isUpper(s[i-1]) && isLower(s[i])) {
			changes++
		}
	}
	return changes*4 > len(s)
}

func kind(b byte) int {
	switch {
	case isLower(b):
		return 1
	case isUpper(b):
		return 2
	}
	return 3
}

// hostEnd gives the end of the host name that begins at i, or 0 if none does: at
// least two labels, of which the last is a top-level domain that tables of this
// package use.
func hostEnd(text []byte, i int) int {
	if i > 0 && isHostByte(text[i-1]) {
		return 0
	}
	end, dots, last := i, 0, i
	for ; end < len(text) && end-i < 256 && isHostByte(text[end]); end++ {
		if text[end] == '.' {
			dots++
			last = end + 1
		}
	}
	if dots == 0 {
		return 0
	}
	if topLevel[string(bytes.ToLower(text[last:end]))] {
		return end
	}
	return 0
}

// topLevel are the last labels by which a dotted name is taken for a host: those
// of the host table and of most services. Others are read as words.
var topLevel = map[string]bool{
	"com": true, "net": true, "org": true, "io": true, "dev": true, "ai": true, "co": true, "cloud": true,
	"cn": true, "sh": true, "xyz": true, "us": true, "eu": true, "uk": true, "de": true, "link": true,
	"app": true, "space": true, "svc": true, "local": true, "internal": true, "gov": true, "edu": true,
}

func isHostByte(b byte) bool { return isAlnum(b) || b == '-' || b == '.' }
func isAlnum(b byte) bool    { return isLower(b) || isUpper(b) || b >= '0' && b <= '9' }
func isLower(b byte) bool    { return b >= 'a' && b <= 'z' }
func isUpper(b byte) bool    { return b >= 'A' && b <= 'Z' }

func lower(b byte) byte {
	if isUpper(b) {
		return b + 'a' - 'A'
	}
	return b
}
