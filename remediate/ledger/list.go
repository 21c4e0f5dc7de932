package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// Filter says which incidents are listed: those that meet every field that is
// set, and for a list, one of its values.
type Filter struct {
	// Layers are those that an incident is of, opens too, or may be of.
	Layers    []detectors.Layer
	States    []incident.State
	Repos     []string
	Detectors []string
	Providers []string
	Owner     incident.Person
	// OlderThan and YoungerThan bound the age, the time since detection: at least the
	// one, less than the other.
	OlderThan, YoungerThan time.Duration
	// Open is for what statistics count as open: not proven dead, and not dismissed
	// as no incident at all.
	Open  bool
	Limit int // 0: no limit
	// Now is when states and ages are taken; zero: AsOf or, if that is zero too, the
	// ledger's clock.
	Now time.Time
	// AsOf asks for what was known then, folded from the events; zero: what is known
	// now.
	AsOf time.Time
}

// List gives incidents, the newest detected first.
func (l *Ledger) List(ctx context.Context, f Filter) iter.Seq2[*incident.Incident, error] {
	if f.Now.IsZero() {
		f.Now = f.AsOf
	}
	if f.Now.IsZero() {
		f.Now = l.options.Now()
	}
	return func(yield func(*incident.Incident, error) bool) {
		now, err := upToDate(ctx, l.db, f.AsOf)
		switch {
		case err != nil:
		case now:
			err = l.list(ctx, &f, func(i *incident.Incident) bool { return yield(i, nil) })
		default:
			err = l.listAsOf(ctx, &f, func(i *incident.Incident) bool { return yield(i, nil) })
		}
		if err != nil {
			yield(nil, l.store.fail("list incidents", err))
		}
	}
}

// list reads page after page, each from where the one before ended.
func (l *Ledger) list(ctx context.Context, f *Filter, yield func(*incident.Incident) bool) error {
	where, args := f.where(l.store.dialect, 3)
	query := "SELECT i.n, i.detected FROM incident i WHERE (i.detected, i.n) < ($1, $2)" + where + " ORDER BY i.detected DESC, i.n DESC LIMIT $3"
	detected, n, left := always, always, f.Limit
	if f.OlderThan > 0 { // the list begins there
		detected = f.Now.Add(-f.OlderThan).UnixMilli()
	}
	for {
		size := page
		if f.Limit > 0 {
			size = min(page, left)
		}
		rows, err := l.db.QueryContext(ctx, query, append([]any{detected, n, size}, args...)...)
		if err != nil {
			return err
		}
		ns, err := readPage(rows, &detected, &n)
		if err != nil {
			return err
		}
		some, err := foldAll(ctx, l.db, l.store.dialect, ns, always)
		if err != nil {
			return err
		}
		for _, i := range some {
			if !yield(i) {
				return nil
			}
		}
		left -= len(some)
		if len(some) < size || f.Limit > 0 && left == 0 {
			return nil
		}
	}
}

// readPage reads numbers of incidents, and where the last one stands.
func readPage(rows *sql.Rows, detected, n *int64) ([]int64, error) {
	defer func() { _ = rows.Close() }()
	var ns []int64
	for rows.Next() {
		if err := rows.Scan(n, detected); err != nil {
			return nil, err
		}
		ns = append(ns, *n)
	}
	return ns, rows.Err()
}

// where is the filter as SQL, "" or beginning with AND, without OlderThan.
// Arguments are numbered after the first so many.
func (f *Filter) where(d *dialect, after int) (string, []any) {
	var (
		parts []string
		args  []any
	)
	arg := func(v any) int {
		args = append(args, v)
		return after + len(args)
	}
	add := func(format string, v ...any) { parts = append(parts, " AND "+fmt.Sprintf(format, v...)) }
	in := func(column string, list []string) {
		switch len(list) {
		case 0:
		case 1: // an index gives them in order
			add("i.%s = $%d", column, arg(list[0]))
		default:
			add("i.%s IN (%s)", column, d.texts(arg(array(list))))
		}
	}
	in("detector", f.Detectors)
	in("provider", f.Providers)
	if len(f.Repos) > 0 {
		add("i.n IN (SELECT incident FROM occurrence WHERE repo IN (%s))", d.texts(arg(array(f.Repos))))
	}
	if f.Owner != "" {
		add("i.owner = $%d AND i.owner <> ''", arg(string(f.Owner)))
	}
	if bits := f.layerBits(); bits != 0 {
		add("(i.layers & %d) <> 0", bits)
	}
	if f.YoungerThan > 0 {
		add("i.detected > $%d", arg(f.Now.Add(-f.YoungerThan).UnixMilli()))
	}
	ended := fmt.Sprintf("(i.until <> 0 AND i.until <= %d)", f.Now.UnixMilli())
	if f.Open {
		add("i.closed = 0 AND (i.dismissed NOT IN ('%s', '%s', '%s') OR %s)",
			incident.FalsePositive, incident.TestValue, incident.Duplicate, ended)
	}
	var states []string
	for _, s := range f.States {
		switch s {
		case incident.Open:
			states = append(states, "i.closed = 0 AND (i.dismissed = '' OR "+ended+")")
		case incident.SetAside:
			states = append(states, "i.closed = 0 AND i.dismissed <> '' AND NOT "+ended)
		case incident.Closed:
			states = append(states, "i.closed = 1")
		}
	}
	if len(f.States) > 0 {
		add("(%s)", cmp.Or(strings.Join(states, " OR "), "1 = 0"))
	}
	return strings.Join(parts, ""), args
}

func (f *Filter) layerBits() int {
	bits := 0
	for _, l := range f.Layers {
		bits |= layerBit(l)
	}
	return bits
}

// match is the filter without SQL.
func (f *Filter) match(i *incident.Incident) bool {
	some := func(list []string, ok func(string) bool) bool { return len(list) == 0 || slices.ContainsFunc(list, ok) }
	denied := i.Dismissal != nil && i.Dismissal.Reason.NoIncident() && (i.Dismissal.Until.IsZero() || f.Now.Before(i.Dismissal.Until))
	age := f.Now.Sub(i.Detected)
	switch {
	case f.layerBits() != 0 && f.layerBits()&layerBits(i) == 0,
		len(f.States) > 0 && !slices.Contains(f.States, i.State(f.Now)),
		!some(f.Repos, func(r string) bool { return i.Occurrences[r] != nil }),
		!some(f.Detectors, func(d string) bool { return i.Detector == d }),
		!some(f.Providers, func(p string) bool { return i.Provider == p }),
		f.Owner != "" && i.Owner != f.Owner,
		f.OlderThan > 0 && age < f.OlderThan,
		f.YoungerThan > 0 && age >= f.YoungerThan,
		f.Open && (i.Closure != nil || denied):
		return false
	}
	return true
}

// listAsOf folds all incidents to find which are meant, and then those again, so
// that only one is held at a time.
func (l *Ledger) listAsOf(ctx context.Context, f *Filter, yield func(*incident.Incident) bool) error {
	type key struct {
		detected time.Time
		n        int64
	}
	return l.read(ctx, func(tx *sql.Tx) error {
		var found []key
		if err := folded(ctx, tx, f.AsOf, func(n int64, i *incident.Incident) bool {
			if f.match(i) {
				found = append(found, key{i.Detected, n})
			}
			return true
		}); err != nil {
			return err
		}
		slices.SortFunc(found, func(a, b key) int {
			return cmp.Or(b.detected.Compare(a.detected), cmp.Compare(b.n, a.n))
		})
		if f.Limit > 0 && len(found) > f.Limit {
			found = found[:f.Limit]
		}
		for _, k := range found {
			i, err := foldAll(ctx, tx, l.store.dialect, []int64{k.n}, f.AsOf.UnixMilli())
			if err != nil {
				return err
			}
			if !yield(i[0]) {
				return nil
			}
		}
		return nil
	})
}
