package inventory

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"leakline/detectors/identity"
)

// ambiguousModules are names of packages that programs give modules of their own: an
// import of one shows something only if a manifest demands it, too.
var ambiguousModules = map[string]bool{
	"modal": true, "together": true, "replicate": true, "instructor": true, "fal": true, "ai": true, "mcp": true, "agents": true, "genkit": true, "weave": true,
	"haystack": true, "hume": true, "gradient": true, "arize": true, "zai": true, "guardrails": true, "agno": true, "llm": true, "mastra": true, "cartesia": true,
	"nomic": true, "anyscale": true, "qianfan": true, "groq": true, "autogen": true, "letta": true, "writerai": true, "opik": true, "galileo": true,
	"tinker": true, "resemble": true, "anam": true, "needle": true, "argilla": true, "neptune": true, "beam": true, "steel": true, "wit": true, "maxim": true, "weaviate": true, "apify": true, "lunary": true, "valyu": true,
}

// settle reads the sightings of AI platforms as one: the library of OpenAI is the client
// of whoever else answers in its words. Where nothing but the library speaks for OpenAI,
// it is the library of the provider that does: of Azure, or of the one whose address or
// setting stands in the file that imports it. all is in the order of paths and lines,
// and stays so.
func settle(all []Sighting) []Sighting {
	demanded := map[string]bool{}
	own := false               // something but the library speaks for OpenAI
	others := map[string]int{} // by path: index of a sighting of another provider that speaks so
	azure := -1
	gemini, vertex := false, false // something but the library says Gemini; the library is told to call Vertex AI
	for i := range all {
		s := &all[i]
		if s.Kind != Provider {
			continue
		}
		if s.How == ByManifest && !s.bridge {
			demanded[s.Name] = true
		}
		library := s.How == ByManifest || s.How == ByImport || s.How == ByCode
		switch {
		case s.Name == "gemini":
			gemini = gemini || !library && s.Text != "GEMINI_MODEL"
		case s.Name == "vertex-ai":
			vertex = vertex || onVertex[s.Text]
		case s.Name == "openai":
			own = own || !library || adapter(s.Text)
		case s.Name == "azure-openai":
			if azure < 0 {
				azure = i
			}
			others[s.Path] = i
		case compatible[s.Name] && !library:
			if _, ok := others[s.Path]; !ok {
				others[s.Path] = i
			}
		}
	}
	// a provider with a library of its own needs none of OpenAI's
	for p, i := range others {
		if all[i].Name != "azure-openai" && demanded[all[i].Name] {
			delete(others, p)
		}
	}
	if !own {
		instead := azure
		if instead < 0 {
			instead = beside(all, others)
		}
		if instead >= 0 {
			name, layer := all[instead].Name, all[instead].Layer
			for i := range all {
				if s := &all[i]; s.Kind == Provider && s.Name == "openai" {
					s.Name, s.Layer = name, layer
				}
			}
		}
	}
	if vertex && !gemini {
		for i := range all {
			if s := &all[i]; s.Kind == Provider && s.Name == "gemini" {
				s.Name = "vertex-ai"
			}
		}
	}
	all = slices.DeleteFunc(all, func(s Sighting) bool {
		module := strings.ToLower(s.Text)
		if i := strings.IndexAny(module, `./\:`); i > 0 && !strings.HasPrefix(module, "@") {
			module = module[:i]
		}
		return s.Kind == Provider && s.How == ByImport && ambiguousModules[module] && !demanded[s.Name]
	})
	all = withoutMadeUp(settleBridges(all, demanded))
	slices.SortStableFunc(all, bySettled)
	return slices.CompactFunc(all, func(a, b Sighting) bool {
		return a.Kind == Provider && a.Kind == b.Kind && a.Name == b.Name && a.Path == b.Path && a.Line == b.Line
	})
}

// onVertex are the texts that tell Google's library which platform it calls.
var onVertex = map[string]bool{
	"genai.BackendVertexAI": true, "vertexai=True": true, "vertexai": true, "vertexAI(true)": true, "GOOGLE_GENAI_USE_VERTEXAI": true,
}

// withoutMadeUp leaves out the AI platforms, the systems and the controls that only
// tests, examples and documents name, if the program itself uses something.
func withoutMadeUp(all []Sighting) []Sighting {
	type thing struct {
		kind Kind
		name string
	}
	used, of := map[thing]bool{}, map[Kind]bool{}
	for i := range all {
		s := &all[i]
		if s.Kind != Provider && s.Kind != System && s.Kind != Control {
			continue
		}
		if t := (thing{s.Kind, s.Name}); !used[t] && !played(s.Path) {
			used[t], of[s.Kind] = true, true
		}
	}
	return slices.DeleteFunc(all, func(s Sighting) bool {
		switch s.Kind {
		case Provider, System:
			return of[s.Kind] && !used[thing{s.Kind, s.Name}]
		case Control:
			return (of[Provider] || of[System]) && !used[thing{s.Kind, s.Name}]
		}
		return false
	})
}

// played says whether a path is that of a test, an example or a document. Packages of
// Java may be called so, and an example of settings names what the program reads.
func played(path string) bool {
	before, _, ok := strings.Cut(path, "src/main/")
	if !ok {
		for _, end := range []string{".example", ".sample", ".template", ".dist"} {
			before = strings.TrimSuffix(before, end)
		}
	}
	return before != "" && identity.MadeUpAt(before) != ""
}

func bySettled(a, b Sighting) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), a.Line-b.Line, cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// compatible are providers that answer in the words of OpenAI's interface, so that
// OpenAI's library is the usual client.
var compatible = map[string]bool{
	"azure-openai": true, "openrouter": true, "groq": true, "deepseek": true, "together": true, "fireworks": true, "perplexity": true, "xai": true, "litellm": true,
	"ollama": true, "vllm": true, "lm-studio": true, "moonshot": true, "dashscope": true, "zhipu": true, "cerebras": true, "sambanova": true, "nvidia": true,
	"deepinfra": true, "novita": true, "nebius": true, "hyperbolic": true, "featherless": true, "siliconflow": true, "minimax": true, "stepfun": true,
	"volcengine-ark": true, "hunyuan": true, "github-models": true, "cloudflare-ai": true, "vercel-ai-gateway": true, "helicone": true, "portkey": true,
	"requesty": true, "venice": true, "baseten": true, "friendli": true, "scaleway-ai": true, "ovhcloud-ai": true, "digitalocean-ai": true, "poe": true,
	"huggingface": true, "mistral": true, "gemini": true, "upstage": true, "meta-llama-api": true, "inference-net": true, "morph": true, "databricks": true,
}

// adapter says whether a package of OpenAI's speaks to OpenAI alone, unlike its plain
// library.
func adapter(text string) bool {
	switch text {
	case "@ai-sdk/openai", "openai-agents", "@openai/agents", "spring-ai-starter-model-openai":
		return true
	}
	return false
}

// beside gives a sighting of another provider that stands in every file, or folder,
// that imports OpenAI's library, -1 if there is none.
func beside(all []Sighting, others map[string]int) int {
	folders := map[string]int{}
	for p, i := range others {
		if j, ok := folders[path.Dir(p)]; !ok || i < j {
			folders[path.Dir(p)] = i
		}
	}
	at := -1
	for i := range all {
		s := &all[i]
		if s.Kind != Provider || s.Name != "openai" || s.How == ByManifest {
			continue
		}
		j, ok := others[s.Path]
		if !ok {
			if j, ok = folders[path.Dir(s.Path)]; !ok {
				return -1
			}
		}
		if at >= 0 && all[at].Name != all[j].Name {
			return -1
		}
		at = j
	}
	return at
}
