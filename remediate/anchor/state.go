package anchor

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"leakline/detectors"
)

// maxKept bounds the keys of a state. Those that have been gone for the longest are
// forgotten first: whoever asks for one of them learns that it is unknown.
const maxKept = 20_000

// State is what an anchor shows: to one reading, as [Read] gives it, or to all so far,
// as [Follow] makes it. It holds public things only.
type State struct {
	Anchor string `json:"anchor"`
	// Place stands for the kind and the address or file that were read, as "sha256:HEX":
	// what an anchor showed elsewhere says nothing of here.
	Place string    `json:"place"`
	At    time.Time `json:"at"` // when it was read last; UTC, whole milliseconds
	// Digest is that of the document, as "sha256:HEX".
	Digest string `json:"digest,omitempty"`
	// Keys are what it shows and, in what Follow makes, what it showed. Sorted.
	Keys []Key `json:"keys"`
	// Others counts the keys of kinds that are not read.
	Others int `json:"others,omitempty"`

	// Complete says that the document was read as a whole and is what it has to be. Why
	// tells what is amiss if not.
	Complete bool   `json:"complete"`
	Why      string `json:"why,omitempty"`
	// Age is how old the copy was that a cache on the way gave.
	Age time.Duration `json:"-"`
}

// Key is a public key that an anchor shows or has shown.
type Key struct {
	// SPKI is "spki-sha256:HEX", the digest of its SubjectPublicKeyInfo.
	SPKI string `json:"spki"`
	// Name is its kid, the subject of its certificate or its SAML entity; "" if the
	// document names it not. It is somebody else's text, short and printable.
	Name     string    `json:"name,omitempty"`
	NotAfter time.Time `json:"not_after,omitzero"` // of its certificate
	First    time.Time `json:"first"`              // when it was seen first
	Last     time.Time `json:"last"`               // and last
	Gone     time.Time `json:"gone,omitzero"`      // when it was missing first since; zero while it is there
}

// find gives a key of the state; nil if it has none such.
func (s *State) find(spki string) *Key {
	i, ok := slices.BinarySearchFunc(s.Keys, spki, func(k Key, spki string) int { return strings.Compare(k.SPKI, spki) })
	if !ok {
		return nil
	}
	return &s.Keys[i]
}

// sort sorts the keys, and keeps each once: by the first of its names.
func (s *State) sort() {
	slices.SortStableFunc(s.Keys, func(a, b Key) int { return strings.Compare(a.SPKI, b.SPKI) })
	s.Keys = slices.CompactFunc(s.Keys, func(a, b Key) bool { return a.SPKI == b.SPKI })
}

// Follow gives what is known of an anchor after one more reading. A reading that is
// not complete changes nothing.
func Follow(before, now State) State {
	switch {
	case !now.Complete || now.Place == before.Place && now.At.Before(before.At):
		return before
	case before.Place != now.Place:
		before.Keys = nil
	}
	out := now
	out.Keys = slices.Clone(now.Keys)
	for i := range out.Keys {
		if old := before.find(out.Keys[i].SPKI); old != nil {
			out.Keys[i].First = old.First
		}
	}
	for _, old := range before.Keys {
		if now.find(old.SPKI) != nil {
			continue
		}
		if old.Gone.IsZero() {
			if now.old(old.Last) {
				out.Keys = append(out.Keys, old)
				continue
			}
			old.Gone = now.At
		}
		out.Keys = append(out.Keys, old)
	}
	if more := len(out.Keys) - maxKept; more > 0 {
		slices.SortStableFunc(out.Keys, func(a, b Key) int {
			if a.Gone.IsZero() != b.Gone.IsZero() {
				return cmp.Compare(b2i(a.Gone.IsZero()), b2i(b.Gone.IsZero()))
			}
			return a.Gone.Compare(b.Gone)
		})
		out.Keys = out.Keys[more:]
	}
	out.sort()
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// old says whether the reading is of a copy from before a time.
func (s *State) old(since time.Time) bool {
	return s.Age > 0 && !s.At.Add(-s.Age).After(since)
}

// Judgement is what an anchor says of a key.
type Judgement struct {
	Outcome detectors.Outcome
	// At is since when, as far as is known: of an inactive key the first reading that
	// did not show it, else the last reading. Zero if there was none.
	At     time.Time
	Reason string // in words
	// Shown says that the anchor shows the key or has shown it.
	Shown bool
}

var isSPKI = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^spki-sha256:[0-9a-f]{64}$`) })

// Judge says what an anchor says of the key whose public half is named "spki-sha256:HEX".
// Before is what was known of the anchor (the zero State if nothing was), now is a new
// reading.
//
// The key is inactive if and only if the anchor has shown it and this reading is
// complete, later, and does not show it. An anchor that shows no key at all is never
// complete: the emptiness may be a fault, and no second reading tells it from one.
func Judge(before, now State, publicKey string) Judgement {
	unknown := func(reason string) Judgement {
		return Judgement{Outcome: detectors.OutcomeUnknown, At: now.At, Reason: reason}
	}
	if !isSPKI().MatchString(publicKey) {
		return unknown("the public half of the key is not known")
	}
	var was *Key
	if before.Place == now.Place {
		was = before.find(publicKey)
	}
	j := judge(&before, &now, was, publicKey)
	j.Shown = was != nil || j.Outcome == detectors.Active
	return j
}

func judge(before, now *State, was *Key, publicKey string) Judgement {
	out := Judgement{Outcome: detectors.OutcomeUnknown, At: now.At}
	switch {
	case !now.Complete || len(now.Keys) == 0:
		out.Reason = cmp.Or(now.Why, "it was not read")
	case now.find(publicKey) != nil:
		out.Outcome, out.Reason = detectors.Active, "the anchor shows its public half"
		if k := now.find(publicKey); !k.NotAfter.IsZero() && k.NotAfter.Before(now.At) {
			out.Reason += ", although its certificate expired on " + k.NotAfter.UTC().Format(time.DateOnly)
		}
	case before.Place != "" && before.Place != now.Place && before.find(publicKey) != nil:
		out.Reason = "the anchor is read elsewhere since it showed the key"
	case was == nil:
		out.Reason = "the anchor has never shown this key"
	case now.At.Before(before.At) || now.At.Before(was.Last):
		out.Reason = "the clock of this machine went back since the anchor showed the key"
	case was.Gone.IsZero() && now.old(was.Last):
		out.Reason = "a cache gave a copy from before the anchor showed the key last"
	case was.Gone.IsZero():
		out.Outcome, out.Reason = detectors.Inactive, "its public half has left the anchor, which showed it last on "+was.Last.UTC().Format(time.DateOnly)
	default:
		out.Outcome, out.At = detectors.Inactive, was.Gone
		out.Reason = "its public half left the anchor between " + was.Last.UTC().Format(time.DateOnly) + " and " + was.Gone.UTC().Format(time.DateOnly)
	}
	return out
}

// digest is "sha256:HEX" of data.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// place names what is read.
func (a *Anchor) place() string {
	return digest([]byte(string(a.Kind) + "\x00" + a.URL + "\x00" + a.File))
}
