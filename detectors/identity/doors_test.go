package identity

import (
	"slices"
	"testing"

	"leakline/detectors"
)

func TestDoors(t *testing.T) {
	bedrock := detectors.Detector{
		Provider: "AWS", Title: "Amazon Bedrock API key", Anchors: []string{"ABSK"}, Identity: detectors.Identity{Layer: ai},
	}
	declared := openaiKey
	declared.AlsoOpens = []detectors.Door{{Layer: app, Evidence: []detectors.Evidence{{Kind: detectors.EvidenceFormat, Detail: "x"}}}}
	for name, c := range map[string]struct {
		d         *detectors.Detector
		path, doc string
		claims    claims
		want      []detectors.Layer
	}{
		"bedrock":            {&bedrock, "x", "k=@@@@\n", nil, []detectors.Layer{infra}},
		"declared":           {&declared, "x", "k=@@@@\n", nil, []detectors.Layer{app}},
		"service role":       {&jwt, "x", "k=@@@@\n", claims{"role": "service_role"}, []detectors.Layer{infra}},
		"aws alone":          {&awsKey, "x", "AWS_SECRET_ACCESS_KEY=@@@@\n", nil, nil},
		"aws with bedrock":   {&awsKey, "x.py", "boto3.client('bedrock-runtime', aws_secret_access_key='@@@@')\n", nil, []detectors.Layer{ai}},
		"aws with a pool":    {&awsKey, "x.env", "AWS_SECRET=@@@@\nAWS_COGNITO_USER_POOL_ID=1\n", nil, []detectors.Layer{app}},
		"aws and another ai": {&awsKey, "x.env", "AWS_SECRET=@@@@\nOPENAI_API_KEY=1\n", nil, nil},
		"both": {
			&awsKey, "x.env", "AWS_SECRET=@@@@\nAWS_BEDROCK_REGION=1\nAWS_USER_POOL_ID=2\n", nil, []detectors.Layer{ai, app},
		},
		"cloud-platform": {
			&googleAccount, "x.py", `k = {"private_key": "@@@@", "scopes": ["https://www.googleapis.com/auth/cloud-platform"], "vertex_ai": 1}`,
			claims{"client_email": "vertex@acme.iam.gserviceaccount.com"},
			[]detectors.Layer{infra},
		},
	} {
		r := ruleOn(t, c.d, c.path, c.doc, c.claims, nil)
		var got []detectors.Layer
		for _, door := range r.AlsoOpens {
			got = append(got, door.Layer)
			if len(door.Evidence) == 0 || door.Evidence[0].Detail == "" {
				t.Errorf("%s: a door without evidence", name)
			}
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: also opens %v, want %v", name, got, c.want)
		}
		if len(got) > 0 && !hasFramework(r, "CSF 2.0 GV.RR-02") {
			t.Errorf("%s: no word on its owners", name)
		}
	}
	if len(declared.AlsoOpens[0].Evidence) != 1 {
		t.Error("a ruling changed the catalogue")
	}
}

func TestFrameworks(t *testing.T) {
	person := openaiKey
	person.Identity.Subject = detectors.WorkforceUser
	admin := openaiKey
	admin.Identity.Privilege, admin.Identity.Scope = detectors.Admin, detectors.All
	admin.Identity.Subject = detectors.OrgAdmin
	password := detectors.Detector{Names: []string{"x"}, Identity: detectors.Identity{Layer: infra, Class: detectors.Data, Form: detectors.Password}}
	for _, c := range []struct {
		name, path, doc string
		d               *detectors.Detector
		claims          claims
		has, not        []string
	}{
		{
			"key", "src/a.py", "k=@@@@", &openaiKey, nil,
			[]string{"NHI2:2025", "SP 800-53 IA-5(7)", "CSF 2.0 PR.AA-01"},
			[]string{"NHI3:2025", "NHI5:2025", "NHI6:2025", "NHI7:2025", "NHI8:2025", "NHI10:2025", "SP 800-53 AC-6", "CSF 2.0 PR.AA-03"},
		},
		{"person", "src/a.py", "k=@@@@", &person, nil, []string{"SP 800-53 IA-5(7)"}, []string{"NHI2:2025", "SP 800-53 AC-2"}},
		{"password of unknown", "src/a.py", "x=@@@@", &password, nil, []string{"SP 800-53 IA-5(7)"}, []string{"NHI2:2025"}},
		{
			"admin", "src/a.py", "k=@@@@", &admin, nil,
			[]string{"NHI5:2025", "SP 800-53 AC-6", "CSF 2.0 PR.AA-05", "SP 800-53 AC-2"},
			[]string{"CSF 2.0 PR.AA-03"},
		},
		{"forge", "src/a.py", "SECRET_KEY=@@@@", &authSecret, nil, []string{"CSF 2.0 PR.AA-03", "SP 800-53 AC-3"}, nil},
		{"mcp", ".cursor/mcp.json", "k=@@@@", &openaiKey, nil, []string{"NHI3:2025"}, nil},
		{"pipeline", ".github/workflows/a.yml", "k=@@@@", &awsKey, nil, []string{"NHI6:2025"}, nil},
		{"pipeline, no cloud", ".github/workflows/a.yml", "k=@@@@", &openaiKey, nil, nil, []string{"NHI6:2025"}},
		{"no expiry", "a", "k=@@@@", &jwt, claims{"role": "service_role"}, []string{"NHI7:2025", "SP 800-207 tenet 3"}, nil},
		{
			"ten years", "a", "k=@@@@", &jwt,
			claims{"role": "service_role", "iat": 1.6e9, "exp": 1.9e9},
			[]string{"NHI7:2025"},
			[]string{"SP 800-207 tenet 3"},
		},
		{"mixed", ".env.test", "PROD_KEY=@@@@", &openaiKey, nil, []string{"NHI8:2025"}, nil},
		{"not mixed", ".env.production", "PROD_KEY=@@@@", &openaiKey, nil, nil, []string{"NHI8:2025"}},
		{"dotfile", "home/.zshrc", "export K=@@@@", &openaiKey, nil, []string{"NHI10:2025"}, nil},
		{"ambiguous", "a", "it is @@@@", &entra, nil, []string{"CSF 2.0 GV.RR-02"}, nil},
	} {
		r := ruleOn(t, c.d, c.path, c.doc, c.claims, nil)
		for _, id := range c.has {
			if !hasFramework(r, id) {
				t.Errorf("%s: lacks %s: %v", c.name, id, r.Frameworks)
			}
		}
		for _, id := range c.not {
			if hasFramework(r, id) {
				t.Errorf("%s: has %s", c.name, id)
			}
		}
	}
}
