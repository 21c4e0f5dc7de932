package remote_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"leakline/scanner/gitsource/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func gitEnv() []string {
	return append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=A U Thor",
		"GIT_AUTHOR_EMAIL=author@example.com", "GIT_COMMITTER_NAME=A U Thor", "GIT_COMMITTER_EMAIL=author@example.com",
		"GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
}

// git runs git in a folder and gives what it prints.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return gitIn(t, dir, nil, args...)
}

func gitIn(t testing.TB, dir string, stdin []byte, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, gitEnv(), bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSuffix(string(out), "\n")
}

// history makes root/name.git, a bare repository with branches, an annotated
// tag, a pull request's ref, a note, deltas, and a blob of so many bytes that do
// not compress.
func history(t testing.TB, name string, blob int) (root, dir string) {
	t.Helper()
	root = t.TempDir()
	work, dir := filepath.Join(root, "work"), filepath.Join(root, name+".git")
	must(t, os.Mkdir(work, 0o777))
	git(t, work, "init", "-q", "-b", "trunk")
	text := bytes.Repeat([]byte("a line of text that is long enough for a delta\n"), 200)
	for i := range 12 {
		change(t, work, "file.txt", append(text, byte('a'+i), '\n'))
	}
	random := make([]byte, blob)
	seed := rand.NewChaCha8([32]byte{1})
	_, _ = seed.Read(random)
	change(t, work, "random.bin", random)
	git(t, work, "tag", "-a", "-m", "a tag", "v1")
	git(t, work, "branch", "side/one", "HEAD~3")
	git(t, work, "branch", "side/two", "HEAD~3")
	git(t, work, "notes", "add", "-m", "a note")
	git(t, work, "checkout", "-q", "--detach")
	change(t, work, "pull.txt", []byte("from a fork\n"))
	git(t, work, "update-ref", "refs/pull/7/head", "HEAD")
	git(t, work, "checkout", "-q", "trunk")
	git(t, root, "clone", "-q", "--mirror", work, dir)
	git(t, dir, "repack", "-q", "-a", "-d", "-f")
	return root, dir
}

func change(t testing.TB, work, name string, content []byte) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(work, name), content, 0o666))
	git(t, work, "add", "-A")
	git(t, work, "commit", "-q", "-m", "change "+name)
}

// objects lists what all refs of a repository lead to, sorted.
func objects(t testing.TB, dir string, revisions ...string) []string {
	t.Helper()
	args := append([]string{"rev-list", "--objects", "--no-object-names"}, revisions...)
	list := strings.Fields(git(t, dir, args...))
	slices.Sort(list)
	return list
}

// judge compares what was received with the repository that was served: refs,
// HEAD, every object, and the offsets.
func judge(t *testing.T, r *remote.Received, served string) {
	t.Helper()
	if n := len(indexed(t, r)); n != len(r.Offsets) {
		t.Errorf("%d offsets, the pack has %d objects", len(r.Offsets), n)
	}
	for _, args := range [][]string{
		{"for-each-ref", "--format=%(objectname) %(objecttype) %(refname) %(*objectname)"},
		{"rev-parse", "HEAD"},
	} {
		if got, want := git(t, r.Dir, args...), git(t, served, args...); got != want {
			t.Errorf("git %s: got\n%s\nwant\n%s", args[0], got, want)
		}
	}
	if got, want := objects(t, r.Dir, "--all"), objects(t, served, "--all"); !slices.Equal(got, want) {
		t.Errorf("received %d objects, want %d", len(got), len(want))
	}
	git(t, r.Dir, "fsck", "--strict")
}

// indexed makes an index of the received pack, and gives the ids in it by the
// order of their offsets, which must be the received ones.
func indexed(t *testing.T, r *remote.Received) []string {
	t.Helper()
	git(t, r.Dir, "index-pack", r.Pack+".pack")
	idx, err := os.ReadFile(r.Pack + ".idx")
	must(t, err)
	type row struct {
		at int64
		id string
	}
	var rows []row
	for line := range strings.Lines(gitIn(t, r.Dir, idx, "show-index")) {
		f := strings.Fields(line)
		var at int64
		for _, c := range f[0] {
			at = at*10 + int64(c-'0')
		}
		rows = append(rows, row{at, f[1]})
	}
	slices.SortFunc(rows, func(a, b row) int { return int(a.at - b.at) })
	var ids []string
	for i, x := range rows {
		ids = append(ids, x.id)
		if i >= len(r.Offsets) || r.Offsets[i] != x.at {
			t.Fatalf("offset %d of the pack is not the received one", i)
		}
	}
	return ids
}

// server serves the repositories below a folder with git's own HTTP backend.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []request
}

type request struct {
	path, auth string
	body       []byte
}

// handle may answer a request in place of the backend, or wrap what it answers.
type handle func(w http.ResponseWriter, r *http.Request, backend http.Handler)

func backend(t testing.TB, root string) http.Handler {
	t.Helper()
	exe := filepath.Join(git(t, root, "--exec-path"), "git-http-backend")
	if _, err := os.Stat(exe); err != nil {
		t.Skipf("SKIPPED, NOTHING TESTED OVER HTTP: %v", err)
	}
	return &cgi.Handler{
		Path: exe, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull},
		InheritEnv: []string{"PATH", "HOME"}, Stderr: io.Discard, Logger: log.New(io.Discard, "", 0),
	}
}

func serve(t testing.TB, root string, h handle) *server {
	t.Helper()
	s := &server{}
	back := backend(t, root)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.mu.Lock()
		s.requests = append(s.requests, request{r.Method + " " + r.URL.Path, r.Header.Get("Authorization"), body})
		s.mu.Unlock()
		if h != nil {
			h(w, r, back)
			return
		}
		back.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) seen() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// posts counts the requests for a pack.
func (s *server) posts() int {
	n := 0
	for _, r := range s.seen() {
		if strings.HasPrefix(r.path, "POST") {
			n++
		}
	}
	return n
}

// daemon serves over git's own protocol: a git daemon for each connection.
func daemon(t *testing.T, root string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var all sync.WaitGroup
	t.Cleanup(func() { must(t, l.Close()); all.Wait() })
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				cmd := exec.Command("git", "daemon", "--inetd", "--export-all", "--base-path="+root)
				cmd.Env = gitEnv()
				f, err := conn.(*net.TCPConn).File()
				if err == nil {
					cmd.Stdin, cmd.Stdout = f, f
					_ = cmd.Run()
					_ = f.Close()
				}
				_ = conn.Close()
			})
		}
	})
	return "git://" + l.Addr().String()
}

// noPause retries at once.
func noPause(context.Context, int) error { return nil }

// options are those of a test: a temporary folder of its own, no pauses.
func options(t testing.TB) remote.Options {
	t.Helper()
	return remote.Options{TempDir: t.TempDir(), Pause: noPause}
}

// fetch fetches and closes at the end of the test.
func fetch(t *testing.T, url string, o remote.Options) *remote.Received {
	t.Helper()
	r, err := remote.Fetch(t.Context(), url, o)
	must(t, err)
	t.Cleanup(func() {
		must(t, r.Close())
		if _, err := os.Lstat(r.Dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Close leaves the folder behind: %v", err)
		}
	})
	return r
}

// refused fetches what must fail, and looks that nothing is left behind.
func refused(t *testing.T, url string, o remote.Options) *remote.Error {
	t.Helper()
	return refusedBy(t.Context(), t, url, o)
}

func refusedBy(ctx context.Context, t *testing.T, url string, o remote.Options) *remote.Error {
	t.Helper()
	r, err := remote.Fetch(ctx, url, o)
	if err == nil {
		_ = r.Close()
		t.Fatal("it was received")
	}
	var e *remote.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T: %v", err, err)
	}
	if strings.ContainsAny(e.Error()+e.Hint, "\n\r\x1b") {
		t.Errorf("error is not one clean line: %q", e.Error())
	}
	empty(t, o.TempDir)
	return e
}

// empty fails if a folder holds anything.
func empty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		t.Errorf("left behind: %s", e.Name())
	}
}

// cutter lets so many bytes of a body through, then breaks the connection.
type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Write(p []byte) (int, error) {
	if len(p) > c.left {
		_, _ = c.ResponseWriter.Write(p[:c.left])
		_ = http.NewResponseController(c.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

// sendPack answers a request with a pack in the side band.
func sendPack(w http.ResponseWriter, pack []byte) {
	w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
	_, _ = io.WriteString(w, "0008NAK\n")
	for block := range slices.Chunk(pack, 60000) {
		packet := append([]byte{1}, block...)
		_, _ = io.WriteString(w, length(len(packet)+4))
		_, _ = w.Write(packet)
	}
	_, _ = io.WriteString(w, "0000")
}

func length(n int) string {
	const digits = "0123456789abcdef"
	b := binary.BigEndian.AppendUint16(nil, uint16(n))
	return string([]byte{digits[b[0]>>4], digits[b[0]&15], digits[b[1]>>4], digits[b[1]&15]})
}

// pack makes a pack of all of a repository, as pack-objects does with the flags.
func pack(t *testing.T, dir string, flags ...string) []byte {
	t.Helper()
	cmd := exec.Command("git", append([]string{"pack-objects", "-q", "--all", "--stdout", "--revs"}, flags...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, gitEnv(), strings.NewReader("")
	out, err := cmd.Output()
	must(t, err)
	return out
}
