package sample

import (
	"strings"
	"testing"

	"leakline/detectors"
)

func whys(list []Text) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString(t.Why + "\n")
	}
	return b.String()
}

func TestNearMisses(t *testing.T) {
	for _, c := range []struct {
		name string
		d    detectors.Detector
		want []string // each must be the reason of a mutant
		not  []string // none of them may be
	}{
		{
			"fixed width with a prefix",
			detectors.Detector{Anchors: []string{"tok_"}, Samples: []detectors.Sample{{Value: "tok_{20:alnum}"}}},
			[]string{"19 characters of 20", "21 characters of 20", "outside the class", `fixed text "tok_"`, "repeated"},
			nil,
		},
		{
			"a range, and its neighbours are samples of their own",
			detectors.Detector{Anchors: []string{"tok_"}, Samples: []detectors.Sample{
				{Value: "tok_{20-30:alnum}"},
				{Value: "tok_{19:alnum}"},
			}},
			[]string{"31 characters of 30"},
			[]string{"19 characters of 20"},
		},
		{
			"a checksum",
			detectors.Detector{Anchors: []string{"tok_"}, Samples: []detectors.Sample{{Value: "tok_{crc}{30:alnum}{crc32:6}"}}},
			[]string{"wrong checksum", "29 characters of 30"},
			nil,
		},
		{
			"the part before the bad byte is a valid text",
			detectors.Detector{Anchors: []string{"tok_"}, Samples: []detectors.Sample{
				{Value: "tok_{20:alnum}"},
				{Value: "tok_{10:alnum}"},
			}},
			nil,
			[]string{"outside the class"},
		},
		{
			"a width that is not fixed",
			detectors.Detector{Names: []string{"x key"}, Samples: []detectors.Sample{{Name: "X_KEY", Value: "{43~:b64}="}}},
			[]string{"repeated"},
			[]string{"characters of", "outside"},
		},
		{
			"the rest of the text is an example",
			detectors.Detector{Anchors: []string{"Key="}, Samples: []detectors.Sample{{Value: "Name=abc{4:lower};Key={20:alnum};Suffix=net", Secret: "{20:alnum}"}}},
			[]string{"19 characters of 20", `the anchor "Key="`},
			[]string{"of 4", "fixed text"},
		},
		{
			"a UUID by name",
			detectors.Detector{
				Names: []string{"x key"}, Checks: []detectors.Check{detectors.CheckUUID4},
				Samples: []detectors.Sample{{Name: "X_KEY", Value: "{uuid4}"}},
			},
			[]string{"one character too short", "outside the alphabet", "version 1"},
			nil,
		},
		{
			"a JWT with a role",
			detectors.Detector{
				Anchors: []string{"eyJ"}, Reader: detectors.ReadJWT, Checks: []detectors.Check{detectors.CheckServiceRole},
				Samples: []detectors.Sample{{Value: `{jwt:HS256:{"role":"service_role"}}`}},
			},
			[]string{"not JSON", "no signature", "another role"},
			nil,
		},
		{
			"an armoured key",
			detectors.Detector{
				Anchors: []string{"-----BEGIN "}, Reader: detectors.ReadPEM,
				Samples: []detectors.Sample{{Value: "{pem:RSA PRIVATE KEY:600}", Block: true}},
			},
			[]string{"four dashes", "another label"},
			nil,
		},
		{
			"a URL",
			detectors.Detector{
				Anchors: []string{"redis://"}, Reader: detectors.ReadURL,
				Samples: []detectors.Sample{{Value: "redis://user:{20:alnum}@cache:6379", Secret: "{20:alnum}"}},
			},
			[]string{`the anchor "redis://"`, "empty secret"},
			nil,
		},
		{
			"an encoded body",
			detectors.Detector{
				Anchors: []string{"sk_"}, Checks: []detectors.Check{detectors.CheckWorkOSBody},
				Samples: []detectors.Sample{{Value: "sk_{b64url:key_{ULID},{25:alnum}}"}},
			},
			[]string{"outside the encoding", `the encoded text "key_"`},
			nil,
		},
		{
			"generic",
			detectors.Detector{Reader: detectors.ReadGeneric, Names: []string{"secret"}, Samples: []detectors.Sample{{Name: "SECRET", Value: "{32:alnum}"}}},
			[]string{"repeated"},
			[]string{"characters of"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.d.ID = "t"
			example, err := Example(c.d, 0, 3)
			if err != nil {
				t.Fatal(err)
			}
			list, err := NearMisses(c.d, 0, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range list {
				if m.Value == example.Value {
					t.Errorf("%s: the mutant is the example", m.Why)
				}
				valid, err := HoldsSample(c.d, m.Value)
				if err != nil {
					t.Fatal(err)
				}
				if valid && m.Why != "one character repeated" {
					t.Errorf("%s: the mutant %q has the format", m.Why, m.Value)
				}
			}
			got := whys(list)
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("no mutant with %q among:\n%s", w, got)
				}
			}
			for _, w := range c.not {
				if strings.Contains(got, w) {
					t.Errorf("a mutant with %q among:\n%s", w, got)
				}
			}
		})
	}
}

// TestNearMissesAreOneEdit compares the mutants of a simple format with what
// they say of themselves.
func TestNearMissesAreOneEdit(t *testing.T) {
	d := detectors.Detector{ID: "t", Anchors: []string{"tok_"}, Samples: []detectors.Sample{{Value: "tok_{crc}{30:alnum}{crc32:6}"}}}
	for n := range 20 {
		list, err := NearMisses(d, 0, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			body, sum := m.Value[4:len(m.Value)-6], m.Value[len(m.Value)-6:]
			right := slowCRC(body) == sum
			switch {
			case strings.Contains(m.Why, "checksum"):
				if right || len(body) != 30 {
					t.Errorf("%s: %q", m.Why, m.Value)
				}
			case strings.Contains(m.Why, "fixed text"):
				if !right || len(body) != 30 || strings.HasPrefix(m.Value, "tok_") || m.Value[3] != '_' {
					t.Errorf("%s: %q", m.Why, m.Value)
				}
			default: // width, class and repetition must not fail for the checksum
				if !right || !strings.HasPrefix(m.Value, "tok_") {
					t.Errorf("%s: %q", m.Why, m.Value)
				}
			}
		}
	}
}
