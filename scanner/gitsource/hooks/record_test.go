package hooks

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestPresence: the answer for each time of a hook's life.
func TestPresence(t *testing.T) {
	r := find(t, repository(t))
	at := func(hour int) time.Time { return time.Date(2026, 1, 2, hour, 0, 0, 0, time.UTC) }
	install := func(hour int) {
		o := options("/bin/leakline")
		o.Now = at(hour)
		_, err := r.Install(PreCommit, o)
		ok(t, err)
	}
	uninstall := func(hour int) {
		_, err := r.Uninstall(PreCommit, Options{Now: at(hour)})
		ok(t, err)
	}
	expect := func(want map[int]Presence, seen ...time.Time) {
		t.Helper()
		for hour, w := range want {
			got, err := r.Presence(PreCommit, at(hour), seen)
			if err != nil || got != w {
				t.Errorf("at %d it was %q (%v), want %q", hour, got, err, w)
			}
		}
	}
	expect(map[int]Presence{1: Absent})
	install(2)
	install(3)
	expect(map[int]Presence{1: Absent, 2: There, 9: There})
	uninstall(4)
	uninstall(5)
	expect(map[int]Presence{1: Absent, 3: There, 4: Absent, 9: Absent})
	install(6)
	ok(t, os.Remove(r.File(PreCommit))) // nobody knows when
	expect(map[int]Presence{3: There, 5: Absent, 7: Unknown})
	install(8)
	expect(map[int]Presence{3: There, 5: Absent, 7: Unknown, 8: There})
	uninstall(9)

	// What another tool installed shows when it runs.
	expect(map[int]Presence{3: There, 5: Absent, 10: Absent, 12: Unknown}, at(11))
	write(t, r.File(PreCommit), "#!/bin/sh\n", 0o755)
	expect(map[int]Presence{10: Absent, 12: There}, at(11))
	expect(map[int]Presence{10: Absent, 12: Absent}, at(3)) // it ran before it was removed
	expect(map[int]Presence{9: Absent}, at(9))              // in that second, say

	write(t, r.recordFile(), "{", 0o644)
	if got, err := r.Presence(PreCommit, at(3), nil); err == nil || got != Unknown {
		t.Errorf("of a broken record: %q, %v", got, err)
	}
}

// TestMade: commits that git commit made here, and others.
func TestMade(t *testing.T) {
	dir := repository(t)
	r := find(t, dir)
	commit := func(args ...string) string {
		run(t, dir, append([]string{"commit", "-q", "--allow-empty", "-m", "x"}, args...)...)
		return run(t, dir, "rev-parse", "HEAD")
	}
	expect := func(what, id string, want bool, head string) {
		t.Helper()
		m, err := r.Made(id)
		if err != nil || m.Committed != want || m.Head != head {
			t.Errorf("%s: %+v, %v; want %v on %q", what, m, err, want, head)
		}
		if want && (time.Since(m.At) > time.Hour || m.Since.After(m.At)) {
			t.Errorf("%s: made at %v, on what was there since %v", what, m.At, m.Since)
		}
	}
	first := commit()
	expect("the first", first, true, "")
	second := commit()
	expect("another", second, true, first)
	amended := commit("--amend", "-m", "y")
	expect("an amended one", amended, true, second)
	run(t, dir, "checkout", "-q", "-b", "side", first)
	write(t, filepath.Join(dir, "a"), "a", 0o644)
	run(t, dir, "add", "a")
	side := commit("-m", "side")
	run(t, dir, "rebase", "-q", "main")
	rebased := run(t, dir, "rev-parse", "HEAD")
	expect("a rebased one", rebased, false, "")
	expect("the same before", side, true, first)
	run(t, dir, "checkout", "-q", "main")
	run(t, dir, "cherry-pick", side)
	expect("a picked one", run(t, dir, "rev-parse", "HEAD"), false, "")
	other := filepath.Join(folder(t), "clone")
	run(t, ".", "clone", "-q", dir, other)
	if m, err := find(t, other).Made(second); err != nil || m.Committed {
		t.Errorf("in a clone: %+v, %v", m, err)
	}
	run(t, dir, "worktree", "add", "-q", "../linked")
	linked := filepath.Join(dir, "..", "linked")
	run(t, linked, "commit", "-q", "--allow-empty", "-m", "there")
	there := run(t, linked, "rev-parse", "HEAD")
	expect("one of a linked work tree", there, true, run(t, linked, "rev-parse", "HEAD~"))
}

// TestHead asks git whether it is right.
func TestHead(t *testing.T) {
	dir := repository(t)
	check := func(what, at string) {
		t.Helper()
		r := find(t, at)
		want, err := try(at, "rev-parse", "--verify", "-q", "HEAD")
		if err != nil {
			want = ""
		}
		if got := Head(r.GitDir, r.CommonDir); fmt.Sprintln(got) != want && got != want {
			t.Errorf("%s: %q, git says %q", what, got, want)
		}
	}
	check("unborn", dir)
	run(t, dir, "commit", "-q", "--allow-empty", "-m", "x")
	check("loose", dir)
	run(t, dir, "branch", "main2")
	run(t, dir, "pack-refs", "--all")
	check("packed", dir)
	run(t, dir, "commit", "-q", "--allow-empty", "-m", "x")
	check("packed and loose", dir)
	run(t, dir, "worktree", "add", "-q", "-b", "side", "../linked")
	check("linked", filepath.Join(dir, "..", "linked"))
	run(t, dir, "pack-refs", "--all")
	check("linked and packed", filepath.Join(dir, "..", "linked"))
	run(t, dir, "checkout", "-q", "--detach", "HEAD~")
	check("detached", dir)
	run(t, dir, "checkout", "-q", "--orphan", "new")
	check("unborn again", dir)
}
