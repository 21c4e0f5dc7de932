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
		{"Sign-in to Sluice is SOC 2 Type II certified (Anthropic's certificates).", []string{"SECURITY.md:1 SOC 2 ai-platform"}},
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
	all := sightingsOf(t, map[string]string{"SECURITY.md": "Our model provider, Anthropic, is SOC 2 certified.\n\nSign-in to Claude is SOC 2 certified by Anthropic's report.\n\nPrompts are covered by Anthropic's SOC 2 report.\n"})
	for _, s := range all {
		if s.Layer != "ai-platform" || len(s.Grants) > 0 {
			t.Errorf("a claim of the provider: %+v", s)
		}
	}
	if len(all) != 3 {
		t.Errorf("claims of the provider: %+v", all)
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
	same(t, "a list of evidence", read(t, map[string]string{"compliance/controls.yaml": `controls:
  - id: CC6.2
    asks: How are a customer's users removed when they leave?
    answer: Leavers are deprovisioned within one hour.
    evidence:
      - src/leavers.py
      - Screenshot of SCIM to IAM Identity Center, permission set BedrockConsole
  - id: CC9.2
    asks: How are providers of models assessed?
    evidence:
      - AWS report
`}, Claim), "compliance/controls.yaml:6 user-management", "compliance/controls.yaml:7 user-management ai-platform")
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

// A sentence goes on over several lines, a row and an entry of a list do not.
func TestWrappedClaims(t *testing.T) {
	same(t, "wrapped", read(t, map[string]string{"docs/trust.md": `# Trust

Every cook's account is behind single sign-on with multi-factor authentication, which
we enforce in the Claude Console.

- We do
- not have SCIM

SSO is not
supported.

* Accounts are closed by
  SCIM. It is enabled for all.
`}, Claim), "docs/trust.md:3 MFA ai-platform", "docs/trust.md:3 SSO ai-platform", "docs/trust.md:13 SCIM")
	r, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	r.Read("SECURITY.md", []byte("Every user's account has SSO,\nwhich we enforce in the Claude Console.\n"))
	if all, _ := r.Sightings(); len(all) != 1 || len(all[0].Parts) != 1 || all[0].Parts[0].Line != 2 {
		t.Errorf("what it names is not told: %+v", all)
	}
	r, _ = NewReader()
	r.Read("SECURITY.md", []byte("The accounts of our team are behind SSO in the Claude Console, which we enforce for all users.\n"))
	if all, _ := r.Sightings(); len(all) != 1 || all[0].Layer != "ai-platform" || len(all[0].Grants) > 0 {
		t.Errorf("a claim of the team's seats: %+v", all)
	}
}

// Questionnaires that are tables: with a column of evidence, and without.
func TestTableClaims(t *testing.T) {
	same(t, "CSV", read(t, map[string]string{"compliance/buyer.csv": `id;question;answer;evidence
1;Is a second factor demanded of end users?;yes;Azure AI Foundry, "conditional access", 2026-01-12
2;Is SCIM supported?;no;Claude Console
3;Do customers sign in with SSO?;yes;src/Program.cs
4;Is the model provider audited (SOC 2)?;yes;report of OpenAI
5;Where is it hosted?;Frankfurt;Azure OpenAI
6;Is MFA enforced
`}, Claim), "compliance/buyer.csv:2 MFA ai-platform", "compliance/buyer.csv:4 SSO", "compliance/buyer.csv:5 SOC 2 ai-platform")
	same(t, "sessions and networks", read(t, map[string]string{"compliance/b.csv": `question,answer,evidence
How long does a session last?,10 hours,"Auth0, tenant settings"
Is there a network allow list in front of the model?,yes,"Azure OpenAI, network rules"
In which session was it agreed?,the last one,minutes of OpenAI
`}, Claim), "compliance/b.csv:2 sessions application-auth", "compliance/b.csv:3 network-allow-list ai-platform")
	same(t, "CSV without evidence", read(t, map[string]string{"compliance/list.csv": "id,name\n1,MFA evidence\n"}, Claim))
	same(t, "Markdown", read(t, map[string]string{"docs/questionnaire.md": `| Question | Answer | Evidence |
|---|---|---|
| Can users sign in with SAML? | Yes | ChatGPT Enterprise, workspace settings |
| Is SCIM there? | No | Claude Console |

| Feature | |
|---|---|
| MFA | Yes, for everybody |
`}, Claim), "docs/questionnaire.md:3 SSO ai-platform", "docs/questionnaire.md:8 MFA")
	same(t, "TOML", read(t, map[string]string{"compliance/controls.toml": `[[control]]
statement = "Customers sign in through SSO."
evidence = "OpenAI admin console, SSO = required"

[[control]]
statement = "It is hosted in Frankfurt."
evidence = "OpenAI region setting"
`}, Claim), "compliance/controls.toml:3 SSO ai-platform")
}
