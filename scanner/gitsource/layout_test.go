package gitsource_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// small builds a repository with a little of everything.
func small(t testing.TB) *fixture {
	t.Helper()
	f := newFixture(t)
	f.change("a", "one\n")
	f.change("dir/b", "two\n")
	f.git("tag", "-m", "tagged", "v1")
	f.git("checkout", "-q", "-b", "side")
	f.change("c", "three\n")
	f.git("checkout", "-q", "main")
	f.change("a", "four\n")
	return f
}

// TestBare scans bare repositories, one packed with its refs.
func TestBare(t *testing.T) {
	f := small(t)
	dir := filepath.Join(t.TempDir(), "bare.git")
	f.run("", "clone", "-q", "--mirror", f.dir, dir)
	f.run(dir, "gc", "-q")
	r := scan(t, dir, gitsource.Options{})
	r.complete(t)
	judge(t, f, dir, r)
	if c := r.holding(t, scanner.SourceConfig, "mirror = true"); c.Path != "config" {
		t.Errorf("config is at %q", c.Path)
	}
}

// TestWorktrees scans a repository with linked work trees, from the main one and
// from a linked one: HEAD, index, reflog and own refs of each count.
func TestWorktrees(t *testing.T) {
	f := small(t)
	linked := filepath.Join(t.TempDir(), "linked")
	f.git("config", "extensions.worktreeConfig", "true")
	f.git("config", "core.repositoryformatversion", "1")
	f.git("worktree", "add", "-q", "--detach", linked)
	f.run(linked, "config", "--worktree", "core.sparseCheckout", "false")
	must(t, os.WriteFile(filepath.Join(linked, "w"), []byte("committed in the linked work tree\n"), 0o666))
	f.run(linked, "add", "-A")
	f.tick()
	f.run(linked, "commit", "-q", "-m", "in the linked work tree")
	f.tick()
	f.run(linked, "commit", "-q", "--amend", "-m", "amended there")
	f.run(linked, "update-ref", "refs/worktree/own", f.run(linked, "rev-parse", "HEAD~1"))
	must(t, os.WriteFile(filepath.Join(linked, "s"), []byte("staged in the linked work tree\n"), 0o666))
	f.run(linked, "add", "s")
	for _, dir := range []string{f.dir, linked} {
		r := scan(t, dir, gitsource.Options{})
		r.complete(t)
		r.tally.Objects["refs"]-- // for-each-ref knows own refs of one work tree only
		if dir == linked {
			r.tally.Objects["refs"]++
		}
		judge(t, f, dir, r)
		staged := r.holding(t, scanner.SourceBlob, "staged in the linked work tree")
		if staged.Reach != scanner.ReachIndex || staged.Path != "s" {
			t.Errorf("staged blob is %+v", staged.Location)
		}
		if c := r.holding(t, scanner.SourceBlob, "committed in the linked"); c.AtTip != (dir == linked) {
			t.Errorf("from %s: at tip is %v", filepath.Base(dir), c.AtTip)
		}
		if c := r.holding(t, scanner.SourceConfig, "sparseCheckout"); c.Path != ".git/worktrees/linked/config.worktree" {
			t.Errorf("work tree's config is at %q", c.Path)
		}
	}
}

// TestAlternates scans clones that borrow objects, one of them from a clone that
// borrows itself, by absolute and relative paths.
func TestAlternates(t *testing.T) {
	f := small(t)
	base := t.TempDir()
	one, two := filepath.Join(base, "one"), filepath.Join(base, "two")
	f.run("", "clone", "-q", "--shared", f.dir, one)
	f.run("", "clone", "-q", "--shared", one, two)
	must(t, os.WriteFile(filepath.Join(two, "own"), []byte("own\n"), 0o666))
	f.run(two, "add", "-A")
	f.tick()
	f.run(two, "commit", "-q", "-m", "own")
	f.feed("dangling in the lender\n", "hash-object", "-w", "--stdin")
	r := scan(t, two, gitsource.Options{})
	r.complete(t)
	judge(t, f, two, r)
	if c := r.holding(t, scanner.SourceBlob, "dangling in the lender"); c.Reach != scanner.ReachUnreachable {
		t.Errorf("lender's dangling blob is %s", c.Reach)
	}

	list := filepath.Join(two, ".git", "objects", "info", "alternates")
	must(t, os.WriteFile(list, []byte("# a comment\n\n\"../../../one/.git/obj\\145cts\"\n../../../one/.git/objects\n"), 0o666))
	r = scan(t, two, gitsource.Options{})
	r.complete(t)
	judge(t, f, two, r)

	must(t, os.WriteFile(list, []byte("../../../nowhere/objects\n"), 0o666))
	r = scan(t, two, gitsource.Options{})
	if len(r.unread) < 2 || r.unread[0].Class != "missing" || !strings.Contains(r.unread[0].What, "nowhere") {
		t.Errorf("unread is %v", r.unread)
	}
	r.holding(t, scanner.SourceBlob, "own")
}

// TestShallow scans shallow clones: what was not fetched is scope.
func TestShallow(t *testing.T) {
	f := small(t)
	dir := filepath.Join(t.TempDir(), "shallow")
	f.run("", "clone", "-q", "--depth=1", "--no-single-branch", "file://"+f.dir, dir)
	r := scan(t, dir, gitsource.Options{})
	r.complete(t)
	judge(t, f, dir, r)
	if n := r.skipped("history beyond the shallow boundary"); n != 3 {
		t.Errorf("%d commits at the shallow boundary, want 3: %v", n, r.tally.Skipped)
	}
	c := r.holding(t, scanner.SourceBlob, "two\n")
	if c.Boundary != "shallow" {
		t.Errorf("boundary is %q", c.Boundary)
	}
	// A later shallow fetch moves the boundary.
	f.change("a", "five\n")
	f.change("a", "six\n")
	f.run(dir, "fetch", "-q", "--depth=1")
	f.run(dir, "reset", "-q", "--hard", "origin/main")
	r = scan(t, dir, gitsource.Options{})
	r.complete(t)
	judge(t, f, dir, r)
	if c := r.holding(t, scanner.SourceBlob, "six\n"); !c.AtTip {
		t.Error("six is not at the tip")
	}
}

// TestPartial scans a partial clone: what the remote promised is unread, each by
// name, and all else is there.
func TestPartial(t *testing.T) {
	f := small(t)
	f.git("config", "uploadpack.allowFilter", "true")
	dir := filepath.Join(t.TempDir(), "partial")
	f.run("", "clone", "-q", "--no-checkout", "--filter=blob:none", "file://"+f.dir, dir)
	r := scan(t, dir, gitsource.Options{})
	want := strings.Fields(f.run(f.dir, "rev-parse", "HEAD~1:a", "HEAD:a", "HEAD:dir/b", "side:c"))
	if len(r.unread) != len(want) {
		t.Fatalf("unread is %v, want %d blobs", r.unread, len(want))
	}
	for _, id := range want {
		found := false
		for _, u := range r.unread {
			found = found || u.Class == "promised" && strings.Contains(u.What, id)
		}
		if !found {
			t.Errorf("blob %s is not named as promised", id)
		}
	}
	judgeObjects(t, f, dir, r)
	if o := r.tally.Objects; o["commits"] != 4 || o["blobs"] != 0 {
		t.Errorf("tally is %v", o)
	}
	if got := strings.Join(r.names(), " "); got != "a dir/b c" {
		t.Errorf("names of blobs that were not fetched are %q", got)
	}
	// The configuration alone tells a partial clone, and so do its packs alone.
	marks, err := filepath.Glob(filepath.Join(dir, ".git", "objects", "pack", "*.promisor"))
	must(t, err)
	if len(marks) == 0 {
		t.Fatal("the clone has no promisor pack")
	}
	for _, step := range []struct {
		class string
		do    func()
	}{
		{"promised", func() { must(t, os.Rename(marks[0], marks[0]+".away")) }},
		{"missing", func() { f.run(dir, "config", "--unset", "remote.origin.promisor") }},
		{"promised", func() { f.run(dir, "config", "extensions.partialClone", "origin") }},
		{"promised", func() {
			must(t, os.Rename(marks[0]+".away", marks[0]))
			f.run(dir, "config", "--unset", "extensions.partialClone")
		}},
	} {
		step.do()
		r := scan(t, dir, gitsource.Options{})
		if len(r.unread) != len(want) || r.unread[0].Class != step.class {
			t.Errorf("unread is %v, want %d of class %s", r.unread, len(want), step.class)
		}
	}
}

// TestSubmodule counts submodules as scope, and scans one as a repository.
func TestSubmodule(t *testing.T) {
	inner := small(t)
	f := newFixture(t)
	f.git("submodule", "add", "-q", inner.dir, "vendor/inner")
	f.commit("submodule")
	r := scan(t, f.dir, gitsource.Options{})
	r.complete(t)
	judge(t, f, f.dir, r)
	if r.skipped("submodules, such as vendor/inner") != 1 {
		t.Errorf("skipped is %v", r.tally.Skipped)
	}
	if got := strings.Join(r.names(), " "); got != "vendor/inner" {
		t.Errorf("names are %q", got)
	}
	dir := filepath.Join(f.dir, "vendor", "inner")
	r = scan(t, dir, gitsource.Options{})
	r.complete(t)
	judge(t, f, dir, r)
}

// TestLFS scans pointers and counts what they point to as scope.
func TestLFS(t *testing.T) {
	f := newFixture(t)
	f.change("big.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:"+strings.Repeat("0", 64)+"\nsize 5\n")
	r := scan(t, f.dir, gitsource.Options{})
	r.complete(t)
	r.holding(t, scanner.SourceBlob, "git-lfs")
	if r.skipped("LFS content, such as big.bin") != 1 {
		t.Errorf("skipped is %v", r.tally.Skipped)
	}
}

// names gives the paths that were yielded by themselves.
func (r *result) names() []string {
	var out []string
	for _, c := range r.of(scanner.SourcePath) {
		if string(c.Data) != c.Path {
			out = append(out, "not a path: "+string(c.Data))
		}
		out = append(out, c.Path)
	}
	return out
}

// TestMaxBytes leaves out large blobs as asked, but not their names.
func TestMaxBytes(t *testing.T) {
	f := newFixture(t)
	f.change("dir/large", strings.Repeat("large\n", 100))
	f.git("mv", "dir/large", "dir/moved")
	f.commit("move")
	f.change("small", "small\n")
	f.change("huge", strings.Repeat("huge\n", 1000))
	f.change("huge", "now small\n")
	r := scan(t, f.dir, gitsource.Options{MaxBytes: 500, MaxBlob: 2000})
	r.complete(t)
	if n := r.skipped("blobs of more than 500 bytes, such as dir/large"); n != 2 {
		t.Errorf("skipped is %v", r.tally.Skipped)
	}
	if got := strings.Join(r.contents(), ""); got != "now small\nsmall\n" {
		t.Errorf("blobs are %q", got)
	}
	if got := strings.Join(r.names(), " "); got != "dir/large dir/moved" {
		t.Errorf("names are %q", got)
	}
	if o := r.tally.Objects; o["blobs"] != 2 || o["paths"] != 4 {
		t.Errorf("tally is %v", o)
	}
}

// TestLargeConfig scans a configuration that is larger than the bound.
func TestLargeConfig(t *testing.T) {
	f := small(t)
	f.git("config", "remote.origin.url", "https://example.test/"+strings.Repeat("long", 300)+"/end")
	r := scan(t, f.dir, gitsource.Options{MaxBlob: 1000})
	r.complete(t)
	judgeObjects(t, f, f.dir, r)
	if c := r.holding(t, scanner.SourceConfig, "longlong/end"); c.To == 0 || c.Path != ".git/config" {
		t.Errorf("config is %+v", c.Location)
	}
}

// TestSplitIndex reads split, sparse and version 4 indexes.
func TestSplitIndex(t *testing.T) {
	build := func(t *testing.T) *fixture {
		f := newFixture(t)
		for _, name := range []string{"a", "b", "in/c", "in/d", "out/e", "out/more/f"} {
			f.write(name, "content of "+name+"\n")
		}
		f.commit("all")
		return f
	}
	stage := func(f *fixture) {
		f.write("b", "staged change\n")
		f.write("in/new", "staged new\n")
		f.git("add", "b", "in/new")
		f.git("rm", "-q", "--cached", "a")
	}
	for name, prepare := range map[string]func(*fixture){
		"version 2": func(f *fixture) { f.git("update-index", "--index-version", "2") },
		"version 4": func(f *fixture) { f.git("update-index", "--index-version", "4") },
		"split":     func(f *fixture) { f.git("update-index", "--split-index") },
		"split 4":   func(f *fixture) { f.git("update-index", "--index-version", "4", "--split-index") },
		"sparse":    func(f *fixture) { f.git("sparse-checkout", "set", "--cone", "--sparse-index", "in") },
		"no hash":   func(f *fixture) {},
	} {
		t.Run(name, func(t *testing.T) {
			f := build(t)
			prepare(f)
			stage(f)
			if name == "split" || name == "split 4" {
				f.git("config", "splitIndex.maxPercentChange", "100")
				f.git("update-index", "--split-index")
				f.write("in/c", "changed after the split\n")
				f.git("add", "in/c")
				f.git("rm", "-q", "--cached", "in/d")
				if found, _ := filepath.Glob(filepath.Join(f.dir, ".git", "sharedindex.*")); len(found) == 0 {
					t.Fatal("the index is not split")
				}
			}
			if name == "no hash" { // what index.skipHash leaves
				index := filepath.Join(f.dir, ".git", "index")
				data, err := os.ReadFile(index)
				must(t, err)
				clear(data[len(data)-20:])
				must(t, os.WriteFile(index, data, 0o666))
			}
			r := scan(t, f.dir, gitsource.Options{})
			r.complete(t)
			judge(t, f, f.dir, r)
			if c := r.holding(t, scanner.SourceBlob, "staged new"); c.Reach != scanner.ReachIndex || c.Path != "in/new" {
				t.Errorf("staged blob is %+v", c.Location)
			}
			w, err := gitsource.OpenWorkTree(f.dir)
			must(t, err)
			for line := range strings.SplitSeq(f.git("ls-files", "-z"), "\x00") {
				if line != "" && w.Status(line) != gitsource.Tracked {
					t.Errorf("%s is %q", line, w.Status(line))
				}
			}
			for _, gone := range []string{"a", "nothing", "out/more/none"} {
				if got := w.Status(gone); got != gitsource.Untracked {
					t.Errorf("%s is %q", gone, got)
				}
			}
		})
	}
}
