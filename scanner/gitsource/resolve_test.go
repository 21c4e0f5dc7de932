package gitsource_test

import (
	"path/filepath"
	"testing"

	"leakline/scanner/gitsource"
)

// TestResolve compares revisions with git's reading of them.
func TestResolve(t *testing.T) {
	f := merged(t)
	r, err := gitsource.Open(f.dir, gitsource.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, revision := range []string{"HEAD", "HEAD~1", "HEAD~1^2", "main", "refs/heads/side", "m2", f.git("rev-parse", "HEAD~2")} {
		got, err := r.Resolve(revision)
		if want := f.git("rev-parse", revision+"^{commit}"); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", revision, got, err, want)
		}
	}
	for _, revision := range []string{"HEAD^3", "nowhere", "refs/remotes/origin/main", "0123456789012345678901234567890123456789", "HEAD:a", ""} {
		if got, err := r.Resolve(revision); err == nil {
			t.Errorf("%q: %s", revision, got)
		}
	}
	if got := r.DefaultBranch(); got != "" {
		t.Errorf("a repository that was not cloned has the default branch %q", got)
	}
	clone := filepath.Join(t.TempDir(), "clone")
	f.git("clone", "-q", "--depth=1", "file://"+f.dir, clone)
	c, err := gitsource.Open(clone, gitsource.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.DefaultBranch(); got != "main" {
		t.Errorf("the default branch is %q", got)
	}
	if got, err := c.Resolve("HEAD~1"); err == nil {
		t.Errorf("beyond a shallow boundary: %s", got)
	}
}
