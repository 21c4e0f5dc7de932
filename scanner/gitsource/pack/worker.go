package pack

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// task is an object that is to be visited; its base was.
type task struct {
	base *Object
	pos  int32
}

// share is where workers that have plenty leave tasks for those that have none.
type share struct {
	mu      sync.Mutex
	wake    *sync.Cond
	waiting []task
	idle    int
	workers int
}

func (s *share) init() { s.wake = sync.NewCond(&s.mu) }

// give leaves a task if somebody waits for one.
func (s *share) give(t task) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.idle <= len(s.waiting) {
		return false
	}
	s.waiting = append(s.waiting, t)
	s.wake.Signal()
	return true
}

// take waits for a task. It says no when all wait, and none will come.
func (s *share) take() (task, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle++
	for {
		if n := len(s.waiting); n > 0 {
			t := s.waiting[n-1]
			s.waiting = s.waiting[:n-1]
			s.idle--
			return t, true
		}
		if s.idle == s.workers {
			s.wake.Broadcast()
			return task{}, false
		}
		s.wake.Wait()
	}
}

// rootsAtOnce is how many positions a worker looks at for roots at a time.
const rootsAtOnce = 256

// worker visits one object after another.
type worker struct {
	*walk
	number int
	stack  []task
	z      inflater
	delta  []byte
	copies []Copy
	heap   buffers
	spare  []*Object
	order  []int32
	digits []byte
}

func (x *worker) run(ctx context.Context) {
	n := int64(x.file.Count())
	for {
		at := x.cursor.Add(rootsAtOnce) - rootsAtOnce
		if at >= n {
			break
		}
		for pos := at; pos < min(at+rootsAtOnce, n); pos++ {
			if x.forest.parent[pos] == isRoot {
				x.stack = append(x.stack, task{nil, int32(pos)})
				x.follow(ctx)
			}
		}
	}
	for {
		t, ok := x.share.take()
		if !ok {
			return
		}
		x.stack = append(x.stack, t)
		x.follow(ctx)
	}
}

// follow visits what is on the stack, and what is built on it.
func (x *worker) follow(ctx context.Context) {
	for n := 0; len(x.stack) > 0; n++ {
		if n&63 == 0 && ctx.Err() != nil {
			x.stack = x.stack[:0]
			return
		}
		if len(x.stack) > 1 && x.share.give(x.stack[0]) {
			x.stack = append(x.stack[:0], x.stack[1:]...)
		}
		t := x.stack[len(x.stack)-1]
		x.stack = x.stack[:len(x.stack)-1]
		o := x.visit(t)
		if t.base != nil && t.base.waits.Add(-1) == 0 {
			x.release(t.base)
		}
		if o != nil {
			x.descend(o)
		}
	}
}

// descend puts what is built on an object on the stack, the heaviest lowest.
func (x *worker) descend(o *Object) {
	t := x.forest
	x.order = x.order[:0]
	for c := t.first[o.Pos]; c >= 0; c = t.next[c] {
		x.order = append(x.order, c)
	}
	if x.later != nil {
		x.order = append(x.order, x.claim(o.ID)...)
	}
	if len(x.order) == 0 {
		x.release(o)
		return
	}
	o.waits.Store(int32(len(x.order)))
	heaviest := 0
	for i, c := range x.order {
		if t.weight[c] > t.weight[x.order[heaviest]] {
			heaviest = i
		}
	}
	x.order[0], x.order[heaviest] = x.order[heaviest], x.order[0]
	for _, c := range x.order {
		x.stack = append(x.stack, task{o, c})
	}
}

// visit reads an object and shows it to the visitor. It returns nil if that was
// not possible.
func (x *worker) visit(t task) (o *Object) {
	o = x.object()
	pos := int(t.pos)
	x.forest.visited[pos] = true // also if it fails: it is accounted for
	aside := false
	var err error
	func() {
		defer guard(&err)
		if aside, err = x.read(t, o); err != nil || aside {
			return
		}
		x.live.Add(int64(len(o.Data)))
		x.visitor.Visit(x.number, o)
		if o.Needed && o.ID.IsZero() {
			x.identify(o)
		}
	}()
	switch {
	case aside:
		if x.names != nil && t.base == nil {
			x.identifyLarge(pos)
		}
		x.setAside(pos, o.Kind)
	case err != nil:
		x.forest.fail(x, pos, err)
	default:
		return o
	}
	return nil
}

// fail reports an object, and all that is built on it.
func (t *forest) fail(x *worker, pos int, err error) {
	x.visitor.Failed(x.number, pos, err)
	below := fmt.Errorf("what it is a delta of could not be read: %w", err)
	t.below(pos, func(p int) { x.visitor.Failed(x.number, p, below) })
}

// setAside leaves out an object, and all that is built on it.
func (x *worker) setAside(pos int, kind plumbing.ObjectType) {
	x.visitor.Aside(x.number, pos, kind)
	x.forest.below(pos, func(p int) { x.visitor.Aside(x.number, p, kind) })
}

// below marks as visited all that is built on an object, and calls f for it.
func (t *forest) below(pos int, f func(pos int)) {
	todo := []int32{int32(pos)}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for c := t.first[p]; c >= 0; c = t.next[c] {
			if !t.visited[c] {
				t.visited[c] = true
				f(int(c))
				todo = append(todo, c)
			}
		}
	}
}

// read fills in an object. It says if the object must be set aside.
func (x *worker) read(t task, o *Object) (aside bool, err error) {
	f, pos := x.file, int(t.pos)
	if err := f.intact(pos); err != nil {
		return false, err
	}
	e, err := f.header(pos)
	if err != nil {
		return false, err
	}
	o.Pos, o.Kind, o.ByName, o.Base = pos, e.kind, e.byName, t.base
	if t.base != nil {
		o.Kind = t.base.Kind
	}
	if e.size > x.limits.Object {
		return true, nil
	}
	if t.base == nil {
		if !x.room(e.size) {
			return true, nil
		}
		o.Data, err = x.z.inflate(f, pos, e, x.heap.get(int(e.size)))
	} else {
		aside, err = x.build(o, e)
	}
	lazy := x.limits.Unnamed > 0 && x.names != nil && o.Kind == plumbing.BlobObject && len(o.Data) >= x.limits.Unnamed
	if err == nil && !aside && !lazy {
		x.identify(o)
	}
	return aside, err
}

// room says whether so many bytes more may be held.
func (x *worker) room(n int64) bool { return x.live.Load()+n <= max(x.limits.Live, n) }

// build makes an object from its base and its delta.
func (x *worker) build(o *Object, e entry) (aside bool, err error) {
	if x.delta, err = x.z.inflate(x.file, o.Pos, e, x.delta); err != nil {
		return false, err
	}
	from, size, ops, err := deltaSizes(x.delta)
	switch {
	case err != nil:
		return false, err
	case from != int64(len(o.Base.Data)):
		return false, errors.New("its delta is for a base of another size")
	case size > x.limits.Object || !x.room(size):
		return true, nil
	case size > int64(len(ops))<<24: // a copy stands for less than 16 MiB
		return false, errDelta
	}
	o.Data = x.heap.get(int(size))
	o.Copies, err = apply(o.Base.Data, ops, o.Data, x.copies[:0])
	x.copies = o.Copies
	return false, err
}

// identify names an object.
func (x *worker) identify(o *Object) {
	if x.names == nil {
		o.ID = x.file.ID(o.Pos)
		return
	}
	h := sha1.New()
	x.digits = append(x.digits[:0], o.Kind.Bytes()...)
	x.digits = strconv.AppendInt(append(x.digits, ' '), int64(len(o.Data)), 10)
	_, _ = h.Write(append(x.digits, 0))
	_, _ = h.Write(o.Data)
	h.Sum(o.ID[:0])
	x.names[o.Pos] = o.ID
}

// identifyLarge names an object that is not held. One that can't be read has no
// name, and is missed by what refers to it.
func (x *worker) identifyLarge(pos int) {
	e, err := x.file.header(pos)
	if err != nil {
		return
	}
	r, err := x.file.NewReader(0).Stream(pos)
	if err != nil {
		return
	}
	h := sha1.New()
	fmt.Fprintf(h, "%s %d\x00", e.kind, e.size)
	if n, err := io.Copy(h, r); err == nil && n == e.size {
		h.Sum(x.names[pos][:0])
	}
}

// object gives an empty object.
func (x *worker) object() *Object {
	if n := len(x.spare); n > 0 {
		o := x.spare[n-1]
		x.spare = x.spare[:n-1]
		return o
	}
	return &Object{}
}

// release gives up an object on which nothing more will be built.
func (x *worker) release(o *Object) {
	x.visitor.Done(x.number, o)
	x.live.Add(-int64(len(o.Data)))
	x.heap.put(o.Data)
	*o = Object{}
	if len(x.spare) < 64 {
		x.spare = append(x.spare, o)
	}
}

// buffers keeps memory for reuse, by size: powers of two.
type buffers struct {
	free [48][][]byte
	size int
}

// heldBytes bounds what one worker keeps for reuse.
const heldBytes = 16 << 20

func (b *buffers) get(n int) []byte {
	class := bits.Len(uint(max(n+slack, 512) - 1))
	if l := b.free[class]; len(l) > 0 {
		buf := l[len(l)-1]
		b.free[class] = l[:len(l)-1]
		b.size -= cap(buf)
		return buf[:n]
	}
	if class > 20 {
		return make([]byte, n, n+slack)
	}
	return make([]byte, n, 1<<class)
}

func (b *buffers) put(buf []byte) {
	n := cap(buf)
	if n < 512 || b.size+n > heldBytes {
		return
	}
	class := bits.Len(uint(n)) - 1 // every buffer of the class holds as many
	b.free[class] = append(b.free[class], buf)
	b.size += n
}
