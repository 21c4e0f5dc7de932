package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// Report is what a list says, of leaks and by itself. Its JSON form is part of the
// public interface.
type Report struct {
	Provider         string    `json:"provider"`
	Host             string    `json:"host"`
	Organization     string    `json:"organization,omitempty"`
	OrganizationName string    `json:"organization_name,omitempty"`
	At               time.Time `json:"at"`
	Complete         bool      `json:"complete"` // everything that was asked for was read
	Gaps             []string  `json:"gaps,omitempty"`
	Limits           []string  `json:"limits,omitempty"`
	Counts           Counts    `json:"counts"`
	Incidents        []Result  `json:"incidents"`
	Findings         []Finding `json:"findings"`
}

// Counts counts keys of the list.
type Counts struct {
	Listed   int `json:"listed"`
	Active   int `json:"active"`
	Inactive int `json:"inactive"`
	Unknown  int `json:"unknown"`
	// Leaked are keys that incidents are proven to be of, and LeakedActive those of them
	// that are active.
	Leaked       int `json:"leaked"`
	LeakedActive int `json:"leaked_active"`
	OwnerLeft    int `json:"owner_left"`
	Unused       int `json:"unused"`
}

// Finding is something about a key of the list that somebody has to see to.
type Finding struct {
	Kind     FindingKind `json:"kind"`
	Key      *Key        `json:"key,omitempty"`
	Incident incident.ID `json:"incident,omitempty"`
	Text     string      `json:"text"`
}

// FindingKind is a kind of finding.
type FindingKind string

// The kinds, worst first. The first two are of the leak, the others of the owner's care:
// NHI1 (improper offboarding) of https://owasp.org/www-project-non-human-identities-top-10/.
const (
	OwnCredential FindingKind = "own-credential" // the credential that was asked with has leaked
	LeakedActive  FindingKind = "leaked-active"  // it has leaked, and is active
	OwnerLeft     FindingKind = "owner-left"     // it is active, and its owner has left
	Unused        FindingKind = "unused"         // it is active, and nobody uses it
)

// FindingKinds lists the kinds, worst first.
func FindingKinds() []FindingKind {
	return []FindingKind{OwnCredential, LeakedActive, OwnerLeft, Unused}
}

// look counts the keys of a list and finds what is wrong with them.
func (r *Report) look(inv *Inventory, leaked map[int]*Result, o JoinOptions) {
	r.Counts.Listed, r.Counts.Leaked = len(inv.Keys), len(leaked)
	for n := range inv.Keys {
		k := &inv.Keys[n]
		switch k.Live {
		case detectors.Active:
			r.Counts.Active++
		case detectors.Inactive:
			r.Counts.Inactive++
			continue
		default:
			r.Counts.Unknown++
			continue
		}
		if res := leaked[n]; res != nil {
			r.Counts.LeakedActive++
			r.add(Finding{Kind: LeakedActive, Key: k, Incident: res.Incident, Text: "it has leaked, and is active: revoke it"})
		}
		if k.Owner.State == Left {
			r.Counts.OwnerLeft++
			r.add(Finding{Kind: OwnerLeft, Key: k, Text: "it is active, and " + k.Owner.Why})
		}
		if idle := k.idle(inv.At); k.TellsUse && o.UnusedAfter > 0 && idle > o.UnusedAfter {
			r.Counts.Unused++
			text := fmt.Sprintf("it was not used for %d days", int(idle.Hours()/24))
			if k.LastUsed.IsZero() {
				text = fmt.Sprintf("it was never used in %d days", int(idle.Hours()/24))
			}
			r.add(Finding{Kind: Unused, Key: k, Text: text})
		}
	}
	kinds := FindingKinds()
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind))
	})
}

func (r *Report) add(f Finding) { r.Findings = append(r.Findings, f) }

// own notes that the credential that was asked with is itself a leak: it opened the list,
// so it lives.
func (r *Report) own(id incident.ID) {
	r.add(Finding{
		Kind: OwnCredential, Incident: id,
		Text: "the credential that this list was asked for with has leaked, and is active: revoke it first",
	})
}

// idle is how long a key has not been used, at a time.
func (k *Key) idle(now time.Time) time.Duration {
	last := k.LastUsed
	for _, t := range []time.Time{k.Created, k.since} {
		if last.IsZero() {
			last = t
		}
	}
	if last.IsZero() {
		return 0
	}
	return now.Sub(last)
}

// Clean passes everything in the report that others wrote through a function that makes
// it fit to be shown.
func (r *Report) Clean(clean func(string) string) {
	done := map[*Key]bool{}
	key := func(k *Key) {
		if k == nil || done[k] {
			return
		}
		done[k] = true
		for _, s := range []*string{&k.ID, &k.Kind, &k.Name, &k.Place, &k.PlaceID, &k.Status, &k.Owner.ID, &k.Owner.Name, &k.Owner.Email} {
			*s = clean(*s)
		}
	}
	for i := range r.Incidents {
		res := &r.Incidents[i]
		res.Reason = clean(res.Reason)
		key(res.Key)
		for n := range res.Possible {
			key(&res.Possible[n])
		}
	}
	for i := range r.Findings {
		key(r.Findings[i].Key)
	}
	for _, texts := range [][]string{r.Gaps, r.Limits} {
		for i := range texts {
			texts[i] = clean(texts[i])
		}
	}
	r.Organization, r.OrganizationName = clean(r.Organization), clean(r.OrganizationName)
}
