package filesource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leakline/scanner"
)

func TestWalkOrderAndPaths(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, p := range []string{"b/x", "b.txt", "a", "b/c/d", "Z", "empty", "é"} {
		content := p
		if p == "empty" {
			content = ""
		}
		write(t, p, content)
	}
	must(t, os.Mkdir("hollow", 0o755))
	must(t, os.Symlink("a", "link"))
	must(t, os.Symlink(".", "b/loop"))
	want := []string{"Z", "a", "b/c/d", "b/x", "b.txt", "empty", "é"}
	src := New(nil, Options{})
	w := collect(t, src, nil)
	if d := cmp.Diff(want, w.paths()); d != "" || w.unread != nil {
		t.Error(d, w.unread)
	}
	for _, c := range w.chunks {
		if got := string(c.Data); got != c.Path && c.Path != "empty" {
			t.Errorf("%s holds %q", c.Path, got)
		}
	}
	if d := cmp.Diff(map[string]int{"files": 7, "symlinks": 2}, src.Tally().Objects); d != "" {
		t.Error(d)
	}
	for _, test := range []struct{ give, want []string }{
		{[]string{"b/", "./a"}, []string{"b/c/d", "b/x", "a"}},
		{[]string{dir + "/b/c", "link"}, []string{filepath.ToSlash(dir) + "/b/c/d", "link"}},
		{[]string{"b/c", "b", "./b/x", "a", "a"}, []string{"b/c/d", "b/x", "a"}}, // each once
	} {
		if d := cmp.Diff(test.want, collect(t, New(test.give, Options{}), nil).paths()); d != "" {
			t.Error(test.give, d)
		}
	}
	again := collect(t, src, nil)
	if d := cmp.Diff(want, again.paths()); d != "" || src.Tally().Objects["files"] != 7 {
		t.Error("second walk:", d)
	}
}

func TestGitFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, ".git/HEAD", "ref: refs/heads/main\n")
	write(t, ".git/config", "[remote]\nurl = https://x:"+token(t, "x")+"@host/\n")
	write(t, ".git/objects/pack/p", "packed")
	write(t, "sub/.git", "gitdir: ../.git/modules/sub\n")
	write(t, "odd/.git/file", "not git's")
	write(t, "a", "a")
	src := New([]string{"."}, Options{})
	w := collect(t, src, nil)
	if d := cmp.Diff([]string{".git/config", "a", "odd/.git/file", "sub/.git"}, w.paths()); d != "" || w.unread != nil {
		t.Error(d, w.unread)
	}
	if w.chunks[0].Source != scanner.SourceConfig || w.chunks[1].Source != "" {
		t.Errorf("sources %q and %q", w.chunks[0].Source, w.chunks[1].Source)
	}
	want := scanner.Tally{
		Objects: map[string]int{"files": 3, "configs": 1},
		Skipped: []scanner.Skip{{What: ".git", Why: "git's own data: leakline git scans it"}},
	}
	if d := cmp.Diff(want, src.Tally()); d != "" {
		t.Error(d)
	}
	res := scan(t, newScanner(t), src)
	if len(res.Findings) != 1 || res.Findings[0].Source != scanner.SourceConfig || !res.Summary.Complete {
		t.Errorf("%+v", res)
	}
	// Who names git's folder gets it.
	if d := cmp.Diff([]string{".git/HEAD", ".git/config", ".git/objects/pack/p"}, collect(t, New([]string{".git"}, Options{}), nil).paths()); d != "" {
		t.Error(d)
	}
}

func TestScope(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "big", strings.Repeat("x", 101))
	write(t, "fits", strings.Repeat("x", 100))
	src := New(nil, Options{MaxBytes: 100})
	w := collect(t, src, nil)
	want := scanner.Tally{
		Objects: map[string]int{"files": 1},
		Skipped: []scanner.Skip{{What: "big", Why: "101 bytes, larger than 100 (--max-target-megabytes)"}},
	}
	if d := cmp.Diff(want, src.Tally()); d != "" || w.unread != nil {
		t.Error(d, w.unread)
	}
	res := scan(t, newScanner(t), src)
	if d := cmp.Diff(want.Skipped, res.Summary.Skipped); d != "" || !res.Summary.Complete {
		t.Error(d)
	}
}

func TestTracked(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, p := range []string{
		"w/.git/HEAD", "w/tracked", "w/new", "w/a.log", "w/build/x", "w/keep.log/y", "w/in/.git/HEAD", "w/in/z", "plain/a.log",
	} {
		write(t, p, p)
	}
	var asked []string
	tracked := func(dir string) (State, error) {
		asked = append(asked, filepath.ToSlash(dir))
		switch filepath.ToSlash(dir) {
		case "w":
			return func(rel string, folder bool) string {
				switch {
				case strings.HasSuffix(rel, ".log") && !folder, rel == "build", strings.HasPrefix(rel, "build/"):
					return "ignored"
				case rel == "new":
					return "untracked"
				}
				return ""
			}, nil
		case "w/in":
			return nil, errors.New("a bad index")
		}
		return nil, nil
	}
	states := func(w walked) map[string]string {
		m := map[string]string{}
		for _, c := range w.chunks {
			m[c.Path] = c.Untracked
		}
		return m
	}
	src := New(nil, Options{Tracked: tracked})
	w := collect(t, src, nil)
	want := map[string]string{
		"w/tracked": "", "w/new": "untracked", "w/a.log": "ignored", "w/build/x": "ignored", "w/keep.log/y": "",
		"w/in/z": "", "plain/a.log": "",
	}
	if d := cmp.Diff(want, states(w)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{".", "w", "w/in"}, asked); d != "" {
		t.Error(d)
	}
	if len(w.errors) != 1 || w.errors[0].Error() != "w/in: corrupt: read the work tree's index: a bad index" {
		t.Error(w.errors)
	}

	src = New([]string{"w/new", "w"}, Options{Tracked: tracked, Gitignore: true})
	w = collect(t, src, nil)
	for _, p := range []string{"w/a.log", "w/build/x", "plain/a.log"} {
		delete(want, p)
	}
	if d := cmp.Diff(want, states(w)); d != "" {
		t.Error(d)
	}
	skipped := []scanner.Skip{
		{What: "w/.git", Why: "git's own data: leakline git scans it"},
		{What: "w/a.log", Why: "ignored by git (--gitignore)"},
		{What: "w/build", Why: "ignored by git (--gitignore)"},
		{What: "w/in/.git", Why: "git's own data: leakline git scans it"},
	}
	if d := cmp.Diff(skipped, src.Tally().Skipped); d != "" {
		t.Error(d)
	}
}

func TestAnyBytes(t *testing.T) {
	t.Chdir(t.TempDir())
	a, b, c := token(t, "a"), token(t, "b"), token(t, "c")
	write(t, "binary", "\x7fELF\x00\x00\x01"+a+"\x00\xff\xfe")
	write(t, "invalid", "\xc3("+b+"\xff\xff\n")
	write(t, "line", strings.Repeat("0123456789abcde ", 10<<20/16)+c+strings.Repeat(" x", 1<<20))
	res := scan(t, newScanner(t), New(nil, Options{}))
	var got []string
	for _, f := range res.Findings {
		got = append(got, fmt.Sprintf("%s %s %d:%d", f.Plain.Reveal(), f.Path, f.StartLine, f.StartColumn))
		if len(f.Line) > 220 {
			t.Errorf("a line of %d bytes", len(f.Line))
		}
	}
	want := []string{a + " binary 1:8", b + " invalid 1:3", fmt.Sprintf("%s line 1:%d", c, 10<<20+1)}
	if d := cmp.Diff(want, got); d != "" || !res.Summary.Complete {
		t.Error(d, res.Summary)
	}
}

func TestSameForAnyJobs(t *testing.T) {
	t.Chdir(t.TempDir())
	for i := range 200 {
		write(t, fmt.Sprintf("d%d/f%d", i%7, i), strings.Repeat("filler\n", i*50)+token(t, fmt.Sprint(i%30)))
	}
	write(t, "gone", "")
	must(t, os.Symlink("nowhere", "dangling"))
	var want string
	for _, jobs := range []int{1, 2, 5} {
		s := newScanner(t)
		s.Jobs = jobs
		res := scan(t, s, New([]string{".", "dangling", "no such file"}, Options{}))
		res.Summary.Seconds = 0
		got, err := json.Marshal(res)
		must(t, err)
		if want == "" {
			want = string(got)
		}
		if len(res.Findings) != 30 || len(res.Summary.Errors) != 2 || string(got) != want {
			t.Errorf("%d jobs: %d findings, %v", jobs, len(res.Findings), res.Summary.Errors)
		}
	}
}

func TestDone(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "a", strings.Repeat("x", 300))
	write(t, "b/c", strings.Repeat("x", 100))
	write(t, "big", strings.Repeat("x", 1000))
	write(t, ".git/HEAD", strings.Repeat("x", 1000))
	src := New(nil, Options{Measure: true, MaxBytes: 500})
	var done []float64
	collect(t, src, func(scanner.Chunk) { done = append(done, src.Done()) })
	if d := cmp.Diff([]float64{0.75, 1}, done); d != "" {
		t.Error(d)
	}
	src = New(nil, Options{})
	collect(t, src, func(scanner.Chunk) {
		if src.Done() != -1 {
			t.Error(src.Done())
		}
	})
}

func TestCancelledWalk(t *testing.T) {
	t.Chdir(t.TempDir())
	for i := range 5 {
		write(t, fmt.Sprint(i), "x")
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n, last := 0, error(nil)
	for _, err := range New(nil, Options{}).Chunks(ctx) {
		if last = err; err == nil {
			n++
			cancel()
		}
	}
	if n != 1 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d chunks, then %v", n, last)
	}
	for range New(nil, Options{}).Chunks(context.Background()) {
		break // a receiver that wants no more
	}
}

// TestAbove: where the target lies is told apart from what stands below it, if the
// user gave an absolute path.
func TestAbove(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, "test"), 0o755))
	write(t, filepath.Join(dir, "test", "a.txt"), "a")
	write(t, filepath.Join(dir, "b.txt"), "b")
	for arg, want := range map[string][]string{
		dir:                                {"b.txt", "test/a.txt"},
		filepath.Join(dir, "test"):         {"a.txt"},
		filepath.Join(dir, "test/a.txt"):   {"a.txt"},
		filepath.Join(dir, "test") + "/./": {"a.txt"},
	} {
		var below []string
		collect(t, New([]string{arg}, Options{}), func(c scanner.Chunk) { below = append(below, c.Path[c.Above:]) })
		if !slices.Equal(below, want) {
			t.Errorf("below %s stand %q, not %q", arg, below, want)
		}
	}
	t.Chdir(dir)
	collect(t, New([]string{"test"}, Options{}), func(c scanner.Chunk) {
		if c.Above != 0 {
			t.Errorf("%q is above by %d", c.Path, c.Above)
		}
	})
}
