package ledger

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	flags "flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/testdata/postgres"
)

// clock is a clock that tests move.
type clock struct {
	sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.at = c.at.Add(d)
}

// content is every row of a ledger but those of leases and fences.
func content(t testing.TB, l *Ledger) string {
	t.Helper()
	var b strings.Builder
	for _, table := range tables(t, l) {
		if table != "lease" && table != "fence" {
			b.WriteString(dumpTable(t, l, table))
		}
	}
	return b.String()
}

// execAll runs statements behind a ledger's back.
func execAll(t testing.TB, l *Ledger, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := l.db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// leaseModel is what leases are, without a database: who holds what until when.
type leaseModel struct {
	now    time.Time
	fence  int64
	held   map[string]Lease // by key, those that ran out among them
	rows   map[string]int64 // what was written under each key: the fence
	gotten []Lease          // every lease that was ever given, as its owner knows it
}

// live says that a lease is held now.
func (m *leaseModel) live(x Lease) bool {
	h, ok := m.held[x.Key]
	return ok && h.Fence == x.Fence && h.Owner == x.Owner && h.Until.After(m.now)
}

// TestLeaseModel lets owners acquire, renew, release, sleep and write, in random
// order, and compares each outcome with a plain model.
func TestLeaseModel(t *testing.T) {
	if f := flags.Lookup("rapid.checks"); f.Value.String() == f.DefValue { // each check writes some thirty times
		if err := flags.Set("rapid.checks", "30"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flags.Set("rapid.checks", f.DefValue) })
	}
	stores(t, func(t *testing.T, url func() string) {
		now := &clock{}
		ctx := t.Context()
		l := begin(t, url(), func(o *Options) { o.Now = now.now })
		run, _, err := l.BeginRun(ctx, "model", day0)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(r *rapid.T) {
			execAll(t, l, "DELETE FROM lease", "DELETE FROM task", "UPDATE fence SET n = 0")
			now.at = day0
			m := &leaseModel{now: day0, held: map[string]Lease{}, rows: map[string]int64{}}
			same := func(what string, got, want error) {
				if !errors.Is(got, want) {
					r.Fatalf("%s: %v, want %v", what, got, want)
				}
			}
			owners := rapid.SampledFrom([]string{"one", "two", "three", "four"})
			keys := rapid.SampledFrom([]string{"acme/a", "acme/b"})
			spans := rapid.SampledFrom([]time.Duration{time.Millisecond, 10 * time.Second, 45 * time.Second})
			some := func() Lease {
				if len(m.gotten) == 0 {
					return Lease{Key: keys.Draw(r, "key"), Owner: owners.Draw(r, "owner"), Fence: 1, Until: day(1)}
				}
				return m.gotten[rapid.IntRange(0, len(m.gotten)-1).Draw(r, "lease")]
			}
			acquire := func(*rapid.T) {
				key, owner, ttl := keys.Draw(r, "key"), owners.Draw(r, "owner"), spans.Draw(r, "ttl")
				x, err := l.Acquire(ctx, key, owner, ttl)
				if h, ok := m.held[key]; ok && h.Until.After(m.now) {
					same("acquire what is held", err, ErrHeld)
					return
				}
				same("acquire", err, nil)
				m.fence++
				want := Lease{Key: key, Owner: owner, Fence: m.fence, Until: m.now.Add(ttl)}
				if *x != want {
					r.Fatalf("acquire gives %+v, want %+v", *x, want)
				}
				m.held[key] = want
				m.gotten = append(m.gotten, want)
			}
			r.Repeat(map[string]func(*rapid.T){
				"acquire": acquire, "acquire more": acquire,
				"renew": func(*rapid.T) {
					x, ttl := some(), spans.Draw(r, "ttl")
					y, err := l.Renew(ctx, &x, ttl)
					if !m.live(x) {
						same("renew", err, ErrStale)
						return
					}
					same("renew", err, nil)
					x.Until = m.now.Add(ttl)
					if *y != x {
						r.Fatalf("renew gives %+v, want %+v", *y, x)
					}
					m.held[x.Key] = x
				},
				"release": func(*rapid.T) {
					x := some()
					err := l.Release(ctx, &x)
					if h, ok := m.held[x.Key]; !ok || h.Fence != x.Fence || h.Owner != x.Owner {
						same("release", err, ErrStale)
						return
					}
					same("release", err, nil)
					delete(m.held, x.Key)
				},
				"sleep": func(*rapid.T) {
					d := spans.Draw(r, "sleep")
					now.move(d)
					m.now = m.now.Add(d)
				},
				"write": func(*rapid.T) {
					x := some()
					switch rapid.IntRange(0, 9).Draw(r, "forged") {
					case 0:
						x.Fence++
					case 1:
						x.Owner += "?"
					case 2:
						x.Key += "?"
					}
					x.Until = day(1) // what the owner believes counts for nothing
					err := l.WithFence(&x).SetTask(ctx, Task{Run: run.ID, Repo: x.Key, State: TaskDone, Attempts: int(x.Fence), At: m.now})
					if !m.live(x) {
						same("a stale write", err, ErrStale)
						return
					}
					same("write", err, nil)
					m.rows[x.Key] = x.Fence
				},
				"": func(*rapid.T) {
					m.compare(r, l, run.ID)
				},
			})
		})
	})
}

// compare compares the leases and what was written with the model.
func (m *leaseModel) compare(r *rapid.T, l *Ledger, run string) {
	byKey := func(a, b Lease) int { return cmp.Compare(a.Key, b.Key) }
	var all, expired []Lease
	for _, x := range m.held {
		all = append(all, x)
		if !x.Until.After(m.now) {
			expired = append(expired, x)
		}
	}
	slices.SortFunc(all, byKey)
	slices.SortFunc(expired, byKey)
	ctx := context.Background()
	if got, err := readLeases(ctx, l.db, "ORDER BY name"); err != nil || !slices.Equal(got, all) {
		r.Fatalf("leases are %+v, want %+v, %v", got, all, err)
	}
	if got, err := readLeases(ctx, l.db, "WHERE until <= $1 ORDER BY name", m.now.UnixMilli()); err != nil || !slices.Equal(got, expired) {
		r.Fatalf("%+v ran out, want %+v, %v", got, expired, err)
	}
	rows := map[string]int64{}
	for k, err := range l.Tasks(ctx, run) {
		if err != nil {
			r.Fatal(err)
		}
		rows[k.Repo] = int64(k.Attempts)
	}
	if !reflect.DeepEqual(rows, m.rows) {
		r.Fatalf("the ledger holds %v, want %v", rows, m.rows)
	}
}

// TestStale calls every method that writes, with a fence that is over, and each
// says so and changes nothing. A method that is new must be listed here.
func TestStale(t *testing.T) {
	stores(t, func(t *testing.T, url func() string) {
		ctx, k, now := t.Context(), testKey(t, "one"), &clock{at: day(20)}
		l := begin(t, url(), func(o *Options) { o.Now = now.now })
		fill(t, l)
		execAll(t, l, "DELETE FROM lease")
		lease, err := l.Acquire(ctx, "acme/a", "worker 1", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		runs, err := l.Runs(ctx)
		if err != nil {
			t.Fatal(err)
		}
		run := runs[0].ID
		i := incident.ID(sighting(k, 1).Fingerprints[0])
		verdict := incident.Verdict{Outcome: detectors.Inactive, At: day(19), Source: "probe", Host: "api.example.com"}
		var out bytes.Buffer
		if err := l.Export(ctx, &out); err != nil {
			t.Fatal(err)
		}
		writes := map[string]func(l *Ledger) error{
			"Record": func(l *Ledger) error { _, err := l.Record(ctx, nightly(12, "c", sightings(k, 1, 40)...)); return err },
			"Change": func(l *Ledger) error {
				_, err := l.Change(ctx, i, nil, func(*incident.Incident) ([]incident.Event, error) {
					return []incident.Event{{Kind: incident.Assigned, Owner: incident.PersonOf(k, "another")}}, nil
				})
				return err
			},
			"Judge": func(l *Ledger) error { _, err := l.Judge(ctx, i, verdict); return err },
			"JudgeAll": func(l *Ledger) error {
				_, err := l.JudgeAll(ctx, []Judgement{{IDs: []incident.ID{i}, Verdict: verdict}})
				return err
			},
			"Erase":    func(l *Ledger) error { _, err := l.Erase(ctx, "somebody"); return err },
			"Retain":   func(l *Ledger) error { _, err := l.Retain(ctx, day(900)); return err },
			"AddKey":   func(l *Ledger) error { return l.AddKey(ctx, testKey(t, "two").ID()) },
			"Import":   func(l *Ledger) error { return l.Import(ctx, bytes.NewReader(out.Bytes())) },
			"BeginRun": func(l *Ledger) error { _, _, err := l.BeginRun(ctx, "another", day(9)); return err },
			"FinishRun": func(l *Ledger) error {
				return l.FinishRun(ctx, run, day(9))
			},
			"PutTasks": func(l *Ledger) error { _, err := l.PutTasks(ctx, run, []Task{{Repo: "acme/new"}}); return err },
			"SetTask": func(l *Ledger) error {
				return l.SetTask(ctx, Task{Run: run, Repo: "acme/b", State: TaskDone, Refs: "x", At: day(9)})
			},
			"SetTasks": func(l *Ledger) error {
				return l.SetTasks(ctx, run, []Task{{Repo: "acme/b", State: TaskDone, Refs: "x", At: day(9)}})
			},
			"RemoveRuns": func(l *Ledger) error { _, err := l.RemoveRuns(ctx, day(900)); return err },
			"PutIssue":   func(l *Ledger) error { return l.PutIssue(ctx, IssueLink{Marker: "new", Repo: "acme/a", At: day(9)}) },
			"Deliver": func(l *Ledger) error {
				return l.Deliver(ctx, []Delivered{{Outlet: "new", Digest: "one", At: day(9)}})
			},
			"RemoveIssue": func(l *Ledger) error { return l.RemoveIssue(ctx, "v1:marker 1") },
			"Acquire":     func(l *Ledger) error { _, err := l.Acquire(ctx, "acme/b", "worker 1", time.Minute); return err },
			"Renew":       func(l *Ledger) error { _, err := l.Renew(ctx, lease, time.Hour); return err },
			"Release":     func(l *Ledger) error { return l.Release(ctx, lease) },
		}
		reads := []string{
			"Check", "Checks", "Close", "Delivered", "Events", "Export", "Find", "FindTask", "Heads", "HeadsAsOf", "Issue", "Issues", "IssuesOf", "KeyID",
			"LastRefs", "LastRefsOf", "List", "Names", "Rows", "Runs", "Targets", "Tasks", "TasksWithout", "WithFence",
		}
		for m := range reflect.TypeFor[*Ledger]().Methods() {
			if writes[m.Name] == nil && !slices.Contains(reads, m.Name) {
				t.Errorf("does %s write? List it", m.Name)
			}
		}
		before := content(t, l)
		stale := func(why string, x *Lease) {
			t.Helper()
			for name, write := range writes {
				err := write(l.WithFence(x))
				if !errors.Is(err, ErrStale) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "the lease is over") {
					t.Errorf("%s, %s: %v", why, name, err)
				}
			}
			if content(t, l) != before {
				t.Errorf("%s, and something changed", why)
			}
		}
		stale("another fence", &Lease{Key: lease.Key, Owner: lease.Owner, Fence: lease.Fence + 1, Until: lease.Until})
		stale("another owner", &Lease{Key: lease.Key, Owner: "worker 2", Fence: lease.Fence, Until: lease.Until})
		stale("another key", &Lease{Key: "acme/b", Owner: lease.Owner, Fence: lease.Fence, Until: lease.Until})
		now.move(time.Minute)
		stale("it ran out", lease)
		next, err := l.Acquire(ctx, lease.Key, "worker 2", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		stale("it was taken over", lease)
		for _, name := range []string{"Record", "Judge", "SetTask", "PutIssue", "Deliver", "FinishRun", "Erase"} {
			if err := writes[name](l.WithFence(next)); err != nil {
				t.Errorf("the lease is held, %s: %v", name, err)
			}
		}
		before = content(t, l)
		if err := l.Release(ctx, next); err != nil {
			t.Fatal(err)
		}
		stale("it was released", next)
		if again, err := l.Acquire(ctx, lease.Key, "worker 2", time.Minute); err != nil || again.Fence <= next.Fence {
			t.Errorf("acquired anew: %+v, %v", again, err)
		}
		stale("it was released and acquired by the same owner", next)
		for _, x := range []Lease{{}, {Key: "a"}, {Owner: "a"}} {
			if _, err := l.Acquire(ctx, x.Key, x.Owner, time.Minute); err == nil {
				t.Errorf("acquired: %+v", x)
			}
		}
		checked(t, l)
	})
}

// TestLeaseAtOnce lets eight owners, each with a ledger of its own, want one lease
// and write with it. Some sleep longer than they may, some die. What they write would
// be lost if two ever wrote at once.
func TestLeaseAtOnce(t *testing.T) {
	stores(t, func(t *testing.T, url func() string) {
		address, ctx := url(), t.Context()
		first := begin(t, address)
		run, _, err := first.BeginRun(ctx, "at once", day0)
		if err != nil {
			t.Fatal(err)
		}
		if err := first.SetTask(ctx, Task{Run: run.ID, Repo: "a"}); err != nil {
			t.Fatal(err)
		}
		var (
			wrote, refused, held atomic.Int64
			all                  sync.WaitGroup
		)
		for n := range 8 {
			l := begin(t, address, func(o *Options) { o.Now = time.Now })
			all.Go(func() {
				r := rand.New(rand.NewPCG(3, uint64(n)))
				owner := fmt.Sprintf("worker %d", n)
				for round := 1; round <= 6 || wrote.Load() == 0 || refused.Load() == 0 || held.Load() == 0; round++ {
					if round > 60 {
						t.Errorf("%d wrote, %d were refused, %d found it held: the test shows nothing", wrote.Load(), refused.Load(), held.Load())
						return
					}
					ttl := time.Duration(round*(3+r.IntN(5))) * time.Millisecond
					x, err := l.Acquire(ctx, "a", owner, ttl)
					if errors.Is(err, ErrHeld) {
						held.Add(1)
						time.Sleep(time.Duration(r.IntN(8)) * time.Millisecond)
						continue
					}
					if err != nil {
						t.Errorf("acquire: %v", err)
						return
					}
					for range 1 + r.IntN(3) {
						if r.IntN(4) == 0 {
							time.Sleep(ttl)
						}
						switch err := addOne(ctx, l.WithFence(x), x.Fence, time.Duration(r.Int64N(2*int64(ttl)))); {
						case err == nil:
							wrote.Add(1)
						case errors.Is(err, ErrStale):
							refused.Add(1)
						default:
							t.Errorf("write: %v", err)
						}
					}
					if r.IntN(3) == 0 {
						continue // it dies
					}
					if err := l.Release(ctx, x); err != nil && !errors.Is(err, ErrStale) {
						t.Errorf("release: %v", err)
					}
				}
			})
		}
		all.Wait()
		k, found, err := first.FindTask(ctx, run.ID, "a")
		if err != nil || !found || int64(k.Attempts) != wrote.Load() {
			t.Errorf("%d writes were acknowledged, and the ledger holds %d: %v", wrote.Load(), k.Attempts, err)
		}
		t.Logf("%d wrote, %d were refused, %d found it held", wrote.Load(), refused.Load(), held.Load())
		checked(t, first)
	})
}

// addOne adds one to a task's attempts, slowly, and fails if a later fence has
// written.
func addOne(ctx context.Context, l *Ledger, fence int64, pause time.Duration) error {
	return l.write(ctx, "add one", func(t *tx) error {
		var n, last int64
		if err := t.QueryRowContext(ctx, "SELECT attempts, at FROM task").Scan(&n, &last); err != nil {
			return err
		}
		if last > fence {
			return fmt.Errorf("fence %d has written, and %d writes after it", last, fence)
		}
		time.Sleep(pause)
		_, err := t.ExecContext(ctx, "UPDATE task SET attempts = $1, at = $2", n+1, fence)
		return err
	})
}

// TestHeartbeat renews a lease while its owner writes, and lets two others take it
// over while the first one still writes: they wait until it is done, and then one of
// them gets it. On SQLite one transaction writes at a time anyway.
func TestHeartbeat(t *testing.T) {
	ctx, now := t.Context(), &clock{at: day0}
	l := begin(t, postgres.URL(t), func(o *Options) { o.Now = now.now })
	run, _, err := l.BeginRun(ctx, "heartbeat", day0)
	if err != nil {
		t.Fatal(err)
	}
	x, err := l.Acquire(ctx, "a", "worker 1", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		lease *Lease
		err   error
	}
	taken := make(chan answer, 2)
	fenced := l.WithFence(x)
	err = fenced.write(ctx, "write", func(w *tx) error {
		soon, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		if _, err := l.Renew(soon, x, time.Minute); err != nil {
			return err
		}
		if _, err := l.Acquire(soon, "a", "worker 2", time.Minute); !errors.Is(err, ErrHeld) {
			return fmt.Errorf("it is held, and acquiring it: %w", err)
		}
		now.move(time.Hour)
		for _, owner := range []string{"worker 2", "worker 3"} {
			go func() {
				x, err := l.Acquire(ctx, "a", owner, time.Minute)
				taken <- answer{x, err}
			}()
		}
		for waiting := 0; waiting < 2; {
			select {
			case a := <-taken:
				return fmt.Errorf("it was taken over while its owner writes: %+v", a)
			default:
			}
			if err := l.db.QueryRowContext(soon, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(&waiting); err != nil {
				return err
			}
		}
		_, err := w.putTasks(ctx, run.ID, []Task{{Repo: "a"}}, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a, b := <-taken, <-taken
	if a.err != nil {
		a, b = b, a
	}
	if a.err != nil || a.lease.Fence <= x.Fence || !errors.Is(b.err, ErrHeld) {
		t.Errorf("taken over: %+v, %+v", a, b)
	}
	if _, found, err := l.FindTask(ctx, run.ID, "a"); err != nil || !found {
		t.Errorf("what was written before is lost: %v", err)
	}
	if err := fenced.SetTask(ctx, Task{Run: run.ID, Repo: "a"}); !errors.Is(err, ErrStale) {
		t.Errorf("it writes after it was taken over: %v", err)
	}
}
