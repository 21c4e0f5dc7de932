//go:build unix

package filesource

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leakline/scanner"
)

func TestNamedPathsThatCannotBeRead(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "file", "x")
	must(t, os.Symlink("nowhere", "dangling"))
	must(t, os.Symlink("loop2", "loop1"))
	must(t, os.Symlink("loop1", "loop2"))
	must(t, syscall.Mkfifo("pipe", 0o600))
	l, err := net.Listen("unix", "socket")
	must(t, err)
	defer l.Close()
	paths := []string{"no such", "file/below", "dangling", "loop1", "pipe", "socket", os.DevNull, "file"}
	w := collect(t, New(paths, Options{}), nil)
	want := []string{
		"no such: missing: open: no such file or directory",
		"file/below: missing: open: not a directory",
		"dangling: missing: open: no such file or directory",
		"loop1: loop: open: too many levels of symbolic links",
		"pipe: special: a named pipe is never opened; pass it to leakline stdin",
		"socket: special: a socket is never opened",
		os.DevNull + ": special: a device is never opened",
	}
	var got []string
	for _, err := range w.errors {
		got = append(got, err.Error())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"file"}, w.paths()); d != "" {
		t.Error("the walk did not go on:", d)
	}
	res := scan(t, newScanner(t), New(paths, Options{}))
	if res.Summary.Complete || len(res.Summary.Errors) != len(want) {
		t.Errorf("%+v", res.Summary)
	}
	s := newScanner(t)
	s.Allow = map[string]string{"missing": "x", "loop": "x", "special": "x"}
	if res := scan(t, s, New(paths, Options{})); !res.Summary.Complete {
		t.Errorf("%+v", res.Summary)
	}
}

func TestSpecialFilesInFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "d/file", "x")
	must(t, syscall.Mkfifo("d/pipe", 0o600))
	l, err := net.Listen("unix", "d/socket")
	must(t, err)
	defer l.Close()
	src := New([]string{"d"}, Options{})
	w := collect(t, src, nil)
	want := scanner.Tally{
		Objects: map[string]int{"files": 1},
		Skipped: []scanner.Skip{{What: "d/pipe", Why: "a named pipe"}, {What: "d/socket", Why: "a socket"}},
	}
	if d := cmp.Diff(want, src.Tally()); d != "" || w.unread != nil {
		t.Error(d, w.unread)
	}
}

// What was listed and is gone or something else by the time it is opened.
func TestVanishedAndReplaced(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, p := range []string{"a", "b", "c/x", "d/x", "e", "f", "g/x", "h", "i"} {
		write(t, p, "content")
	}
	outside := filepath.Join(t.TempDir(), "outside")
	write(t, outside, "content")
	src := New(nil, Options{})
	w := collect(t, src, func(c scanner.Chunk) {
		if c.Path != "a" {
			return
		}
		for _, p := range []string{"b", "c", "d", "e", "f", "g", "h"} {
			must(t, os.RemoveAll(p))
		}
		write(t, "d", "a file")
		must(t, os.Mkdir("e", 0o755))
		must(t, syscall.Mkfifo("f", 0o600))
		must(t, os.Symlink(filepath.Dir(outside), "g"))
		must(t, os.Symlink(outside, "h"))
	})
	want := []string{"vanished b", "vanished c", "changed d", "changed e", "changed f", "changed g", "changed h"}
	if d := cmp.Diff(want, w.unread); d != "" {
		t.Error(d, w.errors)
	}
	if d := cmp.Diff([]string{"a", "i"}, w.paths()); d != "" {
		t.Error(d)
	}
	if n := src.Tally().Objects["files"]; n != 2 {
		t.Errorf("%d files", n)
	}
}

func TestChangedWhileRead(t *testing.T) {
	const size = 1 << 20
	for name, test := range map[string]struct {
		change func(path string) error
		want   string
	}{
		"grows": {func(p string) error {
			f, err := os.OpenFile(p, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("more")
			return errors.Join(err, f.Close())
		}, "f: changed: grew from 1048576 to 1048580 bytes while it was read"},
		"shrinks": {
			func(p string) error { return os.Truncate(p, 10) },
			"f: changed: shrank from 1048576 to 10 bytes while it was read",
		},
		"is written": {func(p string) error {
			f, err := os.OpenFile(p, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("other")
			info, err2 := f.Stat()
			if err2 == nil { // however coarse the clock of the file system is
				err2 = os.Chtimes(p, info.ModTime(), info.ModTime().Add(1e9))
			}
			return errors.Join(err, err2, f.Close())
		}, "f: changed: was written while it was read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "f", strings.Repeat("x", size))
			changed := false
			w := collect(t, New([]string{"f"}, Options{Window: 64 << 10}), func(scanner.Chunk) {
				if !changed {
					changed = true
					must(t, test.change("f"))
				}
			})
			if len(w.errors) != 1 || w.errors[0].Error() != test.want {
				t.Errorf("%v, want %s", w.errors, test.want)
			}
			if len(w.chunks) < 2 {
				t.Errorf("%d chunks", len(w.chunks))
			}
		})
	}
}

// A folder tree may be deeper than the system's longest path.
func TestDeepFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	name := strings.Repeat("n", 100)
	const depth = 60 // 6,060 bytes
	root, err := os.OpenRoot(".")
	must(t, err)
	for range depth {
		must(t, root.Mkdir(name, 0o755))
		below, err := root.OpenRoot(name)
		must(t, err)
		must(t, root.Close())
		root = below
	}
	must(t, root.WriteFile("f", []byte(token(t, "x")), fs.FileMode(0o644)))
	must(t, root.Close())
	res := scan(t, newScanner(t), New(nil, Options{}))
	if len(res.Findings) != 1 || !res.Summary.Complete || res.Findings[0].Path != strings.Repeat(name+"/", depth)+"f" {
		t.Errorf("%+v", res.Summary)
	}
}
