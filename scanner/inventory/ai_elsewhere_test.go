package inventory

import (
	"maps"
	"slices"
	"testing"
)

// Packages and modules are those of entries that there are.
func TestElsewhere(t *testing.T) {
	names := map[string]bool{}
	for _, e := range Entries() {
		names[e.Name] = true
	}
	for _, table := range []map[string]map[string]string{morePackages, moreModules} {
		for eco, all := range table {
			for n, e := range all {
				if !names[e] {
					t.Errorf("%s %s is of %q, which is no entry", eco, n, e)
				}
			}
		}
	}
}

// Manifests and imports of Elixir, Swift, Dart, PHP and Helm.
func TestPlatformsElsewhere(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"mix.exs", "defp deps do\n  [\n    {:phoenix, \"~> 1.8\"},\n    {:langchain, \"~> 0.4.0\"},\n    {:openai_ex, \"~> 0.9\"}\n", []string{"langchain ~> 0.4.0 4", "openai ~> 0.9 5"}},
		{"lib/a.ex", "defmodule A do\n  alias LangChain.Chains.LLMChain\n  alias LangChain.ChatModels.{ChatAnthropic, ChatOpenAI}\n  alias MyApp.OpenAI\n  import Ecto.Query\n", []string{"langchain 2", "anthropic 3", "openai 3"}},
		{"Sources/A.swift", "import Foundation\nimport OpenAI\nimport class FirebaseAILogic.GenerativeModel\nimport OpenAIHelpers\n", []string{"openai 2", "gemini 3"}},
		{"pubspec.yaml", "name: a\ndependencies:\n  flutter:\n    sdk: flutter\n  firebase_ai: ^3.0.0\n  openai_dart: ^0.6.2\n", []string{"gemini ^3.0.0 5", "openai ^0.6.2 6"}},
		{"lib/a.dart", "import 'dart:io';\nimport 'package:openai_dart/openai_dart.dart';\nimport 'package:app/openai.dart';\n", []string{"openai 2"}},
		{"composer.json", "{\n \"require\": {\n  \"php\": \">=8.4\",\n  \"symfony/ai-mistral-platform\": \"^0.1\",\n  \"symfony/ai-bundle\": \"^0.1\"\n }\n}", []string{"mistral ^0.1 4"}},
		{"chart/Chart.yaml", "apiVersion: v2\nname: ollama-console\nversion: 1.0.0\ndependencies:\n  - name: litellm-helm\n    version: 0.1.785\n    repository: oci://ghcr.io/x\n  # - name: qdrant\n  - version: \"1.2\"\n    name: langfuse\nmaintainers:\n  - name: ollama\n", []string{"litellm 0.1.785 5", "langfuse 1.2 10"}},
		{"pnpm-workspace.yaml", "packages:\n  - apps/openai\ncatalog:\n  openai: ^5.1.0\ncatalogs:\n  ai:\n    '@ai-sdk/groq': ^2.0.0\nonlyBuiltDependencies:\n  ollama: x\n", []string{"openai ^5.1.0 4", "groq ^2.0.0 7"}},
		{"package.json", "{\"workspaces\": {\"catalog\": {\n\"openai\": \"^5\"}},\n\"overrides\": {\"groq-sdk\": \"1\"},\n\"dependencies\": {\"llm\": \"npm:@anthropic-ai/sdk@0.6.0\"}}", []string{"openai ^5 2", "anthropic 0.6.0 4"}},
		{"a.py", "# /// script\n# dependencies = [\n#   \"openai[aio]>=2\",\n# ]\n# ///\nx = [\"anthropic\"]\n", []string{"openai >=2 3"}},
		{"b.py", "# dependencies = [\n#   \"openai>=2\",\n# ]\n", nil},
		{"helmfile.yaml", "releases:\n  - name: ui\n    chart: open-webui/open-webui\n    version: 5.1.0\n  - name: a\n    chart: ./charts/mychart\n", []string{"open-webui 5.1.0 3"}},
		{"main.tf", "resource \"helm_release\" \"a\" {\n  chart   = \"langfuse\"\n  version = \"1.2\"\n}\n", []string{"langfuse 1.2 2"}},
		{"a.ts", "import Anthropic from \"npm:@anthropic-ai/sdk@0.70.0\";\nimport OpenAI from \"jsr:@openai/openai\";\n", []string{"anthropic 0.70.0 1", "openai 2"}},
		{"a.php", "$p->using(Provider::Anthropic, 'x');\n$q = new Provider::Anthropics();\n", []string{"anthropic 1"}},
		{"deploy/compose.yml", "secrets:\n  NUXT_GROQ_API_KEY: { file: x }\n  MYAZURE_GROQ_API_KEYS: y\n", []string{"groq 2"}},
		{"src/main/resources/application.yml", "spring:\n  ai:\n    azure:\n      openai:\n        endpoint: x\n", []string{"azure-openai 4"}},
	} {
		if got := shows(t, Provider, c.file, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\ngot  %q\nwant %q", c.file, c.text, got, c.want)
		}
	}
}

// Settings that are called after a platform, in their words, and what only looks so.
func TestPlatformSettings(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"app/secrets.toml", "[auth]\ncookie_secret = \"\"\n\n[cohere]\napi_key = \"\"\n[tool.mistral]\nline-length = 100\n[mcp_servers.qdrant]\nurl = \"https://x.example\"\n", []string{"cohere 4"}},
		{"config/packages/ai.yaml", "ai:\n    platform:\n        mistral:\n            api_key: '%env(X)%'\n", []string{"mistral 3"}},
		{"docs/nav.yaml", "nav:\n  openai:\n    - quickstart.md\n  mistral:\n    title: Mistral\n    links:\n      api_key: keys.md\n", nil},
		{"app/settings_model.py", "class Config(BaseSettings):\n    qdrant_url: str = \"http://q\"\n    groq_api_key: SecretStr\n    model = call(qdrant_url=1)\n    x(\n      qdrant_url=1)\n    # qdrant_url: old\n", []string{"qdrant 2", "groq 3"}},
		{"ios/Info.plist", "<dict>\n  <key>GroqApiKey</key>\n  <string>$(X)</string>\n", []string{"groq 2"}},
		{"ios/A.swift", "let a = bundle.object(forInfoDictionaryKey: \"GroqApiKey\")\nlet groqApiKey = a\n", []string{"groq 1"}},
		{"a.tfvars", "groq_api_key = \"\"\nmygroq_api_key = \"\"\n", []string{"groq 1"}},
		{"a.kt", "val k = getString(R.string.deepgram_api_key)\nval l = x.deepgram_api_key\n", []string{"deepgram 1"}},
		{"b.py", "k = settings.qdrant_url\nl = self.qdrant_url\n", []string{"qdrant 1"}},
		{"config/runtime.exs", "import Config\nconfig :qdrant,\n  port: 1\nconfig :qdrants, x: 1\n# config :langchain, x\n", []string{"qdrant 2"}},
		{"deploy/gateway.env", "LITELLM_LOG=ERROR\nMY_LITELLM_LOG=1\n# LITELLM_X=1\n", []string{"litellm 1"}},
		{"k8s.yaml", "env:\n  - name: OLLAMA_NUM_PARALLEL\n    value: OLLAMA_X\n", []string{"ollama 2"}},
		{"wrangler.jsonc", "{\n  \"ai\": { \"binding\": \"AI\" },\n  \"env\": { \"ai\": { \"name\": \"x\" } }\n}", []string{"cloudflare-ai 2"}},
		{"wrangler.toml", "name = \"a\"\n[ai]\nbinding = \"AI\"\n[env.staging.ai]\nbinding = \"AI\"\n[vars.ai]\nx = 1\n", []string{"cloudflare-ai 2", "cloudflare-ai 4"}},
		{"src/a.ts", "const x = await env.AI.run(model, {});\nconst y = env.AIR.run();\n", []string{"cloudflare-ai 1"}},
	} {
		if got := shows(t, Provider, c.file, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\ngot  %q\nwant %q", c.file, c.text, got, c.want)
		}
	}
}

// Google's one library is Vertex AI's where the program says so and shows no key of
// Gemini's; Spring AI shows itself only where more than a platform's starter demands it.
func TestSettleLibraries(t *testing.T) {
	module := "module a\nrequire google.golang.org/genai v1.36.0\n"
	client := "package a\nimport \"google.golang.org/genai\"\nvar c = genai.ClientConfig{Backend: genai.BackendVertexAI}\n"
	starter := "dependencies {\n implementation(\"org.springframework.ai:spring-ai-starter-model-openai\")\n"
	chat := "import org.springframework.ai.chat.client.ChatClient;\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  map[string]int
	}{
		{"Vertex", map[string]string{"go.mod": module, "a.go": client}, map[string]int{"vertex-ai": 3}},
		{"Gemini", map[string]string{"go.mod": module, "a.go": "package a\nimport \"google.golang.org/genai\"\n"}, map[string]int{"gemini": 2}},
		{"both", map[string]string{"go.mod": module, "a.go": client, ".env.example": "GEMINI_API_KEY=\n"}, map[string]int{"gemini": 3, "vertex-ai": 1}},
		{"not with Vertex", map[string]string{"a.py": "from google import genai\nc = genai.Client(vertexai=False)\n", "requirements.txt": "google-genai\n"}, map[string]int{"gemini": 2}},
		{"a starter", map[string]string{"build.gradle.kts": starter, "A.java": chat}, map[string]int{"openai": 1}},
		{"a bridge", map[string]string{"package.json": "{\"dependencies\": {\"@langchain/mistralai\": \"1\"}}", "a.ts": "import { ChatMistralAI } from '@langchain/mistralai';\n"}, map[string]int{"mistral": 2}},
		{"bridge and framework", map[string]string{"package.json": "{\"dependencies\": {\"@langchain/mistralai\": \"1\",\n\"langchain\": \"2\"}}", "a.ts": "import { ChatMistralAI } from '@langchain/mistralai';\n"}, map[string]int{"mistral": 2, "langchain": 3}},
		{"the BOM", map[string]string{"build.gradle.kts": "mavenBom(\"org.springframework.ai:spring-ai-bom:1.1.0\")\n" + starter, "A.java": chat}, map[string]int{"openai": 1, "spring-ai": 3}},
	} {
		if got := platformsOf(t, c.files); !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
