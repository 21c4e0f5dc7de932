package hooklog

import (
	"slices"
	"time"
)

// Origin is what a clone knows of the commit that brought a secret.
type Origin struct {
	// Committed says that git commit made it in this clone, which runs the hook unless
	// it is told not to.
	Committed bool
	At        time.Time // when, in whole seconds
	Head      string    // what HEAD was before, and since when
	Since     time.Time
	// Hook says whether the hook was there then.
	Hook Hook
}

// Hook says whether a hook was there.
type Hook string

// The answers; "" is not known.
const (
	There  Hook = "there"
	Absent Hook = "absent"
)

// Judge says how a secret came past the hook pre-commit, from what the clone knows of
// its commit and what ran in the clone.
func Judge(fingerprint string, o Origin, runs []Run) Past {
	switch {
	case o.Committed && ranFor(o, runs):
		return LetThrough
	case o.Committed && o.Hook == There:
		return Bypassed
	case o.Committed && o.Hook == Absent:
		return NoHook
	case stoppedBefore(fingerprint, runs):
		return Bypassed // it was brought in another way, such as a rebase
	}
	return Either
}

// ranFor says that the hook ran before the commit was made, on what HEAD was then,
// and did not stop it.
func ranFor(o Origin, runs []Run) bool {
	end := o.At.Add(time.Second) // reflogs have whole seconds
	for _, r := range slices.Backward(runs) {
		if r.Stage == PreCommit && r.Head == o.Head && !r.At.Before(o.Since) && r.At.Before(end) {
			return !r.Stopped
		}
	}
	return false
}

func stoppedBefore(fingerprint string, runs []Run) bool {
	return slices.ContainsFunc(runs, func(r Run) bool {
		return r.Stage == PreCommit && r.Stopped &&
			slices.ContainsFunc(r.Secrets, func(s Secret) bool { return s.Fingerprint == fingerprint })
	})
}
