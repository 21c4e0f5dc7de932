package gitsource_test

import (
	"fmt"
	"os"
	"path/filepath"
)

// exposureShapes are repositories in which secrets come and go in many ways.
var exposureShapes = []struct {
	name  string
	build func(f *fixture)
}{
	{"moves, copies and edits beside it", func(f *fixture) {
		f.change("a", "key\n")
		f.change("a", "key\nmore\n")
		f.git("mv", "a", "b")
		f.commit("rename")
		f.write("deep/er/c", "key\nmore\n")
		f.commit("copy")
		f.git("rm", "-q", "b")
		f.commit("the copy stays")
		f.change("deep/er/c", "more\n")
	}},
	{"came, went, and came back", func(f *fixture) {
		f.change("a", "key\n")
		f.change("a", "none\n")
		f.git("revert", "--no-edit", "HEAD")
		f.change("b", "beside\n")
		f.git("rm", "-q", "a")
		f.commit("gone")
		f.change("c/d", "key\n")
		f.git("rm", "-q", "-r", "c")
		f.commit("gone for good")
		f.change("b", "beside, later\n")
	}},
	{"two branches by themselves", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "one")
		f.change("p", "key\n")
		f.git("checkout", "-q", "-b", "two", "main")
		f.change("q", "key\n")
		f.git("checkout", "-q", "main")
		f.change("m", "other\n")
		f.merge("one")
		f.merge("two")
		f.git("rm", "-q", "p")
		f.commit("q stays")
	}},
	{"fixed on the branch before the merge", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("k", "key\n")
		f.change("k", "no key\n")
		f.git("checkout", "-q", "main")
		f.merge("--no-ff", "side")
		f.git("branch", "-q", "-D", "side")
	}},
	{"a merge that drops what both have", func(f *fixture) {
		f.change("k", "key\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("b", "side\n")
		f.git("checkout", "-q", "main")
		f.change("c", "main\n")
		f.git("merge", "-q", "--no-commit", "--no-ff", "side")
		f.git("rm", "-q", "-f", "k")
		f.commit("drop")
		f.git("checkout", "-q", "-b", "again", "side")
		f.change("d", "again\n")
		f.git("checkout", "-q", "main")
		f.merge("again")
	}},
	{"evil octopus", func(f *fixture) {
		f.change("a", "base\n")
		for _, b := range []string{"x", "y", "z"} {
			f.git("checkout", "-q", "-b", b, "main")
			f.change(b, b+"\n")
		}
		f.git("checkout", "-q", "main")
		blob := f.feed("only in the octopus\n", "hash-object", "-w", "--stdin")
		f.git("update-index", "--add", "--cacheinfo", "100644,"+blob+",evil")
		tree := f.git("write-tree")
		f.tick()
		id := f.feed("octopus\n", "commit-tree", tree, "-p", "x", "-p", "main", "-p", "y", "-p", "z")
		f.git("reset", "-q", "--hard", id)
		f.git("rm", "-q", "evil")
		f.commit("gone")
	}},
	{"the second parent is the trunk", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("s", "side\n")
		f.git("checkout", "-q", "main")
		f.change("k", "key\n")
		f.git("checkout", "-q", "side")
		f.merge("main")
		f.git("checkout", "-q", "main")
		f.git("merge", "-q", "--ff-only", "side")
	}},
	{"submodules, links and modes", func(f *fixture) {
		f.change("a", "key\n")
		f.git("update-index", "--add", "--cacheinfo", "160000,"+f.git("rev-parse", "HEAD")+",sub")
		f.git("commit", "-q", "-m", "submodule")
		f.tick()
		must(f.t, os.Chmod(filepath.Join(f.dir, "a"), 0o777))
		f.git("add", "a")
		f.git("commit", "-q", "-m", "mode")
		f.tick()
		must(f.t, os.Remove(filepath.Join(f.dir, "a")))
		must(f.t, os.Symlink("key\n", filepath.Join(f.dir, "link"))) // the same blob
		f.git("add", "a", "link")
		f.git("commit", "-q", "-m", "link")
		f.git("rm", "-q", "--cached", "sub", "link")
		f.git("commit", "-q", "-m", "gone")
	}},
	{"held by refs of all kinds", func(f *fixture) {
		f.change("a", "key\n")
		f.git("tag", "light")
		f.git("tag", "-m", "annotated", "v1")
		f.git("tag", "-m", "nested", "v2", "v1")
		f.git("tag", "-m", "a tree", "tree", "HEAD^{tree}")
		f.git("tag", "-m", "a blob", "blob", "HEAD:a")
		f.git("update-ref", "refs/odd/blob", f.git("rev-parse", "HEAD:a"))
		f.git("update-ref", "refs/pull/7/head", "HEAD")
		f.git("update-ref", "refs/remotes/origin/main", "HEAD")
		f.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
		f.git("pack-refs", "--all")
		f.git("rm", "-q", "a")
		f.commit("gone")
	}},
	{"stashed, staged and untracked", func(f *fixture) {
		f.change("a", "one\n")
		for i := range 3 {
			f.write("a", fmt.Sprintf("in work %d\n", i))
			f.write("s", fmt.Sprintf("staged %d\n", i))
			f.git("add", "s")
			f.write("s", "over it\n")
			f.write("u", fmt.Sprintf("untracked %d\n", i))
			f.tick()
			f.git("stash", "push", "-q", "-u")
		}
		f.git("stash", "drop", "-q", "stash@{1}")
	}},
	{"amended away and collected", func(f *fixture) {
		f.change("a", "one\n")
		f.change("k", "key\n")
		f.change("k2", "key\n")
		f.git("reset", "-q", "--hard", "HEAD~2")
		f.git("reflog", "expire", "--expire=now", "--all")
		f.change("later", "key\n")
		f.change("lost", "lost\n")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.git("reflog", "expire", "--expire=now", "--all")
	}},
	{"a folder that is moved about", func(f *fixture) {
		f.write("x/y/z/a", "key\n")
		f.write("x/y/b", "other\n")
		f.commit("deep")
		for _, m := range [][2]string{{"x/y/z", "w"}, {"w", "x/w"}, {"x", "v"}} {
			f.git("mv", m[0], m[1])
			f.commit("move")
		}
		f.git("rm", "-q", "-r", "v/w")
		f.commit("gone")
		f.git("revert", "--no-edit", "HEAD")
	}},
}
