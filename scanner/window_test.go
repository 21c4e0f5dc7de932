package scanner

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/identity"
)

// The gate never lets more through than fits, and always something.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(10)
		if w := g.take(7); w != 7 {
			t.Fatalf("took %d", w)
		}
		var passed int64
		go func() { passed = g.take(100) }()
		synctest.Wait()
		if passed != 0 {
			t.Fatalf("%d passed beside 7 of 10", passed)
		}
		g.give(7)
		synctest.Wait()
		if passed != 10 || g.room != 0 {
			t.Errorf("took %d, room %d", passed, g.room)
		}
		g.give(passed)
	})
	g := newGate(10)
	var wg sync.WaitGroup
	for range 200 {
		w := g.take(3)
		wg.Go(func() { g.give(w) })
	}
	wg.Wait()
	if g.room != 10 {
		t.Errorf("room %d", g.room)
	}
}

// What begins outside From and To belongs to another window; what a match there
// looks like still counts.
func TestWindowBounds(t *testing.T) {
	a, b, c := expand(t, "a", "zqai_{24:lowernum}"), expand(t, "b", "zqai_{24:lowernum}"), expand(t, "c", "zqai_{24:lowernum}")
	pad := strings.Repeat("x\n", WindowOverlap/2)
	data := a + " " + pad + "k=" + b + "\n" + pad + c
	from := strings.Index(data, b)
	chunk := file("f", data)
	chunk.Offset, chunk.Line, chunk.Column = 1000, 41, 3
	chunk.From, chunk.To = from, from+1
	f := one(t, scan(t, newScanner(t), chunk))
	if f.Plain.Reveal() != b || f.StartLine != 41+WindowOverlap/2 || f.StartColumn != 3 || f.Line != "k=zqai_…(29)" {
		t.Errorf("%+v", f.Place)
	}
	chunk.From, chunk.To = 0, 1
	if f := one(t, scan(t, newScanner(t), chunk)); f.StartLine != 41 || f.StartColumn != 3 {
		t.Errorf("%+v", f.Place)
	}
	chunk.From, chunk.To = from+1, len(data)
	if f := one(t, scan(t, newScanner(t), chunk)); f.Plain.Reveal() != c {
		t.Errorf("%+v", f.Place)
	}
}

// A chunk of nothing but secrets is cut off, and says so.
func TestTooManyHits(t *testing.T) {
	s := newScanner(t)
	secret := expand(t, "x", "zqai_{24:lowernum}") + "\n"
	out := s.judge(&job{chunk: file("f", strings.Repeat(secret, maxHits+5))})
	if len(out.hits) != maxHits || len(out.failures) != 1 || out.failures[0].Class != "bound" || out.failures[0].What != "f" {
		t.Errorf("%d hits, %v", len(out.hits), out.failures)
	}
	if out := s.judge(&job{chunk: file("f", strings.Repeat(secret, 100))}); len(out.hits) != 100 || len(out.failures) != 0 {
		t.Errorf("%d hits, %v", len(out.hits), out.failures)
	}
}

func TestExcerpts(t *testing.T) {
	d := &detectors.Detector{}
	public := &detectors.Detector{Public: true}
	var data []byte
	var ms []engine.Match
	plant := func(gap int, d *detectors.Detector, text string) {
		data = append(data, strings.Repeat(".", gap)...)
		ms = append(ms, engine.Match{
			Detector: d, Start: len(data), End: len(data) + len(text),
			NameStart: len(data) - 4, NameEnd: len(data) - 2,
			Secret: detectors.NewSecret(text).WithPrefix("pre-"),
		})
		data = append(data, text...)
	}
	plant(100<<10, d, "pre-first")
	plant(100, public, "pre-known")
	plant(100, d, "second")
	plant(100<<10, d, "third")
	x := excerpts{doc: identity.Document{Path: "path", Data: data, Beside: ms}}
	first := x.around(0)
	if x.around(2) != first {
		t.Error("neighbours have excerpts of their own")
	}
	third := x.around(3)
	if third == first {
		t.Error("one excerpt for matches far apart")
	}
	if n := len(first.doc.Data); n > 3*excerptReach {
		t.Errorf("%d bytes", n)
	}
	for i, want := range []string{"pre-xxxxx", "pre-known", "xxxxxx", "xxxxx"} {
		e := first
		if i == 3 {
			e = third
		}
		m, doc := e.moved(ms[i]), e.doc
		if got := string(doc.Data[m.Start:m.End]); got != want || doc.Path != "path" {
			t.Errorf("%q, want %q", got, want)
		}
		if got := string(doc.Data[m.NameStart:m.NameEnd]); got != string(data[ms[i].NameStart:ms[i].NameEnd]) {
			t.Errorf("name %q", got)
		}
	}
	for range maxExcerpts {
		x.last = nil
		x.around(3)
	}
	if x.last = nil; x.around(3) != nil {
		t.Error("more excerpts than are allowed")
	}
	if n := len(first.doc.Beside); n != 3 {
		t.Errorf("%d matches in the first excerpt, want 3", n)
	}
}
