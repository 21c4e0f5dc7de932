package ttr

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"math/bits"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// record is what is kept of a row: 64 bytes, for a million must fit. Times are
// milliseconds from detection, and not below 0.
type record struct {
	ttr             int64    // to the remediation, else to the report's time
	dwell           int64    // from introduction to detection; unknown: not known
	stages          [3]int64 // to the first of stageNames; unknown: not reached
	provider, owner int32
	repos           int32 // where its repositories begin in table.repos
	repoCount       int32
	layers          uint8 // bits of layerNames
	proof           uint8 // index in incident.Proofs, if closed
	reason          uint8 // 1 + index in incident.Reasons of a dismissal in force; 0: none
	due             due
	flags           uint8
	detected, ended uint8 // in which month of the trend, see table.month
}

// unknown stands for a time that is not known.
const unknown = -1

const (
	closed   = 1 << iota // remediated
	left                 // dismissed out of the risk set
	reopened             // it came back to life at least once
	early                // closed before it was detected
	atOnce               // never watched: its end is not after its detection
)

func (r *record) is(flag uint8) bool { return r.flags&flag != 0 }

// layerNames are the groups of layers; a record has a bit for each.
var layerNames = []string{
	string(detectors.AIPlatform), string(detectors.ApplicationAuth), string(detectors.Infrastructure),
	string(detectors.Unclassified), Ambiguous,
}

const (
	bitAI uint8 = 1 << iota
	bitAuth
	bitInfra
	bitUnclassified
	bitAmbiguous
)

func layerBit(l detectors.Layer) uint8 {
	switch l {
	case detectors.AIPlatform:
		return bitAI
	case detectors.ApplicationAuth:
		return bitAuth
	case detectors.Infrastructure:
		return bitInfra
	}
	return bitUnclassified
}

// layersOf are the groups that an incident stands in: its own layer, or the
// ambiguous ones, and all that it opens besides.
func layersOf(r *incident.Row) uint8 {
	m := bitAmbiguous
	if !r.Ambiguous {
		m = layerBit(r.Layer)
	}
	for _, l := range r.Also {
		m |= layerBit(l)
	}
	return m
}

// oldest is the open incident of a group that was detected first.
type oldest struct {
	detected int64 // 0: none
	id       incident.ID
}

// see takes an open incident into account.
func (o *oldest) see(r *incident.Row) {
	if o.detected == 0 || cmp.Or(cmp.Compare(r.Detected, o.detected), cmp.Compare(r.ID, o.id)) < 0 {
		o.detected, o.id = r.Detected, r.ID
	}
}

// names numbers the groups of one dimension as they come.
type names struct {
	index  map[string]int32
	list   []string
	size   []int // how many incidents are in the group, the dismissed included
	oldest []oldest
}

func newNames() *names { return &names{index: map[string]int32{}} }

// number is the number of a name. The name is copied: it may be a part of
// something larger.
func (n *names) number(name string) int32 {
	if i, ok := n.index[name]; ok {
		return i
	}
	name = strings.Clone(name)
	i := int32(len(n.list))
	n.index[name], n.list = i, append(n.list, name)
	n.size, n.oldest = append(n.size, 0), append(n.oldest, oldest{})
	return i
}

// chunk is how many records are allocated at once: a slice that grew would hold
// them twice while it is copied.
const (
	chunkBits = 14
	chunk     = 1 << chunkBits
)

// table holds the rows of a report.
type table struct {
	o          Options
	now        int64
	wanted     uint8   // bits of the layers asked for; 0: all
	months     []int64 // when the trend's months begin, and when the last ends
	chunks     [][]record
	count      int
	repos      []int32
	low, later int

	total, layers                     *names
	providers, repositories           *names
	owners                            *names // under one letter for their kind, see ownerKey
	persons, roles                    map[string]int32
	overdue, gate                     *lates
	proofs                            map[incident.Proof]uint8
	reasons                           map[incident.Reason]uint8
	byProvider, byRepository, byOwner bool
}

func newTable(o Options) *table {
	t := &table{
		o: o, now: o.Now.UnixMilli(),
		total: newNames(), layers: newNames(), providers: newNames(), repositories: newNames(), owners: newNames(),
		persons: map[string]int32{}, roles: map[string]int32{},
		overdue: newLates(o.Policy, o), gate: newLates(o.Gate, o),
		proofs: map[incident.Proof]uint8{}, reasons: map[incident.Reason]uint8{},
		byProvider: slices.Contains(o.By, ByProvider), byRepository: slices.Contains(o.By, ByRepository),
		byOwner: slices.Contains(o.By, ByOwner),
	}
	t.months = monthStarts(o)
	t.total.number(string(ByTotal))
	for _, l := range layerNames {
		t.layers.number(l)
	}
	for _, l := range o.Layers {
		t.wanted |= layerBit(l) | bitAmbiguous
	}
	for i, p := range incident.Proofs() {
		t.proofs[p] = uint8(i)
	}
	for i, r := range incident.Reasons() {
		t.reasons[r] = uint8(i + 1)
	}
	return t
}

// at is a record by its number.
func (t *table) at(i int32) *record { return &t.chunks[uint32(i)>>chunkBits][uint32(i)%chunk] }

// each yields the records of a group, as copies. They lie far apart: to fetch some
// at once, before anything is done with them, lets the processor wait for all of
// them together, and takes half of the time for a million.
func (t *table) each(members []int32) iter.Seq[*record] {
	return func(yield func(*record) bool) {
		var batch [64]record
		for len(members) > 0 {
			n := min(len(members), len(batch))
			for k, i := range members[:n] {
				batch[k] = *t.at(i)
			}
			for k := range batch[:n] {
				if !yield(&batch[k]) {
					return
				}
			}
			members = members[n:]
		}
	}
}

// all yields every record with its number; once they are sorted, in the order of
// their ttr.
func (t *table) all() iter.Seq2[int32, *record] {
	return func(yield func(int32, *record) bool) {
		i := int32(0)
		for _, c := range t.chunks {
			for k := range c {
				if !yield(i, &c[k]) {
					return
				}
				i++
			}
		}
	}
}

// add takes a row in.
func (t *table) add(row *incident.Row) error {
	switch {
	case row.Confidence.Rank() < detectors.Medium.Rank():
		t.low++
		return nil
	case row.Detected > t.now:
		t.later++
		return nil
	case t.count == math.MaxInt32:
		return fmt.Errorf("more than %d incidents: narrow the report by layer", math.MaxInt32)
	}
	r := record{dwell: unknown, layers: layersOf(row), detected: t.month(row.Detected)}
	if at := t.past(row.Introduced); at != 0 {
		r.dwell = since(at, row.Detected)
	}
	for i, at := range [...]int64{row.Owned, row.Acknowledged, row.Removed} {
		r.stages[i] = unknown
		if at = t.past(at); at != 0 {
			r.stages[i] = since(row.Detected, at)
		}
	}
	if err := t.outcome(&r, row); err != nil {
		return err
	}
	t.place(&r, row)
	if !r.is(closed | left) {
		t.watch(&r, row)
	}
	if t.count%chunk == 0 {
		t.chunks = append(t.chunks, make([]record, 0, chunk))
	}
	last := &t.chunks[len(t.chunks)-1]
	*last = append(*last, r)
	t.count++
	return nil
}

// past is a time, or 0 if it is after the report's.
func (t *table) past(at int64) int64 {
	if at > t.now {
		return 0
	}
	return at
}

// since is the time between two times; 0 if the second is the earlier.
func since(from, to int64) int64 { return max(0, to-from) }

// outcome says what became of the incident.
func (t *table) outcome(r *record, row *incident.Row) error {
	if row.Reopened > 0 {
		r.flags |= reopened
	}
	at := t.past(row.Remediated)
	end := at
	if at == 0 {
		end = t.now
	}
	r.ttr = since(row.Detected, end)
	if end <= row.Detected {
		r.flags |= atOnce
	}
	if at != 0 {
		proof, ok := t.proofs[row.Proof]
		if !ok {
			return fmt.Errorf("incident %q is remediated by %q, which is no proof; run: leakline ledger check", row.ID, row.Proof)
		}
		r.proof, r.ended = proof, t.month(max(at, row.Detected))
		r.flags |= closed
		if at < row.Detected {
			r.flags |= early
		}
		return nil // what is proven dead was an incident, whatever was said of it
	}
	if row.Dismissed == "" || row.Until != 0 && row.Until <= t.now {
		return nil
	}
	reason, ok := t.reasons[row.Dismissed]
	if !ok {
		return fmt.Errorf("incident %q is dismissed for %q, which is no reason; run: leakline ledger check", row.ID, row.Dismissed)
	}
	r.reason = reason
	if row.Dismissed.NoIncident() {
		r.flags |= left
	}
	return nil
}

// place puts the record in its groups.
func (t *table) place(r *record, row *incident.Row) {
	for m := r.layers; m != 0; m &= m - 1 {
		t.layers.size[bits.TrailingZeros8(m)]++
	}
	if t.byProvider {
		r.provider = t.providers.number(cmp.Or(row.Provider, "no provider"))
		t.providers.size[r.provider]++
	}
	if t.byOwner {
		r.owner = t.owner(row)
		t.owners.size[r.owner]++
	}
	if !t.byRepository {
		return
	}
	r.repos = int32(len(t.repos))
	for _, name := range row.Repos {
		t.repos = append(t.repos, t.repositories.number(name))
	}
	if len(row.Repos) == 0 {
		t.repos = append(t.repos, t.repositories.number("no repository"))
	}
	r.repoCount = int32(len(t.repos)) - r.repos
	for _, i := range t.members(r) {
		t.repositories.size[i]++
	}
}

// watch notes an open incident: it may be the oldest of its groups, or late.
func (t *table) watch(r *record, row *incident.Row) {
	t.total.oldest[0].see(row)
	for m := r.layers; m != 0; m &= m - 1 {
		t.layers.oldest[bits.TrailingZeros8(m)].see(row)
	}
	if t.byProvider {
		t.providers.oldest[r.provider].see(row)
	}
	if t.byOwner {
		t.owners.oldest[r.owner].see(row)
	}
	for _, i := range t.members(r) {
		t.repositories.oldest[i].see(row)
	}
	accepted := r.reason != 0
	r.due = t.overdue.see(row, t.now, accepted)
	t.gate.see(row, t.now, accepted)
}

// members are the numbers of the record's repositories.
func (t *table) members(r *record) []int32 { return t.repos[r.repos : r.repos+r.repoCount] }

// The kinds of an owner, as the first letter of its name in table.owners.
const (
	ownerPerson = 'p'
	ownerRole   = 'r'
	ownerNone   = 'n'
)

// owner numbers who owns an incident: a person, else the role that answers for
// such secrets.
func (t *table) owner(row *incident.Row) int32 {
	index, name, kind := t.roles, row.Answerable, ownerRole
	if row.Owner != "" {
		index, name, kind = t.persons, string(row.Owner), ownerPerson
	} else if name == "" {
		kind = ownerNone
	}
	if i, ok := index[name]; ok {
		return i
	}
	i := t.owners.number(string(kind) + name)
	index[strings.Clone(name)] = i
	return i
}
