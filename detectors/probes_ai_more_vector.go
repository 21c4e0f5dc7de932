package detectors

// probesAIVector are the probes of vector databases and memories.
var probesAIVector = []Probe{
	{
		ID: "pinecone-indexes", Detectors: []string{"pinecone-api-key", "pinecone-legacy-key"},
		URL:    "https://api.pinecone.io/indexes",
		Header: []string{"Api-Key: {secret}", "X-Pinecone-Api-Version: 2025-10"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"indexes"\s*:\s*\[`, Means: Active},
			{Status: []int{401}, JSON: []string{"error.code=UNAUTHENTICATED"}, Means: Inactive, Why: "the key is not accepted"},
			{Status: []int{401}, Body: `(?i)invalid api key`, Means: Inactive, Why: "the key is not accepted"},
			{Status: []int{403}, JSON: []string{"error.code"}, Means: Active, Why: "the role of the key does not list indexes"},
		},
		Source: "https://github.com/pinecone-io/pinecone-api/blob/HEAD/2025-10/db_control_2025-10.oas.yaml", Confirmed: "2026-11-22",
		Notes: "a key of the data plane alone gets 403",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"indexes":[{"name":"semantic-search","dimension":384,"metric":"cosine","host":"semantic-search-c01b5b5.svc.us-west1-gcp.pinecone.io"}]}`, Means: Active},
			{Name: "live key without indexes", Status: 200, Body: `{"indexes":[]}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"status":401,"error":{"code":"UNAUTHENTICATED","message":"Invalid API key."}}`, Means: Inactive},
			{Name: "restricted key", Status: 403, Body: `{"status":403,"error":{"code":"FORBIDDEN","message":"Forbidden"}}`, Means: Active},
			{Name: "proxy's 403", Status: 403, Body: `<h1>Forbidden</h1>`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "weaviate-own-user", Detectors: []string{"weaviate-api-key"},
		URL: "https://{host}/v1/users/own-info", Tenant: true,
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"username"}, Means: Active},
			{Status: []int{401}, Body: `unauthorized: invalid api key`, Means: Inactive, Why: "the cluster does not know the key"},
		},
		Identity: []Reading{{Field: "user", JSON: "username"}, {Field: "role", JSON: "roles.0.name"}},
		Source:   "https://github.com/weaviate/weaviate/blob/HEAD/usecases/auth/authentication/apikey/wrapper.go", Confirmed: "2026-11-22",
		Notes: "one cluster, one host; a cluster without API keys answers 401 with another text",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"username":"ingest","groups":[],"roles":[{"name":"admin"}]}`, Means: Active, Identity: map[string]string{"user": "ingest", "role": "admin"}},
			{Name: "revoked key", Status: 401, Body: `{"code":401,"message":"unauthorized: invalid api key: user is deactivated"}`, Means: Inactive},
			{Name: "cluster without API keys", Status: 401, Body: `{"code":401,"message":"oidc auth is not configured, please try another auth scheme or set up weaviate with OIDC configured"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "mem0-ping", Detectors: []string{"mem0-api-key"},
		URL:    "https://api.mem0.ai/v1/ping/",
		Header: []string{"Authorization: Token {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"(user_email|org_id|project_id)"\s*:`, Means: Active},
			{Status: []int{401, 403}, Body: `(?i)invalid api key`, Means: Inactive, Why: "the key is invalid"},
		},
		Identity: []Reading{{Field: "email", JSON: "user_email"}, {Field: "organization", JSON: "org_id"}, {Field: "project", JSON: "project_id"}},
		Source:   "https://github.com/mem0ai/mem0/blob/HEAD/cli/python/src/mem0_cli/commands/init_cmd.py", Confirmed: "2026-11-22",
		Notes: "the provider's own client takes 401 and 403 here, and nothing else, for an invalid key; the text is that of its tests; header form Token",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"status":"ok","org_id":"org1","project_id":"proj1","user_email":"dev@example.com"}`, Means: Active, Identity: map[string]string{"email": "dev@example.com", "organization": "org1", "project": "proj1"}},
			{Name: "revoked key", Status: 401, Body: `"Invalid API key"`, Means: Inactive},
			{Name: "proxy's 403", Status: 403, Body: `<h1>Forbidden</h1>`, Means: OutcomeUnknown},
		},
	},
}
