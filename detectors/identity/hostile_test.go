package identity

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// kinds are all the detectors of the tests.
var kinds = []*detectors.Detector{
	&entra, &googleAccount, &googleClient, &oktaToken, &oidcSecret, &keycloak, &samlKey, &scimToken, &githubOAuth, &slackOAuth,
	&ldapBind, &duoSecret, &twilio, &jwt, &mcpToken, &openaiKey, &authSecret, &awsKey, &sessionSecret, &privateKey, &googleKey, &generic, &nobody, nil,
}

// shownText is everything that a ruling can print.
func shownText(r Ruling) []string {
	out := []string{r.Drop, r.Lower, r.Default}
	for _, e := range r.Evidence {
		out = append(out, e.Detail)
	}
	for _, d := range r.AlsoOpens {
		for _, e := range d.Evidence {
			out = append(out, e.Detail)
		}
	}
	for _, f := range r.Frameworks {
		out = append(out, f.Reason)
	}
	return out
}

// drawText draws documents out of what the tables and the readers look for.
func drawText(t *rapid.T, label, secret string) string {
	words := []string{
		"openai", "login", "grafana", "SSO_", "customer", "realm", "employees", "bedrock", "redirect_uri", "terraform",
		"https://", "api.openai.com", ".okta.com", "acme.auth0.com/", "login.microsoftonline.com/common", "\n", "\n\n", "  ", "{", "}",
		"(", ")", "[x]", "=", ": ", "\"", "'", "import openai\n", "https://deploy:", "@api.openai.com ", "require('passport')\n", "timingSafeEqual(", "requests.post(", "KEY",
		"_", "\x00", "é", "\xff", "value", "Bearer ", secret, "admin",
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 60).Draw(t, label), "")
}

func drawClaims(t *rapid.T, secret string) map[string]any {
	if rapid.Bool().Draw(t, "no claims") {
		return nil
	}
	values := rapid.SampledFrom([]any{
		"https://acme.auth0.com/", "supabase", "service_role", "anon", 1.0, -1.0, math.Inf(1), math.NaN(), true, nil, secret,
		"https://" + secret + ".example.com/realms/customers", "x@y.example",
		[]any{"https://api.openai.com", 1.0, nil},
		json.Number("17e8"),
		map[string]any{"client_email": secret + "@acme.iam.gserviceaccount.com"},
		"argocd", strings.Repeat("a.", 5000),
	})
	names := rapid.SampledFrom([]string{
		"iss", "aud", "azp", "sub", "role", "ref", "scope", "exp", "iat", "email", "gty", "tid", "hd", "client_email", "installed",
		"kubernetes.io", "header.alg", "firebase", "login_url", secret,
	})
	return rapid.MapOfN(names, values, 0, 8).Draw(t, "claims")
}

// TestNoSecretShown holds that no ruling prints the secret's text, and that no
// document, path, claim or offset makes one panic. Secrets are random texts and
// words of the tables, which weak secrets may be.
func TestNoSecretShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.OneOf(
			rapid.StringMatching(`[A-Za-z0-9_-]{4,40}`),
			rapid.SampledFrom([]string{"openai", "login", "grafana", "customer", "stands", "word", "the name has", "auth0.com", "changeme", "service_role"}),
		).Draw(t, "secret")
		before, after := drawText(t, "before", secret), drawText(t, "after", secret)
		m := engine.Match{
			Detector: rapid.SampledFrom(kinds).Draw(t, "kind"), Secret: detectors.NewSecret(secret), Claims: drawClaims(t, secret),
			Start: len(before), End: len(before) + len(secret),
		}
		if rapid.Bool().Draw(t, "bad offsets") {
			m.Start = rapid.IntRange(-5, 5000).Draw(t, "start")
			m.End = rapid.IntRange(-5, 5000).Draw(t, "end")
			m.NameStart = rapid.IntRange(-5, 5000).Draw(t, "name start")
			m.NameEnd = rapid.IntRange(-5, 5000).Draw(t, "name end")
		}
		doc := Document{
			Path: rapid.SampledFrom([]string{"", "auth.ts", ".env.production", "tests/" + secret + ".py", "a//b/", "/", "[...nextauth].ts"}).Draw(t, "path"),
			Data: []byte(before + secret + after), Beside: []engine.Match{{}, m}, Now: time.Unix(1.8e9, 0),
		}
		repo := &Repo{}
		repo.Add("requirements.txt", []byte(after))
		r := Classify(m, doc, repo)
		for _, text := range shownText(r) {
			if strings.Contains(text, secret) {
				t.Fatalf("the ruling shows the secret %q: %q", secret, text)
			}
		}
		checkRuling(t, m.Detector, &r)
	})
}

// checkRuling holds what is true of every ruling.
func checkRuling(t *rapid.T, d *detectors.Detector, r *Ruling) {
	switch {
	case r.Layer == "" || r.Confidence == "" || r.Privilege == "" || r.Scope == "" || r.Environment == "":
		t.Fatalf("a field is empty: %+v", r.Identity)
	case (r.Confidence == detectors.Ambiguous) != (len(r.Candidates) > 1):
		t.Fatalf("%s with the candidates %v", r.Confidence, r.Candidates)
	case r.Layer == infra && r.Class == "":
		t.Fatal("infrastructure without a class")
	case r.Layer != infra && r.Class != "":
		t.Fatalf("%s with the class %s", r.Layer, r.Class)
	case len(r.Evidence) > maxEvidence:
		t.Fatalf("%d pieces of evidence", len(r.Evidence))
	case r.Confidence == detectors.Certain && len(r.Evidence) == 0:
		t.Fatal("certain without evidence")
	case r.WeakDefault && r.Drop != "":
		t.Fatal("a weak default is dropped")
	}
	if d != nil && len(d.AmbiguousLayers) == 0 && d.Identity.Layer != detectors.Unclassified && r.Layer != d.Identity.Layer {
		t.Fatalf("context moved a format of one door from %s to %s", d.Identity.Layer, r.Layer)
	}
	for _, door := range r.AlsoOpens {
		if door.Layer == r.Layer {
			t.Fatal("it also opens its own layer")
		}
	}
}

// TestConcurrentRulings shares one document's facts and one repository.
func TestConcurrentRulings(t *testing.T) {
	m, data := matchIn(t, &entra, "import openai\nk='@@@@'\n", randomText(t, "c"))
	repo := &Repo{}
	repo.Add("package.json", []byte(`{"dependencies":{"openai":"1"}}`))
	doc := Document{Path: "x.py", Data: data, Facts: Read("x.py", data)}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if r := Classify(m, doc, repo); r.Layer != ai {
					t.Errorf("layer %s", r.Layer)
				}
			}
		})
	}
	group.Wait()
}

// TestFactsAgree holds that facts read beforehand change nothing.
func TestFactsAgree(t *testing.T) {
	for _, c := range kindCases {
		m, data := matchIn(t, c.d, c.doc, randomText(t, c.name))
		m.Claims = c.claims
		a := Classify(m, Document{Path: c.path, Data: data}, nil)
		b := Classify(m, Document{Path: c.path, Data: data, Facts: Read(c.path, data)}, nil)
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%s: %v\n%v", c.name, a, b)
		}
	}
}

// dense makes a file with n secrets.
func dense(n int) (matches []engine.Match, data []byte) {
	var b strings.Builder
	b.WriteString("import openai\n")
	secret := strings.Repeat("q7Rt", 10)
	for i := range n {
		fmt.Fprintf(&b, "ACME_%d_CLIENT_SECRET=", i)
		at := b.Len()
		b.WriteString(secret + "\n")
		matches = append(matches, engine.Match{Detector: &entra, Start: at, End: at + len(secret), Secret: detectors.NewSecret(secret)})
	}
	return matches, []byte(b.String())
}

// BenchmarkDense rules on a file of 10,000 secrets that lie close together.
func BenchmarkDense(b *testing.B) {
	ms, data := dense(10_000)
	for b.Loop() {
		doc := Document{Path: "x.env", Data: data, Facts: Read("x.env", data), Beside: ms}
		for _, m := range ms {
			_ = Classify(m, doc, nil)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(ms)), "µs/hit")
}

// BenchmarkCertain is the same for a format that decides alone.
func BenchmarkCertain(b *testing.B) {
	ms, data := dense(10_000)
	for b.Loop() {
		doc := Document{Path: "x.env", Data: data, Facts: Read("x.env", data)}
		for _, m := range ms {
			m.Detector = &openaiKey
			_ = Classify(m, doc, nil)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(ms)), "µs/hit")
}

// BenchmarkRead gathers the facts of a large source file.
func BenchmarkRead(b *testing.B) {
	_, data := dense(10_000)
	b.SetBytes(importBytes)
	for b.Loop() {
		_ = Read("x.env", data)
	}
}
