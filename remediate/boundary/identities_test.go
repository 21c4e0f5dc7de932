package boundary

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/inventory"
)

// A value makes an identity where its detector or its name says whose it is; nothing is
// called by a name that no line has, and what is made up is no value.
func TestIdentitiesOfValues(t *testing.T) {
	const ai = detectors.AIPlatform
	for _, c := range []struct {
		name, detector, path, of string
		confidence               detectors.Confidence
		want                     []string
	}{
		{"of a format, by its name", "openai-project-key", "app/a.env", "OPENAI_API_KEY", detectors.High, []string{"ai-platform OPENAI_API_KEY true"}},
		{"of a format, without a name", "openai-project-key", "app/a.txt", "", detectors.Medium, []string{"ai-platform A key true"}},
		{"a guess without a name", "llama-api-key", "types/llms.ts", "", detectors.Low, nil},
		{"generic without a name", "generic-api-key", "app/a.env", "", detectors.Medium, nil},
		{"generic, and the name says nothing", "generic-api-key", "app/a.env", "WEATHER_API_KEY", detectors.Medium, nil},
		{"generic, and the name says whose", "generic-api-key", "app/a.env", "OPENAI_API_KEY", detectors.Medium, []string{"ai-platform OPENAI_API_KEY true"}},
		{"the name says the other door", "generic-secret", "app/a.env", "NEXTAUTH_SECRET", detectors.Medium, []string{"application-auth NEXTAUTH_SECRET true"}},
		{"made up in a test", "generic-api-key", "tests/a.test.ts", "BRAVE_SEARCH_API_KEY", detectors.Medium, []string{"ai-platform BRAVE_SEARCH_API_KEY false"}},
		{"of a test, whose is guessed", "nextauth-secret", "tests/a.test.ts", "EMAIL_ENCRYPT_SECRET", detectors.Medium, nil},
	} {
		m := Build(&Input{Files: 1, Findings: []scanner.Finding{{
			Detector: c.detector, Title: "A key", Layer: ai, Confidence: c.confidence, Fingerprint: "v1:x", Subject: detectors.ServiceAccount,
			Place: scanner.Place{Path: c.path, StartLine: 1, Name: c.of},
		}}})
		var got []string
		for _, p := range m.Planes {
			for _, id := range p.Identities {
				got = append(got, fmt.Sprintf("%s %s %v", p.Layer, id.Name, id.Literal))
				if strings.HasPrefix(c.detector, "generic-") && id.Subject == detectors.ServiceAccount {
					t.Errorf("%s: its subject is the generic detector's", c.name)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

// What runs is named before pipelines, tests, texts and copies; a version that refers to
// another line is none; one question asks of all keys, after the controls.
func TestMapOfRealTree(t *testing.T) {
	const ai = detectors.AIPlatform
	in := &Input{Target: "x", Files: 1}
	for _, p := range []string{".github/workflows/a.yml", ".version-backups/a/pom.xml", "docs/a.py", "src/a.py"} {
		in.Sightings = append(in.Sightings, inventory.Sighting{Kind: inventory.Reference, Layer: ai, Name: "HF_TOKEN", How: inventory.ByName, Path: p, Line: 1})
	}
	for i, name := range []string{"A_KEY", "B_KEY", "C_KEY"} {
		in.Sightings = append(in.Sightings, inventory.Sighting{Kind: inventory.Reference, Layer: ai, Name: name, How: inventory.ByName, Path: "src/b.py", Line: i + 1})
	}
	for i, v := range []string{"${project.version}", "catalog:", "1.2.3"} {
		in.Sightings = append(in.Sightings, inventory.Sighting{Kind: inventory.Provider, Layer: ai, Name: "openai", How: inventory.ByManifest, Path: "package.json", Line: i + 1, Version: v})
	}
	in.Sightings = append(in.Sightings, inventory.Sighting{Kind: inventory.Provider, Layer: ai, Name: "302ai", How: inventory.ByHost, Path: "src/c.py", Line: 1})
	p := Build(in).Planes[0]
	for _, id := range p.Identities {
		if id.Name == "HF_TOKEN" && (at(id.Shown[0]) != "src/a.py:1" || shownAt(id.Shown) != "src/a.py:1 and 3 more") {
			t.Errorf("HF_TOKEN: %v", id.Shown)
		}
	}
	if u := p.foremost()[0]; u.label() != "OpenAI 1.2.3" {
		t.Errorf("the first in use is %s", u.label())
	}
	last := p.Questions[len(p.Questions)-1]
	if n := strings.Count(strings.Join(p.Questions, "\n"), "As whom"); n != 1 || !strings.HasPrefix(last, "identity: As whom do A_KEY, B_KEY and ") {
		t.Errorf("%d questions of keys; last %q", n, last)
	}
	if s := more(1, "pages") + more(2, "pages"); s != "1 more page2 more pages" {
		t.Error(s)
	}
}

// What an artefact of the project holds counts if it opens one of the two doors; what
// lies in an archive of somebody else is not the project's.
func TestPublishedArchives(t *testing.T) {
	for _, c := range []struct {
		path  string
		layer detectors.Layer
		want  int
	}{
		{"dist/app-1.0.0.tgz", detectors.AIPlatform, 1},
		{"dist/app-1.0.0.tgz", detectors.Infrastructure, 0},
		{"charts/app/charts/other-0.1.11.tgz", detectors.AIPlatform, 0},
		{"lib/other.jar", detectors.AIPlatform, 0},
	} {
		in := &Input{Files: 1, Findings: []scanner.Finding{{
			Detector: "openai-project-key", Title: "A key", Layer: c.layer, LayerConfidence: detectors.Ambiguous, LayerCandidates: []detectors.Layer{detectors.AIPlatform},
			Form: detectors.Password, Confidence: detectors.High, Fingerprint: "v1:x", Place: scanner.Place{Path: c.path, ArchivePath: "values.yaml", StartLine: 1},
		}}}
		if got := len(finder("secret-in-published-artefact")(in, &Map{})); got != c.want {
			t.Errorf("%s of %s: %d violations, not %d", c.path, c.layer, got, c.want)
		}
	}
}
