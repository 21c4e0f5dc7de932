package inventory

import "strings"

// morePackages are packages of AI platforms in ecosystems in which few of them have any, by
// ecosystem and package: the entry's name.
var morePackages = map[string]map[string]string{
	// https://hex.pm/packages
	"hex": {
		"openai_ex": "openai", "openai": "openai", "open_ai_client": "openai", "ex_openai": "openai", "openai_responses": "openai",
		"anthropix": "anthropic", "anthropic": "anthropic", "claude_code": "anthropic", "gemini_ex": "gemini", "ollama": "ollama", "ollamex": "ollama",
		"mistral": "mistral", "langchain": "langchain", "instructor": "instructor", "instructor_lite": "instructor", "pinecone": "pinecone",
		"replicate": "replicate", "qdrant": "qdrant", "weaviate": "weaviate", "chroma": "chroma", "hermes_mcp": "mcp", "anubis_mcp": "mcp",
	},
	// https://pub.dev
	"pub": {
		"dart_openai": "openai", "openai_dart": "openai", "chat_gpt_sdk": "openai", "langchain_openai": "openai", "google_generative_ai": "gemini",
		"firebase_ai": "gemini", "firebase_vertexai": "vertex-ai", "flutter_gemini": "gemini", "googleai_dart": "gemini", "langchain_google": "gemini",
		"vertex_ai": "vertex-ai", "anthropic_sdk_dart": "anthropic", "langchain_anthropic": "anthropic", "ollama_dart": "ollama", "langchain_ollama": "ollama",
		"mistralai_dart": "mistral", "langchain_mistralai": "mistral", "langchain": "langchain", "langchain_core": "langchain", "pinecone": "pinecone",
		"langchain_pinecone": "pinecone", "mcp_client": "mcp", "mcp_server": "mcp", "mcp_dart": "mcp", "dart_mcp": "mcp",
	},
	// https://swiftpackageindex.com, owner/name of the repository
	"swift": {
		"MacPaw/OpenAI": "openai", "adamrushy/OpenAISwift": "openai", "jamesrochabrun/SwiftOpenAI": "openai", "dylanshine/openai-kit": "openai",
		"OpenDive/OpenAIKit": "openai", "jamesrochabrun/SwiftAnthropic": "anthropic", "fumito-ito/AnthropicSwiftSDK": "anthropic",
		"google/generative-ai-swift": "gemini", "google-gemini/generative-ai-swift": "gemini", "mattt/ollama-swift": "ollama", "kevinhermawan/OllamaKit": "ollama",
		"modelcontextprotocol/swift-sdk": "mcp",
	},
	// https://cocoapods.org
	"pod": {"OpenAISwift": "openai", "GoogleGenerativeAI": "gemini", "FirebaseAI": "gemini", "FirebaseVertexAI": "vertex-ai"},
	// https://symfony.com/doc/current/ai/components/platform.html
	"composer": {
		"symfony/ai-open-ai-platform": "openai", "symfony/ai-open-responses-platform": "openai", "symfony/ai-anthropic-platform": "anthropic",
		"symfony/ai-azure-platform": "azure-openai", "symfony/ai-bedrock-platform": "bedrock", "symfony/ai-gemini-platform": "gemini",
		"symfony/ai-vertex-ai-platform": "vertex-ai", "symfony/ai-mistral-platform": "mistral", "symfony/ai-ollama-platform": "ollama",
		"symfony/ai-open-router-platform": "openrouter", "symfony/ai-perplexity-platform": "perplexity", "symfony/ai-replicate-platform": "replicate",
		"symfony/ai-voyage-platform": "voyage", "symfony/ai-hugging-face-platform": "huggingface", "symfony/ai-eleven-labs-platform": "elevenlabs",
		"symfony/ai-cerebras-platform": "cerebras", "symfony/ai-deep-seek-platform": "deepseek", "symfony/ai-lm-studio-platform": "lm-studio",
		"symfony/ai-cartesia-platform": "cartesia", "symfony/ai-pinecone-store": "pinecone", "symfony/ai-qdrant-store": "qdrant",
		"symfony/ai-weaviate-store": "weaviate", "symfony/mcp-bundle": "mcp", "symfony/mcp-sdk": "mcp",
	},
	// https://micronaut-projects.github.io/micronaut-langchain4j/latest/guide/
	"maven": {
		"io.micronaut.langchain4j:micronaut-langchain4j-openai": "openai", "io.micronaut.langchain4j:micronaut-langchain4j-anthropic": "anthropic",
		"io.micronaut.langchain4j:micronaut-langchain4j-azure": "azure-openai", "io.micronaut.langchain4j:micronaut-langchain4j-bedrock": "bedrock",
		"io.micronaut.langchain4j:micronaut-langchain4j-googleai-gemini": "gemini", "io.micronaut.langchain4j:micronaut-langchain4j-vertexai-gemini": "vertex-ai",
		"io.micronaut.langchain4j:micronaut-langchain4j-vertexai": "vertex-ai", "io.micronaut.langchain4j:micronaut-langchain4j-mistralai": "mistral",
		"io.micronaut.langchain4j:micronaut-langchain4j-ollama": "ollama", "io.micronaut.langchain4j:micronaut-langchain4j-huggingface": "huggingface",
	},
	// Charts of Helm, whose dependencies stand in Chart.yaml:
	// https://helm.sh/docs/topics/charts/#chart-dependencies
	"helm": {
		"open-webui": "open-webui", "litellm": "litellm", "litellm-helm": "litellm", "ollama": "ollama", "vllm": "vllm", "vllm-stack": "vllm",
		"langfuse": "langfuse", "qdrant": "qdrant", "weaviate": "weaviate", "milvus": "milvus", "chromadb": "chroma", "dify": "dify", "flowise": "flowise",
		"librechat": "librechat", "langflow": "langflow", "langsmith": "langsmith", "mlflow": "mlflow",
	},
}

// moreModules are what programs import of them, by ecosystem and module: the entry's name.
var moreModules = map[string]map[string]string{
	// https://hexdocs.pm/langchain
	"hex": {
		"LangChain": "langchain", "LangChain.ChatModels.ChatOpenAI": "openai", "LangChain.ChatModels.ChatOpenAIResponses": "openai",
		"LangChain.ChatModels.ChatAnthropic": "anthropic", "LangChain.ChatModels.ChatGoogleAI": "gemini", "LangChain.ChatModels.ChatVertexAI": "vertex-ai",
		"LangChain.ChatModels.ChatMistralAI": "mistral", "LangChain.ChatModels.ChatOllamaAI": "ollama", "LangChain.ChatModels.ChatGrok": "xai",
		"LangChain.ChatModels.ChatPerplexity": "perplexity", "LangChain.ChatModels.ChatDeepSeek": "deepseek", "LangChain.Images.OpenAIImage": "openai",
		"OpenaiEx": "openai", "OpenAI": "openai", "ExOpenAI": "openai", "Anthropix": "anthropic", "Instructor": "instructor", "Ollama": "ollama",
	},
	"swift": {
		"OpenAI": "openai", "OpenAIKit": "openai", "OpenAISwift": "openai", "SwiftOpenAI": "openai", "SwiftAnthropic": "anthropic",
		"AnthropicSwiftSDK": "anthropic", "GoogleGenerativeAI": "gemini", "FirebaseAI": "gemini", "FirebaseAILogic": "gemini", "FirebaseVertexAI": "vertex-ai",
		"OllamaKit": "ollama", "MCP": "mcp",
	},
	"composer": {
		`Symfony\AI\Platform\Bridge\OpenAi`: "openai", `Symfony\AI\Platform\Bridge\Anthropic`: "anthropic", `Symfony\AI\Platform\Bridge\Gemini`: "gemini",
		`Symfony\AI\Platform\Bridge\Mistral`: "mistral", `Symfony\AI\Platform\Bridge\Ollama`: "ollama", `Symfony\AI\Platform\Bridge\Azure`: "azure-openai",
		`Symfony\AI\Platform\Bridge\Bedrock`: "bedrock", `Symfony\AI\Platform\Bridge\VertexAi`: "vertex-ai", `Symfony\AI\Platform\Bridge\HuggingFace`: "huggingface",
		`Symfony\AI\Platform\Bridge\Perplexity`: "perplexity", `Symfony\AI\Platform\Bridge\Voyage`: "voyage",
	},
}

// exImports reads alias, import, use and require of Elixir, with braces, too.
func exImports(line string, found func(string)) {
	for _, word := range []string{"alias ", "import ", "use ", "require "} {
		rest, ok := strings.CutPrefix(line, word)
		if !ok {
			continue
		}
		name := dotted(rest, ".")
		if members, ok := strings.CutPrefix(rest[len(name):], "{"); ok && strings.HasSuffix(name, ".") {
			members, _, _ = strings.Cut(members, "}")
			for m := range strings.SplitSeq(members, ",") {
				if m = dotted(strings.TrimSpace(m), "."); m != "" {
					found(name + m)
				}
			}
		} else if name = strings.Trim(name, "."); name != "" {
			found(name)
		}
	}
}

// swiftImports reads import of Swift: of a module, or of something in it.
func swiftImports(line string, found func(string)) {
	line = strings.TrimPrefix(line, "@preconcurrency ")
	rest, ok := strings.CutPrefix(line, "import ")
	if !ok {
		return
	}
	for _, kind := range []string{"class ", "struct ", "enum ", "protocol ", "func ", "typealias ", "let ", "var "} {
		rest = strings.TrimPrefix(rest, kind)
	}
	if name := strings.Trim(dotted(rest, "."), "."); name != "" {
		found(name)
	}
}

// dartImports reads import and export of packages of Dart.
func dartImports(line string, found func(string)) {
	if text, _, ok := firstQuoted(line); ok {
		if name, ok := strings.CutPrefix(text, "package:"); ok {
			name, _, _ = strings.Cut(name, "/")
			found(name)
		}
	}
}

// chart reads the dependencies of a chart of Helm.
func chart(data []byte, found func(dependency)) {
	in, name, at := false, "", 0
	version := ""
	tell := func() {
		if name != "" {
			found(dependency{"helm", name, version, at})
		}
		name, version = "", ""
	}
	eachLine(data, func(text string, pos int) {
		if text == "" || strings.HasPrefix(text, "#") {
			return
		}
		if data[pos] != ' ' && data[pos] != '-' {
			tell()
			in = strings.HasPrefix(text, "dependencies:")
			return
		}
		if !in {
			return
		}
		if rest, ok := strings.CutPrefix(text, "- "); ok {
			tell()
			text = strings.TrimSpace(rest)
		}
		key, value, _ := strings.Cut(text, ":")
		value, _, _ = strings.Cut(value, " #")
		switch value = strings.Trim(strings.TrimSpace(value), `"'`); key {
		case "name":
			name, at = value, pos
		case "version":
			version = value
		}
	})
	tell()
}
