package changes

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Update is one ref that a push changes. Old and New are object ids: "" for a ref
// that is not there yet, or is no more.
type Update struct {
	Ref string // the name at the receiver
	Old string
	New string
}

// ReadPushed reads what git tells a pre-push hook on standard input: a line
// "LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID" for each ref.
// https://git-scm.com/docs/githooks#_pre_push
func ReadPushed(r io.Reader) ([]Update, error) {
	return readUpdates(r, "a line of a pre-push hook's standard input", 4, func(f []string) Update {
		return Update{Ref: f[2], Old: f[3], New: f[1]}
	})
}

// ReadReceived reads what git tells a pre-receive hook on standard input: a line
// "OLD-ID NEW-ID REF" for each ref.
// https://git-scm.com/docs/githooks#pre-receive
func ReadReceived(r io.Reader) ([]Update, error) {
	return readUpdates(r, "a line of a pre-receive hook's standard input", 3, func(f []string) Update {
		return Update{Ref: f[2], Old: f[0], New: f[1]}
	})
}

// NewUpdate is what git tells an update hook in its arguments.
// https://git-scm.com/docs/githooks#update
func NewUpdate(ref, old, now string) (Update, error) {
	return Update{Ref: ref, Old: old, New: now}.checked()
}

func readUpdates(r io.Reader, what string, fields int, update func([]string) Update) ([]Update, error) {
	var us []Update
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadString('\n')
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read %s: %w", what, err)
		}
		end := err == io.EOF
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			// A local "ref" may be any expression, such as HEAD@{1 day ago}.
			f := strings.Split(line, " ")
			if len(f) > fields {
				f = append([]string{strings.Join(f[:len(f)-fields+1], " ")}, f[len(f)-fields+1:]...)
			}
			if len(f) != fields {
				return nil, fmt.Errorf("%s has %d fields, not %d: %q", what, len(f), fields, line)
			}
			u, err := update(f).checked()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", what, err)
			}
			us = append(us, u)
		}
		if end {
			return us, nil
		}
	}
}

// checked is an update whose ids are object ids in full, or "".
func (u Update) checked() (Update, error) {
	for _, id := range []*string{&u.Old, &u.New} {
		if !isID(*id) {
			return u, fmt.Errorf("ref %q: %q is no object id", u.Ref, *id)
		}
		*id = known(*id)
	}
	return u, nil
}

// isID says that a text is an object id in full: SHA-1 or SHA-256.
func isID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}
