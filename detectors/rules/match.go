package rules

import (
	"bytes"
	"cmp"
	"math"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// Found is what one rule found.
type Found struct {
	Rule       string
	Start, End int // of the text that the rule's expression matched, without line ends around it
	// SecretStart and SecretEnd are those of the secret in it.
	SecretStart, SecretEnd int

	rule *rule
	from int // of the match with the line ends around it
	line int // on which it begins, from 0
}

// Line is the line on which gitleaks says that the match begins, from 1.
func (f *Found) Line() int { return f.line + 1 }

// Match gives the matches in the content of the file at path, sorted by where they
// begin; what several rules found stands there for each. What the file excuses is left
// out, but for what it excuses by commit: see [Config.Excuse].
func (c *Config) Match(path string, data []byte) []engine.Match {
	found := c.Find(path, data)
	out := make([]engine.Match, 0, len(found))
	copied, whole := 0, ""
	for _, f := range found {
		var secret string
		if n := f.SecretEnd - f.SecretStart; copied+n <= maxCopied {
			secret = string(data[f.SecretStart:f.SecretEnd])
			copied += n
		} else {
			if whole == "" {
				whole = string(data)
			}
			secret = whole[f.SecretStart:f.SecretEnd]
		}
		out = append(out, engine.NewMatch(f.rule.detector, f.SecretStart, f.SecretEnd, secret, ruleConfidence, f.rule.why()))
	}
	return out
}

// ruleConfidence is what matches of rules have. A rule is its author's word: that its
// secret stands in a test or in a document, which lowers confidence by a step, must not
// hide it.
const ruleConfidence = detectors.High

// why is the reason that a match of the rule gives for its confidence.
func (r *rule) why() string { return "rule " + shown(r.id) + " of " + shown(r.where) }

// MatchPath gives what the path of a file alone amounts to: a match of all of it for
// each rule that looks at paths only.
func (c *Config) MatchPath(path string) []engine.Match {
	if path == "" || path == c.Name || c.excused(path) {
		return nil
	}
	var out []engine.Match
	for _, r := range c.rules {
		if r.silent || r.regex != nil || !r.path.expr().MatchString(path) || r.excused(path) || !c.complete(r, path) {
			continue
		}
		out = append(out, engine.NewMatch(r.detector, 0, len(path), path, ruleConfidence, r.why()))
	}
	return out
}

// complete says whether the rules that a rule for paths requires find something: of a
// path alone, only other rules for paths do.
func (c *Config) complete(r *rule, path string) bool {
	for _, other := range r.companion {
		if other == nil || other.regex != nil || !other.path.expr().MatchString(path) || other.excused(path) {
			return false
		}
	}
	return true
}

// excused says whether the file excuses all that stands at a path.
func (c *Config) excused(path string) bool {
	return slices.ContainsFunc(c.exceptions, func(e *exception) bool { return e.place(path, "") })
}

func (r *rule) excused(path string) bool {
	return slices.ContainsFunc(r.exceptions, func(e *exception) bool { return e.place(path, "") })
}

// Find gives what the rules find in the content of the file at path, sorted by the
// begin of the secret. There are at most [MaxMatches].
func (c *Config) Find(path string, data []byte) []Found {
	if len(data) == 0 || path == c.Name || c.excused(path) {
		return nil
	}
	s := &search{config: c, path: path, data: data}
	s.look()
	var out []Found
	for _, r := range c.rules {
		if r.regex == nil || r.silent || !s.opened(r) {
			continue
		}
		out = append(out, s.rule(r)...)
		if len(out) >= MaxMatches {
			out = out[:MaxMatches]
			break
		}
	}
	out = s.specific(out)
	slices.SortStableFunc(out, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.SecretStart, b.SecretStart), cmp.Compare(b.SecretEnd, a.SecretEnd))
	})
	return out
}

// dottedI has i as its lower case.
const dottedI = '\u0130'

// lower gives the text as keywords are looked for in it, if that is more than to take
// no regard of the case of ASCII letters.
func (c *Config) lower(data []byte, odd bool) ([]byte, bool) {
	if odd || bytes.Contains(data, utf8.AppendRune(nil, dottedI)) ||
		c.exotic && slices.ContainsFunc(data, func(b byte) bool { return b >= utf8.RuneSelf }) {
		return bytes.ToLower(data), true
	}
	return nil, false
}

// search is one look at one text.
type search struct {
	config *Config
	path   string
	data   []byte
	seen   []bool
	ends   [][]int32 // of the words, by word
	dense  []bool    // a word stands everywhere, at more places than are in ends
	odd    []int     // where characters beyond ASCII stand that fold to ASCII letters
	lines  []int     // offsets of the line ends; nil until they are needed
	judged map[judgement]bool
}

// judgement is what an expression of an exception was asked of a line. Many matches may
// stand in one long line.
type judgement struct {
	e        *exception
	from, to int
}

// look finds the words.
func (s *search) look() {
	w := s.config.words
	s.seen = make([]bool, len(w.list))
	s.ends = make([][]int32, len(w.list))
	s.dense = make([]bool, len(w.list))
	// A text that is made of a word is no place for windows.
	most := len(s.data)/16 + 64
	w.scan(s.data, func(word, end int) {
		s.seen[word] = true
		if len(s.ends[word]) < most {
			s.ends[word] = append(s.ends[word], int32(end))
		} else {
			s.dense[word] = true
		}
	})
	for _, c := range []rune{longS, kelvin} {
		text := utf8.AppendRune(nil, c)
		for at := 0; ; at += len(text) {
			n := bytes.Index(s.data[at:], text)
			if n < 0 {
				break
			}
			at += n
			s.odd = append(s.odd, at)
		}
	}
	if low, ok := s.config.lower(s.data, len(s.odd) > 0); ok {
		w.scan(low, func(word, _ int) { s.seen[word] = true })
	}
}

// opened says whether one of the rule's keywords stands in the text.
func (s *search) opened(r *rule) bool {
	return len(r.gate) == 0 || slices.ContainsFunc(r.gate, func(word int) bool { return s.seen[word] })
}

// rule gives what one rule finds, with what it requires.
func (s *search) rule(r *rule) []Found {
	found := s.detect(r)
	if len(r.companion) == 0 || len(found) == 0 {
		return found
	}
	others := make([][]Found, len(r.companion))
	for i, other := range r.companion {
		if other == nil {
			return nil
		}
		if others[i] = s.detect(other); len(others[i]) == 0 {
			return nil
		}
	}
	pairs := 0
	return slices.DeleteFunc(found, func(f Found) bool {
		for i, q := range r.required {
			if !slices.ContainsFunc(around(others[i], &f, q), func(o Found) bool {
				pairs++
				return pairs > maxPairs || s.near(&f, &o, q)
			}) {
				return true
			}
		}
		return false
	})
}

// around is the part of the others, which are in the order of the text, that stands on
// lines that are close enough.
func around(others []Found, f *Found, q requirement) []Found {
	if q.lines == nil {
		return others
	}
	byLine := func(o Found, line int) int { return cmp.Compare(o.line, line) }
	from, _ := slices.BinarySearchFunc(others, f.line-*q.lines, byLine)
	to, _ := slices.BinarySearchFunc(others, f.line+*q.lines+1, byLine)
	return others[from:max(from, to)]
}

// near says whether a match is as close to another as is required. Lines and columns
// are those in which the matches begin; columns count bytes from the line end before.
func (s *search) near(f, o *Found, q requirement) bool {
	if q.lines != nil && abs(f.line-o.line) > *q.lines {
		return false
	}
	return q.columns == nil || abs(s.column(f)-s.column(o)) <= *q.columns
}

func (s *search) column(f *Found) int {
	if f.line <= 0 {
		return f.from
	}
	return f.from - s.lineEnds()[f.line-1]
}

func abs(n int) int { return max(n, -n) }

// detect gives what a rule finds by itself.
func (s *search) detect(r *rule) []Found {
	if r.excused(s.path) {
		return nil
	}
	if r.regex == nil { // a rule for paths that another requires
		if !r.path.expr().MatchString(s.path) {
			return nil
		}
		return []Found{{Rule: r.id, rule: r, from: -1, line: -1}} // as gitleaks counts: before the first
	}
	if r.path != nil && !r.path.expr().MatchString(s.path) {
		return nil
	}
	var out []Found
	for _, at := range s.matches(r) {
		if f, ok := s.judge(r, at[0], at[1]); ok {
			out = append(out, f)
		}
	}
	return out
}

// judge decides one match of a rule's expression. As gitleaks does, it matches the
// matched text once more, by itself, to find the groups in it: where the expression
// needs what stands around it, there are none then.
func (s *search) judge(r *rule, from, to int) (Found, bool) {
	text := s.data[from:to]
	text = bytes.TrimLeft(text, "\n")
	begin := to - len(text)
	text = bytes.TrimRight(text, "\n")
	f := Found{Rule: r.id, Start: begin, End: begin + len(text), SecretStart: begin, SecretEnd: begin + len(text), rule: r, from: from}
	if lo, hi, ok := secretGroup(r.regex.expr().FindSubmatchIndex(text), r.group); ok {
		f.SecretStart, f.SecretEnd = begin+lo, begin+hi
	}
	if f.SecretStart == f.SecretEnd {
		return f, false
	}
	secret := string(s.data[f.SecretStart:f.SecretEnd])
	if r.entropy != 0 && entropy(secret) <= r.entropy {
		return f, false
	}
	// A line end at its begin belongs to the line that it ends, and the match does not.
	f.line = sort.SearchInts(s.lineEnds(), from+1)
	t := texts{secret: secret, match: string(text)}
	return f, !s.allowed(s.config.exceptions, &f, t) && !s.allowed(r.exceptions, &f, t)
}

// secretGroup is the span of the group that holds the secret: the one that the rule
// names, or the first that is not empty. It is not ok if there is none: then the secret
// is all that was matched.
func secretGroup(groups []int, group int) (lo, hi int, ok bool) {
	if group > 0 && len(groups) > 0 {
		return max(groups[2*group], 0), max(groups[2*group+1], 0), true
	}
	for i := 2; i+1 < len(groups); i += 2 {
		if groups[i] < groups[i+1] {
			return groups[i], groups[i+1], true
		}
	}
	return 0, 0, false
}

// allowed says whether an exception excuses what was found.
func (s *search) allowed(es []*exception, f *Found, t texts) bool {
	return slices.ContainsFunc(es, func(e *exception) bool {
		if e.target != ofLine || e.regexes == nil {
			return e.content(s.path, "", t)
		}
		from, to := s.lineOf(f)
		key := judgement{e, from, to}
		yes, ok := s.judged[key]
		if !ok {
			if s.judged == nil {
				s.judged = map[judgement]bool{}
			}
			yes = e.regexes.matches(string(s.data[from:to]))
			s.judged[key] = yes
		}
		asked := *e
		asked.target, asked.regexes = ofSecret, nil
		switch {
		case !e.all:
			return yes || asked.content(s.path, "", t)
		default:
			return yes && asked.content(s.path, "", t)
		}
	})
}

// lineOf is the span of the lines that a match stands in, with the line end before
// them, as gitleaks has it.
func (s *search) lineOf(f *Found) (from, to int) {
	ends := s.lineEnds()
	if f.line > 0 {
		from = ends[f.line-1]
	}
	to = len(s.data)
	if i := sort.SearchInts(ends, f.from+f.End-f.Start); i < len(ends) {
		to = ends[i]
	}
	return from, max(to, f.End)
}

func (s *search) lineEnds() []int {
	if s.lines == nil {
		s.lines = make([]int, 0, bytes.Count(s.data, []byte{'\n'})+1)
		for i, c := range s.data {
			if c == '\n' {
				s.lines = append(s.lines, i)
			}
		}
	}
	return s.lines
}

// specific drops what a generic rule found where another found it on the same line:
// generic is a rule that has this word in its id.
func (s *search) specific(found []Found) []Found {
	byLine := map[int][]Found{}
	for _, f := range found {
		if !f.rule.generic() {
			byLine[f.line] = append(byLine[f.line], f)
		}
	}
	if len(byLine) == 0 {
		return found
	}
	pairs := 0
	return slices.DeleteFunc(found, func(f Found) bool {
		return f.rule.generic() && pairs < maxPairs && slices.ContainsFunc(byLine[f.line], func(o Found) bool {
			pairs++
			return bytes.Contains(s.data[o.SecretStart:o.SecretEnd], s.data[f.SecretStart:f.SecretEnd])
		})
	})
}

func (r *rule) generic() bool { return strings.Contains(strings.ToLower(r.id), "generic") }

// entropy is the Shannon entropy of the characters of a text, in bits; of characters
// beyond ASCII it counts the bytes too, as gitleaks does.
func entropy(text string) (bits float64) {
	counts := map[rune]int{}
	for _, c := range text {
		counts[c]++
	}
	for _, n := range counts {
		p := float64(n) / float64(len(text))
		bits -= p * math.Log2(p)
	}
	return bits
}

// span is a part of the text.
type span struct{ from, to int }

// matches gives the matches of a rule's expression in the text, in order.
func (s *search) matches(r *rule) [][]int {
	expr := r.regex.expr()
	places, ok := s.places(r)
	if !ok {
		return expr.FindAllIndex(s.data, MaxMatches)
	}
	var out [][]int
	for ws := s.windows(places, &r.regex.reach); len(ws) > 0 && len(out) < MaxMatches; {
		var found [][]int
		found, ws = s.within(expr, ws, MaxMatches-len(out))
		out = append(out, found...)
	}
	return out
}

// within gives the matches in the first window, and the windows after it. A match that
// ends with the window may do so only because the text is cut there: then the window
// was too small, and it takes in those that it comes to overlap.
func (s *search) within(expr *regexp.Regexp, ws []span, most int) ([][]int, []span) {
	w := ws[0]
	for ws = ws[1:]; ; {
		for len(ws) > 0 && ws[0].from < w.to {
			w.to = max(w.to, ws[0].to)
			ws = ws[1:]
		}
		found := expr.FindAllIndex(s.data[w.from:w.to], most)
		if n := len(found); n == 0 || found[n-1][1] < w.to-w.from || w.to == len(s.data) {
			for _, at := range found {
				at[0] += w.from
				at[1] += w.from
			}
			return found, ws
		}
		w.to = s.aligned(min(w.to+(w.to-w.from), len(s.data)))
	}
}

// places are where one of the rule's literals begins and what must follow it follows.
// It is not ok if they are not known.
func (s *search) places(r *rule) (places []int, ok bool) {
	if len(r.literals) == 0 || len(s.data) > math.MaxInt32 || len(s.odd) > 0 && (r.regex.rest == nil || len(s.odd) > len(s.data)/256+64) {
		return nil, false
	}
	longest := 0
	for _, word := range r.literals {
		if s.dense[word] {
			return nil, false
		}
		n := len(s.config.words.list[word])
		longest = max(longest, n)
		for _, end := range s.ends[word] {
			places = append(places, int(end)-n)
		}
	}
	// A literal may be written with odd characters: it begins before one of them.
	for _, at := range s.odd {
		for k := range min(longest*utf8.UTFMax, at+1) {
			places = append(places, at-k)
		}
	}
	slices.Sort(places)
	places = slices.Compact(places)
	if r.regex.rest != nil && len(places) > 0 {
		rest := r.regex.rest()
		places = slices.DeleteFunc(places, func(at int) bool { return !rest.Match(s.data[at:]) })
	}
	return places, true
}

// windows are the parts of the text in which an expression can match. The window
// around a place goes on, to each side, until it has one byte more that no loop takes
// than a match can have there: no match begins with it, and one that ends with it is a
// mistake (see within). Places that are closer than two such ways share a window.
func (s *search) windows(places []int, r *reach) []span {
	var out []span
	for i := 0; i < len(places); {
		first := places[i]
		for i++; i < len(places) && s.close(places[i-1], places[i], r); i++ {
		}
		w := span{s.back(first, r), s.forth(places[i-1], r)}
		out = append(out, w)
	}
	return out
}

// close says whether there are fewer bytes that no loop takes between two places than
// two windows have there.
func (s *search) close(from, to int, r *reach) bool {
	left := r.before + r.after + 2 + 2*utf8.UTFMax
	if to-from <= left {
		return true
	}
	for _, c := range s.data[from:to] {
		if !r.loop[c] {
			if left--; left < 0 {
				return false
			}
		}
	}
	return true
}

func (s *search) back(at int, r *reach) int {
	for left := r.before + 1; at > 0 && left > 0; {
		at--
		if !r.loop[s.data[at]] {
			left--
		}
	}
	for k := range min(utf8.UTFMax, at+1) { // to the begin of a character
		if utf8.RuneStart(s.data[at-k]) {
			return at - k
		}
	}
	return at
}

func (s *search) forth(at int, r *reach) int {
	for left := r.after + 1; at < len(s.data) && left > 0; at++ {
		if !r.loop[s.data[at]] {
			left--
		}
	}
	return s.aligned(at)
}

// aligned is the end of the character that an offset cuts.
func (s *search) aligned(at int) int {
	for k := 0; k < utf8.UTFMax && at < len(s.data) && !utf8.RuneStart(s.data[at]); k++ {
		at++
	}
	return at
}
