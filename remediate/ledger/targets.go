package ledger

import (
	"context"
	"iter"
	"time"
)

// TargetRow is one repository or folder at one store, as it was scanned.
type TargetRow struct {
	Repo, Store, Source string
	Scans               int
	LastScan            time.Time
	LastComplete        time.Time // of a scan that read everything and left nothing out; zero: none was
	Catalogue           string    // of that scan
	Complete            bool      // the last scan read everything that it was asked to
	Failure             string    // what it could not read
}

// Targets gives everything that was scanned, by repository and store.
func (l *Ledger) Targets(ctx context.Context) iter.Seq2[TargetRow, error] {
	return func(yield func(TargetRow, error) bool) {
		rows, err := l.db.QueryContext(ctx, `SELECT repo, store, source, scans, last_scan, last_complete, catalogue, complete, failure
			FROM target ORDER BY repo, store`)
		if err != nil {
			yield(TargetRow{}, l.store.fail("read the targets", err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var (
				t                            TargetRow
				scanned, finished, completed int64
			)
			if err = rows.Scan(&t.Repo, &t.Store, &t.Source, &t.Scans, &scanned, &finished, &t.Catalogue, &completed, &t.Failure); err != nil {
				break
			}
			t.LastScan, t.LastComplete, t.Complete = moment(scanned), moment(finished), completed != 0
			if !yield(t, nil) {
				return
			}
		}
		if err == nil {
			err = rows.Err()
		}
		if err != nil {
			yield(TargetRow{}, l.store.fail("read the targets", err))
		}
	}
}

// moment is the time of Unix milliseconds, zero for 0.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
