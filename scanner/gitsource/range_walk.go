package gitsource

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

// boundRange is a range whose revisions are resolved.
type boundRange struct {
	begin []revision
	stop  []plumbing.Hash // excluded
	forks [][2]plumbing.Hash
	limit rangeLimits
	paths *pathFilter
}

// bind resolves the revisions of a range in a repository. Below is the folder,
// relative to the work tree's root, that was opened.
func (g *Range) bind(p place, opened string, o Options) (*boundRange, error) {
	shallow, err := readShallow(p)
	if err != nil {
		return nil, fmt.Errorf("read shallow boundary: %w", err)
	}
	s, _ := openStore(p.objects(), o) // the walk reports what it cannot open
	defer s.close()
	r := &resolver{place: p, refs: readRefs(p), store: s, shallow: shallow}
	b := &boundRange{limit: g.limit}
	for _, a := range g.args {
		if err := r.bind(a, b); err != nil {
			return nil, err
		}
	}
	b.paths, err = newPathFilter(g.paths, below(p, opened))
	return b, err
}

// below is the folder that was opened, relative to the root of the work tree.
func below(p place, opened string) string {
	abs, err := filepath.Abs(opened)
	if err != nil || p.work == "" {
		return ""
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	rel, err := filepath.Rel(p.work, abs)
	if err != nil || rel == "." || strings.HasPrefix(rel, "..") || strings.HasPrefix(rel, ".git") {
		return ""
	}
	return filepath.ToSlash(rel)
}

// bind resolves one argument.
func (r *resolver) bind(a rangeArg, b *boundRange) error {
	if a.kind == argRevision {
		return r.bindRevision(a, b)
	}
	var found []revision
	switch a.kind {
	case argAll:
		found = r.matching("refs/", "*")
		if h, ok := r.head(); ok {
			found = append(found, h)
		}
	case argBranches:
		found = r.matching("refs/heads/", a.text)
	case argTags:
		found = r.matching("refs/tags/", a.text)
	case argRemotes:
		found = r.matching("refs/remotes/", a.text)
	case argBranch:
		n, err := r.branch(a.text)
		if err != nil {
			return err
		}
		found = []revision{n}
	case argReachable:
		if h, ok := r.head(); ok { // a branch without commits has nothing to select
			found = []revision{h}
		}
	}
	for _, n := range found {
		if a.not {
			b.stop = append(b.stop, n.id)
		} else {
			b.begin = append(b.begin, n)
		}
	}
	return nil
}

// bindRevision resolves REV, A..B and A...B; an empty side is HEAD.
func (r *resolver) bindRevision(a rangeArg, b *boundRange) error {
	left, right, three := strings.Cut(a.text, "...")
	two := false
	if !three {
		left, right, two = strings.Cut(a.text, "..")
	}
	if !two && !three {
		n, err := r.commit(a.text)
		if err != nil {
			return err
		}
		if a.not {
			b.stop = append(b.stop, n.id)
		} else {
			b.begin = append(b.begin, n)
		}
		return nil
	}
	x, errX := r.commit(orHead(left))
	y, errY := r.commit(orHead(right))
	switch {
	case errX != nil:
		return errX
	case errY != nil:
		return errY
	case three && a.not:
		b.stop = append(b.stop, x.id, y.id) // as git does
	case three:
		b.begin = append(b.begin, x, y)
		b.forks = append(b.forks, [2]plumbing.Hash{x.id, y.id})
	case a.not:
		b.stop = append(b.stop, y.id)
		b.begin = append(b.begin, x)
	default:
		b.stop = append(b.stop, x.id)
		b.begin = append(b.begin, y)
	}
	return nil
}

func orHead(text string) string {
	if text == "" {
		return "HEAD"
	}
	return text
}

// branch resolves a branch's name: a local or remote branch goes before a tag of
// the same name.
func (r *resolver) branch(name string) (revision, error) {
	for _, prefix := range []string{"refs/heads/", "refs/remotes/"} {
		if id, ok := r.refs.lookup(prefix + name); ok {
			id, err := r.peel(id, plumbing.CommitObject)
			if err != nil {
				return revision{}, fmt.Errorf("branch %q: %w", name, err)
			}
			return revision{id, roundBranch}, nil
		}
	}
	return r.commit(name)
}

// matching gives the commits of the refs below a prefix that a wildcard matches;
// one without * ? [ has a slash and a * added, as with git. Refs that lead to no
// commit are no part of a range, and broken ones are reported by the walk.
func (r *resolver) matching(prefix, glob string) []revision {
	switch {
	case glob == "":
		glob = "*"
	case !strings.ContainsAny(glob, "*?["):
		glob = strings.TrimSuffix(glob, "/") + "/*"
	}
	re, ok := wildcard(prefix + strings.TrimPrefix(glob, prefix))
	if !ok {
		return nil
	}
	var out []revision
	for _, f := range r.refs.refs {
		id, ok := f.id, f.target == ""
		if !ok {
			id, ok = r.refs.lookup(f.target)
		}
		if !ok || !re.MatchString(widen(f.name)) {
			continue
		}
		if c, err := r.peel(id, plumbing.CommitObject); err == nil {
			id = c
		} else if r.store.has(id) {
			continue // a tag of a tree or blob
		}
		out = append(out, revision{id, refRound(f.name)})
	}
	return out
}

// ranged is the first half of the walk of a range: the commits that it selects,
// and the places that they brought in.
func (w *walk) ranged(b *boundRange) {
	s := newSelection(w, b.limit, b.paths)
	for _, pair := range b.forks {
		for _, id := range s.forks(pair[0], pair[1]) {
			s.begin(id, true, "where histories meet")
		}
	}
	for _, id := range b.stop {
		s.begin(id, true, "excluded revision")
	}
	for _, n := range b.begin {
		s.begin(n.id, false, "selected revision")
	}
	s.run()
	s.adopt(b.begin)
	w.order = w.sorted(0)
	g := grower{walk: w, trees: s.trees, paths: b.paths, firstParent: b.limit.firstParent, whole: map[treeAt]bool{}}
	for pos := range w.order {
		if w.stop() {
			return
		}
		g.commit(int32(pos))
	}
	g.markTip()
}

// adopt makes the walk's steps of the selected commits. Each has the round of
// the first of the refs that it was reached from.
func (s *selection) adopt(begin []revision) {
	begin = slices.Clone(begin)
	slices.SortStableFunc(begin, func(a, b revision) int { return int(a.round) - int(b.round) })
	for _, n := range begin {
		todo := []plumbing.Hash{n.id}
		for len(todo) > 0 {
			i, ok := s.byID[todo[len(todo)-1]]
			todo = todo[:len(todo)-1]
			if !ok || i < 0 || s.all[i].round <= n.round || s.all[i].excluded {
				continue
			}
			s.all[i].round = n.round
			todo = append(todo, s.all[i].parents...)
		}
	}
	w := s.walk
	for _, i := range slices.Backward(s.result()) {
		c := s.all[i].step
		if c.cut {
			w.cuts.add(c.id.String())
		}
		w.stepOf[c.id] = len(w.steps)
		w.steps = append(w.steps, c)
	}
}

// outside is the scope of a range, for the tally.
func (b *boundRange) outside() scanner.Skip {
	return scanner.Skip{
		What: "other commits, tags, refs, reflogs, the index, configuration and unreachable objects",
		Why:  "outside of the range that was asked for",
	}
}
