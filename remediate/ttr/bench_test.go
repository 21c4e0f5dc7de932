package ttr_test

import (
	"iter"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"testing"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/survival"
	"leakline/remediate/ttr"
)

// many yields n different incidents, in one row that is used again. Names are new
// strings in each row, as a database's driver makes them.
func many(n int) iter.Seq2[*incident.Row, error] {
	return func(yield func(*incident.Row, error) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		var x incident.Row
		buf := make([]byte, 0, 64)
		fresh := func(prefix string, i int) string {
			buf = append(buf[:0], prefix...)
			for ; i > 0; i /= 10 {
				buf = append(buf, byte('0'+i%10))
			}
			return string(buf)
		}
		base := ago(365)
		for i := range n {
			x = incident.Row{
				ID: incident.ID(fresh("v1:0badcafe:", i)), Provider: fresh("provider ", r.IntN(80)), Layer: detectors.AIPlatform,
				Owner: incident.Person(fresh("p1:0123456789abcdef0123456789abcdef0123456789abcdef", r.IntN(500))),
				Repos: append(x.Repos[:0], fresh("acme/", r.IntN(5000))), Confidence: detectors.High, Privilege: detectors.Admin,
				Detected: base + r.Int64N(365*24*3600*1000),
			}
			if i%2 == 0 {
				x.Layer = detectors.ApplicationAuth
			}
			if i%10 == 0 {
				x.Also = append(x.Also, detectors.Infrastructure)
				x.Repos = append(x.Repos, fresh("acme/", r.IntN(5000)))
			}
			x.Introduced = x.Detected - r.Int64N(300*24*3600*1000)
			after := int64(r.ExpFloat64() * 40 * 24 * 3600 * 1000)
			x.Owned, x.Acknowledged, x.Removed = x.Detected+after/8, x.Detected+after/4, x.Detected+after/2
			if x.Detected+after < ms(now) {
				x.Remediated, x.Proof, x.How = x.Detected+after, incident.ProofProvider, incident.Revoked
			}
			if !yield(&x, nil) {
				return
			}
		}
	}
}

// TestMany: more rows than stand in one piece of memory give what one sort of all
// gives.
func TestMany(t *testing.T) {
	const n = 40_000
	r, err := ttr.New(many(n), options())
	if err != nil {
		t.Fatal(err)
	}
	var obs []survival.Observation
	repos := 0
	for x := range many(n) {
		s := spanOf(x)
		obs = append(obs, survival.Observation{Time: s.days, Event: s.ended})
		repos += len(x.Repos)
	}
	c := survival.Fit(obs)
	total := r.Total()
	if want := c.Mean(90); total.N != n || total.Open != c.Open || !near(total.TTR.RMST.Value, want.Value) || !near(*total.TTR.RMST.High, want.High) {
		t.Errorf("%+v, want %+v", total.TTR.RMST, want)
	}
	if total.TTR.Median.Value != c.Median().Value {
		t.Errorf("median %v, want %v", total.TTR.Median.Value, c.Median().Value)
	}
	got := 0
	for _, g := range r.By(ttr.ByRepository) {
		got += g.N
	}
	if got != repos {
		t.Errorf("%d in repositories, want %d", got, repos)
	}
}

// BenchmarkNew makes a report of 1,000,000 incidents, with every dimension and a
// policy, and says how large the heap gets under a limit as a program may set it.
func BenchmarkNew(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(280 << 20))
	const n = 1_000_000
	o := options()
	o.Policy = policy(b)
	peak := uint64(0)
	for b.Loop() {
		r, err := ttr.New(watched(many(n), &peak), o)
		if err != nil || r.Total().N != n {
			b.Fatal(err)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapSys-m.HeapReleased)
	}
	b.ReportMetric(float64(peak)/1e6, "MB")
}

// BenchmarkRows is what the rows of BenchmarkNew take by themselves.
func BenchmarkRows(b *testing.B) {
	for b.Loop() {
		for range many(1_000_000) {
		}
	}
}

// watched looks at the heap now and then.
func watched(rows iter.Seq2[*incident.Row, error], peak *uint64) iter.Seq2[*incident.Row, error] {
	return func(yield func(*incident.Row, error) bool) {
		n := 0
		for r, err := range rows {
			if n++; n%500_000 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				*peak = max(*peak, m.HeapSys-m.HeapReleased)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
