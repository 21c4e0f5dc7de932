package gitsource

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

// round is a pass of the walk. All that one round reaches is marked before the
// next begins, so a round's number orders reach.
type round uint8

const (
	roundBranch round = iota
	roundOther
	roundNotes
	roundStash
	roundReflog
	roundNotesReflog
	roundIndex
	roundUnreachable
)

// reach gives the class that a report names.
func (r round) reach() scanner.Reach {
	switch r {
	case roundBranch:
		return scanner.ReachBranch
	case roundOther, roundNotes:
		return scanner.ReachPull
	case roundStash:
		return scanner.ReachStash
	case roundReflog, roundNotesReflog:
		return scanner.ReachReflog
	case roundIndex:
		return scanner.ReachIndex
	}
	return scanner.ReachUnreachable
}

// notes says that the round walks what git notes wrote.
func (r round) notes() bool { return r == roundNotes || r == roundNotesReflog }

// refRound gives the round that a ref is a root of.
func refRound(name string) round {
	for _, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/"} {
		if strings.HasPrefix(name, prefix) {
			return roundBranch
		}
	}
	switch {
	case name == "HEAD":
		return roundBranch
	case name == "refs/stash":
		return roundStash
	case strings.HasPrefix(name, "refs/notes/"):
		return roundNotes
	}
	return roundOther
}

// logRound gives the round that a ref's reflog entries are roots of.
func logRound(name string) round {
	switch refRound(name) {
	case roundStash:
		return roundStash
	case roundNotes:
		return roundNotesReflog
	}
	return roundReflog
}

// ref is one ref: it names an object or, if symbolic, another ref.
type ref struct {
	name   string
	id     plumbing.Hash
	target string
}

// short is the name as people write it.
func (r ref) short() string {
	for _, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/", "refs/"} {
		if s, ok := strings.CutPrefix(r.name, prefix); ok {
			return s
		}
	}
	return r.name
}

// root is where a round begins to walk.
type root struct {
	id    plumbing.Hash
	round round
	by    string // what needs it, for messages
}

// refSet is every ref of a repository and every object that one names or named.
type refSet struct {
	refs  []ref // sorted by work tree and name
	heads map[string]ref
	roots []root
	errs  []error
}

// readRefs reads refs, HEADs and reflogs of a repository and its work trees.
func readRefs(p place) *refSet {
	s := &refSet{heads: map[string]ref{}}
	dirs, err := p.worktrees()
	if err != nil {
		s.fail(classUnreadable, "work trees", err)
	}
	for i, dir := range dirs {
		known := map[string]ref{}
		if i == 0 {
			s.packed(filepath.Join(dir, "packed-refs"), known)
		}
		s.loose(dir, "refs", known)
		s.head(dir)
		names := make([]string, 0, len(known))
		for name := range known {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			s.refs = append(s.refs, known[name])
		}
		s.logs(dir)
	}
	for _, r := range s.refs {
		if r.target == "" {
			s.roots = append(s.roots, root{r.id, refRound(r.name), "ref " + r.name})
		}
	}
	return s
}

func (s *refSet) fail(class, what string, err error) {
	s.errs = append(s.errs, &scanner.Unread{Class: class, What: what, Err: err})
}

// lookup follows a ref to its object. Symbolic refs are followed five times at
// most, as git does.
func (s *refSet) lookup(name string) (plumbing.Hash, bool) {
	for range 5 {
		i := slices.IndexFunc(s.refs, func(r ref) bool { return r.name == name })
		if i < 0 {
			return plumbing.ZeroHash, false
		}
		if s.refs[i].target == "" {
			return s.refs[i].id, true
		}
		name = s.refs[i].target
	}
	return plumbing.ZeroHash, false
}

// tip gives the tip of the default branch: HEAD of the given git directory, else
// origin/HEAD, else main, else master.
func (s *refSet) tip(dir string) (plumbing.Hash, bool) {
	if h, ok := s.heads[dir]; ok && h.target == "" {
		return h.id, true
	}
	for _, name := range []string{
		s.heads[dir].target, "refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master",
	} {
		if id, ok := s.lookup(name); ok {
			return id, true
		}
	}
	return plumbing.ZeroHash, false
}

// head reads the HEAD of a work tree. What a symbolic one names is a ref, and is
// a root as such; if there is none, the branch is yet to be born.
func (s *refSet) head(dir string) {
	r, err := readRef(filepath.Join(dir, "HEAD"), "HEAD")
	if err != nil {
		bad := badness(err)
		s.fail(bad.class, "HEAD of "+dir, bad.err)
		return
	}
	s.heads[dir] = r
	if r.target == "" {
		s.roots = append(s.roots, root{r.id, roundBranch, "HEAD"})
	}
}

// loose reads the refs that have files, which go before packed ones.
func (s *refSet) loose(dir, prefix string, known map[string]ref) {
	base := filepath.Join(dir, filepath.FromSlash(prefix))
	s.files(base, func(path, rel string) {
		name := prefix + "/" + rel
		if strings.HasSuffix(name, ".lock") {
			return
		}
		r, err := readRef(path, name)
		if err != nil {
			bad := badness(err)
			s.fail(bad.class, "ref "+name, bad.err)
			return
		}
		known[name] = r
	})
}

// files calls f for every file below base, in order, with its path below base.
func (s *refSet) files(base string, f func(path, rel string)) {
	err := filepath.WalkDir(base, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			s.fail(classUnreadable, path, err)
		case !e.IsDir():
			rel, _ := filepath.Rel(base, path)
			f(path, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		s.fail(classUnreadable, base, err)
	}
}

// readRef reads a ref's file: an object id, or "ref: " and another ref's name.
func readRef(path, name string) (ref, error) {
	data, err := readSmall(path)
	if err != nil {
		return ref{}, err
	}
	text := strings.TrimRight(string(data), " \t\r\n")
	if target, ok := strings.CutPrefix(text, "ref:"); ok {
		return ref{name: name, target: strings.TrimSpace(target)}, nil
	}
	id, ok := parseHash(text[:min(len(text), 40)])
	if !ok || len(text) > 40 && !strings.ContainsAny(text[40:41], " \t\r\n") {
		return ref{}, errors.New("it holds no object name")
	}
	return ref{name: name, id: id}, nil
}

// packed reads packed-refs: "id name" a line, "#" for its header, "^" for what
// the tag before it peels to.
func (s *refSet) packed(path string, known map[string]ref) {
	data, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		bad := badness(err)
		s.fail(bad.class, "packed-refs", bad.err)
		return
	}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' || line[0] == '^' {
			continue
		}
		hex, name, ok := strings.Cut(line, " ")
		id, valid := parseHash(hex)
		if !ok || !valid {
			s.fail(classCorrupt, fmt.Sprintf("packed-refs line %d", number), errors.New("it holds no object name"))
			continue
		}
		known[name] = ref{name: name, id: id}
	}
}

// logs reads the reflogs of a git directory: "old new person time zone", a tab
// and a message a line. https://git-scm.com/docs/gitrepository-layout
func (s *refSet) logs(dir string) {
	base := filepath.Join(dir, "logs")
	s.files(base, func(path, name string) {
		data, err := readSmall(path)
		if err != nil {
			bad := badness(err)
			s.fail(bad.class, "reflog of "+name, bad.err)
			return
		}
		number := 0
		for line := range bytes.Lines(data) {
			number++
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			ids, ok := logIDs(line)
			if !ok {
				s.fail(classCorrupt, fmt.Sprintf("reflog of %s, line %d", name, number), errors.New("it holds no object names"))
				continue
			}
			for i, id := range ids {
				r := logRound(name)
				if i == 0 && r == roundStash {
					r = roundReflog // git stash lists what the lines made, not what they replaced
				}
				if !id.IsZero() {
					s.roots = append(s.roots, root{id, r, fmt.Sprintf("reflog of %s, line %d", name, number)})
				}
			}
		}
	})
}

// logIDs gives the two object ids that a line of a reflog begins with.
func logIDs(line []byte) (ids [2]plumbing.Hash, ok bool) {
	if len(line) < 81 || line[40] != ' ' {
		return ids, false
	}
	var okOld, okNew bool
	ids[0], okOld = parseHash(string(line[:40]))
	ids[1], okNew = parseHash(string(line[41:81]))
	return ids, okOld && okNew
}

// shallow reads the commits whose parents were not fetched.
// https://git-scm.com/docs/shallow
func readShallow(p place) (map[plumbing.Hash]bool, error) {
	data, err := readSmall(filepath.Join(p.common, "shallow"))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return nil, err
	}
	out := map[plumbing.Hash]bool{}
	for line := range strings.Lines(string(data)) {
		if id, ok := parseHash(strings.TrimSpace(line)); ok {
			out[id] = true
		}
	}
	return out, nil
}
