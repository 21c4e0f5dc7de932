package survival

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSorted: keys come out as slices.Sort has them, few and many, whatever their
// digits are.
func TestSorted(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, draw := range map[string]func() uint64{
		"any":        random.Uint64,
		"small":      func() uint64 { return random.Uint64N(50) },
		"large":      func() uint64 { return math.MaxUint64 - random.Uint64N(1<<20) },
		"days":       func() uint64 { return keyOf(Days(random.Int64N(365*msPerDay))) | random.Uint64N(2) },
		"whole days": func() uint64 { return keyOf(float64(random.IntN(90))) | random.Uint64N(2) },
	} {
		for _, n := range []int{0, 1, 2, 999, 1000, 1001, 30000} {
			keys := make([]uint64, n)
			for i := range keys {
				keys[i] = draw()
			}
			want := slices.Sorted(slices.Values(keys))
			if !slices.Equal(sorted(keys), want) {
				t.Errorf("%d %s keys are not sorted", n, name)
			}
			if got := sorted(slices.Clone(want)); !slices.Equal(got, want) {
				t.Errorf("%d sorted %s keys are not any more", n, name)
			}
		}
	}
}

// TestKeys: keys keep times and their order.
func TestKeys(t *testing.T) {
	times := []float64{0, math.SmallestNonzeroFloat64, 1e-300, 1e-8, 0.1, 0.1 + 1e-16, 0.5, 1, 27, 1e9, math.MaxFloat64}
	for i, a := range times {
		for k, b := range times {
			if (keyOf(a) < keyOf(b)) != (a < b) || (keyOf(a)|event < keyOf(b)) != (a < b) {
				t.Errorf("%v and %v (%d, %d) are in another order", a, b, i, k)
			}
		}
		if timeOf(keyOf(a)) != a || timeOf(keyOf(a)|event) != a {
			t.Errorf("%v comes back as %v", a, timeOf(keyOf(a)))
		}
	}
	if keyOf(math.Copysign(0, -1)) != keyOf(0) {
		t.Error("0 has two keys")
	}
}
