package scanner

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/identity"
	"leakline/scanner/unpack"
)

// hit is one match, ruled upon, with its places.
type hit struct {
	match       engine.Match
	ruling      identity.Ruling
	named       bool     // it is half of a credential, and stands beside the other half
	excerpt     *excerpt // what a second ruling needs; nil if there will be none
	fingerprint string
	companions  []companion
	decoded     []string
	repo        string
	places      []located
}

// companion is a companion of a hit, with how it is shown.
type companion struct {
	engine.Companion
	shown string
}

// located is a place with the commit that brought it in.
type located struct {
	Place
	commit   Commit
	boundary string
	ignored  *Ignored
}

// outcome is what judging one chunk came to.
type outcome struct {
	hits     []hit
	failures []*Unread
	skipped  []Skip
	bytes    int64
	stats    engine.Stats
}

// maxHits bounds the matches of one chunk. A file with more is a list of
// secrets; the rest is counted and the result incomplete.
const maxHits = 100_000

// job is one chunk on its way to a worker.
type job struct {
	chunk Chunk
	// paths are the chunk's places whose path has not been scanned yet.
	paths []Location
	done  float64
	now   time.Time // of the scan's start, which decides what has expired
}

// judge finds and rules on everything in one chunk. Whatever hostile bytes make
// detectors or rulings do, the scan goes on: a panic becomes an Unread that names
// the chunk and the kind of panic, never its text, which may hold bytes of the
// chunk.
func (s *Scanner) judge(j *job) (out outcome) {
	if len(j.chunk.Decoded) == 0 { // what the source decoded was counted as it was stored
		from, to := j.chunk.span()
		out.bytes = int64(to - from)
	}
	defer func() {
		if r := recover(); r != nil {
			out.failures = append(out.failures, panicked(j.chunk.what(), r))
		}
	}()
	w := worker{scanner: s, out: &out, now: j.now, clean: map[string]string{}}
	for _, loc := range j.paths {
		w.path(loc)
	}
	if s.Look != nil && j.chunk.whole() {
		s.Look(&j.chunk)
	}
	for _, t := range texts(&j.chunk) {
		w.text(&j.chunk, t)
	}
	w.unpack(&j.chunk)
	return out
}

// unpack judges the members of an archive.
func (w *worker) unpack(c *Chunk) {
	limits := w.scanner.Unpack
	if limits.Depth <= 0 || len(c.Decoded) > 0 || c.Offset > 0 {
		return
	}
	if format := unpack.Unknown(c.Data); format != "" {
		w.out.skipped = append(w.out.skipped, Skip{What: c.what(), Why: format + " archives are not unpacked"})
		return
	}
	if !unpack.Is(c.Data) {
		return
	}
	if !c.whole() {
		w.out.failures = append(w.out.failures, &Unread{Class: "bound", What: c.what(), Err: errors.New("an archive of this size is not unpacked")})
		return
	}
	for e, err := range (unpack.Archive{Name: c.Path, Data: c.Data, Limits: limits}).Entries() {
		inner := *c
		inner.Archive, inner.Data, inner.Found = e.Path, e.Data, nil
		var why *unpack.Error
		if errors.As(err, &why) {
			inner.Archive = why.Path
			what := inner.what()
			if c.Blob != "" { // so that an ignore file can name it
				what += " of " + c.Blob
			}
			w.out.failures = append(w.out.failures, &Unread{Class: why.Class, What: what, Err: why.Err})
			continue
		}
		inner.Also = slices.Clone(c.Also)
		for i := range inner.Also {
			inner.Also[i].Archive = e.Path
		}
		for _, t := range texts(&inner) {
			w.text(&inner, t)
		}
	}
}

// panicked turns a recovered panic into an error.
func panicked(what string, r any) *Unread {
	return &Unread{Class: "corrupt", What: what, Err: fmt.Errorf("panic of type %T while it was scanned", r)}
}

// what names a location in errors.
func (l *Location) what() string {
	switch {
	case l.Archive != "":
		return l.Path + "!" + l.Archive
	case l.Path != "":
		return l.Path
	case l.Blob != "":
		return l.Blob
	case l.Commit.ID != "":
		return l.Commit.ID
	}
	return string(l.Source)
}

// worker judges one chunk.
type worker struct {
	scanner *Scanner
	out     *outcome
	now     time.Time
	clean   map[string]string // paths and messages as they may be shown
}

// text judges one reading of a chunk.
func (w *worker) text(c *Chunk, t text) {
	ms, stats := w.find(c, t)
	w.out.stats.Anchors += stats.Anchors
	w.out.stats.Verdicts += stats.Verdicts
	if len(ms) == 0 {
		return
	}
	r := newRuler(t)
	doc := w.document(&c.Location, t.data, ms)
	cutter := excerpts{doc: doc}
	named := w.named(t.data, ms)
	for i, m := range ms {
		if m.Start < t.from || m.Start >= t.to {
			continue
		}
		if !w.room(&c.Location) {
			return
		}
		own, among, k, cut := doc, ms, i, cutter.around
		decoded, inner, chain, encoded := m.Decoded()
		if encoded { // it is ruled upon where it stands in what was decoded
			among, k = []engine.Match{inner}, 0
			own.Data, own.Beside = decoded, among
			cut = (&excerpts{doc: own}).around
		}
		h := w.rule(among[k], own)
		h.decoded = slices.Concat(t.decoded, chain)
		h.repo, h.named = c.Repo, named[i]
		if h.hidden() == "" {
			if h.ruling.Confidence == detectors.Ambiguous {
				h.excerpt = cut(k)
			}
			h.companions = w.companions(own.Data, among, k)
			p := w.region(r, ms, i)
			if encoded {
				p.Name = nameOf(inner, decoded)
			}
			h.match = m
			around := w.surroundings(t.data, &h)
			h.places = append(h.places, w.ignoring(c.Location, w.place(c.Location, p), around))
			for _, l := range c.Also {
				h.places = append(h.places, w.ignoring(l, w.place(l, p), around))
			}
		}
		w.out.hits = append(w.out.hits, h)
	}
}

// find looks for matches in one reading of a chunk, those of the user's rules
// included.
func (w *worker) find(c *Chunk, t text) ([]engine.Match, engine.Stats) {
	ms, stats := w.search(c, t)
	if w.scanner.Rules == nil {
		return ms, stats
	}
	more := w.scanner.Rules.Match(c.Path, t.data)
	if len(more) >= maxHits { // a matcher's own bound is no larger
		w.bounded(&c.Location)
	}
	stats.Verdicts += len(more)
	return engine.Resolve(slices.Concat(ms, more)), stats
}

// search looks for what the detectors find, unless the source has.
func (w *worker) search(c *Chunk, t text) ([]engine.Match, engine.Stats) {
	if c.Found != nil && len(t.decoded) == 0 {
		return c.Found.Matches, c.Found.Stats
	}
	lo, hi := t.from, t.to
	if lo > 0 {
		lo = max(0, lo-3*engine.MaxExtent)
	}
	if hi < len(t.data) {
		hi = min(len(t.data), hi+3*engine.MaxExtent)
	}
	return w.scanner.Set.FindIn(t.data, lo, hi)
}

// room says whether the chunk may have one more hit, and notes once that it may
// not.
func (w *worker) room(l *Location) bool {
	if len(w.out.hits) < maxHits {
		return true
	}
	w.bounded(l)
	return false
}

// bounded notes that there were more matches than are kept.
func (w *worker) bounded(l *Location) {
	w.out.failures = append(w.out.failures, &Unread{
		Class: "bound", What: l.what(),
		Err: fmt.Errorf("more than %d matches; the rest was left out", maxHits),
	})
}

// path looks for credentials in a file's path.
func (w *worker) path(l Location) {
	data := []byte(l.Path)
	ms := w.scanner.Set.Find(data)
	if w.scanner.Rules != nil {
		ms = engine.Resolve(append(ms, w.scanner.Rules.MatchPath(l.Path)...))
	}
	if len(ms) == 0 {
		w.clean[l.Path] = l.Path
		return
	}
	r := newRuler(text{data: data, to: len(data), line: 1, column: 1})
	l.Source = SourcePath
	doc := w.document(&l, data, ms)
	for i, m := range ms {
		if !w.room(&l) {
			return
		}
		h := w.rule(m, doc)
		h.repo = l.Repo
		if h.hidden() == "" {
			if h.ruling.Confidence == detectors.Ambiguous {
				h.excerpt = (&excerpts{doc: doc}).around(i)
			}
			h.places = []located{w.ignoring(l, w.place(l, w.region(r, ms, i)), w.surroundings(nil, &h))}
		}
		w.out.hits = append(w.out.hits, h)
	}
}

// surroundings is what an Ignorer may see of a hit, wherever its text stands; nil
// if there is none to ask. Data is nil where there is no text around the secret.
func (w *worker) surroundings(data []byte, h *hit) *Candidate {
	if w.scanner.Ignore == nil {
		return nil
	}
	c := &Candidate{Detector: h.match.Detector, Secret: h.match.Secret, Confidence: h.confidence(), Layer: h.ruling.Layer}
	if data != nil {
		lo := lineBegin(data, lineBegin(data, h.match.Start)-1)
		hi := lineEnd(data, min(lineEnd(data, h.match.End)+1, len(data)))
		c.Text, c.Start, c.End = data[lo:hi], h.match.Start-lo, h.match.End-lo
	}
	return c
}

// lineBegin is where the line of data[off] begins, or as far before off as
// surroundings reach.
func lineBegin(data []byte, off int) int {
	off = max(off, 0)
	from := max(0, off-maxAround)
	return from + bytes.LastIndexByte(data[from:off], '\n') + 1
}

// lineEnd is where the line of data[off] ends.
func lineEnd(data []byte, off int) int {
	to := min(len(data), off+maxAround)
	if i := bytes.IndexByte(data[off:to], '\n'); i >= 0 {
		return off + i
	}
	return to
}

// maxAround is how far from a secret an Ignorer sees each of its lines, in bytes.
const maxAround = 2 << 10

// ignoring asks whether a place is known and accepted.
func (w *worker) ignoring(l Location, p located, c *Candidate) located {
	if c != nil {
		c.Place, c.Path, c.Archive = &p.Place, l.Path, l.Archive
		if p.ignored = w.scanner.Ignore.Ignored(c); p.ignored != nil {
			x := *p.ignored
			x.Reason, x.Refused = w.message(x.Reason), w.message(x.Refused) // somebody else's words
			p.ignored = &x
		}
	}
	return p
}

// document is what rulings on matches in data see.
func (w *worker) document(l *Location, data []byte, ms []engine.Match) identity.Document {
	path := l.Path[min(l.Above, len(l.Path)):]
	if l.Archive != "" {
		path = l.Archive[strings.LastIndexByte(l.Archive, '!')+1:]
	}
	return identity.Document{Path: path, Data: data, Facts: identity.Read(path, data), Beside: ms, Now: w.now}
}

// rule says what a match is.
func (w *worker) rule(m engine.Match, doc identity.Document) hit {
	h := hit{match: m, fingerprint: w.scanner.Key.Fingerprint(m.Secret)}
	if !m.Detector.Public || m.Detector.Half {
		h.ruling = identity.Classify(m, doc, nil)
	}
	return h
}

// companions are the companions of match i in data, with how they are shown.
func (w *worker) companions(data []byte, ms []engine.Match, i int) []companion {
	var out []companion
	for _, c := range w.scanner.Set.Companions(data, ms, i) {
		shown := w.companion(ms[i].Detector, c)
		if k := secretAt(ms, c.At); k >= 0 && k != i && !w.scanner.ShowSecrets {
			shown = ms[k].Secret.String()
		}
		out = append(out, companion{c, shown})
	}
	return out
}

// named says which halves of credentials the secrets beside them name.
func (w *worker) named(data []byte, ms []engine.Match) map[int]bool {
	if !slices.ContainsFunc(ms, func(m engine.Match) bool { return m.Detector.Half }) {
		return nil
	}
	out := map[int]bool{}
	for i := range ms {
		if _, _, _, encoded := ms[i].Decoded(); encoded || ms[i].Detector.Public {
			continue
		}
		for _, c := range w.scanner.Set.Companions(data, ms, i) {
			k := sort.Search(len(ms), func(k int) bool { return ms[k].End > c.At })
			if k < len(ms) && ms[k].Start <= c.At && ms[k].Detector.Half {
				out[k] = true
			}
		}
	}
	return out
}

// secretAt gives the match whose secret holds an offset, -1 if none does.
func secretAt(ms []engine.Match, at int) int {
	k := sort.Search(len(ms), func(k int) bool { return ms[k].End > at })
	if k == len(ms) || ms[k].Start > at || ms[k].Detector.Public {
		return -1
	}
	return k
}

// companion gives a companion's value as it may be shown. What a detector knows for a
// secret is redacted. One that only its name tells may be a secret that was taken for
// it: what looks random in it is hidden too.
func (w *worker) companion(d *detectors.Detector, c engine.Companion) string {
	if w.scanner.ShowSecrets {
		return Printable(c.Value)
	}
	known := slices.ContainsFunc(d.Companions, func(k detectors.Companion) bool { return k.Name == c.Name && k.Alone })
	var out strings.Builder
	at := 0
	part := func(to int) {
		if s := c.Value[at:to]; known {
			out.WriteString(s)
		} else {
			out.WriteString(veil(s))
		}
	}
	for _, m := range w.scanner.Set.Find([]byte(c.Value)) {
		part(m.Start)
		if at = m.End; m.Detector.Public {
			out.WriteString(c.Value[m.Start:m.End])
		} else {
			out.WriteString(m.Secret.String())
		}
	}
	part(len(c.Value))
	return Printable(out.String())
}

// region is the part of a place that the bytes decide.
func (w *worker) region(r *ruler, ms []engine.Match, i int) Place {
	m := ms[i]
	var p Place
	start := r.at(m.Start)
	end := r.end(m.End)
	p.StartLine, p.StartColumn, p.StartRune = start.line, start.column, start.rune
	p.EndLine, p.EndColumn, p.EndRune = end.line, end.column, end.rune
	p.Line = redactLine(r.data, ms, i, r.begin)
	p.Name = nameOf(m, r.data)
	return p
}

// nameOf is the name that a match in data is assigned to, as it is shown.
func nameOf(m engine.Match, data []byte) string {
	if m.NameEnd == m.NameStart {
		return ""
	}
	return cut(Printable(string(data[m.NameStart:min(m.NameEnd, m.NameStart+maxName+utf8Max)])), maxName)
}

// utf8Max is the length of the longest character.
const utf8Max = 4

// place completes a place with where the bytes come from.
func (w *worker) place(l Location, p Place) located {
	p.Source, p.Reach, p.Blob = l.Source, l.Reach, l.Blob
	p.Path, p.ArchivePath = w.cleaned(l.Path), w.cleaned(l.Archive)
	p.Untracked, p.AtTip = l.Untracked, l.AtTip
	c := l.Commit
	c.Author, c.Email = w.scanner.Authors.person(c.Author, c.Email)
	c.Message = cut(Printable(w.message(c.Message)), maxLine)
	p.Commit, p.Author, p.Email, p.Date, p.Message = c.ID, c.Author, c.Email, c.AuthoredAt, c.Message
	p.committedAt = c.CommittedAt
	return located{Place: p, commit: c, boundary: l.Boundary}
}

// cleaned gives a path or message without the credentials that stand in it.
func (w *worker) cleaned(s string) string {
	if s == "" || w.scanner.ShowSecrets {
		return s
	}
	out, ok := w.clean[s]
	if !ok {
		out = w.scanner.redact(s)
		w.clean[s] = out
	}
	return out
}

// message is cleaned for a text that nobody has to find again: it hides whatever
// may be a credential, however low the confidence.
func (w *worker) message(s string) string {
	if s == "" || w.scanner.ShowSecrets {
		return s
	}
	key := "\x00" + s // no path has this byte
	out, ok := w.clean[key]
	if !ok {
		at := 0
		for _, m := range w.scanner.Set.Find([]byte(s)) {
			out += veil(s[at:m.Start]) + m.Secret.String()
			at = m.End
		}
		out += veil(s[at:])
		w.clean[key] = out
	}
	return out
}

// redact replaces the credentials in a short text that is shown beside findings
// or in errors. It leaves alone what a finding would not be reported for: a path
// must stay a path.
func (s *Scanner) redact(text string) string {
	ms := s.Set.Find([]byte(text))
	for i := len(ms) - 1; i >= 0; i-- {
		m := ms[i]
		if !m.Detector.Public && m.Confidence.Rank() >= s.MinConfidence.Rank() {
			text = text[:m.Start] + m.Secret.String() + text[m.End:]
		}
	}
	return text
}

// failure is an Unread as the summary tells it, without credentials.
func (s *Scanner) failure(u *Unread) (f Failure) {
	defer func() {
		if recover() != nil {
			f = Failure{Class: u.Class, What: "(a name that could not be scanned)", Why: u.Class}
		}
	}()
	f = Failure{Class: u.Class, What: u.What, Why: u.Err.Error()}
	if !s.ShowSecrets {
		f.What, f.Why = s.redact(f.What), s.redact(f.Why)
	}
	f.Allowed = s.Allow[u.Class]
	if f.Allowed == "" && s.Accept != nil {
		f.Allowed = s.Accept(u)
	}
	return f
}

// asUnread names the error of a source.
func asUnread(err error) *Unread {
	var u *Unread
	if errors.As(err, &u) {
		return u
	}
	return &Unread{Class: "unreadable", What: "source", Err: err}
}
