package gitsource_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// damagePack rewrites the one pack of a repository.
func damagePack(t testing.TB, f *fixture, damage func([]byte) []byte) {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(f.objects(), "pack", "*.pack"))
	must(t, err)
	if len(packs) != 1 {
		t.Fatalf("%d packs, want 1", len(packs))
	}
	data, err := os.ReadFile(packs[0])
	must(t, err)
	must(t, os.Chmod(packs[0], 0o666))
	must(t, os.WriteFile(packs[0], damage(data), 0o666))
}

// packed builds a repository whose blobs lie in one pack, undeltified.
func packed(t testing.TB) *fixture {
	f := newFixture(t)
	for i := range 8 {
		f.change(fmt.Sprintf("f%d", i), strings.Repeat(fmt.Sprintf("%c", 'a'+i), 3000)+"\n")
	}
	f.git("repack", "-q", "-a", "-d", "--depth=0", "--window=0")
	f.git("prune-packed")
	return f
}

// account says of every object of a repository, as it was before the damage,
// whether it was yielded or named as unread. Trees count as read.
func (r *result) account(t testing.TB, all map[string]string) (lost []string) {
	t.Helper()
	met, named := map[string]bool{}, map[string]bool{}
	for _, c := range r.chunks {
		if typ := all[c.Blob]; typ == "blob" && c.Source == scanner.SourceBlob && c.Data != nil && gitHash(typ, c.Data) != c.Blob {
			t.Fatalf("wrong content was yielded for %s", c.Blob)
		}
		met[c.Blob] = true
	}
	for _, u := range r.unread {
		for _, word := range strings.FieldsFunc(u.What, func(r rune) bool { return strings.ContainsRune(" ()", r) }) {
			named[word] = true
		}
	}
	// The delta engine yields a commit for what its message holds only, but counts it.
	uncounted := -r.tally.Objects["commits"]
	for id, typ := range all {
		switch {
		case typ == "commit" && !named[id]:
			uncounted++
		case typ != "tree" && !met[id] && !named[id]:
			lost = append(lost, typ+" "+id)
		}
	}
	if uncounted > 0 {
		lost = append(lost, fmt.Sprintf("%d commits", uncounted))
	}
	return lost
}

// types gives the type of every object of a repository.
func (f *fixture) types() map[string]string {
	f.t.Helper()
	out := map[string]string{}
	for typ, ids := range f.byType(f.dir) {
		for _, id := range ids {
			out[id] = typ
		}
	}
	return out
}

// TestCorruptPack flips bytes all over a pack: nothing wrong is ever yielded, and
// each object is yielded or named.
func TestCorruptPack(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := packed(t)
		all := f.types()
		var good []byte
		damagePack(t, f, func(b []byte) []byte { good = bytes.Clone(b); return b })
		harmed := 0
		for at := 12; at < len(good)-20; at += 13 {
			damagePack(t, f, func([]byte) []byte {
				b := bytes.Clone(good)
				b[at] ^= 0x55
				return b
			})
			r := scan(t, f.dir, gitsource.Options{})
			if lost := r.account(t, all); len(lost) > 0 {
				t.Errorf("byte %d: neither yielded nor named: %v", at, lost)
			}
			for _, u := range r.unread {
				if u.Class != "corrupt" {
					t.Errorf("byte %d: class of %v", at, u)
				}
			}
			if len(r.unread) > 0 {
				harmed++
			}
		}
		if harmed == 0 {
			t.Fatal("no flipped byte did any harm")
		}
	})
}

// TestTruncatedPack cuts a pack off at several places: what lies before the cut
// is read, what lies behind it is named.
func TestTruncatedPack(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := packed(t)
		all := f.types()
		var good []byte
		damagePack(t, f, func(b []byte) []byte { good = bytes.Clone(b); return b })
		for _, size := range []int{len(good) / 2, len(good) * 3 / 4, len(good) - 21, 13} {
			damagePack(t, f, func([]byte) []byte { return good[:size] })
			r := scan(t, f.dir, gitsource.Options{})
			if lost := r.account(t, all); len(lost) > 0 {
				t.Errorf("%d bytes: neither yielded nor named: %v", size, lost)
			}
			if len(r.unread) == 0 {
				t.Errorf("%d bytes: complete", size)
			}
			if size > 13 && r.tally.Objects["commits"] == 0 {
				t.Errorf("%d bytes: nothing was read", size)
			}
		}
		damagePack(t, f, func([]byte) []byte { return good[:7] })
		r := scan(t, f.dir, gitsource.Options{})
		if len(r.unread) == 0 || r.unread[0].Class != "corrupt" || !strings.Contains(r.unread[0].What, "pack-") {
			t.Errorf("unread is %v", r.unread)
		}
	})
}

// TestPackFiles damages and removes the index of one of two packs, and the pack
// of an index: the other pack is read whole.
func TestPackFiles(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		for name, test := range map[string]struct {
			class, part string
			damage      func(stem string) error
		}{
			"broken index": {"corrupt", "pack-", func(stem string) error { return os.WriteFile(stem+".idx", []byte("\xfftOc broken"), 0o666) }},
			"cut index":    {"corrupt", "pack-", func(stem string) error { return os.Truncate(stem+".idx", 1500) }},
			"old index":    {"corrupt", "pack-", func(stem string) error { return os.WriteFile(stem+".idx", make([]byte, 2000), 0o666) }},
			"no index":     {"corrupt", "git index-pack", func(stem string) error { return os.Remove(stem + ".idx") }},
			"no pack":      {"missing", "only its index", func(stem string) error { return os.Remove(stem + ".pack") }},
		} {
			t.Run(name, func(t *testing.T) {
				f := newFixture(t)
				f.change("a", "first pack\n")
				f.git("repack", "-q", "-d")
				stem := strings.TrimSuffix(packIndex(t, f), ".idx")
				f.git("checkout", "-q", "--orphan", "other")
				f.change("b", "second pack\n")
				f.git("repack", "-q", "-d")
				must(t, os.Chmod(stem+".idx", 0o666))
				must(t, test.damage(stem))
				r := scan(t, f.dir, gitsource.Options{})
				if len(r.unread) == 0 || r.unread[0].Class != test.class || !strings.Contains(r.unread[0].Error(), test.part) {
					t.Errorf("unread is %v", r.unread)
				}
				r.saw(t, "second pack\n")
			})
		}
	})
}

func packIndex(t testing.TB, f *fixture) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(f.objects(), "pack", "*.idx"))
	must(t, err)
	if len(found) != 1 {
		t.Fatalf("%d pack indexes, want 1", len(found))
	}
	return found[0]
}
