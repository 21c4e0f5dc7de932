package engine

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
)

// few is a small catalogue with one detector for each way of finding.
func few() []detectors.Detector {
	return []detectors.Detector{
		{ID: "anchored", Anchors: []string{"zk-live-"}, Pattern: `zk-live-[A-Za-z0-9]{24}`, Confirmed: "2026-11-22"},
		{ID: "middle", Anchors: []string{"Q9MARK"}, Pattern: `[a-z0-9]{10}Q9MARK[a-z0-9]{10}`, Confirmed: "2026-11-22"},
		{ID: "short", Anchors: []string{"sk-"}, Near: []string{"deepsea"}, Pattern: `sk-[0-9a-f]{32}`},
		{ID: "named", Names: []string{"exa key"}, Pattern: `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`},
		{ID: "named-short", Names: []string{"exa secret", "pin$", "api pin"}, Pattern: `[a-z0-9]{6,30}`},
		{ID: "jwt", Anchors: []string{"eyJ"}, Reader: detectors.ReadJWT},
		{ID: "pem", Anchors: []string{"-----BEGIN "}, Reader: detectors.ReadPEM, Pattern: `(?:RSA )?PRIVATE KEY`},
		{ID: "url", Anchors: []string{"postgres://"}, Reader: detectors.ReadURL},
		{ID: "generic", Names: []string{"secret", "password", "token", "api key"}, Reader: detectors.ReadGeneric},
	}
}

func mustCompile(t testing.TB, ds []detectors.Detector) *Set {
	t.Helper()
	s, err := Compile(ds)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	return s
}

// corpus makes text that is rich in what detectors look for, and in near misses.
func corpus(r *rand.Rand, n int) []byte {
	const alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	random := func(n int, set string) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = set[r.IntN(len(set))]
		}
		return string(b)
	}
	parts := []func() string{
		func() string { return "zk-live-" + random(23+r.IntN(3), alnum) },
		func() string {
			return random(10, "abcdef0123456789") + "Q9MARK" + random(9+r.IntN(3), "abcdef0123456789")
		},
		func() string { return "sk-" + random(31+r.IntN(3), "0123456789abcdef") },
		func() string { return "deepsea" },
		func() string { return strings.Repeat(" ", r.IntN(300)) },
		func() string {
			return "EXA_API_KEY=" + random(8, "0123456789abcdef") + "-1234-4a2b-8c3d-" + random(12, "0123456789abcdef")
		},
		func() string {
			return "\\nexaSecret=\"" + random(12, "abcdef123") + "\" api_pin=" + random(7, "abc123") + "\n"
		},
		func() string { return "password: " + random(20, alnum) },
		func() string { return `"client_secret": "` + random(32, alnum) + `",` },
		func() string { return "my_token := \"" + random(30, alnum) + "\"" },
		func() string {
			return "-----BEGIN RSA PRIVATE KEY-----\\nMEo" + random(100, alnum) + "\n-----END RSA PRIVATE KEY-----"
		},
		func() string { return "postgres://user:" + random(12, alnum) + "@db.internal:5432/x" },
		func() string { return "eyJ" + random(20, alnum) + "." + random(20, alnum) + "." + random(20, alnum) },
		func() string { return "\n" },
		func() string {
			text := random(r.IntN(30), alnum+" ") + "KEY=zk-live-" + random(24, alnum) + "\n" + random(r.IntN(90), alnum+" \n")
			return encodeAtRandom(r, text, 1+r.IntN(3))
		},
		func() string { return random(30+r.IntN(60), alnum+"+/") },
		func() string { return random(60, alnum+"+/") + "\n" },
		func() string { return random(1, "\"'`=:,;<>\\ \t\r\n{}[]()%&x") },
		func() string { return random(r.IntN(20), alnum+"_-./") },
	}
	var b bytes.Buffer
	for b.Len() < n {
		b.WriteString(parts[r.IntN(len(parts))]())
		if r.IntN(3) > 0 {
			b.WriteByte(" \n\"',;()"[r.IntN(8)])
		}
	}
	return b.Bytes()
}

// encodeAtRandom encodes a text some times, in base64 of either alphabet or in
// hexadecimal digits, in one line or several, behind a few bytes that belong to it.
func encodeAtRandom(r *rand.Rand, text string, times int) string {
	for range times {
		switch r.IntN(7) {
		case 4:
			text = url.QueryEscape(text)
		case 5:
			text = each([]string{"%%%02X", `\x%02x`, `\u%04x`, "&#%d;", "&#x%x;", `\u{%x}`, "%%u%04x"}[r.IntN(7)], text)
		case 6:
			text = html.EscapeString(text)
		case 0:
			text = hex.EncodeToString([]byte(text))
		case 1:
			text = base64.URLEncoding.EncodeToString([]byte(text))
		case 2:
			text = "abc"[:r.IntN(4)] + base64.RawStdEncoding.EncodeToString([]byte(text))
		case 3:
			text = base64.StdEncoding.EncodeToString([]byte(text))
			lines, width := "", 60+r.IntN(20)
			for ; len(text) > width; text = text[width:] {
				lines += text[:width] + "\n"[:1] + "    "[:r.IntN(5)]
			}
			text = lines + text
		}
	}
	return text
}

// plainAnchors is the slow and obvious prefilter.
func plainAnchors(s *Set, data []byte) []Anchor {
	var out []Anchor
	low := bytes.Clone(data)
	for i := range low {
		if low[i] >= 'A' && low[i] <= 'Z' {
			low[i] |= 0x20
		}
	}
	for i, l := range s.literals {
		text := data
		if l.foldCase {
			text = low
		}
		head := l.head()
		for at := 0; at+len(head) <= len(text); at++ {
			if string(text[at:at+len(head)]) == head {
				out = append(out, Anchor{at, i})
			}
		}
	}
	for _, p := range slices.Concat(plainRuns(data), plainEscapes(data)) {
		out = append(out, Anchor{p, len(s.literals)})
	}
	return sorted(out)
}

var lineBefore = regexp.MustCompile(`[A-Za-z0-9+/_-]{60}\r?\n[ \t]{0,32}$`)

// plainRuns is the slow and obvious search for begins of encoded runs.
func plainRuns(data []byte) []int {
	var out []int
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
	is := func(i int) bool { return i >= 0 && i < len(data) && strings.IndexByte(digits, data[i]) >= 0 }
	for p := range data {
		long := !is(p - 1)
		for k := range minRun {
			long = long && is(p+k)
		}
		if long && !lineBefore.Match(data[:p]) {
			out = append(out, p)
		}
	}
	return out
}

func sorted(as []Anchor) []Anchor {
	slices.SortFunc(as, func(a, b Anchor) int {
		if a.Pos != b.Pos {
			return a.Pos - b.Pos
		}
		return a.Literal - b.Literal
	})
	return as
}

func describe(ms []Match) []string {
	out := []string{}
	for _, m := range ms {
		out = append(out, fmt.Sprintf("%s %d-%d %s", m.Detector.ID, m.Start, m.End, m.Secret.Reveal()))
	}
	return out
}

// TestPrefilterIsNaiveSearch: the prefilter finds the literals that a search at
// every offset finds, whole and in any window.
func TestPrefilterIsNaiveSearch(t *testing.T) {
	s := mustCompile(t, few())
	r := rand.New(rand.NewPCG(1, 2))
	total := 0
	for range 300 {
		data := corpus(r, r.IntN(400))
		want := plainAnchors(s, data)
		var got []Anchor
		s.Anchors(data, 0, len(data), func(a Anchor) { got = append(got, a) })
		if !slices.Equal(sorted(got), want) {
			t.Fatalf("anchors differ in %q:\n got %v\nwant %v", data, got, want)
		}
		cut := r.IntN(len(data) + 1)
		got = nil
		s.Anchors(data, 0, cut, func(a Anchor) { got = append(got, a) })
		s.Anchors(data, cut, len(data), func(a Anchor) { got = append(got, a) })
		if !slices.Equal(sorted(got), want) {
			t.Fatalf("anchors differ when cut at %d in %q", cut, data)
		}
		total += len(want)
	}
	if total < 1000 {
		t.Fatalf("only %d anchors: the corpus tests nothing", total)
	}
}

// TestVerdictIsFunctionOfExtent: a verdict is the same when everything outside
// its extent is changed or cut away.
func TestVerdictIsFunctionOfExtent(t *testing.T) {
	s := mustCompile(t, few())
	r := rand.New(rand.NewPCG(3, 4))
	judged, matched := 0, 0
	for range 400 {
		data := corpus(r, 200+r.IntN(600))
		for _, a := range plainAnchors(s, data) {
			v := s.Judge(data, a)
			checkExtent(t, s, data, v, r)
			judged++
			matched += len(v.Matches)
		}
	}
	if judged < 2000 || matched < 300 {
		t.Fatalf("only %d verdicts and %d matches: the corpus tests nothing", judged, matched)
	}
}

func checkExtent(t *testing.T, s *Set, data []byte, v Verdict, r *rand.Rand) {
	t.Helper()
	if v.Lo < -1 || v.Hi > len(data)+1 || v.Lo > v.Pos || v.Hi < v.Pos {
		t.Fatalf("extent [%d,%d) of an anchor at %d in %d bytes", v.Lo, v.Hi, v.Pos, len(data))
	}
	lo, hi := max(v.Lo, 0), min(v.Hi, len(data))
	want := describe(v.Matches)
	// Everything outside replaced. Where the begin or the end was seen nothing
	// stands outside on that side.
	var before, after []byte
	if v.Lo >= 0 {
		before = corpus(r, 40)
	}
	if v.Hi <= len(data) {
		after = corpus(r, 40)
	}
	moved := slices.Concat(before, data[lo:hi], after)
	shift := len(before) - lo
	got := s.Judge(moved, Anchor{v.Pos + shift, v.Literal})
	for i := range got.Matches {
		got.Matches[i].Start -= shift
		got.Matches[i].End -= shift
	}
	if !slices.Equal(describe(got.Matches), want) {
		t.Fatalf("a verdict depends on bytes outside its extent [%d,%d) of %q:\n got %v\nwant %v\nin %q", v.Lo, v.Hi, data, describe(got.Matches), want, moved)
	}
	if got.Lo-shift != v.Lo && v.Lo >= 0 || got.Hi-shift != v.Hi && v.Hi <= len(data) {
		t.Fatalf("the extent itself depends on bytes outside it")
	}
}

// FuzzFind: the engine gives what the plain union of all detectors gives when
// every one is tried at every place, and every verdict keeps to its extent.
func FuzzFind(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		f.Add(corpus(r, r.IntN(500)))
	}
	s := mustCompile(f, few())
	f.Fuzz(func(t *testing.T, data []byte) {
		var all []Match
		for _, a := range plainAnchors(s, data) {
			all = append(all, s.Judge(data, a).Matches...)
		}
		got, want := describe(s.Find(data)), describe(Resolve(all))
		if !slices.Equal(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
		var explained []Match
		for _, a := range plainAnchors(s, data) {
			v := s.Judge(data, a)
			checkExtent(t, s, data, v, rand.New(rand.NewPCG(7, uint64(len(data)))))
			for _, trial := range s.Explain(data, a) { // takes no short cut
				if trial.Rejected == "" {
					explained = append(explained, trial.Match)
				}
			}
		}
		if full := describe(Resolve(explained)); !slices.Equal(got, full) {
			t.Fatalf("Find gives %v, Explain %v", got, full)
		}
	})
}
