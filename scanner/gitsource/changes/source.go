package changes

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"leakline/scanner"
	"leakline/scanner/filesource"
)

// Options say where and how much is looked at. The zero value is the repository of
// the current folder, or of the environment that git gives to hooks, and all of it.
type Options struct {
	// Dir is where git is run; "" is the current folder.
	Dir string
	// MaxBytes leaves out larger contents, and counts them; 0 means none.
	MaxBytes int64
	// Heads are commits that are being merged, for Staged: beside those that git has
	// noted in the repository.
	Heads []string
	// Window is the size up to which a content is scanned whole; 0 means
	// filesource.DefaultWindow.
	Window int64
}

// Source is what one or several changes add. One goroutine uses it at a time.
type Source struct {
	git     runner
	options Options
	ask     question
	failed  error // why git could not say what is new
	listed  bool
	found   listing
	done    tally
}

// question is what git is asked.
type question interface {
	// list gives what is new.
	list(ctx context.Context) (listing, error)
	// past gives the contents that stood before, for each of the changes that a
	// finding stands in, by the id of their commit.
	past(ctx context.Context, commits []string) (map[string][]spot, error)
	// objects is the process that reads the contents; it has answered everything.
	objects() *batch
	// known says in the summary why a secret is not reported that was there before.
	known() string
}

// listing is what is new.
type listing struct {
	blobs   []blob
	commits []scanner.Commit // that are new, the oldest first; one without an id for the index
	texts   []scanner.Chunk  // messages of tags
	unread  []*scanner.Unread
	account Account
	links   []string // the paths of submodules
	named   []placed // paths that are new and have no content
}

// blob is a content with its places in changes.
type blob struct {
	id     string
	places []placed
}

// placed is a path in the tree of a commit: its number in a listing.
type placed struct {
	path   string
	commit int
}

// Account counts what a source has looked at.
type Account struct {
	Files   int // new or changed contents at a path
	Gone    int // paths that were deleted
	Modes   int // paths of which only the mode differs
	Taken   int // paths that a merge takes over from one of its sides
	Commits int
	Tags    int
	Refs    int // that were updated, and not deleted
}

// String counts the commits and files, as "2 commits, 10 files".
func (a Account) String() string {
	var parts []string
	add := func(n int, one string, always bool) {
		if n == 1 {
			parts = append(parts, "1 "+one)
		} else if n > 0 || always {
			parts = append(parts, fmt.Sprintf("%d %ss", n, one))
		}
	}
	add(a.Commits, "commit", false)
	add(a.Tags, "tag", false)
	add(a.Files, "file", true)
	return strings.Join(parts, ", ")
}

func newSource(git runner, o Options, ask question) *Source {
	if o.Window <= 0 {
		o.Window = filesource.DefaultWindow
	}
	return &Source{git: git, options: o, ask: ask}
}

// Account counts what was looked at, after the scan.
func (s *Source) Account() Account { return s.found.account }

// Failed says why git could not tell what is new; nil if it could. Nothing was
// looked at then. The scan's summary holds it too.
func (s *Source) Failed() error { return s.failed }

// Close ends git, if it still runs.
func (s *Source) Close() error {
	if c, ok := s.ask.(interface{ close() }); ok {
		c.close()
	}
	return nil
}

// Chunks yields what is new: the messages of commits and tags, then each content
// once, with all its places. It is called once.
func (s *Source) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		defer func() { _ = s.Close() }()
		defer context.AfterFunc(ctx, func() { _ = s.Close() })()
		if s.listed {
			yield(scanner.Chunk{}, errors.New("changes: Chunks was called twice"))
			return
		}
		s.listed = true
		s.found, s.failed = s.ask.list(ctx)
		if s.failed != nil {
			if ctx.Err() != nil {
				s.failed = ctx.Err()
				yield(scanner.Chunk{}, s.failed)
				return
			}
			yield(scanner.Chunk{}, &scanner.Unread{Class: "unreadable", What: "what is new", Err: s.failed})
			return
		}
		w := newWalk(ctx, s.git, s.options, s.ask.objects(), yield)
		w.all(&s.found)
		s.done = w.tally
		if err := ctx.Err(); err != nil && !w.stopped {
			yield(scanner.Chunk{}, err)
		}
	}
}

// Tally counts "files" (contents at paths), "blobs" (contents), "commits" and
// "tags".
func (s *Source) Tally() scanner.Tally {
	t := scanner.Tally{Objects: map[string]int{}}
	a := s.found.account
	for class, n := range map[string]int{"commits": a.Commits, "tags": a.Tags} {
		if n > 0 {
			t.Objects[class] = n
		}
	}
	t.Objects["files"], t.Objects["blobs"] = s.done.files, s.done.blobs
	t.Skipped = s.done.skips(s.options, s.found.links)
	return t
}
