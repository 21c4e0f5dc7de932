package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"leakline/remediate/incident"
)

// always is later than any event, in Unix milliseconds.
const always = int64(1<<63 - 1)

// fold makes the incidents of some numbers of their events up to a time, by
// number. An incident that has no events by then is left out.
func fold(ctx context.Context, q querier, d *dialect, ns []int64, until int64) (map[int64]*incident.Incident, error) {
	rows, err := q.QueryContext(ctx, "SELECT incident, body FROM event WHERE incident IN ("+d.numbers(1)+") AND at <= $2 ORDER BY incident, seq", array(ns), until)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var (
		order []int64
		texts [][]string // of each incident, its events
	)
	for rows.Next() {
		var (
			n    int64
			text string
		)
		if err := rows.Scan(&n, &text); err != nil {
			return nil, err
		}
		if len(order) == 0 || order[len(order)-1] != n {
			order, texts = append(order, n), append(texts, nil)
		}
		texts[len(texts)-1] = append(texts[len(texts)-1], text)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	all := make([]*incident.Incident, len(order))
	err = share(len(order), func(k int) (err error) {
		all[k], err = foldTexts(texts[k])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("an incident can't be read: run leakline ledger check: %w", err)
	}
	out := make(map[int64]*incident.Incident, len(order))
	for k, n := range order {
		out[n] = all[k]
	}
	return out, nil
}

// foldTexts folds the JSON of an incident's events.
func foldTexts(texts []string) (*incident.Incident, error) {
	i := &incident.Incident{}
	for _, text := range texts {
		var e incident.Event
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return nil, err
		}
		if err := i.Apply(&e); err != nil {
			return nil, err
		}
	}
	return i, nil
}

// foldAll is fold for incidents that must have events, in the order of ns.
func foldAll(ctx context.Context, q querier, d *dialect, ns []int64, until int64) ([]*incident.Incident, error) {
	byNumber, err := fold(ctx, q, d, ns, until)
	if err != nil {
		return nil, err
	}
	all := make([]*incident.Incident, 0, len(ns))
	for _, n := range ns {
		if byNumber[n] == nil {
			return nil, fmt.Errorf("incident %d has no events: run leakline ledger check", n)
		}
		all = append(all, byNumber[n])
	}
	return slices.Clip(all), nil
}
