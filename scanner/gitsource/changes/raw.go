package changes

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// side is what stands at a path in a tree: nothing if it has no id.
type side struct {
	mode string // as git writes it, in octal
	id   string
}

// The modes of what is no file. https://git-scm.com/docs/git-fast-import
const (
	modeTree      = "040000"
	modeSubmodule = "160000"
)

// blob says that a side has content.
func (s side) blob() bool { return s.id != "" && s.mode != modeSubmodule && s.mode != modeTree }

// entry is a path at which a tree differs from its parent.
type entry struct {
	path     string
	from, to side
	unmerged bool
}

// modeOnly says that the content is the same.
func (e *entry) modeOnly() bool { return e.from.blob() && e.to.blob() && e.from.id == e.to.id }

// rawReader reads the raw format of differences between trees, with NUL as the
// end of each field. https://git-scm.com/docs/diff-format
type rawReader struct{ in *bufio.Reader }

// next gives the next entry or, where git begins to tell of another commit, its
// header. The error is io.EOF at the end, and only there.
func (r rawReader) next() (e entry, header string, err error) {
	field, err := r.field()
	if err != nil {
		return e, "", err
	}
	if !strings.HasPrefix(field, ":") {
		return e, field, nil
	}
	parts := strings.Split(field[1:], " ")
	if len(parts) != 5 || len(parts[0]) != 6 || len(parts[1]) != 6 || len(parts[2]) != len(parts[3]) || parts[4] == "" {
		return e, "", fmt.Errorf("an entry that nobody can read: %q", field)
	}
	e.from, e.to = side{parts[0], known(parts[2])}, side{parts[1], known(parts[3])}
	e.unmerged = parts[4] == "U"
	if e.path, err = r.field(); errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return e, "", err
}

func (r rawReader) field() (string, error) {
	s, err := r.in.ReadString(0)
	if err == io.EOF && s != "" {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return "", err
	}
	return s[:len(s)-1], nil
}

// known gives an object id, or "" for the one of zeros, which means none.
func known(id string) string {
	if strings.Trim(id, "0") == "" {
		return ""
	}
	return id
}

// spot is a content at a path.
type spot struct{ id, path string }

// change is what one tree is beside its parents.
type change struct {
	fresh  []spot   // contents at paths that differ from every parent
	before []spot   // contents that stood there, or that a merge takes over from some parents
	gone   int      // paths that are in no tree any more
	same   int      // paths of which only the mode differs
	taken  int      // paths that a merge takes over from some parents
	links  []string // paths of submodules that differ
	named  []string // those of them that are new, as submodules
	mixed  []string // unmerged paths
}

// compare makes a change of the differences from each parent: at least one.
func compare(parents [][]entry) change {
	var c change
	var differs map[string]int // of how many parents
	if len(parents) > 1 {
		differs = map[string]int{}
		for _, entries := range parents {
			for i := range entries {
				if !entries[i].modeOnly() {
					differs[entries[i].path]++
				}
			}
		}
	}
	for _, n := range differs {
		if n < len(parents) {
			c.taken++
		}
	}
	for n, entries := range parents {
		for i := range entries {
			e := &entries[i]
			if e.modeOnly() {
				if n == 0 {
					c.same++
				}
				continue
			}
			c.add(e, differs == nil || differs[e.path] == len(parents), n == 0)
		}
	}
	return c
}

// add takes one difference: from all parents, or only from some; once says that
// this is the first parent that is told of.
func (c *change) add(e *entry, all, once bool) {
	if e.from.blob() {
		c.before = append(c.before, spot{e.from.id, e.path})
	}
	switch {
	case !all:
		if e.to.blob() {
			c.before = append(c.before, spot{e.to.id, e.path})
		}
	case !once:
	case e.unmerged:
		c.mixed = append(c.mixed, e.path)
	case e.to.mode == modeSubmodule:
		c.links = append(c.links, e.path)
		if e.from.mode != modeSubmodule {
			c.named = append(c.named, e.path)
		}
	case e.to.id == "":
		c.gone++
	default:
		c.fresh = append(c.fresh, spot{e.to.id, e.path})
	}
}
