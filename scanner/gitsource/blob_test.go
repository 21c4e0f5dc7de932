package gitsource_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"leakline/scanner/gitsource"
)

// TestBlobs reads blobs by name wherever they are kept: loose, packed along deltas,
// reachable or not. What is no blob, or not there, is an error by itself.
func TestBlobs(t *testing.T) {
	f := newFixture(t)
	text := strings.Repeat("a line of a file that has many of them\n", 200)
	f.change("a", text)
	f.change("a", text+"one more\n")
	f.git("repack", "-qad")
	f.change("b", "loose")
	lost := f.feed("nobody reaches it", "hash-object", "-w", "--stdin")
	want := map[string]string{
		f.git("rev-parse", "HEAD~2:a"): text, f.git("rev-parse", "HEAD:a"): text + "one more\n",
		f.git("rev-parse", "HEAD:b"): "loose", lost: "nobody reaches it",
	}
	paths := map[string]string{strings.Repeat("12", 20): "not here", "x": "no name", f.git("rev-parse", "HEAD^{tree}"): "a tree"}
	for id := range want {
		paths[id] = "path of " + id
	}
	repo, err := gitsource.Open(f.dir, gitsource.Options{Engine: gitsource.EngineDelta})
	must(t, err)
	src := repo.Blobs(paths)
	var missing, failed int
	for c, err := range src.Chunks(t.Context()) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing++
		case err != nil:
			failed++
		case string(c.Data) != want[c.Blob] || c.Path != "path of "+c.Blob:
			t.Errorf("%s at %q holds %d bytes", c.Blob, c.Path, len(c.Data))
		default:
			delete(want, c.Blob)
		}
	}
	if len(want) != 0 || missing != 2 || failed != 1 || src.Tally().Objects["blobs"] != 4 {
		t.Errorf("%d are not read, %d missing, %d failed, %v", len(want), missing, failed, src.Tally())
	}
}
