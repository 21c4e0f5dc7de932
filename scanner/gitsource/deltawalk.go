package gitsource

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/sourcegraph/conc"

	"leakline/detectors/engine"
	"leakline/scanner"
)

// readDeltas reads every object along the deltas. It reports whether the walk
// goes on.
func (w *walk) readDeltas() bool {
	defer w.phase("read")()
	w.delta = newDelta(w.store, w.repo.set, &w.repo.options)
	w.delta.tell = w.repo.tell
	if w.delta.read(w.ctx) == nil {
		return true
	}
	if errors.Is(w.ctx.Err(), context.DeadlineExceeded) {
		w.salvage()
	}
	return false
}

// maxSalvaged bounds what is yielded of a walk whose time is up.
const maxSalvaged = 1000

// salvage yields what was found until the time was up: each match once, in a blob
// of which nobody knows yet where it stands.
func (w *walk) salvage() {
	d := w.delta
	told := map[*ruling]bool{}
	yielded := 0
	for _, n := range slices.Sorted(maps.Keys(d.found)) {
		fresh := false
		for _, v := range d.found[n].verdicts {
			fresh = fresh || !told[v.ruling]
			told[v.ruling] = true
		}
		id := d.id(n)
		if !fresh || yielded == maxSalvaged || id.IsZero() {
			continue
		}
		o, err := w.store.open(id)
		if err != nil || o.stream != nil {
			continue
		}
		yielded++
		c := scanner.Chunk{Data: o.data, Found: d.foundIn(n)}
		c.Location = scanner.Location{Source: scanner.SourceBlob, Repo: w.repo.name, Blob: id.String()}
		if !w.yield(c, nil) {
			w.stopped = true
			return
		}
	}
}

// kind gives the type of an object.
func (w *walk) kind(id plumbing.Hash) (plumbing.ObjectType, error) {
	if w.delta != nil {
		if n, ok := w.delta.find(&id); ok && w.delta.kinds[n] != 0 {
			return w.delta.kinds[n], nil
		}
	}
	return w.store.kind(id)
}

// links gives a commit's place in history.
func (w *walk) links(id plumbing.Hash) (links, error) {
	if d := w.delta; d != nil {
		if n, ok := d.find(&id); ok && d.kinds[n] == plumbing.CommitObject && d.row[n] >= 0 {
			return d.commits[d.row[n]], nil
		}
	}
	c, err := w.commit(id)
	if err != nil {
		return links{}, err
	}
	var ids []plumbing.Hash
	return c.links(&ids), nil
}

// wantsCommit says whether the scanner has a use for a commit's messages.
func (w *walk) wantsCommit(s *step) bool {
	if w.delta != nil && s.numbered {
		return w.delta.wanted[s.number]
	}
	return w.wants(s.id)
}

// wants says whether the scanner has a use for an object: always, but for those
// that were read along the deltas and hold nothing.
func (w *walk) wants(id plumbing.Hash) bool {
	if w.delta == nil {
		return true
	}
	n, ok := w.delta.find(&id)
	return !ok || w.delta.wanted[n]
}

// countAll takes the census, which meets every path and says what reaches each
// object, and beside it finds the ways to all that is wanted.
func (w *walk) countAll() {
	d := w.delta
	w.keepTip()
	w.census = newCensus(d, func(path string) bool { return len(d.set.Find([]byte(path))) > 0 })
	var both conc.WaitGroup
	both.Go(func() {
		defer w.phase("attribution")()
		w.leads = newLeads(d)
	})
	w.takeCensus()
	both.Wait()
	defer w.phase("attribution")()
	if len(w.census.suspects) > 0 {
		for _, n := range w.census.suspects {
			d.wanted[n] = true
		}
		w.leads.find()
	}
	w.leads.unite()
	d.nameWanted(w.ctx, w.census)
	for i := range w.steps {
		if s := &w.steps[i]; s.numbered {
			s.tree = d.id(w.leads.standInOf(s.root))
		}
	}
	d.trees.segments, d.trees.own = nil, nil // the leads are what is left of them
	w.census.entered, w.census.pathOf, w.census.stands = nil, nil, nil
}

// nameWanted names all blobs if one without a name came to be wanted, so that it
// can be read.
func (d *delta) nameWanted(ctx context.Context, c *census) {
	if d.unnamed == 0 || !slices.Contains(d.wanted[d.total:], true) {
		return
	}
	d.nameAll(ctx)
	for i, id := range d.lost {
		p := d.total + uint32(i)
		if n, ok := d.find(&id); ok {
			d.counted[n], d.counted[p] = d.counted[p], false
			d.wanted[n] = d.wanted[p]
			c.first[n], c.notes[n] = c.first[p], c.notes[p]
		}
	}
}

// takeCensus follows the rounds of the walk to their end.
func (w *walk) takeCensus() {
	defer w.phase("census")()
	c := w.census
	for r := roundBranch; r <= roundNotesReflog; r++ {
		w.countRound(r, w.order)
	}
	c.now = roundIndex
	w.countIndex()
	c.settle()

	begin := len(w.order)
	for _, id := range w.left(plumbing.CommitObject) {
		w.commits(id, roundUnreachable, "unreachable")
	}
	w.order = w.sorted(begin)
	w.countRound(roundUnreachable, w.order[begin:])
	w.lone = append(w.lone, w.loneTrees()...)
	for _, t := range w.lone {
		if t.round == roundUnreachable {
			w.enterRoot(t.id)
		}
	}
	c.settle()
	for path := range c.modules {
		w.modules.add(c.text(path))
	}
}

// countRound enters the trees of the commits of a round, and those that are roots
// themselves.
func (w *walk) countRound(r round, order []int32) {
	w.census.now = r
	for _, i := range order {
		if s := &w.steps[i]; s.round == r {
			if s.numbered {
				w.census.enter(s.root, rootPath)
			} else {
				w.enterRoot(s.tree)
			}
		}
	}
	for _, t := range w.lone {
		if t.round == r {
			w.enterRoot(t.id)
		}
	}
	w.census.settle()
}

func (w *walk) enterRoot(tree plumbing.Hash) {
	if n, ok := w.delta.find(&tree); ok {
		w.census.enter(n, rootPath)
	}
}

// countIndex enters what the work trees have staged.
func (w *walk) countIndex() {
	c := w.census
	names := map[string]uint32{}
	for i, name := range w.delta.trees.names {
		names[name] = uint32(i)
	}
	number := func(path string) uint32 {
		at := uint32(rootPath)
		for part := range strings.SplitSeq(strings.TrimSuffix(path, "/"), "/") {
			n, ok := names[part]
			if !ok {
				n = uint32(len(w.delta.trees.names))
				w.delta.trees.names = append(w.delta.trees.names, part)
				names[part] = n
			}
			at = c.path(at, n)
		}
		return at
	}
	dirs, _ := w.repo.place.worktrees()
	for _, dir := range dirs {
		entries, _ := readIndex(dir) // index reports the error
		for _, e := range entries {
			n, ok := w.delta.find(&e.id)
			switch {
			case e.kind == kindModule, e.intent && !ok:
			case e.kind == kindTree && ok:
				c.enter(n, number(e.path))
			case e.kind == kindTree:
			default:
				if !ok { // index reports that it is missing
					c.blobAt(number(e.path))
					continue
				}
				c.blob(number(e.path), n)
			}
		}
	}
}

// left gives, sorted, the objects of a type that nothing has reached.
func (w *walk) left(kind plumbing.ObjectType) []plumbing.Hash {
	d := w.delta
	var ids []plumbing.Hash
	for n := range d.total {
		_, failed := d.failed[n]
		if d.kinds[n] != kind && !(failed && d.kinds[n] == 0 && kind == plumbing.AnyObject) {
			continue
		}
		id := d.id(n)
		if id.IsZero() {
			continue // nobody needs its name
		}
		if kind == plumbing.CommitObject {
			if _, ok := w.stepOf[id]; !ok {
				ids = append(ids, id)
			}
		} else if !w.census.reached(n) && !w.tagged[id] {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, compareIDs)
	return slices.Compact(ids)
}

// loneTrees gives the trees that nothing has reached and no other of them holds.
func (w *walk) loneTrees() []loneTree {
	d := w.delta
	inner := map[plumbing.Hash]bool{}
	ids := w.left(plumbing.TreeObject)
	for _, id := range ids {
		n, _ := d.find(&id)
		row := &d.trees.rows[d.row[n]]
		for _, g := range d.trees.segments[row.segments[0]:row.segments[1]] {
			if !g.own() {
				continue // these are the base's, which is left over too, or was reached
			}
			for _, e := range d.trees.ownOf(g) {
				if e.kind() == kindTree {
					inner[d.id(e.object)] = true
				}
			}
		}
	}
	var out []loneTree
	for _, id := range ids {
		if !inner[id] {
			out = append(out, loneTree{id, roundUnreachable, "unreachable"})
		}
	}
	return out
}

// keepTip wants those files of the tip that the scanner asks for, if there is
// anything else to yield.
func (w *walk) keepTip() {
	d := w.delta
	if w.repo.keep == nil || !slices.Contains(d.wanted[:d.total], true) {
		return
	}
	id, ok := w.refs.tip(w.repo.place.git)
	k, known := w.stepOf[id]
	if !ok || !known {
		return
	}
	var enter func(tree uint32, dir string, depth int)
	stands := map[uint32]int{} // at how many paths a tree was entered
	enter = func(tree uint32, dir string, depth int) {
		if d.kinds[tree] != plumbing.TreeObject || depth > maxDepth || stands[tree] == maxPlaces {
			return
		}
		stands[tree]++
		for _, e := range d.unfolded(tree) {
			path := dir + d.trees.names[e.name()]
			switch e.kind() {
			case kindTree:
				enter(e.object, path+"/", depth+1)
			case kindBlob:
				if w.repo.keep(path) {
					d.wanted[e.object] = true
				}
			}
		}
	}
	if n, ok := d.find(&w.steps[k].tree); ok {
		enter(n, "", 0)
	}
}

// unreachableWanted notes what is left over, as far as it is wanted.
func (w *walk) unreachableWanted() {
	w.growRound(roundUnreachable)
	for _, id := range w.left(plumbing.TagObject) {
		if _, err := w.tag(id, roundUnreachable); err != nil {
			w.fail(id, "tag", "unreachable", roundUnreachable, err)
		}
	}
	for _, id := range w.left(plumbing.BlobObject) {
		if w.wants(id) {
			w.forest.blob(id, roundUnreachable)
		}
	}
	for _, id := range w.left(plumbing.AnyObject) { // could not be read, and nothing names it
		if _, err := w.store.open(id); err != nil {
			w.fail(id, "object", "unreachable", roundUnreachable, err)
		}
	}
}

// knownOf gives what was found in a blob that is about to be yielded, nil if that is
// not known, and takes it out of the account of what is not yielded.
func (w *walk) knownOf(id plumbing.Hash, o object) *engine.Found {
	if w.delta == nil {
		return nil
	}
	n, ok := w.delta.find(&id)
	if !ok {
		return nil
	}
	if !w.delta.counted[n] {
		return w.delta.foundIn(n)
	}
	w.delta.counted[n] = false
	w.delta.bytes -= o.size
	w.delta.set.Anchors(o.data, 0, len(o.data), func(engine.Anchor) { w.delta.anchors-- })
	return nil
}

// wantsText says whether the scanner has a use for a short text; if not, it is
// counted.
func (d *delta) wantsText(text []byte) bool {
	if dec, _ := scanner.TextDecoder(text); dec != nil {
		return true
	}
	ms, stats := d.set.FindIn(text, 0, len(text))
	if len(ms) > 0 {
		return true
	}
	d.bytes += int64(len(text))
	d.anchors += stats.Anchors
	return false
}

// countUnwanted counts the blobs that were scanned and not yielded.
func (w *walk) countUnwanted() {
	for n, counted := range w.delta.counted {
		if !counted {
			continue
		}
		r, notes := w.census.round(uint32(n))
		if notes {
			w.objects["notes"]++
			continue
		}
		w.objects["blobs"]++
		w.objects["blobs from "+string(r.reach())]++
	}
}

// treeCount gives the number of trees that were read, whole.
func (d *delta) treeCount() int {
	n := 0
	for i := range d.trees.rows {
		if !d.trees.rows[i].bad {
			n++
		}
	}
	return n
}
