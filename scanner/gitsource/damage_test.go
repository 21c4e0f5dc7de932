package gitsource_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// contents gives what blobs were yielded, sorted.
func (r *result) contents() []string {
	var out []string
	for _, c := range r.of(scanner.SourceBlob) {
		out = append(out, string(c.Data))
	}
	slices.Sort(out)
	return out
}

// TestMissing deletes one loose object at a time: it is named with what needs
// it, and everything that does not depend on it is there.
func TestMissing(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		for _, test := range []struct{ rev, part, lost string }{
			{"main:a", "a in commit ", "four\n"},
			{"side", "ref refs/heads/side", ""},
			{"main^{tree}", "the root tree in commit ", ""},
			{"main:dir", "dir/ in commit ", ""},
			{"main~1", "parent of ", ""},
			{"v1", "ref refs/tags/v1", ""},
		} {
			t.Run(test.rev, func(t *testing.T) {
				f := small(t)
				before := scan(t, f.dir, gitsource.Options{})
				id := f.git("rev-parse", test.rev)
				must(t, os.Remove(f.looseFile(id)))
				r := scan(t, f.dir, gitsource.Options{})
				r.only(t, "missing", id)
				if !strings.Contains(r.unread[0].What, test.part) {
					t.Errorf("unread is %q, want %q in it", r.unread[0].What, test.part)
				}
				want := slices.DeleteFunc(before.blobs(), func(s string) bool { return s == blobID([]byte(test.lost)) })
				report(t, "after the loss", listsDiffer("blob", r.blobs(), want))
				judgeStore(t, f, f.dir, r)
			})
		}
	})
}

// TestCorruptLoose damages a loose object in several ways.
func TestCorruptLoose(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		squeeze := func(s string) []byte {
			var b bytes.Buffer
			z := zlib.NewWriter(&b)
			fmt.Fprint(z, s)
			must(t, z.Close())
			return b.Bytes()
		}
		for name, test := range map[string]struct {
			class  string
			damage func([]byte) []byte
		}{
			"flipped":     {"corrupt", func(b []byte) []byte { b[len(b)-3] ^= 0xff; return b }},
			"truncated":   {"corrupt", func(b []byte) []byte { return b[:len(b)-6] }},
			"empty":       {"corrupt", func([]byte) []byte { return nil }},
			"not zlib":    {"corrupt", func([]byte) []byte { return []byte("hello hello hello") }},
			"wrong hash":  {"corrupt", func([]byte) []byte { return squeeze("blob 3\x00abc") }},
			"too short":   {"corrupt", func([]byte) []byte { return squeeze("blob 30\x00four\n") }},
			"too long":    {"corrupt", func([]byte) []byte { return squeeze("blob 5\x00four\n and more") }},
			"no header":   {"corrupt", func([]byte) []byte { return squeeze(strings.Repeat("x", 1<<16)) }},
			"wrong type":  {"corrupt", func([]byte) []byte { return squeeze("ofs-delta 5\x00four\n") }},
			"bad size":    {"corrupt", func([]byte) []byte { return squeeze("blob -5\x00four\n") }},
			"huge size":   {"corrupt", func([]byte) []byte { return squeeze("blob 99999999999\x00four\n") }},
			"two objects": {"corrupt", func(b []byte) []byte { return squeeze("blob 5 5\x00four\n") }},
		} {
			t.Run(name, func(t *testing.T) {
				f := small(t)
				id := f.git("rev-parse", "main:a")
				file := f.looseFile(id)
				data, err := os.ReadFile(file)
				must(t, err)
				must(t, os.Chmod(file, 0o666))
				must(t, os.WriteFile(file, test.damage(data), 0o666))
				r := scan(t, f.dir, gitsource.Options{})
				r.only(t, test.class, "blob "+id+" (a in commit "+f.git("rev-parse", "main"))
				if r.tally.Objects["blobs"] != 3 || r.tally.Objects["commits"] != 4 {
					t.Errorf("tally is %v", r.tally.Objects)
				}
			})
		}
	})
}

// TestSpecial puts what is no file in the place of an object.
func TestSpecial(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := small(t)
		id := f.git("rev-parse", "main:a")
		must(t, os.Remove(f.looseFile(id)))
		must(t, os.Mkdir(f.looseFile(id), 0o777))
		scan(t, f.dir, gitsource.Options{}).only(t, "special", id)
	})
}

// TestUnreadable takes away the right to read an object.
func TestUnreadable(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		if os.Geteuid() == 0 {
			t.Skip("SKIPPED: root may read everything, so nothing can be made unreadable")
		}
		f := small(t)
		id := f.git("rev-parse", "main:a")
		must(t, os.Chmod(f.looseFile(id), 0))
		scan(t, f.dir, gitsource.Options{}).only(t, "unreadable", id)
	})
}

// TestSecondCopy damages an object of which a good copy is elsewhere.
func TestSecondCopy(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := small(t)
		loose := f.git("rev-parse", "main:a")
		data, err := os.ReadFile(f.looseFile(loose))
		must(t, err)
		f.git("gc", "-q")
		before := scan(t, f.dir, gitsource.Options{})
		before.complete(t)
		must(t, os.MkdirAll(filepath.Dir(f.looseFile(loose)), 0o777))
		must(t, os.WriteFile(f.looseFile(loose), []byte("broken"), 0o666))
		r := scan(t, f.dir, gitsource.Options{})
		r.complete(t)
		report(t, "with a broken copy", listsDiffer("blob", r.blobs(), before.blobs()))
		// And the other way round: the pack is broken, the loose file good.
		must(t, os.WriteFile(f.looseFile(loose), data, 0o666))
		damagePack(t, f, func(b []byte) []byte {
			clear(b[12 : len(b)-20])
			return b
		})
		r = scan(t, f.dir, gitsource.Options{})
		r.saw(t, "four\n")
		if len(r.unread) == 0 {
			t.Error("a pack of zeros is complete")
		}
	})
}

// TestBadRefs breaks refs, packed refs, reflogs and HEAD: each is named, and the
// others are walked.
func TestBadRefs(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		for name, test := range map[string]struct {
			part   string
			damage func(f *fixture)
		}{
			"empty":   {"ref refs/heads/side", func(f *fixture) { f.write(".git/refs/heads/side", "") }},
			"garbage": {"ref refs/heads/side", func(f *fixture) { f.write(".git/refs/heads/side", strings.Repeat("z", 40)+"\n") }},
			"packed":  {"packed-refs line 2", func(f *fixture) { f.write(".git/packed-refs", "# pack-refs with:\nhello\n") }},
			"reflog":  {"reflog of refs/heads/side, line 1", func(f *fixture) { f.write(".git/logs/refs/heads/side", "hello\n") }},
			"HEAD":    {"HEAD of", func(f *fixture) { f.write(".git/HEAD", "\n") }},
			"index":   {"index of", func(f *fixture) { f.write(".git/index", "DIRC\x00\x00\x00\x02 is broken, and too short") }},
		} {
			t.Run(name, func(t *testing.T) {
				f := small(t)
				test.damage(f)
				r := scan(t, f.dir, gitsource.Options{})
				r.only(t, "corrupt", test.part)
				if len(r.blobs()) != 4 {
					t.Errorf("blobs are %q", r.blobs())
				}
			})
		}
	})
}

// TestDangling leaves a symbolic ref without a target, which git itself ignores.
func TestDangling(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := small(t)
		f.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
		scan(t, f.dir, gitsource.Options{}).complete(t)
	})
}

// TestPruned takes away what only unreachable objects name: that is scope.
func TestPruned(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := small(t)
		f.git("branch", "-q", "-D", "side")
		f.git("reflog", "expire", "--expire=now", "--all")
		scan(t, f.dir, gitsource.Options{}).saw(t, "three\n")
		must(t, os.Remove(f.looseFile(blobID([]byte("three\n")))))
		r := scan(t, f.dir, gitsource.Options{})
		r.complete(t)
		if r.skipped("pruned objects") != 1 {
			t.Errorf("skipped is %v", r.tally.Skipped)
		}
	})
}

// TestRepackedMeanwhile packs all loose objects, and then the packs again, while
// a walk is under way: nothing is lost.
func TestRepackedMeanwhile(t *testing.T) {
	f := newFixture(t)
	for i := range 6 {
		f.change("a", fmt.Sprintf("version %d\n", i))
	}
	repo, err := gitsource.Open(f.dir, gitsource.Options{})
	must(t, err)
	r := &result{}
	n := 0
	for c, err := range repo.Chunks(context.Background()) {
		switch n++; n {
		case 1:
			f.git("repack", "-q", "-a", "-d")
			f.git("prune-packed")
		case 12:
			f.git("repack", "-q", "-a", "-d", "-f", "--depth=1")
		}
		if err != nil {
			t.Errorf("unread: %v", err)
			continue
		}
		r.chunks = append(r.chunks, c)
	}
	if n < 12 {
		t.Fatalf("%d chunks are too few for this test", n)
	}
	r.tally = repo.Tally()
	judgeObjects(t, f, f.dir, r)
}

// TestStop checks that a walk ends when its reader or its context does.
func TestStop(t *testing.T) {
	f := small(t)
	repo, err := gitsource.Open(f.dir, gitsource.Options{})
	must(t, err)
	n := 0
	for range repo.Chunks(context.Background()) {
		if n++; n == 3 {
			break
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var last error
	n = 0
	for _, err := range repo.Chunks(ctx) {
		if n++; n == 3 {
			cancel()
		}
		last = err
	}
	if n != 4 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d chunks after cancelling at the third, the last error is %v", n, last)
	}
	cancel()
	if r := drain(t, repo); len(r.contents()) != 4 || repo.Done() != 1 {
		t.Errorf("a walk after others gives %q, done %v", r.contents(), repo.Done())
	}
}

// gitHash is the object id of a content.
func gitHash(typ string, data []byte) string {
	return fmt.Sprintf("%x", sha1.Sum(append(fmt.Appendf(nil, "%s %d\x00", typ, len(data)), data...)))
}
