package ignore

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/scanner"
)

// Baseline is a file of known findings. Its text is JSON of one line for each entry,
// sorted, so that two branches that add entries can be merged; [BaselineSchema]
// describes it.
type Baseline struct {
	Salt    string // of the marks that are added
	Entries []Known

	there *marked // the marks of the entries, once they are asked for
}

// Known is one entry of a baseline file: a secret or, if it is weak, one of its places.
type Known struct {
	Mark      string          `json:"mark"` // see [Marker]
	Path      string          `json:"path,omitempty"`
	Detector  string          `json:"detector"`
	Layer     detectors.Layer `json:"layer"`
	FirstSeen string          `json:"first_seen"` // the day on which it came into the file
	Reason    string          `json:"reason,omitempty"`
}

// baselineVersion is the version of the format.
const baselineVersion = 1

// BaselineSchema is the JSON schema of a baseline file.
//
//go:embed baseline.schema.json
var BaselineSchema string

// baselineFile is a baseline file as JSON has it.
type baselineFile struct {
	Version int     `json:"leakline_baseline"`
	Salt    string  `json:"salt"`
	Entries []Known `json:"entries"`
}

// NewBaseline makes an empty baseline with a salt of its own.
func NewBaseline() *Baseline { return &Baseline{Salt: NewMarker().Salt} }

// ParseBaseline reads a baseline file. Unknown members are refused: they may say
// something that this version does not know.
func ParseBaseline(file string, data []byte) (*Baseline, error) {
	var f baselineFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, &SyntaxError{File: file, Line: lineAt(data, dec.InputOffset()), Err: harmless(err)}
	}
	if f.Version != baselineVersion {
		return nil, fmt.Errorf("%s: it has version %d; this program knows version %d", file, f.Version, baselineVersion)
	}
	if _, err := parseMark("s1." + f.Salt + ".00000000000000000000000000000000"); err != nil {
		return nil, fmt.Errorf("%s: the salt is not 16 hexadecimal digits", file)
	}
	for i, k := range f.Entries {
		if err := k.check(); err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", file, i+1, err)
		}
	}
	return &Baseline{Salt: f.Salt, Entries: f.Entries}, nil
}

func (k *Known) check() error {
	if _, err := parseMark(k.Mark); err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	if _, err := time.Parse(dateForm, k.FirstSeen); err != nil {
		return errors.New("first_seen: that is no date")
	}
	return nil
}

// lineAt is the line of an offset, 1-based.
func lineAt(data []byte, off int64) int {
	return bytes.Count(data[:min(off, int64(len(data)))], []byte("\n")) + 1
}

// Text gives the file.
func (b *Baseline) Text() ([]byte, error) {
	slices.SortFunc(b.Entries, func(x, y Known) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Detector, y.Detector), cmp.Compare(x.Mark, y.Mark))
	})
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"leakline_baseline\": %d,\n  \"salt\": %q,\n  \"entries\": [", baselineVersion, b.Salt)
	for i, k := range b.Entries {
		line, err := marshal(k)
		if err != nil {
			return nil, fmt.Errorf("write an entry of a baseline file: %w", err)
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		out.Write(line)
	}
	if len(b.Entries) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	return out.Bytes(), nil
}

// marshal writes a value without the escapes that JSON in HTML needs.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// Add adds what is not there yet of a finding, and says how many entries that is. The
// marker says what paths are relative to; day is when it was first seen.
func (b *Baseline) Add(f *scanner.Finding, m Marker, day time.Time, reason string) int {
	there := b.marks()
	added := 0
	entry := Known{Detector: f.Detector, Layer: f.Layer, FirstSeen: day.UTC().Format(dateForm), Reason: cleanReason(reason)}
	if Strong(f.Plain, f.Form) {
		for salt := range there.salts {
			if there.has[mark{salt: salt, hash: secretHash(salt, f.Plain)}] {
				return 0
			}
		}
		mk := mark{salt: b.Salt, hash: secretHash(b.Salt, f.Plain)}
		entry.Mark, entry.Path = mk.String(), m.pathOf(&f.Place)
		b.Entries = append(b.Entries, entry)
		there.has[mk] = true
		return 1
	}
	for _, p := range placesOf(f) {
		spot := m.spot(f.Detector, &p)
		if there.holds(spot) {
			continue
		}
		mk := mark{true, b.Salt, spot.hash(b.Salt)}
		entry.Mark, entry.Path = mk.String(), m.pathOf(&p)
		b.Entries = append(b.Entries, entry)
		there.has[mk] = true
		added++
	}
	return added
}

// marked are the marks of a baseline file.
type marked struct {
	has   map[mark]bool
	salts map[string]bool
}

func (b *Baseline) marks() *marked {
	if b.there != nil {
		return b.there
	}
	out := &marked{map[mark]bool{}, map[string]bool{b.Salt: true}}
	for _, k := range b.Entries {
		if m, err := parseMark(k.Mark); err == nil {
			out.has[m], out.salts[m.salt] = true, true
		}
	}
	b.there = out
	return out
}

func (m *marked) holds(s spot) bool {
	for salt := range m.salts {
		if m.has[mark{true, salt, s.hash(salt)}] {
			return true
		}
	}
	return false
}

// Prune removes the entries that none of these findings has, and gives them.
func (b *Baseline) Prune(found []scanner.Finding, m Marker) []Known {
	there := b.marks()
	seen := map[mark]bool{}
	for i := range found {
		f := &found[i]
		for salt := range there.salts {
			seen[mark{salt: salt, hash: secretHash(salt, f.Plain)}] = true
			for _, p := range placesOf(f) {
				seen[mark{true, salt, m.spot(f.Detector, &p).hash(salt)}] = true
			}
		}
	}
	var gone []Known
	b.Entries = slices.DeleteFunc(b.Entries, func(k Known) bool {
		mk, err := parseMark(k.Mark)
		if err != nil || seen[mk] {
			return false
		}
		gone = append(gone, k)
		return true
	})
	b.there = nil
	return gone
}

// spot is that of a place, its path relative to the root.
func (m *Marker) spot(detector string, p *scanner.Place) spot {
	return spotOf(detector, m.relative(p.Path), p.ArchivePath, p.Line)
}

// pathOf names the file of a place.
func (m *Marker) pathOf(p *scanner.Place) string {
	if p.ArchivePath != "" {
		return m.relative(p.Path) + "!" + p.ArchivePath
	}
	return m.relative(p.Path)
}

func (m *Marker) relative(path string) string {
	if m.Relative == nil {
		return path
	}
	return m.Relative(path)
}

// AddBaseline reads a file of known findings of any kind: see [KindOf].
func (s *Set) AddBaseline(file string, data []byte) error {
	fmt.Fprintf(s.read, "%q %x\n", file, sha256.Sum256(data))
	switch kind := KindOf(data); kind {
	case KindBaseline:
		b, err := ParseBaseline(file, data)
		if err != nil {
			return err
		}
		for _, k := range b.Entries {
			s.add(&rule{by: scanner.ByBaseline, entry: Entry{Mark: k.Mark}, where: file, reason: k.Reason})
		}
		return nil
	case KindUnknown:
		return fmt.Errorf("%q is no baseline file: it is neither leakline's nor a report of gitleaks, betterleaks or leakline in JSON nor a .secrets.baseline", file)
	default:
		if s.reports == nil {
			s.reports = newReports()
		}
		return s.readReport(kind, file, data)
	}
}

// errNoFinding says of an element of a report that it names nothing.
var errNoFinding = errors.New("it names neither a secret nor a place")
