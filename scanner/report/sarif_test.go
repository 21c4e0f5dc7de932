package report_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/report"
)

// log is as much of SARIF as these tests look at.
type log struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID         string
					Properties struct {
						Tags     []string
						Severity string `json:"security-severity"`
					}
				}
			}
		}
		Invocations []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct {
				Level   string
				Message struct{ Text string }
			}
		}
		VersionControlProvenance []struct{ RepositoryURI string }
		Results                  []result
	}
}

type result struct {
	RuleID    string
	RuleIndex int
	Level     string
	Message   struct{ Text string }
	Locations []struct {
		PhysicalLocation struct {
			ArtifactLocation struct{ URI, URIBaseID string }
			Region           *struct{ StartLine, StartColumn, EndLine, EndColumn int }
		}
		LogicalLocations []struct{ FullyQualifiedName, Kind string }
	}
	PartialFingerprints map[string]string
	Properties          map[string]any
}

func sarif(t tb, r *scanner.Result, o report.Options) log {
	t.Helper()
	b := write(t, "sarif", r, o)
	var l log
	if err := json.Unmarshal(b, &l); err != nil {
		t.Fatal(err)
	}
	if len(l.Runs) != 1 {
		t.Fatalf("%d runs", len(l.Runs))
	}
	return l
}

func TestSARIFSchema(t *testing.T) {
	s := sarifSchema(t)
	for name, r := range map[string]*scanner.Result{"all": fixture(t), "none": {}} {
		for _, o := range []report.Options{options(), {}} {
			if err := s.Validate(parse(t, write(t, "sarif", r, o))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for name, change := range map[string][2]string{
		"a level of our own":       {`"level":"error"`, `"level":"critical"`},
		"a line of zero":           {`"startLine":12`, `"startLine":0`},
		"a region without line":    {`"startLine":12,`, ``},
		"a URI that is none":       {`deploy/prod%20settings.env`, `deploy/prod%zzsettings.env`},
		"a repository without URI": {`"repositoryUri":"file:///srv/shop",`, ``},
	} {
		spoiled := strings.Replace(string(write(t, "sarif", fixture(t), options())), change[0], change[1], 1)
		if !strings.Contains(string(write(t, "sarif", fixture(t), options())), change[0]) {
			t.Fatalf("%s: nothing to change", name)
		}
		if s.Validate(parse(t, []byte(spoiled))) == nil {
			t.Errorf("the schema accepts %s", name)
		}
	}
}

func TestSARIFRows(t *testing.T) {
	l := sarif(t, fixture(t), options())
	run := l.Runs[0]
	var got []string
	for _, r := range run.Results {
		loc := r.Locations[0]
		got = append(got, r.RuleID+" "+loc.PhysicalLocation.ArtifactLocation.URI)
		if id := run.Tool.Driver.Rules[r.RuleIndex].ID; id != r.RuleID {
			t.Errorf("ruleIndex %d is %s, not %s", r.RuleIndex, id, r.RuleID)
		}
	}
	want := []string{
		"anthropic-admin-key deploy/prod%20settings.env", // at the tip
		"anthropic-admin-key scripts/bill.py",            // at the tip; old.py is only in history
		"oidc-client-secret auth/%E6%97%A5%E6%9C%AC%E8%AA%9E/oidc.yaml",
		"jwt-signing-secret ops/a%2Cvery/long/path/that/no/terminal/of/eighty/columns/could/ever/show/on/one/line/settings.py",
		"git-url-password .git/config",
		"gitlab-token .git/commit-message/" + id("4d"),
		"generic-password backup.zip",
	}
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "%2C", ",")
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if run.Invocations[0].ExecutionSuccessful {
		t.Error("the scan was incomplete, the run says it was successful")
	}
	var levels []string
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		levels = append(levels, n.Level)
	}
	if !slices.Equal(levels, []string{"error", "warning", "note", "note"}) {
		t.Errorf("notifications %v", levels)
	}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.ID == "oidc-client-secret" && !slices.Equal(rule.Properties.Tags, []string{"security", "secret", "ai-platform", "application-auth"}) {
			t.Errorf("tags of an ambiguous rule: %v", rule.Properties.Tags)
		}
	}
}

func TestSARIFFingerprints(t *testing.T) {
	r := fixture(t)
	twice := r.Findings[0].Occurrences[1]
	twice.StartLine, twice.EndLine = 30, 30
	r.Findings[0].Occurrences = append(r.Findings[0].Occurrences, twice)
	hashes := func(r *scanner.Result) []string {
		var hs []string
		for _, row := range sarif(t, r, options()).Runs[0].Results {
			hs = append(hs, row.PartialFingerprints["primaryLocationLineHash"])
		}
		return hs
	}
	before := hashes(r)
	if seen := slices.Compact(slices.Sorted(slices.Values(before))); len(seen) != len(before) {
		t.Errorf("hashes repeat: %v", before)
	}
	// "KEY = …" stands twice in one file: one hash, counted.
	if one, two := before[1], before[2]; strings.TrimSuffix(one, ":1") != strings.TrimSuffix(two, ":2") {
		t.Errorf("equal lines have hashes %s and %s", one, two)
	}
	for i := range r.Findings {
		for j := range r.Findings[i].Occurrences {
			r.Findings[i].Occurrences[j].StartLine += 5
			r.Findings[i].Occurrences[j].EndLine += 5
		}
	}
	if after := hashes(r); !slices.Equal(before, after) {
		t.Errorf("moved lines changed hashes:\n%v\n%v", before, after)
	}
	r.Findings[0].FingerprintKey = "run"
	for _, row := range sarif(t, r, options()).Runs[0].Results {
		_, has := row.PartialFingerprints["leakline/v1"]
		if want := row.RuleID != "anthropic-admin-key"; has != want {
			t.Errorf("%s: fingerprint written: %v, want %v", row.RuleID, has, want)
		}
	}
}

// TestSARIFColumns: SARIF counts characters, places count bytes too. A column is
// written only where it is known in characters and means something in the file.
func TestSARIFColumns(t *testing.T) {
	s := secret(t, "columns", "{40:alnum}", "")
	for _, c := range []struct {
		name                string
		edit                func(f *scanner.Finding)
		start, endLine, end int
		none                bool
	}{
		{name: "characters", edit: func(*scanner.Finding) {}, start: 8, endLine: 4, end: 48},
		{name: "unknown", edit: func(f *scanner.Finding) { f.StartRune, f.EndRune = 0, 0 }, endLine: 4},
		{name: "begin unknown", edit: func(f *scanner.Finding) { f.StartRune = 0 }, endLine: 4},
		{name: "end unknown", edit: func(f *scanner.Finding) { f.EndRune = 0 }, start: 8, endLine: 4},
		{name: "several lines", edit: func(f *scanner.Finding) { f.EndLine, f.EndRune = 9, 3 }, start: 8, endLine: 9, end: 3},
		{name: "several lines, end unknown", edit: func(f *scanner.Finding) { f.EndLine, f.EndRune = 9, 0 }, start: 8, endLine: 9},
		{name: "UTF-16", edit: func(f *scanner.Finding) { f.Decoded = []string{"utf-16"} }, start: 8, endLine: 4, end: 48},
		{name: "base64", edit: func(f *scanner.Finding) { f.Decoded = []string{"base64"} }, none: true},
		{name: "an archive", edit: func(f *scanner.Finding) { f.ArchivePath = "a" }, none: true},
		{name: "a path", edit: func(f *scanner.Finding) { f.Source = scanner.SourcePath }, none: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := scanner.Place{Path: "a", StartLine: 4, EndLine: 4, StartColumn: 10, EndColumn: 50, StartRune: 8, EndRune: 48}
			f := finding(t, scanner.Finding{Detector: "d", Title: "t", Place: p}, s)
			c.edit(&f)
			f.Occurrences = []scanner.Place{f.Place}
			g := sarif(t, &scanner.Result{Findings: []scanner.Finding{f}}, options()).Runs[0].Results[0].Locations[0].PhysicalLocation.Region
			if (g == nil) != c.none {
				t.Fatalf("region %+v, want none: %v", g, c.none)
			}
			if g != nil && (g.StartLine != 4 || g.StartColumn != c.start || g.EndLine != c.endLine || g.EndColumn != c.end) {
				t.Errorf("%d:%d to %d:%d, want 4:%d to %d:%d", g.StartLine, g.StartColumn, g.EndLine, g.EndColumn, c.start, c.endLine, c.end)
			}
		})
	}
}

// TestSARIFURIs: every path becomes a URI that gives it back.
func TestSARIFURIs(t *testing.T) {
	for _, path := range []string{
		"a b.env", "c:/x", "a:b/c", "#frag?query", "100%.txt", "日本.md", "bad\xff\xfebytes", "tab\there", "esc\x1b[31m",
		"(group)/[id]/page.tsx", "a\\b", "../up.env", "/etc/app.env", "-", "&amp;", "\u202egnp.exe",
	} {
		f := finding(t, scanner.Finding{Detector: "d", Place: scanner.Place{Path: path, StartLine: 1}}, secret(t, path, "{20:alnum}", ""))
		r := &scanner.Result{Findings: []scanner.Finding{f}}
		loc := sarif(t, r, options()).Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation
		u, err := url.Parse(loc.URI)
		if err != nil {
			t.Errorf("%q gives %q: %v", path, loc.URI, err)
			continue
		}
		if u.Path != path || u.RawQuery != "" || u.Fragment != "" {
			t.Errorf("%q gives %q, which is %q", path, loc.URI, u.Path)
		}
		if abs := strings.HasPrefix(path, "/"); (loc.URIBaseID == "") != abs || (u.Scheme == "file") != abs {
			t.Errorf("%q gives %q with base %q", path, loc.URI, loc.URIBaseID)
		}
		for _, b := range []byte(loc.URI) {
			if b <= ' ' || b >= 0x7f {
				t.Errorf("%q gives %q with byte %#x", path, loc.URI, b)
			}
		}
	}
}

func TestSARIFProvenance(t *testing.T) {
	for repo, want := range map[string]string{
		"/srv/my shop": "file:///srv/my%20shop",
		"https://user:pw@git.example.com/o/r.git?x": "https://git.example.com/o/r.git",
		"git@git.example.com:o/r.git":               "ssh://git.example.com/o/r.git",
		"git.example.com:o/r.git":                   "ssh://git.example.com/o/r.git",
		".":                                         "",
		"../shop":                                   "",
		"./a:b":                                     "",
		"https://[bad/x":                            "",
		"ssh://[::1]:22/x":                          "ssh://[::1]:22/x",
		"":                                          "",
	} {
		r := &scanner.Result{Summary: scanner.Summary{Objects: map[string]int{"commits": 1}}}
		o := options()
		o.Target = repo
		l := sarif(t, r, o)
		got := ""
		for _, p := range l.Runs[0].VersionControlProvenance {
			got = p.RepositoryURI
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", repo, got, want)
		}
	}
	files := &scanner.Result{Summary: scanner.Summary{Objects: map[string]int{"files": 1}}}
	if l := sarif(t, files, options()); len(l.Runs[0].VersionControlProvenance) != 0 {
		t.Error("a folder of files is given as a repository")
	}
}
