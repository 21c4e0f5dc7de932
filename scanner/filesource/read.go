package filesource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"leakline/scanner"
)

// file scans one regular file. info is what was seen when it was listed.
func (w *walk) file(at string, t tree, info fs.FileInfo, open func() (*os.File, error)) {
	if w.seen != nil {
		if _, ok := w.seen[at]; ok {
			return
		}
		w.seen[at] = struct{}{}
	}
	loc := scanner.Location{Source: w.source, Path: at, Above: w.above, Untracked: t.of(false)}
	if w.options.Gitignore && loc.Untracked == "ignored" {
		w.skip(at, "ignored by git (--gitignore)")
		return
	}
	if most := w.options.MaxBytes; most > 0 && info.Size() > most {
		w.skip(at, fmt.Sprintf("%d bytes, larger than %d (--max-target-megabytes)", info.Size(), most))
		return
	}
	f, err := open()
	if err != nil {
		w.fail("open", at, err, true)
		return
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		w.fail("look at", at, err, true)
		return
	}
	if !before.Mode().IsRegular() {
		w.fail("open", at, &replacedError{0, before.Mode().Type()}, true)
		return
	}
	// A file that claims to be regular may still make its reader wait, in /proc.
	defer context.AfterFunc(w.ctx, func() { _ = f.Close() })()
	n, ok := w.windows(loc, f, before.Size())
	if ok || n > 0 {
		w.tally.Objects[class(w.source)]++
	}
	if ok {
		w.compare(at, f, before, n)
	}
}

// class names a source kind in the tally.
func class(k scanner.SourceKind) string {
	if k == scanner.SourceConfig {
		return "configs"
	}
	return "files"
}

// compare tells of a file that was written while it was read: what was scanned
// may be neither the old content nor the new one.
func (w *walk) compare(at string, f *os.File, before fs.FileInfo, n int64) {
	after, err := f.Stat()
	if err != nil {
		w.fail("look at", at, err, true)
		return
	}
	switch size := before.Size(); {
	case after.Size() > size:
		w.unread("changed", at, fmt.Errorf("grew from %d to %d bytes while it was read", size, after.Size()))
	case after.Size() < size:
		w.unread("changed", at, fmt.Errorf("shrank from %d to %d bytes while it was read", size, after.Size()))
	case !after.ModTime().Equal(before.ModTime()):
		w.unread("changed", at, errors.New("was written while it was read"))
	case n < size:
		w.unread("changed", at, fmt.Errorf("gave only %d of its %d bytes", n, size))
	}
}

// stdin scans the stream.
func (w *walk) stdin() {
	w.tally.Objects["streams"]++
	w.windows(scanner.Location{Path: w.paths[0]}, &waiting{ctx: w.ctx, r: w.stream}, 0)
}

// windows yields all of a content, in as many chunks as it takes, and returns
// how many bytes it had. ok is false if reading ended early.
func (w *walk) windows(loc scanner.Location, r io.Reader, size int64) (n int64, ok bool) {
	s := newSplitter(loc, w.options.Window, size, w.chunk)
	for {
		if w.done() {
			return n, false
		}
		k, err := r.Read(w.block)
		n += int64(k)
		w.read += int64(k)
		if !s.write(w.block[:k]) {
			return n, false
		}
		switch {
		case err == io.EOF:
			return n, s.close()
		case err != nil && w.ctx.Err() != nil:
			return n, false
		case err != nil:
			s.close() // what was read is scanned
			w.fail("read", loc.Path, err, true)
			return n, false
		}
	}
}

// waiting is a reader that gives up when ctx is done. The read that is under way
// goes on behind it, into a buffer of its own, until the stream answers.
type waiting struct {
	ctx    context.Context
	r      io.Reader
	buffer []byte
}

func (w *waiting) Read(p []byte) (int, error) {
	type answer struct {
		n   int
		err error
	}
	if len(w.buffer) < len(p) {
		w.buffer = make([]byte, len(p))
	}
	own := w.buffer[:len(p)]
	answers := make(chan answer, 1)
	go func() {
		n, err := w.r.Read(own)
		answers <- answer{n, err}
	}()
	select {
	case a := <-answers:
		return copy(p, own[:a.n]), a.err
	case <-w.ctx.Done():
		w.buffer = nil // the read that is under way may still write to it
		return 0, w.ctx.Err()
	}
}
