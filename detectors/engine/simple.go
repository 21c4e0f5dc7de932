package engine

import (
	"regexp/syntax"
	"slices"
)

// simple matches patterns that are alternatives of runs of character classes,
// which nearly all credential formats are: "sk-", then 20 of [A-Za-z0-9], then a
// marker, … It needs no automaton: where each run ends is known from the bytes
// alone, because no run of varying length is followed by what could belong to it.
// A pattern that is not of this kind is left to package regexp.
//
// Opposite choice measured: regexp's automaton takes seconds for a few hundred
// values of "[A-Za-z0-9+/]{600,}", as it holds a state for each repetition.
type simple struct{ alternatives []sequence }

// sequence is one alternative: runs, one after the other.
type sequence struct {
	runs []run
	// from and to are the runs at which group "secret" begins and ends; to is 0
	// if there is no such group.
	from, to int
}

// run is between least and most bytes of a set; most is -1 if there is no limit.
type run struct {
	set         byteSet
	least, most int
}

// maxAlternatives bounds how many alternatives a pattern may unfold to.
const maxAlternatives = 64

// newSimple unfolds a pattern. It returns nil if the pattern is of another kind.
func newSimple(tree *syntax.Regexp) *simple {
	all, ok := unfold(tree)
	if !ok {
		return nil
	}
	for i := range all {
		all[i].merge()
		if !all[i].determined() {
			return nil
		}
	}
	return &simple{all}
}

// unfold turns a tree into alternatives of runs.
func unfold(re *syntax.Regexp) ([]sequence, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []sequence{{}}, true
	case syntax.OpLiteral:
		var s sequence
		for _, r := range re.Rune {
			var set byteSet
			if r >= 128 {
				return nil, false
			}
			set[r] = true
			if re.Flags&syntax.FoldCase != 0 && isLetter(int(r)) {
				set[r|0x20], set[r&^0x20] = true, true
			}
			s.runs = append(s.runs, run{set, 1, 1})
		}
		return []sequence{s}, true
	case syntax.OpCharClass:
		set, ok := classSet(re)
		return []sequence{{runs: []run{{set, 1, 1}}}}, ok
	case syntax.OpStar:
		return repeated(re.Sub[0], 0, -1)
	case syntax.OpPlus:
		return repeated(re.Sub[0], 1, -1)
	case syntax.OpQuest:
		return repeated(re.Sub[0], 0, 1)
	case syntax.OpRepeat:
		return repeated(re.Sub[0], re.Min, re.Max)
	case syntax.OpAlternate:
		var out []sequence
		for _, sub := range re.Sub {
			s, ok := unfold(sub)
			if !ok {
				return nil, false
			}
			out = append(out, s...)
		}
		return out, len(out) <= maxAlternatives
	case syntax.OpConcat:
		out := []sequence{{}}
		for _, sub := range re.Sub {
			s, ok := unfold(sub)
			if out, ok = product(out, s, ok); !ok {
				return nil, false
			}
		}
		return out, true
	case syntax.OpCapture:
		out, ok := unfold(re.Sub[0])
		if re.Name == "secret" {
			for i := range out {
				out[i].from, out[i].to = 0, len(out[i].runs)
				ok = ok && len(out[i].runs) > 0
			}
		}
		return out, ok
	}
	return nil, false
}

func classSet(re *syntax.Regexp) (set byteSet, ok bool) {
	for i := 0; i < len(re.Rune); i += 2 {
		if re.Rune[i+1] >= 128 {
			return set, false
		}
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			set[r] = true
		}
	}
	return set, len(re.Rune) > 0
}

// repeated unfolds a repetition: of one class as one run, of anything longer only
// a few times.
func repeated(sub *syntax.Regexp, least, most int) ([]sequence, bool) {
	s, ok := unfold(sub)
	if !ok {
		return nil, false
	}
	if len(s) == 1 && len(s[0].runs) == 1 && s[0].runs[0].least == 1 && s[0].runs[0].most == 1 && s[0].to == 0 {
		return []sequence{{runs: []run{{s[0].runs[0].set, least, most}}}}, true
	}
	if most < 0 || most > 8 {
		return nil, false
	}
	var out []sequence
	times := []sequence{{}}
	for n := 0; n <= most; n++ {
		if n >= least {
			out = append(out, times...)
		}
		if times, ok = product(times, s, true); !ok {
			return nil, false
		}
	}
	return out, len(out) <= maxAlternatives
}

// product joins every sequence of a with every one of b.
func product(a, b []sequence, ok bool) ([]sequence, bool) {
	if !ok || len(a)*len(b) > maxAlternatives {
		return nil, false
	}
	var out []sequence
	for _, x := range a {
		for _, y := range b {
			s := sequence{runs: slices.Concat(x.runs, y.runs), from: x.from, to: x.to}
			if y.to > 0 {
				s.from, s.to = y.from+len(x.runs), y.to+len(x.runs)
			}
			out = append(out, s)
		}
	}
	return out, true
}

// merge joins neighbouring runs of one set, which is how a pattern says that a run
// has more than the 1,000 bytes that RE2 allows in one repetition.
func (s *sequence) merge() {
	out := s.runs[:0]
	from, to := s.from, s.to
	for i, r := range s.runs {
		edge := to > 0 && (i == from || i == to)
		if n := len(out) - 1; n >= 0 && !edge && out[n].set == r.set {
			out[n].least += r.least
			if out[n].most >= 0 && r.most >= 0 {
				out[n].most += r.most
			} else {
				out[n].most = -1
			}
			if from > i {
				s.from--
			}
			if to > i {
				s.to--
			}
			continue
		}
		out = append(out, r)
	}
	s.runs = out
}

// determined says whether each run's end is known from the bytes: a run of
// varying length shares no byte with what may follow it.
func (s sequence) determined() bool {
	for i, r := range s.runs {
		if r.least == r.most {
			continue
		}
		for _, next := range s.runs[i+1:] {
			for c := range r.set {
				if r.set[c] && next.set[c] {
					return false
				}
			}
			if next.least > 0 {
				break
			}
		}
	}
	return true
}

// match returns where the longest match at the begin of text ends, and the span
// of group "secret" (the whole match, if there is no such group). A whole match
// must end with the text.
func match[T string | []byte](p *simple, text T, whole bool) (end, from, to int, ok bool) {
	end = -1
	for i := range p.alternatives {
		s := &p.alternatives[i]
		at, lo, hi, fits := 0, 0, 0, true
		for k := range s.runs {
			r := &s.runs[k]
			if s.to > 0 && k == s.from {
				lo = at
			}
			n := 0
			for (r.most < 0 || n < r.most) && at < len(text) && r.set[text[at]] {
				n++
				at++
			}
			if fits = n >= r.least; !fits {
				break
			}
			if k+1 == s.to {
				hi = at
			}
		}
		if !fits || at <= end || whole && at != len(text) {
			continue
		}
		if s.to == 0 {
			lo, hi = 0, at
		}
		end, from, to, ok = at, lo, hi, true
	}
	return end, from, to, ok
}

// distances returns how many bytes stand before an anchor in a text that the
// pattern matches, or nil if that takes more than counting: an alternative
// without the anchor among its first runs of fixed length.
func (p *simple) distances(anchor string) []int {
	if p == nil {
		return nil
	}
	var out []int
	for _, s := range p.alternatives {
		at := s.find(anchor)
		if at < 0 {
			return nil
		}
		if !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// find returns the offset of a literal in the runs of fixed length at the begin
// of a sequence, or -1.
func (s sequence) find(literal string) int {
	var sets []*byteSet
	for i := range s.runs {
		r := &s.runs[i]
		if r.least != r.most || len(sets) > maxDistance+len(literal) {
			break
		}
		for range r.most {
			sets = append(sets, &r.set)
		}
	}
	for at := 0; at+len(literal) <= len(sets) && at <= maxDistance; at++ {
		k := 0
		for k < len(literal) && sets[at+k].only(literal[k]) {
			k++
		}
		if k == len(literal) {
			return at
		}
	}
	return -1
}

// only says whether a set holds c and nothing else, its other case apart.
func (s *byteSet) only(c byte) bool {
	for i := range s {
		if s[i] && byte(i) != c && !(isLetter(i) && byte(i)|0x20 == c|0x20) {
			return false
		}
	}
	return s[c]
}
