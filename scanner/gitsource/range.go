package gitsource

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Range narrows a scan to what some commits brought in: the blobs that one of
// them holds at a path where none of its parents does, and the commits'
// messages. Everything else is scope and named in the tally: refs, reflogs, the
// index, configuration, tags, unreachable objects.
type Range struct {
	args  []rangeArg
	limit rangeLimits
	paths []string // as given, relative to the folder that was opened
}

// RangeSpec is how a user asks for a range. Empty fields ask for nothing.
type RangeSpec struct {
	// Since leaves out a revision and all that it descends from.
	Since string
	// Branches are the refs to begin at; empty means every ref and HEAD.
	Branches []string
	// LogOptions are options and revisions of git log that limit which commits
	// it shows, in one string that is split as a shell would. Alone and without
	// a revision they begin at HEAD, as git log does.
	LogOptions string
}

// argKind says what an argument selects.
type argKind uint8

const (
	argRevision  argKind = iota // text: REV, A..B, A...B
	argAll                      // every ref, and HEAD
	argBranches                 // below refs/heads
	argTags                     // below refs/tags
	argRemotes                  // below refs/remotes
	argBranch                   // text: a branch's name goes before a tag's
	argReachable                // of nothing given: HEAD, if there is one
)

// rangeArg is one argument that names commits.
type rangeArg struct {
	kind argKind
	text string // revision, or glob of refs
	not  bool   // leaves out instead
}

// rangeLimits are the options that filter what the revisions select. Numbers
// below 0 and zero times are no limit.
type rangeLimits struct {
	max, skip    int
	since, until time.Time
	firstParent  bool
	fullHistory  bool
	merges       bool
	noMerges     bool
}

// knownOptions is what errors say of --log-opts.
const knownOptions = "revisions (A, ^A, A..B, A...B), --all, --branches[=GLOB], --tags[=GLOB], --remotes[=GLOB], --not, " +
	"-n N, --max-count, --skip, --since, --after, --until, --before, --first-parent, --full-history, --merges, --no-merges, -- PATH…"

// ParseRange reads what a user asked for; nil if that is nothing. Dates such as
// "2 weeks ago" count from now, and dates without a zone are in now's. The error
// names what is not understood, in one line.
func ParseRange(spec RangeSpec, now time.Time) (*Range, error) {
	words, err := splitWords(spec.LogOptions)
	if err != nil {
		return nil, fmt.Errorf("--log-opts %q: %w", spec.LogOptions, err)
	}
	if spec.Since == "" && len(spec.Branches) == 0 && len(words) == 0 {
		return nil, nil
	}
	p := rangeParser{words: words, now: now, out: Range{limit: rangeLimits{max: -1}}}
	if err := p.parse(); err != nil {
		return nil, fmt.Errorf("--log-opts: %w", err)
	}
	for _, b := range spec.Branches {
		if b == "" {
			return nil, errors.New("--branch names no ref")
		}
		p.add(argBranch, b, false)
	}
	if spec.Since != "" {
		if !slices.ContainsFunc(p.out.args, func(a rangeArg) bool { return !a.not }) {
			p.add(argAll, "", false)
		}
		p.add(argRevision, spec.Since, true)
	}
	if len(p.out.args) == 0 {
		p.add(argReachable, "", false)
	}
	return &p.out, nil
}

// rangeParser reads the words of --log-opts.
type rangeParser struct {
	words []string
	now   time.Time
	not   bool
	out   Range
}

func (p *rangeParser) add(kind argKind, text string, not bool) {
	p.out.args = append(p.out.args, rangeArg{kind, text, not})
}

func (p *rangeParser) parse() error {
	for len(p.words) > 0 {
		word := p.words[0]
		p.words = p.words[1:]
		switch {
		case word == "--":
			p.out.paths, p.words = p.words, nil
		case strings.HasPrefix(word, "-") && word != "-":
			if err := p.option(word); err != nil {
				return err
			}
		default:
			text, excluded := strings.CutPrefix(word, "^")
			if text == "" || text == "-" {
				return fmt.Errorf("%q is no revision", word)
			}
			p.add(argRevision, text, p.not != excluded)
		}
	}
	return nil
}

// option reads one option, and its value from the next word if it has none.
func (p *rangeParser) option(word string) error {
	if n, err := strconv.Atoi(word[1:]); err == nil && n >= 0 {
		p.out.limit.max = n
		return nil
	}
	if n, ok := strings.CutPrefix(word, "-n"); ok && n != "" {
		return p.number(&p.out.limit.max, "-n", n)
	}
	name, value, given := strings.Cut(word, "=")
	if kind, ok := refOptions[name]; ok {
		if given && value == "" || given && kind == argAll {
			return fmt.Errorf("%s is not understood", word)
		}
		p.add(kind, value, p.not)
		return nil
	}
	limit := &p.out.limit
	if flag, ok := map[string]*bool{
		"--first-parent": &limit.firstParent, "--full-history": &limit.fullHistory,
		"--merges": &limit.merges, "--no-merges": &limit.noMerges,
	}[name]; ok && !given {
		*flag = true
		return nil
	}
	if name == "--not" && !given {
		p.not = !p.not
		return nil
	}
	return p.valued(name, value, given)
}

// refOptions are the options that name many refs.
var refOptions = map[string]argKind{
	"--all": argAll, "--branches": argBranches, "--tags": argTags, "--remotes": argRemotes,
}

// valued reads an option that has a value.
func (p *rangeParser) valued(name, value string, given bool) error {
	switch name {
	case "-n", "--max-count", "--skip", "--since", "--after", "--until", "--before":
	default:
		return fmt.Errorf("option %q is not known here; known are %s", name, knownOptions)
	}
	if !given {
		if len(p.words) == 0 {
			return fmt.Errorf("option %q needs a value", name)
		}
		value, p.words = p.words[0], p.words[1:]
	}
	limit := &p.out.limit
	var err error
	switch name {
	case "--skip":
		return p.number(&limit.skip, name, value)
	case "-n", "--max-count":
		return p.number(&limit.max, name, value)
	case "--since", "--after":
		limit.since, err = parseDate(value, p.now)
	default:
		limit.until, err = parseDate(value, p.now)
	}
	if err != nil {
		return fmt.Errorf("option %q: %w", name, err)
	}
	return nil
}

func (p *rangeParser) number(to *int, name, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil {
		return fmt.Errorf("option %q: %q is no number", name, value)
	}
	*to = n
	return nil
}

// splitWords splits as a shell would: at white space, with single quotes, double
// quotes and backslashes, and without expanding anything.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
func splitWords(s string) ([]string, error) {
	var words []string
	var word []byte
	open := false // a word has begun, if only with empty quotes
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case ' ', '\t', '\n', '\r':
			if open {
				words, word, open = append(words, string(word)), nil, false
			}
		case '\'':
			n := strings.IndexByte(s[i+1:], '\'')
			if n < 0 {
				return nil, errors.New("a single quote is not closed")
			}
			word, open = append(word, s[i+1:i+1+n]...), true
			i += n + 1
		case '"':
			open = true
			for i++; ; i++ {
				if i >= len(s) {
					return nil, errors.New("a double quote is not closed")
				}
				if s[i] == '"' {
					break
				}
				if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\"\\", s[i+1]) >= 0 {
					i++
				}
				word = append(word, s[i])
			}
		case '\\':
			if i++; i == len(s) {
				return nil, errors.New("a backslash stands at the end")
			}
			word, open = append(word, s[i]), true
		default:
			word, open = append(word, c), true
		}
	}
	if open {
		words = append(words, string(word))
	}
	return words, nil
}
