package gitsource_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/scanner/gitsource"
)

// lose takes objects out of a repository: loose ones by removing their files,
// packed ones by packing all others anew.
func lose(f *fixture, ids []string) {
	f.t.Helper()
	packed := f.packs()
	if len(packed) == 0 {
		for _, id := range ids {
			must(f.t, os.Remove(f.looseFile(id)))
		}
		return
	}
	left := slices.DeleteFunc(f.ids(), func(id string) bool { return slices.Contains(ids, id) })
	stem := filepath.Join(f.t.TempDir(), "left")
	name := f.feed(strings.Join(left, "\n")+"\n", "pack-objects", "-q", "--depth=50", "--window=50", stem)
	removeAll(f, packed)
	for _, ext := range []string{".pack", ".idx"} {
		must(f.t, os.Rename(stem+"-"+name+ext, filepath.Join(f.objects(), "pack", "pack-"+name+ext)))
	}
}

// missed are the objects that git misses when it walks all refs. The empty blob is
// not missed where it is lost: its name says what it holds.
func (f *fixture) missed() []string {
	f.t.Helper()
	var out []string
	for line := range strings.Lines(f.git("rev-list", "--objects", "--all", "--missing=print")) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "?"); ok && id != blobID(nil) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// named are the objects of a class that errors name, with repetitions.
func (s *sight) named(class string) []string {
	var out []string
	for _, e := range s.summary.Errors {
		if fields := strings.Fields(e.What); e.Class == class && len(fields) > 1 {
			out = append(out, fields[1])
		}
	}
	slices.Sort(out)
	return out
}

// TestDifferentialMissing deletes random objects. Nothing else changes: the
// matches in every other blob are what they were, what refs lead to is named
// once, and both engines say the same.
func TestDifferentialMissing(t *testing.T) {
	l, pool := newLab(t), plant(t)
	lost := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t)
		newSaga(&author{dice: newSeeded(rapid.Uint64().Draw(rt, "seed")), pool: pool}).play(f, rapid.IntRange(3, 20).Draw(rt, "commits"))
		if rapid.Bool().Draw(rt, "loose") {
			loosen(f)
		}
		before := l.look(t, shape{dir: f.dir, engine: gitsource.EnginePlain})
		if len(before.summary.Errors) > 0 {
			rt.Fatalf("before anything is lost: %v", before.summary.Errors)
		}
		types := f.types()
		of := map[string][]string{}
		for _, id := range slices.Sorted(maps.Keys(types)) {
			of[types[id]] = append(of[types[id]], id)
		}
		kind, other := "blob", "tree" // in turns, the first as it falls
		if rapid.Bool().Draw(rt, "tree") {
			kind, other = other, kind
		}
		var gone []string
		for range rapid.IntRange(1, 4).Draw(rt, "losses") {
			ids := of[kind]
			gone = append(gone, ids[rapid.IntRange(0, len(ids)-1).Draw(rt, "lost")])
			kind, other = other, kind
		}
		slices.Sort(gone)
		gone = slices.Compact(gone)
		lose(f, gone)
		delta, plain := l.agree(t, rt, shape{dir: f.dir})
		for _, s := range []*sight{plain, delta} {
			if got, want := s.named("missing"), f.missed(); !slices.Equal(got, want) {
				rt.Errorf("named as missing are %v, git misses %v", got, want)
			}
			if len(s.summary.Errors) != len(s.named("missing")) {
				rt.Errorf("other errors: %v", s.errors())
			}
			for id, lines := range before.matches {
				if !slices.Contains(gone, id) {
					report(rt, "blob "+id+" is there", listsDiffer("match", s.matches[id], lines))
				}
			}
		}
		for _, id := range gone {
			lost[types[id]]++
		}
	})
	if !testing.Short() && (lost["blob"] == 0 || lost["tree"] == 0) { // a short run draws few
		t.Errorf("lost were %v", lost)
	}
}

// missedOf gives those of the lost commits and tags that somebody who begins at the refs
// and the reflogs comes to: what only a lost one leads to is not missed.
func missedOf(f *fixture, gone []string) []string {
	parents := map[string][]string{}
	for line := range strings.Lines(f.git("rev-list", "--all", "--reflog", "--parents")) {
		ids := strings.Fields(line)
		parents[ids[0]] = ids[1:]
	}
	next := strings.Fields(f.git("log", "-g", "--all", "--format=%H"))
	for line := range strings.Lines(f.git("for-each-ref", "--format=%(objectname) %(*objectname)")) {
		ids := strings.Fields(line) // a tag, and what it is of; or a commit
		if len(ids) == 2 && !slices.Contains(gone, ids[0]) {
			next = append(next, ids[1])
		}
		next = append(next, ids[0])
	}
	met, missed := map[string]bool{}, []string{}
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		switch {
		case met[id]:
		case slices.Contains(gone, id):
			missed = append(missed, id)
		default:
			next = append(next, parents[id]...)
		}
		met[id] = true
	}
	slices.Sort(missed)
	return missed
}

// TestDifferentialMissingCommits deletes commits and tags, which git itself does
// not survive: what lies behind them is found all the same.
func TestDifferentialMissingCommits(t *testing.T) {
	l, pool := newLab(t), plant(t)
	lost := 0
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			f := newFixture(t)
			newSaga(&author{dice: newSeeded(seed), pool: pool}).play(f, 30)
			if seed%2 == 0 {
				loosen(f)
			}
			before := l.look(t, shape{dir: f.dir, engine: gitsource.EnginePlain})
			revs := strings.Fields(f.git("rev-list", "--all", "--topo-order"))
			tags := strings.Fields(f.git("for-each-ref", "--format=%(objectname)", "refs/tags"))
			gone := []string{revs[len(revs)/3], revs[len(revs)/2]}
			if len(tags) > 0 {
				gone = append(gone, tags[0])
			}
			slices.Sort(gone)
			gone = slices.Compact(gone)
			missed := missedOf(f, gone)
			lost += len(missed)
			lose(f, gone)
			delta, plain := l.agree(t, t, shape{dir: f.dir})
			if got := plain.named("missing"); !slices.Equal(got, missed) {
				t.Errorf("named as missing are %v, missed are %v", got, missed)
			}
			for id, lines := range before.matches {
				report(t, "blob "+id, listsDiffer("match", delta.matches[id], lines))
			}
		})
	}
	if lost < 10 {
		t.Errorf("only %d were missed", lost)
	}
}
