package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
	"leakline/remediate/anchor"
	"leakline/remediate/incident"
	"leakline/remediate/outbound"
)

// anchorsAtOnce bounds how many anchors are read at the same time.
const anchorsAtOnce = 8

// anchorReading is a trust anchor, what was known of it, and what it shows now.
type anchorReading struct {
	anchor.Anchor
	before, now anchor.State
}

// anchorStore keeps what anchors showed in the folder of leakline's state.
func anchorStore(e *env) (anchor.Store, error) {
	state, err := stateFolder(e)
	return anchor.Folder(filepath.Join(state, "anchors")), err
}

// readAnchors reads the trust anchors of the configuration once, and keeps what they
// show. Without a client only those that are files are read. Errors are for the user to
// see: what they concern stands in the readings as something that is not known. Of a
// configuration that nobody named there are none, which config.withholding says.
func readAnchors(ctx context.Context, e *env, c *config, client *outbound.Client) ([]anchorReading, []error) {
	if len(c.anchors) == 0 {
		return nil, nil
	}
	store, err := anchorStore(e)
	if err != nil {
		return nil, []error{err}
	}
	readings := make([]anchorReading, len(c.anchors))
	errs := make([][]error, len(c.anchors))
	slots := make(chan struct{}, anchorsAtOnce)
	var all sync.WaitGroup
	for i, a := range c.anchors {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			readings[i], errs[i] = readAnchor(ctx, e, store, client, a)
		})
	}
	all.Wait()
	return readings, slices.Concat(errs...)
}

// readAnchor reads one anchor. If what was known of it cannot be read, nothing is
// written over it.
func readAnchor(ctx context.Context, e *env, store anchor.Store, client *outbound.Client, a anchor.Anchor) (anchorReading, []error) {
	r := anchorReading{Anchor: a}
	var errs []error
	before, _, loading := store.Load(a.Name)
	if loading != nil {
		errs = append(errs, loading)
	} else {
		r.before = before
	}
	var err error
	if r.now, err = anchor.Read(ctx, client, a, e.now()); err != nil {
		return r, append(errs, err)
	}
	if loading == nil {
		if err := store.Save(anchor.Follow(r.before, r.now)); err != nil {
			errs = append(errs, err)
		}
	}
	return r, errs
}

// anchorVerdict is what the trust anchors say of an incident: of a private key whose
// public half is known, and that one of them may judge. The key lives while one of them
// shows it. It is dead when it has left all that showed it, and none of those that
// might show it could not be read: since the first reading that lacked it, as far as
// the end of the incident is concerned, and of now, if that is recorded already.
func anchorVerdict(inc *incident.Incident, readings []anchorReading) (incident.Verdict, bool) {
	if inc.PublicKey == "" {
		return incident.Verdict{}, false
	}
	var dead, silent *incident.Verdict
	var never []string
	judged := false
	for i := range readings {
		r := &readings[i]
		if !r.Judges(inc.Detector, inc.Repos()) {
			continue
		}
		judged = true
		j := anchor.Judge(r.before, r.now, inc.PublicKey)
		v := &incident.Verdict{
			Outcome: j.Outcome, Proof: incident.ProofTrustAnchor, Source: r.Name, Host: hostOfURL(r.URL), At: j.At,
			Reason: fmt.Sprintf("trust anchor %s: %s", r.Name, j.Reason),
		}
		switch {
		case j.Outcome == detectors.Active:
			v.Proof = ""
			return *v, true
		case j.Outcome == detectors.Inactive:
			if inc.Closure != nil {
				v.At = r.now.At
			}
			if dead == nil || dead.At.Before(v.At) {
				dead = v
			}
		case j.Shown || !r.now.Complete && r.before.Place != r.now.Place:
			silent = cmp.Or(silent, v)
		case !r.now.Complete:
			never = append(never, v.Reason)
		}
	}
	switch {
	case !judged:
		return incident.Verdict{}, false
	case silent != nil:
		silent.Proof = ""
		return *silent, true
	case dead != nil:
		return *dead, true
	}
	v := incident.Verdict{Outcome: detectors.OutcomeUnknown, Source: "trust-anchors", Reason: "no trust anchor has ever shown this key"}
	if len(never) > 0 {
		v.Reason += "; " + strings.Join(never, "; ")
	}
	for i := range readings {
		if at := readings[i].now.At; at.After(v.At) {
			v.At = at
		}
	}
	return v, true
}

// hostOfURL is the host of an address; "" of a file.
func hostOfURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
