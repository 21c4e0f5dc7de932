package detectors

// probesInfra are the probes of infrastructure.
var probesInfra = []Probe{}
