package detectors

// aiComputeProbes are the probes of the detectors in ai_compute.go.
var aiComputeProbes = []Probe{
	{
		ID: "databricks-current-user", Detectors: []string{"databricks-token"},
		URL: "https://{host}/api/2.0/preview/scim/v2/Me", Tenant: true,
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"userName"}, Means: Active},
			{Status: []int{401, 403}, Body: `"message"\s*:\s*"Invalid access token`, Means: Inactive, Why: "the workspace does not know the token"},
			{Status: []int{403}, Body: `(?i)required scopes`, Means: Active, Why: "the token lacks the scope for this question"},
		},
		Identity: []Reading{{Field: "user", JSON: "userName"}, {Field: "name", JSON: "displayName"}, {Field: "email", JSON: "emails.0.value"}},
		Source:   "https://docs.databricks.com/api/scim/v1/me", Confirmed: "2026-11-22",
		Notes: "a token is good in one workspace only; the text of the refusal is as clients report it",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"id":"1001","userName":"dev@example.com","displayName":"Dev","active":true,"emails":[{"type":"work","value":"dev@example.com","primary":true}]}`, Means: Active, Identity: map[string]string{"user": "dev@example.com", "name": "Dev", "email": "dev@example.com"}},
			{Name: "revoked token", Status: 403, Body: `{"error_code":403,"message":"Invalid access token. [ReqId: 0f6d]"}`, Means: Inactive},
			{Name: "blocked address", Status: 403, Body: `{"error_code":"PERMISSION_DENIED","message":"Source IP address is blocked by the access list of the workspace"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "runpod-ssh-keys", Detectors: []string{"runpod-api-key"},
		URL:    "https://api.runpod.io/v2/account/ssh-keys",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"keys"\s*:\s*\[`, Means: Active},
			{Status: []int{403}, JSON: []string{"title=Forbidden"}, Means: Active, Why: "the key lacks the permission for this question"},
			{Status: []int{401}, JSON: []string{"title=Unauthorized", "status=401"}, Means: Inactive, Why: "the key is expired or invalid"},
		},
		Source: "https://github.com/runpod/docs/blob/HEAD/api-reference-v2/openapi.json", Confirmed: "2026-11-22",
		Notes: "the answer lists public keys; the GraphQL API that others ask answers 200 to errors",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"keys":[]}`, Means: Active},
			{Name: "restricted key", Status: 403, Header: []string{"Content-Type: application/problem+json"}, Body: `{"title":"Forbidden","status":403,"detail":"access denied"}`, Means: Active},
			{Name: "refused key, as documented", Status: 401, Header: []string{"Content-Type: application/problem+json"}, Body: `{"title":"Unauthorized","status":401,"detail":"missing bearer token"}`, Means: Inactive},
			{Name: "proxy's 401", Status: 401, Header: []string{"Content-Type: text/html"}, Body: `<h1>401 Unauthorized</h1>`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "digitalocean-inference-models", Detectors: []string{"digitalocean-model-access-key"},
		URL:    "https://inference.do-ai.run/v1/models",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"data"\s*:\s*\[`, Means: Active},
			{Status: []int{401}, JSON: []string{"id=unauthorized"}, Means: Inactive, Why: "the key is not accepted"},
		},
		Open:   true,
		Source: "https://github.com/digitalocean/openapi/blob/HEAD/specification/resources/inference/inference_list_models.yml", Confirmed: "2026-11-22",
		Notes: "lists of models are public at other providers, so a wrong key is asked too",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"object":"list","data":[{"id":"llama3.3-70b-instruct","object":"model","owned_by":"digitalocean"}]}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"id":"unauthorized","message":"Unable to authenticate you."}`, Means: Inactive},
		},
	},
	{
		ID: "ollama-user", Detectors: []string{"ollama-api-key"},
		Method: "POST", URL: "https://ollama.com/api/me",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id"}, Means: Active},
			{Status: []int{401}, JSON: []string{"error=unauthorized"}, Means: Inactive, Why: "the key is not accepted"},
		},
		Identity: []Reading{{Field: "user", JSON: "name"}, {Field: "email", JSON: "email"}, {Field: "plan", JSON: "plan"}},
		Source:   "https://github.com/ollama/ollama/blob/HEAD/api/client.go", Confirmed: "2026-11-22",
		Notes: "Whoami of the client is a POST without a body that only reads",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"id":"0195f2c1-0000-7000-8000-000000000000","email":"dev@example.com","name":"dev","plan":"pro"}`, Means: Active, Identity: map[string]string{"user": "dev", "email": "dev@example.com", "plan": "pro"}},
			{Name: "revoked key", Status: 401, Body: `{"error":"unauthorized","signin_url":"https://ollama.com/signin"}`, Means: Inactive},
		},
	},
	{
		ID: "e2b-sandboxes", Detectors: []string{"e2b-api-key"},
		URL:    "https://api.e2b.app/v2/sandboxes?limit=1",
		Header: []string{"X-API-Key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[`, Means: Active},
			{Status: []int{403}, JSON: []string{"code=403", "message"}, Means: Active, Why: "the key is known and its team is blocked"},
			{Status: []int{401}, Body: `Cannot get the team for the given API key`, Means: OutcomeUnknown, Why: "no team has the key, or the server's database failed"},
		},
		Source: "https://github.com/e2b-dev/infra/blob/HEAD/packages/auth/pkg/auth/internal/service/service.go", Confirmed: "2026-11-22",
		Notes: "never says inactive: the server gives the same 401 when its database fails, and a server that is run elsewhere has keys of the same form",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `[]`, Means: Active},
			{Name: "blocked team", Status: 403, Body: `{"code":403,"message":"team is blocked"}`, Means: Active},
			{Name: "revoked key or failed database", Status: 401, Body: `{"code":401,"message":"Invalid API key, please visit https://e2b.dev/docs/api-key for more information.\nCannot get the team for the given API key"}`, Means: OutcomeUnknown},
			{Name: "header lost on the way", Status: 401, Body: `{"code":401,"message":"Invalid API key, please visit https://e2b.dev/docs/api-key for more information.\nauthorization header is missing"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "e2b-teams", Detectors: []string{"e2b-access-token"},
		URL:    "https://api.e2b.app/teams",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[`, Means: Active},
			{Status: []int{401}, Body: `Cannot get the user for the given access token`, Means: OutcomeUnknown, Why: "no user has the token, or the server's database failed"},
		},
		Identity: []Reading{{Field: "team", JSON: "0.name"}},
		Source:   "https://e2b.dev/docs/api-reference/teams/list-teams", Confirmed: "2026-11-22",
		Notes: "never says inactive: the server gives the same 401 when its database fails; the answer holds API keys of the teams, so it is never kept; the text of the refusal is that of e2b-dev/infra",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `[{"teamID":"6c1a","name":"Example","apiKey":"","isDefault":true}]`, Means: Active, Identity: map[string]string{"team": "Example"}},
			{Name: "revoked token or failed database", Status: 401, Body: "{\"code\":401,\"message\":\"Invalid Access token, try to login again by running `e2b auth login`.\\nCannot get the user for the given access token\"}", Means: OutcomeUnknown},
		},
	},
	{
		ID: "daytona-current-key", Detectors: []string{"daytona-api-key"},
		URL:    "https://app.daytona.io/api/api-keys/current",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"name"}, Means: Active},
			{Status: []int{401}, JSON: []string{"statusCode=401", "message=Invalid credentials"}, Means: OutcomeUnknown, Why: "expired, or not known to this cloud and maybe to a server run elsewhere"},
		},
		Identity: []Reading{{Field: "name", JSON: "name"}, {Field: "scopes", JSON: "permissions"}, {Field: "expires", JSON: "expiresAt"}, {Field: "organization", JSON: "organizationId"}},
		Source:   "https://www.daytona.io/docs/en/api-keys/", Confirmed: "2026-11-22",
		Notes: "never says inactive: a server that is run elsewhere has keys of the same form; the text of the refusal is as clients report it",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"name":"ci","value":"dtn_****","createdAt":"2026-01-02T03:04:05Z","permissions":["write:sandboxes"],"expiresAt":"2027-01-02T03:04:05Z","organizationId":"7d2e"}`, Means: Active, Identity: map[string]string{"name": "ci", "scopes": "write:sandboxes", "expires": "2027-01-02T03:04:05Z", "organization": "7d2e"}},
			{Name: "revoked key, or one of a server run elsewhere", Status: 401, Body: `{"path":"/api/api-keys/current","statusCode":401,"error":"Unauthorized","message":"Invalid credentials"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "kaggle-competitions", Detectors: []string{"kaggle-api-token"},
		URL:    "https://www.kaggle.com/api/v1/competitions/list?page=1",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*(\[|\{\s*"competitions")`, Means: Active},
			{Status: []int{401}, JSON: []string{"code=401", "message=Unauthenticated"}, Means: Inactive, Why: "the token is not accepted"},
		},
		Source: "https://github.com/Kaggle/kaggle-cli/blob/HEAD/src/kaggle/api/kaggle_api_extended.py",
		Notes:  "the header form is seen in use only, not in the documentation",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `[{"ref":"titanic","title":"Titanic"}]`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"code":401,"message":"Unauthenticated"}`, Means: Inactive},
		},
	},
	{
		ID: "deepinfra-me", Detectors: []string{"deepinfra-token"},
		URL:    "https://api.deepinfra.com/v1/me",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"uid", "provider"}, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "the refusal does not say why"},
		},
		Identity: []Reading{{Field: "user", JSON: "display_name"}, {Field: "name", JSON: "name"}, {Field: "email", JSON: "email"}, {Field: "team", JSON: "team_display_name"}, {Field: "role", JSON: "team_role"}},
		Source:   "tryAGI/DeepInfra:src/libs/DeepInfra/Generated/DeepInfra.Models.Me.g.cs", Confirmed: "2026-11-22",
		Notes: "never says inactive: the documentation shows no refusal; the source is generated from the provider's OpenAPI, and docs.deepinfra.com has the address as that of the account",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"uid":"gh:1","email":"dev@example.com","email_verified":true,"display_name":"dev","provider":"github","is_admin":false,"name":"Dev","team_role":"member","team_display_name":"example"}`, Means: Active, Identity: map[string]string{"user": "dev", "name": "Dev", "email": "dev@example.com", "team": "example", "role": "member"}},
			{Name: "refused token", Status: 401, Body: `{"detail":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "novita-balance", Detectors: []string{"novita-api-key"},
		URL:    "https://api.novita.ai/openapi/v1/billing/balance/detail",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"availableBalance", "cashBalance"}, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "the body of the refusal is not documented"},
		},
		Source: "https://novita.ai/docs/api-reference/basic-get-user-balance.md", Confirmed: "2026-11-22",
		Notes: "never says inactive: 401 is documented for missing, wrong and deleted keys, its body is not",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"availableBalance":"1000000","cashBalance":"800000","creditLimit":"200000","pendingCharges":"0","outstandingInvoices":"0"}`, Means: Active},
			{Name: "refused key", Status: 401, Body: `{"code":401,"message":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "friendli-session", Detectors: []string{"friendli-token"},
		Method: "POST", URL: "https://suite.friendli.ai/api/graphql",
		Header: []string{"Authorization: Bearer {secret}"},
		Body:   `{"query":"query { clientSession { user { id name email } } }"}`, ContentType: "application/json",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.clientSession.user.id"}, Means: Active},
			{Body: `Operation only allowed for authenticated users`, Means: OutcomeUnknown, Why: "a live token of another kind may get the same refusal"},
		},
		Identity: []Reading{{Field: "user", JSON: "data.clientSession.user.name"}, {Field: "email", JSON: "data.clientSession.user.email"}},
		Source:   "friendliai/friendli-client:friendli/client/graphql/user.py", Confirmed: "2026-11-22",
		Notes: "never says inactive: errors come with 200, and the client retries this one with a fresh token",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"data":{"clientSession":{"user":{"id":"u1","name":"Dev","email":"dev@example.com"}}}}`, Means: Active, Identity: map[string]string{"user": "Dev", "email": "dev@example.com"}},
			{Name: "refused token", Status: 200, Body: `{"data":null,"errors":[{"message":"Operation only allowed for authenticated users."}]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "baseten-api-keys", Detectors: []string{"baseten-api-key", "baseten-legacy-key"},
		URL:    "https://api.baseten.co/v1/api_keys",
		Header: []string{"Authorization: Api-Key {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"api_keys"\s*:\s*\[|"prefix"\s*:`, Means: Active},
			{Status: []int{401, 403}, Means: OutcomeUnknown, Why: "the refusal does not tell a key that may only invoke models from a dead one"},
		},
		Source: "https://docs.baseten.co/reference/management-api/api-keys/lists-the-users-api-keys", Confirmed: "2026-11-22",
		Notes: "never says inactive: the documentation shows no refusal; the scheme of the header is Api-Key",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"api_keys":[]}`, Means: Active},
			{Name: "key that may only invoke", Status: 403, Body: `{"code":"FORBIDDEN","message":"Forbidden"}`, Means: OutcomeUnknown},
			{Name: "refused key", Status: 401, Body: `{"code":"UNAUTHORIZED","message":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "chutes-user", Detectors: []string{"chutes-api-key"},
		URL:    "https://api.chutes.ai/users/me",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"user_id"}, Means: Active},
			{Status: []int{401}, Body: `Invalid token or user not found`, Means: OutcomeUnknown, Why: "a live key of a smaller scope gets the same refusal"},
		},
		Identity: []Reading{{Field: "user", JSON: "username"}, {Field: "account", JSON: "user_id"}, {Field: "scopes", JSON: "permissions"}},
		Source:   "https://github.com/chutesai/chutes-api/blob/HEAD/api/api_key/util.py", Confirmed: "2026-11-22",
		Notes: "never says inactive: the server's source gives one text to unknown keys and to keys without access",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"username":"dev","user_id":"5f1c","permissions":[],"balance":1.5}`, Means: Active, Identity: map[string]string{"user": "dev", "account": "5f1c"}},
			{Name: "revoked or scoped key", Status: 401, Body: `{"detail":"Invalid token or user not found"}`, Means: OutcomeUnknown},
		},
	},
}
