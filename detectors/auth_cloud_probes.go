package detectors

// authCloudProbes are the probes of the detectors in auth_cloud.go.
var authCloudProbes = []Probe{
	{
		ID:        "supabase-organizations",
		Detectors: []string{"supabase-access-token"},
		URL:       "https://api.supabase.com/v1/organizations",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[\s*(?:\]|\{)`, Means: Active},
			{Status: []int{403}, JSON: []string{"message"}, Means: Active, Why: "token is valid, but not allowed to list organizations"},
			{Status: []int{401}, JSON: []string{"message=Unauthorized"}, Means: Inactive, Why: "Supabase does not know the token"},
		},
		Identity:  []Reading{{Field: "organization", JSON: "0.name"}},
		Source:    "supabase/cli:packages/api/src/generated/openapi.json",
		Confirmed: "2026-11-22",
		Notes:     "The document gives 401 Unauthorized and 403 Forbidden action; the body is as github.com/nitrictech/pulumi-supabase/issues/8 records it.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `[{"id":"acme","slug":"acme","name":"Acme"}]`,
				Means: Active, Identity: map[string]string{"organization": "Acme"},
			},
			{Name: "live token without organizations", Status: 200, Body: `[]`, Means: Active},
			{Name: "token without the scope", Status: 403, Body: `{"message":"Forbidden action"}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"message":"Unauthorized"}`, Means: Inactive},
		},
	},
	{
		ID:        "supabase-secret-key-users",
		Detectors: []string{"supabase-secret-key"},
		URL:       "https://{host}/auth/v1/admin/users?page=1&per_page=1",
		Header:    []string{"apikey: {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"users"}, Means: Active},
			{Status: []int{401}, Body: `(?i)"(?:message|msg)"\s*:\s*"(?:invalid|unregistered) api key"`, Means: Inactive, Why: "project does not know the key"},
			{Status: []int{403}, JSON: []string{"error_code=not_admin"}, Means: OutcomeUnknown, Why: "key is not that of an administrator"},
		},
		Source:    "supabase/supabase-js:packages/core/supabase-js/src/SupabaseClient.ts",
		Confirmed: "2026-11-22",
		Notes:     "New keys go into apikey alone, for they are no JWT; the path is in packages/core/auth-js/src/GoTrueAdminApi.ts. The refusal is as public code records it.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"users":[],"aud":"authenticated"}`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"message":"Invalid API key","hint":"Double check your Supabase anon or service_role API key."}`, Means: Inactive},
			{Name: "deleted key of the newer form", Status: 401, Body: `{"message":"Unregistered API key","hint":"Double check the provided API key as it is not registered for this project."}`, Means: Inactive},
		},
	},
	{
		ID:        "supabase-service-role-users",
		Detectors: []string{"supabase-service-role-jwt"},
		URL:       "https://{host}/auth/v1/admin/users?page=1&per_page=1",
		Header:    []string{"apikey: {secret}", "Authorization: Bearer {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"users"}, Means: Active},
			{Status: []int{401}, Body: `(?i)"(?:message|msg)"\s*:\s*"(?:invalid api key|legacy api keys are disabled)`, Means: Inactive, Why: "project does not take the key any more"},
			{Status: []int{401, 403}, JSON: []string{"error_code=bad_jwt"}, Means: Inactive, Why: "project's JWT secret has changed"},
		},
		Source:    "supabase/auth:internal/api/auth.go",
		Confirmed: "2026-11-22",
		Notes:     "bad_jwt is the server's; the refusals of the gateway before it are as public code records them. The anon key is never sent.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"users":[],"aud":"authenticated"}`, Means: Active},
			{Name: "rotated JWT secret", Status: 401, Body: `{"message":"Invalid API key","hint":"Double check your Supabase anon or service_role API key."}`, Means: Inactive},
			{Name: "legacy keys disabled", Status: 401, Body: `{"message":"Legacy API keys are disabled","hint":"Your legacy API keys were disabled. Re-enable them, or use publishable and secret API keys."}`, Means: Inactive},
			{Name: "signature of another secret", Status: 403, Body: `{"code":403,"error_code":"bad_jwt","msg":"invalid JWT: unable to parse or verify signature"}`, Means: Inactive},
		},
	},
}
