package inventory

import (
	"sync"

	"leakline/detectors"
)

// Lines that show an AI platform by more than a name.
var (
	platformSet   = sync.OnceValue(platformLines)
	platformWords = &words{texts: func() []string { return platformSet().words }}
)

func platformLines() *lineSet {
	shows := func(name, files, word, pattern string, how How) line {
		return line{kind: Provider, layer: detectors.AIPlatform, name: name, files: files, word: word, pattern: pattern, how: how}
	}
	const wrangler = "wrangler.json wrangler.jsonc"
	all := []line{
		// https://developers.cloudflare.com/workers-ai/configuration/bindings/
		shows("cloudflare-ai", wrangler, `"ai"`, `"ai"\s*:\s*\{\s*"binding"`, ByConfig),
		shows("cloudflare-ai", "wrangler.toml", "ai]", `\[(?:env\.[\w-]+\.)?ai\]\s*(?:#[^\n]*)?\n\s*binding\b`, ByConfig),
		shows("cloudflare-ai", ".ts .js .mjs .tsx .vue .svelte", "env.AI", `\benv\.AI\.(?:run|gateway|autorag|models)\(`, ByCode),
		// https://googleapis.github.io/python-genai/ and its sisters: the one client for
		// both of Google's platforms
		shows("vertex-ai", ".go", "genai.BackendVertexAI", ``, ByCode),
		shows("vertex-ai", ".py", "vertexai=True", `\bvertexai=True\b`, ByCode),
		shows("vertex-ai", ".ts .js .mjs .tsx", "vertexai", `\bvertexai:\s*true\b`, ByCode),
		shows("vertex-ai", ".java .kt .scala", "vertexAI(true)", `\.vertexAI\(true\)`, ByCode),
		shows("vertex-ai", "", "GOOGLE_GENAI_USE_VERTEXAI", `\bGOOGLE_GENAI_USE_VERTEXAI["']?\s*[:=,]\s*["']?(?i:true|1)\b`, ByName),
		shows("vertex-ai", ".yml .yaml", "GOOGLE_GENAI_USE_VERTEXAI", `\bGOOGLE_GENAI_USE_VERTEXAI\s*\n\s*value:\s*["']?(?i:true|1)\b`, ByName),
	}
	// https://prismphp.com/getting-started/introduction.html
	for _, p := range [][2]string{
		{"Anthropic", "anthropic"},
		{"OpenAI", "openai"},
		{"Gemini", "gemini"},
		{"Mistral", "mistral"},
		{"Groq", "groq"},
		{"Ollama", "ollama"},
		{"DeepSeek", "deepseek"},
		{"XAI", "xai"},
		{"OpenRouter", "openrouter"},
		{"VoyageAI", "voyage"},
		{"ElevenLabs", "elevenlabs"},
	} {
		all = append(all, shows(p[1], ".php", "Provider::"+p[0], ``, ByCode))
	}
	// https://hexdocs.pm/elixir/config-and-releases.html
	for _, p := range []string{"openai", "langchain", "anthropix", "instructor", "qdrant", "weaviate", "pinecone", "ollama", "openai_ex"} {
		all = append(all, shows(morePackages["hex"][p], ".exs", "config :"+p, `(?m)^\s*config :`+p+`\b`, ByConfig))
	}
	// A setting of the platform's own software, whatever it sets.
	for _, p := range [][2]string{
		{"LITELLM_", "litellm"},
		{"LANGFUSE_", "langfuse"},
		{"OLLAMA_", "ollama"},
		{"QDRANT_", "qdrant"},
		{"WEAVIATE_", "weaviate"},
		{"PINECONE_", "pinecone"},
		{"VLLM_", "vllm"},
		{"MISTRAL_", "mistral"},
		{"COHERE_", "cohere"},
		{"GROQ_", "groq"},
		{"DEEPGRAM_", "deepgram"},
		{"ELEVENLABS_", "elevenlabs"},
	} {
		all = append(all, shows(p[1], ".env .env.example .env.local .yml .yaml .tf .service", p[0], `(?m)^\s*(?:-\s*|export\s+|Environment=)?(?:name:\s*)?["']?`+p[0]+`[A-Z0-9_]+["']?\s*(?:[:=]|$)`, ByName))
	}
	return newLineSet(all)
}

// platforms finds the lines that show an AI platform.
func (r *Reader) platforms(f *file, add func(Sighting)) {
	if prose(f) || inDocs(f) {
		return
	}
	platformSet().find(f, platformWords, func(s Sighting, _ int) { add(s) })
}
