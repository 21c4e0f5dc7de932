package detectors

// probesAIMedia are the probes of speech, image and video.
var probesAIMedia = []Probe{
	{
		ID: "elevenlabs-user", Detectors: []string{"elevenlabs-api-key", "elevenlabs-legacy-key"},
		URL:    "https://{host}/v1/user",
		Hosts:  []string{"api.elevenlabs.io", "api.eu.residency.elevenlabs.io", "api.in.residency.elevenlabs.io"},
		Header: []string{"xi-api-key: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"user_id"}, Means: Active},
			{Status: []int{401, 403}, JSON: []string{"detail.status=missing_permissions"}, Means: Active, Why: "the key lacks the permission to read its user"},
			{Status: []int{400, 401}, JSON: []string{"detail.status=invalid_api_key"}, Means: Inactive, Why: "the key is invalid"},
		},
		Identity: []Reading{{Field: "account", JSON: "user_id"}, {Field: "name", JSON: "first_name"}, {Field: "plan", JSON: "subscription.tier"}},
		Source:   "https://github.com/elevenlabs/elevenlabs-docs/blob/HEAD/fern/docs/pages/developer-guides/error-messages.mdx", Confirmed: "2026-11-22",
		Notes: "a restricted live key answers 401 as a dead one does (elevenlabs/cli pull 126); environments with data residency have accounts, keys and hosts of their own",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"user_id":"1234567890","subscription":{"tier":"creator","status":"active"},"is_new_user":false,"first_name":"Dev","created_at":1753999199}`, Means: Active, Identity: map[string]string{"account": "1234567890", "name": "Dev", "plan": "creator"}},
			{Name: "restricted key with 401", Status: 401, Body: `{"detail":{"status":"missing_permissions","message":"The API key you used is missing the permission user_read to execute this operation."}}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}`, Means: Inactive},
			{Name: "live key of the European environment", Status: 200, Body: `{"user_id":"1234567891","subscription":{"tier":"enterprise"}}`, Means: Active, Host: "api.eu.residency.elevenlabs.io"},
			{Name: "refusal without a reason", Status: 401, Body: `{"detail":{"status":"needs_authorization","message":"Neither authorization header nor xi-api-key received, please provide one."}}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "deepgram-token", Detectors: []string{"deepgram-api-key"},
		URL:    "https://api.deepgram.com/v1/auth/token",
		Header: []string{"Authorization: Token {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"(api_key_id|scopes)"\s*:`, Means: Active},
			{Status: []int{401, 403}, JSON: []string{"err_code=INSUFFICIENT_PERMISSIONS"}, Means: Active, Why: "the key lacks the permission for this question"},
			{Status: []int{401}, JSON: []string{"err_code=INVALID_AUTH"}, Means: Inactive, Why: "the credentials are invalid"},
		},
		Identity: []Reading{{Field: "scopes", JSON: "scopes"}, {Field: "name", JSON: "comment"}},
		Source:   "https://developers.deepgram.com/docs/errors", Confirmed: "2026-11-22",
		Notes: "the page Authenticating names this endpoint for testing a key; a 401 also means too few permissions; header form Token",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"api_key_id":"0a1b","scopes":["project:read","usage:write"],"created":"2025-01-02T03:04:05Z"}`, Means: Active, Identity: map[string]string{"scopes": "project:read usage:write"}},
			{Name: "restricted key with 401", Status: 401, Body: `{"err_code":"INSUFFICIENT_PERMISSIONS","err_msg":"User does not have sufficient permissions.","request_id":"uuid"}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials.","request_id":"uuid"}`, Means: Inactive},
		},
	},
	{
		ID: "assemblyai-transcripts", Detectors: []string{"assemblyai-api-key"},
		URL:    "https://{host}/v2/transcript?limit=1",
		Hosts:  []string{"api.assemblyai.com", "api.eu.assemblyai.com"},
		Header: []string{"Authorization: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"page_details"\s*:`, Means: Active},
			{Status: []int{401}, Body: `"error"\s*:\s*"Authentication error, API token missing/invalid"`, Means: Inactive, Why: "the token is invalid"},
		},
		PerMinute: 600,
		Source:    "https://www.assemblyai.com/docs/api-reference/transcripts/list", Confirmed: "2026-11-22",
		Notes: "no Bearer before the key; the refusal of a lost header is the same text; the text is that of AssemblyAI/assemblyai-api-spec",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"page_details":{"limit":1,"result_count":0,"current_url":"https://api.assemblyai.com/v2/transcript?limit=1","prev_url":null,"next_url":null},"transcripts":[]}`, Means: Active},
			{Name: "live key of the European region", Status: 200, Body: `{"page_details":{"limit":1,"result_count":0,"current_url":"https://api.eu.assemblyai.com/v2/transcript?limit=1"},"transcripts":[]}`, Means: Active, Host: "api.eu.assemblyai.com"},
			{Name: "revoked key", Status: 401, Body: `{"error":"Authentication error, API token missing/invalid"}`, Means: Inactive},
		},
	},
	{
		ID: "retell-concurrency", Detectors: []string{"retell-api-key"},
		URL:    "https://api.retellai.com/get-concurrency",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"concurrency_limit"\s*:`, Means: Active},
			{Status: []int{401}, Body: `"message"\s*:\s*"Invalid API Key`, Means: Inactive, Why: "the key is invalid"},
		},
		Source: "https://docs.retellai.com/api-references/get-concurrency", Confirmed: "2026-11-22",
		Notes: "the text of the refusal is as clients report it; a lost header gets another one",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"current_concurrency":10,"concurrency_limit":100,"base_concurrency":20,"purchased_concurrency":80}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"status":"error","message":"Invalid API Key."}`, Means: Inactive},
			{Name: "refusal without a reason", Status: 401, Body: `{"status":"error","message":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "fal-user", Detectors: []string{"fal-api-key"},
		URL:    "https://rest.alpha.fal.ai/users/current",
		Header: []string{"Authorization: Key {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"user_id"}, Means: Active},
			{Status: []int{401}, JSON: []string{"detail=No user found for Key ID and Secret"}, Means: Inactive, Why: "no user has the key"},
		},
		Identity: []Reading{{Field: "user", JSON: "nickname"}, {Field: "name", JSON: "full_name"}, {Field: "account", JSON: "user_id"}},
		Source:   "https://github.com/fal-ai/fal/blob/HEAD/projects/fal/src/fal/auth/__init__.py", Confirmed: "2026-11-22",
		Notes: "the key is ID:SECRET in a header of form Key; the text of the refusal is as clients report it",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"full_name":"Example","nickname":"example","user_id":"github|1","is_personal":false,"is_locked":false}`, Means: Active, Identity: map[string]string{"user": "example", "name": "Example", "account": "github|1"}},
			{Name: "revoked key", Status: 401, Body: `{"detail":"No user found for Key ID and Secret"}`, Means: Inactive},
			{Name: "key of a smaller scope", Status: 403, Body: `{"detail":"Forbidden"}`, Means: OutcomeUnknown},
			{Name: "broken header", Status: 401, Body: `{"detail":"Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'."}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "clarifai-user", Detectors: []string{"clarifai-token"},
		URL:    "https://api.clarifai.com/v2/users/me",
		Header: []string{"Authorization: Key {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"status.code=10000"}, Means: Active},
			{JSON: []string{"status.code=11007"}, Means: Active, Why: "an app key, or one without the scope for this question"},
			{JSON: []string{"status.code=11008"}, Means: Inactive, Why: "the key is invalid"},
			{JSON: []string{"status.code=11009"}, Means: Inactive, Why: "the key is not found"},
		},
		Identity: []Reading{{Field: "user", JSON: "user.id"}, {Field: "email", JSON: "user.primary_email"}},
		Source:   "https://github.com/Clarifai/clarifai-python/blob/HEAD/clarifai/utils/config.py", Confirmed: "2026-11-22",
		Notes: "codes from the provider's list of status codes: 11007 insufficient scopes, 11008 invalid key, 11009 key not found; header form Key",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"status":{"code":10000,"description":"Ok"},"user":{"id":"dev","primary_email":"dev@example.com"}}`, Means: Active, Identity: map[string]string{"user": "dev", "email": "dev@example.com"}},
			{Name: "live app key", Status: 403, Body: `{"status":{"code":11007,"description":"API key has insufficient permissions"}}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"status":{"code":11009,"description":"API key not found"}}`, Means: Inactive},
			{Name: "invalid token", Status: 401, Body: `{"status":{"code":11008,"description":"Invalid API key or Invalid API key/application pair"}}`, Means: Inactive},
			{Name: "bad request", Status: 401, Body: `{"status":{"code":11102,"description":"Invalid request"}}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "roboflow-workspace", Detectors: []string{"roboflow-api-key"},
		Method: "POST", URL: "https://api.roboflow.com/?api_key={secret}",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"workspace"}, Means: Active},
			{Status: []int{401}, Body: `This API key does not exist \(or has been revoked\)`, Means: Inactive, Why: "the key does not exist or is revoked"},
		},
		Identity: []Reading{{Field: "workspace", JSON: "workspace"}},
		Source:   "https://github.com/roboflow/roboflow-python/blob/HEAD/roboflow/__init__.py", Confirmed: "2026-11-22",
		Notes: "the API takes the key in the query only; the client checks a key by this POST without a body",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"welcome":"Welcome to the Roboflow API.","workspace":"example"}`, Means: Active, Identity: map[string]string{"workspace": "example"}},
			{Name: "revoked key", Status: 401, Body: `{"error":{"message":"This API key does not exist (or has been revoked).","status":401,"type":"OAuthException"}}`, Means: Inactive},
			{Name: "welcome to nobody", Status: 200, Body: `{"welcome":"Welcome to the Roboflow API."}`, Means: OutcomeUnknown},
		},
	},
}
