package identity

import (
	"slices"
	"strings"

	"leakline/detectors"
)

// rank orders kinds of evidence by strength.
type rank int

const (
	inside   rank = iota // in the secret itself
	byName               // the name that it is assigned to
	inOwn                // the same block
	byFile               // the path of its file, what the file does with secrets
	byImport             // the imports of its file
	nearby               // hosts further away
	byRepo               // the manifests of its repository
	ranks
)

// found is one piece of evidence with what it leads to.
type found struct {
	rank    rank
	weak    bool
	generic bool
	class   detectors.Class
	text    string // the sign's own text
	detectors.Evidence
}

// maxFound bounds the evidence of one match.
const maxFound = 40

// note adds a piece of evidence. The same piece is kept once, at its strongest.
func (h *hearing) note(f found) {
	for i := range h.found {
		o := &h.found[i]
		if o.Kind == f.Kind && o.Detail == f.Detail && o.Layer == f.Layer {
			if f.rank < o.rank {
				o.rank = f.rank
			}
			o.weak = o.weak && f.weak
			o.generic = o.generic || f.generic
			return
		}
	}
	if len(h.found) < maxFound {
		h.found = append(h.found, f)
	}
}

// sign adds what a sign says. A product that calls an AI provider still has sessions
// and a sign-in of its own: of those, only the AI tools that one hosts oneself speak,
// and of provisioning, no package does.
func (h *hearing) sign(s *sign, r rank, kind detectors.EvidenceKind, before, after string) {
	if s.layer == ai && !s.tool && (h.ownSignIn() || r >= byImport && h.d.Identity.Control == detectors.SCIM) {
		return
	}
	h.note(found{
		rank: r, weak: s.weak, generic: s.generic, class: s.class, text: s.text,
		Evidence: detectors.Evidence{Kind: kind, Detail: before + s.text + after, Layer: s.layer},
	})
}

// ownSignIn says that the credential serves whoever signs in to the product, and no
// call to a provider.
func (h *hearing) ownSignIn() bool {
	switch h.d.Identity.Form {
	case detectors.SigningKey, detectors.EncryptionKey, detectors.Session:
		return true
	}
	switch h.d.Identity.Control {
	case detectors.SSO, detectors.MFA, detectors.SessionControl:
		return true
	}
	return false
}

// decide sets layer, confidence, candidates and evidence.
func (h *hearing) decide(r *Ruling) {
	defer func() { r.Evidence = h.evidence(r) }()
	if !h.open() {
		r.Confidence = detectors.Likely
		f := found{rank: inside, Evidence: detectors.Evidence{Layer: r.Layer}}
		if len(h.d.Anchors) > 0 {
			r.Confidence = detectors.Certain
			f.Kind = detectors.EvidenceFormat
			f.Detail = "the format belongs to one kind: " + h.what()
		} else {
			f.Kind = detectors.EvidenceName
			f.Detail = "the name belongs to one kind: " + h.what()
		}
		h.found = append([]found{f}, h.found...)
		return
	}
	candidates := h.d.AmbiguousLayers
	counts := func(*found) bool { return true }
	if h.generic() {
		candidates = []detectors.Layer{ai, app, infra}
		counts = func(f *found) bool { return f.generic && !f.weak && f.rank <= inOwn }
	}
	tied, at := h.weigh(candidates, counts)
	switch {
	case len(tied) == 1:
		r.Confidence = detectors.Likely
		if at == inside && h.undisputed(tied[0], candidates) {
			r.Confidence = detectors.Certain
		}
		h.move(r, tied[0])
	case len(tied) > 1:
		r.Confidence = detectors.Ambiguous
		r.Candidates = tied
		if !slices.Contains(tied, r.Layer) && r.Layer != detectors.Unclassified {
			h.move(r, tied[0])
		}
	case h.generic():
		r.Confidence = detectors.Likely
	default:
		r.Confidence = detectors.Ambiguous
		for _, l := range detectors.Layers() {
			if slices.Contains(candidates, l) {
				r.Candidates = append(r.Candidates, l)
			}
		}
	}
}

// what names the kind of credential.
func (h *hearing) what() string {
	if strings.Contains(strings.ToLower(h.d.Title), h.provider) {
		return h.d.Title
	}
	return h.d.Provider + " " + h.d.Title
}

// weigh gives the layers that the strongest kind of evidence speaks for, more than
// one if they tie, and that kind. However much weak evidence there is, it only
// breaks a tie of strong evidence, and decides by itself only where there is no
// strong evidence of any kind. Packages are not counted: a product with five AI
// packages and one for sign-in has both.
func (h *hearing) weigh(candidates []detectors.Layer, counts func(*found) bool) ([]detectors.Layer, rank) {
	for _, weak := range []bool{false, true} {
		for at := inside; at < ranks; at++ {
			weights, enough := map[detectors.Layer]int{}, false
			for i := range h.found {
				f := &h.found[i]
				if f.rank != at || !slices.Contains(candidates, f.Layer) || !counts(f) || h.repeated(f) {
					continue
				}
				weight := 1
				if !f.weak {
					weight = maxFound + 1
				}
				if at == byImport || at == byRepo {
					weights[f.Layer] = max(weights[f.Layer], weight)
				} else {
					weights[f.Layer] += weight
				}
				enough = enough || f.weak == weak
			}
			if enough {
				return heaviest(weights), at
			}
		}
	}
	return nil, 0
}

// repeated says that a word was found again as the begin of a longer phrase: one
// customerLogin is one piece of evidence.
func (h *hearing) repeated(f *found) bool {
	return f.text != "" && slices.ContainsFunc(h.found, func(o found) bool {
		return o.rank == f.rank && o.Kind == f.Kind && o.Layer == f.Layer && o.weak == f.weak && strings.HasPrefix(o.text, f.text+" ")
	})
}

// heaviest gives the layers with the greatest weight, in the order of reports.
func heaviest(weights map[detectors.Layer]int) []detectors.Layer {
	best := 0
	for _, w := range weights {
		best = max(best, w)
	}
	var ls []detectors.Layer
	for _, l := range detectors.Layers() {
		if weights[l] == best && best > 0 {
			ls = append(ls, l)
		}
	}
	return ls
}

// undisputed says that something strong in the secret speaks for a layer, and
// nothing in it for another candidate.
func (h *hearing) undisputed(layer detectors.Layer, candidates []detectors.Layer) bool {
	strong := false
	for _, f := range h.found {
		switch {
		case f.rank != inside:
		case f.Layer == layer:
			strong = strong || !f.weak
		case slices.Contains(candidates, f.Layer):
			return false
		}
	}
	return strong
}

// move puts the identity into a layer. What the format said of another layer does
// not hold there.
func (h *hearing) move(r *Ruling, to detectors.Layer) {
	if to == infra {
		if c := h.classOf(); c != "" && (r.Layer != infra || r.Class != c) {
			r.Class = c
		} else if r.Class == "" {
			r.Class = defaultClass(r.Control)
		}
	} else {
		r.Class = ""
	}
	if r.Layer != to {
		r.Subject = subjectIn(to, r.Subject, r.Class)
		r.Layer = to
	}
}

// classOf is the class that the strongest evidence for infrastructure names.
func (h *hearing) classOf() detectors.Class {
	var best *found
	for i := range h.found {
		f := &h.found[i]
		if f.Layer != infra || f.class == "" {
			continue
		}
		if best == nil || f.weak != best.weak && best.weak || f.weak == best.weak && f.rank < best.rank {
			best = f
		}
	}
	if best == nil {
		return ""
	}
	return best.class
}

// defaultClass is the class of an infrastructure credential of which only the
// control is known.
func defaultClass(c detectors.Control) detectors.Class {
	switch c {
	case detectors.SSO, detectors.SCIM, detectors.MFA, detectors.UserManagement, detectors.Federation, detectors.Roles:
		return detectors.WorkforceIdentity
	}
	return detectors.Cloud
}

// subjectIn is who a credential speaks as in a layer, where the format did not say.
// Subjects that exist in every layer stay.
func subjectIn(l detectors.Layer, s detectors.Subject, c detectors.Class) detectors.Subject {
	switch s {
	case detectors.Machine, detectors.Agent, detectors.Anyone, detectors.ServiceAccount:
		return s
	}
	switch l {
	case ai:
		return detectors.Project
	case app:
		return detectors.Application
	case infra:
		return detectors.ServiceAccount
	}
	return s
}

// maxEvidence bounds the evidence of a ruling.
const maxEvidence = 12

// evidence gives what was found, strongest first. Where the format decided, only
// what is in the secret is evidence.
func (h *hearing) evidence(r *Ruling) []detectors.Evidence {
	fs := slices.Clone(h.found)
	slices.SortStableFunc(fs, func(a, b found) int {
		if a.rank != b.rank {
			return int(a.rank - b.rank)
		}
		return weight(&b, r.Layer) - weight(&a, r.Layer)
	})
	var es []detectors.Evidence
	for _, f := range fs {
		if len(es) == maxEvidence || !h.open() && f.rank != inside {
			break
		}
		es = append(es, f.Evidence)
	}
	if len(es) == 0 && len(h.d.AmbiguousLayers) > 0 {
		es = []detectors.Evidence{{
			Kind:   detectors.EvidenceFormat,
			Detail: "the format belongs to several layers: " + h.what(),
		}}
	}
	return es
}

// weight orders evidence of one kind: what decides before what only tips, what
// speaks for the ruling before what speaks against it.
func weight(f *found, layer detectors.Layer) int {
	w := 0
	if !f.weak {
		w += 2
	}
	if f.Layer == layer {
		w++
	}
	return w
}
