package ignore

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/scanner"
)

// now is the time of these tests.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// candidateIn makes a candidate of a text in which «» stand around the secret; what an
// Ignorer sees ends with the line after it.
func candidateIn(t *testing.T, text string, d *detectors.Detector) *scanner.Candidate {
	t.Helper()
	before, rest, ok := strings.Cut(text, "«")
	secret, after, ok2 := strings.Cut(rest, "»")
	if !ok || !ok2 {
		t.Fatalf("no secret is marked in %q", text)
	}
	data := before + secret + after
	start, end := len(before), len(before)+len(secret)
	lo := strings.LastIndexByte(data[:start], '\n') + 1
	if lo > 0 {
		lo = strings.LastIndexByte(data[:lo-1], '\n') + 1
	}
	hi := len(data)
	if i := strings.IndexByte(data[end:], '\n'); i >= 0 {
		hi = end + i + 1
		if j := strings.IndexByte(data[hi:], '\n'); j >= 0 {
			hi += j
		} else {
			hi = len(data)
		}
	}
	line := strings.Count(data[:start], "\n") + 1
	return &scanner.Candidate{
		Detector: d, Secret: detectors.NewSecret(secret), Path: "src/app.py", Confidence: detectors.High,
		Place: &scanner.Place{
			Path: "src/app.py", StartLine: line, EndLine: line + strings.Count(secret, "\n"),
			Line: strings.ReplaceAll(lineWith(data, start), secret, "…(9)"),
		},
		Text: []byte(data[lo:hi]), Start: start - lo, End: end - lo,
	}
}

func lineWith(data string, at int) string {
	begin := strings.LastIndexByte(data[:at], '\n') + 1
	line, _, _ := strings.Cut(data[begin:], "\n")
	return line
}

var (
	generic  = &detectors.Detector{ID: "generic", Names: []string{"secret"}}
	anchored = &detectors.Detector{ID: "anchored", Anchors: []string{"sk-"}}
)

// TestComments holds for every word, in the comments of many languages.
func TestComments(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		reason string // "-": nothing hides it; "!…": it is refused with these words
	}{
		"none":                    {"k = '«hunter2x»'", "-"},
		"Python":                  {"k = '«hunter2x»'  # leakline:allow", ""},
		"Go":                      {"k := \"«hunter2x»\" // leakline:allow rotated test key", "rotated test key"},
		"Go, no blank":            {"k := \"«hunter2x»\" //leakline:allow", ""},
		"C":                       {"char *k = \"«hunter2x»\"; /* leakline:allow made up */ int x;", "made up"},
		"SQL":                     {"IDENTIFIED BY '«hunter2x»'; -- leakline:allow - made up", "made up"},
		"SQL, no blank":           {"IDENTIFIED BY '«hunter2x»'; --leakline:allow", ""},
		"Lisp":                    {"(def k \"«hunter2x»\") ; leakline:allow made up", "made up"},
		"TeX":                     {"\\pass{«hunter2x»} % leakline:allow", ""},
		"HTML":                    {"<b>«hunter2x»</b> <!-- leakline:allow made up -->", "made up"},
		"HTML, no blank":          {"<b>«hunter2x»</b> <!--leakline:allow-->", ""},
		"Jinja":                   {"«hunter2x» {# leakline:allow made up #} more", "made up"},
		"ERB":                     {"«hunter2x» <%# leakline:allow made up %> more", "made up"},
		"Go template":             {"«hunter2x» {{/* leakline:allow made up */}} more", "made up"},
		"OCaml":                   {"let k = \"«hunter2x»\" (* leakline:allow made up *)", "made up"},
		"Haskell":                 {"k = \"«hunter2x»\" {- leakline:allow made up -}", "made up"},
		"Visual Basic":            {"k = \"«hunter2x»\" ' leakline:allow made up", "made up"},
		"batch, before":           {"REM leakline:allow made up\nset k=«hunter2x»", "made up"},
		"batch, code before":      {"set x=rem leakline:allow made up\nset k=«hunter2x»", "-"},
		"CSV, no comment":         {"a,«hunter2x»,leakline:allow", ""},
		"JSON, a member":          {`{"k": "«hunter2x»", "_note": "leakline:allow made up", "x": 1}`, "made up"},
		"JSON, a name":            {`{"k": "«hunter2x»", "leakline:allow": "made up"}`, ""},
		"before the secret":       {"/* leakline:allow made up */ k = '«hunter2x»'", "made up"},
		"before, open":            {"leakline:allow k = '«hunter2x»'", ""},
		"before, with reason":     {"// leakline:allow reason=\"made up\" k = '«hunter2x»'", "made up"},
		"line above":              {"# leakline:allow made up\nk = '«hunter2x»'", "made up"},
		"line above, indented":    {"\t\t// leakline:allow made up\n\tk = '«hunter2x»'", "made up"},
		"line above, markup":      {"  <!-- leakline:allow made up -->\n<b>«hunter2x»</b>", "made up"},
		"line above, not alone":   {"other = 1 # leakline:allow made up\nk = '«hunter2x»'", "-"},
		"line above, prose":       {"# write leakline:allow\nk = '«hunter2x»'", "-"},
		"line above, other word":  {"# gitleaks:allow\nk = '«hunter2x»'", "-"},
		"two lines above":         {"# leakline:allow made up\n\nk = '«hunter2x»'", "-"},
		"line below":              {"k = '«hunter2x»'\n# leakline:allow", "-"},
		"the first line of many":  {"k = '''  # leakline:allow made up\n«aaa\nbbb»\n'''", "-"},
		"block, first line":       {"k: # leakline:allow\n  «aaa\n  bbb»", "-"},
		"many lines, above":       {"# leakline:allow made up\n«-----BEGIN\naaa\n-----END»", "made up"},
		"many lines, last":        {"«-----BEGIN\naaa\n-----END» # leakline:allow made up\nx", "made up"},
		"many lines, inside":      {"«-----BEGIN\n# leakline:allow\n-----END»", "-"},
		"gitleaks":                {"k = '«hunter2x»' # gitleaks:allow", ""},
		"gitleaks, words":         {"k = '«hunter2x»' # gitleaks:allow made up", ""},
		"gitleaks, reason":        {"k = '«hunter2x»' # gitleaks:allow reason=\"made up\"", "made up"},
		"gitleaks, reason, one":   {"k = '«hunter2x»' # gitleaks:allow reason=invented by hand", "invented"},
		"betterleaks":             {"k = '«hunter2x»' # betterleaks:allow", ""},
		"trufflehog":              {"k = '«hunter2x»' # trufflehog:ignore", ""},
		"detect-secrets":          {"k = '«hunter2x»' # pragma: allowlist secret", ""},
		"detect-secrets, dash":    {"k = '«hunter2x»' // pragma:allowlist-secret", ""},
		"detect-secrets, old":     {"k = '«hunter2x»' # pragma: whitelist secret", ""},
		"detect-secrets, next":    {"# pragma: allowlist nextline secret\nk = '«hunter2x»'", ""},
		"detect-secrets, code":    {"x = 1 # pragma: allowlist nextline secret\nk = '«hunter2x»'", ""},
		"next, on this line":      {"k = '«hunter2x»' # pragma: allowlist nextline secret", "-"},
		"two words":               {"k = '«hunter2x»' # leakline:allow gitleaks:allow", ""},
		"two words and a reason":  {"k = '«hunter2x»' # gitleaks:allow leakline:allow made up", ""},
		"in the secret":           {"k = '«hunter2 leakline:allow»'", "-"},
		"glued to the secret":     {"k = «hunter2x»leakline:allow", "-"},
		"in the same string":      {"k = 'Bearer «hunter2x» # leakline:allow'", "!stands in the same string"},
		"in a string of its own":  {"f('«hunter2x»', 'leakline:allow made up')", "made up"},
		"an apostrophe":           {"# don't care: «hunter2x» # leakline:allow made up, isn't it", "made up, isn't it"},
		"in a URL":                {"«hunter2x» https://x.test/#leakline:allow", "-"},
		"in a path":               {"«hunter2x» docs/leakline:allow", "-"},
		"as a value":              {"«hunter2x» mode=leakline:allow", "-"},
		"a longer word":           {"«hunter2x» # xleakline:allow", "-"},
		"a longer word, behind":   {"«hunter2x» # leakline:allowed", "-"},
		"a longer word, dash":     {"«hunter2x» # leakline:allow-list", "-"},
		"upper case":              {"«hunter2x» # LEAKLINE:ALLOW", "-"},
		"quoted reason":           {`k = '«hunter2x»' # leakline:allow reason="rotated, \"OPS-12\""`, `rotated, "OPS-12"`},
		"until":                   {"«hunter2x» # leakline:allow made up until=2027-01-31", "made up"},
		"until first":             {"«hunter2x» # leakline:allow until=2027-01-31 made up", "made up"},
		"until, colons":           {"«hunter2x» # leakline:allow until:2027-01-31 reason:made up", "made up"},
		"the last day":            {"«hunter2x» # leakline:allow until=2026-11-22", ""},
		"the day before":          {"«hunter2x» # leakline:allow until=2026-11-21", "!leakline:allow ended on 2026-11-21"},
		"a bad date":              {"«hunter2x» # leakline:allow until=2027-02-30", "!leakline:allow: until: that is no date"},
		"another date":            {"«hunter2x» # leakline:allow until=31.1.2027", "!is no date"},
		"two dates":               {"«hunter2x» # leakline:allow until=2027-01-31 until=2028-01-31", "!twice"},
		"a misspelt field":        {"«hunter2x» # leakline:allow unitl=2027-01-31", "!did you mean until"},
		"a misspelt reason":       {"«hunter2x» # gitleaks:allow raeson=x", "!did you mean reason"},
		"open quotes":             {`«hunter2x» # leakline:allow reason="made up`, "!not closed"},
		"an example's reason":     {`«hunter2x» # leakline:allow reason="..."`, ""},
		"a reason of signs":       {"«hunter2x» # leakline:allow ---", ""},
		"a date in words":         {"«hunter2x» # leakline:allow see http://x.test/?a=b", "see http://x.test/?a=b"},
		"a terminal's escape":     {"«hunter2x» # leakline:allow red \x1b[31m", `red [31m`},
		"two comments, one bad":   {"# leakline:allow made up\n«hunter2x» # leakline:allow until=2020-01-01", "made up"},
		"carriage return":         {"k = '«hunter2x»' # leakline:allow made up\r\nx", "made up"},
		"full stop":               {"k = '«hunter2x»' # a test key. leakline:allow.", ""},
		"in brackets":             {"k = '«hunter2x»' # a test key (leakline:allow made up)", "made up"},
		"behind text":             {"k = '«hunter2x»' # a test key, leakline:allow made up", "made up"},
		"reason with closer":      {`«hunter2x» /* leakline:allow reason="a */ b" */`, "a */ b"},
		"no comment but a string": {`log("leakline:allow made up"); k = "«hunter2x»"`, "made up"},
	} {
		s := New(Options{Now: now})
		got := s.Ignored(candidateIn(t, c.text, generic))
		checkIgnored(t, name, got, c.reason)
	}
}

func checkIgnored(t *testing.T, name string, got *scanner.Ignored, want string) {
	t.Helper()
	switch {
	case want == "-":
		if got != nil {
			t.Errorf("%s: hidden: %+v", name, got)
		}
	case got == nil:
		t.Errorf("%s: not hidden", name)
	case strings.HasPrefix(want, "!"):
		if !strings.Contains(got.Refused, want[1:]) {
			t.Errorf("%s: refused: %q, want %q", name, got.Refused, want[1:])
		}
	case got.Refused != "" || got.Reason != want || got.By != scanner.ByComment:
		t.Errorf("%s: %+v, want the reason %q", name, got, want)
	}
}

// TestReasonRequired holds the policy: what an anchor or a structure proves needs a
// reason.
func TestReasonRequired(t *testing.T) {
	structured := &detectors.Detector{ID: "s", Names: []string{"x"}, Structured: true}
	const bare, said = "k = «sk-hunter2x» # leakline:allow", "k = «sk-hunter2x» # leakline:allow made up"
	for _, c := range []struct {
		reasons Reasons
		d       *detectors.Detector
		hides   bool // without a reason
	}{
		{"", generic, true},
		{"", anchored, false},
		{"", structured, false},
		{ReasonsAnchored, anchored, false},
		{ReasonsAnchored, generic, true},
		{ReasonsOptional, anchored, true},
		{ReasonsRequired, generic, false},
	} {
		s := New(Options{Now: now, Reasons: c.reasons})
		got := s.Ignored(candidateIn(t, bare, c.d))
		if got == nil || (got.Refused == "") != c.hides {
			t.Errorf("%q, %s: %+v", c.reasons, c.d.ID, got)
		}
		if got != nil && !c.hides && !strings.Contains(got.Refused, `leakline:allow reason="…"`) {
			t.Errorf("%q does not say what to write", got.Refused)
		}
		if got := s.Ignored(candidateIn(t, said, c.d)); got == nil || got.Refused != "" {
			t.Errorf("%q, %s, with a reason: %+v", c.reasons, c.d.ID, got)
		}
	}
}

func TestNoComments(t *testing.T) {
	s := New(Options{Now: now, NoComments: true})
	if got := s.Ignored(candidateIn(t, "«hunter2x» # leakline:allow made up", generic)); got != nil {
		t.Errorf("%+v", got)
	}
}

// A secret in a path has no text around it.
func TestNoText(t *testing.T) {
	c := candidateIn(t, "«hunter2x» # leakline:allow made up", generic)
	c.Text, c.Start, c.End = nil, 0, 0
	if got := New(Options{Now: now}).Ignored(c); got != nil {
		t.Errorf("%+v", got)
	}
}

// FuzzComment: whatever stands around a secret, a comment never comes from its bytes.
func FuzzComment(f *testing.F) {
	f.Add("k = '", "hunter2", "' # leakline:allow until=2027-01-31 x")
	f.Add("# pragma: allowlist nextline secret\n", "a\nb", " -- leakline:allow \"")
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		text := before + secret + after
		c := &scanner.Candidate{Detector: generic, Text: []byte(text), Start: len(before), End: len(before) + len(secret), Place: &scanner.Place{}}
		for _, x := range commentsOf(c) {
			if strings.ContainsAny(x.reason, "\n\x1b") {
				t.Errorf("%q: the reason %q", text, x.reason)
			}
		}
		if words.MatchString(before) || words.MatchString(after) {
			return
		}
		masked := bytes.Repeat([]byte("x"), len(text))
		copy(masked, before)
		copy(masked[len(before)+len(secret):], after)
		if words.Match(masked) {
			return
		}
		if got := commentsOf(c); len(got) > 0 && !words.MatchString(before+after) {
			t.Errorf("%q in the secret counts", secret)
		}
	})
}
