package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a PostgreSQL server with a folder and a port of its own.
type Cluster struct {
	bin      string // folder of initdb and pg_ctl
	dir      string // everything of the server, removed at its end
	port     int
	password string
	account  *account // who runs the server
	watcher  *exec.Cmd
	lifeline io.Closer // the watcher ends the server when this closes
	named    atomic.Int64
	// lazy says that it waits for no disk: what it acknowledged survives the server's
	// death, not the machine's.
	lazy bool
}

// shared is the cluster of the test binary.
var shared struct {
	sync.Mutex
	cluster *Cluster
	failed  error
}

// URL gives the address of a fresh, empty database on the cluster that all tests
// of this binary share, which is started by the first call. The database is
// dropped when the test ends. The cluster waits for no disk, unless the first to
// ask is a benchmark.
func URL(t testing.TB) string {
	t.Helper()
	shared.Lock()
	if shared.cluster == nil && shared.failed == nil {
		_, measured := t.(*testing.B)
		shared.cluster, shared.failed = start(!measured)
	}
	c, err := shared.cluster, shared.failed
	shared.Unlock()
	need(t, err)
	return c.URL(t)
}

// Main runs the tests of a binary, and then waits until the shared cluster is gone.
// Without it, the cluster ends a moment after the binary.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		shared.cluster.End()
	}
	return code
}

// Private starts a cluster for one test, which may stop and kill it.
func Private(t testing.TB) *Cluster {
	t.Helper()
	c, err := Start()
	need(t, err)
	t.Cleanup(c.End)
	return c
}

// ErrMissing says that there is no PostgreSQL.
var ErrMissing = errors.New("no PostgreSQL server is installed: run testdata/tools/install.sh")

// need ends a test that can't have its server.
func need(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrMissing) && os.Getenv("LEAKLINE_TEST_ALL") == "":
		t.Skipf("NOT TESTED: %v", err)
	default:
		t.Fatal(err)
	}
}

// URL gives the address of a fresh, empty database, which is dropped when the
// test ends.
func (c *Cluster) URL(t testing.TB) string {
	t.Helper()
	address, err := c.Create()
	if err != nil {
		t.Fatal(err)
	}
	name := path.Base(strings.TrimSuffix(address, options))
	t.Cleanup(func() {
		// A cluster that the test has killed or stopped takes its databases with it;
		// one whose backends it has killed answers again in a moment.
		if !await(func() bool {
			err = c.do("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
			return err == nil || !c.Running()
		}) {
			t.Error(err)
		}
	})
	return address
}

// Empty makes a database as empty as a fresh one, in a tenth of the time that one takes.
// Nobody may use it.
func Empty(t testing.TB, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, emptying); err != nil {
		t.Fatal(err)
	}
}

// emptying drops every schema that is not the server's own, with what is in it.
const emptying = `DO $$
DECLARE s text;
BEGIN
	FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
		EXECUTE format('DROP SCHEMA %I CASCADE', s);
	END LOOP;
	CREATE SCHEMA public;
END $$`

// Create makes a fresh, empty database, and gives its address.
func (c *Cluster) Create() (string, error) {
	name := fmt.Sprintf("leakline_%d", c.named.Add(1))
	if err := c.do("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	return c.url(name), nil
}

// Password is the one that stands in every URL of the cluster.
func (c *Cluster) Password() string { return c.password }

// Addr is where the server listens: 127.0.0.1 and its port.
func (c *Cluster) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)) }

// Running says that something listens on the server's port.
func (c *Cluster) Running() bool {
	conn, err := net.Dial("tcp", c.Addr())
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// Start starts a server that was stopped or killed, on the same port, and returns
// when it answers.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	// What is left of a killed server keeps its memory for another moment.
	var err error
	if !await(func() bool { err = c.up(); return err == nil }) {
		t.Fatal(err)
	}
}

// Stop ends the server in order: open transactions are rolled back.
func (c *Cluster) Stop(t testing.TB) {
	t.Helper()
	if err := c.ctl("stop", "-m", "fast"); err != nil {
		t.Fatal(err)
	}
}

// Restart stops and starts the server: every connection is cut.
func (c *Cluster) Restart(t testing.TB) {
	t.Helper()
	c.Stop(t)
	c.Start(t)
}

// Kill ends all of the server's processes by SIGKILL.
func (c *Cluster) Kill(t testing.TB) {
	t.Helper()
	backends, err := c.backends("")
	if err != nil {
		t.Fatal(err)
	}
	pid, err := c.pid()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append([]int{pid}, backends...) {
		if err := kill(p); err != nil {
			t.Fatalf("kill process %d of PostgreSQL: %v", p, err)
		}
	}
	if !await(func() bool { return !c.Running() }) {
		t.Fatal("PostgreSQL is killed and still listens")
	}
}

// KillBackends ends by SIGKILL the processes that serve the clients of a database,
// and gives their number. PostgreSQL then cuts every connection, of all databases,
// recovers from its log and goes on. Give it only databases of a private cluster.
func (c *Cluster) KillBackends(t testing.TB, address string) int {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("not the address of a database")
	}
	pids, err := c.backends(strings.TrimPrefix(u.Path, "/"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pids {
		if err := kill(p); err != nil {
			t.Fatalf("kill process %d of PostgreSQL: %v", p, err)
		}
	}
	return len(pids)
}

// Await returns when the server answers, as it does again after KillBackends.
func (c *Cluster) Await(t testing.TB) {
	t.Helper()
	var err error
	if !await(func() bool { err = c.do("SELECT 1"); return err == nil }) {
		t.Fatalf("PostgreSQL does not answer: %v\n%s", err, c.log())
	}
}

// patience bounds every wait for a server. It only decides when to give up.
const patience = 2 * time.Minute

// await asks until the answer is yes; false says that it gave up.
func await(done func() bool) bool {
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(10 * time.Millisecond) {
		if done() {
			return true
		}
	}
	return false
}

// backends are the processes that serve the clients of a database, or of all if it
// has no name, without the one that answers this.
func (c *Cluster) backends(database string) ([]int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT pid FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND $1::text IN ('', datname::text)`, database)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

// do runs one statement in the database that every cluster has.
func (c *Cluster) do(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// options end every address: the server has no certificate.
const options = "?sslmode=disable"

func (c *Cluster) url(database string) string {
	return fmt.Sprintf("postgres://leakline:%s@%s/%s%s", c.password, c.Addr(), database, options)
}

// Start makes a cluster and starts it. The error wraps [ErrMissing] if there is no
// PostgreSQL. Programs that are no tests end it by End; it ends with them at the
// latest.
func Start() (*Cluster, error) { return start(false) }

func start(lazy bool) (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	a, err := runAs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "leakline-postgres-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, dir: dir, account: a, password: rand.Text(), lazy: lazy}
	if err := c.make(); err != nil {
		c.End()
		return nil, err
	}
	return c, nil
}

// make fills the folder and starts the server.
func (c *Cluster) make() error {
	if err := c.watch(); err != nil {
		return err
	}
	secret := filepath.Join(c.dir, "password")
	if err := os.WriteFile(secret, []byte(c.password), 0o600); err != nil {
		return err
	}
	if err := errors.Join(c.account.own(c.dir), c.account.own(secret)); err != nil {
		return err
	}
	err := c.run("initdb", "-D", c.data(), "-U", "leakline", "-A", "scram-sha-256", "--pwfile", secret,
		"-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	if err != nil {
		return err
	}
	// Nobody keeps a free port free: another process may take it before the server
	// does.
	for range 5 {
		if c.port, err = freePort(); err != nil {
			return err
		}
		if err = c.up(); err == nil {
			return nil
		}
	}
	return err
}

// up starts the server and returns when it answers.
func (c *Cluster) up() error {
	sockets := c.dir
	if len(sockets) > 80 { // unix(7): a socket's path has at most 108 bytes
		sockets = ""
	}
	settings := fmt.Sprintf("-c listen_addresses=127.0.0.1 -c port=%d -c unix_socket_directories='%s' -c max_connections=100 -c wal_level=minimal -c max_wal_senders=0", c.port, sockets)
	if c.lazy {
		settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
	}
	if err := c.ctl("start", "-l", filepath.Join(c.dir, "log"), "-o", settings); err != nil {
		return fmt.Errorf("%w\n%s", err, c.log())
	}
	// The password shows that it is this server which answers.
	return c.do("SELECT 1")
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// log is the end of what the server said.
func (c *Cluster) log() string {
	text, _ := os.ReadFile(filepath.Join(c.dir, "log")) // none: it said nothing
	return string(text[max(0, len(text)-2000):])
}

// pid is the server's first process: the first line of its lock file.
// https://www.postgresql.org/docs/15/storage-file-layout.html
func (c *Cluster) pid() (int, error) {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(strings.TrimSpace(line))
}

// ctl runs pg_ctl and waits until what it was told has happened.
func (c *Cluster) ctl(verb string, args ...string) error {
	wait := strconv.Itoa(int(patience / time.Second))
	return c.run("pg_ctl", append([]string{verb, "-D", c.data(), "-w", "-t", wait}, args...)...)
}

func (c *Cluster) run(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	c.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// prepare sets who runs a command, and leaves out what the environment says of
// other servers.
func (c *Cluster) prepare(cmd *exec.Cmd) {
	cmd.Dir = "/"
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PG") && !strings.HasPrefix(v, "LC_") && !strings.HasPrefix(v, "LANG") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "LC_ALL=C")
	c.account.apply(cmd)
}

// watching waits for the end of its input, and then ends the server in $2 and
// removes its folder $1, again if something that was under way has made it anew.
const watching = `cat >/dev/null
for again in 1 2 3 4 5; do
	[ -e "$1" ] || break
	"$3/pg_ctl" stop -D "$2" -m immediate -w -t 20 >/dev/null 2>&1
	rm -rf "$1"
	sleep 1
done`

// watch starts the shell that ends the server when this process is gone.
func (c *Cluster) watch() error {
	c.watcher = exec.Command("/bin/sh", "-c", watching, "sh", c.dir, c.data(), c.bin)
	c.prepare(c.watcher)
	var err error
	if c.lifeline, err = c.watcher.StdinPipe(); err != nil {
		return err
	}
	return c.watcher.Start()
}

// End ends the server and returns when it and its folder are gone.
func (c *Cluster) End() {
	_ = c.ctl("stop", "-m", "immediate") // it may be stopped
	os.RemoveAll(c.dir)
	if c.lifeline != nil {
		c.lifeline.Close()
		c.watcher.Wait()
	}
}

// binaries is the folder of the newest server: Debian's place, or the PATH's.
func binaries() (string, error) {
	best, version := "", -1
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	for _, path := range found {
		dir := filepath.Dir(path)
		n, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		if err == nil && n > version && exists(filepath.Join(dir, "postgres")) {
			best, version = dir, n
		}
	}
	if best != "" {
		return best, nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrMissing
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	if !exists(filepath.Join(filepath.Dir(path), "pg_ctl")) {
		return "", ErrMissing
	}
	return filepath.Dir(path), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// freePort is a loopback port that nothing listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// account is the user that runs the server.
type account struct {
	uid, gid int
	other    bool // not the one that runs the tests
}

// runAs picks the user: this one or, since PostgreSQL refuses root, Debian's
// postgres, else nobody.
func runAs() (*account, error) {
	if os.Geteuid() != 0 {
		return &account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.Atoi(u.Gid)
		if err != nil {
			return nil, err
		}
		return &account{uid: uid, gid: gid, other: true}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is no user postgres or nobody: run the tests as another user")
}

// own gives a file or folder to the user.
func (a *account) own(path string) error {
	if !a.other {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}
