package ledger_test

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// The year of an organisation: what happened in its repositories, what its people
// did, and when it was scanned. All of it is drawn once from a seed; what a ledger
// must then say follows from it in year_truth_test.go, by other means than the
// ledger's.

const (
	yearDays      = 365
	yearRepos     = 60
	yearIncidents = 400
)

// year0 is its first midnight.
var year0 = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// onDay is a time on a day of the year, from its midnight.
func onDay(n int, clock time.Duration) time.Time { return year0.AddDate(0, 0, n).Add(clock) }

// span is a stay in a branch; to is zero while it lasts.
type span struct{ from, to time.Time }

func (s span) has(t time.Time) bool {
	return !t.Before(s.from) && (s.to.IsZero() || t.Before(s.to))
}

// home is a repository that held a secret.
type home struct {
	repo   int
	nth    int       // among the secret's homes
	tree   []span    // in the default branch, by its commits
	side   []span    // in another branch, until that was deleted
	forced time.Time // the default branch's history was rewritten without it
	purged time.Time // the store dropped it
}

func (h *home) in(spans []span, t time.Time) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.has(t) })
}

func (h *home) atTip(t time.Time) bool { return h.in(h.tree, t) && !reached(h.forced, t) }

func (h *home) inBranches(t time.Time) bool { return h.atTip(t) || h.in(h.side, t) }

// introduced is the oldest commit's time.
func (h *home) introduced() time.Time {
	var first time.Time
	for _, s := range slices.Concat(h.tree, h.side) {
		if first.IsZero() || s.from.Before(first) {
			first = s.from
		}
	}
	return first
}

// stored says that some object of the store holds it.
func (h *home) stored(t time.Time) bool {
	return !t.Before(h.introduced()) && !reached(h.purged, t)
}

// lastOf is the last stay in the default branch that had begun; false if none had,
// or history was rewritten.
func (h *home) lastOf(t time.Time) (span, bool) {
	var last span
	for _, s := range h.tree {
		if !t.Before(s.from) {
			last = s
		}
	}
	return last, !last.from.IsZero() && !reached(h.forced, t)
}

// reached says that a time, if it is one, has come.
func reached(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

// kind is what a secret is, as the detectors of some catalogue see it.
type kind struct {
	name   string
	single bool // only in one repository at a time, for what is known changes
	local  bool // an incident of each repository by itself
	facts  func(catalogue, home int) incident.Facts
	// unseen says that the detectors of a catalogue don't report it.
	unseen func(catalogue int) bool
}

// The catalogues, and the days on which they came.
var catalogueDays = []int{0, 120, 200, 270, 310}

func facts(detector, provider string, layer detectors.Layer, c detectors.LayerConfidence) incident.Facts {
	return incident.Facts{
		Detector: detector, Title: detector + " key", Provider: provider, Layer: layer, LayerConfidence: c,
		Form: detectors.APIKey, Privilege: detectors.Write, Environment: detectors.Production,
		Confidence: detectors.High, Secret: "…(40)",
	}
}

// always is for a kind that every catalogue sees alike.
func always(f incident.Facts) func(int, int) incident.Facts {
	return func(int, int) incident.Facts { return f }
}

// byPlace is the kind that opens one layer by what one repository says, and
// another by another's.
const byPlace = "crossing by place"

// kinds are the kinds of secrets, with the number of incidents of each.
func kinds() map[*kind]int {
	password := facts("database-password", "", detectors.ApplicationAuth, detectors.Likely)
	password.Form = detectors.Password
	crossing := facts("gateway-key", "gateway", detectors.AIPlatform, detectors.Certain)
	crossing.AlsoOpens = []detectors.Layer{detectors.ApplicationAuth}
	ambiguous := facts("token", "", detectors.Unclassified, detectors.Ambiguous)
	ambiguous.LayerCandidates = []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
	low := facts("generic-secret", "", detectors.AIPlatform, detectors.Likely)
	low.Confidence = detectors.Low
	return map[*kind]int{
		{name: "ai", facts: always(facts("model-key", "models", detectors.AIPlatform, detectors.Certain))}:                 110,
		{name: "auth", facts: always(facts("directory-token", "directory", detectors.ApplicationAuth, detectors.Certain))}: 100,
		{name: "password", local: true, facts: always(password)}:                                                           32,
		{name: "infrastructure", facts: always(facts("cloud-key", "cloud", detectors.Infrastructure, detectors.Certain))}:  40,
		{name: "ambiguous", facts: always(ambiguous)}:                                                                      20,
		{name: "unclassified", facts: always(facts("plain", "", detectors.Unclassified, detectors.Likely))}:                8,
		{name: "low", facts: always(low)}:           10,
		{name: "crossing", facts: always(crossing)}: 20,
		{name: byPlace, facts: func(_, home int) incident.Facts {
			if home == 0 {
				return facts("client-secret", "idp", detectors.AIPlatform, detectors.Certain)
			}
			return facts("client-secret", "idp", detectors.ApplicationAuth, detectors.Likely)
		}}: 12,
		{name: "renamed", single: true, facts: func(c, _ int) incident.Facts {
			name := "old-name"
			if c >= 1 {
				name = "new-name"
			}
			return facts(name, "renamed", detectors.ApplicationAuth, detectors.Certain)
		}}: 14,
		{name: "reclassified", single: true, facts: func(c, _ int) incident.Facts {
			layer := detectors.ApplicationAuth
			if c >= 2 {
				layer = detectors.AIPlatform
			}
			return facts("agent-token", "agents", layer, detectors.Likely)
		}}: 14,
		{name: "decided", single: true, facts: func(c, _ int) incident.Facts {
			if c < 2 {
				f := ambiguous
				f.Detector = "service-key"
				return f
			}
			return facts("service-key", "", detectors.Infrastructure, detectors.Certain)
		}}: 10,
		{
			name: "dropped", single: true, facts: always(facts("shape", "shapes", detectors.AIPlatform, detectors.Likely)),
			unseen: func(c int) bool { return c == 3 },
		}: 10,
	}
}

// secret is one secret, and so one incident.
type secret struct {
	n           int
	fingerprint string
	id          incident.ID
	kind        *kind
	world       string // what happened in the repositories: see worlds
	homes       []*home
	people      string // what people did: see peoples
	acts        []act
}

// act is what somebody did to an incident.
type act struct {
	at    time.Time
	what  incident.Kind
	owner string
	incident.Closure
	incident.Dismissal
}

// scan is one look at a repository.
type scan struct {
	at        time.Time
	repo      int
	n         int
	lag       time.Duration // of a clone behind the server
	partial   bool          // something could not be read
	ranged    bool          // only some commits
	gone      bool          // there was no repository
	catalogue int
}

// reports says that a scan meets what is in the store. One that is not whole meets
// about half.
func (s *scan) reports(x *secret) bool {
	if s.gone || x.kind.unseen != nil && x.kind.unseen(s.catalogue) {
		return false
	}
	if !s.partial && !s.ranged {
		return true
	}
	h := fnv.New32a()
	fmt.Fprintf(h, "%d/%d/%d", x.n, s.repo, s.n)
	return h.Sum32()%2 == 0
}

// year is all of it.
type year struct {
	r       *rand.Rand
	secrets []*secret
	scans   []scan // by time
	// vanished are the days on which repositories were deleted.
	vanished map[int]int
	cloned   []int // repositories that somebody scans from an old clone, too
}

// newYear draws a year. Every asks for a scan of every repository in every night;
// else a repository that has not changed is scanned once a week.
func newYear(seed uint64, every bool) *year {
	y := &year{r: rand.New(rand.NewPCG(seed, 27)), vanished: map[int]int{}}
	for n := range 4 {
		y.vanished[yearRepos-1-n] = 100 + 50*n
	}
	y.cloned = []int{0, 1, 2, 3}
	y.populate()
	y.schedule(every)
	for _, s := range y.secrets {
		y.act(s)
	}
	return y
}

// work is a time in working hours, to the millisecond.
func (y *year) work() time.Duration {
	return 8*time.Hour + time.Duration(y.r.Int64N(int64(10*time.Hour/time.Millisecond)))*time.Millisecond
}

// during is a working hour between two days of the year, the last one excluded.
func (y *year) during(from, to int) time.Time {
	return onDay(from+y.r.IntN(max(1, to-from)), y.work())
}

// worlds are the stories of the repositories, with the number of incidents of each.
var worlds = []struct {
	name   string
	number int
	homes  int
	tell   func(y *year, hs []*home)
}{
	{"stays", 112, 1, func(y *year, hs []*home) { hs[0].tree = []span{{from: y.during(0, 330)}} }},
	{"was there before", 30, 1, func(y *year, hs []*home) { hs[0].tree = []span{{from: y.during(-1000, 0)}} }},
	{"only in history", 20, 1, func(y *year, hs []*home) {
		hs[0].tree = []span{{y.during(-1000, -400), y.during(-400, 0)}}
	}},
	{"removed", 78, 1, func(y *year, hs []*home) {
		hs[0].tree = []span{{y.during(-100, 150), y.during(160, 360)}}
	}},
	{"another branch keeps it", 15, 1, func(y *year, hs []*home) {
		from := y.during(0, 150)
		hs[0].tree, hs[0].side = []span{{from, y.during(160, 250)}}, []span{{from: from.Add(time.Hour)}}
	}},
	{"another branch goes later", 20, 1, func(y *year, hs []*home) {
		from := y.during(0, 120)
		hs[0].tree = []span{{from, y.during(130, 200)}}
		hs[0].side = []span{{from.Add(time.Hour), y.during(230, 340)}}
	}},
	{"never in the default branch", 10, 1, func(y *year, hs []*home) {
		hs[0].side = []span{{y.during(0, 150), y.during(170, 330)}}
	}},
	{"in several", 20, 3, func(y *year, hs []*home) {
		for _, h := range hs {
			h.tree = []span{{y.during(-50, 100), y.during(150, 300)}}
		}
	}},
	{"removed from some", 20, 3, func(y *year, hs []*home) {
		for n, h := range hs {
			h.tree = []span{{from: y.during(-50, 100)}}
			if n > 0 {
				h.tree[0].to = y.during(150, 300)
			}
		}
	}},
	{"copied later", 20, 2, func(y *year, hs []*home) {
		hs[0].tree = []span{{y.during(-50, 60), y.during(70, 120)}}
		hs[1].tree = []span{{from: y.during(180, 300)}}
	}},
	{"back", 25, 1, func(y *year, hs []*home) {
		hs[0].tree = []span{{y.during(-50, 60), y.during(100, 140)}, {from: y.during(190, 300)}}
	}},
	{"purged", 15, 1, func(y *year, hs []*home) {
		hs[0].tree = []span{{y.during(-50, 100), y.during(150, 200)}}
		hs[0].purged = y.during(210, 340)
		hs[0].forced = hs[0].purged
	}},
	{"forced out", 15, 1, func(y *year, hs []*home) {
		hs[0].tree = []span{{from: y.during(-50, 100)}}
		hs[0].forced = y.during(150, 250)
		hs[0].purged = hs[0].forced.AddDate(0, 0, 20+y.r.IntN(60))
	}},
}

// populate draws secrets, what they are and what became of them.
func (y *year) populate() {
	key := yearKey()
	pool := y.pool()
	taken := map[string]bool{}
	for _, w := range slices.Backward(worlds) { // those that not every kind suits first
		for n := range w.number {
			s := &secret{n: len(y.secrets), world: w.name}
			s.kind, pool = pick(pool, w.homes > 1, n%5 == 0)
			for n, repo := range y.r.Perm(yearRepos)[:w.homes] {
				s.homes = append(s.homes, &home{repo: repo, nth: n})
			}
			if s.world == "back" || s.world == "purged" || s.world == "forced out" {
				// What an old clone says of these is not told apart from news.
				s.homes[0].repo = len(y.cloned) + y.r.IntN(yearRepos-len(y.cloned))
			}
			w.tell(y, s.homes)
			if s.kind.unseen != nil {
				s.homes[0].settle()
			}
			value := fmt.Sprintf("secret %d of the year", s.n)
			if s.kind.local { // the same value in two repositories is two incidents
				for value = fmt.Sprintf("password %d", s.n%4); taken[value+repoName(s.homes[0].repo)]; {
					s.homes[0].repo = 4 + (s.homes[0].repo+7)%(yearRepos-4)
				}
				taken[value+repoName(s.homes[0].repo)] = true
			}
			s.fingerprint = key.Fingerprint(detectors.NewSecret(value))
			s.id = incident.ID(s.fingerprint)
			if s.kind.local {
				s.id += incident.ID("@" + repoName(s.homes[0].repo))
			}
			y.secrets = append(y.secrets, s)
		}
	}
}

// settle puts off what ends in days on which detectors don't report it: what
// branches held meanwhile is seen by nobody.
func (h *home) settle() {
	for _, spans := range [][]span{h.tree, h.side} {
		for n, s := range spans {
			if s.to.After(onDay(catalogueDays[3]-15, 0)) && s.to.Before(onDay(catalogueDays[4]+15, 0)) {
				spans[n].to = s.to.AddDate(0, 0, 70)
			}
		}
	}
}

// pool has the kind of every incident, in an order that is drawn.
func (y *year) pool() []*kind {
	numbers := kinds()
	var out []*kind
	for _, k := range slices.SortedFunc(maps.Keys(numbers), func(a, b *kind) int { return cmp.Compare(a.name, b.name) }) {
		out = append(out, slices.Repeat([]*kind{k}, numbers[k])...)
	}
	y.r.Shuffle(len(out), func(a, b int) { out[a], out[b] = out[b], out[a] })
	return out
}

// pick takes the first kind from the pool that suits a secret in one or in several
// repositories, of which some open what byPlace does.
func pick(pool []*kind, several, crossing bool) (*kind, []*kind) {
	at := slices.IndexFunc(pool, func(k *kind) bool {
		if several && crossing || k.name == byPlace {
			return several && crossing && k.name == byPlace
		}
		return !several || !k.single && !k.local
	})
	k := pool[at]
	return k, slices.Delete(pool, at, at+1)
}

// schedule draws the scans: at night, a repository a minute.
func (y *year) schedule(every bool) {
	changed := map[[2]int]bool{} // repository, night after
	for _, s := range y.secrets {
		for _, h := range s.homes {
			for _, t := range h.moments() {
				changed[[2]int{h.repo, int(t.Sub(year0)/(24*time.Hour)) + 1}] = true
			}
		}
	}
	n := 0
	add := func(s scan) {
		n++
		s.n = n
		y.scans = append(y.scans, s)
	}
	catalogue := 0
	for day := range yearDays {
		for catalogue+1 < len(catalogueDays) && day >= catalogueDays[catalogue+1] {
			catalogue++
		}
		for repo := range yearRepos {
			s := scan{repo: repo, at: onDay(day, 2*time.Hour+time.Duration(repo)*time.Minute), catalogue: catalogue}
			if day == 0 && repo%10 == 9 {
				continue // it was added later
			}
			due := every || changed[[2]int{repo, day}] || day%7 == repo%7 || slices.Contains(catalogueDays, day)
			if gone, ok := y.vanished[repo]; ok && day > gone {
				s.gone = true
				due = due && day < gone+30
			}
			switch {
			case !due:
				continue
			case s.gone, slices.Contains(catalogueDays, day) && y.r.IntN(2) == 0:
			case y.r.IntN(15) == 0:
				s.partial = true
			case y.r.IntN(20) == 0:
				s.ranged = true
			}
			add(s)
			if (s.partial || s.ranged) && !every { // as one does: once more in the next night
				changed[[2]int{repo, day + 1}] = true
			}
		}
		for _, repo := range y.cloned {
			if day > 60 && day%13 == repo {
				add(scan{repo: repo, at: onDay(day, 20*time.Hour+time.Duration(repo)*time.Minute), catalogue: catalogue, lag: 30 * 24 * time.Hour})
			}
		}
	}
}

// moments are the times at which something changed.
func (h *home) moments() []time.Time {
	out := []time.Time{h.forced, h.purged}
	for _, s := range slices.Concat(h.tree, h.side) {
		out = append(out, s.from, s.to)
	}
	return slices.DeleteFunc(out, time.Time.IsZero)
}

// peoples are what people do, with the number of incidents of each. The rest is
// left alone.
var peoples = []struct {
	name   string
	number int
}{
	{"assigned", 40},
	{"acknowledged", 25},
	{"provider", 55},
	{"inventory", 20},
	{"trust-anchor", 15},
	{"attested", 60},
	{"reopened by hand", 14},
	{"closed again", 14},
	{"false-positive", 8},
	{"test-value", 8},
	{"duplicate", 6},
	{"accepted-risk", 8},
	{"wont-fix", 8},
	{"restored", 8},
	{"accepted, then proven dead", 8},
}

// act draws what people do to an incident after it was detected.
func (y *year) act(s *secret) {
	seen := s.firstSeen(y.scans)
	if seen.IsZero() {
		return
	}
	end := onDay(yearDays, 0)
	do := func(a act) {
		if a.at.Before(end) && a.at.After(seen) {
			s.acts = append(s.acts, a)
		}
	}
	// after gives a working hour some days after another time.
	after := func(t time.Time, least, most int) time.Time {
		day := int(t.Sub(year0) / (24 * time.Hour))
		return y.during(day+least, day+most)
	}
	s.people = y.story(s)
	if s.people == "" {
		return
	}
	owner := fmt.Sprintf("owner-%d@example.com", y.r.IntN(12))
	owned := after(seen, 1, 12)
	do(act{at: owned, what: incident.Assigned, owner: owner})
	if s.people == "assigned" {
		do(act{at: after(owned, 1, 60), what: incident.Assigned, owner: "another@example.com"})
		return
	}
	if y.r.IntN(4) > 0 {
		do(act{at: after(owned, 1, 10), what: incident.Acknowledged})
		do(act{at: after(owned, 12, 20), what: incident.Acknowledged})
	}
	closed := after(owned, 1, 12)
	if y.r.IntN(3) == 0 {
		closed = after(owned, 10, 120)
	}
	if s.world == "back" || s.world == "copied later" {
		closed = after(seen, 1, 70) // so that some are closed when it comes again
	}
	closure := func(at time.Time, p incident.Proof) act {
		c := incident.Closure{How: incident.Revoked, Proof: p, At: at.Add(-time.Duration(y.r.IntN(20)) * time.Hour)}
		if p == incident.ProofAttested {
			c.How = incident.Rotated
		}
		if c.At.Before(seen) {
			c.At = seen
		}
		return act{at: at, what: incident.Remediated, Closure: c}
	}
	switch s.people {
	case "provider", "inventory", "trust-anchor", "attested":
		do(closure(closed, incident.Proof(s.people)))
	case "reopened by hand", "closed again":
		again := after(closed, 3, 40)
		do(closure(closed, incident.ProofAttested))
		do(act{at: again, what: incident.Reopened})
		if s.people == "closed again" {
			do(closure(after(again, 2, 60), incident.ProofProvider))
		}
	case "restored":
		do(act{at: closed, what: incident.Dismissed, Dismissal: incident.Dismissal{Reason: incident.FalsePositive}})
		do(act{at: after(closed, 5, 50), what: incident.Restored})
	case "accepted, then proven dead":
		do(act{at: closed, what: incident.Dismissed, Dismissal: incident.Dismissal{Reason: incident.AcceptedRisk}})
		do(closure(after(closed, 5, 50), incident.ProofInventory))
	case "acknowledged":
	default:
		d := incident.Dismissal{Reason: incident.Reason(s.people)}
		if s.n%2 == 0 {
			days := 20 + y.r.IntN(60)
			if s.n%4 == 0 {
				days += yearDays // it ends in another year
			}
			d.Until = onDay(int(closed.Sub(year0)/(24*time.Hour))+days, 0)
		}
		do(act{at: closed, what: incident.Dismissed, Dismissal: d})
	}
}

// story picks what people do to a secret: by its number, so that the stories mix
// with worlds and kinds, which were drawn.
func (y *year) story(s *secret) string {
	switch { // proof and return must meet often
	case s.world == "back" || s.world == "copied later":
		return []string{"attested", "attested", "provider", "assigned"}[s.n%4]
	}
	at := (s.n * 151) % yearIncidents // 151 is prime to 400
	for _, p := range peoples {
		if at -= p.number; at < 0 {
			return p.name
		}
	}
	return ""
}

func repoName(n int) string { return fmt.Sprintf("github.com/example/repo-%02d", n) }

// yearKey is the ledger's key.
func yearKey() detectors.Key {
	k, err := detectors.NewKey("a key that only the tests of a year use")
	if err != nil {
		panic(err)
	}
	return k
}
