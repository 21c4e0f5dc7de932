//go:build unix

package gitsource_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"leakline/scanner/gitsource"
)

// TestFIFOs puts named pipes where files are expected: nobody writes to them, so
// whoever opened one would wait for ever.
func TestFIFOs(t *testing.T) {
	for _, name := range []string{"FETCH_HEAD", "config", "refs/heads/pipe", "logs/pipe", "packed-refs", "shallow", "objects/info/alternates"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f := small(t)
			path := filepath.Join(f.dir, ".git", name)
			_ = os.Remove(path)
			must(t, syscall.Mkfifo(path, 0o666))
			r := scan(t, f.dir, gitsource.Options{})
			if len(r.unread) == 0 || r.unread[0].Class != "special" {
				t.Errorf("unread is %v", r.unread)
			}
			if len(r.contents()) != 4 {
				t.Errorf("blobs are %q", r.contents())
			}
		})
	}
}
