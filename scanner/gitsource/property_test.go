package gitsource_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestHistories makes random histories (branches, merges, renames, reverts, tags,
// stashes, amends, resets, repacks) and compares each with git.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{f: newFixture(t), rt: rt}
		h.f.change("start", "0\n")
		for range rapid.IntRange(3, 14).Draw(rt, "steps") {
			h.step()
		}
		r := scan(t, h.f.dir, gitsource.Options{})
		r.complete(rt)
		judge(rt, h.f, h.f.dir, r)
		blobs := r.of(scanner.SourceBlob)
		for range min(3, len(blobs)) {
			c := blobs[rapid.IntRange(0, len(blobs)-1).Draw(rt, "blob")]
			if c.Path != "" && c.Reach != scanner.ReachUnreachable && c.Reach != scanner.ReachIndex {
				judgeFirst(rt, h.f, h.f.dir, c)
			}
		}
	})
}

// history plays random steps.
type history struct {
	f  *fixture
	rt *rapid.T
	n  int
}

func (h *history) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(h.rt, label)
}

func (h *history) step() {
	f := h.f
	h.n++
	f.tick()
	what := h.pick("step", "change", "change", "change", "branch", "switch", "merge", "move", "remove", "amend", "reset",
		"tag", "stash", "note", "pull", "repack", "stage", "orphan", "expire")
	file := h.pick("file", "start", "a", "dir/a", "dir/sub/b", "other/b")
	branch := "b" + h.pick("branch", "1", "2", "3")
	// Steps that do not fit the state fail and change nothing.
	soft := func(args ...string) bool {
		_, err := f.try(f.dir, nil, args...)
		return err == nil
	}
	switch what {
	case "change":
		f.write(file, h.pick("content", "x\n", "y\n", fmt.Sprintf("own %d\n", h.n)))
		f.commit(what)
	case "branch":
		soft("checkout", "-q", "-b", branch)
	case "switch":
		soft("checkout", "-q", branch)
	case "merge":
		if !soft("merge", "-q", "--no-edit", branch) {
			soft("merge", "--abort")
		}
	case "move":
		soft("mv", "-k", "dir", "moved"+branch)
		f.commit(what)
	case "remove":
		soft("rm", "-q", "-f", file)
		f.commit(what)
	case "amend":
		f.write(file, fmt.Sprintf("amended %d\n", h.n))
		f.git("add", "-A")
		f.git("commit", "-q", "--amend", "-m", what)
	case "reset":
		soft("reset", "-q", "--hard", "HEAD~1")
	case "tag":
		soft("tag", "-m", what, fmt.Sprintf("t%d", h.n))
	case "stash":
		f.write(file, fmt.Sprintf("stashed %d\n", h.n))
		soft("stash", "push", "-q", "-u")
	case "note":
		soft("notes", "append", "-m", fmt.Sprintf("note %d", h.n))
	case "pull":
		f.git("update-ref", fmt.Sprintf("refs/pull/%d/head", h.n), "HEAD")
	case "repack":
		soft("repack", "-q", "-d", "-f", h.pick("all", "-a", "-A", "-l"), "--depth=50", "--window=50")
	case "stage":
		f.write(file, fmt.Sprintf("staged %d\n", h.n))
		f.git("add", "-A")
	case "orphan":
		if soft("checkout", "-q", "--orphan", fmt.Sprintf("o%d", h.n)) {
			f.commit(what)
		}
	case "expire":
		soft("reflog", "expire", "--expire=now", "--all")
	}
}
