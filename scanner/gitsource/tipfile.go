package gitsource

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxTipFile bounds a file that TipFile reads, in bytes.
const maxTipFile = 16 << 20

// TipFile reads a file of the tip of the default branch, of which path is the
// slash-separated name from the root. The error wraps fs.ErrNotExist if the tip has
// no such file, or if there is no tip. Links are not followed.
func (r *Repo) TipFile(path string) (data []byte, err error) {
	s, done, err := r.shelved()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	tip, ok := readRefs(r.place).tip(r.place.git)
	if !ok {
		return nil, r.noFile(path)
	}
	return r.fileOf(s, tip, path)
}

// FileAt is TipFile for the commit of this name in hexadecimal.
func (r *Repo) FileAt(commit, path string) (data []byte, err error) {
	id, ok := parseHash(commit)
	if !ok {
		return nil, fmt.Errorf("read %q of commit %q: it is no name of a commit", path, commit)
	}
	s, done, err := r.shelved()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	return r.fileOf(s, id, path)
}

func (r *Repo) noFile(path string) error {
	return &fs.PathError{Op: "read", Path: r.name + ":" + path, Err: fs.ErrNotExist}
}

// fileOf reads a file of a commit.
func (r *Repo) fileOf(s *store, commit plumbing.Hash, path string) ([]byte, error) {
	text, err := s.read(commit, plumbing.CommitObject)
	if err != nil {
		return nil, fmt.Errorf("read commit %s of %q: %w", commit, r.name, err)
	}
	c, err := parseCommit(text)
	if err != nil {
		return nil, fmt.Errorf("read commit %s of %q: %w", commit, r.name, err)
	}
	id := c.tree
	names := strings.Split(path, "/")
	for i, name := range names {
		text, err := s.read(id, plumbing.TreeObject)
		if err != nil {
			return nil, fmt.Errorf("read a tree of %q: %w", r.name, err)
		}
		entries, err := parseTree(text)
		if err != nil {
			return nil, fmt.Errorf("read a tree of %q: %w", r.name, err)
		}
		k := slices.IndexFunc(entries, func(e treeEntry) bool { return e.name == name })
		if k < 0 || (i < len(names)-1) != (entries[k].kind == kindTree) || entries[k].mode&0o170000 == 0o120000 {
			return nil, r.noFile(path)
		}
		id = entries[k].id
	}
	o, err := s.openWithin(id, maxTipFile)
	if err != nil {
		return nil, fmt.Errorf("read %q of %q: %w", path, r.name, err)
	}
	if o.stream != nil {
		return nil, errors.Join(fmt.Errorf("read %q of %q: it is larger than %d bytes", path, r.name, maxTipFile), o.stream.Close())
	}
	return o.data, nil
}
