package engine

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// steps counts the work behind a Find: the bytes that verdicts read, those that were
// decoded included, and the anchors.
func steps(s *Set, data []byte) int {
	sum := 0
	s.Anchors(data, 0, len(data), func(a Anchor) {
		v := s.Judge(data, a)
		sum += v.Hi - v.Lo + 1
		if a.Literal < len(s.literals) || v.Gone {
			return
		}
		budget := maxDecoded
		w := newView(data, a.Pos)
		if escapeOf(data[a.Pos]) != nil {
			s.unescape(data, w.readEscaped(a.Pos), s.depth, &budget)
		} else {
			e := w.readRun(a.Pos)
			s.decode(&e, s.depth, &budget)
		}
		sum += maxDecoded - budget
	})
	return sum
}

// hostile are texts, to be repeated, that make the most of a keyword: it stands alone,
// with every separator, and before what opens something and never closes it.
func hostile(word string) []string {
	out := []string{word}
	for _, after := range []string{" ", "\n", "=", ": ", "=\"", "\": \"", "(", "=>", "='", "\\\"", "\\n", ".", "-", "_", ">", " = {", "=[", "%3D", "\\u0022", "&quot;", "=QUFBQUFB", "://", "://a:"} {
		out = append(out, word+after)
	}
	for _, before := range []string{"\"", "<", "{", "$", "--", "\n  ", "-----BEGIN "} {
		out = append(out, before+word)
	}
	return out
}

// runsOf are texts of one thing again and again.
var runsOf = []string{
	"A", "a", "0", "QUFB", "4142", "\"", "'", "`", "\\", "\\\"", " ", "\t", "\n", "=", ":", ",", ";", "-", "_", ".", "/", "+", "{", "[", "(", "<", "&", "%",
	"}", ")", ">", "{\"", "[{", "<a>", "{\"a\":", "%41", "%2541", "\\u0041", "\\\\u0041", "\\x41", "&#65;", "&amp;", "&amp;quot;", "eyJ", "eyJ.", "eyJhbGciOiJIUzI1NiJ9.",
	"-----BEGIN ", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\n", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nA", "-----END ", "://", "a://b:c@", "a:b@", "a=b&", "\"a\": \"b\",\n", "- a: b\n", "<k>v</k>\n", "\xff", "\x00", "a\x00",
	"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n", "password", "password=", "password: ", "secret\n", "api_key = \"", "name: x\n  value: y\n", "PuTTY-User-Key-File-2: ", "AGE-SECRET-KEY-",
}

func repeat(text string, n int) []byte {
	return []byte(strings.Repeat(text, n/len(text)+1)[:n])
}

// TestSteps: of any text that is as bad as it can be for a detector, twice as much costs
// twice as much.
func TestSteps(t *testing.T) {
	const n, most = 8 << 10, 2.2
	worst := map[string]float64{}
	try := func(s *Set, who, text string, n int) {
		one, two := steps(s, repeat(text, n)), steps(s, repeat(text, 2*n))
		if one < n { // hardly anything was read
			one = n
		}
		perByte := float64(two) / float64(2*n)
		worst[who] = max(worst[who], perByte)
		// Below a few steps a byte a bound that is reached between n and 2n can show; any
		// other shows with twice as much again.
		if float64(two)/float64(one) > most && perByte > 8 && float64(steps(s, repeat(text, 4*n)))/float64(two) > most {
			t.Errorf("%s: %d bytes of %q take %d steps, twice as many take %d, %.2f times (%.0f a byte)", who, n, text[:min(len(text), 60)], one, two, float64(two)/float64(one), perByte)
		}
	}
	all, err := Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range runsOf {
		try(all, "catalogue", text, n)
	}
	// Every detector with some of the forms, so that each form meets many.
	every := os.Getenv("LEAKLINE_STEPS") != ""
	for i, d := range detectors.Catalogue() {
		s, err := Compile([]detectors.Detector{d})
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for k := range min(len(d.Samples), 2) {
			x, err := sample.Example(d, k, 0)
			if err != nil {
				t.Fatal(err)
			}
			if x.Value != "" {
				texts = append(texts, x.Value, x.Value[:len(x.Value)/2+1])
			}
		}
		words := slices.Clone(d.Anchors)
		for _, name := range d.Names {
			words = append(words, strings.Join(strings.Fields(strings.Trim(name, "^$")), "_"))
		}
		for _, w := range words {
			texts = append(texts, hostile(w)...)
		}
		for k, text := range texts {
			if every || k%101 == i%101 {
				try(s, d.ID, text, n)
			}
		}
	}
	if every {
		for who, x := range worst {
			fmt.Printf("%8.0f %s\n", x, who)
		}
	}
}
