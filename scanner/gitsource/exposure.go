package gitsource

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

var _ scanner.Historian = (*Repo)(nil)

// Exposures says when each secret came into the repository and left it. A secret
// is the set of blobs that hold it, given as hexadecimal object ids. It looks at
// what the last walk met, which must have come to its end.
//
// A commit introduces a secret if its tree holds one of the blobs, at any path,
// and the tree of none of its parents does: so neither a rename nor an edit
// beside it counts, and what only a merge added does. A secret that commits of
// refs, stashes and reflogs hold was introduced by these alone, so that a garbage
// collection changes nothing; else by commits that nothing reaches any more.
//
// Where a tree cannot be read, its commit is taken to hold what its parents
// hold, so that damage is no removal. Replaced objects and grafts are not looked
// at. The error names what could be read on the walk and no longer can.
//
// A scan of a range, or of what is new since another scan, knows nothing of what
// the other commits hold: then all that is said is the boundary "range" or "state".
func (r *Repo) Exposures(ctx context.Context, secrets [][]string) ([]scanner.Exposure, error) {
	w := r.walk
	if w == nil || w.store == nil || w.forest == nil || w.stopped {
		return nil, errors.New("read exposures: the walk has not come to its end, or the repository was closed")
	}
	if r.bound != nil {
		return slices.Repeat([]scanner.Exposure{{Boundary: "range"}}, len(secrets)), nil
	}
	if w.repeated() {
		return slices.Repeat([]scanner.Exposure{{Boundary: "state"}}, len(secrets)), nil
	}
	defer w.phase("exposures")()
	x := newExposures(ctx, w, secrets)
	if len(x.blobs) == 0 {
		return make([]scanner.Exposure, len(secrets)), nil
	}
	x.introductions()
	x.intervals()
	x.tips()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return x.exposures(), x.err
}

// The bounds of what one exposure lists; all is counted.
const (
	maxIntroductions = 50
	maxIntervals     = 50
	maxRefs          = 20
)

// exposures finds the exposures of some secrets.
//
// Each tree has a set of secrets, found once. A commit's set is compared as a
// number with its parents', and looked into only where they differ: so the cost
// is that of reading each tree once and of what changed.
type exposures struct {
	ctx     context.Context
	walk    *walk
	sets    *sets
	blobs   map[plumbing.Hash]set
	trees   map[plumbing.Hash]set
	torn    map[plumbing.Hash]bool // trees that could not be read whole
	holds   []set                  // by step
	secrets []trace
	people  map[int32]scanner.Commit // by step
	err     error                    // the first
}

// trace is what is known of one secret.
type trace struct {
	first  []int32 // steps that introduced it, the oldest maxIntroductions
	total  int
	cut    bool // one of them has parents that were not fetched
	lost   bool // they are unreachable
	spans  []span
	passed int // spans that are no longer listed
	atTip  bool
	refs   []string // the first maxRefs
	held   int      // by how many refs
}

// span is a part of the default branch's history that held a secret: the steps
// that began and ended it, with their times in seconds.
type span struct {
	from, to     int32 // to is -1 while it lasts
	began, ended int64
}

func newExposures(ctx context.Context, w *walk, secrets [][]string) *exposures {
	x := &exposures{
		ctx: ctx, walk: w, sets: newSets(len(secrets)), blobs: map[plumbing.Hash]set{},
		trees: map[plumbing.Hash]set{}, torn: map[plumbing.Hash]bool{}, holds: make([]set, len(w.steps)),
		secrets: make([]trace, len(secrets)), people: map[int32]scanner.Commit{},
	}
	for i, ids := range secrets {
		one := x.sets.one(i)
		for _, hex := range ids {
			if id, ok := parseHash(hex); ok {
				x.blobs[id] = x.sets.union(x.blobs[id], one)
			}
		}
	}
	return x
}

// note keeps the first thing that could not be read.
func (x *exposures) note(err error) {
	if x.err == nil && err != nil {
		x.err = err
	}
}

// unread notes an object that could not be read, unless the walk reported it.
func (x *exposures) unread(what string, id plumbing.Hash, err error) {
	if !x.walk.failed[id] {
		x.note(&scanner.Unread{Class: badness(err).class, What: what + " " + id.String(), Err: badness(err).err})
	}
}

// tree gives the secrets below a tree, and whether all of it could be read.
func (x *exposures) tree(id plumbing.Hash, depth int) (all set, whole bool) {
	if all, ok := x.trees[id]; ok {
		return all, !x.torn[id]
	}
	x.trees[id] = 0 // nothing holds itself, whatever a broken store says
	if depth > maxDepth || x.ctx.Err() != nil {
		x.torn[id] = true // the walk has reported the depth
		return 0, false
	}
	entries, err := x.walk.forest.read(id)
	if err != nil {
		x.unread("tree", id, err)
	}
	whole = err == nil
	for _, e := range entries {
		switch e.kind {
		case kindTree:
			below, ok := x.tree(e.id, depth+1)
			all, whole = x.sets.union(all, below), whole && ok
		case kindBlob:
			all = x.sets.union(all, x.blobs[e.id])
		}
	}
	x.trees[id] = all
	if !whole {
		x.torn[id] = true
	}
	return all, whole
}

// introductions finds which commits brought each secret in, oldest first.
func (x *exposures) introductions() {
	w := x.walk
	for _, k := range w.order {
		if x.ctx.Err() != nil {
			return
		}
		s := &w.steps[k]
		now, whole := x.tree(s.tree, 0)
		before, same := set(0), false
		for _, p := range s.parents {
			if i, ok := w.stepOf[p]; ok {
				before = x.sets.union(before, x.holds[i])
				same = same || x.holds[i] == now
			}
		}
		if !whole {
			now = x.sets.union(now, before)
		}
		x.holds[k] = now
		if !same {
			x.sets.without(now, before, func(i int) { x.secrets[i].introduce(k, s) })
		}
	}
}

// introduce notes that a step brought the secret in. Steps come oldest first, and
// unreachable ones last.
func (t *trace) introduce(k int32, s *step) {
	lost := s.round == roundUnreachable
	if lost && t.total > 0 && !t.lost {
		return
	}
	t.lost = lost
	t.total++
	t.cut = t.cut || s.cut
	if len(t.first) < maxIntroductions {
		t.first = append(t.first, k)
	}
}

// chain gives the first-parent history of the default branch's tip, oldest first.
func (x *exposures) chain() []int32 {
	w := x.walk
	id, ok := w.refs.tip(w.repo.place.git)
	var chain []int32
	for ok {
		k, known := w.stepOf[id]
		if !known {
			break // it could not be read, which was reported
		}
		chain = append(chain, int32(k))
		if ok = len(w.steps[k].parents) > 0; ok {
			id = w.steps[k].parents[0]
		}
	}
	slices.Reverse(chain)
	return chain
}

// intervals finds when the default branch held each secret.
func (x *exposures) intervals() {
	chain := x.chain()
	when := make([]int64, len(chain))
	for i, k := range chain {
		when[i] = x.walk.steps[k].when
	}
	when = monotonic(when)
	before := set(0)
	for i, k := range chain {
		now := x.holds[k]
		x.sets.without(now, before, func(n int) {
			t := &x.secrets[n]
			if t.atTip = true; len(t.spans) == maxIntervals {
				t.spans = slices.Delete(t.spans, 0, 1)
				t.passed++
			}
			t.spans = append(t.spans, span{from: k, to: -1, began: when[i]})
		})
		x.sets.without(before, now, func(n int) {
			t := &x.secrets[n]
			t.atTip = false
			last := &t.spans[len(t.spans)-1]
			last.to, last.ended = k, when[i]
		})
		before = now
	}
}

// monotonic makes times that never run backwards. It keeps as many as it can (a
// longest subsequence that does not decrease) and gives each of the others the
// time of the one kept before it: so a few wrong clocks, fast or slow, falsify
// the times of their own commits and of no others.
func monotonic(when []int64) []int64 {
	var ends []int // ends[n]: where the best subsequence of n+1 times ends
	back := make([]int, len(when))
	for i, t := range when {
		n, _ := slices.BinarySearchFunc(ends, t, func(k int, t int64) int {
			if when[k] <= t {
				return -1
			}
			return 1
		})
		back[i] = -1
		if n > 0 {
			back[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, 0)
		}
		ends[n] = i
	}
	out := slices.Clone(when)
	if len(ends) == 0 {
		return out
	}
	next := len(when)
	for k := ends[len(ends)-1]; k >= 0; k = back[k] {
		for i := k + 1; i < next; i++ {
			out[i] = when[k]
		}
		next = k
	}
	for i := range next {
		out[i] = when[next]
	}
	return out
}

// exposures gives what was found.
func (x *exposures) exposures() []scanner.Exposure {
	out := make([]scanner.Exposure, len(x.secrets))
	for i := range x.secrets {
		t := &x.secrets[i]
		e := &out[i]
		e.AtTip, e.InHistory = t.atTip, t.total > 0 && !t.lost
		for _, k := range t.first {
			e.Introductions = append(e.Introductions, x.commit(k))
		}
		if t.total > 0 {
			e.Introduced = e.Introductions[0]
		}
		e.IntroductionsTotal = beyond(t.total, len(e.Introductions))
		if t.cut {
			e.Boundary = "shallow"
		}
		for _, s := range t.spans {
			v := scanner.Interval{From: x.moment(s.from, s.began)}
			if s.to >= 0 {
				v.To = x.moment(s.to, s.ended)
			}
			e.Intervals = append(e.Intervals, v)
		}
		e.IntervalsTotal = beyond(t.passed+len(t.spans), len(t.spans))
		if n := len(t.spans); n > 0 && !t.atTip {
			e.Removed = x.commit(t.spans[n-1].to)
		}
		e.Refs, e.RefsTotal = t.refs, beyond(t.held, len(t.refs))
	}
	return out
}

// beyond is a total, or 0 if all of it is listed.
func beyond(total, listed int) int {
	if total > listed {
		return total
	}
	return 0
}

// commit gives a step as findings show it.
func (x *exposures) commit(k int32) scanner.Commit {
	if c, ok := x.people[k]; ok {
		return c
	}
	id := x.walk.steps[k].id
	out := scanner.Commit{ID: id.String()}
	if c, err := x.walk.commit(id); err != nil {
		x.unread("commit", id, err)
	} else {
		out = c.shown(id)
	}
	x.people[k] = out
	return out
}

// shown gives a commit as findings show it.
func (c *commit) shown(id plumbing.Hash) scanner.Commit {
	return scanner.Commit{
		ID: id.String(), Author: c.author.name, Email: c.author.email,
		AuthoredAt: c.author.at, CommittedAt: c.committer.at, Message: subject(c.message),
	}
}

func (x *exposures) moment(k int32, at int64) scanner.Moment {
	return scanner.Moment{Commit: x.walk.steps[k].id.String(), At: time.Unix(at, 0).UTC()}
}
