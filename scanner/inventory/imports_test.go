package inventory

import (
	"slices"
	"testing"
)

// An import is seen in every language, in its own line.
func TestImports(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"a.ts", "import OpenAI from \"openai\";\nimport {\n  A,\n} from '@anthropic-ai/sdk/resources';\n", []string{"openai 1", "anthropic 4"}},
		{"a.js", "const { Groq } = require('groq-sdk');\nconst x = await import(`cohere-ai`);\nexport * from \"@pinecone-database/pinecone\";\n", []string{"groq 1", "cohere 2", "pinecone 3"}},
		{"a.ts", "import x from \"npm:openai@4.1\";\nimport y from \"https://esm.sh/@anthropic-ai/sdk@0.6\";\n", []string{"openai 4.1 1", "anthropic 0.6 2"}},
		{"a.ts", "import OpenAI from \"./openai\";\nconst from = \"openai\";\n// import x from \"openai\"\nArray.from(\"openai\");\n", nil},
		{"a.py", "import os, openai as o\nfrom anthropic import AsyncAnthropic\nfrom google import genai\nimport google.generativeai as old\nfrom langchain_openai import (\n  ChatOpenAI)\n", []string{"openai 1", "anthropic 2", "gemini 3", "gemini 4", "openai 5"}},
		{"a.py", "from .openai import x\nfrom myapp.openai import y\nfrom openai_helper import z\nopenai = 1\nfrom google import auth\nimport modal\n", nil},
		{"a.ipynb", "{\"source\": [\n \"import os\\n\",\n \"from openai import OpenAI\\n\"\n]}", []string{"openai 3"}},
		{"a.go", "package a\n\nimport (\n\t\"fmt\"\n\tcohere \"github.com/cohere-ai/cohere-go/v2\"\n\t\"github.com/openai/openai-go/v3/option\" // options\n)\nvar x = \"github.com/anthropics/anthropic-sdk-go\"\n", []string{"cohere 5", "openai 6"}},
		{"A.java", "import com.openai.client.OpenAIClient;\nimport static com.anthropic.core.Json.x;\nimport com.google.genai.Client;\nimport com.google.common.base.X;\nimport org.springframework.ai.chat.client.ChatClient;\n", []string{"openai 1", "anthropic 2", "gemini 3"}},
		{"A.kt", "import com.aallam.openai.client.OpenAI\n", []string{"openai 1"}},
		{"A.cs", "using Azure.AI.OpenAI;\nglobal using Anthropic.SDK.Messaging;\nusing Chat = Mistral.SDK.Chat;\nusing (var x = Open()) { }\nusing MyApp.OpenAI;\n", []string{"azure-openai 1", "anthropic 2", "mistral 3"}},
		{"A.razor", "@inject OpenAI.Chat.ChatClient Chat\n", []string{"openai 1"}},
		{"a.rb", "require \"anthropic\"\nrequire_relative \"openai\"\nrequire 'openai'\n", []string{"anthropic 1", "openai 3"}},
		{"a.php", "use OpenAI\\Laravel\\Facades\\OpenAI;\nuse App\\OpenAI\\Client;\nuse function Prism\\Prism\\x;\n", []string{"openai 1", "prism 3"}},
		{"a.rs", "use async_openai::{Client, types::X};\nuse crate::openai::X;\npub use ollama_rs::Ollama;\nuse rig_helper::X;\n", []string{"openai 1", "ollama 3"}},
	} {
		if got := shows(t, Provider, c.file, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\ngot  %q\nwant %q", c.file, c.text, got, c.want)
		}
	}
}

// platformsOf gives the AI platforms of some files, sorted, each with its number of places.
func platformsOf(t *testing.T, files map[string]string) map[string]int {
	t.Helper()
	all := sightingsOf(t, files)
	out := map[string]int{}
	for _, s := range all {
		if s.Kind == Provider {
			out[s.Name]++
		}
	}
	return out
}

// The library of OpenAI is the client of whoever answers.
func TestSettle(t *testing.T) {
	library := map[string]string{"requirements.txt": "openai==2\n"}
	with := func(more map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range []map[string]string{library, more} {
			for k, v := range m {
				out[k] = v
			}
		}
		return out
	}
	for _, c := range []struct {
		about string
		files map[string]string
		want  []string
	}{
		{"nothing else", with(map[string]string{"a.py": "from openai import OpenAI\n"}), []string{"openai"}},
		{"Azure by its class", with(map[string]string{"a.py": "from openai import AzureOpenAI\n"}), []string{"azure-openai"}},
		{"Azure beside OpenAI's own key", with(map[string]string{"a.py": "from openai import AzureOpenAI\n", ".env.example": "OPENAI_API_KEY=\n"}), []string{"azure-openai", "openai"}},
		{"another's address", with(map[string]string{"a.py": "from openai import OpenAI\nc = OpenAI(base_url=\"https://api.deepseek.com\")\n"}), []string{"deepseek"}},
		{"another's address in the settings beside it", with(map[string]string{"a.py": "from openai import OpenAI\n", "settings.py": "URL = \"https://openrouter.ai/api/v1\"\n"}), []string{"openrouter"}},
		{"another with a library of its own", with(map[string]string{"requirements.txt": "openai==2\ngroq==0.9\n", "a.py": "from openai import OpenAI\nfrom groq import Groq\nurl = \"https://api.groq.com\"\n"}), []string{"groq", "openai"}},
		{"one that does not speak so", with(map[string]string{"a.py": "from openai import OpenAI\nurl = \"https://api.anthropic.com\"\n"}), []string{"anthropic", "openai"}},
		{"a module that is called as a package is", map[string]string{"a.py": "import modal\n"}, nil},
		{"and its package", map[string]string{"a.py": "import modal\n", "requirements.txt": "modal==1\n"}, []string{"modal"}},
		{"only a test names it", with(map[string]string{"a.py": "import openai\n", "tests/test_x.py": "url = \"https://api.groq.com\"\n"}), []string{"openai"}},
	} {
		got := platformsOf(t, c.files)
		var names []string
		for n := range got {
			names = append(names, n)
		}
		slices.Sort(names)
		if !slices.Equal(names, c.want) {
			t.Errorf("%s: got %q, want %q", c.about, names, c.want)
		}
	}
}
