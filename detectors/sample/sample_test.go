package sample

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"leakline/detectors"
)

// notations covers every placeholder, with the shape that its expansion must
// have, written by hand.
var notations = []struct{ notation, shape string }{
	{"plain text", `plain text`},
	{"a {{literal}} brace", `a \{literal\} brace`},
	{"tok_{20:alnum}", `tok_[A-Za-z0-9]{20}`},
	{"{4:lower}-{4:upper}-{4:digit}", `[a-z]{4}-[A-Z]{4}-[0-9]{4}`},
	{"{32:hex}.{16:HEX}", `[0-9a-f]{32}\.[0-9A-F]{16}`},
	{"{9:lowernum}{9:uppernum}", `[a-z0-9]{9}[A-Z0-9]{9}`},
	{"{12:word}/{43:word-}", `\w{12}/[\w-]{43}`},
	{"{86:b64}==", `[A-Za-z0-9+/]{86}==`},
	{"{32:b32}", `[A-Z2-7]{32}`},
	{"{3:[a-cX.~_-]}", `[abcX.~_-]{3}`},
	{`{8:[{}\]\\ab]}`, `[{}\]\\ab]{8}`},
	{"{5-9:digit}!", `\d{5,9}!`},
	{"{43~:b64}=", `[A-Za-z0-9+/]{43}=`},
	{"{8-9~:hex}", `[0-9a-f]{8,9}`},
	{"{uuid4}", `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`},
	{"{uuid}", `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`},
	{"{ULID}", `01[0-9A-HJKMNP-TV-Z]{24}`},
	{"pre_{crc}{30:alnum}{crc32:6}", `pre_[A-Za-z0-9]{36}`},
	{`{b64json:{"k":"{4:hex}","o":{"n":{{}}}}}`, `ey[\w-]+`},
	{"{b64:user:{20:alnum}}", `[A-Za-z0-9+/]+={0,2}`},
	{"{b64url:{{{3:hex}}}}", `[\w-]+`},
	{"{json:a\"{2:digit}\n}", `a\\"\d\d\\n`},
	{"{pct:p@ {2:digit}}", `p%40%20\d\d`},
	{`{jwt:HS256:{"role":"service_role","iat":17{8:digit}}}`, `eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}`},
	{`{jwt:none:{"a":[1,{"b":2}]}}`, `eyJ[\w-]+\.eyJ[\w-]+\.`},
	{"{pem:RSA PRIVATE KEY:1190}", `-----BEGIN RSA PRIVATE KEY-----\nMII[A-Za-z0-9+/=\n]+\n-----END RSA PRIVATE KEY-----`},
	{"{pem:OPENSSH PRIVATE KEY:400-420}", `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza[A-Za-z0-9+/=\n]+\n-----END OPENSSH PRIVATE KEY-----`},
	{"{password}", `[A-Za-z0-9!@#%^*_-]{12,}`},
	{`{{"type":"x","n":{{"key":"{json:{pem:PRIVATE KEY:300}}"}}}}`, `\{"type":"x","n":\{"key":"-----BEGIN PRIVATE KEY-----\\n[^"]+"\}\}`},
}

func TestExpandShapes(t *testing.T) {
	for _, c := range notations {
		whole := regexp.MustCompile(`^(?s:` + c.shape + `)$`)
		for n := range 50 {
			got, err := Expand(fmt.Sprint("shape ", n), c.notation)
			if err != nil {
				t.Fatal(err)
			}
			if !whole.MatchString(got) {
				t.Fatalf("%s: expansion %q does not have the shape %s", c.notation, got, c.shape)
			}
			if ok, err := Matches(c.notation, got); err != nil || !ok {
				t.Fatalf("%s: Matches refuses the expansion %q (%v)", c.notation, got, err)
			}
		}
	}
}

func TestMatchesRefuses(t *testing.T) {
	for _, c := range []struct{ notation, text string }{
		{"ab{3:digit}", "ab12"},
		{"ab{3:digit}", "ab1234"},
		{"ab{3:digit}", "ac123"},
		{"ab{3:digit}", "ab12x"},
		{"{2-3:hex}-{2:hex}", "abcd-ab"},
		{"{uuid4}", "00000000-0000-1000-8000-000000000000"},
		{"{crc}{3:lower}{crc32:6}", "abc000000"},
		{"{b64:a{2:digit}}", base64.StdEncoding.EncodeToString([]byte("b12"))},
		{`{jwt:HS256:{"a":1}}`, "e30.e30.AAAA"},
		{"{pem:EC PRIVATE KEY:3}", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"},
		{"{password}", "Short1!"},
	} {
		if ok, err := Matches(c.notation, c.text); err != nil || ok {
			t.Errorf("Matches(%q, %q) = %v, %v; want false", c.notation, c.text, ok, err)
		}
	}
	// Runs that share characters need more than one try.
	if ok, err := Matches("{2-9:alnum}{3:digit}x{1-4:digit}", "ab12345x77"); err != nil || !ok {
		t.Errorf("overlapping runs: %v, %v", ok, err)
	}
}

func TestExpandIsDeterministic(t *testing.T) {
	for _, c := range notations {
		seen := map[string]bool{}
		for n := range 10 {
			seed := fmt.Sprint("seed", n)
			a, err := Expand(seed, c.notation)
			if err != nil {
				t.Fatal(err)
			}
			b, err := Expand(seed, c.notation)
			if err != nil {
				t.Fatal(err)
			}
			if a != b {
				t.Errorf("%s: the same seed gave two texts", c.notation)
			}
			seen[a] = true
		}
		if random := strings.Contains(c.notation, ":alnum"); random && len(seen) != 10 {
			t.Errorf("%s: 10 seeds gave %d texts", c.notation, len(seen))
		}
	}
}

func TestExpandErrors(t *testing.T) {
	for _, c := range []struct{ notation, want string }{
		{"ab{", "offset 2: a placeholder is not closed"},
		{"ab{3:alnum", "offset 2:"},
		{"ab}cd", "offset 2: a lone }"},
		{"ab{}", "offset 2: unknown placeholder"},
		{"{3:alnumm}", `offset 0: unknown class "alnumm"`},
		{"x{3:[z-a]}", "offset 1:"},
		{"x{3:[]}", "offset 1: unknown class"},
		{"x{3:[abc}", "offset 1: unknown class"},
		{"{0:alnum}", "offset 0:"},
		{"{9-3:alnum}", "offset 0:"},
		{"{100001:alnum}", "offset 0:"},
		{"{3-:alnum}", "offset 0:"},
		{"{uuid5}", `offset 0: unknown placeholder "uuid5"`},
		{"{crc}x{crc32:5}", "offset 6: a CRC-32"},
		{"x{crc32:6}", "offset 1: {crc32} without a {crc}"},
		{"{crc}{b64:{crc32:6}}", "offset 10: {crc32} without"},
		{`{b64json:{"a":1}`, "is not closed"},
		{`{b64json:{{"a":1} }`, "offset 16: {{ is closed by a single }"},
		{`{b64json:x}`, "not JSON"},
		{`{jwt:HS999:{"a":1}}`, `offset 0: unknown JWT algorithm "HS999"`},
		{`{jwt:HS256:a}`, "not JSON"},
		{"{pem:RSA PRIVATE KEY}", "offset 0: want {pem:LABEL:BYTES}"},
		{"{pem:X:many}", "offset 0: want {pem:LABEL:BYTES}"},
	} {
		_, err := Expand("seed", c.notation)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Expand(%q): error %v, want one with %q", c.notation, err, c.want)
		}
	}
}

func TestRunsAreVaried(t *testing.T) {
	for n := range 2000 {
		seed := fmt.Sprint("variety", n)
		for _, c := range []struct{ notation, need string }{
			{"{4:alnum}", ""},
			{"{4:digit}", ""},
			{"{32:hex}", "a0"},
			{"{20:HEX}", "A0"},
			{"{16:alnum}", "aA0"},
			{"{16:word}", "aA0"},
			{"{16:word-}", "aA0"},
			{"{16:b64}", "aA0"},
			{"{16:b32}", "A0"},
		} {
			s, err := Expand(seed, c.notation)
			if err != nil {
				t.Fatal(err)
			}
			if d := distinct(s); d < 3 {
				t.Fatalf("%s: %q has %d distinct characters", c.notation, s, d)
			}
			l, u, d := kinds(s)
			if strings.Contains(c.need, "a") && !l || strings.Contains(c.need, "A") && !u || strings.Contains(c.need, "0") && !d {
				t.Fatalf("%s: %q lacks one of %q", c.notation, s, c.need)
			}
		}
		p, err := Expand(seed, "{password}")
		if err != nil {
			t.Fatal(err)
		}
		if l, u, d := kinds(p); !l || !u || !d || !strings.ContainsAny(p, "!@#%^*_-") || len(p) < 12 {
			t.Fatalf("password %q is not strong", p)
		}
	}
}

// slowCRC computes the CRC-32 bit by bit from its polynomial, and base62 by
// division of big numbers: another route than the package's.
func slowCRC(text string) string {
	crc := uint32(0xffffffff)
	for i := range len(text) {
		crc ^= uint32(text[i])
		for range 8 {
			if crc&1 == 1 {
				crc = crc>>1 ^ 0xedb88320
			} else {
				crc >>= 1
			}
		}
	}
	// math/big writes digits, then lower case, then upper; GitHub's order is
	// digits, upper, lower.
	swap := func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 32
		case 'A' <= r && r <= 'Z':
			return r + 32
		}
		return r
	}
	digits := strings.Map(swap, big.NewInt(int64(^crc)).Text(62))
	return strings.Repeat("0", 6-len(digits)) + digits
}

func TestChecksum(t *testing.T) {
	// The check value of CRC-32 (IEEE) over "123456789" is 0xcbf43926, in base62
	// 3,421,780,262 or the digits 3, 45, 35, 27, 22, 14.
	if got := checksum("123456789", 6); got != "3jZRME" || got != slowCRC("123456789") {
		t.Errorf("checksum of the check text: %q, by hand 3jZRME, slowly %q", got, slowCRC("123456789"))
	}
	padded := false
	for n := range 300 {
		s, err := Expand(fmt.Sprint("crc", n), "pre_{crc}{30:alnum}{crc32:6}")
		if err != nil {
			t.Fatal(err)
		}
		body, sum := s[4:34], s[34:]
		if want := slowCRC(body); sum != want {
			t.Fatalf("checksum of %q: %q, want %q", body, sum, want)
		}
		padded = padded || sum[0] == '0'
	}
	if !padded {
		t.Error("no checksum of 300 needed padding, so the padding was not tested")
	}
}

func TestDERLength(t *testing.T) {
	for _, size := range []int{48, 121, 129, 130, 131, 135, 262, 634, 1190} {
		s, err := Expand("der", fmt.Sprintf("{pem:EC PRIVATE KEY:%d}", size))
		if err != nil {
			t.Fatal(err)
		}
		b, err := base64.StdEncoding.DecodeString(canonical(s))
		if err != nil {
			t.Fatal(err)
		}
		length, head := int(b[1]), 2
		if k := int(b[1]); k >= 0x80 {
			length, head = 0, 2+k&0x7f
			for _, c := range b[2:head] {
				length = length<<8 | int(c)
			}
		}
		if b[0] != 0x30 || head+length != size || len(b) != size {
			t.Errorf("%d bytes: the sequence says %d + %d, the block has %d", size, head, length, len(b))
		}
	}
}

func TestExampleSecret(t *testing.T) {
	for _, c := range []struct {
		sample detectors.Sample
		value  string // shape of the value; group 1 is the secret
	}{
		{detectors.Sample{Value: "tok_{20:alnum}"}, `(tok_\w{20})`},
		{detectors.Sample{Value: "db://u:{20:alnum}@h", Secret: "{20:alnum}"}, `db://u:(\w{20})@h`},
		{detectors.Sample{Value: "{20:alnum}:{20:alnum}", Secret: "{20:alnum}"}, `\w{20}:(\w{20})`},
		{detectors.Sample{Value: "id=a1;key=ab{5:digit}cd;z", Secret: "ab{5:digit}"}, `id=a1;key=(ab\d{5})cd;z`},
		{detectors.Sample{Value: "a{{b{3:digit}}}", Secret: "{3:digit}"}, `a\{b(\d{3})\}`},
	} {
		d := detectors.Detector{ID: "t", Samples: []detectors.Sample{c.sample}}
		for n := range 5 {
			text, err := Example(d, 0, n)
			if err != nil {
				t.Fatal(err)
			}
			m := regexp.MustCompile(`^` + c.value + `$`).FindStringSubmatch(text.Value)
			if m == nil || m[1] != text.Secret {
				t.Errorf("%s: value %q, secret %q", c.sample.Value, text.Value, text.Secret)
			}
		}
	}
}

func TestExampleSecretInsideEncodings(t *testing.T) {
	d := detectors.Detector{ID: "t", Samples: []detectors.Sample{
		{Value: "Basic {b64:user:{20:alnum}}", Secret: "{20:alnum}"},
		{Value: `{{"k":"{json:{pem:PRIVATE KEY:600}}"}}`, Secret: "{pem:PRIVATE KEY:600}", Block: true},
	}}
	basic, err := Example(d, 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(basic.Value, "Basic "))
	if err != nil || string(plain) != "user:"+basic.Secret {
		t.Errorf("value %q holds %q, secret %q", basic.Value, plain, basic.Secret)
	}
	doc, err := Example(d, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	var obj struct{ K string }
	if err := json.Unmarshal([]byte(doc.Value), &obj); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(obj.K, "\n")
	if got := strings.Join(lines[1:len(lines)-1], ""); got != doc.Secret {
		t.Errorf("the secret is not the body of the block: %d and %d characters", len(got), len(doc.Secret))
	}
}

func TestExampleErrors(t *testing.T) {
	for _, s := range []detectors.Sample{
		{},
		{Value: "{3:alnum}", Secret: "{4:alnum}"},
		{Value: "{b64:ab{3:hex}}", Secret: "64:ab"},
		{Value: "{3:nope}"},
	} {
		if _, err := Example(detectors.Detector{ID: "t", Samples: []detectors.Sample{s}}, 0, 0); err == nil {
			t.Errorf("sample %+v: no error", s)
		}
	}
	if _, err := Example(detectors.Detector{}, 0, 0); err == nil {
		t.Error("a sample that is not there: no error")
	}
}

func TestExampleWidths(t *testing.T) {
	d := detectors.Detector{ID: "t", Samples: []detectors.Sample{{Value: "k{20-40:alnum}"}}}
	for n, want := range []int{21, 41} {
		text, err := Example(d, 0, n)
		if err != nil {
			t.Fatal(err)
		}
		if len(text.Value) != want {
			t.Errorf("example %d has %d characters, want %d", n, len(text.Value), want)
		}
	}
}
