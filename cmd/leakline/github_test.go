package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"leakline/detectors"
	hub "leakline/remediate/github"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/remediate/org"
	"leakline/remediate/outbound"
	"leakline/testdata/github"
)

// nightArgs names the variable by which a test runs leakline as a process of its own.
const nightArgs = "LEAKLINE_TEST_GITHUB_ARGS"

// TestGitHubProcess is no test: other tests run it as a process that can be killed.
func TestGitHubProcess(t *testing.T) {
	text := os.Getenv(nightArgs)
	if text == "" {
		t.Skip("run by other tests only")
	}
	var args []string
	if err := json.Unmarshal([]byte(text), &args); err != nil {
		t.Fatal(err)
	}
	e := osEnv()
	root := newRootCommand(e)
	root.SetArgs(args)
	os.Exit(exitStatus(e, root.ExecuteContext(context.Background())))
}

// night is a GitHub and somebody who scans it into a ledger.
type night struct {
	*github.Server
	t   testing.TB
	dir string
	env map[string]string
	// later is how much later than on this machine it is for leakline.
	later time.Duration
	// clock is that of GitHub and of leakline, which wait by it; nil: this machine's.
	clock *nightClock
}

func newNight(t testing.TB, o github.Options) *night {
	t.Helper()
	required(t, "git", "apt-get install git")
	o.Limit = cmp.Or(o.Limit, -1)
	n := &night{Server: github.Start(t, o), t: t, dir: t.TempDir()}
	n.Org("acme")
	n.Member("acme", "ada", "admin")
	sum := sha256.Sum256([]byte(t.Name()))
	n.env = map[string]string{
		"XDG_STATE_HOME": filepath.Join(n.dir, "state"), "XDG_CACHE_HOME": filepath.Join(n.dir, "cache"), "HOME": n.dir,
		"LEAKLINE_LEDGER": "sqlite:" + filepath.Join(n.dir, "ledger.db"), "LEAKLINE_KEY": hex.EncodeToString(sum[:]),
		"LEAKLINE_GITHUB_URL": n.URL, "GITHUB_TOKEN": n.Token("ada"), "TMPDIR": n.dir, "PATH": os.Getenv("PATH"),
	}
	return n
}

// plant adds repositories with secrets in files, history and side branches; every fifth
// is clean.
func (n *night) plant(count int) (names []string) {
	n.t.Helper()
	kinds := []string{"openai-project-key", "clerk-secret-key", "stripe-live-secret-key", "postgres-url", "github-pat", "sendgrid-api-key"}
	for i := range count {
		name := fmt.Sprintf("acme/app-%02d", i)
		files := map[string]string{"README.md": "# " + name + "\n"}
		if i%5 != 0 {
			files["config/settings.env"] = "API_KEY=" + credential(n.t, kinds[i%len(kinds)], i) + "\n"
		}
		n.AddRepo(name, github.RepoOptions{Files: files, At: time.Date(2026, 1, 2, 3, 4, i, 0, time.UTC)})
		if i%3 == 1 { // removed from the tip, or elsewhere too
			n.Push(name, "main", github.Commit{Author: "bob", At: time.Date(2026, 2, 2, 3, 4, i, 0, time.UTC), Message: "tidy", Remove: []string{"config/settings.env"}})
		}
		if i%4 == 2 { // the same secret in two repositories
			n.Push(name, "side", github.Commit{Author: "eve", At: time.Date(2026, 2, 3, 3, 4, i, 0, time.UTC), Message: "wip", Files: map[string]string{"shared.env": "KEY=" + credential(n.t, kinds[0], 9999) + "\n"}})
		}
		names = append(names, name)
	}
	return names
}

// run runs leakline.
func (n *night) run(more map[string]string, args ...string) (status int, stdout, stderr string) {
	n.t.Helper()
	var out, errs bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: func() time.Time { return time.Now().Add(n.later) }, getenv: func(name string) string {
		if v, ok := more[name]; ok {
			return v
		}
		return n.env[name]
	}}
	if n.clock != nil {
		e.now, e.outbound = n.clock.now, func() outbound.Options { return outbound.Options{Sleep: n.clock.sleep} }
	}
	root := newRootCommand(e)
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&errs)
	status = exitStatus(e, root.ExecuteContext(context.Background()))
	return status, out.String(), errs.String()
}

// told is the JSON report of a run.
type told struct {
	orgAccount
	Repositories []orgRow `json:"repositories"`
}

// github runs leakline github and demands a status.
func (n *night) github(want int, args ...string) told {
	n.t.Helper()
	status, stdout, stderr := n.run(nil, append([]string{"github", "-f", "json"}, args...)...)
	var r told
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || status != want {
		n.t.Fatalf("leakline github %q: status %d, want %d (%v)\n%s%s", args, status, want, err, stdout, stderr)
	}
	return r
}

// seen is what a ledger holds of an incident, but for when and from where it was seen.
type seen struct {
	ID    incident.ID
	State incident.State
	In    map[string]incident.Occurrence
}

func incidentsOf(t testing.TB, url string) map[incident.ID]seen {
	t.Helper()
	l, err := ledger.Open(t.Context(), url, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	all := map[incident.ID]seen{}
	for inc, err := range l.List(t.Context(), ledger.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		x := seen{ID: inc.ID, State: inc.State(time.Now()), In: map[string]incident.Occurrence{}}
		for repo, o := range inc.Occurrences {
			y := *o
			y.Store = ""
			for _, at := range []*time.Time{&y.Removed, &y.Purged} {
				if at.After(time.Now().Add(-time.Hour)) { // of the scan
					*at = time.Now().Truncate(24 * time.Hour).Add(24 * time.Hour)
				}
			}
			x.In[repo] = y
		}
		all[inc.ID] = x
	}
	return all
}

// kindsOfEvents counts the events of a ledger that are about incidents.
func kindsOfEvents(t testing.TB, url string) map[string]int {
	t.Helper()
	l, err := ledger.Open(t.Context(), url, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	n := map[string]int{}
	for ev, err := range l.Events(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Incident != "" || ev.Kind == incident.Detected {
			n[fmt.Sprintf("%s %s", ev.Incident, ev.Kind)]++
		}
	}
	return n
}

// oracle scans each repository alone into another ledger.
func (n *night) oracle(names []string) string {
	n.t.Helper()
	url := "sqlite:" + filepath.Join(n.dir, "oracle.db")
	for _, name := range names {
		token := n.env["GITHUB_TOKEN"]
		status, stdout, stderr := n.run(map[string]string{"LEAKLINE_GIT_TOKEN": token}, "git", n.URL+"/"+name+".git", "--ledger", url, "-q")
		if status > exitFindings {
			n.t.Fatalf("leakline git %s: status %d\n%s%s", name, status, stdout, stderr)
		}
	}
	return url
}

func (n *night) same(want string) {
	n.t.Helper()
	a, b := incidentsOf(n.t, want), incidentsOf(n.t, n.env["LEAKLINE_LEDGER"])
	if len(a) < 10 {
		n.t.Fatalf("the oracle has %d incidents only", len(a))
	}
	if d := gocmp.Diff(a, b); d != "" {
		n.t.Fatalf("the ledger is not what each repository alone gives (-alone +together):\n%s", d)
	}
}

// TestGitHubAgainstGit: thirty repositories give the incidents that "leakline git" gives
// for each alone; a second run scans only what has changed, and asks little.
func TestGitHubAgainstGit(t *testing.T) {
	n := newNight(t, github.Options{})
	names := n.plant(28)
	n.AddRepo("acme/empty", github.RepoOptions{Empty: true})
	n.AddRepo("acme/fork", github.RepoOptions{Fork: true})
	n.AddRepo("acme/old", github.RepoOptions{Archived: true})
	n.AddRepo("acme/wiki", github.RepoOptions{Wiki: true})
	names = append(names, "acme/empty", "acme/wiki")
	want := n.oracle(names)

	n.Forget()
	first := n.github(exitFindings, "acme")
	n.same(want)
	if first.Total != 30 || first.Scanned != 30 || first.Failed != 0 || first.New < 10 || !first.Complete || len(first.Repositories) != 30 {
		t.Errorf("first run: %+v", first.orgAccount)
	}
	before := kindsOfEvents(t, n.env["LEAKLINE_LEDGER"])

	n.Push("acme/app-00", "main", github.Commit{Author: "bob", Files: map[string]string{"new.env": "KEY=" + credential(t, "openai-project-key", 777) + "\n"}, Message: "new"})
	n.Forget()
	second := n.github(exitFindings, "acme")
	if second.Total != 30 || second.Scanned != 1 || second.Unchanged != 29 || second.New != 1 {
		t.Errorf("second run: %+v", second.orgAccount)
	}
	for layer, was := range first.Findings {
		if now := second.Findings[layer]; now != was && now != was+1 {
			t.Errorf("%s: %d findings, then %d", layer, was, now)
		}
	}
	api, listed, packs := 0, 0, 0
	for _, r := range n.Requests() {
		switch {
		case r.Kind == "api":
			api++
		case strings.HasSuffix(r.Path, "/info/refs") && r.Status == 200:
			listed++
		case strings.HasSuffix(r.Path, "/git-upload-pack"):
			packs++
		}
	}
	if api > 3 || listed != 30 || packs > 2 {
		t.Errorf("the second run asked the API %d times, listed the refs of %d repositories and received %d packs", api, listed, packs)
	}
	after := kindsOfEvents(t, n.env["LEAKLINE_LEDGER"])
	if len(after) != len(before)+1 {
		t.Errorf("%d kinds of events before, %d after one new secret", len(before), len(after))
	}

	// Whatever says that nothing has changed, the incidents are those of each alone.
	n.same(n.oracle(names[:1]))
	n.Push("acme/app-01", "side", github.Commit{Author: "bob", Files: map[string]string{"b.env": "KEY=" + credential(t, "openai-project-key", 778) + "\n"}, Message: "aside"})
	n.DeleteBranch("acme/app-02", "side")
	if third := n.github(exitFindings, "acme", "--changed", "pushed"); third.Scanned != 2 || third.Unchanged != 28 {
		t.Errorf("third run: %+v", third.orgAccount)
	}
	n.same(n.oracle(names[1:3]))
	if fourth := n.github(exitFindings, "acme"); fourth.Scanned != 0 || fourth.Unchanged != 30 || fourth.New+fourth.Removed+fourth.Reopened != 0 {
		t.Errorf("fourth run: %+v", fourth.orgAccount)
	}
	n.same(n.oracle(nil))
	if _, _, stderr := n.run(nil, "ledger", "check"); strings.Contains(stderr, "wrong") {
		t.Error(stderr)
	}
}

// process begins leakline as a process of its own.
func (n *night) process(args ...string) (*exec.Cmd, *bytes.Buffer) {
	n.t.Helper()
	text, err := json.Marshal(args)
	if err != nil {
		n.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestGitHubProcess$")
	cmd.Env = []string{nightArgs + "=" + string(text)}
	for k, v := range n.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	return cmd, &out
}

// TestGitHubKilled: whenever it is killed, the same command goes on, and what is in the
// ledger at the end is what one run alone would have made: nothing twice.
func TestGitHubKilled(t *testing.T) {
	n := newNight(t, github.Options{})
	names := n.plant(24)
	want := n.oracle(names)
	const seed = 3
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kills := 0
	for range 8 {
		cmd, out := n.process("github", "acme", "-q", "--jobs", "2")
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case <-done:
			if s := cmd.ProcessState.ExitCode(); s != exitFindings {
				t.Fatalf("status %d: %s", s, out)
			}
		case <-time.After(150*time.Millisecond + time.Duration(random.IntN(450))*time.Millisecond):
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-done
			kills++
			continue
		}
		break
	}
	t.Logf("%d kills", kills)
	last := n.github(exitFindings, "acme")
	if last.Total != 24 || last.Failed != 0 || last.Left != 0 || kills == 0 {
		t.Errorf("%d kills, then %+v", kills, last.orgAccount)
	}
	n.same(want)
	if a, b := kindsOfEvents(t, want), kindsOfEvents(t, n.env["LEAKLINE_LEDGER"]); gocmp.Diff(a, b) != "" {
		t.Errorf("other events than without kills (-without +with):\n%s", gocmp.Diff(a, b))
	}
}

// TestGitHubGoesOn: a run that was stopped is resumed: what is done is not done again.
func TestGitHubGoesOn(t *testing.T) {
	n := newNight(t, github.Options{})
	n.plant(30)
	remove := n.Fault(github.Rule{Git: true, Delay: 200 * time.Millisecond})
	status, _, stderr := n.run(nil, "github", "acme", "--jobs", "2", "--timeout", "3s", "-f", "json")
	remove()
	if status != exitFailure || !strings.Contains(stderr, "--timeout 3s is over") {
		t.Fatalf("status %d: %s", status, stderr)
	}
	n.Forget()
	r := n.github(exitFindings, "acme")
	if !r.Resumed || r.Scanned+r.Unchanged != 30 || !r.Complete {
		t.Errorf("%+v", r.orgAccount)
	}
	listed := map[string]int{}
	for _, q := range n.Requests() {
		if q.Kind == "git" && q.Status == 200 && strings.HasSuffix(q.Path, "/info/refs") {
			listed[q.Path]++
		}
	}
	if len(listed) == 0 || len(listed) >= 30 {
		t.Errorf("the second process looked at %d of 30 repositories", len(listed))
	}
}

// TestGitHubFaults: one request in a hundred fails, and git's server now and then;
// nothing is lost.
func TestGitHubFaults(t *testing.T) {
	n := newNight(t, github.Options{ErrorRate: 0.1, Seed: 5})
	names := n.plant(24)
	want := n.oracle(names)
	for _, name := range names {
		n.AddIssue(name, "bob", "Nothing", "to see\n")
	}
	for i := range 4 {
		n.Fault(github.Rule{Git: true, After: 9 + 17*i, Times: 1, Status: 503})
	}
	n.Fault(github.Rule{Path: "/orgs/acme/repos", Times: 2, Status: 502})
	n.Fault(github.Rule{Git: true, After: 30, Times: 1, Cut: true})
	r := n.github(exitFindings, "acme", "--include", "issues,comments")
	if r.Failed != 0 || r.Scanned != 24 || r.API.Retries < 3 {
		t.Errorf("%+v", r.orgAccount)
	}
	n.same(want)
}

// TestGitHubBad: what can't be read is named, with its class, and the rest goes on.
func TestGitHubBad(t *testing.T) {
	n := newNight(t, github.Options{})
	n.plant(6)
	n.Fault(github.Rule{Git: true, Path: "/acme/app-02.git/**", Status: 404})
	n.Fault(github.Rule{Git: true, Path: "/acme/app-03.git/**", Status: 403})
	r := n.github(exitFailure, "acme", "nobody", "--no-cache")
	if r.Total != 6 || r.Failed != 2 || r.Scanned != 4 || len(r.Listing) != 1 || r.Listing[0].Class != "not-found" || r.Complete {
		t.Errorf("%+v", r.orgAccount)
	}
	classes := map[string]string{}
	for _, row := range r.Repositories {
		if row.Failure != nil {
			classes[row.Repo] = row.Failure.Class
		}
	}
	if classes["acme/app-02"] != "not-found" || classes["acme/app-03"] == "" {
		t.Errorf("classes %v", classes)
	}
	_, stdout, _ := n.run(nil, "ledger", "targets")
	if !strings.Contains(stdout, "app-02") || !strings.Contains(stdout, "app-03") {
		t.Errorf("the ledger does not tell what could not be read:\n%s", stdout)
	}
	_, stdout, stderr := n.run(nil, "github", "acme", "--no-cache")
	for _, want := range []string{"What could not be read", "acme/app-02: not-found: ", "4 unchanged, 2 failed"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if !strings.Contains(stderr, "incomplete: acme/app-02: not-found") {
		t.Errorf("stderr: %s", stderr)
	}
}

// TestGitHubScope: a token that may not is named as such, and does not appear.
func TestGitHubScope(t *testing.T) {
	n := newNight(t, github.Options{})
	n.plant(2)
	if status, _, stderr := n.run(map[string]string{"GITHUB_TOKEN": n.AddToken(github.Token{User: "ada", Scopes: []string{"gist"}})}, "github", "acme"); status != exitFailure || !strings.Contains(stderr, "lacks the scope repo") {
		t.Errorf("no scope: status %d: %s", status, stderr)
	}
	for name, c := range map[string]struct {
		token string
		want  string
	}{
		"expired": {n.AddToken(github.Token{User: "ada", Scopes: []string{"repo"}, Expires: time.Now().Add(-time.Hour)}), "expired"},
		"sso":     {n.AddToken(github.Token{User: "ada", Scopes: []string{"repo", "read:org"}, NoSSO: []string{"acme"}}), "sso"},
	} {
		status, stdout, stderr := n.run(map[string]string{"GITHUB_TOKEN": c.token, "LEAKLINE_LEDGER": "sqlite:" + filepath.Join(t.TempDir(), "x.db")}, "github", "acme", "-f", "json")
		if strings.Contains(stdout+stderr, c.token) {
			t.Errorf("%s: the token is shown", name)
		}
		if c.want != "" && (status != exitFailure || !strings.Contains(stdout, `"class":"`+c.want+`"`)) {
			t.Errorf("%s: status %d: %s%s", name, status, stdout, stderr)
		}
	}
}

// TestGitHubRenamed: a repository that is renamed keeps its incidents, also those of
// passwords, which are its own; one that takes its name has its own.
func TestGitHubRenamed(t *testing.T) {
	n := newNight(t, github.Options{})
	n.AddRepo("acme/shop", github.RepoOptions{Files: map[string]string{
		"a.env": "DATABASE_URL=" + credential(t, "postgres-url", 1) + "\n", "b.env": "KEY=" + credential(t, "openai-project-key", 1) + "\n",
	}})
	n.github(exitFindings, "acme")
	before := incidentsOf(t, n.env["LEAKLINE_LEDGER"])
	if len(before) != 2 {
		t.Fatalf("%d incidents", len(before))
	}
	n.RenameRepo("acme/shop", "acme/store")
	r := n.github(exitFindings, "acme")
	if r.New != 0 || r.Unchanged != 1 || r.Repositories[0].Repo != "acme/store" || r.GoneTotal != 0 {
		t.Errorf("after the rename: %+v %+v", r.orgAccount, r.Repositories)
	}
	n.Push("acme/store", "main", github.Commit{Author: "bob", Message: "more", Files: map[string]string{"c.txt": "more\n"}})
	r = n.github(exitFindings, "acme")
	if d := gocmp.Diff(before, incidentsOf(t, n.env["LEAKLINE_LEDGER"])); d != "" || r.New != 0 || r.Scanned != 1 {
		t.Errorf("after a push: %+v %s", r.orgAccount, d)
	}
	n.AddRepo("acme/tmp", github.RepoOptions{Files: map[string]string{"d.env": "DATABASE_URL=" + credential(t, "postgres-url", 2) + "\n"}})
	n.RenameRepo("acme/tmp", "acme/shop")
	r = n.github(exitFindings, "acme")
	if r.New != 1 || r.Removed != 0 || r.Total != 2 {
		t.Errorf("another one takes the name: %+v", r.orgAccount)
	}
	after := incidentsOf(t, n.env["LEAKLINE_LEDGER"])
	for id, x := range before {
		if d := gocmp.Diff(x, after[id]); d != "" {
			t.Errorf("incident %s changed:\n%s", id, d)
		}
	}
	n.RemoveRepo("acme/shop")
	r = n.github(exitFindings, "acme")
	if r.GoneTotal != 1 || r.Gone[0].Repo != "acme/shop" {
		t.Errorf("a deleted one: %+v", r.orgAccount)
	}
	_, stdout, _ := n.run(nil, "ledger", "targets")
	if !strings.Contains(stdout, "deleted") {
		t.Errorf("the ledger does not know of the deletion:\n%s", stdout)
	}
}

// TestGitHubBeside: wikis, issues and gists are read if they are asked for.
func TestGitHubBeside(t *testing.T) {
	n := newNight(t, github.Options{})
	n.AddRepo("acme/docs", github.RepoOptions{Wiki: true})
	n.Push("acme/docs.wiki", "master", github.Commit{Author: "bob", Files: map[string]string{"Setup.md": "key: " + credential(t, "openai-project-key", 1) + "\n"}})
	n.AddIssue("acme/docs", "bob", "It fails", "with "+credential(t, "stripe-live-secret-key", 2)+"\n")
	n.AddGist("ada", true, "mine", map[string]string{"x.env": "K=" + credential(t, "sendgrid-api-key", 3) + "\n"})
	if r := n.github(exitClean, "acme"); r.New != 0 {
		t.Errorf("without --include: %+v", r.orgAccount)
	}
	r := n.github(exitFindings, "acme", "ada", "--include", "wikis,issues,gists")
	if r.New != 3 || r.Total != 2 || r.Failed != 0 {
		t.Errorf("%+v %+v", r.orgAccount, r.Repositories)
	}
	r = n.github(exitFindings, "acme", "ada", "--include", "wikis,issues,gists")
	if r.New != 0 || r.Unchanged != 2 || findings(r.Findings) != 3 {
		t.Errorf("again: %+v", r.orgAccount)
	}
}

// TestGitHubText: the report says what is new and where, without the secret.
func TestGitHubText(t *testing.T) {
	n := newNight(t, github.Options{})
	secret := credential(t, "openai-project-key", 1)
	n.AddRepo("acme/shop", github.RepoOptions{Files: map[string]string{"conf/\x1b[31mx.env": "\nKEY=" + secret + "\n"}})
	n.AddRepo("acme/tools", github.RepoOptions{})
	status, stdout, stderr := n.run(nil, "github", n.URL+"/acme")
	if status != exitFindings || stderr != "" {
		t.Errorf("status %d: %s", status, stderr)
	}
	for _, want := range []string{
		"2 repositories: 2 scanned, 0 unchanged, 0 failed, in ", "New secrets", "\n  ai-platform\n    ", "  OpenAI project API key  acme/shop conf/",
		"Findings: 1 ai-platform, in 1 repository\n", "Ledger: 1 new incident, 0 reopened, 0 removed", "GitHub: ",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the report lacks %q:\n%s", want, stdout)
		}
	}
	if strings.Contains(stdout, secret) || strings.Contains(stdout, "\x1b") || strings.Contains(stdout, n.env["GITHUB_TOKEN"]) {
		t.Errorf("the report holds what it must not:\n%q", stdout)
	}
	err := filepath.WalkDir(n.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.Contains(path, "/cache/leakline/mirrors/") { // which holds the repository
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(secret)) || bytes.Contains(data, []byte(n.env["GITHUB_TOKEN"])) {
			t.Errorf("%s holds a secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestGitHubPushed: with --changed pushed nobody is asked about a repository that nobody
// has pushed to, until its refs are due.
func TestGitHubPushed(t *testing.T) {
	n := newNight(t, github.Options{})
	n.plant(10)
	for i := range 10 {
		n.SetRepo(fmt.Sprintf("acme/app-%02d", i), func(*github.RepoOptions) {})
	}
	asked := func() (git int) {
		for _, r := range n.Requests() {
			if r.Kind == "git" && r.Status == 200 {
				git++
			}
		}
		return git
	}
	old := time.Now()
	n.later = 2 * time.Minute // after the pushes
	n.github(exitFindings, "acme", "--changed", "pushed")
	n.Forget()
	r := n.github(exitFindings, "acme", "--changed", "pushed")
	if r.Unchanged != 10 || asked() != 0 || !r.Complete || findings(r.Findings) == 0 {
		t.Errorf("%d requests: %+v", asked(), r.orgAccount)
	}
	n.Push("acme/app-03", "main", github.Commit{Author: "bob", At: old.Add(time.Second), Message: "more", Files: map[string]string{"c.txt": "more\n"}})
	n.Pushed("acme/app-03")
	n.Forget()
	if r = n.github(exitFindings, "acme", "--changed", "pushed"); r.Unchanged != 9 || r.Scanned != 1 || asked() != 2 {
		t.Errorf("%d requests after a push: %+v", asked(), r.orgAccount)
	}
	n.later = 9 * 24 * time.Hour
	n.Forget()
	if r = n.github(exitFindings, "acme", "--changed", "pushed"); r.Unchanged != 10 || asked() != 10 {
		t.Errorf("%d requests after days: %+v", asked(), r.orgAccount)
	}
}

// TestGitHubUsage: what makes no sense is refused before anybody is asked.
func TestGitHubUsage(t *testing.T) {
	n := newNight(t, github.Options{})
	for want, args := range map[string][]string{
		"nobody is named":          {},
		"--shard: there is no":     {"acme", "--shard", "4/4"},
		`unknown kind "mails"`:     {"acme", "--include", "mails"},
		"unknown report format":    {"acme", "-f", "sarif"},
		"is no visibility":         {"acme", "--visibility", "secret"},
		"is no team":               {"--team", "acme"},
		"can't be negative":        {"acme", "--cache-megabytes", "-1"},
		`unknown value "mood" of`:  {"acme", "--changed", "mood"},
		"is taken: it says that":   {"acme", "--exit-code", "2"},
		"is no name of an":         {"-acme-"},
		`unknown detector "nosuch`: {"acme", "--enable-detector", "nosuch"},
	} {
		if strings.HasPrefix(strings.Join(args, " "), "-acme") {
			args = []string{"--", "-acme-"}
		}
		status, stdout, stderr := n.run(nil, append([]string{"github"}, args...)...)
		if status != exitFailure || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%q: status %d, %q, want %q", args, status, stderr, want)
		}
	}
	app := map[string]string{"LEAKLINE_GITHUB_APP_ID": "x1"}
	if status, _, stderr := n.run(app, "github", "acme"); status != exitFailure || !strings.Contains(stderr, "no App's id") {
		t.Errorf("status %d: %s", status, stderr)
	}
	if len(n.Requests()) > 0 {
		t.Error("GitHub was asked")
	}
}

// TestOrgLine: the line fits a terminal whatever there is to say.
func TestOrgLine(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := org.Progress{
		Listed: true, Total: 10_000, Done: 1204, Skipped: 7000, Failed: 31, Now: 8000, Began: now.Add(-time.Hour),
		Findings: map[detectors.Layer]int{detectors.AIPlatform: 1234, detectors.ApplicationAuth: 567, detectors.Infrastructure: 89_012, detectors.Unclassified: 3},
	}
	line := orgLine(&p, hub.Stats{Remaining: 4999, Reset: now.Add(time.Hour)}, now)
	if len(line) > 80 || !strings.HasPrefix(line, "8235 of 10000 repositories, 31 failed, 1234 ai 567 auth 89012 infra") {
		t.Errorf("%d: %q", len(line), line)
	}
	for d, want := range map[time.Duration]string{40 * time.Second: "40s", time.Minute: "1m", 10 * time.Minute: "10m", 2 * time.Hour: "2h", 125 * time.Minute: "2h5m", 20 * time.Hour: "20h"} {
		if got := shortTime(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
	if line = orgLine(&p, hub.Stats{Remaining: 1<<31 - 1, Reset: now.Add(time.Hour)}, now); strings.Contains(line, "API") {
		t.Errorf("of a server without a limit: %q", line)
	}
	p.Findings = nil
	if line = orgLine(&p, hub.Stats{Remaining: 4999, Reset: now.Add(time.Hour)}, now); !strings.Contains(line, "13m left, 4999 API calls until ") {
		t.Errorf("%q", line)
	}
	if line = orgLine(&org.Progress{Total: 300}, hub.Stats{}, now); line != "listing repositories: 300 so far" {
		t.Errorf("%q", line)
	}
}

// TestGitHubForced: a history that was replaced is told as "leakline git" tells it, which
// receives nothing of the one before.
func TestGitHubForced(t *testing.T) {
	n := newNight(t, github.Options{})
	var names []string
	for i := range 12 {
		name := fmt.Sprintf("acme/app-%02d", i)
		n.AddRepo(name, github.RepoOptions{})
		n.Push(name, "main", github.Commit{Author: "bob", Message: "oops", Files: map[string]string{
			"a.env": "KEY=" + credential(t, "openai-project-key", i) + "\n", "b.txt": fmt.Sprint(i),
		}})
		names = append(names, name)
	}
	n.oracle(names)
	n.github(exitFindings, "acme")
	for _, name := range names[:6] {
		n.Push(name, "main", github.Commit{Author: "bob", Message: "nothing", Amend: true, Remove: []string{"a.env"}, Files: map[string]string{"b.txt": name}})
	}
	want := n.oracle(names)
	r := n.github(exitFindings, "acme")
	if r.Scanned != 6 || r.Removed != 6 {
		t.Errorf("%+v", r.orgAccount)
	}
	n.same(want)
}

// TestGitHubShards: each repository is in one part of n, the same every time.
func TestGitHubShards(t *testing.T) {
	n := newNight(t, github.Options{})
	n.plant(12)
	seen := map[string]int{}
	for i := range 3 {
		for _, row := range n.github(exitFindings, "acme", "--shard", fmt.Sprintf("%d/3", i)).Repositories {
			seen[row.Repo]++
		}
	}
	if len(seen) != 12 || slices.Max(slices.Collect(maps.Values(seen))) != 1 {
		t.Errorf("%v", seen)
	}
}

// TestGitHubDryRun: it says what would be scanned, and why the rest is left out.
func TestGitHubDryRun(t *testing.T) {
	n := newNight(t, github.Options{})
	n.plant(2)
	n.AddRepo("acme/fork", github.RepoOptions{Fork: true})
	n.AddRepo("acme/old", github.RepoOptions{Archived: true, Visibility: "public"})
	_, stdout, _ := n.run(nil, "github", "acme", "--dry-run", "--exclude-repo", "*-01")
	t.Logf("\n%s", stdout)
	for _, want := range []string{"scan       acme/app-00", "excluded by --exclude-repo", "a fork: --forks", "archived: --archived", "1 repository would be scanned, 3 left out"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("it lacks %q", want)
		}
	}
	if _, err := os.Stat(filepath.Join(n.dir, "ledger.db")); err == nil {
		t.Error("a dry run made a ledger")
	}
}
