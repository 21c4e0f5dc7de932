package scanner

import "leakline/detectors"

// severities lists the severities, least first.
var severities = [...]Severity{SeverityLow, SeverityMedium, SeverityHigh, Critical}

// Rate ranks a finding as it is now: what a provider says of it may change what its
// bearer can do.
func Rate(f *Finding) Severity {
	return severity(detectors.Identity{Privilege: f.Privilege, Scope: f.Scope, Environment: f.Environment}, f.Confidence)
}

// severity ranks a finding by what its bearer can do:
//
//	privilege             base    scope all   production
//	forge, admin          high    critical    critical
//	write                 high    critical    high
//	read, unknown         medium  high        medium
//	limited               low     low         low
//
// A test or development environment costs one step, and so does low confidence.
func severity(id detectors.Identity, c detectors.Confidence) Severity {
	rank := 0
	switch id.Privilege {
	case detectors.Forge, detectors.Admin:
		rank = 2
		if id.Scope == detectors.All || id.Environment == detectors.Production {
			rank++
		}
	case detectors.Write:
		rank = 2
		if id.Scope == detectors.All {
			rank++
		}
	case detectors.Limited:
	default:
		rank = 1
		if id.Scope == detectors.All {
			rank++
		}
	}
	if id.Environment == detectors.Test || id.Environment == detectors.Development {
		rank--
	}
	if c == detectors.Low {
		rank--
	}
	return severities[max(rank, 0)]
}
