package inventory

import "testing"

// Sentences of documents that claim a control, and sentences that look like it.
func TestDocumentClaims(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"We support single sign-on (SSO) via SAML for all plans.", []string{"SECURITY.md:1 SSO"}},
		{"MFA is enforced. Audit logs are available.", []string{"SECURITY.md:1 MFA", "SECURITY.md:1 audit"}},
		{"| SOC 2 | Yes: we are certified (report of OpenAI) |", []string{"SECURITY.md:1 SOC 2 ai-platform"}},
		{"SSO is not supported yet.", nil},
		{"SSO support is planned for spring.", nil},
		{"Do you support SSO?", nil},
		{"# SSO with SAML", nil},
		{"```\nsso is enabled by flag\n```", nil},
		{"We do not have a SOC 2 report.", nil},
	} {
		same(t, c.text, read(t, map[string]string{"SECURITY.md": c.text + "\n"}, Claim), c.want...)
	}
	if got := read(t, map[string]string{"lib/opal/README.md": "SSO is supported by this button.\n", "CHANGELOG.md": "SSO is supported.\n"}, Claim); len(got) > 0 {
		t.Errorf("read a document of no claims: %q", got)
	}
	r, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	r.Read("SECURITY.md", []byte("Our model provider, Anthropic, is SOC 2 certified.\n"))
	if all, _ := r.Sightings(); len(all) != 1 || all[0].Layer != "ai-platform" || len(all[0].Grants) > 0 {
		t.Errorf("a claim of the provider: %+v", all)
	}
}

// Entries of lists: a statement, and the layer of what is handed in for it.
func TestListClaims(t *testing.T) {
	same(t, "YAML", read(t, map[string]string{"compliance/controls.yaml": `controls:
  - id: 1
    statement: Users of the product sign in with a second factor.
    evidence: Auth0 dashboard, MFA policy "always"
  - id: 2
    statement: Customers sign in through SSO.
    evidence: OpenAI admin console, SSO = required
  - id: 3
    statement: Customers sign in through SSO.
    evidence: src/saml.go
  - id: 4
    statement: The product is hosted in Frankfurt.
    evidence: OpenAI region setting
  - id: 5
    answer: no
    statement: Is SCIM supported?
    evidence: OpenAI admin console
`}, Claim), "compliance/controls.yaml:4 MFA application-auth", "compliance/controls.yaml:7 SSO ai-platform", "compliance/controls.yaml:10 SSO")
	same(t, "JSON", read(t, map[string]string{"docs/questionnaire.json": `{
  "answers": [
    {
      "question": "Is MFA enforced for users of the product?",
      "answer": "yes",
      "evidence": "Claude Console, two factors"
    },
    {
      "question": "Where?",
      "evidence": "Claude Console"
    }
  ]
}
`}, Claim), "docs/questionnaire.json:6 MFA ai-platform")
}
