package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"leakline/scanner"
)

// writeJSON writes an array with one element per finding, which is written when
// it is made: a result of any size needs the memory of one finding.
func writeJSON(w *bufio.Writer, r *scanner.Result, _ Options, c *cleaner) error {
	if len(r.Findings) == 0 {
		_, err := w.WriteString("[]\n")
		return err
	}
	var indented bytes.Buffer
	for i, f := range r.Findings {
		line, err := encode(c.finding(f))
		if err != nil {
			return err
		}
		indented.Reset()
		if err := json.Indent(&indented, bytes.TrimSuffix(line, []byte("\n")), "  ", "  "); err != nil {
			return err
		}
		lead := ",\n  "
		if i == 0 {
			lead = "[\n  "
		}
		_, _ = w.WriteString(lead)
		if _, err := w.Write(indented.Bytes()); err != nil {
			return err
		}
	}
	_, err := w.WriteString("\n]\n")
	return err
}

// encode gives v as one line of JSON. HTML is not escaped: the reports are not
// HTML, and "&" in a URL should read as it is.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return spellOut(b.Bytes()), nil
}

// spellOut writes the characters of JSON strings that a terminal would obey or
// that hide others (C1 controls, bidirectional overrides, zero-width ones) as
// escapes. The value stays the same, only its spelling changes. The encoder has
// done so for the controls below U+0020, and elsewhere than in strings JSON has
// ASCII only.
func spellOut(line []byte) []byte {
	harmless := func(r rune) bool { return r < 0x7f || unicode.IsGraphic(r) }
	if bytes.IndexFunc(line, func(r rune) bool { return !harmless(r) }) < 0 {
		return line
	}
	out := make([]byte, 0, len(line)+32)
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		switch {
		case harmless(r):
			out = append(out, line[:n]...)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		line = line[n:]
	}
	return out
}
