package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// newRepo makes a small history with a merge, a tag, a file in a folder and
// contents that look like the stream's own commands.
func newRepo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	script := `
		set -eu
		git init -q -b main .
		echo one > a; mkdir d; printf 'data 5\nblob\n' > d/b; : > empty
		git add .; git commit -q -m 'commit refs/heads/no'
		git checkout -q -b side; echo two > a; git commit -q -am two
		git checkout -q main; echo three > d/b; git commit -q -am three
		git merge -q --no-edit side; git tag -a -m 'tag data 3' v1; git update-ref refs/pull/1/head side`
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=c", "GIT_COMMITTER_EMAIL=c@example.com")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return filepath.Join(dir, ".git")
}

// ids are all objects of a repository.
func ids(t *testing.T, dir string) map[string]bool {
	t.Helper()
	out, err := git(dir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]bool{}
	for id := range strings.FieldsSeq(string(out)) {
		set[id] = true
	}
	return set
}

// TestRetell holds what growth stands on: a copy has the same shape and the same
// number of objects, and no object of the original or of another copy.
func TestRetell(t *testing.T) {
	dir := newRepo(t)
	at := t.TempDir()
	shape := func(dir string) string {
		out, err := git(dir, "log", "--all", "--topo-order", "--format=%an %s %ct", "--name-status", "-m")
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	original := ids(t, dir)
	seen := map[string]bool{}
	for id := range original {
		seen[id] = true
	}
	for k := 1; k <= 2; k++ {
		to := filepath.Join(at, "copy-"+string(rune('0'+k))+".git")
		if err := retell(dir, to, k, []string{"--all"}); err != nil {
			t.Fatal(err)
		}
		if out, err := git(to, "fsck", "--strict"); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		copied := ids(t, to)
		if len(copied) != len(original) {
			t.Errorf("copy %d has %d objects, the original %d", k, len(copied), len(original))
		}
		for id := range copied {
			if seen[id] {
				t.Errorf("copy %d shares object %s", k, id)
			}
			seen[id] = true
		}
		if got, want := shape(to), shape(dir); got != want {
			t.Errorf("copy %d tells another history:\n%s\nwant:\n%s", k, got, want)
		}
	}
	for k := 1; k <= 2; k++ {
		if err := gather(at, k); err != nil {
			t.Fatal(err)
		}
		n, err := objects(filepath.Join(at, string(rune('0'+k))+".git"))
		if err != nil || n != k*len(original) {
			t.Errorf("%d copies have %d objects in packs (%v), want %d", k, n, err, k*len(original))
		}
	}
}

// TestServe clones over the loopback server and compares the objects.
func TestServe(t *testing.T) {
	dir := newRepo(t)
	url, stop, err := serve(filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	to := filepath.Join(t.TempDir(), "clone.git")
	if out, err := exec.Command("git", "clone", "-q", "--mirror", url+".git", to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, want := ids(t, to), ids(t, dir)
	for id := range want {
		if !got[id] {
			t.Errorf("the clone lacks %s", id)
		}
	}
}

// TestRaceMeasures runs a process that holds 64 MB for a while: its memory and
// its CPU time are those of the process, and a failure takes it out of the race.
func TestRaceMeasures(t *testing.T) {
	if os.Getenv("LEAKLINE_BENCH_HOLD") != "" {
		held := bytes.Repeat([]byte{1}, 64<<20)
		for begin := time.Now(); time.Since(begin) < 200*time.Millisecond; {
			held[len(held)-1]++
		}
		runtime.KeepAlive(held)
		return
	}
	t.Setenv("LEAKLINE_BENCH_HOLD", "1")
	holds := &contender{name: "holds", args: []string{os.Args[0], "-test.run", "^TestRaceMeasures$"}}
	fails := &contender{name: "fails", args: []string{"sh", "-c", "echo why >&2; exit 3"}}
	race(1, 2, []*contender{holds, fails})
	if len(holds.took) != 2 || holds.failed != "" {
		t.Fatalf("%d runs, %q", len(holds.took), holds.failed)
	}
	if holds.median(cpu) == 0 || holds.median(wall) == 0 {
		t.Errorf("no time measured: %+v", holds.took)
	}
	if runtime.GOOS == "linux" && holds.peak(anon) < 64<<20 {
		t.Errorf("%.0f bytes of anonymous memory seen, want 64 MB and more", holds.peak(anon))
	}
	if len(fails.took) != 0 || !strings.Contains(fails.failed, "why") {
		t.Errorf("the one that fails: %d runs, %q", len(fails.took), fails.failed)
	}
}

// TestCompare holds how places are compared: by object and line, in a commit by
// the object alone, each line once.
func TestCompare(t *testing.T) {
	ours := lines{"b1": {{from: 2, to: 4, reported: true}}, "b2": {{from: 1, to: 1}}, "c": {{from: 9, to: 9, reported: true}}}
	lacked := ours.compare("a peer", []place{
		{rule: "r", path: "x", commit: "c", blob: "b1", line: 3},
		{rule: "r", path: "x", commit: "c", blob: "b1", line: 5},
		{rule: "s", path: "x", commit: "c", blob: "b1", line: 5},
		{rule: "r", path: "y", commit: "c", blob: "b2", line: 1},
		{rule: "r", commit: "c", blob: "c", line: 1},
		{rule: "r", path: "z", commit: "c", blob: "b3", line: 1},
	})
	var got []string
	for _, p := range lacked {
		got = append(got, p.String())
	}
	want := "r\tx:5\tc, r\tz:1\tc"
	if strings.Join(got, ", ") != want {
		t.Errorf("lacked %q, want %q", got, want)
	}
}

// TestReadReports reads reports of the two forms, and takes only places.
func TestReadReports(t *testing.T) {
	got, err := readGitleaks(strings.NewReader(`[{"RuleID":"r","StartLine":7,"File":"a/b","Commit":"c1","Secret":"REDACTED"}]`))
	if err != nil || len(got) != 1 || got[0] != (place{rule: "r", path: "a/b", commit: "c1", line: 7}) {
		t.Errorf("gitleaks: %v, %v", got, err)
	}
	got, err = readTrufflehog(strings.NewReader(`{"level":"info","msg":"starting"}
{"SourceMetadata":{"Data":{"Git":{"commit":"c2","file":"f","line":3}}},"DetectorName":"D","Raw":"…"}
`))
	if err != nil || len(got) != 1 || got[0] != (place{rule: "D", path: "f", commit: "c2", line: 3}) {
		t.Errorf("trufflehog: %v, %v", got, err)
	}
	if _, err := readGitleaks(strings.NewReader(`[{"RuleID":`)); err == nil {
		t.Error("half a report is read without an error")
	}
}
