package identity

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
)

// with rules on a given secret.
func with(t *testing.T, d *detectors.Detector, path, doc, secret string) Ruling {
	t.Helper()
	m, data := matchIn(t, d, doc, secret)
	return Classify(m, Document{Path: path, Data: data}, nil)
}

func TestPublishedValues(t *testing.T) {
	seed := base64.StdEncoding.EncodeToString([]byte("Aladdin:open sesame"))
	if r := with(t, &generic, "prod.env", "KEY=@@@@\n", seed); !strings.HasPrefix(r.Drop, "known public value: ") {
		t.Errorf("a sample of a standard is reported: %q", r.Drop)
	}
	// A near miss is somebody's own.
	if r := with(t, &generic, "prod.env", "KEY=@@@@\n", seed+"a"); r.Drop != "" {
		t.Errorf("dropped for a part of its text: %q", r.Drop)
	}
	jwk := `{"kty":"oct","k":"` + seed + `"}`
	if r := with(t, &generic, "jwk.json", "@@@@", jwk); r.Drop == "" {
		t.Error("a published key inside of a JSON Web Key is reported")
	}
	public := detectors.Detector{Provider: "Clerk", Title: "publishable key", Public: true, Anchors: []string{"pk_"}, Identity: detectors.Identity{Layer: app}}
	if r := with(t, &public, "x.env", "KEY=@@@@\n", randomText(t, "pk")); !strings.HasPrefix(r.Drop, "public by design: ") {
		t.Errorf("a public identifier is reported: %q", r.Drop)
	}
}

func TestPublishedClaims(t *testing.T) {
	for name, c := range map[string]struct {
		claims claims
		drop   bool
	}{
		"supabase demo":             {claims{"iss": "supabase-demo", "role": "service_role"}, true},
		"supabase anon":             {claims{"iss": "supabase", "ref": "abcdefghijklmnopqrst", "role": "anon"}, true},
		"supabase service role":     {claims{"iss": "supabase", "ref": "abcdefghijklmnopqrst", "role": "service_role"}, false},
		"jwt.io":                    {claims{"sub": "1234567890", "name": "John Doe", "iat": 1516239022.0, "header.alg": "HS512"}, true},
		"jwt.io with a claim more":  {claims{"sub": "1234567890", "name": "John Doe", "tenant": "acme"}, false},
		"rfc 7519":                  {claims{"iss": "joe", "exp": 1300819380.0, "http://example.com/is_root": true}, true},
		"another joe":               {claims{"iss": "joe", "exp": 1900819380.0}, false},
		"anon of another issuer":    {claims{"iss": "https://api.acme.example", "role": "anon"}, false},
		"claims of the wrong types": {claims{"iss": 1.0, "sub": []any{1}, "exp": "x", "role": claims{}, "aud": claims{"a": "b"}}, false},
	} {
		r := ruleOn(t, &jwt, "x.env", "T=@@@@\n", c.claims, nil)
		if got := strings.HasPrefix(r.Drop, "known public value: "); got != c.drop {
			t.Errorf("%s: drop %q", name, r.Drop)
		}
	}
}

func TestWeakDefaults(t *testing.T) {
	for _, c := range []struct {
		name, path, doc, secret string
		d                       *detectors.Detector
		weak                    bool
		drop, lower             bool
	}{
		{"deployed", "docker-compose.yml", "NEXTAUTH_SECRET: @@@@\n", "changeme", &authSecret, true, false, false},
		{"production", ".env.production", "SECRET_KEY=@@@@\n", "keyboard cat", &authSecret, true, false, false},
		{"standard input", "", "SECRET_KEY=@@@@\n", "TEST_NON_DEV_SECRET", &authSecret, true, false, false},
		{"development", ".env.development", "SECRET_KEY=@@@@\n", "changeme", &authSecret, false, false, true},
		{"test", "tests/settings.py", "SECRET_KEY=@@@@\n", "changeme", &authSecret, false, true, false},
		{"docs", "docs/setup.md", "SECRET_KEY=@@@@\n", "your-256-bit-secret", &authSecret, false, true, false},
		{"example", ".env.example", "SECRET_KEY=@@@@\n", "changeme", &authSecret, false, true, false},
		{"pipeline", ".github/workflows/ci.yml", "SECRET_KEY: @@@@\n", "changeme", &authSecret, false, false, true},
		{"a password", "docker-compose.yml", "PASSWORD=@@@@\n", "changeme", &generic, false, false, true},
		{"a server's own", "docker-compose.yml", "KEY=@@@@\n", "somerandomkeyhere", &generic, true, false, false},
		{"a real one", ".env.production", "SECRET_KEY=@@@@\n", "kj3h4-not-a-default", &authSecret, false, false, false},
	} {
		r := with(t, c.d, c.path, c.doc, c.secret)
		if r.WeakDefault != c.weak || (r.Drop != "") != c.drop || (r.Lower != "") != c.lower {
			t.Errorf("%s: weak %t, drop %q, lower %q", c.name, r.WeakDefault, r.Drop, r.Lower)
		}
		if c.weak && (r.Default == "" || !hasFramework(r, "NHI4:2025") && c.d != &generic) {
			t.Errorf("%s: default %q, frameworks %v", c.name, r.Default, r.Frameworks)
		}
	}
}

func hasFramework(r Ruling, id string) bool {
	return slices.ContainsFunc(r.Frameworks, func(f Framework) bool { return f.ID == id && f.Reason != "" })
}

// TestFixtures holds that made-up places lower what does not prove itself, never
// what does, and never drop.
func TestFixtures(t *testing.T) {
	unproven := openaiKey
	unproven.Structured = false
	for path, lowered := range map[string]bool{
		"src/app.ts": false, "test/app.ts": true, "src/__tests__/app.ts": true, "app_test.go": true, "test_app.py": true,
		"src/AppTest.java": true, "app.spec.ts": true, "Form.stories.tsx": true, "stories.ts": false, "spec/models/user.rb": true, "fixtures/a.json": true, "src/mocks/a.ts": true,
		"vcr_cassettes/a.yml": true, "vcr_cassettes/test_a.yml": true, "__snapshots__/a.snap": true, "examples/a.py": true, "docs/a.md": true, "vendor/x/a.go": true,
		".env.example": true, ".env.template": true, "config.yaml.dist": true, "README.md": true, "node_modules/a/b.js": true,
		"integration-tests/a.ts": true, "latest/a.ts": false, "contest/a.ts": false, "test-infra/a.ts": false, "ab-testing.ts": false,
		"api/openapi.v3.json": true, "swagger/token.yml": true, "src/openapi/client.ts": false, "guide/setup.rst": true, "a.mdx": true,
		"lib/python3/dist-packages/a.py": true, "x-1.0.egg-info/PKG-INFO": true, ".github/workflows/e2e.yml": true,
		"api/spec.yaml": false, "attest/a.go": false, "templates/a.html": false, "src/specification/a.ts": false, "": false,
	} {
		for _, d := range []*detectors.Detector{&generic, &authSecret, &unproven} {
			// What a test recorded was real, where an owner's kind is recognised.
			lowered := lowered && (d == &generic || !strings.HasPrefix(path, "vcr_cassettes"))
			r := ruleOn(t, d, path, "k=@@@@\n", nil, nil)
			if (r.Lower != "") != lowered || r.Drop != "" {
				t.Errorf("%s at %q: lower %q, drop %q", d.Title, path, r.Lower, r.Drop)
			}
		}
		if r := ruleOn(t, &openaiKey, path, "k=@@@@\n", nil, nil); r.Lower != "" || r.Drop != "" {
			t.Errorf("a key that proves itself at %q: lower %q, drop %q", path, r.Lower, r.Drop)
		}
	}
}

func TestExpiry(t *testing.T) {
	m, data := matchIn(t, &jwt, "t=@@@@\n", randomText(t, "jwt"))
	m.Claims = claims{"header.alg": "RS256", "iat": 1_600_000_000.0, "exp": 1_600_003_600.0}
	for name, c := range map[string]struct {
		now     time.Time
		lowered bool
		detail  string
	}{
		"no clock": {time.Time{}, false, "it expires on 2020-09-13"},
		"before":   {time.Unix(1_600_000_001, 0), false, "it expires on 2020-09-13"},
		"after":    {time.Unix(1_700_000_000, 0), true, "it expired on 2020-09-13"},
	} {
		r := Classify(m, Document{Data: data, Now: c.now}, nil)
		if (r.Lower == "the token has expired") != c.lowered {
			t.Errorf("%s: lower %q", name, r.Lower)
		}
		if !slices.ContainsFunc(r.Evidence, func(e detectors.Evidence) bool { return e.Detail == c.detail && e.Layer == "" }) {
			t.Errorf("%s: %v", name, r.Evidence)
		}
		if hasFramework(r, "NHI7:2025") {
			t.Errorf("%s: an hour is called long", name)
		}
	}
	m.Claims = claims{"header.alg": "none", "sub": "x"}
	r := Classify(m, Document{Data: data}, nil)
	if !hasFramework(r, "SP 800-207 tenet 3") || !hasFramework(r, "CSF 2.0 PR.AA-03") {
		t.Errorf("an unsigned token without expiry: %v", r.Frameworks)
	}
	// Numbers that are no dates must not be shown as such.
	m.Claims = claims{"header.alg": "RS256", "exp": 9e15}
	for _, e := range Classify(m, Document{Data: data, Now: time.Unix(1, 0)}, nil).Evidence {
		if strings.Contains(e.Detail, " on ") {
			t.Errorf("%q", e.Detail)
		}
	}
}

func TestEnvironment(t *testing.T) {
	live := openaiKey
	live.Anchors = []string{"sk_live_"}
	declared := openaiKey
	declared.Identity.Environment = detectors.Staging
	for _, c := range []struct {
		name, path, doc, prefix string
		d                       *detectors.Detector
		want                    detectors.Environment
	}{
		{"format", ".env.test", "TEST_KEY=@@@@", "sk_live_", &live, detectors.Production},
		{"format, test", ".env.production", "KEY=@@@@", "sk_test_", &live, detectors.Test},
		{"format, declared", ".env.production", "KEY=@@@@", "", &declared, detectors.Staging},
		{"a mark in no prefix", "x.go", "KEY=@@@@", "abcdefghijklmnopqrstuvwxyz_test_", &live, detectors.EnvironmentUnknown},
		{"a mark without an anchor", "x.go", "KEY=@@@@", "a_test_", &generic, detectors.EnvironmentUnknown},
		{"file", ".env.production", "STAGING_KEY=@@@@", "", &generic, detectors.Production},
		{"file, local", ".env.local", "KEY=@@@@", "", &generic, detectors.Development},
		{"folder", "deploy/staging/values.yaml", "KEY=@@@@", "", &generic, detectors.Staging},
		{"the nearest folder", "production/test/values.yaml", "KEY=@@@@", "", &generic, detectors.Test},
		{"overlay", "k8s/overlays/prod/secret.yaml", "KEY=@@@@", "", &generic, detectors.Production},
		{"a component called preview", "src/live/Preview.tsx", "KEY=@@@@", "", &generic, detectors.EnvironmentUnknown},
		{"name", "x.env", "PROD_KEY=@@@@", "", &generic, detectors.Production},
		{"name, sandbox", "x.env", "SANDBOX_KEY=@@@@", "", &generic, detectors.Test},
		{"not a word", "x.env", "PRODUCT_LATEST_KEY=@@@@", "", &generic, detectors.EnvironmentUnknown},
		{"nothing", "x.env", "KEY=@@@@", "", &generic, detectors.EnvironmentUnknown},
	} {
		if r := with(t, c.d, c.path, c.doc, c.prefix+randomText(t, c.name)); r.Environment != c.want {
			t.Errorf("%s: %s, want %s", c.name, r.Environment, c.want)
		}
	}
}

func TestClaimsRefine(t *testing.T) {
	for name, c := range map[string]struct {
		d         *detectors.Detector
		claims    claims
		subject   detectors.Subject
		privilege detectors.Privilege
		scope     detectors.Scope
	}{
		"service role": {
			&jwt, claims{"iss": "supabase", "role": "service_role"}, detectors.Application, detectors.Admin, detectors.All,
		},
		"end user": {
			&jwt, claims{"iss": "https://acme.auth0.com/", "sub": "a@b.example"}, detectors.EndUser, detectors.PrivilegeUnknown, detectors.OneUser,
		},
		"workforce user": {
			&jwt,
			claims{"aud": "https://management.azure.com/", "email": "a@b.example"},
			detectors.WorkforceUser,
			detectors.PrivilegeUnknown, detectors.OneUser,
		},
		"machine": {
			&jwt,
			claims{"iss": "https://acme.auth0.com/", "gty": "client-credentials", "sub": "x@clients"},
			detectors.Machine,
			detectors.PrivilegeUnknown, detectors.ScopeUnknown,
		},
		"management api": {
			&jwt, claims{"aud": "https://acme.auth0.com/api/v2/", "scope": "read:users update:users"}, "", detectors.Admin, detectors.All,
		},
		"service account": {
			&googleAccount,
			claims{"client_email": "x@acme.iam.gserviceaccount.com"},
			detectors.ServiceAccount,
			detectors.PrivilegeUnknown, detectors.ScopeUnknown,
		},
		"client assertion": {
			&jwt, claims{"iss": "abc", "sub": "abc"}, detectors.Machine, detectors.PrivilegeUnknown, detectors.ScopeUnknown,
		},
	} {
		r := ruleOn(t, c.d, "x.txt", "t=@@@@\n", c.claims, nil)
		if r.Subject != c.subject || r.Privilege != c.privilege || r.Scope != c.scope {
			t.Errorf("%s: %s %s %s", name, r.Subject, r.Privilege, r.Scope)
		}
	}
}

// TestLayerMoves holds that what the format said of one layer does not stay when
// the evidence moves the credential to another.
func TestLayerMoves(t *testing.T) {
	r := ruleOn(t, &entra, "x.sh", "ARM_CLIENT_SECRET=@@@@\n", nil, nil)
	if r.Layer != infra || r.Class != detectors.Cloud || r.Subject != detectors.ServiceAccount {
		t.Errorf("%s %s %s", r.Layer, r.Class, r.Subject)
	}
	r = ruleOn(t, &oktaToken, "x.js", "// customers sign up here\nokta_token = '@@@@'\n", nil, nil)
	if r.Layer != app || r.Class != "" || r.Subject != detectors.Application {
		t.Errorf("%s %q %s", r.Layer, r.Class, r.Subject)
	}
}

func TestInstalledApplication(t *testing.T) {
	doc := `{"%":{"client_id":"1","client_secret":"@@@@","redirect_uris":["http://localhost"]}}`
	if r := ruleOn(t, &googleClient, "credentials.json", strings.Replace(doc, "%", "installed", 1), nil, nil); r.Lower == "" {
		t.Error("the secret of an installed application is not one")
	}
	if r := ruleOn(t, &googleClient, "credentials.json", strings.Replace(doc, "%", "web", 1), nil, nil); r.Lower != "" {
		t.Errorf("the secret of a web application is lowered: %s", r.Lower)
	}
}

func TestDjangoMark(t *testing.T) {
	secret := "django-insecure-" + randomText(t, "django")
	for path, lowered := range map[string]bool{"app/settings/local.py": true, "app/settings/production.py": false, "app/settings.py": false} {
		if r := with(t, &authSecret, path, "SECRET_KEY = '@@@@'\n", secret); (r.Lower != "") != lowered || r.Drop != "" {
			t.Errorf("%s: lower %q", path, r.Lower)
		}
	}
}

// TestBeside holds that a public identifier says whose secret stands next to it.
func TestBeside(t *testing.T) {
	text := "KEY=" + "pk_" + randomText(t, "b") + "\nclient_secret: @@@@\n"
	m, data := matchIn(t, &oidcSecret, text, randomText(t, "a"))
	public := detectors.Detector{
		Provider: "OpenID Connect", Title: "client id", Public: true, Identity: detectors.Identity{Layer: app},
	}
	other := engine.Match{Detector: &public, Start: 4, End: 47}
	if r := Classify(m, Document{Data: data}, nil); r.Confidence != detectors.Ambiguous {
		t.Fatalf("%s without its neighbour", r.Confidence)
	}
	r := Classify(m, Document{Data: data, Beside: []engine.Match{other, m}}, nil)
	if r.Confidence != detectors.Likely || r.Layer != app || r.Evidence[0].Kind != detectors.EvidenceNeighbour {
		t.Errorf("%s %s %v", r.Layer, r.Confidence, r.Evidence)
	}
	secret := public
	secret.Public = false
	other.Detector = &secret
	if r := Classify(m, Document{Data: data, Beside: []engine.Match{other, m}}, nil); r.Confidence != detectors.Ambiguous {
		t.Error("another secret next to it decides")
	}
}

// TestEvidenceOrder holds the order of strength.
func TestEvidenceOrder(t *testing.T) {
	doc := "import openai from 'openai'\n" + strings.Repeat("//\n", 12) + "const u = 'https://api.anthropic.com'\n\n" +
		strings.Repeat("\n", 12) + "grafana = {\n  customer_secret: '@@@@',\n}\n"
	repo := &Repo{}
	repo.Add("package.json", []byte(`{"dependencies": {"@clerk/nextjs": "1"}}`))
	m, data := matchIn(t, &mcpToken, doc, randomText(t, "order"))
	m.Claims = claims{"iss": "https://acme.auth0.com/"}
	r := Classify(m, Document{Path: ".github/workflows/x.js", Data: data}, repo)
	var got []string
	for _, e := range r.Evidence {
		got = append(got, string(e.Kind))
	}
	want := "claim name neighbour file import host import"
	if strings.Join(got, " ") != want {
		for _, e := range r.Evidence {
			t.Logf("%-10s %-17s %s", e.Kind, e.Layer, e.Detail)
		}
		t.Errorf("%v, want %s", got, want)
	}
	if r.Layer != app || r.Confidence != detectors.Certain {
		t.Errorf("%s %s", r.Layer, r.Confidence)
	}
}

// TestCatalogueSamples rules on generated tokens whose claims the engine decoded.
func TestGeneratedToken(t *testing.T) {
	token, err := sample.Expand("t", `{jwt:HS256:{"iss":"supabase-demo","role":"anon","exp":1983812996}}`)
	if err != nil {
		t.Fatal(err)
	}
	m, data := matchIn(t, &jwt, "KEY=@@@@\n", token)
	m.Claims = claims{"iss": "supabase-demo", "role": "anon", "exp": 1983812996.0, "header.alg": "HS256"}
	if r := Classify(m, Document{Path: ".env", Data: data}, nil); r.Drop == "" {
		t.Error("the published demo pair is reported")
	}
}

// TestBrowserKey holds that the key of a browser's configuration is public, unless
// something says that it opens the Gemini API too.
func TestBrowserKey(t *testing.T) {
	config := "const firebaseConfig = {\n  apiKey: '@@@@',\n  authDomain: 'acme.firebaseapp.com',\n  messagingSenderId: '1',\n}\n"
	for name, c := range map[string]struct {
		doc  string
		drop bool
	}{
		"browser":        {config, true},
		"gemini beside":  {strings.Replace(config, "}", "  geminiModel: 'x',\n}", 1), false},
		"gemini import":  {"import { x } from '@google/genai'\n" + config, false},
		"one mark alone": {"apiKey: '@@@@',\nauthDomain: 'x'\n", false},
		"alone":          {"GEMINI_API_KEY=@@@@\n", false},
	} {
		r := ruleOn(t, &googleKey, "src/x.js", c.doc, nil, nil)
		if got := strings.HasPrefix(r.Drop, "public by design: "); got != c.drop {
			t.Errorf("%s: drop %q", name, r.Drop)
		}
	}
}

// TestPublicKeys holds that keys that every browser is given are dropped where
// their settings say so, and nowhere else.
func TestPublicKeys(t *testing.T) {
	const key = "0f3a1b9c7d2e4865a0b1c2d3e4f56789"
	api := generic
	api.Identity.Form = detectors.APIKey
	for _, c := range []struct {
		doc  string
		drop bool
	}{
		{"algolia: {\n  appId: 'BH4D9OD16A',\n  apiKey: '@@@@',\n  indexName: 'docs',\n}\n", true},
		{"algolia: {\n  appId: 'BH4D9OD16A',\n  adminKey: '@@@@',\n}\n", false},
		{"\"analytics\": {\"amplitude\": {\"apiKey\": \"@@@@\"}}\n", true},
		{"analytics._writeKey=\"@@@@\";\n", true},
		{"writeKey = \"@@@@\"\n", false},
		{"apiKey: '@@@@'\n", false},
	} {
		if r := with(t, &api, "site.config.js", c.doc, key); (r.Drop != "") != c.drop {
			t.Errorf("%q: drop %q", c.doc, r.Drop)
		}
	}
}

// TestMadeUpPlaces holds that values in comments that document code, in scripts that
// run tests and in descriptions of interfaces are lowered.
func TestMadeUpPlaces(t *testing.T) {
	for _, c := range []struct {
		path, doc string
		lower     bool
	}{
		{"src/api.ts", "/**\n *   clientSecret: '@@@@'\n */\n", true},
		{"src/api.ts", "//   clientSecret: '@@@@'\n", false},
		{"src/lib.rs", "/// token = \"@@@@\"\n", true},
		{"package.json", "  \"pretest:e2e\": \"SECRET=@@@@ run\",\n", true},
		{"package.json", "  \"start\": \"SECRET=@@@@ run\",\n", false},
		{"api/service.yaml", "openapi: 3.0.1\ninfo:\n  token: @@@@\n", true},
		{"api/service.json", "{\n  \"swagger\": \"2.0\",\n  \"token\": \"@@@@\"\n}\n", true},
		{"api/service.yaml", "kind: Secret\ninfo:\n  token: @@@@\n", false},
	} {
		if r := with(t, &generic, c.path, c.doc, "kj3h4-not-a-default"); (r.Lower != "") != c.lower {
			t.Errorf("%s %q: lower %q", c.path, c.doc, r.Lower)
		}
	}
}
