package boundary

import (
	"cmp"
	"slices"

	"leakline/detectors"
	"leakline/remediate/issues"
)

// CodeownersPaths are where GitHub looks for owners of files; the first one counts
// (https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners).
var CodeownersPaths = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// Where owners come from.
const (
	fromPolicy     = "policy"
	fromCodeowners = "CODEOWNERS"
)

// ownership says who answers for what: whom the policy names for a layer, else whom
// CODEOWNERS names for a file.
type ownership struct {
	policy *Policy
	files  *issues.Codeowners
}

func newOwnership(in *Input) *ownership {
	o := &ownership{policy: &in.Policy}
	if in.Codeowners != "" {
		o.files = issues.ParseCodeowners(in.Codeowners)
	}
	return o
}

// of gives the owners of a layer's thing that stands in a file, and who says so.
func (o *ownership) of(l detectors.Layer, path string) (owners []string, from string) {
	if named := o.policy.Layers[l].Owners; len(named) > 0 {
		return named, fromPolicy
	}
	if o.files == nil {
		return nil, ""
	}
	all, _ := o.files.Of(path)
	for _, w := range all {
		owners = append(owners, w.String())
	}
	if len(owners) == 0 {
		return nil, ""
	}
	return owners, fromCodeowners
}

// plane gives the owners of a layer: without a policy those of the files that show its
// credentials and what it uses, whoever owns most of them first.
func (o *ownership) plane(p *Plane) (owners []string, from string) {
	if named := o.policy.Layers[p.Layer].Owners; len(named) > 0 {
		return named, fromPolicy
	}
	files := map[string]bool{}
	for _, id := range p.Identities {
		files[id.Shown[0].Path] = true
	}
	for _, u := range p.Uses {
		for _, w := range u.Shown {
			files[w.Path] = true
		}
	}
	count := map[string]int{}
	for f := range files {
		these, _ := o.of(p.Layer, f)
		for _, w := range these {
			count[w]++
		}
	}
	for w := range count {
		owners = append(owners, w)
	}
	slices.SortFunc(owners, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	if len(owners) > 0 {
		from = fromCodeowners
	}
	return owners, from
}
