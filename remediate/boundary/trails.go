package boundary

// trail says where a provider itself keeps what was done, and with what.
type trail struct {
	where  string // ends the sentence "its trail is …"
	source string // the documentation that says so
}

// trails are by the name of the use. What is declared comes first; a provider of which
// nobody has read it has none.
var trails = map[string]trail{
	"openai": {
		"the organisation's audit log, once an owner has turned it on (Settings, Data controls); GET /v1/organization/audit_logs",
		"https://help.openai.com/en/articles/9687866-admin-and-audit-logs-api-for-the-api-platform",
	},
	"mistral": {
		"Audit Logs in the admin panel, on Enterprise plans",
		"https://docs.mistral.ai/admin/monitor-comply/audit-logs/overview.md",
	},
	"huggingface": {
		"the organisation's audit log in its settings, on Enterprise plans",
		"https://huggingface.co/docs/hub/audit-logs",
	},
	"langsmith": {
		"the organisation's audit logs, on Enterprise plans",
		"https://docs.langchain.com/langsmith/audit-logs.md",
	},
	"portkey": {
		"the audit logs of the organisation",
		"https://portkey.ai/docs/aigw/product/enterprise-offering/audit-logs.md",
	},
	"litellm": {
		"the proxy's audit logs (store_audit_logs), with an Enterprise licence",
		"https://docs.litellm.ai/docs/proxy/multiple_admins",
	},
	"bedrock": {
		"AWS CloudTrail; what was asked of models only in model invocation logs, which are off at first",
		"https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html",
	},
	"vertex-ai": {
		"Cloud Audit Logs; calls of models only once Data Access logs are on",
		"https://docs.cloud.google.com/vertex-ai/generative-ai/docs/enable-audit-logs",
	},
	"auth0": {
		"the tenant's logs (Dashboard, Monitoring, Logs)",
		"https://auth0.com/docs/deploy-monitor/logs.md",
	},
	"okta": {
		"the System Log of the organisation",
		"https://developer.okta.com/docs/api/openapi/okta-management/management/tags/systemlog",
	},
	"clerk": {
		"Application Logs for users and Admin Logs for administrators, in the dashboard",
		"https://clerk.com/docs/guides/dashboard/logs/overview.md",
	},
	"stytch": {
		"Event Logs in the dashboard, kept for 30 days",
		"https://stytch.com/docs/workspace-management/event-logs",
	},
	"workos": {
		"the Audit Logs of each organisation, as far as the product sends events",
		"https://workos.com/docs/audit-logs/admin-portal",
	},
	"cognito": {
		"AWS CloudTrail",
		"https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html",
	},
	"entra-id": {
		"the sign-in logs and audit logs of the tenant",
		"https://learn.microsoft.com/graph/api/resources/azure-ad-auditlog-overview",
	},
	"keycloak": {
		"the realm's events, which are not saved at first (Realm settings, Events)",
		"https://docs.redhat.com/en/documentation/red_hat_build_of_keycloak/26.2/html/server_administration_guide/configuring_auditing_to_track_events",
	},
	"supabase-auth": {
		"the auth audit logs in the dashboard and in auth.audit_log_entries",
		"https://supabase.com/docs/guides/auth/audit-logs",
	},
}

// trails are what the plane's uses keep by themselves.
func (p *Plane) trails() []string {
	var out []string
	for _, u := range p.Uses {
		if t, ok := trails[u.Name]; ok {
			out = append(out, tidy(orName(&u))+" keeps "+t.where)
		}
	}
	return out
}

func orName(u *Use) string {
	if u.Title != "" {
		return u.Title
	}
	return u.Name
}
