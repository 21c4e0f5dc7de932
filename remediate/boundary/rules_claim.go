package boundary

import (
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

// claimRules look at what is said of a layer, and at who says it.
var claimRules = []Rule{
	{
		ID:         "wrong-layer-assurance",
		Title:      "A control of one layer is handed in as evidence for the other",
		Severity:   scanner.SeverityHigh,
		Remedy:     "Answer with evidence of the layer that was asked for, or say that there is none yet; keep one list of evidence per layer.",
		Frameworks: []string{"CSF 2.0 PR.AA-03"},
		Find:       wrongAssurance,
	},
	{
		ID:         "claim-of-other-layer",
		Title:      "A claim about one layer, which only the other one bears out",
		Severity:   scanner.SeverityMedium,
		Remedy:     "Say of which layer the claim holds, or show the control in the layer that the claim is about.",
		Frameworks: []string{"CSF 2.0 PR.AA-03"},
		Find:       otherClaims,
	},
	{
		ID:         "owner-missing",
		Title:      "A layer in use has no owner",
		Severity:   scanner.SeverityMedium,
		Remedy:     "Name who is accountable under boundaries.LAYER.owner in the configuration.",
		Frameworks: []string{"CSF 2.0 GV.RR-02"},
		Find:       missingOwners,
	},
}

// otherPlane is the other one of the two layers, "" of any else.
func otherPlane(l detectors.Layer) detectors.Layer {
	switch l {
	case detectors.AIPlatform:
		return detectors.ApplicationAuth
	case detectors.ApplicationAuth:
		return detectors.AIPlatform
	}
	return ""
}

// planeWords names a layer in a sentence.
func planeWords(l detectors.Layer) string {
	switch l {
	case detectors.AIPlatform:
		return "the team's access to the AI platform"
	case detectors.ApplicationAuth:
		return "the sign-in of the product's users"
	}
	return string(l)
}

// elsewhere says that the evidence which a claim names is of the other layer alone.
func elsewhere(c *inventory.Sighting) bool {
	other := otherPlane(c.Layer)
	return other != "" && slices.Contains(c.Grants, string(other)) && !slices.Contains(c.Grants, string(c.Layer))
}

func whereOf(s *inventory.Sighting) Where {
	return Where{Path: s.Path, Line: s.Line, Text: s.Text, How: string(s.How)}
}

// wrongAssurance finds entries of questionnaires and of lists of controls whose
// evidence is of the other layer.
func wrongAssurance(in *Input, _ *Map) []Violation {
	var out []Violation
	for i := range in.Sightings {
		c := &in.Sightings[i]
		if c.Kind != inventory.Claim || c.How != inventory.ByConfig || !elsewhere(c) {
			continue
		}
		out = append(out, Violation{
			At: whereOf(c), Layers: []detectors.Layer{c.Layer, otherPlane(c.Layer)},
			Why: fmt.Sprintf("What is asked is %s of %s; what is handed in is about %s, which cannot prove it.", c.Name, planeWords(c.Layer), planeWords(otherPlane(c.Layer))),
		})
	}
	return out
}

// otherClaims finds sentences that claim a control of a layer, where what they name, or
// all that the tree shows of it, belongs to the other. What nothing shows is a question.
func otherClaims(in *Input, m *Map) []Violation {
	var out []Violation
	for i := range in.Sightings {
		c := &in.Sightings[i]
		if c.Kind != inventory.Claim || c.How == inventory.ByConfig || otherPlane(c.Layer) == "" {
			continue
		}
		other := otherPlane(c.Layer)
		v := Violation{At: whereOf(c), Layers: []detectors.Layer{c.Layer, other}}
		switch {
		case elsewhere(c):
			v.Why = fmt.Sprintf("It claims %s of %s; what it names covers %s alone.", c.Name, planeWords(c.Layer), planeWords(other))
			for _, p := range c.Parts {
				v.Also = append(v.Also, Where{Path: p.Path, Line: p.Line, Text: p.Text, How: string(c.How)})
			}
		case len(c.Grants) > 0 || borneOut(in, m, c.Layer, c.Name):
			continue
		default:
			d, declared := in.Policy.Layers[other].Controls[c.Name]
			switch shown := showing(in, other, c.Name); {
			case shown != nil:
				v.Also = []Where{whereOf(shown)}
			case declared && d.Standing != "off" && in.Policy.Path != "":
				v.Also = []Where{{Path: in.Policy.Path, Line: d.Line, Text: c.Name, How: string(inventory.ByConfig)}}
			default:
				continue
			}
			v.Why = fmt.Sprintf("It claims %s of %s; the only one that is known here stands before %s.", c.Name, planeWords(c.Layer), planeWords(other))
		}
		out = append(out, v)
	}
	return out
}

// borneOut says that a control of a layer is known, or may come with a system in use
// that this tree cannot look into.
func borneOut(in *Input, m *Map, l detectors.Layer, control string) bool {
	if showing(in, l, control) != nil {
		return true
	}
	if d, ok := in.Policy.Layers[l].Controls[control]; ok && d.Standing != "off" {
		return true
	}
	for _, p := range m.Planes {
		if p.Layer != l {
			continue
		}
		for _, c := range p.Controls {
			if strings.EqualFold(c.Name, control) && c.Standing != Declared && c.Holds() { // a claim declares itself
				return true
			}
		}
	}
	return slices.ContainsFunc(in.Sightings, func(s inventory.Sighting) bool {
		return s.Layer == l && (s.Kind == inventory.System && hosted(s.Name, control) ||
			s.Kind == inventory.Claim && s.How == inventory.ByConfig && s.Name == control && slices.Contains(s.Grants, string(l)))
	})
}

// localSystems are systems that keep passwords and sessions in the program: what they do stands
// in its code.
var localSystems = []string{
	"own", "devise", "sorcery", "clearance", "authlogic", "warden", "django-auth", "flask-login", "fastapi-users", "drf-simplejwt", "laravel-auth",
	"laravel-sanctum", "cakephp-authentication", "codeigniter-shield", "authboss", "axum-login", "actix-identity", "lucia",
}

// askedInCode are controls of services that a program has to ask for itself.
var askedInCode = map[string][]string{"supabase-auth": {"SSO", "MFA"}, "firebase-auth": {"MFA"}}

// hosted says of a system that a control of it may be set where no tree shows it.
func hosted(name, control string) bool {
	return !slices.Contains(askedInCode[name], control) && !slices.Contains(localSystems, name) && !strings.HasSuffix(name, " library")
}

// showing is the first line that shows a control of a layer.
func showing(in *Input, l detectors.Layer, control string) *inventory.Sighting {
	for i := range in.Sightings {
		s := &in.Sightings[i]
		if s.Kind == inventory.Control && s.Layer == l && strings.EqualFold(s.Name, control) {
			return s
		}
	}
	return nil
}

// missingOwners finds layers in use for which the section boundaries, which is there,
// names nobody. Without the section it is a question on the map.
func missingOwners(in *Input, m *Map) []Violation {
	p := &in.Policy
	if !p.Given {
		return nil
	}
	first := 0
	for _, l := range p.Layers {
		if first == 0 || l.Line > 0 && l.Line < first {
			first = l.Line
		}
	}
	var out []Violation
	for _, l := range doors {
		if len(p.Layers[l].Owners) > 0 || !inUse(in, l) || slices.ContainsFunc(m.Planes, func(x Plane) bool { return x.Layer == l && len(x.Owners) > 0 }) {
			continue
		}
		at := Where{Path: p.Path, Line: first, Text: "boundaries"}
		if own, ok := p.Layers[l]; ok {
			at.Line, at.Text = own.Line, "boundaries."+string(l)
		}
		out = append(out, Violation{
			At: at, Layers: []detectors.Layer{l},
			Why: fmt.Sprintf("The configuration says who answers for a layer and names nobody for %s, which is in use.", planeWords(l)),
		})
	}
	return out
}

// inUse says that a tree shows a provider or a system of a layer.
func inUse(in *Input, l detectors.Layer) bool {
	return slices.ContainsFunc(in.Sightings, func(s inventory.Sighting) bool {
		return s.Layer == l && (s.Kind == inventory.Provider || s.Kind == inventory.System)
	})
}
