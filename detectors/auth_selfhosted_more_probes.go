package detectors

// authSelfHostedMoreProbes are the probes of the detectors in auth_selfhosted_more.go.
var authSelfHostedMoreProbes = []Probe{
	{
		ID:        "zitadel-users-me",
		Detectors: []string{"zitadel-personal-access-token"},
		URL:       "https://{host}/auth/v1/users/me",
		Header:    []string{"Authorization: Bearer {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"user.id"}, Means: Active},
			{Status: []int{401}, Body: `Errors\.Token\.Invalid \(AUTH-`, Means: Inactive, Why: "instance does not know the token"},
		},
		Identity: []Reading{{Field: "user", JSON: "user.id"}, {Field: "name", JSON: "user.userName"}},
		Source:   "https://zitadel.com/docs/reference/api-v1/auth",
		Notes:    "The error is as public code records it; the endpoint is recalled, and so nothing is sent.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"user":{"id":"example","state":"USER_STATE_ACTIVE","userName":"deploy","machine":{"name":"deploy"}}}`,
				Means: Active, Identity: map[string]string{"user": "example", "name": "deploy"},
			},
			{Name: "deleted token", Status: 401, Body: `{"code":16,"message":"Errors.Token.Invalid (AUTH-7fs1e)","details":[]}`, Means: Inactive},
		},
	},
	{
		ID:        "authentik-users-me",
		Detectors: []string{"authentik-token"},
		URL:       "https://{host}/api/v3/core/users/me/",
		Header:    []string{"Authorization: Bearer {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"user.pk"}, Means: Active},
			{Status: []int{401, 403}, JSON: []string{"detail=Token invalid/expired"}, Means: Inactive, Why: "server does not know the token, or it has expired"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "user.username"},
			{Field: "email", JSON: "user.email"},
			{Field: "name", JSON: "user.name"},
		},
		Source:    "goauthentik/authentik:authentik/api/authentication.py",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source; it says so with 403.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"user":{"pk":1,"username":"akadmin","name":"Ada","email":"ada@example.com","is_superuser":true}}`,
				Means: Active, Identity: map[string]string{"user": "akadmin", "email": "ada@example.com", "name": "Ada"},
			},
			{Name: "revoked token", Status: 403, Body: `{"detail":"Token invalid/expired"}`, Means: Inactive},
			{Name: "no permission", Status: 403, Body: `{"detail":"You do not have permission to perform this action."}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "supertokens-users-count",
		Detectors: []string{"supertokens-api-key"},
		URL:       "https://{host}/users/count",
		Header:    []string{"api-key: {secret}"},
		Tenant:    true,
		Open:      true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"status=OK", "count"}, Means: Active},
			{Status: []int{401}, Body: `^Invalid API key\s*$`, Means: Inactive, Why: "core does not know the key"},
		},
		Source:    "supertokens/supertokens-core:src/main/java/io/supertokens/webserver/WebserverAPI.java",
		Confirmed: "2026-11-22",
		Notes:     "A core without keys answers everybody, hence Open. The refusal is plain text.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"status":"OK","count":12}`, Means: Active},
			{Name: "removed key", Status: 401, Body: "Invalid API key\n", Means: Inactive},
			{Name: "other application", Status: 400, Body: "AppId or tenantId not found => example", Means: OutcomeUnknown},
		},
	},
	{
		ID:        "openfga-stores",
		Detectors: []string{"openfga-preshared-key"},
		URL:       "https://{host}/stores?page_size=1",
		Header:    []string{"Authorization: Bearer {secret}"},
		Tenant:    true,
		Open:      true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"stores"}, Means: Active},
			{Status: []int{401}, JSON: []string{"code=unauthenticated"}, Means: Inactive, Why: "server does not know the key"},
			{Status: []int{403}, JSON: []string{"code=forbidden"}, Means: Active, Why: "key is valid, but not allowed to list stores"},
		},
		Source:    "openfga/openfga:internal/authn/presharedkey/presharedkey.go",
		Confirmed: "2026-11-22",
		Notes:     "A server without authentication answers everybody, hence Open. The form of an error is in pkg/server/errors/encoded_errors.go.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"stores":[],"continuation_token":""}`, Means: Active},
			{Name: "removed key", Status: 401, Body: `{"code":"unauthenticated","message":"unauthenticated"}`, Means: Inactive},
			{Name: "no key", Status: 401, Body: `{"code":"bearer_token_missing","message":"missing bearer token"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "jackson-connections",
		Detectors: []string{"jackson-api-key"},
		URL:       "https://{host}/api/v1/sso?tenant={random}&product={random}",
		Header:    []string{"Authorization: Api-Key {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[`, Means: Active},
			{Status: []int{401}, JSON: []string{"error.message=Unauthorized"}, Means: Inactive, Why: "server does not know the key"},
		},
		Source:    "boxyhq/jackson:middleware.ts",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source; the keys are in lib/auth.ts, the list in pages/api/v1/sso/index.ts. A tenant that does not exist has no connections. Other paths refuse every key alike.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `[]`, Means: Active},
			{Name: "removed key", Status: 401, Body: `{"error":{"message":"Unauthorized"}}`, Means: Inactive},
			{Name: "refusal of a gateway", Status: 401, Body: `{"message":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
}
