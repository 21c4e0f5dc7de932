package evidence

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/remediate/boundary"
	"leakline/scanner"
	"leakline/scanner/filesource"
	"leakline/scanner/inventory"
	apps "leakline/testdata/boundary"
)

// TestApps: the evidence of forty applications is as the schemas say, holds none of
// their secrets, and names no owner, use or identity of the other layer.
func TestApps(t *testing.T) {
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	all, err := apps.Load("")
	if err != nil {
		t.Fatal(err)
	}
	own := compile(t, "urn:leakline:evidence:1", []byte(Schema()))
	results, plan := published(t, "oscal-1.1.3-assessment-results.json"), published(t, "oscal-1.1.3-assessment-plan.json")
	findings, secrets := 0, 0
	for i := range all {
		a := &all[i]
		s, plain := scanned(t, a, set)
		secrets += len(plain)
		for _, l := range Layers() {
			b := New(s, l)
			findings += len(b.Findings)
			files := filesOf(t, b)
			validate(t, own, a.Name, files[jsonFile])
			validate(t, results, a.Name, files[resultsFile])
			validate(t, plan, a.Name, files[planFile])
			known(t, files[jsonFile])
			for name, text := range files {
				for _, p := range plain {
					if bytes.Contains(text, p) {
						t.Errorf("%s: %s of %s holds a secret", a.Name, name, l)
					}
				}
			}
			for _, p := range s.Map.Planes {
				if p.Layer == l {
					continue
				}
				for _, u := range p.Uses {
					if bytes.Contains(files[jsonFile], []byte(`"name": "`+u.Name+`"`)) {
						t.Errorf("%s: the evidence of %s names %s of the other layer", a.Name, l, u.Name)
					}
				}
			}
		}
	}
	if findings < 30 || secrets < 30 {
		t.Errorf("only %d findings of %d secrets", findings, secrets)
	}
}

// scanned is what a scan of an application shows, and its secrets.
func scanned(t testing.TB, a *apps.App, set *engine.Set) (*Source, [][]byte) {
	t.Helper()
	dir := t.TempDir()
	if err := a.Write(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	now := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	key, err := detectors.NewKey("a key for tests of evidence")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := inventory.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	sc := scanner.Scanner{Set: set, Key: key, MinConfidence: detectors.Low, Authors: scanner.AuthorsShow, Jobs: 1, Now: func() time.Time { return now }}
	r, err := sc.Scan(t.Context(), filesource.New([]string{"."}, filesource.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var plain [][]byte
	for i := range r.Findings {
		if p := r.Findings[i].Plain.Reveal(); len(p) >= 16 {
			plain = append(plain, []byte(p))
		}
	}
	err = filepath.WalkDir(".", func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(p)
		reader.Read(filepath.ToSlash(p), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in := &boundary.Input{Target: a.Name, Findings: r.Findings, Now: now}
	in.Sightings, _ = reader.Sightings()
	m := boundary.Build(in)
	return &Source{
		Input: in, Map: m, Violations: boundary.Check(in, m), Summary: r.Summary, Files: len(a.Files), Keyed: true, AsOf: now, Tool: "test",
	}, plain
}
