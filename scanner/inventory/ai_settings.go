package inventory

import (
	"bytes"
	"path"
	"strings"
)

// configKeys are AI platforms by the names that sections of settings have.
var configKeys = map[string]string{
	"openai": "openai", "azureopenai": "azure-openai", "azure_openai": "azure-openai", "azure-openai": "azure-openai", "anthropic": "anthropic", "claude": "anthropic",
	"litellm": "litellm", "openrouter": "openrouter", "mistralai": "mistral", "mistral-ai": "mistral", "mistral": "mistral", "cohere": "cohere", "groq": "groq",
	"huggingface": "huggingface", "ollama": "ollama", "gemini": "gemini", "bedrock": "bedrock", "pinecone": "pinecone", "deepseek": "deepseek",
	"perplexity": "perplexity", "elevenlabs": "elevenlabs", "replicate": "replicate", "vertexai": "vertex-ai", "langfuse": "langfuse", "weaviate": "weaviate",
	"qdrant": "qdrant",
}

// gatewayPrefixes are AI platforms by the prefixes of models in LiteLLM's configuration
// (https://docs.litellm.ai/docs/providers).
var gatewayPrefixes = map[string]string{
	"openai": "openai", "azure": "azure-openai", "azure_ai": "azure-openai", "anthropic": "anthropic", "bedrock": "bedrock", "vertex_ai": "vertex-ai", "gemini": "gemini",
	"mistral": "mistral", "codestral": "mistral", "cohere": "cohere", "cohere_chat": "cohere", "groq": "groq", "huggingface": "huggingface", "ollama": "ollama",
	"ollama_chat": "ollama", "openrouter": "openrouter", "deepseek": "deepseek", "perplexity": "perplexity", "replicate": "replicate", "together_ai": "together",
	"fireworks_ai": "fireworks", "xai": "xai", "nvidia_nim": "nvidia", "cerebras": "cerebras", "sambanova": "sambanova", "voyage": "voyage", "watsonx": "watsonx",
	"databricks": "databricks", "deepinfra": "deepinfra", "ai21": "ai21", "nlp_cloud": "nlp-cloud", "hosted_vllm": "vllm", "dashscope": "dashscope", "moonshot": "moonshot",
}

// settings finds the sections of settings that are called after an AI platform, and
// where programs read them.
func (r *Reader) settings(f *file, form form, add func(Sighting)) {
	shown := func(section string, table map[string]string, how How, pos int) {
		if e := r.entry(table[strings.ToLower(section)]); e != nil {
			add(Sighting{Kind: e.Kind, Layer: e.Layer, Name: e.Name, How: how, Line: f.line(pos), Text: section})
		}
	}
	gateway := form == inYAML && bytes.Contains(f.data, []byte("litellm_params"))
	switch {
	case f.ext == ".toml" || strings.HasSuffix(f.base, ".toml.example"):
		tables(f.data, func(table string, pos int) {
			shown(table[strings.LastIndexByte(table, '.')+1:], configKeys, ByConfig, pos)
		})
	case form == inYAML:
		told := springFile(f) || settingsFile(f) || gateway
		eachLine(f.data, func(line string, pos int) {
			key, value, ok := strings.Cut(strings.TrimPrefix(line, "- "), ":")
			value = strings.Trim(value, " \"'")
			switch {
			case !ok || strings.HasPrefix(line, "#"):
			case gateway && key == "model":
				if prefix, _, ok := strings.Cut(value, "/"); ok {
					shown(prefix, gatewayPrefixes, ByConfig, pos)
				}
			case value == "" && configKeys[strings.ToLower(key)] != "" && (told || configures(f.data, pos)):
				if key == "openai" && under(f.data, pos+bytes.Index(f.data[pos:], []byte(key)), "azure:") {
					key = "azure-openai"
				}
				shown(key, configKeys, ByConfig, pos)
			}
		})
	case form == inJSON && (appSettings(f) || settingsFile(f)), f.ext == ".php" && (strings.HasPrefix(f.path, "config/") || strings.Contains(f.path, "/config/")):
		eachLine(f.data, func(line string, pos int) {
			key, rest, ok := firstQuoted(line)
			if !ok || configKeys[strings.ToLower(key)] == "" || line[0] != '"' && line[0] != '\'' {
				return
			}
			if v, ok := givenValue(strings.TrimLeft(rest, " ")); ok && (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) {
				shown(key, configKeys, ByConfig, pos)
			}
		})
	}
	for _, p := range sectionReads[f.ext] {
		for at := 0; ; {
			i := bytes.Index(f.data[at:], []byte(p.call))
			if i < 0 {
				break
			}
			i += at
			at = i + len(p.call)
			end := at
			for end < len(f.data) && (isIdent(f.data[end]) || f.data[end] == '-' || strings.IndexByte(p.sep, f.data[end]) >= 0) {
				end++
			}
			parts := strings.FieldsFunc(string(f.data[at:end]), func(c rune) bool { return strings.ContainsRune(p.sep, c) })
			for n, part := range parts {
				if (len(parts) > 1 || p.whole) && n < 2 && configKeys[strings.ToLower(part)] != "" && !commented(f, i) {
					shown(part, configKeys, ByName, i)
				}
			}
		}
	}
}

// configured are the settings of which one stands in every section of an AI platform.
var configured = compile(`^\s*["']?(?i:(?:[\w-]+[_-])?(?:api[_-]?)?(?:key|token)|(?:api[_-]?)?base(?:[_-]?ur[li])?|url|endpoint|model|organi[sz]ation|org[_-]?id)["']?\s*[:=]`)

// configures says whether what stands right below a line of YAML, indented, is a setting
// of a platform.
func configures(data []byte, pos int) bool {
	indent := func(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }
	begin := bytes.LastIndexByte(data[:pos], '\n') + 1
	depth, child := 0, 0
	n := 0
	for line := range bytes.Lines(data[begin:]) {
		switch n++; {
		case n == 1:
			depth = indent(line)
		case len(bytes.TrimSpace(line)) == 0:
		case indent(line) <= depth || n > 20:
			return false
		default:
			if child == 0 {
				child = indent(line)
			}
			if indent(line) == child && configured.Match(line) {
				return true
			}
		}
	}
	return false
}

// tables finds the tables of TOML that hold a setting of a platform.
func tables(data []byte, found func(name string, pos int)) {
	name, at := "", 0
	pos := 0
	for line := range bytes.Lines(data) {
		switch text := bytes.TrimSpace(line); {
		case len(text) > 2 && text[0] == '[' && text[len(text)-1] == ']':
			name, at = strings.Trim(string(text), "[] "), pos
		case name != "" && !strings.HasPrefix(name, "mcp_servers.") && configured.Match(line):
			found(name, at)
			name = ""
		}
		pos += len(line)
	}
}

// sectionRead is how a program reads a section of its settings.
type sectionRead struct {
	call, sep string
	whole     bool // the section's name may stand alone
}

var sectionReads = map[string][]sectionRead{
	".cs":   {{`["`, ":", false}, {`GetSection("`, ":", true}, {`GetValue<string>("`, ":", false}, {`AddHttpClient("`, "", true}},
	".java": {{`@Value("${`, ".", false}, {`@ConfigurationProperties("`, ".", true}},
	".kt":   {{`@Value("\${`, ".", false}},
	".php":  {{`config('`, ".", false}, {`config("`, ".", false}},
}

// settingsFile says whether a file is called as settings are.
func settingsFile(f *file) bool {
	base := strings.ToLower(strings.TrimSuffix(f.base, path.Ext(f.base)))
	for _, p := range []string{"config", "settings", "values", "secrets"} {
		if strings.HasPrefix(base, p) || strings.HasSuffix(base, p) {
			return true
		}
	}
	return false
}
