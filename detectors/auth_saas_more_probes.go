package detectors

// authSaaSMoreProbes are the probes of the detectors in auth_saas_more.go.
var authSaaSMoreProbes = []Probe{
	{
		ID:        "tesseral-project",
		Detectors: []string{"tesseral-backend-api-key"},
		URL:       "https://api.tesseral.com/v1/project",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"project.id"}, Means: Active},
			{Status: []int{401}, Body: `"message"\s*:\s*"[^"]*bad backend api key`, Means: Inactive, Why: "Tesseral does not know the key"},
		},
		Identity: []Reading{
			{Field: "project", JSON: "project.id"},
			{Field: "name", JSON: "project.displayName"},
		},
		Source:    "tesseral-labs/tesseral:internal/backend/authn/interceptor/interceptor.go",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source: an unknown or revoked key is ErrBadBackendAPIKey, code unauthenticated. The host is in tesseral-labs/tesseral-sdk-node:src/environments.ts.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"project":{"id":"project_example","displayName":"Shop"}}`,
				Means: Active, Identity: map[string]string{"project": "project_example", "name": "Shop"},
			},
			{Name: "revoked key", Status: 401, Body: `{"code":16,"message":"bad backend api key","details":[]}`, Means: Inactive},
			{Name: "no header", Status: 401, Body: `{"code":16,"message":"authorization header is required","details":[]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:          "unkey-verify-key",
		Detectors:   []string{"unkey-root-key"},
		Method:      "POST",
		URL:         "https://api.unkey.com/v2/keys.verifyKey",
		Header:      []string{"Authorization: Bearer {secret}"},
		Body:        `{"key":"{random}"}`,
		ContentType: "application/json",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.code=NOT_FOUND"}, Means: Active},
			{Status: []int{403}, Body: `/errors/unkey/authorization/insufficient_permissions"`, Means: Active, Why: "root key is valid, but not allowed to verify keys"},
			{Status: []int{403}, Body: `/errors/unkey/authorization/key_disabled"`, Means: Inactive, Why: "root key is disabled"},
			{Status: []int{401}, Body: `/errors/unkey/authentication/key_not_found"`, Means: Inactive, Why: "Unkey does not know the root key"},
		},
		Source:    "unkeyed/unkey:docs/product/errors/unkey/authentication/key_not_found.mdx",
		Confirmed: "2026-11-22",
		Notes:     "It asks after a random key, which is never found. 403 is both: insufficient_permissions lives, key_disabled does not.",
		Examples: []Exchange{
			{Name: "live root key", Status: 200, Body: `{"meta":{"requestId":"req_example"},"data":{"valid":false,"code":"NOT_FOUND"}}`, Means: Active},
			{Name: "root key without the permission", Status: 403, Body: `{"meta":{"requestId":"req_example"},"error":{"detail":"The authenticated API key does not have permission to perform this operation","status":403,"title":"Forbidden","type":"https://unkey.com/docs/errors/unkey/authorization/insufficient_permissions"}}`, Means: Active},
			{Name: "disabled root key", Status: 403, Body: `{"meta":{"requestId":"req_example"},"error":{"detail":"The API key used for authentication has been disabled","status":403,"title":"Forbidden","type":"https://unkey.com/docs/errors/unkey/authorization/key_disabled"}}`, Means: Inactive},
			{Name: "deleted root key", Status: 401, Body: `{"meta":{"requestId":"req_example"},"error":{"detail":"The provided API key was not found","status":401,"title":"Unauthorized","type":"https://unkey.com/docs/errors/unkey/authentication/key_not_found"}}`, Means: Inactive},
		},
	},
	{
		ID:        "userfront-tenant",
		Detectors: []string{"userfront-admin-key", "userfront-readonly-key"},
		URL:       "https://api.userfront.com/v0/tenants/{secret:tenant}",
		Header:    []string{"Authorization: Bearer {secret}"},
		Split:     `uf_(?:live|test)_(?:admin|readonly)_(?P<tenant>[a-z0-9]{8})_[0-9a-f]{32}`,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"tenantId"}, Means: Active},
			{Status: []int{401}, JSON: []string{"error=Unauthorized"}, Means: Inactive, Why: "Userfront does not know the key"},
		},
		Identity: []Reading{{Field: "workspace", JSON: "tenantId"}, {Field: "name", JSON: "name"}},
		Source:   "https://userfront.com/docs/api",
		Notes:    "Recalled, and so nothing is sent. The third part of the key is the workspace's id.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"tenantId":"demo1234","name":"Shop"}`,
				Means: Active, Identity: map[string]string{"workspace": "demo1234", "name": "Shop"},
			},
			{Name: "deleted key", Status: 401, Body: `{"statusCode":401,"error":"Unauthorized","message":"Unauthorized"}`, Means: Inactive},
		},
	},
	{
		ID:        "ssoready-organizations",
		Detectors: []string{"ssoready-api-key"},
		URL:       "https://api.ssoready.com/v1/organizations",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"organizations"}, Means: Active},
			{Status: []int{401}, Body: `"message"\s*:\s*"api key is not authorized to access management api"`, Means: Active, Why: "key is valid, but not allowed to manage"},
		},
		Source:    "ssoready/ssoready:internal/authn/authninterceptor/authninterceptor.go",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: the server passes on whatever its database says of an unknown key, and servers of one's own issue the same format. The path is in internal/proto/ssoready/v1/ssoready.proto; a 401 may be a live key's.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"organizations":[{"id":"org_example"}],"nextPageToken":""}`, Means: Active},
			{Name: "live key without management", Status: 401, Body: `{"code":16,"message":"api key is not authorized to access management api","details":[]}`, Means: Active},
			{Name: "no key", Status: 401, Body: `{"code":16,"message":"authorization header is required","details":[]}`, Means: OutcomeUnknown},
		},
	},
}
