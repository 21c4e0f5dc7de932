package gitsource_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestHostilePacks scans packs that are built to make a reader loop, overflow or
// run out of memory. Each bad object is named and the good one is yielded.
func TestHostilePacks(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		small := delta(3, 3, 0x90, 3) // copies three bytes of the base
		huge := delta(3, 1<<40, 0x90, 3)
		for name, test := range map[string]struct {
			class string
			bad   int
			build func(p *rawPack)
		}{
			"circular deltas": {"corrupt", 3, func(p *rawPack) {
				p.add(name(1), rawRefDelta, len(small), rawID(name(2)), small)
				p.add(name(2), rawRefDelta, len(small), rawID(name(3)), small)
				p.add(name(3), rawRefDelta, len(small), rawID(name(1)), small)
			}},
			"delta of itself": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawRefDelta, len(small), rawID(name(1)), small)
			}},
			"delta without base": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawRefDelta, len(small), rawID(name(9)), small)
			}},
			"delta before the pack": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawOfsDelta, len(small), []byte{0xff, 0xff, 0x7f}, small)
			}},
			"result of a terabyte": {"bound corrupt", 1, func(p *rawPack) {
				base := p.add(gitHash("blob", []byte("abc")), rawBlob, 3, nil, []byte("abc"))
				p.add(name(1), rawOfsDelta, len(huge), []byte{byte(p.data.Len() - base)}, huge)
			}},
			"header of a terabyte": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawBlob, 1<<40, nil, []byte("abc"))
			}},
			"longer than its header": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawBlob, 3, nil, bytes.Repeat([]byte("abc"), 1<<20))
			}},
			"shorter than its header": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawBlob, 1000, nil, []byte("abc"))
			}},
			"empty with a size": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawBlob, 1000, nil, nil)
			}},
			"unknown type": {"corrupt", 2, func(p *rawPack) {
				p.add(name(1), 5, 3, nil, []byte("abc"))
				p.add(name(2), 0, 3, nil, []byte("abc"))
			}},
			"delta without sizes": {"corrupt", 1, func(p *rawPack) {
				p.add(gitHash("blob", []byte("abc")), rawBlob, 3, nil, []byte("abc"))
				p.add(name(1), rawRefDelta, 0, rawID(gitHash("blob", []byte("abc"))), nil)
			}},
			"delta that copies too much": {"corrupt", 1, func(p *rawPack) {
				d := delta(3, 200, 0x90, 200)
				p.add(gitHash("blob", []byte("abc")), rawBlob, 3, nil, []byte("abc"))
				p.add(name(1), rawRefDelta, len(d), rawID(gitHash("blob", []byte("abc"))), d)
			}},
			"wrong name": {"corrupt", 1, func(p *rawPack) {
				p.add(name(1), rawBlob, 3, nil, []byte("abc"))
			}},
		} {
			t.Run(name, func(t *testing.T) {
				f := newFixture(t)
				p := &rawPack{}
				p.add(gitHash("blob", []byte("good\n")), rawBlob, 5, nil, []byte("good\n"))
				test.build(p)
				p.write(t, f)
				r := scan(t, f.dir, gitsource.Options{})
				r.saw(t, "good\n")
				if name == "wrong name" && strings.HasSuffix(t.Name(), "delta/wrong_name") {
					test.bad = 0 // it was scanned, and only what is yielded is hashed
				}
				if len(r.unread) != test.bad {
					t.Errorf("unread is %v, want %d", r.unread, test.bad)
				}
				for _, u := range r.unread {
					if !strings.Contains(test.class, u.Class) || !strings.Contains(u.What, "00000000000") {
						t.Errorf("unread is %v, want class %s", u, test.class)
					}
				}
			})
		}
	})
}

// TestLongChain resolves a delta chain as long as git's longest.
func TestLongChain(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := newFixture(t)
		p := &rawPack{}
		content := []byte("0000")
		before := p.add(gitHash("blob", content), rawBlob, len(content), nil, content)
		const links = 4095
		for i := 1; i <= links; i++ {
			content = fmt.Appendf(nil, "%04x", i)
			d := delta(4, 4, append([]byte{4}, content...)...)
			at := p.data.Len()
			back := at - before
			ofs := []byte{byte(back & 0x7f)}
			for back >>= 7; back > 0; back >>= 7 {
				back--
				ofs = append([]byte{0x80 | byte(back&0x7f)}, ofs...)
			}
			before = p.add(gitHash("blob", content), rawOfsDelta, len(d), ofs, d)
		}
		p.write(t, f)
		r := scan(t, f.dir, gitsource.Options{})
		r.complete(t)
		if n := r.tally.Objects["blobs"]; n != links+1 {
			t.Errorf("%d blobs, want %d", n, links+1)
		}
	})
}

// TestTreeBomb enters a tree of ten trees of ten trees …, ten deep, in bounded
// time: what is left out is counted.
func TestTreeBomb(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := newFixture(t)
		secret := example(t, "e2b-api-key")
		entry := "100644 blob " + f.feed(secret, "hash-object", "-w", "--stdin")
		for range 10 {
			list := ""
			for k := range 10 {
				list += fmt.Sprintf("%s\tn%d\n", entry, k)
			}
			entry = "040000 tree " + f.feed(list, "mktree")
		}
		commit := f.feed("bomb\n", "commit-tree", strings.Fields(entry)[2])
		f.git("update-ref", "refs/heads/main", commit)
		r := scan(t, f.dir, gitsource.Options{})
		r.complete(t)
		if c := r.holding(t, scanner.SourceBlob, secret); len(c.Also) != 9999 {
			t.Errorf("%d further paths, want 9999", len(c.Also))
		}
		if r.skipped("further paths of folders") == 0 {
			t.Errorf("skipped is %v", r.tally.Skipped)
		}
		judgeStore(t, f, f.dir, r)
	})
}

// TestDeepTrees nests folders deeper than any limit allows: the bound is named,
// and the blob at the bottom is scanned none the less.
func TestDeepTrees(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := newFixture(t)
		secret := example(t, "e2b-api-key")
		id := gitHash("blob", []byte(secret))
		p := &rawPack{}
		p.add(id, rawBlob, len(secret), nil, []byte(secret))
		mode := "100644"
		for range 4200 {
			tree := append([]byte(mode+" d\x00"), rawID(id)...)
			id, mode = gitHash("tree", tree), "40000"
			p.add(id, 2, len(tree), nil, tree)
		}
		p.write(t, f)
		f.git("update-ref", "refs/heads/main", f.feed("deep\n", "commit-tree", id))
		r := scan(t, f.dir, gitsource.Options{})
		r.only(t, "bound", "nest deeper")
		r.saw(t, secret)
	})
}

// TestHostileTrees reads trees whose entries are not what their modes say, are
// named twice, or end too early.
func TestHostileTrees(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := newFixture(t)
		f.change("a", "one\n")
		blob, tree, commit := f.git("rev-parse", "HEAD:a"), f.git("rev-parse", "HEAD^{tree}"), f.git("rev-parse", "HEAD")
		store := func(parts ...string) string {
			var b strings.Builder
			for i := 0; i < len(parts); i += 2 {
				b.WriteString(parts[i] + "\x00" + string(rawID(parts[i+1])))
			}
			return f.feed(b.String(), "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
		}
		lie := store("100644 file", tree, "40000 folder", blob, "100755 dup", blob, "100755 dup", blob, "100644 ../up", blob)
		cut := f.feed("100644 a\x00"+string(rawID(blob))+"100644 b\x00123", "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
		for i, root := range []string{lie, cut} {
			body := "tree " + root + "\nparent " + commit + "\n\nlies\n"
			id := f.feed(body, "hash-object", "-w", "-t", "commit", "--literally", "--stdin")
			f.git("update-ref", fmt.Sprintf("refs/heads/b%d", i), id)
		}
		r := scan(t, f.dir, gitsource.Options{})
		for _, want := range []string{"blob " + tree, "tree " + blob, "tree " + cut} {
			if !slices.ContainsFunc(r.unread, func(u *scanner.Unread) bool { return u.Class == "corrupt" && strings.HasPrefix(u.What, want) }) {
				t.Errorf("%s is not named: %v", want, r.unread)
			}
		}
		c := r.holding(t, scanner.SourceBlob, "one\n")
		var paths []string
		for _, l := range c.Also {
			paths = append(paths, l.Path)
		}
		if got := strings.Join(paths, " "); got != "dup ../up" {
			t.Errorf("also at %q", got)
		}
	})
}

// TestHostileCommits reads commits with strange headers.
func TestHostileCommits(t *testing.T) {
	eachEngine(t, func(t *testing.T, scan scanFunc) {
		f := newFixture(t)
		f.change("a", "one\n")
		head := "tree " + f.git("rev-parse", "HEAD^{tree}") + "\n"
		for i, text := range []string{
			"author A <a@example.test> 99999999999999999999 +0000\ncommitter A <a@example.test> 253402300800 +9999\n\nfar\n",
			"author A a@example.test\ncommitter\n\nno mail\n",
			"author <> -5 -2500\ncommitter \xff\xfe <\xff> 1600000000 bad\n\nbytes \xff\n",
			"author A <a@example.test> 1600000000 +0530\n",
			"",
		} {
			id := f.feed(head+text, "hash-object", "-w", "-t", "commit", "--literally", "--stdin")
			f.write(fmt.Sprintf(".git/refs/heads/b%d", i), id+"\n")
		}
		bad := f.feed("no tree here\n", "hash-object", "-w", "-t", "commit", "--literally", "--stdin")
		f.write(".git/refs/heads/bad", bad+"\n")
		r := scan(t, f.dir, gitsource.Options{})
		r.only(t, "corrupt", bad)
		if n := r.tally.Objects["commits"]; n != 6 {
			t.Errorf("%d commits, want 6", n)
		}
		for _, c := range r.chunks {
			if _, err := c.Commit.AuthoredAt.MarshalJSON(); err != nil {
				t.Errorf("%s: %v", c.Commit.ID, err)
			}
			if _, err := c.Commit.CommittedAt.MarshalJSON(); err != nil {
				t.Errorf("%s: %v", c.Commit.ID, err)
			}
		}
	})
}
