package detectors

import "slices"

// probesAIMore are the probes of further AI platforms and tools.
var probesAIMore = slices.Concat(
	probesAICompute, probesAITracing, probesAIVector, probesAISearch, probesAIMedia, probesAIAgents,
	probesAIRest,
)
