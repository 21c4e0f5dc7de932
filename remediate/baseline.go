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
