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
			at := r.at(m.Start)
			line, column := at.line, at.column
			if want := bytes.Count(data[:m.Start], []byte{'\n'}) + 1; line != want {
				t.Fatalf("line %d, want %d", line, want)
			}
			if want := m.Start - bytes.LastIndexByte(data[:m.Start], '\n'); column != want {
				t.Fatalf("column %d, want %d", column, want)
			}
			if want := utf8.RuneCount(data[bytes.LastIndexByte(data[:m.Start], '\n')+1:m.Start]) + 1; at.rune != want {
				t.Fatalf("code point %d, want %d", at.rune, want)
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
// is measured from where that line began; of that line's code points nothing is
// known.
func TestRuler(t *testing.T) {
	r := newRuler(text{data: []byte("ab\nSECRET\nOF LINES\nc SECRET"), line: 7, column: 5})
	for _, test := range []struct {
		start, end  int
		first, last position
	}{
		{1, 2, position{7, 6, 0}, position{7, 7, 0}},
		{3, 18, position{8, 1, 1}, position{9, 9, 9}},
		{21, 27, position{10, 3, 3}, position{10, 9, 9}},
	} {
		first := r.at(test.start)
		last := r.end(test.end)
		if first != test.first || last != test.last {
			t.Errorf("%d to %d: %v to %v", test.start, test.end, first, last)
		}
	}
}

// Columns in code points, for each thing that makes them differ from bytes. "<"
// and ">" stand around the secret.
func TestRulerRunes(t *testing.T) {
	for _, test := range []struct {
		name, data  string
		first, last position
	}{
		{"accents", "clé = <sécret>", position{1, 8, 7}, position{1, 15, 13}},
		{"decomposed", "cle\u0301 = <secret>", position{1, 9, 8}, position{1, 15, 14}},
		{"emoji", "a\n# 🔑👩‍💻 <secret>", position{2, 19, 8}, position{2, 25, 14}},
		{"tabs", "\t\tk = <secret>", position{1, 7, 7}, position{1, 13, 13}},
		{"NBSP indent", "\u00a0\u00a0\u3000k=<secret>", position{1, 10, 6}, position{1, 16, 12}},
		{"a byte order mark", "\ufeffk=<secret>\n", position{1, 6, 3}, position{1, 12, 9}},
		{"the same further on", "a\n\ufeffk=<secret>\n", position{2, 6, 4}, position{2, 12, 10}},
		{"bad bytes before", "\xff = <secret>", position{1, 5, 0}, position{1, 11, 0}},
		{"bad bytes in another line", "\xff\nk=<secret>", position{2, 3, 3}, position{2, 9, 9}},
		{"bad bytes after", "k=<secret> \xff", position{1, 3, 3}, position{1, 9, 9}},
		{"bad bytes within", "k=<sec\xffret>", position{1, 3, 3}, position{1, 10, 0}},
		{"half a character before", "\xe6\xbc k=<secret>", position{1, 6, 0}, position{1, 12, 0}},
		{"CRLF", "é\r\né=<secret>\r\n", position{2, 4, 3}, position{2, 10, 9}},
		{"PEM with CRLF", "é k = '<-----BEGIN\r\nAAAA\r\n-----END é-----> é", position{1, 9, 8}, position{3, 17, 16}},
		{"lines of which the first is bad", "\xff<a\nb>", position{1, 2, 0}, position{2, 2, 2}},
	} {
		start := strings.IndexByte(test.data, '<')
		end := strings.IndexByte(test.data, '>') - 1
		data := strings.NewReplacer("<", "", ">", "").Replace(test.data)
		r := newRuler(text{data: []byte(data), line: 1, column: 1})
		if first, last := r.at(start), r.end(end); first != test.first || last != test.last {
			t.Errorf("%s: %v to %v, want %v to %v", test.name, first, last, test.first, test.last)
		}
		// The same when other matches of the line were measured before it.
		r = newRuler(text{data: []byte(data), line: 1, column: 1})
		for i := range start {
			if data[i] < utf8.RuneSelf {
				r.at(i)
			}
		}
		if first := r.at(start); first != test.first {
			t.Errorf("%s, in steps: %v, want %v", test.name, first, test.first)
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
