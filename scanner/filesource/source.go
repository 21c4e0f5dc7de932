package filesource

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"path/filepath"

	"leakline/scanner"
)

// DefaultWindow is the size up to which a content is scanned whole. A larger one
// is scanned in windows of a quarter of it.
const DefaultWindow = 64 << 20

// State says of a path below one folder, slash-separated and relative to it,
// what git thinks of it: "" if it is tracked (or if no one knows), "untracked" or
// "ignored". A folder is "ignored" only if nothing in it is tracked.
type State func(rel string, folder bool) string

// Options say how folders are walked. The zero value scans everything.
type Options struct {
	// Gitignore leaves out what is "ignored" according to Tracked, and counts it.
	Gitignore bool
	// Tracked finds the work tree that a folder belongs to; a nil State means
	// that it belongs to none. It is asked for every folder that was named and
	// for every folder below that holds a ".git". An error is one thing that
	// could not be read, and the folder is then scanned as if it belonged to no
	// work tree. Nil is the same as belonging to none.
	Tracked func(folder string) (State, error)
	// MaxBytes leaves out larger files, and counts them; 0 means none.
	MaxBytes int64
	// Window is the size up to which a content is scanned whole; 0 means
	// DefaultWindow.
	Window int64
	// Measure sums up the files before they are read, so that Done can tell how
	// much is left.
	Measure bool
}

// Source is files, or one stream, to scan. One goroutine uses it at a time.
type Source struct {
	paths   []string
	options Options
	stream  io.Reader
	tally   scanner.Tally
	total   int64 // bytes to read, 0 if unknown
	read    int64 // bytes read
}

// New is a source for files and folders, in the order given; none at all means
// the current folder. Paths appear in chunks as the user gave them, slash-separated.
func New(paths []string, o Options) *Source {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	return &Source{paths: paths, options: o.defaults()}
}

// Stdin is a source for a stream of any length. The name stands for it as path.
func Stdin(r io.Reader, name string, o Options) *Source {
	return &Source{paths: []string{name}, stream: r, options: o.defaults()}
}

func (o Options) defaults() Options {
	if o.Window <= 0 {
		o.Window = DefaultWindow
	}
	return o
}

// Chunks yields the files. It may be called again, for a new walk.
func (s *Source) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		s.tally = scanner.Tally{Objects: map[string]int{}}
		s.total, s.read = 0, 0
		w := &walk{Source: s, ctx: ctx, yield: yield, block: make([]byte, 256<<10)}
		if len(s.paths) > 1 {
			w.seen = map[string]struct{}{}
		}
		if s.stream != nil {
			w.stdin()
		} else {
			if s.options.Measure {
				s.total = measure(ctx, s.paths, s.options.MaxBytes)
			}
			for _, p := range s.paths {
				if w.done() {
					break
				}
				w.named(p)
			}
		}
		if err := ctx.Err(); err != nil && !w.stopped {
			yield(scanner.Chunk{}, err)
		}
	}
}

// Tally counts what the last walk met: "files", "configs" (of git), "symlinks",
// which are not followed, and "streams".
func (s *Source) Tally() scanner.Tally { return s.tally }

// Done is the share of the bytes that were read, or -1 if nothing was measured.
func (s *Source) Done() float64 {
	if s.total == 0 {
		return -1
	}
	return min(float64(s.read)/float64(s.total), 1)
}

// measure sums up the sizes of the regular files below some paths. It is an
// estimate: what goes wrong here is told when the file is read.
func measure(ctx context.Context, paths []string, most int64) (sum int64) {
	for _, p := range paths {
		if target, err := filepath.EvalSymlinks(p); err == nil {
			p = target
		}
		_ = filepath.WalkDir(p, func(_ string, d fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return fs.SkipAll
			case err != nil:
				return nil
			case d.IsDir() && d.Name() == ".git":
				return fs.SkipDir
			case !d.Type().IsRegular():
				return nil
			}
			if info, err := d.Info(); err == nil && (most == 0 || info.Size() <= most) {
				sum += info.Size()
			}
			return nil
		})
	}
	return sum
}
