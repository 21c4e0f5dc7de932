package ledger

import (
	"context"
	"encoding/json"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// projection is what the incident table says of an incident.
type projection struct {
	detected           int64
	layers             int
	detector, provider string
	owner              string
	closed             int
	dismissed          string
	until              int64
	brief              string
}

// projected gives an incident's row of the incident table.
func projected(i *incident.Incident) projection {
	row := i.Row()
	p := projection{
		detected: row.Detected, layers: layerBits(i), detector: clean(row.Detector), provider: clean(row.Provider),
		owner: clean(string(row.Owner)), dismissed: clean(string(row.Dismissed)), until: row.Until, brief: brief(&row),
	}
	if i.Closure != nil {
		p.closed = 1
	}
	return p
}

// layerBits is the set of layers that an incident is listed under: its own, those
// it opens too and those that it may be of.
func layerBits(i *incident.Incident) int {
	bits := layerBit(i.Layer)
	for _, l := range i.AlsoOpens {
		bits |= layerBit(l)
	}
	for _, l := range i.LayerCandidates {
		bits |= layerBit(l)
	}
	return bits
}

func layerBit(l detectors.Layer) int {
	switch l {
	case detectors.AIPlatform:
		return 1
	case detectors.ApplicationAuth:
		return 2
	case detectors.Infrastructure:
		return 4
	}
	return 8
}

// clean makes a text that PostgreSQL takes: UTF-8 without NUL.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// place is a row of the occurrence table.
type place struct {
	repo                        string
	introduced, removed, purged int64
	inBranches                  int
}

func placed(o *incident.Occurrence) place {
	p := place{repo: o.Repo, introduced: incident.Millis(o.Introduced), removed: incident.Millis(o.Removed), purged: incident.Millis(o.Purged)}
	if o.InBranches {
		p.inBranches = 1
	}
	return p
}

// project brings the tables of incidents up to what the events amount to.
func (b *batch) project(ctx context.Context) error {
	rows := make([]any, 0, 10*len(b.changed))
	places := make([]any, 0, 6*len(b.changed))
	for _, x := range b.changed {
		p := projected(x.inc)
		rows = append(rows, x.n, p.detected, p.layers, p.detector, p.provider, p.owner, p.closed, p.dismissed, p.until, p.brief)
		for repo := range x.repos {
			o := placed(x.inc.Occurrences[repo])
			places = append(places, x.n, o.repo, o.introduced, o.removed, o.purged, o.inBranches)
		}
	}
	if _, err := b.insert(ctx, "INSERT INTO incident (n, detected, layers, detector, provider, owner, closed, dismissed, until, brief)", 10,
		`ON CONFLICT (n) DO UPDATE SET detected = excluded.detected, layers = excluded.layers, detector = excluded.detector,
		provider = excluded.provider, owner = excluded.owner, closed = excluded.closed, dismissed = excluded.dismissed,
		until = excluded.until, brief = excluded.brief`, rows); err != nil {
		return err
	}
	_, err := b.insert(ctx, "INSERT INTO occurrence (incident, repo, introduced, removed, purged, in_branches)", 6,
		`ON CONFLICT (repo, incident) DO UPDATE SET introduced = excluded.introduced, removed = excluded.removed,
		purged = excluded.purged, in_branches = excluded.in_branches`, places)
	return err
}

// marshalAll gives the JSON of each, on all processors.
func marshalAll[T any](all []T) ([][]byte, error) {
	out := make([][]byte, len(all))
	return out, share(len(all), func(i int) (err error) {
		out[i], err = json.Marshal(&all[i])
		return err
	})
}

// share does work for 0 to n-1 on all processors, and gives the first error.
func share(n int, work func(int) error) error {
	workers := min(runtime.GOMAXPROCS(0), 1+n/100)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := n * w / workers; i < n*(w+1)/workers && errs[w] == nil; i++ {
				errs[w] = work(i)
			}
		})
	}
	wg.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}

// brief writes a row as one line: its fields, separated by tabs, the repositories
// last. It is made to be read a million times a second.
func brief(r *incident.Row) string {
	b := make([]byte, 0, 256)
	text := func(s string) {
		if strings.ContainsAny(s, "\t\n\\\x00") {
			s = briefEscapes().Replace(s)
		}
		b = append(append(b, s...), '\t')
	}
	number := func(n int64) { b = append(strconv.AppendInt(b, n, 10), '\t') }
	for _, s := range []string{
		string(r.ID), r.Detector, r.Provider, string(r.Owner), r.Answerable, string(r.Layer),
		layerList(r.Candidates), layerList(r.Also), string(r.Privilege), string(r.Environment), string(r.Confidence),
		string(r.How), string(r.Proof), string(r.Dismissed),
	} {
		text(s)
	}
	ambiguous := int64(0)
	if r.Ambiguous {
		ambiguous = 1
	}
	for _, n := range []int64{
		ambiguous, int64(r.Reopened), r.Introduced, r.Detected, r.Owned, r.Acknowledged, r.Removed, r.Purged, r.Remediated, r.Until,
	} {
		number(n)
	}
	for _, s := range r.Repos {
		text(s)
	}
	b[len(b)-1] = '\n'
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

func briefEscapes() *strings.Replacer {
	return strings.NewReplacer("\t", `\t`, "\n", `\n`, `\`, `\\`, "\x00", "\uFFFD")
}

func layerList(ls []detectors.Layer) string {
	parts := make([]string, len(ls))
	for i, l := range ls {
		parts[i] = string(l)
	}
	return strings.Join(parts, ",")
}
