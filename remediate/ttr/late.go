package ttr

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// Lates are the open incidents that are past a policy's limit. Those under a
// dismissal in force (an accepted risk, or one that is not to be fixed) are
// counted apart: somebody answers for them, and they stay open in every figure.
type Lates struct {
	Total    int `json:"total"`
	Accepted int `json:"accepted"`
	// List holds the latest first, Options.MaxLate at most.
	List []Late `json:"list"`
}

// Late is an open incident that is past its limit.
type Late struct {
	Incident  incident.ID         `json:"incident"`
	Detector  string              `json:"detector"`
	Provider  string              `json:"provider,omitempty"`
	Layers    []detectors.Layer   `json:"layers"`
	Ambiguous bool                `json:"ambiguous,omitempty"` // which of the layers is not decided
	Privilege detectors.Privilege `json:"privilege,omitempty"`
	Repos     []string            `json:"repositories"`
	Owner     string              `json:"owner"`
	OwnerKind OwnerKind           `json:"owner_kind"`
	Open      float64             `json:"open_days"` // since detection
	Limit     float64             `json:"limit_days"`
	Late      float64             `json:"late_days"`

	late int64
}

// OwnerKind says what an owner is.
type OwnerKind string

// The kinds of owners.
const (
	Person  OwnerKind = "person"
	Role    OwnerKind = "role" // who answers for secrets of this kind; nobody in person does
	NoOwner OwnerKind = "none"
)

// due says when an open incident's limit ends.
type due uint8

const (
	dueNever    due = iota // no limit
	dueAccepted            // past it, and accepted
	dueOverdue
	dueWeek  // within seven days
	dueMonth // within thirty days
	dueLater
)

// lates collects what is late under one policy. A nil one collects nothing.
type lates struct {
	policy Policy
	names  map[incident.Person]string
	most   int
	least  int64 // what is less late is not among the latest
	out    Lates
}

// newLates is nil if the policy sets no limit.
func newLates(p Policy, o Options) *lates {
	if p.None() {
		return nil
	}
	return &lates{policy: p, names: o.Names, most: o.MaxLate, out: Lates{List: []Late{}}}
}

// see takes an open incident into account and says when its limit ends.
func (l *lates) see(r *incident.Row, now int64, accepted bool) due {
	if l == nil {
		return dueNever
	}
	limit := l.policy.Limit(r)
	if limit == 0 {
		return dueNever
	}
	late := now - r.Detected - limit.Milliseconds()
	switch {
	case accepted && late <= 0:
		return dueNever
	case accepted:
		l.out.Accepted++
		return dueAccepted
	case late <= -30*day:
		return dueLater
	case late <= -7*day:
		return dueMonth
	case late <= 0:
		return dueWeek
	}
	l.out.Total++
	l.keep(r, limit, late, now)
	return dueOverdue
}

// keep lists an incident, if it is among the latest. Twice as many as wanted are
// collected before the list is cut.
func (l *lates) keep(r *incident.Row, limit time.Duration, late, now int64) {
	if late < l.least {
		return
	}
	if len(l.out.List) >= 2*l.most {
		l.cut()
		l.least = l.out.List[l.most-1].late
	}
	x := Late{
		Incident: r.ID, Detector: strings.Clone(r.Detector), Provider: strings.Clone(r.Provider),
		Ambiguous: r.Ambiguous, Privilege: r.Privilege, Repos: append([]string{}, r.Repos...),
		Open: days(now - r.Detected), Limit: days(limit.Milliseconds()), Late: days(late), late: late,
	}
	for layer := range concerned(r) {
		x.Layers = append(x.Layers, layer)
	}
	slices.Sort(x.Layers)
	x.Layers = slices.Compact(x.Layers)
	x.Owner, x.OwnerKind = ownerOf(string(r.Owner), r.Answerable, l.names)
	l.out.List = append(l.out.List, x)
}

// cut sorts the list and keeps the latest.
func (l *lates) cut() {
	slices.SortFunc(l.out.List, func(a, b Late) int {
		return cmp.Or(cmp.Compare(b.late, a.late), cmp.Compare(a.Incident, b.Incident))
	})
	l.out.List = l.out.List[:min(len(l.out.List), l.most)]
}

// result is what was collected; nil without a policy.
func (l *lates) result() *Lates {
	if l == nil {
		return nil
	}
	l.cut()
	return &l.out
}

// Overdue gives the incidents that are late at a time under a policy, the latest
// first.
func Overdue(rows iter.Seq2[*incident.Row, error], p Policy, o Options) (*Lates, error) {
	o.Policy, o.By = p, []Dimension{}
	r, err := New(rows, o)
	if err != nil {
		return nil, err
	}
	if r.Overdue == nil {
		return &Lates{List: []Late{}}, nil
	}
	return r.Overdue, nil
}

// ownerOf names who owns an incident.
func ownerOf(person, role string, known map[incident.Person]string) (string, OwnerKind) {
	switch {
	case person != "":
		return personName(incident.Person(person), known), Person
	case role != "":
		return strings.Clone(role), Role
	}
	return "no owner", NoOwner
}

// personName is the name behind a person, or the first digits of its hash.
func personName(p incident.Person, known map[incident.Person]string) string {
	if name := known[p]; name != "" {
		return name
	}
	const digits = 8
	s := string(p)
	if i := strings.IndexByte(s, ':'); i >= 0 && len(s) > i+1+digits {
		s = s[:i+1+digits]
	}
	return s
}
