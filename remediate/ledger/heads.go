package ledger

import (
	"context"
	"fmt"
	"strings"
	"time"

	"leakline/remediate/incident"
)

// HeadsAsOf gives the heads of all chains as they were at a time: what was recorded
// later is not in them.
func (l *Ledger) HeadsAsOf(ctx context.Context, at time.Time) (map[incident.Chain]incident.Head, error) {
	out := map[incident.Chain]incident.Head{}
	for _, c := range incident.Chains() {
		out[c] = incident.Head{Hash: strings.Repeat("0", 64)}
	}
	rows, err := l.db.QueryContext(ctx, `SELECT l.chain, l.n, l.hash FROM link l JOIN (
			SELECT k.chain AS chain, max(k.n) AS n FROM link k JOIN event e ON e.seq = k.event WHERE e.at <= $1 GROUP BY k.chain
		) last ON last.chain = l.chain AND last.n = l.n`, at.UnixMilli())
	if err != nil {
		return nil, l.store.fail("read the heads", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			c incident.Chain
			h incident.Head
		)
		if err := rows.Scan(&c, &h.Length, &h.Hash); err != nil {
			return nil, fmt.Errorf("read the heads: %w", err)
		}
		out[c] = h
	}
	return out, l.store.fail("read the heads", rows.Err())
}
