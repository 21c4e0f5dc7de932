package gitsource_test

import (
	"slices"
	"strconv"
	"strings"

	"leakline/scanner"
)

// place is one place of a blob.
type place struct {
	blob, path, commit string
	tip                bool
}

// places gives every place of every blob, sorted.
func (r *result) places() []place {
	var out []place
	for _, c := range r.chunks {
		if c.Source != scanner.SourceBlob && c.Source != scanner.SourceNote || c.Offset > 0 {
			continue
		}
		for _, l := range append([]scanner.Location{c.Location}, c.Also...) {
			if l.Path != "" {
				out = append(out, place{l.Blob, l.Path, l.Commit.ID, l.AtTip})
			}
		}
	}
	slices.SortFunc(out, comparePlaces)
	return out
}

func comparePlaces(a, b place) int {
	if c := strings.Compare(a.blob, b.blob); c != 0 {
		return c
	}
	return strings.Compare(a.path, b.path)
}

// reporter is a test, or one run of a property test.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// judge compares a scan with what git says about the same repository.
func judge(t reporter, f *fixture, dir string, r *result) {
	t.Helper()
	judgeObjects(t, f, dir, r)
	judgeReach(t, f, dir, r)
	judgePlaces(t, f, dir, r)
}

// byType gives the objects of a store by type, sorted.
func (f *fixture) byType(dir string) map[string][]string {
	f.t.Helper()
	all := map[string][]string{}
	out := f.run(dir, "--no-replace-objects", "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)")
	for line := range strings.Lines(out) {
		typ, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[typ] = append(all[typ], id)
	}
	return all
}

// judgeObjects compares with every object of the store.
func judgeObjects(t reporter, f *fixture, dir string, r *result) {
	t.Helper()
	want := f.byType(dir)
	got := map[string][]string{}
	for _, c := range r.chunks {
		typ := map[scanner.SourceKind]string{
			scanner.SourceBlob: "blob", scanner.SourceNote: "blob",
			scanner.SourceCommitMessage: "commit", scanner.SourceTagMessage: "tag",
		}[c.Source]
		if typ != "" && c.Offset == 0 {
			got[typ] = append(got[typ], c.Blob)
		}
	}
	for _, typ := range []string{"blob", "commit", "tag"} {
		slices.Sort(got[typ])
		if !slices.Equal(got[typ], want[typ]) {
			t.Errorf("%ss yielded: %d, git has %d\nextra   %v\nmissing %v", typ, len(got[typ]), len(want[typ]),
				without(got[typ], want[typ]), without(want[typ], got[typ]))
		}
	}
	o := r.tally.Objects
	counts := [][2]int{
		{o["commits"], len(want["commit"])},
		{o["trees"], len(want["tree"])},
		{o["blobs"] + o["notes"], len(want["blob"])},
		{o["tags"], len(want["tag"])},
	}
	for i, name := range []string{"commits", "trees", "blobs and notes", "tags"} {
		if counts[i][0] != counts[i][1] {
			t.Errorf("tally says %d %s, git has %d", counts[i][0], name, counts[i][1])
		}
	}
	refs := strings.Count(f.run(dir, "for-each-ref", "--format=x"), "x")
	if o["refs"] != refs {
		t.Errorf("tally says %d refs, git has %d", o["refs"], refs)
	}
	sum := 0
	for class, n := range o {
		if strings.HasPrefix(class, "blobs from ") {
			sum += n
		}
	}
	if sum != o["blobs"] {
		t.Errorf("blobs from all reaches are %d, blobs %d", sum, o["blobs"])
	}
}

// without gives the first few of a that are not in sorted b.
func without(a, b []string) []string {
	var out []string
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); !ok && len(out) < 5 {
			out = append(out, x)
		}
	}
	return out
}

// judgeReach compares the reach of each blob with what git can walk to.
func judgeReach(t reporter, f *fixture, dir string, r *result) {
	t.Helper()
	list := func(args ...string) map[string]bool {
		out := map[string]bool{}
		args = append([]string{"--no-replace-objects", "rev-list", "--objects", "--missing=allow-any"}, args...)
		for line := range strings.Lines(f.run(dir, args...)) {
			id, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			out[id] = true
		}
		return out
	}
	heads := []string{}
	for line := range strings.Lines(f.run(dir, "worktree", "list", "--porcelain")) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "HEAD "); ok && strings.Trim(id, "0") != "" {
			heads = append(heads, id)
		}
	}
	stashes := []string{}
	if _, err := f.try(dir, nil, "rev-parse", "-q", "--verify", "refs/stash"); err == nil {
		stashes = append(strings.Fields(f.run(dir, "log", "-g", "--format=%H", "refs/stash")), "refs/stash")
	}
	order := []struct {
		reach scanner.Reach
		ids   map[string]bool
	}{
		{scanner.ReachBranch, list(append([]string{"--branches", "--tags", "--remotes"}, heads...)...)},
		{scanner.ReachPull, list("--exclude=refs/stash", "--all")},
		{scanner.ReachStash, list(append([]string{"--exclude=refs/stash", "--all"}, stashes...)...)},
		{scanner.ReachReflog, list("--all", "--reflog")},
		{scanner.ReachIndex, list("--all", "--reflog", "--indexed-objects")},
	}
	for _, c := range r.chunks {
		if c.Source != scanner.SourceBlob && c.Source != scanner.SourceCommitMessage && c.Source != scanner.SourceNote {
			continue
		}
		want := scanner.ReachUnreachable
		for _, o := range order {
			if o.ids[c.Blob] {
				want = o.reach
				break
			}
		}
		if c.Reach != want {
			t.Errorf("%s %s (%s) has reach %s, git says %s", c.Source, c.Blob, c.Path, c.Reach, want)
		}
	}
}

// judgePlaces compares every place of every blob that git log can reach, each
// with the oldest commit that has it.
func judgePlaces(t reporter, f *fixture, dir string, r *result) {
	t.Helper()
	type first struct {
		at     int64
		commit string
	}
	oldest := map[[2]string]first{}
	out := f.run(dir, "-c", "core.quotePath=false", "--no-replace-objects", "log", "-m", "--all", "--reflog", "--raw", "-z",
		"--no-abbrev", "--no-renames", "--ignore-submodules=none", "--format=%x01%ct %H")
	var now first
	fields := strings.Split(out, "\x00")
	for i := 0; i < len(fields); i++ {
		head := strings.TrimLeft(fields[i], "\n\x00")
		if k := strings.IndexByte(head, '\x01'); k >= 0 {
			at, id, _ := strings.Cut(strings.TrimSpace(head[k+1:]), " ")
			now.at, _ = strconv.ParseInt(at, 10, 64)
			now.commit = id[:40]
			continue
		}
		if !strings.HasPrefix(head, ":") || i+1 == len(fields) {
			continue
		}
		part := strings.Fields(head[1:])
		i++
		if part[1] == "160000" || strings.Trim(part[3], "0") == "" {
			continue
		}
		key := [2]string{part[3], fields[i]}
		// Of commits of the same second git prints children first.
		if old, ok := oldest[key]; !ok || now.at <= old.at {
			oldest[key] = now
		}
	}
	tip := map[[2]string]bool{}
	if _, err := f.try(dir, nil, "rev-parse", "-q", "--verify", "HEAD^{tree}"); err == nil {
		for entry := range strings.SplitSeq(f.run(dir, "ls-tree", "-r", "-z", "HEAD"), "\x00") {
			if meta, path, ok := strings.Cut(entry, "\t"); ok {
				tip[[2]string{strings.Fields(meta)[2], path}] = true
			}
		}
	}
	reached := map[string]bool{}
	for _, c := range r.of(scanner.SourceCommitMessage) {
		reached[c.Blob] = c.Reach != scanner.ReachUnreachable
	}
	got := 0
	for _, p := range r.places() {
		key := [2]string{p.blob, p.path}
		want, ok := oldest[key]
		if p.tip != tip[key] {
			t.Errorf("%s at %q: at tip is %v, git says %v", p.blob, p.path, p.tip, tip[key])
		}
		if !reached[p.commit] {
			if ok {
				t.Errorf("%s at %q has no reachable commit, git says %s", p.blob, p.path, want.commit)
			}
			continue
		}
		got++
		if p.commit != want.commit {
			t.Errorf("%s at %q is first in %s, git says %s", p.blob, p.path, p.commit, want.commit)
		}
	}
	if got != len(oldest) {
		t.Errorf("%d places in commits, git has %d", got, len(oldest))
	}
}

// judgeFirst compares the oldest commit of one blob with git's own search.
func judgeFirst(t reporter, f *fixture, dir string, c scanner.Chunk) {
	t.Helper()
	out := f.run(dir, "--no-replace-objects", "log", "-m", "--all", "--reflog", "--find-object="+c.Blob, "--format=%ct %H")
	want, at := "", int64(0)
	for line := range strings.Lines(out) {
		when, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		// Of commits of the same second git prints children first.
		if n, _ := strconv.ParseInt(when, 10, 64); want == "" || n <= at {
			want, at = id, n
		}
	}
	if c.Commit.ID != want {
		t.Errorf("blob %s (%s) is first in %s, git says %s", c.Blob, c.Path, c.Commit.ID, want)
	}
}
