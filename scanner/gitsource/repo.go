package gitsource

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"leakline/scanner"
)

// Options bound memory, name the repository and say what to leave out.
type Options struct {
	// Name is how findings name the repository; empty means the path as given.
	// User information of a URL is removed.
	Name string
	// MaxBlob is the size in bytes above which a blob, or a file beside the
	// objects, is yielded in overlapping windows; 0 means 256 MiB.
	MaxBlob int64
	// MaxBytes leaves out larger blobs, and counts them; their paths are
	// yielded. 0 leaves out none.
	MaxBytes int64
	// CacheBytes bounds the cache of delta bases; 0 means 128 MiB.
	CacheBytes int64
}

const (
	defaultMaxBlob    = 256 << 20
	defaultCacheBytes = 128 << 20
	// windowBytes is how many bytes of a large blob are judged at a time.
	windowBytes = 16 << 20
)

// Repo is a repository as a source. It is used by one goroutine at a time.
type Repo struct {
	name    string
	place   place
	options Options
	walk    *walk // the last one
}

var _ scanner.Measured = (*Repo)(nil)

// Open finds the repository of path, in it or above it, and reads enough of it
// to know that it can be scanned. The error wraps ErrNotRepository or
// ErrUnsupported where it is one of these. An empty repository is no error: it
// is scanned completely and holds nothing.
func Open(path string, options Options) (*Repo, error) {
	p, err := find(path)
	if err != nil {
		return nil, err
	}
	if options.MaxBlob < 0 || options.MaxBytes < 0 || options.CacheBytes < 0 {
		return nil, fmt.Errorf("open %q: sizes must not be negative", path)
	}
	if options.MaxBlob == 0 {
		options.MaxBlob = defaultMaxBlob
	}
	if options.CacheBytes == 0 {
		options.CacheBytes = defaultCacheBytes
	}
	name := options.Name
	if name == "" {
		name = path
	}
	return &Repo{name: withoutUser(name), place: p, options: options}, nil
}

// GitDir is the repository's git directory; the objects and most refs may lie
// in another, if this is the one of a linked work tree.
func (r *Repo) GitDir() string { return r.place.git }

// WorkDir is the root of the work tree, "" for a bare repository.
func (r *Repo) WorkDir() string { return r.place.work }

// Chunks yields, in this order: the files beside the objects that hold text
// (configurations, reflogs, hooks), the names of the refs, every commit message
// with the blobs that its commit was the first to hold, oldest commit first, the
// messages of annotated tags, and the blobs that no commit holds. What could not
// be read is yielded as a *scanner.Unread; first what was found missing on the
// walk, then the rest where it belongs.
//
// A blob is yielded once. Its Location is the oldest commit that holds it and
// the path there; Also are its other paths, each with the oldest commit that has
// the blob there. Commits that only unreachable objects lead to count as younger
// than all others, so that a garbage collection changes no finding. AtTip is
// about the place: the default branch's tip holds the blob at that path. Reach is
// about the blob.
func (r *Repo) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		w := newWalk(r)
		r.walk = w
		w.run(ctx, yield)
	}
}

// Tally counts what the last walk met: objects by class, "blobs from" each
// reach, and as scope submodules, LFS content, what lies beyond a shallow
// boundary, and what only unreachable objects name. Notes are blobs that only
// refs/notes leads to, and are not counted among the blobs.
func (r *Repo) Tally() scanner.Tally {
	if r.walk == nil {
		return scanner.Tally{Objects: map[string]int{}}
	}
	return r.walk.tally()
}

// Done is the share of the last walk's objects that were yielded.
func (r *Repo) Done() float64 {
	if r.walk == nil || r.walk.total == 0 {
		return -1
	}
	return float64(r.walk.done) / float64(r.walk.total)
}

// objects is the folder of the repository's own objects.
func (p place) objects() string { return filepath.Join(p.common, "objects") }
