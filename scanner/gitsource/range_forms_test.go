package gitsource_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/scanner/gitsource"
)

// merged makes a history of merges: of a side branch that goes on from its merges,
// of one that was taken whole, evil ones, and commits of the same second.
func merged(t testing.TB) *fixture {
	f := newFixture(t)
	f.change("a", "0\n")
	f.git("branch", "side")
	f.git("branch", "old")
	for i := range 4 {
		f.git("checkout", "-q", "main")
		f.change("a", fmt.Sprintf("main %d\n", i))
		f.clock -= 60 // the next commit is of the same second
		f.git("checkout", "-q", "side")
		f.change("dir/b", fmt.Sprintf("side %d\n", i/2))
		f.git("checkout", "-q", "main")
		f.merge("side", "-m", fmt.Sprintf("merge %d", i))
		if i == 1 {
			f.write("evil", "evil\n")
			f.git("add", "-A")
			f.git("commit", "-q", "--amend", "--no-edit")
		}
		f.git("tag", fmt.Sprintf("m%d", i))
		if i == 2 {
			f.git("checkout", "-q", "side")
			f.merge("main~1", "-m", "back")
		}
	}
	f.git("checkout", "-q", "old")
	f.change("dir/b", "side 0\n") // the same content by another way
	f.git("checkout", "-q", "main")
	f.merge("-s", "ours", "old", "-m", "ours")
	f.change("dir/c", "last\n")
	return f
}

// TestRangeForms compares every combination of some revisions, options and paths
// with git, on a history of merges.
func TestRangeForms(t *testing.T) {
	f := merged(t)
	for _, revisions := range []string{
		"HEAD", "--all", "m1..", "side..main", "main..side", "old...m2", "m3 ^m0 ^old", "^side main", "m0..m3 --not old",
	} {
		for _, options := range []string{
			"", "-n 3", "--skip=2 -n 3", "--skip=1", "--first-parent", "--merges", "--no-merges -n 2", "--full-history",
		} {
			for _, paths := range []string{"", "-- a", "-- dir", "-- dir/b evil", "-- :!a"} {
				args := strings.Fields(revisions + " " + paths)
				at := slices.Index(append(args, "--"), "--")
				if strings.Contains(revisions, "--not") {
					at = 0 // what follows --not is no option of the whole
				}
				args = slices.Insert(args, at, strings.Fields(options)...)
				judgeRange(t, f, f.dir, args, scanRange(t, f.dir, gitsource.RangeSpec{LogOptions: quoteAll(args)}, gitsource.Options{}))
			}
		}
	}
}

// TestRangeSlop excludes a commit that only a long line of commits with clocks
// far behind leads to.
func TestRangeSlop(t *testing.T) {
	f := newFixture(t)
	tree := f.git("write-tree")
	at := func(when int64, parents ...string) string {
		f.clock = when
		args := []string{"commit-tree", tree, "-m", "x"}
		for _, p := range parents {
			args = append(args, "-p", p)
		}
		return f.git(args...)
	}
	shared := at(1_500_000_500)
	mine := at(1_500_000_900, shared)
	theirs := shared
	for range 40 {
		theirs = at(1_500_000_100, theirs)
	}
	theirs = at(1_500_000_950, theirs)
	f.git("update-ref", "refs/heads/main", mine)
	r := scanRange(t, f.dir, gitsource.RangeSpec{LogOptions: theirs + ".." + mine}, gitsource.Options{})
	judgeSelected(t, []string{mine}, []string{"slop"}, r)
}
