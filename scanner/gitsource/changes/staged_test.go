package changes_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"leakline/scanner"
	"leakline/scanner/gitsource/changes"
)

// lines is a file of harmless lines, with secrets after every third.
func lines(n int, secrets ...int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "option_%d = %d\n", i, i*i)
		if i%3 == 2 && len(secrets) > 0 {
			b.WriteString(line(secrets[0]))
			secrets = secrets[1:]
		}
	}
	return b.String()
}

// debt is a repository in which old.txt holds secrets 0 and 1, and other.txt none.
func debt(t *testing.T, initArgs ...string) *fixture {
	f := newFixture(t, initArgs...)
	f.write("old.txt", lines(30, 0, 1))
	f.write("other.txt", lines(30))
	f.commit("old debts")
	return f
}

// TestStaged: every state in which an index can be.
func TestStaged(t *testing.T) {
	for _, c := range []struct {
		name  string
		setup func(f *fixture) *fixture
		want  []int
		files int
	}{
		{"first commit", func(f *fixture) *fixture {
			g := f.in(filepath.Join(filepath.Dir(f.dir), "fresh"))
			g.run("", nil, "init", "-q", g.dir)
			g.write("a", line(0))
			g.git("add", "-A")
			return g
		}, []int{0}, 1},
		{"nothing staged", func(f *fixture) *fixture {
			f.write("unstaged", line(2))
			return f
		}, nil, 0},
		{"an edit beside old debts", func(f *fixture) *fixture {
			f.write("old.txt", lines(40, 0, 1))
			f.git("add", "-A")
			return f
		}, nil, 1},
		{"a new secret beside old debts", func(f *fixture) *fixture {
			f.write("old.txt", lines(30, 0, 1, 2))
			f.git("add", "-A")
			return f
		}, []int{2}, 1},
		{"moved lines", func(f *fixture) *fixture {
			f.write("old.txt", lines(30, 1))
			f.write("other.txt", lines(30, 0))
			f.git("add", "-A")
			return f
		}, nil, 2},
		{"rename", func(f *fixture) *fixture {
			f.git("mv", "old.txt", "new.txt")
			return f
		}, nil, 1},
		{"rename with an edit and a new secret", func(f *fixture) *fixture {
			f.git("mv", "old.txt", "new.txt")
			f.write("new.txt", lines(35, 1, 0, 3))
			f.git("add", "-A")
			return f
		}, []int{3}, 1},
		{"split in two", func(f *fixture) *fixture {
			f.git("rm", "-q", "old.txt")
			f.write("a.txt", lines(9, 0))
			f.write("b.txt", lines(9, 1))
			f.git("add", "-A")
			return f
		}, nil, 2},
		{"reformatted", func(f *fixture) *fixture {
			f.write("old.txt", "\t\t"+strings.ReplaceAll(lines(30, 0, 1), " = ", "   :=   "))
			f.git("add", "-A")
			return f
		}, nil, 1},
		{"a copy of a file that stays as it is adds a place", func(f *fixture) *fixture {
			f.write("copy.txt", lines(30, 0, 1))
			f.git("add", "-A")
			return f
		}, []int{0, 1}, 1},
		{"a copy of a file that is edited, too", func(f *fixture) *fixture {
			f.write("copy.txt", lines(30, 0, 1))
			f.write("old.txt", lines(31, 0, 1))
			f.git("add", "-A")
			return f
		}, nil, 2},
		{"deletions", func(f *fixture) *fixture {
			f.git("rm", "-q", "old.txt")
			return f
		}, nil, 0},
		{"mode only", func(f *fixture) *fixture {
			f.git("update-index", "--chmod=+x", "old.txt")
			return f
		}, nil, 0},
		{"a copy of a file of which only the mode changes adds a place", func(f *fixture) *fixture {
			f.write("copy.txt", lines(30, 0, 1))
			f.git("add", "-A")
			f.git("update-index", "--chmod=+x", "old.txt")
			return f
		}, []int{0, 1}, 1},
		{"a link to a secret", func(f *fixture) *fixture {
			must(f.t, os.Remove(filepath.Join(f.dir, "other.txt")))
			must(f.t, os.Symlink(secret(2), filepath.Join(f.dir, "other.txt")))
			f.git("add", "-A")
			return f
		}, []int{2}, 1},
		{"a link that becomes a file", func(f *fixture) *fixture {
			must(f.t, os.Symlink(secret(2), filepath.Join(f.dir, "link")))
			f.commit("link")
			must(f.t, os.Remove(filepath.Join(f.dir, "link")))
			f.write("link", line(2)+line(3))
			f.git("add", "-A")
			return f
		}, []int{3}, 1},
		{"partial staging", func(f *fixture) *fixture {
			f.write("other.txt", line(2)+lines(30)+line(3))
			f.run(f.dir, []byte("n\ny\n"), "add", "-p")
			return f
		}, []int{3}, 1},
		{"staged, and taken out of the work tree again", func(f *fixture) *fixture {
			f.write("other.txt", lines(30, 2))
			f.git("add", "-A")
			f.write("other.txt", lines(30))
			return f
		}, []int{2}, 1},
		{"amend", func(f *fixture) *fixture {
			f.change("a", line(2))
			f.write("a", line(2)+line(3))
			f.git("add", "-A") // "git commit --amend" runs the hook in this state
			return f
		}, []int{3}, 1},
		{"cherry-pick in progress", func(f *fixture) *fixture {
			f.git("checkout", "-q", "-b", "side")
			f.change("other.txt", lines(30, 4))
			f.git("checkout", "-q", "main")
			f.change("other.txt", lines(30, 7))
			_, err := f.try(f.dir, nil, "cherry-pick", "side")
			if err == nil {
				f.t.Fatal("the cherry-pick does not conflict")
			}
			f.write("other.txt", lines(30, 4, 5, 7))
			f.git("add", "-A")
			return f
		}, []int{4, 5}, 1},
		{"rebase in progress", func(f *fixture) *fixture {
			f.git("checkout", "-q", "-b", "side")
			f.change("other.txt", lines(30, 4))
			f.change("other.txt", lines(31, 4, 5))
			f.git("checkout", "-q", "main")
			f.change("other.txt", lines(30, 7))
			f.git("checkout", "-q", "side")
			if _, err := f.try(f.dir, nil, "rebase", "main"); err == nil {
				f.t.Fatal("the rebase does not conflict")
			}
			f.write("other.txt", lines(30, 7, 4, 6))
			f.git("add", "-A")
			return f
		}, []int{4, 6}, 1},
		{"merge in progress", func(f *fixture) *fixture {
			f.git("checkout", "-q", "-b", "side")
			f.write("side.txt", line(2))
			f.change("other.txt", lines(30, 3))
			f.git("checkout", "-q", "main")
			f.write("main.txt", line(4))
			f.change("other.txt", lines(29, 5))
			if _, err := f.try(f.dir, nil, "merge", "side"); err == nil {
				f.t.Fatal("the merge does not conflict")
			}
			f.write("other.txt", lines(31, 3, 5, 6))
			f.git("add", "-A")
			return f
		}, []int{6}, 1},
		{"merge of three in progress", func(f *fixture) *fixture {
			for i := range 3 {
				f.git("checkout", "-q", "-b", fmt.Sprintf("side%d", i), "main")
				f.change(fmt.Sprintf("side%d.txt", i), line(2+i))
			}
			f.git("checkout", "-q", "main")
			f.git("merge", "-q", "--no-commit", "side0", "side1", "side2")
			f.write("evil.txt", line(2)+line(5))
			f.git("add", "-A")
			return f
		}, []int{5}, 1},
		{"a branch that is named MERGE_HEAD is no merge", func(f *fixture) *fixture {
			f.write("a", line(2))
			f.git("add", "-A")
			f.git("branch", "MERGE_HEAD")
			return f
		}, []int{2}, 1},
		{"linked work tree", func(f *fixture) *fixture {
			g := f.in(filepath.Join(filepath.Dir(f.dir), "linked"))
			f.git("worktree", "add", "-q", "-b", "linked", g.dir)
			g.write("old.txt", lines(30, 0, 2))
			g.git("add", "-A")
			f.write("elsewhere", line(3))
			f.git("add", "-A")
			return g
		}, []int{2}, 1},
		{"merge in a linked work tree", func(f *fixture) *fixture {
			f.git("checkout", "-q", "-b", "side")
			f.change("side.txt", line(2))
			f.git("checkout", "-q", "main")
			f.change("main.txt", line(3))
			g := f.in(filepath.Join(filepath.Dir(f.dir), "linked"))
			f.git("worktree", "add", "-q", "--detach", g.dir)
			g.git("merge", "-q", "--no-commit", "side")
			g.write("evil.txt", line(4)+line(2)+line(3))
			g.git("add", "-A")
			return g
		}, []int{4}, 1},
		{"a folder below the top", func(f *fixture) *fixture {
			f.git("config", "diff.relative", "true")
			f.write("sub/a", line(2))
			f.write("b", line(3))
			f.git("add", "-A")
			return f.in(filepath.Join(f.dir, "sub"))
		}, []int{2, 3}, 2},
		{"announced only", func(f *fixture) *fixture {
			f.write("announced", line(2))
			f.git("add", "-N", "announced")
			return f
		}, nil, 0},
		{"index of version 3", func(f *fixture) *fixture {
			f.write("announced", line(2))
			f.git("add", "-N", "announced")
			f.write("a", line(3))
			f.git("add", "a")
			version(f, "3")
			return f
		}, []int{3}, 1},
		{"index of version 4", func(f *fixture) *fixture {
			f.git("update-index", "--index-version", "4")
			f.write("a", line(3))
			f.git("add", "a")
			version(f, "4")
			return f
		}, []int{3}, 1},
		{"split index", func(f *fixture) *fixture {
			f.git("update-index", "--split-index")
			f.write("a", line(3))
			f.git("add", "a")
			if shared, _ := filepath.Glob(filepath.Join(f.dir, ".git", "sharedindex.*")); len(shared) == 0 {
				f.t.Fatal("the index is not split")
			}
			return f
		}, []int{3}, 1},
		{"sparse index", func(f *fixture) *fixture {
			for i := range 3 {
				f.write(fmt.Sprintf("in/%d", i), lines(5, 2+i))
				f.write(fmt.Sprintf("out/%d", i), lines(5, 5+i))
			}
			f.commit("folders")
			f.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
			if !strings.Contains(f.git("ls-files", "--sparse", "-s"), "040000") {
				f.t.Fatal("the index is not sparse")
			}
			f.write("in/new", line(8))
			f.git("add", "in")
			f.git("rm", "-q", "-r", "--sparse", "--cached", "out")
			return f
		}, []int{8}, 1},
		{"another index", func(f *fixture) *fixture {
			f.write("a", line(2))
			f.git("add", "-A")
			f.t.(*testing.T).Setenv("GIT_INDEX_FILE", filepath.Join(f.dir, ".git", "next"))
			f.git("read-tree", "HEAD")
			f.write("b", line(3))
			f.git("add", "b")
			return f
		}, []int{3}, 1},
		{"another git folder and work tree", func(f *fixture) *fixture {
			f.write("a", line(2))
			f.git("add", "-A")
			apart := filepath.Join(filepath.Dir(f.dir), "apart.git")
			must(f.t, os.Rename(filepath.Join(f.dir, ".git"), apart))
			f.t.(*testing.T).Setenv("GIT_DIR", apart)
			f.t.(*testing.T).Setenv("GIT_WORK_TREE", f.dir)
			return f.in("")
		}, []int{2}, 1},
		{"a bare repository with an index of its own", func(f *fixture) *fixture {
			bare := f.in(filepath.Join(filepath.Dir(f.dir), "bare.git"))
			f.run("", nil, "clone", "-q", "--bare", f.dir, bare.dir)
			f.t.(*testing.T).Setenv("GIT_INDEX_FILE", filepath.Join(bare.dir, "next"))
			bare.git("read-tree", "HEAD")
			id := bare.run(bare.dir, []byte(line(2)), "hash-object", "-w", "--stdin")
			bare.git("update-index", "--add", "--cacheinfo", "100644,"+id+",a")
			return bare
		}, []int{2}, 1},
		{"odd names", func(f *fixture) *fixture {
			f.git("config", "core.quotePath", "true")
			for i, n := range []string{"new\nline", "qu\"ote", "caf\xe9", " lead", ":(top)", "-dash"} {
				f.write(n, line(2+i))
			}
			f.git("add", "-A")
			return f
		}, []int{2, 3, 4, 5, 6, 7}, 6},
		{"a secret as a name", func(f *fixture) *fixture {
			f.write("keys/"+secret(2), "harmless\n")
			f.git("add", "-A")
			return f
		}, []int{2}, 1},
		{"a secret as a name that stays", func(f *fixture) *fixture {
			f.change("keys/"+secret(2), "harmless\n")
			f.change("keys/"+secret(2), "harmless too\n")
			f.write("keys/"+secret(2), "other\n")
			f.git("add", "-A")
			return f
		}, nil, 1},
		{"replaced objects", func(f *fixture) *fixture {
			f.write("a", line(2))
			f.git("add", "-A")
			f.git("replace", f.git("rev-parse", "HEAD"), f.git("commit-tree", "-m", "x", f.git("write-tree")))
			return f
		}, []int{2}, 1},
		{"configuration that would hide or run something", func(f *fixture) *fixture {
			trap := filepath.Join(f.dir, ".git", "trap")
			must(f.t, os.WriteFile(trap, []byte("#!/bin/sh\ntouch "+filepath.Join(f.dir, ".git", "sprung")+"\n"), 0o755))
			for k, v := range map[string]string{
				"core.fsmonitor": trap, "diff.external": trap, "core.pager": trap, "diff.x.textconv": trap, "diff.x.command": trap,
				"filter.x.smudge": trap, "filter.x.clean": "cat", "diff.renames": "copies", "diff.noprefix": "true", "diff.ignoreSubmodules": "all",
				"diff.orderFile": trap, "color.ui": "always", "core.abbrev": "4",
			} {
				f.git("config", k, v)
			}
			f.write(".gitattributes", "* diff=x filter=x\n")
			f.git("-c", "core.fsmonitor=false", "mv", "old.txt", "new.txt")
			f.write("new.txt", lines(31, 0, 1, 2))
			f.git("-c", "core.fsmonitor=false", "add", "-A")
			_ = os.Remove(filepath.Join(f.dir, ".git", "sprung"))
			f.t.Cleanup(func() {
				if _, err := os.Stat(filepath.Join(f.dir, ".git", "sprung")); err == nil {
					f.t.Error("a program of the repository's configuration was run")
				}
			})
			return f
		}, []int{2}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.setup(debt(t))
			got := f.staged()
			got.want(t, c.want...)
			if a := got.src.Account(); a.Files != c.files {
				t.Errorf("%d files were checked, want %d", a.Files, c.files)
			}
			if got.Summary.Objects["files"] != c.files {
				t.Errorf("the summary counts %d files, want %d", got.Summary.Objects["files"], c.files)
			}
		})
	}
}

// version fails unless the index has a version.
func version(f *fixture, want string) {
	f.t.Helper()
	data, err := os.ReadFile(filepath.Join(f.dir, ".git", "index"))
	must(f.t, err)
	if got := fmt.Sprint(data[7]); got != want {
		f.t.Fatalf("the index has version %s, want %s", got, want)
	}
}

// TestStagedSHA256: object ids have another length.
func TestStagedSHA256(t *testing.T) {
	f := debt(t, "--object-format=sha256")
	f.write("old.txt", lines(30, 0, 1, 2))
	f.git("add", "-A")
	got := f.staged()
	got.want(t, 2)
	if id := got.Findings[0].Blob; len(id) != 64 {
		t.Errorf("the finding names the blob %q", id)
	}
	g := f.in(filepath.Join(filepath.Dir(f.dir), "fresh"))
	g.run("", nil, "init", "-q", "--object-format=sha256", g.dir)
	g.write("a", line(3))
	g.git("add", "-A")
	g.staged().want(t, 3)
}

// TestStagedPlace: a finding says where it is in the index.
func TestStagedPlace(t *testing.T) {
	f := debt(t)
	f.write("sub/a.txt", "x = 1\n"+line(2))
	f.write("b.txt", "x = 1\n"+line(2))
	f.git("add", "-A")
	got := f.staged()
	got.want(t, 2)
	x := got.Findings[0]
	if x.Path != "b.txt" || x.StartLine != 2 || x.Reach != scanner.ReachIndex || x.Commit != "" || len(x.Occurrences) != 2 {
		t.Errorf("the finding stands at %+v, in %d places", x.Place, len(x.Occurrences))
	}
	if x.Exposure == nil || x.Exposure.InHistory || x.Exposure.AtTip {
		t.Errorf("what is staged is in no history yet: %+v", x.Exposure)
	}
}

// TestStagedHides: what Settle takes out is counted, once for each secret.
func TestStagedHides(t *testing.T) {
	f := debt(t)
	f.write("old.txt", lines(31, 0, 1, 2))
	f.git("add", "-A")
	got := f.staged()
	got.want(t, 2)
	known := changes.Known()[0]
	if n := got.Summary.Hidden[known]; n != 2 {
		t.Errorf("%d secrets are counted as known, want 2: %v", n, got.Summary.Hidden)
	}
}

// TestSubmodule: a submodule is counted and is no content, but its path is looked at.
func TestSubmodule(t *testing.T) {
	f := debt(t)
	g := f.in(filepath.Join(filepath.Dir(f.dir), "module"))
	g.run("", nil, "init", "-q", g.dir)
	g.change("a", line(3))
	f.git("submodule", "--quiet", "add", g.dir, "lib/"+secret(2))
	got := f.staged()
	got.want(t, 2)
	if s := got.Summary.Skipped; len(s) != 1 || s[0].Count != 1 || !strings.HasPrefix(s[0].What, "submodules") {
		t.Errorf("skipped: %+v", s)
	}
	if strings.Contains(fmt.Sprint(got.Summary.Skipped), secret(2)) {
		t.Error("the summary shows the secret in the path")
	}
	f.commit("module")
	g.change("b", line(4))
	f.run(filepath.Join(f.dir, "lib", secret(2)), nil, "pull", "-q")
	f.git("add", "-A")
	got = f.staged()
	got.want(t)
	if got.src.Account().Files != 0 || len(got.Summary.Skipped) != 1 {
		t.Errorf("a moved submodule: %+v, skipped %+v", got.src.Account(), got.Summary.Skipped)
	}
}

// TestLFS: of a file that Git LFS keeps the pointer is checked, and it is said.
func TestLFS(t *testing.T) {
	f := debt(t)
	f.write("big.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:"+strings.Repeat("0", 64)+"\nsize 12345\n")
	f.git("add", "-A")
	got := f.staged()
	got.want(t)
	if s := got.Summary.Skipped; len(s) != 1 || !strings.Contains(s[0].What, "big.bin") {
		t.Errorf("skipped: %+v", s)
	}
}

// TestUnmerged: what is not resolved can't be judged.
func TestUnmerged(t *testing.T) {
	f := debt(t)
	f.git("checkout", "-q", "-b", "side")
	f.change("other.txt", lines(30, 3))
	f.git("checkout", "-q", "main")
	f.change("other.txt", lines(29, 5))
	_, _ = f.try(f.dir, nil, "merge", "side")
	got := f.staged()
	only(t, got, "special", "other.txt")
}

// only fails unless exactly one thing was not read, of a class and so named.
func only(t *testing.T, got outcome, class, part string) {
	t.Helper()
	if got.err != nil {
		t.Fatal(got.err)
	}
	es := got.Summary.Errors
	if got.Summary.Complete || len(es) != 1 || es[0].Class != class || !strings.Contains(es[0].What, part) {
		t.Errorf("complete %v, errors %+v; want one of class %s naming %q", got.Summary.Complete, es, class, part)
	}
}

// loose is the file of a loose object.
func (f *fixture) loose(id string) string {
	return filepath.Join(f.dir, ".git", "objects", id[:2], id[2:])
}

// TestMissingObjects: what is staged and gone, or broken, is named; all else is
// checked.
func TestMissingObjects(t *testing.T) {
	f := debt(t)
	f.write("a", line(2))
	f.write("b", strings.Repeat("gone\n", 1000)+secret(4))
	f.write("c", line(3))
	f.git("add", "-A")
	path := f.loose(f.git("rev-parse", ":b"))
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, os.Remove(path))
	got := f.staged()
	only(t, got, "missing", "b")
	if ns := got.secrets(t); !slices.Equal(ns, []int{2, 3}) {
		t.Errorf("secrets %v", ns)
	}
	must(t, os.WriteFile(path, data[:len(data)/2], 0o666)) // git cat-file dies of it
	got = f.staged()
	only(t, got, "corrupt", "b")
	if ns := got.secrets(t); !slices.Equal(ns, []int{2, 3}) {
		t.Errorf("secrets %v", ns)
	}
}

// TestMissingPast: if what was there before can't be read, a finding stays, and it is
// said that it may not be new.
func TestMissingPast(t *testing.T) {
	f := debt(t)
	old := f.loose(f.git("rev-parse", "HEAD:old.txt"))
	f.write("old.txt", lines(31, 0, 1))
	f.git("add", "-A")
	must(t, os.Remove(old))
	got := f.staged()
	only(t, got, "missing", "old.txt")
	if ns := got.secrets(t); !slices.Equal(ns, []int{0, 1}) {
		t.Errorf("secrets %v", ns)
	}
	if !strings.Contains(got.Summary.Errors[0].Why, "may not be new") {
		t.Errorf("the reason is %q", got.Summary.Errors[0].Why)
	}
}

// TestLarge: a content that is larger than a window is read in parts, and is still
// found in; so is one in UTF-16. One beyond the user's limit is left out.
func TestLarge(t *testing.T) {
	f := debt(t)
	filler := strings.Repeat("option = 1\n", 300<<10/11)
	f.write("big.txt", filler+line(2)+filler+line(3)+filler)
	var wide []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + filler + line(4) + filler)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	f.write("wide.txt", string(wide))
	f.git("add", "-A")
	src, err := changes.Staged(context.Background(), changes.Options{Dir: f.dir, Window: 200 << 10})
	got := judge(t, src, err)
	got.want(t, 2, 3, 4)
	if x := got.Findings[0]; x.StartLine != strings.Count(filler, "\n")+1 || x.StartColumn != len("key_2 = \"")+1 {
		t.Errorf("the finding stands at %d:%d", x.StartLine, x.StartColumn)
	}
	src, err = changes.Staged(context.Background(), changes.Options{Dir: f.dir, MaxBytes: 1000})
	got = judge(t, src, err)
	got.want(t)
	if s := got.Summary.Skipped; len(s) != 1 || s[0].Count != 2 || got.Summary.Objects["files"] != 0 {
		t.Errorf("skipped %+v, objects %v", s, got.Summary.Objects)
	}
	f.commit("large")
	f.write("big.txt", filler+line(2)+filler+line(3)+filler+"x\n")
	f.git("add", "-A")
	src, err = changes.Staged(context.Background(), changes.Options{Dir: f.dir, Window: 200 << 10})
	judge(t, src, err).want(t)
}

// TestManyPlaces: a secret in more files than a finding lists.
func TestManyPlaces(t *testing.T) {
	f := debt(t)
	for i := range 1100 {
		f.write(fmt.Sprintf("old/%d.txt", i), fmt.Sprintf("%d\n", i)+line(2))
	}
	f.commit("many")
	for i := range 1100 {
		f.write(fmt.Sprintf("old/%d.txt", i), fmt.Sprintf("x %d\n", i)+line(2))
	}
	f.write("new.txt", line(3))
	f.git("add", "-A")
	f.staged().want(t, 3)
}

// TestIgnoredStay: who ignores what is staged does not have to ignore it again for
// what was there before.
func TestIgnoredStay(t *testing.T) {
	f := debt(t)
	f.write("old.txt", lines(31, 0, 1, 2, 3))
	f.git("add", "-A")
	ignore := func(s *scanner.Scanner) { s.Ignore = ignoring(secret(3)) }
	got := f.staged(ignore)
	got.want(t, 2)
	if len(got.Ignored) != 1 {
		t.Errorf("%d secrets are ignored, want 1", len(got.Ignored))
	}
}

// ignoring ignores one secret.
type ignoring string

func (i ignoring) Ignored(c *scanner.Candidate) *scanner.Ignored {
	if c.Secret.Reveal() != string(i) {
		return nil
	}
	return &scanner.Ignored{By: scanner.ByComment, Reason: "a test"}
}

// TestFailures: whatever goes wrong with git is an error, never an empty result.
func TestFailures(t *testing.T) {
	failing := func(t *testing.T, dir, part string) {
		t.Helper()
		src, err := changes.Staged(context.Background(), changes.Options{Dir: dir})
		got := judge(t, src, err)
		if got.err == nil || !strings.Contains(got.err.Error(), part) || strings.Contains(got.err.Error(), "\n") {
			t.Errorf("the error is %v, want one line with %q", got.err, part)
		}
		if got.Summary.Complete {
			t.Error("the result calls itself complete")
		}
	}
	t.Run("no repository", func(t *testing.T) {
		newFixture(t)
		failing(t, t.TempDir(), "not a git repository")
	})
	t.Run("no folder", func(t *testing.T) {
		newFixture(t)
		failing(t, filepath.Join(t.TempDir(), "nowhere"), "cannot change to")
	})
	t.Run("bare", func(t *testing.T) {
		f := debt(t)
		bare := filepath.Join(t.TempDir(), "bare.git")
		f.run("", nil, "clone", "-q", "--bare", f.dir, bare)
		failing(t, bare, changes.ErrBare.Error())
	})
	t.Run("broken index", func(t *testing.T) {
		f := debt(t)
		must(t, os.WriteFile(filepath.Join(f.dir, ".git", "index"), []byte("this is no index"), 0o666))
		failing(t, f.dir, "index file")
	})
	t.Run("broken HEAD", func(t *testing.T) {
		f := debt(t)
		must(t, os.Remove(f.loose(f.git("rev-parse", "HEAD"))))
		failing(t, f.dir, "HEAD")
	})
	t.Run("missing tree", func(t *testing.T) {
		f := debt(t)
		id := f.git("rev-parse", "HEAD^{tree}")
		f.write("a", line(2))
		f.git("add", "-A")
		must(t, os.Remove(f.loose(id)))
		failing(t, f.dir, "HEAD")
	})
	t.Run("no git", func(t *testing.T) {
		f := debt(t)
		t.Setenv("PATH", t.TempDir())
		if _, err := changes.Staged(context.Background(), changes.Options{Dir: f.dir}); !errors.Is(err, changes.ErrNoGit) {
			t.Errorf("the error is %v", err)
		}
	})
	head := ":100644 100644 " + strings.Repeat("1", 40) + " " + strings.Repeat("2", 40) + " M"
	for name, said := range map[string]string{
		"an answer that ends in an entry": "printf '" + head + "'",
		"an answer that ends in a path":   "printf '" + head + `\000a'`,
		"an answer without a path":        "printf '" + head + `\000'`,
		"nonsense":                        `printf 'nonsense\000'`,
		"a failure after an answer":       "exit 3",
		"killed":                          "kill -9 $$",
	} {
		t.Run(name, func(t *testing.T) {
			f := debt(t)
			fake := t.TempDir()
			must(t, os.WriteFile(filepath.Join(fake, "git"), []byte("#!/bin/sh\ncase \"$*\" in\n*diff-index*) "+said+";;\n*) cat >/dev/null;;\nesac\n"), 0o755))
			t.Setenv("PATH", fake+string(os.PathListSeparator)+os.Getenv("PATH"))
			failing(t, f.dir, "git diff-index: ")
		})
	}
}

// TestInterrupted: a scan that is stopped keeps no git running, and says so.
func TestInterrupted(t *testing.T) {
	f := debt(t)
	f.write("a", line(2))
	f.git("add", "-A")
	ctx, cancel := context.WithCancel(context.Background())
	src, err := changes.Staged(ctx, changes.Options{Dir: f.dir})
	must(t, err)
	cancel()
	sc := newScanner(t)
	r, err := sc.Scan(ctx, src)
	if !errors.Is(err, context.Canceled) || r.Summary.Complete {
		t.Errorf("error %v, complete %v", err, r.Summary.Complete)
	}
	if err := src.Settle(ctx, sc, r); err != nil {
		t.Errorf("settle: %v", err)
	}
}
