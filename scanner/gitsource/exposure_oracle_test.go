package gitsource_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"leakline/scanner"
)

// oracle is what git says of a repository.
type oracle struct {
	f       *fixture
	dir     string
	parents map[string][]string
	when    map[string]int64
	reached map[string]bool            // by refs, stashes and reflogs
	files   map[string]map[string]bool // blobs by tree-ish
	shallow map[string]bool
}

func newOracle(f *fixture, dir string) *oracle {
	o := &oracle{
		f: f, dir: dir, parents: map[string][]string{}, when: map[string]int64{}, reached: map[string]bool{},
		files: map[string]map[string]bool{}, shallow: map[string]bool{},
	}
	for line := range strings.Lines(o.git("log", "--all", "--reflog", "--format=%ct %H %P")) {
		part := strings.Fields(line)
		o.when[part[1]], _ = strconv.ParseInt(part[0], 10, 64)
		o.parents[part[1]], o.reached[part[1]] = part[2:], true
	}
	if data, err := os.ReadFile(filepath.Join(o.git("rev-parse", "--absolute-git-dir"), "shallow")); err == nil {
		for line := range strings.Lines(string(data)) {
			o.shallow[strings.TrimSpace(line)] = true
		}
	}
	return o
}

func (o *oracle) git(args ...string) string {
	o.f.t.Helper()
	return o.f.run(o.dir, append([]string{"--no-replace-objects"}, args...)...)
}

// holds says that a commit, tag, tree or blob holds one of some blobs.
func (o *oracle) holds(thing string, secret []string) bool {
	files, ok := o.files[thing]
	if !ok {
		files = map[string]bool{}
		peeled := o.git("rev-parse", thing+"^{}")
		if o.git("cat-file", "-t", peeled) == "blob" {
			files[peeled] = true
		} else {
			for entry := range strings.SplitSeq(o.git("ls-tree", "-r", "-z", peeled), "\x00") {
				if meta, _, ok := strings.Cut(entry, "\t"); ok && strings.Fields(meta)[1] == "blob" {
					files[strings.Fields(meta)[2]] = true
				}
			}
		}
		o.files[thing] = files
	}
	return slices.ContainsFunc(secret, func(id string) bool { return files[id] })
}

// introductions are the commits that brought a secret in: those of git's own
// search whose tree holds it while no parent's does.
func (o *oracle) introductions(secret []string) []string {
	args := []string{"log", "-m", "--all", "--reflog", "--format=%H"}
	for _, id := range secret {
		args = append(args, "--find-object="+id)
	}
	found := map[string]bool{}
	for id := range strings.FieldsSeq(o.git(args...)) {
		if o.holds(id, secret) && !slices.ContainsFunc(o.parents[id], func(p string) bool { return o.holds(p, secret) }) {
			found[id] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// chain is the first-parent history of the default branch, oldest first.
func (o *oracle) chain() []string {
	for _, name := range []string{"HEAD", "refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master"} {
		if _, err := o.f.try(o.dir, nil, "rev-parse", "-q", "--verify", name+"^{commit}"); err == nil {
			return strings.Fields(o.git("rev-list", "--first-parent", "--reverse", name))
		}
	}
	return nil
}

// refs are the names of what holds a secret today.
func (o *oracle) refs(secret []string) []string {
	var out []string
	add := func(name string, things ...string) {
		if slices.ContainsFunc(things, func(thing string) bool { return o.holds(thing, secret) }) {
			out = append(out, name)
		}
	}
	stash := func(name, id string) {
		things := []string{id}
		if ps := o.parents[id]; len(ps) > 0 {
			things = append(things, ps[1:]...)
		}
		add(name, things...)
	}
	for line := range strings.Lines(o.git("for-each-ref", "--format=%(refname) %(objectname)")) {
		name, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "refs/stash" {
			stash(name, id)
			continue
		}
		add(name, id)
	}
	for i, line := range strings.Split(o.git("stash", "list", "--format=%gd %H"), "\n") {
		if name, id, _ := strings.Cut(line, " "); i > 0 {
			stash(name, id)
		}
	}
	if _, err := o.f.try(o.dir, nil, "symbolic-ref", "-q", "HEAD"); err != nil {
		add("HEAD", o.git("rev-parse", "HEAD"))
	}
	slices.Sort(out)
	return out
}

// judge compares what is said of one secret with git. position orders commits.
func (o *oracle) judge(t reporter, secret []string, e scanner.Exposure, position map[string]int) {
	t.Helper()
	differ := func(what string, want, got any) {
		t.Helper()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s of %v (-git +leakline):\n%s", what, secret, d)
		}
	}
	var got []string
	for i, c := range e.Introductions {
		got = append(got, c.ID)
		if i > 0 && position[got[i-1]] >= position[c.ID] {
			t.Errorf("%v: %s is not older than %s", secret, got[i-1], c.ID)
		}
	}
	want := o.introductions(secret)
	if len(want) > 0 || len(got) > 0 && o.reached[got[0]] {
		slices.Sort(got)
		differ("introductions", want, got)
	}
	differ("in history", len(want) > 0, e.InHistory)
	cut := slices.ContainsFunc(want, func(id string) bool { return o.shallow[id] })
	differ("boundary", map[bool]string{true: "shallow"}[cut], e.Boundary)
	refs := o.refs(secret)
	differ("refs", refs[:min(20, len(refs))], e.Refs)
	differ("count of refs", len(refs), e.RefCount())

	var intervals []scanner.Interval
	var removed string
	before := false
	for _, id := range o.chain() {
		at := scanner.Moment{Commit: id, At: time.Unix(o.when[id], 0).UTC()}
		switch now := o.holds(id, secret); {
		case now && !before:
			intervals = append(intervals, scanner.Interval{From: at})
			before, removed = true, ""
		case before && !now:
			intervals[len(intervals)-1].To = at
			before, removed = false, id
		}
	}
	differ("intervals", intervals, e.Intervals)
	differ("at tip", before, e.AtTip)
	differ("removed", removed, e.Removed.ID)
}
