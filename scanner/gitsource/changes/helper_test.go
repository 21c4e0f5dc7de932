package changes_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
	"leakline/scanner"
	"leakline/scanner/gitsource/changes"
)

// TestMain makes fewer random repositories than rapid's 100 unless a number is asked
// for: each costs dozens of runs of git.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = flag.Set("rapid.checks", "12")
	}
	os.Exit(m.Run())
}

// reporter is a test, or a check of one.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// fixture is a real repository that the real git builds.
type fixture struct {
	t     testing.TB
	dir   string
	clock int64
	extra []string // of the environment
}

func newFixture(t testing.TB, initArgs ...string) *fixture {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("git is needed: this package asks it")
	}
	for _, v := range []string{"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"} {
		if os.Getenv(v) != "" {
			t.Fatalf("%s is set: the test would look at another repository", v)
		}
	}
	for k, v := range map[string]string{
		"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.DevNull, "HOME": t.TempDir(),
		"GIT_CONFIG_COUNT": "3", "GIT_CONFIG_KEY_0": "protocol.file.allow", "GIT_CONFIG_VALUE_0": "always",
		"GIT_CONFIG_KEY_1": "gc.auto", "GIT_CONFIG_VALUE_1": "0", "GIT_CONFIG_KEY_2": "maintenance.auto", "GIT_CONFIG_VALUE_2": "false",
	} {
		t.Setenv(k, v)
	}
	f := &fixture{t: t, dir: filepath.Join(t.TempDir(), "repo"), clock: 1_600_000_000}
	f.run("", nil, append([]string{"init", "-q", "-b", "main"}, append(initArgs, f.dir)...)...)
	return f
}

// in gives the same fixture for another folder.
func (f *fixture) in(dir string) *fixture {
	g := *f
	g.dir = dir
	return &g
}

func (f *fixture) try(dir string, stdin []byte, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	date := fmt.Sprintf("%d +0100", f.clock)
	cmd.Env = append(os.Environ(),
		"GIT_AUTHOR_NAME=Ada Author", "GIT_AUTHOR_EMAIL=ada@example.test", "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME=Carl Committer", "GIT_COMMITTER_EMAIL=carl@example.test", "GIT_COMMITTER_DATE="+date,
		"GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_EDITOR=true")
	cmd.Env = append(cmd.Env, f.extra...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, stderr.String())
	}
	return strings.TrimSuffix(string(out), "\n"), err
}

func (f *fixture) run(dir string, stdin []byte, args ...string) string {
	f.t.Helper()
	out, err := f.try(dir, stdin, args...)
	if err != nil {
		f.t.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (f *fixture) git(args ...string) string {
	f.t.Helper()
	return f.run(f.dir, nil, args...)
}

func (f *fixture) write(name, content string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	must(f.t, os.MkdirAll(filepath.Dir(path), 0o777))
	must(f.t, os.WriteFile(path, []byte(content), 0o666))
}

// commit commits all of the work tree and gives the commit's id.
func (f *fixture) commit(message string) string {
	f.t.Helper()
	f.git("add", "-A")
	f.clock += 60
	f.git("commit", "-q", "--allow-empty", "-m", message)
	return f.git("rev-parse", "HEAD")
}

// change writes a file and commits.
func (f *fixture) change(name, content string) string {
	f.t.Helper()
	f.write(name, content)
	return f.commit("change a file")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var compiled = sync.OnceValues(func() (*engine.Set, error) { return engine.Compile(detectors.Catalogue()) })

func newScanner(t reporter) *scanner.Scanner {
	t.Helper()
	set, err := compiled()
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	return &scanner.Scanner{Set: set, Key: detectors.RunKey(), MinConfidence: detectors.Medium, Authors: scanner.AuthorsShow}
}

// secret is the n-th of a row of made-up credentials of several kinds.
func secret(n int) string {
	if s, ok := made.Load(n); ok {
		return s.(string)
	}
	s := makeSecret(n)
	made.Store(n, s)
	return s
}

var made sync.Map

func makeSecret(n int) string {
	kinds := []string{"github-pat", "openai-project-key", "clerk-secret-key", "anthropic-api-key"}
	all := detectors.Catalogue()
	id := kinds[n%len(kinds)]
	i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == id })
	if i < 0 {
		panic("no detector " + id)
	}
	t, err := sample.Example(all[i], 0, n)
	if err != nil {
		panic(err)
	}
	return t.Value
}

// line is a line with a secret.
func line(n int) string { return fmt.Sprintf("key_%d = %q\n", n, secret(n)) }

// number tells which of the first secrets a finding is.
func number(t reporter, f *scanner.Finding) int {
	t.Helper()
	for n := range 100 {
		if secret(n) == f.Plain.Reveal() {
			return n
		}
	}
	t.Fatalf("a finding of %s at %q that was not planted", f.Detector, f.Path)
	return -1
}

// outcome is what a judgment came to.
type outcome struct {
	*scanner.Result
	src *changes.Source
	err error
}

// judge scans a source and settles the result.
func judge(t reporter, src *changes.Source, err error, set ...func(*scanner.Scanner)) outcome {
	t.Helper()
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	sc := newScanner(t)
	for _, f := range set {
		f(sc)
	}
	ctx := context.Background()
	r, err := sc.Scan(ctx, src)
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return outcome{r, src, src.Settle(ctx, sc, r)}
}

// secrets are the numbers of the secrets that are reported, sorted.
func (o outcome) secrets(t reporter) []int {
	t.Helper()
	ns := []int{}
	for i := range o.Findings {
		ns = append(ns, number(t, &o.Findings[i]))
	}
	slices.Sort(ns)
	return ns
}

// want fails unless these secrets are reported, and all was read.
func (o outcome) want(t reporter, ns ...int) {
	t.Helper()
	if o.err != nil {
		t.Fatalf("settle: %v", o.err)
	}
	if got := o.secrets(t); !slices.Equal(got, append([]int{}, ns...)) {
		t.Errorf("secrets %v are new, want %v", got, ns)
	}
	if !o.Summary.Complete {
		t.Errorf("incomplete: %+v", o.Summary.Errors)
	}
}

func (f *fixture) staged(set ...func(*scanner.Scanner)) outcome {
	f.t.Helper()
	src, err := changes.Staged(context.Background(), changes.Options{Dir: f.dir})
	return judge(f.t, src, err, set...)
}

// tree is what stands at the paths of a tree: blob ids.
type tree map[string]string

// parseTree reads what "git ls-files -s -z" and "git ls-tree -r -z" print.
func parseTree(out string, index bool) tree {
	t := tree{}
	for _, rec := range strings.Split(strings.TrimSuffix(out, "\x00"), "\x00") {
		meta, path, ok := strings.Cut(rec, "\t")
		f := strings.Fields(meta)
		switch {
		case !ok || f[0] == "160000":
		case index:
			t[path] = f[1]
		default:
			t[path] = f[2]
		}
	}
	return t
}

func (f *fixture) index() tree { return parseTree(f.git("ls-files", "-s", "-z"), true) }

func (f *fixture) tree(rev string) tree {
	return parseTree(f.git("ls-tree", "-r", "-z", "--full-tree", rev), false)
}

// contents reads all blobs of some trees.
func (f *fixture) contents(ts ...tree) map[string]string {
	f.t.Helper()
	ids := map[string]bool{}
	var in strings.Builder
	for _, t := range ts {
		for _, id := range t {
			if !ids[id] {
				ids[id] = true
				in.WriteString(id + "\n")
			}
		}
	}
	out := f.run(f.dir, []byte(in.String()), "cat-file", "--batch") + "\n"
	contents := map[string]string{}
	for out != "" {
		head, rest, _ := strings.Cut(out, "\n")
		parts := strings.Fields(head)
		if len(parts) != 3 {
			break
		}
		size, err := strconv.Atoi(parts[2])
		must(f.t, err)
		contents[parts[0]], out = rest[:size], rest[min(size+1, len(rest)):]
	}
	if len(contents) != len(ids) {
		f.t.Fatalf("the oracle read %d blobs of %d", len(contents), len(ids))
	}
	return contents
}

// oracle judges one change from whole trees: which of the first n secrets stand at a
// path that differs from every parent, and in no parent, but for files that are the
// same everywhere. plain are those that no parent holds anywhere.
func oracle(f *fixture, n int, now tree, parents ...tree) (fresh, plain []int) {
	contents := f.contents(append([]tree{now}, parents...)...)
	differs := func(path string) (all, any bool) {
		all = true
		for _, p := range parents {
			same := p[path] == now[path]
			all, any = all && !same, any || !same
		}
		return all, any
	}
	for k := range n {
		holds := func(id string) bool { return id != "" && strings.Contains(contents[id], secret(k)) }
		added, there, old := false, false, false
		for path, id := range now {
			if all, _ := differs(path); all && holds(id) {
				added = true
			}
		}
		for _, p := range parents {
			for path, id := range p {
				if _, any := differs(path); holds(id) {
					there, old = true, old || any
				}
			}
		}
		if added && !old {
			fresh = append(fresh, k)
		}
		if added && !there {
			plain = append(plain, k)
		}
	}
	return fresh, plain
}
