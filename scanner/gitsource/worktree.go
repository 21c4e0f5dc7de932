package gitsource

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// The answers of WorkTree.Status, as scanner.Location.Untracked has them.
const (
	Tracked   = ""
	Untracked = "untracked"
	Ignored   = "ignored"
)

// WorkTree answers whether git tracks a file, from the index and the ignore
// files as they are when it is opened. It is used by one goroutine at a time.
type WorkTree struct {
	root   string
	base   string // of the folder that was opened, below root
	files  map[string]struct{}
	ignore *ignoreFiles
	inner  map[string]*WorkTree // repositories below this one; nil: there is none
}

// OpenWorkTree finds the work tree that a folder lies in. The error wraps
// ErrNotRepository if it lies in none, ErrUnsupported if the repository cannot be
// read; any other says what is wrong with the index.
func OpenWorkTree(dir string) (*WorkTree, error) {
	p, err := find(dir)
	if err != nil {
		return nil, err
	}
	if p.work == "" {
		return nil, fmt.Errorf("%w with a work tree: %q is in a bare one", ErrNotRepository, dir)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open work tree %q: %w", dir, err)
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	base, err := filepath.Rel(p.work, abs)
	if err != nil || base == ".." || strings.HasPrefix(base, "../") {
		return nil, fmt.Errorf("%w: %q is outside of work tree %q", ErrNotRepository, dir, p.work)
	}
	w := &WorkTree{
		root: p.work, base: filepath.ToSlash(base), files: map[string]struct{}{},
		ignore: newIgnoreFiles(p), inner: map[string]*WorkTree{},
	}
	entries, err := readIndex(p.git)
	if err != nil {
		return nil, fmt.Errorf("read index of %q: %w", dir, err)
	}
	return w, w.track(p, entries)
}

// track notes the files of an index. Folders of a sparse index are expanded from
// their trees.
func (w *WorkTree) track(p place, entries []indexEntry) error {
	var s *store
	for _, e := range entries {
		if e.kind != kindTree {
			w.files[e.path] = struct{}{}
			continue
		}
		if s == nil {
			s, _ = openStore(p.objects(), defaultMaxBlob, defaultCacheBytes)
			defer s.close()
		}
		if err := w.trackTree(s, e.id, strings.TrimSuffix(e.path, "/"), 0); err != nil {
			return fmt.Errorf("expand %s of a sparse index: %w", e.path, err)
		}
	}
	return nil
}

// maxTracked bounds what the trees of a sparse index may expand to.
const maxTracked = 1 << 24

func (w *WorkTree) trackTree(s *store, id plumbing.Hash, dir string, depth int) error {
	data, err := s.read(id, plumbing.TreeObject)
	if err != nil {
		return err
	}
	entries, err := parseTree(data)
	if err != nil {
		return err
	}
	if depth > maxDepth || len(w.files) > maxTracked {
		return fmt.Errorf("trees nest deeper than %d, or hold more than %d files", maxDepth, maxTracked)
	}
	for _, e := range entries {
		name := dir + "/" + e.name
		if e.kind != kindTree {
			w.files[name] = struct{}{}
			continue
		}
		if err := w.trackTree(s, e.id, name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// Root is the root folder of the work tree.
func (w *WorkTree) Root() string { return w.root }

// Status says whether git tracks a file: Tracked, Untracked or Ignored. The path
// is slash-separated and relative to the folder that was opened. A file of a
// repository within this one, such as a submodule, has the status that it has
// there.
func (w *WorkTree) Status(file string) string {
	file = path.Join(w.base, file)
	for i, c := range file {
		if c != '/' {
			continue
		}
		if in := w.within(file[:i]); in != nil {
			return in.Status(file[i+1:])
		}
	}
	if _, ok := w.files[file]; ok {
		return Tracked
	}
	if w.ignore.match(file, false) {
		return Ignored
	}
	return Untracked
}

// within gives the work tree of a repository whose root the folder is, or nil.
func (w *WorkTree) within(dir string) *WorkTree {
	in, ok := w.inner[dir]
	if ok {
		return in
	}
	full := filepath.Join(w.root, filepath.FromSlash(dir))
	if _, err := os.Lstat(filepath.Join(full, ".git")); err == nil {
		// One that cannot be opened is a folder like any other, as for git.
		if found, err := OpenWorkTree(full); err == nil && found.base == "." {
			in = found
		}
	}
	w.inner[dir] = in
	return in
}
