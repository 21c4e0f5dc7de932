package inventory

import (
	"fmt"
	"strings"
	"testing"
)

// What packages hold and leave out, and what publishes them.
func TestPackages(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"hatch", "client/pyproject.toml", "[project]\nname = \"a\"\n[project.urls]\nHome = \"https://a.example\"\n[tool.hatch.build.targets.wheel]\npackages = [\"src/a\"]\n[tool.hatch.build.targets.sdist]\ninclude = [\"docs\"]\n", "published package 6 [client/src/a] false"},
		{"setuptools, for nobody in particular", "pyproject.toml", "[project]\nname = \"a\"\n[tool.setuptools.package-data]\na = [\"*.toml\"]\n", "published package 4 [a/*.toml src/a/*.toml] true"},
		{"poetry", "pyproject.toml", "[tool.poetry]\nname = \"a\"\nhomepage = \"https://a.example\"\npackages = [{ include = \"a\", from = \"src\" }]\n", "published package 4 [src/a] false"},
		{"uv's own layout", "pyproject.toml", "[project]\nname = \"a-b\"\nclassifiers = []\n[build-system]\nbuild-backend = \"uv_build\"\n", "published package 4 [src/a_b/**] false"},
		{"never to be uploaded", "pyproject.toml", "[project]\nname = \"a\"\nclassifiers = [\"Private :: Do Not Upload\"]\n[tool.hatch.build.targets.wheel]\npackages = [\"a\"]\n", ""},
		{"an application", "pyproject.toml", "[project]\nname = \"a\"\ndependencies = []\n", ""},
		{"a gem", "a.gemspec", "Gem::Specification.new do |s|\n  s.homepage = \"https://a.example\"\n  s.files = Dir[\"{lib,app}/**/*\", \"LICENSE\"]\nend\n", "published gem 3 [lib/**/* app/**/* LICENSE] false"},
		{"NuGet", "cli/A.csproj", "<Project>\n<PropertyGroup><PackAsTool>true</PackAsTool></PropertyGroup>\n<ItemGroup>\n<None Include=\"settings.json\" Pack=\"true\" PackagePath=\"\" />\n<None Include=\"notes.md\" />\n</ItemGroup>\n</Project>\n", "program cli 1 [] false; published package 4 [cli/settings.json] false"},
		{"Flutter", "app/pubspec.yaml", "name: a\nflutter:\n  uses-material-design: true\n  assets:\n    - .env\n    - assets/img/\n", "program app 1 [] false; published application 5 [app/.env app/assets/img] false"},
		{"what an extension leaves out", "ext/.vscodeignore", "src/**\n*.map\n!keep\n# no\n", "kept ext 1 [ext/src/** ext/**/*.map] false"},
		{"a step that publishes", ".github/workflows/r.yml", "jobs:\n  r:\n    steps:\n      - uses: pypa/gh-action-pypi-publish@release/v1\n", "published publishing 4 [] false"},
		{"a step that builds", ".github/workflows/r.yml", "jobs:\n  r:\n    steps:\n      - run: npm run build\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range seenOf(t, map[string]string{c.path: c.text}, Published, Kept, Program) {
				if s.Kind != Program || strings.Contains(c.want, "program") {
					got = append(got, fmt.Sprintf("%s %s %d %v %v", s.Kind, s.Name, s.Line, s.Covers, s.Local))
				}
			}
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("got  %s\nwant %s", g, c.want)
			}
		})
	}
}

// What builds write into what devices load.
func TestDevices(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"Apple", "ios/Info.plist", "<dict>\n<key>K</key>\n<string>$(OPENAI_API_KEY)</string>\n<string>$(PRODUCT_NAME)</string>\n</dict>\n", "OPENAI_API_KEY 3"},
		{"Android", "app/build.gradle.kts", "android {\n  buildConfigField(\"String\", \"GROQ_API_KEY\", props[\"x\"])\n  buildConfigField(\"String\", \"HOST\", \"x\")\n}\n", "GROQ_API_KEY 2"},
		{"Flutter", "lib/a.dart", "const k = String.fromEnvironment('OPENAI_API_KEY');\n", "OPENAI_API_KEY 1"},
		{"React Native", "src/a.ts", "import { OPENAI_API_KEY } from '@env';\n", "OPENAI_API_KEY 1"},
		{"Expo", "app.config.ts", "export default { extra: { key: process.env.OPENAI_API_KEY, host: process.env.HOST } };\n", "OPENAI_API_KEY 1"},
		{"a server's variable", "src/a.ts", "const k = process.env.OPENAI_API_KEY;\n", ""},
		{"a key that is public", "ios/Info.plist", "<string>$(CLERK_PUBLISHABLE_KEY)</string>\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range seenOf(t, map[string]string{c.path: c.text}, Purpose) {
				if s.Text == Bundle {
					got = append(got, fmt.Sprintf("%s %d", s.Name, s.Line))
				}
			}
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("got %q, want %q", g, c.want)
			}
		})
	}
}

// Conversations in the forms in which they are exported, and what only looks like one.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, path, text string
		want             bool
	}{
		{"messages by their type", "t.jsonl", "{\"type\": \"user_message\", \"output\": \"x\"}\n{\"type\": \"assistant_message\", \"output\": \"y\"}\n", true},
		{"of LangChain", "t.json", `[{"type": "human", "data": {}}, {"type": "ai", "data": {}}]`, true},
		{"a page", "t.html", `<div data-message-author-role="user">x</div><div data-message-author-role="assistant">y</div>`, true},
		{"a table", "t.csv", "time,role,text\n1,user,x\n2,assistant,y\n", true},
		{"one side", "t.json", `{"type": "user", "name": "x"}`, false},
		{"a page with a box", "t.html", `<div class="user box">x</div>`, false},
	} {
		if got := len(seenOf(t, map[string]string{c.path: c.text}, Chat)) > 0; got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
