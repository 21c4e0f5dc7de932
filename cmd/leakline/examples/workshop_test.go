package examples

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// root is the root of the project.
const root = "../../.."

// examples are the files to copy.
const examples = root + "/testdata/examples/"

// program is the built leakline.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "leakline-examples-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "leakline")
	// As action.yml and the Dockerfile build it, so that what is compiled is compiled once.
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", program, "./cmd/leakline")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build: %v\n%s", err, out))
	}
	return m.Run()
}

// secretOf generates a secret of a detector.
func secretOf(t *testing.T, id string, n int) string {
	t.Helper()
	for _, d := range detectors.Catalogue() {
		if d.ID == id {
			x, err := sample.Example(d, 0, n)
			if err != nil {
				t.Fatal(err)
			}
			return x.Value
		}
	}
	t.Fatalf("no detector %q", id)
	return ""
}

// project is a repository on a server, with a pull request: main has an old secret,
// and got another after the branch was made; the branch has three commits, the first of
// which may leak.
type project struct {
	t      *testing.T
	server string // a bare repository
	leak   string // the secret of the branch; "" if there is none
	old    string // the secret of main
	base   string // main when the request was made
	main   string // main now
	head   string // of the branch
	merge  string // of the branch into main
}

const (
	pullHead  = "refs/pull/1/head"
	pullMerge = "refs/pull/1/merge"
)

// newProject gives one of two projects, which are made once; tests only read them.
func newProject(t *testing.T, leaks bool) *project {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		missing(t, "git is not installed: apt-get install git")
	}
	p := &project{t: t, server: filepath.Join(filepath.Dir(program), fmt.Sprintf("server-%v.git", leaks)), old: secretOf(t, "github-pat", 0)}
	text := "nothing\n"
	if leaks {
		p.leak = secretOf(t, "github-pat", 1)
		text = "token = " + p.leak + "\n"
	}
	if _, err := os.Stat(p.server); err != nil {
		p.git("", "init", "-q", "--bare", "-b", "main", p.server)
		p.fill(text)
	}
	p.base, p.main = p.git(p.server, "rev-parse", "main~1"), p.git(p.server, "rev-parse", "main")
	p.head, p.merge = p.git(p.server, "rev-parse", pullHead), p.git(p.server, "rev-parse", pullMerge)
	return p
}

// fill makes the history of a project.
// https://git-scm.com/docs/git-fast-import#_input_format
func (p *project) fill(leak string) {
	p.t.Helper()
	var in strings.Builder
	mark := 0
	commit := func(ref, from, name, text string) string {
		mark++
		fmt.Fprintf(&in, "commit %s\nmark :%d\ncommitter A U Thor <author@example.com> %d +0000\ndata 7\nchange\n\n", ref, mark, 1_767_323_045+60*mark)
		if from != "" {
			in.WriteString(from)
		}
		fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", name, len(text), text)
		return fmt.Sprintf(":%d", mark)
	}
	base := commit("refs/heads/main", "", "old.txt", "token = "+p.old+"\n")
	for i := range 30 { // more than a shallow clone holds
		base = commit("refs/heads/main", "", "main.txt", fmt.Sprintln("version", i))
	}
	commit("refs/heads/feature", "from "+base+"\n", "feature.txt", leak)
	commit("refs/heads/feature", "", "feature.txt", "gone again\n")
	head := commit("refs/heads/feature", "", "more.txt", "more\n")
	fmt.Fprintf(&in, "reset %s\nfrom %s\n\n", pullHead, head)
	main := commit("refs/heads/main", "from "+base+"\n", "late.txt", "token = "+secretOf(p.t, "github-pat", 2)+"\n")
	commit(pullMerge, "from "+main+"\nmerge "+head+"\n", "feature.txt", "gone again\n")
	in.WriteString("M 100644 inline more.txt\ndata 5\nmore\n\n")
	cmd := exec.Command("git", "-C", p.server, "fast-import", "--quiet")
	cmd.Stdin, cmd.Env = strings.NewReader(in.String()), gitEnv()
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("git fast-import: %v\n%s", err, out)
	}
}

// git runs git and gives its output.
func (p *project) git(dir string, args ...string) string {
	p.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = gitEnv()
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// gitEnv is an environment in which git does the same everywhere.
func gitEnv() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A U Thor", "GIT_AUTHOR_EMAIL=author@example.com", "GIT_COMMITTER_NAME=A U Thor", "GIT_COMMITTER_EMAIL=author@example.com",
		"GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z",
	}
}

// checkout makes the checkout of a job: it fetches some refs, at most so deep (0: all),
// and detaches HEAD at a revision, or checks out a branch.
func (p *project) checkout(depth int, revision string, refs ...string) string {
	p.t.Helper()
	dir := filepath.Join(p.t.TempDir(), "checkout")
	p.git("", "init", "-q", "-b", "none", dir)
	p.git(dir, "remote", "add", "origin", p.server)
	fetch := []string{"-c", "protocol.version=2", "fetch", "-q", "--no-tags"}
	if depth > 0 {
		fetch = append(fetch, fmt.Sprintf("--depth=%d", depth))
	}
	p.git(dir, append(append(fetch, "file://"+p.server), refs...)...)
	p.git(dir, "checkout", "-q", "--detach", revision)
	return dir
}

// allBranches are fetched by who fetches everything.
const allBranches = "+refs/heads/*:refs/remotes/origin/*"

// done is how a command, or a step, ended.
type done struct {
	status int
	output string // both streams
}

// shell runs a script as a CI does.
func shell(t *testing.T, dir string, env map[string]string, argv ...string) done {
	t.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + t.TempDir(), "LC_ALL=C.UTF-8"}
	for _, k := range slices.Sorted(maps.Keys(env)) {
		cmd.Env = append(cmd.Env, k+"="+env[k])
	}
	if _, ok := env["PATH"]; !ok {
		cmd.Env = append(cmd.Env, "PATH="+os.Getenv("PATH"))
	}
	cmd.WaitDelay = time.Minute
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%q: %v", argv, err)
	}
	return done{cmd.ProcessState.ExitCode(), out.String()}
}

// onPath is a PATH on which leakline is found first.
func onPath() string {
	return filepath.Dir(program) + string(os.PathListSeparator) + os.Getenv("PATH")
}

// check compares the end of a job with what it should be, and looks for plaintext.
func (p *project) check(what string, got done, status int, reports ...string) {
	p.t.Helper()
	if got.status != status {
		p.t.Errorf("%s: status %d, want %d:\n%s", what, got.status, status, got.output)
	}
	texts := []string{got.output}
	for _, path := range reports {
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 {
			p.t.Errorf("%s: the report %s: %d bytes, %v", what, path, len(text), err)
		}
		texts = append(texts, string(text))
		if p.leak != "" && status == 1 && !regexp.MustCompile(`feature\\?\.txt`).Match(text) { // Markdown escapes the dot
			p.t.Errorf("%s: %s does not name the file of the leak", what, path)
		}
		if regexp.MustCompile(`(old|late)\\?\.txt`).Match(text) {
			p.t.Errorf("%s: %s reports what the branch did not add", what, path)
		}
	}
	for _, text := range texts {
		for _, secret := range []string{p.leak, p.old} {
			if secret != "" && strings.Contains(text, secret) {
				p.t.Errorf("%s: a secret's plaintext was written", what)
			}
		}
	}
}

// readYAML reads one of the files into a tree of maps and lists.
func readYAML(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return doc
}

// at walks down a tree: keys and numbers of elements.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for i, step := range path {
		switch key := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok || m[key] == nil {
				t.Fatalf("nothing at %v", path[:i+1])
			}
			v = m[key]
		case int:
			l, ok := v.([]any)
			if !ok || len(l) <= key {
				t.Fatalf("nothing at %v", path[:i+1])
			}
			v = l[key]
		}
	}
	return v
}

// missing skips a test whose real part is not there, or fails it if nothing may be.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
		t.Fatal(why)
	}
	t.Skip("NOT RUN: " + why)
}

// writeJSON writes a file.
func writeJSON(t *testing.T, path string, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// goEnv are the folders of this machine's Go: the scripts run with another HOME.
func goEnv(t *testing.T) []string {
	t.Helper()
	var env []string
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	return env
}
