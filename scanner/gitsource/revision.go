package gitsource

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// resolver turns what people write for a revision into commits. It knows the
// part of https://git-scm.com/docs/gitrevisions that needs neither the reflog
// nor a search through messages.
type resolver struct {
	place   place
	refs    *refSet
	store   *store
	shallow map[plumbing.Hash]bool
}

// revision is what a text resolves to.
type revision struct {
	id    plumbing.Hash
	round round // of the ref it was named by; that of branches for an object name
}

// commit resolves a revision to a commit; tags are followed.
func (r *resolver) commit(text string) (revision, error) {
	n, err := r.object(text)
	if err != nil {
		return n, err
	}
	if n.id, err = r.peel(n.id, plumbing.CommitObject); err != nil {
		return n, fmt.Errorf("revision %q: %w", text, err)
	}
	return n, nil
}

// object resolves a revision: a name, then any number of ~N, ^N and ^{TYPE}.
func (r *resolver) object(text string) (revision, error) {
	if i := strings.IndexByte(text, ':'); i >= 0 {
		return revision{}, fmt.Errorf("revision %q: a path or a search in a revision is not known here", text)
	}
	if strings.Contains(text, "@{") {
		return revision{}, fmt.Errorf("revision %q: @{…} is not known here: write a ref or an object name", text)
	}
	end := strings.IndexAny(text, "^~")
	if end < 0 {
		end = len(text)
	}
	n, err := r.name(text[:end])
	if err != nil {
		return n, err
	}
	for rest := text[end:]; rest != ""; {
		if rest, err = r.suffix(&n.id, rest); err != nil {
			return n, fmt.Errorf("revision %q: %w", text, err)
		}
	}
	return n, nil
}

// suffix applies the first suffix of rest to an object and gives what follows.
func (r *resolver) suffix(id *plumbing.Hash, rest string) (string, error) {
	op := rest[0]
	if after, ok := strings.CutPrefix(rest, "^{"); ok {
		name, after, ok := strings.Cut(after, "}")
		if !ok {
			return "", errors.New("^{ has no end")
		}
		return after, r.peelTo(id, name)
	}
	if op != '^' && op != '~' {
		return "", fmt.Errorf("%q does not belong there", rest)
	}
	digits := 1
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	n, err := 1, error(nil)
	if digits > 1 {
		if n, err = strconv.Atoi(rest[1:digits]); err != nil {
			return "", fmt.Errorf("%s is no number of commits", rest[1:digits])
		}
	}
	if *id, err = r.peel(*id, plumbing.CommitObject); err != nil {
		return "", err
	}
	if op == '^' && n > 0 {
		return rest[digits:], r.parent(id, n)
	}
	for ; op == '~' && n > 0; n-- {
		if err := r.parent(id, 1); err != nil {
			return "", err
		}
	}
	return rest[digits:], nil
}

// parent replaces a commit by its n-th parent.
func (r *resolver) parent(id *plumbing.Hash, n int) error {
	data, err := r.store.read(*id, plumbing.CommitObject)
	if err != nil {
		return fmt.Errorf("read commit %s: %w", id, err)
	}
	c, err := parseCommit(data)
	if err != nil {
		return fmt.Errorf("read commit %s: %w", id, err)
	}
	switch {
	case r.shallow[*id]:
		return fmt.Errorf("the parents of %s were not fetched (a shallow clone)", id)
	case n > len(c.parents):
		return fmt.Errorf("%s has %d parents", id, len(c.parents))
	}
	*id = c.parents[n-1]
	return nil
}

// peelTo follows tags as ^{name} says.
func (r *resolver) peelTo(id *plumbing.Hash, name string) (err error) {
	switch name {
	case "":
		*id, err = r.peel(*id, plumbing.AnyObject)
	case "commit":
		*id, err = r.peel(*id, plumbing.CommitObject)
	case "object":
	case "tag":
		var typ plumbing.ObjectType
		if typ, err = r.store.kind(*id); err == nil && typ != plumbing.TagObject {
			err = fmt.Errorf("%s is a %s, not a tag", id, typ)
		}
	default:
		err = fmt.Errorf("^{%s} is not known here", name)
	}
	return err
}

// peel follows tags to an object of a type, AnyObject for whatever is no tag.
func (r *resolver) peel(id plumbing.Hash, want plumbing.ObjectType) (plumbing.Hash, error) {
	for range 100 { // tags of tags; git sets no limit, and has no use for more
		typ, err := r.store.kind(id)
		switch {
		case err != nil:
			return id, fmt.Errorf("read object %s: %w", id, err)
		case typ == want || want == plumbing.AnyObject && typ != plumbing.TagObject:
			return id, nil
		case typ != plumbing.TagObject:
			return id, fmt.Errorf("%s is a %s, not a %s", id, typ, want)
		}
		data, err := r.store.read(id, plumbing.TagObject)
		if err != nil {
			return id, fmt.Errorf("read tag %s: %w", id, err)
		}
		t, err := parseTag(data)
		if err != nil {
			return id, fmt.Errorf("read tag %s: %w", id, err)
		}
		id = t.target
	}
	return id, fmt.Errorf("%s is a tag of too many tags", id)
}

// name resolves a name without suffixes: an object name in full, a ref, an
// object name's beginning, in git's order.
func (r *resolver) name(text string) (revision, error) {
	if text == "@" {
		text = "HEAD"
	}
	if id, ok := parseHash(text); ok {
		return revision{id, roundBranch}, nil
	}
	if n, ok := r.ref(text); ok {
		return n, nil
	}
	if text == "HEAD" {
		return revision{}, errors.New(`revision "HEAD": there is no commit on this branch yet`)
	}
	return r.short(text)
}

// refRules is where git looks for a short name of a ref, first match first.
// https://git-scm.com/docs/gitrevisions, "<refname>"
var refRules = []string{"refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"}

// ref resolves a ref's full or short name.
func (r *resolver) ref(name string) (revision, bool) {
	if name == "" {
		return revision{}, false
	}
	if name == "HEAD" {
		return r.head()
	}
	if isPseudoRef(name) { // FETCH_HEAD, ORIG_HEAD and the like
		if f, err := readRef(filepath.Join(r.place.git, name), name); err == nil && f.target == "" {
			return revision{f.id, roundBranch}, true
		}
	}
	if strings.HasPrefix(name, "refs/") {
		if id, ok := r.refs.lookup(name); ok {
			return revision{id, refRound(name)}, true
		}
	}
	for _, rule := range refRules {
		full := fmt.Sprintf(rule, name)
		if id, ok := r.refs.lookup(full); ok {
			return revision{id, refRound(full)}, true
		}
	}
	return revision{}, false
}

// head resolves the HEAD of this work tree.
func (r *resolver) head() (revision, bool) {
	h, ok := r.refs.heads[r.place.git]
	if ok && h.target != "" {
		h.id, ok = r.refs.lookup(h.target)
	}
	return revision{h.id, roundBranch}, ok
}

// isPseudoRef says that a name is one of those that git keeps beside refs/.
func isPseudoRef(name string) bool {
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

// minShort is how many digits of an object name git takes at least.
const minShort = 4

// short resolves the beginning of an object name. As git does where it needs a
// commit, it prefers what leads to one.
func (r *resolver) short(text string) (revision, error) {
	unknown := fmt.Errorf("unknown revision %q: no ref and no object has this name", text)
	if len(text) < minShort || len(text) >= 2*len(plumbing.ZeroHash) || strings.Trim(text, "0123456789abcdefABCDEF") != "" {
		return revision{}, unknown
	}
	all := r.store.beginning(strings.ToLower(text))
	commits := slices.DeleteFunc(slices.Clone(all), func(id plumbing.Hash) bool {
		_, err := r.peel(id, plumbing.CommitObject)
		return err != nil
	})
	if len(commits) == 1 {
		all = commits
	}
	switch len(all) {
	case 0:
		return revision{}, unknown
	case 1:
		return revision{all[0], roundBranch}, nil
	}
	return revision{}, fmt.Errorf("revision %q is ambiguous: %d objects begin so, such as %s and %s", text, len(all), all[0], all[1])
}

// beginning lists the objects whose names begin with some hexadecimal digits,
// sorted.
func (s *store) beginning(digits string) []plumbing.Hash {
	var first plumbing.Hash
	_, _ = hex.Decode(first[:], []byte(digits[:len(digits)&^1]))
	whole := len(digits) / 2
	var out []plumbing.Hash
	match := func(id plumbing.Hash) {
		if bytes.Equal(id[:whole], first[:whole]) && strings.HasPrefix(id.String(), digits) {
			out = append(out, id)
		}
	}
	_ = s.each(match)
	slices.SortFunc(out, compareIDs)
	return slices.Compact(out)
}
