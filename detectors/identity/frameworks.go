package identity

import (
	"time"

	"leakline/detectors"
)

// longLived is the lifetime beyond which a token counts as long-lived here. OWASP
// names no figure; 90 days is the longest period after which AWS and Google advise
// that a static key be replaced.
const longLived = 90 * 24 * time.Hour

// frameworks lists the controls and risks that the evidence shows, and no others.
// The ids are those of OWASP's Non-Human Identities Top 10, 2025
// (https://owasp.org/www-project-non-human-identities-top-10/2025/top-10-2025),
// NIST's Cybersecurity Framework 2.0 (https://doi.org/10.6028/NIST.CSWP.29),
// SP 800-53 revision 5 (https://doi.org/10.6028/NIST.SP.800-53r5) and the tenets in
// section 2.1 of SP 800-207 (https://doi.org/10.6028/NIST.SP.800-207).
func (h *hearing) frameworks(r *Ruling) []Framework {
	var fs []Framework
	add := func(id, reason string) { fs = append(fs, Framework{ID: id, Reason: reason}) }

	machine := h.nonHuman(r)
	if machine {
		add("NHI2:2025", "the credential of "+speaksAs(r)+" stands in clear text where it does not belong")
	}
	if machine {
		h.nonHumanRisks(r, add)
	}
	add("SP 800-53 IA-5(7)", "an unencrypted static authenticator is embedded in stored text")
	add("CSF 2.0 PR.AA-01", "a credential is kept outside of the organisation's management of credentials")
	switch {
	case r.Privilege == detectors.Forge:
		add("CSF 2.0 PR.AA-03", "who holds it can make credentials or events that others believe")
		add("SP 800-53 AC-3", "who holds it can pass for others, past the decisions about their access")
	case r.WeakDefault:
		add("CSF 2.0 PR.AA-03", "who knows the published default is believed")
	case h.claimed.unsigned:
		add("CSF 2.0 PR.AA-03", "the token has no signature that could be checked")
	}
	if h.claimed.serviceDB {
		add("SP 800-53 AC-3", "the role service_role is exempt from the row policies")
	}
	if r.Privilege == detectors.Admin || r.Scope == detectors.All {
		reason := "it reaches everything that the account has"
		if r.Privilege == detectors.Admin {
			reason = "it gives administrative rights"
		}
		add("CSF 2.0 PR.AA-05", reason)
		add("SP 800-53 AC-6", reason)
	}
	if machine && (r.Subject == detectors.ServiceAccount || r.Subject == detectors.Application || r.Subject == detectors.OrgAdmin) {
		add("SP 800-53 AC-2", "an account that is no person's is used by whoever has the credential")
	}
	if h.claimed.token && h.claimed.expires.IsZero() {
		add("SP 800-207 tenet 3", "a token without expiry gives access for good, not for a session")
	}
	if r.Form == detectors.APIKey || r.Form == detectors.Password || r.Form == detectors.KeyFile || r.Form == detectors.ClientSecret {
		add("SP 800-207 tenet 6", "a static secret alone is asked for before access")
	}
	if r.Confidence == detectors.Ambiguous || len(r.AlsoOpens) > 0 {
		add("CSF 2.0 GV.RR-02", "more than one team may own it: it opens, or may open, the doors of several layers")
	}
	return fs
}

// nonHumanRisks adds the risks of OWASP's list beyond the leak itself.
func (h *hearing) nonHumanRisks(r *Ruling, add func(id, reason string)) {
	if h.facts.tool {
		add("NHI3:2025", "the file hands it to a third party's tool: an MCP server or an extension of an editor or agent")
	}
	switch {
	case h.claimed.unsigned:
		add("NHI4:2025", `the token's algorithm is "none"`)
	case r.WeakDefault:
		add("NHI4:2025", "a published default is used as a secret")
	}
	if (r.Privilege == detectors.Admin || r.Privilege == detectors.Forge) && r.Scope == detectors.All {
		add("NHI5:2025", "it has the highest privilege everywhere in its account")
	}
	if h.facts.pipeline && (r.Class == detectors.Cloud || r.Class == detectors.CICD || h.d.Identity.Class == detectors.Cloud) {
		add("NHI6:2025", "a pipeline signs in to a cloud with a static credential")
	}
	switch {
	case h.claimed.token && h.claimed.expires.IsZero():
		add("NHI7:2025", "the token has no expiry")
	case h.claimed.lifetime > longLived:
		add("NHI7:2025", "the token lives for more than 90 days")
	}
	if other := h.mixes(r); other != "" {
		add("NHI8:2025", other)
	}
	if h.facts.personal {
		add("NHI10:2025", "the file is a person's own shell or tool settings")
	}
}

// nonHuman says that the credential is no person's. Where the subject is not known
// the form says so: people do not hold signing keys.
func (h *hearing) nonHuman(r *Ruling) bool {
	switch r.Subject {
	case detectors.WorkforceUser, detectors.EndUser:
		return false
	case "":
		switch r.Form {
		case detectors.APIKey, detectors.ClientSecret, detectors.SigningKey, detectors.EncryptionKey, detectors.WebhookSecret,
			detectors.KeyFile:
			return true
		}
		return false
	}
	return true
}

// speaksAs names a subject in a sentence.
func speaksAs(r *Ruling) string {
	switch r.Subject {
	case detectors.ServiceAccount:
		return "a service account"
	case detectors.Project:
		return "a project"
	case detectors.OrgAdmin:
		return "an organisation's administration"
	case detectors.Application:
		return "an application"
	case detectors.TenantAdmin:
		return "a tenant's administration"
	case detectors.Directory:
		return "a directory"
	case detectors.Machine:
		return "a machine"
	case detectors.Agent:
		return "an agent"
	case detectors.Anyone:
		return "anyone whom its holder chooses"
	}
	return "a system"
}

// mixes says how a production credential meets another environment, or the other
// way round.
func (h *hearing) mixes(r *Ruling) string {
	of := h.formatEnvironment()
	if of == "" {
		of = h.d.Identity.Environment
	}
	if of == "" || of == detectors.EnvironmentUnknown {
		of = environmentOf(h.name, true)
	}
	in := h.facts.environment
	if in == detectors.EnvironmentUnknown && h.facts.fixture == testPath {
		in = detectors.Test
	}
	if in == detectors.EnvironmentUnknown || of == detectors.EnvironmentUnknown || in == of {
		return ""
	}
	if in == detectors.Production || of == detectors.Production {
		return "a credential for " + string(of) + " stands in a file for " + string(in)
	}
	return ""
}

// Files by whom they serve, in the notation of fileSigns.
var (
	toolFiles = []string{
		"mcp.json", ".mcp.json", "mcp_config.json", "mcp-config.json", "mcp_settings.json", "cline_mcp_settings.json",
		"claude_desktop_config.json", ".cursor/", ".vscode/settings.json", ".continue/", ".windsurf/", ".codeium/", ".idea/",
		".claude/", ".codex/", ".gemini/",
	}
	pipelineFiles = []string{
		".github/workflows/", ".github/actions/", ".gitlab-ci.yml", ".gitlab-ci.yaml", ".circleci/", "jenkinsfile*",
		"azure-pipelines*.yml", "azure-pipelines*.yaml", "bitbucket-pipelines.yml", ".travis.yml", ".drone.yml", ".buildkite/",
	}
	personalFiles = []string{
		".bashrc", ".bash_profile", ".bash_history", ".zshrc", ".zprofile", ".zsh_history", ".profile", ".netrc", ".pgpass",
		".config/fish/",
	}
)
