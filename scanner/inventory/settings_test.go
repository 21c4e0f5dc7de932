package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
)

// seenOf are the sightings of some kinds in some files.
func seenOf(t *testing.T, files map[string]string, kinds ...Kind) []Sighting {
	t.Helper()
	all := sightingsOf(t, files)
	return slices.DeleteFunc(all, func(s Sighting) bool { return !slices.Contains(kinds, s.Kind) })
}

// A credential has one name, however frameworks let programs ask for it.
func TestNamesOfSettings(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"Laravel: the variable behind a setting", map[string]string{
			"config/services.php": "<?php\nreturn [\n    'openai' => [\n        'key' => env('DESK_KEY'),\n    ],\n];\n",
			"app/Ask.php":         "<?php\n$c = OpenAI::client(config('services.openai.key'));\n",
		}, "ai-platform DESK_KEY app/Ask.php:2; ai-platform DESK_KEY config/services.php:4"},
		{"Laravel: a setting of which no file says whence", map[string]string{"app/Ask.php": "<?php\n$c = Http::withToken(config('services.mistral.key'));\n"}, "ai-platform mistral.key app/Ask.php:2"},
		{"Spring: the variable behind a property", map[string]string{
			"src/main/resources/application.yml": "spring:\n  ai:\n    openai:\n      api-key: ${OPENAI_API_KEY}\n",
			"src/main/java/A.java":               "class A {\n  A(@Value(\"${spring.ai.openai.api-key}\") String k) {}\n}\n",
		}, "ai-platform OPENAI_API_KEY src/main/java/A.java:2; ai-platform OPENAI_API_KEY src/main/resources/application.yml:4"},
		{"Rails: credentials", map[string]string{
			"config/a.rb": "a = Rails.application.credentials.dig(:auth0, :client_secret)\nb = Rails.application.credentials.openai.api_key\nc = Rails.application.credentials[:mistral][:api_key]\nd = Rails.application.credentials.groq_api_key\n",
		}, "application-auth auth0.client_secret config/a.rb:1; ai-platform openai.api_key config/a.rb:2; ai-platform mistral.api_key config/a.rb:3; ai-platform groq_api_key config/a.rb:4"},
		{".NET: a section", map[string]string{"A.cs": "var a = builder.Configuration.GetSection(\"OpenAI\")[\"ApiKey\"];\n"}, "ai-platform OpenAI:ApiKey A.cs:1"},
		{"Go: a tag", map[string]string{"c.go": "package c\n\ntype C struct {\n\tKey string `env:\"ANTHROPIC_API_KEY,required\"`\n}\n"}, "ai-platform ANTHROPIC_API_KEY c.go:4"},
		{"SvelteKit", map[string]string{"a.ts": "import { GROQ_API_KEY } from '$env/static/private';\n"}, "ai-platform GROQ_API_KEY a.ts:1"},
		{"Flask: a prefix", map[string]string{
			"app.py":       "app = Flask(__name__)\napp.config.from_prefixed_env(\"DESK\")\n",
			".env.example": "DESK_SECRET_KEY=\nDESK_API_KEY=\n",
		}, "application-auth DESK_SECRET_KEY .env.example:1;  DESK_API_KEY .env.example:2"},
		{"a name that is given to one that says more", map[string]string{"settings.py": "INSTALLED_APPS = []\nSESSION_SECRET = os.environ[\"DESK_SECRET\"]\n"}, "application-auth DESK_SECRET settings.py:2"},
		{"LiteLLM's own settings", map[string]string{"litellm.yaml": "model_list: []\ngeneral_settings:\n  master_key: os.environ/PROXY_MASTER_KEY\n"}, "ai-platform PROXY_MASTER_KEY litellm.yaml:3"},
		{"what a function is called", map[string]string{"a.ts": "const o = { storeSCIMToken: 'hashed', generateApiKey: 'now' };\nthrow new Error(Kind.INCORRECT_OPENAI_API_KEY);\n"}, ""},
		{"another maker's app_key", map[string]string{"ali.py": "app_key = \"x12345678\"\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range seenOf(t, c.files, Reference) {
				if s.Layer != "" || strings.Contains(c.want, ";  ") {
					got = append(got, fmt.Sprintf("%s %s %s:%d", s.Layer, s.Name, s.Path, s.Line))
				}
			}
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("got  %s\nwant %s", g, c.want)
			}
		})
	}
}

// The secret of a client is one of sign-in if its brand does nothing else, or a place
// says so; a client with which the product connects to a service is none.
func TestClientsOfOthers(t *testing.T) {
	const auth, none = detectors.ApplicationAuth, detectors.Infrastructure
	for _, c := range []struct {
		name  string
		files map[string]string
		want  detectors.Layer
	}{
		{"Slack, in its folder", map[string]string{"app/api/slack/auth-url/route.ts": "const s = process.env.SLACK_CLIENT_SECRET;\n"}, none},
		{"an integration", map[string]string{"integrations/hubspot/src/client.ts": "const s = process.env.CLIENT_SECRET;\n"}, none},
		{"Google, where people sign in", map[string]string{"app/api/auth/google/route.ts": "const s = process.env.GOOGLE_CLIENT_SECRET;\n"}, auth},
		{"Google, for its calendar", map[string]string{"lib/google/calendar.ts": "const s = process.env.GOOGLE_CLIENT_SECRET;\n"}, none},
		{"GitHub, beside a library of sign-in", map[string]string{
			"lib/people.ts": "import NextAuth from 'next-auth';\nexport const x = NextAuth({ providers: [GitHub({ clientSecret: process.env.GITHUB_CLIENT_SECRET })] });\n",
		}, auth},
		{"a brand that does nothing else", map[string]string{"lib/connect.ts": "const s = process.env.AUTH0_CLIENT_SECRET;\n"}, auth},
		{"no brand", map[string]string{"lib/connect.ts": "const s = process.env.OAUTH_CLIENT_SECRET;\n"}, auth},
		{"settings alone, and somebody signs in", map[string]string{
			".env.example": "GOOGLE_CLIENT_SECRET=\n", "lib/a.ts": "import NextAuth from 'next-auth';\n",
		}, auth},
		{"a directory, by the setting that gets it", map[string]string{"application.properties": "micronaut.security.oauth2.clients.ping.client-secret=${PINGONE_CLIENT_SECRET}\n"}, auth},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := false
			for _, s := range seenOf(t, c.files, Reference) {
				if strings.HasSuffix(s.Name, "CLIENT_SECRET") {
					found = true
					if s.Layer != c.want {
						t.Errorf("%s %s:%d is of %q, not %q", s.Name, s.Path, s.Line, s.Layer, c.want)
					}
				}
			}
			if !found {
				t.Error("it is not seen")
			}
		})
	}
}

// The section around a line says to which environment it belongs, and what runs by a
// timetable.
func TestStages(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"PM2", "ecosystem.config.cjs", "module.exports = { apps: [{\n  env_production: {\n    OPENAI_API_KEY: \"x\",\n  },\n  env_staging: {\n    OPENAI_API_KEY: \"x\",\n  },\n}] };\n", "stage production 3; stage staging 6"},
		{"YAML", "config/keys.yml", "production:\n  openai:\n    openai_api_key: x\ntest:\n  openai_api_key: x\n", "stage production 3; stage test 5"},
		{"TOML", "wrangler.toml", "[env.production.vars]\nOPENAI_API_KEY = \"x\"\n\n[env.staging.vars]\nOPENAI_API_KEY = \"x\"\n", "stage production 2; stage staging 5"},
		{"Render: a job and a server", "render.yaml", "services:\n  - type: web\n    envVars:\n      - key: OPENAI_API_KEY\n  - type: cron\n    envVars:\n      - key: OPENAI_ADMIN_KEY\n", "job job 7"},
		{"Kubernetes: a job", "k.yaml", "apiVersion: batch/v1\nkind: CronJob\nspec:\n  env:\n    - name: OPENAI_ADMIN_KEY\n---\nkind: Deployment\nspec:\n  env:\n    - name: OPENAI_API_KEY\n", "job job 5"},
		{"no environment", "settings.yml", "desk:\n  openai_api_key: x\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range seenOf(t, map[string]string{c.path: c.text}, Stage, Job) {
				got = append(got, fmt.Sprintf("%s %s %d", s.Kind, s.Name, s.Line))
			}
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("got %q, want %q", g, c.want)
			}
		})
	}
}
