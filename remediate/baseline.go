package remediate

import "time"

// Baseline is the figure that times to remediate are compared with: 27 days, the
// average that organisations estimate for a leaked secret. Source: GitGuardian
// and CyberArk, "Voice of Practitioners: The State of Secrets in AppSec", 2024,
// a survey. It is a mean, and self-reported; when its clock starts is stated
// nowhere, and we take it to start at detection. So it stands beside the time
// from detection to remediation, as a mean beside a mean, and never beside the
// age of a secret in history.
const Baseline = 27 * 24 * time.Hour

// BaselineSource says where [Baseline] comes from, in words.
const BaselineSource = `GitGuardian and CyberArk, "Voice of Practitioners: The State of Secrets in AppSec", 2024`

// StillLive is the share of keys, leaked in public, that worked still
// [StillLiveAfter] their exposure. Source: Truffle Security, January 2024, which
// measured 10,000 keys. Its clock starts when a key becomes public, so it stands
// beside an exposure and never beside a time to remediate.
const (
	StillLive      = 0.74
	StillLiveAfter = 31 * 24 * time.Hour
)

// Reference is a figure of others, which says something on its own clock only.
type Reference struct {
	Figure string `json:"figure"`
	Kind   string `json:"kind"`  // how it was found: estimated, measured
	Clock  string `json:"clock"` // from when to when it counts
	Source string `json:"source"`
}

// References lists the figures of others besides [Baseline].
func References() []Reference {
	return []Reference{
		{
			Figure: "74 % of 10,000 keys were live still after 31 days",
			Kind:   "measured",
			Clock:  "from public exposure to the key's death",
			Source: "Truffle Security, January 2024",
		},
		{
			Figure: "94 days, a median",
			Kind:   "measured; read second-hand, so it is compared with nothing",
			Clock:  "secrets found in repositories on GitHub, to their remediation",
			Source: "Verizon, Data Breach Investigations Report, 2025",
		},
	}
}
