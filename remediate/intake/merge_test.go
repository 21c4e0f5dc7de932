package intake

import (
	"fmt"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/scanner"
)

// ledger keeps incidents as a ledger would, without one.
type ledger map[incident.ID]*incident.Incident

func (l ledger) record(t *testing.T, s *incident.Scan) []incident.Event {
	t.Helper()
	es := s.Events(l)
	for n := range es {
		e := &es[n]
		if l[e.Incident] == nil {
			l[e.Incident] = &incident.Incident{}
		}
		if err := l[e.Incident].Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return es
}

// TestLaterScan: what was imported is the incident that leakline's own scan meets
// later, and that its absence closes; and an import after a scan makes no second one,
// and takes nothing for gone.
func TestLaterScan(t *testing.T) {
	o := testOptions(t)
	for _, id := range []string{"anthropic-api-key", "postgres-url", "pkcs8-private-key", "generic-password", "generic-token", "jwt"} {
		x := example(t, id, 0, 3)
		doc := x.Context + "\n" + fmt.Sprintf("%s=%q\n", cmpOr(x.Name, "value"), x.Value)
		found := scan(t, o, files{"app/.env": doc})
		if len(found) != 1 {
			t.Fatalf("%s: %d findings", id, len(found))
		}
		lines, raw := reported(doc, &found[0])
		report := mustJSON(t, []any{map[string]any{"RuleID": "r", "Secret": raw, "Match": lines, "File": "app/.env", "Commit": testCommit, "Date": "2026-01-02T03:04:05Z"}})
		imports, _ := read(t, Gitleaks, report, o)
		for _, importFirst := range []bool{true, false} {
			own := ownScan(o, found)
			steps := []*incident.Scan{&imports[0], own}
			if !importFirst {
				steps = []*incident.Scan{own, &imports[0]}
			}
			l := ledger{}
			for n, s := range steps {
				for _, e := range l.record(t, s) {
					if e.Kind == incident.Gone || e.Kind == incident.Unreported || n > 0 && e.Kind == incident.Detected {
						t.Errorf("%s, import first %v: step %d gives %s", id, importFirst, n+1, e.Kind)
					}
				}
			}
			if len(l) != 1 {
				t.Errorf("%s, import first %v: %d incidents", id, importFirst, len(l))
			}
			empty := ownScan(o, nil)
			empty.Before = &incident.Before{At: testNow, Catalogue: own.Catalogue}
			if es := l.record(t, empty); len(es) != 1 || es[0].Kind != incident.Gone {
				t.Errorf("%s: a whole scan without it gives %d events", id, len(es))
			}
		}
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ownScan is leakline's own scan as a ledger gets it.
func ownScan(o Options, fs []scanner.Finding) *incident.Scan {
	s := &incident.Scan{ID: "scan-2", At: testNow.Add(24 * time.Hour), Target: incident.Target{Repo: testRepo, Store: "/src/shop", Source: "dir", Complete: true, Whole: true, Catalogue: "c"}}
	for i := range fs {
		s.Sightings = append(s.Sightings, incident.Sight(&fs[i], o.Keys, testRepo, "/src/shop", map[incident.Person]string{}))
	}
	return s
}

// TestPseudo: the fingerprint of a place can't be that of a secret, not even of one
// whose text is what the place's is made of, and keys rotate with it.
func TestPseudo(t *testing.T) {
	o := testOptions(t)
	o.Keys = append(o.Keys, testKey(t, "a key that the ledger had before"))
	report := []byte(`[{"RuleID":"r","Secret":"REDACTED","File":"a.txt","StartLine":3,"Fingerprint":"a.txt:r:3"}]`)
	scans, _ := read(t, Gitleaks, report, o)
	s := sole(t, scans)
	if len(s.Fingerprints) != 2 {
		t.Fatalf("%v", s.Fingerprints)
	}
	for n, fp := range s.Fingerprints {
		id := incident.ID(fp)
		if !Pseudo(id) || id.KeyID() != o.Keys[n].ID() {
			t.Errorf("%s", fp)
		}
	}
	for _, text := range []string{"", "imported", "imported\x00\"gitleaks\" \"r\" \"" + testRepo + "\" [\"a.txt:r:3\"]"} {
		real := incident.ID(o.Keys[0].Fingerprint(detectors.NewSecret(text)))
		if Pseudo(real) || Pseudo(real+"@"+testRepo) || string(real) == s.Fingerprints[0] {
			t.Errorf("%q has the fingerprint of a place", text)
		}
	}
	o.Repo = "github.com/acme/other"
	other, _ := read(t, Gitleaks, report, o)
	if sole(t, other).Fingerprints[0] == s.Fingerprints[0] {
		t.Error("the same place in another repository is the same incident")
	}
}
