package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// rowsAtOnce is how many rows come out of the database as one text. One value of
// a few megabytes costs a fraction of what thousands of small ones do.
const rowsAtOnce = 8192

// Rows gives one row for each incident, in no particular order, for statistics:
// as it is known now or, if asOf is not zero, as it was known then, which is
// folded from the events. The row is reused: copy what is kept of it, its slices
// too.
func (l *Ledger) Rows(ctx context.Context, asOf time.Time) iter.Seq2[*incident.Row, error] {
	return func(yield func(*incident.Row, error) bool) {
		err := l.read(ctx, func(tx *sql.Tx) error {
			now, err := upToDate(ctx, tx, asOf)
			switch {
			case err != nil:
				return err
			case now:
				return briefs(ctx, tx, func(r *incident.Row) bool { return yield(r, nil) })
			}
			return folded(ctx, tx, asOf, func(_ int64, i *incident.Incident) bool {
				r := i.Row()
				return yield(&r, nil)
			})
		})
		if err != nil {
			yield(nil, l.store.fail("read the incidents", err))
		}
	}
}

// upToDate says that nothing was recorded after asOf, or that asOf is zero.
func upToDate(ctx context.Context, q querier, asOf time.Time) (bool, error) {
	if asOf.IsZero() {
		return true, nil
	}
	var last int64
	err := q.QueryRowContext(ctx, "SELECT max(last) FROM chain").Scan(&last)
	return last <= asOf.UnixMilli(), err
}

// briefs reads the rows of all incidents. While some are worked on, the next come
// out of the database.
func briefs(ctx context.Context, tx *sql.Tx, yield func(*incident.Row) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	texts := make(chan string, 1)
	var failed error
	go func() {
		defer close(texts)
		failed = briefTexts(ctx, tx, texts)
	}()
	defer func() { // the transaction must not end before its last query
		cancel()
		for range texts {
		}
	}()
	r := briefReader{known: map[string]string{}}
	for text := range texts {
		for text != "" {
			var line string
			line, text, _ = strings.Cut(text, "\n")
			if err := r.read(line); err != nil {
				return err
			}
			if !yield(&r.row) {
				return nil
			}
		}
	}
	return failed
}

// briefTexts sends the rows of all incidents, many lines at a time.
func briefTexts(ctx context.Context, tx *sql.Tx, texts chan<- string) error {
	var first, last sql.NullInt64
	if err := tx.QueryRowContext(ctx, "SELECT min(n), max(n) FROM incident").Scan(&first, &last); err != nil || !last.Valid {
		return err
	}
	read, err := tx.PrepareContext(ctx, "SELECT coalesce(string_agg(brief, ''), '') FROM incident WHERE n >= $1 AND n < $2")
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }()
	for n := first.Int64; n <= last.Int64; n += rowsAtOnce {
		var text string
		if err := read.QueryRowContext(ctx, n, n+rowsAtOnce).Scan(&text); err != nil {
			return err
		}
		select {
		case texts <- text:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// briefReader reads what [brief] wrote. Its strings but the id are kept once
// each, so that they don't keep the text alive that they were read from.
type briefReader struct {
	row   incident.Row
	known map[string]string
	rest  string
	bad   bool
}

func (b *briefReader) read(line string) error {
	r := &b.row
	b.rest, b.bad = line, false
	r.ID = incident.ID(b.field())
	r.Detector, r.Provider = b.word(), b.word()
	r.Owner = incident.Person(b.word())
	r.Answerable, r.Layer = b.word(), detectors.Layer(b.word())
	r.Candidates, r.Also = b.layers(r.Candidates), b.layers(r.Also)
	r.Privilege, r.Environment = detectors.Privilege(b.word()), detectors.Environment(b.word())
	r.Confidence = detectors.Confidence(b.word())
	r.How, r.Proof, r.Dismissed = incident.How(b.word()), incident.Proof(b.word()), incident.Reason(b.word())
	r.Ambiguous, r.Reopened = b.number() == 1, int(b.number())
	r.Introduced, r.Detected, r.Owned, r.Acknowledged = b.number(), b.number(), b.number(), b.number()
	r.Removed, r.Purged, r.Remediated, r.Until = b.number(), b.number(), b.number(), b.number()
	r.Repos = r.Repos[:0]
	for b.rest != "" {
		r.Repos = append(r.Repos, b.word())
	}
	if b.bad {
		return fmt.Errorf("the row of the incident %q can't be read: run leakline ledger check", r.ID)
	}
	return nil
}

// field takes the next field.
func (b *briefReader) field() string {
	s := b.rest
	if i := strings.IndexByte(s, '\t'); i >= 0 {
		s, b.rest = s[:i], s[i+1:]
	} else {
		b.rest = ""
	}
	if strings.IndexByte(s, '\\') >= 0 {
		s = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\\`, `\`).Replace(s)
	}
	return s
}

// word takes the next field, one of few values.
func (b *briefReader) word() string {
	s := b.field()
	if s == "" {
		return ""
	}
	if w, ok := b.known[s]; ok {
		return w
	}
	w := strings.Clone(s)
	b.known[w] = w
	return w
}

func (b *briefReader) number() int64 {
	s := b.field()
	if s == "0" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	b.bad = b.bad || err != nil
	return n
}

func (b *briefReader) layers(into []detectors.Layer) []detectors.Layer {
	into = into[:0]
	for s := b.word(); s != ""; {
		var l string
		l, s, _ = strings.Cut(s, ",")
		into = append(into, detectors.Layer(l))
	}
	return into
}

// folded gives the incidents as their events up to asOf amount to, in the order
// of their numbers; with zero, all events.
func folded(ctx context.Context, tx *sql.Tx, asOf time.Time, yield func(n int64, i *incident.Incident) bool) error {
	until := int64(1<<63 - 1)
	if !asOf.IsZero() {
		until = asOf.UnixMilli()
	}
	rows, err := tx.QueryContext(ctx, "SELECT incident, body FROM event WHERE incident > 0 AND at <= $1 ORDER BY incident, seq", until)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var (
		current int64
		i       *incident.Incident
	)
	for rows.Next() {
		var (
			n    int64
			body []byte
			e    incident.Event
		)
		if err := rows.Scan(&n, &body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &e); err != nil {
			return fmt.Errorf("an event can't be read: run leakline ledger check: %w", err)
		}
		if n != current && current != 0 && !yield(current, i) {
			return nil
		}
		if n != current {
			current, i = n, &incident.Incident{}
		}
		if err := i.Apply(&e); err != nil {
			return fmt.Errorf("an event of %q can't follow those before it: run leakline ledger check: %w", e.Incident, err)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if current != 0 {
		yield(current, i)
	}
	return nil
}
