package boundary

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"leakline/scanner"
)

// The JSON Schemas (draft 2020-12) of what [Map.JSON], [Report.Write] and [Diff.Write]
// write. They allow further fields: later versions may add some.
var (
	//go:embed map.schema.json
	MapSchema string
	//go:embed check.schema.json
	CheckSchema string
	//go:embed diff.schema.json
	DiffSchema string
)

// JSON writes the map for programs; see [MapSchema].
func (m *Map) JSON(w io.Writer) error {
	return encodeJSON(w, struct {
		Schema string `json:"schema"`
		*Map
	}{"leakline-boundary-map-1", m})
}

// JSON writes the report for programs; see [CheckSchema].
func (r *Report) JSON(w io.Writer) error {
	return encodeJSON(w, struct {
		Schema string `json:"schema"`
		*Report
	}{"leakline-boundary-check-1", r})
}

// JSON writes the difference for programs; see [DiffSchema].
func (d *Diff) JSON(w io.Writer) error {
	return encodeJSON(w, struct {
		Schema string `json:"schema"`
		*Diff
	}{"leakline-boundary-diff-1", d})
}

// encodeJSON writes a value, and nothing in it that a terminal would obey.
func encodeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write as JSON: %w", err)
	}
	_, err := w.Write(spellOut(b.Bytes()))
	return err
}

// spellOut writes characters that a terminal would obey or that hide others as escapes;
// they stand in strings alone, whose value stays the same.
func spellOut(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r < 0x7f || scanner.Printable(string(r)) == string(r):
			out = append(out, text[:n]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[n:]
	}
	return out
}
