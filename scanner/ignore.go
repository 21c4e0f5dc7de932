package scanner

import (
	"time"

	"leakline/detectors"
)

// Ignorer decides which places of secrets are known and accepted. It is called
// from several goroutines at once.
type Ignorer interface {
	// Ignored says why a secret is not reported at a place; nil if it is.
	Ignored(c *Candidate) *Ignored
}

// Candidate is a secret at one place, as an Ignorer sees it. It belongs to the
// scanner, and is not kept.
type Candidate struct {
	Detector   *detectors.Detector
	Secret     detectors.Secret
	Confidence detectors.Confidence
	Layer      detectors.Layer // as its file alone decides it
	// Place is the place as reports show it. Path and Archive are exact: in Place a
	// credential that stands in them is redacted.
	Place         *Place
	Path, Archive string
	// Text is the source around the secret, which is Text[Start:End]: from the begin
	// of the line before it to the end of the line after it, each line as far as 2 KiB
	// from it. Nil for a secret that stands in a path.
	Text       []byte
	Start, End int
}

// Mechanism is a way in which users say that they know of a secret.
type Mechanism string

// The mechanisms.
const (
	ByComment    Mechanism = "comment"     // beside the secret, in the source
	ByIgnoreFile Mechanism = "ignore file" // an entry of .leaklineignore and the like
	ByBaseline   Mechanism = "baseline"    // a file of known findings
	ByConfig     Mechanism = "config"      // what the configuration leaves out
)

// Mechanisms lists the mechanisms.
func Mechanisms() []Mechanism {
	return []Mechanism{ByComment, ByIgnoreFile, ByBaseline, ByConfig}
}

// Ignored says why a secret is not reported at a place.
type Ignored struct {
	By     Mechanism `json:"by"`
	Reason string    `json:"reason,omitempty"` // the user's words, without credentials
	Until  time.Time `json:"until,omitzero"`   // when it ends
	Where  string    `json:"where,omitempty"`  // the entry, as FILE:LINE, or the comment's word
	// Refused, if not empty, says why this does not count: the place is reported.
	Refused string `json:"refused,omitempty"`
}

// Hides is the mechanism as a reason for which something is hidden, as summaries have
// it.
func (m Mechanism) Hides() string {
	switch m {
	case ByComment:
		return "allowed by a comment"
	case ByIgnoreFile:
		return "in an ignore file"
	case ByBaseline:
		return "in a baseline file"
	}
	return "left out by the configuration"
}
