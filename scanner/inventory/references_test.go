package inventory

import (
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/testdata/boundary"
)

// The name of a credential is seen in whatever way a program or its settings read it or
// give it a value.
func TestReferences(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"a.ts", "a(process.env.OPENAI_API_KEY, process.env[\"WORKOS_API_KEY\"])\nb(import.meta.env.VITE_MISTRAL_API_KEY)\n", []string{"OPENAI_API_KEY 1", "WORKOS_API_KEY 1", "VITE_MISTRAL_API_KEY 2"}},
		{"worker.ts", "const c = new OpenAI({ apiKey: env.OPENAI_API_KEY });\nDeno.env.get(\"GROQ_API_KEY\")\n", []string{"OPENAI_API_KEY 1", "GROQ_API_KEY 2"}},
		{"a.py", "a = os.environ[\"OPENAI_API_KEY\"]\nb = os.getenv('AUTH0_CLIENT_SECRET', '')\nc = os.environ.get(\"HF_TOKEN\")\n", []string{"OPENAI_API_KEY 1", "AUTH0_CLIENT_SECRET 2", "HF_TOKEN 3"}},
		{"a.rb", "a = ENV[\"OPENAI_API_KEY\"]\nb = ENV.fetch('COHERE_API_KEY')\n", []string{"OPENAI_API_KEY 1", "COHERE_API_KEY 2"}},
		{"A.java", "String k = System.getenv(\"GEMINI_API_KEY\");\nX(@Value(\"${litellm.key}\") String key)\n", []string{"GEMINI_API_KEY 1", "litellm.key 2"}},
		{"a.php", "$a = env('OPENROUTER_API_KEY');\n$b = getenv(\"ANTHROPIC_API_KEY\");\n$c = $_ENV['OPENAI_API_KEY'];\n", []string{"OPENROUTER_API_KEY 1", "ANTHROPIC_API_KEY 2", "OPENAI_API_KEY 3"}},
		{"A.cs", "x(Environment.GetEnvironmentVariable(\"OPENAI_API_KEY\"), builder.Configuration[\"AzureOpenAI:Key\"]);\n", []string{"AzureOpenAI:Key 1", "OPENAI_API_KEY 1"}},
		{"a.rs", "let k = std::env::var(\"MISTRAL_API_KEY\")?;\n", []string{"MISTRAL_API_KEY 1"}},
		{"a.go", "k := os.Getenv(\"COHERE_API_KEY\")\nv := viper.GetString(\"openai_api_key\")\n", []string{"COHERE_API_KEY 1", "openai_api_key 2"}},
		{".env.example", "# OPENAI_API_KEY=\nANTHROPIC_API_KEY=\nexport SESSION_SECRET=x\nPORT=1\n", []string{"ANTHROPIC_API_KEY 2", "SESSION_SECRET 3"}},
		{"compose.yaml", "services:\n  app:\n    environment:\n      OPENAI_API_KEY: ${OPENAI_API_KEY}\n      - JWT_SECRET=x\n", []string{"OPENAI_API_KEY 4", "JWT_SECRET 5"}},
		{"k8s.yaml", "env:\n  - name: CLERK_SECRET_KEY\n    valueFrom: { secretKeyRef: { name: x, key: y } }\n", []string{"CLERK_SECRET_KEY 2"}},
		{".github/workflows/a.yml", "env:\n  X: ${{ secrets.HF_TOKEN }}\n", []string{"HF_TOKEN 2"}},
		{"main.tf", "variable \"openai_api_key\" {\n  sensitive = true\n}\n", []string{"openai_api_key 1"}},
		{"Dockerfile", "ARG OPENAI_API_KEY\nENV DESCOPE_MANAGEMENT_KEY=x\n", []string{"OPENAI_API_KEY 1", "DESCOPE_MANAGEMENT_KEY 2"}},
		{"src/main/resources/application.yml", "litellm:\n  key: abc\nspring:\n  ai:\n    openai:\n      api-key: ${OPENAI_API_KEY}\n", []string{"litellm.key 2", "OPENAI_API_KEY 6"}},
		{"application.properties", "spring.ai.anthropic.api-key=${ANTHROPIC_API_KEY}\nspring.ai.openai.api-key=abc\n", []string{"ANTHROPIC_API_KEY 1", "spring.ai.openai.api-key 2"}},
		{"appsettings.json", "{\n \"OpenAI\": { \"Key\": \"\" },\n \"Jwt\": {\n  \"Key\": \"\"\n }\n}", []string{"OpenAI:Key 2", "Jwt:Key 4"}},
		{"config/okta.php", "<?php return [\n  'client_secret' => 'abc',\n];\n", []string{"okta.client_secret 2"}},
		{"settings.py", "class S(BaseSettings):\n    anthropic_api_key: str\n    name: str\n", []string{"anthropic_api_key 2"}},
		{"config.js", "export default {\n  keycloakClientSecret: \"abc\",\n  keyboard: \"qwerty\",\n}\n", []string{"keycloakClientSecret 2"}},
		{"chat.json", "{ \"who\": \"user\", \"text\": \"my file says\\nOPENAI_API_KEY=x\" }\n", []string{"OPENAI_API_KEY 1"}},

		// near misses
		{"a.ts", "// process.env.OPENAI_API_KEY\nconst cacheKey = \"openai\";\nmaxTokens: 5, token, key: \"a\"\nprocess.env.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY\n", nil},
		{"a.py", "def f(openai_api_key): return client(openai_api_key)\nprimary_key = True\nresponse.usage.total_tokens\n", nil},
		{"README.md", "Set OPENAI_API_KEY=… first.\n", nil},
		{"chat.json", "{ \"text\": \"set OPENAI_API_KEY in the environment\" }\n", nil},
		{"package-lock.json", "{ \"OPENAI_API_KEY\": \"x\" }\n", nil},
		{"config/locales/server.ar.yml", "ar:\n  openai_api_key: \"x\"\n", nil},
		{"test/vcr_cassettes/a.yml", "client_secret: abc\n", nil},
		{"drizzle/meta/0001_snapshot.json", "{ \"client_secret\": \"abc\" }\n", nil},
		{"appsettings.json", "{\n \"OpenAI\": {\n  //\"APIKey\": \"\", // dotnet user-secrets set \"OpenAI:APIKey\" \"MY_OPENAI_KEY\"\n }\n}\n", nil},
		{".env.example", "OPENAI=[YOUR_OPENAI_API_KEY]\n", nil},
		{"a.js", "process.env.OLLAMA_BASE_PATH\nprocess.env.BOX_CLIENT_SECRET_CREDENTIAL_KEY\nconst SESSION_PANEL_KEY = 'cow', SESSION_ID_KEY = 'cow'\n", nil},
		{"a.erb", "<%= render Tab.new(session_key: \"tab\") %>\n", nil},
		{"a.yaml", "on: { error: invalid_credentials }\nkeys: [a]\ncache-key: x\n", nil},
	} {
		if got := shows(t, Reference, c.file, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\ngot  %q\nwant %q", c.file, c.text, got, c.want)
		}
	}
}

// A name says whose credential it is, with what all of them have in common.
func TestCredentialOf(t *testing.T) {
	const ai, app = detectors.AIPlatform, detectors.ApplicationAuth
	for _, c := range []struct {
		name      string
		layer     detectors.Layer
		provider  string
		subject   detectors.Subject
		privilege detectors.Privilege
	}{
		{"OPENAI_API_KEY", ai, "openai", "", detectors.Write},
		{"openaiApiKey", ai, "openai", "", detectors.Write},
		{"OPENAI_ADMIN_KEY", ai, "openai", detectors.OrgAdmin, detectors.Admin},
		{"ANTHROPIC_API_KEY", ai, "anthropic", "", ""},
		{"COHERE_API_KEY", ai, "cohere", detectors.Project, detectors.Write},
		{"NEXT_PUBLIC_PINECONE_API_KEY", ai, "pinecone", detectors.Project, detectors.Write},
		{"AZURE_OPENAI_API_KEY", ai, "azure-openai", detectors.Project, detectors.Write},
		{"LITELLM_MASTER_KEY", ai, "litellm", detectors.OrgAdmin, detectors.Admin},
		{"CLAUDE_SCIM_TOKEN", ai, "anthropic", detectors.Directory, detectors.Write},
		{"HF_WEBHOOK_SECRET", ai, "huggingface", detectors.Anyone, detectors.Forge},
		{"SCIM_BEARER_TOKEN", app, "", detectors.Directory, detectors.Write},
		{"SECRET_KEY_BASE", app, "", detectors.Anyone, detectors.Forge},
		{"SESSION_KEY", app, "", detectors.Anyone, detectors.Forge},
		{"Jwt:Key", app, "", detectors.Anyone, detectors.Forge},
		{"tollgate.remember-me-key", app, "", detectors.Anyone, detectors.Forge},
		{"SAML_KEY_FILE", app, "", detectors.Anyone, detectors.Forge},
		{"STYTCH_SECRET", app, "", detectors.Application, detectors.Admin},
		{"okta.client_secret", app, "", detectors.Application, detectors.Write},
		{"STRIPE_SECRET_KEY", detectors.Infrastructure, "", detectors.ServiceAccount, ""},
		{"DB_PASSWORD", "", "", "", ""},
	} {
		got, ok := CredentialOf(c.name)
		if !ok || got.Layer != c.layer || got.Provider != c.provider || got.Subject != c.subject || got.Privilege != c.privilege {
			t.Errorf("%s: %v %q %q %q %q, want %q %q %q %q", c.name, ok, got.Layer, got.Provider, got.Subject, got.Privilege, c.layer, c.provider, c.subject, c.privilege)
		}
	}
	for _, name := range []string{"PORT", "cacheKey", "max_tokens", "CLERK_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY", "primary_key", "keyboard", "OPENAI_MODEL", "x", strings.Repeat("A_KEY", 60)} {
		if got, ok := CredentialOf(name); ok {
			t.Errorf("%s is a credential: %+v", name, got)
		}
	}
}

// Servers of tools are found in the configurations of agents, by name, and what else
// their entries hold is not told.
func TestServers(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{".mcp.json", "{\n \"mcpServers\": {\n  \"auth0\": { \"command\": \"npx\", \"args\": [\"-y\", \"@auth0/auth0-mcp-server\", \"run\"] },\n  \"docs\": { \"url\": \"https://user:word@mcp.example.com/sse?token=abc\" }\n }\n}", "auth0 3 @auth0/auth0-mcp-server; docs 4 mcp.example.com"},
		{".vscode/mcp.json", "{ \"servers\": { \"gh\": { \"type\": \"http\", \"url\": \"https://api.example.com/mcp/\" } } }", "gh 1 api.example.com"},
		{"settings.json", "{\n  // ours\n  \"mcp\": { \"mcpServers\": {\n    \"db\": { \"command\": \"./run\", \"args\": [\"--token\", \"abc-def-ghi\"] },\n  } }\n}", "db 4 "},
		{".codex/config.toml", "[mcp_servers.files]\ncommand = \"npx\"\n[mcp_servers.files.env]\nX = \"y\"\n", "files 1 "},
		{"mcp.json", "{ \"name\": \"x\" }", ""},
		{"tsconfig.json", "{ \"servers\": { \"a\": {} } }", ""},
	} {
		r, err := NewReader()
		if err != nil {
			t.Fatal(err)
		}
		r.Read(c.file, []byte(c.text))
		all, _ := r.Sightings()
		var got []string
		for _, s := range all {
			if s.Kind == Server {
				got = append(got, strings.Join([]string{s.Name, string('0' + rune(s.Line)), s.Text}, " "))
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", c.file, got, c.want)
		}
	}
}

// No sighting holds a value of a credential, of any kind.
func TestNoSecretIsSeen(t *testing.T) {
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	secrets := 0
	for _, a := range apps {
		var values []string
		for _, text := range a.Files {
			for rest := string(text); ; {
				_, after, ok := strings.Cut(rest, "<<")
				notation, more, ok2 := strings.Cut(after, ">>")
				if !ok || !ok2 {
					break
				}
				rest = more
				if id, label, ok := strings.Cut(notation, ":"); ok {
					if v, err := a.Secret(id, label); err == nil {
						values = append(values, v)
					}
				}
			}
		}
		secrets += len(values)
		for _, s := range readApp(t, a) {
			for _, field := range slices.Concat([]string{s.Name, s.Version, s.Text, s.Path}, s.Grants, s.Covers) {
				for _, v := range values {
					if strings.Contains(field, v) || len(field) > 12 && strings.Contains(v, field) {
						t.Errorf("%s: a sighting of kind %s at %s holds a value", a.Name, s.Kind, place(s))
					}
				}
			}
		}
	}
	if secrets < 40 {
		t.Errorf("%d secrets in the set, want more to look for", secrets)
	}
}
