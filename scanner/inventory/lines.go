package inventory

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
)

// line is one kind of line that shows something.
type line struct {
	kind  Kind
	layer detectors.Layer
	name  string
	// files are the endings of the files' names in which it counts, with a blank
	// between them; empty is every file.
	files string
	// word stands in it; pattern, if any, is found in the text that begins with its
	// line and has at most 600 bytes, and begins in that line. What its first group
	// catches is a version.
	word, pattern string
	how           How
	// not is what must not be found in that text.
	not string
	// with is a word that stands somewhere in the file, too, if it is not empty.
	with string
	// whole says that what pattern found is told, which is a name or a call and never
	// a value; else the word is.
	whole bool

	re, no *regexp.Regexp
	needs  []need // of pattern
	ends   []string
}

// lineSet finds all lines of a table.
type lineSet struct {
	words []string
	of    [][]*line // by word
}

// newLineSet prepares a table.
func newLineSet(all []line) *lineSet {
	set := &lineSet{}
	at := map[string]int{}
	for i := range all {
		l := &all[i]
		if l.pattern != "" {
			l.re, l.needs = regexp.MustCompile(l.pattern), needsOf(l.pattern, l.word)
		}
		if l.not != "" {
			l.no = regexp.MustCompile(l.not)
		}
		l.ends = strings.Fields(l.files)
		n, ok := at[l.word]
		if !ok {
			n = len(set.words)
			at[l.word] = n
			set.words = append(set.words, l.word)
			set.of = append(set.of, nil)
		}
		set.of[n] = append(set.of[n], l)
	}
	return set
}

const (
	lineWindow = 600
	// manyHits bounds how often a word of the table is looked at in one file, which
	// people wrote.
	manyHits = 500
)

// find calls found for every line of the table in a file, whose words w looks for, with
// the offset of what shows it.
func (set *lineSet) find(f *file, w *words, found func(s Sighting, at int)) {
	if len(w.in(f)) == 0 {
		return
	}
	hits := make([]int, len(set.of))
	var known map[string]bool
	has := func(word string) bool { // asked once a file
		v, ok := known[word]
		if !ok {
			if known == nil {
				known = map[string]bool{}
			}
			v = bytes.Contains(f.data, []byte(word))
			known[word] = v
		}
		return v
	}
	w.find(f, func(pos, i int) {
		if hits[i]++; hits[i] > manyHits {
			return
		}
		for _, l := range set.of[i] {
			if !l.in(f) || l.with != "" && !has(l.with) {
				continue
			}
			begin := writtenFrom(f.data, pos)
			window := f.data[begin:min(len(f.data), pos+len(l.word)+lineWindow)]
			if n := pos - begin + lineWindow; len(window) > n {
				window = window[:n]
			}
			at, version, what := pos, "", l.word
			if l.re != nil {
				if slices.ContainsFunc(l.needs, func(n need) bool { return !n.in(window) }) {
					continue
				}
				m := l.re.FindSubmatchIndex(window)
				if m == nil || bytes.IndexByte(window[:m[0]], '\n') >= 0 {
					continue
				}
				if begin+m[1] <= pos { // found left of the word: look from the word on
					continue
				}
				if len(m) > 3 && m[2] >= 0 {
					version = string(window[m[2]:m[3]])
				}
				at = begin + m[0] + len(window[m[0]:m[1]]) - len(bytes.TrimLeft(window[m[0]:m[1]], " \t"))
				if l.whole {
					what = strings.TrimLeft(string(window[m[0]:min(m[1], m[0]+80)]), "_")
				}
			} else if !bounded(f.data, pos, len(l.word), ByCode) {
				continue
			}
			if l.no != nil && l.no.Match(window) || spoken(f, pos) {
				continue
			}
			found(Sighting{Kind: l.kind, Layer: l.layer, Name: l.name, How: l.how, Line: f.line(at), Text: what, Version: version}, at)
		}
	})
}

// in says whether a line counts in a file.
func (l *line) in(f *file) bool {
	return len(l.ends) == 0 || slices.ContainsFunc(l.ends, func(end string) bool { return strings.HasSuffix(f.base, end) })
}

// commented says whether a place stands in a line that is a comment.
func commented(f *file, pos int) bool {
	begin := writtenFrom(f.data, pos)
	head := bytes.TrimLeft(f.data[begin:pos], " \t")
	for _, mark := range []string{"//", "#", "* ", "/*", "<!--", "--", "\"\"\""} {
		if bytes.HasPrefix(head, []byte(mark)) && !bytes.HasPrefix(head, []byte("#[")) {
			return true
		}
	}
	for _, mark := range []string{" // ", " # ", "\t// "} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// writtenFrom is where the line of a place begins; of a line that nobody wrote, a little
// before the place.
func writtenFrom(data []byte, pos int) int {
	from := max(0, pos-4*lineWindow)
	if n := bytes.LastIndexByte(data[from:pos], '\n'); n >= 0 {
		return from + n + 1
	}
	if from > 0 {
		return pos - 80
	}
	return 0
}

// under says whether the line of a place stands, by its indent, below a key.
func under(data []byte, pos int, key string) bool {
	indent := func(l []byte) int { return len(l) - len(bytes.TrimLeft(l, " ")) }
	begin, end := writtenFrom(data, pos), len(data)
	if n := bytes.IndexByte(data[pos:], '\n'); n >= 0 {
		end = pos + n
	}
	depth := indent(data[begin:end])
	for n := 0; begin > 0 && n < 200; n++ {
		end = begin - 1
		begin = writtenFrom(data, end)
		l := data[begin:end]
		if len(bytes.TrimSpace(l)) == 0 || indent(l) >= depth {
			continue
		}
		if bytes.Equal(bytes.TrimSpace(l), []byte(key)) {
			return true
		}
		depth = indent(l)
	}
	return false
}

// The tables, compiled at the first file that is read.
var (
	systemSet  = sync.OnceValue(systemLines)
	controlSet = sync.OnceValue(controlLines)

	systemWords  = &words{texts: func() []string { return systemSet().words }}
	controlWords = &words{texts: func() []string { return controlSet().words }}
)
