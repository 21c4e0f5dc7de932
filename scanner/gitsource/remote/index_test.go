package remote_test

import (
	"bytes"
	"net/http"
	"os"
	"testing"
)

// TestIndex: the index is the one that git makes, byte for byte.
func TestIndex(t *testing.T) {
	root, dir := history(t, "app", 100_000)
	for name, stream := range map[string][]byte{"offset deltas": pack(t, dir, "--delta-base-offset"), "named deltas": pack(t, dir)} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, root, func(w http.ResponseWriter, r *http.Request, back http.Handler) {
				if r.Method == http.MethodPost {
					sendPack(w, stream)
					return
				}
				back.ServeHTTP(w, r)
			})
			r := fetch(t, s.URL+"/app.git", options(t))
			must(t, r.Index(t.Context()))
			got, err := os.ReadFile(r.Pack + ".idx")
			must(t, err)
			git(t, r.Dir, "rev-list", "--objects", "--all")
			must(t, os.Remove(r.Pack+".idx"))
			git(t, r.Dir, "index-pack", r.Pack+".pack")
			want, err := os.ReadFile(r.Pack + ".idx")
			must(t, err)
			if !bytes.Equal(got, want) {
				t.Errorf("the index has %d bytes and is not git's, which has %d", len(got), len(want))
			}
		})
	}
	empty := fetch(t, "file://"+emptyRepository(t), options(t))
	must(t, empty.Index(t.Context()))
}

func emptyRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "-q", "--bare")
	return dir
}
