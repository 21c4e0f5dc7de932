package engine

import "leakline/detectors"

// MaxExtent bounds how far from its anchor, in bytes on each side, a verdict may
// read.
const MaxExtent = 64 << 10

// Anchor is a place where a literal of the prefilter stands.
type Anchor struct {
	Pos     int // offset of the literal's first byte
	Literal int // index of the literal in the set
}

// Verdict is what was decided at one anchor.
type Verdict struct {
	Anchor
	// Lo and Hi are the read extent, [Lo, Hi): the span of bytes that the
	// decision looked at. Lo is -1 if it looked for the begin of the data and
	// found it, Hi is len(data)+1 if it looked for the end and found it.
	Lo, Hi int
	// Gone says that no encoded text begins there, though one did before the data
	// around it changed; of literals it is never said.
	Gone bool
	// Matches are what the anchor's detectors found, before overlaps with other
	// anchors are resolved. Empty means that the anchor is rejected.
	Matches []Match
}

// Match is a detector that fired on bytes.
type Match struct {
	Detector *detectors.Detector
	// Start and End are the offsets of the secret's text, [Start, End).
	Start, End int
	// NameStart and NameEnd are the offsets of the name that the secret is
	// assigned to; both 0 if it was found without one.
	NameStart, NameEnd int
	// Lo and Hi are the verdict's read extent, as in Verdict.
	Lo, Hi int
	// Secret is the canonical text: unescaped, without white space for PEM.
	Secret     detectors.Secret
	Confidence detectors.Confidence
	// Reasons say why the confidence is what it is, strongest first; they never
	// hold secret text.
	Reasons []string
	// Claims are the decoded claims of a JWT or the public members of a JSON
	// object, for classification; nil for all else. They never hold the secret.
	Claims map[string]any

	index, rank int     // of the detector, for Resolve
	weight      int     // of the name's words, for Resolve
	within      *within // the decoded text in which it stands, if it was encoded
}

// Guessable says whether the secret is a word or two, or too short to be more: that it
// stands somewhere else, too, then says nothing of that place.
func (m *Match) Guessable() bool { return guessable(m.Secret.Reveal()) }

// ruleRank is how specific a user's rule counts: more than a name, less than a
// detector's anchor.
const ruleRank = 4

// NewMatch makes the match of a user's rule: secret is what stands at
// data[start:end], or what is to be told apart where that is no secret itself.
func NewMatch(d *detectors.Detector, start, end int, secret string, c detectors.Confidence, reasons ...string) Match {
	return Match{
		Detector: d, Start: start, End: end, Lo: start, Hi: end,
		Secret: detectors.NewSecret(secret), Confidence: c, Reasons: reasons, rank: ruleRank,
	}
}
