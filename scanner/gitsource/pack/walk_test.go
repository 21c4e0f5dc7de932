package pack_test

import (
	"context"
	"crypto/sha1"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner/gitsource/pack"
)

// seen is a visitor that hashes what it sees.
type seen struct {
	mu     sync.Mutex
	kinds  map[plumbing.Hash]plumbing.ObjectType
	wrong  []string
	deltas int
	open   int
}

func (s *seen) Visit(_ int, o *pack.Object) {
	h := sha1.New()
	fmt.Fprintf(h, "%s %d\x00", o.Kind, len(o.Data))
	h.Write(o.Data)
	id := plumbing.Hash(h.Sum(nil))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kinds[o.ID] = o.Kind
	s.open++
	o.State = s
	if id != o.ID {
		s.wrong = append(s.wrong, fmt.Sprintf("%s has the content of %s", o.ID, id))
	}
	if o.Base == nil {
		return
	}
	s.deltas++
	at := 0
	for _, c := range o.Copies {
		if c.Dst < at || string(o.Data[c.Dst:c.Dst+c.Len]) != string(o.Base.Data[c.Src:c.Src+c.Len]) {
			s.wrong = append(s.wrong, fmt.Sprintf("%s: copy %v is not one", o.ID, c))
		}
		at = c.Dst + c.Len
	}
}

func (s *seen) Done(_ int, o *pack.Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.State == s {
		s.open--
	}
}

func (s *seen) Failed(_, pos int, err error) {
	s.mu.Lock()
	s.wrong = append(s.wrong, fmt.Sprintf("position %d: %v", pos, err))
	s.mu.Unlock()
}

func (s *seen) Aside(_, pos int, kind plumbing.ObjectType) {
	s.mu.Lock()
	s.wrong = append(s.wrong, fmt.Sprintf("position %d (%s) was set aside", pos, kind))
	s.mu.Unlock()
}

// git runs git in a folder.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", append([]string{"-C", dir}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// packed makes a repository with one pack of a file's many versions, and gives
// the pack's path without extension.
func packed(t *testing.T, versions int, byName bool, repack ...string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	var lines []string
	for i := range versions {
		for k := range 20 {
			lines = append(lines, fmt.Sprintf("line %d of version %d, to be changed now and then", k, i))
		}
		lines[i*7%len(lines)] = fmt.Sprintf("changed in version %d", i)
		if err := os.WriteFile(filepath.Join(dir, "file"), []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-q", "-m", fmt.Sprint("version ", i))
	}
	git(t, dir, append([]string{"-c", fmt.Sprint("repack.useDeltaBaseOffset=", !byName), "repack", "-q", "-adf"}, repack...)...)
	packs, err := filepath.Glob(filepath.Join(dir, ".git/objects/pack/*.pack"))
	if err != nil || len(packs) != 1 {
		t.Fatalf("packs: %v, %v", packs, err)
	}
	return dir, strings.TrimSuffix(packs[0], ".pack")
}

// judge walks a pack and reads it object by object, and compares both with git.
func judge(t *testing.T, f *pack.File, dir string) *seen {
	t.Helper()
	s := &seen{kinds: map[plumbing.Hash]plumbing.ObjectType{}}
	if err := f.Walk(context.Background(), pack.Limits{Jobs: 3, Object: 1 << 28, Live: 1 << 28}, s); err != nil {
		t.Fatal(err)
	}
	for _, w := range s.wrong {
		t.Error(w)
	}
	if s.open != 0 {
		t.Errorf("%d objects were never given up", s.open)
	}
	want := 0
	r := f.NewReader(1 << 16)
	for line := range strings.Lines(git(t, dir, "cat-file", "--batch-all-objects", "--batch-check")) {
		want++
		id, kind := plumbing.NewHash(line[:40]), strings.Fields(line)[1]
		if got := s.kinds[id].String(); got != kind {
			t.Errorf("%s was visited as %q, it is a %s", id, got, kind)
		}
		typ, data, err := r.Read(f.Find(id), 1<<28)
		if err != nil {
			t.Errorf("read %s: %v", id, err)
		} else if plumbing.ComputeHash(typ, data) != id {
			t.Errorf("%s was read as something else", id)
		}
	}
	for id := range s.kinds {
		for _, k := range []int{1, 10, 19} {
			other := id
			other[k] ^= 0x81
			if _, ok := s.kinds[other]; !ok && (f.Has(other) || f.Find(other) >= 0) {
				t.Errorf("%s is found, and is not there", other)
			}
		}
	}
	if len(s.kinds) != want || f.Count() != want {
		t.Errorf("%d objects were visited of %d, git has %d", len(s.kinds), f.Count(), want)
	}
	return s
}

// TestWalk compares walks over packs of several makes with git.
func TestWalk(t *testing.T) {
	for name, repack := range map[string][]string{
		"long chains":  {"--depth=200", "--window=100"},
		"short chains": {"--depth=3"},
		"by name":      {"--depth=50"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, path := packed(t, 30, name == "by name", repack...)
			f, err := pack.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if f.Faults() != nil {
				t.Error(f.Faults())
			}
			if s := judge(t, f, dir); s.deltas < 20 {
				t.Errorf("%d deltas only", s.deltas)
			}
			// The same pack without its index, as it is received.
			var offsets []int64
			for i := range f.Count() {
				offsets = append(offsets, f.Offset(i))
			}
			bare, err := pack.OpenReceived(path, offsets)
			if err != nil {
				t.Fatal(err)
			}
			defer bare.Close()
			judge(t, bare, dir)
		})
	}
}

// TestRealPacks walks the packs of real repositories.
func TestRealPacks(t *testing.T) {
	folder := os.Getenv("LEAKLINE_TEST_REPOS")
	if folder == "" {
		t.Skip("SKIPPED: LEAKLINE_TEST_REPOS names no folder of repositories; generated packs were walked")
	}
	packs, _ := filepath.Glob(filepath.Join(folder, "*", "*", "objects", "pack", "*.pack"))
	for _, p := range packs {
		f, err := pack.Open(strings.TrimSuffix(p, ".pack"))
		if err != nil {
			t.Errorf("%s: %v", p, err)
			continue
		}
		if f.Count() < 100_000 {
			s := &seen{kinds: map[plumbing.Hash]plumbing.ObjectType{}}
			if err := f.Walk(context.Background(), pack.Limits{Jobs: 2, Object: 1 << 28, Live: 1 << 28}, s); err != nil {
				t.Error(err)
			}
			if len(s.wrong) > 0 || len(s.kinds) != f.Count() || s.open != 0 {
				t.Errorf("%s: %d of %d objects, %d left open, %v", p, len(s.kinds), f.Count(), s.open, s.wrong)
			}
		}
		_ = f.Close()
	}
}
