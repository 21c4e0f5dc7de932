package main

import (
	"path/filepath"
	"testing"
	"time"

	"leakline/remediate/incident"
)

// TestMakeLedger holds that a ledger that is made checks out, and that its
// incidents have all that statistics ask for.
func TestMakeLedger(t *testing.T) {
	const n = 600
	url := "sqlite:" + filepath.Join(t.TempDir(), "ledger.db")
	if err := makeLedger(url, n); err != nil {
		t.Fatal(err)
	}
	l, err := begin(url)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	report, err := l.Check(t.Context(), nil)
	if err != nil || !report.OK() {
		t.Fatalf("%v: %v %v", err, report.Broken, report.Wrong)
	}
	rows, closed, owned, dismissed, layers := 0, 0, 0, 0, map[string]int{}
	for r, err := range l.Rows(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		layers[string(r.Layer)]++
		if r.Remediated != 0 {
			closed++
			if r.Remediated < r.Detected || r.Proof == "" {
				t.Errorf("%s: detected %d, remediated %d by %q", r.ID, r.Detected, r.Remediated, r.Proof)
			}
		}
		if r.Owner != "" {
			owned++
		}
		if r.Dismissed != incident.Reason("") {
			dismissed++
		}
	}
	if rows != n || closed < n/3 || closed == n || owned < closed || dismissed == 0 || len(layers) != 3 {
		t.Errorf("%d rows, %d closed, %d owned, %d dismissed, layers %v", rows, closed, owned, dismissed, layers)
	}
}

// TestWrite holds that the writers of the bench lose nothing.
func TestWrite(t *testing.T) {
	took, err := write("sqlite:" + filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil || took <= 0 {
		t.Errorf("%v, %v", took, err)
	}
}
