package verify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
)

func finding(id map[string]string) *scanner.Finding {
	return &scanner.Finding{
		Detector: "groq-api-key", Layer: detectors.AIPlatform, LayerConfidence: detectors.Likely, Confidence: detectors.Medium,
		Privilege: detectors.PrivilegeUnknown, Scope: detectors.ScopeUnknown,
		LayerEvidence: []detectors.Evidence{{Kind: detectors.EvidenceFormat, Detail: "f"}, {Kind: detectors.EvidenceName, Detail: "n"}},
		Verification: &scanner.Verification{
			Status: scanner.VerifiedActive, Host: "api.groq.example", Probe: "plain", Identity: id,
		},
	}
}

func TestRefine(t *testing.T) {
	type facts struct {
		Subject   detectors.Subject
		Privilege detectors.Privilege
		Scope     detectors.Scope
	}
	unknown := facts{"", detectors.PrivilegeUnknown, detectors.ScopeUnknown}
	for name, test := range map[string]struct {
		id     map[string]string
		before func(*scanner.Finding)
		want   facts
	}{
		"nothing":           {nil, nil, unknown},
		"organization":      {map[string]string{"organization": "Acme"}, nil, unknown},
		"project":           {map[string]string{"organization": "Acme", "project": "p"}, nil, facts{"", detectors.PrivilegeUnknown, detectors.OneProject}},
		"person":            {map[string]string{"user": "u", "email": "a@acme.example"}, nil, facts{detectors.WorkforceUser, detectors.PrivilegeUnknown, detectors.OneUser}},
		"user of many":      {map[string]string{"user": "u", "organization": "Acme"}, nil, unknown},
		"service account":   {map[string]string{"role": "service_account"}, nil, facts{detectors.ServiceAccount, detectors.PrivilegeUnknown, detectors.ScopeUnknown}},
		"google":            {map[string]string{"email": "x@p.iam.gserviceaccount.com"}, nil, facts{detectors.ServiceAccount, detectors.PrivilegeUnknown, detectors.ScopeUnknown}},
		"org admin":         {map[string]string{"role": "org_admin"}, nil, facts{detectors.OrgAdmin, detectors.Admin, detectors.All}},
		"owner":             {map[string]string{"role": "Owner"}, nil, facts{"", detectors.Admin, detectors.ScopeUnknown}},
		"role of no world":  {map[string]string{"role": "wizard"}, nil, unknown},
		"reading scopes":    {map[string]string{"scopes": "models.read, files:read"}, nil, facts{"", detectors.Read, detectors.ScopeUnknown}},
		"writing scopes":    {map[string]string{"scopes": "models.read files.write"}, nil, facts{"", detectors.Write, detectors.ScopeUnknown}},
		"scopes of nothing": {map[string]string{"scopes": "openid"}, nil, unknown},
		"half understood":   {map[string]string{"scopes": "models.read magic"}, func(f *scanner.Finding) { f.Privilege = detectors.Write }, facts{"", detectors.Write, detectors.ScopeUnknown}},
		"lowered by scopes": {map[string]string{"scopes": "models.read", "role": "admin"}, func(f *scanner.Finding) { f.Privilege = detectors.Admin }, facts{"", detectors.Read, detectors.ScopeUnknown}},
		"not by a role":     {map[string]string{"role": "viewer"}, func(f *scanner.Finding) { f.Privilege = detectors.Write }, facts{"", detectors.Write, detectors.ScopeUnknown}},
		"forger stays":      {map[string]string{"scopes": "a.read"}, func(f *scanner.Finding) { f.Privilege = detectors.Forge }, facts{"", detectors.Forge, detectors.ScopeUnknown}},
		"scope stays":       {map[string]string{"project": "p"}, func(f *scanner.Finding) { f.Scope = detectors.All }, facts{"", detectors.PrivilegeUnknown, detectors.All}},
		"customer":          {map[string]string{"email": "a@b.example"}, func(f *scanner.Finding) { f.Layer = detectors.ApplicationAuth }, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding(test.id)
			if test.before != nil {
				test.before(f)
			}
			was := facts{f.Subject, f.Privilege, f.Scope}
			Refine(f)
			got := facts{f.Subject, f.Privilege, f.Scope}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
			notes := 0
			for _, e := range f.LayerEvidence {
				if e.Kind == detectors.EvidenceVerified && strings.Contains(e.Detail, ", before ") && !strings.HasPrefix(e.Detail, "layer:") {
					notes++
				}
				if strings.Contains(e.Detail, "@") {
					t.Errorf("evidence %q names a person", e.Detail)
				}
			}
			changes := 0
			for _, c := range []bool{was.Subject != got.Subject, was.Privilege != got.Privilege, was.Scope != got.Scope} {
				if c {
					changes++
				}
			}
			if notes != changes {
				t.Errorf("%d changes, %d of them told: %v", changes, notes, f.LayerEvidence)
			}
			if k := f.LayerEvidence; k[0].Kind != detectors.EvidenceFormat || k[1].Kind != detectors.EvidenceVerified || k[len(k)-1].Kind != detectors.EvidenceName {
				t.Errorf("evidence %v", k)
			}
		})
	}
}

func TestRefineLayer(t *testing.T) {
	f := finding(nil)
	Refine(f)
	if f.LayerConfidence != detectors.Certain || f.Confidence != detectors.High || len(f.ConfidenceReasons) != 1 {
		t.Errorf("%+v", f)
	}
	f = finding(nil)
	f.LayerConfidence = detectors.Ambiguous
	Refine(f)
	if f.LayerConfidence != detectors.Ambiguous || f.LayerEvidence[1].Layer != "" {
		t.Errorf("a yes says whose key it is, not whose door: %+v", f)
	}
	for _, status := range []scanner.VerificationStatus{scanner.VerifiedInactive, scanner.VerifiedUnknown, scanner.VerifiedSkipped} {
		f, same := finding(map[string]string{"role": "admin"}), finding(map[string]string{"role": "admin"})
		f.Verification.Status, same.Verification.Status = status, status
		Refine(f)
		if d := cmp.Diff(same, f, cmp.Comparer(func(a, b detectors.Secret) bool { return a.Reveal() == b.Reveal() }), cmp.AllowUnexported(scanner.Place{})); d != "" {
			t.Errorf("%s: %s", status, d)
		}
	}
	Refine(&scanner.Finding{})
}

// TestRefineTwice: what is refined stays as it is.
func TestRefineTwice(t *testing.T) {
	words := rapid.SampledFrom([]string{"", "admin", "viewer", "org_admin", "service_account", "a.read b.write", "x", "a.read", "a@b.example", "*"})
	rapid.Check(t, func(t *rapid.T) {
		id := map[string]string{}
		for _, field := range fields {
			id[field] = words.Draw(t, field)
		}
		f := finding(id)
		Refine(f)
		once := *f
		Refine(f)
		if d := cmp.Diff(once.LayerEvidence, f.LayerEvidence); d != "" || once.Privilege != f.Privilege || once.Subject != f.Subject || once.Scope != f.Scope {
			t.Fatalf("changed again: %s", d)
		}
	})
}
