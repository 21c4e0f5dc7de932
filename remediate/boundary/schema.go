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

// MapSchema is the JSON Schema of what [Map.JSON] writes.
//
//go:embed map.schema.json
var MapSchema string

// mapForm names the form of the JSON text.
const mapForm = "leakline-boundary-map-1"

// JSON writes the map for programs; see [MapSchema].
func (m *Map) JSON(out io.Writer) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(struct {
		Schema string `json:"schema"`
		*Map
	}{mapForm, m}); err != nil {
		return fmt.Errorf("boundary map: %w", err)
	}
	_, err := out.Write(spellOut(b.Bytes()))
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
