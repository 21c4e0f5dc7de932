package gitsource_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"leakline/scanner"
)

// realVariable names a folder of bare repositories, each as owner+name/repo;
// realRepositories are those of them that are scanned.
const realVariable = "LEAKLINE_TEST_REPOS"

var realRepositories = []string{
	"spf13+cobra", "gitleaks+gitleaks", "letta-ai+letta-code", "dexidp+dex", "supabase+auth", "pallets+flask", "WireGuard+wireguard-tools",
}

// TestDifferentialReal scans real repositories with both engines.
func TestDifferentialReal(t *testing.T) {
	folder := os.Getenv(realVariable)
	if folder == "" {
		t.Skipf("SKIPPED: %s names no folder of repositories. They are no part of this machine, and generated ones are scanned "+
			"in their place; this adds histories that nobody made up", realVariable)
	}
	l := newLab(t)
	compared, matches := 0, 0
	for _, name := range realRepositories {
		found, err := filepath.Glob(filepath.Join(folder, name, "repo", "HEAD"))
		must(t, err)
		if len(found) == 0 {
			t.Logf("%s is not in %s", name, folder)
			continue
		}
		compared++
		t.Run(name, func(t *testing.T) {
			delta, plain := l.agree(t, t, shape{dir: filepath.Dir(found[0])})
			earns(t, delta.stats, 1)
			matches += plain.found()
			if slices.ContainsFunc(plain.summary.Errors, func(e scanner.Failure) bool { return e.Class == "corrupt" }) {
				t.Errorf("errors are %v", plain.errors())
			}
			t.Logf("%d blobs, %d matches, %d findings, %d errors; %+v",
				len(plain.matches), plain.found(), len(plain.findings), len(plain.summary.Errors), delta.stats)
		})
	}
	if compared < 5 || matches == 0 {
		t.Errorf("%d repositories with %d matches were scanned, want at least 5 of %v", compared, matches, realRepositories)
	}
}
