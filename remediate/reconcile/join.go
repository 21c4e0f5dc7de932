package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/hint"
	"leakline/remediate/incident"
)

// Leak is what a join needs of an incident.
type Leak struct {
	ID        incident.ID
	Aliases   []incident.ID
	Detector  string
	Title     string
	Hints     []string
	PublicKey string
	// Introduced is when the secret came into a repository, zero if that is not known;
	// By are those who brought it.
	Introduced time.Time
	By         []incident.Person
	// Closed is the proof that it is dead, empty while it counts as alive.
	Closed incident.Proof
	// Before is what was known of its place in a list; nil: nothing.
	Before *Before
}

// Before is what an earlier verdict said of a leak.
type Before struct {
	Key          string // its id in a list of this provider; empty if it never was in one
	List         string // which list that was, as in Inventory.List
	Organization string // that its provider said it is of
}

// kinds are the detectors whose findings are a provider's keys.
var kinds = map[string][]string{
	OpenAI: {
		"openai-legacy-key", "openai-project-key", "openai-service-account-key", "openai-admin-key", "openai-service-key", "openai-none-key",
	},
	Anthropic: {"anthropic-api-key", "anthropic-user-key", "anthropic-admin-key", "anthropic-compliance-key"},
	WorkOS:    {"workos-api-key", "workos-api-key-staging"},
	Okta:      {"okta-api-token", "okta-api-token-header", "okta-client-secret"},
	GitHub:    {"github-pat", "github-pat-legacy", "github-fine-grained-pat", "github-oauth-access-token", "github-app-user-token"},
}

func kindsOf(provider string) []string { return slices.Clone(kinds[provider]) }

// Concerns says whether a provider's list may tell something of a leak: it is a key of
// that provider or, since a repository may have it as a deploy key, a key pair.
func Concerns(provider string, l *Leak) bool {
	return slices.Contains(kinds[provider], l.Detector) || provider == GitHub && l.PublicKey != ""
}

// Ways say by what a leak was found in a list.
type Way string

// The ways, surest first.
const (
	ByFingerprint Way = "fingerprint" // the list has the whole secret
	ByPublicKey   Way = "public-key"  // its public half
	ByID          Way = "id"          // the id that it had there before
	ByHint        Way = "hint"        // its short form
	ByUse         Way = "use"         // it is the credential that the list was asked for with
)

// Result is what a list says of a leak.
type Result struct {
	Incident incident.ID       `json:"incident"`
	Detector string            `json:"detector"`
	Title    string            `json:"title"`
	Outcome  detectors.Outcome `json:"outcome"`
	// Reason says why, in words.
	Reason string `json:"reason"`
	// By and Key are set if it was found.
	By  Way  `json:"by,omitempty"`
	Key *Key `json:"key,omitempty"`
	// Possible are keys that it may be, which proves nothing.
	Possible []Key `json:"possible,omitempty"`
	// Judged says that the outcome is to be recorded.
	Judged bool `json:"judged"`
}

// Verdict is what is recorded of a result that is to be judged.
func (r *Result) Verdict(inv *Inventory) incident.Verdict {
	v := incident.Verdict{
		Outcome: r.Outcome, Source: Source(inv.Provider), Host: inv.Host, At: inv.At, Reason: r.Reason, Identity: map[string]string{},
	}
	if r.Outcome == detectors.Inactive {
		v.Proof = incident.ProofInventory
	}
	if inv.Organization != "" {
		v.Identity["organization"] = inv.Organization
	}
	if r.Key != nil {
		v.Identity[KeyField] = r.Key.ID
		if inv.List != "" {
			v.Identity[listField] = inv.List
		}
		if r.Key.PlaceID != "" {
			v.Identity["project"] = r.Key.PlaceID
		}
	}
	return v
}

// Fields of a verdict's identity: KeyField holds a key's id in a list, listField says in
// which.
const (
	KeyField  = "key"
	listField = "list"
)

// Source names a provider's list in verdicts.
func Source(provider string) string { return "inventory:" + provider }

// JoinOptions say how a list is read.
type JoinOptions struct {
	// Keys are the ledger's, with which hints and fingerprints were made.
	Keys []detectors.Key
	// Credential is what the list was asked for with, which may itself have leaked.
	Credential detectors.Secret
	// AllOurs says that every leaked key of the provider is one of this organisation's: the
	// user vouches for it.
	AllOurs bool
	// UnusedAfter is how long a key may lie unused; 0: it is not looked for.
	UnusedAfter time.Duration
}

// made is how much later than the secret's commit a key may have been created: clocks
// differ, and a commit may bear the date of a rebase.
const made = 24 * time.Hour

// chance is how likely it may be that some key of a list has a leak's short form without
// being it.
const chance = 0.01

// maxPossible bounds the keys that are named as possible.
const maxPossible = 5

// join is the state of one comparison.
type join struct {
	inv    *Inventory
	o      JoinOptions
	byHint map[string][]int // of keys
	byText map[string][]int // by fingerprint or public key
	byID   map[string][]int
	forms  float64                    // keys with a short form
	claims map[int]map[string]bool    // fingerprints of the leaks that a key may be
	chosen map[incident.ID]*candidate // of each leak
	own    map[string]bool            // fingerprints of the credential
}

// candidate is where a leak may stand in the list.
type candidate struct {
	by   Way
	keys []int
}

// Join compares an inventory with leaks. The leaks that the provider's list does not
// concern are passed over, unless the list holds them.
func Join(inv *Inventory, leaks []Leak, o JoinOptions) *Report {
	j := &join{
		inv: inv, o: o, byHint: map[string][]int{}, byText: map[string][]int{}, byID: map[string][]int{},
		claims: map[int]map[string]bool{}, chosen: map[incident.ID]*candidate{}, own: map[string]bool{},
	}
	j.index()
	for i := range leaks {
		j.find(&leaks[i])
	}
	r := &Report{
		Provider: inv.Provider, Host: inv.Host, Organization: inv.Organization, OrganizationName: inv.OrganizationName,
		At: inv.At, Complete: len(inv.Gaps) == 0, Gaps: inv.Gaps, Limits: inv.Limits, Incidents: []Result{}, Findings: []Finding{},
	}
	leaked := map[int]*Result{}
	for i := range leaks {
		l := &leaks[i]
		c := j.chosen[l.ID]
		if c == nil && !j.isOwn(l) && !slices.Contains(kinds[inv.Provider], l.Detector) {
			continue
		}
		res := j.decide(l)
		if res.Key != nil && c != nil {
			for _, n := range c.keys {
				leaked[n] = &res
			}
		}
		if res.By == ByUse {
			r.own(l.ID)
		}
		r.Incidents = append(r.Incidents, res)
	}
	slices.SortStableFunc(r.Incidents, func(a, b Result) int { return cmp.Compare(a.Incident, b.Incident) })
	r.look(inv, leaked, o)
	return r
}

// index prepares the list to be searched.
func (j *join) index() {
	if j.o.Credential.Len() > 0 {
		for _, key := range j.o.Keys {
			j.own[key.Fingerprint(j.o.Credential)] = true
		}
	}
	for n := range j.inv.Keys {
		k := &j.inv.Keys[n]
		j.byID[k.ID] = append(j.byID[k.ID], n)
		if k.spki != "" {
			j.byText[k.spki] = append(j.byText[k.spki], n)
		}
		if k.form != "" {
			j.forms++
		}
		for _, key := range j.o.Keys {
			if k.form != "" {
				h := hint.Listed(j.inv.Provider, k.form, key)
				j.byHint[h] = append(j.byHint[h], n)
			}
			if k.secret.Len() > 0 {
				fp := key.Fingerprint(k.secret)
				j.byText[fp] = append(j.byText[fp], n)
			}
		}
	}
}

// find looks for a leak in the list, in the surest way that finds it.
func (j *join) find(l *Leak) {
	c := &candidate{by: ByFingerprint}
	for _, id := range append([]incident.ID{l.ID}, l.Aliases...) {
		c.keys = append(c.keys, j.byText[id.Fingerprint()]...)
	}
	if len(c.keys) == 0 && l.PublicKey != "" {
		c.by, c.keys = ByPublicKey, j.byText[l.PublicKey]
	}
	switch {
	case len(c.keys) > 0:
	case j.was(l):
		c.by, c.keys = ByID, j.fitting(l, j.byID[l.Before.Key]) // others with its ending are others
	case !j.elsewhere(l):
		c.by = ByHint
		for _, h := range l.Hints {
			c.keys = append(c.keys, j.fitting(l, j.byHint[h])...)
		}
	}
	slices.Sort(c.keys)
	c.keys = slices.Compact(c.keys)
	if len(c.keys) == 0 {
		return
	}
	j.chosen[l.ID] = c
	for _, n := range c.keys {
		if j.claims[n] == nil {
			j.claims[n] = map[string]bool{}
		}
		j.claims[n][l.ID.Fingerprint()] = true
	}
}

// was says that a leak was a key of this very list.
func (j *join) was(l *Leak) bool {
	return l.Before != nil && l.Before.Key != "" && l.Before.List != "" && l.Before.List == j.inv.List
}

// elsewhere says that a leak was a key of another list, and that a key is in one alone. A
// token of GitHub opens several organisations.
func (j *join) elsewhere(l *Leak) bool {
	return l.Before != nil && l.Before.Key != "" && !j.was(l) && heldKinds[j.inv.Provider] != nil
}

// fitting are those of some keys that may be of a leak's kind.
func (j *join) fitting(l *Leak, keys []int) []int {
	return slices.DeleteFunc(slices.Clone(keys), func(n int) bool {
		k := &j.inv.Keys[n]
		return k.kinds != nil && !slices.Contains(k.kinds, l.Detector) || !mayBegin(l.Detector, k.begin)
	})
}

// whole says whether the list has all keys of a leak's kind.
func (j *join) whole(l *Leak) bool { return slices.Contains(j.inv.Whole, l.Detector) }

// decide says what the list tells of a leak.
func (j *join) decide(l *Leak) Result {
	r := Result{Incident: l.ID, Detector: l.Detector, Title: l.Title, Outcome: detectors.OutcomeUnknown}
	c := j.chosen[l.ID]
	switch {
	case j.isOwn(l):
		r.By, r.Outcome, r.Judged = ByUse, detectors.Active, true
		r.Reason = "the list was asked for with it"
		return r
	case c == nil:
		j.absent(l, &r)
		return r
	}
	if c.by == ByHint {
		if why := j.doubt(l, c); why != "" {
			r.Reason, r.Possible = why, j.some(c.keys)
			return r
		}
	}
	k := j.liveliest(c.keys)
	r.By, r.Key, r.Outcome, r.Reason = c.by, k, k.Live, k.Why
	r.Judged = k.Live != detectors.OutcomeUnknown
	if k.Live == detectors.Active && l.Closed == incident.ProofProvider {
		r.Judged = false
		r.Reason += "; but its provider had said that it is dead: ask it again with leakline verify"
	}
	return r
}

// isOwn says that a leak is the credential that the list was asked for with.
func (j *join) isOwn(l *Leak) bool {
	return slices.ContainsFunc(append([]incident.ID{l.ID}, l.Aliases...), func(id incident.ID) bool { return j.own[id.Fingerprint()] })
}

// liveliest gives the first of some keys that is active, or else not known to be dead, or
// else dead: a secret that stands in several places is dead when all are.
func (j *join) liveliest(keys []int) *Key {
	best := &j.inv.Keys[keys[0]]
	rank := map[detectors.Outcome]int{detectors.Active: 2, detectors.OutcomeUnknown: 1}
	for _, n := range keys[1:] {
		if k := &j.inv.Keys[n]; rank[k.Live] > rank[best.Live] {
			best = k
		}
	}
	return best
}

// doubt says why a short form that was found proves nothing, or nothing.
func (j *join) doubt(l *Leak, c *candidate) string {
	k := &j.inv.Keys[c.keys[0]]
	switch {
	case len(c.keys) > 1:
		return fmt.Sprintf("%d keys of the list have its short form", len(c.keys))
	case len(j.claims[c.keys[0]]) > 1:
		return fmt.Sprintf("%d incidents have the short form of this key", len(j.claims[c.keys[0]]))
	case j.forms/math.Exp2(k.bits) > chance:
		return fmt.Sprintf("in a list of %.0f keys its short form is too short to tell it from others", j.forms)
	case !l.Introduced.IsZero() && k.Created.After(l.Introduced.Add(made)):
		return "a key of the list has its short form, but was made after the secret had leaked"
	}
	return ""
}

// absent says what it means that a list does not have a leak.
func (j *join) absent(l *Leak, r *Result) {
	was := j.was(l)
	switch {
	case j.elsewhere(l):
		r.Reason = "it was a key of another list, or it is not known of which: that it is missing here proves nothing"
	case !was && !j.mine(l):
		r.Reason = "a key of the ledger is missing with which it could be told in the list: see leakline ledger key show"
	case len(l.Hints) == 0 && !was && slices.ContainsFunc(j.inv.Keys, func(k Key) bool { return k.form != "" }):
		r.Reason = "nothing is recorded by which it could be told in the list: scan again with --ledger"
	case !j.whole(l):
		r.Reason = j.lacks(l, r)
	case was:
		r.Outcome, r.Judged = detectors.Inactive, true
		r.Reason = fmt.Sprintf("key %s was in the list, and is gone from it", l.Before.Key)
	case j.inv.Organization != "" && l.Before != nil && l.Before.Organization == j.inv.Organization:
		r.Outcome, r.Judged = detectors.Inactive, true
		r.Reason = fmt.Sprintf("it is a key of organisation %s, and its list has it no more", j.inv.Organization)
	case j.o.AllOurs:
		r.Outcome, r.Judged = detectors.Inactive, true
		r.Reason = "the complete list does not have it, and it is said to be a key of this organisation (--all-ours)"
	default:
		r.Reason = "it is not in this list: it may be gone from it, or a key of another organisation (see --all-ours)"
	}
}

// mine says whether a leak's fingerprint was made with a key that is there.
func (j *join) mine(l *Leak) bool {
	return slices.ContainsFunc(append([]incident.ID{l.ID}, l.Aliases...), func(id incident.ID) bool {
		return slices.ContainsFunc(j.o.Keys, func(k detectors.Key) bool { return k.ID() == id.KeyID() })
	})
}

// lacks says why a list in which a leak is missing proves nothing, and which keys the
// leak may be.
func (j *join) lacks(l *Leak, r *Result) string {
	var likely []int
	for n := range j.inv.Keys {
		k := &j.inv.Keys[n]
		if k.form != "" || !slices.Contains(k.kinds, l.Detector) || len(l.By) == 0 || k.Owner.Email == "" {
			continue
		}
		late := !l.Introduced.IsZero() && k.Created.After(l.Introduced.Add(made))
		if !late && slices.ContainsFunc(j.o.Keys, func(key detectors.Key) bool {
			return slices.Contains(l.By, incident.PersonOf(key, k.Owner.Email))
		}) {
			likely = append(likely, n)
		}
	}
	r.Possible = j.some(likely)
	switch {
	case len(likely) > 0:
		return "the list shows nothing of such a key's text; these are of the person who committed it"
	case slices.Contains(heldKinds[j.inv.Provider], l.Detector):
		return "the list could not be read to its end, or not as it is documented: that it is missing there proves nothing"
	}
	return "the list does not have all keys of this kind: that it is missing there proves nothing"
}

// heldKinds are the kinds of which a list has all keys if it is read to its end.
var heldKinds = map[string][]string{
	OpenAI:    {"openai-project-key", "openai-service-account-key", "openai-admin-key"},
	Anthropic: {"anthropic-api-key"},
	Okta:      {"okta-client-secret"},
}

// some gives a few of some keys.
func (j *join) some(keys []int) []Key {
	var out []Key
	for _, n := range keys[:min(len(keys), maxPossible)] {
		out = append(out, j.inv.Keys[n])
	}
	return out
}

// LeakOf gives what a join needs of an incident; Before is not in it.
func LeakOf(inc *incident.Incident) Leak {
	l := Leak{
		ID: inc.ID, Aliases: inc.Aliases, Detector: inc.Detector, Title: inc.Title, PublicKey: inc.PublicKey, Introduced: inc.Introduced(),
	}
	if inc.Closure != nil {
		l.Closed = inc.Closure.Proof
	}
	hints := map[string]bool{}
	people := map[incident.Person]bool{}
	for _, o := range inc.Occurrences {
		for _, h := range o.Facts.Hints {
			hints[h] = true
		}
		if o.IntroducedBy != "" {
			people[o.IntroducedBy] = true
		}
		if l.PublicKey == "" {
			l.PublicKey = o.Facts.PublicKey
		}
	}
	l.Hints, l.By = slices.Sorted(maps.Keys(hints)), slices.Sorted(maps.Keys(people))
	return l
}

// Learn takes over what an earlier verdict said of a leak, later ones over older ones.
func (l *Leak) Learn(provider string, v *incident.Verdict) {
	if v == nil || len(v.Identity) == 0 {
		return
	}
	if l.Before == nil {
		l.Before = &Before{}
	}
	if org := v.Identity["organization"]; org != "" && (v.Source == Source(provider) || !strings.HasPrefix(v.Source, Source(""))) {
		l.Before.Organization = org
	}
	if key := v.Identity[KeyField]; key != "" && v.Source == Source(provider) {
		l.Before.Key, l.Before.List = key, v.Identity[listField]
	}
}
