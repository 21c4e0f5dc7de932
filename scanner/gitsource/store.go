package gitsource

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"

	"leakline/scanner"
)

// object is one object. Its content is in data or, if it is larger than the
// bound that was asked for, comes from stream, which reports content that does
// not have the object's hash as an error at its end.
type object struct {
	typ    plumbing.ObjectType
	size   int64
	data   []byte
	stream io.ReadCloser
}

// shelf is one place of objects: a pack or a folder of loose objects.
type shelf interface {
	has(id plumbing.Hash) bool
	// kind gives an object's type without reading its content.
	kind(id plumbing.Hash) (plumbing.ObjectType, error)
	// read gives an object whose content has the hash id; one that is larger
	// than whole bytes comes as a stream.
	read(id plumbing.Hash, whole int64) (object, error)
	// each calls f for every object of the shelf, in no particular order.
	each(f func(plumbing.Hash)) error
	close() error
	// name is what errors call the shelf.
	name() string
}

// store is every object of a repository: its own and its alternates', each
// packed and loose. It is used by one goroutine: readers of packs keep state.
type store struct {
	folders  []*folder
	cache    *cache.ObjectLRU // of the plain engine
	whole    int64
	promisor bool // missing objects are promised by a remote
	options  Options
}

// folder is one "objects" folder.
type folder struct {
	path   string
	packs  map[string]shelf // by file name without extension
	order  []shelf          // newest first
	loose  *loose
	listed time.Time // of the pack folder, when it was last read
}

// openStore reads what there is in the objects folder and its alternates. The
// errors are things that could not be read; the store holds all others.
func openStore(objects string, o Options) (*store, []error) {
	s := &store{options: o, whole: o.MaxBlob}
	if o.Engine == EnginePlain {
		s.cache = cache.NewObjectLRU(cache.FileSize(o.CacheBytes))
	}
	errs := s.add(objects, 0, map[string]bool{})
	return s, errs
}

// maxAlternates is how deep alternates may nest: git's own limit, see
// https://git-scm.com/docs/gitrepository-layout and odb.c of git.
const maxAlternates = 5

func (s *store) add(path string, depth int, seen map[string]bool) []error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return []error{&scanner.Unread{Class: classMissing, What: "object folder " + path, Err: err}}
	}
	if seen[real] {
		return nil
	}
	seen[real] = true
	f := &folder{path: path, packs: map[string]shelf{}, loose: &loose{dir: path, ids: map[plumbing.Hash]struct{}{}}}
	s.folders = append(s.folders, f)
	errs := append(f.loose.list(), s.list(f)...)
	next, err := alternates(path)
	if err != nil {
		bad := badness(err)
		errs = append(errs, &scanner.Unread{Class: bad.class, What: "alternates of " + path, Err: bad.err})
	}
	for _, a := range next {
		if depth == maxAlternates {
			err := fmt.Errorf("alternates nest deeper than %d", maxAlternates)
			errs = append(errs, &scanner.Unread{Class: classBound, What: "object folder " + a, Err: err})
			continue
		}
		errs = append(errs, s.add(a, depth+1, seen)...)
	}
	return errs
}

// alternates reads objects/info/alternates: a folder a line, relative to the
// objects folder, "#" for comments, in C quotes if it begins with one.
// https://git-scm.com/docs/gitrepository-layout
func alternates(objects string) ([]string, error) {
	data, err := readSmall(filepath.Join(objects, "info", "alternates"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '"' {
			line = unquote(line)
		}
		if !filepath.IsAbs(line) {
			line = filepath.Join(objects, line)
		}
		out = append(out, line)
	}
	return out, nil
}

// list opens the packs of a folder that are not open yet.
func (s *store) list(f *folder) []error {
	dir := filepath.Join(f.path, "pack")
	if info, err := os.Stat(dir); err == nil {
		f.listed = info.ModTime()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return []error{&scanner.Unread{Class: classUnreadable, What: "pack folder " + dir, Err: err}}
	}
	names := map[string]int{}
	for _, e := range entries {
		stem, ext := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())), filepath.Ext(e.Name())
		switch {
		case !strings.HasPrefix(stem, "pack-"):
		case ext == ".idx":
			names[stem] |= 1
		case ext == ".pack":
			names[stem] |= 2
		case ext == ".promisor":
			s.promisor = true
		}
	}
	var errs []error
	for _, e := range entries {
		stem := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if names[stem] == 0 || f.packs[stem] != nil {
			continue
		}
		if err := s.openPack(f, stem, names[stem]); err != nil {
			errs = append(errs, err)
		}
		delete(names, stem)
	}
	return errs
}

// openPack opens one pack; files says which of its two files there are.
func (s *store) openPack(f *folder, stem string, files int) error {
	path := filepath.Join(f.path, "pack", stem)
	switch files {
	case 1:
		return &scanner.Unread{Class: classMissing, What: "pack " + path + ".pack", Err: errors.New("only its index is there")}
	case 2:
		if s.options.received != nil {
			break
		}
		err := errors.New("it has no index: run git index-pack on it")
		return &scanner.Unread{Class: classCorrupt, What: "pack " + path + ".pack", Err: err}
	}
	p, err := s.newPack(path)
	if err != nil {
		bad := badness(err)
		return &scanner.Unread{Class: bad.class, What: "pack " + path, Err: bad.err}
	}
	f.packs[stem] = p
	f.order = append(f.order, p)
	if m, ok := p.(*mappedPack); ok {
		if err := m.file.Faults(); err != nil { // its objects are read as far as they can be
			return &scanner.Unread{Class: classCorrupt, What: "pack " + path + ".pack", Err: err}
		}
	}
	return nil
}

// newPack opens a pack the way that the store reads packs.
func (s *store) newPack(path string) (shelf, error) {
	if s.options.Engine == EnginePlain {
		return openPlain(path, s.cache)
	}
	if s.options.received != nil {
		return openReceived(path, &s.options)
	}
	return openMapped(path, s.options.CacheBytes)
}

// refresh looks again for an object that was in no shelf: git may have packed
// or added it since. It reports whether a look at the shelves is worth while.
func (s *store) refresh(id plumbing.Hash) bool {
	found := false
	for _, f := range s.folders {
		if f.loose.appeared(id) {
			found = true
		}
		info, err := os.Stat(filepath.Join(f.path, "pack"))
		if err != nil || info.ModTime().Equal(f.listed) {
			continue
		}
		n := len(f.order)
		s.list(f) // what is broken now was reported, or is no loss yet
		found = found || len(f.order) > n
	}
	return found
}

// shelves yields the shelves that hold an object.
func (s *store) shelves(id plumbing.Hash) []shelf {
	var out []shelf
	for _, f := range s.folders {
		for _, p := range f.order {
			if p.has(id) {
				out = append(out, p)
			}
		}
		if f.loose.has(id) {
			out = append(out, f.loose)
		}
	}
	return out
}

// try calls f with every shelf that holds the object until one succeeds. The
// error, if all fail, is the first shelf's.
func (s *store) try(id plumbing.Hash, f func(shelf) error) error {
	var first error
	for range 2 {
		for _, sh := range s.shelves(id) {
			err := f(sh)
			if err == nil {
				return nil
			}
			if first == nil {
				first = err
			}
		}
		if !s.refresh(id) {
			break
		}
	}
	if first != nil {
		return badness(first)
	}
	if s.promisor {
		return &readError{classPromised, errors.New("the remote promised it and it was not fetched")}
	}
	return &readError{classMissing, errors.New("it is in no pack and no loose file")}
}

// The ids of the empty blob and the empty tree, which git knows without having
// them stored.
var (
	emptyBlob = plumbing.ComputeHash(plumbing.BlobObject, nil)
	emptyTree = plumbing.ComputeHash(plumbing.TreeObject, nil)
)

// has says whether the store holds the object.
func (s *store) has(id plumbing.Hash) bool { return len(s.shelves(id)) > 0 }

// kind gives the type of an object. The error is a *readError.
func (s *store) kind(id plumbing.Hash) (typ plumbing.ObjectType, err error) {
	err = s.try(id, func(sh shelf) (err error) {
		typ, err = sh.kind(id)
		return err
	})
	return typ, err
}

// open gives an object, as a stream if it is larger than the store's bound. The
// error is a *readError.
func (s *store) open(id plumbing.Hash) (object, error) { return s.openWithin(id, s.whole) }

func (s *store) openWithin(id plumbing.Hash, whole int64) (o object, err error) {
	err = s.try(id, func(sh shelf) (err error) {
		o, err = sh.read(id, whole)
		return err
	})
	switch {
	case err == nil:
		return o, nil
	case id == emptyBlob:
		return object{typ: plumbing.BlobObject}, nil
	case id == emptyTree:
		return object{typ: plumbing.TreeObject}, nil
	}
	return object{}, err
}

// maxParsed bounds commits, trees and tags, which are always held whole.
const maxParsed = 256 << 20

// read gives the content of an object that must be of the given type and is to
// be parsed: a commit, tree or tag.
func (s *store) read(id plumbing.Hash, typ plumbing.ObjectType) ([]byte, error) {
	o, err := s.openWithin(id, maxParsed)
	if err != nil {
		return nil, err
	}
	if o.stream != nil {
		_ = o.stream.Close()
		return nil, &readError{classBound, fmt.Errorf("%d bytes are more than a %s may have here", o.size, o.typ)}
	}
	if o.typ != typ {
		return nil, &readError{classCorrupt, fmt.Errorf("it is a %s where a %s is expected", o.typ, typ)}
	}
	return o.data, nil
}

// each calls f with the name of every object of the store: those of each pack by
// themselves, sorted, and those of each folder of loose objects, in no order. An
// object that lies in several places comes several times.
func (s *store) each(f func(plumbing.Hash)) []error {
	var errs []error
	for _, folder := range s.folders {
		for _, p := range folder.order {
			if err := p.each(f); err != nil {
				errs = append(errs, &scanner.Unread{Class: classCorrupt, What: "pack " + p.name(), Err: err})
			}
		}
		_ = folder.loose.each(f)
	}
	return errs
}

// all lists every object of the store once, sorted.
func (s *store) all() ([]plumbing.Hash, []error) {
	var ids []plumbing.Hash
	errs := s.each(func(id plumbing.Hash) { ids = append(ids, id) })
	slices.SortFunc(ids, compareIDs)
	return slices.Compact(ids), errs
}

// compareIDs orders object names.
func compareIDs(a, b plumbing.Hash) int { return bytes.Compare(a[:], b[:]) }

func (s *store) close() error {
	var errs []error
	for _, f := range s.folders {
		for _, p := range f.order {
			errs = append(errs, p.close())
		}
	}
	return errors.Join(errs...)
}
