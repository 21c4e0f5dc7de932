package scanner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// historian is a source that says what exposures it was asked for.
type historian struct {
	memory
	asked [][]string
	give  func(secrets [][]string) ([]Exposure, error)
	calls int
}

func (h *historian) Exposures(_ context.Context, secrets [][]string) ([]Exposure, error) {
	h.asked, h.calls = secrets, h.calls+1
	return h.give(secrets)
}

func newHistorian(give func([][]string) ([]Exposure, error), items ...any) *historian {
	return &historian{memory: memory{items: items}, give: give}
}

// past is an exposure that one commit began.
func past(c Commit) Exposure {
	return Exposure{Introduced: c, Introductions: []Commit{c}, InHistory: true}
}

func TestHistorianIsAskedForBlobs(t *testing.T) {
	s := newScanner(t)
	x, y := expand(t, "x", "zqai_{24:lowernum}"), expand(t, "y", "zqauth_{24:lowernum}")
	public := expand(t, "z", "zqpub_{24:lowernum}")
	var items []any
	var want []string
	for i := range 1500 { // more than the places that are kept
		id := fmt.Sprintf("%040x", i)
		want = append(want, id)
		items = append(items, blob(id, "a", x+" "+x, day(3)))
	}
	message := Chunk{Data: []byte(y), Location: Location{Source: SourceCommitMessage, Blob: "m", Reach: ReachBranch, Commit: Commit{ID: "m", CommittedAt: day(4)}}}
	note := blob("aa", "n", x, day(5))
	note.Source = SourceNote
	named := blob("bb", "dir/"+x, public, day(5)) // in the path only, and a public identifier in the blob
	items = append(items, message, note, named)
	h := newHistorian(func(secrets [][]string) ([]Exposure, error) { return make([]Exposure, len(secrets)), nil }, items...)
	res, err := s.Scan(t.Context(), h)
	if err != nil || !res.Summary.Complete {
		t.Fatal(err, res.Summary.Errors)
	}
	if h.calls != 1 {
		t.Errorf("asked %d times", h.calls)
	}
	if d := cmp.Diff([][]string{append(want, "aa"), {}}, h.asked); d != "" {
		t.Error(d)
	}
}

func TestExposureOfHistorian(t *testing.T) {
	s := newScanner(t)
	s.Authors = AuthorsTeam
	secret := expand(t, "x", "zqai_{24:lowernum}")
	who := func(id string, n int) Commit {
		return Commit{ID: id, Author: "Ann", Email: "ann@example.com", AuthoredAt: day(n), CommittedAt: day(n), Message: "use " + secret}
	}
	first, second, gone := who("c1", 1), who("c2", 2), who("c9", 21)
	x := Exposure{
		Introduced: first, Introductions: []Commit{first, second}, IntroductionsTotal: 70, Removed: gone, InHistory: true,
		Refs: []string{"refs/heads/" + secret, "refs/tags/v1"}, RefsTotal: 40, Boundary: "shallow",
		Intervals: []Interval{{From: Moment{"c2", day(2)}, To: Moment{"c9", day(21)}}}, IntervalsTotal: 60,
	}
	h := newHistorian(func([][]string) ([]Exposure, error) { return []Exposure{x}, nil },
		blob("2", "later", secret, day(2)), blob("1", "a", secret, day(1)))
	res, err := s.Scan(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	got := one(t, res).Exposure
	days := 20
	want := x
	want.Days = &days
	hidden := func(c Commit) Commit {
		c.Author, c.Email, c.Message = "", "@example.com", "use zqai_…(29)"
		return c
	}
	want.Introduced, want.Removed, want.Introductions = hidden(first), hidden(gone), []Commit{hidden(first), hidden(second)}
	want.Refs = []string{"refs/heads/zqai_…(29)", "refs/tags/v1"}
	if d := cmp.Diff(&want, got); d != "" {
		t.Error(d)
	}
	if x.Introduced.Author != "Ann" || !strings.Contains(x.Refs[0], secret) {
		t.Error("the source's own exposure was changed")
	}
}

// TestOldestFollowsHistory: the place that a finding names is one of the commit
// that introduced it, whatever clocks say; a message may be older.
func TestOldestFollowsHistory(t *testing.T) {
	secret := expand(t, "x", "zqai_{24:lowernum}")
	child, parent := blob("2", "child", secret, day(1)), blob("1", "parent", secret, day(5))
	say := func(id string, n int, r Reach) Chunk {
		return Chunk{Data: []byte(secret), Location: Location{
			Source: SourceCommitMessage, Blob: id, Reach: r, Commit: Commit{ID: id, CommittedAt: day(n)},
		}}
	}
	give := func([][]string) ([]Exposure, error) { return []Exposure{past(parent.Commit)}, nil }
	for name, c := range map[string]struct {
		items []any
		want  string
	}{
		"a clock that ran backwards":    {[]any{child, parent}, "c1"},
		"an older message":              {[]any{say("m", 2, ReachBranch), child, parent}, "m"},
		"a younger message":             {[]any{say("m", 6, ReachBranch), child, parent}, "c1"},
		"an older message, unreachable": {[]any{child, parent, say("m", 2, ReachUnreachable)}, "c1"},
	} {
		res, err := newScanner(t).Scan(t.Context(), newHistorian(give, c.items...))
		if err != nil {
			t.Fatal(err)
		}
		f := one(t, res)
		if f.Commit != c.want || f.Exposure.Introduced.ID != c.want || f.Occurrences[0] != f.Place || len(f.Occurrences) != len(c.items) {
			t.Errorf("%s: at %s, introduced by %s, first of %d %s", name, f.Commit, f.Exposure.Introduced.ID, len(f.Occurrences), f.Occurrences[0].Commit)
		}
	}
}

// TestHistorianFails: a finding is never lost with its history.
func TestHistorianFails(t *testing.T) {
	secret := expand(t, "x", "zqai_{24:lowernum}")
	for name, c := range map[string]struct {
		give  func([][]string) ([]Exposure, error)
		class string
		want  string // who introduced it
	}{
		"an error":          {func([][]string) ([]Exposure, error) { return nil, errors.New("no") }, "unreadable", "c1"},
		"a named error":     {func([][]string) ([]Exposure, error) { return nil, &Unread{"missing", "tree x", errors.New("no")} }, "missing", "c1"},
		"a panic":           {func([][]string) ([]Exposure, error) { panic(secret) }, "corrupt", "c1"},
		"too few":           {func([][]string) ([]Exposure, error) { return []Exposure{}, nil }, "corrupt", "c1"},
		"error and answers": {func([][]string) ([]Exposure, error) { return []Exposure{past(Commit{ID: "c7"})}, errors.New("no") }, "unreadable", "c7"},
	} {
		res, err := newScanner(t).Scan(t.Context(), newHistorian(c.give, blob("1", "a", secret, day(1))))
		if err != nil {
			t.Fatal(err)
		}
		f := one(t, res)
		if f.Exposure == nil || f.Exposure.Introduced.ID != c.want {
			t.Errorf("%s: %+v", name, f.Exposure)
		}
		e := res.Summary.Errors
		if res.Summary.Complete || len(e) != 1 || e[0].Class != c.class || strings.Contains(e[0].What+e[0].Why, secret) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// TestHistorianOfRange: a source that knows no introduction can say why.
func TestHistorianOfRange(t *testing.T) {
	secret := expand(t, "x", "zqai_{24:lowernum}")
	h := newHistorian(func([][]string) ([]Exposure, error) { return []Exposure{{Boundary: "range"}}, nil }, blob("1", "a", secret, day(1)))
	res, err := newScanner(t).Scan(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	if x := one(t, res).Exposure; x.Introduced.ID != "c1" || x.Boundary != "range" || !x.InHistory || len(x.Introductions) != 0 {
		t.Errorf("%+v", x)
	}
}

// TestHistorianAfterCancel: a walk that was cut short has no history to tell.
func TestHistorianAfterCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	secret := expand(t, "x", "zqai_{24:lowernum}")
	h := newHistorian(nil, blob("1", "a", secret, day(1)), func() { cancel() }, blob("2", "b", secret, day(2)))
	res, err := newScanner(t).Scan(ctx, h)
	if err == nil || h.calls != 0 || len(res.Findings) != 1 {
		t.Errorf("%v, %d calls, %d findings", err, h.calls, len(res.Findings))
	}
}

func TestInHistory(t *testing.T) {
	secret := expand(t, "x", "zqai_{24:lowernum}")
	for reach, want := range map[Reach]bool{
		ReachBranch: true, ReachPull: true, ReachStash: true, ReachReflog: true, ReachIndex: false, ReachUnreachable: false,
	} {
		c := blob("1", "a", secret, day(1))
		c.Reach = reach
		if x := one(t, scan(t, newScanner(t), c)).Exposure; x.InHistory != want {
			t.Errorf("%s: in history is %v", reach, x.InHistory)
		}
	}
}

func TestDays(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	removed := func(x Exposure, n int) Exposure {
		x.Removed = Commit{ID: "r"}
		x.Intervals = []Interval{{From: Moment{"a", day(1)}, To: Moment{"b", day(2)}}, {From: Moment{"c", day(3)}, To: Moment{"r", day(n)}}}
		return x
	}
	at := func(n int) Exposure { return past(Commit{ID: "c", CommittedAt: day(n)}) }
	for name, c := range map[string]struct {
		x     Exposure
		still bool
		want  int
	}{
		"still there":                {at(1), true, 30},
		"gone, nobody knows when":    {at(1), false, -1},
		"removed":                    {removed(at(1), 11), false, 10},
		"removed, still in a ref":    {removed(at(1), 11), true, 10},
		"less than a day":            {removed(at(11), 11), false, 0},
		"removed before it came":     {removed(at(12), 11), false, 0},
		"a commit without a time":    {past(Commit{ID: "c"}), true, -1},
		"a commit after the scan":    {past(Commit{ID: "c", CommittedAt: now.Add(time.Hour)}), true, 0},
		"a hostile source's removal": {Exposure{Introduced: Commit{CommittedAt: day(1)}, Removed: Commit{ID: "r"}}, false, -1},
	} {
		got := -1
		if d := daysExposed(&c.x, c.still, now); d != nil {
			got = *d
		}
		if got != c.want {
			t.Errorf("%s: %d days, want %d", name, got, c.want)
		}
	}
	if !slices.Equal([]int{(&Exposure{Refs: []string{"a"}}).RefCount(), (&Exposure{Refs: []string{"a"}, RefsTotal: 9}).RefCount()}, []int{1, 9}) {
		t.Error("refs are not counted")
	}
}
