package boundary

import (
	"cmp"
	"slices"
)

// Rules are all rules, in the order in which they are listed.
func Rules() []Rule {
	return slices.Concat(secretRules, codeRules, claimRules, timeRules)
}

// Check gives the violations in an input, most severe first; those that are waived on
// the day of the input say by what, and a waiver that ran out says nothing.
func Check(in *Input, m *Map) []Violation {
	var out []Violation
	for _, r := range Rules() {
		for _, v := range r.Find(in, m) {
			v.Rule, v.Title, v.Remedy = r.ID, r.Title, cmp.Or(v.Remedy, r.Remedy)
			v.Severity = cmp.Or(v.Severity, r.Severity)
			if v.Frameworks == nil {
				v.Frameworks = r.Frameworks
			}
			v.Waived = in.Policy.waiver(r.ID, v.At.Path, in.Now)
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b Violation) int {
		return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), cmp.Compare(a.At.Path, b.At.Path), a.At.Line-b.At.Line, cmp.Compare(a.Rule, b.Rule))
	})
	return out
}
