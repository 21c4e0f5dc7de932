package gitsource_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestCommitFiles compares the files of commits with those that git shows.
func TestCommitFiles(t *testing.T) {
	f := small(t)
	f.write("deep/er/file", "far below\n")
	f.write("again/file", "far below\n") // one blob at two paths
	f.write("empty", "")
	f.git("add", "-A")
	f.git("update-index", "--add", "--cacheinfo", "120000,"+strings.TrimSpace(f.git("rev-parse", ":empty"))+",link")
	f.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",module")
	f.git("commit", "-qm", "deep")
	for _, engine := range []gitsource.Engine{gitsource.EngineDelta, gitsource.EnginePlain} {
		r, err := gitsource.Open(f.dir, gitsource.Options{Engine: engine})
		must(t, err)
		for _, rev := range []string{"HEAD", "HEAD~1"} {
			id, err := r.Resolve(rev)
			must(t, err)
			want := map[string]string{}
			for line := range strings.Lines(f.git("ls-tree", "-r", id)) {
				meta, path, _ := strings.Cut(strings.TrimSpace(line), "\t")
				if parts := strings.Fields(meta); parts[0] == "100644" || parts[0] == "100755" {
					want[path] = strings.TrimSpace(f.git("cat-file", "blob", parts[2]))
				}
			}
			got := map[string]string{}
			src := r.CommitFiles(id)
			for c, err := range src.Chunks(t.Context()) {
				must(t, err)
				got[c.Path] = strings.TrimSpace(string(c.Data)) // as the helper gives it
				if c.Commit.ID != id || !c.AtTip || c.Source != scanner.SourceBlob {
					t.Errorf("%s: %+v", rev, c.Location)
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s, %s: %q, want %q", engine, rev, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
			if rev == "HEAD" && (src.Tally().Objects["symlinks"] != 1 || len(src.Tally().Skipped) != 1 || src.Tally().Objects["files"] != len(want)) {
				t.Errorf("%+v", src.Tally())
			}
		}
		for name, id := range map[string]string{"no name": "HEAD", "not there": strings.Repeat("2", 40)} {
			faults := 0
			for _, err := range r.CommitFiles(id).Chunks(t.Context()) {
				var unread *scanner.Unread
				if err == nil || name == "not there" && !errors.As(err, &unread) {
					t.Errorf("%s: %v", name, err)
				}
				faults++
			}
			if faults != 1 {
				t.Errorf("%s: %d faults", name, faults)
			}
		}
		must(t, r.Close())
	}
}
