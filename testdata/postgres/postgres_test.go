package postgres

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// connect opens a database for the test.
func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func execute(t *testing.T, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, conn *pgx.Conn, query string) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestEmpty holds that nothing is left of what was in a database, in any schema.
func TestEmpty(t *testing.T) {
	address := URL(t)
	conn := connect(t, address)
	const all = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
	fresh, schemas := count(t, conn, all), count(t, conn, "SELECT count(*) FROM pg_namespace")
	for range 2 {
		execute(t, conn, "CREATE SCHEMA \"a b\"; CREATE TABLE x (n int PRIMARY KEY); CREATE TABLE \"a b\".y (n serial); CREATE VIEW v AS SELECT * FROM x")
		if n := count(t, conn, all); n <= fresh {
			t.Fatalf("%d relations", n)
		}
		Empty(t, address)
		if n, s := count(t, conn, all), count(t, conn, "SELECT count(*) FROM pg_namespace"); n != fresh || s != schemas {
			t.Errorf("%d relations in %d schemas are left, %d in %d of a fresh one", n, s, fresh, schemas)
		}
	}
}

// TestURL holds that every database is fresh and on the shared cluster, that it
// listens on loopback alone and waits for no disk, and that a database goes with
// its test.
func TestURL(t *testing.T) {
	first := URL(t)
	a := connect(t, first)
	execute(t, a, "CREATE TABLE x (n int)")
	var gone string
	t.Run("another", func(t *testing.T) {
		gone = URL(t)
		b := connect(t, gone)
		if n := count(t, b, "SELECT count(*) FROM pg_tables WHERE tablename = 'x'"); n != 0 {
			t.Error("the second database has the table of the first")
		}
		execute(t, b, "CREATE TABLE x (n int)")
	})
	if _, err := pgx.Connect(t.Context(), gone); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("the database of a test that has ended: %v", err)
	}
	for name, want := range map[string]string{"fsync": "off", "listen_addresses": "127.0.0.1", "synchronous_commit": "off"} {
		var got string
		if err := a.QueryRow(t.Context(), "SHOW "+name).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q (%v), want %q", name, got, err, want)
		}
	}
	u, err := url.Parse(first)
	if err != nil || u.Hostname() != "127.0.0.1" || u.Port() == "5432" {
		t.Errorf("host %s, port %s", u.Hostname(), u.Port())
	}
	u.User = url.UserPassword("leakline", "wrong")
	if _, err := pgx.Connect(t.Context(), u.String()); err == nil {
		t.Error("a wrong password opens the database")
	}
}

// TestFaults holds what faults do: a stop and a kill end the connections and keep
// what was committed, and nothing else.
func TestFaults(t *testing.T) {
	c := Private(t)
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var got string
		if err := connect(t, c.URL(t)).QueryRow(t.Context(), "SHOW "+name).Scan(&got); err != nil || got != "on" {
			t.Errorf("a cluster that is to be killed has %s = %q (%v)", name, got, err)
		}
	}
	address := c.URL(t)
	execute(t, connect(t, address), "CREATE TABLE x (n int)")
	for n, fault := range []struct {
		name string
		do   func()
	}{
		{"stop", func() { c.Stop(t) }},
		{"kill", func() { c.Kill(t) }},
		{"backends", func() {
			if got := c.KillBackends(t, address); got != 2 {
				t.Errorf("killed %d backends, want 2", got)
			}
		}},
	} {
		committed, open := connect(t, address), connect(t, address)
		execute(t, committed, fmt.Sprintf("INSERT INTO x VALUES (%d)", n))
		execute(t, open, "BEGIN; INSERT INTO x VALUES (99)")
		fault.do()
		if _, err := open.Exec(t.Context(), "COMMIT"); err == nil {
			t.Errorf("%s: the open transaction is committed", fault.name)
		}
		if fault.name == "backends" {
			c.Await(t)
		} else {
			if c.Running() {
				t.Errorf("%s: it still runs", fault.name)
			}
			c.Start(t)
		}
		after := connect(t, address)
		if got := count(t, after, "SELECT count(*) FROM x"); got != n+1 {
			t.Errorf("%s: %d rows, want %d", fault.name, got, n+1)
		}
		after.Close(t.Context())
	}
}

// TestNothingLeft kills a test binary that has a server: the server ends, and its
// folder goes.
func TestNothingLeft(t *testing.T) {
	const role = "LEAKLINE_TEST_POSTGRES_CHILD"
	if os.Getenv(role) != "" {
		c := Private(t)
		fmt.Printf("\nserver %s %s\n", c.Addr(), c.dir)
		io.Copy(io.Discard, os.Stdin) // until it is killed
		return
	}
	_, err := binaries()
	need(t, err)
	child := exec.Command(os.Args[0], "-test.run", "^TestNothingLeft$")
	child.Env = append(os.Environ(), role+"=1")
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var address, dir string
	for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
		fmt.Sscanf(lines.Text(), "server %s %s", &address, &dir)
	}
	host, port, _ := strings.Cut(address, ":")
	if host != "127.0.0.1" || !exists(filepath.Join(dir, "data", "postmaster.pid")) {
		t.Fatalf("the child says that its server is at %q in %q", address, dir)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var c Cluster
	fmt.Sscan(port, &c.port)
	var left *exec.ExitError
	if err := child.Wait(); !errors.As(err, &left) {
		t.Errorf("the child that was killed: %v", err)
	}
	if !await(func() bool { return !c.Running() && !exists(dir) }) {
		t.Errorf("its test was killed, and the server at %s or its folder %s is still there", address, dir)
	}
}
