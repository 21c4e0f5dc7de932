package identity

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"leakline/detectors"
)

// browserKey says which key that browsers are given the credential is, or "".
func (h *hearing) browserKey() string {
	switch {
	case h.d.Identity.Form != detectors.APIKey:
	case h.firebaseKey():
		return "the web key of a Firebase project"
	case !h.generic():
	case h.searchKey():
		return "the search key of Algolia DocSearch"
	case h.analyticsKey():
		return "the key with which a site writes to its analytics"
	}
	return ""
}

// firebaseKey says that a Google API key stands in the configuration that Firebase
// gives to browsers, and nothing says that it also opens the Gemini API:
// https://firebase.google.com/docs/projects/api-keys
func (h *hearing) firebaseKey() bool {
	if !strings.Contains(h.provider, "google") || len(h.d.AmbiguousLayers) == 0 {
		return false
	}
	firebase := 0
	for _, f := range h.found {
		switch {
		case f.Layer == ai:
			return false
		case f.rank == inOwn && f.Layer == app && firebaseMarks[f.text]:
			firebase++
		}
	}
	return firebase > 1
}

// firebaseMarks are signs of that configuration.
var firebaseMarks = map[string]bool{
	"auth domain": true, "messaging sender id": true, "mobilesdk app id": true, "firebaseapp.com": true, "firebase config": true,
}

// browserBytes is how far from a key its companions are looked for.
const browserBytes = 300

// searchKey says that a key stands in the settings of a site's search box, beside
// the index and the application that it searches:
// https://docsearch.algolia.com/docs/api#apikey
func (h *hearing) searchKey() bool {
	if slices.Contains([]string{"admin", "write", "secret", "private"}, last(splitWords(h.name), 1)) {
		return false
	}
	near := h.near(browserBytes)
	return hexDigits(h.Secret.Reveal(), 32) && bytes.Contains(near, []byte("indexname")) &&
		(bytes.Contains(near, []byte("appid")) || bytes.Contains(near, []byte("applicationid")) || bytes.Contains(near, []byte("algolia")))
}

// analyticsKey says that a key is one with which pages send events: Segment's write
// key in its snippet, or a key in the analytics settings of a documentation site:
// https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/quickstart/
// https://www.mintlify.com/docs/integrations/analytics/overview
func (h *hearing) analyticsKey() bool {
	ws := splitWords(h.name)
	if len(ws) >= 2 && last(ws, 2) == "write" && last(ws, 1) == "key" && slices.Contains(ws, "analytics") {
		return true
	}
	near := h.near(browserBytes)
	return strings.EqualFold(h.name, "apiKey") && bytes.Contains(near, []byte(`"analytics"`)) &&
		(bytes.Contains(near, []byte(`"amplitude"`)) || bytes.Contains(near, []byte(`"mixpanel"`)) || bytes.Contains(near, []byte(`"posthog"`)))
}

// last is the n-th word from the end, or "".
func last(ws []string, n int) string {
	if len(ws) < n {
		return ""
	}
	return ws[len(ws)-n]
}

// near is the text around the credential in lower case.
func (h *hearing) near(n int) []byte {
	lo, hi := max(h.own.lo-n, 0), min(h.own.hi+n, len(h.doc.Data))
	return bytes.ToLower(h.doc.Data[lo:hi])
}

func hexDigits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// linePrefix is what stands before the credential on its line, up to maxPrefix bytes.
func (h *hearing) linePrefix() string {
	const maxPrefix = 1000
	before := h.doc.Data[max(h.own.lo-maxPrefix, 0):h.own.lo]
	return string(before[bytes.LastIndexByte(before, '\n')+1:])
}

// documented says that the credential stands in a comment that documents code, as
// JSDoc, Javadoc, Rust and C# write it: such values are examples.
func (h *hearing) documented() bool {
	line := strings.TrimLeft(h.linePrefix(), " \t")
	return strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "/// ") || strings.HasPrefix(line, "//! ")
}

// testScript says that the credential stands in a script of package.json that runs
// tests: https://docs.npmjs.com/cli/using-npm/scripts
func (h *hearing) testScript() bool {
	if path.Base(h.doc.Path) != "package.json" {
		return false
	}
	key, _, ok := strings.Cut(strings.TrimLeft(h.linePrefix(), " \t{\""), `"`)
	if !ok {
		return false
	}
	for _, w := range splitWords(key) {
		if w == "test" || w == "tests" || w == "pretest" || w == "posttest" || w == "e2e" {
			return true
		}
	}
	return false
}

// calledPublic says that what stands before a token on its line calls it public.
func (h *hearing) calledPublic() bool {
	ws := splitWords(h.name)
	if h.name == "" {
		line := h.linePrefix()
		ws = splitWords(line[max(len(line)-maxPublicName, 0):])
	}
	return slices.Contains(ws, "public") || slices.Contains(ws, "publishable")
}

// maxPublicName is how far before a token a name without "=" is looked for.
const maxPublicName = 40
