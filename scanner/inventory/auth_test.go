package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
)

// read gives the sightings of a few files, written as "name\ntext", that are of some
// kinds.
func read(t *testing.T, files map[string]string, kinds ...Kind) []string {
	t.Helper()
	r, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		r.Read(name, []byte(text))
	}
	all, _ := r.Sightings()
	var out []string
	for _, s := range all {
		if slices.Contains(kinds, s.Kind) {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s:%d %s %s", s.Path, s.Line, s.Name, strings.Join(s.Grants, ","))))
		}
	}
	return out
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// The entries are whole: each has a source, a name of its own and something that shows
// it; there are at least eighty systems.
func TestAuthEntries(t *testing.T) {
	seen := map[string]bool{}
	systems := slices.Concat(authSystems, authLibraries)
	lines := map[string]bool{}
	for _, of := range systemSet().of {
		for _, l := range of {
			lines[l.name] = true
		}
	}
	if len(systems) < 80 {
		t.Errorf("%d systems, want 80", len(systems))
	}
	for _, e := range slices.Concat(systems, controls) {
		if seen[string(e.Kind)+e.Name] || e.Title == "" || !strings.HasPrefix(e.Source, "https://") || e.Layer != detectors.ApplicationAuth {
			t.Errorf("entry %q: twice, or without title, source or layer", e.Name)
		}
		seen[string(e.Kind)+e.Name] = true
		if len(e.Packages)+len(e.Hosts)+len(e.Names)+len(e.Marks) == 0 && !lines[e.Name] {
			t.Errorf("nothing shows %q", e.Name)
		}
		for eco, names := range e.Packages {
			if !slices.Contains([]string{"npm", "pypi", "go", "gem", "maven", "nuget", "composer", "cargo"}, eco) {
				t.Errorf("%s: no ecosystem %q", e.Name, eco)
			}
			for _, n := range names {
				if n == "*" || strings.Contains(strings.TrimSuffix(n, "*"), "*") || eco == "pypi" && n != strings.ToLower(n) || eco == "maven" && !strings.Contains(n, ":") && !strings.HasSuffix(n, "*") {
					t.Errorf("%s: package %q of %s", e.Name, n, eco)
				}
			}
		}
	}
	for name := range lines {
		if !seen["system"+name] {
			t.Errorf("lines show %q, which is no entry", name)
		}
	}
	names := []string{"SSO", "SCIM", "MFA", "roles", "audit", "user-management", "federation", "sessions", "admin-portal", "tenant-isolation", "project-scoping", "service-accounts", "network-allow-list"}
	for _, of := range controlSet().of {
		for _, l := range of {
			if !slices.Contains(names, l.name) {
				t.Errorf("no control %q", l.name)
			}
		}
	}
}

// What looks like a system and is none.
func TestNoSystem(t *testing.T) {
	for what, files := range map[string]map[string]string{
		"the team's own Okta":        {"infra/okta.tf": "provider \"okta\" {\n  org_name = \"acme\"\n}\nresource \"okta_group\" \"staff\" {\n  name = \"staff\"\n}\n"},
		"a comment":                  {"main.go": "package main\n\n// KEYCLOAK_ISSUER was read here once\n"},
		"a sentence of a chat":       {"exports/chat.json": "{\"text\": \"set AUTH0_DOMAIN to acme.eu.auth0.com please\"}"},
		"documentation":              {"docs/setup.md": "Set WORKOS_API_KEY, or use https://acme.okta.com.\n"},
		"Google's library":           {"mail.ts": "const t = await client.verifyIdToken({ idToken });\n"},
		"a registration for CI":      {"ci.tf": "resource \"azuread_application\" \"ci\" {\n  display_name = \"ci\"\n}\n"},
		"storage of Supabase":        {"a.ts": "const u = process.env.SUPABASE_URL;\nawait client.storage.from('x').list();\n"},
		"push messages of Firebase":  {"requirements.txt": "firebase-admin==6.5.0\n", "push.py": "import firebase_admin\nfrom firebase_admin import messaging\n"},
		"a clerk":                    {"app.py": "if \"clerk\" not in session_of(request):\n    stop()\n"},
		"security of something else": {"values.yml": "grafana:\n  security:\n    x: 1\n"},
		"a test":                     {"tests/test_sso.py": "provider = 'keycloak'\nISSUER = 'KEYCLOAK_ISSUER'\n"},
		"an embedding's setting":     {"models.py": "PASSAGE_PREFIX = 'search_document: '\n"},
	} {
		if got := read(t, files, System); len(got) > 0 {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// What other sightings of the same tree explain is no system of its own.
func TestSettleAuth(t *testing.T) {
	pyjwt := "import jwt\nwho = jwt.decode(token, key, algorithms=['RS256'])\n"
	auth0 := "DOMAIN = os.environ['AUTH0_DOMAIN']\n"
	same(t, "PyJWT alone", read(t, map[string]string{"a.py": pyjwt}, System), "a.py:1 own")
	same(t, "PyJWT beside Auth0", read(t, map[string]string{"a.py": pyjwt, "b.py": auth0}, System), "b.py:1 auth0")
	same(t, "tokens of its own beside Auth0", read(t, map[string]string{"a.py": "import jwt\nt = jwt.encode(claims, key)\n", "b.py": auth0}, System),
		"a.py:1 own", "a.py:2 own", "b.py:1 auth0")
	django := "INSTALLED_APPS = [\n    \"django.contrib.auth\",\n]\n"
	same(t, "Django alone", read(t, map[string]string{"settings.py": django}, System), "settings.py:2 django-auth")
	same(t, "Django under allauth", read(t, map[string]string{"settings.py": django, "more.py": "MORE = [\"allauth\"]\n"}, System), "more.py:1 django-allauth")
	same(t, "SAML by a name alone", read(t, map[string]string{".env": "SAML_CERT=x\n"}, System))
}

// Settings in YAML count by the keys above them.
func TestUnder(t *testing.T) {
	same(t, "Spring", read(t, map[string]string{"application.yml": "spring:\n  security:\n    saml2:\n      x: y\n"}, System),
		"application.yml:2 spring-security")
	same(t, "with its library", read(t, map[string]string{
		"application.yml": "spring:\n  security:\n    saml2:\n      x: y\n",
		"build.gradle":    "implementation 'org.springframework.security:spring-security-saml2-service-provider'\n",
	}, System), "application.yml:2 spring-security", "application.yml:3 saml library", "build.gradle:1 saml library", "build.gradle:1 spring-security")
}

// Using a system shows the controls that it always brings.
func TestBrought(t *testing.T) {
	same(t, "SAML", read(t, map[string]string{"a.ts": "import { SAML } from \"@node-saml/node-saml\";\n", "package.json": "{ \"dependencies\": { \"@node-saml/node-saml\": \"^5.1.0\" } }\n"}, Control),
		"package.json:1 SSO")
}
