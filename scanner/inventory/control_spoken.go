package inventory

import "slices"

// spokenControls are the calls that programs name in their own words, whatever the
// framework: who closes accounts, and who asks for a role.
func spokenControls() []line {
	const people = "User Account Member Person Staff Employee Seat Teammate Colleague"
	return slices.Concat(
		called("user-management", inPrograms, "lose isable eactivate uspend emove nvite an lock", people),
		each("user-management", inPrograms, "closed_at deactivated_at disabled_at suspended_at blocked_at banned_at archived_at",
			`['":]?\b(?:closed|deactivated|disabled|suspended|blocked|banned|archived)_at['"]?\s*(?:=>|:|=)\s*(?:now\b|Time|timezone|datetime|Carbon|DateTime|func\.now)`),
		each("user-management", inPrograms, "closedAt deactivatedAt disabledAt suspendedAt blockedAt bannedAt",
			`\b(?:closed|deactivated|disabled|suspended|blocked|banned)At\s*[:=]\s*(?:new\s+Date|Date\.now|now\b|DateTime|Instant|sql)`),
		each("user-management", inPrograms, "createInvit sendInvit create_invit send_invit createOrganizationInvitation", `\b(?:create|send)_?(?:[oO]rganization)?[iI]nvit(?:e|ation)\w*\s*\(`),
		each("user-management", inPrograms, "invite(", `\binvite\([^)\n]*[eE]?mail`),
		each("user-management", inScript, "getAuth().deleteUser getAuth().createUser getAuth().updateUser adminAuth.deleteUser adminAuth.createUser adminAuth.updateUser auth().deleteUser auth().createUser auth().updateUser",
			`\.(?:delete|create|update)User\s*\(`),
		each("user-management", ".go .java .kt .cs", "AdminDisableUser AdminCreateUser AdminDeleteUser", `\.Admin(?:Disable|Create|Delete)User\w*\s*\(`),

		called("roles", inPrograms, "equire nsure ssert heck uthorize nforce erify estrictTo", "Role Permission Scope Admin Owner Editor Manager Membership Ability AnyRole UserRole OrgRole OrgMember"),
		called("roles", ".py", "equire", "Staff Superuser Group"),
		each("roles", ".py", "requires_role requires_permission requires_scope needs_role has_permission requires_admin", `\b(?:requires|needs|has)_(?:role|permission|scope|admin)\w*\s*\(`),
		each("roles", inScript, "authorize(", `\bauthori[sz]e\(\s*\[?\s*(?:["'][\w:.-]+["']|Role\.|Permission\.)`),
		each("SSO", inScript, "OktaProvider( AzureADProvider( AzureADB2CProvider( KeycloakProvider( OneLoginProvider( WorkOSProvider( AuthentikProvider(", `\b(?:Okta|AzureAD|AzureADB2C|Keycloak|OneLogin|WorkOS|Authentik)Provider\(`),
		each("federation", inScript, "GoogleProvider( GitHubProvider( GithubProvider( GitLabProvider( AppleProvider( DiscordProvider( FacebookProvider( LinkedInProvider( SlackProvider(", `\b(?:Google|GitHub|Github|GitLab|Apple|Discord|Facebook|LinkedIn|Slack)Provider\s*\(`),
		each("sessions", inPrograms, "alidateSession alidate_session alidateAndRefreshSession alidate_and_refresh_session", `\b[vV]alidate_?(?:[aA]nd_?[rR]efresh_?)?[sS]ession\w*\s*\(`),
		each("audit", inPrograms, `"audit 'audit `+"`audit"+` "[audit`, `(?:println!|info!|\bprintf?|\b[lL]og\w*(?:\.|::)\w+|\bslog\.\w+|\bconsole\.\w+)\(\s*f?["'\x60]\[?audit\b`),
	)
}
