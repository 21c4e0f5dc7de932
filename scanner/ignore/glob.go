package ignore

import (
	"errors"
	"path"
	"slices"
	"strings"
)

// Glob says whether a pattern selects a path. Both are slash-separated and relative to
// the target's root. In a pattern * stands for any text within a name, ? for a
// character, [a-z] for one of several, and a name that is ** for any number of names.
// What selects a folder selects everything in it.
func Glob(pattern, file string) bool {
	pattern = strings.TrimPrefix(strings.TrimPrefix(pattern, "/"), "./")
	names := strings.Split(strings.TrimSuffix(pattern, "/"), "/")
	if names[len(names)-1] != "**" {
		names = append(names, "**") // nothing, or what a folder holds
	}
	return globNames(names, strings.Split(file, "/"))
}

// globNames walks both lists side by side; at a mismatch the last ** takes one name
// more. So the time is at most the product of the lengths.
func globNames(pattern, names []string) bool {
	p, n, star, mark := 0, 0, -1, 0
	for n < len(names) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, mark = p, n
			p++
		case p < len(pattern) && matches(pattern[p], names[n]):
			p++
			n++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// checkGlob refuses a pattern that can't be read, or that selects nothing.
func checkGlob(pattern string) error {
	trimmed := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(pattern, "/"), "./"), "/")
	names := strings.Split(trimmed, "/")
	for _, name := range names {
		if _, err := path.Match(name, ""); err != nil {
			return errors.New("the brackets are not closed, or it ends in a backslash")
		}
		if strings.Contains(name, "**") && name != "**" {
			return faulty{errors.New("** stands for whole names only"), "write **/" + strings.ReplaceAll(name, "**", "*")}
		}
	}
	switch {
	case slices.Contains(names, ".."):
		return errors.New("it leads out of the target")
	case slices.Contains(names, ""):
		return errors.New("a name in it is empty")
	}
	return nil
}
