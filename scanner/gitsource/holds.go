package gitsource

import (
	"context"
	"errors"
	"fmt"
)

// Origin is the URL or path that the repository was cloned from, as its
// configuration names it (the first url of the remote "origin"), without user and
// password of a URL; "" if it names none. A path may be relative to WorkDir or, of
// a bare repository, to GitDir.
func (r *Repo) Origin() string {
	urls := r.place.config["remote.origin.url"]
	if len(urls) == 0 {
		return ""
	}
	return withoutUser(urls[0])
}

// CommonDir is the folder of the repository's objects and refs: GitDir, but for a
// linked work tree, which shares its repository's.
func (r *Repo) CommonDir() string { return r.place.common }

// Shallow says that the repository lacks the begin of its history.
func (r *Repo) Shallow() (bool, error) {
	cuts, err := readShallow(r.place)
	return len(cuts) > 0, err
}

// Holds says which objects, by name in hexadecimal, are in the store, reachable or
// not. Of a repository that was received without an index it can be asked between
// a walk and Close only.
func (r *Repo) Holds(ids []string) ([]bool, error) {
	s, done, err := r.shelved()
	if err != nil {
		return nil, err
	}
	held := make([]bool, len(ids))
	for i, id := range ids {
		hash, ok := parseHash(id)
		if !ok {
			return nil, errors.Join(fmt.Errorf("look up object %q: it is no name of an object", id), done())
		}
		held[i] = s.has(hash)
	}
	return held, done()
}

// shelved gives the store of the last walk, or one that is opened for the purpose;
// done closes what was opened.
func (r *Repo) shelved() (s *store, done func() error, err error) {
	if w := r.walk; w != nil && w.store != nil {
		return w.store, func() error { return nil }, w.delta.nameRest()
	}
	if r.options.received != nil {
		return nil, nil, fmt.Errorf("look into %q: its objects have no names before a walk and after Close", r.name)
	}
	s, errs := openStore(r.place.objects(), r.options)
	if len(errs) > 0 {
		return nil, nil, errors.Join(errors.Join(errs...), s.close())
	}
	return s, s.close, nil
}

// nameRest names the objects that reading left without a name.
func (d *delta) nameRest() error {
	if d == nil || d.unnamed == 0 {
		return nil
	}
	for _, p := range d.packs {
		if err := p.Name(context.Background(), d.jobs); err != nil {
			return fmt.Errorf("name the objects of %q: %w", p.Path(), err)
		}
	}
	return nil
}
