package ignore

import (
	"bytes"
	"cmp"
	"crypto/sha1" //nolint:gosec // the hash that detect-secrets writes
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// Kind is a format of a file of known findings.
type Kind string

// The kinds.
const (
	KindUnknown       Kind = ""
	KindBaseline      Kind = "leakline baseline"
	KindReport        Kind = "leakline report" // json or jsonl
	KindGitleaks      Kind = "gitleaks report" // json, or that of betterleaks
	KindDetectSecrets Kind = "detect-secrets baseline"
)

// KindOf tells the format of a file by its content.
func KindOf(data []byte) Kind {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	var first json.RawMessage
	if dec.Decode(&first) != nil {
		return KindUnknown
	}
	var list []json.RawMessage
	if json.Unmarshal(first, &list) == nil {
		if len(list) == 0 { // a report of nothing, whoever wrote it
			return KindGitleaks
		}
		first = list[0]
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(first, &members) != nil {
		return KindUnknown
	}
	has := func(name string) bool { _, ok := members[name]; return ok }
	switch {
	case has("leakline_baseline"):
		return KindBaseline
	case has("detector") && has("fingerprint"):
		return KindReport
	case has("RuleID") || has("ruleID") || has("ruleId"):
		return KindGitleaks
	case has("results") && (has("plugins_used") || has("generated_at")):
		return KindDetectSecrets
	}
	return KindUnknown
}

// known is one finding of a report.
type known struct {
	where, reason string
	secret        detectors.Secret
}

// reports are the findings of other tools' reports, and of leakline's own. What they
// hold of secrets stays in memory.
type reports struct {
	secrets map[string]*known
	inFile  map[string][]*known // by file, those with the secret
	hashes  map[string]*known   // file and SHA-1
	prints  map[string]*known   // fingerprints of leakline under this scan's key
	spots   map[spot]*known
}

func newReports() *reports {
	return &reports{
		secrets: map[string]*known{}, inFile: map[string][]*known{}, hashes: map[string]*known{},
		prints: map[string]*known{}, spots: map[spot]*known{},
	}
}

// readReport reads a report of another kind than our own baseline file.
func (s *Set) readReport(kind Kind, file string, data []byte) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var err error
	switch kind {
	case KindGitleaks:
		err = s.readGitleaks(file, data)
	case KindDetectSecrets:
		err = s.readDetectSecrets(file, data)
	default:
		err = s.readLeakline(file, data)
	}
	if err != nil {
		return fmt.Errorf("%s: read it as %s: %w", file, kind, err)
	}
	return nil
}

// gitleaksFinding is an element of a report of gitleaks 8 or betterleaks 1; that of
// betterleaks 2 has the same names with a small first letter, which are equal for JSON
// decoding in Go, and the line in location.
//
// Source: report/finding.go of github.com/gitleaks/gitleaks (v8.30) and of
// github.com/betterleaks/betterleaks.
type gitleaksFinding struct {
	Secret, File, Commit string
	StartLine            int
	Attributes           map[string]string
	Location             struct{ StartLine int }
}

func (s *Set) readGitleaks(file string, data []byte) error {
	var list []gitleaksFinding
	if err := json.Unmarshal(data, &list); err != nil {
		return harmless(err)
	}
	for i, f := range list {
		k := &known{where: file, secret: detectors.NewSecret(f.Secret)}
		path := strings.ReplaceAll(cmp.Or(f.File, f.Attributes["path"]), `\`, "/")
		line := cmp.Or(f.StartLine, f.Location.StartLine)
		plain := !masked(f.Secret)
		if !plain && path == "" {
			return fmt.Errorf("element %d: %w", i+1, errNoFinding)
		}
		if plain {
			s.reports.secrets[s.accounts.id(f.Secret)] = k
			s.reports.inFile[path] = append(s.reports.inFile[path], k)
			continue
		}
		s.addTheirs(&theirs{
			file: path, line: line, where: file,
			commit: strings.ToLower(cmp.Or(f.Commit, f.Attributes["git.sha"])),
		}, scanner.ByBaseline, "")
	}
	return nil
}

// masked says that a report of gitleaks does not hold the secret: --redact writes
// REDACTED, or the begin of the secret and three dots.
func masked(secret string) bool {
	return secret == "" || secret == "REDACTED" || strings.HasSuffix(secret, "...")
}

// harmless is an error of decoding without the text that it may quote.
func harmless(err error) error {
	return fmt.Errorf("it is no such JSON (%T)", err)
}

// secretsBaseline is a .secrets.baseline of detect-secrets, of any version.
//
// Source: README.md of github.com/Yelp/detect-secrets, "Baseline", and its
// core/potential_secret.py: hashed_secret is the SHA-1 of the secret's text; is_secret
// is what an audit said.
type secretsBaseline struct {
	Results map[string][]struct {
		Type         string `json:"type"`
		HashedSecret string `json:"hashed_secret"`
		IsSecret     *bool  `json:"is_secret"`
	} `json:"results"`
}

func (s *Set) readDetectSecrets(file string, data []byte) error {
	var b secretsBaseline
	if err := json.Unmarshal(data, &b); err != nil {
		return harmless(err)
	}
	for path, list := range b.Results {
		path = strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "./")
		for _, x := range list {
			sum := strings.ToLower(x.HashedSecret)
			if len(sum) != 2*sha1.Size || strings.Trim(sum, "0123456789abcdef") != "" {
				return fmt.Errorf("a hashed_secret of %q is no SHA-1", path)
			}
			k := &known{where: file}
			switch {
			case x.IsSecret != nil && *x.IsSecret:
				k.reason = "an audit with detect-secrets said that it is a secret"
			case x.IsSecret != nil:
				k.reason = "an audit with detect-secrets said that it is no secret"
			}
			s.reports.hashes[path+"\x00"+sum] = k
		}
	}
	return nil
}

// readLeakline reads a report of leakline, in json or jsonl.
func (s *Set) readLeakline(file string, data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return harmless(err)
		}
		var list []scanner.Finding
		if raw[0] != '[' {
			raw = append(append([]byte{'['}, raw...), ']')
		}
		if err := json.Unmarshal(raw, &list); err != nil {
			return harmless(err)
		}
		for i := range list {
			s.addFinding(file, &list[i])
		}
	}
	return nil
}

// addFinding takes over a finding of a report of leakline: its fingerprint, if it has
// the key of this scan, and its places.
func (s *Set) addFinding(file string, f *scanner.Finding) {
	k := &known{where: file}
	if f.Ignored != nil {
		k.reason = f.Ignored.Reason
	}
	parts := strings.Split(f.Fingerprint, ":")
	if len(parts) == 3 && parts[1] == s.o.Key.ID() && f.FingerprintKey != "run" {
		s.reports.prints[f.Fingerprint] = k
	}
	for _, p := range placesOf(f) {
		s.reports.spots[spotOf(f.Detector, s.relative(p.Path), p.ArchivePath, p.Line)] = k
	}
}

// minPart is how long a text must be to be known by a part of it, in bytes.
const minPart = 8

// known says which finding of a report a secret is.
func (s *Set) known(c *scanner.Candidate, file string) *scanner.Ignored {
	r := s.reports
	if r == nil {
		return nil
	}
	k := s.reported(c, file)
	if k == nil {
		return nil
	}
	return &scanner.Ignored{By: scanner.ByBaseline, Reason: k.reason, Where: k.where}
}

func (s *Set) reported(c *scanner.Candidate, file string) *known {
	r := s.reports
	secret, text := c.Secret.Reveal(), string(c.Text[c.Start:c.End])
	if len(r.prints) > 0 {
		if k := r.prints[s.o.Key.Fingerprint(c.Secret)]; k != nil {
			return k
		}
	}
	if len(r.spots) > 0 {
		if k := r.spots[spotOf(c.Detector.ID, s.relative(c.Place.Path), c.Place.ArchivePath, c.Place.Line)]; k != nil {
			return k
		}
	}
	if len(r.secrets) > 0 {
		for _, t := range []string{secret, text} {
			if k := r.secrets[s.accounts.id(t)]; k != nil && t != "" {
				return k
			}
		}
	}
	for _, name := range unique([]string{file, c.Path}) {
		for _, k := range r.inFile[name] {
			if part(k.secret.Reveal(), secret) || part(k.secret.Reveal(), text) {
				return k
			}
		}
		if len(r.hashes) == 0 {
			continue
		}
		for _, t := range []string{secret, text, armour(text)} {
			sum := sha1.Sum([]byte(t)) //nolint:gosec // to compare with theirs
			if k := r.hashes[name+"\x00"+hex.EncodeToString(sum[:])]; k != nil && t != "" {
				return k
			}
		}
	}
	return nil
}

// part says that one text is a part of the other, white space aside: scanners do not
// agree on where a secret begins.
func part(a, b string) bool {
	a, b = strings.Join(strings.Fields(a), ""), strings.Join(strings.Fields(b), "")
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= minPart && strings.Contains(b, a)
}

// armour is what detect-secrets takes for the secret of a private key: the words of
// its first line.
func armour(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	line, ok := strings.CutPrefix(line, "-----")
	line, _, closed := strings.Cut(line, "-----")
	if !ok || !closed {
		return ""
	}
	return line
}
