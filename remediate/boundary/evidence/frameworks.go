package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/remediate/boundary"
)

// Framework is one control, outcome, risk or tenet of a published framework.
type Framework struct {
	ID        string `json:"id"`
	Framework string `json:"framework"`
	Title     string `json:"title"`
	Source    string `json:"source"`
	// Printed is how the article that leakline answers prints it: PR.AC-1 is CSF 1.1,
	// and AC-3 stands in SP 800-53.
	Printed string `json:"printed,omitempty"`
	// Control is the id in NIST's OSCAL catalogue of SP 800-53.
	Control string `json:"-"`
}

// Touch is a framework's item with what of the bundle touches it.
type Touch struct {
	Framework
	// Against are what speaks against it, For what speaks for it. Neither says that it
	// is met.
	Against []string `json:"against,omitempty"`
	For     []string `json:"for,omitempty"`
}

const (
	owasp  = "OWASP Non-Human Identities Top 10, 2025"
	csf    = "NIST Cybersecurity Framework 2.0"
	sp53   = "NIST SP 800-53, revision 5"
	tenets = "NIST SP 800-207, section 2.1"
)

// sources are where the frameworks were read.
var sources = map[string]string{
	owasp:  "https://owasp.org/www-project-non-human-identities-top-10/2025/top-10-2025",
	csf:    "https://doi.org/10.6028/NIST.CSWP.29",
	sp53:   "https://doi.org/10.6028/NIST.SP.800-53r5",
	tenets: "https://doi.org/10.6028/NIST.SP.800-207",
}

// Frameworks are all items that a bundle may name, in the order of reports. Ids are
// those of package identity.
func Frameworks() []Framework {
	var out []Framework
	add := func(framework, id, title, printed, control string) {
		out = append(out, Framework{ID: id, Framework: framework, Title: title, Source: sources[framework], Printed: printed, Control: control})
	}
	for i, title := range []string{
		"Improper Offboarding", "Secret Leakage", "Vulnerable Third-Party NHI", "Insecure Authentication", "Overprivileged NHI",
		"Insecure Cloud Deployment Configurations", "Long-Lived Secrets", "Environment Isolation", "NHI Reuse", "Human Use of NHI",
	} {
		add(owasp, fmt.Sprintf("NHI%d:2025", i+1), title, fmt.Sprintf("NHI-%02d", i+1), "")
	}
	add(csf, "CSF 2.0 GV.RR-02", "roles, responsibilities and authorities are established and known", "", "")
	add(csf, "CSF 2.0 GV.SC-07", "risks that come from suppliers are understood and watched", "", "")
	add(csf, "CSF 2.0 PR.AA-01", "identities and credentials are managed", "PR.AC-1", "")
	add(csf, "CSF 2.0 PR.AA-03", "users, services and hardware are authenticated", "", "")
	add(csf, "CSF 2.0 PR.AA-04", "identity assertions are protected, conveyed and verified", "", "")
	add(csf, "CSF 2.0 PR.AA-05", "access permissions follow a policy, least privilege and separation of duties", "", "")
	add(csf, "CSF 2.0 PR.PS-04", "log records are made for monitoring", "", "")
	add(csf, "CSF 2.0 RS.MI-02", "incidents are eradicated", "", "")
	for _, c := range [][2]string{
		{"AC-2", "Account Management"},
		{"AC-3", "Access Enforcement"},
		{"AC-4", "Information Flow Enforcement"},
		{"AC-5", "Separation of Duties"},
		{"AC-6", "Least Privilege"},
		{"AC-12", "Session Termination"},
		{"AU-2", "Event Logging"},
		{"CA-2", "Control Assessments"},
		{"IA-2", "Identification and Authentication (Organizational Users)"},
		{"IA-2(1)", "Multi-factor Authentication to Privileged Accounts"},
		{"IA-4", "Identifier Management"},
		{"IA-5", "Authenticator Management"},
		{"IA-5(7)", "No Embedded Unencrypted Static Authenticators"},
		{"IA-8", "Identification and Authentication (Non-organizational Users)"},
		{"IA-9", "Service Identification and Authentication"},
		{"IR-4", "Incident Handling"},
		{"PM-2", "Information Security Program Leadership Role"},
		{"SA-9", "External System Services"},
		{"SC-7", "Boundary Protection"},
		{"SC-12", "Cryptographic Key Establishment and Management"},
		{"SC-23", "Session Authenticity"},
	} {
		printed := ""
		if c[0] == "AC-3" {
			printed = "800-207 AC-3"
		}
		add(sp53, "SP 800-53 "+c[0], c[1], printed, strings.NewReplacer("(", ".", ")", "").Replace(strings.ToLower(c[0])))
	}
	for i, title := range []string{
		"all data sources and services are resources", "all communication is secured, wherever it comes from", "access is granted for one session",
		"access is decided by a policy that knows the client and the request", "all assets are watched", "authentication and authorization are enforced before access",
		"what is known of assets and access is collected and used",
	} {
		add(tenets, fmt.Sprintf("SP 800-207 tenet %d", i+1), title, "", "")
	}
	return out
}

// ofRules are the items that a rule touches beside those that it names itself.
var ofRules = map[string][]string{
	"same-secret-both-layers":          {"NHI9:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-5", "SP 800-53 IA-5"},
	"ai-key-signs":                     {"NHI9:2025", "CSF 2.0 PR.AA-04", "SP 800-53 SC-12"},
	"platform-admin-in-application":    {"NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
	"auth-admin-in-ai-tooling":         {"NHI3:2025", "NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
	"principal-opens-both":             {"NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-5", "SP 800-53 AC-6"},
	"server-secret-in-client":          {"NHI2:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
	"key-shared-by-applications":       {"NHI9:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-9"},
	"key-shared-by-environments":       {"NHI8:2025", "NHI9:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-9"},
	"admin-key-for-project-work":       {"NHI5:2025", "CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
	"personal-key-in-production":       {"NHI10:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-9"},
	"wrong-layer-assurance":            {"CSF 2.0 GV.SC-07", "SP 800-53 CA-2", "SP 800-53 SA-9"},
	"claim-of-other-layer":             {"CSF 2.0 GV.SC-07", "SP 800-53 CA-2", "SP 800-53 SA-9"},
	"scim-without-deprovisioning":      {"NHI1:2025", "CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
	"safety-instead-of-authentication": {"NHI4:2025", "CSF 2.0 PR.AA-03", "SP 800-53 AC-3", "SP 800-207 tenet 6"},
	"ai-route-without-identity":        {"NHI4:2025", "CSF 2.0 PR.AA-03", "SP 800-53 AC-3", "SP 800-207 tenet 6"},
	"secret-in-published-artefact":     {"NHI2:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
	"key-in-exported-chat":             {"NHI2:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5(7)"},
	"author-has-left":                  {"NHI1:2025", "CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
	"credential-older-than-policy":     {"NHI7:2025", "CSF 2.0 PR.AA-01", "SP 800-53 IA-5"},
	"owner-missing":                    {"CSF 2.0 GV.RR-02", "SP 800-53 AC-2"},
}

// ofControls are the items that a control speaks for where a line shows it or somebody
// declares it.
var ofControls = map[string][]string{
	"SCIM":               {"CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
	"roles":              {"CSF 2.0 PR.AA-05", "SP 800-53 AC-3", "SP 800-53 AC-6"},
	"audit":              {"CSF 2.0 PR.PS-04", "SP 800-53 AU-2", "SP 800-207 tenet 7"},
	"user-management":    {"CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
	"sessions":           {"CSF 2.0 PR.AA-03", "SP 800-53 AC-12", "SP 800-53 SC-23", "SP 800-207 tenet 3"},
	"admin-portal":       {"CSF 2.0 PR.AA-01", "SP 800-53 AC-2"},
	"tenant-isolation":   {"CSF 2.0 PR.AA-05", "SP 800-53 AC-4"},
	"project-scoping":    {"CSF 2.0 PR.AA-05", "SP 800-53 AC-6"},
	"service-accounts":   {"CSF 2.0 PR.AA-01", "SP 800-53 IA-9"},
	"network-allow-list": {"CSF 2.0 PR.AA-05", "SP 800-53 SC-7"},
}

// ofSignIn are the items of controls of signing in. Who signs in to the AI platform is
// an organizational user (IA-2), a customer of the product is not (IA-8).
var ofSignIn = map[detectors.Layer]map[string][]string{
	detectors.AIPlatform: {
		"SSO":        {"CSF 2.0 PR.AA-03", "SP 800-53 IA-2"},
		"MFA":        {"CSF 2.0 PR.AA-03", "SP 800-53 IA-2(1)"},
		"federation": {"CSF 2.0 PR.AA-04", "SP 800-53 IA-2"},
	},
	detectors.ApplicationAuth: {
		"SSO":        {"CSF 2.0 PR.AA-03", "SP 800-53 IA-8"},
		"MFA":        {"CSF 2.0 PR.AA-03", "SP 800-53 IA-8"},
		"federation": {"CSF 2.0 PR.AA-04", "SP 800-53 IA-8"},
	},
}

// bearsOn are the items on which a control of the layer bears.
func (b *Bundle) bearsOn(control string) []string {
	return append(slices.Clone(ofSignIn[b.Layer][control]), ofControls[control]...)
}

// touched lists the items that something of the bundle touches.
func (b *Bundle) touched() []Touch {
	against, speaks := map[string][]string{}, map[string][]string{}
	note := func(to map[string][]string, id, what string) {
		if !slices.Contains(to[id], what) {
			to[id] = append(to[id], what)
		}
	}
	for i := range b.Rules {
		r := &b.Rules[i]
		if r.Result != Broken {
			continue
		}
		ids := slices.Concat(r.Frameworks, ofRules[r.ID])
		for _, v := range r.Violations {
			if v.Waived == nil {
				ids = append(ids, v.frameworks...)
			}
		}
		for _, id := range ids {
			note(against, id, "rule "+r.ID)
		}
	}
	for i := range b.Findings {
		f := &b.Findings[i]
		for _, id := range f.Frameworks {
			note(against, id, "finding "+f.Detector+" at "+place(f.Places[0]))
		}
	}
	for _, c := range b.Controls {
		if speaksFor(&c) {
			for _, id := range b.bearsOn(c.Name) {
				note(speaks, id, "control "+c.Name+" ("+string(c.Standing)+")")
			}
		}
	}
	if len(b.Owners.Owners) > 0 {
		note(speaks, "CSF 2.0 GV.RR-02", "owner named ("+cmp.Or(b.Owners.From, "declared")+")")
	}
	for i := range b.Incidents {
		switch x := &b.Incidents[i]; x.State {
		case "remediated":
			note(speaks, "CSF 2.0 RS.MI-02", "incidents proven dead")
			note(speaks, "SP 800-53 IR-4", "incidents proven dead")
		case "open":
			note(against, "CSF 2.0 RS.MI-02", "incidents open")
			note(against, "SP 800-53 IR-4", "incidents open")
		}
	}
	out := []Touch{}
	for _, f := range Frameworks() {
		if against[f.ID] != nil || speaks[f.ID] != nil {
			out = append(out, Touch{Framework: f, Against: against[f.ID], For: speaks[f.ID]})
		}
	}
	return out
}

// speaksFor says that a control is there by somebody's word, by a line, or by what its
// provider's administration says.
func speaksFor(c *boundary.Control) bool { return c.Holds() }

// place is a place as texts name it.
func place(w boundary.Where) string {
	if w.Line == 0 {
		return w.Path
	}
	return fmt.Sprintf("%s:%d", w.Path, w.Line)
}
