package ignore

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"leakline/scanner"
)

// theirsForm is an entry of .gitleaksignore and .betterleaksignore: the fingerprint of
// a finding, [COMMIT:]FILE:RULE:LINE.
//
// Source: README.md of github.com/gitleaks/gitleaks, "gitleaksignore", and
// AddGitleaksIgnore in its detect/detect.go (v8.30): backslashes in the file become
// slashes, files in archives stand behind "!", comments begin with "#".
var theirsForm = regexp.MustCompile(`^(?:([0-9a-fA-F]{7,64}):)?([^:]+):[^:]*:([0-9]+)$`)

// theirs is one of their entries. The rule is left out: theirs divide secrets in other
// ways than detectors do, and some have the same names for other things, such as
// generic-api-key.
type theirs struct {
	file, commit string
	line         int
	where        string // FILE:LINE of the entry
}

// parseTheirs reads the text of a .gitleaksignore.
func parseTheirs(file string, data []byte) ([]theirs, []error) {
	var out []theirs
	var errs []error
	for n, text := range numbered(data) {
		t, err := parseFingerprint(text)
		if err != nil {
			errs = append(errs, &SyntaxError{file, n, err, "write FILE:RULE:LINE or COMMIT:FILE:RULE:LINE"})
			continue
		}
		t.where = fmt.Sprintf("%s:%d", file, n)
		out = append(out, t)
	}
	return out, errs
}

// parseFingerprint reads a fingerprint of gitleaks.
func parseFingerprint(text string) (theirs, error) {
	m := theirsForm.FindStringSubmatch(text)
	if m == nil {
		return theirs{}, errors.New("it is no fingerprint of gitleaks")
	}
	line, err := strconv.Atoi(m[3])
	if err != nil {
		return theirs{}, errors.New("the line number is too large")
	}
	return theirs{
		commit: strings.ToLower(m[1]), file: strings.ReplaceAll(m[2], `\`, "/"), line: line,
	}, nil
}

// isTheirs says of a file without a telling name that it is in their format: its
// first entry is.
func isTheirs(data []byte) bool {
	for _, text := range numbered(data) {
		return theirsForm.MatchString(text)
	}
	return false
}

// holds says that an entry names a place of its file.
func (t *theirs) holds(p *scanner.Place) bool {
	return p.StartLine <= t.line && t.line <= max(p.StartLine, p.EndLine) && strings.HasPrefix(p.Commit, t.commit)
}
