package boundary

import (
	"strings"
	"testing"

	"leakline/detectors"
)

// What can be paused says how, and where that is written; each entry is of a credential
// of the catalogue.
func TestPauses(t *testing.T) {
	for _, p := range pauses {
		if p.how == "" || !strings.HasPrefix(p.source, "https://") {
			t.Errorf("%+v", p)
		}
		found := false
		for _, d := range catalogue() {
			found = found || paused([]*detectors.Detector{d}) == p.how
		}
		if !found {
			t.Errorf("%s: no credential of the catalogue is one", p.provider)
		}
	}
	both := []*detectors.Detector{catalogue()["anthropic-api-key"], catalogue()["openai-project-key"]}
	if both[0] == nil || both[1] == nil || paused(both) != "" || paused(nil) != "" || paused(both[:1]) == "" {
		t.Errorf("%v: %q, of one %q", both, paused(both), paused(both[:1]))
	}
}
