package report

import (
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// Doors ends the sentence "whoever holds it opens …" for a developer: what the
// credential opens, in whose name, with what rights, where, and which further
// layers. What the detector's own words tell already is not said twice.
func Doors(f *scanner.Finding) string {
	text := strings.TrimRight(f.Opens, ". ")
	if text == "" {
		text = "what it was issued for"
	}
	var facts []string
	for _, fact := range []string{speaksAs(f), rights(f), where(f)} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	if len(facts) > 0 {
		text += " (" + strings.Join(facts, ", ") + ")"
	}
	for _, d := range f.AlsoOpens {
		text += "; also opens " + layerName(d.Layer)
		if len(d.Evidence) > 0 {
			text += ": " + d.Evidence[0].Detail
		}
	}
	return text
}

// says reports whether a text has one of the words, each given with the blanks or
// signs that set it off.
func says(text string, words ...string) bool {
	text = " " + strings.ToLower(text) + " "
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// speaksAs says in whose name the bearer acts.
func speaksAs(f *scanner.Finding) string {
	if f.Privilege == detectors.PrivilegeUnknown && f.Layer == detectors.Unclassified ||
		says(f.Opens, " as ", "in the name of", "in the role of", "on behalf", "whoever", "rights of", "role", "permissions of", "nothing") {
		return ""
	}
	switch f.Subject {
	case detectors.WorkforceUser:
		if says(f.Opens, "user", "person", "personal", "member", "owner", "your own") {
			return ""
		}
		return "as one of your people"
	case detectors.ServiceAccount:
		if says(f.Opens, "service account") {
			return ""
		}
		return "as a service account"
	case detectors.Project:
		return "" // the words say of what
	case detectors.OrgAdmin:
		if says(f.Opens, "administrat") {
			return ""
		}
		return "as an administrator"
	case detectors.Application:
		if f.Layer == detectors.ApplicationAuth {
			return "as your product itself"
		}
		return "as an application"
	case detectors.TenantAdmin:
		return "as the administrator of one customer"
	case detectors.Directory:
		if f.Layer == detectors.ApplicationAuth {
			return "as one customer's directory"
		}
		return "as a directory"
	case detectors.EndUser:
		return "as one user of your product"
	case detectors.Machine:
		return "as a machine"
	case detectors.Agent:
		return "as an agent"
	}
	return ""
}

// rights says what the bearer can do at most.
func rights(f *scanner.Finding) string {
	if says(f.Opens, "whoever", "rights", "permission", "scopes", "allow", " read", "nothing", "policies", "may do") || isDeed(f.Opens) {
		return ""
	}
	switch f.Privilege {
	case detectors.Forge:
		return "able to make credentials that others believe"
	case detectors.Admin:
		if says(f.Opens, "administration", "administrat") {
			return ""
		}
		return "with full control"
	case detectors.Write:
		return "with write access"
	case detectors.Read:
		return "to read only"
	case detectors.Limited:
		return "with few rights"
	}
	return ""
}

// isDeed says that what is opened is itself something to do, as "the sending of
// mail" is: the right to do it needs no word.
func isDeed(opens string) bool {
	words := strings.Fields(opens)
	return len(words) > 1 && words[0] == "the" && strings.HasSuffix(words[1], "ing") || says(opens, " deployment to ")
}

// where says in which environment the credential is used.
func where(f *scanner.Finding) string {
	e := string(f.Environment)
	if e == "" || f.Environment == detectors.EnvironmentUnknown || says(f.Opens+" "+f.Title, e, "live", "sandbox") {
		return ""
	}
	if f.Environment == detectors.Test {
		return "in a test environment"
	}
	return "in " + e
}
