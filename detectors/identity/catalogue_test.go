package identity

import (
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
)

// TestCatalogue rules on an example of every detector of the catalogue, as the real
// engine finds it, in a file that says nothing.
func TestCatalogue(t *testing.T) {
	ds := detectors.Catalogue()
	if len(ds) == 0 {
		t.Fatal("the catalogue is empty")
	}
	set, err := engine.Compile(ds)
	if err != nil {
		t.Fatal(err)
	}
	ruled := 0
	for i := range ds {
		d := &ds[i]
		for k := range d.Samples {
			text, err := sample.Example(*d, k, 0)
			if err != nil {
				t.Fatal(err)
			}
			doc := []byte(text.Context + "\n" + text.Name + "=" + text.Value + "\n")
			if text.Block {
				doc = []byte(text.Value + "\n")
			}
			for _, m := range set.Find(doc) {
				if m.Detector.ID == d.ID {
					checkCatalogued(t, d, m, Classify(m, Document{Path: "etc/x", Data: doc}, nil))
					ruled++
				}
			}
		}
	}
	if ruled < len(ds) {
		t.Errorf("%d rulings for %d detectors", ruled, len(ds))
	}
}

// checkCatalogued holds what the catalogue promises of a ruling.
func checkCatalogued(t *testing.T, d *detectors.Detector, m engine.Match, r Ruling) {
	t.Helper()
	secret := m.Secret.Reveal()
	for _, text := range shownText(r) {
		if strings.Contains(text, secret) {
			t.Errorf("%s: the ruling shows the secret: %q", d.ID, text)
		}
	}
	if (r.Drop != "") != (d.Public && !d.Half) {
		t.Errorf("%s: drop %q of what is public: %t", d.ID, r.Drop, d.Public)
	}
	switch {
	case len(d.AmbiguousLayers) > 0:
		if r.Confidence == detectors.Ambiguous && len(r.Candidates) < 2 {
			t.Errorf("%s: ambiguous between %v", d.ID, r.Candidates)
		}
		if !slices.Contains(d.AmbiguousLayers, r.Layer) {
			t.Errorf("%s: ruled %s, which is none of %v", d.ID, r.Layer, d.AmbiguousLayers)
		}
	case d.Identity.Layer == detectors.Unclassified:
	case r.Layer != d.Identity.Layer || r.Class != d.Identity.Class:
		t.Errorf("%s: moved to %s %s", d.ID, r.Layer, r.Class)
	case (r.Confidence == detectors.Certain) != (len(d.Anchors) > 0):
		t.Errorf("%s: %s", d.ID, r.Confidence)
	}
	if len(r.Evidence) == 0 && d.Identity.Layer != detectors.Unclassified {
		t.Errorf("%s: no evidence", d.ID)
	}
	if !hasFramework(r, "SP 800-53 IA-5(7)") {
		t.Errorf("%s: no control is touched", d.ID)
	}
}
