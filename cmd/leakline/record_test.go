package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/scanner"
	"leakline/testdata/postgres"
)

// book is a ledger at a URL, with a clock that the test sets.
type book struct {
	t   *testing.T
	env map[string]string
	at  time.Time
}

func newBook(t *testing.T, url string) *book {
	t.Helper()
	state := t.TempDir()
	if url == "" {
		url = "sqlite:" + filepath.Join(state, "leaks.db")
	}
	return &book{t: t, at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), env: map[string]string{
		"XDG_STATE_HOME": state, "LEAKLINE_LEDGER": url, "LEAKLINE_HOST": "Box",
	}}
}

// run runs the program at the book's time.
func (b *book) run(stdin io.Reader, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(args, &env{
		stdin: stdin, stdout: &out, stderr: &errs,
		getenv: func(name string) string { return b.env[name] }, now: func() time.Time { return b.at },
	})
	return status, out.String(), errs.String()
}

// must runs the program and demands a status.
func (b *book) must(want int, stdin string, args ...string) (stdout, stderr string) {
	b.t.Helper()
	status, stdout, stderr := b.run(strings.NewReader(stdin), args...)
	if status != want {
		b.t.Fatalf("leakline %s: status %d, want %d; %s%s", strings.Join(args, " "), status, want, stdout, stderr)
	}
	return stdout, stderr
}

// listed gives the open incidents.
func (b *book) listed(args ...string) []map[string]any {
	b.t.Helper()
	stdout, _ := b.must(0, "", append([]string{"ledger", "list", "-f", "json"}, args...)...)
	var list []map[string]any
	if err := json.Unmarshal([]byte(stdout), &list); err != nil {
		b.t.Fatalf("%v in %s", err, stdout)
	}
	return list
}

// TestGates: days pass, an incident grows older than the limits, and what was known
// on a day stays what was known then.
func TestGates(t *testing.T) {
	b := newBook(t, "")
	config := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(config, []byte("[sla]\ninfrastructure = \"60d\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := b.at
	b.must(1, secretOf(t, "github-pat"), "stdin")
	gate := []string{"ttr", "--fail-over", "27d", "-f", "json"}
	overdue := []string{"ttr", "--fail-on-overdue", "-c", config}
	b.at = begin.Add(27*day - time.Minute)
	b.must(0, "", gate...)
	b.at = begin.Add(27*day + time.Minute)
	_, stderr := b.must(1, "", gate...)
	if !strings.Contains(stderr, "1 incident open for longer than 27d") {
		t.Errorf("the gate says %q", stderr)
	}
	b.must(0, "", append(gate, "--layer", "ai-platform")...)
	b.must(0, "", overdue...)
	b.at = begin.Add(61 * day)
	if _, stderr := b.must(1, "", overdue...); !strings.Contains(stderr, "1 incident past the limit") {
		t.Errorf("the gate says %q", stderr)
	}
	if n := len(b.listed("--older-than", "61d")); n != 1 {
		t.Errorf("%d incidents are older than 61 days", n)
	}

	// An accepted risk is not late, until its end.
	id := b.listed()[0]["short"].(string)
	b.must(0, "", "ledger", "dismiss", id, "--reason", "accepted-risk", "--until", "10d")
	b.must(0, "", gate...)
	if n := len(b.listed()); n != 0 {
		t.Errorf("%d incidents are open under a dismissal", n)
	}
	b.at = begin.Add(71*day + time.Second)
	b.must(1, "", gate...)
	if n := len(b.listed()); n != 1 {
		t.Errorf("%d incidents are open after the dismissal's end", n)
	}

	b.must(0, "", "ledger", "resolve", id, "--revoked", "--proof", "provider", "--at", "2026-03-10")
	b.must(0, "", gate...)
	if n := len(b.listed("--as-of", "2026-03-01")); n != 1 {
		t.Errorf("%d incidents were open on 1 March", n)
	}
	if n := len(b.listed("--as-of", "2026-01-01")); n != 0 {
		t.Errorf("%d incidents were known before the first scan", n)
	}
	b.must(1, "", append(gate, "--as-of", "2026-02-10")...)
}

// TestInterruptedIsRecorded: SIGINT in the middle of a scan; what was found is in the
// ledger, the scan is incomplete, and the status is that of an interrupt.
func TestInterruptedIsRecorded(t *testing.T) {
	b := newBook(t, "")
	cmd := exec.Command("leakline", "stdin")
	cmd.Env = append(os.Environ(), "LEAKLINE_LEDGER="+b.env["LEAKLINE_LEDGER"], "XDG_STATE_HOME="+b.env["XDG_STATE_HOME"], "LEAKLINE_KEY=")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// More than a pipe and a window of the scanner hold: once it is written, the first
	// part is with the scanner.
	text := append([]byte(secretOf(t, "github-pat")+"\n"), bytes.Repeat([]byte("x\n"), 24<<20)...)
	if _, err := in.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Errorf("ended with %v, want status %d; standard error: %s", err, exitInterrupted, stderr.String())
	}
	stdout, _ := b.must(0, "", "ledger", "targets")
	if !strings.Contains(stdout, "incomplete") || !strings.Contains(stdout, "everything was read") && !strings.Contains(stdout, "stdin") {
		t.Errorf("the ledger says of the scan: %q; standard error: %s", stdout, stderr.String())
	}
	b.must(0, "", "ledger", "check")
}

// rotating is an input in the middle of which somebody else rotates the ledger's
// key.
type rotating struct {
	io.Reader
	once   sync.Once
	rotate func()
}

func (r *rotating) Read(p []byte) (int, error) {
	r.once.Do(r.rotate)
	return r.Reader.Read(p)
}

// TestRecordingFails: the report of a scan is written even if the ledger does not
// take it, and the status says that something is missing.
func TestRecordingFails(t *testing.T) {
	b := newBook(t, "")
	b.must(0, "nothing", "stdin")
	key := secretOf(t, "github-pat")
	in := &rotating{Reader: strings.NewReader(key), rotate: func() { b.must(0, "", "ledger", "key", "rotate") }}
	status, stdout, stderr := b.run(in, "stdin", "-f", "jsonl", "--exit-zero")
	if status != exitFailure || !strings.Contains(stdout, "github-pat") || !strings.Contains(stderr, "leakline: the scan is not recorded in the ledger: ") {
		t.Errorf("status %d, %q, %q", status, stdout, stderr)
	}
	if n := len(b.listed()); n != 0 {
		t.Errorf("%d incidents are recorded", n)
	}
	if _, stderr := b.must(1, key, "stdin"); stderr != "ledger: 1 new incident\n" {
		t.Errorf("the next scan says %q", stderr)
	}
}

// TestFirstScansTogether: several make the first scan of an empty ledger at once, and
// none of them gives it a key that nobody has.
func TestFirstScansTogether(t *testing.T) {
	b := newBook(t, "")
	key := secretOf(t, "github-pat")
	empty, err := ledger.Open(t.Context(), b.env["LEAKLINE_LEDGER"], ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := empty.Close(); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	said := make([]string, 6)
	for i := range said {
		wg.Go(func() {
			status, _, stderr := b.run(strings.NewReader(key), "stdin", "-f", "jsonl")
			if said[i] = stderr; status != exitFindings {
				t.Errorf("status %d: %s", status, stderr)
			}
		})
	}
	wg.Wait()
	if n := strings.Count(strings.Join(said, ""), "1 new incident"); n != 1 {
		t.Errorf("%d scans found a new incident: %q", n, said)
	}
	b.must(0, "", "ledger", "check")
	if _, stderr := b.must(1, key, "stdin"); stderr != "ledger: 0 new incidents, 1 unchanged\n" {
		t.Errorf("a later scan says %q", stderr)
	}
}

// TestImportReport: a report of another scanner and a scan of leakline's own meet in
// one incident, and importing it again changes nothing.
func TestImportReport(t *testing.T) {
	b := newBook(t, "")
	secret := secretOf(t, "github-pat")
	text, err := json.Marshal([]map[string]any{{
		"RuleID": "github-pat", "Description": "a token", "StartLine": 3, "EndLine": 3, "StartColumn": 1, "EndColumn": 41,
		"Match": secret, "Secret": secret, "File": "key.txt", "Commit": strings.Repeat("ab", 20), "Entropy": 4.5,
		"Author": "A U Thor", "Email": "author@example.com", "Date": "2026-01-01T00:00:00Z", "Message": "", "Tags": []string{},
		"Fingerprint": strings.Repeat("ab", 20) + ":key.txt:github-pat:3",
	}})
	if err != nil {
		t.Fatal(err)
	}
	in := []string{"ledger", "import", "--from", "gitleaks", "--repo", "https://github.com/Org/App.git"}
	stdout, stderr := b.must(0, string(text), in...)
	if !strings.Contains(stdout, "1 finding of gitleaks in 1 repository: 0 skipped") || !strings.Contains(stdout, "ledger: 1 new incident") {
		t.Errorf("the import says %q, %q", stdout, stderr)
	}
	if stdout, _ := b.must(0, string(text), in...); !strings.Contains(stdout, "ledger: 0 new incidents, 1 unchanged") {
		t.Errorf("the second import says %q", stdout)
	}
	if _, stderr := b.must(1, secret, "stdin"); stderr != "ledger: 0 new incidents, 1 changed\n" {
		t.Errorf("the scan says %q", stderr)
	}
	list := b.listed("--repo", "github.com/org/app")
	if len(list) != 1 {
		t.Fatalf("%d incidents", len(list))
	}
	for _, path := range []string{"leaks.db", "leaks.db-wal"} {
		data, err := os.ReadFile(filepath.Join(b.env["XDG_STATE_HOME"], path))
		if err == nil && bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s holds the secret", path)
		}
	}
}

// TestPostgres: the same on a server that several share, where a path names its
// machine and the key is still a file of the user's.
func TestPostgres(t *testing.T) {
	b := newBook(t, postgres.URL(t))
	dir := t.TempDir()
	secret := secretOf(t, "openai-project-key")
	if err := os.WriteFile(filepath.Join(dir, "key.txt"), []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr := b.must(1, "", "dir", dir); stderr != "ledger: 1 new incident\n" {
		t.Errorf("the first scan says %q", stderr)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(b.listed("--repo", "dir:box:"+filepath.ToSlash(real))); n != 1 {
		stdout, _ := b.must(0, "", "ledger", "targets")
		t.Errorf("%d incidents in this folder of this machine: %s", n, stdout)
	}
	ids, err := ledger.KeyIDs(t.Context(), b.env["LEAKLINE_LEDGER"])
	if err != nil || len(ids) != 1 {
		t.Fatalf("keys %v, %v", ids, err)
	}
	text, err := os.ReadFile(filepath.Join(b.env["XDG_STATE_HOME"], "leakline", "keys", ids[0]+".key"))
	if err != nil {
		t.Fatal(err)
	}
	if key, err := detectors.NewKey(string(text)); err != nil || key.ID() != ids[0] {
		t.Errorf("the key file holds %s, %v", key.ID(), err)
	}
	b.must(0, "", "ledger", "check")
	if err := os.Remove(filepath.Join(dir, "key.txt")); err != nil {
		t.Fatal(err)
	}
	if _, stderr := b.must(0, "", "dir", dir); stderr != "ledger: 0 new incidents, 1 gone\n" {
		t.Errorf("the last scan says %q", stderr)
	}
}

// TestStoppedScan: a scan that was stopped does not know whether branches still hold
// what it found in history. It adds nothing to what is known of a secret, and what is
// new counts as present until a scan that ends says otherwise.
func TestStoppedScan(t *testing.T) {
	b := newBook(t, "")
	f := &scanFlags{format: "text", minConfidence: "medium", authors: "show", quiet: true}
	e := &env{stderr: io.Discard, getenv: func(name string) string { return b.env[name] }, now: func() time.Time { return b.at }}
	if err := f.begin(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	s, err := f.scanner(e)
	if err != nil {
		t.Fatal(err)
	}
	record := func(complete bool, fs ...scanner.Finding) {
		t.Helper()
		b.at = b.at.Add(time.Hour)
		f.recording.scan = incident.Scan{Target: incident.Target{Repo: "example.com/app", Store: "/app/.git", Source: "git", Whole: true}}
		if err := f.record(t.Context(), e, s, &scanner.Result{Findings: fs, Summary: scanner.Summary{Complete: complete}}); err != nil {
			t.Fatal(err)
		}
	}
	finding := func(id string, x scanner.Exposure) scanner.Finding {
		return scanner.Finding{
			Detector: id, Title: id, Layer: detectors.AIPlatform, LayerConfidence: detectors.Certain, Form: detectors.APIKey, Confidence: detectors.High,
			Place: scanner.Place{Source: scanner.SourceBlob, Path: "key.txt", Blob: strings.Repeat("ab", 20)}, Exposure: &x, Plain: detectors.NewSecret(secretOf(t, id)),
		}
	}
	commit := scanner.Commit{ID: strings.Repeat("cd", 20), CommittedAt: b.at.Add(-day)}
	removed := scanner.Exposure{Introduced: commit, Introductions: []scanner.Commit{commit}, InHistory: true, Removed: commit}
	unknown := scanner.Exposure{Introduced: commit, InHistory: true}

	record(true, finding("openai-project-key", removed))
	record(false, finding("openai-project-key", unknown), finding("github-pat", unknown))
	list := b.listed("--oldest")
	if len(list) != 2 {
		t.Fatalf("%d incidents", len(list))
	}
	if list[0]["events"] != 1.0 || list[0]["removed"] == nil {
		t.Errorf("what was known: %v", list[0])
	}
	if list[1]["removed"] != nil {
		t.Errorf("what is new: %v", list[1])
	}
	record(true, finding("openai-project-key", removed), finding("github-pat", removed))
	if list := b.listed("--oldest"); list[0]["events"] != 1.0 || list[1]["removed"] == nil {
		t.Errorf("after a scan that ended: %v", list)
	}
	if err := f.end(); err != nil {
		t.Fatal(err)
	}
}
