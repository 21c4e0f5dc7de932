package ttr_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
)

const oneDay = 24 * time.Hour

// now is the time of all tests' reports.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func ms(t time.Time) int64 { return t.UnixMilli() }

// ago is a time so many days before now.
func ago(days float64) int64 { return ms(now) - int64(days*float64(oneDay.Milliseconds())) }

// seq yields rows as a ledger does: in one row that it uses again, with slices
// that it uses again.
func seq(rows []incident.Row) iter.Seq2[*incident.Row, error] {
	return func(yield func(*incident.Row, error) bool) {
		var r incident.Row
		for i := range rows {
			repos, also, candidates := r.Repos[:0], r.Also[:0], r.Candidates[:0]
			r = rows[i]
			r.Repos, r.Also, r.Candidates = append(repos, r.Repos...), append(also, r.Also...), append(candidates, r.Candidates...)
			if !yield(&r, nil) {
				return
			}
		}
	}
}

func options() ttr.Options { return ttr.Options{Now: now} }

type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func report(t tb, rows []incident.Row, o ttr.Options) *ttr.Report {
	t.Helper()
	r, err := ttr.New(seq(rows), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// id is the id of the n-th incident.
func id(n int) incident.ID {
	return incident.ID(fmt.Sprintf("v1:0badcafe:%016x%048d", uint64(n)*0x9e3779b97f4a7c15, n))
}

// row is an open incident of the application's layer, detected some days ago.
func row(n int, days float64) incident.Row {
	return incident.Row{
		ID: id(n), Detector: "workos-key", Provider: "WorkOS", Layer: detectors.ApplicationAuth,
		Confidence: detectors.High, Privilege: detectors.Admin, Repos: []string{"acme/app"}, Detected: ago(days),
	}
}

// dead is such an incident that was remediated after some days.
func dead(n int, days, after float64) incident.Row {
	r := row(n, days)
	r.Remediated, r.How, r.Proof = ago(days-after), incident.Revoked, incident.ProofProvider
	return r
}

func dismissed(r incident.Row, reason incident.Reason) incident.Row {
	r.Dismissed = reason
	return r
}

var fixtureOwners = map[incident.Person]string{
	"p1:aa00000000000000": "Ada Example",
	"p1:bb00000000000000": "bo@example.com",
}

// organisation is a year of an organisation: 400 incidents in 60 repositories,
// always the same.
func organisation() []incident.Row {
	r := rand.New(rand.NewPCG(27, 90))
	var rows []incident.Row
	for n := range 400 {
		x := incident.Row{
			ID: id(n), Detector: "d", Confidence: detectors.High,
			Repos:    []string{fmt.Sprintf("acme/%02d", int(60*r.Float64()*r.Float64()))},
			Detected: ago(365 * r.Float64()),
		}
		pace := 20.0
		switch k := r.Float64(); {
		case k < 0.4:
			x.Layer, x.Provider, x.Answerable = detectors.AIPlatform, pick(r, "Anthropic", "OpenAI", "Hugging Face"), "the team that owns the AI platform account"
		case k < 0.8:
			x.Layer, x.Provider, x.Answerable = detectors.ApplicationAuth, pick(r, "WorkOS", "Auth0"), "the team that owns customer sign-in"
			pace = 70
		case k < 0.9:
			x.Layer, x.Provider, x.Answerable = detectors.Infrastructure, "AWS", "the team that owns the cloud account"
		default:
			x.Layer, x.Ambiguous, x.Candidates = detectors.ApplicationAuth, true, []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
			x.Provider = "Okta"
		}
		if r.Float64() < 0.05 && !x.Ambiguous {
			x.Also = []detectors.Layer{detectors.Infrastructure}
		}
		x.Privilege = pick(r, detectors.Forge, detectors.Admin, detectors.Read)
		if r.Float64() < 0.1 {
			x.Repos = append(x.Repos, "acme/shared")
		}
		if r.Float64() < 0.9 {
			x.Introduced = x.Detected - int64(r.ExpFloat64()*200*float64(oneDay.Milliseconds()))
		}
		happen(r, &x, pace)
		rows = append(rows, x)
	}
	return rows
}

// happen draws what became of an incident.
func happen(r *rand.Rand, x *incident.Row, pace float64) {
	after := func(mean float64) int64 { return int64(r.ExpFloat64() * mean * float64(oneDay.Milliseconds())) }
	if r.Float64() < 0.7 {
		x.Owned, x.Owner = x.Detected+after(pace/8), pick(r, incident.Person("p1:aa00000000000000"), "p1:bb00000000000000", "p1:cc00000000000000")
		x.Acknowledged = x.Owned + after(pace/8)
	}
	if r.Float64() < 0.6 {
		x.Removed = x.Detected + after(pace/4)
	}
	if end := x.Detected + after(pace); end < ms(now) {
		x.Remediated, x.How = end, pick(r, incident.Revoked, incident.Rotated)
		x.Proof = pick(r, incident.ProofProvider, incident.ProofProvider, incident.ProofInventory, incident.ProofTrustAnchor, incident.ProofAttested)
	}
	switch k := r.Float64(); {
	case k < 0.05:
		x.Dismissed = pick(r, incident.FalsePositive, incident.TestValue, incident.Duplicate)
	case k < 0.12:
		x.Remediated, x.How, x.Proof = 0, "", ""
		x.Dismissed = pick(r, incident.AcceptedRisk, incident.WontFix)
	}
	if x.Remediated != 0 && r.Float64() < 0.02 {
		x.Remediated = x.Detected - 1000 // attested: it was dead before
	}
	if r.Float64() < 0.03 {
		x.Reopened = 1
	}
	if r.Float64() < 0.03 {
		x.Confidence = detectors.Low
	}
	for _, at := range []*int64{&x.Owned, &x.Acknowledged, &x.Removed} {
		if *at > ms(now) {
			*at = 0
		}
	}
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// policy is one for the organisation.
func policy(t tb) ttr.Policy {
	p, err := ttr.ParsePolicy(map[string]any{
		"default": "27d", "ai-platform": "14d",
		"application-auth": map[string]any{"default": "21d", "forge": "1d"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func full(t tb) *ttr.Report {
	o := options()
	o.Names, o.Policy, o.Gate = fixtureOwners, policy(t), ttr.Over(90*oneDay, detectors.ApplicationAuth)
	return report(t, organisation(), o)
}
