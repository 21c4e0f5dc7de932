package intake

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// gitleaksFinding is an element of a gitleaks 8 report, and of one of betterleaks 1,
// which has Attributes and ValidationStatus besides. Betterleaks 2
// writes the same names with a small first letter, which JSON decoding in Go takes
// as equal, and puts the place into location, attributes and validation.
//
// Source: reports written by gitleaks 8.30.1 and betterleaks 1.7.0, and type Finding
// in report/finding.go of github.com/betterleaks/betterleaks.
type gitleaksFinding struct {
	RuleID, Description, Match, Secret string
	StartLine                          int
	File, SymlinkFile                  string
	Commit, Author, Email, Date, Link  string
	Fingerprint                        string
	Tags                               []string
	Confidence, ValidationStatus       string
	Attributes                         map[string]string

	Location   struct{ StartLine int }
	Validation struct{ Status string }
}

// readGitleaks reads the JSON reports of gitleaks and betterleaks.
func readGitleaks(r io.Reader, in *intake) error {
	return elements(r, false, func(_ int, raw json.RawMessage) error {
		n := in.next()
		var f gitleaksFinding
		if err := decode(raw, &f); err != nil {
			in.strange(n, err)
			return nil
		}
		if f.RuleID == "" || f.File == "" && f.Attributes["path"] == "" && f.Secret == "" {
			in.strange(n, errors.New("it has no RuleID, or neither File nor Secret"))
			return nil
		}
		return in.add(f.record(in, n))
	})
}

func (f *gitleaksFinding) record(in *intake, n int) *record {
	r := &record{
		element: n, rule: f.RuleID, print: f.Fingerprint, confidence: confidence(f.Confidence),
		repo: repoOfLink(f.Link), notes: f.notes(in),
	}
	status := cmp.Or(f.Validation.Status, f.ValidationStatus)
	r.verified = status == "valid"
	if !hidden(f.Secret) {
		r.secret = f.Secret
		r.texts = within(f.Match, f.Secret)
	}
	a := f.Attributes
	commit := cmp.Or(f.Commit, a["git.sha"])
	r.places = []scanner.Place{{
		Path: cmp.Or(f.File, a["path"]), StartLine: cmp.Or(f.StartLine, f.Location.StartLine), Commit: commit,
	}}
	at := in.when(n, "date", cmp.Or(f.Date, a["git.date"]))
	if commit != "" {
		r.introduced = scanner.Commit{
			ID: commit, Author: cmp.Or(f.Author, a["git.author_name"]), Email: cmp.Or(f.Email, a["git.author_email"]),
			AuthoredAt: at, CommittedAt: at,
		}
	}
	return r
}

// notes are its tags and what a validation said.
func (f *gitleaksFinding) notes(in *intake) []string {
	var notes []string
	for _, t := range f.Tags[:min(len(f.Tags), 10)] {
		if !strings.HasPrefix(t, "decode") {
			notes = append(notes, in.tool+" tags it "+t)
		}
	}
	if s := cmp.Or(f.Validation.Status, f.ValidationStatus); slices.Contains([]string{"invalid", "revoked"}, s) {
		notes = append(notes, in.tool+" tried it: "+s)
	}
	return notes
}

// confidence reads what another tool calls its confidence; empty if it is none of
// ours.
func confidence(s string) detectors.Confidence {
	c := detectors.Confidence(strings.ToLower(s))
	if c.Rank() == 0 {
		return ""
	}
	return c
}

// repoOfLink is the repository's part of a link into it, as GitHub, GitLab and
// Bitbucket make them; empty if it can't be told.
func repoOfLink(link string) string {
	for _, mark := range []string{"/-/blob/", "/-/commit/", "/blob/", "/commit/", "/commits/", "/src/", "/security/secret-scanning/"} {
		if repo, _, ok := strings.Cut(link, mark); ok && strings.HasPrefix(link, "https://") {
			return repo
		}
	}
	return ""
}
