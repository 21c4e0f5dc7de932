package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
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

	"leakline/remediate/mirror"
	"leakline/scanner/gitsource/remote"
)

// childURL, childStore: the test binary is also the process that is killed, see
// TestKill.
const (
	childURL   = "LEAKLINE_TEST_MIRROR_URL"
	childStore = "LEAKLINE_TEST_MIRROR_STORE"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		os.Exit(child(url, os.Getenv(childStore)))
	}
	goleak.VerifyTestMain(m)
}

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

// fataler is testing.TB, or rapid's.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// git runs git in a folder and gives what it prints.
func git(t fataler, dir string, args ...string) string {
	t.Helper()
	return gitIn(t, dir, nil, args...)
}

func gitIn(t fataler, dir string, stdin []byte, args ...string) string {
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

// repository makes root/name, a bare repository with a branch of so many commits
// that are each a file of so many bytes that do not compress.
func repository(t fataler, root, name string, commits, bytes int) string {
	t.Helper()
	dir := filepath.Join(root, name)
	git(t, root, "init", "-q", "--bare", "-b", "trunk", dir)
	if commits > 0 {
		grow(t, dir, "trunk", "seed "+name, commits, bytes)
	}
	return dir
}

// grow adds commits to a branch of a bare repository. The seed decides what is in
// them.
func grow(t fataler, dir, branch, seed string, commits, size int) {
	t.Helper()
	var in bytes.Buffer
	from := ""
	if out, err := exec.Command("git", "-C", dir, "rev-parse", "--verify", "-q", "refs/heads/"+branch).Output(); err == nil {
		from = "from " + strings.TrimSpace(string(out)) + "\n"
	}
	random := newRandom(seed)
	for i := range commits {
		data := make([]byte, size)
		_, _ = random.Read(data)
		text := seed + " " + string(rune('a'+i%26)) + "\n"
		in.WriteString("commit refs/heads/" + branch + "\ncommitter A U Thor <author@example.com> 1767323045 +0000\n")
		writeData(&in, []byte(text))
		in.WriteString(from)
		from = ""
		in.WriteString("M 100644 inline " + strings.ReplaceAll(seed, " ", "-") + "/file" + string(rune('a'+i%26)) + "\n")
		writeData(&in, append([]byte(text), data...))
	}
	gitIn(t, dir, in.Bytes(), "fast-import", "--quiet", "--force")
}

// server serves the repositories below a folder with git's own HTTP backend.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
}

// handle may answer a request in place of the backend, or wrap what it answers.
type handle func(w http.ResponseWriter, r *http.Request, backend http.Handler)

func serve(t testing.TB, root string, h handle) *server {
	t.Helper()
	exe := filepath.Join(git(t, root, "--exec-path"), "git-http-backend")
	if _, err := os.Stat(exe); err != nil {
		skip(t, "git has no HTTP backend: install the whole of git", err)
	}
	back := &cgi.Handler{
		Path: exe, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull},
		InheritEnv: []string{"PATH", "HOME"}, Stderr: io.Discard, Logger: log.New(io.Discard, "", 0),
	}
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.mu.Lock()
		s.requests = append(s.requests, r.Method)
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

// asked gives the methods of the requests since it was last called.
func (s *server) asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := strings.Join(s.requests, " ")
	s.requests = nil
	return out
}

// skip skips a test loudly, or fails if everything is to be tested.
func skip(t testing.TB, why string, err error) {
	t.Helper()
	if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
		t.Fatalf("%s: %v", why, err)
	}
	t.Skipf("SKIPPED, NOTHING TESTED: %s: %v", why, err)
}

func open(t testing.TB, maxBytes int64) (*mirror.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	s, err := mirror.Open(dir, maxBytes)
	must(t, err)
	return s, dir
}

func options() remote.Options {
	return remote.Options{Pause: func(context.Context, int) error { return nil }}
}

// update brings a mirror up to date and leaves it.
func update(t testing.TB, s *mirror.Store, url string, o remote.Options) mirror.Mirror {
	t.Helper()
	m, err := s.Update(t.Context(), url, o)
	must(t, err)
	was := *m
	must(t, m.Close())
	return was
}

// shown gives the refs, HEAD and the names of all objects that the refs lead to.
func shown(t fataler, dir string) (refs, head string, objects []string) {
	t.Helper()
	refs = git(t, dir, "for-each-ref", "--format=%(objectname) %(objecttype) %(refname) %(*objectname)")
	out, err := exec.Command("git", "-C", dir, "rev-parse", "--verify", "-q", "HEAD").Output()
	if err == nil {
		head = strings.TrimSpace(string(out)) + " " + git(t, dir, "rev-parse", "--symbolic-full-name", "HEAD")
	}
	objects = strings.Fields(git(t, dir, "rev-list", "--objects", "--no-object-names", "--all"))
	slices.Sort(objects)
	return refs, head, objects
}

// judge compares a mirror with the repository that was served, or a clone of it.
func judge(t fataler, dir, served string) {
	t.Helper()
	refs, head, objects := shown(t, dir)
	wantRefs, wantHead, wantObjects := shown(t, served)
	if refs != wantRefs || head != wantHead {
		t.Fatalf("the mirror's refs are\n%s\n%s\nwant\n%s\n%s", refs, head, wantRefs, wantHead)
	}
	if !slices.Equal(objects, wantObjects) {
		t.Fatalf("the mirror's refs lead to %d objects, want %d", len(objects), len(wantObjects))
	}
	whole(t, dir)
}

// whole has git look at every object and every link.
func whole(t fataler, dir string) {
	t.Helper()
	git(t, dir, "fsck", "--full", "--strict")
	// A pack without an index is one that a kill left: to git it is not there.
	for _, path := range glob(filepath.Join(dir, "objects", "pack", "*.idx")) {
		git(t, dir, "verify-pack", path)
	}
}

func glob(pattern string) []string {
	all, _ := filepath.Glob(pattern)
	return all
}

// names lists a folder.
func names(t fataler, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%v", err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}
