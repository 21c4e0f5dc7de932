package incident

import (
	"slices"

	"leakline/detectors"
)

// Row is what statistics need of an incident. Times are Unix milliseconds; 0 says
// that it has not happened, or is not known.
type Row struct {
	ID                          ID
	Detector, Provider          string
	Owner                       Person
	Answerable                  string
	Layer                       detectors.Layer
	Ambiguous                   bool
	Candidates, Also            []detectors.Layer // of an ambiguous layer; sorted
	Privilege                   detectors.Privilege
	Environment                 detectors.Environment
	Confidence                  detectors.Confidence
	Repos                       []string // sorted
	Introduced, Detected        int64
	Owned, Acknowledged         int64
	Removed, Purged, Remediated int64
	How                         How
	Proof                       Proof
	Dismissed                   Reason // of the last dismissal, whether or not it has ended
	Until                       int64  // when it ends by itself
	Reopened                    int
}

// Row gives the incident's row.
func (i *Incident) Row() Row {
	r := Row{
		ID: i.ID, Detector: i.Detector, Provider: i.Provider, Owner: i.Owner, Answerable: i.Answerable,
		Layer: i.Layer, Ambiguous: i.Ambiguous(), Candidates: slices.Clone(i.LayerCandidates), Also: i.AlsoOpens,
		Privilege: i.Privilege, Environment: i.Environment, Confidence: i.Confidence, Repos: i.Repos(),
		Introduced: Millis(i.Introduced()), Detected: Millis(i.Detected), Owned: Millis(i.Owned), Acknowledged: Millis(i.Acknowledged),
		Removed: Millis(i.Removed()), Purged: Millis(i.Purged()), Remediated: Millis(i.RemediatedAt()), Reopened: i.Reopened,
	}
	slices.Sort(r.Candidates)
	if i.Closure != nil {
		r.How, r.Proof = i.Closure.How, i.Closure.Proof
	}
	if i.Dismissal != nil {
		r.Dismissed, r.Until = i.Dismissal.Reason, Millis(i.Dismissal.Until)
	}
	return r
}
