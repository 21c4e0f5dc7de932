package ledger

import (
	"maps"
	"testing"
	"time"

	"leakline/remediate/incident"
)

// TestHeadsAsOf: the heads of a day stay what they were, whatever comes later.
func TestHeadsAsOf(t *testing.T) {
	stores(t, func(t *testing.T, url func() string) {
		now := day(0)
		l := begin(t, url(), func(o *Options) { o.Now = func() time.Time { return now } })
		ss := sightings(testKey(t, "one"), 0, 20)
		var then []map[incident.Chain]incident.Head
		for n := range 3 {
			now = day(n + 1)
			record(t, l, nightly(n+1, "a", ss[:5*(n+1)]...))
			then = append(then, heads0(t, l))
		}
		for n, want := range then {
			got, err := l.HeadsAsOf(t.Context(), day(n+1).Add(1))
			if err != nil || !maps.Equal(got, want) {
				t.Errorf("day %d: %v %v, want %v", n+1, err, got, want)
			}
		}
		if got, err := l.HeadsAsOf(t.Context(), day(-1)); err != nil || !maps.Equal(got, then0()) {
			t.Errorf("before the first day: %v %v", err, got)
		}
	})
}

// then0 are the heads of a ledger in which nothing stands.
func then0() map[incident.Chain]incident.Head {
	out := map[incident.Chain]incident.Head{}
	for _, c := range incident.Chains() {
		out[c] = incident.Head{Hash: "0000000000000000000000000000000000000000000000000000000000000000"}
	}
	return out
}
