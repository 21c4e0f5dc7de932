package detectors

import "slices"

// probesAI are the probes of AI platforms.
var probesAI = slices.Concat(
	probesAIOpenAI, probesAIAnthropic, probesAICloud, probesAIModels, probesAIChina, probesAIGateways,
)
