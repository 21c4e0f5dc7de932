package detectors

// infraSaaSProbes are the probes of the detectors in infra_saas.go.
var infraSaaSProbes = []Probe{
	{
		ID:          "linear-viewer",
		Detectors:   []string{"linear-api-key"},
		Method:      "POST",
		URL:         "https://api.linear.app/graphql",
		Header:      []string{"Authorization: {secret}"},
		Body:        `{"query":"query { viewer { id name email } organization { name } }"}`,
		ContentType: "application/json",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.viewer.id"}, Means: Active},
			{Status: []int{400, 401}, JSON: []string{"errors"}, Body: `(?i)"authentication[ _]error"|Authentication required, not authenticated`, Means: Inactive, Why: "Linear does not know the key"},
			{Status: []int{200, 400, 403}, JSON: []string{"errors"}, Body: `(?i)"type"\s*:\s*"forbidden"`, Means: Active, Why: "key is valid, but not allowed to read its user"},
		},
		Identity: []Reading{
			{Field: "name", JSON: "data.viewer.name"},
			{Field: "email", JSON: "data.viewer.email"},
			{Field: "organization", JSON: "data.organization.name"},
		},
		Source:    "linear/linear:packages/sdk/src/_tests/bundle.test.ts",
		Confirmed: "2026-11-22",
		Notes:     "A key goes into the header as it is, an OAuth token behind Bearer. The types of errors are in packages/sdk/src/error.ts.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"data":{"viewer":{"id":"example","name":"Ada","email":"ada@example.com"},"organization":{"name":"Acme"}}}`,
				Means: Active, Identity: map[string]string{"name": "Ada", "email": "ada@example.com", "organization": "Acme"},
			},
			{Name: "revoked key", Status: 401, Body: `{"errors":[{"message":"Authentication required, not authenticated","extensions":{"type":"authentication error","code":"AUTHENTICATION_ERROR","userError":true,"userPresentableMessage":"You need to authenticate to access this operation."}}]}`, Means: Inactive},
			{Name: "failure of Linear", Status: 200, Body: `{"errors":[{"message":"Internal server error","extensions":{"type":"internal error"}}]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:          "linear-viewer-oauth",
		Detectors:   []string{"linear-oauth-token"},
		Method:      "POST",
		URL:         "https://api.linear.app/graphql",
		Header:      []string{"Authorization: Bearer {secret}"},
		Body:        `{"query":"query { viewer { id name email } organization { name } }"}`,
		ContentType: "application/json",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.viewer.id"}, Means: Active},
			{Status: []int{400, 401}, JSON: []string{"errors"}, Body: `(?i)"authentication[ _]error"|Authentication required, not authenticated`, Means: Inactive, Why: "Linear does not know the token"},
		},
		Identity: []Reading{
			{Field: "name", JSON: "data.viewer.name"},
			{Field: "email", JSON: "data.viewer.email"},
			{Field: "organization", JSON: "data.organization.name"},
		},
		Source:    "linear/linear:packages/sdk/src/_tests/bundle.test.ts",
		Confirmed: "2026-11-22",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"data":{"viewer":{"id":"example","name":"Ada","email":"ada@example.com"},"organization":{"name":"Acme"}}}`,
				Means: Active, Identity: map[string]string{"name": "Ada", "email": "ada@example.com", "organization": "Acme"},
			},
			{Name: "revoked token", Status: 401, Body: `{"errors":[{"message":"Authentication required, not authenticated","extensions":{"type":"authentication error","code":"AUTHENTICATION_ERROR"}}]}`, Means: Inactive},
		},
	},
	{
		ID:        "postman-me",
		Detectors: []string{"postman-api-key"},
		URL:       "https://{host}/me",
		Header:    []string{"X-Api-Key: {secret}"},
		Hosts:     []string{"api.getpostman.com", "api.eu.postman.com"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"user.id"}, Means: Active},
			{Status: []int{401}, JSON: []string{"error.name=AuthenticationError"}, Means: Inactive, Why: "Postman does not know the key"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "user.username"},
			{Field: "email", JSON: "user.email"},
			{Field: "name", JSON: "user.fullName"},
			{Field: "team", JSON: "user.teamName"},
		},
		PerMinute: 60,
		Source:    "postmanlabs/postman-docs:legacy-documentation/v5/postman_for_teams/cloud_api.md",
		Confirmed: "2026-11-22",
		Notes:     "The page gives header, limit and the 401; the European host is in postmanlabs/postman-mcp-server:src/index.ts.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"user":{"id":1,"username":"ada","email":"ada@example.com","fullName":"Ada","teamName":"Acme"}}`,
				Means: Active, Identity: map[string]string{"user": "ada", "email": "ada@example.com", "name": "Ada", "team": "Acme"},
			},
			{Name: "deleted key", Status: 401, Body: `{"error":{"name":"AuthenticationError","message":"Invalid API Key. Every request requires a valid API Key to be sent."}}`, Means: Inactive},
		},
	},
	{
		ID:        "asana-users-me",
		Detectors: []string{"asana-personal-access-token"},
		URL:       "https://app.asana.com/api/1.0/users/me",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.gid"}, Means: Active},
			{Status: []int{401}, JSON: []string{"errors.0.message=Not Authorized"}, Means: Inactive, Why: "Asana does not know the token"},
		},
		Identity: []Reading{
			{Field: "name", JSON: "data.name"},
			{Field: "email", JSON: "data.email"},
			{Field: "workspace", JSON: "data.workspaces.0.name"},
		},
		Source:    "slatedocs/slate:source/includes/markdown/_07-errors.html.md",
		Confirmed: "2026-11-22",
		Notes:     "Asana's page of errors, as it was copied there. Host, path and the meaning of the 401 are in Asana/openapi:defs/asana_oas.yaml.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"data":{"gid":"1","name":"Ada","email":"ada@example.com","workspaces":[{"gid":"2","name":"Acme"}]}}`,
				Means: Active, Identity: map[string]string{"name": "Ada", "email": "ada@example.com", "workspace": "Acme"},
			},
			{Name: "revoked token", Status: 401, Body: `{"errors":[{"message":"Not Authorized","help":"For more information on API status codes and how to handle them, read the docs on errors"}]}`, Means: Inactive},
		},
	},
	{
		ID:        "figma-me",
		Detectors: []string{"figma-personal-access-token"},
		URL:       "https://api.figma.com/v1/me",
		Header:    []string{"X-Figma-Token: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "email"}, Means: Active},
			{Status: []int{403}, Body: `(?i)invalid scope`, Means: Active, Why: "token is valid, but not allowed to read its user"},
			{Status: []int{403}, JSON: []string{"status=403"}, Body: `"err"\s*:\s*"(?:Invalid token|Token expired)`, Means: Inactive, Why: "Figma does not know the token, or it has expired"},
		},
		Identity:  []Reading{{Field: "email", JSON: "email"}, {Field: "name", JSON: "handle"}},
		Source:    "figma/rest-api-spec:openapi/openapi.yaml",
		Confirmed: "2026-11-22",
		Notes:     "403 is both a dead token and a live one without the scope: only the text tells. It is as public code records it.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":"1","email":"ada@example.com","handle":"Ada","img_url":""}`,
				Means: Active, Identity: map[string]string{"email": "ada@example.com", "name": "Ada"},
			},
			{Name: "token without the scope", Status: 403, Body: `{"status":403,"err":"Invalid scope(s): file_content:read. This endpoint requires the current_user:read scope"}`, Means: Active},
			{Name: "revoked token", Status: 403, Body: `{"status":403,"err":"Invalid token"}`, Means: Inactive},
			{Name: "other refusal", Status: 403, Body: `{"status":403,"err":"Forbidden"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "mapbox-token",
		Detectors: []string{"mapbox-secret-token"},
		URL:       "https://api.mapbox.com/tokens/v2?access_token={secret}",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"code=TokenValid"}, Means: Active},
			{Status: []int{200}, Body: `"code"\s*:\s*"(?:TokenInvalid|TokenExpired|TokenRevoked)"`, Means: Inactive, Why: "Mapbox does not know the token, or it has expired"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "token.user"},
			{Field: "expires", JSON: "token.expires"},
		},
		Source: "https://docs.mapbox.com/api/accounts/tokens.md",
		Notes:  "The path is that of mapbox/mapbox-sdk-js:services/tokens.js; the codes are recalled, and so nothing is sent. 200 in all cases: only the code tells. The token stands in the query, so the URL is as secret as it.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"code":"TokenValid","token":{"usage":"sk","user":"ada","authorization":"example"}}`,
				Means: Active, Identity: map[string]string{"user": "ada"},
			},
			{Name: "deleted token", Status: 200, Body: `{"code":"TokenRevoked"}`, Means: Inactive},
			{Name: "wrong signature", Status: 200, Body: `{"code":"TokenInvalid"}`, Means: Inactive},
			{Name: "malformed token", Status: 200, Body: `{"code":"TokenMalformed"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "clickup-user",
		Detectors: []string{"clickup-api-token"},
		URL:       "https://api.clickup.com/api/v2/user",
		Header:    []string{"Authorization: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"user.id"}, Means: Active},
			{Status: []int{401}, JSON: []string{"err"}, Body: `"ECODE"\s*:\s*"OAUTH_0(?:19|21|25|77)"`, Means: Inactive, Why: "ClickUp does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "user.username"},
			{Field: "email", JSON: "user.email"},
		},
		Source:    "https://developer.clickup.com/docs/common_errors",
		Confirmed: "2026-11-22",
		Notes:     "The page names the four codes of a token that is not found. Path and body are as public code records them.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"user":{"id":1,"username":"ada","email":"ada@example.com"}}`,
				Means: Active, Identity: map[string]string{"user": "ada", "email": "ada@example.com"},
			},
			{Name: "regenerated token", Status: 401, Body: `{"err":"Token invalid","ECODE":"OAUTH_025"}`, Means: Inactive},
			{Name: "no token", Status: 401, Body: `{"err":"Authorization header required","ECODE":"OAUTH_017"}`, Means: OutcomeUnknown},
		},
	},
}
