package pack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"runtime/debug"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// File is one pack. Its objects are numbered by position: the order in which
// they stand in it. Reading is safe for concurrent use; Close is not.
type File struct {
	path    string // without extension
	data    []byte
	index   *index   // nil for a pack that was received without one
	ranks   []uint32 // of the index, by position
	offsets []int64  // by position, and where the last object ends
	// Of a pack without an index: names by position, once they are known, and the
	// positions sorted by name.
	names  []plumbing.Hash
	sorted []uint32
	faults error // of the checksums of the whole
}

// Open opens the pack at a path without extension, with its index.
func Open(path string) (f *File, err error) {
	defer guard(&err)
	f = &File{path: path}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	data, err := mapFile(path + ".idx")
	if err != nil {
		return f, fmt.Errorf("read index: %w", err)
	}
	if f.index, err = parseIndex(data); err != nil {
		return f, errors.Join(err, unmapFile(data))
	}
	if f.data, err = mapFile(path + ".pack"); err != nil {
		return f, err
	}
	if err := f.check(); err != nil {
		return f, err
	}
	reverse, _ := os.ReadFile(path + ".rev") // git makes it again if it is not there
	if f.ranks, f.offsets, err = f.index.order(reverse); err != nil {
		return f, err
	}
	f.offsets = append(f.offsets, int64(len(f.data)-idLen))
	if n := binary.BigEndian.Uint32(f.data[8:]); int(n) != f.index.count {
		f.faults = fmt.Errorf("the pack holds %d objects, its index names %d", n, f.index.count)
	} else if !bytes.Equal(f.data[len(f.data)-idLen:], f.index.packSum()) {
		f.faults = errors.New("its checksum is not the one that its index gives: it is cut short, or the index is another pack's")
	}
	return f, nil
}

// OpenReceived opens a pack that has no index, at a path without extension. The
// offsets are where its objects begin, in order, as [Split] gives them. Its
// objects have names after [File.Walk] has ended.
func OpenReceived(path string, offsets []int64) (f *File, err error) {
	defer guard(&err)
	f = &File{path: path}
	if f.data, err = mapFile(path + ".pack"); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	f.offsets = append(slices.Clone(offsets), int64(len(f.data)-idLen))
	return f, nil
}

// check checks signature and version.
func (f *File) check() error {
	const head = 12
	if len(f.data) < head+idLen {
		return errShort
	}
	if string(f.data[:4]) != "PACK" {
		return errors.New("it is not a pack")
	}
	if v := binary.BigEndian.Uint32(f.data[4:]); v != 2 && v != 3 {
		return fmt.Errorf("unknown pack version %d", v)
	}
	return nil
}

// Faults says what is wrong with the pack as a whole, though objects of it may
// be read; nil if nothing is.
func (f *File) Faults() error { return f.faults }

// Path is the pack's path without extension.
func (f *File) Path() string { return f.path }

// Count is the number of objects.
func (f *File) Count() int { return len(f.offsets) - 1 }

// Offset is where the object at a position begins in the pack.
func (f *File) Offset(pos int) int64 { return f.offsets[pos] }

// ID gives the name of the object at a position, the zero hash if it has none yet.
func (f *File) ID(pos int) (id plumbing.Hash) {
	if f.index != nil {
		copy(id[:], f.index.name(int(f.ranks[pos])))
		return id
	}
	if f.names != nil {
		id = f.names[pos]
	}
	return id
}

// Find gives the position of an object, -1 if it is not in the pack.
func (f *File) Find(id plumbing.Hash) int {
	if f.index != nil {
		r := f.index.find(&id)
		if r < 0 {
			return -1
		}
		return f.at(f.index.offset(r))
	}
	i, ok := slices.BinarySearchFunc(f.sorted, id, func(p uint32, id plumbing.Hash) int {
		return bytes.Compare(f.names[p][:], id[:])
	})
	if !ok {
		return -1
	}
	return int(f.sorted[i])
}

// Slot numbers the objects of a pack in the order in which they are found
// fastest: by name, or by position if the pack has no index. It gives the slot of
// the object at a position.
func (f *File) Slot(pos int) int {
	if f.index != nil {
		return int(f.ranks[pos])
	}
	return pos
}

// FindSlot gives the slot of an object, -1 if it is not in the pack.
func (f *File) FindSlot(id *plumbing.Hash) int {
	if f.index != nil {
		return f.index.find(id)
	}
	return f.Find(*id)
}

// SlotID gives the name of the object in a slot.
func (f *File) SlotID(slot int) plumbing.Hash {
	if f.index != nil {
		return plumbing.Hash(f.index.name(slot))
	}
	return f.ID(slot)
}

// Has says whether the pack holds an object.
func (f *File) Has(id plumbing.Hash) bool { return f.FindSlot(&id) >= 0 }

// Names calls f with the name of every object of the pack, sorted by name.
func (f *File) Names(each func(plumbing.Hash)) {
	if f.index == nil {
		for _, p := range f.sorted {
			each(f.names[p])
		}
		return
	}
	for i := range f.index.count {
		each(plumbing.Hash(f.index.name(i)))
	}
}

// at gives the position of what begins at an offset, -1 if nothing does.
func (f *File) at(offset int64) int {
	pos, ok := slices.BinarySearch(f.offsets[:f.Count()], offset)
	if !ok {
		return -1
	}
	return pos
}

// name notes the names that the walk found for a pack without an index.
func (f *File) name(names []plumbing.Hash) {
	f.names = names
	f.sorted = make([]uint32, 0, len(names))
	for p, id := range names {
		if !id.IsZero() { // it could not be read
			f.sorted = append(f.sorted, uint32(p))
		}
	}
	slices.SortFunc(f.sorted, func(a, b uint32) int { return bytes.Compare(names[a][:], names[b][:]) })
}

// intact compares an entry with the checksum that the index has for it.
func (f *File) intact(pos int) error {
	if f.index == nil {
		return nil
	}
	want, ok := f.index.sum(int(f.ranks[pos]))
	if !ok {
		return nil
	}
	begin, end := f.offsets[pos], f.offsets[pos+1]
	if begin < 0 || end > int64(len(f.data)) || begin >= end {
		return errShort
	}
	if crc32.ChecksumIEEE(f.data[begin:end]) != want {
		return errors.New("its bytes do not have the checksum that the index gives")
	}
	return nil
}

// unnamed says that nothing is known of the names of the pack's objects yet.
func (f *File) unnamed() bool { return f.index == nil && f.names == nil }

// sums says that intact can compare entries.
func (f *File) sums() bool { return f.index != nil && f.index.sums != 0 }

// Close releases the files. Nothing that was read may refer to them then; what
// Read and Walk give does not.
func (f *File) Close() error {
	var err error
	if f.index != nil {
		err = unmapFile(f.index.data)
	}
	err = errors.Join(err, unmapFile(f.data))
	*f = File{path: f.path}
	return err
}

// errShort says that something ends before its end.
var errShort = errors.New("it ends too early")

// guard turns a panic into an error: a fault of a file that was cut short while
// it is mapped, or whatever a hostile file makes of the readers.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the pack could not be read on: %v", p)
	}
}

// faultsPanic makes faults of mapped files panics that can be recovered, for the
// goroutine that calls it.
func faultsPanic() { debug.SetPanicOnFault(true) }
