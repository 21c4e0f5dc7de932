package intake

import (
	"fmt"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/scanner"
)

// TestSameIncident holds for an example of every detector, in several syntaxes, that
// a report which has the secret leads to the incident that leakline itself makes of
// the file: whatever the other tool calls it. Without the line it may not know that
// the secret was escaped in it; such a miss must be escaped, and rare.
func TestSameIncident(t *testing.T) {
	o := testOptions(t)
	forms := []string{"line", "secret", "nothing"}
	tried, same, alike := 0, map[string]int{}, 0
	for n, d := range detectors.Catalogue() {
		for i := range d.Samples {
			host := sample.Hosts()[(n+i)%len(sample.Hosts())]
			doc := host.Render(example(t, d.ID, i, 7))
			for _, f := range scan(t, o, files{"app/config.txt": doc}) {
				if f.Detector != d.ID || len(f.Decoded) > 0 || d.Half { // a half leads to no incident
					continue
				}
				tried++
				line, raw := reported(doc, &f)
				for form, match := range []string{line, raw, ""} {
					report := mustJSON(t, []any{map[string]any{
						"RuleID": "some-rule", "Match": match, "Secret": raw, "File": "app/config.txt", "StartLine": f.StartLine,
					}})
					scans, rep := read(t, Gitleaks, report, o)
					hides(t, d.ID, rep, raw)
					escaped := o.Keys[0].Fingerprint(detectors.NewSecret(raw)) != f.Fingerprint && !strings.Contains(raw, "-----BEGIN")
					switch {
					case prints(scans)[f.Fingerprint]:
						same[forms[form]]++
					case forms[form] == "line" && len(d.Near) > 0: // what it needs nearby stands in another line
					case forms[form] == "line" || !escaped:
						t.Errorf("%s in %s, from its %s: not the incident that leakline makes", d.ID, host.ID, forms[form])
					}
					if forms[form] == "line" && len(scans) == 1 && scans[0].Sightings[0].Occurrence.Facts.Detector == d.ID {
						alike++
					}
				}
			}
		}
	}
	t.Logf("%d secrets: %v lead to the same incident; from the line %d have the same detector", tried, same, alike)
	if tried < 700 || alike < tried*85/100 || same["nothing"] < tried*95/100 {
		t.Errorf("of %d secrets, too few are alike: %v, %d by the same detector", tried, same, alike)
	}
}

// reported gives what another tool shows of a finding: the lines, and the bytes of
// the secret as they stand there.
func reported(doc string, f *scanner.Finding) (lines, secret string) {
	all := strings.Split(doc, "\n")
	lines = strings.Join(all[f.StartLine-1:f.EndLine], "\n")
	return lines, lines[f.StartColumn-1 : len(lines)-len(all[f.EndLine-1])+f.EndColumn-1]
}

// TestRules holds the table of rule names to the catalogue.
func TestRules(t *testing.T) {
	in, err := newIntake(Gitleaks, testOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	for rule, id := range rules {
		if in.byID[id] == nil {
			t.Errorf("rule %q means %q, which is no detector", rule, id)
		}
		if plain(rule) != rule {
			t.Errorf("rule %q is never looked up: it would be %q", rule, plain(rule))
		}
		if in.plain[rule] == id {
			t.Errorf("rule %q is called like a detector, and needs no line", rule)
		}
	}
}

// TestRuleTells: of a secret that says nothing by itself, the rule's name says whose
// it is; of a rule that nobody knows, the rule is all that is known.
func TestRuleTells(t *testing.T) {
	o := testOptions(t)
	value, err := sample.Expand("rule tells", "{32:alnum}")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule, detector string
		layer          detectors.Layer
	}{
		{"mistral-api-key", "mistral-api-key", detectors.AIPlatform},
		{"some-house-rule", "imported:some-house-rule", detectors.Unclassified},
	} {
		report := fmt.Sprintf(`[{"RuleID":%q,"Secret":%q,"File":"a.txt"}]`, c.rule, value)
		scans, _ := read(t, Gitleaks, []byte(report), o)
		s := sole(t, scans)
		f := s.Occurrence.Facts
		if f.Detector != c.detector || f.Layer != c.layer || f.Confidence != detectors.Medium || f.LayerConfidence != detectors.Likely {
			t.Errorf("%s: %+v", c.rule, f)
		}
		if s.Fingerprints[0] != o.Keys[0].Fingerprint(detectors.NewSecret(value)) {
			t.Errorf("%s: not keyed on the secret", c.rule)
		}
		hides(t, c.rule, scans, value)
	}
}
