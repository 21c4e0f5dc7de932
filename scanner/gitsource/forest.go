package gitsource

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds on what trees may make the walk do: ten nested trees of ten entries
// that are all the same tree name ten thousand million paths.
const (
	// maxPlaces is at how many paths one tree is entered. What is left out are
	// further paths of blobs that have so many already; it is counted.
	maxPlaces = 1000
	// maxDepth is how deep trees may nest; git's own limit is 2,048, see
	// https://git-scm.com/docs/git-config#Documentation/git-config.txt-coremaxTreeDepth
	maxDepth = 4096
)

// forest is what is known of trees and blobs.
//
// A tree is entered once for each path at which it stands, not once for each
// commit: what it holds there is known then. It is entered again only if a later
// round finds an older commit with it. So every path of every blob is met, each
// with its oldest commit, at the price of entering a tree that was moved again.
type forest struct {
	walk   *walk
	paths  []string
	pathOf map[string]uint32
	seen   map[treeAt]int32      // the oldest position that entered it
	stands map[plumbing.Hash]int // at how many paths a tree was entered
	trees  map[plumbing.Hash]bool
	blobs  []blob
	blobOf map[plumbing.Hash]uint32
	placed map[blobAt]int32 // index into the blob's places
	capped int
}

type treeAt struct {
	id   plumbing.Hash
	path uint32
}

type blobAt struct{ blob, path uint32 }

// blob is a blob and where it stands.
type blob struct {
	id     plumbing.Hash
	round  round // the first that reached it
	notes  bool  // nothing but notes leads to it
	places []spot
}

// spot is one path of a blob.
type spot struct {
	path uint32
	pos  int32 // position of the oldest commit that has the blob there, or never
	tip  bool
}

func newForest(w *walk) *forest {
	return &forest{
		walk: w, pathOf: map[string]uint32{}, seen: map[treeAt]int32{}, stands: map[plumbing.Hash]int{},
		trees: map[plumbing.Hash]bool{}, blobOf: map[plumbing.Hash]uint32{}, placed: map[blobAt]int32{},
	}
}

// path numbers a path.
func (f *forest) path(p string) uint32 {
	n, ok := f.pathOf[p]
	if !ok {
		n = uint32(len(f.paths))
		f.paths = append(f.paths, p)
		f.pathOf[p] = n
	}
	return n
}

// enter walks the root tree of a commit, or a tree that no commit has.
func (f *forest) enter(id plumbing.Hash, pos int32, r round) { f.enterAt(id, "", pos, r) }

// enterAt walks a tree that stands at a path; "" is the root.
func (f *forest) enterAt(id plumbing.Hash, path string, pos int32, r round) {
	if path != "" && path[len(path)-1] != '/' {
		path += "/"
	}
	f.tree(id, path, pos, r, 0)
}

func (f *forest) tree(id plumbing.Hash, dir string, pos int32, r round, depth int) {
	if f.walk.cut(id) {
		f.walk.moved(dir, pos)
		return
	}
	key := treeAt{id, f.path(dir)}
	old, again := f.seen[key]
	if again && old <= pos || f.walk.stop() {
		return
	}
	if !again {
		if f.stands[id] == maxPlaces {
			f.capped++
			return
		}
		f.stands[id]++
	}
	f.seen[key] = pos
	if depth > maxDepth {
		err := fmt.Errorf("trees nest deeper than %d", maxDepth)
		f.walk.fail(id, "tree", f.where(dir, pos), r, &readError{classBound, err})
		return
	}
	entries, err := f.read(id)
	if err != nil {
		f.walk.fail(id, "tree", f.where(dir, pos), r, err)
	}
	for _, e := range entries {
		path := dir + e.name
		switch e.kind {
		case kindTree:
			f.tree(e.id, path+"/", pos, r, depth+1)
		case kindModule:
			f.walk.modules.add(path)
		default:
			f.place(e.id, path, pos, r)
		}
	}
}

// read gives a tree's entries, those before a malformed one with an error.
//
// Of a walk along the deltas it gives those entries only that lead to what is to
// be yielded.
func (f *forest) read(id plumbing.Hash) ([]treeEntry, error) {
	if f.walk.leads != nil {
		if entries, ok := f.walk.leads.read(id); ok {
			return entries, nil
		}
	}
	data, err := f.walk.store.read(id, plumbing.TreeObject)
	if err != nil {
		return nil, err
	}
	entries, err := parseTree(data)
	if err == nil && (id != emptyTree || f.walk.store.has(id)) {
		f.trees[id] = true
	}
	return entries, err
}

// where says who needs an object, for a message.
func (f *forest) where(path string, pos int32) string {
	if path == "" {
		path = "the root tree"
	}
	if pos == never {
		return path
	}
	return path + " in commit " + f.walk.step(pos).id.String()
}

// blob notes a blob.
func (f *forest) blob(id plumbing.Hash, r round) uint32 {
	n, ok := f.blobOf[id]
	if !ok {
		n = uint32(len(f.blobs))
		f.blobs = append(f.blobs, blob{id: id, round: r, notes: r.notes()})
		f.blobOf[id] = n
	}
	f.blobs[n].notes = f.blobs[n].notes && r.notes()
	return n
}

// place notes that a blob stands at a path.
func (f *forest) place(id plumbing.Hash, path string, pos int32, r round) {
	if f.walk.cut(id) {
		f.walk.moved(path, pos)
		return
	}
	n := f.blob(id, r)
	b := &f.blobs[n]
	key := blobAt{n, f.path(path)}
	i, ok := f.placed[key]
	if !ok {
		f.placed[key] = int32(len(b.places))
		b.places = append(b.places, spot{path: key.path, pos: pos})
		return
	}
	b.places[i].pos = min(b.places[i].pos, pos)
}

// markTip marks what the tip of the default branch holds.
func (f *forest) markTip() {
	w := f.walk
	id, ok := w.refs.tip(w.repo.place.git)
	if !ok {
		return
	}
	k, ok := w.stepOf[id]
	if !ok {
		return // it could not be read, which was reported
	}
	f.markTree(w.steps[k].tree, "", map[treeAt]bool{})
}

// markTree follows a tree of the tip only where the walk has entered it.
func (f *forest) markTree(id plumbing.Hash, dir string, done map[treeAt]bool) {
	if f.walk.leads != nil {
		id = f.walk.leads.standIn(id)
	}
	key := treeAt{id, f.path(dir)}
	if _, ok := f.seen[key]; !ok || done[key] || f.walk.stop() {
		return
	}
	done[key] = true
	entries, _ := f.read(id) // the walk has reported an error
	for _, e := range entries {
		switch e.kind {
		case kindTree:
			f.markTree(e.id, dir+e.name+"/", done)
		case kindBlob:
			n, met := f.blobOf[e.id]
			if i, ok := f.placed[blobAt{n, f.path(dir + e.name)}]; ok && met {
				f.blobs[n].places[i].tip = true
			}
		}
	}
}

// sortPlaces puts the oldest place of each blob first.
func (f *forest) sortPlaces() {
	for i := range f.blobs {
		slices.SortStableFunc(f.blobs[i].places, func(a, b spot) int { return cmp.Compare(a.pos, b.pos) })
	}
}

// first is the position of the oldest commit that holds the blob, or never.
// Places are sorted.
func (b *blob) first() int32 {
	if len(b.places) == 0 {
		return never
	}
	return b.places[0].pos
}

// step gives the commit at a position.
func (w *walk) step(pos int32) *step { return &w.steps[w.order[pos]] }

// unreachable takes in what is left in the store: commits first, oldest first,
// then the trees that no other tree left over has, then tags and blobs.
func (w *walk) unreachable() {
	ids, errs := w.unlisted()
	w.reportAll(errs)
	byType := map[plumbing.ObjectType][]plumbing.Hash{}
	for _, id := range ids {
		if w.stop() {
			return
		}
		if w.known(id) {
			continue
		}
		typ, err := w.store.kind(id)
		if err != nil {
			w.fail(id, "object", "unreachable", roundUnreachable, err)
			continue
		}
		byType[typ] = append(byType[typ], id)
	}
	begin := len(w.steps)
	for _, id := range byType[plumbing.CommitObject] {
		w.commits(id, roundUnreachable, "unreachable")
	}
	w.order = w.sorted(begin)
	w.growRound(roundUnreachable)
	for _, id := range w.loneRoots(byType[plumbing.TreeObject]) {
		w.forest.enter(id, never, roundUnreachable)
	}
	for _, id := range byType[plumbing.TagObject] {
		if _, err := w.tag(id, roundUnreachable); err != nil {
			w.fail(id, "tag", "unreachable", roundUnreachable, err)
		}
	}
	for _, id := range byType[plumbing.BlobObject] {
		w.forest.blob(id, roundUnreachable)
	}
}

// known says that an object was met, or reported.
func (w *walk) known(id plumbing.Hash) bool {
	_, isCommit := w.stepOf[id]
	_, isBlob := w.forest.blobOf[id]
	return isCommit || isBlob || w.forest.trees[id] || w.tagged[id] || w.failed[id]
}

// loneRoots gives, of trees that no commit has, those that no other of them
// contains: entering these meets all.
func (w *walk) loneRoots(ids []plumbing.Hash) []plumbing.Hash {
	inner := map[plumbing.Hash]bool{}
	var left []plumbing.Hash
	for _, id := range ids {
		if w.known(id) || w.stop() {
			continue
		}
		left = append(left, id)
		data, err := w.store.read(id, plumbing.TreeObject)
		if err != nil {
			continue // entering it reports the error
		}
		entries, _ := parseTree(data)
		for _, e := range entries {
			inner[e.id] = true
		}
	}
	return slices.DeleteFunc(left, func(id plumbing.Hash) bool { return inner[id] })
}
