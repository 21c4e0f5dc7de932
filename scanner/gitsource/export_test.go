package gitsource

import (
	"github.com/go-git/go-git/v5/plumbing"

	"leakline/detectors/engine"
)

// DeltaStats is what the delta engine counted in its last walk.
type DeltaStats inheritance

// Plus adds counts.
func (s DeltaStats) Plus(o DeltaStats) DeltaStats {
	(*inheritance)(&s).add((*inheritance)(&o))
	return s
}

// SetTrace has f called for every blob that the delta engine scanned.
func SetTrace(o *Options, f func(plumbing.Hash, []engine.Match)) { o.trace = f }

// SetBug makes the delta engine wrong in one named way.
func SetBug(o *Options, name string) { o.bug = bug(name) }

// StatsOf gives the counts of a repository's last walk.
func StatsOf(r *Repo) DeltaStats {
	if r.walk == nil || r.walk.delta == nil {
		return DeltaStats{}
	}
	return DeltaStats(r.walk.delta.stats)
}

// SetUnnamedFrom sets from which size on blobs of a received pack have no name
// unless they are wanted.
func SetUnnamedFrom(o *Options, size int) { o.unnamedFrom = size }
