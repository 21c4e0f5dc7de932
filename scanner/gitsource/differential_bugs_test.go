package gitsource_test

import (
	"fmt"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/scanner/gitsource"
)

// example makes one credential of a detector.
func example(t testing.TB, id string) string {
	t.Helper()
	for _, d := range detectors.Catalogue() {
		if d.ID == id {
			x, err := sample.Example(d, 0, 0)
			must(t, err)
			return x.Value
		}
	}
	t.Fatalf("no detector %s", id)
	return ""
}

// TestDifferentialBugs makes the delta engine wrong in every way in which it
// could be. Each must be seen, on a shape that the engine as it is gets right:
// as a difference from plain or, for mistakes that cost work only, in the counts.
func TestDifferentialBugs(t *testing.T) {
	l := newLab(t)
	key := example(t, "e2b-api-key")
	line := "E2B_API_KEY=" + key
	lines := strings.Repeat("some line of text that holds nothing\n", 40)
	for _, test := range []struct {
		bug   string
		work  bool // seen in the counts
		build func(p *handPack)
	}{
		// The anchor stands where two copied ranges meet, and nowhere in the base.
		{bug: "no-seams", build: func(p *handPack) {
			base := []byte(lines + "x = \"" + key[:2] + "\n" + lines + key[2:] + "\"\n")
			cut := index(base, "x = ") + len("x = \"") + 2
			p.delta(p.add(base), span(0, cut), span(index(base, key[2:]), len(base)))
		}},
		// What ended the secret was the end of the blob; now it goes on.
		{bug: "end-ignored", build: func(p *handPack) {
			base := []byte(lines + line)
			p.delta(p.add(base), whole(base), inserted("abcdef\n"))
		}},
		// Every version copies the secret in two pieces that continue each other.
		{bug: "runs-not-merged", work: true, build: func(p *handPack) {
			last := p.add([]byte(lines + line + "\n" + lines))
			for n := range 25 {
				content := p.contents[last]
				mid := index(content, key) + len(key)/2
				last = p.delta(last, inserted(fmt.Sprintf("version %d\n", n)), span(0, mid), span(mid, len(content)))
			}
		}},
		// A byte order mark before bytes that were no text without it.
		{bug: "kind-inherited", build: func(p *handPack) {
			base := append([]byte("\x01\x01"), file{lines + line + "\n", utf16Half}.bytes()...)
			p.delta(p.add(base), inserted("\xff\xfe"), span(2, len(base)))
		}},
		{bug: "ref-delta-skipped", build: func(p *handPack) {
			base := []byte(lines)
			p.add(base)
			p.ref(base, inserted(line+"\n"), whole(base))
		}},
		// The word that made the key one of Composio's goes away; what loses to it, all
		// that the name is given, stands far enough from there to be taken over.
		{bug: "losers-dropped", build: func(p *handPack) {
			word := "# composio\n"
			user, err := sample.Expand("losers-dropped", "{8:alnum}:")
			must(t, err)
			value := user + example(t, "composio-project-key")
			base := []byte(word + strings.Repeat(".", 200) + "\nSERVICE_API_KEY=\"" + value + "\"\n" + lines)
			p.delta(p.add(base), inserted("# nothing\n"), span(len(word), len(base)))
		}},
		{bug: "last-op-dropped", build: func(p *handPack) {
			base := []byte(lines)
			p.delta(p.add(base), whole(base), inserted(line+"\n"))
		}},
		// A letter before the secret: it is none any more.
		{bug: "run-not-rewalked", build: func(p *handPack) {
			base := []byte(lines + "x " + key + "\n" + lines)
			at := index(base, key)
			p.delta(p.add(base), span(0, at), inserted("x"), span(at, len(base)))
		}},
	} {
		t.Run(test.bug, func(t *testing.T) {
			f, p := emptyRepo(t), &handPack{}
			test.build(p)
			p.store(f)
			delta, plain := l.agree(t, t, shape{dir: f.dir})
			if len(plain.findings) == 0 {
				t.Fatal("nothing is found")
			}
			wrong := l.look(t, shape{dir: f.dir, engine: gitsource.EngineDelta, bug: test.bug})
			if test.work {
				if delta.stats.Inherited < 25 || wrong.stats.Inherited >= delta.stats.Inherited/2 {
					t.Errorf("inherited: %d, with the bug %d", delta.stats.Inherited, wrong.stats.Inherited)
				}
				return
			}
			if d := wrong.differs(plain); len(d) == 0 {
				t.Error("nobody sees the bug")
			} else {
				t.Log(d[0])
			}
		})
	}
}
