package hooklog

import (
	"time"

	"leakline/detectors"
)

// Stage is where a secret was met.
type Stage string

// The stages, in the order in which a secret passes them.
const (
	PreCommit  Stage = "pre-commit"
	PrePush    Stage = "pre-push"
	PreReceive Stage = "pre-receive"
)

// Stages lists the stages.
func Stages() []Stage { return []Stage{PreCommit, PrePush, PreReceive} }

// Past says how a secret came past the hook pre-commit to where it was met.
type Past string

// The ways. At a server it is only known that it came.
const (
	Bypassed   Past = "bypassed"            // the hook was there, and was not run
	NoHook     Past = "no hook"             // there was none
	Either     Past = "bypassed or no hook" // one of the two: it can't be known here
	LetThrough Past = "let through"         // the hook ran, and did not stop it
)

// Ways lists the ways, what is known for certain first.
func Ways() []Past { return []Past{Bypassed, NoHook, LetThrough, Either} }

// Run is what one run of a hook has to tell. Its JSON form is a line of the journal.
type Run struct {
	At    time.Time `json:"at"`
	Stage Stage     `json:"stage"`
	// Clone is the git directory that all work trees of the repository share, as an
	// absolute path. Repo is what all its clones have in common, if it was known.
	Clone string `json:"clone"`
	Repo  string `json:"repo,omitempty"`
	// Head is the commit on which the next one was to be made, if the stage is
	// pre-commit; "" before the first.
	Head string `json:"head,omitempty"`
	// Stopped says that the commit or push was refused.
	Stopped bool `json:"stopped,omitempty"`
	// Incomplete says that not everything could be read.
	Incomplete bool `json:"incomplete,omitempty"`
	// Secrets are those that were met, at most MaxSecrets; More counts the others.
	Secrets []Secret `json:"secrets,omitempty"`
	More    int      `json:"more,omitempty"`
}

// MaxSecrets bounds the secrets of a run that are kept.
const MaxSecrets = 200

// Secret is a secret that was met.
type Secret struct {
	Fingerprint string          `json:"fingerprint"`
	Detector    string          `json:"detector"`
	Layer       detectors.Layer `json:"layer"`
	Past        Past            `json:"past,omitempty"` // at every stage but pre-commit
}
