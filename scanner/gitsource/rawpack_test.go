package gitsource_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// rawPack builds a pack, and an index that says of it whatever a test wants: git
// itself would refuse to write these.
type rawPack struct {
	data    bytes.Buffer
	entries []rawEntry
}

type rawEntry struct {
	id [20]byte
	at int
}

const (
	rawBlob     = 3
	rawOfsDelta = 6
	rawRefDelta = 7
)

// add appends an entry under a name; size is what its header says, extra what
// stands between header and content. It returns the entry's offset.
func (p *rawPack) add(id string, typ byte, size int, extra, content []byte) int {
	if p.data.Len() == 0 {
		p.data.WriteString("PACK\x00\x00\x00\x02\x00\x00\x00\x00")
	}
	e := rawEntry{at: p.data.Len()}
	hex.Decode(e.id[:], []byte(id))
	p.entries = append(p.entries, e)
	c := typ<<4 | byte(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		p.data.WriteByte(c | 0x80)
		c = byte(size & 0x7f)
	}
	p.data.WriteByte(c)
	p.data.Write(extra)
	z := zlib.NewWriter(&p.data)
	z.Write(content)
	z.Close()
	return e.at
}

// bytes is the pack with the number of its entries and its checksum.
func (p *rawPack) bytes() []byte {
	pack := p.data.Bytes()
	binary.BigEndian.PutUint32(pack[8:], uint32(len(p.entries)))
	sum := sha1.Sum(pack)
	return append(pack, sum[:]...)
}

// write puts the pack into a repository.
func (p *rawPack) write(t testing.TB, f *fixture) {
	t.Helper()
	pack := p.bytes()
	sum := pack[len(pack)-sha1.Size:]
	slices.SortFunc(p.entries, func(a, b rawEntry) int { return bytes.Compare(a.id[:], b.id[:]) })
	idx := []byte("\xfftOc\x00\x00\x00\x02")
	for k := range 256 {
		n := 0
		for _, e := range p.entries {
			if int(e.id[0]) <= k {
				n++
			}
		}
		idx = binary.BigEndian.AppendUint32(idx, uint32(n))
	}
	for _, e := range p.entries {
		idx = append(idx, e.id[:]...)
	}
	for _, e := range p.entries {
		end := len(pack) - sha1.Size
		for _, o := range p.entries {
			if o.at > e.at {
				end = min(end, o.at)
			}
		}
		idx = binary.BigEndian.AppendUint32(idx, crc32.ChecksumIEEE(pack[e.at:end]))
	}
	for _, e := range p.entries {
		idx = binary.BigEndian.AppendUint32(idx, uint32(e.at))
	}
	idx = append(idx, sum...)
	own := sha1.Sum(idx)
	idx = append(idx, own[:]...)
	stem := filepath.Join(f.objects(), "pack", fmt.Sprintf("pack-%x", sum))
	must(t, os.WriteFile(stem+".pack", pack, 0o666))
	must(t, os.WriteFile(stem+".idx", idx, 0o666))
}

func name(n int) string { return fmt.Sprintf("%040x", n) }

func rawID(id string) []byte {
	b, _ := hex.DecodeString(id)
	return b
}

// delta writes a delta: sizes of base and result, then the operations.
func delta(base, result uint64, ops ...byte) []byte {
	b := binary.AppendUvarint(nil, base)
	return append(binary.AppendUvarint(b, result), ops...)
}
