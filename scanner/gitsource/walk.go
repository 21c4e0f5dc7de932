package gitsource

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

// never is the position of what no commit holds.
const never = math.MaxInt32

// step is a commit as the walk needs it.
type step struct {
	id      plumbing.Hash
	tree    plumbing.Hash
	parents []plumbing.Hash
	when    int64 // committer time, seconds
	// number and root are those of links, if numbered.
	number, root uint32
	numbered     bool
	round        round
	cut          bool // its parents were not fetched
	beyond       bool // a parent is not here, for it was scanned before
}

// tagged is an annotated tag that was met.
type tagged struct {
	id    plumbing.Hash
	round round
}

// loneTree is a tree that is a root by itself.
type loneTree struct {
	id    plumbing.Hash
	round round
	by    string
}

// walk is one walk over a repository. It has two halves: the first finds every
// object, and for each blob its places, reading commits and trees; the second
// yields, reading blobs.
type walk struct {
	repo    *Repo
	ctx     context.Context
	yield   func(scanner.Chunk, error) bool
	stopped bool

	store *store
	// Of a walk along the deltas, else nil: everything that was read, and which
	// entries of trees lead to what is to be yielded.
	delta  *delta
	census *census
	leads  *leads
	phases map[string]float64
	timing sync.Mutex // of phases: two parts of the work run side by side
	past   *past      // what earlier scans remember, nil if nobody asked

	refs    *refSet
	shallow map[plumbing.Hash]bool

	steps   []step
	stepOf  map[plumbing.Hash]int
	order   []int32 // steps, oldest first: a position is an index into it
	tags    []tagged
	tagged  map[plumbing.Hash]bool
	lone    []loneTree
	failed  map[plumbing.Hash]bool // reported, or gone with what is unreachable
	forest  *forest
	modules names
	lfs     names
	large   names
	lost    names // what only unreachable objects name
	cuts    names

	named    map[uint32]struct{} // paths that were yielded with a blob
	nameless []scanner.Chunk     // blobs that were not

	people  map[int32]scanner.Commit
	objects map[string]int
	total   int
	done    int
}

func newWalk(r *Repo) *walk {
	return &walk{
		repo: r, stepOf: map[plumbing.Hash]int{}, tagged: map[plumbing.Hash]bool{},
		failed: map[plumbing.Hash]bool{}, named: map[uint32]struct{}{}, people: map[int32]scanner.Commit{}, objects: map[string]int{}, phases: map[string]float64{},
	}
}

// run walks and yields. Refs are read before the list of objects, so that what
// git adds meanwhile is not taken for missing.
func (w *walk) run(ctx context.Context, yield func(scanner.Chunk, error) bool) {
	w.ctx, w.yield = ctx, yield
	defer w.cancelled()
	w.refs = readRefs(w.repo.place)
	w.reportAll(w.refs.errs)
	var err error
	if w.shallow, err = readShallow(w.repo.place); err != nil {
		bad := badness(err)
		w.report(bad.class, "shallow boundary", bad.err)
	}
	var errs []error
	w.store, errs = openStore(w.repo.place.objects(), w.repo.options)
	w.store.promisor = w.store.promisor || w.repo.place.partial()
	w.reportAll(errs)
	w.forest = newForest(w)
	w.recall()
	if w.repo.bound != nil {
		w.ranged(w.repo.bound)
		w.emit()
		return
	}
	if w.repo.delta() && !w.repeated() && !w.readDeltas() {
		return
	}
	for r := roundBranch; r <= roundNotesReflog; r++ {
		w.reachFrom(r)
	}
	w.order = w.sorted(0)
	if w.delta != nil {
		w.countAll()
	}
	attributed := w.phase("attribution")
	for r := roundBranch; r <= roundNotesReflog; r++ {
		w.growRound(r)
	}
	w.index()
	if w.delta != nil {
		w.unreachableWanted()
	} else {
		w.unreachable()
	}
	w.forest.markTip()
	attributed()
	defer w.phase("emit")()
	w.emit()
	w.end()
}

// phase begins a part of the work whose time is told; what it returns ends it.
func (w *walk) phase(name string) func() {
	begin := time.Now()
	return func() {
		w.timing.Lock()
		defer w.timing.Unlock()
		w.phases[name] += time.Since(begin).Seconds()
	}
}

// stop says that nothing more is to be done.
func (w *walk) stop() bool {
	return w.stopped || w.ctx.Err() != nil
}

// cancelled yields the context's error last.
func (w *walk) cancelled() {
	if err := w.ctx.Err(); err != nil && !w.stopped {
		w.stopped = true
		w.yield(scanner.Chunk{}, err)
	}
}

func (w *walk) send(c scanner.Chunk, err error) {
	w.told(err)
	if !w.stop() && !w.yield(c, err) {
		w.stopped = true
	}
}

func (w *walk) reportAll(errs []error) {
	for _, err := range errs {
		w.send(scanner.Chunk{}, err)
	}
}

func (w *walk) report(class, what string, err error) {
	w.send(scanner.Chunk{}, &scanner.Unread{Class: class, What: what, Err: err})
}

// fail reports, once, an object that could not be read. What is missing and
// named by unreachable objects only is scope: git prunes these piecemeal.
func (w *walk) fail(id plumbing.Hash, what, by string, r round, err error) {
	if w.failed[id] {
		return
	}
	w.failed[id] = true
	bad := badness(err)
	absent := bad.class == classMissing || bad.class == classPromised
	if absent && r == roundUnreachable {
		w.lost.add(id.String())
		return
	}
	w.gone(id, bad.class)
	w.report(bad.class, fmt.Sprintf("%s %s (%s)", what, id, by), bad.err)
}

// reachFrom marks every commit, tag and lone tree or blob that the roots of a
// round lead to and no round before it.
func (w *walk) reachFrom(r round) {
	for _, root := range w.refs.roots {
		if w.stop() {
			return
		}
		if root.round == r {
			w.reach(root.id, r, root.by)
		}
	}
}

// reach follows an object of any type: tags to what they name, commits to their
// parents. Trees and blobs that are roots themselves are noted.
func (w *walk) reach(id plumbing.Hash, r round, by string) {
	for !w.tagged[id] && !w.failed[id] && !w.cut(id) {
		if _, ok := w.stepOf[id]; ok {
			return
		}
		typ, err := w.kind(id)
		if err != nil {
			w.fail(id, "object", by, r, err)
			return
		}
		switch typ {
		case plumbing.CommitObject:
			w.commits(id, r, by)
			return
		case plumbing.TreeObject:
			w.lone = append(w.lone, loneTree{id, r, by})
			return
		case plumbing.BlobObject:
			w.forest.blob(id, r)
			return
		}
		t, err := w.tag(id, r)
		if err != nil {
			w.fail(id, "tag", by, r, err)
			return
		}
		by = "tag " + id.String()
		id = t.target
	}
}

// tag reads and notes an annotated tag.
func (w *walk) tag(id plumbing.Hash, r round) (*tag, error) {
	data, err := w.store.read(id, plumbing.TagObject)
	if err != nil {
		return nil, err
	}
	t, err := parseTag(data)
	if err != nil {
		return nil, err
	}
	w.tagged[id] = true
	w.tags = append(w.tags, tagged{id, r})
	return t, nil
}

// commits notes a commit and all its ancestors that are not noted yet.
func (w *walk) commits(id plumbing.Hash, r round, by string) {
	type need struct {
		id plumbing.Hash
		by string
	}
	todo := []need{{id, by}}
	for len(todo) > 0 && !w.stop() {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if _, ok := w.stepOf[next.id]; ok || w.failed[next.id] || w.cut(next.id) {
			continue
		}
		c, err := w.links(next.id)
		if err != nil {
			w.fail(next.id, "commit", next.by, r, err)
			continue
		}
		s := step{
			id: next.id, tree: c.tree, parents: c.parents, when: c.when, round: r,
			number: c.number, root: c.root, numbered: c.numbered,
		}
		if w.shallow[next.id] {
			s.parents, s.cut = nil, true
			w.cuts.add(next.id.String())
		}
		s.beyond = w.beyond(s.parents)
		w.stepOf[next.id] = len(w.steps)
		w.steps = append(w.steps, s)
		for _, p := range slices.Backward(s.parents) {
			todo = append(todo, need{p, "parent of " + next.id.String()})
		}
	}
}

func (w *walk) commit(id plumbing.Hash) (*commit, error) {
	data, err := w.store.read(id, plumbing.CommitObject)
	if err != nil {
		return nil, err
	}
	c, err := parseCommit(data)
	if err != nil {
		return nil, &readError{classCorrupt, err}
	}
	return c, nil
}

// growRound enters the trees of a round's commits, oldest first.
func (w *walk) growRound(r round) {
	for pos, i := range w.order {
		if w.stop() {
			return
		}
		if s := w.steps[i]; s.round == r {
			w.forest.enter(s.tree, int32(pos), r)
		}
	}
	for _, t := range w.lone {
		if t.round == r {
			w.forest.enter(t.id, never, r)
		}
	}
}

// index notes what the work trees have staged.
func (w *walk) index() {
	dirs, _ := w.repo.place.worktrees() // readRefs reported the error
	for _, dir := range dirs {
		entries, err := readIndex(dir)
		if err != nil {
			bad := badness(err)
			w.report(bad.class, "index of "+dir, bad.err)
		}
		for _, e := range entries {
			switch {
			case e.intent && !w.store.has(e.id): // announced, without content
			case e.kind == kindModule:
				w.modules.add(e.path)
			case e.kind == kindTree:
				w.forest.enterAt(e.id, e.path, never, roundIndex)
			case w.wants(e.id):
				w.forest.place(e.id, e.path, never, roundIndex)
			}
		}
	}
}

// errWrongType is for an object that is not of the type that its referrer says.
var errWrongType = errors.New("it is not of the type that is expected")
