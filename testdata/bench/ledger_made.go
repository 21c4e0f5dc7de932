package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/scanner"
)

// A large ledger is made as an export that is imported: to live its years would
// take a transaction for each event.

// madeVersion is part of the name under which it is kept: what is made changes
// with it.
const madeVersion = 1

// madeYears is how long it was kept.
const madeYears = 3

// madeNow is the end of it.
func madeNow() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// madeRepo is one of the repositories; incidents are spread over 2,000.
func madeRepo(n int) string { return fmt.Sprintf("github.com/example/repo-%d", n%2000) }

// secretMade is a secret, and what became of it.
type secretMade struct {
	fingerprint string
	occurrence  incident.Occurrence
	detected    time.Time
	assigned    time.Time // zero: not
	closed      time.Time
	how         incident.How
	proof       incident.Proof
	dismissed   incident.Reason
}

// madeSecret is the nth secret; n decides everything.
func madeSecret(n int) secretMade {
	r := rand.New(rand.NewPCG(uint64(n), 11))
	layer := []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth, detectors.Infrastructure}[r.IntN(3)]
	provider := r.IntN(80)
	f := incident.Facts{
		Detector: fmt.Sprintf("detector-%d", provider*3+r.IntN(3)), Title: "Key of a service", Provider: fmt.Sprintf("provider-%d", provider),
		Layer: layer, LayerConfidence: detectors.Certain, Form: detectors.APIKey, Subject: detectors.Project,
		LayerEvidence: []detectors.Evidence{{Kind: "format", Detail: "the format belongs to one service"}},
		Privilege:     []detectors.Privilege{detectors.Read, detectors.Write, detectors.Admin}[r.IntN(3)],
		Confidence:    detectors.High, Severity: scanner.SeverityHigh, Environment: detectors.Production,
		Secret: "…(40)", Answerable: "the team that runs the service", RotateURL: "https://example.com/keys",
	}
	switch r.IntN(20) {
	case 0:
		f.LayerConfidence, f.LayerCandidates = detectors.Ambiguous, []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
	case 1:
		f.AlsoOpens = []detectors.Layer{detectors.Infrastructure}
		if layer == detectors.Infrastructure {
			f.AlsoOpens = []detectors.Layer{detectors.AIPlatform}
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "secret %d", n))
	x := secretMade{fingerprint: "v1:00000000:" + hex.EncodeToString(sum[:])}
	x.detected = madeNow().Add(-time.Duration(r.Int64N(int64(madeYears * 365 * 24 * time.Hour)))).Truncate(time.Millisecond)
	introduced := x.detected.Add(-time.Duration(r.ExpFloat64() * float64(60*24*time.Hour))).Truncate(time.Second)
	repo := madeRepo(r.IntN(2000))
	x.occurrence = incident.Occurrence{
		Repo: repo, Store: "https://" + repo, Facts: f, Introduced: introduced, IntroducedCommit: hex.EncodeToString(sum[:20]),
		AtTip: true, InBranches: true, InHistory: true, PlacesTotal: 1,
		Places: []incident.Place{{
			Path: fmt.Sprintf("services/part-%d/settings.py", r.IntN(100)), Line: 1 + r.IntN(400), Name: "API_KEY",
			Text: "API_KEY = …(40)", Blob: hex.EncodeToString(sum[12:]),
		}},
	}
	x.outcome(r)
	return x
}

// outcome draws what becomes of it, as far as it has happened.
func (x *secretMade) outcome(r *rand.Rand) {
	after := func(t time.Time, days float64) time.Time {
		t = t.Add(time.Duration(r.ExpFloat64() * days * float64(24*time.Hour))).Truncate(time.Millisecond)
		if t.After(madeNow()) {
			return time.Time{}
		}
		return t
	}
	switch r.IntN(20) {
	case 0, 1:
		x.closed = after(x.detected, 5)
		x.dismissed = incident.Reasons()[r.IntN(len(incident.Reasons()))]
	case 2, 3, 4, 5, 6:
	default:
		if x.assigned = after(x.detected, 3); x.assigned.IsZero() {
			return
		}
		x.closed = after(x.assigned, 40)
		x.how, x.proof = incident.Revoked, incident.Proofs()[r.IntN(len(incident.Proofs()))]
		if x.proof == incident.ProofAttested {
			x.how = incident.Rotated
		}
	}
}

// happening is one event that is to be written.
type happening struct {
	at   int64 // Unix milliseconds
	n    int32 // the secret
	kind int8  // 0 detected, 1 assigned, 2 closed or dismissed
}

// makeLedger makes a ledger of n incidents.
func makeLedger(url string, n int) error {
	l, err := begin(url)
	if err != nil {
		return err
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(writeExport(w, n)) }()
	err = l.Import(context.Background(), r)
	r.CloseWithError(errors.New("the import has ended"))
	return errors.Join(err, l.Close())
}

// exporter writes the lines of an export: see ledger.Export.
type exporter struct {
	*bufio.Writer
	heads map[incident.Chain]incident.Head
}

// writeExport writes the events of n incidents in the order of time.
func writeExport(w io.Writer, n int) error {
	var all []happening
	for i := range n {
		x := madeSecret(i)
		for kind, t := range []time.Time{x.detected, x.assigned, x.closed} {
			if !t.IsZero() {
				all = append(all, happening{t.UnixMilli(), int32(i), int8(kind)})
			}
		}
	}
	slices.SortFunc(all, func(a, b happening) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.n, b.n), cmp.Compare(a.kind, b.kind))
	})
	key, err := detectors.NewKey("a key that only benchmarks use")
	if err != nil {
		return err
	}
	x := &exporter{Writer: bufio.NewWriterSize(w, 1<<20), heads: map[incident.Chain]incident.Head{}}
	for _, c := range incident.Chains() {
		x.heads[c] = incident.Head{Hash: hex.EncodeToString(make([]byte, sha256.Size))}
	}
	if err := x.line(map[string]any{"leakline_ledger": 1, "keys": []string{key.ID()}}); err != nil {
		return err
	}
	first := time.UnixMilli(all[0].at).UTC()
	if err := x.event(incident.Event{At: first, Kind: incident.KeyAdded, Chains: []incident.Chain{incident.Ledger}, Note: key.ID()}); err != nil {
		return err
	}
	for _, h := range all {
		if err := x.event(madeEvent(h, key)); err != nil {
			return err
		}
	}
	if err := x.line(map[string]any{"heads": x.heads}); err != nil {
		return err
	}
	return x.Flush()
}

// madeEvent is the event of something that happens.
func madeEvent(h happening, key detectors.Key) incident.Event {
	x := madeSecret(int(h.n))
	e := incident.Event{
		At: time.UnixMilli(h.at).UTC(), Incident: x.occurrence.Facts.Identify(x.fingerprint, x.occurrence.Repo),
		Chains: x.occurrence.Facts.Chains(),
	}
	switch {
	case h.kind == 0:
		e.Kind, e.Occurrence, e.Scan = incident.Detected, &x.occurrence, fmt.Sprint("scan-", h.at)
	case h.kind == 1:
		e.Kind, e.Owner = incident.Assigned, incident.PersonOf(key, fmt.Sprintf("owner-%d@example.com", h.n%500))
	case x.dismissed != "":
		e.Kind, e.Dismissal = incident.Dismissed, &incident.Dismissal{Reason: x.dismissed}
	default:
		e.Kind, e.Closure = incident.Remediated, &incident.Closure{How: x.how, Proof: x.proof, At: e.At}
	}
	return e
}

// event writes an event with the links that it gets: each is the hash of the one
// before and of the event's bytes.
func (x *exporter) event(e incident.Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	links := map[incident.Chain]incident.Head{}
	for _, c := range e.Chains {
		before, err := hex.DecodeString(x.heads[c].Hash)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(append(before, body...))
		links[c] = incident.Head{Length: x.heads[c].Length + 1, Hash: hex.EncodeToString(sum[:])}
		x.heads[c] = links[c]
	}
	return x.line(map[string]any{"links": links, "event": json.RawMessage(body)})
}

func (x *exporter) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = x.Write(append(text, '\n'))
	return err
}
