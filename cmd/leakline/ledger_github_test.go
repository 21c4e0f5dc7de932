package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// runWith runs a command with an environment of its own.
func runWith(t *testing.T, vars map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	e := &env{
		stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: time.Now,
		getenv: func(name string) string { return vars[name] },
	}
	status = run(args, e)
	return status, out.String(), errs.String()
}

// TestImportFromGitHub asks a server on this machine for alerts, as one asks GitHub.
func TestImportFromGitHub(t *testing.T) {
	const token = "the token of this test"
	asked := 0
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if got := r.Header.Get("Authorization"); got != "Bearer "+token {
			t.Errorf("it is asked with %q", got)
		}
		switch r.URL.Path {
		case "/api/v3/repos/acme/shop/secret-scanning/alerts":
			fmt.Fprint(w, `[{"number": 1, "state": "open", "created_at": "2026-01-02T03:04:05Z", "secret_type": "anthropic_api_key",
				"html_url": "https://github.com/acme/shop/security/secret-scanning/1"}]`)
		case "/api/v3/repos/acme/shop/secret-scanning/alerts/1/locations":
			fmt.Fprint(w, `[{"type": "commit", "details": {"path": "app/.env", "start_line": 3, "commit_sha": "`+strings.Repeat("a", 40)+`"}}]`)
		default:
			http.Error(w, "{}", http.StatusNotFound)
		}
	}))
	defer hub.Close()
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host is asked, with %q", r.Header.Get("Authorization"))
	}))
	defer thief.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler(thief.URL, http.StatusFound))
	defer elsewhere.Close()

	state := t.TempDir()
	vars := map[string]string{"XDG_STATE_HOME": state, "GITHUB_TOKEN": token, "LEAKLINE_GITHUB_URL": hub.URL}
	status, out, errs := runWith(t, vars, "ledger", "import", "--from", "github", "acme/shop")
	if status != exitClean || !strings.Contains(out, "1 new incident") || asked != 2 {
		t.Fatalf("status %d after %d questions: %s%s", status, asked, out, errs)
	}
	status, out, _ = runWith(t, vars, "ledger", "list", "-f", "csv")
	if status != exitClean || !strings.Contains(out, "github.com/acme/shop") || !strings.Contains(out, "2026-01-02") {
		t.Errorf("status %d: %s", status, out)
	}
	for name, c := range map[string]struct {
		change map[string]string
		want   string
	}{
		"no such account": {map[string]string{}, "404"},
		"a redirect":      {map[string]string{"LEAKLINE_GITHUB_URL": elsewhere.URL}, "redirects to another host"},
		"no token":        {map[string]string{"GITHUB_TOKEN": ""}, "GITHUB_TOKEN"},
		"no TLS":          {map[string]string{"LEAKLINE_GITHUB_URL": "http://github.example.com"}, "no TLS"},
		"a password":      {map[string]string{"LEAKLINE_GITHUB_URL": "https://a:b@github.example.com"}, "no plain URL"},
	} {
		these := map[string]string{"XDG_STATE_HOME": state, "GITHUB_TOKEN": token, "LEAKLINE_GITHUB_URL": hub.URL}
		for k, v := range c.change {
			these[k] = v
		}
		status, _, errs := runWith(t, these, "ledger", "import", "--from", "github", "nobody/nothing")
		if status != exitFailure || !strings.Contains(errs, c.want) || strings.Contains(errs, token) {
			t.Errorf("%s: status %d: %s", name, status, errs)
		}
	}
}
