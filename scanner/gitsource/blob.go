package gitsource

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner"
)

// maxNamedBlob bounds a blob that [Blobs] reads, in bytes.
const maxNamedBlob = 64 << 20

// Blobs is a source of some blobs of a repository, reachable or not: those of the
// keys, by name in hexadecimal, at the paths that the values name. What is not in
// the store is yielded as an error that wraps fs.ErrNotExist, and the walk goes on.
func (r *Repo) Blobs(paths map[string]string) scanner.Source {
	return &blobs{repo: r, paths: paths}
}

type blobs struct {
	repo  *Repo
	paths map[string]string
	read  int
}

// Chunks implements scanner.Source.
func (b *blobs) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		s, done, err := b.repo.shelved()
		if err != nil {
			yield(scanner.Chunk{}, err)
			return
		}
		defer func() { _ = done() }()
		for _, id := range slices.Sorted(maps.Keys(b.paths)) {
			if ctx.Err() != nil {
				yield(scanner.Chunk{}, ctx.Err())
				return
			}
			data, err := b.blob(s, id)
			if err == nil {
				b.read++
			}
			c := scanner.Chunk{Data: data, Location: scanner.Location{
				Source: scanner.SourceBlob, Repo: b.repo.name, Path: b.paths[id], Blob: id,
			}}
			if err != nil {
				c = scanner.Chunk{}
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// blob reads one blob.
func (b *blobs) blob(s *store, id string) ([]byte, error) {
	hash, ok := parseHash(id)
	if !ok || !s.has(hash) {
		return nil, &fs.PathError{Op: "read", Path: b.repo.name + ":" + id, Err: fs.ErrNotExist}
	}
	o, err := s.openWithin(hash, maxNamedBlob)
	if err != nil {
		return nil, fmt.Errorf("read blob %s of %q: %w", id, b.repo.name, err)
	}
	if o.stream != nil {
		return nil, errors.Join(fmt.Errorf("read blob %s of %q: it is larger than %d bytes", id, b.repo.name, maxNamedBlob), o.stream.Close())
	}
	if o.typ != plumbing.BlobObject {
		return nil, fmt.Errorf("read blob %s of %q: it is a %s", id, b.repo.name, o.typ)
	}
	return o.data, nil
}

// Tally implements scanner.Source.
func (b *blobs) Tally() scanner.Tally {
	return scanner.Tally{Objects: map[string]int{"blobs": b.read}}
}
