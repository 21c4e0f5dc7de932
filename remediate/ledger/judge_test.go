package ledger

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// TestJudge sets clocks by verdicts, of which some come late, and keeps the last check
// of each incident beside its events.
func TestJudge(t *testing.T) {
	stores(t, func(t *testing.T, url func() string) {
		address, ctx, k := url(), t.Context(), testKey(t, "one")
		now := day(0)
		l := begin(t, address, func(o *Options) { o.Now = func() time.Time { return now } })
		record(t, l, nightly(0, "a", sightings(k, 0, 3)...))
		var ids []incident.ID
		for i, err := range l.List(ctx, Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, i.ID)
		}
		verdict := func(on int, o detectors.Outcome) incident.Verdict {
			return incident.Verdict{
				Outcome: o, At: day(on), Source: "probe", Host: "api.example.com", Reason: "it says so",
				Identity: map[string]string{"user": "Ann Example", "organization": "acme", "account": "ann@example.com"},
			}
		}
		for _, s := range []struct {
			on       int
			o        detectors.Outcome
			dead     int // day; 0: it lives
			last     int // day of the last check
			outcome  detectors.Outcome
			same     int
			reopened int
		}{
			{1, "active", 0, 1, "active", 0, 0},
			{2, "active", 0, 2, "active", 1, 0},
			{4, "unknown", 0, 4, "unknown", 0, 0},
			{3, "active", 0, 4, "unknown", 0, 0}, // later than what was known, and before the last check
			{5, "inactive", 5, 5, "inactive", 0, 0},
			{4, "active", 5, 5, "inactive", 0, 0}, // late
			{6, "inactive", 5, 6, "inactive", 1, 0},
			{6, "inactive", 5, 6, "inactive", 1, 0}, // the same once more
			{9, "unknown", 5, 9, "unknown", 0, 0},
			{10, "active", 0, 10, "active", 0, 1},
			{7, "inactive", 0, 10, "active", 0, 1}, // late
			{12, "inactive", 12, 12, "inactive", 0, 1},
		} {
			if at := day(s.on); at.After(now) {
				now = at
			}
			i, err := l.Judge(ctx, ids[0], verdict(s.on, s.o))
			if err != nil {
				t.Fatal(err)
			}
			var want time.Time
			if s.dead > 0 {
				want = day(s.dead)
			}
			if !i.RemediatedAt().Equal(want) || i.Reopened != s.reopened {
				t.Errorf("day %d, %s: remediated %v, reopened %d times", s.on, s.o, i.RemediatedAt(), i.Reopened)
			}
			n := 0
			for c, err := range l.Checks(ctx) {
				if n++; err != nil || c.ID != ids[0] || !c.At.Equal(day(s.last)) || c.Outcome != s.outcome || c.Same != s.same ||
					!c.Next.Equal(incident.NextCheck(c.At, c.Same, 0)) {
					t.Errorf("day %d, %s: %+v, %v", s.on, s.o, c, err)
				}
			}
			if n != 1 {
				t.Errorf("%d checks", n)
			}
		}
		if _, err := l.Judge(ctx, "v1:00000000:none", verdict(1, "active")); !errors.Is(err, ErrNone) {
			t.Errorf("of nothing: %v", err)
		}
		now = day(25)
		out, err := l.JudgeAll(ctx, []Judgement{
			{IDs: []incident.ID{"v1:00000000:none"}, Verdict: verdict(20, "active")},
			{IDs: []incident.ID{"v1:00000000:none", ids[1]}, Verdict: verdict(20, "active")},
			{IDs: []incident.ID{ids[1]}, Verdict: verdict(21, "inactive")},
			{IDs: []incident.ID{ids[2]}, Verdict: verdict(2000, "inactive")}, // not before it has happened
		})
		if err != nil {
			t.Fatal(err)
		}
		if out[0].Incident != nil || !slices.Equal(out[2].Kinds, []incident.Kind{incident.Verified, incident.Remediated}) ||
			!out[1].Incident.RemediatedAt().Equal(day(21)) || !out[3].Incident.RemediatedAt().Equal(now) {
			t.Errorf("%+v", out)
		}
		checked(t, l)
		r := begin(t, address, func(o *Options) { o.ReadOnly = true })
		if _, err := r.Judge(ctx, ids[0], verdict(30, "active")); err == nil {
			t.Error("a reader judges")
		}

		// Names stand in no event, and go when they are erased.
		var text bytes.Buffer
		if err := l.Export(ctx, &text); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if strings.Contains(line, `"event"`) && (strings.Contains(line, "Ann") || strings.Contains(line, "ann@")) {
				t.Errorf("an event names somebody: %s", line)
			}
		}
		if !strings.Contains(text.String(), "acme") || !strings.Contains(text.String(), "Ann Example") {
			t.Errorf("the names are lost:\n%s", text.String())
		}
	})
}

// TestCheckOfChecks finds what was altered beside the chains.
func TestCheckOfChecks(t *testing.T) {
	stores(t, func(t *testing.T, url func() string) {
		for _, sql := range []string{
			"DELETE FROM checks WHERE known > 0",
			"UPDATE checks SET known = known - 1 WHERE known > 0",
			"UPDATE checks SET known = 0",
			"UPDATE checks SET outcome = 'active' WHERE outcome = 'inactive'",
			"UPDATE checks SET outcome = 'inactive' WHERE outcome = 'unknown'",
			"UPDATE checks SET at = 5",
			"UPDATE checks SET incident = incident + 5000 WHERE outcome = 'unknown'",
		} {
			l, ctx, k := begin(t, url()), t.Context(), testKey(t, "one")
			record(t, l, nightly(0, "a", sightings(k, 0, 2)...))
			outcomes := []detectors.Outcome{detectors.Inactive, detectors.OutcomeUnknown}
			for i, err := range l.List(ctx, Filter{}) {
				if err != nil {
					t.Fatal(err)
				}
				if _, err := l.Judge(ctx, i.ID, incident.Verdict{Outcome: outcomes[0], At: day(3)}); err != nil {
					t.Fatal(err)
				}
				outcomes = outcomes[1:]
			}
			checked(t, l)
			if _, err := l.db.ExecContext(ctx, sql); err != nil {
				t.Fatal(err)
			}
			if r, err := l.Check(ctx, nil); err != nil || r.WrongTotal == 0 || r.Wrong[0].Table != "checks" {
				t.Errorf("%s: %+v, %v", sql, r.Wrong, err)
			}
		}
	})
}
