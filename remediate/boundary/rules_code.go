package boundary

import (
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

// codeRules are the rules that are broken by what a program does, without a secret.
var codeRules = []Rule{
	{
		ID:         "ai-route-without-identity",
		Title:      "A route that calls a model asks nobody who they are",
		Severity:   scanner.SeverityHigh,
		Remedy:     "Put the application's own sign-in check in front of the route, as it stands in front of its others. A rate limit, a CORS rule or the key of the AI platform is none.",
		Frameworks: []string{"NHI4:2025", "CSF 2.0 PR.AA-03", "SP 800-53 AC-3"},
		Find:       func(in *Input, _ *Map) []Violation { return openRoutes(in, false) },
	},
	{
		ID:         "safety-instead-of-authentication",
		Title:      "A check of content stands where the caller should be known",
		Severity:   scanner.SeverityHigh,
		Remedy:     "Keep the check of content, and put the application's sign-in check before it: moderation judges what is said, not who says it.",
		Frameworks: []string{"NHI4:2025", "CSF 2.0 PR.AA-03", "SP 800-53 AC-3"},
		Find:       func(in *Input, _ *Map) []Violation { return openRoutes(in, true) },
	},
	{
		ID:         "scim-without-deprovisioning",
		Title:      "People come in over SCIM, and nothing takes them out",
		Severity:   scanner.SeverityHigh,
		Remedy:     "Handle PATCH and PUT with active = false and DELETE (RFC 7644, 3.5 and 3.6): close the account and end its sessions and tokens.",
		Frameworks: []string{"NHI1:2025", "CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
		Find:       oneWayProvisioning,
	},
	{
		ID:         "principal-opens-both",
		Title:      "One principal opens the AI platform and the accounts of the product's users",
		Severity:   scanner.SeverityHigh,
		Remedy:     "Make two principals: one that may call the model, and one that may keep accounts, each used by the part that needs it.",
		Frameworks: []string{"NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
		Find:       doublePrincipals,
	},
}

// openRoutes gives the routes that reach a model and that no check of the caller
// guards, in an application that shows that it can ask: another route of it does, or
// a line lets everybody through to this one. Where nothing of an application asks
// anybody, who may call it is a question for its owner.
func openRoutes(in *Input, safety bool) []Violation {
	var out, judged []*Violation
	for _, s := range in.Sightings {
		if s.Kind != inventory.Route {
			continue
		}
		part := func(kind inventory.Kind) *inventory.Part {
			i := slices.IndexFunc(s.Parts, func(p inventory.Part) bool { return p.Kind == kind })
			if i < 0 {
				return nil
			}
			return &s.Parts[i]
		}
		opening, elsewhere, content := part(inventory.Opening), part(inventory.Elsewhere), part(inventory.Safety)
		if part(inventory.Guard) != nil || opening == nil && elsewhere == nil || (content != nil) != safety {
			continue
		}
		v := Violation{At: whereOf(&s), Layers: []detectors.Layer{detectors.ApplicationAuth}}
		model := ""
		if m := part(inventory.Provider); m != nil {
			model = fmt.Sprintf(" (%s:%d)", m.Path, m.Line)
		}
		route := s.Name
		if route == "" {
			route = "The route"
		}
		v.Why = fmt.Sprintf("%s calls a model%s, and nothing in front of it asks who calls", route, model)
		switch {
		case opening != nil:
			v.At = wherePart(*opening)
			// A word of the route's own statement, or of the platform's gateway: the route is what
			// has to ask.
			if opening.Path == s.Path && opening.Text == s.Text || strings.HasSuffix(opening.Path, ".toml") {
				v.At = whereOf(&s)
				if o := wherePart(*opening); o.Path != v.At.Path || o.Line != v.At.Line {
					v.Also = []Where{o}
				}
			}
			v.Why = fmt.Sprintf("%s at %s:%d calls a model%s, and %s:%d lets everybody through to it", route, s.Path, s.Line, model, opening.Path, opening.Line)
		case elsewhere != nil:
			v.Why += fmt.Sprintf("; elsewhere the application does ask (%s:%d)", elsewhere.Path, elsewhere.Line)
		}
		if content != nil {
			for _, p := range s.Parts {
				if p.Kind == inventory.Safety {
					v.Also = append(v.Also, wherePart(p))
				}
			}
			v.Why += ". What stands in front of it judges the text and not the caller"
			// One check of content in front of several routes is one place to mend.
			if i := slices.IndexFunc(judged, func(o *Violation) bool {
				return slices.Contains(o.Also, wherePart(*content)) || o.At == wherePart(*content)
			}); i >= 0 && opening == nil {
				o := judged[i]
				if o.At != wherePart(*content) {
					o.Also = append([]Where{o.At}, slices.DeleteFunc(o.Also, func(w Where) bool { return w == wherePart(*content) })...)
					o.At = wherePart(*content)
				}
				o.Also = append(o.Also, v.At)
				o.Why = fmt.Sprintf("the check at this line is all that stands in front of %d routes that call a model, and it judges the text and not the caller", len(o.Also))
				continue
			}
		}
		if opening != nil && v.At != whereOf(&s) {
			v.Also = append([]Where{whereOf(&s)}, v.Also...)
		}
		out = append(out, &v)
		if content != nil {
			judged = append(judged, out[len(out)-1])
		}
	}
	all := make([]Violation, len(out))
	for i, v := range out {
		all[i] = *v
	}
	return all
}

// oneWayProvisioning gives the SCIM endpoint of a tree that has one and shows nowhere
// that somebody is removed.
func oneWayProvisioning(in *Input, _ *Map) []Violation {
	by := map[string][]inventory.Sighting{}
	for _, s := range in.Sightings {
		if s.Kind == inventory.Provisioning {
			by[s.Name] = append(by[s.Name], s)
		}
	}
	endpoints, nothing := slices.Concat(by["endpoint"], by["create"]), by["remove-nothing"]
	if len(endpoints) == 0 || len(by["remove"]) > 0 {
		return nil
	}
	v := Violation{
		At: whereOf(&endpoints[0]), Layers: []detectors.Layer{detectors.ApplicationAuth},
		Why: "a customer's directory can add people here, and no line removes one: whoever leaves keeps the account",
	}
	if len(nothing) > 0 {
		v.At = whereOf(&nothing[0])
		v.Why = "a customer's directory is told that somebody was removed, and nothing happens: the account and its sessions stay"
		return []Violation{v}
	}
	for _, s := range by["create"] {
		if w := whereOf(&s); w != v.At {
			v.Also = append(v.Also, w)
		}
	}
	return []Violation{v}
}

// doublePrincipals gives the principals that are granted both planes.
func doublePrincipals(in *Input, _ *Map) []Violation {
	var out []Violation
	for _, s := range in.Sightings {
		if s.Kind != inventory.Principal {
			continue
		}
		may := map[detectors.Layer][]string{}
		v := Violation{At: whereOf(&s), Layers: []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}}
		for _, p := range s.Parts {
			if p.Text != "" && p.Kind == inventory.Principal {
				may[p.Layer] = append(may[p.Layer], p.Text)
			}
			if w := wherePart(p); !slices.Contains(v.Also, w) {
				v.Also = append(v.Also, w)
			}
		}
		ai, auth := may[detectors.AIPlatform], may[detectors.ApplicationAuth]
		if len(ai) == 0 || len(auth) == 0 {
			continue
		}
		v.Why = fmt.Sprintf("%s may use the model (%s) and change who the product's users are (%s): whoever gets it has both planes", s.Name, list(ai), list(auth))
		out = append(out, v)
	}
	return out
}

func list(all []string) string {
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	if len(all) > 3 {
		all = append(all[:3:3], "…")
	}
	return strings.Join(all, ", ")
}

func wherePart(p inventory.Part) Where {
	return Where{Path: p.Path, Line: p.Line, Text: p.Text}
}
