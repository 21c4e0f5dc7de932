package gitsource

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

// Bounds on what one entry of a pack may make the reader do. go-git resolves a
// delta by recursion with every base in memory, so a chain is measured before
// it is resolved.
const (
	// maxChain is the longest delta chain. git writes at most 4,095 links, see
	// https://git-scm.com/docs/git-pack-objects#Documentation/git-pack-objects.txt---depthn
	maxChain = 1 << 16
	// maxCost bounds a chain's memory: its largest object, and all its deltas.
	// git makes no deltas of objects over core.bigFileThreshold, 512 MiB.
	maxCost = 1 << 30
)

// plainPack is one pack with its index, read through go-git object by object: the
// slow and obvious way, beside which the fast one is tested.
type plainPack struct {
	path  string // without extension
	idx   *idxfile.MemoryIndex
	file  packFile
	pack  *packfile.Packfile
	known map[int64]entry
}

// packFile is a file as go-git wants it. Nothing is ever written to it.
type packFile struct{ *os.File }

func (packFile) Lock() error   { return errors.ErrUnsupported }
func (packFile) Unlock() error { return errors.ErrUnsupported }

// entry is what is known of the object at an offset before it is inflated.
type entry struct {
	typ     plumbing.ObjectType
	delta   bool
	links   int
	size    int64 // of the object
	largest int64 // of it and its bases
	deltas  int64 // bytes of all deltas of its chain
	bad     error
}

func (e entry) cost() int64 { return e.largest + e.deltas }

func openPlain(path string, objects *cache.ObjectLRU) (_ *plainPack, err error) {
	defer guard(&err)
	idx, err := readIdx(path + ".idx")
	if err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	f, err := os.Open(path + ".pack")
	if err != nil {
		return nil, err
	}
	if err := checkPackHeader(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	file := packFile{f}
	return &plainPack{
		path: path, idx: idx, file: file,
		// Without a file system go-git keeps objects in memory and hashes them.
		pack:  packfile.NewPackfileWithCache(idx, nil, file, objects, 0),
		known: map[int64]entry{},
	}, nil
}

// checkPackHeader checks signature and version:
// https://git-scm.com/docs/gitformat-pack
func checkPackHeader(f *os.File) error {
	var head [8]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return err
	}
	if string(head[:4]) != "PACK" {
		return errors.New("it is not a pack")
	}
	if v := binary.BigEndian.Uint32(head[4:]); v != 2 && v != 3 {
		return fmt.Errorf("unknown pack version %d", v)
	}
	return nil
}

// readIdx reads a pack index of version 2 or 1.
func readIdx(path string) (*idxfile.MemoryIndex, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var magic [4]byte
	if _, err := io.ReadFull(f, magic[:]); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if string(magic[:]) != "\xfftOc" {
		return readIdxV1(f)
	}
	idx := idxfile.NewMemoryIndex()
	if err := idxfile.NewDecoder(f).Decode(idx); err != nil {
		return nil, err
	}
	return idx, nil
}

// readIdxV1 reads an index of version 1, which go-git does not know: 256 counts,
// then offset and name of each object, sorted by name, then two checksums.
// https://git-scm.com/docs/gitformat-pack
func readIdxV1(f *os.File) (*idxfile.MemoryIndex, error) {
	const fanout, row = 256, 4 + len(plumbing.ZeroHash)
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	n := (info.Size() - fanout*4 - 2*int64(len(plumbing.ZeroHash))) / int64(row)
	if n < 0 || fanout*4+n*int64(row)+2*int64(len(plumbing.ZeroHash)) != info.Size() {
		return nil, errors.New("its size fits no number of objects")
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	idx := idxfile.NewMemoryIndex()
	begin := uint32(0)
	for k := range fanout {
		end := binary.BigEndian.Uint32(data[k*4:])
		if end < begin || int64(end) > n || k == fanout-1 && int64(end) != n {
			return nil, errors.New("its table of counts is wrong")
		}
		idx.Fanout[k], idx.FanoutMapping[k] = end, -1
		if end == begin {
			continue
		}
		idx.FanoutMapping[k] = len(idx.Names)
		var names, offsets []byte
		for i := begin; i < end; i++ {
			at := fanout*4 + int(i)*row
			names = append(names, data[at+4:at+row]...)
			off := binary.BigEndian.Uint32(data[at:])
			if off>>31 != 0 { // what version 2 keeps in its table of long offsets
				idx.Offset64 = binary.BigEndian.AppendUint64(idx.Offset64, uint64(off))
				off = 1<<31 | uint32(len(idx.Offset64)/8-1)
			}
			offsets = binary.BigEndian.AppendUint32(offsets, off)
		}
		idx.Names, idx.Offset32 = append(idx.Names, names), append(idx.Offset32, offsets)
		idx.CRC32 = append(idx.CRC32, make([]byte, len(offsets)))
		begin = end
	}
	return idx, nil
}

func (p *plainPack) has(id plumbing.Hash) bool {
	ok, _ := p.idx.Contains(id)
	return ok
}

func (p *plainPack) each(f func(plumbing.Hash)) (err error) {
	defer guard(&err)
	entries, err := p.idx.Entries()
	if err != nil {
		return err
	}
	for {
		e, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		f(e.Hash)
	}
}

func (p *plainPack) kind(id plumbing.Hash) (typ plumbing.ObjectType, err error) {
	defer guard(&err)
	off, err := p.idx.FindOffset(id)
	if err != nil {
		return 0, err
	}
	e, err := p.measure(off)
	return e.typ, err
}

func (p *plainPack) read(id plumbing.Hash, whole int64) (o object, err error) {
	defer guard(&err)
	off, err := p.idx.FindOffset(id)
	if err != nil {
		return object{}, err
	}
	e, err := p.measure(off)
	if err != nil {
		return object{}, err
	}
	o = object{typ: e.typ, size: e.size}
	if e.size > whole && !e.delta {
		o.stream, err = p.stream(id, off, e)
		return o, err
	}
	if e.cost() > max(maxCost, whole) {
		err := fmt.Errorf("its deltas need %d bytes of memory, more than %d", e.cost(), max(maxCost, whole))
		return object{}, &readError{classBound, err}
	}
	got, err := p.pack.Get(id)
	if err != nil {
		return object{}, err
	}
	if got.Hash() != id {
		return object{}, fmt.Errorf("its content is that of %s", got.Hash())
	}
	r, err := got.Reader()
	if err != nil {
		return object{}, err
	}
	o.size = got.Size()
	o.data = make([]byte, o.size)
	if _, err := io.ReadFull(r, o.data); err != nil {
		return object{}, err
	}
	if o.size > whole {
		o.stream, o.data = io.NopCloser(bytes.NewReader(o.data)), nil
	}
	return o, nil
}

// stream reads an entry that is no delta piece by piece. Until it is closed no
// other object of the pack may be read.
func (p *plainPack) stream(id plumbing.Hash, off int64, e entry) (io.ReadCloser, error) {
	if _, err := p.pack.Scanner().SeekObjectHeader(off); err != nil {
		return nil, err
	}
	r, err := p.pack.Scanner().ReadObject()
	if err != nil {
		return nil, err
	}
	return newChecked(r, r, id, e.typ, e.size), nil
}

// measure finds type, size and cost of the object at an offset by following its
// delta chain down to an entry that is known or is no delta.
func (p *plainPack) measure(off int64) (entry, error) {
	type link struct{ at, size, length int64 }
	var chain []link
	var base entry
	for at := off; ; {
		if e, ok := p.known[at]; ok {
			base = e
			break
		}
		if len(chain) == maxChain {
			base = entry{bad: fmt.Errorf("its delta chain is circular or longer than %d", maxChain)}
			break
		}
		h, next, size, err := p.header(at)
		if err != nil {
			base = entry{bad: err}
			p.known[at] = base
			break
		}
		if next < 0 {
			base = entry{typ: h.Type, size: size, largest: size}
			p.known[at] = base
			break
		}
		chain = append(chain, link{at, size, h.Length})
		at = next
	}
	for i := len(chain) - 1; i >= 0; i-- {
		l := chain[i]
		base = entry{
			typ: base.typ, delta: true, links: base.links + 1, size: l.size,
			largest: max(base.largest, l.size), deltas: base.deltas + l.length, bad: base.bad,
		}
		if base.bad == nil && (base.links > maxChain || base.deltas < 0) {
			base.bad = fmt.Errorf("its delta chain is longer than %d", maxChain)
		}
		p.known[l.at] = base
	}
	return base, base.bad
}

// header reads the header of the entry at an offset, and for a delta the offset
// of its base and the size of its result; base is -1 for what is no delta.
func (p *plainPack) header(off int64) (h *packfile.ObjectHeader, base, size int64, err error) {
	scan := p.pack.Scanner()
	h, err = scan.SeekObjectHeader(off)
	if err != nil {
		return nil, 0, 0, err
	}
	switch h.Type {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
		return h, -1, h.Length, nil
	case plumbing.OFSDeltaObject:
		base = h.OffsetReference
	case plumbing.REFDeltaObject:
		if base, err = p.idx.FindOffset(h.Reference); err != nil {
			return nil, 0, 0, fmt.Errorf("its delta base %s is not in the pack", h.Reference)
		}
	default:
		return nil, 0, 0, fmt.Errorf("unknown type %d of pack entry", h.Type)
	}
	r, err := scan.ReadObject()
	if err != nil {
		return nil, 0, 0, err
	}
	defer r.Close()
	var head [2 * binary.MaxVarintLen64]byte // sizes of base and result
	n, err := io.ReadFull(r, head[:min(int64(len(head)), h.Length)])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, 0, 0, err
	}
	_, a := binary.Uvarint(head[:n])
	if a <= 0 {
		return nil, 0, 0, errors.New("its delta has no sizes")
	}
	result, b := binary.Uvarint(head[a:n])
	if b <= 0 || int64(result) < 0 {
		return nil, 0, 0, errors.New("its delta has no sizes")
	}
	return h, base, int64(result), nil
}

func (p *plainPack) close() error { return p.file.Close() }

func (p *plainPack) name() string { return p.path }
