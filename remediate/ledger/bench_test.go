//go:build unix

package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"leakline/remediate/incident"
	"leakline/testdata/postgres"
)

// benchStores runs a benchmark on both databases.
func benchStores(b *testing.B, run func(b *testing.B, url func() string)) {
	b.Run("sqlite", func(b *testing.B) {
		run(b, func() string { return "sqlite:" + filepath.Join(b.TempDir(), "ledger.db") })
	})
	b.Run("postgres", func(b *testing.B) {
		run(b, func() string { return postgres.URL(b) })
	})
}

// size is how much a benchmark works on: LEAKLINE_BENCH_SIZE, else n.
func size(n int) int {
	if s, err := strconv.Atoi(os.Getenv("LEAKLINE_BENCH_SIZE")); err == nil {
		return s
	}
	return n
}

// cpu is the processor time of this process, which says more than the clock where
// others share the machine.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRecord records a scan of 100,000 findings, none of which is known
// ("new"), and then once more ("again").
func BenchmarkRecord(b *testing.B) {
	n := size(100_000)
	benchStores(b, func(b *testing.B, url func() string) {
		ss := sightings(testKey(b, "one"), 0, n)
		for b.Loop() {
			b.StopTimer()
			l := begin(b, url())
			b.StartTimer()
			start, busy := time.Now(), cpu(b)
			record(b, l, nightly(1, "big", ss...))
			first, between := time.Now(), cpu(b)
			record(b, l, nightly(2, "big", ss...))
			b.ReportMetric(first.Sub(start).Seconds(), "s/new")
			b.ReportMetric(time.Since(first).Seconds(), "s/again")
			b.ReportMetric((between - busy).Seconds(), "cpu-s/new")
			b.ReportMetric((cpu(b) - between).Seconds(), "cpu-s/again")
		}
	})
}

// BenchmarkRead reads a ledger of 1,000,000 incidents: all rows, and the first
// page of lists. With LEAKLINE_BENCH_FOLDER the SQLite file is kept there and used
// again; then the memory that is told is that of reading alone.
func BenchmarkRead(b *testing.B) {
	n := size(1_000_000)
	benchStores(b, func(b *testing.B, url func() string) {
		address := url()
		if folder := os.Getenv("LEAKLINE_BENCH_FOLDER"); folder != "" && strings.HasPrefix(address, "sqlite:") {
			address = "sqlite:" + filepath.Join(folder, fmt.Sprintf("bench-%d.db", n))
		}
		l := begin(b, address)
		fresh := heads0(b, l)[incident.Ledger].Length == 0
		for at := 0; at < n && fresh; at += 50_000 {
			record(b, l, nightly(at/50_000, fmt.Sprintf("repo-%d", at/50_000), sightings(testKey(b, "one"), at, min(at+50_000, n))...))
		}
		small := sightings(testKey(b, "one"), n, n+20)
		record(b, l, nightly(100, "small", small...))
		b.Run("rows", func(b *testing.B) {
			for b.Loop() {
				busy := cpu(b)
				var peak runtime.MemStats
				count := 0
				for r, err := range l.Rows(b.Context(), time.Time{}) {
					if err != nil || r.ID == "" {
						b.Fatal(err)
					}
					count++
				}
				b.ReportMetric((cpu(b) - busy).Seconds(), "cpu-s/op")
				runtime.ReadMemStats(&peak)
				b.ReportMetric(float64(peak.Sys)/1e6, "MB")
				if count != n+20 {
					b.Fatalf("%d rows of %d", count, n+20)
				}
			}
		})
		for name, f := range map[string]Filter{
			"list":       {Limit: 50},
			"list-open":  {Limit: 50, Open: true, OlderThan: 27 * 24 * time.Hour},
			"list-repo":  {Limit: 50, Repos: []string{"small"}},
			"list-large": {Limit: 50, Repos: []string{"repo-3"}},
			"list-rare":  {Limit: 50, Detectors: []string{"nothing"}},
		} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					for _, err := range l.List(b.Context(), f) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	})
}

// BenchmarkWriters lets 8 writers record 25 scans each.
func BenchmarkWriters(b *testing.B) {
	benchStores(b, func(b *testing.B, url func() string) {
		for b.Loop() {
			b.StopTimer()
			address := url()
			begin(b, address)
			b.StartTimer()
			var wg sync.WaitGroup
			for w := range 8 {
				l := begin(b, address)
				wg.Go(func() {
					for n := range 25 {
						if _, err := l.Record(b.Context(), nightly(n, fmt.Sprintf("repo-%d", w), sightings(testKey(b, "one"), 100*w, 100*w+4*n)...)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
		}
	})
}
