package rules

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reach tells where an expression can match, from its tree alone: every match has one
// of the literals in it. Of the bytes of the match that stand before the literal at
// most before, and of those from the literal on at most after, are none that a loop can
// take. So no match goes on further than that.
//
// The characters U+017F and U+212A, which fold to s and k, may stand in a literal too:
// see search.places.
type reach struct {
	literals      []string // in lower case, without characters beyond ASCII; nil if there are none
	before, after int
	loop          [256]bool // bytes that a repetition without a bound can take
	// rest is the expression of what stands from the literal on; nil if that cannot be
	// told.
	rest *syntax.Regexp
}

const (
	longS       = '\u017f'
	kelvin      = '\u212a'
	maxWidth    = 1 << 16
	maxProduct  = 64  // literals that follow from one sequence
	maxLiterals = 256 // of one expression
	minLiteral  = 1   // bytes: even one costs less than the whole text
)

func newReach(re *syntax.Regexp) reach {
	n := required(re)
	if n.texts == nil {
		return reach{}
	}
	r := reach{literals: distinct(n.texts)}
	r.loops(re, false)
	r.before, r.after = r.most(n.head), r.most(n.tail)
	if max(r.before, r.after) > maxWidth {
		return reach{}
	}
	if n.precise {
		r.rest, _ = unbound(n.tail)
	}
	return r
}

// unbound takes out of an expression what it demands of what stands before it, and
// says whether it can match nothing: what stands behind it in a sequence is then as
// much a begin as it is.
func unbound(re *syntax.Regexp) (_ *syntax.Regexp, empty bool) {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpBeginText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return sequence(nil), true
	case syntax.OpEmptyMatch, syntax.OpEndLine, syntax.OpEndText:
		return re, true
	case syntax.OpCapture, syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat, syntax.OpConcat, syntax.OpAlternate:
	default:
		return re, false
	}
	loose := *re
	loose.Sub = slices.Clone(re.Sub)
	begin := true // of the sequence
	some := false // alternative is empty
	for i, sub := range re.Sub {
		if re.Op == syntax.OpConcat && !begin {
			break
		}
		loose.Sub[i], empty = unbound(sub)
		begin = empty
		some = some || empty
	}
	switch {
	case re.Op == syntax.OpConcat:
		empty = begin
	case re.Op == syntax.OpStar, re.Op == syntax.OpQuest, re.Op == syntax.OpRepeat && re.Min == 0:
		empty = true
	default:
		empty = some
	}
	return &loose, empty
}

// loops notes the bytes that repetitions without a bound can take.
func (r *reach) loops(re *syntax.Regexp, inside bool) {
	switch re.Op {
	case syntax.OpStar, syntax.OpPlus:
		inside = true
	case syntax.OpRepeat:
		inside = inside || re.Max < 0
	}
	if inside {
		for _, span := range spans(re) {
			for c := span[0]; c <= min(span[1], 0x7f); c++ {
				r.loop[c] = true
			}
			if span[1] >= utf8.RuneSelf {
				for b := utf8.RuneSelf; b < 256; b++ {
					r.loop[b] = true
				}
			}
		}
	}
	for _, sub := range re.Sub {
		r.loops(sub, inside)
	}
}

// most is how many bytes of a match, at most, no loop can take.
func (r *reach) most(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		sum := 0
		for _, c := range re.Rune {
			sum += r.cost(foldSpans(c, re.Flags))
		}
		return sum
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return r.cost(spans(re))
	case syntax.OpStar, syntax.OpPlus:
		return 0
	case syntax.OpRepeat:
		if re.Max < 0 {
			return 0
		}
		return min(re.Max*r.most(re.Sub[0]), maxWidth+1)
	case syntax.OpAlternate:
		most := 0
		for _, sub := range re.Sub {
			most = max(most, r.most(sub))
		}
		return most
	}
	sum := 0
	for _, sub := range re.Sub {
		sum = min(sum+r.most(sub), maxWidth+1)
	}
	return sum
}

// cost is how many bytes, at most, one character of a class has that no loop takes.
func (r *reach) cost(class [][2]rune) int {
	most := 0
	for _, span := range class {
		if span[1] >= utf8.RuneSelf && !r.loop[utf8.RuneSelf] {
			most = max(most, encoded(span[1]))
		}
		for c := span[0]; c <= min(span[1], 0x7f) && most == 0; c++ {
			if !r.loop[c] {
				most = 1
			}
		}
	}
	return most
}

// encoded is how many bytes the characters up to c have at most.
func encoded(c rune) int {
	switch {
	case c < 0x800:
		return 2
	case c < 0x10000:
		return 3
	}
	return utf8.UTFMax
}

// spans are the characters that one node takes by itself.
func spans(re *syntax.Regexp) [][2]rune {
	var out [][2]rune
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			out = append(out, foldSpans(c, re.Flags)...)
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			out = append(out, [2]rune{re.Rune[i], re.Rune[i+1]})
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		out = append(out, [2]rune{0, '\n' - 1}, [2]rune{'\n' + 1, unicode.MaxRune})
		if re.Op == syntax.OpAnyChar {
			out = append(out, [2]rune{'\n', '\n'})
		}
	}
	return out
}

// foldSpans are the characters that a character of a literal stands for.
func foldSpans(c rune, flags syntax.Flags) [][2]rune {
	out := [][2]rune{{c, c}}
	if flags&syntax.FoldCase != 0 {
		for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
			out = append(out, [2]rune{f, f})
		}
	}
	return out
}

// need is what every match has: one of the texts, with head before it and tail from it
// on. If it is not precise, head and tail are only as long as that.
type need struct {
	texts      []string // nil if nothing is known
	head, tail *syntax.Regexp
	precise    bool
}

// required finds out what an expression needs.
func required(re *syntax.Regexp) need {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		return need{useful(exact(re)), sequence(nil), re, true}
	case syntax.OpCapture:
		return required(re.Sub[0])
	case syntax.OpPlus:
		return need{required(re.Sub[0]).texts, re, re, false}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return need{required(re.Sub[0]).texts, re, re, false}
		}
	case syntax.OpConcat:
		return requiredInSequence(re)
	case syntax.OpAlternate:
		return requiredInChoice(re)
	}
	return need{}
}

// requiredInSequence takes the best of what its parts need, and of what neighbours
// among them spell together.
func requiredInSequence(re *syntax.Regexp) need {
	var best need
	run, begin := []string{""}, 0
	end := func(next int) {
		best = better(best, need{useful(run), sequence(re.Sub[:begin]), sequence(re.Sub[begin:]), true})
		run, begin = []string{""}, next
	}
	for i, sub := range re.Sub {
		texts := exact(sub)
		if texts == nil {
			end(i + 1)
			n := required(sub)
			if n.texts != nil {
				n.head = sequence(append(slices.Clone(re.Sub[:i]), n.head))
				n.tail = sequence(append([]*syntax.Regexp{n.tail}, re.Sub[i+1:]...))
			}
			best = better(best, n)
			continue
		}
		if len(run)*len(texts) > maxProduct {
			end(i)
		}
		run = product(run, texts)
	}
	end(len(re.Sub))
	return best
}

// requiredInChoice needs something of each alternative.
func requiredInChoice(re *syntax.Regexp) need {
	all := need{precise: true}
	var heads, tails []*syntax.Regexp
	for _, sub := range re.Sub {
		n := required(sub)
		if n.texts == nil || len(all.texts)+len(n.texts) > maxLiterals {
			return need{}
		}
		all.texts = append(all.texts, n.texts...)
		heads, tails = append(heads, n.head), append(tails, n.tail)
		all.precise = all.precise && n.precise
	}
	all.head = &syntax.Regexp{Op: syntax.OpAlternate, Sub: heads}
	all.tail = &syntax.Regexp{Op: syntax.OpAlternate, Sub: tails}
	return all
}

// sequence is the expression for some expressions, one after the other.
func sequence(subs []*syntax.Regexp) *syntax.Regexp {
	switch len(subs) {
	case 0:
		return &syntax.Regexp{Op: syntax.OpEmptyMatch}
	case 1:
		return subs[0]
	}
	return &syntax.Regexp{Op: syntax.OpConcat, Sub: subs}
}

// better prefers the texts of which the shortest is longer, and then fewer of them.
func better(a, b need) need {
	if a.texts == nil || b.texts != nil && cmp.Or(shortest(b.texts)-shortest(a.texts), len(a.texts)-len(b.texts)) > 0 {
		return b
	}
	return a
}

func shortest(texts []string) int {
	n := len(texts[0])
	for _, t := range texts {
		n = min(n, len(t))
	}
	return n
}

// useful gives texts that are worth looking for; nil if one of them is not.
func useful(texts []string) []string {
	if len(texts) == 0 || shortest(texts) < minLiteral {
		return nil
	}
	return texts
}

// exact gives all that an expression matches, in lower case; nil if that is too much,
// or has characters beyond ASCII.
func exact(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []string{""}
	case syntax.OpLiteral:
		text := strings.ToLower(string(re.Rune))
		if strings.ContainsFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) {
			return nil
		}
		return []string{text}
	case syntax.OpCharClass:
		return exactClass(re)
	case syntax.OpCapture:
		return exact(re.Sub[0])
	case syntax.OpQuest:
		if texts := exact(re.Sub[0]); texts != nil && len(texts) < maxProduct {
			return distinct(append(slices.Clone(texts), ""))
		}
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range re.Sub {
			texts := exact(sub)
			if texts == nil || len(all)*len(texts) > maxProduct {
				return nil
			}
			all = product(all, texts)
		}
		return all
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			texts := exact(sub)
			if texts == nil || len(all)+len(texts) > maxProduct {
				return nil
			}
			all = append(all, texts...)
		}
		return distinct(all)
	}
	return nil
}

// odd says that a character beyond ASCII folds to an ASCII letter.
func odd(c rune) bool { return c == longS || c == kelvin }

// exactClass is exact for a class of few characters.
func exactClass(re *syntax.Regexp) []string {
	const most = 8
	var all []string
	for _, span := range spans(re) {
		if span[0] == span[1] && odd(span[0]) { // it is in the text, or the literal is
			continue
		}
		if span[1] >= utf8.RuneSelf || span[1]-span[0] > 2*most {
			return nil
		}
		for c := span[0]; c <= span[1]; c++ {
			all = append(all, strings.ToLower(string(c)))
		}
	}
	if all = distinct(all); len(all) > most {
		return nil
	}
	return all
}

func product(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return distinct(out)
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}
