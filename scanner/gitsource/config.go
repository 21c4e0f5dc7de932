package gitsource

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxSmall bounds the files of a git directory that are read whole: config,
// packed-refs, index, alternates.
const maxSmall = 1 << 30

// readSmall reads a regular file; anything else, such as a FIFO, is refused
// unopened.
func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &readError{classSpecial, errors.New("it is not a regular file")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSmall+1))
	if err == nil && len(data) > maxSmall {
		err = &readError{classBound, fmt.Errorf("it is larger than %d bytes", maxSmall)}
	}
	return data, err
}

// settings are the values of a git configuration file, by "section.key" or
// "section.subsection.key", section and key in lower case. Includes are not
// followed: nothing that is asked for here may stand in one.
// https://git-scm.com/docs/git-config#_configuration_file
type settings map[string][]string

// last gives the value that counts, "" if there is none. A key without "=" has
// the value "true".
func (s settings) last(name string) string {
	if v := s[name]; len(v) > 0 {
		return v[len(v)-1]
	}
	return ""
}

// isTrue reads a boolean as git does.
func (s settings) isTrue(name string) bool {
	switch strings.ToLower(s.last(name)) {
	case "true", "yes", "on", "1":
		return true
	}
	return false
}

// parseSettings reads what it can: a line that is no setting is passed over.
func parseSettings(data []byte) settings {
	out := settings{}
	section := ""
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	text = strings.TrimPrefix(text, "\ufeff")
	for len(text) > 0 {
		text = strings.TrimLeft(text, " \t\n")
		switch {
		case text == "":
		case text[0] == '#' || text[0] == ';':
			_, text, _ = strings.Cut(text, "\n")
		case text[0] == '[':
			section, text = parseSection(text)
		default:
			var key, value string
			key, value, text = parseSetting(text)
			name := section + "." + key
			out[name] = append(out[name], value)
		}
	}
	return out
}

// parseSection reads "[section]", "[section.subsection]" or
// `[section "subsection"]` and gives the rest of the text.
func parseSection(text string) (name, rest string) {
	text = text[1:]
	end := strings.IndexAny(text, "]\"\n")
	if end < 0 {
		return "", ""
	}
	name = strings.ToLower(strings.TrimSpace(text[:end]))
	if text[end] != '"' {
		return name, text[end+1:]
	}
	var sub strings.Builder
	i := end + 1
	for ; i < len(text) && text[i] != '"' && text[i] != '\n'; i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		sub.WriteByte(text[i])
	}
	_, rest, _ = strings.Cut(text[min(i, len(text)):], "]")
	return name + "." + sub.String(), rest
}

// parseSetting reads "key = value": quotes, escapes, comments, and lines that
// end in a backslash.
func parseSetting(text string) (key, value, rest string) {
	end := strings.IndexAny(text, "=\n#;")
	if end < 0 {
		end = len(text)
	}
	key = strings.ToLower(strings.TrimSpace(text[:end]))
	if end == len(text) || text[end] != '=' {
		_, rest, _ = strings.Cut(text[end:], "\n")
		return key, "true", rest
	}
	var out strings.Builder
	keep, quoted := 0, false // keep: how much of out is not trailing space
	i := end + 1
	for ; i < len(text) && text[i] != '\n'; i++ {
		c := text[i]
		switch {
		case c == '"':
			quoted = !quoted
			continue
		case c == '\\' && i+1 < len(text):
			i++
			if text[i] != '\n' {
				out.WriteByte(unescape(text[i]))
				keep = out.Len()
			}
			continue
		case !quoted && (c == '#' || c == ';'):
			_, rest, _ = strings.Cut(text[i:], "\n")
			return key, out.String()[:keep], rest
		case !quoted && (c == ' ' || c == '\t'):
			if out.Len() > 0 {
				out.WriteByte(c)
			}
			continue
		}
		out.WriteByte(c)
		keep = out.Len()
	}
	return key, out.String()[:keep], text[i:]
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'b':
		return '\b'
	}
	return c
}

// unquote reads a string in C quotes as git writes paths; what is malformed
// stays as it is. https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
func unquote(s string) string {
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return out.String()
		case c != '\\' || i+1 == len(s):
			out.WriteByte(c)
		case s[i+1] >= '0' && s[i+1] <= '3' && i+3 < len(s):
			out.WriteByte((s[i+1]-'0')<<6 | (s[i+2]-'0')<<3 | (s[i+3] - '0'))
			i += 3
		default:
			i++
			if k := strings.IndexByte("abtnvfr", s[i]); k >= 0 {
				out.WriteByte("\a\b\t\n\v\f\r"[k])
			} else {
				out.WriteByte(s[i])
			}
		}
	}
	return s
}
