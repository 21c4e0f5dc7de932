package changes_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/scanner/gitsource/changes"
)

// secretCount is how many secrets random repositories hold.
const secretCount = 8

// names are paths of random repositories. A folder is never a file, so that any
// combination of them can exist.
var names = []string{
	"a", "b.txt", "src/main.go", "src/deep/er/config.yml", "with space", "qu\"ote", "new\nline", "caf\xe9", "日本", "tab\there",
	"-dash", ":colon", "back\\slash",
}

// editor makes random edits of a work tree.
type editor struct {
	*rand.Rand
	*fixture
}

func (e *editor) pick(ss []string) string { return ss[e.IntN(len(ss))] }

// files lists the files of the work tree.
func (e *editor) files() []string {
	var out []string
	for _, n := range names {
		if _, err := os.Lstat(filepath.Join(e.dir, n)); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// text is a line: harmless, or with a secret.
func (e *editor) text() string {
	if e.IntN(3) > 0 {
		return fmt.Sprintf("option_%d = %d\n", e.IntN(50), e.IntN(1000))
	}
	return line(e.IntN(secretCount))
}

func (e *editor) content() string {
	var b strings.Builder
	for range e.IntN(6) {
		b.WriteString(e.text())
	}
	return b.String()
}

// edit changes one thing in the work tree.
func (e *editor) edit() {
	have := e.files()
	if len(have) == 0 {
		e.write(e.pick(names), e.content())
		return
	}
	from, to := e.pick(have), e.pick(names)
	path := filepath.Join(e.dir, from)
	info, err := os.Lstat(path)
	must(e.t, err)
	link := info.Mode()&os.ModeSymlink != 0
	read := func() string {
		if link {
			target, err := os.Readlink(path)
			must(e.t, err)
			return target
		}
		data, err := os.ReadFile(path)
		must(e.t, err)
		return string(data)
	}
	replace := func(name, content string) {
		_ = os.Remove(filepath.Join(e.dir, name))
		e.write(name, content)
	}
	switch e.IntN(9) {
	case 0: // a new file, or another one in its place
		replace(to, e.content())
	case 1: // a move
		text := read()
		must(e.t, os.Remove(path))
		replace(to, text)
	case 2: // a copy
		replace(to, read())
	case 3:
		must(e.t, os.Remove(path))
	case 4: // the mode
		if !link {
			must(e.t, os.Chmod(path, info.Mode()^0o111))
		}
	case 5: // a link in the place of a file
		must(e.t, os.Remove(path))
		must(e.t, os.Symlink(strings.TrimSpace(e.text()), path))
	case 6: // reformatting
		replace(from, strings.ReplaceAll(read(), " = ", "   =\t"))
	default: // lines come, go and change places
		lines := strings.SplitAfter(read(), "\n")
		switch e.IntN(3) {
		case 0:
			lines = slices.Insert(lines, e.IntN(len(lines)+1), e.text())
		case 1:
			i := e.IntN(len(lines))
			lines = slices.Delete(lines, i, i+1)
		default:
			e.Shuffle(len(lines), func(i, k int) { lines[i], lines[k] = lines[k], lines[i] })
		}
		replace(from, strings.Join(lines, ""))
	}
}

// stage stages some of what was edited.
func (e *editor) stage() {
	switch e.IntN(3) {
	case 0:
		e.git("add", "-A")
	case 1:
		for _, n := range e.files() {
			if e.IntN(2) == 0 {
				e.git("--literal-pathspecs", "add", "--", n)
			}
		}
	default: // a content that is in no file, as "git add -p" stages them
		id := e.run(e.dir, []byte(e.content()), "hash-object", "-w", "--stdin")
		e.git("update-index", "--add", "--cacheinfo", "100644,"+id+","+e.pick(names))
	}
}

// grow makes some commits.
func (e *editor) grow(n int) {
	for range n {
		for range 1 + e.IntN(3) {
			e.edit()
		}
		e.commit("grow")
	}
}

// merge begins to merge branches, and resolves what conflicts.
func (e *editor) merge(branches ...string) {
	if _, err := e.try(e.dir, nil, append([]string{"merge", "-q", "--no-commit", "--no-ff"}, branches...)...); err == nil {
		return
	}
	for _, rec := range strings.Split(e.git("ls-files", "-u", "-z"), "\x00") {
		_, path, ok := strings.Cut(rec, "\t")
		if !ok {
			continue
		}
		_ = os.RemoveAll(filepath.Join(e.dir, path))
		if e.IntN(4) > 0 {
			e.write(path, e.content())
		}
	}
	if len(branches) > 1 { // git gives up before there is anything to resolve
		_, _ = e.try(e.dir, nil, "reset", "-q", "--hard")
		return
	}
	e.git("add", "-A")
}

// heads are the commits that the next one has as parents.
func (e *editor) heads() []string {
	heads := []string{"HEAD"}
	text, err := os.ReadFile(filepath.Join(e.dir, ".git", "MERGE_HEAD"))
	if err == nil {
		heads = append(heads, strings.Fields(string(text))...)
	}
	return heads
}

// TestStagedOracle: what the next commit adds is what an obvious comparison of whole
// trees says, in random repositories with random edits staged.
func TestStagedOracle(t *testing.T) {
	found, merged := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		e := &editor{rand.New(rand.NewPCG(seed, 1)), newFixture(t)}
		e.grow(1 + e.IntN(3))
		if e.IntN(2) == 0 {
			var sides []string
			for i := range 1 + e.IntN(2) {
				side := fmt.Sprintf("side%d", i)
				e.git("checkout", "-q", "-b", side)
				e.grow(1 + e.IntN(2))
				e.git("checkout", "-q", "main")
				sides = append(sides, side)
			}
			e.grow(1)
			e.merge(sides...)
		}
		for range 1 + e.IntN(4) {
			e.edit()
			e.stage()
		}
		var parents []tree
		for _, h := range e.heads() {
			parents = append(parents, e.tree(h))
		}
		if len(parents) > 1 {
			merged++
		}
		want, plain := oracle(e.fixture, secretCount, e.index(), parents...)
		got := e.staged()
		got.want(rt, want...)
		for _, n := range plain {
			if !slices.Contains(want, n) {
				rt.Fatalf("secret %d is in no parent, and the oracle does not call it new", n)
			}
		}
		found += len(want)
	})
	if !testing.Short() && (found == 0 || merged == 0) {
		t.Errorf("%d new secrets and %d merges: this test looks at nothing", found, merged)
	}
}

// known is what the test says that a remote has.
func reachable(f *fixture, ids ...string) map[string]bool {
	set := map[string]bool{}
	for _, id := range ids {
		for _, c := range strings.Fields(f.git("rev-list", id)) {
			set[c] = true
		}
	}
	return set
}

// TestPushedOracle: the same for every commit of a push, and of one that is received.
func TestPushedOracle(t *testing.T) {
	found, merges := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		e := &editor{rand.New(rand.NewPCG(seed, 2)), newFixture(t)}
		e.grow(1 + e.IntN(3))
		sent := e.git("rev-parse", "HEAD")
		if e.IntN(3) == 0 {
			sent = ""
		} else {
			e.git("update-ref", "refs/remotes/origin/main", sent)
		}
		for i := range 1 + e.IntN(3) {
			if e.IntN(2) == 0 {
				e.grow(1)
				continue
			}
			side := fmt.Sprintf("side%d", i)
			e.git("checkout", "-q", "-b", side, "HEAD")
			e.grow(1)
			e.git("checkout", "-q", "main")
			e.grow(1)
			e.merge(side)
			if e.IntN(2) == 0 { // an evil merge
				e.edit()
				e.git("add", "-A")
			}
			e.commit("merge")
			merges++
		}
		tip := e.git("rev-parse", "HEAD")
		had := map[string]bool{}
		if sent != "" {
			had = reachable(e.fixture, sent)
		}
		want := map[int]bool{}
		commits := 0
		for c := range reachable(e.fixture, tip) {
			if had[c] {
				continue
			}
			commits++
			var parents []tree
			for _, p := range strings.Fields(e.git("log", "-1", "--format=%P", c)) {
				parents = append(parents, e.tree(p))
			}
			if len(parents) == 0 {
				parents = []tree{{}}
			}
			fresh, _ := oracle(e.fixture, secretCount, e.tree(c), parents...)
			for _, n := range fresh {
				want[n] = true
			}
		}
		updates := []changes.Update{{Ref: "refs/heads/main", Old: sent, New: tip}}
		if e.IntN(2) == 0 {
			updates[0].Old = "" // a new branch: the remote's other refs say what it has
		}
		src, err := changes.Pushed(rt.Context(), "origin", updates, changes.Options{Dir: e.dir})
		got := judge(rt, src, err)
		got.want(rt, slices.Sorted(maps.Keys(want))...)
		if n := got.src.Account().Commits; n != commits {
			rt.Errorf("%d commits were judged, want %d", n, commits)
		}
		found += len(want)
	})
	if !testing.Short() && (found == 0 || merges == 0) {
		t.Errorf("%d new secrets and %d merges: this test looks at nothing", found, merges)
	}
}
