package detectors

// infraSourceProbes are the probes of the detectors in infra_source.go.
var infraSourceProbes = []Probe{
	{
		ID:        "github-user",
		Detectors: []string{"github-pat", "github-fine-grained-pat", "github-oauth-access-token", "github-app-user-token", "github-pat-legacy"},
		URL:       "https://api.github.com/user",
		Header:    []string{"Authorization: Bearer {secret}", "Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"login", "id"}, Means: Active},
			{Status: []int{403}, Body: `Resource not accessible by`, Means: Active, Why: "token is valid, but not allowed to read its user"},
			{Status: []int{403}, JSON: []string{"message"}, Means: OutcomeUnknown, Why: "GitHub refuses for now: too many requests, or too many wrong tokens"},
			{Status: []int{401}, JSON: []string{"message=Bad credentials"}, Means: Inactive, Why: "GitHub does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "login"},
			{Field: "name", JSON: "name"},
			{Field: "email", JSON: "email"},
			{Field: "scopes", Header: "X-OAuth-Scopes"},
			{Field: "expires", Header: "GitHub-Authentication-Token-Expiration"},
			{Field: "plan", JSON: "plan.name"},
		},
		PerMinute: 30,
		Source:    "https://docs.github.com/en/enterprise-cloud@latest/rest/authentication/authenticating-to-the-rest-api",
		Confirmed: "2026-11-22",
		Notes:     "After several wrong tokens GitHub answers 403 to valid ones too, so a 403 proves nothing. The text of the 401 is as github.com/PyGithub/PyGithub/issues/1753 records it.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Header: []string{"X-OAuth-Scopes: repo, read:org", "GitHub-Authentication-Token-Expiration: 2027-01-01 00:00:00 UTC"},
				Body:  `{"login":"octocat","id":1,"name":"Ada","email":null,"plan":{"name":"pro"}}`,
				Means: Active, Identity: map[string]string{
					"user": "octocat", "name": "Ada", "scopes": "repo, read:org", "expires": "2027-01-01 00:00:00 UTC", "plan": "pro",
				},
			},
			{Name: "token without the permission", Status: 403, Body: `{"message":"Resource not accessible by personal access token","documentation_url":"https://docs.github.com/rest"}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest"}`, Means: Inactive},
			{Name: "too many wrong tokens before", Status: 403, Body: `{"message":"Maximum number of login attempts exceeded. Please try again later.","documentation_url":"https://docs.github.com/rest"}`, Means: OutcomeUnknown},
			{Name: "rate limit", Status: 403, Body: `{"message":"API rate limit exceeded for user ID 1."}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "github-installation",
		Detectors: []string{"github-app-installation-token", "github-app-installation-token-stateless"},
		URL:       "https://api.github.com/installation/repositories?per_page=1",
		Header:    []string{"Authorization: Bearer {secret}", "Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"total_count"}, Means: Active},
			{Status: []int{403}, Body: `Resource not accessible by`, Means: Active, Why: "token is valid, but not allowed to list repositories"},
			{Status: []int{401}, JSON: []string{"message=Bad credentials"}, Means: Inactive, Why: "GitHub does not know the token, or it has expired"},
		},
		Identity: []Reading{
			{Field: "account", JSON: "repositories.0.owner.login"},
			{Field: "project", JSON: "repositories.0.full_name"},
		},
		PerMinute: 30,
		Source:    "https://docs.github.com/en/enterprise-cloud@latest/rest/authentication/authenticating-to-the-rest-api",
		Confirmed: "2026-11-22",
		Notes:     "Installation tokens have no user, so /user answers 403 to them. The refresh token of an app is good for one use and never sent.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"total_count":1,"repositories":[{"full_name":"acme/shop","owner":{"login":"acme"}}]}`,
				Means: Active, Identity: map[string]string{"account": "acme", "project": "acme/shop"},
			},
			{Name: "expired token", Status: 401, Body: `{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest"}`, Means: Inactive},
			{Name: "too many wrong tokens before", Status: 403, Body: `{"message":"Maximum number of login attempts exceeded. Please try again later."}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "gitea-user",
		Detectors: []string{"gitea-access-token"},
		URL:       "https://{host}/api/v1/user",
		Header:    []string{"Authorization: token {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "login"}, Means: Active},
			{Status: []int{403}, Body: `"message"\s*:\s*"token does not have at least one of required scope`, Means: Active, Why: "token is valid, but not allowed to read its user"},
			{Status: []int{401}, Body: `"message"\s*:\s*"(?:token is required|user does not exist)`, Means: Inactive, Why: "server does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "login"},
			{Field: "name", JSON: "full_name"},
			{Field: "email", JSON: "email"},
		},
		Source:    "go-gitea/gitea:services/auth/oauth2.go",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source: who sends an unknown token is nobody, and routers/api/v1/api.go refuses nobody; the other text is in github.com/go-gitea/gitea/issues/27695. Forgejo answers alike. The format is any 40 digits, so that no public server is asked.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":1,"login":"ada","full_name":"Ada","email":"ada@example.com"}`,
				Means: Active, Identity: map[string]string{"user": "ada", "name": "Ada", "email": "ada@example.com"},
			},
			{Name: "token without the scope", Status: 403, Body: `{"message":"token does not have at least one of required scope(s): [read:user]"}`, Means: Active},
			{Name: "deleted token", Status: 401, Body: `{"message":"token is required","url":"https://git.example.com/api/swagger"}`, Means: Inactive},
			{Name: "deleted token at an older server", Status: 401, Body: `{"message":"user does not exist [uid: 0, name: , keyid: 0]","url":"https://git.example.com/api/swagger"}`, Means: Inactive},
		},
	},
}
