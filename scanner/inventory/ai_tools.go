package inventory

import "leakline/detectors"

// aiTools are tooling of AI platforms: frameworks, gateways, traces, memories. Using one
// says that AI is used, and not which model answers.
var aiTools = []Entry{
	{
		Name: "vercel-ai-sdk", Title: "Vercel AI SDK", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm": {
				"ai", "@ai-sdk/react", "@ai-sdk/vue", "@ai-sdk/svelte", "@ai-sdk/angular", "@ai-sdk/rsc", "@ai-sdk/ui-utils",
				"@ai-sdk/provider", "@ai-sdk/provider-utils", "@ai-sdk/mcp", "@ai-sdk/langchain", "@ai-sdk/llamaindex",
				"@ai-sdk/openai-compatible", "@ai-sdk/devtools",
			},
		},
		Source: "https://ai-sdk.dev/docs/introduction",
	},
	{
		Name: "composio", Title: "Composio", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"composio-core", "@composio/*"},
			"pypi": {"composio", "composio-core", "composio-langchain", "composio-openai"},
		},
		Hosts:  []string{"backend.composio.dev"},
		Names:  []string{"COMPOSIO_API_KEY"},
		Source: "https://docs.composio.dev",
	},
	{
		Name: "arcade", Title: "Arcade", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@arcadeai/arcadejs"},
			"pypi": {"arcadepy", "arcade-ai", "langchain-arcade"},
		},
		Hosts:  []string{"api.arcade.dev"},
		Names:  []string{"ARCADE_API_KEY"},
		Source: "https://docs.arcade.dev",
	},
	{
		Name: "mem0", Title: "Mem0", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"mem0ai"},
			"pypi": {"mem0ai"},
		},
		Hosts:  []string{"api.mem0.ai"},
		Names:  []string{"MEM0_API_KEY"},
		Source: "https://docs.mem0.ai",
	},
	{
		Name: "zep", Title: "Zep", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@getzep/*"},
			"pypi": {"zep-cloud", "zep-python", "graphiti-core"},
			"go":   {"github.com/getzep/zep-go"},
		},
		Imports: []string{"zep_cloud", "graphiti_core"},
		Hosts:   []string{"api.getzep.com"},
		Names:   []string{"ZEP_API_KEY"},
		Source:  "https://help.getzep.com",
	},
	{
		Name: "letta", Title: "Letta", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@letta-ai/letta-client"},
			"pypi": {"letta", "letta-client"},
		},
		Hosts:  []string{"api.letta.com"},
		Names:  []string{"LETTA_API_KEY"},
		Source: "https://docs.letta.com",
	},
	{
		Name: "langchain", Title: "LangChain and LangGraph", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"langchain", "@langchain/core", "@langchain/community", "@langchain/langgraph*"},
			"pypi": {"langchain", "langchain-core", "langchain-community", "langchain-classic", "langgraph*"},
			"go":   {"github.com/tmc/langchaingo"},
			"gem":  {"langchainrb", "langchainrb_rails"},
			"maven": {
				"dev.langchain4j:langchain4j", "dev.langchain4j:langchain4j-core", "dev.langchain4j:langchain4j-spring-boot-starter",
				"org.bsc.langgraph4j:*",
			},
			"nuget": {"LangChain", "LangChain.Core"},
			"cargo": {"langchain-rust"},
		},
		Imports: []string{"langchain", "langchain_core", "langchain_community", "langgraph", "dev.langchain4j"},
		Marks:   []string{"langchain/langgraph-api"},
		Source:  "https://docs.langchain.com",
	},
	{
		Name: "langsmith", Title: "LangSmith", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":   {"langsmith"},
			"pypi":  {"langsmith"},
			"maven": {"com.langchain.smith:langsmith-java"},
		},
		Hosts:  []string{"api.smith.langchain.com", "eu.api.smith.langchain.com"},
		Names:  []string{"LANGSMITH_API_KEY", "LANGCHAIN_API_KEY", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING"},
		Source: "https://docs.langchain.com/langsmith/create-account-api-key",
	},
	{
		Name: "llamaindex", Title: "LlamaIndex", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"llamaindex", "@llamaindex/core", "@llamaindex/workflow", "@llamaindex/cloud", "llama-cloud-services"},
			"pypi": {"llama-index", "llama-index-core", "llama-cloud", "llama-cloud-services", "llama-parse", "llama-deploy"},
		},
		Imports: []string{"llama_index", "llama_parse", "llama_cloud"},
		Hosts:   []string{"api.cloud.llamaindex.ai", "cloud.llamaindex.ai"},
		Names:   []string{"LLAMA_CLOUD_API_KEY"},
		Source:  "https://developers.llamaindex.ai",
	},
	{
		Name: "semantic-kernel", Title: "Semantic Kernel and Microsoft Agent Framework", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {
				"semantic-kernel", "agent-framework", "agent-framework-core", "autogen-agentchat", "autogen-core", "autogen-ext",
				"pyautogen", "ag2",
			},
			"nuget": {
				"Microsoft.SemanticKernel", "Microsoft.SemanticKernel.Core", "Microsoft.SemanticKernel.Abstractions",
				"Microsoft.SemanticKernel.Agents.Core", "Microsoft.Agents.AI", "Microsoft.AutoGen.Core", "AutoGen",
			},
			"maven": {"com.microsoft.semantic-kernel:*"},
		},
		Imports: []string{
			"semantic_kernel", "agent_framework", "autogen_agentchat", "autogen_core", "autogen", "Microsoft.SemanticKernel",
			"Microsoft.Agents.AI", "com.microsoft.semantickernel",
		},
		Source: "https://learn.microsoft.com/en-us/semantic-kernel/overview/",
	},
	{
		Name: "crewai", Title: "CrewAI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"crewai", "crewai-tools"},
		},
		Imports: []string{"crewai_tools"},
		Hosts:   []string{"app.crewai.com"},
		Names:   []string{"CREWAI_API_KEY"},
		Source:  "https://docs.crewai.com/en/installation",
	},
	{
		Name: "haystack", Title: "deepset Haystack", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"haystack-ai", "farm-haystack", "haystack-experimental"},
		},
		Imports: []string{"haystack"},
		Hosts:   []string{"api.cloud.deepset.ai"},
		Names:   []string{"DEEPSET_API_KEY", "DEEPSET_CLOUD_API_KEY"},
		Source:  "https://docs.haystack.deepset.ai",
	},
	{
		Name: "pydantic-ai", Title: "Pydantic AI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"pydantic-ai", "pydantic-ai-slim"},
		},
		Imports: []string{"pydantic_ai"},
		Source:  "https://ai.pydantic.dev/install/",
	},
	{
		Name: "dspy", Title: "DSPy", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"dspy", "dspy-ai"},
		},
		Imports: []string{"dspy"},
		Source:  "https://dspy.ai",
	},
	{
		Name: "instructor", Title: "Instructor", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@instructor-ai/instructor"},
			"pypi": {"instructor"},
		},
		Imports: []string{"instructor"},
		Source:  "https://python.useinstructor.com",
	},
	{
		Name: "agno", Title: "Agno", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"agno", "phidata"},
		},
		Imports: []string{"agno"},
		Names:   []string{"AGNO_API_KEY"},
		Source:  "https://docs.agno.com",
	},
	{
		Name: "mastra", Title: "Mastra", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm": {"@mastra/*", "mastra"},
		},
		Source: "https://mastra.ai/docs",
	},
	{
		Name: "genkit", Title: "Genkit", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"genkit", "@genkit-ai/core", "@genkit-ai/flow", "@genkit-ai/firebase", "@genkit-ai/express"},
			"go":   {"github.com/firebase/genkit/go"},
			"pypi": {"genkit"},
		},
		Source: "https://genkit.dev/docs/get-started/",
	},
	{
		Name: "rubyllm", Title: "RubyLLM", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"gem": {"ruby_llm", "ruby_llm-mcp"},
		},
		Imports: []string{"ruby_llm"},
		Marks:   []string{"RubyLLM.configure", "RubyLLM.chat"},
		Source:  "https://rubyllm.com",
	},
	{
		Name: "prism", Title: "Prism for Laravel", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"composer": {"prism-php/prism", "echolabsdev/prism", "theodo-group/llphant", "neuron-core/neuron-ai", "laravel/ai"},
		},
		Imports: []string{"Prism\\Prism", "EchoLabs\\Prism", "LLPhant", "NeuronAI", "Laravel\\Ai"},
		Source:  "https://prismphp.com",
	},
	{
		Name: "rig", Title: "Rig and other Rust frameworks", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"cargo": {"rig-core", "genai", "llm", "rllm", "kalosm", "swiftide"},
		},
		Source: "https://docs.rig.rs",
	},
	{
		Name: "eino", Title: "Eino and Go frameworks", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"go": {"github.com/cloudwego/eino", "github.com/cloudwego/eino-ext", "github.com/mozilla-ai/any-llm-go", "github.com/teilomillet/gollm"},
		},
		Source: "https://www.cloudwego.io/docs/eino/",
	},
	{
		Name: "extensions-ai", Title: "Microsoft.Extensions.AI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"nuget": {"Microsoft.Extensions.AI", "Microsoft.Extensions.AI.Abstractions", "Microsoft.Extensions.AI.Evaluation"},
		},
		Imports: []string{"Microsoft.Extensions.AI"},
		Source:  "https://learn.microsoft.com/en-us/dotnet/ai/microsoft-extensions-ai",
	},
	{
		Name: "spring-ai", Title: "Spring AI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"maven": {"org.springframework.ai:spring-ai-core", "org.springframework.ai:spring-ai-client-chat", "org.springframework.ai:spring-ai-bom"},
		},
		Source: "https://docs.spring.io/spring-ai/reference/getting-started.html",
	},
	{
		Name: "copilotkit", Title: "CopilotKit", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@copilotkit/*"},
			"pypi": {"copilotkit"},
		},
		Hosts:  []string{"api.cloud.copilotkit.ai"},
		Names:  []string{"COPILOTKIT_API_KEY", "COPILOT_CLOUD_PUBLIC_API_KEY"},
		Source: "https://docs.copilotkit.ai",
	},
	{
		Name: "assistant-ui", Title: "assistant-ui", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm": {"@assistant-ui/*"},
		},
		Source: "https://www.assistant-ui.com/docs",
	},
	{
		Name: "mcp", Title: "Model Context Protocol", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":      {"@modelcontextprotocol/*", "fastmcp", "mcp-handler", "@vercel/mcp-adapter", "@mcp-ui/*"},
			"pypi":     {"mcp", "fastmcp", "mcp-use", "langchain-mcp-adapters"},
			"go":       {"github.com/modelcontextprotocol/go-sdk", "github.com/mark3labs/mcp-go"},
			"gem":      {"mcp", "fast-mcp"},
			"maven":    {"io.modelcontextprotocol.sdk:*", "org.springframework.ai:spring-ai-starter-mcp-*", "dev.langchain4j:langchain4j-mcp"},
			"nuget":    {"ModelContextProtocol", "ModelContextProtocol.AspNetCore"},
			"composer": {"php-mcp/server", "php-mcp/laravel", "laravel/mcp", "mcp/sdk"},
			"cargo":    {"rmcp"},
		},
		Imports: []string{"io.modelcontextprotocol", "ModelContextProtocol", "mcp.server", "mcp.client", "rmcp"},
		Source:  "https://modelcontextprotocol.io/docs/sdk",
	},
	{
		Name: "langfuse", Title: "Langfuse", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":      {"langfuse", "@langfuse/*", "langfuse-langchain", "langfuse-vercel"},
			"pypi":     {"langfuse"},
			"maven":    {"com.langfuse:langfuse-java"},
			"gem":      {"langfuse"},
			"composer": {"axyr/laravel-langfuse"},
		},
		Hosts:  []string{"cloud.langfuse.com", "us.cloud.langfuse.com"},
		Names:  []string{"LANGFUSE_SECRET_KEY", "LANGFUSE_PUBLIC_KEY", "LANGFUSE_HOST", "LANGFUSE_BASE_URL"},
		Marks:  []string{"langfuse/langfuse"},
		Source: "https://langfuse.com/docs/observability/sdk/overview",
	},
	{
		Name: "helicone", Title: "Helicone", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@helicone/*"},
			"pypi": {"helicone", "helicone-helpers"},
		},
		Hosts:  []string{"oai.helicone.ai", "gateway.helicone.ai", "ai-gateway.helicone.ai", "anthropic.helicone.ai"},
		Names:  []string{"HELICONE_API_KEY"},
		Marks:  []string{"Helicone-Auth"},
		Source: "https://docs.helicone.ai",
	},
	{
		Name: "portkey", Title: "Portkey", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"portkey-ai", "@portkey-ai/*"},
			"pypi": {"portkey-ai"},
		},
		Imports: []string{"portkey_ai"},
		Hosts:   []string{"api.portkey.ai"},
		Names:   []string{"PORTKEY_API_KEY", "PORTKEY_VIRTUAL_KEY"},
		Marks:   []string{"portkeyai/gateway", "x-portkey-api-key"},
		Source:  "https://portkey.ai/docs/api-reference/sdk/list",
	},
	{
		Name: "braintrust", Title: "Braintrust", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"braintrust", "autoevals", "@braintrust/*"},
			"pypi": {"braintrust", "autoevals"},
		},
		Hosts:  []string{"api.braintrust.dev"},
		Names:  []string{"BRAINTRUST_API_KEY"},
		Source: "https://www.braintrust.dev/docs/reference/sdks",
	},
	{
		Name: "wandb", Title: "Weights & Biases", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"weave", "@wandb/sdk"},
			"pypi": {"wandb", "weave"},
		},
		Imports: []string{"wandb", "weave"},
		Hosts:   []string{"api.wandb.ai", "trace.wandb.ai", "api.inference.wandb.ai"},
		Names:   []string{"WANDB_API_KEY", "WANDB_PROJECT", "WANDB_ENTITY"},
		Source:  "https://docs.wandb.ai/guides/track/environment-variables/",
	},
	{
		Name: "comet", Title: "Comet Opik", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"opik"},
			"pypi": {"comet-ml", "opik"},
		},
		Imports: []string{"comet_ml"},
		Hosts:   []string{"www.comet.com/opik"},
		Names:   []string{"COMET_API_KEY", "OPIK_API_KEY"},
		Source:  "https://www.comet.com/docs/opik/tracing/sdk_configuration",
	},
	{
		Name: "mlflow", Title: "MLflow", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi":  {"mlflow", "mlflow-skinny"},
			"maven": {"org.mlflow:mlflow-client"},
		},
		Imports: []string{"mlflow"},
		Names:   []string{"MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN"},
		Source:  "https://mlflow.org/docs/latest/",
	},
	{
		Name: "arize-phoenix", Title: "Arize Phoenix", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@arizeai/*"},
			"pypi": {"arize", "arize-phoenix", "arize-phoenix-otel", "openinference-instrumentation-openai"},
		},
		Imports: []string{"phoenix.otel", "arize"},
		Hosts:   []string{"app.phoenix.arize.com", "otlp.arize.com"},
		Names:   []string{"PHOENIX_API_KEY", "PHOENIX_COLLECTOR_ENDPOINT", "ARIZE_API_KEY"},
		Source:  "https://arize.com/docs/phoenix",
	},
	{
		Name: "agentops", Title: "AgentOps", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"agentops"},
			"pypi": {"agentops"},
		},
		Hosts:  []string{"api.agentops.ai"},
		Names:  []string{"AGENTOPS_API_KEY"},
		Source: "https://docs.agentops.ai",
	},
	{
		Name: "traceloop", Title: "Traceloop", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@traceloop/*"},
			"pypi": {"traceloop-sdk"},
			"gem":  {"traceloop-sdk"},
		},
		Imports: []string{"traceloop.sdk"},
		Hosts:   []string{"api.traceloop.com"},
		Names:   []string{"TRACELOOP_API_KEY"},
		Source:  "https://www.traceloop.com/docs/openllmetry",
	},
	{
		Name: "galileo", Title: "Galileo", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"galileo"},
			"pypi": {"galileo", "galileo-observe", "promptquality"},
		},
		Hosts:  []string{"api.galileo.ai"},
		Names:  []string{"GALILEO_API_KEY"},
		Source: "https://v2docs.galileo.ai",
	},
	{
		Name: "patronus", Title: "Patronus AI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"patronus"},
		},
		Hosts:  []string{"api.patronus.ai"},
		Names:  []string{"PATRONUS_API_KEY"},
		Source: "https://docs.patronus.ai",
	},
	{
		Name: "promptfoo", Title: "Promptfoo", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm": {"promptfoo"},
		},
		Hosts:  []string{"api.promptfoo.app"},
		Names:  []string{"PROMPTFOO_API_KEY"},
		Source: "https://www.promptfoo.dev/docs",
	},
	{
		Name: "promptlayer", Title: "PromptLayer", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"promptlayer"},
			"pypi": {"promptlayer"},
		},
		Hosts:  []string{"api.promptlayer.com"},
		Names:  []string{"PROMPTLAYER_API_KEY"},
		Source: "https://docs.promptlayer.com",
	},
	{
		Name: "confident-ai", Title: "Confident AI DeepEval", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"deepeval", "deepteam"},
		},
		Hosts:  []string{"api.confident-ai.com"},
		Names:  []string{"CONFIDENT_API_KEY", "DEEPEVAL_API_KEY"},
		Source: "https://deepeval.com/docs/getting-started",
	},
	{
		Name: "lakera", Title: "Lakera Guard", Kind: Provider, Layer: detectors.AIPlatform,
		Hosts:  []string{"api.lakera.ai"},
		Names:  []string{"LAKERA_API_KEY", "LAKERA_GUARD_API_KEY"},
		Source: "https://docs.lakera.ai",
	},
	{
		Name: "guardrails-ai", Title: "Guardrails AI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"guardrails-ai"},
		},
		Imports: []string{"guardrails"},
		Source:  "https://www.guardrailsai.com/docs",
	},
	{
		Name: "unstructured", Title: "Unstructured", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"unstructured-client"},
			"pypi": {"unstructured-client", "langchain-unstructured"},
		},
		Imports: []string{"unstructured_client"},
		Hosts:   []string{"api.unstructuredapp.io"},
		Names:   []string{"UNSTRUCTURED_API_KEY"},
		Source:  "https://docs.unstructured.io",
	},
	{
		Name: "reducto", Title: "Reducto", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"reductoai"},
			"pypi": {"reductoai"},
		},
		Hosts:  []string{"platform.reducto.ai"},
		Names:  []string{"REDUCTO_API_KEY"},
		Source: "https://docs.reducto.ai",
	},
	{
		Name: "dify", Title: "Dify", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"dify-client"},
			"pypi": {"dify-client"},
		},
		Hosts:  []string{"api.dify.ai"},
		Names:  []string{"DIFY_API_KEY"},
		Marks:  []string{"langgenius/dify-api"},
		Source: "https://docs.dify.ai",
	},
	{
		Name: "flowise", Title: "Flowise", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"flowise", "flowise-sdk", "flowise-embed"},
			"pypi": {"flowise"},
		},
		Names:  []string{"FLOWISE_USERNAME", "FLOWISE_SECRETKEY_OVERWRITE"},
		Marks:  []string{"flowiseai/flowise"},
		Source: "https://docs.flowiseai.com",
	},
	{
		Name: "langflow", Title: "Langflow", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"langflow", "langflow-base"},
		},
		Names:  []string{"LANGFLOW_API_KEY", "LANGFLOW_SUPERUSER_PASSWORD", "LANGFLOW_SECRET_KEY"},
		Marks:  []string{"langflowai/langflow"},
		Source: "https://docs.langflow.org",
	},
	{
		Name: "open-webui", Title: "Open WebUI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"open-webui"},
		},
		Names:  []string{"WEBUI_SECRET_KEY"},
		Marks:  []string{"ghcr.io/open-webui/open-webui"},
		Source: "https://docs.openwebui.com",
	},
	{
		Name: "librechat", Title: "LibreChat", Kind: Provider, Layer: detectors.AIPlatform,
		Marks:  []string{"ghcr.io/danny-avila/librechat"},
		Source: "https://www.librechat.ai/docs",
	},
	{
		Name: "lunary", Title: "Lunary", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"lunary"},
			"pypi": {"lunary"},
		},
		Hosts:  []string{"api.lunary.ai"},
		Names:  []string{"LUNARY_PUBLIC_KEY", "LUNARY_API_KEY"},
		Source: "https://docs.lunary.ai",
	},
	{
		Name: "humanloop", Title: "Humanloop", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"humanloop"},
			"pypi": {"humanloop"},
		},
		Hosts:  []string{"api.humanloop.com"},
		Names:  []string{"HUMANLOOP_API_KEY"},
		Source: "https://humanloop.com/docs",
	},
	{
		Name: "laminar", Title: "Laminar", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@lmnr-ai/lmnr"},
			"pypi": {"lmnr"},
		},
		Imports: []string{"lmnr"},
		Hosts:   []string{"api.lmnr.ai"},
		Names:   []string{"LMNR_PROJECT_API_KEY"},
		Source:  "https://docs.lmnr.ai",
	},
	{
		Name: "logfire", Title: "Pydantic Logfire", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":   {"logfire", "@pydantic/logfire-node"},
			"pypi":  {"logfire"},
			"cargo": {"logfire"},
		},
		Imports: []string{"logfire"},
		Hosts:   []string{"logfire-us.pydantic.dev", "logfire-eu.pydantic.dev", "logfire-api.pydantic.dev"},
		Names:   []string{"LOGFIRE_TOKEN"},
		Source:  "https://logfire.pydantic.dev/docs",
	},
	{
		Name: "clearml", Title: "ClearML", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"clearml"},
		},
		Hosts:  []string{"api.clear.ml"},
		Names:  []string{"CLEARML_API_ACCESS_KEY", "CLEARML_API_SECRET_KEY", "CLEARML_API_HOST"},
		Source: "https://clear.ml/docs",
	},
	{
		Name: "neptune", Title: "Neptune", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"neptune", "neptune-client", "neptune-scale"},
		},
		Imports: []string{"neptune"},
		Hosts:   []string{"app.neptune.ai", "api.neptune.ai"},
		Names:   []string{"NEPTUNE_API_TOKEN"},
		Source:  "https://docs.neptune.ai",
	},
	{
		Name: "maxim", Title: "Maxim", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"@maximai/maxim-js"},
			"pypi": {"maxim-py"},
		},
		Hosts:  []string{"api.getmaxim.ai"},
		Names:  []string{"MAXIM_API_KEY", "MAXIM_LOG_REPO_ID"},
		Source: "https://www.getmaxim.ai/docs",
	},
	{
		Name: "langwatch", Title: "LangWatch", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm":  {"langwatch"},
			"pypi": {"langwatch"},
		},
		Hosts:  []string{"app.langwatch.ai"},
		Names:  []string{"LANGWATCH_API_KEY"},
		Source: "https://docs.langwatch.ai",
	},
	{
		Name: "label-studio", Title: "Label Studio", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"label-studio", "label-studio-sdk"},
		},
		Imports: []string{"label_studio_sdk"},
		Names:   []string{"LABEL_STUDIO_API_KEY"},
		Marks:   []string{"heartexlabs/label-studio"},
		Source:  "https://labelstud.io/sdk",
	},
	{
		Name: "n8n-ai", Title: "n8n", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"npm": {"n8n", "@n8n/*"},
		},
		Names:  []string{"N8N_ENCRYPTION_KEY", "N8N_API_KEY"},
		Marks:  []string{"n8nio/n8n", "docker.n8n.io"},
		Source: "https://docs.n8n.io",
	},
	{
		Name: "ragflow", Title: "RAGFlow", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"ragflow-sdk"},
		},
		Imports: []string{"ragflow_sdk"},
		Marks:   []string{"infiniflow/ragflow"},
		Source:  "https://ragflow.io/docs",
	},
	{
		Name: "anythingllm", Title: "AnythingLLM", Kind: Provider, Layer: detectors.AIPlatform,
		Marks:  []string{"mintplexlabs/anythingllm"},
		Source: "https://docs.anythingllm.com",
	},
	{
		Name: "arcee", Title: "Arcee AI", Kind: Provider, Layer: detectors.AIPlatform,
		Packages: map[string][]string{
			"pypi": {"arcee-py"},
		},
		Hosts:  []string{"api.arcee.ai", "models.arcee.ai", "conductor.arcee.ai"},
		Names:  []string{"ARCEE_API_KEY", "ARCEEAI_API_KEY"},
		Source: "https://docs.arcee.ai",
	},
}
