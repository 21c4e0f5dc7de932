package intake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"leakline/scanner"
)

// maxSARIF bounds a SARIF log, which is one object.
const maxSARIF = 256 << 20

// sarifLog is what is read of a log. Source: SARIF 2.1.0, OASIS Standard, 27 March
// 2020; the sections stand beside.
type sarifLog struct {
	Version string
	Runs    []sarifRun
}

type sarifRun struct { // 3.14
	Tool struct {
		Driver struct {
			Name  string
			Rules []sarifRule
		}
	}
	VersionControlProvenance []struct{ RepositoryURI, RevisionID string } // 3.23
	Results                  []json.RawMessage
}

type sarifRule struct { // 3.49
	ID, Name         string
	ShortDescription struct{ Text string }
	Properties       struct{ Tags []string }
}

type sarifResult struct { // 3.27
	RuleID    string
	RuleIndex *int
	Rule      struct {
		ID    string
		Index *int
	}
	Kind, BaselineState               string
	Locations                         []sarifLocation
	Fingerprints, PartialFingerprints map[string]string
	Suppressions                      []struct{ Kind, Status string }
	Properties                        map[string]any
}

type sarifLocation struct { // 3.28
	PhysicalLocation struct {
		ArtifactLocation struct{ URI string }
		Region           sarifRegion
		ContextRegion    sarifRegion
	}
}

type sarifRegion struct { // 3.30
	StartLine int
	Snippet   struct{ Text string }
}

// readSARIF reads a SARIF log of any scanner. Of one that looks for other things
// too, only what is about secrets is taken.
func readSARIF(r io.Reader, in *intake) error {
	data, err := io.ReadAll(io.LimitReader(r, maxSARIF+1))
	if err != nil {
		return err
	}
	if len(data) > maxSARIF {
		return fmt.Errorf("it is larger than %d MiB: split it", maxSARIF>>20)
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	if !json.Valid(data) {
		return errors.New("it is not JSON: was it written to its end?")
	}
	var log sarifLog
	if err := decode(data, &log); err != nil {
		return err
	}
	if !strings.HasPrefix(log.Version, "2.1") {
		return errors.New(`it does not say "version": "2.1.0"`)
	}
	for i := range log.Runs {
		run := &log.Runs[i]
		for _, raw := range run.Results {
			n := in.next()
			if n > maxElements {
				return fmt.Errorf("it has more than %d results: split it", maxElements)
			}
			if err := in.sarif(run, n, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// sarif takes one result in.
func (in *intake) sarif(run *sarifRun, n int, raw json.RawMessage) error {
	var res sarifResult
	if err := decode(raw, &res); err != nil {
		in.strange(n, err)
		return nil
	}
	rule := run.rule(&res)
	switch {
	case rule.ID == "":
		in.strange(n, errors.New("it names no rule"))
		return nil
	case !slices.Contains([]string{"", "fail", "review", "open"}, res.Kind):
		in.skip(n, "its kind says that it is no finding")
		return nil
	case res.BaselineState == "absent":
		in.skip(n, "it says that it is there no more")
		return nil
	case !aboutSecrets(run, rule):
		in.skip(n, "its rule %q is not about secrets", in.word(rule.ID, ""))
		return nil
	}
	in.tool = cmp.Or(in.word(strings.ToLower(run.Tool.Driver.Name), ""), SARIF)
	if in.report.Tool != in.tool {
		in.report.Tool = SARIF
		if len(in.groups) == 0 {
			in.report.Tool = in.tool
		}
	}
	return in.add(res.record(in, run, rule, n))
}

// rule describes a result's rule: by id, or by its index among the driver's.
func (run *sarifRun) rule(res *sarifResult) sarifRule {
	rules := run.Tool.Driver.Rules
	if i := cmp.Or(res.RuleIndex, res.Rule.Index); i != nil && *i >= 0 && *i < len(rules) {
		return rules[*i]
	}
	id := cmp.Or(res.RuleID, res.Rule.ID)
	if i := slices.IndexFunc(rules, func(r sarifRule) bool { return r.ID == id }); i >= 0 {
		return rules[i]
	}
	return sarifRule{ID: id}
}

// aboutSecrets says that a rule looks for secrets: its driver looks for nothing
// else, or its words or its weakness (CWE) say so.
func aboutSecrets(run *sarifRun, rule sarifRule) bool {
	if slices.Contains(secretScanners, strings.ToLower(run.Tool.Driver.Name)) {
		return true
	}
	words := append([]string{rule.ID, rule.Name, rule.ShortDescription.Text}, rule.Properties.Tags...)
	return secretWords().MatchString(strings.Join(words, " "))
}

// secretWords are words of rules about secrets, with the weaknesses of hard-coded
// passwords, credentials and keys (https://cwe.mitre.org: 259, 798, 321).
var secretWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)secret|credential|password|passwd|api.?key|access.?key|private.?key|auth.?token|access.?token|api.?token|cwe-?(259|798|321)\b`)
})

func (res *sarifResult) record(in *intake, run *sarifRun, rule sarifRule, n int) *record {
	r := &record{element: n, rule: rule.ID, title: rule.ShortDescription.Text}
	if len(r.title) > 80 { // a sentence about the risk
		r.title = ""
	}
	if len(run.VersionControlProvenance) > 0 {
		r.repo = run.VersionControlProvenance[0].RepositoryURI
	}
	commit := res.PartialFingerprints["commitSha"] // as gitleaks writes it
	for _, l := range res.Locations[:min(len(res.Locations), 1000)] {
		p := l.PhysicalLocation
		r.places = append(r.places, scanner.Place{Path: pathOf(p.ArtifactLocation.URI), StartLine: p.Region.StartLine, Commit: commit})
	}
	if commit != "" {
		at := in.when(n, "date", res.PartialFingerprints["date"])
		r.introduced = scanner.Commit{
			ID: commit, Author: res.PartialFingerprints["author"], Email: res.PartialFingerprints["email"], AuthoredAt: at, CommittedAt: at,
		}
	}
	r.print = res.print(commit)
	if in.tool == Leakline {
		r.ours = res.PartialFingerprints["leakline/v1"]
	}
	res.secret(in, r)
	for _, s := range res.Suppressions {
		if s.Status == "" || s.Status == "accepted" {
			r.notes = append(r.notes, "suppressed in the report of "+in.tool)
			in.remark(Remark{Element: n, Why: "the report suppresses it: it is recorded, and nothing is dismissed"})
			break
		}
	}
	return r
}

// print is what the tool itself knows a result by, if it is worth more than the
// place: its fingerprints, or the partial ones that it makes of more than a line.
func (res *sarifResult) print(commit string) string {
	prints := maps.Clone(res.Fingerprints)
	if len(prints) == 0 && commit == "" {
		prints = maps.Clone(res.PartialFingerprints)
		delete(prints, "primaryLocationLineHash")
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(prints)) {
		parts = append(parts, k+"="+prints[k])
	}
	return strings.Join(parts, " ")
}

// secret looks for the secret in the snippets. Gitleaks and betterleaks put the
// secret there; others the line, in which leakline must find exactly one.
func (res *sarifResult) secret(in *intake, r *record) {
	if len(res.Locations) == 0 {
		return
	}
	p := res.Locations[0].PhysicalLocation
	snippet := cmp.Or(p.Region.Snippet.Text, p.ContextRegion.Snippet.Text)
	if snippet == "" || hidden(snippet) {
		return
	}
	if in.tool == Gitleaks || in.tool == Betterleaks {
		r.secret = snippet
		return
	}
	if fs := in.look(r, text{data: snippet}); len(fs) == 1 {
		r.texts = []text{{data: snippet}}
	}
}

// pathOf is the path that an artifact's URI means.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "" && u.Scheme != "file" {
		return uri
	}
	return u.Path
}
