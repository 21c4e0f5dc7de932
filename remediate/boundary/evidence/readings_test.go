package evidence

import (
	"bytes"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/remediate/boundary"
)

// TestReadings: what an administration says of a control stands in the bundle of its layer,
// with the request that said so, and in no other; one that is off speaks for nothing.
func TestReadings(t *testing.T) {
	own := compile(t, "urn:leakline:evidence:1", []byte(Schema()))
	results := published(t, "oscal-1.1.3-assessment-results.json")
	s := source()
	c := &s.Map.Planes[0].Controls[0]
	c.Standing = boundary.ReadFrom
	read := func(standing string) {
		c.Readings = []boundary.ControlReading{{
			Provider: "apiary", Title: "Apiary", Standing: standing, Says: "bee 3 of 4", At: asOf.AddDate(0, 0, -2), Old: true,
			Where: boundary.Where{Path: "api.bee.example", How: "GET /v1/bee"},
		}}
	}
	read(boundary.Partly)
	s.Input.Readings = []boundary.ProviderReading{
		{
			Title: "Apiary", Layer: detectors.AIPlatform, Host: "api.bee.example", At: asOf.AddDate(0, 0, -2), Controls: make([]boundary.Reading, 3),
			Untold: []boundary.Untold{{Control: "MFA", Why: "the console alone shows it"}}, Failures: []boundary.Untold{{Control: "roles", Why: "status 403"}},
		},
		{Title: "Apiary of later", Layer: detectors.AIPlatform, At: asOf.AddDate(0, 0, 2)},
	}
	files := filesOf(t, New(s, detectors.AIPlatform))
	validate(t, own, "evidence", files[jsonFile])
	validate(t, results, "results", files[resultsFile])
	known(t, files[jsonFile])
	if md := string(files[markdownFile]); !strings.Contains(md, "Apiary on 2026-01-29 (old), partly: bee 3 of 4 (GET /v1/bee)") {
		t.Errorf("%s", md)
	}
	for _, page := range []string{markdownFile, htmlFile} {
		for _, part := range []string{"Not everything that was asked for was read", "asked: Apiary at api.bee.example on", "told of 3 controls; not read: roles: status 403; not told: MFA: the console alone shows it"} {
			if !strings.Contains(string(files[page]), part) {
				t.Errorf("%s lacks %q", page, part)
			}
		}
		if strings.Contains(string(files[page]), "Apiary of later") {
			t.Errorf("%s has what was read later", page)
		}
	}
	for name, text := range filesOf(t, New(s, detectors.ApplicationAuth)) {
		if bytes.Contains(text, []byte("Apiary")) {
			t.Errorf("%s of the other layer has it", name)
		}
	}
	speaks := func() int {
		n := 0
		for _, f := range New(s, detectors.AIPlatform).Frameworks {
			n += strings.Count(strings.Join(f.For, "\n"), "control SSO")
		}
		return n
	}
	if speaks() == 0 {
		t.Error("a control that is partly on speaks for no framework")
	}
	if read(boundary.Off); speaks() > 0 {
		t.Error("a control that is off speaks for a framework")
	}
}
