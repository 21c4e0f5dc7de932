package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/remediate/incident"
	"leakline/remediate/outbound"
	"leakline/testdata/provider"
)

// office is an organisation at OpenAI of one project, with its administrator and a
// ledger that knows a leaked key of it.
type office struct {
	t          *testing.T
	server     *provider.Server
	state      string
	vars       map[string]string
	now        time.Time
	credential string
	secret     string
	keys       []map[string]any
	broken     bool
}

func newOffice(t *testing.T) *office {
	t.Helper()
	x := &office{t: t, server: provider.Start(t), state: t.TempDir(), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	x.credential, x.secret = exampleOf(t, "openai-admin-key", 7), exampleOf(t, "openai-project-key", 7)
	x.vars = map[string]string{"XDG_STATE_HOME": x.state, "OPENAI_ADMIN_KEY": x.credential}
	x.server.Serve("api.openai.com", x)
	code := t.TempDir()
	if err := os.WriteFile(filepath.Join(code, "app.env"), []byte("OPENAI_API_KEY="+x.secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, errs := x.run("dir", code, "--ledger", x.url()); status != exitFindings {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	return x
}

// exampleOf is an example of a detector, made at run time.
func exampleOf(t *testing.T, id string, n int) string {
	t.Helper()
	for _, d := range detectors.Catalogue() {
		if d.ID != id {
			continue
		}
		text, err := sample.Example(d, 0, n)
		if err != nil {
			t.Fatal(err)
		}
		return text.Secret
	}
	t.Fatalf("the catalogue has no detector %q", id)
	return ""
}

func (x *office) url() string { return "sqlite:" + filepath.Join(x.state, "ledger.db") }

func (x *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+x.credential {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error": {"message": "Incorrect API key provided"}}`)
		return
	}
	data := []map[string]any{}
	switch r.URL.Path {
	case "/v1/organization/projects":
		data = append(data, map[string]any{"id": "proj_shop", "name": "Shop", "created_at": 1})
	case "/v1/organization/users":
		data = append(data, map[string]any{"id": "user_ann", "name": "Ann", "email": "ann@example.com"})
	case "/v1/organization/projects/proj_shop/api_keys":
		if x.broken {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		data = append(data, x.keys...)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "has_more": false})
}

// listed is the leaked key as the list shows it.
func (x *office) listed() map[string]any {
	return map[string]any{
		"id": "key_1", "name": "shop", "redacted_value": x.secret[:8] + "…" + x.secret[len(x.secret)-4:], "created_at": 1700000000,
		"last_used_at": x.now.Unix(), "owner_project_access": "active",
		"owner": map[string]any{"type": "user", "user": map[string]any{"id": "user_ann", "name": "Ann", "email": "ann@example.com"}},
	}
}

func (x *office) env(out, errs *bytes.Buffer) *env {
	return &env{
		stdin: strings.NewReader(""), stdout: out, stderr: errs, now: func() time.Time { return x.now },
		getenv:   func(name string) string { return x.vars[name] },
		outbound: func() outbound.Options { return x.server.Options() },
	}
}

func (x *office) run(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(args, x.env(&out, &errs))
	return status, out.String(), errs.String()
}

// reconcile runs the command.
func (x *office) reconcile(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	e := x.env(&out, &errs)
	cmd := newLedgerReconcileCommand(e, &ledgerFlags{url: x.url()})
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	status = exitStatus(e, cmd.ExecuteContext(x.t.Context()))
	return status, out.String(), errs.String()
}

// incident is the only incident of the ledger.
func (x *office) incident() *listed {
	x.t.Helper()
	status, out, errs := x.run("ledger", "list", "--ledger", x.url(), "--state", "all", "-f", "json")
	var all []listed
	if err := json.Unmarshal([]byte(out), &all); status != exitClean || err != nil || len(all) != 1 {
		x.t.Fatalf("status %d, %v: %s%s", status, err, out, errs)
	}
	return &all[0]
}

// TestReconcileMonth: what happens in the list alone moves the clocks of the ledger to
// the days on which it was seen, and nothing else does.
func TestReconcileMonth(t *testing.T) {
	x := newOffice(t)
	on := func(day int) {
		x.now = time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC)
	}
	step := func(day int, wantStatus int, want string, args ...string) string {
		t.Helper()
		on(day)
		status, out, errs := x.reconcile(append([]string{"openai"}, args...)...)
		if status != wantStatus || !strings.Contains(out, want) {
			t.Fatalf("day %d: status %d\n%s%s", day, status, out, errs)
		}
		return out
	}
	dead := func(want string) {
		t.Helper()
		inc := x.incident()
		if got := stamp(inc.Remediated); got != want {
			t.Errorf("it is dead since %q, want %q", got, want)
		}
		if c := inc.Closure; c != nil && (c.Proof != incident.ProofInventory || c.How != incident.Revoked) {
			t.Errorf("the proof is %+v", c)
		}
	}
	step(2, exitClean, "unknown") // deleted before the first look, or another's
	dead("")
	x.keys = []map[string]any{x.listed()}
	step(3, exitClean, "verified", "--assign")
	if inc := x.incident(); inc.OwnerName != "ann@example.com" || inc.Verdict == nil || inc.Verdict.Outcome != detectors.Active {
		t.Errorf("%+v", inc)
	}
	if out := step(4, exitClean, "Leaked, and still active"); strings.Contains(out, "recorded") {
		t.Errorf("nothing new is recorded: %s", out)
	}
	x.broken = true
	step(5, exitFailure, "unknown") // a part is missing: it proves nothing
	dead("")
	x.broken, x.keys = false, nil
	step(6, exitClean, "dead", "--dry-run")
	dead("")
	step(7, exitClean, "recorded: remediated")
	dead("2026-03-07T09:00:00Z")
	step(8, exitClean, "dead")
	dead("2026-03-07T09:00:00Z")
	x.keys = []map[string]any{x.listed()} // enabled again
	step(9, exitClean, "reopened")
	dead("")
	x.keys = nil
	step(20, exitClean, "remediated")
	dead("2026-03-20T09:00:00Z")
	if status, out, errs := x.run("ledger", "check", "--ledger", x.url()); status != exitClean {
		t.Errorf("the ledger does not hold: %s%s", out, errs)
	}
	x.nowhere()
}

// TestReconcileAfterProbe: where a key stands in the list is learned even if a probe had
// said before that it lives.
func TestReconcileAfterProbe(t *testing.T) {
	x := newOffice(t)
	ctx := t.Context()
	var out, errs bytes.Buffer
	o, err := (&ledgerFlags{url: x.url()}).write(ctx, x.env(&out, &errs))
	if err != nil {
		t.Fatal(err)
	}
	id := x.incident().ID
	if _, err := o.Judge(ctx, id, incident.Verdict{Outcome: detectors.Active, Source: "openai-models", Host: "api.openai.com", At: x.now}); err != nil {
		t.Fatal(err)
	}
	o.Close()
	x.now = x.now.Add(day)
	x.keys = []map[string]any{x.listed()}
	if status, out, errs := x.reconcile("openai"); status != exitClean || !strings.Contains(out, "verified") {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	x.now, x.keys = x.now.Add(day), nil
	if status, out, errs := x.reconcile("openai"); status != exitClean || !strings.Contains(out, "key_1 was in the list") {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	if inc := x.incident(); stamp(inc.Remediated) != "2026-03-03T09:00:00Z" {
		t.Errorf("it is dead since %v", inc.Remediated)
	}
}

// nowhere holds that neither the leaked secret nor the credential was sent in an address
// or stands in any file of the state.
func (x *office) nowhere() {
	x.t.Helper()
	for _, seen := range x.server.Requests() {
		text := fmt.Sprint(seen.Path, seen.Header, string(seen.Body))
		if strings.Contains(text, x.secret) || strings.Contains(text, x.secret[len(x.secret)-4:]) || strings.Contains(seen.Path, x.credential) {
			x.t.Errorf("a secret was sent: %s %s", seen.Method, seen.Path)
		}
	}
	err := filepath.WalkDir(x.state, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, text := range []string{x.secret, x.credential, x.secret[len(x.secret)-12:]} {
			if bytes.Contains(data, []byte(text)) {
				x.t.Errorf("a secret stands in %s", path)
			}
		}
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

// TestReconcileShows: both formats have everything that matters, and what others wrote
// does no harm in them.
func TestReconcileShows(t *testing.T) {
	x := newOffice(t)
	hostile := x.listed()
	hostile["name"] = "a\x1b]0;title\x07 " + exampleOf(t, "github-pat", 3) + "\nINCIDENT"
	old := x.listed()
	old["id"], old["redacted_value"], old["last_used_at"] = "key_old", "sk-proj-...0000", 1710000000
	old["owner"] = map[string]any{"type": "user", "user": map[string]any{"id": "user_bob", "name": "Bob", "email": "bob@example.com"}}
	x.keys = []map[string]any{hostile, old}
	status, text, errs := x.reconcile("openai", "--dry-run")
	if status != exitClean {
		t.Fatalf("status %d: %s%s", status, text, errs)
	}
	for _, want := range []string{
		"2 keys, 2 active, 0 dead", "of the active ones 1 not known to have leaked", "Leaked, and still active:",
		"Active, and their owner has left:", "Active, and nobody uses them:", "bob@example.com (left)", "Nothing was recorded",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	status, doc, errs := x.reconcile("openai", "--dry-run", "-f", "json", "--unused-after", "0d")
	var got struct {
		Provider  string
		Complete  bool
		DryRun    bool `json:"dry_run"`
		Counts    map[string]int
		Incidents []struct {
			Short, Outcome, By string
			Key                map[string]any
		}
		Findings []struct{ Kind string }
	}
	if err := json.Unmarshal([]byte(doc), &got); err != nil || status != exitClean {
		t.Fatalf("status %d, %v: %s%s", status, err, doc, errs)
	}
	var kinds []string
	for _, f := range got.Findings {
		kinds = append(kinds, f.Kind)
	}
	if !got.Complete || !got.DryRun || len(got.Incidents) != 1 || got.Incidents[0].By != "hint" || got.Incidents[0].Key["id"] != "key_1" ||
		!slices.Equal(kinds, []string{"leaked-active", "owner-left"}) || got.Counts["listed"] != 2 {
		t.Errorf("%s", doc)
	}
	for _, all := range []string{text, doc} {
		if strings.ContainsAny(all, "\x1b\x07") || strings.Contains(all, exampleOf(t, "github-pat", 3)) || strings.Contains(all, x.secret) || strings.Contains(all, x.credential) {
			t.Errorf("it shows what must not be shown:\n%q", all)
		}
	}
}

// TestReconcileRefuses: what is wrong is said, with what to do, before anything is asked,
// and no credential is in it.
func TestReconcileRefuses(t *testing.T) {
	x := newOffice(t)
	file := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, one := range map[string]struct {
		args []string
		want string
	}{
		"no provider":        {nil, "accepts 1 arg"},
		"another provider":   {[]string{"aws"}, "the providers are"},
		"format":             {[]string{"openai", "-f", "xml"}, "unknown report format"},
		"age":                {[]string{"openai", "--unused-after", "soon"}, "--unused-after"},
		"no credential":      {[]string{"anthropic"}, "ANTHROPIC_ADMIN_KEY"},
		"no host":            {[]string{"okta"}, "--okta-host"},
		"a URL for a host":   {[]string{"okta", "--okta-host", "https://acme.okta.example"}, "--okta-host"},
		"no organisation":    {[]string{"github"}, "--org"},
		"GitHub by http":     {[]string{"github", "--org", "acme", "--github-url", "http://github.example.com"}, "https"},
		"no file":            {[]string{"openai", "--credential-file", "/no/such/file"}, "no such file"},
		"an empty file":      {[]string{"openai", "--credential-file", file("empty", "\n", 0o600)}, "no credential"},
		"others may read":    {[]string{"openai", "--credential-file", file("open", x.credential, 0o644)}, "chmod 600"},
		"several lines":      {[]string{"openai", "--credential-file", file("two", x.credential+"\n"+x.credential, 0o600)}, "no credential"},
		"too large":          {[]string{"openai", "--credential-file", file("large", strings.Repeat("a", maxCredential+1), 0o600)}, "larger"},
		"a wrong credential": {[]string{"openai", "--credential-file", file("wrong", exampleOf(t, "openai-admin-key", 8), 0o600)}, "not accepted (401)"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := x.reconcile(one.args...)
			if status != exitFailure || !strings.Contains(errs, one.want) || out != "" {
				t.Errorf("status %d, want %q: %s%s", status, one.want, out, errs)
			}
			if strings.Contains(errs, x.credential) || strings.Contains(errs, "Incorrect API key") {
				t.Errorf("it tells too much: %s", errs)
			}
		})
	}
	x.keys = []map[string]any{x.listed()}
	delete(x.vars, "OPENAI_ADMIN_KEY")
	if status, out, errs := x.reconcile("openai", "--credential-file", file("good", x.credential+"\n", 0o600)); status != exitClean {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}
