package engine

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// catalogueText is a document with an example of every detector, each in a host syntax
// of its own, between words in which literals stand by chance.
func catalogueText(t *testing.T, r *rand.Rand) []byte {
	t.Helper()
	var doc bytes.Buffer
	hosts := sample.Hosts()
	for i, d := range detectors.Catalogue() {
		text, err := sample.Example(d, 0, i)
		if err != nil {
			t.Fatal(err)
		}
		doc.WriteString(hosts[r.IntN(len(hosts))].Render(text))
		doc.WriteByte('\n')
		for _, n := range d.Names[:min(len(d.Names), 2)] {
			doc.WriteString(n + " " + n[:r.IntN(len(n)+1)] + "=")
		}
	}
	return doc.Bytes()
}

// TestHopeless: with what is put aside at first sight the same is found as without,
// and the span given for it says all that this depends on.
func TestHopeless(t *testing.T) {
	s := mustCompile(t, detectors.Catalogue()).WithDepth(0)
	r := rand.New(rand.NewPCG(12, 13))
	data := catalogueText(t, r)
	var all []Match
	aside, judged := 0, 0
	s.Literals(data, 0, len(data), func(a Anchor) {
		for _, trial := range s.Explain(data, a) { // puts nothing aside
			if trial.Rejected == "" {
				all = append(all, trial.Match)
			}
		}
		v := newView(data, a.Pos)
		if !s.literals[a.Literal].hopeless(&v, a.Pos) {
			judged++
			return
		}
		aside++
		checkExtent(t, s, data, s.Judge(data, a), r)
	})
	if got, want := describe(s.Find(data)), describe(Resolve(all)); !slices.Equal(got, want) {
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("from match %d on: got %q, want %q", i, got[i:min(i+2, len(got))], want[i:min(i+2, len(want))])
			}
		}
		t.Fatalf("got %d matches, want %d", len(got), len(want))
	}
	if aside < 2000 || judged < 2000 {
		t.Fatalf("%d anchors put aside, %d judged: the text tests nothing", aside, judged)
	}
}

// TestPrefilterOfCatalogue: of the whole catalogue's literals, too, the prefilter finds
// what a search at every offset finds.
func TestPrefilterOfCatalogue(t *testing.T) {
	s := mustCompile(t, detectors.Catalogue())
	r := rand.New(rand.NewPCG(14, 15))
	for range 40 {
		var data []byte
		for len(data) < 600 {
			text := []byte(s.literals[r.IntN(len(s.literals))].text)
			if r.IntN(2) == 0 {
				text = bytes.ToUpper(text)
			}
			data = append(data, text[:r.IntN(len(text))+1]...)
			data = append(data, "x-_ =AB0"[:r.IntN(9)]...)
		}
		var want, got []Anchor
		for at := range data {
			for i := range s.literals {
				l := &s.literals[i]
				if h := headOf(l); at+len(h.text) <= len(data) && h.equal(data[at:at+len(h.text)]) {
					want = append(want, Anchor{Pos: at, Literal: i})
				}
			}
		}
		cut := r.IntN(len(data))
		add := func(a Anchor) { got = append(got, a) }
		s.Literals(data, 0, cut, add)
		s.Literals(data, cut, len(data), add)
		if !slices.Equal(sorted(got), sorted(want)) {
			t.Fatalf("%d anchors, want %d, in %q", len(got), len(want), data)
		}
	}
}
