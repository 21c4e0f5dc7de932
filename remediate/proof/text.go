package proof

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"leakline/scanner"
)

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// decodeHex decodes hexadecimal digits of either case.
func decodeHex(text string) ([]byte, bool) {
	b, err := hex.DecodeString(text)
	return b, err == nil && len(b) > 0
}

// place names the place of a finding in a sentence.
func place(f *scanner.Finding) string {
	path := f.Path
	if f.ArchivePath != "" {
		path += "!" + f.ArchivePath
	}
	for _, other := range []string{f.Blob, f.Commit, string(f.Source), "the input"} {
		if path == "" {
			path = other
		}
	}
	path = quoted(path)
	if f.StartLine == 0 || f.Source == scanner.SourcePath {
		return path
	}
	return fmt.Sprintf("%s:%d", path, f.StartLine)
}

// quoted is somebody else's text as a sentence may hold it.
func quoted(text string) string {
	const longest = 200
	text = scanner.Printable(strings.TrimSpace(text))
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// day is a date as sentences have it.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
