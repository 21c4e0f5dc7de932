package gitsource

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSets compares with maps: equal sets have one number, others another.
func TestSets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.SampledFrom([]int{1, 63, 64, 65, 128, 129, 1000, 70_000}).Draw(rt, "n")
		s := newSets(n)
		type both struct {
			number set
			plain  map[int]bool
		}
		all := []both{{0, map[int]bool{}}}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			if i := rapid.IntRange(0, n-1).Draw(rt, "one"); rapid.Bool().Draw(rt, "new") {
				all = append(all, both{s.one(i), map[int]bool{i: true}})
			}
			a, b := rapid.SampledFrom(all).Draw(rt, "a"), rapid.SampledFrom(all).Draw(rt, "b")
			union := maps.Clone(a.plain)
			maps.Copy(union, b.plain)
			all = append(all, both{s.union(a.number, b.number), union})
		}
		for _, a := range all {
			for _, b := range all {
				if maps.Equal(a.plain, b.plain) != (a.number == b.number) {
					rt.Fatalf("%v has number %d, %v has %d", a.plain, a.number, b.plain, b.number)
				}
				var got, want []int
				s.without(a.number, b.number, func(i int) { got = append(got, i) })
				for _, i := range slices.Sorted(maps.Keys(a.plain)) {
					if !b.plain[i] {
						want = append(want, i)
					}
				}
				if !slices.Equal(got, want) {
					rt.Fatalf("%v without %v is %v", a.plain, b.plain, got)
				}
			}
		}
	})
}

// TestMonotonic compares with every subset of few times: as many as possible are
// kept, and none runs backwards.
func TestMonotonic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		when := rapid.SliceOfN(rapid.Int64Range(0, 9), 0, 9).Draw(rt, "when")
		got := monotonic(when)
		if len(got) != len(when) || !slices.IsSorted(got) {
			rt.Fatalf("%v became %v", when, got)
		}
		best := 0
		for mask := range 1 << len(when) {
			var kept []int64
			for i, t := range when {
				if mask>>i&1 == 1 {
					kept = append(kept, t)
				}
			}
			if slices.IsSorted(kept) {
				best = max(best, len(kept))
			}
		}
		same := 0
		for i := range when {
			if got[i] == when[i] {
				same++
			}
		}
		if same < best {
			rt.Fatalf("%v became %v: %d times kept, %d could be", when, got, same, best)
		}
	})
}
