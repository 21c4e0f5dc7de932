package gitsource_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestWindows scans blobs larger than the bound, loose, packed and as delta: the
// windows join to the content, overlap as the contract says, and know their
// lines and columns.
func TestWindows(t *testing.T) {
	const lap = scanner.WindowOverlap
	noise := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < 5<<20 {
		line := fmt.Appendf(nil, "%x\n", noise.Uint64())
		b.Write(line[:4+noise.IntN(len(line)-4)])
		if noise.IntN(5) == 0 {
			b.WriteByte('\n')
		}
	}
	text := b.String()
	f := newFixture(t)
	f.change("large", text)
	f.change("large", text[:3<<20]+"changed\n"+text[3<<20:])
	f.change("one line", strings.Repeat("x", 2<<20))
	f.change("exact", text[:1<<20])
	f.change("exact", text[:1<<20+2*lap])
	for _, where := range []string{"loose", "packed"} {
		if where == "packed" {
			f.git("repack", "-q", "-a", "-d", "-f")
			f.git("prune-packed")
		}
		r := scan(t, f.dir, gitsource.Options{MaxBlob: 1 << 20})
		r.complete(t)
		judgeObjects(t, f, f.dir, r)
		whole := map[string][]byte{}
		begin := map[string]int64{}
		for _, c := range r.of(scanner.SourceBlob) {
			if c.To == 0 {
				whole[c.Blob] = c.Data
				continue
			}
			done := whole[c.Blob]
			if c.Offset+int64(c.From) != begin[c.Blob] {
				t.Fatalf("%s: window at %d judges from %d, want %d", c.Path, c.Offset, c.Offset+int64(c.From), begin[c.Blob])
			}
			if c.Offset > 0 && c.From < lap || len(c.Data) > 1<<20+2*lap {
				t.Fatalf("%s: window at %d of %d bytes has %d before it", c.Path, c.Offset, len(c.Data), c.From)
			}
			if !bytes.Equal(done[c.Offset:c.Offset+int64(c.From)], c.Data[:c.From]) {
				t.Fatalf("%s: window at %d does not continue", c.Path, c.Offset)
			}
			whole[c.Blob] = append(done[:c.Offset:c.Offset], c.Data...)
			begin[c.Blob] = c.Offset + int64(c.To)
			before := whole[c.Blob][:c.Offset]
			line := 1 + bytes.Count(before, []byte{'\n'})
			column := len(before) - bytes.LastIndexByte(before, '\n')
			if c.Line != line || c.Column != column {
				t.Fatalf("%s: window at %d is at %d:%d, want %d:%d", c.Path, c.Offset, c.Line, c.Column, line, column)
			}
		}
		if len(begin) != 4 { // all but the one of exactly the bound
			t.Errorf("%s: %d blobs came in windows, want 4", where, len(begin))
		}
		for id, data := range whole {
			if gitHash("blob", data) != id {
				t.Errorf("%s: the windows of %s join to something else", where, id)
			}
			if n, ok := begin[id]; ok && n != int64(len(data)) {
				t.Errorf("%s: %s is judged up to %d of %d", where, id, n, len(data))
			}
		}
	}
}

// TestLargeCorrupt flips a byte of a large blob: its windows are yielded and the
// damage is named.
func TestLargeCorrupt(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := newFixture(t)
		noise := rand.New(rand.NewPCG(3, 4))
		data := make([]byte, 3<<20)
		for i := range data {
			data[i] = byte(noise.Uint32())
		}
		f.change("large", string(data))
		for _, where := range []string{"loose", "packed"} {
			file := f.looseFile(f.git("rev-parse", "HEAD:large"))
			if where == "packed" {
				f.git("repack", "-q", "-a", "-d")
				file = strings.TrimSuffix(packIndex(t, f), ".idx") + ".pack"
			}
			stored, err := os.ReadFile(file)
			must(t, err)
			bad := bytes.Clone(stored)
			bad[len(bad)*3/4] ^= 0x10
			must(t, os.Chmod(file, 0o666))
			must(t, os.WriteFile(file, bad, 0o666))
			r := scan(t, f.dir, gitsource.Options{MaxBlob: 1 << 20})
			r.only(t, "corrupt", "large in commit")
			if r.tally.Objects["blobs"] != 0 || where == "loose" && len(r.of(scanner.SourceBlob)) == 0 {
				t.Errorf("%s: %d windows, tally %v", where, len(r.of(scanner.SourceBlob)), r.tally.Objects)
			}
			must(t, os.WriteFile(file, stored, 0o666))
		}
	})
}
