package hooks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain keeps the configuration of whoever runs the tests away from them.
func TestMain(m *testing.M) {
	for k, v := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com",
		"GIT_COMMITTER_NAME": "A U Thor", "GIT_COMMITTER_EMAIL": "author@example.com", "LC_ALL": "C",
	} {
		os.Setenv(k, v)
	}
	for _, k := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"} {
		os.Unsetenv(k)
	}
	os.Exit(m.Run())
}

// folder gives an empty folder, by the path that git prints.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	ok(t, err)
	return dir
}

// repository makes an empty one.
func repository(t testing.TB, args ...string) string {
	t.Helper()
	dir := filepath.Join(folder(t), "a repository's folder")
	run(t, ".", append([]string{"init", "-q", "-b", "main", dir}, args...)...)
	return dir
}

// run runs git, which must succeed.
func run(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := try(dir, args...)
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSuffix(out, "\n")
}

func try(dir string, args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	return string(out), err
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, file, text string, mode os.FileMode) {
	t.Helper()
	ok(t, os.MkdirAll(filepath.Dir(file), 0o777))
	ok(t, os.WriteFile(file, []byte(text), mode))
	ok(t, os.Chmod(file, mode))
}

func read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	ok(t, err)
	return string(text)
}

// find finds a repository, which must be there.
func find(t testing.TB, dir string) *Repo {
	t.Helper()
	r, err := Find(t.Context(), dir)
	ok(t, err)
	return r
}

// witness is a leakline that only notes how it was called: each argument on a line.
func witness(t testing.TB) (binary, log string) {
	t.Helper()
	dir := filepath.Join(folder(t), `it's "a $HOME of" tools`)
	binary, log = filepath.Join(dir, "leakline"), filepath.Join(dir, "log")
	write(t, binary, "#!/bin/sh\nfor a; do echo \"$a\"; done >>\"${0%/*}/log\"\ncat >>\"${0%/*}/stdin\"\n", 0o755)
	return binary, log
}

func options(binary string) Options {
	return Options{Binary: binary, Version: "1.2.3", Now: time.Now()}
}
