package scanner

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// TestWide: a text in UTF-16 is told without its mark, and binary data is none.
func TestWide(t *testing.T) {
	wide := func(s string, low int) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			c := [2]byte{byte(u >> 8), byte(u >> 8)}
			c[low] = byte(u)
			b = append(b, c[:]...)
		}
		return b
	}
	texts := []string{
		"key = value\r\n", "\"Schl\u00fcssel\" = \"\u4f60\u597d, and more of it\";\n", strings.Repeat("a line\n", 200),
		"name;\u20ac and the rest of a line with nothing but letters",
	}
	for _, s := range texts {
		for low := range 2 {
			dec, name := TextDecoder(wide(s, low))
			if dec == nil || name != "utf-16" {
				t.Errorf("%q with its low byte at %d is not told", s, low)
				continue
			}
			if got, err := dec.Bytes(wide(s, low)); err != nil || string(got) != s {
				t.Errorf("%q is read as %q, %v", s, got, err)
			}
			if odd, err := dec.Bytes(append(wide(s, low), 'x')); err != nil || !strings.HasPrefix(string(odd), s) {
				t.Errorf("%q and a byte is read as %q, %v", s, odd, err)
			}
			if !Packed(wide(s, low)) {
				t.Errorf("%q is not kept for the scanner", s)
			}
		}
	}
	for _, s := range []string{
		"", "\x00", "a\x00b\x00", "plain text, and more of it", strings.Repeat("\x00", 64), strings.Repeat("\x01\x00", 64),
		"\x7fELF\x02\x01\x01\x00" + strings.Repeat("\x00\x02", 30), strings.Repeat("a\x00\x00\x00", 40), strings.Repeat("a\x00b\x01", 40),
		"\x00\x00\x00\x18ftypmp42" + strings.Repeat("\x00a", 8),
	} {
		if dec, _ := TextDecoder([]byte(s)); dec != nil {
			t.Errorf("%q is taken for a text in UTF-16", s)
		}
	}
}
