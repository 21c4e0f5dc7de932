package detectors

// probesAI are the probes of AI platforms.
var probesAI = []Probe{}
