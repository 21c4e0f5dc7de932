package detectors

// probesAIMore are the probes of further AI platforms and tools.
var probesAIMore = []Probe{}
