package gitsource_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestFromWithin opens a repository from a folder in it, from its git directory
// and through a symbolic link.
func TestFromWithin(t *testing.T) {
	f := small(t)
	link := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(filepath.Join(f.dir, "dir"), link))
	for _, path := range []string{filepath.Join(f.dir, "dir"), filepath.Join(f.dir, ".git"), filepath.Join(f.dir, ".git", "refs"), link} {
		r := scan(t, path, gitsource.Options{})
		r.complete(t)
		judge(t, f, f.dir, r)
	}
}

// TestEmpty scans repositories without a commit.
func TestEmpty(t *testing.T) {
	f := newFixture(t)
	for _, step := range []func(){
		func() {},
		func() { must(t, os.Remove(filepath.Join(f.dir, ".git", "config"))) },
		func() { f.write("a", "staged before the first commit\n"); f.git("add", "a") },
	} {
		step()
		r := scan(t, f.dir, gitsource.Options{})
		r.complete(t)
		if o := r.tally.Objects; o["commits"] != 0 || o["trees"] != 0 || len(r.tally.Skipped) != 0 {
			t.Errorf("tally is %+v", r.tally)
		}
	}
	r := scan(t, f.dir, gitsource.Options{})
	if c := r.holding(t, scanner.SourceBlob, "staged"); c.Reach != scanner.ReachIndex || c.Path != "a" || c.AtTip {
		t.Errorf("staged blob is %+v", c.Location)
	}
}

// TestTip checks which branch counts as the default one.
func TestTip(t *testing.T) {
	f := newFixture(t)
	f.change("a", "at main\n")
	f.git("checkout", "-q", "-b", "other")
	f.change("a", "at other\n")
	f.git("update-ref", "refs/remotes/origin/trunk", "main")
	tip := func() string {
		r := scan(t, f.dir, gitsource.Options{})
		out := ""
		for _, c := range r.of(scanner.SourceBlob) {
			if c.AtTip {
				out += string(c.Data)
			}
		}
		return out
	}
	for _, step := range []struct{ head, want string }{
		{"refs/heads/other", "at other\n"},
		{"refs/heads/unborn", "at main\n"},
	} {
		f.git("symbolic-ref", "HEAD", step.head)
		if got := tip(); got != step.want {
			t.Errorf("HEAD at %s: tip holds %q, want %q", step.head, got, step.want)
		}
	}
	f.git("update-ref", "refs/remotes/origin/trunk", "other")
	f.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
	if got := tip(); got != "at other\n" {
		t.Errorf("origin/HEAD: tip holds %q", got)
	}
}

// TestExtensions opens what go-git's own PlainOpen refuses.
func TestExtensions(t *testing.T) {
	f := small(t)
	f.git("config", "core.repositoryformatversion", "1")
	path := filepath.Join(f.dir, ".git", "config")
	before, err := os.ReadFile(path)
	must(t, err)
	extended := string(before) + "[extensions]\n\tpreciousObjects = true\n\trelativeWorktrees\n\tworktreeConfig\n\tsomethingNew = 1\n"
	must(t, os.WriteFile(path, []byte(extended), 0o666))
	r := scan(t, f.dir, gitsource.Options{})
	r.complete(t)
	must(t, os.WriteFile(path, before, 0o666)) // git itself knows them not all
	judge(t, f, f.dir, r)
}

// TestRefused checks the errors of what cannot be opened.
func TestRefused(t *testing.T) {
	base := t.TempDir()
	file := filepath.Join(base, "file")
	must(t, os.WriteFile(file, nil, 0o666))
	broken := filepath.Join(base, "broken")
	must(t, os.Mkdir(broken, 0o777))
	must(t, os.WriteFile(filepath.Join(broken, ".git"), []byte("gitdir: ../nowhere\n"), 0o666))
	garbage := filepath.Join(base, "garbage")
	must(t, os.Mkdir(garbage, 0o777))
	must(t, os.WriteFile(filepath.Join(garbage, ".git"), []byte("hello\n"), 0o666))
	sha256 := newFixture(t, "--object-format=sha256").dir
	set := func(content string) string {
		f := newFixture(t)
		f.write(".git/config", content)
		return f.dir
	}
	for _, test := range []struct {
		path string
		is   error
		part string
	}{
		{base, gitsource.ErrNotRepository, "not a git repository: neither"},
		{file, gitsource.ErrNotRepository, "is a file"},
		{broken, gitsource.ErrNotRepository, "nowhere"},
		{garbage, gitsource.ErrNotRepository, "does not name"},
		{filepath.Join(base, "absent"), os.ErrNotExist, "open repository"},
		{sha256, gitsource.ErrUnsupported, "SHA256"},
		{set("[core]\nrepositoryformatversion = 1\n[extensions]\nrefStorage = reftable\n"), gitsource.ErrUnsupported, "reftable"},
		{set("[Core] repositoryFormatVersion=\"7\" ; later\n"), gitsource.ErrUnsupported, `"7"`},
	} {
		_, err := gitsource.Open(test.path, gitsource.Options{})
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.part) || strings.Contains(err.Error(), "\n") {
			t.Errorf("open %s: %v, want %q", test.path, err, test.part)
		}
	}
}

// TestRepoName checks that user information of a URL is never shown.
func TestRepoName(t *testing.T) {
	f := small(t)
	for name, want := range map[string]string{
		"": f.dir, "https://user:word@example.test/r.git": "https://example.test/r.git", "git@example.test:r.git": "git@example.test:r.git",
	} {
		r := scan(t, f.dir, gitsource.Options{Name: name})
		for _, c := range r.chunks {
			if c.Repo != want {
				t.Fatalf("repository is %q, want %q", c.Repo, want)
			}
		}
	}
}
