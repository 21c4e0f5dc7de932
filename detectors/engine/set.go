package engine

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"leakline/detectors"
)

// Set is a compiled list of detectors. It is safe for concurrent use.
type Set struct {
	detectors []*compiled
	literals  []literal
	filter    *prefilter
	depth     int // how often what is encoded is decoded
	// prefixes are the anchors with which the tokens of one format begin.
	prefixes map[string]bool
}

// WithDepth gives a set of the same detectors that decodes what is encoded at most n
// times: 0 never.
func (s *Set) WithDepth(n int) *Set {
	out := *s
	out.depth = max(n, 0)
	return &out
}

// Depth is how often what is encoded is decoded.
func (s *Set) Depth() int { return s.depth }

// Compile makes a set. Patterns are compiled when they are first needed, so that
// a short run does not pay for all of them; what is wrong with a detector apart
// from its pattern is an error here, its pattern is checked by [Set.Check].
func Compile(ds []detectors.Detector) (*Set, error) {
	s := &Set{detectors: make([]*compiled, 0, len(ds)), depth: DefaultDepth}
	type key struct {
		text string
		fold bool
	}
	index := map[key]int{}
	add := func(text, anchor string, fold bool, d int) *literal {
		i, ok := index[key{text, fold}]
		if !ok {
			i = len(s.literals)
			index[key{text, fold}] = i
			s.literals = append(s.literals, literal{text: text, anchor: anchor, foldCase: fold, alone: fold && len(text) < freeWord})
		}
		l := &s.literals[i]
		if !slices.Contains(l.detectors, d) {
			l.detectors = append(l.detectors, d)
		}
		return l
	}
	for i := range ds {
		d := &ds[i]
		if err := valid(d); err != nil {
			return nil, err
		}
		c := &compiled{Detector: d, index: i, rank: rank(d)}
		for _, a := range d.Anchors {
			add(a, a, false, i).begin(d, a)
			if e := url.QueryEscape(a); e != a { // as it stands in a URL
				add(e, a, false, i).begin(d, a)
			}
		}
		for _, n := range d.Names {
			spec, err := parseName(n)
			if err != nil {
				return nil, fmt.Errorf("detector %q: %w", d.ID, err)
			}
			word, err := spec.literal()
			if err != nil {
				return nil, fmt.Errorf("detector %q: %w", d.ID, err)
			}
			c.names = append(c.names, spec)
			add(word, word, true, i).allow(spec)
		}
		for _, n := range d.Near {
			c.near = append(c.near, strings.Fields(strings.ToLower(n)))
		}
		c.besides()
		if err := c.parts.add(d); err != nil {
			return nil, err
		}
		s.detectors = append(s.detectors, c)
	}
	for i := range s.literals {
		l := &s.literals[i]
		l.beside = l.foldCase && !commonWords[l.text] && slices.ContainsFunc(l.detectors, func(d int) bool { return len(s.detectors[d].beside) > 0 })
	}
	s.prefixes = map[string]bool{}
	for i := range s.literals {
		l := &s.literals[i]
		if n := len(l.text); l.begins && n >= leastPrefix && n <= maxHead && !isAlnum(int(l.text[n-1])) {
			s.prefixes[l.text] = true
		}
	}
	var err error
	s.filter, err = newPrefilter(s.literals)
	return s, err
}

// Check compiles every pattern and reports the first that is wrong.
func (s *Set) Check() error {
	for _, c := range s.detectors {
		if err := c.ready(); err != nil {
			return err
		}
		if err := c.parts.ready(c.ID); err != nil {
			return err
		}
	}
	return nil
}

// Detectors returns the set's detectors, in their order.
func (s *Set) Detectors() []*detectors.Detector {
	out := make([]*detectors.Detector, len(s.detectors))
	for i, c := range s.detectors {
		out[i] = c.Detector
	}
	return out
}

// Literal returns the text of a literal of the prefilter.
func (s *Set) Literal(i int) string {
	if i == len(s.literals) {
		return "encoded text"
	}
	return s.literals[i].text
}

// Head is how many bytes at its begin make an anchor of a literal; what follows is
// part of the verdict.
func (s *Set) Head(i int) int {
	if i == len(s.literals) {
		return minRun
	}
	return len(s.literals[i].head())
}

// LongestHead is the greatest length of a head.
func (s *Set) LongestHead() int { return s.filter.longest }

// Stats counts the work behind a Find.
type Stats struct {
	Anchors  int // places where a literal stood
	Verdicts int // matches before overlaps were resolved
}

// Found is what a search for matches came to.
type Found struct {
	Matches []Match // sorted by Start, overlaps resolved
	Stats   Stats
}

// Find returns the matches in data, sorted by Start, overlaps resolved.
func (s *Set) Find(data []byte) []Match {
	m, _ := s.FindIn(data, 0, len(data))
	return m
}

// FindIn is Find for anchors that begin in [from, to) only; verdicts still read
// around them.
func (s *Set) FindIn(data []byte, from, to int) ([]Match, Stats) {
	var stats Stats
	var out []Match
	s.Anchors(data, from, to, func(a Anchor) {
		stats.Anchors++
		out = append(out, s.Judge(data, a).Matches...)
	})
	stats.Verdicts = len(out)
	return Resolve(out), stats
}

// Anchors calls found for the places in data[from:to] where the head of a literal
// begins, in about the order in which they stand, and then for those where an encoded
// text does.
func (s *Set) Anchors(data []byte, from, to int, found func(Anchor)) {
	s.Literals(data, from, to, found)
	s.runs(data, max(from, 0), min(to, len(data)), found)
}

// Literals is Anchors for literals alone.
func (s *Set) Literals(data []byte, from, to int, found func(Anchor)) {
	s.filter.scan(data, max(from, 0), min(to, len(data)), found)
}

// Judge decides what stands at one anchor.
func (s *Set) Judge(data []byte, a Anchor) Verdict {
	return s.judge(data, a, nil)
}

// Trial is what one detector made of one anchor.
type Trial struct {
	Detector *detectors.Detector
	// Rejected says why the detector did not match, in words that hold no text
	// of the data; empty if it did.
	Rejected string
	Match    Match
}

// Explain decides what stands at one anchor, as Judge does, and returns what
// every detector of the anchor's literal made of it.
func (s *Set) Explain(data []byte, a Anchor) []Trial {
	var out []Trial
	s.judge(data, a, func(t Trial) { out = append(out, t) })
	return out
}

func (s *Set) judge(data []byte, a Anchor, tell func(Trial)) Verdict {
	if a.Literal == len(s.literals) {
		verdict := s.judgeRun(data, a)
		for _, m := range verdict.Matches {
			if tell != nil {
				tell(Trial{Detector: m.Detector, Match: m})
			}
		}
		return verdict
	}
	l := &s.literals[a.Literal]
	v := newView(data, a.Pos) // it stays off the heap, where nine in ten end
	if !l.stands(&v, a.Pos) || tell == nil && l.hopeless(&v, a.Pos) {
		return Verdict{Anchor: a, Lo: v.lo, Hi: v.hi}
	}
	return s.judgeLiteral(v, l, a, tell)
}

// judgeLiteral has the detectors of a literal judge what stands there. The view holds
// what was read on the way.
func (s *Set) judgeLiteral(v view, l *literal, a Anchor, tell func(Trial)) Verdict {
	t := trial{view: &v, pos: a.Pos, literal: l}
	if l.foldCase {
		t.assigned, t.unassigned = readAssignment(&v, a.Pos, len(l.text))
		if t.unassigned == "" {
			t.name = newIdentifier(t.assigned.name)
		} else if tell == nil && (!l.beside || len(t.runsBeside()) == 0) {
			return Verdict{Anchor: a, Lo: v.lo, Hi: v.hi}
		}
	}
	verdict := Verdict{Anchor: a}
	for k, i := range l.detectors {
		if l.foldCase {
			t.names = l.names[k]
		}
		m, why := t.try(s.detectors[i])
		if c := s.detectors[i]; why != "" && l.beside && len(c.beside) > 0 && len(t.runsBeside()) > 0 && t.applies(c) != "" {
			if beside, ok := t.besideName(c); ok {
				m, why = beside, ""
			}
		}
		if why == "" && s.detectors[i].Reader == detectors.ReadGeneric && s.refused(m.Secret.Reveal()) {
			why = "it begins like a token whose format it does not have"
		}
		if why == "" {
			verdict.Matches = append(verdict.Matches, m)
		}
		if tell != nil {
			tell(Trial{s.detectors[i].Detector, why, m})
		}
	}
	verdict.Lo, verdict.Hi = v.lo, v.hi
	for i := range verdict.Matches {
		verdict.Matches[i].Lo, verdict.Matches[i].Hi = v.lo, v.hi
	}
	return verdict
}

// leastPrefix is from how many bytes on the begin of a token tells whose it is.
const leastPrefix = 4

// refused says whether a text begins as the tokens of one format do, which then its own
// detector has judged: what that refuses is cut short, mistyped or made up.
func (s *Set) refused(text string) bool {
	for n := leastPrefix; n <= min(maxHead, len(text)); n++ {
		if s.prefixes[text[:n]] {
			return true
		}
	}
	return false
}

// stands says whether the whole literal stands at pos, where its head does.
func (l *literal) stands(v *view, pos int) bool {
	n := len(l.head())
	v.at(pos + n - 1)
	for ; n < len(l.text); n++ {
		c := v.at(pos + n)
		if l.foldCase && isUpper(c) {
			c |= 0x20
		}
		if c != int(l.text[n]) {
			return false
		}
	}
	return true
}

// Resolve makes one match of each secret: of matches whose secrets overlap the
// most specific one wins, then the longest, then the first in the catalogue. It
// sorts the rest by Start. It reuses the memory of ms.
func Resolve(ms []Match) []Match {
	if len(ms) < 2 {
		return ms
	}
	slices.SortFunc(ms, func(a, b Match) int {
		return cmp.Or(a.Start-b.Start, b.rank-a.rank, b.End-a.End, b.weight-a.weight, a.index-b.index)
	})
	keep := ms[:0]
	for _, group := range overlapping(ms) {
		keep = append(keep, winners(group)...)
	}
	return keep
}

// overlapping cuts sorted matches into runs in which each overlaps another.
func overlapping(ms []Match) [][]Match {
	var out [][]Match
	begin, end := 0, ms[0].End
	for i := 1; i < len(ms); i++ {
		if ms[i].Start >= end {
			out = append(out, ms[begin:i])
			begin = i
		}
		end = max(end, ms[i].End)
	}
	return append(out, ms[begin:])
}

// winners returns the matches of a run that are left when each takes its place
// in the order of preference, sorted by Start.
func winners(group []Match) []Match {
	if len(group) == 1 {
		return group
	}
	order := slices.DeleteFunc(slices.Clone(group), func(m Match) bool {
		return slices.ContainsFunc(group, func(w Match) bool { return w.wholeKey() && w.holds(m) })
	})
	slices.SortStableFunc(order, func(a, b Match) int {
		return cmp.Or(b.rank-a.rank, (b.End-b.Start)-(a.End-a.Start), b.weight-a.weight, a.index-b.index, a.Start-b.Start)
	})
	var won []Match
	for _, m := range order {
		if !slices.ContainsFunc(won, func(w Match) bool { return m.Start < w.End && w.Start < m.End }) {
			won = append(won, m)
		}
	}
	slices.SortFunc(won, func(a, b Match) int { return a.Start - b.Start })
	return won
}

// wholeKey says whether the match is an armoured key to its last byte. In that much
// random text the shape of a token stands by chance, and not only by chance: the
// lengths in an OpenSSH key begin like the tokens of others.
func (m *Match) wholeKey() bool {
	armoured := m.Detector.Reader == detectors.ReadPEM || m.Detector.Reader == detectors.ReadPuTTY
	return armoured && m.Confidence.Rank() > detectors.Low.Rank()
}

// holds says whether another match lies within this one and is less than it.
func (m *Match) holds(other Match) bool {
	return m.Start <= other.Start && other.End <= m.End && other.End-other.Start < m.End-m.Start
}
