package gitsource

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner/gitsource/pack"
)

// mappedPack is a pack that is mapped into memory.
type mappedPack struct {
	file   *pack.File
	reader *pack.Reader
}

func openMapped(path string, cacheBytes int64) (*mappedPack, error) {
	f, err := pack.Open(path)
	if err != nil {
		return nil, err
	}
	return &mappedPack{f, f.NewReader(cacheBytes)}, nil
}

// openReceived opens a pack that has no index. Its objects get their names when it
// is read along its deltas.
func openReceived(path string, o *Options) (*mappedPack, error) {
	f, err := pack.OpenReceived(path, o.received)
	if err != nil {
		return nil, err
	}
	return &mappedPack{f, f.NewReader(o.CacheBytes)}, nil
}

func (p *mappedPack) has(id plumbing.Hash) bool { return p.file.Has(id) }

func (p *mappedPack) name() string { return p.file.Path() }

func (p *mappedPack) close() error { return p.file.Close() }

func (p *mappedPack) each(f func(plumbing.Hash)) (err error) {
	defer guard(&err)
	p.file.Names(f)
	return nil
}

func (p *mappedPack) kind(id plumbing.Hash) (plumbing.ObjectType, error) {
	return p.reader.Kind(p.file.Find(id))
}

func (p *mappedPack) read(id plumbing.Hash, whole int64) (object, error) {
	pos := p.file.Find(id)
	size, err := p.reader.Size(pos)
	if err != nil {
		return object{}, err
	}
	if size > whole {
		kind, err := p.reader.Kind(pos)
		if err != nil {
			return object{}, err
		}
		r, err := p.reader.Stream(pos)
		if err != nil {
			return object{}, err
		}
		return object{typ: kind, size: size, stream: newChecked(r, io.NopCloser(nil), id, kind, size)}, nil
	}
	kind, data, err := p.reader.Read(pos, max(maxCost, whole))
	if err != nil {
		if errors.Is(err, pack.ErrBound) {
			err = &readError{classBound, err}
		}
		return object{}, err
	}
	if got := hashOf(kind, data); got != id {
		return object{}, fmt.Errorf("its content is that of %s", got)
	}
	o := object{typ: kind, size: int64(len(data)), data: data}
	if o.size > whole {
		o.stream, o.data = io.NopCloser(bytes.NewReader(data)), nil
	}
	return o, nil
}

// hashOf names a content. Unlike plumbing.ComputeHash it does not look for attempts
// at collisions, which takes three times as long: it is to find damage.
func hashOf(kind plumbing.ObjectType, data []byte) (id plumbing.Hash) {
	h := sha1.New()
	fmt.Fprintf(h, "%s %d\x00", kind, len(data))
	h.Write(data)
	h.Sum(id[:0])
	return id
}
