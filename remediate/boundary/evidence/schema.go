package evidence

import _ "embed" // for the schema

//go:embed evidence.schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of a bundle. It allows further fields:
// later versions may add some.
func Schema() string { return schema }
