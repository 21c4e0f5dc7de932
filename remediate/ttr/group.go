package ttr

import (
	"cmp"
	"math/bits"
	"slices"

	"leakline/remediate/incident"
	"leakline/remediate/survival"
)

// Group holds the figures of some incidents. Where a figure can't be given its
// field is left out.
type Group struct {
	Dimension Dimension `json:"dimension"`
	Name      string    `json:"name"`
	OwnerKind OwnerKind `json:"owner_kind,omitempty"` // of an owner

	// N is how many incidents are in the risk set: Open and Remediated. What was
	// dismissed as no incident (Left) is in neither.
	N          int            `json:"n"`
	Open       int            `json:"open"`
	Remediated int            `json:"remediated"`
	Proofs     map[string]int `json:"proofs"` // the remediated, by what proves it
	Left       map[string]int `json:"left"`   // the dismissed, by reason
	// AcceptedRisk and WontFix are open incidents under such a dismissal.
	AcceptedRisk int `json:"accepted_risk"`
	WontFix      int `json:"wont_fix"`
	// Crossing counts those of N that stand in another group of the dimension too,
	// so that the groups' N add up to more than the total; in the total, those that
	// stand in several layers.
	Crossing int `json:"crossing"`
	// Reopened came back to life at least once; their clock runs from the first
	// detection to the last proof.
	Reopened int `json:"reopened"`
	// Early were closed before they were detected; their time is 0.
	Early       int      `json:"closed_before_detection"`
	Forecast    Forecast `json:"policy"`
	LongestOpen *Longest `json:"longest_open,omitempty"`

	// TTR, Stages and Exposure need MinClosures remediated incidents; Dwell as many
	// whose introduction is known. Exposure stands in the total and the layers.
	TTR      *TTR      `json:"ttr,omitempty"`
	Stages   []Stage   `json:"stages,omitempty"`
	Dwell    *Dwell    `json:"dwell,omitempty"`
	Exposure *Exposure `json:"exposure,omitempty"`
}

// Forecast counts open incidents by when their limit ends, by the report's policy.
type Forecast struct {
	Overdue         int `json:"overdue"`
	AcceptedOverdue int `json:"accepted_overdue"`
	Within7         int `json:"within_7_days"`  // not overdue yet
	Within30        int `json:"within_30_days"` // those within 7 included
}

// Longest is the open incident that was detected first.
type Longest struct {
	Incident incident.ID `json:"incident"`
	Days     float64     `json:"days"`
}

// Stage says how long incidents took from detection to a stage, of those that got
// there: it leaves out the others, so it tells where days went, and not how long
// it takes.
type Stage struct {
	Stage  string  `json:"stage"` // owned, acknowledged, removed, remediated
	N      int     `json:"n"`
	Mean   float64 `json:"mean"`
	Median float64 `json:"median"`
}

// Dwell is the time from introduction to detection, a clock of its own.
type Dwell struct {
	N       int     `json:"n"`
	Unknown int     `json:"unknown"` // no history tells when it came
	Mean    float64 `json:"mean"`
	Median  float64 `json:"median"`
}

// groups gives the groups of every dimension asked for.
func (t *table) groups(s *scratch) []Group {
	everything := make([]int32, t.count)
	for i := range everything {
		everything[i] = int32(i)
	}
	total := t.group(ByTotal, t.total, 0, everything, s, crossesLayers)
	t.detail(&total, everything, s)
	out := []Group{total}
	for g, members := range t.split(t.layers.size, func(r *record, in func(int32)) {
		for m := r.layers; m != 0; m &= m - 1 {
			in(int32(bits.TrailingZeros8(m)))
		}
	}) {
		if len(members) == 0 || t.wanted != 0 && t.wanted>>g&1 == 0 {
			continue
		}
		layer := t.group(ByLayer, t.layers, g, members, s, crossesLayers)
		t.detail(&layer, members, s)
		out = append(out, layer)
	}
	if t.byProvider {
		out = append(out, t.named(ByProvider, t.providers, s, func(r *record, in func(int32)) { in(r.provider) })...)
	}
	if t.byRepository {
		out = append(out, t.named(ByRepository, t.repositories, s, func(r *record, in func(int32)) {
			for _, i := range t.members(r) {
				in(i)
			}
		})...)
	}
	if t.byOwner {
		out = append(out, t.named(ByOwner, t.owners, s, func(r *record, in func(int32)) { in(r.owner) })...)
	}
	return out
}

// named gives the groups of a dimension, those with the most open incidents first.
func (t *table) named(d Dimension, n *names, s *scratch, of func(*record, func(int32))) []Group {
	out := []Group{}
	for g, members := range t.split(n.size, of) {
		out = append(out, t.group(d, n, g, members, s, func(r *record) bool { return d == ByRepository && r.repoCount > 1 }))
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name), cmp.Compare(a.OwnerKind, b.OwnerKind))
	})
	return out
}

// crossesLayers says that the record stands in several layers.
func crossesLayers(r *record) bool { return r.layers&(r.layers-1) != 0 }

// group makes the figures of members, which come in the order of their ttr.
func (t *table) group(d Dimension, n *names, g int, members []int32, s *scratch, crosses func(*record) bool) Group {
	out := newGroup(d, n.list[g], t.o.Names)
	s.reset()
	var byProof, byReason [8]int
	for r := range t.each(members) {
		if r.reason != 0 {
			byReason[r.reason-1]++
		}
		if r.is(left) {
			continue
		}
		if r.is(closed) {
			byProof[r.proof]++
		}
		out.count(r, crosses(r))
		s.see(r)
		s.details(r)
	}
	out.outcomes(byProof[:], byReason[:])
	if o := n.oldest[g]; o.detected != 0 {
		out.LongestOpen = &Longest{Incident: o.id, Days: days(t.now - o.detected)}
	}
	if n := len(s.dwell); n >= MinClosures {
		out.Dwell = &Dwell{N: n, Unknown: out.N - n, Mean: mean(s.dwell), Median: median(s.dwell)}
	}
	if out.Remediated < MinClosures {
		return out
	}
	s.fit = nil // to be freed before there is another
	s.fit = survival.Fit(s.obs)
	out.TTR = newTTR(s.fit)
	out.Stages = s.staged()
	return out
}

// outcomes sets what is counted by proof and by reason.
func (g *Group) outcomes(byProof, byReason []int) {
	for i, p := range incident.Proofs() {
		g.Proofs[string(p)] = byProof[i]
		g.Remediated += byProof[i]
	}
	g.Open = g.N - g.Remediated
	for i, reason := range incident.Reasons() {
		switch {
		case reason.NoIncident():
			g.Left[string(reason)] = byReason[i]
		case reason == incident.AcceptedRisk:
			g.AcceptedRisk = byReason[i]
		default:
			g.WontFix = byReason[i]
		}
	}
}

// newGroup is a group without incidents.
func newGroup(d Dimension, name string, known map[incident.Person]string) Group {
	g := Group{Dimension: d, Name: name, Proofs: map[string]int{}, Left: map[string]int{}}
	if d != ByOwner {
		return g
	}
	switch kind, rest := name[0], name[1:]; kind {
	case ownerPerson:
		g.Name, g.OwnerKind = ownerOf(rest, "", known)
	default:
		g.Name, g.OwnerKind = ownerOf("", rest, known)
	}
	return g
}

// count counts a record of the risk set.
func (g *Group) count(r *record, crosses bool) {
	g.N++
	if crosses {
		g.Crossing++
	}
	if r.is(reopened) {
		g.Reopened++
	}
	if r.is(early) {
		g.Early++
	}
	switch r.due {
	case dueAccepted:
		g.Forecast.AcceptedOverdue++
	case dueOverdue:
		g.Forecast.Overdue++
	case dueWeek:
		g.Forecast.Within7++
		g.Forecast.Within30++
	case dueMonth:
		g.Forecast.Within30++
	}
}

// detail adds what only the total and the layers have: the share that is open on
// each day, and the exposure.
func (t *table) detail(g *Group, members []int32, s *scratch) {
	if g.TTR == nil {
		return
	}
	g.TTR.Curve = points(s.fit)
	g.Exposure = t.exposure(members, s)
}
