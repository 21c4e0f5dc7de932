package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// ErrShape says that an answer is not what the provider documents.
var ErrShape = errors.New("the answer is not what the provider documents")

// Refusal is an answer with a status other than 200.
type Refusal struct {
	Status int
	What   string // was asked for
}

func (r *Refusal) Error() string {
	why := fmt.Sprintf("it answers %d", r.Status)
	switch r.Status {
	case http.StatusUnauthorized:
		why = "the credential is not accepted (401)"
	case http.StatusForbidden:
		why = "the credential may not read it (403)"
	case http.StatusNotFound:
		why = "there is none, or the credential may not read it (404)"
	}
	return r.What + ": " + why
}

// Asker asks. A [Client] is one.
type Asker interface {
	Do(ctx context.Context, r Request) (*Answer, error)
}

// GetJSON asks for a JSON document and reads it. What says in errors what was asked for;
// nothing of the answer is in them. An answer with another status than 200 is a
// [*Refusal], one of another form wraps [ErrShape].
func GetJSON(ctx context.Context, c Asker, r Request, what string, into any) (*Answer, error) {
	ans, err := c.Do(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if ans.Status != http.StatusOK {
		return nil, &Refusal{ans.Status, what}
	}
	if err := json.Unmarshal(ans.Body, into); err != nil { // its text may hold what the answer holds
		return nil, fmt.Errorf("%s: %w", what, ErrShape)
	}
	return ans, nil
}

// Bounds end a list that its server does not end.
type Bounds struct{ Pages, Entries int }

// Pages reads a list that comes in pages. Get asks for the page at a path; read takes it
// apart: its entries, and the path of the next page, empty at the end. With an error come
// the entries that were read before it.
func Pages[P, T any](what, path string, most Bounds, get func(path string, into *P) (*Answer, error), read func(*P, *Answer) (some []T, next string, err error)) ([]T, error) {
	var all []T
	seen := map[string]bool{}
	for n := 0; ; n++ {
		if seen[path] || n >= most.Pages || len(all) > most.Entries {
			return all, fmt.Errorf("%s: its pages go round in circles, or are more than %d", what, most.Pages)
		}
		seen[path] = true
		page := new(P)
		ans, err := get(path, page)
		if err != nil {
			return all, err
		}
		some, next, err := read(page, ans)
		if err != nil {
			return all, fmt.Errorf("%s: %w", what, err)
		}
		all = append(all, some...)
		if next == "" {
			return all, nil
		}
		path = next
	}
}
