package gitsource_test

import (
	"errors"
	"io/fs"
	"testing"

	"leakline/scanner/gitsource"
)

// TestTipFile asks for files of the tip as git shows them, and for what is none.
func TestTipFile(t *testing.T) {
	f := small(t)
	f.write("deep/er/file", "far below\n")
	f.git("add", "-A")
	f.git("commit", "-qm", "deep")
	f.write("deep/er/file", "not committed\n")
	for _, engine := range []gitsource.Engine{gitsource.EngineDelta, gitsource.EnginePlain} {
		r, err := gitsource.Open(f.dir, gitsource.Options{Engine: engine})
		must(t, err)
		data, err := r.TipFile("deep/er/file")
		must(t, err)
		if string(data) != "far below\n" {
			t.Errorf("%s: the file holds %q", engine, data)
		}
		for _, none := range []string{"deep", "deep/er", "deep/er/file/x", "other", ""} {
			if _, err := r.TipFile(none); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %q: %v", engine, none, err)
			}
		}
		must(t, r.Close())
	}
}
