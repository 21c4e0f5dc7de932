package inventory

import (
	"strings"

	"leakline/detectors"
)

var bedrockWords = &words{texts: func() []string { return []string{"bedrock:InvokeModel", "bedrock:Converse"} }}

var (
	// statementOf is where a statement of a policy begins in code or in an outline.
	statementOf = compile(`\b(?:addToRolePolicy|addToPrincipalPolicy|add_to_role_policy|PolicyStatement|NewPolicyStatement)\s*[({]|(?m)^\s*-\s*(?:Effect|Action|Sid)\s*:|"Effect"\s*:|\bEffect\s*[:=]`)
	// aModel is the name of models in a statement; a star alone is none.
	aModel = compile(`(?:foundation-model|inference-profile|provisioned-model|custom-model)/(?:[\w*-]+\.)?[\w-]+`)
	action = compile(`["']?\b([a-z][a-z0-9-]+:[A-Z*]\w*\*?)["']?`)
)

// bedrockStatements finds the statements of policies, in code and templates, of which
// every action uses models: whoever holds them is a service account of the platform,
// and bound to models if they are named.
func bedrockStatements(f *file, add func(Sighting)) {
	text := string(f.data)
	if f.ext == ".tf" || !codeOrTemplate(f) {
		return
	}
	last := -1
	for _, m := range modelAction.FindAllIndex(f.data, manyHits) {
		from := max(0, m[0]-300)
		heads := statementOf.FindAllIndex(f.data[from:m[0]], -1)
		if len(heads) == 0 || spoken(f, m[0]) {
			continue
		}
		begin := from + heads[max(0, len(heads)-1)][0]
		if line := f.line(begin); line == last {
			continue
		} else {
			last = line
		}
		end := min(len(text), m[1]+500)
		if next := statementOf.FindStringIndex(text[m[1]:end]); next != nil {
			end = m[1] + next[0]
		}
		others := false
		for _, a := range action.FindAllStringSubmatch(text[begin:end], -1) {
			others = others || !strings.HasPrefix(a[1], "bedrock:") && !strings.HasPrefix(a[1], "arn:")
		}
		if others {
			continue
		}
		tell := func(control string, at int) {
			add(Sighting{Kind: Control, Layer: detectors.AIPlatform, Name: control, How: ByConfig, Line: f.line(at), Text: "bedrock:InvokeModel"})
		}
		tell("service-accounts", begin)
		if n := aModel.FindStringIndex(text[m[1]:end]); n != nil {
			tell("project-scoping", m[0])
			tell("project-scoping", m[1]+n[0])
		}
	}
}

var modelAction = compile(`bedrock:(?:InvokeModel|Converse)\w*\*?`)

// codeOrTemplate says whether a file can hold a policy.
func codeOrTemplate(f *file) bool {
	switch f.ext {
	case ".yml", ".yaml", ".json":
		return true
	}
	return languages[f.ext] != ""
}
