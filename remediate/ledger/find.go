package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"leakline/remediate/incident"
)

// minPrefix is how many digits of a fingerprint name an incident at least.
const minPrefix = 6

// Find gives the incident of an id or an alias, of a fingerprint, or of the first
// six or more hexadecimal digits of one, as far as there is only one.
func (l *Ledger) Find(ctx context.Context, prefix string) (*incident.Incident, error) {
	doing := fmt.Sprintf("find %q", prefix)
	ns, err := l.find(ctx, clean(strings.TrimSpace(prefix)))
	switch {
	case err != nil:
		return nil, l.store.fail(doing, err)
	case len(ns) == 0:
		return nil, fmt.Errorf("%s: %w", doing, ErrNone)
	case len(ns) > 1:
		return nil, fmt.Errorf("%s: %w", doing, ErrSeveral)
	}
	all, err := foldAll(ctx, l.db, l.store.dialect, ns, always)
	if err != nil {
		return nil, l.store.fail(doing, err)
	}
	return all[0], nil
}

// find gives the numbers of the incidents, two at most.
func (l *Ledger) find(ctx context.Context, prefix string) ([]int64, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT incident FROM alias WHERE id = $1", prefix)
	if err != nil {
		return nil, err
	}
	ns, err := scanAll[int64](rows)
	if err != nil || len(ns) > 0 {
		return ns, err
	}
	starts, err := l.starts(ctx, prefix)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, start := range starts {
		rows, err := l.db.QueryContext(ctx, "SELECT DISTINCT incident FROM alias WHERE id >= $1 AND id < $2 LIMIT 2", start, start+"\U0010FFFF")
		if err != nil {
			return nil, err
		}
		some, err := scanAll[int64](rows)
		if err != nil {
			return nil, err
		}
		for _, n := range some {
			if !seen[n] {
				seen[n] = true
				ns = append(ns, n)
			}
		}
	}
	return ns, nil
}

// starts gives what ids may begin with, if somebody wrote prefix.
func (l *Ledger) starts(ctx context.Context, prefix string) ([]string, error) {
	hex := prefix[strings.LastIndexByte(prefix, ':')+1:]
	if len(hex) < minPrefix || strings.Trim(hex, "0123456789abcdef") != "" {
		return nil, nil
	}
	if hex != prefix {
		return []string{prefix}, nil
	}
	keys, err := keyIDs(ctx, l.db)
	for i, k := range keys {
		keys[i] = "v1:" + k + ":" + hex
	}
	return keys, err
}

// page is how many rows are read at a time. Between pages no transaction is open,
// so that whoever reads slowly keeps nobody waiting.
const page = 500

// Events gives the events of an incident, or all of them for an empty id, in the
// order of recording.
func (l *Ledger) Events(ctx context.Context, id incident.ID) iter.Seq2[incident.Event, error] {
	return func(yield func(incident.Event, error) bool) {
		doing := "read events"
		query, args := "SELECT seq, body FROM event WHERE seq > $1 ORDER BY seq LIMIT $2", []any{int64(0), page}
		if id != "" {
			doing = fmt.Sprintf("read the events of %q", id)
			var n int64
			err := l.db.QueryRowContext(ctx, "SELECT incident FROM alias WHERE id = $1", string(id)).Scan(&n)
			if err == sql.ErrNoRows {
				err = ErrNone
			}
			if err != nil {
				yield(incident.Event{}, l.store.fail(doing, err))
				return
			}
			query = "SELECT seq, body FROM event WHERE incident = $3 AND seq > $1 ORDER BY seq LIMIT $2"
			args = append(args, n)
		}
		for {
			some, err := readEvents(ctx, l.db, query, args...)
			if err != nil {
				yield(incident.Event{}, l.store.fail(doing, err))
				return
			}
			for _, s := range some {
				if !yield(s.event, nil) {
					return
				}
			}
			if len(some) < page {
				return
			}
			args[0] = some[len(some)-1].seq
		}
	}
}

// stored is an event with its number.
type stored struct {
	seq   int64
	event incident.Event
}

// readEvents reads rows of number and body.
func readEvents(ctx context.Context, q querier, query string, args ...any) ([]stored, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []stored
	for rows.Next() {
		var (
			s    stored
			body []byte
		)
		if err := rows.Scan(&s.seq, &body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(body, &s.event); err != nil {
			return nil, fmt.Errorf("event %d can't be read: run leakline ledger check: %w", s.seq, err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
