package intake

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"leakline/detectors"
	"leakline/detectors/identity"
	"leakline/detectors/known"
	"leakline/scanner"
)

// identify gives what leakline makes of a record's secret: one finding or, where
// one element holds several secrets, more. Why says, if there is none, why it is
// not to be recorded.
func (in *intake) identify(r *record) (fs []scanner.Finding, why string) {
	for _, t := range in.readings(r) {
		found := in.look(r, t)
		if len(found) == 0 || len(fs) > 0 && slices.ContainsFunc(found, in.generic) {
			continue
		}
		// What has a name of its own tells most; else the first, which is nearest to
		// what leakline will read in the file.
		if fs = found; !slices.ContainsFunc(found, in.generic) {
			break
		}
	}
	if len(fs) == 0 {
		if why := in.public(r); why != "" {
			return nil, why
		}
		fs = []scanner.Finding{in.taken(r)}
	}
	for i := range fs {
		in.vouch(r, &fs[i])
	}
	return fs, ""
}

// generic says that a finding's detector knows no owner.
func (in *intake) generic(f scanner.Finding) bool {
	d := in.byID[f.Detector]
	return d != nil && d.Reader == detectors.ReadGeneric
}

// readings are the texts in which to look for a record's secret: what was reported,
// then the secret behind the name that its rule gives it.
func (in *intake) readings(r *record) []text {
	ts := slices.Clone(r.texts)
	if r.secret == "" {
		return ts
	}
	ts = append(ts, text{data: r.secret})
	names := []string{named(r.rule)}
	if d := in.ruled(r.rule); d != nil && len(d.Samples) > 0 {
		names = append(names, d.Samples[0].Name)
	}
	for _, name := range names {
		if name != "" {
			ts = append(ts, text{data: assigned(name, r.secret), made: true})
		}
	}
	return ts
}

// ruled is the detector that another tool's rule stands for, nil if there is none.
func (in *intake) ruled(rule string) *detectors.Detector {
	p := plain(rule)
	return in.byID[cmp.Or(rules[p], in.plain[p])]
}

// plain is a rule's name without case and separators.
func plain(rule string) string {
	return strings.ToLower(notWord().ReplaceAllString(rule, ""))
}

// named makes the name of a variable of a rule's.
func named(rule string) string {
	return strings.Trim(strings.ToUpper(notWord().ReplaceAllString(rule, "_")), "_")
}

var notWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^A-Za-z0-9]+`) })

// one is the source of one text, standing in for the file that was reported.
type one struct {
	chunk scanner.Chunk
}

// Chunks yields the text.
func (s one) Chunks(context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) { yield(s.chunk, nil) }
}

// Tally counts nothing.
func (one) Tally() scanner.Tally { return scanner.Tally{} }

// look scans one text as leakline scans a file of the record's path, and gives what
// of it was reported. A name that we made is no evidence but where a detector of one
// owner knows it.
func (in *intake) look(r *record, t text) []scanner.Finding {
	if len(t.data) > maxText {
		return nil
	}
	s := scanner.Scanner{
		Set: in.Set, Key: in.Keys[0], Jobs: 1, MinConfidence: detectors.Low,
		Now: func() time.Time { return in.At },
	}
	src := one{scanner.Chunk{Data: []byte(t.data), Location: scanner.Location{Path: r.path()}}}
	res, err := s.Scan(context.Background(), src)
	if err != nil {
		return nil
	}
	var fs []scanner.Finding
	for _, f := range res.Findings {
		p := slices.IndexFunc(f.Occurrences, func(p scanner.Place) bool { return p.Source != scanner.SourcePath && t.holds(&f, &p) })
		if d := in.byID[f.Detector]; p < 0 || t.made && in.generic(f) || d != nil && d.Half {
			continue
		}
		f.Place = f.Occurrences[p]
		if t.to == 0 { // no line: the secret alone, and perhaps more of it than was found
			f.Line = ""
		}
		if t.made {
			in.unname(r, &f)
		}
		fs = append(fs, f)
	}
	return fs
}

// path is where the record's secret was found first; empty if that is no file.
func (r *record) path() string {
	if len(r.places) == 0 || strings.HasPrefix(r.places[0].Path, "(") {
		return ""
	}
	return r.places[0].Path
}

// holds says that the text's reported part and a place in it have bytes in common.
func (t *text) holds(f *scanner.Finding, p *scanner.Place) bool {
	if t.to == 0 {
		return true
	}
	if len(f.Decoded) > 0 { // its place is in the decoded text
		return false
	}
	before := func(line, column, off int) bool { // the position lies before the offset
		l := strings.Count(t.data[:off], "\n") + 1
		c := off - strings.LastIndexByte(t.data[:off], '\n')
		return line < l || line == l && column < c
	}
	return before(p.StartLine, p.StartColumn, t.to) && !before(p.EndLine, p.EndColumn, t.from+1)
}

// unname takes out of a finding what a name says that we made of a rule's: it is
// the other tool's word, and not certain.
func (in *intake) unname(r *record, f *scanner.Finding) {
	f.Name = ""
	d := in.byID[f.Detector]
	if d == nil || len(d.Anchors) > 0 {
		return
	}
	if f.LayerConfidence == detectors.Certain {
		f.LayerConfidence = detectors.Likely
	}
	f.LayerEvidence = []detectors.Evidence{in.says(r, f.Layer)}
}

// says is the evidence that another tool's rule is.
func (in *intake) says(r *record, l detectors.Layer) detectors.Evidence {
	return detectors.Evidence{
		Kind: detectors.EvidenceName, Layer: l, Detail: fmt.Sprintf("%s calls it %q", in.tool, in.word(r.rule, r.secret)),
	}
}

// public says why what was reported is known to be no secret, if it is.
func (in *intake) public(r *record) string {
	for _, t := range append(slices.Clone(r.texts), text{data: r.secret}) {
		if len(t.data) > maxText || t.made {
			continue
		}
		from, to := t.from, t.to
		if to == 0 {
			to = len(t.data)
		}
		doc := identity.Document{Path: r.path(), Data: []byte(t.data), Now: in.At}
		for _, m := range in.Set.Find(doc.Data) {
			if m.Start > from || m.End < to || to == 0 {
				continue
			}
			if m.Detector.Public {
				return fmt.Sprintf("it is a public identifier (%s)", m.Detector.ID)
			}
			if class, _, _ := strings.Cut(identity.Classify(m, doc, nil).Drop, ":"); class != "" {
				return fmt.Sprintf("it is no secret (%s)", class)
			}
		}
	}
	return ""
}

// taken is the finding of what leakline does not recognise, by the other tool's
// word: that of the detector that its rule stands for, if there is one.
func (in *intake) taken(r *record) scanner.Finding {
	rule := cmp.Or(in.word(r.rule, r.secret), in.tool)
	f := scanner.Finding{
		Detector: "imported:" + rule, Title: cmp.Or(in.word(r.title, r.secret), rule),
		Layer: detectors.Unclassified, LayerConfidence: detectors.Likely,
		Privilege: detectors.PrivilegeUnknown, Scope: detectors.ScopeUnknown, Environment: detectors.EnvironmentUnknown,
		Confidence: detectors.Low, Severity: scanner.SeverityMedium, Secret: absent,
	}
	if strings.Contains(plain(rule), "password") {
		f.Form = detectors.Password
	}
	if d := in.ruled(r.rule); d != nil {
		id := d.Identity
		f.Detector, f.Title, f.Provider, f.Opens = d.ID, d.Title, d.Provider, d.Opens
		f.Layer, f.Class, f.Subject, f.Form = id.Layer, id.Class, id.Subject, id.Form
		f.Control, f.Privilege, f.Scope, f.Environment = id.Control, id.Privilege, id.Scope, id.Environment
		if len(d.AmbiguousLayers) > 0 {
			f.LayerConfidence, f.LayerCandidates = detectors.Ambiguous, slices.Clone(d.AmbiguousLayers)
		}
		f.AlsoOpens = d.AlsoOpens
		f.LayerEvidence = []detectors.Evidence{in.says(r, f.Layer)}
	}
	if r.secret != "" {
		f.Plain = detectors.NewSecret(r.secret)
		if v, ok := known.Default(r.secret); ok {
			f.Default = v.What
		}
	}
	return f
}

// absent stands in the place of a secret that a report does not show.
const absent = "(not in the report)"

// vouch adds what the other tool says to what leakline makes of a secret. That two
// tools took it for one makes the confidence medium at least.
func (in *intake) vouch(r *record, f *scanner.Finding) {
	given := cmp.Or(r.confidence, detectors.Medium)
	if r.verified {
		given = detectors.High
		f.LayerEvidence = append(f.LayerEvidence, detectors.Evidence{
			Kind: detectors.EvidenceVerified, Layer: f.Layer, Detail: in.tool + " tried it: it works",
		})
	}
	if given.Rank() > f.Confidence.Rank() {
		f.Confidence = given
		f.ConfidenceReasons = append(f.ConfidenceReasons, "reported by "+in.tool)
	}
}
