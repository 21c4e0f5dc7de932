package engine

import (
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
)

// Names tells which credentials are kept under a name, where there is no value to look
// at. It is safe for concurrent use.
type Names struct {
	specs map[string][]namedSpec           // by the word that the prefilter would look for
	kept  map[string][]*detectors.Detector // by the name of a sample, as an identifier's text
	sizes []int                            // the lengths of the words in specs, ascending
}

type namedSpec struct {
	nameSpec
	detector *detectors.Detector
	near     []string // one of them must stand in the name, if there are any
}

// weight is how much the words of the spec and those beside them say of a name; 0 is
// nothing.
func (s *namedSpec) weight(id identifier) int {
	w := 0
	for _, near := range s.near {
		for at := range len(id.text) {
			if id.starts[at] && strings.HasPrefix(id.text[at:], near) {
				w = max(w, len(near))
			}
		}
	}
	if len(s.near) > 0 && w == 0 || !s.matches(id) {
		return 0
	}
	return w + s.nameSpec.weight()
}

// sayNothing are words of which no name says whose credential it holds.
var sayNothing = map[string]bool{
	"api": true, "key": true, "token": true, "secret": true, "access": true, "auth": true, "apikey": true, "bearer": true,
	"authorization": true, "password": true, "proxy": true, "authtoken": true, "setkey": true, "akey": true, "credentials": true, "credential": true,
}

// NewNames prepares the names of detectors. One that knows nobody's names is left out,
// and one that demands a word beside its value counts where the name has that word.
func NewNames(ds []detectors.Detector) (*Names, error) {
	n := &Names{specs: map[string][]namedSpec{}, kept: map[string][]*detectors.Detector{}}
	for i := range ds {
		d := &ds[i]
		if d.Identity.Layer == detectors.Unclassified {
			continue
		}
		var near []string
		for _, words := range d.Near {
			if word := strings.ReplaceAll(strings.ToLower(words), " ", ""); len(word) >= 4 && !commonWords[word] {
				near = append(near, word)
			}
		}
		if len(near) == 0 && len(d.Near) > 0 {
			continue
		}
		for _, text := range d.Names {
			if err := n.add(namedSpec{detector: d, near: near}, text); err != nil {
				return nil, fmt.Errorf("detector %q: %w", d.ID, err)
			}
		}
		for _, s := range d.Samples {
			if text := newIdentifier(s.Name).text; len(near) == 0 && saysSomething(text) && !slices.Contains(n.kept[text], d) {
				n.kept[text] = append(n.kept[text], d)
			}
		}
	}
	for word := range n.specs {
		if !slices.Contains(n.sizes, len(word)) {
			n.sizes = append(n.sizes, len(word))
		}
	}
	slices.Sort(n.sizes)
	return n, nil
}

// saysSomething says whether an identifier's text has more than the words that say
// nothing.
func saysSomething(text string) bool {
	for text != "" {
		cut := text
		for w := range sayNothing {
			if rest, ok := strings.CutPrefix(text, w); ok && len(rest) < len(cut) {
				cut = rest
			}
		}
		if cut == text {
			return true
		}
		text = cut
	}
	return false
}

func (n *Names) add(s namedSpec, text string) error {
	var err error
	if s.nameSpec, err = parseName(text); err != nil {
		return err
	}
	word, err := s.literal()
	if err != nil {
		return err
	}
	if len(s.near) > 0 || slices.ContainsFunc(s.words, func(w string) bool { return !sayNothing[w] }) {
		n.specs[word] = append(n.specs[word], s)
	}
	return nil
}

// Of gives the detectors whose credentials are kept under a name, in the order of the
// catalogue: those of which a sample has that very name, else those whose words say
// most of it.
func (n *Names) Of(name string) []*detectors.Detector {
	id := newIdentifier(name)
	if kept := n.kept[id.text]; kept != nil {
		return slices.Clone(kept)
	}
	var out []*detectors.Detector
	best := 0
	for at := range len(id.text) {
		for _, size := range n.sizes {
			if at+size > len(id.text) {
				break
			}
			for i := range n.specs[id.text[at:at+size]] {
				s := &n.specs[id.text[at:at+size]][i]
				w := s.weight(id)
				if w == 0 || w < best {
					continue
				}
				if w > best {
					best, out = w, nil
				}
				if !slices.Contains(out, s.detector) {
					out = append(out, s.detector)
				}
			}
		}
	}
	return out
}
