package gitsource

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// pathFilter says which paths a range is about: those that one of the patterns
// matches and none of the excluding ones. nil is about all.
// https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-pathspec
type pathFilter struct {
	some, none []pathPattern
}

// pathPattern is a path and all below it, or a wildcard in which * matches
// slashes too, over whole paths of files.
type pathPattern struct {
	literal string // "" is the root
	folder  bool   // only what is below it
	glob    *regexp.Regexp
}

// newPathFilter reads the paths of a range. Below is the folder, relative to the
// root of the work tree, that they are relative to.
func newPathFilter(specs []string, below string) (*pathFilter, error) {
	if len(specs) == 0 {
		return nil, nil
	}
	f := &pathFilter{}
	for _, spec := range specs {
		p, excluded, err := parsePathPattern(spec, below)
		if err != nil {
			return nil, err
		}
		if excluded {
			f.none = append(f.none, p)
		} else {
			f.some = append(f.some, p)
		}
	}
	if len(f.some) == 0 {
		f.some = []pathPattern{{}}
	}
	return f, nil
}

func parsePathPattern(spec, below string) (p pathPattern, excluded bool, err error) {
	text, top := spec, false
	for _, magic := range []string{":!", ":^", ":(exclude)", ":/", ":(top)"} {
		if rest, ok := strings.CutPrefix(text, magic); ok {
			text = rest
			excluded = magic != ":/" && magic != ":(top)"
			top = !excluded
			break
		}
	}
	switch {
	case strings.HasPrefix(text, ":"):
		return p, false, fmt.Errorf("path %q: of the words that begin with a colon only :! and :/ are known here", spec)
	case spec == "":
		return p, false, fmt.Errorf("an empty path selects nothing: write . for all")
	case path.IsAbs(text) || filepath.IsAbs(text):
		return p, false, fmt.Errorf("path %q: write it relative to the repository", spec)
	}
	p.folder = strings.HasSuffix(text, "/")
	if !top {
		text = below + "/" + text
	}
	text = strings.TrimPrefix(path.Clean("/"+text), "/")
	if strings.HasPrefix(path.Clean("./"+below+"/"+spec), "..") {
		return p, false, fmt.Errorf("path %q is outside of the repository", spec)
	}
	p.literal = text
	if strings.ContainsAny(spec, `*?[\`) {
		re, ok := wildcard(text)
		if !ok {
			return p, false, fmt.Errorf("path %q: the wildcard is malformed", spec)
		}
		p.glob = re
	}
	return p, excluded, nil
}

// wildcard translates a wildcard in which * and ? match slashes too. It matches
// widened text.
func wildcard(g string) (*regexp.Regexp, bool) {
	var b strings.Builder
	for i := 0; i < len(g); i++ {
		switch c := g[i]; c {
		case '\\':
			if i++; i == len(g) {
				return nil, false
			}
			b.WriteString(literal(g[i]))
		case '?':
			b.WriteString(".")
		case '*':
			b.WriteString(".*")
		case '[':
			set, n, ok := globClass(g[i+1:])
			if !ok {
				return nil, false
			}
			b.WriteString(setPattern(set))
			i += n
		default:
			b.WriteString(literal(c))
		}
	}
	re, err := regexp.Compile(`^(?s:` + b.String() + `)$`)
	return re, err == nil
}

// reach says how a pattern stands to a path: it is about it, or may be about
// something below it.
func (p *pathPattern) reach(name string, isTree bool) (about, below bool) {
	if p.glob != nil {
		return p.glob.MatchString(widen(name)) && !isTree, isTree
	}
	switch {
	case p.literal == "" || strings.HasPrefix(name, p.literal+"/"):
		return true, isTree
	case name == p.literal:
		return !p.folder || isTree, isTree
	}
	return false, isTree && strings.HasPrefix(p.literal, name+"/")
}

// about says whether the range is about a path: about a file or submodule there,
// or for a tree about anything that may be in it.
func (f *pathFilter) about(name string, isTree bool) bool {
	if f == nil {
		return true
	}
	for i := range f.none {
		if about, _ := f.none[i].reach(name, isTree); about {
			return false
		}
	}
	for i := range f.some {
		if about, below := f.some[i].reach(name, isTree); about || below {
			return true
		}
	}
	return false
}
