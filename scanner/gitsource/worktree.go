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
	above  map[string]struct{} // the folders above files, made when first needed
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
	base = filepath.ToSlash(base)
	if err != nil || base == ".." || strings.HasPrefix(base, "../") {
		return nil, fmt.Errorf("%w: %q is outside of work tree %q", ErrNotRepository, dir, p.work)
	}
	w := &WorkTree{
		root: p.work, base: base, files: map[string]struct{}{},
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
			s, _ = openStore(p.objects(), Options{MaxBlob: defaultMaxBlob, CacheBytes: defaultCacheBytes})
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
func (w *WorkTree) Status(file string) string { return w.status(file, false) }

// FolderStatus says the same of a folder: Tracked if git tracks anything in it,
// Ignored if git ignores it and with it all that it holds.
func (w *WorkTree) FolderStatus(dir string) string { return w.status(dir, true) }

func (w *WorkTree) status(name string, isDir bool) string {
	name = path.Join(w.base, name)
	for i, c := range name {
		if c != '/' {
			continue
		}
		if in := w.within(name[:i]); in != nil {
			return in.status(name[i+1:], isDir)
		}
	}
	_, tracked := w.files[name]
	if !tracked && isDir {
		tracked = w.holds(name)
	}
	switch {
	case tracked:
		return Tracked
	case w.ignore.match(name, isDir):
		return Ignored
	}
	return Untracked
}

// holds says that git tracks a file below a folder.
func (w *WorkTree) holds(dir string) bool {
	if w.above == nil {
		w.above = map[string]struct{}{}
		for file := range w.files {
			for up := parent(file); up != ""; up = parent(up) {
				if _, ok := w.above[up]; ok {
					break
				}
				w.above[up] = struct{}{}
			}
		}
	}
	_, ok := w.above[dir]
	return ok || dir == "."
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
