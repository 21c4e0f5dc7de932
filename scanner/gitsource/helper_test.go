package gitsource_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestMain makes fewer random repositories than rapid's 100 unless a number is asked
// for ("make soak" asks for 1,000): each costs dozens of runs of git.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		checks := "10"
		if testing.Short() {
			checks = "15" // of which -short makes a fifth
		}
		_ = flag.Set("rapid.checks", checks)
	}
	os.Exit(m.Run())
}

// fixture is a real repository that the real git builds, with fixed people and
// a clock that moves a minute with every commit.
type fixture struct {
	t     testing.TB
	dir   string
	clock int64
	home  string
}

func newFixture(t testing.TB, initArgs ...string) *fixture {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("git is needed to build the repositories that are tested")
	}
	f := &fixture{t: t, dir: filepath.Join(t.TempDir(), "repo"), clock: 1_600_000_000, home: t.TempDir()}
	f.run("", append([]string{"init", "-q", "-b", "main"}, append(initArgs, f.dir)...)...)
	return f
}

func (f *fixture) env() []string {
	date := fmt.Sprintf("%d +0100", f.clock)
	return append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME="+f.home,
		"GIT_AUTHOR_NAME=Ada Author", "GIT_AUTHOR_EMAIL=ada@example.test", "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME=Carl Committer", "GIT_COMMITTER_EMAIL=carl@example.test", "GIT_COMMITTER_DATE="+date,
		"GIT_GRAFT_FILE=/dev/null", "GIT_TERMINAL_PROMPT=0", "TZ=UTC", "LC_ALL=C",
		"GIT_CONFIG_COUNT=4", "GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always",
		"GIT_CONFIG_KEY_1=gc.auto", "GIT_CONFIG_VALUE_1=0", "GIT_CONFIG_KEY_2=advice.graftFileDeprecated",
		"GIT_CONFIG_VALUE_2=false", "GIT_CONFIG_KEY_3=maintenance.auto", "GIT_CONFIG_VALUE_3=false")
}

// run runs git in a folder and gives its output without the last newline.
func (f *fixture) run(dir string, args ...string) string {
	f.t.Helper()
	out, err := f.try(dir, nil, args...)
	if err != nil {
		f.t.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (f *fixture) try(dir string, stdin []byte, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, f.env(), bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, stderr.String())
	}
	return strings.TrimSuffix(string(out), "\n"), err
}

func (f *fixture) git(args ...string) string {
	f.t.Helper()
	return f.run(f.dir, args...)
}

// feed runs git with something on its standard input.
func (f *fixture) feed(stdin string, args ...string) string {
	f.t.Helper()
	out, err := f.try(f.dir, []byte(stdin), args...)
	if err != nil {
		f.t.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (f *fixture) write(name, content string) {
	f.t.Helper()
	path := filepath.Join(f.dir, filepath.FromSlash(name))
	must(f.t, os.MkdirAll(filepath.Dir(path), 0o777))
	must(f.t, os.WriteFile(path, []byte(content), 0o666))
}

// commit commits all of the work tree and gives the commit's id.
func (f *fixture) commit(message string) string {
	f.t.Helper()
	f.git("add", "-A")
	f.tick()
	f.git("commit", "-q", "--allow-empty", "-m", message)
	return f.git("rev-parse", "HEAD")
}

// change writes a file and commits.
func (f *fixture) change(name, content string) string {
	f.t.Helper()
	f.write(name, content)
	return f.commit("change " + name)
}

func (f *fixture) tick() { f.clock += 60 }

// merge merges with a tick.
func (f *fixture) merge(args ...string) {
	f.t.Helper()
	f.tick()
	f.git(append([]string{"merge", "-q", "--no-edit"}, args...)...)
}

func (f *fixture) objects() string { return filepath.Join(f.dir, ".git", "objects") }

// looseFile is the file of a loose object.
func (f *fixture) looseFile(id string) string { return filepath.Join(f.objects(), id[:2], id[2:]) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// result is what a scan gave.
type result struct {
	chunks []scanner.Chunk
	unread []*scanner.Unread
	tally  scanner.Tally
}

// scan walks a repository to its end.
func scan(t testing.TB, path string, options gitsource.Options) *result {
	t.Helper()
	repo, err := gitsource.Open(path, options)
	must(t, err)
	return drain(t, repo)
}

func drain(t testing.TB, repo *gitsource.Repo) *result {
	t.Helper()
	r := &result{}
	for c, err := range repo.Chunks(context.Background()) {
		if err == nil {
			r.chunks = append(r.chunks, c)
			continue
		}
		var u *scanner.Unread
		if !errors.As(err, &u) {
			t.Fatalf("not an Unread: %v", err)
		}
		r.unread = append(r.unread, u)
	}
	r.tally = repo.Tally()
	return r
}

// of gives the chunks of a source.
func (r *result) of(source scanner.SourceKind) []scanner.Chunk {
	var out []scanner.Chunk
	for _, c := range r.chunks {
		if c.Source == source {
			out = append(out, c)
		}
	}
	return out
}

// holding gives the one chunk of a source whose data has a text.
func (r *result) holding(t testing.TB, source scanner.SourceKind, text string) scanner.Chunk {
	t.Helper()
	var found []scanner.Chunk
	for _, c := range r.of(source) {
		if bytes.Contains(c.Data, []byte(text)) {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d chunks of %s hold %q, want 1", len(found), source, text)
	}
	return found[0]
}

// complete fails if anything was not read.
func (r *result) complete(t reporter) {
	t.Helper()
	for _, u := range r.unread {
		t.Errorf("unread: %v", u)
	}
}

// only fails unless exactly one thing was not read, of a class and so named.
func (r *result) only(t testing.TB, class, part string) {
	t.Helper()
	if len(r.unread) != 1 {
		t.Fatalf("%d things unread, want 1: %v", len(r.unread), r.unread)
	}
	u := r.unread[0]
	if u.Class != class || !strings.Contains(u.Error(), part) {
		t.Errorf("unread is %v, want class %s naming %q", u, class, part)
	}
}

// skipped gives the count of the skip whose name begins so, 0 if there is none.
func (r *result) skipped(prefix string) int {
	for _, s := range r.tally.Skipped {
		if strings.HasPrefix(s.What, prefix) {
			return s.Count
		}
	}
	return 0
}
