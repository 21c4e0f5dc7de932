package remediate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate"
	"leakline/scanner"
)

const page = "https://console.example.com/keys"

var at = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func tip() *scanner.Exposure {
	return &scanner.Exposure{
		Introduced: scanner.Commit{ID: strings.Repeat("a", 40), CommittedAt: at}, AtTip: true, InHistory: true,
	}
}

func past() *scanner.Exposure {
	e := tip()
	e.AtTip = false
	return e
}

func kinds(p remediate.Plan) []remediate.Kind {
	var ks []remediate.Kind
	for _, s := range p.Steps {
		ks = append(ks, s.Kind)
	}
	return ks
}

func TestPlan(t *testing.T) {
	const (
		contain = remediate.Contain
		ask     = remediate.Ask
		kill    = remediate.Kill
		invalid = remediate.Invalidate
		review  = remediate.Review
		replace = remediate.Replace
		remove  = remediate.Remove
		history = remediate.History
	)
	type K = []remediate.Kind
	for _, c := range []struct {
		name  string
		f     scanner.Finding
		d     *detectors.Detector
		want  K
		owner string
		says  map[remediate.Kind]string
	}{
		{
			name: "an AI key at the tip",
			f: scanner.Finding{
				Layer: detectors.AIPlatform, Provider: "Anthropic", Form: detectors.APIKey, Privilege: detectors.Admin,
				Place: scanner.Place{Source: scanner.SourceBlob, Path: "app/main.py", Name: "anthropic.apiKey"}, Exposure: tip(),
			},
			d:     &detectors.Detector{Revoke: detectors.Revoke{URL: page, How: "Delete the key."}},
			want:  K{kill, review, replace, remove, history},
			owner: "the team that owns the AI platform account at Anthropic",
			says: map[remediate.Kind]string{
				kill: "Delete the key: " + page, review: "Anthropic's audit log for foreign use since 2026-03-02",
				replace: `os.environ["ANTHROPIC_API_KEY"]`, remove: "every branch", history: "once it is dead",
			},
		},
		{
			name: "only in history: nothing to remove, and purging is no remedy",
			f: scanner.Finding{
				Layer: detectors.AIPlatform, Form: detectors.APIKey, Privilege: detectors.Limited,
				Place: scanner.Place{Source: scanner.SourceBlob, Path: "app.toml"}, Exposure: past(),
			},
			d:     &detectors.Detector{Revoke: detectors.Revoke{URL: page, API: "DELETE https://api.example.com/keys/ID"}, Samples: []detectors.Sample{{Name: "ACME_KEY"}}},
			want:  K{kill, replace, history},
			owner: "the team that owns the AI platform account",
			says:  map[remediate.Kind]string{kill: "Replace and revoke it: " + page, replace: "ACME_KEY", history: "clones, forks and caches keep a copy"},
		},
		{
			name: "a signing key lets its bearer forge: sessions and tokens end too",
			f: scanner.Finding{
				Layer: detectors.ApplicationAuth, Form: detectors.SigningKey, Privilege: detectors.Forge, Scope: detectors.All,
				Provider: "Django, Flask and others",
				Place:    scanner.Place{Path: "certs/saml.pem"}, Exposure: tip(),
			},
			want:  K{kill, invalid, review, replace, remove, history},
			owner: "the team that owns customer sign-in",
			says:  map[remediate.Kind]string{kill: "JWKS", invalid: "tokens it signed", review: "in the application's log", replace: "KMS"},
		},
		{
			name:  "a published default",
			f:     scanner.Finding{Layer: detectors.ApplicationAuth, Form: detectors.SigningKey, WeakDefault: true, Place: scanner.Place{Path: "settings.py"}, Exposure: tip()},
			d:     &detectors.Detector{Revoke: detectors.Revoke{URL: page, How: "Rotate it"}},
			want:  K{kill, invalid, replace, remove, history},
			owner: "the team that owns customer sign-in",
			says:  map[remediate.Kind]string{kill: "anybody can forge what it signs"},
		},
		{
			name:  "a published default that opens a server",
			f:     scanner.Finding{Layer: detectors.Infrastructure, Class: detectors.Data, Form: detectors.Password, WeakDefault: true, Place: scanner.Place{Path: "compose.yaml"}, Exposure: tip()},
			want:  K{kill, replace, remove, history},
			owner: "the team that owns the data store",
			says:  map[remediate.Kind]string{kill: "anybody can sign in with it"},
		},
		{
			name: "an expired token needs no revocation",
			f: scanner.Finding{
				Layer: detectors.ApplicationAuth, Form: detectors.AccessToken, Privilege: detectors.Admin,
				ConfidenceReasons: []string{"anchored", "the token has expired"}, Place: scanner.Place{Path: "a.json"}, Exposure: tip(),
			},
			want:  K{kill, remove, history},
			owner: "the team that owns customer sign-in",
			says:  map[remediate.Kind]string{kill: "has expired"},
		},
		{
			name:  "an encryption key: what it protected must be encrypted again, but nothing was forged",
			f:     scanner.Finding{Layer: detectors.ApplicationAuth, Form: detectors.EncryptionKey, Privilege: detectors.Forge, Place: scanner.Place{Path: "config/master.key"}, Exposure: tip()},
			want:  K{kill, review, replace, remove, history},
			owner: "the team that owns customer sign-in",
			says:  map[remediate.Kind]string{kill: "re-encrypt", replace: "credentials:edit"},
		},
		{
			name: "a SCIM token of one customer's directory",
			f: scanner.Finding{
				Layer: detectors.ApplicationAuth, Form: detectors.AccessToken, Control: detectors.SCIM, Subject: detectors.Directory, Privilege: detectors.Write,
				Place: scanner.Place{Path: "scim.ts"}, Exposure: tip(),
			},
			want:  K{kill, invalid, review, replace, remove, history},
			owner: "the team that owns customer sign-in, with the customer's administrator",
			says:  map[remediate.Kind]string{kill: "directory's administrator", invalid: "users and groups", replace: "process.env"},
		},
		{
			name:  "an SSO client secret",
			f:     scanner.Finding{Layer: detectors.ApplicationAuth, Form: detectors.ClientSecret, Control: detectors.SSO, Place: scanner.Place{Path: "k8s/sso.yaml"}, Exposure: tip()},
			want:  K{kill, replace, remove, history},
			owner: "the team that owns customer sign-in",
			says:  map[remediate.Kind]string{kill: "second client secret", replace: "secretKeyRef"},
		},
		{
			name: "an ambiguous layer names both owners",
			f: scanner.Finding{
				Layer: detectors.AIPlatform, LayerConfidence: detectors.Ambiguous, Form: detectors.ClientSecret, Provider: "WorkOS",
				LayerCandidates: []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}, Exposure: past(),
				Place: scanner.Place{Path: "oidc.go"},
			},
			want:  K{ask, kill, replace, history},
			owner: "the team that owns the AI platform account or the team that owns customer sign-in: whose it is, is not decided",
			says:  map[remediate.Kind]string{ask: "each owner", replace: `os.Getenv("SECRET")`},
		},
		{
			name:  "staged and in no commit: keep it out first",
			f:     scanner.Finding{Layer: detectors.Infrastructure, Class: detectors.Cloud, Privilege: detectors.Admin, Place: scanner.Place{Path: "main.tf", Reach: scanner.ReachIndex}, Exposure: &scanner.Exposure{}},
			want:  K{contain, kill, replace},
			owner: "the team that owns the cloud account",
			says:  map[remediate.Kind]string{contain: "git restore --staged", replace: "workload identity"},
		},
		{
			name:  "a file that git ignores",
			f:     scanner.Finding{Layer: detectors.Infrastructure, Class: detectors.Data, Form: detectors.URL, Place: scanner.Place{Path: ".env.local", Untracked: "ignored"}},
			want:  K{contain, kill, replace},
			owner: "the team that owns the data store",
			says:  map[remediate.Kind]string{contain: "Git ignores this file", kill: "Change the password"},
		},
		{
			name:  "a folder: history is not known",
			f:     scanner.Finding{Layer: detectors.Unclassified, Place: scanner.Place{Path: "notes.md"}},
			want:  K{kill, replace, remove},
			owner: "whoever committed it, until its owner is known",
			says:  map[remediate.Kind]string{remove: "leakline git", replace: "<SECRET>"},
		},
		{
			name:  "a stash",
			f:     scanner.Finding{Layer: detectors.Unclassified, Place: scanner.Place{Source: scanner.SourceBlob, Path: "x.rb", Author: "Kim", Reach: scanner.ReachStash}, Exposure: past()},
			want:  K{kill, replace, history},
			owner: "Kim, who committed it, until its owner is known",
			says:  map[remediate.Kind]string{history: "git stash drop"},
		},
		{
			name:  "an object that no ref reaches",
			f:     scanner.Finding{Place: scanner.Place{Source: scanner.SourceBlob, Path: "x.rs", Reach: scanner.ReachUnreachable}, Exposure: &scanner.Exposure{}},
			want:  K{kill, replace, history},
			owner: "whoever committed it, until its owner is known",
			says:  map[remediate.Kind]string{history: "git gc --prune=now"},
		},
		{
			name:  "a commit message: no program reads it",
			f:     scanner.Finding{Layer: detectors.AIPlatform, Place: scanner.Place{Source: scanner.SourceCommitMessage}, Exposure: past()},
			want:  K{kill, history},
			owner: "the team that owns the AI platform account",
			says:  map[remediate.Kind]string{history: "Reword the commit"},
		},
		{
			name:  "the address of a remote",
			f:     scanner.Finding{Layer: detectors.Infrastructure, Class: detectors.SourceControl, Subject: detectors.WorkforceUser, Place: scanner.Place{Source: scanner.SourceConfig, Path: ".git/config"}},
			want:  K{kill, remove},
			owner: "its user and the team that administers source control",
			says:  map[remediate.Kind]string{remove: "git remote set-url"},
		},
		{
			name:  "a webhook's secret",
			f:     scanner.Finding{Layer: detectors.Infrastructure, Class: detectors.Payments, Form: detectors.WebhookSecret, Place: scanner.Place{Path: "hooks.php"}, Exposure: tip()},
			want:  K{kill, invalid, replace, remove, history},
			owner: "the team that owns payments",
			says:  map[remediate.Kind]string{invalid: "events", replace: `getenv("SECRET")`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := remediate.NewPlan(&c.f, c.d)
			if got := kinds(p); !slices.Equal(got, c.want) {
				t.Errorf("steps %v, want %v", got, c.want)
			}
			if p.Owner != c.owner {
				t.Errorf("owner %q, want %q", p.Owner, c.owner)
			}
			for _, s := range p.Steps {
				if want := c.says[s.Kind]; !strings.Contains(s.Text, want) {
					t.Errorf("%s step %q does not say %q", s.Kind, s.Text, want)
				}
				if strings.Contains(s.Text, "NAME") {
					t.Errorf("%s step %q has a name that was not filled in", s.Kind, s.Text)
				}
				if s.Text != strings.TrimSpace(s.Text) || !strings.HasSuffix(s.Text, ".") && !strings.HasSuffix(s.Text, page) {
					t.Errorf("%s step %q does not end as a sentence or a link", s.Kind, s.Text)
				}
			}
		})
	}
}

// TestKillFirst: whatever a finding is, cleaning up never comes before killing,
// and every finding can be killed.
func TestKillFirst(t *testing.T) {
	order := []remediate.Kind{
		remediate.Contain, remediate.Ask, remediate.Kill, remediate.Invalidate,
		remediate.Review, remediate.Replace, remediate.Remove, remediate.History,
	}
	exposures := []*scanner.Exposure{nil, tip(), past(), {}}
	sources := []scanner.SourceKind{
		"", scanner.SourceBlob, scanner.SourceCommitMessage, scanner.SourceTagMessage, scanner.SourceNote,
		scanner.SourcePath, scanner.SourceRef, scanner.SourceConfig,
	}
	forms := []detectors.Form{
		"", detectors.APIKey, detectors.Password, detectors.ClientSecret, detectors.AccessToken, detectors.RefreshToken, detectors.Session,
		detectors.SigningKey, detectors.EncryptionKey, detectors.WebhookSecret, detectors.KeyFile, detectors.URL,
	}
	seen := 0
	for _, e := range exposures {
		for _, s := range sources {
			for _, form := range forms {
				for _, l := range detectors.Layers() {
					f := scanner.Finding{Layer: l, Form: form, Exposure: e, Place: scanner.Place{Source: s, Path: "a/b.go"}}
					p := remediate.NewPlan(&f, nil)
					ks := kinds(p)
					if !slices.Contains(ks, remediate.Kill) {
						t.Fatalf("no kill step in %v for %s, %s, %s", ks, l, form, s)
					}
					if !slices.IsSortedFunc(ks, func(a, b remediate.Kind) int { return slices.Index(order, a) - slices.Index(order, b) }) {
						t.Fatalf("steps out of order: %v", ks)
					}
					if p.Owner == "" {
						t.Fatalf("no owner for %s", l)
					}
					seen++
				}
			}
		}
	}
	if seen != 4*8*12*4 {
		t.Fatalf("looked at %d plans", seen)
	}
}

// TestAdvise: a report's form holds all that the plan says.
func TestAdvise(t *testing.T) {
	f := scanner.Finding{Layer: detectors.AIPlatform, Form: detectors.APIKey, Place: scanner.Place{Path: "a.go"}, Exposure: tip()}
	d := &detectors.Detector{Revoke: detectors.Revoke{URL: page, How: "Delete the key under " + page}}
	p, r := remediate.NewPlan(&f, d), remediate.Advise(&f, d)
	if r.Owner != p.Owner || r.RotateURL != page || len(r.Steps) != len(p.Steps) {
		t.Errorf("advice %+v does not hold the plan %+v", r, p)
	}
	if r.Revoke != "Delete the key under "+page {
		t.Errorf("revoke = %q: the page stands there once", r.Revoke)
	}
	const api = "DELETE https://api.example.com/keys/ID"
	d.Revoke.API = api
	if r := remediate.Advise(&f, d); !strings.HasSuffix(r.Revoke, page+" (by program: "+api+")") || r.Steps[0] != "Delete the key under "+page {
		t.Errorf("revoke = %q, step %q: the API stands in the first only", r.Revoke, r.Steps[0])
	}
	d.Revoke.URL = ""
	if r := remediate.Advise(&f, d); strings.Count(r.Revoke, api) != 1 || r.Steps[0] != r.Revoke {
		t.Errorf("revoke = %q, step %q: without a page the API stands in both, once", r.Revoke, r.Steps[0])
	}
}

// TestBrief: a short report shows the kill and what is special to the finding,
// and nothing of the plan is lost between that and what it says for all.
func TestBrief(t *testing.T) {
	finding := func(edit func(f *scanner.Finding)) *scanner.Finding {
		f := &scanner.Finding{
			Layer: detectors.AIPlatform, Form: detectors.APIKey, Privilege: detectors.Write,
			Place: scanner.Place{Source: scanner.SourceBlob, Path: "a.go"}, Exposure: tip(),
		}
		edit(f)
		return f
	}
	for _, c := range []struct {
		name   string
		f      *scanner.Finding
		brief  []string // parts of the steps
		common int
	}{
		{"a key", finding(func(*scanner.Finding) {}), []string{"revoke this one", "os.Getenv"}, 3},
		{"a signing key", finding(func(f *scanner.Finding) { f.Form = detectors.SigningKey }), []string{"Sign with a new key", "End all sessions"}, 4},
		{"a staged key", finding(func(f *scanner.Finding) { f.Exposure = &scanner.Exposure{} }), []string{"git restore", "revoke this one"}, 1},
		{"a message", finding(func(f *scanner.Finding) { f.Source, f.Exposure = scanner.SourceCommitMessage, past() }), []string{"revoke this one", "Reword"}, 1},
		{"an expired token", finding(func(f *scanner.Finding) { f.ConfidenceReasons = []string{"it has expired"} }), []string{"opens nothing", "Remove it"}, 1},
	} {
		r := remediate.Advise(c.f, nil)
		if len(r.Brief) != len(c.brief) || len(r.Common) != c.common || len(r.Brief)+len(r.Common) != len(r.Steps) {
			t.Errorf("%s: brief %q, common %q, steps %q", c.name, r.Brief, r.Common, r.Steps)
			continue
		}
		for i, want := range c.brief {
			if !strings.Contains(r.Brief[i], want) {
				t.Errorf("%s: %q does not say %q", c.name, r.Brief[i], want)
			}
		}
	}
}

// TestIdiom: the new secret comes in by the idiom of the file that held the old
// one.
func TestIdiom(t *testing.T) {
	for path, want := range map[string]string{
		".github/workflows/ci.yml":      "${{ secrets.A_KEY }}",
		"sub/.gitlab-ci.yml":            "masked",
		"Jenkinsfile":                   "withCredentials",
		".circleci/config.yml":          "secret variable of the pipeline",
		"infra/prod.tfvars":             "sensitive variable",
		"terraform.tfstate":             "remote backend",
		"docker/Dockerfile.prod":        "--mount=type=secret",
		"docker-compose.yml":            "${A_KEY}",
		"ansible/group_vars/all.yml":    "ansible-vault",
		"charts/app/values.yaml":        "secretKeyRef",
		".env":                          "Keep this file out of git",
		"deploy/prod.env":               "Keep this file out of git",
		".env.example":                  "Leave the value empty",
		".vscode/mcp.json":              "prompted input",
		".npmrc":                        "${A_KEY}",
		".netrc":                        "credential helper",
		"appsettings.Production.json":   "user secrets",
		"src/main/application.yml":      "${A_KEY}",
		"config/master.key":             "credentials:edit",
		"a.ipynb":                       "clear the outputs",
		"web/App.vue":                   "public",
		"server/index.ts":               "process.env.A_KEY",
		"A.java":                        `System.getenv("A_KEY")`,
		"A.cs":                          `GetEnvironmentVariable("A_KEY")`,
		"run.sh":                        `"$A_KEY"`,
		"run.ps1":                       "$env:A_KEY",
		"key.pem":                       "KMS",
		"README.md":                     "<A_KEY>",
		"config.toml":                   "from the environment or a secret store",
		"":                              "from the environment or a secret store",
		"weird name with \x1b[31m .cfg": "from the environment or a secret store",
	} {
		f := scanner.Finding{Place: scanner.Place{Path: path, Name: "a-key"}}
		if got := strings.Join(remediate.Advise(&f, nil).Steps, "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: steps do not say %q:\n%s", path, want, got)
		}
	}
}

// TestVariable: names of any style and origin become names of variables, and
// nothing else of them gets through.
func TestVariable(t *testing.T) {
	for name, want := range map[string]string{
		"openai.apiKey":             "OPENAI_API_KEY",
		"OPENAI_API_KEY":            "OPENAI_API_KEY",
		"secret-key":                "SECRET_KEY",
		"x\x1b]0;evil\a$(reboot)":   "X_0_EVIL_REBOOT",
		"1password":                 "SECRET",
		"日本":                        "SECRET",
		"":                          "SECRET",
		strings.Repeat("ab-", 1000): strings.TrimSuffix(strings.Repeat("AB_", 20), "_"),
	} {
		f := scanner.Finding{Place: scanner.Place{Path: "a.go", Name: name}}
		got := strings.Join(remediate.Advise(&f, nil).Steps, "\n")
		if !strings.Contains(got, `os.Getenv("`+want+`")`) {
			t.Errorf("name %q: steps do not use %s:\n%s", name, want, got)
		}
	}
}

// TestBaseline holds the published figure.
func TestBaseline(t *testing.T) {
	if days := remediate.Baseline.Hours() / 24; days != 27 {
		t.Errorf("the baseline is %v days", days)
	}
}
