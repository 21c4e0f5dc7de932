package hooklog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/detectors"
)

func at(minute int) time.Time { return time.Date(2026, 3, 4, 5, minute, 0, 0, time.UTC) }

func secret(fp string, past Past) Secret {
	return Secret{Fingerprint: fp, Detector: "d", Layer: detectors.Infrastructure, Past: past}
}

// TestJournalKeeps: what is appended, at once from everywhere, is read again whole.
func TestJournalKeeps(t *testing.T) {
	j := Journal{Dir: filepath.Join(t.TempDir(), "deep", "hooks")}
	const writers, each = 8, 50
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r := Run{At: at(i), Stage: PreCommit, Clone: fmt.Sprint(w), Secrets: []Secret{secret(strings.Repeat("f", 40*i), "")}}
				if err := j.Append(r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	runs, broken, err := j.Runs()
	if err != nil || broken != 0 || len(runs) != writers*each {
		t.Fatalf("%d runs, %d broken, %v", len(runs), broken, err)
	}
	if !slices.IsSortedFunc(runs, func(a, b Run) int { return a.At.Compare(b.At) }) {
		t.Error("not in order")
	}
	info, err := os.Stat(filepath.Join(j.Dir, "hooks-2026-03.jsonl"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestJournalTorn: a line that was cut off anywhere costs itself only.
func TestJournalTorn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := Journal{Dir: filepath.Join(t.TempDir(), rapid.StringMatching("[a-z]{12}").Draw(rt, "dir"))}
		one := Run{At: at(1), Stage: PrePush, Clone: "/c", Secrets: []Secret{secret("a", Either)}}
		two := Run{At: at(2), Stage: PreCommit, Clone: "/c", Head: "x"}
		if err := j.Append(one); err != nil {
			rt.Fatal(err)
		}
		name := filepath.Join(j.Dir, "hooks-2026-03.jsonl")
		info, err := os.Stat(name)
		if err != nil {
			rt.Fatal(err)
		}
		cut := rapid.Int64Range(0, info.Size()-2).Draw(rt, "cut")
		if err := os.Truncate(name, cut); err != nil {
			rt.Fatal(err)
		}
		if err := j.Append(two); err != nil {
			rt.Fatal(err)
		}
		runs, _, err := j.Runs()
		if err != nil || len(runs) != 1 || !cmp.Equal(runs[0], two) {
			rt.Fatalf("cut at %d: %+v, %v", cut, runs, err)
		}
	})
}

// TestJournalBounded: months, bytes and secrets have a bound.
func TestJournalBounded(t *testing.T) {
	j := Journal{Dir: t.TempDir()}
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for m := range 40 {
		if err := j.Append(Run{At: start.AddDate(0, m, 0), Stage: PreCommit, Clone: "c"}); err != nil {
			t.Fatal(err)
		}
	}
	runs, _, err := j.Runs()
	if err != nil || len(runs) != maxMonths || !runs[0].At.Equal(start.AddDate(0, 40-maxMonths, 0)) {
		t.Errorf("%d months are left, %v", len(runs), err)
	}
	name := filepath.Join(j.Dir, start.AddDate(0, 39, 0).Format(monthForm))
	clean, met := Run{At: start.AddDate(0, 39, 1), Stage: PreCommit}, Run{At: start.AddDate(0, 39, 1), Stage: PrePush, Secrets: []Secret{secret("f", Either)}}
	for _, c := range []struct {
		bytes int
		run   Run
		grows bool
		want  error
	}{
		{maxMonth - 1, clean, true, nil},
		{maxMonth + 1, clean, false, nil},
		{maxMonth + 1, met, true, nil},
		{2*maxMonth + 1, met, false, ErrFull},
	} {
		if err := os.WriteFile(name, bytes.Repeat([]byte("\n"), c.bytes), 0o600); err != nil {
			t.Fatal(err)
		}
		err := j.Append(c.run)
		info, statErr := os.Stat(name)
		if statErr != nil || !errors.Is(err, c.want) || (info.Size() > int64(c.bytes)) != c.grows {
			t.Errorf("at %d bytes, %s: %v, %d bytes", c.bytes, c.run.Stage, err, info.Size())
		}
	}
	many := Run{At: at(0), Stage: PreReceive, Secrets: slices.Repeat([]Secret{secret("f", Either)}, MaxSecrets+7)}
	if err := j.Append(many); err != nil {
		t.Fatal(err)
	}
	runs, _, _ = j.Runs()
	last := runs[len(runs)-1]
	if len(last.Secrets) != MaxSecrets || last.More != 7 {
		t.Errorf("%d secrets and %d more", len(last.Secrets), last.More)
	}
}

// TestJudge: each way past the hook.
func TestJudge(t *testing.T) {
	made := func(hook Hook) Origin {
		return Origin{Committed: true, At: at(10), Head: "h", Since: at(5), Hook: hook}
	}
	ran := func(minute int, head string, stopped bool, fps ...string) Run {
		r := Run{At: at(minute), Stage: PreCommit, Head: head, Stopped: stopped}
		for _, fp := range fps {
			r.Secrets = append(r.Secrets, secret(fp, ""))
		}
		return r
	}
	for name, c := range map[string]struct {
		origin Origin
		runs   []Run
		want   Past
	}{
		"nothing is known":                   {Origin{}, nil, Either},
		"no hook":                            {made(Absent), nil, NoHook},
		"--no-verify":                        {made(There), nil, Bypassed},
		"committed, and no record":           {made(""), nil, Either},
		"it ran and found nothing":           {made(There), []Run{ran(9, "h", false)}, LetThrough},
		"it ran in the second of the commit": {made(There), []Run{ran(10, "h", false)}, LetThrough},
		"stopped, then --no-verify":          {made(There), []Run{ran(9, "h", true, "f")}, Bypassed},
		"passed, changed, stopped, bypassed": {made(There), []Run{ran(8, "h", false), ran(9, "h", true, "f")}, Bypassed},
		"stopped, corrected, let through":    {made(There), []Run{ran(8, "h", true, "f"), ran(9, "h", false)}, LetThrough},
		"it ran for another commit":          {made(There), []Run{ran(9, "g", false)}, Bypassed},
		"it ran before HEAD came back":       {made(There), []Run{ran(3, "h", false)}, Bypassed},
		"it ran afterwards":                  {made(There), []Run{ran(11, "h", false)}, Bypassed},
		"rebased, and stopped before":        {Origin{}, []Run{ran(9, "h", true, "f")}, Bypassed},
		"rebased, and another was stopped":   {Origin{}, []Run{ran(9, "h", true, "g")}, Either},
		"stopped, removed, committed":        {made(Absent), []Run{ran(9, "h", true, "f")}, NoHook},
	} {
		if got := Judge("f", c.origin, c.runs); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestRates: each secret counts once, by the best that is known of it.
func TestRates(t *testing.T) {
	runs := []Run{
		{At: at(1), Stage: PreCommit, Clone: "/a", Stopped: true, Secrets: []Secret{secret("held", ""), secret("bypassed", "")}},
		{At: at(2), Stage: PreCommit, Clone: "/a"},
		{At: at(3), Stage: PrePush, Clone: "/a", Stopped: true, Secrets: []Secret{secret("bypassed", Bypassed), secret("none", NoHook)}},
		{At: at(4), Stage: PrePush, Clone: "/a", Stopped: true, Secrets: []Secret{secret("bypassed", Bypassed)}},
		{At: at(5), Stage: PreReceive, Clone: "/b", Repo: "host/a", Secrets: []Secret{secret("none", Either), secret("new", Either)}},
		{At: at(6), Stage: PreCommit, Clone: "/b", Secrets: []Secret{secret("tolerated", "")}},
		{At: at(7), Stage: PreCommit, Clone: "/quiet"},
	}
	got := Rates(runs, func(clone, noted string) string {
		if noted != "" {
			return noted
		}
		return map[string]string{"/a": "host/a"}[clone] + map[string]string{"/quiet": "quiet"}[clone]
	})
	rate := 0.6
	want := []Rate{
		{
			Repo: "host/a", Runs: map[Stage]int{PreCommit: 3, PrePush: 2, PreReceive: 1}, Secrets: 5, Stopped: 1,
			Arrived: map[Past]int{Bypassed: 1, NoHook: 1, Either: 1, LetThrough: 1}, Past: 3, Rate: &rate, First: at(1), Last: at(6),
		},
		{Repo: "quiet", Runs: map[Stage]int{PreCommit: 1}, First: at(7), Last: at(7)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestRatesAddUp: stopped and arrived are all secrets, whatever ran in which order.
func TestRatesAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var runs []Run
		met := map[string]bool{}
		for i := range rapid.IntRange(0, 12).Draw(rt, "runs") {
			r := Run{At: at(i), Clone: "c", Stage: rapid.SampledFrom(Stages()).Draw(rt, "stage"), Stopped: rapid.Bool().Draw(rt, "stopped")}
			for range rapid.IntRange(0, 3).Draw(rt, "secrets") {
				s := secret(rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(rt, "secret"), "")
				if r.Stage != PreCommit {
					s.Past = rapid.SampledFrom(Ways()).Draw(rt, "past")
				}
				met[s.Fingerprint] = true
				r.Secrets = append(r.Secrets, s)
			}
			runs = append(runs, r)
		}
		for _, rate := range Rates(runs, func(c, _ string) string { return c }) {
			arrived := 0
			for _, n := range rate.Arrived {
				arrived += n
			}
			if rate.Secrets != len(met) || rate.Stopped+arrived != len(met) || rate.Past != arrived-rate.Arrived[LetThrough] {
				rt.Fatalf("%d secrets: %+v", len(met), rate)
			}
		}
	})
}
