package gitsource

import (
	"container/heap"
	"slices"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// selection finds the commits of a range: those that its revisions lead to and
// its excluded ones don't, less what its options leave out. The walk is the one
// of git rev-list, newest commit first, with the same simplification of history
// where paths are given, so that both select the same.
// https://git-scm.com/docs/git-rev-list#_history_simplification
type selection struct {
	walk  *walk
	limit rangeLimits
	paths *pathFilter
	trees *treeCache

	all    []candidate
	byID   map[plumbing.Hash]int32
	queue  candidateQueue
	open   int // how many of the queue are not excluded
	bounds bool
	picked []int32 // in git's order: newest first
	oldest int64   // time of the oldest of them
	kept   int     // how many of them the options keep, as long as nothing is excluded
}

// candidate is a commit that the selection has met.
type candidate struct {
	step
	follow   []int32 // the parents that the walk follows
	compared []bool  // with which of them the paths are the same
	seen     bool    // it is or was in the queue
	queued   bool
	added    bool // its parents were put into the queue
	excluded bool
	bottom   bool // it was excluded by name
	same     bool // its parents have the same at the range's paths
	single   bool // and of a merge's parents only this one is followed
}

func newSelection(w *walk, limit rangeLimits, paths *pathFilter) *selection {
	s := &selection{walk: w, limit: limit, paths: paths, byID: map[plumbing.Hash]int32{}}
	s.trees = newTreeCache(w.store)
	s.queue.of = s
	return s
}

// load reads a commit; -1 if it cannot be read.
func (s *selection) load(id plumbing.Hash) (int32, error) {
	if i, ok := s.byID[id]; ok {
		return i, nil
	}
	c, err := s.walk.commit(id)
	if err != nil {
		s.byID[id] = -1
		return -1, err
	}
	i := int32(len(s.all))
	n := candidate{step: newStep(id, c, roundUnreachable)}
	if s.walk.shallow[id] {
		n.parents, n.cut = nil, true
	}
	s.byID[id] = i
	s.all = append(s.all, n)
	return i, nil
}

// newStep makes a step of a commit.
func newStep(id plumbing.Hash, c *commit, r round) step {
	s := step{id: id, tree: c.tree, parents: c.parents, when: c.committer.at.Unix(), round: r}
	if c.committer.at.IsZero() {
		s.when = 0
	}
	return s
}

// begin puts a commit that the range names into the queue.
func (s *selection) begin(id plumbing.Hash, excluded bool, by string) {
	i, err := s.load(id)
	if err != nil {
		s.walk.fail(id, "commit", by, roundBranch, err)
	}
	if i < 0 {
		return
	}
	if excluded {
		s.bounds = true
		s.exclude(i)
		s.all[i].bottom = true
	}
	s.push(i)
}

// push puts a commit into the queue, once.
func (s *selection) push(i int32) {
	c := &s.all[i]
	if c.seen {
		return
	}
	c.seen, c.queued = true, true
	if !c.excluded {
		s.open++
	}
	s.queue.count++
	heap.Push(&s.queue, queued{i, s.queue.count})
}

// exclude marks a commit, and those of its ancestors that are known already.
func (s *selection) exclude(i int32) {
	for todo := []int32{i}; len(todo) > 0; {
		c := &s.all[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		if c.excluded {
			continue
		}
		c.excluded = true
		if c.queued {
			s.open--
		}
		if c.single {
			todo = append(todo, c.follow...)
			continue
		}
		for _, p := range c.parents {
			if k, ok := s.byID[p]; ok && k >= 0 {
				todo = append(todo, k)
			}
		}
	}
}

// maxSlop is how many excluded commits are looked at after the last selected
// one, for clocks that went wrong. git looks at five.
const maxSlop = 256

// run walks until nothing more can be selected.
func (s *selection) run() {
	slop := maxSlop
	for s.queue.Len() > 0 && !s.walk.stop() && !s.enough() {
		i := heap.Pop(&s.queue).(queued).at
		c := &s.all[i]
		c.queued = false
		if !c.excluded {
			s.open--
			if !s.limit.since.IsZero() && c.when < s.limit.since.Unix() {
				continue
			}
		}
		s.expand(i)
		c = &s.all[i]
		if c.excluded {
			if s.open == 0 && (len(s.picked) == 0 || s.queue.newest() < s.oldest) {
				if slop--; slop == 0 || len(s.picked) == 0 {
					return
				}
				continue
			}
			slop = maxSlop
			continue
		}
		if until := s.limit.until; !until.IsZero() && c.when > until.Unix() {
			continue
		}
		if len(s.picked) == 0 || c.when < s.oldest {
			s.oldest = c.when
		}
		s.picked = append(s.picked, i)
		if s.keeps(i) {
			s.kept++
		}
	}
}

// enough says that the number of commits that was asked for is reached. Where
// something is excluded, what is picked can still fall away.
func (s *selection) enough() bool {
	return !s.bounds && s.limit.max >= 0 && s.kept >= s.limit.max+max(0, s.limit.skip)
}

// expand puts a commit's parents into the queue.
func (s *selection) expand(i int32) {
	c := &s.all[i]
	if c.added {
		return
	}
	c.added = true
	id, parents, excluded := c.id, c.parents, c.excluded
	var follow []int32
	for n, p := range parents {
		k, err := s.load(p)
		if err != nil && !excluded {
			// For what is excluded this only means that less is.
			s.walk.fail(p, "commit", "parent of "+id.String(), roundBranch, err)
		}
		if k >= 0 {
			follow = append(follow, k)
		}
		if s.limit.firstParent && !excluded && n == 0 {
			break
		}
	}
	s.all[i].follow = follow
	if excluded {
		for _, k := range follow {
			s.exclude(k)
			s.push(k)
		}
		return
	}
	if s.paths != nil {
		s.simplify(i)
	}
	for _, k := range s.all[i].follow {
		s.push(k)
	}
}

// relevant says that a parent counts when it is decided whether a merge changed
// something: it is selected, or was excluded by name.
func (c *candidate) relevant() bool { return !c.excluded || c.bottom }

// simplify finds whether a commit changed anything at the range's paths. Of a
// merge that took all of them from one parent, only that parent is followed.
func (s *selection) simplify(i int32) {
	c := &s.all[i]
	if len(c.follow) == 0 {
		c.same = s.trees.same(c.tree, plumbing.ZeroHash, s.paths)
		return
	}
	c.compared = make([]bool, len(c.follow))
	for n, k := range c.follow {
		p := &s.all[k]
		if !s.trees.same(p.tree, c.tree, s.paths) {
			continue
		}
		c.compared[n] = true
		if !s.limit.fullHistory && p.relevant() {
			c.follow, c.compared, c.same, c.single = []int32{k}, []bool{true}, true, true
			return
		}
	}
	c.same = s.unchanged(c)
}

// unchanged says that a commit has the same as each of its relevant parents, or
// if it has none, as each of them.
func (s *selection) unchanged(c *candidate) bool {
	relevant, changed, other := false, false, false
	for n, k := range c.follow {
		if s.all[k].relevant() {
			relevant = true
			changed = changed || !c.compared[n]
		} else {
			other = other || !c.compared[n]
		}
	}
	if relevant {
		return !changed
	}
	return !other
}

// keeps says that the options leave a commit in.
func (s *selection) keeps(i int32) bool {
	c := &s.all[i]
	if s.bounds && s.limit.fullHistory && !c.same && len(c.compared) > 1 {
		c.same = s.unchanged(c) // a parent may have been excluded since
	}
	return !c.excluded && !c.same && !(s.limit.noMerges && len(c.parents) > 1) && !(s.limit.merges && len(c.parents) < 2)
}

// result gives the selected commits, in git's order.
func (s *selection) result() []int32 {
	out := slices.DeleteFunc(slices.Clone(s.picked), func(i int32) bool { return !s.keeps(i) })
	out = out[min(len(out), max(0, s.limit.skip)):]
	if s.limit.max >= 0 {
		out = out[:min(len(out), s.limit.max)]
	}
	return out
}

// candidateQueue is a heap: the newest first, and of the same second the one that
// came first.
type candidateQueue struct {
	of    *selection
	next  []queued
	count int
}

// queued is a place in the queue.
type queued struct {
	at    int32
	since int
}

func (q *candidateQueue) Len() int      { return len(q.next) }
func (q *candidateQueue) Swap(i, k int) { q.next[i], q.next[k] = q.next[k], q.next[i] }
func (q *candidateQueue) Push(x any)    { q.next = append(q.next, x.(queued)) }
func (q *candidateQueue) Less(i, k int) bool {
	a, b := q.of.all[q.next[i].at].when, q.of.all[q.next[k].at].when
	if a != b {
		return a > b
	}
	return q.next[i].since < q.next[k].since
}

func (q *candidateQueue) Pop() any {
	x := q.next[len(q.next)-1]
	q.next = q.next[:len(q.next)-1]
	return x
}

// newest is the time of the newest commit in the queue; the beginning of time if
// it is empty.
func (q *candidateQueue) newest() int64 {
	if len(q.next) == 0 {
		return time.Time{}.Unix()
	}
	return q.of.all[q.next[0].at].when
}

// forks finds where the histories of two commits meet: common ancestors that no
// other common ancestor descends from, as far as clocks tell.
func (s *selection) forks(a, b plumbing.Hash) []plumbing.Hash {
	const ours, theirs, stale = 1, 2, 4
	paint := map[plumbing.Hash]int{}
	side := newSelection(s.walk, rangeLimits{}, nil)
	live := 0 // how many of the queue are not stale
	add := func(id plumbing.Hash, with int) {
		had := paint[id]
		i, _ := side.load(id) // what cannot be read is reported by the walk itself
		if i < 0 || had|with == had {
			return
		}
		paint[id] = had | with
		c := &side.all[i]
		switch {
		case !c.queued:
			c.queued = true
			if paint[id]&stale == 0 {
				live++
			}
			side.queue.count++
			heap.Push(&side.queue, queued{i, side.queue.count})
		case had&stale == 0 && with&stale != 0:
			live--
		}
	}
	add(a, ours)
	add(b, theirs)
	var found []plumbing.Hash
	for live > 0 && !s.walk.stop() {
		i := heap.Pop(&side.queue).(queued).at
		c := &side.all[i]
		c.queued = false
		with := paint[c.id]
		if with&stale == 0 {
			live--
		}
		if with&(ours|theirs) == ours|theirs {
			if with&stale == 0 {
				found = append(found, c.id)
			}
			with |= stale
		}
		for _, p := range c.parents {
			add(p, with)
		}
	}
	found = slices.DeleteFunc(found, func(id plumbing.Hash) bool { return paint[id]&stale != 0 })
	slices.SortFunc(found, compareIDs)
	return slices.Compact(found)
}
