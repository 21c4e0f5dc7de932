package remote_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"leakline/scanner/gitsource/remote"
)

// BenchmarkFetch compares a fetch over loopback HTTP with git clone --mirror of
// the same, one after the other. LEAKLINE_REPO names a bare repository.
func BenchmarkFetch(b *testing.B) {
	dir := os.Getenv("LEAKLINE_REPO")
	if dir == "" {
		b.Skip("SKIPPED, NOTHING MEASURED: LEAKLINE_REPO names no repository")
	}
	url := serve(b, filepath.Dir(dir), nil).URL + "/" + filepath.Base(dir)
	var ours, theirs time.Duration
	for b.Loop() {
		begin := time.Now()
		r, err := remote.Fetch(b.Context(), url, remote.Options{TempDir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		ours += time.Since(begin)
		b.SetBytes(r.Bytes)
		b.ReportMetric(float64(len(r.Offsets)), "objects")
		must(b, r.Close())
		begin = time.Now()
		git(b, b.TempDir(), "clone", "-q", "--mirror", url, "clone.git")
		theirs += time.Since(begin)
	}
	b.ReportMetric(ours.Seconds()/float64(b.N), "s/fetch")
	b.ReportMetric(theirs.Seconds()/float64(b.N), "s/clone")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio")
}
