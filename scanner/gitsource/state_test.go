package gitsource_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// again scans with a state file and writes it.
func again(t testing.TB, dir, file string, options gitsource.Options) *result {
	t.Helper()
	s, err := gitsource.OpenState(file, "catalogue")
	must(t, err)
	options.State = s
	repo, err := gitsource.Open(dir, options)
	must(t, err)
	defer repo.Close()
	r := drain(t, repo)
	must(t, repo.SaveState(failures(r)))
	return r
}

// failures is what a scanner's account makes of what was not read.
func failures(r *result) []scanner.Failure {
	var out []scanner.Failure
	for _, u := range r.unread {
		out = append(out, scanner.Failure{Class: u.Class, What: u.What, Why: u.Err.Error()})
	}
	return out
}

// objects gives the objects that were yielded, sorted.
func (r *result) objects() []string {
	var out []string
	for _, c := range r.chunks {
		switch c.Source {
		case scanner.SourceBlob, scanner.SourceNote, scanner.SourceCommitMessage, scanner.SourceTagMessage:
			if c.Offset == 0 && !slices.Contains(out, c.Blob) {
				out = append(out, c.Blob)
			}
		}
	}
	slices.Sort(out)
	return out
}

// stored lists what git has, without trees, sorted.
func stored(f *fixture, dir string) []string {
	all := f.byType(dir)
	out := slices.Concat(all["commit"], all["blob"], all["tag"])
	slices.Sort(out)
	return out
}

// TestStates scans random histories again and again while they grow: each scan
// yields exactly the objects that none before it met, with the same places and
// the same reach as a scan of everything, and after it there is nothing new,
// whatever packs git moves things to.
func TestStates(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{f: newFixture(t), rt: rt}
		h.f.change("start", "0\n")
		file := filepath.Join(t.TempDir(), "state")
		met := map[string]bool{}
		for range rapid.IntRange(2, 4).Draw(rt, "scans") {
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				h.step()
			}
			r := again(t, h.f.dir, file, gitsource.Options{})
			r.complete(rt)
			var want []string
			for _, id := range stored(h.f, h.f.dir) {
				if !met[id] {
					want = append(want, id)
				}
			}
			if got := r.objects(); !slices.Equal(got, want) {
				rt.Errorf("%d objects, %d are new\nextra   %v\nmissing %v", len(got), len(want), without(got, want), without(want, got))
			}
			judgeNew(rt, scan(t, h.f.dir, gitsource.Options{}), r, len(met) == 0)
			for _, id := range r.objects() {
				met[id] = true
			}
		}
		h.f.git("repack", "-q", "-a", "-d", "-f")
		if r := again(t, h.f.dir, file, gitsource.Options{}); len(r.chunks) > 0 || len(r.unread) > 0 {
			rt.Errorf("nothing is new, and there are %d chunks, such as %s %q, and %v", len(r.chunks), r.chunks[0].Source, r.chunks[0].Path, r.unread)
		} else if n := r.skipped("objects scanned before"); n < len(met) {
			rt.Errorf("%d objects are said to be scanned before, at least %d were", n, len(met))
		}
	})
}

// judgeNew compares what is new with the same in a scan of everything.
func judgeNew(t reporter, all, r *result, first bool) {
	t.Helper()
	byID := map[string]scanner.Chunk{}
	paths := map[string]bool{}
	for _, c := range all.chunks {
		if c.Source == scanner.SourceBlob || c.Source == scanner.SourceCommitMessage || c.Source == scanner.SourceNote {
			byID[c.Blob] = c
		}
		paths[c.Path] = true
	}
	for _, c := range r.chunks {
		want, ok := byID[c.Blob]
		if !ok {
			if c.Source == scanner.SourcePath && first {
				t.Errorf("path %q stands alone", c.Path)
			}
			continue
		}
		if c.Path != want.Path || c.Commit.ID != want.Commit.ID || c.Reach != want.Reach || c.AtTip != want.AtTip || len(c.Also) != len(want.Also) || c.Source != want.Source {
			t.Errorf("%s %s: %q of %s, %s, at tip %v, %d further places; a scan of everything has %q of %s, %s, %v, %d", c.Source, c.Blob,
				c.Path, c.Commit.ID, c.Reach, c.AtTip, len(c.Also), want.Path, want.Commit.ID, want.Reach, want.AtTip, len(want.Also))
		}
	}
}

// TestStateNames yields the new name of a file whose content is known, and only
// the new lines of a reflog.
func TestStateNames(t *testing.T) {
	f := newFixture(t)
	f.change("dir/sub/old", "content\n")
	f.change("dir/other", "other\n")
	file := filepath.Join(t.TempDir(), "state")
	again(t, f.dir, file, gitsource.Options{})
	f.git("mv", "dir/sub/old", "dir/sub/new")
	f.commit("rename file")
	check := func(want ...string) {
		t.Helper()
		r := again(t, f.dir, file, gitsource.Options{})
		var got []string
		for _, c := range r.of(scanner.SourcePath) {
			got = append(got, string(c.Data))
			if c.Path == want[0] && c.Commit.ID != f.git("rev-parse", "HEAD") {
				t.Errorf("%q is of commit %s", c.Path, c.Commit.ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("new paths are %q, want %q", got, want)
		}
		if len(r.of(scanner.SourceBlob)) > 0 {
			t.Errorf("a blob is scanned again")
		}
		logs := r.of(scanner.SourceConfig)
		if len(logs) != 3 { // two reflogs and COMMIT_EDITMSG
			t.Errorf("%d files, want 3", len(logs))
		}
		for _, c := range logs {
			lines := bytes.Count(c.Data, []byte("\n"))
			if bytes.Contains(c.Data, []byte("change dir/other")) || !bytes.Contains(c.Data, []byte("rename")) || isReflog(c) && lines < 3 {
				t.Errorf("%s: old lines are yielded again, or lines are lost: %q", c.Path, c.Data)
			}
		}
	}
	check("dir/sub/new")
	f.git("mv", "dir/sub", "dir/moved")
	f.commit("rename folder")
	check("dir/moved", "dir/moved/new") // the folder in a tree, the file in the index
}

func isReflog(c scanner.Chunk) bool { return strings.HasPrefix(c.Path, ".git/logs/") }

// TestStateGaps reports what is missing in every scan, and scans it with its
// place once it is there.
func TestStateGaps(t *testing.T) {
	f := newFixture(t)
	f.change("dir/file", "lost content\n")
	f.change("dir/file", "later\n")
	id := f.git("rev-parse", "HEAD~1:dir/file")
	kept := f.t.(*testing.T).TempDir() + "/object"
	must(t, os.Rename(f.looseFile(id), kept))
	file := filepath.Join(t.TempDir(), "state")
	again(t, f.dir, file, gitsource.Options{}).only(t, "missing", id)
	f.change("more", "more\n")
	again(t, f.dir, file, gitsource.Options{}).only(t, "missing", id)
	again(t, f.dir, file, gitsource.Options{}).only(t, "missing", id)
	must(t, os.Rename(kept, f.looseFile(id)))
	r := again(t, f.dir, file, gitsource.Options{})
	r.complete(t)
	if c := r.holding(t, scanner.SourceBlob, "lost content"); c.Path != "dir/file" || c.Reach != scanner.ReachBranch || len(r.of(scanner.SourceBlob)) != 1 {
		t.Errorf("it stands at %q, %s; %d blobs", c.Path, c.Reach, len(r.of(scanner.SourceBlob)))
	}
	if r := again(t, f.dir, file, gitsource.Options{}); len(r.chunks)+len(r.unread) > 0 {
		t.Errorf("%d chunks, unread %v", len(r.chunks), r.unread)
	}
}

// TestStateLarge keeps what was left out for its size apart from what was
// scanned.
func TestStateLarge(t *testing.T) {
	f := newFixture(t)
	f.change("big", strings.Repeat("big\n", 100))
	file := filepath.Join(t.TempDir(), "state")
	for range 3 {
		r := again(t, f.dir, file, gitsource.Options{MaxBytes: 50})
		r.complete(t)
		if r.skipped("blobs of more than 50") != 1 {
			t.Errorf("left out: %v", r.tally.Skipped)
		}
		if slices.ContainsFunc(r.of(scanner.SourceBlob), func(c scanner.Chunk) bool { return c.Path == "big" }) {
			t.Error("it is yielded")
		}
	}
	if c := again(t, f.dir, file, gitsource.Options{}).holding(t, scanner.SourceBlob, "big"); c.Path != "big" {
		t.Errorf("path is %q", c.Path)
	}
}

// TestStateShallow gives what lies beyond a shallow boundary its places, once it
// is fetched.
func TestStateShallow(t *testing.T) {
	f := newFixture(t)
	f.change("file", "early\n")
	f.change("file", "middle\n")
	f.change("file", "late\n")
	clone := t.TempDir()
	f.run("", "clone", "-q", "--depth=1", "file://"+f.dir, clone)
	file := filepath.Join(t.TempDir(), "state")
	again(t, clone, file, gitsource.Options{}).complete(t)
	f.run(clone, "fetch", "-q", "--unshallow")
	r := again(t, clone, file, gitsource.Options{})
	r.complete(t)
	if c := r.holding(t, scanner.SourceBlob, "early"); c.Path != "file" || c.Reach != scanner.ReachBranch {
		t.Errorf("it stands at %q, %s", c.Path, c.Reach)
	}
	if n := len(r.of(scanner.SourceBlob)); n != 2 {
		t.Errorf("%d blobs, want 2", n)
	}
}

// TestStateFile refuses what is broken or foreign, and scans everything again if
// the catalogue is another.
func TestStateFile(t *testing.T) {
	f := newFixture(t)
	f.change("file", "content\n")
	file := filepath.Join(t.TempDir(), "state")
	all := again(t, f.dir, file, gitsource.Options{})
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v", info.Mode())
	}
	good, err := os.ReadFile(file)
	must(t, err)
	if bytes.Contains(good, []byte("file")) || bytes.Contains(good, []byte("main")) {
		t.Error("the state names paths or refs")
	}
	flipped := bytes.Clone(good)
	flipped[len(good)/2] ^= 1
	for name, data := range map[string][]byte{
		"empty": {}, "cut": good[:len(good)-1], "head": good[:20], "flipped": flipped, "foreign": []byte("something else\n"),
		"newer": bytes.Replace(good, []byte("state 1"), []byte("state 2"), 1), "longer": append(bytes.Clone(good), 0),
	} {
		must(t, os.WriteFile(file, data, 0o600))
		if _, err := gitsource.OpenState(file, "catalogue"); err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "delete it") {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, os.WriteFile(file, good, 0o600))
	s, err := gitsource.OpenState(file, "another catalogue")
	must(t, err)
	r := scan(t, f.dir, gitsource.Options{State: s})
	if !slices.Equal(r.objects(), all.objects()) || len(s.Haves()) > 0 {
		t.Errorf("%d objects with another catalogue, want %d", len(r.objects()), len(all.objects()))
	}
	if !slices.ContainsFunc(r.tally.Skipped, func(s scanner.Skip) bool { return strings.HasPrefix(s.Why, "made with another catalogue") }) {
		t.Errorf("nothing is said: %v", r.tally.Skipped)
	}
	if _, err := gitsource.OpenState(filepath.Join(t.TempDir(), "no", "folder"), "catalogue"); err == nil {
		t.Error("a state that cannot be written is accepted")
	}
}

// TestStateStopped writes nothing after a walk that did not come to its end, and
// remembers what could not be judged.
func TestStateStopped(t *testing.T) {
	f := newFixture(t)
	f.change("file", "content\n")
	id := f.git("rev-parse", "HEAD:file")
	file := filepath.Join(t.TempDir(), "state")
	open := func() *gitsource.Repo {
		s, err := gitsource.OpenState(file, "catalogue")
		must(t, err)
		repo, err := gitsource.Open(f.dir, gitsource.Options{State: s})
		must(t, err)
		return repo
	}
	repo := open()
	for range repo.Chunks(context.Background()) {
		break
	}
	if err := repo.SaveState(nil); err == nil {
		t.Error("a state of a stopped walk is written")
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a file")
	}
	repo = open()
	drain(t, repo)
	if err := repo.SaveState([]scanner.Failure{{Class: "encrypted", What: "nobody knows"}}); err == nil {
		t.Error("a failure of nothing is accepted")
	}
	must(t, repo.SaveState([]scanner.Failure{{Class: "encrypted", What: "file!inner"}}))
	for range 2 {
		r := again(t, f.dir, file, gitsource.Options{})
		r.only(t, "encrypted", id)
		if len(r.chunks) > 0 {
			t.Errorf("%d chunks", len(r.chunks))
		}
	}
}

// TestStateAtOnce lets many scans write one state file: it is always whole.
func TestStateAtOnce(t *testing.T) {
	f := newFixture(t)
	f.change("file", "content\n")
	file := filepath.Join(t.TempDir(), "state")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 3 {
				again(t, f.dir, file, gitsource.Options{})
			}
		})
	}
	wg.Wait()
	if r := again(t, f.dir, file, gitsource.Options{}); len(r.chunks) > 0 {
		t.Errorf("%d chunks", len(r.chunks))
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("%d files are left", len(entries))
	}
}

// TestStateUnchanged leaves the file alone when there is nothing to add.
func TestStateUnchanged(t *testing.T) {
	f := newFixture(t)
	f.change("file", "content\n")
	file := filepath.Join(t.TempDir(), "state")
	again(t, f.dir, file, gitsource.Options{})
	before, err := os.Stat(file)
	must(t, err)
	again(t, f.dir, file, gitsource.Options{})
	after, err := os.Stat(file)
	must(t, err)
	if !os.SameFile(before, after) {
		t.Error("it was written again")
	}
	f.git("update-ref", "refs/heads/other", "HEAD")
	again(t, f.dir, file, gitsource.Options{})
	if after, err = os.Stat(file); err != nil || os.SameFile(before, after) {
		t.Error("a new ref is not remembered")
	}
}
