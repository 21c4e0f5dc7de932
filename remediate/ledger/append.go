package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"leakline/remediate/incident"
)

// entry is an incident that a transaction works on.
type entry struct {
	n     int64 // 0: it is new
	inc   *incident.Incident
	repos map[string]bool // where something changed
}

// end is the end of a chain, locked.
type end struct {
	length int64
	hash   [sha256.Size]byte
	last   time.Time
}

// link gives the hash of the next link of a chain.
func (e *end) link(body []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(e.hash[:])
	h.Write(body)
	return [sha256.Size]byte(h.Sum(nil))
}

// batch is what one transaction appends.
type batch struct {
	*tx
	entries map[incident.ID]*entry
	ends    map[incident.Chain]*end
	at      time.Time
	changed []*entry // once each, in order
	events  []incident.Event
}

// append records events, which must be those that the entries, by id, lead to,
// and changes the entries with them. With checkpoint the last event of the
// transaction holds the heads of all chains. A new ledger gets its key first.
func (t *tx) append(ctx context.Context, events []incident.Event, entries map[incident.ID]*entry, checkpoint bool) error {
	if len(events) == 0 {
		return nil
	}
	if id := t.ledger.options.Key.ID(); len(t.keys) == 0 && events[0].Kind != incident.KeyAdded {
		if id == "" {
			return &KeyError{Ledger: t.ledger.store.shown}
		}
		if err := t.addKey(ctx, id); err != nil {
			return err
		}
	}
	b := &batch{tx: t, entries: entries, events: events}
	if err := b.claim(ctx); err != nil {
		return err
	}
	if err := b.lock(ctx, checkpoint); err != nil {
		return err
	}
	if err := b.apply(); err != nil {
		return err
	}
	if err := b.write(ctx, checkpoint); err != nil {
		return err
	}
	return b.project(ctx)
}

// addKey puts a key in force, unless another transaction has just done so.
func (t *tx) addKey(ctx context.Context, id string) error {
	before := strings.Join(t.keys, " ")
	t.keys = append(t.keys, id)
	query, args := "UPDATE meta SET value = $1 WHERE name = 'keys' AND value = $2", []any{strings.Join(t.keys, " "), before}
	if before == "" {
		query, args = "INSERT INTO meta (name, value) VALUES ('keys', $1) ON CONFLICT (name) DO NOTHING", args[:1]
	}
	res, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, errRaced)
	}
	return t.append(ctx, []incident.Event{{
		At: t.now, Kind: incident.KeyAdded, Chains: []incident.Chain{incident.Ledger}, Note: id,
	}}, nil, false)
}

// claim takes the ids of new incidents and new aliases, in order.
func (b *batch) claim(ctx context.Context) error {
	fresh := 0
	owner := map[incident.ID]*entry{} // of each new id
	for i := range b.events {
		switch e := &b.events[i]; e.Kind {
		case incident.Detected:
			x := &entry{inc: &incident.Incident{}}
			b.entries[e.Incident] = x
			owner[e.Incident] = x
			fresh++
		case incident.Aliased:
			owner[e.Other] = b.entries[e.Incident]
		}
	}
	if len(owner) == 0 {
		return nil
	}
	ns, err := b.dialect.reserve(ctx, b.Tx, "incident", fresh)
	if err != nil {
		return err
	}
	for i := range b.events { // numbers in the order of the events
		if e := &b.events[i]; e.Kind == incident.Detected {
			b.entries[e.Incident].n, ns = ns[0], ns[1:]
		}
	}
	ids := make([]incident.ID, 0, len(owner))
	for id := range owner {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	args := make([]any, 0, 2*len(ids))
	for _, id := range ids {
		args = append(args, string(id), owner[id].n)
	}
	added, err := b.insert(ctx, "INSERT INTO alias (id, incident)", 2, "ON CONFLICT (id) DO NOTHING", args)
	if err == nil && added != int64(len(ids)) {
		err = errRaced
	}
	return err
}

// lock locks the chains that the events stand in, in the one order, and sets the
// time of recording.
func (b *batch) lock(ctx context.Context, checkpoint bool) error {
	used := map[incident.Chain]bool{incident.Ledger: checkpoint}
	for i := range b.events {
		if len(b.events[i].Chains) == 0 {
			return fmt.Errorf("an event %q stands in no chain", b.events[i].Kind)
		}
		for _, c := range b.events[i].Chains {
			used[c] = true
		}
		if b.events[i].At.After(b.at) {
			b.at = b.events[i].At
		}
	}
	b.ends = map[incident.Chain]*end{}
	for _, c := range incident.Chains() {
		if !used[c] {
			continue
		}
		e, err := b.end(ctx, c)
		if err != nil {
			return err
		}
		b.ends[c] = e
		if e.last.After(b.at) {
			b.at = e.last
		}
		delete(used, c)
	}
	delete(used, incident.Ledger)
	for c := range used {
		return fmt.Errorf("there is no chain %q", c)
	}
	return nil
}

// end locks the head of a chain.
func (b *batch) end(ctx context.Context, c incident.Chain) (*end, error) {
	var (
		e    end
		text string
		last int64
	)
	err := b.QueryRowContext(ctx, "SELECT length, hash, last FROM chain WHERE name = $1"+b.dialect.lock, string(c)).
		Scan(&e.length, &text, &last)
	if err != nil {
		return nil, fmt.Errorf("chain %q: %w", c, err)
	}
	hash, err := hex.DecodeString(text)
	if err != nil || len(hash) != sha256.Size {
		return nil, fmt.Errorf("the head of the chain %q is damaged: run leakline ledger check", c)
	}
	e.hash, e.last = [sha256.Size]byte(hash), moment(last)
	return &e, nil
}

// apply lets the events happen to the incidents.
func (b *batch) apply() error {
	for i := range b.events {
		e := &b.events[i]
		e.At = b.at
		if e.Incident == "" {
			continue
		}
		x := b.entries[e.Incident]
		if x == nil {
			return fmt.Errorf("an event %q of an unknown incident", e.Kind)
		}
		if err := x.inc.Apply(e); err != nil {
			return err
		}
		if x.repos == nil {
			x.repos = map[string]bool{}
			b.changed = append(b.changed, x)
		}
		if e.Occurrence != nil {
			x.repos[e.Occurrence.Repo] = true
		}
	}
	return nil
}

// write chains the events and stores them.
func (b *batch) write(ctx context.Context, checkpoint bool) error {
	count := len(b.events)
	if checkpoint {
		count++
	}
	seqs, err := b.dialect.reserve(ctx, b.Tx, "event", count)
	if err != nil {
		return err
	}
	bodies, err := marshalAll(b.events)
	if err != nil {
		return err
	}
	events := make([]any, 0, 5*count)
	links := make([]any, 0, 6*count)
	chain := func(e *incident.Event, body []byte) {
		n := int64(0)
		if x := b.entries[e.Incident]; x != nil {
			n = x.n
		}
		events = append(events, seqs[0], e.At.UnixMilli(), string(e.Kind), n, string(body))
		for _, c := range e.Chains {
			end := b.ends[c]
			end.hash, end.length, end.last = end.link(body), end.length+1, e.At
			links = append(links, string(c), end.length, seqs[0], hex.EncodeToString(end.hash[:]))
		}
		seqs = seqs[1:]
	}
	for i := range b.events {
		chain(&b.events[i], bodies[i])
	}
	if checkpoint {
		e, body, err := b.checkpoint(ctx)
		if err != nil {
			return err
		}
		chain(e, body)
	}
	if _, err := b.insert(ctx, "INSERT INTO event (seq, at, kind, incident, body)", 5, "", events); err != nil {
		return err
	}
	if _, err := b.insert(ctx, "INSERT INTO link (chain, n, event, hash)", 4, "", links); err != nil {
		return err
	}
	return b.setHeads(ctx)
}

// checkpoint is the event that holds all heads: those of this transaction, and
// those of the other chains as they are committed.
func (b *batch) checkpoint(ctx context.Context) (*incident.Event, []byte, error) {
	all, err := heads(ctx, b)
	if err != nil {
		return nil, nil, err
	}
	for c, e := range b.ends {
		all[c] = incident.Head{Length: e.length, Hash: hex.EncodeToString(e.hash[:])}
	}
	e := &incident.Event{At: b.at, Kind: incident.Checkpoint, Chains: []incident.Chain{incident.Ledger}, Heads: all}
	body, err := json.Marshal(e)
	return e, body, err
}

func (b *batch) setHeads(ctx context.Context) error {
	for _, c := range incident.Chains() {
		e := b.ends[c]
		if e == nil {
			continue
		}
		res, err := b.ExecContext(ctx, "UPDATE chain SET length = $1, hash = $2, last = $3 WHERE name = $4",
			e.length, hex.EncodeToString(e.hash[:]), incident.Millis(e.last), string(c))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fmt.Errorf("chain %q: its head is not there", c))
		}
	}
	return nil
}
