package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leakline/testdata/integration"
)

const gitleaksModule = "github.com/zricethezav/gitleaks/v8"

var gitleaksMod = filepath.Join("..", "..", "testdata", "tools", "gitleaks", "go.mod")

// gitleaksConfig reads gitleaks' own configuration from its module, which is no part
// of this tree.
func gitleaksConfig(t testing.TB) (path, text string) {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-modfile="+gitleaksMod, "-f", "{{.Dir}}", gitleaksModule).Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		integration.Missing(t, "gitleaks", "its module is not here: run testdata/tools/install.sh")
	}
	path = filepath.Join(dir, "config", "gitleaks.toml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, string(data)
}

// theirs is a finding as gitleaks writes it.
type theirs struct {
	File, RuleID, Secret, Match string
	StartLine, EndLine          int
	Tags                        []string
}

// decoded says that it was found in what gitleaks decoded.
func (f *theirs) decoded() bool {
	return slices.ContainsFunc(f.Tags, func(tag string) bool { return strings.HasPrefix(tag, "decoded:") })
}

// reporter is what helpers need of a test.
type reporter interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// runGitleaks scans a folder. Paths in the result are relative to it.
func runGitleaks(t reporter, tmp, binary, dir, config string, args ...string) []theirs {
	t.Helper()
	report := filepath.Join(tmp, "report.json")
	cmd := exec.Command(binary, append([]string{
		"dir", ".", "-c", config, "-f", "json", "-r", report, "--no-banner", "--exit-code", "0", "-l", "error",
	}, args...)...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("gitleaks: %v: %s", err, stderr.String())
	}
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var found []theirs
	if err := json.Unmarshal(data, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// put writes a file below a folder.
func put(t reporter, dir, path, text string) {
	t.Helper()
	path = filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// row is a finding for comparison.
type row struct {
	file, rule, secret string
	line               int
}

func (r row) String() string {
	return fmt.Sprintf("%s:%d: %s, a secret of %d bytes", r.file, r.line, r.rule, len(r.secret))
}

// rowsOf gives what gitleaks found.
func rowsOf(found []theirs) map[row]int {
	rows := map[row]int{}
	for _, f := range found {
		rows[row{filepath.ToSlash(f.File), f.RuleID, f.Secret, f.StartLine}]++
	}
	return rows
}

// scan gives what the package finds in a folder, path rules included.
func scan(t reporter, c *Config, dir string) map[row]int {
	t.Helper()
	rows := map[row]int{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		for _, m := range c.MatchPath(rel) {
			rows[row{rel, m.Detector.ID, "", 0}]++
		}
		for _, f := range c.Find(rel, data) {
			secret := string([]rune(string(data[f.SecretStart:f.SecretEnd]))) // as JSON has bytes that are no text
			rows[row{rel, f.Rule, secret, f.Line()}]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// differences are what only one of both found.
func differences(ours, theirs map[row]int) (out []string) {
	const most = 20
	all := maps.Clone(ours)
	maps.Copy(all, theirs)
	for _, r := range slices.SortedFunc(maps.Keys(all), func(a, b row) int { return strings.Compare(a.String(), b.String()) }) {
		if ours[r] != theirs[r] && len(out) < most {
			out = append(out, fmt.Sprintf("%v: %d times here, %d times by gitleaks", r, ours[r], theirs[r]))
		}
	}
	return out
}

// corpus writes examples of every rule, one in a file.
func corpus(t testing.TB, c *Config) (dir string, all []example) {
	t.Helper()
	dir = t.TempDir()
	for _, r := range c.rules {
		for _, e := range examples(c, r) {
			put(t, dir, e.path, e.text)
			all = append(all, e)
		}
	}
	return dir, all
}

// TestIntegrationGitleaksRules: gitleaks' own configuration, read by this package, finds
// in examples of all its rules what gitleaks finds.
func TestIntegrationGitleaksRules(t *testing.T) {
	binary := integration.Need(t, "gitleaks")
	path, text := gitleaksConfig(t)
	c, err := Load(path, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("gitleaks' own configuration gives warnings: %q", c.Warnings)
	}
	dir, all := corpus(t, c)
	found := rowsOf(runGitleaks(t, t.TempDir(), binary, dir, path, "--max-decode-depth", "0"))
	ours := scan(t, c, dir)
	for _, d := range differences(ours, found) {
		t.Error(d)
	}

	positives, misses, silent := 0, 0, 0
	fired := map[string]bool{}
	for _, e := range all {
		both := false
		for r, n := range found {
			both = both || r.file == e.path && r.rule == e.rule && ours[r] == n
		}
		switch {
		case e.near:
			misses++
			if !both {
				silent++
			}
		case both:
			fired[e.rule] = true
			positives++
		}
	}
	t.Logf("%d of %d rules fired in both: %d positives, %d near-misses (both silent on %d of them, and equal on all)",
		len(fired), len(c.rules), positives, misses, silent)
	for _, r := range c.rules {
		if !fired[r.id] {
			t.Logf("did not fire: %s", r.id)
		}
	}
	if len(fired)*100 < 95*len(c.rules) {
		t.Errorf("%d of %d rules fired in both, less than 95 %%", len(fired), len(c.rules))
	}
	if positives < 3*len(fired)*95/100 || misses < 2*len(fired)*95/100 || silent < misses/2 {
		t.Errorf("%d positives and %d near-misses, of which %d are silent, of %d rules", positives, misses, silent, len(fired))
	}
}

// occurrence is a place of a secret as leakline reports it.
type occurrence struct {
	Path      string
	Source    string
	StartLine int `json:"start_line"`
}

// runLeakline builds the command and scans a folder with it.
func runLeakline(t *testing.T, dir, config string) map[string][]occurrence {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "leakline")
	if out, err := exec.Command("go", "build", "-o", binary, "leakline/cmd/leakline").CombinedOutput(); err != nil {
		t.Fatalf("build leakline: %v: %s", err, out)
	}
	cmd := exec.Command(binary, "dir", ".", "-c", config, "-f", "json", "--show-secrets", "-q", "--exit-zero")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("leakline: %v: %s", err, stderr.String())
	}
	var found []struct {
		Secret      string
		Occurrences []occurrence
	}
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	bySecret := map[string][]occurrence{}
	for _, f := range found {
		bySecret[f.Secret] = append(bySecret[f.Secret], f.Occurrences...)
	}
	return bySecret
}

// TestIntegrationGitleaksRulesCommand: so does the command. Its report has one finding of a
// secret: where several rules of gitleaks find overlapping secrets, it has one of them;
// and gitleaks' findings in what it decodes are its own.
func TestIntegrationGitleaksRulesCommand(t *testing.T) {
	binary := integration.Need(t, "gitleaks")
	path, text := gitleaksConfig(t)
	c, err := Load(path, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir, all := corpus(t, c)
	ours := runLeakline(t, dir, path)
	type secretIn struct{ file, secret string }
	places := map[secretIn][]int{} // lines
	inFile := map[string][]string{}
	for secret, occurrences := range ours {
		for _, o := range occurrences {
			if o.Source == "path" {
				secret, o.StartLine = "", 0
			}
			places[secretIn{o.Path, secret}] = append(places[secretIn{o.Path, secret}], o.StartLine)
			inFile[o.Path] = append(inFile[o.Path], secret)
		}
	}
	fired, decoded, overlapping := map[string]bool{}, 0, 0
	theirPlaces := map[secretIn]bool{}
	positive := map[string]string{}
	for _, e := range all {
		if !e.near {
			positive[e.path] = e.rule
		}
	}
	for _, f := range runGitleaks(t, t.TempDir(), binary, dir, path) {
		at := secretIn{filepath.ToSlash(f.File), f.Secret}
		lines, ok := places[at]
		switch {
		case f.decoded():
			decoded++
		case ok && slices.ContainsFunc(lines, func(n int) bool { return f.StartLine <= n && n <= f.EndLine }):
			if positive[at.file] == f.RuleID {
				fired[f.RuleID] = true
			}
			theirPlaces[at] = true
		case slices.ContainsFunc(inFile[at.file], func(s string) bool { return overlaps(s, f.Secret) }):
			overlapping++
		default:
			t.Errorf("%s:%d: rule %s of gitleaks, a secret of %d bytes: not in leakline's report", f.File, f.StartLine, f.RuleID, len(f.Secret))
		}
	}
	for at := range places {
		if !theirPlaces[at] {
			t.Errorf("%s: a secret of %d bytes: not in gitleaks' report", at.file, len(at.secret))
		}
	}
	t.Logf("%d of %d rules fired in both; beside them %d findings of gitleaks overlap with one of leakline's, and %d are in what it decoded",
		len(fired), len(c.rules), overlapping, decoded)
	if len(fired)*100 < 95*len(c.rules) {
		t.Errorf("%d of %d rules fired in both, less than 95 %%", len(fired), len(c.rules))
	}
}

// overlaps says that one secret stands in the other, or that one begins where the other
// ends.
func overlaps(a, b string) bool {
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return true
	}
	for n := min(len(a), len(b)) - 1; n >= 8; n-- {
		if strings.HasSuffix(a, b[:n]) || strings.HasSuffix(b, a[:n]) {
			return true
		}
	}
	return false
}
