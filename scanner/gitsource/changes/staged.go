package changes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"leakline/scanner"
)

// ErrBare says that a repository has no index to commit from.
var ErrBare = errors.New("a bare repository has no index: nothing can be staged in it")

// mergeHead is the ref that names the commits that are being merged.
const mergeHead = "MERGE_HEAD"

// staged asks what the index adds to HEAD, and to what is being merged.
type staged struct {
	git    runner
	diff   *process // from HEAD
	heads  []string
	batch  *batch
	change change
}

// Staged is a source for what the next commit adds: the index (that of
// GIT_INDEX_FILE, if git says so) beside HEAD and whatever is being merged. It
// begins to ask git and does not wait.
//
// It knows nothing of --amend, of which git tells no hook: HEAD is the commit that
// is amended then, and what that one holds is not new.
func Staged(ctx context.Context, o Options) (*Source, error) {
	q := &staged{git: runner{o.Dir}, heads: o.Heads}
	var err error
	if q.diff, err = q.from(ctx, "HEAD"); err != nil {
		return nil, err
	}
	if q.batch, err = q.git.batch(ctx); err != nil {
		q.diff.stop()
		return nil, err
	}
	q.batch.ask([]string{mergeHead})
	return newSource(q.git, o, q), nil
}

// from starts the comparison of the index with a tree. What "git add -N" has
// announced has no content in the index, and will not be committed.
func (q *staged) from(ctx context.Context, tree string) (*process, error) {
	return q.git.start(ctx, false, "diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev",
		"--ignore-submodules=none", "--ita-invisible-in-index", tree, "--")
}

func (q *staged) close() {
	q.diff.stop()
	q.batch.stop()
}

func (q *staged) objects() *batch { return q.batch }

func (q *staged) known() string { return knownStaged }

func (q *staged) past(context.Context, []string) (map[string][]spot, error) {
	return map[string][]spot{"": q.change.before}, nil
}

func (q *staged) list(ctx context.Context) (listing, error) {
	first, err := entries(q.diff)
	if err != nil {
		if first, err = q.unborn(ctx, err); err != nil {
			return listing{}, err
		}
	}
	parents := [][]entry{first}
	heads, err := q.merging(ctx)
	if err != nil {
		return listing{}, err
	}
	for _, id := range append(heads, q.heads...) {
		p, err := q.from(ctx, id)
		if err != nil {
			return listing{}, err
		}
		es, err := entries(p)
		if err != nil {
			return listing{}, err
		}
		parents = append(parents, es)
	}
	q.change = compare(parents)
	c := &q.change
	if len(c.fresh) == 0 {
		if err := q.checkIndex(ctx); err != nil {
			return listing{}, err
		}
	}
	l := listing{
		commits: []scanner.Commit{{}}, links: c.links,
		account: Account{Files: len(c.fresh), Gone: c.gone, Modes: c.same, Taken: c.taken},
	}
	var blobs gathered
	for _, s := range c.fresh {
		blobs.add(&l, s, 0)
	}
	for _, path := range c.named {
		l.named = append(l.named, placed{path, 0})
	}
	for _, path := range c.mixed {
		l.unread = append(l.unread, &scanner.Unread{
			Class: "special", What: path, Err: errors.New("it is unmerged: several versions are staged, and none is to be committed"),
		})
	}
	return l, nil
}

// entries reads a comparison with one tree to its end.
func entries(p *process) ([]entry, error) {
	var es []entry
	in := rawReader{p.out}
	for {
		e, header, err := in.next()
		if errors.Is(err, io.EOF) {
			return es, p.wait()
		}
		if err == nil && header != "" {
			err = fmt.Errorf("an entry that nobody can read: %q", header)
		}
		if err != nil {
			p.stop()
			return nil, cut(p.name, err)
		}
		es = append(es, e)
	}
}

// unborn compares with nothing if there is no commit yet; failure is why the
// comparison with HEAD failed.
func (q *staged) unborn(ctx context.Context, failure error) ([]entry, error) {
	if _, err := q.git.output(ctx, "rev-parse", "--quiet", "--verify", "HEAD"); exitCode(err) != 1 {
		return nil, failure
	}
	if _, err := q.git.output(ctx, "symbolic-ref", "--quiet", "HEAD"); err != nil {
		return nil, failure
	}
	empty, err := q.git.emptyTree(ctx)
	if err != nil {
		return nil, err
	}
	p, err := q.from(ctx, empty)
	if err != nil {
		return nil, err
	}
	return entries(p)
}

// emptyTree gives the id of the tree without entries, which every repository has.
func (r runner) emptyTree(ctx context.Context) (string, error) {
	return r.output(ctx, "hash-object", "-t", "tree", "--stdin")
}

// merging gives the commits that are being merged, beside HEAD.
func (q *staged) merging(ctx context.Context) ([]string, error) {
	o, err := q.batch.next(mergeHead)
	if errors.Is(err, errMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := q.batch.skip(o); err != nil {
		return nil, err
	}
	path, err := q.git.output(ctx, "rev-parse", "--git-path", mergeHead)
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(q.git.dir, path)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) { // it was a branch of that name
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what is being merged: %w", err)
	}
	ids := strings.Fields(string(text))
	for _, id := range ids {
		if !isID(id) {
			return nil, fmt.Errorf("read what is being merged: %q holds no object id in one of its lines", path)
		}
	}
	return ids, nil
}

// checkIndex makes sure that where nothing is new there is an index at all.
func (q *staged) checkIndex(ctx context.Context) error {
	if os.Getenv("GIT_INDEX_FILE") != "" {
		return nil
	}
	bare, err := q.git.output(ctx, "rev-parse", "--is-bare-repository")
	if err == nil && bare == "true" {
		return ErrBare
	}
	return err
}

// gathered finds blobs of a listing by their id.
type gathered struct{ index map[string]int }

// add notes that a content stands at a path of a commit.
func (g *gathered) add(l *listing, s spot, commit int) {
	if g.index == nil {
		g.index = map[string]int{}
	}
	i, ok := g.index[s.id]
	if !ok {
		i = len(l.blobs)
		g.index[s.id] = i
		l.blobs = append(l.blobs, blob{id: s.id})
	}
	l.blobs[i].places = append(l.blobs[i].places, placed{s.path, commit})
}
