package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// Stage is where what was scanned has been on its way from a developer to
// everybody.
type Stage string

// The stages.
const (
	StageCommit  Stage = "commit"  // in the index: the next commit adds it
	StagePush    Stage = "push"    // in commits that are about to be sent
	StageReceive Stage = "receive" // in commits that arrive at a server
)

// inFull is how many findings of a stopped commit are explained; the others have
// one line each. What the first ones say of the ways out holds for them too.
const inFull = 3

// WriteStop writes what a developer reads whose commit or push a result stops:
// for each secret where it is, what it opens, who answers for it, why we think so
// and the ways out. It leaves the result as it is. Secrets are redacted, whatever
// the options say.
//
// The text is made for any place in which git shows a hook's output: lines of
// Options.Width, no cursor movement, and nothing that only colour says.
func WriteStop(w io.Writer, r *scanner.Result, o Options) error {
	p := &page{width: o.stopWidth(), color: o.Color}
	c := newCleaner(r, false)
	p.stopHead(r, o)
	p.unread(c.summary(r.Summary).Errors)
	for i := range r.Findings {
		f := c.stopped(r.Findings[i])
		if i < inFull {
			p.end()
			p.stop(f)
			continue
		}
		if i == inFull {
			p.end()
			p.text(prose("And " + thousands(int64(len(r.Findings)-inFull)) + " more:"))
		}
		p.stopShort(f)
	}
	p.stopTail(r, o)
	b := bufio.NewWriter(w)
	_, _ = b.WriteString(p.b.String()) // Flush reports it
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write why this %s was stopped: %w", o.stage().noun(), err)
	}
	return nil
}

// stage is the stage that the options name; none means a commit.
func (o Options) stage() Stage {
	if o.Stage == "" {
		return StageCommit
	}
	return o.Stage
}

// stopWidth is the number of columns: at most 80, however wide the window, since
// that is read best; and what git puts before each line from a server takes eight
// (its sideband writes "remote: ").
func (o Options) stopWidth() int {
	if o.Width == 0 && o.stage() == StageReceive {
		return 72
	}
	return min(80, o.width())
}

// noun is what the developer calls it.
func (s Stage) noun() string {
	if s == StageCommit {
		return "commit"
	}
	return "push"
}

// stopped is a copy of f without secrets, its ways out included.
func (c *cleaner) stopped(f scanner.Finding) scanner.Finding {
	f = c.finding(f)
	if f.Remediation != nil {
		m := *f.Remediation
		m.Ways = slices.Clone(m.Ways)
		for i, w := range m.Ways {
			m.Ways[i] = scanner.Way{When: c.text(w.When), Text: c.text(w.Text), Code: c.texts(w.Code)}
		}
		f.Remediation = &m
	}
	return f
}

// stopHead says in one sentence what happened, and how much was looked at.
func (p *page) stopHead(r *scanner.Result, o Options) {
	noun, n := o.stage().noun(), len(r.Findings)
	secrets := count(n, "secret", "secrets")
	how, text := red, ""
	switch {
	case n == 0 && r.Summary.Complete:
		how, text = green, "this "+noun+" adds no secrets."
	case n == 0 && o.stage() == StageReceive:
		text = "this push was refused: not all that it adds could be read."
	case n == 0:
		text = "this " + noun + " was stopped: not all that it adds could be read."
	case o.stage() == StageReceive:
		text = "this push was refused: it would add " + secrets + "."
	default:
		text = "this " + noun + " would add " + secrets + "; it was stopped."
	}
	p.text(append(in(how, prose("leakline: "+text)...), checked(r.Summary)...))
	if n > 0 && !r.Summary.Complete {
		p.text(in(red, prose("And not all that it adds could be read: there may be more.")...))
	}
}

// checked says how much was looked at: a hook that looked at nothing must not be
// taken for one that found nothing.
func checked(s scanner.Summary) []word {
	var parts []string
	if n := s.Objects["commits"]; n > 0 {
		parts = append(parts, count(n, "commit", "commits"))
	}
	files := s.Objects["files"]
	if files == 0 {
		files = s.Objects["blobs"]
	}
	parts = append(parts, count(files, "file", "files"), size(s.Bytes))
	return []word{{text: "(" + strings.Join(parts, ", ") + " checked)"}} // on one line
}

// stop explains one finding.
func (p *page) stop(f scanner.Finding) {
	p.text(append(in(bold, after(placeWords(f.Place), ":")...), prose(title(&f))...))
	p.marked(&f)
	p.field("opens", prose(Doors(&f)))
	p.field("layer", layerWords(&f))
	if f.Remediation != nil {
		p.field("owner", prose(f.Remediation.Owner))
	}
	p.field("why", stopWhy(&f))
	if g := f.Ignored; g != nil && g.Refused != "" {
		p.field("note", prose(refused(g)))
	}
	p.others(&f)
	if f.Remediation == nil {
		return
	}
	for i, w := range f.Remediation.Ways {
		p.way(i+1, w)
	}
}

// marked shows the source line with the secret, which is redacted, underlined.
func (p *page) marked(f *scanner.Finding) {
	const indent = 4
	mark := tidy(f.Plain.String())
	line := fit(tidy(f.Line), mark, p.width-indent)
	at := strings.Index(line, mark)
	if at < 0 {
		p.field("secret", []word{whole(mark)})
		return
	}
	margin := strings.Repeat(" ", indent)
	p.put(plain, margin+line[:at])
	p.put(red, mark)
	p.line(plain, line[at+len(mark):])
	p.put(plain, margin+strings.Repeat(" ", columns(line[:at])))
	p.line(red, strings.Repeat("^", columns(mark)))
}

// stopShort names one finding in a line.
func (p *page) stopShort(f scanner.Finding) {
	p.put(plain, "  ")
	p.flow(2, append(after(placeWords(f.Place), ":"), append(prose(title(&f)), whole(string(f.Plain.String())))...))
}

// layerWords says on whose layer a finding is.
func layerWords(f *scanner.Finding) []word {
	var names []string
	for _, l := range candidates(f) {
		names = append(names, layerName(l))
	}
	text := strings.Join(names, " or ")
	if f.LayerConfidence == detectors.Ambiguous && len(names) > 1 {
		text = "undecided: " + text
	}
	return prose(text)
}

// stopWhy gives the strongest reasons: why it is a secret, and why of this layer.
func stopWhy(f *scanner.Finding) []word {
	var parts []string
	parts = append(parts, f.ConfidenceReasons[:min(2, len(f.ConfidenceReasons))]...)
	switch {
	case f.Default != "":
		parts = append(parts, "it is "+f.Default)
	case f.WeakDefault:
		parts = append(parts, "it is a published default")
	}
	if !byFormat(f) || len(parts) == 0 {
		for _, w := range strings.Split(plainText(why(f, 1)), "; ") {
			if w != "" && !slices.Contains(parts, w) {
				parts = append(parts, w)
			}
		}
	}
	text := strings.Join(parts, "; ")
	if f.Confidence != "" {
		text += " (" + string(f.Confidence) + " confidence)"
	}
	return prose(text)
}

func plainText(ws []word) string {
	var texts []string
	for _, w := range ws {
		texts = append(texts, w.text)
	}
	return strings.Join(texts, " ")
}

// refused says why what the developer wrote to accept a secret does not count.
func refused(g *scanner.Ignored) string {
	text := "the " + string(g.By)
	if g.Where != "" && !strings.Contains(g.Refused, g.Where) {
		text += " " + g.Where
	}
	return text + " does not count: " + strings.TrimRight(g.Refused, ".") + "."
}

// way writes one way out: the case, what to do, and the lines to write or run.
func (p *page) way(n int, w scanner.Way) {
	const text, code = 5, 7
	p.put(plain, fmt.Sprintf("  %d. ", n))
	ws := in(bold, after(prose(w.When), ":")...)
	p.flow(text, append(ws, prose(w.Text)...))
	for _, l := range w.Code {
		p.code(code, l)
	}
}

// code writes a line that is copied as it is, further left if that makes it fit.
func (p *page) code(indent int, l string) {
	l = tidy(l)
	p.line(cyan, strings.Repeat(" ", max(0, min(indent, p.width-columns(l))))+l)
}

// rewrite says how a change gets into the commits that are pushed: a further commit
// would leave the secret in them.
func (p *page) rewrite(fs []scanner.Finding) {
	id := ""
	for _, f := range fs {
		switch c := short(f.Commit); {
		case id == "":
			id = c
		case c != id:
			id = "COMMIT"
		}
	}
	if id == "" {
		return
	}
	p.text(prose("Change the commit itself, since a further one leaves the secret in it. The last one so:"))
	p.code(2, "git commit --amend --no-edit")
	p.text(prose("An earlier one so:"))
	p.code(2, "git commit --fixup "+id)
	p.code(2, "git -c sequence.editor=: rebase -i --autosquash "+id+"^")
}

// stopTail says how to go on, and what was passed over.
func (p *page) stopTail(r *scanner.Result, o Options) {
	if len(r.Findings) == 0 && r.Summary.Complete {
		return
	}
	p.end()
	if o.Prefix != "" && len(r.Findings) > 0 {
		up := strings.Repeat("../", strings.Count(strings.Trim(o.Prefix, "/"), "/")+1)
		p.text(append(prose("Paths are from the top of the repository: cd"), whole(strings.TrimSuffix(up, "/"))))
	}
	if text := passedOver(r.Summary); text != "" {
		p.text(prose(text))
	}
	if o.stage() != StageCommit {
		p.rewrite(r.Findings)
	}
	switch o.stage() {
	case StageReceive:
		p.text(prose("Comments and ignore files count here only if the server trusts this repository."))
		p.text(prose("Then push again: nothing of this push was kept."))
	case StagePush:
		p.text(prose("Then push again. What goes past this check with --no-verify is recorded."))
	default:
		p.text(prose("Then commit again. What goes past this check with --no-verify is recorded."))
	}
}

// passedOver counts what ignores and baselines hid.
func passedOver(s scanner.Summary) string {
	var parts []string
	for _, m := range scanner.Mechanisms() {
		n := 0
		for _, k := range s.Ignored[m] {
			n += k
		}
		if n > 0 {
			parts = append(parts, thousands(int64(n))+" by "+string(m))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Ignored as known: " + strings.Join(parts, ", ") + "."
}
