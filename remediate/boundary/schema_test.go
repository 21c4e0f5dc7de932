package boundary

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What check and diff write of the applications is what their schemas describe, and no
// more than that.
func TestSchemas(t *testing.T) {
	checks, diffs := strict(t, CheckSchema), strict(t, DiffSchema)
	obeys := func(what string, s *jsonschema.Schema, text []byte) {
		t.Helper()
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err == nil {
			err = s.Validate(v)
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	var last Side
	violations, waived := 0, 0
	all := loaded(t)
	for i := range all {
		a := &all[i]
		in := mapped(t, a)
		m := Build(in)
		in.Policy.Waivers = []Waiver{{Rule: "ai-key-signs", Path: "**", Reason: "moves in March", Until: in.Now.AddDate(1, 0, 0), Line: 3}}
		r := NewReport(in, m)
		violations, waived = violations+len(r.Violations), waived+len(r.Violations)-r.Open()
		var b bytes.Buffer
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		obeys("check of "+a.Name, checks, b.Bytes())
		side := Side{Name: a.Name, Map: m, Violations: r.Violations}
		if i > 0 {
			b.Reset()
			if err := Compare(last, side).JSON(&b); err != nil {
				t.Fatal(err)
			}
			obeys("diff of "+last.Name+" and "+a.Name, diffs, b.Bytes())
		}
		last = side
	}
	if violations == 0 || waived == 0 {
		t.Errorf("nothing was written: %d violations, %d waived", violations, waived)
	}
}
