package inventory

import (
	"strings"

	"leakline/detectors"
)

// What code shows of whoever is signed in, whatever the framework: a row that is bound
// to his tenant, and a refusal for want of a role.
var signedInWords = &words{texts: func() []string {
	return []string{
		"user.", "user[", "ser()->", "ser(r)", "eq(", " eq ", "scope.", "session.", "namespace=", "request.user", "_id]", "_id\"]", "_id']", "ilter", "auth.",
		"role", "groups", "staff", "admin", "Admin", "Role", "where", "WHERE", "Where", "ndBy", "findBy", "enant_id", "enantId", "TenantId", "org_id", "orgId", "OrgI",
		"rganization_id", "rganizationId", "OrganizationId", "laims.", "rincipal.", "who.", "who(", "hostname",
	}
}}

var (
	// tenantRule is a rule of Firestore that binds a path to a claim or to a person.
	tenantRule = compile(`\brequest\.auth\.(?:token\.(\w+)\s*==\s*(\w+)|uid\s*==\s*\w+)|\b\w+\s*==\s*request\.auth\.uid\b`)

	// roleAsked compares a role of somebody; its group is the role.
	roleAsked = compile(`[\w)\]](?:\.|->|\?->|\?\.|!\.|\[:?["']?)(?:role|Role|roleName|role_name|user_role|userRole)["']?\]?(?:\(\))?\s*(?:[!=]==?|\bnot in\b|\bin\b)\s*[\[({]?\s*(?:["':]|\w+(?:\.|::))?:?(\w+)`)
	// rolesHeld asks for one of somebody's groups, roles or permissions.
	rolesHeld = compile(`(?i)(?:\.|->|\?\.|\[["'])(?:roles|groups|permissions|scopes|authorities)["']?\]?\)?\s*(?:\?\.|\.|->|\s)\s*(?:includes|include\?|contains|has|some|any)\??\(|\bnot in\s+(?:\w+\.)*(?:\w*claims|user|principal|identity)\b.*\b(?:roles|groups|permissions)\b|\bin_array\([^)]*->(?:roles|groups|permissions)`)
	// flagAsked asks whether somebody is of the staff.
	flagAsked = compile(`(?i)(?:user|member|account|session|locals|claims|principal|identity|profile|context|inspector|me)\)?\S{0,40}?(?:\.|->|\?\.|\[:?["']?)(?:is_?)?(?:admin|staff|superuser|super_?admin|owner|moderator)\b["']?\]?\??(?:\(\))?\s*(?:\)|&&|\|\||and\b|or\b|then\b|:|$|,|\{|[!=]==?\s*(?:true|false))`)
	refusal   = compile(`\b40[134]\b|(?i)forbid|denied|unauthori[sz]ed|\babort|\bhalt\b|redirect|\bthrow\b|\braise\b|reject|not_?found|permission`)
)

// speakers are roles of messages of a chat.
var speakers = map[string]bool{"user": true, "assistant": true, "system": true, "model": true, "tool": true, "function": true, "developer": true, "human": true, "ai": true, "bot": true, "agent": true, "chatbot": true, "data": true, "null": true, "none": true, "undefined": true, "nil": true}

// signedIn finds the queries that keep tenants apart, and the checks of roles.
func (r *Reader) signedIn(f *file, add func(Sighting)) {
	if f.client || languages[f.ext] == "" && f.ext != ".ex" && f.ext != ".rules" && f.ext != ".vue" && f.ext != ".svelte" || len(signedInWords.in(f)) == 0 || inDocs(f) || isTest(f) {
		return
	}
	seen, hits := map[int]bool{}, 0
	signedInWords.find(f, func(pos, _ int) {
		if hits++; hits > manyHits {
			return
		}
		line := f.line(pos)
		if seen[line] {
			return
		}
		seen[line] = true
		text := string(lineOf(f.data, pos))
		if c := strings.TrimSpace(text); strings.HasPrefix(c, "//") || strings.HasPrefix(c, "* ") || strings.HasPrefix(c, "# ") {
			return
		}
		lower := strings.ToLower(text)
		tell := func(name, what string) {
			if !spoken(f, pos) && !explained(f, pos) {
				add(Sighting{Kind: Control, Layer: detectors.ApplicationAuth, Name: name, How: ByCode, Line: line, Text: what})
			}
		}
		switch {
		case f.ext == ".rules":
			if m := tenantRule.FindStringSubmatch(text); m != nil && bareName(m[1]) == bareName(m[2]) {
				tell("tenant-isolation", "a rule bound to the tenant")
			}
			return
		case boundToTenant(f, pos, text, lower):
			tell("tenant-isolation", "a query bound to the tenant")
		}
		role := strings.Contains(lower, "role")
		held := role || strings.Contains(lower, "groups") || strings.Contains(lower, "permissions") || strings.Contains(lower, "scopes") || strings.Contains(lower, "authorities")
		flag := strings.Contains(lower, "admin") || strings.Contains(lower, "staff") || strings.Contains(lower, "superuser") || strings.Contains(lower, "owner") || strings.Contains(lower, "moderator")
		if !held && !flag {
			return
		}
		var m []string
		if role {
			m = roleAsked.FindStringSubmatch(text)
		}
		if m != nil && !speakers[strings.ToLower(m[1])] && !spokenRole.MatchString(text) || m == nil && (held && rolesHeld.MatchString(text) || flag && flagAsked.MatchString(text)) {
			end := min(len(f.data), pos+240)
			if refusal.MatchString(text) || refusal.Match(f.data[pos:end]) {
				tell("roles", "a role that is asked for")
			}
		}
	})
}

// bareName is a name without what languages write it with.
func bareName(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}
