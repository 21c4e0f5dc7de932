package gitsource

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

// maxTreeDepth bounds how deep a commit's folders are followed.
const maxTreeDepth = 256

// CommitFiles is a source of the files of one commit, by its name in hexadecimal: as
// if it were checked out and its folder scanned. Links are not followed, and submodules
// are repositories of their own; both are counted. The files count as those of the tip.
func (r *Repo) CommitFiles(commit string) scanner.Source {
	return &commitFiles{repo: r, commit: commit}
}

type commitFiles struct {
	repo    *Repo
	commit  string
	tally   scanner.Tally
	modules int
}

// Tally implements scanner.Source.
func (c *commitFiles) Tally() scanner.Tally { return c.tally }

// Chunks implements scanner.Source.
func (c *commitFiles) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		c.tally, c.modules = scanner.Tally{Objects: map[string]int{}}, 0
		id, ok := parseHash(c.commit)
		if !ok {
			yield(scanner.Chunk{}, fmt.Errorf("read commit %q: it is no name of a commit", c.commit))
			return
		}
		s, done, err := c.repo.shelved()
		if err != nil {
			yield(scanner.Chunk{}, err)
			return
		}
		defer func() { _ = done() }()
		w := &commitWalk{commitFiles: c, ctx: ctx, store: s, yield: yield}
		text, err := s.read(id, plumbing.CommitObject)
		var parsed *commit
		if err == nil {
			parsed, err = parseCommit(text)
		}
		if err != nil {
			w.fail(c.commit, err)
			return
		}
		w.shown = parsed.shown(id)
		w.folder(parsed.tree, "", 0)
		if c.modules > 0 {
			c.tally.Skipped = append(c.tally.Skipped, scanner.Skip{What: fmt.Sprintf("%d submodules", c.modules), Why: "repositories of their own: scan them by themselves"})
		}
		if err := ctx.Err(); err != nil && !w.stopped {
			yield(scanner.Chunk{}, err)
		}
	}
}

// commitWalk walks the trees of one commit.
type commitWalk struct {
	*commitFiles
	ctx     context.Context
	store   *store
	yield   func(scanner.Chunk, error) bool
	shown   scanner.Commit
	stopped bool
}

func (w *commitWalk) done() bool { return w.stopped || w.ctx.Err() != nil }

// fail yields what could not be read.
func (w *commitWalk) fail(what string, err error) {
	class := badness(err).class
	if errors.Is(err, fs.ErrNotExist) {
		class = classMissing
	}
	w.stopped = !w.yield(scanner.Chunk{}, &scanner.Unread{Class: class, What: what, Err: err})
}

// folder yields what stands in a tree.
func (w *commitWalk) folder(tree plumbing.Hash, above string, depth int) {
	if depth > maxTreeDepth {
		w.fail(above, &readError{classBound, fmt.Errorf("folders are nested more than %d deep", maxTreeDepth)})
		return
	}
	text, err := w.store.read(tree, plumbing.TreeObject)
	var entries []treeEntry
	if err == nil {
		entries, err = parseTree(text)
	}
	if err != nil { // what stands before the fault is yielded
		w.fail(above+"/", err)
	}
	for _, e := range entries {
		if w.done() {
			return
		}
		path := above + e.name
		switch {
		case e.kind == kindTree:
			w.folder(e.id, path+"/", depth+1)
		case e.kind == kindModule:
			w.modules++
		case e.mode&0o170000 == 0o120000:
			w.tally.Objects["symlinks"]++
		default:
			w.file(e.id, path)
		}
	}
}

// file yields one file.
func (w *commitWalk) file(id plumbing.Hash, path string) {
	o, err := w.store.openWithin(id, maxNamedBlob)
	if err == nil && o.stream != nil {
		err = errors.Join(&readError{classBound, fmt.Errorf("it is larger than %d bytes", maxNamedBlob)}, o.stream.Close())
	}
	if err != nil {
		w.fail(path, err)
		return
	}
	w.tally.Objects["files"]++
	w.stopped = !w.yield(scanner.Chunk{Data: o.data, Location: scanner.Location{
		Source: scanner.SourceBlob, Repo: w.repo.name, Path: path, Blob: id.String(), Commit: w.shown, Reach: scanner.ReachBranch, AtTip: true,
	}}, nil)
}
