package outbound_test

import "leakline/detectors"

// probeOf is a probe whose faults are served at a host, whatever is asked.
func probeOf(host string) []detectors.Probe {
	return []detectors.Probe{{ID: "p", URL: "https://" + host + "/{secret}?key={secret}"}}
}
