package intake

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// peer gives the binary of another scanner: from the folder that LEAKLINE_TEST_PEERS
// names or, of gitleaks, built from its module. The others' modules are not to be
// had where this is tested as a rule: without a folder they don't run.
func peer(t *testing.T, name string) string {
	t.Helper()
	if dir := os.Getenv("LEAKLINE_TEST_PEERS"); dir != "" {
		binary := filepath.Join(dir, name)
		if _, err := os.Stat(binary); err != nil {
			missing(t, "no "+binary)
		}
		return binary
	}
	if name != "gitleaks" {
		t.Skipf("SKIPPED: LEAKLINE_TEST_PEERS names no folder with %s", name)
	}
	binary := filepath.Join(t.TempDir(), name)
	mod := filepath.Join("..", "..", "testdata", "tools", "gitleaks", "go.mod")
	build := exec.Command("go", "build", "-modfile="+mod, "-o", binary, "github.com/zricethezav/gitleaks/v8")
	if out, err := build.CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("build gitleaks: %v: %s", err, out))
	}
	return binary
}

// TestPeers runs the real tools on a repository with an example of every detector,
// and imports what they write. What both they and leakline found in a file must be
// one incident.
func TestPeers(t *testing.T) {
	repo, secrets := planted(t)
	o := testOptions(t)
	o.At = time.Now() // the commit is of today
	own := historyOf(t, o, repo)
	report := filepath.Join(t.TempDir(), "report.json")
	u := (&url.URL{Scheme: "file", Path: repo}).String()
	for _, c := range []struct {
		tool, kind string
		args       []string
		least      int // per cent of their elements that are leakline's incidents: they cut some, and see others in them
	}{
		{"gitleaks", Gitleaks, []string{"git", repo, "-f", "json", "-r", report, "--no-banner", "--exit-code", "0"}, 95},
		{"gitleaks", SARIF, []string{"git", repo, "-f", "sarif", "-r", report, "--no-banner", "--exit-code", "0"}, 90},
		{"betterleaks", Betterleaks, []string{"git", repo, "-f", "json", "-r", report, "--exit-code", "0"}, 95},
		{"betterleaks", SARIF, []string{"git", repo, "-f", "sarif", "-r", report, "--exit-code", "0"}, 90},
		{"trufflehog", Trufflehog, []string{"git", u, "--json", "--no-verification", "--no-update"}, 85},
		{"trufflehog", SARIF, []string{"git", u, "--sarif", "--no-verification", "--no-update"}, 0},
	} {
		t.Run(c.tool+"-"+c.kind, func(t *testing.T) {
			binary := peer(t, c.tool)
			if err := os.RemoveAll(report); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(binary, c.args...).Output()
			if data, readErr := os.ReadFile(report); readErr == nil {
				out = data
			} else if err != nil {
				t.Fatal(err)
			}
			scans, rep := read(t, c.kind, out, o)
			if len(scans) != 1 || rep.Elements < 50 {
				t.Fatalf("%d scans of %d elements", len(scans), rep.Elements)
			}
			hides(t, "the report", rep, secrets...)
			hides(t, "the scan", scans, secrets...)
			same, hiddenOnes := 0, 0
			for _, s := range scans[0].Sightings {
				switch {
				case own[s.Fingerprints[0]]:
					same++
				case s.Occurrence.Facts.Secret == absent:
					hiddenOnes++
				default:
					t.Logf("not leakline's: %s, %s in %s", s.Occurrence.Facts.Detector, s.Occurrence.Facts.Secret, s.Occurrence.Places[0].Path)
				}
			}
			t.Logf("%d elements, %d skipped, %d secrets, %d of them incidents that leakline makes too, %d without the secret",
				rep.Elements, rep.Skipped(), rep.Secrets, same, hiddenOnes)
			for _, m := range rep.Remarks[:min(len(rep.Remarks), 12)] {
				t.Logf("element %d: %s", m.Element, m.Why)
			}
			if same*100 < c.least*rep.Secrets {
				t.Errorf("%d of %d secrets lead to leakline's incident, less than %d %%", same, rep.Secrets, c.least)
			}
		})
	}
}

// missing skips a test whose real part is not there, or fails it if all must run.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
		t.Fatal(why)
	}
	t.Skip("NOT RUN: " + why)
}

// planted makes a repository with an example of every detector in a file of its own,
// and gives its path and the secrets.
func planted(t *testing.T) (dir string, secrets []string) {
	t.Helper()
	dir = t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	for n, d := range detectors.Catalogue() {
		x := example(t, d.ID, 0, 5)
		doc := sample.Hosts()[n%len(sample.Hosts())].Render(x)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%03d.txt", n)), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		if !d.Public {
			secrets = append(secrets, x.Secret)
		}
	}
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "all of it")
	return dir, secrets
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

// historyOf gives the fingerprints of what leakline finds in a repository.
func historyOf(t *testing.T, o Options, dir string) map[string]bool {
	t.Helper()
	r, err := gitsource.Open(dir, gitsource.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := scanner.Scanner{Set: o.Set, Key: o.Keys[0], MinConfidence: detectors.Low}
	res, err := s.Scan(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	fps := map[string]bool{}
	for _, f := range res.Findings {
		fps[f.Fingerprint] = true
	}
	return fps
}
