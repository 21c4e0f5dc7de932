package gitsource_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestShapes scans repositories of many shapes, and compares objects, reach,
// places, oldest commits and tip with git.
func TestShapes(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			f := newFixture(t)
			shape.build(f)
			r := scan(t, f.dir, gitsource.Options{})
			r.complete(t)
			judge(t, f, f.dir, r)
			for _, c := range r.of(scanner.SourceBlob) {
				if c.Reach != scanner.ReachIndex && c.Reach != scanner.ReachUnreachable && c.Path != "" {
					judgeFirst(t, f, f.dir, c)
				}
			}
			if len(r.chunks) == 0 {
				t.Error("nothing was yielded")
			}
		})
	}
}

var shapes = []struct {
	name  string
	build func(f *fixture)
}{
	{"linear", func(f *fixture) {
		for i := range 5 {
			f.change("a.txt", fmt.Sprintf("version %d\n", i))
		}
		f.change("dir/deep/b.txt", "b\n")
		f.git("rm", "-q", "a.txt")
		f.commit("remove")
		f.change("a.txt", "version 2\n")
	}},
	{"evil merge", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("b", "side\n")
		f.git("checkout", "-q", "main")
		f.change("c", "main\n")
		f.git("merge", "-q", "--no-commit", "--no-ff", "side")
		f.write("evil", "only in the merge\n")
		f.commit("evil merge")
		f.git("rm", "-q", "evil")
		f.commit("and gone")
	}},
	{"octopus", func(f *fixture) {
		f.change("a", "base\n")
		for _, b := range []string{"x", "y", "z"} {
			f.git("checkout", "-q", "-b", b, "main")
			f.change(b, b+"\n")
		}
		f.git("checkout", "-q", "main")
		f.change("a2", "more\n")
		f.merge("x", "y", "z")
	}},
	{"criss-cross", func(f *fixture) {
		f.change("a", "base\n")
		f.git("branch", "other")
		f.change("m", "1\n")
		f.git("checkout", "-q", "other")
		f.change("o", "1\n")
		f.git("branch", "keep")
		f.merge("main")
		f.git("checkout", "-q", "main")
		f.merge("keep")
		f.change("m", "2\n")
		f.merge("other")
	}},
	{"orphans", func(f *fixture) {
		f.change("a", "one\n")
		f.git("checkout", "-q", "--orphan", "pages")
		f.change("index.html", "two\n")
		f.git("checkout", "-q", "main")
	}},
	{"renames and copies", func(f *fixture) {
		f.change("src/a.txt", "same\n")
		f.git("mv", "src", "lib")
		f.commit("rename a folder")
		f.write("copy/one", "same\n")
		f.write("copy/two", "same\n")
		f.commit("copies")
		f.git("mv", "lib", "src")
		f.commit("and back")
	}},
	{"same content in two branches", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "one")
		f.change("p", "secret of both\n")
		f.git("checkout", "-q", "-b", "two", "main")
		f.change("q", "secret of both\n")
		f.git("checkout", "-q", "main")
	}},
	{"tags, annotated and nested", func(f *fixture) {
		f.change("a", "one\n")
		f.git("tag", "light")
		f.git("tag", "-m", "annotated message", "v1")
		f.git("tag", "-m", "nested message", "v1-signed", "v1")
		f.git("tag", "-m", "of a tree", "tree", "HEAD^{tree}")
		blob := f.feed("a key in a blob\n", "hash-object", "-w", "--stdin")
		f.git("tag", "-m", "of a blob", "blob", blob)
		f.git("update-ref", "refs/odd/tree", f.feed("100644 blob "+blob+"\tlone\n", "mktree"))
		f.git("checkout", "-q", "--detach")
		f.change("b", "only tagged\n")
		f.git("tag", "-m", "off the branches", "side")
		f.git("checkout", "-q", "main")
		f.git("pack-refs", "--all")
		f.git("tag", "-f", "light", "HEAD")
	}},
	{"notes", func(f *fixture) {
		f.change("a", "one\n")
		f.git("notes", "add", "-m", "a note")
		f.tick()
		f.git("notes", "append", "-m", "longer")
		f.git("notes", "--ref=review", "add", "-m", "another ref")
	}},
	{"stashes", func(f *fixture) {
		f.change("a", "one\n")
		for i := range 3 {
			f.write("a", fmt.Sprintf("stash %d\n", i))
			f.write(fmt.Sprintf("new%d", i), fmt.Sprintf("untracked %d\n", i))
			f.tick()
			f.git("stash", "push", "-q", "-u")
		}
	}},
	{"reflog only", func(f *fixture) {
		f.change("a", "one\n")
		f.change("b", "amended away\n")
		f.write("b", "after\n")
		f.tick()
		f.git("commit", "-q", "-a", "--amend", "-m", "amended")
		f.git("checkout", "-q", "-b", "gone")
		f.change("c", "of a deleted branch\n")
		f.git("checkout", "-q", "main")
		f.git("branch", "-q", "-D", "gone")
	}},
	{"older in the reflog", func(f *fixture) {
		f.change("a", "one\n")
		f.change("dir/b", "first in what was amended\n")
		f.tick()
		f.git("commit", "-q", "--amend", "-m", "the same tree, later")
	}},
	{"only replaced in the reflog", func(f *fixture) {
		f.change("a", "one\n")
		lost := f.change("b", "known as an old value only\n")
		f.git("reset", "-q", "--hard", "HEAD~1")
		for _, name := range []string{".git/logs/HEAD", ".git/logs/refs/heads/main"} {
			data, err := os.ReadFile(filepath.Join(f.dir, name))
			must(f.t, err)
			kept := ""
			for line := range strings.Lines(string(data)) {
				if line[41:81] != lost {
					kept += line
				}
			}
			f.write(name, kept)
		}
	}},
	{"unreachable", func(f *fixture) {
		f.change("a", "one\n")
		f.feed("dangling\n", "hash-object", "-w", "--stdin")
		f.change("d/b", "of a lost commit\n")
		f.change("d/c", "of another\n")
		f.git("reset", "-q", "--hard", "HEAD~2")
		f.git("reflog", "expire", "--expire=now", "--all")
		blob := f.feed("in a lost tree\n", "hash-object", "-w", "--stdin")
		inner := f.feed("100644 blob "+blob+"\tinner\n", "mktree")
		f.feed("040000 tree "+inner+"\tfolder\n", "mktree")
		tag := "object " + blob + "\ntype blob\ntag lost\ntagger A <a@example.test> 1600000000 +0000\n\nlost tag\n"
		f.feed(tag, "hash-object", "-w", "-t", "tag", "--stdin")
	}},
	{"pulls", func(f *fixture) {
		f.change("a", "one\n")
		f.change("b", "of a pull request\n")
		f.git("update-ref", "refs/pull/1/head", "HEAD")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.git("reflog", "expire", "--expire=now", "--all")
	}},
	{"index", func(f *fixture) {
		f.change("a", "one\n")
		f.write("staged", "never committed\n")
		f.write("dir/deep/staged", "nor this\n")
		f.git("add", "-A")
		f.write("announced", "only its name\n")
		f.git("add", "-N", "announced")
	}},
	{"conflict in the index", func(f *fixture) {
		f.change("a", "base\n")
		f.git("checkout", "-q", "-b", "side")
		f.change("a", "theirs\n")
		f.git("checkout", "-q", "main")
		f.change("a", "ours\n")
		if _, err := f.try(f.dir, nil, "merge", "side"); err == nil {
			f.t.Fatal("no conflict")
		}
	}},
	{"symbolic links and modes", func(f *fixture) {
		f.write("run.sh", "#!/bin/sh\n")
		must(f.t, os.Symlink("/home/somebody/secret-path", filepath.Join(f.dir, "link")))
		f.commit("link")
		must(f.t, os.Chmod(filepath.Join(f.dir, "run.sh"), 0o777))
		f.commit("mode")
	}},
	{"detached", func(f *fixture) {
		f.change("a", "one\n")
		f.git("checkout", "-q", "--detach")
		f.change("b", "detached\n")
	}},
	{"unborn with other branches", func(f *fixture) {
		f.change("a", "one\n")
		f.git("branch", "-m", "main", "master")
		f.git("symbolic-ref", "HEAD", "refs/heads/unborn")
		f.git("symbolic-ref", "HEAD", "refs/heads/master")
	}},
	{"strange names", func(f *fixture) {
		f.write("with space", "1\n")
		f.write("quote\"tab\tnew\nline", "2\n")
		f.write("sch\u00f6n/\u65e5\u672c", "3\n")
		f.write("latin\xe9", "4\n")
		f.commit("names")
		f.git("branch", "f\u00fcr/immer")
	}},
	{"replaced and grafted", func(f *fixture) {
		f.change("a", "original\n")
		first := f.git("rev-parse", "HEAD")
		f.change("b", "two\n")
		second := f.git("rev-parse", "HEAD")
		f.change("c", "three\n")
		f.tick()
		other := f.feed("replacement\n", "commit-tree", first+"^{tree}")
		f.git("replace", second, other)
		f.git("replace", f.git("rev-parse", first+":a"), f.feed("hidden\n", "hash-object", "-w", "--stdin"))
		must(f.t, os.MkdirAll(filepath.Join(f.dir, ".git", "info"), 0o777))
		must(f.t, os.WriteFile(filepath.Join(f.dir, ".git", "info", "grafts"), []byte(f.git("rev-parse", "HEAD")+"\n"), 0o666))
	}},
	{"loose, packed, several packs", func(f *fixture) {
		long := strings.Repeat("a line that deltas well\n", 400)
		for i := range 6 {
			f.change("big", long+fmt.Sprintf("version %d\n", i))
			if i%2 == 0 {
				f.git("repack", "-q", "-d")
			}
		}
		f.git("pack-objects", "-q", "--all", filepath.Join(f.objects(), "pack", "pack"))
	}},
	{"aggressively packed", func(f *fixture) {
		long := strings.Repeat("a line that deltas well\n", 400)
		for i := range 30 {
			f.change("big", fmt.Sprintf("%s%d\n%s", long[:24*i], i, long[24*i:]))
		}
		f.git("gc", "-q", "--aggressive", "--prune=now")
		f.git("multi-pack-index", "write")
		f.git("commit-graph", "write", "--reachable")
	}},
	{"ref deltas", func(f *fixture) {
		long := strings.Repeat("a line that deltas well\n", 400)
		for i := range 8 {
			f.change("big", fmt.Sprintf("%s%d\n", long, i))
		}
		f.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d", "-f")
	}},
	{"pack index version 1", func(f *fixture) {
		for i := range 5 {
			f.change("a", fmt.Sprintf("%d\n", i))
		}
		f.git("-c", "pack.indexVersion=1", "repack", "-q", "-a", "-d", "-f")
	}},
	{"clock runs backwards", func(f *fixture) {
		f.change("a", "one\n")
		f.clock -= 100_000
		f.write("b", "two\n")
		f.commit("earlier than its parent")
		f.clock += 200_000
		f.change("a", "three\n")
	}},
}
