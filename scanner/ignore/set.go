package ignore

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"leakline/detectors"
	"leakline/scanner"
)

// The files of a target that say what is accepted in it, and the file of known
// findings.
const (
	FileName     = ".leaklineignore"
	BaselineName = ".leakline-baseline.json"
)

// FileNames lists the ignore files that are read at the root of a target.
func FileNames() []string { return []string{FileName, ".gitleaksignore", ".betterleaksignore"} }

// Options are what a [Set] needs to know beside its files.
type Options struct {
	Now time.Time
	// NoComments says that comments in the source do not count.
	NoComments bool
	// Reasons says what a comment without a reason hides; empty means ReasonsAnchored.
	Reasons Reasons
	// Relative gives the path of a place from the target's root; nil leaves it alone.
	Relative func(string) string
	// Key is the key of this scan's fingerprints, for reports of leakline as baseline.
	Key detectors.Key
}

// Reasons is a policy for comments that give no reason.
type Reasons string

// The policies, as a configuration names them.
const (
	ReasonsRequired Reasons = "required"              // they hide nothing
	ReasonsAnchored Reasons = "required-for-anchored" // they hide what no anchor, structure or checksum proves
	ReasonsOptional Reasons = "optional"              // they hide everything
)

// Set is everything that the user has said to be known. It is filled first; then it may
// be used by several goroutines at once.
type Set struct {
	o     Options
	rules []*rule // all, in the order of the files

	bySecret map[string]map[string][]*rule // salt, hash
	byPlace  map[string]map[string][]*rule
	others   []*rule            // entries without a mark
	theirs   map[string][]*rule // by file
	reports  *reports
	accounts *accounts
	read     hash.Hash // everything that was added
}

// rule is one thing that was said.
type rule struct {
	by     scanner.Mechanism
	entry  Entry   // of .leaklineignore
	theirs *theirs // of .gitleaksignore, or a place in a report
	where  string
	reason string
	used   atomic.Int64
}

// New makes a set that holds what comments say.
func New(o Options) *Set {
	return &Set{
		o: o, bySecret: map[string]map[string][]*rule{}, byPlace: map[string]map[string][]*rule{},
		theirs: map[string][]*rule{}, accounts: newAccounts(), read: sha256.New(),
	}
}

// Digest stands for everything that decides what the set accepts on its day.
func (s *Set) Digest() string {
	return fmt.Sprintf("%x %v %q %d", s.read.Sum(nil), s.o.NoComments, s.o.Reasons, len(s.Expired()))
}

// AddFile reads an ignore file, ours or, by its name or its first line, one of
// gitleaks. The error joins one [SyntaxError] for each wrong line; the others count.
func (s *Set) AddFile(name string, data []byte) error {
	fmt.Fprintf(s.read, "%q %q\n", name, data)
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if base == ".gitleaksignore" || base == ".betterleaksignore" || base != FileName && isTheirs(data) {
		list, errs := parseTheirs(name, data)
		for i := range list {
			s.addTheirs(&list[i], scanner.ByIgnoreFile, "")
		}
		return errors.Join(errs...)
	}
	entries, errs := ParseEntries(name, data)
	s.Add(entries, scanner.ByIgnoreFile)
	return errors.Join(errs...)
}

// Add adds entries that were read and checked before, of an ignore file or of a
// configuration.
func (s *Set) Add(entries []Entry, by scanner.Mechanism) {
	for _, e := range entries {
		fmt.Fprintf(s.read, "%s %s\n", by, e.String())
		s.add(&rule{by: by, entry: e, where: e.where(), reason: e.Reason})
	}
}

// add indexes an entry of ours.
func (s *Set) add(r *rule) {
	s.rules = append(s.rules, r)
	if r.entry.Mark == "" {
		s.others = append(s.others, r)
		return
	}
	m, err := parseMark(r.entry.Mark)
	if err != nil {
		return // it was checked when it was read
	}
	index := s.bySecret
	if m.place {
		index = s.byPlace
	}
	if index[m.salt] == nil {
		index[m.salt] = map[string][]*rule{}
	}
	index[m.salt][m.hash] = append(index[m.salt][m.hash], r)
}

func (s *Set) addTheirs(t *theirs, by scanner.Mechanism, reason string) {
	r := &rule{by: by, theirs: t, where: t.where, reason: reason}
	s.rules = append(s.rules, r)
	s.theirs[t.file] = append(s.theirs[t.file], r)
}

// Marker gives a marker with the salt of the files that were read, if there is one:
// so a file keeps to one salt.
func (s *Set) Marker() Marker {
	m := NewMarker()
	for _, r := range s.rules {
		if mk, err := parseMark(r.entry.Mark); err == nil && r.by == scanner.ByIgnoreFile {
			m.Salt = mk.salt
			break
		}
	}
	m.Relative = s.o.Relative
	return m
}

// Ignored implements [scanner.Ignorer]: the first of a comment, an ignore file, the
// configuration and a baseline file that accepts the place, else the first that would and does not count.
func (s *Set) Ignored(c *scanner.Candidate) *scanner.Ignored {
	var refused, accepted *scanner.Ignored
	take := func(x *scanner.Ignored) {
		switch {
		case x.Refused == "" && accepted == nil:
			accepted = x
		case x.Refused != "" && refused == nil:
			refused = x
		}
	}
	if !s.o.NoComments {
		for _, x := range commentsOf(c) {
			take(s.byComment(c, &x))
		}
	}
	file := s.relative(c.Path)
	found := s.found(c, file)
	for _, by := range []scanner.Mechanism{scanner.ByIgnoreFile, scanner.ByConfig, scanner.ByBaseline} {
		for _, r := range found {
			if r.by == by {
				r.used.Add(1)
				take(r.ignored(s.o.Now))
			}
		}
	}
	if x := s.known(c, file); x != nil {
		take(x)
	}
	if accepted == nil {
		s.account(c, file)
		return refused
	}
	return accepted
}

// byComment says what a comment comes to.
func (s *Set) byComment(c *scanner.Candidate, x *comment) *scanner.Ignored {
	out := &scanner.Ignored{By: scanner.ByComment, Reason: x.reason, Until: x.until, Where: x.word}
	switch {
	case x.wrong != "":
		out.Refused = x.word + ": " + x.wrong
	case ended(x.until, s.o.Now):
		out.Refused = x.word + " ended on " + x.until.Format(dateForm)
	case x.reason == "" && s.needsReason(c.Detector):
		out.Refused = x.word + " gives no reason, which this kind needs: " + Own + ` reason="…"`
	}
	return out
}

// needsReason says of a kind of secret that a comment must say why it is harmless:
// what an anchor or a structure proves is hardly ever a mistake.
func (s *Set) needsReason(d *detectors.Detector) bool {
	switch s.o.Reasons {
	case ReasonsOptional:
		return false
	case ReasonsRequired:
		return true
	}
	return len(d.Anchors) > 0 || d.Structured
}

// ignored says what an entry that selects a place comes to.
func (r *rule) ignored(now time.Time) *scanner.Ignored {
	out := &scanner.Ignored{By: r.by, Reason: r.reason, Until: r.entry.Until, Where: r.where}
	if ended(r.entry.Until, now) {
		out.Refused = r.where + " ended on " + r.entry.Until.Format(dateForm)
	}
	return out
}

// found gives the entries of ours that select a place, in the order of the index.
func (s *Set) found(c *scanner.Candidate, file string) []*rule {
	var out []*rule
	add := func(rs []*rule) {
		for _, r := range rs {
			if r.entry.selects(c, file) {
				out = append(out, r)
			}
		}
	}
	for salt, index := range s.bySecret {
		add(index[secretHash(salt, c.Secret)])
	}
	if len(s.byPlace) > 0 {
		spot := spotOf(c.Detector.ID, s.relative(c.Place.Path), c.Place.ArchivePath, c.Place.Line)
		for salt, index := range s.byPlace {
			add(index[spot.hash(salt)])
		}
	}
	add(s.others)
	if len(out) > 1 { // the index has no order
		slices.SortStableFunc(out, func(a, b *rule) int { return strings.Compare(a.where, b.where) })
	}
	return out
}

// selects says that the selectors beside the mark hold.
func (e *Entry) selects(c *scanner.Candidate, file string) bool {
	if e.Object != "" {
		return false
	}
	if e.Path != "" && !Glob(e.Path, file) && (c.Archive == "" || !Glob(e.Path, file+"!"+c.Archive)) {
		return false
	}
	if e.Detector != "" && !matches(e.Detector, c.Detector.ID) {
		return false
	}
	return e.Layer == "" || e.Layer == c.Layer
}

func (s *Set) relative(path string) string {
	if s.o.Relative == nil {
		return path
	}
	return s.o.Relative(path)
}

// Accept gives the user's reason for accepting that one thing was not read: an entry
// object: names it, or is a word of its name. It is what scanner.Scanner.Accept takes.
func (s *Set) Accept(u *scanner.Unread) string {
	for _, r := range s.others {
		if r.entry.Object == "" || !named(r.entry.Object, u.What) {
			continue
		}
		r.used.Add(1)
		if !ended(r.entry.Until, s.o.Now) {
			return r.entry.Reason
		}
	}
	return ""
}

// minObject is how many digits of an object's id are enough.
const minObject = 7

// named says that an id or a path names a thing: it is its name, one of the words in
// it, or the begin of the object id that is one of them.
func named(id, what string) bool {
	if id == what {
		return true
	}
	short := len(id) >= minObject && strings.Trim(id, "0123456789abcdef") == ""
	return slices.ContainsFunc(strings.Fields(what), func(word string) bool {
		return word == id || short && len(word) >= 40 && strings.HasPrefix(word, id) && strings.Trim(word, "0123456789abcdef") == ""
	})
}

// Expired gives the entries of ignore files and the configuration that have ended, in the order of the files.
func (s *Set) Expired() []Entry {
	return s.entries(func(r *rule) bool { return ended(r.entry.Until, s.o.Now) })
}

// Unused gives the entries of ignore files and the configuration that selected nothing in the scan. Only of
// a scan of the whole target does that mean that they can go.
func (s *Set) Unused() []Entry {
	return s.entries(func(r *rule) bool { return r.used.Load() == 0 && !ended(r.entry.Until, s.o.Now) })
}

func (s *Set) entries(keep func(*rule) bool) []Entry {
	var out []Entry
	for _, r := range s.rules {
		if r.by == scanner.ByBaseline || !keep(r) {
			continue
		}
		e := r.entry
		if r.theirs != nil {
			e.File, e.Line = cutWhere(r.where)
		}
		out = append(out, e)
	}
	return out
}

// cutWhere takes FILE:LINE apart.
func cutWhere(where string) (file string, line int) {
	i := strings.LastIndexByte(where, ':')
	_, _ = fmt.Sscan(where[i+1:], &line)
	return where[:max(i, 0)], line
}
