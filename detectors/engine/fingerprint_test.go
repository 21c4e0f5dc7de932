package engine_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
)

// TestFingerprintsStay holds a golden vector per detector: what a detector takes
// for the secret decides its fingerprint, so a changed extraction cuts every
// incident off from its past. It must then be a visible diff here, and write an
// alias in the ledger.
func TestFingerprintsStay(t *testing.T) {
	const path = "../../testdata/golden/fingerprints.txt"
	key, err := detectors.NewKey("the key of the golden vectors")
	if err != nil {
		t.Fatal(err)
	}
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	for _, d := range detectors.Catalogue() {
		x, err := sample.Example(d, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		doc := sample.Hosts()[0].Render(x)
		fingerprint := "not found"
		for _, m := range set.Find([]byte(doc)) {
			if m.Detector.ID == d.ID {
				fingerprint = key.Fingerprint(m.Secret)
			}
		}
		fmt.Fprintln(&got, d.ID, fingerprint)
	}
	if strings.Contains(got.String(), "not found") {
		t.Errorf("an example was not found; see %s", path)
	}
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -update", err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		a, b := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("line %d is %q, was %q: run the test with -update if the change is meant", i+1, a[i], b[i])
			}
		}
		t.Fatalf("%d lines, were %d", len(a), len(b))
	}
}
