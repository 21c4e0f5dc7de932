package detectors

// probesAuth are the probes of application authentication.
var probesAuth = []Probe{}
