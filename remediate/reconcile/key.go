package reconcile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/hint"
)

// The providers whose lists can be read.
const (
	OpenAI    = hint.OpenAI
	Anthropic = hint.Anthropic
	WorkOS    = hint.WorkOS
	Okta      = "okta"
	GitHub    = hint.GitHub
)

// Providers lists them.
func Providers() []string { return []string{OpenAI, Anthropic, WorkOS, Okta, GitHub} }

// Key is an entry of a provider's list. Names and words in it are the provider's, as
// it gives them; its JSON form is part of the public interface.
type Key struct {
	ID   string `json:"id"`
	Kind string `json:"kind"` // in words: "project API key"
	Name string `json:"name,omitempty"`
	// Place is the project, workspace, application or repository that it opens.
	Place   string `json:"place,omitempty"`
	PlaceID string `json:"place_id,omitempty"`
	Owner   Owner  `json:"owner"`

	Created time.Time `json:"created,omitzero"`
	// LastUsed is zero if it never was used, or if the list does not say; TellsUse says
	// which.
	LastUsed time.Time `json:"last_used,omitzero"`
	TellsUse bool      `json:"tells_use"`
	Expires  time.Time `json:"expires,omitzero"`

	// Status is the provider's word; Live is what it means, and Why the reason in words.
	Status string            `json:"status,omitempty"`
	Live   detectors.Outcome `json:"live"`
	Why    string            `json:"why,omitempty"`

	// form is the short form of the secret as hint.Listed takes it, with so many bits that
	// chance decides; begin is what the list shows of its begin.
	form  string
	bits  float64
	begin string
	// secret is the whole of it, if the list gives that; spki names a public key.
	secret detectors.Secret
	spki   string
	// kinds are the detectors that would find it; nil: any.
	kinds []string
	// since is when it was let in, where its creation is not told.
	since time.Time
}

// Owner is who a key belongs to.
type Owner struct {
	Kind  OwnerKind  `json:"kind,omitempty"`
	ID    string     `json:"id,omitempty"`
	Name  string     `json:"name,omitempty"`
	Email string     `json:"email,omitempty"`
	State OwnerState `json:"state,omitempty"`
	// Why says in words what the state rests on.
	Why string `json:"why,omitempty"`
}

// OwnerKind says what an owner is.
type OwnerKind string

// The kinds of owners.
const (
	Person         OwnerKind = "person"
	ServiceAccount OwnerKind = "service-account"
	Organization   OwnerKind = "organization"
)

// OwnerState says whether an owner is still there.
type OwnerState string

// The states. Unknown is what a list of people that could not be read leaves.
const (
	Present      OwnerState = "present"
	Left         OwnerState = "left"
	OwnerUnknown OwnerState = "unknown"
)

// Inventory is a provider's list of keys.
type Inventory struct {
	Provider string
	Host     string // that was asked
	// Organization is the id of the organisation whose list it is, empty if the provider
	// does not tell it; OrganizationName is its name.
	Organization, OrganizationName string
	// List tells this list from those of other organisations, for ever; empty if nothing
	// does.
	List string
	At   time.Time // when the last page was read
	Keys []Key
	// Whole are the detectors of the kinds of which every key is in Keys, in a form that
	// can be compared.
	Whole []string
	// Gaps say in words what could not be read; Limits what such a list never tells.
	Gaps, Limits []string

	ids map[string]bool
	odd int // entries without an id that can be shown
}

// add adds a key that is not there yet: a list that changes while it is read may show
// one twice.
func (inv *Inventory) add(k Key) {
	if inv.ids == nil {
		inv.ids = map[string]bool{}
	}
	id := k.Kind + "\x00" + k.ID
	if !plainID(k.ID) {
		inv.odd++
		return
	}
	if inv.ids[id] {
		return
	}
	inv.ids[id] = true
	inv.Keys = append(inv.Keys, k)
}

// plainID says whether a text may be an id: letters, digits and a few signs.
func plainID(id string) bool {
	return id != "" && len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("_-.:", r)
	})
}

// close ends the reading of a list.
func (inv *Inventory) close() {
	if inv.odd > 0 {
		inv.Whole = nil
		inv.Gaps = append(inv.Gaps, fmt.Sprintf("entries without an id as the provider documents it: %d", inv.odd))
	}
}

func (inv *Inventory) gap(err error) { inv.Gaps = append(inv.Gaps, err.Error()) }

// expired sets the state of a key whose time is over.
func (k *Key) expired(now time.Time) {
	if k.Live != detectors.Inactive && !k.Expires.IsZero() && !k.Expires.After(now) {
		k.Live, k.Why = detectors.Inactive, "it has expired"
	}
}

// when is a time as providers write it: Unix seconds or RFC 3339, null for none.
type when struct{ time.Time }

// UnmarshalJSON reads a time of the years 1970 to 9999.
func (w *when) UnmarshalJSON(data []byte) error {
	var seconds int64
	var text string
	switch {
	case string(data) == "null" || string(data) == `""`:
		w.Time = time.Time{}
		return nil
	case json.Unmarshal(data, &seconds) == nil:
		w.Time = time.Unix(seconds, 0).UTC()
	case json.Unmarshal(data, &text) == nil:
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return errors.New("a time is none")
		}
		w.Time = t.UTC()
	default:
		return errors.New("a time is none")
	}
	if y := w.Year(); y < 1970 || y > 9999 {
		return errors.New("a time is none")
	}
	return nil
}
