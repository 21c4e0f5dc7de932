package gitsource_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/pack"
)

// TestReceived scans a pack as it is received, without an index, and sees what the
// plain engine sees of the same pack with one: also if its deltas name their bases.
func TestReceived(t *testing.T) {
	l, pool := newLab(t), plant(t)
	for name, offsets := range map[string]string{"by offset": "true", "by name": "false", "with a lone blob": "true"} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			newSaga(&author{dice: newSeeded(7), pool: pool}).play(f, 60)
			f.change("package.json", `{"dependencies": {"openai": "1.0.0", "passport": "1.0.0"}}`)
			token := pool[slices.IndexFunc(pool, func(p planted) bool { return len(p.value) < 200 && !strings.ContainsAny(p.value, "/\n\x00") })]
			f.change("a folder/"+token.value, "its path is worth a look\n")
			if name == "with a lone blob" { // no tree names it
				f.git("tag", "lone", f.feed("a blob that only a tag names\n", "hash-object", "-w", "--stdin"))
			}
			f.git("-c", "repack.useDeltaBaseOffset="+offsets, "repack", "-adfq", "--depth=50", "--window=20")
			dir := filepath.Join(t.TempDir(), "copy.git")
			f.run(f.dir, "clone", "-q", "--mirror", "--no-local", f.dir, dir)
			f.run(dir, "-c", "repack.useDeltaBaseOffset="+offsets, "repack", "-adfq", "--depth=50", "--window=20")
			want := l.look(t, shape{dir: dir, engine: gitsource.EnginePlain})

			packs, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*.pack"))
			must(t, err)
			if len(packs) != 1 {
				t.Fatalf("packs: %v", packs)
			}
			path := strings.TrimSuffix(packs[0], ".pack")
			p, err := pack.Open(path)
			must(t, err)
			var at []int64
			for i := range p.Count() {
				at = append(at, p.Offset(i))
			}
			must(t, p.Close())
			for _, ext := range []string{".idx", ".rev"} {
				if err := os.Remove(path + ext); err != nil && ext == ".idx" {
					t.Fatal(err)
				}
			}
			for _, unnamed := range []int{0, 1, 60, 2000} {
				s := shape{dir: dir, engine: gitsource.EngineDelta, offsets: at}
				gitsource.SetUnnamedFrom(&s.options, unnamed)
				got := l.look(t, s)
				report(t, fmt.Sprintf("received, unnamed from %d bytes", unnamed), got.differs(want))
				if got.found() < 20 || got.stats.Inherited == 0 {
					t.Errorf("%d matches, %+v: too few to tell anything", got.found(), got.stats)
				}
			}
		})
	}
}
