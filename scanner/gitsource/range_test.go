package gitsource_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// quote writes a word as a shell takes it.
func quote(word string) string {
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func quoteAll(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quote(w)
	}
	return strings.Join(out, " ")
}

// scanRange scans what a range selects.
func scanRange(t testing.TB, dir string, spec gitsource.RangeSpec, options gitsource.Options) *result {
	t.Helper()
	g, err := gitsource.ParseRange(spec, time.Unix(1_700_000_000, 0).UTC())
	must(t, err)
	options.Range = g
	return scan(t, dir, options)
}

// TestRanges makes random histories and compares what a random range selects
// with git rev-list of the same arguments, and what it brought in with git
// diff-tree.
func TestRanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{f: newFixture(t), rt: rt}
		h.f.change("start", "0\n")
		for range rapid.IntRange(4, 18).Draw(rt, "steps") {
			h.step()
		}
		dir := h.f.dir
		if rapid.IntRange(0, 4).Draw(rt, "shallow") == 0 {
			dir = t.TempDir()
			depth := fmt.Sprint("--depth=", rapid.IntRange(1, 4).Draw(rt, "depth"))
			h.f.run("", "clone", "-q", "--no-single-branch", depth, "file://"+h.f.dir, dir)
		}
		for range 8 {
			args := drawRange(rt, h.f, dir)
			r := scanRange(t, dir, gitsource.RangeSpec{LogOptions: quoteAll(args)}, gitsource.Options{})
			r.complete(rt)
			judgeRange(rt, h.f, dir, args, r)
		}
	})
}

// drawRange makes arguments of git log.
func drawRange(rt *rapid.T, f *fixture, dir string) []string {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, label) }
	commits := strings.Fields(f.run(dir, "rev-list", "--all", "HEAD"))
	rev := func() string {
		names := []string{"HEAD", "@", "main"}
		for _, name := range strings.Fields(f.run(dir, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags", "refs/remotes", "refs/pull")) {
			short := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "refs/heads/"), "refs/tags/"), "refs/remotes/")
			names = append(names, name, short)
		}
		id := rapid.SampledFrom(commits).Draw(rt, "commit")
		names = append(names, id, id, id[:10], id[:7])
		name := rapid.SampledFrom(names).Draw(rt, "name") + pick("suffix", "", "", "", "^{commit}", "^{}", "^0", "~1", "~2", "^1", "^2", "~1^2", "^^")
		if _, err := f.try(dir, nil, "rev-parse", "-q", "--verify", name+"^{commit}"); err != nil {
			return "HEAD"
		}
		return name
	}
	var args []string
	for range rapid.IntRange(0, 3).Draw(rt, "revisions") {
		switch pick("form", "one", "one", "not", "two", "two", "three", "all", "branches", "tags", "remotes", "glob", "toggle") {
		case "one":
			args = append(args, rev())
		case "not":
			args = append(args, "^"+rev())
		case "two":
			args = append(args, rev()+".."+rev())
		case "three":
			args = append(args, rev()+"..."+rev())
		case "toggle":
			args = append(args, "--not", rev(), "--not")
		case "glob":
			args = append(args, pick("glob", "--branches=b*", "--branches=main", "--tags=t?", "--branches=[bm]*", "--remotes=origin"))
		case "all":
			args = append(args, "--all")
		default:
			args = append(args, pick("refs", "--branches", "--tags", "--remotes"))
		}
	}
	for range rapid.IntRange(0, 2).Draw(rt, "options") {
		// The clock of the fixtures begins at 1,600,000,000 and ticks by minutes.
		at := 1_600_000_000 + 60*rapid.IntRange(0, 40).Draw(rt, "minute")
		date := time.Unix(int64(at), 0).UTC()
		switch pick("option", "max", "skip", "since", "until", "first", "merges", "full") {
		case "max":
			args = append(args, pick("max", "-n3", "-2", "--max-count=1", "-n"))
			if args[len(args)-1] == "-n" {
				args = append(args, "4")
			}
		case "skip":
			args = append(args, "--skip=1")
		case "since":
			args = append(args, "--since="+date.Format("2006-01-02 15:04:05 -0700"))
		case "until":
			args = append(args, "--before", date.Format(time.RFC3339))
		case "first":
			args = append(args, "--first-parent")
		case "merges":
			args = append(args, pick("merges", "--no-merges", "--merges"))
		case "full":
			args = append(args, "--full-history")
		}
	}
	if rapid.IntRange(0, 2).Draw(rt, "paths") == 0 {
		args = append(args, "--")
		for range rapid.IntRange(1, 2).Draw(rt, "count") {
			args = append(args, pick("path", "start", "a", "dir", "dir/", "dir/sub", "d*", "*b", ".", ":!dir", "moved*/a", "other/b"))
		}
	}
	if len(args) == 0 {
		return []string{"HEAD"}
	}
	return args
}

// judgeRange compares with git.
func judgeRange(t reporter, f *fixture, dir string, args []string, r *result) {
	t.Helper()
	want := strings.Fields(f.run(dir, append([]string{"--no-replace-objects", "rev-list", "--default", "HEAD"}, args...)...))
	judgeSelected(t, want, args, r)
	judgeBrought(t, f, dir, want, args, r)
	judgeScope(t, r)
}

func judgeSelected(t reporter, want, args []string, r *result) {
	t.Helper()
	var got []string
	for _, c := range r.of(scanner.SourceCommitMessage) {
		got = append(got, c.Blob)
	}
	want = slices.Sorted(slices.Values(want))
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("range %q: %d commits, git has %d\nextra   %v\nmissing %v", args, len(got), len(want), without(got, want), without(want, got))
	}
	if r.tally.Objects["commits"] != len(want) {
		t.Errorf("tally says %d commits, git has %d", r.tally.Objects["commits"], len(want))
	}
}

// judgeBrought compares the places with git's diffs of each commit and each of
// its parents: a blob is brought in if it is new beside all of them.
func judgeBrought(t reporter, f *fixture, dir string, commits, args []string, r *result) {
	t.Helper()
	want := brought(f, dir, commits, args)
	tip := map[[2]string]bool{}
	for entry := range strings.SplitSeq(f.run(dir, "ls-tree", "-r", "-z", "HEAD"), "\x00") {
		if meta, path, ok := strings.Cut(entry, "\t"); ok {
			tip[[2]string{strings.Fields(meta)[2], path}] = true
		}
	}
	got := map[[2]string]bool{}
	for _, p := range r.places() {
		key := [2]string{p.blob, p.path}
		got[key] = true
		if !want[key][p.commit] {
			t.Errorf("range %q: %s at %q is said to be of commit %s, git has %v", args, p.blob, p.path, p.commit, want[key])
		}
		if p.tip != tip[key] {
			t.Errorf("range %q: %s at %q: at tip is %v, git says %v", args, p.blob, p.path, p.tip, tip[key])
		}
	}
	for key, by := range want {
		if !got[key] {
			t.Errorf("range %q: %s at %q of %v is missing", args, key[0], key[1], by)
		}
	}
}

// brought gives, for each blob and path that commits brought in, these commits.
func brought(f *fixture, dir string, commits, args []string) map[[2]string]map[string]bool {
	want := map[[2]string]map[string]bool{}
	if len(commits) == 0 {
		return want
	}
	parents := map[string]int{}
	feed := ""
	for line := range strings.Lines(f.run(dir, append([]string{"--no-replace-objects", "rev-list", "--parents", "--no-walk=unsorted"}, commits...)...)) {
		ids := strings.Fields(line)
		if slices.Contains(args, "--first-parent") {
			ids = ids[:min(2, len(ids))]
		}
		parents[ids[0]] = max(1, len(ids)-1)
		feed += strings.Join(ids, " ") + "\n"
	}
	diff := []string{"--no-replace-objects", "diff-tree", "--stdin", "-m", "-r", "-z", "--root", "--raw", "--no-renames", "--no-abbrev"}
	if i := slices.Index(args, "--"); i >= 0 {
		diff = append(diff, args[i:]...)
	}
	out, err := f.try(dir, []byte(feed), diff...)
	must(f.t, err)
	commit := ""
	count := map[[3]string]int{}
	fields := strings.Split(out, "\x00")
	for i := 0; i < len(fields); i++ {
		part := strings.Fields(strings.TrimPrefix(fields[i], ":"))
		switch {
		case !strings.HasPrefix(fields[i], ":"):
			commit = fields[i]
			continue
		case part[1] != "160000" && strings.Trim(part[3], "0") != "" && part[2] != part[3]:
			key := [3]string{part[3], fields[i+1], commit}
			if count[key]++; count[key] == parents[commit] {
				at := [2]string{part[3], fields[i+1]}
				if want[at] == nil {
					want[at] = map[string]bool{}
				}
				want[at][commit] = true
			}
		}
		i++
	}
	return want
}

// judgeScope says that nothing else was scanned, and that this is said.
func judgeScope(t reporter, r *result) {
	t.Helper()
	for _, c := range r.chunks {
		switch c.Source {
		case scanner.SourceConfig, scanner.SourceRef:
			t.Errorf("%s %q is outside of any range", c.Source, c.Path)
		}
	}
	if !slices.ContainsFunc(r.tally.Skipped, func(s scanner.Skip) bool { return strings.HasPrefix(s.Why, "outside of the range") }) {
		t.Errorf("what is outside of the range is not said: %v", r.tally.Skipped)
	}
}

// TestRangeClocks gives commits any time at all and compares with what descends
// from what: that is what a range means, and git itself is misled by clocks.
func TestRangeClocks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t)
		var ids []string
		tree := f.git("write-tree")
		for i := range rapid.IntRange(3, 25).Draw(rt, "commits") {
			f.clock = int64(1_600_000_000 + rapid.IntRange(0, 30).Draw(rt, "when"))
			args := []string{"commit-tree", tree, "-m", fmt.Sprint(i)}
			for range min(len(ids), rapid.IntRange(0, 2).Draw(rt, "parents")) {
				if p := rapid.SampledFrom(ids).Draw(rt, "parent"); !slices.Contains(args, p) {
					args = append(args, "-p", p)
				}
			}
			ids = append(ids, f.git(args...))
		}
		f.git("update-ref", "refs/heads/main", ids[len(ids)-1])
		a, b := rapid.SampledFrom(ids).Draw(rt, "a"), rapid.SampledFrom(ids).Draw(rt, "b")
		reach := func(id string) []string { return slices.Sorted(slices.Values(strings.Fields(f.git("rev-list", id)))) }
		left, right := reach(a), reach(b)
		minus := func(x, y []string) (out []string) {
			for _, id := range x {
				if _, ok := slices.BinarySearch(y, id); !ok {
					out = append(out, id)
				}
			}
			return out
		}
		for args, want := range map[string][]string{
			a + ".." + b:  minus(right, left),
			a + "..." + b: append(minus(left, right), minus(right, left)...),
			a + " " + b:   append(minus(left, right), right...),
		} {
			r := scanRange(t, f.dir, gitsource.RangeSpec{LogOptions: args}, gitsource.Options{})
			judgeSelected(rt, want, []string{args}, r)
		}
	})
}

// TestRangePartial scans a range of a clone without blobs: each blob that the
// range brought in is named as promised, and nothing else.
func TestRangePartial(t *testing.T) {
	f := newFixture(t)
	f.change("old", "old\n")
	f.git("tag", "v1")
	f.change("dir/new", "new\n")
	f.change("dir/more", "more\n")
	f.git("config", "uploadpack.allowFilter", "true")
	clone := t.TempDir()
	f.run("", "clone", "-q", "--bare", "--filter=blob:none", "file://"+f.dir, clone)
	r := scanRange(t, clone, gitsource.RangeSpec{LogOptions: "v1.."}, gitsource.Options{})
	judgeSelected(t, strings.Fields(f.git("rev-list", "v1..")), []string{"v1.."}, r)
	var got []string
	for _, u := range r.unread {
		got = append(got, u.Class+" "+strings.Fields(u.What)[1])
	}
	slices.Sort(got)
	want := []string{"promised " + f.git("rev-parse", "HEAD:dir/new"), "promised " + f.git("rev-parse", "HEAD:dir/more")}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("unread are %q, want %q", got, want)
	}
	var paths []string
	for _, c := range r.of(scanner.SourcePath) {
		paths = append(paths, c.Path)
	}
	if !slices.Equal(paths, []string{"dir/new", "dir/more"}) {
		t.Errorf("paths are %q", paths)
	}
}

// TestRangeDamage keeps damage outside of the range out of it, and takes more
// for new, never less, where a parent cannot be read.
func TestRangeDamage(t *testing.T) {
	f := newFixture(t)
	f.change("old", "old\n")
	f.git("tag", "v1")
	f.change("dir/new", "new\n")
	must(t, os.Remove(f.looseFile(f.git("rev-parse", "v1:old"))))
	r := scanRange(t, f.dir, gitsource.RangeSpec{LogOptions: "v1.."}, gitsource.Options{})
	r.complete(t)
	if n := len(r.of(scanner.SourceBlob)); n != 1 {
		t.Errorf("%d blobs, want 1", n)
	}
	must(t, os.Remove(f.looseFile(f.git("rev-parse", "v1^{tree}"))))
	r = scanRange(t, f.dir, gitsource.RangeSpec{LogOptions: "v1.."}, gitsource.Options{})
	r.only(t, "missing", f.git("rev-parse", "HEAD:old"))
	must(t, os.Remove(f.looseFile(f.git("rev-parse", "HEAD^{tree}"))))
	r = scanRange(t, f.dir, gitsource.RangeSpec{LogOptions: "v1.."}, gitsource.Options{})
	if r.unread == nil || r.unread[0].Class != "missing" || !strings.HasPrefix(r.unread[0].What, "tree ") {
		t.Errorf("unread are %v", r.unread)
	}
}
