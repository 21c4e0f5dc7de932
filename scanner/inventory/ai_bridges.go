package inventory

import (
	"slices"
	"strings"

	"leakline/detectors"
)

// frameworkBridges are the packages and modules with which a framework reaches one
// platform each: the begins of their names by ecosystem. They are the platform's, and the
// framework's where that is seen otherwise, too.
var frameworkBridges = []struct{ framework, eco, begin string }{
	{"langchain", "npm", "@langchain/"},
	{"langchain", "pypi", "langchain-"},
	{"langchain", "pypi", "langchain_"},
	{"langchain", "maven", "dev.langchain4j"},
	{"langchain", "maven", "io.quarkiverse.langchain4j"},
	{"langchain", "maven", "io.micronaut.langchain4j"},
	{"langchain", "nuget", "LangChain.Providers."},
	{"llamaindex", "npm", "@llamaindex/"},
	{"llamaindex", "pypi", "llama-index-"},
	{"semantic-kernel", "nuget", "Microsoft.SemanticKernel."},
	{"spring-ai", "maven", "org.springframework.ai"},
	{"vercel-ai-sdk", "npm", "@ai-sdk/"},
}

// bridges gives the sightings of frameworks that a package or an import shows beside its
// platform's.
func (r *Reader) bridges(eco, name string, found func(Sighting)) {
	for _, b := range frameworkBridges {
		if b.eco == eco && strings.HasPrefix(name, b.begin) {
			found(Sighting{Kind: Provider, Layer: detectors.AIPlatform, Name: b.framework, bridge: true})
		}
	}
}

// settleBridges leaves out those of frameworks that nothing else shows; of Spring AI, which
// every platform's starter brings along, that nothing else demands.
func settleBridges(all []Sighting, demanded map[string]bool) []Sighting {
	shown := map[string]bool{}
	for i := range all {
		if s := &all[i]; s.Kind == Provider && !s.bridge && s.Name != "spring-ai" {
			shown[s.Name] = true
		}
	}
	shown["spring-ai"] = demanded["spring-ai"]
	for i := range all { // the framework's version is that of its own package
		if s := &all[i]; s.bridge && demanded[s.Name] {
			s.Version = ""
		}
	}
	return slices.DeleteFunc(all, func(s Sighting) bool { return s.bridge && !shown[s.Name] })
}
