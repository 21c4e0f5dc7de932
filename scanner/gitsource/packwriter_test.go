package gitsource_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// op is one instruction of a delta: copy size bytes of the base from at, or, if
// text is not nil, insert text. https://git-scm.com/docs/gitformat-pack
type op struct {
	at, size int
	text     []byte
}

func copied(at, size int) op       { return op{at: at, size: size} }
func inserted(text string) op      { return op{text: []byte(text)} }
func (o op) inserts() bool         { return o.text != nil }
func span(from, to int) op         { return copied(from, to-from) }
func whole(content []byte) op      { return copied(0, len(content)) }
func blobID(b []byte) string       { return gitHash("blob", b) }
func index(b []byte, s string) int { return bytes.Index(b, []byte(s)) }

// apply gives what a delta makes of its base.
func apply(base []byte, ops []op) []byte {
	var out []byte
	for _, o := range ops {
		if o.inserts() {
			out = append(out, o.text...)
		} else {
			out = append(out, base[o.at:o.at+o.size]...)
		}
	}
	return out
}

// encode writes a delta, every op as it is given: only what no single
// instruction can say is split, inserts of more than 127 bytes and copies of
// more than 64 KiB.
func encode(base []byte, ops []op) []byte {
	const mostInserted, mostCopied = 127, 0x10000
	out := binary.AppendUvarint(nil, uint64(len(base)))
	out = binary.AppendUvarint(out, uint64(len(apply(base, ops))))
	for _, o := range ops {
		for text := o.text; len(text) > 0; {
			n := min(len(text), mostInserted)
			out = append(append(out, byte(n)), text[:n]...)
			text = text[n:]
		}
		for at, left := o.at, o.size; left > 0 && !o.inserts(); {
			n := min(left, mostCopied)
			out = appendCopy(out, at, n)
			at, left = at+n, left-n
		}
	}
	return out
}

// appendCopy writes one copy: a byte that says which of the seven bytes of
// offset and size follow; a size of 64 KiB is written as none.
func appendCopy(out []byte, at, size int) []byte {
	head := len(out)
	out = append(out, 0x80)
	put := func(value, bytes, bit int) {
		for k := range bytes {
			if b := byte(value >> (8 * k)); b != 0 {
				out[head] |= 1 << (bit + k)
				out = append(out, b)
			}
		}
	}
	put(at, 4, 0)
	if size != 0x10000 {
		put(size, 3, 4)
	}
	return out
}

// leastDelta is the size of the shortest delta that git accepts: see patch-delta.c.
const leastDelta = 4

// handPack is a pack of which every instruction is the test's own choice. Blobs
// are known by their order of adding.
type handPack struct {
	raw      rawPack
	contents [][]byte
	at       []int
	has      map[string]int // blob ids
}

// add appends a blob that is no delta. A blob that is there already is not
// written again.
func (p *handPack) add(content []byte) int {
	if n, ok := p.has[blobID(content)]; ok {
		return n
	}
	at := p.raw.add(blobID(content), rawBlob, len(content), nil, content)
	return p.note(content, at)
}

func (p *handPack) note(content []byte, at int) int {
	if p.has == nil {
		p.has = map[string]int{}
	}
	p.has[blobID(content)] = len(p.contents)
	p.contents = append(p.contents, content)
	p.at = append(p.at, at)
	return len(p.contents) - 1
}

// delta appends an OFS_DELTA of a blob.
func (p *handPack) delta(base int, ops ...op) int {
	content := apply(p.contents[base], ops)
	if n, ok := p.has[blobID(content)]; ok {
		return n
	}
	d := encode(p.contents[base], ops)
	if len(d) < leastDelta {
		return p.add(content)
	}
	at := p.raw.add(blobID(content), rawOfsDelta, len(d), ofsBytes(p.raw.data.Len()-p.at[base]), d)
	return p.note(content, at)
}

// ref appends a REF_DELTA of a content, which may be added later, or never: the
// pack is thin then.
func (p *handPack) ref(base []byte, ops ...op) int {
	content := apply(base, ops)
	if n, ok := p.has[blobID(content)]; ok {
		return n
	}
	d := encode(base, ops)
	if len(d) < leastDelta {
		return p.add(content)
	}
	at := p.raw.add(blobID(content), rawRefDelta, len(d), rawID(blobID(base)), d)
	return p.note(content, at)
}

// ofsBytes writes how far before a delta its base begins.
func ofsBytes(back int) []byte {
	out := []byte{byte(back & 0x7f)}
	for back >>= 7; back > 0; back >>= 7 {
		back--
		out = append([]byte{0x80 | byte(back&0x7f)}, out...)
	}
	return out
}

// store puts the pack into a repository, with a commit that holds every blob, the
// first as f0000. git itself makes the index and so proves that the pack is
// sound; thin packs get their bases from what the repository has.
func (p *handPack) store(f *fixture) {
	f.t.Helper()
	var tree bytes.Buffer
	for n, content := range p.contents {
		fmt.Fprintf(&tree, "100644 f%04d\x00%s", n, rawID(blobID(content)))
	}
	f.tick()
	root := gitHash("tree", tree.Bytes())
	commit := fmt.Appendf(nil, "tree %s\nauthor Ada Author <ada@example.test> %d +0000\n"+
		"committer Carl Committer <carl@example.test> %d +0000\n\nby hand\n", root, f.clock, f.clock)
	p.raw.add(root, 2, tree.Len(), nil, tree.Bytes())
	p.raw.add(gitHash("commit", commit), 1, len(commit), nil, commit)
	f.feed(string(p.raw.bytes()), "index-pack", "--stdin", "--fix-thin")
	f.write(".git/refs/heads/main", gitHash("commit", commit)+"\n")
}

// lend stores blobs loose, for a thin pack to build upon.
func lend(f *fixture, contents ...[]byte) {
	f.t.Helper()
	for _, c := range contents {
		f.feed(string(c), "hash-object", "-w", "--stdin")
	}
}

// emptyRepo is a repository as "git init" makes it, without a run of git.
func emptyRepo(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: filepath.Join(t.TempDir(), "repo"), clock: 1_600_000_000, home: t.TempDir()}
	for _, dir := range []string{"objects/pack", "objects/info", "refs/heads", "refs/tags"} {
		must(t, os.MkdirAll(filepath.Join(f.dir, ".git", filepath.FromSlash(dir)), 0o777))
	}
	f.write(".git/HEAD", "ref: refs/heads/main\n")
	f.write(".git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
	return f
}

// TestPackWriter compares what the writer says that its deltas make with what git
// reads from the pack.
func TestPackWriter(t *testing.T) {
	f := emptyRepo(t)
	base := []byte(strings.Repeat("0123456789abcdef", 9000))
	lent := []byte("lent by another pack\n")
	lend(f, lent)
	p := &handPack{}
	a := p.add(base)
	b := p.delta(a, whole(base), whole(base))
	p.delta(b, inserted(strings.Repeat("long insert ", 30)), span(5, 6), span(3, 0x10003), copied(0, 0))
	p.delta(a)
	later := []byte("comes later\n")
	p.ref(later, span(6, 11), inserted("\n"))
	p.add(later)
	p.ref(lent, span(0, 4))
	p.store(f)
	if n := len(p.contents); n != 7 {
		t.Fatalf("%d blobs, want 7", n)
	}
	for _, c := range p.contents {
		if len(c) == 0 {
			continue // git 2.39 cannot print an empty blob that is stored as a delta
		}
		if got, err := f.try(f.dir, nil, "cat-file", "-p", blobID(c)); err != nil || got != strings.TrimSuffix(string(c), "\n") {
			t.Errorf("blob %s: git reads %d bytes, want %d: %v", blobID(c), len(got), len(c), err)
		}
	}
}
