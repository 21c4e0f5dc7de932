// Package detectors is the catalogue: what a credential looks like, whose door
// it opens, and how to kill it.
//
// Principal type: [Detector], one credential format as pure data. A detector
// holds no function, so that it can be listed, compared, documented and tested
// by one table test; structural logic is chosen by name ([Check], [Reader]) from
// closed tables that package engine implements.
//
// The one decision: a detector states its format twice, independently. Pattern
// is what the engine matches; Samples describe the format once more (prefix,
// alphabet, length, checksum) in the notation of package sample. The test
// generates examples and near-misses from the samples and never from the
// pattern, so a pattern that is wrong cannot agree with itself. It also means
// that no key-shaped string ever stands in this tree.
//
// The files: ai_*.go hold the AI-platform kinds, auth_*.go the
// application-authentication kinds, infra_*.go everything else with a known
// owner, generic.go what has no owner, and catalogue.go the list of them all. The
// probes of the detectors in FILE.go stand in FILE_probes.go ([Probe]).
// Package engine (below this folder) finds them in bytes, package identity says
// which layer a hit belongs to and why, package sample writes examples.
//
// Some kinds have no probe: what opens nothing by itself (a client secret needs its
// client id, a project's secret the project's id, and neither stands in the secret's
// own text), what is good for one use, what looks like any other text, and what can
// only be tried for money. A format that servers of one's own share with the
// provider's is dead only where it belongs: such a probe asks the hosts of the
// configuration, or takes a refusal by the provider for no answer. A probe whose Notes
// begin with "never says inactive" has no refusal that proves anything.
//
// Nothing here does I/O, keeps state or knows what a repository is.
package detectors
