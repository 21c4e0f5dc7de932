package gitsource_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/scanner/gitsource"
)

// statuses gives what git says of every file of a work tree.
func statuses(f *fixture) map[string]string {
	f.t.Helper()
	out := map[string]string{}
	for name := range strings.SplitSeq(f.git("ls-files", "-z"), "\x00") {
		out[name] = gitsource.Tracked
	}
	for status, args := range map[string][]string{
		gitsource.Untracked: {"ls-files", "-z", "--others", "--exclude-standard"},
		gitsource.Ignored:   {"ls-files", "-z", "--others", "--ignored", "--exclude-standard"},
	} {
		for name := range strings.SplitSeq(f.git(args...), "\x00") {
			if name != "" && !strings.HasSuffix(name, "/") {
				out[name] = status
			}
		}
	}
	delete(out, "")
	return out
}

// judgeStatus compares the status of every file with git's.
func judgeStatus(t reporter, f *fixture) {
	w, err := gitsource.OpenWorkTree(f.dir)
	must(f.t, err)
	want := statuses(f)
	if len(want) == 0 {
		t.Errorf("git knows no files")
	}
	for name, status := range want {
		if got := w.Status(name); got != status {
			t.Errorf("%q is %q, git says %q", name, got, status)
		}
	}
}

// TestIgnore compares with git over the forms that ignore files have.
func TestIgnore(t *testing.T) {
	f := newFixture(t)
	f.write(".gitignore", strings.Join([]string{
		"\ufeff*.log", "!keep.log", "# comment", "\\#hash", "\\!bang", "trailing   ", "escaped\\ ", "/rooted", "folder/",
		"a/**/z", "**/any", "tail/**", "mid**dle", "[abc]x", "[!abc]y", "[]]z", "[[:digit:]]d", "q?r", "nested/*/deep",
		"/*.top", "cr\r", "open[", "back\\", "un/star*", "!folder/inside", "/excl/*", "!/excl/sub", "[a-c-]w", "**/", "***/x3", "é?", "\\*lit",
	}, "\n")+"\n")
	f.write("sub/.gitignore", "*.sub\n!*.log\n/only-here\nsee/\n")
	f.write(".git/info/exclude", "from-exclude\n!x.log\n")
	f.write("tracked.log", "tracked before it was ignored\n")
	f.git("add", "-f", "tracked.log", ".gitignore")
	for _, name := range []string{
		"x.log", "keep.log", "in/x.log", "#hash", "!bang", "trailing", "escaped ", "escaped", "rooted", "in/rooted",
		"folder/inside", "in/folder/f", "file/folder", "a/z", "a/b/z", "a/b/c/z", "in/a/z", "any", "in/in/any", "tail/x", "tail/y/z", "in/tail/x",
		"middle", "mid/dle", "midxxdle", "ax", "dx", "ay", "dy", "]z", "7d", "xd", "qxr", "q/r", "nested/1/deep", "nested/1/2/deep", "nested/deep",
		"1.top", "in/1.top", "cr", "cr\r", "open[", "back\\", "back", "un/start", "un/star/x", "in/un/start", "excl/1", "excl/sub/1", "excl/other/1",
		"-w", "bw", "3/x3", "x3", "ér", "é", "*lit", "xlit",
		"sub/1.sub", "sub/x.log", "sub/in/x.log", "sub/only-here", "sub/in/only-here", "sub/see/this", "sub/sub/1.sub", "from-exclude", "in/from-exclude",
	} {
		f.write(name, "x\n")
	}
	judgeStatus(t, f)
}

// TestIgnoreCase folds letters where the repository says that names do.
func TestIgnoreCase(t *testing.T) {
	f := newFixture(t)
	f.git("config", "core.ignoreCase", "true")
	f.write(".gitignore", "UPPER\nlower\n[A-C]lass\n")
	for _, name := range []string{"upper", "LOWER", "bLASS", "dlass"} {
		f.write(name, "x\n")
	}
	judgeStatus(t, f)
}

// TestIgnoreProperty compares with git over random rules and trees.
func TestIgnoreProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t)
		word := rapid.StringMatching(`[ab.]{1,2}`).Filter(func(s string) bool { return strings.Trim(s, ".") != "" })
		path := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "parts"), "/") })
		rule := rapid.StringMatching(`!?/?([ab.*?]|\*\*|\[[ab!-]{1,3}\]|\\a|/){1,6}/?`)
		for _, dir := range []string{"", "a/", "b/"} {
			lines := strings.Join(rapid.SliceOfN(rule, 0, 4).Draw(rt, "rules in "+dir), "\n") + "\n"
			f.write(dir+".gitignore", lines)
		}
		for _, p := range rapid.SliceOfN(path, 1, 25).Draw(rt, "paths") {
			full := filepath.Join(f.dir, filepath.FromSlash(p))
			if os.MkdirAll(filepath.Dir(full), 0o777) == nil {
				if _, err := os.Lstat(full); err != nil {
					must(t, os.WriteFile(full, []byte("x\n"), 0o666))
				}
			}
		}
		if rapid.Bool().Draw(rt, "add") {
			f.git("add", "-A")
		}
		judgeStatus(rt, f)
	})
}

// TestInnerRepositories asks for files of a submodule and of a repository that
// lies unknown in another.
func TestInnerRepositories(t *testing.T) {
	inner := newFixture(t)
	inner.write(".gitignore", "*.ignored\n")
	inner.change("known", "x\n")
	f := newFixture(t)
	f.write("outer", "x\n")
	f.write(".gitignore", "lost/\n*.out\n")
	f.git("submodule", "add", "-q", inner.dir, "mod")
	f.commit("submodule")
	f.run("", "clone", "-q", inner.dir, filepath.Join(f.dir, "lost", "clone"))
	for _, name := range []string{"mod/new", "mod/x.ignored", "mod/x.out", "lost/clone/new", "lost/new"} {
		f.write(name, "x\n")
	}
	w, err := gitsource.OpenWorkTree(f.dir)
	must(t, err)
	want := map[string]string{
		"outer": "", ".gitmodules": "", "mod/known": "", "mod/new": "untracked", "mod/x.ignored": "ignored", "mod/x.out": "untracked",
		"lost/clone/known": "", "lost/clone/new": "untracked", "lost/new": "ignored",
	}
	for name, status := range want {
		if got := w.Status(name); got != status {
			t.Errorf("%s is %q, want %q", name, got, status)
		}
	}
	f.write("dir/deep/tracked", "x\n")
	f.git("add", "dir")
	f.write(".gitignore", "lost/\n*.out\ndir/\n")
	f.write("dir/other/file", "x\n")
	f.write("plain/file", "x\n")
	w, err = gitsource.OpenWorkTree(f.dir)
	must(t, err)
	for dir, status := range map[string]string{
		".": "", "dir": "", "dir/deep": "", "dir/other": "ignored", "plain": "untracked", "lost": "ignored", "mod": "", "mod/x": "untracked",
	} {
		if got := w.FolderStatus(dir); got != status {
			t.Errorf("folder %s is %q, want %q", dir, got, status)
		}
	}
	below, err := gitsource.OpenWorkTree(filepath.Join(f.dir, "lost"))
	must(t, err)
	if got := below.Status("new"); got != "ignored" || below.Root() != f.dir {
		t.Errorf("from below: %q, root %s", got, below.Root())
	}
	if got := below.Status("../outer"); got != "" {
		t.Errorf("outer from below is %q", got)
	}
}

// TestNoWorkTree checks the errors of folders that git does not manage.
func TestNoWorkTree(t *testing.T) {
	f := newFixture(t, "--bare")
	for _, dir := range []string{t.TempDir(), f.dir} {
		if _, err := gitsource.OpenWorkTree(dir); !errors.Is(err, gitsource.ErrNotRepository) {
			t.Errorf("%s: %v", dir, err)
		}
	}
	g := newFixture(t)
	g.write(".git/index", "nonsense, but long enough to be an index")
	if _, err := gitsource.OpenWorkTree(g.dir); err == nil || !strings.Contains(err.Error(), "read index of") {
		t.Errorf("broken index: %v", err)
	}
}

// BenchmarkOpenWorkTree measures an index of 20,000 files.
func BenchmarkOpenWorkTree(b *testing.B) {
	f := newFixture(b)
	var lines strings.Builder
	id := f.feed("x\n", "hash-object", "-w", "--stdin")
	for i := range 20_000 {
		fmt.Fprintf(&lines, "100644 %s\tfolder%d/file%d.go\n", id, i/100, i)
	}
	f.feed(lines.String(), "update-index", "--index-info")
	for b.Loop() {
		if _, err := gitsource.OpenWorkTree(f.dir); err != nil {
			b.Fatal(err)
		}
	}
}
