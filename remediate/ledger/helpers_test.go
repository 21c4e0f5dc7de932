package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/scanner"
	"leakline/testdata/postgres"
)

// stores runs a test on both databases. Url makes the address of a new ledger.
func stores(t *testing.T, run func(t *testing.T, url func() string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		run(t, func() string { return "sqlite:" + filepath.Join(t.TempDir(), "ledger.db") })
	})
	t.Run("postgres", func(t *testing.T) {
		run(t, func() string { return postgres.URL(t) })
	})
}

// renewed gives an empty store again and again: of a test that needs many, one at a time.
func renewed(t *testing.T, url func() string) func() string {
	address := ""
	return func() string {
		if strings.HasPrefix(address, "postgres:") {
			postgres.Empty(t, address)
		} else {
			address = url()
		}
		return address
	}
}

// day0 is when the tests' world begins.
var day0 = time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

// testKey makes a key from a name.
func testKey(t testing.TB, name string) detectors.Key {
	t.Helper()
	k, err := detectors.NewKey("a key for tests, " + name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// begin opens a ledger with the key "one".
func begin(t testing.TB, url string, set ...func(*Options)) *Ledger {
	t.Helper()
	o := Options{Key: testKey(t, "one"), Now: func() time.Time { return day(1000) }}
	for _, f := range set {
		f(&o)
	}
	l, err := Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// sighting is the nth secret of the tests' world, as it stands in a branch. It
// decides everything from n.
func sighting(k detectors.Key, n int) incident.Sighting {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	layer := []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth, detectors.Infrastructure, detectors.Unclassified}[r.IntN(4)]
	f := incident.Facts{
		Detector: fmt.Sprintf("detector-%d", r.IntN(40)), Title: "A key of a service", Provider: fmt.Sprintf("provider-%d", r.IntN(15)),
		Layer: layer, LayerConfidence: detectors.Certain, Form: detectors.APIKey, Subject: detectors.Project,
		LayerEvidence: []detectors.Evidence{{Kind: "format", Detail: "the format belongs to one service"}, {Kind: "file", Detail: "config/settings.py"}},
		Privilege:     detectors.Write, Confidence: detectors.High, Severity: scanner.SeverityHigh, Secret: "key-…(40)",
		Answerable: "the team that runs the service", RotateURL: "https://example.com/keys", Environment: detectors.Production,
	}
	switch r.IntN(8) {
	case 0:
		f.LayerConfidence, f.LayerCandidates = detectors.Ambiguous, []detectors.Layer{detectors.ApplicationAuth, detectors.AIPlatform}
	case 1:
		f.AlsoOpens = []detectors.Layer{detectors.Infrastructure}
	case 2:
		f.Form = detectors.Password
	}
	at := day(-r.IntN(300))
	return incident.Sighting{
		Fingerprints: []string{k.Fingerprint(detectors.NewSecret(fmt.Sprintf("secret %d", n)))},
		Occurrence: incident.Occurrence{
			Back: at, Facts: f, Introduced: at, IntroducedCommit: fmt.Sprintf("%040x", n), AtTip: true, InBranches: true, InHistory: true, PlacesTotal: 1,
			Places: []incident.Place{{Path: fmt.Sprintf("src/part%d/config.py", n%97), Line: n % 500, Name: "API_KEY", Text: "API_KEY = key-…(40)", Blob: fmt.Sprintf("%040x", n+1)}},
		},
	}
}

// nightly is a whole and complete scan of a server's repository.
func nightly(on int, repo string, ss ...incident.Sighting) incident.Scan {
	ss = slices.Clone(ss)
	for i := range ss {
		ss[i].Occurrence.Repo, ss[i].Occurrence.Store = repo, "https://"+repo
	}
	return incident.Scan{
		ID: fmt.Sprintf("scan-%d-%s", on, repo), At: day(on), Remote: true, Sightings: ss,
		Target: incident.Target{Repo: repo, Store: "https://" + repo, Source: "git", Complete: true, Whole: true, Catalogue: "one"},
	}
}

// sightings are the secrets from a to b-1.
func sightings(k detectors.Key, a, b int) []incident.Sighting {
	var ss []incident.Sighting
	for n := a; n < b; n++ {
		ss = append(ss, sighting(k, n))
	}
	return ss
}

func record(t testing.TB, l *Ledger, s incident.Scan) Recorded {
	t.Helper()
	r, err := l.Record(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checked fails unless the ledger checks out.
func checked(t testing.TB, l *Ledger) Report {
	t.Helper()
	r, err := l.Check(context.WithoutCancel(t.Context()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Fatalf("the check finds\n%v\n%v", r.Broken, r.Wrong)
	}
	return r
}
