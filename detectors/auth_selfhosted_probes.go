package detectors

// authSelfHostedProbes are the probes of the detectors in auth_selfhosted.go.
var authSelfHostedProbes = []Probe{
	{
		ID:        "ory-workspaces",
		Detectors: []string{"ory-workspace-api-key"},
		URL:       "https://api.console.ory.sh/workspaces?page_size=1",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"workspaces"}, Means: Active},
			{Status: []int{403}, JSON: []string{"error.code=403"}, Means: Active, Why: "key is valid, but not allowed to list workspaces"},
			{Status: []int{401}, JSON: []string{"error.code=401"}, Means: Inactive, Why: "Ory does not know the key"},
		},
		Identity:  []Reading{{Field: "workspace", JSON: "workspaces.0.name"}},
		Source:    "ory/sdk:spec/client/v1.11.10.json",
		Confirmed: "2026-11-22",
		Notes:     "The document gives host, answers 200, 401 and 403, and errorGeneric as the body of the last two.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"workspaces":[{"id":"example","name":"Acme"}],"has_next_page":false,"next_page_token":""}`,
				Means: Active, Identity: map[string]string{"workspace": "Acme"},
			},
			{Name: "deleted key", Status: 401, Body: `{"error":{"code":401,"status":"Unauthorized","message":"Access credentials are invalid"}}`, Means: Inactive},
			{Name: "key of a narrower role", Status: 403, Body: `{"error":{"code":403,"status":"Forbidden","message":"The requested action was forbidden"}}`, Means: Active},
		},
	},
	{
		ID:        "ory-identities",
		Detectors: []string{"ory-project-api-key"},
		URL:       "https://{host}/admin/identities?page_size=1",
		Header:    []string{"Authorization: Bearer {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[`, Means: Active},
			{Status: []int{403}, JSON: []string{"error.code=403"}, Means: Active, Why: "key is valid, but not allowed to list identities"},
			{Status: []int{401}, JSON: []string{"error.code=401"}, Means: Inactive, Why: "project does not know the key"},
		},
		Source:    "ory/docs:docs/concepts/personal-access-token.mdx",
		Confirmed: "2026-11-22",
		Notes:     "A key works only at its own project: configure SLUG.projects.oryapis.com. The errors have the form of the SDK's errorGeneric.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `[]`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"error":{"code":401,"status":"Unauthorized","message":"Access credentials are invalid"}}`, Means: Inactive},
		},
	},
	{
		ID:        "ory-whoami",
		Detectors: []string{"ory-session-token"},
		URL:       "https://{host}/sessions/whoami",
		Header:    []string{"X-Session-Token: {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"active=true"}, Means: Active},
			{Status: []int{403}, JSON: []string{"error.id=session_aal2_required"}, Means: Active, Why: "session lives, and lacks its second factor"},
			{Status: []int{401}, JSON: []string{"error.code=401"}, Body: `(?i)no valid session credentials found|no active session`, Means: Inactive, Why: "session has ended"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "identity.id"},
			{Field: "email", JSON: "identity.traits.email"},
			{Field: "expires", JSON: "expires_at"},
		},
		Source:    "ory/kratos:session/handler.go",
		Confirmed: "2026-11-22",
		Notes:     "The reason of the 401 is in session/error.go. 403 session_aal2_required is a session that lives.",
		Examples: []Exchange{
			{
				Name: "live session", Status: 200, Body: `{"id":"example","active":true,"expires_at":"2026-12-01T00:00:00Z","identity":{"id":"user-example","traits":{"email":"ada@example.com"}}}`,
				Means: Active, Identity: map[string]string{"user": "user-example", "email": "ada@example.com", "expires": "2026-12-01T00:00:00Z"},
			},
			{Name: "session without its second factor", Status: 403, Body: `{"error":{"id":"session_aal2_required","code":403,"status":"Forbidden","message":"Session does not fulfill the requested Authenticator Assurance Level"}}`, Means: Active},
			{Name: "ended session", Status: 401, Body: `{"error":{"code":401,"status":"Unauthorized","reason":"No valid session credentials found in the request.","message":"The request could not be authorized"}}`, Means: Inactive},
		},
	},
}
