package gitsource

import (
	"bytes"
	"cmp"
	"crypto/sha1"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

// past is what a walk knows of the scans before it, and notes for the next.
type past struct {
	state *State
	// listed are the objects of the store that are not remembered, sorted, as they
	// were when the walk began.
	listed []plumbing.Hash
	before int // objects of the store that are remembered
	// deep says that the walk follows what is remembered too, without yielding it:
	// something below it can be read now that could not be.
	deep  bool
	ended bool

	gaps     map[plumbing.Hash]gap
	digests  []plumbing.Hash       // of files and names that were yielded
	reported int                   // things that the walk reported as not read
	own      map[string]bool       // and how it named them
	met      map[uint32]bool       // paths that stand for what was scanned before
	left     map[plumbing.Hash]gap // still too large
}

// recall compares what the store holds with what is remembered. It is called
// before the walk begins.
func (w *walk) recall() {
	s := w.repo.options.State
	if s == nil {
		return
	}
	p := &past{state: s, gaps: map[plumbing.Hash]gap{}, own: map[string]bool{}, met: map[uint32]bool{}, left: map[plumbing.Hash]gap{}}
	w.past = p
	w.reportAll(p.list(w.store))
	if p.all() {
		return
	}
	for _, c := range s.cuts {
		p.deep = p.deep || !w.shallow[c] // what lies beyond can be reached now
	}
	for _, g := range s.gaps {
		w.retry(g)
	}
	if p.deep {
		clear(p.left) // the walk comes to them, and finds their paths
	}
	for id, g := range p.left {
		p.gaps[id] = g
		w.large.add(id.String())
	}
}

// all says that nothing is remembered.
func (p *past) all() bool { return p.state.fresh || p.state.other }

// list finds the objects of the store that are not remembered. The names of packs
// are sorted, as those that are remembered: one pass over both is enough.
func (p *past) list(s *store) []error {
	ids := &p.state.ids
	seen := make([]uint64, (ids.len()+63)/64) // of those that are remembered
	next := 0
	errs := s.each(func(id plumbing.Hash) {
		i, ok := ids.seek(next, &id)
		if next = i; !ok {
			p.listed = append(p.listed, id)
			return
		}
		if bit := uint64(1) << (i % 64); seen[i/64]&bit == 0 {
			seen[i/64] |= bit
			p.before++
		}
	})
	if !slices.IsSortedFunc(p.listed, compareIDs) {
		slices.SortFunc(p.listed, compareIDs)
	}
	p.listed = slices.Compact(p.listed)
	return errs
}

// seek is find for ids that mostly come in order: it looks at the place after the
// last one first.
func (l *idList) seek(from int, id *plumbing.Hash) (int, bool) {
	for i := from; i < min(from+3, l.len()); i++ {
		switch c := bytes.Compare(l.at(i), id[:]); {
		case c == 0:
			return i, true
		case c > 0 && (i == 0 || bytes.Compare(l.at(i-1), id[:]) < 0):
			return i, false
		}
	}
	return l.find(id)
}

// retry looks again at what an earlier scan could not read.
func (w *walk) retry(g gap) {
	p := w.past
	if g.kind&gapJudged != 0 {
		if w.store.has(g.id) {
			w.again(g, g.class(), errors.New("an earlier scan could not judge all of it"))
		}
		return
	}
	if limit := w.repo.options.MaxBytes; g.kind == gapLeft && limit > 0 && g.size > uint64(limit) {
		if w.store.has(g.id) {
			p.left[g.id] = g
		}
		return
	}
	o, err := w.store.open(g.id)
	switch {
	case err == nil:
		p.deep = true
		if o.stream != nil {
			_ = o.stream.Close()
		}
	case g.kind == gapLeft: // and gone since
	default:
		bad := badness(err)
		w.again(g, bad.class, fmt.Errorf("%w, and an earlier scan needed it (if nothing does any more, delete the state file)", bad.err))
	}
}

// again reports what an earlier scan reported.
func (w *walk) again(g gap, class string, err error) {
	w.failed[g.id] = true
	g.kind = gapKind(class) | g.kind&gapJudged
	w.past.gaps[g.id] = g
	w.report(class, "object "+g.id.String(), err)
}

// old says that an object was scanned before: it is not yielded again.
func (w *walk) old(id plumbing.Hash) bool {
	return w.past != nil && !w.past.all() && w.past.state.ids.has(id)
}

// cut says that the walk ends at an object, for all that it leads to was scanned
// before, or it is still too large.
func (w *walk) cut(id plumbing.Hash) bool {
	if w.past == nil || w.past.deep {
		return false
	}
	_, left := w.past.left[id]
	return left || w.old(id)
}

// repeated says that the walk goes by what is remembered.
func (w *walk) repeated() bool { return w.past != nil && !w.past.all() }

// beyond says that a commit's parent was scanned before and is not here: what was
// fetched is only what is new.
func (w *walk) beyond(parents []plumbing.Hash) bool {
	return slices.ContainsFunc(parents, func(p plumbing.Hash) bool { return w.cut(p) && !w.store.has(p) })
}

// gone notes an object that could not be read.
func (w *walk) gone(id plumbing.Hash, class string) {
	if w.past != nil {
		w.past.gaps[id] = gap{id: id, kind: gapKind(class)}
	}
}

// leave notes a blob that is left out for its size.
func (w *walk) leave(id plumbing.Hash, size int64) {
	if w.past != nil {
		w.past.gaps[id] = gap{id: id, kind: gapLeft, size: uint64(size)}
	}
}

// told notes something that was reported as not read.
func (w *walk) told(err error) {
	var u *scanner.Unread
	if w.past != nil && errors.As(err, &u) {
		w.past.reported++
		w.past.own[u.What] = true
	}
}

// end says that the walk came to its end.
func (w *walk) end() {
	if w.past != nil {
		w.past.ended = !w.stop()
	}
}

// digest names in the state what is no object: a file beside the objects, a line
// of a reflog, a ref's name, a path.
func digest(kind, name string, data []byte) (id plumbing.Hash) {
	h := sha1.New()
	fmt.Fprintf(h, "leakline %s %d\x00%s", kind, len(name), name)
	h.Write(data)
	return plumbing.Hash(h.Sum(nil))
}

// news says whether a file or name was not yielded by an earlier scan, and notes
// it for the next.
func (w *walk) news(kind, name string, data []byte) bool {
	if w.past == nil {
		return true
	}
	id := digest(kind, name, data)
	w.past.digests = append(w.past.digests, id)
	return !w.old(id)
}

// newText says whether there is anything new in a file beside the objects. Of a
// reflog, what is not new is blanked, byte for byte: it only ever grows.
func (w *walk) newText(name string, data []byte) bool {
	if w.past == nil || !isLog(name) {
		return w.news("file", name, data)
	}
	found := false
	for line := range bytes.Lines(data) {
		if w.news("line", name, line) {
			found = true
			continue
		}
		for i, c := range line {
			if c != '\n' {
				line[i] = ' '
			}
		}
	}
	return found
}

// isLog says that a file of a git directory is a reflog.
func isLog(name string) bool {
	return strings.HasPrefix(name, "logs/") || strings.Contains(name, "/logs/")
}

// moved notes that something that was scanned before stands in a new folder: its
// name may be new, and names are scanned too.
func (w *walk) moved(path string, pos int32) {
	path = strings.TrimSuffix(path, "/")
	n := w.forest.path(path)
	if path == "" || w.past.deep || w.past.met[n] || w.old(digest("path", path, nil)) {
		return
	}
	w.past.met[n] = true
	c := scanner.Chunk{Location: scanner.Location{Source: scanner.SourcePath, Repo: w.repo.name, Path: path}}
	if pos != never {
		c.Commit, c.Boundary = w.who(pos), w.step(pos).boundary()
	}
	w.nameless = append(w.nameless, c)
}

// next is the state after the walk.
func (p *past) next(w *walk) *State {
	n := &State{path: p.state.path, digest: p.state.digest}
	more := make([]plumbing.Hash, 0, len(p.listed)+len(p.digests))
	for _, id := range p.listed {
		if g, ok := p.gaps[id]; !ok || g.kind&gapJudged != 0 {
			more = append(more, id)
		}
	}
	more = append(more, p.digests...)
	for _, path := range w.pathNames() {
		more = append(more, digest("path", strings.TrimSuffix(path, "/"), nil))
	}
	n.ids = p.state.ids
	if more = slices.DeleteFunc(more, w.old); len(more) > 0 {
		slices.SortFunc(more, compareIDs)
		n.ids = n.ids.with(slices.Compact(more))
	}
	for _, g := range p.gaps {
		n.gaps = append(n.gaps, g)
	}
	slices.SortFunc(n.gaps, func(a, b gap) int { return compareIDs(a.id, b.id) })
	for id := range w.shallow {
		n.cuts = append(n.cuts, id)
	}
	for _, r := range w.refs.roots {
		if r.round < roundStash && n.ids.has(r.id) {
			n.tips = append(n.tips, r.id)
		}
	}
	slices.SortFunc(n.cuts, compareIDs)
	slices.SortFunc(n.tips, compareIDs)
	n.tips = slices.Compact(n.tips)
	return n
}

// pathNames gives every path that was met, folders with a slash at the end.
func (w *walk) pathNames() []string {
	out := slices.Clone(w.forest.paths)
	if w.census != nil {
		for i := range w.census.paths {
			out = append(out, w.census.text(uint32(i)))
		}
	}
	return out
}

// pastSkips is what the state left out, for the tally.
func (w *walk) pastSkips() (out []scanner.Skip) {
	p := w.past
	switch {
	case p == nil:
	case p.state.other:
		out = append(out, scanner.Skip{
			What: "state " + p.state.path, Why: "made with another catalogue, version or filter: everything was scanned again",
		})
	case p.before > 0:
		out = append(out, scanner.Skip{What: "objects scanned before", Why: "remembered in " + cmp.Or(p.state.path, "the state"), Count: p.before})
	}
	return out
}

// unlisted gives the objects that the end of the walk is to look for: all of the
// store, or those that are not remembered.
func (w *walk) unlisted() ([]plumbing.Hash, []error) {
	if w.past == nil {
		return w.store.all()
	}
	return slices.DeleteFunc(slices.Clone(w.past.listed), w.cut), nil
}
