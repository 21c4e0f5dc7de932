package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
)

// gitlabSchema is our account of GitLab's schema: see testdata/schemas/README.md.
func gitlabSchema(t tb) *jsonschema.Schema {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "testdata", "schemas", "gitlab-secret-detection.json"))
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, parse(t, b))
}

type gitlabReport struct {
	Scan struct {
		Status    string
		StartTime string `json:"start_time"`
		EndTime   string `json:"end_time"`
		Messages  []struct{ Level, Value string }
	}
	Vulnerabilities []struct {
		ID, Name, Severity, Solution, Description string
		Identifiers                               []struct{ Type, Value string }
		Location                                  struct {
			File      string
			StartLine int `json:"start_line"`
			EndLine   int `json:"end_line"`
			Commit    struct{ SHA, Author, Date string }
		}
		Extract string `json:"raw_source_code_extract"`
	}
}

func gitlab(t tb, r *scanner.Result) gitlabReport {
	t.Helper()
	b := write(t, "gitlab", r, options())
	if err := gitlabSchema(t).Validate(parse(t, b)); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	var g gitlabReport
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGitLab(t *testing.T) {
	g := gitlab(t, fixture(t))
	var got []string
	ids := map[string]bool{}
	for _, v := range g.Vulnerabilities {
		got = append(got, v.Identifiers[0].Value+" "+v.Location.File+" "+v.Location.Commit.SHA[:7])
		ids[v.ID] = true
	}
	want := []string{
		"anthropic-admin-key deploy/prod settings.env 1a1a1a1", "anthropic-admin-key scripts/bill.py 2b2b2b2",
		"oidc-client-secret auth/日本語/oidc.yaml 3c3c3c3",
		"jwt-signing-secret ops/a,very/long/path/that/no/terminal/of/eighty/columns/could/ever/show/on/one/line/settings.py 0000000",
		"git-url-password .git/config 0000000", "gitlab-token .git/commit-message/" + id("4d") + " 4d4d4d4", "generic-password backup.zip!etc/app.ini 0000000",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(ids) != len(g.Vulnerabilities) {
		t.Errorf("%d ids for %d rows", len(ids), len(g.Vulnerabilities))
	}
	v := g.Vulnerabilities[0]
	if v.Severity != "Critical" || v.Location.StartLine != 12 || v.Location.EndLine != 12 || v.Location.Commit.Author != "Ada Byron" ||
		v.Location.Commit.Date != "2026-10-12T12:00:00+02:00" || v.Extract != "ANTHROPIC_ADMIN_KEY=sk-ant-admin01-…(110) # rotate me" {
		t.Errorf("%+v", v)
	}
	if last := g.Vulnerabilities[6].Location; last.StartLine != 1 { // line 2 of a text inside of the archive
		t.Errorf("in an archive: %+v", last)
	}
	if g.Scan.Status != "failure" || g.Scan.StartTime != "2026-11-22T09:29:56" || g.Scan.EndTime != "2026-11-22T09:30:00" || len(g.Scan.Messages) != 5 {
		t.Errorf("%+v", g.Scan)
	}
	clean := gitlab(t, &scanner.Result{Summary: scanner.Summary{Complete: true}})
	if clean.Scan.Status != "success" || len(clean.Vulnerabilities) != 0 || len(clean.Scan.Messages) != 0 {
		t.Errorf("clean: %+v", clean)
	}
}

// TestGitLabIDs: an id stays when lines are added above and when another key makes
// the fingerprints, and differs for another file.
func TestGitLabIDs(t *testing.T) {
	of := func(path string, line int, fingerprint string) string {
		f := finding(t, scanner.Finding{Detector: "d", Title: "a key", Place: scanner.Place{Path: path, StartLine: line, Line: "k = …(24)"}}, secret(t, "gitlab", "{24:b64}", ""))
		f.Fingerprint = fingerprint
		return gitlab(t, &scanner.Result{Findings: []scanner.Finding{f}}).Vulnerabilities[0].ID
	}
	if a, b := of("a", 1, "v1:x:1"), of("a", 7, "v1:y:2"); a != b {
		t.Errorf("the id changed from %s to %s", a, b)
	}
	if a, b := of("a", 1, ""), of("b", 1, ""); a == b {
		t.Errorf("two files share the id %s", a)
	}
}

// TestGitLabLong: what the schema limits is cut, and nothing else is.
func TestGitLabLong(t *testing.T) {
	f := finding(t, scanner.Finding{
		Detector: "d", Title: strings.Repeat("語", 300), Place: scanner.Place{Path: "a", StartLine: 1}, Layer: detectors.AIPlatform,
		Remediation: &scanner.Remediation{Steps: []string{strings.Repeat("step ", 3000)}},
	}, secret(t, "gitlab", "{24:b64}", ""))
	v := gitlab(t, &scanner.Result{Findings: []scanner.Finding{f}}).Vulnerabilities[0]
	if n := len([]rune(v.Name)); n != 255 || !strings.HasSuffix(v.Name, "…") {
		t.Errorf("a name of %d characters: %s", n, v.Name)
	}
	if n := len([]rune(v.Solution)); n != 7000 || !strings.HasSuffix(v.Solution, "…") {
		t.Errorf("a solution of %d characters", n)
	}
}

func TestGitLabSchemaRefuses(t *testing.T) {
	s := gitlabSchema(t)
	for name, change := range map[string][2]string{
		"no commit":          {`"sha":"` + id("1a") + `"`, `"sh":"x"`},
		"an empty commit":    {`"sha":"` + id("1a") + `"`, `"sha":""`},
		"a severity of ours": {`"severity":"Critical"`, `"severity":"critical"`},
		"a time with a zone": {`"end_time":"2026-11-22T09:30:00"`, `"end_time":"2026-11-22T09:30:00Z"`},
		"no type":            {`"type":"secret_detection"`, `"type":"sast"`},
		"an unknown member":  {`"name":"Anthropic admin API key"`, `"nam":"x"`},
	} {
		good := string(write(t, "gitlab", fixture(t), options()))
		if !strings.Contains(good, change[0]) {
			t.Fatalf("%s: nothing to change", name)
		}
		if s.Validate(parse(t, []byte(strings.Replace(good, change[0], change[1], 1)))) == nil {
			t.Errorf("the schema accepts %s", name)
		}
	}
}

func TestGitLabHostile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, _ := hostile(t)
		gitlab(t, r)
	})
}
