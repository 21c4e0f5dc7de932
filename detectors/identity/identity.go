package identity

import (
	"strings"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// Document is what a match stands in.
type Document struct {
	Path string // slash-separated; empty for standard input
	Data []byte

	// Facts are what [Read] says of the document. Nil is allowed: Classify then
	// reads them itself, which a caller with many matches should do but once.
	Facts *Facts
	// Beside are matches of the same document, sorted by Start, public identifiers
	// included: a publishable key says whose secret stands next to it. May be nil.
	Beside []engine.Match
	// Now is the time at which a token's expiry is judged. Zero is unknown, and
	// then nothing is called expired.
	Now time.Time
}

// Ruling is what is known of one match's identity.
type Ruling struct {
	detectors.Identity
	Confidence detectors.LayerConfidence
	Evidence   []detectors.Evidence // strongest first
	Candidates []detectors.Layer    // more than one only if ambiguous
	AlsoOpens  []detectors.Door

	// Drop says why the match is not to be reported (a value known to be
	// public): a class, a colon, and what it is. Empty means report it.
	Drop string
	// Lower says why confidence goes down one step; empty means it stays.
	Lower string
	// WeakDefault says that the value is a published default that signs or
	// encrypts in what looks like a deployed configuration, or that opens a server
	// which was left with it. Default says which one, as the end of the sentence
	// "it is …".
	WeakDefault bool
	Default     string
	// Frameworks are the controls and risks that the finding touches.
	Frameworks []Framework
}

// Framework is a control or risk of a published framework, with the reason why
// this finding touches it.
type Framework struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// hearing is one match on its way to a ruling.
type hearing struct {
	engine.Match
	d        *detectors.Detector
	doc      Document
	facts    *Facts
	repo     *Repo
	provider string // in lower case
	name     string // that the secret is assigned to
	own      span   // the secret and its name
	url      span   // what stands before the secret in its URL, if it is in one
	found    []found
	claimed  claimed
	around   block // empty until it is needed
}

// nobody stands in for a match without a detector.
var nobody = detectors.Detector{Identity: detectors.Identity{Layer: detectors.Unclassified}}

// Classify rules on one match in its document. Repo may be nil.
func Classify(m engine.Match, doc Document, repo *Repo) Ruling {
	h := &hearing{Match: m, d: m.Detector, doc: doc, facts: doc.Facts, repo: repo}
	if h.d == nil {
		h.d = &nobody
	}
	if h.facts == nil {
		h.facts = Read(doc.Path, doc.Data)
	}
	h.provider = strings.ToLower(h.d.Provider)
	h.locate()

	r := Ruling{Identity: h.d.Identity}
	if r.Layer == "" {
		r.Layer = detectors.Unclassified
	}
	h.claims()
	h.address()
	if h.open() || r.Class == detectors.Cloud {
		h.context()
	}
	h.decide(&r)
	h.refine(&r)
	h.environment(&r)
	r.AlsoOpens = h.doors(&r)
	h.published(&r)
	h.lower(&r)
	r.Frameworks = h.frameworks(&r)
	h.scrub(&r)
	return r
}

// open says that the format leaves the layer open.
func (h *hearing) open() bool {
	return len(h.d.AmbiguousLayers) > 0 || h.generic()
}

// generic says that the format says nothing of an owner.
func (h *hearing) generic() bool {
	l := h.d.Identity.Layer
	return len(h.d.AmbiguousLayers) == 0 && (l == detectors.Unclassified || l == "")
}

// locate finds the secret and its name in the document, whatever offsets the match
// has: a match may come from a decoded copy.
func (h *hearing) locate() {
	n := len(h.doc.Data)
	lo := min(max(h.Start, 0), n)
	h.own = span{lo, min(max(h.End, lo), n)}
	if h.NameEnd > h.NameStart && h.NameStart >= 0 && h.NameEnd <= n {
		h.name = string(h.doc.Data[h.NameStart:min(h.NameEnd, h.NameStart+maxName)])
		h.own.lo = min(h.own.lo, h.NameStart)
		h.own.hi = max(h.own.hi, h.NameEnd)
		return
	}
	if lo, ok := urlBefore(h.doc.Data, h.own.lo); ok {
		h.url = span{lo, h.own.lo}
		h.own.lo = lo
	}
	if at, ok := nameBefore(h.doc.Data, h.own.lo); ok {
		h.name = string(h.doc.Data[at.lo:at.hi])
		h.own.lo = at.lo
	}
}

// maxName is how many bytes of a name are read.
const maxName = 200

// scrub takes out of the ruling whatever holds the secret's own text. Details come
// from the tables of this package, but a weak secret may be a word of one.
func (h *hearing) scrub(r *Ruling) {
	secret := h.Secret.Reveal()
	if len(secret) < 4 {
		return
	}
	clean := func(es []detectors.Evidence) {
		for i := range es {
			if strings.Contains(es[i].Detail, secret) {
				es[i].Detail = "…"
			}
		}
	}
	clean(r.Evidence)
	for i := range r.AlsoOpens {
		clean(r.AlsoOpens[i].Evidence)
	}
	for i := range r.Frameworks {
		if strings.Contains(r.Frameworks[i].Reason, secret) {
			r.Frameworks[i].Reason = "…"
		}
	}
	for _, s := range []*string{&r.Drop, &r.Lower, &r.Default} {
		if class, _, ok := strings.Cut(*s, ":"); strings.Contains(*s, secret) {
			*s = "…"
			if ok && !strings.Contains(class, secret) {
				*s = class
			}
		}
	}
}
