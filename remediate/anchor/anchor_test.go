package anchor

import (
	"context"
	"crypto/elliptic"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/outbound"
	"leakline/testdata/provider"
)

const (
	keysURL = "https://idp.example.com/tenant-4711/keys"
	idpHost = "idp.example.com"
)

// idp is an identity provider whose answer a test chooses, by name.
type idp struct {
	*provider.Server
	client *outbound.Client
}

func startIDP(t *testing.T, documents map[string]string) *idp {
	t.Helper()
	s := provider.Start(t)
	p := detectors.Probe{ID: "idp", URL: keysURL}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		p.Examples = append(p.Examples, detectors.Exchange{Name: name, Status: http.StatusOK, Body: documents[name], Means: detectors.Active})
	}
	p.Examples = append(p.Examples, detectors.Exchange{Name: "404", Status: 404, Body: documents["other"]}, detectors.Exchange{Name: "204", Status: 204})
	s.Probes([]detectors.Probe{p})
	o := s.Options()
	o.Timeout, o.Failures = 30*time.Second, -1
	c := outbound.New(o)
	t.Cleanup(c.Close)
	return &idp{s, c}
}

// shows lets the provider give a document, or a fault, from now on.
func (i *idp) shows(name string) { i.Know("idp", "", name) }

// TestRotation plays the rotation of a leaked key: it is dead from the first reading on
// that lacks it, and lives again if it comes back.
func TestRotation(t *testing.T) {
	rsa := rsaPairs()
	for name, keys := range map[string][3]pair{
		"RSA": rsa, "EC": {ecPair(t, elliptic.P256()), ecPair(t, elliptic.P384()), ecPair(t, elliptic.P521())}, "Ed25519": {edPair(t), edPair(t), edPair(t)},
	} {
		t.Run(name, func(t *testing.T) {
			a, b, c := keys[0], keys[1], keys[2]
			p := startIDP(t, map[string]string{
				"both": jwks(a.jwk("2025"), b.jwk("2026")), "new": jwks(b.jwk("2026")), "other": jwks(c.jwk("2027")),
			})
			anchor := Anchor{Name: "idp", Kind: JWKS, URL: keysURL}
			store := Folder(t.TempDir())
			for n, step := range []struct {
				shows   string
				a, b, c string
				dead    int // the day since when A is dead
			}{
				{"both", "active", "active", "unknown", 0},
				{"both", "active", "active", "unknown", 0},
				{"500", "unknown", "unknown", "unknown", 0},
				{"new", "inactive", "active", "unknown", 3},
				{"new", "inactive", "active", "unknown", 3},
				{"portal", "unknown", "unknown", "unknown", 0},
				{"other", "inactive", "inactive", "active", 3},
				{"both", "active", "active", "inactive", 0},
				{"other", "inactive", "inactive", "active", 8},
			} {
				p.shows(step.shows)
				before, _, err := store.Load("idp")
				if err != nil {
					t.Fatal(err)
				}
				now, err := Read(t.Context(), p.client, anchor, onDay(n))
				if (err == nil) != now.Complete {
					t.Fatalf("day %d: complete %t, %v", n, now.Complete, err)
				}
				for i, want := range []string{step.a, step.b, step.c} {
					j := Judge(before, now, keys[i].leaked(t))
					if string(j.Outcome) != want || j.Reason == "" {
						t.Errorf("day %d, key %d: %+v, want %s", n, i, j, want)
					}
					if i == 0 && j.Outcome == detectors.Inactive && !j.At.Equal(onDay(step.dead)) {
						t.Errorf("day %d: dead since %s", n, j.At)
					}
				}
				if after := Follow(before, now); now.Complete {
					if err := store.Save(after); err != nil {
						t.Fatal(err)
					}
				} else if d := cmp.Diff(before, after); d != "" {
					t.Errorf("day %d changes what is known: %s", n, d)
				}
			}
		})
	}
}

// TestFaults: whatever goes wrong while a key that was shown is asked for, it is unknown
// and nothing is forgotten. Errors hold no address and nothing of the answer.
func TestFaults(t *testing.T) {
	a, b := edPair(t), edPair(t)
	broken := b.jwk("b")
	broken["x"] = "!"
	short := b.jwk("b")
	short["x"] = "AAAA"
	symmetric := map[string]any{"kty": "oct", "k": "AAAA"}
	documents := map[string]string{
		"good": jwks(a.jwk("a")), "other": jwks(b.jwk("b")), "empty": jwks(), "no member": "{}", "null": "null", "null keys": `{"keys":null}`, "list": "[]", "text": `"keys"`,
		"a broken key": jwks(b.jwk("b"), broken), "a short key": jwks(b.jwk("b"), short), "no kind": jwks(b.jwk("b"), map[string]any{"kid": "x"}),
		"only others": jwks(symmetric), "two values": jwks(b.jwk("b")) + jwks(), "broken off": jwks(b.jwk("b"))[:60], "nothing": "", "blank": "  ",
		"no list": `{"keys":{}}`, "keys of text": `{"keys":["x"]}`, "broken x5c": jwks(b.jwk("b"), map[string]any{"kty": "oct", "x5c": []string{"AAAA"}}),
		"XML": "<EntityDescriptor/>", "garbled": strings.Repeat("\x00", 100),
		"many": `{"keys":[` + strings.Repeat("{},", maxKeys) + "{}]}",
	}
	p := startIDP(t, documents)
	anchor := Anchor{Name: "idp", Kind: JWKS, URL: keysURL}
	p.shows("good")
	before, err := Read(t.Context(), p.client, anchor, onDay(0))
	if err != nil {
		t.Fatal(err)
	}
	unknown := func(name string, client *outbound.Client, ctx context.Context) {
		t.Helper()
		now, err := Read(ctx, client, anchor, onDay(1))
		j := Judge(before, now, a.spki)
		if err == nil || now.Complete || j.Outcome != detectors.OutcomeUnknown || j.Reason == "" || !j.Shown {
			t.Errorf("%s: %+v, %v", name, j, err)
			return
		}
		for _, part := range []string{"tenant", "4711", "AAAA", "\x00", "Log in", "https://"} {
			if strings.Contains(err.Error(), part) || strings.Contains(now.Why, part) {
				t.Errorf("%s: the error holds %q: %v", name, part, err)
			}
		}
		if d := cmp.Diff(before, Follow(before, now)); d != "" {
			t.Errorf("%s changes what is known: %s", name, d)
		}
	}
	for name := range documents {
		if name != "good" && name != "other" { // which is what 404 comes with
			p.shows(name)
			unknown(name, p.client, t.Context())
		}
	}
	for _, name := range []string{
		"slow", "trickle", "cut", "429", "500", "garbage", "noise", "huge", "headers", "redirect", "loop", "portal", "portal401", "portal403", "404", "204",
	} {
		p.shows(name)
		client := p.client
		if name == "slow" || name == "trickle" {
			o := p.Options()
			o.Timeout = 100 * time.Millisecond
			client = outbound.New(o)
		}
		unknown(name, client, t.Context())
	}
	p.shows("good")
	for _, fault := range []string{"expired", "expired-ca", "stranger", "name", "1.1"} {
		p.TLS(idpHost, fault)
		c := outbound.New(p.Options()) // one that has no connection yet
		unknown("TLS "+fault, c, t.Context())
		c.Close()
	}
	p.TLS(idpHost, "")
	fresh := func(change func(*outbound.Options)) *outbound.Client {
		o := p.Options()
		change(&o)
		c := outbound.New(o)
		t.Cleanup(c.Close)
		return c
	}
	unknown("proxy down", fresh(func(o *outbound.Options) { o.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1"}) }), t.Context())
	unknown("proxy refuses", fresh(func(o *outbound.Options) { o.Proxy = http.ProxyURL(p.Proxy(407)) }), t.Context())
	unknown("clock", fresh(func(o *outbound.Options) {
		o.Now = func() time.Time { return time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) }
	}), t.Context())
	unknown("offline", nil, t.Context())
	stopped, stop := context.WithCancel(t.Context())
	stop()
	unknown("stopped", p.client, stopped)
	p.Resolve(idpHost, netip.MustParseAddr("10.0.0.1"))
	unknown("private address", fresh(func(*outbound.Options) {}), t.Context())
	p.Resolve(idpHost)
	unknown("no such host", fresh(func(*outbound.Options) {}), t.Context())
}

// TestWhatProvesNothing: complete readings from which no death follows.
func TestWhatProvesNothing(t *testing.T) {
	a, b := edPair(t), edPair(t)
	anchor, write := fileAnchor(t, JWKS)
	read := func(a Anchor, day int, keys ...map[string]any) State {
		t.Helper()
		write(jwks(keys...))
		s, err := Read(t.Context(), nil, a, onDay(day))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := read(anchor, 5, a.jwk("a"))
	moved := anchor
	moved.Kind, moved.File = JWKS, strings.TrimSuffix(anchor.File, "anchor")+"./anchor"
	later := read(anchor, 6, b.jwk("b"))
	old := later
	old.Age = 48 * time.Hour
	for name, c := range map[string]struct {
		before, now State
		key, reason string
	}{
		"never seen":  {State{}, later, a.spki, "never shown"},
		"other key":   {before, later, edPair(t).spki, "never shown"},
		"clock":       {before, read(anchor, 4, b.jwk("b")), a.spki, "clock"},
		"elsewhere":   {before, read(moved, 6, b.jwk("b")), a.spki, "elsewhere"},
		"cache":       {before, old, a.spki, "a cache"},
		"no key":      {before, later, "", "not known"},
		"half a name": {before, later, "spki-sha256:", "not known"},
		"not read":    {before, State{}, a.spki, "not read"},
	} {
		j := Judge(c.before, c.now, c.key)
		if j.Outcome != detectors.OutcomeUnknown || !strings.Contains(j.Reason, c.reason) {
			t.Errorf("%s: %+v", name, j)
		}
		if shown := name == "clock" || name == "cache"; j.Shown != shown {
			t.Errorf("%s: shown %t", name, j.Shown)
		}
		if after := Follow(c.before, c.now); name == "elsewhere" && after.find(a.spki) != nil {
			t.Error("what an anchor showed elsewhere is kept")
		}
	}
	if after := Follow(before, old); !slices.Contains(after.names(), a.spki) {
		t.Error("an old copy makes a key gone")
	}
	if j := Judge(before, later, a.spki); j.Outcome != detectors.Inactive {
		t.Errorf("the case itself: %+v", j)
	}
	old.Age = time.Hour
	if j := Judge(before, old, a.spki); j.Outcome != detectors.Inactive {
		t.Errorf("a copy that is new enough: %+v", j)
	}
}

// TestAge: how old a copy is, is what the header Age says.
func TestAge(t *testing.T) {
	s := provider.Start(t)
	for i, c := range []struct {
		header string
		want   time.Duration
	}{{"90", 90 * time.Second}, {"", 0}, {"-5", 0}, {"x", 0}, {" 7 ", 7 * time.Second}, {"99999999999999999999", 0}} {
		host := fmt.Sprintf("h%d.example.com", i)
		s.Serve(host, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Age", c.header)
			_, _ = w.Write([]byte(jwks(edPair(t).jwk("a"))))
		}))
		client := outbound.New(s.Options())
		got, err := Read(t.Context(), client, Anchor{Name: "a", Kind: JWKS, URL: "https://" + host + "/"}, onDay(0))
		client.Close()
		if err != nil || got.Age != c.want {
			t.Errorf("%q: %s, %v", c.header, got.Age, err)
		}
	}
}

// TestDiscovery: a discovery document leads to keys on its own host, and nowhere else.
func TestDiscovery(t *testing.T) {
	a := edPair(t)
	for name, c := range map[string]struct {
		path, uri string
		ok        bool
	}{
		"openid":       {"/t/.well-known/openid-configuration", "https://idp.example.com/t/keys", true},
		"port":         {"/.well-known/openid-configuration", "https://IDP.example.com:443/t/keys", true},
		"oauth":        {"/.well-known/oauth-authorization-server/t", "https://idp.example.com/t/keys", true},
		"other host":   {"/.well-known/openid-configuration", "https://evil.example.net/t/keys", false},
		"lower host":   {"/.well-known/openid-configuration", "https://x.idp.example.com/t/keys", false},
		"user":         {"/.well-known/openid-configuration", "https://idp.example.com@evil.example.net/t/keys", false},
		"other port":   {"/.well-known/openid-configuration", "https://idp.example.com:8443/t/keys", false},
		"plain":        {"/.well-known/openid-configuration", "http://idp.example.com/t/keys", false},
		"relative":     {"/.well-known/openid-configuration", "/t/keys", false},
		"none":         {"/.well-known/openid-configuration", "", false},
		"itself":       {"/.well-known/openid-configuration", "https://idp.example.com/.well-known/openid-configuration", false},
		"no discovery": {"/openid-configuration", "https://idp.example.com/t/keys", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := provider.Start(t)
			mux := http.NewServeMux()
			mux.HandleFunc(c.path, func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, `{"issuer":"https://idp.example.com/t","jwks_uri":%q}`, c.uri)
			})
			mux.HandleFunc("/t/keys", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, jwks(a.jwk("a"))) })
			s.Serve(idpHost, mux)
			s.Serve("evil.example.net", mux)
			s.Serve("x.idp.example.com", mux)
			client := outbound.New(s.Options())
			defer client.Close()
			got, err := Read(t.Context(), client, Anchor{Name: "idp", Kind: JWKS, URL: "https://" + idpHost + c.path}, onDay(0))
			if got.Complete != c.ok || (err == nil) != c.ok || c.ok && !slices.Equal(got.names(), []string{a.spki}) {
				t.Errorf("%+v, %v", got, err)
			}
			if c.uri != "" && !c.ok && name != "itself" && name != "no discovery" && !strings.Contains(err.Error(), "another host or without TLS") {
				t.Errorf("%v", err)
			}
			for _, r := range s.Requests() {
				if r.Host != idpHost || r.Method != http.MethodGet || len(r.Body) > 0 {
					t.Errorf("asked: %s %s%s", r.Method, r.Host, r.Path)
				}
			}
		})
	}
}

// TestNeverDeadByChance plays random readings and holds each judgement against a model
// that shares no code with it: a key is dead exactly if some complete reading had
// shown it, and the present one is complete, no older, and lacks it.
func TestNeverDeadByChance(t *testing.T) {
	pairs := []pair{edPair(t), edPair(t), edPair(t), edPair(t)}
	anchor, write := fileAnchor(t, JWKS)
	faults := []string{"", "<html>", "{", `{"keys":[]}`, `{"keys":[{}]}`, "null", `{"keys":`}
	counts := map[detectors.Outcome]int{}
	rapid.Check(t, func(rt *rapid.T) {
		var known State
		ever := map[string]bool{}
		last := time.Time{} // of the last complete reading
		gone := map[string]time.Time{}
		at := day0
		for range rapid.IntRange(1, 12).Draw(rt, "readings") {
			at = at.Add(time.Duration(rapid.IntRange(-1, 3).Draw(rt, "days")) * 24 * time.Hour)
			var set []map[string]any
			shown := map[string]bool{}
			for i, p := range pairs {
				if rapid.Bool().Draw(rt, "shown") {
					set = append(set, p.jwk(fmt.Sprint(i)))
					shown[p.spki] = true
				}
			}
			text := jwks(set...)
			good := len(set) > 0
			switch rapid.IntRange(0, 4).Draw(rt, "kind") {
			case 0:
				text, good = rapid.SampledFrom(faults).Draw(rt, "fault"), false
			case 1:
				text, good = text[:rapid.IntRange(0, len(text)-1).Draw(rt, "cut")], false
			}
			write(text)
			now, err := Read(rt.Context(), nil, anchor, at)
			if now.Complete != good || (err == nil) != good {
				rt.Fatalf("complete %t, %v: %s", now.Complete, err, text)
			}
			back := at.Before(last)
			for _, p := range pairs {
				want := detectors.OutcomeUnknown
				switch {
				case !good:
				case shown[p.spki]:
					want = detectors.Active
				case ever[p.spki] && !back:
					want = detectors.Inactive
				}
				j := Judge(known, now, p.spki)
				if j.Outcome != want {
					rt.Fatalf("%+v, want %s", j, want)
				}
				counts[want]++
				if want == detectors.Inactive {
					since := gone[p.spki]
					if since.IsZero() {
						since = at
					}
					if !j.At.Equal(since) {
						rt.Fatalf("dead since %s, want %s", j.At, since)
					}
				}
			}
			known = Follow(known, now)
			if good && !back {
				last = at
				for _, p := range pairs {
					switch {
					case shown[p.spki]:
						ever[p.spki] = true
						delete(gone, p.spki)
					case ever[p.spki] && gone[p.spki].IsZero():
						gone[p.spki] = at
					}
				}
			}
		}
	})
	for _, o := range []detectors.Outcome{detectors.Active, detectors.Inactive, detectors.OutcomeUnknown} {
		if counts[o] == 0 {
			t.Errorf("no key was ever %s", o)
		}
	}
}

// TestBrokenDocuments: of documents of all kinds, nothing that was cut short, and nothing
// with a letter changed that makes a key another's, loses a key and is complete.
func TestBrokenDocuments(t *testing.T) {
	one, first := certificateOf(t, "one", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
	two, second := certificateOf(t, "two", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
	documents := map[Kind]string{
		SAML:        entity("https://idp.example.com/", "", [2]string{"signing", body(t, one)}, [2]string{"", body(t, two)}),
		Certificate: one + two,
		JWKS:        jwks(edPair(t).jwk("a"), ecPair(t, elliptic.P256()).jwk("b")),
	}
	for kind, text := range documents {
		whole, _, err := parse(kind, []byte(text), day0)
		if err != nil || len(whole) != 2 {
			t.Fatalf("%s: %v, %v", kind, whole, err)
		}
		if kind != JWKS && (whole[0].SPKI != first || whole[1].SPKI != second) {
			t.Errorf("%s: %v", kind, whole)
		}
		for n := range text {
			keys, _, err := parse(kind, []byte(text[:n]), day0)
			boundary := kind == Certificate && strings.HasSuffix(strings.TrimSpace(text[:n]), "-----END CERTIFICATE-----") // each block is a document
			if err == nil && len(keys) > 0 && len(keys) < 2 && !boundary {
				t.Errorf("%s: cut at %d, it has %d keys", kind, n, len(keys))
			}
		}
		for n := 0; n < len(text); n += 7 {
			changed := text[:n] + "\x7f" + text[n+1:]
			if keys, _, err := parse(kind, []byte(changed), day0); err == nil && len(keys) == 1 {
				t.Errorf("%s: with byte %d changed, it has one key", kind, n)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(jwks(edPair(f).jwk("a")), 0)
	f.Add(entity("x", `validUntil="2030-01-01T00:00:00Z"`, [2]string{"", "AAAA"}), 1)
	f.Add("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", 2)
	f.Fuzz(func(t *testing.T, text string, kind int) {
		keys, _, err := parse(Kinds()[uint(kind)%3], []byte(text), day0)
		for _, k := range keys {
			if err == nil && !isSPKI().MatchString(k.SPKI) {
				t.Errorf("%+v", k)
			}
		}
	})
}
