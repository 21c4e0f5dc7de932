package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/testdata/postgres"
)

// The targets of ledgers.
const (
	ledgerFindings  = 100_000   // of one scan
	ledgerIncidents = 1_000_000 // of one ledger
	ledgerRecord    = 5.0       // seconds for a scan of so many findings
	ledgerTTR       = 2.0       // seconds for the times of so many incidents
	ledgerTTRMemory = 500.0     // MB
	ledgerList      = 0.1       // seconds for the first page
)

// ledger measures ledgers: what it takes to record a large scan, to let eight
// writers write at once, and to read many incidents.
func (b *bench) ledger() error {
	cluster, err := postgres.Start()
	if err != nil {
		absent("ledgers on PostgreSQL", err.Error())
	} else {
		defer cluster.End()
	}
	stores := b.stores(cluster)
	return errors.Join(b.reading(), b.recording(stores), b.writing(stores))
}

// store makes new ledgers on one kind of database.
type store struct {
	name string
	url  func() (string, error)
}

// stores are SQLite and, if there is a cluster, PostgreSQL.
func (b *bench) stores(cluster *postgres.Cluster) []store {
	out := []store{{"SQLite", func() (string, error) {
		dir, err := os.MkdirTemp(b.scratch, "ledger-")
		return "sqlite:" + filepath.Join(dir, "ledger.db"), err
	}}}
	if cluster != nil {
		out = append(out, store{"PostgreSQL", cluster.Create})
	}
	return out
}

// begin opens a ledger.
func begin(url string) (*ledger.Ledger, error) {
	key, err := detectors.NewKey("a key that only benchmarks use")
	if err != nil {
		return nil, err
	}
	return ledger.Open(context.Background(), url, ledger.Options{Key: key})
}

// recording measures, in this process, a scan none of whose findings is known, and
// the same scan once more.
func (b *bench) recording(stores []store) error {
	fmt.Printf("\nrecord a scan of %d findings, s (median of %d)\n", ledgerFindings, b.runs)
	first, again := map[string][]float64{}, map[string][]float64{}
	scan := made(0, ledgerFindings)
	for range b.runs {
		for _, s := range stores {
			url, err := s.url()
			if err != nil {
				return err
			}
			l, err := begin(url)
			if err != nil {
				return err
			}
			for _, into := range []map[string][]float64{first, again} {
				started := time.Now()
				if _, err := l.Record(context.Background(), scan); err != nil {
					return errors.Join(err, l.Close())
				}
				into[s.name] = append(into[s.name], time.Since(started).Seconds())
			}
			if err := l.Close(); err != nil {
				return err
			}
		}
	}
	for _, s := range stores {
		target(s.name+", new", middle(first[s.name]), ledgerRecord, " s")
		target(s.name+", all of it known", middle(again[s.name]), ledgerRecord, " s")
	}
	versus("new", first)
	return nil
}

// versus prints how SQLite stands to PostgreSQL.
func versus(what string, took map[string][]float64) {
	if p := middle(took["PostgreSQL"]); p > 0 {
		fmt.Printf("  %-44s %s\n", what+", SQLite : PostgreSQL", number(middle(took["SQLite"])/p))
	}
}

// writers and each are how many write at once, and how many scans each records.
const (
	writers = 8
	each    = 25
)

// writing measures writers that write at once, each with connections of its own,
// and that nothing of what they write is lost.
func (b *bench) writing(stores []store) error {
	fmt.Printf("\n%d writers at once, %d scans of 20 findings each, s (median of %d)\n", writers, each, b.runs)
	took := map[string][]float64{}
	for range b.runs {
		for _, s := range stores {
			url, err := s.url()
			if err != nil {
				return err
			}
			t, err := write(url)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			took[s.name] = append(took[s.name], t.Seconds())
		}
	}
	for _, s := range stores {
		fmt.Printf("  %-44s %s s\n", s.name, seconds(middle(took[s.name])))
	}
	versus("wall", took)
	return nil
}

// write lets all writers write to one ledger, and counts what is in it then.
func write(url string) (time.Duration, error) {
	var (
		all  sync.WaitGroup
		errs [writers]error
		ls   [writers]*ledger.Ledger
	)
	for n := range ls {
		var err error
		if ls[n], err = begin(url); err != nil {
			return 0, err
		}
		defer ls[n].Close()
	}
	started := time.Now()
	for n, l := range ls {
		all.Go(func() {
			for k := range each {
				if _, err := l.Record(context.Background(), made((n*each+k)*20, 20)); err != nil {
					errs[n] = err
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(started)
	if err := errors.Join(errs[:]...); err != nil {
		return 0, err
	}
	report, err := ls[0].Check(context.Background(), nil)
	if err != nil {
		return 0, err
	}
	if want := int64(writers * each * 20); !report.OK() || report.Incidents != want {
		return 0, fmt.Errorf("%d incidents, want %d; the check says %v %v", report.Incidents, want, report.Broken, report.Wrong)
	}
	return took, nil
}

// reading measures the commands that read a large ledger.
func (b *bench) reading() error {
	dir, err := b.derive(fmt.Sprintf("ledger-%d-v%d", ledgerIncidents, madeVersion), func(dir string) error {
		return makeLedger("sqlite:"+filepath.Join(dir, "ledger.db"), ledgerIncidents)
	})
	if err != nil {
		return err
	}
	at := "sqlite:" + filepath.Join(dir, "ledger.db")
	times := &contender{name: "leakline ttr", args: []string{b.leakline, "ttr", "--ledger", at}, piped: true}
	list := &contender{name: "leakline ledger list, 50", args: []string{b.leakline, "ledger", "list", "--limit", "50", "--ledger", at}, piped: true}
	layer := &contender{name: "of one layer, older than 27 days", args: []string{
		b.leakline, "ledger", "list", "--limit", "50", "--layer", "application-auth", "--older-than", "27d", "--ledger", at,
	}, piped: true}
	repo := &contender{name: "of one repository", args: []string{
		b.leakline, "ledger", "list", "--limit", "50", "--repo", madeRepo(7), "--ledger", at,
	}, piped: true}
	race(1, b.runs, []*contender{times, list, layer, repo})
	table(fmt.Sprintf("a ledger of %d incidents", ledgerIncidents), []*contender{times, list, layer, repo})
	target("leakline ttr, wall", times.median(wall), ledgerTTR, " s")
	// Not the peak of resident memory: a process starts with that of the one that
	// starts it, getrusage(2), and this one may have made the ledger.
	target("leakline ttr, peak anonymous memory", times.peak(anon)/1e6, ledgerTTRMemory, " MB")
	for _, c := range []*contender{list, layer, repo} {
		target(c.name+", wall", c.median(wall), ledgerList, " s")
	}
	return nil
}

// made is a scan of a repository that meets secrets from a number on.
func made(from, n int) incident.Scan {
	repo := madeRepo(from)
	s := incident.Scan{ID: fmt.Sprint("scan-", from), At: time.Now(), Remote: true, Target: incident.Target{
		Repo: repo, Store: "https://" + repo, Source: "git", Complete: true, Whole: true, Catalogue: "one",
	}}
	for i := range n {
		x := madeSecret(from + i)
		x.occurrence.Repo, x.occurrence.Store = repo, s.Store
		s.Sightings = append(s.Sightings, incident.Sighting{Fingerprints: []string{x.fingerprint}, Occurrence: x.occurrence})
	}
	return s
}
