package gitsource

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/detectors/engine"
	"leakline/scanner"
)

// Engine is a way to scan a repository.
type Engine string

// The engines: EngineDelta reads every object once, along the deltas of the packs,
// and yields only chunks that need the scanner; EnginePlain reads blob by blob and
// yields every chunk. Both find the same; the second is the first one's oracle.
const (
	EngineDelta Engine = "delta"
	EnginePlain Engine = "plain"
)

// Options bound memory, name the repository and say what to leave out.
type Options struct {
	// Engine is how the repository is scanned; empty means EngineDelta. Without a
	// scanner that lets the source look by itself ([Repo.Select]), and for a range or
	// what is new since a state, every chunk is yielded whichever it is.
	Engine Engine
	// Jobs is how many goroutines of the delta engine read packs; 0 means one per
	// processor.
	Jobs int
	// Name is how findings name the repository; empty means the path as given.
	// User information of a URL is removed.
	Name string
	// MaxBlob is the size in bytes above which a blob, or a file beside the
	// objects, is yielded in overlapping windows; 0 means 256 MiB.
	MaxBlob int64
	// MaxBytes leaves out larger blobs, and counts them; their paths are
	// yielded. 0 leaves out none.
	MaxBytes int64
	// CacheBytes bounds the cache of delta bases, of each pack with the delta engine;
	// 0 means 128 MiB, or 32 MiB if Engine is EngineDelta, which reads single objects
	// only for what it yields.
	CacheBytes int64
	// Range narrows the scan to some commits; nil is everything.
	Range *Range
	// State is what earlier scans remember; only what is new is scanned then. nil
	// scans everything and remembers nothing. See Repo.SaveState.
	State *State

	received    []int64 // offsets of the objects of the only pack, which has no index
	unnamedFrom int     // see delta; 0 means its default

	bug   bug
	trace func(plumbing.Hash, []engine.Match)
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
	bound   *boundRange
	// set are the detectors of the scanner, and keep says which files of the tip it
	// wants to see whatever they hold.
	set  *engine.Set
	keep func(path string) bool
	tell func(bytes int64, done float64)
}

var (
	_ scanner.Measured   = (*Repo)(nil)
	_ scanner.Selective  = (*Repo)(nil)
	_ scanner.Observable = (*Repo)(nil)
)

// Select has the next walks leave out what the scanner has no use for: chunks in
// which the detectors find nothing and whose path keep does not ask for. They
// are read all the same, and counted.
func (r *Repo) Select(set *engine.Set, keep func(path string) bool) { r.set, r.keep = set, keep }

// Observe has the next walks tell how far they have come.
func (r *Repo) Observe(tell func(bytes int64, done float64)) { r.tell = tell }

// delta says that the repository is scanned along its deltas.
func (r *Repo) delta() bool { return r.set != nil && r.options.Engine != EnginePlain }

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
		if options.Engine == EngineDelta {
			options.CacheBytes /= 4
		}
	}
	name := options.Name
	if name == "" {
		name = path
	}
	r := &Repo{name: withoutUser(name), place: p, options: options}
	if options.Range != nil && options.State != nil {
		return nil, fmt.Errorf("open %q: a state remembers whole scans, and a range is a part of one: use one of the two", path)
	}
	if options.Range != nil {
		if r.bound, err = options.Range.bind(p, path, options); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// OpenReceived opens a repository whose one pack was received and not indexed: the
// offsets are where its objects begin, as [pack.Split] gives them. Only the delta
// engine, and only a scan of everything, does without an index.
func OpenReceived(dir string, offsets []int64, options Options) (*Repo, error) {
	if options.Engine != EngineDelta || options.Range != nil || options.State != nil {
		return nil, fmt.Errorf("open %q: the plain engine, ranges and states need an index of the pack", dir)
	}
	options.received = offsets
	return Open(dir, options)
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
// walk, then the rest where it belongs. A range yields of this the messages and
// blobs of its commits; a walk with a state, what is new.
//
// After Select, the delta engine leaves out the messages and blobs in which nothing
// was found, and a chunk may come with what was. If ctx ends by its deadline while
// it reads, it yields the blobs in which something was found by then, without their
// places.
//
// A blob is yielded once. Its Location is the oldest commit that holds it and
// the path there; Also are its other paths, each with the oldest commit that has
// the blob there. Commits that only unreachable objects lead to count as younger
// than all others, so that a garbage collection changes no finding. AtTip is
// about the place: the default branch's tip holds the blob at that path. Reach is
// about the blob.
func (r *Repo) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		_ = r.Close()
		w := newWalk(r)
		r.walk = w
		w.run(ctx, yield)
	}
}

// Close releases the files of the last walk. What it yielded stays valid; only
// Exposures needs it open.
func (r *Repo) Close() error {
	if r.walk == nil || r.walk.store == nil {
		return nil
	}
	err := r.walk.store.close()
	r.walk.store = nil
	return err
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

// Done is the share of the last walk that is done.
func (r *Repo) Done() float64 {
	if r.walk == nil || r.walk.total == 0 {
		return -1
	}
	done := float64(r.walk.done) / float64(r.walk.total)
	if r.walk.delta == nil {
		return done
	}
	return readShare + (1-readShare)*done
}

// objects is the folder of the repository's own objects.
func (p place) objects() string { return filepath.Join(p.common, "objects") }
