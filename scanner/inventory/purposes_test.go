package inventory

import (
	"fmt"
	"path"
	"slices"
	"testing"
)

// readBy gives what one reader sees in a file.
func readBy(t *testing.T, read func(*Reader, *file, func(Sighting)), name, text string) []Sighting {
	t.Helper()
	r, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	var out []Sighting
	base := path.Base(name)
	read(r, &file{path: name, base: base, ext: path.Ext(base), data: []byte(text)}, func(s Sighting) { out = append(out, s) })
	return out
}

// What a credential is used for is seen in the languages that people write, and not
// where it only stands near.
func TestPurposes(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"PyJWT", "a.py", "t = jwt.encode(claims, os.environ[\"OPENAI_API_KEY\"], algorithm=\"HS256\")\n", []string{"OPENAI_API_KEY signs 1"}},
		{"settings", "a.py", "t = jwt.decode(\n    raw,\n    settings.anthropic_api_key,\n)\n", []string{"anthropic_api_key signs 3"}},
		{"a variable", "a.py", "key = os.getenv('MISTRAL_API_KEY')\nt = jwt.encode(claims, key)\n", []string{"MISTRAL_API_KEY signs 2"}},
		{"jsonwebtoken", "a.ts", "export const t = jwt.sign({ u }, process.env.OPENAI_API_KEY!);\n", []string{"OPENAI_API_KEY signs 1"}},
		{"jose", "a.ts", "import { SignJWT } from 'jose';\nconst s = new TextEncoder().encode(process.env.OPENAI_API_KEY);\n", []string{"OPENAI_API_KEY signs 2"}},
		{"HMAC of Node", "a.js", "const h = crypto.createHmac('sha256', process.env.ANTHROPIC_API_KEY);\n", []string{"ANTHROPIC_API_KEY signs 1"}},
		{"express", "a.js", "app.use(session({\n  resave: false,\n  secret: process.env.OPENAI_API_KEY,\n}));\n", []string{"OPENAI_API_KEY signs 3"}},
		{"Go", "a.go", "s, err := t.SignedString([]byte(os.Getenv(\"OPENAI_API_KEY\")))\n", []string{"OPENAI_API_KEY signs 1"}},
		{"Ruby", "a.rb", "t = JWT.encode(claims, ENV.fetch(\"OPENAI_API_KEY\"), \"HS256\")\n", []string{"OPENAI_API_KEY signs 1"}},
		{"PHP", "a.php", "$t = JWT::encode($claims, getenv('OPENAI_API_KEY'), 'HS256');\n", []string{"OPENAI_API_KEY signs 1"}},
		{"Java", "A.java", "Key k = Keys.hmacShaKeyFor(System.getenv(\"OPENAI_API_KEY\").getBytes());\n", []string{"OPENAI_API_KEY signs 1"}},
		{"C#", "A.cs", "var k = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(config[\"OPENAI_API_KEY\"]));\n", []string{"OPENAI_API_KEY signs 1"}},
		{"Rust", "a.rs", "let k = EncodingKey::from_secret(std::env::var(\"OPENAI_API_KEY\")?.as_bytes());\n", []string{"OPENAI_API_KEY signs 1"}},
		{"Starlette", "a.py", "app.add_middleware(SessionMiddleware, secret_key=settings.OPENAI_API_KEY)\n", []string{"OPENAI_API_KEY signs 1"}},

		{"a field of a section", "a.ts", "const h = createHmac('sha256', config.openai?.apiKey);\n", []string{"openai.apiKey signs by a setting 1"}},
		{"a field of a section, Go", "a.go", "s, err := t.SignedString([]byte(cfg.OpenAI.APIKey))\n", []string{"OpenAI.APIKey signs by a setting 1"}},
		{"a field of a section, by methods", "A.java", "Key k = Keys.hmacShaKeyFor(props.getOpenai().getApiKey().getBytes());\n", []string{"Openai.ApiKey signs by a setting 1"}},
		{"a field of a section, by their names", "a.py", "t = jwt.encode(claims, config[\"anthropic\"][\"api_key\"])\n", []string{"anthropic.api_key signs by a setting 1"}},
		{"a field of a section, of .NET", "A.cs", "var k = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(config[\"OpenAI:ApiKey\"]));\n", []string{"OpenAI.ApiKey signs by a setting 1"}},
		{"a field of a section, of Rails", "a.rb", "t = JWT.encode(claims, Rails.application.credentials.dig(:openai, :api_key))\n", []string{"openai.api_key signs by a setting 1"}},
		{"a copy of a field", "a.ts", "const key = config.openai.apiKey;\nconst t = jwt.sign({ u }, key);\n", []string{"openai.apiKey signs 2"}},
		{"the option with a field", "a.ts", "app.use(session({\n  secret: config.openai.apiKey,\n}));\n", []string{"openai.apiKey signs by a setting 2"}},
		{"another option with a field", "a.ts", "app.use(session({\n  store: make(config.openai.apiKey),\n}));\n", nil},
		{"a field of another section", "a.ts", "const h = createHmac('sha256', config.invitations.apiKey);\n", nil},
		{"a field in a comment", "a.ts", "// createHmac('sha256', config.openai.apiKey)\n", nil},

		{"its own secret", "a.py", "client = OpenAI(api_key=OPENAI_API_KEY)\nt = jwt.encode(claims, JWT_SECRET)\n", nil},
		{"near by", "a.js", "const t = jwt.sign({ u }, secret), ai = process.env.OPENAI_API_KEY;\n", nil},
		{"a comment", "a.py", "# jwt.encode(claims, OPENAI_API_KEY)\n", nil},
		{"a document", "a.md", "jwt.encode(claims, OPENAI_API_KEY)\n", nil},
		{"a longer word", "a.py", "myjwt.encode(OPENAI_API_KEY)\n", nil},

		{"messages", "a.php", "$c->post('https://api.anthropic.com/v1/messages', [\n 'headers' => ['x-api-key' => getenv('ANTHROPIC_ADMIN_KEY')],\n]);\n", []string{"ANTHROPIC_ADMIN_KEY model 2"}},
		{"a client", "a.go", "ai := openai.NewClient(option.WithAPIKey(os.Getenv(\"OPENAI_ADMIN_KEY\")))\n", []string{"OPENAI_ADMIN_KEY model 1"}},
		{"a project's key", "a.go", "ai := openai.NewClient(option.WithAPIKey(os.Getenv(\"OPENAI_API_KEY\")))\n", nil},
		{"administration", "a.py", "c = OpenAI(api_key=os.environ['OPENAI_ADMIN_KEY'])\nc.get('/v1/organization/costs')\n", nil},

		{"Vite", "vite.config.ts", "define: {\n  'process.env.API_KEY': JSON.stringify(env.GEMINI_API_KEY),\n}\n", []string{"GEMINI_API_KEY client 2"}},
		{"Next", "next.config.mjs", "const c = { env: { OPENAI_API_KEY: process.env.OPENAI_API_KEY } };\n", []string{"OPENAI_API_KEY client 1", "OPENAI_API_KEY client 1"}},
		{"another file", "config.ts", "define: {\n  'process.env.API_KEY': JSON.stringify(env.GEMINI_API_KEY),\n}\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range readBy(t, (*Reader).purposes, c.file, c.text) {
				got = append(got, fmt.Sprintf("%s %s %d", s.Name, s.Text, s.Line))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("seen %q, want %q", got, c.want)
			}
		})
	}
}

// What goes out, where programs begin and what a conversation is.
func TestPublished(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"a package", "lib/package.json", "{\n \"name\": \"x\",\n \"files\": [\"dist\", \"!dist/x\"]\n}\n", []string{"program lib 1 []", "published package 3 [lib/dist]"}},
		{"a private package", "package.json", "{\"private\": true, \"files\": [\"dist\"]}", []string{"program . 1 []"}},
		{"an application", "package.json", "{\"name\": \"x\"}", []string{"program . 1 []"}},
		{"an extension", "package.json", "{\"publisher\": \"x\", \"files\": [\"out\"]}", []string{"program . 1 []", "published extension 1 [out]"}},
		{"a crate", "c/Cargo.toml", "[package]\nname = \"c\"\ninclude = [\n  \"src/**\",\n]\n", []string{"program c 1 []", "published crate 3 [c/src/**]"}},
		{"a crate that stays", "Cargo.toml", "[package]\npublish = false\ninclude = [\"src/**\"]\n", []string{"program . 1 []"}},
		{"a workspace of crates", "Cargo.toml", "[workspace]\nmembers = [\"a\"]\n", nil},
		{"an application for devices", "app/A.csproj", "<Project>\n<MauiAsset Include=\"Resources\\Raw\\**\" LogicalName=\"x\" />\n<AndroidAsset Include=\"a.json;b\\c.json\" />\n</Project>\n", []string{"program app 1 []", "published application for devices 2 [app/Resources/Raw/** app/a.json app/b/c.json]"}},
		{"pictures for devices", "app/A.csproj", "<Project>\n<MauiImage Include=\"Resources\\Images\\*\" />\n</Project>\n", []string{"program app 1 []"}},
		{"an extension of browsers", "ext/manifest.json", "{\"manifest_version\": 3}", []string{"published browser extension 1 [ext/**]"}},
		{"an application's manifest", "public/manifest.json", "{\"name\": \"x\"}", nil},
		{"a workspace", "go.work", "go 1.25\n\nuse (\n\t./b\n\t./a\n)\n", []string{"program b 4 []", "program a 5 []"}},
		{"a solution", "X.sln", "Project(\"{9A}\") = \"B\", \"src\\B\\B.csproj\", \"{1}\"\nEndProject\n", []string{"program src/B 1 []"}},
		{"outputs", "n.ipynb", "{\"cells\": [\n {\"outputs\": [],\n \"source\": []},\n {\"outputs\": [\n  {\"text\": [\"a ] b\"]}\n ]}\n]}\n", []string{"published notebook output 4 [n.ipynb]"}},
		{"a talk", "a.json", "[{\"role\": \"user\", \"content\": \"a\"},\n{\"role\": \"assistant\", \"content\": \"b\"}]", []string{"chat conversation 1 []"}},
		{"a talk by sender", "a.json", "[{\"sender\": \"human\", \"text\": \"a\"}, {\"sender\": \"assistant\", \"text\": \"b\"}]", []string{"chat conversation 1 []"}},
		{"a talk of OpenAI", "conversations.json", "{\"author\": {\"role\": \"user\"}, \"x\": {\"author\": {\"role\": \"assistant\"}}}", []string{"chat conversation 1 []"}},
		{"a talk as text", "a.md", "# T\n\n**User:** hi\n\n**Assistant:** ho\n", []string{"chat conversation 3 []"}},
		{"a talk that was kept", ".specstory/history/a.md", "# T\n\n_**User**_\n\nhi\n\n_**Assistant (sonnet)**_\n\nho\n", []string{"chat conversation 3 []"}},
		{"a talk with an agent that was kept", ".specstory/history/a.md", "_**User (2026-01-02 03:04Z)**_\n\nhi\n\n_**Agent (auto)**_\n\nho\n", []string{"chat conversation 1 []"}},
		{"one side that is stressed", "a.md", "_**User**_ and _**Admin**_ are roles\n_**User**_ may read\n", nil},
		{"an agent in a text", "a.md", "**User:** signs in\n\nAgent: runs by itself\n", nil},
		{"a prompt", "a.json", "{\"role\": \"user\", \"content\": \"a\"}", nil},
		{"a table of roles", "a.md", "User: who signs in\nAdmin: who rules\n", nil},
		{"a program", "a.py", "m = [{\"role\": \"user\"}, {\"role\": \"assistant\"}]\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range readBy(t, (*Reader).published, c.file, c.text) {
				got = append(got, fmt.Sprintf("%s %s %d %v", s.Kind, s.Name, s.Line, s.Covers))
				if s.Name == "notebook output" && (len(s.Grants) != 1 || s.Grants[0] != "lines 4-6") {
					t.Errorf("lines of the output: %q", s.Grants)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("seen %q, want %q", got, c.want)
			}
		})
	}
}
