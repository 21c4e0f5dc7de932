package report

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// writeText writes for people: findings by layer, the worst first, then the
// account of what was scanned.
func writeText(w *bufio.Writer, r *scanner.Result, o Options, c *cleaner) error {
	p := &page{width: o.width(), color: o.Color, shared: sharedSteps(r.Findings)}
	for i, g := range groups(r.Findings) {
		if i > 0 {
			p.end()
		}
		p.heading(g)
		for _, f := range g.findings {
			p.end()
			p.finding(c.finding(f), o)
			if _, err := w.WriteString(p.b.String()); err != nil {
				return err
			}
			p.b.Reset()
		}
	}
	if len(r.Findings) > 0 {
		p.end()
	}
	p.summary(r, o, c)
	_, err := w.WriteString(p.b.String())
	return err
}

// group is what stands under one heading.
type group struct {
	layers    []detectors.Layer // the candidates, if the layer is ambiguous
	ambiguous bool
	findings  []scanner.Finding
}

// groups sorts findings into one group per layer, in the order of the layers,
// and one per set of candidates for those whose layer is ambiguous. Within a
// group the worst comes first, and else the result's order stays.
func groups(fs []scanner.Finding) []group {
	var decided, open []group
	for _, l := range detectors.Layers() {
		decided = append(decided, group{layers: []detectors.Layer{l}})
	}
	for _, f := range fs {
		layers := candidates(&f)
		to := &decided
		if f.LayerConfidence == detectors.Ambiguous {
			to = &open
		}
		i := slices.IndexFunc(*to, func(g group) bool { return slices.Equal(g.layers, layers) })
		if i < 0 {
			i = len(*to)
			*to = append(*to, group{layers: layers, ambiguous: f.LayerConfidence == detectors.Ambiguous})
		}
		(*to)[i].findings = append((*to)[i].findings, f)
	}
	all := slices.DeleteFunc(append(decided, open...), func(g group) bool { return len(g.findings) == 0 })
	for _, g := range all {
		slices.SortStableFunc(g.findings, func(a, b scanner.Finding) int {
			return cmp.Compare(severityRank(b.Severity), severityRank(a.Severity))
		})
	}
	return all
}

// candidates are the layers under which a finding is shown, in the order of the
// layers.
func candidates(f *scanner.Finding) []detectors.Layer {
	if f.LayerConfidence != detectors.Ambiguous || len(f.LayerCandidates) == 0 {
		return []detectors.Layer{f.Layer}
	}
	ls := slices.Clone(f.LayerCandidates)
	slices.SortStableFunc(ls, func(a, b detectors.Layer) int {
		return cmp.Compare(slices.Index(detectors.Layers(), a), slices.Index(detectors.Layers(), b))
	})
	return slices.Compact(ls)
}

func severityRank(s scanner.Severity) int {
	return 1 + slices.Index([]scanner.Severity{
		scanner.SeverityLow, scanner.SeverityMedium, scanner.SeverityHigh, scanner.Critical,
	}, s)
}

// layerName and layerMeaning say in plain words what a layer is.
func layerName(l detectors.Layer) string {
	switch l {
	case detectors.AIPlatform:
		return "AI platform access"
	case detectors.ApplicationAuth:
		return "Application sign-in"
	case detectors.Infrastructure:
		return "Infrastructure"
	case detectors.Unclassified:
		return "Unclassified"
	}
	return tidy(string(l))
}

func layerMeaning(l detectors.Layer) string {
	switch l {
	case detectors.AIPlatform:
		return "who may use the AI provider and the tools around it"
	case detectors.ApplicationAuth:
		return "who may use the product, and as which of its customers"
	case detectors.Infrastructure:
		return "everything else with a known owner, such as cloud and code"
	case detectors.Unclassified:
		return "nothing says whose door these open"
	}
	return ""
}

// heading says what a group holds.
func (p *page) heading(g group) {
	var names []string
	for _, l := range g.layers {
		names = append(names, layerName(l))
	}
	title := prose(names[0] + ": " + layerMeaning(g.layers[0]))
	if g.ambiguous {
		title = prose("Undecided: " + strings.Join(names, " or ") + " (counts for each)")
	}
	p.text(in(bold, title...))
	p.line(faint, strings.Repeat("=", p.width))
}

func (p *page) finding(f scanner.Finding, o Options) {
	p.title(&f)
	p.field("place", placeWords(f.Place))
	line, mark := tidy(f.Line), tidy(f.Plain.String())
	if line != "" {
		p.line(plain, strings.Repeat(" ", labelWidth)+fit(line, mark, p.width-labelWidth))
	}
	if s := tidy(string(f.Secret)); !strings.Contains(line, s) { // --show-secrets, or no line
		p.field("secret", []word{whole(s)})
	}
	p.field("opens", opens(&f))
	p.field("why", why(&f))
	p.field("since", since(&f, o))
	p.others(&f)
	p.remediation(f.Remediation)
}

// title says what was found, how bad it is and how sure.
func (p *page) title(f *scanner.Finding) {
	s := plain
	switch f.Severity {
	case scanner.Critical, scanner.SeverityHigh:
		s = red
	case scanner.SeverityMedium:
		s = yellow
	}
	ws := in(s, prose(string(f.Severity)+":")...)
	ws = append(ws, in(bold, prose(title(f))...)...)
	note := string(f.Confidence) + " confidence"
	switch {
	case f.Default != "":
		note += "; it is " + f.Default
	case f.WeakDefault:
		note += "; it is a published default"
	}
	p.text(append(ws, prose("("+note+")")...))
}

// title is what was found, with its provider, unless the title names it already
// or "provider" is a list of those that use such secrets.
func title(f *scanner.Finding) string {
	if strings.Contains(f.Provider, ",") {
		return f.Title
	}
	named := strings.ToLower(f.Title)
	for w := range strings.FieldsSeq(strings.ToLower(f.Provider)) {
		if len(w) > 2 && strings.Contains(named, w) {
			return f.Title
		}
	}
	return strings.TrimSpace(f.Provider + " " + f.Title)
}

// opens says whose door it is.
func opens(f *scanner.Finding) []word {
	ws := prose(f.Opens)
	var as []string
	for _, s := range []string{string(f.Privilege), string(f.Scope), string(f.Environment)} {
		if s != "" && s != "unknown" {
			as = append(as, s)
		}
	}
	if len(ws) == 0 && (f.Subject != "" || len(as) > 0) {
		ws = prose("what it was issued for")
	}
	switch {
	case f.Subject != "" && len(as) > 0:
		ws = append(ws, prose("(as "+string(f.Subject)+": "+strings.Join(as, ", ")+")")...)
	case f.Subject != "":
		ws = append(ws, prose("(as "+string(f.Subject)+")")...)
	case len(as) > 0:
		ws = append(ws, prose("("+strings.Join(as, ", ")+")")...)
	}
	for _, d := range f.AlsoOpens {
		if len(ws) > 0 {
			ws = after(ws, ";")
		}
		ws = append(ws, prose("also opens "+layerName(d.Layer))...)
		if len(d.Evidence) > 0 {
			ws = append(after(ws, ":"), prose(d.Evidence[0].Detail)...)
		}
	}
	return ws
}

// why gives the strongest evidence: two pieces for a layer that is decided, one
// for each candidate of one that is not.
func why(f *scanner.Finding) []word {
	var picked []detectors.Evidence
	pick := func(l detectors.Layer, n int) {
		for _, e := range f.LayerEvidence {
			if n > 0 && (e.Layer == l || e.Layer == "") && !slices.Contains(picked, e) {
				picked = append(picked, e)
				n--
			}
		}
	}
	if f.LayerConfidence == detectors.Ambiguous {
		for _, l := range candidates(f) {
			pick(l, 1)
		}
	} else {
		pick(f.Layer, 2)
	}
	var ws []word
	for i, e := range picked {
		if i > 0 {
			ws = after(ws, ";")
		}
		text := e.Detail + " (" + string(e.Kind) + ")"
		if f.LayerConfidence == detectors.Ambiguous && e.Layer != "" {
			text = layerName(e.Layer) + ": " + text
		}
		ws = append(ws, prose(text)...)
	}
	if len(ws) > 0 && f.LayerConfidence == detectors.Likely {
		ws = append(prose("likely:"), ws...)
	}
	return ws
}

// shownPlaces is how many further places are named; the rest is counted.
const shownPlaces = 2

// others names further places, one to a line, those that stand today first.
func (p *page) others(f *scanner.Finding) {
	rest := slices.DeleteFunc(slices.Clone(f.Occurrences), func(p scanner.Place) bool { return p == f.Place })
	slices.SortStableFunc(rest, func(a, b scanner.Place) int {
		return cmp.Compare(tipRank(a), tipRank(b))
	})
	total := max(places(f)-1, len(rest))
	label := "also at"
	for _, q := range rest[:min(shownPlaces, len(rest))] {
		p.field(label, placeWords(q))
		label, total = "", total-1
	}
	if total > 0 && len(rest) > 0 {
		p.field(label, prose("and "+count(total, "more place", "more places")))
	} else if total > 0 {
		p.field(label, prose(count(total, "more place", "more places")))
	}
}

func tipRank(p scanner.Place) int {
	if p.AtTip || p.Blob == "" && p.Commit == "" {
		return 0
	}
	return 1
}

// sharedSteps are the closing steps that many findings have word for word: one
// of the last two, never the first, of at least three findings and of a third of
// all. They are shown once, at the end: repeated under every finding they would
// hide what is particular to each.
func sharedSteps(fs []scanner.Finding) []string {
	seen := map[string]int{}
	var order []string
	for _, f := range fs {
		if f.Remediation == nil {
			continue
		}
		for _, s := range closing(f.Remediation.Steps) {
			if seen[s]++; seen[s] == 1 {
				order = append(order, s)
			}
		}
	}
	return slices.DeleteFunc(order, func(s string) bool { return seen[s] < 3 || seen[s]*3 < len(fs) })
}

// closing are the last two steps, without the first.
func closing(steps []string) []string { return steps[max(min(1, len(steps)), len(steps)-2):] }

// remediation says who must act and what to do, in order.
func (p *page) remediation(m *scanner.Remediation) {
	if m == nil {
		return
	}
	if m.Owner != "" {
		p.field("owner", prose(m.Owner))
	}
	steps := m.Steps
	if len(steps) == 0 && m.Revoke != "" {
		steps = []string{m.Revoke}
	}
	if m.RotateURL != "" && !slices.ContainsFunc(steps, func(s string) bool { return strings.Contains(s, m.RotateURL) }) {
		steps = append([]string{"Revoke or rotate it at " + m.RotateURL}, steps...)
	}
	own := len(steps) - len(closing(steps))
	rest := slices.DeleteFunc(slices.Clone(steps[own:]), func(s string) bool { return slices.Contains(p.shared, s) })
	p.steps("do", append(slices.Clone(steps[:own]), rest...))
}

// steps writes steps, with numbers if there are several.
func (p *page) steps(label string, steps []string) {
	for i, s := range steps {
		if len(steps) > 1 {
			s = fmt.Sprintf("%d. %s", i+1, s)
		}
		p.step(label, prose(s), len(steps) > 1)
		label = ""
	}
}

// step writes one step; its further lines stand under its text, not its number.
func (p *page) step(label string, words []word, numbered bool) {
	if !numbered || len(words) < 2 {
		p.field(label, words)
		return
	}
	p.label(label)
	p.put(plain, words[0].text+" ")
	p.flow(labelWidth+columns(words[0].text)+1, words[1:])
}
