package gitsource_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"leakline/scanner/gitsource"
)

// TestDifferentialDamage damages the pack of a history in every way, again and
// again at other places. Nothing wrong is ever found; what both engines can read,
// and they name what they cannot; and if nobody has an error, nothing is lost.
func TestDifferentialDamage(t *testing.T) {
	l, pool := newLab(t), plant(t)
	f := newFixture(t)
	newSaga(&author{dice: newSeeded(9), pool: pool}).play(f, 30)
	f.git("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "-k", "--depth=50", "--window=50")
	before := l.look(t, shape{dir: f.dir, engine: gitsource.EnginePlain})
	stem := strings.TrimSuffix(packIndex(t, f), ".idx")
	dice := newSeeded(10)
	flip := func(b []byte) { b[12+dice.roll(len(b)-32)] ^= byte(1 + dice.roll(255)) }
	for _, test := range []struct {
		name, ext string
		harm      func(b []byte) []byte
		times     int
	}{
		{"a byte of an entry", ".pack", func(b []byte) []byte { flip(b); return b }, 25},
		{"many bytes", ".pack", func(b []byte) []byte {
			for range 20 {
				flip(b)
			}
			return b
		}, 5},
		{"a byte of the trailer", ".pack", func(b []byte) []byte { b[len(b)-1-dice.roll(20)] ^= 1; return b }, 3},
		{"a byte of the index", ".idx", func(b []byte) []byte { b[dice.roll(len(b))] ^= byte(1 + dice.roll(255)); return b }, 25},
		{"cut short", ".pack", func(b []byte) []byte { return b[:40+dice.roll(len(b)-40)] }, 10},
		{"the index cut short", ".idx", func(b []byte) []byte { return b[:dice.roll(len(b))] }, 5},
		{"zeros at the end", ".pack", func(b []byte) []byte { clear(b[len(b)/2:]); return b }, 1},
		{"longer", ".pack", func(b []byte) []byte { return append(b, "more than that"...) }, 1},
	} {
		good, err := os.ReadFile(stem + test.ext)
		must(t, err)
		must(t, os.Chmod(stem+test.ext, 0o666))
		for n := range test.times {
			t.Run(fmt.Sprintf("%s/%d", test.name, n), func(t *testing.T) {
				must(t, os.WriteFile(stem+test.ext, test.harm(bytes.Clone(good)), 0o666))
				for _, e := range []gitsource.Engine{gitsource.EnginePlain, gitsource.EngineDelta} {
					s := l.look(t, shape{dir: f.dir, engine: e})
					s.sound(t, string(e), before)
				}
			})
		}
		must(t, os.WriteFile(stem+test.ext, good, 0o666))
	}
}

// blobField finds the blobs that a finding names.
var blobField = regexp.MustCompile(`"source":"blob"[^{}]*"blob":"([0-9a-f]{40})"`)

// sound fails if a sight of a damaged repository has what was not there before,
// or lacks something in silence.
func (s *sight) sound(t testing.TB, engine string, before *sight) {
	t.Helper()
	lost := 0
	for id, lines := range before.matches {
		got, ok := s.matches[id]
		if !ok {
			lost++
		} else if d := listsDiffer("match", got, lines); len(d) > 0 && len(s.summary.Errors) == 0 {
			report(t, engine+": no error, but blob "+id, d)
		}
	}
	for _, f := range s.findings {
		for _, id := range blobField.FindAllStringSubmatch(f, -1) {
			if _, ok := before.matches[id[1]]; !ok {
				t.Errorf("%s: a finding in %s, which was not there", engine, id[1])
			}
		}
	}
	if lost > 0 && len(s.summary.Errors) == 0 {
		t.Errorf("%s: %d blobs are lost in silence", engine, lost)
	}
	if s.summary.Complete != (len(s.summary.Errors) == 0) {
		t.Errorf("%s: complete is %v with errors %v", engine, s.summary.Complete, s.errors())
	}
	report(t, engine, s.doubts)
}

// TestDifferentialHostileEntries puts one bad entry between good ones that hold
// secrets, one of them a delta of the other: both are found, the bad one is named,
// and what is built upon it too.
func TestDifferentialHostileEntries(t *testing.T) {
	l := newLab(t)
	line := []byte("E2B_API_KEY=" + example(t, "e2b-api-key") + "\n")
	small := delta(uint64(len(line)), 3, 0x90, 3)
	for _, test := range []struct {
		name string
		bad  int
		add  func(p *handPack)
	}{
		{"circle of deltas", 3, func(p *handPack) {
			for k := range 3 {
				p.raw.add(name(1+k), rawRefDelta, len(small), rawID(name(1+(k+1)%3)), small)
			}
		}},
		{"missing base", 2, func(p *handPack) {
			p.raw.add(name(1), rawRefDelta, len(small), rawID(name(9)), small)
			p.raw.add(name(2), rawRefDelta, len(small), rawID(name(1)), small)
		}},
		{"bomb", 1, func(p *handPack) { p.raw.add(name(1), rawBlob, 10, nil, make([]byte, 64<<20)) }},
		{"4 GB of ten bytes", 1, func(p *handPack) { p.raw.add(name(1), rawBlob, 4<<30, nil, make([]byte, 10)) }},
		{"size too large", 1, func(p *handPack) { p.raw.add(name(1), rawBlob, 11, nil, make([]byte, 10)) }},
		{"size too small", 1, func(p *handPack) { p.raw.add(name(1), rawBlob, 9, nil, make([]byte, 10)) }},
		{"delta bomb", 1, func(p *handPack) {
			d := delta(uint64(len(line)), 1<<40, 0x90, 3)
			p.raw.add(name(1), rawRefDelta, len(d), rawID(blobID(line)), d)
		}},
		{"result too large", 1, func(p *handPack) {
			d := delta(uint64(len(line)), 4, 0x90, 3)
			p.raw.add(name(1), rawRefDelta, len(d), rawID(blobID(line)), d)
		}},
		{"result too small", 1, func(p *handPack) {
			d := delta(uint64(len(line)), 2, 0x90, 3)
			p.raw.add(name(1), rawRefDelta, len(d), rawID(blobID(line)), d)
		}},
		{"base of another size", 1, func(p *handPack) {
			d := delta(uint64(len(line)+1), 3, 0x90, 3)
			p.raw.add(name(1), rawRefDelta, len(d), rawID(blobID(line)), d)
		}},
		{"copy beyond the base", 1, func(p *handPack) {
			d := delta(uint64(len(line)), 8, 0x91, byte(len(line)-2), 8)
			p.raw.add(name(1), rawRefDelta, len(d), rawID(blobID(line)), d)
		}},
		{"reserved instruction", 1, func(p *handPack) {
			d := delta(uint64(len(line)), 3, 0, 0x90, 3)
			p.raw.add(name(1), rawRefDelta, len(d), rawID(blobID(line)), d)
		}},
		{"cut instruction", 1, func(p *handPack) {
			d := delta(uint64(len(line)), 3, 0x9f, 3)
			p.raw.add(name(1), rawRefDelta, len(d), rawID(blobID(line)), d)
		}},
		{"a secret under a wrong name", 1, func(p *handPack) { p.raw.add(name(1), rawBlob, len(line), nil, line) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, p := emptyRepo(t), &handPack{}
			p.delta(p.add(line), inserted("x\n"), whole(line))
			test.add(p)
			p.add([]byte("# last\n" + string(line)))
			p.raw.write(t, f)
			delta, plain := l.agree(t, t, shape{dir: f.dir})
			for _, s := range []*sight{delta, plain} {
				if len(s.summary.Errors) != test.bad {
					t.Errorf("errors are %v, want %d", s.errors(), test.bad)
				}
				for id := range p.has {
					if len(s.matches[id]) != 1 {
						t.Errorf("good blob %s: matches are %q", id, s.matches[id])
					}
				}
			}
			peak := peakOf(func() { l.look(t, shape{dir: f.dir, engine: gitsource.EngineDelta}) })
			if peak > 64<<20 {
				t.Errorf("%d bytes of heap", peak)
			}
		})
	}
}

// peakOf runs f and gives how much heap was allocated at a time, at most.
func peakOf(f func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	begin := m.HeapAlloc
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most, next := uint64(0), time.NewTicker(2*time.Millisecond)
		defer next.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-done:
				peak <- most
				return
			case <-next.C:
			}
		}
	}()
	f()
	close(done)
	return max(<-peak, begin) - begin
}

// zeros is an endless source of them.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestDifferentialHuge scans a blob of 2 GB with a secret at its end: in windows,
// in bounded memory, and everything else beside it.
func TestDifferentialHuge(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short; a large blob is about memory, and the run without -short has it")
	}
	size := int64(300 << 20)
	if os.Getenv("LEAKLINE_TEST_LONG") != "" {
		size = 2<<30 + 1
	}
	l := newLab(t)
	line := []byte("\nE2B_API_KEY=" + example(t, "e2b-api-key") + "\n")
	f, p := emptyRepo(t), &handPack{}
	p.delta(p.add(line), inserted("x"), whole(line))
	sum := sha1.New()
	fmt.Fprintf(sum, "blob %d\x00", size+int64(len(line)))
	_, err := io.Copy(sum, hugeContent(size, line))
	must(t, err)
	e := rawEntry{at: p.raw.data.Len()}
	sum.Sum(e.id[:0])
	id := hex.EncodeToString(e.id[:])
	p.raw.entries = append(p.raw.entries, e)
	p.raw.data.Write(hugeEntry(t, size, line))
	p.raw.write(t, f)
	s := map[gitsource.Engine]*sight{}
	for _, engine := range []gitsource.Engine{gitsource.EnginePlain, gitsource.EngineDelta} {
		peak := peakOf(func() { s[engine] = l.look(t, shape{dir: f.dir, engine: engine}) })
		if peak > 400<<20 {
			t.Errorf("%s: %d bytes of heap for a blob of %d", engine, peak, size)
		}
	}
	report(t, "delta against plain", s[gitsource.EngineDelta].differs(s[gitsource.EnginePlain]))
	if got := s[gitsource.EngineDelta].matches[id]; len(got) != 1 {
		t.Errorf("the secret behind %d zeros: %q", size, got)
	}
}

// hugeContent is zeros, and a text behind them.
func hugeContent(size int64, text []byte) io.Reader {
	return io.MultiReader(io.LimitReader(zeros{}, size), bytes.NewReader(text))
}

// hugeEntry writes the entry of a blob of zeros and a text.
func hugeEntry(t testing.TB, size int64, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	n := size + int64(len(text))
	c := byte(rawBlob<<4 | n&15)
	for n >>= 4; n > 0; n >>= 7 {
		b.WriteByte(c | 0x80)
		c = byte(n & 0x7f)
	}
	b.WriteByte(c)
	z := zlib.NewWriter(&b)
	_, err := io.Copy(z, hugeContent(size, text))
	must(t, err)
	must(t, z.Close())
	return b.Bytes()
}
