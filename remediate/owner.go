package remediate

import (
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// owner names who must act: by the layer, until somebody says better. An
// ambiguous layer has an owner for each candidate.
func owner(f *scanner.Finding) string {
	if f.LayerConfidence == detectors.Ambiguous && len(f.LayerCandidates) > 1 {
		var teams []string
		for _, l := range f.LayerCandidates {
			teams = append(teams, team(l, f))
		}
		return strings.Join(teams, " or ") + ": whose it is, is not decided"
	}
	who := team(f.Layer, f)
	switch f.Subject {
	case detectors.WorkforceUser:
		who = "its user and " + who
	case detectors.Directory, detectors.TenantAdmin:
		if f.Layer == detectors.ApplicationAuth {
			who += ", with the customer's administrator"
		}
	}
	return who
}

// team is who owns a layer.
func team(l detectors.Layer, f *scanner.Finding) string {
	switch l {
	case detectors.AIPlatform:
		if p := account(f); p != "" && f.LayerConfidence != detectors.Ambiguous {
			return "the team that owns the AI platform account at " + p
		}
		return "the team that owns the AI platform account"
	case detectors.ApplicationAuth:
		return "the team that owns customer sign-in"
	case detectors.Infrastructure:
		return classTeam(f.Class)
	}
	if f.Author != "" {
		return f.Author + ", who committed it, until its owner is known"
	}
	return "whoever committed it, until its owner is known"
}

// account names who keeps the account that a credential belongs to: its provider,
// unless that is a list of programs which use such secrets, or the credential is
// one that its owner makes without any provider, or nobody knows who issued it.
func account(f *scanner.Finding) string {
	if f.Provider == "unknown" || strings.Contains(f.Provider, ",") || f.Form == detectors.SigningKey || f.Form == detectors.EncryptionKey {
		return ""
	}
	return f.Provider
}

// classTeam is who owns a class of infrastructure.
func classTeam(c detectors.Class) string {
	switch c {
	case detectors.Cloud:
		return "the team that owns the cloud account"
	case detectors.SourceControl:
		return "the team that administers source control"
	case detectors.CICD:
		return "the team that runs CI and deployment"
	case detectors.Data:
		return "the team that owns the data store"
	case detectors.Payments:
		return "the team that owns payments"
	case detectors.Messaging:
		return "the team that owns messaging"
	case detectors.Observability:
		return "the team that runs monitoring"
	case detectors.Registry:
		return "the team that publishes packages and images"
	case detectors.WorkforceIdentity:
		return "the team that runs staff sign-in"
	}
	return "the team that runs the infrastructure"
}
