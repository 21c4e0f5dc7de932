package detectors

// authJWTProbes are the probes of the detectors in auth_jwt.go.
var authJWTProbes = []Probe{
	{
		ID:        "auth0-clients",
		Detectors: []string{"auth0-management-api-token"},
		URL:       "https://{host}/api/v2/clients?per_page=1&fields=client_id",
		Header:    []string{"Authorization: Bearer {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*[\[{]`, Means: Active},
			{Status: []int{403}, JSON: []string{"errorCode=insufficient_scope"}, Means: Active, Why: "token is valid, but not for clients"},
			{Status: []int{401}, JSON: []string{"statusCode=401"}, Body: `(?i)"message"\s*:\s*"(?:expired token|invalid token|invalid signature)`, Means: Inactive, Why: "token has expired or is of another tenant"},
		},
		Source: "https://auth0.com/docs/api/management/v2/clients/get-clients",
		Notes:  "403 insufficient_scope is a live token. Endpoint and answers are recalled, except the body of an expired token, which public code records.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `[{"client_id":"example"}]`, Means: Active},
			{Name: "token without the scope", Status: 403, Body: `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:clients,read:client_keys","errorCode":"insufficient_scope"}`, Means: Active},
			{Name: "expired token", Status: 401, Body: `{"statusCode":401,"error":"Unauthorized","message":"Expired token received for JSON Web Token validation","attributes":{"error":"Expired token received for JSON Web Token validation"}}`, Means: Inactive},
		},
	},
}
