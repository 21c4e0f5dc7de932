package boundary

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// Report is what a check came to.
type Report struct {
	Target   string `json:"target"`
	Complete bool   `json:"complete"`
	// Violations are all, those that are waived included.
	Violations []Violation `json:"violations"`
	// Normal counts the keys of the AI platform that stand beside the application's own
	// secrets and break no rule: a program needs both.
	Normal int        `json:"normal"`
	Rules  []RuleText `json:"rules"`
}

// RuleText is what a rule says of itself.
type RuleText struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Severity   Severity `json:"severity"`
	Remedy     string   `json:"remedy"`
	Frameworks []string `json:"frameworks,omitempty"`
}

// NewReport checks an input.
func NewReport(in *Input, m *Map) *Report {
	r := &Report{Target: in.Target, Complete: m.Complete, Violations: Check(in, m), Rules: []RuleText{}}
	if r.Violations == nil {
		r.Violations = []Violation{}
	}
	for _, x := range Rules() {
		r.Rules = append(r.Rules, RuleText{x.ID, x.Title, x.Severity, x.Remedy, x.Frameworks})
	}
	r.Normal = besideOwn(m, r.Violations)
	return r
}

// OfHistory are the rules that look at a repository's history.
func OfHistory() []string {
	var ids []string
	for _, r := range timeRules {
		ids = append(ids, r.ID)
	}
	return ids
}

// Open counts the violations that nobody waived.
func (r *Report) Open() int {
	n := 0
	for i := range r.Violations {
		if r.Violations[i].Waived == nil {
			n++
		}
	}
	return n
}

// besideOwn counts the AI platform's identities that stand in a file with one of the
// application's, where no rule is broken.
func besideOwn(m *Map, broken []Violation) int {
	files := map[detectors.Layer]map[string]bool{detectors.AIPlatform: {}, detectors.ApplicationAuth: {}}
	for _, p := range m.Planes {
		for _, x := range p.Identities {
			for _, w := range x.Shown {
				if of := files[p.Layer]; of != nil {
					of[w.Path] = true
				}
			}
		}
	}
	faulty := map[string]bool{}
	for i := range broken {
		for _, w := range append([]Where{broken[i].At}, broken[i].Also...) {
			faulty[w.Path] = true
		}
	}
	n := 0
	for _, p := range m.Planes {
		if p.Layer != detectors.AIPlatform {
			continue
		}
		for _, x := range p.Identities {
			if slices.ContainsFunc(x.Shown, func(w Where) bool {
				return files[detectors.ApplicationAuth][w.Path] && !faulty[w.Path]
			}) {
				n++
			}
		}
	}
	return n
}

// Formats are the forms in which a report is written.
func (r *Report) Formats() []string { return []string{"text", "json", "markdown", "sarif"} }

// Write writes the report in a format.
func (r *Report) Write(w io.Writer, format, version string) error {
	switch format {
	case "text":
		return r.text(w)
	case "json":
		return r.JSON(w)
	case "markdown":
		return r.markdown(w)
	case "sarif":
		return r.sarif(w, version)
	}
	return fmt.Errorf("no format %q", format)
}

// outcomeLine counts violations in a line.
func outcomeLine(open, waived int) string {
	text := "nothing crosses"
	switch {
	case open == 1:
		text = "1 violation"
	case open > 1:
		text = fmt.Sprintf("%d violations", open)
	}
	if waived > 0 {
		text += fmt.Sprintf(", %d waived", waived)
	}
	return text
}

// text writes the report for people, in at most 80 columns but for paths.
func (r *Report) text(w io.Writer) error {
	p := &checkSheet{w: w}
	p.line("Identity boundary of %s: %s", shownText(r.Target), outcomeLine(r.Open(), len(r.Violations)-r.Open()))
	if !r.Complete {
		p.line("Not all of it could be read: what was not may hold more.")
	}
	for _, waived := range []bool{false, true} {
		for i := range r.Violations {
			if v := &r.Violations[i]; (v.Waived != nil) == waived {
				p.violation(v)
			}
		}
	}
	if r.Normal > 0 {
		p.line("")
		p.line("%s beside the application's own secrets: that is normal.", counted(r.Normal, "key of the AI platform stands", "keys of the AI platform stand"))
	}
	return p.err
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// checkSheet writes lines until one fails.
type checkSheet struct {
	w   io.Writer
	err error
}

func (p *checkSheet) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// filled writes a text in lines of at most 80 columns, with a word before the first.
func (p *checkSheet) filled(word, text string) {
	const indent = 10
	line := fmt.Sprintf("%-*s", indent, "  "+word)
	bare := true
	for _, part := range strings.Fields(shownText(text)) {
		if !bare && len([]rune(line))+1+len([]rune(part)) > 80 {
			p.line("%s", line)
			line, bare = strings.Repeat(" ", indent), true
		}
		if !bare {
			line += " "
		}
		line, bare = line+part, false
	}
	p.line("%s", strings.TrimRight(line, " "))
}

func (p *checkSheet) violation(v *Violation) {
	p.line("")
	p.line("%s  %s", v.Severity, shownText(v.Title))
	p.line("  %s  [%s]", spotText(v.At), v.Rule)
	for _, w := range v.Also {
		p.line("  %s", spotText(w))
	}
	p.filled("why", v.Why)
	if v.Waived == nil {
		p.filled("do", v.Remedy)
	} else {
		text := v.Waived.Reason
		if !v.Waived.Until.IsZero() {
			text += " (until " + v.Waived.Until.Format("2006-01-02") + ")"
		}
		p.filled("waived", text)
	}
	if len(v.Frameworks) > 0 {
		p.filled("see", strings.Join(v.Frameworks, ", "))
	}
}

// spotText is where something stands, as FILE:LINE with what was recognised.
func spotText(w Where) string {
	text := shownText(w.Path)
	if w.Line > 0 {
		text += fmt.Sprintf(":%d", w.Line)
	}
	if w.Text != "" {
		text += "  " + shownText(w.Text)
	}
	return text
}

// shownText is a text of the tree as it may be shown on a terminal.
func shownText(s string) string { return scanner.Printable(s) }

// markdown writes the report for a page of GitHub.
func (r *Report) markdown(w io.Writer) error {
	p := &checkSheet{w: w}
	p.line("# Identity boundary of %s", unmarked(r.Target))
	p.line("")
	p.line("%s.", outcomeLine(r.Open(), len(r.Violations)-r.Open()))
	if !r.Complete {
		p.line("")
		p.line("Not all of it could be read: what was not may hold more.")
	}
	p.violations(r.Violations)
	return p.err
}

// violations writes violations in Markdown.
func (p *checkSheet) violations(all []Violation) {
	for i := range all {
		v := &all[i]
		p.line("")
		p.line("## %s: %s", v.Severity, unmarked(v.Title))
		p.line("")
		p.line("- rule: `%s`", v.Rule)
		p.line("- at: %s", unmarked(spotText(v.At)))
		for _, x := range v.Also {
			p.line("- also: %s", unmarked(spotText(x)))
		}
		p.line("- why: %s", unmarked(v.Why))
		if v.Waived != nil {
			p.line("- waived: %s", unmarked(v.Waived.Reason))
		} else {
			p.line("- do: %s", unmarked(v.Remedy))
		}
		if len(v.Frameworks) > 0 {
			p.line("- see: %s", unmarked(strings.Join(v.Frameworks, ", ")))
		}
	}
}

// unmarked is a text in which nothing is markup.
func unmarked(s string) string {
	var b strings.Builder
	for _, c := range shownText(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~&@", c) {
			b.WriteString(fmt.Sprintf("&#%d;", c))
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// sarif writes the report as SARIF 2.1.0
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
func (r *Report) sarif(w io.Writer, version string) error {
	type object = map[string]any
	text := func(s string) object { return object{"text": shownText(s)} }
	rules, index := []object{}, map[string]int{}
	for i, x := range r.Rules {
		index[x.ID] = i
		rules = append(rules, object{
			"id": x.ID, "shortDescription": text(x.Title), "help": text(x.Remedy),
			"defaultConfiguration": object{"level": sarifLevel(x.Severity)},
			"properties":           object{"tags": append([]string{"identity-boundary"}, x.Frameworks...)},
		})
	}
	at := func(x Where) object {
		where := object{"artifactLocation": object{"uri": sarifURI(x.Path), "uriBaseId": "%SRCROOT%"}}
		if x.Line > 0 {
			where["region"] = object{"startLine": x.Line}
		}
		return object{"physicalLocation": where}
	}
	results := []object{}
	for i := range r.Violations {
		v := &r.Violations[i]
		result := object{
			"ruleId": v.Rule, "ruleIndex": index[v.Rule], "level": sarifLevel(v.Severity), "message": text(v.Title + ". " + v.Why),
			"locations":           []object{at(v.At)},
			"partialFingerprints": object{"boundary/v1": strings.Join([]string{v.Rule, v.At.Path, v.At.Text}, "\n")},
		}
		if len(v.Also) > 0 {
			var also []object
			for k, x := range v.Also {
				o := at(x)
				o["id"] = k + 1
				also = append(also, o)
			}
			result["relatedLocations"] = also
		}
		if v.Waived != nil {
			result["suppressions"] = []object{{"kind": "external", "justification": shownText(v.Waived.Reason)}}
		}
		results = append(results, result)
	}
	return encodeJSON(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs": []object{{
			"tool":        object{"driver": object{"name": "leakline", "version": version, "rules": rules}},
			"invocations": []object{{"executionSuccessful": r.Complete}},
			"results":     results,
		}},
	})
}

func sarifLevel(s Severity) string {
	switch s {
	case scanner.Critical, scanner.SeverityHigh:
		return "error"
	case scanner.SeverityMedium:
		return "warning"
	}
	return "note"
}

// sarifURI is a path as a relative reference (RFC 3986).
func sarifURI(path string) string {
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/@!$&'()*+,;=", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
