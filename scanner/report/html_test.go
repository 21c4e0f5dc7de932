package report_test

import (
	"bytes"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
)

// missing skips a test whose real part is not here, or fails it where none may be
// left out.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
		t.Fatal(why)
	}
	t.Skip("NOT RUN: " + why)
}

// dom is the document that Chromium makes of a page, after its scripts ran.
func dom(t *testing.T, page []byte) string {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "no chromium: apt-get install -y --no-install-recommends chromium")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--dump-dom", "file://"+file)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = 10 * time.Second // its helpers may hold the pipe
	if err := cmd.Run(); err != nil {
		t.Fatalf("chromium: %v: %s", err, errs.String())
	}
	return out.String()
}

// traps are names that do something in a page where they are not escaped.
func traps() []string {
	return []string{
		`<script>document.title='owned'</script>`, `"><img src=x onerror="document.title='owned'">`, `'onmouseover='document.title=1`,
		`</title><script>document.title='owned'</script>`, `</style><script>document.title='owned'</script>`, `</code></td></table></body><h1>owned</h1>`,
		`<!-- `, `]]>`, `javascript:document.title='owned'`, `{{.Title}}`, `&lt;b&gt;`, "\x1b[31m", "\u202e", "a\x00b", "\xff",
		`<meta http-equiv="refresh" content="0;url=https://evil.example/">`, `<base href="https://evil.example/">`, `<iframe srcdoc="<script>top.document.title='owned'</script>">`,
	}
}

// TestIntegrationChromiumReport reads the page in a real browser: it has every row,
// its own script runs though the policy forbids all others, and no name in it does
// anything.
func TestIntegrationChromiumReport(t *testing.T) {
	r := fixture(t)
	for i, trap := range traps() {
		s := secret(t, "trap"+trap, "{24:b64}", "")
		p := scanner.Place{Path: trap, Line: trap + s.String(), Author: trap, Name: trap, StartLine: i + 1, StartColumn: 1}
		r.Findings = append(r.Findings, finding(t, scanner.Finding{
			Detector: "trap", Title: "trap " + trap, Opens: trap, Provider: trap, Layer: detectors.Infrastructure, Severity: scanner.SeverityLow,
			LayerEvidence: []detectors.Evidence{{Kind: detectors.EvidenceName, Detail: trap}}, Place: p, Default: trap,
			Remediation: &scanner.Remediation{Owner: trap, RotateURL: trap, Steps: []string{trap}},
		}, s))
		r.Summary.Errors = append(r.Summary.Errors, scanner.Failure{Class: "corrupt", What: trap, Why: trap})
	}
	o := options()
	o.Target = `</title><script>document.title='owned'</script>`
	d := dom(t, write(t, "html", r, o))
	if title := regexp.MustCompile(`<title>(.*)</title>`).FindStringSubmatch(d); title == nil ||
		html.UnescapeString(title[1]) != "leakline: "+"24 secrets in "+o.Target {
		t.Errorf("title %q", title)
	}
	if n := strings.Count(d, "<article "); n != len(r.Findings) {
		t.Errorf("%d findings in the page, want %d", n, len(r.Findings))
	}
	if !regexp.MustCompile(`<form id="filter">`).MatchString(d) {
		t.Error("the filter is hidden: the page's script did not run")
	}
	for _, tag := range regexp.MustCompile(`<[a-z][^>]*>`).FindAllString(d, -1) { // text has no "<" here
		if regexp.MustCompile(`^<(img|iframe|base)|\son[a-z]+=|javascript:|http-equiv="refresh|evil`).MatchString(tag) {
			t.Errorf("the document has the element %s", tag)
		}
	}
	if strings.Count(d, "<h1>") != 1 {
		t.Errorf("%d headings of the first level", strings.Count(d, "<h1>"))
	}
	if strings.Count(d, "<script") != 1 {
		t.Errorf("%d scripts", strings.Count(d, "<script"))
	}
	text := html.UnescapeString(d)
	for _, want := range []string{
		"deploy/prod settings.env:12:21", "scripts/bill.py:3:9", "old.py:1:5 at commit 1a1a1a1a1a1a", "auth/日本語/oidc.yaml:40:27", "backup.zip!etc/app.ini:2:11",
		"only Anthropic's admin keys begin like this", "the team that owns the AI platform account", "INCOMPLETE: 19 things could not be read",
		"the partial clone left it out", "accepted: known since May", "larger than 100 MB", "at the tip, back since 2026-10-14", "and 1,204 more places",
		`<a href="https://console.anthropic.com/settings/admin-keys"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %q", want)
		}
	}
	for _, f := range r.Findings {
		if strings.Contains(text, f.Plain.Reveal()) {
			t.Error("the document holds a plaintext")
		}
	}
	for _, trap := range traps()[:3] {
		if !strings.Contains(text, "<code>"+trap) {
			t.Errorf("the document does not show %q", trap)
		}
	}
}

// TestHTMLHostile: the page has its own elements and no others, whatever names hold.
func TestHTMLHostile(t *testing.T) {
	tag := regexp.MustCompile(`<[^>]*>`)
	name := regexp.MustCompile(`^</?([a-zA-Z0-9!]+)`)
	known := map[string]bool{}
	for _, m := range tag.FindAllString(string(write(t, "html", fixture(t), options())), -1) {
		known[name.FindString(m)] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		r, _ := hostile(t)
		page := string(write(t, "html", r, options()))
		for _, m := range tag.FindAllString(page, -1) {
			if !known[name.FindString(m)] {
				t.Fatalf("an element %q", m)
			}
		}
		if strings.Count(page, "<script>") != 1 || strings.Count(page, "<article ") != len(r.Findings) {
			t.Fatal("scripts or findings are not as many as they should be")
		}
	})
}

// TestHTMLSaysSo: a page says whether it can be relied on, and whether it holds
// secrets.
func TestHTMLSaysSo(t *testing.T) {
	complete := &scanner.Result{Summary: scanner.Summary{Complete: true}}
	contains(t, string(write(t, "html", complete, options())), "No secrets found", `class="verdict good"`, "Everything that was asked for was read")
	contains(t, string(write(t, "html", &scanner.Result{}, options())), `class="verdict bad"`, "This report can miss secrets", "stopped before its end")
	o := options()
	o.ShowSecrets = true
	contains(t, string(write(t, "html", complete, o)), "holds secrets in plain text")
	accepted := &scanner.Result{Summary: scanner.Summary{Complete: true, Ignored: map[scanner.Mechanism]map[detectors.Layer]int{
		scanner.ByComment: {detectors.AIPlatform: 3},
	}}}
	contains(t, string(write(t, "html", accepted, options())), "Accepted: by comment: 3 AI platform access")
	f := finding(t, scanner.Finding{Title: "a key", Ignored: &scanner.Ignored{By: scanner.ByComment, Where: "leakline:allow", Refused: "it gives no reason"}}, secret(t, "refused", "{24:b64}", ""))
	contains(t, string(write(t, "html", &scanner.Result{Findings: []scanner.Finding{f}}, options())), "does not count: it gives no reason")
}

// TestHTMLContrast: every colour of text stands out from its ground as WCAG 2.2 asks
// for text of any size (4.5 : 1), in the light and in the dark.
// https://www.w3.org/TR/WCAG22/#contrast-minimum
func TestHTMLContrast(t *testing.T) {
	css, err := os.ReadFile(filepath.Join("html", "style.css"))
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(css), "prefers-color-scheme: dark")
	dark, _, _ := strings.Cut(rest, "* { box-sizing")
	for name, part := range map[string]string{"light": light, "dark": dark} {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{3,6});`).FindAllStringSubmatch(part, -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		if len(colour) != 14 {
			t.Fatalf("%s: %d colours", name, len(colour))
		}
		for _, pair := range [][2]string{
			{"text", "ground"},
			{"text", "panel"},
			{"text", "good-panel"},
			{"text", "bad-panel"},
			{"faint", "ground"},
			{"faint", "panel"},
			{"link", "ground"},
			{"link", "bad-panel"},
			{"on", "critical"},
			{"on", "high"},
			{"on", "medium"},
			{"on", "low"},
		} {
			a, b := colour[pair[0]], colour[pair[1]]
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s on %s is %.2f : 1", name, pair[0], pair[1], ratio)
			}
		}
	}
}
