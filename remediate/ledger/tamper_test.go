package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/remediate/incident"
)

// tables lists the tables of a ledger, but for that of goose.
func tables(t testing.TB, l *Ledger) []string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if l.store.path == "" {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name"
	}
	rows, err := l.db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	names, err := scanAll[string](rows)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == versions })
}

// dumpTable gives a table's rows as INSERT statements, sorted.
func dumpTable(t testing.TB, l *Ledger, table string) string {
	t.Helper()
	rows, err := l.db.QueryContext(t.Context(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, v := range values {
			switch v := v.(type) {
			case int64:
				texts = append(texts, fmt.Sprint(v))
			case string:
				texts = append(texts, "'"+strings.ReplaceAll(v, "'", "''")+"'")
			default:
				t.Fatalf("table %s holds %T", table, v)
			}
		}
		lines = append(lines, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s);\n", table, strings.Join(columns, ", "), strings.Join(texts, ", ")))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// TestTamper alters every column of every table that events amount to, and takes
// rows out, and shows that the check says where.
func TestTamper(t *testing.T) {
	flip := func(column string) string { return fmt.Sprintf("%s = %[1]s || 'x'", column) }
	add := func(column string) string { return fmt.Sprintf("%s = %[1]s + 1", column) }
	cases := []struct {
		name, sql, want string
	}{
		{"event body", `UPDATE event SET body = replace(body, 'config.py', 'konfig.py') WHERE seq = 9`, "the event was altered or replaced"},
		{"last event body", `UPDATE event SET body = replace(body, 'heads', 'hEads') WHERE seq = (SELECT max(seq) FROM event)`, "the event was altered or replaced"},
		{"event body no JSON", `UPDATE event SET body = 'x' WHERE seq = 9`, "the event was altered or replaced"},
		{"event at", `UPDATE event SET ` + add("at") + ` WHERE seq = 9`, "column at differs"},
		{"event kind", `UPDATE event SET ` + flip("kind") + ` WHERE seq = 9`, "column kind differs"},
		{"event incident", `UPDATE event SET incident = 2 WHERE seq = 9`, "event 9"},
		{"event incident 0", `UPDATE event SET incident = 0 WHERE seq = 9`, "it belongs to no incident"},
		{"event incident negative", `UPDATE event SET incident = -1 WHERE seq = 9`, "belong to an incident or the ledger"},
		{"event gone", `DELETE FROM event WHERE seq = 9`, "the event is missing"},
		{"event unchained", `INSERT INTO event (seq, at, kind, incident, body) SELECT 100000, at, kind, incident, body FROM event WHERE seq = 9`, "it stands in 0 chains"},
		{"link hash", `UPDATE link SET hash = replace(replace(hash, 'a', 'b'), '1', '2') WHERE chain = 'ai-platform' AND n = 3`, `chain "ai-platform", link 3: the hash was altered`},
		{"last link hash", `UPDATE link SET hash = replace(replace(hash, 'a', 'b'), '1', '2') WHERE chain = 'ai-platform' AND n = (SELECT length FROM chain WHERE name = 'ai-platform')`, "the hash was altered"},
		{"link event", `UPDATE link SET event = event + 1 WHERE chain = 'ai-platform' AND n = 3`, `chain "ai-platform", link 3`},
		{"link n", `UPDATE link SET n = 100000 WHERE chain = 'ai-platform' AND n = 3`, "link 3 is missing"},
		{"link gone", `DELETE FROM link WHERE chain = 'ai-platform' AND n = 3`, "link 3 is missing"},
		{"first link gone", `DELETE FROM link WHERE chain = 'ai-platform' AND n = 1`, "link 1 is missing"},
		{"last link gone", `DELETE FROM link WHERE chain = 'ai-platform' AND n = (SELECT length FROM chain WHERE name = 'ai-platform')`, "the chain's head says that there are"},
		{"link in another chain", `UPDATE link SET chain = 'infrastructure', n = 1 + (SELECT length FROM chain WHERE name = 'infrastructure') WHERE chain = 'ai-platform' AND n = 3`, "link 3 is missing"},
		{"links swapped", `UPDATE link SET event = (SELECT sum(event) FROM link WHERE chain = 'ai-platform' AND n IN (3, 4)) - event WHERE chain = 'ai-platform' AND n IN (3, 4)`, `chain "ai-platform", link 3: the event was altered or replaced`},
		{"head hash", `UPDATE chain SET hash = replace(replace(hash, 'a', 'b'), '1', '2') WHERE name = 'ai-platform'`, "the chain's head has another hash"},
		{"head length", `UPDATE chain SET ` + add("length") + ` WHERE name = 'ai-platform'`, "the chain's head says that there are"},
		{"head time", `UPDATE chain SET ` + add("last") + ` WHERE name = 'ai-platform'`, "its last event is of"},
		{"head gone", `DELETE FROM chain WHERE name = 'ai-platform'`, "the chain's head is missing"},
		{"keys", `UPDATE meta SET ` + flip("value") + ` WHERE name = 'keys'`, `table "meta"`},
		{"alias", `UPDATE alias SET incident = incident + 1 WHERE incident = 3`, `table "alias"`},
		{"alias id", `UPDATE alias SET ` + flip("id") + ` WHERE incident = 3`, `table "alias"`},
		{"alias gone", `DELETE FROM alias WHERE incident = 3`, `table "alias"`},
		{"alias more", `INSERT INTO alias (id, incident) VALUES ('v1:x', 3)`, `table "alias"`},
		{"incident gone", `DELETE FROM incident WHERE n = 3`, `table "incident", incident 3`},
		{"incident more", `INSERT INTO incident SELECT 100000, detected, layers, detector, provider, owner, closed, dismissed, until, brief FROM incident WHERE n = 3`, "no event made it"},
		{"occurrence repo", `UPDATE occurrence SET repo = 'b' WHERE incident = 3`, `table "occurrence", incident 3`},
		{"occurrence gone", `DELETE FROM occurrence WHERE incident = 3`, `table "occurrence", incident 3`},
		{"occurrence more", `INSERT INTO occurrence SELECT 100000, repo, introduced, removed, purged, in_branches FROM occurrence WHERE incident = 3`, "no event made it"},
	}
	for _, column := range []string{"detector", "provider", "owner", "dismissed", "brief"} {
		cases = append(cases, struct{ name, sql, want string }{"incident " + column, "UPDATE incident SET " + flip(column) + " WHERE n = 3", `table "incident", incident 3`})
	}
	for _, column := range []string{"detected", "layers", "closed", "until"} {
		cases = append(cases, struct{ name, sql, want string }{"incident " + column, "UPDATE incident SET " + add(column) + " WHERE n = 3", `table "incident", incident 3`})
	}
	for _, column := range []string{"introduced", "removed", "purged", "in_branches"} {
		cases = append(cases, struct{ name, sql, want string }{"occurrence " + column, "UPDATE occurrence SET " + add(column) + " WHERE incident = 3", `table "occurrence", incident 3`})
	}
	stores(t, func(t *testing.T, url func() string) {
		l := begin(t, url())
		k := testKey(t, "one")
		record(t, l, nightly(1, "a", sightings(k, 0, 30)...))
		record(t, l, nightly(2, "b", sightings(k, 20, 40)...))
		checked(t, l)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				raw, err := l.db.BeginTx(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = raw.Rollback() }()
				res, err := raw.ExecContext(t.Context(), c.sql)
				if err != nil {
					t.Fatal(err)
				}
				if n, err := res.RowsAffected(); err != nil || n == 0 {
					t.Fatalf("nothing was altered: %v", err)
				}
				x := &check{tx: raw, dialect: l.store.dialect}
				if err := x.run(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				var all []string
				for _, b := range x.report.Broken {
					all = append(all, b.String())
				}
				for _, w := range x.report.Wrong {
					all = append(all, w.String())
				}
				if x.report.OK() || !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, c.want) }) {
					t.Errorf("the check says\n%s\nnot %q", strings.Join(all, "\n"), c.want)
				}
			})
		}
		checked(t, l)
	})
}

// TestCut writes a ledger anew without its last events, so well that only heads
// that were kept elsewhere show it.
func TestCut(t *testing.T) {
	stores(t, func(t *testing.T, url func() string) {
		ctx := t.Context()
		k := testKey(t, "one")
		l := begin(t, url())
		record(t, l, nightly(1, "a", sightings(k, 0, 20)...))
		short := heads0(t, l)
		record(t, l, nightly(2, "b", sightings(k, 20, 40)...))
		long := heads0(t, l)
		forged := begin(t, url())
		record(t, forged, nightly(1, "a", sightings(k, 0, 20)...))
		checked(t, forged)
		if r, err := forged.Check(ctx, short); err != nil || !r.OK() {
			t.Errorf("the first half is not the first half: %v, %v", r.Cut, err)
		}
		r, err := forged.Check(ctx, long)
		want := fmt.Sprintf("the chain was cut: expected %d events, it has %d", long[incident.Ledger].Length, short[incident.Ledger].Length)
		if err != nil || r.OK() || !slices.ContainsFunc(r.Cut, func(b Broken) bool { return b.What == want }) {
			t.Errorf("a cut ledger: %v, %v", r.Cut, err)
		}
		record(t, forged, nightly(2, "b", sightings(k, 21, 41)...))
		if r, err := forged.Check(ctx, long); err != nil || !slices.ContainsFunc(r.Cut, func(b Broken) bool { return strings.Contains(b.What, "written anew") }) {
			t.Errorf("a ledger that was written anew: %v, %v", r.Cut, err)
		}
		if r, err := l.Check(ctx, short); err != nil || !r.OK() {
			t.Errorf("a ledger that has grown: %v, %v", r.Cut, err)
		}
		// Its links are deleted, and its head set back: the checkpoint after knows.
		if _, err := l.db.ExecContext(ctx, "DELETE FROM link WHERE chain = 'ai-platform' AND n > $1", short[incident.AIPlatform].Length); err != nil {
			t.Fatal(err)
		}
		if _, err := l.db.ExecContext(ctx, "UPDATE chain SET length = $1, hash = $2 WHERE name = 'ai-platform'",
			short[incident.AIPlatform].Length, short[incident.AIPlatform].Hash); err != nil {
			t.Fatal(err)
		}
		r, err = l.Check(ctx, nil)
		if err != nil || !slices.ContainsFunc(r.Wrong, func(w Wrong) bool { return strings.Contains(w.What, "the checkpoint that is event") }) {
			t.Errorf("the checkpoint does not know: %v, %v", r.Wrong, err)
		}
	})
}
