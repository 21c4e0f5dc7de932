package identity

import (
	"bytes"
	"path"
	"strings"
	"sync"

	"leakline/detectors"
)

// fileSigns maps patterns of paths to what they say. A pattern that ends in "/" is
// one or more folders anywhere in the path, any other the last parts of it; each
// part is a pattern of package path, case ignored.
var fileSigns = []wordGroup{
	{
		sign{layer: app},
		`auth.ts, auth.js, auth.mjs, auth.tsx, auth.config.ts, auth.config.js, \[...nextauth\]*, passport*, omniauth.rb,
		devise.rb, settings/social*, social_auth*, realm-export*.json, *-realm.json, kickstart.json, amplify/,
		supabase/config.toml, initializers/saml*, saml*.json, saml*.php, b2c*.xml, auth0/, clerk/`,
	},
	{
		sign{layer: infra, class: detectors.CICD},
		`.github/workflows/, .github/actions/, .gitlab-ci.yml, .gitlab-ci.yaml, .circleci/, jenkinsfile*, azure-pipelines*.yml,
		azure-pipelines*.yaml, bitbucket-pipelines.yml, .travis.yml, .drone.yml, .buildkite/, ansible/, .woodpecker*`,
	},
	{
		sign{layer: infra, class: detectors.Cloud},
		`*.tf, *.tfvars, *.tfvars.json, *.tfstate, terraform/, pulumi.*.yaml, .aws/credentials, .azure/, kubeconfig*, .kube/`,
	},
	{sign{layer: infra, class: workforce}, `grafana.ini, argocd-*.yaml, argocd-*.yml, oauth2-proxy*, oauth2_proxy*`},
	{
		sign{layer: infra, class: detectors.Cloud, vendors: keyFormats},
		`id_rsa*, id_ed25519*, id_ecdsa*, id_dsa*, .ssh/, ssh/, ssl/, tls/, certs/, pki/, etcd/, nginx/, letsencrypt/, privkey*.pem,
		server.key, server-key.pem, server.pem, tls.key, ssl.key, ca.key, ca-key.pem, ssh_host_*_key, *.tls.key, kubernetes/`,
	},
	{
		sign{layer: ai, tool: true},
		`litellm*.yaml, litellm*.yml, mcp.json, .mcp.json, mcp_config.json, mcp-config.json, mcp_settings.json,
		claude_desktop_config.json, .cursor/, .claude/, .codex/, .continue/, .gemini/, .aider*, .windsurf/, .codeium/,
		.openai/, cline_mcp_settings.json`,
	},
}

// lookPath calls found with what a file's path says, whatever the provider.
func lookPath(p string, found func(*sign)) {
	parts := pathParts(p)
	for i := range pathIndex() {
		s := &pathIndex()[i]
		if pathMatches(s.text, parts) {
			found(s)
		}
	}
	lookWords([]byte(strings.ReplaceAll(p, "/", "\n")), inPath, everyProvider, found)
}

// pathParts are the parts of a path in lower case.
func pathParts(p string) []string { return strings.Split(strings.ToLower(p), "/") }

// pathAny says whether a path falls under any of the patterns.
func pathAny(patterns []string, parts []string) bool {
	for _, p := range patterns {
		if pathMatches(p, parts) {
			return true
		}
	}
	return false
}

var pathIndex = sync.OnceValue(func() []sign {
	var index []sign
	for _, g := range fileSigns {
		for pattern := range strings.SplitSeq(g.words, ",") {
			s := g.sign
			s.text = strings.TrimSpace(pattern)
			index = append(index, s)
		}
	}
	return index
})

// pathMatches says whether a path falls under a pattern of fileSigns.
func pathMatches(pattern string, parts []string) bool {
	folder := strings.HasSuffix(pattern, "/")
	want := strings.Split(strings.TrimSuffix(pattern, "/"), "/")
	last := len(parts) - len(want)
	if folder {
		last--
	}
	for from := last; from >= 0; from-- {
		ok := true
		for i, w := range want {
			if m, err := path.Match(w, parts[from+i]); err != nil || !m {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
		if !folder {
			break
		}
	}
	return false
}

// fixture says what kind of place a path is in which values are mostly made up.
type fixture string

const (
	noFixture fixture = ""
	testPath  fixture = "a test path"
	docsPath  fixture = "documentation"
	example   fixture = "an example"
	vendored  fixture = "vendored code"
	recording fixture = "a recording of traffic"
)

// fixtureFolders are folders by their whole name; fixtureWords are words of a
// folder's or file's name.
var (
	fixtureFolders = map[string]fixture{
		"test": testPath, "tests": testPath, "testing": testPath, "__tests__": testPath, "spec": testPath, "specs": testPath,
		"e2e": testPath, "cypress": testPath, "__snapshots__": testPath, "androidtest": testPath, "testdata": testPath,
		"testsuite": testPath, "test-suite": testPath, "test_suite": testPath,
		"doc": docsPath, "docs": docsPath, "documentation": docsPath, "tutorial": docsPath, "tutorials": docsPath,
		"guide": docsPath, "guides": docsPath, "api-reference": docsPath, "api_reference": docsPath,
		"swagger": docsPath,
		"demo":    example, "demos": example, "quickstart": example, "quickstarts": example,
		"vendor": vendored, "node_modules": vendored, "third_party": vendored, "thirdparty": vendored, "site-packages": vendored,
		"bower_components": vendored, "dist-packages": vendored, "godeps": vendored, ".venv": vendored, "venv": vendored,
	}
	fixtureWords = map[string]fixture{
		"fixture": testPath, "fixtures": testPath, "mock": testPath, "mocks": testPath, "cassette": recording,
		"cassettes": recording, "har": recording, "testdata": testPath, "testutil": testPath, "testutils": testPath, "snapshots": testPath,
		"conftest": testPath, "example": example, "examples": example, "sample": example, "samples": example,
		"dummy": example, "readme": docsPath, "changelog": docsPath, "contributing": docsPath, "e2e": testPath,
	}
	// fixtureEndings are ends of names: of files in markup that is written for
	// readers, and of the folders of installed Python packages.
	fixtureEndings = map[string]fixture{
		".md": docsPath, ".mdx": docsPath, ".markdown": docsPath, ".rst": docsPath, ".adoc": docsPath, ".asciidoc": docsPath,
		".egg-info": vendored, ".dist-info": vendored,
	}
)

// fixtureOf classifies a path. What stands deepest decides, but for recordings,
// which are named after the test that made them.
func fixtureOf(p string) fixture {
	parts := strings.Split(p, "/")
	for _, part := range parts {
		if fixturePart(part, false) == recording {
			return recording
		}
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if f := fixturePart(parts[i], i == len(parts)-1); f != noFixture {
			return f
		}
	}
	return noFixture
}

func fixturePart(part string, isFile bool) fixture {
	if f := fixtureEndings[strings.ToLower(path.Ext(part))]; f != noFixture && isFile == (f == docsPath) {
		return f
	}
	if !isFile {
		if f := fixtureFolders[strings.ToLower(part)]; f != noFixture {
			return f
		}
	}
	ws := splitWords(part)
	data := isFile && (last(ws, 1) == "json" || last(ws, 1) == "yaml" || last(ws, 1) == "yml")
	for i, w := range ws {
		if f := fixtureWords[w]; f != noFixture {
			return f
		}
		if data && (w == "openapi" || w == "swagger") { // a description of an interface holds examples
			return docsPath
		}
		// test_x.py, x_test.go, x.spec.ts, XTest.java, integration-tests/; but not
		// test-infra/ or ab-testing.ts.
		last := i == len(ws)-1
		switch {
		case w == "test" || w == "tests" || w == "spec" && i > 0:
			if last || isFile && (i == 0 || i == len(ws)-2) {
				return testPath
			}
		case w == "stories" && isFile && i > 0 && i == len(ws)-2: // Storybook
			return example
		case w == "template" || w == "dist":
			if last && isFile && i > 0 { // .env.template, config.yaml.dist
				return example
			}
		}
	}
	return noFixture
}

// translationFolders hold what a program says to people, in their languages, and
// translationWords are words of the names of such files.
var (
	translationFolders = wordsOf("i18n l10n locale locales lang langs language languages translation translations localization localisation localizations _locales nls resx intl")
	translationWords   = wordsOf("i18n l10n lang translation translations locale labels")
	translationFiles   = wordsOf("json yml yaml php inc ts js mjs properties xml resx strings arb po pot xlf xliff ftl lang ini")
	languageCodes      = wordsOf(`ar az be bg bn ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy ja ka kk km kn ko ku lb lt lv mk ml mn
		mr ms nb ne nl nn pl pt ro ru si sk sl sq sr sv sw ta te th tr uk ur uz vi zh`)
)

func wordsOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// isTranslation says that a file holds what a program says to people.
func isTranslation(p string) bool {
	parts := pathParts(p)
	base := parts[len(parts)-1]
	ending := strings.TrimPrefix(path.Ext(base), ".")
	if !translationFiles[ending] {
		return false
	}
	for _, folder := range parts[:len(parts)-1] {
		if translationFolders[folder] || strings.HasSuffix(folder, ".lproj") {
			return true
		}
	}
	stem := strings.TrimSuffix(base, "."+ending)
	if ending == "properties" && strings.HasPrefix(stem, "messages") || languageCodes[stem] {
		return true
	}
	ws := splitWords(stem)
	for i, w := range ws {
		if translationWords[w] || i > 0 && i < 3 && ending == "properties" && languageCodes[w] && i >= len(ws)-2 {
			return true
		}
	}
	code, region, ok := strings.Cut(strings.ReplaceAll(stem, "_", "-"), "-")
	return ok && languageCodes[code] && (len(region) == 2 || len(region) == 4)
}

// describesAPI says that a text begins as a description of an HTTP interface does,
// whose values are examples (OpenAPI 3.1, section 4.8.1; Swagger 2.0).
func describesAPI(data []byte) bool {
	top := data[:min(len(data), 512)]
	for line := range bytes.Lines(top) {
		text := strings.TrimLeft(string(line), "{ \t\"'")
		for _, key := range []string{"openapi", "swagger"} {
			rest, ok := strings.CutPrefix(text, key)
			rest = strings.TrimLeft(rest, "\"'")
			if ok && strings.HasPrefix(rest, ":") && strings.ContainsAny(rest, "23") {
				return true
			}
		}
	}
	return false
}

// splitWords are the words of a short text, in lower case.
func splitWords(text string) []string {
	var ws []string
	b := []byte(text[:min(len(text), maxPhraseBytes)])
	for i := 0; i < len(b); {
		if !isAlnum(b[i]) {
			i++
			continue
		}
		j := i + 1
		for j < len(b) && isAlnum(b[j]) && !hump(b, j) {
			j++
		}
		ws = append(ws, strings.ToLower(string(b[i:j])))
		i = j
	}
	return ws
}

// environments maps words of file and variable names to environments. Those of
// looseEnvironments have other meanings in paths, except of settings.
var (
	environments = map[string]detectors.Environment{
		"prod": detectors.Production, "production": detectors.Production, "prd": detectors.Production,
		"staging": detectors.Staging, "stg": detectors.Staging, "uat": detectors.Staging, "preprod": detectors.Staging,
		"test": detectors.Test, "tests": detectors.Test, "testing": detectors.Test, "qa": detectors.Test,
		"dev": detectors.Development, "develop": detectors.Development, "development": detectors.Development,
	}
	looseEnvironments = map[string]detectors.Environment{
		"live": detectors.Production, "stage": detectors.Staging, "preview": detectors.Staging, "sandbox": detectors.Test,
		"local": detectors.Development, "localhost": detectors.Development,
	}
)

// environmentOf reads the environment from the words of a name, the last such word
// first.
func environmentOf(name string, loose bool) detectors.Environment {
	ws := splitWords(name)
	for i := len(ws) - 1; i >= 0; i-- {
		if e, ok := environments[ws[i]]; ok {
			return e
		}
		if e, ok := looseEnvironments[ws[i]]; ok && loose {
			return e
		}
	}
	return detectors.EnvironmentUnknown
}

// pathEnvironment is the environment of a path: the file's, else that of the
// nearest folder that names one.
func pathEnvironment(p string) detectors.Environment {
	parts := strings.Split(p, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		isFile := i == len(parts)-1
		if !isFile && len(splitWords(parts[i])) > 3 {
			continue // the name of a project
		}
		if e := environmentOf(parts[i], isFile && isSettings(parts)); e != detectors.EnvironmentUnknown {
			return e
		}
	}
	return detectors.EnvironmentUnknown
}

// isSettings says that a file holds settings, by its name or its folder's.
func isSettings(parts []string) bool {
	base := strings.ToLower(parts[len(parts)-1])
	if strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "settings") || strings.HasPrefix(base, "appsettings") {
		return true
	}
	switch path.Ext(base) {
	case ".yml", ".yaml", ".toml", ".ini", ".conf", ".cfg", ".properties", ".tfvars", ".env":
		return true
	}
	return len(parts) > 1 && (strings.EqualFold(parts[len(parts)-2], "settings") || strings.EqualFold(parts[len(parts)-2], "config"))
}
