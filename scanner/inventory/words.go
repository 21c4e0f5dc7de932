package inventory

import (
	"fmt"
	"sync"

	"leakline/detectors/engine"
)

// words is a list of texts that a reader looks for in files. The lists of all readers
// are looked for together, in one pass over a file: each belongs in searched.
type words struct {
	texts func() []string // of three bytes or more; asked once
	fold  bool            // a to z stand for A to Z, too
	list  int             // its place in searched, once allWords was called
}

// searched are the lists of all readers.
func searched() []*words {
	return []*words{
		entryWords,     // reader.go
		platformWords,  // ai_lines.go
		settingWords,   // ai_names.go
		systemWords,    // lines.go
		controlWords,   // lines.go
		secretHints,    // references.go
		routeWords,     // routes.go
		purposeWords,   // purposes.go
		scimWords,      // provisioning.go
		importWords,    // imports.go
		bedrockWords,   // control_bedrock.go
		signedInWords,  // signed_in.go
		constructWords, // principals_code.go
	}
}

// wanted is one text of a list.
type wanted struct{ list, text uint16 }

// lookup is the search for all lists.
type lookup struct {
	words *engine.Words
	of    []wanted  // by its number in words
	seen  sync.Pool // of *seen: memory from one file to the next
}

// seen are the places of a file at which a text of a list begins, by list.
type seen [][]spot

type spot struct {
	pos  int32
	text uint16
}

// maxKept bounds the places for which memory is kept.
const maxKept = 1 << 14

var allWords = sync.OnceValues(func() (*lookup, error) {
	all := searched()
	l := &lookup{seen: sync.Pool{New: func() any { s := make(seen, len(all)); return &s }}}
	var texts, folded []string
	var last []wanted
	for n, w := range all {
		w.list = n
		for i, text := range w.texts() {
			if t := (wanted{uint16(n), uint16(i)}); w.fold {
				folded, last = append(folded, text), append(last, t)
			} else {
				texts, l.of = append(texts, text), append(l.of, t)
			}
		}
	}
	l.of = append(l.of, last...)
	var err error
	if l.words, err = engine.NewWords(texts, folded); err != nil {
		return nil, fmt.Errorf("inventory: %w", err)
	}
	return l, nil
})

// look finds the texts of all lists in a file.
func (f *file) look() {
	l, err := allWords()
	if err != nil { // NewReader says so
		f.seen = new(make(seen, len(searched())))
		return
	}
	f.seen = l.seen.Get().(*seen)
	s := *f.seen
	l.words.Find(f.data, func(pos, i int) {
		w := l.of[i]
		s[w.list] = append(s[w.list], spot{int32(pos), w.text})
	})
}

// looked gives back the memory that look took.
func (f *file) looked() {
	l, err := allWords()
	if err != nil || f.seen == nil {
		return
	}
	s := *f.seen
	for i := range s {
		if s[i] = s[i][:0]; cap(s[i]) > maxKept {
			s[i] = nil
		}
	}
	l.seen.Put(f.seen)
	f.seen = nil
}

// in are the places of a file at which a text of the list begins, in about the order in
// which they stand.
func (w *words) in(f *file) []spot {
	if f.seen == nil {
		f.look()
	}
	return (*f.seen)[w.list]
}

// find calls found for each of them, with the text's place in the list.
func (w *words) find(f *file, found func(pos, text int)) {
	for _, p := range w.in(f) {
		found(int(p.pos), int(p.text))
	}
}
