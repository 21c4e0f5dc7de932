package intake

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/scanner"
)

// readLeakline reads leakline's own findings, json or jsonl. They say everything
// that a scan would have recorded, but for the secret itself, which stands there
// only if the report was made with --show-secrets.
func readLeakline(r io.Reader, in *intake) error {
	return elements(r, true, func(_ int, raw json.RawMessage) error {
		n := in.next()
		var f scanner.Finding
		if err := decode(raw, &f); err != nil {
			in.strange(n, err)
			return nil
		}
		if err := in.checked(&f); err != nil {
			in.strange(n, err)
			return nil
		}
		plain := in.shown(&f)
		return in.add(&record{
			element: n, rule: f.Detector, repo: f.Repo, places: in.storable(n, &f, plain), finding: &f,
			print: f.Fingerprint, ours: f.Fingerprint,
		})
	})
}

// checked holds the words of a finding to those that there are: chains, filters and
// statistics go by them.
func (in *intake) checked(f *scanner.Finding) error {
	if f.Detector == "" || f.Title == "" || f.Fingerprint == "" {
		return errors.New("it has no detector, title or fingerprint")
	}
	layers := append([]detectors.Layer{f.Layer}, f.LayerCandidates...)
	for _, d := range f.AlsoOpens {
		layers = append(layers, d.Layer)
	}
	for _, l := range layers {
		if !slices.Contains(detectors.Layers(), l) {
			return errors.New("its layer is none that there is")
		}
	}
	if !slices.Contains([]detectors.LayerConfidence{detectors.Certain, detectors.Likely, detectors.Ambiguous}, f.LayerConfidence) {
		return errors.New("its layer_confidence is none that there is")
	}
	if f.Confidence.Rank() == 0 {
		return errors.New("its confidence is none that there is")
	}
	words := []string{
		f.Detector, string(f.Class), string(f.Subject), string(f.Form), string(f.Control),
		string(f.Privilege), string(f.Scope), string(f.Environment), string(f.Severity),
	}
	if slices.ContainsFunc(words, func(w string) bool { return !isWord().MatchString(w) }) {
		return errors.New("what it says of the identity is no word")
	}
	return nil
}

var isWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9:._ -]{0,100}$`) })

// shown takes the plaintext out of a finding of a report that shows it, and gives it,
// to be looked for elsewhere. Lines are then dropped, which may show others.
func (in *intake) shown(f *scanner.Finding) string {
	secret := string(f.Secret)
	f.Secret = absent
	if redacted().MatchString(secret) || secret == "" {
		if len(secret) <= maxWord {
			f.Secret = scanner.Shown(scanner.Printable(secret))
		}
		return ""
	}
	f.Plain = detectors.NewSecret(secret)
	if d := in.byID[f.Detector]; d != nil {
		for _, a := range d.Anchors {
			if strings.HasPrefix(secret, a) {
				f.Plain = f.Plain.WithPrefix(a)
			}
		}
	}
	f.Line = ""
	for i := range f.Occurrences {
		f.Occurrences[i].Line = ""
	}
	return secret
}

// redacted is what a detectors.Secret prints.
var redacted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^.{0,64}…\(\d+\)$`) })

// storable bounds and cleans what a finding says of places and people, and gives
// the places.
func (in *intake) storable(n int, f *scanner.Finding, secret string) []scanner.Place {
	f.Remediation = nil // made anew: its words are shown as ours
	f.Title, f.Provider, f.Opens = in.word(f.Title, secret), in.word(f.Provider, secret), in.word(f.Opens, secret)
	clean := func(p *scanner.Place) {
		p.Path, p.ArchivePath, p.Name = in.clean(p.Path, secret), in.clean(p.ArchivePath, secret), in.word(p.Name, secret)
		p.Line, p.Blob = in.clean(p.Line, secret), in.word(p.Blob, secret)
	}
	clean(&f.Place)
	for i := range f.Occurrences {
		clean(&f.Occurrences[i])
	}
	f.LayerEvidence = f.LayerEvidence[:min(len(f.LayerEvidence), 20)]
	for i := range f.LayerEvidence {
		e := &f.LayerEvidence[i]
		e.Detail, e.Kind = in.word(e.Detail, secret), detectors.EvidenceKind(in.word(string(e.Kind), secret))
	}
	if x := f.Exposure; x != nil {
		c := &x.Introduced
		c.ID, c.Author, c.Email = in.word(c.ID, secret), in.word(c.Author, secret), in.word(c.Email, secret)
		x.Boundary = in.word(x.Boundary, secret)
		c.CommittedAt = in.possible(n, "introduction", c.CommittedAt)
		x.Removed.CommittedAt = in.possible(n, "removal", x.Removed.CommittedAt)
		for i := range x.Intervals {
			v := &x.Intervals[i]
			v.From.At, v.To.At = in.possible(n, "interval", v.From.At), in.possible(n, "interval", v.To.At)
		}
	}
	return []scanner.Place{f.Place}
}
