package boundary

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/scanner"
	"leakline/scanner/filesource"
	"leakline/scanner/gitsource"
	"leakline/scanner/inventory"
	apps "leakline/testdata/boundary"
)

var compiled = sync.OnceValues(func() (*engine.Set, error) { return engine.Compile(detectors.Catalogue()) })

// scanned is what a scan of an application at low confidence shows, with its history
// if it has one.
func scanned(t testing.TB, a *apps.App) *Input {
	t.Helper()
	dir := t.TempDir()
	in := &Input{Target: a.Name, Now: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}
	if a.Truth.AsOf != "" {
		var err error
		if in.Now, err = time.Parse(time.RFC3339, a.Truth.AsOf); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.Truth.Commits) == 0 {
		if err := a.Write(dir); err != nil {
			t.Fatal(err)
		}
	} else {
		in.History = true
		if err := a.Commit(dir); err != nil {
			t.Fatal(err)
		}
	}
	find(t, in, dir)
	in.Policy = ownPolicy(t, a)
	return in
}

// find scans a folder and reads its inventory.
func find(t testing.TB, in *Input, dir string) {
	t.Helper()
	set, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	now := in.Now
	s := scanner.Scanner{
		Set: set, Key: detectors.RunKey(), MinConfidence: detectors.Low, Authors: scanner.AuthorsShow, Jobs: 1,
		Now: func() time.Time { return now },
	}
	var src scanner.Source = filesource.New([]string{dir}, filesource.Options{})
	if in.History {
		repo, err := gitsource.Open(dir, gitsource.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer repo.Close()
		src = repo
	}
	r, err := s.Scan(t.Context(), src)
	if err != nil || !r.Summary.Complete {
		t.Fatalf("scan of %s: %v, %+v", in.Target, err, r.Summary)
	}
	rel := func(p *scanner.Place) {
		if got, err := filepath.Rel(dir, p.Path); err == nil && filepath.IsAbs(p.Path) {
			p.Path = filepath.ToSlash(got)
		}
	}
	in.Findings = r.Findings
	for i := range in.Findings {
		f := &in.Findings[i]
		rel(&f.Place)
		for k := range f.Occurrences {
			rel(&f.Occurrences[k])
		}
	}
	reader, err := inventory.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || strings.Contains(p, "/.git/") {
			return err
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, p)
		reader.Read(filepath.ToSlash(name), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in.Sightings, _ = reader.Sightings()
}

func loaded(t testing.TB) []apps.App {
	t.Helper()
	all, err := apps.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ours are the rules of this part.
func ours() []Rule { return slices.Concat(secretRules, timeRules) }

// holds says whether a text has one of the secrets of an application in it.
func holds(t testing.TB, a *apps.App, text string) bool {
	t.Helper()
	for _, name := range a.Names() {
		for _, m := range secretIn.FindAllStringSubmatch(string(a.Files[name]), -1) {
			s, err := a.Secret(m[1], m[2])
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(text, s) {
				return true
			}
		}
	}
	return false
}

var secretIn = regexp.MustCompile(`<<([a-z0-9-]+):([a-z0-9-]+)>>`)

// The rules are those of the set, and each says what to do.
func TestSecretRulesAreWhole(t *testing.T) {
	for _, r := range ours() {
		if !slices.Contains(apps.Rules, r.ID) || r.Title == "" || r.Remedy == "" || r.Severity.Rank() == 0 || len(r.Frameworks) == 0 {
			t.Errorf("%+v", r)
		}
	}
	if len(ours()) != 13 {
		t.Errorf("%d rules", len(ours()))
	}
}

// Each planted violation of these rules is found at its line with its other lines, and
// nothing else is.
func TestSecretsOfApplications(t *testing.T) {
	found, planted := 0, 0
	for _, a := range loaded(t) {
		t.Run(a.Name, func(t *testing.T) {
			in := scanned(t, &a)
			want := map[string]bool{}
			also := map[string][]string{}
			for _, v := range a.Truth.Violations {
				if !slices.ContainsFunc(ours(), func(r Rule) bool { return r.ID == v.Rule }) {
					continue
				}
				planted++
				key := v.Rule + " " + v.At
				want[key], also[key] = true, v.Also
			}
			for _, r := range ours() {
				for _, v := range r.Find(in, &Map{}) {
					key := fmt.Sprintf("%s %s:%d", r.ID, v.At.Path, v.At.Line)
					if !want[key] {
						t.Errorf("false: %s %q (%s), also %v", key, v.At.Text, v.Why, v.Also)
						continue
					}
					found++
					delete(want, key)
					var got []string
					for _, w := range v.Also {
						got = append(got, fmt.Sprintf("%s:%d", w.Path, w.Line))
					}
					if !slices.Equal(got, also[key]) && len(got)+len(also[key]) > 0 {
						t.Errorf("%s: also %v, want %v", key, got, also[key])
					}
					if text, err := json.Marshal(v); err != nil || holds(t, &a, string(text)) {
						t.Errorf("%s tells a secret (%v)", key, err)
					}
					if v.Why == "" || len(v.Layers) == 0 || v.At.Text == "" {
						t.Errorf("%s says too little: %+v", key, v)
					}
				}
			}
			for key := range want {
				t.Errorf("missed: %s", key)
			}
		})
	}
	t.Logf("%d of %d", found, planted)
}

// What looks like a violation and is none, beside what is one.
func TestSecretsNearMisses(t *testing.T) {
	const (
		ai    = "<<openai-project-key:one>>"
		other = "<<openai-project-key:two>>"
	)
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string // rule and place
	}{
		{"another key of the platform", map[string]string{".env": "OPENAI_API_KEY=" + ai + "\nNEXTAUTH_SECRET=" + other + "\n"}, []string{"ai-key-signs .env:2"}},
		{"a secret of its own", map[string]string{".env": "OPENAI_API_KEY=" + ai + "\nNEXTAUTH_SECRET=${NEXTAUTH_SECRET}\n"}, nil},
		{"an example", map[string]string{".env.example": "OPENAI_API_KEY=" + ai + "\nNEXTAUTH_SECRET=" + ai + "\n"}, nil},
		{"one value twice for the platform", map[string]string{".env": "OPENAI_API_KEY=" + ai + "\nAZURE_OPENAI_API_KEY=" + ai + "\n"}, nil},
		{"a web hook's secret", map[string]string{"settings.yml": "openai_api_key: " + ai + "\nstripe_webhook_secret: " + ai + "\n"}, []string{"ai-key-signs settings.yml:2"}},
		{"own gateway", map[string]string{".env": "LITELLM_API_KEY=<<litellm-virtual-key:a>>\nJWT_SECRET=<<litellm-virtual-key:a>>\n"}, []string{"same-secret-both-layers .env:2"}},

		{"code that signs", map[string]string{"auth.js": "const key = process.env.OPENAI_API_KEY;\nexport const t = (u) => jwt.sign({ u }, key);\n"}, []string{"ai-key-signs auth.js:2"}},
		{"a provider that asks for signing", map[string]string{"glm.py": "import jwt, os\nZHIPUAI_API_KEY = os.environ['ZHIPUAI_API_KEY']\nt = jwt.encode(p, ZHIPUAI_API_KEY, algorithm='HS256')\n"}, nil},
		{"code that signs with its own", map[string]string{"auth.js": "const ai = process.env.OPENAI_API_KEY;\nexport const t = (u) => jwt.sign({ u }, process.env.JWT_SECRET);\n"}, nil},
		{"a constant of a script", map[string]string{"ask.py": "SECRET_KEY = '" + ai + "'\nclient = OpenAI(api_key=SECRET_KEY)\n"}, nil},
		{"settings of a framework", map[string]string{"site/settings.py": "INSTALLED_APPS = []\nSECRET_KEY = os.environ['OPENAI_API_KEY']\n"}, []string{"ai-key-signs site/settings.py:2"}},
		{"another option", map[string]string{"auth.ts": "export const a = betterAuth({\n  secret: process.env.AUTH_SECRET,\n  plugins: [helper({ model: process.env.OPENAI_API_KEY })],\n});\n"}, nil},
		{"the option", map[string]string{"auth.ts": "export const a = betterAuth({\n  secret: process.env.OPENAI_API_KEY,\n});\n"}, []string{"ai-key-signs auth.ts:2"}},
		{"a digest", map[string]string{"hash.ts": "export const h = (s) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(process.env.OPENAI_API_KEY));\n"}, nil},
		{"a comment", map[string]string{"auth.js": "// never jwt.sign(u, process.env.OPENAI_API_KEY)\n"}, nil},

		{"admin key in a pipeline", map[string]string{".github/workflows/x.yml": "env:\n  OPENAI_ADMIN_KEY: <<openai-admin-key:x>>\n"}, nil},
		{"admin key of a test", map[string]string{".env.test": "OPENAI_ADMIN_KEY=<<openai-admin-key:x>>\n"}, nil},
		{"admin key by the project's name", map[string]string{"deploy/prod.env": "OPENAI_API_KEY=<<openai-admin-key:x>>\n"}, []string{"admin-key-for-project-work deploy/prod.env:1"}},
		{"admin key for administration", map[string]string{"usage.py": "import os, httpx\nk = os.environ['ANTHROPIC_ADMIN_KEY']\nhttpx.get('https://api.anthropic.com/v1/organizations/usage_report/messages', headers={'x-api-key': k})\n"}, nil},
		{"admin key for messages", map[string]string{"ask.py": "import os, httpx\nhttpx.post('https://api.anthropic.com/v1/messages', headers={'x-api-key': os.environ['ANTHROPIC_ADMIN_KEY']})\n"}, []string{"admin-key-for-project-work ask.py:2"}},

		{"tooling with a key of the platform", map[string]string{".mcp.json": `{"mcpServers": {"x": {"command": "x", "env": {"OPENAI_API_KEY": "` + ai + `"}}}}`}, nil},
		{"tooling with a trial's key", map[string]string{".mcp.json": `{"mcpServers": {"x": {"command": "x", "env": {"STYTCH_SECRET": "<<stytch-project-secret-test:x>>"}}}}`}, nil},
		{"tooling by reference", map[string]string{".mcp.json": `{"mcpServers": {"x": {"command": "x", "env": {"STYTCH_SECRET": "${STYTCH_SECRET}"}}}}`}, nil},
		{"instructions for agents", map[string]string{"AGENTS.md": "Use STYTCH_SECRET=<<stytch-project-secret:x>> to look people up.\n"}, []string{"auth-admin-in-ai-tooling AGENTS.md:1"}},
		{"a notebook's cell", map[string]string{"n.ipynb": `{"cells": [{"cell_type": "code", "outputs": [], "source": ["OPENAI_API_KEY='` + ai + `'"]}]}`}, nil},

		{"made for browsers", map[string]string{"src/a.ts": "export const k = [import.meta.env.VITE_SUPABASE_ANON_KEY, import.meta.env.VITE_CLERK_PUBLISHABLE_KEY, import.meta.env.VITE_FIREBASE_API_KEY];\n"}, nil},
		{"public by its name", map[string]string{"src/a.ts": "export const k = import.meta.env.VITE_PINECONE_PUBLIC_API_KEY;\n"}, nil},
		{"an address for browsers", map[string]string{"src/a.ts": "export const u = import.meta.env.VITE_OPENAI_BASE_URL;\n"}, nil},
		{"a name in an example alone", map[string]string{".env.example": "VITE_OPENAI_API_KEY=\n"}, nil},
		{"a bundle of React", map[string]string{"src/a.js": "const h = { Authorization: `Bearer ${process.env.REACT_APP_OPENAI_API_KEY}` };\n"}, []string{"server-secret-in-client src/a.js:1"}},
		{"a bundle by definition", map[string]string{"vite.config.ts": "export default defineConfig({\n  define: {\n    'process.env.API_KEY': JSON.stringify(env.GEMINI_API_KEY),\n  },\n});\n"}, []string{"server-secret-in-client vite.config.ts:3"}},
		{"a server's file in static", map[string]string{"static/make.py": "OPENAI_API_KEY = '" + ai + "'\n"}, nil},
		{"a page", map[string]string{"public/index.html": "<script>const k = '" + ai + "'</script>\n"}, []string{"server-secret-in-client public/index.html:1"}},

		{"two programs", map[string]string{"apps/a/package.json": "{}", "apps/b/package.json": "{}", "apps/a/.env": "OPENAI_API_KEY=" + ai + "\n", "apps/b/.env": "OPENAI_API_KEY=" + ai + "\n"}, []string{"key-shared-by-applications apps/a/.env:1"}},
		{"two programs, two keys", map[string]string{"apps/a/package.json": "{}", "apps/b/package.json": "{}", "apps/a/.env": "OPENAI_API_KEY=" + ai + "\n", "apps/b/.env": "OPENAI_API_KEY=" + other + "\n"}, nil},
		{"a program and its tree", map[string]string{"package.json": "{}", "web/package.json": "{}", ".env": "OPENAI_API_KEY=" + ai + "\n", "web/.env": "OPENAI_API_KEY=" + ai + "\n"}, nil},
		{"staging", map[string]string{".env.production": "OPENAI_API_KEY=" + ai + "\n", ".env.staging": "OPENAI_API_KEY=" + ai + "\n"}, []string{"key-shared-by-environments .env.production:1"}},
		{"two environments, two keys", map[string]string{".env.production": "OPENAI_API_KEY=" + ai + "\n", ".env.staging": "OPENAI_API_KEY=" + other + "\n"}, nil},

		{"a person's key at home", map[string]string{".env": "OPENAI_API_KEY=<<openai-legacy-key:me>>\n"}, nil},
		{"a person's key for tests", map[string]string{"deploy/test/values.yaml": "OPENAI_API_KEY: <<openai-legacy-key:me>>\n"}, nil},
		{"a person's key deployed", map[string]string{"fly.toml": "[env]\nHF_TOKEN = \"<<huggingface-user-token:me>>\"\n"}, []string{"personal-key-in-production fly.toml:2"}},

		{"a private package", map[string]string{"package.json": `{"private": true, "files": ["lib"]}`, "lib/a.js": "var k='" + ai + "'\n"}, nil},
		{"a published package", map[string]string{"package.json": `{"name": "x", "files": ["lib"]}`, "lib/a.js": "var k='" + ai + "'\n", "src/b.js": "var k='" + other + "'\n"}, []string{"secret-in-published-artefact lib/a.js:1"}},
		{"an example in a comment of a package", map[string]string{"package.json": `{"name": "x", "files": ["src"]}`, "src/a.ts": "/**\n * Set it by the variable\n * `BETTER_AUTH_SECRETS=2:base64secret,1:base64secret`\n */\n"}, nil},
		{"an image", map[string]string{"Dockerfile": "FROM x\nENV OPENAI_API_KEY=" + ai + "\n"}, []string{"secret-in-published-artefact Dockerfile:2"}},
		{"an image's comment", map[string]string{"Dockerfile": "FROM x\nENV OPENAI_API_KEY=$OPENAI_API_KEY\n"}, nil},

		{"signs by a reference", map[string]string{"compose.yaml": "services:\n  web:\n    environment:\n      SESSION_SECRET: ${OPENAI_API_KEY}\n"}, []string{"ai-key-signs compose.yaml:4"}},
		{"signs if nothing else is set", map[string]string{"app.ts": "export const SESSION_SECRET = process.env.SESSION_SECRET ?? process.env.OPENAI_API_KEY;\n"}, []string{"ai-key-signs app.ts:1"}},
		{"signs by a container's secret", map[string]string{"k.yaml": "kind: Deployment\nspec:\n  env:\n    - name: NEXTAUTH_SECRET\n      valueFrom:\n        secretKeyRef:\n          name: desk\n          key: openai-api-key\n"}, []string{"ai-key-signs k.yaml:4"}},
		{"a container's secret of its own", map[string]string{"k.yaml": "kind: Deployment\nspec:\n  env:\n    - name: NEXTAUTH_SECRET\n      valueFrom:\n        secretKeyRef:\n          name: desk\n          key: nextauth-secret\n"}, nil},
		{"said once by code and name", map[string]string{"settings.py": "INSTALLED_APPS = []\nJWT_SECRET = os.environ['OPENAI_API_KEY']\n"}, []string{"ai-key-signs settings.py:2"}},
		{"one value by sections", map[string]string{"src/main/resources/application-prod.yml": "spring:\n  ai:\n    openai:\n      api-key: <<scim-bearer-token:x>>\ndesk:\n  scim:\n    bearer-token: <<scim-bearer-token:x>>\n"}, []string{"same-secret-both-layers src/main/resources/application-prod.yml:4"}},

		{"admin key by its name, in the product", map[string]string{
			"render.yaml": "services:\n  - type: web\n    envVars:\n      - key: SESSION_SECRET\n      - key: OPENAI_ADMIN_KEY\n", "src/spend.ts": "const h = { authorization: `Bearer ${process.env.OPENAI_ADMIN_KEY}` };\n",
		}, []string{"platform-admin-in-application render.yaml:5"}},
		{"admin key by its name, in a job", map[string]string{
			"render.yaml": "services:\n  - type: web\n    envVars:\n      - key: SESSION_SECRET\n  - type: cron\n    envVars:\n      - key: OPENAI_ADMIN_KEY\n", "src/spend.ts": "const h = { authorization: `Bearer ${process.env.OPENAI_ADMIN_KEY}` };\n",
		}, nil},
		{"admin key by its name, for a script", map[string]string{
			"fly.toml": "[env]\nSESSION_SECRET = \"\"\nOPENAI_ADMIN_KEY = \"\"\n", "scripts/spend.ts": "const h = { authorization: `Bearer ${process.env.OPENAI_ADMIN_KEY}` };\n",
		}, nil},
		{"admin key of a program that does nothing else", map[string]string{
			"fly.toml": "[env]\nOPENAI_ADMIN_KEY = \"\"\n", "src/spend.ts": "const h = { authorization: `Bearer ${process.env.OPENAI_ADMIN_KEY}` };\n",
		}, nil},
		{"a gateway's own key", map[string]string{
			"compose.yaml": "services:\n  gateway:\n    environment:\n      LITELLM_MASTER_KEY: ${LITELLM_MASTER_KEY}\n      OPENAI_API_KEY: ${OPENAI_API_KEY}\n", "src/keys.ts": "const k = process.env.LITELLM_MASTER_KEY;\n",
		}, nil},
		{"a model with an admin key, by a setting", map[string]string{
			"desk/settings.py": "class Settings:\n    openai_key = os.environ['OPENAI_ADMIN_KEY']\n", "desk/ask.py": "client = OpenAI(api_key=settings.openai_key)\n",
		}, []string{"admin-key-for-project-work desk/ask.py:1"}},
		{"a model with an admin key, of settings by that name", map[string]string{"ask.ts": "const ai = createOpenAI({ apiKey: app.config.OPENAI_ADMIN_KEY });\n"}, []string{"admin-key-for-project-work ask.ts:1"}},
		{"a model with a project's key, by a setting", map[string]string{
			"desk/settings.py": "class Settings:\n    openai_key = os.environ['OPENAI_API_KEY']\n", "desk/ask.py": "client = OpenAI(api_key=settings.openai_key)\n",
		}, nil},

		{"environments in one file", map[string]string{"ecosystem.config.cjs": "module.exports = { apps: [{\n  env_production: {\n    OPENAI_API_KEY: \"" + ai + "\",\n  },\n  env_staging: {\n    OPENAI_API_KEY: \"" + ai + "\",\n  },\n}] };\n"}, []string{"key-shared-by-environments ecosystem.config.cjs:3"}},
		{"environments in one file, two keys", map[string]string{"ecosystem.config.cjs": "module.exports = { apps: [{\n  env_production: {\n    OPENAI_API_KEY: \"" + ai + "\",\n  },\n  env_staging: {\n    OPENAI_API_KEY: \"" + other + "\",\n  },\n}] };\n"}, nil},

		{"a build for devices", map[string]string{"ios/Release.xcconfig": "OPENAI_API_KEY = " + ai + "\n", "ios/Info.plist": "<string>$(OPENAI_API_KEY)</string>\n"}, []string{"server-secret-in-client ios/Release.xcconfig:1"}},
		{"a wheel", map[string]string{"pyproject.toml": "[project]\nname = \"a\"\nclassifiers = []\n[tool.hatch.build.targets.wheel]\npackages = [\"a\"]\n", "a/defaults.toml": "openai_api_key = \"" + ai + "\"\n", "b/own.toml": "openai_api_key = \"" + other + "\"\n"}, []string{"secret-in-published-artefact a/defaults.toml:1"}},
		{"a service with the same layout", map[string]string{"pyproject.toml": "[project]\nname = \"a\"\n[tool.hatch.build.targets.wheel]\npackages = [\"a\"]\n", "a/defaults.toml": "openai_api_key = \"" + ai + "\"\n"}, nil},
		{"an extension", map[string]string{"package.json": `{"name": "x", "publisher": "x"}`, ".vscodeignore": "src/**\n", "res/a.json": `{"key": "` + ai + `"}`, "src/b.ts": "const k = '" + other + "';\n"}, []string{"secret-in-published-artefact res/a.json:1"}},
		{"a person's key for production, among tools", map[string]string{"ops/production/news.service": "[Service]\nEnvironment=HF_TOKEN=<<huggingface-user-token:me>>\n"}, []string{"personal-key-in-production ops/production/news.service:2"}},

		{"signs with a field of a section", map[string]string{
			"config.js": "export const config = { openai: { apiKey: need(\"OPENAI_API_KEY\") } };\n", "join.js": "const sign = (t) => createHmac(\"sha256\", config.openai.apiKey).update(t).digest();\n",
		}, []string{"ai-key-signs join.js:1"}},
		{"signs with a setting that gets a key", map[string]string{
			"config/services.php": "<?php\nreturn [\n    'openai' => [\n        'key' => env('OPENAI_API_KEY'),\n    ],\n];\n", "app/Join.php": "<?php\n$t = JWT::encode($claims, config('services.openai.key'), 'HS256');\n",
		}, []string{"ai-key-signs app/Join.php:2"}},
		{"signs with a setting that gets its own secret", map[string]string{
			"config/services.php": "<?php\nreturn [\n    'openai' => [\n        'key' => env('OPENAI_WEBHOOK_SECRET'),\n    ],\n];\n", "app/Join.php": "<?php\n$t = JWT::encode($claims, config('services.openai.key'), 'HS256');\n",
		}, nil},
		{"signs with another field of the section", map[string]string{"hook.js": "const want = createHmac(\"sha256\", config.openai.webhookSecret).update(t).digest();\n"}, nil},
		{"signs with a field of another section", map[string]string{"join.js": "const sign = (t) => createHmac(\"sha256\", config.invitations.apiKey).update(t).digest();\n"}, nil},
		{"calls with a field of a section", map[string]string{"ask.js": "const ai = new OpenAI({ apiKey: config.openai.apiKey });\n"}, nil},
		{"a provider that asks for signing, by a section", map[string]string{"glm.py": "t = jwt.encode(p, settings.zhipuai.api_key, algorithm='HS256')\n"}, nil},

		{"a container's entry, once", map[string]string{
			"deploy/web.yaml": "kind: Deployment\nspec:\n  env:\n    - name: SESSION_SECRET\n    - name: OPENAI_ADMIN_KEY\n      value: <<openai-admin-key:x>>\n", "src/spend.ts": "const h = { authorization: `Bearer ${process.env.OPENAI_ADMIN_KEY}` };\n",
		}, []string{"platform-admin-in-application deploy/web.yaml:6"}},
		{"a container's entry, its value first", map[string]string{
			"deploy/web.yaml": "kind: Deployment\nspec:\n  env:\n    - name: SESSION_SECRET\n    - value: <<openai-admin-key:x>>\n      name: OPENAI_ADMIN_KEY\n", "src/spend.ts": "const h = { authorization: `Bearer ${process.env.OPENAI_ADMIN_KEY}` };\n",
		}, []string{"platform-admin-in-application deploy/web.yaml:5"}},
		{"a container's entry by a reference, once", map[string]string{
			"deploy/web.yaml": "kind: Deployment\nspec:\n  env:\n    - name: SESSION_SECRET\n    - name: OPENAI_ADMIN_KEY\n      valueFrom: { secretKeyRef: { name: desk, key: openai-admin-key } }\n", "src/spend.ts": "const h = { authorization: `Bearer ${process.env.OPENAI_ADMIN_KEY}` };\n",
		}, []string{"platform-admin-in-application deploy/web.yaml:5"}},
		{"two containers' entries", map[string]string{
			"deploy/web.yaml": "kind: Deployment\nspec:\n  env:\n    - name: SESSION_SECRET\n    - name: OPENAI_ADMIN_KEY\n      value: <<openai-admin-key:x>>\n    - name: ANTHROPIC_ADMIN_KEY\n", "src/spend.ts": "const a = process.env.OPENAI_ADMIN_KEY, b = process.env.ANTHROPIC_ADMIN_KEY;\n",
		}, []string{"platform-admin-in-application deploy/web.yaml:6", "platform-admin-in-application deploy/web.yaml:7"}},
		{"signs by a container's value", map[string]string{"deploy/web.yaml": "kind: Deployment\nspec:\n  env:\n    - name: OPENAI_API_KEY\n      value: " + ai + "\n    - name: NEXTAUTH_SECRET\n      value: " + ai + "\n"}, []string{"ai-key-signs deploy/web.yaml:7"}},

		{"packed for devices", map[string]string{
			"app/App.csproj": "<Project>\n<ItemGroup><MauiAsset Include=\"Resources\\Raw\\**\" /></ItemGroup>\n</Project>\n", "app/Resources/Raw/settings.json": `{"OPENAI_API_KEY": "` + ai + `"}`, "app/Resources/settings.json": `{"OPENAI_API_KEY": "` + other + `"}`,
		}, []string{"server-secret-in-client app/Resources/Raw/settings.json:1"}},
		{"a server with such a folder", map[string]string{"api/Api.csproj": "<Project>\n</Project>\n", "api/Resources/Raw/settings.json": `{"OPENAI_API_KEY": "` + ai + `"}`}, nil},
		{"what is public, packed for devices", map[string]string{
			"app/App.csproj": "<Project>\n<ItemGroup><MauiAsset Include=\"Resources\\Raw\\**\" /></ItemGroup>\n</Project>\n", "app/Resources/Raw/settings.json": `{"ClientId": "f0b5f3a1-33f5-4a2e-8a42-9b1d9d1b6f10", "CLERK_PUBLISHABLE_KEY": "<<clerk-publishable-key:x>>"}`,
		}, nil},

		{"tooling with a client of the users' directory", map[string]string{
			"appsettings.json": `{"AzureAd": {"Instance": "https://login.microsoftonline.com/"}}`, ".mcp.json": `{"mcpServers": {"people": {"command": "npx", "env": {"CLIENT_SECRET": "<<entra-client-secret:x>>"}}}}`,
		}, []string{"auth-admin-in-ai-tooling .mcp.json:1"}},
		{"tooling with a client of another directory", map[string]string{
			"lib/a.ts": "import NextAuth from 'next-auth';\n", ".mcp.json": `{"mcpServers": {"people": {"command": "npx", "env": {"CLIENT_SECRET": "<<entra-client-secret:x>>"}}}}`,
		}, nil},
		{"tooling with a client of the cloud", map[string]string{
			"appsettings.json": `{"AzureAd": {"Instance": "https://login.microsoftonline.com/"}}`, ".mcp.json": `{"mcpServers": {"azure": {"command": "npx", "env": {"AZURE_CLIENT_SECRET": "<<entra-client-secret:x>>"}}}}`,
		}, nil},

		{"a talk in Markdown", map[string]string{"notes/talk.md": "**You:** my key is " + ai + "\n\n**ChatGPT:** take it out\n"}, []string{"key-in-exported-chat notes/talk.md:1"}},
		{"a talk in Markdown, a key by its name", map[string]string{".specstory/history/a.md": "_**User**_\n\nDESCOPE_MANAGEMENT_KEY=<<descope-management-key:x>> make seed\n\n_**Assistant (sonnet)**_\n\nok\n"}, []string{"key-in-exported-chat .specstory/history/a.md:3"}},
		{"a document with such a name", map[string]string{"docs/seed.md": "# Seed\n\nDESCOPE_MANAGEMENT_KEY=<<descope-management-key:x>> make seed\n"}, nil},
		{"a prompt alone", map[string]string{"notes/a.json": `{"role": "user", "content": "` + ai + `"}`}, nil},
		{"a talk without a key", map[string]string{"notes/a.json": `[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := apps.App{Name: "near " + c.name, Files: map[string][]byte{}}
			for name, text := range c.files {
				a.Files[name] = []byte(text)
			}
			in := scanned(t, &a)
			var got []string
			for _, r := range ours() {
				for _, v := range r.Find(in, &Map{}) {
					got = append(got, fmt.Sprintf("%s %s:%d", r.ID, v.At.Path, v.At.Line))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
				for i := range in.Findings {
					t.Logf("%s %s:%d %s", in.Findings[i].Detector, in.Findings[i].Path, in.Findings[i].StartLine, in.Findings[i].Confidence)
				}
			}
		})
	}
}
