package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"leakline/scanner"
)

// gitleaksRow is a finding as gitleaks 8 writes it in JSON, and hands it to a
// template. Its field names are part of the format.
//
// Source: reports of gitleaks 8.30.1, and type Finding in report/finding.go of
// github.com/gitleaks/gitleaks.
type gitleaksRow struct {
	RuleID      string
	Description string
	StartLine   int
	EndLine     int
	StartColumn int
	EndColumn   int
	Line        string `json:"-"`
	Match       string
	Secret      string
	File        string
	SymlinkFile string
	Commit      string
	Link        string `json:",omitempty"`
	Entropy     float32
	Author      string
	Email       string
	Date        string
	Message     string
	Tags        []string
	Fingerprint string
}

// writeGitleaks writes an array in gitleaks' own JSON, with a row for every place.
func writeGitleaks(w *bufio.Writer, r *scanner.Result, _ Options, c *cleaner) error {
	lead := "[\n"
	for _, f := range r.Findings {
		bits := float32(entropy(&f))
		f = c.finding(f)
		for _, p := range everywhere(&f) {
			line, err := json.MarshalIndent(c.gitleaksRow(&f, p, bits), " ", " ")
			if err != nil {
				return err
			}
			_, _ = w.WriteString(lead + " ")
			if _, err := w.Write(spellOut(line)); err != nil {
				return err
			}
			lead = ",\n"
		}
	}
	end := "\n]\n"
	if len(r.Findings) == 0 {
		end = "[]\n"
	}
	_, err := w.WriteString(end)
	return err
}

// gitleaksRow is one place of a cleaned finding in gitleaks' terms.
func (c *cleaner) gitleaksRow(f *scanner.Finding, p scanner.Place, entropy float32) gitleaksRow {
	row := gitleaksRow{
		RuleID: f.Detector, Description: sentence(title(f)), Line: c.shown(f, p.Line), Secret: string(f.Secret),
		StartLine: p.StartLine, EndLine: p.EndLine, File: c.fileName(p),
		Commit: p.Commit, Link: link(f, p), Entropy: entropy, Author: p.Author, Email: p.Email, Message: p.Message,
		Tags: []string{},
	}
	if f.Opens != "" {
		row.Description += " It opens " + sentence(f.Opens)
	}
	row.StartColumn, row.EndColumn = gitleaksColumns(p)
	if row.Match = row.Line; row.Match == "" {
		row.Match = row.Secret
	}
	if p.Path == "" && isFile(p) { // standard input has no name there
		row.File = ""
	}
	if !p.Date.IsZero() {
		row.Date = p.Date.UTC().Format(time.RFC3339)
	}
	for _, l := range candidates(f) {
		row.Tags = append(row.Tags, string(l))
	}
	for _, d := range f.Decoded {
		row.Tags = append(row.Tags, "decoded:"+d)
	}
	if n := len(f.Decoded); n > 0 {
		row.Tags = append(row.Tags, "decode-depth:"+strconv.Itoa(n))
	}
	row.Fingerprint = c.text(fmt.Sprintf("%s:%s:%d", row.File, row.RuleID, row.StartLine))
	if row.Commit != "" {
		row.Fingerprint = c.text(row.Commit + ":" + row.Fingerprint)
	}
	return row
}

// gitleaksColumns are columns as gitleaks counts them: in bytes, from 1 and with
// the end included on a text's first line, one more on each further line, where it
// counts the line break before it. The first line is the file's with gitleaks dir;
// with gitleaks git it is that of each part of a diff, which can't be told here.
func gitleaksColumns(p scanner.Place) (start, end int) {
	start, end = p.StartColumn, p.EndColumn-1
	if p.StartLine > 1 {
		start++
	}
	if p.EndLine > 1 {
		end++
	}
	return start, max(end, 0)
}

// shown is a line of a finding with the secret as it may be shown: lines are
// redacted, and under --show-secrets Secret is not.
func (c *cleaner) shown(f *scanner.Finding, line string) string {
	return strings.ReplaceAll(line, f.Plain.String(), string(f.Secret))
}

// link is the page of a place at GitHub or GitLab, if it was scanned from there.
func link(f *scanner.Finding, p scanner.Place) string {
	u, err := url.Parse(f.Repo)
	if err != nil || u.Scheme != "https" || p.Commit == "" || p.Path == "" || !isFile(p) {
		return ""
	}
	page, to := "", ""
	switch u.Host {
	case "github.com":
		page, to = "/blob/", "-L"
	case "gitlab.com":
		page, to = "/-/blob/", "-"
	default:
		return ""
	}
	lines := ""
	if p.StartLine > 0 {
		lines = "L" + strconv.Itoa(p.StartLine)
	}
	if p.EndLine > p.StartLine {
		lines += to + strconv.Itoa(p.EndLine)
	}
	at := url.URL{Scheme: "https", Host: u.Host, Path: strings.TrimSuffix(u.Path, ".git") + page + p.Commit + "/" + p.Path, Fragment: lines}
	return at.String()
}
