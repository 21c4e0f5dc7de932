package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leakline/remediate/boundary"
	"leakline/remediate/boundary/standing"
	"leakline/remediate/outbound"
	"leakline/testdata/provider"
)

// readOffice is an organisation at OpenAI with a Keycloak of its own, and a program that
// uses both.
type readOffice struct {
	t      *testing.T
	server *provider.Server
	code   string
	vars   map[string]string
	now    time.Time
	fail   map[string]int // what paths answer instead
}

func newReadOffice(t *testing.T) *readOffice {
	t.Helper()
	x := &readOffice{t: t, server: provider.Start(t), code: t.TempDir(), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), fail: map[string]int{}}
	x.vars = map[string]string{"OPENAI_ADMIN_KEY": exampleOf(t, "openai-admin-key", 7)}
	x.server.Serve("api.openai.com", x)
	x.file("package.json", `{"dependencies": {"openai": "^4.0.0"}}`)
	return x
}

func (x *readOffice) file(name, text string) string {
	x.t.Helper()
	path := filepath.Join(x.code, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		x.t.Fatal(err)
	}
	return path
}

func (x *readOffice) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Header.Get("Authorization") != "Bearer "+x.vars["OPENAI_ADMIN_KEY"] {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if status := x.fail[r.URL.Path]; status != 0 {
		w.WriteHeader(status)
		return
	}
	data := []map[string]any{}
	switch r.URL.Path {
	case "/v1/organization/projects":
		data = []map[string]any{{"id": "proj_1", "status": "active"}, {"id": "proj_2", "status": "active"}}
	case "/v1/organization/users":
		data = []map[string]any{{"id": "u1", "role": "owner", "email": "ann@acme.example", "is_scim_managed": true}, {"id": "u2", "role": "reader", "is_scim_managed": true}}
	case "/v1/organization/projects/proj_1/service_accounts":
		data = []map[string]any{{"id": "svc_1"}}
	case "/v1/organization/audit_logs":
		data = []map[string]any{{"effective_at": x.now.Unix()}}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "has_more": false})
}

func (x *readOffice) run(args ...string) (status int, stdout, stderr string) {
	x.t.Helper()
	var out, errs bytes.Buffer
	e := &env{
		stdin: strings.NewReader(""), stdout: &out, stderr: &errs, getenv: func(name string) string { return x.vars[name] },
		now: func() time.Time { return x.now }, outbound: func() outbound.Options { return x.server.Options() },
	}
	status = run(args, e)
	for _, name := range []string{"OPENAI_ADMIN_KEY", "KEYCLOAK_ACCESS_TOKEN"} {
		if key := x.vars[name]; key != "" && strings.Contains(out.String()+errs.String(), key) {
			x.t.Errorf("%v shows %s", args, name)
		}
	}
	return status, out.String(), errs.String()
}

// TestBoundaryRead: what an administration says is written, and stands in the map, the
// check and the evidence; of people nothing but how many.
func TestBoundaryRead(t *testing.T) {
	x := newReadOffice(t)
	file := filepath.Join(t.TempDir(), "readings.json")
	status, out, errs := x.run("boundary", "read", "openai", "-r", file)
	if status != exitClean || out != "" || !strings.Contains(errs, "asking OpenAI") {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	text, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(text), "ann@") || strings.Contains(string(text), x.vars["OPENAI_ADMIN_KEY"]) {
		t.Errorf("%v: %s", err, text)
	}
	var r boundary.Readings
	if err := json.Unmarshal(text, &r); err != nil || !r.Complete || r.Schema != boundary.ReadingsForm || len(r.Providers[0].Controls) != 5 {
		t.Fatalf("%v: %s", err, text)
	}
	status, out, errs = x.run("boundary", "map", x.code, "--readings", file)
	if flat := strings.Join(strings.Fields(out), " "); status != exitClean || !strings.Contains(flat, "read from OpenAI on 2026-11-23: on, 2 of 2 people are managed by a directory") || !strings.Contains(flat, "1 of 2 projects have service accounts") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, _, errs = x.run("boundary", "check", x.code, "--readings", file); status != exitClean {
		t.Errorf("status %d: %s", status, errs)
	}
	bundles := t.TempDir()
	status, out, errs = x.run("boundary", "evidence", x.code, "--readings", file, "-o", bundles, "--layer", "ai-platform", "-q")
	if status != exitClean {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	md, err := os.ReadFile(filepath.Join(bundles, "ai-platform", "evidence.md"))
	if err != nil || !strings.Contains(string(md), "OpenAI on 2026-11-23, on: 2 of 2 people") {
		t.Errorf("%v: %s", err, md)
	}
	x.now = x.now.AddDate(0, 0, 40)
	status, out, errs = x.run("boundary", "map", x.code, "--readings", file)
	if status != exitClean || !strings.Contains(out, "(old)") || !strings.Contains(errs, "OpenAI was read more than 30 days before; old: 5 readings") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	status, out, errs = x.run("boundary", "map", x.code, "--readings", file, "--as-of", "2026-11-01")
	if status != exitClean || strings.Contains(out, "read from") || !strings.Contains(errs, "OpenAI was read after 2026-11-0") || !strings.Contains(errs, "not counted: 5 readings") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	status, out, _ = x.run("boundary", "read", "openai", "-f", "text", "-q")
	if status != exitClean || !strings.Contains(out, "OpenAI, ai-platform, asked at api.openai.com: ") || !strings.Contains(out, "not told: ") {
		t.Errorf("status %d: %s", status, out)
	}
}

// TestBoundaryReadFails: what can't be read is named, and the status is 2; what could be
// read is written all the same.
func TestBoundaryReadFails(t *testing.T) {
	x := newReadOffice(t)
	x.fail["/v1/organization/users"] = http.StatusForbidden
	file := filepath.Join(t.TempDir(), "readings.json")
	status, _, errs := x.run("boundary", "read", "openai", "-r", file)
	for _, control := range []string{"SCIM", "roles"} {
		want := "leakline: openai: " + control + " could not be read: GET /v1/organization/users: the credential may not read it (403)\n"
		if status != exitFailure || !strings.Contains(errs, want) {
			t.Errorf("status %d: %s", status, errs)
		}
	}
	status, out, errs := x.run("boundary", "map", x.code, "--readings", file)
	if status != exitClean || !strings.Contains(strings.Join(strings.Fields(out), " "), "project-scoping read from OpenAI") || !strings.Contains(errs, "OpenAI: SCIM could not be read") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	x.server.Serve("api.openai.com", http.NotFoundHandler())
	if status, _, errs = x.run("boundary", "read", "openai"); status != exitFailure || strings.Count(errs, "could not be read") != 5 {
		t.Errorf("status %d: %s", status, errs)
	}
}

// TestBoundaryReadOwnHost: a host of one's own is asked only if a file that somebody named
// names it, and for the layers of that file.
func TestBoundaryReadOwnHost(t *testing.T) {
	x := newReadOffice(t)
	x.vars["KEYCLOAK_URL"], x.vars["KEYCLOAK_REALM"] = "https://sso.acme.example", "shop"
	x.vars["KEYCLOAK_ACCESS_TOKEN"] = strings.ReplaceAll("a token for keycloak alone", " ", "-")
	x.server.Serve("sso.acme.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Header.Get("Authorization") != "Bearer "+x.vars["KEYCLOAK_ACCESS_TOKEN"]:
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasSuffix(r.URL.Path, "/count"):
			fmt.Fprint(w, 3)
		case strings.HasSuffix(r.URL.Path, "/realms/shop"):
			fmt.Fprint(w, `{"realm": "shop", "eventsEnabled": true, "adminEventsEnabled": true}`)
		default:
			fmt.Fprint(w, `[]`)
		}
	}))
	config := "[boundaries.application-auth]\nread = [\"keycloak\"]\nread-hosts = [\"sso.acme.example\"]\n"
	named := filepath.Join(t.TempDir(), "named.toml")
	if err := os.WriteFile(named, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := x.run("boundary", "read", "-c", named)
	if status != exitClean || !strings.Contains(out, `"says": "events of users and of administrators are stored"`) || !strings.Contains(out, `"layer": "application-auth"`) {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	x.file(".leakline.toml", config)
	t.Chdir(x.code)
	status, _, errs = x.run("boundary", "read", "keycloak", "--layer", "application-auth")
	if status != exitFailure || !strings.Contains(errs, "no configuration names the host of KEYCLOAK_URL") || !strings.Contains(errs, "does not count here") {
		t.Errorf("status %d: %s", status, errs)
	}
}

// TestBoundaryReadWrong: what is asked wrongly gets one line and what to do, and nobody is
// asked.
func TestBoundaryReadWrong(t *testing.T) {
	x := newReadOffice(t)
	bad := x.file("bad.json", "{}")
	for _, c := range []struct {
		args []string
		want string
		hint string
	}{
		{[]string{"read"}, "nobody is named who could be asked", "the providers are anthropic, auth0"},
		{[]string{"read", "opnai"}, `no administration of "opnai" can be asked`, `did you mean "openai"?`},
		{[]string{"read", "anthropic"}, "anthropic: ANTHROPIC_ADMIN_KEY is not set", "there is no flag for it"},
		{[]string{"read", "openai", "okta"}, "okta can stand behind either layer", "--layer"},
		{[]string{"read", "openai", "--layer", "application-auth"}, "openai has no controls of application-auth", ""},
		{[]string{"read", "openai", "--layer", "infrastructure"}, `--layer "infrastructure" is no layer with controls`, "ai-platform"},
		{[]string{"read", "openai", "--app", "0oa1"}, "--app names an application", "okta and entra-id"},
		{[]string{"read", "openai", "-f", "yaml"}, `unknown report format "yaml"`, "json"},
		{[]string{"map", x.code, "--readings", bad}, "--readings " + bad + ": these are no readings", ""},
		{[]string{"map", x.code, "--readings", filepath.Join(x.code, "none.json")}, "--readings: open", ""},
	} {
		status, out, errs := x.run(append([]string{"boundary"}, c.args...)...)
		if status != exitFailure || out != "" || !strings.Contains(errs, "leakline: "+c.want) || !strings.Contains(errs, c.hint) || strings.Count(errs, "\n") > 2 {
			t.Errorf("%v: status %d: %s%s", c.args, status, out, errs)
		}
	}
	x.vars["OKTA_CLIENT_ORGURL"] = "acme.okta.com"
	if status, _, errs := x.run("boundary", "read", "openai", "okta", "--layer", "application-auth"); status != exitFailure || !strings.Contains(errs, "okta: OKTA_TOKEN is not set") {
		t.Errorf("status %d: %s", status, errs) // the layer is that of the directory
	}
	if n := len(x.server.Requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
	if status, out, _ := x.run("boundary", "read", "--schema"); status != exitClean || out != boundary.ReadingsSchema {
		t.Errorf("status %d: %s", status, out)
	}
}

// TestBoundaryReadVariables: the page and the command's help name every provider and every
// variable.
func TestBoundaryReadVariables(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("docs", "boundary.md"))
	if err != nil {
		t.Fatal(err)
	}
	help := newBoundaryRead(&env{}).Long
	for _, p := range standing.Providers() {
		for _, v := range p.Variables() {
			for name, text := range map[string]string{"the page": string(page), "the help": help} {
				if !strings.Contains(text, v.Name) || !strings.Contains(text, "  "+p.Name+" ") {
					t.Errorf("%s lacks %s of %s", name, v.Name, p.Name)
				}
			}
		}
	}
}

// TestBoundaryReadTimeout: when the time is over, what was not read is named.
func TestBoundaryReadTimeout(t *testing.T) {
	x := newReadOffice(t)
	x.server.Serve("api.openai.com", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	status, out, errs := x.run("boundary", "read", "openai", "--timeout", "1s")
	if status != exitFailure || !strings.Contains(out, `"failures"`) || strings.Count(errs, "could not be read") != 5 || !strings.Contains(errs, "the time for the run is over") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}
