package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// shows gives what one file shows, as "NAME VERSION LINE".
func shows(t *testing.T, kind Kind, name, text string) []string {
	t.Helper()
	var out []string
	for _, s := range sightingsOf(t, map[string]string{name: text}) {
		if s.Kind != kind || s.Layer == "application-auth" && kind != Reference {
			continue
		}
		words := []string{s.Name, s.Version, fmt.Sprint(s.Line)}
		out = append(out, strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " "))
	}
	return out
}

// The manifest of every ecosystem is read, with the line and the version of a demand.
func TestManifests(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"package.json", "{\n \"dependencies\": { \"openai\": \"^4.1.0\", \"react\": \"19\", \"@ai-sdk/groq\": \"2.0.1\" },\n \"devDependencies\": {\n  \"@anthropic-ai/sdk\": \"0.65.0\"\n }\n}", []string{"groq 2.0.1 2", "openai ^4.1.0 2", "anthropic 0.65.0 4"}},
		{"package.json", "{\n \"name\": \"openai\", \"keywords\": [\"openai\"],\n \"overrides\": { \"openai\": \"4\" }\n}", nil},
		{"package-lock.json", "{\n \"dependencies\": { \"openai\": \"^4.1.0\" } }", nil},
		{"deno.json", "{\n // what we import\n \"imports\": {\n  \"ai\": \"npm:@anthropic-ai/sdk@^0.65.0\",\n },\n}", []string{"anthropic ^0.65.0 4"}},
		{"go.mod", "module example\n\nrequire github.com/openai/openai-go/v3 v3.2.0\n\nrequire (\n\tgithub.com/cohere-ai/cohere-go/v2 v2.15.3 // pinned\n\tgithub.com/ollama/ollama v0.12.0 // indirect\n)\nreplace github.com/anthropics/anthropic-sdk-go => ../sdk\n", []string{"openai v3.2.0 3", "cohere v2.15.3 6"}},
		{"requirements.txt", "# openai==1\nOpenAI[realtime]>=2.2,<3 ; python_version > \"3.9\"\nlangchain_openai==0.3\n-r more.txt\nopenai-whisper==1\n", []string{"openai >=2.2,<3 2", "openai ==0.3 3"}},
		{"requirements/base.txt", "mistralai~=1.9", []string{"mistral ~=1.9 1"}},
		{"requirements.txt", "anthropic==0.69.0\n    # via -r requirements.in\nhuggingface-hub==0.3\n    # via tokenizers\ntokenizers==0.2\n    # via\n    #   anthropic\n", []string{"anthropic ==0.69.0 1"}},
		{"pyproject.toml", "[project]\nname = \"openai\"\ndependencies = [\n  \"openai==2.2.0\", # the model\n  \"fastapi\",\n]\n[project.optional-dependencies]\nsearch = [\"cohere>=5\"]\n[dependency-groups]\ndev = [\"groq==0.9\"]\n[tool.poetry.dependencies]\nanthropic = \"^0.69\"\nmistralai = { version = \"1.9\", extras = [\"gcp\"] }\n[tool.poetry.group.dev.dependencies]\nreplicate = { git = \"x\" }\n[tool.ruff]\nselect = [\"together\"]\n", []string{"openai ==2.2.0 4", "cohere >=5 8", "groq ==0.9 10", "anthropic ^0.69 12", "mistral 1.9 13", "replicate 15"}},
		{"Pipfile", "[packages]\nopenai = \"==2.0\"\n[dev-packages]\n\"anthropic\" = {version = \"*\"}\n[requires]\npython_version = \"3.12\"\n", []string{"openai ==2.0 2", "anthropic * 4"}},
		{"setup.py", "setup(\n  name=\"openai\",\n  install_requires=[\n    \"openai>=2\",\n  ],\n  keywords=[\"anthropic\"],\n)\n", []string{"openai >=2 4"}},
		{"environment.yml", "dependencies:\n  - python=3.12\n  - conda-forge::openai=2.0\n  - pip:\n    - anthropic==0.69\n", []string{"openai =2.0 3", "anthropic ==0.69 5"}},
		{"Gemfile", "source \"https://gems.example\"\n# gem \"anthropic\"\ngem \"ruby-openai\", \"~> 8.3\", require: \"openai\"\ngem 'anthropic', '>= 1.1', '< 2'\n", []string{"openai ~> 8.3 3", "anthropic >= 1.1, < 2 4"}},
		{"bot.gemspec", "Gem::Specification.new do |s|\n  s.add_dependency \"ruby-openai\", \"~> 8\"\nend\n", []string{"openai ~> 8 2"}},
		{"pom.xml", "<project>\n <groupId>com.openai</groupId><artifactId>openai-java</artifactId>\n <properties><ai.version>1.0.3</ai.version></properties>\n <dependencies>\n  <dependency>\n   <groupId>org.springframework.ai</groupId>\n   <artifactId>spring-ai-starter-model-openai</artifactId>\n   <version>${ai.version}</version>\n   <exclusions><exclusion><groupId>com.anthropic</groupId><artifactId>anthropic-java</artifactId></exclusion></exclusions>\n  </dependency>\n  <dependency><groupId>software.amazon.awssdk</groupId><artifactId>bedrockruntime</artifactId><version>2.34.8</version></dependency>\n </dependencies>\n</project>", []string{"openai 1.0.3 7", "bedrock 2.34.8 11"}},
		{"build.gradle", "dependencies {\n  implementation 'com.google.genai:google-genai:1.20.0'\n  // implementation 'com.openai:openai-java:1'\n  implementation group: 'com.anthropic', name: 'anthropic-java', version: '2.1'\n}\n", []string{"gemini 1.20.0 2", "anthropic 2.1 4"}},
		{"build.gradle.kts", "dependencies {\n  implementation(\"com.openai:openai-java:4.3.0\")\n}\n", []string{"openai 4.3.0 2"}},
		{"gradle/libs.versions.toml", "[versions]\nopenai = \"4.3.0\"\n[libraries]\nopenai = { module = \"com.openai:openai-java\", version.ref = \"openai\" }\nclaude = \"com.anthropic:anthropic-java:2.1\"\n", []string{"openai 4.3.0 4", "anthropic 2.1 5"}},
		{"build.sbt", "libraryDependencies += \"com.openai\" % \"openai-java\" % \"4.3.0\"\n", []string{"openai 4.3.0 1"}},
		{"composer.json", "{\n \"require\": {\n  \"openai-php/client\": \"^0.15.0\"\n }\n}", []string{"openai ^0.15.0 3"}},
		{"App.csproj", "<Project>\n <ItemGroup>\n  <PackageReference Include=\"Azure.AI.OpenAI\" Version=\"2.1.0\" />\n  <PackageReference Include=\"Anthropic.SDK\" />\n  <!-- Groq -->\n </ItemGroup>\n</Project>", []string{"azure-openai 2.1.0 3", "anthropic 4"}},
		{"Directory.Packages.props", "<Project>\n  <PackageVersion Include=\"OpenAI\" Version=\"2.5.0\" />\n</Project>", []string{"openai 2.5.0 2"}},
		{"Cargo.toml", "[package]\nname = \"openai\"\n[dependencies]\nasync-openai = \"0.29.3\"\nollama-rs = { version = \"0.3.2\", features = [\"stream\"] }\n[dev-dependencies.aws-sdk-bedrockruntime]\nversion = \"1\"\n[features]\nai = [\"async-openai\"]\n", []string{"openai 0.29.3 4", "ollama 0.3.2 5", "bedrock 6"}},
	} {
		if got := shows(t, Provider, c.file, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\ngot  %q\nwant %q", c.file, c.text, got, c.want)
		}
	}
}

// What is no manifest of the program, and what is broken, shows nothing and stops
// nothing.
func TestManifestsOfOthers(t *testing.T) {
	for _, c := range [][2]string{
		{"node_modules/openai/package.json", `{"dependencies": {"openai": "1"}}`},
		{"vendor/x/composer.json", `{"require": {"openai-php/client": "1"}}`},
		{"package.json", `{"dependencies": {"openai"`},
		{"package.json", `[[[[{"dependencies": `},
		{"pom.xml", `<dependency><artifactId>openai-java`},
		{"pyproject.toml", "dependencies = ["},
		{"notes.txt", "openai==1.0"},
	} {
		if got := shows(t, Provider, c[0], c[1]); len(got) > 0 {
			t.Errorf("%s: %s: got %q", c[0], c[1], got)
		}
	}
}
