package incident_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// judged is an incident of day 0 to which verdicts and changes happen.
type judged struct {
	t testing.TB
	*incident.Incident
}

func newJudged(t testing.TB) *judged {
	t.Helper()
	j := &judged{t, &incident.Incident{}}
	j.happen(0, incident.Event{Kind: incident.Detected, Incident: "v1:aaaaaaaa:k", Occurrence: &incident.Occurrence{Repo: repo}})
	return j
}

func (j *judged) happen(on int, e incident.Event) {
	j.t.Helper()
	e.At = day(on)
	if err := j.Apply(&e); err != nil {
		j.t.Fatal(err)
	}
}

// verdict lets one happen and gives the kinds of its events.
func (j *judged) verdict(on int, o detectors.Outcome, proof ...incident.Proof) string {
	j.t.Helper()
	v := incident.Verdict{Outcome: o, At: day(on), Source: "probe", Host: "api.example.com"}
	if len(proof) > 0 {
		v.Proof = proof[0]
	}
	var kinds []string
	for _, e := range j.Judge(v) {
		kinds = append(kinds, string(e.Kind))
		j.happen(on, e)
	}
	return strings.Join(kinds, " ")
}

const (
	active   = detectors.Active
	inactive = detectors.Inactive
	unknown  = detectors.OutcomeUnknown
)

func TestJudge(t *testing.T) {
	type step struct {
		on   int
		o    detectors.Outcome
		want string // kinds
	}
	for _, c := range []struct {
		name     string
		steps    []step
		dead     int // day; -1: alive
		reopened int
	}{
		{"dead at once", []step{{3, inactive, "verified remediated"}}, 3, 0},
		{"alive, then dead", []step{{1, active, "verified"}, {2, active, ""}, {3, inactive, "verified remediated"}}, 3, 0},
		{"the first that says so counts", []step{{3, inactive, "verified remediated"}, {4, inactive, ""}, {9, inactive, ""}}, 3, 0},
		{"unknown is never rounded", []step{{1, unknown, ""}, {2, active, "verified"}, {3, unknown, ""}, {4, active, ""}}, -1, 0},
		{"unknown after death", []step{{3, inactive, "verified remediated"}, {4, unknown, ""}}, 3, 0},
		{"lives again", []step{{3, inactive, "verified remediated"}, {5, active, "verified reopened"}}, -1, 1},
		{"dies twice", []step{{3, inactive, "verified remediated"}, {5, active, "verified reopened"}, {6, unknown, ""}, {8, inactive, "verified remediated"}}, 8, 1},
		{"a late active one", []step{{5, inactive, "verified remediated"}, {4, active, ""}}, 5, 0},
		{"a late inactive one", []step{{5, active, "verified"}, {4, inactive, ""}}, -1, 0},
		{"something else", []step{{5, "skipped", ""}, {5, "", ""}}, -1, 0},
		{"before it was detected", []step{{-1, inactive, "verified remediated"}}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := newJudged(t)
			for _, s := range c.steps {
				if got := j.verdict(s.on, s.o); got != s.want {
					t.Errorf("day %d, %s: %q, want %q", s.on, s.o, got, s.want)
				}
			}
			var want time.Time
			if c.dead >= 0 {
				want = day(c.dead)
			}
			if !j.RemediatedAt().Equal(want) || j.Reopened != c.reopened {
				t.Errorf("remediated %v, reopened %d times", j.RemediatedAt(), j.Reopened)
			}
		})
	}
}

// What somebody attests, or another proof showed, is reopened by a credential that
// lives, and not by one that lived before.
func TestJudgeWhateverTheProof(t *testing.T) {
	for _, p := range incident.Proofs() {
		j := newJudged(t)
		j.happen(4, incident.Event{Kind: incident.Remediated, Closure: &incident.Closure{How: incident.Rotated, Proof: p, At: day(4)}})
		if got := j.verdict(4, active); got != "verified" {
			t.Errorf("%s: alive on the day of its death: %q", p, got)
		}
		if got := j.verdict(5, inactive, incident.ProofInventory); got != "verified" || j.Closure.Proof != p || !j.Closure.At.Equal(day(4)) {
			t.Errorf("%s: dead once more: %q, %+v", p, got, j.Closure)
		}
		if got := j.verdict(6, active); got != "verified reopened" || j.Closure != nil {
			t.Errorf("%s: alive: %q, %+v", p, got, j.Closure)
		}
		if got := j.verdict(7, inactive, incident.ProofTrustAnchor); got != "verified remediated" || j.Closure.Proof != incident.ProofTrustAnchor {
			t.Errorf("%s: dead: %q, %+v", p, got, j.Closure)
		}
	}
}

// Verdicts come in any order: one that comes late changes nothing, and a death is
// dated by the first that said so since the credential lived last.
func TestJudgeAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := newJudged(t)
		changed, dead, reopened := 0, 0, 0 // days, and a count
		was := unknown
		for range rapid.IntRange(1, 12).Draw(rt, "verdicts") {
			on := rapid.IntRange(1, 20).Draw(rt, "day")
			o := rapid.SampledFrom([]detectors.Outcome{active, inactive, unknown}).Draw(rt, "outcome")
			j.verdict(on, o)
			if o == unknown || on < changed {
				continue
			}
			if o != was {
				was, changed = o, on
			}
			switch {
			case o == inactive && dead == 0:
				dead = on
			case o == active && dead > 0 && on > dead:
				dead = 0
				reopened++
			}
		}
		var want time.Time
		if dead > 0 {
			want = day(dead)
		}
		if !j.RemediatedAt().Equal(want) || j.Reopened != reopened {
			rt.Fatalf("remediated %v, want %v; reopened %d times, want %d", j.RemediatedAt(), want, j.Reopened, reopened)
		}
	})
}

func TestNextCheck(t *testing.T) {
	h := time.Hour
	for _, c := range []struct {
		same     int
		interval time.Duration
		want     time.Duration
	}{
		{0, 0, 24 * h},
		{1, 0, 48 * h},
		{2, 0, 96 * h},
		{3, 0, 168 * h},
		{4, 0, 168 * h},
		{1000, 0, 168 * h},
		{0, 6 * h, 6 * h},
		{1, 6 * h, 12 * h},
		{5, 6 * h, 168 * h},
		{0, 720 * h, 720 * h},
		{9, 720 * h, 720 * h},
	} {
		if got := incident.NextCheck(day(1), c.same, c.interval).Sub(day(1)); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
