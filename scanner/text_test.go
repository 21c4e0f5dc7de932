package scanner

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// planted is a text with secrets in it and the matches that find them.
func planted(t *rapid.T) ([]byte, []engine.Match) {
	filler := rapid.StringOfN(rapid.SampledFrom([]rune("ab \t\"'=é漢\x1b\u202e\x7f")), 0, 400, -1)
	var data []byte
	var ms []engine.Match
	for range rapid.IntRange(1, 6).Draw(t, "secrets") {
		data = append(data, filler.Draw(t, "filler")...)
		if rapid.Bool().Draw(t, "new line") {
			data = append(data, '\n')
		}
		secret := rapid.StringMatching(`SEC[A-Z0-9]{8,40}`).Draw(t, "secret")
		m := engine.Match{Start: len(data), End: len(data) + len(secret), Secret: detectors.NewSecret(secret).WithPrefix("SEC")}
		data = append(data, secret...)
		ms = append(ms, m)
		if rapid.Bool().Draw(t, "copy") { // that no detector found
			data = append(data, " // "+secret...)
		}
	}
	return append(data, filler.Draw(t, "end")...), ms
}

func TestRedactedLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data, ms := planted(t)
		r := newRuler(text{data: data, line: 1, column: 1})
		for i, m := range ms {
			line, column := r.at(m.Start)
			if want := bytes.Count(data[:m.Start], []byte{'\n'}) + 1; line != want {
				t.Fatalf("line %d, want %d", line, want)
			}
			if want := m.Start - bytes.LastIndexByte(data[:m.Start], '\n'); column != want {
				t.Fatalf("column %d, want %d", column, want)
			}
			got := redactLine(data, ms, i, r.begin)
			for _, s := range ms {
				if strings.Contains(got, s.Secret.Reveal()) {
					t.Fatalf("plaintext in %q", got)
				}
			}
			if !strings.Contains(got, m.Secret.String()) {
				t.Fatalf("%q lacks %s", got, m.Secret)
			}
			if len(got) > maxLine+2*len("…") {
				t.Fatalf("%d bytes: %q", len(got), got)
			}
			if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r != '\t' && !unicode.IsGraphic(r) }) {
				t.Fatalf("not printable: %q", got)
			}
		}
	})
}

func TestRedactedLineCuts(t *testing.T) {
	secret := "SEC" + strings.Repeat("X", 20)
	m := engine.Match{Secret: detectors.NewSecret(secret).WithPrefix("SEC")}
	for _, test := range []struct{ before, after, want string }{
		{"", "", "SEC…(23)"},
		{"\n  a = '", "'  \r\nnext", "a = 'SEC…(23)'"},
		{strings.Repeat("a", 300), "", "…" + strings.Repeat("a", 190) + "SEC…(23)"},
		{"b ", strings.Repeat("a", 300), "b SEC…(23)" + strings.Repeat("a", 188) + "…"},
		{strings.Repeat("é", 300), strings.Repeat("é", 300), "…" + strings.Repeat("é", 47) + "SEC…(23)" + strings.Repeat("é", 46) + "…"},
	} {
		m.Start = len(test.before)
		m.End = m.Start + len(secret)
		data := []byte(test.before + secret + test.after)
		begin := bytes.LastIndexByte(data[:m.Start], '\n') + 1
		if got := redactLine(data, []engine.Match{m}, 0, begin); got != test.want {
			t.Errorf("%q\nwant\n%q", got, test.want)
		}
	}
}

// A match may have several lines, and one that stands in a window's first line
// is measured from where that line began.
func TestRuler(t *testing.T) {
	r := newRuler(text{data: []byte("ab\nSECRET\nOF LINES\nc SECRET"), line: 7, column: 5})
	for _, test := range []struct{ start, end, l1, c1, l2, c2 int }{
		{1, 2, 7, 6, 7, 7},
		{3, 18, 8, 1, 9, 9},
		{21, 27, 10, 3, 10, 9},
	} {
		l1, c1 := r.at(test.start)
		l2, c2 := r.end(test.end)
		if l1 != test.l1 || c1 != test.c1 || l2 != test.l2 || c2 != test.c2 {
			t.Errorf("%d to %d: %d:%d to %d:%d", test.start, test.end, l1, c1, l2, c2)
		}
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain, größer, 漢字\t🙂":  "plain, größer, 漢字\t🙂",
		"\x1b[31mred\r\n":       `\x1b[31mred\x0d\x0a`,
		"a\u202eb\u2028c\u200b": `a\u202eb\u2028c\u200b`,
		"\xff\u0085\ufffd":      `\xff\x85` + "\ufffd",
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
