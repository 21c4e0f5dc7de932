package ledger_test

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// What a ledger must say of the year, from what happened alone. Nothing here uses
// the fold, the events or the statistics that are tested.

// firstSeen is when a scan reported it first; zero: never.
func (s *secret) firstSeen(scans []scan) time.Time {
	for i := range scans {
		for _, h := range s.homes {
			if h.repo == scans[i].repo && scans[i].lag == 0 && scans[i].reports(s) && h.stored(scans[i].at) {
				return scans[i].at
			}
		}
	}
	return time.Time{}
}

// seen is what is known of a secret in one repository from some night on.
type seen struct {
	at              time.Time
	home            *home
	facts           incident.Facts
	inBranches      bool
	held            time.Time // when a branch was last seen to hold it
	introduced      time.Time
	removed, purged time.Time
	came            bool // into a branch again, after it was in none
}

// nights gives what becomes known of a secret, scan by scan, of the server's own
// state. Old clones tell nothing.
func (s *secret) nights(scans []scan) []seen {
	var out []seen
	last := map[*home]*seen{}
	for i := range scans {
		n := &scans[i]
		for _, h := range s.homes {
			if h.repo != n.repo || n.lag > 0 || n.gone {
				continue
			}
			was := last[h]
			now := seen{at: n.at, home: h}
			switch {
			case n.reports(s) && h.stored(n.at):
				now.facts, now.introduced = s.kind.facts(n.catalogue, h.nth), h.introduced()
				// Some commits can't show that no branch holds it any more.
				now.inBranches = h.inBranches(n.at) || n.ranged && was != nil && was.inBranches
				if was != nil {
					now.held = was.held
				}
				if h.inBranches(n.at) {
					now.held = n.at
				}
				if !now.inBranches {
					now.removed = h.missed(was, n.at)
				}
				now.came = was != nil && now.inBranches && !was.inBranches
			case was != nil && was.purged.IsZero() && !h.stored(n.at) && !n.partial && !n.ranged:
				now = *was
				now.at, now.inBranches, now.came, now.purged = n.at, false, false, n.at
				if now.removed.IsZero() {
					now.removed = n.at
				}
			default:
				continue
			}
			out = append(out, now)
			last[h] = &now
		}
	}
	return out
}

// missed is since when no branch holds it, as known in a night: since the commit
// that took it out or, if a branch was seen to hold it after that, or no commit
// did, since that night.
func (h *home) missed(was *seen, night time.Time) time.Time {
	if was != nil && !was.removed.IsZero() {
		return was.removed
	}
	s, ok := h.lastOf(night)
	if !ok || s.to.IsZero() || was != nil && s.to.Before(was.held) {
		return night
	}
	return s.to
}

// state is what is known of an incident from some time on.
type state struct {
	at           time.Time
	known        map[*home]seen
	detected     time.Time
	owner        string
	owned, acked time.Time
	closure      *incident.Closure
	dismissal    *incident.Dismissal
	reopened     int
}

// diary is everything that becomes known of a secret, in order.
func (s *secret) diary(scans []scan) []state {
	nights, acts := s.nights(scans), s.acts
	acts = slices.SortedFunc(slices.Values(acts), func(a, b act) int { return a.at.Compare(b.at) })
	var out []state
	now := state{known: map[*home]seen{}}
	for len(nights)+len(acts) > 0 {
		now.known = maps.Clone(now.known)
		if len(acts) == 0 || len(nights) > 0 && nights[0].at.Before(acts[0].at) {
			now.see(nights[0])
			nights = nights[1:]
		} else {
			now.do(acts[0])
			acts = acts[1:]
		}
		out = append(out, now)
	}
	return out
}

// see takes over what a scan says.
func (now *state) see(n seen) {
	now.at = n.at
	if now.detected.IsZero() {
		now.detected = n.at
	}
	_, met := now.known[n.home]
	again := n.came || !met && now.closure != nil && n.introduced.After(now.closure.At)
	if again && now.closure != nil && now.closure.Proof == incident.ProofAttested {
		now.closure = nil
		now.reopened++
	}
	now.known[n.home] = n
}

// do takes over what somebody did.
func (now *state) do(a act) {
	now.at = a.at
	switch a.what {
	case incident.Assigned:
		now.owner = a.owner
		if now.owned.IsZero() {
			now.owned = a.at
		}
	case incident.Acknowledged:
		if now.acked.IsZero() {
			now.acked = a.at
		}
	case incident.Remediated:
		now.closure = &a.Closure
	case incident.Reopened:
		if now.closure != nil {
			now.closure = nil
			now.reopened++
		}
	case incident.Dismissed:
		now.dismissal = &a.Dismissal
	case incident.Restored:
		now.dismissal = nil
	}
}

// truth is what is known of an incident at some time.
type truth struct {
	*secret
	state
	asOf time.Time
}

// truths are those of all incidents that are known at some time.
func (y *year) truths(diaries [][]state, asOf time.Time) []truth {
	var out []truth
	for n, s := range y.secrets {
		var last *state
		for i := range diaries[n] {
			if d := &diaries[n][i]; !d.at.After(asOf) {
				last = d
			}
		}
		if last != nil {
			out = append(out, truth{s, *last, asOf})
		}
	}
	return out
}

// surest are the facts of the repository that is surest of the layer; the first
// one's, if several are.
func (t *truth) surest() incident.Facts {
	sure := map[detectors.LayerConfidence]int{detectors.Likely: 1, detectors.Certain: 2}
	homes := slices.SortedFunc(maps.Keys(t.known), func(a, b *home) int { return a.repo - b.repo })
	best := homes[0]
	for _, h := range homes {
		if sure[t.known[h].facts.LayerConfidence] > sure[t.known[best].facts.LayerConfidence] {
			best = h
		}
	}
	return t.known[best].facts
}

// also are the layers that it opens besides the one of its facts.
func (t *truth) also() []detectors.Layer {
	f := t.surest()
	var out []detectors.Layer
	for _, s := range t.known {
		for _, l := range append([]detectors.Layer{s.facts.Layer}, s.facts.AlsoOpens...) {
			if l != f.Layer && l != detectors.Unclassified && !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	slices.Sort(out)
	return out
}

// row is the row that a ledger must give.
func (t *truth) row(key detectors.Key) incident.Row {
	f := t.surest()
	r := incident.Row{
		ID: t.id, Detector: f.Detector, Provider: f.Provider, Layer: f.Layer,
		Ambiguous: f.LayerConfidence == detectors.Ambiguous, Candidates: f.LayerCandidates, Also: t.also(),
		Privilege: f.Privilege, Environment: f.Environment, Confidence: f.Confidence,
		Detected: t.detected.UnixMilli(), Owned: millis(t.owned), Acknowledged: millis(t.acked), Reopened: t.reopened,
	}
	if t.owner != "" {
		r.Owner = incident.PersonOf(key, t.owner)
	}
	var introduced, removed, purged []int64
	for h, s := range t.known {
		r.Repos = append(r.Repos, repoName(h.repo))
		introduced, removed, purged = append(introduced, millis(s.introduced)), append(removed, millis(s.removed)), append(purged, millis(s.purged))
	}
	slices.Sort(r.Repos)
	r.Introduced = slices.Min(introduced)
	if slices.Min(removed) > 0 {
		r.Removed = slices.Max(removed)
	}
	if slices.Min(purged) > 0 {
		r.Purged = slices.Max(purged)
	}
	if t.closure != nil {
		r.Remediated, r.How, r.Proof = t.closure.At.UnixMilli(), t.closure.How, t.closure.Proof
	}
	if t.dismissal != nil {
		r.Dismissed, r.Until = t.dismissal.Reason, millis(t.dismissal.Until)
	}
	return r
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// is is what a ledger must call the incident's state.
func (t *truth) is() incident.State {
	switch {
	case t.closure != nil:
		return incident.Closed
	case t.setAside():
		return incident.SetAside
	}
	return incident.Open
}

// setAside says that a dismissal is in force.
func (t *truth) setAside() bool {
	return t.dismissal != nil && (t.dismissal.Until.IsZero() || t.asOf.Before(t.dismissal.Until))
}

// risk is one incident in the set of those that can be remediated: how long it was
// watched, and whether it was remediated then.
type risk struct {
	length time.Duration
	ended  bool
}

// risks are the incidents of a layer, of all layers if it is empty, that count.
// Those whose layer is not decided count in all only, or under "ambiguous".
func risks(ts []truth, layer string) []risk {
	var out []risk
	for i := range ts {
		t := &ts[i]
		if !t.counts(layer) {
			continue
		}
		r := risk{length: t.asOf.Sub(t.detected)}
		if t.closure != nil {
			r = risk{length: t.closure.At.Sub(t.detected), ended: true}
		}
		out = append(out, r)
	}
	return out
}

// counts says that an incident is in the set of a layer.
func (t *truth) counts(layer string) bool {
	f := t.surest()
	if f.Confidence == detectors.Low || t.left() {
		return false
	}
	ambiguous := f.LayerConfidence == detectors.Ambiguous
	switch layer {
	case "":
		return true
	case "ambiguous":
		return ambiguous
	}
	return !ambiguous && (string(f.Layer) == layer || slices.Contains(t.also(), detectors.Layer(layer)))
}

// left says that somebody says that it is no incident.
func (t *truth) left() bool {
	return t.closure == nil && t.setAside() &&
		slices.Contains([]incident.Reason{incident.FalsePositive, incident.TestValue, incident.Duplicate}, t.dismissal.Reason)
}

// survivors is the share that is not remediated some time after detection, by the
// product-limit method as the textbook has it, in exact fractions: at every time
// at which some were remediated, all are counted anew.
func survivors(rs []risk, after time.Duration) *big.Rat {
	share := big.NewRat(1, 1)
	done := map[time.Duration]bool{}
	for _, r := range rs {
		if !r.ended || r.length > after || done[r.length] {
			continue
		}
		done[r.length] = true
		atRisk, ended := 0, 0
		for _, o := range rs {
			if o.length >= r.length {
				atRisk++
			}
			if o.ended && o.length == r.length {
				ended++
			}
		}
		share.Mul(share, big.NewRat(int64(atRisk-ended), int64(atRisk)))
	}
	return share
}

// times are those at which some were remediated, ascending.
func times(rs []risk) []time.Duration {
	var out []time.Duration
	for _, r := range rs {
		if r.ended {
			out = append(out, r.length)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// median is the time by which half were remediated: the first at which less than
// half are left. While exactly half are left, it is the middle of that while, as R
// has it.
func median(rs []risk) (time.Duration, bool) {
	half, at := big.NewRat(1, 2), times(rs)
	for n, t := range at {
		switch survivors(rs, t).Cmp(half) {
		case -1:
			return t, true
		case 0:
			if n+1 < len(at) {
				return (t + at[n+1]) / 2, true
			}
			return t, true
		}
	}
	return 0, false
}

// longest is the longest time up to which at least n were watched, at most most.
func longest(rs []risk, n int, most time.Duration) time.Duration {
	var lengths []time.Duration
	for _, r := range rs {
		lengths = append(lengths, r.length)
	}
	slices.SortFunc(lengths, func(a, b time.Duration) int { return cmp.Compare(b, a) })
	if len(lengths) < n {
		return 0
	}
	return min(lengths[n-1], most)
}

// restricted is the mean time up to tau, in days: the area below the curve, as
// fraction.
func restricted(rs []risk, tau time.Duration) *big.Rat {
	area, from := new(big.Rat), time.Duration(0)
	for _, t := range append(times(rs), tau) {
		to := min(t, tau)
		width := big.NewRat(int64(to-from), int64(24*time.Hour))
		area.Add(area, width.Mul(width, survivors(rs, from)))
		from = to
	}
	return area
}
