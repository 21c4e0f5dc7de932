package ttr

import _ "embed" // for the schemas

// SchemaName names the form of a report's JSON.
const SchemaName = "leakline-ttr-1"

//go:embed ttr.schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of a report. It allows further fields:
// later versions may add some.
func Schema() string { return schema }

//go:embed removal.schema.json
var removalSchema string

// RemovalSchema is the JSON Schema (draft 2020-12) of removal curves.
func RemovalSchema() string { return removalSchema }
