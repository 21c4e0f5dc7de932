package ignore

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/scanner"
)

// gitleaks gives the real binary: from the folder that LEAKLINE_TEST_PEERS names, else
// built from its module.
func gitleaks(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("LEAKLINE_TEST_PEERS"); dir != "" {
		return filepath.Join(dir, "gitleaks")
	}
	binary := filepath.Join(t.TempDir(), "gitleaks")
	mod := filepath.Join("..", "..", "testdata", "tools", "gitleaks", "go.mod")
	build := exec.Command("go", "build", "-modfile="+mod, "-o", binary, "github.com/zricethezav/gitleaks/v8")
	if out, err := build.CombinedOutput(); err != nil {
		why := fmt.Sprintf("build gitleaks: %v: %s", err, out)
		if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
			t.Fatal(why)
		}
		t.Skip("NOT RUN: " + why)
	}
	return binary
}

// TestIntegrationGitleaksBaseline has gitleaks write a report, one without secrets, and
// its fingerprints, of a repository in which secrets move; leakline honours each. What
// gitleaks did not see is reported still.
func TestIntegrationGitleaksBaseline(t *testing.T) {
	binary := gitleaks(t)
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	commit := func() {
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-qm", "x")
	}
	n := 0
	for _, d := range detectors.Catalogue() {
		if d.Public || len(d.Anchors) == 0 || d.Reader != detectors.ReadPattern || n == 60 {
			continue
		}
		n++
		name := strings.ToUpper(strings.ReplaceAll(d.ID, "-", "_"))
		write(t, dir, "src/"+d.ID+".env", "# one\n"+name+"='"+secretOf(t, d.ID, 0)+"'\n")
	}
	write(t, dir, "id.pem", secretOf(t, "rsa-private-key", 0)+"\n")
	commit()
	for _, e := range list(t, filepath.Join(dir, "src")) { // all lines move
		text, err := os.ReadFile(filepath.Join(dir, "src", e))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, "src/"+e, "# zero\n"+string(text))
	}
	commit()
	plain, redacted := filepath.Join(t.TempDir(), "r.json"), filepath.Join(t.TempDir(), "redacted.json")
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(binary, append(args, "--no-banner", "--exit-code", "0", "-f", "json")...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	run("git", dir, "-r", plain)
	run("git", dir, "-r", redacted, "--redact")
	theirs := readReport(t, plain)
	var prints []string
	seen := map[string]bool{} // the file and line of what gitleaks found
	for _, f := range theirs {
		prints = append(prints, f.Fingerprint)
		seen[f.File] = true
	}
	if len(theirs) < 30 {
		t.Fatalf("gitleaks found %d", len(theirs))
	}
	own := scanHistory(t, dir, nil).Findings
	for name, set := range map[string]*Set{
		"report":          withBaseline(t, readFile(t, plain)),
		"redacted":        withBaseline(t, readFile(t, redacted)),
		".gitleaksignore": setOf(t, Options{}, ".gitleaksignore", strings.Join(prints, "\n")),
	} {
		res := scanHistory(t, dir, set)
		left := map[string]bool{}
		for _, f := range res.Findings {
			left[f.Fingerprint] = true
		}
		hidden, both := 0, 0
		for _, f := range own {
			switch {
			case !seen[f.Path] && !left[f.Fingerprint]:
				t.Errorf("%s: %s was not seen by gitleaks, and is hidden", name, f.Path)
			case seen[f.Path]:
				both++
				if !left[f.Fingerprint] {
					hidden++
				} else {
					t.Logf("%s: still reported: %s in %s:%d", name, f.Detector, f.Path, f.StartLine)
				}
			}
		}
		t.Logf("%s: of %d findings gitleaks saw %d; %d are hidden", name, len(own), both, hidden)
		if hidden*100 < both*97 {
			t.Errorf("%s: %d of %d are hidden", name, hidden, both)
		}
	}
	// Our own files are silent for gitleaks.
	files := t.TempDir()
	b, text := baselineOf(t, own)
	write(t, files, BaselineName, string(text))
	var entries strings.Builder
	for i := range own {
		entries.WriteString(strings.Join(Marker{Salt: b.Salt}.Lines(&own[i], "rotated in June"), "\n") + "\n")
	}
	write(t, files, FileName, entries.String())
	run("dir", files, "-r", plain)
	for _, f := range readReport(t, plain) {
		t.Errorf("gitleaks finds %s in %s, line %d", f.RuleID, filepath.Base(f.File), f.StartLine)
	}
}

type gitleaksReport struct {
	RuleID, File, Fingerprint string
	StartLine                 int
}

func readReport(t *testing.T, path string) []gitleaksReport {
	t.Helper()
	var out []gitleaksReport
	if err := json.Unmarshal(readFile(t, path), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// TestReportOfGitleaks: small reports, element by element.
func TestReportOfGitleaks(t *testing.T) {
	c := candidateIn(t, "k = '«"+secretOf(t, "github-pat", 0)+"»'", anchored)
	secret := c.Secret.Reveal()
	element := func(member, value string) string {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`[{"RuleID":"r","File":"src/app.py","StartLine":1,%q:%s}]`, member, text)
	}
	for name, x := range map[string]struct {
		report string
		want   bool
	}{
		"the secret":             {element("Secret", secret), true},
		"more than it":           {element("Secret", "token="+secret), true},
		"less than it":           {element("Secret", secret[4:30]), true},
		"little of it":           {element("Secret", secret[4:8]), false},
		"another":                {element("Secret", secretOf(t, "github-pat", 1)), false},
		"betterleaks 2":          {`[{"ruleID":"r","file":"x","secret":"` + secret + `"}]`, true},
		"the secret, other file": {`[{"RuleID":"r","File":"x","Secret":"` + secret + `"}]`, true},
		"a part, other file":     {`[{"RuleID":"r","File":"x","Secret":"` + secret[4:30] + `"}]`, false},
	} {
		got := withBaseline(t, []byte(x.report)).Ignored(c)
		if (got != nil) != x.want {
			t.Errorf("%s: %+v", name, got)
		}
		if got != nil && (got.By != scanner.ByBaseline || got.Where != "base") {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, bad := range []string{`[{"RuleID":"r","Secret":"REDACTED"}]`, `[{"RuleID":"r","File":3}]`} {
		if err := New(Options{}).AddBaseline("f", []byte(bad)); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
	if slices.ContainsFunc([]string{secret, "REDACTE"}, masked) || !masked("REDACTED") || !masked(secret[:4]+"...") || !masked("") {
		t.Error("what is masked is not told from what is not")
	}
}
