package detectors

// probesAITracing are the probes of tracing, evaluation and experiment tracking.
var probesAITracing = []Probe{
	{
		ID: "langsmith-organization", Detectors: []string{"langsmith-personal-token", "langsmith-service-key", "langsmith-legacy-key"},
		URL:    "https://{host}/v1/platform/orgs/current/info",
		Hosts:  []string{"api.smith.langchain.com", "eu.api.smith.langchain.com", "apac.api.smith.langchain.com", "aws.api.smith.langchain.com"},
		Header: []string{"X-Api-Key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"(id|display_name|organization_id|tier|config)"\s*:`, Means: Active},
			{Status: []int{401}, Body: `"Using legacy API key`, Means: Inactive, Why: "keys of the old form are no longer accepted"},
			{Status: []int{401}, JSON: []string{"detail=Invalid token"}, Means: OutcomeUnknown, Why: "not known to this region, and maybe to a server run elsewhere"},
			{Status: []int{403}, Means: OutcomeUnknown, Why: "a key of another region, and one that needs a workspace, get the same refusal"},
		},
		Identity: []Reading{{Field: "organization", JSON: "display_name"}},
		Source:   "https://docs.langchain.com/langsmith/smith-api/organizations/get-current-organization-info", Confirmed: "2026-11-22",
		Notes: "four regions, each with its own keys; servers that are run elsewhere have keys of the same form; texts of refusals from langchain-ai/langsmith-sdk issues 666 and 1201",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"id":"8a1b","display_name":"Example","tier":"plus"}`, Means: Active, Identity: map[string]string{"organization": "Example"}},
			{Name: "revoked key, or one of a server run elsewhere", Status: 401, Body: `{"detail":"Invalid token"}`, Means: OutcomeUnknown},
			{Name: "key of the old form", Status: 401, Body: `{"detail":"Using legacy API key. Please generate a new API key."}`, Means: Inactive},
			{Name: "key of another region", Status: 403, Body: `{"error":"Forbidden"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "langfuse-project", Detectors: []string{"langfuse-secret-key"},
		URL:   "https://{host}/api/public/projects",
		Hosts: []string{"cloud.langfuse.com", "us.cloud.langfuse.com", "jp.cloud.langfuse.com", "hipaa.cloud.langfuse.com"},
		User:  "pk-lf-{random}", Password: "{secret}",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.0.id"}, Means: Active},
			{Status: []int{403}, Body: `Are you using an organization key`, Means: Active, Why: "the key is an organisation's"},
			{Status: []int{200}, Body: `"data"\s*:\s*\[\s*\]`, Means: Inactive, Why: "the project of the key is deleted"},
			{Status: []int{401}, Body: `Invalid credentials`, Means: OutcomeUnknown, Why: "not known to this cloud, and maybe to a server run elsewhere"},
		},
		Identity: []Reading{{Field: "project", JSON: "data.0.name"}, {Field: "organization", JSON: "data.0.organization.name"}},
		Source:   "https://github.com/langfuse/langfuse/blob/HEAD/web/src/features/public-api/server/apiAuth.ts", Confirmed: "2026-11-22",
		Notes: "the server finds a key by the hash of its secret half and only logs that the public half is another's, so the secret half alone can be asked about; many run the server themselves, so a 401 from every cloud proves nothing",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"data":[{"id":"clx1","name":"chatbot","organization":{"id":"clo1","name":"Example"},"metadata":{}}]}`, Means: Active, Identity: map[string]string{"project": "chatbot", "organization": "Example"}},
			{Name: "organisation's key with 403", Status: 403, Body: `{"message":"Invalid API key. Are you using an organization key?"}`, Means: Active},
			{Name: "key of a deleted project", Status: 200, Body: `{"data":[]}`, Means: Inactive},
			{Name: "key of another cloud or server", Status: 401, Body: `{"message":"Invalid credentials. Confirm that you've configured the correct host."}`, Means: OutcomeUnknown},
			{Name: "header lost on the way", Status: 401, Body: `{"message":"No authorization header"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "wandb-viewer", Detectors: []string{"wandb-api-key", "wandb-legacy-key", "wandb-legacy-key-netrc"},
		Method: "POST", URL: "https://api.wandb.ai/graphql",
		User: "api", Password: "{secret}",
		Body: `{"query":"query { viewer { username email entity } }"}`, ContentType: "application/json",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.viewer.username"}, Means: Active},
			{Status: []int{200}, Body: `"errors"\s*:\s*\[\s*\{`, Means: OutcomeUnknown, Why: "the server reports an error of its own"},
			{Status: []int{200}, Body: `"viewer"\s*:\s*null`, Means: OutcomeUnknown, Why: "the key belongs to nobody here, and maybe to somebody at a server run elsewhere"},
		},
		Identity: []Reading{{Field: "user", JSON: "data.viewer.username"}, {Field: "email", JSON: "data.viewer.email"}, {Field: "team", JSON: "data.viewer.entity"}},
		Source:   "https://github.com/wandb/wandb/blob/HEAD/core/pkg/server/connection_authenticate_test.go", Confirmed: "2026-11-22",
		Notes: "never says inactive: a server that a company runs has keys of the same form; the query only reads; the body of a 401 is not documented",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"data":{"viewer":{"username":"dev","email":"dev@example.com","entity":"example"}}}`, Means: Active, Identity: map[string]string{"user": "dev", "email": "dev@example.com", "team": "example"}},
			{Name: "live key, one field failed", Status: 200, Body: `{"data":{"viewer":{"username":"dev","email":null,"entity":"example"}},"errors":[{"message":"email resolver failed"}]}`, Means: Active},
			{Name: "revoked key with 200", Status: 200, Body: `{"data":{"viewer":null}}`, Means: OutcomeUnknown},
			{Name: "server's error with 200", Status: 200, Body: `{"data":{"viewer":null},"errors":[{"message":"internal error"}]}`, Means: OutcomeUnknown},
			{Name: "refusal without a reason", Status: 401, Body: `{"errors":[{"message":"permission denied"}]}`, Means: OutcomeUnknown},
		},
	},
}
