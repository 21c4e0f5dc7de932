package engine

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// wide writes a text in UTF-16, low byte first.
func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// wrap breaks a text into indented lines.
func wrap(s string, width int, indent string) string {
	var lines []string
	for ; len(s) > width; s = s[width:] {
		lines = append(lines, s[:width])
	}
	return strings.Join(append(lines, s), "\n"+indent)
}

// TestEncoded: a secret is found whichever way it is encoded, once, where it stands.
func TestEncoded(t *testing.T) {
	s := mustCompile(t, few())
	secret := "zk-live-" + strings.Repeat("k7Qp2mXw", 3)
	b64 := base64.StdEncoding.EncodeToString
	for _, c := range []struct {
		name, text string
		chain      []string
	}{
		{"base64", b64([]byte(secret)), []string{"base64"}},
		{"base64, shifted by one", b64([]byte("a" + "=" + secret)), []string{"base64"}},
		{"base64, shifted by two", b64([]byte("k:" + secret + "\n")), []string{"base64"}},
		{"base64 behind letters of its alphabet", "data/b/" + b64([]byte("note: "+secret)), []string{"base64"}},
		{"URL alphabet", base64.RawURLEncoding.EncodeToString([]byte("??>>" + secret + "??>>")), []string{"base64"}},
		{"hex", hex.EncodeToString([]byte(secret)), []string{"hex"}},
		{"HEX", strings.ToUpper(hex.EncodeToString([]byte(secret))), []string{"hex"}},
		{"lines", wrap(b64([]byte(strings.Repeat("first lines of a text, ", 6)+secret+" and more")), 76, "    "), []string{"base64"}},
		{"lines that cut it", wrap(b64([]byte(strings.Repeat("x ", 20)+secret+strings.Repeat(" y", 40))), 64, "\t"), []string{"base64"}},
		{"UTF-16", b64([]byte(wide("$env:KEY = '" + secret + "'"))), []string{"base64", "utf-16"}},
		{"base64 in base64", b64([]byte("a: " + b64([]byte("b: "+secret)))), []string{"base64", "base64"}},
		{"hex in base64", b64([]byte(hex.EncodeToString([]byte(secret)))), []string{"base64", "hex"}},
		{"five times", b64([]byte(b64([]byte(b64([]byte(b64([]byte(b64([]byte(secret)))))))))), []string{"base64", "base64", "base64", "base64", "base64"}},
	} {
		for _, host := range []string{"%s", "data: %s\n", `{"data":"%s"}`, "<k>%s</k>", "a,%s,b"} {
			data := fmt.Sprintf(host, c.text)
			ms := s.Find([]byte(data))
			if len(ms) != 1 || ms[0].Secret.Reveal() != secret {
				t.Errorf("%s in %q: %v", c.name, host, describe(ms))
				continue
			}
			text, inner, chain, ok := ms[0].Decoded()
			if !ok || !slices.Equal(chain, c.chain) || string(text[inner.Start:inner.End]) != secret {
				t.Errorf("%s: %v, %q", c.name, chain, text)
			}
			at := strings.Index(data, c.text)
			if ms[0].Start < at || ms[0].End > at+len(c.text) || ms[0].End-ms[0].Start < len(secret) {
				t.Errorf("%s stands at %d to %d, found at %d to %d", c.name, at, at+len(c.text), ms[0].Start, ms[0].End)
			}
			// The digits alone decode to the secret.
			if span := strings.Join(strings.Fields(data[ms[0].Start:ms[0].End]), ""); len(c.chain) == 1 && c.chain[0] == "base64" && !strings.Contains(string(unbase64([]byte(span)))+string(unbase64([]byte("A"+span)))+string(unbase64([]byte("AA"+span)))+string(unbase64([]byte("AAA"+span))), secret[1:len(secret)-1]) {
				t.Errorf("%s: the digits %q do not hold it", c.name, span)
			}
			if got := s.WithDepth(len(c.chain) - 1 - strings.Count(strings.Join(c.chain, " "), "utf-16")).Find([]byte(data)); len(got) != 0 {
				t.Errorf("%s is found with too little depth", c.name)
			}
		}
	}
}

// TestEncodedBound: what is encoded again and again, and what is endless, costs a
// bounded number of bytes.
func TestEncodedBound(t *testing.T) {
	s := mustCompile(t, few())
	r := rand.New(rand.NewPCG(1, 9))
	text := "zk-live-" + strings.Repeat("k7Qp2mXw", 3)
	for len(text) < 200_000 {
		text = encodeAtRandom(r, text, 1) + strings.Repeat("QUFB", 1+r.IntN(9))
	}
	for _, data := range []string{text, strings.Repeat("A", 1<<20), strings.Repeat("ICAg", 1<<18), strings.Repeat("4142", 1<<18)} {
		budgets := 0
		s.Anchors([]byte(data), 0, len(data), func(a Anchor) {
			if a.Literal < len(s.literals) {
				return
			}
			v := newView([]byte(data), a.Pos)
			e := v.readRun(a.Pos)
			budget := maxDecoded
			s.decode(&e, s.depth, &budget)
			if budget < -maxRun {
				t.Errorf("%d bytes were decoded, of %d", maxDecoded-budget, maxDecoded)
			}
			if v.hi-v.lo > MaxExtent {
				t.Errorf("%d bytes were read", v.hi-v.lo)
			}
			budgets++
		})
		if budgets == 0 {
			t.Errorf("nothing was tried in %d bytes", len(data))
		}
	}
}

// TestEncodedLong: what stands deep in a long run is found, once, and a verdict in it is
// one of its extent alone.
func TestEncodedLong(t *testing.T) {
	s := mustCompile(t, few())
	r := rand.New(rand.NewPCG(3, 5))
	anchors := 0
	for n := range 24 {
		var b strings.Builder
		var want []string
		for b.Len() < 160_000 {
			for range 200 + r.IntN(900) {
				fmt.Fprintf(&b, "line %x,\n", r.Uint32())
			}
			secret := fmt.Sprintf("zk-live-%08xk7Qp2mXw%08x", r.Uint32(), r.Uint32())
			b.WriteString("key = " + secret + "\n")
			want = append(want, secret)
		}
		text := base64.StdEncoding.EncodeToString([]byte(b.String()))
		if n%4 == 1 {
			text = hex.EncodeToString([]byte(b.String()))
		}
		if n%3 == 1 {
			text = wrap(text, 76, "  ")
		}
		data := []byte("a: \"" + text + "\"\n")
		var got []string
		for _, m := range s.Find(data) {
			got = append(got, m.Secret.Reveal())
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%d: found %d of %d: %q\n%q", n, len(got), len(want), got, want)
		}
		var whole, parts []Anchor
		note := func(to *[]Anchor) func(Anchor) {
			return func(a Anchor) {
				if a.Literal == len(s.literals) {
					*to = append(*to, a)
				}
			}
		}
		s.Anchors(data, 0, len(data), note(&whole))
		for from := 0; from < len(data); {
			to := min(from+1+r.IntN(40_000), len(data))
			s.Anchors(data, from, to, note(&parts))
			from = to
		}
		if !slices.Equal(sorted(whole), sorted(parts)) {
			t.Fatalf("%d: begins %v in all, in parts %v", n, whole, parts)
		}
		for _, a := range whole {
			v := s.Judge(data, a)
			if v.Gone || v.Pos-v.Lo > MaxExtent || v.Hi-v.Pos > MaxExtent {
				t.Fatalf("%d: a verdict at %d reads [%d,%d), %v", n, v.Pos, v.Lo, v.Hi, v.Gone)
			}
			checkExtent(t, s, data, v, r)
			anchors++
		}
		// A change somewhere shows as Runs tells: what began and begins no more is
		// gone, and what begins now is told.
		at := r.IntN(len(data) - 9)
		changed := slices.Concat(data[:at], []byte("\"\n\n, \""), data[at:])
		now := map[Anchor]bool{}
		var after []Anchor
		s.Anchors(changed, 0, len(changed), note(&after))
		for _, a := range whole {
			if a.Pos+minRun <= at {
				now[a] = true
			} else if a.Pos >= at {
				now[Anchor{a.Pos + 6, a.Literal}] = true
			}
		}
		for a := range now {
			if s.Judge(changed, a).Gone {
				delete(now, a)
			}
		}
		s.Runs(changed, at, at+6, func(a Anchor) { now[a] = true })
		for _, a := range after {
			if !now[a] {
				t.Fatalf("%d: the begin at %d is not told after a change at %d", n, a.Pos, at)
			}
			delete(now, a)
		}
		for a := range now {
			if !s.Judge(changed, a).Gone {
				t.Fatalf("%d: %d is told as a begin after a change at %d", n, a.Pos, at)
			}
		}
	}
	if anchors < 24*20 {
		t.Fatalf("only %d begins", anchors)
	}
}
