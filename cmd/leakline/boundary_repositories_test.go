package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"leakline/remediate/boundary"
	"leakline/testdata/github"
)

// organisation plants two programs that share one key of the AI platform, and what is
// left out or can't be read.
func organisation(t *testing.T) *night {
	t.Helper()
	n := newNight(t, github.Options{})
	key := credential(t, "openai-service-account-key", 7)
	for _, name := range []string{"desk", "mail"} {
		n.AddRepo("acme/"+name, github.RepoOptions{Files: map[string]string{
			"package.json":       `{"name": "` + name + `", "dependencies": {"openai": "^4.0.0", "next-auth": "^4.24.0"}}` + "\n",
			"src/answer.js":      "import OpenAI from \"openai\";\nexport const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });\n",
			".env.production":    "OPENAI_API_KEY=" + key + "\n",
			".github/CODEOWNERS": "* @acme/" + name + "\n",
		}})
	}
	n.env["LEAKLINE_GIT_TOKEN"] = n.env["GITHUB_TOKEN"]
	n.AddRepo("acme/empty", github.RepoOptions{Empty: true})
	n.AddRepo("acme/copy", github.RepoOptions{Fork: true})
	n.AddRepo("acme/attic", github.RepoOptions{Archived: true})
	return n
}

// cloned gives a clone of a repository.
func (n *night) cloned(name, to string) string {
	n.t.Helper()
	dir := filepath.Join(to, filepath.Base(name))
	if out, err := exec.Command("git", "clone", "-q", n.GitDir(name), dir).CombinedOutput(); err != nil {
		n.t.Fatalf("git clone: %v\n%s", err, out)
	}
	return dir
}

// The map of an organisation is that of clones of its repositories, under other names;
// and so is the map of a URL.
func TestBoundaryOfOrganisation(t *testing.T) {
	n := organisation(t)
	mapOf := func(want int, args ...string) *boundary.Map {
		t.Helper()
		status, stdout, stderr := n.run(nil, append([]string{"boundary", "map", "-f", "json"}, args...)...)
		m := new(boundary.Map)
		if err := json.Unmarshal([]byte(stdout), m); err != nil || status != want {
			t.Fatalf("boundary map %q: status %d, want %d (%v)\n%s%s", args, status, want, err, stdout, stderr)
		}
		m.Target = ""
		return m
	}
	dir := t.TempDir()
	desk, mail := n.cloned("acme/desk", dir), n.cloned("acme/mail", dir)

	org := mapOf(0, "--github", "acme")
	if _, kept := os.Stat(filepath.Join(n.dir, "cache", "leakline", "mirrors")); kept != nil {
		t.Errorf("no mirrors are kept: %v", kept)
	}
	local := mapOf(0, desk, mail)
	for i, r := range org.Roots {
		if want := []string{"acme/desk", "acme/mail"}[i]; r.Name != want || !slices.Equal(r.Layers[0].Uses, []string{"openai"}) || !slices.Equal(r.Layers[1].Owners, []string{"@" + want}) {
			t.Errorf("of %s the map says %+v", want, r)
		}
	}
	if len(org.Roots) != 2 {
		t.Errorf("the map has %d roots", len(org.Roots))
	}
	text := func(m *boundary.Map) string {
		data, err := json.MarshalIndent(m, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(data), "acme/", "")
	}
	if d := gocmp.Diff(text(local), text(org)); d != "" {
		t.Errorf("an organisation's map is not that of its clones:\n%s", d)
	}
	if d := gocmp.Diff(text(mapOf(0, desk)), text(mapOf(0, n.URL+"/acme/desk.git"))); d != "" {
		t.Errorf("a URL's map is not that of its clone:\n%s", d)
	}
	if d := gocmp.Diff(text(local), text(mapOf(0, "--no-cache", "--github", "acme/desk,acme/mail"))); d != "" {
		t.Errorf("without a cache it is another map:\n%s", d)
	}
}

// One key of two repositories is found, and one repository that can't be had makes the
// check incomplete, by its name.
func TestBoundaryCheckOfOrganisation(t *testing.T) {
	n := organisation(t)
	shared := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		status, stdout, stderr := n.run(nil, append([]string{"boundary", "check"}, args...)...)
		if status != want {
			t.Fatalf("boundary check %q: status %d, want %d\n%s%s", args, status, want, stdout, stderr)
		}
		return stdout, stderr
	}
	stdout, stderr := shared(1, "--github", "acme")
	for _, want := range []string{"left out: acme/empty: it has no commit yet", "left out: 1 fork: read with --forks", "left out: 1 archived repository: read with --archived"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("it does not say %q:\n%s", want, stderr)
		}
	}
	for _, want := range []string{"[key-shared-by-applications]", "acme/desk/.env.production:1", "acme/mail/.env.production:1"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the check lacks %q:\n%s", want, stdout)
		}
	}
	if stdout, _ = shared(0, "--github", "acme", "--exclude-repo", "mail"); strings.Contains(stdout, "mail") {
		t.Errorf("what is left out is read:\n%s", stdout)
	}
	n.Fault(github.Rule{Path: "/acme/mail.git/**", Git: true, Status: 403})
	stdout, stderr = shared(exitFailure, "--github", "acme")
	if !strings.Contains(stderr, "acme/mail") || !strings.Contains(stdout, "Not all of it could be read") {
		t.Errorf("it does not say that acme/mail was not read:\n%s%s", stdout, stderr)
	}
	shared(0, "--github", "acme", "--allow-incomplete", "unreadable=the mail team is on holiday")
	delete(n.env, "GITHUB_TOKEN")
	if _, stderr = shared(exitFailure, "--github", "acme"); !strings.Contains(stderr, "no credential for GitHub") {
		t.Errorf("without a credential: %s", stderr)
	}
	n.silent(stdout+stderr, credential(t, "openai-service-account-key", 7))
}

// What a URL's own configuration accepts counts only for whoever trusts it.
func TestBoundaryTrust(t *testing.T) {
	n := organisation(t)
	n.Push("acme/desk", "main", github.Commit{Files: map[string]string{
		"public/app.js":  "const key = \"" + credential(t, "openai-project-key", 3) + "\";\n",
		".leakline.toml": "[[boundaries.waiver]]\nrule = \"server-secret-in-client\"\nreason = \"a demonstration\"\n",
	}})
	url := n.URL + "/acme/desk.git"
	if status, stdout, stderr := n.run(nil, "boundary", "check", url); status != 1 || !strings.Contains(stdout, "[server-secret-in-client]") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	if status, stdout, stderr := n.run(nil, "boundary", "check", "--trust-target", url); status != 0 || !strings.Contains(stdout, "a demonstration") {
		t.Errorf("trusted: status %d\n%s%s", status, stdout, stderr)
	}
}

// What the history of one repository alone holds is not at its tip, whatever is read
// after it.
func TestBoundaryHistoryOfSeveral(t *testing.T) {
	n := organisation(t)
	n.Push("acme/desk", "main", github.Commit{Files: map[string]string{"public/app.js": "const key = \"" + credential(t, "openai-project-key", 3) + "\";\n"}})
	if status, stdout, stderr := n.run(nil, "boundary", "check", "--history", "--github", "acme"); status != 1 || !strings.Contains(stdout, "[server-secret-in-client]") {
		t.Errorf("at the tip: status %d\n%s%s", status, stdout, stderr)
	}
	n.Push("acme/desk", "main", github.Commit{Remove: []string{"public/app.js"}})
	dir := t.TempDir()
	for _, args := range [][]string{{"--github", "acme"}, {n.cloned("acme/desk", dir), n.cloned("acme/mail", dir)}} {
		status, stdout, stderr := n.run(nil, append([]string{"boundary", "check", "--history"}, args...)...)
		if status != 1 || strings.Contains(stdout, "[server-secret-in-client]") || !strings.Contains(stdout, "[key-shared-by-applications]") {
			t.Errorf("%q: status %d\n%s%s", args, status, stdout, stderr)
		}
	}
}
