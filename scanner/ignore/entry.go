package ignore

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"leakline/detectors"
	"leakline/scanner"
)

// Entry is one line of .leaklineignore: selectors, all of which must hold, and why
// and until when what they select is accepted. Its text is the page "ignore" of the
// documentation.
type Entry struct {
	File string // where it stands
	Line int    // 1-based

	// The selectors; what is empty selects everything.
	Path     string // a glob, see [Glob]
	Detector string // an id, in which * and ? stand for any text and any character
	Layer    detectors.Layer
	Mark     string // of a secret or of a place, see [Marker]
	Object   string // the name of a thing that can't be read

	Until  time.Time // the last day on which it holds, at 0:00 UTC; zero: for ever
	Reason string
}

// dateForm is how a day is written.
const dateForm = time.DateOnly

// maxReason bounds a reason, in bytes.
const maxReason = 400

// SyntaxError is what is wrong with a line of a file. It quotes nothing of the line but
// the name of a selector: who does not know the format writes the secret itself there.
type SyntaxError struct {
	File string
	Line int
	Err  error
	Hint string // what to write instead
}

func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// faulty is an error with its hint, before its place is known.
type faulty struct {
	error
	hint string
}

// ParseEntries reads the text of a .leaklineignore. It goes on behind a wrong line;
// each error is a [SyntaxError].
func ParseEntries(file string, data []byte) ([]Entry, []error) {
	var entries []Entry
	var errs []error
	for n, line := range numbered(data) {
		e, err := parseEntry(line)
		var f faulty
		switch {
		case errors.As(err, &f):
			errs = append(errs, &SyntaxError{file, n, f.error, f.hint})
		case err != nil:
			errs = append(errs, &SyntaxError{file, n, err, ""})
		default:
			e.File, e.Line = file, n
			entries = append(entries, e)
		}
	}
	return entries, errs
}

// numbered gives the lines of a file that say something, with their numbers.
func numbered(data []byte) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
			n++
			text := strings.TrimSpace(string(line))
			if text == "" || text[0] == '#' {
				continue
			}
			if !yield(n, text) {
				return
			}
		}
	}
}

// selectors are the names of fields. Secret says the same as mark: a line with that
// word is what other scanners take for a leak.
var selectors = []string{"path", "detector", "layer", "mark", "secret", "object", "until", "reason"}

func parseEntry(line string) (Entry, error) {
	var e Entry
	fields, err := parseFields(line, selectors, false)
	if err != nil {
		return e, err
	}
	for _, f := range fields {
		if err := e.set(f.name, f.value); err != nil {
			return e, err
		}
	}
	switch {
	case e.Path == "" && e.Detector == "" && e.Layer == "" && e.Mark == "" && e.Object == "":
		return e, faulty{errors.New("it selects nothing"), "begin with path:, detector:, layer:, mark: or object:"}
	case e.Object != "" && (e.Path != "" || e.Detector != "" || e.Layer != "" || e.Mark != ""):
		return e, faulty{errors.New("object: goes with no other selector"), "write two lines"}
	case strings.Trim(e.Reason, ".… ") == "": // what an example has in its place
		return e, faulty{errors.New("it gives no reason"), "add reason:, for example reason:\"generated for tests\""}
	}
	return e, nil
}

// set takes one field.
func (e *Entry) set(name, value string) error {
	if value == "" && name != "reason" {
		return fmt.Errorf("%s: is empty", name)
	}
	switch name {
	case "path":
		if err := checkGlob(value); err != nil {
			return fmt.Errorf("path: %w", err)
		}
		return once(&e.Path, value, name)
	case "detector":
		if _, err := path.Match(value, ""); err != nil {
			return fmt.Errorf("detector: %w", err)
		}
		return once(&e.Detector, value, name)
	case "layer":
		if !slices.Contains(detectors.Layers(), detectors.Layer(value)) {
			return faulty{errors.New("unknown layer"), "the layers are ai-platform, application-auth, infrastructure and unclassified"}
		}
		return once(&e.Layer, detectors.Layer(value), name)
	case "mark", "secret":
		if _, err := parseMark(value); err != nil {
			return faulty{fmt.Errorf("mark: %w", err), "leakline ignore add writes the line for you"}
		}
		return once(&e.Mark, value, "mark")
	case "object":
		return once(&e.Object, value, name)
	case "until":
		day, err := parseDay(value)
		if err != nil {
			return err
		}
		return once(&e.Until, day, name)
	}
	return once(&e.Reason, cleanReason(value), name)
}

// once sets a field that may stand in a line once.
func once[T comparable](field *T, value T, name string) error {
	var none T
	if *field != none {
		return fmt.Errorf("%s: stands there twice", name)
	}
	*field = value
	return nil
}

// parseDay reads a date.
func parseDay(text string) (time.Time, error) {
	day, err := time.Parse(dateForm, text)
	if err != nil {
		return day, faulty{errors.New("until: that is no date"), "write until:2027-01-31"}
	}
	return day, nil
}

// ended says that a day is over, in UTC.
func ended(until, now time.Time) bool {
	return !until.IsZero() && !now.Before(until.AddDate(0, 0, 1))
}

// cleanReason makes the user's words fit for one line of a report.
func cleanReason(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	text = scanner.Printable(text)
	if len(text) > maxReason {
		n := maxReason
		for !utf8.RuneStart(text[n]) {
			n--
		}
		text = text[:n] + "…"
	}
	return text
}

// String gives the line that says an entry.
func (e Entry) String() string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+":"+quoteIfNeeded(value))
		}
	}
	add("mark", e.Mark)
	add("path", e.Path)
	add("detector", e.Detector)
	add("layer", string(e.Layer))
	add("object", e.Object)
	if !e.Until.IsZero() {
		add("until", e.Until.Format(dateForm))
	}
	if e.Reason != "" {
		parts = append(parts, "reason:"+quote(e.Reason))
	}
	return strings.Join(parts, " ")
}

// where names an entry.
func (e *Entry) where() string { return e.File + ":" + strconv.Itoa(e.Line) }

// field is one name with its value.
type field struct{ name, value string }

// parseFields reads fields, name:value or name=value, separated by blanks. A value
// with blanks stands in quotes, in which \ makes the next character an ordinary one.
// The words behind an unquoted reason belong to it, up to a field until. In loose
// texts every other word belongs to the reason; else it is an error. "# " begins a
// comment.
func parseFields(text string, names []string, loose bool) ([]field, error) {
	var fields []field
	var reason []string
	bare := false // an unquoted reason has begun
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" || !loose && (text == "#" || strings.HasPrefix(text, "# ")) {
			break
		}
		name, rest, ok := cutName(text)
		known := ok && slices.Contains(names, name) && (!bare || name == "until")
		if !known {
			word := firstWord(text)
			if !loose && !bare {
				return nil, strangeWord(word, name, ok, names)
			}
			if near := nearName(name, names); ok && near != "" && !slices.Contains(names, name) {
				return nil, faulty{fmt.Errorf("unknown word %q", name), "did you mean " + near + "?"}
			}
			reason = append(reason, word)
			text = text[len(word):]
			continue
		}
		if name != "reason" { // of which nothing may be said
			rest = strings.TrimLeft(rest, " \t")
		}
		value, after, quoted, err := cutValue(rest)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		text = after
		if name == "reason" && !quoted {
			bare = true
			reason = append(reason, value)
			continue
		}
		fields = append(fields, field{name, value})
	}
	if said := strings.TrimSpace(strings.Join(reason, " ")); said != "" || bare {
		fields = append(fields, field{"reason", said})
	}
	return fields, nil
}

// leadingFields is the begin of a text that consists of fields.
func leadingFields(text string, names []string) string {
	rest := text
	for {
		rest = strings.TrimLeft(rest, " \t")
		name, value, ok := cutName(rest)
		if !ok || nearName(name, names) == "" {
			return text[:len(text)-len(rest)]
		}
		_, after, _, err := cutValue(value)
		if err != nil {
			return text
		}
		rest = after
	}
}

// cutName cuts the name of a field off a text.
func cutName(text string) (name, rest string, ok bool) {
	n := 0
	for n < len(text) && 'a' <= text[n] && text[n] <= 'z' {
		n++
	}
	if n == 0 || n == len(text) || text[n] != ':' && text[n] != '=' {
		return "", text, false
	}
	return text[:n], text[n+1:], true
}

// cutValue cuts a value off a text.
func cutValue(text string) (value, rest string, quoted bool, err error) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		word := firstWord(text)
		return word, text[len(word):], false, nil
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == text[0]:
			return b.String(), text[i+1:], true, nil
		default:
			b.WriteByte(text[i])
		}
	}
	return "", "", false, errors.New("the quotes are not closed")
}

// firstWord is a text up to its first white space.
func firstWord(text string) string {
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i]
	}
	return text
}

// strangeWord says what is wrong with a word that is no field.
func strangeWord(word, name string, ok bool, names []string) error {
	if !ok {
		if theirsForm.MatchString(word) {
			return faulty{errors.New("it is an entry of .gitleaksignore"), "keep it in that file, or write path:FILE reason:…"}
		}
		return faulty{errors.New("a word of it stands behind no selector"), "write name:value; a value with blanks stands in quotes"}
	}
	if near := nearName(name, names); near != "" && near != name {
		return faulty{fmt.Errorf("unknown selector %s", name), "did you mean " + near + ":?"}
	}
	if len(name) > maxSelector {
		name = "of this name"
	}
	return faulty{fmt.Errorf("unknown selector %s", name), "the selectors are path, detector, layer, mark and object; then until and reason"}
}

// maxSelector is how long a name may be to be quoted, in bytes.
const maxSelector = 12

// nearName is the name that was meant, if one is near.
func nearName(name string, names []string) string {
	for _, n := range names {
		if len(name) >= 3 && len(name) <= maxSelector && edits(name, n) <= 2 {
			return n
		}
	}
	return ""
}

// edits is how many letters must be put in, left out, changed or swapped with the
// next one to make b of a.
func edits(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// quote puts a value in quotes.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// quoteIfNeeded quotes a value that would not be read back without quotes.
func quoteIfNeeded(s string) string {
	if s[0] == '"' || s[0] == '\'' || strings.ContainsFunc(s, unicode.IsSpace) {
		return quote(s)
	}
	return s
}
