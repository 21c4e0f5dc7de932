package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/scanner"
	"leakline/scanner/report"
)

// nasty are pieces of names that somebody may have chosen to fool whoever reads
// a report.
var nasty = []string{
	"\x1b[2J\x1b[31m", "\x1b]0;title\a", "\x1b]8;;https://evil.example\x1b\\", "\u009b31m", "\u202e", "\u2066", "\u200b", "\ufeff",
	"\r", "\n", "\t", "\b\b\b", "\x00", "\x7f", "\xff\xfe", "\u2028", "\u0085", "</script>", "[x](javascript:1)", "{0}", "%s%d", "::error::", "##[add-mask]", "`$(id)`",
	"=1+1", "+1", "-1", "@SUM(A1)", "＝1", "|", "]]>", "<!--", "&lt;", "<img src=x onerror=document.title='owned'>", "{{.}}", "\ufffe", "\ufdd0", "\x0b", "%0A", "%", ",", ":", ";", "#1", "@all",
	"日本語", "e\u0301", "\U0001f600", "\U000e0041", "a", "Z", "9", "/", ".", " ", "  ", "-", "=", "\"", "'", "\\", "…",
}

// name draws a hostile name, into which it may put a secret.
func name(t *rapid.T, label string, secrets []string) string {
	var b strings.Builder
	for range rapid.IntRange(0, 12).Draw(t, label+" pieces") {
		b.WriteString(rapid.SampledFrom(append(nasty, secrets...)).Draw(t, label))
	}
	return b.String()
}

// hostile draws a result in which every text that comes from a repository is
// hostile, and the plaintexts in it.
func hostile(t *rapid.T) (*scanner.Result, []string) {
	var plain []string
	n := rapid.IntRange(1, 4).Draw(t, "findings")
	for i := range n {
		notation := rapid.SampledFrom([]string{"sk-ant-api03-{60:word-}AA", "{40:hex}", "{24:b64}", "{password}", "{pem:PRIVATE KEY:90}", "{16:lowernum}"}).Draw(t, "format")
		s, err := sample.Expand(fmt.Sprintf("hostile/%d/%d", i, rapid.IntRange(0, 99).Draw(t, "seed")), notation)
		if err != nil {
			t.Fatal(err)
		}
		plain = append(plain, s)
	}
	say := func(label string) string { return name(t, label, plain) }
	place := func() scanner.Place {
		return scanner.Place{
			Source: rapid.SampledFrom([]scanner.SourceKind{
				scanner.SourceBlob, scanner.SourceCommitMessage, scanner.SourceTagMessage, scanner.SourceNote,
				scanner.SourcePath, scanner.SourceRef, scanner.SourceConfig,
			}).Draw(t, "source"),
			Path: say("path"), ArchivePath: say("archive"), Author: say("author"), Email: say("email"),
			Message: say("message"), Name: say("name"), Line: say("line"), AtTip: rapid.Bool().Draw(t, "tip"),
			StartLine: 1, EndLine: rapid.IntRange(1, 3).Draw(t, "end"), StartColumn: 5, EndColumn: 9, Commit: id("ab"), Date: now,
		}
	}
	r := &scanner.Result{Summary: scanner.Summary{
		Target: say("target"), Objects: map[string]int{"commits": 1},
		Skipped: []scanner.Skip{{What: say("skipped"), Why: say("why")}},
		Errors:  []scanner.Failure{{Class: "corrupt", What: say("unread"), Why: say("cause"), Allowed: say("reason")}},
	}}
	for _, s := range plain {
		f := scanner.Finding{
			Detector: "some-key", Title: "some key", Opens: "a door", Layer: detectors.AIPlatform,
			LayerConfidence: rapid.SampledFrom([]detectors.LayerConfidence{detectors.Likely, detectors.Ambiguous}).Draw(t, "layer confidence"),
			LayerCandidates: []detectors.Layer{detectors.AIPlatform, detectors.Infrastructure},
			LayerEvidence:   []detectors.Evidence{{Kind: detectors.EvidenceName, Detail: say("evidence")}},
			AlsoOpens:       []detectors.Door{{Layer: detectors.ApplicationAuth, Evidence: []detectors.Evidence{{Kind: detectors.EvidenceHost, Detail: say("door")}}}},
			Confidence:      detectors.High, ConfidenceReasons: []string{say("confidence")}, Default: say("default"), Severity: scanner.Critical,
			Place: place(), Repo: say("repo"), Plain: detectors.NewSecret(s),
			Exposure: &scanner.Exposure{
				Introduced:    scanner.Commit{ID: id("ab"), Author: say("introducer"), Email: say("address"), CommittedAt: now},
				Introductions: []scanner.Commit{{ID: id("ab"), Author: say("introducer"), Email: say("address"), CommittedAt: now}},
				Removed:       scanner.Commit{ID: id("cd"), Author: say("remover"), Email: say("address"), CommittedAt: now},
				Refs:          []string{say("ref")}, InHistory: true,
				Intervals: []scanner.Interval{{From: scanner.Moment{Commit: id("ab"), At: now}, To: scanner.Moment{Commit: id("cd"), At: now}}},
			},
			Remediation: &scanner.Remediation{Owner: say("owner"), Revoke: say("revoke"), Steps: []string{say("step"), say("step")}},
		}
		f.Secret, f.Fingerprint = scanner.Shown(f.Plain.String()), key(t).Fingerprint(f.Plain)
		f.Occurrences = []scanner.Place{f.Place, place(), place()}
		r.Findings = append(r.Findings, f)
	}
	return r, plain
}

// texts are all strings in a JSON document, keys included.
func texts(v any, yield func(string)) {
	switch v := v.(type) {
	case string:
		yield(v)
	case []any:
		for _, x := range v {
			texts(x, yield)
		}
	case map[string]any:
		for k, x := range v {
			yield(k)
			texts(x, yield)
		}
	}
}

// TestHostileNames: whatever stands in names, no report holds a plaintext, no
// output holds a character that a terminal obeys, and what must be valid is.
func TestHostileNames(t *testing.T) {
	ours, standard := findingSchema(t), sarifSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		r, plain := hostile(t)
		outs := map[string][]byte{}
		for _, format := range report.Formats() {
			var b bytes.Buffer
			if err := report.Write(&b, format, r, options()); err != nil {
				t.Fatal(err)
			}
			outs[format] = b.Bytes()
		}
		var b bytes.Buffer
		if err := report.WriteSummary(&b, r); err != nil {
			t.Fatal(err)
		}
		outs["summary"] = b.Bytes()
		var table bytes.Buffer
		if err := report.WriteExposure(&table, r, options(), report.Section{Title: "title", Text: r.Findings[0].Repo}); err != nil {
			t.Fatal(err)
		}
		outs["exposure"] = table.Bytes()
		var md bytes.Buffer
		if err := report.WriteJobSummary(&md, r, options()); err != nil {
			t.Fatal(err)
		}
		outs["job summary"] = md.Bytes()
		for format, out := range outs {
			for _, s := range plain {
				if bytes.Contains(out, []byte(s)) {
					t.Fatalf("%s holds a plaintext of %d bytes", format, len(s))
				}
			}
			if format == "csv" {
				out = bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))
			}
			if i := bytes.IndexFunc(out, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }); i >= 0 || !utf8.Valid(out) {
				t.Fatalf("%s holds something that is not graphic at %d: %q", format, i, out[max(i, 0):][:20])
			}
		}
		for _, format := range []string{"json", "sarif", "summary", "gitlab", "gitleaks"} {
			var doc any
			if err := json.Unmarshal(outs[format], &doc); err != nil {
				t.Fatal(err)
			}
			texts(doc, func(s string) {
				for _, p := range plain {
					if strings.Contains(s, p) {
						t.Fatalf("%s holds a plaintext of %d bytes when it is read back", format, len(p))
					}
				}
			})
		}
		for _, f := range parse(t, outs["json"]).([]any) {
			if err := ours.Validate(f); err != nil {
				t.Fatal(err)
			}
		}
		if err := standard.Validate(parse(t, outs["sarif"])); err != nil {
			t.Fatal(err)
		}
		if bytes.Count(outs["jsonl"], []byte("\n")) != len(r.Findings) {
			t.Fatal("jsonl has not one line per finding")
		}
	})
}

// TestWidth: no line of text is longer than the terminal is wide, but for a name
// that would be broken. Colours take no room and change nothing else.
func TestWidth(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	rapid.Check(t, func(t *rapid.T) {
		r, _ := hostile(t)
		o := options()
		o.Width = rapid.SampledFrom([]int{0, 1, 40, 80, 132}).Draw(t, "width")
		limit := max(40, o.Width)
		if o.Width == 0 {
			limit = 80
		}
		plain := string(write(t, "text", r, o))
		for line := range strings.Lines(plain) {
			line = strings.TrimSuffix(line, "\n")
			if width(line) <= limit {
				continue
			}
			// One whole name may be longer: it stands by itself behind a label or a
			// number, at the most with a further word glued to it.
			bare := strings.TrimLeft(line, " ")
			for _, label := range []string{"place:", "also at:", "left out:", "target:", "No secrets found in"} {
				bare = strings.TrimSpace(strings.TrimPrefix(bare, label))
			}
			if !isName(r, bare) && strings.Count(bare, " ") > 0 && !strings.Contains(bare, "/") {
				t.Fatalf("%d columns of %d: %q", width(line), limit, line)
			}
		}
		o.Color = true
		if colored := string(write(t, "text", r, o)); sgr.ReplaceAllString(colored, "") != plain {
			t.Fatal("colour changes more than colour")
		} else if !strings.Contains(colored, "\x1b[1;31mcritical:\x1b[0m") {
			t.Fatal("there is no colour")
		}
	})
}

// isName says that a line is one of the names that are never broken.
func isName(r *scanner.Result, line string) bool {
	tidy := func(s string) string {
		return strings.TrimSpace(strings.ReplaceAll(scanner.Printable(s), "\t", " "))
	}
	head, _, _ := strings.Cut(line, ":1:5")
	head = strings.TrimSpace(head)
	names := []string{r.Summary.Skipped[0].What + ":", "- " + r.Summary.Errors[0].What + ":", r.Summary.Target}
	for _, f := range r.Findings {
		for _, p := range f.Occurrences {
			names = append(names, p.Path, p.Path+"!"+p.ArchivePath)
		}
	}
	for _, n := range names {
		for _, f := range r.Findings {
			n = strings.ReplaceAll(n, f.Plain.Reveal(), f.Plain.String())
		}
		if tidy(n) == line || tidy(n) == head {
			return true
		}
	}
	return false
}

// TestWordsStayInPaths: a password that is an ordinary word is not taken out of
// paths, where it stands by chance.
func TestWordsStayInPaths(t *testing.T) {
	for _, weak := range []string{"postgres", "changeme", "development"} {
		s := detectors.NewSecret(weak)
		f := finding(t, scanner.Finding{Title: "password", Place: scanner.Place{Path: "docker/" + weak + "/compose.yml", StartLine: 1, StartColumn: 1}}, s)
		contains(t, text(t, &scanner.Result{Findings: []scanner.Finding{f}}), "docker/"+weak+"/compose.yml:1:1")
	}
}
