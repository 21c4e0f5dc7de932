package report

import _ "embed" // for the schema

//go:embed finding.schema.json
var findingSchema string

// FindingSchema is the JSON Schema (draft 2020-12) of one finding: an element of
// the json array, a line of jsonl. It allows further fields: later versions may
// add some.
func FindingSchema() string { return findingSchema }
