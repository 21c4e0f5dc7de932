package detectors

// infraGitLabProbes are the probes of the detectors in infra_gitlab.go.
var infraGitLabProbes = []Probe{
	{
		ID:        "gitlab-token-self",
		Detectors: []string{"gitlab-pat"},
		URL:       "https://gitlab.com/api/v4/personal_access_tokens/self",
		Header:    []string{"PRIVATE-TOKEN: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"active=true"}, Means: Active},
			{Status: []int{200}, JSON: []string{"active=false"}, Means: Inactive, Why: "token is revoked or has expired"},
			{Status: []int{403}, JSON: []string{"error=insufficient_scope"}, Means: Active, Why: "token is valid, but not allowed to read itself"},
			{Status: []int{401}, JSON: []string{"error=invalid_token"}, Body: `Token (?:was revoked|is expired)`, Means: Inactive, Why: "token is revoked or has expired"},
			{Status: []int{401}, JSON: []string{"message=401 Unauthorized"}, Means: OutcomeUnknown, Why: "gitlab.com does not know the token; it may be of another GitLab"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "user_id"},
			{Field: "name", JSON: "name"},
			{Field: "scopes", JSON: "scopes"},
			{Field: "expires", JSON: "expires_at"},
		},
		Source:    "https://docs.gitlab.com/17.6/api/personal_access_tokens",
		Confirmed: "2026-11-22",
		Notes:     "GitLab of one's own issues the same format, so that only a token known to be revoked or expired is dead. The texts are those of lib/api/api_guard.rb.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":4,"name":"deploy","revoked":false,"created_at":"2026-07-23T14:31:47.729Z","scopes":["api","read_user"],"user_id":24,"active":true,"expires_at":"2027-01-01"}`,
				Means: Active, Identity: map[string]string{"user": "24", "name": "deploy", "scopes": "api read_user", "expires": "2027-01-01"},
			},
			{Name: "token of a narrow scope", Status: 403, Body: `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api read_api"}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}`, Means: Inactive},
			{Name: "expired token", Status: 401, Body: `{"error":"invalid_token","error_description":"Token is expired. You can either do re-authorization or token refresh."}`, Means: Inactive},
			{Name: "token of another GitLab", Status: 401, Body: `{"message":"401 Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "gitlab-token-self-hosted",
		Detectors: []string{"gitlab-pat"},
		URL:       "https://{host}/api/v4/personal_access_tokens/self",
		Header:    []string{"PRIVATE-TOKEN: {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"active=true"}, Means: Active},
			{Status: []int{200}, JSON: []string{"active=false"}, Means: Inactive, Why: "token is revoked or has expired"},
			{Status: []int{403}, JSON: []string{"error=insufficient_scope"}, Means: Active, Why: "token is valid, but not allowed to read itself"},
			{Status: []int{401}, JSON: []string{"error=invalid_token"}, Body: `Token (?:was revoked|is expired)`, Means: Inactive, Why: "token is revoked or has expired"},
			{Status: []int{401}, JSON: []string{"message=401 Unauthorized"}, Means: Inactive, Why: "server does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "user_id"},
			{Field: "name", JSON: "name"},
			{Field: "scopes", JSON: "scopes"},
			{Field: "expires", JSON: "expires_at"},
		},
		Source:    "https://docs.gitlab.com/17.6/api/personal_access_tokens",
		Confirmed: "2026-11-22",
		Notes:     "The texts are those of lib/api/api_guard.rb. gitlab-token-self asks gitlab.com as well, and must agree.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":4,"name":"deploy","revoked":false,"scopes":["api","read_user"],"user_id":24,"active":true,"expires_at":"2027-01-01"}`,
				Means: Active, Identity: map[string]string{"user": "24", "name": "deploy", "scopes": "api read_user", "expires": "2027-01-01"},
			},
			{Name: "token of a narrow scope", Status: 403, Body: `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api read_api"}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}`, Means: Inactive},
			{Name: "unknown token", Status: 401, Body: `{"message":"401 Unauthorized"}`, Means: Inactive},
		},
	},
}
