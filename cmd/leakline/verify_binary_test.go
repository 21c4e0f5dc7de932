package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// watched is a proxy that lets nobody through, notes whom it was asked for, and looks
// at all processes and at a folder while the one that asks is waiting.
type watched struct {
	*httptest.Server
	secrets []string
	folders []string

	mu     sync.Mutex
	hosts  map[string]int
	traces []string
}

func watch(t testing.TB, secrets []string, folders ...string) *watched {
	t.Helper()
	w := &watched{secrets: secrets, folders: folders, hosts: map[string]int{}}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hosts[r.Host]++
		w.traces = append(w.traces, w.look()...)
		rw.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(w.Close)
	return w
}

// look searches the command lines and environments of all processes, and files.
func (w *watched) look() (found []string) {
	see := func(where string, data []byte) {
		for _, s := range w.secrets {
			for what, trace := range traces(s) {
				if len(trace) > 12 && bytes.Contains(data, []byte(trace)) {
					found = append(found, fmt.Sprintf("%s holds a secret: %s", where, what))
				}
			}
		}
	}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, p := range processes {
		if id, _ := strconv.Atoi(filepath.Base(p)); id == os.Getpid() {
			continue // the test knows the secrets
		}
		for _, name := range []string{"cmdline", "environ"} {
			if data, err := os.ReadFile(filepath.Join(p, name)); err == nil {
				see(filepath.Join(p, name), data)
			}
		}
	}
	for _, folder := range w.folders {
		_ = filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				if data, err := os.ReadFile(path); err == nil {
					see(path, data)
				}
			}
			return nil
		})
	}
	return found
}

// TestVerifyBinary runs the program itself behind a proxy that refuses: without
// --verify nobody is dialled; with it, only the provider's host is asked for, what
// nobody could ask is unknown, and no process, file or line holds a secret.
func TestVerifyBinary(t *testing.T) {
	xs := trials(t, 3)
	dev := bareDeveloper(t)
	tmp, state := t.TempDir(), t.TempDir()
	var secrets []string
	for i, x := range xs {
		secrets = append(secrets, x.secret(t, 0))
		dev.write(fmt.Sprint(i, ".env"), x.name+"="+secrets[i]+"\n")
	}
	dev.git("add", "-A")
	dev.git("commit", "-qm", "one")
	settings := "[verify]\ntimeout = \"5s\"\n[verify.per-minute]\n" // so that nothing has to wait
	for _, x := range xs {
		settings += fmt.Sprintf("%q = 6000\n", x.host)
	}
	conf := filepath.Join(t.TempDir(), "conf.toml")
	if err := os.WriteFile(conf, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	w := watch(t, secrets, tmp, state)
	url := "sqlite:" + filepath.Join(state, "l.db")
	dev.env = append(dev.env, "HTTPS_PROXY="+w.URL, "https_proxy="+w.URL, "HTTP_PROXY="+w.URL, "NO_PROXY=", "no_proxy=", "TMPDIR="+tmp, "XDG_STATE_HOME="+state)
	run := func(want int, args ...string) string {
		t.Helper()
		out, err := dev.run("leakline", args...)
		status := 0
		if exit, ok := err.(*exec.ExitError); ok {
			status = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		if status != want {
			t.Fatalf("leakline %q: status %d, want %d\n%s", args, status, want, out)
		}
		leakless(t, secrets, out)
		return out
	}
	run(exitFindings, "git", ".", "--ledger", url)
	run(exitFindings, "dir", ".")
	if len(w.hosts) != 0 {
		t.Fatalf("without --verify somebody was dialled: %v", w.hosts)
	}
	for _, args := range [][]string{{"verify", ".", "-f", "json"}, {"git", "--verify", "-f", "jsonl"}, {"verify", "--ledger", url, "--exit-zero"}} {
		clear(w.hosts)
		want := exitFindings
		if args[1] == "--ledger" {
			want = exitClean
		}
		out := run(want, append(args, "-c", conf)...)
		if !strings.Contains(out, "3 unknown") || strings.Contains(out, `"status": "active"`) || strings.Contains(out, `"status": "inactive"`) {
			t.Errorf("%q:\n%s", args, out)
		}
		for _, x := range xs {
			if w.hosts[net.JoinHostPort(x.host, "443")] == 0 {
				t.Errorf("%q: nobody asked for %s: %v", args, x.host, w.hosts)
			}
		}
		if len(w.hosts) != len(xs) {
			t.Errorf("%q asked for %v", args, w.hosts)
		}
	}
	for _, trace := range w.traces {
		t.Error(trace)
	}
	leakless(t, secrets, "", tmp, state)
}
