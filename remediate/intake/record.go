package intake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/scanner"
)

// record is one element of a report, in the words of all formats.
type record struct {
	element int
	rule    string // the other tool's name for the kind of secret
	title   string // the same in words, if it has any
	// secret is the plaintext as reported, empty if the report hides it. It leaves
	// the record as a detectors.Secret only.
	secret string
	// texts are what to look at for the secret, the most telling first.
	texts      []text
	repo       string // as the report writes it
	places     []scanner.Place
	introduced scanner.Commit
	print      string // the other tool's own fingerprint
	ours       string // leakline's, if the report has it
	confidence detectors.Confidence
	verified   bool // the other tool tried it: it works
	notes      []string
	since      time.Time
	verdict    *verdict
	finding    *scanner.Finding // leakline's own
}

// text is a text that holds a reported secret: in data[from:to] or, if to is 0,
// anywhere. Made says that we wrote it, with a name that the file may not have.
type text struct {
	data     string
	from, to int
	made     bool
}

// verdict is what the other tool knows of an incident's end.
type verdict struct {
	closure   *incident.Closure
	dismissal incident.Reason
	alive     bool // its provider still accepts it
	at        time.Time
	by        string
	note      string
}

// The bounds of an element's members; what is longer is no such thing.
const (
	maxSecret = 128 << 10
	maxText   = 256 << 10
	maxPath   = 4 << 10
	maxWord   = 200
)

// masks are what tools write in the place of a secret, or of its end.
var masks = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\W*(redacted|masked|hidden|removed|secret hidden)\W*$|\*{3,}|[xX•]{8,}|(\.\.\.|…)(\(\d+\))?$`)
})

// hidden says that a report shows a mask and not a secret.
func hidden(secret string) bool {
	return strings.TrimSpace(secret) == "" || masks().MatchString(secret)
}

// within gives the text that holds a secret, if it does.
func within(data, secret string) []text {
	at := strings.Index(data, secret)
	if at < 0 || secret == "" || len(data) > maxText {
		return nil
	}
	return []text{{data: data, from: at, to: at + len(secret)}}
}

// assigned writes a name and a value as a member of a JSON object stands in a file.
func assigned(name, value string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(map[string]string{name: value}) // strings can be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// times are the ways in which the formats write a time.
var times = []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -0700 MST", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05 UTC"}

// when reads a time. What can't be one is none, and is remarked: a ledger's clocks
// must not run on it.
func (in *intake) when(element int, what, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	for _, layout := range times {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		return in.possible(element, what, t)
	}
	return in.possible(element, what, time.Time{}.Add(1))
}

// possible gives a time if it can be that of a commit or a decision.
func (in *intake) possible(element int, what string, t time.Time) time.Time {
	if t.IsZero() || t.Year() >= 1970 && !t.After(in.At.Add(24*time.Hour)) {
		return incident.Stamp(t)
	}
	in.remark(Remark{Element: element, Why: fmt.Sprintf("its %s is no time that can be: it is taken as unknown", what)})
	return time.Time{}
}

// clean makes a short text of a report fit to be stored: without credentials,
// printable, bounded.
func (in *intake) clean(s, secret string) string {
	if len(s) > maxPath {
		s = s[:maxPath]
	}
	if len(secret) >= 4 {
		s = strings.ReplaceAll(s, secret, "…")
	}
	ms := in.Set.Find([]byte(s))
	for i := len(ms) - 1; i >= 0; i-- {
		if m := ms[i]; !m.Detector.Public {
			s = s[:m.Start] + m.Secret.String() + s[m.End:]
		}
	}
	return scanner.Printable(s)
}

// word is clean for a name: at most maxWord bytes of one line.
func (in *intake) word(s, secret string) string {
	if len(s) > maxWord {
		s = s[:maxWord]
	}
	return strings.TrimSpace(strings.ReplaceAll(in.clean(s, secret), "\t", " "))
}

// person splits "Ada <ada@example.com>".
func person(s string) (name, email string) {
	name, rest, ok := strings.Cut(s, "<")
	if !ok {
		if strings.Contains(s, "@") {
			return "", strings.TrimSpace(s)
		}
		return strings.TrimSpace(s), ""
	}
	email, _, _ = strings.Cut(rest, ">")
	return strings.TrimSpace(name), strings.TrimSpace(email)
}
