package scanner

import (
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/scanner/unpack"
)

// Scanner scans sources. Its fields are set before the first Scan and not
// changed after it.
type Scanner struct {
	Set *engine.Set
	Key detectors.Key
	// Jobs is how many chunks are scanned at once; 0 means one per processor.
	Jobs int
	// MinConfidence hides what is less sure: it is counted in the summary.
	MinConfidence detectors.Confidence
	// Unsure, if not nil, says of which detectors the secrets that are less sure than
	// MinConfidence are wanted in Result.Unsure. They count as hidden all the same.
	Unsure func(*detectors.Detector) bool
	// Layers restricts findings to these layers; empty means all. An ambiguous
	// finding counts for each of its candidates.
	Layers []detectors.Layer
	// ShowSecrets puts plaintext in the findings' Secret.
	ShowSecrets bool
	// Authors says how commit authors appear in findings.
	Authors Authors
	// Progress, if not nil, is called now and then from one goroutine at a time.
	Progress func(Progress)
	// Allow maps a class of unread things to the reason why the user accepts it.
	Allow map[string]string
	// Accept, if not nil, gives the user's reason for accepting that one thing was not
	// read; "" for those that nobody accepts.
	Accept func(*Unread) string
	// Ignore, if not nil, says which places of secrets are known and accepted.
	Ignore Ignorer
	// Rules, if not nil, finds further matches: the user's own rules.
	Rules Matcher
	// Look, if not nil, is shown every content that is scanned and at hand as a whole, by
	// several goroutines at once: for who asks more of a tree than its secrets. It must
	// not keep or change the chunk's data.
	Look func(*Chunk)
	// Unpack bounds what is read of archives; the zero value unpacks none.
	Unpack unpack.Limits
	// Now tells the time, for Seconds and Progress; nil means time.Now.
	Now func() time.Time
}

// Authors is the policy for people's names in reports.
type Authors string

// The policies: names and e-mails as they are; only the domain of the e-mail
// ("@example.com") and no name; nothing. The empty policy is AuthorsHide.
const (
	AuthorsShow Authors = "show"
	AuthorsTeam Authors = "team"
	AuthorsHide Authors = "hide"
)

// Progress is how far a scan has come.
type Progress struct {
	Chunks   int
	Bytes    int64
	Findings int
	Elapsed  time.Duration
	// Done is the share of the work that is done, 0 to 1, or -1 if unknown.
	Done float64
}

// Matcher finds matches by other means than a set of detectors. It is called from
// several goroutines at once. What it returns is made with [engine.NewMatch].
type Matcher interface {
	// Match gives the matches in the content of the file at path, or in one window of
	// it.
	Match(path string, data []byte) []engine.Match
	// MatchPath gives what the path of a file alone amounts to: matches in path.
	MatchPath(path string) []engine.Match
}

// Result is what a scan found, and the account of what it looked at.
type Result struct {
	Findings []Finding
	// Ignored are secrets that are not reported because every place of them is known
	// and accepted.
	Ignored []Finding
	// Unsure are secrets that are not reported because they are less sure than
	// MinConfidence, as far as [Scanner.Unsure] wants them. No report has them.
	Unsure  []Finding `json:"-"`
	Summary Summary
}

// Drop takes findings out of the result that are not to be reported, and counts
// them as hidden for this reason.
func (r *Result) Drop(why string, drop func(*Finding) bool) {
	kept := r.Findings[:0:0]
	for i := range r.Findings {
		f := &r.Findings[i]
		if !drop(f) {
			kept = append(kept, *f)
			continue
		}
		r.Summary.Hidden[why]++
		if r.Summary.Findings[f.Layer]--; r.Summary.Findings[f.Layer] == 0 {
			delete(r.Summary.Findings, f.Layer)
		}
	}
	r.Findings = kept
}

// Summary accounts for everything that was asked for. Its JSON form is part of
// the public interface.
type Summary struct {
	Target  string         `json:"target,omitempty"`
	Objects map[string]int `json:"objects"`
	Bytes   int64          `json:"bytes"`
	// Skipped is scope: what the user or a stated default left out.
	Skipped []Skip `json:"skipped,omitempty"`
	// Errors are things that were asked for and could not be read.
	Errors []Failure `json:"errors,omitempty"`
	// Findings counts reported findings by layer; Hidden counts those that were
	// found and are not reported, by reason ("low confidence", "public
	// identifier", "other layer", …). Each secret counts once.
	Findings map[detectors.Layer]int `json:"findings"`
	Hidden   map[string]int          `json:"hidden,omitempty"`
	// Ignored counts what each mechanism hid, by layer. Hidden counts them too.
	Ignored  map[Mechanism]map[detectors.Layer]int `json:"ignored,omitempty"`
	Anchors  int                                   `json:"anchors"`
	Verdicts int                                   `json:"verdicts"` // matches before overlaps are resolved
	Seconds  float64                               `json:"seconds"`
	// Phases are the seconds of parts of the work, if the source tells; parts may run
	// side by side.
	Phases   map[string]float64 `json:"phases,omitempty"`
	Complete bool               `json:"complete"`
}

// Failure is one thing that could not be read.
type Failure struct {
	Class   string `json:"class"`
	What    string `json:"what"`
	Why     string `json:"why"`
	Allowed string `json:"allowed,omitempty"` // the user's reason for accepting it
}
