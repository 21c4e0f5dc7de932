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
	all := sightingsOf(t, files)
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
			if !slices.Contains([]string{"npm", "pypi", "go", "gem", "maven", "nuget", "composer", "cargo", "hex", "pub", "swift", "pod", "helm"}, eco) {
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
		"the team's own Okta":         {"infra/okta.tf": "provider \"okta\" {\n  org_name = \"acme\"\n}\nresource \"okta_group\" \"staff\" {\n  name = \"staff\"\n}\n"},
		"a comment":                   {"main.go": "package main\n\n// KEYCLOAK_ISSUER was read here once\n"},
		"a sentence of a chat":        {"exports/chat.json": "{\"text\": \"set AUTH0_DOMAIN to acme.eu.auth0.com please\"}"},
		"documentation":               {"docs/setup.md": "Set WORKOS_API_KEY, or use https://acme.okta.com.\n"},
		"Google's library":            {"mail.ts": "const t = await client.verifyIdToken({ idToken });\n"},
		"a registration for CI":       {"ci.tf": "resource \"azuread_application\" \"ci\" {\n  display_name = \"ci\"\n}\n"},
		"storage of Supabase":         {"a.ts": "const u = process.env.SUPABASE_URL;\nawait client.storage.from('x').list();\n"},
		"push messages of Firebase":   {"requirements.txt": "firebase-admin==6.5.0\n", "push.py": "import firebase_admin\nfrom firebase_admin import messaging\n"},
		"a clerk":                     {"app.py": "if \"clerk\" not in session_of(request):\n    stop()\n"},
		"security of something else":  {"values.yml": "grafana:\n  security:\n    x: 1\n"},
		"a test":                      {"tests/test_sso.py": "provider = 'keycloak'\nISSUER = 'KEYCLOAK_ISSUER'\n"},
		"bcrypt's module for its ssh": {"go.mod": "module a\n\nrequire golang.org/x/crypto v0.44.0\n", "main.go": "package main\n\nimport \"golang.org/x/crypto/ssh\"\n"},
		"OAuth for another service":   {"go.mod": "module a\n\nrequire golang.org/x/oauth2 v0.33.0\n", "llm/vertex.go": "package llm\n\nimport \"golang.org/x/oauth2\"\n\nvar ts oauth2.TokenSource\n"},
		"a connector's code":          {"go.mod": "module a\n\nrequire golang.org/x/oauth2 v0.33.0\n", "connect/drive.go": "package connect\n\nimport \"golang.org/x/oauth2\"\n\nfunc f(c *oauth2.Config) string { return c.AuthCodeURL(\"s\") }\n"},
		"Werkzeug's other helpers":    {"a.py": "from werkzeug.security import safe_join\n"},
		"a table of another kind":     {"settings.toml": "[auth.entra]\nx = 1\n"},
		"a mail of Google's":          {"lib/google/auth.py": "SCOPE = 'https://www.googleapis.com/auth/gmail.readonly'\nURL = 'https://accounts.google.com/o/oauth2/v2/auth'\nid = os.environ['GOOGLE_CLIENT_ID']\n"},
		"a connector's sign-in":       {"integrations/sharepoint/package.json": "{ \"dependencies\": { \"@azure/msal-browser\": \"^3.6.2\" } }\n"},
		"who is asked in Convex":      {"convex/a.ts": "const who = await ctx.auth.getUserIdentity();\n"},
		"an app of the team's Okta":   {"infra/okta.tf": "resource \"okta_app_saml\" \"claude\" {\n  label = \"Claude\"\n}\n"},
		"a secret that any may have":  {".env.example": "AUTH_SECRET=\n"},
		"a tutor's session in Gradio": {"app.py": "import gradio as gr\ngr.Interface(fn=f).launch(share=False)\n"},
		"an embedding's setting":      {"models.py": "PASSAGE_PREFIX = 'search_document: '\n"},
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
	same(t, "Django under tokens for its users", read(t, map[string]string{"settings.py": django + "REST = [\"rest_framework_simplejwt.authentication.JWTAuthentication\"]\n"}, System),
		"settings.py:2 django-auth", "settings.py:4 drf-simplejwt")
	same(t, "bcrypt", read(t, map[string]string{"go.mod": "module a\n\nrequire golang.org/x/crypto v0.44.0\n", "main.go": "package main\n\nimport \"golang.org/x/crypto/bcrypt\"\n"}, System), "go.mod:3 own", "main.go:3 own")
	same(t, "Terraform beside a program of Okta's", read(t, map[string]string{
		"pom.xml":       "<dependencies>\n<dependency>\n<groupId>com.okta.spring</groupId>\n<artifactId>okta-spring-boot-starter</artifactId>\n<version>3.0.7</version>\n</dependency>\n</dependencies>\n",
		"infra/okta.tf": "resource \"okta_app_oauth\" \"desk\" {\n  label = \"Desk\"\n}\n\nresource \"okta_app_saml\" \"claude\" {\n  label = \"Claude\"\n}\n",
	}, System), "infra/okta.tf:1 okta", "pom.xml:4 okta")
	same(t, "a name that Auth.js left behind", read(t, map[string]string{"package.json": "{ \"dependencies\": { \"better-auth\": \"1.6.25\" } }\n", "env.ts": "export const s = process.env.NEXTAUTH_SECRET;\n"}, System),
		"package.json:1 better-auth")
	same(t, "Okta in a test alone", read(t, map[string]string{"package.json": "{ \"dependencies\": { \"better-auth\": \"1.6.25\" } }\n", "__tests__/mails.json": "{ \"url\": \"https://acme.okta.com/app\" }\n"}, System), "package.json:1 better-auth")
	same(t, "an example of settings", read(t, map[string]string{"package.json": "{ \"dependencies\": { \"passport\": \"0.7.0\" } }\n", ".env.example": "AUTH0_DOMAIN=\n"}, System), ".env.example:1 auth0", "package.json:1 passport")
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

// Systems of many frameworks, by what their programs say.
func TestSystemLines(t *testing.T) {
	for _, c := range []struct{ file, text, system string }{
		{"web/models.py", "from werkzeug.security import check_password_hash", "own"},
		{".streamlit/secrets.toml.example", "[auth.okta]\nclient_id = \"x\"", "okta"},
		{"internal/auth/login.go", "package auth\n\nimport \"golang.org/x/oauth2\"\n\nfunc f(c *oauth2.Config) string { return c.AuthCodeURL(\"s\") }", "oauth library"},
		{"App/settings.json", "{\n  \"Authority\": \"https://login.microsoftonline.com/b5c3f0de-1b0c-4f0f-9a53-8d3a57a3ce42\"\n}", "entra-id"},
		{"main.wasp", "  auth: {\n    userEntity: User,\n", "wasp-auth"},
		{"src/auth.wasp.ts", "export const authConfig: Auth = { userEntity: \"User\" };", "wasp-auth"},
		{"src/App.tsx", "import { useAuth } from \"wasp/client/auth\";", "wasp-auth"},
		{"nuxt.config.ts", "export default defineNuxtConfig({ modules: [\"@nuxt/ui\", \"nuxt-auth-utils\"] });", "nuxt-auth"},
		{"app.py", "@cl.password_auth_callback\ndef ask(name, password): ...", "chainlit-auth"},
		{"app.py", "if not st.user.is_logged_in:\n    st.login()", "streamlit-auth"},
		{"app.py", "import gradio as gr\ndemo.launch(auth=check)", "gradio-auth"},
		{"mix.exs", "      {:pow, \"~> 1.0.18\"},", "pow"},
		{"lib/a/user_auth.ex", "    |> put_session(:user_token, token)", "own"},
		{"pom.xml", "<dependencies><dependency>\n<groupId>cn.dev33</groupId>\n<artifactId>sa-token-spring-boot3-starter</artifactId>\n</dependency></dependencies>", "sa-token"},
		{"main.go", "package main\n\nfunc f() { casdoorsdk.InitConfig(a, b, c, d, e, g) }", "casdoor"},
		{"infra/app.bicep", "resource auth 'Microsoft.Web/sites/config@2023-12-01' = {\n  name: 'authsettingsV2'\n}", "azure-easy-auth"},
		{"cdk/auth.ts", "const pool = new cognito.UserPool(this, 'Users');", "cognito"},
		{"supabase/config.toml", "[auth.external.google]\nenabled = true", "supabase-auth"},
		{"config/packages/security.yaml", "security:\n    firewalls:\n        api:\n", "symfony-security"},
		{"api/settings.py", "class Settings(BaseSettings):\n    auth0_domain: str", "auth0"},
		{"site/settings/base.py", "INSTALLED_APPS = [\n    'oauth2_provider',\n]", "django-oauth-toolkit"},
		{"src/main/resources/application.properties", "quarkus.oidc.client-id=desk", "quarkus-security"},
		{"src/main/resources/application.properties", "micronaut.security.authentication=idtoken", "micronaut-security"},
		{"ios/Session.swift", "import AWSCognitoAuthPlugin", "cognito"},
		{"bootstrap/app.php", "<?php\n$middleware->statefulApi();", "laravel-sanctum"},
		{"infra/main.tf", "resource \"auth0_client\" \"web\" {\n}", "auth0"},
		{"blueprint.yaml", "entries:\n  - model: authentik_core.application", "authentik"},
		{"src/login.rs", "let issuer = IssuerUrl::new(\"https://accounts.google.com\".into());", "google-sign-in"},
	} {
		got := read(t, map[string]string{c.file: c.text + "\n"}, System)
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, " "+c.system) }) {
			t.Errorf("%s: %q shows %q, not %s", c.file, c.text, got, c.system)
		}
	}
}
