package gitsource_test

import (
	"strings"
	"testing"

	"leakline/scanner/gitsource"
)

// TestDifferentialRepacked has git pack everything anew, and remove the packs that
// are being read, at several moments of a scan: nothing is lost, nothing changes.
func TestDifferentialRepacked(t *testing.T) {
	l, pool := newLab(t), plant(t)
	for _, engine := range []gitsource.Engine{gitsource.EnginePlain, gitsource.EngineDelta} {
		for _, at := range []int{1, 2, 30} {
			f := newFixture(t)
			newSaga(&author{dice: newSeeded(11), pool: pool}).play(f, 30)
			before := l.look(t, shape{dir: f.dir, engine: gitsource.EnginePlain})
			repacked := false
			s := l.look(t, shape{dir: f.dir, engine: engine, during: func(chunks int) {
				if chunks == at {
					repacked = true
					f.git("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "-k", "--depth=5", "--window=7")
				}
			}})
			if !repacked {
				t.Errorf("%s yielded fewer than %d chunks", engine, at)
			}
			report(t, string(engine), s.differs(before))
		}
	}
}

// TestDifferentialWindows scans blobs that are larger than the bound, some as
// deltas, with secrets at the seams of the windows and of the deltas.
func TestDifferentialWindows(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short; a window is about size, and the run without -short has it")
	}
	const bound = 1 << 20
	l, pool := newLab(t), plant(t)
	a := &author{dice: newSeeded(12), pool: pool}
	var b strings.Builder
	for b.Len() < 4<<20 {
		b.WriteString(a.fillers(500) + a.secret().text)
	}
	text := []byte(b.String())
	p := &handPack{}
	p.add([]byte(a.secret().text))
	base := p.add(text)
	for _, at := range []int{bound - 10, bound, bound + 10, 2 * bound, len(text)} {
		p.delta(base, span(0, at), inserted(a.secret().text), span(at, len(text)))
		p.delta(base, span(0, at), inserted(a.secret().value))
	}
	p.delta(base, span(0, bound-1), inserted("x")) // of exactly the bound
	f := emptyRepo(t)
	p.store(f)
	_, plain := l.agree(t, t, shape{dir: f.dir, options: gitsource.Options{MaxBlob: bound}})
	_, small := l.agree(t, t, shape{dir: f.dir, options: gitsource.Options{MaxBytes: 2 * bound}})
	if plain.found() < 1000 || len(small.matches) >= len(plain.matches) {
		t.Errorf("%d matches in %d blobs, %d blobs within the limit", plain.found(), len(plain.matches), len(small.matches))
	}
}
