package gitsource_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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

// oracle is what git says of a repository.
type oracle struct {
	f       *fixture
	dir     string
	parents map[string][]string
	when    map[string]int64
	reached map[string]bool            // by refs, stashes and reflogs
	files   map[string]map[string]bool // blobs by tree-ish
	shallow map[string]bool
}

func newOracle(f *fixture, dir string) *oracle {
	o := &oracle{
		f: f, dir: dir, parents: map[string][]string{}, when: map[string]int64{}, reached: map[string]bool{},
		files: map[string]map[string]bool{}, shallow: map[string]bool{},
	}
	for line := range strings.Lines(o.git("log", "--all", "--reflog", "--format=%ct %H %P")) {
		part := strings.Fields(line)
		o.when[part[1]], _ = strconv.ParseInt(part[0], 10, 64)
		o.parents[part[1]], o.reached[part[1]] = part[2:], true
	}
	if data, err := os.ReadFile(filepath.Join(o.git("rev-parse", "--absolute-git-dir"), "shallow")); err == nil {
		for line := range strings.Lines(string(data)) {
			o.shallow[strings.TrimSpace(line)] = true
		}
	}
	return o
}

func (o *oracle) git(args ...string) string {
	o.f.t.Helper()
	return o.f.run(o.dir, append([]string{"--no-replace-objects"}, args...)...)
}

// holds says that a commit, tag, tree or blob holds one of some blobs.
func (o *oracle) holds(thing string, secret []string) bool {
	files, ok := o.files[thing]
	if !ok {
		files = map[string]bool{}
		peeled := o.git("rev-parse", thing+"^{}")
		if o.git("cat-file", "-t", peeled) == "blob" {
			files[peeled] = true
		} else {
			for entry := range strings.SplitSeq(o.git("ls-tree", "-r", "-z", peeled), "\x00") {
				if meta, _, ok := strings.Cut(entry, "\t"); ok && strings.Fields(meta)[1] == "blob" {
					files[strings.Fields(meta)[2]] = true
				}
			}
		}
		o.files[thing] = files
	}
	return slices.ContainsFunc(secret, func(id string) bool { return files[id] })
}

// introductions are the commits that brought a secret in: those of git's own
// search whose tree holds it while no parent's does.
func (o *oracle) introductions(secret []string) []string {
	args := []string{"log", "-m", "--all", "--reflog", "--format=%H"}
	for _, id := range secret {
		args = append(args, "--find-object="+id)
	}
	found := map[string]bool{}
	for id := range strings.FieldsSeq(o.git(args...)) {
		if o.holds(id, secret) && !slices.ContainsFunc(o.parents[id], func(p string) bool { return o.holds(p, secret) }) {
			found[id] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// chain is the first-parent history of the default branch, oldest first.
func (o *oracle) chain() []string {
	for _, name := range []string{"HEAD", "refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master"} {
		if _, err := o.f.try(o.dir, nil, "rev-parse", "-q", "--verify", name+"^{commit}"); err == nil {
			return strings.Fields(o.git("rev-list", "--first-parent", "--reverse", name))
		}
	}
	return nil
}

// refs are the names of what holds a secret today.
func (o *oracle) refs(secret []string) []string {
	var out []string
	add := func(name string, things ...string) {
		if slices.ContainsFunc(things, func(thing string) bool { return o.holds(thing, secret) }) {
			out = append(out, name)
		}
	}
	stash := func(name, id string) {
		things := []string{id}
		if ps := o.parents[id]; len(ps) > 0 {
			things = append(things, ps[1:]...)
		}
		add(name, things...)
	}
	for line := range strings.Lines(o.git("for-each-ref", "--format=%(refname) %(objectname)")) {
		name, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "refs/stash" {
			stash(name, id)
			continue
		}
		add(name, id)
	}
	for i, line := range strings.Split(o.git("stash", "list", "--format=%gd %H"), "\n") {
		if name, id, _ := strings.Cut(line, " "); i > 0 {
			stash(name, id)
		}
	}
	if _, err := o.f.try(o.dir, nil, "symbolic-ref", "-q", "HEAD"); err != nil {
		add("HEAD", o.git("rev-parse", "HEAD"))
	}
	slices.Sort(out)
	return out
}

// judge compares what is said of one secret with git. position orders commits.
func (o *oracle) judge(t reporter, secret []string, e scanner.Exposure, position map[string]int) {
	t.Helper()
	differ := func(what string, want, got any) {
		t.Helper()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s of %v (-git +leakline):\n%s", what, secret, d)
		}
	}
	var got []string
	for i, c := range e.Introductions {
		got = append(got, c.ID)
		if i > 0 && position[got[i-1]] >= position[c.ID] {
			t.Errorf("%v: %s is not older than %s", secret, got[i-1], c.ID)
		}
	}
	want := o.introductions(secret)
	if len(want) > 0 || len(got) > 0 && o.reached[got[0]] {
		slices.Sort(got)
		differ("introductions", want, got)
	}
	differ("in history", len(want) > 0, e.InHistory)
	cut := slices.ContainsFunc(want, func(id string) bool { return o.shallow[id] })
	differ("boundary", map[bool]string{true: "shallow"}[cut], e.Boundary)
	refs := o.refs(secret)
	differ("refs", refs[:min(20, len(refs))], e.Refs)
	differ("count of refs", len(refs), e.RefCount())

	var intervals []scanner.Interval
	var removed string
	before := false
	for _, id := range o.chain() {
		at := scanner.Moment{Commit: id, At: time.Unix(o.when[id], 0).UTC()}
		switch now := o.holds(id, secret); {
		case now && !before:
			intervals = append(intervals, scanner.Interval{From: at})
			before, removed = true, ""
		case before && !now:
			intervals[len(intervals)-1].To = at
			before, removed = false, id
		}
	}
	differ("intervals", intervals, e.Intervals)
	differ("at tip", before, e.AtTip)
	differ("removed", removed, e.Removed.ID)
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

var exposureShapes = []struct {
	name  string
	build func(f *fixture)
}{
	{"moves, copies and edits beside it", func(f *fixture) {
		f.change("a", "key\n")
		f.change("a", "key\nmore\n")
		f.git("mv", "a", "b")
		f.commit("rename")
		f.write("deep/er/c", "key\nmore\n")
		f.commit("copy")
		f.git("rm", "-q", "b")
		f.commit("the copy stays")
		f.change("deep/er/c", "more\n")
	}},
	{"came, went, and came back", func(f *fixture) {
		f.change("a", "key\n")
		f.change("a", "none\n")
		f.git("revert", "--no-edit", "HEAD")
		f.change("b", "beside\n")
		f.git("rm", "-q", "a")
		f.commit("gone")
		f.change("c/d", "key\n")
		f.git("rm", "-q", "-r", "c")
		f.commit("gone for good")
		f.change("b", "beside, later\n")
	}},
	{"two branches by themselves", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "one")
		f.change("p", "key\n")
		f.git("checkout", "-q", "-b", "two", "main")
		f.change("q", "key\n")
		f.git("checkout", "-q", "main")
		f.change("m", "other\n")
		f.merge("one")
		f.merge("two")
		f.git("rm", "-q", "p")
		f.commit("q stays")
	}},
	{"fixed on the branch before the merge", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("k", "key\n")
		f.change("k", "no key\n")
		f.git("checkout", "-q", "main")
		f.merge("--no-ff", "side")
		f.git("branch", "-q", "-D", "side")
	}},
	{"a merge that drops what both have", func(f *fixture) {
		f.change("k", "key\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("b", "side\n")
		f.git("checkout", "-q", "main")
		f.change("c", "main\n")
		f.git("merge", "-q", "--no-commit", "--no-ff", "side")
		f.git("rm", "-q", "-f", "k")
		f.commit("drop")
		f.git("checkout", "-q", "-b", "again", "side")
		f.change("d", "again\n")
		f.git("checkout", "-q", "main")
		f.merge("again")
	}},
	{"evil octopus", func(f *fixture) {
		f.change("a", "base\n")
		for _, b := range []string{"x", "y", "z"} {
			f.git("checkout", "-q", "-b", b, "main")
			f.change(b, b+"\n")
		}
		f.git("checkout", "-q", "main")
		blob := f.feed("only in the octopus\n", "hash-object", "-w", "--stdin")
		f.git("update-index", "--add", "--cacheinfo", "100644,"+blob+",evil")
		tree := f.git("write-tree")
		f.tick()
		id := f.feed("octopus\n", "commit-tree", tree, "-p", "x", "-p", "main", "-p", "y", "-p", "z")
		f.git("reset", "-q", "--hard", id)
		f.git("rm", "-q", "evil")
		f.commit("gone")
	}},
	{"the second parent is the trunk", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("s", "side\n")
		f.git("checkout", "-q", "main")
		f.change("k", "key\n")
		f.git("checkout", "-q", "side")
		f.merge("main")
		f.git("checkout", "-q", "main")
		f.git("merge", "-q", "--ff-only", "side")
	}},
	{"submodules, links and modes", func(f *fixture) {
		f.change("a", "key\n")
		f.git("update-index", "--add", "--cacheinfo", "160000,"+f.git("rev-parse", "HEAD")+",sub")
		f.git("commit", "-q", "-m", "submodule")
		f.tick()
		must(f.t, os.Chmod(filepath.Join(f.dir, "a"), 0o777))
		f.git("add", "a")
		f.git("commit", "-q", "-m", "mode")
		f.tick()
		must(f.t, os.Remove(filepath.Join(f.dir, "a")))
		must(f.t, os.Symlink("key\n", filepath.Join(f.dir, "link"))) // the same blob
		f.git("add", "a", "link")
		f.git("commit", "-q", "-m", "link")
		f.git("rm", "-q", "--cached", "sub", "link")
		f.git("commit", "-q", "-m", "gone")
	}},
	{"held by refs of all kinds", func(f *fixture) {
		f.change("a", "key\n")
		f.git("tag", "light")
		f.git("tag", "-m", "annotated", "v1")
		f.git("tag", "-m", "nested", "v2", "v1")
		f.git("tag", "-m", "a tree", "tree", "HEAD^{tree}")
		f.git("tag", "-m", "a blob", "blob", "HEAD:a")
		f.git("update-ref", "refs/odd/blob", f.git("rev-parse", "HEAD:a"))
		f.git("update-ref", "refs/pull/7/head", "HEAD")
		f.git("update-ref", "refs/remotes/origin/main", "HEAD")
		f.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
		f.git("pack-refs", "--all")
		f.git("rm", "-q", "a")
		f.commit("gone")
	}},
	{"stashed, staged and untracked", func(f *fixture) {
		f.change("a", "one\n")
		for i := range 3 {
			f.write("a", fmt.Sprintf("in work %d\n", i))
			f.write("s", fmt.Sprintf("staged %d\n", i))
			f.git("add", "s")
			f.write("s", "over it\n")
			f.write("u", fmt.Sprintf("untracked %d\n", i))
			f.tick()
			f.git("stash", "push", "-q", "-u")
		}
		f.git("stash", "drop", "-q", "stash@{1}")
	}},
	{"amended away and collected", func(f *fixture) {
		f.change("a", "one\n")
		f.change("k", "key\n")
		f.change("k2", "key\n")
		f.git("reset", "-q", "--hard", "HEAD~2")
		f.git("reflog", "expire", "--expire=now", "--all")
		f.change("later", "key\n")
		f.change("lost", "lost\n")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.git("reflog", "expire", "--expire=now", "--all")
	}},
	{"a folder that is moved about", func(f *fixture) {
		f.write("x/y/z/a", "key\n")
		f.write("x/y/b", "other\n")
		f.commit("deep")
		for _, m := range [][2]string{{"x/y/z", "w"}, {"w", "x/w"}, {"x", "v"}} {
			f.git("mv", m[0], m[1])
			f.commit("move")
		}
		f.git("rm", "-q", "-r", "v/w")
		f.commit("gone")
		f.git("revert", "--no-edit", "HEAD")
	}},
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
	f.change("b", "from the past\n")
	f.clock = start + 200*86400
	f.git("rm", "-q", "k")
	gone := f.commit("gone")
	f.clock = start + 300*86400
	f.change("c", "c\n")
	blob := f.git("rev-parse", "HEAD~5:k")
	_, exposures := exposed(t, f.dir, [][]string{{blob}})
	e := exposures[0]
	if len(e.Intervals) != 1 || e.Intervals[0].From.At.Unix() != start+60 || e.Intervals[0].To.At.Unix() != start+200*86400+60 || e.Removed.ID != gone {
		t.Errorf("%+v", e.Intervals)
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
