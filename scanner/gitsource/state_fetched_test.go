package gitsource_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestStateFetched scans a store that holds only what is new, as a fetch that
// names what was scanned gives it.
func TestStateFetched(t *testing.T) {
	f := newFixture(t)
	f.change("dir/file", "old\n")
	f.change("dir/other", "other\n")
	f.git("tag", "-m", "message", "v1")
	file := filepath.Join(t.TempDir(), "state")
	again(t, f.dir, file, gitsource.Options{})
	s, err := gitsource.OpenState(file, "catalogue")
	must(t, err)
	feed := ""
	for _, id := range s.Haves() {
		feed += "^" + id.String() + "\n"
	}
	if want := f.git("rev-parse", "HEAD"); !strings.Contains(feed, want) {
		t.Fatalf("haves are %q, want %s", feed, want)
	}
	last := f.change("dir/file", "new\n")
	bare := t.TempDir()
	f.run("", "init", "-q", "--bare", "-b", "main", bare)
	must(t, os.WriteFile(filepath.Join(bare, "refs", "heads", "main"), []byte(last+"\n"), 0o666))
	pack := filepath.Join(bare, "objects", "pack", "pack")
	f.feed(last+"\n"+feed, "pack-objects", "-q", "--revs", "--delta-base-offset", pack)
	r := again(t, bare, file, gitsource.Options{})
	r.complete(t)
	c := r.holding(t, scanner.SourceBlob, "new")
	if c.Path != "dir/file" || c.Commit.ID != last || c.Boundary != "state" || !c.AtTip || len(r.of(scanner.SourceBlob)) != 1 {
		t.Errorf("it stands at %q of %s, boundary %q, at tip %v", c.Path, c.Commit.ID, c.Boundary, c.AtTip)
	}
}

// TestStateHaves: what a scan left out, or could not reach, must be sent again, so
// that a scan with other bounds can look at it.
func TestStateHaves(t *testing.T) {
	f := newFixture(t)
	f.change("early", "early\n")
	f.change("large", strings.Repeat("large\n", 1000))
	haves := func(dir string, o gitsource.Options) int {
		t.Helper()
		file := filepath.Join(t.TempDir(), "state")
		again(t, dir, file, o)
		s, err := gitsource.OpenState(file, "catalogue")
		must(t, err)
		return len(s.Haves())
	}
	if n := haves(f.dir, gitsource.Options{}); n != 1 {
		t.Errorf("%d haves after a whole scan, want the branch", n)
	}
	if n := haves(f.dir, gitsource.Options{MaxBytes: 100}); n != 0 {
		t.Errorf("%d haves beside what was left out for its size", n)
	}
	clone := filepath.Join(t.TempDir(), "clone")
	f.run("", "clone", "-q", "--depth=1", "--no-local", "file://"+f.dir, clone)
	if n := haves(clone, gitsource.Options{}); n != 0 {
		t.Errorf("%d haves beside history that was not there", n)
	}
}
