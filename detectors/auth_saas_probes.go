package detectors

// authSaaSProbes are the probes of the detectors in auth_saas.go.
var authSaaSProbes = []Probe{
	{
		ID:        "workos-organizations",
		Detectors: []string{"workos-api-key", "workos-api-key-staging"},
		URL:       "https://api.workos.com/organizations?limit=1",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"object=list"}, Means: Active},
			{Status: []int{403}, JSON: []string{"message"}, Means: Active, Why: "key is valid, but not allowed to list organizations"},
			{Status: []int{401}, Body: `"message"\s*:\s*"(?i:unauthorized|could not authorize)`, Means: Inactive, Why: "WorkOS does not know the key"},
		},
		Source:    "https://workos.com/docs/reference/errors.md",
		Confirmed: "2026-11-22",
		Notes:     "403 is a valid key without the permission, by the same page. The text of the 401 is not documented, only its meaning.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`, Means: Active},
			{Name: "key without the permission", Status: 403, Body: `{"message":"Forbidden"}`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"message":"Unauthorized"}`, Means: Inactive},
			{Name: "refusal of somebody else", Status: 401, Body: `<html>Sign in to the network</html>`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "clerk-instance",
		Detectors: []string{"clerk-secret-key", "clerk-secret-key-test"},
		URL:       "https://api.clerk.com/v1/instance",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"object=instance"}, Means: Active},
			{Status: []int{401}, Body: `"clerk_key_invalid(?:_code)?"`, Means: Inactive, Why: "Clerk does not know the secret key"},
		},
		Identity:  []Reading{{Field: "project", JSON: "id"}},
		Source:    "https://clerk.com/docs/pr/2236/errors/authentication",
		Confirmed: "2026-11-22",
		Notes:     "GET /instance is in github.com/clerk/openapi-specs, the code as sent in github.com/clerk/clerk-sdk-python/issues/26. The publishable key is never sent.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"object":"instance","id":"ins_example","environment_type":"production","allowed_origins":null}`,
				Means: Active, Identity: map[string]string{"project": "ins_example"},
			},
			{Name: "deleted key", Status: 401, Body: `{"errors":[{"code":"clerk_key_invalid","message":"The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.","long_message":"The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct."}]}`, Means: Inactive},
			{Name: "no session", Status: 401, Body: `{"errors":[{"code":"authentication_invalid","message":"Invalid authentication"}]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "magic-client",
		Detectors: []string{"magic-secret-key", "magic-secret-key-test"},
		URL:       "https://api.toaster.magic.link/v1/admin/client",
		Header:    []string{"X-Magic-Secret-Key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"client_id"}, Means: Active},
			{Status: []int{200}, JSON: []string{"data.client_id"}, Means: Active},
			{Body: `"API_SECRET_(?:KEY_)?INVALID"`, Means: Inactive, Why: "Magic does not know the secret key"},
		},
		Source: "magiclabs/magic-admin-js:src/core/sdk.ts",
		Notes:  "Host, path and header are the SDK's; the answer to a wrong key is recalled, and so nothing is sent.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"client_id":"example","app_scope":"app"}`, Means: Active},
			{Name: "wrong key", Status: 400, Body: `{"status":"failed","error_code":"API_SECRET_INVALID","message":"Given API key is invalid.","data":{}}`, Means: Inactive},
		},
	},
	{
		ID:        "okta-users-me",
		Detectors: []string{"okta-api-token", "okta-api-token-header"},
		URL:       "https://{host}/api/v1/users/me",
		Header:    []string{"Authorization: SSWS {secret}", "Accept: application/json"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "profile"}, Means: Active},
			{Status: []int{403}, JSON: []string{"errorCode=E0000006"}, Means: Active, Why: "token is valid, but not allowed here or from this network"},
			{Status: []int{401}, JSON: []string{"errorCode=E0000011"}, Means: Inactive, Why: "organisation does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "profile.login"},
			{Field: "email", JSON: "profile.email"},
			{Field: "name", JSON: "profile.displayName"},
		},
		Source:    "https://developer.okta.com/docs/reference/error-codes/",
		Confirmed: "2026-11-22",
		Notes:     "The token belongs to one organisation; at another one it is as unknown as a revoked one, so its own host must be configured.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":"00u-example","status":"ACTIVE","profile":{"login":"ada@example.com","email":"ada@example.com","displayName":"Ada"}}`,
				Means: Active, Identity: map[string]string{"user": "ada@example.com", "email": "ada@example.com", "name": "Ada"},
			},
			{Name: "token of a narrower role", Status: 403, Body: `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action","errorLink":"E0000006","errorId":"example","errorCauses":[]}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorLink":"E0000011","errorId":"example","errorCauses":[]}`, Means: Inactive},
			{Name: "failed sign-in", Status: 401, Body: `{"errorCode":"E0000004","errorSummary":"Authentication failed"}`, Means: OutcomeUnknown},
		},
	},
}
