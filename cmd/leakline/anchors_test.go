package main

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/anchor"
	"leakline/remediate/incident"
	"leakline/remediate/outbound"
	"leakline/remediate/proof"
	"leakline/testdata/provider"
)

// signingKey is a key pair of a test: a member of a key set, and the name of its public
// half.
func signingKey(t *testing.T) (member, name string) {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","x":%q}`, base64.RawURLEncoding.EncodeToString(public)), proof.SPKI(public)
}

func keySet(members ...string) string { return `{"keys":[` + strings.Join(members, ",") + `]}` }

// TestAnchorsRotation plays a rotation against a provider, from the configuration to the
// verdict that closes an incident, over several runs of the program.
func TestAnchorsRotation(t *testing.T) {
	a, leaked := signingKey(t)
	b, _ := signingKey(t)
	dir := t.TempDir()
	idp := provider.Start(t)
	shown, status := keySet(a, b), http.StatusOK
	idp.Serve("login.example.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "openid-configuration") {
			fmt.Fprint(w, `{"issuer":"https://login.example.com","jwks_uri":"https://login.example.com/keys"}`)
			return
		}
		w.WriteHeader(status)
		fmt.Fprint(w, shown)
	}))
	if err := os.WriteFile(filepath.Join(dir, "keys.json"), []byte(keySet(b)), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "c.toml")
	text := `
[[trust-anchors]]
name = "login"
jwks = "https://login.example.com/.well-known/openid-configuration"
[[trust-anchors]]
name = "copy"
jwks = "keys.json"
[[trust-anchors]]
name = "other"
jwks = "missing.json"
covers = ["github.com/other/*"]
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	inc, err := incident.Fold([]incident.Event{{
		At: day1(1), Kind: incident.Detected, Incident: "v1:aaaaaaaa:k",
		Occurrence: &incident.Occurrence{Repo: "github.com/example/app", Facts: incident.Facts{Detector: "private-key", PublicKey: leaked}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	run := func(day int) (incident.Verdict, []error) {
		t.Helper()
		e := &env{
			getenv: func(k string) string { return map[string]string{"XDG_STATE_HOME": dir}[k] },
			now:    func() time.Time { return day1(day) },
		}
		c, err := readConfig(e, file)
		if err != nil {
			t.Fatal(err)
		}
		o := idp.Options()
		o.Failures = -1
		client := outbound.New(o)
		defer client.Close()
		readings, errs := readAnchors(t.Context(), e, &c, client)
		v, ok := anchorVerdict(inc, readings)
		if !ok {
			t.Fatal("no anchor judges the key")
		}
		return v, errs
	}
	for _, step := range []struct {
		day     int
		change  func()
		outcome detectors.Outcome
		at      int
		errs    int
		kinds   []incident.Kind
	}{
		{2, func() {}, detectors.Active, 2, 1, []incident.Kind{incident.Verified}},
		{3, func() { status = 503 }, detectors.OutcomeUnknown, 3, 2, nil},
		{4, func() { status, shown = 200, "<html>Log in</html>" }, detectors.OutcomeUnknown, 4, 2, nil},
		{5, func() { shown = keySet() }, detectors.OutcomeUnknown, 5, 2, nil},
		{6, func() { shown = keySet(b) }, detectors.Inactive, 6, 1, []incident.Kind{incident.Verified, incident.Remediated}},
		{7, func() {}, detectors.Inactive, 7, 1, nil},
		{8, func() { status = 503 }, detectors.OutcomeUnknown, 8, 2, nil},
		{9, func() { status, shown = 200, keySet(b, a) }, detectors.Active, 9, 1, []incident.Kind{incident.Verified, incident.Reopened}},
	} {
		step.change()
		v, errs := run(step.day)
		if v.Outcome != step.outcome || !v.At.Equal(day1(step.at)) || len(errs) != step.errs || v.Reason == "" {
			t.Errorf("day %d: %+v, %v", step.day, v, errs)
		}
		if (v.Proof == incident.ProofTrustAnchor) != (v.Outcome == detectors.Inactive) || v.Outcome == detectors.Inactive && (v.Source != "login" || v.Host != "login.example.com") {
			t.Errorf("day %d: %+v", step.day, v)
		}
		var kinds []incident.Kind
		for _, ev := range inc.Judge(v) {
			kinds = append(kinds, ev.Kind)
			if ev.Closure != nil && (ev.Closure.Proof != incident.ProofTrustAnchor || !ev.Closure.At.Equal(day1(6))) {
				t.Errorf("day %d: %+v", step.day, ev.Closure)
			}
			ev.At = day1(step.day)
			if err := inc.Apply(&ev); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(kinds, step.kinds) {
			t.Errorf("day %d: %q, want %q", step.day, kinds, step.kinds)
		}
	}
	for _, r := range idp.Requests() {
		if r.Host != "login.example.com" {
			t.Errorf("asked %s", r.Host)
		}
	}
}

func day1(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }

// TestAnchorVerdict: what several anchors say together.
func TestAnchorVerdict(t *testing.T) {
	_, key := signingKey(t)
	other, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	read := func(place string, day int, names ...string) anchor.State {
		s := anchor.State{Anchor: "x", Place: place, At: day1(day), Complete: true, Keys: []anchor.Key{{SPKI: proof.SPKI(other.PublicKey())}}}
		for _, n := range names {
			s.Keys = append(s.Keys, anchor.Key{SPKI: n, First: s.At, Last: s.At})
		}
		slices.SortFunc(s.Keys, func(a, b anchor.Key) int { return strings.Compare(a.SPKI, b.SPKI) })
		return s
	}
	down := func(place string) anchor.State {
		return anchor.State{Anchor: "x", Place: place, At: day1(9), Why: "it is down"}
	}
	reading := func(before, now anchor.State) anchorReading {
		return anchorReading{anchor.Anchor{Name: now.Place}, before, now}
	}
	shows := reading(read("shows", 1, key), read("shows", 9, key))
	left := reading(read("left", 1, key), read("left", 5))
	leftLater := reading(read("later", 1, key), read("later", 9))
	never := reading(read("never", 1), read("never", 9))
	downAfter := reading(read("down", 1, key), down("down"))
	downNever := reading(read("quiet", 1), down("quiet"))
	downFirst := reading(anchor.State{}, down("first"))
	aside := reading(read("aside", 1, key), down("aside"))
	aside.Covers = []string{"no-such"}
	for name, c := range map[string]struct {
		readings []anchorReading
		outcome  detectors.Outcome
		source   string
		at       int
	}{
		"shows":                      {[]anchorReading{left, downAfter, shows}, detectors.Active, "shows", 9},
		"left":                       {[]anchorReading{left, never}, detectors.Inactive, "left", 5},
		"left both":                  {[]anchorReading{leftLater, left}, detectors.Inactive, "later", 9},
		"left both, turned round":    {[]anchorReading{left, leftLater}, detectors.Inactive, "later", 9},
		"left, and one is down":      {[]anchorReading{left, downAfter}, detectors.OutcomeUnknown, "down", 9},
		"left, a stranger is down":   {[]anchorReading{left, downNever}, detectors.Inactive, "left", 5},
		"left, one was never read":   {[]anchorReading{downFirst, left}, detectors.OutcomeUnknown, "first", 9},
		"left, another has no say":   {[]anchorReading{aside, left}, detectors.Inactive, "left", 5},
		"never":                      {[]anchorReading{never, downNever}, detectors.OutcomeUnknown, "trust-anchors", 9},
		"nobody has a say":           {[]anchorReading{aside}, "", "", 0},
		"there is none":              {nil, "", "", 0},
		"the only one is down":       {[]anchorReading{downAfter}, detectors.OutcomeUnknown, "down", 9},
		"the first reading, down":    {[]anchorReading{downFirst}, detectors.OutcomeUnknown, "first", 9},
		"the order does not matter":  {[]anchorReading{downAfter, left}, detectors.OutcomeUnknown, "down", 9},
		"nor does it for the living": {[]anchorReading{shows, downAfter}, detectors.Active, "shows", 9},
	} {
		inc := &incident.Incident{}
		inc.Detector, inc.PublicKey = "private-key", key
		v, ok := anchorVerdict(inc, c.readings)
		if ok != (c.outcome != "") || v.Outcome != c.outcome || v.Source != c.source || ok && !v.At.Equal(day1(c.at)) {
			t.Errorf("%s: %+v, %t", name, v, ok)
		}
		if (v.Proof != "") != (v.Outcome == detectors.Inactive) {
			t.Errorf("%s: proof %q of %s", name, v.Proof, v.Outcome)
		}
		inc.PublicKey = ""
		if v, ok := anchorVerdict(inc, c.readings); ok {
			t.Errorf("%s: of no key, %+v", name, v)
		}
	}
}

// TestAnchorsDamaged: what cannot be read of before is neither believed nor overwritten,
// and without a client nobody is asked.
func TestAnchorsDamaged(t *testing.T) {
	a, key := signingKey(t)
	dir := t.TempDir()
	e := &env{getenv: func(k string) string { return map[string]string{"XDG_STATE_HOME": dir}[k] }, now: func() time.Time { return day1(1) }}
	state := filepath.Join(dir, "leakline", "anchors", "idp.json")
	keys := filepath.Join(dir, "keys.json")
	for path, text := range map[string]string{state: "{", keys: keySet(a)} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := defaultConfig()
	c.anchors = []anchor.Anchor{{Name: "idp", Kind: anchor.JWKS, File: keys}, {Name: "net", Kind: anchor.JWKS, URL: "https://idp.example.com/keys"}}
	readings, errs := readAnchors(t.Context(), e, &c, nil)
	if len(errs) != 2 || len(readings) != 2 || readings[1].now.Complete {
		t.Errorf("%+v, %v", readings, errs)
	}
	inc := &incident.Incident{}
	inc.PublicKey = key
	if v, ok := anchorVerdict(inc, readings); !ok || v.Outcome != detectors.Active {
		t.Errorf("%+v", v)
	}
	if data, err := os.ReadFile(state); err != nil || string(data) != "{" {
		t.Errorf("the state is now %q, %v", data, err)
	}
}
