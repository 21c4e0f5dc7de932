package gitsource

import (
	"fmt"
	"strings"
)

// Resolve gives the name, in hexadecimal, of the commit that a revision leads to, as
// ranges know revisions. It is an error if the commit is not in the store.
func (r *Repo) Resolve(revision string) (string, error) {
	shallow, err := readShallow(r.place)
	if err != nil {
		return "", fmt.Errorf("read shallow boundary: %w", err)
	}
	s, _ := openStore(r.place.objects(), r.options) // a scan reports what it cannot open
	defer s.close()
	at := &resolver{place: r.place, refs: readRefs(r.place), store: s, shallow: shallow}
	n, err := at.commit(revision)
	if err != nil {
		return "", err
	}
	return n.id.String(), nil
}

// DefaultBranch is the short name of the branch that the HEAD of the server which the
// repository was cloned from named at that time; "" if that is not known.
func (r *Repo) DefaultBranch() string {
	const prefix = "refs/remotes/origin/"
	for _, f := range readRefs(r.place).refs {
		if name, ok := strings.CutPrefix(f.target, prefix); ok && f.name == prefix+"HEAD" {
			return name
		}
	}
	return ""
}

// Tip is the name, in hexadecimal, of the commit at the tip of the default branch;
// false if there is none.
func (r *Repo) Tip() (string, bool) {
	id, ok := readRefs(r.place).tip(r.place.git)
	if !ok {
		return "", false
	}
	return id.String(), true
}
