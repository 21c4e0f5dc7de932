package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// secretOf generates a secret of a detector.
func secretOf(t *testing.T, id string) string {
	t.Helper()
	for _, d := range detectors.Catalogue() {
		if d.ID == id {
			x, err := sample.Example(d, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			return x.Value
		}
	}
	t.Fatalf("no detector %q", id)
	return ""
}

// runIn runs the whole program on an input.
func runIn(t *testing.T, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(args, &env{
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs,
		getenv: func(string) string { return "" }, now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
	})
	return status, out.String(), errs.String()
}

// TestExitStatus holds the table of cli.md: 2 beats 1, and findings are reported
// all the same.
func TestExitStatus(t *testing.T) {
	key := secretOf(t, "github-pat")
	dir := t.TempDir()
	leak := filepath.Join(dir, "leak.txt")
	if err := os.WriteFile(leak, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing.txt")
	for _, c := range []struct {
		name, stdin string
		args        []string
		want        int
		reported    bool
	}{
		{"clean", "hello", []string{"stdin"}, 0, false},
		{"findings", key, []string{"stdin"}, 1, true},
		{"findings, chosen status", key, []string{"stdin", "--exit-code", "42"}, 42, true},
		{"findings, --exit-zero", key, []string{"stdin", "--exit-zero"}, 0, true},
		{"findings of another layer", key, []string{"stdin", "--layer", "ai-platform"}, 0, false},
		{"incomplete", "", []string{"dir", missing}, 2, false},
		{"incomplete beats findings", "", []string{"dir", leak, missing}, 2, true},
		{"incomplete beats --exit-zero", "", []string{"dir", "--exit-zero", leak, missing}, 2, true},
		{"incomplete, accepted", "", []string{"dir", "--allow-incomplete", "missing=gone for good", leak, missing}, 1, true},
		{"left out on request", "", []string{"dir", "--max-target-megabytes", "1", leak}, 1, true},
		{"no time", key, []string{"stdin", "--timeout", "1ns"}, 2, false},
		{"usage", key, []string{"stdin", "--nope"}, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := runIn(t, c.stdin, append(c.args, "-f=jsonl")...)
			if status != c.want {
				t.Errorf("status %d, want %d; standard error: %s", status, c.want, stderr)
			}
			if got := strings.Contains(stdout, "github-pat"); got != c.reported {
				t.Errorf("reported %v, want %v", got, c.reported)
			}
			if strings.Contains(stdout+stderr, key) {
				t.Error("the secret's plaintext was printed")
			}
			if c.want == 2 && stderr == "" {
				t.Error("status 2 without a word on standard error")
			}
		})
	}
}

// TestInterrupted: SIGINT ends a run with 130, and what was found is reported.
func TestInterrupted(t *testing.T) {
	cmd := exec.Command("leakline", "stdin") // TestMain has put it there
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// More than a pipe holds: once it is written, the program reads.
	if _, err := in.Write(bytes.Repeat([]byte("x\n"), 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Errorf("ended with %v, want status %d; standard error: %s", err, exitInterrupted, stderr.String())
	}
	if !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("standard error says %q", stderr.String())
	}
}

// TestPanicIsOneLine: a bug shows its kind and place, never a value.
func TestPanicIsOneLine(t *testing.T) {
	var out, errs bytes.Buffer
	e := &env{stdin: panicReader{}, stdout: &out, stderr: &errs, getenv: os.Getenv, now: time.Now}
	if status := run([]string{"explain", "-"}, e); status != exitFailure {
		t.Errorf("status %d, want %d", status, exitFailure)
	}
	if got := errs.String(); strings.Count(got, "\n") != 1 || strings.Contains(got, "a value") || !strings.Contains(got, "internal error") {
		t.Errorf("standard error says %q", got)
	}
}

type panicReader struct{}

func (panicReader) Read([]byte) (int, error) { panic("a value that must not be shown") }

// TestOwnTree: leakline's own files hold nothing that it would report, without
// any entry that excuses them.
func TestOwnTree(t *testing.T) {
	if status, stdout, stderr := runIn(t, "", "dir", "--gitignore", "-f", "jsonl", filepath.Join("..", "..")); status != exitClean {
		t.Errorf("status %d; %s%s", status, stdout, stderr)
	}
}
