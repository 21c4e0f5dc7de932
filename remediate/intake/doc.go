// Package intake answers "what do other tools' reports say that a ledger should
// know?": it reads reports of gitleaks, betterleaks, trufflehog and leakline, SARIF
// of any scanner, and GitHub's secret-scanning alerts, and gives the scans that a
// ledger records.
//
// Principal types: [Read], which reads a report, and [GitHub], which asks GitHub
// itself; both give incident.Scan values, one a repository, and a [Report] that
// accounts for every element. [Decision] is what somebody decided over there.
//
// The one decision: an incident is keyed on the secret where the report has it, and
// on what leakline itself would take for the secret, not on what the other tool
// did. So the reported text is scanned again, by leakline's own scanner: what it
// finds there gives the canonical form, the layer and the rest, and a later scan by
// leakline meets the same incident. What it does not recognise keeps the other
// tool's word for it ("imported:RULE").
//
// Where a report hides its secrets, the incident is keyed on the place instead (see
// [Pseudo]): it can never be taken for one that is keyed on a secret, and is never
// merged with one.
//
// A report says what was there when it was written. It is no proof that anything is
// gone, so its scans are never whole. Reports are hostile input: sizes and depths
// are bounded, what does not fit is skipped and named, and no plaintext stands in
// any error or remark.
package intake
