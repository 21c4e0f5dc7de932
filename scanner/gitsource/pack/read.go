package pack

import (
	"container/list"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds on what one object may make a Reader do.
const (
	// maxChain is the longest delta chain that is followed. git writes at most
	// 4,095 links, see
	// https://git-scm.com/docs/git-pack-objects#Documentation/git-pack-objects.txt---depthn
	maxChain = 1 << 16
	// maxHeld bounds the bytes of one object and its base together. git makes no
	// deltas of objects over core.bigFileThreshold, 512 MiB.
	maxHeld = 1 << 30
)

// ErrBound is for what a Reader refuses because it needs too much memory.
var ErrBound = errors.New("it needs too much memory")

// Reader reads single objects of a pack. It is used by one goroutine.
type Reader struct {
	file  *File
	z     inflater
	delta []byte
	limit int64      // bytes that are held at most
	room  int64      // what is left of it
	held  *list.List // of *held, the last used first
	byPos map[int]*list.Element
}

// held is an object that was read before.
type held struct {
	pos  int
	kind plumbing.ObjectType
	data []byte
}

// NewReader gives a reader that keeps so many bytes of objects for those that are
// built on them.
func (f *File) NewReader(cacheBytes int64) *Reader {
	return &Reader{file: f, limit: cacheBytes, room: cacheBytes, held: list.New(), byPos: map[int]*list.Element{}}
}

// Kind gives the type of the object at a position.
func (r *Reader) Kind(pos int) (kind plumbing.ObjectType, err error) {
	faultsPanic()
	defer guard(&err)
	_, root, err := r.chain(pos)
	if root.kind == 0 {
		return 0, err
	}
	return root.kind, err
}

// chain follows an object to the first one on its way that is held or is no
// delta; it gives the positions of the deltas, the object's own first.
func (r *Reader) chain(pos int) (deltas []int, root held, err error) {
	for {
		if e := r.byPos[pos]; e != nil {
			r.held.MoveToFront(e)
			return deltas, *e.Value.(*held), nil
		}
		if err := r.file.intact(pos); err != nil {
			return deltas, root, err
		}
		e, err := r.file.header(pos)
		if err != nil {
			return deltas, root, err
		}
		if e.base < 0 {
			return deltas, held{pos: pos, kind: e.kind}, nil
		}
		if len(deltas) == maxChain {
			return deltas, root, fmt.Errorf("its delta chain is circular or longer than %d", maxChain)
		}
		deltas = append(deltas, pos)
		pos = e.base
	}
}

// Read gives the object at a position; the data belongs to the caller. The error
// is ErrBound for an object of more than limit bytes.
func (r *Reader) Read(pos int, limit int64) (kind plumbing.ObjectType, data []byte, err error) {
	faultsPanic()
	defer guard(&err)
	deltas, root, err := r.chain(pos)
	if err != nil {
		return 0, nil, err
	}
	data = root.data
	if data == nil {
		e, err := r.file.header(root.pos)
		if err != nil {
			return 0, nil, err
		}
		if err := bound(e.size, 0, max(limit, maxHeld)); err != nil {
			return root.kind, nil, err
		}
		if data, err = r.z.inflate(r.file, root.pos, e, nil); err != nil {
			return 0, nil, err
		}
		r.keep(held{root.pos, root.kind, data})
	}
	for i := len(deltas) - 1; i >= 0; i-- {
		if data, err = r.build(deltas[i], data); err != nil {
			return root.kind, nil, err
		}
		r.keep(held{deltas[i], root.kind, data})
	}
	if int64(len(data)) > limit {
		return root.kind, nil, fmt.Errorf("%w: %d bytes", ErrBound, len(data))
	}
	return root.kind, append(make([]byte, 0, len(data)), data...), nil
}

// build makes the next object of a chain.
func (r *Reader) build(pos int, base []byte) ([]byte, error) {
	e, err := r.file.header(pos)
	if err != nil {
		return nil, err
	}
	if err := bound(e.size, int64(len(base)), maxHeld); err != nil {
		return nil, err
	}
	if r.delta, err = r.z.inflate(r.file, pos, e, r.delta); err != nil {
		return nil, err
	}
	from, size, ops, err := deltaSizes(r.delta)
	switch {
	case err != nil:
		return nil, err
	case from != int64(len(base)):
		return nil, errors.New("its delta is for a base of another size")
	case size > int64(len(ops))<<24:
		return nil, errDelta
	}
	if err := bound(size, int64(len(base)), maxHeld); err != nil {
		return nil, err
	}
	data := make([]byte, size)
	_, err = apply(base, ops, data, nil)
	return data, err
}

func bound(size, more, limit int64) error {
	if size+more > limit {
		return fmt.Errorf("%w: %d bytes, more than %d", ErrBound, size+more, limit)
	}
	return nil
}

// keep holds an object, and lets go of those not used for longest.
func (r *Reader) keep(h held) {
	if int64(len(h.data)) > r.limit/4 {
		return
	}
	r.room -= int64(len(h.data))
	r.byPos[h.pos] = r.held.PushFront(&h)
	for r.room < 0 {
		last := r.held.Back()
		old := r.held.Remove(last).(*held)
		delete(r.byPos, old.pos)
		r.room += int64(len(old.data))
	}
}

// Size gives the size of an object that is no delta, -1 for a delta.
func (r *Reader) Size(pos int) (size int64, err error) {
	faultsPanic()
	defer guard(&err)
	e, err := r.file.header(pos)
	if err != nil || e.base >= 0 {
		return -1, err
	}
	return e.size, nil
}

// Stream gives the content of an object that is no delta, piece by piece. Until
// it is read the reader serves nothing else.
func (r *Reader) Stream(pos int) (_ io.Reader, err error) {
	faultsPanic()
	defer guard(&err)
	if err := r.file.intact(pos); err != nil {
		return nil, err
	}
	e, err := r.file.header(pos)
	if err != nil {
		return nil, err
	}
	z, err := r.z.stream(r.file.data[e.data:r.file.offsets[pos+1]])
	if err != nil {
		return nil, ended(err)
	}
	return z, nil
}
