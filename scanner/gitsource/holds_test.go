package gitsource_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/pack"
)

// TestHolds asks for every object that git lists, and for some that it does not: of
// loose and packed objects, before, during and after a walk, with either engine.
func TestHolds(t *testing.T) {
	f := small(t)
	const none = "00112233445566778899aabbccddeeff00112233"
	lone := f.feed("nothing leads here\n", "hash-object", "-w", "--stdin")
	for _, engineName := range []gitsource.Engine{gitsource.EngineDelta, gitsource.EnginePlain} {
		for _, packed := range []bool{false, true} {
			if packed {
				f.git("repack", "-adkq")
				f.git("prune-packed", "-q")
			}
			all := strings.Fields(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
			if !slices.Contains(all, lone) || len(all) < 12 {
				t.Fatalf("git lists %d objects", len(all))
			}
			r, err := gitsource.Open(f.dir, gitsource.Options{Engine: engineName})
			must(t, err)
			check := func(when string) {
				t.Helper()
				held, err := r.Holds(append(slices.Clone(all), none, lone))
				must(t, err)
				want := append(slices.Repeat([]bool{true}, len(all)), false, true)
				if !slices.Equal(held, want) {
					t.Errorf("%s, packed %v, %s the walk: held are %v", engineName, packed, when, held)
				}
			}
			check("before")
			drain(t, r)
			check("after")
			must(t, r.Close())
			check("long after")
			if _, err := r.Holds([]string{"HEAD"}); err == nil {
				t.Error("HEAD is taken for the name of an object")
			}
		}
	}
	f.git("gc", "-q", "--prune=now")
	r, err := gitsource.Open(f.dir, gitsource.Options{})
	must(t, err)
	if held, err := r.Holds([]string{lone, f.git("rev-parse", "HEAD:a")}); err != nil || !slices.Equal(held, []bool{false, true}) {
		t.Errorf("after a collection held are %v, %v", held, err)
	}
}

// TestHoldsReceived asks a pack without an index, whose blobs the walk did not name.
func TestHoldsReceived(t *testing.T) {
	f := small(t)
	dir := filepath.Join(t.TempDir(), "copy.git")
	f.run(f.dir, "clone", "-q", "--mirror", "--no-local", f.dir, dir)
	packs, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*.pack"))
	must(t, err)
	p, err := pack.Open(strings.TrimSuffix(packs[0], ".pack"))
	must(t, err)
	var at []int64
	for i := range p.Count() {
		at = append(at, p.Offset(i))
	}
	must(t, p.Close())
	blobs := strings.Fields(f.git("rev-parse", "HEAD:a", "side:c", "main~1:a"))

	options := gitsource.Options{Engine: gitsource.EngineDelta}
	gitsource.SetUnnamedFrom(&options, 1)
	r, err := gitsource.OpenReceived(dir, at, options)
	must(t, err)
	if _, err := r.Holds(blobs); err == nil {
		t.Error("objects without names were looked up before a walk")
	}
	set, err := engine.Compile(detectors.Catalogue())
	must(t, err)
	r.Select(set, func(string) bool { return false })
	drain(t, r)
	held, err := r.Holds(append(blobs, strings.Repeat("ab", 20)))
	must(t, err)
	if !slices.Equal(held, []bool{true, true, true, false}) {
		t.Errorf("held are %v", held)
	}
	must(t, r.Close())
	if _, err := r.Holds(blobs); err == nil {
		t.Error("objects without names were looked up after Close")
	}
}

// TestOrigin: the first URL of origin, without who may use it.
func TestOrigin(t *testing.T) {
	f := small(t)
	origin := func(dir string) string {
		t.Helper()
		r, err := gitsource.Open(dir, gitsource.Options{})
		must(t, err)
		return r.Origin()
	}
	if got := origin(f.dir); got != "" {
		t.Errorf("a repository without a remote has the origin %q", got)
	}
	f.git("remote", "add", "upstream", "https://example.com/other.git")
	f.git("remote", "add", "origin", "https://user:word@example.com/team/app.git")
	f.git("remote", "set-url", "--add", "origin", "https://example.com/mirror.git")
	if got := origin(f.dir); got != "https://example.com/team/app.git" {
		t.Errorf("the origin is %q", got)
	}
	tree := filepath.Join(t.TempDir(), "tree")
	f.git("worktree", "add", "-q", tree, "side")
	if got := origin(tree); got != "https://example.com/team/app.git" {
		t.Errorf("the origin of a linked work tree is %q", got)
	}
	r, err := gitsource.Open(tree, gitsource.Options{})
	must(t, err)
	want, err := filepath.EvalSymlinks(filepath.Join(f.dir, ".git"))
	must(t, err)
	if got, err := filepath.EvalSymlinks(r.CommonDir()); err != nil || got != want || r.GitDir() == r.CommonDir() {
		t.Errorf("the common folder of a linked work tree is %q (%v), want %q", got, err, want)
	}
}

// TestIsShallow: a clone of the last commit lacks the rest, a whole one nothing.
func TestIsShallow(t *testing.T) {
	f := small(t)
	for depth, want := range map[string]bool{"--depth=1": true, "--depth=1000": false} {
		dir := filepath.Join(t.TempDir(), "clone")
		f.run(f.dir, "clone", "-q", depth, "file://"+f.dir, dir)
		r, err := gitsource.Open(dir, gitsource.Options{})
		must(t, err)
		if got, err := r.Shallow(); err != nil || got != want {
			t.Errorf("%s: shallow is %v, %v", depth, got, err)
		}
	}
}
