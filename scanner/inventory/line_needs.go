package inventory

import (
	"bytes"
	"regexp/syntax"
	"strings"
)

// need is a list of texts of which one stands in everything that a pattern matches.
type need []string

// needsOf gives what a pattern needs beside a word, which is known to be there: looking
// for it takes a hundredth of the time of the pattern.
func needsOf(pattern, word string) []need {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil { // compiling says so
		return nil
	}
	var out []need
	for _, n := range demands(tree) {
		known := false
		for _, text := range n {
			known = known || strings.Contains(word, text)
		}
		if !known && len(out) < 3 {
			out = append(out, n)
		}
	}
	return out
}

// demands gives lists of texts, of each of which one is in every match of a tree.
func demands(re *syntax.Regexp) [][]string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return [][]string{{string(re.Rune)}}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return demands(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return demands(re.Sub[0])
		}
	case syntax.OpConcat:
		var out [][]string
		for _, s := range re.Sub {
			out = append(out, demands(s)...)
		}
		return out
	case syntax.OpAlternate:
		var any []string
		for _, s := range re.Sub {
			best := rarest(demands(s))
			if best == nil {
				return nil
			}
			any = append(any, best...)
		}
		return [][]string{any}
	}
	return nil
}

// rarest is the list whose shortest text is the longest.
func rarest(all [][]string) (best []string) {
	most := 0
	for _, list := range all {
		least := len(list[0])
		for _, text := range list {
			least = min(least, len(text))
		}
		if least > most {
			best, most = list, least
		}
	}
	return best
}

// in says whether one of the texts stands in a window.
func (n need) in(window []byte) bool {
	for _, text := range n {
		if bytes.Contains(window, []byte(text)) {
			return true
		}
	}
	return false
}

func (n need) inString(window string) bool {
	for _, text := range n {
		if strings.Contains(window, text) {
			return true
		}
	}
	return false
}
