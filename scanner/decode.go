package scanner

import (
	"bytes"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"leakline/scanner/unpack"
)

// TextDecoder gives the decoder to UTF-8 of a text in UTF-16 or UTF-32 that
// begins with a byte order mark, or of one in UTF-16 without it that begins with
// ASCII, and the encoding's name for Decoded; nil and "" for all else. The mark is
// removed. What is not valid becomes U+FFFD.
//
// UTF-32's little-endian mark begins with UTF-16's; no text has U+0000 as its
// first character, so the longer mark is tried first.
func TextDecoder(head []byte) (*encoding.Decoder, string) {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}):
		return utf32.UTF32(utf32.LittleEndian, utf32.ExpectBOM).NewDecoder(), "utf-32"
	case bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}):
		return utf32.UTF32(utf32.BigEndian, utf32.ExpectBOM).NewDecoder(), "utf-32"
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder(), "utf-16"
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder(), "utf-16"
	case wide(head, 0):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder(), "utf-16"
	case wide(head, 1):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder(), "utf-16"
	}
	return nil, ""
}

// How a text in UTF-16 without a byte order mark is told: its first characters, of
// which no more than wideHead bytes are looked at, are nearly all ASCII.
const (
	wideHead  = 512
	wideLeast = 16 // bytes, of which a shorter text may be by chance
)

// wide says whether bytes begin a text in UTF-16 of which the low byte of a character
// is the one at low of its two.
func wide(head []byte, low int) bool {
	if len(head) < wideLeast || head[1-low] != 0 {
		return false
	}
	head = head[:min(len(head), wideHead)&^1]
	others := 0
	for i := 0; i < len(head); i += 2 {
		switch c, high := head[i+low], head[i+1-low]; {
		case high != 0:
			others++
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f:
			return false
		}
	}
	return others <= len(head)/2/8
}

// Packed says that a content is scanned in another reading than its bytes too: it is a
// text in UTF-16 or UTF-32, or an archive, known or not.
func Packed(data []byte) bool {
	dec, _ := TextDecoder(data)
	return dec != nil || unpack.Is(data) || unpack.Unknown(data) != ""
}

// text is one reading of a chunk: its bytes as they are, or decoded.
type text struct {
	data         []byte
	from, to     int // where a secret may begin
	line, column int // of the first byte
	decoded      []string
}

// texts gives the readings of a chunk. Bytes that begin like a text in UTF-16 or
// UTF-32 are read both ways, for a binary file may begin so by chance.
func texts(c *Chunk) []text {
	from, to := c.span()
	ts := []text{{
		data: c.Data, from: from, to: to,
		line: max(c.Line, 1), column: max(c.Column, 1), decoded: c.Decoded,
	}}
	if !c.whole() || len(c.Decoded) > 0 {
		return ts
	}
	dec, name := TextDecoder(c.Data)
	if dec == nil {
		return ts
	}
	data, err := dec.Bytes(c.Data)
	if err != nil {
		return ts // these decoders replace what is not valid; they have no errors
	}
	return append(ts, text{data: data, to: len(data), line: 1, column: 1, decoded: []string{name}})
}
