package engine

import "fmt"

// Words looks for many texts at once, as the prefilter of a set does. It is safe for
// concurrent use.
type Words struct {
	literals []literal
	filter   *prefilter
}

// NewWords prepares the search for texts of at least three bytes. In what folded texts
// are compared with, the letters A to Z stand for a to z. The numbers of folded texts
// follow those of the others.
func NewWords(texts, folded []string) (*Words, error) {
	w := &Words{}
	for _, text := range texts {
		w.literals = append(w.literals, literal{text: text, anchor: text})
	}
	for _, text := range folded {
		text = string(lowered([]byte(text)))
		w.literals = append(w.literals, literal{text: text, anchor: text, foldCase: true})
	}
	var err error
	if w.filter, err = newPrefilter(w.literals); err != nil {
		return nil, fmt.Errorf("search for texts: %w", err)
	}
	return w, nil
}

// Find calls found for every place where a text begins, with its number, in about the
// order in which they stand.
func (w *Words) Find(data []byte, found func(pos, text int)) {
	w.filter.scan(data, 0, len(data), func(a Anchor) {
		l := &w.literals[a.Literal]
		v := newView(data, a.Pos)
		if l.stands(&v, a.Pos) {
			found(a.Pos, a.Literal)
		}
	})
}
