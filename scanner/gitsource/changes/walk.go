package changes

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"leakline/scanner"
	"leakline/scanner/filesource"
)

// walk yields the objects of a listing, read by one git cat-file.
type walk struct {
	ctx     context.Context
	git     runner
	options Options
	batch   *batch
	yield   func(scanner.Chunk, error) bool
	stopped bool // the receiver wants no more
	deaths  int  // of git, in the middle of an answer
	list    *listing
	named   map[string]struct{} // paths that were yielded without a content
	tally   tally
}

// tally counts what a walk met.
type tally struct {
	files, blobs int
	lfs, large   sampled
}

// sampled counts things, and names the first.
type sampled struct {
	n    int
	name string
}

func (s *sampled) add(name string) {
	if s.n++; s.n == 1 {
		s.name = name
	}
}

// maxDeaths is how often git is started again after it broke off.
const maxDeaths = 20

func newWalk(ctx context.Context, git runner, o Options, b *batch, yield func(scanner.Chunk, error) bool) *walk {
	return &walk{ctx: ctx, git: git, options: o, batch: b, yield: yield, named: map[string]struct{}{}}
}

// all yields everything.
func (w *walk) all(l *listing) {
	w.list = l
	for _, u := range l.unread {
		w.send(scanner.Chunk{}, u)
	}
	for _, c := range l.texts {
		w.send(c, nil)
	}
	for _, p := range l.named {
		w.name(w.location(p))
	}
	var names []string
	for i := range l.commits {
		if l.commits[i].ID != "" {
			names = append(names, l.commits[i].ID)
		}
	}
	messages := len(names)
	for i := range l.blobs {
		names = append(names, l.blobs[i].id)
	}
	w.ask(names)
	n := 0
	for i := range l.commits {
		if l.commits[i].ID != "" && !w.stop() {
			n++
			w.commit(&l.commits[i], names[n:])
		}
	}
	for i := range l.blobs {
		if w.stop() {
			return
		}
		w.blob(&l.blobs[i], names[messages+i+1:])
	}
}

func (w *walk) stop() bool { return w.stopped || w.ctx.Err() != nil }

func (w *walk) send(c scanner.Chunk, err error) {
	if !w.stopped && !w.yield(c, err) {
		w.stopped = true
	}
}

func (w *walk) ask(names []string) {
	if w.batch != nil {
		w.batch.ask(names)
	}
}

// fail says that an object was not read. If it broke the batch, the objects that
// come after it are asked for again.
func (w *walk) fail(what string, err error, rest []string) {
	if w.stop() {
		return
	}
	class := "corrupt"
	if errors.Is(err, errMissing) {
		class = "missing"
	}
	w.send(scanner.Chunk{}, &scanner.Unread{Class: class, What: what, Err: err})
	var broken *wrongKind
	if errors.Is(err, errMissing) || errors.As(err, &broken) || w.batch == nil {
		return
	}
	w.batch.stop()
	w.batch = nil
	if w.deaths++; w.deaths > maxDeaths {
		return
	}
	if b, err := w.git.batch(w.ctx); err == nil {
		w.batch = b
		w.ask(rest)
	}
}

// wrongKind is an object of another kind than the tree or ref says that names it.
type wrongKind struct{ is, want string }

func (e *wrongKind) Error() string { return "it is a " + e.is + ", not a " + e.want }

// head reads the head of an object's answer.
func (w *walk) head(id, kind string) (object, error) {
	if w.batch == nil {
		return object{}, errors.New("git cat-file has failed too often")
	}
	o, err := w.batch.next(id)
	if err != nil {
		return o, err
	}
	if o.kind != kind {
		if err := w.batch.skip(o); err != nil {
			return o, err
		}
		return o, &wrongKind{o.kind, kind}
	}
	return o, nil
}

// commit yields the message of a commit, and those of the signed tags that it
// merged, which its header holds.
func (w *walk) commit(c *scanner.Commit, rest []string) {
	o, err := w.head(c.ID, "commit")
	var data []byte
	if err == nil {
		data, err = w.batch.data(o)
	}
	if err != nil {
		w.fail("commit "+c.ID, err, rest)
		return
	}
	header, message, _ := bytes.Cut(data, []byte("\n\n"))
	loc := scanner.Location{Source: scanner.SourceCommitMessage, Blob: c.ID, Reach: scanner.ReachBranch, Commit: *c}
	w.send(scanner.Chunk{Data: message, Location: loc}, nil)
	if i := bytes.Index(header, []byte("\nmergetag ")); i >= 0 {
		loc.Source = scanner.SourceTagMessage
		w.send(scanner.Chunk{Data: bytes.ReplaceAll(header[i:], []byte("\n "), []byte("\n")), Location: loc}, nil)
	}
}

// blob yields a content, in windows if it is large.
func (w *walk) blob(b *blob, rest []string) {
	places := w.places(b)
	o, err := w.head(b.id, "blob")
	switch limit := w.options.MaxBytes; {
	case err != nil:
	case limit > 0 && o.size > limit:
		if err = w.batch.skip(o); err == nil {
			w.tally.large.add(cmp.Or(places[0].Path, b.id))
			w.nameAll(places)
			return
		}
	default:
		err = w.content(o, places)
	}
	if err != nil {
		w.fail(cmp.Or(places[0].Path, b.id), err, rest)
		w.nameAll(places)
		return
	}
	w.tally.blobs++
	w.tally.files += len(places)
}

// places are the locations of a blob.
func (w *walk) places(b *blob) []scanner.Location {
	ls := make([]scanner.Location, len(b.places))
	for i, p := range b.places {
		ls[i] = w.location(p)
		ls[i].Blob = b.id
	}
	return ls
}

// location is a path in a commit, or in the index.
func (w *walk) location(p placed) scanner.Location {
	l := scanner.Location{Source: scanner.SourceBlob, Path: p.path, Reach: scanner.ReachIndex}
	if c := &w.list.commits[p.commit]; c.ID != "" {
		l.Commit, l.Reach = *c, scanner.ReachBranch
	}
	return l
}

// lfsHead is what the pointer of a Git LFS object begins with.
// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
const lfsHead = "version https://git-lfs.github.com/spec/v1"

// content yields the content of a blob.
func (w *walk) content(o object, places []scanner.Location) error {
	if o.size > w.options.Window {
		return w.windows(o, places)
	}
	data, err := w.batch.data(o)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(data, []byte(lfsHead)) {
		w.tally.lfs.add(cmp.Or(places[0].Path, o.id))
	}
	w.send(scanner.Chunk{Data: data, Location: places[0], Also: places[1:]}, nil)
	return nil
}

// windows yields a content of any size, so that memory does not grow with it.
func (w *walk) windows(o object, places []scanner.Location) error {
	part := &io.LimitedReader{R: w.batch.out, N: o.size}
	var failed error
	stream := filesource.Stdin(part, places[0].Path, filesource.Options{Window: w.options.Window})
	for c, err := range stream.Chunks(w.ctx) {
		if err != nil {
			failed = err
			continue
		}
		c.Location, c.Also = places[0], places[1:]
		if w.send(c, nil); w.stopped {
			return nil
		}
	}
	switch {
	case failed != nil:
		return failed
	case part.N > 0:
		return w.batch.died(io.ErrUnexpectedEOF)
	}
	return w.batch.end()
}

// name yields a path whose content is not: a name can hold a secret too.
func (w *walk) name(l scanner.Location) {
	if _, ok := w.named[l.Path]; ok || l.Path == "" {
		return
	}
	w.named[l.Path] = struct{}{}
	l.Source = scanner.SourcePath
	w.send(scanner.Chunk{Data: []byte(l.Path), Location: l}, nil)
}

func (w *walk) nameAll(ls []scanner.Location) {
	for _, l := range ls {
		w.name(l)
	}
}

// skips names what was left out.
func (t *tally) skips(o Options, links []string) []scanner.Skip {
	var out []scanner.Skip
	add := func(what, why string, n int) {
		if n > 0 {
			out = append(out, scanner.Skip{What: what, Why: why, Count: n})
		}
	}
	if len(links) > 0 {
		add("submodules, such as "+strings.ToValidUTF8(links[0], "\ufffd"), "repositories of their own: their hooks look at them", len(links))
	}
	add("LFS content, such as "+t.lfs.name, "kept outside the repository: the pointer was scanned", t.lfs.n)
	add(fmt.Sprintf("contents of more than %d bytes, such as %s", o.MaxBytes, t.large.name), "left out as asked", t.large.n)
	return out
}
