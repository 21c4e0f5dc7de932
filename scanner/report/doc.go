// Package report writes the result of a scan: text and html for people, json, jsonl
// and csv for programs, sarif, gitlab, junit and github-actions for the services that
// read them, what a user's template says, gitleaks' own JSON, and the summary.
//
// Principal type: [Options]. [Write] takes a result and the options and writes
// one of [Formats]; each format has a file of its own. [WriteStop] writes for whoever is
// stopped at a commit or push.
//
// The one decision: nothing that is written depends on anything but the result
// and the options, so the same input gives the same bytes, and everything that
// was found in a repository is hostile until it was cleaned. Secrets are taken
// out of names once more before a format sees them, a terminal gets no control
// character, a URI no byte that is not percent-encoded.
package report
