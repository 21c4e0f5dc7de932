package ledger_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/testdata/postgres"
)

// plain fails unless an error is one line that has one of some words and no
// password.
func plain(t *testing.T, err error, password string, words ...string) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	text := err.Error()
	if strings.ContainsAny(text, "\n\r") || len(text) > 500 {
		t.Errorf("not one line: %q", text)
	}
	if password != "" && strings.Contains(text, password) {
		t.Error("the message has the password")
	}
	if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) }) {
		t.Errorf("the message %q has none of %q", text, words)
	}
}

// missing skips a test that this machine can't run, or fails it if all must run.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("LEAKLINE_TEST_ALL") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf("NOT TESTED: "+format, args...)
}

// tmpfs mounts a file system of some size, in memory.
func tmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
		missing(t, "a file system in memory can't be mounted (run as root): %v: %s", err, bytes.TrimSpace(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return dir
}

func remount(t *testing.T, dir, options string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+options, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// fill records scans until one fails, and gives it and its error.
func (p *promised) fill(t *testing.T, l *ledger.Ledger, name string, most int) (incident.Scan, error) {
	t.Helper()
	for n := range most {
		s := scanOf(fmt.Sprint(name, n), fmt.Sprint("repo-", name, n), fresh)
		if _, err := l.Record(t.Context(), s); err != nil {
			return s, err
		}
		p.scans[s.ID] = true
	}
	return incident.Scan{}, nil
}

// again records a scan that failed: it is recorded now, and once.
func (p *promised) again(t *testing.T, l *ledger.Ledger, s incident.Scan) {
	t.Helper()
	if _, err := l.Record(t.Context(), s); err != nil {
		t.Errorf("once more: %v", err)
		return
	}
	p.scans[s.ID] = true
}

// TestDiskFull fills the disk, more than once. What was acknowledged is there, can
// be read while the disk is full, and when there is room it goes on.
func TestDiskFull(t *testing.T) {
	dir := tmpfs(t, "2m")
	path := filepath.Join(dir, "ledger.db")
	l := openLedger(t, "sqlite:"+path)
	p := newPromised()
	for n, size := range []string{"3m", "4m", "64m"} {
		s, err := p.fill(t, l, fmt.Sprint("disk", n, "-"), 20_000)
		plain(t, err, "", "the disk is full")
		p.verify(t, l)
		reader, err := ledger.Open(t.Context(), "sqlite:"+path, ledger.Options{ReadOnly: true})
		if err != nil {
			t.Errorf("read while the disk is full: %v", err)
		} else {
			p.verify(t, reader)
			reader.Close()
		}
		_, err = ledger.Open(t.Context(), "sqlite:"+filepath.Join(dir, "another.db"), ledger.Options{Key: yearKey()})
		plain(t, err, "", "the disk is full")
		remount(t, dir, "size="+size)
		p.again(t, l, s)
		p.verify(t, l)
		checkLedger(t, l)
	}
	t.Logf("%d scans fitted on the disk", len(p.scans))
	if len(p.scans) < 10 {
		t.Errorf("only %d scans fitted on the disk", len(p.scans))
	}
}

// TestReadOnlyDisk opens a ledger on a file system that can't be written.
func TestReadOnlyDisk(t *testing.T) {
	dir := tmpfs(t, "16m")
	url := "sqlite:" + filepath.Join(dir, "ledger.db")
	p := newPromised()
	l, err := ledger.Open(t.Context(), url, ledger.Options{Key: yearKey()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.fill(t, l, "x", 3); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	remount(t, dir, "ro")
	_, err = ledger.Open(t.Context(), url, ledger.Options{Key: yearKey()})
	plain(t, err, "", "can't be written")
	_, err = ledger.Open(t.Context(), "sqlite:"+filepath.Join(dir, "new.db"), ledger.Options{Key: yearKey()})
	plain(t, err, "", "can't be written")
	reader, err := ledger.Open(t.Context(), url, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	p.verify(t, reader)
	checkLedger(t, reader)
	_, err = reader.Record(t.Context(), scanOf("no", "repo", 1))
	plain(t, err, "", "read only")
}

// open says what comes of opening a ledger, to write and to read.
func (w *worker) open(t *testing.T) {
	l, err := ledger.Open(t.Context(), w.url, ledger.Options{Key: yearKey()})
	if err == nil {
		_, err = l.Record(t.Context(), scanOf("more", "repo", 1))
		l.Close()
	}
	w.say("write %v", err)
	n := 0
	l, err = ledger.Open(t.Context(), w.url, ledger.Options{ReadOnly: true})
	if err == nil {
		defer l.Close()
		for _, failed := range l.Events(t.Context(), "") {
			n, err = n+1, errors.Join(err, failed)
		}
	}
	w.say("read %d %v", n, err)
}

// TestForbidden lets a process of another user open a ledger that it may read or
// not.
func TestForbidden(t *testing.T) {
	if os.Geteuid() != 0 {
		missing(t, "only root can start a process of another user")
	}
	for name, c := range map[string]struct {
		file, folder os.FileMode
		write, read  string
	}{
		"file":   {0o644, 0o777, "can't be written", "read 25 <nil>"},
		"folder": {0o666, 0o755, "can't be", "read 25 <nil>"},
		"both":   {0o644, 0o755, "can't be written", "read 25 <nil>"},
		"hidden": {0o600, 0o755, "can't be", "can't be"},
	} {
		t.Run(name, func(t *testing.T) {
			top, err := os.MkdirTemp("", "leakline-test-") // t.TempDir is closed to others
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(top)
			folder, program := filepath.Join(top, "ledger"), filepath.Join(top, "program")
			path := filepath.Join(folder, "ledger.db")
			text, err := os.ReadFile(os.Args[0])
			if err := errors.Join(err, os.Chmod(top, 0o755), os.Mkdir(folder, 0o755), os.WriteFile(program, text, 0o755)); err != nil {
				t.Fatal(err)
			}
			l, err := ledger.Open(t.Context(), "sqlite:"+path, ledger.Options{Key: yearKey()})
			if err != nil {
				t.Fatal(err)
			}
			p := newPromised()
			_, err = p.fill(t, l, "x", 4)
			events := 0
			for range l.Events(t.Context(), "") {
				events++
			}
			if err := errors.Join(err, l.Close(), os.Chmod(path, c.file), os.Chmod(folder, c.folder)); err != nil {
				t.Fatal(err)
			}
			out := runAs(t, program, "sqlite:"+path)
			wrote, read, _ := strings.Cut(strings.TrimSpace(out), "\n")
			plain(t, errors.New(wrote), "", c.write)
			want := strings.ReplaceAll(c.read, "25", fmt.Sprint(events))
			if !strings.Contains(read, want) {
				t.Errorf("reading says %q, want %q", read, want)
			}
			checkLedger(t, openLedger(t, "sqlite:"+path))
		})
	}
}

// cutter passes connections on to a server, until it has passed so many bytes.
type cutter struct {
	net.Listener
	to     string
	budget atomic.Int64
	cut    atomic.Bool // nothing passes
	deaf   atomic.Bool // the next commit passes, and its answer does not
	cuts   atomic.Int64
	mu     sync.Mutex
	open   map[net.Conn]bool
}

// newCutter makes one that passes everything for now.
func newCutter(t *testing.T, to string) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{Listener: l, to: to, open: map[net.Conn]bool{}}
	c.budget.Store(1 << 60)
	var all sync.WaitGroup
	all.Go(func() { c.serve(&all) })
	t.Cleanup(func() {
		l.Close()
		c.sever()
		all.Wait()
	})
	return c
}

func (c *cutter) serve(all *sync.WaitGroup) {
	for {
		in, err := c.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", c.to)
		if err != nil || c.cut.Load() {
			in.Close()
			if err == nil {
				out.Close()
			}
			continue
		}
		c.mu.Lock()
		c.open[in], c.open[out] = true, true
		c.mu.Unlock()
		answered := &atomic.Bool{} // what comes now answers the commit
		all.Go(func() { c.pass(in, out, func(b []byte) bool { answered.Store(c.commits(b)); return false }) })
		all.Go(func() { c.pass(out, in, func([]byte) bool { return answered.Load() }) })
	}
}

// commits says that a client sends a commit whose answer must not come back. It is
// a simple query, a message of its own:
// https://www.postgresql.org/docs/15/protocol-message-formats.html
func (c *cutter) commits(b []byte) bool {
	return c.deaf.Load() && bytes.Contains(bytes.ToLower(b), []byte("commit\x00"))
}

// pass copies one way. What is over budget or stopped is not passed on, and every
// connection is cut.
func (c *cutter) pass(from, to net.Conn, stop func([]byte) bool) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if n > 0 && stop(buf[:n]) {
			c.sever()
			return
		}
		left := c.budget.Add(-int64(n))
		if left < 0 {
			to.Write(buf[:max(0, n+int(left))])
			c.sever()
			return
		}
		if _, failed := to.Write(buf[:n]); failed != nil || err != nil {
			return
		}
	}
}

// sever cuts every connection, and keeps it so.
func (c *cutter) sever() {
	if !c.cut.Swap(true) {
		c.cuts.Add(1)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.open {
		if tcp, ok := conn.(*net.TCPConn); ok && rand.IntN(2) == 0 {
			tcp.SetLinger(0) // a reset, and not an end
		}
		conn.Close()
		delete(c.open, conn)
	}
}

// pass lets so many bytes pass from now on.
func (c *cutter) let(bytes int64) {
	c.budget.Store(bytes)
	c.deaf.Store(false)
	c.cut.Store(false)
}

// passwordOf is the password in a URL.
func passwordOf(url string) string {
	_, rest, _ := strings.Cut(url, "//")
	user, _, _ := strings.Cut(rest, "@")
	_, password, _ := strings.Cut(user, ":")
	return password
}

// TestNetworkCut cuts the connection to PostgreSQL after so many bytes as are
// drawn, in a query or in its answer, and after a commit whose answer does not come
// back. Then it records the same again: it is there once.
func TestNetworkCut(t *testing.T) {
	url := postgres.URL(t)
	password := passwordOf(url)
	host := url[strings.Index(url, "@")+1:]
	host = host[:strings.Index(host, "/")]
	c := newCutter(t, host)
	l := openLedger(t, strings.Replace(url, host, c.Addr().String(), 1))
	direct := openLedger(t, url)
	p := newPromised()
	if _, err := p.fill(t, l, "first", 1); err != nil {
		t.Fatal(err)
	}
	turns, unheard := 40, 0
	if long() {
		turns = 400
	}
	r := rand.New(rand.NewPCG(3, 4))
	for n := range turns {
		c.let(r.Int64N(40_000))
		if n%4 == 0 {
			c.let(1 << 60)
			c.deaf.Store(true)
		}
		s, err := p.fill(t, l, fmt.Sprint("cut", n, "-"), 1000)
		plain(t, err, password, "run it again when it is back", "the server can't be reached")
		_, err = ledger.Open(t.Context(), strings.Replace(url, host, c.Addr().String(), 1), ledger.Options{Key: yearKey()})
		plain(t, err, password, "the server can't be reached", "the connection to the server was lost")
		p.verify(t, direct)
		c.let(1 << 60)
		again, err := l.Record(t.Context(), s)
		if err != nil {
			t.Fatalf("once more: %v", err)
		}
		if again.New != fresh {
			unheard++ // the commit got through, and its answer did not
		}
		p.scans[s.ID] = true
	}
	p.verify(t, direct)
	checkLedger(t, direct)
	if unheard == 0 {
		t.Error("no cut lost the answer to a commit")
	}
	t.Logf("%d cuts, %d scans; %d of those that failed were recorded all the same", c.cuts.Load(), len(p.scans), unheard)
}

// TestUnreachable holds what is said of a server that is not there, of a wrong
// password, and of a database that is not there.
func TestUnreachable(t *testing.T) {
	url := postgres.URL(t)
	password := passwordOf(url)
	host := url[strings.Index(url, "@")+1:]
	host = host[:strings.Index(host, "/")]
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	for address, words := range map[string]string{
		strings.Replace(url, host, listener.Addr().String(), 1):   "can't be reached",
		strings.Replace(url, password, password+"-and-wrong", 1):  "refused the user or the password",
		strings.Replace(url, "/leakline_", "/nothing_", 1):        "no such database",
		strings.Replace(url, "postgres://", "postgres://%zz", 1):  "not a URL",
		strings.Replace(url, "sslmode=disable", "sslmode=odd", 1): "not a URL",
	} {
		_, err := ledger.Open(t.Context(), address, ledger.Options{Key: yearKey()})
		plain(t, err, password, words)
		_, err = ledger.KeyIDs(t.Context(), address)
		plain(t, err, password, words)
	}
}

// TestServerKilled kills PostgreSQL's processes under load, some and all.
func TestServerKilled(t *testing.T) {
	cluster := postgres.Private(t)
	url := cluster.URL(t)
	l := openLedger(t, url)
	p := newPromised()
	if _, err := p.fill(t, l, "first", 1); err != nil {
		t.Fatal(err)
	}
	for n, kill := range []func(){
		func() { cluster.KillBackends(t, url) },
		func() { cluster.Kill(t) },
		func() { cluster.Stop(t) },
		func() { cluster.KillBackends(t, url) },
	} {
		var (
			all    sync.WaitGroup
			failed [4]incident.Scan
			errs   [4]error
			done   [4]*promised
			begun  sync.WaitGroup
		)
		for g := range failed {
			done[g] = newPromised()
			begun.Add(1)
			all.Go(func() {
				if _, errs[g] = done[g].fill(t, l, fmt.Sprint("kill", n, "-", g, "-a-"), 3); errs[g] != nil {
					t.Error(errs[g])
				}
				begun.Done()
				failed[g], errs[g] = done[g].fill(t, l, fmt.Sprint("kill", n, "-", g, "-"), 100_000)
			})
		}
		begun.Wait()
		kill()
		all.Wait()
		if !cluster.Running() {
			cluster.Start(t)
		}
		cluster.Await(t)
		for g, err := range errs {
			plain(t, err, cluster.Password(), "run it again when it is", "can't be reached")
			maps.Copy(p.scans, done[g].scans)
		}
		p.verify(t, l)
		for _, s := range failed {
			p.again(t, l, s)
		}
		p.verify(t, l)
		checkLedger(t, l)
	}
}

// whole is everything that a ledger says of incidents. When a target was scanned
// last is not part of it: nothing is recorded of a scan that met nothing new, so
// no chain holds it and no check can tell.
type whole struct {
	export string
	rows   []incident.Row
	events map[incident.ID]int
}

func readWhole(t *testing.T, l *ledger.Ledger) (whole, error) {
	var (
		b bytes.Buffer
		w = whole{events: map[incident.ID]int{}}
	)
	if err := l.Export(t.Context(), &b); err != nil {
		return w, err
	}
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, `{"target":`) {
			w.export += line
		}
	}
	for r, err := range l.Rows(t.Context(), time.Time{}) {
		if err != nil {
			return w, err
		}
		c := *r
		c.Repos, c.Also, c.Candidates = slices.Clone(c.Repos), slices.Clone(c.Also), slices.Clone(c.Candidates)
		w.rows = append(w.rows, c)
	}
	for _, r := range w.rows {
		for _, err := range l.Events(t.Context(), r.ID) {
			if err != nil {
				return w, err
			}
			w.events[r.ID]++
		}
	}
	return w, nil
}

// differs tells the first difference.
func (w *whole) differs(got whole) string {
	a, b := strings.Split(w.export, "\n"), strings.Split(got.export, "\n")
	for n := range min(len(a), len(b)) {
		if a[n] != b[n] {
			return fmt.Sprintf("line %d of the export is\n%q, and was\n%q", n+1, b[n], a[n])
		}
	}
	if len(a) != len(b) {
		return fmt.Sprintf("%d lines of an export, want %d", len(b), len(a))
	}
	return cmp.Diff(w.rows, got.rows) + cmp.Diff(w.events, got.events)
}

// TestCorrupt damages the file in every way that is drawn. Either it is said, in
// one line, or the ledger is what it was.
func TestCorrupt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ledger.db")
	// The same bytes every time.
	l, err := ledger.Open(t.Context(), "sqlite:"+path, ledger.Options{Key: yearKey(), Now: func() time.Time { return year0 }})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		s := scanOf(fmt.Sprint("x", n), fmt.Sprint("repo-x", n), fresh)
		s.At = onDay(n, 0)
		if _, err := l.Record(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	want, err := readWhole(t, l)
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damages := map[string][]byte{
		"no header":      slices.Concat(make([]byte, 100), sound[100:]),
		"another file":   []byte(strings.Repeat("this is no database\n", 1000)),
		"short":          sound[:50],
		"half a page":    sound[:len(sound)/8192*4096+17],
		"half":           sound[:len(sound)/8192*4096],
		"without a page": slices.Concat(sound[:8192], sound[12288:]),
		"page of zeros":  slices.Concat(sound[:8192], make([]byte, 4096), sound[12288:]),
	}
	turns := 60
	if long() {
		turns = 1000
	}
	r := rand.New(rand.NewPCG(5, 6))
	for n := range turns {
		b := bytes.Clone(sound)
		at := r.IntN(len(b))
		for range 1 + r.IntN(30) {
			b[at] ^= byte(1 + r.IntN(255))
			at = min(at+1+r.IntN(3), len(b)-1)
		}
		damages[fmt.Sprintf("bytes %d, near %d", n, at)] = b
	}
	said := 0
	for name, b := range damages {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			l, err := ledger.Open(t.Context(), "sqlite:"+path, ledger.Options{Key: yearKey()})
			if err != nil {
				said++
				plain(t, err, "", "damaged", "no ledger", "id ", "newer leakline", "older leakline", "check", "schema")
				return
			}
			defer l.Close()
			report, err := l.Check(t.Context(), nil)
			if err != nil || !report.OK() {
				said++
				if err != nil {
					plain(t, err, "", "damaged", "no ledger", "check", "can't be read")
				}
				return
			}
			got, err := readWhole(t, l)
			if err != nil {
				said++
				plain(t, err, "", "damaged", "check")
				return
			}
			if diff := want.differs(got); diff != "" {
				t.Errorf("the check finds nothing, and it says something else: %s", diff)
			}
		})
	}
	t.Logf("%d of %d damages were met", said, len(damages))
	if said < 6 {
		t.Errorf("only %d of %d damages were met", said, len(damages))
	}
}

// TestCorruptLog damages the write-ahead log, as a machine that fails does. What
// is left is what was recorded up to some transaction.
func TestCorruptLog(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ledger.db")
	l := openLedger(t, "sqlite:"+path)
	p := newPromised()
	if _, err := p.fill(t, l, "x", 30); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil || len(log) == 0 {
		t.Fatalf("no write-ahead log: %v", err)
	}
	main, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := readWhole(t, l)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	shorter := 0
	for n := range 20 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			b := bytes.Clone(log)
			if n%2 == 0 {
				b = b[:r.IntN(len(b))]
			} else {
				b[r.IntN(len(b))] ^= 1
			}
			path := filepath.Join(t.TempDir(), "ledger.db")
			if err := errors.Join(os.WriteFile(path, main, 0o600), os.WriteFile(path+"-wal", b, 0o600)); err != nil {
				t.Fatal(err)
			}
			l := openLedger(t, "sqlite:"+path)
			checkLedger(t, l)
			newPromised().verify(t, l) // every transaction whole or not at all
			got, err := readWhole(t, l)
			if err != nil {
				t.Fatal(err)
			}
			if !isPrefix(got.export, all.export) {
				t.Error("what is left is not the begin of what was recorded")
			}
			if len(got.export) < len(all.export) {
				shorter++
			}
		})
	}
	if shorter == 0 {
		t.Error("no damage took anything away")
	}
}

// isPrefix says that the events of an export are the first of another's.
func isPrefix(part, all string) bool {
	events := func(s string) []string {
		return slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool { return !strings.Contains(line, `"at":`) })
	}
	a, b := events(part), events(all)
	return len(a) <= len(b) && slices.Equal(a, b[:len(a)])
}

// TestClockBackwards records at times that jump back and forth. The ledger's own
// times don't, and what was known at its last one is what is known now.
func TestClockBackwards(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{
		"sqlite":   newSQLite,
		"postgres": func(t *testing.T) string { return postgres.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 10))
			now := year0
			l, err := ledger.Open(t.Context(), url(t), ledger.Options{Key: yearKey(), Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			for n := range 40 {
				now = year0.Add(time.Duration(r.Int64N(int64(1000 * time.Hour))))
				s := scanOf(fmt.Sprint("scan-", n), fmt.Sprint("repo-", n%5), fresh)
				s.At = now.Add(time.Duration(r.IntN(3)-1) * time.Hour)
				if _, err := l.Record(t.Context(), s); err != nil {
					t.Fatal(err)
				}
				now = year0.Add(time.Duration(r.Int64N(int64(1000 * time.Hour))))
				if _, err := l.Change(t.Context(), incident.ID(s.Sightings[0].Fingerprints[0]), nil, func(*incident.Incident) ([]incident.Event, error) {
					return []incident.Event{{Kind: incident.Acknowledged}}, nil
				}); err != nil {
					t.Fatal(err)
				}
			}
			last := map[incident.Chain]time.Time{}
			var latest time.Time
			events := map[incident.ID][]incident.Event{}
			for e, err := range l.Events(t.Context(), "") {
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range e.Chains {
					if e.At.Before(last[c]) {
						t.Errorf("%s at %s in chain %s, where the one before is at %s", e.Kind, e.At, c, last[c])
					}
					last[c] = e.At
				}
				if e.At.After(latest) {
					latest = e.At
				}
				events[e.Incident] = append(events[e.Incident], e)
			}
			k := &kept{t: t, Ledger: l}
			if diff := cmp.Diff(k.rows(time.Time{}), k.rows(latest)); diff != "" {
				t.Errorf("at the last event's time it knew something else than now: %s", diff)
			}
			for _, row := range k.rows(time.Time{}) {
				if row.Acknowledged != 0 && row.Acknowledged < row.Detected {
					t.Errorf("%s is acknowledged before it is detected", row.ID)
				}
			}
			checkLedger(t, l)
		})
	}
}

// TestTwoVersions lets a newer leakline change the schema below an older one. The
// older one refuses from then on, and has changed nothing.
func TestTwoVersions(t *testing.T) {
	for name, c := range map[string]struct {
		url    func(*testing.T) string
		driver string
	}{
		"sqlite":   {newSQLite, "sqlite"},
		"postgres": {func(t *testing.T) string { return postgres.URL(t) }, "pgx"},
	} {
		t.Run(name, func(t *testing.T) {
			url := c.url(t)
			l := openLedger(t, url)
			address := url
			if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
				address = "file:" + path + "?_pragma=busy_timeout(60000)"
			}
			newer, err := sql.Open(c.driver, address)
			if err != nil {
				t.Fatal(err)
			}
			defer newer.Close()
			p := newPromised()
			var all sync.WaitGroup
			all.Go(func() {
				_, err := p.fill(t, l, "before", 5000)
				plain(t, err, passwordOf(url), "upgrade leakline")
			})
			defer all.Wait()
			execute := func(statement string) {
				t.Helper()
				if _, err := newer.Exec(statement); err != nil {
					t.Fatal(err)
				}
			}
			execute("INSERT INTO schema_version (version_id, is_applied) SELECT 9999, is_applied FROM schema_version WHERE version_id = 1")
			all.Wait()
			var schema *ledger.SchemaError
			_, err = l.Record(t.Context(), scanOf("no", "repo", 1))
			if !errors.As(err, &schema) {
				t.Errorf("record: %v", err)
			}
			_, err = l.Change(t.Context(), "x", nil, func(*incident.Incident) ([]incident.Event, error) { return nil, nil })
			if !errors.As(err, &schema) {
				t.Errorf("change: %v", err)
			}
			for _, o := range []ledger.Options{{Key: yearKey()}, {ReadOnly: true}} {
				if _, err = ledger.Open(t.Context(), url, o); !errors.As(err, &schema) {
					t.Errorf("open: %v", err)
				}
				plain(t, err, passwordOf(url), "upgrade leakline")
			}
			execute("DELETE FROM schema_version WHERE version_id = 9999")
			if _, err := p.fill(t, l, "after", 2); err != nil {
				t.Fatal(err)
			}
			p.verify(t, l)
			checkLedger(t, l)
		})
	}
}
