package gitsource

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotRepository is what Open's and OpenWorkTree's errors wrap if the path is
// in no git repository.
var ErrNotRepository = errors.New("not a git repository")

// ErrUnsupported is what their errors wrap if a repository is in a format that
// cannot be read.
var ErrUnsupported = errors.New("unsupported repository format")

// place is where a repository's parts are.
type place struct {
	git    string // the git directory of this work tree
	common string // the one that holds objects and refs, mostly the same
	work   string // root of the work tree, "" for a bare repository
	config settings
}

// find looks for a repository from path upwards, as git does: a folder with a
// .git folder or file in it, or a folder that is a git directory itself.
// https://git-scm.com/docs/gitrepository-layout
func find(path string) (place, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return place{}, fmt.Errorf("open %q: %w", path, err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		return place{}, fmt.Errorf("open repository %q: %w", path, errors.Unwrap(err))
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real // git looks above where a folder is, not above a link to it
	}
	if !info.IsDir() {
		return place{}, fmt.Errorf("%w: %q is a file: give the folder of the repository", ErrNotRepository, path)
	}
	for dir := abs; ; dir = filepath.Dir(dir) {
		p, ok, err := lookIn(dir)
		if err != nil {
			return place{}, err
		}
		if ok {
			return p, p.check(path)
		}
		if dir == filepath.Dir(dir) {
			return place{}, fmt.Errorf("%w: neither %q nor a folder above it", ErrNotRepository, path)
		}
	}
}

// lookIn looks for a repository in one folder.
func lookIn(dir string) (p place, ok bool, err error) {
	dot := filepath.Join(dir, ".git")
	info, err := os.Stat(dot)
	switch {
	case err == nil && info.IsDir():
		if p, ok = gitDir(dot); ok {
			p.work = dir
			return p, true, nil
		}
	case err == nil && info.Mode().IsRegular():
		data, err := readSmall(dot)
		if err != nil {
			return p, false, fmt.Errorf("read %q: %w", dot, err)
		}
		target, isLink := strings.CutPrefix(strings.TrimRight(string(data), "\r\n"), "gitdir: ")
		if !isLink {
			return p, false, fmt.Errorf("%w: %q does not name a git directory", ErrNotRepository, dot)
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(dir, target)
		}
		if p, ok = gitDir(target); !ok {
			return p, false, fmt.Errorf("%w: %q points to %q, which is none", ErrNotRepository, dot, target)
		}
		p.work = dir
		return p, true, nil
	}
	p, ok = gitDir(dir)
	if ok && filepath.Base(dir) == ".git" && !p.config.isTrue("core.bare") {
		p.work = filepath.Dir(dir)
	}
	return p, ok, nil
}

// gitDir says whether dir is a git directory: it has HEAD, and it or its common
// directory has objects and refs.
func gitDir(dir string) (p place, ok bool) {
	if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
		return p, false
	}
	p = place{git: dir, common: dir}
	if data, err := readSmall(filepath.Join(dir, "commondir")); err == nil {
		p.common = strings.TrimRight(string(data), "\r\n")
		if !filepath.IsAbs(p.common) {
			p.common = filepath.Join(dir, p.common)
		}
	}
	for _, need := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(p.common, need)); err != nil || !info.IsDir() {
			return p, false
		}
	}
	data, _ := readSmall(filepath.Join(p.common, "config"))
	p.config = parseSettings(data)
	if p.config.isTrue("extensions.worktreeconfig") {
		data, _ := readSmall(filepath.Join(p.git, "config.worktree"))
		for name, values := range parseSettings(data) {
			p.config[name] = append(p.config[name], values...)
		}
	}
	return p, true
}

// check refuses the formats that cannot be read. Other extensions change nothing
// for a reader: https://git-scm.com/docs/repository-version
func (p place) check(path string) error {
	if v := p.config.last("core.repositoryformatversion"); v != "" && v != "0" && v != "1" {
		return fmt.Errorf("%w: %q has repository format version %q, known are 0 and 1", ErrUnsupported, path, v)
	}
	if f := strings.ToLower(p.config.last("extensions.objectformat")); f != "" && f != "sha1" {
		return fmt.Errorf("%w: %q has %s object names, only SHA-1 repositories can be read: "+
			`scan a checkout with "leakline dir" (its history stays unscanned)`, ErrUnsupported, path, strings.ToUpper(f))
	}
	if f := strings.ToLower(p.config.last("extensions.refstorage")); f != "" && !strings.HasPrefix(f, "files") {
		return fmt.Errorf("%w: %q keeps its refs as %s, which cannot be read: "+
			`run "git refs migrate --ref-format=files" on a copy and scan that`, ErrUnsupported, path, f)
	}
	return nil
}

// partial says that a remote has promised objects that are not here.
// https://git-scm.com/docs/partial-clone
func (p place) partial() bool {
	if p.config.last("extensions.partialclone") != "" {
		return true
	}
	for name := range p.config {
		if strings.HasPrefix(name, "remote.") && strings.HasSuffix(name, ".promisor") && p.config.isTrue(name) {
			return true
		}
	}
	return false
}

// worktrees lists the git directories of all work trees of a repository, the
// main one first: https://git-scm.com/docs/git-worktree#_details
func (p place) worktrees() ([]string, error) {
	dirs := []string{p.common}
	entries, err := os.ReadDir(filepath.Join(p.common, "worktrees"))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	own := p.git == p.common
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		dir := filepath.Join(p.common, "worktrees", e.Name())
		dirs = append(dirs, dir)
		own = own || sameFile(dir, p.git)
	}
	if !own {
		dirs = append(dirs, p.git)
	}
	return dirs, err
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// withoutUser removes user and password from what looks like a URL.
func withoutUser(name string) string {
	u, err := url.Parse(name)
	if err != nil || u.Scheme == "" || u.User == nil {
		return name
	}
	u.User = nil
	return u.String()
}
