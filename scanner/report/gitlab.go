package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"leakline/scanner"
)

// gitlabVersion is the version of GitLab's report format that is written. GitLab
// refuses a report whose major and minor version it does not know: 15.0 is known to
// all since GitLab 15, and has all that is said here. Its last revision is named.
// https://docs.gitlab.com/user/application_security/detect/security_report_validation
const gitlabVersion = "15.0.7"

// noCommit is what GitLab's own analyzer writes where there is no commit: the field
// must be there.
const noCommit = "0000000"

// The types mirror those objects of GitLab's secret detection report that leakline
// writes, with the names of its schema, dist/secret-detection-report-format.json of
// https://gitlab.com/gitlab-org/security-products/security-report-schemas.

type gitlabScan struct {
	Analyzer  gitlabTool      `json:"analyzer"`
	Scanner   gitlabTool      `json:"scanner"`
	Type      string          `json:"type"`
	StartTime string          `json:"start_time"`
	EndTime   string          `json:"end_time"`
	Status    string          `json:"status"`
	Messages  []gitlabMessage `json:"messages,omitempty"`
}

type gitlabTool struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Version string       `json:"version"`
	Vendor  gitlabVendor `json:"vendor"`
}

type gitlabVendor struct {
	Name string `json:"name"`
}

type gitlabMessage struct {
	Level string `json:"level"` // info, warn, fatal
	Value string `json:"value"`
}

type gitlabVulnerability struct {
	ID          string                  `json:"id"`
	Name        string                  `json:"name"`
	Description string                  `json:"description"`
	Severity    string                  `json:"severity"`
	Solution    string                  `json:"solution,omitempty"`
	Identifiers []gitlabIdentifier      `json:"identifiers"`
	Links       []gitlabLink            `json:"links,omitempty"`
	Details     map[string]gitlabDetail `json:"details"`
	Location    gitlabLocation          `json:"location"`
	Extract     string                  `json:"raw_source_code_extract"`
}

type gitlabIdentifier struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Value string `json:"value"`
	URL   string `json:"url,omitempty"`
}

type gitlabLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type gitlabDetail struct {
	Name  string         `json:"name,omitempty"`
	Type  string         `json:"type"`
	Value string         `json:"value,omitempty"`
	Items []gitlabDetail `json:"items,omitempty"`
}

type gitlabLocation struct {
	File      string       `json:"file"`
	StartLine int          `json:"start_line"`
	EndLine   int          `json:"end_line"`
	Commit    gitlabCommit `json:"commit"`
}

type gitlabCommit struct {
	SHA     string `json:"sha"`
	Author  string `json:"author,omitempty"`
	Date    string `json:"date,omitempty"`
	Message string `json:"message,omitempty"`
}

// What the schema allows at most, in characters.
const (
	gitlabName     = 255
	gitlabSolution = 7000
	gitlabText     = 100_000 // of a description; the schema has 1,048,576
)

// writeGitLab writes GitLab's secret detection report, with a vulnerability for
// every place that stands today and one for every secret that is only in history.
func writeGitLab(w *bufio.Writer, r *scanner.Result, o Options, c *cleaner) error {
	scan, err := encode(c.gitlabScan(r, o))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "{\"version\":%q,\n\"schema\":\"https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v%s/dist/secret-detection-report-format.json\",\n\"scan\":%s,\n\"vulnerabilities\":[",
		gitlabVersion, gitlabVersion, bytes.TrimSpace(scan))
	s := &sarif{clean: c, seen: map[string]int{}} // for the hash of a line
	lead := "\n"
	for _, f := range r.Findings {
		f = c.finding(f)
		for _, p := range rows(&f) {
			line, err := encode(c.vulnerability(&f, p, s.lineHash(f.Detector, p), o))
			if err != nil {
				return err
			}
			_, _ = w.WriteString(lead)
			if _, err := w.Write(bytes.TrimSpace(line)); err != nil {
				return err
			}
			lead = ",\n"
		}
	}
	_, err = w.WriteString("\n]}\n")
	return err
}

// gitlabScan says what scanned, when, and whether everything was read.
func (c *cleaner) gitlabScan(r *scanner.Result, o Options) gitlabScan {
	const form = "2006-01-02T15:04:05" // in UTC
	sum := c.summary(r.Summary)
	end := o.Now.UTC()
	start := end
	if !end.IsZero() {
		start = end.Add(-time.Duration(sum.Seconds * float64(time.Second)))
	}
	tool := gitlabTool{ID: "leakline", Name: "leakline", Version: firstOf(o.Version, "unknown"), Vendor: gitlabVendor{"leakline"}}
	scan := gitlabScan{
		Analyzer: tool, Scanner: tool, Type: "secret_detection",
		StartTime: start.Format(form), EndTime: end.Format(form), Status: "success",
	}
	if !sum.Complete {
		scan.Status = "failure"
	}
	note := func(level, text string) {
		scan.Messages = append(scan.Messages, gitlabMessage{level, c.text(tidy(text))})
	}
	if !sum.Complete {
		note("warn", verdict(sum))
	}
	for _, f := range sum.Errors {
		if f.Allowed != "" {
			note("info", "Not read, and accepted ("+f.Allowed+"): "+f.What+": "+f.Why)
			continue
		}
		note("warn", "Not read: "+f.What+": "+f.Why)
	}
	for _, k := range sum.Skipped {
		text := "Left out: " + k.What
		if k.Count > 1 {
			text += " (" + thousands(int64(k.Count)) + ")"
		}
		note("info", text+": "+k.Why)
	}
	if ws := ignored(sum.Ignored); len(ws) > 0 {
		note("info", "Accepted, and not reported: "+said(ws))
	}
	return scan
}

// vulnerability is one row of a cleaned finding.
func (c *cleaner) vulnerability(f *scanner.Finding, p scanner.Place, hash string, o Options) gitlabVulnerability {
	v := gitlabVulnerability{
		ID:       uuid("leakline/gitlab/" + hash),
		Name:     cut(tidy(title(f)), gitlabName),
		Severity: gitlabSeverity(f.Severity),
		Solution: cut(c.text(strings.Join(steps(f), "\n")), gitlabSolution),
		Identifiers: []gitlabIdentifier{
			{Type: "leakline_detector", Name: "leakline detector " + f.Detector, Value: f.Detector},
			{Type: "cwe", Name: "CWE-798", Value: "798", URL: "https://cwe.mitre.org/data/definitions/798.html"},
		},
		Location: c.gitlabLocation(f, p),
		Details:  map[string]gitlabDetail{},
		Extract:  c.text(firstOf(tidy(c.shown(f, p.Line)), tidy(string(f.Secret)))),
	}
	if u := remedy(f).RotateURL; strings.HasPrefix(u, "https://") {
		v.Links = []gitlabLink{{Name: "Revoke or rotate it", URL: u}}
	}
	var text []string
	say := func(key, name, value string) {
		if value = c.text(value); value == "" {
			return
		}
		v.Details[key] = gitlabDetail{Name: name, Type: "text", Value: value}
		text = append(text, "**"+name+":** "+literally(value))
	}
	say("opens", "Opens", said(opens(f)))
	say("layer", "Layer", layersOf(f))
	say("evidence", "Why this layer", strings.Join(evidenceLines(f), "; "))
	say("secret", "Secret", tidy(string(f.Secret)))
	say("place", "Place", said(placeWords(p)))
	say("since", "Since", said(since(f, o)))
	if n := places(f); n > 1 {
		say("places", "Places of this secret", thousands(int64(n)))
	}
	v.Description = cut(strings.Join(text, "\n\n"), gitlabText)
	return v
}

func gitlabSeverity(s scanner.Severity) string {
	switch s {
	case scanner.Critical:
		return "Critical"
	case scanner.SeverityHigh:
		return "High"
	case scanner.SeverityMedium:
		return "Medium"
	case scanner.SeverityLow:
		return "Low"
	}
	return "Unknown"
}

// gitlabLocation is where a row points to. Lines of what was decoded or lies in an
// archive are not those of the file: then it is the file's first.
func (c *cleaner) gitlabLocation(f *scanner.Finding, p scanner.Place) gitlabLocation {
	l := gitlabLocation{File: tidy(c.fileName(p)), StartLine: 1, EndLine: 1, Commit: gitlabCommit{SHA: firstOf(p.Commit, noCommit)}}
	if g := region(f, p); g != nil {
		l.StartLine, l.EndLine = g.StartLine, g.EndLine
	}
	l.Commit.Author, l.Commit.Message = tidy(firstOf(p.Author, p.Email)), tidy(p.Message)
	l.Commit.Date = stamp(p.Date)
	return l
}

// uuid makes an id of the form of RFC 9562 section 5.8 out of a name: the same for
// the same name.
func uuid(name string) string {
	sum := sha256.Sum256([]byte(name))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// literally escapes what the Markdown of GitHub and GitLab gives a meaning to within
// a line: markup, tables, links without markup, mentions, references, emoji, math.
// Every ASCII punctuation character may stand behind a backslash.
// https://spec.commonmark.org/0.31.2/#backslash-escapes
func literally(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("!#$%&*.:<>@[\\]^_`{|}~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
