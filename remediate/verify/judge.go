package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leakline/detectors"
	"leakline/remediate/outbound"
	"leakline/scanner"
)

// maxBody is how much of a body expressions look at, and maxField how long a field
// of an identity may be, both in bytes.
const (
	maxBody  = 64 << 10
	maxField = 200
)

// verdict is what one answer says.
type verdict struct {
	outcome detectors.Outcome
	why     string
	fits    bool // one of the probe's answers fits
}

// judge says what an answer means: the first of the probe's answers that fits does.
func (c *check) judge(a *outbound.Answer) verdict {
	doc, isJSON := parse(a.Body)
	head := a.Body[:min(len(a.Body), maxBody)]
	for i := range c.answers {
		w := &c.answers[i]
		if !w.fits(a, doc, isJSON, head) {
			continue
		}
		if w.Means != detectors.OutcomeUnknown && page(a) && !w.wantsPage() {
			break
		}
		why := w.Why
		if why == "" {
			why = fmt.Sprintf("its provider answers %d", a.Status)
		}
		return verdict{w.Means, why, true}
	}
	if page(a) {
		return verdict{detectors.OutcomeUnknown, fmt.Sprintf("a web page answers (%d), not the provider's interface", a.Status), false}
	}
	return verdict{detectors.OutcomeUnknown, fmt.Sprintf("the answer (%d) is none that the provider documents", a.Status), false}
}

// fits says whether an answer is of this kind.
func (w *answer) fits(a *outbound.Answer, doc any, isJSON bool, head []byte) bool {
	if len(w.Status) > 0 && !slices.Contains(w.Status, a.Status) {
		return false
	}
	if len(w.Status) == 0 && w.Means != detectors.OutcomeUnknown && unsettled(a.Status) {
		return false // busy, broken or elsewhere: that counts only where the probe names it
	}
	for _, path := range w.JSON {
		if !isJSON || !has(doc, path) {
			return false
		}
	}
	if w.body != nil && !w.body.Match(head) {
		return false
	}
	return w.header == nil || headerFits(a.Header, w)
}

// unsettled says whether a status is one that says nothing of the request.
func unsettled(status int) bool {
	return status == http.StatusTooManyRequests || status >= 500 || status/100 == 3
}

func headerFits(h http.Header, w *answer) bool {
	for name, all := range h {
		for _, value := range all {
			if w.header.MatchString(name + ": " + value) {
				return true
			}
		}
	}
	return false
}

// page says whether an answer is a web page: a portal's, a proxy's, a firewall's.
func page(a *outbound.Answer) bool {
	text := bytes.ToLower(bytes.TrimLeft(a.Body[:min(len(a.Body), 1024)], " \t\r\n\xef\xbb\xbf"))
	html := strings.Contains(strings.ToLower(a.Header.Get("Content-Type")), "text/html")
	return bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html")) ||
		html && bytes.HasPrefix(text, []byte("<"))
}

// syntax are the places of an expression in which "<" is no letter that is looked for.
var syntax = strings.NewReplacer("(?P<", "", "(?<", "", "[^<", "")

// wantsPage says whether a web page is what the provider documents.
func (w *answer) wantsPage() bool {
	return strings.Contains(syntax.Replace(w.Body), "<") || strings.Contains(strings.ToLower(w.Header), "html")
}

// parse reads a body that is one JSON document. Numbers stay as they are written.
func parse(body []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var doc any
	if d.Decode(&doc) != nil {
		return nil, false
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, false
	}
	return doc, true
}

// has says whether a document has the member of a path, with the value after "=".
func has(doc any, path string) bool {
	name, want, valued := strings.Cut(path, "=")
	got, ok := at(doc, name)
	if !ok {
		return false
	}
	if valued {
		text, ok := textOf(got)
		return ok && text == want
	}
	return got != nil && got != false && got != ""
}

// at gives the value at a path of names and indexes.
func at(doc any, path string) (any, bool) {
	for step := range strings.SplitSeq(path, ".") {
		switch v := doc.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return nil, false
			}
			doc = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			doc = v[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// textOf gives a value that is no object and no list as text.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	case nil:
		return "null", true
	}
	return "", false
}

// identity reads what an active answer says of the credential. A field that holds the
// secret, or a good part of it, is left out.
func (c *check) identity(a *outbound.Answer, secret string) map[string]string {
	doc, _ := parse(a.Body)
	out := map[string]string{}
	for _, r := range c.Identity {
		text := strings.TrimSpace(read(r, a, doc))
		if text == "" || out[r.Field] != "" || echoes(text, secret) {
			continue
		}
		out[r.Field] = shorten(scanner.Printable(text))
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func read(r detectors.Reading, a *outbound.Answer, doc any) string {
	if r.Header != "" {
		return strings.Join(a.Header.Values(r.Header), " ")
	}
	v, ok := at(doc, r.JSON)
	if !ok || v == nil {
		return ""
	}
	list, ok := v.([]any)
	if !ok {
		text, _ := textOf(v)
		return text
	}
	var texts []string
	for _, e := range list {
		if text, ok := textOf(e); ok && e != nil {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " ")
}

// echoes says whether a text gives a secret away: it holds it, or 12 characters of it
// in a row.
func echoes(text, secret string) bool {
	const part = 12
	if len(secret) <= part {
		return strings.Contains(text, secret)
	}
	for i := 0; i+part <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+part]) {
			return true
		}
	}
	return false
}

// shorten cuts a text at a rune.
func shorten(s string) string {
	if len(s) <= maxField {
		return s
	}
	return strings.ToValidUTF8(s[:maxField], "") + "…"
}
