package incident

import (
	"cmp"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// Sight turns a finding into what a ledger keeps of it. Keys are the ledger's key
// and those that it had before; a finding without plaintext, of an imported
// report say, keeps its fingerprint if that was made with the first. People gains
// the names behind the persons.
func Sight(f *scanner.Finding, keys []detectors.Key, repo, store string, people map[Person]string) Sighting {
	s := Sighting{Occurrence: Occurrence{
		Repo: repo, Store: store, Facts: factsOf(f), PlacesTotal: max(len(f.Occurrences), f.OccurrencesTotal, 1),
	}}
	for n, k := range keys {
		switch {
		case f.Plain.Len() > 0:
			s.Fingerprints = append(s.Fingerprints, k.Fingerprint(f.Plain))
		case n == 0:
			s.Fingerprints = append(s.Fingerprints, f.Fingerprint)
		}
	}
	s.Occurrence.places(f)
	x := f.Exposure
	if x == nil { // files, or a stream: it is there, and has no history
		s.Occurrence.AtTip, s.Occurrence.InBranches = true, true
		return s
	}
	s.exposed(x, f)
	if by := cmp.Or(x.Introduced.Email, x.Introduced.Author); by != "" && len(keys) > 0 {
		p := PersonOf(keys[0], by)
		s.Occurrence.IntroducedBy, people[p] = p, by
	}
	return s
}

// PersonOf gives the person behind a name or an e-mail address.
func PersonOf(key detectors.Key, name string) Person {
	fp := key.Fingerprint(detectors.NewSecret("person\x00" + name))
	return Person("p1:" + fp[strings.LastIndexByte(fp, ':')+1:])
}

// exposed takes over what a repository's history says.
func (s *Sighting) exposed(x *scanner.Exposure, f *scanner.Finding) {
	o := &s.Occurrence
	o.Introduced, o.IntroducedCommit, o.Boundary = Stamp(x.Introduced.CommittedAt), x.Introduced.ID, x.Boundary
	o.AtTip, o.InHistory = x.AtTip, x.InHistory
	o.InBranches = x.AtTip || inBranches(x) || f.Reach == scanner.ReachIndex || f.Untracked != ""
	if n := len(x.Intervals); n > 0 {
		o.Back = Stamp(x.Intervals[n-1].From.At)
	}
	if o.InBranches {
		return
	}
	o.Removed = Stamp(x.Removed.CommittedAt)
	if n := len(x.Intervals); n > 0 && !x.Intervals[n-1].To.At.IsZero() {
		o.Removed = Stamp(x.Intervals[n-1].To.At)
	}
	o.Aside = o.Removed.IsZero()
}

// inBranches says that the tip of a branch holds the secret, here or at a remote.
// Of a long list only the first refs are known, by name; if branches of remotes
// may be among the others, it is taken to be in one.
func inBranches(x *scanner.Exposure) bool {
	for _, r := range x.Refs {
		if r == "HEAD" || strings.HasPrefix(r, "refs/heads/") || strings.HasPrefix(r, "refs/remotes/") {
			return true
		}
	}
	n := len(x.Refs)
	return n > 0 && x.RefsTotal > n && x.Refs[n-1] < "refs/remotes/"
}

// places keeps the first places.
func (o *Occurrence) places(f *scanner.Finding) {
	ps := f.Occurrences
	if len(ps) == 0 {
		ps = []scanner.Place{f.Place}
	}
	for _, p := range ps[:min(len(ps), MaxPlaces)] {
		path := p.Path
		if p.ArchivePath != "" {
			path += "!" + p.ArchivePath
		}
		if path == "" {
			path = "(" + cmp.Or(string(p.Source), "standard input") + ")"
		}
		o.Places = append(o.Places, Place{
			Path: scanner.Printable(path), Line: p.StartLine, Name: p.Name, Text: p.Line, Blob: p.Blob,
		})
	}
}

func factsOf(f *scanner.Finding) Facts {
	x := Facts{
		Detector: f.Detector, Title: f.Title, Provider: f.Provider, Opens: f.Opens,
		Layer: f.Layer, LayerConfidence: f.LayerConfidence, LayerEvidence: f.LayerEvidence, LayerCandidates: f.LayerCandidates,
		Class: f.Class, Subject: f.Subject, Form: f.Form, Control: f.Control, Privilege: f.Privilege, Scope: f.Scope,
		Environment: f.Environment, Confidence: f.Confidence, Severity: f.Severity,
		WeakDefault: f.WeakDefault, Default: f.Default != "", Secret: redacted(f),
	}
	for _, d := range f.AlsoOpens {
		x.AlsoOpens = append(x.AlsoOpens, d.Layer)
	}
	slices.Sort(x.AlsoOpens)
	if f.Remediation != nil {
		x.Answerable, x.RotateURL = nameless(f.Remediation.Owner, f), f.Remediation.RotateURL
	}
	return x
}

// nameless gives who answers for a secret without the name of who committed it,
// which no chain may hold.
func nameless(owner string, f *scanner.Finding) string {
	for _, p := range slices.Concat(f.Occurrences, []scanner.Place{f.Place}) {
		for _, name := range []string{p.Author, p.Email} {
			if name != "" {
				owner = strings.ReplaceAll(owner, name+", who", "whoever")
				owner = strings.ReplaceAll(owner, name, "somebody")
			}
		}
	}
	return owner
}

// redacted is the secret as it may be stored, whatever the report shows.
func redacted(f *scanner.Finding) string {
	if f.Plain.Len() > 0 {
		return f.Plain.String()
	}
	return string(f.Secret)
}
