package ignore

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
	"leakline/scanner"
	"leakline/scanner/filesource"
	"leakline/scanner/gitsource"
)

var catalogue = sync.OnceValues(func() (*engine.Set, error) { return engine.Compile(detectors.Catalogue()) })

func newScanner(t testing.TB, known *Set) *scanner.Scanner {
	t.Helper()
	set, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	key, err := detectors.NewKey("the key of these tests")
	if err != nil {
		t.Fatal(err)
	}
	s := &scanner.Scanner{Set: set, Key: key, MinConfidence: detectors.Medium}
	if known != nil {
		s.Ignore, s.Accept = known, known.Accept
	}
	return s
}

// scanFolder scans the files of a folder, with paths from it.
func scanFolder(t testing.TB, dir string, known *Set) *scanner.Result {
	t.Helper()
	t.Chdir(dir)
	res, err := newScanner(t, known).Scan(t.Context(), filesource.New([]string{"."}, filesource.Options{}))
	if err != nil || !res.Summary.Complete {
		t.Fatal(err, res.Summary.Errors)
	}
	if known != nil {
		known.Settle(res)
	}
	return res
}

// scanHistory scans a repository.
func scanHistory(t testing.TB, dir string, known *Set) *scanner.Result {
	t.Helper()
	repo, err := gitsource.Open(dir, gitsource.Options{Engine: gitsource.EngineDelta})
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	res, err := newScanner(t, known).Scan(t.Context(), repo)
	if err != nil || !res.Summary.Complete {
		t.Fatal(err, res.Summary.Errors)
	}
	if known != nil {
		known.Settle(res)
	}
	return res
}

// write writes a file and its folders.
func write(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// git runs git without the user's configuration.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// secretOf makes an example of a detector.
func secretOf(t testing.TB, id string, n int) string {
	t.Helper()
	all := detectors.Catalogue()
	i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == id })
	if i < 0 {
		t.Fatalf("no detector %q", id)
	}
	x, err := sample.Example(all[i], 0, n)
	if err != nil {
		t.Fatal(err)
	}
	return x.Value
}

// places names the findings, with their places.
func places(fs []scanner.Finding) []string {
	var out []string
	for i := range fs {
		for _, p := range placesOf(&fs[i]) {
			out = append(out, p.Path)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
