package changes

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"

	"leakline/detectors"
	"leakline/scanner"
)

// Why a secret is not reported that was there before: the summary counts them so.
const (
	knownStaged = "already in the last commit"
	knownPushed = "already in the commit before"
)

// Known lists the reasons for which Settle takes findings out of a result.
func Known() []string { return []string{knownStaged, knownPushed} }

// Settle takes out of the result of this source's scan every secret that was there
// before, in each change in which it stands. It reads what was there before only if
// there are findings, with the same scanner. Of a secret that is new it leaves the
// places at which it is.
//
// The error is why git could not tell what is new: then nothing was looked at. If
// only what was there before cannot be read, findings stay, and the result is
// incomplete.
func (s *Source) Settle(ctx context.Context, sc *scanner.Scanner, r *scanner.Result) error {
	if ctx.Err() != nil { // the result is incomplete, and its findings stay
		return nil
	}
	if s.failed != nil || len(r.Findings) == 0 {
		return s.failed
	}
	stands, err := s.stands(ctx, sc, r)
	if err != nil {
		return err
	}
	commits := map[string]struct{}{}
	for _, in := range stands {
		maps.Copy(commits, in)
	}
	past, err := s.ask.past(ctx, slices.Sorted(maps.Keys(commits)))
	if err != nil {
		incomplete(r, "what was there before", err)
		return nil
	}
	held, err := s.held(ctx, sc, r, past)
	if err != nil {
		return err
	}
	was := before{past, held}
	r.Drop(s.ask.known(), func(f *scanner.Finding) bool {
		fresh := map[string]struct{}{}
		for commit := range stands[f.Fingerprint] {
			if !was.has(commit, f.Fingerprint) {
				fresh[commit] = struct{}{}
			}
		}
		narrow(f, fresh)
		return len(fresh) == 0
	})
	return nil
}

// narrow leaves of a finding the places in some commits.
func narrow(f *scanner.Finding, commits map[string]struct{}) {
	kept := make([]scanner.Place, 0, len(f.Occurrences))
	for _, p := range f.Occurrences {
		if _, ok := commits[p.Commit]; ok {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 || len(kept) == len(f.Occurrences) {
		return
	}
	f.Occurrences, f.Place = kept, kept[0]
	if f.OccurrencesTotal > 0 {
		f.OccurrencesTotal = 0 // nobody has counted those that are new
	}
}

// incomplete notes what could not be read.
func incomplete(r *scanner.Result, what string, err error) {
	r.Summary.Complete = false
	r.Summary.Errors = append(r.Summary.Errors, scanner.Failure{
		Class: "unreadable", What: what, Why: scanner.Printable(err.Error()) + ": what is reported may not be new",
	})
}

// stands gives the commits in which each finding stands, by its fingerprint.
func (s *Source) stands(ctx context.Context, sc *scanner.Scanner, r *scanner.Result) (map[string]map[string]struct{}, error) {
	stands := map[string]map[string]struct{}{}
	whole := true
	for i := range r.Findings {
		f := &r.Findings[i]
		in := map[string]struct{}{}
		for _, p := range f.Occurrences {
			in[p.Commit] = struct{}{}
		}
		stands[f.Fingerprint] = in
		whole = whole && f.OccurrencesTotal <= len(f.Occurrences)
	}
	if whole || len(s.found.commits) < 2 {
		return stands, nil
	}
	// A finding does not list all its places: they are looked for once more.
	var mu sync.Mutex
	_, err := s.again(ctx, sc, &s.found, func(fingerprint string, c *scanner.Candidate) {
		if in, ok := stands[fingerprint]; ok {
			mu.Lock()
			in[c.Place.Commit] = struct{}{}
			mu.Unlock()
		}
	})
	return stands, err
}

// spots are contents and paths, by blob id and by path.
type spots struct{ blobs, paths map[string]struct{} }

// held gives, of the contents and paths that were there before, those that hold
// each of the findings, by fingerprint.
func (s *Source) held(ctx context.Context, sc *scanner.Scanner, r *scanner.Result, past map[string][]spot) (map[string]spots, error) {
	held := map[string]spots{}
	for i := range r.Findings {
		held[r.Findings[i].Fingerprint] = spots{map[string]struct{}{}, map[string]struct{}{}}
	}
	l := listing{commits: []scanner.Commit{{}}}
	var blobs gathered
	seen := map[spot]struct{}{}
	for _, commit := range slices.Sorted(maps.Keys(past)) {
		for _, p := range past[commit] {
			if _, ok := seen[p]; !ok {
				seen[p] = struct{}{}
				blobs.add(&l, p, 0)
			}
		}
	}
	var mu sync.Mutex
	result, err := s.again(ctx, sc, &l, func(fingerprint string, c *scanner.Candidate) {
		at, ok := held[fingerprint]
		if !ok {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if c.Place.Source == scanner.SourcePath {
			at.paths[c.Path] = struct{}{}
		} else {
			at.blobs[c.Place.Blob] = struct{}{}
		}
	})
	if err != nil {
		return nil, err
	}
	for _, f := range result.Summary.Errors {
		f.Why += "; it was there before, so what is reported may not be new"
		r.Summary.Errors = append(r.Summary.Errors, f)
	}
	r.Summary.Complete = r.Summary.Complete && result.Summary.Complete
	return held, nil
}

// before tells which secrets stood before a change.
type before struct {
	past map[string][]spot
	held map[string]spots
}

func (b before) has(commit, fingerprint string) bool {
	at := b.held[fingerprint]
	return slices.ContainsFunc(b.past[commit], func(s spot) bool {
		_, blob := at.blobs[s.id]
		_, path := at.paths[s.path]
		return blob || path
	})
}

// again scans a listing with the same scanner, and tells of every secret at every
// place of it, however unsure and whatever is ignored. tell is called from several
// goroutines at once.
func (s *Source) again(ctx context.Context, sc *scanner.Scanner, l *listing, tell func(fingerprint string, c *scanner.Candidate)) (*scanner.Result, error) {
	b, err := s.git.batch(ctx)
	if err != nil {
		return nil, err
	}
	defer b.stop()
	all := *sc
	all.MinConfidence, all.Layers, all.Progress = detectors.Low, nil, nil
	all.Ignore = teller{sc.Key, tell}
	return all.Scan(ctx, &reread{s: s, list: l, batch: b})
}

// teller ignores nothing, and tells of everything.
type teller struct {
	key  detectors.Key
	tell func(fingerprint string, c *scanner.Candidate)
}

// Ignored never says that a place is ignored.
func (t teller) Ignored(c *scanner.Candidate) *scanner.Ignored {
	t.tell(t.key.Fingerprint(c.Secret), c)
	return nil
}

// reread is a source for the contents of a listing.
type reread struct {
	s     *Source
	list  *listing
	batch *batch
}

func (r *reread) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		defer context.AfterFunc(ctx, r.batch.stop)()
		w := newWalk(ctx, r.s.git, Options{Window: r.s.options.Window}, r.batch, yield)
		w.all(r.list)
		if err := ctx.Err(); err != nil && !w.stopped {
			yield(scanner.Chunk{}, err)
		}
	}
}

func (r *reread) Tally() scanner.Tally { return scanner.Tally{Objects: map[string]int{}} }
