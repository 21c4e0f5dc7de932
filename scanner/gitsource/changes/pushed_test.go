package changes_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource/changes"
)

// pushing judges a push to origin.
func (f *fixture) pushing(remote string, us ...changes.Update) outcome {
	f.t.Helper()
	src, err := changes.Pushed(context.Background(), remote, us, changes.Options{Dir: f.dir})
	return judge(f.t, src, err)
}

// sent says that origin has what stands here now, as its branch main.
func (f *fixture) sent() string {
	id := f.git("rev-parse", "HEAD")
	f.git("update-ref", "refs/remotes/origin/main", id)
	return id
}

// head is an update of a branch to HEAD.
func (f *fixture) head(old string) changes.Update {
	return changes.Update{Ref: "refs/heads/main", Old: old, New: f.git("rev-parse", "HEAD")}
}

// TestPushed: what every kind of push adds.
func TestPushed(t *testing.T) {
	const nowhere = "1234567890123456789012345678901234567890"
	for _, c := range []struct {
		name    string
		push    func(f *fixture, old string) outcome
		want    []int
		account string
	}{
		{"nothing", func(f *fixture, _ string) outcome {
			return f.pushing("origin")
		}, nil, "0 files"},
		{"deletions", func(f *fixture, old string) outcome {
			return f.pushing("origin", changes.Update{Ref: "refs/heads/main", Old: old})
		}, nil, "0 files"},
		{"what the remote has", func(f *fixture, old string) outcome {
			return f.pushing("origin", f.head(""))
		}, nil, "0 files"},
		{"old debts are edited", func(f *fixture, old string) outcome {
			f.change("old.txt", lines(31, 1, 0))
			f.git("mv", "old.txt", "new.txt")
			f.commit("rename")
			return f.pushing("origin", f.head(old))
		}, nil, "2 commits, 2 files"},
		{"added and removed again", func(f *fixture, old string) outcome {
			f.change("other.txt", lines(30, 2))
			f.change("other.txt", lines(30))
			return f.pushing("origin", f.head(old))
		}, []int{2}, "2 commits, 2 files"},
		{"removed, and added again elsewhere", func(f *fixture, old string) outcome {
			f.change("old.txt", lines(30))
			f.change("other.txt", lines(30, 1))
			return f.pushing("origin", f.head(old))
		}, []int{1}, "2 commits, 2 files"},
		{"a new branch", func(f *fixture, old string) outcome {
			f.git("checkout", "-q", "-b", "side")
			f.change("side.txt", line(2))
			return f.pushing("origin", f.head(""))
		}, []int{2}, "1 commit, 1 file"},
		{"a remote that is only a URL has what it says that it has", func(f *fixture, old string) outcome {
			f.change("side.txt", line(2))
			return f.pushing("https://example.test/x.git", f.head(old))
		}, []int{2}, "1 commit, 1 file"},
		{"a new branch to a URL is new from its root", func(f *fixture, old string) outcome {
			return f.pushing("https://example.test/x.git", f.head(""))
		}, []int{0, 1}, "1 commit, 2 files"},
		{"a remote without a name may be any", func(f *fixture, old string) outcome {
			f.change("side.txt", line(2))
			return f.pushing("", f.head(""))
		}, []int{2}, "1 commit, 1 file"},
		{"forced, over what was never fetched", func(f *fixture, old string) outcome {
			f.change("side.txt", line(2))
			return f.pushing("origin", f.head(nowhere))
		}, []int{2}, "1 commit, 1 file"},
		{"a merge of what both sides have", func(f *fixture, old string) outcome {
			f.git("checkout", "-q", "-b", "side")
			f.change("side.txt", line(2))
			side := f.git("rev-parse", "HEAD")
			f.git("update-ref", "refs/remotes/origin/side", side)
			f.git("checkout", "-q", "main")
			f.change("main.txt", "harmless\n")
			f.git("merge", "-q", "--no-edit", "side")
			return f.pushing("origin", f.head(old))
		}, nil, "2 commits, 1 file"},
		{"an evil merge", func(f *fixture, old string) outcome {
			f.git("checkout", "-q", "-b", "side")
			f.change("side.txt", "harmless\n")
			f.git("checkout", "-q", "main")
			f.change("main.txt", "harmless\n")
			f.git("merge", "-q", "--no-commit", "side")
			f.change("main.txt", line(3))
			return f.pushing("origin", f.head(old))
		}, []int{3}, "3 commits, 3 files"},
		{"a branch of its own root", func(f *fixture, old string) outcome {
			f.git("checkout", "-q", "--orphan", "pages")
			f.change("page.txt", line(4))
			return f.pushing("origin", f.head(""))
		}, []int{0, 1, 4}, "1 commit, 3 files"},
		{"the message of a commit", func(f *fixture, old string) outcome {
			f.write("a", "harmless\n")
			f.commit("use " + secret(2))
			return f.pushing("origin", f.head(old))
		}, []int{2}, "1 commit, 1 file"},
		{"an empty commit, with a message", func(f *fixture, old string) outcome {
			f.commit("use " + secret(2))
			return f.pushing("origin", f.head(old))
		}, []int{2}, "1 commit, 0 files"},
		{"the message of a tag", func(f *fixture, old string) outcome {
			f.git("tag", "-m", "use "+secret(2), "v1")
			return f.pushing("origin", changes.Update{Ref: "refs/tags/v1", New: f.git("rev-parse", "v1")})
		}, []int{2}, "1 tag, 0 files"},
		{"a tag of a tag of a commit", func(f *fixture, old string) outcome {
			f.change("a", line(3))
			f.git("tag", "-m", "use "+secret(2), "v1")
			f.git("tag", "-m", "harmless", "v2", "v1")
			return f.pushing("origin", changes.Update{Ref: "refs/tags/v2", New: f.git("rev-parse", "v2")})
		}, []int{2, 3}, "1 commit, 2 tags, 1 file"},
		{"tags of a file and a folder", func(f *fixture, old string) outcome {
			f.write("x/a", line(3))
			f.git("add", "-A")
			tree := f.git("write-tree")
			id := f.run(f.dir, []byte(line(2)), "hash-object", "-w", "--stdin")
			return f.pushing("origin", changes.Update{Ref: "refs/tags/a", New: id}, changes.Update{Ref: "refs/tags/b", New: tree})
		}, []int{0, 1, 2, 3}, "4 files"},
		{"several branches", func(f *fixture, old string) outcome {
			f.change("a", line(2))
			one := f.head(old)
			f.git("checkout", "-q", "-b", "side")
			f.change("b", line(3))
			two := f.head("")
			two.Ref = "refs/heads/side"
			return f.pushing("origin", one, two)
		}, []int{2, 3}, "2 commits, 2 files"},
		{"a file in a submodule", func(f *fixture, old string) outcome {
			g := f.in(filepath.Join(filepath.Dir(f.dir), "module"))
			g.run("", nil, "init", "-q", g.dir)
			g.change("a", line(3))
			f.git("submodule", "--quiet", "add", g.dir, "lib")
			f.commit("module")
			return f.pushing("origin", f.head(old))
		}, nil, "1 commit, 1 file"},
		{"odd names", func(f *fixture, old string) outcome {
			for i, n := range []string{"new\nline", "qu\"ote", "caf\xe9", ":(top)"} {
				f.write(n, line(2+i))
			}
			f.commit("names")
			return f.pushing("origin", f.head(old))
		}, []int{2, 3, 4, 5}, "1 commit, 4 files"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := debt(t)
			got := c.push(f, f.sent())
			got.want(t, c.want...)
			if a := got.src.Account().String(); a != c.account {
				t.Errorf("%q was checked, want %q", a, c.account)
			}
		})
	}
}

// TestPushedPlace: a finding names the commit that adds it, and no place at which it
// was before.
func TestPushedPlace(t *testing.T) {
	f := debt(t)
	old := f.sent()
	f.change("old.txt", lines(31, 0, 1))
	f.change("old.txt", lines(31))
	id := f.change("other.txt", line(1))
	got := f.pushing("origin", f.head(old))
	got.want(t, 1)
	x := got.Findings[0]
	if x.Commit != id || x.Path != "other.txt" || x.Author != "Ada Author" || x.Email != "ada@example.test" || x.Message != "change a file" || len(x.Occurrences) != 1 {
		t.Errorf("the finding stands at %+v, in %d places", x.Place, len(x.Occurrences))
	}
	if x.Date.Unix() != f.clock {
		t.Errorf("its date is %v", x.Date)
	}
}

// TestPushedMany: an old secret in a file that more commits edit than a finding
// lists places.
func TestPushedMany(t *testing.T) {
	f := debt(t)
	old := f.sent()
	var stream strings.Builder
	data := func(s string) { fmt.Fprintf(&stream, "data %d\n%s\n", len(s), s) }
	for i := range 1200 {
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter A <a@example.test> %d +0000\n", 1_700_000_000+i)
		data("edit")
		if i == 0 {
			stream.WriteString("from " + old + "\n")
		}
		stream.WriteString("M 100644 inline old.txt\n")
		data(fmt.Sprintf("edit = %d\n", i) + line(0) + line(1))
		if i == 1190 {
			stream.WriteString("M 100644 inline new.txt\n")
			data(line(2))
		}
	}
	f.run(f.dir, []byte(stream.String()), "fast-import", "--quiet")
	got := f.pushing("origin", f.head(old))
	got.want(t, 2)
	if n := got.src.Account().Commits; n != 1200 {
		t.Errorf("%d commits", n)
	}
}

// TestMergedTag: a merge of a signed tag holds the tag's message.
func TestMergedTag(t *testing.T) {
	f := debt(t)
	old := f.sent()
	tag := "mergetag object " + old + "\n type commit\n tag v1\n tagger A <a@example.test> 1600000000 +0000\n \n use " + secret(2) + "\n"
	text := f.git("cat-file", "commit", "HEAD")
	head, message, _ := strings.Cut(text, "\n\n")
	id := f.run(f.dir, []byte(head+"\n"+tag+"\n"+message+"\n"), "hash-object", "-w", "-t", "commit", "--stdin", "--literally")
	f.git("update-ref", "HEAD", id)
	got := f.pushing("origin", f.head(""))
	if ns := got.secrets(t); !slices.Contains(ns, 2) {
		t.Errorf("secrets %v, want 2 among them", ns)
	}
}

// TestPushedShallow: what lies beyond the boundary of a shallow clone is unknown, so
// a commit on it counts as one without parents.
func TestPushedShallow(t *testing.T) {
	f := debt(t)
	f.change("a", line(2))
	g := f.in(filepath.Join(filepath.Dir(f.dir), "shallow"))
	f.run("", nil, "clone", "-q", "--depth", "1", "file://"+f.dir, g.dir)
	g.change("b", line(3))
	src, err := changes.Pushed(context.Background(), "origin", []changes.Update{g.head("")}, changes.Options{Dir: g.dir})
	judge(t, src, err).want(t, 3)
	src, err = changes.Pushed(context.Background(), "https://example.test/", []changes.Update{g.head("")}, changes.Options{Dir: g.dir})
	judge(t, src, err).want(t, 0, 1, 2, 3)
}

// TestReceived: what no ref of the receiver reaches is new.
func TestReceived(t *testing.T) {
	f := debt(t)
	base := f.git("rev-parse", "HEAD")
	f.git("checkout", "-q", "-b", "side")
	f.change("side.txt", line(2))
	f.git("checkout", "-q", "--detach", base)
	id := f.change("new.txt", line(3))
	f.git("checkout", "-q", "main")
	// The objects are here and the ref is not, as before git has accepted a push.
	src, err := changes.Received(context.Background(), []changes.Update{{Ref: "refs/heads/x", New: id}}, changes.Options{Dir: f.dir})
	judge(t, src, err).want(t, 3)
	src, err = changes.Received(context.Background(), []changes.Update{{Ref: "refs/heads/x", New: f.git("rev-parse", "side")}}, changes.Options{Dir: f.dir})
	judge(t, src, err).want(t)
}

// TestPushedSHA256: object ids have another length.
func TestPushedSHA256(t *testing.T) {
	f := debt(t, "--object-format=sha256")
	old := f.sent()
	f.change("old.txt", lines(30, 0, 1, 2))
	f.pushing("origin", f.head(old)).want(t, 2)
}

// TestPushedFailures: whatever is missing is an error, never an empty result.
func TestPushedFailures(t *testing.T) {
	failing := func(t *testing.T, got outcome, part string) {
		t.Helper()
		if got.err == nil || !strings.Contains(got.err.Error(), part) || strings.Contains(got.err.Error(), "\n") {
			t.Errorf("the error is %v, want one line with %q", got.err, part)
		}
		if got.Summary.Complete {
			t.Error("the result calls itself complete")
		}
	}
	t.Run("a commit that is not there", func(t *testing.T) {
		f := debt(t)
		failing(t, f.pushing("origin", changes.Update{Ref: "refs/heads/main", New: strings.Repeat("1", 40)}), "not in the repository")
	})
	t.Run("a parent that is not there", func(t *testing.T) {
		f := debt(t)
		old := f.git("rev-parse", "HEAD")
		f.change("a", "x\n")
		must(t, os.Remove(f.loose(old)))
		failing(t, f.pushing("https://example.test/", f.head("")), "git rev-list: ")
	})
	t.Run("a tree that is not there", func(t *testing.T) {
		f := debt(t)
		old := f.sent()
		f.change("a", "x\n")
		must(t, os.Remove(f.loose(f.git("rev-parse", "HEAD^{tree}"))))
		failing(t, f.pushing("origin", f.head(old)), "git diff-tree: ")
	})
	t.Run("no repository", func(t *testing.T) {
		f := debt(t)
		u := f.head("")
		f.dir = t.TempDir()
		failing(t, f.pushing("origin", u), "not a git repository")
	})
	for name, args := range map[string]string{
		"rev-list answers nothing and fails":     "rev-list",
		"diff-tree answers nothing and succeeds": "diff-tree",
	} {
		t.Run(name, func(t *testing.T) {
			f := debt(t)
			old := f.sent()
			f.change("a", line(2))
			u := f.head(old)
			git, err := filepath.EvalSymlinks(which(t, "git"))
			must(t, err)
			status := "0"
			if args == "rev-list" {
				status = "1"
			}
			fake := t.TempDir()
			must(t, os.WriteFile(filepath.Join(fake, "git"), []byte("#!/bin/sh\ncase \"$*\" in\n*\" "+args+" --stdin\"*) cat >/dev/null; exit "+status+";;\nesac\nexec "+git+" \"$@\"\n"), 0o755))
			t.Setenv("PATH", fake+string(os.PathListSeparator)+os.Getenv("PATH"))
			failing(t, f.pushing("origin", u), "git "+args+": ")
		})
	}
}

func which(t *testing.T, name string) string {
	t.Helper()
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return filepath.Join(dir, name)
		}
	}
	t.Fatalf("no %s in PATH", name)
	return ""
}

// TestUpdates: git's protocols, and what is none.
func TestUpdates(t *testing.T) {
	a, b, zero := strings.Repeat("a", 40), strings.Repeat("b", 40), strings.Repeat("0", 40)
	got, err := changes.ReadPushed(strings.NewReader(
		"refs/heads/x " + a + " refs/heads/y " + b + "\nHEAD@{1 day ago} " + a + " refs/heads/z " + zero + "\n(delete) " + zero + " refs/heads/w " + b))
	must(t, err)
	want := []changes.Update{{"refs/heads/y", b, a}, {"refs/heads/z", "", a}, {"refs/heads/w", b, ""}}
	if !slices.Equal(got, want) {
		t.Errorf("pushed: %+v", got)
	}
	got, err = changes.ReadReceived(strings.NewReader(zero + " " + a + " refs/heads/x\n"))
	must(t, err)
	if want := []changes.Update{{"refs/heads/x", "", a}}; !slices.Equal(got, want) {
		t.Errorf("received: %+v", got)
	}
	for _, bad := range []string{"x\n", "x " + a + "\n", "a b c d\n", "r " + a + "1 r " + b, "r " + a + " r --all\n"} {
		if got, err := changes.ReadPushed(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read as %+v", bad, got)
		}
	}
	if _, err := changes.NewUpdate("refs/heads/x", "--all", a); err == nil {
		t.Error("an option was taken for an object id")
	}
}

// TestSources: a Source tells what it has not looked at.
func TestSources(t *testing.T) {
	f := debt(t)
	old := f.sent()
	f.write("a", line(2))
	f.write("b", "gone\n")
	f.commit("two")
	must(t, os.Remove(f.loose(f.git("rev-parse", "HEAD:b"))))
	got := f.pushing("origin", f.head(old))
	only(t, got, "missing", "b")
	if ns := got.secrets(t); !slices.Equal(ns, []int{2}) {
		t.Errorf("secrets %v", ns)
	}
	if got.Findings[0].Reach != scanner.ReachBranch {
		t.Errorf("reach %q", got.Findings[0].Reach)
	}
}
