package engine

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// each writes every byte of a text in a format.
func each(format, text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, format, text[i])
	}
	return b.String()
}

// TestEscaped: a secret in a text of escapes is found once, where it stands, whichever
// way it is written.
func TestEscaped(t *testing.T) {
	s := mustCompile(t, few())
	secret := "zk-live-" + strings.Repeat("k7Qp2mXw", 3)
	for _, c := range []struct{ name, text, chain string }{
		{"percent", each("%%%02X", secret), "percent"},
		{"percent, lower case", each("%%%02x", secret), "percent"},
		{"percent, a text", url.QueryEscape(`{"note": "` + each("%%%02X", secret) + `"}`), "percent percent"},
		{"escape()", each("%%u%04x", secret), "percent"},
		{"backslash x", each(`\x%02x`, secret), "unicode-escape"},
		{"backslash u", each(`\u%04X`, secret), "unicode-escape"},
		{"backslash u, braces", each(`\u{%x}`, secret), "unicode-escape"},
		{"backslash u, twice", each(`\\u%04X`, secret), "unicode-escape unicode-escape"},
		{"decimal references", each(`&#%d;`, secret), "html"},
		{"hexadecimal references", each(`&#x%x;`, secret), "html"},
		{"references in references", string(html.EscapeString(each(`&#%d;`, "a: "+secret+" b"))), "html html"},
	} {
		for _, host := range []string{"%s", "data: %s\n", `{"data":"%s"}`, "<k>%s</k>", `a,"%s",b`, "x=" + strings.Repeat("y", 300) + "/%s"} {
			data := fmt.Sprintf(host, c.text)
			ms := s.Find([]byte(data))
			if len(ms) != 1 || ms[0].Secret.Reveal() != secret {
				t.Errorf("%s in %q: %v", c.name, host, describe(ms))
				continue
			}
			text, inner, chain, ok := ms[0].Decoded()
			if !ok || !slices.Equal(chain, strings.Fields(c.chain)) || string(text[inner.Start:inner.End]) != secret {
				t.Errorf("%s: %v, %q", c.name, chain, text)
			}
			at := strings.Index(data, c.text)
			if ms[0].Start < at || ms[0].End > at+len(c.text) || ms[0].End-ms[0].Start < len(secret) {
				t.Errorf("%s stands at %d to %d, found at %d to %d", c.name, at, at+len(c.text), ms[0].Start, ms[0].End)
			}
		}
	}
}

var plainEscape = regexp.MustCompile(`^(?:%([0-9A-Fa-f]{2})|%u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\u\{([0-9A-Fa-f]{1,6})\}|\\U([0-9A-Fa-f]{8})|(&(?:#|[A-Za-z])[0-9A-Za-z]{1,8};))`)

// plainEscapes is the slow and obvious search for begins of texts in escapes.
func plainEscapes(data []byte) []int {
	last := map[byte]int{}
	var out []int
	for p, mark := range data {
		if strings.IndexByte(`%\&`, mark) < 0 {
			continue
		}
		groups := plainEscape.FindSubmatch(data[p:])
		if groups == nil {
			continue
		}
		text := html.UnescapeString(string(groups[7]))
		for _, digits := range groups[1:7] {
			if len(digits) > 0 {
				n, err := strconv.ParseUint(string(digits), 16, 32)
				if err != nil || n > 127 {
					text = "no ASCII"
					continue
				}
				text = string(rune(n))
			}
		}
		if len(text) != 1 || strings.Trim(text, "\t\r\n") != "" && (text[0] < ' ' || text[0] > '~') {
			continue
		}
		if before, ok := last[mark]; !ok || p-before > escapeGap || cut(data, p) {
			out = append(out, p)
		}
		last[mark] = p
	}
	return out
}
