package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/scanner"
)

// named is how many things that were left out or could not be read are named;
// the rest is counted.
const named = 20

// summary accounts for the whole scan. Its last line says whether everything was
// read, and how much is hidden.
func (p *page) summary(r *scanner.Result, o Options, c *cleaner) {
	s := c.summary(r.Summary)
	if len(r.Findings) == 0 {
		text := "No secrets found"
		if !s.Complete {
			text += " in what could be read"
		}
		ws := prose(text)
		switch t := c.text(o.target(r)); t {
		case "":
		case ".": // it would look like the end of the sentence
			ws = append(ws, prose("here")...)
		default:
			ws = append(append(ws, prose("in")...), whole(t))
		}
		p.text(in(bold, after(ws, ".")...))
	} else {
		p.line(bold, "Summary")
		if len(p.common) > 0 {
			p.field("for all", prose("then, where it applies:"))
			p.steps("", c.texts(p.common))
		}
		p.field("found", found(r.Findings))
		p.field("target", targetWords(c.text(o.target(r))))
	}
	p.field("hidden", hidden(s.Hidden))
	p.field("accepted", ignored(s.Ignored))
	p.field("scanned", scanned(s))
	p.skipped(s.Skipped)
	p.unread(s.Errors)
	if len(r.Findings) > 0 {
		p.field("time", clock(o))
	}
	p.last(s)
}

// ignored says what each mechanism hid, by layer.
func ignored(by map[scanner.Mechanism]map[detectors.Layer]int) []word {
	var ws []word
	for _, m := range scanner.Mechanisms() {
		var parts []string
		for _, l := range detectors.Layers() {
			if n := by[m][l]; n > 0 {
				parts = append(parts, thousands(int64(n))+" "+layerName(l))
			}
		}
		if len(parts) == 0 {
			continue
		}
		if len(ws) > 0 {
			ws = after(ws, ";")
		}
		ws = append(ws, prose("by "+string(m)+": "+strings.Join(parts, ", "))...)
	}
	return ws
}

func targetWords(t string) []word {
	if t == "" {
		return nil
	}
	return []word{whole(t)}
}

// found counts secrets per layer. An ambiguous one counts apart, not for each of
// its candidates, so that the numbers add up.
func found(fs []scanner.Finding) []word {
	ws := after(prose(count(len(fs), "secret", "secrets")), ":")
	for i, g := range groups(fs) {
		if i > 0 {
			ws = after(ws, ",")
		}
		var ls []string
		for _, l := range g.layers {
			ls = append(ls, string(l))
		}
		ws = append(ws, prose(thousands(int64(len(g.findings)))+" "+strings.Join(ls, " or "))...)
	}
	return ws
}

// hidden says what was found and is not shown, and why.
func hidden(h map[string]int) []word {
	var ws []word
	for _, why := range slices.SortedFunc(maps.Keys(h), func(a, b string) int {
		return cmp.Or(cmp.Compare(h[b], h[a]), strings.Compare(a, b))
	}) {
		if h[why] == 0 {
			continue
		}
		if len(ws) > 0 {
			ws = after(ws, ",")
		}
		text := thousands(int64(h[why])) + " " + why
		if why == string(detectors.Low)+" confidence" {
			text += " (--min-confidence low shows them)"
		}
		ws = append(ws, prose(text)...)
	}
	return ws
}

// scanned says what was looked at, by class.
func scanned(s scanner.Summary) []word {
	const from = " from "
	parts := map[string][]string{}
	var classes []string
	for _, k := range slices.Sorted(maps.Keys(s.Objects)) {
		if class, reach, ok := strings.Cut(k, from); ok {
			parts[class] = append(parts[class], thousands(int64(s.Objects[k]))+" "+reach)
			continue
		}
		if s.Objects[k] > 0 {
			classes = append(classes, k)
		}
	}
	slices.SortStableFunc(classes, func(a, b string) int { return cmp.Compare(classRank(a), classRank(b)) })
	var ws []word
	for _, k := range classes {
		text := count(s.Objects[k], strings.TrimSuffix(k, "s"), k)
		if len(parts[k]) > 0 {
			text += " (" + strings.Join(parts[k], ", ") + ")"
		}
		ws = append(ws, after(prose(text), ",")...)
	}
	text := size(s.Bytes)
	if s.Seconds > 0 {
		text += fmt.Sprintf(" in %.1f s", s.Seconds)
	}
	return append(ws, prose(text)...)
}

// classRank orders classes of objects as their names in [scanner.Tally] stand.
func classRank(class string) int {
	i := slices.Index([]string{"files", "blobs", "commits", "tags", "notes", "paths", "refs", "configs"}, class)
	if i < 0 {
		return 100
	}
	return i
}

// skipped names what was left out on the user's word.
func (p *page) skipped(skips []scanner.Skip) {
	rest := 0
	for i, s := range skips {
		if i >= named {
			rest += max(1, s.Count)
			continue
		}
		label := ""
		if i == 0 {
			label = "left out"
		}
		ws := []word{whole(s.What)}
		if s.Count > 1 {
			ws = append(ws, prose("("+thousands(int64(s.Count))+")")...)
		}
		p.field(label, append(after(ws, ":"), prose(s.Why)...))
	}
	if rest > 0 {
		p.field("", prose("and "+thousands(int64(rest))+" more"))
	}
}

// examples is how many unread things of one class are named; the rest is counted.
const examples = 5

// unread counts what was asked for and could not be read, class by class, with
// what helps and some examples.
func (p *page) unread(fails []scanner.Failure) {
	type kind struct{ class, allowed string }
	by := map[kind][]scanner.Failure{}
	var order []kind
	for _, f := range fails {
		k := kind{f.Class, f.Allowed}
		if by[k] == nil {
			order = append(order, k)
		}
		by[k] = append(by[k], f)
	}
	label := "NOT READ"
	for _, k := range order {
		ws := prose(k.class + ": " + thousands(int64(len(by[k]))))
		switch hint := hintFor(k.class); {
		case k.allowed != "":
			ws = append(ws, prose("(accepted: "+k.allowed+")")...)
		case hint != "":
			ws = append(after(ws, ":"), prose(hint)...)
		}
		p.field(label, ws)
		label = ""
		for _, f := range by[k][:min(examples, len(by[k]))] {
			p.field("", append([]word{whole("- " + f.What + ":")}, prose(f.Why)...))
		}
		if n := len(by[k]) - examples; n > 0 {
			p.field("", prose("- and "+thousands(int64(n))+" more"))
		}
	}
}

// hintFor says what to do about a class of [scanner.UnreadClasses].
func hintFor(class string) string {
	switch class {
	case "missing":
		return "not in this clone; git fsck names what lacks: scan a full clone"
	case "promised":
		return "a partial clone left them on the server: git fetch --refetch --no-filter, or scan a full clone"
	case "corrupt":
		return "damaged; git fsck tells more: scan another clone or copy"
	case "encrypted":
		return "decrypt them and scan what comes out"
	case "bound":
		return "beyond a limit that keeps a scan finite: look at them by themselves"
	case "timeout":
		return "the time was up: scan again with a longer --timeout"
	case "unreadable":
		return "scan as a user who may read them"
	case "vanished", "changed":
		return "somebody wrote there meanwhile: scan again"
	case "loop":
		return "links that lead in a circle: scan where they should lead"
	case "special":
		return "no regular files: nothing to scan, unless something is wrong"
	}
	return ""
}

// clock names the baseline on its own clock, which starts at detection: never
// beside the age of a secret in history, which is another span.
func clock(o Options) []word {
	if o.Baseline <= 0 {
		return nil
	}
	return prose(count(int(o.Baseline/(24*time.Hour)), "day", "days") + " from detection to remediation (mean of estimates elsewhere)")
}

// last says in one line whether the result can be relied on.
func (p *page) last(s scanner.Summary) {
	n := 0
	for _, h := range s.Hidden {
		n += h
	}
	tail := " Nothing is hidden."
	if n > 0 {
		tail = " " + thousands(int64(n)) + " hidden."
	}
	open, accepted := 0, 0
	for _, f := range s.Errors {
		if f.Allowed == "" {
			open++
		} else {
			accepted++
		}
	}
	how, text := red, "INCOMPLETE: not everything was read."
	switch {
	case s.Complete && accepted > 0:
		how, text = green, "Complete but for "+count(accepted, "accepted gap", "accepted gaps")+"."
	case s.Complete:
		how, text = green, "Complete: everything that was asked for was read."
	case open > 0:
		text = "INCOMPLETE: " + count(open, "thing", "things") + " could not be read."
	}
	p.text(in(how, prose(text+tail)...))
}
