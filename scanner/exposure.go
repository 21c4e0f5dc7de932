package scanner

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Historian is a source that knows when what it yielded came and went.
type Historian interface {
	Source
	// Exposures gives the exposure of each secret. A secret is given as the object
	// ids, in hexadecimal, of all blobs that hold it; it may have none, and then its
	// exposure means nothing. Days stay nil: the source has no clock. An exposure
	// without introductions says that the source does not know them; its boundary,
	// if any, is that of the oldest place. It is called once, after the walk; the
	// error says what could not be read, and the exposures beside it are as good as
	// they can be, or nil.
	Exposures(ctx context.Context, secrets [][]string) ([]Exposure, error)
}

// expose asks the source, if it knows, since when it has held what is reported. A
// secret is reported whatever happens here.
func (r *run) expose(ctx context.Context, src Source, shown []*entry) {
	h, ok := src.(Historian)
	if !ok || ctx.Err() != nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			r.unread = append(r.unread, panicked("the history of secrets", p))
		}
	}()
	secrets := make([][]string, len(shown))
	for i, e := range shown {
		secrets[i] = make([]string, len(e.blobs))
		for k, n := range e.blobs {
			secrets[i][k] = r.collect.blobs[n]
		}
	}
	exposures, err := h.Exposures(ctx, secrets)
	if err != nil && ctx.Err() == nil {
		u := asUnread(err)
		if u.What == "source" {
			u = &Unread{Class: u.Class, What: "the history of secrets", Err: err}
		}
		r.unread = append(r.unread, u)
	}
	if len(exposures) != len(shown) {
		if exposures != nil {
			err := errors.New("the source gave another number of exposures than it was asked for")
			r.unread = append(r.unread, &Unread{Class: "corrupt", What: "the history of secrets", Err: err})
		}
		return
	}
	w := worker{scanner: r.scanner, clean: map[string]string{}}
	for i, e := range shown {
		switch x := &exposures[i]; {
		case len(e.blobs) == 0:
		case len(x.Introductions) > 0:
			e.past = w.exposure(x)
		case x.Boundary != "":
			e.oldest.boundary = x.Boundary
		}
	}
}

// exposure is an exposure as it may be shown.
func (w *worker) exposure(x *Exposure) *Exposure {
	out := *x
	clean := func(c Commit) Commit { return w.place(Location{Commit: c}, Place{}).commit }
	out.Introduced, out.Removed = clean(x.Introduced), clean(x.Removed)
	out.Introductions = slices.Clone(x.Introductions)
	for i, c := range out.Introductions {
		out.Introductions[i] = clean(c)
	}
	out.Refs = slices.Clone(x.Refs)
	for i, name := range out.Refs {
		out.Refs[i] = w.cleaned(name)
	}
	return &out
}

// hold notes that a blob holds the secret. The hits of one blob come one after
// the other, so the last number is enough to know a blob again.
func (c *collector) hold(e *entry, p *located) {
	if p.Blob == "" || p.Source != SourceBlob && p.Source != SourceNote {
		if p.Commit != "" && p.Reach != ReachUnreachable && (e.told == nil || older(*p, *e.told) < 0) {
			told := *p
			e.told = &told
		}
		return
	}
	if n := len(c.blobs); n == 0 || c.blobs[n-1] != p.Blob {
		c.blobs = append(c.blobs, p.Blob)
	}
	if last := int32(len(c.blobs) - 1); len(e.blobs) == 0 || e.blobs[len(e.blobs)-1] != last {
		e.blobs = append(e.blobs, last)
	}
}

// date settles, once its history is known, which place of a secret is the oldest:
// one that the commit brought in that introduced it.
func (e *entry) date() {
	if e.past == nil {
		return
	}
	first := e.past.Introductions[0]
	if t := e.told; t != nil && t.committedAt.Before(first.CommittedAt) {
		e.past.Introduced, e.oldest = t.commit, *t
		return
	}
	if e.oldest.Commit == first.ID {
		return
	}
	if i := slices.IndexFunc(e.places, func(p located) bool { return p.Commit == first.ID }); i >= 0 {
		e.oldest = e.places[i]
	}
}

// exposure says how long a repository has held a secret; nil for files. What
// only the index holds is not in history yet, and what nothing reaches any more
// no longer is.
func (e *entry) exposure(now time.Time) *Exposure {
	if !e.stored {
		return nil
	}
	x := &Exposure{Introduced: e.oldest.commit, Boundary: e.oldest.boundary}
	if e.past != nil {
		x = e.past
	}
	x.AtTip, x.InHistory = x.AtTip || e.tip, x.InHistory || e.history
	still := x.AtTip || x.RefCount() > 0 || e.past == nil && e.history
	x.Days = daysExposed(x, still, now)
	return x
}

// daysExposed counts the days of an exposure, see [Exposure].
func daysExposed(x *Exposure, still bool, now time.Time) *int {
	from, to := x.Introduced.CommittedAt, now
	if n := len(x.Intervals); n > 0 && x.Removed.ID != "" {
		to, still = x.Intervals[n-1].To.At, true
	}
	if from.IsZero() || to.IsZero() || !still {
		return nil
	}
	days := max(0, int(to.Sub(from)/(24*time.Hour)))
	return &days
}
