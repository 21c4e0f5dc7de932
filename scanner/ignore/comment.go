package ignore

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"time"

	"leakline/scanner"
)

// Own is the word of a comment that accepts the secret beside it.
const Own = "leakline:allow"

// words are those of comments that accept a secret: ours, and those of other scanners.
//
// Source: the README files of gitleaks, betterleaks, trufflehog and detect-secrets
// ("Inline Allowlisting"; older versions of it say whitelist).
var words = regexp.MustCompile(`(leakline:allow|gitleaks:allow|betterleaks:allow|trufflehog:ignore)` +
	`|(pragma: ?(?:allow|white)list[ -]secret)|(pragma: ?(?:allow|white)list[ -]nextline[ -]secret)`)

// hints are what every word has a part of: most texts have none.
var hints = [][]byte{[]byte(":allow"), []byte(":ignore"), []byte("pragma:")}

// maxWords bounds how many words of one line are looked at.
const maxWords = 20

// comment is one that was found beside a secret.
type comment struct {
	word   string
	reason string
	until  time.Time
	wrong  string // why it can't count, if it can't
}

// commentsOf finds the comments that speak of a secret: in the text on its first line
// before it and on its last line behind it, and on the line before.
//
// A word counts wherever it stands by itself in these, in whatever the language calls
// a comment, but not in the string that the secret stands in: there it is a part of
// the value.
func commentsOf(c *scanner.Candidate) []comment {
	if !hinted(c.Text) || c.Start > c.End || c.End > len(c.Text) {
		return nil
	}
	begin := bytes.LastIndexByte(c.Text[:c.Start], '\n') + 1
	end := len(c.Text)
	if i := bytes.IndexByte(c.Text[c.End:], '\n'); i >= 0 {
		end = c.End + i
	}
	from, to := stringAround(c.Text, begin, c.Start, c.End, end)
	var found []comment
	add := func(lo, hi int, last bool) {
		for _, m := range words.FindAllSubmatchIndex(c.Text[lo:hi], maxWords) {
			at, after := lo+m[0], lo+m[1]
			if m[6] >= 0 || !alone(c.Text, at, after) { // m[6]: of the next line
				continue
			}
			x := readComment(string(c.Text[at:after]), string(c.Text[after:hi]), before(c.Text, begin, at), last)
			if from <= at && at < to {
				x.wrong = "stands in the same string as the secret, as a part of its value"
			}
			found = append(found, x)
		}
	}
	add(begin, c.Start, false)
	add(c.End, end, true)
	if begin > 0 {
		found = append(found, lineAbove(c.Text[:begin-1])...)
	}
	return found
}

// hinted says that a text may hold a word.
func hinted(text []byte) bool {
	for _, h := range hints {
		if bytes.Contains(text, h) {
			return true
		}
	}
	return false
}

// lineAbove finds comments on the line before a secret: ours alone on its line, and
// those that speak of the next line.
func lineAbove(text []byte) []comment {
	line := text[bytes.LastIndexByte(text, '\n')+1:]
	var found []comment
	for _, m := range words.FindAllSubmatchIndex(line, maxWords) {
		word := string(line[m[0]:m[1]])
		next := m[6] >= 0
		if (next || word == Own && onlySigns(line[:m[0]])) && alone(line, m[0], m[1]) {
			found = append(found, readComment(word, string(line[m[1]:]), before(line, 0, m[0]), true))
		}
	}
	return found
}

// onlySigns says that there is nothing before a comment: signs at most, or the word
// that begins one in a batch file or for m4.
func onlySigns(text []byte) bool {
	switch t := bytes.TrimSpace(text); strings.ToLower(string(t)) {
	case "rem", "dnl":
		return true
	default:
		return !bytes.ContainsFunc(t, wordRune)
	}
}

// alone says that text[at:after] is a word by itself, and no part of a URL.
func alone(text []byte, at, after int) bool {
	if after < len(text) {
		next := rune(text[after])
		if wordRune(next) || next == '=' || next == '/' || next == '@' ||
			next == '-' && after+1 < len(text) && wordRune(rune(text[after+1])) {
			return false
		}
	}
	if at == 0 {
		return true
	}
	run := text[bytes.LastIndexAny(text[:at], " \t\n")+1 : at]
	if bytes.Contains(run, []byte("://")) {
		return false
	}
	switch prev := text[at-1]; prev {
	case '=', ':', '@', '?', '&', '+', '.', '$', '\\':
		return false
	case '/', '-': // of // and --
		return len(run) > 1 && run[len(run)-2] == prev
	default:
		return !wordRune(rune(prev))
	}
}

// wordRune holds for letters, digits, _ and what is no ASCII.
func wordRune(r rune) bool {
	return r >= 0x80 || r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// stringAround gives the string literal that the secret text[start:end] stands in, if
// its quotes are on the lines text[begin:limit]; else an empty span.
func stringAround(text []byte, begin, start, end, limit int) (from, to int) {
	var quote byte
	for i := begin; i < start; i++ {
		switch b := text[i]; {
		case b == '\\':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '`' || b == '\'' && (i == begin || !wordRune(rune(text[i-1]))):
			quote, from = b, i
		}
	}
	if quote == 0 {
		return 0, 0
	}
	for i := end; i < limit; i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return from, i
		}
	}
	return 0, 0
}

// before is the last byte before at that is no blank, 0 if there is none from begin on.
func before(text []byte, begin, at int) byte {
	t := bytes.TrimRight(text[begin:at], " \t")
	if len(t) == 0 {
		return 0
	}
	return t[len(t)-1]
}

// closers end a comment within a line.
var closers = []string{"*/", "-->", "--%>", "%>", "#}", "}}", "*)", "|#", "-}", "]]", `"""`, "'''"}

// readComment reads what follows the word of a comment. prev is what stands before the
// word; last says that what follows goes on to the end of the line, rather than to the
// secret.
func readComment(word, rest string, prev byte, last bool) comment {
	c := comment{word: word}
	rest, closed := body(rest, prev)
	loose := word == Own && (closed || last)
	rest = strings.TrimLeft(rest, " \t:,;.-–—(")
	if i := words.FindStringIndex(rest); i != nil { // several words in one comment
		rest = rest[:i[0]]
	}
	if !loose {
		rest = leadingFields(rest, fieldsOfComments)
	}
	fields, err := parseFields(rest, fieldsOfComments, true)
	if err == nil {
		err = c.take(fields)
	}
	if err != nil {
		c.wrong = wrong(err)
	}
	return c
}

// wrong tells an error with its hint.
func wrong(err error) string {
	var f faulty
	if errors.As(err, &f) {
		return f.Error() + ": " + f.hint
	}
	return err.Error()
}

// fieldsOfComments are the names of fields in a comment.
var fieldsOfComments = []string{"reason", "until"}

// take takes over what the fields say.
func (c *comment) take(fields []field) error {
	for _, f := range fields {
		if f.name == "until" {
			day, err := parseDay(f.value)
			if err != nil {
				return err
			}
			if err := once(&c.until, day, "until"); err != nil {
				return err
			}
			continue
		}
		said := cleanReason(f.value)
		if !strings.ContainsFunc(said, func(r rune) bool { return r != '_' && wordRune(r) }) {
			continue // nothing is said
		}
		if !strings.Contains(said, "(") { // the comment stands in brackets
			said = strings.TrimRight(said, ")")
		}
		if c.reason != "" {
			said = c.reason + " " + said
		}
		c.reason = said
	}
	return nil
}

// body is what follows a word in its comment, and whether the comment ends within the
// line.
func body(rest string, prev byte) (string, bool) {
	closed := false
	if prev == '"' || prev == '\'' || prev == '`' { // JSON has no other place for it
		if i := strings.IndexByte(rest, prev); i >= 0 {
			rest, closed = rest[:i], true
		}
	}
	for _, end := range closers {
		if i := indexUnquoted(rest, end); i >= 0 {
			rest, closed = rest[:i], true
		}
	}
	return strings.TrimRight(rest, " \t\r"), closed
}

// indexUnquoted finds a text outside of double quotes.
func indexUnquoted(s, end string) int {
	quoted := false
	for i := range len(s) {
		if !quoted && strings.HasPrefix(s[i:], end) {
			return i
		}
		if s[i] == '"' {
			quoted = !quoted
		}
	}
	return -1
}
