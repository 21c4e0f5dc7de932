package gitsource_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// exposed scans a repository to its end and asks for the exposures of secrets.
func exposed(t testing.TB, dir string, secrets [][]string) (*result, []scanner.Exposure) {
	t.Helper()
	repo, err := gitsource.Open(dir, gitsource.Options{})
	must(t, err)
	r := drain(t, repo)
	out, err := repo.Exposures(t.Context(), secrets)
	must(t, err)
	if len(out) != len(secrets) {
		t.Fatalf("%d exposures for %d secrets", len(out), len(secrets))
	}
	return r, out
}

// judgeExposures asks for the exposure of every blob, and of some sets of blobs,
// and compares with git. Where clocks are right, intervals have the commits' times.
func judgeExposures(t testing.TB, rt reporter, f *fixture, dir string, sets [][]string) {
	t.Helper()
	first := scan(t, dir, gitsource.Options{})
	first.complete(rt)
	var secrets [][]string
	var all []string
	for _, c := range first.chunks {
		if c.Source == scanner.SourceBlob || c.Source == scanner.SourceNote {
			secrets = append(secrets, []string{c.Blob})
			all = append(all, c.Blob)
		}
	}
	for i := range all { // neighbours in history are often versions of one file
		secrets = append(secrets, []string{all[i], all[(i+1)%len(all)], all[(i*7+3)%len(all)]})
	}
	secrets = append(append(secrets, all), sets...)
	r, exposures := exposed(t, dir, secrets)
	position := map[string]int{}
	for i, c := range r.of(scanner.SourceCommitMessage) {
		position[c.Blob] = i
	}
	o := newOracle(f, dir)
	for i, secret := range secrets {
		o.judge(rt, secret, exposures[i], position)
		judgeOldest(rt, r, secret, exposures[i], o, position)
	}
}

// judgeOldest compares the introduction with the oldest of the places that the
// walk yielded.
func judgeOldest(t reporter, r *result, secret []string, e scanner.Exposure, o *oracle, position map[string]int) {
	t.Helper()
	var oldest scanner.Commit
	for _, c := range r.chunks {
		if c.Source != scanner.SourceBlob && c.Source != scanner.SourceNote || !slices.Contains(secret, c.Blob) {
			continue
		}
		for _, l := range append([]scanner.Location{c.Location}, c.Also...) {
			if l.Commit.ID != "" && (oldest.ID == "" || position[l.Commit.ID] < position[oldest.ID]) {
				oldest = l.Commit
			}
		}
	}
	if oldest.ID != e.Introduced.ID || e.Introduced.ID != "" && e.Introduced != e.Introductions[0] {
		t.Errorf("%v was introduced by %+v, its oldest place is of %+v", secret, e.Introduced, oldest)
	}
	if d := cmp.Diff(oldest, e.Introduced); d != "" {
		t.Errorf("who introduced %v (-place +exposure):\n%s", secret, d)
	}
}

// TestExposureShapes compares the exposures of every blob of many repositories
// with git.
func TestExposureShapes(t *testing.T) {
	for _, shape := range slices.Concat(shapes, exposureShapes) {
		if shape.name == "clock runs backwards" {
			continue // TestExposureClock
		}
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			shape.build(f)
			judgeExposures(t, t, f, f.dir, nil)
		})
	}
}

// TestExposureHistories does so for random histories.
func TestExposureHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{f: newFixture(t), rt: rt}
		h.f.change("start", "0\n")
		for range rapid.IntRange(3, 14).Draw(rt, "steps") {
			h.step()
		}
		judgeExposures(t, rt, h.f, h.f.dir, nil)
	})
}

// TestExposureShallow compares shallow clones with git: what the boundary commit
// holds may be older.
func TestExposureShallow(t *testing.T) {
	f := newFixture(t)
	f.change("a", "old key\n")
	f.change("b", "two\n")
	f.git("checkout", "-q", "-b", "side")
	f.change("s", "side\n")
	f.git("checkout", "-q", "main")
	f.change("c", "three\n")
	f.merge("side")
	f.git("rm", "-q", "a")
	f.commit("gone")
	f.change("d", "four\n")
	for _, depth := range []string{"1", "2", "3", "4"} {
		dir := filepath.Join(t.TempDir(), "clone")
		f.run("", "clone", "-q", "--depth", depth, "--no-single-branch", "file://"+f.dir, dir)
		judgeExposures(t, t, f, dir, nil)
	}
}

// TestExposureBounds: of what is very much, some is listed and all is counted.
func TestExposureBounds(t *testing.T) {
	f := newFixture(t)
	f.change("a", "base\n")
	base := f.git("rev-parse", "HEAD")
	blob := f.feed("key\n", "hash-object", "-w", "--stdin")
	with := f.feed("100644 blob "+blob+"\tk\n", "mktree")
	without := f.git("rev-parse", "HEAD^{tree}")
	tip := base
	var steps []string
	for i := range 120 {
		f.tick()
		tip = f.feed("step\n", "commit-tree", map[bool]string{true: with, false: without}[i%2 == 0], "-p", tip)
		steps = append(steps, tip)
		if i%3 == 0 {
			f.git("update-ref", fmt.Sprintf("refs/pull/%03d/head", i), tip)
		}
	}
	f.git("reset", "-q", "--hard", tip)
	_, exposures := exposed(t, f.dir, [][]string{{blob}})
	e := exposures[0]
	if len(e.Introductions) != 50 || e.IntroductionsTotal != 60 || e.Introductions[49].ID != steps[98] {
		t.Errorf("%d of %d introductions, the last listed is %s", len(e.Introductions), e.IntroductionsTotal, e.Introductions[49].ID)
	}
	if len(e.Intervals) != 50 || e.IntervalsTotal != 60 || e.Intervals[0].From.Commit != steps[20] || e.Intervals[49].To.Commit != steps[119] {
		t.Errorf("%d of %d intervals: %+v", len(e.Intervals), e.IntervalsTotal, e.Intervals)
	}
	if len(e.Refs) != 20 || e.RefsTotal != 20 && e.RefsTotal != 0 || e.Refs[0] != "refs/pull/000/head" || e.Removed.ID != steps[119] {
		t.Errorf("%d of %d refs, removed by %s", len(e.Refs), e.RefsTotal, e.Removed.ID)
	}
	for i := range 5 {
		f.git("update-ref", fmt.Sprintf("refs/heads/b%d", i), steps[0])
	}
	_, exposures = exposed(t, f.dir, [][]string{{blob}})
	if e := exposures[0]; len(e.Refs) != 20 || e.RefsTotal != 25 || e.RefCount() != 25 || e.Refs[0] != "refs/heads/b0" || !slices.IsSorted(e.Refs) {
		t.Errorf("%d of %d refs: %v", len(e.Refs), e.RefsTotal, e.Refs)
	}
}

// TestExposureDamage: a tree that cannot be read is no removal, and what came
// after it no introduction.
func TestExposureDamage(t *testing.T) {
	f := newFixture(t)
	f.write("d/k", "key\n")
	first := f.commit("key")
	f.write("d/x", "beside\n")
	f.commit("beside it")
	lost := f.git("rev-parse", "HEAD:d")
	f.change("d/x", "beside, later\n")
	blob := f.git("rev-parse", "HEAD:d/k")
	f.git("rm", "-q", "d/k")
	gone := f.commit("gone")
	must(t, os.Remove(f.looseFile(lost)))
	r, exposures := exposed(t, f.dir, [][]string{{blob}})
	r.only(t, "missing", lost)
	e := exposures[0]
	if len(e.Introductions) != 1 || e.Introduced.ID != first || len(e.Intervals) != 1 || e.Removed.ID != gone {
		t.Errorf("%+v", e)
	}
}

// TestExposureVanished: what could be read on the walk and no longer can is named.
func TestExposureVanished(t *testing.T) {
	f := newFixture(t)
	f.change("k", "key\n")
	f.change("b", "beside\n")
	blob, lost := f.git("rev-parse", "HEAD:k"), f.git("rev-parse", "HEAD^{tree}")
	repo, err := gitsource.Open(f.dir, gitsource.Options{})
	must(t, err)
	drain(t, repo).complete(t)
	must(t, os.Remove(f.looseFile(lost)))
	exposures, err := repo.Exposures(t.Context(), [][]string{{blob}})
	var u *scanner.Unread
	if !errors.As(err, &u) || !strings.Contains(u.What, lost) {
		t.Errorf("error is %v, want one that names %s", err, lost)
	}
	if len(exposures) != 1 || len(exposures[0].Introductions) != 1 || !exposures[0].AtTip {
		t.Errorf("%+v", exposures)
	}
}

func TestExposureWithoutWalk(t *testing.T) {
	f := newFixture(t)
	f.change("k", "key\n")
	repo, err := gitsource.Open(f.dir, gitsource.Options{})
	must(t, err)
	if _, err := repo.Exposures(t.Context(), [][]string{{}}); err == nil {
		t.Error("exposures without a walk")
	}
	for range repo.Chunks(t.Context()) {
		break
	}
	if _, err := repo.Exposures(t.Context(), [][]string{{}}); err == nil {
		t.Error("exposures of a walk that was stopped")
	}
}

// TestExposureClock: commits whose clock was wrong do not shift the others.
func TestExposureClock(t *testing.T) {
	f := newFixture(t)
	f.change("a", "base\n")
	start := f.clock
	f.change("k", "key\n")
	f.clock += 1_000_000_000
	f.change("b", "from the future\n")
	f.clock = start + 100*86400
	f.change("b", "now\n")
	f.clock = 200_000_000
	f.git("rm", "-q", "k")
	f.commit("gone, in the past")
	f.clock = start + 200*86400
	f.git("revert", "--no-edit", "HEAD")
	back := f.git("rev-parse", "HEAD")
	f.clock = start + 300*86400
	f.git("rm", "-q", "k")
	gone := f.commit("gone")
	f.clock = start + 400*86400
	f.change("c", "c\n")
	blob := f.git("rev-parse", back+":k")
	_, exposures := exposed(t, f.dir, [][]string{{blob}})
	e := exposures[0]
	var got []int64
	for _, v := range e.Intervals {
		got = append(got, v.From.At.Unix()-start, v.To.At.Unix()-start)
	}
	// The commit from the past has the time of the last good one before it.
	if want := []int64{60, 100*86400 + 60, 200 * 86400, 300*86400 + 60}; !slices.Equal(got, want) || e.Removed.ID != gone {
		t.Errorf("intervals %v seconds after the start, want %v; removed by %s", got, want, e.Removed.ID)
	}
}

// TestExposureWorktree: a HEAD that is on no branch holds what it holds, also in
// a linked work tree.
func TestExposureWorktree(t *testing.T) {
	f := newFixture(t)
	f.change("a", "base\n")
	f.git("checkout", "-q", "--detach")
	f.change("k", "key\n")
	blob := f.git("rev-parse", "HEAD:k")
	f.git("worktree", "add", "-q", "--detach", filepath.Join(t.TempDir(), "linked"))
	_, exposures := exposed(t, f.dir, [][]string{{blob}})
	if e := exposures[0]; !slices.Equal(e.Refs, []string{"HEAD", "worktrees/linked/HEAD"}) || !e.AtTip {
		t.Errorf("%+v", e)
	}
}
