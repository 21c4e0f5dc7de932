package detectors

// aiAgentsProbes are the probes of the detectors in ai_agents.go.
var aiAgentsProbes = []Probe{
	{
		ID: "context7-policies", Detectors: []string{"context7-api-key"},
		URL:    "https://context7.com/api/v2/policies",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"(sourceTypes|libraryFilters|accessibleLibraryCount)"\s*:`, Means: Active},
			{Status: []int{403}, Body: `"error"\s*:\s*"(forbidden|access_denied|plan_[a-z_]+)"`, Means: Active, Why: "role or plan do not allow this question"},
			{Status: []int{401}, JSON: []string{"error=invalid_api_key"}, Means: Inactive, Why: "the key is invalid"},
		},
		Source: "https://github.com/upstash/context7/blob/HEAD/docs/openapi.json", Confirmed: "2026-11-22",
		Notes: "the search that others ask also answers those who have no key",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"sourceTypes":{"public_repos":{"enabled":true}},"libraryFilters":{"mode":"quality"},"accessibleLibraryCount":4521}`, Means: Active},
			{Name: "live key without the role", Status: 403, Body: `{"error":"forbidden","message":"Only team owners and admins can add private repositories"}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"error":"invalid_api_key","message":"Invalid API key. Please check your API key. API keys should start with 'ctx7sk' prefix."}`, Means: Inactive},
		},
	},
	{
		ID: "composio-session", Detectors: []string{"composio-project-key"},
		URL:    "https://backend.composio.dev/api/v3/auth/session/info",
		Header: []string{"x-api-key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"project.id"}, Means: Active},
			{Status: []int{401}, JSON: []string{"error.status=401", "error.message"}, Means: Inactive, Why: "the key is invalid or expired"},
		},
		Identity: []Reading{{Field: "project", JSON: "project.name"}, {Field: "organization", JSON: "project.org.name"}, {Field: "plan", JSON: "project.org.plan"}, {Field: "name", JSON: "api_key.name"}, {Field: "email", JSON: "org_member.email"}, {Field: "role", JSON: "org_member.role"}},
		Source:   "https://github.com/ComposioHQ/composio/blob/HEAD/docs/public/openapi.json", Confirmed: "2026-11-22",
		Notes: "the answer repeats the key and the secret of webhooks, so it is never kept",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"project":{"id":"550e8400","name":"Production API","nano_id":"proj_1","org":{"id":"org_1","name":"Acme Corp","plan":"BUSINESS"}},"api_key":{"name":"Development Key","deleted":false},"org_member":{"email":"user@example.com","name":"John Doe","role":"admin"}}`, Means: Active, Identity: map[string]string{"project": "Production API", "organization": "Acme Corp", "plan": "BUSINESS", "name": "Development Key", "email": "user@example.com", "role": "admin"}},
			{Name: "revoked key", Status: 401, Body: `{"error":{"message":"Unauthorized","code":401,"status":401,"request_id":"r1"}}`, Means: Inactive},
			{Name: "restricted", Status: 403, Body: `{"error":{"message":"Forbidden","code":403,"status":403}}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "composio-projects", Detectors: []string{"composio-org-key"},
		URL:    "https://backend.composio.dev/api/v3/org/owner/project/list?limit=1",
		Header: []string{"x-org-api-key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"data"\s*:\s*\[`, Means: Active},
			{Status: []int{401}, JSON: []string{"error.status=401", "error.message"}, Means: Inactive, Why: "the key is invalid or expired"},
		},
		Identity: []Reading{{Field: "organization", JSON: "data.0.org_id"}, {Field: "project", JSON: "data.0.name"}},
		Source:   "https://github.com/ComposioHQ/composio/blob/HEAD/docs/public/openapi.json", Confirmed: "2026-11-22",
		Notes: "the answer holds the secrets of webhooks, so it is never kept",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"data":[{"id":"proj_1","org_id":"org_1","name":"My Awesome Project"}],"next_cursor":null,"total_pages":1,"current_page":1,"total_items":1}`, Means: Active, Identity: map[string]string{"organization": "org_1", "project": "My Awesome Project"}},
			{Name: "revoked key", Status: 401, Body: `{"error":{"message":"Unauthorized","code":401,"status":401,"request_id":"r1"}}`, Means: Inactive},
		},
	},
	{
		ID: "dify-app", Detectors: []string{"dify-app-key"},
		URL:    "https://api.dify.ai/v1/info",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"name"}, Means: Active},
			{Status: []int{403}, Body: `The app no longer exists`, Means: Inactive, Why: "the app of the key is deleted"},
			{Status: []int{403}, JSON: []string{"code=forbidden"}, Means: OutcomeUnknown, Why: "the key stands, and app or workspace are switched off"},
			{Status: []int{401}, JSON: []string{"code=unauthorized"}, Means: OutcomeUnknown, Why: "no key of Dify's cloud; it may be that of a server run elsewhere"},
		},
		Identity: []Reading{{Field: "project", JSON: "name"}, {Field: "user", JSON: "author_name"}},
		Source:   "https://github.com/langgenius/dify-docs/blob/HEAD/en/api-reference/guides/get-started.mdx", Confirmed: "2026-11-22",
		Notes: "texts of refusals from langgenius/dify:api/controllers/service_api/wraps.py; most servers are run elsewhere",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"name":"My Chat App","description":"A helpful assistant","tags":["assistant"],"mode":"chat","author_name":"Dify Team"}`, Means: Active, Identity: map[string]string{"project": "My Chat App", "user": "Dify Team"}},
			{Name: "deleted app", Status: 403, Body: `{"code":"forbidden","message":"The app no longer exists.","status":403}`, Means: Inactive},
			{Name: "API of the app switched off", Status: 403, Body: `{"code":"forbidden","message":"The app's API service has been disabled.","status":403}`, Means: OutcomeUnknown},
			{Name: "key that the cloud does not know", Status: 401, Body: `{"code":"unauthorized","message":"Access token is invalid","status":401}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "dify-datasets", Detectors: []string{"dify-knowledge-key"},
		URL: "https://{host}/v1/datasets?limit=1", Tenant: true,
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"has_more"\s*:`, Means: Active},
			{Status: []int{401}, JSON: []string{"code=unauthorized", "message=Access token is invalid"}, Means: Inactive, Why: "the server does not know the key"},
		},
		Source: "https://github.com/langgenius/dify-docs/blob/HEAD/en/api-reference/guides/errors.mdx", Confirmed: "2026-11-22",
		Notes: "asked only where the configuration says, which may be api.dify.ai; a workspace without an owner gets a 401 of another text",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"data":[],"has_more":false,"limit":1,"total":0,"page":1}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"code":"unauthorized","message":"Access token is invalid","status":401}`, Means: Inactive},
			{Name: "workspace without an owner", Status: 401, Body: `{"code":"unauthorized","message":"Tenant does not exist.","status":401}`, Means: OutcomeUnknown},
		},
	},
	// Tools for developers.
	{
		ID: "cursor-me", Detectors: []string{"cursor-api-key", "cursor-crsr-key"},
		URL:  "https://api.cursor.com/v0/me",
		User: "{secret}",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"apiKeyName", "createdAt"}, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "a live key of an administrator is refused here too"},
		},
		Identity: []Reading{{Field: "name", JSON: "apiKeyName"}, {Field: "email", JSON: "userEmail"}},
		Source:   "https://anysphere.mintlify.app/fr/background-agent/api/api-key-info", Confirmed: "2026-11-22",
		Notes: "never says inactive: keys for the Admin API have the same form and no access here; the key is the user of basic authentication (cursor.com/docs/api.md)",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"apiKeyName":"Production API Key","createdAt":"2024-01-15T10:30:00Z","userEmail":"developer@example.com"}`, Means: Active, Identity: map[string]string{"name": "Production API Key", "email": "developer@example.com"}},
			{Name: "revoked key or administrator's", Status: 401, Body: `{"error":"Unauthorized","message":"Invalid API key"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "devin-sessions", Detectors: []string{"devin-personal-key", "devin-service-key"},
		URL:    "https://api.devin.ai/v1/sessions?limit=1",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"sessions"\s*:\s*\[`, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "the refusal does not say why"},
		},
		Source: "https://docs.devin.ai/de/api-reference/v1/sessions/list-sessions", Confirmed: "2026-11-22",
		Notes: "never says inactive: the documentation shows no refusal; the session that comes back is not the key's, so nothing of it is read",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"sessions":[{"session_id":"s1","status":"running","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"}]}`, Means: Active},
			{Name: "live key without sessions", Status: 200, Body: `{"sessions":[]}`, Means: Active},
			{Name: "refused key", Status: 403, Body: `{"detail":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "devin-self", Detectors: []string{"devin-service-user-token"},
		URL:    "https://api.devin.ai/v3/self",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"principal_type"}, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "a live token without the permission to read its account is refused too"},
		},
		Identity: []Reading{{Field: "name", JSON: "service_user_name"}, {Field: "name", JSON: "api_key_name"}, {Field: "organization", JSON: "org_id"}},
		Source:   "https://docs.devin.ai/api-reference/v3/self/self.md", Confirmed: "2026-11-22",
		Notes: "never says inactive: the question needs the permission ReadAccountMeta; tokens of people have the same form as those of services",
		Examples: []Exchange{
			{Name: "live token of a service", Status: 200, Body: `{"principal_type":"service_user","service_user_id":"su1","service_user_name":"ci","org_id":"org-1"}`, Means: Active, Identity: map[string]string{"name": "ci", "organization": "org-1"}},
			{Name: "refused token", Status: 403, Body: `{"detail":"Forbidden"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "coderabbit-me", Detectors: []string{"coderabbit-api-key"},
		URL:    "https://{host}/v1/me",
		Hosts:  []string{"api.coderabbit.ai", "api.eu.coderabbit.ai"},
		Header: []string{"x-coderabbitai-api-key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"principal.type", "principal.id"}, Means: Active},
			{Status: []int{410}, Body: `LEGACY_API_KEY`, Means: Active, Why: "the key is known, and of a kind that this address refuses"},
			{Status: []int{401}, JSON: []string{"error.code=unauthenticated"}, Means: OutcomeUnknown, Why: "a live key of a self-hosted instance is not known here"},
		},
		Identity: []Reading{{Field: "organization", JSON: "scope.name"}, {Field: "role", JSON: "principal.owner.role"}, {Field: "workspace", JSON: "scope.workspace_id"}},
		Source:   "https://docs.coderabbit.ai/api/reference/get-me", Confirmed: "2026-11-22",
		Notes: "never says inactive: keys of self-hosted instances have the same form, and a workspace token is asked for an organization; two regions",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"principal":{"type":"api_key","id":"k1","key_type":"user","owner":{"provider_user_id":"1001","role":"cr_admin"}},"scope":{"type":"organization","id":"o1","provider":"github","provider_organization_id":"2002","name":"example","workspace_id":"w1"}}`, Means: Active, Identity: map[string]string{"organization": "example", "role": "cr_admin", "workspace": "w1"}},
			{Name: "legacy key", Status: 410, Body: `{"error":{"code":"LEGACY_API_KEY","message":"Replace this key with a user or agentic key."}}`, Means: Active},
			{Name: "refused key", Status: 401, Body: `{"error":{"code":"unauthenticated","message":"Invalid API key"}}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "composio-user-session", Detectors: []string{"composio-user-key"},
		URL:    "https://backend.composio.dev/api/v3/auth/session/info",
		Header: []string{"x-user-api-key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"org_member.id"}, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "the refusal does not say why"},
		},
		Identity: []Reading{{Field: "user", JSON: "org_member.name"}, {Field: "email", JSON: "org_member.email"}, {Field: "role", JSON: "org_member.role"}, {Field: "project", JSON: "project.name"}, {Field: "organization", JSON: "project.org.name"}},
		Source:   "https://docs.composio.dev/reference/api-reference/authentication/getAuthSessionInfo", Confirmed: "2026-11-22",
		Notes: "never says inactive: the documentation shows the form of errors and not this one; the answer may hold secrets of the project, so it is never kept",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"project":{"name":"Production","org":{"name":"Example"}},"api_key":null,"org_member":{"id":"m1","email":"dev@example.com","name":"Dev","role":"admin"}}`, Means: Active, Identity: map[string]string{"user": "Dev", "email": "dev@example.com", "role": "admin", "project": "Production", "organization": "Example"}},
			{Name: "refused key", Status: 401, Body: `{"error":{"message":"Unauthorized","status":401,"request_id":"r1"}}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "langflow-whoami", Detectors: []string{"langflow-api-key"},
		URL: "https://{host}/api/v1/users/whoami", Tenant: true,
		Header: []string{"x-api-key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "username"}, Means: Active},
			{Status: []int{401}, JSON: []string{"detail=Inactive user"}, Means: OutcomeUnknown, Why: "the user of the key is not active, which can be undone"},
			{Status: []int{403}, JSON: []string{"detail=Invalid or missing API key"}, Means: Inactive, Why: "the server does not know the key"},
		},
		Identity: []Reading{{Field: "user", JSON: "username"}},
		Source:   "langflow-ai/langflow:src/backend/base/langflow/services/auth/utils.py", Confirmed: "2026-11-22",
		Notes: "every server has keys of its own; the server has another text for a lost header",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"id":"07e5b864","username":"langflow","profile_image":null,"is_active":true,"is_superuser":true}`, Means: Active, Identity: map[string]string{"user": "langflow"}},
			{Name: "revoked key", Status: 403, Body: `{"detail":"Invalid or missing API key"}`, Means: Inactive},
			{Name: "header lost on the way", Status: 403, Body: `{"detail":"An API key must be passed as query or header"}`, Means: OutcomeUnknown},
			{Name: "inactive user", Status: 401, Body: `{"detail":"Inactive user"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "voiceflow-documents", Detectors: []string{"voiceflow-api-key"},
		URL:    "https://realtime-api.voiceflow.com/v1alpha1/public/knowledge-base/document?limit=1",
		Header: []string{"Authorization: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"total"\s*:\s*[0-9]+`, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "the refusal does not say why"},
		},
		Source: "https://docs.voiceflow.com/api-reference/kbpublicapidocument/search-documents", Confirmed: "2026-11-22",
		Notes: "never says inactive: the documentation shows no refusal; the key stands in the header without a scheme",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"total":0,"data":[]}`, Means: Active},
			{Name: "refused key", Status: 401, Body: `{"message":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "botpress-workspaces", Detectors: []string{"botpress-personal-access-token"},
		URL:    "https://api.botpress.cloud/v1/admin/workspaces",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"workspaces"\s*:\s*\[`, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "the refusal does not say why"},
		},
		Identity: []Reading{{Field: "workspace", JSON: "workspaces.0.name"}, {Field: "plan", JSON: "workspaces.0.plan"}},
		Source:   "https://botpress.com/docs/api-reference/admin-api/openapi/listWorkspaces", Confirmed: "2026-11-22",
		Notes: "never says inactive: the documentation shows no refusal",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"workspaces":[{"id":"w1","name":"Example","ownerId":"u1","plan":"community","blocked":false}],"meta":{}}`, Means: Active, Identity: map[string]string{"workspace": "Example", "plan": "community"}},
			{Name: "refused token", Status: 401, Body: `{"code":401,"type":"Unauthorized","message":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
}
