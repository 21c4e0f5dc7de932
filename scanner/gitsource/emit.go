package gitsource

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

// maxPeople bounds how many commits' authors are kept between blobs.
const maxPeople = 4096

// emit yields everything, see Repo.Chunks for the order.
func (w *walk) emit() {
	f := w.forest
	f.sortPlaces()
	blobs := make([]uint32, len(f.blobs))
	for i := range blobs {
		blobs[i] = uint32(i)
	}
	slices.SortStableFunc(blobs, func(a, b uint32) int { return cmp.Compare(f.blobs[a].first(), f.blobs[b].first()) })
	w.total = len(w.order) + len(w.tags) + len(blobs)

	if w.repo.bound == nil {
		w.emitFiles()
		w.emitRefs()
	}
	for pos := range w.order {
		w.emitCommit(int32(pos))
		w.done++
		for len(blobs) > 0 && f.blobs[blobs[0]].first() == int32(pos) {
			w.emitBlob(&f.blobs[blobs[0]])
			blobs = blobs[1:]
			w.done++
		}
		if w.stop() {
			return
		}
	}
	for _, t := range w.tags {
		w.emitTag(t)
		w.done++
	}
	for _, n := range blobs {
		if w.stop() {
			return
		}
		w.emitBlob(&f.blobs[n])
		w.done++
	}
	if w.delta != nil {
		w.countUnwanted()
	}
	w.emitNames()
}

// emitRefs yields the names of the refs.
func (w *walk) emitRefs() {
	for _, r := range w.refs.refs {
		if !w.news("ref", r.name, nil) {
			continue
		}
		w.objects["refs"]++
		name := []byte(r.short())
		if w.delta != nil && !w.delta.wantsText(name) {
			continue
		}
		w.send(scanner.Chunk{Data: name, Location: scanner.Location{
			Source: scanner.SourceRef, Repo: w.repo.name, Path: r.name, Reach: refRound(r.name).reach(),
		}}, nil)
	}
}

// emitCommit yields a commit's message, and those of the signed tags that it
// merged.
func (w *walk) emitCommit(pos int32) {
	s := w.step(pos)
	if w.old(s.id) {
		return
	}
	if !w.wantsCommit(s) {
		w.objects["commits"]++
		return
	}
	c, err := w.commit(s.id)
	if err != nil {
		w.fail(s.id, "commit", "read before", s.round, err)
		return
	}
	w.objects["commits"]++
	loc := scanner.Location{
		Source: scanner.SourceCommitMessage, Repo: w.repo.name, Blob: s.id.String(),
		Reach: s.round.reach(), Commit: w.keep(pos, c), Boundary: s.boundary(),
	}
	w.send(scanner.Chunk{Data: bytes.Clone(c.message), Location: loc}, nil)
	loc.Source = scanner.SourceTagMessage
	for _, m := range c.merged {
		_, message := parseHeaders(m)
		w.send(scanner.Chunk{Data: bytes.Clone(message), Location: loc}, nil)
	}
}

func (s *step) boundary() string {
	switch {
	case s.cut:
		return "shallow"
	case s.beyond:
		return "state"
	}
	return ""
}

// who gives the commit at a position as findings show it.
func (w *walk) who(pos int32) scanner.Commit {
	if pos == never {
		return scanner.Commit{}
	}
	if c, ok := w.people[pos]; ok {
		return c
	}
	id := w.step(pos).id
	c, err := w.commit(id)
	if err != nil {
		w.fail(id, "commit", "read before", w.step(pos).round, err)
		return scanner.Commit{ID: id.String()}
	}
	return w.keep(pos, c)
}

func (w *walk) keep(pos int32, c *commit) scanner.Commit {
	if len(w.people) >= maxPeople {
		clear(w.people)
	}
	w.people[pos] = c.shown(w.step(pos).id)
	return w.people[pos]
}

// emitTag yields the message of an annotated tag. The tagger and the time stand
// for author and commit; the tag itself is no commit, so Commit.ID is empty.
func (w *walk) emitTag(t tagged) {
	if w.old(t.id) {
		return
	}
	if !w.wants(t.id) {
		w.objects["tags"]++
		return
	}
	data, err := w.store.read(t.id, plumbing.TagObject)
	var parsed *tag
	if err == nil {
		parsed, err = parseTag(data)
	}
	if err != nil {
		w.fail(t.id, "tag", "read before", t.round, err)
		return
	}
	w.objects["tags"]++
	by := parsed.tagger
	w.send(scanner.Chunk{Data: bytes.Clone(parsed.message), Location: scanner.Location{
		Source: scanner.SourceTagMessage, Repo: w.repo.name, Blob: t.id.String(), Reach: t.round.reach(),
		Commit: scanner.Commit{
			Author: by.name, Email: by.email, AuthoredAt: by.at, CommittedAt: by.at, Message: subject(parsed.message),
		},
	}}, nil)
}

// emitBlob yields a blob, in windows if it is large.
func (w *walk) emitBlob(b *blob) {
	if w.old(b.id) {
		return
	}
	c := w.blobChunk(b)
	by := "no path is known"
	if len(b.places) > 0 {
		by = w.forest.where(c.Path, b.places[0].pos)
	}
	o, err := w.store.open(b.id)
	if err == nil && o.typ != plumbing.BlobObject {
		err = &readError{classCorrupt, fmt.Errorf("it is a %s: %w", o.typ, errWrongType)}
		if o.stream != nil {
			_ = o.stream.Close()
		}
	}
	if limit := w.repo.options.MaxBytes; err == nil && limit > 0 && o.size > limit {
		w.large.add(cmp.Or(c.Path, c.Blob))
		w.leave(b.id, o.size)
		w.nameless = append(w.nameless, c)
		if o.stream != nil {
			_ = o.stream.Close()
		}
		return
	}
	if err == nil {
		c.Found = w.knownOf(b.id, o)
		err = w.content(c, o)
	}
	if err != nil {
		w.fail(b.id, "blob", by, b.round, err)
		w.nameless = append(w.nameless, c)
		return
	}
	for _, s := range b.places {
		w.named[s.path] = struct{}{}
	}
	if b.notes {
		w.objects["notes"]++
		return
	}
	w.objects["blobs"]++
	w.objects["blobs from "+string(b.round.reach())]++
}

// emitNames yields the paths that no chunk has had: those of blobs that were
// left out or could not be read, and of submodules. A name can hold a secret too.
func (w *walk) emitNames() {
	if len(w.nameless) == 0 && w.modules.count() == 0 {
		return
	}
	if w.census != nil {
		for path := range w.census.scanned() {
			w.named[w.forest.path(path)] = struct{}{}
		}
	}
	send := func(l scanner.Location) {
		if _, ok := w.named[w.forest.path(l.Path)]; ok || l.Path == "" || l.Source == scanner.SourceNote {
			return
		}
		w.named[w.forest.path(l.Path)] = struct{}{}
		l.Source = scanner.SourcePath
		w.send(scanner.Chunk{Data: []byte(l.Path), Location: l}, nil)
	}
	for _, c := range w.nameless {
		send(c.Location)
		for _, l := range c.Also {
			send(l)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(w.modules.seen)) {
		send(scanner.Location{Repo: w.repo.name, Path: path})
	}
}

// blobChunk fills in where a blob stands.
func (w *walk) blobChunk(b *blob) scanner.Chunk {
	loc := scanner.Location{
		Source: scanner.SourceBlob, Repo: w.repo.name, Blob: b.id.String(), Reach: b.round.reach(),
	}
	if b.notes {
		loc.Source = scanner.SourceNote
	}
	if len(b.places) == 0 {
		return scanner.Chunk{Location: loc}
	}
	all := make([]scanner.Location, 0, len(b.places))
	for _, s := range b.places {
		at := loc
		at.Path, at.AtTip, at.Commit = w.forest.paths[s.path], s.tip, w.who(s.pos)
		if s.pos != never {
			at.Boundary = w.step(s.pos).boundary()
		}
		all = append(all, at)
	}
	return scanner.Chunk{Location: all[0], Also: all[1:]}
}

// lfsHead is what the pointer of a Git LFS object begins with.
// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
const lfsHead = "version https://git-lfs.github.com/spec/v1"

// content yields an object's content.
func (w *walk) content(c scanner.Chunk, o object) error {
	if o.stream != nil {
		return errors.Join(w.windows(c, o.stream), o.stream.Close())
	}
	if bytes.HasPrefix(o.data, []byte(lfsHead)) {
		w.lfs.add(cmp.Or(c.Path, c.Blob))
	}
	c.Data = o.data
	w.send(c, nil)
	return nil
}

// windows yields a content of any size in windows that overlap, so that memory
// does not grow with it. The error is the reader's.
func (w *walk) windows(c scanner.Chunk, r io.Reader) error {
	const lap = scanner.WindowOverlap
	step := int(min(windowBytes, w.repo.options.MaxBlob))
	// buf holds lap bytes that were judged, step bytes to judge, lap bytes more.
	buf := make([]byte, 0, step+2*lap)
	c.Line, c.Column = 1, 1
	judged := 0 // how much of buf was judged
	for {
		n, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		c.Data = bytes.Clone(buf)
		c.From, c.To = judged, len(buf)
		if !last {
			c.To = len(buf) - lap
		}
		w.send(c, nil)
		if last || w.stop() {
			return nil
		}
		drop := max(0, c.To-lap)
		c.Line, c.Column = advance(buf[:drop], c.Line, c.Column)
		c.Offset += int64(drop)
		judged = c.To - drop
		buf = buf[:copy(buf, buf[drop:])]
	}
}

// advance moves a line and column past some bytes.
func advance(b []byte, line, column int) (int, int) {
	n := bytes.Count(b, []byte{'\n'})
	if n == 0 {
		return line, column + len(b)
	}
	return line + n, len(b) - bytes.LastIndexByte(b, '\n')
}

// tally counts what was met.
func (w *walk) tally() scanner.Tally {
	t := scanner.Tally{Objects: map[string]int{}}
	for _, class := range []string{"commits", "trees", "blobs", "tags", "notes", "refs", "configs", "paths"} {
		t.Objects[class] = 0
	}
	for class, n := range w.objects {
		t.Objects[class] = n
	}
	if w.forest == nil {
		return t
	}
	capped := w.forest.capped
	t.Objects["trees"], t.Objects["paths"] = len(w.forest.trees), w.forest.count()
	if w.census != nil {
		t.Objects["trees"], t.Objects["paths"], capped = w.delta.treeCount(), w.census.count(), w.census.capped
		t.Bytes, t.Anchors, t.Phases = w.delta.bytes, w.delta.anchors, w.phases
	}
	skip := func(what, why string, count int) {
		if count > 0 {
			t.Skipped = append(t.Skipped, scanner.Skip{What: what, Why: why, Count: count})
		}
	}
	skip("submodules, such as "+w.modules.sample, "repositories of their own: scan them by themselves", w.modules.count())
	skip("LFS content, such as "+w.lfs.sample, "kept outside the repository: the pointer was scanned; "+
		`run "git lfs pull" and scan the folder`, w.lfs.count())
	if w.repo.bound != nil {
		t.Skipped = append(t.Skipped, w.repo.bound.outside())
	}
	t.Skipped = append(t.Skipped, w.pastSkips()...)
	skip(fmt.Sprintf("blobs of more than %d bytes, such as %s", w.repo.options.MaxBytes, w.large.sample),
		"left out as asked", w.large.count())
	skip("history beyond the shallow boundary, such as before commit "+w.cuts.sample,
		`not fetched: run "git fetch --unshallow"`, w.cuts.count())
	skip("pruned objects, such as "+w.lost.sample, "named by unreachable objects only, and gone", w.lost.count())
	skip("further paths of folders", fmt.Sprintf("the same tree stands at more than %d paths", maxPlaces), capped)
	return t
}

// count gives the number of paths at which a blob stands.
func (f *forest) count() int {
	used := map[uint32]struct{}{}
	for _, b := range f.blobs {
		for _, s := range b.places {
			used[s.path] = struct{}{}
		}
	}
	return len(used)
}
