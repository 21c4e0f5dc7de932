package detectors

// probesAIAgents are the probes of coding agents and of what agents are built with.
var probesAIAgents = []Probe{
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
}
