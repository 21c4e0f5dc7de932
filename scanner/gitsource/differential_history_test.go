package gitsource_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// saga makes a history in the form that git fast-import reads: one run of git for
// hundreds of versions. https://git-scm.com/docs/git-fast-import
type saga struct {
	*author
	out      bytes.Buffer
	clock    int64
	marks    int
	branches map[string]*branch
	dead     []string // refs to delete, so that what they lead to is unreachable
	notes    int      // the last commit of notes
}

// branch is a branch as it stands.
type branch struct {
	mark  int
	files map[string]file
}

func newSaga(a *author) *saga {
	return &saga{author: a, clock: 1_500_000_000, branches: map[string]*branch{}}
}

func (s *saga) data(b []byte) {
	fmt.Fprintf(&s.out, "data %d\n", len(b))
	s.out.Write(b)
	s.out.WriteByte('\n')
}

// commit begins a commit; the changes follow. Clocks run backwards now and then.
func (s *saga) commit(ref, message string, from int, merged ...int) int {
	s.marks++
	s.clock += int64(s.roll(200) - 20)
	fmt.Fprintf(&s.out, "commit %s\nmark :%d\nauthor Ada Author <ada@example.test> %d +0100\n"+
		"committer Carl Committer <carl@example.test> %d +0000\n", ref, s.marks, s.clock-50, s.clock)
	s.data([]byte(message))
	if from > 0 {
		fmt.Fprintf(&s.out, "from :%d\n", from)
	}
	for _, m := range merged {
		fmt.Fprintf(&s.out, "merge :%d\n", m)
	}
	return s.marks
}

func (s *saga) store(path string, f file) {
	fmt.Fprintf(&s.out, "M 100644 inline %s\n", path)
	s.data(f.bytes())
}

// message is a commit's message; a few hold a credential.
func (s *saga) message() string {
	if s.roll(12) == 0 {
		return "rotate\n\n" + s.secret().text
	}
	return s.filler()
}

// paths are where the files of a history stand. One is a manifest, which decides
// whose credentials the others hold; one has a credential in its name.
func (s *saga) paths() []string {
	named := slices.IndexFunc(s.pool, func(p planted) bool { return p.detector == "gitlab-pat" })
	return []string{
		".env", "main.go", "deploy/values.yaml", "deploy/prod/app.json", "web/app.min.js", "package.json", "docs/a/b/c/setup.md",
		"keys/" + s.pool[named].value + ".txt",
	}
}

// begin makes a branch: an orphan, or one that leaves another.
func (s *saga) begin(name string) *branch {
	b := &branch{files: map[string]file{}}
	if names := slices.Sorted(maps.Keys(s.branches)); len(names) > 0 && s.roll(5) > 0 {
		from := s.branches[s.pick(names)]
		b.mark, b.files = from.mark, maps.Clone(from.files)
	}
	s.branches[name] = b
	return b
}

// step makes one commit, and sometimes a tag, a note or a ref to it.
func (s *saga) step() {
	name := "refs/heads/" + s.pick([]string{"main", "main", "main", "side", "old"})
	b := s.branches[name]
	if b == nil {
		b = s.begin(name)
	}
	var merged []int
	other := s.branches["refs/heads/"+s.pick([]string{"main", "side", "old"})]
	if other != nil && other != b && b.mark > 0 && s.roll(4) == 0 {
		merged = append(merged, other.mark)
		for path, f := range other.files { // the merge takes what the other has
			if _, ok := b.files[path]; !ok {
				b.files[path] = f
			}
		}
	}
	b.mark = s.commit(name, s.message(), b.mark, merged...)
	for range 1 + s.roll(3) {
		s.change(b)
	}
	s.out.WriteString("deleteall\n")
	for _, path := range slices.Sorted(maps.Keys(b.files)) {
		s.store(path, b.files[path])
	}
	s.name(b)
}

// change changes the files of a branch.
func (s *saga) change(b *branch) {
	paths := slices.Sorted(maps.Keys(b.files))
	if len(paths) == 0 || s.roll(8) == 0 {
		b.files[s.pick(s.paths())] = s.write()
		return
	}
	path := s.pick(paths)
	switch s.roll(14) {
	case 0:
		delete(b.files, path)
	case 1: // a copy, or what another branch has
		b.files[s.pick(s.paths())] = b.files[path]
	case 2: // a folder moves
		for _, p := range paths {
			if rest, ok := strings.CutPrefix(p, "deploy/"); ok {
				b.files["moved/deploy/"+rest] = b.files[p]
				delete(b.files, p)
			}
		}
	default:
		b.files[path] = s.edit(b.files[path])
	}
}

// name makes further things that lead to the commit of a branch.
func (s *saga) name(b *branch) {
	switch s.roll(12) {
	case 0:
		fmt.Fprintf(&s.out, "tag v%d\nfrom :%d\ntagger Ada Author <ada@example.test> %d +0000\n", s.marks, b.mark, s.clock)
		s.data([]byte(s.message()))
	case 1:
		fmt.Fprintf(&s.out, "reset refs/pull/%d/head\nfrom :%d\n\n", s.marks, b.mark)
	case 2: // a branch that will be deleted
		gone := fmt.Sprintf("refs/heads/gone%d", s.marks)
		s.dead = append(s.dead, gone)
		s.commit(gone, s.message(), b.mark)
		s.store("lost", s.write())
	case 3:
		s.clock++
		of := b.mark
		s.commit("refs/notes/commits", "note", s.notes)
		s.notes = s.marks
		fmt.Fprintf(&s.out, "N inline :%d\n", of)
		s.data([]byte(s.message()))
	}
}

// play writes a history of n commits into a repository, in one pack.
func (s *saga) play(f *fixture, n int) {
	f.t.Helper()
	for range n {
		s.step()
	}
	s.importInto(f)
}

// importInto hands the history to git.
func (s *saga) importInto(f *fixture) {
	f.t.Helper()
	f.feed(s.out.String()+"done\n", "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--done", "--force", "--depth=50")
	for _, ref := range s.dead {
		f.git("update-ref", "-d", ref)
	}
}
