package gitsource

import (
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
)

// each calls f with the name of every object of the store: those of each pack by
// themselves, sorted, and those of each folder of loose objects, in no order. An
// object that lies in several places comes several times.
func (s *store) each(f func(plumbing.Hash)) error {
	var errs []error
	for _, folder := range s.folders {
		for _, p := range folder.order {
			if err := p.each(f); err != nil {
				errs = append(errs, fmt.Errorf("list objects of %s: %w", folder.path, err))
			}
		}
		errs = append(errs, folder.loose.each(f))
	}
	return errors.Join(errs...)
}
