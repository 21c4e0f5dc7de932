package inventory

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"leakline/testdata/boundary"
)

// The one pass over a file finds of every list what a search for each of its texts
// finds.
func TestWords(t *testing.T) {
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"all": everyText()}
	for _, a := range apps[:10] {
		for _, name := range a.Names() {
			if files[a.Name+"/"+name], err = a.Expand(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, data := range files {
		f := &file{path: name, data: data}
		for n, w := range searched() {
			var want []spot
			for i, text := range w.texts() {
				data := data
				if w.fold {
					data, text = bytes.ToLower(data), strings.ToLower(text)
				}
				for at := 0; ; at++ {
					k := bytes.Index(data[at:], []byte(text))
					if k < 0 {
						break
					}
					at += k
					want = append(want, spot{int32(at), uint16(i)})
				}
			}
			got := slices.Clone(w.in(f))
			for _, s := range [][]spot{got, want} {
				slices.SortFunc(s, func(a, b spot) int {
					if a.pos != b.pos {
						return int(a.pos - b.pos)
					}
					return int(a.text) - int(b.text)
				})
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: list %d has %d places, want %d", name, n, len(got), len(want))
			}
			if name == "all" && len(want) < len(w.texts()) {
				t.Errorf("list %d: only %d places of %d texts: the test tests nothing", n, len(want), len(w.texts()))
			}
		}
		f.looked()
	}
}

// everyText is a file with every text of every list.
func everyText() []byte {
	var out []byte
	for _, w := range searched() {
		for _, text := range w.texts() {
			out = append(append(out, text...), '\n')
		}
	}
	return out
}
