package inventory

import (
	"path"
	"strings"
)

var (
	bicepHead   = compile(`(?m)^[ \t]*(resource|module|var|param)[ \t]+(\w+)(?:[ \t]+'([^'\n]+)')?[^\n=]*(=)?`)
	bicepName   = compile(`(?m)^\s*(?:name|displayName|uniqueName)\s*:\s*'([^'\n]+)'`)
	bicepMember = compile(`(?m)^\s*(\w+)\s*:\s*([^\n{]+)$`)
	// bicepOf is a member that says to whom a block grants.
	bicepOf = compile(`(?m)(?:^|[{,])\s*(?:principalId|principal_id|objectId)\s*:\s*([^\n,}]+)`)
)

// bicep reads the blocks of a file of Bicep:
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/file
func bicep(f *file) []block {
	s := newSource(f, php, nil) // its comments and strings are written alike
	var out []block
	symbols := map[string]bool{}
	type body struct{ from, to int }
	var bodies []body
	for _, h := range bicepHead.FindAllSubmatchIndex(f.data, -1) {
		if s.code[h[2]] == ' ' { // in a comment
			continue
		}
		form, name, of := string(f.data[h[2]:h[3]]), string(f.data[h[4]:h[5]]), ""
		if h[6] >= 0 {
			of = string(f.data[h[6]:h[7]])
		}
		from, to := h[1], h[1]
		if h[8] >= 0 {
			to = s.valueEnd(h[1])
		}
		of, _, _ = strings.Cut(of, "@")
		b := block{scope: f.path, key: name, text: strings.TrimSpace(of + " " + name), path: f.path, line: f.line(h[2]), label: name}
		lower := strings.ToLower(of)
		switch {
		case form == "var":
			b.kind = document
		case form == "param":
			b.kind, b.param = other, true
		case lower == "microsoft.authorization/roledefinitions":
			b.kind = document
		case lower == "microsoft.graph/serviceprincipals":
			b.kind = stand
		case lower == "microsoft.managedidentity/userassignedidentities" || lower == "microsoft.graph/applications":
			b.kind = principal
		case strings.HasSuffix(lower, "/roleassignments") || strings.HasPrefix(lower, "microsoft.graph/") || form == "module" && bicepOf.Match(f.data[from:to]):
			b.kind, b.whole = link, true // the role's id says less than what assigns it
		}
		b.directory = strings.HasPrefix(lower, "microsoft.graph/")
		if l := bicepName.FindSubmatchIndex(f.data[from:to]); l != nil && form == "resource" && !strings.Contains(string(f.data[from+l[2]:from+l[3]]), "${") {
			b.label = string(f.data[from+l[2] : from+l[3]])
		}
		if form == "module" && strings.HasSuffix(of, ".bicep") {
			b.calls = path.Join(path.Dir(f.path), of)
		}
		symbols[name] = true
		out, bodies = append(out, b), append(bodies, body{from, to})
	}
	for i := range out {
		b, at := &out[i], bodies[i]
		names := func(from, to int) (all []string) {
			s.idents(from, to, func(id ident) {
				if symbols[id.text] && (from == 0 || s.code[id.from-1] != '.') && id.text != b.key {
					all = append(all, id.text)
				}
			})
			return all
		}
		b.refs = names(at.from, at.to)
		if b.kind == stand {
			b.of = b.refs
		}
		for _, m := range bicepOf.FindAllSubmatchIndex(s.code[at.from:at.to], -1) {
			if o := names(at.from+m[2], at.from+m[3]); len(o) > 0 {
				b.of = append(b.of, o[0])
			}
		}
		if b.calls != "" {
			b.args = map[string][]string{}
			for _, m := range bicepMember.FindAllSubmatchIndex(s.code[at.from:at.to], -1) {
				if o := names(at.from+m[4], at.from+m[5]); len(o) > 0 {
					b.args[string(s.code[at.from+m[2]:at.from+m[3]])] = o
				}
			}
		}
		s.grants(b, at.from, at.to)
	}
	return out
}
