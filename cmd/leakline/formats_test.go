package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
	"leakline/remediate/intake"
)

// gitleaksBinary builds the real gitleaks from its module, or takes it from the
// folder that LEAKLINE_TEST_PEERS names.
func gitleaksBinary(t *testing.T) string {
	t.Helper()
	missing := func(why string) {
		t.Helper()
		if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
			t.Fatal(why)
		}
		t.Skip("NOT RUN: " + why)
	}
	if dir := os.Getenv("LEAKLINE_TEST_PEERS"); dir != "" {
		binary := filepath.Join(dir, "gitleaks")
		if _, err := os.Stat(binary); err != nil {
			missing("no " + binary)
		}
		return binary
	}
	binary := filepath.Join(t.TempDir(), "gitleaks")
	mod := filepath.Join("..", "..", "testdata", "tools", "gitleaks", "go.mod")
	build := exec.Command("go", "build", "-modfile="+mod, "-o", binary, "github.com/zricethezav/gitleaks/v8")
	if out, err := build.CombinedOutput(); err != nil {
		missing(fmt.Sprintf("build gitleaks: %v: %s", err, out))
	}
	return binary
}

// leaky is a repository with secrets of which both tools mean the same bytes, in all
// positions that a line and a history have.
func leaky(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
			"GIT_AUTHOR_NAME=Ada Byron", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=C", "GIT_COMMITTER_EMAIL=c@example.com",
			"GIT_AUTHOR_DATE=2026-01-02T03:04:05+02:00", "GIT_COMMITTER_DATE=2026-01-02T09:00:00Z")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
		}
	}
	made := func(seed, notation string) string {
		s, err := sample.Expand("formats/"+seed, notation)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	file := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lab := func(n int) string { return made(fmt.Sprint("lab", n), "glpat-{20:word}") }
	all := detectors.Catalogue()
	pat := all[slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == "github-pat" })]
	hub, err := sample.Example(pat, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	git("init", "-q", "-b", "main")
	file("first.txt", "token = "+lab(1)+"\n")
	file("later.txt", "first\n\tmid é日本 token = \""+lab(2)+"\" # tail\nlast "+hub.Value+" x\n")
	file("no end.txt", "x\ny "+lab(3))
	file("sub/crlf.txt", "x\r\ny "+lab(4)+"\r\nz\r\n")
	file("again.txt", "same\n"+lab(1)+" once more\n")
	file("gone.txt", "one\ntwo\n"+lab(5)+"\n")
	git("add", "-A")
	git("commit", "-q", "-m", "Add the settings")
	git("rm", "-q", "gone.txt")
	git("commit", "-q", "-m", "Remove one")
	return dir
}

// asJSON runs leakline and reads the array that it prints.
func asJSON(t *testing.T, b *book, args ...string) []map[string]any {
	t.Helper()
	out, _ := b.must(exitFindings, "", args...)
	return elements(t, []byte(out))
}

func elements(t *testing.T, b []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return all
}

// TestIntegrationGitleaksReport holds our gitleaks format to what gitleaks itself
// writes about the same repository: the same members of the same types, and the same
// values for the same secret at the same place, but for the names of rules.
func TestIntegrationGitleaksReport(t *testing.T) {
	binary, repo := gitleaksBinary(t), leaky(t)
	b := newBook(t, "")
	b.env["LEAKLINE_LEDGER"] = ""
	for _, c := range []struct {
		verb  string
		least int // places that both must have
	}{{"git", 7}, {"dir", 6}} {
		t.Run(c.verb, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "theirs.json")
			cmd := exec.Command(binary, c.verb, ".", "-f", "json", "-r", path, "--no-banner", "--exit-code", "0", "--log-level", "error")
			cmd.Dir = repo
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("gitleaks: %v: %s", err, out)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			theirs := elements(t, text)
			t.Chdir(repo)
			ours := asJSON(t, b, c.verb, ".", "-q", "-f", "gitleaks", "--show-secrets")
			place := func(f map[string]any) string {
				return fmt.Sprint(f["Commit"], " ", f["File"], " ", f["StartLine"], " ", f["Secret"])
			}
			common := 0
			for _, their := range theirs {
				i := slices.IndexFunc(ours, func(our map[string]any) bool { return place(our) == place(their) })
				if i < 0 {
					t.Errorf("gitleaks has a row that leakline has not: %s at %s:%v", their["RuleID"], their["File"], their["StartLine"])
					continue
				}
				common++
				compareRow(t, ours[i], their)
			}
			if common < c.least || len(ours) != len(theirs) {
				t.Errorf("%d places in common, %d of ours, %d of theirs", common, len(ours), len(theirs))
			}
		})
	}
}

// compareRow compares one row of ours with gitleaks'.
func compareRow(t *testing.T, our, their map[string]any) {
	t.Helper()
	at := fmt.Sprintf("%v:%v", their["File"], their["StartLine"])
	if a, b := slices.Sorted(maps.Keys(our)), slices.Sorted(maps.Keys(their)); !slices.Equal(a, b) {
		t.Errorf("%s: members %v, gitleaks has %v", at, a, b)
	}
	for k, want := range their {
		got := our[k]
		if reflect.TypeOf(got) != reflect.TypeOf(want) {
			t.Errorf("%s: %s is %v, gitleaks has %v", at, k, got, want)
			continue
		}
		switch k {
		case "RuleID", "Description", "Tags": // each tool's own
		case "Match": // theirs is what the rule matched, ours the line
			if !strings.Contains(got.(string), our["Secret"].(string)) {
				t.Errorf("%s: the match does not hold the secret", at)
			}
		case "Entropy":
			if math.Abs(got.(float64)-want.(float64)) > 1e-5 {
				t.Errorf("%s: entropy %v, gitleaks has %v", at, got, want)
			}
		case "Fingerprint":
			want = strings.Replace(want.(string), fmt.Sprint(":", their["RuleID"], ":"), fmt.Sprint(":", our["RuleID"], ":"), 1)
			fallthrough
		default:
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s is %v, gitleaks has %v", at, k, got, want)
			}
		}
	}
}

// TestGitleaksFormatIsRead: leakline ledger import takes what -f gitleaks writes, and
// finds in it the same secrets, and without --show-secrets as many.
func TestGitleaksFormatIsRead(t *testing.T) {
	b := newBook(t, "")
	b.env["LEAKLINE_LEDGER"], b.env["LEAKLINE_KEY"] = "", "a key for tests only, of no use elsewhere"
	t.Chdir(leaky(t))
	fingerprints := map[string]bool{}
	for _, f := range asJSON(t, b, "git", "-q", "-f", "json") {
		fingerprints[f["fingerprint"].(string)] = true
	}
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	key, err := detectors.NewKey(b.env["LEAKLINE_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	for _, show := range []bool{true, false} {
		args := []string{"git", "-q", "-f", "gitleaks"}
		if show {
			args = append(args, "--show-secrets")
		}
		out, _ := b.must(exitFindings, "", args...)
		scans, rep, err := intake.Read(intake.Gitleaks, bytes.NewReader([]byte(out)), intake.Options{
			Set: set, Keys: []detectors.Key{key}, ID: "scan", At: time.Now(), Repo: "shop",
		})
		if err != nil || len(scans) != 1 {
			t.Fatalf("show %v: %v, %d scans", show, err, len(scans))
		}
		got := map[string]bool{}
		for _, s := range scans[0].Sightings {
			got[s.Fingerprints[0]] = true
		}
		if rep.Elements != 7 || show && !maps.Equal(got, fingerprints) || !show && len(got) < len(fingerprints) {
			t.Errorf("show %v: %d elements, %d secrets, want %d; remarks %v", show, rep.Elements, len(got), len(fingerprints), rep.Remarks)
		}
		for _, r := range rep.Remarks {
			if r.Skipped {
				t.Errorf("show %v: element %d is skipped: %s", show, r.Element, r.Why)
			}
		}
	}
}

// TestFormatsHideSecrets: no format prints a secret of a real scan unless it is asked
// to, and every one of them can be asked for.
func TestFormatsHideSecrets(t *testing.T) {
	b := newBook(t, "")
	b.env["LEAKLINE_LEDGER"] = ""
	t.Chdir(leaky(t))
	var secrets []string
	for _, f := range asJSON(t, b, "git", "-q", "-f", "json", "--show-secrets") {
		secrets = append(secrets, f["secret"].(string))
	}
	if len(secrets) != 6 {
		t.Fatalf("%d secrets", len(secrets))
	}
	for _, format := range []string{"text", "json", "jsonl", "sarif", "csv", "junit", "gitlab", "github-actions", "html", "gitleaks"} {
		out, _ := b.must(exitFindings, "", "git", "-q", "-f", format)
		for _, s := range secrets {
			if strings.Contains(out, s) {
				t.Errorf("%s holds a plaintext", format)
			}
		}
		if !strings.Contains(out, "later.txt") {
			t.Errorf("%s does not name the file", format)
		}
	}
}
