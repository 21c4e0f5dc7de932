package identity

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
)

var manifestCases = map[string]struct {
	path, text string
	want       []detectors.Layer
}{
	"npm, AI":              {"package.json", `{"name":"x","dependencies":{"openai":"^4","react":"18"}}`, []detectors.Layer{ai}},
	"npm, both":            {"web/package.json", `{"dependencies":{"@anthropic-ai/sdk":"1"},"devDependencies":{"@clerk/nextjs":"5"}}`, []detectors.Layer{ai, app}},
	"npm, neither":         {"package.json", `{"name":"openai","keywords":["clerk"],"scripts":{"langchain":"x"}}`, nil},
	"npm, broken":          {"package.json", `{"dependencies":{"openai":`, nil},
	"npm, another shape":   {"package.json", `{"dependencies":["openai"],"devDependencies":7}`, nil},
	"pip":                  {"requirements-dev.txt", "# openai\n-r base.txt\nflask==2\nlangchain_openai>=0.1 ; python_version>'3'\n", []detectors.Layer{ai}},
	"pip, extras":          {"requirements.txt", "python3-saml[lxml]==1.16\n", []detectors.Layer{app}},
	"pyproject, list":      {"pyproject.toml", "[project]\nname = \"openai\"\nkeywords = [\"clerk\"]\ndependencies = [\n  \"anthropic>=0.3\",\n  \"httpx\",\n]\n", []detectors.Layer{ai}},
	"pyproject, one line":  {"pyproject.toml", "[project]\ndependencies = [\"django-allauth\", \"x\"]\n[tool.ruff]\nselect = [\"openai\"]\n", []detectors.Layer{app}},
	"pyproject, poetry":    {"pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3\"\nlitellm = \"*\"\n", []detectors.Layer{ai}},
	"pipfile":              {"Pipfile", "[packages]\nopenai = \"*\"\n", []detectors.Layer{ai}},
	"cargo":                {"Cargo.toml", "[package]\nname = \"clerk\"\n[dependencies]\nasync-openai = { version = \"0.2\" }\n", []detectors.Layer{ai}},
	"cargo, own table":     {"Cargo.toml", "[dependencies.async-openai]\nversion = \"1\"\n", []detectors.Layer{ai}},
	"go":                   {"go.mod", "module m\n\nrequire (\n\tgithub.com/sashabaranov/go-openai v1.2.3\n\tgithub.com/crewjam/saml v0.4.0 // indirect\n)\n", []detectors.Layer{ai}},
	"go, one line":         {"go.mod", "require github.com/workos/workos-go/v4 v4.1.0\n", []detectors.Layer{app}},
	"bundler":              {"Gemfile", "source 'https://rubygems.org'\ngem 'omniauth-google-oauth2'\n# gem 'ruby-openai'\n", []detectors.Layer{app}},
	"gemspec":              {"x.gemspec", "spec.add_dependency \"ruby-openai\", \"~> 1\"\n", []detectors.Layer{ai}},
	"composer":             {"composer.json", `{"require":{"php":"8","laravel/socialite":"5"},"require-dev":{}}`, []detectors.Layer{app}},
	"maven":                {"pom.xml", "<dependency>\n<groupId>com.openai</groupId>\n<artifactId>openai-java</artifactId>\n</dependency>\n", []detectors.Layer{ai}},
	"maven, artifact":      {"pom.xml", "<groupId>org.springframework.ai</groupId><version>1</version>\n", []detectors.Layer{ai}},
	"gradle":               {"build.gradle", "dependencies {\n  implementation 'dev.langchain4j:langchain4j:0.3'\n}\n", []detectors.Layer{ai}},
	"gradle, kotlin":       {"app/build.gradle.kts", "implementation(\"org.keycloak:keycloak-admin-client:22\")\n", []detectors.Layer{app}},
	"nuget":                {"src/X.csproj", "<PackageReference Include=\"Azure.AI.OpenAI\" Version=\"1\" />\n<Using Include=\"Duende.IdentityServer\"/>\n", []detectors.Layer{ai}},
	"vendored":             {"node_modules/a/package.json", `{"dependencies":{"openai":"1"}}`, nil},
	"another file":         {"data.json", `{"dependencies":{"openai":"1"}}`, nil},
	"a word of a name":     {"requirements.txt", "myopenai\nopenai2x\nclerkship\n", nil},
	"binary":               {"requirements.txt", "\x00\xff\xfe\n\x00openai", nil},
	"a weak package alone": {"package.json", `{"dependencies":{"firebase-admin":"1"}}`, nil},
}

func TestManifests(t *testing.T) {
	for name, c := range manifestCases {
		var r Repo
		r.Add(c.path, []byte(c.text))
		if got := r.Layers(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		crlf := Repo{}
		crlf.Add(c.path, []byte(strings.ReplaceAll(c.text, "\n", "\r\n")))
		if got := crlf.Layers(); !slices.Equal(got, c.want) {
			t.Errorf("%s with CRLF: %v, want %v", name, got, c.want)
		}
	}
}

func TestIsManifest(t *testing.T) {
	for path, want := range map[string]bool{
		"package.json": true, "a/b/go.mod": true, "requirements/prod.txt": false, "requirements.txt": true, "Gemfile": true,
		"X.csproj": true, "pom.xml": true, "vendor/x/go.mod": false, "package-lock.json": false, "": false, "PACKAGE.JSON": true,
	} {
		if got := IsManifest(path); got != want {
			t.Errorf("%q: %t", path, got)
		}
	}
}

// TestManifestsLast holds that the repository decides only where nothing else does,
// and that a repository with both layers decides nothing.
func TestManifestsLast(t *testing.T) {
	var aiRepo, appRepo, both, many Repo
	many.Add("package.json", []byte(`{"dependencies":{"openai":"1","langchain":"1","@anthropic-ai/sdk":"1","next-auth":"1"}}`))
	aiRepo.Add("package.json", []byte(`{"dependencies":{"openai":"1"}}`))
	appRepo.Add("package.json", []byte(`{"dependencies":{"next-auth":"1"}}`))
	both.Add("package.json", []byte(`{"dependencies":{"openai":"1","next-auth":"1"}}`))
	for _, c := range []struct {
		name       string
		path, doc  string
		repo       *Repo
		layer      detectors.Layer
		confidence detectors.LayerConfidence
		candidates []detectors.Layer
	}{
		{"ai", "x", "k=@@@@", &aiRepo, ai, detectors.Likely, nil},
		{"app", "x", "k=@@@@", &appRepo, app, detectors.Likely, nil},
		{"both", "x", "k=@@@@", &both, app, ambiguous, []detectors.Layer{ai, app}},
		{"many of one and one of the other", "x", "k=@@@@", &many, app, ambiguous, []detectors.Layer{ai, app}},
		{"empty", "x", "k=@@@@", &Repo{}, app, ambiguous, three},
		{"none", "x", "k=@@@@", nil, app, ambiguous, three},
		{"the file is stronger", "auth.ts", "k=@@@@", &aiRepo, app, detectors.Likely, nil},
		{"the name is stronger", "x", "TERRAFORM_SECRET=@@@@", &aiRepo, infra, detectors.Likely, nil},
	} {
		r := ruleOn(t, &entra, c.path, c.doc, nil, c.repo)
		if r.Layer != c.layer || r.Confidence != c.confidence || !slices.Equal(r.Candidates, c.candidates) {
			t.Errorf("%s: %s %s %v", c.name, r.Layer, r.Confidence, r.Candidates)
		}
	}
	if r := ruleOn(t, &generic, "x", "k=@@@@", nil, &aiRepo); r.Layer != detectors.Unclassified {
		t.Error("a manifest gives a generic secret an owner")
	}
}

// TestManifestBounds feeds manifests that want to cost much.
func TestManifestBounds(t *testing.T) {
	var deps strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&deps, "openai-%d\n", i)
	}
	var long strings.Builder
	for name := range moduleIndex() {
		long.WriteString(name + "\n")
	}
	for path, text := range map[string]string{
		"requirements.txt": deps.String() + strings.Repeat("a", 1<<20),
		"package.json":     `{"dependencies":` + strings.Repeat(`{"a":`, 100_000),
		"composer.json":    strings.Repeat("[", 1<<20),
		"pom.xml":          strings.Repeat("<groupId>", 100_000),
		"Cargo.toml":       strings.Repeat("[", 100_000) + "\n" + strings.Repeat(`"`, 2000),
		"requirements.in":  long.String(),
		"go.mod":           strings.Repeat(" v", 1<<19),
	} {
		var r Repo
		r.Add(path, []byte(text))
		if n := len(r.signs()); n > maxRepoSigns {
			t.Errorf("%s: %d packages are kept", path, n)
		}
	}
}

// TestImports reads the import statements of many languages.
func TestImports(t *testing.T) {
	for doc, want := range map[string]string{
		"import openai":                                                      "openai",
		"import os, openai as o":                                             "openai",
		"from langchain_openai import ChatOpenAI":                            "langchain",
		"import { x } from '@clerk/nextjs'":                                  "@clerk",
		"import {\n  x,\n} from \"next-auth/react\"":                         "next-auth",
		"const a = require('passport')":                                      "passport",
		"const a = await import('@anthropic-ai/sdk')":                        "@anthropic-ai",
		"import (\n\t\"fmt\"\n\n\tx \"github.com/workos/workos-go/v4\"\n)\n": "github.com/workos",
		"import com.openai.client.OpenAIClient;":                             "com.openai",
		"import static dev.langchain4j.X.y;":                                 "dev.langchain4j",
		"using Microsoft.Identity.Web;":                                      "microsoft.identity.web",
		"require \"omniauth\"":                                               "omniauth",
		"gem 'devise'":                                                       "devise",
		"use Laravel\\Socialite\\Facades\\Socialite;":                        "laravel/socialite",
		"use async_openai::Client;":                                          "async-openai",
		"    \"import openai\\n\",":                                          "openai",
		"@import 'x'":                                                        "",
		"import './openai'":                                                  "",
		"from .openai import x":                                              "",
		"we import openai keys from there":                                   "",
		"// import adminopenai":                                              "",
		"import myopenai":                                                    "",
		strings.Repeat("x\n", importLines) + "import openai":                 "",
	} {
		got := ""
		eachImport([]byte(doc), func(name string) {
			if s := lookModule(name); s != nil {
				got = s.text
			}
		})
		if got != want {
			t.Errorf("%q: %q, want %q", doc, got, want)
		}
	}
}
