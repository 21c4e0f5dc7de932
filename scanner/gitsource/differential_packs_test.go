package gitsource_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/scanner/gitsource"
)

// deltify writes target as a delta of base in one of the many ways in which that
// can be done: with copies that stop where they could go on, copies from another
// place that holds the same, and inserts of what could be copied.
func (a *author) deltify(base, target []byte) []op {
	var ops []op
	for i := 0; i < len(target); {
		least := []int{1, 2, 3, 4, 8, 16, 64}[a.roll(7)]
		at := -1
		if i+least <= len(target) && a.roll(12) > 0 {
			at = a.occurrence(base, target[i:i+least])
		}
		if at < 0 {
			n := min(len(target)-i, 1+a.roll(12))
			ops = append(ops, op{text: target[i : i+n]})
			i += n
			continue
		}
		n := least
		for at+n < len(base) && i+n < len(target) && base[at+n] == target[i+n] {
			n++
		}
		switch a.roll(4) {
		case 0:
			n = 1 + a.roll(n)
		case 1: // up to a place where it hurts
			if p := a.spot(string(base[at : at+n])); p > 0 {
				n = p
			}
		}
		ops = append(ops, copied(at, n))
		i += n
	}
	return ops
}

// occurrence gives an offset at which part stands in base: the first from
// somewhere on, or the first of all; -1 if there is none.
func (a *author) occurrence(base, part []byte) int {
	from := a.roll(len(base) + 1)
	if at := bytes.Index(base[from:], part); at >= 0 {
		return from + at
	}
	return bytes.Index(base, part)
}

// scramble makes a delta of pieces of its base: in any order, overlapping,
// repeated, of no length, with a byte or a credential between them.
func (a *author) scramble(base []byte) []op {
	text := string(base)
	var ops []op
	for range 1 + a.roll(8) {
		from, to := a.spot(text), a.spot(text)
		switch a.roll(6) {
		case 0:
			ops = append(ops, inserted(a.pick([]string{"x", "_", "=", "\n", "0", "\""})))
		case 1:
			ops = append(ops, inserted(a.secret().text))
		case 2: // goes on where the last one ended
			if n := len(ops); n > 0 && !ops[n-1].inserts() {
				from = ops[n-1].at + ops[n-1].size
				to = max(from, to)
			}
			ops = append(ops, span(min(from, to), max(from, to)))
		case 3:
			ops = append(ops, span(0, to))
		case 4:
			ops = append(ops, span(from, len(base)))
		default:
			ops = append(ops, span(min(from, to), max(from, to)))
		}
	}
	return ops
}

// family adds the versions of one file to a pack, each a delta of a version
// before it, or of one that comes later in the pack.
func (a *author) family(p *handPack, n int) {
	f := a.write()
	members := []int{p.add(f.bytes())}
	for range n {
		base := members[len(members)-1-a.roll(min(len(members), 3))]
		content := p.contents[base]
		switch a.roll(5) {
		case 0:
			members = append(members, p.delta(base, a.scramble(content)...))
			continue
		case 1:
			members = append(members, p.ref(content, a.scramble(content)...))
			continue
		}
		f = a.edit(f)
		next := f.bytes()
		switch a.roll(4) {
		case 0:
			members = append(members, p.ref(content, a.deltify(content, next)...))
		case 1: // the base of this one comes behind it
			after := a.edit(f).bytes()
			if bytes.Equal(after, next) {
				continue
			}
			members = append(members, p.ref(after, a.deltify(after, next)...), p.delta(base, a.deltify(content, after)...))
		default:
			members = append(members, p.delta(base, a.deltify(content, next)...))
		}
	}
}

// TestDifferentialPacks has both engines scan packs whose every delta instruction
// is drawn at random.
func TestDifferentialPacks(t *testing.T) {
	l, pool := newLab(t), plant(t)
	total, matches := gitsource.DeltaStats{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		a := &author{dice: newSeeded(rapid.Uint64().Draw(rt, "seed")), pool: pool}
		p := &handPack{}
		for range rapid.IntRange(1, 6).Draw(rt, "families") {
			a.family(p, rapid.IntRange(1, 12).Draw(rt, "versions"))
		}
		f := emptyRepo(t)
		p.store(f)
		delta, plain := l.agree(t, rt, shape{dir: f.dir})
		total, matches = total.Plus(delta.stats), matches+plain.found()
	})
	if matches < 30 { // what is drawn differs from run to run
		t.Errorf("only %d matches", matches)
	}
	t.Logf("%d matches; the delta engine: %+v", matches, total)
}

// cuts are the offsets around a planted value at which a seam may matter.
func cuts(text, value string) []int {
	from := strings.Index(text, value)
	to := from + len(value)
	line, _ := lineAt(text, from)
	at := []int{line, line + 1, from - 2, from - 1, from, from + 1, from + 2, from + 3, from + 4, (from + to) / 2, to - 2, to - 1, to, to + 1, to + 2}
	slices.Sort(at)
	at = slices.Compact(at)
	return slices.DeleteFunc(at, func(p int) bool { return p <= 0 || p >= len(text) })
}

// seams adds, for one offset of a base, a delta of every kind that has a seam
// there. All but the first change what stands in the blob.
func seams(p *handPack, base, at int, n *int) {
	content := p.contents[base]
	end := len(content)
	unique := func(ops ...op) { // no two blobs are the same
		*n++
		p.delta(base, append(ops, inserted(fmt.Sprintf("\n# %d\n", *n)))...)
		p.delta(base, append([]op{inserted(fmt.Sprintf("# %d\n", *n))}, ops...)...)
		p.delta(base, ops...)
	}
	unique(span(0, at), span(at, end))
	unique(span(0, at), inserted("x"), span(at, end))
	unique(span(0, at), inserted("\n"), span(at, end))
	unique(span(0, at), inserted("="), span(at, end))
	unique(span(0, at), span(at+1, end))
	unique(span(0, at), inserted(string(content[at:at+1])), span(at+1, end))
	unique(span(0, at), inserted("\x00"), span(at+1, end))
	unique(span(at, end), span(0, at))
	unique(span(0, at))
	unique(span(at, end))
	unique(span(0, at), span(at-1, end))
	unique(span(0, at), span(0, end))
	unique(span(at, end), span(at, end))
}

// TestDifferentialSeams puts a seam of every kind at every offset around
// credentials of every kind.
func TestDifferentialSeams(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short; 35,000 blobs are about seams, not goroutines, and the run without -short has them")
	}
	l, pool := newLab(t), plant(t)
	all := os.Getenv("LEAKLINE_TEST_LONG") != ""
	a := &author{dice: newSeeded(7), pool: pool}
	byDetector := map[string]*handPack{}
	n := 0
	for i, x := range pool {
		if !all && i > 0 && pool[i-1].detector == x.detector {
			continue
		}
		if !strings.Contains(x.text, x.value) { // the host escapes it
			x.text = x.value + "\n"
		}
		p := byDetector[x.detector]
		if p == nil {
			p = &handPack{}
			byDetector[x.detector] = p
		}
		// With text on both sides, and with an end of the blob next to it.
		for _, base := range []string{a.fillers(3) + x.text + a.fillers(3), x.value, "k=" + x.value} {
			k := p.add([]byte(base))
			p.delta(k, whole(p.contents[k]), whole(p.contents[k]))
			p.delta(k, inserted("x"), whole(p.contents[k]))
			p.delta(k, whole(p.contents[k]), inserted("x"))
			for _, at := range cuts(base, x.value) {
				seams(p, k, at, &n)
			}
		}
	}
	for _, id := range plantedDetectors {
		t.Run(id, func(t *testing.T) {
			f, p := emptyRepo(t), byDetector[id]
			p.store(f)
			delta, plain := l.agree(t, t, shape{dir: f.dir})
			if plain.found() == 0 {
				t.Error("nothing is found")
			}
			t.Logf("%d blobs, %d matches, %+v", len(p.contents), plain.found(), delta.stats)
		})
	}
}
