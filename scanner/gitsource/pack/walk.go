package pack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/sourcegraph/conc/pool"
)

// Object is an object that a walk visits. Its data, copies and base may be used
// until the visit ends, its data and state also by visits of what is built on it.
type Object struct {
	Pos  int
	ID   plumbing.Hash
	Kind plumbing.ObjectType
	Data []byte
	// Base is what the object is a delta of, nil if it is none; Copies is what it
	// took over, in order, as the delta has it: neighbours are not merged.
	Base   *Object
	Copies []Copy
	ByName bool // the delta names its base by id
	// State is the visitor's: what is known of the object for those built on it.
	State any
	// Needed may be set by the visitor: see Limits.Unnamed.
	Needed bool

	waits atomic.Int32 // objects built on it that were not visited yet
}

// Visitor sees what a walk visits. Its methods are called by several goroutines
// at once, by each with its own number w in [0, jobs).
type Visitor interface {
	// Visit sees an object, after its base.
	Visit(w int, o *Object)
	// Done says that nothing will be built on an object any more.
	Done(w int, o *Object)
	// Failed says that the object at a position could not be read.
	Failed(w, pos int, err error)
	// Aside says that the object at a position was left out, because it or what
	// it is built on is too large to hold.
	Aside(w, pos int, kind plumbing.ObjectType)
}

// Limits bound what a walk holds in memory.
type Limits struct {
	Jobs   int   // goroutines
	Object int64 // bytes of an object; larger ones are set aside
	Live   int64 // bytes of all objects that are held at a time, about
	// Unnamed, if not 0, is from which size on blobs of a pack without an index have
	// no name, unless the visitor needs it: hashing them all takes a third of a walk.
	Unnamed int
}

// The parent of an object in the forest of deltas, where it is no position.
const (
	isRoot  = -1
	isBad   = -2
	isLater = -3 // of a pack without an index: its base has no known name yet
)

// forest is the deltas of a pack: each object below its base.
type forest struct {
	parent  []int32
	first   []int32 // of the objects built on it, -1 if there are none
	next    []int32 // of the same parent
	weight  []int32 // objects built on it, with itself
	visited []bool
	bad     map[int32]error
}

// Walk visits every object of the pack, each after its base, on limits.Jobs
// goroutines. Of the objects built on one base the heaviest comes last and the
// base is given up before it is followed: so of a tree with n objects at most
// log2(n) bases are held. The error is the context's.
func (f *File) Walk(ctx context.Context, limits Limits, v Visitor) error {
	limits.Jobs = max(limits.Jobs, 1)
	w := &walk{file: f, limits: limits, visitor: v, forest: f.forest(limits.Jobs)}
	if f.index == nil {
		w.names = make([]plumbing.Hash, f.Count())
		w.later = map[plumbing.Hash][]int32{}
		for pos, p := range w.forest.parent {
			if p == isLater {
				e, _ := f.header(pos) // it names its base: forest has read it
				w.later[e.baseID] = append(w.later[e.baseID], int32(pos))
				w.limits.Unnamed = 0 // any of them may be a base
			}
		}
	}
	w.run(ctx)
	if f.index == nil {
		f.name(w.names)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	w.rest()
	return nil
}

// forest reads the header of every entry.
func (f *File) forest(jobs int) *forest {
	n := f.Count()
	t := &forest{
		parent: make([]int32, n), first: make([]int32, n), next: make([]int32, n), weight: make([]int32, n),
		visited: make([]bool, n), bad: map[int32]error{},
	}
	p := pool.New().WithMaxGoroutines(jobs)
	faults := make([]map[int32]error, jobs)
	for k := range jobs {
		p.Go(func() {
			faults[k] = map[int32]error{}
			for pos := n * k / jobs; pos < n*(k+1)/jobs; pos++ {
				t.parent[pos] = f.parent(pos, faults[k])
			}
		})
	}
	p.Wait()
	for _, m := range faults {
		for pos, err := range m {
			t.bad[pos] = err
		}
	}
	for pos := range n {
		t.first[pos], t.next[pos], t.weight[pos] = -1, -1, 1
	}
	for pos := n - 1; pos >= 0; pos-- {
		t.link(pos)
	}
	return t
}

// parent gives the parent of one object.
func (f *File) parent(pos int, bad map[int32]error) (parent int32) {
	faultsPanic()
	var err error
	defer func() {
		if err != nil {
			bad[int32(pos)], parent = err, isBad
		}
	}()
	defer guard(&err)
	var e entry
	e, err = f.header(pos)
	switch {
	case err != nil:
		return isBad
	case e.byName && e.base < 0:
		return isLater
	case e.base < 0:
		return isRoot
	}
	return int32(e.base)
}

// link puts an object below its parent.
func (t *forest) link(pos int) {
	if p := t.parent[pos]; p >= 0 {
		t.next[pos] = t.first[p]
		t.first[p] = int32(pos)
		t.weight[p] += t.weight[pos]
	}
}

// walk is one walk.
type walk struct {
	file    *File
	limits  Limits
	visitor Visitor
	forest  *forest
	// Of a pack without an index: the names that were found, and the objects whose
	// bases are known by name, by that name.
	names []plumbing.Hash
	mu    sync.Mutex
	later map[plumbing.Hash][]int32

	cursor atomic.Int64 // next position to look for a root at
	live   atomic.Int64 // bytes of data that are held
	share  share
}

// run visits all that hangs on the roots.
func (w *walk) run(ctx context.Context) {
	w.share = share{workers: w.limits.Jobs}
	w.share.init()
	p := pool.New().WithMaxGoroutines(w.limits.Jobs)
	for k := range w.limits.Jobs {
		p.Go(func() {
			faultsPanic()
			x := &worker{walk: w, number: k}
			x.run(ctx)
		})
	}
	p.Wait()
}

// claim gives the objects that wait for a base of this name, once.
func (w *walk) claim(id plumbing.Hash) []int32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := w.later[id]
	delete(w.later, id)
	return found
}

// rest reports what no root leads to.
func (w *walk) rest() {
	t := w.forest
	reasons := make([]error, len(t.parent))
	for pos := range t.parent {
		if !t.visited[pos] {
			w.visitor.Failed(0, pos, w.reason(int32(pos), reasons))
		}
	}
}

var (
	errCircular = errors.New("its delta chain is circular")
	errBase     = errors.New("what it is a delta of could not be read")
)

// reason says why an object was not visited. It follows the delta chain as far as
// the reason is not known, and notes it for all on the way.
func (w *walk) reason(pos int32, reasons []error) error {
	t := w.forest
	var way []int32
	var err error // what is met again on the way is circular
	for at := pos; ; at = t.parent[at] {
		if at < 0 || t.visited[at] {
			err = errBase
			break
		}
		if reasons[at] != nil {
			if err = reasons[at]; err != errCircular {
				err = errBase
			}
			break
		}
		reasons[at] = errCircular
		switch t.parent[at] {
		case isBad:
			reasons[at] = t.bad[at]
		case isLater:
			e, _ := w.file.header(int(at))
			reasons[at] = fmt.Errorf("its delta base %s is not in the pack", e.baseID)
		default:
			way = append(way, at)
		}
		if t.parent[at] < 0 {
			err = errBase
			break
		}
	}
	for _, at := range way {
		reasons[at] = err
	}
	return reasons[pos]
}

// Name walks a pack without an index only to name its objects.
func (f *File) Name(ctx context.Context, jobs int) error {
	return f.Walk(ctx, Limits{Jobs: jobs, Object: maxHeld, Live: maxHeld}, onlyNames{})
}

// onlyNames is a visitor that has no use for what it sees. What cannot be read has
// no name, and is missed by whoever looks for it.
type onlyNames struct{}

func (onlyNames) Visit(int, *Object)                  {}
func (onlyNames) Done(int, *Object)                   {}
func (onlyNames) Failed(int, int, error)              {}
func (onlyNames) Aside(int, int, plumbing.ObjectType) {}
