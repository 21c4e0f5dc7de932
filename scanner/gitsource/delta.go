package gitsource

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/sourcegraph/conc/pool"

	"leakline/detectors/engine"
	"leakline/scanner/gitsource/pack"
)

// delta is what one reading of every object of a store found: which of them need
// the scanner, how commits and trees hang together, and what could not be read.
// Objects are numbered: those of each pack, the loose ones, and last those that
// are named and not there.
type delta struct {
	store *store
	set   *engine.Set
	jobs  int
	limit int64 // blobs of more bytes are not scanned; 0: all are
	bug   bug
	trace func(plumbing.Hash, []engine.Match)
	tell  func(bytes int64, done float64)
	seen  atomic.Int64 // objects that were read, about
	size  atomic.Int64 // bytes of blobs among them

	packs []*pack.File
	begin []uint32 // number of the first object of each pack
	loose []plumbing.Hash
	total uint32 // objects that are there; what is missing has numbers from here on
	lost  []plumbing.Hash

	kinds   []plumbing.ObjectType // by number; 0 for what was not read
	wanted  []bool                // by number: the scanner needs the object
	failed  map[uint32]error
	trees   treeTable
	commits []links
	row     []int32                         // by number: of the trees or commits, -1 if there is none
	tags    map[plumbing.Hash]plumbing.Hash // what each names
	stats   inheritance
	// What was scanned and is not wanted: which blobs, and of all objects how many
	// bytes and anchors.
	counted []bool
	bytes   int64
	anchors int
	found   map[uint32]findings // of blobs

	// Of a pack without an index: from which size on blobs have names only if they
	// are wanted, and how many have none.
	unnamedFrom int
	unnamed     int
}

// findings are the verdicts of a blob that found something, and the number of
// all.
type findings struct {
	verdicts []verdict
	anchors  int
}

// maxFindings bounds the verdicts that are kept until their blob is yielded; of a
// blob whose verdicts are not kept the scanner finds them again.
const maxFindings = 1 << 20

// links is what a commit says of its place in history.
type links struct {
	// number and root are the numbers of the commit and its tree, if it was read
	// along the deltas.
	number, root uint32
	numbered     bool
	tree         plumbing.Hash
	parents      []plumbing.Hash
	when         int64 // committer time, seconds; 0 if it is not valid
}

// newDelta numbers the objects of a store.
func newDelta(s *store, set *engine.Set, o *Options) *delta {
	d := &delta{
		store: s, set: set, jobs: o.Jobs, limit: o.MaxBytes, bug: o.bug, trace: o.trace,
		failed: map[uint32]error{}, tags: map[plumbing.Hash]plumbing.Hash{},
	}
	if d.jobs <= 0 {
		d.jobs = runtime.GOMAXPROCS(0)
	}
	loose := map[plumbing.Hash]struct{}{}
	for _, f := range s.folders {
		for _, sh := range f.order {
			p := sh.(*mappedPack).file
			d.packs = append(d.packs, p)
			d.begin = append(d.begin, d.total)
			d.total += uint32(p.Count())
		}
		maps.Copy(loose, f.loose.ids)
	}
	if o.received != nil {
		d.unnamedFrom = unnamedFrom
		if o.unnamedFrom > 0 {
			d.unnamedFrom = o.unnamedFrom
		}
	}
	d.loose = slices.SortedFunc(maps.Keys(loose), compareIDs)
	d.begin = append(d.begin, d.total)
	d.total += uint32(len(d.loose))
	d.kinds, d.wanted, d.counted = make([]plumbing.ObjectType, d.total), make([]bool, d.total), make([]bool, d.total)
	d.row = make([]int32, d.total)
	for i := range d.row {
		d.row[i] = -1
	}
	return d
}

// find gives the number of an object. An object that is stored more than once has
// the number of its first place.
func (d *delta) find(id *plumbing.Hash) (uint32, bool) {
	for i, p := range d.packs {
		if slot := p.FindSlot(id); slot >= 0 {
			return d.begin[i] + uint32(slot), true
		}
	}
	i, ok := slices.BinarySearchFunc(d.loose, *id, compareIDs)
	return d.begin[len(d.packs)] + uint32(i), ok
}

// id gives the name of an object.
func (d *delta) id(n uint32) plumbing.Hash {
	if n >= d.total {
		return d.lost[n-d.total]
	}
	if first := d.begin[len(d.packs)]; n >= first {
		return d.loose[n-first]
	}
	i, ok := slices.BinarySearch(d.begin, n)
	if !ok {
		i--
	}
	for d.begin[i+1] == d.begin[i] { // an empty pack
		i++
	}
	return d.packs[i].SlotID(int(n - d.begin[i]))
}

// maxLive bounds the bytes of all objects that reading holds at a time.
const maxLive = 192 << 20

// unnamedFrom is from which size on blobs of a received pack are not hashed. Small
// ones are most of those that are asked for by name later, and cost little.
const unnamedFrom = 16 << 10

// readShare is which part of a walk reading is, about; telling is how many objects
// a reader reads before it tells of them.
const (
	readShare = 0.9
	telling   = 256
)

// read reads every object. The error is the context's; what was found until then
// is known all the same.
func (d *delta) read(ctx context.Context) error {
	readers := make([]*deltaReader, d.jobs)
	for k := range readers {
		readers[k] = newDeltaReader(d)
	}
	for i, p := range d.packs {
		limits := pack.Limits{Jobs: d.jobs, Object: d.store.whole, Live: maxLive, Unnamed: d.unnamedFrom}
		for _, r := range readers {
			r.pack, r.at = p, i
		}
		if p.Walk(ctx, limits, packVisitor(readers)) != nil {
			break
		}
	}
	err := d.readLoose(ctx, readers)
	d.merge(ctx, readers)
	return err
}

// readLoose reads the loose objects.
func (d *delta) readLoose(ctx context.Context, readers []*deltaReader) error {
	p := pool.New().WithMaxGoroutines(d.jobs)
	for k, r := range readers {
		p.Go(func() {
			r.pack = nil
			for i := k; i < len(d.loose) && ctx.Err() == nil; i += d.jobs {
				r.looseObject(d.begin[len(d.packs)]+uint32(i), d.loose[i])
			}
		})
	}
	p.Wait()
	return ctx.Err()
}

// foundIn gives what was found in a blob, nil if that is not known any more.
func (d *delta) foundIn(n uint32) *engine.Found {
	f, ok := d.found[n]
	if !ok {
		return nil
	}
	ms := matches(f.verdicts)
	stats := engine.Stats{Anchors: f.anchors, Verdicts: len(ms)}
	return &engine.Found{Matches: engine.Resolve(ms), Stats: stats}
}

// links gives a commit's links; the parents are kept in ids.
func (c *commit) links(ids *[]plumbing.Hash) links {
	l := links{tree: c.tree}
	if !c.committer.at.IsZero() {
		l.when = c.committer.at.Unix()
	}
	l.parents = keepIDs(ids, c.parents)
	return l
}
