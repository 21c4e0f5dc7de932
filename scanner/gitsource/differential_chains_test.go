package gitsource_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"leakline/scanner/gitsource"
)

// chain makes the versions of one file, as they come about in real life.
type chain struct {
	name  string
	first func(a *author) string
	next  func(a *author, text string, n int) string
}

// atLine puts a line at a random place.
func (a *author) atLine(text, line string) string {
	from, _ := lineAt(text, a.roll(len(text)))
	return splice(text, from, from, line)
}

func chains() []chain {
	addLine := func(a *author, text string, n int) string {
		text = a.atLine(text, a.filler())
		if n%5 == 0 {
			text = a.atLine(text, a.secret().text)
		}
		return text
	}
	full := func(a *author) string {
		var b strings.Builder
		for range 8 {
			b.WriteString(a.fillers(25) + a.secret().text)
		}
		return b.String()
	}
	near := func(a *author, text string, n int) string { // always next to a secret
		from, _ := a.mark(text)
		from, _ = lineAt(text, from)
		return splice(text, from, from, a.filler())
	}
	return []chain{
		{"lines are added", full, addLine},
		{"lines next to secrets", full, near},
		{"CRLF", func(a *author) string { return strings.ReplaceAll(full(a), "\n", "\r\n") }, func(a *author, text string, n int) string {
			return a.atLine(text, strings.ReplaceAll(a.filler(), "\n", "\r\n"))
		}},
		{"minified", func(a *author) string { return strings.ReplaceAll(full(a), "\n", ";") }, func(a *author, text string, n int) string {
			at := a.roll(len(text))
			return splice(text, at, at, "f"+fmt.Sprint(n)+"();")
		}},
		{"a log that grows", full, func(a *author, text string, n int) string { return text + a.filler() }},
		{"a run that grows on both sides", func(a *author) string {
			return full(a) + "\ndata: " + a.base64Run(6000) + "\n" + full(a)
		}, func(a *author, text string, n int) string {
			at := strings.Index(text, "\ndata: ") + len("\ndata: ")
			text = splice(text, at, at, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "before %04d!!", n)))
			_, end := lineAt(text, at)
			return splice(text, end-1, end-1, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "behind %04d!!", n)))
		}},
		{"binary", func(a *author) string { return strings.ReplaceAll(full(a), " ", "\x00") }, func(a *author, text string, n int) string {
			at := a.roll(len(text))
			return splice(text, at, at, fmt.Sprintf("\x00\x01%c", n))
		}},
		{"blocks move", full, func(a *author, text string, n int) string {
			return a.move(text)
		}},
		{"forth and back", full, func(a *author, text string, n int) string {
			if rest, ok := strings.CutPrefix(text, "# note"); ok {
				_, rest, _ = strings.Cut(rest, "\n")
				return a.atLine(rest, a.filler())
			}
			return fmt.Sprintf("# note %d\n%s", n, text)
		}},
	}
}

// TestDifferentialChains scans chains of versions as git packs them. Both engines
// see the same; and the delta engine took verdicts over, judged what stands where
// copied ranges meet, and looked at no more than half of the bytes.
func TestDifferentialChains(t *testing.T) {
	const versions = 40
	l, pool := newLab(t), plant(t)
	for i, c := range chains() {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t)
			s := newSaga(&author{dice: newSeeded(uint64(i)), pool: pool})
			text, mark := c.first(s.author), 0
			for n := range versions {
				mark = s.commit("refs/heads/main", s.filler(), mark)
				s.store("file", file{text: text})
				text = c.next(s.author, text, n)
			}
			s.importInto(f)
			f.git("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "--depth=4095", "--window=50")
			delta, plain := l.agree(t, t, shape{dir: f.dir})
			earns(t, delta.stats, int64(len(plain.matches)))
			if plain.found() < versions {
				t.Errorf("%d matches in %d versions", plain.found(), versions)
			}
		})
	}
}

// earns fails unless the delta engine saved what it is there to save.
func earns(t *testing.T, s gitsource.DeltaStats, blobs int64) {
	t.Helper()
	if s.Blobs < blobs || s.Inherited < blobs || s.Seams == 0 || s.Judged == 0 || 2*s.Scanned > s.Bytes {
		t.Errorf("of %d blobs the delta engine says %+v", blobs, s)
	}
}

// TestDifferentialLongChain scans a chain as long as git makes them, in which
// every version holds the secrets of all before it.
func TestDifferentialLongChain(t *testing.T) {
	l, pool := newLab(t), plant(t)
	a := &author{dice: newSeeded(4095), pool: pool}
	p := &handPack{}
	base := []byte(a.fillers(20) + a.secret().text + a.fillers(20))
	last := p.add(base)
	const links = 4095
	for n := range links {
		content := p.contents[last]
		at, _ := lineAt(string(content), a.roll(len(base)))
		ops := []op{span(0, at), inserted(fmt.Sprintf("%d\n", n)), span(at, len(content))}
		if len(content) > 2*len(base) { // what was added goes away again
			ops = []op{inserted(fmt.Sprintf("%d\n", n)), span(len(content)-len(base), len(content))}
		}
		last = p.delta(last, ops...)
	}
	f := emptyRepo(t)
	p.store(f)
	delta, plain := l.agree(t, t, shape{dir: f.dir})
	if len(plain.matches) != links+1 {
		t.Errorf("%d blobs, want %d", len(plain.matches), links+1)
	}
	earns(t, delta.stats, int64(len(plain.matches)))
}
