package filesource

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"leakline/scanner"
)

// walk is one pass over a source.
type walk struct {
	*Source
	ctx     context.Context
	yield   func(scanner.Chunk, error) bool
	stopped bool // the receiver wants no more
	block   []byte
	seen    map[string]struct{} // files that were read, if they could come twice
	trees   map[string]tree     // of folders that hold a named file
	source  scanner.SourceKind  // of the file that is read
	above   int                 // see scanner.Location
}

// done says that the walk is to end.
func (w *walk) done() bool { return w.stopped || w.ctx.Err() != nil }

// chunk yields one chunk and says whether to go on.
func (w *walk) chunk(c scanner.Chunk) bool {
	if !w.stopped && !w.yield(c, nil) {
		w.stopped = true
	}
	return !w.stopped
}

// unread yields one thing that could not be read.
func (w *walk) unread(class, what string, err error) {
	if w.done() {
		return
	}
	if !w.yield(scanner.Chunk{}, &scanner.Unread{Class: class, What: what, Err: err}) {
		w.stopped = true
	}
}

// fail yields the error of a system call. Listed says that the path was there
// when its folder was read, so that its absence is news.
func (w *walk) fail(verb, what string, err error, listed bool) {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err // what is named already, and names it as the user did
	}
	class := "unreadable"
	var replaced *replacedError
	switch {
	case errors.As(err, &replaced):
		class = "changed"
	case errors.Is(err, fs.ErrNotExist) && listed:
		class = "vanished"
	case errors.Is(err, fs.ErrNotExist):
		class = "missing"
	case errors.Is(err, syscall.ENOTDIR):
		class = "missing"
	case errors.Is(err, syscall.ELOOP):
		class = "loop"
	}
	w.unread(class, what, fmt.Errorf("%s: %w", verb, err))
}

// skip notes what is left out on purpose.
func (w *walk) skip(what, why string) {
	w.tally.Skipped = append(w.tally.Skipped, scanner.Skip{What: what, Why: why})
}

// kind says in words what a file is.
func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m.IsDir():
		return "a folder"
	case m.IsRegular():
		return "a regular file"
	}
	return "not a regular file"
}

// named scans a path that the user gave.
func (w *walk) named(p string) {
	info, err := os.Stat(p) // follows a link: the user named it
	if err != nil {
		w.fail("open", p, err, false)
		return
	}
	at := filepath.ToSlash(filepath.Clean(p))
	w.above = 0
	if filepath.IsAbs(p) {
		w.above = len(at)
		if !info.IsDir() {
			w.above = strings.LastIndexByte(at, '/')
		}
		w.above++
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		root, err := os.OpenRoot(p)
		if err != nil {
			w.fail("open", p, err, true)
			return
		}
		if why := pseudo(root, 0); why != "" {
			root.Close()
			w.unread("special", p, errors.New(why+"; its files can be named one by one"))
			return
		}
		w.folder(&folder{root: root, path: at, tree: w.tree(p)})
	case mode.IsRegular():
		w.file(at, w.tree(filepath.Dir(p)).below(filepath.Base(p)), info, func() (*os.File, error) {
			return os.OpenFile(p, os.O_RDONLY|openFlags, 0)
		})
	default:
		why := kind(mode) + " is never opened"
		if mode&fs.ModeNamedPipe != 0 {
			why += "; pass it to leakline stdin"
		}
		w.unread("special", p, errors.New(why))
	}
}

// tree is a place in a work tree of git.
type tree struct {
	state State  // nil outside any work tree
	rel   string // relative to the folder that the state was made for
}

// tree finds the work tree that a folder belongs to.
func (w *walk) tree(dir string) tree {
	if w.options.Tracked == nil {
		return tree{}
	}
	if t, ok := w.trees[dir]; ok {
		return t
	}
	state, err := w.options.Tracked(dir)
	if err != nil {
		w.unread("corrupt", filepath.ToSlash(dir), fmt.Errorf("read the work tree's index: %w", err))
		state = nil
	}
	if w.trees == nil {
		w.trees = map[string]tree{}
	}
	w.trees[dir] = tree{state: state}
	return w.trees[dir]
}

func (t tree) below(name string) tree {
	t.rel = path.Join(t.rel, name)
	return t
}

// of gives git's opinion of the place.
func (t tree) of(isFolder bool) string {
	if t.state == nil {
		return ""
	}
	return t.state(t.rel, isFolder)
}

// folder is an open folder on the way down. Its handle keeps the walk inside,
// whatever is renamed or linked meanwhile.
type folder struct {
	root   *os.Root
	path   string // as shown
	tree   tree
	device uint64
}

// open opens a regular file for reading.
func (f *folder) open(name string) (*os.File, error) {
	file, err := f.root.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, f.instead(name, 0, err)
	}
	return file, nil
}

// instead looks whether err, met when an entry was opened, comes from the entry
// being no longer what it was.
func (f *folder) instead(name string, was fs.FileMode, err error) error {
	if info, e := f.root.Lstat(name); e == nil && info.Mode().Type() != was {
		return &replacedError{was, info.Mode().Type()}
	}
	return err
}

// replacedError says that something was replaced since its folder was listed.
type replacedError struct{ was, is fs.FileMode }

func (e *replacedError) Error() string {
	return "was " + kind(e.was) + " when its folder was listed, is " + kind(e.is) + " now"
}

// folder scans everything in a folder, and closes it.
func (w *walk) folder(f *folder) {
	defer f.root.Close()
	entries, err := w.list(f)
	if err != nil {
		w.fail("list", f.path, err, true) // and go on with what was listed
	}
	if f.tree.rel != "" && slices.ContainsFunc(entries, isGit) {
		f.tree = w.tree(filepath.FromSlash(f.path))
	}
	for _, e := range entries {
		if w.done() {
			return
		}
		w.entry(f, e)
	}
}

// list reads a folder's entries, sorted by name. With an error it gives those that
// were read before it.
func (w *walk) list(f *folder) ([]fs.DirEntry, error) {
	dir, err := f.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	if info, err := dir.Stat(); err == nil {
		f.device = device(info)
	}
	entries, err := dir.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

func isGit(e fs.DirEntry) bool { return e.Name() == ".git" }

// entry scans one entry of a folder.
func (w *walk) entry(f *folder, e fs.DirEntry) {
	at := path.Join(f.path, e.Name())
	t := f.tree.below(e.Name())
	switch mode := e.Type(); {
	case mode.IsDir():
		w.descend(f, e, at, t)
	case mode.IsRegular():
		info, err := e.Info()
		if err != nil {
			w.fail("look at", at, err, true)
			return
		}
		w.file(at, t, info, func() (*os.File, error) { return f.open(e.Name()) })
	case mode&fs.ModeSymlink != 0:
		w.tally.Objects["symlinks"]++
	default:
		w.skip(at, kind(mode))
	}
}

// descend scans a folder below another.
func (w *walk) descend(f *folder, e fs.DirEntry, at string, t tree) {
	if w.options.Gitignore && !isGit(e) && t.of(true) == "ignored" {
		w.skip(at, "ignored by git (--gitignore)")
		return
	}
	root, err := f.root.OpenRoot(e.Name())
	if err != nil {
		w.fail("open", at, f.instead(e.Name(), fs.ModeDir, err), true)
		return
	}
	below := &folder{root: root, path: at, tree: t}
	if isGit(e) {
		if _, err := root.Lstat("HEAD"); err == nil {
			w.git(below)
			return
		}
	}
	if why := pseudo(root, f.device); why != "" {
		w.skip(at, why)
		root.Close()
		return
	}
	w.folder(below)
}

// git scans what git's own folder says in plain text about where the repository
// comes from: the URLs of remotes may hold credentials. All else in it belongs
// to leakline git.
func (w *walk) git(f *folder) {
	defer f.root.Close()
	w.skip(f.path, "git's own data: leakline git scans it")
	for _, name := range []string{"config", "config.worktree"} {
		info, err := f.root.Lstat(name)
		switch at := path.Join(f.path, name); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			w.fail("look at", at, err, true)
		case info.Mode().IsRegular():
			w.source = scanner.SourceConfig
			w.file(at, tree{}, info, func() (*os.File, error) { return f.open(name) })
			w.source = ""
		default:
			w.skip(at, kind(info.Mode()))
		}
	}
}
