package incident

import (
	"slices"
	"time"

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
		Introduced: unix(i.Introduced()), Detected: unix(i.Detected), Owned: unix(i.Owned), Acknowledged: unix(i.Acknowledged),
		Removed: unix(i.Removed()), Purged: unix(i.Purged()), Remediated: unix(i.RemediatedAt()), Reopened: i.Reopened,
	}
	slices.Sort(r.Candidates)
	if i.Closure != nil {
		r.How, r.Proof = i.Closure.How, i.Closure.Proof
	}
	if i.Dismissal != nil {
		r.Dismissed, r.Until = i.Dismissal.Reason, unix(i.Dismissal.Until)
	}
	return r
}

// unix is a time in Unix milliseconds, 0 for none.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
